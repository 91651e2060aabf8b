use std::path::{Path, PathBuf};

use super::{
    Console, Failure,
    deliver::PrintArgs,
    outputs::{Outputs, named as written_to},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::escape,
    scenario::{SHIPPED, Shipped},
    session::ScenariosResult,
};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    print: PrintArgs,
}

/// What to do with one.
#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Print a scenario file
    Show(ShowArgs),
}

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// Name of a shipped scenario
    #[arg(value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(SHIPPED.iter().map(|one| one.name)))]
    name: String,
    /// Write it into this file, and beside it the file that it extends
    #[arg(short, long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
    /// Replace files that exist
    #[arg(long, requires = "out")]
    force: bool,
}

fn named(name: &str) -> Result<&'static Shipped, Failure> {
    let found = SHIPPED.iter().find(|one| one.name == name);
    let wrong = || Diagnostic::new(format!("there is no shipped scenario `{}`", escape(name)));
    Ok(found.ok_or_else(|| Diagnostics::from(wrong()))?)
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let Some(Action::Show(show)) = &args.action else {
        return args.print.tell(&ScenariosResult, console);
    };
    let one = named(&show.name)?;
    let Some(path) = written_to(show.out.as_ref()) else {
        return Ok(console.print(one.text)?);
    };
    let mut outputs = Outputs::new([], show.force);
    let mut add = |option, path: &Path, text: &str| {
        outputs.file(option, path)?;
        outputs.write(option, text.as_bytes())
    };
    add("--out", path, one.text)?;
    // What it extends must lie beside it; one that is there already stays.
    let extended = one.says("extends");
    if let Some(base) = extended.strip_suffix(".toml") {
        let beside = path.with_file_name(&extended);
        if !beside.exists() {
            add("the file it extends", &beside, named(base)?.text)?;
        }
    }
    outputs.publish(|_| String::new())
}
