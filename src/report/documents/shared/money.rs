//! The part on money: what options cost, what they bring, who gains and who pays.

use super::show::{level_axis, zero};
use crate::{
    base::Unit,
    outcomes::{MoneyAccount, Statistics},
    report::{
        Record,
        chart::{Chart, Data, Format, IntervalRow, Intervals},
        escape,
        number::{grouped, in_unit, significant},
        page::{Cell, Column, Figure, Section, Table},
    },
    scenario::Parameter,
};

/// Group, label and statistics of the rows that an account gives.
type Rows<'a> = dyn Fn(&MoneyAccount) -> Vec<(String, String, Statistics)> + 'a;

/// The money of every option with levers.
pub(in crate::report) fn money(accounts: &[MoneyAccount], record: &Record) -> Section {
    let axis = || level_axis("Present value", Unit::UsdBn);
    let rows = |pick: &Rows| -> Vec<IntervalRow> {
        accounts
            .iter()
            .flat_map(pick)
            .map(|(group, label, statistics)| IntervalRow {
                group,
                label,
                quantiles: statistics.quantiles,
            })
            .collect()
    };
    let breaks_even = || Some(zero("breaks even"));
    let pays: Vec<String> = accounts
        .iter()
        .map(|account| {
            format!(
                "{} in {}",
                escape(&account.option),
                in_unit(account.net_present_value.positive, Unit::Share)
            )
        })
        .collect();
    let charts = vec![
        Figure::from(Chart {
            title: "Net present value by option".to_owned(),
            description: format!("Above zero: {} of the futures.", pays.join("; ")),
            data: Data::Intervals(Intervals {
                axis: axis(),
                rows: rows(&|account| {
                    vec![(String::new(), account.option.clone(), account.net_present_value)]
                }),
                reference: breaks_even(),
            }),
        }),
        Figure::from(Chart {
            title: "Cost by option".to_owned(),
            description: "Present value of building and running the levers, overruns included.".to_owned(),
            data: Data::Intervals(Intervals {
                axis: axis(),
                rows: rows(&|account| vec![(String::new(), account.option.clone(), account.cost)]),
                reference: None,
            }),
        }),
        Figure::from(Chart {
            title: "Who gains, who pays: net present value by economy".to_owned(),
            description: "Extra GDP less the economy's part of the cost.".to_owned(),
            data: Data::Intervals(Intervals {
                axis: axis(),
                rows: rows(&|account| {
                    account
                        .net
                        .iter()
                        .filter(|(_, statistics)| *statistics != Statistics::ZERO)
                        .map(|(economy, statistics)| {
                            (account.option.clone(), economy.name().to_owned(), *statistics)
                        })
                        .collect()
                }),
                reference: breaks_even(),
            }),
        }),
    ];
    Section {
        id: "money".to_owned(),
        heading: "Money".to_owned(),
        paragraphs: vec![format!(
            "Present values in USD bn at prices and exchange rates of 2021, discounted{} to {}; costs and benefits are counted through {}. \
                 Costs are those of the public: what firms and users spend is not in them. The extra digital economy stands beside extra GDP and is \
                 never added to it.",
            record
                .scenario
                .number(Parameter::DiscountRate, ())
                .map_or_else(String::new, |rate| format!(
                    " at {} a year",
                    in_unit(rate, Unit::YearlyRate)
                )),
            accounts.first().map_or(0, |account| account.present_year),
            accounts.first().map_or(0, |account| account.through),
        )],
        charts,
        tables: money_tables(accounts, record),
        ..Section::default()
    }
}

fn money_tables(accounts: &[MoneyAccount], record: &Record) -> Vec<Table> {
    let columns = |first: &[&str]| -> Vec<Column> {
        first
            .iter()
            .map(|label| Column::words(*label))
            .chain(["Mean", "Median", "5 %", "95 %"].map(|label| Column::numbers(label, "USD bn")))
            .chain([Column::numbers("Above 0", "of futures")])
            .collect()
    };
    let numbers = |statistics: &Statistics| {
        let [low, _, median, _, high] = statistics.quantiles;
        [statistics.mean, median, low, high]
            .map(|value| Cell::number(value, Format::Number))
            .into_iter()
            .chain([Cell::number(statistics.positive, Format::Percent)])
    };
    let row = |words: [&str; 2], statistics: &Statistics| -> Vec<Cell> {
        words
            .into_iter()
            .map(Cell::words)
            .chain(numbers(statistics))
            .collect()
    };
    let totals = Table {
        title: "Money account of each option".to_owned(),
        columns: columns(&["Option", "Entry"]),
        rows: accounts
            .iter()
            .flat_map(|account| {
                let option = account.option.as_str();
                [
                    row([option, "Cost"], &account.cost),
                    row([option, "Extra GDP"], &account.benefit),
                    row([option, "Net present value"], &account.net_present_value),
                ]
            })
            .collect(),
        note: accounts
            .iter()
            .filter_map(|account| {
                Some(format!(
                    "{}: {} ± {} dollars of extra GDP per dollar of public cost.",
                    escape(&account.option),
                    grouped(account.benefit_cost_ratio?),
                    significant(account.benefit_cost_ratio_mcse?)
                ))
            })
            .collect::<Vec<_>>()
            .join(" "),
    };
    let economies = Table {
        title: "By economy".to_owned(),
        columns: columns(&["Option", "Economy", "Entry"]),
        rows: accounts
            .iter()
            .flat_map(|account| {
                [
                    ("Cost", &account.costs),
                    ("Extra GDP", &account.extra_gdp),
                    ("Extra digital economy", &account.extra_digital),
                    ("Net present value", &account.net),
                ]
                .into_iter()
                .flat_map(|(entry, values)| {
                    values
                        .iter()
                        .filter(|(_, statistics)| *statistics != Statistics::ZERO)
                        .map(move |(economy, statistics)| (entry, economy, statistics))
                })
                .map(|(entry, economy, statistics)| {
                    [account.option.as_str(), economy.name(), entry]
                        .into_iter()
                        .map(Cell::words)
                        .chain(numbers(statistics))
                        .collect()
                })
            })
            .collect(),
        note: String::new(),
    };
    // A lever costs the same in every option that holds it.
    let mut seen: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for (lever, statistics) in accounts.iter().flat_map(|account| &account.lever_costs) {
        if seen.contains(&lever.as_str()) {
            continue;
        }
        seen.push(lever);
        let kind = record.scenario.lever(lever).map_or("", |lever| lever.kind.name);
        rows.push(row([lever, kind], statistics));
    }
    let levers = Table {
        title: "Cost of each lever".to_owned(),
        columns: columns(&["Lever", "Kind"]),
        rows,
        note: String::new(),
    };
    vec![totals, economies, levers]
}
