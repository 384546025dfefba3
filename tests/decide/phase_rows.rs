//! Each document, topic, answer and citation of the phase, taken away one at a time: its own cell turns, and no other's.

use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::event::GateOutcome;
use govledger::domain::explain::Outcome;
use govledger::domain::id::Digest;
use govledger::domain::judge::{GateReport, PathChange, Side, View, check_changes};

use crate::people::phase_e;
use crate::phase::*;
use crate::world::*;

fn gate(w: &World, name: &str, item: &str) -> GateReport {
    View { state: w.state(), facts: &w.tree, as_of: w.now }.gate(&word(name), &noun(item))
}

fn readiness(w: &World) -> GateReport {
    gate(w, "readiness", "PHASE-E")
}

/// Returns the criteria that hold a gate, each with the things that it blames.
fn blamed(report: &GateReport) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> =
        report.blamed().iter().map(|leaf| (leaf.rule.clone(), leaf.item.clone())).collect();
    found.dedup();
    found
}

/// Breaks one thing of a phase that is ready, and shows that the readiness is held by these cells alone.
#[track_caller]
fn held(w: &World, cells: &[(&str, &str)], break_it: impl FnOnce(&mut World)) {
    let mut w = w.clone();
    break_it(&mut w);
    let report = readiness(&w);
    assert_eq!(report.outcome, GateOutcome::Hold, "{cells:?}");
    let expected: Vec<(String, Option<String>)> =
        cells.iter().map(|(rule, item)| (format!("readiness.{rule}"), Some((*item).to_owned()))).collect();
    assert_eq!(blamed(&report), expected);
}

/// S0-012, S0-048, S0-052, S0-053, S0-055, S0-056, S0-057, S0-058, S0-060, S0-061, S0-062, S0-063, S0-068, S0-069, S0-070,
/// S0-071, S0-074, S0-075, S0-076, S0-077, S0-078, S0-079: twelve documents, and of each what is asked of it.
#[test]
fn every_cell_of_every_document_holds_the_phase_by_itself() {
    let w = ready();
    assert_eq!(readiness(&w).outcome, GateOutcome::Pass);
    let sealed = designated();
    for document in documents() {
        let id = document.as_str();
        // Whether it must be sealed stands in the charter: E-09 and E-10 pass unsealed, the others do not.
        let asked = sealed.iter().any(|other| other == id);
        assert_eq!(w.item(id).seal.is_some(), asked);
        assert_eq!(asked, !matches!(id, "E-09" | "E-10"));
        if asked {
            held(&w, &[("sealed", id)], |w| w.given("lena", unseal(id)).given("kim", unseal(id)).done());
        } else {
            // What is sealed cannot be edited, retitled or moved back; what is not can.
            held(&w, &[("complete", id)], |w| w.given("dora", to(id, "draft")).done());
        }
        for claim in ["deterministic", "coherent", "review"] {
            let criterion = match claim {
                "coherent" => "consistent",
                "review" => "reviewed",
                claim => claim,
            };
            let by = if claim == "review" { "raj" } else { "dora" };
            held(&w, &[(criterion, id)], |w| w.given(by, retract(id, claim, None)).done());
        }
        // Without its file it is not present, and no word about its bytes counts.
        let mut gone = w.clone();
        gone.remove(&place(id));
        let rules = blamed(&readiness(&gone));
        assert!(rules.contains(&("readiness.present".to_owned(), Some(id.to_owned()))), "{rules:?}");
    }
    let mut w = w;
    w.refused(
        "dora",
        declare("E-13", "artifact", titled("E-13")),
        snapbox::str![[r#"
item.id: E-13 is no id of the kind artifact
  needed: an id that matches E-(0[0-9]|1[01])
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

/// S0-014, S0-033, S0-034, S0-037, S0-064, S0-081, S0-082, S0-083: a statement that is missing, and each answer that is no.
#[test]
fn every_answer_of_every_formal_word_holds_the_phase_by_itself() {
    let w = ready();
    let words: [(&str, &str, &str, &str, &[&str]); 6] = [
        ("failures", "E-05", "fail-closed", "raj", &FAILURES),
        ("formal", "PHASE-E", "formal-review", "raj", &FORMAL),
        ("checklist", "E-11", "checklist", "lena", &CHECKLIST),
        ("procedures", "E-09", "procedures", "raj", &PROCEDURES),
        ("records", "E-08", "records", "raj", &RECORDS),
        ("goals", "PHASE-E", "nothing-new", "raj", &[]),
    ];
    for (criterion, item, claim, by, questions) in words {
        held(&w, &[(criterion, item)], |w| w.given(by, retract(item, claim, None)).done());
        held(&w, &[(criterion, item)], |w| w.given(by, attest_no(item, claim, questions)).done());
        for question in questions {
            let Wish::Attest(mut statement) = attest(item, claim, questions) else { panic!() };
            statement.answers.insert(word(question), false);
            held(&w, &[(criterion, item)], |w| w.given(by, Wish::Attest(statement)).done());
        }
        // Every question has to be answered.
        if let Some((_, rest)) = questions.split_first() {
            assert_eq!(code(w.clone().when(by, attest(item, claim, rest))), Code::ClaimAnswer);
        }
    }
}

/// The statement with its last result, which speaks against.
fn attest_no(item: &str, claim: &str, questions: &[&str]) -> Wish {
    let Wish::Attest(mut statement) = attest(item, claim, questions) else { panic!() };
    statement.result = Some(word(if claim == "formal-review" { "reject" } else { "fail" }));
    Wish::Attest(statement)
}

/// S0-031, S0-032: six topics, locked by the platform's governance, each with a document that covers it.
#[test]
fn every_topic_that_no_document_covers_holds_the_phase_by_itself() {
    let w = ready();
    for topic in TOPICS {
        held(&w, &[("topics", topic)], |w| w.given("lena", relink(topic, "covered_by", &[])).done());
        assert_eq!(w.item(topic).status.as_str(), "locked");
    }
    let mut w = opened();
    assert_eq!(code(w.when("dora", declare("T-risk", "topic", stated()))), Code::AuthorityRole);
    w.given("lena", declare("T-risk", "topic", stated()));
    let missing: Vec<String> = blamed(&readiness(&w))
        .into_iter()
        .filter_map(|(rule, item)| (rule == "readiness.topics").then_some(item).flatten())
        .collect();
    assert_eq!(missing.len(), 6, "a topic that nobody declared is not covered: {missing:?}");
}

/// S0-032, S0-035, S0-058, S0-059: what a move asked for is taken away after the move. The status stays, and the gate sees it,
/// before the record is sealed as after.
#[test]
fn what_a_status_rested_on_is_asked_again_by_the_gate() {
    let mut w = ready();
    w.given("dora", declare("R-002", "risk", stated().field("rationale", "It is small.")));
    w.given("lena", to("R-002", "accepted"));
    held(&w, &[("controls", "R-001")], |w| {
        w.given("dora", relink("R-001", "controlled_by", &[])).done();
        assert_eq!(w.item("R-001").status.as_str(), "mitigated");
    });
    held(&w, &[("rationales", "R-002")], |w| {
        let fields = [(word("rationale"), None)].into();
        w.given("dora", amend("R-002", Change { fields, ..Change::default() })).done();
        assert_eq!(w.item("R-002").status.as_str(), "accepted");
    });
    // A control that nobody defined controls nothing, alone or beside another.
    held(&w, &[("controls", "R-001"), ("defined", "C-999")], |w| {
        w.given("dora", relink("R-001", "controlled_by", &["C-999"])).done();
    });
    held(&w, &[("defined", "C-999")], |w| {
        w.given("dora", relink("R-001", "controlled_by", &["C-001", "C-999"])).done();
    });
    // A document without its group is on no board, and is not complete.
    held(&w, &[("complete", "E-09")], |w| {
        let fields = [(word("group"), None)].into();
        w.given("dora", amend("E-09", Change { fields, ..Change::default() })).done();
        judged(w, "E-09");
        w.given("raj", attest("E-09", "procedures", &PROCEDURES));
        confirmed(w);
        w.given("lena", attest("E-11", "checklist", &CHECKLIST));
    });
    // The prerequisite was done, and there, when it was sealed.
    let mut early = opened();
    early.given("lena", declare("CP-21", "prerequisite", stated()));
    early.given("lena", to("CP-21", "done"));
    assert_eq!(code(early.when("omar", seal("CP-21"))), Code::GuardUnmet, "a seal on no document verifies nothing");
    assert_eq!(blamed(&readiness(&early))[0], ("readiness.cp21".to_owned(), Some("CP-21".to_owned())));
}

/// S0-024, S0-035: nothing takes the place of what is open, by whomever; it is settled, or it holds the phase.
#[test]
fn what_is_open_is_not_got_rid_of_by_what_is_settled() {
    let mut w = ready();
    w.given("dora", declare("D-001", "decision", stated())).given("lena", to("D-001", "resolved"));
    w.given("dora", declare("D-002", "decision", stated())).given("dora", declare("R-002", "risk", stated()));
    assert_eq!(code(w.when("dora", relink("D-001", "supersedes", &["D-002"]))), Code::ItemLink);
    assert_eq!(code(w.when("dora", relink("R-001", "supersedes", &["R-002"]))), Code::ItemLink);
    let open = [("decisions", "D-002"), ("risks", "R-002")];
    assert_eq!(blamed(&readiness(&w)), open.map(|(rule, id)| (format!("readiness.{rule}"), Some(id.to_owned()))));
}

/// S0-040, S0-091: a migration that nobody blocked yet does not begin, nor one whose block stands.
#[test]
fn the_migration_does_not_begin_before_its_block_is_placed_nor_while_it_stands() {
    let mut w = phase_e();
    w.given("lena", declare("MIG-06", "migration", stated()));
    assert_eq!(code(w.when("lena", to("MIG-06", "active"))), Code::GuardUnmet);
    w.given("lena", block("MIG-06", "DESIGN-BLOCKED"));
    assert_eq!(code(w.when("lena", to("MIG-06", "active"))), Code::BlockMove);
}

/// S0-064: the checklist speaks of the documents as they are; one that is edited later is not what was ticked off.
#[test]
fn the_checklist_is_of_the_documents_as_they_were() {
    let w = ready();
    held(
        &w,
        &[
            ("deterministic", "E-09"),
            ("consistent", "E-09"),
            ("reviewed", "E-09"),
            ("formal", "PHASE-E"),
            ("goals", "PHASE-E"),
            ("procedures", "E-09"),
            ("checklist", "E-11"),
        ],
        |w| {
            w.write(&place("E-09"), "# Another runbook\n", "dora");
        },
    );
}

/// S0-035, S0-058, S0-059: each risk leads to a control, or is accepted with a rationale; it does not count as open, nor
/// without a single one.
#[test]
fn every_risk_needs_its_control_or_its_rationale() {
    let w = ready();
    held(&w, &[("risks", "R-002")], |w| w.given("dora", declare("R-002", "risk", stated())).done());
    let mut w = w;
    w.given("dora", declare("R-002", "risk", stated()));
    assert_eq!(code(w.when("dora", to("R-002", "mitigated"))), Code::GuardUnmet);
    for empty in ["", " "] {
        let mut w = w.clone();
        let said = w.when("dora", declare("R-003", "risk", stated().field("rationale", empty)));
        if said.is_ok() {
            assert_eq!(code(w.when("lena", to("R-003", "accepted"))), Code::GuardUnmet, "{empty:?} is no rationale");
        }
    }
    w.given("dora", relink("R-002", "controlled_by", &["C-001"])).given("dora", to("R-002", "mitigated"));
    assert_eq!(readiness(&w).outcome, GateOutcome::Pass);
    // No risk at all is not a register without risks: nobody has looked.
    let mut none = opened();
    write_documents(&mut none);
    assert!(blamed(&readiness(&none)).iter().any(|(rule, _)| rule == "readiness.risks"));
}

/// S0-024: a decision is open until it is resolved by those who may.
#[test]
fn every_open_decision_holds_the_phase_by_itself() {
    let w = ready();
    held(&w, &[("decisions", "D-001")], |w| w.given("dora", declare("D-001", "decision", stated())).done());
    let mut w = w;
    w.given("dora", declare("D-001", "decision", stated()));
    assert_eq!(code(w.when("dora", to("D-001", "resolved"))), Code::AuthorityRole);
    w.given("lena", to("D-001", "resolved"));
    assert_eq!(readiness(&w).outcome, GateOutcome::Pass);
}

/// S0-066, S0-084, S0-085: each citation, left out.
#[test]
fn every_citation_that_the_record_lacks_keeps_it_from_its_seal() {
    let w = ready();
    let all: Vec<String> = documents().into_iter().chain(["CP-21".to_owned()]).collect();
    for left_out in &all {
        let cited: Vec<&str> = all.iter().filter(|other| *other != left_out).map(String::as_str).collect();
        let mut w = w.clone();
        w.given("lena", relink("E-12", "cites", &cited));
        w.given("lena", to("E-12", "complete"));
        judged(&mut w, "E-12");
        let rule = if left_out == "CP-21" { "recordable.cp21" } else { "recordable.cited" };
        assert_eq!(blamed(&gate(&w, "recordable", "E-12")), [(rule.to_owned(), Some(left_out.clone()))]);
        assert_eq!(code(w.when("lena", seal("E-12"))), Code::GuardUnmet);
    }
}

/// S0-053, S0-054: each category of proof has its document, and holds the phase by itself: the proof is taken back, is of another
/// category, or its evidence was given up. One without the bytes that it proves is refused.
#[test]
fn every_category_without_its_proof_holds_the_phase_by_itself() {
    let w = ready();
    for (category, document) in PROOFS {
        let rule = format!("proof-{}", category.to_lowercase());
        held(&w, &[(&rule, document)], |w| w.given("dora", retract(document, "proof", None)).done());
        held(&w, &[(&rule, document)], |w| {
            let other = if category == "P1" { "P2" } else { "P1" };
            let proof = proof(w, document, other);
            w.given("dora", proof).done();
        });
        let mut erased = w.clone();
        let bytes = w.tree.text(&place(document));
        erased.given("lena", erase(&bytes)).given("kim", erase(&bytes));
        let rules: Vec<String> = blamed(&readiness(&erased)).into_iter().map(|(rule, _)| rule).collect();
        assert!(rules.contains(&format!("readiness.{rule}")), "{rules:?}");
        let mut bare = attestation(document, "proof");
        bare.values.insert(word("category"), category.into());
        assert_eq!(code(w.clone().when("dora", Wish::Attest(Box::new(bare.clone())))), Code::ClaimEvidence);
        bare.evidence.insert(evidence("something else"));
        assert_eq!(code(w.clone().when("dora", Wish::Attest(Box::new(bare)))), Code::ClaimEvidence);
    }
}

/// S0-081: raj wrote a sentence of a document before it was sealed. He may confirm the whole set, and does not confirm it alone.
#[test]
fn no_author_of_a_document_confirms_the_set_alone() {
    let w = ready();
    for silent in ["raj", "petra"] {
        held(&w, &[("formal", "PHASE-E")], |w| w.given(silent, retract("PHASE-E", "formal-review", None)).done());
    }
}

/// S0-069, S0-071: what is sealed is not moved back, neither by its drafter nor by one of the authority; what two unsealed is.
#[test]
fn what_is_sealed_is_not_moved_back() {
    let mut w = recorded();
    let sealed = designated();
    for (by, id) in sealed.iter().map(|id| ("dora", id.as_str())).chain([("lena", "E-12")]) {
        assert_eq!(code(w.when(by, to(id, "draft"))), Code::GuardUnmet, "{id}");
        let mut open = w.clone();
        open.given("lena", unseal(id)).given("kim", unseal(id));
        open.effective(by, to(id, "draft"));
    }
}

/// S0-054: the six categories of proof, and nothing else.
#[test]
fn a_proof_is_of_one_of_six_categories() {
    let mut w = ready();
    for category in ["P1", "P2", "P3", "P4", "P5", "P6"] {
        let proof = proof(&w, "E-02", category);
        w.effective("dora", proof);
    }
    for category in ["P0", "P7", "p1", "P10", "1", "", " P1"] {
        let proof = proof(&w, "E-02", category);
        assert_eq!(code(w.when("dora", proof)), Code::ClaimValue, "{category:?}");
    }
    // One without a category is of none of the six, also where it was written by hand.
    w.refused(
        "dora",
        Wish::Attest(Box::new(attestation("E-02", "proof"))),
        snapbox::str![[r#"
claim.value: no category is given
  needed: one of P1, P2, P3, P4, P5, P6
  rule: claims.proof.values.category
  item: E-02
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

/// How a change of one file is refused.
fn changed(w: &World, path: &str) -> Vec<Code> {
    let new = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"new")) });
    let change = PathChange { path: path.as_bytes().to_vec(), old: None, new };
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    check_changes(&view, &[change], b".ledger", true)[0].refusals.iter().map(|told| told.explanation.code).collect()
}

/// Every class of implementation, one path each, and what lies where nobody thought of it.
const IMPLEMENTATION: [&str; 13] = [
    "src/main.rs",
    "apps/web/index.ts",
    "services/batch/lib.rs",
    "migrations/0002.sql",
    "infra/network.tf",
    "deploy/chart.yaml",
    "config/runtime/switchyard.toml",
    "tools/Dockerfile",
    "tools/report.sql",
    "lib/orchestrator.py",
    ".github/workflows/deploy.yml",
    "Cargo.toml",
    "a/docs/code.rs",
];

/// Breaks one thing.
type Break = fn(&mut World);

/// S0-016: the design is ambiguous, incomplete or not sealed, each by itself, and implementation is kept out.
#[test]
fn implementation_is_kept_out_while_any_part_of_the_design_is_open() {
    let done = {
        let mut w = recorded();
        w.given("lena", to("PHASE-E", "closed"));
        w
    };
    let open: [(&str, Break); 4] = [
        ("ambiguous", |w| w.given("dora", attest_as("E-09", "deterministic", "fail")).done()),
        ("incomplete", |w| w.given("dora", to("E-09", "draft")).done()),
        ("not sealed", |w| w.given("lena", unseal("E-05")).given("kim", unseal("E-05")).done()),
        ("complete, and nobody has lifted the block", |_| ()),
    ];
    for (what, break_it) in open {
        let mut w = done.clone();
        break_it(&mut w);
        for path in IMPLEMENTATION {
            assert_eq!(changed(&w, path), [Code::BlockPath], "{what}: {path}");
        }
        let lift = || unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12"));
        assert_eq!(w.when("lena", lift()).is_ok(), what.starts_with("complete,"), "{what}");
    }
    let mut w = done;
    w.given("lena", unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12")));
    assert_eq!(changed(&w, IMPLEMENTATION[0]), [Code::BlockPath], "one signature lifts nothing");
    w.effective("kim", unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12")));
    for path in IMPLEMENTATION {
        assert_eq!(changed(&w, path), [], "{path}");
    }
}

/// S0-038, S0-039: what is no goal of the phase is refused for where it lies, whatever it is called: orchestration, a step of
/// the migration, a proof of concept, tuning, a feature. Neither a first step of the item nor its end is let through.
#[test]
fn what_the_phase_is_not_for_is_refused_whatever_it_is_called() {
    let mut w = opened();
    for path in [
        "src/orchestrator/mod.rs",
        "src/migrate/plan.rs",
        "services/poc/main.rs",
        "migrations/0001_step.sql",
        "src/perf/cache.rs",
        "apps/web/feature.tsx",
        "config/runtime/limits.toml",
    ] {
        assert_eq!(changed(&w, path), [Code::BlockPath], "{path}");
    }
    assert_eq!(code(w.when("lena", to("MIG-06", "active"))), Code::BlockMove);
    assert_eq!(changed(&w, "docs/16-phase-e/proof-of-concept.md"), [], "what is written about it is design");
}

/// S0-091: the answer is no until it is yes: from the block on, for every path of every class, added, changed or removed, and
/// nothing but the lift ends it.
#[test]
fn the_answer_is_no_until_the_block_is_lifted() {
    let mut w = opened();
    let old = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"old")) });
    let new = Some(Side { mode: 0o100_755, sha256: Some(Digest::of(b"old")) });
    for path in IMPLEMENTATION {
        for (from, into) in [(None, new), (old, new), (old, None)] {
            let change = PathChange { path: path.as_bytes().to_vec(), old: from, new: into };
            let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
            assert!(!check_changes(&view, &[change], b".ledger", true)[0].refusals.is_empty(), "{path}");
        }
    }
    write_documents(&mut w);
    w.days(3_650);
    for path in IMPLEMENTATION {
        assert_eq!(changed(&w, path), [Code::BlockPath], "{path}");
    }
    // Not even who placed it, nor both of the authority without the record, nor another status.
    assert_eq!(code(w.when("lena", unblock("MIG-06", "DESIGN-BLOCKED", None))), Code::BlockRecord);
    assert_eq!(code(w.when("lena", to("MIG-06", "active"))), Code::BlockMove);
}

/// S0-007, S0-009, S0-070: title and path of a row, and a row that is missing; each holds the phase by itself, and stops it.
#[test]
fn every_disagreement_with_the_index_blocks_the_phase() {
    let w = recorded();
    let index = |w: &mut World, from: &str, to: &str| {
        let rows: Vec<String> =
            (0..13).map(|n| format!("| E-{n:02} | Document E-{n:02} | {} |", place(&format!("E-{n:02}")))).collect();
        let text = format!("# Index\n\n| ID | Title | Path |\n|---|---|---|\n{}\n", rows.join("\n"));
        w.write(&place("E-00"), &text.replace(from, to), "dora");
    };
    for (from, to) in [
        ("| Document E-09 |", "| Runbook |"),
        ("| docs/16-phase-e/e-09.md |", "| docs/16-phase-e/e-9.md |"),
        ("| E-09 | Document E-09 | docs/16-phase-e/e-09.md |\n", ""),
        ("| E-09 |", "| E-9 |"),
    ] {
        let mut w = w.clone();
        index(&mut w, from, to);
        let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
        let standing = view.blocks_on(&id("PHASE-E"));
        let names: Vec<&str> = standing.iter().map(|block| block.name.as_str()).collect();
        assert_eq!(names, ["INDEX-CONFLICT"], "{from}");
        let told = standing[0].explanations();
        let told: Vec<_> = told.iter().map(|told| (told.item.as_deref(), told.outcome)).collect();
        // A row under another id is one too many besides.
        let stray = from == "| E-09 |";
        assert_eq!(told, [(Some("E-00"), Outcome::Unmet), (Some("E-09"), Outcome::Unmet)][usize::from(!stray)..]);
        assert_eq!(code(w.when("lena", super::world::to("PHASE-E", "closed"))), Code::BlockMove);
        index(&mut w, "nothing", "nothing");
        assert!(View { state: w.state(), facts: &w.tree, as_of: w.now }.blocks_on(&id("PHASE-E")).is_empty());
    }
}

/// S0-007, S0-009: the record has a row of the index too, and what the row says otherwise holds the phase by itself.
#[test]
fn every_disagreement_of_the_record_with_the_index_blocks_the_phase() {
    let w = recorded();
    let text = w.tree.text(&place("E-00"));
    let row = text.lines().find(|line| line.starts_with("| E-12 |")).unwrap().to_owned();
    for to in
        [format!("{}\n", row.replacen("| E-12 |", "| E-12 | Other", 1).replacen("Other ", "Other: ", 1)), String::new()]
    {
        let mut w = w.clone();
        w.write(&place("E-00"), &text.replace(&format!("{row}\n"), &to), "dora");
        let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
        let names: Vec<&str> = view.blocks_on(&id("PHASE-E")).iter().map(|block| block.name.as_str()).collect();
        assert_eq!(names, ["RECORD-CONFLICT"], "{to}");
        assert_eq!(code(w.when("lena", super::world::to("PHASE-E", "closed"))), Code::BlockMove);
    }
}

/// S0-006, S0-009, S0-010: the index has a row that nothing was declared for. The row and the ledger are both named, and the
/// phase is blocked by it alone.
#[test]
fn a_row_without_its_item_blocks_the_phase_as_an_item_without_its_row_does() {
    let w = recorded();
    let with = |rows: &str| {
        let mut w = w.clone();
        let text = w.tree.text(&place("E-00"));
        w.write(&place("E-00"), &format!("{text}{rows}"), "dora");
        w
    };
    let mut stray = with("| E-77 | Another runbook | docs/16-phase-e/e-77.md |\n");
    stray.refused(
        "lena",
        to("PHASE-E", "closed"),
        snapbox::str![[r#"
block.move: INDEX-CONFLICT stands on PHASE-E by itself
  needed: no block that stops its moves
  rule: blocks.INDEX-CONFLICT
  item: PHASE-E
  why: a phase whose index disagrees with its ledger goes nowhere
  cite: §0
  next: ledger why PHASE-E
guard.unmet: E-00: the list (docs/16-phase-e/e-00.md) has a row E-77, and nobody declared E-77
  needed: consistent
  rule: blocks.INDEX-CONFLICT.until
  item: E-00
  path: docs/16-phase-e/e-00.md
  who: 1 whoever commits docs/16-phase-e/e-00.md: 
  who: 2 platform-governance: kim, lena
  next: git checkout aaaaaaaaaaaa -- docs/16-phase-e/e-00.md && git commit
  next: ledger unseal E-00
"#]],
    );
    // By hand it is refused at replay, for the column that the event saw.
    let body = govledger::domain::event::Body::Moved { from: word("open"), to: word("closed"), because: None };
    let mut event = stray.forge("lena", "lena", Some("platform-governance"), "PHASE-E", body);
    event.judged = None;
    assert_eq!(stray.replayed(&event, "lena").unwrap_err().refusal.code(), Code::BlockMove);
    let found = |w: &World| {
        let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
        let told = view.blocks_on(&id("PHASE-E")).into_iter().flat_map(|block| block.explanations());
        told.map(|told| told.found).collect::<Vec<_>>().join("; ")
    };
    let index = "E-00: the list (docs/16-phase-e/e-00.md) has";
    // What is no id at all is no item either, nor is a row whose id is still to be given.
    let nameless = with("| E 77 | Another | docs/x.md |\n");
    assert_eq!(found(&nameless), format!("{index} a row `E 77`, which is no id, on line 18"));
    let mut empty = with("|  |  |  |\n|  | to be written |  |\n");
    assert_eq!(found(&empty), format!("{index} a row without an id, on line 19"));
    assert_eq!(code(empty.when("lena", to("PHASE-E", "closed"))), Code::BlockMove);
    // A second table is read as the first; a row there that repeats one contradicts it.
    let second = "\n| Path | ID | Title |\n|---|---|---|\n";
    assert_eq!(found(&with(second)), "");
    let row = "| docs/16-phase-e/e-77.md | E-77 | Another |\n";
    assert_eq!(found(&with(&format!("{second}{row}"))), format!("{index} a row E-77, and nobody declared E-77"));
    let twice = found(&with(&format!("{second}| docs/16-phase-e/e-05.md | E-05 | Document E-05 |\n")));
    assert!(twice.starts_with(&format!("{index} two rows E-05, on lines 10 and 21")), "{twice}");
    assert!(twice.contains("; the list of E-05 cannot be read here"), "{twice}");
    // A table whose headings the charter does not know is not read, and never passed over: it may number what is numbered here.
    let other = "\n| Number | Title |\n|---|---|\n| E-77 | Another |\n";
    assert_eq!(
        found(&with(other)),
        "E-00: docs/16-phase-e/e-00.md has a table without the column ID, on line 19: `| Number | Title |`"
    );
    assert_eq!(code(with(other).when("lena", to("PHASE-E", "closed"))), Code::BlockMove);
    // What a reader sees as code is no table.
    assert_eq!(found(&with(&format!("\n```{second}{row}```\n"))), "");
    // Without a table, or where it cannot be read, nothing says that the two agree.
    let mut bare = w.clone();
    bare.write(&place("E-00"), "# Index\n", "dora");
    assert_eq!(code(bare.when("lena", to("PHASE-E", "closed"))), Code::BlockMove);
    let mut twice = with("\n| ID | ID |\n|---|---|\n| a | b |\n");
    twice.write(&place("E-00"), "| ID | ID |\n|---|---|\n| a | b |\n", "dora");
    assert_eq!(code(twice.when("lena", to("PHASE-E", "closed"))), Code::BlockMove);
    // A document that is listed before it is declared is missing, and said to be.
    let mut early = opened();
    write_documents(&mut early);
    early.given("dora", declare("E-00", "artifact", titled("E-00").link("numbers", &["PHASE-E"])));
    let view = View { state: early.state(), facts: &early.tree, as_of: early.now };
    let standing = view.blocks_on(&id("PHASE-E"));
    assert!(
        standing[0].explanations()[0]
            .found
            .starts_with("E-00: the list (docs/16-phase-e/e-00.md) has a row E-01, and nobody declared E-01")
    );
    let steps = standing[0].steps();
    let commands: Vec<&str> = steps.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands[0], "ledger declare E-01 --kind artifact");
}

/// S0-035, S0-058: a risk that stands in the register alone, and in no item, holds the phase; once it is declared, it is treated like
/// every other.
#[test]
fn a_risk_that_stands_in_the_register_alone_is_a_conflict() {
    let mut w = recorded();
    w.write(&place("E-06"), &format!("{REGISTER}| R-001 | mitigated |\n| R-009 | open |\n"), "dora");
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let standing = view.blocks_on(&id("PHASE-E"));
    let found: Vec<String> =
        standing.iter().flat_map(govledger::domain::judge::Standing::explanations).map(|told| told.found).collect();
    assert_eq!(found, ["E-06: the list (docs/16-phase-e/e-06.md) has a row R-009, and nobody declared R-009"]);
    assert_eq!(standing[0].steps()[0].command, "ledger declare R-009 --kind risk");
    assert_eq!(code(w.when("lena", to("PHASE-E", "closed"))), Code::BlockMove);
    w.given("dora", declare("R-009", "risk", stated()));
    assert!(View { state: w.state(), facts: &w.tree, as_of: w.now }.blocks_on(&id("PHASE-E")).is_empty());
    let report = readiness(&w);
    let risks = report.criteria.iter().find(|criterion| criterion.name.as_str() == "risks").unwrap();
    assert_eq!(risks.outcome, Outcome::Unmet);
}
