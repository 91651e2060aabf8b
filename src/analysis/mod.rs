//! What is computed from many forecasts or runs: the hindcast, the comparison of policy options, sensitivity analysis.

mod backtest;
mod capture;
mod collect;
pub mod decision;
pub mod sensitivity;
pub mod sweep;

pub use backtest::{
    Backtest, BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, Score, ScoreSummary, backtest,
};
pub use capture::{Capture, Outcome, default_option};
pub use collect::Value;
