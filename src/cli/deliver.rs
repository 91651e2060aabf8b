//! What every study's command has in common: where results go, and their way there.

use std::{io::IsTerminal, path::PathBuf};

use super::{
    Console, Failure, ReportArgs,
    common::{halted, no_terminal, print_bytes, with_progress},
    machine::check_memory,
    notes::note,
    outputs::Outputs,
};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::{
        Findings, Record, ResultFolder, StudyResult,
        document::Document,
        markdown,
        terminal::{self, Shown},
        text_files, write_json,
    },
    session::{Session, Study, StudyError},
    table::Table,
};

/// The group of the options that write files, which `--force` needs.
pub(super) const WRITTEN: &str = "written";

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
    /// The leading table as Apache Parquet, for a file or a pipe.
    Parquet,
    /// Places and years in the long form of the IAMC, for pyam and scenario explorers.
    Iamc,
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
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace the result that --out holds, and other files that exist
    #[arg(long, requires = WRITTEN)]
    pub force: bool,
    /// With --out, also write every table as Parquet
    #[arg(long, requires = "out")]
    pub parquet: bool,
    /// Go on although there is not enough memory, or it takes more than a day
    #[arg(long)]
    pub yes: bool,
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

    /// How work on paths is shown: whether it is, and whether it goes on however long it takes.
    pub(super) fn work(&self) -> (bool, bool) {
        (!self.quiet, self.yes)
    }

    /// Checks that there is enough memory, and tells what is needed if it is much.
    pub(super) fn check_memory(&self, need: u64) -> Result<(), Failure> {
        if let Some(need) = check_memory(need, self.yes)?.filter(|_| !self.quiet) {
            note(&need);
        }
        Ok(())
    }

    /// Plans, before any work, everything that is written by a command that reads these files.
    pub(super) fn plan(&self, read: Vec<PathBuf>) -> Result<Outputs, Failure> {
        self.plan_folder(read, &[], false)
    }

    /// As [`plan`](Self::plan), into a folder in which the work itself keeps some files, and has done so before if it was `begun`.
    pub(super) fn plan_folder(
        &self,
        read: Vec<PathBuf>,
        kept: &'static [&'static str],
        begun: bool,
    ) -> Result<Outputs, Failure> {
        self.print.check()?;
        let mut outputs = Outputs::new(read, self.force);
        if let Some(directory) = &self.out {
            outputs.folder(directory, kept, begun)?;
        }
        self.report.plan(&mut outputs)?;
        if outputs.takes_standard() && self.print.wanted() != StudyFormat::Text {
            return Err(Failure::Refused(
                Diagnostic::new("--report - and --format both write to the standard output")
                    .help("choose a file for the page")
                    .into(),
            ));
        }
        Ok(outputs)
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

    fn wanted(&self) -> StudyFormat {
        if self.json { StudyFormat::Json } else { self.format }
    }

    /// Refuses, before any work, what the format does not use, and a format that cannot be shown.
    fn check(&self) -> Result<(), Diagnostics> {
        let format = self.wanted();
        if matches!(format, StudyFormat::Text | StudyFormat::Markdown) {
            return Ok(());
        }
        let option = if self.full { "--full" } else { "--show" };
        if self.full || !self.show.is_empty() {
            return Err(
                Diagnostic::new(format!("{option} chooses parts of the text, and data have none"))
                    .help("leave it out, or print --format text or markdown")
                    .into(),
            );
        }
        if format == StudyFormat::Parquet && std::io::stdout().is_terminal() {
            return Err(no_terminal("--format parquet"));
        }
        Ok(())
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
        record: Option<&Record>,
        document: &Document,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let written = match self.wanted() {
            StudyFormat::Text => console.print(&terminal::render(document, &self.shown(), console.width())),
            StudyFormat::Markdown => console.print_data(&markdown::render(document, &self.shown())),
            StudyFormat::Csv => console.print_pieces(|out| match findings.tables().first() {
                Some(table) => table.write_csv(out),
                None => Ok(()),
            }),
            StudyFormat::Json => console.print_pieces(|out| write_json(findings, &findings.tables(), out)),
            StudyFormat::Iamc => {
                let table = iamc(findings)?;
                console.print_pieces(|out| table.write_csv(out))
            }
            StudyFormat::Parquet => return parquet(findings, record),
        };
        Ok(written?)
    }

    /// Prints what was found.
    pub(super) fn tell(&self, findings: &dyn Findings, console: &mut Console) -> Result<(), Failure> {
        self.check()?;
        let document = findings.document();
        self.check_shown(&document)?;
        self.print(findings, None, &document, console)
    }
}

/// The long form of the IAMC, or why there is none.
fn iamc(findings: &dyn Findings) -> Result<Table, Diagnostics> {
    findings.iamc().ok_or_else(|| {
        Diagnostics::from(
            Diagnostic::new("--format iamc: nothing here belongs to a place and a year").help(
                "it is for `jointly run`, and for `jointly compare` with outcomes such as CHN.gdp@2035",
            ),
        )
    })
}

/// Prints the leading table as Parquet, with what its numbers belong to where they are those of a scenario.
fn parquet(findings: &dyn Findings, record: Option<&Record>) -> Result<(), Failure> {
    let metadata = record.map_or_else(Vec::new, |record| record.identity().pairs());
    let table = findings.tables().into_iter().next();
    let bytes = table
        .map(|table| table.parquet(&metadata))
        .transpose()
        .map_err(parquet_failure)?;
    print_bytes("--format parquet", &bytes.unwrap_or_default())
}

/// Runs a study of a session and brings its result where the arguments want it: refusals first, then everything that is written is planned,
/// then the work, then the files, whole or not at all, then what is printed.
pub(super) fn perform<S>(
    session: &Session,
    study: &S,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<(), Failure>
where
    S: Study,
    S::Result: StudyResult,
{
    perform_into(output.plan(session.read_files())?, study, output, console)
}

/// As [`perform`], into outputs that are planned.
pub(super) fn perform_into<S>(
    outputs: Outputs,
    study: &S,
    output: &OutputArgs,
    console: &mut Console,
) -> Result<(), Failure>
where
    S: Study,
    S::Result: StudyResult,
{
    output.check_memory(study.memory())?;
    let cost = study.cost();
    if !output.quiet && !cost.is_empty() {
        note(&cost);
    }
    let result = with_progress(study.paths(), output.work(), |progress| study.run(progress))??;
    deliver(&result, output, outputs, console)
}

/// Writes and prints a result.
pub(super) fn deliver(
    result: &dyn StudyResult,
    output: &OutputArgs,
    mut outputs: Outputs,
    console: &mut Console,
) -> Result<(), Failure> {
    let document = result.document();
    output.print.check_shown(&document)?;
    if output.print.wanted() == StudyFormat::Iamc {
        iamc(result)?;
    }
    if let Some(folder) = outputs.result() {
        let tables = result.tables();
        for file in text_files(result, &tables, &document) {
            folder.write(&file.name, |out| file.write(out))?;
        }
        if output.parquet {
            add_parquet(&tables, result.record(), folder)?;
        }
    }
    output.report.add(&mut outputs, &document)?;
    let answers = !output.quiet && !outputs.takes_standard();
    outputs.publish(|files| result.record().run_json(files))?;
    if !answers {
        return Ok(());
    }
    output
        .print
        .print(result, Some(result.record()), &document, console)
}

/// What the writers of Parquet refuse.
pub(super) fn parquet_failure(error: impl std::fmt::Display) -> Failure {
    Failure::Io(
        "cannot write Parquet".to_owned(),
        std::io::Error::other(error.to_string()),
    )
}

fn add_parquet(tables: &[Table], record: &Record, folder: &mut ResultFolder) -> Result<(), Failure> {
    let metadata = record.identity().pairs();
    for table in tables {
        let bytes = table.parquet(&metadata).map_err(parquet_failure)?;
        folder.add(&format!("{}.parquet", table.name), &bytes)?;
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
