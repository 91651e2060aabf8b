//! Futures without levers: drift, volatility and shocks of GDP and of the digital share, diffusion of the element scores
//! (docs/model.md §3, §4), and the uniform numbers that risks will be read from (§6).

use super::{
    Lanes,
    futures_plan::{FuturesPlan, SeriesPlan},
};
use crate::{
    base::Element,
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

/// What a year of a block holds before any lever and any risk.
#[derive(Clone, Debug)]
pub(super) struct YearFutures {
    /// ln Y⁰ by economy.
    pub(super) ln_gdp: Vec<Lanes>,
    /// Y⁰ by economy, USD bn.
    pub(super) gdp: Vec<Lanes>,
    /// z⁰ by economy.
    pub(super) logit_share: Vec<Lanes>,
    /// m⁰ by economy and element.
    pub(super) scores: Vec<[Lanes; Element::COUNT]>,
    /// Σ ρ^j, by which the yearly diffusion of scores has added up.
    pub(super) diffused: Lanes,
    /// Uniform numbers of the tension of each pair.
    pub(super) tension: Vec<Lanes>,
    /// Uniform numbers of the incident in each economy, and of its loss.
    pub(super) incidents: Vec<(Lanes, Lanes)>,
}

/// The futures of a block: parameters drawn once per path, and the years advanced so far (the last of them, or all).
#[derive(Clone, Debug)]
pub(super) struct Futures {
    persistence: Lanes,
    gdp: Vec<SeriesState>,
    share: Vec<SeriesState>,
    /// Yearly diffusion r of the logit scores, by economy and element.
    pub(super) diffusion: Vec<[Lanes; Element::COUNT]>,
    /// ρ^j of the coming year.
    power: Lanes,
    /// Independent normal scores x of the year, by series of the history.
    scores: Vec<Lanes>,
    shock: Lanes,
    tail: Lanes,
    years: Vec<YearFutures>,
}

impl Futures {
    /// Arrays for a plan, with room for `stored` years: one, or all.
    pub(super) fn new(plan: &FuturesPlan, stored: usize) -> Self {
        let count = plan.economies.len();
        let series = || vec![SeriesState::new(); count];
        let lanes = |count| vec![[0.0; BLOCK]; count];
        let year = YearFutures {
            ln_gdp: lanes(count),
            gdp: lanes(count),
            logit_share: lanes(count),
            scores: vec![[[0.0; BLOCK]; Element::COUNT]; count],
            diffused: [0.0; BLOCK],
            tension: lanes(plan.pairs.len()),
            incidents: vec![([0.0; BLOCK], [0.0; BLOCK]); count],
        };
        Self {
            persistence: [0.0; BLOCK],
            gdp: series(),
            share: series(),
            diffusion: vec![[[0.0; BLOCK]; Element::COUNT]; count],
            power: [1.0; BLOCK],
            scores: lanes(plan.cholesky.len()),
            shock: [0.0; BLOCK],
            tail: [1.0; BLOCK],
            years: vec![year; stored.max(1)],
        }
    }

    /// A year that has been advanced to and is still stored.
    #[inline(always)]
    pub(super) fn year(&self, step: usize) -> &YearFutures {
        &self.years[step % self.years.len()]
    }

    /// Draws the parameters of a block and goes to the base year.
    #[inline(always)]
    pub(super) fn start(&mut self, plan: &FuturesPlan, seed: u64, block: u64) {
        plan.persistence.fill(seed, block, &mut self.persistence);
        self.power.fill(1.0);
        for (index, economy) in plan.economies.iter().enumerate() {
            let (gdp, share) = (&mut self.gdp[index], &mut self.share[index]);
            gdp.draw(&economy.gdp, SeriesKind::GdpGrowth, seed, block);
            gdp.value.fill(libm::log(economy.initial_gdp));
            share.draw(&economy.share, SeriesKind::ShareDrift, seed, block);
            economy.initial_share.fill(seed, block, &mut share.value);
            for value in &mut share.value {
                *value = elementary::logit(value.clamp(SHARE_BOUNDS.0, SHARE_BOUNDS.1));
            }
            for (draw, rates) in economy.diffusion.iter().zip(&mut self.diffusion[index]) {
                draw.fill(seed, block, rates);
            }
        }
        self.years[0].diffused.fill(0.0);
        self.publish(plan, 0);
    }

    /// Goes from one year to the next; `step` counts years from t0, from 1.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &FuturesPlan, seed: u64, block: u64, step: usize) {
        let streams = &plan.years[step - 1];
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
        let stored = self.years.len();
        let before = self.years[(step - 1) % stored].diffused;
        let year = &mut self.years[step % stored];
        for lane in 0..BLOCK {
            year.diffused[lane] = before[lane] + self.power[lane];
            self.power[lane] *= self.persistence[lane];
        }
        for (stream, uniforms) in streams.tension.iter().zip(&mut year.tension) {
            Generator::new(seed, *stream, block).fill_uniform(uniforms);
        }
        for ((occurrence, loss), (uniforms, losses)) in streams.incidents.iter().zip(&mut year.incidents) {
            Generator::new(seed, *occurrence, block).fill_uniform(uniforms);
            Generator::new(seed, *loss, block).fill_uniform(losses);
        }
        self.publish(plan, step);
    }

    /// Stores what follows from the state of the series.
    #[inline(always)]
    fn publish(&mut self, plan: &FuturesPlan, step: usize) {
        let stored = self.years.len();
        let year = &mut self.years[step % stored];
        for (index, economy) in plan.economies.iter().enumerate() {
            year.ln_gdp[index] = self.gdp[index].value;
            year.logit_share[index] = self.share[index].value;
            let gdp = &mut year.gdp[index];
            for (gdp, ln_gdp) in gdp.iter_mut().zip(&year.ln_gdp[index]) {
                *gdp = elementary::exp(*ln_gdp);
            }
            for (element, scores) in year.scores[index].iter_mut().enumerate() {
                let rates = &self.diffusion[index][element];
                for lane in 0..BLOCK {
                    scores[lane] =
                        elementary::logistic(economy.scores[element] + rates[lane] * year.diffused[lane]);
                }
            }
        }
    }

    /// One row of e = L x, times the common tail factor.
    #[inline(always)]
    fn correlate(&mut self, plan: &FuturesPlan, row: usize) {
        self.shock.fill(0.0);
        for (weight, scores) in plan.cholesky[row].iter().zip(&self.scores) {
            // Series without data are uncorrelated: most of their row is zero.
            if *weight == 0.0 {
                continue;
            }
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
