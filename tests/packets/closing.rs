//! When a phase may close.

use govledger::domain::charter::Level;
use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::explain::Outcome;

use crate::protocol::*;
use crate::world::*;

const GATE: &str = "phase-closure";

fn undone(claim: &'static str, by: &'static str, on: &'static str) -> impl FnOnce(&mut World) {
    move |w| w.given(by, retract(on, claim, None)).done()
}

/// S1-013, S1-056, S1-177: every packet of the phase is validated; that it is done is not enough.
#[test]
fn a_phase_closes_when_every_packet_is_validated() {
    red(Stage::Done, GATE, "validated", "PHASE-1", undone("validated", "viktor", STORE));
    red(Stage::Done, GATE, "critical", "PHASE-1", undone("validated", "viktor", STORE));
    red(Stage::Done, GATE, "validated", "PHASE-1", |w| {
        w.given("orla", declare(STATE, "packet", stated().title("A gap").link("part_of", &["PHASE-1"]))).done();
    });
    let mut w = at(Stage::Built);
    w.given("orla", attest_as("PHASE-1", "log-entry", "milestone"));
    assert_eq!(outcome(&w, GATE, "validated", "PHASE-1"), Outcome::Unmet, "validated, and not done");
    assert_eq!(outcome(&w, GATE, "critical", "PHASE-1"), Outcome::Unmet, "validated, and not done");
    assert_eq!(refusal(&mut w, "ilja", to("PHASE-1", "closed")).0, Code::GuardUnmet);
    at(Stage::Done).effective("ilja", to("PHASE-1", "closed"));
}

/// S1-013: whoever writes packets takes none of them out of the phase that is not done, neither by another one in its place nor
/// by saying that it belongs elsewhere; signed or not.
#[test]
fn nothing_that_is_not_done_leaves_the_phase() {
    let gap = |w: &mut World| {
        w.given("orla", declare(STATE, "packet", stated().title("A gap").link("part_of", &["PHASE-1"]))).done();
    };
    let variant = |of: &str, links: &[(&str, &[&str])]| {
        let stated = stated().title("Another").link("supersedes", &[of]);
        declare("WP-1-Variant-v2", "packet", links.iter().fold(stated, |stated, (link, ids)| stated.link(link, ids)))
    };
    let leaving: [fn() -> Wish; 3] = [
        || relink(STATE, "part_of", &[]),
        || relink(STATE, "part_of", &["PHASE-2"]),
        || amend(STATE, Change { links: [(word("part_of"), None)].into(), ..Change::default() }),
    ];
    for wish in leaving {
        red(Stage::Done, GATE, "whole", "PHASE-1", |w| {
            gap(w);
            w.given("orla", wish()).done();
        });
    }
    red(Stage::Done, GATE, "whole", "PHASE-1", |w| {
        gap(w);
        w.given("orla", variant(STATE, &[])).done();
    });
    let mut w = at(Stage::Sealed);
    w.given("orla", variant(STORE, &[]));
    assert_eq!(outcome(&w, GATE, "whole", "PHASE-1"), Outcome::Unmet, "signed, and gone");
    assert_eq!(refusal(&mut w, "ilja", to("PHASE-1", "closed")).0, Code::GuardUnmet);
    let mut w = at(Stage::Sealed);
    w.given("orla", variant(STORE, &[("part_of", &["PHASE-1"])]));
    assert_eq!(outcome(&w, GATE, "whole", "PHASE-1"), Outcome::Met);
    assert_eq!(
        outcome(&w, GATE, "validated", "PHASE-1"),
        Outcome::Unmet,
        "it stands in the phase, and is not validated"
    );
}

/// S1-013, S1-167: a packet that nobody wrote, or built, is validated by nobody and closes no phase, critical or not; nor does one
/// that was validated and put back.
#[test]
fn a_phase_never_closes_over_what_nobody_built() {
    const EMPTY: &str = "WP-1-Extra-v1";
    let empty =
        || stated().title("x").field("gate_critical", false).link("part_of", &["PHASE-1"]).link("depends_on", &[]);
    for stated in [empty(), empty().link("supersedes", &[STORE])] {
        let mut w = at(Stage::Done);
        w.given("orla", declare(EMPTY, "packet", stated));
        board(&mut w);
        let (code, rule) = refusal(&mut w, "viktor", attest(EMPTY, "validated", &[]));
        assert_eq!((code, rule.as_str()), (Code::GuardUnmet, "claims.validated gates.built.begun"));
        w.given("viktor", attest_as(EMPTY, "validated", "fail"));
        assert_eq!(outcome(&w, GATE, "validated", "PHASE-1"), Outcome::Unmet);
        assert_eq!(refusal(&mut w, "ilja", to("PHASE-1", "closed")).0, Code::GuardUnmet);
    }
    let mut w = at(Stage::Built);
    w.given("orla", to(STORE, "ready"));
    assert_eq!(outcome(&w, GATE, "validated", "PHASE-1"), Outcome::Unmet);
}

/// S1-013: what is planned for a later phase, or for none, keeps no phase open once the user says so, of the packet as it is.
#[test]
fn what_the_user_defers_keeps_no_phase_open() {
    const SYNC: &str = "WP-2-Sync-20260124";
    // Security gates come first, but for those that the user defers.
    for (next, links) in [(SYNC, &["PHASE-2"][..]), (SYNC, &[]), ("WP-2-Security-Keys-20260124", &["PHASE-2"])] {
        let mut w = at(Stage::Done);
        let planned = stated().title("Synchronise").link("depends_on", &[]);
        w.given("orla", declare(next, "packet", planned.link("part_of", links)));
        board(&mut w);
        let told = w.when("ilja", to("PHASE-1", "closed")).unwrap_err();
        let steps: Vec<&str> = told.explanations.iter().flat_map(|e| &e.next).map(String::as_str).collect();
        assert!(steps.contains(&format!("ledger attest {next} deferred").as_str()), "{steps:?}");
        assert_eq!(refusal(&mut w, "orla", attest(next, "deferred", &[])).0, Code::AuthorityRole);
        w.given("ilja", attest(next, "deferred", &[]));
        assert_eq!(outcome(&w, GATE, "whole", "PHASE-1"), Outcome::Met);
        w.clone().effective("ilja", to("PHASE-1", "closed"));
        w.given("orla", refield(next, "gate_critical", Some(true.into())));
        assert_eq!(outcome(&w, GATE, "whole", "PHASE-1"), Outcome::Unmet, "another packet than the user saw");
    }
}

/// S1-055: what takes the place of a packet stands in its phase, where it says nothing else.
#[test]
fn a_variant_stands_in_the_phase_of_the_packet() {
    let mut w = at(Stage::Sealed);
    let change = Change { title: Some(Some("Another".to_owned())), ..Change::default() };
    w.given("orla", Wish::Supersede { old: id(STORE), new: id("WP-1-Variant-v2"), status: None, change });
    assert_eq!(w.item("WP-1-Variant-v2").stated.links[&word("part_of")], [id("PHASE-1")].into());
    assert!(!w.item("WP-1-Variant-v2").stated.links.contains_key(&word("anchor")));
}

/// S1-015, S1-178: the check of the specification is fresh and good when the phase closes.
#[test]
fn a_phase_closes_when_the_specification_is_whole() {
    red(Stage::Done, GATE, "regression", "PHASE-1", undone("spec-regression", "builder", "SPEC-v1"));
    red(Stage::Done, GATE, "regression", "PHASE-1", |w| w.write("src/main.rs", "fn main() {}", "raj"));
}

/// S1-014, S1-179, S1-188: whatever a packet of the phase waits for is validated, on both ends of the edge.
#[test]
fn a_phase_closes_when_nothing_is_waited_for() {
    let mut w = at(Stage::Done);
    let other = "WP-2-Migration-v1";
    let second = stated().title("State").link("part_of", &["PHASE-1"]).link("depends_on", &[other]);
    w.given("orla", declare(other, "packet", stated().title("Of no phase")));
    w.given("orla", declare(STATE, "packet", second));
    assert_eq!(outcome(&w, GATE, "dependencies", "PHASE-1"), Outcome::Unmet, "of no phase, and waited for");
    w.given("orla", relink(STATE, "depends_on", &[STORE]));
    assert_eq!(outcome(&w, GATE, "dependencies", "PHASE-1"), Outcome::Met);
    assert_eq!(outcome(&w, GATE, "validated", "PHASE-1"), Outcome::Unmet, "one end is not enough");
    w.given("orla", relink(STATE, "depends_on", &[STORE, other]));
    assert_eq!(outcome(&w, GATE, "dependencies", "PHASE-1"), Outcome::Unmet);
}

/// S1-181: the supply chain is clean, and was looked at within a week.
#[test]
fn a_phase_closes_when_the_supply_chain_is_clean() {
    red(Stage::Done, GATE, "cargo", "PHASE-1", |w| w.days(8));
    red(Stage::Done, GATE, "npm", "PHASE-1", |w| w.days(8));
    red(Stage::Done, GATE, "cargo", "PHASE-1", |w| {
        w.given("builder", valued("repo", "cargo-deny", &[("violations", 1)])).done();
    });
}

/// S1-006, S1-008: done is the whole section: each of its demands is taken by a packet and backed by a place in the code.
#[test]
fn done_is_the_whole_section() {
    for requirement in ["SEC-2.3.12.3-R1", "SEC-2.3.12.3-R2"] {
        red(Stage::Built, "finished", "whole", STORE, undone("evidenced", "cody", requirement));
        red(Stage::Built, "finished", "evidence", STORE, undone("evidenced", "cody", requirement));
    }
    red(Stage::Built, "finished", "whole", STORE, |w| {
        let third = stated().field("strength", "SHOULD").link("part_of", &["SEC-2.3.12.3"]);
        w.given("orla", declare("SEC-2.3.12.3-R3", "requirement", third)).done();
    });
}

/// S1-008: whoever is asked for the places of a demand is told so by the command.
#[test]
fn the_next_command_asks_for_the_places_of_a_demand() {
    let mut w = at(Stage::Built);
    undone("evidenced", "cody", "SEC-2.3.12.3-R1")(&mut w);
    let told = w.when("orla", to(STORE, "done")).unwrap_err().explanations;
    let next: Vec<&String> = told.iter().flat_map(|told| &told.next).collect();
    let wanted = "ledger attest SEC-2.3.12.3-R1 evidenced --value where=PATH:LINE";
    assert!(next.iter().any(|next| *next == wanted), "{next:?}");
}

/// S1-009: each place that is cited is a line of the code; of the code as it was then, and of no other.
#[test]
fn what_is_cited_is_in_the_code() {
    const FILE: &str = "src/backend/core/src/storage/mod.rs";
    let cited = |places: &[String]| {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        naming("SEC-2.3.12.3-R1", "evidenced", "where", list(&places))
    };
    let at_line = |line: u8| format!("{FILE}:{line}");
    let mut w = at(Stage::Started);
    for places in [
        vec!["docs/SPEC_CURRENT.md:1".to_owned()],
        vec![at_line(1), "Cargo.toml:1".to_owned()],
        vec![at_line(3)],
        vec![at_line(1), at_line(3)],
        vec!["src/gone.rs:1".to_owned()],
        vec![FILE.to_owned()],
        vec![],
    ] {
        assert_eq!(refusal(&mut w, "cody", cited(&places)).0, Code::ClaimValue, "{places:?}");
    }
    assert_eq!(refusal(&mut w, "cody", attest("SEC-2.3.12.3-R1", "evidenced", &[])).0, Code::ClaimValue, "no place");
    for actor in ["builder", "orla", "vera"] {
        assert_eq!(refusal(&mut w, actor, cited(&[at_line(2)])).0, Code::AuthorityRole, "{actor}");
    }
    w.given("cody", cited(&[at_line(1), at_line(2)]));

    red(Stage::Built, "finished", "evidence", STORE, |w| w.write(FILE, "", "cody"));
    red(Stage::Built, "finished", "evidence", STORE, |w| {
        w.given("cody", attest_as("SEC-2.3.12.3-R1", "evidenced", "fail")).done();
    });
}

/// S1-029, S1-030: what is set aside is signed by two, with a date, and ends with the phase; and it is audited before that.
#[test]
fn a_waiver_is_dated_audited_and_over_with_the_phase() {
    use govledger::domain::state::Standing;
    let waive = || Wish::Waive {
        id: id("PHASE-1"),
        rule: "phase-closure.cargo".to_owned(),
        class: None,
        reason: "the advisory has no fix yet".to_owned(),
        controls: "the crate is not reachable".to_owned(),
        until: None,
    };
    let mut w = at(Stage::Done);
    w.given("builder", valued("repo", "cargo-deny", &[("violations", 1)]));
    assert_eq!(outcome(&w, GATE, "cargo", "PHASE-1"), Outcome::Unmet);
    w.pending("orla", waive());
    assert_eq!(outcome(&w, GATE, "cargo", "PHASE-1"), Outcome::Unmet);
    w.days(1);
    w.effective("ilja", waive());
    assert_eq!(outcome(&w, GATE, "cargo", "PHASE-1"), Outcome::Waived);
    let waiver = w.item("PHASE-1").waivers[0].clone();
    assert_eq!((waiver.touch.at, waiver.by.len(), waiver.until.as_str()), (w.now, 2, "phase-end"));
    assert_eq!(outcome(&w, GATE, "waivers", "PHASE-1"), Outcome::Unmet, "S1-180: it is not audited");
    assert_eq!(refusal(&mut w, "ilja", to("PHASE-1", "closed")).0, Code::GuardUnmet);
    w.given("ilja", attest(&waiver.noun(&id("PHASE-1")).to_string(), "audited", &[]));
    w.effective("ilja", to("PHASE-1", "closed"));
    assert_eq!(w.item("PHASE-1").waivers[0].standing(w.now), Standing::Expired);
}

/// S1-180: what was set aside for a packet is audited, whatever becomes of the packet: another one in its place is no audit.
#[test]
fn what_was_set_aside_for_a_packet_is_audited_whatever_takes_its_place() {
    let waive = || Wish::Waive {
        id: id(STORE),
        rule: "CX-600B".to_owned(),
        class: None,
        reason: "the demonstration opens it once".to_owned(),
        controls: "vera reads it line by line".to_owned(),
        until: None,
    };
    let mut w = at(Stage::Started);
    w.pending("orla", waive());
    w.effective("ilja", waive());
    let waiver = w.item(STORE).waivers[0].noun(&id(STORE)).to_string();
    assert_eq!(outcome(&w, GATE, "waivers", "PHASE-1"), Outcome::Unmet);
    for links in [&["PHASE-1"][..], &[]] {
        let mut w = w.clone();
        let again = stated().title("Again").link("supersedes", &[STORE]).link("part_of", links);
        w.given("orla", declare("WP-1-Variant-v2", "packet", again));
        assert_eq!(outcome(&w, GATE, "waivers", "PHASE-1"), Outcome::Unmet, "{links:?}");
        w.given("ilja", attest(&waiver, "audited", &[]));
        assert_eq!(outcome(&w, GATE, "waivers", "PHASE-1"), Outcome::Met, "{links:?}");
    }
}

/// S1-127: which packets were turned down, by whom and for what, is told where the phase closes, and decides nothing.
#[test]
fn what_was_turned_down_is_counted() {
    let mut w = at(Stage::Done);
    let count = |w: &World| {
        let report = gate(w, GATE, "PHASE-1");
        let one = report.criteria.iter().find(|one| one.name.as_str() == "turned-down").unwrap();
        assert_eq!(one.level, Level::Should);
        assert!(report.passes());
        one.leaves.iter().filter(|leaf| leaf.outcome == Outcome::Unmet).count()
    };
    assert_eq!(count(&w), 0);
    w.given("vera", attest_as(STORE, "turned-down", "scope-confusion"));
    assert_eq!(count(&w), 1);
    w.given("viktor", attest_as(STORE, "turned-down", "missing-packet"));
    let said = &w.item(STORE).claims[&word("turned-down")];
    let reasons: Vec<&str> =
        said.values().flat_map(|said| said.values()).map(|said| said.statement.result.as_str()).collect();
    assert_eq!((count(&w), reasons), (1, vec!["scope-confusion", "missing-packet"]), "one packet, and each reason");
    assert_eq!(refusal(&mut w, "vera", attest_as(STORE, "turned-down", "taste")).0, Code::ClaimResult);
}

/// S1-160: on whose word the phase has its gate, and since when.
#[test]
fn the_authority_of_the_gate_is_cited() {
    let mut w = at(Stage::Done);
    let report = gate(&w, GATE, "PHASE-1");
    assert!(report.criteria.iter().take(8).all(|one| one.cite.as_deref().is_some_and(|cite| cite.starts_with("CX-"))));
    let fields = &w.item("PHASE-1").stated.fields;
    assert_eq!(fields[&word("authority")], "Master Spec 2.3.12".into());
    assert_eq!(fields[&word("decided")], "2026-01-09".into());
    w.given("ilja", to("PHASE-1", "closed"));
    assert_eq!(
        refusal(&mut w, "orla", declare("PHASE-2", "phase", stated().field("decided", "soon"))).0,
        Code::ItemField
    );
}
