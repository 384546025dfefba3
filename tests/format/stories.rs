//! The ledgers of the vectors: one that uses every type that semantics 1 admits, and one that is rescued by its offline keys.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use govledger::domain::charter::ActorType;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::decide::trust;
use govledger::domain::event::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Founding, Recovery, Statement,
};
use govledger::domain::facts::{Answer, File, Mode, Question};
use govledger::domain::id::{Digest, Noun, Rid};
use govledger::domain::value::Value;

use crate::files;
use crate::keys::key;
use crate::samples::{evidence, human, n, n_time, noun, path, person, rid};
use crate::story::Story;
use crate::{code, rules, waivers};

const INDEX: &str = "docs/16-phase-e/index.md";
const E05: &str = "docs/16-phase-e/e-05.md";
const E12: &str = "docs/16-phase-e/e-12.md";

const INDEX_TEXT: &str =
    "# Index\n\n| ID | Title |\n|---|---|\n| E-00 | Index |\n| E-05 | Failure semantics |\n| E-12 | Record |\n";
const E05_TEXT: &str = "# Failure semantics\n\nWhat fails, fails closed.\n";
const E05_NEW: &str = "# Failure semantics\n\nWhat fails, fails closed, and says why.\n";
const E12_TEXT: &str = "# Record\n\nMIG-06 may be built.\n";

/// Returns every story; they are told once.
pub(crate) fn all() -> &'static [Story] {
    static ALL: OnceLock<Vec<Story>> = OnceLock::new();
    ALL.get_or_init(|| {
        let note =
            "every type that semantics 1 admits: declared, reviewed, sealed, blocked, lifted, and the rules changed";
        let phase = phase_e(Story::new("phase-e", note, ObjectFormat::Sha1, n_time("2026-01-10T08:59:00Z")));
        let note = "the same in a repository of the object format sha256";
        let twin = phase_e(Story::new("phase-e-sha256", note, ObjectFormat::Sha256, n_time("2026-01-10T08:59:00Z")));
        vec![phase, twin, recovered(), migrated(), rules::told(), code::told(), waivers::told()]
    })
}

/// Returns the story of a name.
pub(crate) fn of(name: &str) -> &'static Story {
    all().iter().find(|story| story.name == name).expect("a story of that name")
}

pub(crate) fn charter(name: &str, id: &str, authority: &str) -> CharterText {
    let text = files::read(&format!("vectors/charters/{name}.toml"));
    CharterText { id: n(id), semantics: 1, authority: authority.to_owned(), text }
}

pub(crate) fn declare(kind: &str, status: &str, title: Option<&str>, path_of: Option<&str>) -> Declaration {
    let stated = Amendment { title: title.map(str::to_owned), path: path_of.map(path), ..Amendment::default() };
    Declaration { kind: n(kind), status: n(status), stated }
}

pub(crate) fn file(at: &str, text: &str) -> (Question, Answer) {
    let file = File { mode: Mode::Plain, size: text.len() as u64, sha256: Digest::of(text.as_bytes()) };
    (Question::Path(path(at)), Answer::File(Some(file)))
}

pub(crate) fn wrote(at: &str, since: Option<&str>, names: &[&str]) -> (Question, Answer) {
    let since = since.map(|text| Digest::of(text.as_bytes()));
    let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    (Question::Authors { path: path(at), since }, Answer::Authors(names.into_iter().collect()))
}

fn row(id: &str, title: &str) -> (Question, Answer) {
    let cells = BTreeMap::from([("ID".to_owned(), id.to_owned()), ("Title".to_owned(), title.to_owned())]);
    (Question::Row { path: path(INDEX), column: "ID".to_owned(), id: n(id) }, Answer::Row(Some(cells)))
}

pub(crate) fn attest(story: &Story, noun: &Noun, claim: &str, result: &str, answers: &[(&str, bool)]) -> AttestedBody {
    let (content, over) = story.basis(claim, noun);
    AttestedBody {
        claim: n(claim),
        statement: Statement {
            result: n(result),
            answers: answers.iter().map(|(question, yes)| (n(question), *yes)).collect(),
            values: BTreeMap::new(),
        },
        content,
        over,
        evidence: BTreeSet::new(),
        made: story.now(),
    }
}

fn last(story: &Story) -> Rid {
    story.told.last().unwrap().event.id.clone()
}

const GOVERNANCE: Option<&str> = Some("governance");
const BOTH: [&str; 2] = ["lena", "kim"];

fn phase_e(mut s: Story) -> Story {
    let actors = vec![
        human("ines", &["drafter"]),
        human("lena", &["governance"]),
        human("omar", &["approver"]),
        human("raj", &["reviewer"]),
    ];
    let founding = Founding {
        nonce: rid("phase-e"),
        object_format: s.format.as_str().to_owned(),
        charter: charter("phase-e", "PHASE-E", "2 governance"),
        actors,
        baseline: BTreeSet::from([n(&format!("{}:{}", s.format.as_str(), s.format.empty_tree()))]),
        recovery: None,
    };
    s.tell("lena", GOVERNANCE, Noun::Repo, Body::Founded(Box::new(founding)));
    assert!(s.state().founding);
    s.tell("lena", GOVERNANCE, Noun::Repo, Body::Enrolled(human("kim", &["governance"])));
    assert!(!s.state().founding);
    people(&mut s);
    documents(&mut s);
    lift(&mut s);
    aftermath(&mut s);
    endings(&mut s);
    s
}

fn people(s: &mut Story) {
    let scribe = person("scribe", ActorType::Agent, Some("ines"), &["scribe"], &["drafter"]);
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &Body::Enrolled(scribe));
}

fn documents(s: &mut Story) {
    let index = declare("artifact", "draft", Some("Index"), Some(INDEX));
    s.tell("ines", Some("drafter"), noun("E-00"), Body::Declared(index));
    let mut e05 = declare("artifact", "draft", Some("Failure semantics"), Some(E05));
    e05.stated.fields =
        BTreeMap::from([(n("group"), "safety".into()), (n("topics"), Value::list(["timeout", "retry"]))]);
    s.tell("scribe", Some("drafter"), noun("E-05"), Body::Declared(e05));
    s.tell("lena", GOVERNANCE, noun("MIG-06"), Body::Declared(declare("migration", "planned", None, None)));
    let blocked = Body::Blocked {
        name: n("DESIGN-BLOCKED"),
        reason: "E-05 is not sealed yet".into(),
        because: Some(n("no-design")),
        fields: BTreeMap::new(),
    };
    s.tell("kim", GOVERNANCE, noun("MIG-06"), blocked);
    s.seeing([file(E05, E05_TEXT)]);
    let complete = Body::Moved { from: n("draft"), to: n("complete"), because: None };
    s.tell("ines", Some("drafter"), noun("E-05"), complete);

    // A review that is taken back, and one that stands.
    for (result, good) in [("reject", false), ("approve", true)] {
        let names = ["scribe", "?ines@example.org"];
        s.seeing([file(E05, E05_TEXT), wrote(E05, None, &names)]);
        let mut review = attest(s, &noun("E-05"), "review", result, &[("complete", good), ("deterministic", true)]);
        if good {
            review.evidence = BTreeSet::from([evidence(b"the minutes of the review\n", "text/plain")]);
        }
        s.tell("raj", Some("reviewer"), noun("E-05"), Body::Attested(Box::new(review)));
        if !good {
            let reason = "section 2 was read in an old draft".to_owned();
            let back = Body::Retracted { event: last(s), claim: Some(n("review")), reason };
            s.tell("raj", None, noun("E-05"), back);
        }
    }
    seal_e05(s, E05_TEXT, None);
}

fn seal_e05(s: &mut Story, text: &str, since: Option<&str>) {
    s.seeing([file(E05, text), wrote(E05, since, &["scribe"]), row("E-05", "Failure semantics")]);
    let evidence = BTreeSet::from([evidence(text.as_bytes(), "text/markdown")]);
    let sealed = Body::Sealed { content: s.content("E-05"), evidence };
    s.tell("omar", Some("approver"), noun("E-05"), sealed);
}

fn lift(s: &mut Story) {
    let mut record = declare("record", "draft", Some("Record"), Some(E12));
    record.stated.links = BTreeMap::from([(n("cites"), BTreeSet::from([n("E-05"), n("E-00")]))]);
    s.tell("lena", GOVERNANCE, noun("E-12"), Body::Declared(record));
    s.seeing([file(E12, E12_TEXT)]);
    let sealed = Body::Sealed {
        content: s.content("E-12"),
        evidence: BTreeSet::from([evidence(E12_TEXT.as_bytes(), "text/markdown")]),
    };
    s.agree(BOTH, GOVERNANCE, &noun("E-12"), &sealed);
    // What the whole phase looks like is stated over every artifact.
    s.seeing([file(INDEX, INDEX_TEXT), file(E05, E05_TEXT)]);
    let audit = attest(s, &Noun::Repo, "audit", "pass", &[]);
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &Body::Attested(Box::new(audit)));
    let block = s.state().items["MIG-06"].blocks[0].event.clone();
    let unblocked = Body::Unblocked {
        name: n("DESIGN-BLOCKED"),
        block: block.clone(),
        record: Some(n("E-12")),
        reason: "authorized by E-12".into(),
    };
    s.seeing([file(INDEX, INDEX_TEXT), file(E05, E05_TEXT), file(E12, E12_TEXT), row("E-05", "Failure semantics")]);
    s.agree(BOTH, GOVERNANCE, &noun("MIG-06"), &unblocked);
    let placed = noun(&format!("MIG-06/DESIGN-BLOCKED/{}", s.state().items["MIG-06"].blocks[0].touch.seq));
    let audit = attest(s, &placed, "closed-out", "pass", &[]);
    s.tell("raj", Some("reviewer"), placed, Body::Attested(Box::new(audit)));
    s.tell("lena", GOVERNANCE, noun("MIG-06"), Body::Moved { from: n("planned"), to: n("active"), because: None });
}

fn aftermath(s: &mut Story) {
    // A decision, amended and then superseded.
    let first = declare("decision", "open", Some("Retry three times"), None);
    s.tell("ines", Some("drafter"), noun("D-001"), Body::Declared(first));
    let stated = Amendment { title: Some("Retry twice".into()), ..Amendment::default() };
    s.tell("scribe", Some("drafter"), noun("D-001"), Body::Amended(stated));
    let mut second = declare("decision", "open", Some("Never retry"), None);
    second.stated.links = BTreeMap::from([(n("supersedes"), BTreeSet::from([n("D-001")]))]);
    s.tell("ines", Some("drafter"), noun("D-002"), Body::Declared(second));
    s.tell(
        "lena",
        GOVERNANCE,
        noun("D-002"),
        Body::Moved { from: n("open"), to: n("resolved"), because: Some(n("agreed")) },
    );

    // The seal is broken, the bytes are changed by their author and sealed again.
    let seal = s.state().items["E-05"].seal.as_ref().unwrap().event.clone();
    let unsealed = Body::Unsealed { seal, reason: "it must say why it fails".into() };
    s.agree(["kim", "lena"], GOVERNANCE, &noun("E-05"), &unsealed);
    s.seeing([file(E05, E05_NEW), wrote(E05, Some(E05_TEXT), &["scribe"])]);
    let review = attest(s, &noun("E-05"), "review", "approve", &[("complete", true), ("deterministic", true)]);
    s.tell("raj", Some("reviewer"), noun("E-05"), Body::Attested(Box::new(review)));
    seal_e05(s, E05_NEW, Some(E05_TEXT));
}

fn endings(s: &mut Story) {
    // Roles and keys.
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &Body::Granted { actor: n("omar"), role: n("reviewer") });
    let ungranted = Body::Ungranted { actor: n("omar"), role: n("reviewer"), reason: "one role is enough".into() };
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &ungranted);
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &Body::KeyAdded { actor: n("omar"), key: key("omar-2").public() });
    let revoked = Body::KeyRevoked {
        actor: n("omar"),
        key: key("omar").public().fingerprint(),
        compromised_since: None,
        reason: "replaced by another".into(),
    };
    s.tell("omar", None, Noun::Repo, revoked);
    // The minutes held a password; and somebody says that a commit never existed.
    let erased =
        Body::Erased { sha256: Digest::of(b"the minutes of the review\n"), reason: "they held a password".into() };
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &erased);
    let disputed =
        s.state().items["E-05"].claims["review"]["raj"].values().map(|said| said.event.clone()).next().unwrap();
    let dispute = Body::Retracted { event: disputed, claim: None, reason: "that commit was never pushed".into() };
    s.agree(BOTH, GOVERNANCE, &noun("E-05"), &dispute);
    // A proposal that waits too long is no longer there when the second signature comes.
    let proposal = Body::Moved { from: n("resolved"), to: n("open"), because: None };
    s.tell("kim", GOVERNANCE, noun("D-002"), proposal.clone());
    s.wait(30 * 86_400);
    s.tell("lena", GOVERNANCE, noun("D-002"), proposal);
    assert!(s.told.last().unwrap().event.pending);
    // New rules, and proposals of which they leave nothing.
    let rules = Adoption { charter: charter("phase-e-second", "PHASE-E", "2 governance"), migrate: None };
    s.agree(BOTH, GOVERNANCE, &Noun::Repo, &Body::Chartered(Box::new(rules)));
    assert!(s.state().proposals.is_empty());
    s.tell("kim", GOVERNANCE, Noun::Repo, Body::Granted { actor: n("raj"), role: n("approver") });
    // The seal keeps the rule of its placement: it takes two, although the new charter asks for one.
    let seal = s.state().items["E-05"].seal.as_ref().unwrap().event.clone();
    s.tell("lena", GOVERNANCE, noun("E-05"), Body::Unsealed { seal, reason: "one more sentence".into() });
    assert!(s.told.last().unwrap().event.pending);
}

fn recovered() -> Story {
    let note = "SHA-256 objects; an authority of one loses its key, and two of three offline keys help";
    let mut s = Story::new("recovery", note, ObjectFormat::Sha256, n_time("2026-02-01T12:00:00Z"));
    let founding = Founding {
        nonce: rid("recovery"),
        object_format: "sha256".to_owned(),
        charter: charter("recovery", "RESCUE", "1 lead"),
        actors: vec![human("lena", &["lead"])],
        baseline: BTreeSet::new(),
        recovery: Some(Recovery {
            quorum: 2,
            keys: ["recovery-1", "recovery-2", "recovery-3"].iter().map(|name| key(name).public()).collect(),
        }),
    };
    let lead = Some("lead");
    s.tell("lena", lead, Noun::Repo, Body::Founded(Box::new(founding)));
    assert!(!s.state().founding);
    let mira = person("mira", ActorType::Human, None, &["token-mira"], &[]);
    s.tell("lena", lead, Noun::Repo, Body::Enrolled(mira));
    s.tell("lena", lead, Noun::Repo, Body::Granted { actor: n("mira"), role: n("lead") });
    s.tell("token-mira", lead, noun("N-1"), Body::Declared(declare("note", "kept", Some("A note"), None)));
    let added = Body::KeyAdded { actor: n("lena"), key: key("lena-2").public() };
    s.agree(["recovery-1", "recovery-3"], None, &Noun::Repo, &added);
    let revoked = |since, reason: &str| Body::KeyRevoked {
        actor: n("lena"),
        key: key("lena").public().fingerprint(),
        compromised_since: Some(since),
        reason: reason.into(),
    };
    let thought = revoked(2, "lost since the third event");
    s.agree(["recovery-3", "recovery-2"], None, &Noun::Repo, &thought);
    let moved = Body::Amended(Amendment { title: Some("A note, kept".into()), ..Amendment::default() });
    s.tell("lena-2", lead, noun("N-1"), moved);
    // What lena's key did at position 2 was no theft.
    let granted = s.told[2].event.id.clone();
    let confirmed = Body::Confirmed { event: granted, reason: "lena granted it herself".into() };
    s.tell("lena-2", lead, Noun::Repo, confirmed);
    // The theft was older than it was thought to be.
    s.tell("lena-2", lead, Noun::Repo, revoked(1, "the copy was made before the second event"));
    s
}

/// Returns the adoption of a charter under `vectors/charters`, changed as is said.
pub(crate) fn adoption(name: &str, change: impl Fn(&str) -> String) -> Adoption {
    let text = change(&files::read(&format!("vectors/charters/{name}.toml")));
    let rules = govledger::domain::charter::load(&text).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
    trust::adoption(&rules, text)
}

fn migrated() -> Story {
    let note = "every sort of name is renamed by a new charter, and what was said, sealed and blocked goes along";
    let mut s = Story::new("migrated", note, ObjectFormat::Sha1, n_time("2026-03-01T08:00:00Z"));
    let actors = vec![human("kim", &["keeper"]), human("lena", &["lead"]), human("raj", &["keeper", "scribe"])];
    let founding = Founding {
        nonce: rid("migrated"),
        object_format: "sha1".to_owned(),
        charter: charter("migrated-first", "MEMOS", "1 lead"),
        actors,
        baseline: BTreeSet::new(),
        recovery: None,
    };
    let (lead, keeper, guardian) = (Some("lead"), Some("keeper"), Some("guardian"));
    s.tell("lena", lead, Noun::Repo, Body::Founded(Box::new(founding)));
    for id in ["M-1", "M-2", "M-3"] {
        s.tell("kim", keeper, noun(id), Body::Declared(declare("memo", "drafted", Some("A memo"), None)));
    }
    let vouched = attest(&s, &noun("M-1"), "vouched", "pass", &[]);
    s.tell("kim", keeper, noun("M-1"), Body::Attested(Box::new(vouched)));
    let content = s.content("M-1");
    s.tell("kim", keeper, noun("M-1"), Body::Sealed { content, evidence: BTreeSet::new() });
    let block = |name: &str| Body::Blocked {
        name: n(name),
        reason: "something is wrong".into(),
        because: None,
        fields: BTreeMap::new(),
    };
    s.tell("lena", lead, noun("M-2"), block("HOLD"));
    let placed = Noun::parse(Some("M-2/HOLD/6")).unwrap();
    let checked = attest(&s, &placed, "checked", "pass", &[]);
    s.tell("lena", lead, placed, Body::Attested(Box::new(checked)));
    s.tell("lena", lead, noun("M-3"), block("PAUSE"));
    // One that was lifted keeps the charter under which it stood.
    s.tell("lena", lead, noun("M-3"), block("HOLD"));
    let lifted = Body::Unblocked {
        name: n("HOLD"),
        block: s.state().items["M-3"].blocks[1].event.clone(),
        record: None,
        reason: "nothing is wrong".into(),
    };
    s.tell("lena", lead, noun("M-3"), lifted.clone());
    s.tell("kim", keeper, noun("M-3"), lifted);
    s.tell("lena", lead, Noun::Repo, Body::Chartered(Box::new(adoption("migrated-second", str::to_owned))));
    // The seal keeps the rule of its placement, under new names: kim vouched, so kim may not break it, and raj alone may.
    let seal = last_seal(&s, "M-1");
    s.tell("raj", guardian, noun("M-1"), Body::Unsealed { seal, reason: "one more sentence".into() });
    // HOLD went over by name, so lena lifts it alone; PAUSE did not, and takes two as on its day.
    let lift = |s: &Story, item: &str, name: &str| {
        let block = s.state().items[item].blocks[0].event.clone();
        Body::Unblocked { name: n(name), block, record: None, reason: "it is well".into() }
    };
    let body = lift(&s, "M-2", "STOPPED");
    s.tell("lena", lead, noun("M-2"), body);
    let body = lift(&s, "M-3", "PAUSE");
    s.tell("lena", lead, noun("M-3"), body);
    assert!(s.told.last().unwrap().event.pending);
    let moved = Body::Moved { from: n("planned"), to: n("issued"), because: None };
    s.tell("kim", guardian, noun("M-1"), moved);
    s
}

fn last_seal(s: &Story, item: &str) -> Rid {
    s.state().items[item].seal.as_ref().unwrap().event.clone()
}
