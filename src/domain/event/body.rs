//! What an event decides: one variant a type, with every field that the type has.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::charter::{ActorType, Migration};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::path::RepoPath;
use crate::domain::time::Timestamp;
use crate::domain::value::Value;

/// What an event decides. Every type is in the past tense.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of each variant are described by the tables of the format")]
pub enum Body {
    /// The ledger began.
    Founded(Box<Founding>),
    /// A charter was adopted.
    Chartered(Box<Adoption>),
    /// An actor was enrolled.
    Enrolled(Person),
    /// A role was given.
    Granted { actor: ActorId, role: RoleId },
    /// A role was taken away.
    Ungranted { actor: ActorId, role: RoleId, reason: String },
    /// An actor got another key.
    KeyAdded { actor: ActorId, key: PublicKey },
    /// A key stopped to count, from the next event on.
    KeyRevoked { actor: ActorId, key: Fingerprint, compromised_since: Option<u64>, reason: String },
    /// An item was declared.
    Declared(Declaration),
    /// An item's title, path, fields and links were stated anew, whole.
    Amended(Amendment),
    /// An item changed its status.
    Moved { from: Word, to: Word, because: Option<Word> },
    /// A statement was made.
    Attested(Box<AttestedBody>),
    /// A statement was taken back, or the facts that an event claimed were disputed (`claim` is then null).
    Retracted { event: Rid, claim: Option<Word>, reason: String },
    /// An item's content was frozen.
    Sealed { content: Digest, evidence: BTreeSet<Evidence> },
    /// A seal was broken.
    Unsealed { seal: Rid, reason: String },
    /// A block was placed.
    Blocked { name: Word, reason: String, because: Option<Word>, fields: BTreeMap<Word, Value> },
    /// A block was lifted.
    Unblocked { name: Word, block: Rid, record: Option<ItemId>, reason: String },
    /// A criterion or commit rule was waived for an item.
    Waived { class: Word, rule: String, reason: String, controls: String, until: String },
    /// A waiver was revoked.
    Unwaived { waiver: Rid, rule: String, reason: String },
    /// The bytes of a piece of evidence were given up.
    Erased { sha256: Digest, reason: String },
    /// What took effect by a key that was in other hands was looked at, and stands.
    Confirmed { event: Rid, reason: String },
}

/// The first event: what the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// 128 random bits, so that no two ledgers are the same.
    pub nonce: Rid,
    /// `sha1` or `sha256`, the object format of the repository.
    pub object_format: String,
    /// The rules.
    pub charter: CharterText,
    /// The first actors; together they are the founders.
    pub actors: Vec<Person>,
    /// Commits whose ancestors (and they themselves) are not judged.
    pub baseline: BTreeSet<TaggedOid>,
    /// Keys that are kept offline for the day when the authority is lost.
    pub recovery: Option<Recovery>,
}

/// Keys of last resort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// How many of them an action takes.
    pub quorum: u64,
    /// The keys.
    pub keys: BTreeSet<PublicKey>,
}

/// A charter, as adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CharterText {
    /// Its id, as in the text.
    pub id: ItemId,
    /// Its semantics, as in the text.
    pub semantics: u64,
    /// Its authority, as in the text.
    pub authority: String,
    /// The text.
    pub text: String,
}

/// A charter that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The charter.
    pub charter: CharterText,
    /// How what lives goes over, as the text says; `None` where it says nothing.
    pub migrate: Option<Migration>,
}

/// An actor, as enrolled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The name.
    pub actor: ActorId,
    /// What it is (`type`).
    pub kind: ActorType,
    /// Who answers for an agent or ci.
    pub operator: Option<ActorId>,
    /// Git emails that are theirs.
    pub emails: BTreeSet<String>,
    /// Keys, at least one.
    pub keys: BTreeSet<PublicKey>,
    /// Roles.
    pub roles: BTreeSet<RoleId>,
}

/// An item, as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The kind.
    pub kind: Word,
    /// The first status.
    pub status: Word,
    /// What an amendment states anew.
    pub stated: Amendment,
}

/// What is stated of an item, whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amendment {
    /// The title.
    pub title: Option<String>,
    /// The file.
    pub path: Option<RepoPath>,
    /// The fields.
    pub fields: BTreeMap<Word, Value>,
    /// The outgoing links; an empty set is a stated empty.
    pub links: BTreeMap<Word, BTreeSet<ItemId>>,
}

/// A statement, as made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestedBody {
    /// The claim.
    pub claim: Word,
    /// What was stated.
    pub statement: Statement,
    /// The content it was made on.
    pub content: Digest,
    /// The digest of what else it speaks of.
    pub over: Option<Digest>,
    /// The evidence it cites.
    pub evidence: BTreeSet<Evidence>,
    /// When it was first made; signing again on another tip does not change it.
    pub made: Timestamp,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The result.
    pub result: Word,
    /// The answers.
    pub answers: BTreeMap<Word, bool>,
    /// The values.
    pub values: BTreeMap<Word, Value>,
}

/// Bytes that the ledger keeps reachable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// How many bytes.
    pub size: u64,
    /// The media type, such as `text/markdown`.
    pub media: String,
}

impl Body {
    /// Returns the reason that it gives, in words.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Body::Ungranted { reason, .. }
            | Body::KeyRevoked { reason, .. }
            | Body::Retracted { reason, .. }
            | Body::Unsealed { reason, .. }
            | Body::Blocked { reason, .. }
            | Body::Unblocked { reason, .. }
            | Body::Waived { reason, .. }
            | Body::Unwaived { reason, .. }
            | Body::Erased { reason, .. }
            | Body::Confirmed { reason, .. } => Some(reason),
            _ => None,
        }
    }

    /// Returns the type's word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Body::Founded(_) => "founded",
            Body::Chartered(_) => "chartered",
            Body::Enrolled(_) => "enrolled",
            Body::Granted { .. } => "granted",
            Body::Ungranted { .. } => "ungranted",
            Body::KeyAdded { .. } => "key-added",
            Body::KeyRevoked { .. } => "key-revoked",
            Body::Declared(_) => "declared",
            Body::Amended(_) => "amended",
            Body::Moved { .. } => "moved",
            Body::Attested(_) => "attested",
            Body::Retracted { .. } => "retracted",
            Body::Sealed { .. } => "sealed",
            Body::Unsealed { .. } => "unsealed",
            Body::Blocked { .. } => "blocked",
            Body::Unblocked { .. } => "unblocked",
            Body::Waived { .. } => "waived",
            Body::Unwaived { .. } => "unwaived",
            Body::Erased { .. } => "erased",
            Body::Confirmed { .. } => "confirmed",
        }
    }

    /// Every type's word, in the order of the format's table.
    pub const KINDS: [&'static str; 20] = [
        "founded",
        "chartered",
        "enrolled",
        "granted",
        "ungranted",
        "key-added",
        "key-revoked",
        "declared",
        "amended",
        "moved",
        "attested",
        "retracted",
        "sealed",
        "unsealed",
        "blocked",
        "unblocked",
        "waived",
        "unwaived",
        "erased",
        "confirmed",
    ];

    /// Returns the action: SHA-256 of the canonical `{body, item, type}`.
    pub fn action(&self, item: &Noun) -> Digest {
        Digest::of_value(&Value::map([
            ("body", self.to_value()),
            ("item", item.to_key().into()),
            ("type", self.kind().into()),
        ]))
    }
}
