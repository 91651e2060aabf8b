//! The table of an attribution: what each lever contributes.

use crate::{
    analysis::OptionAttribution,
    decision::{Contribution, Estimate, Summary},
    table::{Column, Schema, Table},
};

/// The normal quantile at 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// A lever's part of an outcome, or the whole.
pub struct Row {
    option: String,
    outcome: String,
    unit: &'static str,
    lever: String,
    mean: Estimate,
    interval: Option<[f64; 2]>,
    part: f64,
    summary: Summary,
}

/// `attribution`.
pub static ATTRIBUTION: Schema<Row> = Schema {
    name: "attribution",
    meaning: "One row per outcome and lever, and one for all levers together.",
    columns: &[
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::word("outcome", "selector of the outcome", |row| row.outcome.clone()),
        Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
        Column::word("lever", "id of the lever; `all` for all together", |row| {
            row.lever.clone()
        }),
        Column::number("mean", "", "mean contribution (Shapley value)", |row| {
            Some(row.mean.value)
        }),
        Column::number("mcse", "", "Monte Carlo standard error of the mean", |row| {
            row.mean.standard_error
        }),
        Column::number("low", "", "lower end of the 95 % interval of the mean", |row| {
            Some(row.interval?[0])
        }),
        Column::number("high", "", "upper end of the 95 % interval of the mean", |row| {
            Some(row.interval?[1])
        }),
        Column::number("part", "share", "mean contribution over the mean of all", |row| {
            Some(row.part)
        }),
        Column::number("sd", "", "standard deviation over the futures", |row| {
            row.summary.sd
        }),
        Column::number("p05", "", "5 % quantile", |row| Some(row.summary.quantiles[0])),
        Column::number("p25", "", "25 % quantile", |row| Some(row.summary.quantiles[1])),
        Column::number("p50", "", "median", |row| Some(row.summary.quantiles[2])),
        Column::number("p75", "", "75 % quantile", |row| Some(row.summary.quantiles[3])),
        Column::number("p95", "", "95 % quantile", |row| Some(row.summary.quantiles[4])),
    ],
};

/// The contributions of the levers of an option.
pub fn table(result: &OptionAttribution) -> Table {
    let mut rows = Vec::new();
    for outcome in &result.outcomes {
        let total = &outcome.attribution.total;
        let parts = outcome.attribution.players.iter();
        let parts = parts.map(|part: &Contribution| (part.mean, part.interval, part.summary));
        let whole = total
            .mean
            .standard_error
            .map(|error| [-Z, Z].map(|errors| total.mean.value + errors * error));
        let levers = result.levers.iter().map(String::as_str).chain(["all"]);
        rows.extend(levers.zip(parts.chain([(total.mean, whole, *total)])).map(
            |(lever, (mean, interval, summary))| Row {
                option: result.option.clone(),
                outcome: outcome.outcome.clone(),
                unit: outcome.unit.key(),
                lever: lever.to_owned(),
                mean,
                interval,
                part: mean.value / total.mean.value,
                summary,
            },
        ));
    }
    ATTRIBUTION.table(rows)
}
