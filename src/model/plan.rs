//! A scenario on a history, compiled: its futures and its world.

use std::cell::RefCell;

use super::{
    futures_plan::{EconomyPlan, FuturesPlan},
    rules::RulePlan,
    world::World,
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Metric, Place, Year},
    history::HistoryData,
    random::Stream,
    scenario::Scenario,
    stats::QuantileTables,
};

/// A scenario on a history, compiled: futures, and the levers and response parameters of the scenario itself.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) futures: FuturesPlan,
    world: World,
    /// Of all distributions of both, for variants.
    pub(super) tables: QuantileTables,
}

impl Plan {
    /// Calibrates a scenario on a history and compiles it.
    ///
    /// Priors, factors and loadings come from the whole panel: selecting fewer economies leaves the futures of the others as they were.
    ///
    /// # Errors
    /// If the history does not allow a calibration, or the scenario lacks a number that has no default.
    pub fn new(history: &HistoryData, scenario: &Scenario) -> Result<Self, Diagnostics> {
        Self::of_all(history, scenario, &[])
    }

    /// The options of several scenarios on the same futures. They agree in everything but levers, options
    /// and gap ([`scenario::comparable`](crate::scenario::comparable) checks it), and their options have different names.
    /// The gap of the first holds for all.
    /// Money is discounted to the first year of any lever, unless a year is set.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_all(
        history: &HistoryData,
        scenario: &Scenario,
        others: &[Scenario],
    ) -> Result<Self, Diagnostics> {
        Self::with_tables(history, scenario, others, QuantileTables::default(), None)
    }

    /// A variant of the scenario on futures of its own. What the two draw alike is not tabulated again, and money is discounted to the
    /// same year, unless the variant sets one: a lever that starts later must not change what a dollar counts for.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn variant(&self, history: &HistoryData, variant: &Scenario) -> Result<Self, Diagnostics> {
        let present = Some(self.world.present_year());
        Self::with_tables(history, variant, &[], self.tables.clone(), present)
    }

    fn with_tables(
        history: &HistoryData,
        scenario: &Scenario,
        others: &[Scenario],
        tables: QuantileTables,
        present: Option<Year>,
    ) -> Result<Self, Diagnostics> {
        let tables = RefCell::new(tables);
        let futures = FuturesPlan::new(history, scenario, others, &tables)?;
        let world = World::of_all(&futures, history, scenario, others, &tables, present)?;
        let plan = Self {
            futures,
            world,
            tables: tables.into_inner(),
        };
        plan.check_rules()?;
        Ok(plan.noting(std::iter::once(scenario).chain(others)))
    }

    /// Refuses a rule that looks at a metric which does not exist where and when it looks.
    fn check_rules(&self) -> Result<(), Diagnostics> {
        for (lever, id) in self.world.levers.iter().zip(self.world.lever_ids()) {
            for threshold in lever.rule.iter().flat_map(RulePlan::thresholds) {
                if !self.has(threshold.place, threshold.metric, threshold.step) {
                    let year = self.base_year() + threshold.step as Year;
                    let what = threshold.metric.label();
                    return Err(Diagnostic::new(format!(
                        "the rule of `{id}` looks at {what} in {year}, which does not exist there"
                    ))
                    .about(format!("levers.{id}"))
                    .into());
                }
            }
        }
        Ok(())
    }

    /// With the notes of scenarios among the assumptions, each once.
    fn noting<'s>(mut self, scenarios: impl IntoIterator<Item = &'s Scenario>) -> Self {
        for note in scenarios.into_iter().flat_map(|scenario| &scenario.notes) {
            if !self.futures.assumptions.contains(note) {
                self.futures.assumptions.push(note.clone());
            }
        }
        self
    }

    /// The plan's own world with other options, each a name and the positions of its levers
    /// ([`World::lever_ids`]); the baseline stays the first option.
    pub fn world_with_options(&self, options: &[(String, Vec<usize>)]) -> World {
        self.world.with_options(&self.futures, options)
    }

    /// Levers and response parameters of a variant of the scenario, for evaluation on the same futures. The variant
    /// has the economies, horizon, history and baseline parameters of the plan's own scenario. Money is discounted to the same year, unless
    /// the variant sets one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn world_of(&self, history: &HistoryData, variant: &Scenario) -> Result<World, Diagnostics> {
        let tables = RefCell::new(self.tables.clone());
        World::of_all(
            &self.futures,
            history,
            variant,
            &[],
            &tables,
            Some(self.world.present_year()),
        )
    }

    /// The plan's own world with other numbers for some inputs, each by the stream of its path, and the same on every path. Nothing
    /// is read or compiled again. `None` where an input is not drawn, or does more than the draw says (a start, a weight, a
    /// duration): such a world is made from its scenario ([`world_of`](Self::world_of)).
    pub fn world_with(&self, numbers: &[(Stream, f64)]) -> Option<World> {
        self.world.with_numbers(&self.futures, numbers)
    }

    /// How many quantile tables have been made, for this plan and for copies and variants of it: each when something is first drawn
    /// from it.
    pub fn tables_made(&self) -> usize {
        self.tables.tabulated()
    }

    /// Whether the futures of another plan are the same, to the last bit, so that either can be evaluated on what was drawn for
    /// the other.
    pub fn draws_as(&self, other: &Self) -> bool {
        self.futures.draws_as(&other.futures)
    }

    /// Levers and response parameters of the scenario itself.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The base year t0.
    pub fn base_year(&self) -> Year {
        self.futures.base_year
    }

    /// Number of projected years.
    pub fn projected_years(&self) -> usize {
        self.futures.projected_years()
    }

    /// The last year in which costs and benefits are counted.
    pub fn money_through(&self) -> Year {
        self.base_year() + self.futures.counted_years() as Year
    }

    /// The years reported: t0 to the horizon.
    pub fn years(&self) -> impl Iterator<Item = Year> + use<> {
        self.base_year()..=self.base_year() + self.projected_years() as Year
    }

    /// Names of the policy options; the first is the baseline, without levers.
    pub fn options(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.world.option_names()
    }

    /// Economies, in the order of the scenario.
    pub fn economies(&self) -> impl ExactSizeIterator<Item = Economy> + '_ {
        self.futures.economies.iter().map(|plan| plan.economy)
    }

    /// Where numbers are reported: every economy in the order of the scenario, then the group.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.economies().map(Place::Economy).chain([Place::Group])
    }

    /// Sentences on what the data themselves assume.
    pub fn assumptions(&self) -> &[String] {
        &self.futures.assumptions
    }

    /// Whether a metric exists at a place (by position in [`places`](Self::places)) in the year `step` years after t0:
    /// growth needs the year before, a metric per head population data, closure a gap that is worth closing.
    pub fn has(&self, place: usize, metric: Metric, step: usize) -> bool {
        let group = place == self.futures.economies.len();
        match metric {
            Metric::DigitalGrowth | Metric::VolumeGrowth => step > 0,
            Metric::PerCapita | Metric::GdpPerCapita => self.population(place, step).is_some(),
            Metric::Gap => !group && !self.world.gap.is_reference(place),
            Metric::Closure => !group && self.world.gap.is_open(place),
            Metric::Dispersion => group && self.futures.economies.len() > 1,
            _ => true,
        }
    }

    /// Billions of persons at a place; `None` without population data.
    pub fn population(&self, place: usize, step: usize) -> Option<f64> {
        let of = |economy: &EconomyPlan| economy.population.as_ref().map(|persons| persons[step]);
        match self.futures.economies.get(place) {
            Some(economy) => of(economy),
            None => self.futures.economies.iter().map(of).sum(),
        }
    }
}
