//! The page of a comparison of options.

use super::{
    shared::money::money,
    shared::provenance::{
        DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, assumptions, errors, methods, reproduce,
    },
    shared::show::{
        ERROR_COVERAGE, MOST_CURVES, after_summary, difference_axis, each_outcome, error_interval, heading,
        in_words, level_axis, level_range, listed, no_effect, probability_axis, quoted, zero,
    },
};
use crate::{
    analysis::{OptionComparison, OutcomeComparison},
    base::{Economy, Unit},
    decision::{
        Acceptability, Criterion, Direction, Dominance, Estimate, Increment, Interval, Pair, Position, Ratio,
        TAIL, Verdict,
    },
    report::{
        RunRecord,
        chart::{
            Axis, Bar, Bars, Cell as HeatCell, Chart, Colors, Data, Format, Frontier, FrontierOption,
            HeatMap, IntervalRow, Intervals, LinePoint, LineSeries, Lines,
        },
        compare_text::{share, value},
        escape, grouped,
        number::{difference_in_unit, error_in_unit, significant},
        page::{Cell, Column, Fact, Figure, Page, Section, Selector, Table},
    },
    stats::QuantileSketch,
};

/// What the page of a comparison shows.
#[derive(Clone, Copy, Debug)]
pub struct CompareResults<'run> {
    /// The numbers.
    pub result: &'run OptionComparison,
    /// Scenarios, inputs, seed.
    pub record: &'run RunRecord<'run>,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// Most options side by side in a picture of pairs; `pairs.csv` holds all.
const MOST_BESIDE: usize = 12;
/// Options that are worth most in less than this share of the futures, whatever an effect is worth, have no curve.
const LEAST_SEEN: f64 = 0.01;
/// Most options that come out equal and are named.
const MOST_NAMED: usize = 3;
/// Most options whose pairs are listed in words.
const MOST_IN_WORDS: usize = 6;

/// A criterion: its name in a table, its name in a sentence, and what it asks for.
fn words_of(criterion: Criterion) -> (&'static str, &'static str, &'static str) {
    match criterion {
        Criterion::Laplace => ("Mean (Laplace)", "the mean", "the best mean over all futures"),
        Criterion::Maximin => (
            "Worst case (maximin)",
            "the worst case",
            "the best outcome in its worst future",
        ),
        Criterion::Hurwicz => (
            "Hurwicz",
            "Hurwicz's criterion",
            "the best mixture of worst and best case",
        ),
        Criterion::MeanRegret => (
            "Mean regret",
            "the mean regret",
            "the least loss, on average, against the best option of each future",
        ),
        Criterion::MinimaxRegret => (
            "Largest regret (minimax regret)",
            "the largest regret",
            "the least loss against the best option in the future where that loss is largest",
        ),
        Criterion::Satisficing => (
            "Threshold (satisficing)",
            "the threshold",
            "the threshold reached in most futures",
        ),
    }
}

/// The page of a comparison, in the order a reader asks: the question and the answer, outcomes, differences, who is best,
/// how robust that is, pairs, cost and effect, what an effect is worth, money, assumptions, methods, how to repeat it.
pub fn compare_page(results: CompareResults<'_>) -> Page {
    let view = View { results };
    let result = results.result;
    let mut sections = vec![
        view.outcomes(),
        view.differences(),
        view.best(),
        view.robustness(),
        view.pairs(),
        view.frontier(),
        view.acceptability(),
    ];
    if !result.accounts.is_empty() {
        sections.push(money(&result.accounts, results.record));
    }
    sections.push(assumptions(results.record));
    sections.push(methods(view.methods()));
    Page {
        title: results.record.scenario.title.clone(),
        question: view.question(),
        answer: view.answer(),
        facts: view.facts(),
        sections,
        reproduce: reproduce(results.record, results.command, result.paths),
    }
}

/// A number of an option for a table.
type Figures<'a> = dyn Fn(usize) -> Cell + 'a;

/// A comparison, looked at.
struct View<'run> {
    results: CompareResults<'run>,
}

impl<'run> View<'run> {
    fn result(&self) -> &'run OptionComparison {
        self.results.result
    }

    fn options(&self) -> std::ops::Range<usize> {
        0..self.result().options.len()
    }

    /// An option inside a sentence.
    fn name(&self, option: usize) -> String {
        quoted(&self.result().options[option])
    }

    /// Options inside a sentence; how many where they would fill it.
    fn names(&self, options: &[usize]) -> String {
        self.few(options, |option| self.name(option))
    }

    /// Options by themselves, as in a table; how many where they would fill it.
    fn plain_names(&self, options: &[usize]) -> String {
        self.few(options, |option| escape(&self.result().options[option]))
    }

    fn few(&self, options: &[usize], name: impl Fn(usize) -> String) -> String {
        if options.len() > MOST_NAMED {
            return format!("{} of {} options alike", options.len(), self.options().len());
        }
        let names: Vec<String> = options.iter().map(|option| name(*option)).collect();
        listed(&names)
    }

    /// A chart of each outcome, among which a reader chooses.
    fn each_outcome(&self, chart: impl Fn(&'run OutcomeComparison) -> Chart) -> (Vec<Selector>, Vec<Figure>) {
        let outcomes = &self.result().outcomes;
        each_outcome(outcomes.iter().map(|outcome| &outcome.label), |outcome| {
            chart(&outcomes[outcome])
        })
    }

    /// A table of the options with a column for each kind of figure; an option without any has no row.
    fn table(&self, title: String, columns: Vec<(Column, Box<Figures<'_>>)>) -> Table {
        let rows = self
            .options()
            .map(|option| {
                let name = Cell::words(&self.result().options[option]);
                std::iter::once(name)
                    .chain(columns.iter().map(|(_, figure)| figure(option)))
                    .collect()
            })
            .filter(|row: &Vec<Cell>| row.iter().skip(1).any(|cell| !cell.text.is_empty()))
            .collect();
        Table {
            title,
            columns: std::iter::once(Column::words("Option"))
                .chain(columns.into_iter().map(|(column, _)| column))
                .collect(),
            rows,
            note: String::new(),
        }
    }

    fn intervals(
        &self,
        options: impl Iterator<Item = usize>,
        quantiles: impl Fn(usize) -> Option<[f64; 5]>,
    ) -> Vec<IntervalRow> {
        options
            .filter_map(|option| {
                Some(IntervalRow {
                    group: String::new(),
                    label: self.result().options[option].clone(),
                    quantiles: quantiles(option)?,
                })
            })
            .collect()
    }

    fn question(&self) -> String {
        let result = self.result();
        let labels: Vec<String> = result
            .outcomes
            .iter()
            .map(|outcome| outcome.label.clone())
            .collect();
        let question = format!(
            "Which of {} options does best by {}, how sure are we, and what does it cost?",
            result.options.len(),
            listed(&labels)
        );
        after_summary(self.results.record.scenario, &question)
    }

    /// Two sentences with their uncertainty.
    fn answer(&self) -> Vec<String> {
        let Some(outcome) = self.result().outcomes.first() else {
            return Vec::new();
        };
        let best = outcome.comparison.best(Criterion::Laplace);
        let Some(&first) = best.first() else {
            return Vec::new();
        };
        vec![
            self.who_is_best(outcome, &best, first),
            self.what_it_costs(outcome, first),
        ]
    }

    /// Which option comes first by an outcome, by how much and how surely.
    fn who_is_best(&self, outcome: &OutcomeComparison, best: &[usize], first: usize) -> String {
        let comparison = &outcome.comparison;
        let lead = format!("By {},", outcome.label);
        if best.len() > 1 {
            let summary = &comparison.options[first];
            let [low, high] = summary.interval();
            return format!(
                "{lead} {} come out equal and nothing else does better: {} on average (90 % of futures: {} to {}).",
                self.names(best),
                in_words(&value(outcome, summary.mean.value), outcome.unit),
                value(outcome, low),
                value(outcome, high)
            );
        }
        let chance = share(comparison.contest.standings[first].best.value);
        let against_rival = comparison.rival(first).map(|rival| (rival, rival.reference));
        // The reference is compared with its rival, any other option with the reference.
        let against = if first == 0 {
            against_rival.map(|(rival, _)| rival)
        } else {
            comparison.contest.pair(first, 0)
        };
        let mut sentence = if first == 0 {
            format!("{lead} no option does better on average than {}", self.name(0))
        } else {
            format!("{lead} {} comes first", self.name(first))
        };
        if let Some(pair) = against {
            sentence.push_str(&format!(": {}", self.ahead(outcome, &pair)));
        }
        sentence.push_str(&format!(
            ", and best of {} options in {chance} of the futures",
            self.options().len()
        ));
        if let Some((rival, next)) = against_rival {
            sentence.push_str(&if !rival.is_clear() {
                format!("; its lead over {} is within Monte Carlo error", self.name(next))
            } else if first == 0 {
                String::new()
            } else {
                format!(
                    "; it beats the next, {}, in {}",
                    self.name(next),
                    share(rival.beats.value)
                )
            });
        }
        sentence.push('.');
        sentence
    }

    /// "on average USD 0.38 bn more than “baseline” (90 % of futures: +0.046 to +1.14; Monte Carlo error 0.0042)".
    fn ahead(&self, outcome: &OutcomeComparison, pair: &Pair) -> String {
        let difference = &pair.difference;
        let unit = outcome.unit;
        let [low, high] = difference.interval();
        format!(
            "on average {} {} than {} (90 % of futures: {} to {}; Monte Carlo error {})",
            in_words(&error_in_unit(difference.mean.value.abs(), unit), unit),
            if difference.mean.value < 0.0 {
                "less"
            } else {
                "more"
            },
            self.name(pair.reference),
            difference_in_unit(low, unit),
            difference_in_unit(high, unit),
            difference
                .mean
                .standard_error
                .map_or_else(|| "unknown".to_owned(), |error| error_in_unit(error, unit))
        )
    }

    /// Whether the criteria agree on an option, what it costs, and whether it pays.
    fn what_it_costs(&self, outcome: &OutcomeComparison, first: usize) -> String {
        let named: Vec<(Criterion, Vec<usize>)> = Criterion::ALL
            .into_iter()
            .map(|criterion| (criterion, outcome.comparison.best(criterion)))
            .filter(|(_, best)| !best.is_empty())
            .collect();
        let others: Vec<String> = named
            .iter()
            .filter(|(_, best)| !best.contains(&first))
            .map(|(criterion, best)| format!("{} names {}", words_of(*criterion).1, self.names(best)))
            .collect();
        let agreement = if others.is_empty() {
            format!("All {} criteria of decision name it or tie", named.len())
        } else {
            format!(
                "{} of {} criteria of decision name it, but {}",
                named.len() - others.len(),
                named.len(),
                listed(&others)
            )
        };
        let money = self.result().account(first).map_or_else(
            || "it costs nothing".to_owned(),
            |account| {
                format!(
                    "its cost has a present value of {}, and it pays for itself in {} of the futures",
                    level_range(&account.cost, Unit::UsdBn),
                    share(account.net_present_value.positive)
                )
            },
        );
        let thrifty = self
            .result()
            .accounts
            .iter()
            .max_by(|a, b| a.net_present_value.mean.total_cmp(&b.net_present_value.mean))
            .filter(|account| account.option != self.result().options[first])
            .map_or_else(String::new, |account| {
                format!(
                    "; of the options with levers {} has the best net present value, {}",
                    quoted(&account.option),
                    level_range(&account.net_present_value, Unit::UsdBn)
                )
            });
        format!("{agreement}; {money}{thrifty}.")
    }

    fn facts(&self) -> Vec<Fact> {
        let result = self.result();
        let scenario = self.results.record.scenario;
        let economies: Vec<&str> = scenario.economies.iter().map(Economy::name).collect();
        let mut facts = vec![
            Fact::new("Economies", economies.join(", ")),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", grouped(result.paths as f64)),
            Fact::new("Options", result.options.len().to_string()),
            Fact::new("Reference", escape(&result.options[0])),
        ];
        // The first outcome has its sentence.
        facts.extend(result.outcomes.iter().skip(1).map(|outcome| {
            let best = outcome.comparison.best(Criterion::Laplace);
            Fact::new(format!("First by {}", outcome.label), self.plain_names(&best))
        }));
        facts
    }

    fn outcomes(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| {
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
                    rows: self.intervals(self.options(), |option| {
                        Some(comparison.options[option].quantiles)
                    }),
                    reference: outcome.extra.then(no_effect),
                }),
            }
        });
        let tables = self
            .result()
            .outcomes
            .iter()
            .map(|outcome| {
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
            })
            .collect();
        let mut paragraphs = vec![
            "Every option is evaluated on the same futures. The thick bar holds half of the futures, the thin one nine in ten; the mark \
             is the median. Intervals that overlap do not mean that the order is uncertain: what is common to all options cancels in \
             the next part. ± is the Monte Carlo standard error, which shrinks with more futures; the interval does not."
                .to_owned(),
        ];
        if self.result().outcomes.iter().any(|outcome| outcome.extra) {
            paragraphs.push(
                "“Extra” counts from the baseline without levers on the same future, whatever the reference of the comparison."
                    .to_owned(),
            );
        }
        Section {
            id: "outcomes".to_owned(),
            heading: "Outcomes by option".to_owned(),
            paragraphs,
            selectors,
            charts,
            tables,
        }
    }

    fn differences(&self) -> Section {
        let reference = self.name(0);
        let (selectors, charts) = self.each_outcome(|outcome| {
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
                        share(pair.beats.value)
                    )
                }),
                data: Data::Intervals(Intervals {
                    axis: difference(outcome, &format!("{}, option less reference", heading(&outcome.label))),
                    rows: self.intervals(self.options(), |option| {
                        Some(contest.pair(option, 0)?.difference.quantiles)
                    }),
                    reference: Some(zero("no difference")),
                }),
            }
        });
        let tables = self
            .result()
            .outcomes
            .iter()
            .map(|outcome| {
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
            })
            .collect();
        Section {
            id: "differences".to_owned(),
            heading: format!("Difference from {reference}"),
            paragraphs: vec![
"Option less reference, future by future, so that what is common to both cancels. Better in: share of the futures in which \
                 the option does better than the reference, ties split evenly."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables,
        }
    }

    fn best(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| {
            let contest = &outcome.comparison.contest;
            let standings = &contest.standings;
            let most = self
                .options()
                .max_by(|a, b| standings[*a].best.value.total_cmp(&standings[*b].best.value));
            let first = most.map_or_else(String::new, |option| {
                format!(
                    "{} is best most often, in {} of the futures. ",
                    self.name(option),
                    share(standings[option].best.value)
                )
            });
            Chart {
                title: format!("Probability of being best, {}", outcome.label),
                description: format!(
                    "{first}In {} of the futures several options share the first place and count in equal parts.",
                    share(contest.tie_for_best)
                ),
                data: Data::Bars(Bars {
                    axis: probability_axis("Probability of being best"),
                    rows: self
                        .options()
                        .map(|option| Bar {
                            group: String::new(),
                            label: self.result().options[option].clone(),
                            value: standings[option].best.value,
                            interval: standings[option].best.standard_error.map(|error| {
                                error_interval(standings[option].best.value, error)
                                    .map(|end| end.clamp(0.0, 1.0))
                            }),
                        })
                        .collect(),
                    coverage: ERROR_COVERAGE,
                }),
            }
        });
        let tables = self
            .result()
            .outcomes
            .iter()
            .map(|outcome| {
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
            })
            .collect();
        Section {
            id: "best".to_owned(),
            heading: "Which option is best, future by future".to_owned(),
            paragraphs: vec![
                "In how many futures is each option the best of all? Intervals hold the Monte Carlo error of the probability with a \
                 probability of 90 %. Options that come out equal share the mean of their ranks."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables,
        }
    }

    fn robustness(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| {
            let comparison = &outcome.comparison;
            Chart {
                title: format!("Regret by option, {}", outcome.label),
                description: format!(
                    "How much worse an option does than the best one of the same future. The least mean regret is that of {}.",
                    self.names(&comparison.best(Criterion::MeanRegret))
                ),
                data: Data::Intervals(Intervals {
                    axis: difference(outcome, "Regret"),
                    rows: self.intervals(self.options(), |option| {
                        Some(comparison.robustness[option].regret.quantiles)
                    }),
                    reference: Some(zero("the best of its future")),
                }),
            }
        });
        let outcomes = &self.result().outcomes;
        let mut paragraphs = vec![
            "Should the option that is best on average be chosen, or one that does well when things go badly? Each criterion has its own \
             answer; an option that most of them name is a robust choice. The worst case and the largest regret are those of the \
             futures drawn and grow with their number; the mean of the worst 5 % does not."
                .to_owned(),
        ];
        paragraphs.extend(outcomes.iter().filter_map(|outcome| {
            Some(format!(
                "Threshold for {}: at {} {}.",
                outcome.label,
                match outcome.comparison.direction {
                    Direction::Larger => "least",
                    Direction::Smaller => "most",
                },
                value(outcome, outcome.threshold?)
            ))
        }));
        Section {
            id: "robustness".to_owned(),
            heading: "Robustness".to_owned(),
            paragraphs,
            selectors,
            charts,
            tables: outcomes
                .iter()
                .flat_map(|outcome| [self.choice_of_criteria(outcome), self.criteria(outcome)])
                .collect(),
        }
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

    /// Positions of at most so many options: the reference and those with the best means, in the order of the options.
    fn foremost(&self, outcome: &OutcomeComparison, most: usize) -> Vec<usize> {
        let comparison = &outcome.comparison;
        let mean = |option: &usize| comparison.options[*option].mean.value;
        let mut others: Vec<usize> = self.options().skip(1).collect();
        others.sort_by(|a, b| match comparison.direction {
            Direction::Larger => mean(b).total_cmp(&mean(a)),
            Direction::Smaller => mean(a).total_cmp(&mean(b)),
        });
        let mut chosen: Vec<usize> = std::iter::once(0).chain(others).take(most).collect();
        chosen.sort_unstable();
        chosen
    }

    fn pairs(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| {
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
        let mut paragraphs = vec![
            "Stochastic dominance goes further than a probability. An option dominates another in the first order if it is better at \
             every probability: everyone who wants more prefers it. In the second order it is preferred by everyone who also avoids \
             risk. The table asks whether the option with the better mean dominates the other. Where it does not, it gives the largest \
             violation; one of up to two errors (±) may be chance."
                .to_owned(),
        ];
        if self.options().len() > MOST_IN_WORDS {
            paragraphs.push(format!(
                "The table lists the reference and the {} options with the best means; pairs.csv holds all.",
                MOST_IN_WORDS - 1
            ));
        }
        Section {
            id: "pairs".to_owned(),
            heading: "Option against option".to_owned(),
            paragraphs,
            selectors,
            charts,
            tables: self
                .result()
                .outcomes
                .iter()
                .map(|outcome| self.dominance(outcome))
                .collect(),
        }
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

    fn frontier(&self) -> Section {
        let result = self.result();
        let options = &result.cost_effectiveness.options;
        let efficient = |option: usize| matches!(options[option].position, Position::Efficient { .. });
        let (cost, effect) = (
            level_axis("Cost, present value", Unit::UsdBn),
            Axis::new("Effect", &result.effect.unit, Format::Number),
        );
        let interval = |estimate: Estimate| {
            estimate
                .standard_error
                .map(|error| error_interval(estimate.value, error))
        };
        let on_frontier: Vec<String> = self
            .options()
            .filter(|option| efficient(*option))
            .map(|option| self.name(option))
            .collect();
        let chart = Chart {
            title: "What is achieved for what cost".to_owned(),
            description: format!(
                "Efficient: {}. Marks are means; the intervals hold their Monte Carlo error, not the range of the futures.",
                listed(&on_frontier)
            ),
            data: Data::Frontier(Frontier {
                cost: cost.clone(),
                effect: effect.clone(),
                options: self
                    .options()
                    .map(|option| FrontierOption {
                        label: result.options[option].clone(),
                        cost: options[option].cost.value,
                        effect: options[option].effect.value,
                        cost_interval: interval(options[option].cost),
                        effect_interval: interval(options[option].effect),
                        efficient: efficient(option),
                    })
                    .collect(),
            }),
        };
        let ratio_of = |option: usize| {
            let step = |increment: &&Increment| increment.option == option;
            result.cost_effectiveness.increments.iter().find(step)?.ratio
        };
        let units = Axis::new("", "units", Format::Number);
        let per_unit = Axis::new("", "USD bn", Format::Number);
        let mut columns = vec![
            numbers("Cost", &cost, |option| options[option].cost.value),
            error_column("± of cost", &cost, |option| options[option].cost),
            numbers("Effect", &units, |option| options[option].effect.value),
            error_column("± of effect", &units, |option| options[option].effect),
            (
                Column::words("Place"),
                Box::new(|option| Cell::words(self.place(option))) as Box<Figures<'_>>,
            ),
        ];
        columns.extend(ratio_columns("Price of a further unit", &per_unit, ratio_of));
        Section {
            id: "frontier".to_owned(),
            heading: "Cost and effect".to_owned(),
            paragraphs: vec![
                format!("{} Its unit: {}.", result.effect.meaning, result.effect.unit),
                "An option is dominated if another has at least its effect for at most its cost, and extendedly dominated if a mixture of \
                 two others has more effect for its cost. What remains is the efficient frontier; its incremental ratio is the price of \
                 one more unit of effect over the next cheaper option of it."
                    .to_owned(),
            ],
            charts: vec![Figure::from(chart)],
            tables: vec![
                self.table("Cost, effect and place against the frontier".to_owned(), columns),
                self.bargains(),
            ],
            ..Section::default()
        }
    }

    /// Where an option stands against the efficient frontier, in a few words.
    fn place(&self, option: usize) -> String {
        let name = |option: usize| self.name(option);
        match self.result().cost_effectiveness.options[option].position {
            Position::Efficient { previous: None, .. } => "efficient, the cheapest".to_owned(),
            Position::Efficient {
                previous: Some(previous),
                ..
            } => format!("efficient, next after {}", name(previous)),
            Position::Tied { with } => format!("as {}", name(with)),
            Position::Dominated { by } => format!("dominated by {}", name(by)),
            Position::ExtendedlyDominated { cheaper, dearer } => {
                format!("extendedly dominated by {} and {}", name(cheaper), name(dearer))
            }
        }
    }

    /// What a dollar brings.
    fn bargains(&self) -> Table {
        let ratios = &self.result().ratios;
        let dollars = Axis::new("", "USD", Format::Number);
        let mut columns = ratio_columns("Extra GDP per dollar of cost", &dollars, |option| {
            ratios[option].benefit_cost
        });
        columns.extend(ratio_columns(
            "Cost per dollar of extra digital economy",
            &dollars,
            |option| ratios[option].cost_per_digital,
        ));
        Table {
            note: "Ratios of means; confidence intervals at 95 % (Fieller) cover Monte Carlo error only, not the doubt about the model."
                .to_owned(),
            ..self.table("What a dollar brings".to_owned(), columns)
        }
    }

    fn acceptability(&self) -> Section {
        let result = self.result();
        let mut points: Vec<&Acceptability> = result.cost_effectiveness.acceptability.iter().collect();
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        let peak = |option: &usize| {
            points
                .iter()
                .map(|point| point.shares[*option].value)
                .fold(0.0, f64::max)
        };
        let mut shown: Vec<usize> = self.options().collect();
        shown.sort_by(|a, b| peak(b).total_cmp(&peak(a)));
        // A curve along the axis shows nothing. Some curve always rises to an equal part of the whole.
        let least = LEAST_SEEN.min(1.0 / shown.len().max(1) as f64);
        shown.retain(|option| peak(option) >= least);
        shown.truncate(MOST_CURVES);
        shown.sort_unstable();
        let worth = Axis::new("Value of a unit of effect", "USD bn", Format::Number);
        let largest_error = points
            .iter()
            .flat_map(|point| &point.shares)
            .filter_map(|share| share.standard_error)
            .fold(0.0, f64::max);
        let mut description = format!(
            "Share of the futures in which an option has the largest net benefit, value × effect less cost; Monte Carlo errors are at most \
             {} percentage points.",
            significant(100.0 * largest_error)
        );
        if shown.len() < self.options().len() {
            description.push_str(&format!(
                " The {} options that are worth most somewhere; acceptability.csv holds all.",
                shown.len()
            ));
        }
        let chart = Chart {
            title: "Which option is worth most".to_owned(),
            description,
            data: Data::Lines(Lines {
                x: worth.logarithmic(),
                y: probability_axis("Probability of the largest net benefit"),
                series: shown
                    .iter()
                    .map(|option| LineSeries {
                        name: result.options[*option].clone(),
                        points: points
                            .iter()
                            .map(|point| LinePoint {
                                x: point.value,
                                y: point.shares[*option].value,
                                interval: None,
                            })
                            .collect(),
                    })
                    .collect(),
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
            }),
        };
        let rows = points
            .iter()
            .filter_map(|point| {
                let first = *point.best.first()?;
                let benefit = point.net_benefits[first];
                Some(vec![
                    Cell::number(point.value, Format::Number),
                    Cell::words(self.plain_names(&point.best)),
                    Cell::number(benefit.value, Format::Number),
                    Cell::optional(benefit.standard_error, Format::Number),
                    Cell::number(point.shares[first].value, Format::Percent),
                ])
            })
            .collect();
        let best = Table {
            title: "Largest mean net benefit by value of a unit of effect".to_owned(),
            columns: vec![
                Column::numbers("Value", "USD bn"),
                Column::words("Option"),
                Column::numbers("Net benefit", "USD bn"),
                Column::numbers("±", "USD bn"),
                Column::numbers("Worth most in", "of futures"),
            ],
            rows,
            note: "The option to choose if only the mean counts; it need not be the one that is worth most in most futures.".to_owned(),
        };
        Section {
            id: "acceptability".to_owned(),
            heading: "What is an effect worth?".to_owned(),
            paragraphs: vec![format!(
                "Whether an effect is worth its price no model can say. If a unit of it ({}) is held to be worth so many billion dollars, in \
                 what share of the futures is each option worth most?",
                result.effect.unit
            )],
            charts: vec![Figure::from(chart)],
            tables: vec![best],
            ..Section::default()
        }
    }

    fn methods(&self) -> Vec<String> {
        let optimism = self
            .result()
            .outcomes
            .first()
            .map_or(0.5, |outcome| outcome.optimism);
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES].map(str::to_owned).into();
        paragraphs.push(
            "Who is best. Shares of the futures; k options that tie count 1/k each. Outcomes that differ by less than a millionth of what \
             can be told apart are equal (docs/compare.md)."
                .to_owned(),
        );
        paragraphs.push(format!(
            "Criteria. Mean: every future equally likely (Laplace). Maximin: the worst future (Wald). Hurwicz: {optimism} × best + {} × \
             worst. Regret: best option of the same future less the option, its mean and its largest (Savage 1951). Mean of the worst \
             5 %: expected shortfall (Acerbi and Tasche 2002).{} References stand in docs/compare.md, Methods.",
            1.0 - optimism,
            if self.result().outcomes.iter().any(|outcome| outcome.threshold.is_some()) {
                " Satisficing: share of the futures that reach the threshold (Simon 1956)."
            } else {
                ""
            }
        ));
        paragraphs.push(
            "Dominance. First order: the distribution function of one option lies nowhere above that of the other. Second order: the \
             same for its integral up to every point (Hadar and Russell 1969)."
                .to_owned(),
        );
        paragraphs.push(
            "Cost-effectiveness. Incremental ratios along the lower hull of mean cost over mean effect (Karlsson and Johannesson 1996). \
             Acceptability: share of the futures with the largest value × effect less cost (Fenwick, Claxton and Sculpher 2001). Errors \
             of ratios by the delta method, intervals by Fieller (1954)."
                .to_owned(),
        );
        paragraphs.extend([MONEY, INTERVALS].map(str::to_owned));
        paragraphs.push(errors(
            self.result().paths,
            QuantileSketch::RELATIVE_ERROR,
            "comparison.csv holds the Monte Carlo standard error of each mean and median",
        ));
        paragraphs
    }
}

/// The axis of an outcome.
fn level(outcome: &OutcomeComparison) -> Axis {
    let label = heading(&outcome.label);
    if outcome.extra {
        difference_axis(label, outcome.unit)
    } else {
        level_axis(label, outcome.unit)
    }
}

/// The axis of a difference between options.
fn difference(outcome: &OutcomeComparison, label: &str) -> Axis {
    difference_axis(label, outcome.unit)
}

/// What a criterion measures.
fn figure_axis(outcome: &OutcomeComparison, criterion: Criterion) -> Axis {
    match criterion {
        Criterion::Laplace | Criterion::Maximin | Criterion::Hurwicz => level(outcome),
        Criterion::MeanRegret | Criterion::MinimaxRegret => difference(outcome, ""),
        Criterion::Satisficing => of_futures(),
    }
}

/// A share of the futures.
fn of_futures() -> Axis {
    Axis::new("", "of futures", Format::Percent)
}

/// A column of numbers that some options may not have.
fn optional<'a>(
    label: &str,
    axis: &Axis,
    figure: impl Fn(usize) -> Option<f64> + 'a,
) -> (Column, Box<Figures<'a>>) {
    let format = axis.format;
    (
        Column::numbers(label, &axis.unit),
        Box::new(move |option| Cell::optional(figure(option), format)),
    )
}

/// A column of numbers.
fn numbers<'a>(label: &str, axis: &Axis, figure: impl Fn(usize) -> f64 + 'a) -> (Column, Box<Figures<'a>>) {
    optional(label, axis, move |option| Some(figure(option)))
}

/// A column of the errors of estimates.
fn error_column<'a>(
    label: &str,
    axis: &Axis,
    estimate: impl Fn(usize) -> Estimate + 'a,
) -> (Column, Box<Figures<'a>>) {
    optional(label, axis, move |option| estimate(option).standard_error)
}

/// The columns of a ratio of means: the ratio, its error, both ends of its confidence interval. An interval that is
/// unbounded is said in words.
fn ratio_columns<'a>(
    label: &str,
    axis: &Axis,
    ratio: impl Fn(usize) -> Option<Ratio> + Copy + 'a,
) -> Vec<(Column, Box<Figures<'a>>)> {
    let format = axis.format;
    let ends = move |option: usize| -> [Cell; 2] {
        match ratio(option).and_then(|ratio| ratio.interval) {
            Some(Interval::Between { low, high }) => [low, high].map(|end| Cell::number(end, format)),
            Some(Interval::Outside { below, above }) => [
                Cell::words(format!("below {}", format.text(below))),
                Cell::words(format!("or above {}", format.text(above))),
            ],
            Some(Interval::Anything) => ["any", "any"].map(Cell::words),
            None => ["", ""].map(Cell::words),
        }
    };
    vec![
        optional(label, axis, move |option| Some(ratio(option)?.ratio.value)),
        optional("±", axis, move |option| ratio(option)?.ratio.standard_error),
        (
            Column::numbers("from", &axis.unit),
            Box::new(move |option| {
                let [low, _] = ends(option);
                low
            }),
        ),
        (
            Column::numbers("to", &axis.unit),
            Box::new(move |option| {
                let [_, high] = ends(option);
                high
            }),
        ),
    ]
}
