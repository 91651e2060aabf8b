use std::path::PathBuf;

use super::{
    Console, Failure,
    common::{FuturesArgs, with_progress},
    deliver::{OutputArgs, deliver, parquet_failure},
    shard::{PART, ShardArgs, deliver_part},
};
use crate::{
    base::{Diagnostic, Diagnostics, Year},
    engine::Progress,
    model::{Plan, path_draws},
    outcomes::Projection,
    random::Shard,
    report::{PathColumns, PathWriter},
    session::{Collected, RunRequest, RunStudy, Session, ShardStudy, Sources, Study, StudyError},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file (TOML, docs/scenario.md)
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Write the outcomes of every path into this file (Parquet, docs/outputs.md)
    #[arg(long, value_name = "FILE.parquet")]
    paths_out: Option<PathBuf>,
    /// Years of --paths-out, separated by commas, instead of the horizon alone
    #[arg(long, value_name = "YEARS", value_delimiter = ',', requires = "paths_out")]
    paths_years: Vec<Year>,
    /// With --paths-out, also write what was drawn for every path: a column per uncertain input
    #[arg(long, requires = "paths_out")]
    with_inputs: bool,
    /// Also ask which assumption drives the outcome: indices of every uncertain parameter, from paths of this run
    /// (the outcomes of the file's `[sweep]`, or the extra digital economy of the group at the horizon). The page has them
    /// too, and with --out indices.csv
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    shard: ShardArgs,
}

impl Args {
    fn request(&self, output: &OutputArgs) -> RunRequest {
        RunRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(output.quiet),
            explained: output.says_anything(),
            why: self.why,
            shard: self.shard.shard.unwrap_or(Shard::WHOLE),
        }
    }

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

/// The option that names the file of paths.
const PATHS_OUT: &str = "--paths-out";

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let (part, output) = args.shard.part(&args.output);
    let study = session.run(&args.request(&output))?;
    output.check_memory(study.memory())?;
    let paths_years = args.paths_years(study.plan())?;
    let mut outputs = output.plan(session.read_files())?;
    for (option, path) in [(PATHS_OUT, &args.paths_out), (PART, &part)] {
        if let Some(path) = path {
            outputs.file(option, path)?;
        }
    }
    let paths_out = outputs.open(PATHS_OUT).map(|file| PathsOut {
        file,
        columns: PathColumns::new(
            study.plan(),
            &paths_years,
            if args.with_inputs {
                path_draws(study.plan(), session.scenario())
            } else {
                Vec::new()
            },
        ),
        metadata: study.record().identity().pairs(),
    });
    let paths = study.settings().shard_paths();
    let work = output.work();
    if let Some(part) = &part {
        Sources::checked(&session)?;
        let projection = with_progress(paths, work, |progress| collect(&study, progress, paths_out))??;
        let collected = Collected::Run(Box::new(projection));
        return deliver_part(
            &ShardStudy::Run(Box::new(study)),
            &collected,
            (&args.scenario, part),
            outputs,
            work.0.then_some(console),
        );
    }
    let result = with_progress(paths, work, |progress| {
        let projection = collect(&study, progress, paths_out)?;
        study.result(projection, progress).map_err(Failure::from)
    })??;
    deliver(&result, &output, outputs, console)
}

/// What is written of every path, and where.
struct PathsOut<'a> {
    file: &'a std::fs::File,
    columns: PathColumns,
    metadata: Vec<(String, String)>,
}

/// Collects the run, and writes its paths into a file if one is given, in one pass.
fn collect(
    study: &RunStudy<'_>,
    progress: &Progress,
    paths_out: Option<PathsOut<'_>>,
) -> Result<Projection, Failure> {
    let writer = paths_out
        .map(|out| {
            PathWriter::new(
                study.plan(),
                out.columns,
                study.settings(),
                progress,
                &out.metadata,
                out.file,
            )
        })
        .transpose()
        .map_err(parquet_failure)?;
    let collected: Result<_, StudyError> =
        study.collect(progress, || writer.as_ref().map(PathWriter::recorder));
    // A file that could not be written has stopped the run, and is the better reason.
    let collected = collected.map(|(projection, _)| projection);
    let written = writer.map(PathWriter::finish).transpose();
    written.map_err(parquet_failure)?;
    Ok(collected?)
}
