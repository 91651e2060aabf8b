//! Posteriors of drift and volatility, and how shocks move together (docs/model.md §3).

use std::sync::{Mutex, PoisonError};

use super::{
    Calibration, CalibrationSettings, EconomyCalibration, GroupPrior, NormalInverseChiSquared, PanelFit,
    SeriesCalibration, SeriesKind, ShareLink,
    pool::{self, Sample},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Year},
    history::{EconomyData, History, HistoryData, PANEL_YEARS, Panel},
};

/// Degrees of freedom of the pooled prior of the share, ν0.
const SHARE_DEGREES: f64 = 4.0;
/// Least number of years of an economy that the link of share and GDP needs.
const LINK_YEARS: usize = 3;

/// A stated view on a series; it replaces the location and strength of the pooled prior.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SeriesView {
    /// The economy.
    pub economy: Economy,
    /// Its series.
    pub kind: SeriesKind,
    /// Location m0: a log change, or logit points a year.
    pub location: f64,
    /// Strength κ0, in years of data.
    pub years: f64,
}

/// Fits the series of some economies. Priors, factors and loadings come from the whole panel and the whole table, so the fit of an
/// economy does not depend on which others are asked for.
///
/// # Errors
/// None with the embedded data as shipped: the embedded table holds shares that differ.
pub fn calibrate(
    history: &HistoryData,
    economies: &[Economy],
    views: &[SeriesView],
    settings: CalibrationSettings,
) -> Result<Calibration, Diagnostics> {
    let panel = panel_fit(settings);
    let share = share_prior(history, settings.prior_years_max)?;
    let view = |economy: Economy, kind: SeriesKind| {
        let found = |view: &&SeriesView| view.economy == economy && view.kind == kind;
        views.iter().find(found).copied()
    };
    Ok(Calibration {
        economies: economies
            .iter()
            .filter_map(|economy| history.economy(*economy))
            .map(|data| {
                EconomyCalibration::of(data, &panel, &share, settings.prior_years_max, |kind| {
                    view(data.economy, kind)
                })
            })
            .collect(),
        link: link(history),
        panel,
        share,
    })
}

/// What the embedded panel says. The fit of the last settings is kept: the points of a sweep, and the variants of a scenario, seldom change them.
fn panel_fit(settings: CalibrationSettings) -> PanelFit {
    static LAST: Mutex<Option<(CalibrationSettings, PanelFit)>> = Mutex::new(None);
    let last = || LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, fit)) = last().as_ref().filter(|(of, _)| *of == settings) {
        return fit.clone();
    }
    let fit = PanelFit::of(Panel::embedded(), PANEL_YEARS.1, settings);
    *last() = Some((settings, fit.clone()));
    fit
}

/// The pooled prior of the share: of the table, or of the embedded table where that one teaches nothing.
fn share_prior(history: &HistoryData, prior_years_max: f64) -> Result<GroupPrior, Diagnostics> {
    match pool_shares(history, prior_years_max) {
        Some(prior) => Ok(prior),
        None => pool_shares(&History::embedded(true)?.data()?, prior_years_max)
            .ok_or_else(|| Diagnostic::new("the embedded history has no changes of digital shares").into()),
    }
}

/// The pooled prior of the share; `None` without an economy with two changes that differ.
pub fn pool_shares(history: &HistoryData, prior_years_max: f64) -> Option<GroupPrior> {
    let samples: Vec<Sample> = history
        .of_table()
        .map(|data| Sample::of(data.share_changes.iter().map(|(_, change)| *change)))
        .filter(|sample| sample.n >= 2)
        .collect();
    let degrees: f64 = samples.iter().map(|sample| sample.n as f64 - 1.0).sum();
    let s0_squared = samples.iter().map(|sample| sample.sum_of_squares).sum::<f64>() / degrees;
    (s0_squared > 0.0 && s0_squared.is_finite()).then(|| {
        pool::prior(
            SeriesKind::ShareDrift,
            &samples,
            s0_squared,
            0.0,
            SHARE_DEGREES,
            prior_years_max,
        )
    })
}

/// The posterior of a series under a pooled prior or a view on it.
pub fn fit(
    economy: Economy,
    group: &GroupPrior,
    view: Option<SeriesView>,
    changes: impl Iterator<Item = f64> + Clone,
) -> SeriesCalibration {
    let sample = Sample::of(changes);
    let prior = NormalInverseChiSquared {
        location: view.map_or(group.m0, |view| view.location),
        kappa: view.map_or(group.kappa0, |view| view.years),
        nu: group.nu0,
        scale_squared: group.s0_squared,
    };
    SeriesCalibration {
        economy,
        kind: group.kind,
        n: sample.n,
        mean: (sample.n > 0).then_some(sample.mean),
        sum_of_squares: sample.sum_of_squares,
        prior,
        view: view.is_some(),
        posterior: update(prior, &sample, pool::independent_years(sample.n, group.phi)),
        phi: group.phi,
    }
}

/// The conjugate update of a normal–scaled-inverse-χ² prior; `independent` is n', what the n years are worth for the mean.
fn update(prior: NormalInverseChiSquared, sample: &Sample, independent: f64) -> NormalInverseChiSquared {
    let kappa = prior.kappa + independent;
    let nu = prior.nu + sample.n as f64;
    let deviation = sample.mean - prior.location;
    NormalInverseChiSquared {
        location: (prior.kappa * prior.location + independent * sample.mean) / kappa,
        kappa,
        nu,
        scale_squared: (prior.nu * prior.scale_squared
            + sample.sum_of_squares
            + prior.kappa * independent / kappa * deviation * deviation)
            / nu,
    }
}

/// The dollar price: the location of all economies, and the economy's own volatility; with a view, the ordinary posterior.
fn fit_price(
    economy: Economy,
    panel: &PanelFit,
    view: Option<SeriesView>,
    changes: impl Iterator<Item = f64> + Clone,
) -> SeriesCalibration {
    let mut series = fit(economy, &panel.price, view, changes);
    if view.is_none() {
        let degrees = (series.n as f64 - 1.0).max(0.0);
        let nu = series.prior.nu + degrees;
        series.prior.location = panel.dollar_drift;
        series.prior.kappa = f64::INFINITY;
        series.posterior = NormalInverseChiSquared {
            location: panel.dollar_drift,
            kappa: f64::INFINITY,
            nu,
            scale_squared: (series.prior.nu * series.prior.scale_squared + series.sum_of_squares) / nu,
        };
    }
    series
}

/// Growth of volume and change of the dollar price of an economy with a full window.
pub fn fit_window(
    panel: &PanelFit,
    economy: Economy,
    volume: &[f64],
    price: &[f64],
) -> (SeriesCalibration, SeriesCalibration) {
    (
        fit(economy, &panel.volume, None, volume.iter().copied()),
        fit_price(economy, panel, None, price.iter().copied()),
    )
}

impl EconomyCalibration {
    /// Fits an economy under the priors of the panel and of the share.
    fn of(
        data: &EconomyData,
        panel: &PanelFit,
        share: &GroupPrior,
        prior_years_max: f64,
        view: impl Fn(SeriesKind) -> Option<SeriesView>,
    ) -> Self {
        let economy = data.economy;
        let single = data.volume.is_empty() && !data.price.is_empty();
        let last = data.price.last().map_or(panel.last_year, |(year, _)| *year);
        let last = last.max(panel.last_year);
        let window = |changes: &[(Year, f64)]| {
            let first = last - panel.window as Year + 1;
            let inside = changes.iter().filter(|(year, _)| (first..=last).contains(year));
            inside.map(|(_, change)| *change).collect::<Vec<f64>>()
        };
        let volume_view = view(SeriesKind::GdpGrowth);
        let price_view = view(SeriesKind::DollarPrice);
        let changes = window(&data.price);
        let (own_volume, own_price) = (panel.world.loading(economy), panel.dollar.loading(economy));
        let (volume, price, volume_loadings) = if single {
            let group = single_prior(panel, prior_years_max);
            let rest = changes.iter().map(|change| change - panel.dollar_drift);
            (
                fit(economy, &group, volume_view, rest),
                fit_price(economy, panel, price_view, [].into_iter()),
                [
                    own_volume * (panel.volume.s0_squared / group.s0_squared).sqrt(),
                    own_price * (panel.price.s0_squared / group.s0_squared).sqrt(),
                ],
            )
        } else {
            (
                fit(
                    economy,
                    &panel.volume,
                    volume_view,
                    window(&data.volume).into_iter(),
                ),
                fit_price(economy, panel, price_view, changes.into_iter()),
                [own_volume, 0.0],
            )
        };
        let shares = data.share_changes.iter().map(|(_, change)| *change);
        Self {
            economy,
            volume,
            price,
            share: fit(economy, share, view(SeriesKind::ShareDrift), shares),
            single,
            volume_loadings,
            price_loading: if single { 0.0 } else { own_price },
        }
    }
}

/// The prior of an economy whose GDP is fitted as one series: the variances of volume and price together.
fn single_prior(panel: &PanelFit, prior_years_max: f64) -> GroupPrior {
    let s0_squared = panel.volume.s0_squared + panel.price.s0_squared;
    GroupPrior {
        s0_squared,
        kappa0: pool::strength(s0_squared, panel.volume.tau_squared, prior_years_max),
        phi: 0.0,
        ..panel.volume
    }
}

/// The correlation of share and GDP within economies, pooled and shrunk.
fn link(history: &HistoryData) -> ShareLink {
    let (mut products, mut degrees) = (0.0, 0);
    for data in history.of_table() {
        let both: Vec<(f64, f64)> = data
            .share_changes
            .iter()
            .filter_map(|(year, share)| {
                let at = |changes: &[(Year, f64)]| {
                    changes.iter().find(|(other, _)| other == year).map(|(_, y)| *y)
                };
                let price = at(&data.price)?;
                Some((
                    *share,
                    if data.volume.is_empty() {
                        price
                    } else {
                        price + at(&data.volume)?
                    },
                ))
            })
            .collect();
        if both.len() < LINK_YEARS {
            continue;
        }
        let sample = |values: &dyn Fn(&(f64, f64)) -> f64| Sample::of(both.iter().map(values));
        let (share, gdp) = (sample(&|pair| pair.0), sample(&|pair| pair.1));
        if share.sum_of_squares > 0.0 && gdp.sum_of_squares > 0.0 {
            let scale = (share.sum_of_squares * gdp.sum_of_squares).sqrt() / (both.len() as f64 - 1.0);
            let sum: f64 = both
                .iter()
                .map(|pair| (pair.0 - share.mean) * (pair.1 - gdp.mean))
                .sum();
            products += sum / scale;
            degrees += both.len() - 1;
        }
    }
    let count = degrees as f64;
    let sample = if degrees > 0 { products / count } else { 0.0 };
    let noise = (1.0 - sample * sample) * (1.0 - sample * sample) / count;
    let kept = if sample == 0.0 {
        0.0
    } else {
        (1.0 - noise / (sample * sample)).max(0.0)
    };
    ShareLink {
        sample,
        degrees,
        shrunk: sample * kept,
    }
}
