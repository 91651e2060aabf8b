//! Quantiles of a stream of numbers in bounded memory, the same whatever the order of the numbers.

mod bins;
mod sparse;

pub use sparse::SparseSketch;

use bins::Bins;

use super::{
    Moments,
    kernel::{Kernel, Work},
    scan::{Scan, scan},
};

/// The probabilities of the reported quantiles.
pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

/// Leading bits of the fraction that tell bins apart: 2⁷ bins per factor of two. Fewer bins stay in the processor's cache.
const FRACTION_BITS: u32 = 7;
const SHIFT: u32 = 52 - FRACTION_BITS;

/// A histogram of the leading bits of |x| + floor, with the sign of x.
///
/// A bin is at most 2⁻⁷ of (|x| + floor) wide; a quantile is interpolated inside its bin, so it lies within
/// [`RELATIVE_ERROR`](Self::RELATIVE_ERROR) · (|x| + floor) of an order statistic next to the exact one. Counts are
/// integers: merging is associative and commutative, bit for bit. Memory depends on the range of the numbers (a quarter of a
/// kibibyte for each factor of two, half a kibibyte for more than 65,535 numbers, one for more than 2³²), not on how many there are.
///
/// ```
/// use jointly::stats::QuantileSketch;
/// let mut sketch = QuantileSketch::new(1e-3);
/// sketch.extend_from_slice(&(1..=999).map(f64::from).collect::<Vec<_>>());
/// assert!((sketch.quantiles().at(0.5) - 500.0).abs() < 1.0);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct QuantileSketch {
    floor: f64,
    /// Leading bits of the floor: the key of zero.
    origin: i64,
    /// Key of the first bin.
    first: i64,
    counts: Bins,
    count: u64,
    /// How many numbers are exactly zero: a mass of its own (a lever that delivers nothing).
    zeros: u64,
    rejected: u64,
    min: f64,
    max: f64,
}

/// The key of the bin of a number.
#[inline(always)]
fn key(value: f64, floor: f64, origin: i64) -> i64 {
    let key = ((value.abs() + floor).to_bits() >> SHIFT) as i64 - origin;
    // Bin 0 belongs to positive numbers and bin −1 to negative ones, both next to zero.
    if value < 0.0 { -1 - key } else { key }
}

impl QuantileSketch {
    /// Largest width of a bin as part of |x| + floor.
    pub const RELATIVE_ERROR: f64 = 1.0 / (1u64 << FRACTION_BITS) as f64;

    /// An empty sketch. Near zero it resolves absolutely, to [`RELATIVE_ERROR`](Self::RELATIVE_ERROR) · `floor`; the
    /// floor is a positive normal number.
    pub fn new(floor: f64) -> Self {
        Self {
            floor,
            origin: (floor.to_bits() >> SHIFT) as i64,
            first: 0,
            counts: Bins::new(),
            count: 0,
            zeros: 0,
            rejected: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }

    #[inline(always)]
    fn key(&self, value: f64) -> i64 {
        key(value, self.floor, self.origin)
    }

    /// Lower and upper end of a bin.
    fn bounds(&self, key: i64) -> (f64, f64) {
        let edge = |key: i64| f64::from_bits(((key + self.origin) as u64) << SHIFT) - self.floor;
        if key < 0 {
            (-edge(-key), -edge(-1 - key).max(0.0))
        } else {
            (edge(key).max(0.0), edge(key + 1))
        }
    }

    /// Adds numbers. What is not finite is left out and counted by [`rejected`](Self::rejected).
    pub fn extend_from_slice(&mut self, values: &[f64]) {
        self.observe(values);
    }

    /// Adds numbers and gives their moments and how many of them are above 0, in one look at them.
    ///
    /// Uses the widest instructions that the machine has: without fused multiply-add and with a fixed order of additions, the result
    /// does not depend on it.
    pub fn observe(&mut self, values: &[f64]) -> (Moments, u64) {
        Kernel::detect().run(Observe { sketch: self, values })
    }

    /// As [`observe`](Self::observe), of numbers less others, which it leaves in `differences`; all have the same length.
    pub fn observe_differences(
        &mut self,
        values: &[f64],
        less: &[f64],
        differences: &mut [f64],
    ) -> (Moments, u64) {
        Kernel::detect().run(ObserveDifferences {
            sketch: self,
            values,
            less,
            differences,
        })
    }

    #[inline(always)]
    fn extend(&mut self, values: &[f64], scan: &Scan) {
        if !scan.finite {
            return self.extend_finite(values);
        }
        if values.is_empty() {
            return;
        }
        self.min = self.min.min(scan.min);
        self.max = self.max.max(scan.max);
        self.zeros += scan.zeros;
        self.count += values.len() as u64;
        let (low, high) = (self.key(scan.min), self.key(scan.max));
        self.cover(low, high);
        self.counts.widen(self.count);
        if low == high {
            // Numbers that do not vary (an option that changes nothing) are counted at once.
            self.counts.add((low - self.first) as usize, values.len() as u64);
            return;
        }
        let (floor, origin, first) = (self.floor, self.origin, self.first);
        self.counts
            .count(values, |value| (key(value, floor, origin) - first) as u32);
    }

    /// Adds what is finite and counts what is not.
    #[cold]
    #[inline(never)]
    fn extend_finite(&mut self, values: &[f64]) {
        let good: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        self.rejected += (values.len() - good.len()) as u64;
        self.extend_from_slice(&good);
    }

    /// Makes room for the bins `low..=high`.
    fn cover(&mut self, low: i64, high: i64) {
        if self.counts.is_empty() {
            self.first = low;
        }
        let front = (self.first - low).max(0) as usize;
        self.first = self.first.min(low);
        let needed = (high - self.first + 1) as usize;
        let behind = needed.saturating_sub(self.counts.len() + front);
        if front + behind > 0 {
            self.counts.grow(front, behind);
        }
    }

    /// Adds what another sketch with the same floor has seen.
    pub fn merge(&mut self, other: &Self) {
        debug_assert_eq!(self.floor, other.floor);
        self.rejected += other.rejected;
        if other.count == 0 {
            return;
        }
        self.cover(other.first, other.first + other.counts.len() as i64 - 1);
        self.count += other.count;
        self.counts.widen(self.count);
        let offset = (other.first - self.first) as usize;
        for (bin, count) in other.counts.iter().enumerate() {
            self.counts.add(offset + bin, count);
        }
        self.zeros += other.zeros;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Its floor.
    pub fn floor(&self) -> f64 {
        self.floor
    }

    /// How many numbers were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many numbers were left out because they were not finite.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// The bins that hold numbers, in ascending order: lower end, upper end, how many. Sketches with the same floor have
    /// the same grid of bins.
    pub fn bins(&self) -> impl Iterator<Item = (f64, f64, u64)> {
        let bin = |(position, count): (usize, u64)| {
            let (low, high) = self.bounds(self.first + position as i64);
            (low, high, count)
        };
        self.counts
            .iter()
            .enumerate()
            .filter(|(_, count)| *count > 0)
            .map(bin)
    }

    /// The smallest number counted, exactly; `None` of nothing.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest number counted, exactly; `None` of nothing.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// The quantiles, ready to be asked for.
    pub fn quantiles(&self) -> Quantiles<'_> {
        let mut below = 0;
        let cumulative = self
            .counts
            .iter()
            .map(|count| {
                below += count;
                below
            })
            .collect();
        Quantiles {
            sketch: self,
            cumulative,
        }
    }
}

/// The quantiles of a [`QuantileSketch`].
#[derive(Clone, Debug)]
pub struct Quantiles<'sketch> {
    sketch: &'sketch QuantileSketch,
    /// How many numbers lie in a bin or below it.
    cumulative: Vec<u64>,
}

impl Quantiles<'_> {
    /// The quantile at a probability between 0 and 1 (type 7 of Hyndman and Fan 1996 on the numbers of a bin spread
    /// evenly); not a number if the sketch is empty.
    pub fn at(&self, probability: f64) -> f64 {
        let sketch = self.sketch;
        if sketch.count == 0 {
            return f64::NAN;
        }
        // 0-based fractional rank.
        let rank = probability.clamp(0.0, 1.0) * (sketch.count - 1) as f64;
        let bin = self.cumulative.partition_point(|below| *below as f64 <= rank);
        if bin >= self.cumulative.len() {
            return sketch.max;
        }
        let count = sketch.counts.at(bin);
        let key = sketch.first + bin as i64;
        let (low, high) = sketch.bounds(key);
        // Zeros come first in their bin and are exact; the other numbers of a bin are spread evenly.
        let zeros = if key == 0 { sketch.zeros } else { 0 };
        let before = (self.cumulative[bin] - count + zeros) as f64;
        if rank < before {
            return 0.0;
        }
        let part = (rank - before + 0.5) / (count - zeros) as f64;
        (low + part.min(1.0) * (high - low)).clamp(sketch.min, sketch.max)
    }

    /// Standard error of a quantile from sampling: half the distance between the quantiles at p ± sqrt(p (1 − p) / n),
    /// which is the distribution-free interval of order statistics at one standard error.
    pub fn standard_error(&self, probability: f64) -> f64 {
        let step = (probability * (1.0 - probability) / self.sketch.count as f64).sqrt();
        0.5 * (self.at(probability + step) - self.at(probability - step))
    }
}

/// A look at some numbers.
struct Observe<'a> {
    sketch: &'a mut QuantileSketch,
    values: &'a [f64],
}

impl Work for Observe<'_> {
    type Output = (Moments, u64);

    #[inline(always)]
    fn run(self) -> (Moments, u64) {
        // The histogram arrives while the numbers are looked at.
        self.sketch.counts.prefetch();
        let scan = scan(self.values);
        self.sketch.extend(self.values, &scan);
        (Moments::from_scan(self.values, &scan), scan.positive)
    }
}

/// A look at differences.
struct ObserveDifferences<'a> {
    sketch: &'a mut QuantileSketch,
    values: &'a [f64],
    less: &'a [f64],
    differences: &'a mut [f64],
}

impl Work for ObserveDifferences<'_> {
    type Output = (Moments, u64);

    #[inline(always)]
    fn run(self) -> (Moments, u64) {
        let pairs = self.values.iter().zip(self.less);
        for (difference, (value, less)) in self.differences.iter_mut().zip(pairs) {
            *difference = value - less;
        }
        Observe {
            sketch: self.sketch,
            values: self.differences,
        }
        .run()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(sorted: &[f64], probability: f64) -> (f64, f64) {
        let rank = probability * (sorted.len() - 1) as f64;
        (sorted[rank.floor() as usize], sorted[rank.ceil() as usize])
    }

    #[test]
    fn both_instruction_sets_give_the_same_bits() {
        let values: Vec<f64> = (1..1000)
            .map(|step| libm::exp(libm::sin(f64::from(step)) * 9.0))
            .collect();
        let (mut plain, mut fastest) = (QuantileSketch::new(1e-3), QuantileSketch::new(1e-3));
        assert_eq!(
            Kernel::Portable.run(Observe {
                sketch: &mut plain,
                values: &values
            }),
            fastest.observe(&values)
        );
        assert_eq!(plain, fastest);
    }

    proptest! {
        #[test]
        fn a_quantile_is_within_its_bound_of_the_neighboring_order_statistics(
            mut values in prop::collection::vec(
                prop_oneof![-1e3..1e3, 1e-9..1e-6, Just(0.0), 1e6..1e12], 1..200),
            probability in 0.0..=1.0,
        ) {
            let floor = 1e-3;
            let mut sketch = QuantileSketch::new(floor);
            sketch.extend_from_slice(&values);
            values.sort_by(f64::total_cmp);
            let (low, high) = exact(&values, probability);
            let quantile = sketch.quantiles().at(probability);
            let margin = |value: f64| QuantileSketch::RELATIVE_ERROR * (value.abs() + floor);
            prop_assert!(quantile >= low - margin(low) && quantile <= high + margin(high), "{low} {quantile} {high}");
        }

        #[test]
        fn order_and_grouping_change_nothing(values in prop::collection::vec(-1e9..1e9, 3..100), split in 1usize..3) {
            let sketch = |values: &[f64]| {
                let mut sketch = QuantileSketch::new(1.0);
                sketch.extend_from_slice(values);
                sketch
            };
            let whole = sketch(&values);
            let (left, right) = values.split_at(split);
            let mut forward = sketch(left);
            forward.merge(&sketch(right));
            let mut backward = sketch(right);
            backward.merge(&sketch(left));
            prop_assert_eq!(&whole, &forward);
            prop_assert_eq!(&whole, &backward);
        }
    }

    #[test]
    fn a_constant_is_exact_and_has_no_error() {
        let mut sketch = QuantileSketch::new(1e-3);
        sketch.extend_from_slice(&[-17.3; 1000]);
        assert_eq!(sketch.quantiles().at(0.05), -17.3);
        assert_eq!(sketch.quantiles().standard_error(0.5), 0.0);
    }

    #[test]
    fn bins_hold_every_number_between_their_ends() {
        let mut values: Vec<f64> = (-300..500)
            .map(|step| f64::from(step * step * step) * 0.01)
            .collect();
        let mut sketch = QuantileSketch::new(1e-3);
        sketch.extend_from_slice(&values);
        values.sort_by(f64::total_cmp);
        assert_eq!(
            (sketch.min(), sketch.max()),
            (values.first().copied(), values.last().copied())
        );
        let mut rest = values.iter();
        let mut end = f64::NEG_INFINITY;
        for (low, high, count) in sketch.bins() {
            assert!(count > 0 && low >= end && high > low);
            // The sum |x| + floor is rounded before it is binned.
            let rounding = 4.0 * f64::EPSILON * low.abs().max(high.abs()).max(1e-3);
            for value in rest.by_ref().take(count as usize) {
                assert!(
                    *value >= low - rounding && *value <= high + rounding,
                    "{low} {value} {high}"
                );
            }
            end = high;
        }
        assert!(rest.next().is_none());
        let empty = QuantileSketch::new(1.0);
        assert_eq!((empty.bins().count(), empty.min(), empty.max()), (0, None, None));
    }

    #[test]
    fn counts_of_any_width_are_the_same_counts() {
        // Past 65,535 numbers a bin has four bytes, past 2³² eight: by counting, by merging, and read back.
        let block: Vec<f64> = (0..5000).map(|step| f64::from(step % 50) - 10.0).collect();
        let mut sketch = QuantileSketch::new(1e-3);
        let mut total = 0;
        for _ in 0..15 {
            sketch.extend_from_slice(&block);
            total += block.len() as u64;
            assert_eq!(sketch.bins().map(|(_, _, count)| count).sum::<u64>(), total);
            assert!(sketch.bins().all(|(_, _, count)| count == total / 50));
            assert_eq!(SparseSketch::from(&sketch).sketch(1e-3).as_ref(), Some(&sketch));
        }
        let quartile = sketch.quantiles().at(0.25);
        while total <= 1 << 33 {
            let half = sketch.clone();
            sketch.merge(&half);
            total *= 2;
            assert_eq!(sketch.count(), total);
            assert!(sketch.bins().all(|(_, _, count)| count == total / 50));
            assert_eq!(SparseSketch::from(&sketch).sketch(1e-3).as_ref(), Some(&sketch));
        }
        assert!((sketch.quantiles().at(0.25) - quartile).abs() < 1e-3);
    }

    #[test]
    fn numbers_that_are_not_finite_are_counted_apart() {
        let mut sketch = QuantileSketch::new(1e-3);
        sketch.extend_from_slice(&[1.0, f64::NAN, f64::INFINITY, 1.0]);
        assert_eq!((sketch.count(), sketch.rejected()), (2, 2));
        assert!(QuantileSketch::new(1.0).quantiles().at(0.5).is_nan());
    }
}
