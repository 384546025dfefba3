//! The migration engine. Nothing here runs yet: Phase E comes first.
pub mod plan;
