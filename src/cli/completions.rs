use clap::CommandFactory;

use super::{Cli, Console, Failure};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "jointly", &mut script);
    Ok(console.print(&String::from_utf8_lossy(&script))?)
}
