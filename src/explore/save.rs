//! A state as a scenario file: what it extends, and the changes alone.

use std::{collections::BTreeMap, path::Path};

use super::{
    answer::Explorer,
    state::{State, path_of},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::escape,
    scenario::{Scenario, find_parameter, written},
    session::{Inputs, Session},
};

/// The name under which a saved scenario is checked.
const SAVED: &str = "explored.toml";

impl Explorer {
    /// The state as a scenario file to be kept beside the one that is explored: read, it gives the same scenario, and run, the same
    /// bytes.
    ///
    /// # Errors
    /// If the state is refused, or a change cannot be written into a file.
    pub fn save(&self, state: &State) -> Result<String, Diagnostics> {
        state.check()?;
        let variant = self.variant(&state.set)?;
        let text = self.text(&state.set)?;
        // What is given to the reader has been read.
        let path = self.path().parent().unwrap_or(Path::new("")).join(SAVED);
        let files = self.files().clone().with(&path, text.as_str());
        let inputs = Inputs {
            scenarios: vec![path],
            ..self.session().inputs().clone()
        };
        let read = Session::open_from(&files, &inputs)?;
        if read.scenario().resolved() != variant.scenario().resolved() {
            return Err(
                Diagnostic::new("these changes cannot be written as one scenario file")
                    .help("set a table or its parts, not both")
                    .into(),
            );
        }
        Ok(text)
    }

    fn text(&self, set: &[String]) -> Result<String, Diagnostics> {
        let name = self
            .path()
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut text = format!(
            "# What was changed in the explorer. Keep this file beside {}, which it extends.\n\nextends = {}\n",
            escape(&name),
            quoted(&format!("./{name}")),
        );
        // The last change of a number holds.
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        for (position, argument) in set.iter().enumerate() {
            last.insert(path_of(argument), position);
        }
        for (position, argument) in set.iter().enumerate() {
            let path = path_of(argument);
            if last[path] != position {
                continue;
            }
            let value = argument.split_once('=').map_or("", |(_, value)| value).trim();
            for line in about(self.scenario(), path) {
                text.push_str(&format!("\n# {}", escape(&line)));
            }
            text.push_str(&format!("\n{} = {}\n", key(path), toml(value)));
        }
        Ok(text)
    }
}

/// What a number means, and what it was.
fn about(scenario: &Scenario, path: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(parameter) = find_parameter(path) {
        let row = parameter.row();
        lines.push(format!("{} ({})", row.meaning, scenario.unit_of(path)));
        lines.push(match scenario.input(path) {
            Some(input) => format!("It was {}.", written(&input.value)),
            None => format!("It was not set: {}.", row.otherwise()),
        });
    } else if let Some(lever) = path
        .strip_prefix("levers.")
        .and_then(|rest| rest.strip_suffix(".start"))
    {
        lines.extend(
            scenario
                .lever(lever)
                .map(|lever| format!("First year of operation; it was {}.", lever.start)),
        );
    } else if let Some(name) = path.strip_prefix("options.") {
        let option = scenario.options.iter().find(|option| option.name == name);
        lines.push(match option {
            Some(option) => format!("The levers of this option were {}.", option.levers.join(", ")),
            None => "A new option.".to_owned(),
        });
    }
    lines
}

/// A dotted key, quoted where it must be.
fn key(path: &str) -> String {
    let plain = |segment: &str| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let segments: Vec<String> = path
        .split('.')
        .map(|segment| {
            if plain(segment) {
                segment.to_owned()
            } else {
                quoted(segment)
            }
        })
        .collect();
    segments.join(".")
}

/// A value of `--set` as TOML: what is no TOML is a text.
fn toml(value: &str) -> String {
    let line = format!("v = {value}");
    match line.parse::<toml_edit::DocumentMut>() {
        Ok(document) if document.len() == 1 && !value.contains('\n') => value.to_owned(),
        _ => quoted(value),
    }
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}
