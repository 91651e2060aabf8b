//! Levers, options and response parameters, compiled: everything that is evaluated on futures. Several worlds can be
//! evaluated on the same futures, which is what sweeps do.

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    draw::Draw,
    futures_plan::FuturesPlan,
    gap::{GapPlan, GapStatus},
    inputs::Inputs,
    levers::{LeverPlan, earliest_start, first_step},
    risks::PairPlan,
};
use crate::{
    base::{Diagnostics, Element, Metric, Year},
    history::HistoryData,
    random::Stream,
    scenario::{BASELINE, GapDefinition, Parameter, Scenario, told_apart},
    stats::{Distribution, QuantileTables},
};

/// A policy option, compiled.
#[derive(Clone, Debug)]
pub(super) struct OptionPlan {
    pub(super) name: String,
    /// Positions of its levers.
    pub(super) levers: Vec<usize>,
    /// The first year in which it can differ from the baseline, in years after t0.
    pub(super) first_step: usize,
    /// Which economies it can change.
    pub(super) economies: Vec<bool>,
    /// Which element scores it can change.
    pub(super) elements: Vec<[bool; Element::COUNT]>,
    /// Pairs whose tension it relieves, each with the levers that do.
    pub(super) relief: Vec<(usize, Vec<usize>)>,
    /// Positions of its levers that wait for a sign.
    pub(super) ruled: Vec<usize>,
}

/// Parameters of the response, drawn once per path.
#[derive(Clone, Debug)]
pub(super) struct ResponsePlan {
    pub(super) gdp_response: Draw,
    pub(super) share_response: Draw,
    pub(super) gdp_adjustment: Draw,
    pub(super) share_adjustment: Draw,
    pub(super) trade_income: Draw,
    pub(super) decay: Draw,
    pub(super) rupture_loss: Draw,
    pub(super) severity: Draw,
    pub(super) cyber_hazard: Draw,
    pub(super) cyber_protection: Draw,
    /// Drawn for each economy and year.
    pub(super) cyber_loss: Draw,
    /// v, adding up to 1.
    pub(super) weights: [f64; Element::COUNT],
    /// Absorptive capacity is at least this: 0, or 1 to ask what would happen without a digital divide.
    pub(super) least_absorption: f64,
}

impl ResponsePlan {
    fn draws_mut(&mut self) -> [&mut Draw; 11] {
        [
            &mut self.gdp_response,
            &mut self.share_response,
            &mut self.gdp_adjustment,
            &mut self.share_adjustment,
            &mut self.trade_income,
            &mut self.decay,
            &mut self.rupture_loss,
            &mut self.severity,
            &mut self.cyber_hazard,
            &mut self.cyber_protection,
            &mut self.cyber_loss,
        ]
    }
}

/// Money: factors by year from t0, through the last year in which money is counted.
#[derive(Clone, Debug)]
pub(super) struct MoneyPlan {
    /// The year to which present values go.
    pub(super) present_year: Year,
    /// (1 + r)^−(t − present year).
    pub(super) discount: Vec<f64>,
}

/// Levers, options and response parameters of a scenario, compiled.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) response: ResponsePlan,
    pub(super) pairs: Vec<PairPlan>,
    pub(super) levers: Vec<LeverPlan>,
    lever_ids: Vec<String>,
    payers: Vec<String>,
    /// The first is the baseline, which holds no lever.
    pub(super) options: Vec<OptionPlan>,
    pub(super) gap: GapPlan,
    pub(super) index_weights: [f64; Element::COUNT],
    pub(super) money: MoneyPlan,
}

impl World {
    /// The levers and options of several scenarios that agree in everything else. A lever that several of them define alike is
    /// one; levers of one id that differ keep the random streams of the id, so that success, delay and the like are drawn
    /// from the same uniform numbers.
    pub(super) fn of_all(
        futures: &FuturesPlan,
        history: &HistoryData,
        scenario: &Scenario,
        others: &[Scenario],
        tables: &RefCell<QuantileTables>,
        present: Option<Year>,
    ) -> Result<Self, Diagnostics> {
        let inputs = Inputs::of_all(scenario, others, tables);
        let of = |parameter: Parameter| inputs.draw(parameter, ());
        let response = ResponsePlan {
            gdp_response: of(Parameter::GdpResponse)?,
            share_response: of(Parameter::ShareResponse)?,
            gdp_adjustment: of(Parameter::GdpAdjustment)?,
            share_adjustment: of(Parameter::ShareAdjustment)?,
            trade_income: of(Parameter::TradeIncome)?,
            decay: of(Parameter::Decay)?,
            rupture_loss: of(Parameter::RuptureLoss)?,
            severity: of(Parameter::Severity)?,
            cyber_hazard: of(Parameter::CyberHazard)?,
            cyber_protection: of(Parameter::CyberProtection)?,
            cyber_loss: of(Parameter::CyberLoss)?,
            weights: inputs.weights(Parameter::ResponseWeight)?,
            least_absorption: 0.0,
        };
        let scenarios: Vec<&Scenario> = std::iter::once(scenario).chain(others).collect();
        let (mut levers, mut lever_ids): (Vec<LeverPlan>, Vec<String>) = (Vec::new(), Vec::new());
        // By lever of a scenario, the position among all levers.
        let mut positions: Vec<Vec<usize>> = Vec::new();
        for (number, current) in scenarios.iter().enumerate() {
            let inputs = Inputs::of(current, tables);
            let mut own = Vec::new();
            for lever in &current.levers {
                let known = scenarios[..number]
                    .iter()
                    .zip(&positions)
                    .find_map(|(earlier, known)| {
                        let place = earlier.levers.iter().position(|other| other.id == lever.id)?;
                        earlier.same_lever(current, &lever.id).then(|| known[place])
                    });
                own.push(known.unwrap_or(levers.len()));
                if known.is_none() {
                    levers.push(LeverPlan::new(
                        futures,
                        history,
                        &inputs,
                        lever,
                        current.rule_of(&lever.id),
                    )?);
                    lever_ids.push(if lever_ids.contains(&lever.id) {
                        told_apart(&lever.id, number)
                    } else {
                        lever.id.clone()
                    });
                }
            }
            positions.push(own);
        }
        let mut options = vec![OptionPlan::new(futures, BASELINE, Vec::new(), &levers)];
        for (current, positions) in scenarios.iter().zip(&positions) {
            for option in &current.options {
                let held = current
                    .levers
                    .iter()
                    .zip(positions)
                    .filter(|(lever, _)| option.levers.contains(&lever.id))
                    .map(|(_, position)| *position)
                    .collect();
                options.push(OptionPlan::new(futures, &option.name, held, &levers));
            }
        }
        let starts = scenarios.iter().filter_map(|scenario| earliest_start(scenario));
        let present = present.or_else(|| starts.min());
        let index_weights = inputs.weights(Parameter::IndexWeight)?;
        let all = levers.iter().flat_map(|lever| &lever.payers);
        let payers: BTreeSet<&String> = all.map(|(payer, _)| payer).collect();
        Ok(Self {
            response,
            pairs: PairPlan::all(futures, &inputs, &scenario.tense_years)?,
            payers: payers.into_iter().cloned().collect(),
            levers,
            lever_ids,
            options,
            gap: GapPlan::new(futures, scenario, &inputs, &index_weights)?,
            index_weights,
            money: MoneyPlan::new(futures, &inputs, present)?,
        })
    }

    /// The same world with other options, each a name and positions of levers; the baseline stays the first.
    pub(super) fn with_options(&self, futures: &FuturesPlan, options: &[(String, Vec<usize>)]) -> Self {
        let mut world = self.clone();
        world.options.truncate(1);
        for (name, levers) in options {
            let option = OptionPlan::new(futures, name, levers.clone(), &self.levers);
            world.options.push(option);
        }
        world
    }

    /// The same world with other numbers for some of its draws, by their streams. `None` where one of them stands elsewhere too, or
    /// nowhere: a start, a weight, a duration.
    pub(super) fn with_numbers(&self, futures: &FuturesPlan, numbers: &[(Stream, f64)]) -> Option<Self> {
        let mut world = self.clone();
        let mut found = vec![false; numbers.len()];
        let mut change = |draw: &mut Draw| {
            for ((stream, number), found) in numbers.iter().zip(&mut found) {
                if draw.is_of(*stream) {
                    draw.set(*number);
                    *found = true;
                }
            }
        };
        world.response.draws_mut().into_iter().for_each(&mut change);
        let hazards = world.pairs.iter_mut().map(|pair| &mut pair.hazard);
        hazards.for_each(&mut change);
        let mut other_effects = false;
        for lever in &mut world.levers {
            other_effects |= lever.change(&mut change);
        }
        if other_effects {
            for option in &mut world.options {
                *option = OptionPlan::new(futures, &option.name, option.levers.clone(), &world.levers);
            }
        }
        (!found.contains(&false)).then_some(world)
    }

    /// Names of the options; the first is the baseline, without levers.
    pub fn option_names(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.options.iter().map(|option| option.name.as_str())
    }

    /// Ids of the levers, in the order of [`BlockView::lever_cost`](super::BlockView::lever_cost).
    pub fn lever_ids(&self) -> &[String] {
        &self.lever_ids
    }

    /// Everybody outside the partners who pays for a lever, each once, in the order of names.
    pub fn payers(&self) -> &[String] {
        &self.payers
    }

    /// Whether somebody outside the partners pays for a lever of an option.
    pub fn pays(&self, option: usize, payer: usize) -> bool {
        let name = &self.payers[payer];
        let mut levers = self.options[option].levers.iter();
        levers.any(|lever| self.levers[*lever].payers.iter().any(|(other, _)| other == name))
    }

    /// The levers of an option, by position in [`lever_ids`](Self::lever_ids).
    pub fn levers_of(&self, option: usize) -> &[usize] {
        &self.options[option].levers
    }

    /// The same world with full absorptive capacity everywhere: what would happen without a digital divide.
    pub fn with_full_absorption(mut self) -> Self {
        self.response.least_absorption = 1.0;
        self
    }

    /// Whether an economy, by position, is a partner of any lever.
    pub fn is_partner(&self, economy: usize) -> bool {
        self.levers.iter().any(|lever| lever.partners.contains(&economy))
    }

    /// The year to which present values go.
    pub fn present_year(&self) -> Year {
        self.money.present_year
    }

    /// The gap that is measured.
    pub fn gap_definition(&self) -> GapDefinition {
        self.gap.definition
    }

    /// Where each economy's gap stands at t0.
    pub fn gap_status(&self) -> &[GapStatus] {
        &self.gap.status
    }

    /// Whether an option can change a metric at a place (an economy by position, or the group as the last) in the year
    /// `step` years after t0. Where it cannot, its numbers are those of the baseline, bit for bit.
    pub fn touches(&self, option: usize, place: usize, metric: Metric, step: usize) -> bool {
        let plan = &self.options[option];
        let economies = plan.economies.len();
        if step < plan.first_step {
            return false;
        }
        let touched = |economy: usize| match metric {
            Metric::Gap | Metric::Closure => self.gap.is_touched(economy, &plan.economies),
            own => plan.changes(economy, own),
        };
        if place < economies {
            touched(place)
        } else {
            // A group mean weighted with GDP moves with GDP.
            plan.economies.contains(&true)
        }
    }
}

impl OptionPlan {
    /// Whether it can change a metric of an economy that belongs to this economy alone, which gaps do not.
    pub(super) fn changes(&self, economy: usize, metric: Metric) -> bool {
        match (metric, metric.element()) {
            (Metric::Index, _) => self.elements[economy].contains(&true),
            (_, Some(element)) => self.elements[economy][element.index()],
            (_, None) => self.economies[economy],
        }
    }

    /// An option of these levers, which may be a part of those of the scenario.
    pub(super) fn new(futures: &FuturesPlan, name: &str, levers: Vec<usize>, all: &[LeverPlan]) -> Self {
        let count = futures.economies.len();
        let mut economies = vec![false; count];
        let mut elements = vec![[false; Element::COUNT]; count];
        let mut relief: Vec<(usize, Vec<usize>)> = Vec::new();
        for &position in &levers {
            let lever = &all[position];
            for &partner in &lever.partners {
                economies[partner] |= lever.changes_scores || lever.changes_trade || lever.relieves_tension;
                for (element, weight) in elements[partner].iter_mut().zip(lever.weights) {
                    *element |= lever.changes_scores && weight > 0.0;
                }
            }
            if lever.relieves_tension {
                let pairs = lever
                    .pairs
                    .iter()
                    .enumerate()
                    .flat_map(|(first, pairs)| pairs[first + 1..].iter());
                for &pair in pairs {
                    match relief.iter_mut().find(|(other, _)| *other == pair) {
                        Some((_, levers)) => levers.push(position),
                        None => relief.push((pair, vec![position])),
                    }
                }
            }
        }
        Self {
            name: name.to_owned(),
            first_step: levers
                .iter()
                .map(|position| first_step(&all[*position]))
                .min()
                .unwrap_or(usize::MAX),
            ruled: levers
                .iter()
                .copied()
                .filter(|position| all[*position].rule.is_some())
                .collect(),
            levers,
            economies,
            elements,
            relief,
        }
    }
}

impl MoneyPlan {
    /// Money discounted to a year, by default that of the earliest lever.
    fn new(futures: &FuturesPlan, inputs: &Inputs<'_>, first: Option<Year>) -> Result<Self, Diagnostics> {
        let rate = inputs.constant(Parameter::DiscountRate, ())?;
        let set = inputs.value(Parameter::PresentYear, ());
        let set = set
            .and_then(Distribution::as_constant)
            .map(|year| libm::round(year) as Year);
        let present_year = set.or(first).unwrap_or(futures.base_year);
        let power = |rate: f64, years: Year| libm::exp(-libm::log1p(rate) * f64::from(years));
        let years = futures.base_year..=futures.base_year + futures.counted_years() as Year;
        Ok(Self {
            present_year,
            discount: years.map(|year| power(rate, year - present_year)).collect(),
        })
    }
}
