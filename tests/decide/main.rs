//! Given / when / then: what `decide` admits and refuses, for every type of event and every refusal, and that replay agrees.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "these are tests")]

mod charters;
mod claims;
mod codes;
mod items;
mod people;
mod phase;
mod properties;
mod quorums;
mod replays;
mod seals;
mod trust;
mod world;
