//! Verification: everything from genesis, and what events claim to have seen held against the repository.

use std::collections::BTreeSet;

use super::LedgerError;
use super::cited::{Unheld, cited_by_code};
pub use super::facts::Contradiction;
use super::facts::FactCheck;
use super::load::{Flow, Ledger};
use super::taint::{Tainted, tainted};
use crate::domain::code::Code;
use crate::domain::event::Evidence;
use crate::domain::id::Digest;
use crate::domain::state::State;
use crate::git::Repo;

/// What an auditor asks for.
#[derive(Debug, Clone, Default)]
pub struct Pins {
    /// The genesis that the auditor knows.
    pub genesis: Option<Digest>,
    /// An event that the auditor knows: position and SHA-256.
    pub tip: Option<(u64, Digest)>,
}

/// What verification found. The ledger itself is valid, else there is an error in its stead.
#[derive(Debug)]
pub struct Verified {
    /// The ledger.
    pub ledger: Ledger,
    /// How many facts are as events say.
    pub confirmed: u64,
    /// Facts that are not as an event says, and that the authority has not disputed.
    pub contradicted: Vec<Contradiction>,
    /// How many facts rest on commits or branches that are not here.
    pub not_seen: u64,
    /// How many contradicted facts the authority has disputed already.
    pub disputed: u64,
    /// Evidence that is here.
    pub present: u64,
    /// Evidence that was erased by a recorded decision.
    pub erased: u64,
    /// Evidence that was erased by a recorded decision and whose bytes are here all the same.
    pub lingering: Vec<Digest>,
    /// Evidence that is missing without such a record.
    pub missing: Vec<Digest>,
    /// What took effect by keys that were in other hands, settled or not.
    pub tainted: Vec<Tainted>,
    /// Events that one person's commits cite and the ledger does not hold: it was cut short, or that person made them up.
    pub unheld: Vec<Unheld>,
}

/// Verifies the ledger of a repository.
///
/// # Errors
/// As [`Ledger::load`]; [`LedgerError::Pinned`] and [`LedgerError::Tip`] where it is not the ledger that the auditor knows.
pub fn verify(repo: &Repo, pins: &Pins) -> Result<Verified, LedgerError> {
    verify_with(repo, pins, |_| ())
}

/// Verifies as [`verify`] does, and tells the position of each event once it is checked.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(repo: &Repo, pins: &Pins, mut tell: impl FnMut(u64)) -> Result<Verified, LedgerError> {
    let mut facts = FactCheck::new(repo);
    let mut at_pin = None;
    let ledger = Ledger::load_with(repo, |entry, state| {
        if pins.tip.is_some_and(|(seq, _)| seq == entry.signed.event.seq) {
            at_pin = Some(entry.signed.sha256);
        }
        facts.check(entry, state);
        tell(entry.signed.event.seq);
        Flow::Next
    })?;
    let state = ledger.state();
    if let Some(pinned) = pins.genesis.filter(|pinned| *pinned != state.genesis) {
        return Err(LedgerError::Pinned { place: "--genesis".to_owned(), pinned, found: state.genesis });
    }
    if let Some((seq, pinned)) = pins.tip.filter(|(_, pinned)| at_pin != Some(*pinned)) {
        let found = at_pin.map_or_else(
            || format!("the ledger ends at event {}: it was cut short", state.tip.seq),
            |found| format!("event {seq} is {found} here"),
        );
        return Err(LedgerError::Tip { seq, pinned, found });
    }
    let unheld = cited_by_code(repo, &ledger)?;
    let FactCheck { confirmed, not_seen, contradicted, .. } = facts;
    let (disputed, open): (Vec<_>, Vec<_>) = contradicted.into_iter().partition(|c| state.disputed.contains(&c.event));
    let mut verified = Verified {
        confirmed,
        contradicted: open,
        not_seen,
        disputed: disputed.len() as u64,
        present: 0,
        erased: 0,
        lingering: Vec::new(),
        missing: Vec::new(),
        tainted: tainted(repo, &ledger)?,
        unheld,
        ledger,
    };
    verified.count_evidence(repo)?;
    Ok(verified)
}

impl Verified {
    fn count_evidence(&mut self, repo: &Repo) -> Result<(), LedgerError> {
        let state = self.ledger.state();
        let (missing, kept) = (missing_evidence(repo, state)?, repo.evidence_list()?);
        let erased: Vec<Digest> =
            state.evidence.iter().filter(|(_, piece)| piece.erased.is_some()).map(|(sha256, _)| *sha256).collect();
        self.erased = erased.len() as u64;
        self.present = (state.cited().len() - missing.len()) as u64;
        self.lingering = erased.into_iter().filter(|sha256| kept.contains(sha256)).collect();
        self.missing = missing;
        Ok(())
    }
}

/// Returns the evidence that events cite, those of open proposals among them, that nobody gave up, and whose bytes are not here.
///
/// # Errors
/// Where the evidence cannot be read.
pub fn missing_evidence(repo: &Repo, state: &State) -> Result<Vec<Digest>, LedgerError> {
    let kept = repo.evidence_list()?;
    let mut missing = Vec::new();
    for sha256 in state.cited() {
        if !kept.contains(&sha256) || !is_whole(repo, &sha256)? {
            missing.push(sha256);
        }
    }
    Ok(missing)
}

/// Returns whether the bytes of a piece of evidence are here. Other bytes under its name are none of it.
fn is_whole(repo: &Repo, sha256: &Digest) -> Result<bool, LedgerError> {
    match repo.evidence_get(sha256) {
        Ok(bytes) => Ok(bytes.is_some()),
        Err(error) if error.code == Code::StoreEvidenceMissing => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Returns what a piece of evidence is to the ledger, in words.
pub fn role_of(state: &State, sha256: &Digest) -> String {
    let holds = |pieces: &BTreeSet<Evidence>| pieces.iter().any(|piece| piece.sha256 == *sha256);
    let sealed = state.items.iter().filter(|(_, item)| item.seal.as_ref().is_some_and(|seal| holds(&seal.evidence)));
    let sealed: Vec<&str> = sealed.map(|(id, _)| id.as_str()).collect();
    if sealed.is_empty() {
        "cited by an event".to_owned()
    } else {
        format!("the sealed bytes of {}", sealed.join(", "))
    }
}
