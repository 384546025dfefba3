//! A ledger in memory: real keys, real signatures, real commit bytes, no git and no clock.
//!
//! Whatever [`World::when`] admits is signed, encoded, decoded, verified and replayed; whatever it refuses is forged and shown
//! to replay, which must name it with the same code. So that "append and replay judge alike" is asserted by every test.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::charter::glob::scope_matches;
use govledger::domain::charter::{self, ActorType, Charter};
use govledger::domain::code::Code;
use govledger::domain::commit::{self, ObjectFormat, SignedEvent};
use govledger::domain::decide::draft::{Attestation, Author, Change, Draft, Wish, draft};
use govledger::domain::decide::trust::who_as_written;
use govledger::domain::decide::{Attempt, Refusal, admit};
use govledger::domain::event::{Adoption, Amendment, Body, CharterText, Event, Evidence, Founding, Person, Recovery};
use govledger::domain::explain::Explanation;
use govledger::domain::facts::{Answer, Facts, File, Mode, Question, Recorder, Seen};
use govledger::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, TaggedOid, Word};
use govledger::domain::key::{Fingerprint, PublicKey};
use govledger::domain::markdown;
use govledger::domain::path::RepoPath;
use govledger::domain::replay::{Invalid, Replay};
use govledger::domain::sshsig::Verifier;
use govledger::domain::state::{Item, State};
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;

use crate::keys::{self, Key, oid};

/// The object format of a world that does not ask for another.
pub(crate) const FORMAT: ObjectFormat = ObjectFormat::Sha1;

/// The day on which every world begins.
pub(crate) const BEGIN: &str = "2026-01-10T09:00:00Z";

// --- names, as short as tests need them

pub(crate) fn who(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

pub(crate) fn role(name: &str) -> RoleId {
    RoleId::parse(name).unwrap()
}

pub(crate) fn id(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

pub(crate) fn word(name: &str) -> Word {
    Word::parse(name).unwrap()
}

pub(crate) fn path(name: &str) -> RepoPath {
    RepoPath::parse(name).unwrap()
}

pub(crate) fn noun(name: &str) -> Noun {
    if name == "repo" { Noun::Repo } else { Noun::parse(Some(name)).unwrap() }
}

/// The key of that name, always the same one: `lena` is what lena signs with unless a test says otherwise. What begins with
/// `token-` is in a security token.
pub(crate) fn secret(name: &str) -> Key {
    keys::seeded(name, &format!("the key of {name}"))
}

pub(crate) fn public(name: &str) -> PublicKey {
    secret(name).public()
}

pub(crate) fn print(name: &str) -> Fingerprint {
    public(name).fingerprint()
}

pub(crate) fn person(name: &str, kind: ActorType, operator: Option<&str>, roles: &[&str]) -> Person {
    Person {
        actor: who(name),
        kind,
        operator: operator.map(who),
        emails: BTreeSet::from([format!("{name}@example.org")]),
        keys: BTreeSet::from([public(name)]),
        roles: roles.iter().map(|r| role(r)).collect(),
    }
}

pub(crate) fn human(name: &str, roles: &[&str]) -> Person {
    person(name, ActorType::Human, None, roles)
}

pub(crate) fn agent(name: &str, operator: &str, roles: &[&str]) -> Person {
    person(name, ActorType::Agent, Some(operator), roles)
}

pub(crate) fn ci(name: &str, operator: &str, roles: &[&str]) -> Person {
    person(name, ActorType::Ci, Some(operator), roles)
}

pub(crate) fn rules(text: &str) -> Charter {
    charter::load(text).unwrap_or_else(|problems| {
        let told: Vec<String> = problems
            .iter()
            .map(|p| format!("line {}: {}: {}", text[..p.span.start].matches('\n').count() + 1, p.code, p.message))
            .collect();
        panic!("the charter of the test does not load:\n{}", told.join("\n"))
    })
}

/// What an event says of a charter's text that is to take the place of another.
pub(crate) fn adoption(text: &str) -> Adoption {
    Adoption { charter: charter_text(text), migrate: rules(text).migrate }
}

/// What an event says of a charter's text.
pub(crate) fn charter_text(text: &str) -> CharterText {
    let rules = rules(text);
    CharterText {
        authority: who_as_written(&rules.authority),
        semantics: u64::from(rules.semantics),
        id: rules.id,
        text: text.to_owned(),
    }
}

pub(crate) fn founding(text: &str, people: &[Person], recovery: Option<Recovery>) -> Founding {
    let mut actors = people.to_vec();
    actors.sort_by_key(|p| format!("{}\"", p.actor));
    Founding {
        nonce: Rid::parse(&"5".repeat(32)).unwrap(),
        object_format: FORMAT.as_str().to_owned(),
        charter: charter_text(text),
        actors,
        baseline: BTreeSet::new(),
        recovery,
    }
}

// --- wishes

pub(crate) fn doing(item: &str, body: Body) -> Wish {
    Wish::Do { item: noun(item), body }
}

pub(crate) fn enrol(person: Person) -> Wish {
    doing("repo", Body::Enrolled(person))
}

pub(crate) fn grant(actor: &str, to: &str) -> Wish {
    doing("repo", Body::Granted { actor: who(actor), role: role(to) })
}

pub(crate) fn ungrant(actor: &str, from: &str) -> Wish {
    doing("repo", Body::Ungranted { actor: who(actor), role: role(from), reason: "moved on".to_owned() })
}

pub(crate) fn add_key(actor: &str, key: &str) -> Wish {
    doing("repo", Body::KeyAdded { actor: who(actor), key: public(key) })
}

pub(crate) fn revoke(actor: &str, key: &str, compromised_since: Option<u64>) -> Wish {
    let reason = "a laptop was lost".to_owned();
    doing("repo", Body::KeyRevoked { actor: who(actor), key: print(key), compromised_since, reason })
}

pub(crate) fn adopt(text: &str) -> Wish {
    doing("repo", Body::Chartered(Box::new(adoption(text))))
}

/// What is stated of an item, from short lists.
#[derive(Default, Clone)]
pub(crate) struct Stated(pub(crate) Amendment);

impl Stated {
    pub(crate) fn title(mut self, title: &str) -> Stated {
        self.0.title = Some(title.to_owned());
        self
    }

    pub(crate) fn path(mut self, at: &str) -> Stated {
        self.0.path = Some(path(at));
        self
    }

    pub(crate) fn field(mut self, name: &str, value: impl Into<Value>) -> Stated {
        self.0.fields.insert(word(name), value.into());
        self
    }

    pub(crate) fn link(mut self, link: &str, targets: &[&str]) -> Stated {
        self.0.links.insert(word(link), targets.iter().map(|t| id(t)).collect());
        self
    }
}

pub(crate) fn stated() -> Stated {
    Stated::default()
}

pub(crate) fn declare(item: &str, kind: &str, stated: Stated) -> Wish {
    Wish::Declare { id: id(item), kind: word(kind), status: None, stated: stated.0 }
}

pub(crate) fn amend(item: &str, change: Change) -> Wish {
    Wish::Amend { id: id(item), change }
}

pub(crate) fn retitle(item: &str, title: &str) -> Wish {
    amend(item, Change { title: Some(Some(title.to_owned())), ..Change::default() })
}

pub(crate) fn relink(item: &str, link: &str, targets: &[&str]) -> Wish {
    let links = BTreeMap::from([(word(link), Some(targets.iter().map(|t| id(t)).collect()))]);
    amend(item, Change { links, ..Change::default() })
}

pub(crate) fn to(item: &str, status: &str) -> Wish {
    Wish::Move { id: id(item), to: word(status), because: None }
}

pub(crate) fn to_because(item: &str, status: &str, code: &str) -> Wish {
    Wish::Move { id: id(item), to: word(status), because: Some(word(code)) }
}

pub(crate) fn attestation(on: &str, claim: &str) -> Attestation {
    Attestation {
        noun: noun(on),
        claim: word(claim),
        result: None,
        answers: BTreeMap::new(),
        values: BTreeMap::new(),
        evidence: BTreeSet::new(),
    }
}

/// A statement with its first result, and yes to every one of these questions.
pub(crate) fn attest(on: &str, claim: &str, questions: &[&str]) -> Wish {
    let answers = questions.iter().map(|q| (word(q), true)).collect();
    Wish::Attest(Box::new(Attestation { answers, ..attestation(on, claim) }))
}

pub(crate) fn attest_as(on: &str, claim: &str, result: &str) -> Wish {
    Wish::Attest(Box::new(Attestation { result: Some(word(result)), ..attestation(on, claim) }))
}

pub(crate) fn attest_citing(on: &str, claim: &str, bytes: &str) -> Wish {
    Wish::Attest(Box::new(Attestation { evidence: BTreeSet::from([evidence(bytes)]), ..attestation(on, claim) }))
}

pub(crate) fn retract(on: &str, claim: &str, of: Option<&str>) -> Wish {
    Wish::Retract { noun: noun(on), claim: word(claim), of: of.map(who), reason: "it was wrong".to_owned() }
}

pub(crate) fn seal(item: &str) -> Wish {
    Wish::Seal { id: id(item) }
}

pub(crate) fn unseal(item: &str) -> Wish {
    Wish::Unseal { id: id(item), reason: "it has to change".to_owned() }
}

pub(crate) fn block(item: &str, name: &str) -> Wish {
    block_because(item, name, None)
}

pub(crate) fn block_because(item: &str, name: &str, because: Option<&str>) -> Wish {
    let (reason, because) = ("something is wrong".to_owned(), because.map(word));
    doing(item, Body::Blocked { name: word(name), reason, because, fields: BTreeMap::new() })
}

pub(crate) fn unblock(item: &str, name: &str, record: Option<&str>) -> Wish {
    Wish::Unblock { id: id(item), name: word(name), record: record.map(id), reason: None }
}

pub(crate) fn erase(bytes: &str) -> Wish {
    doing("repo", Body::Erased { sha256: Digest::of(bytes.as_bytes()), reason: "a secret leaked".to_owned() })
}

pub(crate) fn confirm(event: &str) -> Wish {
    let event = Rid::parse(event).unwrap();
    doing("repo", Body::Confirmed { event, reason: "its actor was asked".to_owned() })
}

pub(crate) fn evidence(bytes: &str) -> Evidence {
    Evidence { sha256: Digest::of(bytes.as_bytes()), size: bytes.len() as u64, media: "text/plain".to_owned() }
}

// --- the code that the facts speak of

/// The files of one commit, each with who wrote which bytes, oldest first.
#[derive(Default, Clone)]
pub(crate) struct Tree {
    files: BTreeMap<String, Vec<(String, String)>>,
    pub(crate) branches: BTreeMap<String, bool>,
    /// Paths of which nothing is known.
    dark: BTreeSet<String>,
    scopes: Vec<(Word, Vec<charter::glob::Glob>)>,
}

impl Tree {
    /// What stands at a path; nothing where nothing does.
    pub(crate) fn text(&self, at: &str) -> String {
        self.bytes(&path(at)).unwrap_or_default().to_owned()
    }

    fn bytes(&self, path: &RepoPath) -> Option<&str> {
        self.files.get(path.as_str()).and_then(|history| history.last()).map(|(_, bytes)| bytes.as_str())
    }

    fn authors(&self, path: &RepoPath, since: Option<Digest>) -> Vec<String> {
        let history = self.files.get(path.as_str()).map_or(&[][..], Vec::as_slice);
        let known = history.iter().rposition(|(_, bytes)| since == Some(Digest::of(bytes.as_bytes())));
        let names: BTreeSet<&String> = history.iter().skip(known.map_or(0, |at| at + 1)).map(|(who, _)| who).collect();
        names.into_iter().cloned().collect()
    }

    fn scope(&self, scope: Option<&Word>) -> Option<Answer> {
        let globs = match scope {
            None => None,
            Some(name) => Some(&self.scopes.iter().find(|(known, _)| known == name)?.1),
        };
        let rows: Vec<Value> = self
            .files
            .iter()
            .filter(|(path, _)| globs.is_none_or(|globs| scope_matches(globs, path)))
            .filter_map(|(path, history)| Some((path, history.last()?)))
            .map(|(path, (_, bytes))| Value::list(["100644", path.as_str(), &Digest::of(bytes.as_bytes()).to_string()]))
            .collect();
        Some(Answer::Scope { count: rows.len() as u64, sha256: Digest::of_value(&Value::List(rows)) })
    }
}

impl Facts for Tree {
    fn ask(&self, question: &Question) -> Option<Answer> {
        let at = match question {
            Question::Path(path) | Question::Authors { path, .. } => Some(path.as_str()),
            _ => None,
        };
        if at.is_some_and(|at| self.dark.contains(at)) {
            return None;
        }
        match question {
            Question::Path(path) => Some(Answer::File(self.bytes(path).map(|bytes| File {
                mode: Mode::Plain,
                size: bytes.len() as u64,
                sha256: Digest::of(bytes.as_bytes()),
            }))),
            Question::Scope(scope) => self.scope(scope.as_ref()),
            Question::Authors { path, since } => Some(Answer::Authors(self.authors(path, *since))),
            Question::Row { path, column, id } => {
                markdown::row(self.bytes(path)?, column, id.as_str()).ok().map(Answer::Row)
            }
            Question::Column { path, column } => {
                let listing = markdown::Listing::find(self.bytes(path)?, column).ok()?;
                Some(Answer::Column(listing.map(|listing| listing.texts())))
            }
            Question::Heading { path, heading, before } => {
                Some(Answer::Bool(markdown::heading(self.bytes(path)?, heading, before.as_deref())))
            }
            Question::Text { path, text } => Some(Answer::Bool(markdown::holds(self.bytes(path)?, text))),
            Question::Lines(path) => {
                Some(Answer::Lines(self.bytes(path).map(|text| text.split_inclusive('\n').count() as u64)))
            }
            Question::On(branch) => self.branches.get(branch).copied().map(Answer::Bool),
        }
    }
}

// --- the world

/// A ledger with the code beside it and a clock that tests move.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) replay: Replay,
    pub(crate) tree: Tree,
    pub(crate) now: Timestamp,
    pub(crate) chain: Vec<Vec<u8>>,
    /// The name of the key that signed each event.
    pub(crate) signers: Vec<String>,
    pub(crate) format: ObjectFormat,
    counter: u64,
}

impl World {
    /// Returns a ledger that `founder` began under that charter; the founders may or may not fill its authority.
    pub(crate) fn founded(text: &str, founder: &str, people: &[Person]) -> World {
        World::founded_with(text, founder, people, None)
    }

    /// Returns a ledger that has offline keys.
    pub(crate) fn founded_with(text: &str, founder: &str, people: &[Person], recovery: Option<Recovery>) -> World {
        World::try_found(founder, founding(text, people, recovery)).unwrap_or_else(|invalid| panic!("{invalid}"))
    }

    /// Founds a ledger, the signer acting in the first role of the authority.
    pub(crate) fn try_found(founder: &str, founding: Founding) -> Result<World, Box<Invalid>> {
        let mut world = World::before_genesis(&founding.charter.text);
        if founding.object_format == ObjectFormat::Sha256.as_str() {
            world.format = ObjectFormat::Sha256;
            world.replay = Replay::new(world.format);
        }
        let first = role(founding.charter.authority.split([' ', '|']).nth(1).unwrap());
        let event = Event {
            seq: 0,
            id: world.rid(),
            prev: None,
            at: world.now,
            actor: who(founder),
            role: Some(first),
            item: Noun::Repo,
            body: Body::Founded(Box::new(founding)),
            seen: None,
            judged: None,
            pending: false,
            correlation: None,
        };
        world.push(&event, founder).map(|()| world).map_err(Box::new)
    }

    /// Returns a world without a ledger.
    pub(crate) fn before_genesis(text: &str) -> World {
        let mut world = World {
            replay: Replay::new(FORMAT),
            tree: Tree::default(),
            now: Timestamp::parse(BEGIN).unwrap(),
            chain: Vec::new(),
            signers: Vec::new(),
            format: FORMAT,
            counter: 0,
        };
        world.tree.scopes = charter::load(text).map(|rules| rules.scopes.into_iter().collect()).unwrap_or_default();
        world
    }

    pub(crate) fn state(&self) -> &State {
        self.replay.state().expect("the world was founded")
    }

    pub(crate) fn digest(&self) -> Digest {
        self.state().digest()
    }

    pub(crate) fn item(&self, name: &str) -> &Item {
        self.state().items.get(name).unwrap_or_else(|| panic!("{name} is not declared"))
    }

    /// Returns the id of the last event.
    pub(crate) fn last_id(&self) -> Rid {
        self.last().event.id
    }

    pub(crate) fn last(&self) -> SignedEvent {
        commit::decode(self.format, self.chain.last().expect("there is an event")).unwrap()
    }

    pub(crate) fn proposals(&self) -> usize {
        self.state().proposals.len()
    }

    // --- what happens beside the ledger

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now = Timestamp::from_seconds(self.now.seconds() + seconds).unwrap();
    }

    pub(crate) fn days(&mut self, days: i64) {
        self.wait(days * 86_400);
    }

    pub(crate) fn hours(&mut self, hours: i64) {
        self.wait(hours * 3_600);
    }

    /// Commits bytes at a path; `by` is an actor by a verified key, or `?EMAIL` for an unsigned commit.
    pub(crate) fn write(&mut self, at: &str, bytes: &str, by: &str) {
        self.tree.files.entry(at.to_owned()).or_default().push((by.to_owned(), bytes.to_owned()));
    }

    pub(crate) fn remove(&mut self, at: &str) {
        self.tree.files.remove(at);
    }

    /// Makes everything about a path unknown.
    pub(crate) fn hide(&mut self, at: &str) {
        self.tree.dark.insert(at.to_owned());
    }

    // --- given, when, then

    /// Does what must succeed; the rest of the story stands on it.
    #[track_caller]
    pub(crate) fn given(&mut self, actor: &str, wish: Wish) -> &mut World {
        match self.when(actor, wish) {
            Ok(_) => self,
            Err(refusal) => panic!("given {actor}: refused\n{}", told(&refusal)),
        }
    }

    /// Ends a chain of what was given.
    #[expect(clippy::unused_self, reason = "it ends a chain of calls")]
    pub(crate) fn done(&self) {}

    /// Does what must take effect at once.
    #[track_caller]
    pub(crate) fn effective(&mut self, actor: &str, wish: Wish) -> Draft {
        let draft = self.when(actor, wish).unwrap_or_else(|refusal| panic!("{actor}: refused\n{}", told(&refusal)));
        assert!(!draft.event.pending, "{} of {actor} is only proposed", draft.event.summary());
        draft
    }

    /// Does what must be a mere vote.
    #[track_caller]
    pub(crate) fn pending(&mut self, actor: &str, wish: Wish) -> Draft {
        let draft = self.when(actor, wish).unwrap_or_else(|refusal| panic!("{actor}: refused\n{}", told(&refusal)));
        assert!(draft.event.pending, "{} of {actor} took effect", draft.event.summary());
        draft
    }

    /// Does what must be refused, for these reasons.
    #[track_caller]
    pub(crate) fn refused(&mut self, actor: &str, wish: Wish, reasons: snapbox::data::Inline) {
        let before = self.digest();
        match self.when(actor, wish) {
            Ok(draft) => panic!("{actor}: admitted {}", draft.event.summary()),
            Err(refusal) => then(&told(&refusal), reasons),
        }
        assert_eq!(self.digest(), before, "what is refused changes nothing");
    }

    pub(crate) fn when(&mut self, actor: &str, wish: Wish) -> Result<Draft, Refusal> {
        self.when_as(actor, actor, None, wish)
    }

    /// Tries a wish with a certain key and in a certain role.
    pub(crate) fn when_as(
        &mut self,
        actor: &str,
        key: &str,
        acting: Option<&str>,
        wish: Wish,
    ) -> Result<Draft, Refusal> {
        let author = self.author(actor, key, acting);
        match draft(self.state(), &author, &wish, &self.tree) {
            Ok(draft) => {
                self.admitted(&draft, key);
                Ok(draft)
            }
            Err(refusal) => {
                if let Wish::Do { item, body } = wish {
                    self.replay_refuses_too(&author, key, &item, &body, &refusal);
                }
                Err(refusal)
            }
        }
    }

    fn author(&mut self, actor: &str, key: &str, acting: Option<&str>) -> Author {
        Author {
            actor: who(actor),
            key: print(key),
            role: acting.map(role),
            at: self.now,
            id: self.rid(),
            stand: Some((commit_hint(self.format), Some("refs/heads/main".to_owned()))),
            correlation: None,
        }
    }

    pub(crate) fn rid(&mut self) -> Rid {
        self.counter += 1;
        Rid::parse(&format!("{:032x}", self.counter)).unwrap()
    }

    /// What decide admits replay must admit, with every fact that was asked in the event itself.
    fn admitted(&mut self, draft: &Draft, key: &str) {
        let event = &draft.event;
        assert_eq!(event.pending, draft.admission.pending);
        let (has, needed) = draft.admission.quorum;
        assert_eq!(event.pending, has < needed, "{has} of {needed}");
        assert_eq!(
            event.pending,
            !draft.admission.missing.is_empty(),
            "who is missing is said if and only if somebody is"
        );
        self.push(event, key).unwrap_or_else(|invalid| panic!("decide admits what replay refuses: {invalid}"));
    }

    /// Signs an event, reads it back from its bytes and replays it.
    pub(crate) fn push(&mut self, event: &Event, key: &str) -> Result<(), Invalid> {
        let bytes = signed(self.format, event, self.chain.last(), key);
        let decoded =
            commit::decode(self.format, &bytes).unwrap_or_else(|error| panic!("{}: {error}", event.summary()));
        assert_eq!(decoded.event, *event, "an event is read as it was written");
        decoded.verify_with(&mut Verifier::default()).expect("it was signed with that key");
        self.replay.push(&decoded)?;
        self.chain.push(bytes);
        self.signers.push(key.to_owned());
        Ok(())
    }

    /// Returns the event that somebody would append by hand: all facts that the rules ask for, and the flags as given.
    #[expect(clippy::needless_pass_by_value, reason = "tests make the body on the spot")]
    pub(crate) fn forge(&mut self, actor: &str, key: &str, acting: Option<&str>, item: &str, body: Body) -> Event {
        let author = self.author(actor, key, acting);
        self.forged(&author, author.role.clone(), &noun(item), &body)
    }

    fn forged(&self, author: &Author, acting: Option<RoleId>, item: &Noun, body: &Body) -> Event {
        let recorder = Recorder::new(&self.tree);
        let attempt = Attempt {
            state: self.state(),
            facts: &recorder,
            at: author.at,
            actor: &author.actor,
            role: acting.as_ref(),
            key: &author.key,
            item,
            body,
        };
        let admission = admit(&attempt).ok();
        let facts = recorder.into_facts();
        let seen = (!facts.is_empty()).then(|| Seen { commit: commit_hint(self.format), reference: None, facts });
        Event {
            seq: self.state().tip.seq + 1,
            id: author.id.clone(),
            prev: Some(self.state().tip.sha256),
            at: author.at,
            actor: author.actor.clone(),
            role: acting,
            item: item.clone(),
            body: body.clone(),
            seen,
            judged: admission.as_ref().and_then(|a| a.judged.clone()),
            pending: admission.is_some_and(|a| a.pending),
            correlation: None,
        }
    }

    /// An event that decide refuses, appended by hand with a good signature, is named by replay (S0-088, M0-003).
    fn replay_refuses_too(&self, author: &Author, key: &str, item: &Noun, body: &Body, refusal: &Refusal) {
        let held = self.state().actors.get(&author.actor).map(|a| a.roles.iter().cloned().map(Some).collect());
        let mut roles: Vec<Option<RoleId>> = held.unwrap_or_default();
        roles.push(None);
        if author.role.is_some() {
            roles = vec![author.role.clone()];
        }
        let mut codes = Vec::new();
        let before = self.digest();
        for acting in roles {
            let mut copy = self.clone();
            let event = self.forged(author, acting, item, body);
            let invalid = match copy.push(&event, key) {
                Ok(()) => panic!("replay admits what decide refuses: {}", event.summary()),
                Err(invalid) => invalid,
            };
            assert_eq!(invalid.seq, event.seq);
            assert_eq!(invalid.event, Some(event.summary()));
            assert_eq!(copy.digest(), before, "an invalid event leaves the state as it was");
            codes.push(invalid.refusal.code());
        }
        assert!(codes.contains(&refusal.code()), "decide says {}, replay says {codes:?}", refusal.code());
    }

    /// Forges an event and returns what replay says of it; the world stays as it was.
    pub(crate) fn replayed(&self, event: &Event, key: &str) -> Result<(), Invalid> {
        self.clone().push(event, key)
    }
}

/// Returns the commit that everything is said of, which no repository has.
pub(crate) fn commit_hint(format: ObjectFormat) -> TaggedOid {
    let digits = if format == ObjectFormat::Sha1 { 40 } else { 64 };
    TaggedOid::parse(&format!("{}:{}", format.as_str(), "a".repeat(digits))).unwrap()
}

/// Returns the commit of an event that follows another commit, signed.
pub(crate) fn signed(format: ObjectFormat, event: &Event, parent: Option<&Vec<u8>>, key: &str) -> Vec<u8> {
    secret(key).commit(format, parent.map(|bytes| oid(format, bytes)).as_ref(), event)
}

/// Returns a refusal as tests read it: every explanation with all that it says.
pub(crate) fn told(refusal: &Refusal) -> String {
    assert!(!refusal.explanations.is_empty(), "a refusal explains itself");
    let told: Vec<String> = refusal.explanations.iter().map(tell).collect();
    told.join("\n")
}

fn tell(e: &Explanation) -> String {
    let mut lines = vec![format!("{}: {}", e.code, e.found), format!("  needed: {}", e.needed)];
    let outcome = e.outcome.as_str();
    if outcome != "UNMET" {
        lines.push(format!("  outcome: {outcome}"));
    }
    for (label, value) in [("rule", &e.rule), ("item", &e.item), ("path", &e.path), ("why", &e.why), ("cite", &e.cite)]
    {
        lines.extend(value.as_ref().map(|value| format!("  {label}: {value}")));
    }
    for s in &e.who {
        lines.push(format!("  who: {} {}: {}", s.count, s.role, s.actors.join(", ")));
    }
    lines.extend(e.next.iter().map(|next| format!("  next: {next}")));
    lines.join("\n")
}

/// Compares a text with what the test says; `SNAPSHOTS=overwrite` writes it into the test.
#[track_caller]
pub(crate) fn then(found: &str, expected: snapbox::data::Inline) {
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(found.to_owned(), expected);
}

/// Compares what replay says of a forged event.
#[track_caller]
pub(crate) fn named(result: Result<(), Invalid>, expected: snapbox::data::Inline) {
    match result {
        Ok(()) => panic!("replay takes it"),
        Err(invalid) => {
            then(&invalid.to_string(), expected);
        }
    }
}

/// Returns the code of what must be a refusal.
#[track_caller]
pub(crate) fn code(result: Result<Draft, Refusal>) -> Code {
    match result {
        Ok(draft) => panic!("admitted: {}", draft.event.summary()),
        Err(refusal) => refusal.code(),
    }
}
