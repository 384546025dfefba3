//! Which changes of files the blocks and seals refuse.

use super::world::{World, item, path, word};
use crate::domain::code::Code;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, File, Mode, Question};
use crate::domain::id::Digest;
use crate::domain::judge::{Ground, PathChange, PathVerdict, Side, check_changes, drifted, lost_seals, names_another};
use crate::domain::value::Value;

#[expect(clippy::unnecessary_wraps, reason = "a side may be missing")]
fn side(text: &str) -> Option<Side> {
    Some(Side { mode: 0o100_644, sha256: Some(Digest::of(text.as_bytes())) })
}

fn change(path: &[u8], old: Option<Side>, new: Option<Side>) -> PathChange {
    PathChange { path: path.to_vec(), old, new }
}

fn judge(w: &World, changes: &[PathChange]) -> Vec<PathVerdict> {
    check_changes(&w.view(), changes, b".ledger", true)
}

fn refused(w: &World, path: &[u8], old: Option<Side>, new: Option<Side>) -> Vec<Code> {
    let verdicts = judge(w, &[change(path, old, new)]);
    verdicts[0].refusals.iter().map(|refusal| refusal.explanation.code).collect()
}

fn added(w: &World, path: &[u8]) -> Vec<Code> {
    refused(w, path, None, side("new"))
}

/// S0-026, S0-029, S0-041, S0-044: what a scope names is stopped however small, what it leaves out stays open.
#[test]
fn a_block_stops_every_change_in_its_scope() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    assert_eq!(added(&w, b"src/a.rs"), []);
    w.block("W-01", "HOLD", "lena");
    for path in ["src/a.rs", "src/deep/er/b.rs", "db/x.sql", "SRC/a.rs", "Src/A.rs", "db/X.SQL"] {
        assert_eq!(added(&w, path.as_bytes()), [Code::BlockPath], "{path}");
    }
    assert_eq!(refused(&w, b"src/a.rs", side("old"), None), [Code::BlockPath], "a removal is a change");
    assert_eq!(refused(&w, b"src/a.rs", side("old"), side("old")), [], "nothing changed");
    for path in ["docs/x.md", "docs/x.sql", "README.md", "lib/src.rs"] {
        assert_eq!(added(&w, path.as_bytes()), [], "{path}");
    }
    w.lift("W-01", "HOLD");
    assert_eq!(added(&w, b"src/a.rs"), []);
}

#[test]
fn names_that_are_not_utf8_and_things_that_are_no_files_are_stopped_too() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    assert_eq!(added(&w, b"src/\xff.rs"), [Code::BlockPath]);
    let link = Some(Side { mode: 0o120_000, sha256: None });
    let module = Some(Side { mode: 0o160_000, sha256: None });
    assert_eq!(refused(&w, b"src", None, link), [Code::BlockPath], "a symlink brings a whole directory");
    assert_eq!(refused(&w, b"src", None, module), [Code::BlockPath]);
    assert_eq!(refused(&w, b"other", None, module), []);
}

#[test]
fn a_block_can_stop_the_files_that_a_field_names() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.field("W-01", "files", Value::list(["lib/a.rs", "lib/dir"]));
    w.block("W-01", "OWN-FILES", "lena");
    for path in ["lib/a.rs", "LIB/A.rs", "lib/dir/x", "lib"] {
        assert_eq!(added(&w, path.as_bytes()), [Code::BlockPath], "{path}");
    }
    for path in ["lib/b.rs", "lib/directory/x"] {
        assert_eq!(added(&w, path.as_bytes()), [], "{path}");
    }
}

#[test]
fn a_superseded_item_keeps_its_placed_block() {
    let mut w = World::new("");
    w.paper("P-01", "draft");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    w.state.successors.insert(item("W-01"), item("W-02"));
    w.declare("W-02", "work", "open");
    assert_eq!(added(&w, b"src/a.rs"), [Code::BlockPath]);
}

#[test]
fn a_derived_block_stops_while_its_sentence_is_unmet_or_unknown() {
    let text = "[blocks.UNREADY]\non = \"topic\"\nstops = [\"code\"]\nuntil = \"P-01 is present\"\nwhy = \"first the paper\"\n";
    let mut w = World::new(text);
    w.paper("P-01", "draft");
    w.declare("T-a", "topic", "open");
    assert_eq!(added(&w, b"src/a.rs"), []);
    w.no_file("docs/p-01.md");
    let verdicts = judge(&w, &[change(b"src/a.rs", None, side("new"))]);
    let refusal = &verdicts[0].refusals[0];
    assert_eq!(refusal.explanation.next, ["${EDITOR:-vi} docs/p-01.md", "git add docs/p-01.md && git commit"]);
    assert_eq!(refusal.explanation.why.as_deref(), Some("first the paper"));
    assert_eq!(refusal.explanation.outcome, Outcome::Unmet);
    let Ground::Block(block) = refusal.ground.as_ref() else { panic!("a block") };
    assert_eq!((block.lifts.text.as_str(), block.since), ("by itself when P-01 is present", None));
    w.unread("docs/p-01.md");
    assert_eq!(added(&w, b"src/a.rs"), [Code::BlockPath]);
    let verdicts = judge(&w, &[change(b"src/a.rs", None, side("new"))]);
    assert_eq!(verdicts[0].refusals[0].explanation.outcome, Outcome::Unknown);
}

#[test]
fn a_sealed_file_may_only_be_what_it_was() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    let path = b"docs/p-01.md";
    assert_eq!(refused(&w, path, side("first text"), side("second")), [Code::SealPath]);
    assert_eq!(refused(&w, path, side("first text"), None), [Code::SealPath]);
    assert_eq!(refused(&w, path, side("second"), side("first text")), [], "putting the sealed bytes back");
    assert_eq!(refused(&w, path, None, side("first text")), []);
    let executable = Some(Side { mode: 0o100_755, sha256: Some(Digest::of(b"first text")) });
    assert_eq!(refused(&w, path, side("first text"), executable), [Code::SealPath], "the mode is sealed too");
    let link = Some(Side { mode: 0o120_000, sha256: None });
    assert_eq!(refused(&w, path, side("first text"), link), [Code::SealPath]);
    // What the tree holds now decides nothing.
    w.no_file("docs/p-01.md");
    assert_eq!(refused(&w, path, None, side("second")), [Code::SealPath]);
}

#[test]
fn a_sealed_program_may_be_put_back_as_the_program_that_it_was() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    let sealed = File { mode: Mode::Executable, size: 10, sha256: Digest::of(b"first text") };
    w.facts.insert(Question::Path(path("docs/p-01.md")), Answer::File(Some(sealed)));
    w.seal("P-01", &["omar"]);
    let (path, plain) = (b"docs/p-01.md", side("first text"));
    let program = plain.map(|plain| Side { mode: 0o100_755, ..plain });
    assert_eq!(refused(&w, path, plain, program), []);
    assert_eq!(refused(&w, path, program, plain), [Code::SealPath], "the mode is sealed too");
}

#[test]
fn twins_of_a_sealed_path_may_go_and_not_come() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.item("P-01").stated.path = Some(super::world::path("docs/Über.md"));
    w.file("docs/Über.md", "first text");
    w.seal("P-01", &["omar"]);
    for twin in ["docs/ÜBER.md", "DOCS/Über.md", "docs/U\u{308}ber.md", "Docs", "docs/über.MD/x"] {
        assert_eq!(added(&w, twin.as_bytes()), [Code::SealPath], "{twin}");
        assert_eq!(refused(&w, twin.as_bytes(), side("x"), None), [], "{twin}");
    }
    for other in ["docs/other.md", "docs/Über.md.bak", "doc"] {
        assert_eq!(added(&w, other.as_bytes()), [], "{other}");
    }
}

#[test]
fn a_superseded_item_keeps_its_sealed_bytes() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    w.paper("P-11", "draft");
    w.link("P-11", "supersedes", "P-01");
    assert_eq!(refused(&w, b"docs/p-01.md", side("first text"), side("x")), [Code::SealPath]);
}

#[test]
fn a_merge_keeps_the_sealed_bytes_that_a_parent_holds() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    let path = b"docs/p-01.md";
    let lost = |old, new| {
        let verdicts = lost_seals(&w.view(), &[change(path, old, new), change(b"src/a.rs", side("a"), side("b"))]);
        verdicts.into_iter().map(|verdict| verdict.path).collect::<Vec<_>>()
    };
    assert_eq!(lost(side("first text"), side("other")), [path], "the sealed bytes, and only seals speak");
    assert_eq!(lost(side("first text"), None), [path]);
    assert_eq!(lost(side("older"), side("other")), Vec::<Vec<u8>>::new(), "no parent held them");
    assert_eq!(lost(side("older"), side("first text")), Vec::<Vec<u8>>::new());
}

#[test]
fn a_tree_holds_every_sealed_item() {
    let mut w = World::new("");
    w.paper("P-01", "complete");
    w.seal("P-01", &["omar"]);
    assert_eq!(drifted(&w.view()), []);
    w.file("docs/p-01.md", "other");
    assert_eq!(drifted(&w.view())[0].found, "P-01 is sealed and its content is another one");
    w.no_file("docs/p-01.md");
    assert_eq!(drifted(&w.view())[0].found, "P-01 is sealed and its file is not there");
}

#[test]
fn a_file_that_names_another_ledger_is_refused() {
    let w = World::new("");
    let own = "refs/ledger/main";
    assert_eq!(names_another(&w.view(), ".ledger", (w.state.genesis, own), own), None);
    let cut = names_another(&w.view(), ".ledger", (w.state.genesis, "refs/ledger/x"), own).unwrap();
    assert!(cut.explanation.found.ends_with(" at refs/ledger/x"), "{cut:?}");
    let refusal = names_another(&w.view(), ".ledger", (Digest::of(b"other"), own), own).unwrap();
    assert_eq!(refusal.explanation.code, Code::LedgerFile);
}

#[test]
fn the_file_that_names_the_ledger_stays() {
    let w = World::new("");
    assert_eq!(refused(&w, b".ledger", side("a"), side("b")), [Code::LedgerFile]);
    assert_eq!(refused(&w, b".ledger", side("a"), None), [Code::LedgerFile]);
    assert_eq!(added(&w, b".Ledger"), [Code::LedgerFile], "a twin");
    assert_eq!(refused(&w, b".Ledger", side("a"), None), []);
    let first = check_changes(&w.view(), &[change(b".ledger", None, side("a"))], b".ledger", false);
    assert!(first[0].refusals.is_empty(), "it may come");
}

#[test]
fn many_paths_share_one_ground_and_verdicts_keep_their_order() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    let changes: Vec<PathChange> =
        ["src/b.rs", "docs/x.md", "src/a.rs"].iter().map(|path| change(path.as_bytes(), None, side("x"))).collect();
    let verdicts = judge(&w, &changes);
    assert_eq!(verdicts.iter().map(|v| v.refusals.len()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(verdicts[1].path, b"docs/x.md");
    assert!(std::sync::Arc::ptr_eq(&verdicts[0].refusals[0].ground, &verdicts[2].refusals[0].ground));
    assert_eq!(verdicts[2].refusals[0].explanation.path.as_deref(), Some("src/a.rs"));
}

#[test]
fn a_block_whose_rule_is_lost_stops_everything() {
    let mut w = World::new("");
    w.declare("W-01", "work", "open");
    w.block("W-01", "HOLD", "lena");
    w.item("W-01").blocks[0].name = word("GONE");
    assert_eq!(added(&w, b"README.md"), [Code::BlockPath]);
}
