use std::path::{Path, PathBuf};

use super::{
    Console, Failure,
    common::{FuturesArgs, with_progress},
    deliver::{OutputArgs, perform_into},
    shard::{PART, ShardArgs, deliver_part},
};
use crate::{
    report::SWEEP,
    session::{BoxRequest, Resumed, Session, ShardRequest, Sources, SweepRequest},
};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(mut_arg("paths", |argument| argument.help("Futures of each design point; of given-data and discover, paths")))]
pub struct Args {
    /// Scenario file (TOML, docs/scenario.md); its [sweep] gives the defaults
    #[arg(value_name = "SCENARIO.toml", required_unless_present = "resume")]
    scenario: Option<PathBuf>,
    /// Method (docs/sweep.md): one-at-a-time, grid, latin-hypercube, sobol-sequence, morris, morris-radial, sobol,
    /// sobol-first-total, pawn, given-data or discover
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// What varies, and over which range: [LOW, HIGH], "LOW to HIGH", a distribution, or prior for its own one; * stands for any
    /// name, as in levers.*.success=prior
    #[arg(long, value_name = "PATH=RANGE")]
    vary: Vec<String>,
    /// What is looked at, for example extra:CHN.gdp@2035, money.npv or "CHN.share@2035|p05"
    #[arg(long = "outcome", value_name = "SELECTOR")]
    outcomes: Vec<String>,
    /// Of discover: when a path is a case, for example "extra:CHN.gdp@2035 < 0"; with <, <=, > or >=, joined by and, or
    #[arg(long, value_name = "SELECTOR < NUMBER")]
    condition: Option<String>,
    /// Of discover: least part of all paths in a box, from above 0 to 0.5
    #[arg(long, value_name = "SHARE")]
    mass: Option<f64>,
    /// Of discover: least part of the paths in a box that are cases, from 0 to 1
    #[arg(long, value_name = "SHARE")]
    density: Option<f64>,
    /// Of discover: take this step of the peeling (peeling.csv numbers them) as the first box
    #[arg(long, value_name = "N")]
    step: Option<usize>,
    /// Size of the design: levels, points, trajectories or rows, as the method counts
    #[arg(long, value_name = "N")]
    size: Option<usize>,
    /// Stop at an eighth, a quarter or a half of the size if every 95 % interval is at most this wide, in the unit of the
    /// index or, as 10%, of the outcome's largest index; SELECTOR=WIDTH for one outcome; may be repeated
    #[arg(long, value_name = "[SELECTOR=]WIDTH")]
    until: Vec<String>,
    #[command(flatten)]
    futures: FuturesArgs,
    /// Continue the interrupted sweep of a directory; the result is that of an uninterrupted one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "method", "vary", "outcomes", "condition", "mass", "density", "step", "size", "until", "paths", "seed", "horizon", "overrides", "history", "add_history", "matrix", "no_corrections", "out", "shard"])]
    resume: Option<PathBuf>,
    /// Stop after this many batches of at most 64 design points, as Ctrl-C would; --resume continues
    #[arg(long, value_name = "N", conflicts_with = "shard")]
    most_batches: Option<usize>,
    #[command(flatten)]
    shard: ShardArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> SweepRequest {
        SweepRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            method: self.method.clone(),
            size: self.size,
            vary: self.vary.clone(),
            outcomes: self.outcomes.clone(),
            condition: self.condition.clone(),
            boxes: BoxRequest {
                mass: self.mass,
                density: self.density,
                step: self.step,
            },
            until: self.until.clone(),
            keep: self.output.out.clone(),
            most_batches: self.most_batches,
            shard: self.shard.shard,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let Some(directory) = &args.resume else {
        let session = Session::open(&args.futures.inputs(args.scenario.as_slice()))?;
        if let ((Some(part), output), Some(scenario)) = (args.shard.part(&args.output), &args.scenario) {
            return run_shard(args, &session, (scenario, &part), (&output, console));
        }
        let study = session.sweep(&args.request())?;
        let outputs = args.output.plan_folder(session.read_files(), &SWEEP, false)?;
        return perform_into(outputs, &study, &args.output, console);
    };
    let mut resumed = Resumed::read(directory)?;
    resumed.request.threads = args.futures.threads(args.output.quiet);
    resumed.request.most_batches = args.most_batches;
    let session = Session::open(&resumed.inputs)?;
    let output = OutputArgs {
        out: Some(directory.clone()),
        ..args.output.clone()
    };
    let study = session.resume(&resumed)?;
    let outputs = output.plan_folder(session.read_files(), &SWEEP, true)?;
    perform_into(outputs, &study, &output, console)
}

/// One shard of the design points.
fn run_shard(
    args: &Args,
    session: &Session,
    (scenario, part): (&Path, &Path),
    (output, console): (&OutputArgs, &mut Console),
) -> Result<(), Failure> {
    let study = session.shards(&ShardRequest::Sweep(Box::new(args.request())))?;
    output.check_memory(study.memory())?;
    Sources::checked(session)?;
    let mut outputs = output.plan(session.read_files())?;
    outputs.file(PART, part)?;
    let work = output.work();
    let collected = with_progress(study.paths(), work, |progress| study.collect(progress))??;
    deliver_part(
        &study,
        &collected,
        (scenario, part),
        outputs,
        work.0.then_some(console),
    )
}
