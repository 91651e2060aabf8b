//! Which blocks of paths a run looks at: all of them, or a part of them that is merged with the others later.

use std::{fmt, ops::Range, str::FromStr};

use super::BLOCK;

/// The most shards of a run.
pub const MOST_SHARDS: u64 = 1_000_000;

/// Consecutive blocks `first..end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Blocks {
    /// The first block.
    pub first: u64,
    /// The block behind the last.
    pub end: u64,
}

impl Blocks {
    /// Every block of a run.
    pub const fn of(paths: u64) -> Self {
        Self {
            first: 0,
            end: paths.div_ceil(BLOCK as u64),
        }
    }

    /// How many of a run's paths lie in these blocks.
    pub fn paths(self, paths: u64) -> u64 {
        let before = |block: u64| block.saturating_mul(BLOCK as u64).min(paths);
        before(self.end) - before(self.first)
    }

    /// The largest nodes of the binary tree over all blocks that lie within: first block and level of each, a node of level l being 2^l blocks
    /// from a multiple of 2^l on.
    pub fn nodes(self) -> Vec<(u64, u32)> {
        let mut nodes = Vec::new();
        let mut first = self.first;
        while first < self.end {
            let level = first.trailing_zeros().min((self.end - first).ilog2());
            nodes.push((first, level));
            first += 1 << level;
        }
        nodes
    }
}

/// Shard `number` of `count` of a run or sweep: its blocks, or design points, split into consecutive ranges as even as can be. With more
/// shards than blocks some are empty.
///
/// ```
/// use jointly::random::Shard;
/// let shard: Shard = "3/8".parse().unwrap();
/// assert_eq!(shard.blocks(512 * 80), jointly::random::Blocks { first: 20, end: 30 });
/// assert_eq!(shard.to_string(), "3/8");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "(u64, u64)", into = "(u64, u64)")]
pub struct Shard {
    number: u64,
    count: u64,
}

impl Shard {
    /// The one shard of a run that is not split.
    pub const WHOLE: Self = Self { number: 1, count: 1 };

    /// Shard `number`, from 1 on, of `count`; `None` if there is none.
    pub fn new(number: u64, count: u64) -> Option<Self> {
        ((1..=count).contains(&number) && count <= MOST_SHARDS).then_some(Self { number, count })
    }

    /// Its number, from 1 on.
    pub fn number(self) -> u64 {
        self.number
    }

    /// How many shards the run is split into.
    pub fn count(self) -> u64 {
        self.count
    }

    /// Its blocks, of a run with so many paths.
    pub fn blocks(self, paths: u64) -> Blocks {
        let Range { start, end } = self.range(Blocks::of(paths).end);
        Blocks { first: start, end }
    }

    /// Its part of so many blocks, or design points of a sweep.
    ///
    /// Where shards are long they begin at a multiple of a power of two, up to a 32nd of a shard, so that each holds few nodes of the tree
    /// that blocks are folded over, and whole batches of points.
    pub fn range(self, all: u64) -> Range<u64> {
        let unit = (all / (32 * self.count)).max(1);
        let unit = 1u64 << unit.ilog2();
        let start = |before: u64| {
            if before == self.count {
                return all;
            }
            // A product of two 64-bit numbers.
            let even = u128::from(all) * u128::from(before) / u128::from(self.count);
            even as u64 / unit * unit
        };
        start(self.number - 1)..start(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, count) = text
            .split_once('/')
            .and_then(|(number, count)| Some((number.trim().parse().ok()?, count.trim().parse().ok()?)))
            .ok_or_else(|| "expected NUMBER/COUNT, for example 3/8".to_owned())?;
        Self::new(number, count).ok_or_else(|| {
            if (1..=MOST_SHARDS).contains(&count) {
                format!("the shards of {count} have the numbers 1 to {count}")
            } else {
                format!("a run has 1 to {MOST_SHARDS} shards")
            }
        })
    }
}

impl TryFrom<(u64, u64)> for Shard {
    type Error = &'static str;

    fn try_from((number, count): (u64, u64)) -> Result<Self, Self::Error> {
        Self::new(number, count).ok_or("there is no such shard")
    }
}

impl From<Shard> for (u64, u64) {
    fn from(shard: Shard) -> Self {
        (shard.number, shard.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shards_are_every_block_once_and_even(
            paths in prop_oneof![1u64..100_000, 1u64..1_000_000_000_000],
            count in 1u64..200,
        ) {
            let whole = Blocks::of(paths);
            let (mut next, mut seen) = (0, 0);
            for number in 1..=count {
                let blocks = Shard::new(number, count).unwrap().blocks(paths);
                prop_assert_eq!(blocks.first, next);
                prop_assert!(blocks.end >= blocks.first);
                next = blocks.end;
                seen += blocks.paths(paths);
                // One block by rounding, and at most a 32nd at either end.
                let even = whole.end as f64 / count as f64;
                prop_assert!(((blocks.end - blocks.first) as f64 - even).abs() <= 1.0 + even / 32.0);
            }
            prop_assert_eq!((next, seen), (whole.end, paths));
        }
    }

    #[test]
    fn a_shard_is_read_and_refused_by_name() {
        assert_eq!("3/8".parse(), Ok(Shard::new(3, 8).unwrap()));
        for (text, part) in [
            ("3", "expected NUMBER/COUNT"),
            ("a/b", "expected NUMBER/COUNT"),
            ("0/8", "numbers 1 to 8"),
            ("9/8", "numbers 1 to 8"),
            ("1/0", "1 to 1000000 shards"),
            ("1/9999999", "1 to 1000000 shards"),
        ] {
            let error = text.parse::<Shard>().unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
