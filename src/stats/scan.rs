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

/// Partial results that are kept side by side, so that the loop vectorizes; their number fixes the order of additions,
/// whatever the instructions.
const PARTS: usize = 8;

/// Looks at a slice once.
#[inline(always)]
pub(super) fn scan(values: &[f64]) -> Scan {
    let origin = values.first().copied().unwrap_or(0.0);
    let mut min = [f64::INFINITY; PARTS];
    let mut max = [f64::NEG_INFINITY; PARTS];
    let mut shift = [0.0; PARTS];
    let mut positive = [0.0; PARTS];
    let mut zeros = [0.0; PARTS];
    // 0 · x is 0 for finite numbers and not a number for others.
    let mut poison = [0.0; PARTS];
    let mut look = |part: usize, value: f64| {
        min[part] = if value < min[part] { value } else { min[part] };
        max[part] = if value > max[part] { value } else { max[part] };
        shift[part] += value - origin;
        positive[part] += if value > 0.0 { 1.0 } else { 0.0 };
        zeros[part] += if value == 0.0 { 1.0 } else { 0.0 };
        poison[part] += 0.0 * value;
    };
    let (chunks, rest) = values.as_chunks::<PARTS>();
    for chunk in chunks {
        for (part, value) in chunk.iter().enumerate() {
            look(part, *value);
        }
    }
    for (part, value) in rest.iter().enumerate() {
        look(part, *value);
    }
    Scan {
        min: min.into_iter().fold(f64::INFINITY, f64::min),
        max: max.into_iter().fold(f64::NEG_INFINITY, f64::max),
        shift: total(shift),
        positive: total(positive) as u64,
        zeros: total(zeros) as u64,
        finite: total(poison) == 0.0,
    }
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
    }
}
