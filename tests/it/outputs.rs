//! What is written: one plan of all outputs, folders that hold one result, files that are there whole or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use predicates::str::contains;

use crate::common::{jointly, on_terminal};

/// A folder of its own, in which commands run.
struct Folder(tempfile::TempDir);

const PILOTS: &str = "china-korea-smart-cities.toml";

impl Folder {
    /// With the shipped pilots and the file that they extend.
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for name in ["baseline.toml", PILOTS] {
            fs::copy(crate::common::shipped(name), folder.at(name)).unwrap();
        }
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A command in the folder; quick.
    fn run(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = jointly(&[]);
        command.current_dir(self.0.path()).args(arguments);
        if matches!(arguments[0], "run" | "compare" | "attribute") && !arguments.contains(&"--paths") {
            command.args(["--paths", "200"]);
        }
        command.assert()
    }

    fn refused(&self, arguments: &[&str], words: &str) {
        let output = self.run(arguments).code(2);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(words), "{arguments:?}: {text}");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }
}

/// Every file below a folder with its bytes, hidden ones too.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            for (inner, bytes) in files(&path) {
                found.insert(format!("{name}/{inner}"), bytes);
            }
        } else if path.is_file() {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn what_is_read_is_never_written() {
    let folder = Folder::new();
    let before = files(folder.0.path());
    for option in ["--report", "--paths-out"] {
        for path in [PILOTS, "./baseline.toml", "../x/../baseline.toml"] {
            let path = path.replace("../x/..", folder.0.path().to_str().unwrap());
            folder.refused(&["run", PILOTS, option, &path], "would replace what is read");
            folder.refused(
                &["run", PILOTS, option, &path, "--force"],
                "would replace what is read",
            );
        }
    }
    folder.refused(
        &["run", PILOTS, "--shard", "1/2", "-o", PILOTS],
        "would replace what is read",
    );
    assert_eq!(files(folder.0.path()), before);
    // A link to it, and a part.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(PILOTS, folder.at("link.toml")).unwrap();
        folder.refused(
            &["run", PILOTS, "--report", "link.toml"],
            "would replace what is read",
        );
        fs::remove_file(folder.at("link.toml")).unwrap();
        fs::hard_link(folder.at(PILOTS), folder.at("hard.toml")).unwrap();
        folder.refused(
            &["run", PILOTS, "--report", "hard.toml"],
            "would replace what is read",
        );
        fs::remove_file(folder.at("hard.toml")).unwrap();
    }
    folder
        .run(&["run", PILOTS, "--shard", "1/1", "-o", "part.bin", "--quiet"])
        .success();
    folder.refused(
        &["merge", "part.bin", "--report", "part.bin"],
        "would replace what is read",
    );
    folder.run(&["run", PILOTS, "--out", "out", "--quiet"]).success();
    folder.refused(
        &["report", "out", "-o", "out/summary.csv"],
        "would replace what is read",
    );
    folder.refused(
        &["report", "out", "-o", "out/page.json", "--force"],
        "would replace what is read",
    );
}

#[test]
fn two_outputs_never_share_a_file() {
    let folder = Folder::new();
    folder.refused(
        &["run", PILOTS, "--report", "x", "--paths-out", "./x"],
        "--report and --paths-out name one file",
    );
    folder.refused(
        &["run", PILOTS, "--out", "out", "--report", "out/summary.csv"],
        "has a name of the files of --out",
    );
    folder.refused(
        &[
            "run",
            PILOTS,
            "--parquet",
            "--out",
            "out",
            "--paths-out",
            "out/summary.parquet",
        ],
        "two outputs share the file",
    );
    assert!(!folder.at("out").exists() && !folder.at("x").exists());
}

#[test]
fn files_of_others_and_files_that_are_read_only_stay() {
    let folder = Folder::new();
    fs::write(folder.at("thesis.html"), "<!DOCTYPE html><title>Mine</title>").unwrap();
    fs::write(folder.at("other.toml"), "title = \"for jointly\"").unwrap();
    for name in ["thesis.html", "other.toml"] {
        folder.refused(&["run", PILOTS, "--report", name], "exists already");
    }
    assert!(folder.text("thesis.html").contains("Mine"));
    // Its own page is written again, and anything with --force.
    for _ in 0..2 {
        folder
            .run(&[
                "run",
                PILOTS,
                "--report",
                "page.html",
                "--plot",
                "plots",
                "--quiet",
            ])
            .success();
        folder
            .run(&["run", PILOTS, "--paths-out", "paths.parquet", "--quiet"])
            .success();
    }
    folder
        .run(&["run", PILOTS, "--report", "thesis.html", "--force", "--quiet"])
        .success();
    assert!(folder.text("thesis.html").contains("smart-city"));
    let mut permissions = fs::metadata(folder.at("page.html")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.at("page.html"), permissions).unwrap();
    let page = folder.text("page.html");
    folder
        .run(&["run", PILOTS, "--report", "page.html", "--force", "--seed", "2"])
        .code(1)
        .stderr(contains("cannot write `page.html`: it is read-only"));
    assert_eq!(folder.text("page.html"), page);
}

#[test]
fn a_result_folder_holds_one_result() {
    let folder = Folder::new();
    let names = |name: &str| files(&folder.at(name)).into_keys().collect::<Vec<_>>();
    folder
        .run(&["run", PILOTS, "--out", "out", "--parquet", "--why", "--quiet"])
        .success();
    assert!(names("out").contains(&"indices.csv".to_owned()));
    folder.refused(&["run", PILOTS, "--out", "out"], "already holds a result");
    let before = files(&folder.at("out"));
    // The old one goes as a whole, its Parquet and indices too.
    folder
        .run(&["run", PILOTS, "--out", "out", "--force", "--seed", "2", "--quiet"])
        .success();
    folder
        .run(&["run", PILOTS, "--out", "fresh", "--seed", "2", "--quiet"])
        .success();
    assert_eq!(files(&folder.at("out")), files(&folder.at("fresh")));
    assert_ne!(files(&folder.at("out")), before);
    // Nothing hidden is left beside it.
    let hidden = |name: &String| name.split('/').any(|part| part.starts_with('.'));
    assert!(!files(folder.0.path()).keys().any(hidden));
    // What is no result is not touched, with --force or without.
    fs::create_dir(folder.at("mine")).unwrap();
    for name in ["notes.txt", "summary.csv"] {
        fs::write(folder.at("mine").join(name), "mine").unwrap();
    }
    for force in [&[][..], &["--force"]] {
        let arguments = [&["run", PILOTS, "--out", "mine"], force].concat();
        folder.refused(&arguments, "is not empty and holds no result of this program");
        let arguments = [&["run", PILOTS, "--out", "."], force].concat();
        folder.refused(&arguments, "is not empty and holds no result of this program");
    }
    // Files of others beside a result stay where they are.
    fs::write(folder.at("out").join("notes.txt"), "mine").unwrap();
    folder
        .run(&["run", PILOTS, "--out", "out", "--force", "--quiet"])
        .success();
    assert_eq!(folder.text("out/notes.txt"), "mine");
    fs::write(folder.at("out").join("summary.parquet"), "mine").unwrap();
    folder.refused(
        &["run", PILOTS, "--out", "out", "--force", "--parquet"],
        "is not overwritten",
    );
    assert_eq!(folder.text("out/summary.parquet"), "mine");
    folder.run(&["report", "out", "-o", "again.html"]).success();
}

#[test]
fn the_manifest_lists_every_file_and_edits_are_refused() {
    let folder = Folder::new();
    folder
        .run(&[
            "run",
            PILOTS,
            "--out",
            "out",
            "--parquet",
            "--report",
            "out/page.html",
            "--paths-out",
            "out/paths.parquet",
            "--plot",
            "out/charts",
            "--quiet",
        ])
        .success();
    let manifest: serde_json::Value = serde_json::from_str(&folder.text("out/run.json")).unwrap();
    let listed: BTreeMap<&str, &str> = manifest["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["name"].as_str().unwrap(), file["sha256"].as_str().unwrap()))
        .collect();
    let there = files(&folder.at("out"));
    assert_eq!(
        listed.keys().copied().collect::<Vec<_>>(),
        there
            .keys()
            .filter(|name| *name != "run.json")
            .collect::<Vec<_>>()
    );
    for name in [
        "page.json",
        "page.html",
        "paths.parquet",
        "summary.parquet",
        "metadata.json",
    ] {
        assert!(listed.contains_key(name), "{name}");
    }
    for (name, bytes) in &there {
        if name == "run.json" {
            continue;
        }
        use sha2::{Digest, Sha256};
        let digest: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digest, listed[name.as_str()], "{name}");
        let path = folder.at("out").join(name);
        fs::write(&path, [&bytes[..], b" "].concat()).unwrap();
        folder.refused(
            &["report", "out", "-o", "x.html"],
            "is not the file that was written",
        );
        fs::remove_file(&path).unwrap();
        folder.refused(&["report", "out", "-o", "x.html"], "cannot be read");
        fs::write(&path, bytes).unwrap();
    }
    folder.run(&["report", "out", "-o", "x.html"]).success();
    assert_eq!(folder.text("x.html"), folder.text("out/page.html"));
    // The manifest itself: another seed, another version, a file outside.
    let text = folder.text("out/run.json");
    for (old, new, words) in [
        (
            "\"seed\": 1",
            "\"seed\": 2",
            "`run.json` is not as it was written",
        ),
        (
            "\"version\": \"0.1.0\"",
            "\"version\": \"0.0.9\"",
            "was written by jointly 0.0.9",
        ),
        (
            "\"name\": \"gap.csv\"",
            "\"name\": \"../gap.csv\"",
            "outside the folder",
        ),
        (
            "\"program\": \"jointly\"",
            "\"program\": \"other\"",
            "was not written by jointly",
        ),
    ] {
        assert!(text.contains(old), "{old}");
        fs::write(folder.at("out/run.json"), text.replacen(old, new, 1)).unwrap();
        folder.refused(&["report", "out", "-o", "y.html"], words);
    }
    assert!(!folder.at("y.html").exists());
}

#[test]
fn every_text_that_went_in_is_listed() {
    let folder = Folder::new();
    fs::write(
        folder.at("scores.csv"),
        "economy,element,score\nCHN,factor-production,0.5\n",
    )
    .unwrap();
    folder
        .run(&["run", PILOTS, "--matrix", "scores.csv", "--out", "out", "--quiet"])
        .success();
    let manifest: serde_json::Value = serde_json::from_str(&folder.text("out/run.json")).unwrap();
    let names: Vec<&str> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    for name in ["baseline.toml", PILOTS, "scores.csv", "data/parameters.toml"] {
        assert!(names.contains(&name), "{name} not in {names:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_permissions_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new();
    let mode = |name: &str| fs::metadata(folder.at(name)).unwrap().permissions().mode() & 0o777;
    for (mask, file, directory) in [
        ("077", 0o600, 0o700),
        ("022", 0o644, 0o755),
        ("002", 0o664, 0o775),
    ] {
        let status = Command::new("sh")
            .arg("-c")
            .arg(format!(
                "umask {mask}; exec \"$0\" run {PILOTS} --paths 200 --quiet --force --out out{mask} --report page{mask}.html"
            ))
            .arg(assert_cmd::cargo::cargo_bin("jointly"))
            .current_dir(folder.0.path())
            .status()
            .unwrap();
        assert!(status.success());
        for name in [
            "out{}/summary.csv",
            "out{}/run.json",
            "out{}/page.json",
            "page{}.html",
        ] {
            assert_eq!(mode(&name.replace("{}", mask)), file, "{mask} {name}");
        }
        assert_eq!(mode(&format!("out{mask}")), directory);
    }
    // A page behind a link, also one that leads to nothing yet.
    fs::create_dir(folder.at("far")).unwrap();
    symlink("far/page.html", folder.at("link.html")).unwrap();
    for seed in ["1", "2"] {
        folder
            .run(&["run", PILOTS, "--report", "link.html", "--quiet", "--seed", seed])
            .success();
        assert!(folder.at("link.html").is_symlink());
        assert!(!folder.at("far/page.html").is_symlink());
        assert!(folder.text("far/page.html").contains(&format!("--seed {seed}")));
    }
    // A file that only its owner reads stays so when it is written again, and so does a folder.
    fs::set_permissions(folder.at("far/page.html"), fs::Permissions::from_mode(0o640)).unwrap();
    folder
        .run(&["run", PILOTS, "--report", "link.html", "--quiet"])
        .success();
    assert_eq!(mode("far/page.html"), 0o640);
    fs::create_dir(folder.at("real")).unwrap();
    fs::set_permissions(folder.at("real"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("real", folder.at("results")).unwrap();
    folder
        .run(&["run", PILOTS, "--out", "results", "--quiet"])
        .success();
    assert!(folder.at("results").is_symlink() && folder.at("real/summary.csv").exists());
    assert_eq!(mode("real"), 0o750);
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new();
    folder
        .run(&[
            "run",
            PILOTS,
            "--report",
            "/dev/null",
            "--paths-out",
            "/dev/null",
            "--quiet",
        ])
        .success();
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let pipe = folder.at("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::read(pipe).unwrap())
    };
    folder
        .run(&["run", PILOTS, "--report", "pipe", "--quiet"])
        .success();
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    folder
        .run(&["run", PILOTS, "--report", "page.html", "--quiet"])
        .success();
    assert_eq!(reader.join().unwrap(), folder.text("page.html").into_bytes());
    // A full device names the file that was asked for.
    folder
        .run(&["run", PILOTS, "--report", "/dev/full"])
        .code(1)
        .stderr(contains("cannot write `/dev/full`"));
    // What is read is a file: a pipe that nobody writes would be waited for without end.
    fs::write(folder.at("waits.toml"), "extends = \"pipe\"\n").unwrap();
    for arguments in [
        &["check", "waits.toml"][..],
        &["check", "pipe"],
        &["run", PILOTS, "--history", "pipe"],
        &["merge", "pipe"],
    ] {
        folder
            .run(arguments)
            .code(2)
            .stderr(contains("a pipe or a device"));
    }
}

/// Waits until something holds, for a long time at most.
#[cfg(unix)]
fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}");
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn control_c_counts_to_the_end_of_writing() {
    let folder = Folder::new();
    assert!(
        Command::new("mkfifo")
            .arg(folder.at("pipe"))
            .status()
            .unwrap()
            .success()
    );
    // Everything is done but for a pipe that nobody reads.
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("jointly"))
        .current_dir(folder.0.path())
        .args([
            "run", PILOTS, "--paths", "200", "--report", "pipe", "--out", "out", "--quiet",
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("no result", || folder.at("out/run.json").exists());
    assert!(child.try_wait().unwrap().is_none());
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
}

#[cfg(unix)]
#[test]
fn what_a_killed_run_left_goes_with_the_next_and_two_runs_do_not_mix() {
    let folder = Folder::new();
    folder.run(&["run", PILOTS, "--out", "out", "--quiet"]).success();
    let before = files(&folder.at("out"));
    let long = [
        "run",
        PILOTS,
        "--paths",
        "1e9",
        "--out",
        "out",
        "--report",
        "page.html",
        "--force",
        "--quiet",
    ];
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("jointly"))
        .current_dir(folder.0.path())
        .args(long)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("nothing begun", || {
        folder.at(".page.html.jointly").exists() && folder.at(".out.jointly").exists()
    });
    // Whoever comes second looks after it has the lock.
    folder.refused(
        &["run", PILOTS, "--out", "out", "--force"],
        "is in use by another run",
    );
    folder
        .run(&["run", PILOTS, "--report", "page.html"])
        .code(1)
        .stderr(contains("another run is writing it"));
    signal(&child, "-KILL");
    child.wait().unwrap();
    assert_eq!(files(&folder.at("out")), before);
    assert!(folder.at(".page.html.jointly").exists());
    folder
        .run(&[
            "run",
            PILOTS,
            "--out",
            "out",
            "--report",
            "page.html",
            "--force",
            "--quiet",
        ])
        .success();
    assert_eq!(files(&folder.at("out")), before);
    assert!(!folder.at(".page.html.jointly").exists() && !folder.at(".out.jointly").exists());
}

#[test]
fn a_folder_that_cannot_be_exchanged_is_written_in_place() {
    // The folder in which the program works.
    let folder = Folder::new();
    fs::create_dir(folder.at("here")).unwrap();
    let run = |seed: &str, force: &[&str]| {
        jointly(&[
            "run",
            "../china-korea-smart-cities.toml",
            "--paths",
            "200",
            "--quiet",
            "--out",
            ".",
            "--seed",
            seed,
        ])
        .args(force)
        .current_dir(folder.at("here"))
        .assert()
        .success();
        files(&folder.at("here"))
    };
    let first = run("1", &[]);
    folder.run(&["run", PILOTS, "--out", "out", "--quiet"]).success();
    assert_eq!(first, files(&folder.at("out")));
    assert_ne!(run("2", &["--force"]), first);
    assert_eq!(run("1", &["--force"]), first);
    // A run that was killed while it moved files in: the manifest stands aside, some files are there.
    let here = folder.at("here");
    fs::create_dir_all(here.join(".result.jointly/old")).unwrap();
    fs::rename(here.join("run.json"), here.join(".result.jointly/old/run.json")).unwrap();
    fs::remove_file(here.join("gap.csv")).unwrap();
    folder.refused(&["report", "here"], "cannot be read");
    folder.refused(
        &["run", PILOTS, "--out", "here"],
        "holds what an interrupted run left",
    );
    folder
        .run(&["run", PILOTS, "--out", "here", "--force", "--quiet"])
        .success();
    assert_eq!(files(&here), first);
}

#[test]
fn the_same_scenario_gives_the_same_files_wherever_it_is_called_from() {
    let folder = Folder::new();
    fs::create_dir_all(folder.at("tables/deep")).unwrap();
    fs::write(
        folder.at("tables/scores.csv"),
        "economy,element,score\nCHN,factor-production,0.5\n",
    )
    .unwrap();
    let root = folder.0.path().canonicalize().unwrap();
    let root = root.to_str().unwrap();
    let mut results = Vec::new();
    for (number, (from, scenario, scores)) in [
        (".", PILOTS.to_owned(), "tables/scores.csv".to_owned()),
        ("tables", format!("../{PILOTS}"), "./scores.csv".to_owned()),
        (
            "tables/deep",
            format!("{root}/tables/../{PILOTS}"),
            format!("{root}/tables/scores.csv"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let out = folder.at(&format!("out{number}"));
        let arguments = [
            "run", &scenario, "--matrix", &scores, "--paths", "200", "--quiet", "--out",
        ];
        jointly(&arguments)
            .arg(&out)
            .current_dir(folder.at(from))
            .assert()
            .success();
        results.push(files(&out));
    }
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0], results[2]);
    for (name, bytes) in &results[2] {
        assert!(
            !String::from_utf8_lossy(bytes).contains(root),
            "{name} names {root}"
        );
    }
    assert!(String::from_utf8_lossy(&results[0]["page.json"]).contains("--matrix tables/scores.csv"));
}

#[test]
fn the_order_of_rows_in_a_table_changes_no_number() {
    let folder = Folder::new();
    let table =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/history/growth.csv")).unwrap();
    let (head, rows) = table.split_once('\n').unwrap();
    let mut backwards: Vec<&str> = rows.lines().rev().collect();
    let middle = backwards.len() / 3;
    backwards.rotate_left(middle);
    fs::write(folder.at("a.csv"), &table).unwrap();
    fs::write(folder.at("b.csv"), format!("{head}\n{}\n", backwards.join("\n"))).unwrap();
    let tables = |name: &str| {
        let out = format!("out-{name}");
        folder
            .run(&["run", PILOTS, "--history", name, "--out", &out, "--quiet"])
            .success();
        let mut tables = files(&folder.at(&out));
        tables.retain(|name, _| name.ends_with(".csv"));
        tables
    };
    assert_eq!(tables("a.csv"), tables("b.csv"));
}

#[test]
fn a_scenario_that_the_program_wrote_is_the_same_scenario_with_the_same_provenance() {
    use jointly::scenario::Origin;
    let folder = tempfile::tempdir().unwrap();
    for path in crate::common::shipped_files() {
        let scenario = crate::common::load_file(&path, &[]).unwrap();
        let written = folder.path().join(path.file_name().unwrap());
        fs::write(&written, scenario.resolved()).unwrap();
        let again = crate::common::load_file(&written, &[]).unwrap();
        assert_eq!(again.resolved(), scenario.resolved(), "{path:?}");
        assert_eq!(again.inputs.len(), scenario.inputs.len());
        for (one, other) in scenario.inputs.iter().zip(&again.inputs) {
            assert_eq!((&one.path, &one.value), (&other.path, &other.value));
            match (&one.origin, &other.origin) {
                (Origin::File(_), Origin::File(_)) => {}
                (one_origin, other_origin) => assert_eq!(one_origin, other_origin, "{}", one.path),
            }
        }
    }
}

#[test]
fn nothing_of_an_input_acts_in_a_spreadsheet() {
    let folder = Folder::new();
    let names = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "'=1"];
    let options: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}\" = [\"smart-cities\"]\n"))
        .collect();
    fs::write(
        folder.at("sheet.toml"),
        format!("extends = \"{PILOTS}\"\n[options]\n{}", options.join("")),
    )
    .unwrap();
    let run = ["run", "sheet.toml", "--paths", "200"];
    folder
        .run(&[&run[..], &["--out", "sheet", "--quiet"]].concat())
        .success();
    let printed = folder.run(&[&run[..], &["--format", "csv"]].concat()).success();
    let printed = String::from_utf8(printed.get_output().stdout.clone()).unwrap();
    let files = ["summary", "money", "gap"].map(|name| folder.text(&format!("sheet/{name}.csv")));
    for text in files.iter().chain([&printed]) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let cells: BTreeSet<String> = reader
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for name in names {
            assert!(
                cells.contains(&format!("'{name}")) && !cells.contains(name),
                "{name}"
            );
        }
        // Numbers stay numbers.
        let computes =
            |cell: &&String| cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
        assert_eq!(cells.iter().find(computes), None);
    }
    // JSON says the name itself.
    assert!(
        folder
            .text("sheet/summary.json")
            .contains("\"option\": \"=HYPERLINK(1)\"")
    );
}

#[cfg(unix)]
#[test]
fn nothing_of_an_input_acts_on_a_terminal() {
    let folder = Folder::new();
    let hostile = "bad\u{202e}name\u{200f}\u{61c}";
    fs::write(
        folder.at("h.toml"),
        format!(
            "title = \"{hostile}\"\n{}",
            fs::read_to_string(folder.at("baseline.toml"))
                .unwrap()
                .replacen("title", "# title", 1)
        ),
    )
    .unwrap();
    let table =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/history/growth.csv")).unwrap();
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    // The last column is a note.
    lines[1] = format!(
        "{},\"\u{1b}]0;owned\u{7}\u{9b}31m{hostile}\"",
        lines[1].rsplit_once(',').unwrap().0
    );
    fs::write(folder.at("t.csv"), lines.join("\n") + "\n").unwrap();
    let acts =
        |character: char| jointly::report::acts_on_terminal(character) && !"\n\r\t".contains(character);
    // Colors of the program itself.
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    for format in ["text", "markdown", "csv", "json"] {
        let full = if ["text", "markdown"].contains(&format) {
            " --full"
        } else {
            ""
        };
        for arguments in [
            format!("run h.toml --paths 200 --format {format}{full}"),
            format!("history --history t.csv --format {format}{full}"),
        ] {
            let sent = on_terminal(folder.0.path(), &format!("{arguments} 2>/dev/null"));
            assert!(sent.len() > 500, "{arguments}: {sent}");
            let text = if format == "text" { plain(&sent) } else { sent };
            let found: Vec<char> = text.chars().filter(|character| acts(*character)).collect();
            assert!(found.is_empty(), "{arguments}: {found:?}");
        }
    }
    // Into a pipe data goes as it is, to the byte.
    let output = folder
        .run(&["history", "--history", "t.csv", "--format", "csv"])
        .success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("\u{1b}]0;owned\u{7}\u{9b}31m"));
}
