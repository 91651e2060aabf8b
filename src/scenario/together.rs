//! Several scenario files in one comparison: what they must agree in, and how their options are named.

use std::path::Path;

use super::{input::Input, types::Scenario};
use crate::base::{Diagnostic, Diagnostics, Economy};

/// The most options of a comparison.
const OPTION_LIMIT: usize = 64;

/// Makes scenarios ready to be compared on the same futures: checks that they agree in everything but levers, options and the
/// gap that is looked at (that of the first holds for all), and names the options so that the names differ. With one file they stay as they are; with several, an option is named
/// `STEM: OPTION`, or by the stem of the file alone if it is the only one of its file.
///
/// # Errors
/// Every difference in horizon, economies or any number outside `levers` and `gap`, and more than 64 options.
pub fn comparable(files: &[(&Path, Scenario)]) -> Result<Vec<Scenario>, Diagnostics> {
    let mut errors = Diagnostics::new();
    let mut scenarios: Vec<Scenario> = files.iter().map(|(_, scenario)| scenario.clone()).collect();
    if let [(first, reference), others @ ..] = files {
        for (path, scenario) in others {
            for difference in differences(reference, scenario) {
                errors.push(
                    Diagnostic::new(format!(
                        "`{}` and `{}` differ in {difference}",
                        first.display(),
                        path.display()
                    ))
                    .help("options are compared on the same futures; let both files extend one, or use --set or --horizon for all"),
                );
            }
        }
    }
    if files.len() > 1 {
        let stems: Vec<String> = files.iter().map(|(path, _)| stem(path)).collect();
        let mut taken: Vec<String> = Vec::new();
        for (position, scenario) in scenarios.iter_mut().enumerate() {
            let unique = stems.iter().filter(|stem| **stem == stems[position]).count() == 1;
            let file = if unique {
                stems[position].clone()
            } else {
                files[position].0.display().to_string()
            };
            let alone = scenario.options.len() == 1;
            for option in &mut scenario.options {
                let name = if alone {
                    file.clone()
                } else {
                    format!("{file}: {}", option.name)
                };
                // The same file may be given twice.
                option.name = (1..)
                    .map(|number| match number {
                        1 => name.clone(),
                        _ => format!("{name} ({number})"),
                    })
                    .find(|name| !taken.contains(name) && *name != super::BASELINE)
                    .unwrap_or(name);
                taken.push(option.name.clone());
                option.title = option.title.as_ref().map(|title| format!("{file}: {title}"));
            }
        }
    }
    let options: usize = scenarios.iter().map(|scenario| scenario.options.len()).sum();
    if options == 0 {
        errors.extend(nothing_to_compare());
    } else if options > OPTION_LIMIT {
        errors.push(
            Diagnostic::new(format!("{options} options are too many"))
                .help(format!("compare at most {OPTION_LIMIT} at once")),
        );
    }
    errors.into_result(scenarios)
}

/// What is wrong with files without an option.
pub fn nothing_to_compare() -> Diagnostics {
    Diagnostic::new("there is no option to compare: no file has a lever")
        .help("add `[levers.ID]` tables, or give a file that has some")
        .into()
}

/// How a lever is told from another one that an earlier scenario of the same comparison calls alike; the scenarios are counted
/// from 0.
pub fn told_apart(name: &str, scenario: usize) -> String {
    format!("{name} ({})", scenario + 1)
}

/// The scenarios as one, for outputs that list inputs, assumptions, levers and files: each of them once. Levers that differ but
/// are called alike get names that differ.
pub fn as_one(scenarios: &[Scenario]) -> Option<Scenario> {
    let (first, others) = scenarios.split_first()?;
    let mut one = first.clone();
    for (number, scenario) in (1..).zip(others) {
        one.title = format!("{} / {}", one.title, scenario.title);
        one.summary = String::new();
        let shared = |input: &Input| !input.path.starts_with("levers.");
        for input in &scenario.inputs {
            let known = one
                .inputs
                .iter()
                .any(|other| other.path == input.path && (shared(input) || other.value == input.value));
            if !known {
                one.inputs.push(input.clone());
            }
        }
        for lever in &scenario.levers {
            let mut earlier = scenarios[..number].iter();
            if earlier.any(|earlier| earlier.same_lever(scenario, &lever.id)) {
                continue;
            }
            let mut lever = lever.clone();
            let shown = lever.shown();
            if one.levers.iter().any(|other| other.shown() == shown) {
                lever.title = Some(told_apart(&shown, number));
            }
            if one.lever(&lever.id).is_some() {
                lever.id = told_apart(&lever.id, number);
            }
            one.levers.push(lever);
        }
        one.options.extend(scenario.options.iter().cloned());
        for rule in &scenario.rules {
            if !one.rules.contains(rule) {
                one.rules.push(rule.clone());
            }
        }
        for file in &scenario.files {
            if !one.files.contains(file) {
                one.files.push(file.clone());
            }
        }
    }
    Some(one)
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || path.display().to_string(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// What two scenarios differ in besides levers, options and the gap that is looked at, each with both values.
fn differences(one: &Scenario, two: &Scenario) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, first: String, second: String| {
        if first != second {
            found.push(format!("`{what}`: {first} and {second}"));
        }
    };
    let codes = |scenario: &Scenario| {
        let codes: Vec<&str> = scenario.economies.iter().map(Economy::code).collect();
        codes.join(", ")
    };
    differ("horizon", one.horizon.to_string(), two.horizon.to_string());
    differ("economies", codes(one), codes(two));
    differ(
        "correlation",
        one.resolved_correlations(),
        two.resolved_correlations(),
    );
    let stated = |scenario: &Scenario| format!("{:?}", scenario.tense_years);
    if one.tense_years != two.tense_years {
        differ("tense_years", stated(one), stated(two));
    }
    // Numbers of an economy that only one file has follow from the economies.
    let both = |path: &str| {
        let code = path
            .strip_prefix("baseline.")
            .and_then(|rest| rest.split('.').next());
        let pair = path
            .strip_prefix("tension.")
            .and_then(|rest| rest.split('.').next());
        let known = |code: &str| {
            [one, two]
                .iter()
                .all(|scenario| scenario.economies.iter().any(|economy| economy.code() == code))
        };
        code.is_none_or(known) && pair.is_none_or(|pair| pair.split('-').all(known))
    };
    let mut paths: Vec<&str> = Vec::new();
    for input in one.inputs.iter().chain(&two.inputs) {
        let own = ["levers.", "gap."]
            .iter()
            .any(|prefix| input.path.starts_with(prefix));
        if !own && both(&input.path) && !paths.contains(&input.path.as_str()) {
            paths.push(&input.path);
        }
    }
    let value = |scenario: &Scenario, path: &str| {
        scenario
            .input(path)
            .map_or_else(|| "not set".to_owned(), |input| input.value.to_string())
    };
    for path in paths {
        differ(path, value(one, path), value(two, path));
    }
    found
}
