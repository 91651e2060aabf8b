//! All integration tests in one binary, so that the library is linked once. A new file of tests gets a line here.
//!
//! `cargo test --test it golden` runs the tests of one file, here `golden.rs`.

mod common;

mod architecture;
mod baseline;
mod calibration;
mod checked;
mod cli;
mod command_line;
mod commands;
mod compare;
mod comparison_pages;
mod correlation;
mod determinism;
mod docs;
mod evidence;
mod explore;
mod faults;
mod fuzz;
#[path = "../../fuzz/src/lib.rs"]
mod fuzz_targets;
mod golden;
mod history;
mod import;
mod invariants;
mod levers;
mod limits;
mod messages;
mod outputs;
mod page;
mod parameters;
mod payers;
mod plan;
mod reference;
mod refusals;
mod report;
mod risks;
mod rules;
mod scenario;
mod shards;
mod statistics;
mod strata;
mod sweep;
mod sweep_page;
mod target;
mod terminal;
mod timing;
mod value;
