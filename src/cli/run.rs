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
    engine::{Progress, Settings},
    history::HistoryData,
    model::{Plan, path_draws},
    outcomes::{Projection, ProjectionError, Summary},
    report::{
        Identity, PathColumns, PathWriter, RunRecord, RunResults, SweepResults, document::Document, gap_csv,
        money_csv, run_json, run_page, run_text, summary_csv, summary_json, sweep_document, table_parquet,
        tables, terminal,
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
    /// With --paths-out, also write what was drawn for every path: a column per uncertain input
    #[arg(long, requires = "paths_out")]
    with_inputs: bool,
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
    let mut all_files = scenario.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.futures.seed,
        data_assumptions: plan.assumptions(),
    };
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
        paths_file.as_ref().map(|file| {
            let inputs = if args.with_inputs {
                path_draws(&plan, &scenario)
            } else {
                Vec::new()
            };
            PathsOut {
                file: file.as_file(),
                columns: PathColumns::new(&plan, &paths_years, inputs),
                metadata: Identity::of(&record, settings.paths).pairs(),
            }
        }),
    )?;
    let sensitivity = args
        .why
        .then(|| sensitivity(&data, &scenario, settings, !args.quiet))
        .transpose()?;
    let page = (out.is_some() || args.report.wanted()).then(|| {
        Document::from(run_page(RunResults {
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
        }))
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
                ("run.json", run_json(&record, summary.paths)),
            ];
            results.extend(
                sensitivity
                    .as_ref()
                    .map(|study| ("indices.csv", tables::sweep::indices(study).csv())),
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
        let document = sweep_document(SweepResults {
            study,
            record: &record,
            command: "",
        });
        console.print(&format!(
            "\n{}",
            terminal::render(&document, &terminal::Shown::Brief, console.width())
        ))?;
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
    paths_out: Option<PathsOut<'_>>,
) -> Result<(Summary, Vec<Explanation>), Failure> {
    with_progress(settings.paths, show_progress, |progress| {
        let projection = collect(plan, settings, progress, paths_out)?;
        let summary = projection.summary(plan).map_err(projection_failure)?;
        let explanations = if scenario.options.is_empty() || !explained {
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

/// What is written of every path, and where.
struct PathsOut<'a> {
    file: &'a std::fs::File,
    columns: PathColumns,
    metadata: Vec<(String, String)>,
}

/// Collects the run, and writes its paths into a file if one is given, in one pass.
fn collect(
    plan: &Plan,
    settings: Settings,
    progress: &Progress,
    paths_out: Option<PathsOut<'_>>,
) -> Result<Projection, Failure> {
    let writer = paths_out
        .map(|out| PathWriter::new(plan, out.columns, settings, progress, &out.metadata, out.file))
        .transpose()
        .map_err(parquet_failure)?;
    let collected = Projection::collect(plan, settings, progress, || {
        writer.as_ref().map(PathWriter::recorder)
    })
    .map(|(projection, _)| projection);
    // A file that could not be written has stopped the run, and is the better reason.
    let written = writer.map(PathWriter::finish).transpose();
    written.map_err(parquet_failure)?;
    collected.map_err(halted)
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
