//! Results of the calibration.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::base::{Economy, Year};

/// Which of an economy's three series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// g, the growth of volume.
    GdpGrowth,
    /// q, the change of the dollar price.
    DollarPrice,
    /// Δ logit s.
    ShareDrift,
}

impl SeriesKind {
    /// Every kind, in the order of calibrations.
    pub const ALL: [Self; 3] = [Self::GdpGrowth, Self::DollarPrice, Self::ShareDrift];

    /// The name in files, outputs and random streams.
    pub const fn key(self) -> &'static str {
        match self {
            Self::GdpGrowth => "gdp_growth",
            Self::DollarPrice => "dollar_price",
            Self::ShareDrift => "share_drift",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::GdpGrowth => "growth of the volume of GDP",
            Self::DollarPrice => "change of the dollar price of GDP",
            Self::ShareDrift => "change of the logit digital share",
        }
    }
}

/// Prior and posterior of one series (docs/model.md §3).
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
    /// For a dollar price without a view the location is that of all economies: κ is infinite.
    pub posterior: NormalInverseChiSquared,
    /// φ, the part of a deviation that is left a year later.
    pub phi: f64,
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
    /// The distribution of the next observation of a series without persistence: Student-t with ν degrees of freedom, this
    /// location, and this scale (the square root of s² (1 + 1/κ)).
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

/// Pooled prior of one kind of series (docs/model.md §3).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[allow(missing_docs)]
pub struct GroupPrior {
    pub kind: SeriesKind,
    /// Economies that were pooled.
    pub economies: usize,
    pub s0_squared: f64,
    pub m0: f64,
    pub tau_squared: f64,
    pub kappa0: f64,
    pub nu0: f64,
    pub phi: f64,
}

/// A common factor and how economies load on it (docs/model.md §3).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Factor {
    /// F by year of the window, of unit variance.
    pub scores: Vec<f64>,
    /// The mean of the loadings.
    pub mean_loading: f64,
    /// The weight w of an economy's own loading against the mean.
    pub weight: f64,
    /// Shrunk loadings of the economies with full windows.
    pub loadings: Vec<(Economy, f64)>,
}

impl Factor {
    /// The loading of an economy; the mean without a full window.
    pub fn loading(&self, economy: Economy) -> f64 {
        let position = self.loadings.binary_search_by_key(&economy, |(code, _)| *code);
        position.map_or(self.mean_loading, |position| self.loadings[position].1)
    }
}

/// What the whole panel says at the end of a year: pooled priors, the dollar's price, common factors.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PanelFit {
    /// The last year that was seen.
    pub last_year: Year,
    /// Years of the window.
    pub window: usize,
    /// Pooled prior of the growth of volume.
    pub volume: GroupPrior,
    /// Pooled prior of the change of the dollar price, of which the volatility is used.
    pub price: GroupPrior,
    /// δ0, the mean change of the deflator of the United States.
    pub dollar_drift: f64,
    /// The world factor, of volume.
    pub world: Factor,
    /// The dollar factor, of prices.
    pub dollar: Factor,
    /// Correlation of the two factors.
    pub factor_correlation: f64,
}

/// How the shock of a share moves with the shock of its economy's GDP.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct ShareLink {
    /// The pooled sample correlation r.
    pub sample: f64,
    /// Σ (n_c − 1).
    pub degrees: usize,
    /// The shrunk correlation that is used.
    pub shrunk: f64,
}

/// Calibration of one economy.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EconomyCalibration {
    /// The economy.
    pub economy: Economy,
    /// Growth of volume; of an economy without volume, the change of GDP less δ0.
    pub volume: SeriesCalibration,
    /// Change of the dollar price.
    pub price: SeriesCalibration,
    /// Change of the logit share.
    pub share: SeriesCalibration,
    /// Whether the economy has no volume of its own, so that its price has no shock of its own.
    pub single: bool,
    /// Loadings of the shock of volume on the world and the dollar factor.
    pub volume_loadings: [f64; 2],
    /// Loading of the shock of the price on the dollar factor.
    pub price_loading: f64,
}

impl EconomyCalibration {
    /// The three series, in the order of [`SeriesKind::ALL`].
    pub fn series(&self) -> [&SeriesCalibration; 3] {
        [&self.volume, &self.price, &self.share]
    }
}

/// Everything the model takes from the history besides levels.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Calibration {
    /// What the panel says.
    pub panel: PanelFit,
    /// Pooled prior of the share.
    pub share: GroupPrior,
    /// The link between the shocks of share and GDP.
    pub link: ShareLink,
    /// The economies asked for, in their order.
    pub economies: Vec<EconomyCalibration>,
}
