//! The state as canonical JSON.
