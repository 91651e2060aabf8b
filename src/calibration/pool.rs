//! What many economies say together: pooled priors and common factors of the panel (docs/model.md §3).

use super::{Factor, GroupPrior, PanelFit, SeriesKind};
use crate::{
    base::{Economy, Year},
    history::{Panel, PanelEconomy},
};

/// Degrees of freedom of the pooled priors of volume and dollar price, ν0.
const PANEL_DEGREES: f64 = 8.0;
/// Smallest strength of a pooled prior, in years of data.
const PRIOR_YEARS_MIN: f64 = 0.25;
/// Largest persistence φ.
const LARGEST_PHI: f64 = 0.9;

/// Numbers of the scenario that a calibration needs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CalibrationSettings {
    /// W, the years of the window.
    pub window: usize,
    /// φ_q, the persistence of the dollar price.
    pub price_persistence: f64,
    /// Upper bound of κ0.
    pub prior_years_max: f64,
}

/// Count, mean and sum of squared deviations of yearly changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) n: usize,
    pub(super) mean: f64,
    pub(super) sum_of_squares: f64,
}

impl Sample {
    pub(super) fn of(changes: impl Iterator<Item = f64> + Clone) -> Self {
        let n = changes.clone().count();
        let mean = changes.clone().sum::<f64>() / n.max(1) as f64;
        Self {
            n,
            mean,
            sum_of_squares: changes.map(|y| (y - mean) * (y - mean)).sum(),
        }
    }

    /// s².
    fn variance(&self) -> f64 {
        self.sum_of_squares / (self.n as f64 - 1.0)
    }
}

/// The number of independent years that `n` years of persistence φ are worth for a mean.
pub(super) fn independent_years(n: usize, phi: f64) -> f64 {
    n as f64 * (1.0 - phi) / (1.0 + phi)
}

/// The pooled prior from samples and a pooled variance.
pub(super) fn prior(
    kind: SeriesKind,
    samples: &[Sample],
    s0_squared: f64,
    phi: f64,
    nu0: f64,
    prior_years_max: f64,
) -> GroupPrior {
    let count = samples.len() as f64;
    let m0 = samples.iter().map(|sample| sample.mean).sum::<f64>() / count;
    let tau_squared = if samples.len() < 2 {
        0.0
    } else {
        let between = samples
            .iter()
            .map(|sample| (sample.mean - m0) * (sample.mean - m0))
            .sum::<f64>()
            / (count - 1.0);
        let parts = samples
            .iter()
            .map(|sample| 1.0 / independent_years(sample.n, phi));
        (between - s0_squared * parts.sum::<f64>() / count).max(0.0)
    };
    GroupPrior {
        kind,
        economies: samples.len(),
        s0_squared,
        m0,
        tau_squared,
        kappa0: strength(s0_squared, tau_squared, prior_years_max),
        nu0,
        phi,
    }
}

/// κ0 = s0² / τ², within its bounds.
pub(super) fn strength(s0_squared: f64, tau_squared: f64, prior_years_max: f64) -> f64 {
    if tau_squared > 0.0 {
        (s0_squared / tau_squared).clamp(PRIOR_YEARS_MIN.min(prior_years_max), prior_years_max)
    } else {
        prior_years_max
    }
}

/// The middle number; of an even count the mean of the middle two.
fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        0.5 * (values[middle - 1] + values[middle])
    }
}

/// φ_g: the pooled lag-one coefficient of deviations, with the correction for small samples.
fn persistence(windows: &[Vec<f64>], samples: &[Sample]) -> f64 {
    let (mut products, mut squares) = (0.0, 0.0);
    for (window, sample) in windows.iter().zip(samples) {
        for pair in window.windows(2) {
            let (before, now) = (pair[0] - sample.mean, pair[1] - sample.mean);
            products += now * before;
            squares += before * before;
        }
    }
    let years = windows.first().map_or(1, Vec::len) as f64;
    (products / squares + 2.0 / years).clamp(0.0, LARGEST_PHI)
}

/// A common factor: the mean standardized deviation of a year, and shrunk loadings on it.
fn factor(economies: &[Economy], windows: &[Vec<f64>], samples: &[Sample]) -> Factor {
    let years = windows.first().map_or(0, Vec::len);
    let degrees = years as f64 - 1.0;
    let standardized: Vec<Vec<f64>> = windows
        .iter()
        .zip(samples)
        .map(|(window, sample)| {
            let sd = sample.variance().sqrt();
            window.iter().map(|y| (y - sample.mean) / sd).collect()
        })
        .collect();
    let count = standardized.len() as f64;
    let means: Vec<f64> = (0..years)
        .map(|year| standardized.iter().map(|series| series[year]).sum::<f64>() / count)
        .collect();
    let sd = Sample::of(means.iter().copied()).variance().sqrt();
    let scores: Vec<f64> = means.iter().map(|mean| mean / sd).collect();
    let raw: Vec<f64> = standardized
        .iter()
        .map(|series| series.iter().zip(&scores).map(|(x, f)| x * f).sum::<f64>() / degrees)
        .collect();
    let sample = Sample::of(raw.iter().copied());
    let noise = raw
        .iter()
        .map(|loading| (1.0 - loading * loading) * (1.0 - loading * loading) / degrees)
        .sum::<f64>()
        / count;
    let true_variance = (sample.variance() - noise).max(0.0);
    let weight = true_variance / (true_variance + noise);
    Factor {
        scores,
        mean_loading: sample.mean,
        weight,
        loadings: economies
            .iter()
            .zip(raw)
            .map(|(economy, loading)| (*economy, sample.mean + weight * (loading - sample.mean)))
            .collect(),
    }
}

/// The economies whose growth of volume and change of dollar price are known in every year of a window, and the two.
#[derive(Debug)]
pub struct FullWindows {
    /// Economies, by code.
    pub economies: Vec<Economy>,
    /// g by economy and year.
    pub volume: Vec<Vec<f64>>,
    /// q by economy and year.
    pub price: Vec<Vec<f64>>,
}

impl FullWindows {
    /// The windows of a panel that end in a year.
    pub fn of(panel: &Panel, last_year: Year, window: usize) -> Self {
        let mut full = Self {
            economies: Vec::new(),
            volume: Vec::new(),
            price: Vec::new(),
        };
        let read = |entry: &PanelEconomy, change: fn(&PanelEconomy, Year) -> Option<f64>| {
            let years = last_year - window as Year + 1..=last_year;
            years
                .map(|year| change(entry, year))
                .collect::<Option<Vec<f64>>>()
        };
        for entry in &panel.economies {
            let both = read(entry, PanelEconomy::volume_growth).zip(read(entry, PanelEconomy::price_change));
            if let Some((volume, price)) = both {
                full.economies.push(entry.economy);
                full.volume.push(volume);
                full.price.push(price);
            }
        }
        full
    }
}

impl PanelFit {
    /// Fits the window of a panel that ends in a year. The window has years that most economies know, the United States among them.
    pub fn of(panel: &Panel, last_year: Year, settings: CalibrationSettings) -> Self {
        let full = FullWindows::of(panel, last_year, settings.window);
        Self::from_windows(&full, last_year, settings)
    }

    /// As [`of`](Self::of), from windows that are read.
    pub fn from_windows(full: &FullWindows, last_year: Year, settings: CalibrationSettings) -> Self {
        let samples = |windows: &[Vec<f64>]| -> Vec<Sample> {
            windows
                .iter()
                .map(|window| Sample::of(window.iter().copied()))
                .collect()
        };
        let (volume, price) = (samples(&full.volume), samples(&full.price));
        let pooled = |samples: &[Sample]| median(samples.iter().map(Sample::variance).collect());
        let phi = persistence(&full.volume, &volume);
        let world = factor(&full.economies, &full.volume, &volume);
        let dollar = factor(&full.economies, &full.price, &price);
        let products = world.scores.iter().zip(&dollar.scores).map(|(a, b)| a * b);
        let states = Economy::parse("USA").and_then(|code| full.economies.binary_search(&code).ok());
        Self {
            last_year,
            window: settings.window,
            volume: prior(
                SeriesKind::GdpGrowth,
                &volume,
                pooled(&volume),
                phi,
                PANEL_DEGREES,
                settings.prior_years_max,
            ),
            price: prior(
                SeriesKind::DollarPrice,
                &price,
                pooled(&price),
                settings.price_persistence,
                PANEL_DEGREES,
                settings.prior_years_max,
            ),
            dollar_drift: states.map_or(0.0, |position| price[position].mean),
            factor_correlation: products.sum::<f64>() / (settings.window as f64 - 1.0),
            world,
            dollar,
        }
    }
}
