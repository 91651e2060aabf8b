//! Mean and variance that can be merged.

use super::scan::{GROUP, Scan, scan, squares};

/// The fewest groups whose spread is taken for an error; with fewer it is that of independent paths.
pub const LEAST_GROUPS: f64 = 8.0;

/// Count, mean and sum of squared deviations (Chan, Golub and LeVeque 1983), of numbers and of the means of groups of them.
///
/// Merging is not associative in the last bit: results are reproducible because blocks are always merged over the same tree
/// (docs/model.md §10).
///
/// ```
/// use jointly::stats::Moments;
/// let mut moments = Moments::from_slice(&[1.0, 2.0]);
/// moments.merge(&Moments::from_slice(&[3.0, 6.0]));
/// assert_eq!(moments.mean(), 3.0);
/// assert_eq!(moments.variance(), 14.0 / 3.0);
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
    /// Number of groups; 0 of numbers that have none.
    groups: f64,
    /// Sum over groups of their size times the squared deviation of their mean.
    between: f64,
}

impl Moments {
    /// The moments of independent numbers, in two passes.
    pub fn from_slice(values: &[f64]) -> Self {
        Self {
            groups: 0.0,
            ..Self::of_paths(values)
        }
    }

    /// The moments of numbers of paths that follow each other from the first of a group on: each [`GROUP`] of them is one, the last may
    /// be shorter. What is merged before others is to end with a group.
    pub fn of_paths(values: &[f64]) -> Self {
        Self::from_scan(values, &scan(values))
    }

    /// The moments of 1 where something holds of a path and 0 where it does not: their mean is a share of paths.
    pub fn of_cases(holds: impl Iterator<Item = bool>) -> Self {
        let cases: Vec<f64> = holds.map(|holds| f64::from(u8::from(holds))).collect();
        Self::of_paths(&cases)
    }

    /// The moments of paths that have been looked at.
    #[inline(always)]
    pub(super) fn from_scan(values: &[f64], scan: &Scan) -> Self {
        let Some(&origin) = values.first() else {
            return Self::default();
        };
        let count = values.len() as f64;
        // Deviations from the first value keep the digits of a mean far from zero; a constant has exactly no variance.
        let shift = scan.shift / count;
        let (squares, between) = squares(values, origin, shift);
        Self {
            count,
            mean: origin + shift,
            squares,
            groups: groups_of(count),
            between,
        }
    }

    /// Adds the numbers that another value has seen.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0.0 {
            return;
        }
        let count = self.count + other.count;
        let delta = other.mean - self.mean;
        self.mean += delta * (other.count / count);
        let apart = delta * delta * (self.count * other.count / count);
        self.squares += other.squares + apart;
        self.between += other.between + apart;
        self.count = count;
        self.groups += other.groups;
    }

    /// Moments of the numbers of so many paths with this mean and these sums of squared deviations from it, of numbers and of means of groups.
    pub fn from_parts(count: f64, mean: f64, squares: f64, between: f64) -> Self {
        Self {
            count,
            mean,
            squares,
            groups: groups_of(count),
            between,
        }
    }

    /// Sum of squared deviations of the means of groups, each as often as it has numbers.
    pub fn between(&self) -> f64 {
        self.between
    }

    /// Sum of squared deviations from the mean.
    pub fn squares(&self) -> f64 {
        self.squares
    }

    /// How many numbers were seen.
    pub fn count(&self) -> f64 {
        self.count
    }

    /// Mean; 0 of nothing.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Variance with n − 1; not a number below two numbers.
    pub fn variance(&self) -> f64 {
        if self.count < 2.0 {
            f64::NAN
        } else {
            self.squares / (self.count - 1.0)
        }
    }

    /// Standard deviation with n − 1; not a number below two numbers.
    pub fn sd(&self) -> f64 {
        self.variance().sqrt()
    }

    /// Standard error of the mean: from the spread of the means of groups, and with fewer than [`LEAST_GROUPS`] of them, or none, that of
    /// independent numbers. Not a number below two numbers.
    pub fn standard_error(&self) -> f64 {
        variance_of_mean(self.between, self.count, self.groups)
            .unwrap_or_else(|| self.variance() / self.count)
            .sqrt()
    }
}

/// The groups of so many paths from the first of a group on.
pub(crate) fn groups_of(paths: f64) -> f64 {
    libm::ceil(paths / GROUP as f64)
}

/// The variance of a mean of `count` numbers in `groups` groups, from the sum of squared deviations of the means of groups (or of products of
/// them); `None` of too few groups. With Σ nᵢ (mᵢ − m)² / (K − 1) for the variance of a number within a group of its kind, a last group
/// that is shorter counts by its size.
pub(crate) fn variance_of_mean(between: f64, count: f64, groups: f64) -> Option<f64> {
    (groups >= LEAST_GROUPS).then(|| between / (groups - 1.0) / count)
}

#[cfg(test)]
mod tests {
    use statrs::statistics::Statistics;

    use super::*;

    #[test]
    fn agrees_with_statrs_however_the_numbers_are_split() {
        let values: Vec<f64> = (0..1000).map(|step| 1e6 + f64::from(step * step % 997)).collect();
        for size in [1, 3, 512, 1000] {
            let mut moments = Moments::default();
            for block in values.chunks(size) {
                moments.merge(&Moments::from_slice(block));
            }
            // A thousand additions, each rounded at numbers near 10⁶.
            assert!((moments.mean() - values.iter().mean()).abs() < 1000.0 * 1e6 * f64::EPSILON);
            assert!((moments.variance() / values.iter().variance() - 1.0).abs() < 1e-12);
            assert_eq!(moments.count(), 1000.0);
        }
    }

    /// Means of groups by hand, the last one shorter; the same however blocks are merged.
    #[test]
    fn the_error_comes_from_the_spread_of_groups() {
        let paths = 11 * GROUP + 40;
        let value =
            |path: usize| 1e3 + f64::from((path * path % 97) as u32) + f64::from((path / GROUP) as u32);
        let values: Vec<f64> = (0..paths).map(value).collect();
        let mean = values.iter().mean();
        let between: f64 = values
            .chunks(GROUP)
            .map(|group| group.len() as f64 * (group.iter().mean() - mean).powi(2))
            .sum();
        let error = (between / 11.0 / paths as f64).sqrt();
        for size in [GROUP, 3 * GROUP, paths] {
            let mut moments = Moments::default();
            for block in values.chunks(size) {
                moments.merge(&Moments::of_paths(block));
            }
            // Deviations of numbers near 1,000, rounded.
            assert!((moments.standard_error() / error - 1.0).abs() < 1e-10);
            let parts = (
                moments.count(),
                moments.mean(),
                moments.squares(),
                moments.between(),
            );
            assert_eq!(Moments::from_parts(parts.0, parts.1, parts.2, parts.3), moments);
        }
        // Seven groups are too few, and independent numbers have none.
        for moments in [
            Moments::of_paths(&values[..7 * GROUP]),
            Moments::from_slice(&values),
        ] {
            let independent = (moments.variance() / moments.count()).sqrt();
            assert_eq!(moments.standard_error(), independent);
        }
    }

    #[test]
    fn a_constant_has_no_variance_and_one_number_no_standard_deviation() {
        assert_eq!(Moments::from_slice(&[0.1; 77]).sd(), 0.0);
        assert_eq!(Moments::of_paths(&[0.1; 10 * GROUP]).standard_error(), 0.0);
        assert!(Moments::from_slice(&[1.0]).sd().is_nan());
    }
}
