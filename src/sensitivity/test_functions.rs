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

/// Between two ends, by a probability.
fn uniform(probability: f64, low: f64, high: f64) -> f64 {
    low + probability * (high - low)
}

/// Flow of water through a borehole (Harper and Gupta 1983), all inputs uniform: r_w, r, T_u, H_u, T_l, H_l, L, K_w.
pub fn borehole(x: &[f64]) -> f64 {
    let ranges = [
        [0.05, 0.15],
        [100.0, 50_000.0],
        [63_070.0, 115_600.0],
        [990.0, 1110.0],
        [63.1, 116.0],
        [700.0, 820.0],
        [1120.0, 1680.0],
        [9855.0, 12_045.0],
    ];
    let value = |input: usize| uniform(x[input], ranges[input][0], ranges[input][1]);
    let [rw, r, tu, hu, tl, hl, l, kw] = std::array::from_fn(value);
    let log = libm::log(r / rw);
    2.0 * PI * tu * (hu - hl) / (log * (1.0 + tu / tl) + 2.0 * l * tu / (rw * rw * kw))
}

// The flow is (H_u − H_l) times a function of the other six, whose moments come from tensor products of Gauss–Legendre rules
// (10 and 14 points a side agree in six digits); the rest is the closed form of a product.
pub const BOREHOLE_FIRST: [f64; 8] = [
    0.828921, 1.1034e-6, 5.28e-12, 0.041385, 5.298e-6, 0.041385, 0.039342, 0.009522,
];
pub const BOREHOLE_TOTAL: [f64; 8] = [
    0.866834, 2.3203e-6, 1.0684e-11, 0.054110, 1.0727e-5, 0.054110, 0.052077, 0.012731,
];

/// Weight of a wing (Forrester, Sóbester and Keane 2008): S_w, W_fw, A, Λ, q, λ, t_c, N_z, W_dg, W_p, all uniform.
pub fn wing_weight(x: &[f64]) -> f64 {
    let ranges = [
        [150.0, 200.0],
        [220.0, 300.0],
        [6.0, 10.0],
        [-10.0, 10.0],
        [16.0, 45.0],
        [0.5, 1.0],
        [0.08, 0.18],
        [2.5, 6.0],
        [1700.0, 2500.0],
        [0.025, 0.08],
    ];
    let value = |input: usize| uniform(x[input], ranges[input][0], ranges[input][1]);
    let [sw, wfw, a, sweep, q, taper, tc, nz, wdg, wp] = std::array::from_fn(value);
    let cosine = libm::cos(sweep * PI / 180.0);
    let power = libm::pow;
    0.036
        * power(sw, 0.758)
        * power(wfw, 0.0035)
        * power(a / (cosine * cosine), 0.6)
        * power(q, 0.006)
        * power(taper, 0.04)
        * power(100.0 * tc / cosine, -0.3)
        * power(nz * wdg, 0.49)
        + sw * wp
}

// A sum of two products of independent factors: closed forms of one-dimensional integrals (Gauss–Legendre, 60 points).
pub const WING_FIRST: [f64; 10] = [
    0.124473, 2.8331e-6, 0.220240, 0.000490, 8.8174e-5, 0.001810, 0.140983, 0.411610, 0.084968, 0.003339,
];
pub const WING_TOTAL: [f64; 10] = [
    0.127900, 2.9294e-6, 0.226012, 0.000506, 9.1172e-5, 0.001871, 0.145071, 0.419648, 0.087600, 0.003362,
];
