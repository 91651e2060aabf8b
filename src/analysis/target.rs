//! Which value of one input reaches a target: in a share of the futures, on average, or until another option is best. All values
//! are evaluated on the same futures.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Effect, Outcome,
    collect::collect,
    compare::unit_key,
    default_option,
    sweep::{Condition, Side, SweepError, Threshold, check_gap, check_starts, input_notes, of_options},
};
use crate::{
    base::{Diagnostic, Diagnostics, Selector, Statistic, Unit},
    decision::{Change, Estimate, Sides, ThresholdSearch, errors_within, mean_of_paths},
    engine::{Progress, Settings},
    history::HistoryData,
    model::{Plan, World},
    scenario::{Scenario, SweepInput, find_parameter},
    stats::Distribution,
};

/// Values of the grid on which the target is looked at first.
const GRID: usize = 17;
/// A range whose ends differ by more than this factor is divided evenly in logarithms.
const WIDE: f64 = 100.0;
/// Most numbers that are kept at a time.
const MOST_KEPT: u64 = 1 << 24;

/// What is wanted.
#[derive(Clone, Debug)]
pub enum Want {
    /// That all conditions hold in a share of the futures.
    Share {
        /// The conditions.
        conditions: Vec<Condition>,
        /// The share.
        share: f64,
    },
    /// That a statistic is at least a number.
    Number {
        /// The outcome with its statistic.
        selector: Selector,
        /// The number.
        number: f64,
    },
    /// To know where the option with the best mean changes.
    Best {
        /// The outcome, without an option.
        outcome: Selector,
    },
}

impl Want {
    /// The same with other selectors in the place of these.
    fn with(self, before: &[Selector], after: &[Selector]) -> Self {
        let other = |selector: &Selector| {
            let position = before.iter().position(|known| known == selector);
            position.map_or_else(|| selector.clone(), |position| after[position].clone())
        };
        match self {
            Self::Share { conditions, share } => Self::Share {
                conditions: conditions.iter().map(|condition| condition.map(other)).collect(),
                share,
            },
            Self::Number { selector, number } => Self::Number {
                selector: other(&selector),
                number,
            },
            best @ Self::Best { .. } => best,
        }
    }
}

/// An input and the values that are looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct TargetInput {
    /// Its path.
    pub path: String,
    /// The smallest and the largest value.
    pub range: [f64; 2],
}

/// A condition, as outputs tell it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WantedCondition {
    /// As it is written.
    pub condition: String,
    /// It holds if every threshold of any of these holds.
    pub alternatives: Vec<Vec<WantedThreshold>>,
}

/// A threshold, as outputs tell it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WantedThreshold {
    /// Heading of the outcome for people.
    pub label: String,
    /// Its unit.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// Whether it is a difference from the baseline.
    pub difference: bool,
    /// The option it is looked at under.
    pub option: String,
    /// On which side it must lie.
    pub side: Side,
    /// Of this number.
    pub number: f64,
}

/// What was asked, as outputs tell it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// A share of the futures.
    Share {
        /// The conditions.
        conditions: Vec<WantedCondition>,
        /// The share.
        share: f64,
    },
    /// At least a number.
    Number {
        /// Selector.
        outcome: String,
        /// Heading for people, with the statistic.
        label: String,
        /// Unit.
        #[serde(serialize_with = "unit_key")]
        unit: Unit,
        /// Whether it is a difference from the baseline.
        difference: bool,
        /// The option it is looked at under.
        option: String,
        /// The number.
        number: f64,
    },
    /// Which option is best.
    Best {
        /// Selector.
        outcome: String,
        /// Heading for people.
        label: String,
        /// Unit.
        #[serde(serialize_with = "unit_key")]
        unit: Unit,
        /// Whether it is a difference from the baseline.
        difference: bool,
        /// Whether less of it is better.
        smaller_is_better: bool,
        /// Options, in the order of the numbers.
        options: Vec<String>,
    },
}

/// What is known at a value of the input.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TargetPoint {
    /// The value.
    pub at: f64,
    /// The share, the statistic, or the mean of the best option.
    pub value: Estimate,
    /// The share of each condition alone, or the mean of each option.
    pub parts: Vec<f64>,
    /// Where options are asked about, which is best.
    pub best: Option<usize>,
}

/// How the share or statistic goes as the input grows, on the grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// It rises wherever it clearly changes.
    Rising,
    /// It falls wherever it clearly changes.
    Falling,
    /// It rises in one part and falls in another.
    Mixed,
    /// It does not clearly change anywhere.
    Flat,
}

/// A change with what is known at its two ends.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TargetChange {
    /// Where, and how sure.
    #[serde(flatten)]
    pub change: Change,
    /// At the largest value before it.
    pub before: TargetPoint,
    /// At the smallest value after it.
    pub after: TargetPoint,
}

/// The answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TargetAnswer {
    /// Number of paths.
    pub paths: u64,
    /// Path of the input.
    pub input: String,
    /// Unit of the input.
    pub input_unit: String,
    /// The values that were looked at.
    pub range: [f64; 2],
    /// The number that the scenario holds; `None` for an uncertain one.
    pub stated: Option<f64>,
    /// What is wanted. Of a share and a number, side 0 of a change is where it is reached and side 1 where it is not; of
    /// options, sides are options.
    pub wanted: Wanted,
    /// How it goes; `None` of options.
    pub course: Option<Course>,
    /// Where it begins or ceases to be reached, or the best option changes.
    pub changes: Vec<TargetChange>,
    /// The scenario as it is.
    pub own: TargetPoint,
    /// The value that comes closest or goes farthest; `None` of options.
    pub farthest: Option<TargetPoint>,
    /// On the grid.
    pub grid: Vec<TargetPoint>,
    /// How many values were evaluated.
    pub evaluated: usize,
    /// What else to know.
    pub notes: Vec<String>,
}

/// A search that is ready.
#[derive(Debug)]
pub struct TargetPlan<'a> {
    history: &'a HistoryData,
    scenario: Scenario,
    plan: Plan,
    /// By condition its outcomes, or the outcome, or the outcome of every option.
    outcomes: Vec<Outcome>,
    want: Want,
    input: TargetInput,
    grid: Vec<f64>,
    whole: bool,
    settings: Settings,
}

/// What is kept of a value of the input.
struct Looked {
    point: TargetPoint,
    sides: Sides,
    /// On every path: whether all conditions hold, or the outcome.
    paths: Vec<f64>,
}

impl<'a> TargetPlan<'a> {
    /// Lays a search out.
    ///
    /// # Errors
    /// If an outcome does not exist, the range holds values that are not allowed, or there are too many paths to keep.
    pub fn new(
        history: &'a HistoryData,
        scenario: &Scenario,
        want: Want,
        input: TargetInput,
        settings: Settings,
    ) -> Result<Self, Diagnostics> {
        let range = Distribution::uniform(input.range[0], input.range[1])
            .map_err(|error| Diagnostic::new(format!("`{}`: {error}", input.path)))?;
        let swept = SweepInput {
            path: input.path.clone(),
            range,
            prior: false,
        };
        check_gap(&swept)?;
        let selectors = match &want {
            Want::Share { conditions, .. } => {
                let mut selectors: Vec<Selector> = Vec::new();
                for selector in conditions.iter().flat_map(Condition::selectors) {
                    if !selectors.contains(&selector) {
                        selectors.push(selector);
                    }
                }
                selectors
            }
            Want::Number { selector, .. } => vec![selector.clone()],
            Want::Best { .. } => Vec::new(),
        };
        let (scenario, want, plan, outcomes) = match want {
            Want::Best { outcome } => {
                let plan = Plan::new(history, scenario)?;
                let found = Outcome::new(&plan, &outcome)?;
                let outcomes: Vec<Outcome> = (0..plan.options().len())
                    .map(|option| found.clone().of_option(option))
                    .collect();
                (scenario.clone(), Want::Best { outcome }, plan, outcomes)
            }
            want => {
                let (scenario, written) = of_options(scenario, &selectors);
                let plan = Plan::new(history, &scenario)?;
                let outcomes = written
                    .iter()
                    .map(|selector| Outcome::new(&plan, selector))
                    .collect::<Result<_, _>>()?;
                (scenario, want.with(&selectors, &written), plan, outcomes)
            }
        };
        check_starts(&plan, history, &scenario, &swept)?;
        let kept = settings.paths.saturating_mul(outcomes.len() as u64);
        if kept > MOST_KEPT {
            let message = format!(
                "{} futures of {} outcomes are too many to keep",
                settings.paths,
                outcomes.len()
            );
            return Err(Diagnostic::new(message)
                .help(format!("at most {MOST_KEPT} numbers; take fewer --paths"))
                .into());
        }
        let whole = find_parameter(&input.path).is_some_and(|parameter| parameter.row().unit == "year");
        Ok(Self {
            history,
            scenario,
            plan,
            outcomes,
            want,
            grid: grid(input.range, whole),
            whole,
            input,
            settings,
        })
    }

    /// The values of the grid.
    pub fn grid(&self) -> &[f64] {
        &self.grid
    }

    /// Whether each value needs futures of its own.
    pub fn changes_futures(&self) -> bool {
        find_parameter(&self.input.path).is_some_and(|parameter| parameter.changes_futures())
    }

    /// Searches.
    ///
    /// # Errors
    /// If it was stopped, or a number leaves the range.
    pub fn run(&self, progress: &Progress) -> Result<TargetAnswer, SweepError> {
        let mut points: BTreeMap<u64, TargetPoint> = BTreeMap::new();
        let mut course = None;
        let mut evaluate = |values: &[f64]| -> Result<Vec<Sides>, SweepError> {
            let looked = self.look(values, progress)?;
            course = course.or_else(|| Some(self.course(&looked)));
            Ok(looked
                .into_iter()
                .map(|looked| {
                    points.insert(looked.point.at.to_bits(), looked.point);
                    looked.sides
                })
                .collect())
        };
        let mut search = ThresholdSearch::new(&self.grid, self.whole, self.settings.paths, &mut evaluate)?;
        let changes = search.changes()?;
        let is_best = matches!(self.want, Want::Best { .. });
        let farthest = if is_best {
            None
        } else {
            Some(search.largest_lead(0, 1)?)
        };
        let evaluated = search.known().len();
        drop(search);
        let at = |value: f64| points[&value.to_bits()].clone();
        let own = self.own(progress)?;
        Ok(TargetAnswer {
            paths: self.settings.paths,
            input: self.input.path.clone(),
            input_unit: self.scenario.unit_of(&self.input.path).to_owned(),
            range: self.input.range,
            stated: self.scenario.constant(&self.input.path),
            wanted: self.wanted(),
            changes: changes
                .into_iter()
                .map(|change| TargetChange {
                    before: at(change.last),
                    after: at(change.first),
                    change,
                })
                .collect(),
            own,
            farthest: farthest.map(at),
            grid: self.grid.iter().map(|value| at(*value)).collect(),
            evaluated,
            course: course.filter(|_| !is_best),
            notes: input_notes(
                &self.scenario,
                &[SweepInput {
                    path: self.input.path.clone(),
                    range: Distribution::uniform(self.input.range[0], self.input.range[1])
                        .map_err(|error| Diagnostics::from(Diagnostic::new(error.to_string())))?,
                    prior: false,
                }],
            ),
        })
    }

    /// The plan that values are evaluated on.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// About how many numbers are kept: one of every path for each value of the grid, and the outcomes of those evaluated together.
    pub fn kept(&self) -> u64 {
        let (values, outcomes) = (self.grid.len() as u64, self.outcomes.len() as u64);
        let together = if self.changes_futures() { 1 } else { values };
        let outcomes = (outcomes * together * self.settings.paths).min(MOST_KEPT);
        values * self.settings.paths + outcomes
    }

    /// The scenario with the input at a value.
    fn variant(&self, value: f64) -> Result<Scenario, Diagnostics> {
        let constant = Distribution::constant(value)
            .map_err(|error| Diagnostics::from(Diagnostic::new(format!("`{}`: {error}", self.input.path))))?;
        Ok(self.scenario.with(&self.input.path, &constant))
    }

    /// What there is at some values, in as many parts as fit into memory.
    fn look(&self, values: &[f64], progress: &Progress) -> Result<Vec<Looked>, SweepError> {
        let kept = self.settings.paths * self.outcomes.len() as u64;
        let together = (MOST_KEPT / kept.max(1)).max(1) as usize;
        let mut looked = Vec::with_capacity(values.len());
        for part in values.chunks(if self.changes_futures() { 1 } else { together }) {
            let variants = part
                .iter()
                .map(|value| self.variant(*value))
                .collect::<Result<Vec<_>, _>>()?;
            let own;
            let plan = if self.changes_futures() {
                own = self.plan.variant(self.history, &variants[0])?;
                &own
            } else {
                &self.plan
            };
            let worlds = variants
                .iter()
                .map(|variant| plan.world_of(self.history, variant))
                .collect::<Result<Vec<_>, _>>()?;
            looked.extend(self.look_at(plan, &worlds, part, progress)?);
        }
        Ok(looked)
    }

    /// The scenario as it is; the value of an uncertain input is told as its median.
    fn own(&self, progress: &Progress) -> Result<TargetPoint, SweepError> {
        let at = self
            .scenario
            .input(&self.input.path)
            .map_or(0.0, |input| input.value.quantile(0.5));
        let mut looked = self.look_at(&self.plan, &[self.plan.world().clone()], &[at], progress)?;
        let looked = looked.pop().map(|looked| looked.point);
        looked.ok_or_else(|| SweepError::Refused(Diagnostic::new("nothing was evaluated").into()))
    }

    fn look_at(
        &self,
        plan: &Plan,
        worlds: &[World],
        values: &[f64],
        progress: &Progress,
    ) -> Result<Vec<Looked>, SweepError> {
        let outcomes = self
            .outcomes
            .iter()
            .map(|outcome| {
                let found = Outcome::new(plan, &outcome.selector)?;
                Ok(match outcome.option {
                    Some(option) => found.of_option(option),
                    None => found,
                })
            })
            .collect::<Result<Vec<_>, Diagnostics>>()?;
        let collected = collect(
            plan,
            worlds,
            &outcomes,
            default_option(plan),
            true,
            self.settings,
            progress,
        )?;
        let mut looked = Vec::with_capacity(worlds.len());
        for (found, at) in collected.chunks(outcomes.len()).zip(values) {
            let columns: Vec<&[f64]> = found
                .iter()
                .map(|collected| collected.values.as_slice())
                .collect();
            for (outcome, collected) in outcomes.iter().zip(found) {
                if collected.statistic(outcome.selector.statistic).is_none() {
                    let message = format!(
                        "`{}` leaves the range of numbers where `{}` is {at}",
                        outcome.name(),
                        self.input.path
                    );
                    return Err(Diagnostics::from(
                        Diagnostic::new(message).help("narrow the range of the input"),
                    )
                    .into());
                }
            }
            looked.push(match &self.want {
                Want::Share { conditions, share } => self.share(conditions, *share, &columns, *at),
                Want::Number { selector, number } => {
                    let value = found[0].statistic(selector.statistic).map(|value| Estimate {
                        value: value.value,
                        standard_error: value.error,
                    });
                    let value = value.unwrap_or(Estimate {
                        value: 0.0,
                        standard_error: None,
                    });
                    Looked {
                        point: TargetPoint {
                            at: *at,
                            value,
                            parts: Vec::new(),
                            best: None,
                        },
                        sides: Sides {
                            at: *at,
                            leads: vec![Estimate {
                                value: value.value - number,
                                ..value
                            }],
                        },
                        paths: columns[0].to_vec(),
                    }
                }
                Want::Best { .. } => self.options(&columns, *at),
            });
        }
        Ok(looked)
    }

    /// In which share of the futures the conditions hold.
    fn share(&self, conditions: &[Condition], share: f64, columns: &[&[f64]], at: f64) -> Looked {
        let count = columns[0].len();
        let column = |selector: &Selector| {
            self.outcomes
                .iter()
                .position(|outcome| outcome.selector == *selector)
                .unwrap_or(0)
        };
        let mut met = vec![1.0; count];
        let parts = conditions.iter().map(|condition| {
            let mut held = 0.0;
            for (path, met) in met.iter_mut().enumerate() {
                let holds = condition.holds(|selector| columns[column(selector)][path]);
                held += f64::from(u8::from(holds));
                *met *= f64::from(u8::from(holds));
            }
            held / count as f64
        });
        let parts = parts.collect();
        let value = mean_of_paths(&met);
        Looked {
            point: TargetPoint {
                at,
                value,
                parts,
                best: None,
            },
            sides: Sides {
                at,
                leads: vec![Estimate {
                    value: value.value - share,
                    // The error that the share of independent paths would have if it were the one asked for: the interval is that of the
                    // score test, and at least as wide as it must be.
                    standard_error: Some((share * (1.0 - share) / count as f64).sqrt()),
                }],
            },
            paths: met,
        }
    }

    /// The means of the options, and the differences of each pair on the same futures.
    fn options(&self, columns: &[&[f64]], at: f64) -> Looked {
        let sign = if self.outcomes[0].smaller_is_better() {
            -1.0
        } else {
            1.0
        };
        let mut leads = Vec::new();
        for (position, one) in columns.iter().enumerate() {
            for other in &columns[position + 1..] {
                let differences: Vec<f64> = one
                    .iter()
                    .zip(*other)
                    .map(|(one, other)| sign * (one - other))
                    .collect();
                leads.push(mean_of_paths(&differences));
            }
        }
        let sides = Sides { at, leads };
        let best = sides.best();
        let means: Vec<Estimate> = columns.iter().map(|column| mean_of_paths(column)).collect();
        Looked {
            point: TargetPoint {
                at,
                value: means[best],
                parts: means.iter().map(|mean| mean.value).collect(),
                best: Some(best),
            },
            sides,
            paths: Vec::new(),
        }
    }

    /// Whether it rises or falls between values of the grid by more than the error of the difference, which is paired where the
    /// statistic is a mean; adjusted for the number of differences.
    fn course(&self, grid: &[Looked]) -> Course {
        let paired = match &self.want {
            Want::Number { selector, .. } => selector.statistic == Statistic::Mean,
            _ => true,
        };
        let steps = grid.windows(2).map(|pair| {
            if !paired {
                let square = |looked: &Looked| {
                    looked
                        .point
                        .value
                        .standard_error
                        .map_or(0.0, |error| error * error)
                };
                let change = pair[1].point.value.value - pair[0].point.value.value;
                return (change, (square(&pair[0]) + square(&pair[1])).sqrt());
            }
            let differences: Vec<f64> = pair[1]
                .paths
                .iter()
                .zip(&pair[0].paths)
                .map(|(next, before)| next - before)
                .collect();
            let mean = mean_of_paths(&differences);
            (mean.value, mean.standard_error.unwrap_or(0.0))
        });
        let errors = errors_within(
            1.0 - 0.05 / (grid.len() - 1).max(1) as f64,
            self.settings.paths as f64,
        );
        let (mut rises, mut falls) = (false, false);
        for (change, error) in steps {
            rises |= change > errors * error;
            falls |= -change > errors * error;
        }
        match (rises, falls) {
            (true, true) => Course::Mixed,
            (true, false) => Course::Rising,
            (false, true) => Course::Falling,
            (false, false) => Course::Flat,
        }
    }

    /// A condition, as outputs tell it.
    fn told(&self, condition: &Condition) -> WantedCondition {
        let told = |threshold: &Threshold| {
            let mut outcomes = self.outcomes.iter();
            let outcome = outcomes.find(|outcome| outcome.selector == threshold.selector)?;
            Some(WantedThreshold {
                label: outcome.label(),
                unit: outcome.unit,
                difference: is_difference(outcome),
                option: threshold.selector.option.clone().unwrap_or_default(),
                side: threshold.side,
                number: threshold.number,
            })
        };
        let alternatives = condition.alternatives().iter();
        WantedCondition {
            condition: condition.to_string(),
            alternatives: alternatives
                .map(|all| all.iter().filter_map(told).collect())
                .collect(),
        }
    }

    /// What is wanted, as outputs tell it.
    fn wanted(&self) -> Wanted {
        match &self.want {
            Want::Share { conditions, share } => Wanted::Share {
                conditions: conditions.iter().map(|condition| self.told(condition)).collect(),
                share: *share,
            },
            Want::Number { selector, number } => {
                let outcome = &self.outcomes[0];
                Wanted::Number {
                    outcome: selector.to_string(),
                    label: statistic_of(selector.statistic, &outcome.label()),
                    unit: match selector.statistic {
                        Statistic::Share(..) => Unit::Share,
                        _ => outcome.unit,
                    },
                    difference: !matches!(selector.statistic, Statistic::Share(..)) && is_difference(outcome),
                    option: selector.option.clone().unwrap_or_default(),
                    number: *number,
                }
            }
            Want::Best { outcome } => {
                let found = &self.outcomes[0];
                Wanted::Best {
                    outcome: outcome.to_string(),
                    label: Effect::of(found).0.label,
                    unit: found.unit,
                    difference: is_difference(found),
                    smaller_is_better: found.smaller_is_better(),
                    options: self.plan.options().map(str::to_owned).collect(),
                }
            }
        }
    }
}

/// Whether an outcome is counted from the baseline.
fn is_difference(outcome: &Outcome) -> bool {
    outcome.is_extra() || matches!(outcome.selector.measure, crate::base::Measure::Money { .. })
}

/// A statistic of an outcome in words.
fn statistic_of(statistic: Statistic, label: &str) -> String {
    match statistic {
        Statistic::Mean => format!("mean {label}"),
        Statistic::StandardDeviation => format!("standard deviation of {label}"),
        Statistic::Percentile(50) => format!("median {label}"),
        Statistic::Percentile(percent) => format!("{percent} % quantile of {label}"),
        Statistic::Share(side, bound) => {
            format!("share of futures with {label} {} {}", side.words(), bound.value())
        }
    }
}

/// The values that are looked at first.
fn grid([low, high]: [f64; 2], whole: bool) -> Vec<f64> {
    if whole {
        return (low.round() as i64..=high.round() as i64)
            .map(|value| value as f64)
            .collect();
    }
    let last = (GRID - 1) as f64;
    let ratio = if low > 0.0 && high / low > WIDE {
        Some(libm::log(high / low))
    } else {
        None
    };
    let value = |number: usize| {
        let part = number as f64 / last;
        match (number, ratio) {
            (0, _) => low,
            (number, _) if number == GRID - 1 => high,
            (_, Some(ratio)) => low * libm::exp(ratio * part),
            (_, None) => low + (high - low) * part,
        }
    };
    (0..GRID).map(value).collect()
}
