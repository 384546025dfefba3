//! What no single commit shows: repositories that name a ledger and lack it or a part of it, facts held against code, and keys at hand.

use std::collections::BTreeSet;
use std::fs;

use govledger::domain::code::Code;
use govledger::domain::event::{Amendment, Event};
use govledger::domain::facts::Seen;
use govledger::domain::id::Digest;
use govledger::domain::key::PublicKey;
use govledger::domain::value::Value;
use govledger::git::Repo;
use govledger::ledger::verify::{Pins, Verified, verify};
use govledger::signing::{Search, resolve};

use crate::bad::{Base, judge};
use crate::keys::{base64, key};
use crate::rules::{LEAD, declared};
use crate::samples::noun;
use crate::sandbox::{Sandbox, in_own_process};
use crate::story::Story;
use crate::{code, files, stories};

/// A repository with a ledger, and what is known of it.
#[derive(Clone, Default)]
struct Known {
    what: &'static str,
    code: Option<Code>,
    /// The position whose commit the ref names.
    tip: Option<usize>,
    /// A ref that the ledger's ref names in the place of a commit.
    symbolic: Option<&'static str>,
    /// Events whose objects are not there.
    missing: Vec<usize>,
    /// The file `.ledger` of the work tree.
    file: Option<String>,
    config: Vec<(&'static str, String)>,
    /// What an auditor knows.
    pins: Pins,
}

impl Known {
    fn name(&self) -> String {
        self.code.map_or_else(|| self.what.to_owned(), |code| format!("{code}--{}", self.what))
    }

    fn to_value(&self, story: &Story) -> Value {
        let count = |n: &usize| Value::from(*n as u64);
        let tip = self.pins.tip.map(|(seq, sha256)| Value::list([Value::from(seq), sha256.into()]));
        let config = self.config.iter().map(|(name, text)| ((*name).to_owned(), text.as_str().into())).collect();
        Value::map([
            ("code", self.code.map(Code::as_str).into()),
            ("config", Value::Map(config)),
            ("file", self.file.clone().into()),
            ("genesis", self.pins.genesis.into()),
            ("ledger", story.name.into()),
            ("missing", Value::list(self.missing.iter().map(count))),
            ("name", self.name().into()),
            ("ref", self.symbolic.map(Value::from).or_else(|| self.tip.as_ref().map(count)).into()),
            ("tip", tip.into()),
        ])
    }

    /// Builds the repository and says what a verifier finds.
    fn verified(&self, story: &Story) -> Result<Verified, Code> {
        let sandbox = Sandbox::new();
        let git = git2::Repository::open(sandbox.path()).unwrap();
        put_ledger(&git, story, &self.missing);
        let dir = sandbox.path().join(".git/refs/ledger");
        fs::create_dir_all(&dir).unwrap();
        if let Some(tip) = self.tip {
            let oid = story.told[tip].oid.as_str().trim_start_matches("sha1:").to_owned();
            fs::write(dir.join("main"), format!("{oid}\n")).unwrap();
        }
        if let Some(other) = self.symbolic {
            fs::write(dir.join("main"), format!("ref: {other}\n")).unwrap();
        }
        if let Some(text) = &self.file {
            fs::write(sandbox.path().join(".ledger"), text).unwrap();
        }
        for (name, text) in &self.config {
            sandbox.git(["config", name, text]);
        }
        let repo = Repo::open(sandbox.path()).unwrap();
        verify(&repo, &self.pins).map_err(|error| error.code())
    }
}

fn put_ledger(git: &git2::Repository, story: &Story, missing: &[usize]) {
    let odb = git.odb().unwrap();
    odb.write(git2::ObjectType::Tree, b"").unwrap();
    for (at, told) in story.told.iter().enumerate().filter(|(at, _)| !missing.contains(at)) {
        let oid = odb.write(git2::ObjectType::Commit, &told.bytes).unwrap();
        assert_eq!(format!("sha1:{oid}"), told.oid.as_str(), "event {at}");
    }
}

fn repositories(story: &Story) -> Vec<Known> {
    let genesis = story.told[0].sha256;
    let last = story.told.len() - 1;
    let end = (last as u64, story.told[last].sha256);
    let other = Digest::of(b"another ledger");
    let file = |genesis: Digest| Some(format!("genesis = {genesis}\nref = refs/ledger/main\n"));
    let here = Known { tip: Some(last), ..Known::default() };
    let absent = Known { code: Some(Code::TrustLedgerMissing), ..Known::default() };
    let wrong = Known { code: Some(Code::TrustGenesisMismatch), ..here.clone() };
    let pinned = |seq, sha256| Pins { tip: Some((seq, sha256)), ..Pins::default() };
    let short = Known { code: Some(Code::TrustTipMismatch), ..here.clone() };
    let history = Known { code: Some(Code::TrustHistory), ..here.clone() };
    let malformed = Known { code: Some(Code::TrustPin), ..here.clone() };
    let config = |name, text: String| vec![(name, text)];
    vec![
        Known { what: "unnamed", ..here.clone() },
        Known {
            what: "named-everywhere",
            file: file(genesis),
            config: config("ledger.genesis", genesis.to_string()),
            pins: Pins { genesis: Some(genesis), tip: Some(end) },
            ..here.clone()
        },
        Known { what: "longer-than-known", pins: pinned(3, story.told[3].sha256), ..here.clone() },
        Known { what: "file", file: file(other), ..wrong.clone() },
        Known { what: "config", config: config("ledger.genesis", other.to_string()), ..wrong.clone() },
        Known {
            what: "config-against-file",
            file: file(genesis),
            config: config("ledger.genesis", other.to_string()),
            ..wrong.clone()
        },
        Known { what: "auditor", pins: Pins { genesis: Some(other), tip: None }, ..wrong },
        Known { what: "cut-short", tip: Some(last - 3), pins: pinned(end.0, end.1), ..short.clone() },
        Known { what: "other-event", pins: pinned(3, story.told[4].sha256), ..short.clone() },
        Known { what: "beyond-the-end", pins: pinned(end.0 + 1, end.1), ..short },
        Known { what: "file", file: file(genesis), ..absent.clone() },
        Known { what: "config", config: config("ledger.genesis", genesis.to_string()), ..absent.clone() },
        Known {
            what: "ref-in-config",
            config: config("ledger.ref", "refs/ledger/other".into()),
            tip: Some(last),
            ..absent
        },
        Known { what: "file-of-one-line", file: Some(format!("genesis = {genesis}\n")), ..malformed.clone() },
        Known { what: "file-empty", file: Some(String::new()), ..malformed.clone() },
        Known { what: "file-too-long", file: file(genesis).map(|text| text + &"\n".repeat(4096)), ..malformed.clone() },
        Known { what: "config-genesis", config: config("ledger.genesis", "HEAD".into()), ..malformed.clone() },
        Known { what: "config-ref", config: config("ledger.ref", "main".into()), ..malformed },
        Known { what: "genesis-missing", missing: vec![0], ..history.clone() },
        Known { what: "event-missing", missing: vec![last / 2], ..history.clone() },
        Known { what: "tip-missing", missing: vec![last], ..history.clone() },
        Known { what: "all-missing", missing: (0..=last).collect(), ..history.clone() },
        Known { what: "symbolic", symbolic: Some("refs/heads/main"), tip: None, ..history },
    ]
}

pub(crate) fn names() -> Vec<String> {
    let story = stories::of("rules");
    let mut names: Vec<String> = repositories(story).iter().map(Known::name).collect();
    names.extend(seen_events().into_iter().map(|seen| seen.name));
    names.extend(hands().iter().map(Hand::name));
    names
}

#[test]
fn a_repository_that_names_a_ledger_holds_it_whole_or_says_what_is_wrong() {
    if !in_own_process("repositories::a_repository_that_names_a_ledger_holds_it_whole_or_says_what_is_wrong") {
        return;
    }
    let story = stories::of("rules");
    let mut names = BTreeSet::new();
    for known in repositories(story) {
        let name = known.name();
        let found = known.verified(story).err();
        assert_eq!(found, known.code, "{name}");
        assert!(names.insert(format!("{name}.json")), "{name} is there twice");
        files::check(&format!("vectors/repositories/{name}.json"), &files::pretty(&known.to_value(story)));
    }
    files::check_directory("vectors/repositories", &names);
}

/// An event that saw code, and what comes of its facts.
struct SeenEvent {
    name: String,
    seen: Seen,
    outcome: &'static str,
}

fn seen_events() -> Vec<SeenEvent> {
    let good = [("confirmed", code::so(), "confirmed"), ("not-seen", code::untold(), "not-seen")];
    let gone = Seen { commit: "sha1:0123456789012345678901234567890123456789".parse().unwrap(), ..code::so() };
    let good = good.into_iter().chain([("commit-not-here", gone, "not-seen")]);
    let good = good.map(|(name, seen, outcome)| SeenEvent { name: name.to_owned(), seen, outcome });
    let bad = code::not_so().into_iter().map(|(what, seen)| SeenEvent {
        name: format!("{}--{what}", Code::TrustContradictedFact),
        seen,
        outcome: "contradicted",
    });
    good.chain(bad).collect()
}

#[test]
fn what_an_event_saw_is_confirmed_contradicted_or_not_seen() {
    if !in_own_process("repositories::what_an_event_saw_is_confirmed_contradicted_or_not_seen") {
        return;
    }
    let story = stories::of("code");
    let base = Base::end(story);
    let repository = code::repository();
    let mut names = BTreeSet::from(["repository.json".to_owned()]);
    files::check("vectors/facts/repository.json", &files::pretty(&repository.to_value()));
    for SeenEvent { name, seen, outcome } in seen_events() {
        let body = declared("note", "kept", Amendment::default());
        let event = Event { seen: Some(seen.clone()), ..base.event("lena", LEAD, noun("N-2"), body) };
        let commit = base.sign("lena", &event);
        judge(&base, &commit).unwrap_or_else(|invalid| panic!("{name}: {invalid}"));
        let sandbox = Sandbox::new();
        let git = git2::Repository::open(sandbox.path()).unwrap();
        put_ledger(&git, story, &[]);
        let odb = git.odb().unwrap();
        for (kind, bytes) in &repository.objects {
            odb.write(*kind, bytes).unwrap();
        }
        for (reference, oid) in &repository.refs {
            git.reference(reference, *oid, true, "").unwrap();
        }
        let tip = odb.write(git2::ObjectType::Commit, &commit).unwrap();
        git.reference("refs/ledger/main", tip, true, "").unwrap();
        let verified = verify(&Repo::open(sandbox.path()).unwrap(), &Pins::default()).unwrap();
        let counts = [verified.confirmed, verified.contradicted.len() as u64, verified.not_seen];
        let all = seen.facts.len() as u64;
        let expected = ["confirmed", "contradicted", "not-seen"].map(|which| if which == outcome { all } else { 0 });
        assert_eq!(counts, expected, "{name}: {:?}", verified.contradicted);
        let found = verified.contradicted.first().map(|one| one.found.to_value());
        let vector = Value::map([
            ("after", story.told.last().map(|told| told.event.seq).into()),
            ("code", (outcome == "contradicted").then_some(Code::TrustContradictedFact.as_str()).into()),
            ("commit", base64(&commit)),
            ("confirmed", counts[0].into()),
            ("contradicted", counts[1].into()),
            ("found", found.into()),
            ("ledger", story.name.into()),
            ("name", name.as_str().into()),
            ("not_seen", counts[2].into()),
        ]);
        assert!(names.insert(format!("{name}.json")), "{name} is there twice");
        files::check(&format!("vectors/facts/{name}.json"), &files::pretty(&vector));
    }
    files::check_directory("vectors/facts", &names);
}

/// What names the signing key, where neither a file nor an agent is at hand.
struct Hand {
    what: &'static str,
    code: Option<Code>,
    ledger: Option<String>,
    user: Option<String>,
    enrolled: Option<PublicKey>,
}

impl Hand {
    fn name(&self) -> String {
        self.code.map_or_else(|| self.what.to_owned(), |code| format!("{code}--{}", self.what))
    }
}

fn hands() -> Vec<Hand> {
    let omar = key("omar").public();
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDA";
    let weak = PublicKey::Ed25519([0; 32]).to_string();
    let hand = |what, code, ledger: Option<&str>, user: Option<&str>, enrolled: Option<&PublicKey>| Hand {
        what,
        code,
        ledger: ledger.map(str::to_owned),
        user: user.map(str::to_owned),
        enrolled: enrolled.cloned(),
    };
    let (text, spelled) = (omar.to_string(), format!("key::{omar}"));
    let none = Some(Code::TrustNoKey);
    vec![
        hand("named-for-the-ledger", None, Some(&text), None, None),
        hand("named-for-git-and-enrolled", None, None, Some(&spelled), Some(&omar)),
        hand("nothing-named", none, None, None, None),
        hand("named-for-git-not-enrolled", none, None, Some(&text), None),
        hand("key-of-rsa", none, Some(rsa), None, None),
        hand("key-cut", none, Some(&text[..text.len() - 4]), None, Some(&omar)),
        hand("no-such-file", none, Some("/nowhere/id_ed25519"), None, Some(&omar)),
        hand("named-key", Some(Code::TrustWeakKey), Some(&weak), None, None),
    ]
}

#[test]
fn a_key_that_is_named_signs_and_what_is_no_key_is_said_to_be_none() {
    let mut names = BTreeSet::new();
    for hand in hands() {
        let search = Search {
            ledger_signing_key: hand.ledger.clone(),
            user_signing_key: hand.user.clone(),
            ..Search::default()
        };
        let enrolled = |key: &PublicKey| -> Result<String, String> {
            if Some(key) == hand.enrolled.as_ref() { Ok("omar".to_owned()) } else { Err("not enrolled".to_owned()) }
        };
        let found = resolve(&search, &enrolled);
        assert_eq!(found.as_ref().err().map(govledger::signing::SigningError::code), hand.code, "{}", hand.what);
        let vector = Value::map([
            ("code", hand.code.map(Code::as_str).into()),
            ("enrolled", hand.enrolled.as_ref().map(Value::text).into()),
            ("ledger.signingKey", hand.ledger.clone().into()),
            ("name", hand.name().into()),
            ("signs", found.ok().as_ref().map(Value::text).into()),
            ("user.signingKey", hand.user.clone().into()),
        ]);
        assert!(names.insert(format!("{}.json", hand.name())), "{} is there twice", hand.what);
        files::check(&format!("vectors/signing/{}.json", hand.name()), &files::pretty(&vector));
    }
    files::check_directory("vectors/signing", &names);
}
