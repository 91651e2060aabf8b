//! The answer: a verdict, one table of options, who gains, what decides it.

use super::View;
use crate::{
    base::{Economy, Metric, Place, Unit},
    outcomes::{Comparison, MoneyAccount, Statistics, SummaryRow},
    report::{
        chart::{Axis, Chart, Data, Format, LinePoint, LineSeries, Lines},
        document::{Cell, Column, Figure, Section, Table, see},
        documents::{
            drivers::leading_sentence,
            shared::brakes::{TOLD_APART, deciding_assumptions},
            shared::show::{MOST_CURVES, difference_axis, level_range, listed, metric_heading, quoted, zero},
        },
        escape,
        number::{count, grouped, probability, ratio, rough, signed, significant},
    },
    scenario::BASELINE,
};

/// Up to so many options the range of every number stands below it; of more, the sentence gives that of the leading one.
const MOST_OVER_RANGE: usize = 3;

/// Where the range of 90 % of the futures stands.
#[derive(Clone, Copy)]
enum Range {
    None,
    Below,
}

impl Range {
    /// A mean with its range, whose ends are rounded to what a reader needs.
    fn cell(self, statistics: &Statistics) -> Cell {
        let [low, .., high] = statistics.quantiles;
        let (mean, ends) = (
            grouped(statistics.mean),
            format!("{} to {}", rough(low), rough(high)),
        );
        Cell {
            text: match self {
                Self::Below if low < high => format!("{mean}\n{ends}"),
                _ => mean,
            },
            value: Some(statistics.mean),
        }
    }
}

/// A mean, and below it the range that holds 90 % of the futures.
pub(super) fn mean_over_range(statistics: &Statistics, format: Format) -> Cell {
    over_range(statistics.mean, statistics, format)
}

/// A median, and below it the range that holds 90 % of the futures.
pub(super) fn median_over_range(statistics: &Statistics, format: Format) -> Cell {
    over_range(statistics.median(), statistics, format)
}

fn over_range(value: f64, statistics: &Statistics, format: Format) -> Cell {
    let [low, .., high] = statistics.quantiles;
    let text = if low == high {
        format.text(value)
    } else {
        format!(
            "{}\n{} to {}",
            format.text(value),
            format.text(low),
            format.text(high)
        )
    };
    Cell {
        text,
        value: Some(value),
    }
}

impl View<'_> {
    /// The question, in a sentence or two.
    pub(super) fn question(&self) -> String {
        let scenario = &self.results.record.scenario;
        let summary = escape(scenario.summary.trim());
        let question = match self.options.len() {
            0 => format!(
                "Where is the digital economy heading by {} without cooperation, and how sure are we?",
                self.horizon
            ),
            1 => format!("What would it add by {}, and how sure is that?", self.horizon),
            _ => format!("What would each add by {}, and how sure is that?", self.horizon),
        };
        format!("{summary} {question}").trim().to_owned()
    }

    /// The sections that are read first.
    pub(super) fn brief(&self) -> Vec<Section> {
        if self.options.is_empty() {
            return vec![
                Section::brief("answer", "")
                    .sentence(self.heading_for())
                    .table(self.economies_table())
                    .charts((Vec::new(), self.heading_picture().into_iter().collect())),
            ];
        }
        let options = Section::brief("options", "")
            .table(self.options_table())
            .charts((Vec::new(), self.effect().map(Figure::from).into_iter().collect()))
            .sentence(self.who_gains())
            .sentence(self.what_decides());
        vec![Section::brief("answer", "").sentence(self.verdict()), options]
    }

    fn account(&self, option: &str) -> Option<&MoneyAccount> {
        self.summary.money.iter().find(|account| account.option == option)
    }

    /// What an option adds at a place at the horizon.
    fn last_extra(&self, option: &str, place: Place, metric: Metric) -> Option<&SummaryRow> {
        self.summary.last(option, Comparison::Extra, place, metric)
    }

    /// Which option is worth most, which returns most per dollar, whether any does harm, how sure that is.
    pub(super) fn verdict(&self) -> String {
        let Some(leading) = self.leading.and_then(|option| self.account(option)) else {
            return String::new();
        };
        let net = &leading.net_present_value;
        let (alone, free) = (self.options.len() == 1, leading.cost.mean == 0.0);
        let name = if alone {
            "It".to_owned()
        } else {
            quoted(&leading.option)
        };
        let value = format!("USD {} bn", grouped(net.mean.abs()));
        let worth = if net.mean.abs() <= TOLD_APART * net.mcse {
            let adds = if alone { "" } else { "adds most, but " };
            format!(
                "{name} {adds}brings about as much GDP by {} as it costs",
                leading.through
            )
        } else if net.mean < 0.0 {
            let adds = if alone { "" } else { ", which adds most," };
            format!(
                "{name}{adds} costs {value} more than the GDP it brings by {}",
                leading.through
            )
        } else {
            let most = if alone { "is worth it" } else { "is worth most" };
            let cost = if free { "at no cost" } else { "than it costs" };
            format!("{name} {most}: {value} more GDP by {} {cost}", leading.through)
        };
        format!(
            "{worth}, on average{}; it {} in {} of futures{}.{} {}",
            if self.options.len() > MOST_OVER_RANGE {
                let [low, .., high] = net.quantiles;
                format!(" (90 % of futures: {} to {})", rough(low), rough(high))
            } else {
                String::new()
            },
            if free { "brings more than nothing" } else { "pays" },
            probability(net.positive),
            match leading.payback.median {
                Some(year) if !free => format!(", in half of them by {year}"),
                _ => String::new(),
            },
            self.best_return(leading),
            self.harm()
        )
    }

    /// Which option returns most per dollar.
    fn best_return(&self, leading: &MoneyAccount) -> String {
        let returns = |account: &MoneyAccount| account.benefit_cost_ratio.filter(|ratio| *ratio > 0.0);
        let best = self
            .summary
            .money
            .iter()
            .rev()
            .filter_map(|account| Some((account, returns(account)?)))
            .max_by(|first, second| first.1.total_cmp(&second.1));
        let about = |account: &MoneyAccount, value: f64| {
            let [low, .., high] = account.returns.quantiles;
            let range = if low < high {
                format!(" ({} to {} in 90 % of futures)", rough(low), rough(high))
            } else {
                String::new()
            };
            format!("about {} dollars of GDP{range}", ratio(value))
        };
        match best {
            None => String::new(),
            Some((account, value)) if self.options.len() == 1 => {
                format!(" It returns {} per dollar of public cost.", about(account, value))
            }
            Some((account, value)) => format!(
                " {} per dollar of public cost: {}.",
                if account.option == leading.option {
                    "It also returns most".to_owned()
                } else {
                    format!("{} returns most", quoted(&account.option))
                },
                about(account, value)
            ),
        }
    }

    /// Whose GDP an option lowers.
    fn harm(&self) -> String {
        let harmed = |low: &dyn Fn(&Statistics) -> bool| -> Vec<String> {
            self.summary
                .money
                .iter()
                .flat_map(|account| {
                    let places = account.extra_gdp.iter().filter(|(_, extra)| low(extra));
                    places.map(|(economy, _)| format!("{} under {}", economy.name(), quoted(&account.option)))
                })
                .collect()
        };
        let shortened = |names: &[String]| match names {
            [one, two, rest @ ..] if !rest.is_empty() => {
                format!("{one}, {two} and {} more", rest.len())
            }
            names => listed(names),
        };
        let on_average = harmed(&|extra| extra.mean < -TOLD_APART * extra.mcse && extra.mean < 0.0);
        if !on_average.is_empty() {
            return format!("It lowers GDP on average for {}.", shortened(&on_average));
        }
        let sometimes = harmed(&|extra| extra.quantiles[0] < 0.0);
        if !sometimes.is_empty() {
            return format!(
                "Nobody's GDP falls on average; in over 5 % of futures it does for {}.",
                shortened(&sometimes)
            );
        }
        match self.options.len() {
            1 => "It lowers nobody's GDP.".to_owned(),
            _ => "No option lowers anybody's GDP.".to_owned(),
        }
    }

    /// The picture of the effect: what every option adds to GDP by year, with the range of the leading one.
    pub(super) fn effect(&self) -> Option<Chart> {
        let leading = self.leading?;
        let series: Vec<LineSeries> = self
            .options
            .iter()
            .take(MOST_CURVES)
            .map(|option| LineSeries {
                name: (*option).to_owned(),
                points: self
                    .extra(option, Place::Group, Metric::Gdp)
                    .iter()
                    .map(|row| {
                        let [low, .., high] = row.statistics.quantiles;
                        LinePoint {
                            x: f64::from(row.year),
                            y: row.statistics.mean,
                            interval: (*option == leading).then_some([low, high]),
                        }
                    })
                    .collect(),
            })
            .collect();
        series
            .iter()
            .any(|series| !series.points.is_empty())
            .then(|| Chart {
                title: "GDP added by year".to_owned(),
                description: format!(
                    "Means of the futures; the band holds 90 % of those of {}.",
                    quoted(leading)
                ),
                data: Data::Lines(Lines {
                    x: Axis::years(),
                    y: difference_axis("GDP added", Unit::UsdBn),
                    series,
                    references: vec![zero("")],
                    coverage: 90,
                    places: Vec::new(),
                }),
            })
    }

    /// The digital economy of all economies without options.
    fn heading_picture(&self) -> Option<Figure> {
        self.fan(Place::Group, Metric::DigitalEconomy).map(Figure::from)
    }

    /// One row per option.
    pub(super) fn options_table(&self) -> Table {
        let all_partners = self.options.iter().all(|option| {
            let partners = self.partners(option);
            self.economies_in_order()
                .filter(|economy| !partners.contains(economy))
                .all(|economy| !self.changes(option, economy.into(), Metric::Gdp))
        });
        let of = if all_partners { "partners" } else { "all economies" };
        let range = if self.options.len() > MOST_OVER_RANGE {
            Range::None
        } else {
            Range::Below
        };
        let last = self.summary.money.first();
        let through = last.map_or(self.horizon, |account| account.through);
        let prices = self.summary.base_year;
        let present = last.map_or(prices, |account| account.present_year);
        let mut rows = Vec::new();
        for option in &self.options {
            let cell = |metric| {
                self.last_extra(option, Place::Group, metric)
                    .map_or_else(|| Cell::words("–"), |row| range.cell(&row.statistics))
            };
            let money = self.account(option);
            let paid = money.filter(|account| account.cost.mean > 0.0);
            let value = |take: fn(&MoneyAccount) -> &Statistics, range: Range| {
                money.map_or_else(|| Cell::words("–"), |account| range.cell(take(account)))
            };
            rows.push(vec![
                Cell::words(escape(option)),
                cell(Metric::Gdp),
                cell(Metric::DigitalEconomy),
                value(|account| &account.cost, Range::None),
                value(|account| &account.by_horizon.net_present_value, Range::None),
                value(|account| &account.net_present_value, range),
                paid.map_or_else(
                    || Cell::words("–"),
                    |account| {
                        let share = account.net_present_value.positive;
                        Cell {
                            text: probability(share),
                            value: Some(share),
                        }
                    },
                ),
            ]);
        }
        Table {
            title: format!("What the options add for {of}, and what they cost (USD bn)"),
            columns: vec![
                Column::words("Option"),
                Column::numbers(format!("GDP in {}", self.horizon), ""),
                Column::numbers(format!("Digital economy in {}", self.horizon), ""),
                Column::numbers("Public cost", ""),
                Column::numbers(format!("Net by {}", self.horizon), ""),
                Column::numbers(format!("Net by {through}"), ""),
                Column::numbers("Pays in", "futures"),
            ],
            rows,
            note: format!(
                "Means of {} futures{}{}. Cost and net: present values of {present}, \
                 prices of {prices}.{}",
                count(self.summary.paths),
                self.good_to(),
                match range {
                    Range::Below => ", and the range of 90 % of them".to_owned(),
                    Range::None => format!("; their ranges: {}", see(&["added", "money"])),
                },
                self.delivered()
            ),
        }
    }

    /// How exact the means are: of the leading option, and of the one whose are least exact if that is far off.
    fn good_to(&self) -> String {
        let told = |statistics: &Statistics| {
            (statistics.mean.abs() > TOLD_APART * statistics.mcse)
                .then(|| statistics.mcse / statistics.mean.abs())
                .filter(|part| part.is_finite())
        };
        let worst = |option: &str| {
            let extras = [Metric::Gdp, Metric::DigitalEconomy]
                .into_iter()
                .filter_map(|metric| self.last_extra(option, Place::Group, metric))
                .map(|row| row.statistics);
            let money = self.account(option).into_iter();
            extras
                .chain(money.flat_map(|account| [account.cost, account.net_present_value]))
                .filter_map(|statistics| told(&statistics))
                .fold(0.0_f64, f64::max)
        };
        let figure = |part: f64| format!("{} %", significant(100.0 * part.max(0.001)));
        let Some(leading) = self.leading.map(worst).filter(|part| *part > 0.0) else {
            return String::new();
        };
        let others = self.options.iter().map(|option| (worst(option), *option));
        let least = others.max_by(|first, second| first.0.total_cmp(&second.0));
        let far = least.filter(|(part, _)| *part > 2.0 * leading);
        format!(
            ", good to about {}{}",
            figure(leading),
            far.map_or_else(String::new, |(part, option)| format!(
                " ({} for {})",
                figure(part),
                quoted(option)
            ))
        )
    }

    /// In how many futures something is delivered at all, which is assumed and not found.
    fn delivered(&self) -> String {
        let shares: Vec<f64> = self
            .options
            .iter()
            .filter_map(|option| self.last_extra(option, Place::Group, Metric::DigitalEconomy))
            .filter(|row| row.statistics.quantiles[0] >= 0.0)
            .map(|row| row.statistics.positive)
            .collect();
        let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if shares.is_empty() || low > 0.95 {
            return String::new();
        }
        let range = if high - low < 0.001 {
            probability(low)
        } else {
            format!("{} to {}", probability(low), probability(high))
        };
        format!(" Something is delivered in {range} of futures, by assumption.")
    }

    /// What the partners of the leading option gain and pay.
    pub(super) fn who_gains(&self) -> String {
        let Some(account) = self.leading.and_then(|option| self.account(option)) else {
            return String::new();
        };
        let partners = self.partners(&account.option);
        let mut net: Vec<&(Economy, Statistics)> = account
            .net
            .iter()
            .filter(|(economy, statistics)| partners.contains(economy) && *statistics != Statistics::ZERO)
            .collect();
        if net.is_empty() {
            return String::new();
        }
        net.sort_by(|first, second| second.1.mean.total_cmp(&first.1.mean));
        let names: Vec<String> = net
            .iter()
            .map(|(economy, statistics)| {
                let above = probability(statistics.positive);
                format!("{} {} bn ({above})", economy.name(), signed(statistics.mean))
            })
            .collect();
        let of = if self.options.len() > 1 {
            format!(" with {}", quoted(&account.option))
        } else {
            String::new()
        };
        format!(
            "Who gains{of}, net of own cost, USD, and in how many futures: {}.",
            listed(&names)
        )
    }

    /// The one or two assumptions that decide how much the leading option adds.
    pub(super) fn what_decides(&self) -> String {
        if let Some(driver) = self.results.sensitivity.and_then(leading_sentence) {
            return driver;
        }
        let explanation = self
            .results
            .explanations
            .iter()
            .find(|explanation| Some(explanation.option.as_str()) == self.leading);
        explanation.map_or_else(String::new, |explanation| {
            deciding_assumptions(explanation, " (--why ranks all)")
        })
    }

    /// Where the group is heading without cooperation; of a run without options.
    fn heading_for(&self) -> String {
        let levels = self.levels(BASELINE, Place::Group, Metric::DigitalEconomy);
        let (Some(first), Some(last)) = (levels.first(), levels.last()) else {
            return String::new();
        };
        let start = format!(
            "Without cooperation the digital economy of the group grows from USD {} bn in {} to a median of {} in {}.",
            grouped(first.statistics.median()),
            self.summary.base_year,
            level_range(&last.statistics, last.unit),
            self.horizon
        );
        [Some(start), self.baseline_gap()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Levels of the economies at the horizon; of a run without options.
    fn economies_table(&self) -> Table {
        let metrics = [Metric::DigitalEconomy, Metric::Gdp, Metric::Share];
        let format = |metric: Metric| match metric.unit() {
            Unit::Share => Format::Percent,
            _ => Format::Number,
        };
        let mut columns = vec![
            Column::words("Economy"),
            Column::numbers(format!("Digital economy {}", self.summary.base_year), "USD bn"),
        ];
        columns.extend(metrics.iter().map(|metric| {
            let unit = if metric.unit() == Unit::Share {
                ""
            } else {
                "USD bn"
            };
            Column::numbers(format!("{} {}", metric_heading(*metric), self.horizon), unit)
        }));
        let rows = self
            .places
            .iter()
            .map(|place| {
                let first = self.levels(BASELINE, *place, Metric::DigitalEconomy);
                let mut cells = vec![
                    Cell::words(place.name()),
                    Cell::optional(first.first().map(|row| row.statistics.median()), Format::Number),
                ];
                cells.extend(metrics.iter().map(|metric| {
                    let row = self.summary.last(BASELINE, Comparison::Level, *place, *metric);
                    row.map_or_else(
                        || Cell::words("–"),
                        |row| median_over_range(&row.statistics, format(*metric)),
                    )
                }));
                cells
            })
            .collect();
        Table {
            title: format!("The economies in {}, without cooperation", self.horizon),
            columns,
            rows,
            note: format!(
                "Medians of {} futures; below them the range of 90 % of futures.",
                count(self.summary.paths)
            ),
        }
    }
}
