//! What events claim to have seen: held against the commits that they name, and told beside the facts of now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::setting;
use super::load::{Entry, Ledger, format_of};
use crate::domain::charter::Charter;
use crate::domain::commit::decode;
use crate::domain::facts::{Answer, Facts, Question, Seen, Source};
use crate::domain::id::{ActorId, Digest, Rid, TaggedOid};
use crate::domain::state::State;
use crate::git::facts::{Setting, TreeFacts};
use crate::git::{Oid, Repo};

/// Facts about a commit, beside what the events of a ledger were signed on.
pub struct Recalled<'r> {
    inner: Box<dyn Facts + 'r>,
    repo: &'r Repo,
    chain: Vec<Oid>,
}

impl<'r> Recalled<'r> {
    /// Returns `inner` beside the events of a ledger.
    pub fn new(repo: &'r Repo, ledger: &Ledger, inner: Box<dyn Facts + 'r>) -> Recalled<'r> {
        Recalled { inner, repo, chain: ledger.chain.clone() }
    }
}

impl Facts for Recalled<'_> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        self.inner.ask(question)
    }

    fn why_unknown(&self, question: &Question) -> Option<String> {
        self.inner.why_unknown(question)
    }

    fn signed_on(&self, seq: u64) -> Option<Seen> {
        let commit = self.chain.get(usize::try_from(seq).ok()?)?;
        decode(format_of(self.repo), &self.repo.read(*commit).ok()?).ok()?.event.seen
    }

    fn source(&self, commit: &TaggedOid, sha256: &Digest) -> Source {
        let here = Oid::from_str(commit.digits()).is_ok_and(|commit| self.repo.has(commit));
        match self.repo.evidence_name(sha256) {
            _ if here => Source::Commit,
            Ok(Some(name)) => Source::Evidence(name),
            _ => Source::Nowhere,
        }
    }
}

/// A fact that an event's author signed and that is not so.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// The event's position.
    pub seq: u64,
    /// The event's id, by which the authority disputes it.
    pub event: Rid,
    /// The event's summary.
    pub summary: String,
    /// Its author.
    pub actor: ActorId,
    /// The question.
    pub question: Question,
    /// What the event says.
    pub signed: Answer,
    /// What the commit holds.
    pub found: Answer,
}

/// Facts under verification, with what one commit's facts were read from.
pub(super) struct FactCheck<'r> {
    repo: &'r Repo,
    /// How many facts are as events say.
    pub(super) confirmed: u64,
    /// How many rest on commits or branches that are not here.
    pub(super) not_seen: u64,
    /// Those that are not as an event says.
    pub(super) contradicted: Vec<Contradiction>,
    setting: Option<(Arc<Charter>, (usize, usize), Setting)>,
    trees: Option<(Oid, Option<TreeFacts<'r>>)>,
}

impl<'r> FactCheck<'r> {
    pub(super) fn new(repo: &'r Repo) -> FactCheck<'r> {
        FactCheck { repo, confirmed: 0, not_seen: 0, contradicted: Vec::new(), setting: None, trees: None }
    }

    /// Holds the facts of an event against its commit; `state` is what the event led to, whose charter, keys and people are asked.
    pub(super) fn check(&mut self, entry: &Entry, state: &State) {
        let event = &entry.signed.event;
        let Some(seen) = &event.seen else { return };
        self.renew_setting(state);
        self.stand_on(seen);
        let answers: BTreeMap<&Question, Option<Answer>> = match &self.trees {
            Some((_, Some(trees))) => {
                seen.facts.keys().map(|question| (question, trees.answer(question).ok())).collect()
            }
            _ => BTreeMap::new(),
        };
        for (question, signed) in &seen.facts {
            match answers.get(question).cloned().flatten() {
                Some(found) if found == *signed => self.confirmed += 1,
                // A branch moves on: what was not on it then may be on it now.
                Some(_) if *signed == Answer::Bool(false) && matches!(question, Question::On(_)) => self.not_seen += 1,
                Some(found) => self.contradicted.push(Contradiction {
                    seq: event.seq,
                    event: event.id.clone(),
                    summary: event.summary(),
                    actor: event.actor.clone(),
                    question: question.clone(),
                    signed: signed.clone(),
                    found,
                }),
                None => self.not_seen += 1,
            }
        }
    }

    /// Keys and scopes are those of the event's own position.
    fn renew_setting(&mut self, state: &State) {
        // Keys are only ever added and revoked, so that equal numbers of either mean the same keys.
        let keys = state.actors.values().flat_map(|actor| actor.keys.values());
        let keys = keys.fold((0, 0), |(all, revoked), key| (all + 1, revoked + usize::from(key.revoked.is_some())));
        let same = self
            .setting
            .as_ref()
            .is_some_and(|(rules, known, _)| Arc::ptr_eq(rules, &state.charter.rules) && *known == keys);
        if !same {
            self.setting = Some((Arc::clone(&state.charter.rules), keys, setting(state)));
            self.trees = None;
        }
    }

    fn stand_on(&mut self, seen: &Seen) {
        let commit = self.repo.untagged(&seen.commit);
        let known = matches!((&self.trees, commit), (Some((stood, _)), Some(commit)) if *stood == commit);
        if known {
            return;
        }
        let (Some(commit), Some((_, _, setting))) = (commit, &self.setting) else {
            self.trees = None;
            return;
        };
        let trees = self.repo.facts_at(commit, setting.clone()).ok();
        self.trees = Some((commit, trees));
    }
}
