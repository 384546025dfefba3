//! Every word of the charter's table: when it is MET, UNMET, UNKNOWN and N/A.

use super::world::{CHARTER, World, actor, item, noun, path, rid, word};
use crate::domain::charter::ActorType;
use crate::domain::event::Evidence;
use crate::domain::explain::Outcome::{Met, NotApplicable, Unknown, Unmet};
use crate::domain::id::Digest;
use crate::domain::state::EvidenceState;
use crate::domain::time::Span;
use crate::domain::value::Value;

#[test]
fn a_status_is_equal_or_not_and_never_unknown() {
    let mut w = World::new("");
    w.declare("T-a", "topic", "open");
    assert_eq!(w.is("T-a is open"), Met);
    assert_eq!(w.is("T-a is settled"), Unmet);
    assert_eq!(w.is("T-a is open | settled"), Met);
    assert_eq!(w.is("T-a is not open"), Unmet);
    assert_eq!(w.is("T-a is not settled"), Met);
}

#[test]
fn sealed_means_that_the_sealed_content_is_the_present_one() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    assert_eq!(w.is("P-01 is sealed"), Unmet);
    w.seal("P-01", &["omar"]);
    assert_eq!(w.is("P-01 is sealed"), Met);
    assert_eq!(w.is("P-01 is not sealed"), Unmet);
    w.file("docs/p-01.md", "other text");
    assert_eq!(w.is("P-01 is sealed"), Unmet);
    w.unread("docs/p-01.md");
    assert_eq!(w.is("P-01 is sealed"), Unknown);
    assert_eq!(w.is("P-01 is not sealed"), Unknown);
}

#[test]
fn a_seal_is_unknown_where_what_it_rests_on_is_disputed_erased_or_was_never_recorded() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    let unknown = |w: &World| {
        assert_eq!((w.is("P-01 is sealed"), w.is("P-01 is not sealed")), (Unknown, Unknown));
    };
    let event = w.item("P-01").seal.as_ref().unwrap().event.clone();
    w.state.disputed.insert(event);
    unknown(&w);
    w.state.disputed.clear();
    assert_eq!(w.is("P-01 is sealed"), Met);
    let sha256 = Digest::of(b"minutes");
    let evidence = Evidence { sha256, size: 7, media: "text/plain".to_owned() };
    w.item("P-01").seal.as_mut().unwrap().evidence.insert(evidence);
    unknown(&w);
    w.state.evidence.insert(sha256, EvidenceState { size: 7, media: "text/plain".to_owned(), erased: None });
    assert_eq!(w.is("P-01 is sealed"), Met);
    w.state.evidence.get_mut(&sha256).unwrap().erased = Some(9);
    unknown(&w);
}

#[test]
fn a_seal_freezes_title_fields_and_links_too() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    w.item("P-01").stated.title = Some("Another".to_owned());
    assert_eq!(w.is("P-01 is sealed"), Unmet);
    w.item("P-01").stated.title = Some("Title of P-01".to_owned());
    assert_eq!(w.is("P-01 is sealed"), Met);
    // A stated empty link is content, and is not the same as none.
    w.item("P-01").stated.links.insert(word("covers"), std::collections::BTreeSet::new());
    assert_eq!(w.is("P-01 is sealed"), Unmet);
}

#[test]
fn present_is_a_regular_file_in_the_judged_tree() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    assert_eq!(w.is("P-01 is present"), Met);
    w.no_file("docs/p-01.md");
    assert_eq!(w.is("P-01 is present"), Unmet);
    assert_eq!(w.is("P-01 is not present"), Met);
    w.unread("docs/p-01.md");
    assert_eq!(w.is("P-01 is present"), Unknown);
    w.item("P-01").stated.path = None;
    assert_eq!(w.is("P-01 is present"), Unmet);
}

#[test]
fn files_that_a_field_names_are_selected_one_by_one() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    assert_eq!(w.of("W-01", "every files of W-01, if any, is present"), NotApplicable);
    assert_eq!(w.of("W-01", "every files of W-01 is present"), Unmet);
    w.field("W-01", "files", Value::list(["src/a.rs", "src/b.rs"]));
    w.file("src/a.rs", "a");
    w.no_file("src/b.rs");
    assert_eq!(w.of("W-01", "every files of W-01 is present"), Unmet);
    w.unread("src/b.rs");
    assert_eq!(w.of("W-01", "every files of W-01 is present"), Unknown);
    w.file("src/b.rs", "b");
    assert_eq!(w.of("W-01", "every files of W-01 is present"), Met);
}

fn complete_work(w: &mut World) {
    w.declare("T-a", "topic", "open");
    w.declare("W-01", "work", "open");
    w.field("W-01", "owner", Value::from("lena"));
    w.field("W-01", "size", Value::Int(3));
    w.field("W-01", "level", Value::from("low"));
    w.item("W-01").stated.links.insert(word("needs"), std::collections::BTreeSet::new());
    w.link("W-01", "owns", "T-a");
}

#[test]
fn valid_asks_for_every_field_its_type_and_its_range() {
    let mut w = World::new("");
    complete_work(&mut w);
    assert_eq!(w.is("W-01 is valid"), Met);
    for (field, wrong, told) in [
        ("owner", Value::from("nobody"), "owner is nobody and not an enrolled actor"),
        ("size", Value::Int(10), "size has 10 and may have at most 9"),
        ("size", Value::Int(0), "size has 0 and needs at least 1"),
        ("size", Value::from("3"), "size is 3 and not an integer"),
        ("due", Value::from("tomorrow"), "due is tomorrow and not a day, YYYY-MM-DD"),
        ("level", Value::from("mid"), "level is mid and not one of low, high"),
        ("files", Value::list(["../x"]), "files is ../x and not a list of paths"),
        ("tags", Value::list(["a", "b", "c"]), "tags has 3 entries and may have at most 2"),
    ] {
        let mut w = World::new("");
        complete_work(&mut w);
        w.field("W-01", field, wrong);
        assert_eq!(w.is("W-01 is valid"), Unmet, "{field}");
        assert_eq!(w.why("W-01 is valid")[0].found, format!("W-01: {told}"));
    }
    w.item("W-01").stated.fields.remove("owner");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owner is missing");
    assert_eq!(w.is("W-01 is not valid"), Met);
}

#[test]
fn valid_asks_for_links_that_must_be_stated_be_enough_and_be_unique() {
    let mut w = World::new("");
    complete_work(&mut w);
    w.item("W-01").stated.links.remove("needs");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: needs is not stated");
    let mut w = World::new("");
    complete_work(&mut w);
    w.item("W-01").stated.links.remove("owns");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owns has 0 of at least 1");
    let mut w = World::new("");
    complete_work(&mut w);
    w.declare("W-02", "work", "open");
    w.link("W-02", "owns", "T-a");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owns to T-a is taken by W-02");
}

/// S1-146: what is linked lies within what another link of the same item leads to, over any number of steps.
#[test]
fn valid_asks_that_targets_lie_within_those_of_another_link() {
    let rules = CHARTER
        .replace("part_of    = \"document", "part_of    = \"topic -> document, document")
        .replace("cites      =", "cut        = \"work -> phase\"\ncites      =")
        .replace("unique, min 1\"", "unique, min 1, within cut\"");
    let mut w = World::under(&rules);
    w.enroll("lena", ActorType::Human, None, &["lead", "drafter"]);
    complete_work(&mut w);
    w.declare("F-A", "phase", "open");
    w.declare("F-B", "phase", "open");
    w.paper("P-01", "draft");
    w.link("P-01", "part_of", "F-A");
    w.link("W-01", "cut", "F-A");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owns leads to T-a, which is no part of its cut");
    w.link("T-a", "part_of", "P-01");
    assert_eq!(w.is("W-01 is valid"), Met);
    // Part of another one, and of one that nobody declared.
    w.item("P-01").stated.links.clear();
    w.link("P-01", "part_of", "F-B");
    assert_eq!(w.is("W-01 is valid"), Unmet);
    w.link("P-01", "part_of", "F-A");
    assert_eq!(w.is("W-01 is valid"), Met);
    w.link("W-01", "owns", "T-nowhere");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owns leads to T-nowhere, which is no part of its cut");
}

/// S0-010: the index row and the declaration are both told.
#[test]
fn consistent_compares_the_row_of_the_list() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    assert_eq!(w.is("P-01 is consistent"), Met);
    w.row("P-01", " Title of P-01 ", "docs/p-01.md");
    assert_eq!(w.is("P-01 is consistent"), Met);
    w.row("P-01", "Title of P-01", "docs/a.md");
    assert_eq!(w.is("P-01 is consistent"), Unmet);
    let told = &w.why("P-01 is consistent")[0];
    assert_eq!(told.found, "P-01: index row says path `docs/a.md`, the declaration says `docs/p-01.md`");
    assert_eq!(told.next, ["ledger amend P-01 --path docs/a.md"]);
    assert_eq!(told.path.as_deref(), Some("docs/index.md"));
    w.no_row("P-01");
    let told = &w.why("P-01 is consistent")[0];
    assert_eq!(told.found, "P-01: I-00 (docs/index.md) has no row for it");
    assert_eq!(told.next, ["${EDITOR:-vi} docs/index.md", "git add docs/index.md && git commit"]);
    w.unread_row("P-01");
    assert_eq!(w.is("P-01 is consistent"), Unknown);
    assert_eq!(w.is("P-01 is not consistent"), Unknown);
}

#[test]
fn consistent_asks_that_links_lead_somewhere() {
    let mut w = World::new("");
    w.declare("R-12", "record", "draft");
    w.link("R-12", "cites", "P-01");
    let told = &w.why("R-12 is consistent")[0];
    assert_eq!(told.found, "R-12: cites names P-01, which was never declared");
    assert_eq!(told.next, ["ledger declare P-01 --kind document"]);
    assert_eq!(told.who[0].actors, ["bot", "dora"]);
    w.paper("P-01", "draft");
    assert_eq!(w.is("R-12 is consistent"), Met);
}

#[test]
fn blocked_is_a_standing_block_that_stops_something() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    assert_eq!(w.is("F-A is blocked"), Unmet);
    w.block("F-A", "HOLD", "lena");
    assert_eq!(w.is("F-A is blocked"), Met);
    assert_eq!(w.is("F-A is not blocked"), Unmet);
    w.lift("F-A", "HOLD");
    assert_eq!(w.is("F-A is blocked"), Unmet);
    // Another block that stops something stands on work.
    w.declare("W-01", "work", "open");
    w.block("W-01", "OWN-FILES", "lena");
    assert_eq!(w.is("some work is blocked"), Met);
}

#[test]
fn a_derived_block_stands_until_its_sentence_passes_and_while_it_cannot_be_known() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    w.paper("P-01", "draft");
    assert_eq!(w.is("F-A is blocked"), Unmet);
    w.row("P-01", "Another title", "docs/p-01.md");
    assert_eq!(w.is("F-A is blocked"), Met);
    let standing = w.view().blocks_on(&item("F-A"));
    assert_eq!(standing.len(), 1);
    assert_eq!(standing[0].name.as_str(), "MISMATCH");
    let told = standing[0].explanations();
    assert!(told[0].found.contains("Another title"), "{told:?}");
    w.unread_row("P-01");
    assert_eq!(w.is("F-A is blocked"), Unknown);
    let standing = w.view().blocks_on(&item("F-A"));
    assert_eq!((standing.len(), standing[0].outcome), (1, Unknown), "it stops what it stops all the same");
    assert_eq!(w.view().blocks_on(&item("P-01"))[0].name.as_str(), "DRAFTY", "a mark is listed");
}

#[test]
fn idle_counts_from_the_last_event() {
    let mut w = World::new("");
    w.declare("T-a", "topic", "open");
    for _ in 0..13 {
        w.tick();
    }
    assert_eq!(w.is("T-a is idle 14d"), Unmet);
    w.tick();
    assert_eq!(w.is("T-a is idle 14d"), Met);
    assert_eq!(w.is("no topic that is open is idle 2w"), Unmet);
    assert_eq!(w.is("T-a is not idle 14d"), Unmet);
}

#[test]
fn a_block_is_idle_from_when_it_was_placed_or_lifted() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    w.block("F-A", "HOLD", "lena");
    for _ in 0..13 {
        w.tick();
    }
    assert_eq!(w.is("every block of F-A is idle 14d"), Unmet);
    w.tick();
    assert_eq!(w.is("every block of F-A is idle 14d"), Met);
    w.lift("F-A", "HOLD");
    assert_eq!(w.is("every block of F-A is idle 14d"), Unmet);
    for _ in 0..14 {
        w.tick();
    }
    assert_eq!(w.is("every block of F-A is idle 14d"), Met);
}

#[test]
fn a_field_is_stated_and_not_empty() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    assert_eq!(w.is("W-01 has note"), Unmet);
    assert_eq!(w.is("W-01 has no note"), Met);
    w.field("W-01", "note", Value::from(""));
    assert_eq!(w.is("W-01 has note"), Unmet);
    w.field("W-01", "note", Value::from("x"));
    assert_eq!(w.is("W-01 has note"), Met);
    w.field("W-01", "tags", Value::list(["a"]));
    assert_eq!(w.is("W-01 has at least 2 tags"), Unmet);
    w.field("W-01", "tags", Value::list(["a", "b"]));
    assert_eq!(w.is("W-01 has at least 2 tags"), Met);
    assert_eq!(w.is("W-01 has at most 2 tags"), Met);
    assert_eq!(w.is("no work has at most 1 tags"), Met);
}

#[test]
fn a_comparison_with_an_absent_value_is_unknown() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    assert_eq!(w.is("W-01 has size <= 5"), Unknown);
    assert_eq!(w.is("W-01 has no size <= 5"), Unknown);
    assert_eq!(w.is("no work that has level = high is open"), Unknown);
    w.field("W-01", "size", Value::Int(5));
    assert_eq!(w.is("W-01 has size <= 5"), Met);
    assert_eq!(w.is("W-01 has size < 5"), Unmet);
    assert_eq!(w.is("W-01 has size != 5"), Unmet);
    assert_eq!(w.is("W-01 has size != 4"), Met);
    w.field("W-01", "level", Value::from("high"));
    assert_eq!(w.is("W-01 has level = low | high"), Met);
    assert_eq!(w.is("W-01 has level = low"), Unmet);
    // An older charter may have let it be a text.
    w.field("W-01", "size", Value::from("big"));
    assert_eq!(w.is("W-01 has size <= 5"), Unknown);
    assert_eq!(w.is("W-01 has no size <= 5"), Unknown);
}

#[test]
fn a_link_is_seen_from_both_ends() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    w.declare("R-12", "record", "draft");
    assert_eq!(w.is("P-01 has citation"), Unmet);
    assert_eq!(w.is("R-12 has cites"), Unmet);
    w.link("R-12", "cites", "P-01");
    assert_eq!(w.is("P-01 has citation"), Met);
    assert_eq!(w.is("R-12 has cites"), Met);
    assert_eq!(w.is("R-12 has at least 2 cites"), Unmet);
    assert_eq!(w.is("every cites of R-12 is draft"), Met);
    assert_eq!(w.is("every citation of P-01 is draft"), Met);
}

/// S0-015, S0-032, S0-035: a link that leads nowhere is none where one is asked for, and is one where none may be.
#[test]
fn a_link_counts_where_its_target_is_declared_and_of_a_kind_that_it_leads_to() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    w.link("P-01", "covers", "T-a");
    assert_eq!(w.is("P-01 has covers"), Unmet);
    assert_eq!(w.is("P-01 has no covers"), Unmet, "T-a may be declared at any time");
    assert_eq!(w.is("P-01 has at most 1 covers"), Met);
    let told = &w.why("P-01 has covers")[0];
    assert_eq!(told.found, "P-01 has no covers: T-a is declared by nobody");
    assert_eq!(told.next, ["ledger declare T-a --kind topic"]);
    w.declare("T-a", "topic", "open");
    assert_eq!(w.is("P-01 has covers"), Met);
    // Of several, those that are declared count.
    w.link("P-01", "covers", "T-b");
    assert_eq!(w.is("P-01 has at least 2 covers"), Unmet);
    assert_eq!(w.is("P-01 has at most 1 covers"), Unmet);
    let told = &w.why("P-01 has at least 2 covers")[0];
    assert_eq!(told.found, "P-01 has covers T-a: T-b is declared by nobody");
    assert_eq!(told.next, ["ledger declare T-b --kind topic"]);
    w.declare("T-b", "topic", "open");
    assert_eq!(w.is("P-01 has at least 2 covers"), Met);
    // What was named before it was declared may have become something else.
    let mut w = World::new("");
    w.paper("P-01", "draft");
    w.link("P-01", "covers", "R-12");
    w.declare("R-12", "record", "draft");
    assert_eq!(w.is("P-01 has covers"), Unmet);
    let told = &w.why("P-01 has covers")[0];
    assert_eq!(told.found, "P-01 has no covers: R-12 is of kind record, to which covers does not lead");
    assert_eq!(w.is("P-01 is consistent"), Unmet);
    let told = &w.why("P-01 is consistent")[0];
    assert_eq!(told.found, "P-01: covers names R-12, to whose kind it does not lead");
    assert_eq!(told.next, ["ledger amend P-01 --no-link covers"]);
    // From the other end there is nobody who was not declared.
    w.link("R-12", "cites", "P-02");
    w.paper("P-02", "draft");
    assert_eq!(w.is("P-02 has at least 1 citation"), Met);
    let mut w = World::new("");
    complete_work(&mut w);
    w.item("W-01").stated.links.remove("owns");
    w.link("W-01", "owns", "T-z");
    assert_eq!(w.why("W-01 is valid")[0].found, "W-01: owns has 0 of at least 1");
}

/// S0-067.
#[test]
fn a_missing_citation_says_who_writes_it_where() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    let told = &w.why("P-01 has citation")[0];
    assert_eq!(told.found, "P-01 has no citation");
    assert_eq!(told.next, ["ledger declare R-12 --kind record"]);
    w.declare("R-12", "record", "draft");
    let told = &w.why("P-01 has citation")[0];
    assert_eq!(told.next, ["ledger amend R-12 --add-link cites=P-01"]);
    assert_eq!(told.who[0].actors, ["kim", "lena"]);
}

#[test]
fn passing_a_gate_is_met_or_not_and_never_unknown() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    assert_eq!(w.is("P-01 passes sealable"), Unmet);
    w.attest("P-01", "review", "raj", "approve");
    assert_eq!(w.is("P-01 passes sealable"), Met);
    w.unread("docs/p-01.md");
    assert_eq!(w.is("P-01 passes sealable"), Unmet);
}

#[test]
fn a_claim_counts_by_its_first_result_with_every_answer_yes() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    assert_eq!(w.is("P-01 has review"), Unmet);
    assert_eq!(w.is("P-01 has no review"), Met);
    w.attest("P-01", "review", "raj", "approve");
    assert_eq!(w.is("P-01 has review"), Met);
    assert_eq!(w.is("P-01 has at least 2 review"), Unmet);
    assert_eq!(w.is("P-01 has review = reject"), Unmet);
    w.attest("P-01", "review", "raj", "approve").statement.answers.insert(word("clear"), false);
    assert_eq!(w.is("P-01 has review"), Unmet);
    assert!(w.why("P-01 has review")[0].found.contains("answered no to clear"));
    w.attest("P-01", "review", "raj", "reject");
    assert_eq!(w.is("P-01 has review"), Unmet);
    assert_eq!(w.is("P-01 has review = reject"), Met);
    assert_eq!(w.is("P-01 has review = approve | reject"), Met);
}

#[test]
fn an_answer_that_was_not_given_is_not_yes() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "review", "raj", "approve").statement.answers.clear();
    assert_eq!(w.is("P-01 has review"), Unmet);
    let told = &w.why("P-01 has review")[0].found;
    assert!(told.contains("gave no answer to ") && !told.contains("answered no"), "{told}");
}

/// S1-204: of a contrary word it is told what was answered, and nothing that nobody signed; and where its evidence is.
#[test]
fn a_contrary_word_is_told_as_it_was_said() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let questions: Vec<crate::domain::id::Word> = w.state.charter.rules.claims["review"].answers.clone();
    assert!(questions.len() > 1, "{questions:?}");
    let said = w.attest("P-01", "review", "raj", "reject");
    said.statement.answers = [(questions[1].clone(), false)].into();
    said.evidence = [crate::domain::event::Evidence {
        sha256: crate::domain::id::Digest::of(b"why not"),
        size: 7,
        media: "text/plain".to_owned(),
    }]
    .into();
    let seq = said.touch.seq;
    let told = w.why("P-01 has review")[0].found.clone();
    assert!(told.contains(&format!("(answered no to {}; with evidence, in event {seq})", questions[1])), "{told}");
    w.attest("P-01", "review", "raj", "reject").statement.answers.clear();
    let told = w.why("P-01 has review")[0].found.clone();
    assert!(!told.contains("answer"), "{told}");
}

#[test]
fn two_who_contradict_each_other_make_it_unknown() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "review", "raj", "approve");
    w.attest("P-01", "review", "rita", "reject");
    assert_eq!(w.is("P-01 has review"), Unknown);
    assert_eq!(w.is("P-01 has no review"), Unknown);
    assert!(w.why("P-01 has review")[0].found.ends_with("they contradict each other"));
    w.attest("P-01", "review", "rita", "approve");
    assert_eq!(w.is("P-01 has at least 2 review"), Met, "the latest word of each counts");
}

#[test]
fn a_person_and_what_that_person_operates_count_once() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "check", "dora", "pass");
    w.attest("P-01", "check", "bot", "pass");
    assert_eq!(w.is("P-01 has at least 2 check"), Unmet);
    assert_eq!(w.is("P-01 has at most 1 check"), Met);
    w.attest("P-01", "check", "raj", "pass");
    assert_eq!(w.is("P-01 has at least 2 check"), Met);
}

#[test]
fn a_claim_about_other_content_is_stale_and_says_so() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "review", "raj", "approve");
    w.file("docs/p-01.md", "second text");
    assert_eq!(w.is("P-01 has review"), Unmet);
    let told = &w.why("P-01 has review")[0];
    assert_eq!(told.found, "review of P-01 by raj on 2026-01-04, before the file changed");
    assert_eq!(told.next, ["ledger attest P-01 review"]);
    w.file("docs/p-01.md", "first text");
    assert_eq!(w.is("P-01 has review"), Met, "the bytes are those that raj read");
    w.unread("docs/p-01.md");
    assert_eq!(w.is("P-01 has review"), Unknown);
}

#[test]
fn a_word_taken_back_counts_no_more() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "review", "raj", "approve").retracted = true;
    assert_eq!(w.is("P-01 has review"), Unmet);
    assert_eq!(w.why("P-01 has review")[0].found, "review of P-01 by raj on 2026-01-04 was taken back");
    w.attest("P-01", "review", "rita", "reject").retracted = true;
    w.attest("P-01", "review", "raj", "approve");
    assert_eq!(w.is("P-01 has review"), Met);
}

#[test]
fn values_are_judged_and_an_absent_one_is_unknown() {
    let mut w = World::new("");
    w.scope(Some("code"), "tree");
    w.attest("repo", "coverage", "ci", "pass").statement.values.insert(word("percent"), Value::Int(91));
    assert_eq!(w.is("repo has coverage"), Met);
    assert_eq!(w.is("repo has coverage with percent >= 90"), Met);
    assert_eq!(w.is("repo has coverage with percent >= 92"), Unmet);
    assert_eq!(w.is("repo has coverage with percent >= base"), Unknown);
    assert_eq!(w.is("repo has coverage with base >= 1"), Unknown);
    assert_eq!(w.is("repo has no coverage with base >= 1"), Unknown);
    w.scope(Some("code"), "another tree");
    assert_eq!(w.is("repo has coverage"), Unmet);
    assert!(w.why("repo has coverage")[0].found.ends_with("before what it speaks of changed"));
    w.facts.clear();
    assert_eq!(w.is("repo has coverage"), Unknown);
}

/// Whether a document belongs to what was spoken of is open: then what was spoken of is, too, though its text can be read.
#[test]
fn what_a_claim_speaks_of_is_unknown_where_the_selection_is() {
    let mut w = World::new("[claims.whole]\nby = \"reviewer\"\nover = \"document that is sealed\"\n");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    w.attest("repo", "whole", "raj", "pass");
    assert_eq!(w.is("repo has whole"), Met);
    let event = w.item("P-01").seal.as_ref().unwrap().event.clone();
    w.state.disputed.insert(event);
    assert_eq!(w.view().basis(&word("whole"), &noun("repo")), None);
    assert_eq!(w.is("repo has whole"), Unknown);
}

#[test]
fn within_counts_from_when_it_was_first_made() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let made = w.attest("P-01", "review", "raj", "approve").made;
    w.state.tip.at = made.plus(Span::days(7));
    assert_eq!(w.is("P-01 has review within 7d"), Met);
    w.tick();
    assert_eq!(w.is("P-01 has review within 7d"), Unmet);
    assert_eq!(w.is("P-01 has review"), Met);
    assert!(w.why("P-01 has review within 7d")[0].found.contains("too long ago"));
}

#[test]
fn on_a_branch_counts_what_was_made_on_a_commit_of_it() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    assert_eq!(w.is("P-01 has review on main"), Unmet);
    w.attest("P-01", "review", "raj", "approve");
    assert_eq!(w.is("P-01 has review on main"), Unknown);
    assert!(w.why("P-01 has review on main")[0].found.contains("whether on main is not known"));
    w.attest("P-01", "review", "raj", "approve").on.insert("main".to_owned(), false);
    assert_eq!(w.is("P-01 has review on main"), Unmet);
    assert_eq!(w.is("P-01 has no review on main"), Met);
    let told = &w.why("P-01 has review on main")[0];
    assert_eq!(told.found, "review of P-01: approve by raj on 2026-01-05 (not on main)");
    assert_eq!(told.next, ["ledger attest P-01 review --commit main"]);
    w.attest("P-01", "review", "raj", "approve").on.insert("main".to_owned(), true);
    assert_eq!(w.is("P-01 has review on main"), Met);
    assert_eq!(w.is("P-01 has review on next"), Unknown);
    assert_eq!(w.is("P-01 has review"), Met);
}

#[test]
fn by_every_counts_each_of_those_who_hold_the_role_now() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let every = "P-01 has check by every reviewer";
    assert_eq!(w.is(every), Unmet);
    w.attest("P-01", "check", "raj", "pass");
    w.attest("P-01", "check", "dora", "pass");
    assert_eq!(w.is(every), Unmet);
    let told = &w.why(every)[0];
    assert!(told.found.ends_with("; not by rita"), "{}", told.found);
    assert_eq!(told.who[0].actors, ["rita"]);
    assert_eq!(told.next, ["ledger attest P-01 check"]);
    w.attest("P-01", "check", "rita", "pass");
    assert_eq!(w.is(every), Met);
    w.attest("P-01", "check", "rita", "fail");
    assert_eq!(w.is(every), Unmet, "rita says the contrary, and nothing good");
    w.attest("P-01", "check", "rita", "pass");
    w.enroll("nina", crate::domain::charter::ActorType::Human, None, &["reviewer"]);
    assert_eq!(w.is(every), Unmet, "who comes to hold the role is asked too");
    for key in w.state.actors.get_mut(&actor("nina")).unwrap().keys.values_mut() {
        key.revoked = Some(1);
    }
    assert_eq!(w.is(every), Met, "whoever has no key that counts is not asked");
    w.unread("docs/p-01.md");
    assert_eq!(w.is(every), Unknown);
}

#[test]
fn by_every_of_a_role_that_nobody_holds_is_not_met() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    for name in ["dora", "raj", "rita"] {
        w.state.actors.get_mut(&actor(name)).unwrap().roles.clear();
    }
    w.attest("P-01", "check", "raj", "pass");
    assert_eq!(w.is("P-01 has check"), Met);
    assert_eq!(w.is("P-01 has check by every reviewer"), Unmet);
    let told = &w.why("P-01 has check by every reviewer")[0];
    assert!(told.found.ends_with("; nobody holds the role reviewer; nobody can act as reviewer for P-01: enrol one"));
    assert_eq!(told.next, ["ledger actor enroll --kind human --role reviewer"]);
}

#[test]
fn a_contradiction_makes_by_every_unknown() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    for name in ["dora", "raj", "rita"] {
        w.attest("P-01", "check", name, "pass");
    }
    w.attest("P-01", "check", "bot", "fail").role = Some(crate::domain::id::RoleId::parse("reviewer").unwrap());
    assert_eq!(w.is("P-01 has check by every reviewer"), Unknown);
}

#[test]
fn a_claim_over_other_things_goes_stale_with_them() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    for id in ["P-01", "P-02", "P-03"] {
        w.paper(id, "draft");
    }
    w.attest("F-A", "formal", "raj", "pass");
    assert_eq!(w.is("F-A has formal"), Met);
    w.file("docs/p-02.md", "second text");
    assert_eq!(w.is("F-A has formal"), Unmet);
    w.unread("docs/p-02.md");
    assert_eq!(w.is("F-A has formal"), Unknown);
}

#[test]
fn a_word_of_a_key_in_other_hands_of_a_disputed_event_or_of_erased_evidence_is_unknown() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let said = w.attest("P-01", "review", "raj", "approve").clone();
    let key = |w: &mut World, since: Option<u64>| {
        let keys = &mut w.state.actors.get_mut(&actor("raj")).unwrap().keys;
        for key in keys.values_mut() {
            key.compromised_since = since;
        }
    };
    key(&mut w, Some(said.touch.seq + 1));
    assert_eq!(w.is("P-01 has review"), Met, "before it was in other hands");
    key(&mut w, Some(said.touch.seq));
    assert_eq!(w.is("P-01 has review"), Unknown);
    key(&mut w, None);
    w.state.disputed.insert(rid(said.touch.seq));
    assert_eq!(w.is("P-01 has review"), Unknown);
    w.state.disputed.clear();
    let sha256 = Digest::of(b"proof");
    let evidence = Evidence { sha256, size: 5, media: "text/plain".to_owned() };
    w.attest("P-01", "review", "raj", "approve").evidence.insert(evidence);
    let known = EvidenceState { size: 5, media: "text/plain".to_owned(), erased: None };
    w.state.evidence.insert(sha256, known);
    assert_eq!(w.is("P-01 has review"), Met);
    w.state.evidence.get_mut(&sha256).unwrap().erased = Some(9);
    assert_eq!(w.is("P-01 has review"), Unknown);
    assert!(w.why("P-01 has review")[0].found.contains("was erased"));
}

#[test]
fn a_placed_block_is_active_until_it_is_lifted_and_can_be_attested() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    assert_eq!(w.is("every block that is active, if any, has check"), NotApplicable);
    let name = w.block("F-A", "HOLD", "lena");
    assert_eq!(w.is("every block of F-A is active"), Met);
    assert_eq!(w.is("every block that is active has check"), Unmet);
    w.attest(&name, "check", "raj", "pass");
    assert_eq!(w.is("every block that is active has check"), Met);
    w.lift("F-A", "HOLD");
    assert_eq!(w.is("every block of F-A is active"), Unmet);
    assert_eq!(w.is("every block of F-A is lifted"), Met);
    assert_eq!(w.is("no block is active"), Met);
}

/// One block can be placed again: a noun means the one placing that it names.
#[test]
fn a_placed_block_is_meant_by_its_rule_and_its_event() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    let first = w.block("W-01", "HOLD", "lena");
    w.lift("W-01", "HOLD");
    let second = w.block("W-01", "HOLD", "kim");
    let other = w.block("W-01", "OWN-FILES", "lena");
    let content = |w: &World, name: &str| w.view().noun_content(&noun(name));
    let found = [&first, &second, &other].map(|name| content(&w, name));
    assert!(found.iter().all(Option::is_some));
    assert!(found[0] != found[1] && found[1] != found[2] && found[0] != found[2]);
    let mixed = second.replace("HOLD", "OWN-FILES");
    assert_eq!(content(&w, &mixed), None, "another rule was placed by that event");
}

#[test]
fn valid_asks_that_what_has_to_be_given_is_not_empty() {
    let kind = "id = 'M-1'\nstates = [\"open\"]\nmoves = [\"new -> open by lead\"]";
    let mut w = World::new(&format!(
        "[kinds.memo]\n{kind}\nfields = {{ body = \"text\", parts = \"list\", more = \"text?\" }}\n"
    ));
    w.declare("M-1", "memo", "open");
    let fill = |w: &mut World, body: &str, parts: &[&str]| {
        w.field("M-1", "body", Value::from(body));
        w.field("M-1", "parts", Value::list(parts.iter().copied()));
    };
    fill(&mut w, "x", &["a"]);
    w.field("M-1", "more", Value::from(""));
    assert_eq!(w.is("M-1 is valid"), Met);
    fill(&mut w, "", &["a"]);
    assert_eq!(w.why("M-1 is valid")[0].found, "M-1: body is empty");
    fill(&mut w, "x", &[]);
    assert_eq!(w.why("M-1 is valid")[0].found, "M-1: parts is empty");
}

#[test]
fn authors_are_signers_and_committers_whom_a_key_or_an_email_names() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let place = "docs/p-01.md";
    assert_eq!(w.view().authors(&item("P-01")).excluded(), [actor("dora")].into());
    w.wrote(place, &["raj", "?RITA@example.org", "?someone@elsewhere.org"]);
    let authors = w.view().authors(&item("P-01"));
    assert_eq!(authors.signed, [actor("dora"), actor("raj")].into());
    assert_eq!(authors.claimed, [actor("rita")].into());
    assert_eq!(authors.strangers, ["someone@elsewhere.org".to_owned()].into());
    assert!(!authors.unknown);
    assert!(authors.includes(&w.state, &actor("bot")), "what dora operates counts as dora");
    assert!(!authors.includes(&w.state, &actor("omar")));
    assert!(w.view().authors(&item("P-77")).unknown, "nobody declared it");
    w.facts.remove(&crate::domain::facts::Question::Authors { path: path(place), since: None });
    assert!(w.view().authors(&item("P-01")).unknown);
}

#[test]
fn unsigned_commits_leave_independence_unknown_where_the_charter_says_so() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.wrote("docs/p-01.md", &["?rita@example.org", "?noreply@forge.example"]);
    w.recharter(
        "authority = \"lead\"",
        "authority = \"lead\"\nindependence = \"signed\"\nforges = [\"noreply@forge.example\"]",
    );
    let authors = w.view().authors(&item("P-01"));
    assert!(authors.unknown);
    assert!(authors.strangers.is_empty(), "a forge is nobody");
    assert_eq!(w.view().excluded(&[], &noun("P-01")).actors.len(), 0);
}

#[test]
fn all_standing_blocks_are_told_at_once() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    w.declare("F-B", "phase", "open");
    w.declare("T-a", "topic", "open");
    w.block("F-B", "HOLD", "lena");
    w.paper("P-01", "complete");
    w.no_row("P-01");
    let judgement = crate::domain::judge::Judgement::new(w.view());
    let names = |id: &crate::domain::id::ItemId| {
        let blocks = judgement.blocks_on(id);
        assert_eq!(w.view().blocks_on(id), blocks);
        let names: Vec<&str> = blocks.iter().map(|block| block.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{id}: {}", names.join(" ")))
    };
    assert_eq!(w.state.items.keys().filter_map(names).collect::<Vec<_>>(), ["F-A: MISMATCH", "F-B: HOLD MISMATCH"]);
}
