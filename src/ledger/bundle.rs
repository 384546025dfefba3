//! One file for an auditor: the ledger, its evidence and with it every sealed file, verified with nothing else at hand.
//!
//! Promises that what was made has been verified as its reader will, before it got its name; and that a file which was verified
//! holds this ledger whole up to its tip, every piece of evidence that events cite and nobody gave up, and nothing else.

use std::path::Path;

use super::LedgerError;
use super::load::Ledger;
use super::verify::{Pins, Verified, role_of, verify_with};
use crate::domain::code::Code;
use crate::git::bundle::Unpacked;
use crate::git::{GitError, Repo};

/// Writes the ledger of a repository into a file, and returns what verifying the file found. Evidence that a recorded decision gave
/// up is left out, and so is what no event cites.
///
/// # Errors
/// As [`Ledger::load`] and [`verify`]; `store.evidence-missing` where cited bytes are not here. Nothing was written then.
pub fn create(repo: &Repo, file: &Path, keep: Keep) -> Result<Verified, LedgerError> {
    let ledger = Ledger::load(repo)?;
    let state = ledger.state();
    let draft = repo.bundle(&ledger.chain, &state.cited(), file)?;
    let tip = state.tip;
    let verified =
        verify(draft.path(), &Pins { genesis: Some(state.genesis), tip: Some((tip.seq, tip.sha256)) }, |_| ())?;
    if let Some(sha256) = verified.missing.first() {
        let text = format!("this evidence is {}, and other bytes are under its name", role_of(state, sha256));
        return Err(GitError::new(Code::StoreEvidenceMissing, sha256.to_string(), text).into());
    }
    match keep {
        Keep::New => draft.keep(false)?,
        Keep::Replacing => draft.keep(true)?,
        Keep::No => {}
    }
    Ok(verified)
}

/// Whether a bundle that was made is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It is, where no file of its name is there.
    New,
    /// It is, in the place of a file of its name.
    Replacing,
    /// It goes once it was verified.
    No,
}

/// Verifies a bundle, and tells the position of each event once it is checked.
///
/// # Errors
/// As [`super::verify::verify`]; `store.bundle` where the file is not a bundle of a ledger and nothing else.
pub fn verify(file: &Path, pins: &Pins, tell: impl FnMut(u64)) -> Result<Verified, LedgerError> {
    let unpacked = Unpacked::of(file)?;
    let verified = verify_with(&unpacked.repo, pins, tell).map_err(without_repository)?;
    unpacked.demand_nothing_else(&verified.ledger.chain)?;
    Ok(verified)
}

/// What goes on in a repository does not where there is none.
fn without_repository(error: LedgerError) -> LedgerError {
    match error {
        LedgerError::Invalid { invalid, commit, .. } => {
            LedgerError::Invalid { invalid, commit, next: Vec::new(), blind: false }
        }
        other => other,
    }
}
