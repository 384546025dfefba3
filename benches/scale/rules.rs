//! What it costs to judge: many items, many criteria, and no process, file or signature in between.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use govledger::domain::charter::{ActorType, Charter, load};
use govledger::domain::event::{
    Amendment, AttestedBody, Body, CharterText, Declaration, Event, Founding, Person, Statement,
};
use govledger::domain::facts::{Answer, Facts, File, Mode, Question};
use govledger::domain::id::{ActorId, Digest, ItemId, Noun, RoleId, TaggedOid, Word};
use govledger::domain::judge::{Judgement, View};
use govledger::domain::key::{Fingerprint, PublicKey};
use govledger::domain::path::RepoPath;
use govledger::domain::state::State;
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;
use govledger::render::status::Status;

use crate::build::rid;
use crate::measure::{Table, spent};

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "RULES"
authority = "lead"
[roles]
lead = "human"
[links]
part_of    = "packet -> phase"
depends_on = "packet -> packet, acyclic"
[kinds.phase]
id     = 'PHASE-[0-9]+'
states = ["active", "closed"]
moves  = ["new -> active by lead", "active -> closed by lead if closure"]
[kinds.packet]
id     = 'WP-[0-9]+'
states = ["open", "done"]
path   = "docs/{id}.md"
moves  = ["new -> open by lead", "open -> done by lead if finishing"]
fields = { size = "integer", owner = "text" }
[claims]
validated = { by = "lead" }
[gates.finishing]
own    = "self has validated"
sized  = "no packet has size = 0"
others = "no packet that is done is blocked"
[gates.closure]
valid     = "every packet of self is valid"
validated = "every packet of self has validated"
after     = "every depends_on of packet of self, if any, has validated"
[blocks.DEPENDENCY]
on    = "packet"
stops = ["moves"]
until = "every depends_on of self, if any, has validated"
[blocks.UNFINISHED]
on    = "packet"
until = "self passes finishing"
[views.board]
path = "docs/BOARD.md"
show = ["size", "depends_on"]
[views.board.sections]
"Open"    = "packet that is open"
"Blocked" = "packet that is blocked"
"Closure" = "closure"
[views.finishing]
path = "docs/FINISHING.md"
[views.finishing.sections]
"Finishing" = "finishing"
[gates.all]
"#;

/// What each of many criteria asks; `#` is a number that differs from one to the next.
const SENTENCES: [&str; 10] = [
    "every packet has size != #",
    "every packet is open | done",
    "every packet that is done, if any, has validated",
    "no packet has size = #",
    "at least # packet is present",
    "every packet has owner if some packet is open",
    "every depends_on of packet, if any, is valid",
    "at most # packet is blocked",
    "every packet has part_of and has size > 0",
    "every packet of phase is valid",
];

/// How many packets a phase has.
const PHASE: usize = 100;

struct Files;

impl Facts for Files {
    fn ask(&self, question: &Question) -> Option<Answer> {
        match question {
            Question::Path(path) => {
                let sha256 = Digest::of(path.as_str().as_bytes());
                Some(Answer::File(Some(File { mode: Mode::Plain, size: 100, sha256 })))
            }
            _ => None,
        }
    }
}

/// A state of that many items, judged by a gate of that many criteria.
struct World {
    state: State,
    seq: u64,
}

fn moment() -> Timestamp {
    Timestamp::parse("2026-01-10T09:00:00Z").unwrap()
}

impl World {
    fn of(items: usize, criteria: usize) -> World {
        let mut text = CHARTER.to_owned();
        for n in 0..criteria {
            let sentence = SENTENCES[n % SENTENCES.len()].replace('#', &(n + 1).to_string());
            writeln!(text, "c{n} = {sentence:?}").unwrap();
        }
        let rules: Arc<Charter> = Arc::new(load(&text).unwrap());
        let key = PublicKey::parse(KEY).unwrap();
        let charter =
            CharterText { id: ItemId::parse("RULES").unwrap(), semantics: 1, authority: "1 lead".to_owned(), text };
        let lena = Person {
            actor: ActorId::parse("lena").unwrap(),
            kind: ActorType::Human,
            operator: None,
            emails: BTreeSet::new(),
            keys: BTreeSet::from([key.clone()]),
            roles: BTreeSet::from([RoleId::parse("lead").unwrap()]),
        };
        let founding = Founding {
            nonce: rid(u64::MAX),
            object_format: "sha1".to_owned(),
            charter,
            actors: vec![lena].into_iter().collect(),
            baseline: BTreeSet::<TaggedOid>::new(),
            recovery: None,
        };
        let event = event(0, Noun::Repo, Body::Founded(Box::new(founding.clone())));
        let mut world = World { state: State::founded(&event, &founding, rules, Digest::of(b"0")), seq: 0 };
        world.declare(items, &key.fingerprint());
        world
    }

    fn declare(&mut self, items: usize, key: &Fingerprint) {
        for n in 0..items.div_ceil(PHASE) {
            let declared = Declaration { kind: word("phase"), status: word("active"), stated: Amendment::default() };
            self.apply(key, &format!("PHASE-{n}"), Body::Declared(declared));
        }
        for n in 0..items {
            let before = (n % PHASE > 0).then(|| ItemId::parse(&format!("WP-{}", n - 1)).unwrap());
            let phase = ItemId::parse(&format!("PHASE-{}", n / PHASE)).unwrap();
            let stated = Amendment {
                title: Some(format!("Packet {n}")),
                path: Some(RepoPath::parse(&format!("docs/WP-{n}.md")).unwrap()),
                fields: BTreeMap::from([(word("size"), Value::Int(3)), (word("owner"), Value::from("kim"))]),
                links: BTreeMap::from([
                    (word("part_of"), BTreeSet::from([phase])),
                    (word("depends_on"), before.into_iter().collect()),
                ]),
            };
            let id = format!("WP-{n}");
            let status = word(if n % 4 == 0 { "open" } else { "done" });
            self.apply(key, &id, Body::Declared(Declaration { kind: word("packet"), status, stated }));
            let item = ItemId::parse(&id).unwrap();
            let content = self.view().content(&item).unwrap();
            let pass = Statement { result: word("pass"), answers: BTreeMap::new(), values: BTreeMap::new() };
            let attested = AttestedBody {
                claim: word("validated"),
                statement: pass,
                content,
                over: None,
                evidence: BTreeSet::new(),
                made: moment(),
            };
            self.apply(key, &id, Body::Attested(Box::new(attested)));
        }
    }

    fn apply(&mut self, key: &Fingerprint, id: &str, body: Body) {
        self.seq += 1;
        let event = event(self.seq, Noun::Item(ItemId::parse(id).unwrap()), body);
        self.state.apply(&event, key.clone(), Digest::of(&self.seq.to_be_bytes()), None);
    }

    fn view(&self) -> View<'_> {
        View { state: &self.state, facts: &Files, as_of: moment() }
    }
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAmyr0wFbUcOS+/x5f0EdKbPpCe1X1gqVx3xbVvGuUuc";

fn word(text: &str) -> Word {
    Word::parse(text).unwrap()
}

fn event(seq: u64, item: Noun, body: Body) -> Event {
    Event {
        seq,
        id: rid(seq),
        prev: None,
        at: moment(),
        actor: ActorId::parse("lena").unwrap(),
        role: Some(RoleId::parse("lead").unwrap()),
        item,
        body,
        seen: None,
        judged: None,
        pending: false,
        correlation: None,
    }
}

/// Returns the processor time of some work, in nanoseconds: of as many runs as it takes to be seen by a clock of hundredths.
fn cost(mut work: impl FnMut()) -> f64 {
    let mut times = 1;
    loop {
        let cpu = spent(|| (0..times).for_each(|_| work())).cpu;
        if cpu >= 0.3 {
            return cpu * 1e9 / f64::from(times);
        }
        times *= 2;
    }
}

/// Tells what a part of the work costs at three sizes. Where it is linear, all three are alike.
fn row(table: &mut Table, what: &str, costs: &[(usize, f64)]) {
    let each: Vec<f64> = costs.iter().map(|(size, cost)| cost / *size as f64).collect();
    let sizes: Vec<String> = costs.iter().map(|(size, _)| size.to_string()).collect();
    let told: Vec<String> = each.iter().map(|each| format!("{each:.0}")).collect();
    let (first, last) = (each[0], each[each.len() - 1]);
    table.row(
        format!("{what}, at {}", sizes.join(", ")),
        format!("{} ns", told.join(", ")),
        Some(("at most twice as much at the largest", last <= 2.0 * first)),
    );
}

/// Measures the gate and the first screen over more and more items, and the gate with more and more criteria.
pub(crate) fn rules(items: usize, criteria: usize, table: &mut Table) {
    let thirds = |most: usize| [most / 100, most / 10, most].map(|size| size.max(10));
    let gate = |world: &World| {
        let judgement = Judgement::new(world.view());
        std::hint::black_box(judgement.gate(&word("all"), &Noun::Repo).passes());
    };
    let (mut gates, mut closures, mut status, mut ready) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut boards, mut rows) = (Vec::new(), Vec::new());
    for size in thirds(items) {
        let world = World::of(size, SENTENCES.len());
        gates.push((size * SENTENCES.len(), cost(|| gate(&world))));
        closures.push((
            size,
            cost(|| {
                let judgement = Judgement::new(world.view());
                for n in 0..size.div_ceil(PHASE) {
                    let phase = Noun::Item(ItemId::parse(&format!("PHASE-{n}")).unwrap());
                    std::hint::black_box(judgement.gate(&word("closure"), &phase).passes());
                }
            }),
        ));
        status.push((size, cost(|| drop(std::hint::black_box(Status::of(world.view()))))));
        ready.push((size, cost(|| drop(std::hint::black_box(world.view().ready(None))))));
        let render = |view: &str| drop(std::hint::black_box(world.view().rendering(&word(view)).unwrap()));
        boards.push((size, cost(|| render("board"))));
        rows.push((size, cost(|| render("finishing"))));
    }
    row(table, "a gate of ten criteria, each criterion and item", &gates);
    row(table, "the closure of every phase, each packet", &closures);
    row(table, "`status`, each item", &status);
    row(table, "`ready`, each item", &ready);
    row(table, "`render` of a board, each item", &boards);
    row(table, "`render` of a gate for each item that asks of all, each item", &rows);
    let mut many = Vec::new();
    for count in thirds(criteria) {
        let world = World::of(items / 10, count);
        many.push((count * items / 10, cost(|| gate(&world))));
    }
    row(table, &format!("a gate over {} items, each criterion and item", items / 10), &many);
}
