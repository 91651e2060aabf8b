use super::{Console, Failure, deliver::PrintArgs};
use crate::session::LeversResult;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Lever kind; without it, all kinds
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    #[command(flatten)]
    print: PrintArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    args.print.tell(&LeversResult::of(args.kind.as_deref())?, console)
}
