use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use super::{Failure, ReportArgs, outputs::Outputs};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::read_stored_page,
};

/// Larger files are no results of this program.
const LARGEST: u64 = 1 << 28;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory that `--out` of `jointly run`, `compare`, `attribute` or `sweep` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// The page; `-` for the standard output
    #[arg(short, long, value_name = "FILE.html", default_value = "report.html")]
    out: PathBuf,
    /// Also write the charts that the page shows first, at most a dozen, into this directory, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
    /// With --plot: write every chart of the page
    #[arg(long, requires = "plot")]
    plot_all: bool,
    /// Replace files that exist
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let refuse = |message: String| {
        Failure::Refused(Diagnostics::from(Diagnostic::new(message).help(
            "give a directory that `--out DIR` of `jointly run`, `compare`, `attribute` or `sweep` wrote, with its files as they were written",
        )))
    };
    if !args.directory.is_dir() {
        return Err(refuse(format!("`{}` is no directory", args.directory.display())));
    }
    let read_files = RefCell::default();
    let page = read_stored_page(|name| read(&args.directory.join(name), &read_files))
        .map_err(|message| refuse(format!("`{}`: {message}", args.directory.display())))?;
    let report = ReportArgs {
        report: Some(args.out.clone()),
        plot: args.plot.clone(),
        plot_all: args.plot_all,
    };
    let mut outputs = Outputs::new(read_files.into_inner(), args.force);
    report.plan(&mut outputs)?;
    report.add(&mut outputs, &page)?;
    outputs.publish(|_| String::new())
}

/// The bytes of a file of results, or in words why there are none; remembers that it was read.
fn read(path: &Path, read: &RefCell<Vec<PathBuf>>) -> Result<Vec<u8>, String> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let found = fs::metadata(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    if !found.is_file() || found.len() > LARGEST {
        return Err(format!("`{name}` is no file or larger than any result"));
    }
    read.borrow_mut().push(path.to_owned());
    fs::read(path).map_err(|error| format!("`{name}` cannot be read: {error}"))
}
