//! Why each option adds what it adds.

use super::View;
use crate::{
    analysis::{Change, Estimate, Explanation},
    base::Unit,
    decision::Estimate as Ratio,
    report::{
        chart::{Axis, Bar, Bars, Chart, Data, Waterfall, WaterfallRow},
        document::{Section, Selector},
        documents::shared::{
            brakes::TOLD_APART,
            show::{ERROR_COVERAGE, choices, error_interval, level_axis, lever_name, listed, quoted},
        },
        escape,
        number::{count, grouped, significant},
    },
    scenario::Scenario,
};

impl View<'_> {
    pub(super) fn why(&self) -> Section {
        let mut explanations: Vec<&Explanation> = self.results.explanations.iter().collect();
        explanations.sort_by_key(|explanation| Some(explanation.option.as_str()) != self.leading);
        self.why_of(&explanations)
    }

    /// As [`why`](Self::why), of these explanations.
    pub(super) fn why_of(&self, explanations: &[&Explanation]) -> Section {
        let selector = || {
            vec![Selector::new(
                "Option",
                explanations.iter().map(|explanation| explanation.option.as_str()),
            )]
        };
        let (selectors, mut figures) = choices(selector(), |positions| {
            Some(self.waterfall(explanations[positions[0]]))
        });
        let (_, levers) = choices(selector(), |positions| {
            self.without_levers(explanations[positions[0]])
        });
        figures.extend(levers);
        let leading = explanations.first().map_or_else(String::new, |explanation| {
            format!(
                "{}: {}",
                quoted(&explanation.option),
                reasons(self.scenario(), explanation).join(" ")
            )
        });
        Section::full("why", "How sure, and why")
            .sentence(leading)
            .charts((selectors, figures))
            .note(format!(
                "Means over the first {} of the futures; after ± stands the Monte Carlo standard error. Intervals hold the \
                 Monte Carlo error of the mean with a probability of 90 %. What a brake takes depends on those above it; what it would \
                 bring to lift one alone stands in the words.",
                count(explanations.first().map_or(0, |explanation| explanation.paths))
            ))
    }

    fn scenario(&self) -> &Scenario {
        &self.results.record.scenario
    }

    fn axis(&self) -> Axis {
        level_axis(
            format!("Added to the digital economy of the group in {}", self.horizon),
            Unit::UsdBn,
        )
    }

    /// From what is planned, through every brake, to what is added.
    fn waterfall(&self, explanation: &Explanation) -> Chart {
        let row = |label: &str, sign: f64, total: bool, estimate: &Estimate| {
            let value = if estimate.mean == 0.0 {
                0.0
            } else {
                sign * estimate.mean
            };
            WaterfallRow {
                label: label.to_owned(),
                value,
                interval: Some(error_interval(value, estimate.mcse, explanation.paths)),
                total,
            }
        };
        let mut rows = vec![row("as planned", 1.0, true, &explanation.as_planned)];
        rows.extend(
            explanation
                .taken
                .iter()
                .map(|(brake, taken)| row(brake.label(), -1.0, false, taken)),
        );
        rows.push(row("as it is", 1.0, true, &explanation.added));
        Chart {
            title: format!("From plan to effect, {}", escape(&explanation.option)),
            description: format!(
                "Of USD {} bn as planned {} bn are left: what each brake takes, one after the other.{}",
                grouped(explanation.as_planned.mean),
                grouped(explanation.added.mean),
                // Those of the leading option stand above.
                match Some(explanation.option.as_str()) == self.leading {
                    true => String::new(),
                    false => format!(" {}", reasons(self.scenario(), explanation)[1..].join(" ")),
                }
            ),
            data: Data::Waterfall(Waterfall {
                axis: self.axis(),
                rows,
                coverage: ERROR_COVERAGE,
            }),
        }
    }

    /// What is lost with each lever; `None` for an option of one.
    fn without_levers(&self, explanation: &Explanation) -> Option<Chart> {
        let scenario = self.scenario();
        let mut levers: Vec<&(String, Change)> = explanation.without_lever.iter().collect();
        levers.sort_by(|first, second| by_size(&first.1, &second.1));
        (levers.len() > 1).then(|| Chart {
            title: format!("Without one lever, {}", escape(&explanation.option)),
            description: "The change if one lever is left out and the others stay. Changes do not add up."
                .to_owned(),
            data: Data::Bars(Bars {
                axis: self.axis(),
                rows: levers
                    .into_iter()
                    .map(|(lever, estimate)| Bar {
                        group: String::new(),
                        label: lever_name(scenario, lever),
                        value: estimate.size.mean,
                        interval: Some(error_interval(
                            estimate.size.mean,
                            estimate.size.mcse,
                            explanation.paths,
                        )),
                    })
                    .collect(),
                coverage: ERROR_COVERAGE,
            }),
        })
    }
}

fn by_size(first: &Change, second: &Change) -> std::cmp::Ordering {
    second.size.mean.abs().total_cmp(&first.size.mean.abs())
}

/// The biggest contributors and what held the option back, in sentences.
fn reasons(scenario: &Scenario, explanation: &Explanation) -> Vec<String> {
    let added = explanation.added;
    let mut sentences = vec![format!(
        "on average over futures it adds USD {} bn to the digital economy of the group in the last year.",
        grouped(added.mean),
    )];
    if added.mean.abs() <= TOLD_APART * added.mcse || added.mean == 0.0 {
        sentences.push("That is too close to nothing to say what drives it.".to_owned());
        return sentences;
    }
    let change = |change: &Change| {
        let part = change.part.unwrap_or(Ratio {
            value: change.size.mean / added.mean,
            standard_error: None,
        });
        let more = if part.value > 0.0 { "higher" } else { "lower" };
        let error = part.standard_error.filter(|error| *error > 0.0);
        let error = error.map_or_else(String::new, |error| {
            format!(" (± {})", significant(100.0 * error))
        });
        format!("{} %{error} {more}", significant(100.0 * part.value.abs()))
    };
    let told = |change: &Change| change.size.mean.abs() > TOLD_APART * change.size.mcse;
    if explanation.without_lever.len() > 1 {
        // The picture shows the others.
        const MOST_LEVERS: usize = 3;
        let mut levers: Vec<_> = explanation.without_lever.iter().collect();
        levers.sort_by(|first, second| by_size(&first.1, &second.1));
        let parts = levers
            .into_iter()
            .filter(|(_, estimate)| told(estimate))
            .take(MOST_LEVERS)
            .map(|(lever, estimate)| format!("{} without {}", change(estimate), lever_name(scenario, lever)));
        sentences.extend(would_be(&parts.collect::<Vec<_>>()));
    }
    let mut brakes: Vec<_> = explanation.without_brake.iter().collect();
    brakes.sort_by(|first, second| by_size(&first.1, &second.1));
    let parts = brakes
        .into_iter()
        .filter(|(_, estimate)| told(estimate))
        .map(|(brake, estimate)| format!("{} {}", change(estimate), brake.without()));
    sentences.extend(would_be(&parts.collect::<Vec<_>>()));
    sentences
}

fn would_be(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| format!("It would be {}.", listed(parts)))
}
