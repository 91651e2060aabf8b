use std::{io, path::PathBuf};

use super::{
    Console, Failure, ReportArgs,
    common::{FuturesArgs, halted, load_history, with_progress},
    files::{Files, Output, can_write},
    report_args::command_line,
};
use crate::{
    analysis::{
        Explanation, ExplanationError, explain,
        sweep::{Study, SweepError, given_data_study},
    },
    base::{Diagnostic, Diagnostics, Selector, Year},
    engine::Settings,
    history::HistoryData,
    model::Plan,
    outcomes::{ProjectionError, Summary, project},
    report::{
        PathsError, RunRecord, RunResults, gap_csv, indices_csv, money_csv, paths_parquet, run_json,
        run_page, run_text, summary_csv, summary_json, sweep_text, table_parquet,
    },
    scenario::{self, Scenario},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file (TOML, docs/scenario.md)
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    #[command(flatten)]
    futures: FuturesArgs,
    /// Write summary.csv, gap.csv, money.csv, summary.json, run.json and page.json into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// With --out, also write the tables as summary.parquet, gap.parquet and money.parquet
    #[arg(long, requires = "out")]
    parquet: bool,
    /// Write the outcomes of every path into this file (Parquet, docs/outputs.md)
    #[arg(long, value_name = "FILE.parquet")]
    paths_out: Option<PathBuf>,
    /// Years of --paths-out, separated by commas, instead of the horizon alone
    #[arg(long, value_name = "YEARS", value_delimiter = ',', requires = "paths_out")]
    paths_years: Vec<Year>,
    #[command(flatten)]
    report: ReportArgs,
    /// Also ask which assumption drives the outcome: indices of every uncertain parameter, from paths of this run
    /// (the outcomes of the file's `[sweep]`, or the extra digital economy of the group at the horizon). The page has them
    /// too, and with --out indices.csv
    #[arg(long)]
    why: bool,
    /// Print summary.json instead of tables
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, conflicts_with = "json")]
    quiet: bool,
}

impl Args {
    /// The years of `--paths-out`.
    fn paths_years(&self, plan: &Plan) -> Result<Vec<Year>, Failure> {
        let known: Vec<Year> = plan.years().collect();
        let wrong: Vec<Diagnostic> = self
            .paths_years
            .iter()
            .filter(|year| !known.contains(year))
            .map(|year| {
                Diagnostic::new(format!("{year} is no year of this projection")).help(format!(
                    "--paths-years takes years from {} to {}",
                    plan.base_year(),
                    known.last().copied().unwrap_or(plan.base_year())
                ))
            })
            .collect();
        let mut diagnostics = Diagnostics::default();
        for diagnostic in wrong {
            diagnostics.push(diagnostic);
        }
        diagnostics.into_result(())?;
        Ok(match self.paths_years.as_slice() {
            [] => known.last().copied().into_iter().collect(),
            years => years.to_vec(),
        })
    }
}

fn parquet_failure(error: impl std::fmt::Display) -> Failure {
    Failure::Io(
        "cannot write Parquet".to_owned(),
        io::Error::other(error.to_string()),
    )
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, mut files) = load_history(&args.futures.history)?;
    let data = history.data()?;
    let scenario = scenario::load(
        &args.scenario,
        &args.futures.overrides,
        args.futures.horizon,
        &data,
    )?;
    let plan = Plan::new(&data, &scenario)?;
    let paths_years = args.paths_years(&plan)?;
    let out = args.out.as_deref().map(Output::prepare).transpose()?;
    args.report.prepare()?;
    let paths_file = args
        .paths_out
        .as_deref()
        .map(|path| {
            can_write(path)?;
            Files::create(path)
        })
        .transpose()?;
    let settings = args.futures.settings();
    let shown = out.is_some() || args.report.wanted() || !args.quiet;
    let (summary, explanations) = simulate(
        &plan,
        &data,
        &scenario,
        settings,
        shown,
        !args.quiet,
        paths_file
            .as_ref()
            .map(|file| (file.as_file(), paths_years.as_slice())),
    )?;
    let sensitivity = args
        .why
        .then(|| sensitivity(&data, &scenario, settings, !args.quiet))
        .transpose()?;
    let mut all_files = scenario.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.futures.seed,
        data_assumptions: plan.assumptions(),
    };
    let page = (out.is_some() || args.report.wanted()).then(|| {
        run_page(RunResults {
            summary: &summary,
            explanations: &explanations,
            sensitivity: sensitivity.as_ref(),
            record: &record,
            history: &data,
            command: &command_line(
                "run",
                [&args.scenario],
                args.futures
                    .words()
                    .into_iter()
                    .chain(args.why.then(|| "--why".to_owned())),
            ),
        })
    });
    let mut to_write = Files::default();
    if let (Some(path), Some(file)) = (&args.paths_out, paths_file) {
        to_write.add_written(path, file)?;
    }
    if let Some(page) = &page {
        if let Some(out) = &out {
            let tables = [
                ("summary", summary_csv(&summary)),
                ("gap", gap_csv(&summary)),
                ("money", money_csv(&summary.money)),
            ];
            if args.parquet {
                for (name, text) in &tables {
                    let bytes = table_parquet(text).map_err(parquet_failure)?;
                    to_write.add(&out.path(&format!("{name}.parquet")), &bytes)?;
                }
            }
            let [summary_text, gap_text, money_text] = tables.map(|(_, text)| text);
            let mut results = vec![
                ("summary.csv", summary_text),
                ("gap.csv", gap_text),
                ("money.csv", money_text),
                ("summary.json", summary_json(&summary, &explanations, &record)),
                ("run.json", run_json(&summary, &record)),
            ];
            results.extend(
                sensitivity
                    .as_ref()
                    .map(|study| ("indices.csv", indices_csv(study))),
            );
            out.add_with_page(&mut to_write, &results, page)?;
        }
        args.report.add(&mut to_write, page)?;
    }
    to_write.publish()?;
    if args.json {
        console.print(&summary_json(&summary, &explanations, &record))?;
    } else if !args.quiet {
        console.print(&run_text(&summary, &explanations, &record, console.width()))?;
    }
    if let Some(study) = &sensitivity
        && !args.json
        && !args.quiet
    {
        console.print(&format!("\n{}", sweep_text(study, console.width())))?;
    }
    Ok(())
}

/// Runs the plan and explains its options if anybody will read that, with a progress bar on a terminal; Ctrl-C stops it.
fn simulate(
    plan: &Plan,
    data: &HistoryData,
    scenario: &Scenario,
    settings: Settings,
    explained: bool,
    show_progress: bool,
    paths_out: Option<(&std::fs::File, &[Year])>,
) -> Result<(Summary, Vec<Explanation>), Failure> {
    with_progress(settings.paths, show_progress, |progress| {
        let summary = project(plan, settings, progress).map_err(projection_failure)?;
        let explanations = if scenario.options.is_empty() || !explained {
            Vec::new()
        } else {
            explain(plan, data, scenario, settings, progress).map_err(|error| match error {
                ExplanationError::Halted(halt) => halted(halt),
                ExplanationError::Refused(diagnostics) => Failure::Refused(diagnostics),
            })?
        };
        if let Some((file, years)) = paths_out {
            paths_parquet(plan, years, settings, progress, file).map_err(|error| match error {
                PathsError::Halted(halt) => halted(halt),
                PathsError::Writing(error) => parquet_failure(error),
            })?;
        }
        Ok((summary, explanations))
    })?
}

/// Which assumption drives the outcome: given-data indices of every uncertain parameter, at no further run of the model
/// beyond the paths that they look at.
fn sensitivity(
    data: &HistoryData,
    scenario: &Scenario,
    settings: Settings,
    show_progress: bool,
) -> Result<Study, Failure> {
    let outcomes = if scenario.sweep.outcomes.is_empty() {
        let outcome = if scenario.options.is_empty() {
            "group.digital_economy@horizon"
        } else {
            "extra:group.digital_economy@horizon"
        };
        vec![Selector::parse(outcome).map_err(|error| Diagnostics::from(Diagnostic::new(error)))?]
    } else {
        scenario.sweep.outcomes.clone()
    };
    with_progress(settings.paths, show_progress, |progress| {
        given_data_study(data, scenario, &[], &outcomes, settings, progress).map_err(|error| match error {
            SweepError::Halted(halt) => halted(halt),
            SweepError::Refused(diagnostics) => Failure::Refused(diagnostics),
        })
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
