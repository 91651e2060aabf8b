//! What options do, by outcome: levels, differences, who is best, how robust that is, option against option.

use super::{
    MOST_BESIDE, MOST_IN_WORDS, View, difference, error_column, figure_axis, level, numbers, of_futures,
    optional, value, words_of,
};
use crate::{
    analysis::OutcomeComparison,
    decision::{Criterion, Direction, Dominance, Pair, TAIL, Verdict},
    report::{
        chart::{Axis, Bar, Bars, Cell as HeatCell, Chart, Colors, Data, Format, HeatMap, Intervals},
        document::{Cell, Column, Section, Table},
        documents::shared::show::{
            ERROR_COVERAGE, error_interval, heading, listed, no_effect, probability_axis, zero,
        },
        number::probability,
    },
};

impl View<'_> {
    pub(super) fn outcomes(&self) -> Section {
        let charts = self.each_outcome(|outcome| {
            let comparison = &outcome.comparison;
            let best = comparison.best(Criterion::Laplace);
            Chart {
                title: format!("{} by option", heading(&outcome.label)),
                description: format!(
                    "{} is better. The best mean is that of {}.",
                    match comparison.direction {
                        Direction::Larger => "More",
                        Direction::Smaller => "Less",
                    },
                    self.names(&best)
                ),
                data: Data::Intervals(Intervals {
                    axis: level(outcome),
                    rows: self.intervals(self.foremost(outcome, MOST_BESIDE), |option| {
                        Some(comparison.options[option])
                    }),
                    reference: outcome.extra.then(no_effect),
                }),
            }
        });
        let tables = self.result().outcomes.iter().map(|outcome| {
            let (axis, error) = (level(outcome), difference(outcome, ""));
            let options = &outcome.comparison.options;
            self.table(
                format!("{} by option, with errors", heading(&outcome.label)),
                vec![
                    numbers("Mean", &axis, |option| options[option].mean.value),
                    error_column("± of mean", &error, |option| options[option].mean),
                    numbers("Median", &axis, |option| options[option].median()),
                    numbers("± of median", &error, |option| {
                        options[option].quantile_errors[2]
                    }),
                    numbers("5 %", &axis, |option| options[option].interval()[0]),
                    numbers("95 %", &axis, |option| options[option].interval()[1]),
                ],
            )
        });

        let extra = self.result().outcomes.iter().any(|outcome| outcome.extra);
        Section::folded("outcomes", "Outcomes by option")
            .note(
                "Every option is evaluated on the same futures. The thick bar holds half of the futures, the thin one nine in ten; the \
                 mark is the median. Intervals that overlap do not mean that the order is uncertain: what is common to all options \
                 cancels in the differences. ± is the Monte Carlo standard error, which shrinks with more futures; the interval does not.",
            )
            .note(if extra {
                "“Extra” counts from the baseline without levers on the same future, whatever the reference of the comparison."
            } else {
                ""
            })
            .charts(charts)
            .with_tables(tables)
    }

    /// What options do beyond the reference by an outcome.
    pub(super) fn difference(
        &self,
        outcome: &OutcomeComparison,
        options: impl IntoIterator<Item = usize>,
    ) -> Chart {
        let reference = self.name(0);
        let contest = &outcome.comparison.contest;
        let most = self
            .options()
            .filter_map(|option| contest.pair(option, 0))
            .max_by(|a, b| a.beats.value.total_cmp(&b.beats.value));
        Chart {
            title: format!("{}, difference from {reference}", heading(&outcome.label)),
            description: most.map_or_else(String::new, |pair| {
                format!(
                    "{} does better than {reference} in {} of the futures, more often than any other option.",
                    self.name(pair.option),
                    probability(pair.beats.value)
                )
            }),
            data: Data::Intervals(Intervals {
                axis: difference(
                    outcome,
                    &format!("{}, option less reference", heading(&outcome.label)),
                ),
                rows: self.intervals(options, |option| Some(contest.pair(option, 0)?.difference)),
                reference: Some(zero("no difference")),
            }),
        }
    }

    pub(super) fn differences(&self) -> Section {
        let reference = self.name(0);
        let charts =
            self.each_outcome(|outcome| self.difference(outcome, self.foremost(outcome, MOST_BESIDE)));
        let tables = self.result().outcomes.iter().map(|outcome| {
            let axis = difference(outcome, "");
            let pair = |option: usize| outcome.comparison.contest.pair(option, 0);
            let figure = |label: &str, axis: &Axis, figure: fn(&Pair) -> Option<f64>| {
                optional(label, axis, move |option| figure(&pair(option)?))
            };
            self.table(
                format!(
                    "{}, difference from {reference}, with errors",
                    heading(&outcome.label)
                ),
                vec![
                    figure("Mean", &axis, |pair| Some(pair.difference.mean.value)),
                    figure("± of mean", &axis, |pair| pair.difference.mean.standard_error),
                    figure("Median", &axis, |pair| Some(pair.difference.median())),
                    figure("5 %", &axis, |pair| Some(pair.difference.interval()[0])),
                    figure("95 %", &axis, |pair| Some(pair.difference.interval()[1])),
                    figure("Better in", &of_futures(), |pair| Some(pair.beats.value)),
                ],
            )
        });

        Section::full("differences", format!("Difference from {reference}"))
            .note(
                "Option less reference, future by future, so that what is common to both cancels. Better in: share of the futures in \
                 which the option does better than the reference, ties split evenly.",
            )
            .charts(charts)
            .with_tables(tables)
    }

    pub(super) fn best(&self) -> Section {
        let charts = self.each_outcome(|outcome| {
            let contest = &outcome.comparison.contest;
            let standings = &contest.standings;
            let most = self
                .options()
                .max_by(|a, b| standings[*a].best.value.total_cmp(&standings[*b].best.value));
            let first = most.map_or_else(String::new, |option| {
                format!(
                    "{} is best most often, in {} of the futures. ",
                    self.name(option),
                    probability(standings[option].best.value)
                )
            });
            Chart {
                title: format!("Probability of being best, {}", outcome.label),
                description: format!(
                    "{first}In {} of the futures several options share the first place and count in equal parts.",
                    probability(contest.tie_for_best)
                ),
                data: Data::Bars(Bars {
                    axis: probability_axis("Probability of being best"),
                    rows: self
                        .foremost(outcome, MOST_BESIDE)
                        .into_iter()
                        .map(|option| Bar {
                            group: String::new(),
                            label: self.result().options[option].clone(),
                            value: standings[option].best.value,
                            interval: standings[option].best.standard_error.map(|error| {
                                error_interval(standings[option].best.value, error, self.result().paths)
                                    .map(|end| end.clamp(0.0, 1.0))
                            }),
                        })
                        .collect(),
                    coverage: ERROR_COVERAGE,
                }),
            }
        });
        let tables = self.result().outcomes.iter().map(|outcome| {
            let standings = &outcome.comparison.contest.standings;
            self.table(
                format!("Who is best, {}", outcome.label),
                vec![
                    numbers("Best in", &of_futures(), |option| standings[option].best.value),
                    error_column(
                        "±",
                        &Axis::new("", "percentage points", Format::Points),
                        |option| standings[option].best,
                    ),
                    numbers("Shares the first place in", &of_futures(), |option| {
                        standings[option].tied_for_best
                    }),
                    numbers(
                        "Expected rank",
                        &Axis::new("", "1 is best", Format::Number),
                        |option| standings[option].rank.value,
                    ),
                ],
            )
        });

        Section::full("best", "Which option is best, future by future")
            .note(
                "In how many futures is each option the best of all? Intervals hold the Monte Carlo error of the probability with a \
                 probability of 90 %. Options that come out equal share the mean of their ranks.",
            )
            .charts(charts)
            .with_tables(tables)
    }

    pub(super) fn robustness(&self) -> Section {
        let charts = self.each_outcome(|outcome| {
            let comparison = &outcome.comparison;
            Chart {
                title: format!("Regret by option, {}", outcome.label),
                description: format!(
                    "How much worse an option does than the best one of the same future. The least mean regret is that of {}.",
                    self.names(&comparison.best(Criterion::MeanRegret))
                ),
                data: Data::Intervals(Intervals {
                    axis: difference(outcome, "Regret"),
                    rows: self.intervals(self.foremost(outcome, MOST_BESIDE), |option| {
                        Some(comparison.robustness[option].regret)
                    }),
                    reference: Some(zero("the best of its future")),
                }),
            }
        });
        let outcomes = &self.result().outcomes;
        let thresholds = outcomes.iter().filter_map(|outcome| {
            Some(format!(
                "Threshold for {}: at {} {}.",
                outcome.label,
                match outcome.comparison.direction {
                    Direction::Larger => "least",
                    Direction::Smaller => "most",
                },
                value(outcome, outcome.threshold?)
            ))
        });
        let tables = outcomes
            .iter()
            .flat_map(|outcome| [self.choice_of_criteria(outcome), self.criteria(outcome)]);
        Section::folded("robustness", "Robustness")
            .note(
                "Should the option that is best on average be chosen, or one that does well when things go badly? Each criterion has its \
                 own answer; an option that most of them name is a robust choice. The worst case and the largest regret are those of \
                 the futures drawn and grow with their number; the mean of the worst 5 % does not.",
            )
            .sentences(thresholds)
            .charts(charts)
            .with_tables(tables)
    }

    /// What each criterion chooses.
    fn choice_of_criteria(&self, outcome: &OutcomeComparison) -> Table {
        let comparison = &outcome.comparison;
        let rows = Criterion::ALL
            .into_iter()
            .filter_map(|criterion| {
                let best = comparison.best(criterion);
                let figure = criterion.value(&comparison.robustness[*best.first()?].criteria)?;
                let (label, _, asks) = words_of(criterion);
                let asks = match criterion {
                    Criterion::Hurwicz => format!("{asks}, the best with a weight of {}", outcome.optimism),
                    _ => asks.to_owned(),
                };
                Some(vec![
                    Cell::words(label),
                    Cell::words(asks),
                    Cell::words(self.plain_names(&best)),
                    Cell::number(figure, figure_axis(outcome, criterion).format),
                ])
            })
            .collect();
        Table {
            title: format!("What each criterion chooses, {}", outcome.label),
            columns: vec![
                Column::words("Criterion"),
                Column::words("Asks for"),
                Column::words("Chooses"),
                Column::numbers("Its figure", level(outcome).unit),
            ],
            rows,
            note: "Several names tie. The threshold's figure is a share of the futures.".to_owned(),
        }
    }

    /// Every figure of robustness of every option.
    fn criteria(&self, outcome: &OutcomeComparison) -> Table {
        let comparison = &outcome.comparison;
        let rows = &comparison.robustness;
        let (axis, regret) = (level(outcome), difference(outcome, ""));
        let mut columns = vec![numbers(
            &format!("Mean of the worst {:.0} %", 100.0 * TAIL),
            &axis,
            |option| rows[option].worst_tail.figure(),
        )];
        for criterion in Criterion::ALL {
            let label = words_of(criterion).0;
            columns.push(optional(label, &figure_axis(outcome, criterion), move |option| {
                criterion.value(&rows[option].criteria)
            }));
            if criterion == Criterion::MeanRegret {
                columns.push(numbers("95 % regret", &regret, |option| {
                    rows[option].regret.interval()[1]
                }));
            }
        }
        if outcome.threshold.is_none() {
            columns.pop();
        }
        columns.push((
            Column::words("Best by"),
            Box::new(|option| {
                let by: Vec<String> = Criterion::ALL
                    .into_iter()
                    .filter(|criterion| comparison.best(*criterion).contains(&option))
                    .map(|criterion| words_of(criterion).1.to_owned())
                    .collect();
                Cell::words(listed(&by))
            }),
        ));
        self.table(format!("Robustness of each option, {}", outcome.label), columns)
    }

    pub(super) fn pairs(&self) -> Section {
        let charts = self.each_outcome(|outcome| {
            let contest = &outcome.comparison.contest;
            let shown = self.foremost(outcome, MOST_BESIDE);
            // Narrow columns have no room for names, so many options are told by their numbers.
            let numbered = shown.len() > MOST_IN_WORDS;
            let names: Vec<String> = (1..)
                .zip(&shown)
                .map(|(number, option)| {
                    let name = &self.result().options[*option];
                    if numbered {
                        format!("{number} {name}")
                    } else {
                        name.clone()
                    }
                })
                .collect();
            let mut description =
                "Share of the futures in which the option of the row does better than that of the column, ties split evenly: 50 % is a \
                 draw."
                    .to_owned();
            if shown.len() < self.options().len() {
                description.push_str(&format!(
                    " The reference and the {} options with the best means; pairs.csv holds all.",
                    shown.len() - 1
                ));
            }
            Chart {
                title: format!("Who beats whom, {}", outcome.label),
                description,
                data: Data::HeatMap(HeatMap {
                    columns_label: "does better than".to_owned(),
                    columns: names.clone(),
                    rows_label: "Option".to_owned(),
                    rows: names,
                    value: probability_axis("Probability of doing better"),
                    colors: Colors::Diverging {
                        middle: 0.5,
                        reach: 0.5,
                    },
                    cells: shown
                        .iter()
                        .map(|row| {
                            shown
                                .iter()
                                .map(|column| HeatCell {
                                    value: contest.pair(*row, *column).map(|pair| pair.beats.value),
                                    note: String::new(),
                                })
                                .collect()
                        })
                        .collect(),
                }),
            }
        });
        let shortened = if self.options().len() > MOST_IN_WORDS {
            format!(
                "The table lists the reference and the {} options with the best means; pairs.csv holds all.",
                MOST_IN_WORDS - 1
            )
        } else {
            String::new()
        };
        let outcomes = self.result().outcomes.iter();
        Section::folded("pairs", "Option against option")
            .note(
                "Stochastic dominance goes further than a probability. An option dominates another in the first order if it is better \
                 at every probability: everyone who wants more prefers it. In the second order it is preferred by everyone who also \
                 avoids risk. The table asks whether the option with the better mean dominates the other. Where it does not, it gives \
                 the largest violation; where that may be chance in so few futures, it cannot be told.",
            )
            .note(shortened)
            .charts(charts)
            .with_tables(outcomes.map(|outcome| self.dominance(outcome)))
    }

    /// Whether the option with the better mean dominates the other one; the converse cannot be.
    fn dominance(&self, outcome: &OutcomeComparison) -> Table {
        let comparison = &outcome.comparison;
        let shown = self.foremost(outcome, MOST_IN_WORDS);
        let size = difference(outcome, "");
        let ahead = |dominance: &&Dominance| {
            let mean = |option: usize| comparison.options[option].mean.value;
            let lead = match comparison.direction {
                Direction::Larger => mean(dominance.option) - mean(dominance.over),
                Direction::Smaller => mean(dominance.over) - mean(dominance.option),
            };
            lead > 0.0 || (lead == 0.0 && dominance.option < dominance.over)
        };
        let verdict = |verdict: &Verdict, size: Format| -> [Cell; 3] {
            let words = |words: &str| [words, "", ""].map(Cell::words);
            match verdict {
                Verdict::Dominates => words("yes"),
                Verdict::Equal => words("same distribution"),
                Verdict::CannotBeTold => words("cannot be told"),
                Verdict::Violated(violation) => [
                    Cell::words("no"),
                    Cell::number(violation.size, size),
                    Cell::number(violation.standard_error, size),
                ],
            }
        };
        let name = |option: usize| Cell::words(&self.result().options[option]);
        let violation = |unit: &str| ["Violated by", "±"].map(|label| Column::numbers(label, unit));
        let mut columns = ["Option", "Dominates", "First order"].map(Column::words).to_vec();
        columns.extend(violation("percentage points"));
        columns.push(Column::words("Second order"));
        columns.extend(violation(&size.unit));
        Table {
            title: format!("Stochastic dominance, {}", outcome.label),
            columns,
            rows: comparison
                .dominance
                .iter()
                .filter(|dominance| shown.contains(&dominance.option) && shown.contains(&dominance.over))
                .filter(ahead)
                .map(|dominance| {
                    [name(dominance.option), name(dominance.over)]
                        .into_iter()
                        .chain(verdict(&dominance.first_order, Format::Points))
                        .chain(verdict(&dominance.second_order, size.format))
                        .collect()
                })
                .collect(),
            note: String::new(),
        }
    }
}
