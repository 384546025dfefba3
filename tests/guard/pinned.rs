//! Where the ledger is that a server guards: nothing that is pushed says so.

use super::Place;

/// An orphan that holds `.ledger` with the right identity and another ref; the commit is called `evil`.
const EVIL: &str = "git checkout -q --orphan evil; git rm -q -r -f .; \
    git show main:.ledger | sed s,refs/ledger/main,refs/ledger/x, > .ledger; git add .ledger; git commit -q -m evil; \
    git checkout -q -f main";

/// Appends a commit whose code is blocked, on top of `evil`.
const BLOCKED: &str = "git checkout -q evil; add src/new.rs; git checkout -q -f main";

/// A cut copy of the ledger at another ref, and a `.ledger` that leads there, would end every judgement.
#[test]
fn a_file_that_names_another_ref_does_not_lead_the_guard_to_a_cut_ledger() {
    let place = Place::new();
    place.do_(EVIL);
    place
        .refuses("git push origin refs/ledger/main~2:refs/ledger/x")
        .says("refs/ledger/x would name a ledger")
        .says("is at refs/ledger/main")
        .says("[store.ref]");
    for name in ["refs/heads/ledger", "refs/tags/ledger"] {
        place.refuses(&format!("git push origin refs/ledger/main~2:{name}")).says("would name a ledger");
    }
    // Even where the copy is there, since before the guard.
    place.do_("git -C $SERVER -c core.hooksPath=/dev/null fetch -q $PWD refs/ledger/main~2:refs/ledger/x 2>/dev/null || \
        git push -q origin --receive-pack='git -c core.hooksPath=/dev/null receive-pack' refs/ledger/main~2:refs/ledger/x");
    let refused = place.refuses("git push --force origin evil:main");
    refused.says("refused by the ledger's own file").says(".ledger  the file names the ledger ");
    place.do_("git -C $SERVER symbolic-ref HEAD refs/heads/unborn");
    place.refuses("git push origin evil:unborn").says("refused by the ledger's own file");
}

/// What the file in HEAD says is not believed, whatever git's settings leave open.
#[test]
fn a_file_in_head_never_says_which_ref_a_bare_repository_reads() {
    let place = Place::new();
    place.do_(EVIL);
    let around = "--receive-pack='git -c core.hooksPath=/dev/null receive-pack'";
    place.do_(&format!("git push -q {around} -f origin refs/ledger/main~2:refs/ledger/x evil:main"));
    place.do_(BLOCKED);
    place.refuses("git push origin evil:main").says("blocked: HOLD on DOC-1");
    place.refuses("git push origin :refs/ledger/main").says("would delete the ledger");
    // Without the setting, a file that says otherwise stops everything, and says what is needed.
    place.do_("git -C $SERVER config --unset ledger.ref");
    place.refuses("git push origin evil:main").says("names refs/ledger/x").says("[trust.pin]");
    let told = place.ledger("status").in_(&place.server()).exits(3);
    told.says("a bare repository reads what its settings name, here refs/ledger/main");
}

/// The ref is pinned with the identity: when the first ledger is taken, by `ledger trust`, by `ledger hooks install --server`.
#[test]
fn a_server_pins_the_ref_with_the_identity() {
    let place = Place::new();
    let pins = "git -C $SERVER config ledger.genesis; git -C $SERVER config ledger.ref";
    let pinned = place.do_(pins).stdout;
    assert!(pinned.ends_with("\nrefs/ledger/main\n"), "{pinned}");
    let forget = "git -C $SERVER config --unset ledger.genesis; git -C $SERVER config --unset ledger.ref";
    place.do_(forget);
    place.ledger("trust").arg(pinned.lines().next().unwrap()).in_(&place.server()).ok();
    assert_eq!(place.do_(pins).stdout, pinned);
    place.do_(forget);
    place.ledger("hooks install --server").in_(&place.server()).ok().says("is pinned in git config");
    assert_eq!(place.do_(pins).stdout, pinned);
    place.ledger("hooks install --server").in_(&place.server()).ok().never_says("is pinned in git config");
}

/// A ledger on a branch, in the documented order: the ledger, then the code.
#[test]
fn a_ledger_on_a_branch_is_guarded_from_its_first_push_on() {
    let place = Place::alone();
    let told = place.refuses("git push origin refs/ledger/main:refs/heads/ledger");
    told.says("refs/heads/ledger would name a ledger").says("ledger hooks install --server --ref refs/heads/ledger");
    place.ledger("hooks install --server --ref ledger").in_(&place.server()).exits(3).says("full name of a ref");
    place.ledger("hooks install --server --ref refs/heads/ledger").in_(&place.server()).ok();
    // Code waits for the ledger.
    place.refuses("git push origin main").says("which it does not hold");
    let both = "refs/ledger-evidence/main:refs/heads/ledger-evidence refs/ledger/main:refs/heads/ledger";
    place.do_(&format!("git push -q origin {both}"));
    let genesis = place.do_("git -C $SERVER config ledger.genesis").stdout;
    place.ledger("verify --genesis").arg(genesis.trim()).in_(&place.server()).ok();
    place.do_("git push -q origin main~1:refs/heads/main");
    place.do_("git checkout -q --orphan bare; git rm -q -r -f .; add src/new.rs; git checkout -q -f main");
    place.refuses("git push --force origin bare:main").says("blocked: HOLD on DOC-1");
    place.refuses("git push --force origin refs/ledger/main~1:refs/heads/ledger").says("[trust.history]");
    place.refuses("git push origin :refs/heads/ledger").says("would delete the ledger");
}

/// `git branch -C` runs no hook. What it put in the ledger's place is found at the next push, and the ledger that is pinned here, and no shorter one than
/// the log of the ref knows, leads it back.
#[test]
fn a_branch_that_was_copied_over_the_ledger_is_led_back() {
    let place = Place::alone();
    place.ledger("hooks install --server --ref refs/heads/ledger").in_(&place.server()).ok();
    place.do_("git -C $SERVER config core.logAllRefUpdates always");
    let both = "refs/ledger-evidence/main:refs/heads/ledger-evidence refs/ledger/main:refs/heads/ledger";
    place.do_(&format!("git push -q origin {both}; git reset -q --hard HEAD~1; git push -q origin main"));
    place.do_(
        "git -C $SERVER branch -q -C main ledger; test $(git -C $SERVER rev-parse ledger) = $(git rev-parse main)",
    );
    let server = place.server();
    place.ledger("verify").in_(&server).exits(3).says("the ledger is invalid from event 0 on");
    place.do_("add notes/one.md");
    place.refuses("git push origin main").says("the ledger of the server is invalid from event 0 on");
    place.refuses("git push --force origin HEAD:refs/heads/ledger");
    // That the log of the branch went with it is git's doing: then nobody who only pushes says how long the ledger was, and a clone that is whole is
    // fetched by whoever keeps the server.
    let shorter = "git push --force origin refs/ledger/main~1:refs/heads/ledger";
    place.refuses(shorter).says("invalid from event 0 on");
    place.refuses("git push --force origin refs/ledger/main:refs/heads/ledger").says("invalid from event 0 on");
    place.do_(
        "git bundle create -q $BESIDE/whole refs/ledger/main
         git -C $SERVER -c core.hooksPath=/dev/null fetch -q $BESIDE/whole +refs/ledger/main:refs/heads/ledger",
    );
    place.ledger("verify").in_(&server).ok();
    // Where the log was kept, nobody brings an older ledger.
    place.do_("git -C $SERVER branch -q -C main ledger");
    let log = server.join("logs/refs/heads/ledger");
    let (tip, code) = (place.repo.git(["rev-parse", "refs/ledger/main"]), place.repo.git(["rev-parse", "HEAD~1"]));
    std::fs::write(&log, format!("{} {tip} x <> 0 +0000\tpush\n{tip} {code} x <> 0 +0000\tcopy\n", "0".repeat(40)))
        .unwrap();
    place.refuses(shorter).says("invalid from event 0 on");
    place.do_("git push -q --force origin refs/ledger/main:refs/heads/ledger; git push -q origin main");
    place.ledger("verify").in_(&server).ok();
}

/// What git tells of a push through a namespace are other names than those of the refs that it moves.
#[test]
fn a_push_through_a_namespace_is_refused() {
    let place = Place::new();
    place.do_("add notes/new.md");
    let through = "git push --receive-pack='git --namespace=elsewhere receive-pack' origin main";
    place.refuses(through).says("GIT_NAMESPACE is set").says("[store.unsupported]");
    place.do_("git push -q origin main");
}

/// Also where people work, no file says which ref is guarded: whoever may push a branch that is checked out there could write it.
#[test]
fn the_file_of_a_work_tree_does_not_say_which_ref_is_guarded() {
    let place = Place::new();
    place.do_("git init -q -b main $BESIDE/tree");
    let tree = place.beside.path().join("tree");
    place.ledger("hooks install --server").in_(&tree).ok();
    place.do_("git show main:.ledger | sed s,refs/ledger/main,refs/ledger/x, > $BESIDE/tree/.ledger");
    let refused = place.script("git push $BESIDE/tree refs/ledger/main:refs/ledger/x").exits(1);
    refused.says("refs/ledger/x would name a ledger, and the one that is guarded here is at refs/ledger/main");
    assert_eq!(place.do_("git -C $BESIDE/tree for-each-ref").stdout, "");
    // Nor is a guard put up over it.
    place.ledger("hooks install --server").in_(&tree).exits(3).says("[trust.pin]");
}
