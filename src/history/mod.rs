//! Historical tables: reading, growth basis, chaining levels, indicators, audit.

mod types;
pub use types::*;
