//! Gates, guards, the digest of what was judged, and the way that explanations show.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::world::{World, item, noun, word};
use crate::domain::charter::Guard;
use crate::domain::code::Code;
use crate::domain::event::GateOutcome;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, Facts, Question, Recorder};
use crate::domain::id::Digest;
use crate::domain::judge::{Counts, Judgement, View};

#[test]
fn a_gate_passes_holds_or_vetoes() {
    let mut w =
        World::new("[gates.go]\nopen = \"some topic is open\"\n[gates.go.veto]\nsettled = \"some topic is settled\"\n");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Hold);
    w.declare("T-a", "topic", "open");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Pass);
    w.declare("T-b", "topic", "settled");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Veto);
    let report = w.gate("go", "repo");
    let told = &report.blamed()[0].explanation;
    assert_eq!((told.found.as_str(), told.needed.as_str()), ("T-b is settled", "not settled"));
}

#[test]
fn an_unknown_veto_holds_and_so_does_one_about_an_undeclared_id() {
    let gate = "[gates.go]\nopen = \"some topic is open\"\n[gates.go.veto]\nlost = \"P-01 is not present\"\n";
    let mut w = World::new(gate);
    w.declare("T-a", "topic", "open");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Hold, "nobody declared P-01");
    w.paper("P-01", "draft");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Pass);
    w.unread("docs/p-01.md");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Hold);
    w.no_file("docs/p-01.md");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Veto);
}

#[test]
fn should_is_printed_and_decides_nothing() {
    let mut w =
        World::new("[gates.go]\nopen = \"some topic is open\"\nnice = { should = \"some topic is settled\" }\n");
    w.declare("T-a", "topic", "open");
    let report = w.gate("go", "repo");
    assert!(report.passes());
    assert_eq!(report.criteria.last().unwrap().outcome, Outcome::Unmet);
    assert_eq!(report.counts(), Counts { met: 1, ..Counts::default() });
}

#[test]
fn an_ordered_gate_stops_at_the_first_step_that_is_not_met() {
    let gate = "[gates.steps]\nordered = true\none = \"some topic is open\"\ntwo = \"some work is open\"\nthree = \"some work is done\"\n";
    let mut w = World::new(gate);
    w.declare("W-01", "work", "done");
    w.declare("T-a", "topic", "open");
    let report = w.gate("steps", "repo");
    let judged: Vec<bool> = report.criteria.iter().map(|criterion| criterion.judged).collect();
    assert_eq!(judged, [true, true, false]);
    assert_eq!(report.counts().to_string(), "1 met, 1 unmet, 0 unknown, 1 not reached");
    assert_eq!(report.blamed().len(), 1);
}

#[test]
fn any_of_several_sentences_is_enough_and_one_that_does_not_apply_is_none() {
    let mut w = World::new("[gates.go]\neither = [\"every topic, if any, is open\", \"some work is done\"]\n");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Hold, "that there is no topic lets nothing through");
    w.declare("W-01", "work", "done");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Pass);
    let mut w = World::new("[gates.go]\neither = [\"every topic, if any, is open\", \"some work is done\"]\n");
    w.declare("T-a", "topic", "open");
    assert_eq!(w.passes("go", "repo"), GateOutcome::Pass);
}

#[test]
fn a_gate_that_is_not_there_lets_nothing_through() {
    let w = World::new("");
    assert_eq!(w.passes("nowhere", "repo"), GateOutcome::Hold);
}

#[test]
fn counting_goes_through_gates_and_counts_nothing_twice() {
    let gates = "[gates.outer]\ninner = \"F-A passes papers\"\nagain = \"F-A passes papers\"\nopen = \"F-A is open\"\n";
    let mut w = World::new(gates);
    w.declare("F-A", "phase", "open");
    w.declare("T-a", "topic", "settled");
    let report = w.gate("outer", "F-A");
    assert_eq!(report.counts().to_string(), "2 met, 1 unmet, 0 unknown");
    // Both criteria lead to the same leaves, which are told once.
    assert_eq!(report.blamed().len(), 3, "three papers that nobody declared");
}

/// S0-086: the recorded digest is of these very bytes.
#[test]
fn the_digest_is_of_the_sorted_rows() {
    let mut w = World::new("[gates.outer]\nready = \"P-01 passes sealable\"\ntopics = \"no topic is open\"\n");
    w.paper("P-01", "complete");
    let content = w.view().content(&item("P-01")).unwrap();
    let report = w.gate("outer", "F-A");
    let rows = format!(
        concat!(
            r#"[["outer.ready","P-01","UNMET","{0}"],["outer.topics",null,"MET",null],"#,
            r#"["sealable.complete","P-01","MET","{0}"],["sealable.reviewed","P-01","UNMET","{0}"]]"#
        ),
        content
    );
    assert_eq!(report.digest(), Digest::of(rows.as_bytes()));
    let judged = report.judged();
    assert_eq!((judged.gate, judged.outcome), (word("outer"), GateOutcome::Hold));
}

#[test]
fn content_is_of_the_canonical_line() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    let sha256 = Digest::of(b"first text");
    let line = format!(
        r#"{{"fields":{{}},"kind":"document","links":{{}},"mode":"100644","path":"docs/p-01.md","sha256":"{sha256}","title":"Title of P-01"}}"#
    );
    assert_eq!(w.view().content(&item("P-01")), Some(Digest::of(line.as_bytes())));
    w.no_file("docs/p-01.md");
    let line = r#"{"fields":{},"kind":"document","links":{},"mode":null,"path":"docs/p-01.md","sha256":null,"title":"Title of P-01"}"#;
    assert_eq!(w.view().content(&item("P-01")), Some(Digest::of(line.as_bytes())));
    let name = w.declare("F-A", "phase", "open").declared;
    let block = w.block("F-A", "HOLD", "lena");
    let line = format!(r#"{{"event":"{:032x}"}}"#, name + 1);
    assert_eq!(w.view().noun_content(&noun(&block)), Some(Digest::of(line.as_bytes())));
}

#[test]
fn what_is_recorded_is_enough_to_judge_again() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.attest("P-01", "review", "raj", "approve");
    let recorder = Recorder::new(&w.facts);
    let view = View { state: &w.state, facts: &recorder, as_of: w.state.tip.at };
    let guard = Guard::Gate(word("sealable"));
    let then = view.guard(None, "kinds.document.seal", &guard, &noun("P-01"));
    assert!(then.passes);
    let facts = recorder.into_facts();
    assert_eq!(facts.len(), 1, "one file, and nothing that the gate did not need: {facts:?}");
    let again = View { state: &w.state, facts: &facts as &dyn Facts, as_of: w.state.tip.at };
    assert_eq!(again.guard(None, "kinds.document.seal", &guard, &noun("P-01")).judged(), then.judged());
}

#[test]
fn a_guard_tells_the_leaves_of_the_innermost_gate() {
    let mut w = World::new("");
    w.declare("F-A", "phase", "open");
    w.paper("P-01", "complete");
    let report = w.view().guard(None, "kinds.phase.moves", &Guard::Gate(word("papers")), &noun("F-A"));
    assert!(!report.passes);
    assert_eq!(report.judged().unwrap().outcome, GateOutcome::Hold);
    let told: Vec<&str> = report.explanations.iter().map(|e| e.found.as_str()).collect();
    assert_eq!(told, ["P-01 is not sealed", "P-02 was never declared", "P-03 was never declared"]);
    assert_eq!(report.explanations[0].code, Code::GateUnmet);
    assert_eq!(report.explanations[0].rule.as_deref(), Some("gates.papers.sealed"));
    assert_eq!(report.explanations[0].needed, "sealed");
    assert_eq!(report.explanations[0].next, ["ledger attest P-01 review"], "what is possible first");
}

#[test]
fn the_next_step_follows_the_conditions_one_by_one() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    w.no_file("docs/p-01.md");
    let next = |w: &World| w.why("P-01 is sealed")[0].next.clone();
    assert_eq!(next(&w), ["${EDITOR:-vi} docs/p-01.md", "git add docs/p-01.md && git commit"]);
    w.file("docs/p-01.md", "first text");
    assert_eq!(next(&w), ["ledger move P-01 complete", "ledger attest P-01 review"]);
    w.item("P-01").status = word("complete");
    assert_eq!(next(&w), ["ledger attest P-01 review"]);
    let told = &w.why("P-01 is sealed")[0];
    assert_eq!(told.who[0].role, "reviewer");
    assert_eq!(told.who[0].actors, ["raj", "rita"], "dora wrote it");
    w.attest("P-01", "review", "raj", "approve");
    assert_eq!(next(&w), ["ledger seal P-01"]);
    assert_eq!(w.why("P-01 is sealed")[0].who[0].actors, ["omar"]);
    w.seal("P-01", &["omar"]);
    w.file("docs/p-01.md", "second text");
    assert_eq!(next(&w), ["ledger unseal P-01"]);
    let told = &w.why("P-01 is sealed")[0];
    assert_eq!(told.found, "P-01 was sealed by omar on 2026-01-05, and its content is no longer the sealed one");
    assert_eq!((told.who[0].count, told.who[0].actors.join(" ")), (2, "kim lena".to_owned()));
}

#[test]
fn why_and_cite_of_the_charter_are_carried() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let report = w.gate("sealable", "P-01");
    let told = &report.blamed()[0].explanation;
    assert_eq!((told.cite.as_deref(), told.why.as_deref()), (Some("§6"), Some("four eyes")));
    assert_eq!(told.item.as_deref(), Some("P-01"));
    assert_eq!(told.path.as_deref(), Some("docs/p-01.md"));
    assert_eq!(told.found, "P-01 has no review");
    assert_eq!(told.needed, "review of the present content");
    assert!(!told.waivable);
}

#[test]
fn an_open_topic_is_moved_and_a_stopped_move_is_freed_first() {
    let mut w = World::new("");
    w.declare("T-a", "topic", "open");
    let told = &w.why("no topic is open")[0];
    assert_eq!((told.found.as_str(), told.needed.as_str()), ("T-a is open", "not open"));
    assert_eq!(told.next, ["ledger move T-a settled"]);
    assert_eq!(told.who[0].actors, ["kim", "lena"]);
    w.declare("W-01", "work", "open");
    assert_eq!(w.why("W-01 is done")[0].next, ["ledger move W-01 done"]);
    w.block("W-01", "HOLD", "lena");
    let next = &w.why("W-01 is done")[0].next;
    assert!(next.contains(&"ledger declare P-01 --kind document".to_owned()), "the way to the lift: {next:?}");
}

#[test]
fn a_block_keeps_the_rule_of_its_placement() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    w.recharter("lift  = \"2 lead if papers\"", "lift  = \"lead\"");
    let next = &w.why("W-01 is not blocked")[0].next;
    assert!(next[0].starts_with("ledger declare"), "papers are still asked for: {next:?}");
    w.lift("W-01", "HOLD");
    w.block("W-01", "HOLD", "lena");
    let told = &w.why("no work is blocked")[0];
    assert_eq!(told.next, ["ledger unblock W-01 HOLD"]);
    assert_eq!(told.who[0].count, 1);
}

#[test]
fn amendments_of_what_is_sealed_begin_with_the_seal() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.row("P-01", "Another", "docs/p-01.md");
    assert_eq!(w.why("P-01 is consistent")[0].next, ["ledger amend P-01 --title Another"]);
    w.row("P-01", "A new title", "docs/p-01.md");
    assert_eq!(w.why("P-01 is consistent")[0].next, ["ledger amend P-01 --title 'A new title'"]);
    w.seal("P-01", &["omar"]);
    assert_eq!(w.why("P-01 is consistent")[0].next, ["ledger unseal P-01"]);
}

#[test]
fn of_several_ways_to_a_status_the_shortest_is_offered_and_none_that_leads_away() {
    let maze = "[kinds.maze]\nid = 'Z-[0-9]+'\nstates = [\"start\", \"left\", \"right\", \"far\", \"goal\", \"pit\"]\n\
                moves = [\"new -> start by lead\", \"start -> left by lead\", \"start -> right by lead\", \"start -> pit by lead\",\n\
                \"right -> goal by lead\", \"left -> far by lead\", \"far -> goal by lead\", \"left -> start by lead\"]\n";
    let mut w = World::new(maze);
    w.declare("Z-1", "maze", "start");
    assert_eq!(w.why("Z-1 is goal")[0].next, ["ledger move Z-1 right"]);
    assert_eq!(w.why("Z-1 is far")[0].next, ["ledger move Z-1 left"]);
    assert_eq!(w.why("Z-1 is goal|pit")[0].next, ["ledger move Z-1 pit"]);
    w.declare("Z-2", "maze", "far");
    assert_eq!(w.why("Z-2 is start")[0].next, Vec::<String>::new(), "there is no way back");
    w.declare("Z-3", "maze", "right");
    assert_eq!(w.why("Z-3 is not right")[0].next, ["ledger move Z-3 goal"]);
}

#[test]
fn a_derived_block_that_speaks_of_its_item_is_judged_for_each() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.paper("P-02", "draft");
    w.paper("P-03", "complete");
    let judgement = Judgement::new(w.view());
    let on = |id| judgement.blocks_on(id).into_iter().map(move |block| format!("{} on {id}", block.name));
    assert_eq!(w.state.items.keys().flat_map(on).collect::<Vec<String>>(), ["DRAFTY on P-02"]);
    assert_eq!(judgement.marks_on(&item("P-02")), [word("DRAFTY")]);
}

/// Writes down what it is asked.
struct Asked<'a>(&'a dyn Facts, RefCell<BTreeSet<Question>>);

impl Facts for Asked<'_> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        self.1.borrow_mut().insert(question.clone());
        self.0.ask(question)
    }
}

#[test]
fn a_gate_asks_about_what_it_speaks_of_and_about_nothing_else() {
    let mut w = World::new("[gates.settled]\nnone = \"no topic is open\"\n");
    for id in ["P-01", "P-02", "P-03"] {
        w.paper(id, "complete");
    }
    let asked = |gate: &str, subject: &str| {
        let facts = Asked(w.view().facts, RefCell::default());
        Judgement::new(View { facts: &facts, ..w.view() }).gate(&word(gate), &noun(subject));
        let about = |question| match question {
            Question::Path(path) | Question::Authors { path, .. } => path.to_string(),
            other => panic!("{other:?}"),
        };
        facts.1.into_inner().into_iter().map(about).collect::<BTreeSet<String>>()
    };
    let of = |id: &str| w.state.items[&item(id)].stated.path.as_ref().unwrap().to_string();
    assert_eq!(asked("sealable", "P-02"), BTreeSet::from([of("P-02")]));
    assert_eq!(asked("settled", "repo"), BTreeSet::new());
}

/// The gate of a lift as the charter of the placement has it is told where one of the two holds and they do not find the same.
#[test]
fn a_gate_is_told_as_placed_only_where_that_makes_a_difference() {
    let mut w = World::new(
        "[gates.calm]\nquiet = \"no topic is open\"\n\n\
         [blocks.STOP]\non = \"phase\"\nstops = [\"moves\"]\nby = \"lead\"\nlift = \"lead if calm\"\n",
    );
    w.declare("F-A", "phase", "open");
    w.block("F-A", "STOP", "lena");
    let older = |w: &World| -> Vec<GateOutcome> {
        let told = w.view().gate_as_placed(&word("calm"), &noun("F-A"));
        told.into_iter().map(|one| one.report.outcome).collect()
    };
    w.declare("T-a", "topic", "open");
    w.recharter("[blocks.STOP]", "# Nothing of it is otherwise.\n[blocks.STOP]");
    assert_eq!(older(&w), [], "both hold, for the same");
    w.recharter("quiet = \"no topic is open\"", "quiet = \"no work is open\"");
    assert_eq!(older(&w), [GateOutcome::Hold], "the one in force passes");
    w.declare("W-01", "work", "open");
    assert_eq!(older(&w), [GateOutcome::Hold], "both hold, each for another item");
    w.item("T-a").status = word("settled");
    assert_eq!(older(&w), [GateOutcome::Pass], "the older one passes");
    w.item("W-01").status = word("done");
    assert_eq!(older(&w), [], "both pass, each by what it looks at");
}
