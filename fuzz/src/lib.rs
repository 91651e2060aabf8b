//! What every target checks: an input is read, or refused with words that are short and act on nothing.

use std::{path::Path, sync::OnceLock};

use jointly::{
    base::{Diagnostics, Memory},
    history::{History, HistoryData},
    report::{acts_on_terminal, render_diagnostics},
    scenario::{self, Scenario},
};

/// The most bytes that a message may take for a fault.
const LONGEST: usize = 4096;

/// The embedded history.
pub fn history() -> &'static HistoryData {
    static DATA: OnceLock<HistoryData> = OnceLock::new();
    DATA.get_or_init(|| History::embedded(true).and_then(|history| history.data()).expect("embedded data"))
}

/// Text of an input; other inputs are no texts and are refused when files are read.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Reads a scenario beside the shipped baseline, which it may extend.
pub fn read(text: &str, overrides: &[String]) -> Result<Scenario, Diagnostics> {
    let files = Memory::default()
        .with("baseline.toml", include_str!("../../scenarios/baseline.toml"))
        .with("s.toml", text);
    scenario::load_from(&files, Path::new("s.toml"), overrides, None, history())
}

/// Checks words of one line.
pub fn check_words(words: &str) {
    assert!(!words.is_empty() && words.len() <= LONGEST, "{} bytes", words.len());
}

/// Checks refusals as they are printed.
pub fn check(errors: &Diagnostics) {
    assert!(!errors.is_empty());
    let printed = render_diagnostics(errors, false, 100);
    let acts = |character: char| character != '\n' && acts_on_terminal(character);
    assert!(!printed.contains(acts), "{printed:?}");
    assert!(printed.len() <= LONGEST * errors.len(), "{} errors: {printed}", errors.len());
}
