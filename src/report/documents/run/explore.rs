//! What the explorer says of a run: the parts of its document that are about one option, in the same words and pictures.

use super::{RunResults, View, named};
use crate::{
    base::{Metric, Place},
    outcomes::Statistics,
    report::{
        document::{Cell, Column, Document, Fact, Figure, Rank, Section, Table},
        documents::{
            drivers::why,
            shared::{
                money::{by_year, gains},
                provenance::reproduce,
                show::{at_place, option_names},
            },
        },
        escape,
        number::{count, grouped, probability, rough, significant},
    },
};

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Focus<'a> {
    /// An option by its name in the file; without it the leading one.
    pub option: Option<&'a str>,
    /// Where the outcome is.
    pub place: Place,
    /// What the outcome is.
    pub metric: Metric,
}

/// What the explorer says of a run: the verdict on all options; of one of them, with and without it, the chosen outcome, who gains, money by
/// year, and why.
pub fn explore_document(results: RunResults<'_>, focus: Focus<'_>) -> Document {
    let scenario = &results.record.scenario;
    let names = option_names(scenario);
    let chosen = focus.option.and_then(|option| names.get(option));
    let (summary, explanations) = named(&results);
    let results = RunResults {
        summary: &summary,
        explanations: &explanations,
        ..results
    };
    let all = View::new(results);
    let mut one = View::new(results);
    one.leading = chosen.map(String::as_str).or(one.leading);
    let mut sections = match one.options.is_empty() {
        true => all.brief(),
        false => one.brief_of(all.verdict()),
    };
    sections.push(one.outcome(focus.place, focus.metric));
    if let Some(account) = summary
        .money
        .iter()
        .find(|account| Some(account.option.as_str()) == one.leading)
    {
        let own = std::slice::from_ref(account);
        let mut gains = gains(own, one.leading);
        gains.rank = Rank::Full;
        sections.push(gains.sentence(one.who_gains()));
        sections
            .push(Section::full("money", "Money by year, and when it has paid back").chart(by_year(account)));
    }
    if let Some(explanation) = explanations
        .iter()
        .find(|explanation| Some(explanation.option.as_str()) == one.leading)
    {
        sections.push(one.why_of(&[explanation]));
    }
    sections.extend(results.sensitivity.map(why));
    Document {
        title: scenario.title.clone(),
        question: all.question(),
        facts: vec![Fact::new("Futures", count(summary.paths))],
        sections,
        reproduce: reproduce(results.record, results.command, summary.paths),
    }
}

impl View<'_> {
    /// The brief parts, of which all but the verdict are about the option that is looked at.
    fn brief_of(&self, verdict: String) -> Vec<Section> {
        let options = Section::brief("options", "")
            .table(self.options_table())
            .charts((Vec::new(), self.effect().map(Figure::from).into_iter().collect()))
            .sentence(self.what_decides());
        vec![Section::brief("answer", "").sentence(verdict), options]
    }

    /// The chosen outcome with and without the option, and what the option adds to it.
    fn outcome(&self, place: Place, metric: Metric) -> Section {
        let added = self.leading.and_then(|option| self.paired(option, place, metric));
        let figures = self.fan(place, metric).into_iter().chain(added).map(Figure::from);
        Section::full("outcome", at_place(metric, place)).charts((Vec::new(), figures.collect()))
    }
}

/// A package that is compared with others on the same futures.
#[derive(Clone, Debug)]
pub struct PinnedPackage {
    /// Its name; empty for the one that is moved.
    pub name: String,
    /// Extra GDP and extra digital economy of all at the horizon, public cost, net present value.
    pub statistics: Vec<Statistics>,
    /// By how much the package that is moved is worth more, the standard error of that, and in which part of the futures it is.
    pub ahead: Option<(f64, f64, f64)>,
}

/// Packages side by side, the one that is moved first.
pub fn pins_section(packages: &[PinnedPackage]) -> Section {
    let name = |package: &PinnedPackage| match package.name.as_str() {
        "" => "now".to_owned(),
        name => escape(name),
    };
    let ahead = |package: &PinnedPackage| -> [Cell; 2] {
        match package.ahead {
            None => [Cell::words("–"), Cell::words("–")],
            Some((mean, error, _)) if mean == 0.0 && error == 0.0 => [Cell::told("0", 0.0), Cell::words("–")],
            Some((mean, error, share)) => [
                Cell::told(format!("{} ± {}", grouped(mean), significant(error)), mean),
                Cell::told(probability(share), share),
            ],
        }
    };
    let rows = packages.iter().map(|package| {
        let mut cells = vec![Cell::words(name(package))];
        cells.extend(package.statistics.iter().map(|statistics| {
            let [low, .., high] = statistics.quantiles;
            let mean = grouped(statistics.mean);
            let text = match low < high {
                true => format!("{mean}\n{} to {}", rough(low), rough(high)),
                false => mean,
            };
            Cell::told(text, statistics.mean)
        }));
        cells.extend(ahead(package));
        cells
    });
    let table = Table {
        title: "Packages on the same futures (USD bn)".to_owned(),
        columns: std::iter::once(Column::words("Package"))
            .chain(
                ["GDP at the horizon", "Digital economy", "Public cost", "Net present value", "Now is worth more by"]
                    .map(|label| Column::numbers(label, "")),
            )
            .chain([Column::numbers("Now is worth more in", "futures")])
            .collect(),
        rows: rows.collect(),
        note: "Means, and the range of 90 % of the futures. What is pinned keeps its levers and responses; baseline and horizon are those \
               that are set now. Differences are taken future by future; after ± stands the Monte Carlo standard error."
            .to_owned(),
    };
    Section::full("pins", "Pinned packages").table(table)
}
