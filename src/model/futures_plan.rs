//! Futures, compiled: every distribution as a quantile function, every stream named, every constant folded. What
//! follows from the choice of levers and of response parameters stands in [`World`](super::World).

use super::{draw::Draw, inputs::Inputs};
use crate::{
    base::{DEFAULT_BASE_YEAR, Diagnostic, Diagnostics, Economy, Element, Year},
    calibration::{NormalInverseChiSquared, SeriesCalibration, SeriesKind, calibrate},
    history::{HistoryData, Matrix, Score},
    random::Stream,
    scenario::{Parameter, Scenario, pairs},
    stats::{
        Distribution, DistributionError, QuantileTables, Sampler, ScaledInverseChiSquared, elementary::logit,
    },
};

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
        tables: &mut QuantileTables,
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
            denominator: Draw::new(&format!("{name}.variance"), variance.denominator_in(tables)),
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
    /// Logit element scores at t0.
    pub(super) scores: [f64; Element::COUNT],
    /// Yearly change of the logit scores without levers.
    pub(super) diffusion: Vec<Draw>,
}

/// What is drawn in one year.
#[derive(Clone, Debug)]
pub(super) struct YearStreams {
    /// The shock of each series of the history.
    pub(super) series: Vec<Stream>,
    /// The common tail factor.
    pub(super) tail: Stream,
    /// Tension of each pair.
    pub(super) tension: Vec<Stream>,
    /// Cyber incident in each economy, and its loss.
    pub(super) incidents: Vec<(Stream, Stream)>,
}

/// Everything a block of futures is computed from; the same for every block, and for every set of levers and response
/// parameters.
#[derive(Clone, Debug)]
pub(super) struct FuturesPlan {
    pub(super) base_year: Year,
    pub(super) economies: Vec<EconomyPlan>,
    /// Pairs of economies by position.
    pub(super) pairs: Vec<(usize, usize)>,
    pub(super) persistence: Draw,
    /// Lower triangle L of R = L Lᵀ over every series of the history, row by row.
    pub(super) cholesky: Vec<Vec<f64>>,
    /// By year from t0 + 1.
    pub(super) years: Vec<YearStreams>,
    /// Degrees of freedom ν of the shocks and the quantile function of χ²_ν; `None` for normal shocks.
    pub(super) tail: Option<(f64, Sampler)>,
    /// Sentences on what the data themselves assume.
    pub(super) assumptions: Vec<String>,
}

fn unfit(error: &DistributionError) -> Diagnostics {
    Diagnostic::new(error.to_string()).into()
}

impl FuturesPlan {
    pub(super) fn new(
        history: &HistoryData,
        scenario: &Scenario,
        inputs: &Inputs<'_>,
    ) -> Result<Self, Diagnostics> {
        let calibration = calibrate(
            history,
            &scenario.views(),
            inputs.constant(Parameter::PriorYearsMax, ())?,
        )?;
        let variance_quantile = inputs.constant(Parameter::VarianceQuantile, ())?;
        let matrix = Matrix::embedded(DEFAULT_BASE_YEAR)?;
        let series_plan = |economy: Economy, kind: SeriesKind, long_run: Parameter| {
            let (row, series) = calibration
                .series
                .iter()
                .enumerate()
                .find(|(_, series)| series.economy == economy && series.kind == kind)
                .ok_or_else(|| Diagnostic::new(format!("the history has no economy {economy}")))?;
            let long_run = inputs.draw(long_run, economy)?;
            let tables = &mut inputs.tables.borrow_mut();
            SeriesPlan::new(row, series, variance_quantile, long_run, tables).map_err(|error| unfit(&error))
        };
        let mut economies = Vec::new();
        let mut assumptions = Vec::new();
        for &economy in &scenario.economies {
            let data = history
                .economy(economy)
                .ok_or_else(|| Diagnostic::new(format!("the history has no economy {economy}")))?;
            let initial_share = inputs.draw(Parameter::InitialShare, economy)?;
            let scores = matrix.scores_or_assumed(economy);
            assumptions.extend(score_assumption(economy, &scores));
            let diffusion = Element::ALL
                .iter()
                .zip(matrix.diffusion(economy))
                .map(|(element, diffusion)| {
                    let name = format!("diffusion.{economy}.{}", element.key());
                    let distribution = if diffusion.sd > 0.0 {
                        Distribution::normal(diffusion.mean, diffusion.sd)
                    } else {
                        Distribution::constant(diffusion.mean)
                    };
                    distribution
                        .map(|distribution| Draw::new(&name, inputs.sampler(&distribution)))
                        .map_err(|error| unfit(&error))
                })
                .collect::<Result<_, _>>()?;
            economies.push(EconomyPlan {
                economy,
                gdp: series_plan(economy, SeriesKind::GdpGrowth, Parameter::LongRunGrowth)?,
                share: series_plan(economy, SeriesKind::ShareDrift, Parameter::LongRunShareDrift)?,
                initial_gdp: data.gdp,
                initial_share,
                population: data.population.map(|population| {
                    (0..=scenario.horizon - history.base_year)
                        .map(|step| {
                            population.persons * 1e-9 * libm::exp(population.log_growth * f64::from(step))
                        })
                        .collect()
                }),
                scores: scores.map(|score| logit(score.value)),
                diffusion,
            });
        }
        if economies.iter().any(|economy| economy.population.is_some()) {
            assumptions.push(
                "Population grows at its mean rate of the years in the history, without uncertainty."
                    .to_owned(),
            );
        }
        let pairs = pairs(&scenario.economies);
        let years = (history.base_year + 1..=scenario.horizon)
            .map(|year| YearStreams {
                series: calibration
                    .series
                    .iter()
                    .map(|series| {
                        Stream::named(&format!("shock.{}.{}.{year}", series.economy, series.kind.key()))
                    })
                    .collect(),
                tail: Stream::named(&format!("shock.tail.{year}")),
                tension: pairs
                    .iter()
                    .map(|(first, second)| Stream::named(&format!("tension.{first}-{second}.{year}")))
                    .collect(),
                incidents: scenario
                    .economies
                    .iter()
                    .map(|economy| {
                        (
                            Stream::named(&format!("incident.{economy}.{year}")),
                            Stream::named(&format!("incident.loss.{economy}.{year}")),
                        )
                    })
                    .collect(),
            })
            .collect();
        let degrees = inputs.constant(Parameter::ShockDegrees, ())?;
        let tail = if degrees > 0.0 {
            let chi_squared = Distribution::chi_squared(degrees).map_err(|error| unfit(&error))?;
            Some((degrees, inputs.sampler(&chi_squared)))
        } else {
            None
        };
        let position = |code: Economy| scenario.economies.iter().position(|economy| *economy == code);
        Ok(Self {
            base_year: history.base_year,
            pairs: pairs
                .iter()
                .filter_map(|(first, second)| position(*first).zip(position(*second)))
                .collect(),
            economies,
            persistence: inputs.draw(Parameter::Persistence, ())?,
            cholesky: calibration.correlation.cholesky(),
            years,
            tail,
            assumptions,
        })
    }

    /// Number of projected years.
    pub(super) fn projected_years(&self) -> usize {
        self.years.len()
    }
}

/// What is assumed about the scores of an economy, as a sentence.
fn score_assumption(economy: Economy, scores: &[Score; Element::COUNT]) -> Option<String> {
    let assumed: Vec<&str> = Element::ALL
        .iter()
        .zip(scores)
        .filter(|(_, score)| score.assumed)
        .map(|(element, _)| element.key())
        .collect();
    (!assumed.is_empty()).then(|| {
        format!(
            "Digitalization of {}: no figures for {}; the lowest score of the other economies is assumed.",
            economy.name(),
            assumed.join(", ")
        )
    })
}
