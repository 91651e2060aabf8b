//! The normal quantile function over slices: Wichura's algorithm AS 241 (PPND16), about 16 digits.

use super::elementary;

/// |p − ½| up to which the central approximation holds.
const CENTRAL: f64 = 0.425;
/// The distance from 0 or 1 below which the far tail has an approximation of its own: e⁻²⁵.
const FAR: f64 = 1.388_794_386_496_402e-11;

/// Turns uniform numbers in (0, 1) into standard normal ones, in place.
///
/// The central approximation runs over all numbers without branches. The 15 % of them in the tails are put side by side, so that theirs
/// does as well. The result does not depend on the instructions used.
#[inline(always)]
pub fn apply(values: &mut [f64]) {
    const CHUNK: usize = 512;
    let mut places = [0_u16; CHUNK];
    let mut uniforms = [0.5; CHUNK];
    let mut scores = [0.0; CHUNK];
    for chunk in values.chunks_mut(CHUNK) {
        let mut count = 0;
        for (place, uniform) in chunk.iter().enumerate() {
            places[count] = place as u16;
            uniforms[count] = *uniform;
            count += usize::from((uniform - 0.5).abs() > CENTRAL);
        }
        for value in chunk.iter_mut() {
            *value = central(*value - 0.5);
        }
        for (score, uniform) in scores[..count].iter_mut().zip(&uniforms) {
            *score = signed(*uniform, near_tail(root(*uniform)));
        }
        for ((place, uniform), score) in places[..count].iter().zip(&uniforms).zip(&scores) {
            chunk[usize::from(*place)] = if from_end(*uniform) < FAR {
                tail(*uniform)
            } else {
                *score
            };
        }
    }
}

/// The quantile at p in (0, 1).
pub fn value(p: f64) -> f64 {
    if (p - 0.5).abs() <= CENTRAL {
        central(p - 0.5)
    } else {
        tail(p)
    }
}

/// The quantile at `1 − q` for a small upper probability `q`, without the rounding of `1 − q`.
pub fn upper(q: f64) -> f64 {
    -value(q)
}

#[inline(always)]
fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for coefficient in coefficients.iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}

#[inline(always)]
fn central(q: f64) -> f64 {
    let r = CENTRAL * CENTRAL - q * q;
    let numerator = polynomial(
        r,
        [
            3.387_132_872_796_366_5,
            1.331_416_678_917_843_8e2,
            1.971_590_950_306_551_3e3,
            1.373_169_376_550_946e4,
            4.592_195_393_154_987e4,
            6.726_577_092_700_87e4,
            3.343_057_558_358_813e4,
            2.509_080_928_730_122_7e3,
        ],
    );
    let denominator = polynomial(
        r,
        [
            1.0,
            4.231_333_070_160_091e1,
            6.871_870_074_920_579e2,
            5.394_196_021_424_751e3,
            2.121_379_430_158_66e4,
            3.930_789_580_009_271e4,
            2.872_908_573_572_194_3e4,
            5.226_495_278_852_854e3,
        ],
    );
    q * numerator / denominator
}

/// How far a probability is from the nearer of 0 and 1.
#[inline(always)]
fn from_end(p: f64) -> f64 {
    if p < 0.5 { p } else { 1.0 - p }
}

/// What the tails are approximated in.
#[inline(always)]
fn root(p: f64) -> f64 {
    (-elementary::ln(from_end(p))).sqrt()
}

#[inline(always)]
fn signed(p: f64, magnitude: f64) -> f64 {
    if p < 0.5 { -magnitude } else { magnitude }
}

fn tail(p: f64) -> f64 {
    let root = root(p);
    signed(
        p,
        if from_end(p) < FAR {
            far_tail(root)
        } else {
            near_tail(root)
        },
    )
}

#[inline(always)]
fn near_tail(root: f64) -> f64 {
    let r = root - 1.6;
    polynomial(
        r,
        [
            1.423_437_110_749_683_5,
            4.630_337_846_156_546,
            5.769_497_221_460_691,
            3.647_848_324_763_204_5,
            1.270_458_252_452_368_4,
            2.417_807_251_774_506e-1,
            2.272_384_498_926_918_4e-2,
            7.745_450_142_783_414e-4,
        ],
    ) / polynomial(
        r,
        [
            1.0,
            2.053_191_626_637_759,
            1.676_384_830_183_803_8,
            6.897_673_349_851e-1,
            1.481_039_764_274_800_8e-1,
            1.519_866_656_361_645_7e-2,
            5.475_938_084_995_345e-4,
            1.050_750_071_644_416_9e-9,
        ],
    )
}

fn far_tail(root: f64) -> f64 {
    let r = root - 5.0;
    polynomial(
        r,
        [
            6.657_904_643_501_103,
            5.463_784_911_164_114,
            1.784_826_539_917_291_3,
            2.965_605_718_285_048_7e-1,
            2.653_218_952_657_612_4e-2,
            1.242_660_947_388_078_4e-3,
            2.711_555_568_743_487_6e-5,
            2.010_334_399_292_288_1e-7,
        ],
    ) / polynomial(
        r,
        [
            1.0,
            5.998_322_065_558_88e-1,
            1.369_298_809_227_358e-1,
            1.487_536_129_085_061_5e-2,
            7.868_691_311_456_133e-4,
            1.846_318_317_510_054_8e-5,
            1.421_511_758_316_446e-7,
            2.044_263_103_389_939_8e-15,
        ],
    )
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal};

    use super::*;

    #[test]
    fn agrees_with_statrs_in_the_center_and_in_both_tails() {
        let normal = Normal::standard();
        let mut probabilities: Vec<f64> = (1..2000).map(|step| f64::from(step) / 2000.0).collect();
        probabilities.extend((1..300).map(|exponent| 10f64.powi(-exponent)));
        for p in probabilities {
            // 16 digits, times a small factor for the rounding of the polynomials; statrs itself has about 15.
            let expected = normal.inverse_cdf(p);
            assert!(
                (value(p) - expected).abs() <= 2e-14 * (1.0 + expected.abs()),
                "{p}: {} {expected}",
                value(p)
            );
            assert_eq!(upper(p), -value(p));
        }
    }

    #[test]
    fn a_slice_gives_the_same_bits_as_single_numbers() {
        let uniforms: Vec<f64> = (0..1000).map(|step| (f64::from(step) + 0.5) / 1000.0).collect();
        let mut values = uniforms.clone();
        apply(&mut values);
        for (p, quantile) in uniforms.iter().zip(values) {
            assert_eq!(value(*p).to_bits(), quantile.to_bits());
        }
    }
}
