//! The page of an attribution of an effect to levers.

use super::{
    shared::provenance::{
        DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, assumptions, errors, methods, reproduce,
    },
    shared::show::{
        ERROR_COVERAGE, after_summary, difference_axis, each_outcome, error_interval, in_words, listed,
        no_effect, quoted,
    },
};
use crate::{
    analysis::{OptionAttribution, OutcomeAttribution},
    base::Economy,
    decision::{Estimate, MOST_PLAYERS_EXACT, Method, Summary},
    report::{
        RunRecord,
        chart::{Axis, Bar, Bars, Chart, Data, Format, IntervalRow, Intervals},
        escape, grouped,
        number::{difference_in_unit, error_in_unit, significant},
        page::{Cell, Column, Fact, Figure, Page, Section, Selector, Table},
    },
    stats::QuantileSketch,
};

/// What the page of an attribution shows.
#[derive(Clone, Copy, Debug)]
pub struct AttributeResults<'run> {
    /// The numbers.
    pub result: &'run OptionAttribution,
    /// Scenario, inputs, seed.
    pub record: &'run RunRecord<'run>,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// How the whole is called beside the levers.
const WHOLE: &str = "all together";

/// The page of an attribution, in the order a reader asks: the question and the answer, what each lever contributes, how
/// that varies over the futures, assumptions, methods, how to repeat it.
pub fn attribute_page(results: AttributeResults<'_>) -> Page {
    let view = View { results };
    let scenario = results.record.scenario;
    let economies: Vec<&str> = scenario.economies.iter().map(Economy::name).collect();
    Page {
        title: scenario.title.clone(),
        question: view.question(),
        answer: view.answer(),
        facts: vec![
            Fact::new("Economies", economies.join(", ")),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", grouped(view.paths() as f64)),
            Fact::new("Option", escape(&results.result.option)),
            Fact::new("Levers", results.result.levers.len().to_string()),
        ],
        sections: vec![
            view.contributions(),
            view.spread(),
            assumptions(results.record),
            methods(view.methods()),
        ],
        reproduce: reproduce(results.record, results.command, view.paths()),
    }
}

/// An attribution, looked at.
struct View<'run> {
    results: AttributeResults<'run>,
}

/// What a lever contributes to an outcome, or all of them together.
struct Part<'run> {
    label: &'run str,
    mean: Estimate,
    summary: &'run Summary,
}

impl<'run> View<'run> {
    fn result(&self) -> &'run OptionAttribution {
        self.results.result
    }

    fn paths(&self) -> u64 {
        let first = self.result().outcomes.first();
        first.map_or(0, |outcome| outcome.attribution.paths)
    }

    /// The levers, the largest contribution first.
    fn parts(&self, outcome: &'run OutcomeAttribution) -> Vec<Part<'run>> {
        let mut parts: Vec<Part<'run>> = self
            .result()
            .levers
            .iter()
            .zip(&outcome.attribution.players)
            .map(|(lever, player)| Part {
                label: lever,
                mean: player.mean,
                summary: &player.summary,
            })
            .collect();
        parts.sort_by(|a, b| b.mean.value.total_cmp(&a.mean.value));
        parts
    }

    /// The levers and then the whole.
    fn parts_and_whole(&self, outcome: &'run OutcomeAttribution) -> Vec<Part<'run>> {
        let total = &outcome.attribution.total;
        let mut parts = self.parts(outcome);
        parts.push(Part {
            label: WHOLE,
            mean: total.mean,
            summary: total,
        });
        parts
    }

    /// A chart of each outcome, among which a reader chooses.
    fn each_outcome(
        &self,
        chart: impl Fn(&'run OutcomeAttribution) -> Chart,
    ) -> (Vec<Selector>, Vec<Figure>) {
        let outcomes = &self.result().outcomes;
        each_outcome(outcomes.iter().map(|outcome| &outcome.label), |outcome| {
            chart(&outcomes[outcome])
        })
    }

    fn question(&self) -> String {
        let labels: Vec<String> = self
            .result()
            .outcomes
            .iter()
            .map(|outcome| outcome.label.clone())
            .collect();
        let question = format!(
            "Which of the {} levers of {} does the work, measured by {}, and how sure are we?",
            self.result().levers.len(),
            quoted(&self.result().option),
            listed(&labels)
        );
        after_summary(self.results.record.scenario, &question)
    }

    /// Two sentences with their uncertainty.
    fn answer(&self) -> Vec<String> {
        let Some(outcome) = self.result().outcomes.first() else {
            return Vec::new();
        };
        let unit = outcome.unit;
        let amount = |value: f64| in_words(&difference_in_unit(value, unit), unit);
        let range = |summary: &Summary| {
            let [low, high] = summary.interval();
            format!(
                "90 % of futures: {} to {}",
                difference_in_unit(low, unit),
                difference_in_unit(high, unit)
            )
        };
        let error = |mean: Estimate| {
            mean.standard_error.map_or_else(
                || "Monte Carlo error unknown".to_owned(),
                |error| format!("Monte Carlo error {}", error_in_unit(error, unit)),
            )
        };
        let total = &outcome.attribution.total;
        let mut answer = vec![format!(
            "Together the levers of {} change {} by {} on average ({}; {}).",
            quoted(&self.result().option),
            outcome.label.trim_start_matches("extra "),
            amount(total.mean.value),
            range(total),
            error(total.mean)
        )];
        let parts = self.parts(outcome);
        let of_whole = |part: &Part<'_>| {
            let part = part.mean.value / total.mean.value;
            if part.is_finite() {
                format!(", {:.0} % of the whole", 100.0 * part)
            } else {
                String::new()
            }
        };
        if let Some((first, others)) = parts.split_first() {
            let next = others.first().map_or_else(String::new, |second| {
                format!(
                    "; next comes {} with {}{}",
                    quoted(second.label),
                    amount(second.mean.value),
                    of_whole(second)
                )
            });
            answer.push(format!(
                "The largest part comes from {}: {} on average ({}; {}){}{next}.",
                quoted(first.label),
                amount(first.mean.value),
                range(first.summary),
                error(first.mean),
                of_whole(first)
            ));
        }
        answer
    }

    /// How the values were computed, in a sentence.
    fn method(&self) -> String {
        let method = self
            .result()
            .outcomes
            .first()
            .map_or(Method::Exact, |outcome| outcome.attribution.method);
        match method {
            Method::Exact => format!(
                "All {} combinations of the levers were evaluated, so the values are exact but for the number of futures.",
                1u64 << self.result().levers.len().min(63)
            ),
            Method::Permutations { pairs, .. } => format!(
                "For each block of 512 futures {} orders of the levers were drawn, in pairs of an order and its reverse. Errors (±) cover \
                 futures and orders; the intervals over futures include the chance of the orders and are too wide.",
                2 * pairs
            ),
        }
    }

    fn contributions(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| {
            let parts = self.parts_and_whole(outcome);
            Chart {
                title: format!("What each lever contributes to {}", outcome.label),
                description: format!(
                    "Means. The parts add up to the whole on every future; rounding leaves at most {}.",
                    significant(outcome.attribution.largest_gap)
                ),
                data: Data::Bars(Bars {
                    axis: axis(outcome),
                    rows: parts
                        .iter()
                        .map(|part| Bar {
                            group: String::new(),
                            label: part.label.to_owned(),
                            value: part.mean.value,
                            interval: part
                                .mean
                                .standard_error
                                .map(|error| error_interval(part.mean.value, error)),
                        })
                        .collect(),
                    coverage: ERROR_COVERAGE,
                }),
            }
        });
        Section {
            id: "contributions".to_owned(),
            heading: "What each lever contributes".to_owned(),
            paragraphs: vec![
                "The contribution of a lever is what it adds, averaged over all orders in which the levers could come (Shapley value). Levers \
                 that teach the same thing share what they achieve together instead of one of them taking the credit for coming first. \
                 Intervals hold the Monte Carlo error of the mean with a probability of 90 %."
                    .to_owned(),
                self.method(),
            ],
            selectors,
            charts,
            tables: self
                .result()
                .outcomes
                .iter()
                .map(|outcome| self.table(outcome))
                .collect(),
        }
    }

    fn table(&self, outcome: &'run OutcomeAttribution) -> Table {
        let axis = axis(outcome);
        let number = |value: f64| Cell::number(value, axis.format);
        let total = outcome.attribution.total.mean.value;
        let columns = ["Mean", "±", "Median", "5 %", "95 %"].map(|label| Column::numbers(label, &axis.unit));
        Table {
            title: format!("Contributions to {}", outcome.label),
            columns: [Column::words("Lever"), Column::words("Kind")]
                .into_iter()
                .chain(columns)
                .chain([Column::numbers("Part", "of the whole")])
                .collect(),
            rows: self
                .parts_and_whole(outcome)
                .iter()
                .map(|part| {
                    let lever = self.results.record.scenario.lever(part.label);
                    let [low, high] = part.summary.interval();
                    vec![
                        Cell::words(part.label),
                        Cell::words(lever.map_or("", |lever| lever.kind.name)),
                        number(part.mean.value),
                        Cell::optional(part.mean.standard_error, axis.format),
                        number(part.summary.median()),
                        number(low),
                        number(high),
                        Cell::optional(
                            Some(part.mean.value / total).filter(|part| part.is_finite()),
                            Format::Percent,
                        ),
                    ]
                })
                .collect(),
            note: "Means add up to the whole; medians and other quantiles do not.".to_owned(),
        }
    }

    fn spread(&self) -> Section {
        let (selectors, charts) = self.each_outcome(|outcome| Chart {
            title: format!("Contributions to {} over the futures", outcome.label),
            description:
                "The thick bar holds half of the futures, the thin one nine in ten; the mark is the median."
                    .to_owned(),
            data: Data::Intervals(Intervals {
                axis: axis(outcome),
                rows: self
                    .parts_and_whole(outcome)
                    .iter()
                    .map(|part| IntervalRow {
                        group: String::new(),
                        label: part.label.to_owned(),
                        quantiles: part.summary.quantiles,
                    })
                    .collect(),
                reference: Some(no_effect()),
            }),
        });
        Section {
            id: "spread".to_owned(),
            heading: "How the contributions vary over the futures".to_owned(),
            paragraphs: vec![
                "What a lever contributes differs from one future to the next: it may fail, come late, or meet tension. That range does not \
                 shrink with more futures."
                    .to_owned(),
            ],
            selectors,
            charts,
            tables: Vec::new(),
        }
    }

    fn methods(&self) -> Vec<String> {
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES].map(str::to_owned).into();
        paragraphs.push(format!(
            "Contributions. The Shapley value is the only split that adds up to the whole, treats equal levers alike, gives nothing to a lever \
             that changes nothing, and adds up over outcomes (Shapley 1953). Up to {MOST_PLAYERS_EXACT} levers it is computed over all \
             their combinations; beyond, over orders drawn in pairs (Mitchell et al. 2022; docs/compare.md, Methods). {}",
            self.method()
        ));
        paragraphs.extend([MONEY, INTERVALS].map(str::to_owned));
        paragraphs.push(errors(
            self.paths(),
            QuantileSketch::RELATIVE_ERROR,
            "attribution.csv holds the Monte Carlo standard error of each mean",
        ));
        paragraphs
    }
}

/// The axis of a contribution.
fn axis(outcome: &OutcomeAttribution) -> Axis {
    difference_axis(format!("Contribution to {}", outcome.label), outcome.unit)
}
