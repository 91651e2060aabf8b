//! `(seed, stream, path)` to numbers; the only place that builds a generator (docs/model.md §9).
//!
//! A stream names what is drawn. Paths are drawn in blocks: a generator belongs to one seed, stream and block, so a
//! number depends on nothing else, neither on threads nor on what other streams exist. Every draw takes
//! exactly one 64-bit output of xoshiro256++ and maps it to a uniform number in (0, 1); for paths the order of their strata within
//! groups of them is drawn, too ([`fill_uniform`], decision 0007); other distributions are quantile functions of that number (decision 0002).

mod blocks;
mod generators;
mod nets;
mod strata;

use std::{convert::Infallible, sync::atomic::Ordering};

use rand::{Rng, SeedableRng, TryRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use sha2::{Digest, Sha256};

pub use blocks::{Blocks, MOST_SHARDS, Shard};
pub use strata::WITHOUT_STRATA;

pub use crate::stats::GROUP;

use nets::Axis;

use crate::stats::normal_quantile;

/// Paths per block. The block is the unit of work and of random streams; changing it changes all draws.
pub const BLOCK: usize = 512;

/// The name of something that is drawn, as a number, and where it stands in nets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stream {
    number: u64,
    axis: Option<Axis>,
}

impl Stream {
    /// The stream of a name: the first eight bytes of its SHA-256, big-endian.
    pub fn named(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let first = digest.iter().take(8);
        Self::of(first.fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// The stream of a number, in no net.
    const fn of(number: u64) -> Self {
        Self { number, axis: None }
    }

    /// The stream of the same name as the row of all nets.
    pub const fn row(self) -> Self {
        self.on(Axis::Row)
    }

    /// The stream of the same name as the column of all nets.
    pub const fn column(self) -> Self {
        self.on(Axis::Column)
    }

    /// The stream of the same name on the line of a slope, 1 to 7, of the net of a family.
    pub const fn line(self, family: Self, slope: u8) -> Self {
        self.on(Axis::Line {
            family: family.number,
            slope,
        })
    }

    /// Whether the other has the same name, wherever it stands.
    pub const fn is_named_as(self, other: Self) -> bool {
        self.number == other.number
    }

    const fn on(self, axis: Axis) -> Self {
        Self {
            axis: Some(axis),
            ..self
        }
    }
}

/// Fills the uniform numbers of the paths of a block of a stream: within a group each path has a stratum of its own, (π + v) / [`GROUP`] with π a
/// random order of the strata and v uniform; the orders of streams of a net go together. They stand on the odd multiples of 2⁻⁵³, as those of [`Generator::uniform`].
pub fn fill_uniform(seed: u64, stream: Stream, block: u64, out: &mut [f64; BLOCK]) {
    match stream.axis {
        Some(axis) if !WITHOUT_STRATA.load(Ordering::Relaxed) => nets::fill(seed, stream, axis, block, out),
        _ => strata::fill(seed, stream, block, out),
    }
}

/// As [`fill_uniform`], standard normal numbers: their normal quantiles.
#[inline(always)]
pub fn fill_normal(seed: u64, stream: Stream, block: u64, out: &mut [f64; BLOCK]) {
    fill_uniform(seed, stream, block, out);
    normal_quantile::apply(out);
}

/// The generator of one seed, stream and block.
#[derive(Clone, Debug)]
pub struct Generator(Xoshiro256PlusPlus);

impl Generator {
    /// The generator at its first draw. Seed 0 is a seed like any other.
    ///
    /// The state is expanded from the three numbers by SplitMix64.
    #[inline]
    pub fn new(seed: u64, stream: Stream, block: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(state_of(seed, stream, block)))
    }

    /// The next 64 bits.
    #[inline(always)]
    fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// One number, uniform on the odd multiples of 2⁻⁵³ in (0, 1).
    #[inline(always)]
    pub fn uniform(&mut self) -> f64 {
        uniform(self.word() >> 12)
    }

    /// Fills a slice with [`uniform`](Self::uniform) numbers.
    #[inline(always)]
    pub fn fill_uniform(&mut self, out: &mut [f64]) {
        for value in out {
            *value = self.uniform();
        }
    }

    /// Fills a slice with standard normal numbers, the normal quantiles of uniform ones.
    #[inline(always)]
    pub fn fill_normal(&mut self, out: &mut [f64]) {
        self.fill_uniform(out);
        normal_quantile::apply(out);
    }
}

/// The uniform number of 52 bits.
#[inline(always)]
fn uniform(fraction: u64) -> f64 {
    // They become the fraction of a number in [1, 2); the half step keeps 0 and 1 out and treats both tails alike.
    f64::from_bits(fraction | 0x3FF0_0000_0000_0000) - (1.0 - f64::EPSILON / 2.0)
}

/// A generator of `rand`, so that anything it or `rand_distr` can draw can be drawn from it.
impl TryRng for Generator {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    #[inline]
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(out)
    }
}

/// Where the SplitMix64 starts that fills the state of a generator: the three numbers mixed one after the other by its finalizer, a bijection in
/// which every input bit changes every output bit with probability near one half.
#[inline(always)]
const fn state_of(seed: u64, stream: Stream, block: u64) -> u64 {
    mix(mix(mix(seed) ^ stream.number) ^ block)
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014), after adding its increment so that 0 is not a fixed point.
#[inline(always)]
const fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
