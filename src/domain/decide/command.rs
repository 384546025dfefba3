//! Actions in the words of the command line.

use crate::domain::event::Body;
use crate::domain::id::Noun;

/// Returns the command that does such a thing, as somebody else would type it. What only that person can say is left out, and
/// the command asks for it; `None` where it takes a file of that person.
pub(super) fn command(item: &Noun, body: &Body) -> Option<String> {
    let because = |because: &Option<_>| because.as_ref().map(|code| format!(" --because {code}")).unwrap_or_default();
    Some(match body {
        Body::Founded(_) | Body::Chartered(_) | Body::KeyAdded { .. } => return None,
        Body::Enrolled(person) => format!("ledger actor enroll {} --kind {}", person.actor, person.kind.as_str()),
        Body::Granted { actor, role } => format!("ledger actor grant {actor} {role}"),
        Body::Ungranted { actor, role, .. } => format!("ledger actor ungrant {actor} {role}"),
        Body::KeyRevoked { actor, key, .. } => format!("ledger key revoke {actor} {key}"),
        Body::Declared(declaration) => format!("ledger declare {item} --kind {}", declaration.kind),
        Body::Amended(_) => format!("ledger amend {item}"),
        Body::Moved { to, because: code, .. } => format!("ledger move {item} {to}{}", because(code)),
        Body::Attested(attested) => {
            format!("ledger attest {item} {} --result {}", attested.claim, attested.statement.result)
        }
        Body::Retracted { claim: Some(claim), .. } => format!("ledger retract {item} {claim}"),
        Body::Retracted { claim: None, event, .. } => format!("ledger retract --facts-of {event}"),
        Body::Sealed { .. } => format!("ledger seal {item}"),
        Body::Unsealed { .. } => format!("ledger unseal {item}"),
        Body::Blocked { name, because: code, .. } => format!("ledger block {item} {name}{}", because(code)),
        Body::Unblocked { name, record, .. } => {
            let record = record.as_ref().map(|record| format!(" --record {record}")).unwrap_or_default();
            format!("ledger unblock {item} {name}{record}")
        }
        Body::Waived { rule, .. } => format!("ledger waive {rule} {item}"),
        Body::Unwaived { rule, .. } => format!("ledger unwaive {rule} {item}"),
        Body::Confirmed { event, .. } => format!("ledger confirm {event}"),
        Body::Erased { sha256, .. } => format!("ledger erase {sha256}"),
    })
}
