//! What a design point costs: each future of a point against each path of a plain run, on one thread. Compare lines of one run
//! with each other; the items are futures (or paths), so the throughput of `design_points` should be at least twice that of
//! `plain_run`.
//!
//! `cargo bench --bench sweep` measures; `-- --test` runs everything once.

use std::path::Path;

use divan::{Bencher, counter::ItemsCount};
use jointly::{
    analysis::sweep::{Sweep, SweepRequest},
    engine::{Progress, Settings},
    history::{History, HistoryData},
    model::{Kernel, Plan},
    outcomes::project,
    random::BLOCK,
    scenario::{self, PolicyOption, Scenario, read_vary},
    sensitivity::latin_hypercube::LatinHypercube,
};

fn main() {
    divan::main();
}

/// A scenario of three levers in one option.
fn scenario() -> (HistoryData, Scenario) {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let path = Path::new("scenarios/joint-research.toml");
    let mut scenario = scenario::load(path, &[], None, &history).expect("the scenario is valid");
    let levers: Vec<String> = scenario.levers.iter().map(|lever| lever.id.clone()).collect();
    assert_eq!(levers.len(), 3);
    scenario.options = vec![PolicyOption {
        name: "all".to_owned(),
        levers,
        title: None,
    }];
    (history, scenario)
}

const PATHS: u64 = 4 * BLOCK as u64;
const SETTINGS: fn() -> Settings = || Settings {
    paths: PATHS,
    seed: 1,
    threads: 1,
    kernel: Kernel::detect(),
    shard: jointly::random::Shard::WHOLE,
};

/// A plain run with its summary of every metric.
#[divan::bench]
fn plain_run(bencher: Bencher<'_, '_>) {
    let (history, scenario) = scenario();
    let plan = Plan::new(&history, &scenario).expect("the scenario is valid");
    bencher
        .counter(ItemsCount::new(PATHS))
        .bench(|| project(&plan, SETTINGS(), &Progress::default()));
}

/// Design points with response parameters varied, by their number.
#[divan::bench(args = [64])]
fn design_points(bencher: Bencher<'_, '_>, points: usize) {
    bench(bencher, points, "model.share_response=prior");
}

/// Design points with an input that changes the futures: each costs a run of its own.
#[divan::bench(args = [20])]
fn design_points_with_own_futures(bencher: Bencher<'_, '_>, points: usize) {
    bench(bencher, points, "model.persistence=[0.7, 0.9]");
}

fn bench(bencher: Bencher<'_, '_>, points: usize, vary: &str) {
    let (history, scenario) = scenario();
    let vary = [vary, "model.decay=prior"];
    let request = SweepRequest {
        method: &LatinHypercube,
        size: points,
        inputs: vary
            .iter()
            .flat_map(|text| read_vary(&scenario, text).expect("the input exists"))
            .collect(),
        outcomes: vec![
            scenario
                .selector("extra:group.digital_economy@horizon")
                .expect("the outcome exists"),
        ],
        settings: SETTINGS(),
        until: Vec::new(),
    };
    let sweep = Sweep::new(&history, &scenario, request).expect("the sweep is possible");
    bencher
        .counter(ItemsCount::new(PATHS * points as u64))
        .bench(|| sweep.evaluate(0..points, &Progress::default()));
}
