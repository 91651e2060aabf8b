//! One block of futures, year by year.

use super::{Kernel, Lanes, futures::Futures, plan::Plan};
use crate::{base::Metric, random::BLOCK, stats::elementary};

/// The digital economy is at most this part of GDP.
const LARGEST_SHARE: f64 = 0.999;

/// The arrays of one block.
#[derive(Clone, Debug)]
pub struct Simulator<'plan> {
    plan: &'plan Plan,
    kernel: Kernel,
    futures: Futures,
    /// Metrics of the year: `[option][economy][metric]`.
    metrics: Vec<[Lanes; Metric::COUNT]>,
}

/// What an observer sees of a block at the end of a year.
#[derive(Clone, Copy, Debug)]
pub struct YearView<'block> {
    /// Years since t0.
    pub step: usize,
    economies: usize,
    metrics: &'block [[Lanes; Metric::COUNT]],
}

impl<'block> YearView<'block> {
    /// A metric of an economy under an option, in the metric's unit, one number per lane. Metrics for which
    /// [`Plan::has`] is false hold no meaningful number.
    pub fn metric(&self, option: usize, economy: usize, metric: Metric) -> &'block Lanes {
        &self.metrics[option * self.economies + economy][metric.index()]
    }
}

impl<'plan> Simulator<'plan> {
    /// Arrays for a plan.
    ///
    /// # Panics
    /// If this machine cannot run the kernel ([`Kernel::is_available`]).
    pub fn new(plan: &'plan Plan, kernel: Kernel) -> Self {
        assert!(
            kernel.is_available(),
            "this machine cannot run the kernel {kernel:?}"
        );
        Self {
            plan,
            kernel,
            futures: Futures::new(plan),
            metrics: vec![[[0.0; BLOCK]; Metric::COUNT]; plan.options.len() * plan.economies.len()],
        }
    }

    /// Computes the paths `block * BLOCK ..` and shows them to the observer at the end of each year from t0.
    pub fn run(&mut self, seed: u64, block: u64, observe: &mut impl FnMut(YearView<'_>)) {
        match self.kernel {
            Kernel::Portable => self.run_body(seed, block, observe),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `new` checked that the machine has AVX2.
            Kernel::Avx2 => unsafe { self.run_avx2(seed, block, observe) },
            #[cfg(not(target_arch = "x86_64"))]
            Kernel::Avx2 => self.run_body(seed, block, observe),
        }
    }

    /// The same source as [`Self::run_body`], compiled for AVX2; everything it calls in a loop over lanes is inlined.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    unsafe fn run_avx2(&mut self, seed: u64, block: u64, observe: &mut impl FnMut(YearView<'_>)) {
        self.run_body(seed, block, observe);
    }

    #[inline(always)]
    fn run_body(&mut self, seed: u64, block: u64, observe: &mut impl FnMut(YearView<'_>)) {
        self.futures.start(self.plan, seed, block);
        for step in 0..=self.plan.projected_years() {
            if step > 0 {
                self.futures.advance(self.plan, seed, block, step);
            }
            for economy in 0..self.plan.economies.len() {
                self.measure(economy, step);
            }
            observe(YearView {
                step,
                economies: self.plan.economies.len(),
                metrics: &self.metrics,
            });
        }
    }

    /// The metrics of an economy at the end of a year.
    #[inline(always)]
    fn measure(&mut self, economy: usize, step: usize) {
        let [gdp, digital, share, growth, per_head] = &mut self.metrics[economy];
        let ln_gdp = self.futures.ln_gdp(economy);
        let logit = self.futures.logit_share(economy);
        for lane in 0..BLOCK {
            gdp[lane] = elementary::exp(ln_gdp[lane]);
            share[lane] = elementary::logistic(logit[lane]).min(LARGEST_SHARE);
            let before = digital[lane];
            digital[lane] = share[lane] * gdp[lane];
            growth[lane] = digital[lane] / before - 1.0;
        }
        if let Some(population) = &self.plan.economies[economy].population {
            for lane in 0..BLOCK {
                per_head[lane] = digital[lane] / population[step];
            }
        }
    }
}
