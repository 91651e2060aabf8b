//! What several tests share: the embedded history and the shipped baseline.
#![allow(dead_code)] // each test file uses its own part

use std::path::Path;

use jointly::{
    engine::{Progress, Settings},
    history::{History, HistoryData},
    model::{Kernel, Plan},
    outcomes::{Summary, project},
    scenario::{self, Scenario},
};

pub fn history() -> HistoryData {
    History::embedded(true).unwrap().data().unwrap()
}

/// The shipped baseline with `--set` arguments.
pub fn baseline(overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/baseline.toml");
    scenario::load(&path, &overrides, None, &history()).unwrap_or_else(|errors| panic!("{errors}"))
}

pub fn plan(overrides: &[&str]) -> Plan {
    Plan::new(&history(), &baseline(overrides)).unwrap()
}

pub fn settings(paths: u64, seed: u64) -> Settings {
    Settings {
        paths,
        seed,
        threads: 0,
        kernel: Kernel::detect(),
    }
}

pub fn run(plan: &Plan, settings: Settings) -> Summary {
    project(plan, settings, &Progress::default()).unwrap()
}
