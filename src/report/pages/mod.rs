//! Pages filled from results: which charts, tables and words a reader of each kind of result gets, in which order.
//!
//! Each kind of result has a file; the parts that all share stand in `provenance`, their words and axes in `show`.

mod attribute;
mod compare;
mod drivers;
mod money;
mod provenance;
mod run;
mod show;
mod sweep;

pub use attribute::{AttributeResults, attribute_page};
pub use compare::{CompareResults, compare_page};
pub use run::{RunResults, run_page};
pub use sweep::{SweepResults, sweep_page};
