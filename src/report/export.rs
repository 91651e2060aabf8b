//! Results as files: `summary.csv`, `summary.json`, `run.json` (docs/outputs.md).

use serde_json::{Value, json};

use crate::{
    analysis::Explanation,
    base::{Metric, Year},
    outcomes::{MoneyAccount, Summary},
    scenario::{InputFile, Scenario},
    stats::PROBABILITIES,
};

/// What a run is, besides its numbers.
#[derive(Debug)]
pub struct RunRecord<'run> {
    /// The scenario, resolved.
    pub scenario: &'run Scenario,
    /// Every text that went in: scenario files, history tables, embedded data.
    pub files: &'run [InputFile],
    /// Seed.
    pub seed: u64,
    /// Assumptions about the data, as sentences.
    pub data_assumptions: &'run [String],
}

/// `summary.csv`: one row per option, comparison, economy, metric and year.
pub fn summary_csv(summary: &Summary) -> String {
    let mut text = String::from(
        "option,comparison,economy,metric,unit,year,mean,sd,mcse,p05,p25,p50,p75,p95,p_positive\n",
    );
    for row in &summary.rows {
        let statistics = &row.statistics;
        let [p05, p25, p50, p75, p95] = statistics.quantiles;
        // A ratio to a gap that is nearly nothing on some paths has no useful mean.
        let means = if row.metric == Metric::Closure {
            ",,".to_owned()
        } else {
            format!("{},{},{}", statistics.mean, statistics.sd, statistics.mcse)
        };
        text.push_str(&format!(
            "{},{},{},{},{},{},{means},{p05},{p25},{p50},{p75},{p95},{}\n",
            quoted(&row.option),
            row.comparison.key(),
            row.place,
            row.metric.key(),
            row.unit.key(),
            row.year,
            statistics.positive,
        ));
    }
    text
}

/// `gap.csv`: one row per option, economy and year with the probabilities of closing the gap.
pub fn gap_csv(summary: &Summary) -> String {
    let mut text = String::from(
        "option,economy,metric,reference,status,year,p_half_closed,p_all_closed,p_first_half_closed\n",
    );
    for closure in &summary.closures {
        let about = format!(
            "{},{},{},{},{}",
            quoted(&closure.option),
            closure.economy,
            summary.gap.metric.key(),
            summary.gap.reference_code(),
            closure.status.key()
        );
        for (step, ((half, all), first)) in closure
            .probability_half
            .iter()
            .zip(&closure.probability_all)
            .zip(&closure.first_half)
            .enumerate()
        {
            let year = summary.base_year + step as Year;
            text.push_str(&format!("{about},{year},{half},{all},{first}\n"));
        }
    }
    text
}

/// `money.csv`: one row per option and present value.
pub fn money_csv(accounts: &[MoneyAccount]) -> String {
    super::tables::money::table(accounts).csv()
}

/// A CSV field, quoted where it must be.
pub(super) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// `summary.json`: the numbers of `summary.csv` with the Monte Carlo errors of the quantiles.
pub fn summary_json(summary: &Summary, explanations: &[Explanation], record: &RunRecord<'_>) -> String {
    let rows: Vec<Value> = summary
        .rows
        .iter()
        .map(|row| {
            let statistics = &row.statistics;
            let named = |values: &[f64; PROBABILITIES.len()]| -> Value {
                PROBABILITIES
                    .iter()
                    .zip(values)
                    .map(|(probability, value)| {
                        (format!("p{:02}", (100.0 * probability).round()), json!(value))
                    })
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            let mean = |value: f64| (row.metric != Metric::Closure).then_some(value);
            json!({
                "option": row.option,
                "comparison": row.comparison.key(),
                "economy": row.place,
                "metric": row.metric.key(),
                "unit": row.unit.key(),
                "year": row.year,
                "mean": mean(statistics.mean),
                "sd": mean(statistics.sd),
                "mcse": mean(statistics.mcse),
                "p_positive": statistics.positive,
                "quantiles": named(&statistics.quantiles),
                "quantile_mcse": named(&statistics.quantile_mcse),
            })
        })
        .collect();
    pretty(&json!({
        "title": record.scenario.title,
        "paths": summary.paths,
        "seed": record.seed,
        "quantile_relative_error": summary.sketch_error,
        "assumptions": assumptions(record),
        "gap": { "metric": summary.gap.metric.key(), "reference": summary.gap.reference_code(), "unit": summary.gap.unit().key() },
        "gap_closure": summary.closures,
        "money": summary.money,
        "why": explanations,
        "rows": rows,
    }))
}

/// `run.json`: everything needed to repeat a study of so many futures.
pub fn run_json(record: &RunRecord<'_>, paths: u64) -> String {
    let inputs: Vec<Value> = record
        .scenario
        .inputs
        .iter()
        .map(|input| {
            json!({
                "path": input.path,
                "value": input.value.to_string(),
                "unit": input.parameter().map(|parameter| parameter.row().unit),
                "origin": input.origin,
                "assumption": input.origin.is_assumption(),
            })
        })
        .collect();
    pretty(&json!({
        "program": "jointly",
        "version": env!("CARGO_PKG_VERSION"),
        "seed": record.seed,
        "paths": paths,
        "horizon": record.scenario.horizon,
        "scenario": record.scenario.resolved(),
        "inputs": inputs,
        "data_assumptions": record.data_assumptions,
        "files": record.files,
    }))
}

/// What the JSON of a comparison, an attribution and a sweep begin with: how to repeat them.
pub fn manifest<'a>(
    record: &RunRecord<'_>,
    scenarios: impl IntoIterator<Item = &'a Scenario>,
    paths: u64,
) -> serde_json::Map<String, Value> {
    let resolved: Vec<String> = scenarios.into_iter().map(Scenario::resolved).collect();
    let entries = [
        ("program", json!("jointly")),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("title", json!(record.scenario.title)),
        ("seed", json!(record.seed)),
        ("paths", json!(paths)),
        ("horizon", json!(record.scenario.horizon)),
        ("assumptions", json!(assumptions(record))),
        ("files", json!(record.files)),
        ("scenarios", json!(resolved)),
    ];
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

pub(super) fn assumptions(record: &RunRecord<'_>) -> Vec<String> {
    let numbers = record
        .scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
        .map(|input| format!("{} = {}", input.path, input.value));
    numbers.chain(record.data_assumptions.iter().cloned()).collect()
}

pub(super) fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
