//! What a comparison of options says.

mod money;
mod outcomes;

use super::shared::{
    brakes::deciding_assumptions,
    money::{gains, money},
    provenance::{assumptions, methods, reproduce},
    show::{
        MOST_CURVES, after_summary, difference_axis, each_outcome, economies, heading, in_words, level_axis,
        listed, option_names, quoted,
    },
};
use crate::{
    analysis::{Explanation, OptionComparison, OutcomeComparison},
    base::Unit,
    decision::{Criterion, Direction, Estimate, Pair, Summary},
    outcomes::MoneyAccount,
    report::{
        Record,
        chart::{Axis, Chart, Format, IntervalRow},
        count,
        document::{Cell, Column, Fact, Figure, Selector, Table},
        document::{Document, Section},
        escape, grouped,
        number::{difference_in_unit, error_in_unit, in_unit, probability, significant},
    },
    scenario::Scenario,
};

/// What a document of a comparison shows.
#[derive(Clone, Copy, Debug)]
pub struct CompareResults<'run> {
    /// The numbers.
    pub result: &'run OptionComparison,
    /// What holds the option back that comes first by the first outcome; none if that is the baseline.
    pub explanation: Option<&'run Explanation>,
    /// Scenarios as one, inputs, seed.
    pub record: &'run Record,
    /// The scenarios that were compared.
    pub scenarios: &'run [Scenario],
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// Most options side by side in a picture of pairs; `pairs.csv` holds all.
const MOST_BESIDE: usize = 12;
/// Options that are worth most in less than this share of the futures, whatever an effect is worth, have no curve.
const LEAST_SEEN: f64 = 0.01;
/// Most options that come out equal and are named.
const MOST_NAMED: usize = 3;
/// Most options in the table of the answer, the reference among them.
const MOST_ANSWERED: usize = 6;
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

/// What a comparison says, in the order a reader asks: the question and the answer, money, who gains, differences, who is best,
/// cost and effect; folded, outcomes, robustness, pairs, what an effect is worth, assumptions, methods, how to repeat it.
pub fn compare_document(results: CompareResults<'_>) -> Document {
    // A document calls options what people call them.
    let names = option_names(&results.record.scenario);
    let mut result = results.result.clone();
    let accounts = result.accounts.iter_mut().map(|account| &mut account.option);
    for option in result.options.iter_mut().chain(accounts) {
        if let Some(name) = names.get(option.as_str()) {
            option.clone_from(name);
        }
    }
    let results = CompareResults {
        result: &result,
        ..results
    };
    let view = View { results };
    let result = results.result;
    let mut sections = vec![view.answer()];
    if !result.accounts.is_empty() {
        let leading = view.worth_most().map(|account| account.option.as_str());
        sections.push(money(&result.accounts, results.record, leading));
        sections.push(gains(&result.accounts, leading));
    }
    sections.extend([
        view.differences(),
        view.best(),
        view.frontier(),
        view.outcomes(),
        view.robustness(),
        view.pairs(),
        view.acceptability(),
    ]);
    sections.push(assumptions(results.record));
    sections.push(methods(view.methods()));
    Document {
        title: results.record.scenario.title.clone(),
        question: view.question(),
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

    /// A table of the options with a column for each kind of figure; an option without any has no row.
    fn table(&self, title: String, columns: Vec<(Column, Box<Figures<'_>>)>) -> Table {
        self.table_of(self.options(), title, columns)
    }

    /// As [`table`](Self::table), of these options.
    fn table_of(
        &self,
        options: impl IntoIterator<Item = usize>,
        title: String,
        columns: Vec<(Column, Box<Figures<'_>>)>,
    ) -> Table {
        let rows = options
            .into_iter()
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

    /// Rows of an interval chart, the marks at the means.
    fn intervals(
        &self,
        options: impl IntoIterator<Item = usize>,
        summary: impl Fn(usize) -> Option<Summary>,
    ) -> Vec<IntervalRow> {
        let row = |option: usize| {
            let summary = summary(option)?;
            Some(IntervalRow {
                group: String::new(),
                label: self.result().options[option].clone(),
                mean: Some(summary.mean.value),
                quantiles: summary.quantiles,
            })
        };
        options.into_iter().filter_map(row).collect()
    }

    fn question(&self) -> String {
        let question = format!(
            "Which of {} options does best, how sure are we, and what does it cost?",
            self.result().options.len()
        );
        after_summary(&self.results.record.scenario, &question)
    }

    /// Which option is best, what is worth most, who gains; then the options in a table.
    fn answer(&self) -> Section {
        let section = Section::brief("answer", "");
        let Some(outcome) = self.result().outcomes.first() else {
            return section;
        };
        let best = outcome.comparison.best(Criterion::Laplace);
        let Some(&first) = best.first() else {
            return section;
        };
        section
            .sentence(self.who_is_best(outcome, &best, first))
            .table(self.answer_table(outcome))
            .charts((
                Vec::new(),
                vec![
                    self.difference(outcome, self.foremost(outcome, MOST_ANSWERED))
                        .into(),
                ],
            ))
            .sentence(self.agreement(outcome, &best))
            .sentence(self.what_pays())
            .sentence(self.who_gains(first))
            .sentence(self.what_decides())
            .sentence(self.other_outcomes())
            .note(self.about_the_table(outcome, first))
            .note(self.gaps())
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
        let chance = probability(comparison.contest.standings[first].best.value);
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
            ", and best of {} options in {chance} of futures",
            self.options().len()
        ));
        if let Some((rival, next)) = against_rival {
            sentence.push_str(&if !comparison.contest.is_clear(&rival) {
                format!("; its lead over {} is within Monte Carlo error", self.name(next))
            } else if first == 0 {
                String::new()
            } else {
                format!(
                    "; it beats the next, {}, in {}",
                    self.name(next),
                    probability(rival.beats.value)
                )
            });
        }
        sentence.push('.');
        sentence
    }

    /// "on average USD 0.38 bn more than “baseline” (90 % of futures: +0.046 to +1.14)".
    fn ahead(&self, outcome: &OutcomeComparison, pair: &Pair) -> String {
        let difference = &pair.difference;
        let unit = outcome.unit;
        let [low, high] = difference.interval();
        format!(
            "on average {} {} than {} (90 % of futures: {} to {})",
            in_words(&error_in_unit(difference.mean.value.abs(), unit), unit),
            if difference.mean.value < 0.0 {
                "less"
            } else {
                "more"
            },
            self.name(pair.reference),
            difference_in_unit(low, unit),
            difference_in_unit(high, unit),
        )
    }

    /// Whether the criteria of decision agree on the options with the best mean.
    fn agreement(&self, outcome: &OutcomeComparison, best: &[usize]) -> String {
        let named: Vec<(Criterion, Vec<usize>)> = Criterion::ALL
            .into_iter()
            .map(|criterion| (criterion, outcome.comparison.best(criterion)))
            .filter(|(_, best)| !best.is_empty())
            .collect();
        let others: Vec<String> = named
            .iter()
            .filter(|(_, found)| !found.iter().any(|option| best.contains(option)))
            .map(|(criterion, found)| format!("{} names {}", words_of(*criterion).1, self.names(found)))
            .collect();
        let it = if best.len() == 1 { "it" } else { "one of them" };
        if others.is_empty() {
            return format!("All {} criteria of decision name {it} or tie.", named.len());
        }
        format!(
            "{} of {} criteria of decision name {it}, but {}.",
            named.len() - others.len(),
            named.len(),
            listed(&others)
        )
    }

    /// The account with most of something.
    fn most(&self, figure: fn(&MoneyAccount) -> f64) -> Option<&'run MoneyAccount> {
        let accounts = self.result().accounts.iter();
        accounts.max_by(|a, b| figure(a).total_cmp(&figure(b)))
    }

    /// The account of the option that is worth most.
    fn worth_most(&self) -> Option<&'run MoneyAccount> {
        self.most(|account| account.net_present_value.mean)
    }

    /// Which option is worth most money, and in which a dollar buys most.
    fn what_pays(&self) -> String {
        let Some(best) = self.worth_most() else {
            return String::new();
        };
        let net = &best.net_present_value;
        let [low, _, _, _, high] = net.quantiles;
        let name = quoted(&best.option);
        let lead = if net.mean > 0.0 {
            format!("In money, {name} is worth most: extra GDP less cost")
        } else {
            format!("In money, no option pays on average; {name} comes closest: extra GDP less cost")
        };
        let mut sentence = format!(
            "{lead} is {} on average (90 % of futures: {} to {}), above zero in {} of futures",
            in_words(&difference_in_unit(net.mean, Unit::UsdBn), Unit::UsdBn),
            difference_in_unit(low, Unit::UsdBn),
            difference_in_unit(high, Unit::UsdBn),
            probability(net.positive),
        );
        let thrifty = self.most(|account| account.benefit_cost_ratio.unwrap_or(f64::NEG_INFINITY));
        if let Some((thrifty, ratio)) = thrifty
            .and_then(|thrifty| Some((thrifty, thrifty.benefit_cost_ratio?)))
            .filter(|(_, ratio)| *ratio > 0.0)
        {
            let dollars = grouped(ratio);
            if thrifty.option != best.option {
                let name = quoted(&thrifty.option);
                sentence.push_str(&format!(
                    "; a dollar buys most in {name}, {dollars} dollars of extra GDP"
                ));
            } else if net.mean > 0.0 {
                sentence.push_str(&format!(
                    "; no other returns more than its {dollars} dollars of extra GDP per dollar"
                ));
            }
        }
        sentence.push('.');
        sentence
    }

    /// Who gains and who pays under an option, on average.
    fn who_gains(&self, option: usize) -> String {
        let Some(account) = self.result().account(option) else {
            return String::new();
        };
        let those = |wanted: fn(f64) -> bool| -> Vec<String> {
            let net = account.net.iter();
            net.filter(|(_, statistics)| wanted(statistics.mean))
                .map(|(economy, _)| economy.name().to_owned())
                .collect()
        };
        let verb = |names: &[String], one: &'static str, more: &'static str| {
            if names.len() == 1 { one } else { more }
        };
        let (gain, lose) = (those(|net| net > 0.0), those(|net| net < 0.0));
        let name = self.name(option);
        match (gain.as_slice(), lose.as_slice()) {
            ([], []) => String::new(),
            (gain, []) => format!(
                "Under {name} {} {} more than {} on average, and nobody pays more than it gains.",
                listed(gain),
                verb(gain, "gains", "gain"),
                verb(gain, "it pays", "they pay")
            ),
            ([], lose) => format!(
                "Under {name} {} {} more than {} on average, and nobody gains more than it pays.",
                listed(lose),
                verb(lose, "pays", "pay"),
                verb(lose, "it gains", "they gain")
            ),
            (gain, lose) => format!(
                "Under {name} {} {} more than {} on average; {} {} more than {}.",
                listed(gain),
                verb(gain, "gains", "gain"),
                verb(gain, "it pays", "they pay"),
                listed(lose),
                verb(lose, "pays", "pay"),
                verb(lose, "it gains", "they gain")
            ),
        }
    }

    /// The assumptions that hold the option back most that comes first.
    fn what_decides(&self) -> String {
        let explanation = self.results.explanation;
        explanation.map_or_else(String::new, |explanation| deciding_assumptions(explanation, ""))
    }

    /// Which option comes first by the further outcomes.
    fn other_outcomes(&self) -> String {
        let others: Vec<String> = self
            .result()
            .outcomes
            .iter()
            .skip(1)
            .map(|outcome| {
                let best = outcome.comparison.best(Criterion::Laplace);
                format!("by {}, {}", outcome.label, self.names(&best))
            })
            .collect();
        match others.as_slice() {
            [] => String::new(),
            others => format!("Best on average {}.", others.join("; ")),
        }
    }

    /// The options with the best means: what they add to the reference, what they cost, whether they pay.
    fn answer_table(&self, outcome: &OutcomeComparison) -> Table {
        let shown = self.foremost(outcome, MOST_ANSWERED);
        let contest = &outcome.comparison.contest;
        let money = &self.result().cost_effectiveness.options;
        let axis = difference(outcome, "");
        let dollars = level_axis("", Unit::UsdBn);
        let account = |option: usize| self.result().account(option);
        let range = |option: usize| {
            contest.pair(option, 0).map_or_else(String::new, |pair| {
                let [low, high] = pair.difference.interval();
                format!("{} to {}", axis.format.text(low), axis.format.text(high))
            })
        };
        let columns: Vec<(Column, Box<Figures<'_>>)> = vec![
            optional("Mean", &axis, |option| {
                Some(contest.pair(option, 0)?.difference.mean.value)
            }),
            (
                Column::numbers("90 % of futures", &axis.unit),
                Box::new(|option| Cell::words(range(option))),
            ),
            numbers("Best in", &of_futures(), |option| {
                contest.standings[option].best.value
            }),
            numbers("Cost", &dollars, |option| money[option].cost.value),
            optional("Net", &dollars, |option| {
                Some(account(option)?.net_present_value.mean)
            }),
            optional("Pays in", &of_futures(), |option| {
                Some(account(option)?.net_present_value.positive)
            }),
        ];
        let left_out = self.options().len() - shown.len();
        // The reference is what the others are counted from.
        let mut table = self.table_of(
            shown.into_iter().filter(|option| *option > 0),
            format!("{} less {}", heading(&outcome.label), self.name(0)),
            columns,
        );
        // Where every amount has one unit, the title says it once.
        let amounts = |column: &&mut Column| column.unit == dollars.unit;
        if axis.unit == dollars.unit {
            table
                .columns
                .iter_mut()
                .filter(amounts)
                .for_each(|column| column.unit.clear());
            table.title = format!("{} ({})", table.title, dollars.unit);
        }
        table.note = match left_out {
            0 => String::new(),
            left_out => format!("{left_out} options with lesser means stand below."),
        };
        table
    }

    /// What the numbers of the table are, and how exact, told once.
    fn about_the_table(&self, outcome: &OutcomeComparison, first: usize) -> String {
        let pair = match first {
            0 => outcome.comparison.rival(0),
            first => outcome.comparison.contest.pair(first, 0),
        };
        let mean = pair.map(|pair| pair.difference.mean);
        let part = mean.and_then(|mean| Some(mean.standard_error? / mean.value.abs()));
        let error = part
            .filter(|part| part.is_finite() && *part > 0.0)
            .map_or_else(String::new, |part| {
                format!(", the lead good to {} %", significant(100.0 * part))
            });
        format!(
            "Means of {} futures{error}; cost and net: {}.",
            count(self.result().paths),
            self.results.record.money.words()
        )
    }

    /// What files that look at different gaps have in common.
    fn gaps(&self) -> String {
        let mut scenarios = self.results.scenarios.iter();
        let first = scenarios.next().map(|scenario| scenario.gap);
        if scenarios.all(|scenario| Some(scenario.gap) == first) {
            return String::new();
        }
        "The files look at different gaps, so no gap is compared.".to_owned()
    }

    fn facts(&self) -> Vec<Fact> {
        let result = self.result();
        let scenario = &self.results.record.scenario;
        vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", count(result.paths)),
            Fact::new("Options", result.options.len().to_string()),
            Fact::new("Reference", escape(&result.options[0])),
        ]
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

/// A number of an outcome: with its sign if it is a difference.
fn value(outcome: &OutcomeComparison, number: f64) -> String {
    if outcome.extra {
        difference_in_unit(number, outcome.unit)
    } else {
        in_unit(number, outcome.unit)
    }
}
