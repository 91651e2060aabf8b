//! What a scenario file may say, resolved into plain data.

mod types;
pub use types::*;
