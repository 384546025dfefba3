//! Commits that are no events of the ledger that they follow, each with the code that says why.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::ActorType;
use govledger::domain::code::Code;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{Adoption, Amendment, Body, Declaration, Event, Founding};
use govledger::domain::explain::Explanation;
use govledger::domain::id::{Digest, Noun, TaggedOid};
use govledger::domain::replay::{Invalid, Replay};
use govledger::domain::sshsig::Verifier;
use govledger::domain::value::Value;

use crate::files;
use crate::keys::{base64, key, oid};
use crate::samples::{event, human, n, n_time, noun, person, rid};
use crate::story::{Story, Told};
use crate::{bad_bytes, stories};

/// A commit that is refused.
pub(crate) struct Bad {
    pub(crate) name: &'static str,
    pub(crate) code: Code,
    pub(crate) base: Base,
    pub(crate) commit: Vec<u8>,
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
    /// Returns the place after the event of a summary.
    pub(crate) fn after(story: &Story, summary: &str) -> Base {
        let told = story.told.iter().find(|told| told.event.summary() == summary);
        Base::of(story, told.unwrap_or_else(|| panic!("no event {summary}")))
    }

    fn of(story: &Story, told: &Told) -> Base {
        let tip = Some((told.oid.clone(), told.sha256));
        Base { story: story.name, format: story.format, replay: told.after.clone(), tip }
    }

    /// Returns the place before genesis.
    fn nowhere(story: &Story) -> Base {
        Base { story: story.name, format: story.format, replay: Replay::new(story.format), tip: None }
    }

    pub(crate) fn parent(&self) -> Option<&TaggedOid> {
        self.tip.as_ref().map(|(oid, _)| oid)
    }

    /// Returns an event that stands in its right place.
    pub(crate) fn event(&self, actor: &str, role: Option<&str>, item: Noun, body: Body) -> Event {
        let mut event = event(self.replay.next_seq(), "bad", actor, role, item, body);
        event.prev = self.tip.as_ref().map(|(_, sha256)| *sha256);
        event.at = self.replay.state().map_or_else(|| n_time("2026-01-10T09:00:00Z"), |state| state.tip.at);
        event
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

fn all() -> Vec<Bad> {
    let stories = stories::all();
    let phase = &stories[0];
    let mut bads = bad_bytes::all(&Base::after(phase, "moved E-05 complete"));
    let mut put = |name, code, base: &Base, commit| bads.push(Bad { name, code, base: base.clone(), commit });
    positions(phase, &mut put);
    genesis(phase, &mut put);
    keys(phase, &mut put);
    flags(phase, &mut put);
    rules(phase, &mut put);
    changes_of_rules(&stories[2], &mut put);
    bads
}

/// Charters that would let something go over as something else, or vanish; and confirmations of what is not there.
fn changes_of_rules(story: &Story, put: &mut Put<'_>) {
    let before = story.told.iter().position(|told| told.event.body.kind() == "chartered").unwrap() - 1;
    let base = Base::of(story, &story.told[before]);
    let mut adopt = |name, code, adoption: Adoption| {
        let body = Body::Chartered(Box::new(adoption));
        put(name, code, &base, base.sign("lena", &base.event("lena", Some("lead"), Noun::Repo, body)));
    };
    let second = |from: &str, to: &str| {
        stories::adoption("migrated-second", |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    };
    let migrate = Code::CharterMigrate;
    adopt(
        "charter.migrate--role-becomes-another",
        migrate,
        second("{ keeper = \"guardian\" }", "{ keeper = \"lead\" }"),
    );
    adopt(
        "charter.migrate--kind-unknown",
        migrate,
        stories::adoption("migrated-second", |text| {
            text.replace("{ memo = \"paper\" }", "{ memos = \"paper\" }")
                .replace("states    = { memo = { drafted = \"planned\" } }\n", "")
        }),
    );
    adopt(
        "charter.migrate--block-becomes-mark",
        migrate,
        second("[blocks.STOPPED]\non    = \"paper\"\nstops = [\"moves\"]", "[blocks.STOPPED]\non    = \"paper\""),
    );
    adopt("charter.strands--block-left-out", Code::CharterStrands, second("blocks    = { HOLD = \"STOPPED\" }\n", ""));
    adopt("charter.strands--role-left-out", Code::CharterStrands, second("dissolved = [\"scribe\"]\n", ""));
    adopt(
        "charter.meaning--migrate-left-out",
        Code::CharterMeaning,
        Adoption { migrate: None, ..second("MEMOS", "MEMOS") },
    );
    let body = Body::Confirmed { event: rid("nothing"), reason: "it is well".into() };
    let commit = base.sign("lena", &base.event("lena", Some("lead"), Noun::Repo, body));
    put("claim.unknown-statement--confirmed", Code::ClaimUnknownStatement, &base, commit);
}

type Put<'p> = dyn FnMut(&'static str, Code, &Base, Vec<u8>) + 'p;

fn decision(id: &str) -> (Noun, Body) {
    let declaration = Declaration { kind: n("decision"), status: n("open"), stated: Amendment::default() };
    (noun(id), Body::Declared(declaration))
}

fn positions(phase: &Story, put: &mut Put<'_>) {
    let base = Base::after(phase, "moved E-05 complete");
    let (item, body) = decision("D-009");
    let good = base.event("ines", Some("drafter"), item, body);
    assert!(judge(&base, &base.sign("ines", &good)).is_ok(), "the event that the others are made of");
    let mut change = |name, code, change: &dyn Fn(&mut Event)| {
        let mut event = good.clone();
        change(&mut event);
        put(name, code, &base, base.sign("ines", &event));
    };
    change("seq-gap", Code::FormatSeqGap, &|e| e.seq += 1);
    change("seq-again", Code::FormatSeqGap, &|e| e.seq -= 1);
    change("prev-mismatch", Code::FormatPrevMismatch, &|e| e.prev = Some(Digest::of(b"another")));
    change("repeated-id", Code::FormatRepeatedId, &|e| e.id = rid("phase-e 1"));
    change("time-backwards", Code::FormatTimeBackwards, &|e| e.at = n_time("2026-01-10T09:00:00Z"));
}

fn genesis(phase: &Story, put: &mut Put<'_>) {
    let nowhere = Base::nowhere(phase);
    let (item, body) = decision("D-009");
    put(
        "genesis-declared",
        Code::FormatGenesis,
        &nowhere,
        nowhere.sign("ines", &nowhere.event("ines", Some("drafter"), item, body)),
    );
    let Body::Founded(founding) = &phase.told[0].event.body else { unreachable!("a story begins with genesis") };
    let found = |change: &dyn Fn(&mut Founding)| {
        let mut founding = founding.as_ref().clone();
        change(&mut founding);
        nowhere.event("lena", Some("governance"), Noun::Repo, Body::Founded(Box::new(founding)))
    };
    put(
        "genesis-object-format",
        Code::FormatObjectFormat,
        &nowhere,
        nowhere.sign("lena", &found(&|f| f.object_format = "sha256".into())),
    );
    put(
        "genesis-authority",
        Code::CharterMeaning,
        &nowhere,
        nowhere.sign("lena", &found(&|f| f.charter.authority = "governance".into())),
    );
    put(
        "genesis-charter",
        Code::CharterUnknownWord,
        &nowhere,
        nowhere.sign("lena", &found(&|f| f.charter.text = f.charter.text.replace("if sealable", "if sealabel"))),
    );
    put("genesis-stranger", Code::TrustKeyUnknown, &nowhere, nowhere.sign("stranger", &found(&|_| ())));
    put("genesis-role", Code::TrustFounding, &nowhere, {
        let event = Event { actor: n("omar"), role: Some(n("approver")), ..found(&|_| ()) };
        nowhere.sign("omar", &event)
    });
    let pending = Event { pending: true, ..found(&|_| ()) };
    put("genesis-pending", Code::FormatGenesis, &nowhere, nowhere.sign("lena", &pending));
    let start = Base::after(phase, "founded PHASE-E");
    let (item, body) = decision("D-009");
    put(
        "founding-phase",
        Code::TrustFounding,
        &start,
        start.sign("ines", &start.event("ines", Some("drafter"), item, body)),
    );
    let second = start.event("lena", Some("governance"), Noun::Repo, Body::Founded(founding.clone()));
    let later = Base::after(phase, "enrolled kim");
    let second_later = later.event("lena", Some("governance"), Noun::Repo, second.body);
    put("genesis-twice", Code::FormatGenesis, &later, later.sign("lena", &second_later));
}

fn keys(phase: &Story, put: &mut Put<'_>) {
    let base = Base::after(phase, "moved E-05 complete");
    let event = |actor: &str, role: &str| {
        let (item, body) = decision("D-009");
        base.event(actor, Some(role), item, body)
    };
    put("key-unknown", Code::TrustKeyUnknown, &base, base.sign("stranger", &event("ines", "drafter")));
    put("key-of-another", Code::TrustKeyOfAnother, &base, base.sign("raj", &event("ines", "drafter")));
    put("actor-unknown", Code::TrustActorUnknown, &base, base.sign("stranger", &event("stranger", "drafter")));
    put("role-not-held", Code::TrustRoleNotHeld, &base, base.sign("ines", &event("ines", "governance")));
    put("role-wrong", Code::AuthorityRole, &base, base.sign("raj", &event("raj", "reviewer")));
    let end = Base::of(phase, phase.told.last().unwrap());
    let (item, body) = decision("D-009");
    put("key-revoked", Code::TrustKeyRevoked, &end, end.sign("omar", &end.event("omar", Some("approver"), item, body)));
    let enrol = |who| base.event("lena", Some("governance"), Noun::Repo, Body::Enrolled(who));
    let reserved = enrol(person("repo", ActorType::Human, None, &["stranger"], &[]));
    put("actor-reserved", Code::TrustActorReserved, &base, base.sign("lena", &Event { pending: true, ..reserved }));
    let taken = enrol(person("mira", ActorType::Human, None, &["omar"], &[]));
    put("key-taken", Code::TrustKeyTaken, &base, base.sign("lena", &Event { pending: true, ..taken }));
    let alone = enrol(person("robot", ActorType::Agent, None, &["stranger"], &[]));
    put("agent-without-operator", Code::TrustActorType, &base, base.sign("lena", &Event { pending: true, ..alone }));
    let again = enrol(human("omar", &[]));
    put("actor-exists", Code::TrustActorExists, &base, base.sign("lena", &Event { pending: true, ..again }));
    let floor = Body::Ungranted { actor: n("kim"), role: n("governance"), reason: "she leaves".into() };
    let floor = Event { pending: true, ..base.event("lena", Some("governance"), Noun::Repo, floor) };
    put("floor", Code::TrustFloor, &base, base.sign("lena", &floor));
}

fn flags(phase: &Story, put: &mut Put<'_>) {
    let told = |summary: &str| phase.told.iter().find(|told| told.event.summary() == summary).unwrap();
    let before = |told: &Told| Base::of(phase, &phase.told[usize::try_from(told.event.seq).unwrap() - 1]);
    let mut change = |name, code, summary: &str, change: &dyn Fn(&mut Event)| {
        let told = told(summary);
        let mut event = told.event.clone();
        change(&mut event);
        let base = before(told);
        put(name, code, &base, base.sign(told.signer, &event));
    };
    change("pending-missing", Code::AuthorityPendingFlag, "proposed enrolled scribe", &|e| e.pending = false);
    change("pending-too-much", Code::AuthorityPendingFlag, "sealed E-05", &|e| e.pending = true);
    change("judged-missing", Code::GateJudged, "sealed E-05", &|e| e.judged = None);
    change("judged-digest", Code::GateJudged, "sealed E-05", &|e| {
        e.judged =
            e.judged.clone().map(|judged| govledger::domain::event::Judged { digest: Digest::of(b"[]"), ..judged });
    });
    change("judged-unasked", Code::GateJudged, "moved E-05 complete", &|e| {
        e.judged.clone_from(&told("sealed E-05").event.judged);
    });
    change("seen-missing", Code::ItemFile, "sealed E-05", &|e| e.seen = None);
    change("content-other", Code::ItemContent, "sealed E-05", &|e| {
        if let Body::Sealed { content, .. } = &mut e.body {
            *content = Digest::of(b"another");
        }
    });
    change("seal-without-bytes", Code::ClaimEvidence, "sealed E-05", &|e| {
        if let Body::Sealed { evidence, .. } = &mut e.body {
            evidence.clear();
        }
    });
    change("made-later", Code::FormatTime, "attested E-05 review=approve", &|e| {
        if let Body::Attested(attested) = &mut e.body {
            attested.made = n_time("2030-01-01T00:00:00Z");
        }
    });
    change("author-reviews", Code::AuthorityAuthor, "attested E-05 review=approve", &|e| {
        let seen = e.seen.as_mut().unwrap();
        for answer in seen.facts.values_mut() {
            if let govledger::domain::facts::Answer::Authors(names) = answer {
                *names = vec!["raj".to_owned()];
            }
        }
    });
    change("authors-unseen", Code::AuthorityAuthorUnknown, "attested E-05 review=approve", &|e| {
        let seen = e.seen.as_mut().unwrap();
        seen.facts.retain(|question, _| !matches!(question, govledger::domain::facts::Question::Authors { .. }));
    });
}

fn rules(phase: &Story, put: &mut Put<'_>) {
    let base = Base::after(phase, "moved E-05 complete");
    let mut refuse = |name, code, signer: &str, role: &str, item: &str, body: Body| {
        put(name, code, &base, base.sign(signer, &base.event(signer, Some(role), noun(item), body)));
    };
    let (_, again) = decision("e-05");
    refuse("id-of-another-case", Code::ItemExists, "ines", "drafter", "e-05", again);
    let (_, odd) = decision("D-1");
    refuse("id-without-pattern", Code::ItemId, "ines", "drafter", "D-1", odd);
    let move_to = |from: &str, to: &str| Body::Moved { from: n(from), to: n(to), because: None };
    refuse("move-blocked", Code::BlockMove, "lena", "governance", "MIG-06", move_to("planned", "active"));
    refuse("move-from-elsewhere", Code::ItemStatus, "lena", "governance", "MIG-06", move_to("active", "planned"));
    let sealed = Body::Sealed { content: Digest::of(b"x"), evidence: BTreeSet::new() };
    refuse("seal-unsealable", Code::ItemNotSealable, "omar", "approver", "MIG-06", sealed);
    let waived = Body::Waived {
        class: n("any"),
        rule: "unblock.sealed".into(),
        reason: "r".into(),
        controls: "c".into(),
        until: "phase-end".into(),
    };
    refuse("waived", Code::WaiverNotPossible, "lena", "governance", "MIG-06", waived);
    let blocked = Body::Blocked {
        name: n("DESIGN-BLOCKED"),
        reason: "again".into(),
        because: Some(n("no-design")),
        fields: BTreeMap::new(),
    };
    refuse("block-stands", Code::BlockStands, "lena", "governance", "MIG-06", blocked);
    let proposed = Base::after(phase, "proposed enrolled scribe");
    let vote = phase.told.iter().find(|told| told.event.summary() == "proposed enrolled scribe").unwrap();
    let twice =
        Event { pending: true, ..proposed.event("lena", Some("governance"), Noun::Repo, vote.event.body.clone()) };
    put("voted-twice", Code::AuthorityVotedTwice, &proposed, proposed.sign("lena", &twice));
}

fn vector(bad: &Bad) -> Value {
    let after = bad.base.replay.state().map(|state| state.tip.seq);
    Value::map([
        ("name", Value::from(bad.name)),
        ("code", Value::text(bad.code)),
        ("object_format", bad.base.format.as_str().into()),
        ("ledger", bad.base.story.into()),
        ("after", after.into()),
        ("commit", base64(&bad.commit)),
        ("sha256", Digest::of(&bad.commit).into()),
        ("oid", Value::text(oid(bad.base.format, &bad.commit))),
    ])
}

/// S4-069: whatever is changed is found, and named.
#[test]
fn every_bad_vector_is_refused_by_its_code() {
    let bads = all();
    let mut names = BTreeSet::new();
    for bad in &bads {
        assert!(names.insert(format!("{}.json", bad.name)), "{} is there twice", bad.name);
        let found = judge(&bad.base, &bad.commit).map(|_| ()).expect_err(bad.name);
        assert_eq!(found.refusal.code(), bad.code, "{}: {found}", bad.name);
        files::check(&format!("vectors/bad/{}.json", bad.name), &files::pretty(&vector(bad)));
    }
    files::check_directory("vectors/bad", &names);
}
