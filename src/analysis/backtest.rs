//! The hindcast: fit on the years up to an origin, forecast the years after it, score against what happened
//! (docs/model.md §3.1).

use crate::{
    base::{Diagnostics, Economy, Year},
    calibration::{GroupPrior, SeriesCalibration, SeriesKind, fit},
    history::{EconomyData, History, HistoryData},
    model::{ForecastSettings, forecast},
    random::BLOCK,
    stats::{
        Distribution, QuantileTables,
        scoring::{Forecast, cdf_of_sample, crps_of_sample},
    },
};

/// Forecasting methods, the model first.
pub const METHODS: [&str; 4] = ["model", "random walk", "random walk with drift", "mean growth"];

/// The central intervals whose coverage is counted.
pub const COVERAGES: [f64; 3] = [0.5, 0.8, 0.9];

/// Least number of observed changes of every scored economy before an origin.
const LEAST_YEARS: usize = 3;
/// Blocks of paths for scores that have no closed form.
const BLOCKS: u64 = 8;

/// One forecast by one method, scored.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Score {
    /// The series.
    pub kind: SeriesKind,
    /// The economy.
    pub economy: Economy,
    /// The last year the fit has seen.
    pub origin: Year,
    /// Years ahead.
    pub ahead: usize,
    /// Position in [`METHODS`].
    pub method: usize,
    /// What happened: the cumulated change since the origin (log change, or logit points).
    pub outcome: f64,
    /// Continuous ranked probability score, in the same unit; smaller is better.
    pub crps: f64,
    /// Probability integral transform: the forecast probability of at most the outcome.
    pub pit: f64,
    /// Whether the score comes from a closed form rather than a sample.
    pub closed_form: bool,
}

impl Score {
    /// Whether the outcome lay in the central interval of a probability.
    pub fn covered(&self, probability: f64) -> bool {
        (self.pit - 0.5).abs() <= 0.5 * probability
    }
}

/// Every score of a hindcast.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Backtest {
    /// Scores, by kind, origin, economy, years ahead and method.
    pub scores: Vec<Score>,
}

/// Scores of one method for one kind of series and number of years ahead.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct ScoreSummary {
    /// How many forecasts.
    pub forecasts: usize,
    /// Mean CRPS.
    pub crps: f64,
    /// Part of the outcomes inside the intervals of [`COVERAGES`].
    pub coverage: [f64; COVERAGES.len()],
    /// Mean of the probability integral transform; 0.5 without bias.
    pub pit: f64,
}

impl Backtest {
    /// The kinds and years ahead that have scores, in order.
    pub fn groups(&self) -> Vec<(SeriesKind, usize)> {
        let mut groups: Vec<(SeriesKind, usize)> = self
            .scores
            .iter()
            .map(|score| (score.kind, score.ahead))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The mean scores of a method; `None` without forecasts.
    pub fn summary(&self, kind: SeriesKind, ahead: usize, method: usize) -> Option<ScoreSummary> {
        let scores: Vec<&Score> = self
            .scores
            .iter()
            .filter(|score| score.kind == kind && score.ahead == ahead && score.method == method)
            .collect();
        let mean = |value: &dyn Fn(&Score) -> f64| {
            scores.iter().map(|score| value(score)).sum::<f64>() / scores.len() as f64
        };
        (!scores.is_empty()).then(|| ScoreSummary {
            forecasts: scores.len(),
            crps: mean(&|score| score.crps),
            coverage: COVERAGES
                .map(|probability| mean(&|score| f64::from(u8::from(score.covered(probability))))),
            pit: mean(&|score| score.pit),
        })
    }
}

/// Parameters of the model that a hindcast uses.
#[derive(Clone, Debug)]
pub struct BacktestSettings {
    /// Seed of the sampled scores.
    pub seed: u64,
    /// Bound of κ0.
    pub prior_years_max: f64,
    /// Persistence ρ.
    pub persistence: Distribution,
    /// Long-run rates of GDP growth (a yearly rate) and of the logit share.
    pub long_run: [f64; 2],
}

/// Runs the hindcast of a history over every origin with enough years before it.
///
/// The variance is not truncated here, so that the one-year forecast is exactly Student-t.
///
/// # Errors
/// If the history does not allow a fit.
pub fn backtest(history: &History, settings: &BacktestSettings) -> Result<Backtest, Diagnostics> {
    let known = history.data()?;
    let outcomes = history.data_with_later_years()?;
    let mut scores = Vec::new();
    let mut tables = QuantileTables::default();
    for (kind, long_run) in SeriesKind::ALL.into_iter().zip(settings.long_run) {
        let years: Vec<Year> = known
            .economies
            .iter()
            .flat_map(|data| data.changes(kind))
            .map(|(year, _)| *year)
            .collect();
        let (Some(&first), Some(&last)) = (years.iter().min(), years.iter().max()) else {
            continue;
        };
        for origin in first + LEAST_YEARS as Year - 1..=last {
            let seen = up_to(&known, kind, origin);
            let Ok((group, fitted)) = fit(&seen, kind, &[], settings.prior_years_max) else {
                continue;
            };
            for ((series, data), outcome) in fitted.iter().zip(&seen.economies).zip(&outcomes.economies) {
                if series.n < LEAST_YEARS {
                    continue;
                }
                let realized = cumulated(outcome, kind, origin);
                if realized.is_empty() {
                    continue;
                }
                let ahead = ForecastSettings {
                    persistence: settings.persistence.clone(),
                    long_run,
                    variance_quantile: 1.0,
                    seed: settings.seed,
                    blocks: BLOCKS,
                    years: realized.len(),
                    name: format!("hindcast.{}.{}.{origin}", series.economy, series.kind.key()),
                };
                let paths = forecast(series, &ahead, &mut tables).unwrap_or_default();
                scores.extend(score(series, &group, data, origin, &realized, &paths));
            }
        }
    }
    Ok(Backtest { scores })
}

/// The data as they stood at the end of a year.
fn up_to(data: &HistoryData, kind: SeriesKind, origin: Year) -> HistoryData {
    let mut seen = data.clone();
    for economy in &mut seen.economies {
        let changes = match kind {
            SeriesKind::GdpGrowth => &mut economy.gdp_changes,
            SeriesKind::ShareDrift => &mut economy.share_changes,
        };
        changes.retain(|(year, _)| *year <= origin);
    }
    seen
}

/// Cumulated changes since the origin, as far as every year between is known.
fn cumulated(data: &EconomyData, kind: SeriesKind, origin: Year) -> Vec<f64> {
    let mut sum = 0.0;
    (origin + 1..)
        .map_while(|year| {
            let change = data.changes(kind).iter().find(|(other, _)| *other == year)?.1;
            sum += change;
            Some(sum)
        })
        .collect()
}

/// Scores every method at every number of years ahead.
fn score(
    series: &SeriesCalibration,
    group: &GroupPrior,
    data: &EconomyData,
    origin: Year,
    realized: &[f64],
    paths: &[Vec<f64>],
) -> Vec<Score> {
    let changes = data.changes(series.kind);
    let n = changes.len() as f64;
    let mean = changes.iter().map(|(_, y)| y).sum::<f64>() / n;
    let around = |center: f64, degrees: f64| {
        (changes
            .iter()
            .map(|(_, y)| (y - center) * (y - center))
            .sum::<f64>()
            / degrees)
            .sqrt()
    };
    let mut scores = Vec::new();
    for (position, &outcome) in realized.iter().enumerate() {
        let ahead = position + 1;
        let h = ahead as f64;
        let mut add = |method: usize, crps: f64, pit: f64, closed_form: bool| {
            scores.push(Score {
                kind: series.kind,
                economy: series.economy,
                origin,
                ahead,
                method,
                outcome,
                crps,
                pit,
                closed_form,
            });
        };
        if ahead == 1 {
            let (nu, location, scale) = series.posterior.predictive();
            let predictive = Forecast::StudentT { nu, location, scale };
            add(0, predictive.crps(outcome), predictive.cdf(outcome), true);
        } else if let Some(sample) = paths.get(position) {
            let mut sample = sample.clone();
            sample.sort_by(f64::total_cmp);
            add(
                0,
                crps_of_sample(&sample, outcome),
                cdf_of_sample(&sample, outcome),
                false,
            );
        }
        // A constant history has no spread; the least spread keeps its score an absolute error.
        let benchmarks = [
            (0.0, around(0.0, n) * h.sqrt()),
            (h * mean, around(mean, n - 1.0) * (h + h * h / n).sqrt()),
            (h * group.m0, group.s0_squared.sqrt() * h.sqrt()),
        ];
        for (method, (mean, sd)) in benchmarks.into_iter().enumerate() {
            let normal = Forecast::Normal {
                mean,
                sd: sd.max(1e-9),
            };
            add(method + 1, normal.crps(outcome), normal.cdf(outcome), true);
        }
    }
    scores
}

/// Paths behind each sampled score.
pub const SAMPLED_PATHS: u64 = BLOCKS * BLOCK as u64;
