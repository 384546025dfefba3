//! Commits that are no events of the ledger that they follow, each with the code that says why.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use govledger::domain::code::Code;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{Body, Event};
use govledger::domain::explain::Explanation;
use govledger::domain::id::{Digest, Noun, TaggedOid};
use govledger::domain::replay::{Invalid, Replay};
use govledger::domain::sshsig::Verifier;
use govledger::domain::value::Value;

use crate::files;
use crate::keys::{key, oid};
use crate::packed::packed;
use crate::samples::{event, n_time};
use crate::story::{Story, Told};
use crate::{
    bad_bytes, bad_changes, bad_migrations, bad_payloads, bad_places, bad_rules, bad_signatures, bad_sizes, stories,
    waivers,
};

/// A commit that is refused.
pub(crate) struct Bad {
    pub(crate) code: Code,
    /// What is wrong, in a few words for the name of its file.
    pub(crate) what: String,
    pub(crate) base: Base,
    pub(crate) commit: Vec<u8>,
}

impl Bad {
    /// Returns the name of the vector: the code that refuses it comes first.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.code, self.what)
    }
}

/// Commits that are refused, as they are collected.
#[derive(Default)]
pub(crate) struct Bads(Vec<Bad>);

impl Bads {
    pub(crate) fn put(&mut self, what: impl Into<String>, code: Code, base: &Base, commit: Vec<u8>) {
        self.0.push(Bad { code, what: what.into(), base: base.clone(), commit });
    }
}

/// What a bad event follows.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) story: &'static str,
    pub(crate) format: ObjectFormat,
    pub(crate) replay: Replay,
    pub(crate) tip: Option<(TaggedOid, Digest)>,
}

impl Base {
    /// Returns the place after the first event of a summary.
    pub(crate) fn after(story: &Story, summary: &str) -> Base {
        Base::of(story, story.event(summary))
    }

    pub(crate) fn of(story: &Story, told: &Told) -> Base {
        let tip = Some((told.oid.clone(), told.sha256));
        Base { story: story.name, format: story.format, replay: told.after.clone(), tip }
    }

    /// Returns the place before an event of a story.
    pub(crate) fn before(story: &Story, told: &Told) -> Base {
        match usize::try_from(told.event.seq).unwrap().checked_sub(1) {
            None => Base::nowhere(story),
            Some(earlier) => Base::of(story, &story.told[earlier]),
        }
    }

    /// Returns the place at the end.
    pub(crate) fn end(story: &Story) -> Base {
        Base::of(story, story.told.last().unwrap())
    }

    /// Returns the place before genesis.
    pub(crate) fn nowhere(story: &Story) -> Base {
        Base { story: story.name, format: story.format, replay: Replay::new(story.format), tip: None }
    }

    pub(crate) fn parent(&self) -> Option<&TaggedOid> {
        self.tip.as_ref().map(|(oid, _)| oid)
    }

    /// Returns an event that stands in its right place.
    pub(crate) fn event(&self, actor: &str, role: Option<&str>, item: Noun, body: Body) -> Event {
        self.place(&event(0, "bad", actor, role, item, body))
    }

    /// Returns the event with the position, the predecessor and the time that it has here.
    pub(crate) fn place(&self, event: &Event) -> Event {
        Event {
            seq: self.replay.next_seq(),
            prev: self.tip.as_ref().map(|(_, sha256)| *sha256),
            at: self.replay.state().map_or_else(|| n_time("2026-01-10T09:00:00Z"), |state| state.tip.at),
            ..event.clone()
        }
    }

    pub(crate) fn sign(&self, signer: &str, event: &Event) -> Vec<u8> {
        key(signer).commit(self.format, self.parent(), event)
    }
}

/// Says what is wrong with a commit after a base, as a verifier goes through it.
pub(crate) fn judge(base: &Base, commit: &[u8]) -> Result<Replay, Invalid> {
    let seq = base.replay.next_seq();
    let signed = commit::decode(base.format, commit).map_err(|error| Invalid::format(seq, &error))?;
    signed.verify_with(&mut Verifier::default()).map_err(|error| Invalid::format(seq, &error))?;
    let mut replay = base.replay.clone();
    replay.push(&signed).map(|()| replay)
}

/// Returns the explanations of all bad vectors.
pub(crate) fn explanations() -> Vec<Explanation> {
    all().iter().flat_map(|bad| judge(&bad.base, &bad.commit).unwrap_err().refusal.explanations).collect()
}

/// Returns every bad commit; they are made once.
pub(crate) fn all() -> &'static [Bad] {
    static ALL: OnceLock<Vec<Bad>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut bads = Bads::default();
        bad_bytes::all(stories::of("phase-e"), stories::of("phase-e-sha256"), &mut bads);
        bad_payloads::all(stories::of("phase-e"), &mut bads);
        bad_sizes::all(stories::of("phase-e"), &mut bads);
        bad_signatures::all(stories::of("phase-e"), stories::of("rules"), &mut bads);
        bad_places::all(stories::of("phase-e"), stories::of("recovery"), &mut bads);
        bad_changes::all(stories::of("phase-e"), &mut bads);
        bad_migrations::all(stories::of("migrated"), &mut bads);
        bad_rules::all(stories::of("rules"), &mut bads);
        waivers::all(stories::of("waivers"), &mut bads);
        bads.0
    })
}

fn vector(bad: &Bad) -> Value {
    let after = bad.base.replay.state().map(|state| state.tip.seq);
    Value::map([
        ("name", Value::from(bad.name())),
        ("code", Value::text(bad.code)),
        ("object_format", bad.base.format.as_str().into()),
        ("ledger", bad.base.story.into()),
        ("after", after.into()),
        ("commit", packed(&bad.commit)),
        ("sha256", Digest::of(&bad.commit).into()),
        ("oid", Value::text(oid(bad.base.format, &bad.commit))),
    ])
}

/// S4-069: whatever is changed is found, and named.
#[test]
fn every_bad_vector_is_refused_by_its_code() {
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for bad in all() {
        let name = bad.name();
        if !names.insert(format!("{name}.json")) {
            wrong.push(format!("{name} is there twice"));
        }
        match judge(&bad.base, &bad.commit) {
            Err(found) if found.refusal.code() == bad.code => {}
            Err(found) => wrong.push(format!("{name}: {found}")),
            Ok(_) => wrong.push(format!("{name}: it is admitted")),
        }
        if wrong.is_empty() {
            files::check(&format!("vectors/bad/{name}.json"), &files::pretty(&vector(bad)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    files::check_directory("vectors/bad", &names);
}
