//! The money account of every option.

use super::{PRESENT_VALUE_OF, PRICES_OF};
use crate::{
    base::Year,
    outcomes::{MoneyAccount, Statistics},
    table::{Column, Schema, Table},
};

/// A present value, a flow of a year, the ratio of two, or when and whether an option pays.
pub struct Row {
    option: String,
    entry: &'static str,
    of: String,
    unit: &'static str,
    prices: Year,
    present_year: Year,
    mean: Option<f64>,
    mcse: Option<f64>,
    median: Option<f64>,
    /// Of an amount of money.
    statistics: Option<Statistics>,
}

impl Row {
    /// Whether it is that of one year, which is not discounted.
    fn is_flow(&self) -> bool {
        self.entry.ends_with("_of_year") || self.entry.starts_with("digital_")
    }

    fn quantile(&self, position: usize) -> Option<f64> {
        self.statistics?.quantiles.get(position).copied()
    }
}

/// `money`.
pub static MONEY: Schema<Row> = Schema {
    name: "money",
    meaning: "One row per option and amount: present values through the last year counted and by the horizon, flows by year, the parts of \
              the extra digital economy at the horizon, and at the end ratios, the payback year and the share of futures that never pay.",
    columns: &[
        Column::word("option", "name of the option", |row| row.option.clone()),
        Column::word(
            "entry",
            "`lever_cost`, `cost`, `cost_outside`, `extra_gdp`, `extra_digital_economy`, `net_present_value` or `benefit_cost_ratio`, each of the last three totals \
             and the ratio also with `_by_horizon`; `outlay_of_year` or `extra_gdp_of_year`; `digital_new_output`, `digital_counted_anew` or \
             `digital_trade`; `payback_year` or `never_pays`. The mean of a ratio is a ratio of means, its quantiles are those of the futures",
            |row| row.entry.to_owned(),
        ),
        Column::word(
            "of",
            "a lever for `lever_cost`, a payer outside the partners for `cost_outside`, a year for a flow, an economy, or `group`",
            |row| row.of.clone(),
        ),
        Column::word("unit", "unit of the numbers", |row| row.unit.to_owned()),
        Column::number("mean", "", "mean over the futures", |row| row.mean),
        Column::number("sd", "", "standard deviation over the futures", |row| {
            Some(row.statistics?.sd)
        }),
        Column::number("mcse", "", "Monte Carlo standard error of the mean", |row| {
            row.mcse
        }),
        Column::nth("p05", "", "5 % quantile", Row::quantile, 0),
        Column::nth("p25", "", "25 % quantile", Row::quantile, 1),
        Column::number("p50", "", "median", |row| row.median),
        Column::nth("p75", "", "75 % quantile", Row::quantile, 3),
        Column::nth("p95", "", "95 % quantile", Row::quantile, 4),
        Column::number("p_positive", "share", "share of the futures above 0", |row| {
            Some(row.statistics?.positive)
        }),
        Column::whole(PRICES_OF.0, PRICES_OF.1, |row| {
            (row.unit == "usd_bn").then_some(i64::from(row.prices))
        }),
        Column::whole(PRESENT_VALUE_OF.0, PRESENT_VALUE_OF.1, |row| {
            (row.unit == "usd_bn" && !row.is_flow()).then_some(i64::from(row.present_year))
        }),
    ],
};

/// The money account of options.
pub fn table(accounts: &[MoneyAccount]) -> Table {
    MONEY.table(accounts.iter().flat_map(rows))
}

fn rows(account: &MoneyAccount) -> Vec<Row> {
    let plain = |entry, unit, mean, mcse, median| Row {
        option: account.option.clone(),
        entry,
        of: "group".to_owned(),
        unit,
        prices: account.prices,
        present_year: account.present_year,
        mean,
        mcse,
        median,
        statistics: None,
    };
    let row = |entry, of: &str, statistics: &Statistics| Row {
        of: of.to_owned(),
        statistics: Some(*statistics),
        ..plain(
            entry,
            "usd_bn",
            Some(statistics.mean),
            Some(statistics.mcse),
            Some(statistics.median()),
        )
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
    let outside = account.outside.iter();
    rows.extend(outside.map(|(payer, statistics)| row("cost_outside", payer, statistics)));
    let early = &account.by_horizon;
    rows.extend(
        [
            ("cost", &account.cost),
            ("extra_gdp", &account.benefit),
            ("net_present_value", &account.net_present_value),
            ("cost_by_horizon", &early.cost),
            ("extra_gdp_by_horizon", &early.benefit),
            ("net_present_value_by_horizon", &early.net_present_value),
        ]
        .map(|(entry, statistics)| row(entry, "group", statistics)),
    );
    for flows in &account.years {
        let year = flows.year.to_string();
        rows.push(row("outlay_of_year", &year, &flows.outlay));
        rows.push(row("extra_gdp_of_year", &year, &flows.benefit));
    }
    for split in &account.digital {
        let place = split.place.to_string();
        for (entry, statistics) in [
            ("digital_new_output", &split.new_output),
            ("digital_counted_anew", &split.counted_anew),
            ("digital_trade", &split.digital_trade),
        ] {
            // The digital economy is counted in current prices.
            rows.push(Row {
                prices: account.horizon,
                ..row(entry, &place, statistics)
            });
        }
    }
    if account.benefit_cost_ratio.is_some() {
        let (ratio, mcse) = (account.benefit_cost_ratio, account.benefit_cost_ratio_mcse);
        rows.push(Row {
            statistics: Some(account.returns),
            ..plain(
                "benefit_cost_ratio",
                "ratio",
                ratio,
                mcse,
                Some(account.returns.median()),
            )
        });
        let (ratio, mcse) = (early.benefit_cost_ratio, early.benefit_cost_ratio_mcse);
        rows.push(plain("benefit_cost_ratio_by_horizon", "ratio", ratio, mcse, None));
    }
    let year = account.payback.median.map(f64::from);
    rows.push(plain("payback_year", "year", None, None, year));
    rows.push(plain(
        "never_pays",
        "share",
        Some(account.payback.never),
        None,
        None,
    ));
    rows
}
