//! From yearly changes to posteriors: pooled priors of the panel, drift and volatility of each economy, stated views, common factors.

mod estimate;
mod pool;
mod types;

pub use estimate::{SeriesView, calibrate, fit, fit_window, pool_shares};
pub use pool::{CalibrationSettings, FullWindows};
pub use types::*;
