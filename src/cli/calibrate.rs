use super::{Console, Failure};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, _console: &mut Console) -> Result<(), Failure> {
    Ok(())
}
