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
