//! What somebody has to have understood, and says so with a key.

use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Attestation, Wish};
use govledger::domain::explain::Outcome;

use crate::protocol::*;
use crate::world::*;

const GATE: &str = "packet-complete";

/// S1-058, S1-059, S1-060, S1-061: the packet is signed only when each of the four is said of it as it stands; one "no" spoils it.
#[test]
fn the_four_questions_of_understanding_are_each_answered() {
    let mut w = at(Stage::Declared);
    w.given("vera", attest(STORE, "transcribed", &TRANSCRIBED));
    assert_eq!(refusal(&mut w, "ilja", seal(STORE)).0, Code::GuardUnmet, "nobody said anything");
    for no in UNDERSTOOD {
        w.given("orla", answering_no(STORE, "understood", &UNDERSTOOD, no));
        assert_eq!(outcome(&w, GATE, "CX-584", STORE), Outcome::Unmet, "{no}");
        let silent: Vec<&str> = UNDERSTOOD.into_iter().filter(|question| *question != no).collect();
        assert_eq!(refusal(&mut w, "orla", attest(STORE, "understood", &silent)).0, Code::ClaimAnswer, "{no}");
    }
    w.given("orla", attest(STORE, "understood", &UNDERSTOOD));
    assert!(gate(&w, GATE, STORE).passes());
    w.given("orla", refield(STORE, "what", Some("Something else".into())));
    assert_eq!(outcome(&w, GATE, "CX-584", STORE), Outcome::Unmet, "it was said of another text");
}

/// S1-149, S1-197, S1-053, S1-142, S1-007: whoever did not write the packet says that it points to the specification, that nothing of the main body
/// is taken for optional, that each demand can be answered with yes or no, that the files to open cover the code and that no test
/// which applies is left out. A rejection holds the packet, and its reason is kept with it.
#[test]
fn a_packet_points_to_the_specification_and_invents_nothing() {
    let mut w = at(Stage::Declared);
    w.given("orla", attest(STORE, "understood", &UNDERSTOOD));
    assert_eq!(outcome(&w, GATE, "CX-601", STORE), Outcome::Unmet);
    for no in TRANSCRIBED {
        w.given("vera", answering_no(STORE, "transcribed", &TRANSCRIBED, no));
        assert_eq!(outcome(&w, GATE, "CX-601", STORE), Outcome::Unmet, "{no}");
    }
    let answers = TRANSCRIBED.iter().map(|question| (word(question), *question != "main-body-is-binding")).collect();
    let because = std::collections::BTreeSet::from([evidence("2.3.12.3 is taken for a wish")]);
    let verdict =
        Attestation { result: Some(word("reject")), answers, evidence: because, ..attestation(STORE, "transcribed") };
    w.given("vera", Wish::Attest(Box::new(verdict)));
    assert_eq!(refusal(&mut w, "ilja", seal(STORE)).0, Code::GuardUnmet);
    let told = &gate(&w, GATE, STORE);
    assert!(blamed(told).join("\n").contains("vera"), "{:?}", blamed(told));
    let reason = evidence("2.3.12.3 is taken for a wish");
    let said = &w.item(STORE).claims[&word("transcribed")][&who("vera")];
    assert!(said.values().any(|said| said.evidence.contains(&reason)), "S1-007: the reason is kept with the verdict");
    w.given("vera", attest(STORE, "transcribed", &TRANSCRIBED)).given("ilja", seal(STORE)).done();
}

/// S1-105, S1-106, S1-107, S1-109: the coder says that the protocol and the packet are read, that the check before work passes, and
/// that the scope is what was asked for; without one of them nothing begins.
#[test]
fn the_coder_acknowledges_what_was_handed_over() {
    for no in BOOTSTRAP {
        red(Stage::Assigned, "start", "CX-622", STORE, |w| {
            w.given("cody", answering_no(STORE, "bootstrap", &BOOTSTRAP, no)).done();
        });
    }
    let mut w = at(Stage::Ready);
    w.given("orla", naming(STORE, "assigned", "to", "cody"));
    for actor in ["orla", "vera", "ilja"] {
        assert_eq!(refusal(&mut w, actor, attest(STORE, "bootstrap", &BOOTSTRAP)).0, Code::AuthorityRole, "{actor}");
    }
}

/// S1-026: the validator says that there are no placeholders, no unwrap and no JSON without a type.
#[test]
fn a_submission_is_looked_at_for_what_was_waved_through() {
    for no in ANTI_VIBE {
        red(Stage::Built, "finished", "anti-vibe", STORE, |w| {
            w.given("vera", answering_no(STORE, "anti-vibe", &ANTI_VIBE, no)).done();
        });
    }
}

/// S1-099: the log is written at milestones, completions and critical blockers, and for nothing else; a phase closes with an entry.
#[test]
fn the_log_has_three_occasions() {
    let mut w = at(Stage::Started);
    for occasion in ["milestone", "completion", "critical-blocker"] {
        w.given("orla", attest_as(STORE, "log-entry", occasion));
    }
    assert_eq!(refusal(&mut w, "orla", attest_as(STORE, "log-entry", "handoff")).0, Code::ClaimResult);
    red(Stage::Done, "phase-closure", "logger", "PHASE-1", |w| {
        w.given("orla", retract("PHASE-1", "log-entry", None)).done();
    });
}

/// S1-016: what a program found counts for the code and for the version of the specification that it looked at.
#[test]
fn what_a_program_found_is_about_what_it_looked_at() {
    for (at_, bytes) in [("src/backend/core/src/lib.rs", "mod storage;"), ("docs/master_spec/v1.md", "# Other")] {
        let mut w = at(Stage::Released);
        w.write(at_, bytes, "raj");
        assert_eq!(outcome_of_regression(&w), Outcome::Unmet, "{at_}");
        w.given("builder", attest("SPEC-v1", "spec-regression", &[]));
        assert_eq!(outcome_of_regression(&w), Outcome::Met);
    }
}

fn outcome_of_regression(w: &World) -> Outcome {
    outcome(w, "phase-closure", "regression", "PHASE-1")
}

/// S1-050: each role may do what is its own, and nothing else; a ci only attests what it found.
#[test]
fn the_roles_have_different_powers() {
    use govledger::domain::charter::ActorType;
    let mut w = at(Stage::Built);
    write_packet(&mut w, STATE);
    w.given("orla", declare(STATE, "packet", whole(STATE, "State", "SEC-2.3.12.4")));
    let wish = |name: &str| match name {
        "seal" => seal(STATE),
        "move" => to(STORE, "done"),
        "validate" => attest(STORE, "validated", &[]),
        "close" => to("PHASE-1", "closed"),
        "bootstrap" => attest(STORE, "bootstrap", &BOOTSTRAP),
        _ => valued("repo", "cargo-deny", &[("violations", 0)]),
    };
    for (what, not) in [
        ("seal", ["orla", "cody", "vera", "builder"]),
        ("move", ["ilja", "cody", "vera", "builder"]),
        ("validate", ["ilja", "orla", "cody", "builder"]),
        ("close", ["orla", "cody", "vera", "builder"]),
        ("bootstrap", ["ilja", "orla", "vera", "builder"]),
        ("cargo-deny", ["ilja", "orla", "cody", "vera"]),
    ] {
        for actor in not {
            let code = w.when(actor, wish(what)).unwrap_err().code();
            assert_eq!(code, Code::AuthorityRole, "{what} by {actor}");
        }
    }
    judged(&mut w, STATE);
    w.effective("ilja", seal(STATE));
    assert_eq!(type_of(&w, "builder"), ActorType::Ci);
    let orchestrators = enrol(ci("robot", "raj", &["orchestrator"]));
    assert_eq!(w.when("ilja", orchestrators).unwrap_err().code(), Code::TrustActorType);
}

/// S1-165: whoever wrote code of a packet has no say about it, and neither has whom that person operates; who wrote beside it has.
#[test]
fn nobody_validates_their_own_code() {
    for claim in ["validated", "anti-vibe"] {
        let answers: &[&str] = if claim == "anti-vibe" { &ANTI_VIBE } else { &[] };
        let mut w = at(Stage::Built);
        w.given("vera", retract(STORE, "anti-vibe", None)).given("viktor", retract(STORE, "validated", None));
        w.write(CODE, "fn mine() {}\n", "vera");
        let told = w.when("vera", attest(STORE, claim, answers)).unwrap_err();
        assert_eq!(told.code(), Code::AuthorityAuthor, "{claim}");
        let found = &told.explanations[0].found;
        assert!(found.contains(CODE) && found.contains("was written by vera"), "{found}");
        assert!(told.explanations[0].who.iter().all(|one| one.actors == ["viktor"]), "{:?}", told.explanations[0].who);
        w.write("src/backend/core/src/jobs.rs", "fn other() {}\n", "viktor");
        w.given("viktor", attest(STORE, claim, answers)).done();
    }
}

/// Who built a packet does not validate it, nor does who wrote it.
#[test]
fn a_validator_is_somebody_else() {
    let mut w = at(Stage::Started);
    w.given("ilja", grant("raj", "validator"));
    assert_eq!(refusal(&mut w, "raj", attest(STORE, "validated", &[])).0, Code::AuthorityExcluded);
}
