//! What a later event did to what an earlier one had done.

use std::collections::BTreeSet;

use super::{Body, Event, Evidence};
use crate::domain::id::Digest;
use crate::domain::key::Fingerprint;

/// What became of what an event did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// Its proposal was signed once more.
    Signed,
    /// Its proposal took effect.
    Completed,
    /// The statement was taken back.
    TakenBack,
    /// The same actor spoke again.
    SaidAnew,
    /// The facts that it claimed are disputed.
    Disputed,
    /// The seal was broken.
    Broken,
    /// The block was lifted.
    Lifted,
    /// The waiver was revoked.
    Revoked,
    /// The status changed again.
    MovedOn,
    /// What it states was stated anew.
    StatedAnew,
    /// The item was superseded.
    Superseded,
    /// The role was taken away.
    RoleLost,
    /// The key that it added no longer counts.
    KeyLost,
    /// The key that signed it was in other hands at that time.
    Compromised,
    /// Another charter was adopted.
    Replaced,
    /// Evidence that it cites was erased.
    Erased,
}

impl Later {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Later::Signed => "signed the proposal too",
            Later::Completed => "completed the proposal",
            Later::TakenBack => "took it back",
            Later::SaidAnew => "the same actor spoke again",
            Later::Disputed => "disputed the facts that it claims",
            Later::Broken => "broke the seal",
            Later::Lifted => "lifted the block",
            Later::Revoked => "revoked the waiver",
            Later::MovedOn => "moved it on",
            Later::StatedAnew => "stated it anew",
            Later::Superseded => "superseded the item",
            Later::RoleLost => "took the role away",
            Later::KeyLost => "revoked the key",
            Later::Compromised => "says that its key was in other hands",
            Later::Replaced => "adopted another charter",
            Later::Erased => "erased evidence that it cites",
        }
    }

    /// Returns what `later` did to `earlier`, which was signed with `key`; `None` where it did nothing to it.
    pub fn of(earlier: &Event, key: &Fingerprint, later: &Event) -> Option<Later> {
        let same_item = earlier.item == later.item;
        if earlier.pending
            && same_item
            && earlier.body.kind() == later.body.kind()
            && earlier.action() == later.action()
        {
            return Some(if later.pending { Later::Signed } else { Later::Completed });
        }
        if later.pending {
            return None;
        }
        match &later.body {
            Body::Retracted { event, claim, .. } if *event == earlier.id => {
                return Some(if claim.is_some() { Later::TakenBack } else { Later::Disputed });
            }
            Body::KeyRevoked { key: lost, compromised_since: Some(since), .. }
                if lost == key && *since <= earlier.seq =>
            {
                return Some(Later::Compromised);
            }
            Body::Erased { sha256, .. } if cites(&earlier.body, sha256) => return Some(Later::Erased),
            _ => {}
        }
        if earlier.pending {
            return None;
        }
        match (&earlier.body, &later.body) {
            (Body::Sealed { .. }, Body::Unsealed { seal, .. }) if *seal == earlier.id => Some(Later::Broken),
            (Body::Blocked { .. }, Body::Unblocked { block, .. }) if *block == earlier.id => Some(Later::Lifted),
            (Body::Waived { .. }, Body::Unwaived { waiver, .. }) if *waiver == earlier.id => Some(Later::Revoked),
            (Body::Attested(said), Body::Attested(again))
                if same_item && earlier.actor == later.actor && said.claim == again.claim =>
            {
                Some(Later::SaidAnew)
            }
            (Body::Moved { .. }, Body::Moved { .. }) if same_item => Some(Later::MovedOn),
            (Body::Declared(_) | Body::Amended(_), Body::Amended(_)) if same_item => Some(Later::StatedAnew),
            (Body::Declared(_) | Body::Amended(_), Body::Declared(_) | Body::Amended(_)) => {
                supersedes(&later.body, earlier).then_some(Later::Superseded)
            }
            (Body::Granted { actor, role }, Body::Ungranted { actor: who, role: lost, .. })
                if actor == who && role == lost =>
            {
                Some(Later::RoleLost)
            }
            (Body::KeyAdded { key, .. }, Body::KeyRevoked { key: lost, .. }) if key.fingerprint() == *lost => {
                Some(Later::KeyLost)
            }
            (Body::Enrolled(person), Body::KeyRevoked { actor, .. }) if person.actor == *actor => Some(Later::KeyLost),
            (Body::Founded(_) | Body::Chartered(_), Body::Chartered(_)) => Some(Later::Replaced),
            _ => None,
        }
    }
}

fn cites(body: &Body, sha256: &Digest) -> bool {
    body.evidence().is_some_and(|evidence| evidence.iter().any(|piece| piece.sha256 == *sha256))
}

fn supersedes(later: &Body, earlier: &Event) -> bool {
    let (Body::Declared(super::Declaration { stated, .. }) | Body::Amended(stated)) = later else { return false };
    let old = stated.links.get("supersedes");
    earlier.item.item().is_some_and(|id| old.is_some_and(|old| old.contains(id)))
}

impl Body {
    /// Returns the evidence that it cites, where events of its type cite any.
    pub fn evidence(&self) -> Option<&BTreeSet<Evidence>> {
        match self {
            Body::Attested(said) => Some(&said.evidence),
            Body::Sealed { evidence, .. } => Some(evidence),
            _ => None,
        }
    }
}
