//! The three series of an economy along the paths of a block (docs/model.md §3): growth of volume, change of the dollar price,
//! and the logit of the digital share.

use super::{
    Lanes,
    futures_plan::{LongRun, SeriesPlan},
};
use crate::{
    random::{self, BLOCK},
    stats::elementary,
};

const ZERO: Lanes = [0.0; BLOCK];

impl SeriesPlan {
    /// σ of a block.
    #[inline(always)]
    pub(super) fn draw_volatility(&self, seed: u64, block: u64, out: &mut Lanes) {
        self.denominator.fill(seed, block, out);
        for value in out.iter_mut() {
            *value = (self.numerator / *value).sqrt();
        }
    }

    /// μ given σ of a block: N(mn, σ² / κn), or mn itself where all economies share it.
    #[inline(always)]
    pub(super) fn draw_location(&self, sigma: &Lanes, seed: u64, block: u64, out: &mut Lanes) {
        let Some(stream) = self.drift else {
            return out.fill(self.location);
        };
        random::fill_normal(seed, stream, block, out);
        for lane in 0..BLOCK {
            out[lane] = self.location + sigma[lane] * self.location_scale * out[lane];
        }
    }
}

impl LongRun {
    /// m_LR of a block.
    #[inline(always)]
    fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        match self {
            Self::Known(rate) => out.fill(*rate),
            Self::Rate(draw) => {
                draw.fill(seed, block, out);
                for rate in out.iter_mut() {
                    *rate = elementary::ln(1.0 + *rate);
                }
            }
            Self::Log(draw) => draw.fill(seed, block, out),
        }
    }
}

/// A mean that fades toward a long-run rate.
#[derive(Clone, Debug)]
struct FadingMean {
    /// m_LR.
    long_run: Lanes,
    /// (μ − m_LR) ρ^(h − 1), the deviation from it in the coming year.
    deviation: Lanes,
}

impl FadingMean {
    /// From μ, which stands in `deviation`.
    #[inline(always)]
    fn start(&mut self, long_run: &LongRun, seed: u64, block: u64) {
        long_run.fill(seed, block, &mut self.long_run);
        for lane in 0..BLOCK {
            self.deviation[lane] -= self.long_run[lane];
        }
    }

    #[inline(always)]
    fn fade(&mut self, persistence: &Lanes) {
        for lane in 0..BLOCK {
            self.deviation[lane] *= persistence[lane];
        }
    }
}

/// Growth of volume, g.
#[derive(Clone, Debug)]
pub(super) struct VolumeState {
    /// σ_g.
    pub(super) sigma: Lanes,
    mean: FadingMean,
    /// x, the deviation from the mean that persists.
    residual: Lanes,
    /// g of the year.
    pub(super) growth: Lanes,
}

impl VolumeState {
    pub(super) fn new() -> Self {
        Self {
            sigma: ZERO,
            mean: FadingMean {
                long_run: ZERO,
                deviation: ZERO,
            },
            residual: ZERO,
            growth: ZERO,
        }
    }

    /// Draws σ and μ, and takes g of the base year where it is known.
    #[inline(always)]
    pub(super) fn draw(
        &mut self,
        plan: &SeriesPlan,
        long_run: &LongRun,
        last: Option<f64>,
        seed: u64,
        block: u64,
    ) {
        plan.draw_volatility(seed, block, &mut self.sigma);
        plan.draw_location(&self.sigma, seed, block, &mut self.mean.deviation);
        match last {
            Some(growth) => {
                for lane in 0..BLOCK {
                    self.residual[lane] = growth - self.mean.deviation[lane];
                }
            }
            None => self.residual.fill(0.0),
        }
        self.mean.start(long_run, seed, block);
    }

    /// A known year: the same g on every path.
    #[inline(always)]
    pub(super) fn know(&mut self, growth: f64) {
        self.growth.fill(growth);
        for lane in 0..BLOCK {
            self.residual[lane] = growth - (self.mean.long_run[lane] + self.mean.deviation[lane]);
        }
    }

    /// A year whose growth in dollars is known and has no other shock: g is what the dollar price leaves.
    #[inline(always)]
    pub(super) fn know_rest(&mut self, change: f64, price: &PriceState) {
        for lane in 0..BLOCK {
            self.growth[lane] = change - price.mean[lane];
        }
    }

    /// A year that is drawn, with its dated shock.
    #[inline(always)]
    pub(super) fn step(&mut self, plan: &SeriesPlan, shock: &Lanes, persistence: &Lanes, dated: f64) {
        for lane in 0..BLOCK {
            self.residual[lane] =
                plan.phi * self.residual[lane] + plan.innovation * self.sigma[lane] * shock[lane];
            self.growth[lane] =
                self.mean.long_run[lane] + self.mean.deviation[lane] + self.residual[lane] + dated;
        }
        self.mean.fade(persistence);
    }
}

/// Change of the dollar price, q.
#[derive(Clone, Debug)]
pub(super) struct PriceState {
    /// σ_q.
    pub(super) sigma: Lanes,
    /// δ.
    mean: Lanes,
    /// u, the deviation from it that persists.
    residual: Lanes,
    /// q of the year.
    pub(super) change: Lanes,
}

impl PriceState {
    pub(super) fn new() -> Self {
        Self {
            sigma: ZERO,
            mean: ZERO,
            residual: ZERO,
            change: ZERO,
        }
    }

    /// Draws σ and δ, to which the drift common to all economies is added, and takes q of the base year where it is known.
    #[inline(always)]
    pub(super) fn draw(
        &mut self,
        plan: &SeriesPlan,
        common: &Lanes,
        last: Option<f64>,
        seed: u64,
        block: u64,
    ) {
        plan.draw_volatility(seed, block, &mut self.sigma);
        plan.draw_location(&self.sigma, seed, block, &mut self.mean);
        for lane in 0..BLOCK {
            self.mean[lane] += common[lane];
            self.residual[lane] = last.map_or(0.0, |change| change - self.mean[lane]);
        }
    }

    /// A year whose growth in dollars is known: q is what volume leaves.
    #[inline(always)]
    pub(super) fn know(&mut self, change: f64, volume: &VolumeState) {
        for lane in 0..BLOCK {
            self.change[lane] = change - volume.growth[lane];
            self.residual[lane] = self.change[lane] - self.mean[lane];
        }
    }

    /// A year that is drawn.
    #[inline(always)]
    pub(super) fn step(&mut self, plan: &SeriesPlan, shock: &Lanes) {
        for lane in 0..BLOCK {
            self.residual[lane] =
                plan.phi * self.residual[lane] + plan.innovation * self.sigma[lane] * shock[lane];
            self.change[lane] = self.mean[lane] + self.residual[lane];
        }
    }

    /// A year without a shock of its own: δ alone.
    #[inline(always)]
    pub(super) fn step_alone(&mut self) {
        self.change.copy_from_slice(&self.mean);
    }
}

/// The logit of the digital share, z.
#[derive(Clone, Debug)]
pub(super) struct ShareState {
    /// σ_z.
    sigma: Lanes,
    mean: FadingMean,
    /// z.
    pub(super) value: Lanes,
}

impl ShareState {
    pub(super) fn new() -> Self {
        Self {
            sigma: ZERO,
            mean: FadingMean {
                long_run: ZERO,
                deviation: ZERO,
            },
            value: ZERO,
        }
    }

    /// Draws σ and μ.
    #[inline(always)]
    pub(super) fn draw(&mut self, plan: &SeriesPlan, long_run: &LongRun, seed: u64, block: u64) {
        plan.draw_volatility(seed, block, &mut self.sigma);
        plan.draw_location(&self.sigma, seed, block, &mut self.mean.deviation);
        self.mean.start(long_run, seed, block);
    }

    /// A year that is drawn.
    #[inline(always)]
    pub(super) fn step(&mut self, shock: &Lanes, persistence: &Lanes) {
        for lane in 0..BLOCK {
            self.value[lane] +=
                self.mean.long_run[lane] + self.mean.deviation[lane] + self.sigma[lane] * shock[lane];
        }
        self.mean.fade(persistence);
    }
}
