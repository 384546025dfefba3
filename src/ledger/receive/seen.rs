//! What new events say of commits, held against the commits and the branches that are here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Push, commit_here};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{ActorId, Rid};
use crate::domain::receive::AHEAD;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::{Oid, Repo, changes};
use crate::ledger::LedgerError;
use crate::ledger::facts::{Contradiction, FactCheck};
use crate::ledger::load::{Entry, Flow};

/// How much of an event's id names it.
const ID: usize = 12;

/// An event that speaks of a commit.
pub(super) struct Speaks {
    name: String,
    id: Rid,
    actor: ActorId,
}

/// Returns who signed events.
fn signers(speaks: &[Speaks]) -> Supplier {
    let actors: BTreeSet<&str> = speaks.iter().map(|one| one.actor.as_str()).collect();
    let actors = actors.into_iter().collect::<Vec<_>>().join(" and ");
    Supplier::in_words(&format!("{actors}, who signed what speaks of it"))
}

/// Returns the command that keeps events aside.
fn aside<'i>(ids: impl IntoIterator<Item = &'i str>) -> String {
    let ids = ids.into_iter().filter_map(|id| id.get(..ID));
    ids.fold("ledger sync".to_owned(), |command, id| format!("{command} --aside {id}"))
}

/// What is noticed while new events are read.
pub(super) struct Watch<'r> {
    repo: &'r Repo,
    clock: Timestamp,
    /// The first event that is dated too far ahead.
    pub(super) early: Option<Explanation>,
    /// The commits that new events speak of, with those events.
    pub(super) seen: BTreeMap<Oid, Vec<Speaks>>,
    /// The commits of which new events say that they are on a branch, with those events.
    pub(super) on: BTreeMap<(Oid, String), Vec<Speaks>>,
    /// What new events say of commits that are here.
    pub(super) facts: FactCheck<'r>,
}

impl<'r> Watch<'r> {
    pub(super) fn new(repo: &'r Repo, clock: Timestamp) -> Watch<'r> {
        let (seen, on) = (BTreeMap::new(), BTreeMap::new());
        Watch { repo, clock, early: None, seen, on, facts: FactCheck::new(repo) }
    }

    pub(super) fn look(&mut self, entry: &Entry, state: &State) -> Flow {
        let event = &entry.signed.event;
        let name = || format!("event {} ({})", event.seq, event.summary());
        if event.at.seconds() - self.clock.seconds() > AHEAD && self.early.is_none() {
            let found = format!("{} is dated {}, and the clock here says {}", name(), event.at, self.clock);
            let told = Explanation::new(Code::StoreClock, found, "a time at most five minutes ahead of this clock");
            self.early = Some(told.next("date -u"));
        }
        let Some(seen) = &event.seen else { return Flow::Next };
        self.facts.check(entry, state);
        if let Some(commit) = self.repo.untagged(&seen.commit) {
            let speaks = || Speaks { name: name(), id: event.id.clone(), actor: event.actor.clone() };
            self.seen.entry(commit).or_default().push(speaks());
            for (question, answer) in &seen.facts {
                if let (Question::On(branch), Answer::Bool(true)) = (question, answer) {
                    self.on.entry((commit, branch.clone())).or_default().push(speaks());
                }
            }
        }
        Flow::Next
    }
}

impl Push<'_> {
    /// Refuses events that say of a commit what it does not hold, and that nobody disputes: each clone would find that, and could only ask the
    /// authority. Of a ledger that comes here for the first time, also what it calls a commit and is none.
    pub(super) fn contradicted(&mut self, found: &[Contradiction]) -> Result<(), LedgerError> {
        let Some(after) = &self.after else { return Ok(()) };
        let state = after.state();
        let mut told = Vec::new();
        for one in found.iter().filter(|one| !state.disputed.contains(&one.event)) {
            // Branches are looked at as the push leaves them.
            if matches!(one.question, Question::On(_)) {
                continue;
            }
            let Contradiction { seq, summary, actor, question, .. } = one;
            let found = format!(
                "event {seq} ({summary}), by {actor}, says of its commit what that does not hold: {}",
                question.to_value().to_canonical()
            );
            let needed = "facts that the commit holds: the same said again, on that commit; or the event kept aside";
            told.push(
                Explanation::new(Code::TrustContradictedFact, found, needed)
                    .who(vec![Supplier::in_words(&format!("{actor}, who signed it"))])
                    .next(aside([one.event.as_str()]))
                    .next("ledger sync --skip"),
            );
        }
        for name in state.baseline.iter().filter(|_| self.before.is_none()) {
            let Some(oid) = self.repo.untagged(name).filter(|oid| self.repo.has(*oid)) else { continue };
            if self.repo.commit_of(oid)? != Some(oid) {
                let found = format!("genesis names {oid} as a commit of its baseline, and that is no commit");
                told.push(Explanation::new(Code::TrustContradictedFact, found, "a ledger whose baseline is commits"));
            }
        }
        for one in told {
            self.refuse(one);
        }
        Ok(())
    }

    /// Returns the branches as the push leaves them.
    pub(super) fn branches_left(&self) -> Result<BTreeMap<String, Oid>, LedgerError> {
        let mut branches: BTreeMap<String, Oid> = self.repo.refs("refs/heads/*")?.into_iter().collect();
        for update in self.updates.iter().filter(|update| update.name.starts_with("refs/heads/")) {
            match update.new {
                Some(new) => drop(branches.insert(update.name.clone(), new)),
                None => drop(branches.remove(&update.name)),
            }
        }
        Ok(branches)
    }

    /// Refuses events that say of a commit that it is on a branch, on which it is not here.
    pub(super) fn off_branch(
        &mut self,
        on: &BTreeMap<(Oid, String), Vec<Speaks>>,
        branches: &BTreeMap<String, Oid>,
    ) -> Result<(), LedgerError> {
        for ((commit, branch), speaks) in on {
            let tip = branches.get(&format!("refs/heads/{branch}")).and_then(|tip| commit_here(self.repo, *tip));
            // What is not here, or is no commit, is refused as such.
            if commit_here(self.repo, *commit) != Some(*commit) {
                continue;
            }
            if let Some(tip) = tip
                && changes::commits_not_in(self.repo, &[*commit], &[tip])?.is_empty()
            {
                continue;
            }
            let Some(Speaks { name, actor, .. }) = speaks.first() else { continue };
            let found = format!("{name}, by {actor}, says that commit {commit} is on {branch}, and here it is not");
            let told = if self.is_led_back {
                let needed = format!("the same push with {commit} on that branch, by `git push --atomic`");
                Explanation::new(Code::StoreOffBranch, found, needed).who(vec![Supplier::asker()])
            } else {
                let needed = "that commit on that branch, pushed before the event or with it by `git push --atomic`; or the event kept aside";
                let ids = speaks.iter().map(|one| one.id.as_str());
                let told = Explanation::new(Code::StoreOffBranch, found, needed).who(vec![signers(speaks)]);
                told.next(aside(ids)).next("ledger sync --skip")
            };
            self.refuse(told);
        }
        Ok(())
    }

    /// Refuses events that speak of commits which nobody could look up here.
    pub(super) fn on_no_branch(
        &mut self,
        seen: &BTreeMap<Oid, Vec<Speaks>>,
        branches: impl Iterator<Item = Oid>,
    ) -> Result<(), LedgerError> {
        if seen.is_empty() {
            return Ok(());
        }
        let (mut lacking, mut here) = (BTreeSet::new(), Vec::new());
        for commit in seen.keys() {
            let found = if self.repo.has(*commit) { self.repo.commit_of(*commit)? } else { None };
            if found == Some(*commit) { here.push(*commit) } else { lacking.extend([*commit]) }
        }
        let tips: Vec<Oid> = branches.filter_map(|tip| commit_here(self.repo, tip)).collect();
        let off: BTreeSet<Oid> = changes::commits_not_in(self.repo, &here, &tips)?.into_iter().collect();
        lacking.extend(here.into_iter().filter(|commit| off.contains(commit)));
        // All of them at once: what is left would be refused for the next one.
        let all = lacking.iter().filter_map(|commit| seen.get(commit)).flatten();
        let aside = aside(all.map(|one| one.id.as_str()));
        for commit in &lacking {
            let Some((speaks, Speaks { name, actor, .. })) = seen.get(commit).and_then(|all| Some((all, all.first()?)))
            else {
                continue;
            };
            let found = format!("{name}, by {actor}, speaks of commit {commit}, which is on no branch here");
            // Where the way back brings events that were here before, none of them is to be kept aside.
            let told = if self.is_led_back {
                let needed = format!(
                    "the same push with that commit on a branch besides, by `git push --atomic` and `{commit}:refs/heads/NAME`"
                );
                Explanation::new(Code::StoreOffBranch, found, needed).who(vec![Supplier::asker()])
            } else {
                let needed = "that commit on a branch, pushed before the event or with it by `git push --atomic`; or the event kept aside";
                let told = Explanation::new(Code::StoreOffBranch, found, needed).who(vec![signers(speaks)]);
                told.next(aside.clone()).next("ledger sync --skip")
            };
            self.refuse(told);
        }
        Ok(())
    }
}
