use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Console, Failure, Format, HistoryArgs, ReportArgs,
    common::{FuturesArgs, halted, load_history, with_progress},
    files::{Files, Output},
    report_args::command_line,
    sweep_store::{Manifest, Store, read_manifest},
};
use crate::{
    analysis::{
        Value,
        sweep::{
            Condition, DEFAULT_OUTCOME, DISCOVER, GIVEN_DATA, Study, Sweep, SweepError, SweepRequest,
            default_inputs, discovery_study, given_data_study,
        },
    },
    base::{Diagnostic, Diagnostics, Selector, nearest},
    engine::Halt,
    model::Plan,
    report::{
        RunRecord, SweepResults, boxes_csv, convergence_csv, design_csv, indices_csv, sweep_json, sweep_page,
        sweep_text,
    },
    scenario::{self, InputFile, Scenario, SweepInput, read_vary},
    sensitivity::{METHODS, Method, method},
};

/// Arguments.
#[derive(Clone, Debug, clap::Args)]
#[command(mut_arg("paths", |argument| argument.help("Futures of each design point; of given-data and discover, paths")))]
pub struct Args {
    /// Scenario file (TOML, docs/scenario.md); its [sweep] gives the defaults
    #[arg(value_name = "SCENARIO.toml", required_unless_present = "resume")]
    scenario: Option<PathBuf>,
    /// Method (docs/sweep.md): one-at-a-time, grid, latin-hypercube, sobol-sequence, morris, morris-radial, sobol,
    /// sobol-first-total, pawn, given-data or discover
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// What varies, and over which range: [LOW, HIGH], "LOW to HIGH", a distribution, or prior for its own one
    #[arg(long, value_name = "PATH=RANGE")]
    vary: Vec<String>,
    /// What is looked at, for example extra:CHN.gdp@2035, money.npv or "CHN.share@2035|p05"
    #[arg(long = "outcome", value_name = "SELECTOR")]
    outcomes: Vec<String>,
    /// Of discover: when a path is a case, for example "extra:CHN.gdp@2035 < 0"
    #[arg(long, value_name = "SELECTOR < NUMBER")]
    condition: Option<String>,
    /// Size of the design: levels, points, trajectories or rows, as the method counts
    #[arg(long, value_name = "N")]
    size: Option<usize>,
    /// Stop at an eighth, a quarter or a half of the size if every 95 % interval is at most this wide
    #[arg(long, value_name = "WIDTH")]
    until: Option<String>,
    #[command(flatten)]
    futures: FuturesArgs,
    /// Write results into this directory (docs/sweep.md), and finished design points while the sweep runs
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Continue the interrupted sweep of a directory; the result is that of an uninterrupted one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "method", "vary", "outcomes", "condition", "size", "until", "paths", "seed", "horizon", "overrides", "history", "add_history", "no_corrections", "out"])]
    resume: Option<PathBuf>,
    /// Stop after this many batches of at most 64 design points, as Ctrl-C would; --resume continues
    #[arg(long, value_name = "N")]
    most_batches: Option<usize>,
    #[command(flatten)]
    report: ReportArgs,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
}

/// What is done.
enum Task {
    /// A design.
    Points(&'static dyn Method),
    /// All parameters from the paths of one run.
    GivenData,
    /// Conditions of cases among the paths of one run.
    Discover,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (args, resumed) = match &args.resume {
        None => (args.clone(), None),
        Some(directory) => {
            let manifest = read_manifest(directory)?;
            (resumed_args(args, directory, &manifest), Some(manifest))
        }
    };
    let path = args.scenario.clone().unwrap_or_default();
    let (history, files) = load_history(&args.futures.history)?;
    let data = history.data()?;
    let scenario = scenario::load(&path, &args.futures.overrides, args.futures.horizon, &data)?;
    let mut errors = Diagnostics::new();
    let task = read_task(&args, &scenario, &mut errors);
    let inputs = read_inputs(&args, &scenario, &mut errors);
    let outcomes = read_outcomes(&args, &scenario, &mut errors);
    let condition = read_condition(&args, &scenario, &mut errors);
    let until = read_until(&args, &mut errors);
    if args.most_batches.is_some() && args.out.is_none() {
        errors.push(Diagnostic::new(
            "--most-batches needs --out, where finished points are kept",
        ));
    }
    let (task, inputs) = errors.into_result((task, inputs))?;
    // The whole scenario, with all its assumptions: a sweep itself looks at some of its options.
    let plan = Plan::new(&data, &scenario)?;
    args.report.prepare()?;
    let settings = args.futures.settings();
    let all_files: Vec<InputFile> = scenario.files.iter().chain(&files).cloned().collect();
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario_file: path.to_string_lossy().into_owned(),
        overrides: args.futures.overrides.clone(),
        horizon: args.futures.horizon,
        history: args
            .futures
            .history
            .history
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned()),
        add_history: args
            .futures
            .history
            .add_history
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        no_corrections: args.futures.history.no_corrections,
        method: args
            .method
            .clone()
            .or_else(|| scenario.sweep.method.clone())
            .unwrap_or_else(|| "one-at-a-time".to_owned()),
        size: args.size,
        vary: args.vary.clone(),
        outcomes: args.outcomes.clone(),
        condition: args.condition.clone(),
        until: args.until.clone(),
        paths: args.futures.paths,
        seed: args.futures.seed,
        files: all_files
            .iter()
            .map(|file| (file.name.clone(), file.sha256.clone()))
            .collect(),
        resolved: scenario.resolved(),
    };
    if let (Some(before), Some(directory)) = (&resumed, &args.out)
        && *before != manifest
    {
        return Err(Diagnostics::from(
            Diagnostic::new(format!(
                "`{}` was begun with another scenario, history or setting than there is now",
                directory.display()
            ))
            .help("restore the files, or start again with another --out"),
        )
        .into());
    }
    let begin = |outcomes: usize| -> Result<(Option<Store>, Vec<Vec<Value>>), Failure> {
        match &args.out {
            None => Ok((None, Vec::new())),
            Some(directory) if resumed.is_some() => {
                let (store, points) = Store::resume(directory, &manifest, outcomes)?;
                Ok((Some(store), points))
            }
            Some(directory) => Ok((Some(Store::create(directory, &manifest)?), Vec::new())),
        }
    };
    let study = match task {
        None => return Err(Diagnostics::from(Diagnostic::new("no method")).into()),
        Some(Task::Points(method)) => {
            let about = method.about();
            // The file's size counts what the file's own method counts.
            let file_size = if scenario.sweep.method.as_deref().unwrap_or("one-at-a-time") == about.key {
                scenario.sweep.size
            } else {
                None
            };
            let request = SweepRequest {
                method,
                size: args.size.or(file_size).unwrap_or(about.default_size),
                inputs: inputs.unwrap_or_else(|| default_inputs(&scenario)),
                outcomes,
                settings,
                until,
            };
            let sweep = Sweep::new(&data, &scenario, request)?;
            if !args.quiet {
                tell_cost(&sweep);
            }
            let (store, known) = begin(sweep.outcome_names().len())?;
            points(&sweep, store, known, &args)?
        }
        Some(Task::GivenData) => {
            let inputs = only_drawn(inputs.unwrap_or_default(), &args);
            let study = with_progress(args.futures.paths, !args.quiet, |progress| {
                given_data_study(&data, &scenario, &inputs, &outcomes, settings, progress).map_err(failure)
            })??;
            begin(1)?;
            study
        }
        Some(Task::Discover) => {
            let inputs = only_drawn(inputs.unwrap_or_else(|| default_inputs(&scenario)), &args);
            let Some(condition) = condition else {
                return Err(Diagnostics::from(
                    Diagnostic::new("discover needs a --condition")
                        .help("for example --condition \"extra:CHN.gdp@2035 < 0\""),
                )
                .into());
            };
            let study = with_progress(args.futures.paths, !args.quiet, |progress| {
                discovery_study(&data, &scenario, &inputs, &condition, settings, progress).map_err(failure)
            })??;
            begin(1)?;
            study
        }
    };
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.futures.seed,
        data_assumptions: plan.assumptions(),
    };
    if args.out.is_some() || args.report.wanted() {
        let page = sweep_page(SweepResults {
            study: &study,
            record: &record,
            command: &command_line("sweep", [&path], words(&args, &manifest.method)),
        });
        let mut to_write = Files::default();
        if let Some(directory) = &args.out {
            let mut results = vec![
                ("indices.csv", indices_csv(&study)),
                ("convergence.csv", convergence_csv(&study)),
                ("sweep.json", sweep_json(&study, &record)),
            ];
            if study.method != GIVEN_DATA {
                results.push(("design.csv", design_csv(&study)));
            }
            if study.discovery.is_some() {
                results.push(("boxes.csv", boxes_csv(&study)));
            }
            Output::prepare(directory)?.add_with_page(&mut to_write, &results, &page)?;
        }
        args.report.add(&mut to_write, &page)?;
        to_write.publish()?;
    }
    if !args.quiet {
        let text = match args.format {
            Format::Text => sweep_text(&study, console.width()),
            Format::Csv if study.discovery.is_some() => boxes_csv(&study),
            Format::Csv => indices_csv(&study),
            Format::Json => sweep_json(&study, &record),
        };
        console.print(&text)?;
    }
    Ok(())
}

/// The words of a command line that gives the same result; the method is written out, as a manifest does.
fn words(args: &Args, method: &str) -> Vec<String> {
    let mut words = vec!["--method".to_owned(), method.to_owned()];
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    for text in &args.vary {
        option("--vary", text);
    }
    for text in &args.outcomes {
        option("--outcome", text);
    }
    if let Some(text) = &args.condition {
        option("--condition", text);
    }
    if let Some(size) = args.size {
        option("--size", &size.to_string());
    }
    if let Some(text) = &args.until {
        option("--until", text);
    }
    words.extend(args.futures.words());
    words
}

/// The arguments that a manifest holds, with those of the command that do not matter for the result.
fn resumed_args(args: &Args, directory: &Path, manifest: &Manifest) -> Args {
    Args {
        scenario: Some(PathBuf::from(&manifest.scenario_file)),
        method: Some(manifest.method.clone()),
        vary: manifest.vary.clone(),
        outcomes: manifest.outcomes.clone(),
        condition: manifest.condition.clone(),
        size: manifest.size,
        until: manifest.until.clone(),
        futures: FuturesArgs {
            paths: manifest.paths,
            seed: manifest.seed,
            horizon: manifest.horizon,
            overrides: manifest.overrides.clone(),
            history: HistoryArgs {
                history: manifest.history.as_ref().map(PathBuf::from),
                add_history: manifest.add_history.iter().map(PathBuf::from).collect(),
                no_corrections: manifest.no_corrections,
            },
            threads: args.futures.threads,
        },
        out: Some(directory.to_owned()),
        ..args.clone()
    }
}

fn read_task(args: &Args, scenario: &Scenario, errors: &mut Diagnostics) -> Option<Task> {
    let key = args
        .method
        .as_deref()
        .or(scenario.sweep.method.as_deref())
        .unwrap_or("one-at-a-time");
    match (key, method(key)) {
        (_, Some(method)) => Some(Task::Points(method)),
        (GIVEN_DATA, None) => Some(Task::GivenData),
        (DISCOVER, None) => Some(Task::Discover),
        (wrong, None) => {
            let known = || {
                METHODS
                    .iter()
                    .map(|method| method.about().key)
                    .chain([GIVEN_DATA, DISCOVER])
            };
            let list: Vec<&str> = known().collect();
            let wrong: String = wrong.chars().take(60).collect();
            let hint =
                nearest(&wrong, known()).map_or_else(String::new, |name| format!("did you mean `{name}`? "));
            errors.push(
                Diagnostic::new(format!("unknown method `{wrong}`"))
                    .help(format!("{hint}The methods are {}", list.join(", "))),
            );
            None
        }
    }
}

/// The inputs that are named on the command line or else in the file; `None` if none are.
fn read_inputs(args: &Args, scenario: &Scenario, errors: &mut Diagnostics) -> Option<Vec<SweepInput>> {
    if args.vary.is_empty() {
        return Some(scenario.sweep.vary.clone()).filter(|inputs| !inputs.is_empty());
    }
    let mut inputs: Vec<SweepInput> = Vec::new();
    for argument in &args.vary {
        match read_vary(scenario, argument) {
            Ok(input) => {
                inputs.retain(|other| other.path != input.path);
                inputs.push(input);
            }
            Err((message, help)) => {
                let diagnostic = Diagnostic::new(format!("--vary: {message}"));
                errors.push(if help.is_empty() {
                    diagnostic
                } else {
                    diagnostic.help(help)
                });
            }
        }
    }
    Some(inputs)
}

fn read_outcomes(args: &Args, scenario: &Scenario, errors: &mut Diagnostics) -> Vec<Selector> {
    let mut selectors: Vec<Selector> = Vec::new();
    if args.outcomes.is_empty() && !scenario.sweep.outcomes.is_empty() {
        return scenario.sweep.outcomes.clone();
    }
    let default = [DEFAULT_OUTCOME.to_owned()];
    let texts = if args.outcomes.is_empty() {
        &default[..]
    } else {
        &args.outcomes
    };
    for text in texts {
        match scenario.selector(text) {
            Ok(selector) if selectors.contains(&selector) => {}
            Ok(selector) => selectors.push(selector),
            Err(message) => errors.push(Diagnostic::new(format!("--outcome: {message}"))),
        }
    }
    selectors
}

fn read_condition(args: &Args, scenario: &Scenario, errors: &mut Diagnostics) -> Option<Condition> {
    let text = args.condition.as_deref()?;
    match Condition::parse(scenario, text) {
        Ok(condition) => Some(condition),
        Err(message) => {
            errors.push(
                Diagnostic::new(format!("--condition: {message}"))
                    .help("for example --condition \"extra:CHN.gdp@2035 < 0\""),
            );
            None
        }
    }
}

fn read_until(args: &Args, errors: &mut Diagnostics) -> Option<f64> {
    let text = args.until.as_deref()?;
    let width = text
        .parse()
        .ok()
        .filter(|width: &f64| width.is_finite() && *width > 0.0);
    if width.is_none() {
        errors.push(Diagnostic::new(
            "--until: expected a width above 0, for example 0.1",
        ));
    }
    width
}

/// Without inputs that are the same on every path, unless they were named on the command line.
fn only_drawn(inputs: Vec<SweepInput>, args: &Args) -> Vec<SweepInput> {
    let named = !args.vary.is_empty();
    let (drawn, constant): (Vec<_>, Vec<_>) = inputs.into_iter().partition(|input| {
        named
            || scenario::find_parameter(&input.path)
                .is_some_and(|parameter| parameter.row().may_be_uncertain())
    });
    if !args.quiet {
        for input in constant {
            tell(&format!(
                "`{}` is the same on every path and stays at its value",
                input.path
            ));
        }
    }
    drawn
}

/// Says something beside the result.
fn tell(sentence: &str) {
    // Nothing can be done if even the standard error is closed.
    let _ = writeln!(anstream::stderr(), "jointly: {sentence}");
}

/// Says what a sweep costs before it starts.
fn tell_cost(sweep: &Sweep<'_>) {
    let cost = sweep.cost();
    let paths = sweep.request().settings.paths;
    let until = if sweep.request().until.is_some() {
        "at most "
    } else {
        ""
    };
    let futures: Vec<&str> = sweep.futures_inputs().collect();
    tell(&format!(
        "{until}{} design points of {paths} futures each",
        cost.points
    ));
    if futures.is_empty() {
        let times = if cost.draws == 1 {
            "once".to_owned()
        } else {
            format!("{} times, once for a batch of points", cost.draws)
        };
        tell(&format!(
            "futures are drawn {times}; the levers and responses of every point are evaluated on them"
        ));
    } else {
        tell(&format!(
            "{} change{} the futures themselves, which must be drawn anew for each of their values: {} times, each at the cost of a \
             full run of {paths} paths",
            futures.join(", "),
            if futures.len() == 1 { "s" } else { "" },
            cost.draws
        ));
    }
}

/// Evaluates what is missing, batch by batch.
fn points(
    sweep: &Sweep<'_>,
    mut store: Option<Store>,
    mut known: Vec<Vec<Value>>,
    args: &Args,
) -> Result<Study, Failure> {
    let all = sweep.cost().points;
    let kept = store.is_some();
    let mut batches = 0;
    let paused = |known: usize| match (&args.out, kept) {
        (Some(directory), true) => Failure::Paused(format!(
            "stopped; {known} of {all} design points are kept. Continue with: jointly sweep --resume {}",
            directory.display()
        )),
        _ => Failure::Interrupted,
    };
    with_progress(sweep.cost().paths, !args.quiet, |progress| {
        while let Some(batch) = sweep.next(&known)? {
            if args.most_batches.is_some_and(|most| batches >= most) {
                return Err(paused(known.len()));
            }
            let first = batch.start;
            let values = match sweep.evaluate(batch, progress) {
                Ok(values) => values,
                Err(SweepError::Halted(Halt::Interrupted)) => return Err(paused(known.len())),
                Err(error) => return Err(failure(error)),
            };
            if let Some(store) = &mut store {
                store.append(first, &values)?;
            }
            known.extend(values);
            batches += 1;
        }
        Ok(sweep.finish(&known)?)
    })?
}

fn failure(error: SweepError) -> Failure {
    match error {
        SweepError::Refused(diagnostics) => Failure::Refused(diagnostics),
        SweepError::Halted(halt) => halted(halt),
    }
}
