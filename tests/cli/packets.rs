//! Packets: documents in Markdown that state the fields of items, read, refused line by line, and written as templates.

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;

const CHARTER: &str = include_str!("../sandbox/packets.toml");

const FILE: &str = "docs/task_packets/WP-1-Cancel.md";

const PACKET: &str = "\
# WP-1-Cancel: Cancel a running job

## Metadata
- TASK_ID: WP-1-Cancel
- REQUESTOR: ulla

## Scope
- **What**: Cancel a running job by its id.
- **IN_SCOPE_PATHS**:
  * `src/jobs/cancel.rs`
  * src/jobs/mod.rs

## Quality Gate
- **RISK_TIER**: MEDIUM
  - LOW: documents alone
- **TEST_PLAN**:
  ```bash
  # what the coder runs
  cargo test --test jobs
  ```
- **DONE_MEANS**:
  - [ ] A cancelled job ends within a second
  - [ ] All tests pass
- **ROLLBACK_HINT**:
  ```bash
  git revert HEAD
  ```

## Bootstrap
- **FILES_TO_OPEN**:
  * docs/START_HERE.md
  * src/jobs/mod.rs
  * src/jobs/queue.rs
- **RISK_MAP**:
  * \"The job is half done\" -> Storage layer
  * Event is lost -> Queue

## Notes
- **Open Questions**: none
- **Dependencies**: none
- **EFFORT_HOURS**: 3

---
**User Signature Locked:** ulla
";

fn people() -> Story {
    Story::founded(CHARTER, &[("ulla", "human", "user", ""), ("orla", "human", "orchestrator", "")])
}

fn declare(story: &Story, text: &str) -> Outcome {
    story.write(FILE, text);
    story.ledger(&format!("declare WP-1-Cancel --kind packet --from {FILE}")).as_("orla").json().run()
}

/// The explanations of a refusal: code, cite, and what was found.
fn refusals(outcome: &Outcome) -> Vec<(String, String, String)> {
    let list = outcome.get("error.explanations");
    let list = list.as_list().unwrap_or_else(|| panic!("no refusal: {}", outcome.stdout)).to_vec();
    let text = |told: &Value, key: &str| match told {
        Value::Map(map) => map.get(key).and_then(Value::as_text).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    list.iter().map(|told| (text(told, "code"), text(told, "cite"), text(told, "found"))).collect()
}

/// S1-069, S1-072, S1-134, S1-074, S1-078, S1-083, S1-085, S1-087, S1-091: what a packet says under its labels is what the item
/// states, with the file as its path.
#[test]
fn a_packet_is_declared_from_its_document() {
    let story = people();
    let done = declare(&story, &PACKET.replace("- TASK_ID: WP-1-Cancel\n", "- ROLE: Orchestrator\n"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.says("not read, since packet has no field or link of that label: ROLE (line 4)");
    let shown = story.ledger("show WP-1-Cancel").json().ok();
    assert_eq!(shown.text("title"), "Cancel a running job");
    assert_eq!(shown.text("path"), FILE);
    let fields = shown.get("fields").to_canonical();
    for part in [
        r#""in_scope_paths":["src/jobs/cancel.rs","src/jobs/mod.rs"]"#,
        r#""risk_tier":"MEDIUM""#,
        r#""test_plan":["cargo test --test jobs"]"#,
        r#""done_means":["A cancelled job ends within a second","All tests pass"]"#,
        r#""rollback_hint":"git revert HEAD""#,
        r#""risk_map":{"Event-is-lost":"Queue","The-job-is-half-done":"Storage layer"}"#,
        r#""open_questions":[]"#,
        r#""effort_hours":3"#,
        r#""locked_by":"ulla""#,
    ] {
        assert!(fields.contains(part), "{part} in {fields}");
    }
    assert_eq!(shown.get("links").to_canonical(), r#"{"depends_on":[]}"#);
    story.ledger("move WP-1-Cancel done").as_("orla").exits(1).says("is not there");
    story.commit_file("orla", FILE, &PACKET.replace("## Notes", "## Remarks"));
    let told = story.ledger("move WP-1-Cancel done").as_("orla").exits(1);
    told.says("has no section `Bootstrap` before `Notes`").says("has no section `Notes`");
    story.commit_file("orla", FILE, PACKET);
    story.ledger("move WP-1-Cancel done").as_("orla").ok();
}

/// S1-001, S1-204: everything that is wrong with a packet is told at once, each field with its line and the written rule.
#[test]
fn a_packet_is_refused_field_by_field() {
    let story = people();
    let broken = PACKET
        .replace("Cancel a running job by its id.", "Improve the job system.")
        .replace("  * `src/jobs/cancel.rs`\n", "  * db/migrations/7.sql\n")
        .replace("  * docs/START_HERE.md\n", "")
        .replace("All tests pass", "Feature works")
        .replace("Event is lost -> Queue", "Event is lost")
        .replace("- **ROLLBACK_HINT**:", "- **ROLLBACK_HITN**:")
        .replace("- **Dependencies**: none\n", "")
        .replace("REQUESTOR: ulla", "REQUESTOR: {who asked}");
    let told = refusals(&declare(&story, &broken));
    let told: Vec<(&str, &str, &str)> = told.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(
        told,
        [
            ("item.field", "", "line 5: requestor is still \"{who asked}\""),
            ("item.field", "CX-581", "line 8: what says \"Improve\", which it must not"),
            ("item.field", "", "line 14: risk_tier is MEDIUM and needs HIGH at least, for db/migrations in high-risk"),
            ("item.field", "CX-602", "line 21: done_means lacks \"All tests pass\""),
            ("item.field", "", "line 24: ROLLBACK_HITN is the label of no field"),
            ("item.field", "CX-606", "line 30: files_to_open has 2 entries and needs at least 3"),
            ("item.field", "CX-606", "line 35: risk_map has the entry \"Event is lost\""),
            ("item.field", "", "rollback_hint is missing"),
            ("item.link", "CX-573E", "depends_on is not stated"),
        ]
    );
    story.ledger("show WP-1-Cancel").exits(2);
    let text = story.ledger(&format!("declare WP-1-Cancel --kind packet --from {FILE}")).as_("orla").exits(1);
    text.says("CX-606").says("paths 3..15").says("did you mean ROLLBACK_HINT?");
    text.says(&format!("next     ${{EDITOR:-vi}} {FILE}")).never_says("charter show");
}

/// S1-145: a directory is no file, and prose is not the name of one that is there.
#[test]
fn a_label_stands_once_and_a_path_is_a_path() {
    let story = people();
    let twice = PACKET.replace("- REQUESTOR: ulla\n", "- REQUESTOR: ulla\n- REQUESTOR: orla\n");
    assert_eq!(refusals(&declare(&story, &twice))[0].2, "line 6: requestor is stated in line 5 too");
    let vague = PACKET.replace("  * src/jobs/mod.rs\n\n## Quality", "  * src/\n\n## Quality");
    let told = refusals(&declare(&story, &vague));
    assert_eq!(told[0].1, "CX-603");
    assert_eq!(
        told[0].2,
        "line 11: in_scope_paths cannot take \"src/\": the path \"src/\" has an empty segment, `.` or `..`"
    );
}

#[test]
fn a_packet_is_amended_and_superseded_from_its_document() {
    let story = people();
    assert_eq!(declare(&story, PACKET).code, 0);
    story.write(FILE, &PACKET.replace("EFFORT_HOURS**: 3", "EFFORT_HOURS**: 5"));
    story.ledger(&format!("amend WP-1-Cancel --from {FILE}")).as_("orla").ok();
    assert_eq!(story.ledger("show WP-1-Cancel").json().ok().get("fields.effort_hours"), Value::Int(5));
    story.write(FILE, &PACKET.replace("EFFORT_HOURS**: 3", "EFFORT_HOURS**: 0"));
    let told = refusals(&story.ledger(&format!("amend WP-1-Cancel --from {FILE}")).as_("orla").json().exits(1));
    assert_eq!(told[0].2, "line 41: effort_hours has 0 and needs at least 1");
    let twice = format!("amend WP-1-Cancel --from {FILE} --field effort_hours=4");
    story.ledger(&twice).as_("orla").exits(2).says("effort_hours is stated by the document and by an option");

    let other = "docs/task_packets/WP-1-Cancel-v2.md";
    story.write(other, &PACKET.replace("WP-1-Cancel", "WP-1-Cancel-v2"));
    story.ledger(&format!("supersede WP-1-Cancel WP-1-Cancel-v2 --from {other}")).as_("orla").ok();
    let shown = story.ledger("show WP-1-Cancel-v2").json().ok();
    assert_eq!((shown.text("path"), shown.text("title")), (other.to_owned(), "Cancel a running job".to_owned()));
}

/// S1-134: the item becomes what the document says. What the document no longer states is gone, and told; a link that documents need
/// not state stays.
#[test]
fn what_a_document_no_longer_states_is_taken_away() {
    let story = people();
    let asked = PACKET
        .replace("**Open Questions**: none", "**Open Questions**: is it fast?")
        .replace("  * Event is lost -> Queue\n", "  * Event is lost -> Queue\n  * Nobody asks -> API\n");
    assert_eq!(declare(&story, &asked).code, 0);
    let amend = format!("amend WP-1-Cancel --from {FILE}");
    let shown = || story.ledger("show WP-1-Cancel").json().ok();
    assert_eq!(shown().get("fields.open_questions").to_canonical(), r#"["is it fast?"]"#);
    let silent = PACKET
        .replace("- **Open Questions**: none\n", "")
        .replace("**User Signature Locked:** ulla\n", "")
        .replace("- **EFFORT_HOURS**: 3\n", "- **EFFORT_HOURS**:\n");
    story.write(FILE, &silent);
    let told = story.ledger(amend.as_str()).as_("orla").ok();
    told.says("to be taken away, since the document does not state it: effort_hours, locked_by, open_questions");
    let now = shown();
    for field in ["open_questions", "locked_by", "effort_hours"] {
        assert_eq!(now.get("fields").get(field), None, "{}", now.stdout);
    }
    assert_eq!(
        now.get("fields.risk_map").to_canonical(),
        r#"{"Event-is-lost":"Queue","The-job-is-half-done":"Storage layer"}"#
    );
    story.ledger(amend.as_str()).as_("orla").exits(1).says("says so already");

    // What an option states is not taken away by the document that does not.
    story.ledger(format!("{amend} --field effort_hours=4").as_str()).as_("orla").ok();
    assert_eq!(shown().get("fields.effort_hours"), Value::Int(4));

    // What is required is refused like everything else that is missing, links that have to be stated too.
    story.write(FILE, &silent.replace("- REQUESTOR: ulla\n", "").replace("- **Dependencies**: none\n", ""));
    let told = refusals(&story.ledger(amend.as_str()).as_("orla").json().exits(1));
    let found: Vec<&str> = told.iter().map(|(_, _, found)| found.as_str()).collect();
    assert_eq!(found, ["requestor is missing", "depends_on is not stated"]);

    // A successor has the old packet's fields, but for what its own document leaves out; whom it succeeds is no label of it.
    let other = "docs/task_packets/WP-1-Cancel-v2.md";
    story.write(other, &silent.replace("WP-1-Cancel", "WP-1-Cancel-v2"));
    story.ledger(&format!("supersede WP-1-Cancel WP-1-Cancel-v2 --from {other}")).as_("orla").ok();
    let heir = story.ledger("show WP-1-Cancel-v2").json().ok();
    assert_eq!(heir.get("fields").get("effort_hours"), None, "{}", heir.stdout);
    story.write(other, &silent.replace("WP-1-Cancel", "WP-1-Cancel-v2").replace("REQUESTOR: ulla", "REQUESTOR: orla"));
    let told = story.ledger(&format!("amend WP-1-Cancel-v2 --from {other}")).as_("orla").ok();
    told.says("kept, since a document need not state it: supersedes");
    let heir = story.ledger("show WP-1-Cancel-v2").json().ok();
    assert_eq!(heir.get("links.supersedes").to_canonical(), r#"["WP-1-Cancel"]"#);
}

/// What is opened and never closed would swallow the labels that follow, and with them what the item states.
#[test]
fn a_document_that_nothing_closes_is_refused_with_the_line_that_opens_it() {
    let story = people();
    let fence = PACKET.replace("  git revert HEAD\n  ```\n", "  git revert HEAD\n");
    let told = refusals(&declare(&story, &fence));
    assert_eq!(told[0].0, "item.field");
    assert!(told[0].2.starts_with("line 25: what is opened there is never closed"), "{told:?}");
    let comment = PACKET.replace("## Notes", "<!-- later\n## Notes");
    let line = 1 + comment.lines().position(|line| line == "<!-- later").unwrap();
    let told = refusals(&declare(&story, &comment));
    assert!(told[0].2.starts_with(&format!("line {line}: what is opened there is never closed")), "{told:?}");
    assert_eq!(declare(&story, PACKET).code, 0);
    story.write(FILE, &fence);
    let told = refusals(&story.ledger(&format!("amend WP-1-Cancel --from {FILE}")).as_("orla").json().exits(1));
    assert!(told[0].2.starts_with("line 25: "), "{told:?}");
}

/// S1-137, S1-153: what the user signs is what the file says that the user reads: where the item states otherwise, field by field,
/// nobody signs, neither alone nor as the second one.
#[test]
fn what_is_signed_is_what_its_file_says() {
    let charter =
        CHARTER.replace("moves  = [\"new -> ready", "seal   = \"user + orchestrator\"\nmoves  = [\"new -> ready");
    let story = Story::founded(&charter, &[("ulla", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    assert_eq!(declare(&story, PACKET).code, 0);
    story.commit_file("orla", FILE, PACKET);
    let wide = PACKET
        .replace("  * src/jobs/mod.rs\n\n", "  * src/jobs/mod.rs\n  * src/jobs/door.rs\n\n")
        .replace("WP-1-Cancel: Cancel a running job", "WP-1-Cancel: Cancel all jobs")
        .replace("**Open Questions**: none", "**Open Questions**: who?");
    story.write("wide.md", &wide);
    story.ledger("amend WP-1-Cancel --from wide.md").as_("orla").ok();
    let told = refusals(&story.ledger("seal WP-1-Cancel").as_("ulla").json().run());
    let found: Vec<&str> = told.iter().map(|(_, _, found)| found.as_str()).collect();
    assert!(told.iter().all(|(code, _, _)| code == "seal.file"), "{told:?}");
    assert_eq!(
        found,
        [
            "the title is \"Cancel all jobs\", and \"Cancel a running job\" in docs/task_packets/WP-1-Cancel.md",
            "in_scope_paths has \"src/jobs/door.rs\", which docs/task_packets/WP-1-Cancel.md does not name",
            "open_questions has \"who?\", which docs/task_packets/WP-1-Cancel.md does not name",
        ]
    );
    let text = story.ledger("seal WP-1-Cancel").as_("ulla").exits(1);
    text.says("orla").says(&format!("next     ledger amend WP-1-Cancel --from {FILE}"));
    story.ledger(&format!("amend WP-1-Cancel --from {FILE}")).as_("orla").ok();
    story.ledger("amend WP-1-Cancel --field effort_hours=30").as_("orla").ok();
    story.ledger("seal WP-1-Cancel").as_("ulla").exits(1).says("effort_hours has \"30\", where");
    story.ledger(&format!("amend WP-1-Cancel --from {FILE}")).as_("orla").ok();
    story.ledger("seal WP-1-Cancel").as_("ulla").ok().says("quorum   1 of 2");
    let empty =
        "# WP-1-Cancel: Cancel a running job\n\n## Metadata\n## Scope\n## Quality Gate\n## Bootstrap\n## Notes\n";
    story.commit_file("orla", FILE, empty);
    let silent = story.ledger("seal WP-1-Cancel --commit HEAD").as_("ulla").exits(1);
    silent.says("in_scope_paths has").says("risk_map has");
    // Who reads it takes it for what holds the packet; it would be signed and bind nobody.
    for line in
        ["**Open Questions** (for Ulla): do not begin", "OPEN_QUESTIONS : do not begin", "| Open Questions | no |"]
    {
        story.commit_file("orla", FILE, &PACKET.replace("- **Open Questions**: none\n", &format!("{line}\n")));
        let told = story.ledger("seal WP-1-Cancel").as_("orla").exits(1);
        told.says("looks like a label there").says("and is not read as OPEN_QUESTIONS").says("seal.file");
    }
    story.commit_file("orla", FILE, PACKET);
    story.ledger("seal WP-1-Cancel").as_("orla").ok();
}

/// S1-134: a document without a section of its kind, or with one in another place, is told so; S1-021: so is one that waits for
/// what nobody declared, and S1-144: one that is cut from it.
#[test]
fn a_document_has_its_sections_and_leads_to_what_is_declared() {
    let story = people();
    let broken = PACKET.replace("## Bootstrap\n", "").replace("## Scope", "## Scope of work");
    let broken = broken.replace("**Dependencies**: none", "**Dependencies**: WP-9-Later, WP-1-Cancel");
    let told = refusals(&declare(&story, &broken));
    let found: Vec<&str> = told.iter().map(|(_, _, found)| found.as_str()).collect();
    assert_eq!(
        found,
        [
            "line 39: depends_on leads to WP-1-Cancel, WP-9-Later, which nobody declared",
            "no section `Scope`",
            "no section `Bootstrap`"
        ]
    );
    let prose = PACKET.replace("**Dependencies**: none", "**Dependencies**: Future Work (Phase 2+)");
    declare(&story, &prose).says("depends_on names").says("ids of a packet as WP-");
    let swapped =
        PACKET.replace("## Metadata", "## First").replace("## Scope", "## Metadata").replace("## First", "## Scope");
    assert_eq!(refusals(&declare(&story, &swapped))[0].2, "no section `Metadata` before `Scope`");
}

/// S1-067: the document of one packet is not that of another, whichever of the two its heading and its id say.
#[test]
fn the_document_of_another_packet_is_refused() {
    let story = people();
    for (from, to, line) in [
        ("# WP-1-Cancel: Cancel a running job", "# WP-2-Resume: Cancel a running job", 1),
        ("# WP-1-Cancel: Cancel a running job", "# Task Packet: WP-2-Resume", 1),
        ("TASK_ID: WP-1-Cancel", "TASK_ID: `WP-2-Resume`", 4),
        ("TASK_ID: WP-1-Cancel", "**Packet id**: WP-2-Resume", 4),
    ] {
        let told = refusals(&declare(&story, &PACKET.replace(from, to)));
        let found = format!("line {line}: the document is that of WP-2-Resume");
        assert_eq!(told, [("item.id".to_owned(), String::new(), found)], "{to}");
    }
    for title in [
        "# Task Packet: WP-1-Cancel",
        "# WP-1-Cancel: What WP-2-Resume needs",
        "# Cancel a running job",
        "# WP-1-Cancel: After WP-2-Resume",
    ] {
        let text = PACKET.replace("# WP-1-Cancel: Cancel a running job", title);
        story.write(FILE, &text);
        let done = story.ledger(&format!("declare WP-1-Cancel --kind packet --from {FILE} --dry-run")).as_("orla").ok();
        done.never_says("TASK_ID");
    }
    // A directory is no document.
    let told = story.ledger("declare WP-1-Cancel --kind packet --from docs").as_("orla").exits(2);
    told.says("docs is a directory").says("a file, or - for standard input");
}

/// S1-138, S1-068, S1-074: what a person writes beside an id, an id as a numbered section, a moment for a day, and a command with its options.
#[test]
fn a_document_in_the_form_that_people_write_is_read() {
    let charter = CHARTER
        .replace(
            "supersedes = \"packet -> packet\"\n",
            "supersedes = \"packet -> packet\"\nanchor = { is = \"packet -> section, min 1\", label = \"SPEC_ANCHOR\", cite = \"CX-601\" }\n",
        )
        .replace("[kinds.packet]\n", "[kinds.section]\nid = 'SEC-[0-9]+(\\.[0-9]+)*'\nstates = [\"stated\"]\nmoves = [\"new -> stated by orchestrator\"]\n\n[kinds.packet]\n")
        .replace("requestor      = \"text\"\n", "requestor      = \"text\"\ndate = \"date\"\n")
        .replace("test_plan      = { is = \"list 1..\"", "test_plan      = { is = \"list 1..\", contains = [\"cargo test …\"]");
    let story = Story::founded(&charter, &[("ulla", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    for section in ["SEC-2.3.12.3", "SEC-2.4"] {
        story.ledger(&format!("declare {section} --kind section")).as_("orla").ok();
    }
    let packet = PACKET
        .replace("- REQUESTOR: ulla\n", "- REQUESTOR: ulla\n- DATE: 2026-01-12T09:30:00+02:00\n")
        .replace("cargo test --test jobs", "cargo test --manifest-path src/backend/Cargo.toml")
        .replace(
            "- **Dependencies**: none\n",
            "- **Dependencies**: none\n- **SPEC_ANCHOR**: §2.3.12.3 (Storage API, a pattern), SEC-2.4 (later)\n",
        );
    for (from, to, says) in [
        ("T09:30:00+02:00", "T9", "line 6: date is 2026-01-12T9 and not a day"),
        (
            "cargo test --manifest-path src/backend/Cargo.toml",
            "cargo tests",
            "line 17: test_plan lacks \"cargo test …\"",
        ),
        ("§2.3.12.3 (", "§2.x (", "names \"§2.x\""),
    ] {
        let told = refusals(&declare(&story, &packet.replace(from, to)));
        assert!(told.iter().any(|(_, _, found)| found.contains(says)), "{says}: {told:?}");
    }
    let done = declare(&story, &packet);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let shown = story.ledger("show WP-1-Cancel").json().ok();
    assert_eq!(shown.get("links.anchor").to_canonical(), r#"["SEC-2.3.12.3","SEC-2.4"]"#);
    assert_eq!(shown.text("fields.date"), "2026-01-12");
    let template = story.ledger("new packet WP-1-Other --dry-run").ok();
    template.says("  - {cargo test …}\n");
    // A link that documents speak of has its line, though it may be absent.
    let labelled = charter.replace("\"packet -> packet\"\n", "{ is = \"packet -> packet\", label = \"REPLACES\" }\n");
    let story = Story::founded(&labelled, &[("orla", "human", "orchestrator", "")]);
    story.ledger("new packet WP-1-Other --dry-run").ok().says("- **REPLACES**: {ids of packet; or none}\n");
}

/// S1-066: the template has every section and field, and is taken once it is filled in, and not before.
#[test]
fn a_template_is_written_once_and_taken_when_it_is_filled_in() {
    let story = people();
    let words = "new packet WP-1-Cancel --title 'Cancel a running job'";
    let printed = story.ledger(format!("{words} --dry-run").as_str()).ok();
    assert!(!story.repo.path().join(FILE).exists(), "nothing is written");
    story.ledger(words).ok().says(&format!("ledger declare WP-1-Cancel --kind packet --from {FILE}"));
    let text = std::fs::read_to_string(story.repo.path().join(FILE)).unwrap();
    assert_eq!(printed.stdout.trim_end(), text.trim_end());
    assert_eq!(
        text,
        "\
# WP-1-Cancel: Cancel a running job

## Metadata

- **REQUESTOR**: {text}
<!-- EFFORT_HOURS: NUMBER: integer? 1.. -->
- **EFFORT_HOURS**:
<!-- User Signature Locked: ACTOR: actor? -->
- **User Signature Locked**:

## Scope

- **WHAT**: {text 1..300, lacks [\"Improve\"] (CX-581)}
- **IN_SCOPE_PATHS**:
  - {PATH: paths 1.. (CX-603)}

## Quality Gate

- **RISK_TIER**: {[LOW, MEDIUM, HIGH], HIGH for 1 high-risk, MEDIUM for 1 code}
- **TEST_PLAN**:
  - {list 1..}
- **DONE_MEANS**:
  - All tests pass
  - {list 1.., contains [\"All tests pass\"] (CX-602)}
- **ROLLBACK_HINT**: {text}

## Bootstrap

- **FILES_TO_OPEN**:
  - docs/START_HERE.md
  - {PATH: paths 3..15, contains [\"docs/START_HERE.md\"] (CX-606)}
- **RISK_MAP**:
  - {NAME -> TEXT: map 2..8 (CX-606)}

## Notes

<!-- OPEN_QUESTIONS: list? -->
- **OPEN_QUESTIONS**: none
- **DEPENDENCIES**: {ids of packet (CX-573E); or none}
<!-- - **SUPERSEDES**: ids of packet -->
"
    );
    let again = story.ledger(words).exits(2);
    again.says("is there already");
    let declare = format!("declare WP-1-Cancel --kind packet --from {FILE}");
    let told = refusals(&story.ledger(&declare).as_("orla").json().exits(1));
    assert_eq!(told.iter().filter(|(_, _, found)| found.contains("is still")).count(), 10, "{told:?}");
    let filled = [
        ("{text}", "ulla"),
        ("{PATH: paths 1.. (CX-603)}", "docs/guide.md"),
        ("{text 1..300, lacks [\"Improve\"] (CX-581)}", "Cancel a running job by its id."),
        ("{list 1.., contains [\"All tests pass\"] (CX-602)}", "It ends"),
        ("{[LOW, MEDIUM, HIGH], HIGH for 1 high-risk, MEDIUM for 1 code}", "LOW"),
        ("{list 1..}", "cargo test"),
        ("  - {PATH: paths 3..15, contains [\"docs/START_HERE.md\"] (CX-606)}", "  - docs/a.md\n  - docs/b.md"),
        ("{NAME -> TEXT: map 2..8 (CX-606)}", "a -> b\n  - c: d"),
        ("{ids of packet (CX-573E); or none}", "none"),
    ];
    let filled = filled.iter().fold(text, |text, (from, to)| text.replace(from, to));
    story.commit_file("orla", FILE, &filled);
    story.ledger(&declare).as_("orla").ok();
    story.ledger("move WP-1-Cancel done").as_("orla").ok();
    story.ledger("new packet WP-1-Cancel").exits(1).says("WP-1-Cancel is declared");
    story.ledger("new packet WP-Cancel").exits(1).says("is no id of the kind packet");
    story.ledger("new paket WP-2-x").exits(1).says("did you mean packet?");
}

/// S1-066, S1-204: in the template of the example each field and link has its section, and nothing is stated that nobody stated. As it is
/// written it is refused for what is to be filled in, all of it, with the number of each rule, and for nothing else.
#[test]
fn a_template_as_it_is_written_lacks_what_is_to_be_filled_in_and_nothing_else() {
    const EXAMPLE: &str = include_str!("../../examples/work-packets/charter.toml");
    const ID: &str = "WP-9-Other-v1";
    let story = Story::founded(EXAMPLE, &[("ilja", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    story.ledger(&format!("new packet {ID}")).ok();
    let file = format!("docs/task_packets/{ID}.md");
    let text = std::fs::read_to_string(story.repo.path().join(&file)).unwrap();
    let section = |label: &str| {
        let before = &text[..text.find(&format!("**{label}**:")).unwrap_or_else(|| panic!("{label} in {text}"))];
        before.lines().rev().find_map(|line| line.strip_prefix("## ")).unwrap().to_owned()
    };
    for (label, under) in [
        ("PHASE", "Metadata"),
        ("REQUIREMENTS", "Quality Gate"),
        ("SPEC_ANCHOR", "Authority"),
        ("Dependencies", "Notes"),
        ("OPEN_QUESTIONS", "Notes"),
    ] {
        assert_eq!(section(label), under, "{label}");
    }
    for form in [
        "{YYYY-MM-DD: date (CX-620)}",
        "{yes or no: bool (CX-609)}",
        "{NUMBER: h 1.. (CX-640)}",
        "{ACTOR: actor",
        "{ids of phase, at least 1 (CX-609)}",
    ] {
        assert!(text.contains(form), "{form} in {text}");
    }
    let told =
        refusals(&story.ledger(&format!("declare {ID} --kind packet --from {file}")).as_("orla").json().exits(1));
    assert!(
        told.iter().all(|(_, cite, found)| cite.starts_with("CX-") && found.contains(" is still \"{")),
        "{told:#?}"
    );
    let names: Vec<&str> = told.iter().map(|(_, _, found)| found.split(' ').nth(2).unwrap()).collect();
    assert_eq!(
        names,
        "the requestor agent_id date lead gate_critical effort part_of what why in_scope_paths out_of_scope risk_tier test_plan \
         done_means rollback_hint implements files_to_open search_terms run_commands risk_map spec_current codex task_board \
         anchor depends_on"
            .split(' ')
            .collect::<Vec<_>>()
    );
}

/// S1-138, S1-139, S1-144: a packet cites a numbered section as people write one, and what has no number is refused with the rule.
#[test]
fn an_anchor_is_written_as_a_numbered_section() {
    const EXAMPLE: &str = include_str!("../../examples/work-packets/charter.toml");
    const ID: &str = "WP-9-Other-v1";
    let story = Story::founded(EXAMPLE, &[("ilja", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    story.ledger(&format!("new packet {ID}")).ok();
    let file = format!("docs/task_packets/{ID}.md");
    let text = std::fs::read_to_string(story.repo.path().join(&file)).unwrap();
    let open = text.lines().find(|line| line.starts_with("- **SPEC_ANCHOR**: ")).unwrap().to_owned();
    for (anchor, told) in [
        ("§Future Work (Phase 2+)", "anchor names \"§Future Work\""),
        ("§Roadmap", "anchor names \"§Roadmap\""),
        ("§2.3.12.", "anchor names \"§2.3.12.\""),
        ("2.3.12.3", "anchor leads to 2.3.12.3, which nobody declared"),
        ("none", "anchor has 0 of at least 1"),
        ("§2.3.12.3 (Storage API)", "anchor leads to SEC-2.3.12.3, which nobody declared"),
        ("§A9.2.1 (Error Code Registry)", "anchor leads to SEC-A9.2.1, which nobody declared"),
    ] {
        story.write(&file, &text.replace(&open, &format!("- **SPEC_ANCHOR**: {anchor}")));
        let refused = story.ledger(&format!("declare {ID} --kind packet --from {file}")).as_("orla").json().exits(1);
        let all = refusals(&refused);
        let of_anchor: Vec<_> = all.iter().filter(|(_, _, found)| found.contains(": anchor ")).collect();
        let [(_, cite, found)] = &of_anchor[..] else { panic!("{anchor}: {all:?}") };
        assert!(cite == "CX-601" && found.contains(told), "{anchor}: {found}");
    }
}

/// S1-033: what the checks of a session ask for is declared with its file.
#[test]
fn what_is_to_be_declared_is_declared_with_its_file() {
    const EXAMPLE: &str = include_str!("../../examples/work-packets/charter.toml");
    let story = Story::founded(EXAMPLE, &[("ilja", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    let command = "ledger declare SPEC_CURRENT --kind protocol --path docs/SPEC_CURRENT.md";
    story.ledger("gate pre-orchestration").exits(1).says(command);
    story.ledger(&command["ledger ".len()..]).as_("orla").ok();
    let shown = story.ledger("show SPEC_CURRENT").json().ok();
    assert_eq!(shown.text("path"), "docs/SPEC_CURRENT.md");
}

/// S1-001: what a kind itself asks, its sections and who moves its items, has the number that the kind has.
#[test]
fn what_a_kind_asks_is_refused_with_its_number() {
    let cited = CHARTER.replace("headings =", "cite     = \"CX-620\"\nwhy = \"the life of a packet\"\nheadings =");
    let story = Story::founded(&cited, &[("ulla", "human", "user", ""), ("orla", "human", "orchestrator", "")]);
    let told = refusals(&declare(&story, &PACKET.replace("## Notes", "## Remarks")));
    let sections: Vec<&str> = told.iter().map(|(_, cite, _)| cite.as_str()).collect();
    assert_eq!(sections, ["CX-620"], "{told:?}");
    assert_eq!(declare(&story, PACKET).code, 0);
    let told = story.ledger("move WP-1-Cancel done").as_("ulla").json().exits(1);
    assert_eq!(refusals(&told)[0].1, "CX-620", "{}", told.stdout);
    let told = story.ledger("move WP-1-Cancel done").as_("ulla").exits(1);
    told.says("CX-620").says("the life of a packet");
}

/// What is written never follows a link out of the repository, and what is there is kept.
#[test]
fn a_template_is_not_written_through_a_link() {
    let story = people();
    let away = story.beside.path().join("away");
    std::fs::create_dir(&away).unwrap();
    let file = story.repo.path().join(FILE);
    let directory = file.parent().unwrap();
    std::fs::create_dir_all(directory.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&away, directory).unwrap();
    let refused = story.ledger("new packet WP-1-Cancel").exits(2);
    refused.says("stands where").says("[store.io]").says("next     ls -l ");
    assert_eq!(std::fs::read_dir(&away).unwrap().count(), 0, "nothing is written elsewhere");
    std::fs::remove_file(directory).unwrap();
    std::fs::create_dir(directory).unwrap();
    std::os::unix::fs::symlink(away.join("file"), &file).unwrap();
    story.ledger("new packet WP-1-Cancel").exits(2).says("stands where");
    std::fs::remove_file(&file).unwrap();
    story.ledger("new packet WP-1-Cancel").ok();
    let left: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [file.file_name().unwrap()], "nothing else is left behind");
}

/// S1-019, S1-076: who asks about a file is told which packets may change it, however the file is named.
#[test]
fn a_file_is_told_with_the_packets_that_may_change_it() {
    let story = people();
    assert_eq!(declare(&story, PACKET).code, 0);
    for name in ["src/jobs/mod.rs", ":/src/jobs/mod.rs"] {
        let told = story.ledger(&format!("why {name}")).ok();
        told.says("reached  WP-1-Cancel   packet, ready: commits for it may change this (in_scope_paths)");
        let told = story.ledger(&format!("why {name}")).json().ok();
        let reaching = told.get("reaching").to_canonical();
        let one =
            r#"[{"field":"in_scope_paths","id":"WP-1-Cancel","keeps_out":false,"kind":"packet","status":"ready"}]"#;
        assert_eq!(reaching, one);
    }
    story.ledger("why :/src/jobs/queue.rs").ok().never_says("WP-1-Cancel");
}
