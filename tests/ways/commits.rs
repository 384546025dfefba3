//! A commit from the index, however the index came about.

use super::{COMMIT, Place, Way, go, way};

/// A way that ends in a plain commit.
const fn plain(what: &'static str, before: &'static str, act: &'static str) -> Way {
    way(what, before, act, COMMIT, "pre-commit", 1)
}

pub(crate) const WAYS: [Way; 19] = [
    plain("`git commit`", "stage $F", "git commit -q -m m"),
    plain("`git commit -a`", "put $OLD", "git commit -q -a -m m"),
    // Something else is staged, and stays so.
    plain(
        "`git commit PATH`, `--only`",
        "stage $F; stage docs/one.md; put docs/one.md later",
        "git commit -q -m m --only $F",
    ),
    plain("`git commit --include PATH`", "stage $F; put docs/one.md", "git commit -q -m m --include docs/one.md"),
    plain(
        "`git commit -F`, from a subdirectory",
        "stage $F; put $BESIDE/message",
        "cd $(dirname $F); git commit -q -F $BESIDE/message",
    ),
    plain("`git commit --amend`, with content", "stage $F", "git commit -q --amend --no-edit"),
    plain("`git commit --fixup`", "stage $F", "git commit -q --fixup HEAD"),
    // `--no-verify` leaves out pre-commit and commit-msg, and nothing else.
    way(
        "`git commit --no-verify`",
        "stage $F",
        "git commit -q --no-verify -m m",
        "prepare-commit-msg",
        "prepare-commit-msg",
        1,
    ),
    plain(
        "`GIT_INDEX_FILE=other git commit`",
        "put $F; cp .git/index .git/other",
        "export GIT_INDEX_FILE=.git/other; git add $F; git commit -q -m m",
    ),
    plain(
        "`GIT_DIR` and `GIT_WORK_TREE` from elsewhere",
        "stage $F",
        "export GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD; cd $BESIDE; git commit -q -m m",
    ),
    plain(
        "`GIT_DIR` and `GIT_WORK_TREE`, relative",
        "stage $F; ln -s $PWD $BESIDE/here",
        "cd $BESIDE; GIT_DIR=here/.git GIT_WORK_TREE=here git commit -q -m m",
    ),
    plain(
        "`core.worktree` elsewhere",
        "mkdir $BESIDE/tree; git config core.worktree $BESIDE/tree; git checkout -q -f main",
        "export GIT_DIR=$PWD/.git; cd $BESIDE/tree; stage $F; git commit -q -m m",
    ),
    plain("`git -C`, from anywhere", "stage $F", "here=$PWD; cd /; git -C $here commit -q -m m"),
    plain("a commit on a detached `HEAD`", "git checkout -q --detach; stage $F", "git commit -q -m m"),
    plain(
        "the first commit of an orphan branch",
        "git checkout -q --orphan other; git rm -q -r --cached .; stage $F",
        "git commit -q -m m",
    ),
    plain("`git apply --index`, then a commit", "topic", "git diff main topic | git apply --index; git commit -q -m m"),
    plain("`git stash pop`, then a commit", "stage $F; git stash -q", "git stash pop -q --index; git commit -q -m m"),
    plain(
        "`git replace` of `HEAD` by a commit that has the file already",
        "stage $F; git replace HEAD $(git commit-tree -p HEAD~1 -m other $(git write-tree))",
        "git commit -q --allow-empty -m m",
    ),
    plain(
        "`GIT_OBJECT_DIRECTORY` elsewhere",
        "put $F; mkdir $BESIDE/objects; echo $BESIDE/objects > .git/objects/info/alternates",
        "export GIT_OBJECT_DIRECTORY=$BESIDE/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects; git add $F; git commit -q -m m",
    ),
];

/// M0-005, M0-006: whatever builds the index, the hook judges what would be committed.
#[test]
fn a_commit_is_judged_by_the_index_that_git_will_commit() {
    go(&WAYS[..9]);
}

#[test]
fn a_commit_is_judged_from_wherever_it_is_made() {
    go(&WAYS[9..]);
}

/// Something that is staged and not committed now stands in nobody's way.
#[test]
fn what_a_partial_commit_leaves_out_is_not_judged() {
    let place = Place::new();
    place.do_("stage src/new.rs; stage notes/new.md; git commit -q -m m notes/new.md");
    assert_eq!(place.do_("git status --porcelain").stdout, "A  src/new.rs\n");
    place.do_("git commit -q --allow-empty --only -m empty");
    place.script("git commit -q -m m").exits(1).says("src/new.rs  blocked");
    // A file that is only announced is in no commit; `-a` takes it.
    let place = Place::new();
    place.do_("put src/new.rs; git add -N src/new.rs; stage notes/new.md; git commit -q -m m");
    place.script("git commit -q -a -m m").exits(1).says("src/new.rs  blocked");
}

/// An amended commit is judged by what it changes about `HEAD`, because git tells no hook that it amends; what the whole commit
/// changes is judged at the push.
#[test]
fn an_amended_message_is_no_change_and_the_push_judges_the_whole_commit() {
    let place = Place::new();
    place.do_("remote; stage src/new.rs; round commit -q -m round; git commit -q --amend -m other");
    place.script("git push -q origin main").exits(1).says(" other\n").says("src/new.rs  blocked");
    // Taking it out again is a change under src/; a step back is not.
    place.script("git rm -q src/new.rs; git commit -q --amend --no-edit --allow-empty").exits(1);
    place.do_("git reset -q --hard HEAD~1; stage notes/new.md; git commit -q -m m; git push -q origin main");
}
