//! Many blocks in parallel. The only user of threads.
//!
//! Workers take block numbers from a counter. What must be folded in order (sums of floating-point numbers) is
//! folded in block order whichever worker finishes first; what may be folded in any order (integer counts) stays with
//! its worker until the end. So the result is the same bits for any number of threads, and memory depends on the
//! number of threads, never on the number of paths.

mod ordered;
mod run;

pub use run::{Accumulator, Halt, Progress, Settings, run, run_chosen_worlds, run_worlds};
