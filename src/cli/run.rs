use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{Console, Failure, HistoryArgs, common::load_history};
use crate::{
    base::{Diagnostic, Diagnostics, Year},
    engine::{Halt, Progress, Settings},
    model::{Kernel, Plan},
    outcomes::{ProjectionError, Summary, project},
    report::{RunRecord, gap_csv, money_csv, run_json, run_text, summary_csv, summary_json},
    scenario,
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

/// Reads a number of paths: digits, with `k` or `M`, or in the form 1e6.
pub(super) fn parse_paths(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('M').map_or((text, 1.0), |digits| (digits, 1e6)),
    };
    let number = digits
        .parse::<f64>()
        .map_err(|_| "expected a number such as 10000, 10k or 1e6".to_owned())?
        * factor;
    if (100.0..=1e9).contains(&number) && number.fract() == 0.0 {
        Ok(number as u64)
    } else {
        Err("expected a whole number from 100 to 1,000,000,000".to_owned())
    }
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
    let summary = simulate(&plan, settings, !args.quiet)?;
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
            ("summary.json", summary_json(&summary, &record)),
            ("run.json", run_json(&summary, &record)),
        ])?;
    }
    if args.json {
        console.print(&summary_json(&summary, &record))?;
    } else if !args.quiet {
        console.print(&run_text(&summary, &record, console.width()))?;
    }
    Ok(())
}

/// Runs the plan with a progress bar on a terminal; Ctrl-C stops it.
fn simulate(plan: &Plan, settings: Settings, show_progress: bool) -> Result<Summary, Failure> {
    let progress = Arc::new(Progress::default());
    let stopper = Arc::clone(&progress);
    ctrlc::set_handler(move || stopper.stop())
        .map_err(|error| Failure::Io("cannot listen for Ctrl-C".to_owned(), io::Error::other(error)))?;
    let bar = if show_progress && io::stderr().is_terminal() {
        let style = indicatif::ProgressStyle::with_template(
            "{bar:30} {percent:>3} %  {human_pos} of {human_len} paths  {per_sec}  {eta} left",
        )
        .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
        indicatif::ProgressBar::new(settings.paths).with_style(style)
    } else {
        indicatif::ProgressBar::hidden()
    };
    let result = std::thread::scope(|scope| {
        let worker = scope.spawn(|| project(plan, settings, &progress));
        while !worker.is_finished() {
            bar.set_position(progress.done());
            std::thread::sleep(Duration::from_millis(if bar.is_hidden() { 2 } else { 50 }));
        }
        worker.join()
    });
    bar.finish_and_clear();
    let summary = match result {
        Ok(summary) => summary,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    summary.map_err(|error| match error {
        ProjectionError::Halted(Halt::Interrupted) => Failure::Interrupted,
        ProjectionError::Halted(Halt::NoThreads) => {
            Failure::Io("cannot start threads".to_owned(), io::Error::from(io::ErrorKind::OutOfMemory))
        }
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
    })
}

/// A directory that results are written into.
pub(super) struct Output {
    directory: PathBuf,
    created: bool,
}

impl Drop for Output {
    /// Takes back a directory that was made for results that never came; one with files in it stays.
    fn drop(&mut self) {
        if self.created {
            let _ = std::fs::remove_dir(&self.directory);
        }
    }
}

impl Output {
    /// Makes sure, before any work, that files can be written.
    pub(super) fn prepare(directory: &Path) -> Result<Self, Failure> {
        let fail = |error| Failure::Io(format!("cannot write into `{}`", directory.display()), error);
        let created = !directory.exists();
        std::fs::create_dir_all(directory).map_err(fail)?;
        tempfile::tempfile_in(directory).map_err(fail)?;
        Ok(Self {
            directory: directory.to_owned(),
            created,
        })
    }

    /// Writes files, each whole or not at all: under a temporary name first, and renamed when all are complete.
    pub(super) fn write(&self, files: &[(&str, String)]) -> Result<(), Failure> {
        let fail = |error| Failure::Io(format!("cannot write into `{}`", self.directory.display()), error);
        let mut ready = Vec::new();
        for (name, text) in files {
            let mut file = tempfile::NamedTempFile::new_in(&self.directory).map_err(fail)?;
            file.write_all(text.as_bytes()).map_err(fail)?;
            file.as_file().sync_all().map_err(fail)?;
            ready.push((name, file));
        }
        for (name, file) in ready {
            let path = self.directory.join(name);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // Temporary files are private; results are as readable as other files.
                file.as_file()
                    .set_permissions(std::fs::Permissions::from_mode(0o644))
                    .map_err(fail)?;
            }
            file.persist(path).map_err(|error| fail(error.error))?;
        }
        Ok(())
    }
}
