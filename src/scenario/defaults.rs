//! The embedded defaults with their grades and sources: `data/parameters.toml`.

use std::collections::BTreeMap;

use toml_edit::{Document, Item};

use super::{
    load::admit,
    number,
    parameters::PARAMETERS,
    types::{Grade, InputFile, Origin},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    stats::Distribution,
};

const TEXT: &str = include_str!("../../data/parameters.toml");
const NAME: &str = "data/parameters.toml";

/// The embedded file, for the run manifest.
pub(super) fn file() -> InputFile {
    InputFile::of(NAME, TEXT)
}

/// The default of a row of the parameter table, by its path (`baseline.*.long_run_growth`).
///
/// # Errors
/// If there is none, which the tests exclude for every row without an `otherwise`.
pub fn value(path: &str) -> Result<Distribution, Diagnostics> {
    let found = read()?.remove(path).map(|(value, _)| value);
    found.ok_or_else(|| Diagnostic::new(format!("`{path}` has no default")).into())
}

/// Every default, by path of the parameter table.
pub(super) fn read() -> Result<BTreeMap<&'static str, (Distribution, Origin)>, Diagnostics> {
    let wrong = |message: String| Diagnostics::from(Diagnostic::new(format!("{NAME}: {message}")));
    let document = Document::parse(TEXT).map_err(|error| wrong(error.to_string()))?;
    let mut found = BTreeMap::new();
    for parameter in PARAMETERS
        .iter()
        .filter(|parameter| parameter.otherwise.is_empty())
    {
        let path = parameter.path;
        let (table, key) = path
            .rsplit_once('.')
            .ok_or_else(|| wrong(format!("{path} has no table")))?;
        let row = document
            .get(table)
            .and_then(|table| table.get(key))
            .ok_or_else(|| wrong(format!("{path} is missing")))?;
        let text = |name: &str| row.get(name).and_then(Item::as_str).unwrap_or("").to_owned();
        let value = number::read(row.get("value").unwrap_or(&Item::None))
            .and_then(|value| admit(parameter, value))
            .map_err(|message| wrong(format!("{path}: {message}")))?;
        let grade = Grade::parse(&text("grade")).ok_or_else(|| wrong(format!("{path} has no grade")))?;
        let origin = Origin::Default {
            grade,
            source: text("source"),
            reason: text("reason"),
        };
        found.insert(path, (value, origin));
    }
    Ok(found)
}
