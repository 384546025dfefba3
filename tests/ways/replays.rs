//! Commits that git makes of other commits: merges, rebases, picks, reverts, mail.

use super::{COMMIT, Place, Way, go, way};

const MERGE: &str = "pre-merge-commit, prepare-commit-msg, commit-msg";
const PREPARE: &str = "prepare-commit-msg";
const MAIL: &str = "pre-applypatch";

pub(crate) const WAYS: [Way; 27] = [
    // A merge answers for what it brings itself; what the other branch brought is judged commit by commit at the push.
    way(
        "`git merge --no-commit`, then something more",
        "git checkout -q -b topic; onward; git checkout -q main",
        "git merge -q --no-ff --no-commit topic; stage $F; git commit -q -m merged",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git merge` with a conflict, then `--continue`",
        "git checkout -q -b topic; put notes/old.md theirs; round commit -q -a -m theirs; git checkout -q main; \
         put notes/old.md ours; round commit -q -a -m ours",
        "git merge -q topic || true; stage $F; git add -A; git merge --continue",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "an octopus merge, `--no-commit`",
        "for name in one two; do git checkout -q -b $name main; put notes/$name; git add -A; round commit -q -m $name; done; \
         git checkout -q main",
        "git merge -q --no-commit one two; stage $F; git commit -q -m octopus",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git merge` of a branch whose work it undoes (`-s ours`)",
        "git checkout -q -b topic; put $OLD; round commit -q -a -m topic; git checkout -q main; onward",
        "git merge -q -s ours --no-edit topic",
        MERGE,
        "pre-merge-commit",
        1,
    ),
    way(
        "`git merge --squash`, then a commit",
        "topic",
        "git merge -q --squash topic; git commit -q -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
    way("`git rebase`", "topic; onward; git checkout -q topic", "git rebase -q main", PREPARE, PREPARE, 1),
    way("`git rebase --apply`", "topic; onward; git checkout -q topic", "git rebase -q --apply main", MAIL, MAIL, 1),
    way(
        "`git rebase --onto`",
        "topic; onward; git checkout -q topic",
        "git rebase -q --onto main main~1 topic",
        PREPARE,
        PREPARE,
        1,
    ),
    way(
        "`git rebase -i` with `reword`",
        "topic; onward; git checkout -q topic",
        "GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' git rebase -q -i main",
        COMMIT,
        PREPARE,
        1,
    ),
    way(
        "`git rebase -i` with `exec git commit`",
        "onward",
        "GIT_SEQUENCE_EDITOR=\"f() { echo \\\"exec mkdir -p src; echo new > $F; git add $F; git commit -q -m m\\\" >> \\$1; }; f\" \
         git rebase -q -i HEAD~1",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git rebase --autosquash`",
        "onward; stage $F; round commit -q --fixup HEAD",
        "GIT_SEQUENCE_EDITOR=true git rebase -q -i --autosquash HEAD~2",
        PREPARE,
        PREPARE,
        1,
    ),
    way("`git cherry-pick`", "topic; onward", "git cherry-pick topic", PREPARE, PREPARE, 128),
    way(
        "`git cherry-pick -n`, then a commit",
        "topic; onward",
        "git cherry-pick -n topic; git commit -q -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git revert`",
        "stage $F; round commit -q -m first; onward",
        "git revert --no-edit HEAD~1",
        PREPARE,
        PREPARE,
        128,
    ),
    way(
        "`git revert` of a revert",
        "stage $F; round commit -q -m first; round revert --no-edit HEAD",
        "git revert --no-edit HEAD",
        PREPARE,
        PREPARE,
        128,
    ),
    way(
        "`git am`",
        "topic; onward; git format-patch -q -1 -o $BESIDE topic",
        "git am -q $BESIDE/0001-*",
        MAIL,
        MAIL,
        1,
    ),
    way(
        "`git am -3`",
        "topic; onward; git format-patch -q -1 -o $BESIDE topic",
        "git am -q -3 $BESIDE/0001-*",
        MAIL,
        MAIL,
        1,
    ),
    way(
        "`git stash branch`, then a commit",
        "stage $F; git stash -q",
        "git stash branch kept; git commit -q -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git rebase --continue` with something more",
        "git checkout -q -b topic; put notes/old.md theirs; round commit -q -a -m theirs; git format-patch -q -1 -o $BESIDE; \
         git checkout -q main; put notes/old.md ours; round commit -q -a -m ours",
        "git rebase -q main topic || true; stage $F; git add -A; git rebase --continue",
        PREPARE,
        PREPARE,
        1,
    ),
    way(
        "`git cherry-pick --continue` with something more",
        "git checkout -q -b topic; put notes/old.md theirs; round commit -q -a -m theirs; git format-patch -q -1 -o $BESIDE; \
         git checkout -q main; put notes/old.md ours; round commit -q -a -m ours",
        "git cherry-pick topic || true; stage $F; git add -A; git cherry-pick --continue",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git am --continue` with something more",
        "git checkout -q -b topic; put notes/old.md theirs; round commit -q -a -m theirs; git format-patch -q -1 -o $BESIDE; \
         git checkout -q main; put notes/old.md ours; round commit -q -a -m ours",
        "git am -q $BESIDE/0001-* || true; stage $F; git am -q --continue",
        MAIL,
        MAIL,
        1,
    ),
    // Git runs no hook of a commit; whoever pushes hears it.
    way(
        "a fast-forward `git merge`, then a push",
        "remote; topic",
        "git merge -q --ff-only topic; git push -q origin main",
        "pre-push",
        "pre-push",
        1,
    ),
    way(
        "a clean `git merge` of a branch that went round the hooks, then a push",
        "remote; topic; onward; git merge -q --no-edit topic",
        "git push -q origin main",
        "pre-push",
        "pre-push",
        1,
    ),
    way(
        "a fast-forward `git rebase` or `git cherry-pick --ff`, then a push",
        "remote; topic",
        "git cherry-pick --ff topic; git rebase -q main~1; git push -q origin main",
        "pre-push",
        "pre-push",
        1,
    ),
    way(
        "`git am --no-verify`, then a push",
        "remote; topic; git format-patch -q -1 -o $BESIDE topic; git am -q --no-verify $BESIDE/0001-*",
        "git push -q origin main",
        "pre-push",
        "pre-push",
        1,
    ),
    way(
        "`git filter-branch`, then a push",
        "remote; onward; round push -q origin main; export FILTER_BRANCH_SQUELCH_WARNING=1; \
         git filter-branch -f --tree-filter \"echo more >> $OLD\" HEAD~1..HEAD > /dev/null",
        "git push -q -f origin main",
        "pre-push",
        "pre-push",
        1,
    ),
    way(
        "`git commit-tree`, `git fast-import` and other plumbing, then a push",
        "remote; stage $F; git update-ref HEAD $(git commit-tree -p HEAD -m plumbing $(git write-tree)); \
         printf 'commit refs/heads/imported\\ncommitter l <l@example.org> 1768035600 +0000\\ndata 1\\nx\\nfrom refs/heads/main^0\\nM 100644 inline notes/i\\ndata 2\\nx\\n\\n' \
         | git fast-import --quiet",
        "git push -q origin imported",
        "pre-push",
        "pre-push",
        1,
    ),
];

#[test]
fn a_merge_is_judged_by_what_it_brings_itself() {
    go(&WAYS[..5]);
}

#[test]
fn each_commit_that_a_rebase_makes_is_judged() {
    go(&WAYS[5..11]);
}

#[test]
fn a_picked_a_reverted_and_a_mailed_commit_is_judged() {
    go(&WAYS[11..21]);
}

/// M0-006: what no hook of a commit sees is refused at the push.
#[test]
fn commits_that_ran_no_hook_are_judged_at_the_push() {
    go(&WAYS[21..]);
}

/// After a refusal git stands where it stopped, and its own words lead out.
#[test]
fn a_refused_sequence_can_be_broken_off() {
    for (act, out) in [
        ("git rebase -q main topic", "git rebase --abort"),
        ("git cherry-pick topic", "git cherry-pick --abort"),
        ("git format-patch -q -1 --stdout topic | git am -q", "git am --abort"),
        ("git merge -q --no-ff --no-commit topic; stage src/more.rs; git commit -q -m m", "git merge --abort"),
    ] {
        let place = Place::new();
        place.do_("F=src/new.rs; topic; onward");
        let (head, before) = (place.head(), place.commits());
        assert_ne!(place.script(act).run().code, 0, "{act}");
        place.do_(&format!("{out}; git checkout -q main"));
        assert_eq!((place.head(), place.commits()), (head, before), "{act}");
        assert_eq!(place.do_("git status --porcelain --untracked-files=no").stdout, "", "{act}");
    }
}

/// A merge conflict in the file that names the ledger is no way to another one.
#[test]
fn a_conflict_in_the_file_that_names_the_ledger_is_refused() {
    let place = Place::new();
    place.do_("git checkout -q -b topic; put .ledger other; round commit -q -a -m topic; git checkout -q main; onward");
    let merged = place.script("git merge -q --no-edit topic").run();
    assert_ne!(merged.code, 0, "{merged}");
    merged.says(".ledger");
    assert_eq!(place.do_("git log -1 --format=%s").stdout, "onward\n");
}
