//! What people read: the board, the handoff, the responsibilities.

use govledger::domain::code::Code;
use govledger::domain::explain::Outcome;
use govledger::domain::judge::{CriterionTold, View};

use crate::protocol::*;
use crate::world::*;

fn shown(w: &World) -> String {
    rendered(w, "task-board")
}

/// The lines of one section of the board.
fn section(w: &World, heading: &str) -> String {
    let board = shown(w);
    let (_, rest) = board.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no {heading} in\n{board}"));
    rest.split("\n## ").next().unwrap().to_owned()
}

/// S1-157, S1-158: the board is a function of the ledger, with the five sections of the protocol.
#[test]
fn the_board_has_the_sections_of_the_protocol() {
    let board = shown(&at(Stage::Started));
    let headings: Vec<&str> = board.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(
        headings,
        ["Phase Closure Gates", "Gate-critical packets", "In Progress", "Ready for Dev", "Done", "Blocked", "Gaps"]
    );
    assert_eq!(board, shown(&at(Stage::Started)));
}

/// S1-098, S1-112, S1-132: with each move the packet stands in another section.
#[test]
fn a_packet_stands_in_the_section_of_its_status() {
    for (stage, heading) in [
        (Stage::Released, "Gaps"),
        (Stage::Ready, "Ready for Dev"),
        (Stage::Started, "In Progress"),
        (Stage::Done, "Done"),
    ] {
        let w = at(stage);
        for other in ["Gaps", "Ready for Dev", "In Progress", "Done"] {
            assert_eq!(section(&w, other).contains(STORE), other == heading, "{other}");
        }
    }
}

/// S1-132, S1-099: the log is written on three occasions. No move of a packet asks for it, and the closing of the phase does.
#[test]
fn the_log_is_written_on_occasion() {
    let mut w = at(Stage::Built);
    w.given("orla", to(STORE, "done"));
    assert!(!w.item("PHASE-1").claims.contains_key(&word("log-entry")), "a packet is done without an entry");
    assert_eq!(outcome(&w, "phase-closure", "logger", "PHASE-1"), Outcome::Unmet);
    assert_eq!(refusal(&mut w, "orla", attest_as("PHASE-1", "log-entry", "routine")).0, Code::ClaimResult);
    for occasion in ["completion", "critical-blocker", "milestone"] {
        w.given("orla", attest_as("PHASE-1", "log-entry", occasion));
    }
    assert_eq!(outcome(&w, "phase-closure", "logger", "PHASE-1"), Outcome::Met);
}

/// S1-169, S1-159: a packet is told with the sign of its status, who leads it, its effort in hours and what it waits for.
#[test]
fn a_packet_is_told_with_sign_lead_effort_and_blocker() {
    let mut w = at(Stage::Ready);
    w.given("orla", declare(STATE, "packet", whole(STATE, "State", "SEC-2.3.12.4").link("depends_on", &[STORE])));
    let ready = section(&w, "Ready for Dev");
    assert!(
        ready.contains("🔴 READY FOR DEV")
            && ready.contains("lead: Senior systems engineer")
            && ready.contains("effort: 15 h\n")
    );
    let blocked = section(&w, "Blocked");
    assert!(blocked.contains("🟡 GAP, 🟡 BLOCKED") && blocked.contains(&format!("waits for {STORE} (1)")), "{blocked}");
    for (stage, sign) in [(Stage::Started, "🟠 IN PROGRESS"), (Stage::Done, "✅ DONE")] {
        assert!(shown(&at(stage)).contains(sign));
    }
}

/// S1-023, S1-161: what waits for another packet stands behind it, and says for which.
#[test]
fn packets_stand_in_the_order_of_what_waits_for_what() {
    let mut w = at(Stage::Specified);
    for (id, after) in [("WP-1-A-v1", vec!["WP-1-B-v1"]), ("WP-1-B-v1", vec!["WP-1-C-v1"]), ("WP-1-C-v1", vec![])] {
        w.given("orla", declare(id, "packet", stated().title("One").link("depends_on", &after)));
    }
    let gaps = section(&w, "Gaps");
    let told: Vec<&str> = gaps.lines().filter_map(|line| line.strip_prefix("- ")?.split(':').next()).collect();
    assert_eq!(told, ["WP-1-C-v1", "WP-1-B-v1", "WP-1-A-v1"]);
    assert!(gaps.contains("depends_on: WP-1-B-v1"));
}

/// S1-044, S1-175, S1-176, S1-182: the gate of the phase has one line of status, with the part of its critical packets that is there in
/// percent, and a mark for each packet. What does not apply has none.
#[test]
fn the_gate_of_the_phase_is_told_in_percent_and_marks() {
    let mut w = at(Stage::Built);
    let gap = || stated().title("A gap").link("part_of", &["PHASE-1"]);
    w.given("orla", declare(STATE, "packet", gap().field("gate_critical", true)));
    let gate = section(&w, "Phase Closure Gates");
    assert!(gate.contains(" hold; created: 1 of 2 (50 %)\n"), "{gate}");
    for number in 1..=2 {
        w.given("orla", declare(&format!("WP-1-More-v{number}"), "packet", gap().field("gate_critical", true)));
    }
    w.given("orla", declare("WP-1-Aside-v1", "packet", gap().field("gate_critical", false)));
    assert!(
        section(&w, "Phase Closure Gates").contains(" hold; created: 1 of 4 (25 %)\n"),
        "what is not critical does not count"
    );
    let mut w = at(Stage::Done);
    w.given("orla", declare(STATE, "packet", gap()));
    let gate = section(&w, "Phase Closure Gates");
    assert!(gate.contains("\n- waivers: every waiver, if any, has audited (CX-609); does not apply\n"), "{gate}");
    assert!(
        gate.contains("validated: every packet of self is done and has validated (CX-585D); 1 of 2 (50 %)"),
        "{gate}"
    );
    assert!(gate.contains(&format!("  - [x] {STORE} (✅ DONE)")), "{gate}");
    assert!(gate.contains(&format!("  - [ ] {STATE} (🟡 GAP)")), "{gate}");
}

/// S1-159, S1-160, S1-161: the gate of the phase says on whose word it is and since when, and the critical packets of the phases under way
/// stand in sequence, with lead, effort, status and what each waits for, whatever they are called and whatever their status is.
#[test]
fn the_critical_packets_are_told_in_sequence() {
    let mut w = at(Stage::Ready);
    let text = shown(&w);
    assert!(text.contains(" (active)\n\n- authority: Master Spec 2.3.12\n- decided: 2026-01-09\n\nHOLD: "), "{text}");
    let critical = |id: &str, after: &[&str]| {
        let stated = stated().title("Next").link("part_of", &["PHASE-1"]).link("depends_on", after);
        declare(id, "packet", stated.field("gate_critical", true).field("lead", "Test engineer").field("effort", 8_i64))
    };
    w.given("orla", critical("WP-1-B-v1", &[STORE])).given("orla", critical("WP-1-A-v1", &["WP-1-B-v1"])).done();
    let entry = |id: &str, status: &str| {
        format!("- {id}: Next ({status}, 🟡 BLOCKED)\n  - lead: Test engineer\n  - effort: 8 h\n")
    };
    let told = section(&w, "Gate-critical packets");
    let order: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("- ")?.split(':').next()).collect();
    assert_eq!(order, [STORE, "WP-1-B-v1", "WP-1-A-v1"]);
    for id in ["WP-1-A-v1", "WP-1-B-v1"] {
        assert!(told.contains(&entry(id, "🟡 GAP")), "{told}");
    }
    assert!(told.contains("  - WAITING: waits for WP-1-B-v1 (1)\n"), "{told}");
    let marks = section(&w, "Phase Closure Gates");
    let marks: Vec<&str> = marks.lines().filter_map(|line| line.strip_prefix("  - [ ] ")?.split(' ').next()).collect();
    assert!(marks.starts_with(&["WP-1-B-v1", "WP-1-A-v1", STORE, "WP-1-B-v1", "WP-1-A-v1"]), "{marks:?}");
    let mut w = at(Stage::Done);
    w.given("ilja", to("PHASE-1", "closed"));
    assert_eq!(section(&w, "Gate-critical packets").trim(), "None.", "a phase that is over has none");
}

/// S1-111, S1-208: a board that says otherwise is drift, to the byte; a commit to main with it is refused.
#[test]
fn a_board_that_says_otherwise_is_drift() {
    let w = at(Stage::Started);
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert!(view.is_rendered(&word("task-board")).outcome.passes());
    let mut w = w;
    let moved = shown(&w).replace("🟠 IN PROGRESS", "✅ DONE");
    w.write("docs/TASK_BOARD.md", &moved, "orla");
    let told = commit(&w, "orla", &["docs/notes.md"], "a note\n", "Note\n");
    assert_eq!(rules_of(&told), ["commits.CX-585"]);
    board(&mut w);
    assert!(commit(&w, "orla", &["docs/notes.md"], "a note\n", "Note\n").is_empty());
    let typed = refield(STORE, "status", Some("DONE".into()));
    assert_eq!(
        refusal(&mut at(Stage::Declared), "orla", typed).0,
        Code::ItemField,
        "no packet states a status that the board could contradict"
    );
}

/// S1-103: the handoff names the packet, its file, its tier and its task, what the coder does first, and that the checks passed.
#[test]
fn the_handoff_is_written_from_what_was_signed() {
    let w = at(Stage::Ready);
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let text = view.message(&word("handoff"), &id(STORE)).unwrap();
    for said in [
        format!("Task Packet: docs/task_packets/{STORE}.md"),
        format!("WP_ID: {STORE}"),
        "RISK_TIER: MEDIUM".to_owned(),
        "Task: A trait for the store".to_owned(),
        "docs/CODER_PROTOCOL.md".to_owned(),
        format!("ledger gate pre-work {STORE}"),
        "BOOTSTRAP".to_owned(),
        "docs/SPEC_CURRENT.md".to_owned(),
        "Checklist: PASS".to_owned(),
    ] {
        assert!(text.contains(&said), "{said}\n{text}");
    }
    let rules = &w.state().charter.rules;
    let Some(govledger::domain::charter::ViewRule::Message(message)) = rules.views.get("handoff") else { panic!() };
    assert!(view.unstated(message, w.item(STORE)).is_empty());
    let mut w = w.clone();
    w.given("orla", declare(STATE, "packet", stated().title("A gap").link("part_of", &["PHASE-1"])));
    let lacks = view.unstated(message, w.item(STATE));
    assert_eq!(
        lacks,
        ["path", "risk_tier", "spec_current", "codex", "files_to_open"],
        "whoever hands on a gap is told"
    );
}

/// S1-019: what a packet may change, and what not, is read from it alone.
#[test]
fn the_scope_of_a_packet_is_read_from_it() {
    let w = at(Stage::Started);
    let fields = &w.item(STORE).stated.fields;
    assert_eq!(fields[&word("in_scope_paths")], list(&["src/backend/core/src/storage/SEC-2_3_12_3.rs"]));
    assert_eq!(fields[&word("out_of_scope")], list(&["Migrations are rewritten elsewhere"]));
}

/// S1-210: who answers for what, where it is kept and by which part of the protocol is rendered.
#[test]
fn who_answers_for_what_is_rendered() {
    let mut w = at(Stage::Specified);
    let duty = stated().title("Keep the board").field("document", "docs/TASK_BOARD.md").field("authority", "part 6");
    w.given("ilja", declare("R-01", "responsibility", duty));
    let text = rendered(&w, "responsibilities");
    for said in ["R-01: Keep the board", "document: docs/TASK_BOARD.md", "authority: part 6"] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

/// S1-175: programs get what stands under the headings as data, from the same judgement as the text.
#[test]
fn programs_get_the_sections_of_the_board() {
    let w = at(Stage::Ready);
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let rendering = view.rendering(&word("task-board")).unwrap();
    let under = |heading: &str| rendering.sections.iter().find(|under| under.heading == heading).unwrap();
    assert_eq!(under("Ready for Dev").items, [STORE]);
    assert!(under("Done").items.is_empty() && under("Done").gates.is_empty());
    let [gate] = &under("Phase Closure Gates").gates[..] else { panic!() };
    assert_eq!((gate.gate.as_str(), gate.subject.to_string()), ("phase-closure", "PHASE-1".to_owned()));
    assert!(rendering.text.contains(&gate.progress));
    let validated = gate.criteria.iter().find(|told| told.name.as_str() == "validated").unwrap();
    assert_eq!(validated.outcome, Some(Outcome::Unmet));
    let tally = validated.tally.as_deref().unwrap();
    assert!(rendering.text.contains(&format!("; {tally}\n")), "{tally}");
    // Each packet below it, marked as it is there.
    assert!(!validated.things.is_empty());
    for (thing, outcome, holds) in &validated.things {
        assert_eq!((*outcome, *holds), (Outcome::Unmet, false), "{thing}");
        assert!(rendering.text.contains(&format!("  - [ ] {thing} (")), "{thing}\n{}", rendering.text);
    }
    let listed = rendering.text.matches("\n  - [").count();
    let things =
        |told: &CriterionTold| told.things.iter().filter(|(_, outcome, _)| *outcome != Outcome::NotApplicable).count();
    assert_eq!(gate.criteria.iter().map(things).sum::<usize>(), listed, "{}", rendering.text);
}
