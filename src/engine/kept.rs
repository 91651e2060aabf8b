//! Futures that stay in memory, for what is evaluated on them again and again.

use std::sync::OnceLock;

use super::{
    run::{Accumulator, Halt, Progress, Settings, Window, on_blocks},
    tree::Tree,
};
use crate::{
    model::{DrawnFutures, Evaluator, Kernel, Plan},
    random::Blocks,
};

/// The first blocks of a plan's futures, each drawn when it is first asked for and then kept.
#[derive(Debug)]
pub struct KeptFutures {
    seed: u64,
    blocks: Vec<OnceLock<DrawnFutures>>,
}

impl KeptFutures {
    /// Room for the futures of so many paths, as far as they fit in so many bytes: what is beyond is drawn each time it is
    /// asked for.
    pub fn new(plan: &Plan, seed: u64, paths: u64, bytes: usize) -> Self {
        let fit = bytes / DrawnFutures::bytes(plan).max(1);
        let wanted = usize::try_from(Blocks::of(paths).end).unwrap_or(usize::MAX);
        Self {
            seed,
            blocks: (0..wanted.min(fit)).map(|_| OnceLock::new()).collect(),
        }
    }

    /// How many blocks are kept at most.
    pub fn room(&self) -> usize {
        self.blocks.len()
    }

    /// Shows a block to `look`, drawn now if it is not there yet.
    fn with<T>(&self, plan: &Plan, kernel: Kernel, block: u64, look: impl FnOnce(&DrawnFutures) -> T) -> T {
        let draw = || DrawnFutures::of(plan, kernel, self.seed, block);
        match usize::try_from(block).ok().and_then(|block| self.blocks.get(block)) {
            Some(kept) => look(kept.get_or_init(draw)),
            None => look(&draw()),
        }
    }
}

/// Evaluates a plan's own world on these blocks of kept futures, as [`run_shard`](super::run_shard) would on newly drawn ones: the same bits. The
/// futures were kept for this plan, or for one that [draws as](Plan::draws_as) it does, with the seed of the settings.
///
/// # Errors
/// [`Halt`] if the run was stopped or could not start.
pub fn run_kept<A: Accumulator>(
    plan: &Plan,
    kept: &KeptFutures,
    blocks: Blocks,
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
) -> Result<(A, Tree<A::Block>), Halt> {
    on_blocks(blocks, settings, progress, new, |accumulator| {
        let mut evaluator = Evaluator::new(plan, settings.kernel, accumulator.needs());
        move |accumulator: &mut A, block: u64, lanes: usize| {
            let mut window = Window {
                accumulator,
                world: 0,
                lanes,
            };
            kept.with(plan, settings.kernel, block, |drawn| {
                evaluator.evaluate(drawn, plan.world(), &mut window);
            });
            true
        }
    })
}
