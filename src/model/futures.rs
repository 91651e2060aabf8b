//! Futures without levers: volume, dollar price and digital share of every economy, diffusion of the element scores
//! (docs/model.md §3, §4), and the uniform numbers that risks will be read from (§6).

use super::{
    Lanes,
    futures_plan::{EconomyPlan, EconomyStreams, FuturesPlan},
    series::{PriceState, ShareState, VolumeState},
};
use crate::{
    base::Element,
    random::{self, BLOCK, Stream},
    stats::elementary,
};

/// What a year of a block holds before any lever and any risk.
#[derive(Clone, Debug)]
pub(super) struct YearFutures {
    /// ln Y⁰ by economy.
    pub(super) ln_gdp: Vec<Lanes>,
    /// Y⁰ by economy, USD bn.
    pub(super) gdp: Vec<Lanes>,
    /// V⁰ by economy, USD bn at the prices and exchange rates of t0: what extra output is worth in money.
    pub(super) volume: Vec<Lanes>,
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

/// The series of an economy along the paths of a block.
#[derive(Clone, Debug)]
struct EconomyState {
    volume: VolumeState,
    price: PriceState,
    share: ShareState,
    ln_gdp: Lanes,
    ln_volume: Lanes,
}

impl EconomyState {
    fn new() -> Self {
        Self {
            volume: VolumeState::new(),
            price: PriceState::new(),
            share: ShareState::new(),
            ln_gdp: [0.0; BLOCK],
            ln_volume: [0.0; BLOCK],
        }
    }
}

/// What strikes every economy in a year.
#[derive(Clone, Debug)]
struct CommonShocks {
    /// F^g.
    world: Lanes,
    /// F^q.
    dollar: Lanes,
    tail: Lanes,
    /// Shocks of volume, price and share of one economy.
    volume: Lanes,
    price: Lanes,
    share: Lanes,
}

/// The futures of a block: parameters drawn once per path, and the years advanced so far (the last of them, or all).
#[derive(Clone, Debug)]
pub(super) struct Futures {
    persistence: Lanes,
    economies: Vec<EconomyState>,
    /// Yearly diffusion r of the logit scores, by economy and element.
    pub(super) diffusion: Vec<[Lanes; Element::COUNT]>,
    /// ρ^j of the coming year.
    power: Lanes,
    shocks: Box<CommonShocks>,
    years: Vec<YearFutures>,
}

impl Futures {
    /// Arrays for a plan, with room for `stored` years: one, or all.
    pub(super) fn new(plan: &FuturesPlan, stored: usize) -> Self {
        let count = plan.economies.len();
        let zero = [0.0; BLOCK];
        let lanes = |count| vec![zero; count];
        let year = YearFutures {
            ln_gdp: lanes(count),
            gdp: lanes(count),
            volume: lanes(count),
            logit_share: lanes(count),
            scores: vec![[zero; Element::COUNT]; count],
            diffused: zero,
            tension: lanes(plan.pairs.len()),
            incidents: vec![(zero, zero); count],
        };
        Self {
            persistence: zero,
            economies: vec![EconomyState::new(); count],
            diffusion: vec![[zero; Element::COUNT]; count],
            power: [1.0; BLOCK],
            shocks: Box::new(CommonShocks {
                world: zero,
                dollar: zero,
                tail: [1.0; BLOCK],
                volume: zero,
                price: zero,
                share: zero,
            }),
            years: vec![year; stored.max(1)],
        }
    }

    /// How many years are stored.
    #[inline(always)]
    pub(super) fn stored(&self) -> usize {
        self.years.len()
    }

    /// How many bytes `stored` years of a plan take, but for what is the same for any number of them.
    pub(super) fn bytes(plan: &FuturesPlan, stored: usize) -> usize {
        // ln Y, Y, V, z, two numbers of incidents, and the scores; of each pair one number.
        let lanes = plan.economies.len() * (6 + Element::COUNT) + plan.pairs.len() + 1;
        stored * lanes * size_of::<Lanes>()
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
        let common = &mut self.shocks.share;
        plan.dollar_drift.fill(seed, block, common);
        for (index, economy) in plan.economies.iter().enumerate() {
            let state = &mut self.economies[index];
            let (long_run, last) = (&economy.long_run_growth, economy.last_volume_growth);
            state.volume.draw(&economy.volume, long_run, last, seed, block);
            state
                .price
                .draw(&economy.price, common, economy.last_price_change, seed, block);
            state
                .share
                .draw(&economy.share, &economy.long_run_share_drift, seed, block);
            state.ln_gdp.fill(libm::log(economy.initial_gdp));
            state.ln_volume = state.ln_gdp;
            let share = &mut state.share.value;
            economy.initial_share.fill(seed, block, share);
            for value in share.iter_mut() {
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
        self.shocks.draw(plan, step, seed, block);
        for (index, economy) in plan.economies.iter().enumerate() {
            let state = &mut self.economies[index];
            let streams = &streams.economies[index];
            state.advance(
                economy,
                streams,
                step,
                &mut self.shocks,
                &self.persistence,
                seed,
                block,
            );
        }
        let stored = self.years.len();
        let before = self.years[(step - 1) % stored].diffused;
        let year = &mut self.years[step % stored];
        for lane in 0..BLOCK {
            year.diffused[lane] = before[lane] + self.power[lane];
            self.power[lane] *= self.persistence[lane];
        }
        for (stream, uniforms) in streams.tension.iter().zip(&mut year.tension) {
            random::fill_uniform(seed, *stream, block, uniforms);
        }
        for ((occurrence, loss), (uniforms, losses)) in streams.incidents.iter().zip(&mut year.incidents) {
            random::fill_uniform(seed, *occurrence, block, uniforms);
            random::fill_uniform(seed, *loss, block, losses);
        }
        self.publish(plan, step);
    }

    /// Stores what follows from the state of the series.
    #[inline(always)]
    fn publish(&mut self, plan: &FuturesPlan, step: usize) {
        let stored = self.years.len();
        let year = &mut self.years[step % stored];
        for (index, economy) in plan.economies.iter().enumerate() {
            let state = &self.economies[index];
            year.ln_gdp[index] = state.ln_gdp;
            year.logit_share[index] = state.share.value;
            for (volume, ln_volume) in year.volume[index].iter_mut().zip(&state.ln_volume) {
                *volume = elementary::exp(*ln_volume);
            }
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
}

impl CommonShocks {
    /// Draws the factors and the tail of a year, unless everything in it is known.
    #[inline(always)]
    fn draw(&mut self, plan: &FuturesPlan, step: usize, seed: u64, block: u64) {
        let streams = &plan.years[step - 1];
        if step > plan.known_steps {
            random::fill_normal(seed, streams.world, block, &mut self.world);
            random::fill_normal(seed, streams.dollar, block, &mut self.dollar);
            let r = plan.factor_correlation;
            let rest = (1.0 - r * r).sqrt();
            for lane in 0..BLOCK {
                self.dollar[lane] = r * self.world[lane] + rest * self.dollar[lane];
            }
        }
        if let Some((degrees, sampler)) = &plan.tail {
            let mut uniforms = [0.0; BLOCK];
            random::fill_uniform(seed, streams.tail, block, &mut uniforms);
            sampler.fill(&uniforms, &mut self.tail);
            for factor in &mut self.tail {
                *factor = ((degrees - 2.0) / *factor).sqrt();
            }
        }
    }
}

/// A shock: what is its own times `own`, and the common part.
#[inline(always)]
fn shock(out: &mut Lanes, stream: Stream, own: f64, common: [(&Lanes, f64); 2], seed: u64, block: u64) {
    random::fill_normal(seed, stream, block, out);
    for lane in 0..BLOCK {
        out[lane] = own * out[lane] + common[0].1 * common[0].0[lane] + common[1].1 * common[1].0[lane];
    }
}

impl EconomyState {
    /// Goes to the next year: what is known is taken, the rest drawn.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn advance(
        &mut self,
        plan: &EconomyPlan,
        streams: &EconomyStreams,
        step: usize,
        shocks: &mut CommonShocks,
        persistence: &Lanes,
        seed: u64,
        block: u64,
    ) {
        let known = plan.known_gdp.get(step - 1);
        let factors = [&shocks.world, &shocks.dollar];
        let drawn_volume = known.is_none_or(|known| known.volume_growth.is_none() && !plan.single);
        if drawn_volume {
            let [world, dollar, own] = plan.volume_loadings;
            let common = [(factors[0], world), (factors[1], dollar)];
            shock(&mut shocks.volume, streams.volume, own, common, seed, block);
            times(&mut shocks.volume, &shocks.tail);
            self.volume
                .step(&plan.volume, &shocks.volume, persistence, plan.dated[step - 1]);
        }
        match known {
            None if plan.single => self.price.step_alone(),
            None => {
                let [dollar, own] = plan.price_loadings;
                let common = [(factors[1], dollar), (factors[0], 0.0)];
                shock(&mut shocks.price, streams.price, own, common, seed, block);
                times(&mut shocks.price, &shocks.tail);
                self.price.step(&plan.price, &shocks.price);
            }
            Some(year) => {
                match year.volume_growth {
                    Some(growth) => self.volume.know(growth),
                    None if plan.single => self.volume.know_rest(year.gdp_change, &self.price),
                    None => {}
                }
                self.price.know(year.gdp_change, &self.volume);
            }
        }
        for lane in 0..BLOCK {
            self.ln_volume[lane] += self.volume.growth[lane];
            self.ln_gdp[lane] += self.volume.growth[lane] + self.price.change[lane];
        }
        if let Some(year) = known {
            self.ln_gdp.fill(year.ln_gdp);
        }
        match plan.known_logit_shares.get(step - 1) {
            Some(logit) => self.share.value.fill(*logit),
            None => {
                random::fill_normal(seed, streams.share, block, &mut shocks.share);
                times(&mut shocks.share, &shocks.tail);
                if plan.share_link != 0.0 && known.is_none() {
                    self.link(plan, shocks);
                }
                self.share.step(&shocks.share, persistence);
            }
        }
    }

    /// e^z = r_s e^y + sqrt(1 − r_s²) x, in place of x.
    #[inline(always)]
    fn link(&self, plan: &EconomyPlan, shocks: &mut CommonShocks) {
        let rest = (1.0 - plan.share_link * plan.share_link).sqrt();
        for lane in 0..BLOCK {
            let volume = plan.volume.innovation * self.volume.sigma[lane];
            let price = if plan.single {
                0.0
            } else {
                plan.price.innovation * self.price.sigma[lane]
            };
            let together = volume * volume + price * price + 2.0 * volume * price * plan.shock_correlation;
            let gdp = (volume * shocks.volume[lane] + price * shocks.price[lane]) / together.sqrt();
            shocks.share[lane] = plan.share_link * gdp + rest * shocks.share[lane];
        }
    }
}

/// Multiplies lane by lane.
#[inline(always)]
fn times(out: &mut Lanes, factor: &Lanes) {
    for lane in 0..BLOCK {
        out[lane] *= factor[lane];
    }
}

/// A drawn initial share is kept inside these bounds, where its logit is finite.
const SHARE_BOUNDS: (f64, f64) = (1e-6, 0.999);
