//! The command line: one file per command. A command turns arguments into a meant configuration, calls the library
//! and prints; it computes nothing itself.

mod attribute;
mod backtest;
mod calibrate;
mod check;
mod common;
mod compare;
mod completions;
mod deliver;
mod explain;
#[cfg(feature = "explore")]
mod explore;
mod help;
mod history;
mod import;
mod levers;
mod machine;
mod man;
mod matrix;
mod merge;
mod new;
mod notes;
mod outputs;
mod plan;
mod report;
mod report_args;
mod run;
mod scenarios;
mod schema;
mod shard;
mod sweep;
mod target;
mod timing;
mod value;

use std::{io, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::base::Diagnostics;
pub use common::{Console, FormatArgs, HistoryArgs, TableArgs, TextOrJson};
pub use report_args::ReportArgs;

/// Simulate cooperation on the digital economy: what each option would do, how sure we are, what it costs.
#[derive(Debug, Parser)]
#[command(name = "jointly", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The commands; each has a file of its own with `Args` and `run`.
#[derive(Debug, Subcommand)]
enum Command {
    /// Project a scenario file and report GDP and the digital economy with their uncertainty
    Run(run::Args),
    /// Put the shards of a run or sweep together: the same results, to the byte, as without shards
    Merge(merge::Args),
    /// Validate scenario files without running them: every error of every file, or a summary
    Check(check::Args),
    /// Write a commented scenario file for chosen lever kinds and partners
    New(new::Args),
    /// List the shipped scenarios, or print one
    Scenarios(scenarios::Args),
    /// Say what a parameter, lever kind, metric, outcome or key means: unit, default, source, equation
    Explain(explain::Args),
    /// List the lever kinds, or every default of one with its source
    Levers(levers::Args),
    /// Print the JSON Schema of scenario files, for editors
    Schema(schema::Args),
    /// Explore a scenario in the browser: move a lever and see the answer with its uncertainty
    #[cfg(feature = "explore")]
    Explore(explore::Args),
    /// Compare policy options of one or several files on the same futures
    Compare(compare::Args),
    /// Split the effect of an option between its levers
    Attribute(attribute::Args),
    /// Ask which assumption drives an outcome: tornado, indices, response curves, conditions of failure
    Sweep(sweep::Args),
    /// Say what it is worth to know more before choosing: of everything, of each input, of a study
    Value(value::Args),
    /// Choose the levers, and how large, that do most under a budget
    Plan(plan::Args),
    /// Say when levers should start, what it is worth to wait, and for which sign
    Timing(timing::Args),
    /// Find the value of one input that reaches a target, breaks even, or changes the best option
    Target(target::Args),
    /// Show the historical tables, with source, growth basis and corrections, and audit them
    History(history::Args),
    /// Read tables of the World Bank, IMF, OECD, UNCTAD, Our World in Data and IAMC as a history table
    Import(import::Args),
    /// Fit drift, volatility and correlation to the historical tables and show prior and posterior
    Calibrate(calibrate::Args),
    /// Hindcast: fit on past years, forecast the years after, score against what happened
    Backtest(backtest::Args),
    /// Compare economies on the six elements of the digitalization matrix
    Matrix(matrix::Args),
    /// Make the page of stored results again: what `--out` wrote, as one HTML file
    Report(report::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Print or write manual pages
    Man(man::Args),
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong: exit status 2, every error shown.
    Refused(Diagnostics),
    /// The input is wrong and every error has been shown: exit status 2.
    RefusalShown,
    /// A check that the user asked for did not pass (an audit): exit status 1; the report has been printed.
    CheckFailed,
    /// Writing or reading failed for a reason outside the input: exit status 1.
    Io(String, io::Error),
    /// Ctrl-C: exit status 130.
    Interrupted,
    /// Stopped with a part of the work kept, and how to go on: exit status 130.
    Paused(String),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io("cannot write to the standard output".into(), error)
    }
}

/// The command line with its help.
fn command() -> clap::Command {
    help::dressed(Cli::command())
}

/// Parses the arguments, runs the command, and returns the exit status.
pub fn main() -> ExitCode {
    let cli = Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    let mut console = Console::new();
    let result = match &cli.command {
        Command::Run(args) => run::run(args, &mut console),
        Command::Merge(args) => merge::run(args, &mut console),
        Command::Check(args) => check::run(args, &mut console),
        Command::New(args) => new::run(args, &mut console),
        Command::Scenarios(args) => scenarios::run(args, &mut console),
        Command::Explain(args) => explain::run(args, &mut console),
        Command::Levers(args) => levers::run(args, &mut console),
        Command::Schema(args) => schema::run(args, &mut console),
        #[cfg(feature = "explore")]
        Command::Explore(args) => explore::run(args, &mut console),
        Command::Compare(args) => compare::run(args, &mut console),
        Command::Attribute(args) => attribute::run(args, &mut console),
        Command::Sweep(args) => sweep::run(args, &mut console),
        Command::Plan(args) => plan::run(args, &mut console),
        Command::Target(args) => target::run(args, &mut console),
        Command::Timing(args) => timing::run(args, &mut console),
        Command::Value(args) => value::run(args, &mut console),
        Command::History(args) => history::run(args, &mut console),
        Command::Import(args) => import::run(args, &mut console),
        Command::Calibrate(args) => calibrate::run(args, &mut console),
        Command::Backtest(args) => backtest::run(args, &mut console),
        Command::Matrix(args) => matrix::run(args, &mut console),
        Command::Report(args) => report::run(args),
        Command::Completions(args) => completions::run(args, &mut console),
        Command::Man(args) => man::run(args, &mut console),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(diagnostics)) => {
            console.refuse(&diagnostics);
            ExitCode::from(2)
        }
        Err(Failure::RefusalShown) => ExitCode::from(2),
        Err(Failure::CheckFailed) => ExitCode::from(1),
        // A reader that closes the pipe early (`jointly history | head`) has what it wanted.
        Err(Failure::Io(_, error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Io(what, error)) => {
            console.complain(&format!("{what}: {error}"));
            ExitCode::from(1)
        }
        Err(Failure::Interrupted) => {
            console.complain("interrupted; nothing was written");
            ExitCode::from(130)
        }
        Err(Failure::Paused(how)) => {
            console.complain(&how);
            ExitCode::from(130)
        }
    }
}
