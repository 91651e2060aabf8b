//! Draws in the order of an input's values, cut into slices.

/// Least number of draws.
pub const LEAST: usize = 20;
/// What an input is said to be that cannot be cut.
pub(super) const ONE_VALUE: &str = "the input has the same value in nearly every draw";

/// Draws in the order of their values.
#[derive(Clone)]
pub(super) struct Order {
    /// Draws from the least value to the largest.
    pub draws: Vec<u32>,
    /// Ends of the groups of equal values, as positions in `draws`.
    pub ends: Vec<usize>,
}

impl Order {
    pub fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<(f64, u32)> = values.iter().copied().zip(0..).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut ends: Vec<usize> = (1..sorted.len())
            .filter(|end| sorted[*end].0 != sorted[end - 1].0)
            .collect();
        ends.push(sorted.len());
        Self {
            draws: sorted.into_iter().map(|(_, draw)| draw).collect(),
            ends,
        }
    }

    /// Groups of equal values as ranges of positions.
    pub fn groups(&self) -> impl Iterator<Item = (usize, usize)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied())
    }

    /// Ends of at most a number of slices. A group of equal values belongs to the slice in which its middle lies; a slice of
    /// fewer than `least` draws joins the one before it.
    pub fn slices(&self, slices: usize, least: usize) -> Vec<usize> {
        let n = self.draws.len();
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for (start, end) in self.groups() {
            let slice = (start + end) * slices / (2 * n);
            match ends.last_mut() {
                Some((last, last_end)) if *last == slice => *last_end = end,
                _ => ends.push((slice, end)),
            }
        }
        let mut merged: Vec<usize> = Vec::new();
        for (_, end) in ends {
            let start = merged.last().copied().unwrap_or(0);
            if end - start < least && !merged.is_empty() {
                merged.pop();
            }
            merged.push(end);
        }
        // The first slice has none before it; it joins the next.
        if merged.len() > 1 && merged[0] < least {
            merged.remove(0);
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_keep_equal_values_together() {
        let even = Order::of(&(0..100).map(f64::from).collect::<Vec<_>>());
        assert_eq!(
            even.slices(10, 10),
            (1..=10).map(|slice| slice * 10).collect::<Vec<_>>()
        );
        let mass: Vec<f64> = (0..100).map(|draw| f64::from((draw - 85).max(0))).collect();
        let ends = Order::of(&mass).slices(10, 3);
        assert_eq!(ends[0], 86);
        assert_eq!(ends.last(), Some(&100));
        assert_eq!(Order::of(&[2.0; 50]).slices(10, 10), [50]);
        // Three values apart from a mass are too few for a slice.
        let rare: Vec<f64> = (0..100).map(|draw| f64::from(u8::from(draw < 3))).collect();
        assert_eq!(Order::of(&rare).slices(10, 10), [100]);
    }
}
