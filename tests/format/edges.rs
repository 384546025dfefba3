//! Events at the edges of what the format allows: each is good, and one step further it would not be.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::ActorType;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Event, Evidence, GateOutcome, Judged,
    MAX_PAYLOAD, Person, Recovery, Statement,
};
use govledger::domain::facts::{Answer, File, Mode, Question, Seen};
use govledger::domain::id::{Digest, Noun};
use govledger::domain::key::PublicKey;
use govledger::domain::text::{MAX_CHARTER, MAX_TEXT};
use govledger::domain::value::{MAX_INTEGER, Value};

use crate::keys::key;
use crate::samples::{
    Sample, Samples, charter, event, every_question, founding, human, links, n, n_time, noun, path, person, rid,
};

const GREATEST: u64 = MAX_INTEGER.unsigned_abs();

/// Returns a path of 4096 bytes.
pub(crate) fn longest_path() -> String {
    format!("{}a", "abc/".repeat(1023)) + "bcd"
}

/// Returns the event with a body that makes its payload just so long: many notes, and a title.
pub(crate) fn grown(event: &Event, size: usize) -> Event {
    let of = |notes: usize, title: usize| {
        let fields = BTreeMap::from([(n("notes"), Value::list(vec!["x"; notes]))]);
        let body = Body::Amended(Amendment { title: Some("t".repeat(title)), fields, ..Amendment::default() });
        Event { body, ..event.clone() }
    };
    let notes = (size - of(0, 0).encode().len()) / 4 - 1;
    let title = size - of(notes, 0).encode().len();
    of(notes, title)
}

fn long(length: usize) -> String {
    "a".repeat(length)
}

fn word<T: std::str::FromStr>(length: usize) -> T
where
    T::Err: std::fmt::Debug,
{
    n(&long(length))
}

fn moved() -> Body {
    Body::Moved { from: n("a"), to: n("b"), because: None }
}

/// Adds every edge.
pub(crate) fn all(s: &mut Samples) {
    texts(s);
    paths(s);
    people(s);
    founders(s);
    charters(s);
    items(s);
    statements(s);
    seals(s);
    reasons(s);
    envelopes(s);
    facts(s);
}

fn title(s: &mut Samples, name: &str, note: &'static str, title: String) {
    let body = Body::Amended(Amendment { title: Some(title), ..Amendment::default() });
    s.put(name, note, "ines", noun("E-05"), body);
}

fn texts(s: &mut Samples) {
    let longest = "x".repeat(MAX_TEXT - 4) + "\u{1f600}";
    title(s, "edge-longest-text", "16384 bytes, the last four one character", longest);
    let odd = "\" \\ / \n \u{a0}\u{e9}e\u{301}\u{378}\u{fffd}\u{10ffff}";
    title(s, "edge-characters", "escapes, unassigned and last code points, composed and decomposed", odd.to_owned());
    let beside = "\n !~\u{a0}\u{61b}\u{61d}\u{200d}\u{2010}\u{2027}\u{202f}\u{2065}\u{206a}\u{d7ff}\u{e000}\u{f8ff}\u{feff}\u{fdd0}\u{fffe}";
    title(
        s,
        "edge-beside-controls",
        "the one control that is allowed, and the neighbours of those that are not",
        beside.to_owned(),
    );
    title(s, "edge-line-feeds", "nothing but line feeds, which is a text and says nothing", "\n\n".to_owned());
    let empty = BTreeMap::from([
        (n("text"), Value::from("")),
        (n("list"), Value::List(Vec::new())),
        (n("map"), Value::Map(BTreeMap::new())),
    ]);
    let empty = Amendment { title: Some(String::new()), fields: empty, links: links(&[("cites", &[])]), path: None };
    s.put("edge-empty", "stated to be empty is not absent", "ines", noun("E-05"), Body::Amended(empty));
    let nothing = Body::Amended(Amendment::default());
    s.put("edge-nothing", "an item of which nothing is stated any more", "ines", noun("E-05"), nothing);
    let numbers = [("least", -MAX_INTEGER), ("greatest", MAX_INTEGER), ("zero", 0)];
    let fields = numbers.into_iter().map(|(name, number)| (n(name), Value::Int(number))).collect();
    let numbers = Body::Amended(Amendment { fields, ..Amendment::default() });
    s.put("edge-integers", "the least, the greatest, zero", "ines", noun("E-05"), numbers);
}

fn paths(s: &mut Samples) {
    let mut put = |name: &str, note, text: &str| {
        let body = Body::Amended(Amendment { path: Some(path(text)), ..Amendment::default() });
        s.put(name, note, "ines", noun("E-05"), body);
    };
    put("edge-longest-path", "4096 bytes", &longest_path());
    put(
        "edge-path-composed",
        "NFC that NFKC would change, and a Hangul syllable",
        "docs/\u{1e9b}\u{323}/\u{ac00}/ \u{c5}",
    );
    put(
        "edge-path-unicode-16",
        "letters of Unicode 16.0, of which the second is composed",
        "docs/\u{1c89}/\u{105c9}.md",
    );
    put("edge-path-names", "what is no reserved name", ".../.gitignore/.git2/CON/a:b*?");
    put("edge-path-one", "one character", "a");
}

/// Keys of people who never sign.
fn crowd_key(i: u8) -> PublicKey {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[i + 1; 32]);
    PublicKey::Ed25519(secret.verifying_key().to_bytes())
}

fn people(s: &mut Samples) {
    let token = |application: &str| PublicKey::SkEd25519(*crowd_key(20).point(), application.to_owned());
    let mut keys: BTreeSet<PublicKey> = (0..16).map(crowd_key).collect();
    keys.extend([key("token-mira").public(), token(""), token("ssh:\u{e9}")]);
    let full = Person {
        actor: word(39),
        emails: BTreeSet::from([format!("{}@example.org", long(254 - 12)), "@".to_owned(), "\u{e9}@\u{e9}".to_owned()]),
        keys,
        roles: (0..16).map(|i| n(&format!("{}{i:02}", long(37)))).collect(),
        ..human("omar", &[])
    };
    s.put(
        "edge-person-full",
        "the longest name, email and roles; nineteen keys, three of them of security tokens",
        "lena",
        Noun::Repo,
        Body::Enrolled(full),
    );
    let bare = Person { actor: n("0"), emails: BTreeSet::new(), ..human("omar", &[]) };
    s.put("edge-person-bare", "the shortest name, no email, no role", "lena", Noun::Repo, Body::Enrolled(bare));
    let ci = person("builder", ActorType::Ci, Some("ines"), &["builder"], &[]);
    s.put("edge-person-ci", "a ci has an operator, too", "lena", Noun::Repo, Body::Enrolled(ci));
    let granted = Body::Granted { actor: word(39), role: word(39) };
    s.put("edge-granted", "the longest names", "lena", Noun::Repo, granted);
    let added = Body::KeyAdded { actor: word(39), key: token("") };
    s.put("edge-key-added", "a security token with an empty application", "lena", Noun::Repo, added);
    let revoked = Body::KeyRevoked {
        actor: word(39),
        key: key("token-mira").public().fingerprint(),
        compromised_since: Some(GREATEST),
        reason: "r".into(),
    };
    s.put("edge-key-revoked", "since the greatest position", "lena", Noun::Repo, revoked);
}

fn founders(s: &mut Samples) {
    let crowd = (0..16).map(|i| {
        let name = format!("actor-{i:02}");
        Person { actor: n(&name), keys: BTreeSet::from([crowd_key(i)]), ..human("lena", &["governance"]) }
    });
    let mut actors: Vec<Person> = crowd.collect();
    actors.push(human("lena", &["governance", "approver"]));
    let keys: BTreeSet<PublicKey> = ["recovery-1", "recovery-2", "recovery-3"].map(|name| key(name).public()).into();
    let mut many = founding("sha1", actors);
    many.baseline = BTreeSet::from([
        n("sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
        n("sha256:6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"),
    ]);
    many.recovery = Some(Recovery { quorum: 2, keys: keys.clone() });
    let mut put = |name: &str, note, body: Body| {
        let event = event(0, name, "lena", Some("governance"), Noun::Repo, body);
        s.0.push(Sample {
            name: name.to_owned(),
            note,
            format: ObjectFormat::Sha1,
            parent: None,
            signer: "lena",
            event,
        });
    };
    put(
        "edge-sixteen-and-one",
        "genesis with seventeen actors, a baseline and recovery keys",
        Body::Founded(Box::new(many.clone())),
    );
    let mut one = founding("sha1", vec![human("lena", &["governance"])]);
    one.recovery = Some(Recovery { quorum: 3, keys });
    put(
        "edge-founder-alone",
        "one founder, and as many offline keys needed as there are",
        Body::Founded(Box::new(one)),
    );
}

fn charters(s: &mut Samples) {
    let text = charter().text;
    let longest = format!("{text}#{}", "x".repeat(MAX_CHARTER - text.len() - 1));
    let longest = CharterText { text: longest, ..charter() };
    let adopted = |charter| Body::Chartered(Box::new(Adoption { charter, migrate: None }));
    s.put("edge-longest-charter", "262144 bytes", "lena", Noun::Repo, adopted(longest));
    let odd = CharterText { id: word(100), semantics: GREATEST, authority: String::new(), text: "\t\n".to_owned() };
    s.put(
        "edge-charter-controls",
        "TAB and LF; the longest id, the greatest semantics, no authority",
        "lena",
        Noun::Repo,
        adopted(odd),
    );
}

fn items(s: &mut Samples) {
    let widest = Amendment {
        fields: BTreeMap::from([
            (word(64), Value::map([(long(64).as_str(), Value::from("x".repeat(MAX_TEXT)))])),
            (n("0"), Value::list([String::new(), "x".repeat(MAX_TEXT)])),
            (n("1"), Value::Bool(true)),
        ]),
        links: BTreeMap::from([(word(64), (0..100).map(|i| n(&format!("{}{i:02}", long(98)))).collect())]),
        ..Amendment::default()
    };
    let declared = Declaration { kind: word(64), status: word(64), stated: widest };
    s.put(
        "edge-declared",
        "the longest words, ids and texts of fields; a hundred links",
        "ines",
        noun(&long(100)),
        Body::Declared(declared),
    );
    let id = format!("A{}", "-".repeat(99));
    s.put("edge-longest-id", "100 characters", "ines", noun(&id), moved());
    s.put("edge-id-characters", "every sort of character of an id", "ines", noun("0a.Z_@+-."), moved());
    let words = Body::Moved { from: word(64), to: n("0"), because: Some(n("a_-")) };
    s.put("edge-moved", "the longest and the shortest word", "ines", noun("0"), words);
}

fn statements(s: &mut Samples) {
    let evidence = |size: u64, media: String| Evidence { sha256: Digest::of(&size.to_be_bytes()), size, media };
    let media = format!("{}/+", long(98));
    let attested = AttestedBody {
        claim: word(64),
        statement: Statement {
            result: word(64),
            answers: (0..100).map(|i| (n(&format!("q{i}")), i % 2 == 0)).collect(),
            values: BTreeMap::from([
                (n("least"), Value::Int(-MAX_INTEGER)),
                (n("greatest"), Value::Int(MAX_INTEGER)),
                (word(64), "x".repeat(MAX_TEXT).into()),
            ]),
        },
        content: Digest::from_bytes([0; 32]),
        over: Some(Digest::from_bytes([255; 32])),
        evidence: BTreeSet::from([evidence(0, "a/b".to_owned()), evidence(GREATEST, media)]),
        made: n_time("1970-01-01T00:00:00Z"),
    };
    let placed = noun(&format!("{}/{}.{}/{GREATEST}", long(100), long(64), long(64)));
    s.put(
        "edge-attested",
        "the longest noun there is, a hundred answers, sizes 0 and 2^53-1, made in the first second",
        "raj",
        placed.clone(),
        Body::Attested(Box::new(attested)),
    );
    let retracted = Body::Retracted { event: rid("attested"), claim: Some(word(64)), reason: "x".repeat(MAX_TEXT) };
    s.put("edge-retracted", "the longest reason", "raj", placed, retracted);
    let repo = Body::Retracted { event: n(&"0".repeat(32)), claim: None, reason: "0".into() };
    s.put(
        "edge-retracted-facts",
        "about a waiver on the repository, by its first position",
        "lena",
        noun("repo/a.b/0"),
        repo,
    );
}

fn seals(s: &mut Samples) {
    let evidence =
        (0..100_u64).map(|i| Evidence { sha256: Digest::of(&i.to_be_bytes()), size: i, media: "a/b".to_owned() });
    let sealed = Body::Sealed { content: Digest::of(b""), evidence: evidence.collect() };
    s.put("edge-sealed", "a hundred pieces of evidence", "omar", noun("E-05"), sealed);
    let none = Body::Sealed { content: Digest::of(b""), evidence: BTreeSet::new() };
    s.put("edge-sealed-bare", "no evidence", "omar", noun("E-05"), none);
    let blocked = Body::Blocked { name: word(64), reason: "r".into(), because: None, fields: BTreeMap::new() };
    s.put("edge-blocked", "no code, no field", "kim", noun("MIG-06"), blocked);
    let unblocked =
        Body::Unblocked { name: word(64), block: rid("blocked"), record: Some(word(100)), reason: "r".into() };
    s.put("edge-unblocked", "the longest record", "lena", noun("MIG-06"), unblocked);
    for (name, until) in [("edge-waived-first-day", "0000-01-01"), ("edge-waived-last-day", "9999-12-31")] {
        let waived = Body::Waived {
            class: word(64),
            rule: format!("{}.{}", long(64), long(64)),
            reason: "r".into(),
            controls: "x".repeat(MAX_TEXT),
            until: until.into(),
        };
        s.put(name, "the longest rule and controls, and a day at the edge", "lena", noun("E-05"), waived);
    }
    let unwaived = Body::Unwaived { waiver: rid("waived"), rule: "a".into(), reason: "r".into() };
    s.put("edge-unwaived", "a rule of one word, which is a commit rule", "kim", Noun::Repo, unwaived);
}

/// What is said may be as short as one character, and hold white space around it.
fn reasons(s: &mut Samples) {
    let said = "\n\u{3000}.\u{a0}";
    let ungranted = Body::Ungranted { actor: n("omar"), role: n("reviewer"), reason: said.into() };
    s.put("edge-ungranted", "one character is said, between spaces", "lena", Noun::Repo, ungranted);
    let unsealed = Body::Unsealed { seal: rid("sealed"), reason: "\u{200d}".into() };
    s.put("edge-unsealed", "a joiner is no white space", "lena", noun("E-05"), unsealed);
    let erased = Body::Erased { sha256: Digest::from_bytes([0; 32]), reason: "x".repeat(MAX_TEXT) };
    s.put("edge-erased", "the longest reason", "lena", Noun::Repo, erased);
}

fn envelopes(s: &mut Samples) {
    let mut put = |name: &str, note, change: &dyn Fn(&mut Event)| {
        change(s.put(name, note, "ines", noun("E-05"), moved()));
    };
    put("edge-first-second", "the first second that there is", &|e| e.at = n_time("1970-01-01T00:00:00Z"));
    put("edge-last-second", "the last second that there is", &|e| e.at = n_time("9999-12-31T23:59:59Z"));
    put("edge-leap-day", "a day of a leap year", &|e| e.at = n_time("2024-02-29T23:59:59Z"));
    put("edge-greatest-seq", "the greatest position", &|e| e.seq = GREATEST);
    put("edge-ids", "an id of zeros, in no role", &|e| (e.id, e.role) = (n(&"0".repeat(32)), None));
    put("edge-correlation", "the longest correlation", &|e| e.correlation = Some(word(64)));
    put("edge-longest-actor", "39 characters, and as many of the role", &|e| {
        (e.actor, e.role) = (word(39), Some(word(39)));
    });
    for (name, outcome) in [("edge-judged-hold", GateOutcome::Hold), ("edge-judged-veto", GateOutcome::Veto)] {
        put(name, "an outcome that no admitted event has", &|e| {
            e.judged = Some(Judged { gate: word(64), outcome, digest: Digest::from_bytes([0; 32]) });
        });
    }
    put("edge-everything", "every optional part at once", &|e| {
        e.seen = Some(every_question());
        e.judged = Some(Judged { gate: n("g"), outcome: GateOutcome::Pass, digest: Digest::of(b"[]") });
        e.pending = true;
        e.correlation = Some(n("c"));
    });
    put("edge-longest-payload", "1048576 bytes", &|e| *e = grown(e, MAX_PAYLOAD));
}

fn facts(s: &mut Samples) {
    let order = [("a b", "a"), ("a", "b"), ("a\"", "c"), ("B", "d")];
    let text =
        |at: &str, text: &str, yes| (Question::Text { path: path(at), text: text.to_owned() }, Answer::Bool(yes));
    let facts = order.map(|(words, name)| text(&format!("docs/{name}.md"), words, true));
    let same = order.map(|(words, _)| text("docs/x.md", words, false));
    let seen = Seen { facts: facts.into_iter().chain(same).collect(), ..every_question() };
    let note = "sets are sorted by canonical form: a space sorts before the quote that ends a text";
    s.put("edge-order", note, "ines", noun("E-05"), moved()).seen = Some(seen);
    let long_text = || "x".repeat(MAX_TEXT);
    let file = File { mode: Mode::Executable, size: GREATEST, sha256: Digest::from_bytes([255; 32]) };
    let facts = BTreeMap::from([
        (Question::Path(path(&longest_path())), Answer::File(Some(file))),
        (Question::Scope(Some(word(64))), Answer::Scope { count: GREATEST, sha256: Digest::of(b"") }),
        (
            Question::Authors { path: path("a"), since: Some(Digest::from_bytes([0; 32])) },
            Answer::Authors(vec!["?".to_owned(), format!("?{}", "x".repeat(MAX_TEXT - 1)), long(39)]),
        ),
        (
            Question::Row { path: path("a"), column: String::new(), id: word(100) },
            Answer::Row(Some(BTreeMap::from([(String::new(), String::new()), ("~ \"".to_owned(), "\n".to_owned())]))),
        ),
        (
            Question::Column { path: path("a"), column: String::new() },
            Answer::Column(Some(
                [(0, "\u{e9}".to_owned()), (2, "\n".to_owned()), (10, String::new()), (GREATEST, long_text())].into(),
            )),
        ),
        (
            Question::Heading { path: path("a"), heading: String::new(), before: Some(String::new()) },
            Answer::Bool(false),
        ),
        (Question::Text { path: path("a"), text: long_text() }, Answer::Bool(true)),
        (Question::Lines(path("a")), Answer::Lines(Some(0))),
        (Question::Lines(path(&longest_path())), Answer::Lines(Some(GREATEST))),
        (Question::On("!".to_owned()), Answer::Bool(true)),
        (Question::On("~".repeat(255)), Answer::Bool(false)),
    ]);
    let seen = Seen { commit: n(&format!("sha256:{}", "0".repeat(64))), reference: Some(String::new()), facts };
    let note = "the longest and the emptiest of each question; an author without a name";
    s.put("edge-facts", note, "ines", noun("E-05"), moved()).seen = Some(seen);
}
