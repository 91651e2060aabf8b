//! Stored results: `run.json` as it comes, and any `page.json` behind a manifest that fits it. What is read is drawn.
#![no_main]

use jointly::report::{ResultFile, read_stored_page, sealed};
use jointly_fuzz::{check_words, text};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let Some(text) = text(bytes) else { return };
    if let Err(words) = read_stored_page(|_| Ok(text.as_bytes().to_vec())) {
        check_words(&words);
    }
    let page = ResultFile {
        name: "page.json".to_owned(),
        sha256: Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let entries = [("program", json!("jointly")), ("version", json!("0.1.0"))];
    let manifest = entries.map(|(key, value)| (key.to_owned(), value)).into_iter().collect();
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
});
