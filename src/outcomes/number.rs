//! One number over all paths: what is counted in any order, and moments, which are folded over the tree of blocks.

use super::Statistics;
use crate::stats::{Moments, PROBABILITIES, QuantileSketch};

/// What may be merged in any order: the quantile sketch and the number of positive values.
#[derive(Clone, PartialEq, Debug)]
pub struct Counter {
    pub(super) sketch: QuantileSketch,
    pub(super) positive: u64,
}

impl Counter {
    /// An empty counter; `floor` as in [`QuantileSketch::new`].
    pub fn new(floor: f64) -> Self {
        Self {
            sketch: QuantileSketch::new(floor),
            positive: 0,
        }
    }

    /// Adds the numbers of a block and gives their moments, which are folded over the tree of blocks.
    #[inline]
    pub fn observe(&mut self, values: &[f64]) -> Moments {
        let (moments, positive) = self.sketch.observe(values);
        self.positive += positive;
        moments
    }

    /// The same of numbers less others, which it leaves in `differences`.
    #[inline]
    pub fn observe_differences(&mut self, values: &[f64], less: &[f64], differences: &mut [f64]) -> Moments {
        let (moments, positive) = self.sketch.observe_differences(values, less, differences);
        self.positive += positive;
        moments
    }

    /// Merges another worker's counter.
    pub fn merge(&mut self, other: &Self) {
        self.sketch.merge(&other.sketch);
        self.positive += other.positive;
    }

    /// The quantile sketch.
    pub fn sketch(&self) -> &QuantileSketch {
        &self.sketch
    }
}

/// The statistics of a number; the count of paths that left the range of numbers if any did.
///
/// # Errors
/// The number of paths on which it is not finite.
pub fn finish(counter: &Counter, moments: &Moments) -> Result<Statistics, u64> {
    let sketch = &counter.sketch;
    if sketch.rejected() > 0 || !moments.sd().is_finite() {
        return Err(sketch.rejected());
    }
    let quantiles = sketch.quantiles();
    Ok(Statistics {
        mean: moments.mean(),
        sd: moments.sd(),
        mcse: moments.standard_error(),
        quantiles: PROBABILITIES.map(|probability| quantiles.at(probability)),
        quantile_mcse: PROBABILITIES.map(|probability| quantiles.standard_error(probability)),
        positive: counter.positive as f64 / sketch.count() as f64,
    })
}
