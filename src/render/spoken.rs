//! What an event decided, in sentences.

use super::look::{Page, Tone};
use super::words;
use crate::domain::event::{Amendment, AttestedBody, Body, CharterText, Event, Evidence, Founding, Person};
use crate::domain::id::{Digest, ItemId, Noun, Rid};
use crate::domain::meant::meant;
use crate::domain::state::State;
use crate::domain::value::Value;

/// Returns what an event decided, one sentence a line; `before` is the state that it was decided in, where that is known.
pub fn sentences(event: &Event, before: Option<&State>) -> Vec<String> {
    let mut told = says(&event.item, &event.body);
    told.extend(before.map(|state| meant(state, &event.body)).unwrap_or_default());
    if event.pending {
        told.insert(0, "proposed, and nothing changes before its quorum is complete:".to_owned());
    }
    told
}

/// Returns what somebody is asked to sign, one sentence a line: all that the event would decide.
pub fn says(item: &Noun, body: &Body) -> Vec<String> {
    match body {
        Body::Founded(founding) => founded(founding),
        Body::Chartered(adoption) => {
            let over = adoption.migrate.as_ref().map(|_| "what lives goes over as its table `migrate` says".to_owned());
            std::iter::once(adopted(&adoption.charter)).chain(over).collect()
        }
        Body::Enrolled(person) => enrolled(person),
        Body::Granted { actor, role } => vec![format!("{actor} holds the role {role}")],
        Body::Ungranted { actor, role, reason } => {
            vec![format!("{actor} no longer holds the role {role}"), why(reason)]
        }
        Body::KeyAdded { actor, key } => vec![format!("{actor} has another key: {}", key.fingerprint())],
        Body::KeyRevoked { actor, key, compromised_since, reason } => {
            let taken = compromised_since.map(|seq| format!("it was in other hands from event {seq} on"));
            let first = format!("the key {key} of {actor} no longer counts");
            std::iter::once(first).chain(taken).chain([why(reason)]).collect()
        }
        Body::Declared(declaration) => {
            let first = format!("{item} is declared as {}, in status {}", declaration.kind, declaration.status);
            std::iter::once(first).chain(stated(&declaration.stated)).collect()
        }
        Body::Amended(amendment) => {
            std::iter::once(format!("{item} is stated anew, whole")).chain(stated(amendment)).collect()
        }
        Body::Moved { from, to, because } => {
            let because = because.as_ref().map(|code| format!(", because {code}")).unwrap_or_default();
            vec![format!("{item} goes from {from} to {to}{because}")]
        }
        Body::Attested(said) => attested(item, said),
        Body::Retracted { claim: Some(claim), reason, event } => {
            vec![format!("the {claim} of {item} made by the event {} is taken back", short(event)), why(reason)]
        }
        Body::Retracted { claim: None, reason, event } => {
            vec![format!("the facts that the event {} claims are disputed", short(event)), why(reason)]
        }
        Body::Confirmed { event, reason } => {
            vec![format!("what the event {} brought about is confirmed", short(event)), why(reason)]
        }
        Body::Sealed { content, evidence } => {
            let first = format!("{item} is sealed with the content {}", content.short());
            std::iter::once(first).chain(evidence.iter().map(piece)).collect()
        }
        Body::Unsealed { seal, reason } => {
            vec![format!("the seal of {item} made by the event {} is broken", short(seal)), why(reason)]
        }
        Body::Blocked { name, reason, because, fields } => {
            let because = because.as_ref().map(|code| format!(", because {code}")).unwrap_or_default();
            let first = format!("the block {name} is placed on {item}{because}");
            let fields = fields.iter().map(|(field, value)| format!("{field}: {}", words::value(value)));
            [first, why(reason)].into_iter().chain(fields).collect()
        }
        Body::Unblocked { name, block, record, reason } => {
            let record = record.as_ref().map(|id| format!(", on the record {id}")).unwrap_or_default();
            let first = format!("the block {name} on {item}, placed by the event {}, is lifted{record}", short(block));
            vec![first, why(reason)]
        }
        Body::Waived { class, rule, reason, controls, until } => vec![
            format!("{rule} is waived for {item} until {until} ({class})"),
            why(reason),
            format!("controls: {controls}"),
        ],
        Body::Unwaived { waiver, rule, reason } => {
            vec![format!("the waiver of {rule} for {item} by the event {} is revoked", short(waiver)), why(reason)]
        }
        Body::Erased { sha256, reason } => {
            vec![format!("the bytes of the evidence {sha256} are given up"), why(reason)]
        }
    }
}

/// Returns what somebody is asked to sign, and what it is about in a state.
pub fn says_in(state: &State, item: &Noun, body: &Body) -> Vec<String> {
    says(item, body).into_iter().chain(meant(state, body)).collect()
}

/// Adds what somebody is asked to sign.
pub(super) fn show_says(page: &mut Page, indent: usize, says: &[String]) {
    let mut label = "says";
    for told in says {
        page.detail(indent, std::mem::take(&mut label), Tone::Plain, told);
    }
}

/// Adds the commands that show a proposal before it is signed.
pub(super) fn show_looks(page: &mut Page, indent: usize, id: &Rid, body: &Body) {
    let mut label = "look";
    for command in looks(id, body) {
        page.detail(indent, std::mem::take(&mut label), Tone::Command, &command);
    }
}

/// Returns texts, for programs.
pub fn texts(told: Vec<String>) -> Value {
    Value::List(told.into_iter().map(Value::from).collect())
}

/// Returns the commands that show a proposal before it is signed: its event, and of a charter also what it would change.
pub fn looks(id: &Rid, body: &Body) -> Vec<String> {
    let id = id.as_str().get(..8).unwrap_or(id.as_str());
    let cited = match body {
        Body::Confirmed { event, .. } | Body::Retracted { event, claim: None, .. } => Some(event),
        _ => None,
    };
    let cited = cited.map(|event| format!("ledger show {}", short(event)));
    std::iter::once(format!("ledger show {id}")).chain(compares(id, body)).chain(cited).collect()
}

/// Returns the command that compares the charter of a proposal with the one in force.
fn compares(id: &str, body: &Body) -> Option<String> {
    matches!(body, Body::Chartered(_)).then(|| format!("ledger charter diff {id}"))
}

/// Returns the command that says what the charter of an event changes, or changed.
pub fn comparison(event: &Event) -> Option<String> {
    let command = compares(event.id.as_str().get(..8).unwrap_or_default(), &event.body)?;
    let before = event.seq.saturating_sub(1);
    Some(if event.pending { command } else { format!("ledger charter diff @{before} @{}", event.seq) })
}

/// Returns what an event cites: other events, items and evidence, each with the command that shows it, if there is one.
pub fn citations(event: &Event) -> Vec<(String, Option<String>)> {
    let one = |id: &Rid| (format!("the event {id}"), Some(format!("ledger show {}", short(id))));
    let item = |id: &ItemId| (format!("the item {id}"), Some(format!("ledger show {id}")));
    let mut cited: Vec<(String, Option<String>)> = match &event.body {
        Body::Retracted { event, .. } | Body::Confirmed { event, .. } => vec![one(event)],
        Body::Unsealed { seal, .. } => vec![one(seal)],
        Body::Unblocked { block, record, .. } => std::iter::once(one(block)).chain(record.as_ref().map(item)).collect(),
        Body::Unwaived { waiver, .. } => vec![one(waiver)],
        Body::Declared(declaration) => linked(&declaration.stated).iter().map(|id| item(id)).collect(),
        Body::Amended(amendment) => linked(amendment).iter().map(|id| item(id)).collect(),
        _ => Vec::new(),
    };
    cited.extend(event.body.evidence().into_iter().flatten().map(|evidence| (piece(evidence), None)));
    cited
}

fn linked(stated: &Amendment) -> Vec<&ItemId> {
    stated.links.values().flatten().collect()
}

fn short(id: &Rid) -> &str {
    id.as_str().get(..12).unwrap_or(id.as_str())
}

fn why(reason: &str) -> String {
    format!("reason: {reason}")
}

/// Returns the evidence that the sentences of an event leave out.
pub fn pieces(event: &Event) -> Vec<String> {
    let Body::Attested(said) = &event.body else { return Vec::new() };
    said.evidence.iter().map(piece).collect()
}

fn piece(evidence: &Evidence) -> String {
    format!("evidence {}, {} bytes, {}", evidence.sha256, evidence.size, evidence.media)
}

fn adopted(charter: &CharterText) -> String {
    let sha256 = Digest::of(charter.text.as_bytes());
    format!(
        "the charter {} is in force: semantics {}, authority `{}`, SHA-256 {}",
        charter.id,
        charter.semantics,
        charter.authority,
        sha256.short()
    )
}

fn founded(founding: &Founding) -> Vec<String> {
    let mut told = vec![adopted(&founding.charter)];
    told.extend(founding.actors.iter().flat_map(enrolled));
    if !founding.baseline.is_empty() {
        told.push(format!("commits up to {} are not judged", words::names(&founding.baseline)));
    }
    if let Some(recovery) = &founding.recovery {
        told.push(format!(
            "{} kept offline, of which {} can act together",
            words::count(recovery.keys.len(), "key is", "keys are"),
            recovery.quorum
        ));
    }
    told
}

fn enrolled(person: &Person) -> Vec<String> {
    let operator = person.operator.as_ref().map(|name| format!(", operated by {name}")).unwrap_or_default();
    let roles =
        if person.roles.is_empty() { String::new() } else { format!(", in the roles {}", words::names(&person.roles)) };
    let mut told = vec![format!("{} is enrolled as {}{operator}{roles}", person.actor, person.kind.as_str())];
    told.extend(person.keys.iter().map(|key| format!("key of {}: {}", person.actor, key.fingerprint())));
    if !person.emails.is_empty() {
        told.push(format!("git emails of {}: {}", person.actor, words::names(&person.emails)));
    }
    told
}

fn stated(stated: &Amendment) -> Vec<String> {
    let title = stated.title.iter().map(|title| format!("title: {title}"));
    let path = stated.path.iter().map(|path| format!("path: {path}"));
    let fields = stated.fields.iter().map(|(name, value)| format!("field {name}: {}", words::value(value)));
    let links = stated.links.iter().map(|(link, to)| {
        let to = if to.is_empty() { "nothing, stated".to_owned() } else { words::names(to) };
        format!("link {link}: {to}")
    });
    title.chain(path).chain(fields).chain(links).collect()
}

fn attested(item: &Noun, said: &AttestedBody) -> Vec<String> {
    let mut told = vec![format!("{} of {item}: {}", said.claim, said.statement.result)];
    let yes = |answer: &bool| if *answer { "yes" } else { "no" };
    told.extend(said.statement.answers.iter().map(|(name, answer)| format!("answer {name}: {}", yes(answer))));
    told.extend(said.statement.values.iter().map(|(name, value)| format!("value {name}: {}", words::value(value))));
    told.push(format!("said of the content {}, first at {}", said.content.short(), said.made));
    told.extend(said.over.iter().map(|over| format!("and over {}", over.short())));
    told
}
