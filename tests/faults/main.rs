//! What goes wrong around the program: it is killed, the disk is full, a lock is held, the repository cannot be written,
//! others write at the same time. Afterwards the ledger is valid, holds what was acknowledged, and the next command works.
//!
//! Not every fault has its turn in every run. Where the program itself is killed (append, evidence, seal, signature, founding, mending, adoption, sync,
//! abort), each system call that changes something has; so has each where an append fails, with evidence and without, once with a full disk and once with one of the
//! other errors in turn. With `CI` set that also holds for what fails of a seal, a founding, an adoption and a sync, for going on with what was aside, for a clone that is killed or fails, the guard's three hooks and
//! git's `push`. On the server every 5th call of `receive-pack` and `unpack-objects` has its turn, every 2nd with `CI` (all of them at once were tried, too: it takes minutes more). Everything else is a sample, because one run of all of
//! it would take longer than anybody waits for: git's own `clone` (every 40th; 12th with `CI`), which is git's code over a directory that we take away; bundles (6th and 12th; 2nd each with `CI`; all 462 errors at once take two minutes of
//! processor time), which are written beside their place and renamed; and the installation of hooks (3rd and 8th), which goes through the same writes as an append does. The sample
//! rotates: its place comes from `FAULTS_SEED`, else from the number of the day, and each test prints it. So as many runs as the largest step, with seeds that follow each other,
//! have tried every call. `FAULTS_SEED=20777 cargo test --test faults` tries that sample again.
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
