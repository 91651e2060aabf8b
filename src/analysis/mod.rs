//! What is computed from many forecasts or runs: the hindcast, the comparison of policy options, sensitivity analysis.

mod attribute;
mod backtest;
mod capture;
mod collect;
mod compare;
pub mod decision;
pub mod sensitivity;
pub mod sweep;
mod why;

pub use attribute::{AttributionPlan, OptionAttribution, OutcomeAttribution};
pub use backtest::{
    Backtest, BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, Score, ScoreSummary, backtest,
};
pub use capture::{Capture, Outcome, default_option};
pub use collect::Value;
pub use compare::{
    CompareSettings, Effect, EvaluationError, OptionComparison, OptionRatios, OutcomeComparison, VALUES,
    compare, outcome as compared_outcome,
};
pub use why::{Brake, Estimate, Explanation, ExplanationError, explain};
