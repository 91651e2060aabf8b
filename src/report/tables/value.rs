//! The tables of a valuation: what it is worth to know more, and what is lost without.

use crate::{
    analysis::InformationValue,
    decision::{Estimate, Worth},
    table::{Column, Schema, Table},
};

/// Some information and what it is worth.
pub struct Row {
    information: &'static str,
    name: String,
    inputs: Option<usize>,
    worth: Worth,
    part: Option<f64>,
    cost: Option<f64>,
}

/// `information`.
pub static INFORMATION: Schema<Row> = Schema {
    name: "information",
    meaning: "One row per piece of information that could be had before the choice: everything, all inputs, each group, each input, each study.",
    columns: &[
        Column::word(
            "information",
            "`perfect` (everything), `learnable` (all inputs), `group`, `input` or `study`",
            |row| row.information.to_owned(),
        ),
        Column::word(
            "name",
            "name of the group or input, or the input of the study",
            |row| row.name.clone(),
        ),
        Column::whole("inputs", "how many inputs become known", |row| {
            row.inputs.map(|inputs| inputs as i64)
        }),
        Column::number(
            "value",
            "usd_bn",
            "what it is worth, the middle of the bracket",
            |row| Some(row.worth.value),
        ),
        Column::number("mcse", "usd_bn", "Monte Carlo standard error", |row| {
            Some(row.worth.standard_error)
        }),
        Column::number(
            "lower",
            "usd_bn",
            "value of choices fitted on other futures",
            |row| Some(row.worth.bracket[0]),
        ),
        Column::number(
            "upper",
            "usd_bn",
            "value of choices fitted on the same futures",
            |row| Some(row.worth.bracket[1]),
        ),
        Column::number(
            "low",
            "usd_bn",
            "low end of the 90 % interval: the bracket and its Monte Carlo error",
            |row| Some(row.worth.interval[0]),
        ),
        Column::number("high", "usd_bn", "high end of the 90 % interval", |row| {
            Some(row.worth.interval[1])
        }),
        Column::number("part", "share", "value over that of knowing everything", |row| {
            row.part
        }),
        Column::number("cost", "usd_bn", "stated cost of the study", |row| row.cost),
        Column::number("net", "usd_bn", "value less cost", |row| {
            Some(row.worth.value - row.cost?)
        }),
    ],
};

/// An option at a value of a unit of effect.
pub struct Loss {
    worth: f64,
    option: String,
    is_best: bool,
    net_benefit: Estimate,
    loss: Estimate,
}

/// `expected_loss`.
pub static EXPECTED_LOSS: Schema<Loss> = Schema {
    name: "expected_loss",
    meaning: "One row per value of a unit of effect and option.",
    columns: &[
        Column::number("worth", "usd_bn", "value of a unit of effect", |row| {
            Some(row.worth)
        }),
        Column::word(
            "option",
            "name of the option; `baseline` is to do nothing",
            |row| row.option.clone(),
        ),
        Column::number(
            "net_benefit",
            "usd_bn",
            "mean net benefit: value of the effect less cost",
            |row| Some(row.net_benefit.value),
        ),
        Column::number(
            "net_benefit_mcse",
            "usd_bn",
            "Monte Carlo standard error of the mean",
            |row| row.net_benefit.standard_error,
        ),
        Column::number(
            "loss",
            "usd_bn",
            "mean loss against the best option of each future",
            |row| Some(row.loss.value),
        ),
        Column::number(
            "loss_mcse",
            "usd_bn",
            "Monte Carlo standard error of the mean loss",
            |row| row.loss.standard_error,
        ),
        Column::truth("best", "whether it has the largest mean net benefit", |row| {
            Some(row.is_best)
        }),
    ],
};

/// Both tables.
pub fn all(result: &InformationValue) -> Vec<Table> {
    let part = |worth: &Worth| worth.value / result.perfect.value;
    let row = |information, name: &str, inputs, worth: &Worth| Row {
        information,
        name: name.to_owned(),
        inputs,
        worth: *worth,
        part: Some(part(worth)),
        cost: None,
    };
    let mut rows = vec![
        row("perfect", "", None, &result.perfect),
        row("learnable", "", Some(result.inputs.len()), &result.learnable),
    ];
    rows.extend(
        result
            .groups
            .iter()
            .map(|group| row("group", &group.name, Some(group.inputs), &group.worth)),
    );
    rows.extend(
        result
            .inputs
            .iter()
            .map(|input| row("input", &input.name, Some(1), &input.worth)),
    );
    rows.extend(result.studies.iter().map(|study| Row {
        cost: study.cost,
        ..row("study", &study.input, None, &study.worth)
    }));
    let losses = result.curve.iter().flat_map(|point| {
        result.options.iter().enumerate().map(|(option, name)| Loss {
            worth: point.worth,
            option: name.clone(),
            is_best: option == point.best,
            net_benefit: point.net_benefits[option],
            loss: point.losses[option],
        })
    });
    vec![INFORMATION.table(rows), EXPECTED_LOSS.table(losses)]
}
