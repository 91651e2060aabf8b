//! The shipped scenarios as findings.

use serde_json::{Value, json};

use crate::{
    report::{
        Findings,
        document::{Document, Section, Table as Shown},
        tables::reference::SHIPPED_SCENARIOS,
    },
    scenario::SHIPPED,
    table::Table,
};

/// The list of the scenarios that come with the program.
#[derive(Clone, Copy, Debug)]
pub struct ScenariosResult;

impl Findings for ScenariosResult {
    fn tables(&self) -> Vec<Table> {
        vec![SHIPPED_SCENARIOS.table(SHIPPED.iter())]
    }

    fn document(&self) -> Document {
        let rows: Vec<(&str, String)> = SHIPPED.iter().map(|one| (one.name, one.says("title"))).collect();
        Document {
            title: "Shipped scenarios".to_owned(),
            question: "`jointly scenarios show NAME` prints one, with `-o FILE.toml` into a file.".to_owned(),
            sections: vec![Section::brief("scenarios", "").table(Shown::labeled(rows))],
            ..Document::default()
        }
    }

    fn json(&self) -> Value {
        let scenarios = SHIPPED.iter().map(|one| {
            json!({ "name": one.name, "title": one.says("title"), "summary": one.says("summary"), "extends": one.says("extends") })
        });
        scenarios.collect()
    }
}
