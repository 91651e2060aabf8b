//! Tables of statistical offices as history tables (docs/import.md): what a file says is read, what it does not say is asked for,
//! nothing is guessed.

mod assemble;
mod cells;
mod decide;
mod economies;
mod forms;
mod indicators;
mod numbers;
mod text;
mod units;

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use crate::{
    base::{Diagnostic, Diagnostics, Economy, SourceText, Year},
    history::Row,
};
pub use cells::Why;
pub use economies::economy;
pub use numbers::Decimal;

/// The largest file that is read, in bytes: the whole of the World Development Indicators has 220 MB.
pub const IMPORT_LIMIT: usize = 512 << 20;

/// What is chosen where files leave something open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choices {
    /// What a series of the file is: its name or code, and the series of the documented format; `-` leaves it out.
    pub series: Vec<(String, String)>,
    /// Units: of a series by its name or code, or of every series whose unit is open.
    pub units: Vec<(Option<String>, String)>,
    /// Bases of growth, in the same way.
    pub bases: Vec<(Option<String>, String)>,
    /// Columns and the values that they must have; several values of a column are alternatives.
    pub only: Vec<(String, String)>,
    /// Economies that are wanted; empty for all.
    pub economies: Vec<Economy>,
    /// Which economy a name or code of the file is.
    pub names: Vec<(String, Economy)>,
    /// First and last year that are wanted.
    pub years: Option<(Year, Year)>,
    /// The decimal mark, where the file leaves it open.
    pub decimal: Option<Decimal>,
    /// The encoding, where the file does not say it.
    pub encoding: Option<String>,
    /// Further words for no figure.
    pub missing: Vec<String>,
    /// Whether estimates and projections are read, as assumptions.
    pub estimates: bool,
    /// What the source column says, instead of what the file says of itself.
    pub source: Option<String>,
}

impl Choices {
    fn named_economy(&self, written: &str) -> Option<Economy> {
        let found = self.names.iter().find(|(name, _)| name.trim() == written.trim());
        found.map(|(_, economy)| *economy)
    }
}

/// How something about a series is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The publisher defines it so.
    Publisher,
    /// The file says so.
    File,
    /// It was chosen on the command line.
    Chosen,
}

impl Known {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Publisher => "its publisher",
            Self::File => "the file",
            Self::Chosen => "your choice",
        }
    }
}

/// A series that was read.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SeriesRead {
    /// The file.
    pub file: String,
    /// Its name there.
    pub name: String,
    /// Its code there.
    pub code: String,
    /// The series of the documented format.
    pub series: &'static str,
    /// The unit of its figures there.
    pub unit: &'static str,
    /// How the unit is known.
    pub unit_by: Known,
    /// The basis.
    pub basis: &'static str,
    /// How the basis is known; `None` for levels.
    pub basis_by: Option<Known>,
    /// Number of economies.
    pub economies: usize,
    /// First and last year.
    pub years: (Year, Year),
    /// Number of figures.
    pub figures: usize,
}

/// What was left out: why, what, and how many figures (of series that nobody asked for, rows).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LeftOut(BTreeMap<(Why, String), usize>);

impl LeftOut {
    fn add(&mut self, why: Why, what: &str, count: usize) {
        // Names that nobody asked for can be any number; a report lists a few.
        match self.0.get_mut(&(why, what.to_owned())) {
            Some(before) => *before += count,
            None => drop(self.0.insert((why, what.to_owned()), count)),
        }
    }

    fn extend(&mut self, other: Self) {
        for ((why, what), count) in other.0 {
            self.add(why, &what, count);
        }
    }

    /// What was left out for a reason, and how often.
    pub fn of(&self, why: Why) -> Vec<(&str, usize)> {
        let entries = self.0.iter().filter(|((other, _), _)| *other == why);
        entries
            .map(|((_, what), count)| (what.as_str(), *count))
            .collect()
    }

    /// Every reason that there is.
    pub fn reasons(&self) -> Vec<Why> {
        let mut reasons: Vec<Why> = self.0.keys().map(|(why, _)| *why).collect();
        reasons.dedup();
        reasons
    }
}

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileRead {
    /// Its name.
    pub name: String,
    /// Whose form it has.
    pub form: &'static str,
    /// Its encoding.
    pub encoding: String,
    /// What stands between its cells.
    pub separator: &'static str,
    /// Its decimal mark.
    pub decimal: Decimal,
    /// What it says of its vintage; empty if nothing.
    pub vintage: String,
    /// Cells without a figure.
    pub missing: usize,
    /// Figures with a footnote mark, which stands in the note.
    pub marked: usize,
}

/// A table in the documented format, and what became of every figure of the files.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The figures.
    pub rows: Vec<Row>,
    /// The table as CSV.
    pub csv: String,
    /// The files.
    pub files: Vec<FileRead>,
    /// The series.
    pub series: Vec<SeriesRead>,
    /// What was left out.
    pub left_out: LeftOut,
}

/// Reads files, each a name and its bytes.
///
/// ```
/// use jointly::import::{Choices, import};
/// let file = b"Entity,Code,Year,GDP (current US$)\nMongolia,MNG,2021,15286441818\n";
/// let imported = import(&[("gdp.csv".to_owned(), file.to_vec())], &Choices::default())?;
/// assert!(imported.csv.contains("gdp,MNG,2021,15.286441818,usd_bn,level"));
/// # Ok::<(), jointly::base::Diagnostics>(())
/// ```
///
/// # Errors
/// Everything at once that cannot be read, and everything that must be chosen.
pub fn import(files: &[(String, Vec<u8>)], choices: &Choices) -> Result<Imported, Diagnostics> {
    let mut errors = Diagnostics::new();
    let mut sheets = Vec::new();
    for (name, bytes) in files {
        let decoded = match text::decode(name, bytes, choices.encoding.as_deref()) {
            Ok(decoded) => decoded,
            Err(wrong) => {
                errors.push(wrong);
                continue;
            }
        };
        let source = SourceText::new(name, decoded.text);
        match cells::read(&source, choices, &|form, named| {
            decide::series_of(form, named, choices).is_some()
        }) {
            Ok(sheet) => sheets.push((sheet, decoded.encoding.to_owned())),
            Err(wrong) => errors.extend(wrong),
        }
    }
    errors.into_result(())?;
    assemble::assemble(sheets, choices)
}

/// What to say of a text that was given as a history table but has a form that [`import`] reads.
pub fn other_form(path: &Path, bytes: &[u8]) -> Option<Diagnostic> {
    let decoded = text::decode("", bytes, None).ok()?;
    let (layout, separator, ..) = cells::recognize(&decoded.text)?;
    if layout.form == forms::OWN && separator == b',' && decoded.encoding == "UTF-8" {
        return None;
    }
    let name = path.display();
    let stem = path.file_stem().map_or_else(
        || "history".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let form = match layout.form {
        forms::OWN => "the documented format in another encoding or with another separator".to_owned(),
        form => form.to_owned(),
    };
    Some(
        Diagnostic::new(format!("`{name}` is a table of another form: {form}")).help(format!(
            "read it with `jointly import {name} -o {stem}-history.csv`, then give that file"
        )),
    )
}
