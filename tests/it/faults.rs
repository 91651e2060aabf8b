//! Faults from outside: programs that are killed, disks that are full, folders that others use, inputs that vanish.
#![cfg(unix)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{common::shipped, outputs::files};

const PILOTS: &str = "china-korea-smart-cities.toml";

/// How often each command is killed; `KILLS=40` for a long test (200 in all).
fn kills() -> usize {
    std::env::var("KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4)
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for name in ["baseline.toml", PILOTS] {
            fs::copy(shipped(name), place.at(name)).unwrap();
        }
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("jointly"));
        command
            .current_dir(self.0.path())
            .args(arguments.split_whitespace())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn succeeds(&self, arguments: &str) -> Duration {
        let start = Instant::now();
        assert!(self.command(arguments).status().unwrap().success(), "{arguments}");
        start.elapsed()
    }

    /// What is there: a file, or all files of a folder but hidden ones.
    fn there(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let path = self.at(name);
        if path.is_file() {
            return [(String::new(), fs::read(path).unwrap())].into();
        }
        files(&path)
    }

    /// Runs a command and kills it after a time.
    fn killed(&self, arguments: &str, after: Duration) {
        let mut child = self.command(arguments).spawn().unwrap();
        std::thread::sleep(after);
        // It may have ended.
        let _ = child.kill();
        child.wait().unwrap();
    }
}

/// Parts of the time that a command takes, spread without order and the same in every run.
fn moments(count: usize) -> impl Iterator<Item = f64> {
    (1..=count).map(|number| (number as f64 * 0.618_033_988_75).fract() * 1.1)
}

/// A command that replaces a result is killed at many moments: the old or the new one is there, whole.
fn old_or_new(place: &Place, command: &str, target: &str) {
    let variants = ["--seed 1", "--seed 2"].map(|seed| {
        let time = place.succeeds(&format!("{command} {seed} --force --quiet"));
        (seed, place.there(target), time)
    });
    assert_ne!(variants[0].1, variants[1].1, "{command}");
    let mut now = 1;
    let mut replaced = 0;
    for part in moments(kills()) {
        let (seed, new, time) = &variants[1 - now];
        place.killed(&format!("{command} {seed} --force --quiet"), time.mul_f64(part));
        let there = place.there(target);
        if there == *new {
            now = 1 - now;
            replaced += 1;
        } else {
            assert!(
                there == variants[now].1,
                "{command}: {target} is neither the old nor the new result"
            );
        }
    }
    // What the last one left does not disturb.
    let (seed, new, _) = &variants[1 - now];
    place.succeeds(&format!("{command} {seed} --force --quiet"));
    assert!(place.there(target) == *new);
    let hidden: Vec<_> = fs::read_dir(place.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(
        hidden.is_empty(),
        "{command}: {hidden:?} after {replaced} replacements"
    );
}

#[test]
fn a_killed_run_leaves_the_old_result_or_the_new_one() {
    let place = Place::new();
    old_or_new(&place, &format!("run {PILOTS} --paths 300 --out out"), "out");
}

#[test]
fn killed_paths_are_those_of_before_or_the_new_ones() {
    let place = Place::new();
    old_or_new(
        &place,
        &format!("run {PILOTS} --paths 2000 --paths-out paths.parquet"),
        "paths.parquet",
    );
}

#[test]
fn a_killed_merge_leaves_the_old_result_or_the_new_one() {
    let place = Place::new();
    for seed in ["1", "2"] {
        place.succeeds(&format!(
            "run {PILOTS} --paths 300 --seed {seed} --shard 1/1 -o {seed}.bin --quiet"
        ));
    }
    // The seed is that of the part.
    let results = ["1", "2"].map(|part| {
        let time = place.succeeds(&format!("merge {part}.bin --out out --force --quiet"));
        (
            format!("merge {part}.bin --out out --force --quiet"),
            place.there("out"),
            time,
        )
    });
    let mut now = 1;
    for part in moments(kills()) {
        let (command, new, time) = &results[1 - now];
        place.killed(command, time.mul_f64(part));
        let there = place.there("out");
        if there == *new {
            now = 1 - now;
        } else {
            assert!(there == results[now].1);
        }
    }
}

#[test]
fn a_killed_plan_leaves_the_old_result_or_the_new_one() {
    let place = Place::new();
    old_or_new(
        &place,
        &format!("plan {PILOTS} --budget 20 --paths 200 --out out"),
        "out",
    );
}

#[test]
fn a_killed_sweep_goes_on_from_anywhere_to_the_same_bytes() {
    let place = Place::new();
    fs::create_dir(place.at("elsewhere")).unwrap();
    let sweep = format!("sweep {PILOTS} --method morris --size 20 --paths 200 --quiet");
    let time = place.succeeds(&format!("{sweep} --out whole"));
    let whole = place.there("whole");
    for (number, part) in moments(kills()).enumerate() {
        let out = format!("out{number}");
        place.killed(&format!("{sweep} --out {out}"), time.mul_f64(part));
        let path = place.at(&out);
        if path.join("manifest.json").exists() {
            // Killed once more, then to the end, from other folders.
            for again in [Some(0.4), None] {
                let mut resume = place.command("sweep --quiet --resume");
                resume
                    .current_dir(place.at("elsewhere"))
                    .arg(Path::new("..").join(&out));
                match again {
                    Some(part) => {
                        let mut child = resume.spawn().unwrap();
                        std::thread::sleep(time.mul_f64(part));
                        let _ = child.kill();
                        child.wait().unwrap();
                    }
                    None => assert!(resume.status().unwrap().success()),
                }
            }
        } else {
            place.succeeds(&format!("{sweep} --out {out}"));
        }
        assert!(place.there(&out) == whole, "killed after {part} of the time");
    }
}

/// What a command that fails says, and its status.
fn failure(command: &mut Command) -> (Option<i32>, String) {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), words)
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let place = Place::new();
    place.succeeds(&format!(
        "run {PILOTS} --paths 300 --out out --report page.html --quiet"
    ));
    let (out, page) = (place.there("out"), place.there("page.html"));
    // A limit on the size of files stands for a disk that is full: the kernel refuses to write more.
    for (limit, options) in [
        (40, "--out out --force"),
        (40, "--report page.html"),
        (1, "--out out --force"),
        (40, "--out fresh --report fresh.html"),
    ] {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f {limit}; exec \"$0\" run {PILOTS} --paths 300 --seed 2 --quiet {options}"
            ))
            .arg(assert_cmd::cargo::cargo_bin("jointly"))
            .current_dir(place.0.path());
        let (status, words) = failure(&mut command);
        assert_eq!(status, Some(1), "{options}: {words}");
        let named = ["out/", "page.html", "fresh/", "fresh.html"];
        assert!(
            named.iter().any(|name| words.contains(name)) && !words.contains(".jointly"),
            "{words}"
        );
        assert!(place.there("out") == out && place.there("page.html") == page);
        assert!(!place.at("fresh").exists() && !place.at("fresh.html").exists());
    }
}

#[test]
fn a_folder_that_is_read_only_is_told_before_any_work() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    fs::create_dir(place.at("closed")).unwrap();
    fs::set_permissions(place.at("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    let (status, words) = failure(&mut place.command(&format!("run {PILOTS} --paths 1e9 --out closed")));
    assert_eq!(status, Some(1));
    assert!(words.contains("cannot write into `closed`"), "{words}");
    // /proc takes no files, whoever asks.
    let (status, words) =
        failure(&mut place.command(&format!("run {PILOTS} --paths 1e9 --out /proc/jointly")));
    assert_eq!(status, Some(1));
    assert!(words.contains("`/proc/jointly`"), "{words}");
}

#[test]
fn of_two_runs_on_one_folder_one_result_stays() {
    let place = Place::new();
    for seed in 1..=2 {
        place.succeeds(&format!(
            "run {PILOTS} --paths 200 --seed {seed} --out {seed} --quiet"
        ));
    }
    let expected = [place.there("1"), place.there("2")];
    for round in 0..kills() {
        let out = format!("out{round}");
        let mut children: Vec<_> = (1..=2)
            .map(|seed| {
                let command = format!("run {PILOTS} --paths 200 --seed {seed} --out {out} --quiet");
                place.command(&command).spawn().unwrap()
            })
            .collect();
        let codes: Vec<_> = children
            .iter_mut()
            .map(|child| child.wait().unwrap().code())
            .collect();
        let won: Vec<usize> = (0..2).filter(|position| codes[*position] == Some(0)).collect();
        assert_eq!(won.len(), 1, "{codes:?}");
        assert_eq!(codes[1 - won[0]], Some(2));
        assert!(place.there(&out) == expected[won[0]]);
    }
}

#[test]
fn an_input_that_vanishes_is_told() {
    let place = Place::new();
    let sweep = format!("sweep {PILOTS} --method morris --size 20 --paths 200 --quiet");
    assert!(
        !place
            .command(&format!("{sweep} --out out --most-batches 1"))
            .status()
            .unwrap()
            .success()
    );
    fs::rename(place.at("baseline.toml"), place.at("gone.toml")).unwrap();
    let (status, words) = failure(&mut place.command("sweep --resume out"));
    assert_eq!(status, Some(2));
    assert!(
        words.contains("there is no file") && words.contains("baseline.toml"),
        "{words}"
    );
    fs::rename(place.at("gone.toml"), place.at("baseline.toml")).unwrap();
    place.succeeds("sweep --resume out --quiet");
}

#[test]
fn a_sweep_goes_on_with_the_files_that_it_began_with_and_no_others() {
    let place = Place::new();
    let table = "series,economy,year,value,unit,basis\npopulation,CHN,2012,1369440000,persons,level\n";
    fs::write(place.at("more.csv"), table).unwrap();
    fs::write(
        place.at("scores.csv"),
        "economy,element,score\nMNG,factor-application,0.3\n",
    )
    .unwrap();
    let sweep =
        "sweep --method morris --size 20 --paths 200 --quiet --add-history more.csv --matrix scores.csv";
    let begun = place
        .command(&format!("{sweep} {PILOTS} --out out --most-batches 1"))
        .status()
        .unwrap();
    assert_eq!(begun.code(), Some(130));
    let before = place.there("out");
    for (name, from, to) in [
        (PILOTS, "start       = 2026", "start       = 2027"),
        ("baseline.toml", "horizon = 2035", "horizon = 2034"),
        ("more.csv", "136944", "136945"),
        ("scores.csv", "0.3", "0.31"),
        ("out/manifest.json", "\"version\": \"", "\"version\": \"9."),
        ("out/manifest.json", "\"seed\": 1", "\"seed\": 2"),
        ("out/manifest.json", "\"paths\": 200", "\"paths\": 300"),
        ("out/manifest.json", "\"size\": 20", "\"size\": 21"),
        ("out/points.log", "0 ", "1 "),
    ] {
        let text = fs::read_to_string(place.at(name)).unwrap();
        let edited = text.replacen(from, to, 1);
        assert_ne!(text, edited, "{name}: {from}");
        fs::write(place.at(name), edited).unwrap();
        let (status, words) = failure(&mut place.command("sweep --resume out"));
        assert_eq!(status, Some(2), "{name}: {words}");
        assert!(words.contains("out"), "{name}: {words}");
        fs::write(place.at(name), text).unwrap();
        assert!(place.there("out") == before, "{name}");
    }
    // A comment changes no number, but the bytes that a result says it comes from.
    let text = fs::read_to_string(place.at(PILOTS)).unwrap();
    fs::write(place.at(PILOTS), format!("{text}\n# a comment\n")).unwrap();
    let (status, words) = failure(&mut place.command("sweep --resume out"));
    assert_eq!(status, Some(2), "{words}");
    fs::write(place.at(PILOTS), text).unwrap();
    place.succeeds("sweep --resume out --quiet");
    place.succeeds(&format!("{sweep} {PILOTS} --out whole"));
    assert!(place.there("out") == place.there("whole"));
}
