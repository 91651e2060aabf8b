//! Results of the calibration.

use crate::{
    base::{Economy, Year},
    stats::ShrunkCorrelation,
};

/// Which of an economy's two series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// Δ ln Y.
    GdpGrowth,
    /// Δ logit s.
    ShareDrift,
}

/// Prior and posterior of one series (MODEL §3).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[allow(missing_docs)] // the symbols of docs/model.md, section 3
pub struct SeriesCalibration {
    pub economy: Economy,
    pub kind: SeriesKind,
    /// Number of yearly observations.
    pub n: usize,
    /// Their mean ȳ; `None` with n = 0.
    pub mean: Option<f64>,
    /// Sum of squared deviations SS.
    pub sum_of_squares: f64,
    pub prior: NormalInverseChiSquared,
    /// Whether a stated view replaced the group prior's (m0, κ0).
    pub view: bool,
    pub posterior: NormalInverseChiSquared,
}

/// A normal–scaled-inverse-χ² distribution of (μ, σ²): σ² ~ Scaled-Inv-χ²(ν, s²), μ | σ² ~ N(m, σ²/κ).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct NormalInverseChiSquared {
    /// Location m.
    pub location: f64,
    /// Strength κ of the location, in years of data.
    pub kappa: f64,
    /// Degrees of freedom ν.
    pub nu: f64,
    /// Scale s².
    pub scale_squared: f64,
}

/// Pooled prior of one kind of series (MODEL §3).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[allow(missing_docs)]
pub struct GroupPrior {
    pub kind: SeriesKind,
    /// Economies with n ≥ 2.
    pub economies: usize,
    pub s0_squared: f64,
    pub m0: f64,
    pub tau_squared: f64,
    pub kappa0: f64,
    pub nu0: f64,
}

/// Everything the model takes from the history besides levels.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Calibration {
    /// Group priors, GDP growth then share drift.
    pub groups: [GroupPrior; 2],
    /// Series in the order of `correlation`: per economy in table order, GDP growth then share drift.
    pub series: Vec<SeriesCalibration>,
    /// Correlation R of the shocks over all series, and how it was shrunk.
    pub correlation: ShrunkCorrelation,
    /// Years that all series with data share.
    pub common_years: Vec<Year>,
}
