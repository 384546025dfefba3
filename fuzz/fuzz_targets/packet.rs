//! Calls `packet` of the properties on whatever the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| govledger_fuzz::packet(data));
