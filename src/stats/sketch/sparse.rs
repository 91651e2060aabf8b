//! A sketch as it is stored: only the bins that hold numbers.

use serde::{Deserialize, Serialize};

use super::{QuantileSketch, bins::Bins};

/// What a [`QuantileSketch`] has counted, without its floor, which whoever stores it knows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SparseSketch {
    zeros: u64,
    rejected: u64,
    min: f64,
    max: f64,
    /// Key of the first bin that holds numbers.
    first: i64,
    /// Of each bin that holds numbers: how many bins behind the one before, and how many numbers.
    bins: Vec<(u64, u64)>,
}

impl SparseSketch {
    /// How many bins a sketch needs for it; far more than any sketch has if it was damaged.
    pub fn width(&self) -> u64 {
        self.bins
            .iter()
            .skip(1)
            .fold(1, |width, (gap, _)| width.saturating_add(*gap))
    }

    /// The sketch, with its floor; `None` if this was never one. Asks for memory for [`width`](Self::width) bins, which is
    /// that of a sketch of numbers between two finite ones.
    pub fn sketch(&self, floor: f64) -> Option<QuantileSketch> {
        let empty = QuantileSketch {
            rejected: self.rejected,
            ..QuantileSketch::new(floor)
        };
        if self.bins.is_empty() {
            let nothing = self.zeros == 0 && self.min == f64::INFINITY && self.max == f64::NEG_INFINITY;
            return nothing.then_some(empty);
        }
        if !(self.min.is_finite() && self.max.is_finite() && self.min <= self.max) {
            return None;
        }
        let (low, high) = (empty.key(self.min), empty.key(self.max));
        let width = u64::try_from(high - low).ok()? + 1;
        if self.first != low || self.width() != width {
            return None;
        }
        let mut sketch = QuantileSketch {
            first: low,
            counts: Bins::new(),
            zeros: self.zeros,
            min: self.min,
            max: self.max,
            ..empty
        };
        let total = self
            .bins
            .iter()
            .fold(0, |sum: u64, (_, count)| sum.saturating_add(*count));
        sketch.counts.widen(total);
        sketch.counts.grow(0, usize::try_from(width).ok()?);
        let mut place = 0;
        for (position, (gap, count)) in self.bins.iter().enumerate() {
            if *count == 0 || (*gap == 0) != (position == 0) {
                return None;
            }
            place += gap;
            // The last bin is that of the width.
            sketch.count = sketch.count.checked_add(*count)?;
            sketch.counts.add(usize::try_from(place).ok()?, *count);
        }
        // Zeros stand in the bin of key 0.
        let zero = usize::try_from(-low).ok();
        let most = zero.filter(|zero| *zero < sketch.counts.len());
        (sketch.zeros <= most.map_or(0, |zero| sketch.counts.at(zero))).then_some(sketch)
    }
}

impl From<&QuantileSketch> for SparseSketch {
    fn from(sketch: &QuantileSketch) -> Self {
        let mut bins = Vec::new();
        let (mut first, mut before) = (0, 0);
        for (place, count) in sketch.counts.iter().enumerate().filter(|(_, count)| *count > 0) {
            if bins.is_empty() {
                first = sketch.first + place as i64;
                before = place;
            }
            bins.push(((place - before) as u64, count));
            before = place;
        }
        Self {
            zeros: sketch.zeros,
            rejected: sketch.rejected,
            min: sketch.min,
            max: sketch.max,
            first,
            bins,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FLOOR: f64 = 1e-3;

    fn sketch(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new(FLOOR);
        sketch.extend_from_slice(values);
        sketch
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back_and_merges_alike(
            values in prop::collection::vec(
                prop_oneof![-1e3..1e3, Just(0.0), Just(-0.0), Just(f64::NAN), 1e6..1e12], 0..100),
            more in prop::collection::vec(-1e9..1e9, 0..20),
        ) {
            let original = sketch(&values);
            let back = SparseSketch::from(&original).sketch(FLOOR);
            let mut merged = back.clone().unwrap();
            prop_assert_eq!(back, Some(original.clone()));
            merged.merge(&sketch(&more));
            let whole = sketch(&[values, more].concat());
            prop_assert_eq!(merged, whole);
        }
    }

    #[test]
    fn what_was_never_a_sketch_is_refused() {
        let good = SparseSketch::from(&sketch(&[0.0, 1.0, 2.0]));
        assert!(good.sketch(FLOOR).is_some());
        let wrong = |change: fn(&mut SparseSketch)| {
            let mut other = good.clone();
            change(&mut other);
            other.sketch(FLOOR)
        };
        for change in [
            (|sparse| sparse.zeros = 2) as fn(&mut SparseSketch),
            |sparse| sparse.first += 1,
            |sparse| sparse.bins[1].0 += 1,
            |sparse| sparse.bins[1].0 = u64::MAX,
            |sparse| sparse.bins[1].1 = 0,
            |sparse| sparse.bins[2].1 = u64::MAX,
            |sparse| sparse.min = f64::NAN,
            |sparse| sparse.max = f64::INFINITY,
            |sparse| sparse.max = 1e300,
            |sparse| sparse.bins.clear(),
        ] {
            assert_eq!(wrong(change), None);
        }
        // Another floor has another grid.
        assert_eq!(good.sketch(1.0), None);
    }

    #[test]
    fn more_than_32_bits_are_counted() {
        let mut sparse = SparseSketch::from(&sketch(&[1.0, 3.0]));
        sparse.bins[0].1 = 5_000_000_000;
        let mut total = sparse.sketch(FLOOR).unwrap();
        total.merge(&sparse.sketch(FLOOR).unwrap());
        assert_eq!(total.count(), 10_000_000_002);
        assert!((total.quantiles().at(0.999) - 1.0).abs() < 0.01);
    }
}
