//! What a key did after it was in other hands: it stands, and the authority is told, so that it can undo it.

use std::collections::{BTreeMap, BTreeSet};

use super::LedgerError;
use super::load::{Entry, Flow, Ledger};
use crate::domain::authority;
use crate::domain::charter::Who;
use crate::domain::event::Body;
use crate::domain::id::{ActorId, Digest, Noun, Rid};
use crate::domain::judge::{Step, View};
use crate::domain::key::Fingerprint;
use crate::domain::state::State;
use crate::git::Repo;

/// An event that took effect by the signature of a key that was in other hands. What such a key attested is not among them:
/// that counts as unknown by itself.
#[derive(Debug, Clone)]
pub struct Tainted {
    /// The event's position.
    pub seq: u64,
    /// The event's id.
    pub event: Rid,
    /// The event's summary.
    pub summary: String,
    /// Whose key it was.
    pub actor: ActorId,
    /// The key.
    pub key: Fingerprint,
    /// Whether it is settled.
    pub settled: Settled,
    item: Noun,
    body: Body,
}

/// Whether somebody has seen to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Nobody has.
    No,
    /// The authority has confirmed it, by an event that no such key signed, or that is confirmed itself.
    Confirmed,
    /// What it did no longer stands.
    Undone,
}

impl Tainted {
    /// Returns what the event is about.
    pub fn noun(&self) -> &Noun {
        &self.item
    }

    /// Returns the commands that confirm it, or undo what it did where one command does.
    pub fn next(&self) -> Vec<String> {
        [format!("ledger confirm {}", self.event)].into_iter().chain(self.undo()).collect()
    }

    /// Returns the commands that settle it, each with who can run it in a view.
    pub fn steps(&self, view: &View<'_>) -> Vec<Step> {
        let authority = &view.state.charter.rules.authority;
        let of = |who: Option<&Who>| {
            let who = who?;
            Some(authority::suppliers(view.state, who, &view.excluded(&who.not, &self.item).actors))
        };
        let undo = self.undo().is_some().then(|| self.undoers(view.state));
        let who = [Some(authority)].into_iter().chain(undo).map(|who| of(who).unwrap_or_default());
        self.next().into_iter().zip(who).map(|(command, who)| Step::new(command, who)).collect()
    }

    /// Returns who undoes it by the charter in force, where that says so.
    fn undoers<'s>(&self, state: &'s State) -> Option<&'s Who> {
        let rules = &state.charter.rules;
        let kind = || rules.kinds.get(&state.items.get(self.item.item()?)?.kind);
        let permission = match &self.body {
            Body::Sealed { .. } => kind()?.unseal.as_ref(),
            Body::Unsealed { .. } => kind()?.seal.as_ref(),
            Body::Blocked { name, .. } => rules.blocks.get(name)?.lift.as_ref(),
            Body::Unblocked { name, .. } => rules.blocks.get(name)?.by.as_ref(),
            Body::Granted { .. } | Body::Ungranted { .. } | Body::KeyAdded { .. } => return Some(&rules.authority),
            _ => None,
        };
        permission.map(|permission| &permission.who)
    }

    /// Returns the command that undoes what it did, where one does.
    fn undo(&self) -> Option<String> {
        let item = &self.item;
        Some(match &self.body {
            Body::Sealed { .. } => format!("ledger unseal {item}"),
            Body::Unsealed { .. } => format!("ledger seal {item}"),
            Body::Blocked { name, .. } => format!("ledger unblock {item} {name}"),
            Body::Unblocked { name, .. } => format!("ledger block {item} {name}"),
            Body::Waived { rule, .. } => format!("ledger unwaive {rule} {item}"),
            Body::Granted { actor, role } => format!("ledger actor ungrant {actor} {role}"),
            Body::Ungranted { actor, role, .. } => format!("ledger actor grant {actor} {role}"),
            Body::KeyAdded { actor, key } => format!("ledger key revoke {actor} {}", key.fingerprint()),
            _ => return None,
        })
    }
}

/// Returns what took effect, in a ledger that was read to its tip, by keys that were in other hands at the time; oldest first.
/// Reads the ledger once more where there is such a key, and not at all where there is none.
///
/// # Errors
/// As [`Ledger::read`].
pub fn tainted(repo: &Repo, ledger: &Ledger) -> Result<Vec<Tainted>, LedgerError> {
    let mut search = Search { keys: stolen(ledger.state()), votes: BTreeMap::new(), gone: 0, found: Vec::new() };
    let (Some(tip), false) = (ledger.tip(), search.keys.is_empty()) else { return Ok(Vec::new()) };
    Ledger::read(repo, tip, |entry, state| {
        search.look(entry, state);
        Flow::Next
    })?;
    let mut found = search.found;
    settle(ledger.state(), &mut found);
    Ok(found)
}

/// Finds out what is settled. The last ones first: an event that confirms may be tainted itself.
fn settle(state: &State, found: &mut [Tainted]) {
    let mut open: BTreeSet<Rid> = BTreeSet::new();
    for tainted in found.iter_mut().rev() {
        let confirmed = state.confirmed.get(&tainted.event).is_some_and(|by| !open.contains(by));
        tainted.settled = match confirmed {
            true => Settled::Confirmed,
            false if !stands(state, tainted) => Settled::Undone,
            false => Settled::No,
        };
        // What was undone confirms nothing.
        if tainted.settled != Settled::Confirmed {
            open.insert(tainted.event.clone());
        }
    }
}

/// Returns whether what an event did is still so; true where that cannot be told.
fn stands(state: &State, tainted: &Tainted) -> bool {
    let item = tainted.item.item().and_then(|id| Some((id, state.items.get(id)?)));
    let holds = |actor, role| state.actors.get(actor).is_some_and(|known| known.roles.contains(role));
    let known = |role| state.charter.rules.roles.contains_key(role);
    match (&tainted.body, item) {
        (Body::Sealed { .. }, Some((_, item))) => item.seal.as_ref().is_some_and(|seal| seal.event == tainted.event),
        (Body::Unsealed { .. }, Some((_, item))) => item.seal.is_none(),
        (Body::Blocked { .. }, Some((_, item))) => {
            item.blocks.iter().any(|block| block.event == tainted.event && block.lifted.is_none())
        }
        (Body::Unblocked { block, .. }, Some((_, item))) => {
            let lifted = item.blocks.iter().find(|placed| placed.event == *block);
            lifted.is_none_or(|lifted| item.standing(&lifted.name).is_none())
        }
        (Body::Waived { .. }, Some((_, item))) => {
            item.waivers.iter().any(|waiver| waiver.event == tainted.event && waiver.revoked.is_none())
        }
        (Body::Declared(_), Some((id, _))) => state.is_live(id),
        (Body::Amended(stated), Some((_, item))) => item.stated == *stated,
        (Body::Granted { actor, role }, _) => holds(actor, role) || !known(role),
        (Body::Ungranted { actor, role, .. }, _) => !holds(actor, role),
        (Body::Enrolled(person), _) => authority::is_live(state, &person.actor),
        (Body::KeyAdded { actor, key }, _) => {
            let key = state.actors.get(actor).and_then(|known| known.keys.get(&key.fingerprint()));
            key.is_none_or(|key| key.revoked.is_none())
        }
        (Body::Chartered(_), _) => state.charter.seq == tainted.seq,
        _ => true,
    }
}

/// Returns the keys that were in other hands, each with its actor and since when.
fn stolen(state: &State) -> BTreeMap<Fingerprint, (ActorId, u64)> {
    let mut keys = BTreeMap::new();
    for (name, actor) in &state.actors {
        for (fingerprint, key) in &actor.keys {
            keys.extend(key.compromised_since.map(|since| (fingerprint.clone(), (name.clone(), since))));
        }
    }
    keys
}

struct Search {
    keys: BTreeMap<Fingerprint, (ActorId, u64)>,
    /// Open proposals that such a key signed, each with the key.
    votes: BTreeMap<Digest, Fingerprint>,
    /// How many proposals had gone after the last event.
    gone: u64,
    found: Vec<Tainted>,
}

impl Search {
    fn look(&mut self, entry: &Entry, after: &State) {
        let event = &entry.signed.event;
        let fingerprint = entry.signed.signature.key().fingerprint();
        let stolen = self.keys.get(&fingerprint).is_some_and(|(_, since)| event.seq >= *since);
        if event.pending {
            if stolen {
                self.votes.insert(event.action(), fingerprint);
            }
        } else {
            let earlier = if self.votes.is_empty() { None } else { self.votes.remove(&event.action()) };
            let key = if stolen { Some(fingerprint) } else { earlier };
            // What it attested is unknown by itself, and to revoke itself does no harm.
            let harmless = |key: &Fingerprint| match &event.body {
                Body::Attested(_) => true,
                Body::KeyRevoked { key: revoked, .. } => revoked == key,
                _ => false,
            };
            if let Some(key) = key.filter(|key| !harmless(key)) {
                self.take(entry, key);
            }
        }
        if std::mem::replace(&mut self.gone, after.proposals.gone()) != after.proposals.gone() {
            self.votes.retain(|action, _| after.proposals.contains(action));
        }
    }

    fn take(&mut self, entry: &Entry, key: Fingerprint) {
        let Some((actor, _)) = self.keys.get(&key) else { return };
        let event = &entry.signed.event;
        let (actor, summary) = (actor.clone(), event.summary());
        self.found.push(Tainted {
            seq: event.seq,
            event: event.id.clone(),
            summary,
            actor,
            key,
            settled: Settled::No,
            item: event.item.clone(),
            body: event.body.clone(),
        });
    }
}
