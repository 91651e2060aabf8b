//! Selectors of outcomes, and conditions. What is read is read again from what it is written as.
#![no_main]

use jointly::{analysis::sweep::Condition, base::Selector, scenario::Scenario};
use jointly_fuzz::{check_words, read, text};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static SCENARIO: OnceLock<Scenario> = OnceLock::new();
    let scenario = SCENARIO.get_or_init(|| {
        read(include_str!("../../../scenarios/china-korea-smart-cities.toml"), &[]).expect("a shipped scenario")
    });
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
});
