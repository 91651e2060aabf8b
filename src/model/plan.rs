//! Futures, compiled: every distribution as a quantile function, every stream named, every constant folded. What
//! follows from the choice of levers and of response parameters stands in [`World`].

use super::{inputs::Inputs, world::World};
use crate::{
    base::{DEFAULT_BASE_YEAR, Diagnostic, Diagnostics, Economy, Element, Metric, Place, Year},
    calibration::{NormalInverseChiSquared, SeriesCalibration, SeriesKind, calibrate},
    history::{HistoryData, Matrix, Score},
    random::{BLOCK, Generator, Stream},
    scenario::{Parameter, Scenario, pairs},
    stats::{Distribution, DistributionError, Sampler, ScaledInverseChiSquared, elementary::logit},
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

    /// Its quantile function alone, for what is drawn more than once per path.
    pub(super) fn into_sampler(self) -> Sampler {
        self.sampler
    }

    /// Whether it is the same on every path.
    pub(super) fn is_constant(&self) -> bool {
        self.sampler.as_constant().is_some()
    }

    /// The median.
    pub(super) fn median(&self) -> f64 {
        self.sampler.value(0.5)
    }

    /// The draws of a block.
    #[inline(never)]
    pub(super) fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        if let Some(value) = self.sampler.as_constant() {
            return out.fill(value);
        }
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
    assumptions: Vec<String>,
}

fn unfit(error: &DistributionError) -> Diagnostics {
    Diagnostic::new(error.to_string()).into()
}

impl FuturesPlan {
    fn new(history: &HistoryData, scenario: &Scenario, inputs: &Inputs<'_>) -> Result<Self, Diagnostics> {
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
            SeriesPlan::new(row, series, variance_quantile, long_run).map_err(|error| unfit(&error))
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
                        .map(|distribution| Draw::new(&name, distribution.sampler()))
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
            Some((degrees, chi_squared.sampler()))
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

/// A scenario on a history, compiled: futures, and the levers and response parameters of the scenario itself.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) futures: FuturesPlan,
    world: World,
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
        Self::of_all(history, scenario, &[])
    }

    /// The options of several scenarios on the same futures. They agree in everything but levers, options
    /// and gap ([`scenario::comparable`](crate::scenario::comparable) checks it), and their options have different names.
    /// The gap of the first holds for all.
    /// Money is discounted to the first year of any lever.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_all(
        history: &HistoryData,
        scenario: &Scenario,
        others: &[Scenario],
    ) -> Result<Self, Diagnostics> {
        let futures = FuturesPlan::new(history, scenario, &Inputs::of(scenario))?;
        let world = World::of_all(&futures, history, scenario, others)?;
        Ok(Self { futures, world })
    }

    /// The plan's own world with other options, each a name and the positions of its levers
    /// ([`World::lever_ids`]); the baseline stays the first option.
    pub fn world_with_options(&self, options: &[(String, Vec<usize>)]) -> World {
        self.world.with_options(&self.futures, options)
    }

    /// Levers and response parameters of a variant of the scenario, for evaluation on the same futures. The variant
    /// has the economies, horizon, history and baseline parameters of the plan's own scenario.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn world_of(&self, history: &HistoryData, variant: &Scenario) -> Result<World, Diagnostics> {
        World::of_all(&self.futures, history, variant, &[])
    }

    /// Levers and response parameters of the scenario itself.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The base year t0.
    pub fn base_year(&self) -> Year {
        self.futures.base_year
    }

    /// Number of projected years.
    pub fn projected_years(&self) -> usize {
        self.futures.projected_years()
    }

    /// The years reported: t0 to the horizon.
    pub fn years(&self) -> impl Iterator<Item = Year> + use<> {
        self.base_year()..=self.base_year() + self.projected_years() as Year
    }

    /// Names of the policy options; the first is the baseline, without levers.
    pub fn options(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.world.option_names()
    }

    /// Economies, in the order of the scenario.
    pub fn economies(&self) -> impl ExactSizeIterator<Item = Economy> + '_ {
        self.futures.economies.iter().map(|plan| plan.economy)
    }

    /// Where numbers are reported: every economy in the order of the scenario, then the group.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.economies().map(Place::Economy).chain([Place::Group])
    }

    /// Sentences on what the data themselves assume.
    pub fn assumptions(&self) -> &[String] {
        &self.futures.assumptions
    }

    /// Whether a metric exists at a place (by position in [`places`](Self::places)) in the year `step` years after t0:
    /// growth needs the year before, a metric per head population data, closure a gap that is worth closing.
    pub fn has(&self, place: usize, metric: Metric, step: usize) -> bool {
        let group = place == self.futures.economies.len();
        match metric {
            Metric::DigitalGrowth => step > 0,
            Metric::PerCapita | Metric::GdpPerCapita => self.population(place, step).is_some(),
            Metric::Gap => !group && !self.world.gap.is_reference(place),
            Metric::Closure => !group && self.world.gap.is_open(place),
            Metric::Dispersion => group && self.futures.economies.len() > 1,
            _ => true,
        }
    }

    /// Billions of persons at a place; `None` without population data.
    pub fn population(&self, place: usize, step: usize) -> Option<f64> {
        let of = |economy: &EconomyPlan| economy.population.as_ref().map(|persons| persons[step]);
        match self.futures.economies.get(place) {
            Some(economy) => of(economy),
            None => self.futures.economies.iter().map(of).sum(),
        }
    }
}
