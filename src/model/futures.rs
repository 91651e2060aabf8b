//! Futures without levers: drift, volatility and shocks of GDP and of the digital share (docs/model.md §3).

use super::{
    Lanes,
    plan::{Plan, SeriesPlan},
};
use crate::{
    calibration::SeriesKind,
    random::{BLOCK, Generator},
    stats::elementary,
};

/// A series along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct SeriesState {
    /// σ.
    volatility: Lanes,
    /// m_LR.
    long_run: Lanes,
    /// (μ − m_LR) ρ^(t − t0 − 1), the deviation of the drift from its long-run rate in the coming year.
    deviation: Lanes,
    /// ln Y or z, cumulated.
    value: Lanes,
}

impl SeriesState {
    pub(super) fn new() -> Self {
        Self {
            volatility: [0.0; BLOCK],
            long_run: [0.0; BLOCK],
            deviation: [0.0; BLOCK],
            value: [0.0; BLOCK],
        }
    }

    /// Draws σ² and then μ | σ² ~ N(mn, σ²/κn); `kind` says how the long-run rate is written.
    #[inline(always)]
    pub(super) fn draw(&mut self, plan: &SeriesPlan, kind: SeriesKind, seed: u64, block: u64) {
        plan.denominator.fill(seed, block, &mut self.volatility);
        plan.long_run.fill(seed, block, &mut self.long_run);
        if kind == SeriesKind::GdpGrowth {
            for rate in &mut self.long_run {
                *rate = elementary::ln(1.0 + *rate);
            }
        }
        Generator::new(seed, plan.drift, block).fill_normal(&mut self.deviation);
        for lane in 0..BLOCK {
            self.volatility[lane] = (plan.numerator / self.volatility[lane]).sqrt();
            let drift = plan.location + self.volatility[lane] * plan.location_scale * self.deviation[lane];
            self.deviation[lane] = drift - self.long_run[lane];
        }
    }

    /// ln Y or z of the block.
    #[inline(always)]
    pub(super) fn value_mut(&mut self) -> &mut Lanes {
        &mut self.value
    }

    /// Adds the change of one year, y = μ_t + σ e_t, and damps the drift for the next.
    #[inline(always)]
    pub(super) fn step(&mut self, shock: &Lanes, persistence: &Lanes) {
        for lane in 0..BLOCK {
            self.value[lane] +=
                self.long_run[lane] + self.deviation[lane] + self.volatility[lane] * shock[lane];
            self.deviation[lane] *= persistence[lane];
        }
    }
}

/// The futures of a block, one year at a time.
#[derive(Clone, Debug)]
pub(super) struct Futures {
    persistence: Lanes,
    gdp: Vec<SeriesState>,
    share: Vec<SeriesState>,
    /// Independent normal scores x of the year, by series of the history.
    scores: Vec<Lanes>,
    shock: Lanes,
    tail: Lanes,
}

impl Futures {
    pub(super) fn new(plan: &Plan) -> Self {
        let series = || plan.economies.iter().map(|_| SeriesState::new()).collect();
        Self {
            persistence: [0.0; BLOCK],
            gdp: series(),
            share: series(),
            scores: vec![[0.0; BLOCK]; plan.cholesky.len()],
            shock: [0.0; BLOCK],
            tail: [1.0; BLOCK],
        }
    }

    /// ln Y⁰ of an economy.
    #[inline(always)]
    pub(super) fn ln_gdp(&self, economy: usize) -> &Lanes {
        &self.gdp[economy].value
    }

    /// z⁰ of an economy.
    #[inline(always)]
    pub(super) fn logit_share(&self, economy: usize) -> &Lanes {
        &self.share[economy].value
    }

    /// Draws the parameters of a block and goes to the base year.
    #[inline(always)]
    pub(super) fn start(&mut self, plan: &Plan, seed: u64, block: u64) {
        plan.persistence.fill(seed, block, &mut self.persistence);
        for (economy, (gdp, share)) in plan
            .economies
            .iter()
            .zip(self.gdp.iter_mut().zip(&mut self.share))
        {
            gdp.draw(&economy.gdp, SeriesKind::GdpGrowth, seed, block);
            gdp.value.fill(libm::log(economy.initial_gdp));
            share.draw(&economy.share, SeriesKind::ShareDrift, seed, block);
            economy.initial_share.fill(seed, block, &mut share.value);
            for value in &mut share.value {
                *value = elementary::logit(value.clamp(SHARE_BOUNDS.0, SHARE_BOUNDS.1));
            }
        }
    }

    /// Goes from one year to the next; `step` counts years from t0, from 1.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &Plan, seed: u64, block: u64, step: usize) {
        let streams = &plan.shocks[step - 1];
        for (stream, scores) in streams.series.iter().zip(&mut self.scores) {
            Generator::new(seed, *stream, block).fill_normal(scores);
        }
        if let Some((degrees, sampler)) = &plan.tail {
            let mut uniforms = [0.0; BLOCK];
            Generator::new(seed, streams.tail, block).fill_uniform(&mut uniforms);
            sampler.fill(&uniforms, &mut self.tail);
            for factor in &mut self.tail {
                *factor = ((degrees - 2.0) / *factor).sqrt();
            }
        }
        for (index, economy) in plan.economies.iter().enumerate() {
            self.correlate(plan, economy.gdp.row);
            self.gdp[index].step(&self.shock, &self.persistence);
            self.correlate(plan, economy.share.row);
            self.share[index].step(&self.shock, &self.persistence);
        }
    }

    /// One row of e = L x, times the common tail factor.
    #[inline(always)]
    fn correlate(&mut self, plan: &Plan, row: usize) {
        self.shock.fill(0.0);
        for (weight, scores) in plan.cholesky[row].iter().zip(&self.scores) {
            for (shock, score) in self.shock.iter_mut().zip(scores) {
                *shock += weight * score;
            }
        }
        if plan.tail.is_some() {
            for lane in 0..BLOCK {
                self.shock[lane] *= self.tail[lane];
            }
        }
    }
}

/// A drawn initial share is kept inside these bounds, where its logit is finite.
const SHARE_BOUNDS: (f64, f64) = (1e-6, 0.999);
