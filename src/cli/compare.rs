use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::{
    scenario,
    session::{CompareRequest, DEFAULT_EFFECT, Session},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files whose options are compared; they agree in everything but levers and options
    #[arg(value_name = "SCENARIO.toml", required = true)]
    scenarios: Vec<PathBuf>,
    /// The option that the others are compared with
    #[arg(long, value_name = "NAME", default_value = scenario::BASELINE)]
    baseline: String,
    /// Outcome, such as extra:CHN.gdp@2035, MNG.gap@horizon or money.npv; may be given several times
    #[arg(
        long = "outcome",
        value_name = "SELECTOR",
        default_value = "extra:group.digital_economy@horizon"
    )]
    outcomes: Vec<String>,
    /// What money is to buy, an outcome such as extra:MNG.gdp@2035 or MNG.gap; counted from the baseline without levers
    #[arg(long, value_name = "SELECTOR", default_value = DEFAULT_EFFECT)]
    effect: String,
    /// Threshold of satisficing in the unit of the outcome: how often is it reached? The first belongs to the first outcome
    #[arg(long = "threshold", value_name = "X", allow_negative_numbers = true, value_parser = parse_finite)]
    thresholds: Vec<f64>,
    /// Weight of the best case in Hurwicz's criterion, from 0 to 1
    #[arg(long, value_name = "A", default_value_t = 0.5, value_parser = parse_weight)]
    optimism: f64,
    /// Values of a unit of effect for the acceptability curve, USD bn, separated by commas
    #[arg(long, value_name = "V,V,...", value_delimiter = ',', value_parser = parse_value)]
    values: Vec<f64>,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> CompareRequest {
        CompareRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            baseline: self.baseline.clone(),
            outcomes: self.outcomes.clone(),
            effect: self.effect.clone(),
            thresholds: self.thresholds.clone(),
            optimism: self.optimism,
            values: self.values.clone(),
        }
    }
}

fn parse_finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .ok_or_else(|| "expected a number".to_owned())
}

fn parse_weight(text: &str) -> Result<f64, String> {
    parse_finite(text)
        .ok()
        .filter(|weight| (0.0..=1.0).contains(weight))
        .ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn parse_value(text: &str) -> Result<f64, String> {
    parse_finite(text)
        .ok()
        .filter(|value| (0.0..=1e9).contains(value))
        .ok_or_else(|| "expected numbers from 0 to 1,000,000,000".to_owned())
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(&args.scenarios))?;
    let study = session.compare(&args.request())?;
    perform(&session, &study, &args.output, console)
}
