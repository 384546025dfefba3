//! Waivers: what was set aside for an item, and when that is over.

use std::collections::BTreeSet;

use super::{Item, State, Touch, Vote};
use crate::domain::event::PHASE_END;
use crate::domain::id::{ActorId, ItemId, Noun, Rid, Word};
use crate::domain::time::{Date, Timestamp};

/// A waiver of one rule for one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The class.
    pub class: Word,
    /// What is set aside: `GATE.CRITERION`, or a commit rule.
    pub rule: String,
    /// The event that completed it.
    pub event: Rid,
    /// When it took effect.
    pub touch: Touch,
    /// Who signed it, each in which role; who asked for it first.
    pub by: Vec<Vote>,
    /// The charter under which it was granted, by the event that adopted it.
    pub charter: u64,
    /// The reason given.
    pub reason: String,
    /// What is done instead.
    pub controls: String,
    /// The day with which it ends, or `phase-end`.
    pub until: String,
    /// When its phase was over.
    pub ended: Option<Touch>,
    /// The revocation, once there was one.
    pub revoked: Option<Revocation>,
}

/// The revocation of a waiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The event.
    pub event: Rid,
    /// When.
    pub touch: Touch,
    /// Who signed it.
    pub by: BTreeSet<ActorId>,
    /// The reason given.
    pub reason: String,
}

/// What a waiver is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Active,
    /// Its day or its phase is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl Standing {
    /// Returns the word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Active => "active",
            Standing::Expired => "expired",
            Standing::Revoked => "revoked",
        }
    }
}

impl Waiver {
    /// Returns what the waiver is at a moment.
    pub fn standing(&self, at: Timestamp) -> Standing {
        if self.revoked.is_some() {
            Standing::Revoked
        } else if self.ended.is_some() || self.last().is_some_and(|last| last < at) {
            Standing::Expired
        } else {
            Standing::Active
        }
    }

    /// Returns whether it counts at a moment.
    pub fn is_active(&self, at: Timestamp) -> bool {
        self.standing(at) == Standing::Active
    }

    /// Returns the last moment of its day; `None` where it lasts as long as the phase.
    pub fn last(&self) -> Option<Timestamp> {
        // What is neither a day nor the end of the phase is no waiver of this format, and ends before it began.
        let day = (self.until != PHASE_END).then(|| Date::parse(&self.until).map(Date::end));
        day.map(|end| end.unwrap_or(self.touch.at))
    }

    /// Returns its name.
    pub fn noun(&self, item: &ItemId) -> Noun {
        Noun::Placed { item: Some(item.clone()), rule: self.rule.clone(), seq: self.touch.seq }
    }
}

impl State {
    /// Returns the waivers that count at a moment, each with its item.
    pub fn active_waivers(&self, at: Timestamp) -> impl Iterator<Item = (&ItemId, &Waiver)> {
        let items = self.waived.iter().filter_map(|id| self.items.get_key_value(id));
        let all = items.flat_map(|(id, item)| item.waivers.iter().map(move |waiver| (id, waiver)));
        all.filter(move |(_, waiver)| waiver.is_active(at))
    }

    /// Returns the status that ends the phase of an item, with what is in it: the topmost things that it is part of, or the
    /// item itself where it is part of nothing, are in a status that no move leaves.
    pub fn phase_over(&self, id: &ItemId) -> Option<(&ItemId, &Word)> {
        let mut seen: BTreeSet<&ItemId> = BTreeSet::new();
        let mut open: Vec<&ItemId> = self.items.get_key_value(id).map(|(id, _)| id).into_iter().collect();
        while let Some(id) = open.pop() {
            let Some(item) = self.items.get(id).filter(|_| seen.insert(id)) else { continue };
            let wholes = item.stated.links.get("part_of").into_iter().flatten();
            let wholes: Vec<&ItemId> = wholes.map(|whole| self.successor(whole).unwrap_or(whole)).collect();
            if wholes.is_empty() && self.is_final(item) {
                return Some((id, &item.status));
            }
            open.extend(wholes);
        }
        None
    }

    fn is_final(&self, item: &Item) -> bool {
        let Some(kind) = self.charter.rules.kinds.get(&item.kind) else { return false };
        let left: BTreeSet<&Word> = kind.moves.iter().flat_map(|one| one.from.iter().flatten()).collect();
        // Where no move leaves any status, nothing of the kind ever comes to an end.
        !left.is_empty() && !left.contains(&item.status)
    }

    /// Ends the waivers whose phase is over. They stay so, whatever becomes of the phase.
    pub(super) fn end_waivers(&mut self, touch: Touch) {
        let over: Vec<ItemId> = self.waived.iter().filter(|id| self.phase_over(id).is_some()).cloned().collect();
        for id in over {
            self.waived.remove(&id);
            let waivers = self.items.get_mut(&id).into_iter().flat_map(|item| &mut item.waivers);
            waivers.filter(|waiver| waiver.revoked.is_none()).for_each(|waiver| {
                waiver.ended.get_or_insert(touch);
            });
        }
    }
}
