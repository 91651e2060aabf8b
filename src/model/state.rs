//! What is held of a world along the paths of a block: response parameters, the baseline, scratch arrays.

use super::{
    Lanes,
    gap::GapState,
    metrics::{Before, Metrics},
    risks::{IncidentRates, Incidents, Tension},
    world::World,
};
use crate::{base::Element, stats::elementary};

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
    /// Of a lever, by partner: the rate at which it learns, and what it creates, before quality and weight.
    pub(super) learning: Vec<Lanes>,
    pub(super) creation: Vec<Lanes>,
    /// Σ ΔX and Σ χ ΔX by economy.
    pub(super) trade: Vec<Lanes>,
    pub(super) digital_trade: Vec<Lanes>,
    /// Σ G by economy and element.
    pub(super) gain: Vec<[Lanes; Element::COUNT]>,
    pub(super) lanes: [Lanes; 2],
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
