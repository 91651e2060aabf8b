//! Analytic functions with known indices.

use std::f64::consts::PI;

use super::Design;

/// Outcomes of a function at the points of a design.
pub fn outcomes(design: &Design, function: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    design.points().map(function).collect()
}

/// Ishigami and Homma (1990), a = 7, b = 0.1, inputs uniform on (−π, π).
///
/// V = a²/8 + bπ⁴/5 + b²π⁸/18 + ½; V_1 = ½ (1 + bπ⁴/5)², V_2 = a²/8, V_13 = b²π⁸ (1/18 − 1/50).
pub fn ishigami(x: &[f64]) -> f64 {
    let angle = |value: f64| PI * (2.0 * value - 1.0);
    let (first, second, third) = (angle(x[0]), angle(x[1]), angle(x[2]));
    libm::sin(first)
        + 7.0 * libm::sin(second) * libm::sin(second)
        + 0.1 * third * third * third * third * libm::sin(first)
}

pub const ISHIGAMI_VARIANCE: f64 = 13.844588;
pub const ISHIGAMI_FIRST: [f64; 3] = [0.313905, 0.442411, 0.0];
pub const ISHIGAMI_TOTAL: [f64; 3] = [0.557589, 0.442411, 0.243684];
pub const ISHIGAMI_MU_STAR: [f64; 3] = [7.704054, 7.875, 6.248796];

/// Sobol' G function with a = (0, 1, 4.5, 9, 99, 99, 99, 99).
///
/// V_i = 1 / (3 (1 + a_i)²), V = Π (1 + V_i) − 1, total_i = V_i Π_{j ≠ i} (1 + V_j) / V.
pub fn g(x: &[f64]) -> f64 {
    x.iter()
        .zip(G_COEFFICIENTS)
        .map(|(value, a)| ((4.0 * value - 2.0).abs() + a) / (1.0 + a))
        .product()
}

pub const G_COEFFICIENTS: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
pub const G_FIRST: [f64; 4] = [0.716192, 0.179048, 0.023676, 0.007162];
pub const G_TOTAL: [f64; 4] = [0.787144, 0.242198, 0.034317, 0.010460];
