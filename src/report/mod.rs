//! Results to bytes: terminal, CSV, JSON, run manifest, charts, pages.

pub mod chart;
mod chart_table;
#[cfg(feature = "cli")]
mod diagnostics;
pub mod document;
mod documents;
mod export;
mod fields;
pub mod markdown;
mod number;
pub mod page;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod paths;
mod stored;
mod study;
mod sweep_words;
mod table;
pub mod tables;
pub mod terminal;
mod words;

#[cfg(feature = "cli")]
pub use diagnostics::render as render_diagnostics;
pub use documents::{
    AttributeResults, CompareResults, PortfolioResults, RunResults, SweepResults, ValueResults,
    attribute_document, compare_document, portfolio_document, run_document, sweep_document, value_document,
};
pub use export::{RunRecord, manifest, run_json};
pub use fields::{default_text, fields, indented};
pub use number::{difference_in_unit, error_in_unit, escape, grouped, in_unit, significant, unit_heading};
#[cfg(feature = "parquet")]
pub use parquet::table_parquet;
#[cfg(feature = "parquet")]
pub use paths::{PathColumns, PathRecorder, PathWriter};
pub use stored::{STORED_PAGE, read_stored_page, stored_page};
pub use study::{Identity, Record, StudyResult, text_files};
pub use table::{Align, Table};
pub use words::wrap;
