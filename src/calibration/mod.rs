//! From yearly changes to posteriors: drift and volatility, stated views, correlation of shocks.

mod estimate;
mod types;

pub use estimate::{SeriesView, calibrate, fit};
pub use types::*;
