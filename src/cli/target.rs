use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::session::{Session, TargetRequest};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// What is wanted: a condition on each future, such as "extra:CHN.gdp@2035 >= 10" (several are wanted together), or a break-even
    /// point, such as "money.npv = 0"
    #[arg(long = "want", value_name = "CONDITION")]
    wants: Vec<String>,
    /// Share of the futures in which the conditions must hold; 0.8 unless given
    #[arg(long = "with", value_name = "SHARE", allow_negative_numbers = true)]
    share: Option<f64>,
    /// Instead of --want: where does the option with the best mean of this outcome change?
    #[arg(long, value_name = "SELECTOR", num_args = 0..=1, default_missing_value = "money.npv")]
    best: Option<String>,
    /// The input that may be chosen, with the values that are looked at: levers.smart-cities.scale.CHN or
    /// "levers.smart-cities.scale.CHN=[0, 50]"
    #[arg(long = "by", value_name = "INPUT")]
    input: String,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> TargetRequest {
        TargetRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            wants: self.wants.clone(),
            share: self.share,
            best: self.best.clone(),
            input: self.input.clone(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let study = session.target(&args.request())?;
    perform(&session, &study, &args.output, console)
}
