//! From a text to figures that still stand as they were written.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Choices, LeftOut,
    economies::{economy, plain},
    forms::{Layout, OWN, OWN_COLUMNS, Role, Titled},
    numbers::{Cell, cell},
};
use crate::base::{Diagnostic, Diagnostics, Economy, SourceText, Year};

/// A header stands among so many first records.
const MOST_PREAMBLE: usize = 40;
/// What may stand between the cells of a record.
const SEPARATORS: [(u8, &str); 3] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab")];

/// A series as the file has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Named {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) scale: String,
}

impl Named {
    /// What people call it.
    pub(super) fn shown(&self) -> &str {
        if self.name.is_empty() {
            &self.code
        } else {
            &self.name
        }
    }

    /// Its code and its name.
    pub(super) fn label(&self) -> String {
        match (self.code.as_str(), self.name.as_str()) {
            ("", name) => name.to_owned(),
            (code, "") => code.to_owned(),
            (code, name) => format!("{code} {name}"),
        }
    }

    /// Whether a word of the command line means it.
    pub(super) fn is(&self, word: &str) -> bool {
        word.trim() == self.code || (!plain(word).is_empty() && plain(word) == plain(&self.name))
    }
}

/// A figure as the file has it.
pub(super) struct Figure {
    pub(super) series: usize,
    pub(super) economy: Economy,
    pub(super) year: Year,
    pub(super) digits: String,
    pub(super) percent: bool,
    pub(super) mark: String,
    pub(super) line: u64,
    /// Whether the file calls it an estimate or a projection.
    pub(super) estimate: bool,
    /// The record's other columns, which tell figures of one cell apart.
    pub(super) others: Arc<Vec<String>>,
    /// Columns of the documented format.
    pub(super) own: Arc<[String; OWN_COLUMNS.len()]>,
}

/// What a file holds.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) form: &'static str,
    pub(super) separator: &'static str,
    pub(super) series: Vec<Named>,
    pub(super) figures: Vec<Figure>,
    /// Names of the columns of `others`.
    pub(super) other_columns: Vec<String>,
    /// What the file says of its vintage.
    pub(super) vintage: String,
    pub(super) missing: usize,
    pub(super) left_out: LeftOut,
    /// Names of all columns.
    pub(super) header: Vec<String>,
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// The form of a table, if its header is known: its layout, separator, and how many records stand before it.
pub(super) fn recognize(text: &str) -> Option<(Layout, u8, &'static str, usize)> {
    SEPARATORS.iter().find_map(|(separator, name)| {
        let records = reader(text, *separator).into_records().take(MOST_PREAMBLE);
        records.flatten().enumerate().find_map(|(before, record)| {
            let header: Vec<String> = record.iter().map(str::to_owned).collect();
            Some((Layout::of(&header)?, *separator, *name, before))
        })
    })
}

/// What the lines around a table say of its vintage.
fn vintage(record: &csv::StringRecord) -> Option<String> {
    let first = record.get(0)?.trim();
    let dated = first
        .strip_prefix("Last Updated Date")
        .or_else(|| first.strip_prefix("Last Updated:"));
    if let Some(date) = dated {
        let date = if date.trim().is_empty() {
            record.get(1)?
        } else {
            date
        };
        return Some(format!("last updated {}", date.trim()));
    }
    let database = first
        .strip_prefix("International Monetary Fund, ")
        .or_else(|| first.strip_prefix("Data from database: "));
    database.map(|database| database.trim().to_owned())
}

/// Reads the figures that the choices admit; which series are wanted is asked by `wanted`.
pub(super) fn read(
    source: &Arc<SourceText>,
    choices: &Choices,
    wanted: &dyn Fn(&'static str, &Named) -> bool,
) -> Result<Sheet, Diagnostics> {
    let text = &source.text;
    let Some((layout, separator, separator_name, before)) = recognize(text) else {
        return Err(unknown_form(source).into());
    };
    let only = only(&layout, choices);
    let mut reading = Reading::new(&source.name, &layout, separator_name, choices, wanted);
    for (position, record) in reader(text, separator).into_records().enumerate() {
        // The text is valid and the reader flexible: nothing can go wrong.
        let Ok(record) = record else { break };
        if position == before {
            continue;
        }
        if let Some(found) = vintage(&record) {
            let vintage = &mut reading.sheet.vintage;
            let joint = if vintage.is_empty() { "" } else { ", " };
            *vintage = format!("{vintage}{joint}{found}");
            continue;
        }
        // Lines around the table have fewer cells.
        let cells = record.iter().filter(|cell| !cell.trim().is_empty()).count();
        let is_wanted = |(column, values): &(usize, Vec<&str>)| {
            record
                .get(*column)
                .is_some_and(|cell| values.contains(&cell.trim()))
        };
        if position > before && cells > 1 && only.iter().all(is_wanted) {
            reading.record(&record);
        }
    }
    let mut errors = Diagnostics::new();
    for (word, (count, line)) in &reading.words {
        let times = if *count > 1 {
            format!(" ({count} cells)")
        } else {
            String::new()
        };
        errors.push(
            Diagnostic::new(format!(
                "`{}`, line {line}: `{word}` is no number{times}",
                source.name
            ))
            .help(format!(
                "if it says that there is no figure: --missing \"{word}\""
            )),
        );
    }
    errors.into_result(reading.sheet)
}

/// A file that is being read.
struct Reading<'a> {
    layout: &'a Layout,
    choices: &'a Choices,
    wanted: &'a dyn Fn(&'static str, &Named) -> bool,
    /// Columns that tell figures of one cell apart.
    others: Vec<usize>,
    /// Every series met so far, and where it stands among those that are wanted.
    known: BTreeMap<Named, Option<usize>>,
    /// Cells that are neither figures nor missing: how many, and the first line.
    words: BTreeMap<String, (usize, u64)>,
    sheet: Sheet,
}

/// What all figures of a record share.
struct OfRecord {
    economy: Result<Economy, (Why, String)>,
    /// The series, where no column has one of its own.
    series: Option<Named>,
    time: String,
    flag: String,
    line: u64,
    last_actual: Option<Year>,
    others: Arc<Vec<String>>,
    own: Arc<[String; OWN_COLUMNS.len()]>,
}

impl<'a> Reading<'a> {
    fn new(
        name: &str,
        layout: &'a Layout,
        separator: &'static str,
        choices: &'a Choices,
        wanted: &'a dyn Fn(&'static str, &Named) -> bool,
    ) -> Self {
        let is_role = |column: usize| {
            layout.roles.iter().any(|(_, other)| *other == column)
                || layout.figures.iter().any(|figure| figure.column == column)
        };
        let others: Vec<usize> = (0..layout.header.len())
            .filter(|column| !is_role(*column) && !layout.header[*column].is_empty())
            .collect();
        Self {
            layout,
            choices,
            wanted,
            known: BTreeMap::new(),
            words: BTreeMap::new(),
            sheet: Sheet {
                name: name.to_owned(),
                form: layout.form,
                separator,
                series: Vec::new(),
                figures: Vec::new(),
                other_columns: others
                    .iter()
                    .map(|column| layout.header[*column].clone())
                    .collect(),
                vintage: String::new(),
                missing: 0,
                left_out: LeftOut::default(),
                header: layout.header.clone(),
            },
            others,
        }
    }

    /// Reads a record.
    fn record(&mut self, record: &csv::StringRecord) {
        let layout = self.layout;
        let text = |role: Role| layout.text(record, role);
        let named = |titled: Option<&Titled>| Named {
            code: titled.map_or_else(|| text(Role::SeriesCode), |titled| titled.code.clone()),
            name: titled.map_or_else(|| text(Role::SeriesName), |titled| titled.name.clone()),
            unit: text(Role::Unit),
            scale: text(Role::Scale),
        };
        let others = self
            .others
            .iter()
            .map(|column| record.get(*column).unwrap_or("").trim().to_owned());
        let titled = layout.figures.iter().any(|figure| figure.series.is_some());
        let shared = OfRecord {
            economy: place(layout, record, self.choices),
            series: (!titled).then(|| named(None)),
            time: text(Role::Time),
            flag: text(Role::Flag),
            line: record.position().map_or(0, csv::Position::line),
            last_actual: text(Role::LastActual).trim().parse().ok(),
            others: Arc::new(others.collect()),
            own: Arc::new(std::array::from_fn(|column| text(Role::Own(column)))),
        };
        for figure in &layout.figures {
            let cell = record.get(figure.column).unwrap_or("");
            match &shared.series {
                Some(name) => {
                    let Some(series) = self.series(name) else {
                        return self.sheet.left_out.add(Why::Series, &name.label(), 1);
                    };
                    self.figure(series, figure.year, cell, &shared);
                }
                None => {
                    let name = named(figure.series.as_ref());
                    match self.series(&name) {
                        Some(series) => self.figure(series, figure.year, cell, &shared),
                        None => self.sheet.left_out.add(Why::Series, &name.label(), 1),
                    }
                }
            }
        }
    }

    /// Where a series stands among those that are wanted.
    fn series(&mut self, name: &Named) -> Option<usize> {
        if let Some(index) = self.known.get(name) {
            return *index;
        }
        let index = (self.wanted)(self.layout.form, name).then_some(self.sheet.series.len());
        if index.is_some() {
            self.sheet.series.push(name.clone());
        }
        self.known.insert(name.clone(), index);
        index
    }

    /// Reads a cell.
    fn figure(&mut self, series: usize, year: Option<Year>, text: &str, shared: &OfRecord) {
        let sheet = &mut self.sheet;
        let (digits, percent, mark) = match cell(text, &self.choices.missing) {
            Cell::Missing => {
                sheet.missing += 1;
                return;
            }
            Cell::Words => {
                let word: String = text.trim().chars().take(40).collect();
                self.words.entry(word).or_insert((0, shared.line)).0 += 1;
                return;
            }
            Cell::Number {
                digits,
                percent,
                mark,
            } => (digits, percent, mark),
        };
        let economy = match &shared.economy {
            Ok(economy) => *economy,
            Err((why, name)) => return sheet.left_out.add(*why, name, 1),
        };
        let Some(year) = year.or_else(|| shared.time.trim().parse().ok()) else {
            return sheet.left_out.add(Why::Time, &shared.time, 1);
        };
        if self
            .choices
            .years
            .is_some_and(|(first, last)| !(first..=last).contains(&year))
        {
            let label = sheet.series[series].label();
            return sheet.left_out.add(Why::Years, &label, 1);
        }
        // `A` is the flag of an ordinary figure.
        let flagged = mark.is_empty() && shared.flag != "A";
        sheet.figures.push(Figure {
            series,
            economy,
            year,
            digits,
            percent,
            mark: if flagged { shared.flag.clone() } else { mark },
            line: shared.line,
            estimate: shared.last_actual.is_some_and(|last| year > last),
            others: Arc::clone(&shared.others),
            own: Arc::clone(&shared.own),
        });
    }
}

/// Why figures are left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The series is none of the documented format, and `--series` does not choose it.
    Series,
    /// The unit cannot be that of the series.
    Unit,
    /// No economy of ISO 3166-1: a group of economies, or an unknown name.
    Economy,
    /// Not among the economies asked for.
    NotAsked,
    /// Not a whole year.
    Time,
    /// Outside the years asked for.
    Years,
    /// An estimate or a projection.
    Estimate,
    /// The same figure stands there already.
    Again,
}

impl Why {
    /// In words, before what was left out.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Series => "no series of the documented format",
            Self::Unit => "in a unit that the series cannot have",
            Self::Economy => "no economy of ISO 3166-1 (a group, or a name to be given with --name)",
            Self::NotAsked => "not among the economies asked for",
            Self::Time => "not a whole year",
            Self::Years => "outside the years asked for",
            Self::Estimate => "an estimate or a projection (--estimates reads them as assumptions)",
            Self::Again => "stands there already, with the same figure",
        }
    }
}

/// The economy of a record, or why it has none.
fn place(layout: &Layout, record: &csv::StringRecord, choices: &Choices) -> Result<Economy, (Why, String)> {
    let (code, name) = (layout.text(record, Role::Code), layout.text(record, Role::Name));
    let shown = if name.is_empty() { &code } else { &name };
    // A code that ISO 3166-1 lacks is that of a group, unless the name is of an economy.
    let found = choices
        .named_economy(&code)
        .or_else(|| choices.named_economy(&name))
        .or_else(|| economy(&code))
        .or_else(|| economy(&name))
        .or_else(|| (layout.form == OWN).then(|| Economy::parse(&code)).flatten());
    match found {
        None => Err((Why::Economy, shown.clone())),
        Some(found) if !choices.economies.is_empty() && !choices.economies.contains(&found) => {
            Err((Why::NotAsked, found.code().to_owned()))
        }
        Some(found) => Ok(found),
    }
}

/// The columns of `--only` in a layout, each with the values that are admitted.
fn only<'c>(layout: &Layout, choices: &'c Choices) -> Vec<(usize, Vec<&'c str>)> {
    let mut columns: Vec<(usize, Vec<&str>)> = Vec::new();
    for (column, value) in &choices.only {
        let position = layout
            .header
            .iter()
            .position(|title| plain(title) == plain(column));
        let Some(position) = position else { continue };
        match columns.iter_mut().find(|(other, _)| *other == position) {
            Some((_, values)) => values.push(value),
            None => columns.push((position, vec![value])),
        }
    }
    columns
}

/// A text whose header belongs to no known form.
fn unknown_form(source: &Arc<SourceText>) -> Diagnostic {
    let line = source.text.lines().next().unwrap_or("");
    Diagnostic::new(format!("`{}` has no header of a known form", source.name))
        .at(source, 0..line.len(), "the first line")
        .help(
            "known are tables of the World Bank (WDI, DataBank), IMF (World Economic Outlook), OECD, UNCTAD, Our World in Data, IAMC (pyam), \
             and series,economy,year,value,unit,basis (docs/import.md)",
        )
}
