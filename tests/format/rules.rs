//! A ledger whose rules use what the phase does not: a quorum of two roles, typed fields, circles, and offline keys.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::ActorType;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{Amendment, Body, Declaration, Founding, Recovery};
use govledger::domain::facts::{Answer, Question};
use govledger::domain::id::{Digest, ItemId, Noun, Word};
use govledger::domain::value::Value;

use crate::keys::key;
use crate::samples::{evidence, human, links, n, n_time, noun, path, person, rid};
use crate::stories::{attest, charter, file, wrote};
use crate::story::Story;

pub(crate) const LEAD: Option<&str> = Some("lead");
pub(crate) const SECURITY: Option<&str> = Some("security");
pub(crate) const DEVELOPER: Option<&str> = Some("developer");

const MEMO: &str = "memos/a.md";
pub(crate) const OTHER_MEMO: &str = "memos/b.md";
pub(crate) const MEMO_TEXT: &str = "# A memo\n";

/// Returns a statement of fields and links.
pub(crate) fn stated(fields: &[(&str, Value)], to: &[(&str, &[&str])]) -> Amendment {
    let fields: BTreeMap<Word, Value> = fields.iter().map(|(name, value)| (n(name), value.clone())).collect();
    let links: BTreeMap<Word, BTreeSet<ItemId>> = links(to);
    Amendment { fields, links, ..Amendment::default() }
}

pub(crate) fn declared(kind: &str, status: &str, stated: Amendment) -> Body {
    Body::Declared(Declaration { kind: n(kind), status: n(status), stated })
}

pub(crate) fn hold(because: Option<&str>, fields: &[(&str, Value)]) -> Body {
    Body::Blocked {
        name: n("HOLD"),
        reason: "an incident".into(),
        because: because.map(n),
        fields: stated(fields, &[]).fields,
    }
}

/// The authority of this ledger: both sign.
fn both(s: &mut Story, item: &Noun, body: &Body) {
    s.tell("lena", LEAD, item.clone(), body.clone());
    assert!(s.told.last().unwrap().event.pending);
    s.tell("omar", SECURITY, item.clone(), body.clone());
    assert!(!s.told.last().unwrap().event.pending);
}

/// Returns the story.
pub(crate) fn told() -> Story {
    let note =
        "for bad events: a quorum of two roles, typed fields, acyclic and unique links, blocks, and offline keys";
    let mut s = Story::new("rules", note, ObjectFormat::Sha1, n_time("2026-03-01T08:00:00Z"));
    let founding = Founding {
        nonce: rid("rules"),
        object_format: "sha1".to_owned(),
        charter: charter("rules", "RULES", "1 lead + 1 security"),
        actors: vec![
            human("ines", &["developer"]),
            human("lena", &["lead"]),
            human("omar", &["security"]),
            human("raj", &["developer"]),
        ],
        baseline: BTreeSet::new(),
        recovery: Some(Recovery {
            quorum: 2,
            keys: ["recovery-1", "recovery-2"].map(|name| key(name).public()).into(),
        }),
    };
    s.tell("lena", LEAD, Noun::Repo, Body::Founded(Box::new(founding)));
    let scribe = person("scribe", ActorType::Agent, Some("ines"), &["scribe"], &["developer"]);
    both(&mut s, &Noun::Repo, &Body::Enrolled(scribe));
    let builder = person("builder", ActorType::Ci, Some("raj"), &["builder"], &["builder"]);
    both(&mut s, &Noun::Repo, &Body::Enrolled(builder));
    let mira = person("mira", ActorType::Human, None, &["token-mira"], &["developer"]);
    both(&mut s, &Noun::Repo, &Body::Enrolled(mira));
    items(&mut s);
    statements(&mut s);
    blocks(&mut s);
    proposals(&mut s);
    farewell(&mut s);
    s
}

fn items(s: &mut Story) {
    let effort = stated(&[("effort", Value::Int(3)), ("owner", "ines".into())], &[]);
    s.tell("lena", LEAD, noun("WP-1"), declared("packet", "planned", effort));
    s.tell("ines", DEVELOPER, noun("WP-2"), declared("packet", "planned", stated(&[], &[("needs", &["WP-1"])])));
    s.tell("raj", DEVELOPER, noun("WP-3"), declared("packet", "planned", stated(&[], &[("supersedes", &["WP-2"])])));
    s.tell("lena", LEAD, noun("WP-4"), declared("packet", "planned", Amendment::default()));
    let started = Body::Moved { from: n("planned"), to: n("active"), because: Some(n("kickoff")) };
    s.tell("lena", LEAD, noun("WP-4"), started);
    let packet = Amendment { path: Some(path("docs/packets/WP-5.md")), ..Amendment::default() };
    s.tell("lena", LEAD, noun("WP-5"), declared("packet", "planned", packet));
    s.tell("ines", DEVELOPER, noun("REL-1"), declared("release", "built", stated(&[], &[("delivers", &["WP-1"])])));
    s.tell("ines", DEVELOPER, noun("REL-2"), declared("release", "built", Amendment::default()));
    for (id, at) in [("M-1", MEMO), ("M-2", OTHER_MEMO)] {
        let memo = Amendment { path: Some(path(at)), ..Amendment::default() };
        s.tell("raj", DEVELOPER, noun(id), declared("memo", "written", memo));
    }
    s.seeing([file(MEMO, MEMO_TEXT), wrote(MEMO, None, &["raj"])]);
    let evidence = BTreeSet::from([evidence(MEMO_TEXT.as_bytes(), "text/markdown")]);
    let sealed = Body::Sealed { content: s.content("M-1"), evidence };
    s.tell("omar", SECURITY, noun("M-1"), sealed);
}

fn statements(s: &mut Story) {
    for (claim, evidence_of) in [("vouched", Some(&b"a password"[..])), ("vouched", Some(b"the report"))] {
        let mut vouched = attest(s, &noun("WP-4"), claim, "pass", &[]);
        vouched.evidence = evidence_of.iter().map(|bytes| evidence(bytes, "text/plain")).collect();
        s.tell("raj", DEVELOPER, noun("WP-4"), Body::Attested(Box::new(vouched)));
    }
    let vouched = s.told.last().unwrap().event.id.clone();
    let erased = Body::Erased { sha256: Digest::of(b"a password"), reason: "it was one".into() };
    both(s, &Noun::Repo, &erased);
    let dispute = Body::Retracted { event: vouched.clone(), claim: None, reason: "nothing was seen".into() };
    both(s, &noun("WP-4"), &dispute);
    let passed = attest(s, &noun("REL-2"), "vouched", "pass", &[]);
    s.tell("raj", DEVELOPER, noun("REL-2"), Body::Attested(Box::new(passed)));
    let event = s.told.last().unwrap().event.id.clone();
    let back = Body::Retracted { event, claim: Some(n("vouched")), reason: "the wrong release".into() };
    s.tell("raj", None, noun("REL-2"), back);
    s.seeing([file(OTHER_MEMO, MEMO_TEXT)]);
    let seen = attest(s, &noun("M-2"), "vouched", "pass", &[]);
    s.tell("omar", SECURITY, noun("M-2"), Body::Attested(Box::new(seen)));
    let lines = |at: &str, lines| (Question::Lines(path(at)), Answer::Lines(Some(lines)));
    s.seeing([lines("src/a.rs", 12), lines("src/b:1", 1)]);
    let mut located = attest(s, &noun("WP-4"), "located", "pass", &[]);
    located.statement.values =
        stated(&[("place", Value::list(["src/a.rs:12", "src/a.rs:1", "src/b:1:1"]))], &[]).fields;
    s.tell("raj", DEVELOPER, noun("WP-4"), Body::Attested(Box::new(located)));
}

fn blocks(s: &mut Story) {
    s.tell("lena", LEAD, noun("WP-1"), hold(Some("incident"), &[("ticket", "T-1".into())]));
    let block = s.told.last().unwrap().event.id.clone();
    let lifted =
        |block| Body::Unblocked { name: n("HOLD"), block, record: Some(n("REL-1")), reason: "it is over".into() };
    both(s, &noun("WP-1"), &lifted(block));
    s.tell("lena", LEAD, noun("WP-1"), hold(Some("freeze"), &[]));
    let quiet = Body::Blocked { name: n("QUIET"), reason: "hush".into(), because: None, fields: BTreeMap::new() };
    s.tell("lena", LEAD, noun("M-1"), quiet);
}

/// Proposals that stay open.
fn proposals(s: &mut Story) {
    let agreed = attest(s, &noun("REL-2"), "agreed", "pass", &[]);
    for signer in ["raj", "ines"] {
        s.tell(signer, DEVELOPER, noun("REL-2"), Body::Attested(Box::new(agreed.clone())));
        assert!(s.told.last().unwrap().event.pending);
    }
    let added = Body::KeyAdded { actor: n("ines"), key: key("lena-2").public() };
    s.tell("recovery-1", None, Noun::Repo, added);
    assert!(s.told.last().unwrap().event.pending);
    let omar = Body::KeyAdded { actor: n("omar"), key: key("omar-2").public() };
    both(s, &Noun::Repo, &omar);
    let revoked = Body::KeyRevoked {
        actor: n("omar"),
        key: key("omar").public().fingerprint(),
        compromised_since: None,
        reason: "replaced".into(),
    };
    s.tell("omar", None, Noun::Repo, revoked);
    // A proposal ends when its item moves, and when a signer loses the role of the vote.
    s.tell("lena", LEAD, noun("WP-6"), declared("packet", "planned", Amendment::default()));
    let agreed = attest(s, &noun("WP-6"), "agreed", "pass", &[]);
    for signer in ["raj", "ines"] {
        s.tell(signer, DEVELOPER, noun("WP-6"), Body::Attested(Box::new(agreed.clone())));
    }
    let started = Body::Moved { from: n("planned"), to: n("active"), because: Some(n("restart")) };
    s.tell("lena", LEAD, noun("WP-6"), started);
}

/// The last events: somebody whose vote is open loses the role.
fn farewell(s: &mut Story) {
    let ungranted = Body::Ungranted { actor: n("raj"), role: n("developer"), reason: "she leaves".into() };
    s.tell("lena", LEAD, Noun::Repo, ungranted.clone());
    s.tell("omar-2", SECURITY, Noun::Repo, ungranted);
    assert!(!s.told.last().unwrap().event.pending);
}
