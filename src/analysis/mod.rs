//! What is computed from many forecasts or runs: the hindcast, and sensitivity analysis.

mod backtest;
pub mod sensitivity;

pub use backtest::{
    Backtest, BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, Score, ScoreSummary, backtest,
};
