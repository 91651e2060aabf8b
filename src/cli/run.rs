use std::path::PathBuf;

use super::{
    Console, Failure, HistoryArgs,
    common::{Output, halted, load_history, parse_paths, with_progress},
};
use crate::{
    analysis::{Explanation, ExplanationError, explain},
    base::{Diagnostic, Diagnostics, Year},
    engine::Settings,
    history::HistoryData,
    model::{Kernel, Plan},
    outcomes::{ProjectionError, Summary, project},
    report::{RunRecord, gap_csv, money_csv, run_json, run_text, summary_csv, summary_json},
    scenario::{self, Scenario},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file (TOML, docs/scenario.md)
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Number of futures to draw, for example 10000, 10k or 1e6
    #[arg(long, default_value = "10k", value_parser = parse_paths)]
    paths: u64,
    /// Seed of the random numbers; the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Last projected year, instead of the scenario's
    #[arg(long, value_name = "YEAR")]
    horizon: Option<Year>,
    /// Number of threads; 0 for one per processor. The result does not depend on it
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: u16,
    /// Override a number of the scenario, for example model.persistence=0.9 or "baseline.CHN.long_run_growth=0.02 to 0.05"
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    #[command(flatten)]
    history: HistoryArgs,
    /// Write summary.csv, summary.json and run.json into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print summary.json instead of tables
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, conflicts_with = "json")]
    quiet: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, mut files) = load_history(&args.history)?;
    let data = history.data()?;
    let scenario = scenario::load(&args.scenario, &args.overrides, args.horizon, &data)?;
    let plan = Plan::new(&data, &scenario)?;
    let out = args.out.as_deref().map(Output::prepare).transpose()?;
    let settings = Settings {
        paths: args.paths,
        seed: args.seed,
        threads: usize::from(args.threads),
        kernel: Kernel::detect(),
    };
    let (summary, explanations) = simulate(&plan, &data, &scenario, settings, !args.quiet)?;
    let mut all_files = scenario.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.seed,
        data_assumptions: plan.assumptions(),
    };
    if let Some(out) = out {
        out.write(&[
            ("summary.csv", summary_csv(&summary)),
            ("gap.csv", gap_csv(&summary)),
            ("money.csv", money_csv(&summary)),
            ("summary.json", summary_json(&summary, &explanations, &record)),
            ("run.json", run_json(&summary, &record)),
        ])?;
    }
    if args.json {
        console.print(&summary_json(&summary, &explanations, &record))?;
    } else if !args.quiet {
        console.print(&run_text(&summary, &explanations, &record, console.width()))?;
    }
    Ok(())
}

/// Runs the plan and explains its options, with a progress bar on a terminal; Ctrl-C stops it.
fn simulate(
    plan: &Plan,
    data: &HistoryData,
    scenario: &Scenario,
    settings: Settings,
    show_progress: bool,
) -> Result<(Summary, Vec<Explanation>), Failure> {
    with_progress(settings.paths, show_progress, |progress| {
        let summary = project(plan, settings, progress).map_err(projection_failure)?;
        let explanations = if scenario.options.is_empty() {
            Vec::new()
        } else {
            explain(plan, data, scenario, settings, progress).map_err(|error| match error {
                ExplanationError::Halted(halt) => halted(halt),
                ExplanationError::Refused(diagnostics) => Failure::Refused(diagnostics),
            })?
        };
        Ok((summary, explanations))
    })?
}

/// What a run that has no summary means to the user.
fn projection_failure(error: ProjectionError) -> Failure {
    match error {
        ProjectionError::Halted(halt) => halted(halt),
        ProjectionError::NotFinite {
            place,
            what,
            year,
            paths,
        } => Failure::Refused(Diagnostics::from(
            Diagnostic::new(format!(
                "{what}{} leaves the range of numbers in {year}, on {paths} paths",
                place.map_or_else(String::new, |place| format!(" of {place}"))
            ))
            .help("the history or the scenario makes growth so uncertain that no projection to this year is possible; choose an earlier horizon"),
        )),
    }
}
