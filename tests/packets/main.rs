//! The protocol of `examples/work-packets`, rule by rule: what its charter asks, and what is refused without it.
//!
//! Each test names the demands that it shows, as the table of the example's README numbers them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "these are tests")]
#![allow(clippy::needless_raw_string_hashes, reason = "snapshots are written by the tests themselves")]

mod blocking;
mod closing;
mod code;
mod delegating;
mod fields;
#[allow(dead_code, reason = "the vectors use the rest")]
#[path = "../format/keys.rs"]
mod keys;
mod locking;
mod moving;
mod orchestrating;
mod protocol;
mod showing;
mod understanding;
#[allow(dead_code, reason = "the tests of decisions use the rest")]
#[path = "../decide/world.rs"]
mod world;
