//! Policy options against each other on the same futures: outcomes, robustness, money, and who gains.

use serde::Serialize;

use super::{Capture, Outcome};
use crate::{
    base::{Diagnostic, Diagnostics, Measure, Metric, Money, Selector, Statistic, Unit},
    decision::{
        Comparison, ComparisonCollector, ComparisonPart, ComparisonSettings, CostEffectiveness,
        CostEffectivenessCollector, CostEffectivenessPart, CrossMoments, Direction, Ratio, Undefined,
    },
    engine::{Accumulator, Halt, Progress, Settings, run},
    model::{BlockView, Lanes, Needs, Plan, YearView},
    outcomes::{MoneyAccount, MoneyBlock, MoneyRecorder},
    random::BLOCK,
    stats::Moments,
};

/// Values placed on a unit of effect unless others are asked for, USD bn.
pub const VALUES: [f64; 13] = [
    0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0,
];

/// Outcomes of a path that differ by less than this part of the floor of their sketch are equal: far above rounding, far
/// below any difference that matters.
const TIE: f64 = 1e-6;

/// Net benefits of a path that differ by less than this, in USD bn, are equal: a dollar.
const MONEY_TIE: f64 = 1e-9;

/// What is compared.
#[derive(Clone, Debug)]
pub struct CompareSettings {
    /// Position of the reference among the options of the plan; 0 is the baseline without levers.
    pub reference: usize,
    /// The outcomes, see [`outcome`].
    pub outcomes: Vec<Outcome>,
    /// What money is to buy, see [`effect`].
    pub effect: Outcome,
    /// Thresholds of satisficing, for the first outcomes; more or fewer than there are outcomes are allowed.
    pub thresholds: Vec<f64>,
    /// Weight of the best case in Hurwicz's criterion, 0 to 1.
    pub optimism: f64,
    /// Values placed on a unit of effect, USD bn.
    pub values: Vec<f64>,
}

/// Finds an outcome that is to be compared between all options, or attributed to levers.
///
/// # Errors
/// As [`Outcome::new`], and for a selector that names an option or a statistic.
pub fn outcome(plan: &Plan, selector: &Selector) -> Result<Outcome, Diagnostics> {
    let refused = |what: &str, help: &str| {
        Diagnostics::from(Diagnostic::new(format!("`{selector}` names {what}")).help(help))
    };
    if selector.option.is_some() {
        return Err(refused(
            "an option",
            "leave the option out: the command chooses it",
        ));
    }
    if selector.statistic != Statistic::Mean {
        return Err(refused(
            "a statistic",
            "leave it out: median, interval, mean and errors are reported for every outcome",
        ));
    }
    Outcome::new(plan, selector)
}

/// Finds the outcome that counts as the effect of money: as [`outcome`], counted from the baseline without levers.
///
/// # Errors
/// As [`outcome`], and for what cannot be set against cost.
pub fn effect(plan: &Plan, selector: &Selector) -> Result<Outcome, Diagnostics> {
    let refused = |what: &str, help: &str| {
        Err(Diagnostics::from(
            Diagnostic::new(format!("--effect: `{selector}` {what}")).help(help),
        ))
    };
    let mut selector = selector.clone();
    match &mut selector.measure {
        Measure::Money {
            kind: Money::Cost, ..
        } => {
            return refused("is the cost itself", "name what the cost is to buy");
        }
        Measure::Metric {
            metric: Metric::Closure,
            ..
        } => {
            return refused(
                "is a ratio to a gap that is nearly nothing on some paths and has no useful mean",
                "use the gap, such as extra:MNG.gap@horizon",
            );
        }
        Measure::Metric { extra, .. } => *extra = true,
        Measure::Money { .. } => {}
    }
    outcome(plan, &selector)
}

/// The comparison of one outcome.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OutcomeComparison {
    /// Selector.
    pub outcome: String,
    /// Heading for people.
    pub label: String,
    /// Unit.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// Whether it is a difference from the baseline without levers.
    pub extra: bool,
    /// The threshold of satisficing, if stated.
    pub threshold: Option<f64>,
    /// Weight of the best case in Hurwicz's criterion.
    pub optimism: f64,
    /// Everything about it. The variance ratio of a pair, for an outcome that is a difference from the baseline, is that of
    /// the levels: independent runs of two options would each have their own baseline.
    pub comparison: Comparison,
}

/// Writes a unit by its key.
pub(super) fn unit_key<S: serde::Serializer>(unit: &Unit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(unit.key())
}

/// What money buys, in cost-effectiveness. More is better: of an outcome that should be small, such as a gap, the effect is
/// how much less of it there is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Effect {
    /// Selector of the outcome.
    pub outcome: String,
    /// What it is: "extra GDP, present value".
    pub label: String,
    /// One unit of it in words: "USD bn", "percentage point".
    pub unit: String,
}

impl Effect {
    /// An outcome as an effect, and how much effect one of its unit is.
    pub(super) fn of(outcome: &Outcome) -> (Self, f64) {
        let (unit, scale) = match outcome.unit {
            Unit::UsdBn => ("USD bn", 1.0),
            Unit::UsdPerPerson => ("USD a head", 1.0),
            Unit::Share | Unit::YearlyRate | Unit::Ratio => ("percentage point", 100.0),
            Unit::Score => ("0.01 points", 100.0),
            Unit::LogPoints => ("0.01 log points", 100.0),
        };
        let smaller = outcome.smaller_is_better();
        let label = if smaller {
            format!("less {}", outcome.quantity())
        } else {
            outcome.label()
        };
        let effect = Self {
            outcome: outcome.name(),
            label,
            unit: unit.to_owned(),
        };
        (effect, if smaller { -scale } else { scale })
    }
}

/// Ratios of means of one option against the baseline without levers.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct OptionRatios {
    /// Extra GDP over cost, present values; `None` without cost.
    pub benefit_cost: Option<Ratio>,
    /// Cost over extra digital economy, present values; `None` where there is no extra or less than none.
    pub cost_per_digital: Option<Ratio>,
}

/// Policy options compared. Options stand in one order everywhere: the reference first, then as in the files.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OptionComparison {
    /// Number of paths.
    pub paths: u64,
    /// Names of the options; the first is the reference.
    pub options: Vec<String>,
    /// Each outcome.
    pub outcomes: Vec<OutcomeComparison>,
    /// What money buys.
    pub effect: Effect,
    /// Frontier and acceptability by cost and effect. Costs and effects count from the baseline, ratios from the reference.
    pub cost_effectiveness: CostEffectiveness,
    /// Ratios by option.
    pub ratios: Vec<OptionRatios>,
    /// The money account of each option with levers, in the order of the options.
    pub accounts: Vec<MoneyAccount>,
}

impl OptionComparison {
    /// The money account of an option by position; the baseline without levers has none.
    pub fn account(&self, option: usize) -> Option<&MoneyAccount> {
        self.accounts
            .iter()
            .find(|account| account.option == self.options[option])
    }

    /// The price of a further unit of effect of an option over the next cheaper one of the efficient frontier; an option that
    /// is not on it, or is its cheapest, has none.
    pub fn increment(&self, option: usize) -> Option<Ratio> {
        let mut increments = self.cost_effectiveness.increments.iter();
        increments.find(|increment| increment.option == option)?.ratio
    }
}

/// Why there is no result.
#[derive(Clone, PartialEq, Debug)]
pub enum EvaluationError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// A number is not finite.
    Undefined {
        /// Which.
        what: String,
        /// How.
        error: Undefined,
    },
}

impl EvaluationError {
    pub(super) fn of(what: &str) -> impl Fn(Undefined) -> Self + '_ {
        move |error| Self::Undefined {
            what: what.to_owned(),
            error,
        }
    }
}

/// What is captured besides the outcomes asked for, by position behind them.
struct Extras {
    /// Position of the cost; extra GDP and the effect follow.
    money: usize,
    /// How much effect one of the outcome that is the effect is.
    scale: f64,
    /// By outcome, position of its level if it is a difference.
    levels: Vec<Option<usize>>,
}

/// The outcomes that are captured, and what they are for.
fn captured(
    plan: &Plan,
    compared: &CompareSettings,
    scale: f64,
) -> Result<(Vec<Outcome>, Extras), Diagnostics> {
    let find = |measure| {
        let selector = Selector {
            option: None,
            measure,
            statistic: Statistic::Mean,
        };
        Outcome::new(plan, &selector)
    };
    let mut all = compared.outcomes.clone();
    for kind in [Money::Cost, Money::Benefit] {
        all.push(find(Measure::Money { kind, economy: None })?);
    }
    all.push(compared.effect.clone());
    let mut levels = Vec::new();
    for outcome in &compared.outcomes {
        levels.push(match outcome.selector.measure {
            Measure::Metric {
                place,
                metric,
                year,
                extra: true,
            } => {
                all.push(find(Measure::Metric {
                    place,
                    metric,
                    year,
                    extra: false,
                })?);
                Some(all.len() - 1)
            }
            _ => None,
        });
    }
    let money = compared.outcomes.len();
    Ok((all, Extras { money, scale, levels }))
}

/// The collector of one worker.
struct Recorder<'a> {
    capture: Capture<'a>,
    extras: &'a Extras,
    /// Positions of the options in the plan, in the order of the result.
    order: &'a [usize],
    economies: usize,
    lanes: usize,
    /// Extra digital economy by option, in the order of the result, and the effect.
    digital: Vec<Lanes>,
    effect: Vec<Lanes>,
    outcomes: Vec<ComparisonCollector>,
    cost_effectiveness: CostEffectivenessCollector,
    money: MoneyRecorder,
}

/// What a block contributes.
struct Part {
    outcomes: Vec<ComparisonPart>,
    /// By outcome with a level and option, of the level.
    levels: Vec<Moments>,
    cost_effectiveness: CostEffectivenessPart,
    /// By option: extra GDP, cost, extra digital economy.
    ratios: Vec<CrossMoments>,
    money: MoneyBlock,
}

/// The slices of a captured number by option.
fn slices<'a>(capture: &'a Capture<'_>, order: &[usize], lanes: usize, position: usize) -> Vec<&'a [f64]> {
    order
        .iter()
        .map(|option| &capture.values(*option, position)[..lanes])
        .collect()
}

impl Recorder<'_> {
    /// The effect of every option on the block, more of which is better.
    fn take_effect(&mut self) {
        let position = self.extras.money + 2;
        for (effect, option) in self.effect.iter_mut().zip(self.order) {
            let outcome = self.capture.values(*option, position);
            for (effect, outcome) in effect.iter_mut().zip(outcome) {
                *effect = self.extras.scale * outcome;
            }
        }
    }
}

impl Accumulator for Recorder<'_> {
    type Block = Part;

    fn needs(&self) -> Needs {
        Needs::ALL
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, _: usize, view: BlockView<'_>, lanes: usize) {
        self.lanes = lanes;
        self.capture.paths(&view);
        self.money.paths(&view, lanes);
        for (digital, option) in self.digital.iter_mut().zip(self.order) {
            digital.fill(0.0);
            for economy in 0..self.economies {
                let extra = view.extra_digital(*option, economy);
                digital
                    .iter_mut()
                    .zip(extra)
                    .for_each(|(sum, value)| *sum += value);
            }
        }
    }

    fn end(&mut self) -> Part {
        self.take_effect();
        let of = |position| slices(&self.capture, self.order, self.lanes, position);
        for (position, collector) in self.outcomes.iter_mut().enumerate() {
            collector.observe(&of(position));
        }
        let levels = self.extras.levels.iter().flatten();
        let levels = levels
            .flat_map(|position| of(*position))
            .map(Moments::of_paths)
            .collect();
        let (costs, benefits) = (of(self.extras.money), of(self.extras.money + 1));
        let effects: Vec<&[f64]> = self.effect.iter().map(|effect| &effect[..self.lanes]).collect();
        self.cost_effectiveness.observe(&costs, &effects);
        let ratios = costs
            .iter()
            .zip(&benefits)
            .zip(&self.digital)
            .map(|((cost, benefit), digital)| {
                CrossMoments::from_slices(&[*benefit, *cost, &digital[..self.lanes]])
            })
            .collect();
        Part {
            outcomes: self
                .outcomes
                .iter_mut()
                .map(ComparisonCollector::end_block)
                .collect(),
            levels,
            cost_effectiveness: self.cost_effectiveness.end_block(),
            ratios,
            money: self.money.end(),
        }
    }

    fn fold(before: &mut Part, after: Part) {
        for (sum, next) in before.outcomes.iter_mut().zip(&after.outcomes) {
            sum.fold(next);
        }
        for (sum, next) in before.levels.iter_mut().zip(&after.levels) {
            sum.merge(next);
        }
        before.cost_effectiveness.fold(&after.cost_effectiveness);
        for (sum, next) in before.ratios.iter_mut().zip(&after.ratios) {
            sum.fold(next);
        }
        MoneyRecorder::fold(&mut before.money, &after.money);
    }

    fn merge(&mut self, other: Self) {
        for (sum, next) in self.outcomes.iter_mut().zip(&other.outcomes) {
            sum.merge(next);
        }
        self.cost_effectiveness.merge(&other.cost_effectiveness);
        self.money.merge(&other.money);
    }
}

/// Evaluates every option of a plan on the same futures, in one pass, and compares them.
///
/// # Errors
/// If the run was stopped, or a number left the range of numbers.
pub fn compare(
    plan: &Plan,
    compared: &CompareSettings,
    settings: Settings,
    progress: &Progress,
) -> Result<OptionComparison, EvaluationError> {
    let names: Vec<&str> = plan.options().collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order[..=compared.reference].rotate_right(1);
    let unavailable = |_| EvaluationError::Undefined {
        what: "a number of the comparison".to_owned(),
        error: Undefined::NoPaths,
    };
    let (effect, scale) = Effect::of(&compared.effect);
    let (all, extras) = captured(plan, compared, scale).map_err(unavailable)?;
    let comparison_settings: Vec<ComparisonSettings> = compared
        .outcomes
        .iter()
        .enumerate()
        .map(|(position, outcome)| ComparisonSettings {
            direction: if outcome.smaller_is_better() {
                Direction::Smaller
            } else {
                Direction::Larger
            },
            floor: outcome.floor,
            tie: TIE * outcome.floor,
            threshold: compared.thresholds.get(position).copied(),
            optimism: compared.optimism,
        })
        .collect();
    let (recorder, part) = run(plan, settings, progress, || Recorder {
        capture: Capture::new(plan, &all),
        extras: &extras,
        order: &order,
        economies: plan.economies().len(),
        lanes: 0,
        digital: vec![[0.0; BLOCK]; order.len()],
        effect: vec![[0.0; BLOCK]; order.len()],
        outcomes: comparison_settings
            .iter()
            .map(|settings| ComparisonCollector::new(order.len(), *settings))
            .collect(),
        cost_effectiveness: CostEffectivenessCollector::new(order.len(), &compared.values, MONEY_TIE),
        money: MoneyRecorder::new(plan),
    })
    .map_err(EvaluationError::Halted)?;
    let mut levels = part.levels.chunks(order.len());
    let mut outcomes = Vec::new();
    for (position, outcome) in compared.outcomes.iter().enumerate() {
        let settings = &comparison_settings[position];
        let label = outcome.label();
        let mut comparison = recorder.outcomes[position]
            .finish(&part.outcomes[position])
            .map_err(EvaluationError::of(&label))?;
        if extras.levels[position].is_some()
            && let Some(levels) = levels.next()
        {
            for pair in &mut comparison.contest.pairs {
                let spread = pair.difference.sd.filter(|sd| *sd > settings.tie);
                let independent = levels[pair.option].variance() + levels[pair.reference].variance();
                pair.variance_ratio = spread
                    .map(|sd| independent / (sd * sd))
                    .filter(|ratio| ratio.is_finite());
            }
        }
        outcomes.push(OutcomeComparison {
            outcome: outcome.name(),
            label,
            unit: outcome.unit,
            extra: extras.levels[position].is_some(),
            threshold: settings.threshold,
            optimism: compared.optimism,
            comparison,
        });
    }
    let cost_effectiveness = recorder
        .cost_effectiveness
        .finish(&part.cost_effectiveness)
        .map_err(EvaluationError::of("cost or effect"))?;
    let ratios = part
        .ratios
        .iter()
        .map(|moments| OptionRatios {
            benefit_cost: Ratio::of(moments, &[(0, 1.0)], &[(1, 1.0)]),
            // What harms has no price.
            cost_per_digital: Ratio::of(moments, &[(1, 1.0)], &[(2, 1.0)])
                .filter(|_| moments.mean(&[(2, 1.0)]) > 0.0),
        })
        .collect();
    let known = recorder
        .money
        .finish(plan, &part.money)
        .ok_or_else(|| EvaluationError::Undefined {
            what: "a present value".to_owned(),
            error: Undefined::NotFinite {
                position: 0,
                paths: 0,
            },
        })?;
    Ok(OptionComparison {
        paths: cost_effectiveness.paths,
        options: order.iter().map(|option| names[*option].to_owned()).collect(),
        outcomes,
        effect,
        cost_effectiveness,
        ratios,
        accounts: order
            .iter()
            .filter_map(|option| known.get(option.checked_sub(1)?).cloned())
            .collect(),
    })
}
