//! What the targets do with an input: read it, or refuse it with words that are short and act on nothing. Plain functions: `src/bin`
//! gives them to libFuzzer, `tests/it/fuzz.rs` replays the kept inputs through them.

use std::{path::Path, sync::OnceLock};

use jointly::{
    analysis::sweep::Condition,
    base::{Diagnostics, Memory, Selector, SourceText},
    history::{History, HistoryData},
    import::{Choices, Decimal, import as import_files},
    model::Plan,
    random::Shard,
    report::{
        Findings, ResultFile, acts_on_terminal, read_stored_page, render_diagnostics, sealed,
        terminal::{self, Shown},
    },
    scenario::{self, Scenario, read_vary},
    session::Part,
};
use serde_json::json;
use sha2::{Digest, Sha256};

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, by the name of its program and of its folder of kept inputs.
pub const TARGETS: [Target; 7] = [
    ("scenario", scenario),
    ("history", history),
    ("import", import),
    ("selectors", selectors),
    ("overrides", overrides),
    ("stored", stored),
    ("shards", shards),
];

/// The most bytes that a message may take for a fault.
const LONGEST: usize = 4096;

/// A scenario that the other targets stand on.
const PILOTS: &str = include_str!("../../scenarios/china-korea-smart-cities.toml");

/// The embedded history.
fn embedded() -> &'static HistoryData {
    static DATA: OnceLock<HistoryData> = OnceLock::new();
    DATA.get_or_init(|| {
        History::embedded(true)
            .and_then(|history| history.data())
            .expect("embedded data")
    })
}

/// Text of an input; other inputs are no texts and are refused when files are read.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Reads a scenario beside the shipped baseline, which it may extend.
fn read(text: &str, overrides: &[String]) -> Result<Scenario, Diagnostics> {
    let files = Memory::default()
        .with("baseline.toml", include_str!("../../scenarios/baseline.toml"))
        .with("s.toml", text);
    scenario::load_from(&files, Path::new("s.toml"), overrides, None, embedded())
}

/// Checks words of one line.
fn check_words(words: &str) {
    assert!(
        !words.is_empty() && words.len() <= LONGEST,
        "{} bytes",
        words.len()
    );
}

/// Checks that a text of several lines does nothing on a terminal.
fn check_printed(printed: &str) {
    let acts = |character: char| character != '\n' && acts_on_terminal(character);
    assert!(!printed.contains(acts), "{printed:?}");
}

/// Checks refusals as they are printed.
fn check(errors: &Diagnostics) {
    assert!(!errors.is_empty());
    let printed = render_diagnostics(errors, false, 100);
    check_printed(&printed);
    assert!(
        printed.len() <= LONGEST * errors.len(),
        "{} errors: {printed}",
        errors.len()
    );
}

/// Texts of scenario files. What is read gives a plan, and is read again from what the program writes.
pub fn scenario(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let scenario = match read(text, &[]) {
        Ok(scenario) => scenario,
        Err(errors) => return check(&errors),
    };
    if let Err(errors) = Plan::new(embedded(), &scenario) {
        check(&errors);
    }
    let resolved = scenario.resolved();
    match read(&resolved, &[]) {
        Ok(again) => assert_eq!(again.resolved(), resolved),
        Err(errors) => panic!("{resolved}\n{errors}"),
    }
}

/// Tables of historical figures.
pub fn history(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let read = History::parse(SourceText::new("t.csv", text), true).and_then(|history| history.data());
    if let Err(errors) = read {
        check(&errors);
    }
}

/// Tables of statistical offices, with nothing chosen and with everything. What is written is a history table.
pub fn import(bytes: &[u8]) {
    let every = |word: &str| vec![(None, word.to_owned())];
    let chosen = Choices {
        units: every("usd_bn"),
        bases: every("start_year"),
        decimal: Some(Decimal::Comma),
        encoding: Some("windows-1252".to_owned()),
        estimates: true,
        ..Choices::default()
    };
    for choices in [Choices::default(), chosen] {
        match import_files(&[("t.csv".to_owned(), bytes.to_vec())], &choices) {
            Ok(imported) => {
                let printed = terminal::render(&imported.document(), &Shown::Full, 100);
                check_printed(&printed.replace('\u{1b}', ""));
                if let Err(errors) = History::parse(SourceText::new("h.csv", &imported.csv), true) {
                    panic!("{}\n{errors}", imported.csv);
                }
            }
            Err(errors) => check(&errors),
        }
    }
}

/// Selectors of outcomes, and conditions. What is read is read again from what it is written as.
pub fn selectors(bytes: &[u8]) {
    static SCENARIO: OnceLock<Scenario> = OnceLock::new();
    let scenario = SCENARIO.get_or_init(|| read(PILOTS, &[]).expect("a shipped scenario"));
    let Some(text) = text(bytes) else { return };
    match Selector::parse(text) {
        Ok(selector) => {
            let written = selector.to_string();
            assert_eq!(Selector::parse(&written).as_ref(), Ok(&selector), "{written}");
        }
        Err(words) => check_words(&words),
    }
    if let Err(words) = Condition::parse(scenario, text) {
        check_words(&words);
    }
}

/// Arguments of `--set` and `--vary`.
pub fn overrides(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match read(PILOTS, &[text.to_owned()]) {
        Ok(scenario) => {
            if let Err((words, help)) = read_vary(&scenario, text) {
                check_words(&(words + &help));
            }
        }
        Err(errors) => check(&errors),
    }
}

/// Stored results: `run.json` as it comes, and any `page.json` behind a manifest that fits it. What is read is drawn.
pub fn stored(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Err(words) = read_stored_page(|_| Ok(text.as_bytes().to_vec())) {
        check_words(&words);
    }
    let page = ResultFile {
        name: "page.json".to_owned(),
        sha256: Sha256::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    };
    let entries = [("program", json!("jointly")), ("version", json!("0.1.0"))];
    let manifest = entries
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect();
    let manifest = sealed(manifest, &[page]);
    let read = |name: &str| {
        Ok(match name {
            "run.json" => manifest.clone().into_bytes(),
            _ => text.as_bytes().to_vec(),
        })
    };
    match read_stored_page(read) {
        Ok(page) => drop(page.html()),
        Err(words) => check_words(&words),
    }
}

/// Magic number, format, digest of a shard.
const HEAD: [usize; 2] = [10, 42];

/// Shards, as they come and with a digest that fits them.
pub fn shards(bytes: &[u8]) {
    open(bytes);
    let mut signed = bytes.to_vec();
    if let (Some(_), Some(body)) = (bytes.get(..HEAD[1]), bytes.get(HEAD[1]..)) {
        signed[..8].copy_from_slice(b"jointly\0");
        signed[HEAD[0]..HEAD[1]].copy_from_slice(&Sha256::digest(body));
        open(&signed);
    }
}

fn open(bytes: &[u8]) {
    let part = match Part::from_bytes(bytes) {
        Ok(part) => part,
        Err(words) => return check_words(&words),
    };
    let session = match part.open() {
        Ok(session) => session,
        Err(errors) => return check(&errors),
    };
    let request = part.request().of(Shard::WHOLE).on(1, false);
    match session.shards(&request) {
        Ok(study) => drop(
            study
                .shape()
                .collected(&part)
                .map_err(|words| check_words(&words)),
        ),
        Err(errors) => check(&errors),
    }
}
