//! What can be put right without anybody's decision: a ref that was lost, evidence that is still somewhere here.
//!
//! Promises that a ref is put back only to a ledger that was judged from genesis and is the one that is named here, and to where the
//! ref's own log or a remote's last known tip says that it was; and that bytes are kept as evidence only under their own SHA-256,
//! and let go only where no event cites them.

use std::collections::{BTreeMap, BTreeSet};

use super::LedgerError;
use super::load::{Ledger, format_of, named};
use super::verify::missing_evidence;
use crate::domain::code::Code;
use crate::domain::commit;
use crate::domain::id::Digest;
use crate::domain::state::State;
use crate::git::{GitError, Oid, Repo};

/// Where a ref that names nothing should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The ref.
    pub reference: String,
    /// The newest event that is known of.
    pub tip: Oid,
    /// Its position.
    pub seq: u64,
    /// Who knows of it, in words.
    pub source: String,
}

/// Returns where the ledger's ref was, if it names nothing although the repository names a ledger; `None` where nobody knows, or where
/// nothing is lost.
///
/// # Errors
/// Where what names the ledger cannot be read.
pub fn lost(repo: &Repo) -> Result<Option<Lost>, LedgerError> {
    let reference = repo.ledger_ref()?;
    let pins = named(repo)?;
    // A ref that nothing names is not lost: the ledger can be at another one.
    let names = |reference: &str| pins.iter().any(|pin| pin.reference.as_deref() == Some(reference));
    let pinned = pins.iter().any(|pin| pin.genesis.is_some()) && names(&reference);
    if matches!(repo.tip(), Ok(Some(_))) || !pinned {
        return Ok(None);
    }
    let valid = |tip: Oid, source: String| {
        let ledger = Ledger::load_tip(repo, tip).ok()?;
        Some((Lost { reference: reference.clone(), tip, seq: ledger.state().tip.seq, source }, ledger.chain))
    };
    // Newest entry first. Where that is a shorter ledger than an older one, somebody took events back, and they stay so.
    let mut judged = BTreeSet::new();
    let logged = repo.logged(&reference).into_iter().filter(|tip| judged.insert(*tip));
    let mut best = logged.into_iter().find_map(|tip| valid(tip, format!("the log of {reference}")));
    for (name, tip) in repo.refs("refs/ledger-remote/*")? {
        // What a remote had goes on from it, where the ref was moved by a git that logs nothing.
        let goes_on = |chain: &[Oid]| best.as_ref().is_none_or(|(lost, _)| chain.contains(&lost.tip));
        best = valid(tip, name).filter(|(_, chain)| goes_on(chain)).or(best);
    }
    Ok(best.map(|(lost, _)| lost))
}

/// Puts the ref back.
///
/// # Errors
/// Where it names something by now, is symbolic, or cannot be written.
pub fn put_back(repo: &Repo, lost: &Lost) -> Result<(), LedgerError> {
    Ok(repo.put_back(&lost.reference, lost.tip, "ledger: doctor put it back")?)
}

/// Looks among all objects that are here for evidence that is missing, and keeps what it finds, if it is no dry run.
///
/// # Errors
/// Where the evidence cannot be read or written.
pub fn recover_evidence(repo: &Repo, state: &State, dry_run: bool) -> Result<BTreeSet<Digest>, LedgerError> {
    let missing = missing_evidence(repo, state)?;
    let sizes = state.sizes_of_cited();
    let wanted: BTreeMap<Digest, u64> =
        missing.iter().filter_map(|sha256| Some((*sha256, *sizes.get(sha256)?))).collect();
    if wanted.is_empty() { Ok(BTreeSet::new()) } else { Ok(repo.evidence_recover(&wanted, dry_run)?) }
}

/// Returns the evidence that is here and that no event cites: none of the ledger, and none that a sync keeps aside. It came from a host that takes whatever is
/// pushed, or its event was given up.
///
/// # Errors
/// Where the evidence, or what is kept aside, cannot be read.
pub fn uncited_evidence(repo: &Repo, state: &State) -> Result<BTreeSet<Digest>, LedgerError> {
    let (mut uncited, cited) = (repo.evidence_list()?, state.cited());
    uncited.retain(|sha256| !state.evidence.contains_key(sha256) && !cited.contains(sha256));
    let (Some(aside), false) = (repo.aside()?, uncited.is_empty()) else { return Ok(uncited) };
    let mut waiting: Vec<Oid> = aside.events.iter().map(|(_, commit)| *commit).collect();
    // What `--abort` leads back to.
    let base = repo.tip()?.map(|tip| repo.fork(tip, aside.before)).transpose()?.flatten();
    if let Some(base) = base {
        waiting.extend(repo.chain_after(base, aside.before)?.unwrap_or_default());
    }
    for commit in waiting {
        if let Ok(signed) = commit::decode(format_of(repo), &repo.read(commit)?) {
            signed.event.body.evidence().into_iter().flatten().for_each(|piece| {
                uncited.remove(&piece.sha256);
            });
        }
    }
    Ok(uncited)
}

/// Returns the first of these pieces of evidence that an event cites which a sync has left, and the ref that keeps the event.
///
/// # Errors
/// Where what was left cannot be read.
pub fn cited_by_given_up(repo: &Repo, pieces: &BTreeSet<Digest>) -> Result<Option<(Digest, String)>, LedgerError> {
    for (reference, commit) in repo.refs("refs/ledger-aside/*")? {
        let Ok(signed) = commit::decode(format_of(repo), &repo.read(commit)?) else { continue };
        let cited = signed.event.body.evidence().into_iter().flatten().map(|piece| piece.sha256);
        if let Some(sha256) = cited.into_iter().find(|sha256| pieces.contains(sha256)) {
            return Ok(Some((sha256, reference)));
        }
    }
    Ok(None)
}

/// Takes away the evidence that is here and that no event cites, and returns how many pieces these are; none where somebody keeps evidence for an
/// event that is still to come, or brings one meanwhile, or in a dry run.
///
/// # Errors
/// As [`uncited_evidence`] and [`Ledger::load`]; `store.io` where it cannot be taken away.
pub fn drop_uncited(repo: &Repo, ledger: &Ledger, dry_run: bool) -> Result<usize, LedgerError> {
    let uncited = uncited_evidence(repo, ledger.state())?;
    if uncited.is_empty() || dry_run {
        return Ok(uncited.len());
    }
    let Some(_alone) = repo.nobody_acts()? else { return Ok(0) };
    // Somebody may have cited it since the ledger was read; and whoever pushes an event here says nothing of it before, so that the ref has to stay
    // while it is taken away.
    let now = Ledger::load(repo)?;
    let uncited = uncited_evidence(repo, now.state())?;
    Ok(repo.evidence_drop(&uncited, now.tip())?.unwrap_or_default())
}

/// Returns the remotes' refspecs by which a plain `git fetch` would move the ledger's refs unjudged.
///
/// # Errors
/// Where settings cannot be read.
pub fn unjudged_refspecs(repo: &Repo) -> Result<Vec<(String, String)>, GitError> {
    let names = [repo.ledger_ref()?, repo.evidence_ref()?];
    let mut found = Vec::new();
    for remote in repo.remotes()? {
        let key = format!("remote.{remote}.fetch");
        for spec in repo.config_all(&key)? {
            let into = spec.split_once(':').map_or("", |(_, into)| into);
            let covers = |name: &String| match into.split_once('*') {
                Some((before, after)) => {
                    name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
                }
                None => name == into,
            };
            if names.iter().any(covers) {
                found.push((key.clone(), spec));
            }
        }
    }
    Ok(found)
}

/// Returns how many events are here that a remote did not have at the last time; `None` where it is not known what it had, or where
/// it had other ones.
///
/// # Errors
/// Where the chain cannot be read.
pub fn unshared(repo: &Repo, remote: &str) -> Result<Option<usize>, GitError> {
    let (Some(tip), Some(there)) = (repo.tip()?, repo.tracked(remote)?) else { return Ok(None) };
    match repo.chain_after(there, tip) {
        Ok(chain) => Ok(chain.map(|commits| commits.len())),
        Err(error) if error.code == Code::TrustHistory => Ok(None),
        Err(error) => Err(error),
    }
}
