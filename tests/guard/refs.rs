//! Refs that nobody may make on a guarded server.

use super::Place;

/// A replacement would change what git shows in the place of what was signed; a twin would stand in the ledger's way.
#[test]
fn replacements_and_twins_of_the_ledgers_refs_are_refused() {
    let place = Place::new();
    place.do_("git replace main main~1; git branch -q -m main main");
    let refused = place.refuses("git push origin 'refs/replace/*'");
    refused
        .says("remote: ledger: push refused: refs/replace/")
        .says("makes git show other objects")
        .says("[store.ref]");
    for twin in ["refs/Ledger/main", "refs/ledger-evidence/MAIN", "refs/REPLACE/x"] {
        place.refuses(&format!("git push origin main:{twin}")).says(twin).says("[store.ref]");
    }
    // One refused ref refuses the push; what was good goes by itself.
    place.do_("add notes/new.md");
    place.refuses("git push origin main 'refs/replace/*'").says("needed   a push without this ref");
    place.do_("git push -q origin main");
    // A replacement that the server had before may be removed.
    place.do_("git -C $SERVER -c core.hooksPath=/dev/null replace main~1 main; git push -q origin :refs/replace/$(git rev-parse main~1)");
}

/// Where case does not tell names apart, who removes a twin removes the ledger.
#[test]
fn a_twin_is_not_removed_where_it_is_the_ledger_itself() {
    let place = Place::new();
    let twin = "git -C $SERVER -c core.hooksPath=/dev/null update-ref refs/Ledger/main refs/ledger/main";
    place.do_(&format!("{twin}; git -C $SERVER config core.ignorecase true"));
    place.refuses("git push origin :refs/Ledger/main").says("removes the ledger's own").says("[store.ref]");
    let here = place.script("git -C $SERVER update-ref -d refs/Ledger/main").exits(128);
    here.says("removes the ledger's own");
}

/// `git push --mirror` of a clone brings along what that clone notes for itself, which is nobody else's.
#[test]
fn what_a_clone_notes_for_itself_is_refused_by_name() {
    let place = Place::new();
    place.do_("git update-ref refs/ledger-remote/origin/main refs/ledger/main; add notes/new.md");
    let refused = place.refuses("git push --mirror origin");
    refused.says("refs/ledger-remote/origin/main is what one clone notes for itself").says("[store.ref]");
    place.refuses("git push origin refs/ledger/main:refs/ledger-aside/before").says("refs/ledger-aside/before is what");
    place.do_("git push -q origin 'refs/heads/*' $both");
    // One that was there before the guard may go.
    place.do_("git -C $SERVER -c core.hooksPath=/dev/null update-ref refs/ledger-remote/origin/main refs/ledger/main");
    place.do_("git push -q origin :refs/ledger-remote/origin/main");
}

/// Git takes `refs/ledger/main` for each ref that ends so: one such branch, and nobody could push the ledger any more.
#[test]
fn a_ref_that_ends_like_the_ledgers_own_is_refused() {
    let place = Place::new();
    for name in [
        "refs/heads/refs/ledger/main",
        "refs/tags/refs/ledger/main",
        "refs/refs/ledger-evidence/main",
        "refs/tags/refs/Ledger/main/x",
    ] {
        place.refuses(&format!("git push origin HEAD:{name}")).says(name).says("ends like").says("[store.ref]");
    }
    place.do_("add notes/new.md; git push -q origin main:refs/heads/refs/other main:refs/heads/my-refs/ledger/main");
    place.ledger("declare DOC-3 --kind document").ok();
    // One that was there before the guard may go.
    place.do_("git push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' origin HEAD:refs/heads/refs/ledger/main");
    place.script("git push origin refs/ledger/main").exits(1).says("matches more than one");
    place.do_("git push -q origin :refs/heads/refs/ledger/main; git push -q origin refs/ledger/main");
}

/// A ledger that is a name for a branch would be whatever that branch is; on the server itself, too.
#[test]
fn the_ledger_is_no_symbolic_ref() {
    let place = Place::new();
    let tip = place.do_("git -C $SERVER rev-parse refs/ledger/main").stdout;
    let refused = place.script("git -C $SERVER symbolic-ref refs/ledger/main refs/heads/main").exits(128);
    refused.says("refs/ledger/main would be made a symbolic ref").says("[store.ref]");
    place.do_("git -C $SERVER pack-refs --all; git -C $SERVER rev-parse --verify refs/ledger/main");
    place.script("git -C $SERVER update-ref -d refs/ledger/main").exits(128).says("would delete the ledger");
    // In `packed-refs` and in a file of its own, as right after a push to a server that packs.
    place.do_("mkdir -p $SERVER/refs/ledger; git -C $SERVER rev-parse refs/ledger/main > $SERVER/loose; mv $SERVER/loose $SERVER/refs/ledger/main");
    place.script("git -C $SERVER update-ref -d refs/ledger/main").exits(128).says("would delete the ledger");
    place.refuses("git push origin :refs/ledger/main").says("would delete the ledger");
    assert_eq!(place.do_("git -C $SERVER rev-parse refs/ledger/main").stdout, tip);
}
