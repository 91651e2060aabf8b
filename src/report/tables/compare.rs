//! The tables of a comparison: options, pairs of options, cost and effect, what an effect is worth.

use super::money;
use crate::{
    analysis::OptionComparison,
    decision::{
        Criterion, Estimate, Interval, Pair, Position, Ratio, Robustness, Standing, Summary, Verdict,
        Violation,
    },
    outcomes::MoneyAccount,
    table::{Column, Schema, Table},
};

/// The name of a criterion in tables and JSON.
pub fn criterion_key(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Laplace => "laplace",
        Criterion::Maximin => "maximin",
        Criterion::Hurwicz => "hurwicz",
        Criterion::MeanRegret => "mean_regret",
        Criterion::MinimaxRegret => "minimax_regret",
        Criterion::Satisficing => "satisficing",
    }
}

/// An option by an outcome.
pub struct OptionRow {
    outcome: String,
    unit: &'static str,
    option: String,
    level: Summary,
    /// Against the reference; the reference has none.
    pair: Option<Pair>,
    standing: Standing,
    robustness: Robustness,
    best_by: String,
}

impl OptionRow {
    fn quantile(&self, position: usize) -> Option<f64> {
        self.level.quantiles.get(position).copied()
    }

    fn difference(&self, position: usize) -> Option<f64> {
        self.pair?.difference.quantiles.get(position).copied()
    }

    fn regret(&self, position: usize) -> Option<f64> {
        self.robustness.regret.quantiles.get(position).copied()
    }
}

/// `comparison`.
pub static COMPARISON: Schema<OptionRow> = Schema {
    name: "comparison",
    meaning: "One row per outcome and option: level, difference from the reference, standing, robustness. Columns without a unit are \
              in that of the row.",
    columns: &[
        Column::word("outcome", "selector of the outcome", |row| row.outcome.clone()),
        Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
        Column::word("option", "name of the option; the reference comes first", |row| {
            row.option.clone()
        }),
        Column::number("mean", "", "mean of the outcome", |row| {
            Some(row.level.mean.value)
        }),
        Column::number("mcse", "", "Monte Carlo standard error of the mean", |row| {
            row.level.mean.standard_error
        }),
        Column::number("sd", "", "standard deviation over the futures", |row| {
            row.level.sd
        }),
        Column::nth("p05", "", "5 % quantile", OptionRow::quantile, 0),
        Column::nth("p25", "", "25 % quantile", OptionRow::quantile, 1),
        Column::nth("p50", "", "median", OptionRow::quantile, 2),
        Column::nth("p75", "", "75 % quantile", OptionRow::quantile, 3),
        Column::nth("p95", "", "95 % quantile", OptionRow::quantile, 4),
        Column::number(
            "p50_mcse",
            "",
            "Monte Carlo standard error of the median",
            |row| Some(row.level.quantile_errors[2]),
        ),
        Column::number(
            "difference",
            "",
            "mean of option less reference on the same future",
            |row| Some(row.pair?.difference.mean.value),
        ),
        Column::number("difference_mcse", "", "its Monte Carlo standard error", |row| {
            row.pair?.difference.mean.standard_error
        }),
        Column::nth(
            "difference_p05",
            "",
            "5 % quantile of the difference",
            OptionRow::difference,
            0,
        ),
        Column::nth(
            "difference_p25",
            "",
            "its 25 % quantile",
            OptionRow::difference,
            1,
        ),
        Column::nth("difference_p50", "", "its median", OptionRow::difference, 2),
        Column::nth(
            "difference_p75",
            "",
            "its 75 % quantile",
            OptionRow::difference,
            3,
        ),
        Column::nth(
            "difference_p95",
            "",
            "its 95 % quantile",
            OptionRow::difference,
            4,
        ),
        Column::number(
            "p_beats_reference",
            "share",
            "share of the futures on which it does better than the reference, ties split",
            |row| Some(row.pair?.beats.value),
        ),
        Column::number(
            "variance_ratio",
            "ratio",
            "how many times more paths independent runs would need for the same error of the difference",
            |row| row.pair?.variance_ratio,
        ),
        Column::number(
            "p_best",
            "share",
            "share of the futures on which it is best; k tied options count 1/k",
            |row| Some(row.standing.best.value),
        ),
        Column::number("p_best_mcse", "share", "its Monte Carlo standard error", |row| {
            row.standing.best.standard_error
        }),
        Column::number(
            "p_tied_for_best",
            "share",
            "share of the futures on which it shares the first place",
            |row| Some(row.standing.tied_for_best),
        ),
        Column::number("expected_rank", "rank", "mean rank, 1 for the best", |row| {
            Some(row.standing.rank.value)
        }),
        Column::number(
            "worst_5_percent",
            "",
            "mean of the worst twentieth of the futures",
            |row| Some(row.robustness.worst_tail.figure()),
        ),
        Column::number(
            "worst_5_percent_mcse",
            "",
            "its Monte Carlo standard error",
            |row| row.robustness.worst_tail.mean.standard_error,
        ),
        Column::number(
            "worst_1_percent",
            "",
            "mean of the worst hundredth of the futures",
            |row| Some(row.robustness.other_tails[0].figure()),
        ),
        Column::number(
            "worst_10_percent",
            "",
            "mean of the worst tenth of the futures",
            |row| Some(row.robustness.other_tails[1].figure()),
        ),
        Column::number(
            "worst_25_percent",
            "",
            "mean of the worst quarter of the futures",
            |row| Some(row.robustness.other_tails[2].figure()),
        ),
        Column::number("worst", "", "worst of the futures drawn (maximin)", |row| {
            Some(row.robustness.criteria.worst)
        }),
        Column::number(
            "hurwicz",
            "",
            "weighted mean of the best and the worst future",
            |row| Some(row.robustness.criteria.hurwicz),
        ),
        Column::number(
            "mean_regret",
            "",
            "mean loss against the best option of the same future",
            |row| Some(row.robustness.criteria.mean_regret),
        ),
        Column::nth(
            "regret_p05",
            "",
            "5 % quantile of that loss",
            OptionRow::regret,
            0,
        ),
        Column::nth("regret_p25", "", "its 25 % quantile", OptionRow::regret, 1),
        Column::nth("regret_p50", "", "its median", OptionRow::regret, 2),
        Column::nth("regret_p75", "", "its 75 % quantile", OptionRow::regret, 3),
        Column::number("regret_p90", "", "its 90 % quantile", |row| {
            Some(row.robustness.regret_p90)
        }),
        Column::nth("regret_p95", "", "its 95 % quantile", OptionRow::regret, 4),
        Column::number(
            "max_regret",
            "",
            "largest loss among the futures drawn (minimax regret)",
            |row| Some(row.robustness.criteria.max_regret),
        ),
        Column::number(
            "p_satisfied",
            "share",
            "share of the futures that reach the threshold",
            |row| row.robustness.criteria.satisficing,
        ),
        Column::word(
            "best_by",
            "criteria by which it is best or tied for best, divided by spaces",
            |row| row.best_by.clone(),
        ),
    ],
};

/// One option against another by an outcome.
pub struct PairRow {
    outcome: String,
    unit: &'static str,
    option: String,
    other: String,
    pair: Pair,
    first_order: Verdict,
    second_order: Verdict,
}

impl PairRow {
    fn difference(&self, position: usize) -> Option<f64> {
        self.pair.difference.quantiles.get(position).copied()
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Dominates => "dominates",
        Verdict::Equal => "equal",
        Verdict::Violated(_) => "violated",
        Verdict::CannotBeTold => "cannot_be_told",
    }
    .to_owned()
}

fn violation(verdict: &Verdict) -> Option<Violation> {
    match verdict {
        Verdict::Violated(violation) => Some(*violation),
        Verdict::Dominates | Verdict::Equal | Verdict::CannotBeTold => None,
    }
}

/// `pairs`.
pub static PAIRS: Schema<PairRow> = Schema {
    name: "pairs",
    meaning: "One row per outcome and ordered pair of options. Columns without a unit are in that of the row.",
    columns: &[
        Column::word("outcome", "selector of the outcome", |row| row.outcome.clone()),
        Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::word("other", "name of the option it is compared with", |row| {
            row.other.clone()
        }),
        Column::number(
            "difference",
            "",
            "mean of option less other on the same future",
            |row| Some(row.pair.difference.mean.value),
        ),
        Column::number("difference_mcse", "", "its Monte Carlo standard error", |row| {
            row.pair.difference.mean.standard_error
        }),
        Column::nth(
            "difference_p05",
            "",
            "5 % quantile of the difference",
            PairRow::difference,
            0,
        ),
        Column::nth("difference_p25", "", "its 25 % quantile", PairRow::difference, 1),
        Column::nth("difference_p50", "", "its median", PairRow::difference, 2),
        Column::nth("difference_p75", "", "its 75 % quantile", PairRow::difference, 3),
        Column::nth("difference_p95", "", "its 95 % quantile", PairRow::difference, 4),
        Column::number(
            "p_beats",
            "share",
            "share of the futures on which the option does better, ties split",
            |row| Some(row.pair.beats.value),
        ),
        Column::number("p_beats_mcse", "share", "its Monte Carlo standard error", |row| {
            row.pair.beats.standard_error
        }),
        Column::number(
            "p_equal",
            "share",
            "share of the futures on which both are equal",
            |row| Some(row.pair.ties),
        ),
        Column::number(
            "variance_ratio",
            "ratio",
            "how many times more paths independent runs would need for the same error of the difference",
            |row| row.pair.variance_ratio,
        ),
        Column::word(
            "first_order",
            "first-order dominance of option over other: `dominates`, `equal`, `violated` or `cannot_be_told`",
            |row| verdict(&row.first_order),
        ),
        Column::number("first_order_violation", "share", "its largest violation", |row| {
            Some(violation(&row.first_order)?.size)
        }),
        Column::number(
            "first_order_violation_mcse",
            "share",
            "its Monte Carlo standard error",
            |row| Some(violation(&row.first_order)?.standard_error),
        ),
        Column::number(
            "first_order_violation_at",
            "",
            "the outcome at which it is largest",
            |row| Some(violation(&row.first_order)?.at),
        ),
        Column::word("second_order", "second-order dominance: the same words", |row| {
            verdict(&row.second_order)
        }),
        Column::number("second_order_violation", "", "its largest violation", |row| {
            Some(violation(&row.second_order)?.size)
        }),
        Column::number(
            "second_order_violation_mcse",
            "",
            "its Monte Carlo standard error",
            |row| Some(violation(&row.second_order)?.standard_error),
        ),
        Column::number(
            "second_order_violation_at",
            "",
            "the outcome at which it is largest",
            |row| Some(violation(&row.second_order)?.at),
        ),
    ],
};

/// Cost, effect and money of an option.
pub struct FrontierRow {
    option: String,
    cost: Estimate,
    effect: Estimate,
    effect_outcome: String,
    effect_unit: String,
    position: &'static str,
    others: [String; 2],
    increment: Option<Ratio>,
    account: Option<MoneyAccount>,
    benefit_cost: Option<Ratio>,
    cost_per_digital: Option<Ratio>,
}

impl FrontierRow {
    fn net(&self, figure: fn(&crate::outcomes::Statistics) -> f64) -> Option<f64> {
        self.account
            .as_ref()
            .map(|account| figure(&account.net_present_value))
    }
}

/// The ends of a confidence interval that has some.
fn ends(ratio: Option<Ratio>) -> Option<[f64; 2]> {
    match ratio?.interval? {
        Interval::Between { low, high } => Some([low, high]),
        Interval::Outside { .. } | Interval::Anything => None,
    }
}

/// `frontier`.
pub static FRONTIER: Schema<FrontierRow> = Schema {
    name: "frontier",
    meaning: "One row per option with its cost, its effect and its place against the efficient frontier; costs and effects count from \
              the baseline without levers.",
    columns: &[
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::number("cost", "usd_bn", "mean present value of the cost", |row| {
            Some(row.cost.value)
        }),
        Column::number("cost_mcse", "usd_bn", "its Monte Carlo standard error", |row| {
            row.cost.standard_error
        }),
        Column::number("effect", "", "mean effect, in `effect_unit`", |row| {
            Some(row.effect.value)
        }),
        Column::number("effect_mcse", "", "its Monte Carlo standard error", |row| {
            row.effect.standard_error
        }),
        Column::word(
            "effect_outcome",
            "selector of the outcome that is the effect",
            |row| row.effect_outcome.clone(),
        ),
        Column::word("effect_unit", "a unit of effect", |row| row.effect_unit.clone()),
        Column::word(
            "position",
            "`efficient`, `tied`, `dominated` or `extendedly_dominated`",
            |row| row.position.to_owned(),
        ),
        Column::word(
            "other",
            "the next cheaper efficient option, or that which ties or dominates",
            |row| row.others[0].clone(),
        ),
        Column::word(
            "other_2",
            "of a mixture that dominates, the dearer option",
            |row| row.others[1].clone(),
        ),
        Column::number(
            "incremental_ratio",
            "usd_bn",
            "of an efficient option: price of a further unit of effect over `other`",
            |row| Some(row.increment?.ratio.value),
        ),
        Column::number(
            "incremental_ratio_mcse",
            "usd_bn",
            "its Monte Carlo standard error",
            |row| row.increment?.ratio.standard_error,
        ),
        Column::number(
            "incremental_ratio_low",
            "usd_bn",
            "lower end of its 95 % interval",
            |row| Some(ends(row.increment)?[0]),
        ),
        Column::number(
            "incremental_ratio_high",
            "usd_bn",
            "upper end of its 95 % interval",
            |row| Some(ends(row.increment)?[1]),
        ),
        Column::number("extra_gdp", "usd_bn", "mean present value of extra GDP", |row| {
            Some(row.account.as_ref()?.benefit.mean)
        }),
        Column::number(
            "extra_gdp_mcse",
            "usd_bn",
            "its Monte Carlo standard error",
            |row| Some(row.account.as_ref()?.benefit.mcse),
        ),
        Column::number(
            "net_present_value",
            "usd_bn",
            "mean of extra GDP less cost",
            |row| row.net(|net| net.mean),
        ),
        Column::number(
            "net_present_value_mcse",
            "usd_bn",
            "its Monte Carlo standard error",
            |row| row.net(|net| net.mcse),
        ),
        Column::number("net_present_value_p05", "usd_bn", "its 5 % quantile", |row| {
            row.net(|net| net.quantiles[0])
        }),
        Column::number("net_present_value_p50", "usd_bn", "its median", |row| {
            row.net(|net| net.quantiles[2])
        }),
        Column::number("net_present_value_p95", "usd_bn", "its 95 % quantile", |row| {
            row.net(|net| net.quantiles[4])
        }),
        Column::number(
            "p_net_present_value_positive",
            "share",
            "share of the futures in which it pays",
            |row| row.net(|net| net.positive),
        ),
        Column::number(
            "benefit_cost_ratio",
            "ratio",
            "mean extra GDP over mean cost",
            |row| Some(row.benefit_cost?.ratio.value),
        ),
        Column::number(
            "benefit_cost_ratio_mcse",
            "ratio",
            "its Monte Carlo standard error",
            |row| row.benefit_cost?.ratio.standard_error,
        ),
        Column::number(
            "benefit_cost_ratio_low",
            "ratio",
            "lower end of its 95 % interval",
            |row| Some(ends(row.benefit_cost)?[0]),
        ),
        Column::number(
            "benefit_cost_ratio_high",
            "ratio",
            "upper end of its 95 % interval",
            |row| Some(ends(row.benefit_cost)?[1]),
        ),
        Column::number(
            "cost_per_extra_digital",
            "ratio",
            "mean cost over mean extra digital economy; none without extra",
            |row| Some(row.cost_per_digital?.ratio.value),
        ),
        Column::number(
            "cost_per_extra_digital_mcse",
            "ratio",
            "its Monte Carlo standard error",
            |row| row.cost_per_digital?.ratio.standard_error,
        ),
        Column::number(
            "cost_per_extra_digital_low",
            "ratio",
            "lower end of its 95 % interval",
            |row| Some(ends(row.cost_per_digital)?[0]),
        ),
        Column::number(
            "cost_per_extra_digital_high",
            "ratio",
            "upper end of its 95 % interval",
            |row| Some(ends(row.cost_per_digital)?[1]),
        ),
    ],
};

/// An option at one value of a unit of effect.
pub struct AcceptabilityRow {
    value: f64,
    effect_unit: String,
    option: String,
    share: Estimate,
    net_benefit: Estimate,
    best: bool,
}

/// `acceptability`.
pub static ACCEPTABILITY: Schema<AcceptabilityRow> = Schema {
    name: "acceptability",
    meaning: "One row per value of a unit of effect and option.",
    columns: &[
        Column::number(
            "value",
            "usd_bn",
            "what a unit of effect is held to be worth",
            |row| Some(row.value),
        ),
        Column::word("effect_unit", "a unit of effect", |row| row.effect_unit.clone()),
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::number(
            "p_largest_net_benefit",
            "share",
            "share of the futures in which it is worth most",
            |row| Some(row.share.value),
        ),
        Column::number(
            "p_largest_net_benefit_mcse",
            "share",
            "its Monte Carlo standard error",
            |row| row.share.standard_error,
        ),
        Column::number(
            "net_benefit",
            "usd_bn",
            "mean of value × effect less cost",
            |row| Some(row.net_benefit.value),
        ),
        Column::number(
            "net_benefit_mcse",
            "usd_bn",
            "its Monte Carlo standard error",
            |row| row.net_benefit.standard_error,
        ),
        Column::truth("best_on_average", "whether that mean is the largest", |row| {
            Some(row.best)
        }),
    ],
};

/// The tables of a comparison, the leading one first.
pub fn tables(result: &OptionComparison) -> Vec<Table> {
    vec![
        comparison(result),
        pairs(result),
        frontier(result),
        acceptability(result),
        money::table(&result.accounts),
    ]
}

fn comparison(result: &OptionComparison) -> Table {
    let mut rows = Vec::new();
    for outcome in &result.outcomes {
        let comparison = &outcome.comparison;
        let best = Criterion::ALL.map(|criterion| (criterion_key(criterion), comparison.best(criterion)));
        rows.extend(result.options.iter().enumerate().map(|(option, name)| {
            let by = best.iter().filter(|(_, best)| best.contains(&option));
            OptionRow {
                outcome: outcome.outcome.clone(),
                unit: outcome.unit.key(),
                option: name.clone(),
                level: comparison.options[option],
                pair: comparison.contest.pair(option, 0),
                standing: comparison.contest.standings[option],
                robustness: comparison.robustness[option],
                best_by: by.map(|(key, _)| *key).collect::<Vec<_>>().join(" "),
            }
        }));
    }
    COMPARISON.table(rows)
}

fn pairs(result: &OptionComparison) -> Table {
    let mut rows = Vec::new();
    for outcome in &result.outcomes {
        let contest = &outcome.comparison.contest;
        rows.extend(outcome.comparison.dominance.iter().filter_map(|dominance| {
            Some(PairRow {
                outcome: outcome.outcome.clone(),
                unit: outcome.unit.key(),
                option: result.options[dominance.option].clone(),
                other: result.options[dominance.over].clone(),
                pair: contest.pair(dominance.option, dominance.over)?,
                first_order: dominance.first_order,
                second_order: dominance.second_order,
            })
        }));
    }
    PAIRS.table(rows)
}

fn frontier(result: &OptionComparison) -> Table {
    let effectiveness = &result.cost_effectiveness;
    let rows = effectiveness.options.iter().enumerate().map(|(option, money)| {
        let (position, other, second) = match money.position {
            Position::Efficient { previous, .. } => ("efficient", previous, None),
            Position::Tied { with } => ("tied", Some(with), None),
            Position::Dominated { by } => ("dominated", Some(by), None),
            Position::ExtendedlyDominated { cheaper, dearer } => {
                ("extendedly_dominated", Some(cheaper), Some(dearer))
            }
        };
        let name = |option: usize| result.options[option].clone();
        let ratios = &result.ratios[option];
        FrontierRow {
            option: name(option),
            cost: money.cost,
            effect: money.effect,
            effect_outcome: result.effect.outcome.clone(),
            effect_unit: result.effect.unit.clone(),
            position,
            others: [other, second].map(|other| other.map_or_else(String::new, name)),
            increment: result.increment(option),
            account: result.account(option).cloned(),
            benefit_cost: ratios.benefit_cost,
            cost_per_digital: ratios.cost_per_digital,
        }
    });
    FRONTIER.table(rows)
}

fn acceptability(result: &OptionComparison) -> Table {
    let points = &result.cost_effectiveness.acceptability;
    let rows = points.iter().flat_map(|point| {
        result
            .options
            .iter()
            .enumerate()
            .map(|(option, name)| AcceptabilityRow {
                value: point.value,
                effect_unit: result.effect.unit.clone(),
                option: name.clone(),
                share: point.shares[option],
                net_benefit: point.net_benefits[option],
                best: point.best.contains(&option),
            })
    });
    ACCEPTABILITY.table(rows)
}
