//! Results to bytes: terminal, CSV, JSON, run manifest, charts, pages.

pub mod chart;
mod diagnostics;
mod export;
mod fields;
mod number;
pub mod page;
mod pages;
mod parquet;
mod run_text;
mod stored;
mod table;

pub use diagnostics::render as render_diagnostics;
pub use export::{RunRecord, gap_csv, money_csv, run_json, summary_csv, summary_json};
pub use fields::{default_text, fields, indented};
pub use number::{difference_in_unit, error_in_unit, escape, grouped, in_unit, significant, unit_heading};
pub use pages::{RunResults, run_page};
pub use parquet::{PathsError, paths_parquet, table_parquet};
pub use run_text::{answers, reasons, run_text, wrap};
pub use stored::{STORED_PAGE, read_stored_page, stored_page};
pub use table::{Align, Table};
