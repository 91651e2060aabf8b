//! The historical tables: which figures there are, what differs from print, every figure; and their audit.

use crate::{
    base::Economy,
    history::{Check, Row},
    report::{
        document::{Cell, Column, Document, Section, Table},
        escape,
        number::significant,
        tables::reference::history_basis,
    },
};

use super::shared::show::heading;

/// So many figures are shown with the answer.
const AT_ONCE: usize = 12;
/// Of more economies the number is told.
const MOST_NAMED: usize = 4;

/// Historical figures in the order given.
pub fn history_document(rows: &[Row]) -> Document {
    let series = distinct(rows.iter().map(|row| row.series.key));
    let places = distinct(rows.iter().map(|row| row.place.as_str()));
    let corrected = rows.iter().filter(|row| row.correction.is_some()).count();
    let title = match places.as_slice() {
        [place] => format!("Historical figures of {}", place_name(place)),
        _ => "Historical figures".to_owned(),
    };
    let mut sections = vec![
        Section::brief("series", "").table(overview(rows, &series)),
        Section::brief("corrected", "").sentences(rows.iter().filter_map(corrected_in_short)),
    ];
    sections.extend(series.iter().map(|key| {
        let of_series: Vec<&Row> = rows.iter().filter(|row| row.series.key == *key).collect();
        let label = of_series.first().map_or("", |row| row.series.label);
        let words = format!("{} ({key})", heading(label));
        let id = key.replace('_', "-");
        let section = if rows.len() <= AT_ONCE {
            Section::brief(&id, words)
        } else {
            Section::full(&id, words)
        };
        section.with_tables(
            distinct(of_series.iter().map(|row| row.place.as_str()))
                .into_iter()
                .map(|place| figures(place, &of_series)),
        )
    }));
    sections.push(
        Section::full(
            "corrections",
            "Corrections (*); --no-corrections switches them off",
        )
        .sentences(rows.iter().filter_map(correction)),
    );
    sections.retain(|section| !section.blocks.is_empty());
    Document {
        title,
        question: format!(
            "{} figures, {} not as printed (* below; --no-corrections uses what is printed).",
            rows.len(),
            corrected
        ),
        sections,
        ..Document::default()
    }
}

/// The different values, in the order in which they come.
fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

fn overview(rows: &[Row], series: &[&str]) -> Table {
    let row = |key: &&str| {
        let of_series = || rows.iter().filter(|row| row.series.key == *key);
        let places = distinct(of_series().map(|row| row.place.as_str()));
        let years = || of_series().map(|row| row.year);
        let (first, last) = (
            years().min().unwrap_or_default(),
            years().max().unwrap_or_default(),
        );
        let figures = of_series().count();
        vec![
            Cell::words(*key),
            Cell::words(match places.len() {
                count if count > MOST_NAMED => format!("{count} economies"),
                _ => escape(&places.join(" ")),
            }),
            Cell::words(if first == last {
                first.to_string()
            } else {
                format!("{first}–{last}")
            }),
            Cell::told(figures.to_string(), figures as f64),
        ]
    };
    Table {
        columns: vec![
            Column::words("Series"),
            Column::words("Economies"),
            Column::words("Years"),
            Column::numbers("Figures", ""),
        ],
        rows: series.iter().map(row).collect(),
        ..Table::default()
    }
}

/// The figures of a series at a place.
fn figures(place: &str, rows: &[&Row]) -> Table {
    let row = |row: &&Row| {
        let mark = if row.correction.is_some() { " *" } else { "" };
        vec![
            Cell::told(row.year.to_string(), row.year.into()),
            Cell::words(format!("{} {}", row.printed, row.unit.key())),
            Cell::words(history_basis(row)),
            Cell::words(format!("{}{mark}", used(row))),
            Cell::words(row.status.key()),
            Cell::words(match row.locator.as_str() {
                "" => row.source.clone(),
                locator => format!("{}, {locator}", row.source),
            }),
        ]
    };
    Table {
        title: place_name(place),
        columns: vec![
            Column::numbers("Year", ""),
            Column::numbers("Printed", ""),
            Column::words("Basis"),
            Column::numbers("Used", ""),
            Column::words("Status"),
            Column::words("Source"),
        ],
        rows: rows.iter().filter(|row| row.place == place).map(row).collect(),
        ..Table::default()
    }
}

/// The value as the program uses it: growth on the usual basis in percent, shares in percent, levels as written.
fn used(row: &Row) -> String {
    match (row.start_year_growth(), &row.uncertainty) {
        (Some(growth), _) => format!("{:+.2} %", 100.0 * growth),
        (None, Some(uncertainty)) => uncertainty.to_string(),
        (None, None) => format!("{} {}", row.written, row.unit.key()),
    }
}

fn corrected_in_short(row: &Row) -> Option<String> {
    let correction = row.correction.as_ref()?;
    Some(format!(
        "{} {} {}: printed {}, used {} ({}).",
        row.place, row.series.label, row.year, row.printed, correction.corrected, correction.certainty
    ))
}

fn correction(row: &Row) -> Option<String> {
    let correction = row.correction.as_ref()?;
    Some(format!(
        "{} {}. Source: {}.",
        corrected_in_short(row)?,
        correction.why,
        correction.source
    ))
}

/// `Vietnam (VNM)`; a place that is no economy as it is written.
fn place_name(place: &str) -> String {
    match Economy::parse(place) {
        Some(economy) if economy.name() != place => format!("{} ({place})", economy.name()),
        _ => escape(place),
    }
}

/// What printed figures imply about each other.
pub fn audit_document(checks: &[Check]) -> Document {
    let told = |check: &Check| {
        format!(
            "{}: {}. {}; apart by {}, rounding allows {}.",
            if check.passed() { "pass" } else { "FAIL" },
            check.what,
            check.arithmetic,
            significant(check.difference),
            significant(check.tolerance)
        )
    };
    let failed: Vec<String> = checks.iter().filter(|check| !check.passed()).map(told).collect();
    let verdict = match (checks.len(), failed.len()) {
        (0, _) => "Nothing in this table can be checked against anything else.".to_owned(),
        (all, 0) => format!("All {all} checks passed."),
        (all, failed) => format!("{failed} of {all} checks FAILED."),
    };
    let mut sections = vec![Section::brief("verdict", "").sentence(verdict)];
    if !failed.is_empty() {
        sections.push(Section::brief("failed", "").sentences(failed));
    }
    if !checks.is_empty() {
        sections.push(Section::full("checks", "Checks").sentences(checks.iter().map(told)));
    }
    Document {
        title: "Audit of the historical figures".to_owned(),
        question: "Do figures that follow from each other agree within rounding?".to_owned(),
        sections,
        ..Document::default()
    }
}
