//! Same seed, same bytes.

use jointly::{
    base::Metric,
    engine::{Halt, Progress, Settings},
    model::{Kernel, Needs, Simulator},
    outcomes::{Comparison, ProjectionError, Summary, project},
    report::tables,
};
use sha2::{Digest, Sha256};

use crate::common::{Collector, plan, run, settings, statistics};

/// Not a multiple of the block, so that the last block is partly used.
const PATHS: u64 = 5_000;

/// The numbers of a run without the Monte Carlo errors of its quantiles.
fn summary_csv(summary: &Summary) -> String {
    let mut table = tables::run::summary(summary);
    table
        .columns
        .retain(|(about, _)| !about.name.starts_with("mcse_"));
    table.csv()
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let plan = plan(&[]);
    let bytes = |threads| {
        summary_csv(&run(
            &plan,
            Settings {
                threads,
                ..settings(PATHS, 1)
            },
        ))
    };
    let one = bytes(1);
    assert_eq!(one, bytes(2));
    assert_eq!(one, bytes(8));
}

#[test]
fn all_kernels_give_the_same_bits() {
    let plan = plan(&["model.shock_df=5"]);
    let bits = |kernel| -> Vec<u64> {
        let mut simulator = Simulator::new(&plan, kernel, Needs::ALL);
        (0..3)
            .flat_map(|block| {
                let mut collector = Collector::new(&plan);
                simulator.run(9, block, &mut collector);
                collector.block.bits()
            })
            .collect()
    };
    let portable = bits(Kernel::Portable);
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        assert!(bits(kernel) == portable, "{kernel:?}");
    }
}

#[test]
fn pinned_values_hold_in_every_build() {
    let summary = run(&plan(&[]), settings(PATHS, 1));
    let digest: String = Sha256::digest(summary_csv(&summary))
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let value = |code, metric, year| statistics(&summary, "baseline", Comparison::Level, code, metric, year);
    assert_eq!(
        (
            value("CHN", Metric::Gdp, 2035).mean.to_bits(),
            value("KOR", Metric::Share, 2030).quantiles[2].to_bits(),
            digest.as_str()
        ),
        (4675828121488001590, 4604148435020239541, "8363d33ae22e5fff")
    );
}

#[test]
fn seeds_differ_and_zero_is_a_seed() {
    let plan = plan(&[]);
    let bytes = |seed| summary_csv(&run(&plan, settings(1_000, seed)));
    assert_ne!(bytes(0), bytes(1));
    assert_eq!(bytes(0), bytes(0));
}

#[test]
fn a_stopped_run_has_no_result() {
    let progress = Progress::default();
    progress.stop();
    let result = project(&plan(&[]), settings(100_000, 1), &progress);
    assert_eq!(result, Err(ProjectionError::Halted(Halt::Interrupted)));
}
