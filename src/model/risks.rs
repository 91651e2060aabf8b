//! Political tension and cyber incidents (docs/model.md §6).

use super::{Lanes, draw::Draw, futures_plan::FuturesPlan, inputs::Inputs};
use crate::{
    base::{Diagnostics, Year},
    random::BLOCK,
    scenario::{Parameter, TenseYears},
    stats::{Sampler, elementary},
};

/// The tension of a pair, compiled.
#[derive(Clone, Debug)]
pub(super) struct PairPlan {
    pub(super) hazard: Draw,
    /// Probability that a tense year is followed by another.
    stay: f64,
    /// The largest hazard for which more relief never makes a path tenser: 1 − exp(−h) ≤ stay.
    largest_hazard: f64,
    tense_at_start: bool,
    /// Whether an outbreak costs GDP (docs/model.md §6).
    ruptures: bool,
    /// Whether it is stated to be tense, by year from t0; empty where no year is.
    stated: Vec<bool>,
    /// Positions of the smaller and the larger economy by GDP at t0.
    pub(super) smaller: usize,
    pub(super) larger: usize,
}

impl PairPlan {
    /// The pairs of a plan.
    pub(super) fn all(
        futures: &FuturesPlan,
        inputs: &Inputs<'_>,
        tense_years: &[TenseYears],
    ) -> Result<Vec<Self>, Diagnostics> {
        let mut pairs = Vec::with_capacity(futures.pairs.len());
        for (&(first, second), &ruptures) in futures.pairs.iter().zip(&futures.ruptures) {
            let pair = (
                futures.economies[first].economy,
                futures.economies[second].economy,
            );
            let ordered = (pair.0.min(pair.1), pair.0.max(pair.1));
            let stated = tense_years.iter().find(|stated| stated.pair == ordered);
            let duration = inputs.constant(Parameter::TensionDuration, pair)?;
            let (small, large) = (
                futures.economies[first].initial_gdp,
                futures.economies[second].initial_gdp,
            );
            pairs.push(Self {
                hazard: inputs.draw(Parameter::TensionHazard, pair)?,
                stay: 1.0 - 1.0 / duration,
                largest_hazard: libm::log(duration),
                ruptures,
                tense_at_start: inputs.constant(Parameter::TenseAtStart, pair)? > 0.5,
                stated: stated.map_or_else(Vec::new, |stated| {
                    (0..=futures.counted_years() as Year)
                        .map(|step| stated.years.contains(&(futures.base_year + step)))
                        .collect()
                }),
                smaller: if small <= large { first } else { second },
                larger: if small <= large { second } else { first },
            });
        }
        Ok(pairs)
    }

    /// Draws the hazard of a block, cut off at the largest one.
    #[inline(always)]
    pub(super) fn draw_hazard(&self, seed: u64, block: u64, out: &mut Lanes) {
        self.hazard.fill(seed, block, out);
        for hazard in out.iter_mut() {
            *hazard = hazard.min(self.largest_hazard);
        }
    }
}

/// The tension of a pair along the paths of a block; 1 for tense, 0 for calm.
#[derive(Clone, Debug)]
pub(super) struct Tension {
    pub(super) tense: Lanes,
    /// The state of the year before.
    pub(super) before: Lanes,
    /// Whether the pair has turned tense this year.
    pub(super) onset: Lanes,
    /// Whether it has on any path.
    pub(super) any_onset: bool,
}

impl Tension {
    pub(super) fn new() -> Self {
        Self {
            tense: [0.0; BLOCK],
            before: [0.0; BLOCK],
            onset: [0.0; BLOCK],
            any_onset: false,
        }
    }

    #[inline(always)]
    pub(super) fn start(&mut self, plan: &PairPlan) {
        self.tense.fill(f64::from(u8::from(plan.tense_at_start)));
        self.onset.fill(0.0);
        self.any_onset = false;
    }

    /// Goes to the next year by one uniform number: a calm pair turns tense below `turn`, a tense one stays so below `stay`.
    /// A stated year is tense whatever the number says.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &PairPlan, uniforms: &Lanes, turn: &Lanes, step: usize) {
        let mut onsets = 0.0;
        let stated = plan.stated.get(step) == Some(&true);
        self.before = self.tense;
        for lane in 0..BLOCK {
            let before = self.before[lane];
            let limit = if before > 0.5 { plan.stay } else { turn[lane] };
            let tense = if stated || uniforms[lane] < limit {
                1.0
            } else {
                0.0
            };
            let onset = tense * (1.0 - before);
            self.tense[lane] = tense;
            self.onset[lane] = onset;
            onsets += onset;
        }
        self.any_onset = onsets > 0.0;
    }

    /// Takes the loss of a first tense year from the GDP of the pair.
    #[inline(always)]
    pub(super) fn rupture(&self, plan: &PairPlan, loss: &Lanes, economy: usize, factor: &mut Lanes) {
        let part = if economy == plan.smaller {
            1.0
        } else if economy == plan.larger {
            LARGER_PART
        } else {
            return;
        };
        if self.any_onset && plan.ruptures {
            for lane in 0..BLOCK {
                factor[lane] *= 1.0 - part * loss[lane] * self.onset[lane];
            }
        }
    }
}

/// The part of a rupture's relative loss that the larger economy bears.
const LARGER_PART: f64 = 0.1;

/// The part of an incident's loss that GDP bears.
const INCIDENT_GDP_PART: f64 = 0.5;

/// Hazard and protection along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct IncidentRates {
    /// ln h0; minus infinity for none.
    ln_hazard: Lanes,
    protection: Lanes,
    /// No score makes an incident more probable than this.
    ceiling: Lanes,
}

impl IncidentRates {
    pub(super) fn new() -> Self {
        Self {
            ln_hazard: [0.0; BLOCK],
            protection: [0.0; BLOCK],
            ceiling: [0.0; BLOCK],
        }
    }

    #[inline(always)]
    pub(super) fn draw(&mut self, hazard: &Draw, protection: &Draw, seed: u64, block: u64) {
        hazard.fill(seed, block, &mut self.ln_hazard);
        protection.fill(seed, block, &mut self.protection);
        for lane in 0..BLOCK {
            let hazard = self.ln_hazard[lane];
            let most = hazard * elementary::exp(0.5 * self.protection[lane]);
            self.ceiling[lane] = 1.0 - elementary::exp(-most);
            self.ln_hazard[lane] = if hazard > 0.0 {
                elementary::ln(hazard)
            } else {
                f64::NEG_INFINITY
            };
        }
    }
}

/// The paths of a block on which an incident is possible in an economy and year: few, so they are listed.
#[derive(Clone, Debug)]
pub(super) struct Incidents {
    count: usize,
    lanes: [u16; BLOCK],
    /// ln(−ln(1 − u)): an incident happens if it is below ln h0 − κ (m − 0.5).
    levels: Lanes,
    losses: Lanes,
}

impl Incidents {
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            lanes: [0; BLOCK],
            levels: [0.0; BLOCK],
            losses: [0.0; BLOCK],
        }
    }

    /// No incident, as in the base year.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    /// Lists the paths and draws their losses.
    #[inline(always)]
    pub(super) fn list(&mut self, uniforms: &Lanes, losses: &Lanes, rates: &IncidentRates, loss: &Sampler) {
        let mut count = 0;
        let mut loss_uniforms: Lanes = [0.5; BLOCK];
        for lane in 0..BLOCK {
            self.lanes[count] = lane as u16;
            self.levels[count] = uniforms[lane];
            loss_uniforms[count] = losses[lane];
            count += usize::from(uniforms[lane] < rates.ceiling[lane]);
        }
        for level in &mut self.levels[..count] {
            *level = elementary::ln(-elementary::ln(1.0 - *level));
        }
        loss.fill(&loss_uniforms[..count], &mut self.losses[..count]);
        self.count = count;
    }

    /// Takes losses from the digital economy and GDP, given the scores of governance-production and the shares.
    #[inline(always)]
    pub(super) fn strike(
        &self,
        rates: &IncidentRates,
        score: &Lanes,
        share: &Lanes,
        gdp: &mut Lanes,
        digital: &mut Lanes,
    ) {
        for position in 0..self.count {
            let lane = usize::from(self.lanes[position]) % BLOCK;
            let defense = rates.protection[lane] * (score[lane] - 0.5);
            if self.levels[position] < rates.ln_hazard[lane] - defense {
                let loss = self.losses[position];
                digital[lane] *= 1.0 - loss;
                gdp[lane] *= 1.0 - INCIDENT_GDP_PART * loss * share[lane];
            }
        }
    }
}
