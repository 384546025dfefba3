//! Waivers: what may be set aside, by whom, for how long; and every way to make one more than it is.

use govledger::domain::charter::Charter;
use govledger::domain::code::Code;
use govledger::domain::decide::draft::Wish;
use govledger::domain::event::{Body, GateOutcome};
use govledger::domain::explain::Outcome;
use govledger::domain::judge::{GateReport, View};
use govledger::domain::state::Standing;
use snapbox::str;

use crate::world::*;

const PACKETS: &str = include_str!("packets.toml");

/// PHASE-1 with WP-A and WP-B. ines and raj use; orla orchestrates, and so do bot, which ines operates, and helper, which orla
/// operates.
fn phase() -> World {
    let people = [
        human("ines", &["user"]),
        human("raj", &["user"]),
        human("orla", &["orchestrator"]),
        agent("bot", "ines", &["orchestrator"]),
        agent("helper", "orla", &["orchestrator"]),
    ];
    let mut w = World::founded(PACKETS, "ines", &people);
    w.given("orla", declare("PHASE-1", "phase", stated()));
    for packet in ["WP-A", "WP-B"] {
        w.given("orla", declare(packet, "packet", stated().link("part_of", &["PHASE-1"])));
    }
    w
}

fn waive(rule: &str, item: &str, until: Option<&str>) -> Wish {
    Wish::Waive {
        id: id(item),
        rule: rule.to_owned(),
        class: None,
        reason: "the advisory has no fix yet".to_owned(),
        controls: "the crate is not reachable".to_owned(),
        until: until.map(str::to_owned),
    }
}

fn unwaive(rule: &str, item: &str) -> Wish {
    Wish::Unwaive { id: id(item), rule: rule.to_owned(), reason: "the fix is out".to_owned() }
}

/// Has orla ask for it and ines approve it.
fn waived(w: &mut World, rule: &str, item: &str, until: Option<&str>) {
    w.pending("orla", waive(rule, item, until));
    w.effective("ines", waive(rule, item, until));
}

fn gate(w: &World, gate: &str, item: &str) -> GateReport {
    View { state: w.state(), facts: &w.tree, as_of: w.now }.gate(&word(gate), &noun(item))
}

fn outcome(w: &World, name: &str, criterion: &str, item: &str) -> Outcome {
    gate(w, name, item).criteria.iter().find(|one| one.name.as_str() == criterion).unwrap().outcome
}

fn standing(w: &World, item: &str) -> Standing {
    w.item(item).waivers.last().unwrap().standing(w.now)
}

/// The charter with one thing replaced.
fn next(from: &str, to: &str) -> String {
    assert_eq!(PACKETS.matches(from).count(), 1, "{from}");
    PACKETS.replace(from, to)
}

/// M0-004, S1-029
#[test]
fn one_asks_for_a_waiver_and_another_approves_it() {
    let mut w = phase();
    let before = gate(&w, "phase-closure", "PHASE-1");
    assert!(!before.passes());
    assert!(before.blamed()[0].explanation.waivable, "it is told that it may be waived");
    let draft = w.pending("orla", waive("phase-closure.cargo", "PHASE-1", None));
    assert_eq!(draft.event.summary(), "proposed waived PHASE-1 phase-closure.cargo");
    assert!(!gate(&w, "phase-closure", "PHASE-1").passes(), "asked for is not approved");
    w.days(1);
    w.effective("ines", waive("phase-closure.cargo", "PHASE-1", None));
    let report = gate(&w, "phase-closure", "PHASE-1");
    assert_eq!(outcome(&w, "phase-closure", "cargo", "PHASE-1"), Outcome::Waived);
    assert_eq!(report.counts().to_string(), "2 met, 1 unmet, 0 unknown, 1 waived");
    let told = &report.criteria[0].leaves[0].explanation;
    assert_eq!(told.code, Code::GateWaived);
    assert_eq!(
        told.found,
        "waived by orla and ines until phase-end: the advisory has no fix yet; instead: the crate is not reachable"
    );
    let waiver = &w.item("PHASE-1").waivers[0];
    assert_eq!((waiver.touch.at, waiver.by.len()), (w.now, 2), "the date of the approval");
}

/// S1-180
#[test]
fn the_phase_closes_when_its_waivers_are_audited_and_they_end_with_it() {
    let mut w = phase();
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
    assert_eq!(w.when("ines", to("PHASE-1", "closed")).unwrap_err().code(), Code::GuardUnmet);
    let waiver = w.item("PHASE-1").waivers[0].noun(&id("PHASE-1")).to_string();
    // Its rule alone names it not, nor does its position.
    for other in ["PHASE-1/phase-closure.cargo/1".to_owned(), waiver.replace("cargo", "open")] {
        assert_eq!(w.when("raj", attest(&other, "audited", &[])).unwrap_err().code(), Code::BlockAbsent, "{other}");
    }
    w.given("raj", attest(&waiver, "audited", &[]));
    assert_eq!(standing(&w, "PHASE-1"), Standing::Active, "it is audited while it counts");
    w.effective("ines", to("PHASE-1", "closed"));
    assert_eq!(standing(&w, "PHASE-1"), Standing::Expired);
    assert_eq!(outcome(&w, "phase-closure", "cargo", "PHASE-1"), Outcome::Unmet);
}

/// S1-030. A waiver of a part ends with the whole, and no later charter wakes it.
#[test]
fn a_waiver_ends_with_the_phase_for_good() {
    let mut w = phase();
    waived(&mut w, "finished.validated", "WP-A", None);
    assert_eq!(outcome(&w, "finished", "validated", "WP-A"), Outcome::Waived);
    w.given("orla", attest("PHASE-1", "cargo-deny", &[]));
    w.effective("ines", to("PHASE-1", "closed"));
    assert_eq!(standing(&w, "WP-A"), Standing::Expired);
    w.refused(
        "orla",
        waive("finished.validated", "WP-B", None),
        str![[r#"
waiver.until: PHASE-1 is closed, and with that the phase of WP-B is over
  needed: a phase that is not over: a waiver ends with it
  rule: waivers.short.until
  item: WP-B
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    let reopening = next(
        "open -> closed by user if phase-closure\"",
        "open -> closed by user if phase-closure\", \"closed -> open by user\"",
    );
    w.effective("ines", adopt(&reopening));
    w.effective("ines", to("PHASE-1", "open"));
    assert_eq!(standing(&w, "WP-A"), Standing::Expired, "what is over stays over");
}

/// An attack: whoever asks lets an agent of theirs approve.
#[test]
fn nobody_approves_by_an_agent_what_they_asked_for() {
    let mut w = phase();
    w.pending("ines", waive("phase-closure.cargo", "PHASE-1", None));
    w.refused(
        "bot",
        waive("phase-closure.cargo", "PHASE-1", None),
        str![[r#"
authority.voted-twice: ines signed this proposal already and counts as one with bot; it has 1 of 2 signatures
  needed: the signature of somebody else: 1 orchestrator (helper, orla)
  rule: waivers.phase.by
  item: PHASE-1
  who: 1 orchestrator: helper, orla
  next: ledger inbox --actor helper
"#]],
    );
    let mut w = phase();
    w.pending("helper", waive("phase-closure.cargo", "PHASE-1", None));
    assert_eq!(
        w.when("orla", waive("phase-closure.cargo", "PHASE-1", None)).unwrap_err().code(),
        Code::AuthorityVotedTwice
    );
    w.effective("raj", waive("phase-closure.cargo", "PHASE-1", None));
}

/// An attack: a waiver that is wider than what was granted.
#[test]
fn a_waiver_is_of_what_its_class_covers_for_its_item_and_nothing_else() {
    let mut w = phase();
    w.refused(
        "orla",
        waive("phase-closure.open", "PHASE-1", None),
        str![[r#"
waiver.not-possible: a waiver of phase-closure.open
  needed: something that may be waived: phase-closure.cargo, finished.validated
  rule: waivers
  item: PHASE-1
  who: 1 user: ines, raj
  next: ledger charter show
"#]],
    );
    let other = |class: &str, item: &str| {
        doing(
            item,
            Body::Waived {
                class: word(class),
                rule: "phase-closure.cargo".to_owned(),
                reason: "in a hurry".to_owned(),
                controls: "none".to_owned(),
                until: "phase-end".to_owned(),
            },
        )
    };
    w.refused(
        "orla",
        other("short", "PHASE-1"),
        str![[r#"
waiver.not-possible: a waiver of phase-closure.cargo in the class short
  needed: one of what it covers: finished.validated
  rule: waivers.short.covers
  item: PHASE-1
  who: 1 user: ines, raj
  next: ledger charter show
"#]],
    );
    assert_eq!(w.when("orla", other("phase", "repo")).unwrap_err().code(), Code::WaiverNotPossible);
    // The gate is never judged for a packet, so that the waiver would have no effect.
    w.refused(
        "orla",
        waive("phase-closure.cargo", "WP-A", None),
        str![[r#"
waiver.not-possible: a waiver of phase-closure.cargo for WP-A, which is a packet
  needed: an item for which gate phase-closure is judged: a phase
  item: WP-A
  who: 1 user: ines, raj
  next: ledger charter show
"#]],
    );
    waived(&mut w, "finished.validated", "WP-A", None);
    assert_eq!(outcome(&w, "finished", "validated", "WP-B"), Outcome::Unmet);
    assert_eq!(w.when("orla", to("WP-B", "done")).unwrap_err().code(), Code::GuardUnmet);
    w.effective("orla", to("WP-A", "done"));
}

/// An attack: a waived criterion under a veto.
#[test]
fn a_waiver_never_cancels_a_veto() {
    let mut w = phase();
    w.given("orla", attest_as("PHASE-1", "cargo-deny", "fail"));
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
    let report = gate(&w, "phase-closure", "PHASE-1");
    assert_eq!(report.criteria[0].outcome, Outcome::Waived);
    assert_eq!(report.outcome, GateOutcome::Veto);
}

/// An attack: a day that is over, that lies too late, or none.
#[test]
fn a_waiver_ends_no_later_than_its_class_allows() {
    let mut w = phase();
    w.refused(
        "orla",
        waive("finished.validated", "WP-A", Some("2025-12-31")),
        str![[r#"
waiver.until: 2025-12-31 is over
  needed: 2026-01-10 or later
  rule: waivers.short.until
  item: WP-A
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "orla",
        waive("finished.validated", "WP-A", Some("2027-01-01")),
        str![[r#"
waiver.until: until 2027-01-01
  needed: 2026-01-24 or earlier (2w from now)
  rule: waivers.short.until
  item: WP-A
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "orla",
        waive("finished.validated", "WP-A", Some("phase-end")),
        str![[r#"
waiver.until: no day with which it ends
  needed: a day, no later than 2026-01-24 (2w from now)
  rule: waivers.short.until
  item: WP-A
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.clone().pending("orla", waive("finished.validated", "WP-A", Some("2026-01-10")));
    let last = w.now.plus(govledger::domain::time::Span::days(14)).date().to_string();
    w.pending("orla", waive("finished.validated", "WP-A", None));
    w.effective("ines", waive("finished.validated", "WP-A", Some(&last)));
    assert_eq!(w.item("WP-A").waivers[0].until, last);
    w.days(14);
    assert_eq!(outcome(&w, "finished", "validated", "WP-A"), Outcome::Waived, "to the end of the day");
    w.wait(15 * 3600 - 1);
    assert_eq!(outcome(&w, "finished", "validated", "WP-A"), Outcome::Waived, "23:59:59");
    w.wait(1);
    assert_eq!(outcome(&w, "finished", "validated", "WP-A"), Outcome::Unmet);
    assert_eq!(standing(&w, "WP-A"), Standing::Expired);
}

/// An attack: the second signature comes when the day is over, or is meant to carry it further.
#[test]
fn an_approval_neither_revives_nor_prolongs() {
    let mut w = phase();
    let day = w.now.plus(govledger::domain::time::Span::days(3)).date().to_string();
    w.pending("orla", waive("finished.validated", "WP-A", Some(&day)));
    w.days(2);
    // A later day is another action, for which one signature is not enough.
    w.pending("ines", waive("finished.validated", "WP-A", None));
    w.days(3);
    assert_eq!(w.when("raj", waive("finished.validated", "WP-A", Some(&day))).unwrap_err().code(), Code::WaiverUntil);
}

/// An attack: the day is moved by signing the event again, as a sync does with what lost the race. The day is judged again at the new
/// time, the signatures of others are for the day that they read, and no time of signing lies before the ledger's newest event.
#[test]
fn a_waiver_that_is_signed_again_is_judged_again() {
    let mut w = phase();
    let day = w.now.plus(govledger::domain::time::Span::days(3)).date().to_string();
    let asked = w.pending("orla", waive("finished.validated", "WP-A", Some(&day))).event.body;
    let moved = |to: String| match &asked {
        Body::Waived { class, rule, reason, controls, .. } => Body::Waived {
            class: class.clone(),
            rule: rule.clone(),
            reason: reason.clone(),
            controls: controls.clone(),
            until: to,
        },
        _ => panic!("another event"),
    };
    // Moved to a later day that the class allows, it is another action, for which one signature is not enough.
    let later = w.now.plus(govledger::domain::time::Span::days(14)).date().to_string();
    w.pending("ines", doing("WP-A", moved(later)));
    assert!(w.item("WP-A").waivers.is_empty());
    w.days(5);
    assert_eq!(w.when("orla", doing("WP-A", asked.clone())).unwrap_err().code(), Code::WaiverUntil);
    assert_eq!(w.when("ines", doing("WP-A", asked)).unwrap_err().code(), Code::WaiverUntil);
    assert!(w.item("WP-A").waivers.is_empty());
}

/// An attack: a waiver of what was superseded, or its use by the successor.
#[test]
fn a_successor_has_no_waiver_and_what_was_superseded_gets_none() {
    let mut w = phase();
    waived(&mut w, "finished.validated", "WP-A", None);
    let link = stated().link("part_of", &["PHASE-1"]).link("supersedes", &["WP-A"]);
    w.given("orla", declare("WP-C", "packet", link));
    assert_eq!(outcome(&w, "finished", "validated", "WP-C"), Outcome::Unmet);
    w.effective("ines", unwaive("finished.validated", "WP-A"));
    assert_eq!(w.when("orla", waive("finished.validated", "WP-A", None)).unwrap_err().code(), Code::ItemSuperseded);
}

#[test]
fn no_more_are_active_than_the_class_allows_and_none_twice() {
    let mut w = phase();
    waived(&mut w, "finished.validated", "WP-A", None);
    w.refused(
        "orla",
        waive("finished.validated", "WP-A", None),
        str![[r#"
waiver.stands: finished.validated is waived for WP-A until 2026-01-24
  needed: no such waiver, or the one that stands revoked
  item: WP-A
  who: 1 orchestrator|user: bot, helper, ines, orla, raj
  next: ledger unwaive finished.validated WP-A
"#]],
    );
    w.refused(
        "orla",
        waive("finished.validated", "WP-B", None),
        str![[r#"
waiver.most: 1 of the class short are active
  needed: at most 1 active at once
  rule: waivers.short.most
  item: WP-B
  who: 1 orchestrator|user: bot, helper, ines, orla, raj
  next: ledger status
"#]],
    );
    w.days(20);
    waived(&mut w, "finished.validated", "WP-B", None);
}

#[test]
fn one_of_the_two_takes_a_waiver_back() {
    let mut w = phase();
    w.refused(
        "ines",
        unwaive("phase-closure.cargo", "PHASE-1"),
        str![[r#"
waiver.unknown: no waiver of phase-closure.cargo on PHASE-1
  needed: a waiver that stands
  item: PHASE-1
  who: 1 whoever asked: 
  next: ledger show PHASE-1
"#]],
    );
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
    // It is named by its event and its rule, and by none of them alone.
    let granted = w.last_id();
    let wrong = [(granted.clone(), "phase-closure.open"), (w.rid(), "phase-closure.cargo")];
    for (waiver, rule) in wrong {
        let body = Body::Unwaived { waiver, rule: rule.to_owned(), reason: "wrong".to_owned() };
        assert_eq!(w.when("raj", doing("PHASE-1", body)).unwrap_err().code(), Code::WaiverUnknown);
    }
    let draft = w.effective("raj", unwaive("phase-closure.cargo", "PHASE-1"));
    assert_eq!(draft.event.summary(), "unwaived PHASE-1 phase-closure.cargo");
    assert_eq!(standing(&w, "PHASE-1"), Standing::Revoked);
    assert_eq!(outcome(&w, "phase-closure", "cargo", "PHASE-1"), Outcome::Unmet);
    let Body::Unwaived { waiver, .. } = draft.event.body else { panic!("another event") };
    let again = Body::Unwaived { waiver, rule: "phase-closure.cargo".to_owned(), reason: "again".to_owned() };
    w.refused(
        "ines",
        doing("PHASE-1", again),
        str![[r#"
waiver.unknown: the waiver of phase-closure.cargo for PHASE-1 is revoked already
  needed: a waiver that is active
  item: PHASE-1
  who: 1 whoever asked: 
  next: ledger show PHASE-1
"#]],
    );
    // It can be granted anew.
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
}

/// An attack: a new charter that drops the class, or lets the waived name mean something else.
#[test]
fn a_standing_waiver_keeps_its_rule() {
    let mut w = phase();
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
    let dropped = next(
        "[waivers.phase]\ncovers = [\"phase-closure.cargo\"]",
        "[waivers.late]\ncovers = [\"phase-closure.open\"]",
    );
    w.refused(
        "ines",
        adopt(&dropped),
        str![[r#"
charter.strands: phase-closure.cargo is waived for PHASE-1 until phase-end
  needed: the class phase to cover it, or the waiver to be revoked first: ledger unwaive phase-closure.cargo PHASE-1
  rule: waivers.phase
  item: PHASE-1
  who: 1 user: ines, raj
  next: ledger charter show
"#]],
    );
    let other = next("cargo     = \"self has cargo-deny\"\nopen", "cargo     = \"self has validated\"\nopen");
    w.refused("ines", adopt(&other), str![[r#"
charter.strands: phase-closure.cargo is waived for PHASE-1 until phase-end
  needed: phase-closure.cargo as it was when it was waived, or the waiver to be revoked first: ledger unwaive phase-closure.cargo PHASE-1
  rule: waivers.phase
  item: PHASE-1
  who: 1 user: ines, raj
  next: ledger charter show
"#]]);
    let longer =
        next("covers = [\"phase-closure.cargo\"]", "covers = [\"phase-closure.cargo\", \"phase-closure.open\"]");
    w.effective("ines", adopt(&longer));
    assert_eq!(outcome(&w, "phase-closure", "cargo", "PHASE-1"), Outcome::Waived);
    assert_eq!(outcome(&w, "phase-closure", "open", "PHASE-1"), Outcome::Met);
    w.effective("orla", unwaive("phase-closure.cargo", "PHASE-1"));
    w.effective("ines", adopt(&other));
}

/// The state holds all of it, so that whoever replays has the same.
#[test]
fn the_state_holds_who_granted_what_until_when() {
    let mut w = phase();
    waived(&mut w, "phase-closure.cargo", "PHASE-1", None);
    let before = w.digest();
    w.effective("raj", unwaive("phase-closure.cargo", "PHASE-1"));
    assert_ne!(w.digest(), before);
    let text = w.state().to_value().to_canonical();
    for part in
        ["\"controls\":\"the crate is not reachable\"", "\"until\":\"phase-end\"", "\"reason\":\"the fix is out\""]
    {
        assert!(text.contains(part), "{part}");
    }
    let rules: &Charter = &w.state().charter.rules;
    assert!(rules.is_waivable("phase-closure.cargo") && !rules.is_waivable("phase-closure.open"));
}
