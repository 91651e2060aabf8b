//! Results to bytes: terminal, CSV, JSON, run manifest.

mod diagnostics;
mod export;
mod number;
mod run_text;
mod sweep_export;
mod sweep_text;
mod table;

pub use diagnostics::render as render_diagnostics;
pub use export::{RunRecord, gap_csv, money_csv, run_json, summary_csv, summary_json};
pub use number::{difference_in_unit, error_in_unit, escape, grouped, in_unit, significant, unit_heading};
pub use run_text::{run_text, wrap};
pub use sweep_export::{boxes_csv, convergence_csv, design_csv, indices_csv, sweep_json};
pub use sweep_text::sweep_text;
pub use table::{Align, Table};
