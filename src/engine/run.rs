//! Running a plan.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::ordered::OrderedFold;
use crate::{
    model::{BlockView, Kernel, Needs, Observer, Plan, SharedFutures, Simulator, World, YearView},
    random::BLOCK,
};

/// How to run a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Number of paths, at least 1.
    pub paths: u64,
    /// Seed of every stream; 0 is a seed like any other.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// Instruction set; the results do not depend on it.
    pub kernel: Kernel,
}

/// What a run tells while it works, and how it is told to stop.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    /// Paths finished so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Asks the run to stop; it does so after the blocks that are under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
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
}

/// What is collected from the paths.
///
/// `Block` is folded in block order and may hold floating-point sums; the accumulator itself belongs to a worker and is
/// merged in any order, so it may hold only what does not depend on order (integer counts, extremes).
pub trait Accumulator: Send + Sized {
    /// What one block contributes in order.
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

    /// Called after a block, when every world has been evaluated: its contribution in order.
    fn end(&mut self) -> Self::Block;

    /// Folds the contribution of the next block.
    fn fold(total: &mut Option<Self::Block>, block: Self::Block);

    /// Merges another worker's accumulator.
    fn merge(&mut self, other: Self);
}

/// Shows one world's block to an accumulator.
struct Window<'a, A> {
    accumulator: &'a mut A,
    world: usize,
    lanes: usize,
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
    in_parallel(settings, progress, new, |accumulator| {
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
    in_parallel(settings, progress, new, |accumulator| {
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
    })
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
    in_parallel(settings, progress, new, |accumulator| {
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
    })
}

/// Gives every block to some worker, folds contributions in block order, merges the workers. The work on a block tells
/// whether it was completed.
fn in_parallel<A: Accumulator, W: FnMut(&mut A, u64, usize) -> bool>(
    settings: Settings,
    progress: &Progress,
    new: impl Fn() -> A + Sync,
    worker: impl Fn(&A) -> W + Sync,
) -> Result<(A, A::Block), Halt> {
    let blocks = settings.paths.div_ceil(BLOCK as u64);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(settings.threads)
        .build()
        .map_err(|_| Halt::NoThreads)?;
    let next = AtomicU64::new(0);
    let mut total = None;
    let fold = Mutex::new(OrderedFold::new(|block| A::fold(&mut total, block)));
    let workers = pool.broadcast(|_| {
        let mut accumulator = new();
        let mut work = worker(&accumulator);
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= blocks || progress.is_stopped() {
                return accumulator;
            }
            let lanes = (settings.paths - block * BLOCK as u64).min(BLOCK as u64);
            accumulator.begin(block);
            if !work(&mut accumulator, block, lanes as usize) {
                return accumulator;
            }
            let contribution = accumulator.end();
            fold.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(block, contribution);
            progress.done.fetch_add(lanes, Ordering::Relaxed);
        }
    });
    drop(fold);
    let merged = workers.into_iter().reduce(|mut first, second| {
        first.merge(second);
        first
    });
    match (merged, total) {
        (Some(merged), Some(total)) if !progress.is_stopped() || progress.done() == settings.paths => {
            Ok((merged, total))
        }
        _ => Err(Halt::Interrupted),
    }
}
