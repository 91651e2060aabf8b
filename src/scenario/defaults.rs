//! The embedded defaults with their grades and sources: `data/parameters.toml`.

use std::{collections::BTreeMap, sync::OnceLock};

use toml_edit::{Document, Item, TableLike};

use super::{
    admit::admit,
    input::{Grade, InputFile, Origin},
    number,
    parameters::{self, DefaultIn, PARAMETERS, Parameter},
};
use crate::{
    base::{Diagnostic, Diagnostics, Element},
    stats::Distribution,
};

const TEXT: &str = include_str!("../../data/parameters.toml");
const NAME: &str = "data/parameters.toml";

/// The embedded file, for the run manifest.
pub(super) fn file() -> InputFile {
    InputFile::of(NAME, TEXT)
}

/// The default of a path: of a concrete one (`tension.CHN-JPN.hazard`, `model.persistence`) or, where no concrete
/// default exists, of the row of the parameter table (`baseline.{economy}.long_run_growth`).
///
/// # Errors
/// If there is none, which the tests exclude for every row that has its default in `data/parameters.toml`.
pub fn value(path: &str) -> Result<Distribution, Diagnostics> {
    let found = lookup(all()?, path).map(|(value, _)| value.clone());
    found.ok_or_else(|| Diagnostic::new(format!("`{path}` has no default")).into())
}

/// Every default with its origin, by concrete path or path of the parameter table.
pub type Defaults = BTreeMap<String, (Distribution, Origin)>;

/// The default of a concrete path, or that of its row.
pub fn lookup<'d>(defaults: &'d Defaults, path: &str) -> Option<&'d (Distribution, Origin)> {
    defaults
        .get(path)
        .or_else(|| parameters::find(path).and_then(|parameter| defaults.get(parameter.row().path)))
}

/// The embedded defaults, read once and only when they are asked for.
///
/// # Errors
/// If the embedded file is broken, which the tests exclude.
pub fn all() -> Result<&'static Defaults, Diagnostics> {
    static READ: OnceLock<Result<Defaults, Diagnostics>> = OnceLock::new();
    READ.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn read() -> Result<Defaults, Diagnostics> {
    let wrong = |message: String| Diagnostics::from(Diagnostic::new(format!("{NAME}: {message}")));
    let document = Document::parse(TEXT).map_err(|error| wrong(error.to_string()))?;
    let mut found = BTreeMap::new();
    collect(document.as_table(), &mut Vec::new(), &mut found).map_err(wrong)?;
    for row in PARAMETERS
        .iter()
        .filter(|row| row.default == DefaultIn::ParametersFile)
    {
        let path = row.path;
        let stem = path.strip_suffix("{element}");
        let complete = match stem {
            None => found.contains_key(path),
            Some(stem) => Element::ALL
                .iter()
                .all(|element| found.contains_key(&format!("{stem}{}", element.key()))),
        };
        if !complete {
            return Err(wrong(format!("{path} is missing")));
        }
    }
    Ok(found)
}

/// Reads a table: an entry with a grade is a number (or six weights), any other a table of entries.
fn collect(table: &dyn TableLike, path: &mut Vec<String>, found: &mut Defaults) -> Result<(), String> {
    for (key, item) in table.iter() {
        let Some(entry) = item.as_table_like() else {
            return Err(format!("{}.{key} is no table", path.join(".")));
        };
        path.push(key.to_owned());
        let name = path.join(".");
        if let Some(grade) = entry.get("grade").and_then(Item::as_str) {
            let text = |name: &str| entry.get(name).and_then(Item::as_str).unwrap_or("").to_owned();
            let origin = Origin::Default {
                grade: Grade::parse(grade).ok_or_else(|| format!("{name} has no grade"))?,
                source: text("source"),
                reason: text("reason"),
            };
            let mut take = |path: String, item: &Item| {
                let row = parameters::find(&path)
                    .map(Parameter::row)
                    .filter(|row| row.default == DefaultIn::ParametersFile)
                    .ok_or_else(|| format!("no parameter `{path}` has its default here"))?;
                let value = number::read(item)
                    .and_then(|value| admit(row, value))
                    .map_err(|message| format!("{path}: {message}"))?;
                found.insert(path, (value, origin.clone()));
                Ok::<(), String>(())
            };
            if let Some(value) = entry.get("value") {
                take(name, value)?;
            } else {
                for element in Element::ALL {
                    let weight = entry.get(element.key()).unwrap_or(&Item::None);
                    take(format!("{name}.{}", element.key()), weight)?;
                }
            }
        } else {
            collect(entry, path, found)?;
        }
        path.pop();
    }
    Ok(())
}
