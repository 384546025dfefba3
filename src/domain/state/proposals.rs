//! What waits for signatures. Ten thousand of them cost an event no more than ten: what an event can end is looked up, not
//! searched for.

use std::collections::{BTreeMap, BTreeSet};

use super::evolve::superseded_by;
use super::{State, Vote};
use crate::domain::event::{Body, Event};
use crate::domain::id::{Digest, ItemId, Noun};
use crate::domain::time::{Span, Timestamp};

/// How long a proposal waits for signatures.
pub const PROPOSAL_LIFE: Span = Span::days(30);

/// An action that waits for signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What it is about.
    pub item: Noun,
    /// What is proposed.
    pub body: Body,
    /// The signatures so far, the proposer's first.
    pub votes: Vec<Vote>,
}

impl Proposal {
    /// Returns whether the proposal still waits at a moment: less than 30 days after its first signature.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.ends().is_none_or(|end| at < end)
    }

    fn ends(&self) -> Option<Timestamp> {
        self.votes.first().map(|first| first.touch.at.plus(PROPOSAL_LIFE))
    }
}

/// The proposals that were open after the last event, by action.
#[derive(Debug, Clone, Default)]
pub struct Proposals {
    open: BTreeMap<Digest, Proposal>,
    /// By what they are about, and what they would do with it.
    near: BTreeMap<(Noun, &'static str), BTreeSet<Digest>>,
    /// By the item that they are about, or on whose block or waiver they are.
    on: BTreeMap<ItemId, BTreeSet<Digest>>,
    /// By what they act upon beside their item.
    subjects: BTreeMap<String, BTreeSet<Digest>>,
    /// By when their time is over.
    ends: BTreeSet<(Timestamp, Digest)>,
    taken: u64,
}

impl Proposals {
    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Returns how many there were, of whatever became complete or was ended. Where this stands still, none has gone.
    pub fn gone(&self) -> u64 {
        self.taken
    }

    /// Returns the one of an action.
    pub fn get(&self, action: &Digest) -> Option<&Proposal> {
        self.open.get(action)
    }

    /// Returns whether an action is proposed.
    pub fn contains(&self, action: &Digest) -> bool {
        self.open.contains_key(action)
    }

    /// Returns all with their actions, sorted by these.
    pub fn iter(&self) -> impl Iterator<Item = (&Digest, &Proposal)> {
        self.open.iter()
    }

    /// Returns all, sorted by action.
    pub fn values(&self) -> impl Iterator<Item = &Proposal> {
        self.open.values()
    }

    /// Returns those of one sort about a thing, sorted by action.
    pub fn near(&self, item: &Noun, body: &Body) -> impl Iterator<Item = &Proposal> {
        let near = self.near.get(&(item.clone(), body.kind()));
        near.into_iter().flatten().filter_map(|action| self.open.get(action))
    }

    /// Adds a signature for an action.
    pub(crate) fn sign(&mut self, action: Digest, item: &Noun, body: &Body, vote: Vote) {
        if let Some(open) = self.open.get_mut(&action) {
            open.votes.push(vote);
            return;
        }
        let proposal = Proposal { item: item.clone(), body: body.clone(), votes: vec![vote] };
        self.near.entry((item.clone(), body.kind())).or_default().insert(action);
        if let Some(id) = item.item() {
            self.on.entry(id.clone()).or_default().insert(action);
        }
        if let Some(subject) = subject(body, item) {
            self.subjects.entry(subject).or_default().insert(action);
        }
        self.ends.extend(proposal.ends().map(|end| (end, action)));
        self.open.insert(action, proposal);
    }

    /// Takes the one of an action out.
    pub(super) fn take(&mut self, action: &Digest) -> Option<Proposal> {
        let proposal = self.open.remove(action)?;
        self.taken += 1;
        leave(&mut self.near, &(proposal.item.clone(), proposal.body.kind()), action);
        if let Some(id) = proposal.item.item() {
            leave(&mut self.on, id, action);
        }
        if let Some(subject) = subject(&proposal.body, &proposal.item) {
            leave(&mut self.subjects, &subject, action);
        }
        if let Some(end) = proposal.ends() {
            self.ends.remove(&(end, *action));
        }
        Some(proposal)
    }

    /// Ends those whose time is over.
    pub(super) fn expire(&mut self, at: Timestamp) {
        while let Some((_, action)) = self.ends.first().copied().filter(|(end, _)| *end <= at) {
            self.take(&action);
        }
    }

    fn end(&mut self, actions: impl IntoIterator<Item = Digest>) {
        for action in actions {
            self.take(&action);
        }
    }
}

/// Takes an action out of an index, and its key with the last one.
fn leave<K: Ord + Clone>(index: &mut BTreeMap<K, BTreeSet<Digest>>, key: &K, action: &Digest) {
    if let Some(actions) = index.get_mut(key) {
        actions.remove(action);
        if actions.is_empty() {
            index.remove(key);
        }
    }
}

impl State {
    /// Returns the proposal of an action, open or over.
    pub fn proposal(&self, item: &Noun, body: &Body) -> Option<&Proposal> {
        // The digest of an action costs more than all else that most events need, so it is not taken in vain.
        self.proposals.near(item, body).next()?;
        self.proposals.get(&body.action(item))
    }

    /// Ends the proposals whose ground an effective event has changed.
    pub(super) fn end_proposals(&mut self, event: &Event) {
        if self.proposals.is_empty() {
            return;
        }
        let dead: BTreeSet<Digest> = match (&event.body, &event.item) {
            (Body::Chartered(_), _) => self.proposals.open.keys().copied().collect(),
            (
                Body::Enrolled(_)
                | Body::Granted { .. }
                | Body::Ungranted { .. }
                | Body::KeyAdded { .. }
                | Body::KeyRevoked { .. },
                _,
            ) => {
                let outvoted = |proposal: &Proposal| proposal.votes.iter().any(|vote| !self.still_counts(vote));
                self.proposals.iter().filter(|(_, proposal)| outvoted(proposal)).map(|(action, _)| *action).collect()
            }
            (Body::Declared(_) | Body::Amended(_) | Body::Moved { .. }, Noun::Item(id)) => {
                self.proposals.on.get(id).cloned().unwrap_or_default()
            }
            _ => BTreeSet::new(),
        };
        self.proposals.end(dead);
        if let Some(changed) = subject(&event.body, &event.item) {
            let dead = self.proposals.subjects.get(&changed).cloned().unwrap_or_default();
            self.proposals.end(dead);
        }
        for id in superseded_by(event) {
            let dead = self.proposals.on.get(&id).cloned().unwrap_or_default();
            self.proposals.end(dead);
        }
    }

    /// Returns whether a voter still holds the role and the key of the vote.
    fn still_counts(&self, vote: &Vote) -> bool {
        self.actors.get(&vote.actor).is_none_or(|actor| {
            vote.role.as_ref().is_none_or(|role| actor.roles.contains(role))
                && actor.keys.get(&vote.key).is_some_and(|key| key.revoked.is_none())
        })
    }
}

/// What an action acts upon beside its item's content and status, as a key that is equal for actions on the same thing.
fn subject(body: &Body, item: &Noun) -> Option<String> {
    match body {
        Body::Enrolled(person) => Some(format!("actor {}", person.actor)),
        Body::Granted { actor, role } | Body::Ungranted { actor, role, .. } => Some(format!("role {actor} {role}")),
        Body::KeyAdded { key, .. } => Some(format!("key {}", key.fingerprint())),
        Body::KeyRevoked { key, .. } => Some(format!("key {key}")),
        Body::Declared(_) => Some(format!("id {}", item.to_string().to_ascii_lowercase())),
        Body::Sealed { .. } | Body::Unsealed { .. } | Body::Amended(_) => Some(format!("seal {item}")),
        Body::Blocked { name, .. } | Body::Unblocked { name, .. } => Some(format!("block {item} {name}")),
        Body::Waived { rule, .. } | Body::Unwaived { rule, .. } => Some(format!("waiver {item} {rule}")),
        Body::Retracted { event, .. } | Body::Confirmed { event, .. } => Some(format!("event {event}")),
        Body::Erased { sha256, .. } => Some(format!("evidence {sha256}")),
        Body::Founded(_) | Body::Chartered(_) | Body::Moved { .. } | Body::Attested(_) => None,
    }
}
