//! Futures, compiled: every distribution as a quantile function, every stream named, every constant folded. What
//! follows from the choice of levers and of response parameters stands in [`World`](super::World).

use std::cell::RefCell;

use super::{draw::Draw, inputs::Inputs};
use crate::{
    base::{DEFAULT_BASE_YEAR, Diagnostic, Diagnostics, Economy, Element, Year},
    calibration::{
        Calibration, CalibrationSettings, EconomyCalibration, NormalInverseChiSquared, SeriesCalibration,
        SeriesKind, calibrate,
    },
    history::{EconomyData, HistoryData, Matrix, Score},
    random::Stream,
    scenario::{Parameter, Scenario},
    stats::{
        Distribution, DistributionError, QuantileTables, Sampler, ScaledInverseChiSquared, elementary::logit,
    },
};

/// Drift and volatility of a projected series (docs/model.md §3).
#[derive(Clone, PartialEq, Debug)]
pub(super) struct SeriesPlan {
    /// χ² of σ² = νn sn² / χ².
    pub(super) denominator: Draw,
    /// νn sn².
    pub(super) numerator: f64,
    /// The normal score of μ given σ²; `None` where μ is mn.
    pub(super) drift: Option<Stream>,
    /// mn.
    pub(super) location: f64,
    /// 1 / sqrt(κn).
    pub(super) location_scale: f64,
    /// φ.
    pub(super) phi: f64,
    /// sqrt(1 − φ²).
    pub(super) innovation: f64,
}

impl SeriesPlan {
    /// Compiles a posterior. The streams are named after the economy and the series.
    pub(super) fn new(
        series: &SeriesCalibration,
        variance_quantile: f64,
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
            denominator: Draw::new(&format!("{name}.variance"), variance.denominator_in(tables)),
            numerator: variance.numerator(),
            drift: kappa.is_finite().then(|| Stream::named(&format!("{name}.drift"))),
            location,
            location_scale: 1.0 / kappa.sqrt(),
            phi: series.phi,
            innovation: (1.0 - series.phi * series.phi).sqrt(),
        })
    }
}

/// The rate that a mean fades toward.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum LongRun {
    /// A log rate that is the same on every path.
    Known(f64),
    /// A yearly rate g, of which ln(1 + g) counts.
    Rate(Draw),
    /// A log rate, or logit points.
    Log(Draw),
}

/// A year after t0 whose GDP is known.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct KnownYear {
    /// ln Y.
    pub(super) ln_gdp: f64,
    /// Δ ln Y.
    pub(super) gdp_change: f64,
    /// g, where it is known.
    pub(super) volume_growth: Option<f64>,
}

/// One projected economy.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct EconomyPlan {
    pub(super) economy: Economy,
    pub(super) volume: SeriesPlan,
    pub(super) price: SeriesPlan,
    pub(super) share: SeriesPlan,
    /// Whether GDP is one series, without a shock of its own in the price.
    pub(super) single: bool,
    /// Loadings of the shock of volume: on the world factor, on the dollar factor, on its own.
    pub(super) volume_loadings: [f64; 3],
    /// Loadings of the shock of the price: on the dollar factor, on its own.
    pub(super) price_loadings: [f64; 2],
    /// Correlation of the two shocks.
    pub(super) shock_correlation: f64,
    /// r_s.
    pub(super) share_link: f64,
    pub(super) long_run_growth: LongRun,
    pub(super) long_run_share_drift: LongRun,
    /// g and q of the base year, where known.
    pub(super) last_volume_growth: Option<f64>,
    pub(super) last_price_change: Option<f64>,
    /// The years from t0 + 1 whose GDP is known.
    pub(super) known_gdp: Vec<KnownYear>,
    /// The logit shares from t0 + 1 that are known.
    pub(super) known_logit_shares: Vec<f64>,
    /// Dated shocks to volume, by year from t0 + 1.
    pub(super) dated: Vec<f64>,
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

/// The shocks of an economy in one year.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct EconomyStreams {
    pub(super) volume: Stream,
    pub(super) price: Stream,
    pub(super) share: Stream,
}

/// What is drawn in one year.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct YearStreams {
    pub(super) economies: Vec<EconomyStreams>,
    /// The world factor, and what is the dollar factor's own.
    pub(super) world: Stream,
    pub(super) dollar: Stream,
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
    /// Whether an outbreak of tension costs the pair GDP.
    pub(super) ruptures: Vec<bool>,
    pub(super) persistence: Draw,
    /// The drift common to all dollar prices.
    pub(super) dollar_drift: Draw,
    /// r, the correlation of the two factors.
    pub(super) factor_correlation: f64,
    /// Years after t0 in which the GDP and volume of every economy are known.
    pub(super) known_steps: usize,
    /// Number of years to the horizon.
    projected: usize,
    /// By year from t0 + 1 to the last in which money is counted.
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
    /// Compiles the futures of scenarios that agree in everything but levers; these decide whose tension matters.
    pub(super) fn new(
        history: &HistoryData,
        scenario: &Scenario,
        others: &[Scenario],
        tables: &RefCell<QuantileTables>,
    ) -> Result<Self, Diagnostics> {
        let inputs = Inputs::of_all(scenario, others, tables);
        let settings = CalibrationSettings {
            window: libm::round(inputs.constant(Parameter::WindowYears, ())?) as usize,
            price_persistence: inputs.constant(Parameter::PricePersistence, ())?,
            prior_years_max: inputs.constant(Parameter::PriorYearsMax, ())?,
        };
        let calibration = calibrate(history, &scenario.economies, &scenario.views(), settings)?;
        let matrix = Matrix::embedded(DEFAULT_BASE_YEAR)?;
        let mut economies = Vec::new();
        let mut assumptions = history.contradictions.clone();
        for (calibrated, &economy) in calibration.economies.iter().zip(&scenario.economies) {
            let data = history
                .economy(economy)
                .ok_or_else(|| Diagnostic::new(format!("the history has no economy {economy}")))?;
            let scores = scores(matrix, &inputs, economy);
            assumptions.extend(score_assumption(economy, &scores));
            economies.push(EconomyPlan::new(
                data,
                calibrated,
                &calibration,
                &scores,
                matrix,
                history,
                scenario,
                &inputs,
            )?);
        }
        assumptions.push(format!(
            "No diffusion is assumed where an element has no series of levels: its logit score drifts with mean 0 and standard \
             deviation {:.3} a year, as fast as published ranks have moved.",
            matrix.rank_spread()
        ));
        assumptions.extend(population_assumption(history, scenario));
        let mut pairs: Vec<(Economy, Economy)> = Vec::new();
        let mut ruptures = Vec::new();
        for scenario in std::iter::once(scenario).chain(others) {
            for &pair in &scenario.pairs {
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                    ruptures.push(scenario.has_ruptures(pair));
                }
            }
        }
        let years = (history.base_year + 1..=scenario.money_through())
            .map(|year| YearStreams::new(scenario, &pairs, year))
            .collect();
        let degrees = inputs.constant(Parameter::ShockDegrees, ())?;
        let tail = if degrees > 0.0 {
            let chi_squared = Distribution::chi_squared(degrees).map_err(|error| unfit(&error))?;
            Some((degrees, inputs.sampler(&chi_squared)))
        } else {
            None
        };
        let position = |code: Economy| scenario.economies.iter().position(|economy| *economy == code);
        let known_steps = economies.iter().map(EconomyPlan::known_steps).min().unwrap_or(0);
        Ok(Self {
            base_year: history.base_year,
            pairs: pairs
                .iter()
                .filter_map(|(first, second)| position(*first).zip(position(*second)))
                .collect(),
            ruptures,
            economies,
            persistence: inputs.draw(Parameter::Persistence, ())?,
            dollar_drift: inputs.draw(Parameter::DollarDrift, ())?,
            factor_correlation: calibration.panel.factor_correlation,
            known_steps,
            projected: (scenario.horizon - history.base_year) as usize,
            years,
            tail,
            assumptions,
        })
    }

    /// Whether the futures of another plan are the same, to the last bit.
    pub(super) fn draws_as(&self, other: &Self) -> bool {
        let Self {
            base_year,
            economies,
            pairs,
            // Read by worlds alone.
            ruptures: _,
            persistence,
            dollar_drift,
            factor_correlation,
            known_steps,
            projected,
            years,
            tail,
            // Words.
            assumptions: _,
        } = self;
        (base_year, known_steps, projected) == (&other.base_year, &other.known_steps, &other.projected)
            && (economies, pairs, years) == (&other.economies, &other.pairs, &other.years)
            && (persistence, dollar_drift) == (&other.persistence, &other.dollar_drift)
            && (factor_correlation, tail) == (&other.factor_correlation, &other.tail)
    }

    /// Number of projected years.
    pub(super) fn projected_years(&self) -> usize {
        self.projected
    }

    /// Number of years in which money is counted: the projected ones and those beyond the horizon.
    pub(super) fn counted_years(&self) -> usize {
        self.years.len()
    }
}

impl EconomyPlan {
    #[allow(clippy::too_many_arguments)]
    fn new(
        data: &EconomyData,
        calibrated: &EconomyCalibration,
        calibration: &Calibration,
        scores: &[Score; Element::COUNT],
        matrix: &Matrix,
        history: &HistoryData,
        scenario: &Scenario,
        inputs: &Inputs<'_>,
    ) -> Result<Self, Diagnostics> {
        let economy = data.economy;
        let variance_quantile = inputs.constant(Parameter::VarianceQuantile, ())?;
        let series = |series| {
            SeriesPlan::new(series, variance_quantile, &mut inputs.tables.borrow_mut())
                .map_err(|error| unfit(&error))
        };
        let years = (scenario.money_through() - history.base_year) as usize;
        let at = |changes: &[(Year, f64)]| {
            let found = changes.iter().find(|(year, _)| *year == history.base_year);
            found.map(|(_, change)| *change)
        };
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
        let ([world, dollar], price) = (calibrated.volume_loadings, calibrated.price_loading);
        let r = calibration.panel.factor_correlation;
        let own = |common: f64| (1.0 - common).max(0.0).sqrt();
        let mut ln_gdp = libm::log(data.gdp);
        let known_gdp = data.known_gdp.iter().take(years).map(|known| {
            let before = std::mem::replace(&mut ln_gdp, libm::log(known.gdp));
            KnownYear {
                ln_gdp,
                gdp_change: ln_gdp - before,
                volume_growth: known.volume_growth,
            }
        });
        Ok(Self {
            economy,
            volume: series(&calibrated.volume)?,
            price: series(&calibrated.price)?,
            share: series(&calibrated.share)?,
            single: calibrated.single,
            volume_loadings: [
                world,
                dollar,
                own(world * world + dollar * dollar + 2.0 * world * dollar * r),
            ],
            price_loadings: [price, own(price * price)],
            shock_correlation: price * (world * r + dollar),
            share_link: calibration.link.shrunk,
            long_run_growth: inputs
                .optional(Parameter::LongRunGrowth, economy)
                .map_or(LongRun::Known(calibration.panel.volume.m0), LongRun::Rate),
            long_run_share_drift: LongRun::Log(inputs.draw(Parameter::LongRunShareDrift, economy)?),
            last_volume_growth: at(&data.volume),
            last_price_change: if calibrated.single { None } else { at(&data.price) },
            known_gdp: known_gdp.collect(),
            known_logit_shares: data
                .known_shares
                .iter()
                .take(years)
                .map(|share| logit(*share))
                .collect(),
            dated: (history.base_year + 1..=scenario.money_through())
                .map(|year| {
                    let stated = inputs.value(Parameter::DatedShock, (economy, year));
                    stated.and_then(Distribution::as_constant).unwrap_or(0.0)
                })
                .collect(),
            initial_gdp: data.gdp,
            initial_share: inputs.draw(Parameter::InitialShare, economy)?,
            population: data
                .population
                .as_ref()
                .map(|population| (0..=years).map(|step| population.persons(step) * 1e-9).collect()),
            scores: scores.map(|score| logit(score.value)),
            diffusion,
        })
    }

    /// Whether GDP is known `step` years after t0.
    pub(super) fn knows_gdp(&self, step: usize) -> bool {
        step <= self.known_gdp.len()
    }

    /// Years after t0 in which GDP and volume are known.
    fn known_steps(&self) -> usize {
        let both = |year: &&KnownYear| self.single || year.volume_growth.is_some();
        self.known_gdp.iter().take_while(both).count()
    }
}

impl YearStreams {
    fn new(scenario: &Scenario, pairs: &[(Economy, Economy)], year: Year) -> Self {
        let stream = |name: String| Stream::named(&format!("{name}.{year}"));
        let shock = |economy: &Economy, kind: SeriesKind| stream(format!("shock.{economy}.{}", kind.key()));
        Self {
            economies: scenario
                .economies
                .iter()
                .map(|economy| EconomyStreams {
                    volume: shock(economy, SeriesKind::GdpGrowth),
                    price: shock(economy, SeriesKind::DollarPrice),
                    share: shock(economy, SeriesKind::ShareDrift),
                })
                .collect(),
            world: stream("factor.world".to_owned()),
            dollar: stream("factor.dollar".to_owned()),
            tail: stream("shock.tail".to_owned()),
            tension: pairs
                .iter()
                .map(|(first, second)| stream(format!("tension.{first}-{second}")))
                .collect(),
            incidents: scenario
                .economies
                .iter()
                .map(|economy| {
                    (
                        stream(format!("incident.{economy}")),
                        stream(format!("incident.loss.{economy}")),
                    )
                })
                .collect(),
        }
    }
}

/// What is assumed about population, as a sentence.
fn population_assumption(history: &HistoryData, scenario: &Scenario) -> Option<String> {
    let last = |economy: &Economy| {
        let population = history.economy(*economy)?.population.as_ref()?;
        Some(history.base_year + population.known.len() as Year - 1)
    };
    let known = scenario.economies.iter().filter_map(last).min()?;
    (known < scenario.horizon).then(|| {
        format!(
            "Population after {known} grows at its mean rate of the five years before, without uncertainty."
        )
    })
}

/// The scores of an economy in the base year: those given, else those of the matrix.
fn scores(matrix: &Matrix, inputs: &Inputs<'_>, economy: Economy) -> [Score; Element::COUNT] {
    let mut scores = matrix.scores_or_assumed(economy);
    for element in Element::ALL {
        let given = inputs.value(Parameter::GivenScore, (economy, element));
        if let Some(value) = given.and_then(Distribution::as_constant) {
            scores[element.index()] = Score {
                value,
                coverage: 1.0,
                assumed: false,
            };
        }
    }
    scores
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
