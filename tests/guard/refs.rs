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
