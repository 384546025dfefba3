//! What fields must have and must lack, the floor that paths set, and paths that no two share.

use super::world::{World, word};
use crate::domain::explain::Outcome::{Met, Unmet};
use crate::domain::value::Value;

/// A kind with every such rule.
const RULES: &str = r#"
[charter]
semantics = 1
id        = "FIELDS"
authority = "lead"

[roles]
lead = "human"

[scopes]
code   = ["src/**", "app/**"]
risky  = ["**/migrations/**", "src/**/security/**"]
module = ["src/*/**", "app/*/**"]
files  = ["*.*", "Makefile", "!*.bin"]

[kinds.packet]
id     = 'WP-[0-9]+'
states = ["open", "under-way", "done"]
moves  = ["new -> open by lead", "open -> under-way by lead", "under-way -> done by lead"]
scope  = { inside = "inside" }

[kinds.packet.fields]
what   = { is = "text?", lacks = ["Improve", "Everything related to"] }
done   = { is = "list?", contains = ["All tests pass"], lacks = ["Feature works"] }
open   = { is = "map?", contains = ["spec"], cite = "CX-606" }
inside = { is = "paths?", disjoint = true }
exact  = { is = "paths?", within = "files" }
tier   = { is = ["LOW", "MEDIUM", "HIGH"], optional = true, floor = { MEDIUM = "code", HIGH = "risky | 2 module" } }
"#;

#[track_caller]
fn told(field: &str, value: Value, problem: Option<&str>) {
    let mut w = World::staffed(RULES);
    w.declare("WP-1", "packet", "open");
    w.field("WP-1", field, value);
    assert_eq!(w.is("WP-1 is valid"), if problem.is_none() { Met } else { Unmet });
    if let Some(problem) = problem {
        assert_eq!(w.why("WP-1 is valid")[0].found, format!("WP-1: {field} {problem}"));
    }
}

/// S1-086, S1-088: entries that have to be there are compared byte for byte.
#[test]
fn what_a_field_contains_is_compared_byte_for_byte() {
    told("done", Value::list(["Two tests more", "All tests pass"]), None);
    told("done", Value::list(["all tests pass"]), Some("lacks \"All tests pass\""));
    told("done", Value::list(["All tests pass on Tuesdays"]), Some("lacks \"All tests pass\""));
    told("open", Value::map([("spec", Value::from("docs/spec.md"))]), None);
    told("open", Value::map([("specs", Value::from("docs/spec.md"))]), Some("lacks \"spec\" (CX-606)"));
}

/// S1-123, S1-124: a phrase that must not stand there is found in any case and however it is spaced, but not inside of a word.
#[test]
fn what_a_field_lacks_is_found_in_any_case_and_spacing() {
    told("what", Value::from("Cancel a running job by its id"), None);
    told("what", Value::from("improve the job system"), Some("says \"Improve\", which it must not"));
    told("what", Value::from("IMPROVE: the job system"), Some("says \"Improve\", which it must not"));
    told("what", Value::from("An improvement of 30 percent"), None);
    told(
        "what",
        Value::from("everything  related\nto storage"),
        Some("says \"Everything related to\", which it must not"),
    );
    told("done", Value::list(["All tests pass", "feature works"]), Some("says \"Feature works\", which it must not"));
    told("what", Value::from("\u{ff29}mprove is not the same letter"), None);
}

/// S1-079, S1-080, S1-081, S1-082: the declared tier is not below what the paths in scope ask for.
#[test]
fn a_floor_follows_from_the_paths_that_the_item_may_change() {
    let tier = |paths: &[&str], tier: &str| {
        let mut w = World::staffed(RULES);
        w.declare("WP-1", "packet", "open");
        w.field("WP-1", "inside", Value::list(paths.iter().copied()));
        w.field("WP-1", "tier", Value::from(tier));
        match w.is("WP-1 is valid") {
            Met => None,
            _ => Some(w.why("WP-1 is valid")[0].found.clone()),
        }
    };
    assert_eq!(tier(&["docs/guide.md"], "LOW"), None, "documents alone ask for nothing");
    let code = "WP-1: tier is LOW and needs MEDIUM at least, for src in code".to_owned();
    assert_eq!(tier(&["src/storage/mod.rs", "src/storage/wal.rs"], "LOW"), Some(code));
    assert_eq!(tier(&["src/storage/mod.rs", "src/storage/wal.rs"], "MEDIUM"), None, "one module");
    let modules = "WP-1: tier is MEDIUM and needs HIGH at least, for src/api, src/storage in module".to_owned();
    assert_eq!(tier(&["src/storage/mod.rs", "src/api/jobs.rs"], "MEDIUM"), Some(modules));
    assert_eq!(tier(&["src/storage/mod.rs", "src/api/jobs.rs"], "HIGH"), None);
    let risky = "WP-1: tier is LOW and needs HIGH at least, for db/migrations in risky".to_owned();
    assert_eq!(tier(&["db/migrations/0002.sql"], "LOW"), Some(risky));
    let twin = "WP-1: tier is MEDIUM and needs HIGH at least, for SRC/Security in risky".to_owned();
    assert_eq!(tier(&["SRC/Security/keys.rs"], "MEDIUM"), Some(twin), "a floor is not slipped under by a twin");
    assert_eq!(tier(&[], "LOW"), None);
}

/// S1-145: paths that are named exactly lie in the scope that says what a file is called; the last glob that matches decides.
#[test]
fn every_path_lies_within_the_scope_of_its_field() {
    told("exact", Value::list(["src/storage/mod.rs", "Makefile", "app/Makefile"]), None);
    told("exact", Value::List(Vec::new()), None);
    told(
        "exact",
        Value::list(["src/storage/mod.rs", "src/storage"]),
        Some("has src/storage, which is not within files"),
    );
    told(
        "exact",
        Value::list(["everything about storage"]),
        Some("has everything about storage, which is not within files"),
    );
    told("exact", Value::list(["makefile"]), Some("has makefile, which is not within files"));
    told("exact", Value::list(["a/core.bin"]), Some("has a/core.bin, which is not within files"));
}

#[test]
fn no_two_items_under_way_share_a_path() {
    let mut w = World::staffed(RULES);
    w.declare("WP-1", "packet", "open");
    w.declare("WP-2", "packet", "open");
    w.field("WP-1", "inside", Value::list(["src/a.rs", "src/storage"]));
    w.field("WP-2", "inside", Value::list(["src/b.rs", "src/api"]));
    assert_eq!(w.is("every packet is valid"), Met);
    for (shared, held) in
        [("src/a.rs", "src/a.rs"), ("SRC/A.rs", "src/a.rs"), ("src/storage/wal.rs", "src/storage"), ("src", "src/a.rs")]
    {
        w.field("WP-2", "inside", Value::list([shared]));
        assert_eq!(w.why("WP-2 is valid")[0].found, format!("WP-2: inside has {held}, which WP-1 has"), "{shared}");
        assert_eq!(w.is("WP-1 is valid"), Unmet, "{shared}: both are told");
    }
    w.item("WP-1").status = word("done");
    assert_eq!(w.is("WP-2 is valid"), Met, "what no move leaves holds nothing any more");
}

/// S1-148, S1-150: what is counted is what is said: an entry that repeats another one counts once, however it is spaced, and one of which
/// nothing is seen does not count.
#[test]
fn what_is_said_twice_counts_once_and_a_blank_is_no_text() {
    let few = |found: &str| Some(format!("has {found} and needs at least 2"));
    for (entries, problem) in [
        (&["x", "y"][..], None),
        (&["x", "X"], None),
        (&["x", "y", "x", "z", "y"], None),
        (&["x"], few("1 entries")),
        (&["x", "x", "x"], few("1 different entries")),
        (&["x y", " x  y", "x\u{200b}y", "x\ny"], few("1 different entries")),
        (&["x", " ", "\u{200b}"], few("1 different entries")),
        (&["x", "y", "z", "a", "a"], Some("has 4 different entries and may have at most 3".to_owned())),
    ] {
        let mut w = full();
        w.field("WP-1", "many", Value::list(entries.iter().copied()));
        assert_eq!(w.is("WP-1 is valid"), if problem.is_none() { Met } else { Unmet }, "{entries:?}");
        if let Some(problem) = problem {
            assert_eq!(w.why("WP-1 is valid")[0].found, format!("WP-1: many {problem}"));
        }
    }
    let mut w = full();
    w.field("WP-1", "free", Value::list(["x", "x ", " ", "y"]));
    for (sentence, outcome) in [
        ("WP-1 has at least 2 free", Met),
        ("WP-1 has at least 3 free", Unmet),
        ("WP-1 has at most 2 free", Met),
        ("WP-1 has at most 1 free", Unmet),
    ] {
        assert_eq!(w.is(sentence), outcome, "{sentence}");
    }
    for blank in [Value::list([" "]), Value::list(["\u{2060}", ""])] {
        let mut w = full();
        w.field("WP-1", "needed", blank);
        assert_eq!(w.why("WP-1 is valid")[0].found, "WP-1: needed is empty");
        assert_eq!(w.is("WP-1 has no needed"), Met);
    }
    for blank in ["", " ", "\n", "\u{a0}\u{200b}"] {
        let mut w = full();
        w.field("WP-1", "said", blank.into());
        assert_eq!(w.why("WP-1 is valid")[0].found, "WP-1: said is empty");
        let mut w = full();
        w.field("WP-1", "short", blank.into());
        assert_eq!(w.why("WP-1 is valid")[0].found, "WP-1: short has 0 characters and needs at least 1");
        assert_eq!(w.is("WP-1 has no short"), Met);
    }
    let mut w = full();
    w.field("WP-1", "open", Value::map([("spec", Value::from("\u{200b}"))]));
    assert_eq!(w.why("WP-1 is valid")[0].found, "WP-1: open has spec and no text behind it (CX-606)");
}

/// A packet that lacks nothing.
fn full() -> World {
    let rules = RULES.split_once("[kinds.packet.fields]").unwrap().0;
    let fields = "many = \"list? 2..3\"\nfree = \"list?\"\nneeded = \"list\"\nsaid = \"text\"\nshort = \"text? 1..5\"\ninside = \"paths?\"\n\
                  open = { is = \"map?\", cite = \"CX-606\" }\n";
    let mut w = World::staffed(&format!("{rules}[kinds.packet.fields]\n{fields}"));
    w.declare("WP-1", "packet", "open");
    w.field("WP-1", "needed", Value::list(["one"]));
    w.field("WP-1", "said", "something".into());
    w
}
