//! The money account of every option.

use crate::{
    outcomes::{MoneyAccount, Statistics},
    table::{Column, Schema, Table},
};

/// A present value, or the ratio of two.
pub struct Row {
    option: String,
    entry: &'static str,
    of: String,
    unit: &'static str,
    mean: f64,
    mcse: f64,
    /// Of a present value.
    statistics: Option<Statistics>,
}

/// `money`.
pub static MONEY: Schema<Row> = Schema {
    name: "money",
    meaning: "One row per option and present value; each option ends with its benefit-cost ratio.",
    columns: &[
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::word(
            "entry",
            "`lever_cost`, `cost`, `extra_gdp`, `extra_digital_economy`, `net_present_value` or `benefit_cost_ratio`",
            |row| row.entry.to_owned(),
        ),
        Column::word("of", "a lever for `lever_cost`, an economy, or `group`", |row| {
            row.of.clone()
        }),
        Column::word("unit", "unit of the numbers", |row| row.unit.to_owned()),
        Column::number("mean", "", "mean over the futures", |row| Some(row.mean)),
        Column::number("sd", "", "standard deviation over the futures", |row| {
            Some(row.statistics?.sd)
        }),
        Column::number("mcse", "", "Monte Carlo standard error of the mean", |row| {
            Some(row.mcse)
        }),
        Column::number("p05", "", "5 % quantile", |row| {
            Some(row.statistics?.quantiles[0])
        }),
        Column::number("p25", "", "25 % quantile", |row| {
            Some(row.statistics?.quantiles[1])
        }),
        Column::number("p50", "", "median", |row| Some(row.statistics?.quantiles[2])),
        Column::number("p75", "", "75 % quantile", |row| {
            Some(row.statistics?.quantiles[3])
        }),
        Column::number("p95", "", "95 % quantile", |row| {
            Some(row.statistics?.quantiles[4])
        }),
        Column::number("p_positive", "share", "share of the futures above 0", |row| {
            Some(row.statistics?.positive)
        }),
    ],
};

/// The money account of options.
pub fn table(accounts: &[MoneyAccount]) -> Table {
    MONEY.table(accounts.iter().flat_map(rows))
}

fn rows(account: &MoneyAccount) -> Vec<Row> {
    let row = |entry, of: &str, statistics: &Statistics| Row {
        option: account.option.clone(),
        entry,
        of: of.to_owned(),
        unit: "usd_bn",
        mean: statistics.mean,
        mcse: statistics.mcse,
        statistics: Some(*statistics),
    };
    let mut rows: Vec<Row> = account
        .lever_costs
        .iter()
        .map(|(lever, statistics)| row("lever_cost", lever, statistics))
        .collect();
    for (entry, values) in [
        ("cost", &account.costs),
        ("extra_gdp", &account.extra_gdp),
        ("extra_digital_economy", &account.extra_digital),
        ("net_present_value", &account.net),
    ] {
        let of = |(economy, statistics): &(crate::base::Economy, Statistics)| {
            row(entry, economy.code(), statistics)
        };
        rows.extend(values.iter().map(of));
    }
    rows.extend([
        row("cost", "group", &account.cost),
        row("extra_gdp", "group", &account.benefit),
        row("net_present_value", "group", &account.net_present_value),
    ]);
    let ratio = account.benefit_cost_ratio.zip(account.benefit_cost_ratio_mcse);
    rows.extend(ratio.map(|(mean, mcse)| Row {
        option: account.option.clone(),
        entry: "benefit_cost_ratio",
        of: "group".to_owned(),
        unit: "ratio",
        mean,
        mcse,
        statistics: None,
    }));
    rows
}
