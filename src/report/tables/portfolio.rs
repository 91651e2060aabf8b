//! The table of a choice under a budget: the winner, what is beside it, and the best for every cost.

use crate::{
    analysis::{Portfolio, PortfolioChoice},
    table::{Column, Schema, Table},
};

/// A portfolio and what it is.
pub struct Row {
    role: &'static str,
    portfolio: Portfolio,
    unit: &'static str,
}

/// The levers of a portfolio with their multiples: `networks, platform x2`.
fn levers(portfolio: &Portfolio) -> String {
    let picks = portfolio.levers.iter().map(|pick| {
        if pick.scale == 1.0 {
            pick.lever.clone()
        } else {
            format!("{} x{}", pick.lever, pick.scale)
        }
    });
    picks.collect::<Vec<_>>().join(", ")
}

/// `portfolio`.
pub static PORTFOLIO: Schema<Row> = Schema {
    name: "portfolio",
    meaning: "The winner, the next best, all levers together if they may be, then the best portfolio for every cost, cheapest first.",
    columns: &[
        Column::word("role", "`best`, `runner_up`, `everything` or `frontier`", |row| {
            row.role.to_owned()
        }),
        Column::word(
            "levers",
            "ids of its levers, with the multiple of the scale where it is not 1; empty for none",
            |row| levers(&row.portfolio),
        ),
        Column::number("cost", "usd_bn", "mean present value of its cost", |row| {
            Some(row.portfolio.cost.value)
        }),
        Column::number(
            "cost_mcse",
            "usd_bn",
            "Monte Carlo standard error of the cost",
            |row| row.portfolio.cost.standard_error,
        ),
        Column::number(
            "value",
            "",
            "what it is judged by, on the half of the futures that did not choose",
            |row| Some(row.portfolio.value.value),
        ),
        Column::number(
            "value_mcse",
            "",
            "Monte Carlo standard error of the value",
            |row| row.portfolio.value.standard_error,
        ),
        Column::word("unit", "unit of the value", |row| row.unit.to_owned()),
        Column::number(
            "holds",
            "share",
            "share of the futures in which the budget that fails most often holds",
            |row| row.portfolio.holds.iter().copied().reduce(f64::min),
        ),
    ],
};

/// The portfolios of a choice.
pub fn table(result: &PortfolioChoice) -> Table {
    let unit = match result.aim {
        crate::decision::Aim::Reaching { .. } => "share",
        _ => result.unit.key(),
    };
    let row = |role, portfolio: &Portfolio| Row {
        role,
        portfolio: portfolio.clone(),
        unit,
    };
    let beside = [
        ("runner_up", &result.runner_up),
        ("everything", &result.everything),
    ];
    let beside = beside
        .into_iter()
        .filter_map(|(role, portfolio)| Some(row(role, portfolio.as_ref()?)));
    let frontier = result.frontier.iter().map(|portfolio| row("frontier", portfolio));
    PORTFOLIO.table(
        std::iter::once(row("best", &result.best))
            .chain(beside)
            .chain(frontier),
    )
}
