//! What is computed from many forecasts or runs: the hindcast.

mod backtest;

pub use backtest::{
    Backtest, BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, Score, ScoreSummary, backtest,
};
