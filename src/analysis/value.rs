//! What it is worth to know more before an option is chosen, from the paths of one run.

use serde::Serialize;

use super::{Effect, EvaluationError, Outcome, collect::collect};
use crate::{
    base::{Diagnostics, Measure, Money, Selector, Statistic},
    decision::{Decision, Estimate, StudyData, Worth, expected_losses, mean_of_paths, share_of_paths},
    engine::{Progress, Settings},
    model::{DrawKind, PathDraw, Plan, path_draws},
    random::Stream,
    scenario::{Scenario, find_parameter},
};

/// Values of a unit of effect at which losses are told, in values of the study.
const CURVE: [f64; 11] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0];

/// What is asked.
#[derive(Clone, Debug)]
pub struct ValueSettings {
    effect: Outcome,
    /// By option, the effect and the cost.
    outcomes: Vec<Outcome>,
    worth: f64,
    studies: Vec<PlannedStudy>,
}

impl ValueSettings {
    /// What money is to buy (see [`effect`](super::compared_effect)), the value of a unit of it in USD bn, and studies that could be
    /// made.
    ///
    /// # Errors
    /// If the plan counts no money.
    pub fn new(
        plan: &Plan,
        effect: Outcome,
        worth: f64,
        studies: Vec<PlannedStudy>,
    ) -> Result<Self, Diagnostics> {
        let cost = Selector {
            option: None,
            measure: Measure::Money {
                kind: Money::Cost,
                economy: None,
            },
            statistic: Statistic::Mean,
        };
        let cost = Outcome::new(plan, &cost)?;
        let each = |option| [&effect, &cost].map(|outcome| outcome.clone().of_option(option));
        Ok(Self {
            outcomes: (0..plan.options().len()).flat_map(each).collect(),
            effect,
            worth,
            studies,
        })
    }
}

/// One unit of an effect in words: "USD bn", "percentage point".
pub fn effect_unit(effect: &Outcome) -> String {
    Effect::of(effect).0.unit
}

/// A study of one input that could be made.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PlannedStudy {
    /// Position of the input among those that can be learned.
    pub input: usize,
    /// What it observes.
    pub data: StudyData,
    /// What it costs, USD bn, if stated.
    pub cost: Option<f64>,
}

/// What could be learned: each input that is drawn once per path for an option that can be chosen.
#[derive(Clone, Debug)]
pub struct Learnable {
    draws: Vec<PathDraw>,
}

impl Learnable {
    /// Those of a plan and its scenario.
    pub fn of(plan: &Plan, scenario: &Scenario) -> Self {
        let world = plan.world();
        let held = |lever: &str| {
            let ids = world.lever_ids();
            let mut held = (0..plan.options().len()).flat_map(|option| world.levers_of(option));
            held.any(|position| ids[*position] == lever)
        };
        let mut draws = path_draws(plan, scenario);
        draws.retain(|draw| lever_of(&draw.name).is_none_or(held));
        Self { draws }
    }

    /// Their names, in the order of results.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.draws.iter().map(|draw| draw.name.as_str())
    }

    /// What an input is.
    pub fn kind(&self, input: usize) -> DrawKind {
        self.draws[input].kind
    }

    /// The values of an input on the first so many paths.
    pub fn values(&self, input: usize, seed: u64, paths: usize) -> Vec<f64> {
        self.draws[input].values(seed, paths)
    }

    /// Positions by group, in the order of first members.
    fn groups(&self) -> Vec<(String, Vec<usize>)> {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (input, draw) in self.draws.iter().enumerate() {
            let name = group_of(draw);
            match groups.iter_mut().find(|(other, _)| *other == name) {
                Some((_, members)) => members.push(input),
                None => groups.push((name, vec![input])),
            }
        }
        groups
    }
}

/// The lever that an input belongs to.
fn lever_of(name: &str) -> Option<&str> {
    find_parameter(name).and_then(|parameter| parameter.lever_in(name))
}

/// The group that an input belongs to: a lever, the baseline of an economy, or a table of the scenario.
fn group_of(draw: &PathDraw) -> String {
    let mut segments = draw.name.split('.');
    let (first, second) = (segments.next().unwrap_or_default(), segments.next());
    match (lever_of(&draw.name), draw.kind, second) {
        (Some(lever), ..) => format!("levers.{lever}"),
        (None, DrawKind::Estimate, Some(economy)) => format!("baseline.{economy}"),
        (None, _, Some(economy)) if first == "baseline" => format!("baseline.{economy}"),
        _ => first.to_owned(),
    }
}

/// What it is worth to know an input.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LearnableInput {
    /// Its name: a parameter path, or what is estimated from the history.
    pub name: String,
    /// What it is.
    pub kind: DrawKind,
    /// Its unit.
    pub unit: &'static str,
    /// What it is worth to know it alone, USD bn.
    pub worth: Worth,
}

/// What it is worth to know several inputs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Group {
    /// `model`, `tension`, `levers.ID`, `baseline.ECONOMY`, or another table of a scenario.
    pub name: String,
    /// How many inputs it has.
    pub inputs: usize,
    /// What it is worth to know all of them, USD bn.
    pub worth: Worth,
}

/// What a study is worth.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StudyWorth {
    /// Name of the input.
    pub input: String,
    /// What it observes.
    pub data: StudyData,
    /// What it costs, USD bn, if stated.
    pub cost: Option<f64>,
    /// What it is worth to have its result, USD bn.
    pub worth: Worth,
}

/// Net benefits and losses at a value of a unit of effect, by option.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LossPoint {
    /// The value, USD bn.
    pub worth: f64,
    /// The option that is best on average.
    pub best: usize,
    /// Mean net benefits, USD bn.
    pub net_benefits: Vec<Estimate>,
    /// What is lost on average against the best option of each path, USD bn; the least of it is what perfect information is worth.
    pub losses: Vec<Estimate>,
}

/// What it is worth to know more.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct InformationValue {
    /// Number of paths.
    pub paths: u64,
    /// The options; the first is the baseline, that is to do nothing.
    pub options: Vec<String>,
    /// What money is to buy.
    pub effect: Effect,
    /// Value of a unit of it, USD bn.
    pub worth: f64,
    /// Position of the option that is best on average.
    pub best: usize,
    /// Mean net benefits by option, USD bn.
    pub net_benefits: Vec<Estimate>,
    /// Part of the paths on which another option is better than the best on average.
    pub wrong: Estimate,
    /// What it is worth to know everything.
    pub perfect: Worth,
    /// What it is worth to know all inputs, but not the shocks of future years.
    pub learnable: Worth,
    /// Groups of inputs, those that are worth most first.
    pub groups: Vec<Group>,
    /// Inputs, those that are worth most first.
    pub inputs: Vec<LearnableInput>,
    /// Studies, in the order they were asked for.
    pub studies: Vec<StudyWorth>,
    /// Losses over the value of a unit of effect.
    pub curve: Vec<LossPoint>,
}

/// Effects and costs of the options on every path; the baseline has neither.
struct Paths {
    effects: Vec<Vec<f64>>,
    costs: Vec<Vec<f64>>,
}

impl Paths {
    fn net_benefits(&self, worth: f64) -> Vec<Vec<f64>> {
        let pairs = self.effects.iter().zip(&self.costs);
        pairs
            .map(|(effects, costs)| {
                let pairs = effects.iter().zip(costs);
                pairs.map(|(effect, cost)| worth * effect - cost).collect()
            })
            .collect()
    }
}

/// Runs every option once, keeps the paths, and says what it is worth to know more.
///
/// # Errors
/// If the run was stopped, or a number left the range of numbers.
pub fn information_value(
    plan: &Plan,
    learnable: &Learnable,
    asked: &ValueSettings,
    settings: Settings,
    progress: &Progress,
) -> Result<InformationValue, EvaluationError> {
    let (effect, scale) = Effect::of(&asked.effect);
    let undefined = |error| EvaluationError::Undefined {
        what: effect.label.clone(),
        error,
    };
    let worlds = [plan.world().clone()];
    let mut values = collect(plan, &worlds, &asked.outcomes, 0, true, settings, progress)
        .map_err(EvaluationError::Halted)?
        .into_iter()
        .map(|collected| collected.values);
    let mut paths = Paths {
        effects: Vec::new(),
        costs: Vec::new(),
    };
    while let (Some(mut effects), Some(costs)) = (values.next(), values.next()) {
        effects.iter_mut().for_each(|value| *value *= scale);
        paths.effects.push(effects);
        paths.costs.push(costs);
    }
    let count = settings.paths as usize;
    let columns: Vec<Vec<f64>> = (0..learnable.draws.len())
        .map(|input| learnable.values(input, settings.seed, count))
        .collect();
    let net_benefits = paths.net_benefits(asked.worth);
    let decision = Decision::new(&net_benefits, &columns).map_err(undefined)?;
    let (groups, everything) = grouped(&decision, learnable);
    let studies = asked.studies.iter().map(|study| {
        let name = learnable.draws[study.input].name.clone();
        let stream = Stream::named(&format!("study of {name}"));
        let results = study.data.observe(&columns[study.input], settings.seed, stream);
        StudyWorth {
            worth: decision.study(study.input, &results.unwrap_or_default()),
            input: name,
            data: study.data,
            cost: study.cost,
        }
    });
    let studies = studies.collect();
    let curve = CURVE
        .into_iter()
        .map(|factor| loss_point(&paths, factor * asked.worth))
        .collect::<Result<_, _>>()
        .map_err(undefined)?;
    let now = loss_point(&paths, asked.worth).map_err(undefined)?;
    let inputs = learnable
        .draws
        .iter()
        .enumerate()
        .map(|(input, draw)| LearnableInput {
            name: draw.name.clone(),
            kind: draw.kind,
            unit: draw.unit,
            worth: decision.input(input),
        });
    Ok(InformationValue {
        paths: settings.paths,
        options: plan.options().map(str::to_owned).collect(),
        effect,
        worth: asked.worth,
        best: decision.best(),
        net_benefits: now.net_benefits,
        wrong: wrong(&net_benefits, decision.best()),
        perfect: decision.perfect(),
        learnable: everything,
        groups: by_worth(groups, |group| group.worth),
        inputs: by_worth(inputs.collect(), |input| input.worth),
        studies,
        curve,
    })
}

/// What it is worth to know the inputs of each group, and all inputs.
fn grouped(decision: &Decision, learnable: &Learnable) -> (Vec<Group>, Worth) {
    let groups: Vec<Group> = learnable
        .groups()
        .into_iter()
        .map(|(name, members)| Group {
            name,
            inputs: members.len(),
            worth: decision.set(&members, &[]),
        })
        .collect();
    let parts: Vec<Worth> = groups.iter().map(|group| group.worth).collect();
    let all: Vec<usize> = (0..learnable.draws.len()).collect();
    let everything = decision.set(&all, &parts);
    (groups, everything)
}

/// Those that are worth most first; equal ones keep their order.
fn by_worth<T>(mut all: Vec<T>, worth: impl Fn(&T) -> Worth) -> Vec<T> {
    all.sort_by(|a, b| worth(b).value.total_cmp(&worth(a).value));
    all
}

/// Net benefits and losses at a value of a unit of effect.
fn loss_point(paths: &Paths, worth: f64) -> Result<LossPoint, crate::decision::Undefined> {
    let net_benefits = paths.net_benefits(worth);
    let means: Vec<Estimate> = net_benefits.iter().map(|net| mean_of_paths(net)).collect();
    let best = (1..means.len()).fold(0, |best, option| {
        if means[option].value > means[best].value {
            option
        } else {
            best
        }
    });
    Ok(LossPoint {
        worth,
        best,
        losses: expected_losses(&net_benefits)?,
        net_benefits: means,
    })
}

/// Part of the paths on which another option is better.
fn wrong(net_benefits: &[Vec<f64>], best: usize) -> Estimate {
    let count = net_benefits[best].len();
    let better = |path: &usize| {
        net_benefits
            .iter()
            .any(|net| net[*path] > net_benefits[best][*path])
    };
    share_of_paths((0..count).map(|path| better(&path)))
}
