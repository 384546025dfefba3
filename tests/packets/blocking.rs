//! What waits, for whom and why.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::decide::suppose::{Supposition, suppose};
use govledger::domain::event::Body;
use govledger::domain::judge::{Standing, View};
use govledger::domain::value::Value;

use crate::protocol::*;
use crate::world::*;

fn view(w: &World) -> View<'_> {
    View { state: w.state(), facts: &w.tree, as_of: w.now }
}

/// The names of the blocks that stand on an item and stop something.
fn blocks(w: &World, item: &str) -> Vec<String> {
    let stops = |block: &Standing<'_>| !block.stops.is_empty();
    view(w).blocks_on(&id(item)).iter().filter(|block| stops(block)).map(|block| block.name.to_string()).collect()
}

/// The second packet, which waits for the first one; signed and with everything said.
fn waiting(stage: Stage) -> World {
    let mut w = at(stage);
    write_packet(&mut w, STATE);
    let second = whole(STATE, "No pool in the state", "SEC-2.3.12.4").link("depends_on", &[STORE]);
    w.given("orla", declare(STATE, "packet", second));
    judged(&mut w, STATE);
    w.given("ilja", seal(STATE));
    released(&mut w, STATE);
    w
}

/// S1-062, S1-118, S1-164, S1-172: a block has one of the written reasons, and says what is unclear, what is missing and what
/// contradicts itself.
#[test]
fn a_block_says_why() {
    let mut w = at(Stage::Ready);
    assert_eq!(refusal(&mut w, "orla", blocked(STORE, None, &[])).0, Code::ItemReason);
    assert_eq!(refusal(&mut w, "orla", blocked(STORE, Some("MOOD"), &[])).0, Code::ItemReason);
    let fields: [(&str, Value); 5] = [
        ("detail", "the request names no endpoint".into()),
        ("ambiguous", list(&["which jobs?"])),
        ("missing", list(&["who may cancel?"])),
        ("conflicting", list(&["at once, and after the current step"])),
        ("questions", list(&["Running jobs only?", "Within five seconds?"])),
    ];
    w.given("orla", blocked(STORE, Some("CX-584"), &fields));
    let placed = &w.item(STORE).blocks[0];
    assert_eq!(placed.because.as_ref().map(govledger::domain::id::Word::as_str), Some("CX-584"));
    assert_eq!((placed.reason.as_str(), placed.fields.len()), ("Which job may be cancelled?", 5));
    assert_eq!(placed.fields[&word("missing")], list(&["who may cancel?"]));
}

/// S1-062, S1-172: a block says what it is about, or is refused with the field that is missing.
#[test]
fn a_block_without_its_detail_is_refused() {
    let mut w = at(Stage::Ready);
    let (code, rule) = refusal(&mut w, "orla", blocked(STORE, Some("CX-584"), &[]));
    assert_eq!((code, rule.as_str()), (Code::BlockField, "blocks.BLOCKED.fields.detail"));
}

/// What would be if it were blocked can be asked before anybody knows the detail.
#[test]
fn a_block_can_be_supposed() {
    let w = at(Stage::Ready);
    let phrase = format!("block {STORE} BLOCKED because CLARIFICATION by orla");
    let (state, _) = suppose(&view(&w), None, &[Supposition::parse(&phrase).unwrap()]).unwrap();
    assert!(state.items[&id(STORE)].standing(&word("BLOCKED")).is_some());
}

/// S1-185, S1-187: what waits for another packet, or for an answer, is given to nobody, and nobody begins it.
#[test]
fn what_waits_is_given_to_nobody() {
    let given = || naming(STATE, "assigned", "to", "cody");
    let mut w = waiting(Stage::Started);
    assert_eq!(refusal(&mut w, "orla", given()).0, Code::GuardUnmet, "S1-185: it is not validated");
    assert_eq!(refusal(&mut w, "cody", attest(STATE, "bootstrap", &BOOTSTRAP)).0, Code::GuardUnmet);
    w.given("viktor", attest_as(STORE, "validated", "fail")).given("orla", attest(STORE, "escalated", &[]));
    let (code, rule) = refusal(&mut w, "orla", given());
    assert_eq!(code, Code::GuardUnmet, "S1-187: it failed");
    assert!(rule.contains("gates.at-hand.unblocked"), "{rule}");
    built(&mut w, STORE, "SEC-2.3.12.3");
    w.given("viktor", attest(STORE, "validated", &[]));
    board(&mut w);
    assert_eq!(refusal(&mut w, "orla", given()).0, Code::GuardUnmet, "it is not ready");
    w.given("orla", to(STATE, "ready")).given("orla", given());
    w.given("cody", attest(STATE, "bootstrap", &BOOTSTRAP));
    let mut w = at(Stage::Ready);
    w.given("orla", blocked(STORE, Some("CLARIFICATION"), &[("detail", "which jobs?".into())]));
    assert_eq!(refusal(&mut w, "orla", naming(STORE, "assigned", "to", "cody")).0, Code::GuardUnmet);
}

/// S1-119: what is missing of the specification is named.
#[test]
fn missing_context_is_named() {
    let missing = |fields: &[(&str, Value)]| {
        let fields = fields.iter().map(|(name, value)| (word(name), value.clone())).collect();
        let because = Some(word("CX-031"));
        doing(STORE, Body::Blocked { name: word("NO-CONTEXT"), reason: "no text".to_owned(), because, fields })
    };
    let mut w = at(Stage::Assigned);
    let detail: (&str, Value) = ("detail", "no text to work from".into());
    for fields in [&[detail.clone()][..], &[detail.clone(), ("section", 5_i64.into())]] {
        let (code, rule) = refusal(&mut w, "orla", missing(fields));
        assert_eq!((code, rule.as_str()), (Code::BlockField, "blocks.NO-CONTEXT.fields.section"));
    }
    w.given("orla", missing(&[detail, ("section", "SEC-2.3.12.5".into())]));
    assert_eq!(w.item(STORE).blocks[0].fields[&word("section")], Value::from("SEC-2.3.12.5"));
    assert_eq!(refusal(&mut w, "orla", to(STORE, "in-progress")).0, Code::BlockMove);
}

/// S1-063: nothing moves while a question is open, neither the packet nor its files.
#[test]
fn nothing_goes_on_upon_an_assumption() {
    let mut w = at(Stage::Assigned);
    w.given("orla", blocked(STORE, Some("CLARIFICATION"), &[("detail", "which jobs?".into())]));
    assert_eq!(refusal(&mut w, "orla", to(STORE, "in-progress")).0, Code::BlockMove);
    let touched = govledger::domain::judge::PathChange {
        path: b"src/backend/core/src/storage/SEC-2_3_12_3.rs".to_vec(),
        old: None,
        new: Some(govledger::domain::judge::Side { mode: 0o100_644, sha256: None }),
    };
    let verdicts = govledger::domain::judge::check_changes(&view(&w), &[touched], b".ledger", false);
    assert!(verdicts[0].refusals.iter().any(|refusal| refusal.explanation.code == Code::BlockPath));
    w.given("orla", unblock(STORE, "BLOCKED", None)).effective("orla", to(STORE, "in-progress"));
}

/// S1-189: why it waits, for what, until about when, and how many it waits for.
#[test]
fn what_waits_says_for_what_and_until_when() {
    let mut w = waiting(Stage::Ready);
    let fields: [(&str, Value); 2] = [("detail", "the trait is being validated".into()), ("eta", "2026-01-15".into())];
    w.given("orla", blocked(STATE, Some("DEPENDENCY"), &fields));
    assert_eq!(w.item(STATE).blocks[0].fields[&word("eta")], Value::from("2026-01-15"));
    let wrong = blocked(STORE, Some("DEPENDENCY"), &[("eta", "soon".into())]);
    assert_eq!(refusal(&mut w, "orla", wrong).0, Code::BlockField);
    w.given("orla", declare("WP-1-Dual-v1", "packet", stated().title("Dual").link("depends_on", &[STORE, STATE])));
    let standing = view(&w).blocks_on(&id("WP-1-Dual-v1"));
    let waiting = standing.iter().find(|block| block.name.as_str() == "WAITING").unwrap();
    let told = waiting.explanations();
    let found: Vec<&str> = told.iter().map(|told| told.found.as_str()).collect();
    assert_eq!(found.len(), 2, "one line for each that it waits for: {found:?}");
    assert!(found.iter().any(|told| told.contains(STORE)) && found.iter().any(|told| told.contains(STATE)));
}

/// S1-022, S1-185, S1-186: what waits for another packet is blocked by itself, in whatever status the other is, until that is
/// validated; nobody types it in.
#[test]
fn what_waits_for_another_packet_is_blocked_until_that_is_validated() {
    for stage in [Stage::Released, Stage::Ready, Stage::Started] {
        let mut w = waiting(stage);
        assert_eq!(blocks(&w, STATE), ["WAITING"]);
        assert_eq!(refusal(&mut w, "orla", to(STATE, "ready")).0, Code::BlockMove);
    }
    let typed = doing(
        STATE,
        Body::Blocked {
            name: word("WAITING"),
            reason: "so it is".to_owned(),
            because: None,
            fields: BTreeMap::default(),
        },
    );
    assert_eq!(refusal(&mut waiting(Stage::Ready), "orla", typed).0, Code::BlockUnknown);
    let mut w = waiting(Stage::Built);
    assert!(blocks(&w, STATE).is_empty());
    board(&mut w);
    w.effective("orla", to(STATE, "ready"));
}

/// S1-174: when the other one is validated, the packet is free to be ready, without anybody lifting anything.
#[test]
fn a_packet_that_waited_is_free_by_itself() {
    let mut w = waiting(Stage::Started);
    assert_eq!(blocks(&w, STATE), ["WAITING"]);
    built(&mut w, STORE, "SEC-2.3.12.3");
    assert!(blocks(&w, STATE).is_empty());
    board(&mut w);
    w.effective("orla", to(STATE, "ready"));
}

/// S1-168, S1-187: that a packet failed is on record, what waits for it stays blocked, and it is seen until it was escalated.
#[test]
fn a_packet_that_failed_is_escalated() {
    let marks = |w: &World| -> Vec<String> {
        let standing = view(w).blocks_on(&id(STORE));
        standing.iter().filter(|block| block.stops.is_empty()).map(|block| block.name.to_string()).collect()
    };
    let mut w = waiting(Stage::Started);
    assert!(marks(&w).is_empty());
    w.given("viktor", attest_as(STORE, "validated", "fail"));
    assert_eq!(marks(&w), ["NOT-ESCALATED"]);
    assert_eq!(blocks(&w, STATE), ["WAITING"]);
    assert_eq!(refusal(&mut w, "orla", to(STATE, "ready")).0, Code::BlockMove);
    assert_eq!(refusal(&mut w, "orla", to(STORE, "done")).0, Code::GuardUnmet);
    w.given("orla", attest(STORE, "escalated", &[]));
    assert!(marks(&w).is_empty());
    assert_eq!(blocks(&w, STATE), ["WAITING"], "escalated is not validated");
}

/// S1-022, S1-185, S1-187: a packet that was done and fails its validator after that holds up what waits for it, until it is
/// validated again; that its code only went on is no failure.
#[test]
fn a_packet_that_fails_after_it_was_done_holds_up_what_waits() {
    let given = || naming(STATE, "assigned", "to", "cody");
    let mut w = waiting(Stage::Done);
    board(&mut w);
    w.given("orla", to(STATE, "ready"));
    w.given("viktor", attest_as(STORE, "validated", "fail"));
    assert_eq!(blocks(&w, STATE), ["FAILED"]);
    board(&mut w);
    let (code, rule) = refusal(&mut w, "orla", given());
    assert_eq!(code, Code::GuardUnmet);
    assert!(rule.contains("gates.at-hand.unblocked"), "{rule}");
    assert_eq!(refusal(&mut w, "cody", attest(STATE, "bootstrap", &BOOTSTRAP)).0, Code::GuardUnmet);
    assert_eq!(refusal(&mut w, "orla", to(STATE, "in-progress")).0, Code::BlockMove);
    w.given("orla", attest(STORE, "escalated", &[]));
    assert_eq!(blocks(&w, STATE), ["FAILED"], "escalated is not validated");
    w.given("viktor", attest(STORE, "validated", &[]));
    assert!(blocks(&w, STATE).is_empty());
    w.write(CODE, "pub struct Sqlite(u8);\n", "cody");
    assert!(blocks(&w, STATE).is_empty(), "what was done stays done");
    board(&mut w);
    w.effective("orla", given());
}

/// S1-184: no packet waits for itself, over however many others.
#[test]
fn packets_never_wait_in_a_circle() {
    let mut w = at(Stage::Declared);
    w.given("orla", declare(STATE, "packet", stated().title("State").link("depends_on", &[STORE])));
    assert_eq!(refusal(&mut w, "orla", relink(STORE, "depends_on", &[STATE])).0, Code::ItemLink);
    assert_eq!(refusal(&mut w, "orla", relink(STORE, "depends_on", &[STORE])).0, Code::ItemLink);
}

/// S1-183: what comes first, what is held up by it, and what may begin at the same time.
#[test]
fn there_are_three_sorts_of_edges() {
    let mut w = at(Stage::Declared);
    w.given("orla", declare(STATE, "packet", stated().title("State").link("depends_on", &[STORE])));
    w.given("orla", declare("WP-1-Migration-v1", "packet", stated().title("Migration").link("starts_with", &[STORE])));
    let view = view(&w);
    let rules =
        govledger::domain::charter::load(&CHARTER.replacen("self has effort", "every holds_up of self is gap", 1));
    let rules = rules.expect("the other direction can be asked for");
    let sentence = &rules.gates[&word("pre-delegation")].criteria.last().unwrap().any[0];
    assert_eq!(view.sentence("gates.x", sentence, &noun(STORE)).leaves[0].item.as_deref(), Some(STATE));
    assert_eq!(w.item(STATE).stated.links[&word("depends_on")], [id(STORE)].into());
    assert!(blocks(&w, "WP-1-Migration-v1").is_empty() && blocks(&w, STATE) == ["WAITING"]);
}

/// S1-121, S1-122: a packet that was split says from which, and what is left out says to which packet it went.
#[test]
fn a_split_packet_and_what_was_put_off_lead_to_the_other_one() {
    let mut w = at(Stage::Declared);
    let left_out = list(&["Migrations -> WP-1-Migration-v1"]);
    let part = stated().title("Part A").field("out_of_scope", left_out.clone());
    let part = part.link("split_from", &[STORE]).link("defers_to", &["WP-1-Migration-v1"]);
    w.given("orla", declare("WP-1-Migration-v1", "packet", stated().title("Migration")));
    w.given("orla", declare("WP-1-Storage-part-A-v1", "packet", part));
    let links = &w.item("WP-1-Storage-part-A-v1").stated.links;
    assert_eq!(links[&word("split_from")], [id(STORE)].into());
    assert_eq!(links[&word("defers_to")], [id("WP-1-Migration-v1")].into());
    assert_eq!(w.item("WP-1-Storage-part-A-v1").stated.fields[&word("out_of_scope")], left_out);
    let elsewhere = relink("WP-1-Storage-part-A-v1", "split_from", &["PHASE-1"]);
    assert_eq!(refusal(&mut w, "orla", elsewhere).0, Code::ItemLink);
}

/// S1-094: a packet with an open question is not begun: it is not signed, and what is signed can no longer be given one or rid of one.
#[test]
fn a_packet_with_an_open_question_is_not_begun() {
    let mut w = at(Stage::Declared);
    w.given("orla", refield(STORE, "open_questions", Some(list(&["Is the pool shared?"]))));
    judged(&mut w, STORE);
    released(&mut w, STORE);
    let (code, rule) = refusal(&mut w, "ilja", seal(STORE));
    assert_eq!((code, rule.as_str()), (Code::GuardUnmet, "kinds.packet.seal gates.packet-complete.questions"));
    let told = w.when("orla", to(STORE, "ready")).unwrap_err();
    assert!(told.explanations.iter().any(|told| told.rule.as_deref() == Some("gates.pre-delegation.signature")));
    w.given("orla", refield(STORE, "open_questions", Some(list(&[]))));
    judged(&mut w, STORE);
    w.given("ilja", seal(STORE));
    released(&mut w, STORE);
    board(&mut w);
    w.given("orla", to(STORE, "ready"));
    let asking = refield(STORE, "open_questions", Some(list(&["Is the pool shared?"])));
    assert_eq!(refusal(&mut w, "orla", asking).0, Code::ItemSealed);
    assigned(&mut w, STORE);
    board(&mut w);
    w.effective("orla", to(STORE, "in-progress"));
}
