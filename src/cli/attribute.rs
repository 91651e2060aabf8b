use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::session::{AttributeRequest, Session};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// The option whose levers are looked at; the first of the file unless named
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// Outcome, such as extra:CHN.gdp@2035 or money.npv; may be given several times
    #[arg(
        long = "outcome",
        value_name = "SELECTOR",
        default_value = "extra:group.digital_economy@horizon"
    )]
    outcomes: Vec<String>,
    /// Sample so many orders of the levers for each block of 512 paths, rounded up to an even number, instead of evaluating all
    /// combinations; with more than 12 levers 4 unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    permutations: Option<u16>,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> AttributeRequest {
        AttributeRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            option: self.option.clone(),
            outcomes: self.outcomes.clone(),
            permutations: self.permutations.map(usize::from),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let study = session.attribute(&args.request())?;
    perform(&session, &study, &args.output, console)
}
