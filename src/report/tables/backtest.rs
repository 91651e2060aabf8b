//! The tables of a hindcast.

use crate::{
    analysis::{Backtest, COVERAGES, METHODS, Percentile, Score, ScoreSummary},
    table::{Column, Schema, Table},
};

/// A forecast with the name of what was forecast.
pub struct ScoreRow {
    part: String,
    score: Score,
}

/// `backtest`.
pub static BACKTEST: Schema<ScoreRow> = Schema {
    name: "backtest",
    meaning: "One row per forecast of one method.",
    columns: &[
        Column::word(
            "series",
            "what was forecast: `share`, or an era of the panel",
            |row| row.part.clone(),
        ),
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| {
            row.score.economy.to_string()
        }),
        Column::whole("origin", "the last year the fit has seen", |row| {
            Some(row.score.origin.into())
        }),
        Column::whole("years_ahead", "years after it", |row| {
            Some(row.score.ahead as i64)
        }),
        Column::word("method", "forecasting method", |row| {
            METHODS[row.score.method].to_owned()
        }),
        Column::number(
            "outcome",
            "log_points",
            "what happened: the change since the origin, of a share in logit points",
            |row| Some(row.score.outcome),
        ),
        Column::number(
            "crps",
            "log_points",
            "continuous ranked probability score; smaller is better",
            |row| Some(row.score.crps),
        ),
        Column::number(
            "pit",
            "share",
            "probability that the forecast gave to at most the outcome",
            |row| Some(row.score.pit),
        ),
        Column::truth(
            "in_50",
            "whether the central 50 % interval held the outcome",
            |row| Some(row.score.covered(COVERAGES[0])),
        ),
        Column::truth("in_80", "whether the central 80 % interval did", |row| {
            Some(row.score.covered(COVERAGES[1]))
        }),
        Column::truth("in_90", "whether the central 90 % interval did", |row| {
            Some(row.score.covered(COVERAGES[2]))
        }),
        Column::truth(
            "closed_form",
            "whether the score is exact rather than of a sample",
            |row| Some(row.score.closed_form),
        ),
    ],
};

/// The mean scores of a method.
pub struct SummaryRow {
    part: String,
    ahead: usize,
    method: &'static str,
    summary: ScoreSummary,
}

/// `backtest_summary`.
pub static BACKTEST_SUMMARY: Schema<SummaryRow> = Schema {
    name: "backtest_summary",
    meaning: "One row per series, number of years ahead and method: means over all forecasts.",
    columns: &[
        Column::word("series", "what was forecast", |row| row.part.clone()),
        Column::whole("years_ahead", "years after the origin", |row| {
            Some(row.ahead as i64)
        }),
        Column::word("method", "forecasting method", |row| row.method.to_owned()),
        Column::whole("forecasts", "number of forecasts", |row| {
            Some(row.summary.forecasts as i64)
        }),
        Column::number("crps", "log_points", "mean score; smaller is better", |row| {
            Some(row.summary.crps)
        }),
        Column::number(
            "coverage_50",
            "share",
            "part of the outcomes inside the central 50 % interval",
            |row| Some(row.summary.coverage[0]),
        ),
        Column::number("coverage_80", "share", "part inside the 80 % interval", |row| {
            Some(row.summary.coverage[1])
        }),
        Column::number("coverage_90", "share", "part inside the 90 % interval", |row| {
            Some(row.summary.coverage[2])
        }),
        Column::number(
            "pit",
            "share",
            "mean probability integral transform; 0.5 without bias",
            |row| Some(row.summary.pit),
        ),
    ],
};

/// `known_years`.
pub static KNOWN_YEARS: Schema<Percentile> = Schema {
    name: "known_years",
    meaning: "One row per economy and known year after the base year, as the forecast from the base year saw it.",
    columns: &[
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| {
            row.economy.to_string()
        }),
        Column::whole("year", "calendar year", |row| Some(row.year.into())),
        Column::number("gdp", "usd_bn", "known GDP", |row| Some(row.gdp)),
        Column::number("p05", "usd_bn", "5 % quantile of the forecast", |row| {
            Some(row.forecast[0])
        }),
        Column::number("p50", "usd_bn", "median of the forecast", |row| {
            Some(row.forecast[1])
        }),
        Column::number("p95", "usd_bn", "95 % quantile of the forecast", |row| {
            Some(row.forecast[2])
        }),
        Column::number(
            "pit",
            "share",
            "probability that the forecast gave to at most the known value",
            |row| Some(row.pit),
        ),
    ],
};

/// Every forecast, the means of the methods, and the known years.
pub fn tables(result: &Backtest) -> Vec<Table> {
    let scores = result.scores.iter().map(|score| ScoreRow {
        part: result.parts[score.part].key.clone(),
        score: score.clone(),
    });
    let summaries = result.groups().into_iter().flat_map(|(part, ahead)| {
        METHODS.iter().enumerate().filter_map(move |(position, method)| {
            Some(SummaryRow {
                part: result.parts[part].key.clone(),
                ahead,
                method,
                summary: result.summary(part, ahead, position)?,
            })
        })
    });
    vec![
        BACKTEST.table(scores),
        BACKTEST_SUMMARY.table(summaries),
        KNOWN_YEARS.table(result.percentiles.iter().copied()),
    ]
}
