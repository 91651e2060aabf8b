//! Workers on threads, or one worker without them; the only user of rayon.

/// What each worker gives: as many as there are threads, 0 for one per processor. One worker works on the thread of the caller.
/// `None` if the operating system gives no threads.
#[cfg(feature = "threads")]
pub(super) fn on_threads<T: Send>(threads: usize, worker: impl Fn() -> T + Sync) -> Option<Vec<T>> {
    if threads == 1 {
        return Some(vec![worker()]);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .ok()?;
    Some(pool.broadcast(|_| worker()))
}

/// What one worker gives, on the thread of the caller.
#[cfg(not(feature = "threads"))]
pub(super) fn on_threads<T>(_: usize, worker: impl Fn() -> T) -> Option<Vec<T>> {
    Some(vec![worker()])
}
