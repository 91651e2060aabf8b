//! What the options add, by year and at the horizon.

use super::{MOST_PAIRED, View, brief::mean_over_range};
use crate::{
    base::{Metric, Place, Unit},
    outcomes::{Comparison, Statistics, SummaryRow},
    report::{
        chart::{Axis, Chart, Data, Fan, FanSeries, Intervals},
        document::{Cell, Column, Section, Selector, Table},
        documents::shared::money::mean_row,
        documents::shared::show::{
            at_place, choices, difference_axis, difference_range, economy_selector, fan_points,
            metric_heading, metric_selector, no_effect,
        },
        escape,
        number::in_unit,
    },
};

impl<'run> View<'run> {
    /// Paired differences by year: option, economy, metric.
    pub(super) fn added(&self) -> Section {
        let places: Vec<Place> = self
            .places
            .iter()
            .copied()
            .filter(|place| {
                self.options
                    .iter()
                    .any(|option| self.changes(option, *place, Metric::DigitalEconomy))
            })
            .collect();
        // Many options leave room for the group alone; the economies stand in the charts of the horizon.
        let places: Vec<Place> = if self.options.len() * places.len() > MOST_PAIRED {
            places.into_iter().take(1).collect()
        } else {
            places
        };
        let count = (MOST_PAIRED / (self.options.len() * places.len()).max(1)).max(1);
        let metrics: Vec<Metric> = self.shown().into_iter().take(count).collect();
        let mut options: Vec<&str> = self.options.clone();
        options.sort_by_key(|option| Some(*option) != self.leading);
        let (selectors, charts) = choices(
            vec![
                Selector::new("Option", options.iter().copied()),
                economy_selector(&places),
                metric_selector(&metrics),
            ],
            |positions| self.paired(options[positions[0]], places[positions[1]], metrics[positions[2]]),
        );
        Section::folded("added", "What the options add, by year")
            .note(
                "Option less baseline on the same futures, so that what is common to both cancels: the bands are about what the levers \
                 do, not about how the economies fare.",
            )
            .charts((selectors, charts))
    }

    pub(super) fn paired(&self, option: &str, place: Place, metric: Metric) -> Option<Chart> {
        let rows = self.extra(option, place, metric);
        let last = rows.last()?;
        let unit = last.unit;
        if !self.changes(option, place, metric) {
            return None;
        }
        Some(Chart {
            title: format!("{}, added by {}", at_place(metric, place), escape(option)),
            description: format!(
                "In {}: {}; above zero in {} of the futures.",
                self.horizon,
                difference_range(&last.statistics, unit),
                in_unit(last.statistics.positive, Unit::Share)
            ),
            data: Data::Fan(Fan {
                x: Axis::years(),
                y: difference_axis(format!("{}, option less baseline", metric_heading(metric)), unit),
                series: vec![FanSeries {
                    name: option.to_owned(),
                    observed: Vec::new(),
                    projected: fan_points(rows.into_iter()),
                }],
                references: vec![no_effect()],
            }),
        })
    }

    /// Options side by side at the horizon.
    pub(super) fn at_horizon(&self) -> Section {
        let metrics: Vec<Metric> = self.shown().into_iter().take(2).collect();
        let (selectors, charts) = choices(
            vec![economy_selector(&self.places), metric_selector(&metrics)],
            |positions| {
                let (place, metric) = (self.places[positions[0]], metrics[positions[1]]);
                self.last_extras(
                    place,
                    metric,
                    format!("{}, added in {}", at_place(metric, place), self.horizon),
                    |rows| self.who_adds_most(rows, metric),
                )
            },
        );
        let heading = format!("What the options add in {}", self.horizon);
        Section::folded("horizon", heading)
            .note("The thick bar holds half of the futures, the thin one nine in ten; the mark is the mean.")
            .charts((selectors, charts))
    }

    /// What each option adds to each economy that it changes: means, and the range of the futures.
    pub(super) fn gains_table(&self) -> Table {
        const METRICS: [Metric; 3] = [Metric::Gdp, Metric::DigitalEconomy, Metric::Share];
        let mut columns = vec![Column::words("Option"), Column::words("Economy")];
        columns.extend(METRICS.iter().map(|metric| {
            let axis = difference_axis(metric_heading(*metric), metric.unit());
            Column::numbers(axis.label, axis.unit)
        }));
        let mut rows = Vec::new();
        for option in &self.options {
            for place in &self.places {
                if !METRICS.iter().any(|metric| self.changes(option, *place, *metric)) {
                    continue;
                }
                let mut cells = vec![Cell::words(escape(option)), Cell::words(place.name())];
                cells.extend(METRICS.iter().map(|metric| {
                    let row = self.summary.last(option, Comparison::Extra, *place, *metric);
                    row.map_or_else(
                        || Cell::words("–"),
                        |row| {
                            let format = difference_axis("", metric.unit()).format;
                            mean_over_range(&row.statistics, format)
                        },
                    )
                }));
                rows.push(cells);
            }
        }
        Table {
            title: format!("Added in {}", self.horizon),
            columns,
            rows,
            note: "Means of option less baseline on the same futures; below them the range of 90 % of futures. Economies that \
                   an option leaves as they are, are left out."
                .to_owned(),
        }
    }

    /// Which option adds most, in a sentence.
    fn who_adds_most(&self, rows: &[&SummaryRow], metric: Metric) -> String {
        let best = rows
            .iter()
            .max_by(|first, second| first.statistics.mean.total_cmp(&second.statistics.mean));
        match best {
            Some(best) if rows.iter().any(|row| row.statistics != Statistics::ZERO) => {
                if rows.len() > 1 {
                    format!(
                        "“{}” adds most on average. Options are evaluated on the same futures: intervals that overlap do not mean \
                         that the order is uncertain.",
                        escape(&best.option)
                    )
                } else {
                    format!("{}.", difference_range(&best.statistics, best.unit))
                }
            }
            _ => format!("No option changes {} here.", metric.label()),
        }
    }

    /// What each option adds at the horizon, as intervals; `None` without options.
    pub(super) fn last_extras(
        &self,
        place: Place,
        metric: Metric,
        title: String,
        describe: impl Fn(&[&SummaryRow]) -> String,
    ) -> Option<Chart> {
        let rows: Vec<&SummaryRow> = self
            .options
            .iter()
            .filter_map(|option| self.extra(option, place, metric).last().copied())
            .collect();
        let unit = rows.first()?.unit;
        Some(Chart {
            title,
            description: describe(&rows),
            data: Data::Intervals(Intervals {
                axis: difference_axis(format!("{}, option less baseline", metric_heading(metric)), unit),
                rows: rows
                    .iter()
                    .map(|row| mean_row("", &row.option, &row.statistics))
                    .collect(),
                reference: Some(no_effect()),
            }),
        })
    }
}
