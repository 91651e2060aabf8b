//! Summaries: means, quantiles and their Monte Carlo errors.

mod summary;
pub use summary::{PROBABILITIES, Statistics, Summary, SummaryRow};
