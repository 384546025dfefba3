//! What commits of code have to keep to.

use crate::protocol::*;
use crate::world::{id, seal, to};

const FILE: &str = "src/backend/core/src/storage/SEC-2_3_12_3.rs";

fn served() -> String {
    format!("A trait\n\nWork-Packet: {STORE}\n")
}

/// S1-004, S1-005: whoever reaches around the trait is refused outside of the storage layer, with the section that says so.
#[test]
fn nobody_reaches_around_the_database_trait() {
    let w = at(Stage::Started);
    let told = commit(&w, "cody", &["src/backend/core/src/api/jobs.rs"], "use SqlitePool;\n", &served());
    let told = told.iter().find(|e| e.rule.as_deref() == Some("commits.CX-DBP-001")).unwrap();
    assert_eq!(told.cite.as_deref(), Some("§2.3.12"));
    assert_eq!(told.why.as_deref(), Some("go through the Database trait"));
    assert!(commit(&w, "cody", &[FILE], "use SqlitePool;\n", &served()).is_empty());
}

/// S1-018: code comes with the packet that it serves, which is in progress.
#[test]
fn code_comes_with_its_packet() {
    let w = at(Stage::Started);
    assert!(commit(&w, "cody", &[FILE], "mod a;\n", &served()).is_empty());
    assert_eq!(rules_of(&commit(&w, "cody", &[FILE], "mod a;\n", "Ad hoc\n")), ["commits.CX-580", "commits.CX-585C"]);
    assert_eq!(rules_of(&commit(&at(Stage::Ready), "cody", &[FILE], "mod a;\n", &served())), ["commits.CX-580"]);
}

/// S1-011: without the user's signature under the refinement no code is written.
#[test]
fn no_code_without_refinement() {
    use crate::world::retract;
    let mut w = at(Stage::Started);
    w.given("ilja", retract(STORE, "refinement", None));
    assert_eq!(rules_of(&commit(&w, "cody", &[FILE], "mod a;\n", &served())), ["commits.CX-585C"]);
    red(Stage::Released, "pre-work", "CX-585C", STORE, |w| w.given("ilja", retract(STORE, "refinement", None)).done());
}

/// S1-076, S1-077: within the files of the packet, and out of those that it leaves out.
#[test]
fn a_commit_stays_within_the_packet() {
    let w = at(Stage::Started);
    let other = "src/backend/core/src/jobs.rs";
    let told = commit(&w, "cody", &[FILE, other], "mod a;\n", &served());
    assert_eq!(rules_of(&told), ["commits.CX-580"], "one fact is told once");
    assert!(told[0].needed.ends_with("; commits.CX-585C asks for it too"), "{told:?}");
    let mut w = at(Stage::Declared);
    w.given("orla", refield(STORE, "out_of_scope_paths", Some(list(&["**/storage/**"]))));
    judged(&mut w, STORE);
    w.given("ilja", seal(STORE));
    released(&mut w, STORE);
    board(&mut w);
    w.given("orla", to(STORE, "ready"));
    board(&mut w);
    assigned(&mut w, STORE);
    w.given("orla", to(STORE, "in-progress"));
    board(&mut w);
    assert_eq!(
        rules_of(&commit(&w, "cody", &[FILE], "mod a;\n", &served())),
        ["commits.CX-580"],
        "S1-077: inside by name, and left out all the same"
    );
}

/// S1-051, S1-052: whoever orchestrates writes no code, and does write packets.
#[test]
fn an_orchestrator_writes_packets_and_no_code() {
    let w = at(Stage::Started);
    for actor in ["orla", "otto"] {
        for path in ["src/a.rs", "app/a.ts", "tests/a.rs", "scripts/a.sh"] {
            assert!(
                rules_of(&commit(&w, actor, &[path], "x\n", &served())).contains(&"commits.CX-100"),
                "{actor} {path}"
            );
        }
        assert!(commit(&w, actor, &["docs/task_packets/WP-1-Other-v1.md"], "# Other\n", "A packet\n").is_empty());
    }
}

/// S1-024, S1-025: what was left for later, and what may panic, is refused.
#[test]
fn placeholders_are_refused() {
    let w = at(Stage::Started);
    for line in ["x.unwrap();\n", "// TODO: later\n", "unimplemented!()\n"] {
        assert_eq!(rules_of(&commit(&w, "cody", &[FILE], line, &served())), ["commits.CX-600B"], "{line}");
    }
    assert!(commit(&w, "cody", &[FILE], "x.unwrap_or(1);\n", &served()).is_empty());
    // What a program takes for text and the rule cannot read hides nothing.
    for text in ["\u{feff}// T\0O\0D\0O\0", "x\0"] {
        assert_eq!(rules_of(&commit(&w, "cody", &[FILE], text, &served())), ["commits.CX-600B"], "{text:?}");
    }
}

/// S1-028: a dependency comes with its entry in the register.
#[test]
fn a_dependency_comes_with_its_entry() {
    let w = at(Stage::Started);
    assert_eq!(rules_of(&commit(&w, "cody", &["Cargo.toml"], "serde = 1\n", "Add\n")), ["commits.CX-600B-2"]);
    assert!(commit(&w, "cody", &["Cargo.toml", "docs/OSS_REGISTER.md"], "serde\n", "Add\n").is_empty());
}

/// S1-028: what comes is entered: an entry that goes, or a line that is only spaced or placed otherwise, is none. A dependency that
/// goes takes its entry along.
#[test]
fn an_entry_of_the_register_says_something_new() {
    const REGISTER: &str = "docs/OSS_REGISTER.md";
    let w = at(Stage::Started);
    let refused = |edits| edit(&w, "cody", edits, "Add\n") == ["commits.CX-600B-2"];
    assert!(refused(&[("Cargo.toml", "a = 1\n", "a = 1\nb = 1\n"), (REGISTER, "a\nold\n", "a\n")]), "an entry goes");
    assert!(refused(&[("Cargo.toml", "a = 1\n", "a = 1\nb = 1\n"), (REGISTER, "a\nold\n", "a \nold\t\n")]), "blanks");
    assert!(refused(&[("Cargo.toml", "a = 1\n", "a = 1\nb = 1\n"), (REGISTER, "a b\nold\n", "old\n\na  b\n")]));
    assert!(refused(&[("Cargo.toml", "a = 1\nb = 1\n", "a = 1\n"), (REGISTER, "a\nold\n", "a\n\nold\n")]));
    assert!(!refused(&[("Cargo.toml", "a = 1\n", "a = 1\nb = 1\n"), (REGISTER, "a\nold\n", "a\nb\n")]));
    assert!(!refused(&[("Cargo.toml", "a = 1\nb = 1\n", "a = 1\n"), (REGISTER, "a\nb\n", "a\n")]), "both go");
}

/// S1-010: the text of the specification is not changed while a phase is under way.
#[test]
fn the_text_of_the_specification_is_locked() {
    let w = at(Stage::Started);
    assert_eq!(rules_of(&commit(&w, "ilja", &["docs/master_spec/v2.md"], "# New\n", "New\n")), ["commits.CX-585A"]);
}

/// S1-018, S1-180, M0-004: the code of a packet that is done comes late, and comes in on the word of two, for that packet and its files alone;
/// the phase does not close before that is audited.
#[test]
fn what_came_late_comes_in_by_a_waiver() {
    use govledger::domain::decide::draft::Wish;
    use govledger::domain::explain::Outcome;
    let waive = || Wish::Waive {
        id: id(STORE),
        rule: "CX-580".to_owned(),
        class: None,
        reason: "it was pushed after the move".to_owned(),
        controls: "viktor looks at it again".to_owned(),
        until: None,
    };
    let mut w = at(Stage::Done);
    let late = commit(&w, "cody", &[FILE], "mod a;\n", &served());
    assert_eq!(rules_of(&late), ["commits.CX-580"]);
    assert!(late[0].waivable);
    assert_eq!(late[0].next, ["ledger why commits.CX-580"]);
    w.pending("orla", waive());
    w.effective("ilja", waive());
    board(&mut w);
    assert!(commit(&w, "cody", &[FILE], "mod a;\n", &served()).is_empty());
    let other = "src/backend/core/src/jobs.rs";
    assert_eq!(
        rules_of(&commit(&w, "cody", &[other], "mod a;\n", &served())),
        ["commits.CX-580", "commits.CX-585C"],
        "and nothing beside its files"
    );
    assert_eq!(outcome(&w, "phase-closure", "waivers", "PHASE-1"), Outcome::Unmet);
}
