use clap::{Arg, ValueHint, builder::PossibleValuesParser};

use super::{Console, Failure, command};
use crate::{
    analysis::sweep::method_names,
    scenario::{LeverKind, PARAMETERS, starred, topics},
};

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
    clap_complete::generate(args.shell, &mut completable()?, "jointly", &mut script);
    Ok(console.print(&String::from_utf8_lossy(&script))?)
}

/// The command line with what a shell can offer: methods, kinds, everything that can be explained, files. The commands
/// themselves read these words, so that what is wrong is told with the nearest name.
fn completable() -> Result<clap::Command, Failure> {
    let kinds: Vec<&'static str> = LeverKind::names().collect();
    let methods: Vec<&'static str> = method_names().collect();
    // The builder wants names that live as long as the program, which ends with the script.
    let names: Vec<&'static str> = topics()?
        .into_iter()
        .flat_map(|group| group.names)
        .map(|(name, _)| &*name.leak())
        .collect();
    // Inputs may be named by a path alone; a star stands for any name.
    let inputs: Vec<&'static str> = PARAMETERS
        .iter()
        .map(|parameter| &*starred(parameter.path).leak())
        .collect();
    let offered = |argument: Arg, command: &str| match (command, argument.get_id().as_str()) {
        ("sweep", "method") => argument.value_parser(PossibleValuesParser::new(methods.clone())),
        ("new", "kinds") | ("levers", "kind") => {
            argument.value_parser(PossibleValuesParser::new(kinds.clone()))
        }
        (_, "vary" | "input" | "overrides") => {
            argument.value_parser(PossibleValuesParser::new(inputs.clone()))
        }
        ("explain", "path") => argument.value_parser(PossibleValuesParser::new(names.clone())),
        (_, "out" | "plot" | "directory" | "resume") => argument.value_hint(ValueHint::AnyPath),
        (
            _,
            "scenario" | "scenarios" | "files" | "parts" | "history" | "add_history" | "matrix" | "report",
        ) => argument.value_hint(ValueHint::FilePath),
        _ => argument,
    };
    let command = command();
    let commands: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    Ok(commands.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |one| one.mut_args(|argument| offered(argument, name)))
    }))
}
