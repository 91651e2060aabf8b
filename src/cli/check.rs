use std::path::PathBuf;

use serde_json::Value;

use super::{Console, Failure, FormatArgs, HistoryArgs, TextOrJson};
use crate::{
    base::Year,
    report::terminal::{self, Shown},
    session::{CheckedFile, check_files},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files (TOML, docs/scenario.md)
    #[arg(value_name = "SCENARIO.toml", required = true)]
    files: Vec<PathBuf>,
    /// Last projected year, instead of that of the files
    #[arg(long, value_name = "YEAR")]
    horizon: Option<Year>,
    /// Override a number of every file, as in `jointly run`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    #[command(flatten)]
    history: HistoryArgs,
    /// Print nothing but what is wrong
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let checked = check_files(&args.files, &args.overrides, args.horizon, &args.history.choice())?;
    let shown: Vec<&CheckedFile> = checked
        .iter()
        .filter(|file| !args.quiet || file.result.is_err())
        .collect();
    let format = args.format.wanted();
    match format {
        TextOrJson::Json if !shown.is_empty() => {
            let files: Value = shown.iter().map(|file| file.json()).collect();
            console.print_data(&format!("{files:#}\n"))?;
        }
        TextOrJson::Json => {}
        TextOrJson::Text => {
            for (position, file) in shown.iter().enumerate() {
                match &file.result {
                    Ok(scenario) => {
                        let separator = if position > 0 { "\n" } else { "" };
                        let text = terminal::render(&file.document(scenario), &Shown::Full, console.width());
                        console.print(&format!("{separator}{text}"))?;
                    }
                    Err(errors) => console.refuse(errors),
                }
            }
        }
    }
    let wrong = checked.iter().filter(|file| file.result.is_err()).count();
    if wrong == 0 {
        return Ok(());
    }
    if format == TextOrJson::Text && checked.len() > 1 {
        console.complain(&format!("{wrong} of {} files are wrong", checked.len()));
    }
    Err(Failure::RefusalShown)
}
