//! The page of a run.

use super::{
    drivers::why,
    shared::money::money,
    shared::provenance::{
        DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, assumptions, errors, methods, reproduce,
    },
    shared::show::{
        ERROR_COVERAGE, MOST_CURVES, after_summary, at_place, choices, difference_axis, difference_range,
        economy_selector, error_interval, fan_points, level_axis, level_range, listed, metric_heading,
        metric_selector, no_effect, probability_axis,
    },
};
use crate::{
    analysis::{Brake, Estimate, Explanation, sweep::Study},
    base::{Economy, Element, Metric, Place, Unit, Year},
    history::{EconomyData, HistoryData, MATRIX_YEARS, Matrix},
    model::GapStatus,
    outcomes::{Comparison, GapClosure, Statistics, Summary, SummaryRow},
    report::{
        RunRecord,
        chart::{
            Axis, Bar, Bars, Cell as HeatCell, Chart, Colors, Data, Fan, FanSeries, Format, HeatMap,
            IntervalRow, Intervals, LinePoint, LineSeries, Lines, Point,
        },
        escape,
        number::{grouped, in_unit, significant},
        page::{Cell, Column, Fact, Figure, Page, Section, Selector, Table},
        reasons,
    },
    scenario::BASELINE,
    stats::elementary::{logistic, logit},
};

/// What the page of a run shows.
#[derive(Clone, Copy, Debug)]
pub struct RunResults<'run> {
    /// The numbers.
    pub summary: &'run Summary,
    /// Why each option adds what it adds.
    pub explanations: &'run [Explanation],
    /// Which assumption drives the outcome, where that was asked.
    pub sensitivity: Option<&'run Study>,
    /// Scenario, inputs, seed.
    pub record: &'run RunRecord<'run>,
    /// The history that the projection continues.
    pub history: &'run HistoryData,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// Probabilities of gap closing by year.
type Probabilities = fn(&GapClosure) -> Vec<f64>;

/// The metrics of charts by year; all others stand in `summary.csv`.
const SHOWN: [Metric; 4] = [Metric::DigitalEconomy, Metric::Gdp, Metric::Share, Metric::Index];
/// Most paired-difference charts, so that the page stays small enough to send; further metrics are left out.
const MOST_PAIRED: usize = 24;
/// An option stands beside the baseline only where its median differs by at least this part of the baseline's 90 % range:
/// less is thinner than the line.
const LEAST_SEEN: f64 = 0.02;

/// The page of a run, in the order a reader asks: the question and the answer, the futures, what the options add, the gap,
/// the matrix, why, which assumption drives the answer, the money, the assumptions, the methods, how to repeat it.
pub fn run_page(results: RunResults<'_>) -> Page {
    let view = View::new(results);
    let scenario = results.record.scenario;
    let mut sections = vec![view.projections()];
    if !view.options.is_empty() {
        sections.push(view.added());
        sections.push(view.at_horizon());
    }
    sections.extend(view.gap());
    sections.extend(view.convergence());
    sections.push(view.matrix());
    if !results.explanations.is_empty() {
        sections.push(view.why());
    }
    sections.extend(results.sensitivity.map(why));
    if !results.summary.money.is_empty() {
        sections.push(money(&results.summary.money, results.record));
    }
    sections.push(assumptions(results.record));
    let error = errors(
        results.summary.paths,
        results.summary.sketch_error,
        "summary.json holds the Monte Carlo standard error of each",
    );
    sections.push(methods(
        [FUTURES, LEVERS, DIFFERENCES, MONEY, INTERVALS]
            .map(str::to_owned)
            .into_iter()
            .chain([error]),
    ));
    let economies: Vec<&str> = scenario.economies.iter().map(Economy::name).collect();
    Page {
        title: scenario.title.clone(),
        question: view.question(),
        answer: view.answer(),
        facts: vec![
            Fact::new("Economies", economies.join(", ")),
            Fact::new(
                "From base year to horizon",
                format!("{} to {}", results.summary.base_year, scenario.horizon),
            ),
            Fact::new("Futures", grouped(results.summary.paths as f64)),
            Fact::new("Options", view.options.len().to_string()),
        ],
        sections,
        reproduce: reproduce(results.record, results.command, results.summary.paths),
    }
}

/// A run, looked at.
struct View<'run> {
    results: RunResults<'run>,
    summary: &'run Summary,
    horizon: Year,
    /// Options without the baseline.
    options: Vec<&'run str>,
    /// The group, then the economies.
    places: Vec<Place>,
    /// The option that adds most to the digital economy of the group.
    leading: Option<&'run str>,
}

impl<'run> View<'run> {
    fn new(results: RunResults<'run>) -> Self {
        let summary = results.summary;
        let options: Vec<&str> = summary.options().into_iter().skip(1).collect();
        let mut places = vec![Place::Group];
        places.extend(results.record.scenario.economies.iter().copied().map(Place::from));
        let median = |option: &str| {
            summary
                .last(option, Comparison::Extra, Place::Group, Metric::DigitalEconomy)
                .map_or(0.0, |row| row.statistics.median())
        };
        let leading = options
            .iter()
            .copied()
            .max_by(|first, second| median(first).total_cmp(&median(second)));
        Self {
            results,
            summary,
            horizon: results.record.scenario.horizon,
            options,
            places,
            leading,
        }
    }

    fn levels(&self, option: &str, place: Place, metric: Metric) -> Vec<&'run SummaryRow> {
        self.summary
            .series(option, Comparison::Level, place, metric)
            .collect()
    }

    fn extra(&self, option: &str, place: Place, metric: Metric) -> Vec<&'run SummaryRow> {
        self.summary
            .series(option, Comparison::Extra, place, metric)
            .collect()
    }

    /// Whether an option changes a metric at a place.
    fn changes(&self, option: &str, place: Place, metric: Metric) -> bool {
        self.extra(option, place, metric)
            .iter()
            .any(|row| row.statistics != Statistics::ZERO)
    }

    /// Metrics of charts that have numbers at every place.
    fn shown(&self) -> Vec<Metric> {
        SHOWN
            .into_iter()
            .filter(|metric| {
                self.places
                    .iter()
                    .any(|place| !self.levels(BASELINE, *place, *metric).is_empty())
            })
            .collect()
    }

    fn question(&self) -> String {
        let economies: Vec<String> = self
            .results
            .record
            .scenario
            .economies
            .iter()
            .map(|economy| economy.name().to_owned())
            .collect();
        let scenario = self.results.record.scenario;
        let question = if self.options.is_empty() {
            format!(
                "Where are the digital economies of {} heading by {} without cooperation, and how sure are we?",
                listed(&economies),
                self.horizon
            )
        } else {
            format!(
                "What would {} add to the digital economies of {} by {}, would the gap in {} close, how sure are we, and what does it \
                 cost?",
                if self.options.len() == 1 {
                    "the option".to_owned()
                } else {
                    format!("each of {} options", self.options.len())
                },
                listed(&economies),
                self.horizon,
                self.summary.gap.metric.label()
            )
        };
        after_summary(scenario, &question)
    }

    /// Two sentences with their uncertainty.
    fn answer(&self) -> Vec<String> {
        let horizon = self.horizon;
        let group = |option: &str, comparison| {
            self.summary
                .last(option, comparison, Place::Group, Metric::DigitalEconomy)
        };
        let Some(level) = group(BASELINE, Comparison::Level) else {
            return Vec::new();
        };
        let Some((option, extra)) = self
            .leading
            .and_then(|option| Some((option, group(option, Comparison::Extra)?)))
        else {
            let first = self
                .levels(BASELINE, Place::Group, Metric::DigitalEconomy)
                .first()
                .map_or(0.0, |row| row.statistics.median());
            let mut sentences = vec![format!(
                "Without cooperation the digital economy of the group is USD {} bn in {} and {} in {horizon}.",
                grouped(first),
                self.summary.base_year,
                level_range(&level.statistics, level.unit)
            )];
            sentences.extend(self.baseline_gap());
            return sentences;
        };
        let which = if self.options.len() == 1 {
            format!("“{}”", escape(option))
        } else {
            format!(
                "“{}”, of the {} options the one that adds most,",
                escape(option),
                self.options.len()
            )
        };
        let part = extra.statistics.median() / level.statistics.median();
        let first = format!(
            "{which} changes the digital economy of the group in {horizon} by {}, {} % of what it is without cooperation; it adds more \
             than nothing in {} of the futures.",
            difference_range(&extra.statistics, extra.unit),
            significant(100.0 * part),
            in_unit(extra.statistics.positive, Unit::Share)
        );
        let money = self
            .summary
            .money
            .iter()
            .find(|account| account.option == option)
            .filter(|account| account.cost.mean > 0.0)
            .map_or_else(
                || "It costs nothing in this scenario".to_owned(),
                |account| {
                    format!(
                        "Its cost has a present value of {} and it pays for itself in {} of the futures",
                        level_range(&account.cost, Unit::UsdBn),
                        in_unit(account.net_present_value.positive, Unit::Share)
                    )
                },
            );
        let gap = self
            .gap_clause(option)
            .map_or_else(String::new, |clause| format!("; {clause}"));
        vec![first, format!("{money}{gap}.")]
    }

    fn closure(&self, option: &str, economy: Economy) -> Option<&'run GapClosure> {
        self.summary
            .closures
            .iter()
            .find(|closure| closure.option == option && closure.economy == economy)
            .filter(|closure| closure.status == GapStatus::Open)
    }

    /// How likely half of a gap closes with and without an option, for the economy for which it changes most.
    fn gap_clause(&self, option: &str) -> Option<String> {
        let half = |option: &str, economy: Economy| {
            self.closure(option, economy)
                .and_then(|closure| closure.probability_half.last().copied())
        };
        let economies = self.open_economies();
        let (economy, with, without) = economies
            .into_iter()
            .filter_map(|economy| Some((economy, half(option, economy)?, half(BASELINE, economy)?)))
            .max_by(|first, second| (first.1 - first.2).abs().total_cmp(&(second.1 - second.2).abs()))?;
        let gap = self.summary.gap.metric.label();
        Some(format!(
            "half of the gap of {} in {gap} closes by {} in {} of the futures, without it in {}",
            economy.name(),
            self.horizon,
            in_unit(with, Unit::Share),
            in_unit(without, Unit::Share)
        ))
    }

    /// How likely gaps close without cooperation.
    fn baseline_gap(&self) -> Option<String> {
        let parts: Vec<String> = self
            .open_economies()
            .into_iter()
            .filter_map(|economy| {
                let half = self.closure(BASELINE, economy)?.probability_half.last()?;
                Some(format!(
                    "{} of the futures for {}",
                    in_unit(*half, Unit::Share),
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

    fn projections(&self) -> Section {
        let metrics = self.shown();
        let (selectors, charts) = choices(
            vec![economy_selector(&self.places), metric_selector(&metrics)],
            |positions| self.fan(self.places[positions[0]], metrics[positions[1]]),
        );
        let mut paragraphs = vec![
            "Dots are observed values. The line is the median of the futures, the dark band holds half of them, the light band nine in \
             ten."
                .to_owned(),
        ];
        if let Some(option) = self.leading {
            paragraphs.push(format!(
                "The baseline is the future without levers. Beside it stands “{}”{}, where the difference can be seen: what an option \
                 adds is often small beside what nobody knows about the future. The next part shows it alone.",
                escape(option),
                if self.options.len() > 1 {
                    ", the option that adds most"
                } else {
                    ""
                }
            ));
        }
        Section {
            id: "projections".to_owned(),
            heading: "Projections by economy".to_owned(),
            paragraphs,
            selectors,
            charts,
            tables: Vec::new(),
        }
    }

    /// Levels of the baseline, and of the leading option where it changes them.
    fn fan(&self, place: Place, metric: Metric) -> Option<Chart> {
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

    /// Paired differences by year: option, economy, metric.
    fn added(&self) -> Section {
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
        Section {
            id: "added".to_owned(),
            heading: "What the options add, by year".to_owned(),
            paragraphs: vec![
                "Option less baseline on the same futures, so that what is common to both cancels: the bands are about what the levers \
                 do, not about how the economies fare."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables: Vec::new(),
        }
    }

    fn paired(&self, option: &str, place: Place, metric: Metric) -> Option<Chart> {
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
    fn at_horizon(&self) -> Section {
        let metrics = self.shown();
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
        Section {
            id: "horizon".to_owned(),
            heading: format!("What the options add in {}", self.horizon),
            paragraphs: vec![
                "The thick bar holds half of the futures, the thin one nine in ten; the mark is the median."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables: Vec::new(),
        }
    }

    /// Which option adds most, in a sentence.
    fn who_adds_most(&self, rows: &[&SummaryRow], metric: Metric) -> String {
        let best = rows
            .iter()
            .max_by(|first, second| first.statistics.median().total_cmp(&second.statistics.median()));
        match best {
            Some(best) if rows.iter().any(|row| row.statistics != Statistics::ZERO) => {
                if rows.len() > 1 {
                    format!(
                        "“{}” adds most in the median. Options are evaluated on the same futures: intervals that overlap do not mean \
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
    fn last_extras(
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
                    .map(|row| IntervalRow {
                        group: String::new(),
                        label: row.option.clone(),
                        quantiles: row.statistics.quantiles,
                    })
                    .collect(),
                reference: Some(no_effect()),
            }),
        })
    }

    /// "the frontier" or an economy.
    fn gap_reference(&self) -> String {
        match self.summary.gap.reference {
            crate::scenario::Reference::Frontier => "whoever is ahead".to_owned(),
            crate::scenario::Reference::Economy(economy) => economy.name().to_owned(),
        }
    }

    fn gap(&self) -> Option<Section> {
        let open = self.open_economies();
        let metric = self.summary.gap.metric;
        let mut paragraphs = vec![format!(
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
            paragraphs.push(format!(
                "Ahead in {}: {}.",
                self.summary.base_year,
                listed(&leaders)
            ));
        }
        let small = names(GapStatus::BelowMinimum);
        if !small.is_empty() {
            paragraphs.push(format!(
                "Too small a gap for a meaningful ratio: {}.",
                listed(&small)
            ));
        }
        if open.is_empty() {
            paragraphs.push("No economy of this scenario has a gap worth closing.".to_owned());
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
        (!self.summary.closures.is_empty()).then(|| Section {
            id: "gap".to_owned(),
            heading: format!("Does the gap in {} close?", metric.label()),
            paragraphs,
            selectors,
            charts,
            tables: if open.is_empty() {
                Vec::new()
            } else {
                vec![self.gap_table(&open)]
            },
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
    fn convergence(&self) -> Option<Section> {
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
        Some(Section {
            id: "convergence".to_owned(),
            heading: "Do the economies converge?".to_owned(),
            paragraphs: vec![
                "σ-convergence: the standard deviation over the economies of the scenario. Falling means that they grow alike.".to_owned(),
            ],
            charts,
            ..Section::default()
        })
    }

    fn matrix(&self) -> Section {
        let embedded = Matrix::embedded(MATRIX_YEARS[1]).ok();
        let economies = &self.results.record.scenario.economies;
        let base_year = self.summary.base_year;
        let map =
            |title: String, description: String, value: &dyn Fn(Economy, Metric) -> HeatCell| -> Figure {
                Figure::from(Chart {
                    title,
                    description,
                    data: Data::HeatMap(HeatMap {
                        columns_label: "Element".to_owned(),
                        columns: Element::ALL
                            .map(|element| metric_heading(Metric::of_element(element)).replace(',', ""))
                            .to_vec(),
                        rows_label: "Economy".to_owned(),
                        rows: economies
                            .iter()
                            .map(|economy| economy.name().to_owned())
                            .collect(),
                        value: level_axis("Score", Unit::Score),
                        colors: Colors::Sequential { low: 0.0, high: 1.0 },
                        cells: economies
                            .iter()
                            .map(|economy| {
                                Element::ALL
                                    .map(|element| value(*economy, Metric::of_element(element)))
                                    .to_vec()
                            })
                            .collect(),
                    }),
                })
            };
        let note = |economy: Economy, metric: Metric| -> String {
            let assumed = embedded
                .as_ref()
                .zip(metric.element())
                .is_some_and(|(matrix, element)| matrix.scores_or_assumed(economy)[element.index()].assumed);
            if assumed {
                "assumption: no indicator has data, so the lowest score of the others stands in".to_owned()
            } else {
                String::new()
            }
        };
        let now = map(
            format!("Digitalization matrix, {base_year}"),
            "Scores of the economies on six elements; an asterisk marks an assumption.".to_owned(),
            &|economy, metric| HeatCell {
                value: self
                    .levels(BASELINE, economy.into(), metric)
                    .first()
                    .map(|row| row.statistics.median()),
                note: note(economy, metric),
            },
        );
        let later = map(
            format!("Digitalization matrix, {}, without levers", self.horizon),
            "Median scores if the elements diffuse as they have done.".to_owned(),
            &|economy, metric| HeatCell {
                value: self
                    .summary
                    .last(BASELINE, Comparison::Level, economy, metric)
                    .map(|row| row.statistics.median()),
                note: note(economy, metric),
            },
        );
        let mut charts = vec![now, later];
        if let Some(option) = self.leading {
            let mut reach = 0.0_f64;
            for economy in economies {
                for element in Element::ALL {
                    if let Some(row) =
                        self.summary
                            .last(option, Comparison::Extra, *economy, Metric::of_element(element))
                    {
                        reach = reach.max(row.statistics.median().abs());
                    }
                }
            }
            let mut added = map(
                format!("Scores added by {} in {}", escape(option), self.horizon),
                "Medians of option less baseline.".to_owned(),
                &|economy, metric| HeatCell {
                    value: self
                        .summary
                        .last(option, Comparison::Extra, economy, metric)
                        .map(|row| row.statistics.median()),
                    note: String::new(),
                },
            );
            if let Data::HeatMap(map) = &mut added.chart.data {
                map.value = Axis::new("Score added", "", Format::Number);
                map.colors = Colors::Diverging {
                    middle: 0.0,
                    reach: if reach > 0.0 { reach } else { 1.0 },
                };
            }
            charts.push(added);
        }
        Section {
            id: "matrix".to_owned(),
            heading: "Digitalization matrix".to_owned(),
            paragraphs: vec![
                "Factors, industry and governance, each as production and application of digital technology; 0 and 1 are the goalposts of \
                 the indicators (docs/model.md, section 4)."
                    .to_owned(),
            ],
            charts,
            ..Section::default()
        }
    }

    fn why(&self) -> Section {
        let mut explanations: Vec<&Explanation> = self.results.explanations.iter().collect();
        explanations.sort_by_key(|explanation| Some(explanation.option.as_str()) != self.leading);
        let (selectors, charts) = choices(
            vec![Selector::new(
                "Option",
                explanations.iter().map(|explanation| explanation.option.as_str()),
            )],
            |positions| {
                let explanation = explanations[positions[0]];
                let bar = |group: &str, label: String, estimate: &Estimate| Bar {
                    group: group.to_owned(),
                    label,
                    value: estimate.mean,
                    interval: Some(error_interval(estimate.mean, estimate.mcse)),
                };
                let mut rows = vec![bar("In all", "the option".to_owned(), &explanation.added)];
                let mut brakes: Vec<&(Brake, Estimate)> = explanation.without_brake.iter().collect();
                brakes.sort_by(|first, second| second.1.mean.abs().total_cmp(&first.1.mean.abs()));
                let group = "Change if one thing were different";
                rows.extend(brakes.into_iter().map(|(brake, estimate)| {
                    bar(
                        group,
                        brake.without().trim_start_matches("if ").to_owned(),
                        estimate,
                    )
                }));
                if explanation.without_lever.len() > 1 {
                    let mut levers: Vec<&(String, Estimate)> = explanation.without_lever.iter().collect();
                    levers.sort_by(|first, second| second.1.mean.abs().total_cmp(&first.1.mean.abs()));
                    rows.extend(levers.into_iter().map(|(lever, estimate)| {
                        bar("Change if one lever were left out", lever.clone(), estimate)
                    }));
                }
                Some(Chart {
                    title: format!("What drives the effect of {}", escape(&explanation.option)),
                    description: reasons(explanation)
                        .into_iter()
                        .take(3)
                        .collect::<Vec<_>>()
                        .join(" "),
                    data: Data::Bars(Bars {
                        axis: level_axis(
                            format!("Digital economy of the group in {}", self.horizon),
                            Unit::UsdBn,
                        ),
                        rows,
                        coverage: ERROR_COVERAGE,
                    }),
                })
            },
        );
        Section {
            id: "why".to_owned(),
            heading: "Why".to_owned(),
            paragraphs: vec![
                "Means over the same futures with one thing changed. Intervals hold the Monte Carlo error of the mean with a probability of \
                 90 %. Changes do not add up: what one brake costs depends on the others."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables: Vec::new(),
        }
    }
}

/// Years before the base year that charts show.
const OBSERVED_YEARS: Year = 10;

/// Observed levels of an economy, ascending: chained back from the base year by its yearly changes, and the known years after it; empty
/// where the level itself is an assumption or the metric has no history.
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
