//! The ledger of a repository: load, replay, decide, sign, append.
//!
//! | module | what it promises |
//! |---|---|
//! | [`load`] | reads and judges every event, on all cores, without holding more than the state |
//! | [`point`] | says which moment of the ledger a word like `2026-02-03`, `17` or `~2` means |
//! | [`act`] | turns a wish into an event on the ref, or says why not; a lost race is run again whole |
//! | [`bundle`] | makes one file for an auditor, and verifies it with nothing else at hand |
//! | [`check`] | judges changes of code: staged, in commits, in a whole tree |
//! | [`cited`] | holds a ledger against what commits of code cite of it |
//! | [`found`] | writes genesis |
//! | [`mend`] | puts right what needs nobody's decision: a lost ref, evidence that is still somewhere here |
//! | [`outlook`] | says what a change of the rules would do, before anybody signs it |
//! | [`receive`] | judges a push where it arrives: refs, events, evidence, commits, one against the other |
//! | [`sync`] | shares it with a remote; own events are signed again where others were first |
//! | [`taint`] | lists what took effect by keys that were in other hands |
//! | [`verify`] | checks everything from genesis, and the facts that events claim against the repository |

pub mod act;
pub mod bundle;
pub mod check;
pub mod cited;
mod error;
pub mod facts;
pub mod found;
mod lines;
pub mod load;
pub mod mend;
pub mod outlook;
pub mod point;
pub mod receive;
pub mod sync;
pub mod taint;
pub mod verify;

pub use error::LedgerError;
pub use load::{Entry, Ledger};
