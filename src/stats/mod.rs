//! Mathematics of numbers: distributions, mergeable moments, quantile sketches, shrinkage correlation.
//!
//! Nothing here (nor in [`random`](crate::random) and [`model`](crate::model)) calls a transcendental function of
//! the standard library, because those differ in the last bit between platforms.

mod copula;
mod correlation;
mod distribution;
pub mod elementary;
mod kernel;
mod moments;
pub mod normal_quantile;
mod sampler;
mod scan;
pub mod scoring;
mod sketch;
mod special;

pub use copula::{cholesky, uniform_of};
pub use correlation::ShrunkCorrelation;
pub use distribution::{Distribution, DistributionError, ScaledInverseChiSquared};
pub use kernel::Kernel;
pub(crate) use kernel::Work;
pub use moments::{LEAST_GROUPS, Moments};
pub(crate) use moments::{groups_of, variance_of_mean};
pub use sampler::{QuantileTables, Sampler};
pub use scan::GROUP;
pub use sketch::{PROBABILITIES, QuantileSketch, Quantiles, SparseSketch};
