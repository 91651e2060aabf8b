//! Uniform numbers of the paths of a block, stratified within groups of paths (docs/model.md §9, decision 0007).

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    BLOCK, GROUP, Stream,
    generators::{Generators, SIDE_BY_SIDE},
};
use crate::stats::{Kernel, Work};

/// Bits of the fraction of a number.
const FRACTION_BITS: u32 = 52;
/// Leading bits of a uniform number that tell its stratum.
const STRATUM_BITS: u32 = GROUP.trailing_zeros();
/// The last bit of every byte of a word; a byte belongs to a group, so that the orders of the eight groups of a block are made together.
const LAST_BITS: u64 = 0x0101_0101_0101_0101;
/// The bits of every byte that tell a stratum.
const STRATA: u64 = LAST_BITS * (GROUP as u64 - 1);
const _: () = assert!(BLOCK / GROUP == 8 && GROUP == 64 && SIDE_BY_SIDE == 8);

/// As [`fill_uniform`](super::fill_uniform), of a stream in no net.
pub(super) fn fill(seed: u64, stream: Stream, block: u64, out: &mut [f64; BLOCK]) {
    Kernel::detect().run(Fill {
        seed,
        stream,
        block,
        out,
    });
}

/// Whether numbers are drawn without strata: for `benches/strata.rs`, which tells what strata are worth and cost. Nothing else may set it.
#[doc(hidden)]
pub static WITHOUT_STRATA: AtomicBool = AtomicBool::new(false);

struct Fill<'a> {
    seed: u64,
    stream: Stream,
    block: u64,
    out: &'a mut [f64; BLOCK],
}

impl Work for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut generators = Generators::new(self.seed, self.stream, self.block);
        if WITHOUT_STRATA.load(Ordering::Relaxed) {
            for out in self.out.chunks_exact_mut(SIDE_BY_SIDE) {
                for (out, word) in out.iter_mut().zip(generators.words()) {
                    *out = super::uniform(word >> (64 - FRACTION_BITS));
                }
            }
            return;
        }
        let strata = orders(&order_words(&mut generators));
        numbers(&strata, &mut generators, self.out);
    }
}

/// Numbers of paths in their strata, by place and in each word by group.
#[inline(always)]
pub(super) fn numbers(strata: &[u64; GROUP], generators: &mut Generators, out: &mut [f64; BLOCK]) {
    for (group, out) in out.chunks_exact_mut(GROUP).enumerate() {
        for (out, strata) in out
            .chunks_exact_mut(SIDE_BY_SIDE)
            .zip(strata.chunks_exact(SIDE_BY_SIDE))
        {
            let words = generators.words();
            for path in 0..SIDE_BY_SIDE {
                let stratum = strata[path] >> (8 * group) & (GROUP as u64 - 1);
                out[path] = super::uniform(
                    stratum << (FRACTION_BITS - STRATUM_BITS)
                        | words[path] >> (64 - FRACTION_BITS + STRATUM_BITS),
                );
            }
        }
    }
}

/// How many words make the orders of a block: one for each group, and one for each pair of places.
const ORDER_WORDS: usize = BLOCK / GROUP + GROUP / 2;

/// The words that orders are made of.
#[inline(always)]
pub(super) fn order_words(generators: &mut Generators) -> [u64; ORDER_WORDS] {
    let mut words = [0; ORDER_WORDS];
    for words in words.chunks_exact_mut(SIDE_BY_SIDE) {
        words.copy_from_slice(&generators.words());
    }
    words
}

/// The strata of the paths of a group, by place and in each word by group.
///
/// They are a ∘ σ: σ exchanges places, by coins, in six rounds of 32 pairs that differ in one bit of their number; a is x ↦ f x + t over the field
/// of 64 elements, with f ≠ 0 and t random. The maps a alone take any two places to any two strata equally often, so that every variance is that of an
/// order among all 64!; σ keeps two streams from having orders that differ by such a map, of which there are few.
#[inline(always)]
pub(super) fn orders(words: &[u64; ORDER_WORDS]) -> [u64; GROUP] {
    let (maps, coins) = words.split_at(BLOCK / GROUP);
    let mut strata = [0; GROUP];
    let mut factor = 0;
    for (group, word) in maps.iter().enumerate() {
        // Of 63 times a number in [0, 1): the whole part is uniform on 0 to 62, and the rest uniform and independent of it.
        let product = u128::from(*word) * (GROUP as u128 - 1);
        factor |= ((product >> 64) as u64 + 1) << (8 * group);
        strata[0] |= (product as u64 >> (64 - STRATUM_BITS)) << (8 * group);
    }
    for bit in 0..STRATUM_BITS {
        let known = 1 << bit;
        for place in 0..known {
            strata[known + place] = strata[place] ^ factor;
        }
        // Times x, where x⁶ = x + 1.
        let carry = factor >> (STRATUM_BITS - 1) & LAST_BITS;
        factor = (factor << 1 & STRATA) ^ carry ^ carry << 1;
    }
    // One after the other: a loop over them is not unrolled, and twice as slow.
    exchange::<5>(&mut strata, coins);
    exchange::<4>(&mut strata, coins);
    exchange::<3>(&mut strata, coins);
    exchange::<2>(&mut strata, coins);
    exchange::<1>(&mut strata, coins);
    exchange::<0>(&mut strata, coins);
    strata
}

/// Exchanges what stands at places that differ in a bit of their number, where the bit of that number of the coins of the pair says so.
#[inline(always)]
fn exchange<const BIT: usize>(strata: &mut [u64; GROUP], coins: &[u64]) {
    let distance = 1 << BIT;
    let pairs = strata.chunks_exact_mut(2 * distance);
    for (places, coins) in pairs.zip(coins.chunks_exact(distance)) {
        let (without, with) = places.split_at_mut(distance);
        for ((without, with), coin) in without.iter_mut().zip(with).zip(coins) {
            // A byte of ones, where the coin of its group is 1.
            let change = (*without ^ *with) & ((coin >> BIT & LAST_BITS) * 0xFF);
            *without ^= change;
            *with ^= change;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::random::fill_uniform;

    /// Groups of a block.
    const GROUPS: usize = BLOCK / GROUP;

    pub(in crate::random) fn drawn(seed: u64, stream: Stream, block: u64) -> [f64; BLOCK] {
        let mut out = [0.0; BLOCK];
        fill_uniform(seed, stream, block, &mut out);
        out
    }

    /// A stream alone, and the same in the two kinds of places in a net.
    fn places(name: &str) -> [Stream; 3] {
        let alone = Stream::named(name);
        [alone, alone.row(), alone.line(Stream::named("family"), 3)]
    }

    #[test]
    fn every_stratum_of_a_group_has_one_path_and_every_number_its_grid() {
        for (seed, stream) in (0..20).flat_map(|seed| places("a").map(|stream| (seed, stream))) {
            for group in drawn(seed, stream, seed + 3).chunks(GROUP) {
                let mut strata: Vec<usize> = group.iter().map(|u| (u * GROUP as f64) as usize).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..GROUP).collect::<Vec<_>>());
                for u in group {
                    let multiple = u / (f64::EPSILON / 2.0);
                    assert!(multiple.fract() == 0.0 && multiple % 2.0 == 1.0);
                }
            }
        }
        for (stream, other) in places("a").into_iter().zip(places("b")) {
            assert!(drawn(1, stream, 0) != drawn(1, other, 0) && drawn(1, stream, 0) != drawn(1, stream, 1));
        }
    }

    /// The product in the field of 64 elements by its definition: that of polynomials over the field of two, modulo x⁶ + x + 1.
    fn product(a: usize, b: usize) -> usize {
        let long = (0..6)
            .filter(|bit| b >> bit & 1 == 1)
            .fold(0, |sum, bit| sum ^ a << bit);
        (6..11).rev().fold(long, |rest, bit| {
            if rest >> bit & 1 == 1 {
                rest ^ 0b100_0011 << (bit - 6)
            } else {
                rest
            }
        })
    }

    /// The numbers of a block against their definition (docs/model.md §9): swaps of a list, products of polynomials, one word after the other.
    #[test]
    fn numbers_are_those_of_the_definition() {
        let (seed, stream, block) = (5, Stream::named("a"), 2);
        let mut generators = Generators::new(seed, stream, block);
        let words: Vec<u64> = (0..ORDER_WORDS + BLOCK)
            .step_by(SIDE_BY_SIDE)
            .flat_map(|_| generators.words())
            .collect();
        let (maps, words) = words.split_at(8);
        let (coins, words) = words.split_at(32);
        let found = drawn(seed, stream, block);
        for (group, map) in maps.iter().enumerate() {
            let long = u128::from(*map) * 63;
            let (factor, term) = ((long >> 64) as usize + 1, (long as u64 >> 58) as usize);
            let mut order: Vec<usize> = (0..GROUP).collect();
            for bit in (0..6).rev() {
                let first = (0..GROUP).filter(|place| place >> bit & 1 == 0);
                for (place, coin) in first.zip(coins) {
                    if coin >> (8 * group + bit) & 1 == 1 {
                        order.swap(place, place + (1 << bit));
                    }
                }
            }
            for (path, place) in order.into_iter().enumerate() {
                let stratum = (product(factor, place) ^ term) as f64;
                let number = words[group * GROUP + path];
                // The first 46 bits of the word, and one half.
                let inside = ((number >> 18) as f64 + 0.5) / 2_f64.powi(46);
                assert_eq!(found[group * GROUP + path], (stratum + inside) / GROUP as f64);
            }
        }
    }

    /// Any two paths of a group have any two strata equally often, in 16,000 groups: of 64 · 63 cells nearly chi-square, with margins that are fixed by
    /// no draw. Pairs that a round exchanges, and others.
    #[test]
    fn pairs_of_paths_have_every_pair_of_strata_equally_often() {
        let pairs = [(0, 1), (0, 32), (3, 17), (62, 63), (21, 42)];
        let blocks = 2000;
        let cells = (GROUP * (GROUP - 1)) as f64;
        let expected = (blocks as usize * GROUPS) as f64 / cells;
        for stream in places("pairs") {
            let mut counts = vec![vec![0.0; GROUP * GROUP]; pairs.len()];
            for block in 0..blocks {
                for group in drawn(13, stream, block).chunks(GROUP) {
                    let stratum = |path: usize| (group[path] * GROUP as f64) as usize;
                    for (counts, (one, other)) in counts.iter_mut().zip(pairs) {
                        counts[stratum(one) * GROUP + stratum(other)] += 1.0;
                    }
                }
            }
            for (counts, pair) in counts.iter().zip(pairs) {
                let differ = (0..GROUP * GROUP).filter(|cell| cell / GROUP != cell % GROUP);
                let chi_square: f64 = differ
                    .map(|cell| (counts[cell] - expected).powi(2) / expected)
                    .sum();
                let freedom = cells - 1.0;
                assert!(
                    (chi_square - freedom).abs() < 4.0 * (2.0 * freedom).sqrt(),
                    "{stream:?} {pair:?}: {chi_square}"
                );
            }
        }
    }

    /// Every path of a group has every stratum, and every 16th part of a stratum, equally often, in 8,000 groups. Of the first the counts have
    /// fixed sums by path and by stratum, so that (n − 1) / n of the sum is chi-square with (n − 1)² degrees of freedom; of the second by path.
    #[test]
    fn a_path_is_uniform_and_so_is_its_place_in_its_stratum() {
        const PARTS: usize = 16;
        let blocks = 1000;
        let chi_square = |counts: &[f64], cells: usize| {
            let expected = (blocks as usize * GROUPS) as f64 / cells as f64;
            let squares = counts.iter().map(|count| (count - expected) * (count - expected));
            squares.sum::<f64>() / expected
        };
        let n = GROUP as f64;
        for stream in places("chi") {
            let mut strata = vec![0.0; GROUP * GROUP];
            let mut parts = vec![0.0; GROUP * PARTS];
            for block in 0..blocks {
                for group in drawn(7, stream, block).chunks(GROUP) {
                    for (path, u) in group.iter().enumerate() {
                        let place = u * GROUP as f64;
                        strata[path * GROUP + place as usize] += 1.0;
                        parts[path * PARTS + (place.fract() * PARTS as f64) as usize] += 1.0;
                    }
                }
            }
            for (found, freedom) in [
                (chi_square(&strata, GROUP) * (n - 1.0) / n, (n - 1.0) * (n - 1.0)),
                (chi_square(&parts, PARTS), n * (PARTS as f64 - 1.0)),
            ] {
                assert!(
                    (found - freedom).abs() < 4.0 * (2.0 * freedom).sqrt(),
                    "{stream:?} {found} {freedom}"
                );
            }
        }
    }

    /// Pairs of streams stay independent: the product of two centered numbers has mean 0, and its sum over a group of n the variance of n
    /// independent ones, n / 144, but for a factor n / (n − 1).
    #[test]
    fn pairs_of_streams_are_independent() {
        let blocks = 2000;
        let row = Stream::named("a").row();
        for (one, other) in [
            (Stream::named("a"), Stream::named("b")),
            (
                Stream::named("tension.CHN-KOR.2030"),
                Stream::named("tension.CHN-KOR.2031"),
            ),
            (row, Stream::named("b")),
        ] {
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
            // Orders that were alike for some pairs of groups would make some sums far larger than others. Of orders among all 64! the fourth moment over
            // the square of the second is that of Spearman's rank correlation, 3 − 114 / (25 n) to first order; that of normal numbers has an error √(24 / groups).
            let fourth = sums.iter().map(|sum| (sum - mean).powi(4)).sum::<f64>() / count;
            let kurtosis = fourth / (variance * variance);
            assert!(
                (kurtosis - (3.0 - 114.0 / 25.0 / GROUP as f64)).abs() < 4.0 * (24.0 / count).sqrt(),
                "{kurtosis}"
            );
        }
    }

    /// The mean of one stream over a group varies n² times less than that of independent numbers: 1 / (12 n³).
    #[test]
    fn the_mean_of_a_group_hardly_varies() {
        let blocks = 500;
        let means: Vec<f64> = (0..blocks)
            .flat_map(|block| {
                let numbers = drawn(3, Stream::named("mean"), block);
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
