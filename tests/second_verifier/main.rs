//! Two programs that share no line agree: this one, and `ledger-format/verify.py`, which was written from the specification.
//!
//! Random ledgers are drawn from seeds ([`ledgers`]), about half of them are broken on purpose ([`mutate`]), and both programs
//! say what each is ([`answers`]). Where they differ, the failure names the seed, the mutator and both answers;
//! `LEDGER_SEED=N cargo test --test second_verifier random` runs that one again, `LEDGER_SEEDS=A..B` others than usual.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "with --nocapture a test says what it met")]

mod answers;
mod compare;
mod forge;
#[allow(dead_code, reason = "the vectors use the rest")]
#[path = "../format/keys.rs"]
mod keys;
mod ledgers;
mod level;
#[allow(dead_code, reason = "the properties use the rest")]
#[path = "../decide/life.rs"]
mod life;
mod mutate;
mod payloads;
#[allow(dead_code, reason = "the stories use the rest")]
#[path = "../decide/people.rs"]
mod people;
mod unicode;
#[allow(dead_code, reason = "the stories use the rest")]
#[path = "../decide/world.rs"]
mod world;
