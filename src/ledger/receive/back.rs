//! The way back of a ledger that is here and invalid.

use std::collections::BTreeSet;

use super::{Push, ReceiveError, Watch};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::replay::Invalid;
use crate::domain::state::State;
use crate::git::{GitError, Oid, Repo};
use crate::ledger::LedgerError;
use crate::ledger::load::{Entry, Flow, Ledger, is_event};
use crate::ledger::point::Point;

/// Where an invalid ledger is valid no more.
#[derive(Debug, Clone, Copy)]
pub(in crate::ledger) struct Break {
    /// Its last valid event.
    pub(in crate::ledger) last: Oid,
    /// What follows that, and is no event.
    pub(in crate::ledger) bad: Oid,
}

/// Returns the last valid event of the ledger that ends in `tip`, where a move to `to` takes back nothing but what should never have been taken: that
/// ledger is invalid, by more than that a later release wrote it, and `to` keeps all of it that is valid.
///
/// # Errors
/// Where an object cannot be read.
pub fn takes_back(repo: &Repo, tip: Oid, to: Oid) -> Result<Option<Oid>, LedgerError> {
    let Some(Break { last, .. }) = broken(repo, tip)? else { return Ok(None) };
    Ok(keeps(repo, to, last)?.then_some(last))
}

/// Returns whether a move of a ledger from `tip` to `to` gives back what it `had`, and takes nothing from it: what is there now is no valid ledger, and all that is
/// valid of it is less than it had, or beside that.
///
/// # Errors
/// Where an object of the ledger that it had cannot be read.
pub fn gives_back(repo: &Repo, tip: Oid, to: Oid, had: Oid) -> Result<bool, LedgerError> {
    let mut holds = false;
    let read = Ledger::read(repo, tip, |entry, _| {
        holds |= entry.commit == had;
        Flow::Next
    });
    let is_none = match read {
        Ok(_) => false,
        Err(LedgerError::Invalid { invalid, .. }) => !invalid.is_of_a_later_release(),
        // What cannot be read here may be a ledger all the same, such as one that was fetched in part.
        Err(_) => !is_event(repo, tip),
    };
    Ok(is_none && !holds && keeps(repo, to, had)?)
}

/// Returns where the ledger that ends in `tip` is valid no more; `None` where it is valid, where nothing of it is, or where a later release may read on.
fn broken(repo: &Repo, tip: Oid) -> Result<Option<Break>, LedgerError> {
    let mut last = None;
    let read = Ledger::read(repo, tip, |entry, _| {
        last = Some(entry.commit);
        Flow::Next
    });
    match read {
        Err(LedgerError::Invalid { invalid, commit, .. }) if !invalid.is_of_a_later_release() => {
            Ok(last.zip(commit.parse().ok()).map(|(last, bad)| Break { last, bad }))
        }
        Ok(_) | Err(LedgerError::Invalid { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn keeps(repo: &Repo, to: Oid, last: Oid) -> Result<bool, GitError> {
    Ok(repo.fork(last, to)? == Some(last))
}

/// Returns the ends of the ledger of which the log of its ref knows that are valid and go on from the last valid event of what is there now; where
/// nothing of that is valid, the valid ones that the log knows. None of them leads to another: more than one is there only where the ledger was forked. Nothing
/// where the log knows no such end, or where there is none.
pub(in crate::ledger) fn ended(repo: &Repo, name: &str, here: Oid, breaks: Option<Break>) -> Vec<Oid> {
    let known: BTreeSet<Oid> = repo.chain(here).unwrap_or_default().into_iter().collect();
    let holds = |end: Oid, commit: Oid| repo.fork(commit, end).ok().flatten() == Some(commit);
    let mut ends: Vec<Oid> = Vec::new();
    for end in repo.logged(name).into_iter().filter(|end| !known.contains(end)) {
        if ends.iter().any(|known| holds(*known, end)) || !is_event(repo, end) {
            continue;
        }
        let goes_on = breaks.is_none_or(|Break { last, bad }| holds(end, last) && !holds(end, bad));
        if goes_on && Ledger::load_tip(repo, end).is_ok() {
            ends.retain(|known| !holds(end, *known));
            ends.push(end);
        }
    }
    ends
}

impl Push<'_> {
    /// Judges the move of an invalid ledger: it keeps each event that is valid, and is no shorter than the log of its ref says that it was. Returns it with
    /// the last event that is kept, after which all is new; `None` where it is refused.
    ///
    /// Where what is here is no event at all, as where git itself copied a branch over it (`git branch -C` runs no hook), that is the end that the log
    /// knows, of the ledger that is pinned. Without a log whoever pushes could take a part of it for the whole.
    pub(super) fn led_back(
        &mut self,
        name: &str,
        (here, new): (Oid, Oid),
        invalid: &Invalid,
        watch: &mut Watch<'_>,
    ) -> Result<Option<(Ledger, Oid)>, ReceiveError> {
        let repo = self.repo;
        let breaks = broken(repo, here)?;
        let is_event = is_event(repo, here);
        let logged = || ended(repo, name, here, breaks);
        let ends = if breaks.is_some() || (!is_event && repo.is_pinned_in_config()?) { logged() } else { Vec::new() };
        let mut kept = None;
        for end in &ends {
            if keeps(repo, new, *end)? {
                kept = Some(*end);
            }
        }
        if ends.is_empty()
            && let Some(Break { last, .. }) = breaks
            && keeps(repo, new, last)?
        {
            kept = Some(last);
        }
        if let Some(last) = kept {
            let mut is_new = false;
            let look = |entry: &Entry, state: &State| {
                let flow = if is_new { watch.look(entry, state) } else { Flow::Next };
                is_new |= entry.commit == last;
                flow
            };
            let read = Ledger::load_from(repo, new, None, &Point::Tip, look).map_err(ReceiveError::Pushed)?;
            return Ok(Some((read, last)));
        }
        let found = format!("the ledger here is invalid from event {} on", invalid.seq);
        let told = |needed: String| Explanation::new(invalid.refusal.code(), found, needed);
        let keeper = || vec![Supplier::in_words("whoever keeps the server")];
        let told = if invalid.is_of_a_later_release() {
            let needed = "a release of the program here that reads it: a later release may read it, and nobody takes back what that took";
            told(needed.to_owned()).who(keeper()).next("ledger --version")
        } else if !ends.is_empty() {
            let before = breaks.map_or("", |_| "each event before it and ");
            let ends = ends.iter().map(|end| format!("commit {end}")).collect::<Vec<_>>().join(" or ");
            told(format!("a ledger that keeps {before}{ends}, where the log of {name} says that it ended before"))
        } else if breaks.is_some() || is_event {
            told("a ledger that keeps each event before it".to_owned())
        } else {
            let needed = "the whole ledger, put back by whoever keeps the server: no log here says how long it was";
            told(needed.to_owned()).who(keeper())
        };
        self.refuse(told);
        Ok(None)
    }
}
