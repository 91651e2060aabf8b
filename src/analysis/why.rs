//! Why an option adds what it adds: the same futures with one thing changed.

use super::{Capture, Outcome};
use crate::{
    base::{Diagnostics, Measure, Metric, Place, Selector, Statistic},
    engine::{Accumulator, Halt, Progress, Settings, run_worlds},
    history::HistoryData,
    model::{BlockView, Lanes, Needs, Plan, World, YearView},
    random::{BLOCK, Shard},
    scenario::{Parameter, Scenario},
    stats::{Distribution, Moments},
};

/// Paths are paired, so a few are enough; more only cost time.
const MOST_PATHS: u64 = 10 * BLOCK as u64;

/// What could hold an option back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Brake {
    /// Political tension between partners, which takes a part of the delivery.
    Tension,
    /// The digital divide: partners that lack people and networks learn less.
    AbsorptiveCapacity,
    /// Late starts.
    Delay,
    /// Programs that deliver nothing.
    Failure,
    /// Programs that deliver a part of the plan.
    PartialDelivery,
}

impl Brake {
    /// Every brake.
    pub const ALL: [Self; 5] = [
        Self::Tension,
        Self::AbsorptiveCapacity,
        Self::Delay,
        Self::Failure,
        Self::PartialDelivery,
    ];

    /// The name for people, as the end of "it would be 5 % higher ...".
    pub const fn without(self) -> &'static str {
        match self {
            Self::Tension => "if political tension took nothing from the delivery",
            Self::AbsorptiveCapacity => "if every partner could absorb what it is taught (no digital divide)",
            Self::Delay => "if every lever started on time",
            Self::Failure => "if no program failed outright",
            Self::PartialDelivery => "if programs delivered their whole plan",
        }
    }

    /// The scenario without it; full absorption is set on the world.
    fn lifted(self, scenario: &Scenario) -> Result<Scenario, crate::stats::DistributionError> {
        let (parameter, value) = match self {
            Self::Tension => {
                let none = Distribution::constant(0.0)?;
                return Ok(scenario.with(&Parameter::Severity.path(()), &none));
            }
            Self::AbsorptiveCapacity => return Ok(scenario.clone()),
            Self::Delay => (Parameter::DelayYears, 0.0),
            Self::Failure => (Parameter::Success, 1.0),
            Self::PartialDelivery => (Parameter::Effectiveness, 1.0),
        };
        let value = Distribution::constant(value)?;
        Ok(scenario.levers.iter().fold(scenario.clone(), |scenario, lever| {
            scenario.with(&parameter.path(lever), &value)
        }))
    }
}

/// A mean over futures with its Monte Carlo standard error.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean.
    pub mcse: f64,
}

/// Why one option adds what it adds.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Explanation {
    /// The option.
    pub option: String,
    /// What it adds to the digital economy of the group at the horizon, USD bn.
    pub added: Estimate,
    /// What is lost when a lever is left out, by lever id.
    pub without_lever: Vec<(String, Estimate)>,
    /// What is gained when a brake is lifted.
    pub without_brake: Vec<(Brake, Estimate)>,
}

/// The outcome that is explained.
fn explained() -> Selector {
    Selector {
        option: None,
        measure: Measure::Metric {
            place: Place::Group,
            metric: Metric::DigitalEconomy,
            year: None,
            extra: true,
        },
        statistic: Statistic::Mean,
    }
}

/// Means by world and option: of the first world itself, of the others their difference from it on the same paths.
struct Recorder<'a> {
    capture: Capture<'a>,
    options: usize,
    reference: Vec<Lanes>,
    moments: Vec<Moments>,
}

impl Accumulator for Recorder<'_> {
    type Block = Vec<Moments>;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, world: usize, _: BlockView<'_>, lanes: usize) {
        for option in 0..self.options {
            let values = self.capture.values(option, 0);
            if world == 0 {
                self.reference[option] = *values;
                self.moments.push(Moments::from_slice(&values[..lanes]));
            } else {
                let mut difference: Lanes = [0.0; BLOCK];
                for lane in 0..BLOCK {
                    difference[lane] = values[lane] - self.reference[option][lane];
                }
                self.moments.push(Moments::from_slice(&difference[..lanes]));
            }
        }
    }

    fn end(&mut self) -> Vec<Moments> {
        std::mem::take(&mut self.moments)
    }

    fn fold(before: &mut Vec<Moments>, after: Vec<Moments>) {
        before
            .iter_mut()
            .zip(&after)
            .for_each(|(sum, next)| sum.merge(next));
    }

    fn merge(&mut self, _: Self) {}
}

/// Why there is no explanation.
#[derive(Debug)]
pub enum ExplanationError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// A variant of the scenario could not be compiled.
    Refused(Diagnostics),
}

impl From<Diagnostics> for ExplanationError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

/// Explains every option of a scenario, on at most ten blocks of the futures of the run.
///
/// # Errors
/// If the run was stopped, or a variant cannot be compiled.
pub fn explain(
    plan: &Plan,
    history: &HistoryData,
    scenario: &Scenario,
    settings: Settings,
    progress: &Progress,
) -> Result<Vec<Explanation>, ExplanationError> {
    let outcomes = [Outcome::new(plan, &explained())?];
    let options = plan.options().len();
    // The scenario itself, without each brake, without each lever.
    let mut worlds: Vec<World> = vec![plan.world().clone()];
    for brake in Brake::ALL {
        let lifted = brake
            .lifted(scenario)
            .map_err(|error| Diagnostics::from(crate::base::Diagnostic::new(error.to_string())))?;
        let world = plan.world_of(history, &lifted)?;
        worlds.push(match brake {
            Brake::AbsorptiveCapacity => world.with_full_absorption(),
            _ => world,
        });
    }
    for lever in &scenario.levers {
        let mut variant = scenario.clone();
        for option in &mut variant.options {
            option.levers.retain(|id| *id != lever.id);
        }
        worlds.push(plan.world_of(history, &variant)?);
    }
    let settings = Settings {
        paths: settings.paths.min(MOST_PATHS),
        shard: Shard::WHOLE,
        ..settings
    };
    let (_, moments) = run_worlds(plan, &worlds, settings, progress, || Recorder {
        capture: Capture::new(plan, &outcomes),
        options,
        reference: vec![[0.0; BLOCK]; options],
        moments: Vec::new(),
    })
    .map_err(ExplanationError::Halted)?;
    let estimate = |world: usize, option: usize| {
        let moments = &moments[world * options + option];
        Estimate {
            mean: moments.mean(),
            mcse: moments.standard_error(),
        }
    };
    Ok(scenario
        .options
        .iter()
        .enumerate()
        .map(|(position, option)| Explanation {
            option: option.name.clone(),
            added: estimate(0, position + 1),
            without_brake: Brake::ALL
                .into_iter()
                .enumerate()
                .map(|(brake, name)| (name, estimate(1 + brake, position + 1)))
                .collect(),
            without_lever: scenario
                .levers
                .iter()
                .enumerate()
                .filter(|(_, lever)| option.levers.contains(&lever.id))
                .map(|(lever, plan)| {
                    let world = 1 + Brake::ALL.len() + lever;
                    (plan.id.clone(), estimate(world, position + 1))
                })
                .collect(),
        })
        .collect())
}
