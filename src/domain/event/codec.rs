//! The payload of an event: encoder and decoder, side by side.
//!
//! Decoding takes the object apart key by key and then demands that encoding what was read gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Object, name_of, names_of, set_of, text_of, wrong_type};
use super::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Event, Evidence, Founding, GateOutcome, Judged,
    MAX_PAYLOAD, PHASE_END, Person, Recovery, Statement, VERSION,
};
use crate::domain::charter::{ActorType, Migration};
use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::id::{Digest, Noun, Word};
use crate::domain::key::PublicKey;
use crate::domain::path::RepoPath;
use crate::domain::text;
use crate::domain::time::Timestamp;
use crate::domain::value::{ObjectWriter, Value};

impl Event {
    /// Returns the payload: one line of canonical JSON, without a line feed.
    pub fn encode(&self) -> String {
        let mut line = ObjectWriter::new(1024);
        line.put_text("actor", self.actor.as_str());
        line.put("as", &self.role.as_ref().into());
        line.put_text("at", &self.at.to_string());
        line.put("body", &self.body.to_value());
        if let Some(correlation) = &self.correlation {
            line.put_text("correlation", correlation.as_str());
        }
        line.put_text("id", self.id.as_str());
        line.put("item", &self.item.to_key().into());
        if let Some(judged) = &self.judged {
            line.put("judged", &judged.to_value());
        }
        if self.pending {
            line.put("pending", &Value::Bool(true));
        }
        line.put("prev", &self.prev.into());
        if let Some(seen) = &self.seen {
            line.put("seen", &seen.to_value());
        }
        line.put("seq", &self.seq.into());
        line.put_text("type", self.body.kind());
        line.put("v", &Value::Int(VERSION));
        line.finish()
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// The code of the first deviation from the format that is found; `format.rebuild` where what was read encodes to
    /// other bytes.
    pub fn decode(payload: &str) -> Result<Event, FormatError> {
        if payload.len() > MAX_PAYLOAD {
            let detail = format!("a payload of {} bytes; at most {MAX_PAYLOAD} are allowed", payload.len());
            return Err(FormatError::new(Code::FormatSize, detail));
        }
        let mut object = Object::new("payload", Value::parse(payload)?)?;
        check_version(&object.take("v")?)?;
        let kind = object.take("type")?;
        let body = object.take("body")?;
        let event = Event {
            seq: object.count("seq")?,
            id: object.name("id")?,
            prev: object.name_or_null("prev")?,
            at: Timestamp::parse(&object.text("at")?)?,
            actor: object.name("actor")?,
            role: object.name_or_null("as")?,
            item: Noun::parse(object.text_or_null("item")?.as_deref())?,
            body: Body::from_value(kind, body)?,
            seen: object.take_optional("seen").map(super::seen::from_value).transpose()?,
            judged: object.take_optional("judged").map(Judged::from_value).transpose()?,
            pending: match object.take_optional("pending") {
                None => false,
                Some(Value::Bool(true)) => true,
                Some(other) => return Err(wrong_type("payload.pending", "`true`, or no such key", &other)),
            },
            correlation: object.take_optional("correlation").map(|v| name_of("payload.correlation", v)).transpose()?,
        };
        object.finish()?;
        event.check_noun()?;
        if event.encode() != payload {
            return Err(FormatError::new(Code::FormatRebuild, "the payload is not what its own content encodes to"));
        }
        Ok(event)
    }

    /// Checks that the item is of the sort that the type speaks of.
    fn check_noun(&self) -> Result<(), FormatError> {
        let fits = match &self.body {
            Body::Founded(_)
            | Body::Chartered(_)
            | Body::Enrolled(_)
            | Body::Granted { .. }
            | Body::Ungranted { .. }
            | Body::KeyAdded { .. }
            | Body::KeyRevoked { .. }
            | Body::Erased { .. }
            | Body::Confirmed { .. } => self.item == Noun::Repo,
            Body::Attested(_) | Body::Retracted { .. } => true,
            Body::Waived { .. } | Body::Unwaived { .. } => !matches!(self.item, Noun::Placed { .. }),
            _ => matches!(self.item, Noun::Item(_)),
        };
        if fits {
            return Ok(());
        }
        let detail = format!("an event of type {:?} cannot be about {}", self.body.kind(), self.item);
        Err(FormatError::new(Code::FormatType, detail))
    }
}

fn check_version(version: &Value) -> Result<(), FormatError> {
    if *version == Value::Int(VERSION) {
        return Ok(());
    }
    let found = version.to_canonical();
    let detail =
        format!("the payload is of version {found}; this program reads version 1: a later release may read it");
    Err(FormatError::new(Code::FormatUnknownVersion, detail))
}

impl Judged {
    pub(in crate::domain) fn to_value(&self) -> Value {
        Value::map([
            ("digest", self.digest.into()),
            ("gate", (&self.gate).into()),
            ("outcome", self.outcome.as_str().into()),
        ])
    }

    fn from_value(value: Value) -> Result<Judged, FormatError> {
        let mut object = Object::new("judged", value)?;
        let outcome = object.text("outcome")?;
        let judged = Judged {
            gate: object.name("gate")?,
            outcome: GateOutcome::parse(&outcome)
                .ok_or_else(|| FormatError::new(Code::FormatId, format!("{outcome:?} is not an outcome of a gate")))?,
            digest: object.name("digest")?,
        };
        object.finish()?;
        Ok(judged)
    }
}

impl Body {
    /// Returns the body as the payload holds it: every key of the type, always.
    pub fn to_value(&self) -> Value {
        match self {
            Body::Founded(founding) => founding.to_value(),
            Body::Chartered(adoption) => adoption.to_value(),
            Body::Enrolled(person) => person.to_value(),
            Body::Granted { actor, role } => Value::map([("actor", actor.into()), ("role", role.into())]),
            Body::Ungranted { actor, role, reason } => {
                Value::map([("actor", actor.into()), ("reason", reason.as_str().into()), ("role", role.into())])
            }
            Body::KeyAdded { actor, key } => Value::map([("actor", actor.into()), ("key", Value::text(key))]),
            Body::KeyRevoked { actor, key, compromised_since, reason } => Value::map([
                ("actor", actor.into()),
                ("compromised_since", (*compromised_since).into()),
                ("key", Value::text(key)),
                ("reason", reason.as_str().into()),
            ]),
            Body::Declared(declaration) => declaration.to_value(),
            Body::Amended(stated) => Value::Map(stated.entries()),
            Body::Moved { from, to, because } => {
                Value::map([("because", because.as_ref().into()), ("from", from.into()), ("to", to.into())])
            }
            Body::Attested(attested) => attested.to_value(),
            Body::Retracted { event, claim, reason } => Value::map([
                ("claim", claim.as_ref().into()),
                ("event", event.into()),
                ("reason", reason.as_str().into()),
            ]),
            Body::Sealed { content, evidence } => {
                Value::map([("content", (*content).into()), ("evidence", evidence_value(evidence))])
            }
            Body::Unsealed { seal, reason } => Value::map([("reason", reason.as_str().into()), ("seal", seal.into())]),
            Body::Blocked { name, reason, because, fields } => Value::map([
                ("because", because.as_ref().into()),
                ("fields", fields_value(fields)),
                ("name", name.into()),
                ("reason", reason.as_str().into()),
            ]),
            Body::Unblocked { name, block, record, reason } => Value::map([
                ("block", block.into()),
                ("name", name.into()),
                ("reason", reason.as_str().into()),
                ("record", record.as_ref().into()),
            ]),
            Body::Waived { class, rule, reason, controls, until } => Value::map([
                ("class", class.into()),
                ("controls", controls.as_str().into()),
                ("reason", reason.as_str().into()),
                ("rule", rule.as_str().into()),
                ("until", until.as_str().into()),
            ]),
            Body::Unwaived { waiver, rule, reason } => Value::map([
                ("reason", reason.as_str().into()),
                ("rule", rule.as_str().into()),
                ("waiver", waiver.into()),
            ]),
            Body::Confirmed { event, reason } => {
                Value::map([("event", event.into()), ("reason", reason.as_str().into())])
            }
            Body::Erased { sha256, reason } => {
                Value::map([("reason", reason.as_str().into()), ("sha256", (*sha256).into())])
            }
        }
    }

    /// Reads the body of an event of type `kind`, which is known to be a text only after the body is known to be a map.
    fn from_value(kind: Value, value: Value) -> Result<Body, FormatError> {
        let mut o = Object::new("body", value)?;
        let kind = text_of("payload.type", kind)?;
        let body = match kind.as_str() {
            "founded" => Body::Founded(Box::new(Founding::take(&mut o)?)),
            "chartered" => Body::Chartered(Box::new(Adoption::take(&mut o)?)),
            "enrolled" => Body::Enrolled(Person::take(&mut o)?),
            "granted" => Body::Granted { actor: o.name("actor")?, role: o.name("role")? },
            "ungranted" => {
                Body::Ungranted { actor: o.name("actor")?, role: o.name("role")?, reason: o.said("reason")? }
            }
            "key-added" => Body::KeyAdded { actor: o.name("actor")?, key: o.name("key")? },
            "key-revoked" => Body::KeyRevoked {
                actor: o.name("actor")?,
                key: o.name("key")?,
                compromised_since: match o.take("compromised_since")? {
                    Value::Null => None,
                    Value::Int(n) if n >= 0 => Some(n.unsigned_abs()),
                    other => return Err(wrong_type("body.compromised_since", "a position or null", &other)),
                },
                reason: o.said("reason")?,
            },
            "declared" => Body::Declared(Declaration::take(&mut o)?),
            "amended" => Body::Amended(Amendment::take(&mut o)?),
            "moved" => Body::Moved { from: o.name("from")?, to: o.name("to")?, because: o.name_or_null("because")? },
            "attested" => Body::Attested(Box::new(AttestedBody::take(&mut o)?)),
            "retracted" => {
                Body::Retracted { event: o.name("event")?, claim: o.name_or_null("claim")?, reason: o.said("reason")? }
            }
            "sealed" => Body::Sealed { content: o.name("content")?, evidence: o.set("evidence", evidence_of)? },
            "unsealed" => Body::Unsealed { seal: o.name("seal")?, reason: o.said("reason")? },
            "blocked" => Body::Blocked {
                name: o.name("name")?,
                reason: o.said("reason")?,
                because: o.name_or_null("because")?,
                fields: o.map("fields", field_of)?,
            },
            "unblocked" => Body::Unblocked {
                name: o.name("name")?,
                block: o.name("block")?,
                record: o.name_or_null("record")?,
                reason: o.said("reason")?,
            },
            "waived" => Body::Waived {
                class: o.name("class")?,
                rule: rule_of(&o.text("rule")?)?,
                reason: o.said("reason")?,
                controls: o.said("controls")?,
                until: until_of(&o.text("until")?)?,
            },
            "unwaived" => Body::Unwaived {
                waiver: o.name("waiver")?,
                rule: rule_of(&o.text("rule")?)?,
                reason: o.said("reason")?,
            },
            "erased" => Body::Erased { sha256: o.name("sha256")?, reason: o.said("reason")? },
            "confirmed" => Body::Confirmed { event: o.name("event")?, reason: o.said("reason")? },
            other => {
                let detail = format!("the type {other:?} is not one of format version 1: a later release may read it");
                return Err(FormatError::new(Code::FormatUnknownType, detail));
            }
        };
        o.finish()?;
        Ok(body)
    }
}

impl Founding {
    fn to_value(&self) -> Value {
        Value::map([
            ("actors", Value::set(self.actors.iter().map(Person::to_value))),
            ("baseline", Value::set(&self.baseline)),
            ("charter", self.charter.to_value()),
            ("continues", Value::Null),
            ("nonce", (&self.nonce).into()),
            ("object_format", self.object_format.as_str().into()),
            ("recovery", self.recovery.as_ref().map(Recovery::to_value).into()),
        ])
    }

    fn take(o: &mut Object) -> Result<Founding, FormatError> {
        if o.take("continues")? != Value::Null {
            let detail = "body.continues is reserved: format version 1 writes null; a later release may read it";
            return Err(FormatError::new(Code::FormatUnknownVersion, detail));
        }
        let mut charter = Object::new("body.charter", o.take("charter")?)?;
        let text = CharterText::take(&mut charter)?;
        charter.finish()?;
        let object_format = o.text("object_format")?;
        if !matches!(object_format.as_str(), "sha1" | "sha256") {
            return Err(FormatError::new(Code::FormatId, format!("{object_format:?} is no object format of git")));
        }
        let people = o.set("actors", |place, value| {
            let mut person = Object::new(place, value)?;
            let read = Person::take(&mut person)?;
            person.finish()?;
            Ok((read.actor.clone(), read))
        });
        Ok(Founding {
            nonce: o.name("nonce")?,
            object_format,
            charter: text,
            actors: distinct_people(people?)?,
            baseline: o.set("baseline", name_of)?,
            recovery: match o.take("recovery")? {
                Value::Null => None,
                value => Some(Recovery::from_value(value)?),
            },
        })
    }
}

/// Sorted by canonical form, two people of one name could stand apart; a name is one person's.
fn distinct_people(set: BTreeSet<(crate::domain::id::ActorId, Person)>) -> Result<Vec<Person>, FormatError> {
    let count = set.len();
    let names: BTreeSet<_> = set.iter().map(|(name, _)| name.clone()).collect();
    if names.len() != count || count == 0 {
        let detail = "body.actors is empty, or names an actor twice";
        return Err(FormatError::new(Code::FormatSet, detail));
    }
    Ok(set.into_iter().map(|(_, person)| person).collect())
}

impl Recovery {
    fn to_value(&self) -> Value {
        Value::map([("keys", keys_value(&self.keys)), ("quorum", self.quorum.into())])
    }

    fn from_value(value: Value) -> Result<Recovery, FormatError> {
        let mut o = Object::new("body.recovery", value)?;
        let recovery = Recovery { quorum: o.count("quorum")?, keys: o.set("keys", name_of)? };
        o.finish()?;
        if recovery.quorum == 0 || recovery.quorum > recovery.keys.len() as u64 {
            let detail = "body.recovery.quorum is 0, or more than there are keys";
            return Err(FormatError::new(Code::FormatNumber, detail));
        }
        Ok(recovery)
    }
}

impl CharterText {
    fn to_value(&self) -> Value {
        Value::map(self.entries())
    }

    fn entries(&self) -> [(&'static str, Value); 4] {
        [
            ("authority", self.authority.as_str().into()),
            ("id", (&self.id).into()),
            ("semantics", self.semantics.into()),
            ("text", self.text.as_str().into()),
        ]
    }

    fn take(o: &mut Object) -> Result<CharterText, FormatError> {
        let text = match o.take("text")? {
            Value::Text(text) => text,
            other => return Err(wrong_type("text", "a text", &other)),
        };
        text::check_charter(&text)?;
        Ok(CharterText { id: o.name("id")?, semantics: o.count("semantics")?, authority: o.text("authority")?, text })
    }
}

impl Adoption {
    fn to_value(&self) -> Value {
        let migrate = self.migrate.as_ref().map(Migration::to_value);
        Value::map(self.charter.entries().into_iter().chain([("migrate", migrate.into())]))
    }

    fn take(o: &mut Object) -> Result<Adoption, FormatError> {
        let migrate = match o.take("migrate")? {
            Value::Null => None,
            value => Some(Migration::from_value(value)?),
        };
        Ok(Adoption { charter: CharterText::take(o)?, migrate })
    }
}

impl Migration {
    /// Returns the object that an event carries.
    pub fn to_value(&self) -> Value {
        let states = self.states.iter().map(|(kind, states)| (kind.to_string(), names_value(states)));
        Value::map([
            ("blocks", names_value(&self.blocks)),
            ("claims", names_value(&self.claims)),
            ("dissolved", Value::set(&self.dissolved)),
            ("kinds", names_value(&self.kinds)),
            ("roles", names_value(&self.roles)),
            ("seals", Value::set(&self.seals)),
            ("states", Value::map(states)),
        ])
    }

    fn from_value(value: Value) -> Result<Migration, FormatError> {
        let mut o = Object::new("body.migrate", value)?;
        let migration = Migration {
            blocks: o.map("blocks", name_of)?,
            claims: o.map("claims", name_of)?,
            dissolved: o.set("dissolved", name_of)?,
            kinds: o.map("kinds", name_of)?,
            roles: o.map("roles", name_of)?,
            seals: o.set("seals", name_of)?,
            states: o.map("states", names_of)?,
        };
        o.finish()?;
        Ok(migration)
    }
}

fn names_value<N: std::fmt::Display>(names: &BTreeMap<N, N>) -> Value {
    Value::map(names.iter().map(|(old, new)| (old.to_string(), Value::text(new))))
}

impl Person {
    fn to_value(&self) -> Value {
        Value::map([
            ("actor", (&self.actor).into()),
            ("emails", Value::set(self.emails.iter().map(String::as_str))),
            ("keys", keys_value(&self.keys)),
            ("operator", self.operator.as_ref().into()),
            ("roles", Value::set(&self.roles)),
            ("type", self.kind.as_str().into()),
        ])
    }

    fn take(o: &mut Object) -> Result<Person, FormatError> {
        let kind = o.text("type")?;
        let person = Person {
            actor: o.name("actor")?,
            kind: ActorType::parse(&kind)
                .ok_or_else(|| FormatError::new(Code::FormatId, format!("{kind:?} is not human, agent or ci")))?,
            operator: o.name_or_null("operator")?,
            emails: o.set("emails", email_of)?,
            keys: o.set("keys", name_of)?,
            roles: o.set("roles", name_of)?,
        };
        if person.keys.is_empty() {
            return Err(FormatError::new(Code::FormatSet, format!("{} has no key", person.actor)));
        }
        Ok(person)
    }
}

impl Declaration {
    fn to_value(&self) -> Value {
        let mut map = self.stated.entries();
        map.insert("kind".to_owned(), (&self.kind).into());
        map.insert("status".to_owned(), (&self.status).into());
        Value::Map(map)
    }

    fn take(o: &mut Object) -> Result<Declaration, FormatError> {
        Ok(Declaration { kind: o.name("kind")?, status: o.name("status")?, stated: Amendment::take(o)? })
    }
}

impl Amendment {
    /// Returns the keys `title`, `path`, `fields` and `links`.
    pub fn entries(&self) -> BTreeMap<String, Value> {
        let links = self.links.iter().map(|(link, ids)| (link.to_string(), Value::set(ids))).collect();
        BTreeMap::from([
            ("title".to_owned(), self.title.clone().into()),
            ("path".to_owned(), self.path.as_ref().into()),
            ("fields".to_owned(), fields_value(&self.fields)),
            ("links".to_owned(), Value::Map(links)),
        ])
    }

    fn take(o: &mut Object) -> Result<Amendment, FormatError> {
        Ok(Amendment {
            title: o.text_or_null("title")?,
            path: o.text_or_null("path")?.map(|text| RepoPath::parse(&text)).transpose()?,
            fields: o.map("fields", field_of)?,
            links: o.map("links", |place, value| match value {
                Value::List(list) => set_of(place, list, name_of),
                other => Err(wrong_type(place, "a list", &other)),
            })?,
        })
    }
}

impl AttestedBody {
    fn to_value(&self) -> Value {
        let answers = self.statement.answers.iter().map(|(k, b)| (k.to_string(), Value::Bool(*b))).collect();
        Value::map([
            ("answers", Value::Map(answers)),
            ("claim", (&self.claim).into()),
            ("content", self.content.into()),
            ("evidence", evidence_value(&self.evidence)),
            ("made", self.made.into()),
            ("over", self.over.into()),
            ("result", (&self.statement.result).into()),
            ("values", fields_value(&self.statement.values)),
        ])
    }

    fn take(o: &mut Object) -> Result<AttestedBody, FormatError> {
        Ok(AttestedBody {
            claim: o.name("claim")?,
            statement: Statement {
                result: o.name("result")?,
                answers: o.map("answers", |place, value| match value {
                    Value::Bool(yes) => Ok(yes),
                    other => Err(wrong_type(place, "true or false", &other)),
                })?,
                values: o.map("values", field_of)?,
            },
            content: o.name::<Digest>("content")?,
            over: o.name_or_null("over")?,
            evidence: o.set("evidence", evidence_of)?,
            made: Timestamp::parse(&o.text("made")?)?,
        })
    }
}

fn keys_value(keys: &BTreeSet<PublicKey>) -> Value {
    Value::set(keys.iter().map(PublicKey::to_string))
}

fn evidence_value(evidence: &BTreeSet<Evidence>) -> Value {
    Value::set(evidence.iter().map(Evidence::to_value))
}

impl Evidence {
    /// Returns the object `{sha256, size, type}`.
    pub fn to_value(&self) -> Value {
        Value::map([("sha256", self.sha256.into()), ("size", self.size.into()), ("type", self.media.as_str().into())])
    }
}

fn evidence_of(place: &str, value: Value) -> Result<Evidence, FormatError> {
    let mut o = Object::new(place, value)?;
    let evidence = Evidence { sha256: o.name("sha256")?, size: o.count("size")?, media: o.text("type")? };
    o.finish()?;
    let is_media = evidence.media.len() <= 100
        && evidence.media.split('/').count() == 2
        && evidence.media.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'+' | b'-'))
        && !evidence.media.starts_with('/')
        && !evidence.media.ends_with('/');
    if is_media {
        Ok(evidence)
    } else {
        Err(FormatError::new(Code::FormatId, format!("{:?} is not a media type", evidence.media)))
    }
}

fn fields_value(fields: &BTreeMap<Word, Value>) -> Value {
    Value::Map(fields.iter().map(|(name, value)| (name.to_string(), value.clone())).collect())
}

/// A field is a text, an integer, a boolean, a list of texts or a map of texts under words.
fn field_of(place: &str, value: Value) -> Result<Value, FormatError> {
    match value {
        Value::Int(_) | Value::Bool(_) => Ok(value),
        Value::List(list) => {
            let texts: Result<Vec<String>, _> = list.into_iter().map(|v| text_of(place, v)).collect();
            Ok(Value::list(texts?))
        }
        Value::Map(map) => {
            for (key, inner) in &map {
                Word::parse(key).map_err(|e| FormatError::new(e.code, format!("{place}: {}", e.detail)))?;
                text_of(format_args!("{place}.{key}"), inner.clone())?;
            }
            Ok(Value::Map(map))
        }
        value => text_of(place, value).map(Value::Text),
    }
}

fn email_of(place: &str, value: Value) -> Result<String, FormatError> {
    let email = text_of(place, value)?;
    let fits = email.len() <= 254
        && email.contains('@')
        && !email.chars().any(|c| c.is_whitespace() || c.is_ascii_uppercase() || matches!(c, '<' | '>' | ','));
    if fits {
        Ok(email)
    } else {
        Err(FormatError::new(Code::FormatId, format!("{place}: {email:?} is not an email address in lower case")))
    }
}

fn rule_of(text: &str) -> Result<String, FormatError> {
    let words: Vec<&str> = text.split('.').collect();
    if words.len() > 2 {
        return Err(FormatError::new(Code::FormatId, format!("{text:?} is neither GATE.CRITERION nor a commit rule")));
    }
    words.into_iter().try_for_each(|word| Word::parse(word).map(|_| ()))?;
    Ok(text.to_owned())
}

fn until_of(text: &str) -> Result<String, FormatError> {
    if text != PHASE_END {
        crate::domain::time::Date::parse(text)?;
    }
    Ok(text.to_owned())
}
