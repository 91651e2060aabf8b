//! Scenario files without a run: everything that would be refused, and what their authors may not have meant.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{Evidence, HistoryChoice, Inputs, RunRequest, Session, SweepRequest, open_history};
use crate::{
    base::{Diagnostics, Disk, Year},
    history::HistoryData,
    report::{check_document, document::Document, escape, lever_scale, swept_range},
    scenario::{Parameter, Scenario, SweepDefaults},
};

/// A file that was checked.
#[derive(Debug)]
pub struct CheckedFile {
    /// Its name.
    pub name: String,
    /// What it holds, or everything that is wrong with it.
    pub result: Result<Scenario, Diagnostics>,
    /// What the author of a valid one may not have meant.
    pub notes: Vec<String>,
}

/// Checks files one by one.
///
/// # Errors
/// If the historical tables are wrong.
pub fn check_files(
    files: &[PathBuf],
    overrides: &[String],
    horizon: Option<Year>,
    history: &HistoryChoice,
) -> Result<Vec<CheckedFile>, Diagnostics> {
    let tables = open_history(&Disk, history)?;
    let data = Arc::new(tables.data()?);
    let evidence = Arc::new(Evidence::of(tables));
    // Everything that a command would refuse.
    let read = |path: &Path| {
        let inputs = Inputs {
            scenarios: vec![path.to_owned()],
            text: None,
            overrides: overrides.to_vec(),
            horizon,
            history: history.clone(),
        };
        let session = Session::open_on(&inputs, &evidence, &data)?;
        try_studies(&session)?;
        Ok(session.scenario().clone())
    };
    let checked = files.iter().map(|path| {
        let result = read(path);
        CheckedFile {
            name: path.display().to_string(),
            notes: result
                .as_ref()
                .map_or_else(|_| Vec::new(), |scenario| notes(scenario, &data)),
            result,
        }
    });
    Ok(checked.collect())
}

/// Asks for the studies that a file itself describes, without running them.
///
/// # Errors
/// What they refuse.
fn try_studies(session: &Session) -> Result<(), Diagnostics> {
    /// Designs of so many points are made to look at them.
    const POINTS: usize = 4096;
    let mut errors = Diagnostics::new();
    let why = RunRequest {
        why: true,
        ..RunRequest::default()
    };
    let sweep = &session.scenario().sweep;
    if *sweep == SweepDefaults::default() {
        return session.run(&RunRequest::default()).map(|_| ());
    }
    let request = SweepRequest {
        size: sweep.size.filter(|size| *size > POINTS).map(|_| POINTS),
        ..SweepRequest::default()
    };
    if let Err(found) = session.sweep(&request) {
        errors.extend(found);
    }
    if let Err(found) = session.run(&why) {
        errors.extend_new(found);
    }
    errors.into_result(())
}

fn notes(scenario: &Scenario, history: &HistoryData) -> Vec<String> {
    let mut notes = history.contradictions.clone();
    let unused = scenario.unused_levers();
    notes.extend(
        unused.map(|lever| format!("no option holds the lever `{}`, so it changes nothing", lever.id)),
    );
    notes.extend(scenario.notes.iter().cloned());
    for lever in &scenario.levers {
        let shared = scenario.get(Parameter::SharedScale, lever);
        let hosted = lever
            .partners
            .iter()
            .filter_map(|partner| scenario.get(Parameter::HostedScale, (lever, *partner)));
        let mut scales = hosted.chain(shared);
        if scales.all(|input| input.value.as_constant() == Some(0.0)) {
            notes.push(format!(
                "the lever `{}` has scale 0, so it changes nothing",
                lever.id
            ));
        }
    }
    for (position, option) in scenario.options.iter().enumerate() {
        let before = &scenario.options[..position];
        if let Some(other) = before.iter().find(|other| other.levers == option.levers) {
            notes.push(format!(
                "the options `{}` and `{}` hold the same levers",
                other.name, option.name
            ));
        }
    }
    notes
}

impl CheckedFile {
    /// What a valid file holds.
    pub fn document(&self, scenario: &Scenario) -> Document {
        check_document(&self.name, scenario, &self.notes)
    }

    /// Summary and notes, or errors.
    pub fn json(&self) -> Value {
        let scenario = match &self.result {
            Ok(scenario) => scenario,
            Err(errors) => {
                return json!({ "file": self.name, "valid": false, "errors": errors_json(errors) });
            }
        };
        let levers: Vec<Value> = scenario
            .levers
            .iter()
            .map(|lever| {
                json!({ "id": lever.id, "kind": lever.kind.name, "partners": lever.partners, "start": lever.start,
                        "scale": lever_scale(scenario, lever), "unit": lever.kind.unit })
            })
            .collect();
        let sweep = &scenario.sweep;
        let vary: Vec<Value> = sweep
            .vary
            .iter()
            .map(|input| json!({ "path": input.path, "over": swept_range(input) }))
            .collect();
        let outcomes: Vec<String> = sweep.outcomes.iter().map(ToString::to_string).collect();
        json!({
            "file": self.name,
            "valid": true,
            "errors": [],
            "title": scenario.title,
            "economies": scenario.economies,
            "horizon": scenario.horizon,
            "gap": { "metric": scenario.gap.metric.key(), "reference": scenario.gap.reference_code() },
            "levers": levers,
            "options": scenario.options,
            "sweep": { "outcomes": outcomes, "method": sweep.method, "size": sweep.size, "vary": vary },
            "notes": self.notes,
        })
    }
}

fn errors_json(errors: &Diagnostics) -> Vec<Value> {
    errors
        .iter()
        .map(|error| {
            let place = error.location.as_ref().map(|(source, span)| {
                let (line, column) = source.line_column(span.start);
                (escape(&source.name), line, column)
            });
            json!({
                "message": error.message,
                "file": place.as_ref().map(|(name, _, _)| name),
                "line": place.as_ref().map(|(_, line, _)| line),
                "column": place.as_ref().map(|(_, _, column)| column),
                "expected": error.label,
                "help": error.help,
            })
        })
        .collect()
}
