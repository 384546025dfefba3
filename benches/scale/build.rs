//! Ledgers made by hand, through the same functions as the program's, but without a process and a sync for each event.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use govledger::domain::charter::ActorType;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::decide::draft::{Attestation, Author, Wish, draft};
use govledger::domain::event::{Amendment, Body, CharterText, Event, Evidence, Founding, Person};
use govledger::domain::facts::{Answer, Facts, Nothing, Question};
use govledger::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use govledger::domain::key::PublicKey;
use govledger::domain::path::RepoPath;
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::{Signature, signed_data};
use govledger::domain::time::Timestamp;
use govledger::git::Repo;
use govledger::ledger::check;

use crate::measure::{quiet, run};

/// What a ledger is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Statements of one actor about items without files.
    Statements,
    /// Reviews with evidence, seals proposed by one approver and completed by another, seals broken; with what they saw.
    Mixed,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::Statements => "statements",
            Kind::Mixed => "mixed",
        }
    }

    const fn charter(self) -> &'static str {
        match self {
            Kind::Statements => STATEMENTS,
            Kind::Mixed => MIXED,
        }
    }

    const fn people(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Kind::Statements => &[("lena", "lead")],
            Kind::Mixed => &[
                ("lena", "lead"),
                ("dario", "drafter"),
                ("raj", "reviewer"),
                ("omar", "approver"),
                ("ines", "approver"),
            ],
        }
    }
}

const STATEMENTS: &str = r#"
[charter]
semantics = 1
id        = "SCALE"
authority = "lead"
[roles]
lead = "human"
[kinds.thing]
id     = 'T-[0-9]+'
states = ["open", "done"]
moves  = ["new -> open by lead", "open -> done by lead", "done -> open by lead"]
[claims]
checked = { by = "lead" }
"#;

const MIXED: &str = r#"
[charter]
semantics = 1
id        = "SCALE"
authority = "lead"
[roles]
lead     = "human"
drafter  = "human"
reviewer = "human"
approver = "human"
[kinds.document]
id     = 'D-[0-9]+'
states = ["draft", "final"]
path   = "docs/**"
moves  = ["new -> final by drafter", "final -> draft by drafter", "draft -> final by drafter"]
seal   = "2 approver, not author if ready"
unseal = "approver"
[claims]
checked = { by = "lead" }
review  = { by = "reviewer, not author", results = ["approve", "reject"], answers = ["complete", "consistent"] }
[gates.ready]
final    = "self is final"
reviewed = "self has review"
"#;

/// A signature with what it signs, ready to be checked.
pub(crate) struct Check {
    pub(crate) key: VerifyingKey,
    pub(crate) data: Vec<u8>,
    pub(crate) signature: ed25519_dalek::Signature,
}

/// A repository with a ledger.
pub(crate) struct Built {
    pub(crate) dir: tempfile::TempDir,
    /// The commit of each event.
    pub(crate) commits: Vec<TaggedOid>,
    /// The signature of each event.
    pub(crate) checks: Vec<Check>,
}

impl Built {
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Lets the ledger end after that many events, and returns how many there are.
    pub(crate) fn cut(&self, events: usize) -> usize {
        let last = events.min(self.commits.len());
        run(quiet("git", self.path()).args(["update-ref", "refs/ledger/main", hex(&self.commits[last - 1])]));
        last
    }
}

fn hex(oid: &TaggedOid) -> &str {
    oid.as_str().split_once(':').unwrap().1
}

struct Builder<'o> {
    keys: BTreeMap<&'static str, (SigningKey, PublicKey)>,
    replay: Replay,
    stand: (TaggedOid, Option<String>),
    out: &'o dyn Fn(&[u8]) -> TaggedOid,
    commits: Vec<TaggedOid>,
    checks: Vec<Check>,
}

impl Builder<'_> {
    fn sign(&mut self, who: &str, event: &Event) {
        let (key, public) = &self.keys[who];
        let parent = self.commits.last().cloned();
        let data = signed_data(commit::unsigned(ObjectFormat::Sha1, parent.as_ref(), event).as_bytes());
        let signature = key.sign(&data);
        self.checks.push(Check { key: key.verifying_key(), data, signature });
        let signature = Signature::new(public.clone(), signature.to_bytes());
        let bytes = commit::encode(ObjectFormat::Sha1, parent.as_ref(), event, &signature);
        self.replay.push(&commit::decode(ObjectFormat::Sha1, &bytes).unwrap()).unwrap();
        self.commits.push((self.out)(&bytes));
    }

    fn act(&mut self, who: &'static str, wish: &Wish, facts: &dyn Facts) {
        let state = self.replay.state().unwrap();
        let author = Author {
            actor: ActorId::parse(who).unwrap(),
            key: self.keys[who].1.fingerprint(),
            role: None,
            at: state.tip.at,
            id: rid(self.commits.len() as u64),
            stand: Some(self.stand.clone()),
            correlation: None,
        };
        let event = draft(state, &author, wish, facts).unwrap().event;
        self.sign(who, &event);
    }

    fn statements(&mut self, events: usize) {
        let items = 1000.min(events / 4).max(1);
        for n in 0..items {
            let id = ItemId::parse(&format!("T-{n}")).unwrap();
            let kind = Word::parse("thing").unwrap();
            self.act("lena", &Wish::Declare { id, kind, status: None, stated: Amendment::default() }, &Nothing);
        }
        while self.commits.len() < events {
            let id = ItemId::parse(&format!("T-{}", self.commits.len() % items)).unwrap();
            self.act("lena", &statement(id, "checked", &[], BTreeSet::new()), &Nothing);
        }
    }

    fn mixed(&mut self, events: usize, facts: &dyn Facts) {
        for n in 0..DOCUMENTS {
            let stated = Amendment {
                title: Some(format!("The document of number {n}")),
                path: Some(RepoPath::parse(&document(n)).unwrap()),
                ..Amendment::default()
            };
            let kind = Word::parse("document").unwrap();
            self.act("dario", &Wish::Declare { id: item(n), kind, status: None, stated }, facts);
        }
        for round in 0.. {
            for n in 0..DOCUMENTS {
                if self.commits.len() >= events {
                    return;
                }
                let report = format!("report of round {round} on {n}");
                let evidence = Evidence {
                    sha256: Digest::of(report.as_bytes()),
                    size: report.len() as u64,
                    media: "text/plain".to_owned(),
                };
                self.act("raj", &statement(item(n), "review", &["complete", "consistent"], [evidence].into()), facts);
                self.act("omar", &Wish::Seal { id: item(n) }, facts);
                self.act("ines", &Wish::Seal { id: item(n) }, facts);
                self.act("lena", &statement(item(n), "checked", &[], BTreeSet::new()), facts);
                self.act("omar", &Wish::Unseal { id: item(n), reason: "the next round begins".to_owned() }, facts);
            }
        }
    }
}

/// How many documents a mixed ledger is about.
const DOCUMENTS: usize = 100;

fn document(n: usize) -> String {
    format!("docs/{n}.md")
}

fn item(n: usize) -> ItemId {
    ItemId::parse(&format!("D-{n}")).unwrap()
}

fn statement(id: ItemId, claim: &str, answers: &[&str], evidence: BTreeSet<Evidence>) -> Wish {
    Wish::Attest(Box::new(Attestation {
        noun: Noun::Item(id),
        claim: Word::parse(claim).unwrap(),
        result: None,
        answers: answers.iter().map(|answer| (Word::parse(answer).unwrap(), true)).collect(),
        values: BTreeMap::new(),
        evidence,
    }))
}

pub(crate) fn rid(n: u64) -> Rid {
    Rid::parse(&Digest::of(&n.to_be_bytes()).to_string()[..32]).unwrap()
}

fn genesis(kind: Kind, keys: &BTreeMap<&'static str, (SigningKey, PublicKey)>, baseline: &TaggedOid) -> Event {
    let person = |(name, role): &(&'static str, &'static str)| Person {
        actor: ActorId::parse(name).unwrap(),
        kind: ActorType::Human,
        operator: None,
        emails: BTreeSet::from([format!("{name}@example.org")]),
        keys: BTreeSet::from([keys[name].1.clone()]),
        roles: BTreeSet::from([RoleId::parse(role).unwrap()]),
    };
    let charter = CharterText {
        id: ItemId::parse("SCALE").unwrap(),
        semantics: 1,
        authority: "1 lead".to_owned(),
        text: kind.charter().to_owned(),
    };
    let founding = Founding {
        nonce: rid(u64::MAX),
        object_format: "sha1".to_owned(),
        charter,
        actors: kind.people().iter().map(person).collect(),
        baseline: BTreeSet::from([baseline.clone()]),
        recovery: None,
    };
    Event {
        seq: 0,
        id: rid(0),
        prev: None,
        at: Timestamp::parse("2026-01-10T09:00:00Z").unwrap(),
        actor: ActorId::parse("lena").unwrap(),
        role: Some(RoleId::parse("lead").unwrap()),
        item: Noun::Repo,
        body: Body::Founded(Box::new(founding)),
        seen: None,
        judged: None,
        pending: false,
        correlation: None,
    }
}

/// Asks each question once.
struct Remembered<'a>(&'a dyn Facts, RefCell<BTreeMap<Question, Option<Answer>>>);

impl Facts for Remembered<'_> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        self.1.borrow_mut().entry(question.clone()).or_insert_with(|| self.0.ask(question)).clone()
    }
}

/// Makes a repository with code and a ledger of at least that many events; `key` is a private key file of OpenSSH, lena's.
pub(crate) fn build(kind: Kind, events: usize, key: &Path) -> Built {
    let dir = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| run(quiet("git", dir.path()).args(args));
    git(&["init", "-q", "-b", "main", "."]);
    std::fs::create_dir(dir.path().join("docs")).unwrap();
    for n in 0..DOCUMENTS {
        std::fs::write(dir.path().join(document(n)), format!("# Document {n}\n\nText.\n")).unwrap();
    }
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "Begin"]);
    let writer = git2::Repository::open(dir.path()).unwrap();
    let head = writer.head().unwrap().target().unwrap();
    let head = TaggedOid::parse(&format!("sha1:{head}")).unwrap();
    let odb = writer.odb().unwrap();
    let pack = odb.add_new_mempack_backend(1000).unwrap();
    odb.write(git2::ObjectType::Tree, b"").unwrap();
    let out = |bytes: &[u8]| {
        let oid = odb.write(git2::ObjectType::Commit, bytes).unwrap();
        TaggedOid::parse(&format!("sha1:{oid}")).unwrap()
    };
    let lena = ssh_key::PrivateKey::read_openssh_file(key).unwrap();
    let lena = lena.key_data().ed25519().unwrap().private.to_bytes();
    let secret = |name: &str| if name == "lena" { lena } else { *Digest::of(name.as_bytes()).as_bytes() };
    let pair = |name: &'static str| {
        let key = SigningKey::from_bytes(&secret(name));
        let public = PublicKey::Ed25519(key.verifying_key().to_bytes());
        (name, (key, public))
    };
    let mut builder = Builder {
        keys: kind.people().iter().map(|(name, _)| pair(name)).collect(),
        replay: Replay::new(ObjectFormat::Sha1),
        stand: (head.clone(), Some("refs/heads/main".to_owned())),
        out: &out,
        commits: Vec::new(),
        checks: Vec::new(),
    };
    let genesis = genesis(kind, &builder.keys, &head);
    builder.sign("lena", &genesis);
    match kind {
        Kind::Statements => builder.statements(events),
        Kind::Mixed => {
            let repo = Repo::open(dir.path()).unwrap();
            let at = repo.untagged(&head).unwrap();
            let facts = repo.facts_at(at, check::setting(builder.replay.state().unwrap())).unwrap();
            builder.mixed(events, &Remembered(&facts, RefCell::default()));
        }
    }
    let Builder { commits, checks, .. } = builder;
    let mut buffer = git2::Buf::new();
    pack.dump(&writer, &mut buffer).unwrap();
    let mut packed = odb.packwriter().unwrap();
    std::io::Write::write_all(&mut packed, &buffer).unwrap();
    packed.commit().unwrap();
    drop(packed);
    let built = Built { dir, commits, checks };
    built.cut(usize::MAX);
    built
}
