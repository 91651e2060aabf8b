//! Work that falls into parts of its own, done side by side: what a run of few blocks has besides blocks to keep threads busy.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    run::{Halt, Progress, Settings},
    threads::{on_threads, workers},
};

/// With so many blocks for each thread, none waits long for the last of them.
const ENOUGH_BLOCKS: u64 = 8;

/// Into how many parts pieces of work on the same blocks should fall: one where the blocks keep all threads busy, else one for each
/// thread.
pub fn parts(settings: Settings, pieces: usize) -> usize {
    let blocks = settings.shard.blocks(settings.paths);
    let blocks = blocks.end - blocks.first;
    let threads = workers(settings.threads, pieces as u64);
    let even = blocks > 0 && blocks.is_multiple_of(threads as u64);
    if even || blocks >= ENOUGH_BLOCKS * threads as u64 {
        1
    } else {
        threads
    }
}

/// What a work gives for each part, in their order; each part is done on one thread. The first tells its progress, which counts for
/// all.
///
/// # Errors
/// [`Halt`] if the operating system gives no threads, and the first of the parts.
pub fn apart<T: Sync, R: Send>(
    parts: &[T],
    progress: &Progress,
    work: impl Fn(&T, &Progress) -> Result<R, Halt> + Sync,
) -> Result<Vec<R>, Halt> {
    let silent = progress.silent();
    let parts: Vec<(&T, &Progress)> = parts
        .iter()
        .enumerate()
        .map(|(part, item)| (item, if part == 0 { progress } else { &silent }))
        .collect();
    each(&parts, parts.len(), |(item, progress)| work(item, progress))
}

/// Whether runs of these settings have too few blocks to keep all threads busy, so that several of them are better done side by side, each on one.
pub fn side_by_side(settings: Settings) -> bool {
    let blocks = settings.shard.blocks(settings.paths);
    let threads = workers(settings.threads, u64::MAX);
    threads > 1 && blocks.end - blocks.first < ENOUGH_BLOCKS * threads as u64
}

/// What a work gives for each task, in their order; each task is done on one thread, the next as soon as a thread is free.
///
/// # Errors
/// [`Halt`] if the operating system gives no threads, and that of the first task that has one.
pub fn each<T: Sync, R: Send, E: Send + From<Halt>>(
    tasks: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let found: Mutex<Vec<Option<Result<R, E>>>> = Mutex::new(tasks.iter().map(|_| None).collect());
    on_threads(workers(threads, tasks.len() as u64), || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(number) else {
                return;
            };
            let result = work(task);
            found.lock().unwrap_or_else(PoisonError::into_inner)[number] = Some(result);
        }
    })
    .ok_or(Halt::NoThreads)?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found
        .into_iter()
        .map(|result| result.unwrap_or(Err(Halt::Interrupted.into())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Kernel, random::Shard};

    #[test]
    fn few_blocks_make_parts_and_many_do_not() {
        let processors = workers(0, u64::MAX);
        let parts = |paths, threads, pieces| {
            let settings = Settings {
                paths,
                seed: 1,
                threads,
                kernel: Kernel::Portable,
                shard: Shard::WHOLE,
            };
            parts(settings, pieces)
        };
        assert_eq!(parts(100, 2, 64), 2.min(4 * processors));
        assert_eq!(parts(100, 2, 1), 1);
        assert_eq!(parts(100, 1, 64), 1);
        // Two blocks on two threads, and many.
        assert_eq!(parts(1_000, 2, 64), 1);
        assert_eq!(parts(1_500, 2, 64), 2.min(4 * processors));
        assert_eq!(parts(1_000_000, 2, 64), 1);
    }

    #[test]
    fn few_blocks_for_each_thread_are_done_side_by_side() {
        let few = |paths, threads| {
            side_by_side(Settings {
                paths,
                seed: 1,
                threads,
                kernel: Kernel::Portable,
                shard: Shard::WHOLE,
            })
        };
        assert!(few(1_000, 2) && few(15 * 512, 2));
        assert!(!few(16 * 512, 2) && !few(1_000, 1));
    }

    #[test]
    fn every_part_is_done_once_in_order_and_a_stop_reaches_all() {
        let progress = Progress::default();
        let parts: Vec<u32> = (0..7).collect();
        let doubled = apart(&parts, &progress, |part, _| Ok(2 * part)).unwrap();
        assert_eq!(doubled, [0, 2, 4, 6, 8, 10, 12]);
        progress.stop();
        let stopped = apart(&parts, &progress, |part, progress| match progress.is_stopped() {
            true => Err(Halt::Interrupted),
            false => Ok(*part),
        });
        assert_eq!(stopped, Err(Halt::Interrupted));
    }
}
