//! What is held of a world along the paths of a block: what is asked for, response parameters, the baseline, scratch arrays.

use super::{
    Lanes,
    futures_plan::FuturesPlan,
    gap::GapState,
    metrics::{Before, Metrics},
    risks::{IncidentRates, Incidents, Tension},
    world::World,
};
use crate::{base::Element, stats::elementary};

/// What an evaluation computes besides the digital economy, GDP and share of every economy, which it always does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// The index of every economy.
    pub index: bool,
    /// The group.
    pub group: bool,
    /// Volumes of GDP and of the digital economy, and their growth.
    pub volume: bool,
    /// Gaps, closure and dispersion.
    pub gap: bool,
    /// Present values.
    pub money: bool,
}

impl Needs {
    /// What is computed of it in a year: money alone beyond the horizon.
    pub(super) fn in_year(self, plan: &FuturesPlan, step: usize) -> Self {
        if step <= plan.projected_years() {
            return self;
        }
        Self {
            money: self.money,
            ..Self::default()
        }
    }

    /// The last year to compute, in years after t0.
    pub(super) fn last_step(self, plan: &FuturesPlan) -> usize {
        if self.money {
            plan.counted_years()
        } else {
            plan.projected_years()
        }
    }

    /// Everything.
    pub const ALL: Self = Self {
        index: true,
        group: true,
        volume: true,
        gap: true,
        money: true,
    };

    /// What two need together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            index: self.index || other.index,
            group: self.group || other.group,
            volume: self.volume || other.volume,
            gap: self.gap || other.gap,
            money: self.money || other.money,
        }
    }
}

/// Response parameters along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) gdp_response: Lanes,
    pub(super) share_response: Lanes,
    pub(super) gdp_adjustment: Lanes,
    pub(super) share_adjustment: Lanes,
    pub(super) trade_income: Lanes,
    pub(super) decay: Lanes,
    pub(super) rupture_loss: Lanes,
    pub(super) severity: Lanes,
    pub(super) incidents: IncidentRates,
    /// Hazard of each pair, and the probability of a calm pair to turn tense without relief.
    pub(super) hazard: Vec<Lanes>,
    pub(super) turn: Vec<Lanes>,
}

/// The baseline along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    pub(super) tension: Vec<Tension>,
    /// GDP after ruptures, before incidents.
    pub(super) gdp: Vec<Lanes>,
    pub(super) incidents: Vec<Incidents>,
    /// By place: economies, then the group.
    pub(super) metrics: Vec<Metrics>,
    /// The year before, by place.
    pub(super) before: Vec<Before>,
    pub(super) gap: GapState,
    /// Gap at t0 by economy.
    pub(super) initial_gap: Vec<Lanes>,
}

/// Arrays that hold nothing from one use to the next.
#[derive(Clone, Debug)]
pub(super) struct Scratch {
    /// Q by partner.
    pub(super) quality: Vec<Lanes>,
    /// Σ ΔX and Σ χ ΔX by economy.
    pub(super) trade: Vec<Lanes>,
    pub(super) digital_trade: Vec<Lanes>,
    /// Σ G by economy and element.
    pub(super) gain: Vec<[Lanes; Element::COUNT]>,
    pub(super) lanes: [Lanes; 4],
}

impl Response {
    #[inline(always)]
    pub(super) fn draw(&mut self, world: &World, seed: u64, block: u64) {
        let plan = &world.response;
        for (draw, out) in [
            (&plan.gdp_response, &mut self.gdp_response),
            (&plan.share_response, &mut self.share_response),
            (&plan.gdp_adjustment, &mut self.gdp_adjustment),
            (&plan.share_adjustment, &mut self.share_adjustment),
            (&plan.trade_income, &mut self.trade_income),
            (&plan.decay, &mut self.decay),
            (&plan.rupture_loss, &mut self.rupture_loss),
            (&plan.severity, &mut self.severity),
        ] {
            draw.fill(seed, block, out);
        }
        self.incidents
            .draw(&plan.cyber_hazard, &plan.cyber_protection, seed, block);
        for (pair, (hazard, turn)) in world.pairs.iter().zip(self.hazard.iter_mut().zip(&mut self.turn)) {
            pair.draw_hazard(seed, block, hazard);
            for (turn, hazard) in turn.iter_mut().zip(hazard) {
                *turn = 1.0 - elementary::exp(-*hazard);
            }
        }
    }
}
