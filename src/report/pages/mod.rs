//! Pages filled from results: which charts, tables and words a reader of each kind of result gets, in which order.

mod run;
mod show;

pub use run::{RunResults, run_page};
