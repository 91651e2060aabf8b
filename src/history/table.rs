//! Reading a history table: CSV text to checked rows, every error at once.

use std::{ops::Range, sync::Arc};

use super::{
    GrowthBasis,
    records::{Field, Records, named, number, records},
    series::{Measure, SERIES, Series, TableUnit},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, SourceText, Year},
    stats::Distribution,
};

/// The largest table that is read, in bytes.
pub const TABLE_LIMIT: usize = 16 << 20;
/// The columns, of which the first six are required.
const COLUMNS: [&str; 13] = [
    "series",
    "economy",
    "year",
    "value",
    "unit",
    "basis",
    "status",
    "uncertainty",
    "source",
    "locator",
    "note",
    // What `jointly history --format csv` adds; a reader of the table needs neither.
    "used",
    "correction",
];
const REQUIRED: usize = 6;
const BASES: [&str; 3] = ["level", "start_year", "end_year"];

/// What a row is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Calibration and projection use it.
    Used,
    /// Used, but not published: every output marks it.
    Assumption,
    /// Used only to chain the digital share back; growth is fitted to the panel instead.
    Chain,
    /// Only the audit uses it.
    Check,
    /// After the base year: only the hindcast uses it, to score.
    Later,
}

impl Status {
    const ALL: [(&'static str, Self); 5] = [
        ("used", Self::Used),
        ("assumption", Self::Assumption),
        ("chain", Self::Chain),
        ("check", Self::Check),
        ("later", Self::Later),
    ];

    /// The name in the `status` column.
    pub fn key(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, status)| *status == self)
            .map_or("", |(key, _)| key)
    }
}

/// A correction that was applied to a row.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Correction {
    /// The value used instead, as written.
    pub corrected: String,
    /// How sure the correction is.
    pub certainty: String,
    /// Why.
    pub why: String,
    /// Where the corrected value comes from.
    pub source: String,
}

/// One row of a history table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The series.
    pub series: &'static Series,
    /// The economy's code, or the code of a place (`CN-JL`) in a series the model does not use.
    pub place: String,
    /// The year.
    pub year: Year,
    /// The value as printed.
    pub printed: String,
    /// The value used, as written: the printed one, or its correction.
    pub written: String,
    /// The value used: levels in their unit, shares and rates as parts of 1.
    pub value: f64,
    /// The unit it is written in.
    pub unit: TableUnit,
    /// The basis of a growth rate; `None` for levels.
    pub basis: Option<GrowthBasis>,
    /// What the row is for.
    pub status: Status,
    /// The distribution of an uncertain level, in the units of `value`.
    pub uncertainty: Option<Distribution>,
    /// That distribution as written, in the unit of the row; empty for none.
    pub uncertainty_written: String,
    /// Source.
    pub source: String,
    /// Where in the source.
    pub locator: String,
    /// Note.
    pub note: String,
    /// The correction applied.
    pub correction: Option<Correction>,
    /// Where the row stands.
    pub location: (Arc<SourceText>, Range<usize>),
}

impl Row {
    /// Growth from one year to the next on the usual basis, x_t / x_(t−1) − 1; `None` for levels.
    pub fn start_year_growth(&self) -> Option<f64> {
        self.ratio().map(|ratio| ratio - 1.0)
    }

    /// x_t / x_(t−1) by the stated basis; `None` for levels.
    pub fn ratio(&self) -> Option<f64> {
        self.basis.map(|basis| match basis {
            GrowthBasis::StartYear => 1.0 + self.value,
            GrowthBasis::EndYear => 1.0 / (1.0 - self.value),
        })
    }

    /// Half a unit of the last written digit, in the units of `value`: what rounding may hide.
    pub fn rounding(&self) -> f64 {
        let decimals = self
            .written
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len() as i32);
        0.5 * libm::pow(10.0, f64::from(-decimals)) * self.unit.factor()
    }

    /// Whether calibration and projection use the row.
    pub fn is_used(&self) -> bool {
        matches!(self.status, Status::Used | Status::Assumption)
    }

    /// Whether shares are chained back with the row.
    pub fn chains(&self) -> bool {
        self.is_used() || self.status == Status::Chain
    }

    /// The cell that the row fills: no table holds two of them.
    pub fn cell(&self) -> (&'static str, &str, Year) {
        (self.series.key, &self.place, self.year)
    }
}

/// Reads the rows of a table.
///
/// # Errors
/// Every error of the table at once.
pub fn parse(source: &Arc<SourceText>) -> Result<Vec<Row>, Diagnostics> {
    let table = Records::read(source, &COLUMNS, REQUIRED, "a history table")?;
    let mut errors = Diagnostics::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for record in table.rows(&mut errors) {
        let field = |column: usize| table.field(record, column);
        if let Some(row) = read_row(source, field, record, &mut errors) {
            if !seen.insert((row.series.key, row.place.clone(), row.year)) {
                errors.push(field(2).unwrap_or(&record[0]).wrong(
                    source,
                    format!(
                        "{} of {} for {} stands twice",
                        row.series.label, row.place, row.year
                    ),
                    "each year once",
                ));
            }
            rows.push(row);
        }
    }
    errors.extend(shares_as_percent(&rows));
    errors.folded().into_result(rows)
}

/// Digital shares that are all written as parts of 1 and called percent: 0.68 percent for 68.
fn shares_as_percent(rows: &[Row]) -> Diagnostics {
    let mut errors = Diagnostics::new();
    let shares: Vec<&Row> = rows
        .iter()
        .filter(|row| row.series.key == "digital_share" && row.unit == TableUnit::Percent)
        .collect();
    if let Some(first) = shares.first()
        && shares.iter().all(|row| row.value <= 0.01)
    {
        let (source, span) = &first.location;
        errors.push(
            Diagnostic::new(format!(
                "every digital share in percent is at most 1: {} percent of GDP, such as that of {}, is no digital economy",
                first.printed, first.place
            ))
            .at(source, span.clone(), "a part of 1?")
            .help("write the unit `share` (0.68 is 68 %), or the figures in percent"),
        );
    }
    errors
}

/// Why a figure is no number, where the way it is written tells: a sign, a comma, thousands apart, no figure at all.
fn written_otherwise(text: &str) -> Option<(&'static str, &'static str)> {
    let digits = text.trim().trim_start_matches(['-', '+']);
    let has = |marks: &[char]| digits.contains(marks);
    let begins = digits.starts_with(|letter: char| letter.is_ascii_digit());
    let allowed = digits
        .chars()
        .all(|letter| letter.is_ascii_digit() || ",.' %\u{a0}\u{202f}\u{2009}’".contains(letter));
    match () {
        () if matches!(
            digits.to_lowercase().as_str(),
            "" | "." | ".." | "..." | "-" | "–" | "n/a" | "na" | "nan" | "null" | "none"
        ) =>
        {
            Some((
                "no figure: leave the row out",
                "rows without a figure are left out; `jointly import` does it",
            ))
        }
        () if begins && allowed && digits.ends_with('%') => Some((
            "a number without a percent sign",
            "the column `unit` says `percent`; write the number alone, or let `jointly import FILE -o NEW.csv` do it",
        )),
        () if begins && allowed && has(&[',', '\'', '’', ' ', '\u{a0}', '\u{202f}', '\u{2009}']) => Some((
            "digits and at most one decimal point",
            "numbers have a decimal point and nothing between thousands; `jointly import FILE -o NEW.csv` reads the file as it is",
        )),
        () => None,
    }
}

/// The value of a row.
fn figure(source: &Arc<SourceText>, field: &Field, errors: &mut Diagnostics) -> Option<f64> {
    let cause = written_otherwise(&field.text).filter(|_| field.text.trim().parse::<f64>().is_err());
    match cause {
        None => number::<f64>(source, field, "a number", errors),
        Some((expected, help)) => {
            let message = format!("`{}` is not a number", field.shown());
            errors.push(
                field
                    .wrong(source, message, &format!("expected {expected}"))
                    .help(help),
            );
            None
        }
    }
}

/// Reads one row; errors are added, and the row is returned where nothing in it is wrong.
fn read_row<'a>(
    source: &Arc<SourceText>,
    field: impl Fn(usize) -> Option<&'a Field>,
    record: &[Field],
    errors: &mut Diagnostics,
) -> Option<Row> {
    let required = |column: usize| field(column).unwrap_or(&record[0]);
    let text = |column: usize| field(column).map_or_else(String::new, |field| field.text.trim().to_owned());
    let names: Vec<(&str, &'static Series)> = SERIES.iter().map(|series| (series.key, series)).collect();
    let series = named(source, required(0), "series", &names, errors);
    let place_field = required(1);
    let place = place_field.text.trim().to_owned();
    let place_is_good = match series {
        Some(series) if series.in_model => Economy::parse(&place).is_some(),
        _ => !place.is_empty() && place.len() <= 12,
    };
    if !place_is_good {
        errors.push(
            place_field
                .wrong(
                    source,
                    format!("`{}` is not an economy", place_field.shown()),
                    "expected an ISO 3166-1 alpha-3 code",
                )
                .help("three capital letters, for example CHN, JPN, KOR, MNG or RUS"),
        );
    }
    let year_field = required(2);
    let year = number::<Year>(source, year_field, "a year", errors).filter(|year| {
        let good = (1800..=2100).contains(year);
        if !good {
            errors.push(year_field.wrong(
                source,
                format!("the year {year} is out of range"),
                "expected 1800 to 2100",
            ));
        }
        good
    });
    let value_field = required(3);
    let written = figure(source, value_field, errors);
    let units: Vec<(&str, TableUnit)> = match series {
        Some(series) => series.units.iter().map(|unit| (unit.key(), *unit)).collect(),
        None => TableUnit::ALL.iter().map(|unit| (unit.key(), *unit)).collect(),
    };
    let unit = named(source, required(4), "unit", &units, errors);
    let bases = [
        (BASES[0], None),
        (BASES[1], Some(GrowthBasis::StartYear)),
        (BASES[2], Some(GrowthBasis::EndYear)),
    ];
    let allowed = match series.map(|series| series.measure) {
        Some(Measure::GrowthOf(_)) => &bases[1..],
        Some(_) => &bases[..1],
        None => &bases[..],
    };
    let basis = named(source, required(5), "basis", allowed, errors);
    let status = match field(6) {
        Some(field) if !field.text.trim().is_empty() => named(source, field, "status", &Status::ALL, errors),
        _ => Some(Status::Used),
    };
    let uncertainty = match (field(7), unit) {
        (Some(field), Some(unit)) if !field.text.trim().is_empty() => {
            let read = uncertain(field.text.trim(), unit.factor());
            if let Err(message) = &read {
                errors.push(
                    field
                        .wrong(source, format!("`{}` is not an uncertain level", field.shown()), message)
                        .help("write `triangular LOW MODE HIGH`, `uniform LOW HIGH`, `normal MEAN SD` or `beta MEAN SD`, in the unit of the row"),
                );
            }
            Some(read.ok()?)
        }
        _ => None,
    };
    let (series, year, written, unit, basis, status) = (series?, year?, written?, unit?, basis?, status?);
    let value = written * unit.factor();
    let mut wrong = |message: String, label: &str| errors.push(value_field.wrong(source, message, label));
    let label = series.label;
    if !value.is_finite() {
        wrong(
            format!(
                "{label} is `{}`, which is not a finite number",
                value_field.shown()
            ),
            "expected a finite number",
        );
        return None;
    }
    match series.measure {
        Measure::Level if value <= 0.0 => {
            wrong(format!("{label} is {written}, but a level is above 0"), "above 0")
        }
        Measure::Level if !(series.plausible.0..=series.plausible.1).contains(&value) => wrong(
            format!("{label} of {written} {} is beyond belief", unit.key()),
            "is the unit right?",
        ),
        Measure::Share if !(value > 0.0 && value < 1.0) => wrong(
            format!(
                "{label} is {written} {}, but a share lies between 0 and 1 (0 and 100 percent)",
                unit.key()
            ),
            "is the unit right?",
        ),
        Measure::GrowthOf(_) if basis == Some(GrowthBasis::EndYear) && value >= 1.0 => wrong(
            format!(
                "growth of {written} {} on the end-year basis is 100 % or more, which no level has",
                unit.key()
            ),
            "below 100 %",
        ),
        Measure::GrowthOf(_) if basis == Some(GrowthBasis::StartYear) && value <= -1.0 => wrong(
            format!(
                "growth of {written} {} on the start-year basis is −100 % or less, which no level has",
                unit.key()
            ),
            "above −100 %",
        ),
        Measure::GrowthOf(_) if !(-9.0..=series.plausible.1).contains(&value) => {
            wrong(
                format!("{label} of {written} {} is beyond belief", unit.key()),
                "is the unit right?",
            );
        }
        _ => {
            return place_is_good.then(|| Row {
                series,
                place,
                year,
                printed: value_field.text.trim().to_owned(),
                written: value_field.text.trim().to_owned(),
                value,
                unit,
                basis,
                status,
                uncertainty,
                uncertainty_written: text(7),
                source: text(8),
                locator: text(9),
                note: text(10),
                correction: None,
                location: (Arc::clone(source), value_field.span.clone()),
            });
        }
    }
    None
}

/// Reads `triangular 930.3 962.5 994.7` and its siblings.
fn uncertain(text: &str, factor: f64) -> Result<Distribution, String> {
    let mut words = text.split_whitespace();
    let kind = words.next().unwrap_or("");
    let numbers: Vec<f64> = words
        .map(|word| word.parse::<f64>().map(|number| number * factor))
        .collect::<Result<_, _>>()
        .map_err(|_| "a word is not a number".to_owned())?;
    match (kind, numbers.as_slice()) {
        ("triangular", [low, mode, high]) => Distribution::triangular(*low, *mode, *high),
        ("uniform", [low, high]) => Distribution::uniform(*low, *high),
        ("normal", [mean, sd]) => Distribution::normal(*mean, *sd),
        ("beta", [mean, sd]) => Distribution::beta(*mean, *sd),
        _ => return Err("unknown form".to_owned()),
    }
    .map_err(|error| error.to_string())
}

/// Applies corrections to the cells they belong to (series, economy, year, printed value), in whatever table these stand;
/// the number of corrections that were applied.
pub fn correct(rows: &mut [Row], corrections: &Arc<SourceText>) -> usize {
    let mut applied = 0;
    for record in records(corrections).iter().skip(1) {
        let cell = |column: usize| record.get(column).map_or("", |field| field.text.trim());
        let row = rows.iter_mut().find(|row| {
            row.series.key == cell(0)
                && row.place == cell(1)
                && row.year.to_string() == cell(2)
                && row.printed == cell(4)
        });
        if let (Some(row), Ok(value)) = (row, cell(5).parse::<f64>()) {
            applied += 1;
            row.value = value * row.unit.factor();
            row.written = cell(5).to_owned();
            row.correction = Some(Correction {
                corrected: cell(5).to_owned(),
                certainty: cell(6).to_owned(),
                why: cell(7).to_owned(),
                source: cell(8).to_owned(),
            });
        }
    }
    applied
}
