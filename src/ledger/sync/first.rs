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

/// Another place at which `.ledger` said that the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The ref that it named.
    pub reference: String,
    /// The last commit that named it, in short.
    pub commit: String,
}

/// Returns the places that the file `.ledger` named before, none of which has the ledger go on from where it ends here.
///
/// # Errors
/// [`LedgerError::Remote`] where one has; as [`Repo::offered`] where the remote does not answer.
pub(super) fn places(repo: &Repo, order: &Order, ledger: &Ledger) -> Result<Vec<Before>, LedgerError> {
    let (own, genesis) = (repo.ledger_ref()?, ledger.state().genesis);
    let mut named: Vec<Before> = Vec::new();
    for (commit, pin) in repo.pins_before()? {
        let known = pin.reference == own || named.iter().any(|before| before.reference == pin.reference);
        if pin.genesis == genesis && !known {
            let commit = commit.to_string().chars().take(12).collect();
            named.push(Before { reference: pin.reference, commit });
        }
    }
    let chain: BTreeSet<_> = ledger.chain.iter().copied().collect();
    let usual = Before { reference: DEFAULT_REF.to_owned(), commit: String::new() };
    let usual =
        Some(usual).filter(|usual| usual.reference != own && named.iter().all(|one| one.reference != usual.reference));
    for Before { reference, commit } in named.iter().chain(&usual) {
        let Some(there) = repo.fetch_ref(&order.remote, reference, order.manner)? else { continue };
        // Only a ledger that is valid says something; anybody can put anything there.
        let Ok(other) = Ledger::read(repo, there, |_, _| Flow::Next) else { continue };
        let (last, goes_to) = (ledger.state().tip.seq, other.state().tip.seq);
        if chain.contains(&there) || other.state().genesis != genesis {
            continue;
        }
        let remote = &order.remote;
        let common = other.chain.iter().zip(&ledger.chain).take_while(|(one, two)| one == two).count();
        let apart = if common == ledger.chain.len() {
            format!("there it goes on to event {goes_to}")
        } else {
            format!("there it ends at event {goes_to}, with other events from {common} on")
        };
        let who = if commit.is_empty() {
            format!("{reference} is where ledgers are, unless somebody says otherwise")
        } else {
            format!(".ledger named {reference} up to commit {commit}")
        };
        let text = format!(
            "{remote} has this ledger at {own}, which ends at event {last}, and at {reference}: {apart}\n  {who}"
        );
        let needed = "the ledger that is whole, by its ref; somebody who has it knows its tip".to_owned();
        let next =
            vec![format!("git config ledger.ref {}", shell(reference)), format!("ledger sync {}", shell(remote))];
        return Err(LedgerError::Remote { code: Code::TrustHistory, text, needed, next });
    }
    Ok(named)
}
