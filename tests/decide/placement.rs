//! What stands keeps the rule under which it was placed, and the reach of that rule, unless it goes over by name.

use govledger::domain::code::Code;
use govledger::domain::event::GateOutcome;
use govledger::domain::explain::Outcome;
use govledger::domain::id::Digest;
use govledger::domain::inbox::{Whose, inbox};
use govledger::domain::judge::{PathChange, Side, View, check_changes, outcome_changes};

use crate::people::PHASE_E;
use crate::phase::opened;
use crate::world::*;

/// The charter of the phase with one change, which must change something.
fn next(from: &str, to: &str, migrate: &str) -> String {
    assert!(PHASE_E.contains(from), "{from}");
    format!("{}{migrate}", PHASE_E.replace(from, to))
}

fn adopted(w: &mut World, text: &str) {
    w.given("lena", adopt(text)).effective("kim", adopt(text));
}

fn view(w: &World) -> View<'_> {
    View { state: w.state(), facts: &w.tree, as_of: w.now }
}

/// How a change of one file is refused.
fn changed(w: &World, path: &str) -> Vec<Code> {
    let new = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"new")) });
    let change = PathChange { path: path.as_bytes().to_vec(), old: None, new };
    let verdicts = check_changes(&view(w), &[change], b".ledger", true);
    verdicts[0].refusals.iter().map(|refusal| refusal.explanation.code).collect()
}

/// What comes out otherwise once a text is adopted, as `charter diff` and a dry run of `charter adopt` say it.
fn outlook(w: &World, text: &str) -> Vec<String> {
    let mut after = w.clone();
    adopted(&mut after, text);
    outcome_changes(view(w), view(&after), None).iter().map(govledger::domain::judge::OutcomeChange::sentence).collect()
}

const SCOPE: &str = r#"["**", "!docs/**", "!governance/**", "!/.ledger", "!/*.md"]"#;

/// S0-030, S0-092: the block is lifted by its record, and not by a charter that lets the scope shrink to nothing.
#[test]
fn a_scope_that_shrinks_leaves_the_block_that_stands_its_reach() {
    let mut w = opened();
    let text = next(SCOPE, r#"["docs/nothing/**"]"#, "");
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
    assert_eq!(
        outlook(&w, &text),
        ["reach of block DESIGN-BLOCKED on MIG-06: implementation = ** !docs/** !governance/** !/.ledger !/*.md -> \
          implementation = ** !docs/** !governance/** !/.ledger !/*.md; kept from the charter of event 0, under which it \
          was placed"]
    );
    adopted(&mut w, &text);
    for path in ["src/main.rs", "SRC/main.rs", "infra/network.tf", "a/Dockerfile"] {
        assert_eq!(changed(&w, path), [Code::BlockPath], "{path}");
    }
    for path in ["docs/a.sql", "docs/nothing/x", "README.md"] {
        assert_eq!(changed(&w, path), [], "{path}");
    }
    // What is placed from now on has the new reach.
    w.given("lena", declare("MIG-07", "migration", stated())).given("lena", block("MIG-07", "DESIGN-BLOCKED"));
    assert_eq!(changed(&w, "docs/nothing/x"), [Code::BlockPath]);
    // Of a scope that is gone altogether the block knows as much.
    let gone = next("implementation = [", "realization = [", "").replace("\"implementation\"", "\"realization\"");
    let mut w = opened();
    adopted(&mut w, &gone);
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
    assert_eq!(changed(&w, "README.md"), []);
}

/// S0-020, S0-092: the block keeps its lift and what the gates of it ask for, and whoever is asked to sign reads that.
#[test]
fn a_lift_or_a_gate_that_shrinks_leaves_the_block_that_stands_its_own() {
    let lift = ("lift   = \"2 platform-governance if unblock\"", "lift   = \"platform-governance\"");
    let gate = ("closed = { must = \"PHASE-E is closed\", cite = \"§7\" }\n", "");
    let nested = ("goals         = { must = \"PHASE-E has nothing-new\", cite = \"§3.2\" }\n", "");
    let own =
        "block DESIGN-BLOCKED on MIG-06: stops implementation, moves; lift needs 2 platform-governance if unblock";
    for (from, to) in [lift, gate, nested] {
        let mut w = opened();
        let told = outlook(&w, &next(from, to, ""));
        let line = told.iter().find(|line| line.starts_with(own)).unwrap_or_else(|| panic!("{from}: {told:#?}"));
        assert!(
            line.ends_with(", which is HOLD; kept from the charter of event 0, under which it was placed"),
            "{line}"
        );
        adopted(&mut w, &next(from, to, ""));
        assert_eq!(code(w.when("lena", unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12")))), Code::BlockRecord);
    }
    let told = outlook(&opened(), &next("the default posture is NO", "the answer is NO", ""));
    assert!(!told.iter().any(|line| line.contains("kept from")), "{told:#?}");
}

/// S0-030: who wants another reach for what stands writes it down by name, and everybody reads it in the comparison.
#[test]
fn a_block_that_goes_over_by_name_takes_the_reach_of_its_new_rule() {
    let mut w = opened();
    let text = next(
        r#""!/*.md"]"#,
        r#""!/*.md", "docs/tools/**"]"#,
        "\n[migrate]\nblocks = { DESIGN-BLOCKED = \"DESIGN-BLOCKED\" }\n",
    );
    let told = outlook(&w, &text);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("reach of block DESIGN-BLOCKED on MIG-06: implementation = ** "), "{told:?}");
    assert!(told[0].ends_with(" !/*.md docs/tools/**"), "{told:?}");
    assert_eq!(changed(&w, "docs/tools/x"), []);
    adopted(&mut w, &text);
    assert_eq!(changed(&w, "docs/tools/x"), [Code::BlockPath]);
    assert_eq!(changed(&w, "src/main.rs"), [Code::BlockPath]);
}

/// S0-030, S0-089: the gate of a lift is told by the charter of the placement too, where the one in force says otherwise; by
/// which one it was judged stands in the refusal and on the block.
#[test]
fn a_gate_is_told_by_each_charter_that_releases_something_by_it() {
    let mut w = opened();
    let closed = r#"closed = { must = "PHASE-E is closed", cite = "§7" }"#;
    let text = next(closed, "", "").replace(r#"must = "PHASE-E passes exit""#, r#"must = "PHASE-E is open""#);
    let text = text.replace(r#"must = "E-12 is upheld""#, r#"must = "PHASE-E has mode = governance""#);
    let gate = |w: &World| view(w).gate(&word("unblock"), &noun("MIG-06")).outcome;
    let older = |w: &World| -> Vec<(u64, Vec<String>, GateOutcome)> {
        let asked = view(w).gate_as_placed(&word("unblock"), &noun("MIG-06"));
        asked.into_iter().map(|one| (one.charter, one.of, one.report.outcome)).collect()
    };
    assert_eq!(older(&w), [], "the charter in force is the one of the placement");
    adopted(&mut w, &text);
    assert_eq!(gate(&w), GateOutcome::Pass);
    assert_eq!(older(&w), [(0, vec!["DESIGN-BLOCKED".to_owned()], GateOutcome::Hold)]);
    w.given("lena", declare("E-12", "record", stated()));
    let refusal = w.when("lena", unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12"))).expect_err("it was placed before");
    assert!(refusal.explanations[0].found.starts_with("gate unblock is HOLD by the charter of event 0: "));
    let judgement = govledger::domain::judge::Judgement::new(view(&w));
    let id = id("MIG-06");
    let lifts = judgement.ground(&id, &judgement.blocks_on(&id)[0]).lifts;
    assert_eq!(lifts.text, "when gate unblock passes by the charter of event 0");
    // By name it goes over, and there is one answer again.
    let named = format!("{text}# again\n[migrate]\nblocks = {{ DESIGN-BLOCKED = \"DESIGN-BLOCKED\" }}\n");
    adopted(&mut w, &named);
    assert_eq!((gate(&w), older(&w)), (GateOutcome::Pass, Vec::new()));
    w.pending("lena", unblock("MIG-06", "DESIGN-BLOCKED", Some("E-12")));
}

/// The charter of the phase asks of the seal of a document that it passes `sealable`, and of a migration nothing of the kind.
#[test]
fn a_gate_is_for_the_kinds_whose_actions_it_guards() {
    let w = opened();
    let kinds = |gate: &str| govledger::domain::judge::kinds_for(&view(&w), &word(gate));
    let words = |names: &[&str]| Some(names.iter().map(|name| word(name)).collect());
    assert_eq!(kinds("sealable"), words(&["artifact"]));
    assert_eq!(kinds("readiness"), None, "it comes out the same whatever it is asked of");
    assert_eq!(kinds("no-such"), None);
}

/// S0-084, S0-086: what a record was sealed on is judged by the charter of its seal, whatever the next one says of the gate.
#[test]
fn a_record_is_upheld_by_the_charter_under_which_it_was_sealed() {
    let mut w = crate::phase::recorded();
    let upheld = |w: &World| {
        let report = view(w).gate(&word("unblock"), &noun("MIG-06"));
        report.criteria.iter().find(|criterion| criterion.name.as_str() == "record").unwrap().outcome
    };
    assert_eq!(upheld(&w), Outcome::Met);
    // Another criterion in the gate of the seal asks nothing of what was sealed before it.
    let more =
        next("whole = \"self passes sealable\"", "whole = \"self passes sealable\"\nopen = \"PHASE-E is open\"", "");
    adopted(&mut w, &more);
    assert_eq!(upheld(&w), Outcome::Met);
    // A seal that goes over by name stands on the new gate, by which it was never judged.
    let named = format!("{more}# again\n[migrate]\nseals = [\"record\"]\n");
    adopted(&mut w, &named);
    assert_eq!(upheld(&w), Outcome::Unmet);
    w.given("lena", unseal("E-12")).given("kim", unseal("E-12"));
    w.given("lena", seal("E-12")).given("kim", seal("E-12"));
    assert_eq!(upheld(&w), Outcome::Met);
    // Names that go over are no part of what was judged.
    let renamed = named.replace("seals = [\"record\"]", "kinds = { record = \"authorization\" }");
    let renamed =
        renamed.replace("[kinds.record]", "[kinds.authorization]").replace("record -> any", "authorization -> any");
    let renamed = renamed.replace("every record, if any", "every authorization, if any");
    let renamed = renamed.replace("artifact | record", "artifact | authorization");
    adopted(&mut w, &renamed);
    assert_eq!(upheld(&w), Outcome::Met);
}

/// What waits for somebody is told by the charter of the placement too: a lift that it allows is offered, whatever the next
/// charter says of the gate.
#[test]
fn an_inbox_offers_the_lift_that_the_charter_of_the_placement_allows() {
    let mut w = crate::phase::recorded();
    w.given("lena", to("PHASE-E", "closed"));
    let whose = Whose::Actor(who("lena"));
    let offered = |w: &World| {
        let inbox = inbox(&view(w), &whose, Vec::new());
        let waits = inbox.waits.iter().map(|one| one.command.clone());
        waits
            .chain(inbox.may.iter().map(|one| one.command.clone()))
            .any(|command| command.starts_with("ledger unblock"))
    };
    assert!(offered(&w));
    adopted(&mut w, &next(r#"must = "PHASE-E is closed""#, r#"must = "PHASE-E is open""#, ""));
    assert!(offered(&w));
    w.given("lena", unseal("E-12")).given("kim", unseal("E-12"));
    assert!(!offered(&w));
}
