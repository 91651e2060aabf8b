//! When to start: every start year of a lever, and every threshold of a rule, on the same futures.

use serde::Serialize;

use super::{
    Effect, Outcome,
    collect::collect,
    compare::unit_key,
    sweep::{SweepError, of_options},
};
use crate::{
    base::{Diagnostic, Diagnostics, Selector, Side, Unit, Year},
    decision::{Estimate, half_of, mean_of_paths},
    engine::{Progress, Settings},
    history::HistoryData,
    model::{Plan, World},
    scenario::{Parameter, Rule, Scenario},
    stats::Distribution,
};

/// Most numbers that are kept at a time.
const MOST_KEPT: u64 = 1 << 24;

/// A start year of a lever.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct StartYear {
    /// The year.
    pub year: Year,
    /// The mean of the outcome over all futures.
    pub value: Estimate,
    /// By how much it is better than to start as early as possible, as a paired difference over all futures.
    pub ahead: Estimate,
    /// In which share of the futures it is the best of the years; of equals the earliest.
    pub best: f64,
}

/// When a lever should start.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LeverTiming {
    /// Its id.
    pub lever: String,
    /// The start that the scenario states; `None` for an uncertain one.
    pub stated: Option<Year>,
    /// The years, in order.
    pub years: Vec<StartYear>,
    /// Position of the best, chosen on one half of the futures.
    pub best: usize,
    /// What it is worth to wait for it, against the earliest year, on the other half.
    pub waiting: Estimate,
    /// What it would be worth beyond that to know the best year of every future.
    pub perfect: Estimate,
}

/// What a rule is worth, by its threshold.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct RuleValue {
    /// The threshold; `None` for a condition of several, as stated.
    pub threshold: Option<f64>,
    /// In which share of the futures the lever starts.
    pub starts: f64,
    /// By how much it is better than never to start.
    pub over_never: Estimate,
    /// By how much it is better than to start on every future.
    pub over_always: Estimate,
}

/// What a rule is worth.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleTiming {
    /// Its name.
    pub rule: String,
    /// The lever.
    pub lever: String,
    /// Its condition.
    pub when: String,
    /// What it looks at, for people.
    pub label: String,
    /// The unit of the threshold.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// On which side of a threshold the lever starts.
    pub side: Side,
    /// As stated, over all futures.
    pub stated: RuleValue,
    /// With the threshold that is best on one half of the futures, valued on the other; `None` of several thresholds.
    pub chosen: Option<RuleValue>,
}

/// The answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TimingAnswer {
    /// Number of paths.
    pub paths: u64,
    /// The option.
    pub option: String,
    /// Selector of the outcome.
    pub outcome: String,
    /// Heading of the outcome.
    pub label: String,
    /// Unit of the outcome.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// Whether less of the outcome is better; differences then are of how much less there is.
    pub smaller_is_better: bool,
    /// By lever.
    pub levers: Vec<LeverTiming>,
    /// By rule.
    pub rules: Vec<RuleTiming>,
}

/// Years and rules that are compared on the same futures.
#[derive(Debug)]
pub struct TimingPlan<'a> {
    history: &'a HistoryData,
    /// With the option that is looked at alone.
    scenario: Scenario,
    plan: Plan,
    outcome: Outcome,
    option: String,
    /// By lever, its id and its years.
    levers: Vec<(String, Vec<Year>)>,
    settings: Settings,
}

impl<'a> TimingPlan<'a> {
    /// Compiles a scenario for the outcome of an option and the years of levers.
    ///
    /// # Errors
    /// If the outcome does not exist, a year lies outside the projection, or there are too many paths to keep.
    pub fn new(
        history: &'a HistoryData,
        scenario: &Scenario,
        option: &str,
        outcome: &Selector,
        levers: Vec<(String, Vec<Year>)>,
        settings: Settings,
    ) -> Result<Self, Diagnostics> {
        let (scenario, mut selectors) = of_options(scenario, &[outcome.of_option(option)]);
        let plan = Plan::new(history, &scenario)?;
        let selector = selectors.pop().unwrap_or_else(|| outcome.clone());
        let outcome = Outcome::new(&plan, &selector)?;
        let most = levers
            .iter()
            .map(|(_, years)| years.len() as u64)
            .max()
            .unwrap_or(1)
            .max(2);
        if settings.paths.saturating_mul(most) > MOST_KEPT {
            let message = format!(
                "{} futures with {most} start years are too many to keep",
                settings.paths
            );
            return Err(Diagnostic::new(message)
                .help("take fewer --paths or --years")
                .into());
        }
        let timing = Self {
            history,
            scenario,
            plan,
            outcome,
            option: option.to_owned(),
            levers,
            settings,
        };
        for (lever, years) in &timing.levers {
            for year in years {
                timing.world(&timing.started(lever, *year)?)?;
            }
        }
        Ok(timing)
    }

    /// How many worlds are evaluated.
    pub fn worlds(&self) -> usize {
        let years: usize = self.levers.iter().map(|(_, years)| years.len()).sum();
        years + 2 * self.scenario.rules.len()
    }

    /// The plan that years are evaluated on.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many numbers are kept: the outcome on every path, of every year of a lever.
    pub fn kept(&self) -> u64 {
        let years = self.levers.iter().map(|(_, years)| years.len()).max();
        2 * self.settings.paths * years.unwrap_or(0).max(2) as u64
    }

    /// How often futures are drawn.
    pub fn draws(&self) -> usize {
        (self.levers.len() + self.scenario.rules.len()).max(1)
    }

    /// The scenario with a lever that starts in a year.
    fn started(&self, lever: &str, year: Year) -> Result<Scenario, Diagnostics> {
        let path = start_of(&self.scenario, lever);
        let year = Distribution::constant(f64::from(year))
            .map_err(|error| Diagnostic::new(format!("`{path}`: {error}")))?;
        Ok(self.scenario.with(&path, &year))
    }

    fn world(&self, scenario: &Scenario) -> Result<World, Diagnostics> {
        self.plan.world_of(self.history, scenario)
    }

    /// The outcomes on every path, by world; more is better.
    fn values(
        &self,
        worlds: &[World],
        outcomes: &[Outcome],
        progress: &Progress,
    ) -> Result<Vec<Vec<Vec<f64>>>, SweepError> {
        let option = self
            .plan
            .options()
            .position(|name| name == self.option)
            .unwrap_or(0);
        let collected = collect(
            &self.plan,
            worlds,
            outcomes,
            option,
            true,
            self.settings,
            progress,
        )?;
        let mut values = Vec::new();
        for found in collected.chunks(outcomes.len()) {
            let mut own = Vec::new();
            for (outcome, collected) in outcomes.iter().zip(found) {
                if collected.statistic(crate::base::Statistic::Mean).is_none() {
                    let message = format!("`{}` leaves the range of numbers", outcome.name());
                    return Err(
                        Diagnostics::from(Diagnostic::new(message).help("choose an earlier year")).into(),
                    );
                }
                own.push(collected.values.clone());
            }
            values.push(own);
        }
        if self.outcome.smaller_is_better() {
            for own in &mut values {
                own[0].iter_mut().for_each(|value| *value = 0.0 - *value);
            }
        }
        Ok(values)
    }

    /// Evaluates every year of every lever, and every rule.
    ///
    /// # Errors
    /// If it was stopped, or a number leaves the range.
    pub fn run(&self, progress: &Progress) -> Result<TimingAnswer, SweepError> {
        let levers = self
            .levers
            .iter()
            .map(|(lever, years)| self.lever(lever, years, progress));
        let levers = levers.collect::<Result<Vec<_>, _>>()?;
        let rules = self.scenario.rules.iter().filter(|rule| self.holds(&rule.lever));
        let rules = rules
            .map(|rule| self.rule(rule, progress))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(TimingAnswer {
            paths: self.settings.paths,
            option: self.option.clone(),
            outcome: self.outcome.name(),
            label: Effect::of(&self.outcome).0.label,
            unit: self.outcome.unit,
            smaller_is_better: self.outcome.smaller_is_better(),
            levers,
            rules,
        })
    }

    /// Whether the option holds a lever.
    fn holds(&self, lever: &str) -> bool {
        let mut options = self.scenario.options.iter();
        options.any(|option| option.levers.iter().any(|id| id == lever))
    }

    fn lever(&self, lever: &str, years: &[Year], progress: &Progress) -> Result<LeverTiming, SweepError> {
        let worlds = years
            .iter()
            .map(|year| self.world(&self.started(lever, *year)?))
            .collect::<Result<Vec<_>, Diagnostics>>()?;
        let outcomes = [self.outcome.clone()];
        let values: Vec<Vec<f64>> = self
            .values(&worlds, &outcomes, progress)?
            .into_iter()
            .map(|mut own| own.swap_remove(0))
            .collect();
        Ok(timed(
            lever,
            self.scenario.constant(&start_of(&self.scenario, lever)),
            years,
            &values,
        ))
    }

    /// What a rule is worth: a path on which it holds is one on which the lever starts, and any other one on which it never does, so that two worlds tell the
    /// value of every threshold.
    fn rule(&self, rule: &Rule, progress: &Progress) -> Result<RuleTiming, SweepError> {
        let mut always = self.scenario.clone();
        always.rules.retain(|other| other.name != rule.name);
        let mut never = always.clone();
        for option in &mut never.options {
            option.levers.retain(|id| *id != rule.lever);
        }
        let looked = rule.when.selectors();
        let mut outcomes = vec![self.outcome.clone()];
        for selector in &looked {
            outcomes.push(Outcome::new(&self.plan, &selector.of_option(&self.option))?);
        }
        let worlds = [self.world(&always)?, self.world(&never)?];
        let mut values = self.values(&worlds, &outcomes, progress)?;
        let never = values.swap_remove(1).swap_remove(0);
        let always = values.swap_remove(0);
        let gains: Vec<f64> = always[0]
            .iter()
            .zip(&never)
            .map(|(start, none)| start - none)
            .collect();
        let column = |selector: &Selector| looked.iter().position(|other| other == selector).unwrap_or(0) + 1;
        let starts: Vec<bool> = (0..gains.len())
            .map(|path| rule.when.holds(|selector| always[column(selector)][path]))
            .collect();
        let thresholds: Vec<_> = rule.when.thresholds().collect();
        let one = thresholds[0];
        let single = thresholds.len() == 1;
        let chosen = single
            .then(|| best_threshold(one.side, &always[1], &gains))
            .flatten();
        Ok(RuleTiming {
            rule: rule.name.clone(),
            lever: rule.lever.clone(),
            when: rule.when.to_string(),
            label: outcomes[1].label(),
            unit: outcomes[1].unit,
            side: one.side,
            stated: valued(single.then_some(one.number), &gains, &starts, |_| true),
            chosen: chosen.map(|threshold| {
                let starts: Vec<bool> = always[1]
                    .iter()
                    .map(|value| one.side.holds(*value, threshold))
                    .collect();
                valued(Some(threshold), &gains, &starts, |path| {
                    half_of(path, gains.len()) == 1
                })
            }),
        })
    }
}

/// The path of the start of a lever.
fn start_of(scenario: &Scenario, lever: &str) -> String {
    let known = scenario.lever(lever);
    known.map_or_else(String::new, |lever| Parameter::Start.path(lever))
}

/// The paths of a half.
fn half(values: &[f64], half: usize) -> Vec<f64> {
    let paths = values.len();
    let within = values
        .iter()
        .enumerate()
        .filter(|(path, _)| half_of(*path, paths) == half);
    within.map(|(_, value)| *value).collect()
}

fn differences(one: &[f64], other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one - other).collect()
}

/// What the years of a lever are worth, by year and path.
fn timed(lever: &str, stated: Option<f64>, years: &[Year], values: &[Vec<f64>]) -> LeverTiming {
    let count = values[0].len();
    let at = |path: usize| values.iter().map(move |own| own[path]);
    let bests: Vec<usize> = (0..count)
        .map(|path| {
            let first = (0, f64::NEG_INFINITY);
            let better = |best: (usize, f64), (year, value): (usize, f64)| {
                if value > best.1 { (year, value) } else { best }
            };
            at(path).enumerate().fold(first, better).0
        })
        .collect();
    let perfect: Vec<f64> = bests
        .iter()
        .enumerate()
        .map(|(path, best)| values[*best][path])
        .collect();
    let wins: Vec<usize> = (0..years.len())
        .map(|year| bests.iter().filter(|best| **best == year).count())
        .collect();
    let means: Vec<f64> = values
        .iter()
        .map(|own| mean_of_paths(&half(own, 0)).value)
        .collect();
    let best = (0..years.len()).fold(
        0,
        |best, year| if means[year] > means[best] { year } else { best },
    );
    LeverTiming {
        lever: lever.to_owned(),
        stated: stated.map(|year| year as Year),
        years: years
            .iter()
            .zip(values)
            .zip(wins)
            .map(|((year, own), wins)| StartYear {
                year: *year,
                value: mean_of_paths(own),
                ahead: mean_of_paths(&differences(own, &values[0])),
                best: wins as f64 / count as f64,
            })
            .collect(),
        best,
        waiting: mean_of_paths(&differences(&half(&values[best], 1), &half(&values[0], 1))),
        perfect: mean_of_paths(&differences(&half(&perfect, 1), &half(&values[best], 1))),
    }
}

/// What it is worth to start where `starts`, on some of the paths.
fn valued(
    threshold: Option<f64>,
    gains: &[f64],
    starts: &[bool],
    counts: impl Fn(usize) -> bool,
) -> RuleValue {
    let paths: Vec<usize> = (0..gains.len()).filter(|path| counts(*path)).collect();
    let gain = |path: &usize| if starts[*path] { gains[*path] } else { 0.0 };
    let over_never: Vec<f64> = paths.iter().map(gain).collect();
    let over_always: Vec<f64> = paths.iter().map(|path| gain(path) - gains[*path]).collect();
    RuleValue {
        threshold,
        starts: paths.iter().filter(|path| starts[**path]).count() as f64 / paths.len().max(1) as f64,
        over_never: mean_of_paths(&over_never),
        over_always: mean_of_paths(&over_always),
    }
}

/// The threshold with the largest mean gain on the half of the paths that chooses: halfway between two values that are looked at there, so that
/// no path stands on it; `None` where to start always or never is best.
fn best_threshold(side: Side, looked: &[f64], gains: &[f64]) -> Option<f64> {
    let paths = gains.len();
    let mut order: Vec<usize> = (0..paths).filter(|path| half_of(*path, paths) == 0).collect();
    order.sort_by(|one, other| looked[*one].total_cmp(&looked[*other]));
    let starts_above = matches!(side, Side::Above | Side::AtLeast);
    let total: f64 = order.iter().map(|path| gains[*path]).sum();
    let mut best = (total.max(0.0), None);
    let mut below = 0.0;
    for pair in order.windows(2) {
        below += gains[pair[0]];
        let gain = if starts_above { total - below } else { below };
        let (low, high) = (looked[pair[0]], looked[pair[1]]);
        if low < high && gain > best.0 {
            best = (gain, Some(low + 0.5 * (high - low)));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_chosen_on_even_paths_and_valued_on_odd_ones_by_hand() {
        // Even paths 0 and 2 prefer the second year by 3 together, odd ones 1 and 3 prefer the first by 1 together.
        let values = vec![vec![0.0, 4.0, 0.0, 2.0], vec![1.0, 3.0, 2.0, 2.0]];
        let found = timed("a", Some(2026.0), &[2026, 2027], &values);
        assert_eq!((found.best, found.stated), (1, Some(2026)));
        assert_eq!(found.waiting.value, -0.5);
        // On odd paths the best of each is 4 and 2, the chosen year has 3 and 2.
        assert_eq!(found.perfect.value, 0.5);
        assert_eq!(
            found.years.iter().map(|year| year.best).collect::<Vec<_>>(),
            [0.5, 0.5]
        );
        assert_eq!(found.years[1].ahead.value, 0.5);
    }

    #[test]
    fn the_best_threshold_is_that_of_brute_force() {
        let looked = [0.3, 0.9, 0.1, 0.9, 0.7, 0.9, 0.5, 0.9];
        let gains = [-1.0, 9.0, -2.0, 9.0, 4.0, 9.0, 0.5, 9.0];
        // Even paths by what is looked at: 0.1 (−2), 0.3 (−1), 0.5 (0.5), 0.7 (4): to start above 0.4 gains 4.5.
        assert_eq!(best_threshold(Side::Above, &looked, &gains), Some(0.4));
        // To start below any value loses, so that never is best.
        assert_eq!(best_threshold(Side::Below, &looked, &gains), None);
        let found = valued(
            Some(0.4),
            &gains,
            &[false, true, false, true, true, true, true, true],
            |path| path % 2 == 0,
        );
        assert_eq!(
            (found.starts, found.over_never.value, found.over_always.value),
            (0.5, 4.5 / 4.0, 3.0 / 4.0)
        );
    }
}
