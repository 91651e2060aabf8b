//! What a scenario file may say, resolved into plain data (docs/scenario.md).

pub mod defaults;
mod kinds;
mod levers;
mod load;
mod number;
mod parameters;
mod sweep;
mod together;
mod types;

pub use kinds::{CatalogueEntry, CreationMode, LeverKind, ScaleBasis, catalogue};
pub use levers::LEVER_LIMIT;
pub(crate) use load::pairs;
pub use load::{SCENARIO_LIMIT, load};
pub use number::FORMS;
pub use parameters::{PARAMETERS, Parameter, find as find_parameter};
pub use sweep::read_vary;
pub use together::{as_one, comparable};
pub use types::*;
