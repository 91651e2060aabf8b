//! What stratified futures are worth, and what they cost: for each figure the number of independent futures that one stratified one stands for,
//! sd² / N over the square of its Monte Carlo error; the time of a path with strata over that of one without, which should be at most 1.1, both
//! measured in turn in one run; and the same for drawing numbers alone.
//!
//! `cargo bench --bench strata` measures; compare the lines of one run with each other.

use std::{
    path::Path,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use divan::{Bencher, black_box, counter::ItemsCount};
use jointly::{
    analysis::{CompareSettings, VALUES, compare, compared_effect, compared_outcome},
    base::{Metric, Place, Selector},
    decision::Estimate,
    engine::{Progress, Settings},
    history::History,
    model::{Kernel, Plan},
    outcomes::{Comparison, Statistics, project},
    random::{BLOCK, GROUP, Shard, Stream, WITHOUT_STRATA, fill_normal, fill_uniform},
    scenario,
};

/// Futures of the table: 1,600 groups, so that the square of an error is known to 3.5 %.
const PATHS: u64 = 1600 * GROUP as u64;

/// The scenarios that are measured.
const SCENARIOS: [&str; 4] = [
    "china-korea-smart-cities",
    "northeast-far-east-zone",
    "joint-research",
    "mongolia-digital-divide",
];

/// How often each of the two is measured.
const TURNS: usize = 15;

fn main() {
    let tested = std::env::args().any(|argument| argument == "--test");
    let paths = if tested { 16 * GROUP as u64 } else { PATHS };
    println!("One stratified future is worth so many independent ones:");
    for name in SCENARIOS {
        worth(name, paths);
    }
    println!("Time of a path with strata over that of one without:");
    for name in SCENARIOS {
        cost(name, if tested { 1 } else { TURNS });
    }
    divan::main();
}

fn plan(name: &str) -> Plan {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let path = format!("scenarios/{name}.toml");
    let scenario = scenario::load(Path::new(&path), &[], None, &history).expect("the scenario is valid");
    Plan::new(&history, &scenario).expect("the embedded data can be calibrated")
}

fn settings(paths: u64) -> Settings {
    Settings {
        paths,
        seed: 1,
        threads: 2,
        kernel: Kernel::detect(),
        shard: Shard::WHOLE,
    }
}

/// A line for each figure of a scenario.
fn worth(name: &str, paths: u64) {
    let plan = plan(name);
    let summary = project(&plan, settings(paths), &Progress::default()).expect("nothing stops it");
    println!("{name}");
    let line = |label: &str, variance: f64, error: f64| {
        println!("  {label:<32}{:>8.1}", variance / paths as f64 / (error * error));
    };
    let options = summary.options();
    let option = options[options.len() - 1];
    let at = |option: &str, comparison, metric| {
        summary
            .last(option, comparison, Place::Group, metric)
            .expect("the group has it")
            .statistics
    };
    let of =
        |label: &str, statistics: Statistics| line(label, statistics.sd * statistics.sd, statistics.mcse);
    of("GDP", at("baseline", Comparison::Level, Metric::Gdp));
    of(
        "digital economy",
        at("baseline", Comparison::Level, Metric::DigitalEconomy),
    );
    of("digital share", at("baseline", Comparison::Level, Metric::Share));
    of("extra GDP", at(option, Comparison::Extra, Metric::Gdp));
    of(
        "extra digital economy",
        at(option, Comparison::Extra, Metric::DigitalEconomy),
    );
    let account = summary.money.last().expect("there is an option");
    of("cost", account.cost);
    of("net present value", account.net_present_value);
    for (label, probability) in [("median", 2), ("5 % point", 0), ("95 % point", 4)] {
        let threshold = account.net_present_value.quantiles[probability];
        let Some(share) = share_above(&plan, threshold, paths) else {
            continue;
        };
        let error = share.standard_error.unwrap_or(f64::NAN);
        line(
            &format!("share of NPV above its {label}"),
            share.value * (1.0 - share.value),
            error,
        );
    }
}

/// The share of futures in which the net present value of the last option reaches a threshold.
fn share_above(plan: &Plan, threshold: f64, paths: u64) -> Option<Estimate> {
    let selector = Selector::parse("money.npv").ok()?;
    let compared = CompareSettings {
        reference: 0,
        outcomes: vec![compared_outcome(plan, &selector).ok()?],
        effect: compared_effect(plan, &Selector::parse("money.benefit").ok()?).ok()?,
        thresholds: vec![threshold],
        optimism: 0.5,
        values: VALUES.to_vec(),
    };
    let result = compare(plan, &compared, settings(paths), &Progress::default()).ok()?;
    result.outcomes.first()?.comparison.robustness.last()?.satisficing
}

/// The fastest of some runs on one thread with strata over the fastest without, one after the other in turn.
fn cost(name: &str, turns: usize) {
    let plan = plan(name);
    let paths = if turns == 1 { 1 } else { 32 } * BLOCK as u64;
    let settings = Settings {
        threads: 1,
        ..settings(paths)
    };
    let time = |without: bool| {
        WITHOUT_STRATA.store(without, Ordering::Relaxed);
        let start = Instant::now();
        project(&plan, settings, &Progress::default()).expect("nothing stops it");
        start.elapsed()
    };
    let [mut with, mut without] = [Duration::MAX; 2];
    for _ in 0..turns {
        with = with.min(time(false));
        without = without.min(time(true));
    }
    WITHOUT_STRATA.store(false, Ordering::Relaxed);
    println!("  {name:<32}{:>8.3}", with.as_secs_f64() / without.as_secs_f64());
}

/// Normal numbers of a block with strata.
#[divan::bench]
fn stratified(bencher: Bencher<'_, '_>) {
    let mut lanes = [0.0; BLOCK];
    bencher
        .counter(ItemsCount::new(BLOCK))
        .bench_local(|| fill_normal(1, Stream::named("bench"), 0, black_box(&mut lanes)));
}

/// Uniform numbers of a block with strata, and of one that stands in nets.
#[divan::bench(args = [false, true])]
fn in_nets(bencher: Bencher<'_, '_>, net: bool) {
    let alone = Stream::named("bench");
    let stream = if net {
        alone.line(Stream::named("family"), 3)
    } else {
        alone
    };
    let mut lanes = [0.0; BLOCK];
    bencher
        .counter(ItemsCount::new(BLOCK))
        .bench_local(|| fill_uniform(1, stream, 0, black_box(&mut lanes)));
}

/// Normal numbers of a block without.
#[divan::bench]
fn independent(bencher: Bencher<'_, '_>) {
    let mut lanes = [0.0; BLOCK];
    WITHOUT_STRATA.store(true, Ordering::Relaxed);
    bencher
        .counter(ItemsCount::new(BLOCK))
        .bench_local(|| fill_normal(1, Stream::named("bench"), 0, black_box(&mut lanes)));
    WITHOUT_STRATA.store(false, Ordering::Relaxed);
}

/// A block of the smart-city scenario with its summary, on one thread.
#[divan::bench(sample_count = 20)]
fn paths_of_a_block(bencher: Bencher<'_, '_>) {
    let plan = plan("china-korea-smart-cities");
    let settings = Settings {
        threads: 1,
        ..settings(64 * BLOCK as u64)
    };
    bencher
        .counter(ItemsCount::new(64 * BLOCK))
        .bench_local(|| project(&plan, settings, &Progress::default()));
}
