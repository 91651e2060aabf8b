//! The part on money: what options cost, what they bring, who gains and who pays.

use super::show::{choices, level_axis, lever_name, zero};
use crate::{
    base::{Economy, Unit},
    outcomes::{MoneyAccount, MoneyYear, Statistics},
    report::{
        Record,
        chart::{
            Axis, Cell as HeatCell, Chart, Colors, Data, Format, HeatMap, IntervalRow, Intervals, LinePoint,
            LineSeries, Lines, Reference,
        },
        document::{Cell, Column, Figure, Section, Selector, Table},
        escape,
        number::{grouped, in_unit, probability, significant},
    },
    scenario::Parameter,
};

/// Most options whose money has a chart of its own, so that the page stays small enough to send.
const MOST_BY_YEAR: usize = 7;

/// Most options side by side in a picture.
const MOST_BESIDE: usize = 12;

/// A row of an interval chart whose mark is the mean.
pub(in crate::report) fn mean_row(group: &str, label: &str, statistics: &Statistics) -> IntervalRow {
    IntervalRow {
        group: group.to_owned(),
        label: label.to_owned(),
        mean: Some(statistics.mean),
        quantiles: statistics.quantiles,
    }
}

fn present_value() -> Axis {
    level_axis("Present value", Unit::UsdBn)
}

fn breaks_even() -> Option<Reference> {
    Some(zero("breaks even"))
}

/// The accounts, the one of the leading option first, then by what they are worth.
fn ordered<'a>(accounts: &'a [MoneyAccount], leading: Option<&str>) -> Vec<&'a MoneyAccount> {
    let mut ordered: Vec<&MoneyAccount> = accounts.iter().collect();
    let value = |account: &MoneyAccount| account.net_present_value.mean;
    ordered.sort_by(|one, other| value(other).total_cmp(&value(one)));
    ordered.sort_by_key(|account| Some(account.option.as_str()) != leading);
    ordered
}

fn option_selector(accounts: &[&MoneyAccount]) -> Selector {
    Selector::new("Option", accounts.iter().map(|account| account.option.as_str()))
}

/// The money of every option with levers: by year, then in all. The leading option is shown first.
pub(in crate::report) fn money(accounts: &[MoneyAccount], record: &Record, leading: Option<&str>) -> Section {
    let mut ordered = ordered(accounts, leading);
    let in_pictures: Vec<&str> = ordered
        .iter()
        .take(MOST_BESIDE)
        .map(|account| account.option.as_str())
        .collect();
    ordered.truncate(MOST_BY_YEAR);
    let shown = match accounts.len().saturating_sub(ordered.len()) {
        0 => String::new(),
        others => format!(
            "By year and by economy: the option that is worth most and the next {}; money.csv holds those of {others} others.",
            ordered.len() - 1
        ),
    };
    let by_option = |title: &str, description: String, value: fn(&MoneyAccount) -> &Statistics, reference| {
        let rows = accounts
            .iter()
            .filter(|account| in_pictures.contains(&account.option.as_str()))
            .map(|account| mean_row("", &account.option, value(account)));
        Figure::from(Chart {
            title: title.to_owned(),
            description,
            data: Data::Intervals(Intervals {
                axis: present_value(),
                rows: rows.collect(),
                reference,
            }),
        })
    };
    let pays: Vec<String> = accounts
        .iter()
        .map(|account| {
            let share = probability(account.net_present_value.positive);
            format!("{} in {share}", escape(&account.option))
        })
        .collect();
    let in_all = vec![
        by_option(
            "Net present value by option",
            format!("Above zero, of the futures: {}.", pays.join("; ")),
            |account| &account.net_present_value,
            breaks_even(),
        ),
        by_option(
            "Cost by option",
            "Present value of building and running the levers, overruns included.".to_owned(),
            |account| &account.cost,
            None,
        ),
    ];
    Section::full("money", "Money by year, and when it has paid back")
        .charts(choices(vec![option_selector(&ordered)], |positions| {
            Some(by_year(ordered[positions[0]]))
        }))
        .note(shown)
        .sentence(format!(
            "Present values in USD bn at prices and exchange rates of {}, discounted{} to {}; costs and benefits are counted \
             through {}. Costs are those of the public: what firms and users spend is not in them. The extra digital economy stands \
             beside extra GDP and is never added to it.",
            accounts.first().map_or(0, |account| account.prices),
            record
                .scenario
                .number(Parameter::DiscountRate, ())
                .map_or_else(String::new, |rate| format!(
                    " at {} a year",
                    in_unit(rate, Unit::YearlyRate)
                )),
            accounts.first().map_or(0, |account| account.present_year),
            accounts.first().map_or(0, |account| account.through),
        ))
        .charts((Vec::new(), in_all))
        .with_tables(money_tables(accounts, &ordered, record))
}

/// What an option costs and brings by year, and when it has paid back.
pub(in crate::report) fn by_year(account: &MoneyAccount) -> Chart {
    let payback = &account.payback;
    let paid = match payback.median {
        Some(year) if account.cost.mean > 0.0 => format!("Has paid back by {year} in half of the futures"),
        _ if account.cost.mean > 0.0 => "Does not pay back in half of the futures".to_owned(),
        _ => "Costs the public nothing".to_owned(),
    };
    let series = |name: &str, value: fn(&MoneyYear) -> &Statistics| LineSeries {
        name: name.to_owned(),
        points: account
            .years
            .iter()
            .map(|year| {
                let statistics = value(year);
                let [low, .., high] = statistics.quantiles;
                LinePoint {
                    x: f64::from(year.year),
                    y: statistics.mean,
                    interval: Some([low, high]),
                }
            })
            .collect(),
    };
    let mut places = vec![Reference {
        value: f64::from(account.horizon),
        label: format!("horizon, {}", account.horizon),
    }];
    if account.cost.mean > 0.0 {
        places.extend(payback.median.map(|year| Reference {
            value: f64::from(year),
            label: format!("paid back in half of the futures, {year}"),
        }));
    }
    Chart {
        title: format!("Cost and extra GDP by year, {}", escape(&account.option)),
        description: format!(
            "{paid}; by {} never in {}. Lines are means, bands hold 90 % of the futures; prices of {}, not discounted.",
            account.through,
            probability(payback.never),
            account.prices
        ),
        data: Data::Lines(Lines {
            x: Axis::years(),
            y: level_axis("A year", Unit::UsdBn),
            series: vec![
                series("extra GDP", |year| &year.benefit),
                series("public cost", |year| &year.outlay),
            ],
            references: vec![zero("")],
            coverage: 90,
            places,
        }),
    }
}

/// Who gains and who pays: every option by economy, and the range of each.
pub(in crate::report) fn gains(accounts: &[MoneyAccount], leading: Option<&str>) -> Section {
    let mut ordered = ordered(accounts, leading);
    ordered.truncate(MOST_BY_YEAR);
    let touched = |economy: &Economy| {
        let all = accounts.iter().flat_map(|account| &account.net);
        all.into_iter()
            .any(|(other, net)| other == economy && *net != Statistics::ZERO)
    };
    let economies: Vec<Economy> = accounts
        .iter()
        .take(1)
        .flat_map(|account| &account.net)
        .map(|(economy, _)| *economy)
        .filter(touched)
        .collect();
    let net = |account: &MoneyAccount, economy: Economy| {
        let mut all = account.net.iter();
        all.find(|(other, net)| *other == economy && *net != Statistics::ZERO)
            .map(|(_, net)| *net)
    };
    let cells: Vec<Vec<Option<f64>>> = accounts
        .iter()
        .map(|account| {
            let means = economies
                .iter()
                .map(|economy| net(account, *economy).map(|net| net.mean));
            means.collect()
        })
        .collect();
    let reach = cells
        .iter()
        .flatten()
        .flatten()
        .fold(0.0_f64, |reach, value| reach.max(value.abs()));
    let map = Chart {
        title: "Who gains, who pays: mean net present value".to_owned(),
        description:
            "Extra GDP less the economy's part of the public cost; – where an option changes nothing."
                .to_owned(),
        data: Data::HeatMap(HeatMap {
            columns_label: "Economy".to_owned(),
            columns: economies
                .iter()
                .map(|economy| economy.name().to_owned())
                .collect(),
            rows_label: "Option".to_owned(),
            rows: accounts.iter().map(|account| account.option.clone()).collect(),
            value: present_value(),
            colors: Colors::Diverging {
                middle: 0.0,
                reach: if reach > 0.0 { reach } else { 1.0 },
            },
            cells: cells
                .into_iter()
                .map(|row| {
                    let cell = |value| HeatCell {
                        value,
                        note: String::new(),
                    };
                    row.into_iter().map(cell).collect()
                })
                .collect(),
        }),
    };
    let ranges = choices(vec![option_selector(&ordered)], |positions| {
        let account = ordered[positions[0]];
        let rows: Vec<IntervalRow> = economies
            .iter()
            .filter_map(|economy| Some(mean_row("", economy.name(), &net(account, *economy)?)))
            .collect();
        (!rows.is_empty()).then(|| Chart {
            title: format!("Net present value by economy, {}", escape(&account.option)),
            description: "Extra GDP less the economy's part of the public cost.".to_owned(),
            data: Data::Intervals(Intervals {
                axis: present_value(),
                rows,
                reference: breaks_even(),
            }),
        })
    });
    Section::full("gains", "Who gains, who pays")
        .chart(map)
        .charts(ranges)
}

fn money_tables(accounts: &[MoneyAccount], worth_most: &[&MoneyAccount], record: &Record) -> Vec<Table> {
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
        rows: worth_most
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
        rows.push(row([&lever_name(&record.scenario, lever), kind], statistics));
    }
    let levers = Table {
        title: "Cost of each lever".to_owned(),
        columns: columns(&["Lever", "Kind"]),
        rows,
        note: String::new(),
    };
    let rows: Vec<Vec<Cell>> = accounts
        .iter()
        .flat_map(|account| {
            let option = account.option.as_str();
            account
                .outside
                .iter()
                .map(move |(payer, statistics)| row([option, payer], statistics))
        })
        .collect();
    let outside = (!rows.is_empty()).then(|| Table {
        title: "Paid by others than the partners".to_owned(),
        columns: columns(&["Option", "Payer"]),
        rows,
        note: "Part of the cost of the option, and of no economy's account.".to_owned(),
    });
    [totals, economies]
        .into_iter()
        .chain(outside)
        .chain([levers])
        .collect()
}
