//! How often each option has the highest score, ties counted apart.

use super::{Estimate, series::share};
use crate::stats::Moments;

/// Integer counts of first places: by option and by how many options share the place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Firsts {
    options: usize,
    /// Position option · (options + 1) + number of options that share the first place.
    counts: Vec<u64>,
    /// By option, of its parts of first places in the block under way.
    moments: Vec<Moments>,
}

impl Firsts {
    pub(super) fn new(options: usize) -> Self {
        Self {
            options,
            counts: vec![0; options * (options + 1)],
            moments: vec![Moments::default(); options],
        }
    }

    /// Looks at scores by option and path; gives the highest score of each path. Scores within `tie` of the highest
    /// share the first place.
    pub(super) fn observe(&mut self, scores: &[Vec<f64>], tie: f64) -> Vec<f64> {
        let paths = scores.first().map_or(0, Vec::len);
        let mut best = vec![f64::NEG_INFINITY; paths];
        for option in scores {
            for (best, score) in best.iter_mut().zip(option) {
                *best = best.max(*score);
            }
        }
        let mut sharing = vec![0; paths];
        for option in scores {
            for ((sharing, best), score) in sharing.iter_mut().zip(&best).zip(option) {
                *sharing += usize::from(best - score <= tie);
            }
        }
        let mut parts = vec![0.0; paths];
        for ((option, counts), moments) in scores
            .iter()
            .zip(self.counts.chunks_exact_mut(self.options + 1))
            .zip(&mut self.moments)
        {
            for (((sharing, best), score), part) in sharing.iter().zip(&best).zip(option).zip(&mut parts) {
                let is_first = best - score <= tie;
                counts[*sharing] += u64::from(is_first);
                *part = if is_first { 1.0 / *sharing as f64 } else { 0.0 };
            }
            moments.merge(&Moments::of_paths(&parts));
        }
        best
    }

    /// What a block contributes, by option: moments of its parts of first places.
    pub(super) fn end_block(&mut self) -> impl Iterator<Item = Moments> {
        self.moments.iter_mut().map(std::mem::take)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(sum, next)| *sum += next);
    }

    /// Counts of an option by how many share the place with it, itself included.
    fn of(&self, option: usize) -> impl Iterator<Item = (f64, f64)> {
        self.counts[option * (self.options + 1)..(option + 1) * (self.options + 1)]
            .iter()
            .enumerate()
            .skip(1)
            .map(|(sharing, count)| (sharing as f64, *count as f64))
    }

    /// The probability that an option is first, a tie of k counted as 1/k for each; `moments` are those of
    /// [`end_block`](Self::end_block), folded.
    pub(super) fn probability(&self, option: usize, paths: u64, moments: &Moments) -> Estimate {
        let sum = self.of(option).map(|(sharing, count)| count / sharing).sum();
        share(sum, paths, moments)
    }

    /// The share of paths on which an option shares the first place with others.
    pub(super) fn tied(&self, option: usize, paths: u64) -> f64 {
        self.of(option).skip(1).map(|(_, count)| count).sum::<f64>() / paths as f64
    }

    /// The share of paths on which several options are first.
    pub(super) fn any_tie(&self, paths: u64) -> f64 {
        let ties: f64 = (0..self.options)
            .flat_map(|option| self.of(option).skip(1))
            .map(|(sharing, count)| count / sharing)
            .sum();
        (ties / paths as f64).min(1.0)
    }
}
