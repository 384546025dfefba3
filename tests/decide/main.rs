//! Given / when / then: what `decide` admits and refuses, for every type of event and every refusal, and that replay agrees.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "these are tests")]
#![allow(clippy::too_many_lines, reason = "a list of refusals is as long as it is")]
#![allow(clippy::needless_raw_string_hashes, reason = "snapshots are written by the tests themselves")]

mod bits;
mod charters;
mod claims;
mod codes;
mod documents;
mod items;
#[allow(dead_code, reason = "the vectors use the rest")]
#[path = "../format/keys.rs"]
mod keys;
#[allow(dead_code, reason = "the comparison with the second verifier uses the rest")]
mod life;
mod migrations;
mod people;
mod phase;
mod phase_rows;
mod placement;
mod properties;
mod quorums;
mod replays;
mod seals;
mod sharing;
mod supposed;
mod trust;
mod waiting;
mod waivers;
mod world;
