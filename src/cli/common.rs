//! What several commands share: where text goes, output formats, the choice of history.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use super::Failure;
use crate::{base::Diagnostics, history::History, report::render_diagnostics, scenario::InputFile};

/// The output format of a command that prints a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: aligned tables, color on a terminal.
    #[default]
    Text,
    /// Comma-separated values, one row per number.
    Csv,
    /// JSON.
    Json,
}

/// Which history a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct HistoryArgs {
    /// Use this table (CSV, the format of docs/data.md) instead of the embedded growth table; `world-bank` is the
    /// embedded series of GDP 2010-2023
    #[arg(long, value_name = "FILE.csv")]
    pub history: Option<PathBuf>,
    /// Use the values as printed, without the documented corrections
    #[arg(long)]
    pub no_corrections: bool,
}

/// The history that the arguments name, and the texts it came from, for the manifest.
///
/// # Errors
/// If the table is wrong.
pub fn load_history(args: &HistoryArgs) -> Result<(History, Vec<InputFile>), Failure> {
    let history = match args.history.as_deref() {
        None => History::embedded(!args.no_corrections)?,
        Some(name) if name == Path::new("world-bank") => History::world_bank()?,
        Some(path) => History::read(path)?,
    };
    let files = history
        .sources
        .iter()
        .map(|source| InputFile::of(&source.name, &source.text))
        .collect();
    Ok((history, files))
}

/// Where a command's text goes.
pub struct Console {
    out: Box<dyn Write>,
    width: usize,
}

impl Console {
    /// The standard output, with color only on a terminal that wants it, as wide as the terminal or 100 columns.
    pub fn new() -> Self {
        let width = if io::stdout().is_terminal() {
            terminal_width()
        } else {
            std::env::var("COLUMNS")
                .ok()
                .and_then(|columns| columns.parse().ok())
                .unwrap_or(100)
        };
        Self {
            out: Box::new(io::BufWriter::new(anstream::AutoStream::auto(io::stdout()))),
            width: width.clamp(40, 140),
        }
    }

    /// Columns available for a table.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Prints text (with ANSI styles, which are stripped where they are not wanted) and flushes.
    ///
    /// # Errors
    /// If the standard output cannot be written, for example because the reader closed the pipe.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Shows every error of a refused input on the standard error.
    pub fn refuse(&mut self, diagnostics: &Diagnostics) {
        // Styles are stripped by the stream where the terminal does not want them.
        let _ = write!(
            anstream::stderr(),
            "{}",
            render_diagnostics(diagnostics, true, terminal_width())
        );
    }

    /// Shows one failure on the standard error.
    pub fn complain(&mut self, message: &str) {
        // Nothing can be done if even the standard error is closed.
        let _ = writeln!(anstream::stderr(), "jointly: {message}");
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

/// Columns of the terminal.
fn terminal_width() -> usize {
    // The size of the terminal is what the table library found out; a pipe has none.
    comfy_table::Table::new().width().map_or(100, usize::from)
}
