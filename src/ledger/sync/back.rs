//! The way back from a sync that kept events aside.

use std::collections::BTreeSet;

use super::SYNCED;
use crate::domain::commit;
use crate::domain::id::Rid;
use crate::git::aside::Aside;
use crate::git::{Oid, Repo};
use crate::ledger::LedgerError;
use crate::ledger::load::{Ledger, format_of};

pub(super) fn under_way(note: &Aside) -> LedgerError {
    let count = note.events.len();
    let events = if count == 1 { "1 event is".to_owned() } else { format!("{count} events are") };
    let text = format!("{events} kept aside since an earlier sync with {}, which is not over", note.remote);
    let next = ["ledger sync --continue", "ledger sync --skip", "ledger sync --abort"];
    let needed = "a decision: to go on with it, without it, or to go back".to_owned();
    LedgerError::Usage { text, needed, next: next.map(str::to_owned).into() }
}

pub(super) fn none_under_way() -> LedgerError {
    let text = "no event is kept aside, so there is nothing to go on with or back to";
    LedgerError::usage(text, "a sync without --continue, --skip or --abort", "ledger sync")
}

/// Puts the ledger back to where it was before a sync kept events aside, and returns the tip.
///
/// # Errors
/// [`LedgerError::Usage`] where none is kept aside, or where somebody wrote here since, which would be lost; as [`Ledger::load`] where
/// what was noted is no ledger.
pub fn abort(repo: &Repo, dry_run: bool) -> Result<Oid, LedgerError> {
    let note = repo.aside()?.ok_or_else(none_under_way)?;
    let Some(tip) = repo.tip()? else { return Err(none_under_way()) };
    let ids = |tip: Oid, base: Oid| -> Result<Vec<(Rid, String)>, LedgerError> {
        let chain = repo.chain_after(base, tip)?.unwrap_or_default();
        let decode = |oid: &Oid| commit::decode(format_of(repo), &repo.read(*oid).ok()?).ok();
        Ok(chain.iter().filter_map(decode).map(|one| (one.event.id.clone(), one.event.summary())).collect())
    };
    let base = |other: Oid| repo.fork(tip, other).map(|base| base.unwrap_or(tip));
    let left: BTreeSet<Rid> = ids(note.before, base(note.before)?)?.into_iter().map(|(id, _)| id).collect();
    let unshared = match repo.tracked(&note.remote)? {
        Some(shared) => ids(tip, base(shared)?)?,
        None => ids(tip, base(note.before)?)?,
    };
    let since: Vec<String> =
        unshared.into_iter().filter(|(id, _)| !left.contains(id)).map(|(_, summary)| summary).collect();
    if !since.is_empty() {
        let text = format!("written here since, and would be lost: {}", since.join(", "));
        let next = ["ledger sync --continue", "ledger sync --skip"].map(str::to_owned).into();
        let needed = "a way on that keeps it: with what is aside, or without".to_owned();
        return Err(LedgerError::Usage { text, needed, next });
    }
    // The note is a file like others: what it names is judged as whatever else would become the ledger, and the log of the ref has to say that a
    // sync left it. Where it only lacks what is here, going back would keep nothing that was left, and take events away.
    Ledger::load_tip(repo, note.before)?;
    if repo.fork(tip, note.before)? == Some(note.before) || !repo.was_left_by(tip, note.before, SYNCED)? {
        let text = format!(
            "the note of what is kept aside says that the ledger was at {}, and no sync left that",
            note.before
        );
        let next = ["ledger sync --continue", "ledger sync --skip"].map(str::to_owned).into();
        let needed =
            "the tip that the sync left, as the log of the ledger's ref says it; or a way on from here".to_owned();
        return Err(LedgerError::Usage { text, needed, next });
    }
    if !dry_run {
        repo.clear()?;
        repo.move_tip(Some(tip), note.before, "ledger: sync --abort")?;
        repo.end_aside()?;
    }
    Ok(note.before)
}
