//! A server that holds no ledger yet, or no longer.

use super::Place;

/// The first ledger that is taken is the one for ever.
#[test]
fn the_first_ledger_is_pinned_and_no_other_takes_its_place() {
    let place = Place::alone();
    // Until then nothing is named and nothing is judged.
    place.do_("add src/new.rs; git push -q origin main~2:refs/heads/early");
    place.refuses("git push origin refs/ledger/main").says("[store.evidence-missing]");
    place.do_("git push -q origin $both");
    let pinned = place.do_("git -C $SERVER config ledger.genesis").stdout;
    place.ledger("verify --genesis").arg(pinned.trim()).in_(&place.server()).ok();
    place.refuses("git push origin main").says("src/new.rs  blocked");
    // The ledger is lost, and another one comes.
    place.do_("git -C $SERVER -c core.hooksPath=/dev/null update-ref -d refs/ledger/main");
    let missing = place.refuses("git push origin main~1:refs/heads/x");
    missing
        .says("git config of the server names the ledger")
        .says("which it does not hold")
        .says("[trust.ledger-missing]");
    // What the ledger says of code has to be known before the code comes.
    let together = place.refuses("git push --atomic origin main $both");
    together.says("needed   the ledger that is named, pushed here first and by itself").never_says("with it");
    let other = super::prepared();
    place.do_(&format!("git fetch -q {} refs/ledger/main:refs/other", other.repo.path().display()));
    place.refuses("git push origin refs/other:refs/ledger/main").says("[trust.genesis-mismatch]");
    // The lost one comes back by itself; code waits for it.
    place.refuses("git push origin main~1:refs/heads/main refs/ledger/main").says("[trust.ledger-missing]");
    place.do_("git push -q origin refs/ledger/main; git push -q origin main~1:refs/heads/main");
}

/// Code that comes with the first ledger is judged by it.
#[test]
fn code_that_comes_with_the_first_ledger_is_judged_under_it() {
    let place = Place::alone();
    place.do_("add src/new.rs");
    place.refuses("git push origin main $both").says("src/new.rs  blocked").never_says("push them first");
    place.do_("git push -q origin main~1:refs/heads/main $both");
}

/// The file `.ledger` on the server's main branch names the ledger where the settings do not.
#[test]
fn a_server_whose_branch_names_a_ledger_waits_for_that_one() {
    let place = Place::alone();
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    place.do_("git push -q origin main");
    place.ledger("hooks install --server").in_(&place.server()).ok();
    place.do_("add notes/new.md");
    place
        .refuses("git push origin main")
        .says("the file .ledger in HEAD of the server names the ledger")
        .says("[trust.ledger-missing]");
    // What the ledger says of code has to be known before the code comes.
    let together = place.refuses("git push --atomic origin main $both");
    together.says("needed   the ledger that is named, pushed here first and by itself").never_says("with it");
    let other = super::prepared();
    place.do_(&format!("git fetch -q {} refs/ledger/main:refs/other", other.repo.path().display()));
    place.refuses("git push origin refs/other:refs/ledger/main").says("[trust.genesis-mismatch]");
    place.do_("git push -q origin $both; git push -q origin main");
}

/// What lies in the server's branch since before the guard, and nobody can read as a `.ledger`, is replaced by pushing the branch; the founder's sync says
/// so, and what it prints runs.
#[test]
fn the_sync_of_a_founder_names_the_branch_that_has_to_be_pushed_first() {
    for (entry, goes_on) in [("120000 blob $blob", false), ("100644 blob $blob", true)] {
        let place = Place::alone();
        let (server, around) = (place.server(), "--receive-pack='git -c core.hooksPath=/dev/null receive-pack'");
        place.do_(&format!("git remote set-url origin file://{}", server.display()));
        let parent = if goes_on { "-p main~1" } else { "" };
        place.do_(&format!(
            "blob=$(echo none | git hash-object -w --stdin)
             stray=$(git commit-tree {parent} -m Stray $(printf \"{entry}\\t.ledger\\n\" | git mktree))
             git push -q {around} origin $stray:refs/heads/main; git fetch -q origin"
        ));
        let stray = place.do_("git -C $SERVER rev-parse main").stdout.trim().to_owned();
        let before = place.held();
        let told = place.ledger("sync").exits(1);
        told.says("[ledger.file]").says("refs/heads/main here ends in commit ").says(&stray);
        told.says("the branch first, with the file that names the ledger");
        let push = format!("git push --force-with-lease=main:{stray} origin main");
        assert_eq!(told.next(), [push.as_str(), "ledger sync"], "{told}");
        assert_eq!(place.held(), before);
        // In JSON, too, and whoever pushes by git alone is told what leads to it.
        place.ledger("sync").json().exits(1).says(&format!("\"{push}\""));
        place.refuses("git push origin refs/ledger/main").says("[ledger.file]").says("next     ledger sync");
        // Nothing is proposed that would bring what somebody else wrote there in the meantime to nothing, or another branch.
        place.do_("git checkout -q -b other; git branch -q -m main kept");
        assert_eq!(place.ledger("sync").exits(1).next(), ["ledger sync"]);
        place.do_("git branch -q -m kept main; git checkout -q main");
        for next in told.next() {
            place.shell(&next).ok();
        }
        place.ledger("verify").in_(&server).ok();
        place.do_(
            "test \"$(git -C $SERVER rev-parse refs/ledger/main main)\" = \"$(git rev-parse refs/ledger/main main)\"",
        );
    }
}

/// A file of the branch that names another ledger is no stranger's to change, and no founder's: whoever keeps the server says which one is to be here.
#[test]
fn the_sync_of_a_founder_names_who_keeps_the_server_where_another_ledger_is_named() {
    let place = Place::alone();
    place.do_(&format!("git remote set-url origin file://{}", place.server().display()));
    place.do_(
        "git checkout -q --orphan stray; git rm -q -r -f .; git show main:.ledger | sed '1s/= ..../= 0000/' >.ledger
         git add .ledger; git commit -q -m Stray; git push -q origin stray:main; git checkout -q main",
    );
    let told = place.ledger("sync").exits(1);
    told.says("[trust.genesis-mismatch]").says("whoever keeps the server");
    let genesis = place.do_("git config ledger.genesis").stdout.trim().to_owned();
    let trust = format!("ledger trust {genesis}");
    told.says(&trust);
    place.refuses("git push --force origin main").says("[ledger.file]").says(&trust).says("whoever keeps the server");
    // What is said is done there, and then the founder's is the one.
    place.shell(&trust).in_(&place.server()).ok();
    place.ledger("sync").ok();
    place.do_("git push -q --force origin main");
    place.ledger("verify").in_(&place.server()).ok();
}

/// A pin that was set before the first push holds.
#[test]
fn a_genesis_that_is_pinned_beforehand_is_the_only_one_that_is_taken() {
    let place = Place::alone();
    place.ledger(["trust", &"0".repeat(64)]).in_(&place.server()).ok();
    place.refuses("git push origin refs/ledger/main").says("[trust.genesis-mismatch]");
}

/// A repository that names no ledger is left alone.
#[test]
fn a_repository_without_a_ledger_is_left_alone() {
    let place = Place::alone();
    place.do_(
        "git push -q origin main~1:refs/heads/early; git push -q --force origin main:early; git push -q origin :early",
    );
}
