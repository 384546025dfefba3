//! One event of every type, and events at the edges. Each follows the same first event; no rule is asked whether it may.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::{ActorType, Migration};
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{
    Adoption, Amendment, AttestedBody, Body, CharterText, Declaration, Event, Evidence, Founding, GateOutcome, Judged,
    Person, Statement,
};
use govledger::domain::facts::{Answer, File, Mode, Question, Seen};
use govledger::domain::id::{Digest, Noun, Rid, TaggedOid};
use govledger::domain::path::RepoPath;
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;

use crate::edges;
use crate::keys::{key, oid};

/// An event with what is to be said of it.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) note: &'static str,
    pub(crate) format: ObjectFormat,
    pub(crate) parent: Option<TaggedOid>,
    pub(crate) signer: &'static str,
    pub(crate) event: Event,
}

impl Sample {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        key(self.signer).commit(self.format, self.parent.as_ref(), &self.event)
    }
}

/// Reads a name of whatever form is asked for.
pub(crate) fn n<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

pub(crate) fn rid(what: &str) -> Rid {
    Rid::parse(&Digest::of(what.as_bytes()).to_string()[..32]).unwrap()
}

pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

pub(crate) fn noun(text: &str) -> Noun {
    Noun::parse(Some(text)).unwrap()
}

pub(crate) fn person(name: &str, kind: ActorType, operator: Option<&str>, keys: &[&str], roles: &[&str]) -> Person {
    Person {
        actor: n(name),
        kind,
        operator: operator.map(n),
        emails: if operator.is_some() { BTreeSet::new() } else { BTreeSet::from([format!("{name}@example.org")]) },
        keys: keys.iter().map(|name| key(name).public()).collect(),
        roles: roles.iter().map(|role| n(role)).collect(),
    }
}

pub(crate) fn human(name: &str, roles: &[&str]) -> Person {
    person(name, ActorType::Human, None, &[name], roles)
}

/// The smallest text that the samples call a charter; no sample is judged by it.
const CHARTER: &str = "[charter]\nsemantics = 1\nid = \"PHASE-E-KICKOFF\"\nauthority = \"2 governance\"\n\n[roles]\ngovernance = \"human\"\n";

pub(crate) fn charter() -> CharterText {
    CharterText {
        id: n("PHASE-E-KICKOFF"),
        semantics: 1,
        authority: "2 governance".to_owned(),
        text: CHARTER.to_owned(),
    }
}

pub(crate) fn founding(object_format: &str, actors: Vec<Person>) -> Founding {
    Founding {
        nonce: rid("nonce"),
        object_format: object_format.to_owned(),
        charter: charter(),
        actors,
        baseline: BTreeSet::new(),
        recovery: None,
    }
}

pub(crate) fn event(seq: u64, id: &str, actor: &str, role: Option<&str>, item: Noun, body: Body) -> Event {
    Event {
        seq,
        id: rid(id),
        prev: None,
        at: n_time("2026-01-10T09:00:00Z"),
        actor: n(actor),
        role: role.map(n),
        item,
        body,
        seen: None,
        judged: None,
        pending: false,
        correlation: None,
    }
}

pub(crate) fn n_time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn first(format: ObjectFormat) -> Sample {
    let founding = founding(format.as_str(), vec![human("kim", &["governance"]), human("lena", &["governance"])]);
    let event = event(0, "founded", "lena", Some("governance"), Noun::Repo, Body::Founded(Box::new(founding)));
    let note = "genesis in its shortest form; every other sample follows the one of its object format";
    let name = if format == ObjectFormat::Sha1 { "founded" } else { "founded-sha256" };
    Sample { name: name.to_owned(), note, format, parent: None, signer: "lena", event }
}

/// Samples, each after the first one of its format.
pub(crate) struct Samples(pub(crate) Vec<Sample>);

impl Samples {
    pub(crate) fn put(
        &mut self,
        name: &str,
        note: &'static str,
        signer: &'static str,
        item: Noun,
        body: Body,
    ) -> &mut Event {
        let role = match signer {
            "omar" => "approver",
            "raj" => "reviewer",
            "ines" => "drafter",
            _ => "governance",
        };
        self.put_as(name, note, ObjectFormat::Sha1, signer, Some(role), item, body)
    }

    #[allow(clippy::too_many_arguments, reason = "a sample has that many parts")]
    pub(crate) fn put_as(
        &mut self,
        name: &str,
        note: &'static str,
        format: ObjectFormat,
        signer: &'static str,
        role: Option<&str>,
        item: Noun,
        body: Body,
    ) -> &mut Event {
        let before = first(format).bytes();
        let actor = signer.trim_start_matches("token-");
        let mut event = event(1, name, actor, role, item, body);
        event.prev = Some(Digest::of(&before));
        event.at = n_time("2026-01-10T09:30:00Z");
        let parent = Some(oid(format, &before));
        self.0.push(Sample { name: name.to_owned(), note, format, parent, signer, event });
        &mut self.0.last_mut().unwrap().event
    }
}

/// Returns every sample.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = Samples(vec![first(ObjectFormat::Sha1)]);
    trust(&mut samples);
    items(&mut samples);
    statements(&mut samples);
    seals(&mut samples);
    envelopes(&mut samples);
    let twins: Vec<Sample> = samples.0.iter().map(twin).collect();
    samples.0.extend(twins);
    edges::all(&mut samples);
    samples.0
}

/// Returns the same in a repository of the other object format.
fn twin(sample: &Sample) -> Sample {
    let format = ObjectFormat::Sha256;
    let first = first(format);
    let note = "as in the object format sha1";
    if sample.parent.is_none() {
        return Sample { note, ..first };
    }
    let before = first.bytes();
    let mut event = Event { prev: Some(Digest::of(&before)), ..sample.event.clone() };
    if let Some(seen) = &mut event.seen {
        seen.commit = n(&format!("sha256:{}", format.empty_tree()));
    }
    let name = format!("{}-sha256", sample.name);
    Sample { name, note, format, parent: Some(oid(format, &before)), signer: sample.signer, event }
}

fn trust(s: &mut Samples) {
    let text = format!("{CHARTER}\n# A second edition.\n");
    let migrate = Migration {
        kinds: BTreeMap::from([(n("memo"), n("paper"))]),
        states: BTreeMap::from([(n("memo"), BTreeMap::from([(n("drafted"), n("planned"))]))]),
        roles: BTreeMap::from([(n("keeper"), n("guardian"))]),
        dissolved: BTreeSet::from([n("clerk"), n("scribe")]),
        claims: BTreeMap::from([(n("vouched"), n("endorsed"))]),
        blocks: BTreeMap::from([(n("HOLD"), n("HOLD")), (n("PAUSE"), n("STOPPED"))]),
        seals: BTreeSet::from([n("memo"), n("note")]),
    };
    let over = Body::Chartered(Box::new(Adoption {
        charter: CharterText { text: text.clone(), ..charter() },
        migrate: Some(migrate),
    }));
    s.put("chartered-migrate", "everything that can go over to another charter", "lena", Noun::Repo, over);
    s.put(
        "chartered",
        "another charter",
        "lena",
        Noun::Repo,
        Body::Chartered(Box::new(Adoption { charter: CharterText { text, ..charter() }, migrate: None })),
    );
    s.put("enrolled", "a human", "lena", Noun::Repo, Body::Enrolled(human("omar", &["approver"])));
    let agent = person("scribe", ActorType::Agent, Some("ines"), &["scribe"], &["drafter"]);
    s.put("enrolled-agent", "an agent names who answers for it", "lena", Noun::Repo, Body::Enrolled(agent));
    let granted = Body::Granted { actor: n("omar"), role: n("reviewer") };
    s.put("granted", "a role is given", "lena", Noun::Repo, granted);
    let ungranted =
        Body::Ungranted { actor: n("omar"), role: n("reviewer"), reason: "he approves; somebody else reviews".into() };
    s.put("ungranted", "a role is taken away", "lena", Noun::Repo, ungranted);
    let added = Body::KeyAdded { actor: n("omar"), key: key("omar-2").public() };
    s.put("key-added", "another key", "lena", Noun::Repo, added);
    let revoked = |since| Body::KeyRevoked {
        actor: n("omar"),
        key: key("omar").public().fingerprint(),
        compromised_since: since,
        reason: "the laptop was left on a train".into(),
    };
    s.put("key-revoked", "a key in other hands since event 0", "lena", Noun::Repo, revoked(Some(0)));
    s.put_as(
        "key-revoked-own",
        "one's own key, in no role",
        ObjectFormat::Sha1,
        "omar",
        None,
        Noun::Repo,
        revoked(None),
    );
    let erased = Body::Erased { sha256: Digest::of(b"a password"), reason: "the file held a password".into() };
    let confirmed = Body::Confirmed { event: rid("granted"), reason: "omar was asked".into() };
    s.put("confirmed", "what a key in other hands did stands", "lena", Noun::Repo, confirmed);
    s.put("erased", "the summary shows the first 12 digits", "lena", Noun::Repo, erased);
}

pub(crate) fn links(
    links: &[(&str, &[&str])],
) -> BTreeMap<govledger::domain::id::Word, BTreeSet<govledger::domain::id::ItemId>> {
    links.iter().map(|(link, ids)| (n(link), ids.iter().map(|id| n(id)).collect())).collect()
}

fn items(s: &mut Samples) {
    let stated = Amendment {
        title: Some("Failure semantics".to_owned()),
        path: Some(path("docs/16-phase-e/e-05.md")),
        fields: BTreeMap::from([
            (n("group"), "safety".into()),
            (n("effort"), Value::Int(-3)),
            (n("final"), Value::Bool(false)),
            (n("keywords"), Value::list(["timeout", "retry", "timeout"])),
            (n("contacts"), Value::map([("drafter", Value::from("ines")), ("deputy", "omar".into())])),
        ]),
        links: links(&[("cites", &["E-01", "E-00"]), ("needs", &[])]),
    };
    let declared = Declaration { kind: n("artifact"), status: n("draft"), stated: stated.clone() };
    s.put(
        "declared",
        "every type of field; a link that is stated to be empty",
        "ines",
        noun("E-05"),
        Body::Declared(declared),
    );
    let bare = Declaration { kind: n("migration"), status: n("planned"), stated: Amendment::default() };
    s.put("declared-bare", "nothing but kind and status", "lena", noun("MIG-06"), Body::Declared(bare));
    s.put("amended", "stated anew, whole", "ines", noun("E-05"), Body::Amended(Amendment { title: None, ..stated }));
    let moved = |because: Option<&str>| Body::Moved { from: n("draft"), to: n("complete"), because: because.map(n) };
    s.put("moved", "another status", "ines", noun("E-05"), moved(None));
    s.put("moved-because", "with a code as the reason", "ines", noun("E-05"), moved(Some("scope-cut")));
}

pub(crate) fn evidence(bytes: &[u8], media: &str) -> Evidence {
    Evidence { sha256: Digest::of(bytes), size: bytes.len() as u64, media: media.to_owned() }
}

fn statements(s: &mut Samples) {
    let attested = AttestedBody {
        claim: n("review"),
        statement: Statement {
            result: n("approve"),
            answers: BTreeMap::from([(n("complete"), true), (n("deterministic"), false)]),
            values: BTreeMap::from([(n("findings"), Value::Int(0)), (n("tool"), "by hand".into())]),
        },
        content: Digest::of(b"content"),
        over: Some(Digest::of(b"over")),
        evidence: BTreeSet::from([evidence(b"minutes", "text/plain"), evidence(b"{}", "application/json")]),
        made: n_time("2026-01-09T16:00:00Z"),
    };
    s.put(
        "attested",
        "answers, values, over and evidence",
        "raj",
        noun("E-05"),
        Body::Attested(Box::new(attested.clone())),
    );
    let bare = AttestedBody {
        statement: Statement { answers: BTreeMap::new(), values: BTreeMap::new(), ..attested.statement.clone() },
        over: None,
        evidence: BTreeSet::new(),
        ..attested
    };
    s.put("attested-repo", "about the repository", "raj", Noun::Repo, Body::Attested(Box::new(bare.clone())));
    let block = noun("MIG-06/DESIGN-BLOCKED/12");
    s.put("attested-block", "about a placed block", "raj", block, Body::Attested(Box::new(bare)));
    let retracted = |claim: Option<&str>, reason: &str| Body::Retracted {
        event: rid("attested"),
        claim: claim.map(n),
        reason: reason.to_owned(),
    };
    s.put(
        "retracted",
        "a statement is taken back",
        "raj",
        noun("E-05"),
        retracted(Some("review"), "I read the wrong draft"),
    );
    s.put(
        "retracted-facts",
        "the facts of an event are disputed",
        "lena",
        Noun::Repo,
        retracted(None, "no such commit was ever pushed"),
    );
}

fn seals(s: &mut Samples) {
    let bytes = b"# Failure semantics\n";
    let sealed =
        Body::Sealed { content: Digest::of(b"content"), evidence: BTreeSet::from([evidence(bytes, "text/markdown")]) };
    s.put("sealed", "the bytes are kept as evidence", "omar", noun("E-05"), sealed);
    let unsealed = Body::Unsealed { seal: rid("sealed"), reason: "section 3 contradicts E-02".into() };
    s.put("unsealed", "names the event that sealed", "lena", noun("E-05"), unsealed);
    let blocked = Body::Blocked {
        name: n("DESIGN-BLOCKED"),
        reason: "the design is not sealed yet".into(),
        because: Some(n("no-design")),
        fields: BTreeMap::from([(n("until-phase"), "E".into())]),
    };
    s.put("blocked", "with a code and a field", "kim", noun("MIG-06"), blocked);
    let unblocked = Body::Unblocked {
        name: n("DESIGN-BLOCKED"),
        block: rid("blocked"),
        record: Some(n("E-12")),
        reason: "authorized by E-12".into(),
    };
    s.put("unblocked", "names the event that blocked, and a record", "lena", noun("MIG-06"), unblocked);
    let waived = |until: &str| Body::Waived {
        class: n("schedule"),
        rule: "readiness.formal".into(),
        reason: "the reviewer is away until March".into(),
        controls: "nothing is deployed before the review".into(),
        until: until.into(),
    };
    s.put("waived", "until a day", "lena", noun("E-05"), waived("2026-03-01"));
    s.put("waived-phase", "until the end of the phase, on the repository", "lena", Noun::Repo, waived("phase-end"));
    let unwaived = Body::Unwaived {
        waiver: rid("waived"),
        rule: "readiness.formal".into(),
        reason: "the review took place".into(),
    };
    s.put("unwaived", "a waiver is revoked", "kim", noun("E-05"), unwaived);
}

/// Returns facts with every kind of question, and every kind of answer to it.
pub(crate) fn every_question() -> Seen {
    let doc = path("docs/16-phase-e/e-05.md");
    let file = |mode| Answer::File(Some(File { mode, size: 20, sha256: Digest::of(b"# Failure semantics\n") }));
    let row = BTreeMap::from([
        ("ID".to_owned(), "E-05".to_owned()),
        ("Title".to_owned(), "Failure \"semantics\"".to_owned()),
    ]);
    let text = |s: &str| s.to_owned();
    let facts = BTreeMap::from([
        (Question::Path(doc.clone()), file(Mode::Plain)),
        (Question::Path(path("tools/check")), file(Mode::Executable)),
        (Question::Path(path("docs/gone.md")), Answer::File(None)),
        (Question::Scope(None), Answer::Scope { count: 4, sha256: Digest::of(b"tree") }),
        (Question::Scope(Some(n("implementation"))), Answer::Scope { count: 0, sha256: Digest::of(b"[]") }),
        (
            Question::Authors { path: doc.clone(), since: None },
            Answer::Authors(vec![text("?raj@example.org"), text("ines")]),
        ),
        (Question::Authors { path: doc.clone(), since: Some(Digest::of(b"")) }, Answer::Authors(Vec::new())),
        (Question::Row { path: doc.clone(), column: text("ID"), id: n("E-05") }, Answer::Row(Some(row))),
        (Question::Row { path: doc.clone(), column: text("ID"), id: n("E-99") }, Answer::Row(None)),
        (
            Question::Column { path: doc.clone(), column: text("ID") },
            Answer::Column(Some([(5, text("E-05")), (6, text("")), (21, text("E-06"))].into())),
        ),
        (Question::Column { path: doc.clone(), column: text("Owner") }, Answer::Column(None)),
        (Question::Heading { path: doc.clone(), heading: text("Scope"), before: None }, Answer::Bool(true)),
        (
            Question::Heading { path: doc.clone(), heading: text("Scope"), before: Some(text("Risks")) },
            Answer::Bool(false),
        ),
        (Question::Lines(doc.clone()), Answer::Lines(Some(1))),
        (Question::Lines(path("docs/gone.md")), Answer::Lines(None)),
        (Question::Text { path: doc, text: text("must not\nretry") }, Answer::Bool(true)),
        (Question::On(text("release/2026-01")), Answer::Bool(false)),
        (Question::On(text("main")), Answer::Bool(true)),
    ]);
    Seen { commit: n("sha1:4b825dc642cb6eb9a060e54bf8d69288fbee4904"), reference: Some(text("refs/heads/main")), facts }
}

fn envelopes(s: &mut Samples) {
    let moved = || Body::Moved { from: n("draft"), to: n("complete"), because: None };
    s.put(
        "pending",
        "a vote that does not complete its quorum",
        "lena",
        Noun::Repo,
        Body::Enrolled(human("omar", &["approver"])),
    )
    .pending = true;
    s.put("seen", "every kind of question", "ines", noun("E-05"), moved()).seen = Some(every_question());
    let nothing = Seen { reference: None, facts: BTreeMap::new(), ..every_question() };
    s.put("seen-nothing", "a commit of which nothing was asked, on no branch", "ines", noun("E-05"), moved()).seen =
        Some(nothing);
    let judged = Judged { gate: n("sealable"), outcome: GateOutcome::Pass, digest: Digest::of(b"[]") };
    s.put(
        "judged",
        "the gate that guarded the action",
        "omar",
        noun("E-05"),
        Body::Sealed { content: Digest::of(b"content"), evidence: BTreeSet::new() },
    )
    .judged = Some(judged);
    s.put("correlation", "something outside of the ledger", "ines", noun("E-05"), moved()).correlation =
        Some(n("ci:run.4711_a-b"));
    s.put_as(
        "token",
        "signed by a security token",
        ObjectFormat::Sha1,
        "token-mira",
        Some("drafter"),
        noun("E-05"),
        moved(),
    );
}
