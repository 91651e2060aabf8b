//! What every study gives, whatever it studies: the one interface of commands, pages and bindings to results.

use serde_json::{Value, json};

use super::{
    STORED_PAGE,
    document::Document,
    folder::{ResultFile, sealed},
    stored_page,
};
use crate::{
    scenario::{InputFile, Scenario},
    table::Table,
};

/// What a result is besides its numbers, owned by the result.
#[derive(Clone, Debug)]
pub struct Record {
    /// The scenario, resolved; of several, all of them as one.
    pub scenario: Scenario,
    /// Every text that went in: scenario files, history tables, embedded data.
    pub files: Vec<InputFile>,
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Assumptions about the data, as sentences.
    pub data_assumptions: Vec<String>,
    /// The command line that gives the same numbers.
    pub command: String,
}

impl Record {
    /// What the numbers belong to.
    pub fn identity(&self) -> Identity {
        Identity {
            version: env!("CARGO_PKG_VERSION"),
            seed: self.seed,
            paths: self.paths,
            scenario: InputFile::of("", &self.scenario.resolved()).sha256,
        }
    }

    /// `run.json`: everything needed to repeat the study, and the files of its result.
    pub fn run_json(&self, results: &[ResultFile]) -> String {
        let inputs: Vec<Value> = self
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
        let entries = [
            ("program", json!("jointly")),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("seed", json!(self.seed)),
            ("paths", json!(self.paths)),
            ("horizon", json!(self.scenario.horizon)),
            ("scenario", json!(self.scenario.resolved())),
            ("inputs", json!(inputs)),
            ("data_assumptions", json!(self.data_assumptions)),
            ("files", json!(self.files)),
        ];
        let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
        sealed(entries.collect(), results)
    }

    /// What the JSON of a result begins with: how to repeat it.
    pub fn manifest<'a>(
        &self,
        scenarios: impl IntoIterator<Item = &'a Scenario>,
        paths: u64,
    ) -> serde_json::Map<String, Value> {
        let resolved: Vec<String> = scenarios.into_iter().map(Scenario::resolved).collect();
        let entries = [
            ("program", json!("jointly")),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("title", json!(self.scenario.title)),
            ("seed", json!(self.seed)),
            ("paths", json!(paths)),
            ("horizon", json!(self.scenario.horizon)),
            ("assumptions", json!(self.assumptions())),
            ("files", json!(self.files)),
            ("scenarios", json!(resolved)),
        ];
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    fn assumptions(&self) -> Vec<String> {
        let numbers = self
            .scenario
            .inputs
            .iter()
            .filter(|input| input.origin.is_assumption())
            .map(|input| format!("{} = {}", input.path, input.value));
        numbers.chain(self.data_assumptions.iter().cloned()).collect()
    }
}

/// What numbers belong to: enough to compute them again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// Version of the program.
    pub version: &'static str,
    /// Seed.
    pub seed: u64,
    /// Number of futures.
    pub paths: u64,
    /// SHA-256 of the scenario with every default written out.
    pub scenario: String,
}

impl Identity {
    /// As pairs of key and value, for the metadata of Parquet.
    pub fn pairs(&self) -> Vec<(String, String)> {
        [
            ("program", "jointly".to_owned()),
            ("version", self.version.to_owned()),
            ("seed", self.seed.to_string()),
            ("paths", self.paths.to_string()),
            ("scenario_sha256", self.scenario.clone()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec()
    }

    /// As JSON, for `run.json` and `metadata.json`.
    pub fn json(&self) -> Value {
        json!({
            "program": "jointly",
            "version": self.version,
            "seed": self.seed,
            "paths": self.paths,
            "scenario_sha256": self.scenario,
        })
    }
}

/// What can be told of a question that was answered: as tables, in words, as data.
pub trait Findings {
    /// Every table, the leading one first.
    fn tables(&self) -> Vec<Table>;

    /// What the numbers say.
    fn document(&self) -> Document;

    /// Everything as JSON.
    fn json(&self) -> Value;

    /// What belongs to a place and a year in the long form of the IAMC; `None` if nothing does.
    fn iamc(&self) -> Option<Table> {
        None
    }
}

/// The result of a study of a scenario.
pub trait StudyResult: Findings {
    /// The name of its JSON file, without the ending: `summary`, `comparison`, `attribution`, `sweep`.
    fn name(&self) -> &'static str;

    /// What it is besides its numbers.
    fn record(&self) -> &Record;
}

/// The files of a result that hold words: each table as CSV, everything as JSON, what CSV files cannot say of themselves
/// (`metadata.json`), and the page as data. `run.json` comes when all are there.
pub fn text_files(result: &dyn StudyResult, tables: &[Table], page: &Document) -> Vec<(String, String)> {
    let record = result.record();
    let mut files: Vec<(String, String)> = tables
        .iter()
        .map(|table| (format!("{}.csv", table.name), table.csv()))
        .collect();
    files.push((format!("{}.json", result.name()), pretty(&result.json())));
    files.push((
        "metadata.json".to_owned(),
        pretty(&metadata(&record.identity(), tables)),
    ));
    files.push((STORED_PAGE.to_owned(), stored_page(page)));
    files
}

/// `metadata.json`: what CSV files cannot say of themselves, for every table of a result.
fn metadata(identity: &Identity, tables: &[Table]) -> Value {
    let tables: Vec<Value> = tables.iter().map(Table::description).collect();
    json!({ "run": identity.json(), "tables": tables })
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
