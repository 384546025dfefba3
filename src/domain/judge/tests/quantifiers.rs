//! Quantifiers, empty selections, filters, successors and ids that nobody declared.

use proptest::prelude::*;

use super::world::{World, item, word};
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome::{self, Met, NotApplicable, Unknown, Unmet};
use crate::domain::value::Value;

/// Returns a world of work items, each with a size that is known to be small (1), large (9) or absent.
fn works(sizes: &[Option<i64>]) -> World {
    let mut w = World::new("");
    for (position, size) in sizes.iter().enumerate() {
        let id = format!("W-{position:02}");
        w.declare(&id, "work", "open");
        if let Some(size) = size {
            w.field(&id, "size", Value::Int(*size));
        }
    }
    w
}

#[test]
fn an_empty_selection_is_unmet_but_for_if_any_no_and_at_most() {
    let w = World::new("");
    assert_eq!(w.is("every topic is open"), Unmet);
    assert_eq!(w.is("some topic is open"), Unmet);
    assert_eq!(w.is("at least 2 topic is open"), Unmet);
    assert_eq!(w.is("no topic is open"), Met);
    assert_eq!(w.is("at most 1 topic is open"), Met);
    assert_eq!(w.is("every topic, if any, is open"), NotApplicable);
    assert_eq!(w.is("every T-x* is open"), Unmet);
}

#[test]
fn what_the_filter_drops_is_not_selected() {
    let mut w = World::new("");
    w.declare("T-a", "topic", "open");
    assert_eq!(w.is("every topic that is settled is open"), Unmet);
    assert_eq!(w.is("every topic that is settled, if any, is open"), NotApplicable);
}

#[test]
fn kleene_tables_of_the_quantifiers() {
    let small = "has size <= 5";
    let (yes, no, maybe) = (Some(1), Some(9), None);
    for (sizes, every, some, none, two, at_most_one) in [
        (vec![yes], Met, Met, Unmet, Unmet, Met),
        (vec![no], Unmet, Unmet, Met, Unmet, Met),
        (vec![maybe], Unknown, Unknown, Unknown, Unmet, Met),
        (vec![yes, yes], Met, Met, Unmet, Met, Unmet),
        (vec![yes, no], Unmet, Met, Unmet, Unmet, Met),
        (vec![yes, maybe], Unknown, Met, Unmet, Unknown, Unknown),
        (vec![no, maybe], Unmet, Unknown, Unknown, Unmet, Met),
        (vec![maybe, maybe], Unknown, Unknown, Unknown, Unknown, Unknown),
        (vec![yes, yes, maybe], Unknown, Met, Unmet, Met, Unmet),
        (vec![no, maybe, maybe], Unmet, Unknown, Unknown, Unknown, Unknown),
    ] {
        let w = works(&sizes);
        let all = ["every", "some", "no", "at least 2", "at most 1"].map(|q| w.is(&format!("{q} work {small}")));
        assert_eq!(all, [every, some, none, two, at_most_one], "{sizes:?}");
    }
}

#[test]
fn a_thing_whose_filter_is_unknown_counts_unknown_unless_its_predicate_decides() {
    let mut w = works(&[None]);
    // The predicate holds: it decides under `every`, not under `no`.
    assert_eq!(w.is("every work that has size <= 5 is open"), Met);
    assert_eq!(w.is("some work that has size <= 5 is open"), Unknown);
    assert_eq!(w.is("no work that has size <= 5 is open"), Unknown);
    // It does not hold: it decides under `no`, not under `every`.
    assert_eq!(w.is("every work that has size <= 5 is done"), Unknown);
    assert_eq!(w.is("some work that has size <= 5 is done"), Unmet);
    assert_eq!(w.is("no work that has size <= 5 is done"), Met);
    assert_eq!(w.is("at most 1 work that has size <= 5 is open"), Met);
    // An unknown filter is not an empty selection.
    assert_eq!(w.is("every work that has size <= 5, if any, is done"), Unknown);
    w.field("W-00", "size", Value::Int(9));
    assert_eq!(w.is("every work that has size <= 5, if any, is done"), NotApplicable);
}

#[test]
fn an_undeclared_id_is_unmet_under_every_quantifier_and_negation() {
    let mut w = World::new("");
    for sentence in [
        "P-01 is draft",
        "P-01 is not draft",
        "P-01 is not sealed",
        "P-01 has no review",
        "P-01 has no covers",
        "every paper is draft",
        "some paper is draft",
        "at most 9 paper is draft",
        "every paper, if any, is draft",
        "every paper that is complete is present",
        "every citation of P-01 is draft",
        "no citation of P-01 is draft",
    ] {
        assert_eq!(w.is(sentence), Unmet, "{sentence}");
    }
    for id in ["P-01", "P-02"] {
        w.paper(id, "draft");
    }
    assert_eq!(w.is("at least 2 paper is draft"), Met, "those that are declared count");
    assert_eq!(w.is("at most 9 paper is draft"), Unmet, "P-03 is still missing");
    assert_eq!(w.why("every paper is draft")[0].found, "P-03 was never declared");
    assert_eq!(w.why("every paper is draft")[0].next, ["ledger declare P-03 --kind document"]);
}

#[test]
fn a_condition_that_is_unmet_makes_a_sentence_not_applicable_but_a_typo_does_not() {
    let mut w = World::new("");
    w.declare("T-a", "topic", "open");
    w.paper("P-01", "draft");
    assert_eq!(w.is("T-a is settled if P-01 is complete"), NotApplicable);
    assert_eq!(w.is("T-a is settled if P-01 is draft"), Unmet);
    assert_eq!(w.is("T-a is settled if P-01 is present"), Unmet);
    w.unread("docs/p-01.md");
    assert_eq!(w.is("T-a is settled if P-01 is present"), Unknown);
    assert_eq!(w.is("T-a is open if P-01 is present"), Met);
    assert_eq!(w.is("T-a is settled if P-02 is complete"), Unmet, "nobody declared P-02");
    let one = "some P-01, P-02 is draft";
    assert_eq!((w.is(one), w.is("T-a is open")), (Met, Met));
    assert_eq!(
        w.is(&format!("T-a is open if {one}")),
        Unmet,
        "a condition that holds for P-01 names P-02 all the same"
    );
}

#[test]
fn an_id_means_its_newest_successor_and_kinds_skip_what_is_superseded() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    assert_eq!(w.is("P-01 is sealed and is complete"), Met);
    w.paper("P-11", "draft");
    w.link("P-11", "supersedes", "P-01");
    assert_eq!(w.is("P-01 is complete"), Unmet, "the successor is a draft");
    assert_eq!(w.is("P-01 is sealed"), Unmet, "a seal is not inherited");
    assert_eq!(w.is("every document is draft"), Met);
    assert_eq!(w.is("every P-* is draft"), Met);
    w.paper("P-12", "complete");
    w.link("P-12", "supersedes", "P-11");
    assert_eq!(w.is("P-01 is complete"), Met);
    assert_eq!(w.view().newest(&item("P-01")), Some(item("P-12")));
    // A link means the newest successor too.
    w.declare("R-12", "record", "draft");
    w.link("R-12", "cites", "P-01");
    assert_eq!(w.is("P-12 has citation"), Met);
    assert_eq!(w.is("every cites of R-12 is consistent"), Met);
}

#[test]
fn successors_that_go_in_a_circle_count_as_never_declared() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.paper("P-02", "complete");
    w.link("P-01", "supersedes", "P-02");
    w.link("P-02", "supersedes", "P-01");
    assert_eq!(w.is("P-01 is complete"), Unmet);
    assert_eq!(w.is("P-01 is not complete"), Unmet);
    assert_eq!(w.is("every document is complete"), Unmet);
}

#[test]
fn of_follows_part_of_all_the_way_and_other_links_one_step() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    w.declare("F-B", "phase", "open");
    w.paper("P-01", "draft");
    w.link("F-B", "part_of", "F-A");
    w.link("P-01", "part_of", "F-B");
    assert_eq!(w.of("F-A", "every document of F-A is draft"), Met);
    assert_eq!(w.of("F-A", "every phase of F-A is open"), Met);
    // Not a part: of nothing, or of something else.
    w.paper("P-02", "complete");
    w.declare("F-C", "phase", "open");
    w.paper("P-03", "complete");
    w.link("P-03", "part_of", "F-C");
    assert_eq!(w.is("every document of F-A is draft"), Met);
    assert_eq!(w.is("no document of F-A is complete"), Met);
    assert_eq!(w.is("at least 2 document of phase is complete"), Unmet);
    assert_eq!(w.is("at most 2 document of phase is present"), Met);
    for id in ["W-01", "W-02", "W-03"] {
        w.declare(id, "work", "open");
    }
    w.link("W-01", "needs", "W-02");
    w.link("W-02", "needs", "W-03");
    w.item("W-03").status = word("done");
    assert_eq!(w.is("every needs of W-01 is open"), Met);
    assert_eq!(w.is("every needs of W-02 is done"), Met);
    // A circle ends.
    w.link("F-A", "part_of", "F-B");
    assert_eq!(w.is("every document of F-A is draft"), Met);
}

#[test]
fn an_id_set_leaves_out_what_it_excepts() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.paper("P-03", "draft");
    assert_eq!(w.is("every P-01..P-03 except P-02 is present"), Met);
    assert_eq!(w.is("every P-* except P-03 is complete"), Met);
    assert_eq!(w.is("every P-* is complete"), Unmet);
}

/// Which of three papers are declared, complete, reviewed (by how many against it), sealed and readable.
type Paper = (bool, bool, u8, bool, bool, bool);

fn paper() -> impl Strategy<Value = Paper> {
    (any::<bool>(), any::<bool>(), 0u8..4, any::<bool>(), any::<bool>(), any::<bool>())
}

fn world(papers: &[Paper], gates: &str) -> World {
    let mut w = World::new(gates);
    for (position, (declared, complete, reviews, sealed, changed, readable)) in papers.iter().enumerate() {
        let id = format!("P-{:02}", position + 1);
        let place = format!("docs/{}.md", id.to_lowercase());
        if !declared {
            continue;
        }
        w.paper(&id, if *complete { "complete" } else { "draft" });
        if reviews & 1 != 0 {
            w.attest(&id, "review", "raj", "approve");
        }
        if reviews & 2 != 0 {
            w.attest(&id, "review", "rita", if *changed { "reject" } else { "approve" });
        }
        if *sealed {
            w.seal(&id, &["omar"]);
        }
        if *changed {
            w.file(&place, "second text");
        }
        if !readable {
            w.unread(&place);
        }
    }
    w
}

const GATES: &str = r#"
[gates.positive]
every    = "every paper is sealed"
some     = "some paper has review"
two      = "at least 2 paper is complete"
reviewed = ["every document that is complete has review", "at least 1 document has at least 2 review"]
passes   = "every paper passes sealable"
[gates.mixed]
none  = "no document is draft"
few   = "at most 1 document has no review"
any   = "every document, if any, is sealed"
cond  = "every paper is present if P-01 is complete"
[gates.mixed.veto]
stale = "some document is not sealed"
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_gate_passes_with_an_unknown_must(papers in prop::collection::vec(paper(), 3)) {
        let w = world(&papers, GATES);
        for gate in ["positive", "mixed"] {
            let report = w.gate(gate, "repo");
            let open = report.criteria.iter().any(|c| c.outcome == Outcome::Unknown || c.is_open());
            prop_assert_eq!(report.outcome == GateOutcome::Pass, !open);
            prop_assert_eq!(report.passes(), report.blamed().is_empty());
        }
    }

    #[test]
    fn taking_a_claim_or_a_seal_away_opens_no_gate_without_negation(
        papers in prop::collection::vec(paper(), 3), which in 0usize..3, what in any::<bool>()
    ) {
        let w = world(&papers, GATES);
        let before = w.passes("positive", "repo");
        let mut less = w;
        if let Some(paper) = less.state.items.get_mut(&item(&format!("P-{:02}", which + 1))) {
            if what { paper.seal = None } else { paper.claims.clear() }
        }
        let after = less.passes("positive", "repo");
        prop_assert!(before == GateOutcome::Pass || after != GateOutcome::Pass);
    }

    #[test]
    fn judging_twice_gives_the_same_bytes(papers in prop::collection::vec(paper(), 3)) {
        let w = world(&papers, GATES);
        prop_assert_eq!(w.gate("mixed", "repo"), w.gate("mixed", "repo"));
        prop_assert_eq!(w.gate("mixed", "repo").digest(), w.gate("mixed", "repo").digest());
    }
}
