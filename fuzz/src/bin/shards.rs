//! `jointly_fuzz::shards` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| jointly_fuzz::shards(bytes));
