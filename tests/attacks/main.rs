//! Ways past the rules and past the bytes that were tried, each on a real repository with real keys, and must lead nowhere.
//!
//! An attack is one test. What it is called, what is said of it, the code and the exit code stand in its head; the test
//! demands them, and the table of `docs/threat-model.md` is written from them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

#[macro_use]
mod attack;
mod site;

mod actors;
mod armor;
mod around;
mod back;
mod binding;
mod chain;
mod court;
mod files;
mod guard;
mod headers;
mod json;
mod lines;
mod names;
mod net;
mod objects;
mod payload;
mod people;
mod planted;
mod refs;
mod remotes;
mod replays;
mod rules;
mod signatures;
mod table;
mod trees;
mod votes;
mod waivers;
mod ways;
