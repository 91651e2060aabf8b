//! What a design point costs: each future of a point against each path of a plain run, on one thread. Compare lines of one run
//! with each other; the items are futures (or paths), so the throughput of `design_points` should be at least twice that of
//! `plain_run`. Two threads should do at least 1.8 times as many points as one, on an idle machine. A world of a point is made from that
//! of the plan (`world_changed`) in a small part of the time of compiling its scenario (`world_compiled`), and a point whose quantile
//! tables are kept costs a small part of one for which they are made anew.
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
    random::{BLOCK, Stream},
    scenario::{self, PolicyOption, Scenario, read_vary},
    sensitivity::latin_hypercube::LatinHypercube,
    stats::Distribution,
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

/// Design points with response parameters varied, by the number of threads.
#[divan::bench(args = [1, 2])]
fn design_points(bencher: Bencher<'_, '_>, threads: usize) {
    bench(bencher, 64, threads, RESPONSE);
}

/// More design points of fewer futures each, a tenth of a sweep for Sobol' indices, by the number of threads.
#[divan::bench(args = [1, 2], sample_count = 5, sample_size = 1)]
fn many_points_of_few_futures(bencher: Bencher<'_, '_>, threads: usize) {
    bench_of(bencher, 640, 1_000, threads, RESPONSE);
}

/// Design points with an input that changes the futures: each costs a run of its own.
#[divan::bench]
fn design_points_with_own_futures(bencher: Bencher<'_, '_>) {
    bench(bencher, 20, 1, "model.persistence=[0.7, 0.9]");
}

/// The fewest points of the design; fewer of them may be evaluated.
const LEAST: usize = 20;
const RESPONSE: &str = "model.share_response=prior";

fn bench(bencher: Bencher<'_, '_>, points: usize, threads: usize, vary: &str) {
    bench_of(bencher, points, PATHS, threads, vary);
}

fn bench_of(bencher: Bencher<'_, '_>, points: usize, paths: u64, threads: usize, vary: &str) {
    let (history, scenario) = scenario();
    let mut request = request(&scenario, points.max(LEAST), threads, vary);
    request.settings.paths = paths;
    let sweep = Sweep::new(&history, &scenario, request).expect("the sweep is possible");
    bencher
        .counter(ItemsCount::new(paths * points as u64))
        .bench(|| sweep.evaluate(0..points, &Progress::default()));
}

/// One design point of a sweep whose quantile tables are there.
#[divan::bench]
fn point_with_tables_kept(bencher: Bencher<'_, '_>) {
    bench(bencher, 1, 1, RESPONSE);
}

/// One design point for which the plan is compiled and its quantile tables are made.
#[divan::bench]
fn point_with_tables_anew(bencher: Bencher<'_, '_>) {
    let (history, scenario) = scenario();
    let request = request(&scenario, LEAST, 1, RESPONSE);
    bencher.counter(ItemsCount::new(PATHS)).bench(|| {
        let sweep = Sweep::new(&history, &scenario, request.clone()).expect("the sweep is possible");
        sweep.evaluate(0..1, &Progress::default())
    });
}

/// A world made from that of the plan.
#[divan::bench]
fn world_changed(bencher: Bencher<'_, '_>) {
    let (history, scenario) = scenario();
    let plan = Plan::new(&history, &scenario).expect("the scenario is valid");
    let numbers = ["model.share_response", "model.decay"].map(|path| (Stream::named(path), 0.1));
    bencher.bench(|| plan.world_with(&numbers).expect("both are drawn once per path"));
}

/// The same world compiled from its scenario, the quantile tables kept.
#[divan::bench]
fn world_compiled(bencher: Bencher<'_, '_>) {
    let (history, scenario) = scenario();
    let plan = Plan::new(&history, &scenario).expect("the scenario is valid");
    let number = Distribution::constant(0.1).expect("a number");
    bencher.bench(|| {
        let variant = scenario
            .with("model.share_response", &number)
            .with("model.decay", &number);
        plan.world_of(&history, &variant)
    });
}

fn request(scenario: &Scenario, points: usize, threads: usize, vary: &str) -> SweepRequest {
    let vary = [vary, "model.decay=prior"];
    SweepRequest {
        method: &LatinHypercube,
        size: points,
        inputs: vary
            .iter()
            .flat_map(|text| read_vary(scenario, text).expect("the input exists"))
            .collect(),
        outcomes: vec![
            scenario
                .selector("extra:group.digital_economy@horizon")
                .expect("the outcome exists"),
        ],
        settings: Settings {
            threads,
            ..SETTINGS()
        },
        until: Vec::new(),
    }
}
