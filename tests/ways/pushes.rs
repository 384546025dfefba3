//! Pushes: whatever ref brings a commit, the commit is judged.

use super::{Place, Way, go, way};
use govledger::domain::value::Value;

/// A way whose last step is the push of a commit that went round the hooks.
const fn push(what: &'static str, before: &'static str, act: &'static str) -> Way {
    way(what, before, act, "pre-push", "pre-push", 1)
}

pub(crate) const WAYS: [Way; 8] = [
    push("`git push` of a branch", "remote; stage $F; round commit -q -m m", "git push -q origin main"),
    push(
        "`git checkout -b`, then a push of the new branch",
        "remote; git checkout -q -b new; stage $F; round commit -q -m m",
        "git push -q -u origin new",
    ),
    push(
        "a push of a commit by its id, from a detached `HEAD`",
        "remote; git checkout -q --detach; stage $F; round commit -q -m m",
        "git push -q origin HEAD:refs/heads/elsewhere",
    ),
    push("a push of a lightweight tag", "remote; stage $F; round commit -q -m m; git tag t", "git push -q origin t"),
    push(
        "a push of an annotated tag, `--follow-tags`, `--all`, `--mirror`",
        "remote; stage $F; round commit -q -m m; git tag -a -m t t; git tag -a -m tt tt t",
        "git push -q --mirror origin",
    ),
    push(
        "a push to an address instead of a name",
        "remote; stage $F; round commit -q -m m",
        "git push -q $BESIDE/remote.git main",
    ),
    push(
        "a push of a history that never knew the ledger",
        "remote; git checkout -q --orphan other; git rm -r -q -f .; stage $F; round commit -q -m m",
        "git push -q origin other",
    ),
    push(
        "a forced push over an amended commit",
        "remote; onward; round push -q origin main; stage $F; round commit -q --amend --no-edit",
        "git push -q --force origin main",
    ),
];

/// M0-006.
#[test]
fn every_ref_that_is_pushed_is_judged_commit_by_commit() {
    go(&WAYS);
}

/// What git makes for itself holds no change of a governed file.
#[test]
fn notes_deletions_and_what_a_remote_has_are_let_through() {
    let place = Place::new();
    place.do_("remote; git notes add -m 'a note'; git push -q origin 'refs/notes/*'");
    place.do_("git push -q origin main:kept; git push -q origin :kept");
    // A commit that some remote has may have been right when it was pushed: it is not judged again, for another remote either.
    place.do_("stage src/new.rs; round commit -q -m round; round push -q origin main");
    place.do_("git init -q --bare $BESIDE/second.git; git push -q $BESIDE/second.git main");
    // A stash is a commit like any other, if somebody pushes it.
    place.do_("put src/old.rs; git stash -q");
    place.script("git push -q origin refs/stash:refs/heads/stash").exits(1).says("src/old.rs  blocked");
    // `--dry-run` and `--no-verify` are git's own: the one runs the hook, the other does not.
    place.do_("git stash drop -q; stage src/more.rs; round commit -q -m more");
    place.script("git push -q --dry-run origin main").exits(1).says("src/more.rs  blocked");
    place.do_("git push -q --no-verify origin main");
    place.script("ledger check --range HEAD~1..HEAD").env("PATH", path()).exits(1).says("src/more.rs  blocked");
}

/// What was there before the ledger is not judged, whichever branch or tag of this clone held it.
#[test]
fn what_was_tagged_before_the_ledger_began_is_baseline() {
    let story = super::Story::new();
    story.person("lena");
    story.commit_file("lena", "README.md", "A repository.\n");
    story
        .shell("git checkout -q -b release; mkdir src; echo 1 > src/one; git add -A; git commit -q -m one; git tag v1")
        .ok();
    story.shell("echo 2 > src/one; git commit -q -a -m two; git tag -a -m v2 v2; git tag tree v2^{tree}").ok();
    story.shell("git checkout -q main; git branch -q -D release").ok();
    let charter = story.write_beside("charter.toml", include_str!("charter.toml"));
    let key = story.key("lena").display().to_string();
    let init = ["init", "--charter", charter.to_str().unwrap(), "--actor", "lena", "--key", &key];
    story.ledger(init).ok();
    let founded = story.newest();
    let baseline = founded.get("body").and_then(|body| body.get("baseline"));
    // v1 lies before v2 and need not be named.
    assert_eq!(baseline.and_then(Value::as_list).map(<[Value]>::len), Some(2), "{baseline:?}");
    story.ledger("declare DOC-1 --kind document").ok();
    story.ledger("block DOC-1 HOLD --reason 'nothing is designed'").ok();
    story.ledger("hooks install").ok();
    let bare = story.beside.path().join("remote.git").display().to_string();
    story.git(["init", "-q", "--bare", &bare]).ok();
    story.git(["push", "-q", &bare, "v1", "v2", "tree"]).ok();
    // What comes after is judged, on top of a tag too.
    story.shell("git checkout -q v2; git -c core.hooksPath=/dev/null commit -q --allow-empty -m empty").ok();
    story.shell("echo 3 > src/one; git -c core.hooksPath=/dev/null commit -q -a -m three; git tag v3").ok();
    story.git(["push", "-q", &bare, "v3"]).exits(1).says(" three\n").says("src/one  blocked");
}

fn path() -> String {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
    format!("{}:{}", program.display(), std::env::var("PATH").unwrap())
}

/// In a bare clone, as on a server or in CI, ranges and trees are judged as in any other.
#[test]
fn a_bare_clone_judges_ranges_and_trees() {
    let place = Place::new();
    place.do_("stage src/new.rs; round commit -q -m round; put docs/two.md other; round commit -q -a -m drift");
    place.do_("git clone -q --bare . $BESIDE/bare");
    let bare = place.beside.path().join("bare");
    let missing = place.ledger("check --range HEAD~2..HEAD").in_(&bare).exits(3);
    missing.says("the file .ledger in HEAD names the ledger").says("trust.ledger-missing");
    let next = missing.next().remove(0);
    place.shell(&next).in_(&bare).ok();
    let range = place.ledger("check --range HEAD~2..HEAD").json().in_(&bare).exits(1);
    assert_eq!(
        (range.text("refused.0.code"), range.text("refused.0.path")),
        ("block.path".into(), "src/new.rs".into())
    );
    assert_eq!(
        (range.text("refused.1.code"), range.text("refused.1.path")),
        ("seal.path".into(), "docs/two.md".into())
    );
    assert_eq!(range.get("commits"), Value::Int(2));
    place.ledger("check --range HEAD~3..HEAD~2").in_(&bare).ok();
    place.ledger("check --tree HEAD").in_(&bare).exits(1).says("docs/two.md");
    place.ledger("check --tree HEAD~1").in_(&bare).ok();
}

/// A shallow clone has what it has: commits whose parents are here are judged, and what is cut off is named with the way out.
#[test]
fn a_shallow_clone_judges_what_it_holds_and_says_what_it_lacks() {
    let place = Place::new();
    place.do_("onward; git clone -q --depth 2 file://$PWD $BESIDE/shallow");
    let shallow = place.beside.path().join("shallow");
    place.ledger("hooks install").in_(&shallow).ok();
    let lacks = place.script("stage notes/new.md; git commit -q -m m").in_(&shallow).exits(1);
    lacks.says("trust.ledger-missing").says("ledger sync");
    place.shell(&lacks.next()[0]).in_(&shallow).ok();
    place.script("git commit -q -m m; git push -q origin HEAD:refs/heads/new").in_(&shallow).ok();
    place.ledger("check --range HEAD~2..HEAD").in_(&shallow).ok().says("2 commits");
    place.ledger("check --tree HEAD").in_(&shallow).ok();
    place.script("stage src/new.rs; git commit -q -m m").in_(&shallow).exits(1).says("src/new.rs  blocked");
    place.script("round commit -q -m round").in_(&shallow).ok();
    place.script("git push -q origin HEAD:refs/heads/new").in_(&shallow).exits(1).says("src/new.rs  blocked");
    // Beyond the cut nothing is guessed.
    let cut = place.ledger("check --range HEAD~9..HEAD").in_(&shallow).exits(2);
    cut.says("git knows no such revision in this shallow clone").says("HEAD~9..HEAD");
    assert_eq!(cut.next(), ["git fetch --unshallow"]);
    place.ledger("check --range HEAD").in_(&shallow).exits(3).says("git fetch --unshallow").says("trust.history");
    place.shell("git fetch -q --unshallow").in_(&shallow).ok();
    place.ledger("check --range HEAD~3..HEAD").in_(&shallow).exits(1).says("src/new.rs  blocked");
    // A ledger that is cut short is no ledger.
    place.do_("git clone -q --depth 1 file://$PWD $BESIDE/short; git -C $BESIDE/short fetch -q --depth 1 origin refs/ledger/main:refs/ledger/main");
    let short = place.beside.path().join("short");
    place.ledger("check --staged").in_(&short).exits(3).says("git fetch --unshallow").says("trust.history");
}

#[test]
fn a_partial_clone_is_refused_with_clear_words() {
    let place = Place::new();
    place.do_("git config uploadpack.allowFilter true; git clone -q --filter=blob:none file://$PWD $BESIDE/partial");
    let partial = place.beside.path().join("partial");
    place
        .ledger("hooks install")
        .in_(&partial)
        .exits(5)
        .says("partial clone")
        .says("a full clone, made without --filter");
    place.do_("cp -a .git/hooks $BESIDE/partial/.git/");
    let refused = place.script("stage notes/new.md; git commit -q -m m").in_(&partial).exits(1);
    refused.says("partial clone").says("store.unsupported");
    assert_eq!(place.script("git status --porcelain").in_(&partial).ok().stdout, "A  notes/new.md\n");
}
