//! Scores of probabilistic forecasts: the continuous ranked probability score and the probability integral transform.
//!
//! CRPS(F, y) = ∫ (F(x) − 1{x ≥ y})² dx, in the unit of y; smaller is better, and for a forecast without spread it is the
//! absolute error (Gneiting and Raftery 2007). Closed forms after Jordan, Krüger and Lerch (2019).

use super::special;

const NORMAL_DENSITY: f64 = 0.398_942_280_401_432_7;
const ROOT_PI: f64 = 1.772_453_850_905_516;

/// A forecast with a closed form.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Forecast {
    /// Normal with mean and standard deviation above 0.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Student-t with degrees of freedom above 1, location and scale above 0.
    StudentT {
        /// Degrees of freedom.
        nu: f64,
        /// Location.
        location: f64,
        /// Scale.
        scale: f64,
    },
}

impl Forecast {
    /// The probability integral transform F(y).
    pub fn cdf(&self, y: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd } => special::normal_cdf((y - mean) / sd),
            Self::StudentT { nu, location, scale } => student_cdf(nu, (y - location) / scale),
        }
    }

    /// The continuous ranked probability score of an outcome.
    pub fn crps(&self, y: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd } => {
                let z = (y - mean) / sd;
                let density = NORMAL_DENSITY * libm::exp(-0.5 * z * z);
                sd * (z * (2.0 * special::normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / ROOT_PI)
            }
            Self::StudentT { nu, location, scale } => {
                let z = (y - location) / scale;
                let ln_norm = special::ln_beta(0.5 * nu, 0.5);
                let density = libm::exp(-0.5 * (nu + 1.0) * libm::log1p(z * z / nu) - ln_norm) / nu.sqrt();
                let constant =
                    2.0 * nu.sqrt() / (nu - 1.0) * libm::exp(special::ln_beta(0.5, nu - 0.5) - 2.0 * ln_norm);
                scale
                    * (z * (2.0 * student_cdf(nu, z) - 1.0) + 2.0 * density * (nu + z * z) / (nu - 1.0)
                        - constant)
            }
        }
    }
}

fn student_cdf(nu: f64, z: f64) -> f64 {
    let square = z * z;
    let tail = 0.5 * special::beta(0.5 * nu, 0.5, nu / (nu + square), square / (nu + square)).0;
    if z < 0.0 { tail } else { 1.0 - tail }
}

/// The fair estimator of the CRPS from a sample in ascending order, unbiased for the score of the distribution that was
/// sampled: mean |x − y| − Σ_i Σ_j |x_i − x_j| / (2 n (n − 1)). At least two numbers.
pub fn crps_of_sample(sorted: &[f64], y: f64) -> f64 {
    let n = sorted.len() as f64;
    let error = sorted.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
    // Σ_i Σ_j |x_i − x_j| = 2 Σ_k (2k − n + 1) x_k with k from 0.
    let spread: f64 = sorted
        .iter()
        .enumerate()
        .map(|(k, x)| (2.0 * k as f64 - n + 1.0) * x)
        .sum();
    error - spread / (n * (n - 1.0))
}

/// The part of a sample in ascending order at or below y.
pub fn cdf_of_sample(sorted: &[f64], y: f64) -> f64 {
    sorted.partition_point(|x| *x <= y) as f64 / sorted.len() as f64
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

    use super::*;

    /// ∫ (F − 1{x ≥ y})² dx by the midpoint rule; the kink at y costs at most a step.
    fn integral(cdf: impl Fn(f64) -> f64, y: f64) -> f64 {
        let (low, high, steps) = (-400.0, 400.0, 800_000);
        let width = (high - low) / f64::from(steps);
        (0..steps)
            .map(|step| low + width * (f64::from(step) + 0.5))
            .map(|x| (cdf(x) - f64::from(u8::from(x >= y))).powi(2) * width)
            .sum()
    }

    #[test]
    fn closed_forms_agree_with_their_integral() {
        for y in [-2.5, 0.0, 0.7, 4.0] {
            let normal = Forecast::Normal { mean: 0.5, sd: 1.5 };
            let reference = Normal::new(0.5, 1.5).unwrap();
            assert!(
                (normal.crps(y) - integral(|x| reference.cdf(x), y)).abs() < 1e-3,
                "{y}"
            );
            assert!((normal.cdf(y) - reference.cdf(y)).abs() < 1e-11);
            let student = Forecast::StudentT {
                nu: 4.0,
                location: 0.5,
                scale: 1.5,
            };
            let reference = StudentsT::new(0.5, 1.5, 4.0).unwrap();
            assert!(
                (student.crps(y) - integral(|x| reference.cdf(x), y)).abs() < 2e-3,
                "{y}"
            );
            assert!((student.cdf(y) - reference.cdf(y)).abs() < 1e-11);
        }
    }

    #[test]
    fn the_sample_score_is_the_mean_over_pairs_and_nears_the_closed_form() {
        // By hand for (1, 2, 4) and y = 3: mean error (2 + 1 + 1)/3; pairs 1, 3, 2, mean 2; half of it is 1.
        assert!((crps_of_sample(&[1.0, 2.0, 4.0], 3.0) - (4.0 / 3.0 - 1.0)).abs() < 1e-15);
        let sample: Vec<f64> = (0..4000)
            .map(|k| crate::stats::normal_quantile::value((f64::from(k) + 0.5) / 4000.0))
            .collect();
        let closed = Forecast::Normal { mean: 0.0, sd: 1.0 }.crps(0.3);
        // Evenly spaced quantiles leave an error of order 1/n.
        assert!((crps_of_sample(&sample, 0.3) - closed).abs() < 3.0 / 4000.0);
        assert_eq!(cdf_of_sample(&[1.0, 2.0, 4.0], 2.0), 2.0 / 3.0);
    }
}
