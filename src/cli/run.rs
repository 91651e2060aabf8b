use std::{io, path::PathBuf};

use super::{
    Console, Failure, HistoryArgs, ReportArgs,
    common::{Output, halted, load_history, parse_paths, with_progress},
    files::{Files, can_write},
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
    model::{Kernel, Plan},
    outcomes::{ProjectionError, Summary, project},
    report::{
        PathsError, RunRecord, RunResults, STORED_PAGE, gap_csv, money_csv, paths_parquet, run_json,
        run_page, run_text, stored_page, summary_csv, summary_json, sweep_text, table_parquet,
    },
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
    /// (the outcomes of the file's `[sweep]`, or the extra digital economy of the group at the horizon)
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

    /// The command line that gives the same numbers.
    fn command(&self) -> String {
        let mut words = vec![
            "jointly".to_owned(),
            "run".to_owned(),
            self.scenario.display().to_string(),
        ];
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        option("--paths", self.paths.to_string());
        option("--seed", self.seed.to_string());
        if let Some(horizon) = self.horizon {
            option("--horizon", horizon.to_string());
        }
        for text in &self.overrides {
            option("--set", text.clone());
        }
        if let Some(history) = &self.history.history {
            option("--history", history.display().to_string());
        }
        if self.history.no_corrections {
            words.push("--no-corrections".to_owned());
        }
        command_line(&words)
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
    let (history, mut files) = load_history(&args.history)?;
    let data = history.data()?;
    let scenario = scenario::load(&args.scenario, &args.overrides, args.horizon, &data)?;
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
    let settings = Settings {
        paths: args.paths,
        seed: args.seed,
        threads: usize::from(args.threads),
        kernel: Kernel::detect(),
    };
    let (summary, explanations) = simulate(
        &plan,
        &data,
        &scenario,
        settings,
        !args.quiet,
        paths_file
            .as_ref()
            .map(|file| (file.as_file(), paths_years.as_slice())),
    )?;
    let mut all_files = scenario.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.seed,
        data_assumptions: plan.assumptions(),
    };
    let page = (out.is_some() || args.report.wanted()).then(|| {
        run_page(RunResults {
            summary: &summary,
            explanations: &explanations,
            record: &record,
            history: &data,
            command: &args.command(),
        })
    });
    let mut more = Files::default();
    if let (Some(path), Some(file)) = (&args.paths_out, paths_file) {
        more.add_written(path, file)?;
    }
    if let (Some(out), Some(page)) = (&out, &page) {
        let tables = [
            ("summary", summary_csv(&summary)),
            ("gap", gap_csv(&summary)),
            ("money", money_csv(&summary)),
        ];
        if args.parquet {
            for (name, text) in &tables {
                let bytes = table_parquet(text).map_err(parquet_failure)?;
                more.add(&out.directory.join(format!("{name}.parquet")), &bytes)?;
            }
        }
        let [summary_text, gap_text, money_text] = tables.map(|(_, text)| text);
        let stored = stored_page(
            page,
            &[
                ("summary.csv", &summary_text),
                ("gap.csv", &gap_text),
                ("money.csv", &money_text),
            ],
        );
        out.write(&[
            ("summary.csv", summary_text),
            ("gap.csv", gap_text),
            ("money.csv", money_text),
            ("summary.json", summary_json(&summary, &explanations, &record)),
            ("run.json", run_json(&summary, &record)),
            (STORED_PAGE, stored),
        ])?;
    }
    more.publish()?;
    if let Some(page) = &page {
        args.report.write(page)?;
    }
    let sensitivity = args
        .why
        .then(|| sensitivity(&data, &scenario, settings, !args.quiet))
        .transpose()?;
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

/// Runs the plan and explains its options, with a progress bar on a terminal; Ctrl-C stops it.
fn simulate(
    plan: &Plan,
    data: &HistoryData,
    scenario: &Scenario,
    settings: Settings,
    show_progress: bool,
    paths_out: Option<(&std::fs::File, &[Year])>,
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
