//! Where a commit is made: linked work trees and submodules.

use super::{COMMIT, Place, Way, go, way};

/// A submodule at `$SUB`, committed. Its own file `src/s.rs` is under no rule of the repository around it.
const SUBMODULE: &str = "
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=protocol.file.allow GIT_CONFIG_VALUE_0=always
git init -q -b main $BESIDE/inner
(cd $BESIDE/inner; stage src/s.rs; round commit -q -m inner)
";

pub(crate) const WAYS: [Way; 3] = [
    way(
        "a commit in a linked work tree (`git worktree add`)",
        "git worktree add -q $BESIDE/linked -b linked; cd $BESIDE/linked; stage $F",
        "cd $BESIDE/linked; git commit -q -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "`git submodule add`, then a commit",
        "git init -q -b main $BESIDE/inner; (cd $BESIDE/inner; stage src/s.rs; round commit -q -m inner); \
         git -c protocol.file.allow=always submodule --quiet add $BESIDE/inner $F",
        "git commit -q -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
    way(
        "a commit that moves a submodule on",
        "git init -q -b main $BESIDE/inner; (cd $BESIDE/inner; stage src/s.rs; round commit -q -m inner); \
         git -c protocol.file.allow=always submodule --quiet add $BESIDE/inner $F; round commit -q -m added; \
         (cd $F; put src/s.rs other; round commit -q -a -m inside)",
        "git commit -q -a -m m",
        COMMIT,
        "pre-commit",
        1,
    ),
];

/// M0-005.
#[test]
fn links_to_other_repositories_are_judged_where_they_stand() {
    go(&WAYS);
}

/// Each work tree has an index and a branch of its own, and all share hooks and ledger.
#[test]
fn a_linked_work_tree_is_judged_by_its_own_index() {
    let place = Place::new();
    place.do_("git worktree add -q $BESIDE/linked -b linked; stage src/new.rs");
    let linked = place.beside.path().join("linked");
    place.script("stage notes/new.md; git commit -q -m m").in_(&linked).ok();
    place.script("git commit -q -m m").exits(1).says("src/new.rs  blocked");
    let status = place.ledger("hooks status").in_(&linked).ok();
    assert_eq!(status.stdout.matches("  installed").count(), 6, "{status}");
    place.ledger("check --staged").in_(&linked).ok();
    // A work tree that was added on a detached `HEAD`, without the file that names the ledger.
    place.do_("git worktree add -q --detach $BESIDE/detached HEAD~1");
    let detached = place.beside.path().join("detached");
    place.script("stage src/new.rs; git commit -q -m m").in_(&detached).exits(1).says("src/new.rs  blocked");
}

/// Some keep no repository but a bare one, and work in work trees beside it.
#[test]
fn a_work_tree_of_a_bare_repository_is_held() {
    let place = Place::new();
    place.do_("git clone -q --bare . $BESIDE/bare; git -C $BESIDE/bare fetch -q origin 'refs/ledger*:refs/ledger*'");
    place.do_("git -C $BESIDE/bare worktree add -q $BESIDE/linked main");
    let (bare, linked) = (place.beside.path().join("bare"), place.beside.path().join("linked"));
    place.ledger("hooks install").in_(&linked).ok();
    place.script("stage src/new.rs; git commit -q -m m").in_(&linked).exits(1).says("src/new.rs  blocked");
    place.script("git rm -q -f src/new.rs; stage notes/new.md; git commit -q -m m").in_(&linked).ok();
    place.ledger("check --range main~1..main").in_(&bare).ok().says("1 changed file in 1 commit");
    let status = place.ledger("hooks status").in_(&bare).ok();
    status.says("pre-push               installed").says("pre-receive            absent");
}

/// What happens inside of a submodule is that repository's own affair: it names no ledger, and the hooks of the repository
/// around it are not its hooks.
#[test]
fn inside_of_a_submodule_its_own_ledger_counts() {
    let place = Place::new();
    place.do_(&format!("{SUBMODULE} git submodule --quiet add $BESIDE/inner notes/sub; git commit -q -m added"));
    let inner = place.repo.path().join("notes/sub");
    place.script("put src/s.rs one; git commit -q -a -m one").in_(&inner).ok();
    // With our hooks in it, too: `.ledger` of the repository around it names nothing here.
    place.ledger("hooks install").in_(&inner).ok();
    place.script("put src/s.rs two; git commit -q -a -m two").in_(&inner).ok();
    place.script("git commit -q -a -m 'Move on'").ok();
    // Once it names a ledger itself, it is held.
    let genesis = "git config ledger.genesis 0000000000000000000000000000000000000000000000000000000000000000";
    place.shell(genesis).in_(&inner).ok();
    let held = place.script("put src/s.rs three; git commit -q -a -m three").in_(&inner).exits(1);
    held.says("git config names the ledger 0000").says("trust.ledger-missing");
}

/// A hook that commits in a submodule hands on no part of the outer commit: git names the outer index in the environment.
#[test]
fn a_hook_that_commits_in_a_submodule_does_not_mix_the_two() {
    let place = Place::new();
    place.do_(&format!("{SUBMODULE} git submodule --quiet add $BESIDE/inner notes/sub; git commit -q -m added"));
    place.ledger("hooks uninstall").ok();
    let hook = "#!/bin/sh\nunset $(git rev-parse --local-env-vars)\ncd notes/sub\necho more >> src/s.rs\nexec git commit -q -a -m 'from a hook'\n";
    super::sandbox::script(&place.repo.path().join(".git/hooks/pre-commit"), hook);
    place.ledger("hooks install").ok();
    place.ledger("hooks install").in_(&place.repo.path().join("notes/sub")).ok();
    place.do_("stage notes/new.md; git commit -q -m outer");
    assert_eq!(place.do_("git -C notes/sub log -1 --format=%s").stdout, "from a hook\n");
    place.script("stage src/new.rs; git commit -q -m outer").exits(1).says("src/new.rs  blocked");
}
