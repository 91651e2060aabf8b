//! Documents filled from results: which charts, tables and words a reader of each kind of result gets, in which order.
//!
//! Each kind of result has a file; what all share stands in `shared`: the parts that close every document in `provenance`,
//! the money account in `money`, words and axes in `show`.

mod attribute;
mod backtest;
mod calibrate;
mod check;
mod compare;
mod drivers;
mod explain;
mod history;
mod import;
mod levers;
mod matrix;
mod portfolio;
mod run;
mod shared;
mod sweep;
mod target;
mod timing;
mod value;

pub use attribute::{AttributeResults, attribute_document};
pub use backtest::backtest_document;
pub use calibrate::calibrate_document;
pub use check::{check_document, lever_scale, swept_range};
pub use compare::{CompareResults, compare_document};
pub use explain::{topic_document, topics_document};
pub use history::{audit_document, history_document};
pub use import::import_document;
pub use levers::{lever_document, levers_document};
pub use matrix::matrix_document;
pub use portfolio::{PortfolioResults, portfolio_document};
pub use run::{
    Focus, PinnedPackage, RunResults, explore_document, leading_option, pins_section, run_document,
};
pub use sweep::{SweepResults, sweep_document};
pub use target::{TargetResults, target_document};
pub use timing::{TimingResults, timing_document};
pub use value::{ValueResults, value_document};
