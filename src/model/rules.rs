//! Rules: levers that start only on the futures where a condition on the past holds (docs/model.md §5).

use super::{Lanes, futures_plan::FuturesPlan};
use crate::{
    base::{Diagnostic, Diagnostics, Measure, Metric, Place, Side},
    random::BLOCK,
    scenario::{Rule, Threshold},
};

/// A threshold on a metric, compiled.
#[derive(Clone, Debug)]
pub(super) struct RuleThreshold {
    pub(super) place: usize,
    pub(super) metric: Metric,
    /// Years after t0.
    pub(super) step: usize,
    factor: f64,
    pub(super) extra: bool,
    side: Side,
    number: f64,
}

impl RuleThreshold {
    fn new(futures: &FuturesPlan, threshold: &Threshold) -> Result<Self, Diagnostics> {
        let Measure::Metric {
            place,
            metric,
            year,
            extra,
        } = threshold.selector.measure
        else {
            return Err(Diagnostic::new(format!(
                "`{}` is not known before a lever starts",
                threshold.selector
            ))
            .into());
        };
        let economies = futures.economies.len();
        let position = match place {
            Place::Group => Some(economies),
            Place::Economy(code) => futures.economies.iter().position(|plan| plan.economy == code),
        };
        let step = year.and_then(|year| usize::try_from(year - futures.base_year).ok());
        let (Some(place), Some(step)) = (position, step) else {
            return Err(Diagnostic::new(format!(
                "`{}` is not a number of the projection",
                threshold.selector
            ))
            .into());
        };
        let persons = |economy: usize| {
            futures.economies[economy]
                .population
                .as_ref()
                .map(|persons| persons[step])
        };
        let population = if place < economies {
            persons(place)
        } else {
            (0..economies).map(persons).sum()
        };
        let factor = match population {
            Some(persons) if metric.is_per_head() => 1.0 / persons,
            _ => 1.0,
        };
        Ok(Self {
            place,
            metric,
            step,
            factor,
            extra,
            side: threshold.side,
            number: threshold.number,
        })
    }

    /// Where it holds, 1, and where not, 0.
    #[inline(always)]
    pub(super) fn look(&self, level: &Lanes, baseline: &Lanes, met: &mut Lanes) {
        for lane in 0..BLOCK {
            let base = if self.extra { baseline[lane] } else { 0.0 };
            let value = self.factor * (level[lane] - base);
            met[lane] = if self.side.holds(value, self.number) {
                1.0
            } else {
                0.0
            };
        }
    }
}

/// The condition of a lever, compiled.
#[derive(Clone, Debug)]
pub(super) struct RulePlan {
    /// It holds if every threshold of any of these holds.
    pub(super) alternatives: Vec<Vec<RuleThreshold>>,
    /// The last year that it looks at, in years after t0.
    pub(super) last: usize,
}

impl RulePlan {
    pub(super) fn new(futures: &FuturesPlan, rule: &Rule) -> Result<Self, Diagnostics> {
        let compiled = |all: &Vec<Threshold>| {
            all.iter()
                .map(|threshold| RuleThreshold::new(futures, threshold))
                .collect()
        };
        let alternatives = rule
            .when
            .alternatives()
            .iter()
            .map(compiled)
            .collect::<Result<Vec<Vec<RuleThreshold>>, _>>()?;
        let last = alternatives
            .iter()
            .flatten()
            .map(|threshold| threshold.step)
            .max()
            .unwrap_or(0);
        Ok(Self { alternatives, last })
    }

    /// Every threshold.
    pub(super) fn thresholds(&self) -> impl Iterator<Item = &RuleThreshold> {
        self.alternatives.iter().flatten()
    }
}
