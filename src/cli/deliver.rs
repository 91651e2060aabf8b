//! What every study's command has in common: where results go, and their way there.

use std::path::PathBuf;

use super::{
    Console, Failure, ReportArgs,
    common::{halted, with_progress},
    files::{Files, Output},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::{
        Findings, Record, StudyResult,
        document::Document,
        markdown,
        terminal::{self, Shown},
        text_files,
    },
    session::{Study, StudyError},
    table::Table,
};

/// What a study's command prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum StudyFormat {
    /// For people: the answer, tables, color on a terminal.
    #[default]
    Text,
    /// The same as Markdown.
    Markdown,
    /// The leading table as comma-separated values.
    Csv,
    /// Everything as JSON.
    Json,
}

/// What a command prints of a result.
#[derive(Clone, Debug, clap::Args)]
pub struct PrintArgs {
    /// Show these parts too, separated by commas; the answer names those that there are
    #[arg(long, value_name = "PARTS", value_delimiter = ',', conflicts_with = "full")]
    show: Vec<String>,
    /// Show everything
    #[arg(long)]
    full: bool,
    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: StudyFormat,
    /// Short for --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// Where the results of a study go.
#[derive(Clone, Debug, clap::Args)]
pub struct OutputArgs {
    /// Write every table (CSV), everything (JSON), run.json, metadata.json and page.json into this directory
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// With --out, also write every table as Parquet
    #[arg(long, requires = "out")]
    pub parquet: bool,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub print: PrintArgs,
    /// Print nothing but errors
    #[arg(long, conflicts_with_all = ["json", "format", "show", "full"])]
    pub quiet: bool,
}

impl OutputArgs {
    /// Whether the words of the result are needed.
    pub fn says_anything(&self) -> bool {
        !self.quiet || self.out.is_some() || self.report.wanted()
    }

    /// Makes sure, before any work, that everything can be written.
    pub(super) fn prepare(&self) -> Result<Option<Output>, Failure> {
        let directory = self.out.as_deref().map(Output::prepare).transpose()?;
        self.report.prepare()?;
        Ok(directory)
    }
}

impl PrintArgs {
    /// Which parts are shown.
    fn shown(&self) -> Shown {
        match self.show.as_slice() {
            _ if self.full => Shown::Full,
            [] => Shown::Brief,
            names => Shown::Sections(names.to_vec()),
        }
    }

    /// Refuses parts that the document does not have.
    fn check_shown(&self, document: &Document) -> Result<(), Diagnostics> {
        let mut errors = Diagnostics::new();
        let known = || document.sections.iter().map(|section| section.id.as_str());
        for name in self.show.iter().filter(|name| document.section(name).is_none()) {
            let shown: String = name.chars().take(60).collect();
            let list: Vec<&str> = known().collect();
            errors.push(
                Diagnostic::new(format!(
                    "--show: there is no part `{shown}`; there are {}",
                    list.join(", ")
                ))
                .suggest(name, known()),
            );
        }
        errors.into_result(())
    }

    /// Prints a result whose words are these.
    fn print(
        &self,
        findings: &dyn Findings,
        document: &Document,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let text = match self.format {
            _ if self.json => json_text(&findings.json()),
            StudyFormat::Text => terminal::render(document, &self.shown(), console.width()),
            StudyFormat::Markdown => markdown::render(document, &self.shown()),
            StudyFormat::Csv => findings.tables().first().map_or_else(String::new, Table::csv),
            StudyFormat::Json => json_text(&findings.json()),
        };
        Ok(console.print(&text)?)
    }

    /// Prints what was found.
    pub(super) fn tell(&self, findings: &dyn Findings, console: &mut Console) -> Result<(), Failure> {
        let document = findings.document();
        self.check_shown(&document)?;
        self.print(findings, &document, console)
    }
}

fn json_text(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// Runs a study and brings its result where the arguments want it: refusals first, then what can be written is made sure of,
/// then the work, then the files, whole or not at all, then what is printed.
pub(super) fn perform<S>(study: &S, output: &OutputArgs, console: &mut Console) -> Result<(), Failure>
where
    S: Study,
    S::Result: StudyResult,
{
    let directory = output.prepare()?;
    let cost = study.cost();
    if !output.quiet && !cost.is_empty() {
        console.announce(&cost);
    }
    let result = with_progress(study.paths(), !output.quiet, |progress| study.run(progress))??;
    deliver(&result, output, directory.as_ref(), Files::default(), console)
}

/// Writes and prints a result; `files` are written with it.
pub(super) fn deliver(
    result: &dyn StudyResult,
    output: &OutputArgs,
    directory: Option<&Output>,
    mut files: Files,
    console: &mut Console,
) -> Result<(), Failure> {
    let document = result.document();
    output.print.check_shown(&document)?;
    if let Some(directory) = directory {
        let tables = result.tables();
        if output.parquet {
            add_parquet(&tables, result.record(), directory, &mut files)?;
        }
        directory.add_with_page(&mut files, &text_files(result, &tables), &document)?;
    }
    output.report.add(&mut files, &document)?;
    files.publish()?;
    if output.quiet {
        return Ok(());
    }
    output.print.print(result, &document, console)
}

fn add_parquet(
    tables: &[Table],
    record: &Record,
    directory: &Output,
    files: &mut Files,
) -> Result<(), Failure> {
    let metadata = record.identity().pairs();
    for table in tables {
        let bytes = table.parquet(&metadata).map_err(|error| {
            Failure::Io(
                "cannot write Parquet".to_owned(),
                std::io::Error::other(error.to_string()),
            )
        })?;
        files.add(&directory.path(&format!("{}.parquet", table.name)), &bytes)?;
    }
    Ok(())
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Halted(halt) => halted(halt),
            StudyError::Refused(diagnostics) => Self::Refused(diagnostics),
            StudyError::Paused(how) => Self::Paused(how),
            StudyError::Io(what, error) => Self::Io(what, error),
        }
    }
}
