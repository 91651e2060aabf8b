//! What a comparison is told about an outcome.

use super::Direction;

/// What is to be known about the outcome.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ComparisonSettings {
    /// Whether more is better.
    pub direction: Direction,
    /// Floor of the quantile sketches: quantiles resolve 0 to about its product with
    /// [`RELATIVE_ERROR`](crate::stats::QuantileSketch::RELATIVE_ERROR). A positive normal number.
    pub floor: f64,
    /// Outcomes of a path that differ by no more are equal; 0 for exactly equal ones. Set it above the rounding error of
    /// the outcome, far below any difference that matters.
    pub tie: f64,
    /// The threshold of satisficing, if stated: how often the outcome is at least (for [`Direction::Smaller`], at
    /// most) this.
    pub threshold: Option<f64>,
    /// Weight of the best case in Hurwicz's criterion, 0 to 1; the worst case has the rest.
    pub optimism: f64,
}
