//! # jointly
//!
//! A cooperation-scenario simulator: what would each option of cooperation on the digital economy do to each
//! partner, would it close the gap, how sure are we, what does it cost, and which assumption drives the answer?
//!
//! Data flows one way. A module may import only modules that stand above it in this table (the test
//! `tests/it/architecture.rs` keeps that true).
//!
//! | module | what lives there |
//! |---|---|
//! | [`base`] | names and units: economies, matrix elements, metrics, years, diagnostics, nearest names |
//! | [`table`] | results as typed tables: CSV, JSON, Parquet and the documented columns come from one list |
//! | [`stats`] | mathematics of numbers: distributions, mergeable moments, quantile sketches, shrinkage correlation |
//! | [`random`] | `(seed, stream, path)` to numbers; the only place that builds a generator |
//! | [`decision`] | mathematics of choosing: dominance, regret, frontiers, ratios of means, Shapley values, value of information, the best of many, where the best changes |
//! | [`sensitivity`] | mathematics of which input drives an outcome: designs, indices, scenario discovery |
//! | [`history`] | reading tables, growth basis, chaining levels, audit |
//! | [`import`] | tables of statistical offices as history tables: forms, units, spellings; asks where a file leaves something open |
//! | [`calibration`] | drift and volatility posteriors, stated views, correlation of shocks |
//! | [`scenario`] | what a file may say: spanned TOML, `extends`, `--set`, the parameter table |
//! | [`model`] | the equations of `docs/model.md` on a block of paths; pure, nothing that can fail |
//! | [`engine`] | many blocks: parallel execution, progress, early stop; the only user of rayon |
//! | [`outcomes`] | summaries: means, quantiles and their Monte Carlo errors |
//! | [`analysis`] | studies that run the model: options compared on the same futures, effects split between levers, sweeps, value of information, portfolios under a budget, targets, timing, the hindcast |
//! | [`report`] | results to bytes: terminal, CSV, JSON, Parquet, run manifest, charts, pages |
//! | [`session`] | from a scenario to a result: open, ask for a study, run it |
//! | [`explore`] | the explorer: states on futures that are kept, and the server of its page |
//! | [`cli`] | command line: one file per command; terminal, files, exit codes |
//!
//! Features, on unless `default-features = false`: `parquet` and `png` (these formats), `cli` (the command line, with both
//! formats and `messages`, refusals as text), `threads` (blocks on all processors; without it one after the other, with the same results),
//! `explore` (a page that answers while a lever is moved). Off unless asked
//! for: `arrow` (tables as Arrow record batches).

pub mod analysis;
pub mod base;
pub mod calibration;
#[cfg(feature = "cli")]
pub mod cli;
pub mod decision;
pub mod engine;
#[cfg(feature = "explore")]
pub mod explore;
pub mod history;
pub mod import;
pub mod model;
pub mod outcomes;
pub mod random;
pub mod report;
pub mod scenario;
pub mod sensitivity;
pub mod session;
pub mod stats;
pub mod table;
