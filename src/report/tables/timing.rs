//! The tables of timing: every start year of every lever, and every rule.

use crate::{
    analysis::{RuleTiming, RuleValue, StartYear, TimingAnswer},
    table::{Column, Schema, Table},
};

/// A start year of a lever.
pub struct YearRow {
    lever: String,
    year: StartYear,
    chosen: bool,
    unit: &'static str,
}

/// `start_years`.
pub static START_YEARS: Schema<YearRow> = Schema {
    name: "start_years",
    meaning: "One row per lever and start year, all other levers as the file has them.",
    columns: &[
        Column::word("lever", "id of the lever", |row| row.lever.clone()),
        Column::whole("year", "start year", |row| Some(i64::from(row.year.year))),
        Column::number(
            "value",
            "",
            "mean of the outcome over all futures; of what should be small, with the opposite sign",
            |row| Some(row.year.value.value),
        ),
        Column::number("value_mcse", "", "its Monte Carlo standard error", |row| {
            row.year.value.standard_error
        }),
        Column::number(
            "ahead",
            "",
            "by how much it is better than the first of the years, as a paired difference",
            |row| Some(row.year.ahead.value),
        ),
        Column::number("ahead_mcse", "", "its Monte Carlo standard error", |row| {
            row.year.ahead.standard_error
        }),
        Column::number(
            "best",
            "share",
            "share of the futures in which it is the best of the years",
            |row| Some(row.year.best),
        ),
        Column::truth(
            "chosen",
            "whether it has the best mean on the groups of 64 futures of even number",
            |row| Some(row.chosen),
        ),
        Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
    ],
};

/// A rule at a threshold.
pub struct RuleRow {
    rule: RuleTiming,
    role: &'static str,
    value: RuleValue,
    unit: &'static str,
}

/// `signposts`.
pub static SIGNPOSTS: Schema<RuleRow> = Schema {
    name: "signposts",
    meaning: "One row per rule as stated, over all futures, and with the threshold chosen on the groups of 64 futures of even number, over those of odd number.",
    columns: &[
        Column::word("rule", "name of the rule", |row| row.rule.rule.clone()),
        Column::word("lever", "id of the lever that waits", |row| {
            row.rule.lever.clone()
        }),
        Column::word("role", "`stated` or `chosen`", |row| row.role.to_owned()),
        Column::number(
            "threshold",
            "",
            "the threshold; empty for a condition of several",
            |row| row.value.threshold,
        ),
        Column::number(
            "starts",
            "share",
            "share of the futures in which the lever starts",
            |row| Some(row.value.starts),
        ),
        Column::number(
            "over_never",
            "",
            "by how much it is better than never to start",
            |row| Some(row.value.over_never.value),
        ),
        Column::number("over_never_mcse", "", "its Monte Carlo standard error", |row| {
            row.value.over_never.standard_error
        }),
        Column::number(
            "over_always",
            "",
            "by how much it is better than to start on every future",
            |row| Some(row.value.over_always.value),
        ),
        Column::number("over_always_mcse", "", "its Monte Carlo standard error", |row| {
            row.value.over_always.standard_error
        }),
        Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
    ],
};

/// Both tables.
pub fn all(answer: &TimingAnswer) -> Vec<Table> {
    let unit = answer.unit.key();
    let years = answer.levers.iter().flat_map(|lever| {
        lever
            .years
            .iter()
            .enumerate()
            .map(move |(position, year)| YearRow {
                lever: lever.lever.clone(),
                year: year.clone(),
                chosen: position == lever.best,
                unit,
            })
    });
    let rules = answer.rules.iter().flat_map(|rule| {
        let roles = [("stated", Some(rule.stated)), ("chosen", rule.chosen)];
        roles.into_iter().filter_map(move |(role, value)| {
            Some(RuleRow {
                rule: rule.clone(),
                role,
                value: value?,
                unit,
            })
        })
    });
    vec![START_YEARS.table(years), SIGNPOSTS.table(rules)]
}
