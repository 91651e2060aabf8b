//! Tables of historical figures.
#![no_main]

use jointly::{base::SourceText, history::History};
use jointly_fuzz::{check, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let read = History::parse(SourceText::new("t.csv", text), true).and_then(|history| history.data());
    if let Err(errors) = read {
        check(&errors);
    }
});
