//! The tables of a target: where it begins to be reached, and what there is at every value of the grid.

use crate::{
    analysis::{TargetAnswer, TargetChange, TargetPoint, Wanted},
    table::{Column, Schema, Table},
};

/// A change by the names of its sides.
pub struct ChangeRow {
    change: TargetChange,
    input: String,
    unit: String,
    from: String,
    to: String,
}

/// `changes`.
pub static CHANGES: Schema<ChangeRow> = Schema {
    name: "changes",
    meaning: "One row per value of the input at which the target begins or ceases to be reached, or the best option changes.",
    columns: &[
        Column::word("input", "path of the input", |row| row.input.clone()),
        Column::word(
            "from",
            "what holds before: `reached`, `missed`, or the best option",
            |row| row.from.clone(),
        ),
        Column::word("to", "what holds after", |row| row.to.clone()),
        Column::number("last", "", "largest value found of the former", |row| {
            Some(row.change.change.last)
        }),
        Column::number("first", "", "smallest value found of the latter", |row| {
            Some(row.change.change.first)
        }),
        Column::number(
            "low",
            "",
            "lower end of the 95 % Monte Carlo interval; empty if it lies outside the range",
            |row| row.change.change.interval[0],
        ),
        Column::number(
            "high",
            "",
            "upper end of the interval; empty if it lies outside the range",
            |row| row.change.change.interval[1],
        ),
        Column::word("unit", "unit of the input", |row| row.unit.clone()),
    ],
};

/// What there is at a value.
pub struct PointRow {
    point: TargetPoint,
    best: String,
}

/// `course`.
pub static COURSE: Schema<PointRow> = Schema {
    name: "course",
    meaning: "One row per value of the input on the grid.",
    columns: &[
        Column::number("at", "", "value of the input", |row| Some(row.point.at)),
        Column::number(
            "value",
            "",
            "share of the futures, statistic, or mean of the best option",
            |row| Some(row.point.value.value),
        ),
        Column::number("mcse", "", "its Monte Carlo standard error", |row| {
            row.point.value.standard_error
        }),
        Column::word("best", "the best option, where options are asked about", |row| {
            row.best.clone()
        }),
    ],
};

/// The name of a side.
fn side(answer: &TargetAnswer, side: usize) -> String {
    match &answer.wanted {
        Wanted::Best { options, .. } => options.get(side).cloned().unwrap_or_default(),
        _ if side == 0 => "reached".to_owned(),
        _ => "missed".to_owned(),
    }
}

/// Both tables.
pub fn all(answer: &TargetAnswer) -> Vec<Table> {
    let changes: Vec<ChangeRow> = answer
        .changes
        .iter()
        .map(|change| ChangeRow {
            change: change.clone(),
            input: answer.input.clone(),
            unit: answer.input_unit.clone(),
            from: side(answer, change.change.from),
            to: side(answer, change.change.to),
        })
        .collect();
    let points: Vec<PointRow> = answer
        .grid
        .iter()
        .map(|point| PointRow {
            point: point.clone(),
            best: point.best.map_or_else(String::new, |best| side(answer, best)),
        })
        .collect();
    vec![CHANGES.table(changes), COURSE.table(points)]
}
