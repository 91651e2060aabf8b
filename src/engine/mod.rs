//! Many blocks, in parallel where there are threads (feature `threads`). The only user of threads.
//!
//! Workers take block numbers from a counter. What depends on the order it is folded in (sums of floating-point numbers) is
//! folded over a fixed tree of block numbers, whichever worker finishes first; what may be folded in any order (integer
//! counts) stays with its worker until the end. So the result is the same bits for any number of threads and however a run is
//! split into shards, and memory depends on the number of threads, never on the number of paths.

mod apart;
mod kept;
mod run;
mod threads;
mod tree;

pub use apart::{apart, each, parts, side_by_side};
pub use kept::{KeptFutures, run_kept};
pub use run::{Accumulator, Halt, Progress, Settings, run, run_chosen_worlds, run_shard, run_worlds};
pub use threads::workers;
pub use tree::Tree;
