//! Words that several terminal texts share: assumptions, wrapped lines.

use anstyle::{AnsiColor, Style};

use super::{escape, export::RunRecord, number::grouped};
use crate::{scenario::Origin, stats::Distribution};

const QUIET: Style = Style::new().dimmed();
const MARKED: Style = AnsiColor::Yellow.on_default();

/// A list item, wrapped.
fn item(sentence: &str, width: usize) -> String {
    format!(
        "- {}\n",
        wrap(sentence, width.saturating_sub(2)).replace('\n', "\n  ")
    )
}

/// What is assumed, and of which economies or pairs.
type Said<'a> = (String, Vec<&'a str>);

/// Every assumption: the user's own numbers, then the defaults that are judgment, table by table.
pub(super) fn assumptions_text(record: &RunRecord<'_>, width: usize) -> String {
    let mut text = format!("\n{MARKED}Assumptions{MARKED:#}\n");
    // By heading: what is said, and of which economies or pairs.
    let mut groups: Vec<(String, Vec<Said<'_>>)> = Vec::new();
    for input in record
        .scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
    {
        let (table, of, key) = split_path(&input.path);
        let value = in_brief(&input.value);
        let (heading, entry, of) = match &input.origin {
            Origin::File(name) => (
                format!("set in {}", escape(name)),
                format!("{} {value}", input.path),
                None,
            ),
            Origin::CommandLine => (
                "set on the command line".to_owned(),
                format!("{} {value}", input.path),
                None,
            ),
            Origin::Default { .. } => match of.and_then(|id| record.scenario.lever(id)) {
                Some(lever) => (
                    format!("levers.{}, defaults of {}", lever.id, lever.kind.name),
                    format!("{key} {value}"),
                    None,
                ),
                None => (format!("{table}, defaults"), format!("{key} {value}"), of),
            },
        };
        let position = match groups.iter().position(|(other, _)| *other == heading) {
            Some(position) => position,
            None => {
                groups.push((heading, Vec::new()));
                groups.len() - 1
            }
        };
        // The same default for several economies or pairs is one assumption.
        let entries = &mut groups[position].1;
        match entries.iter_mut().find(|(other, _)| *other == entry) {
            Some((_, names)) => names.extend(of),
            None => entries.push((entry, of.into_iter().collect())),
        }
    }
    for (heading, entries) in groups {
        let entries: Vec<String> = entries
            .into_iter()
            .map(|(entry, names)| match names.as_slice() {
                [] => entry,
                names => format!("{entry} ({})", names.join(", ")),
            })
            .collect();
        text.push_str(&item(&format!("{heading}: {}.", entries.join("; ")), width));
    }
    for sentence in record.data_assumptions {
        text.push_str(&item(sentence, width));
    }
    let legend = "Numbers in brackets are 5 % and 95 % points. `jointly explain PATH` gives the meaning, source and reason of each.";
    text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(legend, width)));
    text
}

/// The table of a path, the economy, pair or lever in it, and its key.
fn split_path(path: &str) -> (&str, Option<&str>, &str) {
    match path.split_once('.') {
        Some((table @ ("baseline" | "tension" | "levers"), rest)) => match rest.split_once('.') {
            Some((of, key)) => (table, Some(of), key),
            None => (table, None, rest),
        },
        Some((table, key)) => (table, None, key),
        None => ("", None, path),
    }
}

/// A distribution by its median and 90 % range.
pub(super) fn in_brief(value: &Distribution) -> String {
    let short = |number: f64| {
        if number == 0.0 {
            "0".to_owned()
        } else if number.abs() >= 1000.0 {
            grouped(number)
        } else {
            // Three significant digits without trailing zeros.
            let digits = 2 - libm::floor(libm::log10(number.abs())) as i32;
            let text = format!("{number:.*}", digits.max(0) as usize);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
    };
    match value.as_constant() {
        Some(number) => short(number),
        None => {
            let [low, median, high] = value.quantiles([0.05, 0.5, 0.95]).map(short);
            format!("{median} [{low} to {high}]")
        }
    }
}

/// Breaks a text at spaces so that lines have at most `width` columns where words allow.
pub fn wrap(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = unicode_width::UnicodeWidthStr::width(word);
        if column > 0 && column + 1 + length > width {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        let mut rest = word;
        while unicode_width::UnicodeWidthStr::width(rest) > width.max(1) {
            let fits = rest
                .char_indices()
                .map(|(start, character)| start + character.len_utf8())
                .take_while(|end| unicode_width::UnicodeWidthStr::width(&rest[..*end]) <= width.max(1));
            let ends: Vec<usize> = fits.collect();
            let dot = ends.iter().rev().find(|end| rest[..**end].ends_with('.'));
            let Some(end) = dot.or(ends.last()).copied() else {
                break;
            };
            lines.push_str(&rest[..end]);
            lines.push('\n');
            rest = &rest[end..];
        }
        lines.push_str(rest);
        column += unicode_width::UnicodeWidthStr::width(rest);
    }
    lines
}
