//! Results in the long form of the Integrated Assessment Modeling Consortium, which pyam and scenario explorers read: options are
//! scenarios, places regions, a metric with a statistic a variable.

use crate::{
    analysis::OptionComparison,
    base::{Measure, Metric, Place, Selector, Year},
    outcomes::{Comparison, SummaryRow},
    table::{Column, Schema, Table},
};

/// One number.
pub struct IamcRow {
    scenario: String,
    region: String,
    variable: String,
    unit: &'static str,
    year: Year,
    value: f64,
}

/// `iamc`.
pub static IAMC: Schema<IamcRow> = Schema {
    name: "iamc",
    meaning: "One row per scenario, region, variable and year: the long form of the IAMC.",
    columns: &[
        Column::word("model", "`jointly` and its version", |_| {
            format!("jointly {}", env!("CARGO_PKG_VERSION"))
        }),
        Column::word("scenario", "policy option; `baseline` without levers", |row| {
            row.scenario.clone()
        }),
        Column::word("region", "ISO 3166-1 alpha-3 code, or `group`", |row| {
            row.region.clone()
        }),
        Column::word(
            "variable",
            "metric and statistic, such as `GDP|Median`; `Extra GDP|Mean` is what the option adds on the same futures",
            |row| row.variable.clone(),
        ),
        Column::word("unit", "unit, as in `summary`", |row| row.unit.to_owned()),
        Column::whole("year", "calendar year", |row| Some(row.year.into())),
        Column::number("value", "", "the number", |row| Some(row.value)),
    ],
};

const QUANTILES: [&str; 5] = [
    "5th Percentile",
    "25th Percentile",
    "Median",
    "75th Percentile",
    "95th Percentile",
];

/// `Extra Digital Economy`.
fn variable(metric: Metric, extra: bool) -> String {
    let word = |word: &str| match word {
        "gdp" => "GDP".to_owned(),
        word => word[..1].to_uppercase() + &word[1..],
    };
    let key = metric.column();
    let words: Vec<String> = key.split('_').filter(|part| !part.is_empty()).map(word).collect();
    format!("{}{}", if extra { "Extra " } else { "" }, words.join(" "))
}

/// The rows of one mean, where it has a meaning, and five quantiles.
fn rows<'a>(
    scenario: &'a str,
    (place, metric, extra, year): (Place, Metric, bool, Year),
    unit: &'static str,
    mean: f64,
    quantiles: &'a [f64],
) -> impl Iterator<Item = IamcRow> + 'a {
    // A ratio to a gap that is nearly nothing on some paths has no useful mean.
    let mean = (metric != Metric::Closure).then_some(("Mean", mean));
    let numbers = mean
        .into_iter()
        .chain(QUANTILES.into_iter().zip(quantiles.iter().copied()));
    let variable = variable(metric, extra);
    numbers.map(move |(statistic, value)| IamcRow {
        scenario: scenario.to_owned(),
        region: place.code().to_owned(),
        variable: format!("{variable}|{statistic}"),
        unit,
        year,
        value,
    })
}

/// The summary of a run.
pub fn of_run(summary: &[SummaryRow]) -> Table {
    IAMC.table(summary.iter().flat_map(|row| {
        let extra = row.comparison == Comparison::Extra;
        let what = (row.place, row.metric, extra, row.year);
        rows(
            &row.option,
            what,
            row.unit.key(),
            row.statistics.mean,
            &row.statistics.quantiles,
        )
    }))
}

/// The outcomes of a comparison that belong to a year; `None` if there are none. Present values belong to none.
pub fn of_comparison(result: &OptionComparison, horizon: Year) -> Option<Table> {
    let mut found: Vec<IamcRow> = Vec::new();
    for outcome in &result.outcomes {
        let measure = Selector::parse(&outcome.outcome)
            .ok()
            .map(|selector| selector.measure);
        let Some(Measure::Metric {
            place,
            metric,
            year,
            extra,
        }) = measure
        else {
            continue;
        };
        let what = (place, metric, extra, year.unwrap_or(horizon));
        for (option, level) in result.options.iter().zip(&outcome.comparison.options) {
            found.extend(rows(
                option,
                what,
                outcome.unit.key(),
                level.mean.value,
                &level.quantiles,
            ));
        }
    }
    (!found.is_empty()).then(|| IAMC.table(found))
}
