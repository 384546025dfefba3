//! Two pushes at once: what is taken was judged under the ledger that is there when it is taken.
//!
//! No test waits. Git's hook `update` runs between the judgement of a push and the taking of its refs, and there a second push
//! is made, from its beginning to its end.

use super::Place;
use crate::sandbox::script;

/// Has the server make a push of its own between the judgement of the next push and the taking of its refs.
fn meanwhile(place: &Place, push: &str) {
    let text = format!(
        "#!/bin/sh\n[ -e \"$GIT_DIR/once\" ] && exit 0\n: > \"$GIT_DIR/once\"\ncd '{}'\nenv -u GIT_DIR -u GIT_QUARANTINE_PATH \
         -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES {push}\n",
        place.repo.path().display()
    );
    script(&place.server().join("hooks/update"), &text);
}

/// S2-011, S2-051. A block that arrives while a commit is being judged stops it.
#[test]
fn a_commit_that_was_judged_under_a_ledger_which_moved_on_is_judged_again() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("git push -q origin refs/ledger/main; add src/new.rs");
    place.ledger("block DOC-1 HOLD --reason 'once more'").ok();
    meanwhile(&place, "git push -q origin refs/ledger/main");
    let before = place.do_("git -C $SERVER rev-parse main").stdout;
    // Git ends the connection where this hook refuses.
    let raced = place.script("git push origin main").exits(128);
    raced.says("src/new.rs  blocked: HOLD on DOC-1").says("ref updates aborted by hook").never_says("one by one");
    assert_eq!(place.do_("git -C $SERVER rev-parse main").stdout, before);
    place.do_("test $(git -C $SERVER rev-parse refs/ledger/main) = $(git rev-parse refs/ledger/main)");
    // The next push is refused with the usual words.
    place.refuses("git push origin main").says("remote:   src/new.rs  blocked: HOLD on DOC-1");
}

/// A ledger that moved on without a word about the commit stops nobody.
#[test]
fn a_commit_that_the_newer_ledger_lets_through_is_taken() {
    let place = Place::new();
    place.do_("add notes/new.md");
    place.ledger("declare DOC-3 --kind document").ok();
    meanwhile(&place, "git push -q origin refs/ledger/main");
    place.do_("git push -q origin main; test -e $SERVER/once");
    place.do_("test $(git -C $SERVER rev-parse main) = $(git rev-parse main)");
}

/// Of two pushes of events one is taken.
#[test]
fn of_two_events_that_follow_the_same_one_the_first_is_taken() {
    let place = Place::new();
    place.ledger("declare DOC-3 --kind document").ok();
    place.do_("git update-ref refs/ledger/first refs/ledger/main; git update-ref refs/ledger/main refs/ledger/main~1");
    place.ledger("declare DOC-4 --kind document").ok();
    meanwhile(&place, "git push -q origin refs/ledger/first:refs/ledger/main");
    let late = place.script("git push origin refs/ledger/main").exits(1);
    late.says("! [remote rejected]").never_says("one by one");
    place.do_("test $(git -C $SERVER rev-parse refs/ledger/main) = $(git rev-parse refs/ledger/first)");
    place.ledger("verify").in_(&place.server()).ok();
}

/// What git itself does on the server is judged as a push is, and what was judged is not judged twice.
#[test]
fn a_ref_that_is_moved_on_the_server_itself_is_judged_too() {
    let place = Place::new();
    place.do_("add src/new.rs");
    let fetched = place.script("git -C $SERVER fetch -q \"$PWD\" main:topic").run();
    assert_ne!(fetched.code, 0, "{fetched}");
    fetched.says("src/new.rs  blocked: HOLD on DOC-1");
    place.do_("git reset -q --hard HEAD~1; add notes/new.md; git -C $SERVER fetch -q \"$PWD\" main:topic; git -C $SERVER gc -q");
    place.do_("git -C $SERVER pack-refs --all; git -C $SERVER branch -D topic");
}

/// What was judged is remembered with all that the answer rests on, the settings and the branch that `HEAD` names among it.
#[test]
fn a_push_that_was_judged_under_other_settings_is_judged_again() {
    let place = Place::new();
    let server = place.server().display().to_string();
    let judged = place.server().join("ledger/judged");
    let lines = || std::fs::read_to_string(&judged).unwrap_or_default().lines().count();
    let before = lines();
    place.do_("add notes/one.md; git push -q origin main");
    assert_eq!(lines(), before + 1, "one push is judged once");
    let main = place.do_("git -C $SERVER rev-parse main").stdout;
    // Another ledger is pinned after the judgement.
    let old = place.do_("git -C $SERVER config ledger.genesis").stdout.trim().to_owned();
    place.do_("add notes/two.md");
    meanwhile(&place, &format!("git -C {server} config ledger.genesis {}", "0".repeat(64)));
    place.script("git push origin main").exits(128).says("git config of the server pins the ledger 000000");
    assert_eq!(place.do_("git -C $SERVER rev-parse main").stdout, main);
    place.do_(&format!("git -C $SERVER config ledger.genesis {old}; rm $SERVER/once"));
    // `HEAD` names another branch. That its file names another ledger has no say where git's settings name one.
    place.do_(
        "git checkout -q --orphan other; sed -i '1s/= ..../= 0000/' .ledger; git commit -q -a -m Other; git checkout -q main
         git push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' origin other",
    );
    meanwhile(&place, &format!("git -C {server} symbolic-ref HEAD refs/heads/other"));
    let before = lines();
    place.do_("git push -q origin main");
    assert_eq!(lines(), before + 2, "it is judged again");
    assert_ne!(place.do_("git -C $SERVER rev-parse main").stdout, main);
}

/// Returns how often the server judged moves and found them good: it notes each time.
fn judgements(place: &Place) -> usize {
    std::fs::read_to_string(place.server().join("ledger/judged")).unwrap_or_default().lines().count()
}

/// A push of many refs reads and verifies the ledger once, also where git takes them one by one: of code alone, each move was judged with the others.
#[test]
fn a_plain_push_of_many_refs_is_judged_once() {
    let place = Place::new();
    let before = judgements(&place);
    place.do_(
        "for n in $(seq 30); do git tag \"v$n\"; done; add notes/one.md; git tag next; git branch other; add notes/two.md
         git push -q origin --tags main other",
    );
    assert_eq!(judgements(&place), before + 1, "one judgement for 33 refs");
    place.do_("test $(git -C $SERVER tag | wc -l) = 31; test $(git -C $SERVER rev-parse main) = $(git rev-parse main)");
    // A ref that the server's owner refuses leaves the others what they were judged to be.
    place.do_(
        "printf '#!/bin/sh\\ntest \"$1\" != refs/tags/w2\\n' > $SERVER/hooks/update; chmod +x $SERVER/hooks/update",
    );
    place.do_("add notes/three.md; for n in $(seq 5); do git tag \"w$n\"; done");
    place.script("git push origin --tags main").exits(1).says("! [remote rejected] w2 -> w2 (hook declined)");
    assert_eq!(judgements(&place), before + 2, "and one for the 6 of the next push");
    place.do_("test $(git -C $SERVER tag -l 'w*' | wc -l) = 4");
}

/// What was judged together is judged again where anything else moved between two of its refs: here the ledger, which now stops the commit.
#[test]
fn a_push_of_many_refs_is_judged_again_where_the_ledger_moves_between_them() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("git push -q origin refs/ledger/main; git tag first; add src/new.rs; git tag second");
    place.ledger("block DOC-1 HOLD --reason 'once more'").ok();
    // Between the first ref and the second.
    meanwhile(&place, "git push -q origin refs/ledger/main");
    let hook = place.server().join("hooks/update");
    let text = std::fs::read_to_string(&hook).unwrap();
    script(&hook, &text.replacen("#!/bin/sh\n", "#!/bin/sh\n[ \"$1\" = refs/tags/first ] && exit 0\n", 1));
    let raced = place.script("git push origin first second").exits(128);
    raced.says("src/new.rs  blocked: HOLD on DOC-1").says("ref updates aborted by hook");
    place.do_("git -C $SERVER rev-parse -q --verify first; ! git -C $SERVER rev-parse -q --verify second");
}

/// Has the guard have judged whatever it remembers long ago, between the judgement of a push and the taking of each of its refs: as where an upload, or a
/// hook, takes its time.
fn slowly(place: &Place) {
    let text = "#!/bin/sh\nfor file in \"$GIT_DIR\"/ledger/judged*; do [ ! -f \"$file\" ] || sed -i 's/^[0-9]* /1 /' \"$file\"; done\n";
    script(&place.server().join("hooks/update"), text);
}

/// What was judged longer ago than it is believed is judged again, and what came together is known to have come together however long that took.
#[test]
fn a_plain_push_that_takes_longer_than_a_judgement_is_believed_is_taken() {
    let place = Place::new();
    slowly(&place);
    let before = judgements(&place);
    place.do_("add docs/four.md four; git tag one; add notes/one.md; git push -q origin main one");
    assert_eq!(judgements(&place), before + 3, "once together, and once each");
    place.ledger("declare DOC-4 --kind document --path docs/four.md").ok();
    place.ledger("move DOC-4 final").ok();
    for who in ["omar", "ines"] {
        place.ledger("seal DOC-4").as_(who).ok();
    }
    // Evidence, which is taken before the events that cite it.
    place.do_("git push -q --no-atomic --force origin $both");
    place.ledger("verify").in_(&place.server()).ok().says("2 present");
    // What needs another ref of the push says so, and what it says runs.
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("cites=$(git rev-list --count refs/ledger/main); put notes/two.md
        git commit -q -m \"Two\n\nLedger-Tip: $((cites - 1)) $(git cat-file commit refs/ledger/main | sha256sum | cut -c1-64)\"");
    let late = place.script("git push --no-atomic origin main refs/ledger/main").exits(128);
    late.says("which the ledger here does not hold").says("taken with it by `git push --atomic`");
    place.do_("git push -q --atomic origin main refs/ledger/main");
}

/// A host that takes no several refs at once is given the evidence by a push of its own, where git takes the ledger first: that may take its time as well.
#[test]
fn a_sync_that_takes_longer_than_a_judgement_is_believed_ends() {
    let place = Place::alone();
    let server = place.server();
    place.ledger("hooks install --server --ref refs/heads/ledger").in_(&server).ok();
    place.do_(
        "git -C $SERVER config receive.advertiseAtomic false
         git update-ref refs/heads/ledger refs/ledger/main; git config ledger.ref refs/heads/ledger
         git update-ref refs/heads/ledger-evidence refs/ledger-evidence/main",
    );
    slowly(&place);
    let before = place.do_("git -C $SERVER for-each-ref").stdout;
    place.ledger("sync").ok().says("evidence given");
    assert_ne!(place.do_("git -C $SERVER for-each-ref").stdout, before);
    place.ledger("verify").in_(&server).ok().says("0 missing");
    place.do_("git reset -q --hard HEAD~1; add docs/four.md four; git push -q origin main");
    place.ledger("declare DOC-4 --kind document --path docs/four.md").ok();
    place.ledger("move DOC-4 final").ok();
    for who in ["omar", "ines"] {
        place.ledger("seal DOC-4").as_(who).ok();
    }
    place.ledger("sync").ok().says("4 events given").says("evidence given");
    place.ledger("verify").in_(&server).ok().says("2 present");
}
