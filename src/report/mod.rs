//! Results to bytes: terminal, CSV, JSON, run manifest, charts, pages.

pub mod chart;
mod diagnostics;
mod export;
mod fields;
mod number;
pub mod page;
mod run_text;
mod table;

pub use diagnostics::render as render_diagnostics;
pub use export::{RunRecord, gap_csv, money_csv, run_json, summary_csv, summary_json};
pub use fields::{default_text, fields, indented};
pub use number::{difference_in_unit, error_in_unit, escape, grouped, in_unit, significant, unit_heading};
pub use run_text::{answers, reasons, run_text, wrap};
pub use table::{Align, Table};
