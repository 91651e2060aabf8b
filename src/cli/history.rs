use super::{Console, Failure, TableArgs, deliver::PrintArgs};
use crate::session::{Evidence, HistoryRequest};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these economies, by ISO code (may be given several times); of any of the 189 of the panel, everything that is known
    #[arg(long, value_name = "CODE")]
    economy: Vec<String>,
    /// Only these series (may be given several times)
    #[arg(long, value_name = "SERIES")]
    series: Vec<String>,
    /// Recompute what the tables imply about each other and say pass or fail; exit status 1 if anything fails
    #[arg(long)]
    audit: bool,
    /// With --audit: print nothing; the exit status tells
    #[arg(long, requires = "audit", conflicts_with_all = ["show", "full", "format", "json"])]
    quiet: bool,
    #[command(flatten)]
    print: PrintArgs,
    #[command(flatten)]
    history: TableArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let evidence = Evidence::open(&args.history.choice())?;
    let request = HistoryRequest {
        economies: args.economy.clone(),
        series: args.series.clone(),
    };
    if !args.audit {
        return args.print.tell(&evidence.history(&request)?, console);
    }
    let audit = evidence.audit(&request)?;
    if !args.quiet {
        args.print.tell(&audit, console)?;
    }
    if audit.passed() {
        Ok(())
    } else {
        Err(Failure::CheckFailed)
    }
}
