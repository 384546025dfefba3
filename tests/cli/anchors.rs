//! Lines of files as evidence: in statements, in fields and in documents, held against real commits.

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "CX-598"
authority = "user"

[roles]
user  = "human"
coder = "human | agent"

[kinds.packet]
id       = 'WP-[0-9]+'
states   = ["open", "done"]
path     = "docs/{id}.md"
headings = ["Scope"]
moves    = ["new -> open by coder", "open -> done by user if self is valid"]

[kinds.packet.fields]
what     = { is = "text 1..", under = "Scope" }
evidence = { is = "anchors 1..", cite = "CX-598", why = "a claim is shown in the code", under = "Scope" }

[claims]
located = { by = "coder", values = { where = "anchors 1.." } }
"#;

const FILE: &str = "docs/WP-1.md";

const PACKET: &str = "\
# WP-1: Cancel a running job

## Scope
- **What**: Cancel a running job by its id.
- **EVIDENCE**:
  * `src/a.rs:3`
  * src/a.rs:12
";

const TWELVE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\nthe twelfth, without an end";

/// `src/a.rs` has twelve lines.
fn people() -> Story {
    let story = Story::founded(CHARTER, &[("ulla", "human", "user", ""), ("orla", "human", "coder", "")]);
    story.commit_file("orla", "src/a.rs", TWELVE);
    story
}

fn declare(story: &Story, text: &str) -> Outcome {
    story.write(FILE, text);
    story.ledger(&format!("declare WP-1 --kind packet --from {FILE}")).as_("orla").run()
}

/// WP-1 is declared from its document, which is committed.
fn declared() -> Story {
    let story = people();
    assert_eq!(declare(&story, PACKET).code, 0);
    story.commit_file("orla", FILE, PACKET);
    story
}

/// S1-008, S1-009: a statement names lines that the commit has; what its author saw is recorded, and can be checked later.
#[test]
fn a_statement_names_lines_that_the_commit_has() {
    let story = declared();
    let stated = |values: &str| story.ledger(&format!("attest WP-1 located {values}")).as_("orla").run();
    let refused = |values: &str, found: &str| {
        let told = stated(values);
        assert_eq!(told.code, 1, "{}", told.stderr);
        told.says(found).says("[claim.value]");
    };
    refused("--value where=src/a.rs:999", "where has src/a.rs:999, and src/a.rs has 12 lines");
    refused("--value where=src/a.rs:3 --value where=src/a.rs:13", "where has src/a.rs:13, and src/a.rs has 12 lines");
    refused("--value where=src/gone.rs:1", "where has src/gone.rs:1, and src/gone.rs is no file of the commit");
    refused("--value where=src:1", "where has src:1, and src is no file of the commit");
    refused("--value where=src/a.rs", "a list of PATH:LINE");
    refused("--value where=src/a.rs:3-5", "a list of PATH:LINE");
    assert_eq!(stated("").code, 2);
    stated("").says("--value where=PATH:LINE");

    assert_eq!(stated("--value where=src/a.rs:3 --value where=src/a.rs:12").code, 0);
    let event = story.newest().to_canonical();
    assert!(event.contains(r#"{"a":12,"path":"src/a.rs","q":"lines"}"#), "{event}");
    assert!(event.contains(r#""values":{"where":["src/a.rs:3","src/a.rs:12"]}"#), "{event}");
    story.ledger("verify").ok();

    // The file shrinks: what was said of the old commit stands, and is not said again of the new one.
    let before = story.head();
    story.commit_file("orla", "src/a.rs", "one line\n");
    story.ledger("verify").ok();
    refused("--value where=src/a.rs:2", "where has src/a.rs:2, and src/a.rs has 1 line");
    assert_eq!(stated(&format!("--value where=src/a.rs:2 --commit {before}")).code, 0);
}

/// S1-009: an item whose evidence leads nowhere is not valid on the commit that is judged.
#[test]
fn an_item_is_valid_while_its_anchors_lead_somewhere() {
    let story = declared();
    let anchors = story.ledger("show WP-1").json().ok().get("fields.evidence");
    assert_eq!(anchors, Value::list(["src/a.rs:3", "src/a.rs:12"]));
    story.commit_file("orla", "src/a.rs", "one line\n");
    let told = story.ledger("move WP-1 done").as_("ulla").exits(1);
    told.says("evidence has src/a.rs:3, and src/a.rs has 1 line (CX-598)");
    story.commit_file("orla", "src/a.rs", TWELVE);
    story.ledger("move WP-1 done").as_("ulla").ok();
    story.ledger("verify").ok();
}

#[test]
fn a_document_is_refused_for_anchors_that_are_none_or_lead_nowhere() {
    let story = people();
    let told = declare(&story, &PACKET.replace("src/a.rs:12", "src/a.rs"));
    assert_eq!(told.code, 1);
    told.says("line 7: evidence cannot take \"src/a.rs\"").says("a line of a file, as PATH:LINE").says("CX-598");
    let told = declare(&story, &PACKET.replace("src/a.rs:12", "src/a.rs:13"));
    assert_eq!(told.code, 1);
    told.says("evidence has src/a.rs:13, and src/a.rs has 12 lines").says("CX-598");
    assert_eq!(declare(&story, PACKET).code, 0);
}
