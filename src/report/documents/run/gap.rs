//! Whether gaps close, and whether the economies converge.

use super::View;
use crate::{
    base::{Economy, Metric, Place, Unit, Year},
    model::GapStatus,
    outcomes::{Comparison, GapClosure},
    report::{
        chart::{Axis, Chart, Data, Fan, FanSeries, Format, LinePoint, LineSeries, Lines},
        document::{Cell, Column, Figure, Section, Selector, Table},
        documents::shared::show::{
            ERROR_COVERAGE, MOST_CURVES, choices, difference_axis, fan_points, level_axis, level_range,
            listed, metric_heading, probability_axis, quoted,
        },
        escape,
        number::{in_unit, probability},
    },
    scenario::{BASELINE, Reference},
};

/// Probabilities of gap closing by year.
type Probabilities = fn(&GapClosure) -> Vec<f64>;

impl<'run> View<'run> {
    fn closure(&self, option: &str, economy: Economy) -> Option<&'run GapClosure> {
        self.summary
            .closures
            .iter()
            .find(|closure| closure.option == option && closure.economy == economy)
            .filter(|closure| closure.status == GapStatus::Open)
    }

    /// How likely gaps close without cooperation.
    pub(super) fn baseline_gap(&self) -> Option<String> {
        let parts: Vec<String> = self
            .open_economies()
            .into_iter()
            .filter_map(|economy| {
                let half = self.closure(BASELINE, economy)?.probability_half.last()?;
                Some(format!(
                    "{} of the futures for {}",
                    probability(*half),
                    economy.name()
                ))
            })
            .collect();
        (!parts.is_empty()).then(|| {
            format!(
                "Half of the gap in {} to {} closes by {} in {}.",
                self.summary.gap.metric.label(),
                self.gap_reference(),
                self.horizon,
                listed(&parts)
            )
        })
    }

    fn open_economies(&self) -> Vec<Economy> {
        self.summary
            .closures
            .iter()
            .filter(|closure| closure.option == BASELINE && closure.status == GapStatus::Open)
            .map(|closure| closure.economy)
            .collect()
    }

    /// "the frontier" or an economy.
    fn gap_reference(&self) -> String {
        match self.summary.gap.reference {
            Reference::Frontier => "whoever is ahead".to_owned(),
            Reference::Economy(economy) => economy.name().to_owned(),
        }
    }

    pub(super) fn gap(&self) -> Option<Section> {
        let open = self.open_economies();
        let metric = self.summary.gap.metric;
        let mut sentences = vec![format!(
            "The gap is the distance in {} to {}. A future counts as “half closed” in a year if the gap is then at most half of what it was \
             in {}.",
            metric.label(),
            self.gap_reference(),
            self.summary.base_year
        )];
        let names = |status: GapStatus| -> Vec<String> {
            self.summary
                .closures
                .iter()
                .filter(|closure| closure.option == BASELINE && closure.status == status)
                .map(|closure| closure.economy.name().to_owned())
                .collect()
        };
        let leaders = names(GapStatus::Leader);
        if !leaders.is_empty() {
            sentences.push(format!(
                "Ahead in {}: {}.",
                self.summary.base_year,
                listed(&leaders)
            ));
        }
        let small = names(GapStatus::BelowMinimum);
        if !small.is_empty() {
            sentences.push(format!(
                "Too small a gap for a meaningful ratio: {}.",
                listed(&small)
            ));
        }
        if open.is_empty() {
            sentences.push("No economy of this scenario has a gap worth closing.".to_owned());
        }
        let questions: [(&str, &str, Probabilities); 3] = [
            ("Half closed in the year", "half closed", |closure| {
                closure.probability_half.clone()
            }),
            ("All closed in the year", "all closed", |closure| {
                closure.probability_all.clone()
            }),
            (
                "Half closed by the year, for the first time",
                "half closed at least once",
                |closure| {
                    closure
                        .first_half
                        .iter()
                        .scan(0.0, |sum: &mut f64, share| {
                            *sum += share;
                            Some(sum.min(1.0))
                        })
                        .collect()
                },
            ),
        ];
        let (selectors, charts) = choices(
            vec![
                Selector::new("Economy", open.iter().map(Economy::name)),
                Selector::new("Probability", questions.map(|(label, ..)| label)),
            ],
            |positions| {
                let economy = open[positions[0]];
                let (_, words, probabilities) = questions[positions[1]];
                Some(self.probabilities(economy, words, probabilities))
            },
        );
        (!self.summary.closures.is_empty()).then(|| {
            Section::full("gap", format!("Does the gap in {} close?", metric.label()))
                .sentences(sentences)
                .charts(self.gap_levels(&open))
                .table(self.gap_table(&open))
                .charts((selectors, charts))
        })
    }

    /// The gap as what it is: levels of a follower and of whoever is ahead.
    fn gap_levels(&self, open: &[Economy]) -> (Vec<Selector>, Vec<Figure>) {
        let gap = &self.summary.gap;
        let reference = match gap.reference {
            Reference::Economy(economy) => Some(economy),
            Reference::Frontier => {
                let leads = |closure: &&GapClosure| closure.status == GapStatus::Leader;
                self.summary
                    .closures
                    .iter()
                    .find(leads)
                    .map(|closure| closure.economy)
            }
        };
        let Some(leader) = reference else {
            return (Vec::new(), Vec::new());
        };
        let series = |name: String, option: &str, economy: Economy| FanSeries {
            name,
            observed: Vec::new(),
            projected: fan_points(self.levels(option, economy.into(), gap.metric).into_iter()),
        };
        let selector = Selector::new("Economy", open.iter().map(Economy::name));
        choices(vec![selector], |positions| {
            let follower = open[positions[0]];
            let mut lines = vec![
                series(follower.name().to_owned(), BASELINE, follower),
                series(leader.name().to_owned(), BASELINE, leader),
            ];
            let last = self
                .summary
                .last(BASELINE, Comparison::Level, follower, gap.metric)?;
            let ahead = self
                .summary
                .last(BASELINE, Comparison::Level, leader, gap.metric)?;
            if let Some(option) = self
                .leading
                .filter(|option| self.changes(option, follower.into(), gap.metric))
            {
                let name = format!("{} with {}", follower.name(), quoted(option));
                lines.insert(1, series(name, option, follower));
            }
            Some(Chart {
                title: format!(
                    "{}: {} and {}",
                    metric_heading(gap.metric),
                    follower.name(),
                    leader.name()
                ),
                description: format!(
                    "In {} without cooperation {}: {}; {}: {}.",
                    self.horizon,
                    follower.name(),
                    level_range(&last.statistics, last.unit),
                    leader.name(),
                    level_range(&ahead.statistics, ahead.unit)
                ),
                data: Data::Fan(Fan {
                    x: Axis::years(),
                    y: level_axis(metric_heading(gap.metric), last.unit),
                    series: lines,
                    references: Vec::new(),
                }),
            })
        })
    }

    /// A probability of gap closing by year, of every option.
    fn probabilities(&self, economy: Economy, words: &str, probabilities: Probabilities) -> Chart {
        let curves: Vec<(&str, Vec<f64>)> = self
            .summary
            .options()
            .into_iter()
            .take(MOST_CURVES)
            .filter_map(|option| Some((option, probabilities(self.closure(option, economy)?))))
            .collect();
        let ends: Vec<String> = curves
            .iter()
            .map(|(option, values)| {
                format!(
                    "{} {}",
                    escape(option),
                    values
                        .last()
                        .map_or_else(|| "n/a".to_owned(), |value| in_unit(*value, Unit::Share))
                )
            })
            .collect();
        Chart {
            title: format!("Probability that the gap of {} is {words}", economy.name()),
            description: format!("In {}: {}.", self.horizon, ends.join("; ")),
            data: Data::Lines(Lines {
                x: Axis::years(),
                y: probability_axis("Probability"),
                series: curves
                    .into_iter()
                    .map(|(option, values)| LineSeries {
                        name: option.to_owned(),
                        points: (0..)
                            .zip(values)
                            .map(|(step, y)| LinePoint {
                                x: f64::from(self.summary.base_year + step),
                                y,
                                interval: None,
                            })
                            .collect(),
                    })
                    .collect(),
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
                places: Vec::new(),
            }),
        }
    }

    fn gap_table(&self, open: &[Economy]) -> Table {
        let unit = self.summary.gap.unit();
        // A gap is a difference.
        let axis = difference_axis("", unit);
        let mut rows = Vec::new();
        for economy in open {
            for option in self.summary.options() {
                let gaps = self.levels(option, (*economy).into(), Metric::Gap);
                let (Some(closure), Some(first), Some(last)) =
                    (self.closure(option, *economy), gaps.first(), gaps.last())
                else {
                    continue;
                };
                let share = |values: &[f64]| {
                    values
                        .last()
                        .map_or_else(|| Cell::words(""), |value| Cell::number(*value, Format::Percent))
                };
                let [low, _, median, _, high] = last.statistics.quantiles;
                rows.push(vec![
                    Cell::words(economy.name()),
                    Cell::words(option),
                    Cell::number(first.statistics.median(), axis.format),
                    Cell::number(median, axis.format),
                    Cell::number(low, axis.format),
                    Cell::number(high, axis.format),
                    share(&closure.probability_half),
                    share(&closure.probability_all),
                    match closure.median_years() {
                        Some(years) => {
                            Cell::number(f64::from(self.summary.base_year + years as Year), Format::Year)
                        }
                        None => Cell::words(format!("never in {}", in_unit(closure.never(), Unit::Share))),
                    },
                ]);
            }
        }
        Table {
            title: format!("Gap in {} and its closing", self.summary.gap.metric.label()),
            columns: vec![
                Column::words("Economy"),
                Column::words("Option"),
                Column::numbers(format!("Gap {}", self.summary.base_year), &axis.unit),
                Column::numbers(format!("Gap {}", self.horizon), &axis.unit),
                Column::numbers("5 %", &axis.unit),
                Column::numbers("95 %", &axis.unit),
                Column::numbers(format!("Half closed in {}", self.horizon), "of futures"),
                Column::numbers(format!("All closed in {}", self.horizon), "of futures"),
                Column::numbers("Half closed by", "in half of the futures"),
            ],
            rows,
            note: "Gaps are medians of the futures with their 90 % interval.".to_owned(),
        }
    }

    /// σ-convergence.
    pub(super) fn convergence(&self) -> Option<Section> {
        let rows = self.levels(BASELINE, Place::Group, Metric::Dispersion);
        let (first, last) = (rows.first()?, rows.last()?);
        let unit = last.unit;
        let mut series = vec![FanSeries {
            name: BASELINE.to_owned(),
            observed: Vec::new(),
            projected: fan_points(rows.iter().copied()),
        }];
        if let Some(option) = self
            .leading
            .filter(|option| self.changes(option, Place::Group, Metric::Dispersion))
        {
            series.push(FanSeries {
                name: option.to_owned(),
                observed: Vec::new(),
                projected: fan_points(self.levels(option, Place::Group, Metric::Dispersion).into_iter()),
            });
        }
        let label = format!("Standard deviation of {}", self.summary.gap.metric.label());
        let mut charts = vec![Figure::from(Chart {
            title: format!("Dispersion of {} over the group", self.summary.gap.metric.label()),
            description: format!(
                "Baseline: {} in {}, {} in {}.",
                level_range(&first.statistics, unit),
                self.summary.base_year,
                level_range(&last.statistics, unit),
                self.horizon
            ),
            data: Data::Fan(Fan {
                x: Axis::years(),
                y: match unit {
                    Unit::Share => difference_axis(&label, unit),
                    _ => level_axis(&label, unit),
                },
                series,
                references: Vec::new(),
            }),
        })];
        charts.extend(
            self.last_extras(
                Place::Group,
                Metric::Dispersion,
                format!("Change of the dispersion in {}", self.horizon),
                |_| "Below zero, the option brings the economies closer together than they would be without it.".to_owned(),
            )
            .map(Figure::from),
        );
        let note = "σ-convergence: the standard deviation over the economies of the scenario. Falling means that they grow alike.";
        let section = Section::folded("convergence", "Do the economies converge?").note(note);
        Some(section.charts((Vec::new(), charts)))
    }
}
