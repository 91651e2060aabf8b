//! What a scenario file may say, resolved into plain data (docs/scenario.md).

pub mod defaults;
mod load;
mod number;
mod parameters;
mod types;

pub use load::{SCENARIO_LIMIT, load};
pub use parameters::{PARAMETERS, Parameter};
pub use types::*;
