use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{
    Console, Failure, HistoryArgs, TextOrJson,
    common::{HEADING, load_history},
};
use crate::{
    base::{Diagnostics, Economy, Year},
    history::HistoryData,
    model::Plan,
    report::{escape, fields, indented},
    scenario::{self, Lever, Parameter, Scenario, SweepInput, written},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files (TOML, docs/scenario.md)
    #[arg(value_name = "SCENARIO.toml", required = true)]
    files: Vec<PathBuf>,
    /// Last projected year, instead of that of the files
    #[arg(long, value_name = "YEAR")]
    horizon: Option<Year>,
    /// Override a number of every file, as in `jointly run`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    #[command(flatten)]
    history: HistoryArgs,
    /// Print nothing but what is wrong
    #[arg(long)]
    quiet: bool,
    /// Output format; JSON holds summaries, notes and errors of every file
    #[arg(long, value_enum, default_value_t)]
    format: TextOrJson,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, _) = load_history(&args.history)?;
    let data = history.data()?;
    let checked: Vec<(&Path, Result<Scenario, Diagnostics>)> = args
        .files
        .iter()
        .map(|path| (path.as_path(), check(path, args, &data)))
        .collect();
    let shown = || {
        checked
            .iter()
            .filter(|(_, result)| !args.quiet || result.is_err())
    };
    match args.format {
        TextOrJson::Json => {
            let files: Vec<Value> = shown()
                .map(|(path, result)| file_json(path, result, &data))
                .collect();
            if !(args.quiet && files.is_empty()) {
                console.print(&format!("{:#}\n", json!(files)))?;
            }
        }
        TextOrJson::Text => {
            for (position, (path, result)) in shown().enumerate() {
                match result {
                    Ok(scenario) => {
                        let separator = if position > 0 { "\n" } else { "" };
                        let text = scenario_text(path, scenario, &data, console.width());
                        console.print(&format!("{separator}{text}"))?;
                    }
                    Err(errors) => console.refuse(errors),
                }
            }
        }
    }
    let wrong = checked.iter().filter(|(_, result)| result.is_err()).count();
    if wrong == 0 {
        return Ok(());
    }
    if args.format == TextOrJson::Text && checked.len() > 1 {
        console.complain(&format!("{wrong} of {} files are wrong", checked.len()));
    }
    Err(Failure::RefusalShown)
}

/// Everything that `jointly run` would refuse.
fn check(path: &Path, args: &Args, data: &HistoryData) -> Result<Scenario, Diagnostics> {
    let scenario = scenario::load(path, &args.overrides, args.horizon, data)?;
    Plan::new(data, &scenario)?;
    Ok(scenario)
}

/// What the file says that its author may not have meant.
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

/// Scale in the unit of the kind: one shared program, or what each partner hosts.
fn scale(scenario: &Scenario, lever: &Lever) -> String {
    match scenario.get(Parameter::SharedScale, lever) {
        Some(shared) => written(&shared.value),
        None => {
            let hosted: Vec<String> = lever
                .partners
                .iter()
                .filter_map(|partner| {
                    let hosted = scenario.get(Parameter::HostedScale, (lever, *partner))?;
                    Some(format!("{partner} {}", written(&hosted.value)))
                })
                .collect();
            hosted.join(", ")
        }
    }
}

fn varied(input: &SweepInput) -> String {
    if input.prior {
        "prior".to_owned()
    } else {
        written(&input.range)
    }
}

fn scenario_text(path: &Path, scenario: &Scenario, data: &HistoryData, width: usize) -> String {
    let heading = format!("{}: valid", path.display());
    let mut text = format!(
        "{HEADING}{}{HEADING:#}\n",
        indented(&heading, 0, width).trim_end()
    );
    let codes: Vec<&str> = scenario.economies.iter().map(Economy::code).collect();
    let sweep = &scenario.sweep;
    let outcomes: Vec<String> = sweep.outcomes.iter().map(ToString::to_string).collect();
    let vary: Vec<String> = sweep
        .vary
        .iter()
        .map(|input| format!("{} over {}", input.path, varied(input)))
        .collect();
    text.push_str(&fields(
        &[
            ("title", scenario.title.clone()),
            ("economies", codes.join(", ")),
            ("horizon", scenario.horizon.to_string()),
            (
                "gap",
                format!(
                    "{} to {}",
                    scenario.gap.metric.key(),
                    scenario.gap.reference_code()
                ),
            ),
        ],
        width,
    ));
    let mut section = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        text.push_str(&format!("{HEADING}{title}{HEADING:#}\n"));
        for line in lines {
            text.push_str(&format!("- {}", indented(&line, 2, width).trim_start()));
        }
    };
    let levers = scenario.levers.iter().map(|lever| {
        let partners: Vec<&str> = lever.partners.iter().map(Economy::code).collect();
        let scale = scale(scenario, lever);
        format!(
            "{}: {}, {}, from {}, scale {scale} ({})",
            lever.id,
            lever.kind.name,
            partners.join(" "),
            lever.start,
            lever.kind.unit
        )
    });
    section("levers", levers.collect());
    let options = scenario
        .options
        .iter()
        .map(|option| format!("{}: {}", option.name, option.levers.join(", ")));
    section("options", options.collect());
    section(
        "sweep",
        outcomes
            .iter()
            .map(|outcome| format!("outcome {outcome}"))
            .chain(vary)
            .collect(),
    );
    section("notes", notes(scenario, data));
    text
}

fn file_json(path: &Path, result: &Result<Scenario, Diagnostics>, data: &HistoryData) -> Value {
    let name = path.display().to_string();
    let scenario = match result {
        Ok(scenario) => scenario,
        Err(errors) => return json!({ "file": name, "valid": false, "errors": errors_json(errors) }),
    };
    let levers: Vec<Value> = scenario
        .levers
        .iter()
        .map(|lever| {
            json!({ "id": lever.id, "kind": lever.kind.name, "partners": lever.partners, "start": lever.start,
                    "scale": scale(scenario, lever), "unit": lever.kind.unit })
        })
        .collect();
    let vary: Vec<Value> = scenario
        .sweep
        .vary
        .iter()
        .map(|input| json!({ "path": input.path, "over": varied(input) }))
        .collect();
    let outcomes: Vec<String> = scenario.sweep.outcomes.iter().map(ToString::to_string).collect();
    json!({
        "file": name,
        "valid": true,
        "errors": [],
        "title": scenario.title,
        "economies": scenario.economies,
        "horizon": scenario.horizon,
        "gap": { "metric": scenario.gap.metric.key(), "reference": scenario.gap.reference_code() },
        "levers": levers,
        "options": scenario.options,
        "sweep": { "outcomes": outcomes, "method": scenario.sweep.method, "size": scenario.sweep.size, "vary": vary },
        "notes": notes(scenario, data),
    })
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
