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
        match usize::try_from(block)
            .ok()
            .and_then(|block| self.blocks.get(block))
        {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::Memory, history::History, model::Kernel, outcomes::Projection, random::BLOCK, random::Shard,
        scenario,
    };

    /// What is kept, what is drawn each time, and pieces put together give the bits of a run.
    #[test]
    fn pieces_on_kept_futures_are_the_run_to_the_last_bit() {
        const TEXT: &str = "economies = [\"CHN\", \"KOR\"]\nhorizon = 2030\n[levers.rnd]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 500\n";
        let history = History::embedded(true).unwrap().data().unwrap();
        let files = Memory::default().with("a.toml", TEXT);
        let plan = |set: &str| {
            let overrides = [set.to_owned()];
            let scenario =
                scenario::load_from(&files, "a.toml".as_ref(), &overrides, None, &history).unwrap();
            Plan::new(&history, &scenario).unwrap()
        };
        let settings = Settings {
            paths: 5 * BLOCK as u64,
            seed: 7,
            threads: 2,
            kernel: Kernel::detect(),
            shard: Shard::WHOLE,
        };
        let first = plan("levers.rnd.scale=500");
        // Room for three of the five blocks.
        let kept = KeptFutures::new(&first, 7, settings.paths, 3 * DrawnFutures::bytes(&first) + 1);
        assert_eq!(kept.room(), 3);
        for other in [
            plan("levers.rnd.scale=900"),
            plan("model.decay=0.1"),
            first.clone(),
        ] {
            assert!(first.draws_as(&other));
            let collect = |first: u64, end: u64| {
                let blocks = Blocks { first, end };
                let (projection, _) =
                    Projection::collect_kept(&other, &kept, blocks, settings, &Progress::default(), || ())
                        .unwrap();
                projection
            };
            let mut pieces = collect(0, 2);
            pieces.merge(collect(2, 5));
            let (whole, ()) = Projection::collect(&other, settings, &Progress::default(), || ()).unwrap();
            let told = |projection: Projection| format!("{:?}", projection.summary(&other).unwrap());
            assert!(told(pieces) == told(whole));
        }
        for futures in ["model.persistence=0.5", "money.through=2035", "horizon=2029"] {
            assert!(!first.draws_as(&plan(futures)), "{futures}");
        }
    }
}
