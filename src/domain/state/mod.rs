//! The state of governance at a position of the ledger: what replay computes, and all that judgement reads.

mod adopt;
mod evolve;
mod proposals;
mod view;
mod waivers;

pub use proposals::{PROPOSAL_LIFE, Proposal, Proposals};
pub use waivers::{Revocation, Standing, Waiver};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::charter::{ActorType, Charter};
use super::event::{Amendment, Evidence, Judged, Recovery, Statement};
use super::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use super::key::{Fingerprint, PublicKey};
use super::time::Timestamp;
use super::value::Value;

/// The state at a position.
#[derive(Debug, Clone)]
pub struct State {
    /// SHA-256 of the first event: the identity of the ledger.
    pub genesis: Digest,
    /// The repository's object format, `sha1` or `sha256`.
    pub object_format: String,
    /// Commits whose ancestors are not judged.
    pub baseline: BTreeSet<TaggedOid>,
    /// The offline keys.
    pub recovery: Option<Recovery>,
    /// The founding phase lasts.
    pub founding: bool,
    /// The last event.
    pub tip: Tip,
    /// The charter in force.
    pub charter: Adopted,
    /// Every charter that ever was in force, by the event that adopted it: a block keeps the rule of its placement.
    pub charters: BTreeMap<u64, Adopted>,
    /// Everybody ever enrolled.
    pub actors: BTreeMap<ActorId, Actor>,
    /// Everything ever declared.
    pub items: BTreeMap<ItemId, Item>,
    /// Case-folded ids, each with the one that took it.
    pub folded: BTreeMap<String, ItemId>,
    /// Item -> the item that superseded it.
    pub successors: BTreeMap<ItemId, ItemId>,
    /// What was said of the repository itself.
    pub repo: Claims,
    /// What was said of placed blocks and waivers, under `ITEM/RULE/SEQ`.
    pub placed: BTreeMap<Noun, Claims>,
    /// Items with a waiver whose phase is not over: where to look for those that count.
    pub waived: BTreeSet<ItemId>,
    /// Open proposals, by action.
    pub proposals: Proposals,
    /// Evidence that was cited, and whether it was erased.
    pub evidence: BTreeMap<Digest, EvidenceState>,
    /// Events whose facts the authority disputes: what they claimed to have seen counts as unknown.
    pub disputed: BTreeSet<Rid>,
    /// Events of which the authority says that they stand although a key was in other hands, each with the event that says so.
    pub confirmed: BTreeMap<Rid, Rid>,
}

/// The last event of a ledger, or of a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its position.
    pub seq: u64,
    /// SHA-256 of its commit.
    pub sha256: Digest,
    /// When.
    pub at: Timestamp,
}

/// A charter in force.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The text.
    pub text: Arc<str>,
    /// SHA-256 of the text.
    pub sha256: Digest,
    /// The event that adopted it.
    pub seq: u64,
    /// The rules that the text states.
    pub rules: Arc<Charter>,
}

/// An actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What it is.
    pub kind: ActorType,
    /// Who answers for it.
    pub operator: Option<ActorId>,
    /// Git emails that are theirs.
    pub emails: BTreeSet<String>,
    /// Roles held.
    pub roles: BTreeSet<RoleId>,
    /// Every key ever had.
    pub keys: BTreeMap<Fingerprint, Key>,
}

/// A key of an actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub key: PublicKey,
    /// The event from which on it counts.
    pub since: u64,
    /// The event after which it no longer counts.
    pub revoked: Option<u64>,
    /// The event from which on it was in other hands.
    pub compromised_since: Option<u64>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The kind.
    pub kind: Word,
    /// The kind's name when the item was declared, which its content keeps.
    pub declared_as: Word,
    /// The status.
    pub status: Word,
    /// What is stated of it.
    pub stated: Amendment,
    /// The event that declared it.
    pub declared: u64,
    /// The last event on it.
    pub touched: Touch,
    /// Who signed its declaration and amendments.
    pub authors: BTreeSet<ActorId>,
    /// The seal that stands.
    pub seal: Option<Seal>,
    /// SHA-256 of the file's bytes under the last seal that was broken; authors are looked for since then.
    pub baseline: Option<Digest>,
    /// Blocks ever placed on it, in order.
    pub blocks: Vec<PlacedBlock>,
    /// Waivers ever granted for it, in order.
    pub waivers: Vec<Waiver>,
    /// What was said of it.
    pub claims: Claims,
}

/// A position with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The position.
    pub seq: u64,
    /// The time.
    pub at: Timestamp,
}

/// A seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The event that completed it.
    pub event: Rid,
    /// When it took effect.
    pub touch: Touch,
    /// Who signed it.
    pub by: BTreeSet<ActorId>,
    /// The charter under which it was placed, by the event that adopted it.
    pub charter: u64,
    /// The sealed content.
    pub content: Digest,
    /// SHA-256 of the file's bytes; `None` where the item has no file.
    pub sha256: Option<Digest>,
    /// The sealed bytes.
    pub evidence: BTreeSet<Evidence>,
    /// How the gate came out on which it was sealed; `None` where no gate guards the seal.
    pub judged: Option<Judged>,
    /// The commit that its author saw. A hint: advice names it, nothing is judged by it, and it is no part of what a state says.
    pub commit: Option<TaggedOid>,
}

/// A block that was placed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedBlock {
    /// The block's name.
    pub name: Word,
    /// The event that placed it.
    pub event: Rid,
    /// When.
    pub touch: Touch,
    /// Who placed it, each in which role.
    pub by: Vec<Vote>,
    /// The charter under which it was placed, by the event that adopted it.
    pub charter: u64,
    /// The reason given.
    pub reason: String,
    /// The code given.
    pub because: Option<Word>,
    /// The fields given.
    pub fields: BTreeMap<Word, Value>,
    /// The lift, once there was one.
    pub lifted: Option<Lift>,
}

/// The lift of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The event that completed it.
    pub event: Rid,
    /// When.
    pub touch: Touch,
    /// Who signed it.
    pub by: BTreeSet<ActorId>,
    /// The record it cites.
    pub record: Option<ItemId>,
    /// The reason given.
    pub reason: String,
}

/// Statements: claim -> actor -> what it was made on -> the latest word.
pub type Claims = BTreeMap<Word, BTreeMap<ActorId, BTreeMap<Basis, Said>>>;

/// What a statement was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Basis {
    /// The content of the thing.
    pub content: Digest,
    /// The digest of what else it speaks of.
    pub over: Option<Digest>,
}

/// The latest word of one actor on one basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The event.
    pub event: Rid,
    /// Its position and time.
    pub touch: Touch,
    /// The role acted in.
    pub role: Option<RoleId>,
    /// The key that signed it.
    pub key: Fingerprint,
    /// What was stated.
    pub statement: Statement,
    /// When it was first made.
    pub made: Timestamp,
    /// The commit it was made at, for questions about branches.
    pub on: BTreeMap<String, bool>,
    /// The evidence it cites.
    pub evidence: BTreeSet<Evidence>,
    /// It was taken back.
    pub retracted: bool,
}

/// One signature of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub actor: ActorId,
    /// In which role.
    pub role: Option<RoleId>,
    /// With which key.
    pub key: Fingerprint,
    /// The event.
    pub event: Rid,
    /// Its position and time.
    pub touch: Touch,
}

/// What became of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceState {
    /// Its size.
    pub size: u64,
    /// Its media type.
    pub media: String,
    /// The event that erased it.
    pub erased: Option<u64>,
}

impl State {
    /// Returns the newest successor of an item, if it has one.
    pub fn successor(&self, id: &ItemId) -> Option<&ItemId> {
        let mut newest = self.successors.get(id)?;
        // No admitted event closes a circle, since only what has no successor can take a place; whatever state
        // this is asked of, it ends.
        for _ in 0..self.successors.len() {
            let Some(next) = self.successors.get(newest) else { break };
            newest = next;
        }
        Some(newest)
    }

    /// Returns whether an item was declared and has no successor.
    pub fn is_live(&self, id: &ItemId) -> bool {
        self.items.contains_key(id) && !self.successors.contains_key(id)
    }

    /// Returns the live items with their ids, sorted.
    pub fn live_items(&self) -> impl Iterator<Item = (&ItemId, &Item)> {
        self.items.iter().filter(|(id, _)| !self.successors.contains_key(*id))
    }

    /// Returns the evidence that events cite and nobody gave up: those that took effect, and those that wait for signatures.
    pub fn cited(&self) -> BTreeSet<Digest> {
        let erased = self.erased();
        self.sizes_of_cited().into_keys().filter(|sha256| !erased.contains(sha256)).collect()
    }

    /// Returns how many bytes each piece has that events say they cite, those of open proposals among them.
    pub fn sizes_of_cited(&self) -> BTreeMap<Digest, u64> {
        let waiting = self.proposals.values().filter_map(|proposal| proposal.body.evidence()).flatten();
        let waiting = waiting.map(|piece| (piece.sha256, piece.size));
        self.evidence.iter().map(|(sha256, piece)| (*sha256, piece.size)).chain(waiting).collect()
    }

    /// Returns the evidence that was given up.
    pub fn erased(&self) -> BTreeSet<Digest> {
        self.evidence.iter().filter(|(_, piece)| piece.erased.is_some()).map(|(sha256, _)| *sha256).collect()
    }

    /// Returns whose key it is or was.
    pub fn key_owner(&self, key: &Fingerprint) -> Option<&ActorId> {
        self.actors.iter().find(|(_, actor)| actor.keys.contains_key(key)).map(|(name, _)| name)
    }

    /// Returns the key of that fingerprint, whoever's it is or was, the offline keys included.
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&PublicKey> {
        let own = self.actors.values().find_map(|actor| actor.keys.get(fingerprint)).map(|key| &key.key);
        own.or_else(|| self.recovery.iter().flat_map(|r| &r.keys).find(|key| key.fingerprint() == *fingerprint))
    }
}

impl Item {
    /// Returns the block of a name that stands.
    pub fn standing(&self, name: &Word) -> Option<&PlacedBlock> {
        self.blocks.iter().find(|block| block.name == *name && block.lifted.is_none())
    }
}
