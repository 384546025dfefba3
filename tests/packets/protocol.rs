//! A project under the protocol: its people, its specification, and one packet on its way from a gap to done.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use govledger::domain::charter::ActorType;
use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Attestation, Change, Wish};
use govledger::domain::event::Body;
use govledger::domain::explain::{Explanation, Outcome};
use govledger::domain::id::Digest;
use govledger::domain::judge::{
    CommitChange, GateReport, Going, LineChange, Lines, PathChange, Side, View, check_commit,
};
use govledger::domain::value::Value;

use crate::world::*;

pub(crate) const CHARTER: &str = include_str!("../../examples/work-packets/charter.toml");

/// The packet of most tests: the storage layer behind a trait.
pub(crate) const STORE: &str = "WP-1-Storage-Abstraction-Layer-20260112";
/// The packet that waits for it.
pub(crate) const STATE: &str = "WP-1-AppState-Refactoring-20260113";

/// The sections of a packet's file.
pub(crate) const SECTIONS: [&str; 6] =
    ["Metadata", "Scope", "Quality Gate", "Bootstrap (Coder Work Plan)", "Authority", "Notes"];

/// The specification.
pub(crate) const SPEC: &str = "# Master Spec\n\n## 2.3.12.3 Storage API Abstraction Pattern\n\n## 2.3.12.4 State Without A Pool\n\n\
                               ## Roadmap\n\n## 9.1 Synchronisation\n";

const BACKEND: &str = "src/backend/core";

/// The code of the packet of most tests.
pub(crate) const CODE: &str = "src/backend/core/src/storage/SEC-2_3_12_3.rs";

pub(crate) const UNDERSTOOD: [&str; 4] =
    ["request-clear", "scope-defined", "success-measurable", "acceptance-understood"];
pub(crate) const TRANSCRIBED: [&str; 6] = [
    "points-to-the-spec",
    "main-body-is-binding",
    "requirements-specific",
    "files-cover-the-code",
    "every-test-that-applies",
    "every-demand-is-listed",
];
pub(crate) const BOOTSTRAP: [&str; 4] = ["protocol-read", "packet-read", "pre-work-pass", "scope-matches-request"];
pub(crate) const ANTI_VIBE: [&str; 3] = ["no-placeholders", "no-unwrap", "no-generic-json"];

const PROTOCOLS: [&str; 5] =
    ["ORCHESTRATOR_PROTOCOL", "CODER_PROTOCOL", "VALIDATOR_PROTOCOL", "SPEC_CURRENT", "OSS_REGISTER"];

/// ilja asks and signs, orla orchestrates with the agent otto, cody codes for raj, vera validates, builder is raj's ci.
fn founded() -> World {
    let people = [
        human("ilja", &["user"]),
        human("orla", &["orchestrator"]),
        agent("otto", "orla", &["orchestrator"]),
        human("raj", &["coder"]),
        agent("cody", "raj", &["coder"]),
        human("vera", &["validator"]),
        human("viktor", &["validator"]),
        ci("builder", "raj", &["ci"]),
    ];
    let mut w = World::founded(CHARTER, "ilja", &people);
    w.tree.branches.insert("main".to_owned(), true);
    w.write(&format!("{BACKEND}/src/storage/mod.rs"), "pub struct Store;\npub trait Database {}\n", "raj");
    w.write("Cargo.toml", "[workspace]\n", "raj");
    w
}

/// The specification and its sections, sealed; the phase; the documents that everybody works by, and what the programs say.
/// The checks of a new session all pass but those that speak of packets.
fn specified() -> World {
    let mut w = founded();
    w.write("docs/master_spec/v1.md", SPEC, "ilja");
    for protocol in PROTOCOLS {
        let at = format!("docs/{protocol}.md");
        w.write(&at, &format!("# {protocol}\n\ndocs/master_spec/v1.md\n"), "orla");
        w.given("orla", declare(protocol, "protocol", stated().title(protocol).path(&at)));
    }
    w.given("ilja", declare("SPEC-v1", "spec", stated().title("Master Spec v1").path("docs/master_spec/v1.md")));
    w.given("ilja", seal("SPEC-v1"));
    for (section, title) in
        [("SEC-2.3.12.3", "Storage API Abstraction Pattern"), ("SEC-2.3.12.4", "State Without A Pool")]
    {
        let whole = stated().title(title).link("part_of", &["SPEC-v1"]);
        w.given("orla", declare(section, "section", whole));
        for number in 1..=2 {
            let requirement = format!("{section}-R{number}");
            let stated = stated().field("strength", "MUST").link("part_of", &[section]);
            w.given("orla", declare(&requirement, "requirement", stated));
        }
    }
    let phase = stated().title("Phase 1").field("authority", "Master Spec 2.3.12").field("decided", "2026-01-09");
    w.given("orla", declare("PHASE-1", "phase", phase));
    checked(&mut w);
    w
}

/// Everything that is looked at before a session is looked at, and good.
pub(crate) fn checked(w: &mut World) {
    checked_but(w, None);
}

/// Everything but that one document.
pub(crate) fn checked_but(w: &mut World, but: Option<&str>) {
    for protocol in ["ORCHESTRATOR_PROTOCOL", "CODER_PROTOCOL", "VALIDATOR_PROTOCOL", "SPEC_CURRENT", "SPEC-v1"] {
        if but != Some(protocol) {
            w.given("orla", attest(protocol, "confirmed", &[]));
        }
    }
    w.given("orla", attest("ORCHESTRATOR_PROTOCOL", "acknowledged", &[]));
    w.given("builder", attest("SPEC-v1", "spec-regression", &[]));
    w.given("vera", attest("OSS_REGISTER", "vetted", &[]));
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 0)]));
    w.given("builder", valued("repo", "npm-audit", &[("critical", 0), ("high", 0)]));
}

/// A statement with numbers.
pub(crate) fn valued(on: &str, claim: &str, values: &[(&str, i64)]) -> Wish {
    let values = values.iter().map(|(name, value)| (word(name), Value::from(*value))).collect();
    Wish::Attest(Box::new(Attestation { values, ..attestation(on, claim) }))
}

/// A statement with one value.
pub(crate) fn naming(on: &str, claim: &str, name: &str, value: impl Into<Value>) -> Wish {
    let values = BTreeMap::from([(word(name), value.into())]);
    Wish::Attest(Box::new(Attestation { values, ..attestation(on, claim) }))
}

/// A statement that answers one question with no and the others with yes.
pub(crate) fn answering_no(on: &str, claim: &str, questions: &[&str], no: &str) -> Wish {
    let Wish::Attest(mut statement) = attest(on, claim, questions) else { panic!() };
    statement.answers.insert(word(no), false);
    Wish::Attest(statement)
}

pub(crate) fn list(entries: &[&str]) -> Value {
    Value::list(entries.iter().copied())
}

/// So many different entries.
pub(crate) fn several(count: usize) -> Value {
    Value::List((1..=count).map(|n| Value::from(format!("term {n}"))).collect())
}

/// A map with so many entries.
pub(crate) fn risks(count: usize) -> Value {
    Value::Map((1..=count).map(|n| (format!("failure-{n}"), Value::from("storage"))).collect())
}

pub(crate) fn files(count: usize) -> Value {
    let fixed = ["docs/START_HERE.md", "docs/ARCHITECTURE.md", "docs/SPEC_CURRENT.md"].map(String::from);
    let more = (4..=count).map(|n| format!("{BACKEND}/src/storage/part{n}.rs"));
    Value::List(fixed.into_iter().chain(more).map(Value::from).collect())
}

/// Everything that a packet states.
pub(crate) fn whole(id: &str, title: &str, section: &str) -> Stated {
    let requirements = [format!("{section}-R1"), format!("{section}-R2")];
    let requirements: Vec<&str> = requirements.iter().map(String::as_str).collect();
    stated()
        .title(title)
        .path(&format!("docs/task_packets/{id}.md"))
        .field("requestor", "ilja")
        .field("agent_id", "orla")
        .field("date", "2026-01-12")
        .field("what", "A trait with async methods in front of every query")
        .field("why", "Another database must be a week of work")
        .field("in_scope_paths", list(&[&format!("{BACKEND}/src/storage/{}.rs", section.replace('.', "_"))]))
        .field("out_of_scope", list(&["Migrations are rewritten elsewhere"]))
        .field("risk_tier", "MEDIUM")
        .field("test_plan", list(&["cargo test", "pnpm -C app test"]))
        .field(
            "done_means",
            list(&["The trait stands", "All tests pass", "Validation clean", "Validator sign-off (PASS verdict)"]),
        )
        .field("rollback_hint", "git revert the merge")
        .field("files_to_open", files(5))
        .field("search_terms", several(10))
        .field("run_commands", list(&["just dev", "cargo test", "just validate"]))
        .field("risk_map", risks(3))
        .field("spec_current", "docs/SPEC_CURRENT.md")
        .field("codex", "Codex v0.8")
        .field("task_board", "docs/TASK_BOARD.md")
        .field("effort", 15_i64)
        .field("gate_critical", true)
        .field("lead", "Senior systems engineer")
        .link("part_of", &["PHASE-1"])
        .link("anchor", &[section])
        .link("implements", &requirements)
        .link("depends_on", &[])
}

fn declared() -> World {
    let mut w = specified();
    write_packet(&mut w, STORE);
    w.given("orla", declare(STORE, "packet", whole(STORE, "A trait for the store", "SEC-2.3.12.3")));
    w
}

/// What is said of a packet before the user signs it.
pub(crate) fn judged(w: &mut World, packet: &str) {
    w.given("orla", attest(packet, "understood", &UNDERSTOOD));
    w.given("vera", attest(packet, "transcribed", &TRANSCRIBED));
    board(w);
}

/// Writes the file of a packet, with its sections.
pub(crate) fn write_packet(w: &mut World, packet: &str) {
    w.write(&format!("docs/task_packets/{packet}.md"), &sections(&SECTIONS), "orla");
}

/// A document with these sections.
pub(crate) fn sections(headings: &[&str]) -> String {
    let sections = headings.iter().map(|heading| format!("\n## {heading}\n"));
    std::iter::once("# Task Packet\n".to_owned()).chain(sections).collect()
}

/// Brings the board up to date.
pub(crate) fn board(w: &mut World) {
    let text = rendered(w, "task-board");
    if w.tree.text("docs/TASK_BOARD.md") != text {
        w.write("docs/TASK_BOARD.md", &text, "orla");
    }
}

/// What a document says.
pub(crate) fn rendered(w: &World, view: &str) -> String {
    View { state: w.state(), facts: &w.tree, as_of: w.now }.rendering(&word(view)).expect("a document").text
}

fn sealed() -> World {
    let mut w = declared();
    judged(&mut w, STORE);
    w.given("ilja", seal(STORE));
    w
}

/// What is said of a packet once it is signed, before it is ready.
pub(crate) fn released(w: &mut World, packet: &str) {
    w.given("orla", attest(packet, "complete", &[]));
    w.given("ilja", attest(packet, "refinement", &[]));
    w.given("orla", attest(packet, "pre-work-run", &[]));
}

/// What is said of a packet once it is ready, before it is begun.
pub(crate) fn assigned(w: &mut World, packet: &str) {
    w.given("orla", naming(packet, "assigned", "to", "cody"));
    w.given("cody", attest(packet, "bootstrap", &BOOTSTRAP));
}

/// What is said of a packet once it is built, before it is done.
pub(crate) fn built(w: &mut World, packet: &str, section: &str) {
    let file = format!("{BACKEND}/src/storage/{}.rs", section.replace('.', "_"));
    w.write(&file, "pub struct Sqlite;\n", "cody");
    w.given("builder", attest("SPEC-v1", "spec-regression", &[]));
    for number in 1..=2 {
        let at = format!("{BACKEND}/src/storage/mod.rs:{number}");
        w.given("cody", naming(&format!("{section}-R{number}"), "evidenced", "where", list(&[&at])));
    }
    w.given("vera", attest(packet, "anti-vibe", &ANTI_VIBE));
    w.given("builder", attest(packet, "ai-review", &[]));
    w.given("viktor", attest(packet, "validated", &[]));
}

/// How far the packet of the story is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    /// Its phase is open.
    Specified,
    /// It is a gap, with everything that a packet states.
    Declared,
    /// The user has signed it.
    Sealed,
    /// Everything is said that lets it be ready, and it is a gap still.
    Released,
    /// It is ready.
    Ready,
    /// It is ready, and everything is said that lets it begin.
    Assigned,
    /// It is in progress.
    Started,
    /// It is in progress, and everything is said that lets it be done.
    Built,
    /// It is done, and everything is said that lets the phase close.
    Done,
}

/// Returns the story as far as that. Each stage is played once, and each test has a copy.
pub(crate) fn at(stage: Stage) -> World {
    static TOLD: [OnceLock<World>; 9] = [const { OnceLock::new() }; 9];
    let before = |stage| at(stage);
    let tell = || match stage {
        Stage::Specified => specified(),
        Stage::Declared => declared(),
        Stage::Sealed => sealed(),
        Stage::Released => then_(before(Stage::Sealed), |w| released(w, STORE)),
        Stage::Ready => then_(before(Stage::Released), |w| w.given("orla", to(STORE, "ready")).done()),
        Stage::Assigned => then_(before(Stage::Ready), |w| assigned(w, STORE)),
        Stage::Started => then_(before(Stage::Assigned), |w| w.given("orla", to(STORE, "in-progress")).done()),
        Stage::Built => then_(before(Stage::Started), |w| built(w, STORE, "SEC-2.3.12.3")),
        Stage::Done => then_(before(Stage::Built), |w| {
            w.given("orla", to(STORE, "done")).given("orla", attest_as("PHASE-1", "log-entry", "milestone")).done();
        }),
    };
    TOLD[stage as usize].get_or_init(|| then_(tell(), board)).clone()
}

fn then_(mut w: World, more: impl FnOnce(&mut World)) -> World {
    more(&mut w);
    w
}

// --- what is asked of it

pub(crate) fn gate(w: &World, gate: &str, item: &str) -> GateReport {
    View { state: w.state(), facts: &w.tree, as_of: w.now }.gate(&word(gate), &noun(item))
}

#[track_caller]
pub(crate) fn outcome(w: &World, name: &str, criterion: &str, item: &str) -> Outcome {
    let report = gate(w, name, item);
    report.criteria.iter().find(|one| one.name.as_str() == criterion).expect("a criterion of the gate").outcome
}

/// Shows that a gate passes, and that it is held by this criterion once something is otherwise.
#[track_caller]
pub(crate) fn red(stage: Stage, name: &str, criterion: &str, item: &str, otherwise: impl FnOnce(&mut World)) {
    let mut w = at(stage);
    let before = gate(&w, name, item);
    assert!(before.passes(), "{name} of {item} holds without a reason:\n{}", blamed(&before).join("\n"));
    otherwise(&mut w);
    board(&mut w);
    let after = gate(&w, name, item);
    assert!(!after.passes(), "{name} passes though {criterion} is broken");
    let found = after.criteria.iter().find(|one| one.name.as_str() == criterion).expect("a criterion of the gate");
    assert!(matches!(found.outcome, Outcome::Unmet | Outcome::Unknown), "{criterion} is {}", found.outcome.as_str());
    assert!(found.judged, "{criterion} was reached");
}

/// What holds a gate, each as it is told.
pub(crate) fn blamed(report: &GateReport) -> Vec<String> {
    let told = |leaf: &&govledger::domain::judge::Leaf| format!("{}: {}", leaf.rule, leaf.explanation.found);
    report.blamed().iter().map(told).collect()
}

/// What is wrong with a packet as it stands, by the rules of its kind.
pub(crate) fn problems(w: &World, item: &str) -> String {
    let report = gate(w, "packet-complete", item);
    let valid = report.criteria.iter().find(|one| one.name.as_str() == "CX-581").unwrap();
    match valid.outcome {
        Outcome::Met => String::new(),
        _ => valid.leaves[0].explanation.found.clone(),
    }
}

/// Returns what is wrong with the packet of the story when one field is another.
pub(crate) fn with(field: &str, value: impl Into<Value>) -> String {
    changed(field, Some(value.into()))
}

/// Returns what is wrong with the packet of the story without a field.
pub(crate) fn without(field: &str) -> String {
    changed(field, None)
}

fn changed(field: &str, value: Option<Value>) -> String {
    let mut w = at(Stage::Declared);
    assert_eq!(problems(&w, STORE), "");
    state(&mut w, field, value);
    problems(&w, STORE)
}

/// States a field of the packet anew, where that changes anything.
pub(crate) fn state(w: &mut World, field: &str, value: Option<Value>) {
    if w.item(STORE).stated.fields.get(&word(field)) != value.as_ref() {
        w.given("orla", refield(STORE, field, value));
    }
}

pub(crate) fn refield(item: &str, field: &str, value: Option<Value>) -> Wish {
    amend(item, Change { fields: [(word(field), value)].into(), ..Change::default() })
}

/// The code with which something is refused, and the place of the rule.
#[track_caller]
pub(crate) fn refusal(w: &mut World, actor: &str, wish: Wish) -> (Code, String) {
    let told = w.when(actor, wish).expect_err("this is refused");
    let rules: Vec<&str> = told.explanations.iter().filter_map(|e| e.rule.as_deref()).collect();
    (told.code(), rules.join(" "))
}

pub(crate) fn blocked(item: &str, code: Option<&str>, fields: &[(&str, Value)]) -> Wish {
    let fields = fields.iter().map(|(name, value)| (word(name), value.clone())).collect();
    let reason = "Which job may be cancelled?".to_owned();
    doing(item, Body::Blocked { name: word("BLOCKED"), reason, because: code.map(word), fields })
}

// --- commits

/// The lines that a commit adds to every file that it changes.
struct Added(&'static str);

impl Lines for Added {
    fn changed(&self, _: &[u8]) -> LineChange {
        LineChange::between(&[Some(Vec::new())], Some(self.0.as_bytes()))
    }
}

/// Judges a commit that changes a text of some files to another, and returns the rules that it breaks.
pub(crate) fn edit(
    w: &World,
    by: &str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    message: &str,
) -> Vec<String> {
    struct Edits(&'static [(&'static str, &'static str, &'static str)]);
    impl Lines for Edits {
        fn changed(&self, path: &[u8]) -> LineChange {
            let (_, old, new) = self.0.iter().find(|(name, ..)| name.as_bytes() == path).unwrap();
            LineChange::between(&[Some(old.as_bytes().to_vec())], Some(new.as_bytes()))
        }
    }
    let side = |bytes: &str| Some(Side { mode: 0o100_644, sha256: Some(Digest::of(bytes.as_bytes())) });
    let change = |(path, old, new): &(&str, &str, &str)| PathChange {
        path: path.as_bytes().to_vec(),
        old: side(old),
        new: side(new),
    };
    let changes: Vec<PathChange> = edits.iter().map(change).collect();
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let committer = who(by);
    let commit = CommitChange {
        changes: &changes,
        lines: &Edits(edits),
        committer: Some(&committer),
        message: Some(message.as_bytes()),
        going: Going::To("main"),
        made: true,
    };
    check_commit(&view, &commit).broken.into_iter().filter_map(|told| told.rule).collect()
}

/// Judges a commit that writes a text to some files, and returns the rules that it breaks, each with what was found.
pub(crate) fn commit(w: &World, by: &str, paths: &[&str], text: &'static str, message: &str) -> Vec<Explanation> {
    let side = |bytes: &str| Some(Side { mode: 0o100_644, sha256: Some(Digest::of(bytes.as_bytes())) });
    let changes: Vec<PathChange> =
        paths.iter().map(|path| PathChange { path: path.as_bytes().to_vec(), old: None, new: side(text) }).collect();
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let committer = who(by);
    let commit = CommitChange {
        changes: &changes,
        lines: &Added(text),
        committer: Some(&committer),
        message: Some(message.as_bytes()),
        going: Going::To("main"),
        made: true,
    };
    let verdict = check_commit(&view, &commit);
    let needs = govledger::domain::judge::check_needs(&view, &verdict.needs);
    verdict.broken.into_iter().chain(needs).collect()
}

/// The rules that explanations name.
pub(crate) fn rules_of(told: &[Explanation]) -> Vec<&str> {
    told.iter().filter_map(|e| e.rule.as_deref()).collect()
}

/// The type that somebody is enrolled with.
pub(crate) fn type_of(w: &World, actor: &str) -> ActorType {
    w.state().actors[&who(actor)].kind
}
