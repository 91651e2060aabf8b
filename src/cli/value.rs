use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::session::{DEFAULT_EFFECT, Session, ValueRequest};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file whose options are the choice; to choose none is always possible
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// What money is to buy, an outcome such as extra:MNG.gdp@2035 or MNG.gap; extra GDP unless given, so that the net benefit is
    /// the net present value
    #[arg(long, value_name = "SELECTOR", default_value = DEFAULT_EFFECT)]
    effect: String,
    /// What a unit of the effect is worth, USD bn; 1 unless given where the effect is in USD bn
    #[arg(long, value_name = "USD_BN", allow_negative_numbers = true)]
    worth: Option<f64>,
    /// A study that could be made, its size, its precision and, if known, its cost in USD bn: "INPUT=20 sd 0.1 cost 0.05", or
    /// "INPUT=50 yes-no" of an input that is a probability; may be given several times
    #[arg(long = "study", value_name = "STUDY")]
    studies: Vec<String>,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> ValueRequest {
        ValueRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            effect: self.effect.clone(),
            worth: self.worth,
            studies: self.studies.clone(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let study = session.value(&args.request())?;
    perform(&session, &study, &args.output, console)
}
