//! Why each option adds what it adds.

use super::{View, brief::TOLD_APART};
use crate::{
    analysis::{Brake, Change, Estimate, Explanation},
    base::Unit,
    decision::Estimate as Ratio,
    report::{
        chart::{Bar, Bars, Chart, Data},
        document::Section,
        documents::shared::show::{
            ERROR_COVERAGE, choices, error_interval, level_axis, lever_name, listed, quoted,
        },
        escape,
        number::{grouped, significant},
        page::Selector,
    },
};

impl<'run> View<'run> {
    pub(super) fn why(&self) -> Section {
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
                let mut brakes: Vec<&(Brake, Change)> = explanation.without_brake.iter().collect();
                brakes.sort_by(|first, second| by_size(&first.1, &second.1));
                let group = "Change if one thing were different";
                rows.extend(brakes.into_iter().map(|(brake, estimate)| {
                    bar(
                        group,
                        brake.without().trim_start_matches("if ").to_owned(),
                        &estimate.size,
                    )
                }));
                if explanation.without_lever.len() > 1 {
                    let mut levers: Vec<&(String, Change)> = explanation.without_lever.iter().collect();
                    levers.sort_by(|first, second| by_size(&first.1, &second.1));
                    rows.extend(levers.into_iter().map(|(lever, estimate)| {
                        bar(
                            "Change if one lever were left out",
                            lever_name(lever),
                            &estimate.size,
                        )
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
        let sentences = explanations.iter().map(|explanation| {
            format!(
                "{}: {}",
                quoted(&explanation.option),
                reasons(explanation).join(" ")
            )
        });
        Section::full("why", "Why")
            .sentences(sentences)
            .note(
                "Means over the same futures with one thing changed; after ± stands the Monte Carlo standard error. Intervals hold the Monte Carlo error of the mean with a probability of \
                 90 %. Changes do not add up: what one brake costs depends on the others.",
            )
            .charts((selectors, charts))
    }
}

fn by_size(first: &Change, second: &Change) -> std::cmp::Ordering {
    second.size.mean.abs().total_cmp(&first.size.mean.abs())
}

/// The biggest contributors and what held the option back, in sentences.
fn reasons(explanation: &Explanation) -> Vec<String> {
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
        let mut levers: Vec<_> = explanation.without_lever.iter().collect();
        levers.sort_by(|first, second| by_size(&first.1, &second.1));
        let parts = levers
            .into_iter()
            .filter(|(_, estimate)| told(estimate))
            .map(|(lever, estimate)| format!("{} without {}", change(estimate), lever_name(lever)));
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
