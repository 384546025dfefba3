//! govledger: a git-native, event-sourced governance ledger.
//!
//! | room | what lives there |
//! |---|---|
//! | [`domain`] | the pure core: format, charter language, state, judgement, replay |
//! | [`ledger`] | load, replay, decide, sign, append |
//! | [`git`] | the only place that knows git |
//! | [`signing`] | keys that sign: files, the agent |
//! | [`render`] | human text and JSON |
//! | [`cli`] | one file a command |

pub mod cli;
mod clock;
pub mod domain;
pub mod git;
pub mod ledger;
pub mod render;
pub mod signing;
