use std::path::PathBuf;

use super::{
    Console, Failure,
    common::FuturesArgs,
    deliver::{OutputArgs, perform},
};
use crate::session::{PortfolioRequest, Risk, Session};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(mut_arg("paths", |paths| paths.default_value("2k")))]
pub struct Args {
    /// Scenario file whose levers are chosen from
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Budget for the present value of all public cost, USD bn
    #[arg(long, value_name = "USD_BN", allow_negative_numbers = true)]
    budget: Option<f64>,
    /// Budget of one economy, such as KOR=2; may be given several times
    #[arg(long = "budget-of", value_name = "ECONOMY=USD_BN")]
    partner_budgets: Vec<String>,
    /// Budget for what is paid in any one year, not discounted, USD bn
    #[arg(long = "budget-yearly", value_name = "USD_BN")]
    yearly_budget: Option<f64>,
    /// Part of the futures in which the budgets must hold, such as 0.9; without it their means must
    #[arg(long = "budget-sure", value_name = "PART")]
    sure: Option<f64>,
    /// Outcome that is to be large (or small, for a gap), such as extra:MNG.gdp@2035
    #[arg(long = "maximize", value_name = "SELECTOR", default_value = "money.npv")]
    outcome: String,
    /// How uncertainty counts
    #[arg(long, value_enum, default_value_t)]
    risk: Risk,
    /// With --risk share: the value to be reached, in the unit of the outcome
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    threshold: Option<f64>,
    /// Multiples of its scale that a lever may have where the file states no `scales`, separated by commas
    #[arg(long, value_name = "K,K,...", value_delimiter = ',', default_value = "1")]
    scales: Vec<f64>,
    #[command(flatten)]
    futures: FuturesArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    fn request(&self) -> PortfolioRequest {
        PortfolioRequest {
            paths: self.futures.paths,
            seed: self.futures.seed,
            threads: self.futures.threads(self.output.quiet),
            budget: self.budget,
            partner_budgets: self.partner_budgets.clone(),
            yearly_budget: self.yearly_budget,
            sure: self.sure,
            outcome: self.outcome.clone(),
            risk: self.risk,
            threshold: self.threshold,
            scales: self.scales.clone(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let session = Session::open(&args.futures.inputs(std::slice::from_ref(&args.scenario)))?;
    let study = session.portfolio(&args.request())?;
    perform(&session, &study, &args.output, console)
}
