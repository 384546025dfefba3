//! What views say, to the byte, and whether a file says it too.

use super::world::{World, item, path, word};
use crate::domain::charter::ActorType;
use crate::domain::explain::Outcome;
use crate::domain::facts::Question;
use crate::domain::id::Noun;
use crate::domain::judge::Holder;
use crate::domain::time::Span;
use crate::domain::value::Value;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "CX-600"
authority = "user"

[roles]
user         = "human"
orchestrator = "human | agent"
validator    = "human"

[links]
part_of    = "packet -> phase"
supersedes = "packet -> packet"
depends_on = "packet -> packet, acyclic, stated"

[kinds.phase]
id     = 'PHASE-[0-9]+'
states = ["active", "closed"]
moves  = ["new -> active by orchestrator", "active -> closed by user if phase-closure"]

[kinds.packet]
id     = 'WP-[A-Za-z0-9-]+'
states = ["gap", "ready", "in-progress", "done"]
path   = "docs/task_packets/{id}.md"
labels = { gap = "GAP", ready = "READY FOR DEV", in-progress = "IN PROGRESS", done = "DONE", blocked = "BLOCKED" }
moves  = ["new -> gap by orchestrator", "gap -> ready by orchestrator if pre-work", "ready -> in-progress by orchestrator", "in-progress -> done by orchestrator"]
fields = { lead = "text?", effort_hours = "integer?", risk_tier = ["LOW", "HIGH"], files = "paths?", notes = "map?", hot = "bool?" }

[claims]
validated = { by = "validator" }

[gates.pre-work]
ordered = true
CX-580  = "self is present"
CX-585C = { must = "self has risk_tier", cite = "Part 5" }

[gates.phase-closure]
validated    = { must = "every packet of self has validated", cite = "CX-585D" }
dependencies = "every depends_on of packet of self, if any, has validated"
size         = { should = "at most 1 packet is gap" }
[gates.phase-closure.veto]
stalled      = "some packet that is in-progress is idle 14d"

[blocks.BLOCKED]
on      = "packet"
stops   = ["moves"]
by      = "orchestrator"
lift    = "orchestrator"
because = ["CX-031", "dependency"]
fields  = { detail = "text", eta = "date" }

[blocks.DEPENDENCY]
on    = "packet"
stops = ["moves"]
until = "every depends_on of self, if any, has validated"

[views.task-board]
path = "docs/TASK_BOARD.md"
title = "Project Task Board"
show = ["lead", "effort_hours", "depends_on"]
[views.task-board.sections]
"Phase Closure Gates" = "phase-closure"
"In Progress"         = "packet that is in-progress"
"Ready for Dev"       = "packet that is ready"
"Not Yet Created"     = "packet that is gap"
"Done"                = "packet that is done"
"Blocked"             = "packet that is blocked"
"Stalled"             = "packet that is in-progress and is idle 14d"

[views.handoff]
of   = "packet"
text = """
Task packet: {path}
WP_ID: {id}
RISK_TIER: {risk_tier}
Task: {title}
After: {depends_on}
Lead: {lead}
Checklist: {gate pre-work}"""
"#;

fn world() -> World {
    told(World::under(CHARTER))
}

/// Tells the story in a world.
fn told(mut w: World) -> World {
    w.enroll("lena", ActorType::Human, None, &["user"]);
    w.enroll("omar", ActorType::Human, None, &["orchestrator"]);
    w.enroll("vera", ActorType::Human, None, &["validator"]);
    w.declare("PHASE-1", "phase", "active").stated.title = Some("Storage".to_owned());
    for (id, status, title) in [
        ("WP-Tests", "gap", "Both backends under one suite"),
        ("WP-App", "gap", "Remove the pool from the app's state"),
        ("WP-Store", "ready", "A trait for storage"),
        ("WP-Docs", "in-progress", "Words"),
    ] {
        let stated = &mut w.declare(id, "packet", status).stated;
        stated.title = Some(title.to_owned());
        stated.path = Some(path(&format!("docs/task_packets/{id}.md")));
        stated.links.insert(word("depends_on"), std::collections::BTreeSet::new());
        w.link(id, "part_of", "PHASE-1");
        w.file(&format!("docs/task_packets/{id}.md"), id);
    }
    w.link("WP-App", "depends_on", "WP-Store");
    w.link("WP-Tests", "depends_on", "WP-App");
    w.link("WP-Tests", "depends_on", "WP-Store");
    w.field("WP-Store", "lead", Value::text("Coder (senior)"));
    w.field("WP-Store", "effort_hours", Value::Int(20));
    w
}

fn board(w: &World) -> String {
    let rendering = w.view().rendering(&word("task-board")).unwrap();
    assert!(!rendering.unknown, "{}", rendering.text);
    rendering.text
}

/// S1-019, S1-023, S1-045, S1-157, S1-158, S1-159, S1-160, S1-161, S1-169, S1-175, S1-176, S1-182, S1-186, S1-189: the board of the
/// protocol, with the gates of the phase, a mark for each packet, percentages, authority, leads, efforts and who waits for whom.
#[test]
fn a_document_says_where_everything_stands() {
    let mut w = world();
    w.attest("WP-Docs", "validated", "vera", "pass");
    w.block("WP-Docs", "BLOCKED", "omar");
    let block = &mut w.item("WP-Docs").blocks[0];
    block.reason = "the wording is\nnot agreed".to_owned();
    block.because = Some(word("CX-031"));
    block.fields.insert(word("eta"), Value::text("2026-02-01"));
    block.fields.insert(word("detail"), Value::text("ask *lena*"));
    let expected = r"# Project Task Board

Rendered from the ledger by `ledger render task-board --write`. What is changed by hand is lost.

## Phase Closure Gates

### PHASE-1: Storage (active)

HOLD: 1 of 3 hold; validated: 1 of 4 (25 %)

- [ ] validated: every packet of self has validated (CX-585D); 1 of 4 (25 %)
  - [x] WP-Docs (IN PROGRESS)
  - [ ] WP-Store (READY FOR DEV)
  - [ ] WP-App (GAP)
  - [ ] WP-Tests (GAP)
- [ ] dependencies: every depends_on of packet of self, if any, has validated; 0 of 2 (0 %)
  - [ ] WP-Store (READY FOR DEV)
  - [ ] WP-App (GAP)
- [ ] should, size: at most 1 packet is gap
  - [ ] WP-App (GAP)
  - [ ] WP-Tests (GAP)
- [x] veto, stalled: some packet that is in-progress is idle 14d

## In Progress

- WP-Docs: Words (IN PROGRESS, BLOCKED)
  - depends_on: none
  - BLOCKED, CX-031: the wording is not agreed; detail: ask \*lena\*; eta: 2026-02-01

## Ready for Dev

- WP-Store: A trait for storage (READY FOR DEV)
  - lead: Coder (senior)
  - effort_hours: 20
  - depends_on: none

## Not Yet Created

- WP-App: Remove the pool from the app's state (GAP, BLOCKED)
  - depends_on: WP-Store (READY FOR DEV)
  - DEPENDENCY: waits for WP-Store (1)
- WP-Tests: Both backends under one suite (GAP, BLOCKED)
  - depends_on: WP-App (GAP), WP-Store (READY FOR DEV)
  - DEPENDENCY: waits for WP-App, WP-Store (2)

## Done

None.

## Blocked

- WP-App: Remove the pool from the app's state (GAP, BLOCKED)
  - depends_on: WP-Store (READY FOR DEV)
  - DEPENDENCY: waits for WP-Store (1)
- WP-Docs: Words (IN PROGRESS, BLOCKED)
  - depends_on: none
  - BLOCKED, CX-031: the wording is not agreed; detail: ask \*lena\*; eta: 2026-02-01
- WP-Tests: Both backends under one suite (GAP, BLOCKED)
  - depends_on: WP-App (GAP), WP-Store (READY FOR DEV)
  - DEPENDENCY: waits for WP-App, WP-Store (2)

## Stalled

None.
";
    assert_eq!(board(&w), expected);
}

/// S1-159, S1-160, S1-182, M0-004: what a gate is of is told under its heading, numbers have their units, what does not apply is neither
/// marked nor counted, what is waived says by whom and until when, and the line of the gate counts what its first counting criterion does.
#[test]
fn a_gate_tells_its_item_and_marks_nothing_that_nobody_did() {
    use super::waivers::waive;
    let mut text = CHARTER.to_owned();
    for (from, to) in [
        ("[kinds.packet]", "fields = { authority = \"text?\", share = \"%? 0..100\" }\n\n[kinds.packet]"),
        ("effort_hours = \"integer?\"", "effort_hours = \"h?\""),
        ("show = [\"lead\"", "show = [\"authority\", \"share\", \"lead\""),
        (
            "[gates.phase-closure]\n",
            "[gates.phase-closure]\ncreated = { should = \"every packet of self is ready | in-progress | done\" }\nwaivers = \"every waiver of self, if any, has validated\"\n",
        ),
        (
            "[blocks.BLOCKED]",
            "[waivers.late]\ncovers = [\"phase-closure.validated\"]\nby = \"user + orchestrator\"\n\n[blocks.BLOCKED]",
        ),
        (
            "[blocks.DEPENDENCY]",
            "[blocks.MARK]\non = \"packet\"\nuntil = \"self has validated\"\nwhy = \"somebody looks at it\"\n\n[blocks.DEPENDENCY]",
        ),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    let mut w = told(World::under(&text));
    w.field("PHASE-1", "authority", Value::text("Part 6"));
    w.field("PHASE-1", "share", Value::Int(80));
    let head = r"### PHASE-1: Storage (active)

- authority: Part 6
- share: 80 %

HOLD: 1 of 3 hold; created: 2 of 4 (50 %)

- [ ] should, created: every packet of self is ready \| in-progress \| done; 2 of 4 (50 %)
  - [x] WP-Docs (IN PROGRESS)
  - [x] WP-Store (READY FOR DEV)
  - [ ] WP-App (GAP)
  - [ ] WP-Tests (GAP)
- waivers: every waiver of self, if any, has validated; does not apply
- [ ] validated: ";
    let text = board(&w);
    assert!(text.contains(head), "{text}");
    assert!(text.contains("  - effort_hours: 20 h\n"), "{text}");
    assert!(text.contains("  - MARK: somebody looks at it\n"), "{text}");
    waive(&mut w, "PHASE-1", "phase-closure.validated", "phase-end");
    let text = board(&w);
    let line = "- [x] validated: every packet of self has validated (CX-585D); waived by lena and kim until phase-end; 0 of 4 (0 %)\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("HOLD: 2 of 4 hold; created"), "the waiver counts, and has to be validated: {text}");
}

/// S1-161: what something waits for stands before it, whatever it is called.
#[test]
fn items_stand_in_the_order_of_their_acyclic_links_and_else_by_id() {
    let mut w = world();
    w.item("WP-Store").status = word("gap");
    let text = board(&w);
    let part = text.split("## Not Yet Created").nth(1).unwrap().split("\n## ").next().unwrap();
    let order: Vec<&str> =
        part.lines().filter_map(|line| line.strip_prefix("- ")).map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(order, ["WP-Store", "WP-App", "WP-Tests"]);
    // Links that successors turn into a circle lose nothing.
    w.declare("WP-New", "packet", "gap").stated.links = w.state.items[&item("WP-Tests")].stated.links.clone();
    w.link("WP-New", "supersedes", "WP-Store");
    let text = board(&w);
    for id in ["- WP-New ", "- WP-App:", "- WP-Tests:"] {
        assert!(text.contains(id), "{id} {text}");
    }
}

/// A title, a reason or a field is text, and never a row, a heading, a link or a mark.
#[test]
fn nothing_that_people_write_can_forge_a_row() {
    let mut w = world();
    let forged = "x](https://evil) \n- WP-Fake: Done (DONE)\n## Done\n<img src=x> `a` | b & c *d* _e_ ~~f~~ \\";
    w.item("WP-Store").stated.title = Some(forged.to_owned());
    w.field("WP-Store", "lead", Value::text("# a\n\n- b"));
    let text = board(&w);
    let line = r"- WP-Store: x\](https://evil) - WP-Fake: Done (DONE) \#\# Done \<img src=x\> \`a\` \| b \& c \*d\* \_e\_ \~\~f\~\~ \\ (READY FOR DEV)";
    assert!(text.lines().any(|one| one == line), "{text}");
    assert!(text.contains("  - lead: \\# a - b\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("## ")).count(), 7);
}

/// S1-037: what stands still is shown; time alone, without an event, changes nothing.
#[test]
fn a_rendering_is_judged_for_the_moment_of_the_newest_event() {
    let mut w = world();
    let before = board(&w);
    let later = super::super::View { as_of: w.state.tip.at.plus(Span::days(30)), ..w.view() };
    assert_eq!(later.rendering(&word("task-board")).unwrap().text, before);
    for _ in 0..14 {
        w.tick();
    }
    let after = board(&w);
    assert!(after.ends_with("## Stalled\n\n- WP-Docs: Words (IN PROGRESS)\n  - depends_on: none\n"), "{after}");
    assert!(after.contains("VETO: 0 of 3 hold; validated: 0 of 4 (0 %)"), "{after}");
    assert!(
        after.contains("- [ ] veto, stalled: some packet that is in-progress is idle 14d\n  - [ ] WP-Docs"),
        "{after}"
    );
}

/// S1-036, S1-098, S1-111, S1-132: a board that is not what the ledger says is not consistent, byte for byte.
#[test]
fn a_document_is_consistent_if_its_file_is_the_rendering() {
    let mut w = world();
    let place = "docs/TASK_BOARD.md";
    let asked = |w: &World| (w.is("task-board is consistent"), w.is("task-board is not consistent"));
    assert_eq!(asked(&w), (Outcome::Unknown, Outcome::Unknown), "the file cannot be read");
    w.no_file(place);
    assert_eq!(asked(&w), (Outcome::Unmet, Outcome::Met));
    let text = board(&w);
    w.file(place, &text);
    assert_eq!(asked(&w), (Outcome::Met, Outcome::Unmet));
    w.file(place, text.trim_end());
    assert_eq!(asked(&w), (Outcome::Unmet, Outcome::Met));
    w.file(place, &text);
    w.item("WP-Docs").status = word("done");
    assert_eq!(asked(&w), (Outcome::Unmet, Outcome::Met));
    let why = w.why("task-board is consistent");
    assert_eq!(why.len(), 1);
    assert_eq!(why[0].found, "docs/TASK_BOARD.md is not what the ledger says");
    assert_eq!(why[0].path.as_deref(), Some(place));
    assert_eq!(why[0].next, ["ledger render task-board --write", "git add docs/TASK_BOARD.md && git commit"]);
}

/// What cannot be known stands in the text, and a file that is another one then is not known to be wrong.
#[test]
fn what_cannot_be_known_is_said_so() {
    let mut w = world();
    w.attest("WP-Store", "validated", "vera", "pass");
    w.unread("docs/task_packets/WP-Store.md");
    let rendering = w.view().rendering(&word("task-board")).unwrap();
    assert!(rendering.unknown);
    let text = rendering.text;
    assert!(text.contains("  - [ ] WP-Store (READY FOR DEV); cannot be known\n"), "{text}");
    assert!(text.contains("; whether it stands cannot be known\n"), "{text}");
    assert!(text.contains("; whether it belongs here cannot be known\n"), "{text}");
    w.file("docs/TASK_BOARD.md", "another");
    assert_eq!(w.is("task-board is consistent"), Outcome::Unknown);
    assert_eq!(
        w.why("task-board is consistent")[0].next[0],
        "ledger render task-board --write",
        "which makes it consistent"
    );
    w.file("docs/TASK_BOARD.md", &text);
    assert_eq!(w.is("task-board is consistent"), Outcome::Met);
}

/// S1-103, S1-162: the text with which a packet is handed on, filled from what is recorded.
#[test]
fn a_text_about_one_item_is_filled_from_the_ledger() {
    let mut w = world();
    w.field("WP-App", "risk_tier", Value::text("HIGH"));
    let told = |id: &str| w.view().message(&word("handoff"), &item(id));
    assert_eq!(
        told("WP-App").unwrap(),
        "Task packet: docs/task_packets/WP-App.md\nWP_ID: WP-App\nRISK_TIER: HIGH\nTask: Remove the pool from the app's state\n\
         After: WP-Store\nLead: none\nChecklist: PASS: 2 of 2 hold, 100 %\n"
    );
    assert!(told("WP-Tests").unwrap().contains("RISK_TIER: none\n"));
    assert!(told("WP-Tests").unwrap().ends_with("Checklist: HOLD: 1 of 2 hold, 50 %\n"));
    assert_eq!((told("PHASE-1"), told("WP-Nothing")), (None, None));
    assert_eq!(w.view().message(&word("task-board"), &item("WP-App")), None);
    assert_eq!(w.view().rendering(&word("handoff")), None);
}

/// A thousand times the items ask about a thousand times the questions.
#[test]
fn a_document_asks_each_question_once() {
    let asked = |count: usize| {
        let mut w = World::under(CHARTER);
        w.declare("PHASE-1", "phase", "active");
        for number in 0..count {
            let id = format!("WP-{number}");
            w.declare(&id, "packet", "gap").stated.path = Some(path(&format!("docs/task_packets/{id}.md")));
            w.link(&id, "part_of", "PHASE-1");
            w.file(&format!("docs/task_packets/{id}.md"), "x");
        }
        let counting = Counting { world: &w, asked: std::cell::Cell::new(0) };
        let view = super::super::View { facts: &counting, ..w.view() };
        let sentence = w.read("task-board is consistent");
        view.sentence("x", &sentence, &Noun::Repo);
        view.rendering(&word("task-board")).unwrap();
        counting.asked.get()
    };
    assert!(asked(200) <= 2 * asked(100) + 2, "{} {}", asked(100), asked(200));
}

struct Counting<'w> {
    world: &'w World,
    asked: std::cell::Cell<usize>,
}

impl crate::domain::facts::Facts for Counting<'_> {
    fn ask(&self, question: &Question) -> Option<crate::domain::facts::Answer> {
        self.asked.set(self.asked.get() + 1);
        self.world.facts.get(question).cloned()
    }
}

/// S1-210: a table of who answers for what, with the document and the authority of each.
#[test]
fn a_section_with_columns_is_a_table() {
    let kind = "[kinds.duty]\nid = 'D-[0-9]'\nstates = [\"held\"]\nmoves = [\"new -> held by user\"]\nlabels = { held = \"HELD|\" }\nfields = { document = \"text\", authority = \"text?\" }\n\n[claims]";
    let columns = "[\"title\", \"document\", \"authority\", \"status\", \"after\", \"id\"]";
    let view = format!(
        "[views.matrix]\npath = \"MATRIX.md\"\nsections = {{ Duties = {{ of = \"duty\", columns = {columns} }}, None = {{ of = \"packet\", columns = [\"id\"] }}, Named = {{ of = \"D-1, D-7\", columns = [\"id\", \"title\"] }} }}\n"
    );
    let text = CHARTER
        .replace("[claims]", kind)
        .replace("[kinds.phase]", "after = \"duty -> duty, acyclic\"\n\n[kinds.phase]");
    let mut w = World::under(&format!("{text}{view}"));
    for (id, title, document) in
        [("D-1", "Create | packets", "docs/task_packets/*"), ("D-2", "Maintain the board", "docs/TASK_BOARD.md")]
    {
        w.declare(id, "duty", "held").stated.title = Some(title.to_owned());
        w.field(id, "document", Value::text(document));
    }
    w.field("D-2", "authority", Value::text("Part 6"));
    w.link("D-1", "after", "D-2");
    let expected = r"## Duties

| title | document | authority | status | after | id |
|---|---|---|---|---|---|
| Maintain the board | docs/TASK_BOARD.md | Part 6 | HELD\| |  | D-2 |
| Create \| packets | docs/task_packets/\* |  | HELD\| | D-2 (HELD\|) | D-1 |

## None

None.

## Named

| id | title |
|---|---|
| D-7 (never declared) |  |
| D-1 | Create \| packets |
";
    let text = w.view().rendering(&word("matrix")).unwrap().text;
    assert_eq!(text.split_once("is lost.\n\n").unwrap().1, expected);
}

fn ready(w: &World, kind: Option<&str>) -> (Vec<(String, usize, usize)>, usize) {
    let found = w.view().ready(kind.map(word).as_ref());
    let told = found.ready.iter().map(|one| (one.id.to_string(), one.critical.len(), one.unblocks));
    (told.collect(), found.waiting())
}

/// S1-027: what an earlier criterion of the phase's gate waits for comes first, then what more wait for, then what is older.
#[test]
fn what_can_go_on_stands_in_the_order_of_its_urgency() {
    let mut w = world();
    w.field("WP-App", "risk_tier", Value::text("LOW"));
    let row = |id: &str, critical, unblocks| (id.to_owned(), critical, unblocks);
    // WP-App and WP-Tests wait for others, and the phase for all of them.
    assert_eq!(ready(&w, None), (vec![row("WP-Store", 1, 2), row("WP-Docs", 1, 0)], 3));
    let moves = &w.view().ready(None).ready[0].moves;
    assert_eq!(moves[0].1.command, "ledger move WP-Store in-progress");
    assert_eq!(moves[0].1.who[0].actors, ["omar"]);
    // A loose end is no concern of the phase, however old it is or much waits for it.
    w.item("WP-Store").stated.links.remove("part_of");
    w.attest("WP-App", "validated", "vera", "pass");
    let waited_for = row("WP-Store", 1, 3);
    assert_eq!(ready(&w, None).0, [row("WP-Docs", 1, 0), waited_for], "a later criterion waits for a dependency alone");
    w.item("WP-App").stated.links.remove("part_of");
    w.item("WP-Tests").stated.links.remove("part_of");
    assert_eq!(ready(&w, None).0, [row("WP-Docs", 1, 0), row("WP-Store", 0, 2)]);
    // What is validated blocks nothing any more (the word on WP-App is of other content), and what is blocked by hand goes nowhere.
    w.attest("WP-Store", "validated", "vera", "pass");
    assert_eq!(ready(&w, None).0, [row("WP-Docs", 1, 0), row("WP-App", 0, 1), row("WP-Store", 0, 0)]);
    w.block("WP-Docs", "BLOCKED", "omar");
    assert_eq!(ready(&w, Some("packet")), (vec![row("WP-App", 0, 1), row("WP-Store", 0, 0)], 2));
    assert_eq!(ready(&w, Some("phase")), (vec![], 1));
}

/// The rules with a block that stops files of a scope until a gate passes, and a release that waits for the same gate.
fn holding() -> World {
    let mut text = CHARTER.to_owned();
    for (from, to) in [
        (
            "[kinds.phase]",
            "[scopes]\ncode = [\"src/**\"]\n\n[kinds.release]\nid = 'REL-[0-9]+'\nstates = [\"planned\", \"out\"]\nmoves = [\"new -> planned by user\", \"planned -> out by user if settled\"]\n\n[kinds.phase]",
        ),
        ("[gates.pre-work]", "[gates.settled]\nchecked = \"WP-Store has validated\"\n\n[gates.pre-work]"),
        (
            "[blocks.DEPENDENCY]",
            "[blocks.HOLD]\non = \"phase | packet\"\nstops = [\"code\"]\nby = \"orchestrator\"\nlift = \"orchestrator if settled\"\n\n[blocks.DEPENDENCY]",
        ),
        ("labels = {", "scope = { inside = \"files\", trailer = \"Work-Packet\" }\nlabels = {"),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    let mut w = told(World::under(&text));
    w.field("WP-App", "risk_tier", Value::text("LOW"));
    w
}

fn held(w: &World) -> Vec<(Holder, Vec<String>)> {
    let held = w.view().ready(None).held.into_iter();
    held.map(|(holder, items)| (holder, items.iter().map(|one| one.id.to_string()).collect())).collect()
}

/// What somebody stopped is not ready, whatever the block stops, nor is what is to change files that a block elsewhere stops.
#[test]
fn what_a_placed_block_stops_is_not_ready_and_told_with_the_block() {
    let mut w = holding();
    let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let waiting = [
        (Holder::Block(word("DEPENDENCY")), ids(&["WP-Tests", "WP-App"])),
        (Holder::Gate(word("phase-closure")), ids(&["PHASE-1"])),
    ];
    assert_eq!(held(&w), waiting);
    w.block("WP-Docs", "HOLD", "omar");
    assert_eq!(held(&w)[1], (Holder::Block(word("HOLD")), ids(&["WP-Docs"])));
    assert_eq!(ready(&w, None).0.len(), 1, "WP-Store alone");
    // What WP-Store is to change lies in what is stopped, which does not stand on it.
    w.block("PHASE-1", "HOLD", "omar");
    assert_eq!(ready(&w, None).0.len(), 1, "it says of no file that it is to change it");
    w.field("WP-Store", "files", Value::list(["docs/store.md", "src/store.rs"]));
    assert_eq!(ready(&w, None), (vec![], 5));
    assert_eq!(held(&w)[2], (Holder::Around(word("HOLD"), item("PHASE-1")), ids(&["WP-Store"])));
    w.field("WP-Store", "files", Value::list(["docs/store.md"]));
    assert_eq!(ready(&w, None).0.len(), 1);
}

/// Who waits for a gate waits for what the gate waits for: to be lifted, or to be moved on, whatever it is part of.
#[test]
fn what_gates_and_placed_blocks_wait_for_is_counted() {
    let mut w = holding();
    let unblocks = |w: &World| {
        let found = w.view().ready(None);
        found.ready.iter().find(|one| one.id.as_str() == "WP-Store").unwrap().unblocks
    };
    assert_eq!(unblocks(&w), 2, "WP-App and WP-Tests, and not the phase that it is part of");
    w.block("WP-Docs", "HOLD", "omar");
    assert_eq!(unblocks(&w), 3);
    w.declare("REL-1", "release", "planned");
    assert_eq!(unblocks(&w), 4);
    w.declare("REL-2", "release", "planned");
    assert_eq!(unblocks(&w), 5);
    assert!(held(&w).contains(&(Holder::Gate(word("settled")), vec!["REL-1".to_owned(), "REL-2".to_owned()])));
    w.attest("WP-Store", "validated", "vera", "pass");
    assert_eq!(unblocks(&w), 0);
}

/// A gate that speaks of no item comes out once for all of them.
#[test]
fn what_can_go_on_asks_a_gate_that_is_the_same_for_all_once() {
    let asked = |count: usize| {
        let text = CHARTER.replace(
            "[gates.phase-closure]",
            "[gates.pre-orchestration]\nall = \"every packet is present\"\n\n[gates.phase-closure]",
        );
        let text = text.replace("CX-580  = ", "CX-600  = \"self passes pre-orchestration\"\nCX-580  = ");
        let mut w = World::under(&text);
        for number in 0..count {
            let id = format!("WP-{number}");
            w.declare(&id, "packet", "gap").stated.path = Some(path(&format!("docs/task_packets/{id}.md")));
            w.file(&format!("docs/task_packets/{id}.md"), "x");
        }
        let counting = Counting { world: &w, asked: std::cell::Cell::new(0) };
        let view = super::super::View { facts: &counting, ..w.view() };
        assert_eq!(view.ready(None).waiting(), count);
        counting.asked.get()
    };
    assert!(asked(40) <= 2 * asked(20) + 2, "{} {}", asked(20), asked(40));
}

/// S1-023: the chain of dependencies as a graph, with who is blocked.
#[test]
fn a_graph_follows_the_links_that_say_what_comes_first() {
    let w = world();
    let graph = w.view().graph(&[]);
    let nodes: Vec<(&str, &str, usize)> =
        graph.nodes.iter().map(|node| (node.id.as_str(), node.label.as_str(), node.blocked.len())).collect();
    let expected =
        [("WP-Docs", "IN PROGRESS", 0), ("WP-Store", "READY FOR DEV", 0), ("WP-App", "GAP", 1), ("WP-Tests", "GAP", 1)];
    assert_eq!(nodes, expected);
    let edges: Vec<String> = graph.edges.iter().map(|(from, link, to)| format!("{from} {link} {to}")).collect();
    let expected = ["WP-App depends_on WP-Store", "WP-Tests depends_on WP-App", "WP-Tests depends_on WP-Store"];
    assert_eq!(edges, expected);
    let parts = w.view().graph(&[word("part_of")]);
    assert_eq!((parts.nodes.len(), parts.edges.len()), (5, 4));
    assert_eq!(parts.nodes[0].id.as_str(), "PHASE-1");
}
