use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Console, Failure, ReportArgs, files::Files};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::{STORED_PAGE, read_stored_page},
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
    output: PathBuf,
    /// Also write the charts that the page shows first, at most a dozen, into this directory, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    plot: Option<PathBuf>,
    /// With --plot: write every chart of the page
    #[arg(long, requires = "plot")]
    plot_all: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let refuse = |message: String| {
        Failure::Refused(Diagnostics::from(Diagnostic::new(message).help(
            "give a directory that `--out DIR` of `jointly run`, `compare`, `attribute` or `sweep` wrote, with its files as they were written",
        )))
    };
    if !args.directory.is_dir() {
        return Err(refuse(format!("`{}` is no directory", args.directory.display())));
    }
    let text = |name: &str| read(&args.directory.join(name));
    let page = text(STORED_PAGE)
        .and_then(|stored| read_stored_page(&stored, text))
        .map_err(|message| refuse(format!("`{}`: {message}", args.directory.display())))?;
    let to_terminal = args.output == Path::new("-");
    let report = ReportArgs {
        report: (!to_terminal).then(|| args.output.clone()),
        plot: args.plot.clone(),
        plot_all: args.plot_all,
    };
    report.prepare()?;
    let mut files = Files::default();
    report.add(&mut files, &page)?;
    files.publish()?;
    if to_terminal {
        console.print(&page.html())?;
    }
    Ok(())
}

/// The text of a file of results, or in words why there is none.
fn read(path: &Path) -> Result<String, String> {
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let size = fs::metadata(path)
        .map_err(|error| format!("`{name}` cannot be read: {error}"))?
        .len();
    if size > LARGEST {
        return Err(format!("`{name}` is larger than any result"));
    }
    let bytes = fs::read(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("`{name}` is damaged: it is not text"))
}
