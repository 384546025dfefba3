//! The seventeen checks before a packet may be written, in their order.

use govledger::domain::charter::Level;
use govledger::domain::code::Code;
use govledger::domain::decide::draft::Change;
use govledger::domain::explain::Outcome;

use crate::protocol::*;
use crate::world::*;

const GATE: &str = "pre-orchestration";

/// S1-031: no packet is signed before every check of the session passes: until then it is a gap.
#[test]
fn no_packet_is_made_before_the_session_is_checked() {
    let mut w = at(Stage::Declared);
    judged(&mut w, STORE);
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 2)]));
    board(&mut w);
    let told = w.when("ilja", seal(STORE)).unwrap_err();
    assert!(told.explanations.iter().any(|e| e.rule.as_deref() == Some("gates.pre-orchestration.cargo-deny")));
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 0)]));
    board(&mut w);
    w.effective("ilja", seal(STORE));
}

/// S1-031: no packet is ready before every check of the session passes; what is missing is named.
#[test]
fn no_packet_is_ready_before_the_session_is_checked() {
    let mut w = at(Stage::Released);
    assert_eq!(gate(&w, GATE, "repo").criteria.len(), 17);
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 2)]));
    board(&mut w);
    let told = w.when("orla", to(STORE, "ready")).unwrap_err();
    assert_eq!(told.code(), Code::GuardUnmet);
    assert!(told.explanations.iter().any(|e| e.rule.as_deref() == Some("gates.pre-orchestration.cargo-deny")));
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 0)]));
    board(&mut w);
    w.effective("orla", to(STORE, "ready"));
}

/// S1-032: nothing is judged after the step that failed.
#[test]
fn a_step_that_fails_stops_the_ones_behind_it() {
    let mut w = at(Stage::Released);
    w.days(15);
    let report = gate(&w, GATE, "repo");
    let judged: Vec<&str> = report.criteria.iter().filter(|one| one.judged).map(|one| one.name.as_str()).collect();
    assert_eq!(judged, ["spec-current"]);
    assert_eq!(report.counts().not_judged, 16);
    w.given("orla", attest("SPEC_CURRENT", "confirmed", &[]));
    board(&mut w);
    let report = gate(&w, GATE, "repo");
    let stopped = report.criteria.iter().rfind(|one| one.judged).unwrap();
    assert_eq!(
        (stopped.name.as_str(), stopped.outcome),
        ("orchestrator-protocol", Outcome::Unmet),
        "the next step that fails"
    );
}

/// S1-033: step 1, the pointer to the specification was looked at within two weeks, and has not changed since.
#[test]
fn the_pointer_to_the_specification_is_current() {
    forgotten("SPEC_CURRENT", "spec-current");
    red(Stage::Released, GATE, "spec-current", "repo", |w| w.write("docs/SPEC_CURRENT.md", "elsewhere", "orla"));
    let mut w = at(Stage::Released);
    w.given("orla", amend("SPEC_CURRENT", Change { path: Some(None), ..Change::default() }));
    w.given("orla", attest("SPEC_CURRENT", "confirmed", &[]));
    assert_eq!(outcome(&w, GATE, "spec-current", "repo"), Outcome::Unmet, "a pointer without a file");
}

/// S1-034: step 1, the pointer names the newest version.
#[test]
fn the_pointer_names_the_newest_version() {
    red(Stage::Released, GATE, "spec-pointer", "repo", |w| {
        w.write("docs/SPEC_CURRENT.md", "# SPEC_CURRENT\n\ndocs/master_spec/v0.md\n", "orla");
        w.given("orla", attest("SPEC_CURRENT", "confirmed", &[])).done();
    });
}

/// S1-036: step 2, the board is what the ledger says.
#[test]
fn the_board_is_what_the_ledger_says() {
    let mut w = at(Stage::Released);
    w.write("docs/TASK_BOARD.md", "# Task board\n", "orla");
    assert_eq!(outcome(&w, GATE, "board", "repo"), Outcome::Unmet);
    assert_eq!(refusal(&mut w, "orla", to(STORE, "ready")).0, Code::GuardUnmet);
    board(&mut w);
    w.effective("orla", to(STORE, "ready"));
    assert_eq!(outcome(&w, GATE, "board", "repo"), Outcome::Unmet, "the packet has moved, and the board has not");
}

/// S1-045: step 4, what packets wait for stands on the board.
#[test]
fn the_board_tells_what_packets_wait_for() {
    let mut w = at(Stage::Released);
    w.given("orla", declare(STATE, "packet", stated().title("State").link("depends_on", &[STORE])));
    assert_eq!(outcome(&w, GATE, "board", "repo"), Outcome::Unmet, "it is not there yet");
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "board", "repo"), Outcome::Met);
    assert!(w.tree.text("docs/TASK_BOARD.md").contains(&format!("depends_on: {STORE}")));
}

/// S1-035: step 1, the check for regressions is fresh and good.
#[test]
fn the_specification_has_passed_its_regression_check() {
    red(Stage::Released, GATE, "spec-regression", "repo", |w| {
        w.given("builder", attest_as("SPEC-v1", "spec-regression", "fail")).done();
    });
}

/// S1-037: step 2, no packet in progress has been idle for two weeks.
#[test]
fn no_packet_is_stalled() {
    let mut w = at(Stage::Started);
    w.days(15);
    checked(&mut w);
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "stalled", "repo"), Outcome::Unmet);
    let told = gate(&w, GATE, "repo");
    assert!(blamed(&told)[0].contains(STORE), "{:?}", blamed(&told));
    w.given("orla", to(STORE, "ready"));
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "stalled", "repo"), Outcome::Met);
}

/// S1-038: step 2, whatever is done is validated.
#[test]
fn what_is_done_is_validated() {
    red(Stage::Done, GATE, "done-is-validated", "repo", |w| {
        w.given("viktor", retract(STORE, "validated", None)).done();
    });
}

/// S1-039, S1-057: step 2, what is blocked was escalated, by an event of its own about the block.
#[test]
fn what_is_blocked_is_escalated() {
    let mut w = at(Stage::Released);
    w.given("orla", blocked(STORE, Some("CX-584"), &[("detail", "vague".into())]));
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "blocked-is-escalated", "repo"), Outcome::Unmet);
    let block = format!("{STORE}/BLOCKED/{}", w.last().event.seq);
    assert_eq!(refusal(&mut w, "vera", attest(&block, "escalated", &[])).0, Code::AuthorityRole);
    w.given("orla", attest(&block, "escalated", &[]));
    assert!(gate(&w, GATE, "repo").passes());
}

/// S1-040: step 3, the register of dependencies is there, and was vetted as it is.
#[test]
fn the_register_is_there_and_vetted() {
    red(Stage::Released, GATE, "register", "repo", |w| w.remove("docs/OSS_REGISTER.md"));
    red(Stage::Released, GATE, "register", "repo", |w| w.write("docs/OSS_REGISTER.md", "one more", "raj"));
    red(Stage::Released, GATE, "register", "repo", |w| w.write("Cargo.toml", "[workspace] # one more", "raj"));
}

/// S1-041: step 3, no violations.
#[test]
fn cargo_deny_found_nothing() {
    red(Stage::Released, GATE, "cargo-deny", "repo", |w| {
        w.given("builder", valued("repo", "cargo-deny", &[("violations", 1)])).done();
    });
}

/// S1-042: step 3, nothing critical and nothing high.
#[test]
fn npm_audit_found_nothing_grave() {
    for numbers in [[("critical", 1), ("high", 0)], [("critical", 0), ("high", 1)]] {
        red(Stage::Released, GATE, "npm-audit", "repo", |w| {
            w.given("builder", valued("repo", "npm-audit", &numbers)).done();
        });
    }
}

/// S1-043: step 4, there is a phase under way.
#[test]
fn the_phase_is_known() {
    let mut w = at(Stage::Done);
    assert_eq!(outcome(&w, GATE, "phase", "repo"), Outcome::Met);
    w.given("ilja", to("PHASE-1", "closed"));
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "phase", "repo"), Outcome::Unmet);
}

/// S1-044: step 4, some packet is marked as critical for the phase.
#[test]
fn the_critical_packets_are_known() {
    red(Stage::Declared, GATE, "phase-critical", "repo", |w| {
        w.given("orla", refield(STORE, "gate_critical", Some(false.into()))).done();
    });
    assert_eq!(outcome(&at(Stage::Specified), GATE, "phase-critical", "repo"), Outcome::Unmet, "none is known");
    let mut w = at(Stage::Done);
    w.given("ilja", to("PHASE-1", "closed")).given("orla", declare("PHASE-2", "phase", stated().title("Next")));
    board(&mut w);
    assert_eq!(
        outcome(&w, GATE, "phase-critical", "repo"),
        Outcome::Unmet,
        "those of another phase are none of this one"
    );
    let next = stated().title("Next").link("part_of", &["PHASE-2"]).field("gate_critical", true);
    w.given("orla", declare("WP-2-Next-v1", "packet", next));
    board(&mut w);
    assert_eq!(outcome(&w, GATE, "phase-critical", "repo"), Outcome::Met);
}

/// S1-046, S1-047, S1-048: step 5, each protocol is there, was looked at within two weeks, and has not changed since.
#[test]
fn the_protocols_are_current() {
    for (protocol, criterion) in [
        ("ORCHESTRATOR_PROTOCOL", "orchestrator-protocol"),
        ("CODER_PROTOCOL", "coder-protocol"),
        ("VALIDATOR_PROTOCOL", "validator-protocol"),
    ] {
        red(Stage::Released, GATE, criterion, "repo", |w| w.remove(&format!("docs/{protocol}.md")));
        red(Stage::Released, GATE, criterion, "repo", |w| w.write(&format!("docs/{protocol}.md"), "new", "orla"));
        red(Stage::Released, GATE, criterion, "repo", |w| {
            w.given("orla", retract(protocol, "confirmed", None)).done();
        });
        forgotten(protocol, criterion);
    }
}

/// Two weeks go by, and everybody looked again at everything but one document.
#[track_caller]
fn forgotten(document: &str, criterion: &str) {
    let fresh = |but| {
        move |w: &mut World| {
            w.days(15);
            checked_but(w, but);
        }
    };
    red(Stage::Released, GATE, criterion, "repo", fresh(Some(document)));
    let mut w = at(Stage::Released);
    fresh(None)(&mut w);
    board(&mut w);
    assert_eq!(outcome(&w, GATE, criterion, "repo"), Outcome::Met);
}

/// S1-049: step 5, the specification itself was looked at within two weeks.
#[test]
fn the_specification_is_current() {
    red(Stage::Released, GATE, "master-spec", "repo", |w| {
        w.given("orla", retract("SPEC-v1", "confirmed", None)).done();
    });
    forgotten("SPEC-v1", "master-spec");
}

/// Every check decides; none is a mere recommendation.
#[test]
fn every_check_of_a_session_is_a_must() {
    let report = gate(&at(Stage::Released), GATE, "repo");
    assert!(report.criteria.iter().all(|one| one.level == Level::Must && one.cite.is_some()));
}

/// The written protocol speaks of fourteen checks where it lists seventeen; a gate that says so of itself is refused.
#[test]
fn a_gate_has_as_many_checks_as_it_says() {
    let wrong = CHARTER.replacen("count                 = 17", "count                 = 14", 1);
    assert_ne!(wrong, CHARTER);
    let problems = govledger::domain::charter::load(&wrong).unwrap_err();
    assert!(problems.iter().any(|problem| problem.message.contains("17")), "{problems:?}");
}
