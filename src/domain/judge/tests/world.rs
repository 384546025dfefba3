//! A small governed world for tests: a charter's text, actors, items, files and statements, without a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::charter::{self, ActorType, Sentence};
use crate::domain::event::{Amendment, GateOutcome, Statement};
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::facts::{Answer, File, Mode, Question};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Rid, RoleId, Word};
use crate::domain::judge::{GateReport, View};
use crate::domain::key::PublicKey;
use crate::domain::path::RepoPath;
use crate::domain::state::{Actor, Adopted, Item, Key, Lift, PlacedBlock, Said, Seal, State, Tip, Touch, Vote};
use crate::domain::time::{Span, Timestamp};
use crate::domain::value::Value;

/// The rules that the tests are told with.
pub(crate) const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "TEST-RULES"
authority = "lead"

[roles]
lead     = "human"
drafter  = "human | agent"
reviewer = "human"
approver = "human"
robot    = "ci | agent"

[scopes]
code = ["src/**", "**/*.sql", "!docs/**"]

[sets]
paper = "P-01..P-03"

[links]
cites      = "record -> any, inverse citation"
covers     = "document -> topic"
supersedes = "document -> document, topic -> topic"
part_of    = "document -> phase, phase -> phase"
needs      = "work -> work, acyclic, stated"
owns       = "work -> topic, unique, min 1"

[kinds.phase]
id     = 'F-[A-Z]'
states = ["open", "closed"]
moves  = ["new -> open by lead", "open -> closed by lead if papers"]

[kinds.index]
id     = 'I-00'
states = ["draft"]
path   = "docs/**"
moves  = ["new -> draft by lead"]

[kinds.document]
id     = 'P-[0-9]{2}'
states = ["draft", "complete", "dead"]
path   = "docs/**"
listed = { in = "I-00", columns = { id = "ID", title = "Title", path = "Path" } }
moves  = ["new -> draft by drafter", "draft -> complete by drafter if self is present", "complete -> draft by drafter",
          "complete -> dead by lead"]
seal   = "approver, not author, not review if sealable"
unseal = "2 lead"

[kinds.record]
id     = 'R-12'
states = ["draft"]
moves  = ["new -> draft by lead"]

[kinds.topic]
id     = 'T-[a-z]+'
states = ["open", "settled"]
moves  = ["new -> open by drafter", "open -> settled by lead"]

[kinds.work]
id     = 'W-[0-9]{2}'
states = ["open", "done"]
fields = { owner = "actor", size = "integer 1..9", note = "text?", due = "date?", level = ["low", "high"], files = "paths?", tags = "list? ..2" }
moves  = ["new -> open by drafter", "open -> done by lead"]
scope  = { inside = "files", trailer = "Work" }

[claims]
review   = { by = "reviewer, not author", results = ["approve", "reject"], answers = ["complete", "clear"] }
check    = { by = "reviewer" }
coverage = { by = "robot", over = "code", values = { percent = "integer", base = "integer" } }
formal   = { by = "reviewer", over = "paper" }

[gates.sealable]
complete = "self is complete"
reviewed = { must = "self has review", cite = "§6", why = "four eyes" }

[gates.papers]
sealed = "every paper is sealed"
topics = "no topic is open"

[blocks.HOLD]
on    = "phase | work"
stops = ["code", "moves"]
by    = "lead"
lift  = "2 lead if papers"
why   = "the answer is no"
cite  = "§2"

[blocks.OWN-FILES]
on    = "work"
stops = ["files"]
by    = "lead"
lift  = "lead"

[blocks.MISMATCH]
on    = "phase"
stops = ["moves"]
until = "every document, if any, is consistent"

[blocks.DRAFTY]
on    = "document"
until = "self is complete"
"#;

/// A world in which time goes on by a day with every event.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) facts: BTreeMap<Question, Answer>,
    text: String,
}

pub(crate) fn item(id: &str) -> ItemId {
    ItemId::parse(id).unwrap()
}
pub(crate) fn word(text: &str) -> Word {
    Word::parse(text).unwrap()
}
pub(crate) fn actor(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}
pub(crate) fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}
pub(crate) fn noun(text: &str) -> Noun {
    if text == "repo" { Noun::Repo } else { Noun::parse(Some(text)).unwrap() }
}
pub(crate) fn rid(seq: u64) -> Rid {
    Rid::parse(&format!("{seq:032x}")).unwrap()
}

fn load(text: &str) -> charter::Charter {
    match charter::load(text) {
        Ok(rules) => rules,
        Err(problems) => panic!("the charter of the test is refused: {problems:#?}"),
    }
}

fn adopt(text: &str, seq: u64) -> Adopted {
    Adopted { text: text.into(), sha256: Digest::of(text.as_bytes()), seq, rules: Arc::new(load(text)) }
}

impl World {
    /// Returns a world under [`CHARTER`] with `extra` at its end, and its people: lena and kim lead, dora and the agent bot
    /// (operated by dora) draft, raj and rita review, omar approves, ci checks (operated by lena).
    pub(crate) fn new(extra: &str) -> World {
        let mut world = World::under(&format!("{CHARTER}\n{extra}"));
        for (name, kind, operator, roles) in [
            ("lena", ActorType::Human, None, &["lead"] as &[&str]),
            ("kim", ActorType::Human, None, &["lead"]),
            ("dora", ActorType::Human, None, &["drafter", "reviewer"]),
            ("bot", ActorType::Agent, Some("dora"), &["drafter"]),
            ("raj", ActorType::Human, None, &["reviewer"]),
            ("rita", ActorType::Human, None, &["reviewer"]),
            ("omar", ActorType::Human, None, &["approver"]),
            ("ci", ActorType::Ci, Some("lena"), &["robot"]),
        ] {
            world.enroll(name, kind, operator, roles);
        }
        world
    }

    /// Returns a world without people under a charter.
    pub(crate) fn under(text: &str) -> World {
        let text = text.to_owned();
        let charter = adopt(&text, 0);
        let state = State {
            genesis: Digest::of(b"genesis"),
            object_format: "sha1".to_owned(),
            baseline: BTreeSet::new(),
            recovery: None,
            founding: false,
            tip: Tip { seq: 0, sha256: Digest::of(b"genesis"), at: Timestamp::parse("2026-01-01T09:00:00Z").unwrap() },
            charters: BTreeMap::from([(0, charter.clone())]),
            charter,
            actors: BTreeMap::new(),
            items: BTreeMap::new(),
            folded: BTreeMap::new(),
            successors: BTreeMap::new(),
            repo: BTreeMap::new(),
            placed: BTreeMap::new(),
            waived: BTreeSet::new(),
            proposals: crate::domain::state::Proposals::default(),
            evidence: BTreeMap::new(),
            disputed: BTreeSet::new(),
            confirmed: BTreeMap::new(),
        };
        World { state, facts: BTreeMap::new(), text }
    }

    /// Returns the same with lena as the lead.
    pub(crate) fn staffed(text: &str) -> World {
        let mut world = World::under(text);
        world.enroll("lena", ActorType::Human, None, &["lead"]);
        world
    }

    /// Adopts another charter: the present text with a part replaced.
    pub(crate) fn recharter(&mut self, from: &str, to: &str) {
        assert!(self.text.contains(from), "{from}");
        self.text = self.text.replace(from, to);
        let touch = self.tick();
        self.state.charter = adopt(&self.text, touch.seq);
        self.state.charters.insert(touch.seq, self.state.charter.clone());
    }

    pub(crate) fn enroll(&mut self, name: &str, kind: ActorType, operator: Option<&str>, roles: &[&str]) {
        let number = u8::try_from(self.state.actors.len()).unwrap() + 1;
        let key = PublicKey::Ed25519([number; 32]);
        let keys = BTreeMap::from([(key.fingerprint(), Key { key, since: 0, revoked: None, compromised_since: None })]);
        let roles = roles.iter().map(|role| RoleId::parse(role).unwrap()).collect();
        let emails = BTreeSet::from([format!("{name}@example.org")]);
        let known = Actor { kind, operator: operator.map(actor), emails, roles, keys };
        self.state.actors.insert(actor(name), known);
    }

    pub(crate) fn tick(&mut self) -> Touch {
        self.state.tip.seq += 1;
        self.state.tip.at = self.state.tip.at.plus(Span::days(1));
        Touch { seq: self.state.tip.seq, at: self.state.tip.at }
    }

    pub(crate) fn declare(&mut self, id: &str, kind: &str, status: &str) -> &mut Item {
        let touch = self.tick();
        let fresh = Item {
            kind: word(kind),
            status: word(status),
            stated: Amendment::default(),
            declared_as: word(kind),
            declared: touch.seq,
            touched: touch,
            authors: BTreeSet::from([actor("dora")]),
            seal: None,
            baseline: None,
            blocks: Vec::new(),
            waivers: Vec::new(),
            claims: BTreeMap::new(),
        };
        self.state.items.insert(item(id), fresh);
        self.item(id)
    }

    pub(crate) fn item(&mut self, id: &str) -> &mut Item {
        self.state.items.get_mut(&item(id)).unwrap()
    }

    pub(crate) fn link(&mut self, from: &str, link: &str, to: &str) {
        if link == "supersedes" {
            self.state.successors.insert(item(to), item(from));
        }
        self.item(from).stated.links.entry(word(link)).or_default().insert(item(to));
    }

    pub(crate) fn field(&mut self, id: &str, field: &str, value: Value) {
        self.item(id).stated.fields.insert(word(field), value);
    }

    /// Declares a document with a file, a title and a matching row in the index.
    pub(crate) fn paper(&mut self, id: &str, status: &str) {
        if !self.state.items.contains_key("I-00") {
            self.declare("I-00", "index", "draft").stated.path = Some(path("docs/index.md"));
            self.file("docs/index.md", "the index");
        }
        let place = format!("docs/{}.md", id.to_lowercase());
        self.declare(id, "document", status);
        self.item(id).stated.path = Some(path(&place));
        self.item(id).stated.title = Some(format!("Title of {id}"));
        self.file(&place, "first text");
        self.row(id, &format!("Title of {id}"), &place);
        self.wrote(&place, &[]);
    }

    pub(crate) fn file(&mut self, at: &str, text: &str) {
        let file = File { mode: Mode::Plain, size: text.len() as u64, sha256: Digest::of(text.as_bytes()) };
        self.facts.insert(Question::Path(path(at)), Answer::File(Some(file)));
    }

    pub(crate) fn no_file(&mut self, at: &str) {
        self.facts.insert(Question::Path(path(at)), Answer::File(None));
    }

    pub(crate) fn unread(&mut self, at: &str) {
        self.facts.remove(&Question::Path(path(at)));
    }

    pub(crate) fn scope(&mut self, scope: Option<&str>, text: &str) {
        let answer = Answer::Scope { count: 1, sha256: Digest::of(text.as_bytes()) };
        self.facts.insert(Question::Scope(scope.map(word)), answer);
    }

    fn row_question(id: &str) -> Question {
        Question::Row { path: path("docs/index.md"), column: "ID".to_owned(), id: item(id) }
    }

    pub(crate) fn row(&mut self, id: &str, title: &str, place: &str) {
        let cells = [("ID", id), ("Title", title), ("Path", place)];
        let cells = cells.map(|(heading, cell)| (heading.to_owned(), cell.to_owned()));
        self.facts.insert(Self::row_question(id), Answer::Row(Some(BTreeMap::from(cells))));
    }

    pub(crate) fn no_row(&mut self, id: &str) {
        self.facts.insert(Self::row_question(id), Answer::Row(None));
    }

    pub(crate) fn unread_row(&mut self, id: &str) {
        self.facts.remove(&Self::row_question(id));
    }

    pub(crate) fn wrote(&mut self, at: &str, names: &[&str]) {
        let answer = Answer::Authors(names.iter().map(|name| (*name).to_owned()).collect());
        self.facts.insert(Question::Authors { path: path(at), since: None }, answer);
    }

    fn touch(&mut self, about: &Noun) -> Touch {
        let touch = self.tick();
        if let Noun::Item(id) = about {
            self.state.items.get_mut(id).unwrap().touched = touch;
        }
        touch
    }

    /// Records a statement with the claim's answers all yes, and returns it for changes.
    pub(crate) fn attest(&mut self, about: &str, claim: &str, name: &str, result: &str) -> &mut Said {
        let about = noun(about);
        let basis = self.view().basis(&word(claim), &about).expect("the content is known");
        let touch = self.touch(&about);
        let rules = Arc::clone(&self.state.charter.rules);
        let rule = rules.claims.get(claim).unwrap();
        let key = self.state.actors.get(name).unwrap().keys.keys().next().unwrap().clone();
        let said = Said {
            event: rid(touch.seq),
            touch,
            role: rule.by.terms.first().and_then(|term| term.roles.first()).cloned(),
            key,
            statement: Statement {
                result: word(result),
                answers: rule.answers.iter().map(|answer| (answer.clone(), true)).collect(),
                values: BTreeMap::new(),
            },
            made: touch.at,
            on: BTreeMap::new(),
            evidence: BTreeSet::new(),
            retracted: false,
        };
        let claims = match &about {
            Noun::Repo => &mut self.state.repo,
            Noun::Item(id) => &mut self.state.items.get_mut(id).unwrap().claims,
            placed @ Noun::Placed { .. } => self.state.placed.entry(placed.clone()).or_default(),
        };
        let words = claims.entry(word(claim)).or_default().entry(actor(name)).or_default();
        words.insert(basis, said);
        words.get_mut(&basis).unwrap()
    }

    pub(crate) fn seal(&mut self, id: &str, by: &[&str]) {
        let content = self.view().content(&item(id)).expect("the content is known");
        let touch = self.touch(&noun(id));
        let file = self.item(id).stated.path.clone().and_then(|path| match self.facts.get(&Question::Path(path)) {
            Some(Answer::File(file)) => *file,
            _ => None,
        });
        let seal = Seal {
            event: rid(touch.seq),
            touch,
            by: by.iter().map(|name| actor(name)).collect(),
            charter: self.state.charter.seq,
            content,
            sha256: file.map(|file| file.sha256),
            evidence: BTreeSet::new(),
            judged: None,
            commit: None,
        };
        self.item(id).seal = Some(seal);
    }

    /// Places a block and returns its name as a noun.
    pub(crate) fn block(&mut self, id: &str, name: &str, by: &str) -> String {
        let touch = self.touch(&noun(id));
        let key = self.state.actors.get(by).unwrap().keys.keys().next().unwrap().clone();
        let role = self.state.actors.get(by).unwrap().roles.first().cloned();
        let vote = Vote { actor: actor(by), role, key, event: rid(touch.seq), touch };
        let block = PlacedBlock {
            name: word(name),
            event: rid(touch.seq),
            touch,
            by: vec![vote],
            charter: self.state.charter.seq,
            reason: "because".to_owned(),
            because: None,
            fields: BTreeMap::new(),
            lifted: None,
        };
        self.item(id).blocks.push(block);
        format!("{id}/{name}/{}", touch.seq)
    }

    pub(crate) fn lift(&mut self, id: &str, name: &str) {
        let touch = self.touch(&noun(id));
        let lift = Lift { event: rid(touch.seq), touch, by: BTreeSet::new(), record: None, reason: String::new() };
        let block = self.item(id).blocks.iter_mut().find(|block| block.name.as_str() == name).unwrap();
        block.lifted = Some(lift);
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { state: &self.state, facts: &self.facts, as_of: self.state.tip.at }
    }

    pub(crate) fn gate(&self, gate: &str, subject: &str) -> GateReport {
        self.view().gate(&word(gate), &noun(subject))
    }

    pub(crate) fn passes(&self, gate: &str, subject: &str) -> GateOutcome {
        self.gate(gate, subject).outcome
    }

    /// Returns a sentence as the charter's language has it, read within a gate of its own beside the world's rules.
    pub(crate) fn read(&self, sentence: &str) -> Sentence {
        let rules = load(&format!("{}\n[gates.asked]\nasked = {}\n", self.text, Value::text(sentence).to_canonical()));
        let criterion = rules.gates.get("asked").unwrap().criteria.first().unwrap().clone();
        criterion.any.into_iter().next().unwrap()
    }

    /// Judges a sentence of a subject.
    pub(crate) fn of(&self, subject: &str, sentence: &str) -> Outcome {
        self.view().sentence("asked", &self.read(sentence), &noun(subject)).outcome
    }

    /// Judges a sentence that speaks of no subject.
    pub(crate) fn is(&self, sentence: &str) -> Outcome {
        self.of("repo", sentence)
    }

    /// Returns the explanations of why a sentence is not met.
    pub(crate) fn why(&self, sentence: &str) -> Vec<Explanation> {
        let report = self.view().sentence("asked", &self.read(sentence), &Noun::Repo);
        report.blamed().into_iter().map(|leaf| leaf.explanation.clone()).collect()
    }
}
