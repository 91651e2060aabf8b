//! Shrinkage of a sample correlation towards the identity.

/// A correlation matrix shrunk towards the identity (Schäfer and Strimmer 2005).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ShrunkCorrelation {
    /// Shrinkage intensity λ* in [0, 1]; 1 when there is nothing to estimate from.
    pub intensity: f64,
    /// Number of observations (common years).
    pub observations: usize,
    /// The matrix R, row by row, size × size.
    pub matrix: Vec<Vec<f64>>,
}
