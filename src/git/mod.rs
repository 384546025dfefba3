//! The only place that knows git.

pub mod facts;
pub mod history;
pub mod raw;
pub mod signer;
