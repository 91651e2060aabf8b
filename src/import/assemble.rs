//! From figures as written to a table in the documented format: series, units, bases, decimal marks; whatever is open is asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Choices, Decimal, FileRead, Imported, LeftOut, SeriesRead, Why,
    cells::{Figure, Named, Sheet},
    decide::{BASES, Decided, decide, unit_words},
    economies::plain,
    forms::OWN,
    numbers::{canonical, is_ambiguous, shifted, vote},
    units,
};
use crate::{
    base::{Diagnostic, Diagnostics, SourceText, nearest},
    history::{History, PANEL_YEARS, SERIES, TableUnit},
};

/// The decimal mark of a file.
fn decimal_of(sheet: &Sheet, choices: &Choices) -> Result<Decimal, Diagnostic> {
    if let Some(decimal) = choices.decimal {
        return Ok(decimal);
    }
    let mut seen: [Option<&Figure>; 2] = [None, None];
    let mut ambiguous = None;
    for figure in &sheet.figures {
        match vote(&figure.digits) {
            Ok(Some(Decimal::Point)) => drop(seen[0].get_or_insert(figure)),
            Ok(Some(Decimal::Comma)) => drop(seen[1].get_or_insert(figure)),
            Ok(None) if is_ambiguous(&figure.digits) => drop(ambiguous.get_or_insert(figure)),
            _ => {}
        }
    }
    let choose = "choose --decimal point or --decimal comma";
    let at = |figure: &Figure| format!("`{}` in line {}", figure.digits, figure.line);
    match (seen, ambiguous) {
        ([Some(point), Some(comma)], _) => Err(Diagnostic::new(format!(
            "`{}` writes numbers in two ways: {} has a decimal point, {} a decimal comma",
            sheet.name,
            at(point),
            at(comma)
        ))
        .help("write them in one way")),
        ([Some(_), None], _) => Ok(Decimal::Point),
        ([None, Some(_)], _) => Ok(Decimal::Comma),
        // Programs write points; where cells are parted by semicolons or hold commas, a person's spreadsheet did.
        ([None, None], Some(figure)) if sheet.separator == "semicolon" || figure.digits.contains(',') => {
            let [point, comma] =
                [Decimal::Point, Decimal::Comma].map(|decimal| canonical(&figure.digits, decimal));
            Err(Diagnostic::new(format!(
                "`{}`: {} may be {} or {}, and no other figure of the file tells",
                sheet.name,
                at(figure),
                point.unwrap_or_default(),
                comma.unwrap_or_default()
            ))
            .help(choose))
        }
        ([None, None], _) => Ok(Decimal::Point),
    }
}

/// A row of the documented format before it is written.
struct Ready<'s> {
    sheet: &'s Sheet,
    figure: &'s Figure,
    cells: [String; COLUMNS.len()],
}

const COLUMNS: [&str; 11] = [
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
];

/// What is gathered over all files.
#[derive(Default)]
struct Gathered<'s> {
    ready: Vec<Ready<'s>>,
    series: Vec<SeriesRead>,
    left_out: LeftOut,
    errors: Diagnostics,
}

/// Puts the figures of all files together.
pub(super) fn assemble(sheets: Vec<(Sheet, String)>, choices: &Choices) -> Result<Imported, Diagnostics> {
    let mut all = Gathered {
        errors: unmatched(&sheets, choices),
        ..Gathered::default()
    };
    let mut files: Vec<FileRead> = Vec::new();
    for (sheet, encoding) in &sheets {
        all.left_out.extend(sheet.left_out.clone());
        let decimal = match decimal_of(sheet, choices) {
            Ok(decimal) => decimal,
            Err(wrong) => {
                all.errors.push(wrong);
                continue;
            }
        };
        let before = all.ready.len();
        for (index, named) in sheet.series.iter().enumerate() {
            all.add(sheet, (index, named), decimal, choices);
        }
        let marked = all.ready[before..]
            .iter()
            .filter(|row| !row.figure.mark.is_empty());
        files.push(FileRead {
            name: sheet.name.clone(),
            form: sheet.form,
            encoding: encoding.clone(),
            separator: sheet.separator,
            decimal,
            vintage: sheet.vintage.clone(),
            missing: sheet.missing,
            marked: marked.count(),
        });
    }
    let Gathered {
        ready,
        series,
        mut left_out,
        mut errors,
    } = all;
    let rows = once(ready, &mut left_out, &mut errors);
    if errors.is_empty() && rows.is_empty() {
        errors.push(nothing(&sheets, &left_out));
    }
    errors.into_result(())?;
    let csv = written(&rows);
    // Whatever the documented format refuses is refused here.
    let history = History::parse(SourceText::new("the imported table", csv.as_str()), false)?;
    Ok(Imported {
        rows: history.rows,
        csv,
        files,
        series,
        left_out,
    })
}

impl<'s> Gathered<'s> {
    /// Adds the figures of a series of a file.
    fn add(
        &mut self,
        sheet: &'s Sheet,
        (index, named): (usize, &Named),
        decimal: Decimal,
        choices: &Choices,
    ) {
        let figures: Vec<&Figure> = sheet
            .figures
            .iter()
            .filter(|figure| figure.series == index)
            .collect();
        if figures.is_empty() {
            return;
        }
        let all_percent = figures.iter().all(|figure| figure.percent);
        let decided = match decide(sheet, named, all_percent, choices) {
            Ok(Ok(decided)) => decided,
            Ok(Err(why)) => {
                let what = format!("{}: {why}", unit_words(named));
                return self.left_out.add(Why::Unit, &what, figures.len());
            }
            Err(wrong) => return self.errors.extend(wrong),
        };
        let signed = figures.iter().find(|figure| figure.percent);
        if let Some(figure) = signed.filter(|_| decided.unit.unit != TableUnit::Percent) {
            let (name, unit) = (named.shown(), decided.unit.name());
            return self.errors.push(
                Diagnostic::new(format!(
                    "`{}`, line {}: `{} %` has a percent sign, but `{name}` is in {unit}",
                    sheet.name, figure.line, figure.digits,
                ))
                .help(format!("choose --unit \"{name}=percent\"")),
            );
        }
        let before = self.ready.len();
        for figure in figures {
            let estimate = sheet.form != OWN && (figure.estimate || figure.year > PANEL_YEARS.1);
            let Some(number) = canonical(&figure.digits, decimal) else {
                let mark = match decimal {
                    Decimal::Point => "point",
                    Decimal::Comma => "comma",
                };
                self.errors.push(Diagnostic::new(format!(
                    "`{}`, line {}: `{}` is no number with a decimal {mark}",
                    sheet.name, figure.line, figure.digits
                )));
                continue;
            };
            if estimate && !choices.estimates {
                self.left_out.add(Why::Estimate, &named.label(), 1);
                continue;
            }
            self.ready.push(Ready {
                sheet,
                figure,
                cells: cells(
                    sheet,
                    figure,
                    named,
                    &decided,
                    (&number, decimal),
                    estimate,
                    choices,
                ),
            });
        }
        let kept = &self.ready[before..];
        let years = || kept.iter().map(|row| row.figure.year);
        if let (Some(first), Some(last)) = (years().min(), years().max()) {
            let economies: BTreeSet<_> = kept.iter().map(|row| row.figure.economy).collect();
            self.series.push(SeriesRead {
                file: sheet.name.clone(),
                name: named.name.clone(),
                code: named.code.clone(),
                series: decided.series.key,
                unit: decided.unit.name(),
                unit_by: decided.unit_by,
                basis: decided.basis_key(),
                basis_by: decided.basis.map(|(_, by)| by),
                economies: economies.len(),
                years: (first, last),
                figures: kept.len(),
            });
        }
    }
}

/// The cells of a figure in the documented format.
fn cells(
    sheet: &Sheet,
    figure: &Figure,
    named: &Named,
    decided: &Decided,
    (number, decimal): (&str, Decimal),
    estimate: bool,
    choices: &Choices,
) -> [String; COLUMNS.len()] {
    let value = match decided.unit.power {
        0 => number.to_owned(),
        power => shifted(number, power),
    };
    let publisher = sheet.form.split(" (").next().unwrap_or(sheet.form);
    let marked = Some(&figure.mark).filter(|mark| !mark.is_empty());
    let marked = marked.map(|mark| format!("marked {mark}"));
    let [basis, status, uncertainty, source, locator, note] = if sheet.form == OWN {
        let [basis, status, uncertainty, source, locator, note] = (*figure.own).clone();
        let words = uncertainty.split_whitespace();
        let words = words.map(|word| canonical(word, decimal).unwrap_or_else(|| word.to_owned()));
        let uncertainty = words.collect::<Vec<_>>().join(" ");
        [
            basis,
            status,
            uncertainty,
            source,
            locator,
            joined([Some(note), marked]),
        ]
    } else {
        let estimated = estimate.then(|| format!("estimate or projection of {publisher}"));
        let vintage = (!sheet.vintage.is_empty()).then(|| format!("{publisher}, {}", sheet.vintage));
        [
            decided.basis_key().to_owned(),
            if estimate { "assumption" } else { "used" }.to_owned(),
            String::new(),
            vintage.unwrap_or_else(|| publisher.to_owned()),
            if named.code.is_empty() {
                &named.name
            } else {
                &named.code
            }
            .clone(),
            joined([estimated, marked]),
        ]
    };
    [
        decided.series.key.to_owned(),
        figure.economy.code().to_owned(),
        figure.year.to_string(),
        value,
        decided.unit.unit.key().to_owned(),
        basis,
        status,
        uncertainty,
        choices.source.clone().unwrap_or(source),
        locator,
        note,
    ]
}

fn joined(notes: [Option<String>; 2]) -> String {
    let notes: Vec<String> = notes
        .into_iter()
        .flatten()
        .filter(|note| !note.is_empty())
        .collect();
    notes.join("; ")
}

/// Keeps one figure of each cell; those that differ are refused, once for a series and what tells them apart.
fn once<'s>(ready: Vec<Ready<'s>>, left_out: &mut LeftOut, errors: &mut Diagnostics) -> Vec<Ready<'s>> {
    let mut kept: Vec<Ready<'s>> = Vec::new();
    let mut cells: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    let mut conflicts: BTreeMap<(String, String), (Diagnostic, usize)> = BTreeMap::new();
    for row in ready {
        let key = (row.cells[0].clone(), row.cells[1].clone(), row.cells[2].clone());
        match cells.get(&key) {
            None => {
                cells.insert(key, kept.len());
                kept.push(row);
            }
            Some(first) if kept[*first].cells[3] == row.cells[3] => {
                left_out.add(Why::Again, &row.cells[0], 1)
            }
            Some(first) => {
                let (apart, diagnostic) = conflict(&kept[*first], &row);
                let entry = conflicts.entry((key.0, apart)).or_insert((diagnostic, 0));
                entry.1 += 1;
            }
        }
    }
    for (mut diagnostic, count) in conflicts.into_values() {
        if count > 1 {
            diagnostic.message = format!("{}; so do {} more figures", diagnostic.message, count - 1);
        }
        errors.push(diagnostic);
    }
    let order = |row: &Ready<'_>| SERIES.iter().position(|series| series.key == row.cells[0]);
    let mut places: Vec<_> = kept.iter().map(|row| row.figure.economy).collect();
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert(*place));
    let rank: BTreeMap<_, _> = places
        .into_iter()
        .enumerate()
        .map(|(rank, place)| (place, rank))
        .collect();
    kept.sort_by_key(|row| {
        (
            order(row),
            rank.get(&row.figure.economy).copied(),
            row.figure.year,
        )
    });
    kept
}

/// What tells two figures of one cell apart, and the refusal.
fn conflict(first: &Ready<'_>, second: &Ready<'_>) -> (String, Diagnostic) {
    let at = |row: &Ready<'_>| {
        format!(
            "{} (`{}`, line {})",
            row.figure.digits, row.sheet.name, row.figure.line
        )
    };
    let message = format!(
        "{} of {} for {} stands twice with different figures: {} and {}",
        first.cells[0],
        first.cells[1],
        first.cells[2],
        at(first),
        at(second)
    );
    let same_file = std::ptr::eq(first.sheet, second.sheet);
    let columns = first
        .sheet
        .other_columns
        .iter()
        .zip(first.figure.others.iter().zip(second.figure.others.iter()));
    let differing: Vec<(&String, &String, &String)> = columns
        .filter(|(_, (one, other))| same_file && one != other)
        .map(|(column, (one, other))| (column, one, other))
        .collect();
    let named = |row: &Ready<'_>| row.sheet.series[row.figure.series].shown().to_owned();
    let (apart, help) = match differing.as_slice() {
        [(column, one, other), ..] => (
            (*column).clone(),
            format!(
                "they differ in the column `{column}`: choose --only \"{column}={one}\" or --only \"{column}={other}\""
            ),
        ),
        [] if named(first) != named(second) => (
            format!("{}|{}", named(first), named(second)),
            format!(
                "leave one of them out: --series \"{}=-\" or --series \"{}=-\"",
                named(first),
                named(second)
            ),
        ),
        [] => (String::new(), "leave one of them out of the file".to_owned()),
    };
    (apart, Diagnostic::new(message).help(help))
}

/// Choices that no series, column or file takes.
fn unmatched(sheets: &[(Sheet, String)], choices: &Choices) -> Diagnostics {
    let mut errors = Diagnostics::new();
    let names: Vec<&str> = sheets
        .iter()
        .flat_map(|(sheet, _)| {
            let left = sheet.left_out.of(Why::Series).into_iter().map(|(name, _)| name);
            sheet.series.iter().map(Named::shown).chain(left)
        })
        .collect();
    let wanted = || sheets.iter().flat_map(|(sheet, _)| &sheet.series);
    // What was left out stands there with its code before its name.
    let left = |name: &str| {
        let name = plain(name);
        let labels = names.iter().map(|label| format!(" {} ", plain(label)));
        let ends =
            |label: String| label.starts_with(&format!(" {name} ")) || label.ends_with(&format!(" {name} "));
        !name.is_empty() && labels.into_iter().any(ends)
    };
    for (name, key) in &choices.series {
        if key != "-" && !SERIES.iter().any(|series| series.key == key) {
            errors.push(
                Diagnostic::new(format!("--series: there is no series `{key}`"))
                    .help(format!("expected {}", keys().join(", ")))
                    .suggest(key, keys()),
            );
        } else if !left(name) && !wanted().any(|named| named.is(name)) {
            errors.push(no_such("--series", "series", name, &names));
        }
    }
    for (option, list, known) in [
        (
            "--unit",
            &choices.units,
            units::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ),
        (
            "--basis",
            &choices.bases,
            BASES.iter().map(|(name, _)| *name).collect(),
        ),
    ] {
        for (name, value) in list {
            if !known.contains(&value.as_str()) {
                errors.push(
                    Diagnostic::new(format!("{option}: there is no `{value}`"))
                        .help(format!("expected {}", known.join(", "))),
                );
            }
            let Some(name) = name else { continue };
            if !wanted().any(|named| named.is(name)) && !keys().contains(&name.as_str()) {
                errors.push(no_such(option, "series", name, &names));
            }
        }
    }
    let columns: Vec<&str> = sheets
        .iter()
        .flat_map(|(sheet, _)| sheet.header.iter().map(String::as_str))
        .collect();
    for (column, _) in &choices.only {
        if !columns.iter().any(|title| plain(title) == plain(column)) {
            errors.push(no_such("--only", "column", column, &columns));
        }
    }
    errors
}

fn keys() -> Vec<&'static str> {
    SERIES.iter().map(|series| series.key).collect()
}

fn no_such(option: &str, what: &str, name: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(format!("{option}: the files have no {what} `{name}`"));
    match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("there are {}", some(known))),
    }
}

/// A few names of many.
fn some(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    let end = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{end}", shown.join(", "))
}

/// The refusal of files of which nothing is left.
fn nothing(sheets: &[(Sheet, String)], left_out: &LeftOut) -> Diagnostic {
    let names: Vec<&str> = left_out
        .of(Why::Series)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let files: Vec<String> = sheets
        .iter()
        .map(|(sheet, _)| format!("`{}`", sheet.name))
        .collect();
    let diagnostic = Diagnostic::new(format!("nothing of {} could be read", files.join(", ")));
    let reasons = left_out.reasons();
    match reasons.as_slice() {
        [Why::Series] => diagnostic.help(format!(
            "say what a series is: --series \"NAME=gdp\"; there are {}",
            some(&names)
        )),
        _ => {
            let words: Vec<String> = reasons
                .iter()
                .map(|why| {
                    let what: Vec<&str> = left_out.of(*why).into_iter().map(|(what, _)| what).collect();
                    format!("{}: {}", why.words(), some(&what))
                })
                .collect();
            diagnostic.help(format!("left out: {}", words.join("; ")))
        }
    }
}

/// The table as CSV.
fn written(rows: &[Ready<'_>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(COLUMNS);
    for row in rows {
        let _ = writer.write_record(&row.cells);
    }
    writer
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}
