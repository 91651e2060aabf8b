//! Uniform numbers of the paths of a block, stratified within groups of paths (docs/model.md §9).

use super::{BLOCK, GROUP, Generator, Stream};
use crate::stats::normal_quantile;

/// Groups of a block.
const GROUPS: usize = BLOCK / GROUP;
/// Leading bits of a uniform number that tell its stratum.
const STRATUM_BITS: u32 = GROUP.trailing_zeros();
/// Bits of the fraction of a number.
const FRACTION_BITS: u32 = 52;

/// Fills the uniform numbers of the paths of a block of a stream: within a group each path has a stratum of its own, (π + v) / [`GROUP`] with π a
/// random order of the strata and v uniform. They stand on the odd multiples of 2⁻⁵³, as those of [`Generator::uniform`].
///
/// Every path takes one output of the generator, x / 2⁶⁴ in [0, 1). Times i + 1 for the path i of its group it has a whole part that is uniform on
/// 0..=i and a remainder that is uniform and independent of it: the place of a Fisher–Yates shuffle, and v. Groups are shuffled side by
/// side, since each waits for its own last step.
#[inline(always)]
pub fn fill_uniform(seed: u64, stream: Stream, block: u64, out: &mut [f64; BLOCK]) {
    let mut generator = Generator::new(seed, stream, block);
    let mut strata = [[0_u8; GROUP]; GROUPS];
    let mut remainders = [[0_u64; GROUP]; GROUPS];
    for path in 0..GROUP {
        for (strata, remainders) in strata.iter_mut().zip(&mut remainders) {
            let product = u128::from(generator.word()) * (path as u128 + 1);
            // Below GROUP anyway, which the compiler does not know.
            let place = (product >> 64) as usize % GROUP;
            remainders[path] = product as u64;
            strata[path] = strata[place];
            strata[place] = path as u8;
        }
    }
    for ((out, strata), remainders) in out.chunks_exact_mut(GROUP).zip(&strata).zip(&remainders) {
        for ((out, stratum), remainder) in out.iter_mut().zip(strata).zip(remainders) {
            let fraction = u64::from(*stratum) << (FRACTION_BITS - STRATUM_BITS)
                | remainder >> (64 - FRACTION_BITS + STRATUM_BITS);
            *out = super::uniform(fraction);
        }
    }
}

/// As [`fill_uniform`], standard normal numbers: their normal quantiles.
#[inline(always)]
pub fn fill_normal(seed: u64, stream: Stream, block: u64, out: &mut [f64; BLOCK]) {
    fill_uniform(seed, stream, block, out);
    normal_quantile::apply(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, name: &str, block: u64) -> [f64; BLOCK] {
        let mut out = [0.0; BLOCK];
        fill_uniform(seed, Stream::named(name), block, &mut out);
        out
    }

    #[test]
    fn every_stratum_of_a_group_has_one_path_and_every_number_its_grid() {
        for seed in 0..20 {
            for group in drawn(seed, "a", seed + 3).chunks(GROUP) {
                let mut strata: Vec<usize> = group.iter().map(|u| (u * GROUP as f64) as usize).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..GROUP).collect::<Vec<_>>());
                for u in group {
                    let multiple = u / (f64::EPSILON / 2.0);
                    assert!(multiple.fract() == 0.0 && multiple % 2.0 == 1.0);
                }
            }
        }
        assert!(drawn(1, "a", 0) != drawn(1, "b", 0) && drawn(1, "a", 0) != drawn(1, "a", 1));
    }

    /// The orders of the strata against the definition of the shuffle, by swaps.
    #[test]
    fn orders_are_those_of_a_shuffle_by_swaps() {
        let mut generator = Generator::new(5, Stream::named("a"), 2);
        let words: Vec<u64> = (0..BLOCK).map(|_| generator.word()).collect();
        for (group, numbers) in drawn(5, "a", 2).chunks(GROUP).enumerate() {
            let mut order: Vec<usize> = (0..GROUP).collect();
            for path in 0..GROUP {
                let exact = u128::from(words[path * GROUPS + group]) * (path as u128 + 1);
                order.swap((exact >> 64) as usize, path);
            }
            let found: Vec<usize> = numbers.iter().map(|u| (u * GROUP as f64) as usize).collect();
            assert_eq!(found, order);
        }
    }

    /// Every path of a group has every stratum, and every 16th part of a stratum, equally often, in 8,000 groups. Of the first the counts have
    /// fixed sums by path and by stratum, so that (n − 1) / n of the sum is chi-square with (n − 1)² degrees of freedom; of the second by path.
    #[test]
    fn a_path_is_uniform_and_so_is_its_place_in_its_stratum() {
        const PARTS: usize = 16;
        let blocks = 1000;
        let mut strata = vec![0.0; GROUP * GROUP];
        let mut parts = vec![0.0; GROUP * PARTS];
        for block in 0..blocks {
            for group in drawn(7, "chi", block).chunks(GROUP) {
                for (path, u) in group.iter().enumerate() {
                    let place = u * GROUP as f64;
                    strata[path * GROUP + place as usize] += 1.0;
                    parts[path * PARTS + (place.fract() * PARTS as f64) as usize] += 1.0;
                }
            }
        }
        let chi_square = |counts: &[f64], cells: usize| {
            let expected = (blocks as usize * GROUPS) as f64 / cells as f64;
            let squares = counts.iter().map(|count| (count - expected) * (count - expected));
            squares.sum::<f64>() / expected
        };
        let n = GROUP as f64;
        for (found, freedom) in [
            (chi_square(&strata, GROUP) * (n - 1.0) / n, (n - 1.0) * (n - 1.0)),
            (chi_square(&parts, PARTS), n * (PARTS as f64 - 1.0)),
        ] {
            assert!(
                (found - freedom).abs() < 4.0 * (2.0 * freedom).sqrt(),
                "{found} {freedom}"
            );
        }
    }

    /// Pairs of streams stay independent: the product of two centered numbers has mean 0, and its sum over a group of n the variance of n
    /// independent ones, n / 144, but for a factor n / (n − 1).
    #[test]
    fn pairs_of_streams_are_independent() {
        let blocks = 2000;
        for (one, other) in [("a", "b"), ("tension.CHN-KOR.2030", "tension.CHN-KOR.2031")] {
            let mut sums = Vec::new();
            for block in 0..blocks {
                let (first, second) = (drawn(11, one, block), drawn(11, other, block));
                for (first, second) in first.chunks(GROUP).zip(second.chunks(GROUP)) {
                    sums.push(
                        first
                            .iter()
                            .zip(second)
                            .map(|(a, b)| (a - 0.5) * (b - 0.5))
                            .sum::<f64>(),
                    );
                }
            }
            let count = sums.len() as f64;
            let mean = sums.iter().sum::<f64>() / count;
            let variance = sums.iter().map(|sum| (sum - mean) * (sum - mean)).sum::<f64>() / (count - 1.0);
            let expected = GROUP as f64 / 144.0;
            assert!(mean.abs() < 4.0 * (expected / count).sqrt(), "{mean}");
            // Such a sum is nearly normal: its variance is known to a part √(2 / groups).
            assert!(
                (variance / expected - 1.0).abs() < 4.0 * (2.0 / count).sqrt() + 1.0 / (GROUP - 1) as f64
            );
        }
    }

    /// The mean of one stream over a group varies n² times less than that of independent numbers: 1 / (12 n³).
    #[test]
    fn the_mean_of_a_group_hardly_varies() {
        let blocks = 500;
        let means: Vec<f64> = (0..blocks)
            .flat_map(|block| {
                let numbers = drawn(3, "mean", block);
                numbers
                    .chunks(GROUP)
                    .map(|group| group.iter().sum::<f64>() / GROUP as f64)
                    .collect::<Vec<_>>()
            })
            .collect();
        let count = means.len() as f64;
        let variance = means.iter().map(|mean| (mean - 0.5) * (mean - 0.5)).sum::<f64>() / count;
        let n = GROUP as f64;
        assert!((variance * 12.0 * n * n * n - 1.0).abs() < 4.0 * (2.0 / count).sqrt());
    }
}
