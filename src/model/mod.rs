//! The equations of `docs/model.md` on a block of paths.
//!
//! A block is [`BLOCK`](crate::random::BLOCK) futures, stored as structure of arrays: one array of lanes per
//! quantity, so that the inner loops run over paths and the compiler can use vector instructions. A [`Plan`] holds
//! what is the same for every block; a [`Simulator`] holds the arrays and is used again for block after block, so
//! nothing is allocated once it exists. Nothing here reads files, starts threads, asks the time, or fails.

// A lane is an index into several arrays at once, on both sides of an assignment.
#![allow(clippy::needless_range_loop)]

mod draw;
mod draws;
mod evaluate;
mod forecast;
mod futures;
mod futures_plan;
mod gap;
mod inputs;
mod levers;
mod metrics;
mod needs;
mod option_state;
mod plan;
mod risks;
mod ruled;
mod rules;
mod series;
mod simulator;
mod state;
mod world;

pub use draw::Lanes;
pub use draws::{DrawKind, PathDraw, path_draws};
pub use forecast::{ForecastSettings, forecast_gdp, forecast_share};
pub use gap::GapStatus;
pub use needs::Needs;
pub use plan::Plan;
pub use simulator::{BlockView, DrawnFutures, Evaluator, Observer, SharedFutures, Simulator, YearView};

pub use world::World;

pub use crate::stats::Kernel;
