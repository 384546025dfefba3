//! The sections of an item's file, and what another item's file has to say of it.

use super::world::{World, path};
use crate::domain::explain::Outcome::{Met, Unknown, Unmet};
use crate::domain::facts::{Answer, Question};

const RULES: &str = r#"
[charter]
semantics = 1
id        = "SPOKEN"
authority = "lead"

[roles]
lead = "human"

[links]
part_of    = "section -> spec"
supersedes = "spec -> spec"

[kinds.spec]
id     = 'SPEC-v[0-9]+'
states = ["adopted"]
path   = "docs/spec/**"
listed = { in = "SPEC_CURRENT", text = "{path}" }
moves  = ["new -> adopted by lead"]

[kinds.section]
id     = 'SEC-[0-9.]+'
states = ["stated"]
listed = { in = "spec", heading = "{title}", before = "Roadmap" }
moves  = ["new -> stated by lead"]

[kinds.pointer]
id     = 'SPEC_CURRENT'
states = ["adopted"]
path   = "docs/**"
moves  = ["new -> adopted by lead"]

[kinds.packet]
id       = 'WP-[0-9]+'
states   = ["open"]
path     = "docs/packets/**"
headings = ["Metadata", "Scope", "Notes"]
moves    = ["new -> open by lead"]
"#;

fn heading(w: &mut World, at: &str, heading: &str, before: Option<&str>, stands: bool) {
    let question = Question::Heading { path: path(at), heading: heading.to_owned(), before: before.map(str::to_owned) };
    w.facts.insert(question, Answer::Bool(stands));
}

fn packet() -> World {
    let mut w = World::staffed(RULES);
    let at = "docs/packets/WP-1.md";
    w.declare("WP-1", "packet", "open").stated.path = Some(path(at));
    w.file(at, "a packet");
    heading(&mut w, at, "Metadata", Some("Scope"), true);
    heading(&mut w, at, "Scope", Some("Notes"), true);
    heading(&mut w, at, "Notes", None, true);
    w
}

/// One section that nobody can look for leaves the whole unknown, but where another one is missing for sure.
#[test]
fn a_section_that_cannot_be_looked_for_is_unknown_and_hides_none_that_is_missing() {
    let mut w = packet();
    let at = "docs/packets/WP-1.md";
    let asked = Question::Heading { path: path(at), heading: "Scope".to_owned(), before: Some("Notes".to_owned()) };
    w.facts.remove(&asked);
    assert_eq!((w.is("WP-1 is valid"), w.is("WP-1 is not valid")), (Unknown, Unknown));
    heading(&mut w, at, "Metadata", Some("Scope"), false);
    assert_eq!((w.is("WP-1 is valid"), w.is("WP-1 is not valid")), (Unmet, Met));
}

/// S1-134: the sections that the kind asks for stand in the file, each before the next one.
#[test]
fn the_file_of_an_item_has_the_sections_of_its_kind_in_order() {
    let mut w = packet();
    assert_eq!(w.is("WP-1 is valid"), Met);
    heading(&mut w, "docs/packets/WP-1.md", "Scope", Some("Notes"), false);
    assert_eq!(w.is("WP-1 is valid"), Unmet);
    let told = &w.why("WP-1 is valid")[0];
    assert_eq!(told.found, "WP-1: docs/packets/WP-1.md has no section `Scope` before `Notes`");
    assert_eq!(told.next, ["${EDITOR:-vi} docs/packets/WP-1.md", "git add docs/packets/WP-1.md && git commit"]);
}

#[test]
fn without_the_file_the_sections_are_missing_and_without_a_tree_unknown() {
    let mut w = packet();
    w.no_file("docs/packets/WP-1.md");
    assert_eq!(w.is("WP-1 is valid"), Unmet);
    assert_eq!(w.why("WP-1 is valid")[0].found, "WP-1: docs/packets/WP-1.md, with its sections, is not there");
    w.facts.clear();
    assert_eq!(w.is("WP-1 is valid"), Unknown);
    assert_eq!(w.is("WP-1 is not valid"), Unknown);
    w.item("WP-1").stated.path = None;
    assert_eq!(w.is("WP-1 is valid"), Unmet);
    assert_eq!(w.why("WP-1 is valid")[0].next, ["ledger amend WP-1 --path"]);
}

#[test]
fn what_is_wrong_beside_the_sections_is_known_without_a_tree() {
    let mut w = packet();
    w.facts.clear();
    w.field("WP-1", "colour", "red".into());
    assert_eq!(w.is("WP-1 is valid"), Unmet);
}

fn sections() -> World {
    let mut w = World::staffed(RULES);
    w.declare("SPEC-v1", "spec", "adopted").stated.path = Some(path("docs/spec/v1.md"));
    w.declare("SEC-2.3", "section", "stated").stated.title = Some("2.3 Storage".to_owned());
    w.link("SEC-2.3", "part_of", "SPEC-v1");
    heading(&mut w, "docs/spec/v1.md", "2.3 Storage", Some("Roadmap"), true);
    w
}

/// S1-054, S1-139, S1-140, S1-141, S1-190, S1-191: a section stands in the newest specification, before its roadmap.
#[test]
fn a_section_stands_in_the_newest_specification_before_its_roadmap() {
    let mut w = sections();
    assert_eq!(w.is("SEC-2.3 is consistent"), Met);
    w.declare("SPEC-v2", "spec", "adopted").stated.path = Some(path("docs/spec/v2.md"));
    w.link("SPEC-v2", "supersedes", "SPEC-v1");
    assert_eq!(w.is("SEC-2.3 is consistent"), Unknown, "nobody has read the new one");
    heading(&mut w, "docs/spec/v2.md", "2.3 Storage", Some("Roadmap"), false);
    assert_eq!(w.is("SEC-2.3 is consistent"), Unmet);
    let told = &w.why("SEC-2.3 is consistent")[0];
    assert_eq!(told.found, "SEC-2.3: SPEC-v2 (docs/spec/v2.md) has no heading `2.3 Storage` before `Roadmap`");
    assert_eq!(told.path.as_deref(), Some("docs/spec/v2.md"));
    assert_eq!(told.next[0], "${EDITOR:-vi} docs/spec/v2.md");
}

#[test]
fn a_section_of_nothing_or_without_a_title_is_not_consistent() {
    let mut w = sections();
    w.item("SEC-2.3").stated.title = None;
    assert_eq!(w.why("SEC-2.3 is consistent")[0].found, "SEC-2.3: it has no title that a file could say");
    w.item("SEC-2.3").stated.links.clear();
    w.item("SEC-2.3").stated.title = Some("2.3 Storage".to_owned());
    let told = &w.why("SEC-2.3 is consistent")[0];
    assert_eq!(told.found, "SEC-2.3: it is part of no spec, which would speak of it");
    assert_eq!(told.next, ["ledger amend SEC-2.3 --add-link part_of"]);
}

/// S1-033, S1-034: the pointer names the file of the newest specification.
#[test]
fn a_pointer_names_the_file_of_the_newest_specification() {
    let mut w = sections();
    assert_eq!(w.is("every spec is consistent"), Unmet);
    assert_eq!(
        w.why("every spec is consistent")[0].found,
        "SPEC-v1: SPEC_CURRENT, which speaks of it, is not declared"
    );
    w.declare("SPEC_CURRENT", "pointer", "adopted").stated.path = Some(path("docs/SPEC_CURRENT.md"));
    assert_eq!(w.is("every spec is consistent"), Unknown);
    let own = w.item("SPEC-v1").stated.path.take();
    let told = &w.why("every spec is consistent")[0];
    assert_eq!(told.found, "SPEC-v1: it has no path that a file could say");
    assert_eq!(told.next, ["ledger amend SPEC-v1 --path"], "the file that is missing is its own");
    w.item("SPEC-v1").stated.path = own;
    let names = |w: &mut World, text: &str, yes: bool| {
        let question = Question::Text { path: path("docs/SPEC_CURRENT.md"), text: text.to_owned() };
        w.facts.insert(question, Answer::Bool(yes));
    };
    names(&mut w, "docs/spec/v1.md", true);
    assert_eq!(w.is("every spec is consistent"), Met);
    w.declare("SPEC-v2", "spec", "adopted").stated.path = Some(path("docs/spec/v2.md"));
    w.link("SPEC-v2", "supersedes", "SPEC-v1");
    names(&mut w, "docs/spec/v2.md", false);
    assert_eq!(w.is("every spec is consistent"), Unmet, "the pointer still names the old one");
    let told = &w.why("every spec is consistent")[0];
    assert_eq!(told.found, "SPEC-v2: SPEC_CURRENT (docs/SPEC_CURRENT.md) does not name `docs/spec/v2.md`");
}
