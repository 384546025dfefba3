//! The fourteen checks before a packet is delegated, and what else a coder may count on.

use govledger::domain::charter::Level;
use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::explain::Outcome;

use crate::protocol::*;
use crate::world::*;

const GATE: &str = "pre-delegation";

/// The packet is a gap with everything said, but for what a test does before it is signed.
fn unsigned(otherwise: impl FnOnce(&mut World)) -> World {
    let mut w = at(Stage::Declared);
    judged(&mut w, STORE);
    otherwise(&mut w);
    w
}

/// Shows that one check of the fourteen is not met when the packet was declared otherwise.
#[track_caller]
fn check(criterion: &str, otherwise: impl FnOnce(&mut World)) {
    assert_eq!(outcome(&at(Stage::Sealed), GATE, criterion, STORE), Outcome::Met);
    assert_eq!(outcome(&unsigned(otherwise), GATE, criterion, STORE), Outcome::Unmet, "{criterion}");
}

fn drop(field: &str) -> impl FnOnce(&mut World) {
    move |w| w.given("orla", refield(STORE, field, None)).done()
}

/// S1-193, S1-196, S1-197: what must not be touched is listed, a tier is assigned, a plan of tests is there.
#[test]
fn what_a_packet_leaves_out_its_tier_and_its_tests_are_stated() {
    check("out-of-scope", drop("out_of_scope"));
    check("risk-tier", drop("risk_tier"));
    check("test-plan", drop("test_plan"));
    assert!(with("test_plan", list(&["pnpm -C app test"])).contains("lacks \"cargo test …\""));
    assert_eq!(with("test_plan", list(&["cargo test --manifest-path src/backend/core/Cargo.toml"])), "");
}

/// S1-145, S1-192: the scope is exact: files, by name.
#[test]
fn the_scope_is_exact() {
    check("scope-exact", drop("in_scope_paths"));
    for path in ["src/backend/core/src/storage", "src/**/*.rs", "all of the storage, e.g. mod.rs"] {
        check("scope-exact", |w| w.given("orla", refield(STORE, "in_scope_paths", Some(list(&[path])))).done());
    }
}

/// S1-194: somebody says with a key that success can be measured.
#[test]
fn success_can_be_measured() {
    check("measurable", |w| {
        w.given("orla", answering_no(STORE, "understood", &UNDERSTOOD, "success-measurable")).done();
    });
}

/// S1-143, S1-146, S1-195: each demand of the section is taken by one packet.
#[test]
fn each_demand_of_the_section_is_taken_by_one_packet() {
    check("one-to-one", |w| w.given("orla", relink(STORE, "implements", &["SEC-2.3.12.3-R1"])).done());
    check("one-to-one", |w| {
        let third = stated().field("strength", "SHOULD").link("part_of", &["SEC-2.3.12.3"]);
        w.given("orla", declare("SEC-2.3.12.3-R3", "requirement", third)).done();
    });
    let mut w = at(Stage::Declared);
    let mut second = whole(STATE, "State", "SEC-2.3.12.4");
    second = second.link("implements", &["SEC-2.3.12.3-R1", "SEC-2.3.12.4-R1", "SEC-2.3.12.4-R2"]);
    let (code, rule) = refusal(&mut w, "orla", declare(STATE, "packet", second));
    assert_eq!((code, rule.as_str()), (Code::ItemLink, "links.implements"));
}

/// S1-146: a packet takes no demand of another section than its own, be it free or not.
#[test]
fn no_demand_of_another_section_is_taken_along() {
    check("dependencies", |w| {
        w.given("orla", relink(STORE, "implements", &["SEC-2.3.12.3-R1", "SEC-2.3.12.3-R2", "SEC-2.3.12.4-R1"])).done();
    });
    let mut w = at(Stage::Declared);
    w.given("orla", relink(STORE, "implements", &["SEC-2.3.12.3-R1", "SEC-2.3.12.3-R2", "SEC-2.3.12.4-R1"])).done();
    let told = format!("{:?}", gate(&w, GATE, STORE));
    assert!(told.contains("implements leads to SEC-2.3.12.4-R1, which is no part of its anchor (CX-602)"), "{told}");
}

/// S1-198, S1-199, S1-200: the three counts of the work plan are checks of their own.
#[test]
fn the_work_plan_is_counted() {
    for (criterion, field, few, many) in [
        ("files-to-open", "files_to_open", files(4), files(16)),
        ("search-terms", "search_terms", several(9), several(21)),
        ("risk-map", "risk_map", risks(2), risks(9)),
    ] {
        for value in [few, many] {
            check(criterion, |w| w.given("orla", refield(STORE, field, Some(value))).done());
        }
    }
}

/// S1-201: the user's signature, with its time.
#[test]
fn the_packet_is_signed() {
    check("signature", |_| ());
    let w = at(Stage::Sealed);
    let seal = w.item(STORE).seal.as_ref().unwrap();
    assert_eq!(
        (seal.by.iter().map(ToString::to_string).collect::<Vec<_>>(), seal.touch.at),
        (vec!["ilja".to_owned()], w.now)
    );
}

/// S1-202, S1-203: what it waits for is stated, and the effort in hours.
#[test]
fn dependencies_and_effort_are_stated() {
    check("effort", drop("effort"));
    check("dependencies", |w| {
        let links = [(word("depends_on"), None)].into();
        let change = govledger::domain::decide::draft::Change { links, ..Default::default() };
        w.given("orla", amend(STORE, change)).done();
    });
    let mut w = at(Stage::Declared);
    w.given("orla", declare(STATE, "packet", whole(STATE, "State", "SEC-2.3.12.4").link("depends_on", &[STORE])));
    w.given("orla", declare("WP-1-Dual-v1", "packet", stated().title("Dual").link("depends_on", &[STORE, STATE])));
    let view = govledger::domain::judge::View { state: w.state(), facts: &w.tree, as_of: w.now };
    let rules = &w.state().charter.rules;
    assert_eq!(
        rules.links[&word("depends_on")].inverse.as_ref().map(govledger::domain::id::Word::as_str),
        Some("holds_up")
    );
    assert!(view.blocks_on(&id(STATE)).iter().any(|block| block.name.as_str() == "WAITING"));
}

/// S1-190, S1-141: the section stands in the specification, and before its roadmap.
#[test]
fn the_section_stands_before_the_roadmap() {
    let mut w = at(Stage::Sealed);
    assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Met);
    let heading = "## 2.3.12.3 Storage API Abstraction Pattern\n\n";
    w.write("docs/master_spec/v1.md", &(SPEC.replace(heading, "") + heading), "ilja");
    assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Unmet, "behind the roadmap");
    let mut w = at(Stage::Declared);
    let later = stated().title("Synchronisation").link("part_of", &["SPEC-v1"]);
    w.given("orla", declare("SEC-9.1", "section", later)).given("orla", relink(STORE, "anchor", &["SEC-9.1"]));
    assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Unmet);
}

/// S1-141, S1-205: a section has the number and the title of one heading: none is cited under a second number, and none by another
/// title than it has.
#[test]
fn a_section_is_the_heading_of_its_number() {
    let mut w = at(Stage::Declared);
    let alias = stated().title("Storage API Abstraction Pattern").link("part_of", &["SPEC-v1"]);
    w.given("orla", declare("SEC-7.7", "section", alias)).given("orla", relink(STORE, "anchor", &["SEC-7.7"]));
    assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Unmet, "§7.7 is not there");
    assert_eq!(outcome(&w, "packet-complete", "anchor", STORE), Outcome::Unmet);
    for title in ["State Without A Pool", "2.3.12.4 State Without A Pool", "2.3.12.3 Storage API Abstraction Pattern"] {
        let mut w = at(Stage::Sealed);
        let title = Change { title: Some(Some(title.to_owned())), ..Change::default() };
        w.given("orla", amend("SEC-2.3.12.3", title));
        assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Unmet);
    }
}

/// S1-013, S1-177: what is signed is of the phase under way, where it is counted when that closes.
#[test]
fn a_packet_of_no_phase_is_not_signed() {
    for links in [&[][..], &["PHASE-2"]] {
        let w = unsigned(|w| w.given("orla", relink(STORE, "part_of", links)).done());
        assert_eq!(outcome(&w, "packet-complete", "phase", STORE), Outcome::Unmet);
        let told = refusal(&mut w.clone(), "ilja", seal(STORE));
        assert!(told.0 == Code::GuardUnmet && told.1.contains("gates.packet-complete.phase"), "{told:?}");
    }
    let w = unsigned(|w| w.given("orla", relink(STORE, "part_of", &[])).done());
    assert!(problems(&w, STORE).contains("part_of has 0 of at least 1 (CX-609)"));
}

/// S1-140, S1-191: the section stands in the newest version of the specification, whichever it was cited from.
#[test]
fn the_section_stands_in_the_newest_version() {
    let mut w = at(Stage::Done);
    w.given("ilja", to("PHASE-1", "closed"));
    w.write("docs/master_spec/v2.md", "# Master Spec 2\n\n## 2.3.12.4 State Without A Pool\n\n## Roadmap\n", "ilja");
    let next = stated().title("v2").path("docs/master_spec/v2.md").link("supersedes", &["SPEC-v1"]);
    w.given("ilja", declare("SPEC-v2", "spec", next));
    assert_eq!(outcome(&w, GATE, "anchor-latest", STORE), Outcome::Unmet, "the pointer does not name it yet");
    w.write("docs/SPEC_CURRENT.md", "docs/master_spec/v2.md\n", "ilja");
    assert_eq!(outcome(&w, GATE, "anchor-latest", STORE), Outcome::Unmet, "nobody has sealed it");
    w.given("ilja", seal("SPEC-v2"));
    assert_eq!(outcome(&w, GATE, "anchor-latest", STORE), Outcome::Met);
    assert_eq!(outcome(&w, GATE, "anchor-main-body", STORE), Outcome::Unmet, "it is gone from the newest version");
}

/// S1-144: an anchor that nobody declared rejects the packet, which is told which one, and by which rule of the protocol.
#[test]
fn an_anchor_that_is_not_there_rejects_the_packet() {
    let mut w = at(Stage::Declared);
    w.given("orla", relink(STORE, "anchor", &["SEC-9.9"]));
    let report = gate(&w, GATE, STORE);
    let one = report.criteria.iter().find(|one| one.name.as_str() == "anchor-main-body").unwrap();
    assert_eq!((one.outcome, one.cite.as_deref()), (Outcome::Unmet, Some("CX-601")));
    assert_eq!(one.leaves[0].explanation.found, "SEC-9.9 was never declared");
    assert!(!one.leaves[0].explanation.needed.is_empty());
}

/// S1-204, S1-101: whatever is missing is named, check by check, with what is needed and the next command.
#[test]
fn every_gap_is_named() {
    let mut w = unsigned(|w| {
        for field in ["risk_tier", "effort", "test_plan"] {
            w.given("orla", refield(STORE, field, None));
        }
    });
    let told = w.when("orla", to(STORE, "ready")).unwrap_err();
    let rules: Vec<&str> = told.explanations.iter().filter_map(|e| e.rule.as_deref()).collect();
    for rule in ["risk-tier", "effort", "test-plan", "signature"] {
        assert!(rules.contains(&format!("gates.pre-delegation.{rule}").as_str()), "{rules:?}");
    }
    assert!(rules.contains(&"gates.pre-work.CX-582") && rules.contains(&"gates.pre-work.CX-585C"));
    assert!(told.explanations.iter().all(|e| !e.found.is_empty() && !e.needed.is_empty()));
    assert!(told.explanations.iter().filter(|e| !e.next.is_empty()).count() >= 4);
}

/// S1-100: the check before work is a gate that passes or holds.
#[test]
fn the_check_before_work_passes_or_holds() {
    assert!(gate(&at(Stage::Released), "pre-work", STORE).passes());
    assert!(!gate(&at(Stage::Sealed), "pre-work", STORE).passes());
}

/// S1-102, S1-115, S1-130, S1-162: ready is whatever passed the check, and nothing else.
#[test]
fn no_packet_is_delegated_before_it_passes() {
    for stage in [Stage::Declared, Stage::Sealed] {
        assert_eq!(refusal(&mut at(stage), "orla", to(STORE, "ready")).0, Code::GuardUnmet);
    }
    let mut w = at(Stage::Declared);
    assert_eq!(refusal(&mut w, "orla", to(STORE, "in-progress")).0, Code::ItemStatus, "there is no way round");
    at(Stage::Released).effective("orla", to(STORE, "ready")).event.judged.expect("the verdict is in the event");
}

/// S1-126: the move holds what was judged: the gate, its outcome, and a digest of everything that it looked at.
#[test]
fn the_verdict_is_kept_with_the_move() {
    let draft = at(Stage::Released).effective("orla", to(STORE, "ready"));
    let judged = draft.event.judged.unwrap();
    assert_eq!((judged.gate.as_str(), judged.outcome.as_str()), ("pre-work", "PASS"));
}

/// S1-113, S1-131: whoever finds the request unclear says so, and the packet goes nowhere.
#[test]
fn what_is_unclear_is_not_delegated() {
    red(Stage::Released, "pre-work", "CX-584", STORE, |w| {
        w.given("orla", answering_no(STORE, "understood", &UNDERSTOOD, "request-clear")).done();
    });
}

/// S1-114, S1-128: without its file there is no packet.
#[test]
fn without_its_file_a_packet_is_not_delegated() {
    red(Stage::Released, "pre-work", "CX-580", STORE, |w| w.remove(&format!("docs/task_packets/{STORE}.md")));
}

/// S1-129: without its structure a packet is not signed.
#[test]
fn a_packet_without_its_structure_is_not_signed() {
    let mut w = unsigned(|w| w.given("orla", refield(STORE, "rollback_hint", None)).done());
    judged(&mut w, STORE);
    let told = w.when("ilja", seal(STORE)).unwrap_err();
    assert_eq!(told.code(), Code::GuardUnmet);
    let rules: Vec<&str> = told.explanations.iter().filter_map(|e| e.rule.as_deref()).collect();
    assert_eq!(rules, ["kinds.packet.seal", "gates.packet-complete.CX-581"]);
}

/// S1-100, S1-107: what was checked before it was ready holds when it begins.
#[test]
fn what_was_taken_back_before_the_start_holds_it() {
    for (claim, by) in [("complete", "orla"), ("refinement", "ilja"), ("understood", "orla")] {
        red(Stage::Assigned, "start", "CX-640", STORE, |w| w.given(by, retract(STORE, claim, None)).done());
        let mut w = at(Stage::Assigned);
        w.given(by, retract(STORE, claim, None));
        board(&mut w);
        assert_eq!(refusal(&mut w, "orla", to(STORE, "in-progress")).0, Code::GuardUnmet);
    }
}

/// S1-116: somebody has confirmed that the packet is complete.
#[test]
fn completeness_is_confirmed() {
    red(Stage::Released, "pre-work", "CX-582", STORE, |w| w.given("orla", retract(STORE, "complete", None)).done());
}

/// S1-117: a coder who has not understood does not begin.
#[test]
fn without_the_coders_word_nothing_begins() {
    let mut w = at(Stage::Assigned);
    w.given("cody", retract(STORE, "bootstrap", None));
    assert_eq!(refusal(&mut w, "orla", to(STORE, "in-progress")).0, Code::GuardUnmet);
}

/// S1-120, S1-133: what should be is printed and never decides: a packet that is too large, a check that nobody ran.
#[test]
fn a_recommendation_never_decides() {
    let many: Vec<String> = (0..26).map(|n| format!("src/backend/core/src/storage/f{n}.rs")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut w = at(Stage::Declared);
    w.given("orla", refield(STORE, "in_scope_paths", Some(list(&many))));
    judged(&mut w, STORE);
    w.given("ilja", seal(STORE)).given("orla", attest(STORE, "complete", &[]));
    w.given("ilja", attest(STORE, "refinement", &[]));
    let report = gate(&w, "pre-work", STORE);
    for (name, why) in [("size", "split it"), ("CX-587", "looked at the answer")] {
        let one = report.criteria.iter().find(|one| one.name.as_str() == name).unwrap();
        assert_eq!((one.level, one.outcome), (Level::Should, Outcome::Unmet), "{name}");
        assert!(one.why.as_ref().is_some_and(|told| told.contains(why)));
    }
    assert!(report.passes());
}

/// S1-205: one section, one packet; and one packet, one section.
#[test]
fn a_packet_is_for_one_section_and_a_section_for_one_packet() {
    let mut w = at(Stage::Declared);
    let mut same = whole(STATE, "State", "SEC-2.3.12.4").link("anchor", &["SEC-2.3.12.3"]);
    same = same.link("implements", &[]);
    let (code, rule) = refusal(&mut w, "orla", declare(STATE, "packet", same));
    assert_eq!((code, rule.as_str()), (Code::ItemLink, "links.anchor"));
    w.given("orla", relink(STORE, "anchor", &["SEC-2.3.12.3", "SEC-2.3.12.4"]));
    assert_eq!(outcome(&w, "packet-complete", "one", STORE), Outcome::Unmet, "two things in one packet");
}

/// S1-209: from what is done one walks to the demand, to its section and to the specification.
#[test]
fn what_is_done_leads_to_the_specification() {
    let w = at(Stage::Declared);
    let targets = |item: &str, link: &str| -> Vec<String> {
        w.item(item).stated.links[&word(link)].iter().map(ToString::to_string).collect()
    };
    assert_eq!(targets(STORE, "implements"), ["SEC-2.3.12.3-R1", "SEC-2.3.12.3-R2"]);
    assert_eq!(targets("SEC-2.3.12.3-R1", "part_of"), targets(STORE, "anchor"));
    assert_eq!(targets("SEC-2.3.12.3", "part_of"), ["SPEC-v1"]);
    let mut w = at(Stage::Declared);
    w.given("orla", relink(STORE, "implements", &["SEC-2.3.12.9-R1"]));
    assert_eq!(outcome(&w, "finished", "evidence", STORE), Outcome::Unmet, "what leads nowhere is not overlooked");
}

/// S1-104: who was given the packet, by whom and when.
#[test]
fn an_assignment_is_recorded() {
    let mut w = at(Stage::Ready);
    assert_eq!(outcome(&w, "start", "assigned", STORE), Outcome::Unmet);
    let Wish::Attest(nobody) = naming(STORE, "assigned", "to", "somebody-else") else { panic!() };
    assert_eq!(refusal(&mut w, "orla", Wish::Attest(nobody)).0, Code::ClaimValue);
    let draft = w.effective("orla", naming(STORE, "assigned", "to", "cody"));
    assert_eq!((draft.event.actor, draft.event.at), (who("orla"), w.now));
    assert_eq!(outcome(&w, "start", "assigned", STORE), Outcome::Met);
}

/// S1-001: every rule has the number of the written protocol, and what is refused is told with it.
#[test]
fn every_rule_has_its_number() {
    let w = at(Stage::Released);
    let rules = &w.state().charter.rules;
    let numbered = |text: &str| text.starts_with("CX-") || text.starts_with("Part ");
    for (gate, rule) in &rules.gates {
        for one in &rule.criteria {
            assert!(numbered(one.name.as_str()) || one.cite.as_deref().is_some_and(numbered), "{gate}.{}", one.name);
        }
    }
    for (name, rule) in &rules.blocks {
        assert!(rule.cite.as_deref().is_some_and(numbered), "{name}");
    }
    assert!(rules.commits.keys().all(|name| numbered(name.as_str())));
    for (name, field) in &rules.kinds["packet"].fields {
        assert!(field.cite.as_deref().is_some_and(numbered), "{name}");
    }
    for (name, kind) in &rules.kinds {
        assert!(kind.cite.as_deref().is_some_and(numbered), "{name}");
    }
    let leaves = |rule: &govledger::domain::charter::LinkRule| rule.min > 0 || rule.stated;
    for (name, rule) in rules.links.iter().filter(|(_, rule)| leaves(rule)) {
        assert!(rule.cite.as_deref().is_some_and(numbered), "{name}");
    }
    let mut w = at(Stage::Sealed);
    let told = w.when("orla", to(STORE, "ready")).unwrap_err();
    let cited = told.explanations.iter().filter(|e| {
        e.cite.as_deref().is_some_and(numbered) || e.rule.as_deref().is_some_and(|rule| rule.contains("CX-"))
    });
    assert_eq!(cited.count(), told.explanations.len(), "{told:?}");
}

/// S1-002: whoever orchestrates says that the protocol was read, as it is now; no packet is ready without that.
#[test]
fn whoever_orchestrates_has_read_the_protocol() {
    red(Stage::Released, "pre-work", "reading", STORE, |w| {
        w.given("orla", retract("ORCHESTRATOR_PROTOCOL", "acknowledged", None)).done();
    });
    let mut w = at(Stage::Released);
    w.write("docs/ORCHESTRATOR_PROTOCOL.md", "# Another text\n", "orla");
    assert_eq!(outcome(&w, "pre-work", "reading", STORE), Outcome::Unmet, "another text");
}

/// S1-003: CX-587 is a recommendation, everything else about delegation is a duty.
#[test]
fn a_rule_is_a_duty_or_a_recommendation() {
    let report = gate(&at(Stage::Released), "pre-work", STORE);
    let should: Vec<&str> =
        report.criteria.iter().filter(|one| one.level == Level::Should).map(|one| one.name.as_str()).collect();
    assert_eq!(should, ["CX-587", "size"]);
    for duty in ["CX-580", "CX-581", "CX-582", "CX-584"] {
        assert!(report.criteria.iter().any(|one| one.name.as_str() == duty && one.level == Level::Must));
    }
}
