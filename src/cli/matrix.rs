use super::{Console, Failure, deliver::PrintArgs};
use crate::{base::Year, session::MatrixResult};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Two economies to compare; without them, all economies of the matrix side by side
    #[arg(value_name = "CODE", num_args = 0..=2)]
    economies: Vec<String>,
    /// Year of the matrix: 2016 (China and Korea) or 2021 (five economies)
    #[arg(long, default_value_t = 2021)]
    year: Year,
    #[command(flatten)]
    print: PrintArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    args.print
        .tell(&MatrixResult::of(args.year, &args.economies)?, console)
}
