//! What every study gives, whatever it studies: the one interface of commands, pages and bindings to results.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::{
    STORED_PAGE,
    document::Document,
    folder::{ResultFile, sealed},
    money_years::MoneyYears,
    tables::all_dated,
    write_stored_page,
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
    /// What its present values are.
    pub money: MoneyYears,
}

impl Record {
    /// What the numbers belong to.
    pub fn identity(&self) -> Identity {
        Identity {
            version: env!("CARGO_PKG_VERSION"),
            seed: self.seed,
            paths: self.paths,
            scenario: InputFile::of("", &self.scenario.resolved()).sha256,
            money: self.money,
        }
    }

    /// The tables of a study of an outcome, with the years of present values in those that may hold some.
    pub fn dated(&self, tables: Vec<Table>, outcome: &str) -> Vec<Table> {
        all_dated(tables, self.money, outcome)
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
        let [prices, present] = self.money.entries();
        let entries = [
            ("program", json!("jointly")),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("seed", json!(self.seed)),
            ("paths", json!(self.paths)),
            ("horizon", json!(self.scenario.horizon)),
            prices,
            present,
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
        let [prices, present] = self.money.entries();
        let entries = [
            ("program", json!("jointly")),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("title", json!(self.scenario.title)),
            ("seed", json!(self.seed)),
            ("paths", json!(paths)),
            ("horizon", json!(self.scenario.horizon)),
            prices,
            present,
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
    /// What present values are.
    pub money: MoneyYears,
}

impl Identity {
    /// As pairs of key and value, for the metadata of Parquet.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let money = self.money.named().map(|(key, year)| (key, year.to_string()));
        [
            ("program", "jointly".to_owned()),
            ("version", self.version.to_owned()),
            ("seed", self.seed.to_string()),
            ("paths", self.paths.to_string()),
            ("scenario_sha256", self.scenario.clone()),
        ]
        .into_iter()
        .chain(money)
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }

    /// As JSON, for `run.json` and `metadata.json`.
    pub fn json(&self) -> Value {
        [
            ("program", json!("jointly")),
            ("version", json!(self.version)),
            ("seed", json!(self.seed)),
            ("paths", json!(self.paths)),
            ("scenario_sha256", json!(self.scenario)),
        ]
        .into_iter()
        .chain(self.money.entries())
        .collect()
    }
}

/// What can be told of a question that was answered: as tables, in words, as data.
pub trait Findings {
    /// Every table, the leading one first.
    fn tables(&self) -> Vec<Table>;

    /// What the numbers say.
    fn document(&self) -> Document;

    /// Everything as JSON, but for the tables where [`holds_tables`](Self::holds_tables).
    fn json(&self) -> Value;

    /// What belongs to a place and a year in the long form of the IAMC; `None` if nothing does.
    fn iamc(&self) -> Option<Table> {
        None
    }

    /// Whether its tables, which may be large, stand in its JSON too, behind everything else.
    fn holds_tables(&self) -> bool {
        false
    }
}

/// The result of a study of a scenario.
pub trait StudyResult: Findings {
    /// The name of its JSON file, without the ending: `summary`, `comparison`, `attribution`, `sweep`.
    fn name(&self) -> &'static str;

    /// What it is besides its numbers.
    fn record(&self) -> &Record;
}

/// What was found as one object of JSON, of which the tables are never values.
struct Everything<'a>(Value, &'a [Table]);

impl Serialize for Everything<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (key, value) in self.0.as_object().into_iter().flatten() {
            object.serialize_entry(key, value)?;
        }
        for table in self.1 {
            object.serialize_entry(table.name, table)?;
        }
        object.end()
    }
}

/// Writes everything that was found, whose tables these are, as JSON; rows of tables one at a time.
///
/// # Errors
/// If it cannot be written.
pub fn write_json(findings: &dyn Findings, tables: &[Table], mut out: impl Write) -> io::Result<()> {
    let found = findings.json();
    if findings.holds_tables() {
        serde_json::to_writer_pretty(&mut out, &Everything(found, tables))?;
    } else {
        serde_json::to_writer_pretty(&mut out, &found)?;
    }
    out.write_all(b"\n")
}

/// A file of a result that holds words.
pub struct TextFile<'a> {
    /// Its name.
    pub name: String,
    content: Content<'a>,
}

enum Content<'a> {
    Csv(&'a Table),
    Json(&'a dyn StudyResult, &'a [Table]),
    Metadata(Identity, &'a [Table]),
    Page(&'a Document),
}

impl TextFile<'_> {
    /// Writes it piece by piece.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        match &self.content {
            Content::Csv(table) => table.write_csv(out),
            Content::Json(result, tables) => write_json(*result, tables, out),
            Content::Metadata(identity, tables) => {
                serde_json::to_writer_pretty(&mut out, &metadata(identity, tables))?;
                out.write_all(b"\n")
            }
            Content::Page(page) => write_stored_page(page, out),
        }
    }
}

/// The files of a result that hold words: each table as CSV, everything as JSON, what CSV files cannot say of themselves
/// (`metadata.json`), and the page as data. `run.json` comes when all are there.
pub fn text_files<'a>(
    result: &'a dyn StudyResult,
    tables: &'a [Table],
    page: &'a Document,
) -> impl Iterator<Item = TextFile<'a>> {
    let file = |name: &str, content| TextFile {
        name: name.to_owned(),
        content,
    };
    let csv = move |table: &'a Table| file(&format!("{}.csv", table.name), Content::Csv(table));
    let others = [
        file(&format!("{}.json", result.name()), Content::Json(result, tables)),
        file(
            "metadata.json",
            Content::Metadata(result.record().identity(), tables),
        ),
        file(STORED_PAGE, Content::Page(page)),
    ];
    tables.iter().map(csv).chain(others)
}

/// `metadata.json`: what CSV files cannot say of themselves, for every table of a result.
fn metadata(identity: &Identity, tables: &[Table]) -> Value {
    let tables: Vec<Value> = tables.iter().map(Table::description).collect();
    json!({ "run": identity.json(), "tables": tables })
}
