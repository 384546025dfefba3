//! Events that are well formed and do not belong where they stand: position, genesis, actor and key.

use std::collections::BTreeSet;

use govledger::domain::charter::ActorType;
use govledger::domain::code::Code;
use govledger::domain::event::{Amendment, Body, Declaration, Event, Founding, GateOutcome, Judged, Recovery};
use govledger::domain::facts::Seen;
use govledger::domain::id::{Digest, Noun, TaggedOid};

use crate::bad::{Bads, Base, judge};
use crate::keys::key;
use crate::samples::{every_question, human, n, n_time, noun, person, rid};
use crate::story::Story;

/// Puts events in the wrong place.
pub(crate) fn all(phase: &Story, recovery: &Story, bads: &mut Bads) {
    positions(phase, bads);
    genesis(phase, bads);
    founders(phase, bads);
    founding_phase(phase, bads);
    keys(phase, bads);
    actors(phase, bads);
    offline_keys(recovery, bads);
}

fn decision(id: &str) -> (Noun, Body) {
    let declaration = Declaration { kind: n("decision"), status: n("open"), stated: Amendment::default() };
    (noun(id), Body::Declared(declaration))
}

fn positions(phase: &Story, bads: &mut Bads) {
    let base = Base::after(phase, "moved E-05 complete");
    let (item, body) = decision("D-009");
    let good = base.event("ines", Some("drafter"), item, body);
    assert!(judge(&base, &base.sign("ines", &good)).is_ok(), "the event that the others are made of");
    let mut change = |name: &str, code, change: &dyn Fn(&mut Event)| {
        let mut event = good.clone();
        change(&mut event);
        bads.put(name, code, &base, base.sign("ines", &event));
    };
    change("seq-gap", Code::FormatSeqGap, &|e| e.seq += 1);
    change("seq-again", Code::FormatSeqGap, &|e| e.seq -= 1);
    change("seq-0", Code::FormatSeqGap, &|e| e.seq = 0);
    change("prev-mismatch", Code::FormatPrevMismatch, &|e| e.prev = Some(Digest::of(b"another")));
    change("repeated-id", Code::FormatRepeatedId, &|e| e.id = rid("phase-e 1"));
    change("repeated-id-of-genesis", Code::FormatRepeatedId, &|e| e.id = rid("phase-e 0"));
    let elsewhere = TaggedOid::parse(&format!("sha256:{}", "0".repeat(64))).unwrap();
    change("seen-object-format", Code::FormatObjectFormat, &|e| {
        e.seen = Some(Seen { commit: elsewhere.clone(), ..every_question() });
    });
    change("time-backwards", Code::FormatTimeBackwards, &|e| e.at = n_time("2026-01-10T09:00:00Z"));
    let vote = phase.event("proposed enrolled scribe").event.id.clone();
    change("repeated-id-of-vote", Code::FormatRepeatedId, &|e| e.id = vote.clone());
    // What is looked at first decides.
    change("repeated-id-first", Code::FormatRepeatedId, &|e| (e.id, e.seq) = (rid("phase-e 1"), 0));
    change("seq-before-prev", Code::FormatSeqGap, &|e| (e.prev, e.seq) = (Some(Digest::of(b"another")), 0));
}

fn founding_of(phase: &Story) -> Founding {
    let Body::Founded(founding) = &phase.told[0].event.body else { unreachable!("a story begins with genesis") };
    founding.as_ref().clone()
}

fn genesis(phase: &Story, bads: &mut Bads) {
    let nowhere = Base::nowhere(phase);
    let (item, body) = decision("D-009");
    let declared = nowhere.event("ines", Some("drafter"), item, body);
    bads.put("genesis-declared", Code::FormatGenesis, &nowhere, nowhere.sign("ines", &declared));
    let found = |change: &dyn Fn(&mut Founding)| {
        let mut founding = founding_of(phase);
        change(&mut founding);
        nowhere.event("lena", Some("governance"), Noun::Repo, Body::Founded(Box::new(founding)))
    };
    let good = found(&|_| ());
    assert!(judge(&nowhere, &nowhere.sign("lena", &good)).is_ok(), "the genesis that the others are made of");
    let mut put = |name: &str, code, event: &Event| bads.put(name, code, &nowhere, nowhere.sign("lena", event));
    put("genesis-object-format", Code::FormatObjectFormat, &found(&|f| f.object_format = "sha256".into()));
    let elsewhere = TaggedOid::parse(&format!("sha256:{}", "0".repeat(64))).unwrap();
    put(
        "genesis-baseline-object-format",
        Code::FormatObjectFormat,
        &found(&|f| f.baseline.extend([elsewhere.clone()])),
    );
    put("genesis-authority", Code::CharterMeaning, &found(&|f| f.charter.authority = "governance".into()));
    put("genesis-semantics", Code::CharterSemantics, &found(&|f| f.charter.semantics = 2));
    put("genesis-charter-id", Code::CharterMeaning, &found(&|f| f.charter.id = n("PHASE-F")));
    let typo = found(&|f| f.charter.text = f.charter.text.replace("if sealable", "if sealabel"));
    put("genesis-charter", Code::CharterUnknownWord, &typo);
    put("genesis-seq-1", Code::FormatSeqGap, &Event { seq: 1, ..good.clone() });
    put("genesis-pending", Code::FormatGenesis, &Event { pending: true, ..good.clone() });
    put("genesis-seen", Code::FormatGenesis, &Event { seen: Some(every_question()), ..good.clone() });
    let judged = Judged { gate: n("sealable"), outcome: GateOutcome::Pass, digest: Digest::of(b"[]") };
    put("genesis-judged", Code::FormatGenesis, &Event { judged: Some(judged), ..good.clone() });
    put("genesis-in-no-role", Code::TrustFounding, &Event { role: None, ..good.clone() });
    put("genesis-role-not-held", Code::TrustFounding, &Event { role: Some(n("drafter")), ..good.clone() });
    let elsewhere = Event { prev: Some(Digest::of(b"another")), ..good.clone() };
    let orphan = Base { tip: Some((phase.told[0].oid.clone(), phase.told[0].sha256)), ..nowhere.clone() };
    bads.put("genesis-with-parent", Code::FormatPrevMismatch, &nowhere, orphan.sign("lena", &elsewhere));
    bads.put("genesis-of-a-stranger-key", Code::TrustKeyUnknown, &nowhere, nowhere.sign("stranger", &good));
    bads.put("genesis-of-another-founder-key", Code::TrustKeyUnknown, &nowhere, nowhere.sign("omar", &good));
    let stranger = Event { actor: n("stranger"), ..good.clone() };
    bads.put("genesis-of-a-stranger", Code::TrustActorUnknown, &nowhere, nowhere.sign("stranger", &stranger));
    let omar = Event { actor: n("omar"), role: Some(n("approver")), ..good };
    bads.put("genesis-role", Code::TrustFounding, &nowhere, nowhere.sign("omar", &omar));
}

fn founders(phase: &Story, bads: &mut Bads) {
    let nowhere = Base::nowhere(phase);
    let mut found = |name: &str, code, change: &dyn Fn(&mut Founding)| {
        let mut founding = founding_of(phase);
        change(&mut founding);
        let event = nowhere.event("lena", Some("governance"), Noun::Repo, Body::Founded(Box::new(founding)));
        bads.put(name, code, &nowhere, nowhere.sign("lena", &event));
    };
    for name in ["repo", "self", "recovery", "new"] {
        let founder = person(name, ActorType::Human, None, &["stranger"], &[]);
        found(&format!("founder-{name}"), Code::TrustActorReserved, &|f| f.actors.push(founder.clone()));
    }
    let mut join = |what: &str, code, kind, operator: Option<&str>, key: &str, roles: &[&str]| {
        let founder = person("zoe", kind, operator, &[key], roles);
        found(what, code, &|f| f.actors.push(founder.clone()));
    };
    join("founder-human-with-operator", Code::TrustActorType, ActorType::Human, Some("ines"), "stranger", &[]);
    join("founder-agent-without-operator", Code::TrustActorType, ActorType::Agent, None, "stranger", &[]);
    join("founder-ci-without-operator", Code::TrustActorType, ActorType::Ci, None, "stranger", &[]);
    join("founder-operator-unknown", Code::TrustActorType, ActorType::Agent, Some("kim"), "stranger", &[]);
    join("founder-operates-itself", Code::TrustActorType, ActorType::Agent, Some("zoe"), "stranger", &[]);
    join("founder-role-unknown", Code::TrustRoleUnknown, ActorType::Human, None, "stranger", &["tester"]);
    join("founder-role-of-humans", Code::TrustActorType, ActorType::Agent, Some("ines"), "stranger", &["approver"]);
    join("founder-key-of-two", Code::TrustKeyTaken, ActorType::Human, None, "omar", &[]);
    found("recovery-key-of-founder", Code::TrustKeyTaken, &|f| {
        f.recovery = Some(Recovery { quorum: 1, keys: BTreeSet::from([key("omar").public()]) });
    });
}

fn founding_phase(phase: &Story, bads: &mut Bads) {
    let start = Base::after(phase, "founded PHASE-E");
    let mut put = |name: &str, signer: &str, role: &str, item: Noun, body: Body| {
        let event = start.event(signer, Some(role), item, body);
        bads.put(name, Code::TrustFounding, &start, start.sign(signer, &event));
    };
    let (item, body) = decision("D-009");
    put("founding-declared", "ines", "drafter", item, body);
    let mira = person("mira", ActorType::Human, None, &["token-mira"], &[]);
    put("founding-enrolled-by-another", "omar", "approver", Noun::Repo, Body::Enrolled(mira));
    let granted = Body::Granted { actor: n("raj"), role: n("approver") };
    put("founding-granted-by-another", "omar", "approver", Noun::Repo, granted);
    let ungranted = Body::Ungranted { actor: n("raj"), role: n("reviewer"), reason: "r".into() };
    put("founding-ungranted", "lena", "governance", Noun::Repo, ungranted);
    let second = Body::Founded(Box::new(founding_of(phase)));
    put("founding-again", "lena", "governance", Noun::Repo, second.clone());
    let later = Base::after(phase, "enrolled kim");
    let twice = later.event("lena", Some("governance"), Noun::Repo, second);
    bads.put("genesis-twice", Code::FormatGenesis, &later, later.sign("lena", &twice));
}

fn keys(phase: &Story, bads: &mut Bads) {
    let base = Base::after(phase, "moved E-05 complete");
    let end = Base::end(phase);
    let mut put = |name: &str, code, base: &Base, signer: &str, actor: &str, role: &str| {
        let (item, body) = decision("D-009");
        bads.put(name, code, base, base.sign(signer, &base.event(actor, Some(role), item, body)));
    };
    put("key-of-nobody", Code::TrustKeyUnknown, &base, "stranger", "ines", "drafter");
    put("key-not-added-yet", Code::TrustKeyUnknown, &base, "omar-2", "omar", "approver");
    put("key-of-another", Code::TrustKeyOfAnother, &base, "raj", "ines", "drafter");
    put("key-of-operator", Code::TrustKeyOfAnother, &base, "ines", "scribe", "drafter");
    put("key-revoked-of-another", Code::TrustKeyOfAnother, &end, "omar", "ines", "drafter");
    put("key-revoked", Code::TrustKeyRevoked, &end, "omar", "omar", "approver");
    put("actor-unknown", Code::TrustActorUnknown, &base, "stranger", "stranger", "drafter");
    put("actor-unknown-with-a-known-key", Code::TrustActorUnknown, &base, "ines", "stranger", "drafter");
    put("role-not-held", Code::TrustRoleNotHeld, &base, "ines", "ines", "governance");
    put("role-that-is-none", Code::TrustRoleNotHeld, &base, "ines", "ines", "tester");
    put("role-of-another-rule", Code::AuthorityRole, &base, "raj", "raj", "reviewer");
    let (item, body) = decision("D-009");
    bads.put("in-no-role", Code::AuthorityRole, &base, base.sign("ines", &base.event("ines", None, item, body)));
}

/// Enrolling, granting, keys: what is wrong with the action itself.
fn actors(phase: &Story, bads: &mut Bads) {
    let base = Base::after(phase, "moved E-05 complete");
    let mut propose = |name: &str, code, body: Body| {
        let event = Event { pending: true, ..base.event("lena", Some("governance"), Noun::Repo, body) };
        bads.put(name, code, &base, base.sign("lena", &event));
    };
    let enrol = |name: &str, kind, operator: Option<&str>, key: &str, roles: &[&str]| {
        Body::Enrolled(person(name, kind, operator, &[key], roles))
    };
    for name in ["repo", "self", "recovery", "new"] {
        propose(
            &format!("enrolled-{name}"),
            Code::TrustActorReserved,
            enrol(name, ActorType::Human, None, "stranger", &[]),
        );
    }
    propose("actor-exists", Code::TrustActorExists, Body::Enrolled(human("omar", &[])));
    propose("enrolled-key-taken", Code::TrustKeyTaken, enrol("mira", ActorType::Human, None, "omar", &[]));
    propose("agent-without-operator", Code::TrustActorType, enrol("robot", ActorType::Agent, None, "stranger", &[]));
    propose("ci-without-operator", Code::TrustActorType, enrol("robot", ActorType::Ci, None, "stranger", &[]));
    propose(
        "human-with-operator",
        Code::TrustActorType,
        enrol("mira", ActorType::Human, Some("ines"), "stranger", &[]),
    );
    propose(
        "operator-unknown",
        Code::TrustActorType,
        enrol("robot", ActorType::Agent, Some("nobody"), "stranger", &[]),
    );
    propose("operator-agent", Code::TrustActorType, enrol("robot", ActorType::Agent, Some("scribe"), "stranger", &[]));
    propose(
        "enrolled-role-unknown",
        Code::TrustRoleUnknown,
        enrol("mira", ActorType::Human, None, "stranger", &["tester"]),
    );
    propose(
        "enrolled-role-of-humans",
        Code::TrustActorType,
        enrol("robot", ActorType::Agent, Some("ines"), "stranger", &["reviewer"]),
    );
    let granted = |actor: &str, role: &str| Body::Granted { actor: n(actor), role: n(role) };
    propose("granted-to-nobody", Code::TrustActorUnknown, granted("nobody", "drafter"));
    propose("granted-role-unknown", Code::TrustRoleUnknown, granted("omar", "tester"));
    propose("granted-role-of-humans", Code::TrustActorType, granted("scribe", "approver"));
    propose("role-held", Code::TrustRoleHeld, granted("omar", "approver"));
    let ungranted = |actor: &str, role: &str| Body::Ungranted { actor: n(actor), role: n(role), reason: "r".into() };
    propose("ungranted-from-nobody", Code::TrustActorUnknown, ungranted("nobody", "drafter"));
    propose("ungranted-role-not-held", Code::TrustRoleNotHeld, ungranted("omar", "drafter"));
    propose("floor-of-role", Code::TrustFloor, ungranted("kim", "governance"));
    let added = |actor: &str, name: &str| Body::KeyAdded { actor: n(actor), key: key(name).public() };
    propose("key-added-to-nobody", Code::TrustActorUnknown, added("nobody", "stranger"));
    propose("key-added-taken", Code::TrustKeyTaken, added("raj", "omar"));
    propose("key-added-again", Code::TrustKeyTaken, added("omar", "omar"));
    let revoked = |actor: &str, name: &str, since| Body::KeyRevoked {
        actor: n(actor),
        key: key(name).public().fingerprint(),
        compromised_since: since,
        reason: "r".into(),
    };
    propose("key-revoked-of-nobody", Code::TrustActorUnknown, revoked("nobody", "omar", None));
    propose("key-revoked-of-another", Code::TrustKeyUnknown, revoked("omar", "raj", None));
    propose("compromised-in-the-future", Code::FormatNumber, revoked("omar", "omar", Some(1000)));
    propose("compromised-before-the-key", Code::FormatNumber, revoked("scribe", "scribe", Some(0)));
    propose("floor-of-key", Code::TrustFloor, revoked("kim", "kim", None));
    // One's own key, in no role, needs nobody else; the floor holds all the same.
    let own = base.event("kim", None, Noun::Repo, revoked("kim", "kim", None));
    bads.put("floor-of-own-key", Code::TrustFloor, &base, base.sign("kim", &own));
    let end = Base::end(phase);
    let mut late = |name: &str, code, body: Body| {
        let event = Event { pending: true, ..end.event("lena", Some("governance"), Noun::Repo, body) };
        bads.put(name, code, &end, end.sign("lena", &event));
    };
    late("key-revoked-twice", Code::TrustKeyRevoked, revoked("omar", "omar", None));
    late("key-added-that-was-revoked", Code::TrustKeyTaken, added("raj", "omar"));
}

fn offline_keys(recovery: &Story, bads: &mut Bads) {
    // From when on a key was in other hands moves to earlier positions, and neither to later ones nor to the same.
    let end = Base::end(recovery);
    for (name, since) in [("compromised-again", 1), ("compromised-later", 2)] {
        let again = Body::KeyRevoked {
            actor: n("lena"),
            key: key("lena").public().fingerprint(),
            compromised_since: Some(since),
            reason: "r".into(),
        };
        let event = end.event("lena", Some("lead"), Noun::Repo, again);
        bads.put(name, Code::TrustKeyRevoked, &end, end.sign("lena-2", &event));
    }
    let start = Base::after(recovery, "declared N-1");
    let added = Body::KeyAdded { actor: n("lena"), key: key("lena-2").public() };
    let mut put = |name: &str, code, base: &Base, signer: &str, role: Option<&str>, item: Noun, body: Body, pending| {
        let event = Event { pending, ..base.event("recovery", role, item, body) };
        bads.put(name, code, base, base.sign(signer, &event));
    };
    put(
        "recovery-with-a-stranger-key",
        Code::TrustKeyUnknown,
        &start,
        "stranger",
        None,
        Noun::Repo,
        added.clone(),
        true,
    );
    put("recovery-with-an-actor-key", Code::TrustKeyUnknown, &start, "lena", None, Noun::Repo, added.clone(), true);
    put("recovery-in-a-role", Code::AuthorityRole, &start, "recovery-1", Some("lead"), Noun::Repo, added.clone(), true);
    let ungranted = Body::Ungranted { actor: n("mira"), role: n("lead"), reason: "r".into() };
    put("recovery-ungranted", Code::AuthorityRole, &start, "recovery-1", None, Noun::Repo, ungranted, true);
    let moved = Body::Amended(Amendment::default());
    put("recovery-amended", Code::AuthorityRole, &start, "recovery-1", None, noun("N-1"), moved, false);
    put(
        "recovery-key-added",
        Code::TrustKeyTaken,
        &start,
        "recovery-1",
        None,
        Noun::Repo,
        Body::KeyAdded { actor: n("lena"), key: key("recovery-3").public() },
        true,
    );
    put(
        "recovery-not-pending",
        Code::AuthorityPendingFlag,
        &start,
        "recovery-1",
        None,
        Noun::Repo,
        added.clone(),
        false,
    );
    let summary = format!("proposed key-added lena {}", key("lena-2").public().fingerprint());
    let proposed = Base::after(recovery, &summary);
    put("recovery-twice", Code::AuthorityVotedTwice, &proposed, "recovery-1", None, Noun::Repo, added.clone(), true);
    put("recovery-still-pending", Code::AuthorityPendingFlag, &proposed, "recovery-2", None, Noun::Repo, added, true);
}
