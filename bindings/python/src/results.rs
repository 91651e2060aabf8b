//! What a study gives: tables, words, files.

use std::{fmt::Write as _, io::Write as _, path::PathBuf};

use jointly::{
    base::WholeFile,
    report::{
        Before, MANIFEST, OutputError, ResultFolder, StudyResult,
        document::{Block, Document, Rank},
        markdown,
        terminal::{self, Shown},
        text_files, write_json,
    },
};
use pyo3::{exceptions::PyOSError, prelude::*};

use crate::{errors::refused, tables::Table};

/// What a study gives.
#[pyclass(frozen, module = "jointly")]
pub struct Results {
    result: Box<dyn StudyResult + Send + Sync>,
    document: Document,
}

impl Results {
    pub fn new(result: impl StudyResult + Send + Sync + 'static) -> Self {
        Self::boxed(Box::new(result))
    }

    pub fn boxed(result: Box<dyn StudyResult + Send + Sync>) -> Self {
        let document = result.document();
        Self { result, document }
    }
}

/// Which parts are meant: names, everything (`None`), or the answer (no name).
fn shown(parts: Option<Vec<String>>) -> Shown {
    match parts {
        None => Shown::Full,
        Some(names) if names.is_empty() => Shown::Brief,
        Some(names) => Shown::Sections(names),
    }
}

#[pymethods]
impl Results {
    /// `summary`, `comparison`, `attribution` or `sweep`.
    #[getter]
    fn name(&self) -> &'static str {
        self.result.name()
    }

    /// Every table, the leading one first.
    #[getter]
    fn tables(&self) -> Vec<Table> {
        let metadata = self.result.record().identity().pairs();
        let tables = self.result.tables().into_iter();
        tables.map(|table| Table::new(table, metadata.clone())).collect()
    }

    /// What belongs to a place and a year in the long form of the IAMC, where anything does.
    #[getter]
    fn iamc(&self) -> Option<Table> {
        let metadata = self.result.record().identity().pairs();
        self.result.iamc().map(|table| Table::new(table, metadata))
    }

    /// What the numbers belong to: version, seed, paths, hash of the scenario.
    #[getter]
    fn metadata(&self) -> Vec<(String, String)> {
        self.result.record().identity().pairs()
    }

    /// The command line that gives the same numbers.
    #[getter]
    fn command(&self) -> &str {
        &self.result.record().command
    }

    /// Title of the scenario.
    #[getter]
    fn title(&self) -> &str {
        &self.document.title
    }

    /// Names of the parts of the answer in words.
    #[getter]
    fn parts(&self) -> Vec<&str> {
        self.document
            .sections
            .iter()
            .map(|section| section.id.as_str())
            .collect()
    }

    /// The answer in words, with terminal styles.
    #[pyo3(signature = (parts, width))]
    fn text(&self, parts: Option<Vec<String>>, width: usize) -> String {
        terminal::render(&self.document, &shown(parts), width)
    }

    /// The answer as Markdown.
    fn markdown(&self, parts: Option<Vec<String>>) -> String {
        markdown::render(&self.document, &shown(parts))
    }

    /// Everything as JSON.
    fn json(&self) -> String {
        let mut bytes = Vec::new();
        // Writing into memory cannot fail.
        let _ = write_json(self.result.as_ref(), &self.result.tables(), &mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// The page as one file.
    fn page(&self, py: Python<'_>) -> String {
        py.detach(|| self.document.html())
    }

    /// Writes the page, whole or not at all.
    fn write_page(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let mut file = WholeFile::create(&path)?;
            file.write_all(self.document.html().as_bytes())?;
            file.publish(true, &|| false)
        })
        .map_err(|error| PyOSError::new_err(format!("cannot write `{}`: {error}", path.display())))
    }

    /// Writes the files that the command line writes into a folder, in the same way.
    fn save(&self, py: Python<'_>, directory: PathBuf, force: bool) -> PyResult<()> {
        py.detach(|| {
            let before = if force { Before::Result } else { Before::Nothing };
            let mut folder = ResultFolder::open(&directory, before, &[])?;
            for file in text_files(self.result.as_ref(), &self.result.tables(), &self.document) {
                folder.write(&file.name, |out| file.write(out))?;
            }
            let manifest = self.result.record().run_json(&folder.files()?);
            folder.add(MANIFEST, manifest.as_bytes())?;
            folder.publish()
        })
        .map_err(|error| match error {
            OutputError::Refused(diagnostics) => refused(py, &diagnostics),
            OutputError::Io(what, error) => PyOSError::new_err(format!("{what}: {error}")),
        })
    }

    /// Verdict, table and first picture, for a notebook.
    fn notebook(&self) -> String {
        notebook(&self.document.with_headings())
    }
}

/// A text in which nothing is markup.
fn markup(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The brief sections of a document and its first picture, as HTML that needs neither style nor script.
fn notebook(document: &Document) -> String {
    let mut html = format!(
        "<h3>{}</h3><p>{}</p>",
        markup(&document.title),
        markup(&document.question)
    );
    let mut write = |text: std::fmt::Arguments<'_>| {
        // Writing into a text cannot fail.
        let _ = html.write_fmt(text);
    };
    for section in document
        .sections
        .iter()
        .filter(|section| section.rank == Rank::Brief)
    {
        if !section.heading.is_empty() {
            write(format_args!("<h4>{}</h4>", markup(&section.heading)));
        }
        for block in &section.blocks {
            match block {
                Block::Sentence(text) => write(format_args!("<p>{}</p>", markup(text))),
                Block::Note(text) => write(format_args!("<p><small>{}</small></p>", markup(text))),
                Block::Table(table) => {
                    write(format_args!("<table><thead><tr>"));
                    for column in &table.columns {
                        let unit = if column.unit.is_empty() { "" } else { ", " };
                        write(format_args!(
                            "<th>{}{unit}{}</th>",
                            markup(&column.label),
                            markup(&column.unit)
                        ));
                    }
                    write(format_args!("</tr></thead><tbody>"));
                    for row in &table.rows {
                        write(format_args!("<tr>"));
                        for cell in row {
                            write(format_args!(
                                "<td>{}</td>",
                                markup(&cell.text).replace('\n', "<br>")
                            ));
                        }
                        write(format_args!("</tr>"));
                    }
                    write(format_args!("</tbody></table>"));
                    if !table.note.is_empty() {
                        write(format_args!("<p><small>{}</small></p>", markup(&table.note)));
                    }
                }
                Block::Charts(_) => {}
            }
        }
    }
    if let Some(picture) = document.pictures().first() {
        write(format_args!("{}", picture.chart.svg_with(&document.credit())));
    }
    html
}
