//! Ratios of means, such as benefit–cost ratios.

use super::{CrossMoments, Estimate, Undefined, series::errors_within};

/// A confidence set of Fieller: all ratios r for which mean(numerator − r · denominator) is not significantly
/// different from 0 (Fieller 1954).
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// Between two ends.
    Between {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Everything but what lies between two ends: the denominator may be 0, so the ratio may be large with either sign.
    Outside {
        /// At or below this,
        below: f64,
        /// or at or above this.
        above: f64,
    },
    /// Any ratio: neither mean is distinguishable from 0.
    Anything,
}

/// A ratio of two means over the same paths, with its Monte Carlo error.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Ratio {
    /// The ratio and its standard error by the delta method, sqrt(Var x − 2 r Cov(x, y) + r² Var y) / |y| of the means x and y; biased
    /// by about 1/n.
    pub ratio: Estimate,
    /// Fieller's interval at 95 %, valid also for a denominator with large error; `None` for one path.
    pub interval: Option<Interval>,
}

impl Ratio {
    /// The ratio of the means of two combinations, each Σ weight · number over (position, weight). `None` if the mean of the
    /// denominator is 0 or the ratio is not finite.
    pub fn of(
        moments: &CrossMoments,
        numerator: &[(usize, f64)],
        denominator: &[(usize, f64)],
    ) -> Option<Self> {
        let (x, y) = (moments.mean(numerator), moments.mean(denominator));
        let value = x / y;
        if y == 0.0 || !value.is_finite() {
            return None;
        }
        let variances = (
            moments.covariance_of_means(numerator, numerator),
            moments.covariance_of_means(numerator, denominator),
            moments.covariance_of_means(denominator, denominator),
        );
        let errors = errors_within(0.95, moments.count());
        let (error, interval) = match variances {
            (Some(xx), Some(xy), Some(yy)) => {
                let variance = (xx - 2.0 * value * xy + value * value * yy).max(0.0);
                (
                    Some(variance.sqrt() / y.abs()),
                    Some(fieller(x, y, [xx, xy, yy], errors)),
                )
            }
            _ => (None, None),
        };
        Some(Self {
            ratio: Estimate {
                value,
                standard_error: error.filter(|error| error.is_finite()),
            },
            interval,
        })
    }
}

/// Fieller's set from two means and the variances and covariance xx, xy, yy of the means: the r with
/// (x − r y)² ≤ z² (xx − 2 r xy + r² yy), z being how many standard errors hold a mean.
fn fieller(x: f64, y: f64, [xx, xy, yy]: [f64; 3], z: f64) -> Interval {
    let square = z * z;
    let (a, b) = (y * y - square * yy, x * y - square * xy);
    // b² − a c with the terms that cancel left out.
    let root = square * ((y * y * xx - 2.0 * x * y * xy + x * x * yy) - square * (xx * yy - xy * xy));
    // The estimate itself always belongs to the set, so where it is an interval a negative root is rounding.
    let width = root.max(0.0).sqrt();
    let ends = ((b - width) / a, (b + width) / a);
    match ends {
        (low, high) if !(low.is_finite() && high.is_finite()) => Interval::Anything,
        (low, high) if a > 0.0 => Interval::Between { low, high },
        (above, below) if root > 0.0 => Interval::Outside { below, above },
        _ => Interval::Anything,
    }
}

/// Collects the [`Ratio`]s of several pairs of numerator and denominator.
#[derive(Clone, Debug)]
pub struct RatioCollector {
    pairs: usize,
    moments: CrossMoments,
}

impl RatioCollector {
    /// A collector for a number of pairs.
    pub fn new(pairs: usize) -> Self {
        Self {
            pairs,
            moments: CrossMoments::default(),
        }
    }

    /// Looks at a block: a slice for each numerator and for each denominator.
    pub fn observe(&mut self, numerators: &[&[f64]], denominators: &[&[f64]]) {
        debug_assert_eq!((numerators.len(), denominators.len()), (self.pairs, self.pairs));
        self.moments = CrossMoments::from_slices(&[numerators, denominators].concat());
    }

    /// Ends a block: what it contributes.
    pub fn end_block(&mut self) -> CrossMoments {
        std::mem::take(&mut self.moments)
    }

    /// Nothing is collected out of order.
    pub fn merge(&mut self, _other: &Self) {}

    /// The ratios, from the folded parts of all blocks; `None` for a pair whose denominator has mean 0.
    ///
    /// # Errors
    /// If there was no path, or a number was not finite.
    pub fn finish(&self, total: &CrossMoments) -> Result<Vec<Option<Ratio>>, Undefined> {
        if total.count() == 0.0 {
            return Err(Undefined::NoPaths);
        }
        if let Some(position) = total.first_not_finite() {
            return Err(Undefined::NotFinite {
                position: position % self.pairs.max(1),
                paths: 0,
            });
        }
        Ok((0..self.pairs)
            .map(|pair| Ratio::of(total, &[(pair, 1.0)], &[(self.pairs + pair, 1.0)]))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decision::testing::{blocks, close, mean, normals},
        random::{Generator, Stream},
    };

    /// Benefits with mean 3 and costs with mean 2, correlated.
    fn benefits_and_costs(paths: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut series = normals(2, paths, seed);
        series[0].iter_mut().for_each(|value| *value = 3.0 + 1.5 * *value);
        series[1].iter_mut().for_each(|value| *value = 2.0 + 0.8 * *value);
        series
    }

    fn ratio(series: &[Vec<f64>]) -> Ratio {
        let mut collector = RatioCollector::new(1);
        let mut total = CrossMoments::default();
        for block in blocks(series, 512) {
            collector.observe(&block[..1], &block[1..]);
            total.fold(&collector.end_block());
        }
        collector.finish(&total).unwrap()[0].unwrap()
    }

    fn between(ratio: &Ratio) -> (f64, f64) {
        match ratio.interval {
            Some(Interval::Between { low, high }) => (low, high),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn agrees_with_the_bootstrap() {
        let series = benefits_and_costs(400, 1);
        let found = ratio(&series);
        close(
            found.ratio.value,
            mean(series[0].clone()) / mean(series[1].clone()),
            1e-13,
        );
        let mut generator = Generator::new(2, Stream::named("bootstrap"), 0);
        let mut resampled: Vec<f64> = (0..4000)
            .map(|_| {
                let (mut x, mut y) = (0.0, 0.0);
                for _ in 0..400 {
                    let path = (generator.uniform() * 400.0) as usize;
                    x += series[0][path];
                    y += series[1][path];
                }
                x / y
            })
            .collect();
        resampled.sort_by(f64::total_cmp);
        let center = mean(resampled.clone());
        let spread = mean(resampled.iter().map(|value| (value - center).powi(2))).sqrt();
        // 4,000 resamples give the spread to 1.1 %, and its ends to about 2.5 % of the spread · √(p (1 − p)) / density = 0.04.
        close(
            found.ratio.standard_error.unwrap() / spread,
            1.0,
            4.0 * 0.011 + 0.01,
        );
        let (low, high) = between(&found);
        close(low, resampled[100], 0.25 * spread);
        close(high, resampled[3900], 0.25 * spread);
    }

    #[test]
    fn the_interval_covers_the_truth_as_often_as_it_says() {
        let (repetitions, paths) = (1000, 100);
        let covered = (0..repetitions)
            .filter(|seed| {
                let (low, high) = between(&ratio(&benefits_and_costs(paths, 100 + seed)));
                (low..=high).contains(&1.5)
            })
            .count();
        // 950 ± 6.9; with z instead of t for 100 paths, the expected coverage is 94.7 %.
        close(covered as f64, 947.0, 4.0 * 6.9);
    }

    #[test]
    fn the_ends_solve_the_defining_equation() {
        for (x, y, xx, xy, yy) in [
            (3.0, 2.0, 0.1, 0.02, 0.05),
            (-1.0, 0.5, 0.2, -0.1, 0.06),
            (1.0, -0.1, 0.01, 0.0, 0.04),
        ] {
            let difference = |r: f64| (x - r * y).powi(2) - 2.0 * 2.0 * (xx - 2.0 * r * xy + r * r * yy);
            match fieller(x, y, [xx, xy, yy], 2.0) {
                Interval::Between { low: one, high: two } => {
                    close(difference(one), 0.0, 1e-12 * (1.0 + one * one));
                    close(difference(two), 0.0, 1e-12 * (1.0 + two * two));
                    assert!(one < x / y && x / y < two);
                }
                Interval::Outside { below, above } => {
                    close(difference(below), 0.0, 1e-12 * (1.0 + below * below));
                    close(difference(above), 0.0, 1e-12 * (1.0 + above * above));
                    assert!(below < above && (x / y <= below || x / y >= above));
                    assert!(difference(0.5 * (below + above)) > 0.0);
                }
                Interval::Anything => panic!("{x} {y}"),
            }
        }
        assert_eq!(fieller(0.1, 0.1, [1.0, 0.0, 1.0], 2.0), Interval::Anything);
    }

    #[test]
    fn without_spread_or_denominator() {
        let exact = ratio(&[vec![6.0; 20], vec![4.0; 20]]);
        assert_eq!((exact.ratio.value, exact.ratio.standard_error), (1.5, Some(0.0)));
        assert_eq!(between(&exact), (1.5, 1.5));
        // Proportional benefits: the ratio is exact though both vary.
        let costs = benefits_and_costs(50, 3).remove(1);
        let double: Vec<f64> = costs.iter().map(|cost| 2.0 * cost).collect();
        let exact = ratio(&[double, costs]);
        close(exact.ratio.standard_error.unwrap(), 0.0, 1e-8);
        let one = ratio(&[vec![1.0], vec![2.0]]);
        assert_eq!((one.ratio.standard_error, one.interval), (None, None));
        let collector = RatioCollector::new(1);
        let nothing = CrossMoments::from_slices(&[&[1.0, 2.0], &[0.0, 0.0]]);
        assert_eq!(collector.finish(&nothing), Ok(vec![None]));
        assert_eq!(
            collector.finish(&CrossMoments::default()),
            Err(Undefined::NoPaths)
        );
        let infinite = CrossMoments::from_slices(&[&[1.0, f64::INFINITY], &[1.0, 1.0]]);
        assert!(matches!(
            collector.finish(&infinite),
            Err(Undefined::NotFinite { position: 0, .. })
        ));
    }
}
