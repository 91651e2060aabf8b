//! Gaps between economies (docs/model.md §8).

use super::{Lanes, futures_plan::FuturesPlan, inputs::Inputs};
use crate::{
    base::{Diagnostics, Element, Metric},
    random::BLOCK,
    scenario::{GapDefinition, Parameter, Reference, Scenario},
    stats::elementary,
};

/// A closure below this is reported as this: on a path where the gap at t0 is nearly nothing, the ratio has no meaning.
const LEAST_CLOSURE: f64 = -99.0;

/// Where an economy stands at t0, decided once from medians.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapStatus {
    /// It is the reference itself.
    Reference,
    /// No gap: nobody is ahead of it.
    Leader,
    /// A gap below `gap.min_gap`, too small for a closure ratio.
    BelowMinimum,
    /// A gap worth closing.
    Open,
}

impl GapStatus {
    /// The name in outputs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Leader => "leader",
            Self::BelowMinimum => "below_minimum",
            Self::Open => "open",
        }
    }
}

/// The gap of a scenario, compiled.
#[derive(Clone, Debug)]
pub(super) struct GapPlan {
    pub(super) definition: GapDefinition,
    /// Position of the reference; `None` for the frontier.
    reference: Option<usize>,
    pub(super) status: Vec<GapStatus>,
    /// ln of billions of persons by economy and year from t0, or nothing where heads do not count.
    ln_population: Vec<Vec<f64>>,
}

impl GapPlan {
    pub(super) fn new(
        futures: &FuturesPlan,
        scenario: &Scenario,
        inputs: &Inputs<'_>,
        index_weights: &[f64; Element::COUNT],
    ) -> Result<Self, Diagnostics> {
        let definition = scenario.gap;
        let minimum = inputs.constant(Parameter::MinGap, ())?;
        let reference = match definition.reference {
            Reference::Frontier => None,
            Reference::Economy(code) => scenario.economies.iter().position(|economy| *economy == code),
        };
        let per_head = definition.metric.is_per_head();
        let ln_population: Vec<Vec<f64>> = futures
            .economies
            .iter()
            .map(|economy| match &economy.population {
                Some(persons) if per_head => persons.iter().map(|persons| libm::log(*persons)).collect(),
                _ => vec![0.0; futures.projected_years() + 1],
            })
            .collect();
        let medians: Vec<f64> = futures
            .economies
            .iter()
            .zip(&ln_population)
            .map(|(economy, ln_population)| {
                let score = |element: usize| elementary::logistic(economy.scores[element]);
                let share = || economy.initial_share.median();
                match definition.metric {
                    Metric::PerCapita => libm::log(share() * economy.initial_gdp) - ln_population[0],
                    Metric::GdpPerCapita => libm::log(economy.initial_gdp) - ln_population[0],
                    Metric::Index => (0..Element::COUNT).map(|k| index_weights[k] * score(k)).sum(),
                    metric => metric
                        .element()
                        .map_or_else(share, |element| score(element.index())),
                }
            })
            .collect();
        let frontier = medians.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let status = medians
            .iter()
            .enumerate()
            .map(|(economy, value)| {
                let target = reference.map_or(frontier, |reference| medians[reference]);
                let gap = target - value;
                // Logs are relative already.
                let smallest = if per_head { minimum } else { minimum * target };
                if reference == Some(economy) {
                    GapStatus::Reference
                } else if gap <= 0.0 {
                    GapStatus::Leader
                } else if gap < smallest {
                    GapStatus::BelowMinimum
                } else {
                    GapStatus::Open
                }
            })
            .collect();
        Ok(Self {
            definition,
            reference,
            status,
            ln_population,
        })
    }

    pub(super) fn is_reference(&self, economy: usize) -> bool {
        self.reference == Some(economy)
    }

    pub(super) fn is_open(&self, economy: usize) -> bool {
        self.status[economy] == GapStatus::Open
    }

    /// Whether the gap of an economy changes when the metrics of the `touched` economies change.
    pub(super) fn is_touched(&self, economy: usize, touched: &[bool]) -> bool {
        touched[economy]
            || match self.reference {
                Some(reference) => touched[reference],
                None => touched.iter().any(|touched| *touched),
            }
    }
}

/// Gaps along the paths of a block, for one option.
#[derive(Clone, Debug)]
pub(super) struct GapState {
    /// x by economy.
    values: Vec<Lanes>,
    /// The first year in which at least half of the gap is closed, in years after t0; 0 for none so far.
    pub(super) half_closed: Vec<Lanes>,
}

impl GapState {
    pub(super) fn new(economies: usize) -> Self {
        Self {
            values: vec![[0.0; BLOCK]; economies],
            half_closed: vec![[0.0; BLOCK]; economies],
        }
    }

    #[inline(always)]
    pub(super) fn start(&mut self) {
        for lanes in &mut self.half_closed {
            lanes.fill(0.0);
        }
    }

    /// Takes over from the baseline, which the option equals before this year.
    #[inline(always)]
    pub(super) fn join(&mut self, baseline: &Self, step: usize) {
        let year = step as f64;
        for (own, baseline) in self.half_closed.iter_mut().zip(&baseline.half_closed) {
            for lane in 0..BLOCK {
                own[lane] = if baseline[lane] < year {
                    baseline[lane]
                } else {
                    0.0
                };
            }
        }
    }

    /// Takes the value of the gap metric of an economy.
    #[inline(always)]
    pub(super) fn set(&mut self, plan: &GapPlan, economy: usize, step: usize, metric: &Lanes) {
        let out = &mut self.values[economy];
        if plan.definition.metric.is_per_head() {
            let heads = plan.ln_population[economy][step];
            for lane in 0..BLOCK {
                out[lane] = elementary::ln(metric[lane]) - heads;
            }
        } else {
            out.copy_from_slice(metric);
        }
    }

    /// Highest value of the group.
    #[inline(always)]
    pub(super) fn frontier(&self, plan: &GapPlan, out: &mut Lanes) {
        match plan.reference {
            Some(reference) => out.copy_from_slice(&self.values[reference]),
            None => {
                out.copy_from_slice(&self.values[0]);
                for values in &self.values[1..] {
                    for lane in 0..BLOCK {
                        out[lane] = if values[lane] > out[lane] {
                            values[lane]
                        } else {
                            out[lane]
                        };
                    }
                }
            }
        }
    }

    /// Gap and closure of an economy; `initial` is the gap at t0 of each path.
    #[inline(always)]
    pub(super) fn measure(
        &mut self,
        economy: usize,
        step: usize,
        target: &Lanes,
        initial: &Lanes,
        gap: &mut Lanes,
        closure: &mut Lanes,
    ) {
        let values = &self.values[economy];
        for lane in 0..BLOCK {
            let distance = target[lane] - values[lane];
            gap[lane] = if distance > 0.0 { distance } else { 0.0 };
        }
        let half_closed = &mut self.half_closed[economy];
        let year = step as f64;
        for lane in 0..BLOCK {
            let ratio = 1.0 - gap[lane] / initial[lane];
            // Without a gap at t0 nothing can be closed, and what opens is lost entirely.
            let ratio = if gap[lane] == 0.0 { 1.0 } else { ratio };
            closure[lane] = if ratio > LEAST_CLOSURE {
                ratio
            } else {
                LEAST_CLOSURE
            };
            let first = step > 0 && half_closed[lane] == 0.0 && closure[lane] >= 0.5;
            half_closed[lane] = if first { year } else { half_closed[lane] };
        }
    }

    /// Standard deviation over the group, n − 1.
    #[inline(always)]
    pub(super) fn dispersion(&self, out: &mut Lanes) {
        let count = self.values.len() as f64;
        let mut mean: Lanes = [0.0; BLOCK];
        for values in &self.values {
            for lane in 0..BLOCK {
                mean[lane] += values[lane] / count;
            }
        }
        out.fill(0.0);
        for values in &self.values {
            for lane in 0..BLOCK {
                let deviation = values[lane] - mean[lane];
                out[lane] += deviation * deviation;
            }
        }
        for value in out.iter_mut() {
            *value = (*value / (count - 1.0).max(1.0)).sqrt();
        }
    }
}
