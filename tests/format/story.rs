//! Ledgers for vectors: events one after the other, each admitted before it is signed.

use std::collections::BTreeMap;

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::decide::{self, Attempt};
use govledger::domain::event::{Body, Event};
use govledger::domain::facts::{Answer, Facts, Nothing, Question, Seen};
use govledger::domain::id::{Digest, Noun, TaggedOid};
use govledger::domain::judge::View;
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::Verifier;
use govledger::domain::state::State;
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;

use crate::keys::{base64, key, oid};
use crate::samples::{event, n};

/// A ledger that grows.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    pub(crate) note: &'static str,
    pub(crate) format: ObjectFormat,
    pub(crate) replay: Replay,
    pub(crate) told: Vec<Told>,
    now: Timestamp,
    facts: Option<BTreeMap<Question, Answer>>,
}

/// An event of it.
pub(crate) struct Told {
    pub(crate) bytes: Vec<u8>,
    pub(crate) event: Event,
    pub(crate) signer: &'static str,
    pub(crate) sha256: Digest,
    pub(crate) oid: TaggedOid,
    pub(crate) state: Digest,
    /// The replay up to this event.
    pub(crate) after: Replay,
}

impl Story {
    pub(crate) fn new(name: &'static str, note: &'static str, format: ObjectFormat, start: Timestamp) -> Story {
        Story { name, note, format, replay: Replay::new(format), told: Vec::new(), now: start, facts: None }
    }

    /// Returns the first event of a summary.
    pub(crate) fn event(&self, summary: &str) -> &Told {
        let told = self.told.iter().find(|told| told.event.summary() == summary);
        told.unwrap_or_else(|| panic!("{}: no event {summary}", self.name))
    }

    pub(crate) fn state(&self) -> &State {
        self.replay.state().expect("a story begins with genesis")
    }

    /// Lets time pass, in seconds.
    pub(crate) fn wait(&mut self, seconds: i64) -> &mut Story {
        self.now = Timestamp::from_seconds(self.now.seconds() + seconds).unwrap();
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Gives the next event facts.
    pub(crate) fn seeing(&mut self, facts: impl IntoIterator<Item = (Question, Answer)>) -> &mut Story {
        self.facts = Some(facts.into_iter().collect());
        self
    }

    /// Returns the content and over that a statement would bind with the facts that were given.
    pub(crate) fn basis(&self, claim: &str, noun: &Noun) -> (Digest, Option<Digest>) {
        let none = BTreeMap::new();
        let facts = self.facts.as_ref().unwrap_or(&none);
        let view = View { state: self.state(), facts, as_of: self.now };
        let basis = view.basis(&n(claim), noun).expect("what the statement binds is known");
        (basis.content, basis.over)
    }

    pub(crate) fn content(&self, item: &str) -> Digest {
        let none = BTreeMap::new();
        let facts = self.facts.as_ref().unwrap_or(&none);
        View { state: self.state(), facts, as_of: self.now }.content(&n(item)).expect("the content is known")
    }

    /// Returns the next event: admitted, not signed yet.
    pub(crate) fn draft(&mut self, signer: &str, role: Option<&str>, item: Noun, body: Body) -> Event {
        self.wait(60);
        let actor = if signer.starts_with("recovery") {
            "recovery"
        } else {
            signer.trim_start_matches("token-").trim_end_matches("-2")
        };
        let seq = self.replay.next_seq();
        let mut event = event(seq, &format!("{} {seq}", self.name), actor, role, item, body);
        event.prev = self.told.last().map(|told| told.sha256);
        event.at = self.now;
        if let Some(facts) = self.facts.take() {
            let commit = n(match self.format {
                ObjectFormat::Sha1 => "sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                ObjectFormat::Sha256 => "sha256:6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
            });
            event.seen = Some(Seen { commit, reference: Some("refs/heads/main".to_owned()), facts });
        }
        if let Some(state) = self.replay.state() {
            let facts: &dyn Facts = event.seen.as_ref().map_or(&Nothing, |seen| &seen.facts);
            let attempt = Attempt {
                state,
                facts,
                at: event.at,
                actor: &event.actor,
                role: event.role.as_ref(),
                key: &key(signer).public().fingerprint(),
                item: &event.item,
                body: &event.body,
            };
            let admission = decide::admit(&attempt).unwrap_or_else(|refusal| panic!("{} {seq}: {refusal}", self.name));
            event.pending = admission.pending;
            event.judged = admission.judged;
        }
        event
    }

    /// Returns the commit of an event on the present tip.
    pub(crate) fn commit(&self, signer: &str, event: &Event) -> Vec<u8> {
        key(signer).commit(self.format, self.told.last().map(|told| &told.oid), event)
    }

    /// Tells the next event; it must be admitted, and pending or not as is said.
    pub(crate) fn tell(&mut self, signer: &'static str, role: Option<&str>, item: Noun, body: Body) -> &mut Story {
        let event = self.draft(signer, role, item, body);
        let bytes = self.commit(signer, &event);
        let read = commit::decode(self.format, &bytes).unwrap();
        assert_eq!(read.event, event);
        read.verify_with(&mut Verifier::default()).unwrap();
        self.replay.push(&read).unwrap_or_else(|invalid| panic!("{}: {invalid}", self.name));
        self.told.push(Told {
            sha256: read.sha256,
            oid: oid(self.format, &bytes),
            state: self.state().digest(),
            after: self.replay.clone(),
            bytes,
            event,
            signer,
        });
        self
    }

    /// Tells an action of two signers: the first proposes, the second completes it, each with the same facts.
    pub(crate) fn agree(
        &mut self,
        signers: [&'static str; 2],
        role: Option<&str>,
        item: &Noun,
        body: &Body,
    ) -> &mut Story {
        let facts = self.facts.clone();
        for (signer, pending) in signers.into_iter().zip([true, false]) {
            self.facts.clone_from(&facts);
            self.tell(signer, role, item.clone(), body.clone());
            assert_eq!(self.told.last().unwrap().event.pending, pending, "{} {}", self.name, self.told.len());
        }
        self
    }

    /// Returns the vector.
    pub(crate) fn to_value(&self) -> Value {
        let events = self.told.iter().map(|told| {
            Value::map([
                ("seq", Value::from(told.event.seq)),
                ("summary", told.event.summary().into()),
                ("signer", told.signer.into()),
                ("commit", base64(&told.bytes)),
                ("sha256", told.sha256.into()),
                ("oid", Value::text(&told.oid)),
                ("action", told.event.action().into()),
                ("state", told.state.into()),
            ])
        });
        Value::map([
            ("name", Value::from(self.name)),
            ("note", self.note.into()),
            ("object_format", self.format.as_str().into()),
            ("genesis", self.state().genesis.into()),
            ("events", Value::List(events.collect())),
            ("state", self.state().to_value()),
        ])
    }
}
