//! Results to bytes: terminal, CSV, JSON, run manifest.

mod table;
pub use table::{Align, Table};
