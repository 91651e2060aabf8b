//! What several commands share: where text goes, output formats, the choice of history.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::base::Diagnostics;

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
    /// Use this table (CSV, the format of docs/data.md) instead of the embedded one
    #[arg(long, value_name = "FILE.csv")]
    pub history: Option<PathBuf>,
    /// Use the values as printed, without the documented corrections
    #[arg(long)]
    pub no_corrections: bool,
}

/// Where a command's text goes.
pub struct Console {
    out: Box<dyn Write>,
    width: usize,
}

impl Console {
    /// The standard output, with color only on a terminal that wants it.
    pub fn new() -> Self {
        Self {
            out: Box::new(io::BufWriter::new(anstream::AutoStream::auto(io::stdout()))),
            width: 100,
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
        self.complain(&diagnostics.to_string());
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
