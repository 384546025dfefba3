//! Rules about commits: for each condition and each demand a commit that the rule does not speak of, one that it lets pass, one that
//! it refuses, one of which that cannot be known, and one for which it is waived.

use super::waivers::waive;
use super::world::{World, actor, item, word};
use crate::domain::charter::ActorType;
use crate::domain::code::Code;
use crate::domain::explain::Outcome;
use crate::domain::id::Digest;
use crate::domain::judge::{
    CommitChange, CommitVerdict, Going, LineChange, Lines, PathChange, Side, check_commit, check_needs, check_spared,
    rules_of, served, waivers_of,
};
use crate::domain::value::Value;

/// A world whose charter has one rule about commits, which may be waived. W-01 is open and may change `src/a.rs` and `src/b.rs`.
fn world(rule: &str) -> World {
    let more = format!("[commits]\nRULE = {{ {rule} }}\n\n[waivers.late]\ncovers = [\"RULE\"]\nby     = \"2 lead\"\n");
    let mut w = World::new(&more);
    w.declare("W-01", "work", "open");
    w.field("W-01", "files", Value::list(["src/a.rs", "src/b.rs"]));
    w
}

/// A commit, as the tests tell one.
#[derive(Clone)]
struct Commit {
    paths: Vec<&'static str>,
    /// What it adds to each file and removes from it; `None` where nobody can know.
    lines: Option<(Vec<&'static str>, Vec<&'static str>)>,
    no_text: (bool, bool),
    by: Option<&'static str>,
    message: Option<&'static str>,
    going: Going<'static>,
}

impl Lines for Commit {
    fn changed(&self, _: &[u8]) -> LineChange {
        let numbered = |lines: &Vec<&str>| lines.iter().map(|line| (1, line.as_bytes().to_vec())).collect();
        let (added, deleted) = self.lines.as_ref().map(|(a, d)| (numbered(a), numbered(d))).unzip();
        LineChange { added, deleted, no_text: self.no_text }
    }
}

/// drafter dora changes src/a.rs, on main, without a word about what that serves.
fn commit() -> Commit {
    Commit {
        paths: vec!["src/a.rs"],
        lines: Some((vec!["new"], vec!["old"])),
        no_text: (false, false),
        by: Some("dora"),
        message: Some("Change it"),
        going: Going::To("main"),
    }
}

fn serving() -> Commit {
    Commit { message: Some("Change it\n\nWork: W-01\n"), ..commit() }
}

fn verdict(w: &World, commit: &Commit) -> CommitVerdict {
    let new = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"new")) });
    let change = |path: &&str| PathChange { path: path.as_bytes().to_vec(), old: None, new };
    let changes: Vec<PathChange> = commit.paths.iter().map(change).collect();
    let by = commit.by.map(actor);
    let Commit { message, going, .. } = commit;
    let message = message.map(str::as_bytes);
    let view = w.view();
    let commit =
        CommitChange { changes: &changes, lines: commit, committer: by.as_ref(), message, going: *going, made: true };
    let mut verdict = check_commit(&view, &commit);
    let broken = check_needs(&view, &verdict.needs);
    verdict.broken.extend(broken);
    let waived = check_spared(&view, &verdict.spared);
    verdict.waived.extend(waived);
    verdict
}

/// Returns the code and outcome of what the rule says of a commit: nothing where it has nothing against it.
fn said(w: &World, commit: &Commit) -> Option<(Code, Outcome)> {
    let verdict = verdict(w, commit);
    let mut all = verdict.broken.iter().chain(&verdict.waived);
    let first = all.next().map(|told| (told.code, told.outcome));
    assert!(all.all(|told| Some((told.code, told.outcome)) == first), "{verdict:?}");
    first
}

/// Asserts that a rule refuses a commit by a code, that its waiver lets the same commit pass where it serves W-01, told as WAIVED, and
/// that neither another item nor a word less does.
#[track_caller]
fn refused(w: &mut World, commit: &Commit, code: Code, outcome: Outcome) {
    let served = Commit { message: Some("Change it\n\nWork: W-01\n"), ..commit.clone() };
    assert_eq!(said(w, commit), Some((code, outcome)));
    assert_eq!(said(w, &served).map(|(code, _)| code), Some(code), "to name an item alone is no waiver");
    assert!(verdict(w, commit).broken.iter().all(|told| told.waivable));
    waive(w, "W-01", "RULE", "phase-end");
    assert_eq!(said(w, &served), Some((Code::CommitWaived, Outcome::Waived)));
    assert!(verdict(w, &served).broken.is_empty());
    assert_eq!(said(w, commit).map(|(code, _)| code), Some(code), "it serves nothing");
    let before = Commit { message: None, ..commit.clone() };
    assert_eq!(said(w, &before), Some((Code::CommitWaived, Outcome::Waived)), "nobody knows yet what it will serve");
    let outside = Commit { paths: vec!["src/a.rs", "src/c.rs"], ..served.clone() };
    assert_eq!(said(w, &outside).map(|(code, _)| code), Some(code), "W-01 may not change src/c.rs");
    w.item("W-01").waivers.clear();
    assert_eq!(said(w, &served).map(|(code, _)| code), Some(code), "without the waiver");
}

#[test]
fn touching_and_except() {
    let mut w = world("touching = \"code\"");
    assert_eq!(said(&w, &Commit { paths: vec!["docs/a.md"], ..commit() }), None, "N/A");
    refused(&mut w, &commit(), Code::CommitPath, Outcome::Unmet);
    let w = world("touching = \"code\", except = \"code\"");
    assert_eq!(said(&w, &commit()), None, "N/A");
    assert_eq!(said(&w, &Commit { paths: vec!["SRC/a.rs"], ..commit() }), Some((Code::CommitPath, Outcome::Unmet)));
}

#[test]
fn on() {
    let mut w = world("on = \"main\"");
    for going in [Going::To("topic"), Going::Nowhere, Going::Reaches("topic")] {
        assert_eq!(said(&w, &Commit { going, ..commit() }), None, "N/A");
    }
    for going in [Going::Unknown, Going::Reaches("main")] {
        assert_eq!(said(&w, &Commit { going, ..commit() }), Some((Code::CommitPath, Outcome::Unmet)));
    }
    refused(&mut w, &commit(), Code::CommitPath, Outcome::Unmet);
}

#[test]
fn deny() {
    let mut w = world("touching = \"code\", deny = \"drafter\"");
    assert_eq!(said(&w, &Commit { by: Some("omar"), ..commit() }), None, "MET");
    refused(&mut w, &commit(), Code::CommitRole, Outcome::Unmet);
    let mut w = world("touching = \"code\", deny = \"drafter\"");
    refused(&mut w, &Commit { by: None, ..commit() }, Code::CommitRole, Outcome::Unknown);
}

/// Who can sign instead: whoever holds another role, with a key that counts.
#[test]
fn who_is_named_for_a_denied_commit_may_make_it() {
    let mut w = world("touching = \"code\", deny = \"drafter\"");
    for key in w.state.actors.get_mut("kim").unwrap().keys.values_mut() {
        key.revoked = Some(1);
    }
    w.enroll("nina", ActorType::Human, None, &[]);
    let who = verdict(&w, &commit()).broken.remove(0).who;
    let told: Vec<(&str, String)> = who.iter().map(|one| (one.role.as_str(), one.actors.join(" "))).collect();
    assert_eq!(told, [("approver|lead|reviewer|robot", "ci lena omar raj rita".to_owned())]);
}

#[test]
fn adding() {
    let mut w = world("touching = \"code\", adding = ['new']");
    assert_eq!(said(&w, &Commit { lines: Some((vec!["fine"], vec!["new"])), ..commit() }), None, "MET");
    refused(&mut w, &commit(), Code::CommitLine, Outcome::Unmet);
    let mut w = world("touching = \"code\", adding = ['new']");
    refused(&mut w, &Commit { lines: None, ..commit() }, Code::CommitLine, Outcome::Unknown);
    // What is no text hides nothing, and what only went from one brings nothing.
    let mut w = world("touching = \"code\", adding = ['new']");
    let hidden = Commit { lines: Some((vec!["n\0e\0w\0"], vec![])), no_text: (true, false), ..commit() };
    refused(&mut w, &hidden, Code::CommitLine, Outcome::Unknown);
    let told = verdict(&w, &hidden).broken.remove(0);
    assert_eq!(told.found, "what src/a.rs adds cannot be read: it is no text, or not in UTF-8");
    assert_eq!(said(&w, &Commit { no_text: (true, true), ..commit() }), Some((Code::CommitLine, Outcome::Unmet)));
    assert_eq!(said(&w, &Commit { no_text: (false, true), ..hidden.clone() }), None, "MET");
    assert_eq!(said(&w, &Commit { lines: Some((vec![], vec!["new"])), ..hidden }), None, "MET");
}

#[test]
fn deleting() {
    let mut w = world("touching = \"code\", deleting = ['old']");
    assert_eq!(said(&w, &Commit { lines: Some((vec!["old"], vec![])), ..commit() }), None, "MET");
    refused(&mut w, &commit(), Code::CommitLine, Outcome::Unmet);
    let mut w = world("touching = \"code\", deleting = ['old']");
    refused(&mut w, &Commit { lines: None, ..commit() }, Code::CommitLine, Outcome::Unknown);
    let mut w = world("touching = \"code\", deleting = ['old']");
    let hidden = Commit { lines: Some((vec![], vec!["o\0l\0d\0"])), no_text: (false, true), ..commit() };
    refused(&mut w, &hidden, Code::CommitLine, Outcome::Unknown);
    assert_eq!(said(&w, &Commit { no_text: (true, false), ..hidden }), None, "MET");
}

#[test]
fn signed() {
    let mut w = world("signed = true");
    assert_eq!(said(&w, &commit()), None, "MET");
    refused(&mut w, &Commit { by: None, ..commit() }, Code::CommitSigned, Outcome::Unmet);
}

#[test]
fn with() {
    let mut w = world("touching = \"code\", with = \"docs/NEWS.md\"");
    assert_eq!(said(&w, &Commit { paths: vec!["src/a.rs", "docs/NEWS.md"], ..commit() }), None, "MET");
    refused(&mut w, &commit(), Code::CommitWith, Outcome::Unmet);
}

/// A register that gets a blank line says nothing of what came.
#[test]
fn with_a_line_that_says_something() {
    let w = world("touching = \"code\", with = \"docs/NEWS.md\"");
    let side = |text: &str| Some(Side { mode: 0o100_644, sha256: Some(Digest::of(text.as_bytes())) });
    let change = |path: &str, old| PathChange { path: path.as_bytes().to_vec(), old, new: side("new") };
    let said = |lines: Option<(Vec<&'static str>, Vec<&'static str>)>, old| {
        let changes = [change("src/a.rs", side("old")), change("docs/NEWS.md", old)];
        let (lines, by) = (Commit { lines, ..commit() }, actor("dora"));
        let (message, going) = (Some(&b"Change it"[..]), Going::To("main"));
        let commit =
            CommitChange { changes: &changes, lines: &lines, committer: Some(&by), message, going, made: true };
        check_commit(&w.view(), &commit).broken.first().map(|told| told.found.clone())
    };
    let blank = said(Some((vec!["", " \t"], vec![])), side("old"));
    assert_eq!(blank.as_deref(), Some("the commit changes src/a.rs and no line of docs/NEWS.md that says something"));
    assert_eq!(said(Some((vec!["serde 1"], vec![])), side("old")), None);
    assert_eq!(said(Some((vec![], vec!["serde 1"])), side("old")), None, "what goes is taken out, where nothing comes");
    let spaced = said(Some((vec!["serde  1 ", "toml 2"], vec!["toml\t2", "serde 1"])), side("old"));
    assert!(spaced.is_some(), "what is spaced or placed otherwise says nothing new");
    assert_eq!(said(Some((vec!["serde 2"], vec!["serde 1"])), side("old")), None);
    assert_eq!(said(None, side("old")), None, "what cannot be known is not held against it");
    assert_eq!(said(Some((vec![], vec![])), None), None, "a file that is new");
}

/// A waiver of `serves` lets work be done for an item that the filter leaves out, and no further than its scope.
#[test]
fn serves() {
    let mut w = world("touching = \"code\", serves = \"work that is done\"");
    w.item("W-01").status = word("done");
    assert_eq!(said(&w, &serving()), None, "MET");
    assert_eq!(said(&w, &commit()), Some((Code::CommitServes, Outcome::Unmet)));
    assert_eq!(said(&w, &Commit { message: None, ..commit() }), None, "there is no message yet");
    let outside = Commit { paths: vec!["src/c.rs"], ..serving() };
    assert_eq!(said(&w, &outside), Some((Code::CommitScope, Outcome::Unmet)));
    w.item("W-01").status = word("open");
    assert_eq!(said(&w, &serving()), Some((Code::CommitServes, Outcome::Unmet)));
    waive(&mut w, "W-01", "RULE", "phase-end");
    assert_eq!(said(&w, &serving()), Some((Code::CommitWaived, Outcome::Waived)));
    assert!(said(&w, &outside).is_some_and(|(code, _)| code != Code::CommitWaived));
    assert_eq!(said(&w, &commit()), Some((Code::CommitServes, Outcome::Unmet)));
}

/// What is offered is what helps: the trailer of an item that fits, or of one for which the rule is waived.
#[test]
fn a_refused_commit_is_told_the_trailer_that_lets_it_pass() {
    let next = |w: &World, commit: &Commit| verdict(w, commit).broken.remove(0).next;
    let amend = "git commit --amend --no-edit --trailer 'Work: W-01'";
    let mut w = world("touching = \"code\", serves = \"work that is open\"");
    assert_eq!(next(&w, &commit()), [amend, "ledger why commits.RULE"]);
    w.item("W-01").status = word("done");
    assert!(!next(&w, &commit()).iter().any(|next| next.contains("--trailer")), "none fits");
    let mut w = world("touching = \"code\"");
    assert!(!next(&w, &commit()).iter().any(|next| next.contains("--trailer")), "nothing is waived");
    waive(&mut w, "W-01", "RULE", "phase-end");
    assert!(next(&w, &commit()).iter().any(|next| next == amend));
}

#[test]
fn an_item_of_which_the_filter_cannot_be_known_is_not_served() {
    let mut w = world("touching = \"code\", serves = \"work that has size >= 2\"");
    let found = |w: &World| verdict(w, &serving()).broken.iter().map(|told| told.found.clone()).collect::<Vec<_>>();
    assert_eq!(found(&w), ["whether W-01 is a work that has size >= 2 cannot be known"]);
    w.field("W-01", "size", Value::Int(1));
    assert_eq!(found(&w), ["the commit names W-01, which is open and no work that has size >= 2"]);
    w.field("W-01", "size", Value::Int(2));
    assert_eq!(found(&w), [""; 0]);
}

#[test]
fn needs() {
    let mut w = world("on = \"main\", needs = \"every topic that is open, if any, has check\"");
    assert_eq!(said(&w, &commit()), None, "N/A");
    w.declare("T-a", "topic", "open");
    refused(&mut w, &commit(), Code::GuardUnmet, Outcome::Unmet);
    w.attest("T-a", "check", "raj", "pass");
    assert_eq!(said(&w, &commit()), None, "MET");
    waive(&mut w, "W-01", "RULE", "phase-end");
    assert_eq!(said(&w, &serving()), None, "what holds needs no waiver");
    w.item("W-01").waivers.clear();
    w.attest("T-a", "check", "rita", "fail");
    assert_eq!(said(&w, &commit()).map(|(_, outcome)| outcome), Some(Outcome::Unknown));
}

/// A waiver that is over, revoked, disputed or of an item with a successor lets nobody off.
#[test]
fn a_waiver_that_does_not_count_lets_nobody_off() {
    let rule = "touching = \"code\"";
    let waived = |w: &World| said(w, &serving()) == Some((Code::CommitWaived, Outcome::Waived));
    let mut w = world(rule);
    let event = waive(&mut w, "W-01", "RULE", "phase-end").event.clone();
    assert!(waived(&w));
    w.state.disputed.insert(event);
    assert!(!waived(&w), "disputed");
    let mut w = world(rule);
    let yesterday = w.state.tip.at.date().to_string();
    waive(&mut w, "W-01", "RULE", &yesterday);
    assert!(!waived(&w), "over");
    let mut w = world(rule);
    waive(&mut w, "W-01", "RULE", "phase-end");
    w.state.successors.insert(item("W-01"), item("W-02"));
    assert!(!waived(&w), "superseded");
    let mut w = world(rule);
    waive(&mut w, "W-01", "RULE", "phase-end");
    w.recharter("RULE = { touching = \"code\" }", "RULE = { touching = \"code\", on = \"main\" }");
    assert!(!waived(&w), "the rule means something else");
    let mut w = world(rule);
    waive(&mut w, "W-01", "RULE", "phase-end");
    let told = verdict(&w, &serving()).waived.remove(0);
    assert_eq!(told.item, Some(w.item("W-01").waivers[0].noun(&item("W-01")).to_string()));
    assert!(told.found.starts_with("for W-01 waived by lena and kim until phase-end: "), "{}", told.found);
}

#[test]
fn the_rules_that_speak_of_a_file_are_those_that_touch_it_or_every_one_and_do_not_except_it() {
    let rules = |w: &World, path: &str| rules_of(&w.view(), path).iter().map(|(name, _)| name.to_string()).collect();
    let speaks = |rule: &str, path: &str| -> Vec<String> { rules(&world(rule), path) };
    assert_eq!(speaks("touching = \"code\"", "src/a.rs"), ["RULE"]);
    assert_eq!(speaks("touching = \"code\"", "docs/a.md"), [""; 0]);
    assert_eq!(speaks("touching = \"code\", except = \"code\"", "src/a.rs"), [""; 0]);
    assert_eq!(speaks("on = \"main\"", "src/a.rs"), ["RULE"], "it speaks of every file");
}

/// Returns what a commit can only serve: the trailer, and the item.
fn only_served(w: &World, commit: &Commit) -> Option<String> {
    let new = Some(Side { mode: 0o100_644, sha256: Some(Digest::of(b"new")) });
    let change = |path: &&str| PathChange { path: path.as_bytes().to_vec(), old: None, new };
    let changes: Vec<PathChange> = commit.paths.iter().map(change).collect();
    let (message, going) = (commit.message.map(str::as_bytes), commit.going);
    let commit = CommitChange { changes: &changes, lines: commit, committer: None, message, going, made: true };
    served(&w.view(), &commit).map(|(trailer, id)| format!("{trailer}: {id}"))
}

#[test]
fn a_trailer_is_offered_where_one_item_alone_can_be_served() {
    let rule = "touching = \"code\", serves = \"work that is open\"";
    let mut w = world(rule);
    let silent = Commit { message: None, ..commit() };
    assert_eq!(only_served(&w, &silent).as_deref(), Some("Work: W-01"));
    assert_eq!(only_served(&w, &commit()).as_deref(), Some("Work: W-01"));
    assert_eq!(only_served(&w, &serving()), None, "the message names one");
    assert_eq!(only_served(&w, &Commit { paths: vec!["src/c.rs"], ..silent.clone() }), None, "no work may change it");
    assert_eq!(only_served(&w, &Commit { paths: vec!["docs/a.md"], ..silent.clone() }), None, "no rule asks");
    w.declare("W-02", "work", "open");
    w.field("W-02", "files", Value::list(["src/a.rs"]));
    assert_eq!(only_served(&w, &silent), None, "two would do");
    w.item("W-02").status = word("done");
    assert_eq!(only_served(&w, &silent).as_deref(), Some("Work: W-01"), "one of them is done");
    assert_eq!(only_served(&world("touching = \"code\""), &silent), None, "no rule asks for an item");
}

#[test]
fn the_waivers_of_a_path_are_those_of_the_items_that_may_change_it() {
    let mut w = world("touching = \"code\"");
    w.declare("W-02", "work", "open");
    w.field("W-02", "files", Value::list(["src/c.rs"]));
    let whose = |w: &World, path: &str| -> Vec<String> {
        waivers_of(&w.view(), &word("RULE"), path).iter().map(|(id, _)| id.to_string()).collect()
    };
    assert_eq!(whose(&w, "src/a.rs"), [""; 0]);
    waive(&mut w, "W-01", "RULE", "phase-end");
    waive(&mut w, "W-02", "RULE", "phase-end");
    assert_eq!(whose(&w, "src/a.rs"), ["W-01"]);
    assert_eq!(whose(&w, "src/c.rs"), ["W-02"]);
    assert_eq!(whose(&w, "src/d.rs"), [""; 0]);
}
