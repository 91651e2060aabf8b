//! What every method asks of numbers: checks, extremes, a common scale.

use std::borrow::Cow;

use super::refusal::Refusal;
use crate::stats::Moments;

/// Largest size of an outcome, so that squares and their sums stay finite.
pub const LARGEST_OUTCOME: f64 = 1e140;

/// Refuses outcomes that are missing, not finite or too large.
pub(super) fn check_outcomes(outcomes: &[f64], expected: usize) -> Result<(), Refusal> {
    if outcomes.len() != expected {
        return Err(Refusal::Length {
            what: "outcomes".to_owned(),
            expected,
            given: outcomes.len(),
        });
    }
    check_values(outcomes, || "outcome".to_owned())
}

pub(super) fn check_values(values: &[f64], what: impl Fn() -> String) -> Result<(), Refusal> {
    match values
        .iter()
        .position(|value| !value.is_finite() || value.abs() > LARGEST_OUTCOME)
    {
        None => Ok(()),
        Some(row) => Err(Refusal::Value { what: what(), row }),
    }
}

/// Least, and largest value; 0 of nothing.
pub(super) fn extremes(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().reduce(f64::min).unwrap_or(0.0);
    let high = values.iter().copied().reduce(f64::max).unwrap_or(0.0);
    [low, high]
}

/// Whether numbers differ by no more than rounding, taken as 64 units in the last place of the largest.
pub(super) fn is_constant(values: &[f64]) -> bool {
    let [low, high] = extremes(values);
    high - low <= 64.0 * f64::EPSILON * low.abs().max(high.abs())
}

/// Whether outcomes are constant, and the outcomes; of a constant, zeros: differences within rounding are no effects.
pub(super) fn without_rounding(outcomes: &[f64]) -> (bool, Cow<'_, [f64]>) {
    if is_constant(outcomes) {
        (true, Cow::Owned(vec![0.0; outcomes.len()]))
    } else {
        (false, Cow::Borrowed(outcomes))
    }
}

/// Mean, and largest distance from it; a constant has distance exactly 0.
///
/// Indices do not depend on location and scale, and products of numbers so shifted and divided neither overflow nor vanish.
pub(super) fn location_and_scale(values: &[f64]) -> (f64, f64) {
    let mean = Moments::from_slice(values).mean();
    if is_constant(values) {
        return (mean, 0.0);
    }
    (
        mean,
        values
            .iter()
            .map(|value| (value - mean).abs())
            .fold(0.0, f64::max),
    )
}

/// Numbers shifted by their mean and divided by their largest distance from it, which also is returned.
pub(super) fn scaled(values: &[f64]) -> (Vec<f64>, f64) {
    let (mean, scale) = location_and_scale(values);
    (
        values.iter().map(|value| ratio(value - mean, scale)).collect(),
        scale,
    )
}

/// a / b, and 0 where nothing is divided by nothing.
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

/// The kurtosis above which an outcome is said to have heavy tails; that of an exponential distribution is 9.
const HEAVY_TAILS: f64 = 15.0;

/// Fourth central moment over the squared variance; 0 of a constant.
fn kurtosis(values: &[f64]) -> f64 {
    let (values, _) = scaled(values);
    let power = |exponent: i32| {
        let sum: f64 = values.iter().map(|value| value.powi(exponent)).sum();
        sum / values.len().max(1) as f64
    };
    let variance = power(2);
    ratio(power(4), variance * variance)
}

/// What to know about shares of the variance of an outcome with heavy tails, and what to do; `None` without.
pub(super) fn heavy_tails(values: &[f64]) -> Option<String> {
    let kurtosis = kurtosis(values);
    (kurtosis > HEAVY_TAILS).then(|| {
        format!(
            "The outcome has heavy tails (kurtosis {kurtosis:.0}, 3 for a normal distribution): few points carry its variance, so \
             that its shares are uncertain and their intervals may be too narrow. Indices of its ranks (`pawn`, rank correlation), \
             of a median, or of the logarithm of an outcome that is never negative, from `design.csv`, rest on all points."
        )
    })
}
