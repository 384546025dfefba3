//! Events: what was decided, by whom, when, on which facts.
//!
//! The envelope ([`Event`]) is the same for every type; what was decided is the [`Body`].

mod body;
mod codec;
mod later;
mod read;
mod seen;
mod summary;

pub use body::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Evidence, Founding, Person, Recovery, Statement,
};
pub use later::Later;

use super::facts::Seen;
use super::id::{ActorId, Correlation, Digest, Noun, Rid, RoleId, Word};
use super::time::Timestamp;

/// The version of the format that this program writes and reads.
pub const VERSION: i64 = 1;

/// What stands in a waiver that lasts as long as its phase, instead of a day.
pub const PHASE_END: &str = "phase-end";

/// The greatest length of a payload, in bytes.
pub const MAX_PAYLOAD: usize = 1024 * 1024;

/// A decision, or a vote for one, at its position in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The position: 0 for genesis.
    pub seq: u64,
    /// The random id, which stays when the event is signed again on another tip.
    pub id: Rid,
    /// SHA-256 of the commit before it; `None` in genesis.
    pub prev: Option<Digest>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: ActorId,
    /// The role acted in (`as`); `None` where the rule asks for no role, as when one revokes a key of one's own.
    pub role: Option<RoleId>,
    /// What it is about (`item`).
    pub item: Noun,
    /// What was decided (`type` and `body`).
    pub body: Body,
    /// The facts about the code that the author signed.
    pub seen: Option<Seen>,
    /// The gate that guarded the action, as it came out.
    pub judged: Option<Judged>,
    /// The signature does not complete its quorum.
    pub pending: bool,
    /// What the event belongs to outside of the ledger.
    pub correlation: Option<Correlation>,
}

/// How the gate that guarded an action came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The gate.
    pub gate: Word,
    /// `PASS`, `HOLD` or `VETO`; an admitted event always says `PASS`.
    pub outcome: GateOutcome,
    /// SHA-256 of the sorted canonical array of leaves `["gate.criterion", item or null, outcome, content or null]`.
    pub digest: Digest,
}

/// How a gate comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GateOutcome {
    /// Every must is MET, WAIVED or N/A, and no veto is MET or UNKNOWN.
    Pass,
    /// Something is not met or cannot be known.
    Hold,
    /// A veto is MET.
    Veto,
}

impl GateOutcome {
    /// Returns the word that is printed and recorded.
    pub const fn as_str(self) -> &'static str {
        match self {
            GateOutcome::Pass => "PASS",
            GateOutcome::Hold => "HOLD",
            GateOutcome::Veto => "VETO",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<GateOutcome> {
        [GateOutcome::Pass, GateOutcome::Hold, GateOutcome::Veto].into_iter().find(|o| o.as_str() == text)
    }
}

impl Event {
    /// Returns the action: SHA-256 of the canonical `{body, item, type}`. Signatures of the same action are votes for it.
    pub fn action(&self) -> Digest {
        self.body.action(&self.item)
    }
}
