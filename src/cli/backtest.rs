use std::path::Path;

use super::{Console, Failure, TableArgs, deliver::PrintArgs};
use crate::{
    base::{Diagnostic, Diagnostics},
    session::{BacktestRequest, Evidence, HistoryChoice},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Seed of the scores that are sampled
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    print: PrintArgs,
    #[command(flatten)]
    history: TableArgs,
}

/// What is chosen with `--history panel` alone.
fn only_panel() -> HistoryChoice {
    HistoryChoice {
        table: Some("panel".into()),
        ..HistoryChoice::default()
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let panel = args.history.history.as_deref() == Some(Path::new("panel"));
    if panel && args.history.choice() != only_panel() {
        let message = "--history panel: the hindcast of the panel uses no other table and no corrections";
        return Err(Diagnostics::from(Diagnostic::new(message)).into());
    }
    let choice = if panel {
        HistoryChoice::default()
    } else {
        args.history.choice()
    };
    let request = BacktestRequest {
        seed: args.seed,
        panel,
    };
    args.print
        .tell(&Evidence::open(&choice)?.backtest(&request)?, console)
}
