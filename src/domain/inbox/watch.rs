//! What became of what somebody said and signed: seen in the events, because the state forgets what ended.

use std::collections::BTreeMap;

use super::Inbox;
use crate::domain::event::{Body, Event};
use crate::domain::facts::Seen;
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid, Word};
use crate::domain::judge::{Judgement, Member, View};
use crate::domain::state::{PROPOSAL_LIFE, Standing, State};
use crate::domain::time::Timestamp;

/// Something of somebody's that no longer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsed {
    /// Whose.
    pub actor: ActorId,
    /// What it was, as the summary of its event.
    pub what: String,
    /// The event.
    pub event: Rid,
    /// About what.
    pub noun: Noun,
    /// What became of it, and by whom.
    pub how: String,
    /// When.
    pub at: Timestamp,
}

/// A signed event that may lapse.
#[derive(Debug, Clone)]
struct Own {
    actor: ActorId,
    what: String,
    event: Rid,
    noun: Noun,
    claim: Option<Word>,
    at: Timestamp,
}

/// Watches what becomes of what some actors signed.
pub struct Watch {
    actors: Vec<ActorId>,
    statements: BTreeMap<Rid, Own>,
    seals: BTreeMap<ItemId, Own>,
    open: BTreeMap<Digest, Own>,
    seen: BTreeMap<Rid, Seen>,
    /// What each statement was over when it was made, by name.
    over: BTreeMap<Rid, BTreeMap<String, Member>>,
    lapsed: Vec<(Option<Word>, Lapsed)>,
    /// How many proposals had gone after the last event.
    gone: u64,
}

impl Watch {
    /// Returns a watch for these actors, before the first event.
    pub fn new(actors: Vec<ActorId>) -> Watch {
        Watch {
            actors,
            statements: BTreeMap::new(),
            seals: BTreeMap::new(),
            open: BTreeMap::new(),
            seen: BTreeMap::new(),
            over: BTreeMap::new(),
            lapsed: Vec::new(),
            gone: 0,
        }
    }

    /// Looks at an event that was admitted, with the state after it. Events are shown in their order, each once.
    pub fn see(&mut self, event: &Event, after: &State) {
        self.ended(event, after);
        self.taken_back(event);
        if self.actors.contains(&event.actor) {
            self.own(event);
            self.look_over(event, after);
        }
        if let (Body::Sealed { .. }, false, Noun::Item(id)) = (&event.body, event.pending, &event.item) {
            self.sealed(event, id, after);
        }
    }

    /// Returns what an actor saw when signing an event.
    pub fn seen(&self, event: &Rid) -> Option<&Seen> {
        self.seen.get(event)
    }

    /// Returns what a statement was over when it was made, by name.
    pub fn over(&self, event: &Rid) -> Option<&BTreeMap<String, Member>> {
        self.over.get(event)
    }

    /// Keeps what a statement is over, since its digest alone does not say later which of them changed.
    fn look_over(&mut self, event: &Event, after: &State) {
        let (Body::Attested(attested), Some(seen)) = (&event.body, &event.seen) else { return };
        let view = View { state: after, facts: &seen.facts, as_of: event.at };
        let over = Judgement::new(view).over(&attested.claim, &event.item);
        if !over.is_empty() {
            self.over.insert(event.id.clone(), over);
        }
    }

    /// Returns what lapsed in the 30 days before a moment and was not done anew since, the newest first.
    pub fn into_lapsed(mut self, after: &State, as_of: Timestamp) -> Vec<Lapsed> {
        let over: Vec<Own> = after
            .proposals
            .iter()
            .filter(|(_, proposal)| !proposal.is_open(as_of))
            .filter_map(|(action, _)| self.open.remove(action))
            .collect();
        self.waivers(after, as_of);
        for own in over {
            self.lapse(own, "its 30 days ended before it was complete".to_owned(), as_of);
        }
        let recent = |lapsed: &Lapsed| lapsed.at.plus(PROPOSAL_LIFE) > as_of;
        let mut found: Vec<Lapsed> = self.lapsed.into_iter().map(|(_, lapsed)| lapsed).filter(recent).collect();
        found.reverse();
        found
    }

    /// Tells the waivers that some of the actors signed and whose time is over.
    fn waivers(&mut self, after: &State, as_of: Timestamp) {
        for (id, item) in &after.items {
            for waiver in item.waivers.iter().filter(|waiver| waiver.standing(as_of) == Standing::Expired) {
                let (how, at) = match waiver.ended {
                    Some(touch) => ("its phase is over", touch.at),
                    None => ("its day is over", waiver.last().unwrap_or(as_of)),
                };
                for vote in waiver.by.iter().filter(|vote| self.actors.contains(&vote.actor)) {
                    let lapsed = Lapsed {
                        actor: vote.actor.clone(),
                        what: format!("waived {id} {}", waiver.rule),
                        event: waiver.event.clone(),
                        noun: Noun::Item(id.clone()),
                        how: how.to_owned(),
                        at,
                    };
                    self.lapsed.push((None, lapsed));
                }
            }
        }
    }

    fn lapse(&mut self, own: Own, how: String, at: Timestamp) {
        let Own { actor, what, event, noun, claim, .. } = own;
        self.lapsed.push((claim, Lapsed { actor, what, event, noun, how, at }));
    }

    /// Keeps what one of the actors signs, and strikes off what it does anew.
    fn own(&mut self, event: &Event) {
        let claim = match &event.body {
            Body::Attested(attested) => Some(attested.claim.clone()),
            _ => None,
        };
        let what = event.summary();
        let anew = |claim: &Option<Word>| match &event.body {
            Body::Attested(attested) => claim.as_ref() == Some(&attested.claim),
            _ => claim.is_none(),
        };
        self.lapsed.retain(|(claim, old)| {
            !(old.actor == event.actor
                && old.noun == event.item
                && anew(claim)
                && (claim.is_some() || old.what == what))
        });
        let (actor, noun) = (event.actor.clone(), event.item.clone());
        let own = Own { actor, what, event: event.id.clone(), noun, claim, at: event.at };
        if let Some(seen) = event.seen.as_ref().filter(|_| own.claim.is_some()) {
            self.seen.insert(event.id.clone(), seen.clone());
        }
        if event.pending {
            self.open.entry(event.action()).or_insert(own);
        } else if own.claim.is_some() {
            self.statements.insert(event.id.clone(), own);
        }
    }

    fn sealed(&mut self, event: &Event, id: &ItemId, after: &State) {
        self.lapsed.retain(|(_, old)| !(old.noun == event.item && old.what == event.summary()));
        let by = after.items.get(id).and_then(|item| item.seal.as_ref()).map(|seal| &seal.by);
        let mine = by.and_then(|by| self.actors.iter().find(|actor| by.contains(*actor)));
        if let Some(actor) = mine {
            let (what, noun) = (event.summary(), event.item.clone());
            let own = Own { actor: actor.clone(), what, event: event.id.clone(), noun, claim: None, at: event.at };
            self.seals.insert(id.clone(), own);
        }
    }

    /// Finds the proposals that the event completed or ended.
    fn ended(&mut self, event: &Event, after: &State) {
        if std::mem::replace(&mut self.gone, after.proposals.gone()) == after.proposals.gone() {
            return;
        }
        let gone: Vec<Digest> = self.open.keys().filter(|action| !after.proposals.contains(action)).copied().collect();
        for action in gone {
            let Some(own) = self.open.remove(&action) else { continue };
            if action == event.action() {
                // What took effect can be taken back like any other.
                if own.claim.is_some() {
                    self.statements.insert(event.id.clone(), own);
                }
                continue;
            }
            let how = if own.at.plus(PROPOSAL_LIFE) <= event.at {
                "its 30 days ended before it was complete".to_owned()
            } else {
                format!("ended by event {} ({} by {})", event.seq, event.summary(), event.actor)
            };
            self.lapse(own, how, event.at);
        }
    }

    /// Finds what an effective event of anybody else takes back.
    fn taken_back(&mut self, event: &Event) {
        if event.pending {
            return;
        }
        let by = format!("{} on {}", event.actor, event.at.date());
        match &event.body {
            Body::Retracted { event: old, claim: Some(_), reason } => {
                if let Some(own) = self.statements.remove(old).filter(|own| own.actor != event.actor) {
                    self.lapse(own, format!("taken back by {by}: {reason}"), event.at);
                }
            }
            Body::Retracted { event: old, claim: None, reason } => {
                if let Some(own) = self.statements.get(old).cloned() {
                    self.lapse(
                        own,
                        format!("what it saw is disputed by {by}, and counts as unknown: {reason}"),
                        event.at,
                    );
                }
            }
            Body::Unsealed { reason, .. } => {
                let own = event.item.item().and_then(|id| self.seals.remove(id));
                if let Some(own) = own {
                    self.lapse(own, format!("the seal was broken by {by}: {reason}"), event.at);
                }
            }
            Body::KeyRevoked { compromised_since: Some(since), actor, .. } if self.actors.contains(actor) => {
                let how = format!("counts as unknown from event {since} on: the key was in other hands, says {by}");
                let (actor, noun) = (actor.clone(), Noun::Repo);
                let what = "what that key signed".to_owned();
                let own = Own { actor, what, event: event.id.clone(), noun, claim: None, at: event.at };
                self.lapse(own, how, event.at);
            }
            _ => {}
        }
    }
}

impl Inbox {
    /// Returns whether nothing waits and nothing happened, with what lapsed taken into account.
    pub fn is_empty(&self, lapsed: &[Lapsed]) -> bool {
        self.waits.is_empty() && self.changed.is_empty() && lapsed.is_empty()
    }
}
