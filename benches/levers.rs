//! The main job: baseline and options with levers, every outcome with quantiles and paired differences; and beside it the
//! parts that no implementation can avoid: drawing as many normals, taking as many exponentials, observing as many numbers.
//! Compare lines of one run with each other; absolute times vary from machine to machine.
//!
//! `cargo bench --bench levers` measures; with `-- --test` everything runs once.

use std::{fmt::Write as _, path::Path};

use divan::{Bencher, black_box, counter::ItemsCount};
use jointly::{
    base::{Metric, SourceText},
    engine::{self, Accumulator, Progress, Settings},
    history::{History, HistoryData},
    model::{BlockView, Kernel, Needs, Plan, YearView},
    outcomes::{Summary, project},
    random::{BLOCK, Generator, Stream},
    scenario,
    stats::{Moments, QuantileSketch, elementary},
};

fn main() {
    divan::main();
}

/// Paths of a run.
const PATHS: u64 = 16 * BLOCK as u64;

const LEVERS: &str = r#"
[levers.cities]
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2026
scale = { CHN = 20, KOR = 2 }
[levers.research]
kind = "joint_rnd"
partners = ["CHN", "KOR"]
start = 2026
scale = 500
[levers.zone]
kind = "digital_free_trade_zone"
partners = ["CHN", "RUS"]
start = 2027
scale = 1
trade_base = 26.4
"#;

/// The embedded history with so many options that hold the same three levers.
fn plan(options: usize) -> Plan {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let mut text = LEVERS.to_owned();
    if options == 0 {
        text.clear();
    } else {
        text.push_str("[options]\n");
    }
    for option in 0..options {
        let _ = writeln!(text, "\"option {option}\" = [\"cities\", \"research\", \"zone\"]");
    }
    compile(&history, &text)
}

fn compile(history: &HistoryData, text: &str) -> Plan {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("bench.toml");
    std::fs::write(&path, text).expect("a temporary file");
    let scenario = scenario::load(&path, &[], None, history).expect("the scenario is valid");
    Plan::new(history, &scenario).expect("the scenario can be compiled")
}

fn settings(threads: usize, paths: u64) -> Settings {
    Settings {
        paths,
        seed: 1,
        threads,
        kernel: Kernel::detect(),
        shard: jointly::random::Shard::WHOLE,
    }
}

fn run(plan: &Plan, threads: usize) -> Summary {
    project(plan, settings(threads, PATHS), &Progress::default()).expect("the run is not stopped")
}

/// Baseline and one option with three levers, by number of threads; items are paths.
#[divan::bench(sample_count = 7, args = [1, 2])]
fn one_option_by_threads(bencher: Bencher<'_, '_>, threads: usize) {
    let plan = plan(1);
    bencher
        .counter(ItemsCount::new(PATHS))
        .bench(|| run(&plan, threads));
}

/// Numbers that a peer in another language counts too: GDP, digital economy, share and index of every economy and year after the base year, under the
/// baseline, under the option, and their difference, with quantiles.
#[derive(Debug)]
struct Chosen {
    years: usize,
    sketches: Vec<QuantileSketch>,
    moments: Vec<Moments>,
}

impl Chosen {
    const METRICS: [Metric; 4] = [Metric::Gdp, Metric::DigitalEconomy, Metric::Share, Metric::Index];

    fn new(plan: &Plan) -> Self {
        let years = plan.projected_years();
        let floors = |metric: Metric| {
            [
                metric.sketch_floor(),
                metric.sketch_floor(),
                metric.difference_sketch_floor(),
            ]
        };
        let sketches: Vec<QuantileSketch> = (0..years * plan.economies().len())
            .flat_map(|_| Self::METRICS.into_iter().flat_map(floors))
            .map(QuantileSketch::new)
            .collect();
        Self {
            years,
            moments: vec![Moments::default(); sketches.len()],
            sketches,
        }
    }

    fn observe(&mut self, position: usize, values: &[f64]) {
        self.moments[position] = self.sketches[position].observe(values).0;
    }
}

impl Accumulator for Chosen {
    type Block = Vec<Moments>;

    fn needs(&self) -> Needs {
        Needs {
            years: (1, self.years),
            others: true,
            scores: true,
            index: true,
            ..Needs::default()
        }
    }

    fn year(&mut self, _: usize, view: YearView<'_>, lanes: usize) {
        let Some(year) = view.step.checked_sub(1) else {
            return;
        };
        let numbers = self.sketches.len() / self.years;
        for (number, position) in (year * numbers..(year + 1) * numbers).step_by(3).enumerate() {
            let (place, metric) = (
                number / Self::METRICS.len(),
                Self::METRICS[number % Self::METRICS.len()],
            );
            let (baseline, own) = (view.metric(0, place, metric), view.metric(1, place, metric));
            self.observe(position, &baseline[..lanes]);
            // An option that leaves a number as it is has no array of its own.
            if !std::ptr::eq(baseline, own) {
                self.observe(position + 1, &own[..lanes]);
                let difference: [f64; BLOCK] = std::array::from_fn(|lane| own[lane] - baseline[lane]);
                self.observe(position + 2, &difference[..lanes]);
            }
        }
    }

    fn paths(&mut self, _: usize, _: BlockView<'_>, _: usize) {}

    fn end(&mut self) -> Vec<Moments> {
        self.moments.clone()
    }

    fn fold(before: &mut Vec<Moments>, after: Vec<Moments>) {
        before
            .iter_mut()
            .zip(&after)
            .for_each(|(sum, next)| sum.merge(next));
    }

    fn merge(&mut self, other: Self) {
        self.sketches
            .iter_mut()
            .zip(&other.sketches)
            .for_each(|(sum, next)| sum.merge(next));
    }
}

/// Those of baseline and one option with three levers, by number of threads; items are paths.
#[divan::bench(sample_count = 7, args = [1, 2])]
fn chosen_numbers_by_threads(bencher: Bencher<'_, '_>, threads: usize) {
    let plan = plan(1);
    let all = || {
        let progress = Progress::default();
        let (chosen, _) = engine::run(&plan, settings(threads, PATHS), &progress, || Chosen::new(&plan))
            .expect("the run is not stopped");
        let medians = chosen.sketches.iter().map(|sketch| sketch.quantiles().at(0.5));
        medians.filter(|median| median.is_finite()).sum::<f64>()
    };
    bencher.counter(ItemsCount::new(PATHS)).bench(all);
}

/// By number of options, on one thread: what a further option costs on the same futures.
#[divan::bench(sample_count = 7, args = [0, 1, 2, 4])]
fn by_options(bencher: Bencher<'_, '_>, options: usize) {
    let plan = plan(options);
    bencher.counter(ItemsCount::new(PATHS)).bench(|| run(&plan, 1));
}

/// By number of economies, on one thread, each with the data of an embedded one: time should be linear.
#[divan::bench(sample_count = 7, args = [5, 10, 25, 50])]
fn by_economies(bencher: Bencher<'_, '_>, economies: usize) {
    let embedded = include_str!("../data/history/growth.csv");
    let history = many(embedded, economies);
    let plan = compile(&history, "");
    bencher
        .counter(ItemsCount::new(PATHS / 8 * economies as u64))
        .bench(|| {
            project(&plan, settings(1, PATHS / 8), &Progress::default()).expect("the run is not stopped")
        });
}

/// A history in which the embedded economies stand several times under other codes.
fn many(embedded: &str, economies: usize) -> HistoryData {
    let original = History::parse(SourceText::new("growth.csv", embedded), true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let with_digital: Vec<_> = original
        .economies
        .iter()
        .filter(|data| data.share.is_some())
        .cloned()
        .collect();
    let mut history = original.clone();
    history.economies = (0..economies)
        .map(|number| {
            let mut data = with_digital[number % with_digital.len()].clone();
            let letter = |position: usize| char::from(b'A' + (position % 26) as u8);
            let code: String = ['X', letter(number / 26), letter(number)].iter().collect();
            data.economy = jointly::base::Economy::parse(&code).expect("three capitals");
            data
        })
        .collect();
    history
}

/// How many numbers the run with one option observes per path: rows of the summary that are counted on their own.
fn observations(summary: &Summary) -> usize {
    summary
        .rows
        .iter()
        .filter(|row| !row.metric.is_per_head() && row.statistics.sd > 0.0)
        .count()
}

/// Unavoidable part: one normal for each series and year of a block, and one uniform for each pair and incident.
#[divan::bench(sample_count = 7)]
fn part_draws(bencher: Bencher<'_, '_>) {
    let plan = plan(1);
    let (economies, years) = (plan.economies().len(), plan.projected_years());
    let (normals, uniforms) = (
        2 * economies * years,
        (economies * (economies - 1) / 2 + 2 * economies) * years,
    );
    let mut lanes = [0.0; BLOCK];
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        for array in 0..normals {
            Generator::new(1, Stream::named("bench"), array as u64).fill_normal(black_box(&mut lanes));
        }
        for array in 0..uniforms {
            Generator::new(1, Stream::named("bench"), array as u64).fill_uniform(black_box(&mut lanes));
        }
    });
}

/// Unavoidable part: an exponential for GDP, share and each score of every economy and year, and again for the partners
/// under the option.
#[divan::bench(sample_count = 7)]
fn part_exponentials(bencher: Bencher<'_, '_>) {
    let plan = plan(1);
    let years = plan.projected_years();
    let arrays = 8 * plan.economies().len() * years + 8 * 3 * (years - 4);
    let mut lanes = [0.5; BLOCK];
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        for _ in 0..arrays {
            for lane in black_box(&mut lanes) {
                *lane = elementary::exp(-*lane);
            }
        }
    });
}

/// Unavoidable part: observing as many numbers as the run with one option does.
#[divan::bench(sample_count = 7)]
fn part_observations(bencher: Bencher<'_, '_>) {
    let arrays = observations(&run(&plan(1), 1));
    let mut lanes = [0.0; BLOCK];
    Generator::new(1, Stream::named("bench"), 0).fill_normal(&mut lanes);
    for lane in &mut lanes {
        *lane = 1000.0 * elementary::exp(0.3 * *lane);
    }
    let mut sketches = vec![QuantileSketch::new(1e-3); arrays];
    bencher.counter(ItemsCount::new(BLOCK)).bench_local(|| {
        for sketch in &mut sketches {
            black_box(sketch.observe(black_box(&lanes)));
        }
    });
}

/// The embedded scenarios exist, so that the bench breaks when they move.
#[divan::bench(sample_count = 7)]
fn shipped_scenario(bencher: Bencher<'_, '_>) {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let path = Path::new("scenarios/china-korea-smart-cities.toml");
    let scenario = scenario::load(path, &[], None, &history).expect("the scenario is valid");
    let plan = Plan::new(&history, &scenario).expect("the scenario can be compiled");
    bencher.counter(ItemsCount::new(PATHS)).bench(|| run(&plan, 1));
}
