//! Sealed bytes that are not kept: by a whole tree, and by a merge that takes another parent's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::View;
use super::changes::{PathChange, PathVerdict, Refusal, check_changes};
use super::grounds::Ground;
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{Digest, ItemId};
use crate::domain::path::RepoPath;

/// Returns, for each sealed live item whose content in the judged tree is not the sealed one or cannot be known, why.
pub fn drifted(view: &View<'_>) -> Vec<Explanation> {
    let sealed = view.state.live_items().filter(|(_, item)| item.seal.is_some());
    sealed.filter_map(|(id, item)| drift(view, id, item.stated.path.as_ref())).collect()
}

fn drift(view: &View<'_>, id: &ItemId, path: Option<&RepoPath>) -> Option<Explanation> {
    let outcome = view.sealed(id);
    if outcome.passes() {
        return None;
    }
    let there = path.map(|path| view.facts.ask(&Question::Path(path.clone())));
    let found = match there {
        Some(Some(Answer::File(None))) => format!("{id} is sealed and its file is not there"),
        _ => format!("{id} is sealed and its content is another one"),
    };
    let mut told = Explanation::new(Code::SealPath, found, "the sealed bytes").item(id).outcome(outcome);
    if let Some(path) = path {
        told = told.path(path);
    }
    Some(told.who(vec![Supplier::asker()]).next(format!("ledger show {id}")))
}

/// Returns what stands against a merge that throws away sealed bytes which one of its parents holds. `taken` is what the
/// merge takes from one parent and not from another; `old` is the side that it does not take.
pub fn lost_seals(view: &View<'_>, taken: &[PathChange]) -> Vec<PathVerdict> {
    let sealed = sealed_bytes(view);
    let lost = |change: &&PathChange| {
        let held = change.old.and_then(|old| old.sha256);
        held.is_some_and(|held| sealed.get(change.path.as_slice()).is_some_and(|sealed| sealed.contains(&held)))
    };
    let lost: Vec<PathChange> = taken.iter().filter(lost).cloned().collect();
    let mut verdicts = check_changes(view, &lost, b"", false);
    for verdict in &mut verdicts {
        verdict.refusals.retain(|refusal| matches!(refusal.ground.as_ref(), Ground::Seal(_)));
    }
    verdicts.retain(|verdict| !verdict.refusals.is_empty());
    verdicts
}

/// Returns the paths of sealed items, each with the SHA-256 of the bytes that are sealed there.
pub fn sealed_bytes<'a>(view: &View<'a>) -> BTreeMap<&'a [u8], BTreeSet<Digest>> {
    let mut sealed: BTreeMap<&[u8], BTreeSet<Digest>> = BTreeMap::new();
    for item in view.state.items.values() {
        if let (Some(path), Some(sha256)) = (&item.stated.path, item.seal.as_ref().and_then(|seal| seal.sha256)) {
            sealed.entry(path.as_str().as_bytes()).or_default().insert(sha256);
        }
    }
    sealed
}

/// Returns what stands against a new file at `path` that names a ledger and its ref, where it names another one than this, which is
/// at `own_ref`. The right ledger at another ref can be one that was cut short.
pub fn names_another(view: &View<'_>, path: &str, named: (Digest, &str), own_ref: &str) -> Option<Refusal> {
    let own = view.state.genesis;
    let (genesis, reference) = named;
    (named != (own, own_ref)).then(|| {
        let found = format!("the file names the ledger {} at {reference}", genesis.short());
        let needed = format!("the ledger of this repository, {} at {own_ref}", own.short());
        let told = Explanation::new(Code::LedgerFile, found, needed);
        Refusal { explanation: told.path(path), ground: Arc::new(Ground::LedgerFile) }
    })
}
