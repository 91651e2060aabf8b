//! The hindcast: fit on the years up to an origin, forecast the years after it, score against what happened
//! (docs/model.md §3.1).

use crate::{
    base::{Diagnostics, Economy, Year},
    calibration::{
        CalibrationSettings, FullWindows, PanelFit, SeriesCalibration, fit, fit_window, pool_shares,
    },
    history::{EconomyData, History, HistoryData, PANEL_YEARS, Panel},
    model::{ForecastSettings, forecast_gdp, forecast_share},
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

/// Least number of observed changes of a share before an origin.
const LEAST_YEARS: usize = 3;
/// Most years ahead on the panel.
const YEARS_AHEAD: usize = 10;
/// Blocks of paths behind a sampled score: of shares, which are few, and of the panel.
const SHARE_BLOCKS: u64 = 8;
const PANEL_BLOCKS: u64 = 2;

/// An era of the panel: its origins, and the length of the window before each.
const ERAS: [(Year, Year, usize); 2] = [(2009, 2023, 18), (1999, 2008, 9)];

/// What is forecast together.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Part {
    /// The name in files.
    pub key: String,
    /// The name for people.
    pub label: String,
}

/// One forecast by one method, scored.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Score {
    /// Position in [`Backtest::parts`].
    pub part: usize,
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

/// Where a known year fell in the forecast from the base year.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Percentile {
    /// The economy.
    pub economy: Economy,
    /// The year.
    pub year: Year,
    /// Known GDP, USD bn.
    pub gdp: f64,
    /// The 5 %, 50 % and 95 % quantiles of the forecast, USD bn.
    pub forecast: [f64; 3],
    /// The forecast probability of at most the known value.
    pub pit: f64,
}

/// Every score of a hindcast.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Backtest {
    /// What was forecast.
    pub parts: Vec<Part>,
    /// Scores, by part, origin, economy, years ahead and method.
    pub scores: Vec<Score>,
    /// Known years after the base year against the forecast from it.
    pub percentiles: Vec<Percentile>,
}

/// Scores of one method for one part and number of years ahead.
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
    /// The parts and years ahead that have scores, in order.
    pub fn groups(&self) -> Vec<(usize, usize)> {
        let mut groups: Vec<(usize, usize)> = self
            .scores
            .iter()
            .map(|score| (score.part, score.ahead))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The mean scores of a method; `None` without forecasts.
    pub fn summary(&self, part: usize, ahead: usize, method: usize) -> Option<ScoreSummary> {
        let scores: Vec<&Score> = self
            .scores
            .iter()
            .filter(|score| score.part == part && score.ahead == ahead && score.method == method)
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
    /// Window, persistence of the dollar price, bound of κ0.
    pub calibration: CalibrationSettings,
    /// Persistence ρ.
    pub persistence: Distribution,
    /// The drift common to all dollar prices.
    pub dollar_drift: Distribution,
    /// Long-run drift of the logit share.
    pub long_run_share_drift: f64,
}

impl BacktestSettings {
    /// The variance is not truncated, so that the forecast of a share one year ahead is exactly Student-t.
    fn forecast(&self, long_run: f64, years: usize, blocks: u64, name: String) -> ForecastSettings {
        ForecastSettings {
            persistence: self.persistence.clone(),
            long_run,
            dollar_drift: self.dollar_drift.clone(),
            variance_quantile: 1.0,
            seed: self.seed,
            blocks,
            years,
            name,
        }
    }
}

/// The hindcast of a table: digital shares at every origin with enough years before it, and where GDP of the known years fell
/// in the forecast from the base year.
///
/// # Errors
/// If the table is wrong.
pub fn backtest(history: &History, settings: &BacktestSettings) -> Result<Backtest, Diagnostics> {
    let known = history.data_with_later_years()?;
    let mut tables = QuantileTables::default();
    let mut result = Backtest {
        parts: vec![Part {
            key: "share".to_owned(),
            label: "change of the logit digital share".to_owned(),
        }],
        scores: Vec::new(),
        percentiles: percentiles(&known, settings, &mut tables),
    };
    let years = || {
        let changes = known.of_table().flat_map(|data| &data.share_changes);
        changes.map(|(year, _)| *year)
    };
    if let (Some(first), Some(last)) = (years().min(), years().max()) {
        for origin in first + LEAST_YEARS as Year - 1..=last {
            result
                .scores
                .extend(score_shares(&known, origin, settings, &mut tables));
        }
    }
    Ok(result)
}

/// The hindcast of the panel, in both eras.
pub fn backtest_panel(settings: &BacktestSettings) -> Backtest {
    let mut tables = QuantileTables::default();
    let mut result = Backtest {
        parts: Vec::new(),
        scores: Vec::new(),
        percentiles: Vec::new(),
    };
    for (part, (first, last, window)) in ERAS.into_iter().enumerate() {
        result.parts.push(Part {
            key: format!("panel-{first}-{last}"),
            label: format!(
                "log change of GDP in dollars, origins {first} to {last}, window of {window} years"
            ),
        });
        let calibration = CalibrationSettings {
            window,
            ..settings.calibration
        };
        for origin in first..=last {
            result
                .scores
                .extend(score_panel(part, origin, calibration, settings, &mut tables));
        }
    }
    result
}

/// Scores of every economy of the panel with a full window.
fn score_panel(
    part: usize,
    origin: Year,
    calibration: CalibrationSettings,
    settings: &BacktestSettings,
    tables: &mut QuantileTables,
) -> Vec<Score> {
    let panel = Panel::embedded();
    let full = FullWindows::of(panel, origin, calibration.window);
    let fitted = PanelFit::from_windows(&full, origin, calibration);
    let windows: Vec<Vec<f64>> = full
        .volume
        .iter()
        .zip(&full.price)
        .map(|(volume, price)| volume.iter().zip(price).map(|(g, q)| g + q).collect())
        .collect();
    let simple: Vec<Simple> = windows.iter().map(|window| Simple::of(window)).collect();
    let count = simple.len() as f64;
    let group = (
        simple.iter().map(|simple| simple.mean).sum::<f64>() / count,
        simple.iter().map(|simple| simple.variance).sum::<f64>() / count,
    );
    let mut scores = Vec::new();
    for (position, &economy) in full.economies.iter().enumerate() {
        let Some(entry) = panel.economy(economy) else {
            continue;
        };
        let realized: Vec<Option<f64>> = (1..=YEARS_AHEAD as Year)
            .take_while(|ahead| origin + ahead <= PANEL_YEARS.1)
            .map(|ahead| Some(libm::log(entry.gdp(origin + ahead)? / entry.gdp(origin)?)))
            .collect();
        let name = format!("hindcast.{economy}.{origin}");
        let paths = forecast_window(&fitted, &full, position, realized.len(), settings, name, tables);
        for (ahead, (outcome, mut sample)) in realized.into_iter().zip(paths).enumerate() {
            let Some(outcome) = outcome else { continue };
            sample.sort_by(f64::total_cmp);
            let model = (
                crps_of_sample(&sample, outcome),
                cdf_of_sample(&sample, outcome),
                false,
            );
            let at = (part, economy, origin, ahead + 1);
            scores.extend(simple[position].scores(at, outcome, model, group));
        }
    }
    scores
}

/// Paths of ln Y since the end of the window of an economy.
fn forecast_window(
    fitted: &PanelFit,
    full: &FullWindows,
    position: usize,
    years: usize,
    settings: &BacktestSettings,
    name: String,
    tables: &mut QuantileTables,
) -> Vec<Vec<f64>> {
    let economy = full.economies[position];
    let (volume, price) = (&full.volume[position], &full.price[position]);
    let (of_volume, of_price) = fit_window(fitted, economy, volume, price);
    let last = [volume, price].map(|window| window.last().copied().unwrap_or(0.0));
    let correlation =
        fitted.world.loading(economy) * fitted.dollar.loading(economy) * fitted.factor_correlation;
    forecast_gdp(
        [&of_volume, &of_price],
        last,
        correlation,
        &settings.forecast(fitted.volume.m0, years, PANEL_BLOCKS, name),
        tables,
    )
    // A posterior always has a variance.
    .unwrap_or_default()
}

/// Where the known years after the base year fell in the forecast from it, for the economies of a table that the panel holds.
fn percentiles(
    data: &HistoryData,
    settings: &BacktestSettings,
    tables: &mut QuantileTables,
) -> Vec<Percentile> {
    let origin = data.base_year;
    let full = FullWindows::of(Panel::embedded(), origin, settings.calibration.window);
    if full.economies.len() < 2 {
        return Vec::new();
    }
    let fitted = PanelFit::from_windows(&full, origin, settings.calibration);
    let mut found = Vec::new();
    for economy in data.of_table() {
        let Ok(position) = full.economies.binary_search(&economy.economy) else {
            continue;
        };
        let name = format!("hindcast.{}.{origin}", economy.economy);
        let years = economy.known_gdp.len();
        let paths = forecast_window(&fitted, &full, position, years, settings, name, tables);
        for (ahead, (known, mut sample)) in economy.known_gdp.iter().zip(paths).enumerate() {
            sample.sort_by(f64::total_cmp);
            let quantile = |p: f64| economy.gdp * libm::exp(sample[(p * (sample.len() - 1) as f64) as usize]);
            found.push(Percentile {
                economy: economy.economy,
                year: origin + ahead as Year + 1,
                gdp: known.gdp,
                forecast: [0.05, 0.5, 0.95].map(quantile),
                pit: cdf_of_sample(&sample, libm::log(known.gdp / economy.gdp)),
            });
        }
    }
    found
}

/// Scores of the shares of a table from one origin.
fn score_shares(
    known: &HistoryData,
    origin: Year,
    settings: &BacktestSettings,
    tables: &mut QuantileTables,
) -> Vec<Score> {
    let mut seen = known.clone();
    for economy in &mut seen.economies {
        economy.share_changes.retain(|(year, _)| *year <= origin);
    }
    let Some(group) = pool_shares(&seen, settings.calibration.prior_years_max) else {
        return Vec::new();
    };
    let mut scores = Vec::new();
    for (data, later) in seen.of_table().zip(known.of_table()) {
        let changes: Vec<f64> = data.share_changes.iter().map(|(_, change)| *change).collect();
        let realized = cumulated(later, origin);
        if changes.len() < LEAST_YEARS || realized.is_empty() {
            continue;
        }
        let series = fit(data.economy, &group, None, changes.iter().copied());
        let name = format!("hindcast.{}.share_drift.{origin}", data.economy);
        let settings = settings.forecast(settings.long_run_share_drift, realized.len(), SHARE_BLOCKS, name);
        let paths = forecast_share(&series, &settings, tables).unwrap_or_default();
        let simple = Simple::of(&changes);
        for (ahead, (outcome, mut sample)) in realized.into_iter().zip(paths).enumerate() {
            let model = if ahead == 0 {
                exact(&series, outcome)
            } else {
                sample.sort_by(f64::total_cmp);
                (
                    crps_of_sample(&sample, outcome),
                    cdf_of_sample(&sample, outcome),
                    false,
                )
            };
            let at = (0, data.economy, origin, ahead + 1);
            scores.extend(simple.scores(at, outcome, model, (group.m0, group.s0_squared)));
        }
    }
    scores
}

/// CRPS and probability integral transform of a share one year ahead, in closed form.
fn exact(series: &SeriesCalibration, outcome: f64) -> (f64, f64, bool) {
    let (nu, location, scale) = series.posterior.predictive();
    let predictive = Forecast::StudentT { nu, location, scale };
    (predictive.crps(outcome), predictive.cdf(outcome), true)
}

/// Cumulated changes of the share since the origin, as far as every year between is known.
fn cumulated(data: &EconomyData, origin: Year) -> Vec<f64> {
    let mut sum = 0.0;
    (origin + 1..)
        .map_while(|year| {
            let changes = &data.share_changes;
            sum += changes.iter().find(|(other, _)| *other == year)?.1;
            Some(sum)
        })
        .collect()
}

/// What the simple methods take from the observed changes.
struct Simple {
    n: f64,
    mean: f64,
    variance: f64,
    mean_square: f64,
}

impl Simple {
    fn of(changes: &[f64]) -> Self {
        let n = changes.len() as f64;
        let mean = changes.iter().sum::<f64>() / n;
        Self {
            n,
            mean,
            variance: changes.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (n - 1.0),
            mean_square: changes.iter().map(|y| y * y).sum::<f64>() / n,
        }
    }

    /// The scores of every method; `group` is mean and variance of the group, `model` the model's CRPS and probability integral transform.
    fn scores(
        &self,
        (part, economy, origin, ahead): (usize, Economy, Year, usize),
        outcome: f64,
        model: (f64, f64, bool),
        group: (f64, f64),
    ) -> [Score; METHODS.len()] {
        let score = |method: usize, (crps, pit, closed_form): (f64, f64, bool)| Score {
            part,
            economy,
            origin,
            ahead,
            method,
            outcome,
            crps,
            pit,
            closed_form,
        };
        let h = ahead as f64;
        let normal = |mean: f64, variance: f64| {
            // A constant history has no spread; the least spread keeps its score an absolute error.
            let sd = variance.sqrt().max(1e-9);
            let normal = Forecast::Normal { mean, sd };
            (normal.crps(outcome), normal.cdf(outcome), true)
        };
        [
            score(0, model),
            score(1, normal(0.0, h * self.mean_square)),
            score(2, normal(h * self.mean, self.variance * (h + h * h / self.n))),
            score(3, normal(h * group.0, h * group.1)),
        ]
    }
}

/// Paths behind each sampled score: of shares, and of the panel.
pub const SAMPLED_PATHS: [u64; 2] = [SHARE_BLOCKS * BLOCK as u64, PANEL_BLOCKS * BLOCK as u64];
