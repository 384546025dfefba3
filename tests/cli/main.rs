//! The program as a person and a script meet it: commands, what they print, and what they exit with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod acting;
mod acting_phase_e;
mod anchors;
mod answers;
mod beginnings;
mod charter_life;
mod drift;
mod explain;
mod hooks;
mod keys;
#[cfg(target_os = "linux")]
mod looks;
mod packets;
mod plain;
mod refused_commands;
mod seeing;
mod set_up;
mod shell;
mod told;
mod travel;
mod vacant;
mod waive;
mod words;
