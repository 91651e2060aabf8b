//! What several commands share: where text goes, output formats, the choice of history.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use anstyle::Style;
use serde_json::{Value, json};

use super::Failure;
use crate::{
    base::Diagnostics,
    history::History,
    report::render_diagnostics,
    scenario::{Input, InputFile, Origin, written},
};

/// Headings on a terminal.
pub(super) const HEADING: Style = Style::new().bold();

/// Grade, source and reason of a default; who set it otherwise.
pub(super) fn origin_parts(origin: &Origin) -> (&str, &str, &str) {
    match origin {
        Origin::Default {
            grade,
            source,
            reason,
        } => (grade.key(), source, reason),
        Origin::File(name) => ("", name, ""),
        Origin::CommandLine => ("", "--set", ""),
    }
}

/// A default as JSON, with its median and 90 % interval.
pub(super) fn default_json(input: &Input) -> Value {
    let (grade, source, reason) = origin_parts(&input.origin);
    let [low, median, high] = [0.05, 0.5, 0.95].map(|p| input.value.quantile(p));
    json!({
        "path": input.path,
        "value": written(&input.value),
        "unit": input.parameter().map(|parameter| parameter.unit),
        "median": median,
        "p05": low,
        "p95": high,
        "grade": grade,
        "source": source,
        "reason": reason,
    })
}

/// Rows as CSV.
pub(super) fn csv_text(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, Failure> {
    let fail = |error: String| Failure::Io("cannot write CSV".to_owned(), io::Error::other(error));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(header)
        .map_err(|error| fail(error.to_string()))?;
    for row in rows {
        writer
            .write_record(row)
            .map_err(|error| fail(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| fail(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

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

/// The output format of a command whose answer is no table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TextOrJson {
    /// For people.
    #[default]
    Text,
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
