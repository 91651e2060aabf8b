//! Results as files: `summary.csv`, `summary.json`, `run.json` (docs/outputs.md).

use serde_json::{Value, json};

use crate::{
    outcomes::{PROBABILITIES, Summary},
    scenario::{InputFile, Scenario},
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

/// `summary.csv`: one row per option, economy, metric and year.
pub fn summary_csv(summary: &Summary) -> String {
    let mut text = String::from("option,economy,metric,unit,year,mean,sd,mcse,p05,p25,p50,p75,p95\n");
    for row in &summary.rows {
        let statistics = &row.statistics;
        let [p05, p25, p50, p75, p95] = statistics.quantiles;
        text.push_str(&format!(
            "{},{},{},{},{},{},{},{},{p05},{p25},{p50},{p75},{p95}\n",
            quoted(&row.option),
            row.economy,
            row.metric.key(),
            row.metric.unit().key(),
            row.year,
            statistics.mean,
            statistics.sd,
            statistics.mcse,
        ));
    }
    text
}

/// A CSV field, quoted where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// `summary.json`: the numbers of `summary.csv` with the Monte Carlo errors of the quantiles.
pub fn summary_json(summary: &Summary, record: &RunRecord<'_>) -> String {
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
            json!({
                "option": row.option,
                "economy": row.economy,
                "metric": row.metric.key(),
                "unit": row.metric.unit().key(),
                "year": row.year,
                "mean": statistics.mean,
                "sd": statistics.sd,
                "mcse": statistics.mcse,
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
        "rows": rows,
    }))
}

/// `run.json`: everything needed to repeat the run.
pub fn run_json(summary: &Summary, record: &RunRecord<'_>) -> String {
    let inputs: Vec<Value> = record
        .scenario
        .inputs
        .iter()
        .map(|input| {
            json!({
                "path": input.path,
                "value": input.value.to_string(),
                "unit": input.parameter().map(|parameter| parameter.unit),
                "origin": input.origin,
                "assumption": input.origin.is_assumption(),
            })
        })
        .collect();
    pretty(&json!({
        "program": "jointly",
        "version": env!("CARGO_PKG_VERSION"),
        "seed": record.seed,
        "paths": summary.paths,
        "horizon": record.scenario.horizon,
        "scenario": record.scenario.resolved(),
        "inputs": inputs,
        "data_assumptions": record.data_assumptions,
        "files": record.files,
    }))
}

fn assumptions(record: &RunRecord<'_>) -> Vec<String> {
    let numbers = record
        .scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
        .map(|input| format!("{} = {}", input.path, input.value));
    numbers.chain(record.data_assumptions.iter().cloned()).collect()
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
