//! Tables as texts: records of fields that know where they stand, so that every error points at its cell.

use std::{ops::Range, str::FromStr, sync::Arc};

use crate::base::{Diagnostic, Diagnostics, SourceText, nearest};

/// One field with its place in the text.
pub(super) struct Field {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

impl Field {
    /// The text, cut where a hostile file made it long.
    pub(super) fn shown(&self) -> String {
        self.text.trim().chars().take(60).collect()
    }

    pub(super) fn wrong(&self, source: &Arc<SourceText>, message: String, label: &str) -> Diagnostic {
        Diagnostic::new(message).at(source, self.span.clone(), label)
    }
}

/// Splits a text into records; quoted fields may hold commas, line breaks and doubled quotes.
pub(super) fn records(source: &SourceText) -> Vec<Vec<Field>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(source.text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut records = Vec::new();
    // The text is UTF-8 and the reader flexible, so reading stops at the end only.
    while reader.read_record(&mut record).is_ok_and(|more| more) {
        let mut from = record.position().map_or(0, |position| position.byte() as usize);
        let bytes = source.text.as_bytes();
        while bytes.get(from).is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            from += 1;
        }
        let mut fields = Vec::with_capacity(record.len());
        for text in &record {
            let mut to = from;
            let mut quoted = false;
            while let Some(byte) = bytes.get(to) {
                match byte {
                    b'"' => quoted = !quoted,
                    b',' | b'\n' | b'\r' if !quoted => break,
                    _ => {}
                }
                to += 1;
            }
            fields.push(Field {
                text: text.to_owned(),
                span: from..to,
            });
            from = (to + 1).min(bytes.len());
        }
        records.push(fields);
    }
    records
}

/// A table whose first line names its columns.
pub(super) struct Records<'s> {
    source: &'s Arc<SourceText>,
    records: Vec<Vec<Field>>,
    /// Position of each known column, by its number.
    columns: Vec<Option<usize>>,
}

impl<'s> Records<'s> {
    /// Splits a text and finds its columns: those that may stand there, of which so many first ones must.
    ///
    /// # Errors
    /// If the text is empty or has no rows, and every column that is unknown, missing or doubled.
    pub(super) fn read(
        source: &'s Arc<SourceText>,
        known: &[&str],
        required: usize,
        what: &str,
    ) -> Result<Self, Diagnostics> {
        let mut errors = Diagnostics::new();
        let records = records(source);
        let Some((header, rows)) = records.split_first() else {
            return Err(Diagnostic::new(format!("`{}` is empty", source.name))
                .help(format!("the first line names the columns: {}", known.join(",")))
                .into());
        };
        let mut columns = vec![None; known.len()];
        for (position, field) in header.iter().enumerate() {
            match known.iter().position(|name| *name == field.text.trim()) {
                Some(column) if columns[column].is_none() => columns[column] = Some(position),
                Some(_) => errors.push(field.wrong(
                    source,
                    format!("column `{}` stands twice", field.shown()),
                    "again",
                )),
                None => errors.push(
                    field
                        .wrong(
                            source,
                            format!("unknown column `{}`", field.shown()),
                            &format!("not a column of {what}"),
                        )
                        .suggest(field.text.trim(), known.iter().copied()),
                ),
            }
        }
        let of_header = |message: String| {
            let span = header
                .first()
                .map_or(0..0, |first| first.span.start..header[header.len() - 1].span.end);
            let label = format!("required columns: {}", known[..required].join(","));
            Diagnostic::new(message).at(source, span, label)
        };
        for (name, position) in known.iter().zip(&columns).take(required) {
            if position.is_none() {
                errors.push(of_header(format!("column `{name}` is missing")));
            }
        }
        if rows.is_empty() && errors.is_empty() {
            errors.push(of_header(format!("`{}` has no rows", source.name)));
        }
        errors.into_result(Self {
            source,
            records,
            columns,
        })
    }

    /// The rows that have as many fields as the header; the others go to the errors.
    pub(super) fn rows(&self, errors: &mut Diagnostics) -> Vec<&[Field]> {
        let width = self.records[0].len();
        let (good, short): (Vec<&[Field]>, Vec<&[Field]>) = self.records[1..]
            .iter()
            .map(Vec::as_slice)
            .partition(|record| record.len() == width);
        for record in short {
            let span = record
                .first()
                .map_or(0..0, |first| first.span.start..record[record.len() - 1].span.end);
            let found = record.len();
            let label = format!("{found} fields, the header has {width}: check commas and quotes");
            let message = format!("a row has {found} fields where the header has {width}");
            let diagnostic = Diagnostic::new(message).at(self.source, span, label);
            errors.push(if found > width {
                diagnostic.help("a comma inside a number or a text parts it; quotes keep it together")
            } else {
                diagnostic
            });
        }
        good
    }

    /// The field of a column, by its number among the known ones.
    pub(super) fn field<'r>(&self, record: &'r [Field], column: usize) -> Option<&'r Field> {
        self.columns[column].map(|position| &record[position])
    }
}

/// Reads a field against a list of allowed names.
pub(super) fn named<T: Copy>(
    source: &Arc<SourceText>,
    field: &Field,
    what: &str,
    allowed: &[(&'static str, T)],
    errors: &mut Diagnostics,
) -> Option<T> {
    let text = field.text.trim();
    let found = allowed
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
        let diagnostic = field.wrong(
            source,
            format!("unknown {what} `{}`", field.shown()),
            &format!("expected {}", names.join(", ")),
        );
        let unit = Some(text).filter(|_| what == "unit").and_then(other_unit);
        let near = || nearest(text, names).map(|name| format!("did you mean `{name}`?"));
        errors.push(match unit.or_else(near) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
    found
}

/// What to do about a unit that the format does not write but is clear: `usd_m` is not `usd_bn`.
fn other_unit(text: &str) -> Option<String> {
    let plain = text.to_lowercase().replace([' ', '-'], "_");
    let (unit, how) = match plain.as_str() {
        "usd" | "us$" | "dollars" => ("usd_bn", "divided by 1,000,000,000"),
        "usd_m" | "usd_mn" | "usd_mio" | "usd_million" | "million_usd" | "usd_millions" => {
            ("usd_bn", "divided by 1,000")
        }
        "usd_tn" | "usd_trillion" | "trillion_usd" => ("usd_bn", "times 1,000"),
        "usd_billion" | "billion_usd" | "usd_billions" | "bn_usd" | "usdbn" => {
            return Some("write `usd_bn`".to_owned());
        }
        "%" | "pct" | "per_cent" | "percentage" => return Some("write `percent`".to_owned()),
        "thousand" | "thousands" | "persons_thousand" => ("persons", "times 1,000"),
        "million" | "millions" | "persons_m" | "m" => ("persons", "times 1,000,000"),
        "people" | "person" | "inhabitants" => return Some("write `persons`".to_owned()),
        _ => return None,
    };
    Some(format!(
        "`{text}` is not `{unit}`: write the figures {how}, or let `jointly import FILE -o NEW.csv` do it"
    ))
}

pub(super) fn number<T: FromStr>(
    source: &Arc<SourceText>,
    field: &Field,
    what: &str,
    errors: &mut Diagnostics,
) -> Option<T> {
    let parsed = field.text.trim().parse().ok();
    if parsed.is_none() {
        errors.push(field.wrong(
            source,
            format!("`{}` is not {what}", field.shown()),
            &format!("expected {what}"),
        ));
    }
    parsed
}
