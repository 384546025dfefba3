//! From a gap to done: who moves a packet, and on what.

use govledger::domain::code::Code;
use govledger::domain::explain::Outcome;
use govledger::domain::judge::{Holder, View};

use crate::protocol::*;
use crate::world::*;

/// S1-166: what is needed and not written yet is a gap, which states next to nothing.
#[test]
fn what_is_needed_and_not_written_is_a_gap() {
    let mut w = at(Stage::Specified);
    let draft = w.effective("orla", declare(STATE, "packet", stated().title("No pool in the state")));
    assert_eq!(draft.event.summary(), format!("declared {STATE}"));
    assert_eq!(w.item(STATE).status, word("gap"));
    assert_ne!(problems(&w, STATE), "", "it is no packet yet");
}

/// S1-097, S1-170: a new packet moves to ready, and from there on to in progress as soon as it is assigned.
#[test]
fn a_new_packet_is_ready() {
    let mut w = at(Stage::Released);
    w.effective("orla", to(STORE, "ready"));
    board(&mut w);
    assigned(&mut w, STORE);
    w.effective("orla", to(STORE, "in-progress"));
    assert_eq!(w.item(STORE).status, word("in-progress"));
}

/// S1-027: a packet that the phase cannot close without stands before one that is merely part of it, whichever was declared first; and
/// what is ready for its coder is told with what its coder has to say.
#[test]
fn a_critical_packet_comes_first_and_what_is_ready_waits_for_its_coder() {
    let mut w = at(Stage::Specified);
    checked(&mut w);
    for (packet, section, critical) in [(STATE, "SEC-2.3.12.4", false), (STORE, "SEC-2.3.12.3", true)] {
        write_packet(&mut w, packet);
        let whole = whole(packet, "A packet", section).field("gate_critical", critical);
        w.given("orla", declare(packet, "packet", whole));
    }
    for packet in [STATE, STORE] {
        judged(&mut w, packet);
        w.given("ilja", seal(packet));
        released(&mut w, packet);
    }
    board(&mut w);
    let readiness = |w: &World| View { state: w.state(), facts: &w.tree, as_of: w.now }.ready(Some(&word("packet")));
    let found: Vec<String> = readiness(&w).ready.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(found, [STORE, STATE]);
    for packet in [STATE, STORE] {
        w.given("orla", to(packet, "ready"));
        board(&mut w);
    }
    let found = readiness(&w);
    assert_eq!(found.ready, []);
    let held = &found.held[&Holder::Gate(word("start"))];
    let ids: Vec<&str> = held.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, [STORE, STATE]);
    let steps: Vec<(&str, &str)> =
        held[0].steps.iter().map(|step| (step.command.as_str(), step.who[0].actors[0].as_str())).collect();
    let (assigned, bootstrap) = (format!("ledger attest {STORE} assigned"), format!("ledger attest {STORE} bootstrap"));
    assert_eq!(steps, [(assigned.as_str(), "orla"), (bootstrap.as_str(), "cody")]);
}

/// S1-027: the security gates come first, before what else the phase cannot close without.
#[test]
fn what_secures_comes_before_what_is_critical() {
    const GATES: &str = "WP-1-Security-Gates-20260112";
    let mut w = at(Stage::Specified);
    checked(&mut w);
    for (packet, section, critical) in [(STORE, "SEC-2.3.12.3", true), (GATES, "SEC-2.3.12.4", false)] {
        write_packet(&mut w, packet);
        let whole = whole(packet, "A packet", section).field("gate_critical", critical);
        w.given("orla", declare(packet, "packet", whole));
        judged(&mut w, packet);
        w.given("ilja", seal(packet));
        released(&mut w, packet);
    }
    board(&mut w);
    let found = View { state: w.state(), facts: &w.tree, as_of: w.now }.ready(Some(&word("packet")));
    let found: Vec<&str> = found.ready.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(found, [GATES, STORE]);
}

/// S1-108, S1-163, S1-171: in progress is what its coder has begun with the block of work that the protocol asks for.
#[test]
fn a_packet_is_begun_with_its_bootstrap() {
    let mut w = at(Stage::Ready);
    w.given("orla", naming(STORE, "assigned", "to", "cody"));
    let told = w.when("orla", to(STORE, "in-progress")).unwrap_err();
    assert_eq!(
        told.explanations.last().unwrap().rule.as_deref(),
        Some("gates.start.CX-622"),
        "{}",
        crate::world::told(&told)
    );
    w.given("cody", attest(STORE, "bootstrap", &BOOTSTRAP));
    w.effective("orla", to(STORE, "in-progress"));
}

/// S1-104, S1-163: a coder to whom the packet was not given begins nothing: both names are on record when the orchestrator, who gave it
/// away, signs that it is begun.
#[test]
fn who_gave_a_packet_away_accepts_who_begins_it() {
    let mut w = at(Stage::Ready);
    w.given("orla", naming(STORE, "assigned", "to", "cody"));
    w.given("raj", attest(STORE, "bootstrap", &BOOTSTRAP));
    for coder in ["raj", "cody"] {
        assert_eq!(refusal(&mut w, coder, to(STORE, "in-progress")).0, Code::AuthorityRole, "{coder}");
    }
    let item = w.item(STORE);
    assert!(item.claims[&word("bootstrap")].contains_key(&who("raj")), "who says to have begun");
    let given = &item.claims[&word("assigned")][&who("orla")];
    assert!(format!("{given:?}").contains("cody"), "and to whom it was given: {given:?}");
}

/// S1-110: only an orchestrator moves a packet.
#[test]
fn only_an_orchestrator_moves_a_packet() {
    for (stage, status) in [(Stage::Released, "ready"), (Stage::Assigned, "in-progress"), (Stage::Built, "done")] {
        for actor in ["ilja", "cody", "raj", "vera", "builder"] {
            assert_eq!(refusal(&mut at(stage), actor, to(STORE, status)).0, Code::AuthorityRole, "{actor}");
        }
        at(stage).effective("otto", to(STORE, status));
    }
}

/// S1-173: done is what its validator approved.
#[test]
fn a_packet_is_done_when_its_validator_approved() {
    red(Stage::Built, "finished", "validated", STORE, |w| w.given("viktor", retract(STORE, "validated", None)).done());
    let mut w = at(Stage::Built);
    w.given("viktor", retract(STORE, "validated", None));
    assert_eq!(refusal(&mut w, "orla", to(STORE, "done")).0, Code::GuardUnmet);
    w.given("viktor", attest(STORE, "validated", &[])).effective("orla", to(STORE, "done"));
}

/// S1-165: done is merged: the validator's word counts where it was said of what is on the main branch.
#[test]
fn a_packet_is_done_when_it_is_merged() {
    let mut w = at(Stage::Built);
    w.given("viktor", retract(STORE, "validated", None));
    w.tree.branches.insert("main".to_owned(), false);
    w.given("viktor", attest(STORE, "validated", &[]));
    assert_eq!(outcome(&w, "finished", "validated", STORE), Outcome::Unmet, "said of a branch that is not merged");
    assert_eq!(refusal(&mut w, "orla", to(STORE, "done")).0, Code::GuardUnmet);
    w.tree.branches.insert("main".to_owned(), true);
    w.given("viktor", attest(STORE, "validated", &[])).effective("orla", to(STORE, "done"));
}

/// S1-016, S1-165: validation and both reviews are about the code of the packet: what was said before it was written, or before
/// it was changed, does not count; what lies beside it changes nothing.
#[test]
fn what_is_said_of_a_packet_is_said_of_its_code() {
    for criterion in ["validated", "anti-vibe", "ai-review"] {
        red(Stage::Built, "finished", criterion, STORE, |w| w.write(CODE, "fn steal_everything() {}\n", "cody"));
        red(Stage::Built, "finished", criterion, STORE, |w| w.remove(CODE));
        let mut w = at(Stage::Built);
        w.write("docs/notes.md", "beside it", "cody");
        assert_eq!(outcome(&w, "finished", criterion, STORE), Outcome::Met);
    }
    red(Stage::Done, "phase-closure", "validated", "PHASE-1", |w| w.write(CODE, "fn more() {}\n", "cody"));
    let mut early = at(Stage::Started);
    early.given("viktor", attest(STORE, "validated", &[]));
    assert_eq!(outcome(&early, "finished", "validated", STORE), Outcome::Met);
    early.write(CODE, "pub struct Sqlite;\n", "cody");
    assert_eq!(outcome(&early, "finished", "validated", STORE), Outcome::Unmet, "nothing was there yet");
}

/// S1-022: a packet that is done is no reason to wait for any more, though its code goes on.
#[test]
fn nobody_waits_for_what_is_done() {
    let mut w = at(Stage::Done);
    w.given("orla", declare(STATE, "packet", stated().title("State").link("depends_on", &[STORE])));
    w.write(CODE, "pub struct Sqlite;\npub struct Pool;\n", "cody");
    assert_eq!(outcome(&w, "finished", "validated", STORE), Outcome::Unmet);
    let view = govledger::domain::judge::View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert!(view.blocks_on(&id(STATE)).is_empty());
}

/// S1-167: validated is something else than done: a packet is the one before the other, and can lose it.
#[test]
fn validated_is_not_done() {
    let mut w = at(Stage::Built);
    assert_eq!(w.item(STORE).status, word("in-progress"));
    assert_eq!(outcome(&w, "finished", "validated", STORE), Outcome::Met);
    w.given("orla", to(STORE, "done")).given("viktor", retract(STORE, "validated", None));
    assert_eq!(w.item(STORE).status, word("done"));
    assert_eq!(outcome(&w, "phase-closure", "validated", "PHASE-1"), Outcome::Unmet);
}

/// S1-084: where the tier is medium or high, the review by a program is asked for; where it is low, it is not applicable.
#[test]
fn the_review_by_a_program_depends_on_the_tier() {
    red(Stage::Built, "finished", "ai-review", STORE, |w| w.given("builder", retract(STORE, "ai-review", None)).done());
    for (tier, expected) in [("LOW", Outcome::NotApplicable), ("MEDIUM", Outcome::Unmet), ("HIGH", Outcome::Unmet)] {
        let mut w = at(Stage::Declared);
        state(&mut w, "risk_tier", Some(tier.into()));
        assert_eq!(outcome(&w, "finished", "ai-review", STORE), expected, "{tier}");
    }
}

/// S1-136: when it was last changed is the date of its last event, which nobody has to write.
#[test]
fn the_last_update_is_that_of_the_last_event() {
    let mut w = at(Stage::Ready);
    w.days(3);
    w.given("orla", naming(STORE, "assigned", "to", "cody"));
    assert_eq!(w.item(STORE).touched.at, w.now);
}
