//! Names and units that every other module shares.

mod diagnostics;
mod economy;
mod element;
mod files;
mod input;
mod metric;
mod place;
mod selector;
mod suggest;
mod whole_file;

pub use diagnostics::{Diagnostic, Diagnostics, SourceText, TextPlace};
pub use economy::Economy;
pub use element::Element;
pub use files::{Disk, Files, Memory, Remembering, way};
pub use input::{near_file, open_file, read_bytes, read_text, refuse_workbook};
pub use metric::{Metric, Unit};
pub use place::Place;
pub use selector::{Bound, Measure, Money, Selector, Side, Statistic};
pub use suggest::nearest;
pub use whole_file::{Identity, WholeFile, folder_of, hidden, is_at, is_stream, place, sync};

/// A calendar year.
pub type Year = i32;

/// The base year t0 of the model: the last year with digital-economy history in the embedded tables.
pub const DEFAULT_BASE_YEAR: Year = 2021;

/// The default last projected year.
pub const DEFAULT_HORIZON: Year = 2035;
