//! The explorer: a page in the browser that answers, with its uncertainty, while a lever is moved.
//!
//! An [`Explorer`] keeps a scenario and its futures in memory. A [`State`] is what a reader has moved: the `--set` arguments that
//! lead from the file to it, what is looked at, and what is pinned beside it. [`Explorer::answer`] evaluates a state, first on few of the
//! kept futures and then on more, and tells each answer; its numbers are those of `jointly run --paths N --seed S --set ...`, to the last
//! digit. [`serve`] shows all of this as a page on this machine alone.

mod answer;
mod connection;
mod controls;
mod pins;
mod save;
mod server;
mod state;

pub use answer::{Answer, Explorer, STAGES};
pub use controls::{Control, Controls};
pub use pins::MOST_PINS;
pub use server::{Running, ServerOptions, serve};
pub use state::{Pin, State};
