use std::path::PathBuf;

use super::{Console, Failure, command, outputs::Outputs};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write one page per command into this directory instead of printing the main page
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long, requires = "out")]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut command = command().disable_help_subcommand(true);
    command.build();
    let Some(directory) = &args.out else {
        return Ok(console.print(&page(&command)?)?);
    };
    let mut outputs = Outputs::new([], args.force);
    let pages = std::iter::once(("jointly".to_owned(), &command)).chain(
        command
            .get_subcommands()
            .map(|subcommand| (format!("jointly-{}", subcommand.get_name()), subcommand)),
    );
    for (name, command) in pages {
        let text = page(command)?;
        outputs.add_into("--out", directory, &format!("{name}.1"), text.as_bytes())?;
    }
    outputs.publish(|_| String::new())
}

fn page(command: &clap::Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
