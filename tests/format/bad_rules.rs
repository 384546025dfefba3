//! Actions that the rules refuse: every condition of admission that the charter has a part in.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::code::Code;
use govledger::domain::event::{Amendment, AttestedBody, Body, Event, Evidence, Statement};
use govledger::domain::facts::{Answer, Facts, Nothing, Question, Seen};
use govledger::domain::id::{Digest, Noun, Rid};
use govledger::domain::judge::View;
use govledger::domain::value::Value;

use crate::bad::{Bads, Base};
use crate::bad_quorums;
use crate::rules::{DEVELOPER, LEAD, MEMO_TEXT, SECURITY, declared, hold, stated};
use crate::samples::{evidence, n, n_time, noun, path, rid};
use crate::story::Story;

/// Puts what the rules refuse.
pub(crate) fn all(rules: &Story, bads: &mut Bads) {
    let end = Base::after(rules, "moved WP-6 active");
    let mut refuse = |what: &str, code, signer: &str, role: Option<&str>, item: Noun, body: Body| {
        let actor = signer.trim_end_matches("-2");
        let event = Event { pending: takes_more(&item, &body), ..end.event(actor, role, item, body) };
        bads.put(what, code, &end, end.sign(signer, &event));
    };
    declarations(&mut refuse);
    paths_and_links(&mut refuse);
    amendments(&mut refuse);
    moves(&mut refuse);
    statements(&end, &mut refuse);
    retractions(rules, &mut refuse);
    seals(rules, &mut refuse);
    blocks(rules, &mut refuse);
    anchors(&end, bads);
    bad_quorums::all(rules, &end, bads);
}

/// Returns whether one signature would not be enough, so that nothing else is wrong with the event.
pub(crate) fn takes_more(item: &Noun, body: &Body) -> bool {
    match body {
        Body::Chartered(_) | Body::Erased { .. } | Body::Retracted { claim: None, .. } => true,
        Body::Sealed { .. } => item.to_key().is_some_and(|id| id.starts_with("WP-")),
        Body::Unblocked { name, .. } => name.as_str() == "HOLD",
        _ => false,
    }
}

pub(crate) type Refuse<'r> = dyn FnMut(&str, Code, &str, Option<&str>, Noun, Body) + 'r;

fn plain() -> Amendment {
    Amendment::default()
}

fn declarations(refuse: &mut Refuse<'_>) {
    let mut declare = |what: &str, code, id: &str, body: Body| refuse(what, code, "lena", LEAD, noun(id), body);
    declare("kind", Code::ItemKind, "WP-9", declared("parcel", "planned", plain()));
    declare("id-of-other-case", Code::ItemExists, "wp-1", declared("packet", "planned", plain()));
    declare("id-again", Code::ItemExists, "WP-1", declared("packet", "planned", plain()));
    declare("id-of-superseded", Code::ItemExists, "WP-2", declared("packet", "planned", plain()));
    declare("id-without-pattern", Code::ItemId, "WP-x", declared("packet", "planned", plain()));
    declare("id-of-other-kind", Code::ItemId, "M-9", declared("packet", "planned", plain()));
    for id in ["repo", "Self", "RECOVERY", "new"] {
        let what = format!("id-reserved-{}", id.to_lowercase());
        declare(&what, Code::ItemId, id, declared("packet", "planned", plain()));
    }
    declare("declared-later-status", Code::ItemStatus, "WP-9", declared("packet", "active", plain()));
    declare("declared-unknown-status", Code::ItemStatus, "WP-9", declared("packet", "lost", plain()));
    let list = || Value::list(["a"]);
    for (field, value) in [
        ("unheard", Value::from("x")),
        ("priority", "middling".into()),
        ("priority", Value::Int(1)),
        ("effort", "3".into()),
        ("due", "2026-02-30".into()),
        ("due", Value::Int(2026)),
        ("owner", "nobody".into()),
        ("owner", "Not An Actor".into()),
        ("urgent", "true".into()),
        ("summary", list()),
        ("steps", "a".into()),
        ("labels", list()),
        ("touches", Value::list(["../a"])),
        ("touches", "src".into()),
        ("proofs", Value::list(["src/a.rs:0"])),
        ("proofs", "src/a.rs:1".into()),
    ] {
        let sort = value.type_name().replace(' ', "-");
        let what = format!("field-{field}-{}", if matches!(value, Value::Text(_)) { "text".to_owned() } else { sort });
        let fields = stated(&[(field, value.clone())], &[]);
        let twin = matches!((field, value.as_text()), ("owner", Some("Not An Actor")));
        declare(
            &if twin { format!("{what}-malformed") } else { what },
            Code::ItemField,
            "WP-9",
            declared("packet", "planned", fields),
        );
    }
}

fn paths_and_links(refuse: &mut Refuse<'_>) {
    let at = |text: &str| Amendment { path: Some(path(text)), ..plain() };
    let mut declare = |what: &str, code, signer: &str, id: &str, kind: &str, status: &str, stated: Amendment| {
        let role = if signer == "lena" { LEAD } else { DEVELOPER };
        refuse(what, code, signer, role, noun(id), declared(kind, status, stated));
    };
    declare("path-of-pathless-kind", Code::ItemPath, "ines", "REL-9", "release", "built", at("docs/a"));
    declare("path-outside-of-glob", Code::ItemPath, "raj", "M-9", "memo", "written", at("docs/a.md"));
    declare("path-of-other-id", Code::ItemPath, "lena", "WP-9", "packet", "planned", at("docs/packets/WP-8.md"));
    declare("path-taken", Code::ItemPath, "raj", "M-9", "memo", "written", at("memos/a.md"));
    declare("path-twin", Code::ItemPath, "raj", "M-9", "memo", "written", at("memos/A.md"));
    let to = |link: &str, ids: &[&str]| stated(&[], &[(link, ids)]);
    declare("link-unknown", Code::ItemLink, "lena", "WP-9", "packet", "planned", to("follows", &["WP-1"]));
    declare("link-unknown-and-empty", Code::ItemLink, "lena", "WP-9", "packet", "planned", to("follows", &[]));
    declare("link-from-other-kind", Code::ItemLink, "lena", "WP-9", "packet", "planned", to("delivers", &["WP-1"]));
    declare("link-to-other-kind", Code::ItemLink, "lena", "WP-9", "packet", "planned", to("mentions", &["WP-1"]));
    declare("link-to-itself", Code::ItemLink, "lena", "WP-9", "packet", "planned", to("needs", &["WP-9"]));
    declare("link-unique", Code::ItemLink, "ines", "REL-9", "release", "built", to("delivers", &["WP-1"]));
    declare(
        "supersedes-undeclared",
        Code::ItemUnknown,
        "lena",
        "WP-9",
        "packet",
        "planned",
        to("supersedes", &["WP-8"]),
    );
    declare("supersedes-again", Code::ItemSuperseded, "lena", "WP-9", "packet", "planned", to("supersedes", &["WP-2"]));
    declare("supersedes-itself", Code::ItemUnknown, "lena", "WP-9", "packet", "planned", to("supersedes", &["WP-9"]));
}

fn amendments(refuse: &mut Refuse<'_>) {
    let mut amend = |what: &str, code, id: &str, stated: Amendment| {
        let (signer, role) = if id.starts_with("M-") { ("raj", DEVELOPER) } else { ("lena", LEAD) };
        refuse(what, code, signer, role, noun(id), Body::Amended(stated));
    };
    let titled = || Amendment { title: Some("Another".into()), ..plain() };
    amend("amended-undeclared", Code::ItemUnknown, "WP-9", titled());
    amend("amended-superseded", Code::ItemSuperseded, "WP-2", titled());
    amend("amended-sealed", Code::ItemSealed, "M-1", titled());
    amend("amended-unchanged", Code::ItemUnchanged, "WP-4", plain());
    amend("amended-without-succession", Code::ItemLink, "WP-3", titled());
    amend("amended-supersedes-itself", Code::ItemLink, "WP-4", stated(&[], &[("supersedes", &["WP-4"])]));
    amend("amended-field", Code::ItemField, "WP-4", stated(&[("unheard", Value::Int(1))], &[]));
    amend("amended-circle", Code::ItemLink, "WP-1", stated(&[], &[("needs", &["WP-2"])]));
    amend("amended-blocked-field", Code::BlockPath, "WP-1", stated(&[("touches", Value::list(["src/a"]))], &[]));
}

fn moves(refuse: &mut Refuse<'_>) {
    let mut go = |what: &str, code, id: &str, from: &str, to: &str, because: Option<&str>| {
        let body = Body::Moved { from: n(from), to: n(to), because: because.map(n) };
        refuse(what, code, "lena", LEAD, noun(id), body);
    };
    go("moved-undeclared", Code::ItemUnknown, "WP-9", "planned", "active", None);
    go("moved-superseded", Code::ItemSuperseded, "WP-2", "planned", "active", Some("kickoff"));
    go("moved-from-elsewhere", Code::ItemStatus, "WP-4", "planned", "active", Some("kickoff"));
    go("moved-back", Code::ItemStatus, "WP-4", "active", "planned", None);
    go("moved-to-no-state", Code::ItemStatus, "WP-4", "active", "lost", None);
    go("moved-without-code", Code::ItemReason, "WP-5", "planned", "active", None);
    go("moved-with-other-code", Code::ItemReason, "WP-5", "planned", "active", Some("whim"));
    go("moved-with-code-unasked", Code::ItemReason, "WP-4", "active", "finished", Some("kickoff"));
    go("moved-blocked", Code::BlockMove, "WP-1", "planned", "active", Some("kickoff"));
    go("moved-blocked-before-its-code", Code::BlockMove, "WP-1", "planned", "active", None);
    go("moved-blocked-by-itself", Code::BlockMove, "REL-2", "built", "shipped", None);
    go("gate-unmet", Code::GuardUnmet, "WP-4", "active", "finished", None);
    go("sentence-unknown", Code::GateUnknownFact, "WP-5", "planned", "finished", None);
}

/// Returns a statement that binds what the thing is at a place, with no facts.
pub(crate) fn said(base: &Base, claim: &str, noun: &Noun, result: &str) -> AttestedBody {
    let state = base.replay.state().unwrap();
    let none: &dyn Facts = &Nothing;
    let view = View { state, facts: none, as_of: state.tip.at };
    let basis = view.basis(&n(claim), noun);
    AttestedBody {
        claim: n(claim),
        statement: Statement { result: n(result), answers: BTreeMap::new(), values: BTreeMap::new() },
        content: basis.as_ref().map_or(Digest::of(b""), |basis| basis.content),
        over: basis.and_then(|basis| basis.over),
        evidence: BTreeSet::new(),
        made: n_time("2026-03-01T08:00:00Z"),
    }
}

fn statements(end: &Base, refuse: &mut Refuse<'_>) {
    let wp4 = noun("WP-4");
    let vouched = || said(end, "vouched", &wp4, "pass");
    let mut attest = |what: &str, code, item: &Noun, body: AttestedBody| {
        refuse(what, code, "raj", DEVELOPER, item.clone(), Body::Attested(Box::new(body)));
    };
    attest("attested-undeclared", Code::ItemUnknown, &noun("WP-9"), vouched());
    attest("attested-superseded", Code::ItemSuperseded, &noun("WP-2"), vouched());
    for block in ["WP-1/HOLD/0", "WP-9/HOLD/3", "repo/HOLD/3", "WP-1/QUIET/30"] {
        let what = format!("attested-{}", block.replace('/', "-").to_lowercase());
        attest(&what, Code::BlockAbsent, &noun(block), vouched());
    }
    attest("claim", Code::ClaimUnknown, &wp4, AttestedBody { claim: n("admired"), ..vouched() });
    attest("result", Code::ClaimResult, &wp4, said(end, "vouched", &wp4, "approve"));
    let answered = |answers: &[(&str, bool)], result: &str| {
        let mut body = said(end, "reviewed", &wp4, result);
        body.statement.answers = answers.iter().map(|(question, yes)| (n(question), *yes)).collect();
        body
    };
    attest("answer-missing", Code::ClaimAnswer, &wp4, answered(&[], "approve"));
    attest("answer-unasked", Code::ClaimAnswer, &wp4, answered(&[("sound", true), ("fast", true)], "approve"));
    attest("answer-unasked-to-reject", Code::ClaimAnswer, &wp4, answered(&[("fast", true)], "reject"));
    let mut valued = vouched();
    valued.statement.values = BTreeMap::from([(n("latency"), Value::Int(1))]);
    attest("value-unknown", Code::ClaimValue, &wp4, valued);
    attest(
        "attested-later",
        Code::FormatTime,
        &wp4,
        AttestedBody { made: n_time("2030-01-01T00:00:00Z"), ..vouched() },
    );
    let citing = |piece: Evidence| AttestedBody { evidence: BTreeSet::from([piece]), ..vouched() };
    attest("attested-with-erased", Code::StoreEvidenceErased, &wp4, citing(evidence(b"a password", "text/plain")));
    let other = Evidence { size: 1, ..evidence(b"the report", "text/plain") };
    attest("attested-with-other-size", Code::ClaimEvidence, &wp4, citing(other));
    attest("attested-other-content", Code::ItemContent, &wp4, AttestedBody { content: Digest::of(b"x"), ..vouched() });
    attest(
        "attested-over-unasked",
        Code::ItemContent,
        &wp4,
        AttestedBody { over: Some(Digest::of(b"x")), ..vouched() },
    );
    attest("attested-unseen", Code::ItemContent, &noun("M-2"), said(end, "vouched", &noun("M-2"), "pass"));
    for (what, value) in [("value-of-other-type", "fast".into()), ("value-out-of-range", Value::Int(-1))] {
        let mut measured = said(end, "measured", &wp4, "pass");
        measured.statement.values = BTreeMap::from([(n("latency"), value)]);
        let body = Body::Attested(Box::new(measured));
        refuse(what, Code::ClaimValue, "builder", Some("builder"), wp4.clone(), body);
    }
}

/// Puts statements and blocks that name lines of files which are not there, or of which nobody saw whether they are.
fn anchors(end: &Base, bads: &mut Bads) {
    let mut put =
        |what: &str, code, role: Option<&str>, signer: &str, item: &str, body: Body, lines: &[Option<u64>]| {
            let facts = lines.iter().map(|lines| (Question::Lines(path("src/a.rs")), Answer::Lines(*lines))).collect();
            let commit = n(&format!("sha1:{}", "0".repeat(40)));
            let seen = (!lines.is_empty()).then_some(Seen { commit, reference: None, facts });
            let event = Event { seen, ..end.event(signer, role, noun(item), body) };
            bads.put(what, code, end, end.sign(signer, &event));
        };
    let at = |anchors: &[&str]| Value::list(anchors.iter().copied());
    for (what, anchors, lines) in [
        ("value-anchor-without-line", &["src/a.rs"][..], &[Some(12)][..]),
        ("value-anchor-of-line-0", &["src/a.rs:0"], &[Some(12)]),
        ("value-anchor-beyond", &["src/a.rs:12", "src/a.rs:13"], &[Some(12)]),
        ("value-anchor-in-nothing", &["src/a.rs:1"], &[Some(0)]),
        ("value-anchor-of-no-file", &["src/a.rs:1"], &[None]),
        ("value-anchor-unseen", &["src/a.rs:1"], &[]),
        ("value-anchor-half-seen", &["src/a.rs:1", "src/b.rs:1"], &[Some(12)]),
        ("value-anchors-too-few", &[], &[]),
    ] {
        let mut located = said(end, "located", &noun("WP-4"), "pass");
        located.statement.values = BTreeMap::from([(n("place"), at(anchors))]);
        put(what, Code::ClaimValue, DEVELOPER, "raj", "WP-4", Body::Attested(Box::new(located)), lines);
    }
    let drift = || Body::Blocked {
        name: n("DRIFT"),
        reason: "the code left its specification".into(),
        because: None,
        fields: stated(&[("place", at(&["src/a.rs:13"]))], &[]).fields,
    };
    put("blocked-anchor-beyond", Code::BlockField, LEAD, "lena", "WP-4", drift(), &[Some(12)]);
    put("blocked-anchor-unseen", Code::BlockField, LEAD, "lena", "WP-4", drift(), &[]);
}

fn retractions(rules: &Story, refuse: &mut Refuse<'_>) {
    let vouched = &rules.event("attested WP-4 vouched=pass").event.id;
    let released = &rules.event("attested REL-2 vouched=pass").event.id;
    let retracted = |event: &Rid, claim: Option<&str>| Body::Retracted {
        event: event.clone(),
        claim: claim.map(n),
        reason: "r".into(),
    };
    let unknown = Code::ClaimUnknownStatement;
    refuse("retracted-never-said", unknown, "raj", None, noun("WP-4"), retracted(&rid("nothing"), Some("vouched")));
    refuse("retracted-replaced", unknown, "raj", None, noun("WP-4"), retracted(vouched, Some("vouched")));
    refuse("retracted-other-claim", unknown, "raj", None, noun("M-2"), retracted(released, Some("reviewed")));
    refuse("retracted-other-noun", unknown, "raj", None, Noun::Repo, retracted(released, Some("vouched")));
    refuse("retracted-twice", unknown, "raj", None, noun("REL-2"), retracted(released, Some("vouched")));
    let memo = &rules.event("attested M-2 vouched=pass").event.id;
    refuse(
        "retracted-by-another",
        Code::AuthorityOwnStatement,
        "ines",
        None,
        noun("M-2"),
        retracted(memo, Some("vouched")),
    );
    refuse("retracted-in-a-role", Code::AuthorityRole, "raj", DEVELOPER, noun("M-2"), retracted(memo, Some("vouched")));
    let disputed = rules.told.iter().rev().find(|t| t.event.summary() == "attested WP-4 vouched=pass").unwrap();
    refuse("disputed-twice", Code::ItemUnchanged, "lena", LEAD, noun("WP-4"), retracted(&disputed.event.id, None));
    refuse("disputed-by-another", Code::AuthorityRole, "raj", None, noun("WP-4"), retracted(memo, None));
}

fn seals(rules: &Story, refuse: &mut Refuse<'_>) {
    let sealed = Body::Sealed {
        content: Digest::of(b"x"),
        evidence: BTreeSet::from([evidence(MEMO_TEXT.as_bytes(), "text/markdown")]),
    };
    let mut seal =
        |what: &str, code, id: &str, body: &Body| refuse(what, code, "omar-2", SECURITY, noun(id), body.clone());
    seal("sealed-undeclared", Code::ItemUnknown, "M-9", &sealed);
    seal("sealed-superseded", Code::ItemSuperseded, "WP-2", &sealed);
    seal("sealed-twice", Code::ItemSealed, "M-1", &sealed);
    seal("sealed-unsealable", Code::ItemNotSealable, "REL-1", &sealed);
    seal("sealed-unseen", Code::ItemFile, "M-2", &sealed);
    seal("sealed-other-content", Code::ItemContent, "WP-4", &sealed);
    let erased = evidence(b"a password", "text/plain");
    let with = |piece: Evidence| Body::Sealed { content: Digest::of(b"x"), evidence: BTreeSet::from([piece]) };
    seal("sealed-with-erased", Code::StoreEvidenceErased, "WP-4", &with(erased));
    let other = Evidence { size: 1, ..evidence(MEMO_TEXT.as_bytes(), "text/markdown") };
    seal("sealed-with-other-size", Code::ClaimEvidence, "WP-4", &with(other));
    let unsealed = |seal| Body::Unsealed { seal, reason: "r".into() };
    let standing = rules.event("sealed M-1").event.id.clone();
    seal("unsealed-undeclared", Code::ItemUnknown, "M-9", &unsealed(standing.clone()));
    seal("unsealed-unsealed", Code::ItemNotSealed, "WP-4", &unsealed(standing.clone()));
    seal("unsealed-other-seal", Code::ItemNotSealed, "M-1", &unsealed(rid("nothing")));
    seal("unsealed-for-ever", Code::ItemNotSealable, "M-1", &unsealed(standing));
    let erase = |bytes: &[u8]| Body::Erased { sha256: Digest::of(bytes), reason: "r".into() };
    refuse("erased-uncited", Code::ClaimEvidence, "lena", LEAD, Noun::Repo, erase(b"never cited"));
    refuse("erased-twice", Code::StoreEvidenceErased, "lena", LEAD, Noun::Repo, erase(b"a password"));
}

fn blocks(rules: &Story, refuse: &mut Refuse<'_>) {
    let mut block = |what: &str, code, id: &str, body: Body| refuse(what, code, "lena", LEAD, noun(id), body);
    let named =
        |name: &str| Body::Blocked { name: n(name), reason: "r".into(), because: None, fields: BTreeMap::new() };
    block("blocked-undeclared", Code::ItemUnknown, "WP-9", hold(Some("incident"), &[]));
    block("blocked-superseded", Code::ItemSuperseded, "WP-2", hold(Some("incident"), &[]));
    block("blocked-unknown", Code::BlockUnknown, "WP-4", named("STOP"));
    block("blocked-derived", Code::BlockUnknown, "REL-1", named("UNDELIVERED"));
    block("blocked-other-kind", Code::BlockUnknown, "M-2", hold(Some("incident"), &[]));
    block("blocked-twice", Code::BlockStands, "WP-1", hold(Some("incident"), &[]));
    block("blocked-without-code", Code::ItemReason, "WP-4", hold(None, &[]));
    block("blocked-with-other-code", Code::ItemReason, "WP-4", hold(Some("whim"), &[]));
    block("blocked-field-unknown", Code::BlockField, "WP-4", hold(Some("incident"), &[("level", Value::Int(1))]));
    block("blocked-field-type", Code::BlockField, "WP-4", hold(Some("incident"), &[("ticket", Value::Int(1))]));
    let coded =
        Body::Blocked { name: n("QUIET"), reason: "r".into(), because: Some(n("whim")), fields: BTreeMap::new() };
    block("blocked-with-code-unasked", Code::ItemReason, "M-2", coded);
    let holds: Vec<_> = rules.told.iter().filter(|told| told.event.summary() == "blocked WP-1 HOLD").collect();
    let [lifted, standing] = [holds[0], holds[1]].map(|told| told.event.id.clone());
    let quiet = rules.event("blocked M-1 QUIET").event.id.clone();
    let unblock = |name: &str, block: &Rid, record: Option<&str>| Body::Unblocked {
        name: n(name),
        block: block.clone(),
        record: record.map(n),
        reason: "r".into(),
    };
    let record = Some("REL-1");
    block("unblocked-undeclared", Code::ItemUnknown, "WP-9", unblock("HOLD", &standing, record));
    block("unblocked-never-placed", Code::BlockAbsent, "WP-1", unblock("HOLD", &rid("nothing"), record));
    block("unblocked-lifted", Code::BlockAbsent, "WP-1", unblock("HOLD", &lifted, record));
    block("unblocked-other-name", Code::BlockAbsent, "WP-1", unblock("QUIET", &standing, None));
    block("unblocked-other-item", Code::BlockAbsent, "WP-4", unblock("HOLD", &standing, record));
    block("unblocked-without-record", Code::BlockRecord, "WP-1", unblock("HOLD", &standing, None));
    block("unblocked-other-record", Code::BlockRecord, "WP-1", unblock("HOLD", &standing, Some("REL-2")));
    block("unblocked-record-undeclared", Code::BlockRecord, "WP-1", unblock("HOLD", &standing, Some("REL-9")));
    block("unblocked-record-unasked", Code::BlockRecord, "M-1", unblock("QUIET", &quiet, record));
    block("unblocked-in-another-role", Code::AuthorityRole, "M-1", unblock("QUIET", &quiet, None));
    let waived = Body::Waived {
        class: n("any"),
        rule: "closing.agreed".into(),
        reason: "r".into(),
        controls: "c".into(),
        until: "phase-end".into(),
    };
    block("waived", Code::WaiverNotPossible, "WP-4", waived);
    let unwaived = Body::Unwaived { waiver: rid("nothing"), rule: "closing.agreed".into(), reason: "r".into() };
    block("unwaived", Code::WaiverUnknown, "WP-4", unwaived);
}
