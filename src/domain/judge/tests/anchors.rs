//! Lines of files that fields name.

use super::world::{World, path};
use crate::domain::explain::Outcome::{Met, Unknown, Unmet};
use crate::domain::facts::{Answer, Question};
use crate::domain::value::Value;

const RULES: &str = r#"
[charter]
semantics = 1
id        = "ANCHORS"
authority = "lead"

[roles]
lead = "human"

[kinds.requirement]
id     = 'REQ-[0-9]+'
states = ["open"]
moves  = ["new -> open by lead"]
fields = { evidence = { is = "anchors 1..3", cite = "CX-598" } }

[kinds.note]
id     = 'N-[0-9]+'
states = ["open"]
moves  = ["new -> open by lead"]
fields = { places = "anchors?" }
"#;

fn lines(w: &mut World, at: &str, lines: Option<u64>) {
    w.facts.insert(Question::Lines(path(at)), Answer::Lines(lines));
}

/// A requirement whose evidence is in a file of 12 lines.
fn evidenced(anchors: &[&str]) -> World {
    let mut w = World::staffed(RULES);
    w.declare("REQ-1", "requirement", "open");
    w.field("REQ-1", "evidence", Value::list(anchors.iter().copied()));
    lines(&mut w, "src/a.rs", Some(12));
    w
}

#[track_caller]
fn told(anchors: &[&str], problem: &str) {
    let w = evidenced(anchors);
    assert_eq!(w.is("REQ-1 is valid"), Unmet);
    let told = &w.why("REQ-1 is valid")[0];
    assert_eq!(told.found, format!("REQ-1: evidence {problem} (CX-598)"));
    assert_eq!(told.next, ["ledger amend REQ-1 --field evidence"]);
}

/// S1-009: each place is a line that the commit has.
#[test]
fn an_anchor_leads_to_a_line_that_is_there() {
    assert_eq!(evidenced(&["src/a.rs:1", "src/a.rs:12"]).is("REQ-1 is valid"), Met);
    told(&["src/a.rs:1", "src/a.rs:13"], "has src/a.rs:13, and src/a.rs has 12 lines");
    told(&["src/a.rs"], "is src/a.rs and not a list of PATH:LINE");
    told(&["src/a.rs:0"], "is src/a.rs:0 and not a list of PATH:LINE");
    told(&[], "has 0 entries and needs at least 1");
    let mut w = evidenced(&["src/b.rs:2"]);
    lines(&mut w, "src/b.rs", None);
    assert_eq!(
        w.why("REQ-1 is valid")[0].found,
        "REQ-1: evidence has src/b.rs:2, and src/b.rs is no file of the commit (CX-598)"
    );
    lines(&mut w, "src/b.rs", Some(1));
    assert_eq!(w.why("REQ-1 is valid")[0].found, "REQ-1: evidence has src/b.rs:2, and src/b.rs has 1 line (CX-598)");
    lines(&mut w, "src/b.rs", Some(2));
    assert_eq!(w.is("REQ-1 is valid"), Met);
}

#[test]
fn without_a_tree_nobody_knows_where_an_anchor_leads() {
    let mut w = evidenced(&["src/a.rs:12", "src/b.rs:1"]);
    assert_eq!(w.is("REQ-1 is valid"), Unknown);
    assert_eq!(w.is("REQ-1 is not valid"), Unknown);
    assert_eq!(w.why("REQ-1 is valid")[0].found, "REQ-1: evidence names a line of src/b.rs, which cannot be read here");
    lines(&mut w, "src/a.rs", Some(11));
    assert_eq!(w.is("REQ-1 is valid"), Unmet, "one that leads nowhere is known whatever the others are");
    w.facts.clear();
    w.field("REQ-1", "colour", "red".into());
    assert_eq!(w.is("REQ-1 is valid"), Unmet, "what is wrong beside the anchors is known without a tree");
}

#[test]
fn a_field_without_anchors_is_judged_without_a_tree() {
    let mut w = World::staffed(RULES);
    w.declare("N-1", "note", "open");
    assert_eq!(w.is("N-1 is valid"), Met);
    w.field("N-1", "places", Value::List(Vec::new()));
    assert_eq!(w.is("N-1 is valid"), Met);
    assert_eq!(w.is("N-1 has at most 2 places"), Met);
    w.field("N-1", "places", Value::list(["src/a.rs:1"]));
    assert_eq!(w.is("N-1 is valid"), Unknown);
    assert_eq!(w.is("N-1 has at least 1 places"), Met, "how many there are is known");
}
