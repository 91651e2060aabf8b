//! A run for the terminal.

use anstyle::{AnsiColor, Style};

use super::{
    Align, Table, escape,
    export::RunRecord,
    number::{error_in_unit, in_unit, unit_heading},
};
use crate::{
    base::{Economy, Metric, Unit, Year},
    outcomes::{Comparison, Statistics, Summary, SummaryRow},
    scenario::{BASELINE, Origin},
};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const MARKED: Style = AnsiColor::Yellow.on_default();

/// The report of a run, at most `width` columns wide, with ANSI styles.
pub fn run_text(summary: &Summary, record: &RunRecord<'_>, width: usize) -> String {
    let scenario = record.scenario;
    let mut text = format!("{HEADING}{}{HEADING:#}\n", wrap(&escape(&scenario.title), width));
    if !scenario.summary.is_empty() {
        text.push_str(&format!("{}\n", wrap(&escape(&scenario.summary), width)));
    }
    let about = format!(
        "{} paths, seed {}. Each cell: median, and below it the range that holds 90 % of the futures. \
         ± is the Monte Carlo standard error of the last median: more paths shrink it, not the range.",
        summary.paths, record.seed
    );
    text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(&about, width)));
    for economy in &scenario.economies {
        text.push_str(&economy_text(summary, *economy, width));
    }
    text.push_str(&assumptions_text(record, width));
    text
}

fn economy_text(summary: &Summary, economy: Economy, width: usize) -> String {
    let mut text = format!("\n{HEADING}{} ({economy}){HEADING:#}\n", economy.name());
    let years: Vec<Year> = summary
        .series(BASELINE, Comparison::Level, economy, Metric::Gdp)
        .map(|row| row.year)
        .collect();
    let shown = shown_years(&years, width);
    let headings: Vec<String> = shown.iter().map(Year::to_string).collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(headings.iter().map(|heading| (heading.as_str(), Align::Right)));
    columns.push(("±", Align::Right));
    let mut table = Table::new(&columns);
    for metric in Metric::ALL {
        let rows: Vec<&SummaryRow> = summary
            .series(BASELINE, Comparison::Level, economy, metric)
            .collect();
        let Some(last) = rows.last() else {
            continue;
        };
        let mut cells = vec![format!("{}\n{}", metric.label(), unit_heading(metric.unit()))];
        for year in &shown {
            let cell = rows
                .iter()
                .find(|row| row.year == *year)
                .map(|row| cell(&row.statistics, metric.unit()));
            cells.push(cell.unwrap_or_else(|| "–".to_owned()));
        }
        cells.push(error_in_unit(last.statistics.quantile_mcse[2], last.unit));
        table.row(cells);
    }
    text.push_str(&table.render(width));
    text.push_str(&fan(summary, economy));
    text
}

/// Median and 90 % range; a number without uncertainty stands alone.
fn cell(statistics: &Statistics, unit: Unit) -> String {
    let [low, _, median, _, high] = statistics.quantiles;
    if low == high {
        return in_unit(median, unit);
    }
    format!(
        "{}\n{} – {}",
        in_unit(median, unit),
        in_unit(low, unit),
        in_unit(high, unit)
    )
}

/// The first year, the last, and as many between as the width allows.
fn shown_years(years: &[Year], width: usize) -> Vec<Year> {
    let count = match width {
        0..58 => 1,
        58..78 => 2,
        78..98 => 3,
        _ => 4,
    };
    let last = years.len().saturating_sub(1);
    let mut shown: Vec<Year> = match count {
        1 => vec![last],
        _ => (0..count).map(|step| last * step / (count - 1)).collect(),
    }
    .into_iter()
    .filter_map(|position| years.get(position).copied())
    .collect();
    shown.dedup();
    shown
}

/// The digital economy by year as bars: the 95 %, 50 % and 5 % quantiles on one scale.
fn fan(summary: &Summary, economy: Economy) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let rows: Vec<&SummaryRow> = summary
        .series(BASELINE, Comparison::Level, economy, Metric::DigitalEconomy)
        .collect();
    let top = rows
        .iter()
        .map(|row| row.statistics.quantiles[4])
        .fold(0.0, f64::max);
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return String::new();
    };
    let mut text = format!("{QUIET}digital economy, {}–{}{QUIET:#}\n", first.year, last.year);
    for (label, position) in [("95 %", 4), ("50 %", 2), (" 5 %", 0)] {
        let bars: String = rows
            .iter()
            .map(|row| {
                let height = (row.statistics.quantiles[position] / top * BARS.len() as f64) as usize;
                BARS[height.min(BARS.len() - 1)]
            })
            .collect();
        text.push_str(&format!(
            "  {label} {bars} {}\n",
            in_unit(last.statistics.quantiles[position], Unit::UsdBn)
        ));
    }
    text
}

/// Every judgment and every number of the user's own.
pub(super) fn assumptions_text(record: &RunRecord<'_>, width: usize) -> String {
    let mut text = format!("\n{MARKED}Assumptions{MARKED:#}\n");
    let mut lines: Vec<String> = Vec::new();
    for input in record
        .scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
    {
        let meaning = input.parameter().map_or("", |parameter| parameter.meaning);
        let why = match &input.origin {
            Origin::Default { reason, source, .. } => format!("default, {}: {}", source, reason),
            Origin::File(name) => format!("set in {}", escape(name)),
            Origin::CommandLine => "set on the command line".to_owned(),
        };
        // The same default for every economy is one assumption.
        let line = match (
            &input.origin,
            input
                .path
                .strip_prefix("baseline.")
                .and_then(|rest| rest.split_once('.')),
        ) {
            (Origin::Default { .. }, Some((_, key))) => {
                format!("{key} = {} for every economy. {meaning} ({why})", input.value)
            }
            _ => format!("{} = {}. {meaning} ({why})", input.path, input.value),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(record.data_assumptions.iter().cloned());
    for line in lines {
        text.push_str(&format!(
            "- {}\n",
            wrap(&line, width.saturating_sub(2)).replace('\n', "\n  ")
        ));
    }
    text
}

/// Breaks a text at spaces so that lines have at most `width` columns; a longer word, such as the path of a parameter, is broken
/// after a dot.
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
