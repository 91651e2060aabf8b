//! The document of a run: the answer first, then what a reader asks next.

mod added;
mod brief;
mod economies;
mod explore;
mod gap;
mod matrix;
mod when;
mod why;

pub use explore::{Focus, PinnedPackage, explore_document, pins_section};

use super::{
    drivers::why,
    shared::{
        money::{gains, money},
        provenance::{
            DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, assumptions, errors, methods, reproduce,
        },
        show::{economies, option_names},
    },
};
use crate::{
    analysis::{Explanation, sweep::Study},
    base::{Economy, Metric, Place, Year},
    history::HistoryData,
    outcomes::{Comparison, MoneyAccount, Statistics, Summary, SummaryRow},
    report::{
        Record,
        document::{Document, Fact},
        number::count,
    },
    scenario::{BASELINE, PolicyOption},
};

/// What the document of a run shows.
#[derive(Clone, Copy, Debug)]
pub struct RunResults<'run> {
    /// The numbers.
    pub summary: &'run Summary,
    /// Why each option adds what it adds.
    pub explanations: &'run [Explanation],
    /// Which assumption drives the outcome, where that was asked.
    pub sensitivity: Option<&'run Study>,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The history that the projection continues.
    pub history: &'run HistoryData,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// The metrics of charts by year; all others stand in `summary.csv`.
const SHOWN: [Metric; 3] = [Metric::DigitalEconomy, Metric::Gdp, Metric::Share];
/// Most paired-difference charts, so that the page stays small enough to send; further metrics are left out.
const MOST_PAIRED: usize = 18;

/// What a run says, in the order a reader asks: the question and the answer; money by year, who gains, when, how sure and why,
/// the gap; folded, the futures, what the options add, convergence, the matrix, the assumptions, the methods.
pub fn run_document(results: RunResults<'_>) -> Document {
    let scenario = &results.record.scenario;
    let (summary, explanations) = named(&results);
    let results = RunResults {
        summary: &summary,
        explanations: &explanations,
        ..results
    };
    let view = View::new(results);
    let summary = results.summary;
    let mut sections = view.brief();
    if !summary.money.is_empty() {
        sections.push(money(&summary.money, results.record, view.leading));
        sections.push(gains(&summary.money, view.leading).table(view.gains_table()));
        sections.push(view.when());
    }
    if !results.explanations.is_empty() {
        sections.push(view.why());
    }
    sections.extend(
        results
            .sensitivity
            .map(|study| why(study).note("`indices.csv` holds every input.")),
    );
    sections.extend(view.gap());
    sections.push(view.economies());
    if !view.options.is_empty() {
        sections.push(view.added());
        sections.push(view.at_horizon());
    }
    sections.extend(view.convergence());
    sections.push(view.matrix());
    sections.push(assumptions(results.record));
    let error = errors(
        summary.paths,
        summary.sketch_error,
        "summary.json holds the Monte Carlo standard error of each",
    );
    let methods = methods(
        [FUTURES, LEVERS, DIFFERENCES, MONEY, INTERVALS]
            .map(str::to_owned)
            .into_iter()
            .chain([error]),
    );
    sections.push(methods);
    Document {
        title: scenario.title.clone(),
        question: view.question(),
        facts: vec![
            economies(scenario),
            Fact::new(
                "From base year to horizon",
                format!("{} to {}", summary.base_year, scenario.horizon),
            ),
            Fact::new("Futures", count(summary.paths)),
            Fact::new("Options", view.options.len().to_string()),
        ],
        sections,
        reproduce: reproduce(results.record, results.command, summary.paths),
    }
}

/// Summary and explanations that call options what people call them.
fn named(results: &RunResults<'_>) -> (Summary, Vec<Explanation>) {
    let names = option_names(&results.record.scenario);
    let (mut summary, mut explanations) = (results.summary.clone(), results.explanations.to_vec());
    let rows = summary.rows.iter_mut().map(|row| &mut row.option);
    let closures = summary.closures.iter_mut().map(|closure| &mut closure.option);
    let accounts = summary.money.iter_mut().map(|account| &mut account.option);
    let explained = explanations.iter_mut().map(|explanation| &mut explanation.option);
    for option in rows.chain(closures).chain(accounts).chain(explained) {
        if let Some(name) = names.get(option.as_str()) {
            option.clone_from(name);
        }
    }
    (summary, explanations)
}

/// The option whose extra GDP exceeds its cost by most, on average over the futures; if none does, the one that adds most.
pub fn leading_option(summary: &Summary) -> Option<&str> {
    let best = |value: fn(&MoneyAccount) -> f64| {
        let accounts = summary.money.iter().rev();
        accounts.max_by(|first, second| value(first).total_cmp(&value(second)))
    };
    // Where nothing is worth its cost, the smallest option would lose least: a reader asks for the one that adds most.
    let leading = best(|account| account.net_present_value.mean)
        .filter(|account| account.net_present_value.mean > 0.0)
        .or_else(|| best(|account| account.benefit.mean));
    leading.map(|account| account.option.as_str())
}

/// A run, looked at.
struct View<'run> {
    results: RunResults<'run>,
    summary: &'run Summary,
    horizon: Year,
    /// Options without the baseline.
    options: Vec<&'run str>,
    /// The group, then the economies, partners of a lever first.
    places: Vec<Place>,
    /// The option whose extra GDP exceeds its cost by most, on average over the futures; if none does, the one that adds most.
    leading: Option<&'run str>,
}

impl<'run> View<'run> {
    fn new(results: RunResults<'run>) -> Self {
        let summary = results.summary;
        let scenario = &results.record.scenario;
        let partner = |economy: &Economy| {
            scenario
                .levers
                .iter()
                .any(|lever| lever.partners.contains(economy))
        };
        let mut economies = scenario.economies.clone();
        economies.sort_by_key(|economy| !partner(economy));
        let mut places = vec![Place::Group];
        places.extend(economies.into_iter().map(Place::from));
        Self {
            results,
            summary,
            horizon: scenario.horizon,
            options: summary.options().into_iter().skip(1).collect(),
            places,
            leading: leading_option(summary),
        }
    }

    /// The economies, partners of a lever first.
    fn economies_in_order(&self) -> impl Iterator<Item = Economy> + '_ {
        self.places.iter().filter_map(|place| match place {
            Place::Economy(economy) => Some(*economy),
            Place::Group => None,
        })
    }

    /// The partners of the levers of an option.
    fn partners(&self, option: &str) -> Vec<Economy> {
        let scenario = &self.results.record.scenario;
        let names = option_names(scenario);
        let named = |other: &&PolicyOption| names[other.name.as_str()] == option;
        let ids = scenario.options.iter().find(named);
        let partner = |economy: &Economy| {
            ids.into_iter()
                .flat_map(|option| &option.levers)
                .filter_map(|id| scenario.lever(id))
                .any(|lever| lever.partners.contains(economy))
        };
        self.economies_in_order().filter(partner).collect()
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

    /// Metrics of charts that have numbers at some place.
    fn shown(&self) -> Vec<Metric> {
        let known = |metric: &Metric| {
            self.places
                .iter()
                .any(|place| !self.levels(BASELINE, *place, *metric).is_empty())
        };
        SHOWN.into_iter().filter(known).collect()
    }
}
