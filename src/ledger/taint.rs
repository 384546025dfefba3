//! What a key did after it was in other hands: it stands, and the authority is told, so that it can undo it.

use std::collections::{BTreeMap, BTreeSet};

use super::LedgerError;
use super::load::{Entry, Flow, Ledger};
use crate::domain::event::Body;
use crate::domain::id::{ActorId, Digest, Rid};
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
}

/// Returns what took effect, in a ledger that was read to its tip, by keys that were in other hands at the time; oldest first.
/// Reads the ledger once more where there is such a key, and not at all where there is none.
///
/// # Errors
/// As [`Ledger::read`].
pub fn tainted(repo: &Repo, ledger: &Ledger) -> Result<Vec<Tainted>, LedgerError> {
    let mut search = Search { keys: stolen(ledger.state()), votes: BTreeMap::new(), found: Vec::new() };
    let (Some(tip), false) = (ledger.tip(), search.keys.is_empty()) else { return Ok(Vec::new()) };
    Ledger::read(repo, tip, |entry, state| {
        search.look(entry, state);
        Flow::Next
    })?;
    Ok(search.found)
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
        let open: BTreeSet<&Digest> = after.proposals.keys().collect();
        self.votes.retain(|action, _| open.contains(action));
    }

    fn take(&mut self, entry: &Entry, key: Fingerprint) {
        let Some((actor, _)) = self.keys.get(&key) else { return };
        let event = &entry.signed.event;
        let (actor, summary) = (actor.clone(), event.summary());
        self.found.push(Tainted { seq: event.seq, event: event.id.clone(), summary, actor, key });
    }
}
