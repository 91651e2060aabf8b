//! Results of the calibration.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::{
    base::{Economy, Year},
    history::EconomyData,
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

impl SeriesKind {
    /// Both kinds, in the order of calibrations.
    pub const ALL: [Self; 2] = [Self::GdpGrowth, Self::ShareDrift];

    /// The name in files, outputs and random streams.
    pub const fn key(self) -> &'static str {
        match self {
            Self::GdpGrowth => "gdp_growth",
            Self::ShareDrift => "share_drift",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GdpGrowth => "log change of GDP",
            Self::ShareDrift => "change of the logit digital share",
        }
    }
}

impl EconomyData {
    /// The yearly changes of a series.
    pub fn changes(&self, kind: SeriesKind) -> &[(Year, f64)] {
        match kind {
            SeriesKind::GdpGrowth => &self.gdp_changes,
            SeriesKind::ShareDrift => &self.share_changes,
        }
    }
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

impl NormalInverseChiSquared {
    /// The distribution of the next observation: Student-t with ν degrees of freedom, this location, and this scale
    /// (the square root of s² (1 + 1/κ)).
    pub fn predictive(&self) -> (f64, f64, f64) {
        (
            self.nu,
            self.location,
            (self.scale_squared * (1.0 + 1.0 / self.kappa)).sqrt(),
        )
    }

    /// The central interval that holds the next observation with a probability strictly between 0 and 1.
    pub fn predictive_interval(&self, probability: f64) -> (f64, f64) {
        let (nu, location, scale) = self.predictive();
        // The parameters of a posterior are always admissible; without them there would be no interval to show.
        let half = StudentsT::new(0.0, 1.0, nu).map_or(f64::NAN, |t| t.inverse_cdf(0.5 + 0.5 * probability));
        (location - half * scale, location + half * scale)
    }
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
