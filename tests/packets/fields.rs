//! What a packet states: each field, how much of it, and what it must not say.

use govledger::domain::charter::{self};
use govledger::domain::code::Code;
use govledger::domain::value::Value;

use crate::protocol::*;
use crate::world::*;

/// S1-064: an id is taken once and for all, whatever its case.
#[test]
fn an_id_that_is_taken_is_refused() {
    let mut w = at(Stage::Declared);
    for id in [STORE.to_owned(), STORE.to_lowercase().replacen("wp", "WP", 1)] {
        let again = declare(&id, "packet", whole(&id, "Again", "SEC-2.3.12.4"));
        assert_eq!(refusal(&mut w, "orla", again).0, Code::ItemExists, "{id}");
    }
}

/// S1-065, S1-156: an id ends in what keeps it new: a day, a time, a version or a hash.
#[test]
fn an_id_has_its_phase_its_name_and_a_suffix() {
    let mut w = at(Stage::Specified);
    for id in ["WP-1-Storage", "WP-Storage-20260112", "WP-1-Storage-2026", "TASK-1-Storage-20260112"] {
        let wish = declare(id, "packet", stated().title("Storage"));
        assert_eq!(refusal(&mut w, "orla", wish).0, Code::ItemId, "{id}");
    }
    for id in ["WP-1-A-20260112", "WP-1-A-20260112-1630", "WP-1-A-v2", "WP-1-A-3f9a0c1", "WP-1-A-SpecUpdate-20260115"] {
        w.given("orla", declare(id, "packet", stated().title("Storage")));
    }
}

/// S1-067: the id of a packet is the name of its file.
#[test]
fn a_packet_lies_where_its_id_says() {
    let mut w = at(Stage::Specified);
    let elsewhere = stated().title("Storage").path("docs/task_packets/WP-1-Other-v1.md");
    assert_eq!(refusal(&mut w, "orla", declare(STORE, "packet", elsewhere)).0, Code::ItemPath);
}

/// S1-068, S1-069, S1-070, S1-072, S1-073, S1-074, S1-075, S1-078, S1-083, S1-085, S1-087, S1-088, S1-089, S1-090, S1-091,
/// S1-092: each field has to be there, and the packet that lacks one is told which.
#[test]
fn every_field_of_a_packet_is_asked_for() {
    for field in [
        "date",
        "requestor",
        "agent_id",
        "what",
        "why",
        "in_scope_paths",
        "out_of_scope",
        "risk_tier",
        "test_plan",
        "done_means",
        "rollback_hint",
        "files_to_open",
        "search_terms",
        "run_commands",
        "risk_map",
        "spec_current",
        "codex",
        "task_board",
    ] {
        let told = without(field);
        assert!(told.contains(&format!("{field} is missing")), "{told}");
    }
}

/// S1-068, S1-070, S1-078: a value of another type is refused at once.
#[test]
fn a_value_of_another_type_is_refused_at_once() {
    let mut w = at(Stage::Declared);
    for (field, value) in [
        ("date", Value::from("yesterday")),
        ("date", Value::from("12.01.2026")),
        ("agent_id", Value::from("nobody-enrolled")),
        ("risk_tier", Value::from("EXTREME")),
        ("in_scope_paths", list(&["src/"])),
        ("in_scope_paths", list(&["../elsewhere"])),
        ("test_plan", Value::from("cargo test")),
        ("risk_map", list(&["storage"])),
        ("effort", Value::from("long")),
        ("gate_critical", Value::from("yes")),
    ] {
        assert_eq!(refusal(&mut w, "orla", refield(STORE, field, Some(value))).0, Code::ItemField, "{field}");
    }
}

/// S1-071: a packet is declared by an orchestrator, and by nobody else.
#[test]
fn the_role_that_declares_a_packet_is_the_orchestrators() {
    let mut w = at(Stage::Specified);
    for actor in ["ilja", "raj", "vera"] {
        let wish = declare(STORE, "packet", whole(STORE, "Store", "SEC-2.3.12.3"));
        assert_eq!(refusal(&mut w, actor, wish).0, Code::AuthorityRole, "{actor}");
    }
    let draft = w.effective("orla", declare(STORE, "packet", whole(STORE, "Store", "SEC-2.3.12.3")));
    assert_eq!(draft.event.role, Some(role("orchestrator")));
}

/// S1-072: one or two sentences, not a treatise.
#[test]
fn what_is_done_is_said_briefly() {
    assert!(with("what", "x".repeat(301)).contains("what"));
    assert_eq!(with("what", "x".repeat(300)), "");
}

/// S1-123: a scope that could be anything is refused.
#[test]
fn a_vague_scope_is_refused() {
    assert!(with("what", "Improve the job system").contains("\"Improve\""));
    assert!(with("what", "everything  related to storage").contains("\"Everything related to\""));
    assert!(with("in_scope_paths", list(&["Everything related to storage"])).contains("\"Everything related to\""));
    assert!(with("in_scope_paths", list(&[])).contains("in_scope_paths"));
}

/// S1-145, S1-192: files are named, and neither directories nor prose.
#[test]
fn a_scope_names_files() {
    for vague in ["src/backend", "src", "the whole storage layer"] {
        let told = with("in_scope_paths", list(&["src/backend/core/src/storage/mod.rs", vague]));
        assert!(told.contains(&format!("in_scope_paths has {vague}, which is not within files")), "{told}");
    }
    assert_eq!(with("in_scope_paths", list(&["src/backend/core/src/storage/sqlite.rs", "Makefile"])), "");
    let mut w = at(Stage::Declared);
    state(&mut w, "in_scope_paths", Some(list(&["src/backend"])));
    judged(&mut w, STORE);
    assert_eq!(refusal(&mut w, "ilja", seal(STORE)).0, Code::GuardUnmet, "it is not signed");
}

/// S1-086, S1-147: what is always asked stands among the criteria: the tests, the validation, the validator's verdict.
#[test]
fn what_is_always_asked_stands_among_the_criteria() {
    let all = ["The trait stands", "All tests pass", "Validation clean", "Validator sign-off (PASS verdict)"];
    for lacking in &all[1..] {
        let rest: Vec<&str> = all.into_iter().filter(|entry| entry != lacking).collect();
        assert!(with("done_means", list(&rest)).contains(&format!("lacks \"{lacking}\"")));
    }
}

/// S1-124: criteria that say nothing are refused.
#[test]
fn criteria_that_say_nothing_are_refused() {
    let said = ["Feature works", "All tests pass", "Validation clean", "Validator sign-off (PASS verdict)"];
    assert!(with("done_means", list(&said)).contains("\"Feature works\""));
}

/// S1-088, S1-148, S1-149, S1-125: the files to open are five to fifteen, the three that everybody reads among them.
#[test]
fn the_files_to_open_are_five_to_fifteen() {
    assert!(with("files_to_open", files(4)).contains("files_to_open"));
    assert_eq!(with("files_to_open", files(15)), "");
    assert!(with("files_to_open", files(16)).contains("files_to_open"));
    for fixed in ["docs/START_HERE.md", "docs/ARCHITECTURE.md", "docs/SPEC_CURRENT.md"] {
        let Value::List(all) = files(8) else { panic!() };
        let rest = all.into_iter().filter(|file| file.as_text() != Some(fixed)).collect();
        assert!(with("files_to_open", Value::List(rest)).contains(&format!("lacks \"{fixed}\"")));
    }
    assert!(with("files_to_open", list(&["Some files"])).contains("files_to_open"), "one vague entry");
}

/// S1-150: ten to twenty terms.
#[test]
fn the_search_terms_are_ten_to_twenty() {
    for (count, good) in [(9, false), (10, true), (20, true), (21, false)] {
        assert_eq!(with("search_terms", several(count)).is_empty(), good, "{count}");
    }
}

/// S1-151: what starts it, what tests it, what validates it.
#[test]
fn the_commands_start_test_and_validate() {
    let all = ["just dev", "cargo test", "just validate"];
    for (lacking, wanted) in all.into_iter().zip(["just dev", "cargo test …", "just validate"]) {
        let rest: Vec<&str> = all.into_iter().chain(["pnpm -C app test"]).filter(|entry| *entry != lacking).collect();
        assert!(with("run_commands", list(&rest)).contains(&format!("lacks \"{wanted}\"")));
    }
    assert_eq!(with("run_commands", list(&["just dev", "cargo test --workspace", "just validate"])), "");
}

/// S1-152, S1-091: three to eight risks, each with the part that it hurts.
#[test]
fn the_risks_are_three_to_eight_and_each_names_a_part() {
    for (count, good) in [(2, false), (3, true), (8, true), (9, false)] {
        assert_eq!(with("risk_map", risks(count)).is_empty(), good, "{count}");
    }
    for part in ["", "  "] {
        let Value::Map(mut map) = risks(3) else { panic!() };
        map.insert("failure-2".to_owned(), Value::from(part));
        assert!(with("risk_map", Value::Map(map)).contains("risk_map has failure-2 and no text behind it (CX-606)"));
    }
    let w = at(Stage::Declared);
    assert_eq!(w.item(STORE).stated.fields[&word("risk_map")], risks(3), "failure -> part, as it was stated");
}

/// S1-092: the authorities are named; the log and the decisions may be.
#[test]
fn the_authorities_are_named() {
    for (field, asked) in
        [("spec_current", true), ("codex", true), ("task_board", true), ("logger", false), ("adrs", false)]
    {
        assert_eq!(without(field).contains(field), asked, "{field}");
    }
    assert_eq!(with("logger", "Handshake_logger_20260110"), "");
    assert_eq!(with("adrs", list(&["ADR-7"])), "");
}

/// S1-093: what is assumed stands in a field of its own, called so, and may be absent.
#[test]
fn assumptions_are_marked_as_such() {
    assert_eq!(with("assumptions", list(&["the pool is not shared between threads"])), "");
    assert_eq!(without("assumptions"), "");
    let elsewhere = refield(STORE, "notes", Some("the pool is not shared".into()));
    assert_eq!(refusal(&mut at(Stage::Declared), "orla", elsewhere).0, Code::ItemField);
}

/// S1-079, S1-080, S1-081, S1-082: the tier is not below what the files ask for: documents, code, and what crosses modules or is
/// delicate.
#[test]
fn the_tier_is_not_below_what_the_files_ask_for() {
    let tier = |tier: &str, paths: &[&str]| {
        let mut w = at(Stage::Declared);
        w.given("orla", refield(STORE, "in_scope_paths", Some(list(paths))));
        state(&mut w, "risk_tier", Some(tier.into()));
        problems(&w, STORE)
    };
    let one = "src/backend/core/src/storage/mod.rs";
    let other = "src/backend/core/src/api/jobs.rs";
    assert_eq!(tier("LOW", &["docs/ARCHITECTURE.md"]), "");
    assert!(tier("LOW", &[one]).contains("needs MEDIUM at least"));
    assert_eq!(tier("MEDIUM", &[one]), "");
    assert!(tier("MEDIUM", &[one, other]).contains("needs HIGH at least"));
    assert!(tier("MEDIUM", &["src/backend/core/migrations/0002.sql"]).contains("needs HIGH at least"));
    assert!(tier("MEDIUM", &["app/src/ipc/bridge.ts"]).contains("needs HIGH at least"));
    assert!(tier("MEDIUM", &["src/backend/core/src/security/keys.rs"]).contains("needs HIGH at least"));
    assert_eq!(tier("HIGH", &[one, other]), "");
}

/// S1-095, S1-021, S1-206: that a packet waits for nothing is stated too.
#[test]
fn dependencies_are_stated_even_if_there_are_none() {
    let mut w = at(Stage::Specified);
    write_packet(&mut w, STORE);
    let mut silent = whole(STORE, "Store", "SEC-2.3.12.3");
    silent.0.links.remove("depends_on");
    w.given("orla", declare(STORE, "packet", silent));
    assert!(problems(&w, STORE).contains("depends_on is not stated"));
    w.given("orla", relink(STORE, "depends_on", &[]));
    assert_eq!(problems(&w, STORE), "");
}

/// S1-017: a packet leads to the section that it is cut from.
#[test]
fn a_packet_without_its_section_is_not_valid() {
    let mut w = at(Stage::Declared);
    w.given("orla", relink(STORE, "anchor", &[]));
    assert!(problems(&w, STORE).contains("anchor has 0 of at least 1"));
}

/// S1-138, S1-139, S1-054: an anchor is a numbered section; a roadmap, or future work, has no number and cannot be one.
#[test]
fn an_anchor_is_a_numbered_section() {
    let mut w = at(Stage::Declared);
    for section in ["SEC-2.3.12.1", "SEC-A9.2.1"] {
        w.given("orla", declare(section, "section", stated().title("A section").link("part_of", &["SPEC-v1"])));
    }
    for section in ["SEC-Roadmap", "SEC-Future-Work", "Roadmap"] {
        let wish = declare(section, "section", stated().title("Roadmap").link("part_of", &["SPEC-v1"]));
        assert_eq!(refusal(&mut w, "orla", wish).0, Code::ItemId, "{section}");
    }
}

/// S1-096: the written protocol gives two ranges for the same fields; the charter has one, and a second is refused with its place.
#[test]
fn one_field_has_one_rule() {
    let twice = CHARTER.replacen("[kinds.packet.fields]", "[kinds.packet.fields]\nsearch_terms = \"list 5..20\"", 1);
    assert_ne!(twice, CHARTER);
    let problems = charter::load(&twice).unwrap_err();
    let told = "a second rule for the field `search_terms` of `packet`";
    assert!(problems.iter().any(|problem| problem.message.starts_with(told)), "{problems:?}");
    // The ranges of the two parts of the protocol: one for the field, the other where it is checked.
    for (own, checked, field) in [
        ("paths 5..15", "has at most 10 files_to_open", "files_to_open"),
        ("list 5..20", "has at least 10 search_terms", "search_terms"),
    ] {
        let (kept, range) = if field == "search_terms" { ("list 10..20", own) } else { (own, own) };
        let text = CHARTER.replacen(kept, range, 1).replacen(&format!("has at most 15 {field}"), checked, 1);
        let problems = charter::load(&text).unwrap_err();
        let told = format!("a second rule for the field `{field}`");
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        let at = |pattern: &str| text[..text.find(pattern).unwrap()].matches('\n').count() + 1;
        let lines =
            format!("the first stands in line {}, this one in line {}", at(&format!("\n{field} ")) + 1, at(checked));
        assert!(problem.message.starts_with(&told) && problem.message.ends_with(&lines), "{problem:?} {lines}");
    }
}

/// S1-134: the file of a packet has its sections, in their order.
#[test]
fn a_packet_has_its_sections_in_order() {
    let mut w = at(Stage::Declared);
    let path = format!("docs/task_packets/{STORE}.md");
    for (missing, heading) in SECTIONS.iter().enumerate() {
        let rest: Vec<&str> = SECTIONS.iter().enumerate().filter(|(n, _)| *n != missing).map(|(_, h)| *h).collect();
        w.write(&path, &sections(&rest), "orla");
        assert!(problems(&w, STORE).contains(heading), "{heading}: {}", problems(&w, STORE));
    }
    let mut turned = SECTIONS;
    turned.swap(1, 2);
    w.write(&path, &sections(&turned), "orla");
    assert_ne!(problems(&w, STORE), "", "in another order");
    w.write(&path, &sections(&[&SECTIONS[..], &["Log"]].concat()), "orla");
    assert_eq!(problems(&w, STORE), "", "more may stand there");
}

/// S1-203: the effort is a number of hours, and not nothing.
#[test]
fn the_effort_is_a_number_of_hours() {
    assert!(without("effort").contains("effort is missing"));
    assert!(with("effort", 0_i64).contains("effort"));
    let rules = govledger::domain::charter::load(CHARTER).unwrap();
    assert_eq!(rules.kinds["packet"].fields["effort"].text(), "h 1..");
}

/// S1-135: the states of a packet, and those that are derived, are the protocol's; another word is refused.
#[test]
fn a_state_that_no_kind_has_is_refused() {
    let mut w = at(Stage::Released);
    for state in ["Ready-for-Dev", "validated", "blocked"] {
        assert_eq!(refusal(&mut w, "orla", to(STORE, state)).0, Code::ItemStatus, "{state}");
    }
    let states: Vec<&str> =
        w.state().charter.rules.kinds["packet"].states.iter().map(govledger::domain::id::Word::as_str).collect();
    assert_eq!(states, ["gap", "ready", "in-progress", "done"]);
}
