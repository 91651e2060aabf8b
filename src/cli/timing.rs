use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::{
    base::Year,
    session::{Session, TimingRequest},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Option whose levers are looked at; the first of the file unless given
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// Lever whose start is looked at; may be given several times, every lever of the option unless given
    #[arg(long = "lever", value_name = "ID")]
    levers: Vec<String>,
    /// Start years to compare, such as 2026..2032; from the start of each lever to six years later unless given
    #[arg(long, value_name = "FIRST..LAST", value_parser = parse_years)]
    years: Option<(Year, Year)>,
    /// Outcome that is to be large (or small, for a gap), such as extra:MNG.gdp@2035
    #[arg(long = "maximize", value_name = "SELECTOR", default_value = "money.npv")]
    outcome: String,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn parse_years(text: &str) -> Result<(Year, Year), String> {
    let year = |text: &str| {
        text.trim()
            .parse::<Year>()
            .ok()
            .filter(|year| (1900..=2400).contains(year))
    };
    let years = text
        .split_once("..")
        .and_then(|(first, last)| year(first).zip(year(last)));
    years.ok_or_else(|| "expected two years such as 2026..2032".to_owned())
}

impl Args {
    fn request(&self) -> TimingRequest {
        TimingRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            option: self.option.clone(),
            levers: self.levers.clone(),
            years: self.years,
            outcome: self.outcome.clone(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let study = session.timing(&args.request())?;
    perform(&session, &study, &args.output, console)
}
