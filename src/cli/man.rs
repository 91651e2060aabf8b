use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::{Cli, Console, Failure};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write one page per command into this directory instead of printing the main page
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(directory) = &args.out else {
        return Ok(console.print(&page(&command)?)?);
    };
    let fail = |error| Failure::Io(format!("cannot write into `{}`", directory.display()), error);
    std::fs::create_dir_all(directory).map_err(fail)?;
    write(directory, "jointly", &command)?;
    for subcommand in command.get_subcommands() {
        write(
            directory,
            &format!("jointly-{}", subcommand.get_name()),
            subcommand,
        )?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn write(directory: &Path, name: &str, command: &clap::Command) -> Result<(), Failure> {
    let path = directory.join(format!("{name}.1"));
    std::fs::write(&path, page(command)?)
        .map_err(|error| Failure::Io(format!("cannot write `{}`", path.display()), error))
}
