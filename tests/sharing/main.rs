//! A ledger that several people share through a git server.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod aside;
mod clone;
mod evidence;
mod remotes;
#[cfg(target_os = "linux")]
mod servers;
mod sync;
mod team;
#[cfg(target_os = "linux")]
mod ways;
