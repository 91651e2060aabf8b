//! What became of the figures of imported files: read as what, left out and why.

use crate::{
    import::{Decimal, FileRead, Imported, Known, SeriesRead, Why},
    report::{
        document::{Cell, Column, Document, Section, Table},
        escape,
        number::count,
    },
};

/// Of more names a few are told.
const MOST_NAMED: usize = 8;

/// What was read as what, what was left out, and what the table lacks for a projection.
pub fn import_document(imported: &Imported) -> Document {
    let files: Vec<String> = imported.files.iter().map(|file| escape(&file.name)).collect();
    let reasons = imported.left_out.reasons();
    let left_out = reasons
        .iter()
        .map(|why| left_out(*why, &imported.left_out.of(*why)));
    Document {
        title: format!("Import of {}", files.join(", ")),
        question: format!("{} figures in the documented format.", count(imported.rows.len())),
        sections: vec![
            Section::brief("read", "Read as").table(series(&imported.series)),
            Section::brief("files", "").sentences(imported.files.iter().map(file)),
            Section::brief("left-out", "Left out").sentences(left_out),
            Section::brief("next", "").sentences(next(imported)),
        ]
        .into_iter()
        .filter(|section| !section.blocks.is_empty())
        .collect(),
        ..Document::default()
    }
}

fn series(read: &[SeriesRead]) -> Table {
    let by = |known: Option<Known>, what: &str| known.map(|known| format!("{what} by {}", known.words()));
    let row = |series: &SeriesRead| {
        let known = [by(Some(series.unit_by), "unit"), by(series.basis_by, "basis")];
        let known: Vec<String> = known.into_iter().flatten().collect();
        let (first, last) = series.years;
        vec![
            Cell::words(escape(if series.code.is_empty() {
                &series.name
            } else {
                &series.code
            })),
            Cell::words(series.series),
            Cell::words(format!("{}, {}", series.unit, series.basis)),
            Cell::words(known.join(", ")),
            Cell::told(series.economies.to_string(), series.economies as f64),
            Cell::words(if first == last {
                first.to_string()
            } else {
                format!("{first}–{last}")
            }),
            Cell::told(count(series.figures), series.figures as f64),
        ]
    };
    Table {
        columns: vec![
            Column::words("In the file"),
            Column::words("Series"),
            Column::words("Unit there, basis"),
            Column::words("Known from"),
            Column::numbers("Economies", ""),
            Column::words("Years"),
            Column::numbers("Figures", ""),
        ],
        rows: read.iter().map(row).collect(),
        ..Table::default()
    }
}

fn file(file: &FileRead) -> String {
    let decimal = match file.decimal {
        Decimal::Point => "point",
        Decimal::Comma => "comma",
    };
    let vintage = match file.vintage.as_str() {
        "" => "it says nothing of its vintage (--source adds it)".to_owned(),
        vintage => escape(vintage),
    };
    let marked = match file.marked {
        0 => String::new(),
        marked => format!("; footnote marks of {marked} figures stand in the notes"),
    };
    format!(
        "{}: {}; {}, {}, decimal {decimal}; {vintage}; {} cells without a figure{marked}.",
        escape(&file.name),
        file.form,
        file.encoding,
        file.separator,
        count(file.missing),
    )
}

fn left_out(why: Why, what: &[(&str, usize)]) -> String {
    let shown: Vec<String> = what
        .iter()
        .take(MOST_NAMED)
        .map(|(name, _)| escape(name))
        .collect();
    let more = what.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 {
        format!(" and {} more", count(more))
    } else {
        String::new()
    };
    let figures: usize = what.iter().map(|(_, figures)| figures).sum();
    let counted = if why == Why::Series {
        "rows or columns"
    } else {
        "figures"
    };
    format!(
        "{} {counted}, {}: {}{more}.",
        count(figures),
        why.words(),
        shown.join("; ")
    )
}

/// What a projection from this table alone would lack.
fn next(imported: &Imported) -> Vec<String> {
    let has = |keys: &[&str]| imported.rows.iter().any(|row| keys.contains(&row.series.key));
    if has(&["digital_share", "digital_economy"]) {
        return Vec::new();
    }
    vec![
        "No figure of the digital economy is among them: as a whole table (--history) it needs digital_share or digital_economy, or \
         baseline.CODE.initial_share in the scenario; --add-history adds it to the table in use."
            .to_owned(),
    ]
}
