//! The inputs that `fuzz/` keeps, and changed ones, through the functions that libFuzzer calls: what it found stays found.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use jointly::session::Part;

use crate::{common::jointly, fuzz_targets::TARGETS};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Changes of an input that need no luck to be hostile: cut, doubled, and bytes replaced at places that depend on nothing but their number.
fn changed(bytes: &[u8]) -> Vec<Vec<u8>> {
    const REPLACED: [&[u8]; 6] = [
        b"",
        b"\x1b[2J",
        b"\xff\xfe",
        b"9999999999999999999",
        "\u{202e}\u{85}".as_bytes(),
        b"\"\n=,;{}[]",
    ];
    let place = |number: usize| number * 2_654_435_761 % (bytes.len() + 1);
    let replaced = REPLACED.iter().enumerate().map(|(number, with)| {
        let (one, other) = (place(number + 1), place(number + 11));
        [&bytes[..one.min(other)], with, &bytes[one.max(other)..]].concat()
    });
    let cut = [
        bytes[..bytes.len() / 2].to_vec(),
        bytes[bytes.len() / 3..].to_vec(),
    ];
    cut.into_iter()
        .chain([[bytes, bytes].concat()])
        .chain(replaced)
        .collect()
}

#[test]
fn kept_inputs_are_read_or_refused_with_words() {
    for (name, target) in TARGETS {
        let folder = root().join("fuzz/corpus").join(name);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{name}");
        for file in files {
            let bytes = fs::read(&file).unwrap();
            for (number, input) in [bytes.clone()].into_iter().chain(changed(&bytes)).enumerate() {
                let done = catch_unwind(AssertUnwindSafe(|| target(&input)));
                assert!(done.is_ok(), "{name}: {}, change {number}", file.display());
            }
        }
    }
}

/// Shards are read only by the format that wrote them: `UPDATE=1 cargo test --test it fuzz::` writes those that are kept anew.
#[test]
fn kept_shards_are_of_the_format_of_today() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("small.toml"),
        "economies = [\"MNG\"]\nhorizon = 2022\n",
    )
    .unwrap();
    for (name, more) in [
        ("run", ""),
        (
            "sweep",
            " --method morris --size 2 --outcome MNG.gdp --vary model.decay=[0.01,0.1]",
        ),
    ] {
        let kept = root().join("fuzz/corpus/shards").join(name);
        if std::env::var_os("UPDATE").is_some() {
            let made = folder.path().join(name);
            jointly(&[
                name,
                "small.toml",
                "--paths",
                "100",
                "--shard",
                "1/1",
                "--quiet",
                "-o",
            ])
            .arg(&made)
            .args(more.split_whitespace())
            .current_dir(folder.path())
            .assert()
            .success();
            fs::copy(made, &kept).unwrap();
        }
        let bytes = fs::read(kept).unwrap();
        // libFuzzer takes no more of an input than that.
        assert!(bytes.len() <= 8192, "{name}: {} bytes", bytes.len());
        // Past the head, the label and the texts: a session opens.
        let part = Part::from_bytes(&bytes).unwrap_or_else(|words| panic!("{name}: {words}"));
        let session = part.open().unwrap_or_else(|errors| panic!("{name}: {errors}"));
        assert_eq!(session.scenario().horizon, 2022, "{name}");
    }
}

#[test]
fn every_target_has_a_program() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let programs = fs::read_dir(root().join("fuzz/src/bin")).unwrap();
    assert_eq!(programs.count(), TARGETS.len());
    for (name, _) in TARGETS {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"src/bin/{name}.rs\"")),
            "{name}"
        );
        assert!(root().join(format!("fuzz/src/bin/{name}.rs")).exists(), "{name}");
    }
}
