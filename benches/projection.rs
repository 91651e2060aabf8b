//! Throughput of the projection, and beside it the parts that no implementation can avoid: drawing as many normals,
//! taking as many exponentials, inserting as many numbers into sketches. Compare lines of one run with each other;
//! absolute times vary from machine to machine.
//!
//! `cargo bench` measures; `cargo bench -- --test` runs everything once.

use std::path::Path;

use divan::{Bencher, black_box, counter::ItemsCount};
use jointly::{
    base::Metric,
    engine::{Progress, Settings, Tree},
    history::History,
    model::{BlockView, Kernel, Needs, Observer, Plan, Simulator, YearView},
    outcomes::{Projection, project},
    random::{BLOCK, Generator, Shard, Stream},
    scenario,
    stats::{Moments, QuantileSketch, elementary},
};

fn main() {
    divan::main();
}

/// The embedded history and baseline.
fn plan() -> Plan {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let scenario = scenario::load(Path::new("scenarios/baseline.toml"), &[], None, &history)
        .expect("the scenario is valid");
    Plan::new(&history, &scenario).expect("the embedded data can be calibrated")
}

/// Economy-years of a number of paths.
fn economy_years(plan: &Plan, paths: u64) -> ItemsCount {
    ItemsCount::new(paths * plan.economies().len() as u64 * plan.projected_years() as u64)
}

/// Paths of a whole projection.
const PATHS: u64 = 64 * BLOCK as u64;

/// The whole projection with its summary, by number of threads; items are economy-years.
#[divan::bench(args = [1, 2])]
fn projection_by_threads(bencher: Bencher<'_, '_>, threads: usize) {
    let plan = plan();
    let settings = Settings {
        paths: PATHS,
        seed: 1,
        threads,
        kernel: Kernel::detect(),
        shard: Shard::WHOLE,
    };
    bencher
        .counter(economy_years(&plan, PATHS))
        .bench(|| project(&plan, settings, &Progress::default()));
}

/// The same paths on one thread, by number of shards that are stored, read back and merged.
#[divan::bench(args = [1, 8])]
fn projection_by_shards(bencher: Bencher<'_, '_>, shards: u64) {
    let plan = plan();
    bencher.counter(economy_years(&plan, PATHS)).bench(|| {
        let mut whole: Option<Projection> = None;
        for shard in (1..=shards).filter_map(|number| Shard::new(number, shards)) {
            let settings = Settings {
                paths: PATHS,
                seed: 1,
                threads: 1,
                kernel: Kernel::detect(),
                shard,
            };
            let (part, ()) =
                Projection::collect(&plan, settings, &Progress::default(), || ()).expect("nothing stops it");
            let bytes = part.to_bytes().expect("every length is known");
            let part = Projection::from_bytes(&bytes, &plan, PATHS, shard.blocks(PATHS))
                .expect("what was written is read");
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => whole.merge(part),
            }
        }
        whole.map(|whole| whole.summary(&plan))
    });
}

/// Folding the moments of 500 numbers of 1,000 blocks, over the tree or from left to right; items are moments.
#[divan::bench(args = ["tree", "left to right"])]
fn fold_of_moments(bencher: Bencher<'_, '_>, how: &str) {
    let block = vec![Moments::from_slice(&[1.0, 2.0, 4.0]); 500];
    let fold = |before: &mut Vec<Moments>, after: Vec<Moments>| {
        before
            .iter_mut()
            .zip(&after)
            .for_each(|(sum, next)| sum.merge(next));
    };
    bencher.counter(ItemsCount::new(500_000usize)).bench(|| {
        let mut tree = Tree::default();
        let mut total: Option<Vec<Moments>> = None;
        for number in 0..1000 {
            match (how, &mut total) {
                ("tree", _) => tree.insert(number, 0, block.clone(), fold),
                (_, None) => total = Some(block.clone()),
                (_, Some(total)) => fold(total, block.clone()),
            }
        }
        total.or_else(|| tree.total(fold))
    });
}

/// The whole projection on one thread, by instruction set.
#[divan::bench(args = Kernel::ALL)]
fn projection_by_kernel(bencher: Bencher<'_, '_>, kernel: Kernel) {
    if !kernel.is_available() {
        return;
    }
    let plan = plan();
    let settings = Settings {
        paths: PATHS,
        seed: 1,
        threads: 1,
        kernel,
        shard: Shard::WHOLE,
    };
    bencher
        .counter(economy_years(&plan, PATHS))
        .bench(|| project(&plan, settings, &Progress::default()));
}

/// Looks at one number of each year, so that nothing is optimized away.
struct Glance;

impl Observer for Glance {
    fn year(&mut self, view: YearView<'_>) {
        black_box(view.metric(0, 0, Metric::Gdp));
    }

    fn block(&mut self, _: BlockView<'_>) {}
}

/// The equations alone, without summaries: one block.
#[divan::bench]
fn block_without_summary(bencher: Bencher<'_, '_>) {
    let plan = plan();
    let mut simulator = Simulator::new(&plan, Kernel::detect(), Needs::ALL);
    bencher
        .counter(economy_years(&plan, BLOCK as u64))
        .bench_local(|| {
            simulator.run(1, 0, &mut Glance);
        });
}

/// Unavoidable part: two normals per economy-year of a block.
#[divan::bench]
fn part_normals(bencher: Bencher<'_, '_>) {
    let plan = plan();
    let arrays = 2 * plan.economies().len() * plan.projected_years();
    let mut lanes = [0.0; BLOCK];
    bencher
        .counter(economy_years(&plan, BLOCK as u64))
        .bench_local(|| {
            for array in 0..arrays {
                Generator::new(1, Stream::named("bench"), array as u64).fill_normal(black_box(&mut lanes));
            }
        });
}

/// Unavoidable part: two exponentials per economy-year of a block.
#[divan::bench]
fn part_exponentials(bencher: Bencher<'_, '_>) {
    let plan = plan();
    let arrays = 2 * plan.economies().len() * plan.projected_years();
    let mut lanes = [0.5; BLOCK];
    bencher
        .counter(economy_years(&plan, BLOCK as u64))
        .bench_local(|| {
            for _ in 0..arrays {
                for lane in black_box(&mut lanes) {
                    *lane = elementary::exp(-*lane);
                }
            }
        });
}

/// Unavoidable part: the sketch inserts and moments of every metric and economy-year of a block.
#[divan::bench]
fn part_summaries(bencher: Bencher<'_, '_>) {
    let plan = plan();
    let arrays = Metric::COUNT * plan.economies().len() * (plan.projected_years() + 1);
    let mut lanes = [0.0; BLOCK];
    Generator::new(1, Stream::named("bench"), 0).fill_normal(&mut lanes);
    for lane in &mut lanes {
        *lane = 1000.0 * elementary::exp(0.2 * *lane);
    }
    let mut sketches = vec![QuantileSketch::new(Metric::Gdp.sketch_floor()); arrays];
    bencher
        .counter(economy_years(&plan, BLOCK as u64))
        .bench_local(|| {
            for sketch in &mut sketches {
                sketch.extend_from_slice(black_box(&lanes));
                black_box(Moments::from_slice(black_box(&lanes)));
            }
        });
}
