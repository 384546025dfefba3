//! What a remote lacks is given to it, and what it says is told.

use std::collections::{BTreeMap, BTreeSet};

use super::{Order, Synced};
use crate::domain::code::Code;
use crate::domain::commit;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::Digest;
use crate::domain::receive::{Cites, evidence_given, heard};
use crate::git::give::{Cause, Gift, Given};
use crate::git::remote::Offered;
use crate::git::{GitError, Oid, Repo, changes};
use crate::ledger::LedgerError;
use crate::ledger::load::{format_of, shell};

/// What came of a push.
pub(super) enum Pushed {
    Done,
    /// Somebody else was faster, or holds a lock there; with what to say of it where that does not end.
    Again(Option<LedgerError>),
}

/// Gives the remote what it lacks: events, and the evidence that events cite. What says that is the ledger as it will be there.
pub(super) fn push(
    repo: &Repo,
    order: &Order,
    offered: Offered,
    (given, says): (u64, &Cites),
    synced: &mut Synced,
) -> Result<Pushed, LedgerError> {
    let ledger = synced.ledger.tip().filter(|_| given > 0);
    let (own, there) = (repo.evidence_list()?, evidence_there(repo, offered)?);
    let pieces = evidence_given(&own, &there, says, ledger.is_some());
    let mut gift = Gift { ledger, evidence: None, apart: None };
    if !pieces.is_empty() || offered.evidence.is_some() {
        let evidence = repo.evidence_of(&pieces, offered.evidence)?;
        gift.apart = Some(repo.evidence_of(&evidence_given(&own, &there, says, false), offered.evidence)?);
        gift.evidence = (offered.evidence != Some(evidence)).then_some((offered.evidence, evidence));
    }
    if gift.ledger.is_none() && gift.evidence.is_none() {
        return Ok(Pushed::Done);
    }
    match repo.give(&order.remote, gift, order.manner)? {
        Given::Taken { said } => {
            // Pushes can go elsewhere than fetches do, and what counts is what others are given.
            let now = repo.offered(&order.remote, order.manner)?;
            if now == offered {
                return Err(Repo::pushed_elsewhere(&order.remote).into());
            }
            if !has(repo, order, gift.ledger, now)? {
                return Ok(Pushed::Again(None));
            }
            (synced.said, synced.pushed, synced.gave_evidence) = (said, given, gift.evidence.is_some());
            if let Some(tip) = gift.ledger {
                repo.track(&order.remote, tip)?;
            }
            Ok(Pushed::Done)
        }
        Given::Unclear { others } => Err(Repo::unclear(&order.remote, &others).into()),
        Given::Declined { cause, reason, said } => {
            if repo.offered(&order.remote, order.manner)? != offered {
                return Ok(Pushed::Again(None));
            }
            let remote = order.remote.clone();
            if cause == Cause::Hook {
                return Err(hook_said_no(&remote, reason));
            }
            let (mut told, rest) = heard(said.clone());
            // A guard that breaks down says no as well, and judges nothing by it.
            let broken = told.iter().any(|one| one.code == Code::StoreIo);
            if cause == Cause::Judged && !broken {
                name_branches(repo, &remote, offered, &mut told)?;
                name_first(repo, &remote, &mut told)?;
                return Err(LedgerError::Declined { remote, reason, said: rest, told });
            }
            let error = repo.push_failed(&remote, &reason, &said)?.into();
            if cause == Cause::Locked { Ok(Pushed::Again(Some(error))) } else { Err(error) }
        }
    }
}

/// Returns the evidence that a remote lists.
pub(super) fn evidence_there(repo: &Repo, offered: Offered) -> Result<BTreeSet<Digest>, GitError> {
    offered.evidence.map_or_else(|| Ok(BTreeSet::new()), |there| repo.evidence_list_at(there))
}

/// Returns whether a remote has the ledger that it was given, also where somebody has gone on from it since.
fn has(repo: &Repo, order: &Order, given: Option<Oid>, now: Offered) -> Result<bool, LedgerError> {
    let (Some(tip), Some(found)) = (given, now.ledger) else { return Ok(given.is_none()) };
    Ok(found == tip || repo.fetch(&order.remote, now, order.manner)? && repo.fork(tip, found)? == Some(tip))
}

/// Says that a hook of one's own let nothing go.
fn hook_said_no(remote: &str, reason: String) -> LedgerError {
    let hook = "the hook pre-push of this repository".to_owned();
    let needed = "what that hook asks for, or a hook that lets the refs of the ledger go";
    let next = ["ledger hooks status".to_owned(), format!("ledger sync {}", shell(remote))];
    let told = Explanation::new(Code::StoreDeclined, format!("{hook} said no"), needed)
        .who(vec![Supplier::asker()])
        .nexts(next);
    LedgerError::Declined { remote: hook, reason, said: Vec::new(), told: vec![told] }
}

/// Puts the usual cure first where a guard lacks the commit of an event: the branch pushed of which that event says that the commit is on it. What
/// another server says leads to no other commit and to no other branch: it could ask for what is meant for nobody.
fn name_branches(repo: &Repo, remote: &str, offered: Offered, told: &mut [Explanation]) -> Result<(), GitError> {
    let said = branches_said(repo, offered)?;
    for one in told.iter_mut().filter(|one| one.code == Code::StoreOffBranch) {
        let words = one.found.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| matches!(word.len(), 40 | 64));
        let commit = words.filter_map(|word| Oid::from_str(word).ok()).find(|oid| said.contains_key(oid));
        let Some((commit, branches)) = commit.and_then(|commit| said.get_key_value(&commit)) else { continue };
        let mut holding = Vec::new();
        for branch in branches {
            let tip = repo.refs(&format!("refs/heads/{branch}"))?.first().map(|(_, tip)| *tip);
            if let Some(tip) = tip
                && changes::commits_not_in(repo, &[*commit], &[tip])?.is_empty()
            {
                holding.push(branch.as_str());
            }
        }
        let is_named = |branch: &&&str| one.found.split([' ', ',']).any(|word| word == **branch);
        if let Some(branch) = holding.iter().find(is_named).or(holding.first()) {
            one.next.insert(0, format!("git push {} {}", shell(remote), shell(branch)));
        }
    }
    Ok(())
}

/// Puts first, where a guard has a branch in its ledger's way that is to come before it, the command that pushes that branch: of that name here, known to
/// the remote or under work, and with the file that names this ledger. It replaces nothing but what the guard said that the branch ends in.
fn name_first(repo: &Repo, remote: &str, told: &mut [Explanation]) -> Result<(), GitError> {
    let head = repo.head_ref()?;
    for one in told.iter_mut().filter(|one| one.code == Code::LedgerFile) {
        let mut words = one.found.split([' ', ',']);
        let Some((name, branch)) = words.find_map(|word| Some((word, word.strip_prefix("refs/heads/")?))) else {
            continue;
        };
        let there = words.find_map(|word| Oid::from_str(word).ok().filter(|oid| oid.to_string() == word));
        // What is no name is none here.
        let at = |name: &str| repo.refs(name).unwrap_or_default().into_iter().find(|(found, _)| found == name);
        let (Some(there), Some((_, tip))) = (there, at(name)) else { continue };
        let is_theirs = head.as_deref() == Some(name) || at(&format!("refs/remotes/{remote}/{branch}")).is_some();
        let pinned = repo.pin_of_settings()?.and_then(|pin| pin.genesis);
        let names = repo.pin_in(tip).ok().flatten().is_some_and(|pin| Some(pin.genesis) == pinned);
        if is_theirs && names {
            let (remote, branch) = (shell(remote), shell(branch));
            one.next.insert(0, format!("git push --force-with-lease={branch}:{there} {remote} {branch}"));
        }
    }
    Ok(())
}

/// Returns the commits that events speak of which the remote lacks, each with the branches that they say it is on, or was when they were signed.
fn branches_said(repo: &Repo, offered: Offered) -> Result<BTreeMap<Oid, BTreeSet<String>>, GitError> {
    let mut said: BTreeMap<Oid, BTreeSet<String>> = BTreeMap::new();
    let Some(tip) = repo.tip()? else { return Ok(said) };
    let unshared = match offered.ledger {
        Some(there) => repo.chain_after(there, tip)?.unwrap_or_default(),
        None => repo.chain(tip)?,
    };
    for event in unshared {
        let Ok(signed) = commit::decode(format_of(repo), &repo.read(event)?) else { continue };
        let Some(seen) = signed.event.seen else { continue };
        let Some(commit) = repo.untagged(&seen.commit).filter(|commit| repo.has(*commit)) else { continue };
        let branches = said.entry(commit).or_default();
        branches.extend(seen.reference.iter().filter_map(|name| name.strip_prefix("refs/heads/")).map(str::to_owned));
        for (question, answer) in &seen.facts {
            if let (Question::On(branch), Answer::Bool(true)) = (question, answer) {
                branches.insert(branch.clone());
            }
        }
    }
    Ok(said)
}
