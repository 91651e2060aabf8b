//! Studies that run the model many times: the hindcast, the comparison of policy options, attribution, sweeps,
//! the value of information, portfolios under a budget, targets, timing. Their
//! mathematics stands in [`decision`](crate::decision) and [`sensitivity`](crate::sensitivity).

mod attribute;
mod backtest;
mod capture;
mod collect;
mod compare;
mod portfolio;
pub mod sweep;
mod target;
mod timing;
mod value;
mod why;

pub use attribute::{AttributionPlan, OptionAttribution, OutcomeAttribution};
pub use backtest::{
    Backtest, BacktestSettings, COVERAGES, METHODS, Part, Percentile, SAMPLED_PATHS, Score, ScoreSummary,
    backtest, backtest_panel,
};
pub use capture::{Capture, Outcome, default_option};
pub use collect::Value;
pub use compare::{
    CompareSettings, Effect, EvaluationError, OptionComparison, OptionRatios, OutcomeComparison, VALUES,
    compare, effect as compared_effect, outcome as compared_outcome,
};
pub use portfolio::{
    Evaluated, Limit, LimitOn, MOST_EVALUATIONS, Pick, Portfolio, PortfolioChoice, PortfolioPlan,
    PortfolioSettings,
};
pub use target::{
    Course, TargetAnswer, TargetChange, TargetInput, TargetPlan, TargetPoint, Want, Wanted, WantedCondition,
    WantedThreshold,
};
pub use timing::{LeverTiming, RuleTiming, RuleValue, StartYear, TimingAnswer, TimingPlan};
pub use value::{
    Group, InformationValue, Learnable, LearnableInput, LossPoint, PlannedStudy, StudyWorth, ValueSettings,
    effect_unit, information_value,
};
pub use why::{Brake, Change, Estimate, Explanation, ExplanationError, explain};
