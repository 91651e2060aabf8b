//! What an attribution of an effect to levers says.

use super::shared::{
    provenance::{DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, assumptions, errors, methods, reproduce},
    show::{
        ERROR_COVERAGE, after_summary, difference_axis, each_outcome, economies, in_words, lever_name,
        listed, no_effect, quoted,
    },
};
use crate::{
    analysis::{OptionAttribution, OutcomeAttribution},
    decision::{Estimate, LEAST_BLOCKS, MOST_PLAYERS_EXACT, Method, Summary, errors_within},
    random::BLOCK,
    report::{
        Record,
        chart::{Axis, Bar, Bars, Chart, Data, Format, IntervalRow, Intervals},
        count,
        document::{Cell, Column, Document, Fact, Figure, Section, Selector, Table},
        escape,
        number::{difference_in_unit, significant},
    },
    scenario::{Lever, PolicyOption},
    stats::QuantileSketch,
};

/// What a document of an attribution shows.
#[derive(Clone, Copy, Debug)]
pub struct AttributeResults<'run> {
    /// The numbers.
    pub result: &'run OptionAttribution,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// How the whole is called beside the levers.
const WHOLE: &str = "all together";

/// Most levers in the table of the answer.
const MOST_ANSWERED: usize = 10;

/// What an attribution says, in the order a reader asks: the question and the answer, what each lever contributes, how that
/// varies over the futures, assumptions, methods, how to repeat it.
pub fn attribute_document(results: AttributeResults<'_>) -> Document {
    let view = View { results };
    let scenario = &results.record.scenario;
    Document {
        title: scenario.title.clone(),
        question: view.question(),
        facts: vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", count(view.paths())),
            Fact::new("Option", escape(&view.option())),
            Fact::new("Levers", results.result.levers.len().to_string()),
        ],
        sections: vec![
            view.answer(),
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
    /// Name for people.
    label: String,
    kind: &'static str,
    mean: Estimate,
    /// Standard errors around the mean that hold it with a probability of [`ERROR_COVERAGE`].
    errors: f64,
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

    fn lever(&self, id: &str) -> Option<&'run Lever> {
        self.results.record.scenario.lever(id)
    }

    /// The name of the option for people.
    fn option(&self) -> String {
        let name = &self.result().option;
        let mut options = self.results.record.scenario.options.iter();
        let option = options.find(|option| option.name == *name);
        option.map_or_else(|| name.clone(), PolicyOption::shown)
    }

    /// The levers, the largest contribution first, whether it adds or takes.
    fn parts(&self, outcome: &'run OutcomeAttribution) -> Vec<Part<'run>> {
        let mut parts: Vec<Part<'run>> = self
            .result()
            .levers
            .iter()
            .zip(&outcome.attribution.players)
            .map(|(lever, player)| Part {
                label: lever_name(&self.results.record.scenario, lever),
                kind: self.lever(lever).map_or("", |lever| lever.kind.name),
                mean: player.mean,
                errors: outcome
                    .attribution
                    .errors_within(f64::from(ERROR_COVERAGE) / 100.0),
                summary: &player.summary,
            })
            .collect();
        parts.sort_by(|a, b| b.mean.value.abs().total_cmp(&a.mean.value.abs()));
        parts
    }

    /// The levers and then the whole.
    fn parts_and_whole(&self, outcome: &'run OutcomeAttribution) -> Vec<Part<'run>> {
        let total = &outcome.attribution.total;
        let mut parts = self.parts(outcome);
        parts.push(Part {
            label: WHOLE.to_owned(),
            kind: "",
            mean: total.mean,
            errors: errors_within(f64::from(ERROR_COVERAGE) / 100.0, self.paths() as f64),
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
        let (option, by) = (quoted(&self.option()), listed(&labels));
        let question = match self.result().levers.len() {
            1 => format!("What does the only lever of {option} do, measured by {by}, and how sure are we?"),
            levers => format!(
                "Which of the {levers} levers of {option} does the work, measured by {by}, and how sure are we?"
            ),
        };
        after_summary(&self.results.record.scenario, &question)
    }

    /// What the levers do together and which does most; then the levers in a table.
    fn answer(&self) -> Section {
        let section = Section::brief("answer", "");
        let Some(outcome) = self.result().outcomes.first() else {
            return section;
        };
        let others: Vec<String> = self.result().outcomes[1..]
            .iter()
            .filter_map(|outcome| Some((outcome, self.parts(outcome).into_iter().next()?)))
            .map(|(outcome, part)| format!("of {}, {}", outcome.label, quoted(&part.label)))
            .collect();
        let others = match others.as_slice() {
            [] => String::new(),
            others => format!("The largest part comes, {}.", others.join("; ")),
        };
        section
            .sentence(self.together(outcome))
            .sentence(self.largest(outcome))
            .sentence(others)
            .table(self.answer_table(outcome))
            .note(format!(
                "Means over {} futures, seed {}; they are good to {} % of the whole (Monte Carlo error).{}",
                count(self.paths()),
                self.results.record.seed,
                self.precision(outcome),
                self.results.record.money.told(&outcome.outcome)
            ))
    }

    /// The largest standard error of a part or the whole, in percent of the whole.
    fn precision(&self, outcome: &'run OutcomeAttribution) -> String {
        let total = outcome.attribution.total.mean.value.abs();
        let parts = self.parts_and_whole(outcome);
        let errors = parts.iter().filter_map(|part| part.mean.standard_error);
        significant(100.0 * errors.fold(0.0, f64::max) / total)
    }

    /// What the levers do together.
    fn together(&self, outcome: &'run OutcomeAttribution) -> String {
        let total = &outcome.attribution.total;
        let unit = outcome.unit;
        format!(
            "Together the levers of {} change the {} by {} on average ({}).",
            quoted(&self.option()),
            outcome.quantity,
            in_words(&difference_in_unit(total.mean.value, unit), unit),
            range(total, outcome),
        )
    }

    /// Which lever does most, and which next.
    fn largest(&self, outcome: &'run OutcomeAttribution) -> String {
        let total = outcome.attribution.total.mean.value;
        let unit = outcome.unit;
        let amount = |part: &Part<'_>| in_words(&difference_in_unit(part.mean.value, unit), unit);
        let of_whole = |part: &Part<'_>| {
            let part = part.mean.value / total;
            if part.is_finite() {
                format!(", {:.0} % of the whole", 100.0 * part)
            } else {
                String::new()
            }
        };
        let parts = self.parts(outcome);
        let Some((first, others)) = parts.split_first() else {
            return String::new();
        };
        if others.is_empty() {
            return format!("The whole comes from its only lever, {}.", quoted(&first.label));
        }
        let next = others.first().map_or_else(String::new, |second| {
            format!(
                "; next comes {} with {}{}",
                quoted(&second.label),
                amount(second),
                of_whole(second)
            )
        });
        format!(
            "The largest part comes from {}: {} on average ({}){}{next}.",
            quoted(&first.label),
            amount(first),
            range(first.summary, outcome),
            of_whole(first)
        )
    }

    /// The levers that contribute most, and the whole.
    fn answer_table(&self, outcome: &'run OutcomeAttribution) -> Table {
        let axis = axis(outcome);
        let total = outcome.attribution.total.mean.value;
        let mut parts = self.parts_and_whole(outcome);
        let whole = parts.pop();
        let left_out = parts.len().saturating_sub(MOST_ANSWERED);
        parts.truncate(MOST_ANSWERED);
        let row = |part: Part<'_>| {
            let [low, high] = part.summary.interval();
            vec![
                Cell::words(part.label),
                Cell::number(part.mean.value, axis.format),
                Cell::words(format!("{} to {}", axis.format.text(low), axis.format.text(high))),
                Cell::optional(
                    Some(part.mean.value / total).filter(|part| part.is_finite()),
                    Format::Percent,
                ),
            ]
        };
        Table {
            title: format!("Contributions to {}", outcome.label),
            columns: vec![
                Column::words("Lever"),
                Column::numbers("Mean", &axis.unit),
                Column::numbers("90 % of futures", &axis.unit),
                Column::numbers("Part", "of the whole"),
            ],
            rows: parts.into_iter().chain(whole).map(row).collect(),
            note: match left_out {
                0 => String::new(),
                left_out => format!("{left_out} further levers contribute less."),
            },
        }
    }

    /// A warning where the errors of sampled orders come from few blocks.
    fn few_blocks(&self) -> String {
        let first = self.result().outcomes.first().map(|outcome| &outcome.attribution);
        first.filter(|first| first.has_few_blocks()).map_or_else(String::new, |first| {
            format!(
                " There are only {} blocks, from which errors are uncertain themselves: their intervals are Student's; take at least \
                 {} paths.",
                first.blocks,
                count(LEAST_BLOCKS * BLOCK as u64)
            )
        })
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
                 futures and orders; the intervals over futures include the chance of the orders and are too wide.{}",
                2 * pairs,
                self.few_blocks()
            ),
        }
    }

    fn contributions(&self) -> Section {
        let charts = self.each_outcome(|outcome| {
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
                            label: part.label.clone(),
                            value: part.mean.value,
                            interval: part.mean.standard_error.map(|error| {
                                [-part.errors, part.errors].map(|errors| part.mean.value + errors * error)
                            }),
                        })
                        .collect(),
                    coverage: ERROR_COVERAGE,
                }),
            }
        });
        let outcomes = self.result().outcomes.iter();
        Section::full("contributions", "What each lever contributes")
            .note(
                "The contribution of a lever is what it adds, averaged over all orders in which the levers could come (Shapley value). \
                 Levers that teach the same thing share what they achieve together instead of one of them taking the credit for coming \
                 first. Intervals hold the Monte Carlo error of the mean with a probability of 90 %.",
            )
            .note(self.method())
            .charts(charts)
            .with_tables(outcomes.map(|outcome| self.table(outcome)))
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
                    let [low, high] = part.summary.interval();
                    vec![
                        Cell::words(part.label.as_str()),
                        Cell::words(part.kind),
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
        let charts = self.each_outcome(|outcome| Chart {
            title: format!("Contributions to {} over the futures", outcome.label),
            description:
                "The thick bar holds half of the futures, the thin one nine in ten; the mark is the mean."
                    .to_owned(),
            data: Data::Intervals(Intervals {
                axis: axis(outcome),
                rows: self
                    .parts_and_whole(outcome)
                    .iter()
                    .map(|part| IntervalRow {
                        group: String::new(),
                        label: part.label.clone(),
                        mean: Some(part.summary.mean.value),
                        quantiles: part.summary.quantiles,
                    })
                    .collect(),
                reference: Some(no_effect()),
            }),
        });
        Section::full("spread", "How the contributions vary over the futures")
            .note(
                "What a lever contributes differs from one future to the next: it may fail, come late, or meet tension. That range does \
                 not shrink with more futures.",
            )
            .charts(charts)
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

/// "90 % of futures: +0.02 to +0.64".
fn range(summary: &Summary, outcome: &OutcomeAttribution) -> String {
    let [low, high] = summary
        .interval()
        .map(|end| difference_in_unit(end, outcome.unit));
    format!("90 % of futures: {low} to {high}")
}
