//! One number per path: its moments, folded over the tree of blocks, and its sketch in any order.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Undefined;
use crate::stats::{LEAST_GROUPS, Moments, PROBABILITIES, QuantileSketch, groups_of, normal_quantile};

/// A figure estimated from paths.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Monte Carlo standard error; `None` if there are too few paths (or blocks) to tell.
    pub standard_error: Option<f64>,
}

/// What is reported of one number over all paths.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Summary {
    /// Mean and its Monte Carlo standard error.
    pub mean: Estimate,
    /// Standard deviation (n − 1); `None` for one path.
    pub sd: Option<f64>,
    /// Quantiles at [`PROBABILITIES`](crate::stats::PROBABILITIES), each within a bin of the sketch.
    pub quantiles: [f64; PROBABILITIES.len()],
    /// Monte Carlo standard errors of the quantiles.
    pub quantile_errors: [f64; PROBABILITIES.len()],
}

impl Summary {
    /// The middle value.
    pub fn median(&self) -> f64 {
        self.quantiles[2]
    }

    /// The ends of the 90 % interval.
    pub fn interval(&self) -> [f64; 2] {
        let [low, .., high] = self.quantiles;
        [low, high]
    }

    /// The summary of the same number with the opposite sign.
    pub fn negated(&self) -> Self {
        let (mut quantiles, mut quantile_errors) = (self.quantiles, self.quantile_errors);
        quantiles.reverse();
        quantile_errors.reverse();
        Self {
            mean: Estimate {
                value: 0.0 - self.mean.value,
                ..self.mean
            },
            sd: self.sd,
            quantiles: quantiles.map(|quantile| 0.0 - quantile),
            quantile_errors,
        }
    }
}

/// What a worker knows of one number.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) sketch: QuantileSketch,
    /// Moments of the block under way.
    moments: Moments,
}

impl Series {
    pub(super) fn new(floor: f64) -> Self {
        Self {
            sketch: QuantileSketch::new(floor),
            moments: Moments::default(),
        }
    }

    pub(super) fn observe(&mut self, values: &[f64]) {
        self.sketch.extend_from_slice(values);
        self.moments.merge(&Moments::of_paths(values));
    }

    pub(super) fn end_block(&mut self) -> Moments {
        std::mem::take(&mut self.moments)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.sketch.merge(&other.sketch);
    }

    /// The summary, from the moments of all blocks; the position goes into the error.
    pub(super) fn summary(&self, moments: &Moments, position: usize) -> Result<Summary, Undefined> {
        let paths = self.sketch.rejected();
        if moments.count() == 0.0 {
            return Err(Undefined::NoPaths);
        }
        let several = moments.count() > 1.0;
        let (sd, error) = (
            several.then(|| moments.sd()),
            several.then(|| moments.standard_error()),
        );
        if paths > 0 || !moments.mean().is_finite() || sd.is_some_and(|sd| !sd.is_finite()) {
            return Err(Undefined::NotFinite { position, paths });
        }
        let quantiles = self.sketch.quantiles();
        Ok(Summary {
            mean: Estimate {
                value: moments.mean(),
                standard_error: error,
            },
            sd,
            quantiles: PROBABILITIES.map(|probability| quantiles.at(probability)),
            quantile_errors: PROBABILITIES.map(|probability| quantiles.standard_error(probability)),
        })
    }
}

/// Folds moments of the blocks that follow.
pub(super) fn fold(total: &mut [Moments], next: &[Moments]) {
    total.iter_mut().zip(next).for_each(|(sum, next)| sum.merge(next));
}

/// A share of paths from the sum of their scores between 0 and 1, with the standard error of the mean of the scores.
pub(super) fn share(sum: f64, paths: u64, scores: &Moments) -> Estimate {
    Estimate {
        value: sum / paths as f64,
        standard_error: (paths > 1).then(|| scores.standard_error()),
    }
}

/// The mean of numbers of paths, from the first of a group on.
pub(crate) fn mean_of_paths(values: &[f64]) -> Estimate {
    estimate(&Moments::of_paths(values))
}

/// The share of paths, from the first of a group on, of which something holds.
pub(crate) fn share_of_paths(holds: impl Iterator<Item = bool>) -> Estimate {
    estimate(&Moments::of_cases(holds))
}

fn estimate(moments: &Moments) -> Estimate {
    Estimate {
        value: moments.mean(),
        standard_error: (moments.count() > 1.0).then(|| moments.standard_error()),
    }
}

/// How many standard errors around the mean of so many paths hold it with a probability: Student's t with one degree of freedom less
/// than groups of paths, normal where groups are too few for an error of their own (docs/model.md §9).
pub fn errors_within(probability: f64, paths: f64) -> f64 {
    match groups_of(paths) {
        groups if groups >= LEAST_GROUPS => student(probability, groups - 1.0),
        _ => normal_quantile::value(0.5 + 0.5 * probability),
    }
}

/// The same of a mean whose error has so many degrees of freedom.
pub(super) fn student(probability: f64, freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |student| {
        student.inverse_cdf(0.5 + 0.5 * probability)
    })
}
