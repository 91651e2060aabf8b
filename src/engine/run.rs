//! Running a plan.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{
    threads::{on_threads, workers},
    tree::Tree,
};
use crate::{
    model::{BlockView, Kernel, Needs, Observer, Plan, SharedFutures, Simulator, World, YearView},
    random::{BLOCK, Blocks, Shard},
};

/// How to run a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Number of paths, at least 1.
    pub paths: u64,
    /// Seed of every stream; 0 is a seed like any other.
    pub seed: u64,
    /// Number of threads; 0 for one per processor. Without the feature `threads` there is one.
    pub threads: usize,
    /// Instruction set; the results do not depend on it.
    pub kernel: Kernel,
    /// Which of the blocks of the paths are run; [`Shard::WHOLE`] for all.
    pub shard: Shard,
}

impl Settings {
    /// How many paths are run: those of the shard.
    pub fn shard_paths(&self) -> u64 {
        self.shard.blocks(self.paths).paths(self.paths)
    }
}

/// What a run tells while it works, and how it is told to stop.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    stop: Arc<AtomicBool>,
}

impl Progress {
    /// Paths finished so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The progress of a part of the work, which hears the same stop and tells nothing.
    pub(super) fn silent(&self) -> Self {
        Self {
            done: AtomicU64::new(0),
            stop: Arc::clone(&self.stop),
        }
    }

    /// Asks the run to stop; it does so after the blocks that are under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Why a run ended without a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Halt {
    /// Someone called [`Progress::stop`].
    Interrupted,
    /// The operating system gave no threads.
    NoThreads,
    /// The shard holds no path, so there is no result of it alone.
    NoPaths,
}

/// What is collected from the paths.
///
/// `Block` is folded over the tree of block numbers ([`Tree`]) and may hold floating-point sums; the accumulator itself belongs to
/// a worker and is merged in any order, so it may hold only what does not depend on order (integer counts, extremes).
/// Two accumulators as a pair look at the same run, and `()` looks at nothing.
pub trait Accumulator: Send + Sized {
    /// What one block contributes.
    type Block: Send;

    /// What evaluations must compute for it; the same for every worker.
    fn needs(&self) -> Needs;

    /// Called before a block, with its number.
    fn begin(&mut self, block: u64) {
        let _ = block;
    }

    /// Looks at a year of a block under a world, of whose lanes the first `lanes` count.
    fn year(&mut self, world: usize, view: YearView<'_>, lanes: usize);

    /// Looks at the whole paths of a block under a world.
    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize);

    /// Called after a block, when every world has been evaluated: its contribution.
    fn end(&mut self) -> Self::Block;

    /// Folds the contribution of the blocks that follow into that of the blocks before.
    fn fold(before: &mut Self::Block, after: Self::Block);

    /// Merges another worker's accumulator.
    fn merge(&mut self, other: Self);
}

/// Looks at nothing.
impl Accumulator for () {
    type Block = ();

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn year(&mut self, _: usize, _: YearView<'_>, _: usize) {}

    fn paths(&mut self, _: usize, _: BlockView<'_>, _: usize) {}

    fn end(&mut self) {}

    fn fold((): &mut (), (): ()) {}

    fn merge(&mut self, (): Self) {}
}

impl<A: Accumulator, B: Accumulator> Accumulator for (A, B) {
    type Block = (A::Block, B::Block);

    fn needs(&self) -> Needs {
        self.0.needs().and(self.1.needs())
    }

    fn begin(&mut self, block: u64) {
        self.0.begin(block);
        self.1.begin(block);
    }

    fn year(&mut self, world: usize, view: YearView<'_>, lanes: usize) {
        self.0.year(world, view, lanes);
        self.1.year(world, view, lanes);
    }

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        self.0.paths(world, view, lanes);
        self.1.paths(world, view, lanes);
    }

    fn end(&mut self) -> Self::Block {
        (self.0.end(), self.1.end())
    }

    fn fold(before: &mut Self::Block, after: Self::Block) {
        A::fold(&mut before.0, after.0);
        B::fold(&mut before.1, after.1);
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
        self.1.merge(other.1);
    }
}

/// An accumulator that may be left out.
impl<A: Accumulator> Accumulator for Option<A> {
    type Block = Option<A::Block>;

    fn needs(&self) -> Needs {
        self.as_ref().map_or_else(Needs::default, A::needs)
    }

    fn begin(&mut self, block: u64) {
        if let Some(accumulator) = self {
            accumulator.begin(block);
        }
    }

    fn year(&mut self, world: usize, view: YearView<'_>, lanes: usize) {
        if let Some(accumulator) = self {
            accumulator.year(world, view, lanes);
        }
    }

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        if let Some(accumulator) = self {
            accumulator.paths(world, view, lanes);
        }
    }

    fn end(&mut self) -> Self::Block {
        self.as_mut().map(A::end)
    }

    fn fold(before: &mut Self::Block, after: Self::Block) {
        if let (Some(before), Some(after)) = (before, after) {
            A::fold(before, after);
        }
    }

    fn merge(&mut self, other: Self) {
        if let (Some(accumulator), Some(other)) = (self, other) {
            accumulator.merge(other);
        }
    }
}

/// Shows one world's block to an accumulator.
pub(super) struct Window<'a, A> {
    pub(super) accumulator: &'a mut A,
    pub(super) world: usize,
    pub(super) lanes: usize,
}

impl<A: Accumulator> Observer for Window<'_, A> {
    fn year(&mut self, view: YearView<'_>) {
        self.accumulator.year(self.world, view, self.lanes);
    }

    fn block(&mut self, view: BlockView<'_>) {
        self.accumulator.paths(self.world, view, self.lanes);
    }
}

/// Runs a plan: every block once, on all threads.
///
/// # Errors
/// [`Halt`] if the run was stopped or could not start.
pub fn run<A: Accumulator>(
    plan: &Plan,
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
) -> Result<(A, A::Block), Halt> {
    folded(run_shard(plan, settings, progress, new)?)
}

/// As [`run`], with what must be folded as far as the blocks of the shard allow: merged with other shards it is the same bits as
/// the whole run. A shard may hold no path.
///
/// # Errors
/// [`Halt`] if the run was stopped or could not start.
pub fn run_shard<A: Accumulator>(
    plan: &Plan,
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
) -> Result<(A, Tree<A::Block>), Halt> {
    on_all_blocks(settings, progress, new, |accumulator| {
        let mut simulator = Simulator::new(plan, settings.kernel, accumulator.needs());
        move |accumulator: &mut A, block: u64, lanes: usize| {
            let mut window = Window {
                accumulator,
                world: 0,
                lanes,
            };
            simulator.run(settings.seed, block, &mut window);
            true
        }
    })
}

/// The root of the tree.
fn folded<A: Accumulator>((accumulator, tree): (A, Tree<A::Block>)) -> Result<(A, A::Block), Halt> {
    let total = tree.total(A::fold).ok_or(Halt::NoPaths)?;
    Ok((accumulator, total))
}

/// Evaluates many worlds of a plan's shape on the same futures: every block is drawn once.
///
/// # Errors
/// [`Halt`] if the run was stopped or could not start.
pub fn run_worlds<A: Accumulator>(
    plan: &Plan,
    worlds: &[World],
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
) -> Result<(A, A::Block), Halt> {
    folded(on_all_blocks(settings, progress, new, |accumulator| {
        let mut futures = SharedFutures::new(plan, settings.kernel, accumulator.needs());
        move |accumulator: &mut A, block: u64, lanes: usize| {
            futures.draw(settings.seed, block);
            for (world, evaluated) in worlds.iter().enumerate() {
                let mut window = Window {
                    accumulator: &mut *accumulator,
                    world,
                    lanes,
                };
                futures.evaluate(evaluated, &mut window);
            }
            true
        }
    })?)
}

/// Evaluates worlds that are chosen for each block on the same futures: every block is drawn once, and each world is made
/// when its turn comes, so that there may be many.
///
/// # Errors
/// [`Halt`] if the run was stopped or could not start.
pub fn run_chosen_worlds<A: Accumulator, I: Iterator<Item = World>>(
    plan: &Plan,
    worlds: impl Fn(u64) -> I + Sync,
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
) -> Result<(A, A::Block), Halt> {
    let worlds = &worlds;
    folded(on_all_blocks(settings, progress, new, |accumulator| {
        let mut futures = SharedFutures::new(plan, settings.kernel, accumulator.needs());
        move |accumulator: &mut A, block: u64, lanes: usize| {
            futures.draw(settings.seed, block);
            for (world, evaluated) in worlds(block).enumerate() {
                // A stop should not wait for thousands of worlds; the block then does not count.
                if progress.is_stopped() {
                    return false;
                }
                let mut window = Window {
                    accumulator: &mut *accumulator,
                    world,
                    lanes,
                };
                futures.evaluate(&evaluated, &mut window);
            }
            true
        }
    })?)
}

/// Gives every block of the shard to some worker, folds contributions over the tree, merges the workers. The work on a block tells
/// whether it was completed.
fn on_all_blocks<A: Accumulator, W: FnMut(&mut A, u64, usize) -> bool>(
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
    worker: impl Fn(&A) -> W + Sync,
) -> Result<(A, Tree<A::Block>), Halt> {
    on_blocks(
        settings.shard.blocks(settings.paths),
        settings,
        progress,
        new,
        worker,
    )
}

/// As [`on_all_blocks`], of these blocks of the paths of the settings.
pub(super) fn on_blocks<A: Accumulator, W: FnMut(&mut A, u64, usize) -> bool>(
    blocks: Blocks,
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
    worker: impl Fn(&A) -> W + Sync,
) -> Result<(A, Tree<A::Block>), Halt> {
    let next = AtomicU64::new(blocks.first);
    let tree = Mutex::new(Tree::default());
    let done = AtomicU64::new(0);
    let count = workers(settings.threads, blocks.end - blocks.first);
    let workers = on_threads(count, || {
        let mut accumulator = new();
        let mut work = worker(&accumulator);
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks.end || progress.is_stopped() {
                return accumulator;
            }
            let lanes = (settings.paths - block * BLOCK as u64).min(BLOCK as u64);
            accumulator.begin(block);
            if !work(&mut accumulator, block, lanes as usize) {
                return accumulator;
            }
            let contribution = accumulator.end();
            tree.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(block, 0, contribution, A::fold);
            done.fetch_add(lanes, Ordering::Relaxed);
            progress.done.fetch_add(lanes, Ordering::Relaxed);
        }
    })
    .ok_or(Halt::NoThreads)?;
    let merged = workers.into_iter().reduce(|mut first, second| {
        first.merge(second);
        first
    });
    // A stop that came too late stopped nothing.
    let whole = done.into_inner() == blocks.paths(settings.paths);
    match merged {
        Some(merged) if whole => Ok((merged, tree.into_inner().unwrap_or_else(PoisonError::into_inner))),
        _ => Err(Halt::Interrupted),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sha2::{Digest, Sha256};

    use super::*;
    use crate::{history::History, outcomes::project, scenario::load};

    #[test]
    fn one_worker_and_many_give_the_same_bits() {
        let history = History::embedded(true).unwrap().data().unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/china-korea-smart-cities.toml");
        let scenario = load(&path, &[], None, &history).unwrap();
        let plan = Plan::new(&history, &scenario).unwrap();
        let summary = |threads: usize| {
            let settings = Settings {
                paths: 7 * BLOCK as u64 + 100,
                seed: 3,
                threads,
                kernel: Kernel::detect(),
                shard: Shard::WHOLE,
            };
            format!("{:?}", project(&plan, settings, &Progress::default()).unwrap())
        };
        let alone = summary(1);
        assert_eq!(alone, summary(3));
        assert_eq!(alone, summary(0));
        // Every build gives these bits: the checks run this at the highest level of optimization, and without any and without features.
        let digest = Sha256::digest(alone);
        assert_eq!(digest[..8], [140, 241, 246, 208, 249, 31, 240, 130]);
    }
}
