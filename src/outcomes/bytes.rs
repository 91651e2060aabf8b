//! A projection as bytes, so that shards of a run can be computed anywhere and merged.
//!
//! The bytes are those of `postcard`: counts as numbers of variable length, bins of histograms only where they hold something,
//! of moments mean and sums of squares (their count is that of the node). They hold no names: they are read with the plan that they
//! were written with, and say nothing without it.

use super::{
    Projection,
    gap::{Counts, GapCounter},
    money::MoneyRecorder,
    number::Counter,
    recorder::{Folded, Recorder, Targets},
};
use crate::{
    engine::{Accumulator, Tree},
    model::Plan,
    random::Blocks,
    stats::{Moments, SparseSketch},
};

/// The most bins of all histograms together: a gibibyte, far more than any run has.
const MOST_BINS: u64 = 1 << 27;

/// Mean and sums of squares, of numbers and of means of groups, of moments whose count is known.
type Parts = Vec<(f64, f64, f64)>;

/// A histogram and the number of positive values.
type StoredCounter = (SparseSketch, u64);

/// What is stored: counters, counts of gaps, counters of money, and by node the moments of counters, of money and of sums.
type Stored = (
    Vec<StoredCounter>,
    Vec<Counts>,
    Vec<StoredCounter>,
    Vec<(Parts, Parts, Parts)>,
);

fn stored(counters: &[Counter]) -> Vec<StoredCounter> {
    counters
        .iter()
        .map(|counter| (SparseSketch::from(&counter.sketch), counter.positive))
        .collect()
}

/// Puts what was stored in the place of empty counters with the same floors; `None` if it does not fit.
fn restore(empty: &mut [Counter], stored: &[StoredCounter], paths: u64) -> Option<()> {
    if empty.len() != stored.len() {
        return None;
    }
    for (counter, (sparse, positive)) in empty.iter_mut().zip(stored) {
        let sketch = sparse.sketch(counter.sketch.floor())?;
        let seen = sketch.count().checked_add(sketch.rejected())?;
        if seen != paths || *positive > sketch.count() {
            return None;
        }
        *counter = Counter {
            sketch,
            positive: *positive,
        };
    }
    Some(())
}

fn parts(moments: &[Moments]) -> Parts {
    moments
        .iter()
        .map(|moments| (moments.mean(), moments.squares(), moments.between()))
        .collect()
}

fn moments(parts: &Parts, paths: u64, expected: usize) -> Option<Vec<Moments>> {
    let restored = |(mean, squares, between): &(f64, f64, f64)| {
        Moments::from_parts(paths as f64, *mean, *squares, *between)
    };
    (parts.len() == expected).then(|| parts.iter().map(restored).collect())
}

impl Projection {
    /// What was collected, as bytes.
    ///
    /// # Errors
    /// None: everything here has a length that is known.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        let nodes = self.tree.nodes().map(|(_, _, folded)| {
            (
                parts(&folded.moments),
                parts(&folded.money.0),
                parts(&folded.money.1),
            )
        });
        let stored: Stored = (
            stored(&self.counters),
            self.gap.counts.clone(),
            stored(&self.money.counters),
            nodes.collect(),
        );
        postcard::to_allocvec(&stored)
    }

    /// Reads what was collected on some blocks of a run back; `None` of bytes that are not that. Memory for what the bytes say is asked for only
    /// as far as the bytes hold it, or the plan and the range of floating-point numbers bound it.
    pub fn from_bytes(bytes: &[u8], plan: &Plan, paths: u64, blocks: Blocks) -> Option<Self> {
        let ((counters, gaps, money_counters, nodes), rest): (Stored, _) =
            postcard::take_from_bytes(bytes).ok()?;
        let bins = counters
            .iter()
            .chain(&money_counters)
            .fold(0, |bins: u64, (sparse, _)| bins.saturating_add(sparse.width()));
        if !rest.is_empty() || bins > MOST_BINS {
            return None;
        }
        let targets = Targets::new(plan);
        let mut own: Vec<Counter> = targets.floors.iter().map(|floor| Counter::new(*floor)).collect();
        let mut money = MoneyRecorder::new(plan);
        let seen = blocks.paths(paths);
        restore(&mut own, &counters, seen)?;
        restore(&mut money.counters, &money_counters, seen)?;
        Some(Self {
            paths: seen,
            tree: tree(&nodes, blocks, paths, own.len(), &money)?,
            counters: own,
            gap: GapCounter::new(plan).with(gaps, seen)?,
            money,
        })
    }
}

/// The nodes of some blocks of a run; `None` if these are not them.
fn tree(
    nodes: &[(Parts, Parts, Parts)],
    blocks: Blocks,
    paths: u64,
    counters: usize,
    money: &MoneyRecorder,
) -> Option<Tree<Folded>> {
    let places = blocks.nodes();
    if places.len() != nodes.len() {
        return None;
    }
    let mut tree = Tree::default();
    for ((first, level), (own, accounts, sums)) in places.into_iter().zip(nodes) {
        let node = Blocks {
            first,
            end: first + (1 << level),
        };
        let count = node.paths(paths);
        let folded = Folded {
            moments: moments(own, count, counters)?,
            money: (
                moments(accounts, count, money.counters.len())?,
                moments(sums, count, money.sums.len())?,
            ),
        };
        tree.insert(first, level, folded, Recorder::fold);
    }
    Some(tree)
}
