//! Why an option adds what it adds: the same futures with one thing changed.

use super::{Capture, Outcome};
use crate::{
    base::{Diagnostics, Measure, Metric, Place, Selector, Statistic},
    decision::{self, CrossMoments, Ratio},
    engine::{Accumulator, Halt, Progress, Settings, run_worlds},
    history::HistoryData,
    model::{BlockView, Lanes, Needs, Plan, World, YearView},
    random::{BLOCK, Shard},
    scenario::{Parameter, PolicyOption, Scenario},
    stats::Distribution,
};

/// Paths are paired, so a few are enough; more only cost time.
const MOST_PATHS: u64 = 10 * BLOCK as u64;

/// Evaluations of an option on a path that are never too many.
const FEW: u64 = 1 << 20;

/// How many times as many evaluations as the run itself takes may be made; each is that much cheaper than one of the run, where every number of every year
/// is counted.
const AS_MANY: u64 = 10;

/// On how many paths of a run so many worlds of so many options are looked at: whole blocks, so that it takes no longer than the run.
fn looked_at(paths: u64, options: usize, worlds: usize) -> u64 {
    let (options, worlds) = (options as u64, worlds as u64);
    let allowed = AS_MANY.saturating_mul(paths).saturating_mul(options).max(FEW);
    let blocks = (allowed / (options * worlds).max(1) / BLOCK as u64).max(1);
    paths.min(MOST_PATHS).min(blocks * BLOCK as u64)
}

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

    /// What it is, as a label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tension => "political tension",
            Self::AbsorptiveCapacity => "digital divide",
            Self::Delay => "late starts",
            Self::Failure => "programs that fail",
            Self::PartialDelivery => "partial delivery",
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

/// What changes if one thing is different, over the same futures.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Change {
    /// The change of what the option adds.
    #[serde(flatten)]
    pub size: Estimate,
    /// The change over what the option adds, a ratio of two means of the same paths; its error counts that they move together.
    /// `None` if the option adds nothing.
    pub part: Option<decision::Estimate>,
}

/// Why one option adds what it adds.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Explanation {
    /// The option.
    pub option: String,
    /// On how many of the futures, the first of the run.
    pub paths: u64,
    /// What it adds to the digital economy of the group at the horizon, USD bn.
    pub added: Estimate,
    /// What is lost when a lever is left out, by lever id.
    pub without_lever: Vec<(String, Change)>,
    /// What is gained when a brake is lifted, and it alone.
    pub without_brake: Vec<(Brake, Change)>,
    /// What it would add without any brake: as planned.
    pub as_planned: Estimate,
    /// What each brake takes when they come in one after the other, in the order of [`Brake::ALL`]: `as_planned` less all of
    /// these is `added`. What a brake takes depends on those before it.
    pub taken: Vec<(Brake, Estimate)>,
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

/// By world and option, four numbers of each path: how it differs from the first world, the first world itself, what it adds,
/// and how it differs from the world before.
struct Recorder<'a> {
    capture: Capture<'a>,
    options: usize,
    first: Vec<Lanes>,
    before: Vec<Lanes>,
    moments: Vec<CrossMoments>,
}

impl Accumulator for Recorder<'_> {
    type Block = Vec<CrossMoments>;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, world: usize, _: BlockView<'_>, lanes: usize) {
        for option in 0..self.options {
            let values = *self.capture.values(option, 0);
            if world == 0 {
                self.first[option] = values;
                self.before[option] = values;
            }
            let less = |other: &Lanes| {
                let mut difference: Lanes = [0.0; BLOCK];
                for lane in 0..BLOCK {
                    difference[lane] = values[lane] - other[lane];
                }
                difference
            };
            let (change, step) = (less(&self.first[option]), less(&self.before[option]));
            self.moments.push(CrossMoments::from_slices(&[
                &change[..lanes],
                &self.first[option][..lanes],
                &values[..lanes],
                &step[..lanes],
            ]));
            self.before[option] = values;
        }
    }

    fn end(&mut self) -> Vec<CrossMoments> {
        std::mem::take(&mut self.moments)
    }

    fn fold(before: &mut Vec<CrossMoments>, after: Vec<CrossMoments>) {
        before
            .iter_mut()
            .zip(&after)
            .for_each(|(sum, next)| sum.fold(next));
    }

    fn merge(&mut self, _: Self) {}
}

/// One of the numbers of a [`Recorder`].
const CHANGE: &[(usize, f64)] = &[(0, 1.0)];
const ADDED: &[(usize, f64)] = &[(1, 1.0)];
const VALUE: &[(usize, f64)] = &[(2, 1.0)];
const STEP: &[(usize, f64)] = &[(3, 1.0)];

fn estimate(moments: &CrossMoments, number: &[(usize, f64)]) -> Estimate {
    Estimate {
        mean: moments.mean(number),
        mcse: moments.standard_error(number).unwrap_or(0.0),
    }
}

fn change(moments: &CrossMoments) -> Change {
    Change {
        size: estimate(moments, CHANGE),
        part: Ratio::of(moments, CHANGE, ADDED).map(|ratio| ratio.ratio),
    }
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

/// Explains every option of a scenario, on at most ten blocks of the futures of the run, fewer where there are so many options and levers that it would
/// take longer than the run.
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
    let without = |brakes: &[Brake]| -> Result<World, Diagnostics> {
        let lifted = brakes
            .iter()
            .try_fold(scenario.clone(), |scenario, brake| brake.lifted(&scenario))
            .map_err(|error| Diagnostics::from(crate::base::Diagnostic::new(error.to_string())))?;
        let world = plan.world_of(history, &lifted)?;
        Ok(match brakes.contains(&Brake::AbsorptiveCapacity) {
            true => world.with_full_absorption(),
            false => world,
        })
    };
    // The scenario itself; without each brake; without the last two, the last three, and so on to none; without each lever.
    const BRAKES: usize = Brake::ALL.len();
    let mut worlds: Vec<World> = vec![plan.world().clone()];
    for brake in Brake::ALL {
        worlds.push(without(&[brake])?);
    }
    for first in (0..BRAKES - 1).rev() {
        worlds.push(without(&Brake::ALL[first..])?);
    }
    let planned = worlds.len() - 1;
    for lever in &scenario.levers {
        let mut variant = scenario.clone();
        for option in &mut variant.options {
            // Nobody asks for the others: without levers they cost next to nothing.
            let holds = option.levers.contains(&lever.id);
            option.levers.retain(|id| holds && *id != lever.id);
        }
        worlds.push(plan.world_of(history, &variant)?);
    }
    let settings = Settings {
        paths: looked_at(settings.paths, options, worlds.len()),
        shard: Shard::WHOLE,
        ..settings
    };
    let (_, moments) = run_worlds(plan, &worlds, settings, progress, || Recorder {
        capture: Capture::new(plan, &outcomes),
        options,
        first: vec![[0.0; BLOCK]; options],
        before: vec![[0.0; BLOCK]; options],
        moments: Vec::new(),
    })
    .map_err(ExplanationError::Halted)?;
    let of = |world: usize, option: usize| &moments[world * options + option];
    let explanation = |option: usize, name: &PolicyOption| {
        // The world without the last brake alone stands last of its kind, after it that without the last two.
        let taken = |brake: usize| match BRAKES - 1 - brake {
            0 => estimate(of(BRAKES, option), CHANGE),
            more => estimate(of(BRAKES + more, option), STEP),
        };
        Explanation {
            option: name.name.clone(),
            paths: settings.paths,
            added: estimate(of(0, option), ADDED),
            without_brake: (1..)
                .zip(Brake::ALL)
                .map(|(world, brake)| (brake, change(of(world, option))))
                .collect(),
            as_planned: estimate(of(planned, option), VALUE),
            taken: (0..)
                .zip(Brake::ALL)
                .map(|(position, brake)| (brake, taken(position)))
                .collect(),
            without_lever: (planned + 1..)
                .zip(&scenario.levers)
                .filter(|(_, lever)| name.levers.contains(&lever.id))
                .map(|(world, lever)| (lever.id.clone(), change(of(world, option))))
                .collect(),
        }
    };
    Ok((1..)
        .zip(&scenario.options)
        .map(|(option, name)| explanation(option, name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_take_no_longer_than_the_run() {
        let block = BLOCK as u64;
        // Usual ones: ten blocks, or all paths of a small run.
        assert_eq!(looked_at(10_000, 4, 12), 10 * block);
        assert_eq!(looked_at(10_000, 6, 27), 10 * block);
        assert_eq!(looked_at(100, 4, 12), 100);
        // 64 options of a hundred levers.
        for paths in [block, 4 * block, 20 * block, 1_000_000] {
            let looked = looked_at(paths, 65, 110);
            assert!(looked >= block && looked <= paths.min(10 * block));
            assert!(looked == block || looked * 65 * 110 <= FEW.max(AS_MANY * paths * 65));
        }
        assert_eq!(looked_at(4 * block, 65, 110), block);
    }

    /// Taking away the only lever takes everything: −1 times what it adds, less a little that stays. The ratio hardly varies
    /// though both means do.
    #[test]
    fn the_error_of_a_part_counts_that_both_means_move_together() {
        let added: Vec<f64> = (0..100).map(|path| f64::from(path % 10)).collect();
        let change_of: Vec<f64> = (0_u8..100)
            .zip(&added)
            .map(|(path, added)| 0.01 * f64::from(path / 10) - added)
            .collect();
        let moments = CrossMoments::from_slices(&[&change_of, &added]);
        let found = change(&moments);
        let part = found.part.unwrap();
        // Mean 4.5 with variance 8.25, independent of an addition of mean 0.045 and variance 8.25e-4: r = −0.99, and the
        // residual change − r · added has variance 8.25e-4 + 1e-4 · 8.25 (divided by 99 instead of 100).
        assert!((part.value + 0.99).abs() < 1e-12);
        let residual: f64 = (8.25e-4 + 1e-4 * 8.25) / 99.0;
        assert!((part.standard_error.unwrap() - residual.sqrt() / 4.5).abs() < 1e-12);
        assert!((found.size.mcse - (8.250_825_f64 / 99.0).sqrt()).abs() < 1e-12);
        // Without the covariance: a hundred times as much.
        assert!(found.size.mcse / 4.5 > 30.0 * part.standard_error.unwrap());
        assert_eq!(estimate(&moments, ADDED).mean, 4.5);
    }
}
