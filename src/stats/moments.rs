//! Mean and variance that can be merged.

use super::scan::{Scan, scan, squares};

/// Count, mean and sum of squared deviations (Chan, Golub and LeVeque 1983).
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
}

impl Moments {
    /// The moments of a slice, in two passes.
    pub fn from_slice(values: &[f64]) -> Self {
        Self::from_scan(values, &scan(values))
    }

    /// The moments of a slice that has been looked at.
    #[inline(always)]
    pub(super) fn from_scan(values: &[f64], scan: &Scan) -> Self {
        let Some(&origin) = values.first() else {
            return Self::default();
        };
        let count = values.len() as f64;
        // Deviations from the first value keep the digits of a mean far from zero; a constant has exactly no variance.
        let shift = scan.shift / count;
        Self {
            count,
            mean: origin + shift,
            squares: squares(values, origin, shift),
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
        self.squares += other.squares + delta * delta * (self.count * other.count / count);
        self.count = count;
    }

    /// Moments of so many numbers with this mean and this sum of squared deviations from it.
    pub fn from_parts(count: f64, mean: f64, squares: f64) -> Self {
        Self { count, mean, squares }
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

    /// Standard error of the mean, sd / √n; not a number below two numbers.
    pub fn standard_error(&self) -> f64 {
        (self.variance() / self.count).sqrt()
    }
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

    #[test]
    fn a_constant_has_no_variance_and_one_number_no_standard_deviation() {
        assert_eq!(Moments::from_slice(&[0.1; 77]).sd(), 0.0);
        assert!(Moments::from_slice(&[1.0]).sd().is_nan());
    }
}
