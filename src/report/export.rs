//! Results as files: `summary.csv`, `summary.json`, `run.json` (docs/outputs.md).

use serde_json::{Value, json};

use crate::scenario::{InputFile, Scenario};

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
