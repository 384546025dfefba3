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
#[path = "format/bad_changes.rs"]
mod bad_changes;
#[path = "format/bad_charters.rs"]
mod bad_charters;
#[path = "format/bad_migrations.rs"]
mod bad_migrations;
#[path = "format/bad_payloads.rs"]
mod bad_payloads;
#[path = "format/bad_places.rs"]
mod bad_places;
#[path = "format/bad_quorums.rs"]
mod bad_quorums;
#[path = "format/bad_rules.rs"]
mod bad_rules;
#[path = "format/bad_signatures.rs"]
mod bad_signatures;
#[path = "format/bad_sizes.rs"]
mod bad_sizes;
#[path = "format/bad_values.rs"]
mod bad_values;
#[path = "format/code.rs"]
mod code;
#[path = "format/codes.rs"]
mod codes;
#[path = "format/edges.rs"]
mod edges;
#[path = "format/files.rs"]
mod files;
#[path = "format/gitwise.rs"]
mod gitwise;
#[path = "format/good.rs"]
mod good;
#[path = "format/keys.rs"]
mod keys;
#[path = "format/packed.rs"]
mod packed;
#[path = "format/primitives.rs"]
mod primitives;
#[path = "format/prose.rs"]
mod prose;
#[path = "format/repositories.rs"]
mod repositories;
#[path = "format/rules.rs"]
mod rules;
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
#[path = "format/waivers.rs"]
mod waivers;
