//! One look at a slice: what the sketch and the moments both need.

/// Paths of a group, within which the uniform numbers of every stream are stratified (docs/model.md §9).
pub const GROUP: usize = 64;

/// Extremes, sum, and counts of a slice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scan {
    /// Smallest number; infinite for an empty slice.
    pub min: f64,
    /// Largest number; minus infinity for an empty slice.
    pub max: f64,
    /// Sum of the deviations from the first number.
    pub shift: f64,
    /// How many numbers are above 0.
    pub positive: u64,
    /// How many numbers are exactly 0.
    pub zeros: u64,
    /// Whether every number is finite.
    pub finite: bool,
}

/// Partial sums that are kept side by side, so that the loop vectorizes; their number fixes the order of additions,
/// whatever the instructions.
const PARTS: usize = 8;
/// The same of what does not depend on order: more of them wait less for each other.
const MANY: usize = 16;

/// Looks at a slice. Each result has a loop of its own: compilers pack results of several kinds into the same vectors, which takes several times as long.
#[inline(always)]
pub(super) fn scan(values: &[f64]) -> Scan {
    let origin = values.first().copied().unwrap_or(0.0);
    let smaller = |one: f64, other: f64| if other < one { other } else { one };
    let larger = |one: f64, other: f64| if other > one { other } else { one };
    let min = parts::<MANY>(values, f64::INFINITY, smaller)
        .into_iter()
        .fold(f64::INFINITY, f64::min);
    let max = parts::<MANY>(values, f64::NEG_INFINITY, larger)
        .into_iter()
        .fold(f64::NEG_INFINITY, f64::max);
    let shift = total(parts(values, 0.0, |sum, value| sum + (value - origin)));
    // What is not finite leaves no finite sum; sums of finite numbers that are too large are rare enough to look again.
    let finite = shift.is_finite() || values.iter().all(|value| value.is_finite());
    // Most numbers are all above 0: nothing is to be counted.
    let (positive, zeros) = if finite && min > 0.0 {
        (values.len() as u64, 0)
    } else {
        let count = |case: fn(f64) -> bool| {
            let parts = parts::<MANY>(values, 0.0, |sum, value| {
                sum + if case(value) { 1.0 } else { 0.0 }
            });
            parts.into_iter().sum::<f64>() as u64
        };
        (count(|value| value > 0.0), count(|value| value == 0.0))
    };
    Scan {
        min,
        max,
        shift,
        positive,
        zeros,
        finite,
    }
}

/// Folds every number into the part that its place says.
#[inline(always)]
fn parts<const N: usize>(values: &[f64], start: f64, fold: impl Fn(f64, f64) -> f64) -> [f64; N] {
    let mut parts = [start; N];
    let (chunks, rest) = values.as_chunks::<N>();
    for chunk in chunks {
        for (part, value) in parts.iter_mut().zip(chunk) {
            *part = fold(*part, *value);
        }
    }
    for (part, value) in parts.iter_mut().zip(rest) {
        *part = fold(*part, *value);
    }
    parts
}

/// The sum of partial results, in an order that is fixed.
#[inline(always)]
fn total(parts: [f64; PARTS]) -> f64 {
    ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]))
}

/// Sums of squared deviations from `origin + shift`: of the numbers, and of the means of groups of [`GROUP`] of them that follow each
/// other, each as often as it has numbers.
#[inline(always)]
pub(super) fn squares(values: &[f64], origin: f64, shift: f64) -> (f64, f64) {
    let mut within = [0.0; PARTS];
    let mut between = 0.0;
    for group in values.chunks(GROUP) {
        let mut sums = [0.0; PARTS];
        let mut look = |part: usize, value: f64| {
            let deviation = (value - origin) - shift;
            within[part] += deviation * deviation;
            sums[part] += deviation;
        };
        let (chunks, rest) = group.as_chunks::<PARTS>();
        for chunk in chunks {
            for (part, value) in chunk.iter().enumerate() {
                look(part, *value);
            }
        }
        for (part, value) in rest.iter().enumerate() {
            look(part, *value);
        }
        let sum = total(sums);
        between += sum * sum / group.len() as f64;
    }
    (total(within), between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_by_hand() {
        let values: Vec<f64> = (0..21).map(|step| f64::from(step % 5) - 1.0).collect();
        let expected = Scan {
            min: -1.0,
            max: 3.0,
            // From the first number, -1: four rounds of 0 + 1 + 2 + 3 + 4, and 0.
            shift: 40.0,
            positive: 12,
            zeros: 4,
            finite: true,
        };
        assert_eq!(scan(&values), expected);
        let mean: f64 = 40.0 / 21.0;
        let by_hand: f64 = values
            .iter()
            .map(|value| (value + 1.0 - mean) * (value + 1.0 - mean))
            .sum();
        let (squares, between) = squares(&values, -1.0, mean);
        assert!((squares - by_hand).abs() < 1e-12 && between < 1e-12);
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!scan(&[1.0, wrong, 2.0]).finite);
        }
        assert!(scan(&[]).finite);
        // Finite numbers whose sum is not.
        let large = scan(&[-f64::MAX, f64::MAX, f64::MAX]);
        assert!(large.finite && !large.shift.is_finite());
        // All above 0.
        let above = scan(&[2.0, 0.5, 3.0]);
        assert_eq!((above.positive, above.zeros), (3, 0));
    }
}
