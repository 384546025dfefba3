//! What commits of code cite of a ledger (`Ledger-Tip:`), held against the ledger that is here.
//!
//! A ledger that lacks what code cites was cut short, or the event never was. Whose word that is decides what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use super::LedgerError;
use super::check::setting;
use super::load::Ledger;
use crate::domain::authority::principal;
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ActorId, Digest};
use crate::domain::trailer::{self, Cited, LEDGER_TIP};
use crate::git::{GitError, Oid, Repo, changes};

/// An event that a signed commit of code cites, and that the ledger does not hold.
#[derive(Debug, Clone)]
pub struct Unheld {
    /// The commit.
    pub commit: Oid,
    /// Who signed it.
    pub actor: ActorId,
    /// What it cites.
    pub cited: Cited,
    /// What is there.
    pub found: String,
}

/// Returns what commits cite that a ledger does not hold, each as it is told.
///
/// # Errors
/// Where a commit cannot be read.
pub fn unknown_tips(repo: &Repo, ledger: &Ledger, commits: &[Oid]) -> Result<Vec<Explanation>, LedgerError> {
    let mut told = Vec::new();
    for commit in commits {
        for cited in trailer::cited(&repo.message(*commit)?) {
            if !known(repo, ledger, cited.as_ref().ok())? {
                let cited = cited.map_or_else(|text| format!("{text:?}, which is no tip"), |tip| told_tip(&tip));
                let commit: String = commit.to_string().chars().take(12).collect();
                let found = format!("commit {commit} cites {cited}");
                let needed =
                    "a ledger that holds what commits cite: it was cut short, or its newest events were not shared";
                let told_one = Explanation::new(Code::TrustTipMismatch, found, needed).next("ledger sync");
                told.push(told_one.who(vec![Supplier::asker()]));
            }
        }
    }
    Ok(told)
}

fn told_tip(tip: &Cited) -> String {
    format!("event {} ({}), which the ledger here does not hold", tip.seq, tip.sha256.short())
}

/// Returns whether a ledger holds an event that is cited.
///
/// # Errors
/// Where the event cannot be read.
pub fn known(repo: &Repo, ledger: &Ledger, cited: Option<&Cited>) -> Result<bool, GitError> {
    let Some(cited) = cited else { return Ok(false) };
    let commit = usize::try_from(cited.seq).ok().and_then(|seq| ledger.chain.get(seq));
    commit.map_or(Ok(false), |commit| Ok(Digest::of(&repo.read(*commit)?) == cited.sha256))
}

/// Holds the ledger against what commits of code cite of it, where somebody who is enrolled has signed them, and returns what it does not
/// hold by the word of one person alone: whoever is enrolled could make an event up, to have everybody's ledger called cut.
///
/// # Errors
/// [`LedgerError::Cited`] where two people say so, or where a remote is known to have had the event: it was there.
pub(super) fn cited_by_code(repo: &Repo, ledger: &Ledger) -> Result<Vec<Unheld>, LedgerError> {
    let (state, keys) = (ledger.state(), setting(ledger.state()).keys);
    let mut unheld = Vec::new();
    for commit in changes::commits_that_say(repo, LEDGER_TIP)? {
        let signer = || repo.signing_key_of(commit).map(|key| key.and_then(|key| keys.get(&key)));
        for cited in trailer::cited(&repo.message(commit)?).into_iter().filter_map(Result::ok) {
            if known(repo, ledger, Some(&cited))? {
                continue;
            }
            if let Some(actor) = signer()? {
                let last = state.tip.seq;
                let found = if cited.seq > last {
                    format!("the ledger ends at event {last}")
                } else {
                    format!("event {} is another one here", cited.seq)
                };
                unheld.push(Unheld { commit, actor: actor.clone(), cited, found });
            }
        }
    }
    let Some(first) = unheld.first() else { return Ok(unheld) };
    let proven = |Unheld { commit, actor, cited, found }: &Unheld, by: &str| LedgerError::Cited {
        commit: commit.to_string(),
        actor: actor.clone(),
        cited: *cited,
        found: format!("{found}, and {by}"),
    };
    let had: BTreeMap<Digest, String> = lost_here(repo, ledger)?;
    if let Some((one, remote)) = unheld.iter().find_map(|one| Some((one, had.get(&one.cited.sha256)?))) {
        return Err(proven(one, &format!("{remote} had the event at the last sync")));
    }
    let other = |one: &&Unheld| principal(state, &one.actor) != principal(state, &first.actor);
    match unheld.iter().find(other) {
        Some(Unheld { commit, actor, cited, .. }) => {
            let by = format!(
                "{actor} cites event {} in commit {commit}: it was cut short, or is older than the code",
                cited.seq
            );
            Err(proven(first, &by))
        }
        None => Ok(unheld),
    }
}

/// Returns the events that remotes are known to have had and that the ledger does not hold, each with its remote.
fn lost_here(repo: &Repo, ledger: &Ledger) -> Result<BTreeMap<Digest, String>, LedgerError> {
    let here: BTreeSet<Oid> = ledger.chain.iter().copied().collect();
    let mut lost = BTreeMap::new();
    for (remote, tip) in repo.all_tracked()? {
        // What cannot be read shows nothing.
        let _ = repo.walk_back(tip, |commit, bytes| {
            let go_on = !here.contains(&commit);
            if go_on {
                lost.insert(Digest::of(&bytes), remote.clone());
            }
            go_on
        });
    }
    Ok(lost)
}
