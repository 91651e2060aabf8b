//! Time and memory follow stated limits, whatever the input.

use std::fs;

use predicates::prelude::*;

use crate::common::jointly;

#[test]
fn threads_without_work_are_cut_with_a_note_and_change_nothing() {
    let run = |threads: &str, more: &[&str]| {
        jointly(&[
            "run",
            "scenarios/baseline.toml",
            "--paths",
            "600",
            "--horizon",
            "2024",
            "--threads",
            threads,
        ])
        .args(more)
        .assert()
        .success()
    };
    let cut = run("1024", &[]).stderr(predicate::str::is_match("--threads 1024 is cut to [12]:").unwrap());
    let alone = run("1", &[]).stderr("");
    assert_eq!(cut.get_output().stdout, alone.get_output().stdout);
    run("1024", &["--quiet"]).stderr("");
}

#[test]
fn hostile_lists_and_titles_are_refused_in_short_messages_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    let base = "economies = [\"CHN\", \"KOR\"]\nhorizon = 2030\n[levers.a]\nkind = \"joint_rnd\"\n\
                partners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 1\n";
    let ids: Vec<String> = (0..100_000).map(|number| format!("\"u{number}\"")).collect();
    let codes: Vec<String> = (0..17_576)
        .map(|n| {
            [n / 676, n / 26 % 26, n % 26]
                .map(|letter| char::from(b'A' + letter as u8))
                .iter()
                .collect()
        })
        .collect();
    let quoted: Vec<String> = codes.iter().take(400).map(|code| format!("\"{code}\"")).collect();
    for text in [
        format!("{base}[options]\nx = [{}]\n", ids.join(", ")),
        format!("title = \"{}\"\n{base}", "x".repeat(1_000_000)),
        format!("summary = \"{}\"\n{base}", "x ".repeat(500_000)),
        format!("economies = [{}]\nhorizon = 2030\n", quoted.join(", ")),
        format!("{base}[options]\n\"{}\" = [\"a\"]\n", "x".repeat(1_000_000)),
    ] {
        fs::write(&path, text).unwrap();
        let begin = std::time::Instant::now();
        let assert = jointly(&["check", path.to_str().unwrap()]).assert().code(2);
        // A tenth of a second here; the limit leaves room for a busy machine, and is far below the 23 s that a scan for each id took.
        assert!(begin.elapsed().as_secs() < 15);
        let shown = assert.get_output().stderr.len() + assert.get_output().stdout.len();
        assert!(shown < 41 * 4_000, "{shown}");
    }
}
