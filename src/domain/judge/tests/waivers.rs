//! WAIVED: where it counts, for how long, and what it never does.

use super::world::{World, actor, item, noun, word};
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::id::RoleId;
use crate::domain::judge::Judgement;
use crate::domain::key::PublicKey;
use crate::domain::state::{Revocation, Vote, Waiver};
use crate::domain::time::Span;

/// A phase that closes when the papers are sealed, which may be waived.
pub(super) const GATES: &str = r#"
[gates.close]
one   = "self is closed"
two   = ["self has check", "self has review"]
inner = "self passes inward"
[gates.close.veto]
one   = "some topic is settled"

[gates.inward]
held  = "self is closed"

[gates.order]
ordered = true
one     = "self is closed"
two     = "self is open"

[waivers.late]
covers = ["close.one", "close.two", "close.inner", "inward.held", "order.one"]
by     = "2 lead"
"#;

fn phase() -> World {
    let mut w = World::new(GATES);
    w.declare("F-A", "phase", "open");
    w.declare("F-B", "phase", "open");
    w
}

pub(crate) fn waive<'w>(w: &'w mut World, id: &str, rule: &str, until: &str) -> &'w mut Waiver {
    let touch = w.tick();
    let vote = |name: &str, key: u8| Vote {
        actor: actor(name),
        role: Some(RoleId::parse("lead").unwrap()),
        key: PublicKey::Ed25519([key; 32]).fingerprint(),
        event: super::world::rid(touch.seq),
        touch,
    };
    let waiver = Waiver {
        class: word("late"),
        rule: rule.to_owned(),
        event: super::world::rid(touch.seq),
        touch,
        by: vec![vote("lena", 1), vote("kim", 2)],
        charter: w.state.charter.seq,
        reason: "no time".to_owned(),
        controls: "watched".to_owned(),
        until: until.to_owned(),
        ended: None,
        revoked: None,
    };
    w.state.waived.insert(item(id));
    w.item(id).waivers.push(waiver);
    w.item(id).waivers.last_mut().unwrap()
}

fn of(w: &World, gate: &str, name: &str, id: &str) -> Outcome {
    w.gate(gate, id).criteria.iter().find(|one| one.name.as_str() == name).unwrap().outcome
}

#[test]
fn a_waived_criterion_is_waived_and_never_met() {
    let mut w = phase();
    for rule in ["close.one", "close.two", "close.inner"] {
        assert_eq!(w.passes("close", "F-A"), GateOutcome::Hold, "{rule}");
        waive(&mut w, "F-A", rule, "phase-end");
    }
    let report = w.gate("close", "F-A");
    assert!(report.passes());
    assert!(report.blamed().is_empty());
    assert_eq!(report.counts().to_string(), "1 met, 0 unmet, 0 unknown, 3 waived", "the veto does not apply");
    assert_eq!(w.passes("close", "F-B"), GateOutcome::Hold, "another item");
    assert_eq!(w.of("F-A", "self passes close"), Outcome::Met, "a gate that passes, passes");
    // What is met needs no waiver, and does not use it.
    let waiver = w.item("F-A").waivers[0].clone();
    assert_eq!(Judgement::new(w.view()).is_used(&item("F-A"), &waiver), Some(true));
    w.item("F-A").status = word("closed");
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Met);
    assert_eq!(Judgement::new(w.view()).is_used(&item("F-A"), &waiver), Some(false));
}

#[test]
fn what_is_unknown_may_be_waived_too_and_an_ordered_gate_goes_on() {
    let mut w = phase();
    w.attest("F-A", "check", "raj", "pass");
    w.attest("F-A", "check", "rita", "fail");
    assert_eq!(of(&w, "close", "two", "F-A"), Outcome::Unknown);
    waive(&mut w, "F-A", "close.two", "phase-end");
    assert_eq!(of(&w, "close", "two", "F-A"), Outcome::Waived);
    assert_eq!(w.passes("order", "F-A"), GateOutcome::Hold);
    waive(&mut w, "F-A", "order.one", "phase-end");
    assert_eq!(w.passes("order", "F-A"), GateOutcome::Pass);
}

#[test]
fn a_waiver_of_an_inner_gate_counts_where_that_is_asked() {
    let mut w = phase();
    assert_eq!(of(&w, "close", "inner", "F-A"), Outcome::Unmet);
    waive(&mut w, "F-A", "inward.held", "phase-end");
    assert_eq!(of(&w, "close", "inner", "F-A"), Outcome::Met, "the inner gate passes");
}

#[test]
fn a_veto_of_the_same_name_stands() {
    let mut w = phase();
    for rule in ["close.one", "close.two", "close.inner"] {
        waive(&mut w, "F-A", rule, "phase-end");
    }
    w.declare("T-a", "topic", "settled");
    assert_eq!(w.passes("close", "F-A"), GateOutcome::Veto);
}

#[test]
fn a_waiver_counts_to_the_end_of_its_day_until_it_is_revoked_ended_or_disputed() {
    let mut w = phase();
    let day = w.state.tip.at.plus(Span::days(3)).date().to_string();
    waive(&mut w, "F-A", "close.one", &day);
    w.tick();
    w.tick();
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Waived, "the last day");
    w.tick();
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Unmet);
    assert_eq!(w.is("some waiver of F-A is expired"), Outcome::Met);
    let touch = w.tick();
    waive(&mut w, "F-A", "close.one", "phase-end").ended = Some(touch);
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Unmet);
    let (event, by, reason) = (super::world::rid(99), [actor("lena")].into(), "over".to_owned());
    waive(&mut w, "F-A", "close.one", "phase-end").revoked = Some(Revocation { event, touch, by, reason });
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Unmet);
    assert_eq!(w.is("some waiver of F-A is revoked"), Outcome::Met);
    let event = waive(&mut w, "F-A", "close.one", "phase-end").event.clone();
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Waived);
    w.state.disputed.insert(event);
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Unmet);
}

#[test]
fn waivers_are_things_of_their_own() {
    let mut w = phase();
    assert_eq!(w.of("F-A", "every waiver of self, if any, has check"), Outcome::NotApplicable);
    assert_eq!(w.of("F-A", "no waiver of self is active"), Outcome::Met);
    waive(&mut w, "F-A", "close.one", "phase-end");
    assert_eq!(w.of("F-A", "every waiver of self, if any, has check"), Outcome::Unmet);
    assert_eq!(w.of("F-A", "no waiver of self is active"), Outcome::Unmet);
    assert_eq!(w.of("F-B", "no waiver of self is active"), Outcome::Met);
    assert_eq!(w.is("some waiver is not expired"), Outcome::Met);
    let name = w.item("F-A").waivers[0].noun(&item("F-A")).to_string();
    w.attest(&name, "check", "raj", "pass");
    assert_eq!(w.of("F-A", "every waiver of self, if any, has check"), Outcome::Met);
    w.attest(&name, "check", "rita", "fail");
    assert_eq!(w.of("F-A", "every waiver of self, if any, has check"), Outcome::Unknown);
    assert_eq!(w.is("some waiver of F-A is idle 14d"), Outcome::Unmet);
    assert!(w.view().waived("close.one", &item("F-A")).is_some());
    assert!(w.view().waived("close.one", &item("F-B")).is_none());
    assert!(w.view().noun_content(&noun(&name)).is_some());
}

/// What was set aside for an item was, whatever has taken its place since: whoever audits is not spared it.
#[test]
fn waivers_of_what_was_replaced_are_those_of_what_took_its_place() {
    let mut w = phase();
    waive(&mut w, "F-A", "close.one", "phase-end");
    w.declare("F-C", "phase", "open");
    w.link("F-C", "supersedes", "F-A");
    w.declare("F-D", "phase", "open");
    w.link("F-D", "supersedes", "F-C");
    for noun in ["self", "F-A", "F-D", "every phase"] {
        let sentence = match noun.strip_prefix("every ") {
            Some(kind) => format!("no waiver of {kind} is active"),
            None => format!("no waiver of {noun} is active"),
        };
        assert_eq!(w.of("F-D", &sentence), Outcome::Unmet, "{sentence}");
    }
    assert_eq!(w.of("F-B", "no waiver of self is active"), Outcome::Met);
    assert_eq!(of(&w, "close", "one", "F-D"), Outcome::Unmet, "a successor has no waivers");
    let name = w.item("F-A").waivers[0].noun(&item("F-A")).to_string();
    w.attest(&name, "check", "raj", "pass");
    assert_eq!(w.of("F-D", "every waiver of self has check"), Outcome::Met);
}

#[test]
fn a_waiver_counts_only_while_the_criterion_means_the_same() {
    let mut w = phase();
    waive(&mut w, "F-A", "close.one", "phase-end");
    w.recharter("inner = \"self passes inward\"", "inner = \"self is open\"");
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Waived, "another criterion changed");
    w.recharter("one   = \"self is closed\"", "one   = \"self is blocked\"");
    assert_eq!(of(&w, "close", "one", "F-A"), Outcome::Unmet, "this one did");
}
