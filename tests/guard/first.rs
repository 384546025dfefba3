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
    let other = super::prepared();
    place.do_(&format!("git fetch -q {} refs/ledger/main:refs/other", other.repo.path().display()));
    place.refuses("git push origin refs/other:refs/ledger/main").says("[trust.genesis-mismatch]");
    place.do_("git push -q origin $both; git push -q origin main");
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
