//! How the ledger scales, as ratios in one run: `cargo bench --bench scale [EVENTS]`.
//!
//! Builds a ledger of many statements by hand, then compares a cold verification of all of it with checking the same
//! signatures and nothing else, on all cores.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark times and prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer, SigningKey};
use govledger::domain::charter::ActorType;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::decide::draft::{Attestation, Author, Wish, draft};
use govledger::domain::event::{Amendment, Body, CharterText, Event, Founding, Person};
use govledger::domain::facts::Nothing;
use govledger::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use govledger::domain::key::PublicKey;
use govledger::domain::replay::Replay;
use govledger::domain::sshsig::{Signature, Verifier, signed_data};
use govledger::domain::time::Timestamp;
use govledger::git::Repo;
use govledger::ledger::Ledger;
use rayon::prelude::*;

const CHARTER: &str = r#"
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

struct Builder {
    key: SigningKey,
    public: PublicKey,
    replay: Replay,
    tip: Option<TaggedOid>,
    count: u64,
}

impl Builder {
    fn sign(&mut self, event: &Event, out: &mut impl FnMut(&[u8]) -> TaggedOid) {
        let parent = self.tip.clone();
        let message = commit::unsigned(ObjectFormat::Sha1, parent.as_ref(), event);
        let signature = Signature::new(self.public.clone(), self.key.sign(&signed_data(message.as_bytes())).to_bytes());
        let bytes = commit::encode(ObjectFormat::Sha1, parent.as_ref(), event, &signature);
        let signed = commit::decode(ObjectFormat::Sha1, &bytes).unwrap();
        self.replay.push(&signed).unwrap();
        self.tip = Some(out(&bytes));
        self.count += 1;
    }

    fn act(&mut self, wish: &Wish, out: &mut impl FnMut(&[u8]) -> TaggedOid) {
        let state = self.replay.state().unwrap();
        let author = Author {
            actor: ActorId::parse("lena").unwrap(),
            key: self.public.fingerprint(),
            role: None,
            at: state.tip.at,
            id: rid(self.count),
            stand: None,
            correlation: None,
        };
        let event = draft(state, &author, wish, &Nothing).unwrap().event;
        self.sign(&event, out);
    }
}

fn rid(n: u64) -> Rid {
    Rid::parse(&Digest::of(&n.to_be_bytes()).to_string()[..32]).unwrap()
}

fn genesis(public: &PublicKey) -> Event {
    let lead = RoleId::parse("lead").unwrap();
    let person = Person {
        actor: ActorId::parse("lena").unwrap(),
        kind: ActorType::Human,
        operator: None,
        emails: BTreeSet::new(),
        keys: BTreeSet::from([public.clone()]),
        roles: BTreeSet::from([lead.clone()]),
    };
    let charter = CharterText {
        id: ItemId::parse("SCALE").unwrap(),
        semantics: 1,
        authority: "1 lead".to_owned(),
        text: CHARTER.to_owned(),
    };
    let founding = Founding {
        nonce: rid(u64::MAX),
        object_format: "sha1".to_owned(),
        charter,
        actors: vec![person],
        baseline: BTreeSet::new(),
        recovery: None,
    };
    Event {
        seq: 0,
        id: rid(0),
        prev: None,
        at: Timestamp::parse("2026-01-10T09:00:00Z").unwrap(),
        actor: ActorId::parse("lena").unwrap(),
        role: Some(lead),
        item: Noun::Repo,
        body: Body::Founded(Box::new(founding)),
        seen: None,
        judged: None,
        pending: false,
        correlation: None,
    }
}

/// Writes a ledger of that many events into a pack of a new repository.
fn build(dir: &Path, events: u64) {
    let git = |args: &[&str]| assert!(Command::new("git").arg("-C").arg(dir).args(args).status().unwrap().success());
    git(&["init", "-q"]);
    let repo = git2::Repository::open(dir).unwrap();
    let odb = repo.odb().unwrap();
    let pack = odb.add_new_mempack_backend(1000).unwrap();
    odb.write(git2::ObjectType::Tree, b"").unwrap();
    let mut out = |bytes: &[u8]| {
        let oid = odb.write(git2::ObjectType::Commit, bytes).unwrap();
        TaggedOid::parse(&format!("sha1:{oid}")).unwrap()
    };
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::parse(&public_text(&key)).unwrap();
    let mut builder =
        Builder { key, public: public.clone(), replay: Replay::new(ObjectFormat::Sha1), tip: None, count: 0 };
    builder.sign(&genesis(&public), &mut out);
    let items = 1000.min(events / 4);
    for n in 0..items {
        let id = ItemId::parse(&format!("T-{n}")).unwrap();
        let wish =
            Wish::Declare { id, kind: Word::parse("thing").unwrap(), status: None, stated: Amendment::default() };
        builder.act(&wish, &mut out);
    }
    while builder.count < events {
        let id = ItemId::parse(&format!("T-{}", builder.count % items)).unwrap();
        let wish = Wish::Attest(Box::new(Attestation {
            noun: Noun::Item(id),
            claim: Word::parse("checked").unwrap(),
            result: None,
            answers: BTreeMap::new(),
            values: BTreeMap::new(),
            evidence: BTreeSet::new(),
        }));
        builder.act(&wish, &mut out);
    }
    let mut buffer = git2::Buf::new();
    pack.dump(&repo, &mut buffer).unwrap();
    let mut writer = odb.packwriter().unwrap();
    std::io::Write::write_all(&mut writer, &buffer).unwrap();
    writer.commit().unwrap();
    let tip = builder.tip.unwrap();
    git(&["update-ref", "refs/ledger/main", tip.as_str().strip_prefix("sha1:").unwrap()]);
}

fn public_text(key: &SigningKey) -> String {
    PublicKey::Ed25519(key.verifying_key().to_bytes()).to_string()
}

/// Checks every signature of the ledger and nothing else, on all cores, from memory.
fn bare(repo: &Repo) -> Duration {
    let chain = repo.chain(repo.tip().unwrap().unwrap()).unwrap();
    let events: Vec<_> =
        repo.read_chunk(&chain).into_iter().map(|b| commit::decode(ObjectFormat::Sha1, &b.unwrap()).unwrap()).collect();
    let start = Instant::now();
    events.par_iter().for_each_init(Verifier::default, |verifier, event| event.verify_with(verifier).unwrap());
    start.elapsed()
}

fn main() {
    let events: u64 = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(20_000);
    let dir = tempfile::tempdir().unwrap();
    let start = Instant::now();
    build(dir.path(), events);
    println!("built {events} events in {:.1} s", start.elapsed().as_secs_f64());
    let repo = Repo::open(dir.path()).unwrap();
    let bare = bare(&repo);
    let start = Instant::now();
    let ledger = Ledger::load(&repo).unwrap();
    let cold = start.elapsed();
    assert_eq!(ledger.state().tip.seq + 1, events);
    let share = 100.0 * bare.as_secs_f64() / cold.as_secs_f64();
    println!(
        "signatures alone: {:.2} s; cold verification of all of it: {:.2} s",
        bare.as_secs_f64(),
        cold.as_secs_f64()
    );
    println!("cold verification runs at {share:.0} % of bare signature checking (budget: 80 %)");
    let size: u64 = std::fs::read_dir(dir.path().join(".git/objects/pack"))
        .unwrap()
        .filter_map(|e| e.ok()?.metadata().ok())
        .map(|m| m.len())
        .sum();
    println!("{} bytes an event, packed (budget: 700)", size / events);
}
