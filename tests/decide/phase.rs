//! The phase of the example, from the block to its lift, and every single thing without which the lift is refused.

use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::event::Body;
use govledger::domain::explain::Outcome;
use govledger::domain::id::Digest;
use govledger::domain::judge::{PathChange, Side, View, check_changes};
use govledger::domain::value::Value;
use snapbox::str;

use crate::charters::replayed_digest;
use crate::people::phase_e;
use crate::world::*;

pub(crate) const REVIEW: [&str; 3] = ["complete", "deterministic", "consistent"];
pub(crate) const FORMAL: [&str; 3] = ["fail-closed", "dependencies-safe", "observable"];
pub(crate) const FAILURES: [&str; 5] =
    ["partial-failure", "policy-denial", "missing-dependency", "invalid-input", "degraded"];
pub(crate) const CHECKLIST: [&str; 5] = ["prerequisite", "documents", "reviews", "seals", "risks"];
pub(crate) const PROCEDURES: [&str; 3] = ["abort", "rollback", "recovery"];
pub(crate) const RECORDS: [&str; 4] = ["logs", "traces", "correlation", "audit-events"];
/// Each category of proof, and the document that has to have it.
pub(crate) const PROOFS: [(&str, &str); 6] =
    [("P1", "E-01"), ("P2", "E-03"), ("P3", "E-04"), ("P4", "E-05"), ("P5", "E-06"), ("P6", "E-08")];
pub(crate) const TOPICS: [&str; 6] =
    ["T-orchestration", "T-contracts", "T-control-plane", "T-fail-closed", "T-observability", "T-risk"];

pub(crate) fn documents() -> Vec<String> {
    (0..12).map(|n| format!("E-{n:02}")).collect()
}

pub(crate) fn designated() -> Vec<String> {
    documents().into_iter().filter(|d| d != "E-09" && d != "E-10").collect()
}

pub(crate) fn place(document: &str) -> String {
    format!("docs/16-phase-e/{}.md", document.to_lowercase())
}

pub(crate) fn titled(document: &str) -> Stated {
    stated().title(&format!("Document {document}")).path(&place(document))
}

/// The register of risks, which lists none of its own.
pub(crate) const REGISTER: &str = "# E-06\n\n| risk | treatment |\n|---|---|\n";

pub(crate) fn write_documents(w: &mut World) {
    let row = |document: &str| format!("| {document} | Document {document} | {} |", place(document));
    let rows: Vec<String> = documents().iter().map(String::as_str).chain(["E-12"]).map(row).collect();
    let index = format!("# Index\n\n| ID | Title | Path |\n|---|---|---|\n{}\n", rows.join("\n"));
    w.write(&place("E-00"), &index, "dora");
    for document in documents().iter().skip(1) {
        w.write(&place(document), &format!("# {document}\n"), "dora");
    }
    w.write(&place("E-06"), REGISTER, "dora");
    w.write(&place("E-12"), "# The record\n", "lena");
    w.write("docs/control-plane/cp-21.md", "# The control plane\n", "dora");
}

/// The record is declared and cites nothing yet: what the index lists is there.
pub(crate) fn record_declared(w: &mut World) {
    w.given("lena", declare("E-12", "record", titled("E-12")));
}

/// The phase is open and the migration is blocked.
pub(crate) fn opened() -> World {
    let mut w = phase_e();
    w.given("lena", declare("PHASE-E", "phase", stated().field("mode", "governance")));
    w.given("lena", declare("MIG-06", "migration", stated()));
    w.given("lena", block("MIG-06", "DESIGN-BLOCKED"));
    w
}

/// All but the record is done: readiness passes.
pub(crate) fn ready() -> World {
    let mut w = opened();
    write_documents(&mut w);
    w.given("lena", declare("CP-21", "prerequisite", stated().path("docs/control-plane/cp-21.md")));
    w.given("lena", to("CP-21", "done")).given("omar", seal("CP-21"));
    for document in documents() {
        let mut stated = titled(&document).field("group", "core");
        if document == "E-00" {
            stated = stated.link("numbers", &["PHASE-E"]);
        }
        w.given("dora", declare(&document, "artifact", stated)).given("dora", to(&document, "complete"));
        judged(&mut w, &document);
    }
    record_declared(&mut w);
    for document in designated() {
        w.given("omar", seal(&document));
    }
    for topic in TOPICS {
        w.given("lena", declare(topic, "topic", stated().link("covered_by", &["E-01"])));
    }
    w.given("dora", declare("C-001", "control", stated()));
    w.given("dora", declare("R-001", "risk", stated().link("controlled_by", &["C-001"])));
    w.given("dora", to("R-001", "mitigated"));
    for (category, document) in PROOFS {
        let proof = proof(&w, document, category);
        w.given("dora", proof);
    }
    confirmed(&mut w);
    w.given("raj", attest("E-05", "fail-closed", &FAILURES));
    w.given("raj", attest("E-09", "procedures", &PROCEDURES)).given("raj", attest("E-08", "records", &RECORDS));
    w.given("lena", attest("E-11", "checklist", &CHECKLIST));
    w
}

/// The words of a document were checked, and it was reviewed.
pub(crate) fn judged(w: &mut World, document: &str) {
    w.given("dora", attest(document, "deterministic", &[])).given("dora", attest(document, "coherent", &[]));
    w.given("raj", attest(document, "review", &REVIEW));
}

/// A proof of a category, with the file of the document as it is.
pub(crate) fn proof(w: &World, document: &str, category: &str) -> Wish {
    let mut proof = attestation(document, "proof");
    proof.values.insert(word("category"), category.into());
    proof.evidence.insert(evidence(&w.tree.text(&place(document))));
    Wish::Attest(Box::new(proof))
}

/// Both reviewers confirm the whole set, and raj saw nothing new in it.
pub(crate) fn confirmed(w: &mut World) {
    for reviewer in ["raj", "petra"] {
        w.given(reviewer, attest("PHASE-E", "formal-review", &FORMAL));
    }
    w.given("raj", attest("PHASE-E", "nothing-new", &[]));
}

/// The record is sealed and the phase is closed: the lift lacks its two signatures only.
fn closed() -> World {
    let mut w = recorded();
    w.given("lena", to("PHASE-E", "closed"));
    w
}

pub(crate) fn recorded() -> World {
    let mut w = ready();
    w.days(20);
    let all = documents();
    let mut cited: Vec<&str> = all.iter().map(String::as_str).collect();
    cited.push("CP-21");
    w.given("lena", relink("E-12", "cites", &cited));
    w.given("lena", to("E-12", "complete"));
    judged(&mut w, "E-12");
    w.given("lena", seal("E-12")).given("kim", seal("E-12"));
    w
}

fn lift() -> Wish {
    unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12"))
}

#[test]
fn the_block_is_lifted_by_two_after_everything_is_done_and_recorded() {
    // S0-021, S0-042, S0-043, S0-084, S0-085, S0-086, S0-087, S0-089
    let mut w = closed();
    let first = w.pending("lena", lift());
    let judged = first.event.judged.unwrap();
    assert_eq!(judged.gate.as_str(), "unblock");
    let last = w.effective("kim", lift());
    assert_eq!(last.event.judged.unwrap().digest, judged.digest);
    let placed = &w.item("MIG-06").blocks[0];
    assert_eq!(placed.lifted.as_ref().unwrap().record, Some(id("E-12")));
    w.effective("lena", to("MIG-06", "active"));
    assert_eq!(replayed_digest(&w.chain), w.digest());
}

/// Breaks one thing of the closed phase and shows that the lift is refused for that reason, at append and at replay.
#[track_caller]
fn without(criterion: &str, outcome: Outcome, break_it: impl FnOnce(&mut World)) {
    let mut w = closed();
    let by_hand = w.forge("lena", "lena", Some("platform-governance"), "MIG-06", lift_body(&w));
    w.pending("lena", lift());
    break_it(&mut w);
    for signer in ["lena", "kim"] {
        let refusal = w.when(signer, lift()).expect_err("a thing is missing");
        if refusal.code() == Code::AuthorityVotedTwice {
            continue;
        }
        let rule = format!("gates.{criterion}");
        let blamed = refusal.explanations.iter().find(|e| e.rule.as_deref() == Some(&rule));
        let blamed = blamed.unwrap_or_else(|| panic!("{rule} is not blamed:\n{}", told(&refusal)));
        assert_eq!(blamed.outcome, outcome, "{}", told(&refusal));
        assert!(matches!(blamed.code, Code::GateUnmet | Code::GateUnknownFact));
    }
    // By hand, with the judgement of yesterday, it is named at replay.
    let mut event = w.forge("kim", "kim", Some("platform-governance"), "MIG-06", by_hand.body.clone());
    event.judged = by_hand.judged;
    let invalid = w.replayed(&event, "kim").unwrap_err();
    assert_eq!(invalid.refusal.code(), Code::GuardUnmet, "{invalid}");
    assert!(invalid.refusal.explanations.iter().any(|e| e.rule.as_deref() == Some(&format!("gates.{criterion}"))));
}

fn lift_body(w: &World) -> Body {
    Body::Unblocked {
        name: word("DESIGN-BLOCKED"),
        block: w.item("MIG-06").blocks[0].event.clone(),
        record: Some(id("E-12")),
        reason: "authorized by E-12".to_owned(),
    }
}

/// A statement that answers its last question with no and the others with yes.
pub(crate) fn answering_no(on: &str, claim: &str, questions: &[&str]) -> Wish {
    let Wish::Attest(mut statement) = attest(on, claim, questions) else { panic!() };
    statement.answers.insert(word(questions.last().unwrap()), false);
    Wish::Attest(statement)
}

fn amend_field(item: &str, field: &str, value: Option<&str>) -> Wish {
    let fields = [(word(field), value.map(Value::from))].into();
    amend(item, Change { fields, ..Change::default() })
}

#[test]
fn absent_any_one_criterion_the_lift_is_refused() {
    // S0-072 and S0-088; each line is one criterion of sections 5 and 6.
    use Outcome::{Unknown, Unmet};
    // S0-073: other bytes than the sealed ones
    without("readiness.cp21", Unmet, |w| w.write("docs/control-plane/cp-21.md", "edited", "dora"));
    // S0-023, S0-068, S0-074
    without("readiness.present", Unmet, |w| w.remove(&place("E-09")));
    // S0-069, S0-075
    without("readiness.complete", Unmet, |w| w.given("dora", to("E-09", "draft")).done());
    // S0-013, S0-078
    without("readiness.reviewed", Unmet, |w| w.given("raj", retract("E-09", "review", None)).done());
    without("readiness.reviewed", Unmet, |w| w.write(&place("E-09"), "edited after its review", "dora"));
    // S0-025, S0-071, S0-079
    without("readiness.sealed", Unmet, |w| w.given("lena", unseal("E-05")).given("kim", unseal("E-05")).done());
    // S0-049, S0-050, S0-076, S0-077: nobody's word for it, or a word against it
    without("readiness.deterministic", Unmet, |w| w.given("dora", retract("E-09", "deterministic", None)).done());
    without("readiness.deterministic", Unmet, |w| w.given("dora", attest_as("E-10", "deterministic", "fail")).done());
    without("readiness.consistent", Unmet, |w| w.given("dora", retract("E-09", "coherent", None)).done());
    // S0-007, S0-070: the index says otherwise
    without("readiness.consistent", Unmet, |w| w.given("dora", retitle("E-09", "Another title")).done());
    // S0-081, S0-082, S0-083
    without("readiness.formal", Unmet, |w| w.given("raj", retract("PHASE-E", "formal-review", None)).done());
    // S0-053, S0-054: a proof is taken back
    without("readiness.proof-p4", Unmet, |w| w.given("dora", retract("E-05", "proof", None)).done());
    without("readiness.failures", Unmet, |w| w.given("raj", retract("E-05", "fail-closed", None)).done());
    // S0-002: the phase has a mode, and it is the one of governance
    without("readiness.mode", Unmet, |w| w.given("lena", amend_field("PHASE-E", "mode", Some("execution"))).done());
    without("readiness.mode", Unknown, |w| w.given("lena", amend_field("PHASE-E", "mode", None)).done());
    // S0-006: E-00 is no longer the index
    without("readiness.index", Unmet, |w| {
        w.given("lena", unseal("E-00")).given("kim", unseal("E-00")).given("dora", relink("E-00", "numbers", &[]));
    });
    // S0-037: something new was seen
    without("readiness.goals", Unmet, |w| w.given("raj", attest_as("PHASE-E", "nothing-new", "fail")).done());
    // S0-033, S0-034: one answer is no
    without("readiness.procedures", Unmet, |w| w.given("raj", answering_no("E-09", "procedures", &PROCEDURES)).done());
    without("readiness.records", Unmet, |w| w.given("raj", answering_no("E-08", "records", &RECORDS)).done());
    // S0-064
    without("readiness.checklist", Unmet, |w| w.given("lena", retract("E-11", "checklist", None)).done());
    // S0-024
    without("readiness.decisions", Unmet, |w| w.given("dora", declare("D-001", "decision", stated())).done());
    // S0-035
    without("readiness.risks", Unmet, |w| w.given("dora", declare("R-002", "risk", stated())).done());
    // S0-032
    without("readiness.topics", Unmet, |w| w.given("lena", relink("T-risk", "covered_by", &[])).done());
    // S0-089: the record counts while it is sealed
    without("exit.sealed", Unmet, |w| w.given("lena", unseal("E-12")).given("kim", unseal("E-12")).done());
    // S0-022: what cannot be known blocks
    without("readiness.present", Unknown, |w| w.hide(&place("E-10")));
    // S0-017: a contradiction is no agreement
    without("readiness.failures", Unmet, |w| w.given("raj", attest_as("E-05", "fail-closed", "fail")).done());
}

/// Seals the record anew, on what is there now.
fn sealed_anew(w: &mut World) {
    w.given("lena", unseal("E-12")).given("kim", unseal("E-12"));
    w.given("lena", seal("E-12")).given("kim", seal("E-12"));
}

/// S0-084, S0-086: the record cites an evaluation by its digest, and lifts nothing once that is another one, though each
/// criterion is met again.
#[test]
fn the_record_lifts_nothing_once_what_it_was_sealed_on_is_otherwise() {
    let mut w = closed();
    let sealed = w.item("E-12").seal.clone().unwrap().judged.unwrap();
    assert_eq!((sealed.gate.as_str(), sealed.outcome.as_str()), ("recordable", "PASS"));
    let mut other = w.clone();
    // A document that it cites by id is rewritten, reviewed and sealed again: the id is the same, the content is not.
    w.given("lena", unseal("E-05")).given("kim", unseal("E-05"));
    w.write(&place("E-05"), "# other rules", "dora");
    judged(&mut w, "E-05");
    w.given("omar", seal("E-05")).given("raj", attest("E-05", "fail-closed", &FAILURES));
    let proof = proof(&w, "E-05", "P4");
    w.given("dora", proof);
    confirmed(&mut w);
    w.given("lena", attest("E-11", "checklist", &CHECKLIST));
    w.refused("lena", lift(), str![[r#"
guard.unmet: gate unblock is HOLD: 33 met, 1 unmet, 0 unknown, 1 not applicable
  needed: gate unblock is PASS
  rule: blocks.DESIGN-BLOCKED.lift
  item: MIG-06
  next: ledger gate unblock MIG-06
gate.unmet: E-12 was sealed by kim and lena on 2026-01-30, when gate recordable was PASS with the digest f63a65f1d706; it is now PASS with 1248928015c6: E-05 was sealed on 2026-01-30
  needed: upheld: what it was sealed on, as it was
  rule: gates.unblock.record
  item: E-12
  path: docs/16-phase-e/e-12.md
  why: the record authorizes what was there when it was sealed, and nothing else
  cite: §6
  who: 2 platform-governance: kim, lena
  next: ledger unseal E-12
"#]]);
    let mut anew = w.clone();
    sealed_anew(&mut anew);
    anew.pending("lena", lift());
    anew.effective("kim", lift());
    // A decision that nobody had taken is asked for and taken.
    other.given("dora", declare("D-001", "decision", stated())).given("lena", to("D-001", "resolved"));
    other.refused("lena", lift(), str![[r#"
guard.unmet: gate unblock is HOLD: 33 met, 1 unmet, 0 unknown, 1 not applicable
  needed: gate unblock is PASS
  rule: blocks.DESIGN-BLOCKED.lift
  item: MIG-06
  next: ledger gate unblock MIG-06
gate.unmet: E-12 was sealed by kim and lena on 2026-01-30, when gate recordable was PASS with the digest f63a65f1d706; it is now PASS with e943f780a8cd: D-001 was declared since
  needed: upheld: what it was sealed on, as it was
  rule: gates.unblock.record
  item: E-12
  path: docs/16-phase-e/e-12.md
  why: the record authorizes what was there when it was sealed, and nothing else
  cite: §6
  who: 2 platform-governance: kim, lena
  next: ledger unseal E-12
"#]]);
    // A control that is reworded is not the one that the risk was mitigated by.
    let mut reworded = anew.clone();
    reworded.given("dora", amend("C-001", Change { title: Some(Some("Nothing".to_owned())), ..Change::default() }));
    let report = View { state: reworded.state(), facts: &reworded.tree, as_of: reworded.now };
    let report = report.gate(&word("unblock"), &noun("MIG-06"));
    assert_eq!(report.blamed().iter().map(|leaf| leaf.rule.as_str()).collect::<Vec<_>>(), ["unblock.record"]);
    // By hand, with the judgement of yesterday, it is named at replay.
    let event = other.forge("lena", "lena", Some("platform-governance"), "MIG-06", lift_body(&other));
    let invalid = other.replayed(&event, "lena").unwrap_err();
    assert_eq!(invalid.refusal.code(), Code::GuardUnmet, "{invalid}");
    sealed_anew(&mut other);
    other.pending("lena", lift());
    assert_eq!(replayed_digest(&other.chain), other.digest());
}

/// S0-084: what was found in between counts at the second signature too, and what cannot be read does not count.
#[test]
fn the_record_is_judged_at_every_signature_of_the_lift() {
    let mut w = closed();
    w.pending("lena", lift());
    w.given("dora", declare("R-002", "risk", stated().link("controlled_by", &["C-001"])));
    w.given("dora", to("R-002", "mitigated"));
    let refusal = w.when("kim", lift()).expect_err("a risk was found");
    let rules: Vec<&str> = refusal.explanations.iter().filter_map(|told| told.rule.as_deref()).collect();
    assert_eq!(rules, ["blocks.DESIGN-BLOCKED.lift", "gates.unblock.record"]);
    let mut w = closed();
    w.hide(&place("E-12"));
    let report = View { state: w.state(), facts: &w.tree, as_of: w.now }.gate(&word("unblock"), &noun("MIG-06"));
    let record = report.criteria.iter().find(|criterion| criterion.name.as_str() == "record").unwrap();
    assert_eq!(record.outcome, Outcome::Unknown);
}

#[test]
fn the_phase_must_be_closed_too() {
    // S0-011, S0-018: two keys, the closed phase and the sealed record.
    let mut w = recorded();
    w.refused(
        "lena",
        lift(),
        str![[r#"
guard.unmet: gate unblock is HOLD: 33 met, 1 unmet, 0 unknown, 1 not applicable
  needed: gate unblock is PASS
  rule: blocks.DESIGN-BLOCKED.lift
  item: MIG-06
  next: ledger gate unblock MIG-06
gate.unmet: PHASE-E is open
  needed: closed
  rule: gates.unblock.closed
  item: PHASE-E
  cite: §7
  who: 1 platform-governance: kim, lena
  next: ledger move PHASE-E closed
"#]],
    );
    w.given("lena", to("PHASE-E", "closed"));
    w.pending("lena", lift());
}

#[test]
fn the_phase_is_not_closed_before_its_gate_passes() {
    let mut w = ready();
    w.refused(
        "lena",
        to("PHASE-E", "closed"),
        str![[r#"
guard.unmet: gate exit is HOLD: 27 met, 5 unmet, 0 unknown, 1 not applicable
  needed: gate exit is PASS
  rule: kinds.phase.moves[1]
  item: PHASE-E
  next: ledger gate exit PHASE-E
gate.unmet: E-12 is draft
  needed: complete
  rule: gates.exit.complete
  item: E-12
  who: 1 platform-governance: kim, lena
  next: ledger move E-12 complete
gate.unmet: E-12 has no deterministic
  needed: deterministic of the present content
  rule: gates.exit.deterministic
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 deterministic
gate.unmet: E-12 has no coherent
  needed: consistent and coherent of the present content
  rule: gates.exit.consistent
  item: E-12
  path: docs/16-phase-e/e-00.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 coherent
gate.unmet: E-12 has no review
  needed: review of the present content
  rule: gates.exit.reviewed
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-12 review
gate.unmet: E-12 is not sealed
  needed: sealed
  rule: gates.exit.sealed
  item: E-12
  path: docs/16-phase-e/e-12.md
  cite: §6
  who: 1 platform-governance: kim, lena
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-00
  next: ledger amend E-12 --add-link cites=E-01
  next: ledger amend E-12 --add-link cites=E-02
  next: ledger amend E-12 --add-link cites=E-03
  next: ledger amend E-12 --add-link cites=E-04
  next: ledger amend E-12 --add-link cites=E-05
  next: ledger amend E-12 --add-link cites=E-06
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=E-08
  next: ledger amend E-12 --add-link cites=E-09
  next: ledger amend E-12 --add-link cites=E-10
  next: ledger amend E-12 --add-link cites=E-11
  next: ledger amend E-12 --add-link cites=CP-21
"#]],
    );
}

#[test]
fn there_is_one_record_and_it_cites_everything() {
    // S0-065, S0-066
    let mut w = ready();
    let some: Vec<String> = documents().into_iter().filter(|d| d != "E-07").collect();
    let cited: Vec<&str> = some.iter().map(String::as_str).collect();
    w.refused(
        "lena",
        declare("E-13", "record", titled("E-13")),
        str![[r#"
item.id: E-13 is no id of the kind record
  needed: an id that matches E-12
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.given("lena", relink("E-12", "cites", &cited));
    w.refused(
        "lena",
        seal("E-12"),
        str![[r#"
guard.unmet: gate recordable is HOLD: 26 met, 4 unmet, 0 unknown, 1 not applicable
  needed: gate recordable is PASS
  rule: kinds.record.seal
  item: E-12
  next: ledger gate recordable E-12
gate.unmet: E-12 is draft
  needed: complete
  rule: gates.sealable.complete
  item: E-12
  who: 1 platform-governance: kim, lena
  next: ledger move E-12 complete
gate.unmet: E-12 has no review
  needed: review of the present content
  rule: gates.sealable.reviewed
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-12 review
gate.unmet: E-07 has no citation
  needed: something that links to it by cites
  rule: gates.recordable.cited
  item: E-07
  cite: §6
  who: 1 platform-governance: kim, lena
  next: ledger amend E-12 --add-link cites=E-07
gate.unmet: CP-21 has no citation
  needed: something that links to it by cites
  rule: gates.recordable.cp21
  item: CP-21
  cite: §6
  who: 1 platform-governance: kim, lena
  next: ledger amend E-12 --add-link cites=CP-21
"#]],
    );
    w.refused(
        "lena",
        unblock("MIG-06", "DESIGN-BLOCKED", None),
        str![[r#"
block.record: the record E-12 is not named
  needed: the record E-12
  rule: blocks.DESIGN-BLOCKED.record
  item: MIG-06
  who: 2 platform-governance: kim, lena
  next: ledger unblock MIG-06 DESIGN-BLOCKED --record E-12
  next: ledger gate unblock MIG-06
gate.unmet: E-12 is draft
  needed: complete
  rule: gates.exit.complete
  item: E-12
  who: 1 platform-governance: kim, lena
  next: ledger move E-12 complete
gate.unmet: E-12 has no deterministic
  needed: deterministic of the present content
  rule: gates.exit.deterministic
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 deterministic
gate.unmet: E-12 has no coherent
  needed: consistent and coherent of the present content
  rule: gates.exit.consistent
  item: E-12
  path: docs/16-phase-e/e-00.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 coherent
gate.unmet: E-12 has no review
  needed: review of the present content
  rule: gates.exit.reviewed
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-12 review
gate.unmet: E-12 is not sealed
  needed: sealed
  rule: gates.exit.sealed
  item: E-12
  path: docs/16-phase-e/e-12.md
  cite: §6
  who: 1 platform-governance: kim, lena
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
gate.unmet: E-12 is not sealed
  needed: upheld: what it was sealed on, as it was
  rule: gates.unblock.record
  item: E-12
  path: docs/16-phase-e/e-12.md
  why: the record authorizes what was there when it was sealed, and nothing else
  cite: §6
  who: 1 platform-governance: kim, lena
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
gate.unmet: PHASE-E is open
  needed: closed
  rule: gates.unblock.closed
  item: PHASE-E
  cite: §7
  who: 1 platform-governance: kim, lena
  who: 1 drafter: bot, dora
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 deterministic
  next: ledger attest E-12 coherent
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
"#]],
    );
    w.refused(
        "lena",
        unblock("MIG-06", "DESIGN-BLOCKED", Some("E-11")),
        str![[r#"
block.record: E-11 is not the record
  needed: the record E-12
  rule: blocks.DESIGN-BLOCKED.record
  item: MIG-06
  who: 2 platform-governance: kim, lena
  next: ledger unblock MIG-06 DESIGN-BLOCKED --record E-12
  next: ledger gate unblock MIG-06
gate.unmet: E-12 is draft
  needed: complete
  rule: gates.exit.complete
  item: E-12
  who: 1 platform-governance: kim, lena
  next: ledger move E-12 complete
gate.unmet: E-12 has no deterministic
  needed: deterministic of the present content
  rule: gates.exit.deterministic
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 deterministic
gate.unmet: E-12 has no coherent
  needed: consistent and coherent of the present content
  rule: gates.exit.consistent
  item: E-12
  path: docs/16-phase-e/e-00.md
  who: 1 drafter: bot, dora
  next: ledger attest E-12 coherent
gate.unmet: E-12 has no review
  needed: review of the present content
  rule: gates.exit.reviewed
  item: E-12
  path: docs/16-phase-e/e-12.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-12 review
gate.unmet: E-12 is not sealed
  needed: sealed
  rule: gates.exit.sealed
  item: E-12
  path: docs/16-phase-e/e-12.md
  cite: §6
  who: 1 platform-governance: kim, lena
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
gate.unmet: E-12 is not sealed
  needed: upheld: what it was sealed on, as it was
  rule: gates.unblock.record
  item: E-12
  path: docs/16-phase-e/e-12.md
  why: the record authorizes what was there when it was sealed, and nothing else
  cite: §6
  who: 1 platform-governance: kim, lena
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
gate.unmet: PHASE-E is open
  needed: closed
  rule: gates.unblock.closed
  item: PHASE-E
  cite: §7
  who: 1 platform-governance: kim, lena
  who: 1 drafter: bot, dora
  who: 1 reviewer: petra, raj
  next: ledger move E-12 complete
  next: ledger attest E-12 deterministic
  next: ledger attest E-12 coherent
  next: ledger attest E-12 review
  next: ledger amend E-12 --add-link cites=E-07
  next: ledger amend E-12 --add-link cites=CP-21
"#]],
    );
}

#[test]
fn drafting_goes_on_under_the_block_and_the_migration_does_not_move() {
    // S0-040, S0-041, S0-044
    let mut w = opened();
    write_documents(&mut w);
    w.effective("dora", declare("E-01", "artifact", titled("E-01")));
    w.effective("bot", declare("E-02", "artifact", titled("E-02")));
    w.refused(
        "lena",
        to("MIG-06", "active"),
        str![[r#"
block.move: DESIGN-BLOCKED stands on MIG-06 since 2026-01-10: something is wrong
  needed: no block that stops its moves
  rule: blocks.DESIGN-BLOCKED
  item: MIG-06
  why: the default posture is NO; design work under docs/ stays open
  cite: §2, §7
  who: 2 platform-governance: kim, lena
  next: ledger gate unblock MIG-06
"#]],
    );
    // S0-004: nobody but the platform's governance places or lifts it.
    w.given("lena", declare("MIG-07", "migration", stated()));
    assert_eq!(code(w.when("dora", block("MIG-07", "DESIGN-BLOCKED"))), Code::AuthorityRole);
}

#[test]
fn an_index_that_disagrees_blocks_the_phase() {
    // S0-009, S0-010
    let mut w = recorded();
    w.given("dora", retitle("E-09", "Another title"));
    w.refused(
        "lena",
        to("PHASE-E", "closed"),
        str![[r#"
block.move: INDEX-CONFLICT stands on PHASE-E by itself
  needed: no block that stops its moves
  rule: blocks.INDEX-CONFLICT
  item: PHASE-E
  why: a phase whose index disagrees with its ledger goes nowhere
  cite: §0
  next: ledger why PHASE-E
guard.unmet: E-09: index row says title `Document E-09`, the declaration says `Another title`
  needed: consistent
  rule: blocks.INDEX-CONFLICT.until
  item: E-09
  path: docs/16-phase-e/e-00.md
  who: 1 drafter: bot, dora
  next: ledger amend E-09 --title 'Document E-09'
"#]],
    );
}

#[test]
fn a_document_is_sealed_by_somebody_else_than_wrote_or_reviewed_it() {
    // S0-051
    let mut w = opened();
    write_documents(&mut w);
    w.given("lena", grant("raj", "approver")).given("kim", grant("raj", "approver"));
    w.given("lena", grant("dora", "approver")).given("kim", grant("dora", "approver"));
    w.given("dora", declare("E-05", "artifact", titled("E-05")));
    w.refused(
        "omar",
        seal("E-05"),
        str![[r#"
guard.unmet: gate sealable is HOLD: 0 met, 2 unmet, 0 unknown
  needed: gate sealable is PASS
  rule: kinds.artifact.seal
  item: E-05
  next: ledger gate sealable E-05
gate.unmet: E-05 is draft
  needed: complete
  rule: gates.sealable.complete
  item: E-05
  who: 1 drafter: bot, dora
  next: ledger move E-05 complete
gate.unmet: E-05 has no review
  needed: review of the present content
  rule: gates.sealable.reviewed
  item: E-05
  path: docs/16-phase-e/e-05.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-05 review
"#]],
    );
    w.given("dora", to("E-05", "complete")).given("raj", attest("E-05", "review", &REVIEW));
    w.refused(
        "raj",
        seal("E-05"),
        str![[r#"
authority.excluded: raj made the statement review on E-05
  needed: 1 approver (ines, omar)
  rule: kinds.artifact.seal
  item: E-05
  who: 1 approver: ines, omar
  next: ledger seal E-05
"#]],
    );
    w.refused(
        "dora",
        seal("E-05"),
        str![[r#"
authority.author: E-05 was written by dora
  needed: 1 approver (ines, omar)
  rule: kinds.artifact.seal
  item: E-05
  who: 1 approver: ines, omar
  next: ledger seal E-05
"#]],
    );
    w.effective("omar", seal("E-05"));
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert_eq!(view.sealed(&id("E-05")), Outcome::Met);
}

#[test]
fn a_review_that_answers_no_is_no_review() {
    let mut w = opened();
    write_documents(&mut w);
    w.given("dora", declare("E-05", "artifact", titled("E-05"))).given("dora", to("E-05", "complete"));
    let Wish::Attest(mut review) = attest("E-05", "review", &REVIEW) else { panic!() };
    review.answers.insert(word("consistent"), false);
    w.given("raj", Wish::Attest(review));
    w.refused(
        "omar",
        seal("E-05"),
        str![[r#"
guard.unmet: gate sealable is HOLD: 1 met, 1 unmet, 0 unknown
  needed: gate sealable is PASS
  rule: kinds.artifact.seal
  item: E-05
  next: ledger gate sealable E-05
gate.unmet: review of E-05: approve by raj on 2026-01-10 (answered no to consistent)
  needed: review of the present content
  rule: gates.sealable.reviewed
  item: E-05
  path: docs/16-phase-e/e-05.md
  who: 1 reviewer: petra, raj
  next: ledger attest E-05 review
"#]],
    );
}

#[test]
fn a_proof_has_a_category_of_the_list() {
    // S0-054
    let mut w = opened();
    write_documents(&mut w);
    w.given("dora", declare("E-02", "artifact", titled("E-02")));
    let (wrong, right) = (proof(&w, "E-02", "P7"), proof(&w, "E-02", "P6"));
    w.refused(
        "dora",
        wrong,
        str![[r#"
claim.value: category is "P7"
  needed: one of P1, P2, P3, P4, P5, P6
  rule: claims.proof.values.category
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.effective("dora", right);
}

#[test]
fn a_risk_is_accepted_with_its_rationale_only() {
    // S0-059
    let mut w = opened();
    w.given("dora", declare("R-001", "risk", stated()));
    w.refused(
        "lena",
        to("R-001", "accepted"),
        str![[r#"
guard.unmet: R-001 has no rationale
  needed: rationale
  rule: kinds.risk.moves[2]
  item: R-001
  who: 1 drafter: bot, dora
  next: ledger amend R-001 --field rationale
"#]],
    );
    w.given("dora", declare("R-002", "risk", stated().field("rationale", "it is small")));
    w.effective("lena", to("R-002", "accepted"));
}

#[test]
fn a_second_document_that_claims_to_number_is_refused_and_both_are_named() {
    // S0-008: neither another artifact nor the kickoff notice numbers; what was never the index cannot become it.
    let mut w = opened();
    write_documents(&mut w);
    w.given("dora", declare("E-00", "artifact", titled("E-00").link("numbers", &["PHASE-E"])));
    w.refused(
        "dora",
        declare("E-11", "artifact", titled("E-11").link("numbers", &["PHASE-E"])),
        str![[r#"
item.link: E-00 links to PHASE-E by numbers already
  needed: a target of its own
  rule: links.numbers
  item: E-11
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    let kickoff = stated().path("docs/16-phase-e/kickoff.md");
    w.refused(
        "lena",
        declare("PHASE-E-KICKOFF", "notice", kickoff.clone().link("numbers", &["PHASE-E"])),
        str![[r#"
item.link: numbers from PHASE-E-KICKOFF, which is of kind notice
  needed: a link that leaves this kind
  rule: links.numbers
  item: PHASE-E-KICKOFF
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    // S0-001: the notice has an id of its own, and keeps it when its file moves.
    w.effective("lena", declare("PHASE-E-KICKOFF", "notice", kickoff));
    let moved = Some(Some(path("docs/16-phase-e/00-kickoff.md")));
    w.effective("lena", amend("PHASE-E-KICKOFF", Change { path: moved, ..Change::default() }));
    assert_eq!(w.item("PHASE-E-KICKOFF").stated.path.as_ref().unwrap().as_str(), "docs/16-phase-e/00-kickoff.md");
    // The charter itself names one document that lists a kind, and takes no second.
    let twice = crate::people::PHASE_E.replace("in = \"E-00\"", "in = \"E-00, E-11\"");
    let refused = govledger::domain::charter::load(&twice).expect_err("two documents that list one kind");
    assert!(refused.iter().any(|problem| problem.message.contains("E-00, E-11")), "{refused:?}");
}

#[test]
fn a_phase_of_an_unknown_mode_is_refused() {
    // S0-002
    let mut w = phase_e();
    w.refused(
        "lena",
        declare("PHASE-E", "phase", stated().field("mode", "casual")),
        str![[r#"
item.field: mode is "casual"
  needed: one of governance, execution
  rule: kinds.phase.fields.mode
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

#[test]
fn no_date_lifts_the_block() {
    // S0-092: years later it stands as it stood, and so it does in a replay of today's ledger at a later moment.
    let mut w = closed();
    w.pending("lena", lift());
    let digest = w.digest();
    w.days(3_650);
    assert_eq!(code(w.when("lena", to("MIG-06", "active"))), Code::BlockMove);
    assert_eq!(w.digest(), digest, "time alone is no event");
    let change = PathChange {
        path: b"src/migrate/plan.rs".to_vec(),
        old: None,
        new: Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"fn main() {}")) }),
    };
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let verdicts = check_changes(&view, &[change], b".ledger", true);
    let refused = verdicts[0].refusals.iter().map(|refusal| refusal.explanation.code).collect::<Vec<_>>();
    assert_eq!(refused, [Code::BlockPath]);
    // The proposal of ten years ago is over: kim's signature begins a new one.
    w.pending("kim", lift());
    w.effective("lena", lift());
    w.effective("lena", to("MIG-06", "active"));
}

#[test]
fn the_layers_of_the_exit_cannot_be_taken_in_another_order() {
    // S0-018, S0-043, S0-046, S0-047, S0-089: first what readiness asks, then the record, then the exit, then the lift.
    let mut w = ready();
    let cited: Vec<String> = documents().into_iter().chain(["CP-21".to_owned()]).collect();
    let cited: Vec<&str> = cited.iter().map(String::as_str).collect();
    assert_eq!(code(opened().when("lena", lift())), Code::BlockRecord);
    assert_eq!(code(w.when("lena", lift())), Code::GuardUnmet);
    assert_eq!(code(w.when("lena", to("PHASE-E", "closed"))), Code::GuardUnmet);
    w.given("lena", relink("E-12", "cites", &cited));
    w.given("lena", to("E-12", "complete"));
    judged(&mut w, "E-12");
    let mut early = w.clone();
    // The prerequisite's file is edited after its seal: readiness falls, and with it everything that follows.
    early.write("docs/control-plane/cp-21.md", "edited", "dora");
    for wish in [seal("E-12"), to("PHASE-E", "closed"), lift()] {
        let refusal = early.when("lena", wish).expect_err("the seal of CP-21 does not hold");
        let named = refusal.explanations.iter().any(|e| e.rule.as_deref() == Some("gates.readiness.cp21"));
        assert!(named, "{}", told(&refusal));
    }
    // A seal that only one signed is no key, neither for the exit nor for the lift.
    w.pending("lena", seal("E-12"));
    assert_eq!(code(w.when("lena", to("PHASE-E", "closed"))), Code::GuardUnmet);
    assert_eq!(code(w.when("lena", lift())), Code::GuardUnmet);
    // What was found in between counts at the second signature too.
    let mut late = w.clone();
    late.given("dora", declare("D-001", "decision", stated()));
    assert_eq!(code(late.when("kim", seal("E-12"))), Code::GuardUnmet);
    w.effective("kim", seal("E-12"));
    // The gate's outcome stands in the seal by its digest, and the seal binds the very content that the lift rests on.
    let judged = w.last().event.judged.unwrap();
    assert_eq!((judged.gate.as_str(), judged.outcome.as_str()), ("recordable", "PASS"));
    assert_eq!(code(w.when("lena", lift())), Code::GuardUnmet);
    w.given("lena", to("PHASE-E", "closed"));
    w.pending("lena", lift());
    // The phase is closed, and then the record is broken: one key alone lifts nothing.
    w.given("lena", unseal("E-12")).given("kim", unseal("E-12"));
    assert_eq!(code(w.when("kim", lift())), Code::GuardUnmet);
}

#[test]
fn of_two_records_one_is_refused_and_none_replaces_the_first() {
    // S0-065: a race of two, another case, another kind, and a successor.
    let mut w = opened();
    write_documents(&mut w);
    let mut other = w.clone();
    record_declared(&mut w);
    // kim's clone declared the same id; on this chain the event is refused, whatever it says.
    let late = other.effective("kim", declare("E-12", "record", titled("E-12").link("cites", &["CP-21"]))).event;
    let event = w.forge("kim", "kim", Some("platform-governance"), "E-12", late.body);
    let invalid = w.replayed(&event, "kim").unwrap_err();
    assert_eq!(invalid.refusal.code(), Code::ItemExists);
    for (id, kind) in [("e-12", "record"), ("E-12", "artifact"), ("E-120", "record"), ("E-12.2", "record")] {
        let refusal = w.when("kim", declare(id, kind, stated())).expect_err("one record");
        assert!(matches!(refusal.code(), Code::ItemExists | Code::ItemId), "{}", told(&refusal));
    }
    // Nothing can supersede it: no id is left that could, and the link does not leave a record.
    let successor = relink("E-12", "supersedes", &["E-11"]);
    assert_eq!(code(w.when("lena", successor)), Code::ItemLink);
}
