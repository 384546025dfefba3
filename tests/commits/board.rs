//! A board that is rendered from the ledger: written by the program, and refused wherever it is not what the ledger says.

use super::{Place, WORDS};
use crate::sandbox::story::Story;
use crate::sandbox::story::frozen::Frozen;
use std::sync::OnceLock;

/// A server that holds what the clone holds, and guards it.
const GUARDED: &str = "git init -q --bare -b main \"$SERVER\"; git remote add origin \"$SERVER\"
    round push -q origin main refs/ledger/main
    ledger -C \"$SERVER\" hooks install --server > /dev/null";

/// Renders the board and stages it.
const RENDER: &str = "ledger render task-board --write > /dev/null; git add docs/TASK_BOARD.md";

/// The place of [`Place::new`], whose rule for main asks for the board, which is rendered and committed.
fn place() -> Place {
    static BASE: OnceLock<Frozen> = OnceLock::new();
    let prepared = || {
        let old = "\"every packet that is done, if any, has confirmed\"";
        let charter = include_str!("charter.toml");
        assert!(charter.contains(old));
        let views = "\n[views.task-board]\npath = \"docs/TASK_BOARD.md\"\n[views.task-board.sections]\n\"In Progress\" = \"packet that is in-progress\"\nReady = \"packet that is ready\"\nDone = \"packet that is done\"\n\
                     [views.handoff]\nof = \"packet\"\ntext = \"{id} {status}: {title}\"\n";
        let story = super::prepared(&format!("{}{views}", charter.replace(old, "\"task-board is consistent\"")));
        story
            .shell(&format!("set -e\n{WORDS}\n{RENDER}; git commit -q -m board"))
            .as_("raj")
            .env("EDITOR", "true")
            .ok();
        story
    };
    Place(BASE.get_or_init(|| Story::freeze(prepared())).thaw())
}

/// S1-036, S1-098, S1-111: a move that is not on the board is refused at the commit, and the command that is named writes it.
#[test]
fn a_commit_with_a_board_that_is_behind_is_refused_until_it_is_rendered() {
    let place = place();
    place.do_("put notes/a.md; git commit -q -m a; ledger render task-board --check");
    place.ledger("move WP-1 done").as_("omar").ok();
    place.script("ledger render task-board --check").exits(1).says("docs/TASK_BOARD.md is not what the ledger says");
    let refused = place.refuses("put notes/b.md; git commit -q -m b");
    refused.says("docs/TASK_BOARD.md is not what the ledger says").says("commits.CX-585");
    refused.says("ledger render task-board --write").says("git add docs/TASK_BOARD.md");
    // Bytes by hand are not taken, not even one more.
    place.refuses(
        "ledger render task-board > docs/TASK_BOARD.md; echo >> docs/TASK_BOARD.md; git add docs; git commit -q -m b",
    );
    place.do_(&format!("{RENDER}; git commit -q -m b; ledger render task-board --check"));
    place.refuses("git rm -q docs/TASK_BOARD.md; git commit -q -m c").says("is not in the judged tree");
}

/// Drift that went round the hooks is refused at the push and by the server, in the same words, and by CI.
#[test]
fn a_push_with_a_board_that_is_behind_is_refused() {
    let place = place();
    place.do_(GUARDED);
    place.ledger("move WP-1 done").as_("omar").ok();
    place.do_("round push -q origin refs/ledger/main; put notes/a.md; round commit -q -m a");
    for push in ["git push origin main", "round push origin main"] {
        place.script(push).exits(1).says("docs/TASK_BOARD.md is not what the ledger says").says("commits.CX-585");
    }
    place.script("ledger check --range origin/main..main").exits(1).says("docs/TASK_BOARD.md is not what");
    place.do_(&format!("{RENDER}; git commit -q -m board; git push -q origin main"));
    // The board of another ledger: what is pushed with it is judged by the ledger that the push leaves.
    place.ledger("move WP-2 in-progress").as_("omar").ok();
    place.do_(&format!("{RENDER}; git commit -q -m board"));
    place.script("round push origin main").exits(1).says("commits.CX-585");
    place.do_("round push -q --atomic origin main refs/ledger/main");
}

#[test]
fn a_rendering_goes_to_standard_output_as_it_is_and_to_programs_as_json() {
    let place = place();
    place.do_("ledger render task-board | cmp - docs/TASK_BOARD.md");
    let json = place.ledger("render task-board --format json").ok();
    assert_eq!(json.text("view"), "task-board");
    assert_eq!(json.text("path"), "docs/TASK_BOARD.md");
    assert!(json.text("text").starts_with("# task-board\n"), "{json}");
    assert_eq!(json.text("sections.0.heading"), "In Progress");
    assert_eq!(json.text("sections.0.items.0.id"), "WP-1");
    assert_eq!(json.text("sections.0.items.0.status"), "in-progress");
    assert_eq!(json.text("sections.1.heading"), "Ready");
    let list = place.ledger("render").ok();
    list.says("ledger render task-board   docs/TASK_BOARD.md").says("ledger render handoff ITEM   of one packet");
    assert_eq!(place.ledger("render handoff WP-1").ok().stdout, "WP-1 in-progress: The store\n");
    assert_eq!(place.ledger("render handoff WP-1 --format json").ok().text("item"), "WP-1");
    let checked = place.ledger("render task-board --check --format json").ok();
    assert_eq!(checked.text("outcome"), "MET");
    for (words, says) in [
        ("render handoff", "handoff tells of one packet"),
        ("render handoff WP-9", "nobody declared WP-9"),
        ("render handoff PHASE-9", "nobody declared PHASE-9"),
        ("render handoff --write", "handoff tells of one item, and has no file"),
        ("render task-board WP-1", "task-board is one document"),
        ("render bord", "there is no view bord; the charter has handoff, task-board"),
    ] {
        place.ledger(words).exits(2).says(says);
    }
}

/// What is written never follows a link out of the place that the charter names.
#[test]
fn a_document_is_not_written_through_a_link() {
    let place = place();
    place.ledger("move WP-1 done").as_("omar").ok();
    let beside = "beside=$(dirname \"$SERVER\"); board=docs/TASK_BOARD.md";
    place.do_(&format!("{beside}; echo mine > \"$beside/victim\"; rm $board; ln -s \"$beside/victim\" $board"));
    place.script("ledger render task-board --write").exits(2).says("docs/TASK_BOARD.md stands where");
    place.do_(&format!("{beside}; test \"$(cat \"$beside/victim\")\" = mine; rm $board; mv docs kept; mkdir \"$beside/away\"; ln -s \"$beside/away\" docs"));
    place.script("ledger render task-board --write").exits(2).says("docs stands where docs/TASK_BOARD.md would be");
    place.do_(&format!(
        "{beside}; test -z \"$(ls \"$beside/away\")\"; rm docs; mv kept docs; {RENDER}; git commit -q -m board"
    ));
    place.do_("test -z \"$(git status --porcelain)\"");
}

/// S1-027, S1-023: what can go on, and what leads where, for people and for programs.
#[test]
fn what_can_go_on_and_what_leads_where_is_shown() {
    let place = place();
    let ready = place.ledger("ready").ok();
    ready
        .says("1  WP-1  in-progress  The store")
        .says("ledger move WP-1 done")
        .says("Order: first what an earlier criterion of a gate");
    let json = place.ledger("ready --kind packet --format json").ok();
    assert_eq!((json.text("ready.0.item"), json.text("ready.0.moves.0.to")), ("WP-1".into(), "done".into()), "{json}");
    place.ledger("ready --kind packets").exits(2).says("there is no kind packets");
    place.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    place.ledger("amend WP-2 --add-link part_of=PHASE-1").as_("omar").ok();
    place.ledger("graph").ok().says("WP-2  ready  The app\n  part_of PHASE-1");
    let dot = place.ledger("graph --dot").ok().stdout;
    assert!(
        dot.starts_with("digraph ledger {\n") && dot.contains("  \"WP-2\" -> \"PHASE-1\" [label=\"part_of\"];\n"),
        "{dot}"
    );
    assert!(dot.contains("\"WP-2\" [label=\"WP-2\\nready\"];"), "{dot}");
    let mermaid = place.ledger("graph --link part_of --mermaid").ok().stdout;
    assert_eq!(
        mermaid,
        "graph LR\n  n0[\"PHASE-1<br/>active\"]\n  n1[\"WP-1<br/>in-progress\"]\n  n2[\"WP-2<br/>ready\"]\n  n2 -->|part_of| n0\n"
    );
    let json = place.ledger("graph --format json").ok();
    assert_eq!((json.text("edges.0.from"), json.text("edges.0.to")), ("WP-2".into(), "PHASE-1".into()), "{json}");
    place.ledger("graph --link part-of").exits(2).says("there is no link part-of; the charter has part_of");
}
