//! Given / when / then: what `decide` admits and refuses, for every type of event and every refusal, and that replay agrees.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "these are tests")]

mod claims;
mod items;
mod people;
mod trust;
mod world;
