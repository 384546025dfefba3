//! The format, as `ledger-format/` says it: golden vectors, schemas, and that encoder and decoder undo one another.
//!
//! Every vector is made again in memory and compared byte for byte; `UPDATE_VECTORS=1` writes them instead.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod sandbox;

#[path = "format/arbitrary.rs"]
mod arbitrary;
#[path = "format/bad.rs"]
mod bad;
#[path = "format/bad_bytes.rs"]
mod bad_bytes;
#[path = "format/files.rs"]
mod files;
#[path = "format/gitwise.rs"]
mod gitwise;
#[path = "format/keys.rs"]
mod keys;
#[path = "format/primitives.rs"]
mod primitives;
#[path = "format/prose.rs"]
mod prose;
#[path = "format/samples.rs"]
mod samples;
#[path = "format/schemas.rs"]
mod schemas;
#[path = "format/stories.rs"]
mod stories;
#[path = "format/story.rs"]
mod story;
#[path = "format/vectors.rs"]
mod vectors;
