//! Where the economies are heading without levers, and with the leading option where that can be seen.

use super::{View, brief::median_over_range};
use crate::{
    base::{Economy, Metric, Place, Unit, Year},
    history::EconomyData,
    outcomes::{Comparison, SummaryRow},
    report::{
        chart::{Axis, Chart, Data, Fan, FanSeries, Format, Point},
        document::{Cell, Column, Section, Table},
        documents::shared::show::{
            at_place, choices, difference_range, economy_selector, fan_points, level_axis, level_range,
            metric_heading, metric_selector,
        },
        escape,
        number::unit_heading,
    },
    scenario::BASELINE,
    stats::elementary::{logistic, logit},
};

/// An option stands beside the baseline only where its median differs by at least this part of the baseline's 90 % range:
/// less is thinner than the line.
const LEAST_SEEN: f64 = 0.02;

/// The metrics of the table; all others stand in `summary.csv`.
const LISTED: [Metric; 7] = [
    Metric::Gdp,
    Metric::DigitalEconomy,
    Metric::Share,
    Metric::DigitalGrowth,
    Metric::GdpPerCapita,
    Metric::PerCapita,
    Metric::Index,
];

impl<'run> View<'run> {
    pub(super) fn economies(&self) -> Section {
        let metrics = self.shown();
        let (selectors, charts) = choices(
            vec![economy_selector(&self.places), metric_selector(&metrics)],
            |positions| self.fan(self.places[positions[0]], metrics[positions[1]]),
        );
        let mut notes = vec![
            "Dots are observed values. The line is the median of the futures, the dark band holds half of them, the light band nine in \
             ten."
                .to_owned(),
        ];
        if let Some(option) = self.leading {
            notes.push(format!(
                "The baseline is the future without levers. Beside it stands “{}”{}, where the difference can be seen: what an option \
                 adds is often small beside what nobody knows about the future. The next part shows it alone.",
                escape(option),
                if self.options.len() > 1 {
                    ", which is worth most or, if nothing is worth its cost, adds most"
                } else {
                    ""
                }
            ));
        }
        notes
            .into_iter()
            .fold(
                Section::folded("economies", "Projections by economy"),
                Section::note,
            )
            .charts((selectors, charts))
            .table(self.levels_table())
    }

    /// Levels without levers: of each economy, partners first, in the first year, the last, and two between.
    fn levels_table(&self) -> Table {
        let first = self.summary.base_year;
        let years: Vec<Year> = (0..4)
            .map(|step| first + (self.horizon - first) * step / 3)
            .collect();
        let mut rows = Vec::new();
        for place in &self.places {
            for metric in LISTED {
                let levels = self.levels(BASELINE, *place, metric);
                if levels.is_empty() {
                    continue;
                }
                let format = match metric.unit() {
                    Unit::Share | Unit::YearlyRate | Unit::Ratio => Format::Percent,
                    _ => Format::Number,
                };
                let unit = unit_heading(metric.unit());
                let known = self
                    .observed(*place, metric)
                    .last()
                    .map_or(f64::NEG_INFINITY, |point| point.x);
                let mut cells = vec![
                    Cell::words(place.name()),
                    Cell::words(format!("{}, {unit}", metric.label())),
                ];
                cells.extend(years.iter().map(|year| {
                    let row = levels.iter().find(|row| row.year == *year);
                    row.map_or_else(
                        || Cell::words("–"),
                        |row| {
                            let mut cell = median_over_range(&row.statistics, format);
                            if f64::from(*year) <= known {
                                cell.text.push_str("\nknown");
                            }
                            cell
                        },
                    )
                }));
                rows.push(cells);
            }
        }
        let mut columns = vec![Column::words("Economy"), Column::words("Without levers")];
        columns.extend(years.iter().map(|year| Column::numbers(year.to_string(), "")));
        Table {
            title: "Levels without levers".to_owned(),
            columns,
            rows,
            note: "Medians of the futures; below them the range of 90 % of futures, or that the year is known. summary.csv holds every \
                   year and metric."
                .to_owned(),
        }
    }

    /// Levels of the baseline, and of the leading option where it changes them.
    pub(super) fn fan(&self, place: Place, metric: Metric) -> Option<Chart> {
        let rows = self.levels(BASELINE, place, metric);
        let last = *rows.last()?;
        let observed = self.observed(place, metric);
        let known = observed.last().map_or(f64::NEG_INFINITY, |point| point.x);
        let after = |rows: Vec<&'run SummaryRow>| {
            fan_points(rows.into_iter().filter(|row| f64::from(row.year) > known))
        };
        let unit = last.unit;
        let mut description = format!(
            "Baseline: {} in {}.",
            level_range(&last.statistics, unit),
            self.horizon
        );
        let mut series = vec![FanSeries {
            name: BASELINE.to_owned(),
            observed,
            projected: after(rows),
        }];
        if let Some(option) = self.leading.filter(|option| self.changes(option, place, metric))
            && let Some(extra) = self.summary.last(option, Comparison::Extra, place, metric)
        {
            let [low, .., high] = last.statistics.quantiles;
            description.push_str(&format!(
                " “{}” changes it by {}",
                escape(option),
                difference_range(&extra.statistics, unit)
            ));
            if extra.statistics.median().abs() < LEAST_SEEN * (high - low) {
                description.push_str(", too little to see at this scale.");
            } else {
                description.push('.');
                series.push(FanSeries {
                    name: option.to_owned(),
                    observed: Vec::new(),
                    projected: after(self.levels(option, place, metric)),
                });
            }
        }
        Some(Chart {
            title: at_place(metric, place),
            description,
            data: Data::Fan(Fan {
                x: Axis::years(),
                y: level_axis(metric_heading(metric), unit),
                series,
                references: Vec::new(),
            }),
        })
    }

    /// Observed levels up to the base year; empty where the history does not say, or only assumes.
    fn observed(&self, place: Place, metric: Metric) -> Vec<Point> {
        let base_year = self.summary.base_year;
        let one = |economy: Economy| -> Vec<(Year, f64)> {
            self.results
                .history
                .economy(economy)
                .map_or_else(Vec::new, |data| observed(data, base_year, metric))
        };
        let points = match place {
            Place::Economy(economy) => one(economy),
            Place::Group => {
                let economies: Vec<Vec<(Year, f64)>> = self
                    .results
                    .record
                    .scenario
                    .economies
                    .iter()
                    .map(|economy| {
                        self.results
                            .history
                            .economy(*economy)
                            .map_or_else(Vec::new, |data| group_terms(data, base_year, metric))
                    })
                    .collect();
                // A sum needs every term of the year.
                let sum = |weights: &dyn Fn(usize) -> Vec<(Year, f64)>, year: Year| -> Option<f64> {
                    (0..economies.len())
                        .map(|economy| {
                            weights(economy)
                                .into_iter()
                                .find(|(other, _)| *other == year)
                                .map(|(_, value)| value)
                        })
                        .sum()
                };
                let years: Vec<Year> = economies
                    .first()
                    .map_or_else(Vec::new, |first| first.iter().map(|(year, _)| *year).collect());
                let economy = |position: usize| self.results.record.scenario.economies[position];
                let gdp = |position: usize| {
                    self.results
                        .history
                        .economy(economy(position))
                        .map_or_else(Vec::new, |data| observed(data, base_year, Metric::Gdp))
                };
                years
                    .into_iter()
                    .filter_map(|year| {
                        let total = sum(&|position| economies[position].clone(), year)?;
                        Some(match metric {
                            Metric::Share => (year, total / sum(&gdp, year)?),
                            _ => (year, total),
                        })
                    })
                    .collect()
            }
        };
        points
            .into_iter()
            .map(|(year, y)| Point {
                x: f64::from(year),
                y,
            })
            .collect()
    }
}

/// Years before the base year that charts show.
const OBSERVED_YEARS: Year = 10;

/// Observed levels of an economy, ascending: chained back from the base year by its yearly changes, and the known years after
/// it; empty where the level itself is an assumption or the metric has no history.
fn observed(data: &EconomyData, base_year: Year, metric: Metric) -> Vec<(Year, f64)> {
    let back = |level: f64, changes: &[(Year, f64)]| -> Vec<(Year, f64)> {
        let mut points = vec![(base_year, level)];
        let mut year = base_year;
        let mut level = level;
        while let Some((_, change)) = changes
            .iter()
            .find(|(other, _)| *other == year && year > base_year - OBSERVED_YEARS)
        {
            year -= 1;
            level -= change;
            points.push((year, level));
        }
        points.reverse();
        points
    };
    let gdp = || -> Vec<(Year, f64)> {
        back(libm::log(data.gdp), &data.gdp_changes)
            .into_iter()
            .map(|(year, log)| {
                (
                    year,
                    if year == base_year {
                        data.gdp
                    } else {
                        libm::exp(log)
                    },
                )
            })
            .chain((base_year + 1..).zip(data.known_gdp.iter().map(|known| known.gdp)))
            .collect()
    };
    let share = || -> Vec<(Year, f64)> {
        match &data.share {
            Some(share) if share.assumption.is_none() => back(logit(share.mode), &data.share_changes)
                .into_iter()
                .map(|(year, score)| {
                    (
                        year,
                        if year == base_year {
                            share.mode
                        } else {
                            logistic(score)
                        },
                    )
                })
                .chain((base_year + 1..).zip(data.known_shares.iter().copied()))
                .collect(),
            _ => Vec::new(),
        }
    };
    match metric {
        Metric::Gdp => gdp(),
        Metric::Share => share(),
        Metric::DigitalEconomy => {
            let gdp = gdp();
            share()
                .into_iter()
                .filter_map(|(year, share)| {
                    let (_, level) = gdp.iter().find(|(other, _)| *other == year)?;
                    Some((year, share * level))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What an economy adds to the total of the group: the share of the group is a ratio of totals.
fn group_terms(data: &EconomyData, base_year: Year, metric: Metric) -> Vec<(Year, f64)> {
    match metric {
        Metric::Share => observed(data, base_year, Metric::DigitalEconomy),
        metric => observed(data, base_year, metric),
    }
}
