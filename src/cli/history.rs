use std::collections::BTreeSet;

use super::{Console, Failure, Format, HistoryArgs, common::load_history};
use crate::{
    base::{Diagnostic, Diagnostics, Economy},
    history::{Check, PANEL_NAME, Panel, Row, SERIES, audit},
    report::{
        Align, Table, escape, significant,
        tables::reference::{AUDIT, HISTORY, history_basis},
        wrap,
    },
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these economies, by ISO code (may be given several times); of any of the 189 of the panel, everything that is known
    #[arg(long, value_name = "CODE")]
    economy: Vec<String>,
    /// Only these series (may be given several times)
    #[arg(long, value_name = "SERIES")]
    series: Vec<String>,
    /// Recompute what the tables imply about each other and say pass or fail; exit status 1 if anything fails
    #[arg(long)]
    audit: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    history: HistoryArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, _) = load_history(&args.history)?;
    let mut rows = history.rows;
    let mut errors = Diagnostics::new();
    for series in args
        .series
        .iter()
        .filter(|name| !SERIES.iter().any(|series| series.key == **name))
    {
        let known = SERIES.iter().map(|series| series.key);
        errors.push(Diagnostic::new(format!("unknown series `{}`", escape(series))).suggest(series, known));
    }
    for code in &args.economy {
        let in_panel = Economy::parse(code).and_then(|economy| Panel::embedded().economy(economy));
        if let Some(entry) = in_panel {
            // The table wins cell by cell.
            let known: BTreeSet<_> = rows.iter().map(Row::cell).collect();
            let mut others = entry.rows();
            others.retain(|row| !known.contains(&row.cell()));
            rows.extend(others);
        } else if !rows.iter().any(|row| row.place == *code) {
            let known = rows.iter().map(|row| row.place.as_str());
            let panel = Panel::embedded()
                .economies
                .iter()
                .map(|entry| entry.economy.code());
            errors.push(
                Diagnostic::new(format!(
                    "unknown economy `{}`: neither the history table nor the panel has it",
                    escape(code)
                ))
                .suggest(code, known.chain(panel)),
            );
        }
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    if !args.economy.is_empty() {
        rows.sort_by_key(|row| {
            (
                row.place.clone(),
                SERIES.iter().position(|series| series.key == row.series.key),
                row.year,
            )
        });
    }
    let wanted = |row: &&Row| {
        (args.economy.is_empty() || args.economy.contains(&row.place))
            && (args.series.is_empty() || args.series.iter().any(|series| series == row.series.key))
    };
    if args.audit {
        let rows: Vec<Row> = rows
            .iter()
            .filter(|row| row.location.0.name != PANEL_NAME)
            .filter(wanted)
            .cloned()
            .collect();
        let checks = audit(&rows);
        console.print(&match args.format {
            Format::Text => audit_text(&checks, console.width()),
            Format::Csv => AUDIT.table(checks.iter().cloned()).csv(),
            Format::Json => format!("{:#}\n", AUDIT.table(checks.iter().cloned()).json()),
        })?;
        return if checks.iter().all(Check::passed) {
            Ok(())
        } else {
            Err(Failure::CheckFailed)
        };
    }
    let rows: Vec<&Row> = rows.iter().filter(wanted).collect();
    console.print(&match args.format {
        Format::Text => text(&rows, console.width()),
        Format::Csv => HISTORY.table(rows.into_iter().cloned()).csv(),
        Format::Json => format!("{:#}\n", HISTORY.table(rows.into_iter().cloned()).json()),
    })?;
    Ok(())
}

/// The value as the program uses it: growth on the usual basis in percent, shares in percent, levels as written.
fn used(row: &Row) -> String {
    match (row.start_year_growth(), &row.uncertainty) {
        (Some(growth), _) => format!("{:+.2} %", 100.0 * growth),
        (None, Some(uncertainty)) => escape(&uncertainty.to_string()),
        (None, None) => format!("{} {}", row.written, row.unit.key()),
    }
}

fn text(rows: &[&Row], width: usize) -> String {
    let mut text = String::new();
    let mut places: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        let key = (row.place.as_str(), row.series.key);
        if !places.contains(&key) {
            places.push(key);
        }
    }
    let mut notes: Vec<String> = Vec::new();
    for (place, series) in places {
        let mut table = Table::new(&[
            ("year", Align::Right),
            ("printed", Align::Right),
            ("basis", Align::Left),
            ("used (growth: usual basis)", Align::Right),
            ("status", Align::Left),
            ("source", Align::Left),
        ]);
        let mut label = "";
        for row in rows
            .iter()
            .filter(|row| row.place == place && row.series.key == series)
        {
            label = row.series.label;
            let mark = if row.correction.is_some() { " *" } else { "" };
            table.row([
                row.year.to_string(),
                format!("{} {}", row.printed, row.unit.key()),
                history_basis(row).to_owned(),
                format!("{}{mark}", used(row)),
                row.status.key().to_owned(),
                escape(&if row.locator.is_empty() {
                    row.source.clone()
                } else {
                    format!("{}, {}", row.source, row.locator)
                }),
            ]);
            if let Some(correction) = &row.correction {
                notes.push(format!(
                    "{place} {label} {}: printed {}, used {} ({}). {}. Source: {}.",
                    row.year,
                    row.printed,
                    correction.corrected,
                    correction.certainty,
                    correction.why,
                    correction.source
                ));
            }
        }
        text.push_str(&format!(
            "\n{} ({series}), {}\n{}",
            label,
            place_name(place),
            table.render(width)
        ));
    }
    if !notes.is_empty() {
        text.push_str("\nCorrections (*); --no-corrections switches them off\n");
        for note in notes {
            text.push_str(&format!(
                "- {}\n",
                wrap(&escape(&note), width.saturating_sub(2)).replace('\n', "\n  ")
            ));
        }
    }
    text
}

fn audit_text(checks: &[Check], width: usize) -> String {
    let mut text = String::new();
    for check in checks {
        let verdict = if check.passed() { "pass" } else { "FAIL" };
        let line = format!(
            "{}. {}; apart by {}, rounding allows {}",
            check.what,
            check.arithmetic,
            significant(check.difference),
            significant(check.tolerance)
        );
        text.push_str(&format!(
            "{verdict}  {}\n",
            wrap(&escape(&line), width.saturating_sub(6)).replace('\n', "\n      ")
        ));
    }
    let failed = checks.iter().filter(|check| !check.passed()).count();
    text.push_str(&match (checks.len(), failed) {
        (0, _) => "Nothing in this table can be checked against anything else.\n".to_owned(),
        (all, 0) => format!("\nAll {all} checks passed.\n"),
        (all, failed) => format!("\n{failed} of {all} checks FAILED.\n"),
    });
    text
}

/// `Vietnam (VNM)`; a place that is no economy as it is written.
fn place_name(place: &str) -> String {
    match Economy::parse(place) {
        Some(economy) if economy.name() != place => format!("{} ({place})", economy.name()),
        _ => escape(place),
    }
}
