//! Tables of a run: the summary, and how gaps close.

use crate::{
    base::{Metric, Year},
    outcomes::{GapClosure, Summary, SummaryRow},
    table::{Column, Schema, Table},
};

/// `summary`.
pub static SUMMARY: Schema<SummaryRow> = Schema {
    name: "summary",
    meaning: "One row per option, comparison, economy, metric and year.",
    columns: &[
        Column::word("option", "policy option; `baseline` without levers", |row| {
            row.option.clone()
        }),
        Column::word(
            "comparison",
            "`level`, the number under the option; `extra`, option less baseline on the same path",
            |row| row.comparison.key().to_owned(),
        ),
        Column::word("economy", "ISO 3166-1 alpha-3 code, or `group`", |row| {
            row.place.code().to_owned()
        }),
        Column::word("metric", "see [model.md](model.md), section 8", |row| {
            row.metric.column()
        }),
        Column::word(
            "unit",
            "unit of the numbers: `usd_bn`, `usd_per_person`, `share` (0.4 is 40 %), `yearly_rate` (0.05 is 5 % a year, on \
             the usual basis), `score` (0 to 1), `log_points`, `ratio`",
            |row| row.unit.key().to_owned(),
        ),
        Column::whole(
            "year",
            "calendar year, from the base year; growth from the year after",
            |row| Some(row.year.into()),
        ),
        Column::number("mean", "", "mean over the futures; empty for `closure`", |row| {
            mean(row, row.statistics.mean)
        }),
        Column::number(
            "sd",
            "",
            "standard deviation over the futures; empty for `closure`",
            |row| mean(row, row.statistics.sd),
        ),
        Column::number("mcse", "", "Monte Carlo standard error of the mean", |row| {
            mean(row, row.statistics.mcse)
        }),
        Column::nth("p05", "", "5 % quantile", quantile, 0),
        Column::nth("p25", "", "25 % quantile", quantile, 1),
        Column::nth("p50", "", "median", quantile, 2),
        Column::nth("p75", "", "75 % quantile", quantile, 3),
        Column::nth("p95", "", "95 % quantile", quantile, 4),
        Column::number("p_positive", "share", "share of the futures above 0", |row| {
            Some(row.statistics.positive)
        }),
        Column::nth(
            "mcse_p05",
            "",
            "Monte Carlo standard error of `p05`",
            quantile_error,
            0,
        ),
        Column::nth(
            "mcse_p25",
            "",
            "Monte Carlo standard error of `p25`",
            quantile_error,
            1,
        ),
        Column::nth(
            "mcse_p50",
            "",
            "Monte Carlo standard error of `p50`",
            quantile_error,
            2,
        ),
        Column::nth(
            "mcse_p75",
            "",
            "Monte Carlo standard error of `p75`",
            quantile_error,
            3,
        ),
        Column::nth(
            "mcse_p95",
            "",
            "Monte Carlo standard error of `p95`",
            quantile_error,
            4,
        ),
    ],
};

/// A ratio to a gap that is nearly nothing on some paths has no useful mean.
fn mean(row: &SummaryRow, value: f64) -> Option<f64> {
    (row.metric != Metric::Closure).then_some(value)
}

/// How a gap stands in a year.
pub struct GapRow {
    option: String,
    economy: String,
    metric: String,
    reference: String,
    status: &'static str,
    year: Year,
    half: f64,
    all: f64,
    first_half: f64,
}

fn quantile(row: &SummaryRow, position: usize) -> Option<f64> {
    row.statistics.quantiles.get(position).copied()
}

fn quantile_error(row: &SummaryRow, position: usize) -> Option<f64> {
    row.statistics.quantile_mcse.get(position).copied()
}

/// `gap`.
pub static GAP: Schema<GapRow> = Schema {
    name: "gap",
    meaning: "One row per option, economy with an open gap, and year.",
    columns: &[
        Column::word("option", "policy option; `baseline` without levers", |row| {
            row.option.clone()
        }),
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| row.economy.clone()),
        Column::word("metric", "in what the gap is measured", |row| row.metric.clone()),
        Column::word(
            "reference",
            "what it is measured against: an economy, or `frontier`, whoever is ahead",
            |row| row.reference.clone(),
        ),
        Column::word("status", "`open`", |row| row.status.to_owned()),
        Column::whole("year", "calendar year, from the base year", |row| {
            Some(row.year.into())
        }),
        Column::number(
            "p_half_closed",
            "share",
            "share of the futures in which at least half of the gap of the base year is closed in that year",
            |row| Some(row.half),
        ),
        Column::number(
            "p_all_closed",
            "share",
            "share of the futures in which all of it is closed in that year",
            |row| Some(row.all),
        ),
        Column::number(
            "p_first_half_closed",
            "share",
            "share of the futures in which that is the first year with half of it closed",
            |row| Some(row.first_half),
        ),
    ],
};

/// The numbers of a run.
pub fn summary(summary: &Summary) -> Table {
    SUMMARY.table(summary.rows.iter().cloned())
}

/// The probabilities of closing the gap.
pub fn gap(summary: &Summary) -> Table {
    GAP.table(
        summary
            .closures
            .iter()
            .flat_map(|closure| gap_rows(summary, closure)),
    )
}

fn gap_rows<'a>(summary: &'a Summary, closure: &'a GapClosure) -> impl Iterator<Item = GapRow> + 'a {
    let shares = closure
        .probability_half
        .iter()
        .zip(&closure.probability_all)
        .zip(&closure.first_half);
    (summary.base_year..)
        .zip(shares)
        .map(|(year, ((half, all), first_half))| GapRow {
            option: closure.option.clone(),
            economy: closure.economy.code().to_owned(),
            metric: summary.gap.metric.column(),
            reference: summary.gap.reference_code().to_owned(),
            status: closure.status.key(),
            year,
            half: *half,
            all: *all,
            first_half: *first_half,
        })
}
