//! Arguments of `--set` and `--vary`.
#![no_main]

use jointly::scenario::read_vary;
use jointly_fuzz::{check, check_words, read, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let file = include_str!("../../../scenarios/china-korea-smart-cities.toml");
    match read(file, &[text.to_owned()]) {
        Ok(scenario) => {
            if let Err((words, help)) = read_vary(&scenario, text) {
                check_words(&(words + &help));
            }
        }
        Err(errors) => check(&errors),
    }
});
