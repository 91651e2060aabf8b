//! A comparison of options and an attribution to levers as CSV and JSON (docs/compare.md).

use serde_json::{Value, json};

use super::{
    RunRecord,
    export::{manifest, pretty, quoted},
};
use crate::{
    analysis::{OptionAttribution, OptionComparison},
    decision::{Criterion, Estimate, Interval, Position, Ratio, Summary, Verdict},
    scenario::Scenario,
};

/// A number, or nothing where there is none.
fn cell(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn estimate(estimate: Estimate) -> String {
    format!("{},{}", estimate.value, cell(estimate.standard_error))
}

/// The five quantiles.
fn quantiles(summary: &Summary) -> String {
    summary.quantiles.map(|quantile| quantile.to_string()).join(",")
}

/// Ratio, error and, where it is an interval, its ends.
fn ratio(ratio: Option<Ratio>) -> String {
    let Some(ratio) = ratio else {
        return ",,,".to_owned();
    };
    let ends = match ratio.interval {
        Some(Interval::Between { low, high }) => format!("{low},{high}"),
        _ => ",".to_owned(),
    };
    format!("{},{ends}", estimate(ratio.ratio))
}

/// `comparison.csv`: one row per outcome and option.
pub fn comparison_csv(result: &OptionComparison) -> String {
    let mut text = String::from(
        "outcome,unit,option,mean,mcse,sd,p05,p25,p50,p75,p95,p50_mcse,difference,difference_mcse,difference_p05,\
         difference_p25,difference_p50,difference_p75,difference_p95,p_beats_reference,variance_ratio,p_best,p_best_mcse,\
         p_tied_for_best,expected_rank,worst_5_percent,worst_5_percent_mcse,worst,hurwicz,mean_regret,regret_p05,regret_p25,\
         regret_p50,regret_p75,regret_p95,max_regret,p_satisfied,best_by\n",
    );
    for outcome in &result.outcomes {
        let comparison = &outcome.comparison;
        for (option, name) in result.options.iter().enumerate() {
            let summary = &comparison.options[option];
            let difference = comparison.contest.pair(option, 0).map_or_else(
                || ",,,,,,,,".to_owned(),
                |pair| {
                    format!(
                        "{},{},{},{}",
                        estimate(pair.difference.mean),
                        quantiles(&pair.difference),
                        pair.beats.value,
                        cell(pair.variance_ratio)
                    )
                },
            );
            let standing = &comparison.contest.standings[option];
            let row = &comparison.robustness[option];
            let best: Vec<&str> = Criterion::ALL
                .into_iter()
                .filter(|criterion| comparison.best(*criterion).contains(&option))
                .map(criterion_key)
                .collect();
            text.push_str(&format!(
                "{},{},{},{},{},{},{},{difference},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                quoted(&outcome.outcome),
                outcome.unit.key(),
                quoted(name),
                estimate(summary.mean),
                cell(summary.sd),
                quantiles(summary),
                summary.quantile_errors[2],
                estimate(standing.best),
                standing.tied_for_best,
                standing.rank.value,
                row.worst_tail.figure(),
                cell(row.worst_tail.mean.standard_error),
                row.criteria.worst,
                row.criteria.hurwicz,
                row.criteria.mean_regret,
                quantiles(&row.regret),
                row.criteria.max_regret,
                cell(row.criteria.satisficing),
                best.join(" ")
            ));
        }
    }
    text
}

fn criterion_key(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Laplace => "laplace",
        Criterion::Maximin => "maximin",
        Criterion::Hurwicz => "hurwicz",
        Criterion::MeanRegret => "mean_regret",
        Criterion::MinimaxRegret => "minimax_regret",
        Criterion::Satisficing => "satisficing",
    }
}

/// `pairs.csv`: one row per outcome and ordered pair of options.
pub fn pairs_csv(result: &OptionComparison) -> String {
    let mut text = String::from(
        "outcome,unit,option,other,difference,difference_mcse,difference_p05,difference_p25,difference_p50,difference_p75,difference_p95,\
         p_beats,p_beats_mcse,p_equal,variance_ratio,first_order,first_order_violation,first_order_violation_mcse,first_order_violation_at,second_order,\
         second_order_violation,second_order_violation_mcse,second_order_violation_at\n",
    );
    let verdict = |verdict: &Verdict| match verdict {
        Verdict::Dominates => "dominates,,,".to_owned(),
        Verdict::Equal => "equal,,,".to_owned(),
        Verdict::CannotBeTold => "cannot_be_told,,,".to_owned(),
        Verdict::Violated(violation) => {
            format!(
                "violated,{},{},{}",
                violation.size, violation.standard_error, violation.at
            )
        }
    };
    for outcome in &result.outcomes {
        for dominance in &outcome.comparison.dominance {
            let Some(pair) = outcome.comparison.contest.pair(dominance.option, dominance.over) else {
                continue;
            };
            text.push_str(&format!(
                "{},{},{},{},{},{},{},{},{},{},{}\n",
                quoted(&outcome.outcome),
                outcome.unit.key(),
                quoted(&result.options[dominance.option]),
                quoted(&result.options[dominance.over]),
                estimate(pair.difference.mean),
                quantiles(&pair.difference),
                estimate(pair.beats),
                pair.ties,
                cell(pair.variance_ratio),
                verdict(&dominance.first_order),
                verdict(&dominance.second_order)
            ));
        }
    }
    text
}

/// `frontier.csv`: one row per option with its money and its place against the efficient frontier.
pub fn frontier_csv(result: &OptionComparison) -> String {
    let mut text = String::from(
        "option,cost,cost_mcse,effect,effect_mcse,effect_unit,position,other,other_2,incremental_ratio,incremental_ratio_mcse,\
         incremental_ratio_low,incremental_ratio_high,extra_gdp,extra_gdp_mcse,npv,npv_mcse,npv_p05,npv_p50,npv_p95,p_npv_positive,\
         benefit_cost_ratio,benefit_cost_ratio_mcse,benefit_cost_ratio_low,benefit_cost_ratio_high,cost_per_extra_digital,\
         cost_per_extra_digital_mcse,cost_per_extra_digital_low,cost_per_extra_digital_high\n",
    );
    let name = |position: usize| quoted(&result.options[position]);
    for (option, money) in result.cost_effectiveness.options.iter().enumerate() {
        let (position, other, second) = match money.position {
            Position::Efficient { previous, .. } => ("efficient", previous, None),
            Position::Tied { with } => ("tied", Some(with), None),
            Position::Dominated { by } => ("dominated", Some(by), None),
            Position::ExtendedlyDominated { cheaper, dearer } => {
                ("extendedly_dominated", Some(cheaper), Some(dearer))
            }
        };
        let increment = result
            .cost_effectiveness
            .increments
            .iter()
            .find(|increment| increment.option == option)
            .and_then(|increment| increment.ratio);
        let account = result.account(option).map_or_else(
            || ",,,,,,,".to_owned(),
            |account| {
                let net = &account.net_present_value;
                let [low, _, middle, _, high] = net.quantiles;
                format!(
                    "{},{},{},{},{low},{middle},{high},{}",
                    account.benefit.mean, account.benefit.mcse, net.mean, net.mcse, net.positive
                )
            },
        );
        let ratios = &result.ratios[option];
        text.push_str(&format!(
            "{},{},{},{},{position},{},{},{},{account},{},{}\n",
            name(option),
            estimate(money.cost),
            estimate(money.effect),
            quoted(&result.effect.unit),
            other.map_or_else(String::new, name),
            second.map_or_else(String::new, name),
            ratio(increment),
            ratio(ratios.benefit_cost),
            ratio(ratios.cost_per_digital)
        ));
    }
    text
}

/// `acceptability.csv`: one row per value of a unit of effect and option.
pub fn acceptability_csv(result: &OptionComparison) -> String {
    let mut text = String::from(
        "value_usd_bn,effect_unit,option,p_largest_net_benefit,p_largest_net_benefit_mcse,net_benefit,net_benefit_mcse,best_on_average\n",
    );
    for point in &result.cost_effectiveness.acceptability {
        for (option, name) in result.options.iter().enumerate() {
            text.push_str(&format!(
                "{},{},{},{},{},{}\n",
                point.value,
                quoted(&result.effect.unit),
                quoted(name),
                estimate(point.shares[option]),
                estimate(point.net_benefits[option]),
                point.best.contains(&option)
            ));
        }
    }
    text
}

/// `economies.csv`: one row per option, economy and entry of the money account.
pub fn economies_csv(result: &OptionComparison) -> String {
    let mut text =
        String::from("option,economy,entry,mean,sd,mcse,p05,p25,p50,p75,p95,p_positive,part_of_all\n");
    for account in &result.accounts {
        for (entry, values, total) in [
            ("cost", &account.costs, Some(account.cost.mean)),
            ("extra_gdp", &account.extra_gdp, Some(account.benefit.mean)),
            ("extra_digital_economy", &account.extra_digital, None),
            ("net_present_value", &account.net, None),
        ] {
            for (economy, statistics) in values {
                let [p05, p25, p50, p75, p95] = statistics.quantiles;
                let part = total
                    .filter(|total| *total > 0.0)
                    .map(|total| statistics.mean / total);
                text.push_str(&format!(
                    "{},{economy},{entry},{},{},{},{p05},{p25},{p50},{p75},{p95},{},{}\n",
                    quoted(&account.option),
                    statistics.mean,
                    statistics.sd,
                    statistics.mcse,
                    statistics.positive,
                    cell(part)
                ));
            }
        }
    }
    text
}

/// `comparison.json`: everything.
pub fn comparison_json(result: &OptionComparison, record: &RunRecord<'_>, scenarios: &[Scenario]) -> String {
    let mut all = manifest(record, scenarios, result.paths);
    let best: Vec<Value> = result
        .outcomes
        .iter()
        .map(|outcome| {
            Criterion::ALL
                .into_iter()
                .map(|criterion| {
                    (
                        criterion_key(criterion).to_owned(),
                        json!(outcome.comparison.best(criterion)),
                    )
                })
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect();
    all.insert("comparison".to_owned(), json!(result));
    all.insert("best_by_criterion".to_owned(), json!(best));
    pretty(&Value::Object(all))
}

/// `attribution.csv`: one row per outcome and lever, and one for the whole.
pub fn attribution_csv(result: &OptionAttribution) -> String {
    let mut text = String::from("option,outcome,unit,lever,mean,mcse,part,sd,p05,p25,p50,p75,p95\n");
    for outcome in &result.outcomes {
        let total = &outcome.attribution.total;
        let levers = result.levers.iter().map(String::as_str);
        let parts = outcome
            .attribution
            .players
            .iter()
            .map(|player| (player.mean, &player.summary))
            .chain([(total.mean, total)]);
        for (lever, (mean, summary)) in levers.chain(["all"]).zip(parts) {
            let part = Some(mean.value / total.mean.value).filter(|part| part.is_finite());
            text.push_str(&format!(
                "{},{},{},{lever},{},{},{},{}\n",
                quoted(&result.option),
                quoted(&outcome.outcome),
                outcome.unit.key(),
                estimate(mean),
                cell(part),
                cell(summary.sd),
                quantiles(summary)
            ));
        }
    }
    text
}

/// `attribution.json`: everything.
pub fn attribution_json(
    result: &OptionAttribution,
    record: &RunRecord<'_>,
    scenarios: &[Scenario],
) -> String {
    let paths = result
        .outcomes
        .first()
        .map_or(0, |outcome| outcome.attribution.paths);
    let mut all = manifest(record, scenarios, paths);
    all.insert("attribution".to_owned(), json!(result));
    pretty(&Value::Object(all))
}
