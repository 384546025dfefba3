//! What is looked at where a ledger comes for the first time: nobody here knows how far it went, and code can tell.
//!
//! The file `.ledger` says where the ledger is, and whoever may push can say another place, at which an older end of the same ledger
//! lies. So each place that the file named before is asked as well, and the one where ledgers are where nobody says another: what the file said
//! before is gone where somebody wrote the history anew.

use std::collections::BTreeSet;

use super::Order;
use crate::domain::code::Code;
use crate::git::Repo;
use crate::git::pin::DEFAULT_REF;
use crate::ledger::LedgerError;
use crate::ledger::load::{Flow, Ledger, shell};

/// Another place at which the ledger could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Its ref.
    pub reference: String,
    /// The last commit in which `.ledger` named it, in short; `None` where none did, and ledgers are there where nobody says another place.
    pub commit: Option<String>,
    /// What events there are others than those that came, in words.
    pub apart: Option<String>,
}

/// Returns the places that the file `.ledger` named before, and those at which other events of the ledger are. None of them has the ledger go on from
/// where it ends here, unless git config says which place counts: then nobody else is asked.
///
/// # Errors
/// [`LedgerError::Remote`] where one has; as [`Repo::offered`] where the remote does not answer.
pub(super) fn places(repo: &Repo, order: &Order, ledger: &Ledger) -> Result<Vec<Before>, LedgerError> {
    let (own, genesis) = (repo.ledger_ref()?, ledger.state().genesis);
    let mut places: Vec<Before> = Vec::new();
    for (commit, pin) in repo.pins_before()? {
        let known = pin.reference == own || places.iter().any(|before| before.reference == pin.reference);
        if pin.genesis == genesis && !known {
            let commit = Some(commit.to_string().chars().take(12).collect());
            places.push(Before { reference: pin.reference, commit, apart: None });
        }
    }
    if repo.config("ledger.ref")?.is_some() {
        return Ok(places);
    }
    if own != DEFAULT_REF && places.iter().all(|place| place.reference != DEFAULT_REF) {
        places.push(Before { reference: DEFAULT_REF.to_owned(), commit: None, apart: None });
    }
    let chain: BTreeSet<_> = ledger.chain.iter().copied().collect();
    for place in &mut places {
        let Some(there) = repo.fetch_ref(&order.remote, &place.reference, order.manner)? else { continue };
        // Only a ledger that is valid says something; anybody can put anything there.
        let Ok(other) = Ledger::read(repo, there, |_, _| Flow::Next) else { continue };
        if chain.contains(&there) || other.state().genesis != genesis {
            continue;
        }
        let common = other.chain.iter().zip(&ledger.chain).take_while(|(one, two)| one == two).count();
        let goes_to = other.state().tip.seq;
        // What does not go on from here takes one key, and a place that nobody guards: it would keep everybody out.
        if common < ledger.chain.len() {
            place.apart = Some(format!("with other events from {common} on, and ends there at event {goes_to}"));
            continue;
        }
        let (remote, reference, last) = (&order.remote, &place.reference, ledger.state().tip.seq);
        let who = match &place.commit {
            None => format!("{reference} is where ledgers are, unless somebody says otherwise"),
            Some(commit) => format!(".ledger named {reference} up to commit {commit}"),
        };
        let text = format!(
            "{remote} has this ledger at {own}, which ends at event {last}, and at {reference}: there it goes on to event {goes_to}\n  {who}"
        );
        let needed = format!(
            "the ref of the ledger that counts, from somebody who knows its tip, set by `git config ledger.ref REF`; then `ledger sync {}`",
            shell(remote)
        );
        let next = ledger.tip().map(|tip| format!("git log --oneline {tip}..{there}")).into_iter().collect();
        return Err(LedgerError::Remote { code: Code::TrustHistory, text, needed, next });
    }
    places.retain(|place| place.commit.is_some() || place.apart.is_some());
    Ok(places)
}
