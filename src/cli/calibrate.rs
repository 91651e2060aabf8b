use super::{Console, Failure, TableArgs, deliver::PrintArgs};
use crate::session::{CalibrateRequest, Evidence};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these economies, by ISO code (may be given several times); those of the history table by default
    #[arg(long, value_name = "CODE")]
    economy: Vec<String>,
    /// Most years of data that the pooled prior may be worth (model.prior_years_max)
    #[arg(long, value_name = "YEARS", default_value_t = 5.0, value_parser = parse_years)]
    prior_years_max: f64,
    #[command(flatten)]
    print: PrintArgs,
    #[command(flatten)]
    history: TableArgs,
}

fn parse_years(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(years) if (0.01..=1000.0).contains(&years) => Ok(years),
        _ => Err("expected a number of years from 0.01 to 1000".to_owned()),
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let request = CalibrateRequest {
        economies: args.economy.clone(),
        prior_years_max: Some(args.prior_years_max),
    };
    let evidence = Evidence::open(&args.history.choice())?;
    args.print.tell(&evidence.calibrate(&request)?, console)
}
