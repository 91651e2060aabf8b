use std::collections::BTreeSet;

use serde_json::json;

use super::{
    Console, Failure, Format, HistoryArgs,
    common::{csv_text, load_history},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy},
    history::{Check, GrowthBasis, PANEL_NAME, Panel, Row, SERIES, audit},
    report::{Align, Table, escape, significant, wrap},
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
            Format::Csv => audit_csv(&checks),
            Format::Json => format!("{:#}\n", json!(checks)),
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
        Format::Csv => csv(&rows)?,
        Format::Json => format!(
            "{:#}\n",
            json!(rows.iter().map(|row| json_row(row)).collect::<Vec<_>>())
        ),
    })?;
    Ok(())
}

fn basis(row: &Row) -> &'static str {
    match row.basis {
        None => "level",
        Some(GrowthBasis::StartYear) => "start_year",
        Some(GrowthBasis::EndYear) => "end_year",
    }
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
                basis(row).to_owned(),
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

/// The table as `--history` reads it, with two columns more: what is used (growth on the usual basis), and why it differs.
fn csv(rows: &[&Row]) -> Result<String, Failure> {
    const HEADER: [&str; 13] = [
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
        "used",
        "correction",
    ];
    let records = rows.iter().map(|row| {
        vec![
            row.series.key.to_owned(),
            row.place.clone(),
            row.year.to_string(),
            row.printed.clone(),
            row.unit.key().to_owned(),
            basis(row).to_owned(),
            row.status.key().to_owned(),
            row.uncertainty_written.clone(),
            row.source.clone(),
            row.locator.clone(),
            row.note.clone(),
            row.start_year_growth().unwrap_or(row.value).to_string(),
            row.correction
                .as_ref()
                .map_or_else(String::new, |correction| correction.why.clone()),
        ]
    });
    csv_text(&HEADER, records)
}

fn json_row(row: &Row) -> serde_json::Value {
    json!({
        "series": row.series.key,
        "economy": row.place,
        "year": row.year,
        "printed": row.printed,
        "unit": row.unit.key(),
        "basis": basis(row),
        "used": row.start_year_growth().unwrap_or(row.value),
        "uncertainty": row.uncertainty.as_ref().map(ToString::to_string),
        "status": row.status.key(),
        "source": row.source,
        "locator": row.locator,
        "correction": row.correction,
        "note": row.note,
    })
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

fn audit_csv(checks: &[Check]) -> String {
    let mut text = String::from("verdict,difference,tolerance,what,arithmetic\n");
    for check in checks {
        let verdict = if check.passed() { "pass" } else { "fail" };
        text.push_str(&format!(
            "{verdict},{},{},\"{}\",\"{}\"\n",
            check.difference,
            check.tolerance,
            check.what.replace('"', "'"),
            check.arithmetic.replace('"', "'")
        ));
    }
    text
}

/// `Vietnam (VNM)`; a place that is no economy as it is written.
fn place_name(place: &str) -> String {
    match Economy::parse(place) {
        Some(economy) if economy.name() != place => format!("{} ({place})", economy.name()),
        _ => escape(place),
    }
}
