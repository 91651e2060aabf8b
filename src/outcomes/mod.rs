//! Summaries: means, quantiles and their Monte Carlo errors; gap closure; money.

mod bytes;
mod gap;
mod money;
mod number;
mod projection;
mod recorder;
mod summary;

pub use money::{MoneyBlock, MoneyRecorder, PresentValue};
pub use number::{Counter, finish};
pub use projection::{Projection, ProjectionError, evaluation_memory, project};
pub use summary::{
    Comparison, DigitalSplit, GapClosure, MoneyAccount, MoneyTotal, MoneyYear, Payback, Statistics, Summary,
    SummaryRow,
};
