//! Counts of bins, as wide as their sum needs: two bytes each for the first 65,535 numbers, then four, then eight.

use crate::stats::kernel::prefetch;

/// A number of a width.
trait Count: Copy + Into<u64> + std::ops::AddAssign + From<u8> {}
impl Count for u16 {}
impl Count for u32 {}
impl Count for u64 {}

/// Counts of consecutive bins. What is counted together fixes the width, so equal counts are equal bins.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Bins {
    Two(Vec<u16>),
    Four(Vec<u32>),
    Eight(Vec<u64>),
}

/// Does the same with counts of any width.
macro_rules! with {
    ($bins:expr, $counts:ident => $work:expr) => {
        match $bins {
            Bins::Two($counts) => $work,
            Bins::Four($counts) => $work,
            Bins::Eight($counts) => $work,
        }
    };
}

fn wider<A: Copy, B: From<A>>(counts: &[A]) -> Vec<B> {
    counts.iter().map(|count| B::from(*count)).collect()
}

impl Bins {
    /// No bins, and a little room: the sketches of a run are made by one thread and grow on many, and memory that is made larger stays in the part of the heap
    /// that it came from. Hundreds of thousands of sketches would otherwise be spread over the parts of all threads, with a quarter more between them.
    pub(super) fn new() -> Self {
        const ROOM: usize = 32;
        Self::Two(Vec::with_capacity(ROOM))
    }

    pub(super) fn len(&self) -> usize {
        with!(self, counts => counts.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every count in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0..self.len()).map(|bin| self.at(bin))
    }

    /// The count of a bin that exists.
    #[inline(always)]
    pub(super) fn at(&self, bin: usize) -> u64 {
        with!(self, counts => at(counts, bin))
    }

    /// Makes the counts wide enough for a sum of `total`.
    pub(super) fn widen(&mut self, total: u64) {
        if let Self::Two(counts) = self
            && total > u64::from(u16::MAX)
        {
            *self = Self::Four(wider(counts));
        }
        if let Self::Four(counts) = self
            && total > u64::from(u32::MAX)
        {
            *self = Self::Eight(wider(counts));
        }
    }

    /// Adds empty bins in front and behind.
    pub(super) fn grow(&mut self, front: usize, behind: usize) {
        /// Room is made in steps, so that a place in the heap that one sketch leaves fits another.
        const STEP: usize = 64;
        with!(self, counts => {
            // Hardly more than is needed, bins of many sketches are most of a run's memory; what is inserted in front without room would double it.
            let room = (counts.len() + front + behind).next_multiple_of(STEP);
            counts.reserve_exact(room - counts.len());
            if front > 0 {
                counts.splice(0..0, std::iter::repeat_n(0, front));
            }
            counts.resize(counts.len() + behind, 0);
        });
    }

    /// Adds to a bin; the counts are wide enough.
    pub(super) fn add(&mut self, bin: usize, number: u64) {
        // The casts cannot cut: `widen` was told of a sum that includes this number.
        match self {
            Self::Two(counts) => counts[bin] += number as u16,
            Self::Four(counts) => counts[bin] += number as u32,
            Self::Eight(counts) => counts[bin] += number,
        }
    }

    /// Asks for the counts, which are soon added to.
    #[inline(always)]
    pub(super) fn prefetch(&self) {
        with!(self, counts => prefetch(counts));
    }

    /// Counts numbers by their bins, 64 at a time: `bin` gives that of each. The counts are wide enough.
    #[inline(always)]
    pub(super) fn count(&mut self, values: &[f64], bin: impl Fn(f64) -> u32) {
        with!(self, counts => count(counts, values, bin));
    }
}

#[inline(always)]
fn at<C: Count>(counts: &[C], bin: usize) -> u64 {
    counts[bin].into()
}

/// Bins first, counts second: the first loop has no memory dependence and vectorizes.
#[inline(always)]
fn count<C: Count>(counts: &mut [C], values: &[f64], bin: impl Fn(f64) -> u32) {
    let mut bins = [0u32; 64];
    for chunk in values.chunks(64) {
        for (place, value) in bins.iter_mut().zip(chunk) {
            *place = bin(*value);
        }
        for place in &bins[..chunk.len()] {
            counts[*place as usize] += C::from(1);
        }
    }
}
