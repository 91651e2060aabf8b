//! Workers on threads, or one worker without them; the only user of rayon.

/// Most workers for each processor; more would only cost memory.
const MOST_PER_PROCESSOR: usize = 4;

/// How many workers do so many blocks: as many as are asked for, 0 for one per processor, but no more than blocks, and no more than four
/// for each processor.
pub fn workers(threads: usize, blocks: u64) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let asked = if threads == 0 { processors } else { threads };
    let blocks = usize::try_from(blocks).unwrap_or(usize::MAX);
    asked.min(MOST_PER_PROCESSOR * processors).min(blocks).max(1)
}

/// What each of so many workers gives. One worker works on the thread of the caller. `None` if the operating system gives no threads.
#[cfg(feature = "threads")]
pub(super) fn on_threads<T: Send>(workers: usize, worker: impl Fn() -> T + Sync) -> Option<Vec<T>> {
    if workers == 1 {
        return Some(vec![worker()]);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(workers)
        .build()
        .ok()?;
    Some(pool.broadcast(|_| worker()))
}

/// What one worker gives, on the thread of the caller.
#[cfg(not(feature = "threads"))]
pub(super) fn on_threads<T>(_: usize, worker: impl Fn() -> T) -> Option<Vec<T>> {
    Some(vec![worker()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_more_workers_than_blocks_or_than_processors_can_use() {
        let processors = std::thread::available_parallelism().unwrap().get();
        for (threads, blocks, expected) in [
            (0, 1_000, processors),
            (1, 1_000, 1),
            (1_024, 1_000_000, 4 * processors),
            (1_024, 3, 3.min(4 * processors)),
            (0, 1, 1),
            (7, 0, 1),
        ] {
            assert_eq!(workers(threads, blocks), expected, "{threads} {blocks}");
        }
    }
}
