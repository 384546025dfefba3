//! What a change of the rules would do to a ledger, before anybody signs it.

use std::collections::BTreeSet;

use super::LedgerError;
use super::check::facts_at_head;
use super::load::Ledger;
use crate::domain::authority;
use crate::domain::charter::{Charter, rule_changes};
use crate::domain::decide::trust::{adoption, after};
use crate::domain::event::{Adoption, Body};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{Digest, Noun};
use crate::domain::judge::{Outlook, View, outcome_changes};
use crate::domain::quorum::{self, Ballots};
use crate::domain::state::{Proposals, State};
use crate::domain::time::Timestamp;
use crate::git::Repo;

/// A charter's text with its rules.
#[derive(Debug, Clone)]
pub struct Read {
    /// The text.
    pub text: String,
    /// The rules.
    pub rules: Charter,
}

impl Read {
    /// Returns what an event that adopts it says.
    pub fn adoption(&self) -> Adoption {
        adoption(&self.rules, self.text.clone())
    }
}

/// Compares two charters; with a ledger also how it comes out under each, judged on `HEAD`.
///
/// # Errors
/// Where `HEAD` cannot be read.
pub fn outlook(at: Option<(&Repo, &Ledger, Timestamp)>, a: &Read, b: &Read) -> Result<Outlook, LedgerError> {
    let mut outlook = Outlook { rules: rule_changes(&a.rules, &b.rules), ..Outlook::default() };
    let Some((repo, ledger, as_of)) = at else { return Ok(outlook) };
    let state = ledger.state();
    let sides = [a, b].map(|side| under(state, side));
    match sides {
        [Ok(before), Ok(after)] => {
            let (facts_a, facts_b) = (facts_at_head(repo, &before)?, facts_at_head(repo, &after)?);
            let view_a = View { state: &before, facts: facts_a.as_ref(), as_of };
            let view_b = View { state: &after, facts: facts_b.as_ref(), as_of };
            let own = Body::Chartered(Box::new(b.adoption())).action(&Noun::Repo);
            outlook.outcomes = Some(outcome_changes(view_a, view_b, Some(own)));
        }
        sides => outlook.refusals = sides.into_iter().filter_map(Result::err).flatten().collect(),
    }
    Ok(outlook)
}

/// Returns the state as it would be under a charter: as it is, if that is in force, else after it was adopted.
fn under(state: &State, side: &Read) -> Result<State, Vec<Explanation>> {
    if Digest::of(side.text.as_bytes()) == state.charter.sha256 {
        return Ok(state.clone());
    }
    let mut after = after(state, &side.adoption()).map_err(|refusal| refusal.explanations)?;
    after.proposals = Proposals::default();
    Ok(after)
}

/// Returns who must sign an adoption, without those who have.
pub fn signers(state: &State, adoption: &Adoption) -> Vec<Supplier> {
    let proposal = state.proposal(&Noun::Repo, &Body::Chartered(Box::new(adoption.clone())));
    let votes = proposal.into_iter().flat_map(|proposal| &proposal.votes);
    let mut ballots = Ballots::new();
    let mut signed = BTreeSet::new();
    for vote in votes {
        let principal = authority::principal(state, &vote.actor).to_string();
        ballots.entry(principal).or_default().extend(vote.role.clone());
        signed.insert(vote.actor.clone());
    }
    let who = &state.charter.rules.authority;
    let open = quorum::open(who, &ballots);
    let all = authority::suppliers(state, who, &signed).into_iter().zip(open);
    all.filter(|(_, open)| *open > 0).map(|(supplier, open)| Supplier { count: open, ..supplier }).collect()
}
