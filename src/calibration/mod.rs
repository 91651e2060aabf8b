//! From yearly changes to posteriors: drift and volatility, stated views, correlation of shocks, hindcast.

mod types;
pub use types::*;
