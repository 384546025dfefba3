//! The first line of an event's message, derived from the payload, so that `git log` cannot lie.

use super::{Body, Event};
use crate::domain::id::{Digest, Noun};

impl Event {
    /// Returns the summary: the type, ids of the payload, and `proposed ` before it where the quorum is not complete.
    pub fn summary(&self) -> String {
        let what = self.body.summary(&self.item);
        if self.pending { format!("proposed {what}") } else { what }
    }
}

impl Body {
    /// Returns what was decided as a line of ids, such as `moved WP-7 ready`.
    pub fn summary(&self, item: &Noun) -> String {
        let kind = self.kind();
        match self {
            Body::Founded(founding) => format!("{kind} {}", founding.charter.id),
            Body::Chartered(adoption) => {
                let charter = &adoption.charter;
                format!("{kind} {} {}", charter.id, Digest::of(charter.text.as_bytes()).short())
            }
            Body::Enrolled(person) => format!("{kind} {}", person.actor),
            Body::Granted { actor, role } | Body::Ungranted { actor, role, .. } => format!("{kind} {actor} {role}"),
            Body::KeyAdded { actor, key } => format!("{kind} {actor} {}", key.fingerprint()),
            Body::KeyRevoked { actor, key, .. } => format!("{kind} {actor} {key}"),
            Body::Declared(_) | Body::Amended(_) | Body::Sealed { .. } | Body::Unsealed { .. } => {
                format!("{kind} {item}")
            }
            Body::Moved { to, .. } => format!("{kind} {item} {to}"),
            Body::Attested(attested) => format!("{kind} {item} {}={}", attested.claim, attested.statement.result),
            Body::Retracted { claim: Some(claim), .. } => format!("{kind} {item} {claim}"),
            Body::Retracted { claim: None, event, .. } => format!("{kind} {item} {event}"),
            Body::Blocked { name, .. } | Body::Unblocked { name, .. } => format!("{kind} {item} {name}"),
            Body::Waived { rule, .. } | Body::Unwaived { rule, .. } => format!("{kind} {item} {rule}"),
            Body::Confirmed { event, .. } => format!("{kind} {event}"),
            Body::Erased { sha256, .. } => format!("{kind} {}", sha256.short()),
        }
    }
}
