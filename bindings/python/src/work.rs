//! Work that takes long: without the interpreter's lock, with progress, and stopped by Ctrl-C.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use jointly::engine::Progress;
use pyo3::prelude::*;

/// How often progress is told and a signal is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Says that the work has ended, however it ended.
struct Ended<'a>(&'a (Mutex<bool>, Condvar));

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }
}

/// Works on a thread of its own. Meanwhile the interpreter is free, `tell` is called with the number of paths that are done, and a
/// signal such as Ctrl-C, or an exception of `tell`, stops the work and is raised.
pub fn work<T: Send>(
    py: Python<'_>,
    tell: Option<&Bound<'_, PyAny>>,
    task: impl FnOnce(&Progress) -> T + Send,
) -> PyResult<T> {
    let progress = Progress::default();
    let ended = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            let _ended = Ended(&ended);
            task(&progress)
        });
        let mut raised = None;
        loop {
            let over = py.detach(|| {
                let over = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = ended.1.wait_timeout_while(over, TICK, |over| !*over);
                *waited.unwrap_or_else(PoisonError::into_inner).0
            });
            if over {
                break;
            }
            if raised.is_none() {
                let told = py
                    .check_signals()
                    .and_then(|()| tell.map_or(Ok(()), |tell| tell.call1((progress.done(),)).map(drop)));
                if let Err(error) = told {
                    progress.stop();
                    raised = Some(error);
                }
            }
        }
        let result = worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match raised {
            Some(error) => Err(error),
            None => {
                if let Some(tell) = tell {
                    tell.call1((progress.done(),))?;
                }
                Ok(result)
            }
        }
    })
}
