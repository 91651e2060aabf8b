//! Shards, as they come and with a digest that fits them.
#![no_main]

use jointly::session::{Part, RunRequest};
use jointly_fuzz::{check, check_words};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

/// Magic number, format, digest.
const HEAD: [usize; 2] = [10, 42];

fn open(bytes: &[u8]) {
    let part = match Part::from_bytes(bytes) {
        Ok(part) => part,
        Err(words) => return check_words(&words),
    };
    let session = match part.open() {
        Ok(session) => session,
        Err(errors) => return check(&errors),
    };
    match session.run(&RunRequest { why: false, ..part.request() }) {
        Ok(study) => {
            let _ = part.projection(study.plan()).map_err(|words| check_words(&words));
        }
        Err(errors) => check(&errors),
    }
}

fuzz_target!(|bytes: &[u8]| {
    open(bytes);
    let mut signed = bytes.to_vec();
    if let (Some(_), Some(body)) = (bytes.get(..HEAD[1]), bytes.get(HEAD[1]..)) {
        signed[..8].copy_from_slice(b"jointly\0");
        signed[HEAD[0]..HEAD[1]].copy_from_slice(&Sha256::digest(body));
        open(&signed);
    }
});
