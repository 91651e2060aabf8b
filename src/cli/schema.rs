use super::{Console, Failure};
use crate::scenario;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_: &Args, console: &mut Console) -> Result<(), Failure> {
    Ok(console.print(&format!("{:#}\n", scenario::schema()?))?)
}
