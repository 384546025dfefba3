//! The state as canonical JSON: byte-identical wherever the same ledger is replayed. No clock-dependent fact and no git
//! object id stands in it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Actor, Basis, Claims, Item, Key, Lift, PlacedBlock, Proposal, Revocation, Said, Seal, State, Touch, Vote, Waiver,
};
use crate::domain::event::{Evidence, Judged, Recovery};
use crate::domain::id::{ActorId, Digest, ItemId};
use crate::domain::value::Value;

impl State {
    /// Returns the state as one object, as the specification of the format describes it.
    pub fn to_value(&self) -> Value {
        let actors = self.actors.iter().map(|(name, actor)| (name.to_string(), actor.to_value()));
        let items = self.items.iter().map(|(id, item)| (id.to_string(), item.to_value(self.successors.get(id))));
        let placed = self.placed.iter().map(|(noun, claims)| (noun.to_string(), claims_value(claims)));
        let proposals = self.proposals.iter().map(|(action, proposal)| (action.to_string(), proposal.to_value()));
        let evidence = self.evidence.iter().map(|(sha256, piece)| {
            let erased = piece.erased;
            let value = Value::map([
                ("erased", erased.into()),
                ("size", piece.size.into()),
                ("type", piece.media.as_str().into()),
            ]);
            (sha256.to_string(), value)
        });
        Value::map([
            ("v", Value::Int(1)),
            ("genesis", self.genesis.into()),
            ("semantics", Value::Int(i64::from(self.charter.rules.semantics))),
            ("founding", self.founding.into()),
            (
                "tip",
                Value::map([
                    ("at", self.tip.at.into()),
                    ("seq", self.tip.seq.into()),
                    ("sha256", self.tip.sha256.into()),
                ]),
            ),
            (
                "charter",
                Value::map([
                    ("id", (&self.charter.rules.id).into()),
                    ("seq", self.charter.seq.into()),
                    ("sha256", self.charter.sha256.into()),
                ]),
            ),
            ("recovery", self.recovery.as_ref().map(Recovery::summary_value).into()),
            ("actors", Value::map(actors)),
            ("items", Value::map(items)),
            ("repo", Value::map([("claims", claims_value(&self.repo))])),
            ("placed", Value::map(placed)),
            ("proposals", Value::map(proposals)),
            ("evidence", Value::map(evidence)),
            ("disputed", Value::set(&self.disputed)),
            ("confirmed", Value::map(self.confirmed.iter().map(|(event, by)| (event.to_string(), Value::from(by))))),
        ])
    }

    /// Returns the SHA-256 of the state's canonical JSON.
    pub fn digest(&self) -> Digest {
        Digest::of_value(&self.to_value())
    }
}

impl Recovery {
    fn summary_value(&self) -> Value {
        let keys = Value::set(self.keys.iter().map(|key| Value::text(key.fingerprint())));
        Value::map([("keys", keys), ("quorum", self.quorum.into())])
    }
}

impl Actor {
    fn to_value(&self) -> Value {
        let keys = self.keys.iter().map(|(fingerprint, key)| (fingerprint.to_string(), key.to_value()));
        Value::map([
            ("type", self.kind.as_str().into()),
            ("operator", self.operator.as_ref().into()),
            ("emails", Value::set(self.emails.iter().map(String::as_str))),
            ("roles", Value::set(&self.roles)),
            ("keys", Value::map(keys)),
        ])
    }
}

impl Key {
    fn to_value(&self) -> Value {
        Value::map([
            ("key", Value::text(&self.key)),
            ("since", self.since.into()),
            ("revoked", self.revoked.into()),
            ("compromised_since", self.compromised_since.into()),
        ])
    }
}

impl Item {
    fn to_value(&self, successor: Option<&ItemId>) -> Value {
        let mut map = self.stated.entries();
        let blocks = Value::List(self.blocks.iter().map(PlacedBlock::to_value).collect());
        let waivers = Value::List(self.waivers.iter().map(Waiver::to_value).collect());
        map.extend([
            ("kind".to_owned(), (&self.kind).into()),
            ("status".to_owned(), (&self.status).into()),
            ("declared".to_owned(), self.declared.into()),
            ("declared_as".to_owned(), (&self.declared_as).into()),
            ("touched".to_owned(), self.touched.to_value()),
            ("authors".to_owned(), names(&self.authors)),
            ("seal".to_owned(), self.seal.as_ref().map(Seal::to_value).into()),
            ("baseline".to_owned(), self.baseline.into()),
            ("blocks".to_owned(), blocks),
            ("waivers".to_owned(), waivers),
            ("claims".to_owned(), claims_value(&self.claims)),
            ("superseded_by".to_owned(), successor.into()),
        ]);
        Value::Map(map)
    }
}

impl Touch {
    fn to_value(self) -> Value {
        Value::map([("at", self.at.into()), ("seq", self.seq.into())])
    }
}

impl Seal {
    fn to_value(&self) -> Value {
        Value::map([
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("by", names(&self.by)),
            ("charter", self.charter.into()),
            ("content", self.content.into()),
            ("sha256", self.sha256.into()),
            ("evidence", Value::set(self.evidence.iter().map(Evidence::to_value))),
            ("judged", self.judged.as_ref().map(Judged::to_value).into()),
        ])
    }
}

impl PlacedBlock {
    fn to_value(&self) -> Value {
        let fields = self.fields.iter().map(|(name, value)| (name.to_string(), value.clone()));
        Value::map([
            ("name", (&self.name).into()),
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("by", Value::List(self.by.iter().map(Vote::to_value).collect())),
            ("charter", self.charter.into()),
            ("reason", self.reason.as_str().into()),
            ("because", self.because.as_ref().into()),
            ("fields", Value::map(fields)),
            ("lifted", self.lifted.as_ref().map(Lift::to_value).into()),
        ])
    }
}

impl Waiver {
    fn to_value(&self) -> Value {
        Value::map([
            ("class", (&self.class).into()),
            ("rule", self.rule.as_str().into()),
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("by", Value::List(self.by.iter().map(Vote::to_value).collect())),
            ("charter", self.charter.into()),
            ("reason", self.reason.as_str().into()),
            ("controls", self.controls.as_str().into()),
            ("until", self.until.as_str().into()),
            ("revoked", self.revoked.as_ref().map(Revocation::to_value).into()),
        ])
    }
}

impl Revocation {
    fn to_value(&self) -> Value {
        Value::map([
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("by", names(&self.by)),
            ("reason", self.reason.as_str().into()),
        ])
    }
}

impl Lift {
    fn to_value(&self) -> Value {
        Value::map([
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("by", names(&self.by)),
            ("record", self.record.as_ref().into()),
            ("reason", self.reason.as_str().into()),
        ])
    }
}

impl Vote {
    fn to_value(&self) -> Value {
        Value::map([
            ("actor", (&self.actor).into()),
            ("as", self.role.as_ref().into()),
            ("key", Value::text(&self.key)),
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
        ])
    }
}

impl Proposal {
    fn to_value(&self) -> Value {
        Value::map([
            ("type", self.body.kind().into()),
            ("item", self.item.to_key().into()),
            ("body", self.body.to_value()),
            ("votes", Value::List(self.votes.iter().map(Vote::to_value).collect())),
        ])
    }
}

impl Said {
    fn to_value(&self) -> Value {
        let answers = self.statement.answers.iter().map(|(name, yes)| (name.to_string(), Value::Bool(*yes)));
        let values = self.statement.values.iter().map(|(name, value)| (name.to_string(), value.clone()));
        let on = self.on.iter().map(|(branch, yes)| (branch.clone(), Value::Bool(*yes)));
        Value::map([
            ("event", (&self.event).into()),
            ("touch", self.touch.to_value()),
            ("as", self.role.as_ref().into()),
            ("key", Value::text(&self.key)),
            ("result", (&self.statement.result).into()),
            ("answers", Value::map(answers)),
            ("values", Value::map(values)),
            ("made", self.made.into()),
            ("on", Value::map(on)),
            ("evidence", Value::set(self.evidence.iter().map(Evidence::to_value))),
            ("retracted", self.retracted.into()),
        ])
    }
}

/// Claims as CLAIM -> ACTOR -> CONTENT (with `/OVER` where there is one) -> the latest word.
fn claims_value(claims: &Claims) -> Value {
    Value::map(claims.iter().map(|(claim, actors)| {
        let actors = actors.iter().map(|(actor, words)| (actor.to_string(), words_value(words)));
        (claim.to_string(), Value::map(actors))
    }))
}

fn words_value(words: &BTreeMap<Basis, Said>) -> Value {
    Value::map(words.iter().map(|(basis, said)| {
        let over = basis.over.map(|over| format!("/{over}")).unwrap_or_default();
        (format!("{}{over}", basis.content), said.to_value())
    }))
}

fn names(actors: &BTreeSet<ActorId>) -> Value {
    Value::set(actors)
}
