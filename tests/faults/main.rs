//! What goes wrong around the program: it is killed, the disk is full, a lock is held, the repository cannot be written,
//! others write at the same time. Afterwards the ledger is valid, holds what was acknowledged, and the next command works.
//!
//! Faults are put in by `strace`, at one system call after the other, of the real program on a real repository; so this runs
//! on Linux only.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod crowd;
mod errors;
mod kills;
mod load;
mod locks;
mod read_only;
mod scene;
mod sharing;
mod sides;
mod strace;
