//! What a run needs, compiled: every distribution as a quantile function, every stream named, every constant folded.

use crate::{
    base::{Diagnostic, Diagnostics, Economy, Metric, Year},
    calibration::{NormalInverseChiSquared, SeriesCalibration, SeriesKind, calibrate},
    history::HistoryData,
    random::{BLOCK, Generator, Stream},
    scenario::Scenario,
    stats::{Distribution, DistributionError, Sampler, ScaledInverseChiSquared},
};

/// One number for each path of a block.
pub type Lanes = [f64; BLOCK];

/// A quantity drawn once per path: its stream and its quantile function.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    stream: Stream,
    sampler: Sampler,
}

impl Draw {
    pub(super) fn new(name: &str, sampler: Sampler) -> Self {
        Self {
            stream: Stream::named(name),
            sampler,
        }
    }

    /// The draws of a block.
    #[inline(always)]
    pub(super) fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        let mut uniforms = [0.0; BLOCK];
        Generator::new(seed, self.stream, block).fill_uniform(&mut uniforms);
        self.sampler.fill(&uniforms, out);
    }
}

/// Drift and volatility of a projected series (docs/model.md §3).
#[derive(Clone, Debug)]
pub(super) struct SeriesPlan {
    /// Row of the series in R.
    pub(super) row: usize,
    /// χ² of σ² = νn sn² / χ².
    pub(super) denominator: Draw,
    /// νn sn².
    pub(super) numerator: f64,
    /// The normal score of μ given σ².
    pub(super) drift: Stream,
    /// mn.
    pub(super) location: f64,
    /// 1 / sqrt(κn).
    pub(super) location_scale: f64,
    /// The long-run rate: of z as it is, of Y the yearly rate g of ln(1 + g).
    pub(super) long_run: Draw,
}

impl SeriesPlan {
    /// Compiles a posterior. The streams are named after the economy and the series.
    pub(super) fn new(
        row: usize,
        series: &SeriesCalibration,
        variance_quantile: f64,
        long_run: Draw,
    ) -> Result<Self, DistributionError> {
        let name = format!("series.{}.{}", series.economy, series.kind.key());
        let NormalInverseChiSquared {
            location,
            kappa,
            nu,
            scale_squared,
        } = series.posterior;
        let variance = ScaledInverseChiSquared::new(nu, scale_squared, variance_quantile)?;
        Ok(Self {
            row,
            denominator: Draw::new(&format!("{name}.variance"), variance.denominator()),
            numerator: variance.numerator(),
            drift: Stream::named(&format!("{name}.drift")),
            location,
            location_scale: 1.0 / kappa.sqrt(),
            long_run,
        })
    }
}

/// One projected economy.
#[derive(Clone, Debug)]
pub(super) struct EconomyPlan {
    pub(super) economy: Economy,
    pub(super) gdp: SeriesPlan,
    pub(super) share: SeriesPlan,
    /// GDP at t0, USD bn.
    pub(super) initial_gdp: f64,
    /// Digital share at t0.
    pub(super) initial_share: Draw,
    /// Persons by year from t0, in billions, so that USD bn per billion persons are USD per person.
    pub(super) population: Option<Vec<f64>>,
}

/// The shocks of one year: the stream of each series of the history, and that of the common tail factor.
#[derive(Clone, Debug)]
pub(super) struct ShockStreams {
    pub(super) series: Vec<Stream>,
    pub(super) tail: Stream,
}

/// Everything a block of futures is computed from; the same for every block.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) base_year: Year,
    pub(super) options: Vec<String>,
    pub(super) economies: Vec<EconomyPlan>,
    pub(super) persistence: Draw,
    /// Lower triangle L of R = L Lᵀ over every series of the history, row by row.
    pub(super) cholesky: Vec<Vec<f64>>,
    /// By year from t0 + 1.
    pub(super) shocks: Vec<ShockStreams>,
    /// Degrees of freedom ν of the shocks and the quantile function of χ²_ν; `None` for normal shocks.
    pub(super) tail: Option<(f64, Sampler)>,
}

impl Plan {
    /// Calibrates a scenario on a history and compiles it.
    ///
    /// Shocks are drawn for every series of the history, whichever economies the scenario selects: selecting fewer
    /// economies leaves the futures of the others as they were.
    ///
    /// # Errors
    /// If the history does not allow a calibration, or the scenario lacks a number that has no default.
    pub fn new(history: &HistoryData, scenario: &Scenario) -> Result<Self, Diagnostics> {
        let missing =
            |path: &str| Diagnostics::from(Diagnostic::new(format!("the scenario has no `{path}`")));
        let unfit = |error: DistributionError| Diagnostics::from(Diagnostic::new(error.to_string()));
        let draw = |path: &str| {
            let input = scenario.input(path).ok_or_else(|| missing(path))?;
            // The stream of an input is its path, so that a draw does not depend on what else is drawn.
            Ok::<Draw, Diagnostics>(Draw::new(path, input.value.sampler()))
        };
        let constant = |path: &str| scenario.constant(path).ok_or_else(|| missing(path));
        let calibration = calibrate(history, &scenario.views(), constant("model.prior_years_max")?)?;
        let variance_quantile = constant("model.variance_quantile")?;
        let series_plan = |economy: Economy, kind: SeriesKind, long_run: &str| {
            let (row, series) = calibration
                .series
                .iter()
                .enumerate()
                .find(|(_, series)| series.economy == economy && series.kind == kind)
                .ok_or_else(|| Diagnostic::new(format!("the history has no economy {economy}")))?;
            let long_run = draw(&format!("baseline.{economy}.{long_run}"))?;
            SeriesPlan::new(row, series, variance_quantile, long_run).map_err(unfit)
        };
        let mut economies = Vec::new();
        for &economy in &scenario.economies {
            let data = history
                .economy(economy)
                .ok_or_else(|| Diagnostic::new(format!("the history has no economy {economy}")))?;
            let path = format!("baseline.{economy}.initial_share");
            let initial_share = match (scenario.input(&path), &data.share) {
                (None, Some(share)) => Draw::new(&path, share.distribution.sampler()),
                _ => draw(&path)?,
            };
            economies.push(EconomyPlan {
                economy,
                gdp: series_plan(economy, SeriesKind::GdpGrowth, "long_run_growth")?,
                share: series_plan(economy, SeriesKind::ShareDrift, "long_run_share_drift")?,
                initial_gdp: data.gdp,
                initial_share,
                population: data.population.map(|population| {
                    (0..=scenario.horizon - history.base_year)
                        .map(|step| {
                            population.persons * 1e-9 * libm::exp(population.log_growth * f64::from(step))
                        })
                        .collect()
                }),
            });
        }
        let shocks = (history.base_year + 1..=scenario.horizon)
            .map(|year| ShockStreams {
                series: calibration
                    .series
                    .iter()
                    .map(|series| {
                        Stream::named(&format!("shock.{}.{}.{year}", series.economy, series.kind.key()))
                    })
                    .collect(),
                tail: Stream::named(&format!("shock.tail.{year}")),
            })
            .collect();
        let degrees = constant("model.shock_df")?;
        let tail = if degrees > 0.0 {
            Some((
                degrees,
                Distribution::chi_squared(degrees).map_err(unfit)?.sampler(),
            ))
        } else {
            None
        };
        Ok(Self {
            base_year: history.base_year,
            options: vec!["baseline".to_owned()],
            economies,
            persistence: draw("model.persistence")?,
            cholesky: calibration.correlation.cholesky(),
            shocks,
            tail,
        })
    }

    /// The base year t0.
    pub fn base_year(&self) -> Year {
        self.base_year
    }

    /// Number of projected years.
    pub fn projected_years(&self) -> usize {
        self.shocks.len()
    }

    /// The years reported: t0 to the horizon.
    pub fn years(&self) -> impl Iterator<Item = Year> + use<> {
        self.base_year..=self.base_year + self.shocks.len() as Year
    }

    /// Names of the policy options; the first is the baseline, without levers.
    pub fn options(&self) -> &[String] {
        &self.options
    }

    /// Economies, in the order of the scenario.
    pub fn economies(&self) -> impl ExactSizeIterator<Item = Economy> + '_ {
        self.economies.iter().map(|plan| plan.economy)
    }

    /// Whether a metric exists for an economy in the year `step` years after t0: growth needs the year before, and
    /// a metric per head needs population data.
    pub fn has(&self, economy: usize, metric: Metric, step: usize) -> bool {
        match metric {
            Metric::DigitalGrowth => step > 0,
            Metric::PerCapita => self.economies[economy].population.is_some(),
            Metric::Gdp | Metric::DigitalEconomy | Metric::Share => true,
        }
    }
}
