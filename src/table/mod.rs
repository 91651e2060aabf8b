//! Results as typed tables, from which every file format and the list of columns in the documentation are made.
//!
//! A kind of table is a [`Schema`]: a static list of [`Column`]s, each with its name, type, unit, meaning and the function
//! that takes its value out of a row. A further column is one line in one file. [`Schema::table`] turns rows into a
//! [`Table`], which knows nothing of where its numbers came from and is written as CSV, JSON, Parquet or documentation.
//!
//! ```
//! use jointly::table::{Column, Schema, Table};
//! struct Row { economy: &'static str, gdp: f64 }
//! static SCHEMA: Schema<Row> = Schema {
//!     name: "levels",
//!     meaning: "One row per economy.",
//!     columns: &[
//!         Column::word("economy", "ISO 3166-1 alpha-3 code", |row| row.economy.to_owned()),
//!         Column::number("gdp", "usd_bn", "Gross domestic product", |row| Some(row.gdp)),
//!     ],
//! };
//! let table: Table = SCHEMA.table([Row { economy: "CHN", gdp: 17734.0 }]);
//! assert_eq!(table.csv(), "economy,gdp\nCHN,17734\n");
//! ```

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "parquet")]
mod parquet;

use std::{borrow::Cow, collections::BTreeMap, io};

use serde::{
    Serialize,
    ser::{SerializeMap, SerializeSeq, Serializer},
};
use serde_json::{Value as Json, json};

/// How the value of a column is taken out of a row, by type.
enum Take<R> {
    Word(fn(&R) -> String),
    Whole(fn(&R) -> Option<i64>),
    Number(fn(&R) -> Option<f64>),
    Nth(fn(&R, usize) -> Option<f64>, usize),
    Truth(fn(&R) -> Option<bool>),
}

/// A column of a kind of table.
pub struct Column<R> {
    about: About,
    take: Take<R>,
}

/// What a column is, whatever its rows are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// Name; of the columns of a [`Schema`] fit for SQL without quotes: letters, digits and underscores.
    pub name: Cow<'static, str>,
    /// Unit of its numbers, a key of [`Unit`](crate::base::Unit) or a word; empty where a column `unit` says it, or where
    /// there is none.
    pub unit: Cow<'static, str>,
    /// Meaning, in a phrase.
    pub meaning: Cow<'static, str>,
}

impl About {
    const fn fixed(name: &'static str, unit: &'static str, meaning: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            unit: Cow::Borrowed(unit),
            meaning: Cow::Borrowed(meaning),
        }
    }
}

impl<R> Column<R> {
    /// A column of words.
    pub const fn word(name: &'static str, meaning: &'static str, take: fn(&R) -> String) -> Self {
        Self {
            about: About::fixed(name, "", meaning),
            take: Take::Word(take),
        }
    }

    /// A column of whole numbers, such as years.
    pub const fn whole(name: &'static str, meaning: &'static str, take: fn(&R) -> Option<i64>) -> Self {
        Self {
            about: About::fixed(name, "", meaning),
            take: Take::Whole(take),
        }
    }

    /// A column of numbers.
    pub const fn number(
        name: &'static str,
        unit: &'static str,
        meaning: &'static str,
        take: fn(&R) -> Option<f64>,
    ) -> Self {
        Self {
            about: About::fixed(name, unit, meaning),
            take: Take::Number(take),
        }
    }

    /// A column of one of several numbers of a kind, such as quantiles: that of a position.
    pub const fn nth(
        name: &'static str,
        unit: &'static str,
        meaning: &'static str,
        take: fn(&R, usize) -> Option<f64>,
        position: usize,
    ) -> Self {
        Self {
            about: About::fixed(name, unit, meaning),
            take: Take::Nth(take, position),
        }
    }

    /// A column of true and false.
    pub const fn truth(name: &'static str, meaning: &'static str, take: fn(&R) -> Option<bool>) -> Self {
        Self {
            about: About::fixed(name, "", meaning),
            take: Take::Truth(take),
        }
    }
}

/// A kind of table: what its rows say, column by column.
pub struct Schema<R: 'static> {
    /// Name, also that of its files.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// Columns, in the order of every output.
    pub columns: &'static [Column<R>],
}

impl<R> Schema<R> {
    /// The table of these rows. A number that is not finite becomes a missing one.
    pub fn table(&self, rows: impl IntoIterator<Item = R>) -> Table {
        let mut data: Vec<Data> = self.columns.iter().map(|column| Data::of(&column.take)).collect();
        for row in rows {
            for (column, data) in self.columns.iter().zip(&mut data) {
                match (&column.take, data) {
                    (Take::Word(take), Data::Words(values)) => values.push(take(&row)),
                    (Take::Whole(take), Data::Whole(values)) => values.push(take(&row)),
                    (Take::Number(take), Data::Numbers(values)) => {
                        values.push(take(&row).filter(|value| value.is_finite()));
                    }
                    (Take::Nth(take, position), Data::Numbers(values)) => {
                        values.push(take(&row, *position).filter(|value| value.is_finite()));
                    }
                    (Take::Truth(take), Data::Truths(values)) => values.push(take(&row)),
                    _ => {}
                }
            }
        }
        Table {
            name: self.name,
            meaning: self.meaning,
            columns: self
                .columns
                .iter()
                .map(|column| column.about.clone())
                .zip(data)
                .collect(),
        }
    }
}

/// A kind of table without the type of its rows, for lists of all of them.
pub trait Described: Sync {
    /// The table without rows.
    fn empty(&self) -> Table;

    /// Whether it has the years of money as columns besides its own.
    fn is_dated(&self) -> bool {
        false
    }
}

impl<R> Described for Schema<R> {
    fn empty(&self) -> Table {
        self.table([])
    }
}

/// Words of a column; each different one is held once, as most columns of words have few.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Words {
    /// By first appearance.
    different: Vec<String>,
    positions: BTreeMap<String, u32>,
    /// By row, the position of its word.
    rows: Vec<u32>,
}

impl Words {
    /// Adds the word of a row.
    pub fn push(&mut self, word: String) {
        let last = self.rows.last().copied();
        if let Some(last) = last.filter(|last| self.different[*last as usize] == word) {
            return self.rows.push(last);
        }
        let next = self.different.len() as u32;
        let position = *self.positions.entry(word.clone()).or_insert(next);
        if position == next {
            self.different.push(word);
        }
        self.rows.push(position);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The word of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.rows
            .get(row)
            .map(|position| self.different[*position as usize].as_str())
    }

    /// The words, row by row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows
            .iter()
            .map(|position| self.different[*position as usize].as_str())
    }
}

/// The values of a column.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// Words; empty where there is none.
    Words(Words),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers; always finite.
    Numbers(Vec<Option<f64>>),
    /// True or false.
    Truths(Vec<Option<bool>>),
}

impl Data {
    fn of<R>(take: &Take<R>) -> Self {
        match take {
            Take::Word(_) => Self::Words(Words::default()),
            Take::Whole(_) => Self::Whole(Vec::new()),
            Take::Number(_) | Take::Nth(..) => Self::Numbers(Vec::new()),
            Take::Truth(_) => Self::Truths(Vec::new()),
        }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Words(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Truths(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type in words.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Words(_) => "text",
            Self::Whole(_) => "whole number",
            Self::Numbers(_) => "number",
            Self::Truths(_) => "true or false",
        }
    }

    /// A cell as it is written; empty where there is no value.
    pub fn text(&self, row: usize) -> String {
        fn shown<T: ToString>(values: &[Option<T>], row: usize) -> String {
            values
                .get(row)
                .and_then(Option::as_ref)
                .map_or_else(String::new, T::to_string)
        }
        match self {
            Self::Words(values) => values.get(row).unwrap_or_default().to_owned(),
            Self::Whole(values) => shown(values, row),
            Self::Numbers(values) => shown(values, row),
            Self::Truths(values) => shown(values, row),
        }
    }
}

/// A row: an object with the names of the columns.
struct RowOf<'a>(&'a Table, usize);

impl Serialize for RowOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(table, row) = *self;
        let mut object = serializer.serialize_map(Some(table.columns.len()))?;
        for (about, data) in &table.columns {
            object.serialize_key(&about.name)?;
            match data {
                Data::Words(values) => object.serialize_value(&values.get(row))?,
                Data::Whole(values) => object.serialize_value(&values.get(row).copied().flatten())?,
                Data::Numbers(values) => object.serialize_value(&values.get(row).copied().flatten())?,
                Data::Truths(values) => object.serialize_value(&values.get(row).copied().flatten())?,
            }
        }
        object.end()
    }
}

/// A list of its rows, one at a time: a table may have more of them than memory has room for as values of JSON.
impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.rows()))?;
        for row in 0..self.rows() {
            list.serialize_element(&RowOf(self, row))?;
        }
        list.end()
    }
}

/// A cell of words for CSV. A spreadsheet computes what begins with `=`, `+`, `-`, `@`, a tab or a carriage return; such a cell gets an
/// apostrophe in front, and so does one that begins with apostrophes before such a character. Whoever reads takes one apostrophe
/// away from a cell of that form ([`from_words`]). A plain number stays as it is.
pub fn as_words(text: String) -> String {
    if text.trim_start_matches('\'').starts_with(COMPUTED) && !is_number(&text) {
        format!("'{text}")
    } else {
        text
    }
}

/// The words of a cell that [`as_words`] wrote.
///
/// ```
/// use jointly::table::{as_words, from_words};
/// for text in ["=1+1", "'=1+1", "-1.5", "it's", "'quoted'", "@home", ""] {
///     assert_eq!(from_words(&as_words(text.to_owned())), text);
/// }
/// assert_eq!(as_words("=1+1".to_owned()), "'=1+1");
/// ```
pub fn from_words(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.trim_start_matches('\'').starts_with(COMPUTED) => text,
        _ => cell,
    }
}

/// What a spreadsheet begins to compute at.
const COMPUTED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// A table: columns of one length.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// Name, also that of its files.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// Columns with their values.
    pub columns: Vec<(About, Data)>,
}

impl Table {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, data)| data.len())
    }

    /// Adds a column that no schema has, such as one for every input of a design; a number that is not finite becomes a
    /// missing one.
    pub fn push(
        &mut self,
        name: &str,
        unit: &str,
        meaning: &str,
        values: impl IntoIterator<Item = Option<f64>>,
    ) {
        let about = About {
            name: Cow::Owned(name.to_owned()),
            unit: Cow::Owned(unit.to_owned()),
            meaning: Cow::Owned(meaning.to_owned()),
        };
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        self.columns
            .push((about, Data::Numbers(values.into_iter().map(finite).collect())));
    }

    /// The values of a column.
    pub fn column(&self, name: &str) -> Option<&Data> {
        self.columns
            .iter()
            .find(|(about, _)| about.name == name)
            .map(|(_, data)| data)
    }

    /// The table as CSV (RFC 4180, line feeds): a heading, then a line a row; an empty field is a missing value. Numbers
    /// are the shortest that read back to the same bits. Words that a spreadsheet would compute have an apostrophe in front
    /// ([`as_words`]).
    pub fn csv(&self) -> String {
        let mut bytes = Vec::new();
        // Writing into memory cannot fail.
        let _ = self.write_csv(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Writes the table as [`csv`](Self::csv), row by row.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_csv(&self, out: impl io::Write) -> io::Result<()> {
        // A reader that has gone is told apart from other failures.
        let reason = |error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        };
        let mut writer = csv::Writer::from_writer(out);
        let names = self.columns.iter().map(|(about, _)| about.name.as_bytes());
        writer.write_record(names).map_err(reason)?;
        for row in 0..self.rows() {
            let cells = self.columns.iter().map(|(_, data)| match data {
                Data::Words(_) => as_words(data.text(row)),
                _ => data.text(row),
            });
            writer.write_record(cells).map_err(reason)?;
        }
        writer.flush()
    }

    /// The rows as JSON: a list of objects with the names of the columns.
    pub fn json(&self) -> Json {
        json!(self)
    }

    /// What the columns are, as JSON, for `metadata.json`.
    pub fn description(&self) -> Json {
        let columns: Vec<Json> = self
            .columns
            .iter()
            .map(|(about, data)| {
                json!({ "name": about.name, "type": data.kind(), "unit": about.unit, "meaning": about.meaning })
            })
            .collect();
        json!({ "name": self.name, "meaning": self.meaning, "rows": self.rows(), "columns": columns })
    }

    /// The columns as a table of the documentation (Markdown).
    pub fn documentation(&self) -> String {
        let mut text = format!(
            "{}\n\n| column | type | unit | meaning |\n|---|---|---|---|\n",
            self.meaning
        );
        for (about, data) in &self.columns {
            let unit = if about.unit.is_empty() {
                String::new()
            } else {
                format!("`{}`", about.unit)
            };
            text.push_str(&format!(
                "| `{}` | {} | {unit} | {} |\n",
                about.name,
                data.kind(),
                about.meaning
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(&'static str, Option<f64>);
    static SCHEMA: Schema<Row> = Schema {
        name: "sample",
        meaning: "One row per sample.",
        columns: &[
            Column::word("name", "name", |row| row.0.to_owned()),
            Column::whole("letters", "how long the name is", |row| Some(row.0.len() as i64)),
            Column::number("value", "share", "a value", |row| row.1),
            Column::truth("known", "whether there is one", |row| Some(row.1.is_some())),
        ],
    };

    #[test]
    fn words_come_back_row_by_row_and_different_ones_are_held_once() {
        let written = ["a", "a", "b", "", "a", "b"];
        let mut words = Words::default();
        written.iter().for_each(|word| words.push((*word).to_owned()));
        assert_eq!(words.iter().collect::<Vec<_>>(), written);
        assert_eq!((words.len(), words.get(3), words.get(6)), (6, Some(""), None));
        assert_eq!(words.different, ["a", "b", ""]);
    }

    #[test]
    fn what_csv_must_quote_comes_back_and_nothing_that_is_not_finite_goes_out() {
        let names = ["a,b", "say \"no\"", "two\nlines", "plain"];
        let values = [Some(0.1), None, Some(f64::NAN), Some(1e-300)];
        let formulas = [
            "=cmd|' /C calc'!A0",
            "+1 to 2",
            "-1 to 2",
            "@SUM(A1)",
            "\t=1",
            "'=1",
            "''-x",
        ];
        let table = SCHEMA.table(formulas.map(|name| Row(name, None)));
        let text = table.csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for (record, formula) in reader.records().map(Result::unwrap).zip(formulas) {
            assert!(record[0].starts_with('\''), "{record:?}");
            assert_eq!(from_words(&record[0]), formula);
        }
        let plain = ["-3.74", "+5", "-1e-3", "it's", "'70s", "a=b", ""];
        assert!(plain.iter().all(|text| as_words((*text).to_owned()) == *text));
        let table = SCHEMA.table(
            names
                .into_iter()
                .zip(values)
                .map(|(name, value)| Row(name, value)),
        );
        let text = table.csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len(), 4);
        for (record, name) in read.iter().zip(names) {
            assert_eq!(&record[0], name);
        }
        assert_eq!([&read[0][2], &read[1][2], &read[2][2]], ["0.1", "", ""]);
        assert_eq!(read[3][2].parse::<f64>().unwrap(), 1e-300);
        assert_eq!(table.json()[2]["value"], Json::Null);
        assert_eq!(table.json()[0]["known"], json!(true));
        assert_eq!(SCHEMA.empty().csv(), "name,letters,value,known\n");
        assert!(
            table
                .documentation()
                .contains("| `value` | number | `share` | a value |")
        );
    }
}
