//! Pooled priors and posteriors of drift and volatility (docs/model.md §3).

use super::{Calibration, GroupPrior, NormalInverseChiSquared, SeriesCalibration, SeriesKind};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Year},
    history::HistoryData,
    stats::ShrunkCorrelation,
};

/// Degrees of freedom of the pooled prior, ν0.
const PRIOR_DEGREES: f64 = 4.0;
/// Smallest strength of the pooled prior, in years of data.
const PRIOR_YEARS_MIN: f64 = 0.25;

/// A stated view on a series; it replaces the location and strength of the pooled prior.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SeriesView {
    /// The economy.
    pub economy: Economy,
    /// Its series.
    pub kind: SeriesKind,
    /// Location m0: a log change of GDP, or logit points a year.
    pub location: f64,
    /// Strength κ0, in years of data.
    pub years: f64,
}

/// Count, mean and sum of squared deviations of yearly changes.
struct Sample {
    n: usize,
    mean: f64,
    sum_of_squares: f64,
}

impl Sample {
    fn of(changes: &[(Year, f64)]) -> Self {
        let n = changes.len();
        let mean = changes.iter().map(|(_, y)| y).sum::<f64>() / n.max(1) as f64;
        Self {
            n,
            mean,
            sum_of_squares: changes.iter().map(|(_, y)| (y - mean) * (y - mean)).sum(),
        }
    }
}

/// Fits every series of a history: the pooled prior of each kind, the posterior of each series, the correlation of shocks.
///
/// `prior_years_max` bounds κ0. Every economy of the history takes part, whatever a scenario selects.
///
/// # Errors
/// If a kind of series has no economy with two observations that differ: there is then no variance to learn from.
pub fn calibrate(
    history: &HistoryData,
    views: &[SeriesView],
    prior_years_max: f64,
) -> Result<Calibration, Diagnostics> {
    let (gdp_group, gdp) = fit(history, SeriesKind::GdpGrowth, views, prior_years_max)?;
    let (share_group, share) = fit(history, SeriesKind::ShareDrift, views, prior_years_max)?;
    let (correlation, common_years) = correlate(history);
    Ok(Calibration {
        groups: [gdp_group, share_group],
        series: gdp
            .into_iter()
            .zip(share)
            .flat_map(|(gdp, share)| [gdp, share])
            .collect(),
        correlation,
        common_years,
    })
}

/// Fits one kind of series: the pooled prior, and the posterior of every economy in table order.
///
/// # Errors
/// If no economy has two observations that differ.
pub fn fit(
    history: &HistoryData,
    kind: SeriesKind,
    views: &[SeriesView],
    prior_years_max: f64,
) -> Result<(GroupPrior, Vec<SeriesCalibration>), Diagnostics> {
    let group = pool(history, kind, prior_years_max)?;
    let series = history
        .economies
        .iter()
        .map(|data| {
            let view = views
                .iter()
                .find(|view| view.economy == data.economy && view.kind == group.kind);
            let sample = Sample::of(data.changes(group.kind));
            let prior = NormalInverseChiSquared {
                location: view.map_or(group.m0, |view| view.location),
                kappa: view.map_or(group.kappa0, |view| view.years),
                nu: group.nu0,
                scale_squared: group.s0_squared,
            };
            SeriesCalibration {
                economy: data.economy,
                kind: group.kind,
                n: sample.n,
                mean: (sample.n > 0).then_some(sample.mean),
                sum_of_squares: sample.sum_of_squares,
                prior,
                view: view.is_some(),
                posterior: update(prior, &sample),
            }
        })
        .collect();
    Ok((group, series))
}

/// The pooled prior of a kind of series.
fn pool(history: &HistoryData, kind: SeriesKind, prior_years_max: f64) -> Result<GroupPrior, Diagnostics> {
    let samples: Vec<Sample> = history
        .economies
        .iter()
        .map(|data| Sample::of(data.changes(kind)))
        .filter(|sample| sample.n >= 2)
        .collect();
    let economies = samples.len();
    let count = economies as f64;
    let degrees: f64 = samples.iter().map(|sample| sample.n as f64 - 1.0).sum();
    let s0_squared = samples.iter().map(|sample| sample.sum_of_squares).sum::<f64>() / degrees;
    if !(s0_squared > 0.0 && s0_squared.is_finite()) {
        return Err(Diagnostic::new(format!(
            "the history has no economy with at least two differing yearly observations of {}",
            kind.label()
        ))
        .help("a growth rate or level is needed for at least three consecutive years of one economy")
        .into());
    }
    let m0 = samples.iter().map(|sample| sample.mean).sum::<f64>() / count;
    let tau_squared = if economies < 2 {
        0.0
    } else {
        let between = samples
            .iter()
            .map(|sample| (sample.mean - m0) * (sample.mean - m0))
            .sum::<f64>()
            / (count - 1.0);
        let within = s0_squared * samples.iter().map(|sample| 1.0 / sample.n as f64).sum::<f64>() / count;
        (between - within).max(0.0)
    };
    let kappa0 = if tau_squared > 0.0 {
        (s0_squared / tau_squared).clamp(PRIOR_YEARS_MIN.min(prior_years_max), prior_years_max)
    } else {
        prior_years_max
    };
    Ok(GroupPrior {
        kind,
        economies,
        s0_squared,
        m0,
        tau_squared,
        kappa0,
        nu0: PRIOR_DEGREES,
    })
}

/// The conjugate update of a normal–scaled-inverse-χ² prior.
fn update(prior: NormalInverseChiSquared, sample: &Sample) -> NormalInverseChiSquared {
    let n = sample.n as f64;
    let kappa = prior.kappa + n;
    let nu = prior.nu + n;
    let deviation = sample.mean - prior.location;
    NormalInverseChiSquared {
        location: (prior.kappa * prior.location + n * sample.mean) / kappa,
        kappa,
        nu,
        scale_squared: (prior.nu * prior.scale_squared
            + sample.sum_of_squares
            + prior.kappa * n / kappa * deviation * deviation)
            / nu,
    }
}

/// The shrunk correlation of residuals over the years that all series with data share.
fn correlate(history: &HistoryData) -> (ShrunkCorrelation, Vec<Year>) {
    let series: Vec<&[(Year, f64)]> = history
        .economies
        .iter()
        .flat_map(|data| SeriesKind::ALL.map(|kind| data.changes(kind)))
        .collect();
    let with_data = || series.iter().filter(|changes| !changes.is_empty());
    let common_years: Vec<Year> = with_data()
        .next()
        .into_iter()
        .flat_map(|changes| changes.iter().map(|(year, _)| *year))
        .filter(|year| with_data().all(|changes| changes.iter().any(|(other, _)| other == year)))
        .collect();
    // The mean of a series drops out, because a correlation centers again over the common years.
    let residuals: Vec<Option<Vec<f64>>> = series
        .iter()
        .map(|changes| {
            (!changes.is_empty()).then(|| {
                changes
                    .iter()
                    .filter(|(year, _)| common_years.contains(year))
                    .map(|(_, y)| *y)
                    .collect()
            })
        })
        .collect();
    (ShrunkCorrelation::estimate(&residuals), common_years)
}
