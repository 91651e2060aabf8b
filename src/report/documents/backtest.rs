//! A hindcast: how past forecasts of the model would have scored against what happened.

use crate::{
    analysis::{Backtest, METHODS, SAMPLED_PATHS, ScoreSummary},
    report::{
        document::{Cell, Column, Document, Section, Table, see},
        number::{percent, significant},
    },
};

use super::shared::show::heading;

/// Of more years ahead these are shown with the answer.
const AHEAD: [usize; 5] = [1, 2, 3, 5, 10];

/// What a hindcast found.
pub fn backtest_document(result: &Backtest) -> Document {
    let parts = || (0..result.parts.len()).filter(|part| !ahead(result, *part).is_empty());
    let mut answer = Section::brief("answer", "").sentences(parts().map(|part| verdict(result, part)));
    answer = answer.sentence(known_in_short(result));
    if !answer.blocks.is_empty() {
        answer = answer.note("Below: mean scores (CRPS, smaller is better), and part of the outcomes in the model's 90 % interval.");
    }
    if answer.blocks.is_empty() {
        answer = answer.sentence("No origin year has three years before it and a year after it.");
    }
    let mut sections = vec![answer];
    for part in parts() {
        let label = heading(&result.parts[part].label);
        sections.push(Section::brief(&result.parts[part].key, label).table(in_short(result, part)));
    }
    if parts().next().is_some() {
        sections.push(
            Section::full("scores", "Scores of every method")
                .with_tables(parts().map(|part| scores(result, part)))
                .note(READING),
        );
    }
    if !result.percentiles.is_empty() {
        sections.push(
            Section::full(
                "known-years",
                "GDP in dollars of the known years, as percentiles of the forecast",
            )
            .table(known_years(result)),
        );
    }
    sections.push(Section::full("caveats", "How far to trust it").sentences([
        format!(
            "Scores are sampled from {} paths ({} on the panel), except that of a share one year ahead, which is exact (Student-t).",
            SAMPLED_PATHS[0], SAMPLED_PATHS[1]
        ),
        "Forecasts of neighboring years and economies depend on each other: a few dozen of them are far fewer independent tests."
            .to_owned(),
        "The persistence of the dollar price, the spread of its common drift, the persistence of growth and the length of the window were chosen with knowledge \
         of some of these years."
            .to_owned(),
    ]));
    Document {
        title: "Hindcast".to_owned(),
        question: "How would past forecasts of the model have scored against what happened?".to_owned(),
        sections,
        ..Document::default()
    }
}

/// [`METHODS`] as headings of narrow columns.
const SHORT: [&str; METHODS.len()] = ["Model", "Random walk", "With drift", "Mean growth"];

const READING: &str = "CRPS: continuous ranked probability score of the change since the origin, in log or logit points; smaller is better. in 50 %: part of \
                       the outcomes inside the central 50 % interval of the forecast. PIT: probability the forecast gave to at most the outcome; 0.5 on \
                       average without bias.";

/// The years ahead that a part has scores for.
fn ahead(result: &Backtest, part: usize) -> Vec<usize> {
    let groups = result.groups().into_iter();
    groups
        .filter_map(|(other, ahead)| (other == part).then_some(ahead))
        .collect()
}

/// The scores of every method, the model first.
fn of_methods(result: &Backtest, part: usize, ahead: usize) -> Vec<(usize, ScoreSummary)> {
    let scored = |method| Some((method, result.summary(part, ahead, method)?));
    (0..METHODS.len()).filter_map(scored).collect()
}

/// How often the model scores best.
fn verdict(result: &Backtest, part: usize) -> String {
    let years = ahead(result, part);
    let mut best = 0;
    let mut covered: Vec<f64> = Vec::new();
    for ahead in &years {
        let scores = of_methods(result, part, *ahead);
        let least = scores.iter().min_by(|a, b| a.1.crps.total_cmp(&b.1.crps));
        best += usize::from(least.is_some_and(|(method, _)| *method == 0));
        covered.extend(
            scores
                .iter()
                .filter(|(method, _)| *method == 0)
                .map(|(_, summary)| summary.coverage[2]),
        );
    }
    let whole = |share: f64| format!("{:.0}", 100.0 * share);
    let [low, high] =
        [f64::min, f64::max].map(|pick| whole(covered.iter().copied().reduce(pick).unwrap_or(0.0)));
    let held = if low == high {
        low
    } else {
        format!("{low} to {high}")
    };
    format!(
        "{}: the model scores best at {best} of {} horizons; its 90 % interval held {held} %.",
        heading(&result.parts[part].label),
        years.len()
    )
}

fn known_in_short(result: &Backtest) -> String {
    let percentiles = || result.percentiles.iter().map(|row| 100.0 * row.pit);
    let years = || result.percentiles.iter().map(|row| row.year);
    match (years().min(), years().max()) {
        (Some(first), Some(last)) => format!(
            "GDP in dollars of {first} to {last} lay between percentile {:.0} and {:.0} of the forecast from the base year ({}).",
            percentiles().fold(100.0, f64::min),
            percentiles().fold(0.0, f64::max),
            see(&["known-years"])
        ),
        _ => String::new(),
    }
}

fn count(number: usize) -> Cell {
    Cell::told(number.to_string(), number as f64)
}

fn share(part: f64) -> Cell {
    Cell::told(percent(part), part)
}

fn in_short(result: &Backtest, part: usize) -> Table {
    let mut years = ahead(result, part);
    if years.len() > AHEAD.len() {
        years.retain(|ahead| AHEAD.contains(ahead));
    }
    let mut columns = vec![
        Column::numbers("Years ahead", ""),
        Column::numbers("Forecasts", ""),
    ];
    columns.extend(SHORT.map(|method| Column::numbers(method, "")));
    columns.push(Column::numbers("In 90 %", ""));
    let row = |ahead: &usize| {
        let scores = of_methods(result, part, *ahead);
        let model = scores.first()?.1;
        let mut cells = vec![count(*ahead), count(model.forecasts)];
        cells.extend((0..METHODS.len()).map(|method| {
            let found = scores.iter().find(|(other, _)| *other == method);
            found.map_or_else(
                || Cell::words("–"),
                |(_, summary)| Cell::told(format!("{:.4}", summary.crps), summary.crps),
            )
        }));
        cells.push(share(model.coverage[2]));
        Some(cells)
    };
    Table {
        columns,
        rows: years.iter().filter_map(row).collect(),
        ..Table::default()
    }
}

fn scores(result: &Backtest, part: usize) -> Table {
    let mut rows = Vec::new();
    for ahead in ahead(result, part) {
        for (method, summary) in of_methods(result, part, ahead) {
            let mut cells = vec![
                count(ahead),
                Cell::words(METHODS[method]),
                count(summary.forecasts),
                Cell::told(format!("{:.4}", summary.crps), summary.crps),
            ];
            cells.extend(summary.coverage.map(share));
            cells.push(Cell::told(format!("{:.2}", summary.pit), summary.pit));
            rows.push(cells);
        }
    }
    let mut columns = vec![Column::numbers("Years ahead", ""), Column::words("Method")];
    let numbers = ["Forecasts", "CRPS", "in 50 %", "in 80 %", "in 90 %", "mean PIT"];
    columns.extend(numbers.map(|label| Column::numbers(label, "")));
    Table {
        title: heading(&result.parts[part].label),
        columns,
        rows,
        ..Table::default()
    }
}

/// Where the known years fell in the forecast from the base year.
fn known_years(result: &Backtest) -> Table {
    let mut columns = vec![Column::words("Economy"), Column::numbers("Year", "")];
    columns.extend(["GDP", "Forecast: 5 %", "50 %", "95 %"].map(|label| Column::numbers(label, "USD bn")));
    columns.push(Column::numbers("Percentile", ""));
    let dollars = |value: f64| Cell::told(significant(value), value);
    let rows = result.percentiles.iter().map(|row| {
        let mut cells = vec![
            Cell::words(row.economy.name()),
            Cell::told(row.year.to_string(), row.year.into()),
            dollars(row.gdp),
        ];
        cells.extend(row.forecast.map(dollars));
        cells.push(Cell::told(format!("{:.0}", 100.0 * row.pit), 100.0 * row.pit));
        cells
    });
    Table {
        columns,
        rows: rows.collect(),
        ..Table::default()
    }
}
