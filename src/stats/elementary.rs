//! Exponential, logarithm and logistic function for inner loops (decision 0001).
//!
//! Branch-free and built from +, −, ×, ÷, selections and bit operations, each rounded on its own: a loop over a slice
//! becomes vector instructions, and the bits are the same with any of them. Outside inner loops `libm` serves.

use core::f64::consts::LOG2_E;

/// ln 2 in two parts; the first has 32 trailing zero bits, so that its product with an exponent is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Adding and subtracting 1.5 · 2⁵² rounds a small number to the nearest integer, whose bits then stand lowest.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// e^x, at most 1 unit in the last place from the true value where the result is a normal number.
///
/// Above 709.78 the result is infinite; below −708.39, where it would be subnormal, it is 0. NaN gives NaN.
///
/// ```
/// use jointly::stats::elementary::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert!((exp(1.0) - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let Reduced { k, high, low, c } = Reduced::new(x.clamp(-708.39, 709.79));
    let value = 1.0 - ((low - ((high - low) * c) / (2.0 - c)) - high);
    // 2^k in two factors, because k = 1024 alone does not fit an exponent.
    let half = k >> 1;
    let scaled = value * power_of_two(half) * power_of_two(k - half);
    let scaled = if x < -708.39 { 0.0 } else { scaled };
    if x.is_nan() { x } else { scaled }
}

/// x = k ln 2 + r with |r| ≤ ln 2 / 2, and what e^r is made of.
struct Reduced {
    k: i64,
    /// r is the first less the second.
    high: f64,
    low: f64,
    /// e^r = 1 + 2 r / (2 − c).
    c: f64,
}

impl Reduced {
    #[inline(always)]
    fn new(x: f64) -> Self {
        let shifted = x * LOG2_E + ROUND;
        let k = shifted - ROUND;
        let high = x - k * LN_2_HIGH;
        let low = k * LN_2_LOW;
        let r = high - low;
        // Padé form of e^r: r (e^r + 1) / (e^r − 1) is even in r, and its series converges quickly (the Remez
        // coefficients are those published with FreeBSD's msun).
        let square = r * r;
        let tail = square
            * (1.666_666_666_666_660_2e-1
                + square
                    * (-2.777_777_777_701_559_3e-3
                        + square
                            * (6.613_756_321_437_934e-5
                                + square
                                    * (-1.653_390_220_546_525_2e-6 + square * 4.138_136_797_057_238_5e-8))));
        Self {
            k: shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i64,
            high,
            low,
            c: r - tail,
        }
    }
}

/// 2^k for k from −1022 to 1023.
#[inline(always)]
fn power_of_two(k: i64) -> f64 {
    f64::from_bits(((k + 1023) << 52) as u64)
}

/// ln x for positive normal x, at most 2 units in the last place from the true value. Other arguments are outside its
/// contract: inner loops never hold them.
///
/// ```
/// use jointly::stats::elementary::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert!((ln(10.0) - std::f64::consts::LN_10).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    // x = 2^k (1 + f) with √½ ≤ 1 + f < √2.
    const ROOT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
    let bits = x.to_bits();
    let offset = bits.wrapping_sub(ROOT_HALF_BITS);
    let exponent = (offset as i64) >> 52;
    let mantissa = f64::from_bits(bits.wrapping_sub((exponent << 52) as u64));
    // The exponent as a number without a conversion instruction, which SSE2 and AVX2 lack for 64 bits.
    let k = f64::from_bits(((exponent + (1 << 51)) as u64) | 0x4330_0000_0000_0000)
        - (4_503_599_627_370_496.0 + 2_251_799_813_685_248.0);
    let f = mantissa - 1.0;
    // ln(1 + f) = 2 atanh(f / (2 + f)), with the Remez coefficients published with FreeBSD's msun.
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even =
        w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239_2e-1
                + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let remainder = odd + even;
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + remainder) + k * LN_2_LOW)) - f)
}

/// 1 / (1 + e^(−z)), between 0 and 1, accurate in both tails.
#[inline(always)]
pub fn logistic(z: f64) -> f64 {
    // The exponential of −|z| never overflows; the complement is taken for positive z. With e^(−|z|) = p / q one division does: p / (q + p) or q / (q + p).
    let x = -z.abs();
    let Reduced { k, high, low, c } = Reduced::new(if x < -708.39 { -708.39 } else { x });
    let q = 2.0 - c;
    let p = (q + 2.0 * (high - low)) * power_of_two(k);
    let p = if x < -708.39 { 0.0 } else { p };
    let numerator = if z < 0.0 { p } else { q };
    numerator / (q + p)
}

/// ln(s / (1 − s)) for s strictly between 0 and 1.
#[inline(always)]
pub fn logit(s: f64) -> f64 {
    ln(s / (1.0 - s))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // the standard library is the independent check
mod tests {
    use super::*;

    /// Distance in units of the last place of the reference.
    fn units(value: f64, reference: f64) -> f64 {
        (value - reference).abs() / (reference.abs() * f64::EPSILON / 2.0).max(f64::MIN_POSITIVE)
    }

    /// The distances below are measured against half the spacing at worst, so 1 unit in the last place is at most 2.
    const ONE_UNIT: f64 = 2.0;

    #[test]
    fn exponential_agrees_with_the_standard_library() {
        let mut worst: f64 = 0.0;
        for step in 0..2_000_000 {
            let x = -708.0 + 1417.7 * f64::from(step) / 2e6;
            worst = worst.max(units(exp(x), x.exp()));
        }
        for step in 0..1_000_000 {
            let x = -1.0 + 2e-6 * f64::from(step);
            worst = worst.max(units(exp(x), x.exp()));
        }
        assert!(worst <= 2.0 * ONE_UNIT, "{worst}");
    }

    #[test]
    fn exponential_at_the_edges() {
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(709.8), f64::INFINITY);
        assert!(exp(709.78).is_finite());
        assert_eq!(exp(-709.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(exp(-0.0), 1.0);
    }

    #[test]
    fn logarithm_agrees_with_the_standard_library() {
        let mut worst: f64 = 0.0;
        let mut x = f64::MIN_POSITIVE;
        while x < f64::MAX / 1.001 {
            worst = worst.max(units(ln(x), x.ln()));
            x *= 1.000_7;
        }
        for step in 1..2_000_000 {
            let x = 1e-6 * f64::from(step);
            // Near 1 the logarithm is near 0, where it stays accurate relatively.
            worst = worst.max(units(ln(x), x.ln()));
        }
        assert!(worst <= 2.0 * ONE_UNIT, "{worst}");
        assert_eq!(LN_2_HIGH + LN_2_LOW, core::f64::consts::LN_2);
    }

    #[test]
    fn logistic_agrees_with_the_standard_library() {
        let mut worst: f64 = 0.0;
        for step in -700_000..=700_001 {
            for z in [1e-3 * f64::from(step), 1e-5 * f64::from(step - 300_000)] {
                let expected = if z < 0.0 {
                    z.exp() / (1.0 + z.exp())
                } else {
                    1.0 / (1.0 + (-z).exp())
                };
                worst = worst.max(units(logistic(z), expected));
            }
        }
        // The reference itself is good to one and a half.
        assert!(worst <= 4.0 * ONE_UNIT, "{worst}");
        assert!(logistic(f64::NAN).is_nan());
        assert_eq!([logistic(f64::NEG_INFINITY), logistic(f64::INFINITY)], [0.0, 1.0]);
    }

    #[test]
    fn logistic_keeps_its_tails_and_its_symmetry() {
        for (z, expected) in [
            (0.0, 0.5),
            (-40.0, 4.248_354_255_291_589e-18),
            (800.0, 1.0),
            (-800.0, 0.0),
        ] {
            assert!(
                (logistic(z) - expected).abs() <= 4.0 * f64::EPSILON * expected,
                "{z}"
            );
        }
        for step in -3000..3000 {
            let z = 0.01 * f64::from(step);
            assert!((logistic(z) + logistic(-z) - 1.0).abs() <= f64::EPSILON, "{z}");
            if z.abs() < 20.0 {
                // logit amplifies the rounding of s by 1 / (s (1 − s)).
                let s = logistic(z);
                assert!(
                    (logit(s) - z).abs() <= 4.0 * f64::EPSILON * (1.0 / (1.0 - s) + z.abs() + 1.0),
                    "{z}"
                );
            }
        }
    }
}
