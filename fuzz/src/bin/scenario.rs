//! Texts of scenario files. What is read gives a plan, and is read again from what the program writes.
#![no_main]

use jointly::model::Plan;
use jointly_fuzz::{check, history, read, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    let scenario = match read(text, &[]) {
        Ok(scenario) => scenario,
        Err(errors) => return check(&errors),
    };
    if let Err(errors) = Plan::new(history(), &scenario) {
        check(&errors);
    }
    let resolved = scenario.resolved();
    match read(&resolved, &[]) {
        Ok(again) => assert_eq!(again.resolved(), resolved),
        Err(errors) => panic!("{resolved}\n{errors}"),
    }
});
