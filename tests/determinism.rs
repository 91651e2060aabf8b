//! Same seed, same bytes.

mod common;

use common::{plan, run, settings};
use jointly::{
    base::{Economy, Metric},
    engine::{Halt, Progress, Settings},
    model::{Kernel, Simulator},
    outcomes::{ProjectionError, project},
    report::summary_csv,
};
use sha2::{Digest, Sha256};

/// Not a multiple of the block, so that the last block is partly used.
const PATHS: u64 = 5_000;

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
fn the_portable_and_the_avx2_kernel_give_the_same_bits() {
    if !Kernel::Avx2.is_available() {
        return;
    }
    let plan = plan(&["model.shock_df=5"]);
    let bits = |kernel| {
        let mut bits = Vec::new();
        let mut simulator = Simulator::new(&plan, kernel);
        for block in 0..3 {
            simulator.run(9, block, &mut |year| {
                for economy in 0..5 {
                    for metric in Metric::ALL {
                        bits.extend(
                            year.metric(0, economy, metric)
                                .iter()
                                .map(|value| value.to_bits()),
                        );
                    }
                }
            });
        }
        bits
    };
    assert!(bits(Kernel::Portable) == bits(Kernel::Avx2));
}

#[test]
fn pinned_values_hold_in_every_build() {
    let summary = run(&plan(&[]), settings(PATHS, 1));
    let digest: String = Sha256::digest(summary_csv(&summary))
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let value = |code: &str, metric, year| {
        let economy = Economy::parse(code).unwrap();
        summary
            .series(economy, metric)
            .find(|row| row.year == year)
            .unwrap()
            .statistics
    };
    assert_eq!(
        (
            value("CHN", Metric::Gdp, 2035).mean.to_bits(),
            value("KOR", Metric::Share, 2030).quantiles[2].to_bits(),
            digest.as_str()
        ),
        (4675821893973959666, 4604146436909721774, "459bfd153a914d81")
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
fn fewer_economies_leave_the_futures_of_the_others_as_they_were() {
    let all = run(&plan(&[]), settings(1_000, 1));
    let some = run(&plan(&["economies=[\"KOR\", \"MNG\"]"]), settings(1_000, 1));
    for row in &some.rows {
        let same = all
            .series(row.economy, row.metric)
            .find(|other| other.year == row.year)
            .unwrap();
        assert_eq!(row, same);
    }
    assert!(some.rows.len() * 2 < all.rows.len());
}

#[test]
fn a_nearer_horizon_leaves_earlier_years_as_they_were() {
    let long = run(&plan(&[]), settings(1_000, 1));
    let short = run(&plan(&["horizon=2024"]), settings(1_000, 1));
    for row in &short.rows {
        assert_eq!(
            Some(row),
            long.series(row.economy, row.metric)
                .find(|other| other.year == row.year)
        );
    }
}

#[test]
fn a_stopped_run_has_no_result() {
    let progress = Progress::default();
    progress.stop();
    let result = project(&plan(&[]), settings(100_000, 1), &progress);
    assert_eq!(result, Err(ProjectionError::Halted(Halt::Interrupted)));
}
