//! What brought about what differs between the two sides of `ledger diff`.

use std::collections::{BTreeMap, BTreeSet};

use super::CliError;
use super::diff::View;
use super::seeing::facts_of;
use crate::domain::judge;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::domain::turns::{Key, Line, turned};
use crate::git::{Oid, Repo, changes};
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::render::difference::{Cause, Side};
use crate::render::picture::{Difference, Fact, Kind, Picture, picture, records};

/// Returns the causes of each difference, where any is found: an event, else a commit of code, on each side on which there is one;
/// else time.
pub(super) fn causes(
    repo: &Repo,
    a: &View<'_>,
    b: &View<'_>,
    found: &[Difference],
) -> Result<BTreeMap<Key, Vec<Cause>>, CliError> {
    let mut search = Search {
        look: Look { repo, gates: found.iter().any(|difference| difference.kind() == Kind::Gate) },
        open: found.iter().map(|difference| (difference.subject.clone(), difference.aspect.clone())).collect(),
        causes: BTreeMap::new(),
    };
    let sides = [(b, a, Side::B), (a, b, Side::A)];
    for (side, other, name) in sides {
        search.events(side, other, name)?;
    }
    search.settle();
    for (side, other, name) in sides {
        let (Some(from), Some(to)) = (other.sight.commit, side.sight.commit) else { continue };
        search.commits(side, from, to, name)?;
    }
    search.settle();
    search.time(a, b)?;
    Ok(search.causes)
}

struct Search<'r> {
    look: Look<'r>,
    open: BTreeSet<Key>,
    causes: BTreeMap<Key, Vec<Cause>>,
}

impl Search<'_> {
    /// Looks at what happened on one side after the other's ledger ended or went another way.
    fn events(&mut self, side: &View<'_>, other: &View<'_>, name: Side) -> Result<(), CliError> {
        let (own, others) = (&side.sight.ledger.chain, &other.sight.ledger.chain);
        let common = own.iter().zip(others).take_while(|(a, b)| a == b).count();
        // What A alone has is undone on the way to B, where B ends earlier as where the two went apart.
        let only = (common < own.len().min(others.len()) || name == Side::A).then_some(name);
        for (key, at) in turned(&Events { look: self.look, side, common }, &self.open)? {
            let Some(deed) = side.deeds.get(common + at - 1).cloned() else { continue };
            self.found(key, Cause::Event { deed, only });
        }
        Ok(())
    }

    /// Looks at the commits of one side that the other does not have; at those that a merge brought in, where the fact turned
    /// among them.
    fn commits(&mut self, side: &View<'_>, from: Oid, to: Oid, name: Side) -> Result<(), CliError> {
        let line = Commits { look: self.look, side, way: self.look.repo.way(from, to)? };
        let mut turns: BTreeMap<usize, BTreeSet<Key>> = BTreeMap::new();
        for (key, at) in turned(&line, &self.open)? {
            turns.entry(at).or_default().insert(key);
        }
        for (at, keys) in turns {
            let Some(commit) = line.way.get(at).copied().flatten() else { continue };
            for (key, commit) in self.within(side, commit, &keys)? {
                let author = self.look.repo.author_of(commit)?;
                self.found(key, Cause::Commit { commit: commit.to_string(), author, on: name });
            }
        }
        Ok(())
    }

    /// Returns the commit for each fact that turned with a commit: one that it merged, where the fact turned there already.
    fn within(&self, side: &View<'_>, commit: Oid, keys: &BTreeSet<Key>) -> Result<BTreeMap<Key, Oid>, CliError> {
        let mut found: BTreeMap<Key, Oid> = keys.iter().map(|key| (key.clone(), commit)).collect();
        let parents = changes::parents(self.look.repo, commit)?;
        let Some(first) = parents.first() else { return Ok(found) };
        let merged = self.look.at(side.sight.state(), Some(commit), side.sight.as_of)?;
        for parent in parents.iter().skip(1) {
            let there = self.look.at(side.sight.state(), Some(*parent), side.sight.as_of)?;
            let same = keys.iter().filter(|key| there.get(*key) == merged.get(*key)).cloned().collect();
            let line = Commits { look: self.look, side, way: self.look.repo.way(*first, *parent)? };
            for (key, at) in turned(&line, &same)? {
                if let Some(commit) = line.way.get(at).copied().flatten() {
                    found.insert(key, commit);
                }
            }
        }
        Ok(found)
    }

    /// Looks at whether it is nothing but the time at which the sides are judged.
    fn time(&mut self, a: &View<'_>, b: &View<'_>) -> Result<(), CliError> {
        let as_of = b.sight.as_of;
        for (key, _) in turned(&Time { look: self.look, side: b, from: a.sight.as_of }, &self.open)? {
            self.found(key, Cause::Time { as_of });
        }
        Ok(())
    }

    fn found(&mut self, key: Key, cause: Cause) {
        self.causes.entry(key).or_default().push(cause);
    }

    /// Takes out what needs no other cause. Until then both sides are asked, because each may have moved away from the other.
    fn settle(&mut self) {
        self.open.retain(|key| !self.causes.contains_key(key));
    }
}

/// How facts are looked at.
#[derive(Clone, Copy)]
struct Look<'r> {
    repo: &'r Repo,
    /// How gates come out is among what differs.
    gates: bool,
}

impl Look<'_> {
    fn at(self, state: &State, commit: Option<Oid>, as_of: Timestamp) -> Result<Picture, CliError> {
        let facts = facts_of(self.repo, state, commit)?;
        let view = judge::View { state, facts: facts.as_ref(), as_of };
        Ok(if self.gates { picture(view) } else { records(view) })
    }
}

/// The events of one side, under its files and as of its time.
struct Events<'l, 'r> {
    look: Look<'l>,
    side: &'l View<'r>,
    /// How many of its events the other side has too.
    common: usize,
}

impl Line for Events<'_, '_> {
    type Error = CliError;
    type Fact = Fact;

    fn last(&self) -> usize {
        self.side.sight.ledger.chain.len() - self.common
    }

    fn look(&self, at: &BTreeSet<usize>) -> Result<BTreeMap<usize, Picture>, CliError> {
        let sight = &self.side.sight;
        let wanted: BTreeSet<usize> = at.iter().map(|at| self.common + at).collect();
        let mut seen = BTreeMap::from([(0, Ok(Picture::new()))]);
        let mut events = 0;
        let last = wanted.last().copied().unwrap_or_default();
        if let Some(tip) = sight.ledger.tip() {
            Ledger::read(self.look.repo, tip, |_, state| {
                events += 1;
                if wanted.contains(&events) {
                    seen.insert(events, self.look.at(state, sight.commit, sight.as_of));
                }
                if events < last { Flow::Next } else { Flow::Stop }
            })?;
        }
        let seen = seen.into_iter().filter(|(events, _)| wanted.contains(events));
        seen.map(|(events, facts)| Ok((events - self.common, facts?))).collect()
    }
}

/// The commits of one side, under its ledger and as of its time.
struct Commits<'l, 'r> {
    look: Look<'l>,
    side: &'l View<'r>,
    way: Vec<Option<Oid>>,
}

impl Line for Commits<'_, '_> {
    type Error = CliError;
    type Fact = Fact;

    fn last(&self) -> usize {
        self.way.len().saturating_sub(1)
    }

    fn look(&self, at: &BTreeSet<usize>) -> Result<BTreeMap<usize, Picture>, CliError> {
        let sight = &self.side.sight;
        let commit = |at: &usize| self.way.get(*at).copied().flatten();
        at.iter().map(|at| Ok((*at, self.look.at(sight.state(), commit(at), sight.as_of)?))).collect()
    }
}

/// Two times, under the ledger and the files of one side.
struct Time<'l, 'r> {
    look: Look<'l>,
    side: &'l View<'r>,
    from: Timestamp,
}

impl Line for Time<'_, '_> {
    type Error = CliError;
    type Fact = Fact;

    fn last(&self) -> usize {
        usize::from(self.from != self.side.sight.as_of)
    }

    fn look(&self, at: &BTreeSet<usize>) -> Result<BTreeMap<usize, Picture>, CliError> {
        let sight = &self.side.sight;
        let as_of = |at: usize| if at == 0 { self.from } else { sight.as_of };
        at.iter().map(|at| Ok((*at, self.look.at(sight.state(), sight.commit, as_of(*at))?))).collect()
    }
}
