//! What every study gives, whatever it studies: the one interface of commands, pages and bindings to results.

use serde_json::{Value, json};

use super::{RunRecord, document::Document};
use crate::{scenario::InputFile, table::Table};

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
    /// The identity of a study of `paths` futures.
    pub fn of(record: &RunRecord<'_>, paths: u64) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            seed: record.seed,
            paths,
            scenario: InputFile::of("", &record.scenario.resolved()).sha256,
        }
    }

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

/// The result of a study.
pub trait StudyResult {
    /// The study: `run`, `comparison`, `attribution`, `sweep`; also the name of its JSON file.
    fn name(&self) -> &'static str;

    /// What the numbers belong to.
    fn identity(&self) -> Identity;

    /// Every table, the leading one first.
    fn tables(&self) -> Vec<Table>;

    /// What the numbers say.
    fn document(&self) -> Document;

    /// Everything as JSON.
    fn json(&self) -> Value;
}

/// `metadata.json`: what CSV files cannot say of themselves, for every table of a result.
pub fn metadata(identity: &Identity, tables: &[Table]) -> Value {
    let tables: Vec<Value> = tables.iter().map(Table::description).collect();
    json!({ "run": identity.json(), "tables": tables })
}
