//! Marks of influence over many inputs: one in twenty inputs without any would be marked if each were judged alone.

use statrs::distribution::{ContinuousCDF, FisherSnedecor, Gamma};

use crate::stats::Moments;

/// Expected part of the marks that are false.
const RATE: f64 = 0.05;

/// What is said of an input that is not marked.
pub const NOT_TOLD: &str =
    "cannot be told from an input without an influence, among all inputs that are looked at";

/// The largest probability that is marked, given for each input that of so large an index without an influence: the largest
/// of the sorted p_k with p_k ≤ 5 % · k / m, and 5 % / m if there is none (Benjamini and Hochberg 1995).
pub fn cut(probabilities: &[f64]) -> f64 {
    let mut sorted = probabilities.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let bound = |rank: usize| RATE * rank as f64 / sorted.len().max(1) as f64;
    let marked = (1..=sorted.len())
        .rev()
        .find(|rank| sorted[rank - 1] <= bound(*rank));
    bound(marked.unwrap_or(1))
}

/// The gamma distribution with the mean and variance of positive numbers; `None` where they do not vary.
pub fn gamma(values: &[f64]) -> Option<Gamma> {
    let moments = Moments::from_slice(values);
    let (mean, variance) = (moments.mean(), moments.variance());
    Gamma::new(mean * mean / variance, mean / variance).ok()
}

/// The probability that a standard normal number is larger.
pub fn upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The probability of a larger ratio of the mean squares of an influence and of the rest, without an influence.
pub fn f_tail(ratio: f64, freedom: f64, rest: f64) -> f64 {
    match FisherSnedecor::new(freedom, rest) {
        Ok(distribution) if ratio.is_finite() => distribution.sf(ratio),
        Ok(_) if ratio == f64::INFINITY => 0.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_is_that_of_the_published_example() {
        // Benjamini and Hochberg (1995, section 3): 15 probabilities, of which the four smallest are marked; 0.0095 ≤ 0.05 · 4 / 15.
        let published = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let cut = cut(&published);
        assert_eq!(published.iter().filter(|p| **p <= cut).count(), 4);
        assert!((cut - 0.05 * 4.0 / 15.0).abs() < 1e-15);
        assert!((super::cut(&[0.9, 0.3]) - 0.025).abs() < 1e-15);
    }

    #[test]
    fn tails_are_those_of_published_tables() {
        // The 95 % point of F with 5 and 10 degrees of freedom is 3.33.
        assert!((f_tail(3.3258, 5.0, 10.0) - 0.05).abs() < 1e-5);
        assert_eq!(
            (f_tail(f64::INFINITY, 5.0, 10.0), f_tail(1.0, 0.0, 10.0)),
            (0.0, 1.0)
        );
        assert!((upper_tail(1.959_964) - 0.025).abs() < 1e-8);
        // 1, 2, 3: mean 2, variance 1: shape 4, rate 2.
        let gamma = gamma(&[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((gamma.shape(), gamma.rate()), (4.0, 2.0));
        assert!(super::gamma(&[0.0, 0.0]).is_none());
    }
}
