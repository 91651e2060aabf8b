//! What several commands share: where text goes, output formats, the choice of history.

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Failure,
    machine::{WATCHED, check_time, threads},
    notes::{escape_lines, note},
};
use crate::{
    base::{Diagnostic, Diagnostics, Year},
    engine::{Halt, Progress},
    report::{acts_on_terminal, render_diagnostics},
    session::{HistoryChoice, Inputs},
};

/// The output format of a command whose answer is no table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TextOrJson {
    /// For people.
    #[default]
    Text,
    /// JSON.
    Json,
}

/// The format of a command whose answer is no table.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct FormatArgs {
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: TextOrJson,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl FormatArgs {
    /// What is asked for.
    pub(super) fn wanted(self) -> TextOrJson {
        if self.json { TextOrJson::Json } else { self.format }
    }
}

/// Which tables a command works on.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TableArgs {
    /// Use this table (CSV, the format of docs/data.md) instead of the embedded growth table; `world-bank` is the
    /// embedded series of GDP 2010-2023
    #[arg(long, value_name = "FILE.csv")]
    pub history: Option<PathBuf>,
    /// Add the rows of this table to the one in use; may be given several times
    #[arg(long, value_name = "FILE.csv")]
    pub add_history: Vec<PathBuf>,
    /// Use the values as printed, without the documented corrections
    #[arg(long)]
    pub no_corrections: bool,
}

impl TableArgs {
    /// The choice that the arguments make.
    pub(super) fn choice(&self) -> HistoryChoice {
        HistoryChoice {
            table: self.history.clone(),
            added: self.add_history.clone(),
            matrix: None,
            without_corrections: self.no_corrections,
        }
    }
}

/// Which history a scenario stands on.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct HistoryArgs {
    #[command(flatten)]
    tables: TableArgs,
    /// Take scores of the digitalization matrix from this table (CSV: economy, element, score); what a scenario gives itself counts more
    #[arg(long, value_name = "FILE.csv")]
    matrix: Option<PathBuf>,
}

impl HistoryArgs {
    /// The choice that the arguments make.
    pub(super) fn choice(&self) -> HistoryChoice {
        HistoryChoice {
            matrix: self.matrix.clone(),
            ..self.tables.choice()
        }
    }
}

/// How futures are drawn, for commands that evaluate options.
#[derive(Clone, Debug, clap::Args)]
pub struct FuturesArgs {
    /// Number of futures to draw, for example 10000, 10k or 1e6
    #[arg(long, default_value = "10k", value_parser = parse_paths)]
    pub paths: u64,
    /// Seed of the random numbers; the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Last projected year, instead of the scenario's
    #[arg(long, value_name = "YEAR")]
    pub horizon: Option<Year>,
    /// Number of threads; 0 for one per processor. The result does not depend on it. More than there is use for are cut
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub threads: u16,
    /// Override a number of the scenario, for example model.persistence=0.9 or "baseline.CHN.long_run_growth=0.02 to 0.05"
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub overrides: Vec<String>,
    #[command(flatten)]
    pub history: HistoryArgs,
}

impl FuturesArgs {
    /// Number of threads that there is use for.
    pub(super) fn threads(&self, quiet: bool) -> usize {
        threads(self.threads, self.paths, quiet)
    }

    /// What a session is opened with, for these scenario files.
    pub(super) fn inputs(&self, scenarios: &[PathBuf]) -> Inputs {
        Inputs {
            scenarios: scenarios.to_vec(),
            text: None,
            overrides: self.overrides.clone(),
            horizon: self.horizon,
            history: self.history.choice(),
        }
    }
}

/// Reads a number of paths: digits, with `k` or `M`, or in the form 1e6.
pub(super) fn parse_paths(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('M').map_or((text, 1.0), |digits| (digits, 1e6)),
    };
    let number = digits
        .parse::<f64>()
        .map_err(|_| "expected a number such as 10000, 10k or 1e6".to_owned())?
        * factor;
    if (100.0..=1e12).contains(&number) && number.fract() == 0.0 {
        Ok(number as u64)
    } else {
        Err("expected a whole number from 100 to 1,000,000,000,000".to_owned())
    }
}

/// Whether Ctrl-C was pressed since work began: what has not got its name by then is not written.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C was pressed since work began.
pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Lets Ctrl-C stop the work under way; a process listens once, and its work may come in several parts.
fn stop_on_interrupt(progress: Arc<Progress>) -> Result<(), Failure> {
    static UNDER_WAY: Mutex<Option<Arc<Progress>>> = Mutex::new(None);
    static LISTENING: OnceLock<Result<(), String>> = OnceLock::new();
    let under_way = || UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
    *under_way() = Some(progress);
    let listening = LISTENING.get_or_init(|| {
        let stop = move || {
            INTERRUPTED.store(true, Ordering::Relaxed);
            if let Some(progress) = under_way().as_ref() {
                progress.stop();
            }
        };
        ctrlc::set_handler(stop).map_err(|error| error.to_string())
    });
    listening
        .clone()
        .map_err(|error| Failure::Io("cannot listen for Ctrl-C".to_owned(), io::Error::other(error)))
}

/// Waits until Ctrl-C.
#[cfg(feature = "explore")]
pub(super) fn until_interrupted(step: Duration) -> Result<(), Failure> {
    let progress = Arc::new(Progress::default());
    stop_on_interrupt(Arc::clone(&progress))?;
    while !progress.is_stopped() {
        std::thread::sleep(step);
    }
    Ok(())
}

/// Does work on paths with a progress bar on a terminal; Ctrl-C asks it to stop. Once some of it is done the time for all of it is known: told if it
/// is long, and refused if it is far too long, unless `go_on`.
pub(super) fn with_progress<T: Send>(
    paths: u64,
    (show, go_on): (bool, bool),
    work: impl FnOnce(&Progress) -> T + Send,
) -> Result<T, Failure> {
    let progress = Arc::new(Progress::default());
    stop_on_interrupt(Arc::clone(&progress))?;
    let bar = if show && io::stderr().is_terminal() {
        let style = indicatif::ProgressStyle::with_template(
            "{bar:30} {percent:>3} %  {human_pos} of {human_len} paths  {per_sec}  {eta} left",
        )
        .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
        indicatif::ProgressBar::new(paths).with_style(style)
    } else {
        indicatif::ProgressBar::hidden()
    };
    let start = Instant::now();
    let mut known = None;
    let result = std::thread::scope(|scope| {
        let worker = scope.spawn(|| work(&progress));
        while !worker.is_finished() {
            let done = progress.done();
            bar.set_position(done);
            if known.is_none() && done > 0 && start.elapsed() >= WATCHED {
                let found = check_time(start.elapsed(), done, paths, go_on);
                match &found {
                    Err(_) => progress.stop(),
                    Ok(Some(time)) if show => bar.suspend(|| note(time)),
                    Ok(_) => {}
                }
                known = Some(found);
            }
            std::thread::sleep(Duration::from_millis(if bar.is_hidden() { 2 } else { 50 }));
        }
        worker.join()
    });
    bar.finish_and_clear();
    if let Some(Err(refused)) = known {
        return Err(refused);
    }
    match result {
        Ok(result) => Ok(result),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Why a run without a result ended.
pub(super) fn halted(halt: Halt) -> Failure {
    match halt {
        Halt::Interrupted => Failure::Interrupted,
        Halt::NoThreads => Failure::Io(
            "cannot start threads".to_owned(),
            io::Error::from(io::ErrorKind::OutOfMemory),
        ),
        Halt::NoPaths => Failure::Refused(Diagnostics::from(Diagnostic::new("the shard holds no paths"))),
    }
}

/// Prints what is meant for a file or another program; on a terminal nothing in it acts.
pub(super) fn print_bytes(option: &str, bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        let text = std::str::from_utf8(bytes).map_err(|_| no_terminal(option))?;
        out.write_all(shown(text).as_bytes())?;
    } else {
        out.write_all(bytes)?;
    }
    Ok(out.flush()?)
}

/// Why bytes that are no text are not printed.
pub(super) fn no_terminal(option: &str) -> Diagnostics {
    Diagnostic::new(format!("{option}: a terminal cannot show it"))
        .help("send it to a file or a pipe, or write every table with --out DIR --parquet")
        .into()
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

    /// Prints what other programs read, to the byte. On a terminal nothing in it acts: JSON gets escapes, other texts symbols.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub fn print_data(&mut self, text: &str) -> io::Result<()> {
        self.print_pieces(|out| out.write_all(text.as_bytes()))
    }

    /// As [`print_data`](Self::print_data), what is written piece by piece.
    ///
    /// # Errors
    /// As [`print`](Self::print).
    pub fn print_pieces(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        if out.get_ref().is_terminal() {
            let mut text = Vec::new();
            write(&mut text)?;
            out.write_all(shown(&String::from_utf8_lossy(&text)).as_bytes())?;
        } else {
            write(&mut out)?;
        }
        out.flush()
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

    /// Says on the standard error what belongs to the result while the standard output carries data.
    pub fn say_beside(&mut self, message: &str) {
        let _ = writeln!(anstream::stderr(), "{}", escape_lines(message));
    }

    /// Shows one failure on the standard error.
    pub fn complain(&mut self, message: &str) {
        // Nothing can be done if even the standard error is closed.
        let _ = writeln!(anstream::stderr(), "jointly: {}", escape_lines(message));
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

/// A text of several lines in which nothing acts on a terminal.
fn shown(text: &str) -> String {
    if text.starts_with(['{', '[']) {
        // In JSON such characters stand in strings only, where they may be written as escapes.
        let written = |character: char| match character {
            '\n' => "\n".to_owned(),
            _ if acts_on_terminal(character) => format!("\\u{:04x}", character as u32),
            _ => character.to_string(),
        };
        return text.chars().map(written).collect();
    }
    escape_lines(text)
}

/// Columns of the terminal.
fn terminal_width() -> usize {
    // The size of the terminal is what the table library found out; a pipe has none.
    comfy_table::Table::new().width().map_or(100, usize::from)
}
