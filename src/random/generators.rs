//! Generators side by side, for the many numbers of a block.

use super::{Stream, mix, state_of};

/// How many stand side by side.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// What SplitMix64 adds from one output to the next.
const INCREMENT: u64 = 0x9E37_79B9_7F4A_7C15;

/// Eight generators of xoshiro256++ of one seed, stream and block. The words of their states are consecutive outputs of one SplitMix64, so that the first
/// is the [`Generator`](super::Generator) of the same. A step of all is a few vector instructions: each word of the state stands for all eight.
pub(super) struct Generators([[u64; SIDE_BY_SIDE]; 4]);

impl Generators {
    /// The generators at their first outputs.
    #[inline(always)]
    pub(super) fn new(seed: u64, stream: Stream, block: u64) -> Self {
        let mut state = [[0; SIDE_BY_SIDE]; 4];
        let mut next = state_of(seed, stream, block);
        for generator in 0..SIDE_BY_SIDE {
            for word in &mut state {
                word[generator] = mix(next);
                next = next.wrapping_add(INCREMENT);
            }
        }
        Self(state)
    }

    /// The next 64 bits of each (Blackman and Vigna 2021).
    #[inline(always)]
    pub(super) fn words(&mut self) -> [u64; SIDE_BY_SIDE] {
        let [a, b, c, d] = &mut self.0;
        let mut words = [0; SIDE_BY_SIDE];
        for i in 0..SIDE_BY_SIDE {
            words[i] = a[i].wrapping_add(d[i]).rotate_left(23).wrapping_add(a[i]);
            let shifted = b[i] << 17;
            c[i] ^= a[i];
            d[i] ^= b[i];
            b[i] ^= c[i];
            a[i] ^= d[i];
            c[i] ^= shifted;
            d[i] = d[i].rotate_left(45);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_xoshiro::{SplitMix64, Xoshiro256PlusPlus};

    use super::*;
    use crate::random::Generator;

    #[test]
    fn they_are_those_of_the_library() {
        for (seed, stream, block) in [(0, "a", 0), (u64::MAX, "shock.CHN.gdp_growth.2027", 7)] {
            let stream = Stream::named(stream);
            let mut seeds = SplitMix64::seed_from_u64(state_of(seed, stream, block));
            let mut expected: Vec<Xoshiro256PlusPlus> = (0..SIDE_BY_SIDE)
                .map(|_| {
                    let mut state = [0; 32];
                    seeds.fill_bytes(&mut state);
                    Xoshiro256PlusPlus::from_seed(state)
                })
                .collect();
            let mut first = Generator::new(seed, stream, block);
            let mut found = Generators::new(seed, stream, block);
            for _ in 0..100 {
                let words = found.words();
                assert_eq!(words[0], first.word());
                for (word, generator) in words.iter().zip(&mut expected) {
                    assert_eq!(*word, generator.next_u64());
                }
            }
        }
    }
}
