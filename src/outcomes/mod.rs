//! Summaries: means, quantiles and their Monte Carlo errors.

mod recorder;
mod summary;

pub use recorder::{ProjectionError, project};
pub use summary::{PROBABILITIES, Statistics, Summary, SummaryRow};
