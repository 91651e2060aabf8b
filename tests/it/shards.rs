//! A run in shards: merged in any order it is the run, and what is not every shard of one run is refused.

use std::{fs, path::Path};

use jointly::{
    engine::Progress,
    random::Shard,
    report::StudyResult,
    session::{Collected, Inputs, Part, RunRequest, Session, ShardRequest, Study, SweepRequest},
};
use predicates::prelude::*;
use proptest::prelude::*;

use crate::common::jointly;

const SCENARIO: &str = "scenarios/china-korea-smart-cities.toml";
/// Eleven blocks, the last of which is partly used.
const PATHS: u64 = 5_400;

fn request(shard: Shard, threads: usize) -> RunRequest {
    RunRequest {
        paths: PATHS,
        seed: 4,
        threads,
        explained: false,
        shard,
        ..RunRequest::default()
    }
}

/// The bytes of a shard.
fn part(session: &Session, shard: Shard, threads: usize) -> Vec<u8> {
    part_of(session, ShardRequest::Run(request(shard, threads)))
}

/// The bytes of a shard of a study.
fn part_of(session: &Session, request: ShardRequest) -> Vec<u8> {
    let study = session.shards(&request).unwrap();
    let collected = study.collect(&Progress::default()).unwrap();
    if let Collected::Run(projection) = &collected {
        assert_eq!(projection.paths(), study.paths());
    }
    study.part(&collected).unwrap().to_bytes().unwrap()
}

fn opened() -> Session {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    Session::open(&Inputs::of_file(path)).unwrap()
}

/// The tables of a study that is made from parts alone, merged in this order.
fn merged<'a>(parts: impl Iterator<Item = &'a Vec<u8>>) -> String {
    let parts: Vec<Part> = parts.map(|bytes| Part::from_bytes(bytes).unwrap()).collect();
    let session = parts[0].open().unwrap();
    let request = parts[0].request().of(Shard::WHOLE).on(1, false);
    let study = session.shards(&request).unwrap();
    let shape = study.shape();
    let mut collected = parts.iter().map(|part| shape.collected(part).unwrap());
    let mut whole = collected.next().unwrap();
    collected.for_each(|next| whole.merge(next));
    texts(&*study.result(whole, &Progress::default()).unwrap())
}

/// Every table of a result.
fn texts(result: &dyn StudyResult) -> String {
    result.tables().iter().map(jointly::table::Table::csv).collect()
}

#[test]
fn shards_of_a_sweep_merged_in_any_order_are_the_sweep() {
    let session = opened();
    // With percentiles, with an input that changes the futures, and with more points than one batch.
    for (method, size, vary, outcomes) in [
        (
            "sobol",
            32,
            "levers.smart-cities.success=[0.5, 0.97]",
            ["money.npv", "extra:CHN.gdp@2028|p90"],
        ),
        (
            "grid",
            5,
            "model.persistence=[0.7, 0.9]",
            ["CHN.gdp@2028", "extra:group.gdp@horizon"],
        ),
    ] {
        let request = |threads| SweepRequest {
            paths: 600,
            seed: 3,
            threads,
            method: Some(method.to_owned()),
            size: Some(size),
            vary: vec![
                vary.to_owned(),
                "levers.smart-cities.ramp_years=[2, 6]".to_owned(),
            ],
            outcomes: outcomes.map(str::to_owned).to_vec(),
            ..SweepRequest::default()
        };
        let whole = session.sweep(&request(2)).unwrap();
        let whole = texts(&whole.run(&Progress::default()).unwrap());
        for (count, step) in [(1, 1), (2, 1), (7, 3), (40, 27)] {
            let shard = |number| {
                let asked = ShardRequest::Sweep(Box::new(request([1, 2, 5][number as usize % 3])));
                part_of(&session, asked.of(Shard::new(number, count).unwrap()))
            };
            let parts: Vec<Vec<u8>> = (1..=count).map(shard).collect();
            assert!(whole == merged(parts.iter()), "{method}, {count} shards");
            assert!(
                whole == merged(parts.iter().rev()),
                "{method}, {count} shards reversed"
            );
            let mixed = (0..parts.len()).map(|place| &parts[(place * step) % parts.len()]);
            assert!(whole == merged(mixed), "{method}, {count} shards mixed");
        }
    }
}

#[test]
fn shards_merged_in_any_order_are_the_run() {
    let session = opened();
    let whole = session
        .run(&request(Shard::WHOLE, 2))
        .unwrap()
        .run(&Progress::default())
        .unwrap();
    let whole = texts(&whole);
    for (count, step) in [(1, 1), (2, 1), (7, 3), (64, 27)] {
        let parts: Vec<Vec<u8>> = (1..=count)
            .map(|number| {
                let threads = [1, 2, 5][number as usize % 3];
                part(&session, Shard::new(number, count).unwrap(), threads)
            })
            .collect();
        assert!(whole == merged(parts.iter()), "{count} shards");
        assert!(whole == merged(parts.iter().rev()), "{count} shards reversed");
        // A step without a common factor reaches every shard.
        let mixed = (0..parts.len()).map(|place| &parts[(place * step) % parts.len()]);
        assert!(whole == merged(mixed), "{count} shards mixed");
    }
}

#[test]
fn the_command_merges_to_the_bytes_of_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let run = |more: &[&str]| {
        let common = [
            "run",
            SCENARIO,
            "--paths",
            "1500",
            "--seed",
            "7",
            "--horizon",
            "2027",
            "--set",
            "model.persistence=0.8",
            "--history",
            "data/history/growth.csv",
            "--why",
        ];
        let mut command = jointly(&[]);
        command.args(common).args(more);
        command
    };
    let page = at("plain.html");
    let plain = run(&["--out", &at("plain"), "--parquet", "--report", &page]);
    let plain_text = { plain }.assert().success().get_output().stdout.clone();
    let mut parts = Vec::new();
    for number in 1..=3 {
        let file = at(&format!("part{number}.bin"));
        run(&[
            "--shard",
            &format!("{number}/3"),
            "-o",
            &file,
            "--threads",
            &number.to_string(),
        ])
        .assert()
        .success()
        .stdout(predicate::str::contains(format!("Shard {number}/3")));
        parts.push(file);
    }
    parts.rotate_left(1);
    let mut merge = jointly(&[]);
    merge.arg("merge").args(&parts);
    merge.args([
        "--out",
        &at("merged"),
        "--parquet",
        "--report",
        &at("merged.html"),
    ]);
    let merged_text = merge.assert().success().get_output().stdout.clone();
    assert_eq!(
        String::from_utf8_lossy(&merged_text),
        String::from_utf8_lossy(&plain_text)
    );
    assert_eq!(fs::read(page).unwrap(), fs::read(at("merged.html")).unwrap());
    let mut names: Vec<String> = fs::read_dir(at("plain"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(
        names.contains(&"summary.csv".to_owned()) && names.len() >= 8,
        "{names:?}"
    );
    for name in &names {
        let read = |folder: &str| fs::read(Path::new(&at(folder)).join(name)).unwrap();
        assert!(read("plain") == read("merged"), "{name}");
    }
    assert_eq!(fs::read_dir(at("merged")).unwrap().count(), names.len());
}

#[test]
fn what_is_not_every_shard_of_one_run_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let run = |file: &str, shard: &str, more: &[&str]| {
        let common = "run scenarios/baseline.toml --paths 600 --horizon 2023 --quiet";
        let mut command = jointly(&[]);
        command
            .args(common.split(' '))
            .args(["--shard", shard, "-o", &at(file)])
            .args(more);
        command.assert().success();
    };
    let sweep = |file: &str, shard: &str, more: &[&str]| {
        let common = "sweep scenarios/china-korea-smart-cities.toml --paths 600 --horizon 2027 --quiet --method grid --outcome extra:CHN.gdp@2027 \
                      --vary levers.smart-cities.success=[0.5,0.9] --vary levers.smart-cities.ramp_years=prior";
        let mut command = jointly(&[]);
        command
            .args(common.split_whitespace())
            .args(["--shard", shard, "-o", &at(file)])
            .args(more);
        command.assert().success();
    };
    sweep("s1", "1/2", &["--size", "3"]);
    sweep("s2", "2/2", &["--size", "3"]);
    sweep("size", "2/2", &["--size", "4"]);
    sweep("outcome", "2/2", &["--size", "3", "--outcome", "money.npv"]);
    sweep("version", "2/2", &["--size", "3"]);
    let mut bytes = fs::read(at("version")).unwrap();
    // The text of the version follows its length, which follows magic number, format and digest.
    bytes[43] = b'9';
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&bytes[42..]);
    bytes[10..42].copy_from_slice(&digest);
    fs::write(at("version"), &bytes).unwrap();
    let whole = fs::read(at("s2")).unwrap();
    fs::write(at("s-cut"), &whole[..whole.len() - 3]).unwrap();
    run("a", "1/2", &[]);
    run("b", "2/2", &[]);
    run("seed", "2/2", &["--seed", "2"]);
    run("scenario", "2/2", &["--set", "model.persistence=0.8"]);
    run("third", "2/3", &[]);
    let bytes = fs::read(at("b")).unwrap();
    fs::write(at("cut"), &bytes[..bytes.len() / 2]).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 4;
    fs::write(at("flipped"), flipped).unwrap();
    let mut newer = bytes.clone();
    newer[8] += 1;
    fs::write(at("newer"), newer).unwrap();
    fs::write(at("text"), "title = \"x\"").unwrap();
    let merge = |names: &[&str]| {
        let mut command = jointly(&[]);
        command.arg("merge");
        command
            .args(names.iter().map(|name| at(name)))
            .args(["--out", &at("out")]);
        command
    };
    for (names, messages) in [
        (vec!["a"], vec!["these are missing: 2", "--shard NUMBER/2"]),
        (vec!["a", "b", "b"], vec!["holds shard 2/2, as"]),
        (
            vec!["a", "seed"],
            vec!["seed` belongs to another run", "the seed 2", "the seed 1"],
        ),
        (vec!["a", "scenario"], vec!["scenario` belongs to another run"]),
        (
            vec!["a", "third"],
            vec!["third` belongs to another run", "3 shards"],
        ),
        (vec!["a", "cut"], vec!["cut` is damaged or incomplete"]),
        (vec!["a", "flipped"], vec!["flipped` is damaged or incomplete"]),
        (vec!["a", "newer"], vec!["newer` was written by another version"]),
        (vec!["a", "text"], vec!["text` is not a part"]),
        (vec!["a", "b", "nowhere"], vec!["nowhere` cannot be read"]),
        (
            vec!["a", "b", "text", "cut"],
            vec!["text` is not", "cut` is damaged"],
        ),
        (
            vec!["s1"],
            vec!["these are missing: 2", "jointly sweep", "--shard NUMBER/2"],
        ),
        (vec!["s1", "s2", "s2"], vec!["holds shard 2/2, as"]),
        (vec!["s1", "s-cut"], vec!["s-cut` is damaged or incomplete"]),
        (vec!["s1", "version"], vec!["version` was written by jointly 9."]),
        (
            vec!["s1", "size"],
            vec![
                "size` belongs to another sweep",
                "it has --size 4",
                "has --size 3",
            ],
        ),
        (
            vec!["s1", "outcome"],
            vec!["it has --outcome money.npv", "has no further --outcome"],
        ),
        (vec!["a", "s2"], vec!["it has a sweep", "has a run"]),
    ] {
        let mut assert = merge(&names).assert().code(2).stdout("");
        for message in messages {
            assert = assert.stderr(predicate::str::contains(message));
        }
        assert!(!Path::new(&at("out")).exists(), "{names:?}");
    }
    merge(&["b", "a"]).assert().success();
    assert!(Path::new(&at("out")).join("summary.csv").exists());
    for (arguments, message) in [
        (["--shard", "9/8"], "the shards of 8 have the numbers 1 to 8"),
        (["--shard", "1"], "expected NUMBER/COUNT"),
        (["--shard", "1/2"], "--out"),
    ] {
        for command in ["run", "sweep"] {
            jointly(&[command, "scenarios/baseline.toml"])
                .args(arguments)
                .assert()
                .code(2)
                .stderr(predicate::str::contains(message));
        }
    }
}

#[test]
fn a_sweep_that_needs_all_points_at_once_is_refused_in_shards() {
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join("part.bin");
    let part = part.to_str().unwrap();
    for (arguments, messages) in [
        (
            vec!["--method", "morris", "--until", "10%"],
            vec!["--until cannot be used with shards", "--size"],
        ),
        (
            vec!["--method", "given-data"],
            vec!["`given-data` cannot be split into shards", "paths of one run"],
        ),
        (
            vec!["--method", "discover", "--condition", "money.npv < 0"],
            vec!["`discover` cannot be split into shards"],
        ),
        (vec!["--most-batches", "1"], vec!["--most-batches", "--shard"]),
    ] {
        let mut assert = jointly(&["sweep", SCENARIO, "--paths", "600", "--shard", "1/2", "-o", part])
            .args(arguments)
            .assert()
            .code(2)
            .stdout("");
        for message in messages {
            assert = assert.stderr(predicate::str::contains(message));
        }
        assert!(!Path::new(part).exists());
    }
}

#[test]
fn the_command_merges_sweeps_to_the_bytes_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let sweep = |more: &[&str]| {
        let common = "--paths 300 --seed 7 --horizon 2027 --set model.persistence=0.8 --method sobol --size 16 \
                      --vary levers.smart-cities.success=[0.5,0.97] --vary levers.smart-cities.ramp_years=prior --outcome money.npv \
                      --outcome extra:CHN.gdp@2027|p50 --history data/history/growth.csv";
        let mut command = jointly(&["sweep", SCENARIO]);
        command.args(common.split_whitespace()).args(more);
        command.assert().success().get_output().stdout.clone()
    };
    let plain = sweep(&["--out", &at("plain"), "--parquet", "--report", &at("plain.html")]);
    let mut merge = jointly(&["merge"]);
    for number in [2, 3, 1] {
        let file = at(&format!("part{number}.bin"));
        let text = sweep(&[
            "--shard",
            &format!("{number}/3"),
            "-o",
            &file,
            "--threads",
            &number.to_string(),
        ]);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains(&format!("Shard {number}/3")), "{text}");
        assert!(text.contains("of 96 design points, 300 futures each"), "{text}");
        merge.arg(file);
    }
    merge.args([
        "--out",
        &at("merged"),
        "--parquet",
        "--report",
        &at("merged.html"),
    ]);
    let merged = merge.assert().success().get_output().stdout.clone();
    assert_eq!(String::from_utf8_lossy(&merged), String::from_utf8_lossy(&plain));
    assert_eq!(
        fs::read(at("plain.html")).unwrap(),
        fs::read(at("merged.html")).unwrap()
    );
    for entry in fs::read_dir(at("merged")).unwrap() {
        let name = entry.unwrap().file_name();
        let read = |folder: &str| fs::read(Path::new(&at(folder)).join(&name)).unwrap();
        if name == "run.json" {
            assert_eq!(without_kept(&read("plain")), without_kept(&read("merged")));
        } else {
            assert!(read("plain") == read("merged"), "{name:?}");
        }
    }
    // A sweep that keeps its points has these two files more, from which it can be resumed.
    let count = |folder: &str| fs::read_dir(at(folder)).unwrap().count();
    assert_eq!(count("plain"), count("merged") + 2);
}

#[test]
fn no_bytes_make_reading_fail_otherwise_than_with_words() {
    let session = opened();
    let bytes = part(&session, Shard::new(2, 11).unwrap(), 1);
    let shape = session
        .shards(&ShardRequest::Run(request(Shard::WHOLE, 1)))
        .unwrap()
        .shape();
    // What follows magic number and format: digest and body.
    let body = 8 + 2 + 32;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let changes = (0..bytes.len(), any::<u8>(), any::<bool>(), 0..bytes.len());
    runner
        .run(&changes, |(place, value, signed, length)| {
            prop_assert!(Part::from_bytes(&bytes[..length]).is_err());
            let mut changed = bytes.clone();
            changed[place] ^= value | 1;
            if signed {
                // Someone who computes the digest again gets past it.
                use sha2::{Digest, Sha256};
                let digest = Sha256::digest(&changed[body..]);
                changed[10..body].copy_from_slice(&digest);
            }
            match Part::from_bytes(&changed) {
                Err(words) => prop_assert!(!words.is_empty()),
                Ok(part) => {
                    prop_assert!(signed);
                    let _ = part.open();
                    let _ = shape.collected(&part);
                }
            }
            Ok(())
        })
        .unwrap();
}

/// `run.json` without its own hash and the files in which a sweep on one machine keeps its points.
fn without_kept(bytes: &[u8]) -> serde_json::Value {
    let mut run: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    run["sha256"].take();
    let files = run["results"].as_array_mut().unwrap();
    files.retain(|file| !["manifest.json", "points.log"].contains(&file["name"].as_str().unwrap()));
    run
}
