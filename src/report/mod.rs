//! Results to bytes: terminal, CSV, JSON, run manifest, charts, pages.

pub mod chart;
mod chart_table;
#[cfg(feature = "messages")]
mod diagnostics;
pub mod document;
mod documents;
mod folder;
pub mod markdown;
mod money_years;
mod number;
pub mod page;
#[cfg(feature = "parquet")]
mod paths;
mod stored;
mod study;
mod sweep_words;
pub mod tables;
pub mod terminal;
mod words;

#[cfg(feature = "messages")]
pub use diagnostics::render as render_diagnostics;
pub use documents::{
    AttributeResults, CompareResults, Focus, PinnedPackage, PortfolioResults, RunResults, SweepResults,
    TargetResults, TimingResults, ValueResults, attribute_document, audit_document, backtest_document,
    calibrate_document, check_document, compare_document, explore_document, history_document,
    import_document, leading_option, lever_document, lever_scale, levers_document, matrix_document,
    pins_section, portfolio_document, run_document, sweep_document, swept_range, target_document,
    timing_document, topic_document, topics_document, value_document,
};
pub use folder::{Before, MANIFEST, OutputError, ResultFile, ResultFolder, SWEEP, check_result, sealed};
pub use money_years::MoneyYears;
pub use number::{
    acts_on_terminal, count, difference_in_unit, error_in_unit, escape, grouped, in_unit, significant,
    unit_heading,
};
#[cfg(feature = "parquet")]
pub use paths::{PathColumns, PathRecorder, PathWriter};
pub use stored::{STORED_PAGE, read_stored_page, write_stored_page};
pub use study::{Findings, Identity, Record, StudyResult, TextFile, text_files, write_json};
pub use words::median_and_range;
