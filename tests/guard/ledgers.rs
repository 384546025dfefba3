//! Events and evidence: what goes on is taken, what takes away is not.

use govledger::domain::value::Value;

use super::Place;

/// M0-006.
#[test]
fn events_that_follow_are_taken_with_what_they_cite() {
    let place = Place::new();
    place.ledger("declare DOC-3 --kind document --path docs/three.md").ok();
    place.do_("git push -q --atomic origin $both");
    place.do_("test $(git rev-parse refs/ledger/main) = $(git -C $SERVER rev-parse refs/ledger/main)");
    place.ledger("verify").in_(&place.server()).ok();
}

/// Every way to take events away from a ledger is refused, with both tips and the last event that both have.
#[test]
fn no_event_is_taken_away_whatever_the_push_is_called() {
    let place = Place::new();
    let deleted = place.refuses("git push origin :refs/ledger/main");
    deleted.says("remote: ledger: push refused: the push would delete the ledger refs/ledger/main  [trust.history]");
    place.refuses("git push origin :refs/ledger-evidence/main").says("would delete the evidence");
    place.do_("git update-ref refs/ledger/kept refs/ledger/main; git update-ref refs/ledger/main refs/ledger/main~2");
    for way in [
        "git push --force origin refs/ledger/main",
        "git push --mirror --force origin",
        "git push --force --atomic origin refs/ledger/main main",
    ] {
        let refused = place.refuses(way);
        refused.says("the push would take 2 events from the ledger refs/ledger/main: it ends at event 8 (");
        refused.says("), and what is pushed at event 6 (").says("[trust.history]").says("next     ledger sync");
    }
    place.ledger("declare DOC-9 --kind document").ok();
    let forked = place.refuses("git push --force origin refs/ledger/main");
    forked.says("the ledger refs/ledger/main ends here at event 8 (").says("what is pushed at event 7 (");
    forked.says("they went apart after event 6 (").says("needed   events that follow event 8");
    place.do_("git update-ref -d refs/ledger/main");
    place.refuses("git push --mirror origin").says("would delete the ledger");
    place.refuses("git push --force origin main:refs/ledger/main").says("shares no event with the ledger here");
    let other = super::prepared();
    place.do_(&format!("git fetch -q {} +refs/ledger/main:refs/ledger/main", other.repo.path().display()));
    place.refuses("git push --force origin refs/ledger/main").says("shares no event").says("which ends at event 8 (");
}

#[test]
fn an_event_that_every_reader_would_refuse_is_refused_here() {
    let place = Place::new();
    let back = "git update-ref refs/ledger/main $(git -C $SERVER rev-parse refs/ledger/main)";
    // Signed by omar, who may not.
    let forged = place.forge("omar", |_| {});
    let refused = place.refuses("git push origin refs/ledger/main");
    refused
        .says("push refused: the ledger that is pushed is invalid from event 9 on (blocked DOC-1 HOLD, commit ")
        .says(&forged);
    refused.says("[trust.role-not-held]").says("next     ledger verify");
    // Signed by omar in lena's name.
    place.do_(back);
    place.forge("omar", |payload| drop(payload.insert("actor".to_owned(), "lena".into())));
    place.refuses("git push origin refs/ledger/main").says("[format.identity]");
    // Signed by nobody.
    place.do_(back);
    place.do_("git update-ref refs/ledger/main $(git cat-file commit refs/ledger/main | sed -e 's/is not done/was done/' | git hash-object -t commit -w --stdin)");
    place.refuses("git push --force origin refs/ledger/main").says("they went apart after event 7 (");
    place.do_(back);
    place.ledger("declare DOC-3 --kind document").ok();
    place.do_("git update-ref refs/ledger/main $(git cat-file commit refs/ledger/main | sed -e 's/DOC-3/DOC-4/' | git hash-object -t commit -w --stdin)");
    place.refuses("git push origin refs/ledger/main").says("event 9 ").says("[trust.signature]");
    // A valid one in front of an invalid one does not help it.
    place.do_(back);
    place.ledger("declare DOC-3 --kind document").ok();
    place.forge("omar", |_| {});
    place.refuses("git push origin refs/ledger/main").says("invalid from event 10 on");
}

/// An event that is dated more than five minutes ahead of the server's clock waits for its time.
#[test]
fn an_event_from_the_future_is_refused() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("git push -q origin refs/ledger/main");
    place.ledger("block DOC-1 HOLD --reason 'once more'").ok();
    // The same event, later: the one that was just written gives its words and its place to it.
    place.forge_in_place("lena", |payload| drop(payload.insert("at".to_owned(), "2090-01-01T00:00:00Z".into())));
    let refused = place.refuses("git push origin refs/ledger/main");
    refused
        .says("event 10 (blocked DOC-1 HOLD) is dated 2090-01-01T00:00:00Z, and the clock here says 20")
        .says("[store.clock]");
    refused.says("needed   a time at most five minutes ahead of this clock").says("next     date -u");
}

/// S2-018. What an event speaks of has to be where it can be looked up.
#[test]
fn an_event_about_a_commit_that_is_on_no_branch_is_refused() {
    let place = Place::new();
    place.do_("git checkout -q -b topic; add notes/new.md");
    place.ledger("declare DOC-3 --kind document --path notes/new.md").exits(1);
    place.do_("add docs/three.md");
    place.ledger("declare DOC-3 --kind document --path docs/three.md").ok();
    place.ledger("move DOC-3 final").ok();
    let refused = place.refuses("git push origin refs/ledger/main");
    refused.says(&format!("speaks of commit {}, which is on no branch here  [store.off-branch]", place.head()));
    refused.says("needed   that commit on a branch, pushed before the event or with it");
    // A tag is no branch; the branch may come with the event.
    place.refuses("git tag v1; git push origin v1 refs/ledger/main").says("[store.off-branch]");
    place.do_("git push -q --atomic origin topic refs/ledger/main");
}

/// Evidence: new = old + additions - erased, and nothing else.
#[test]
fn evidence_only_grows_but_for_what_was_erased() {
    let place = Place::new();
    let list = "git ls-tree -r --name-only refs/ledger-evidence/main";
    let held = place.do_(list).stdout.lines().count();
    assert!(held >= 1, "the sealed document is evidence");
    // Nothing of what is there may go ...
    let empty = "t=$(git mktree </dev/null); printf 'tree %s\\nauthor ledger <> 0 +0000\\ncommitter ledger <> 0 +0000\\n\\nevidence\\n' $t |
        git hash-object -t commit -w --stdin > $BESIDE/empty; git push --force origin $(cat $BESIDE/empty):refs/ledger-evidence/main";
    place.refuses(empty).says("the push would drop 1 of the pieces of evidence").says("[trust.history]");
    // ... nothing may be there that is not evidence ...
    for other in ["main", "main^{tree}", "refs/ledger/main"] {
        place.refuses(&format!("git push --force origin {other}:refs/ledger-evidence/main"));
    }
    let wrapped = "git push --force origin $(git commit-tree -m evidence refs/ledger-evidence/main^{tree}):refs/ledger-evidence/main";
    place.refuses(wrapped).says("and it is no commit of evidence  [store.ref]");
    let made = |tree: &str| {
        format!("{tree}; printf 'tree %s\\nauthor ledger <> 0 +0000\\ncommitter ledger <> 0 +0000\\n\\nevidence\\n' $t |
            git hash-object -t commit -w --stdin > $BESIDE/made; git push --force origin $(cat $BESIDE/made):refs/ledger-evidence/main")
    };
    let more = made(
        "t=$( (git ls-tree refs/ledger-evidence/main; printf '100644 blob %s\\tmore\\n' $(git rev-parse main:docs/one.md)) | git mktree)",
    );
    place.refuses(&more).says("its tree holds \"more\", which is no evidence  [store.ref]");
    // ... and every name is the SHA-256 of its bytes.
    let name = "0".repeat(62);
    let wrong = made(&format!(
        "f=$(printf '100644 blob %s\\t{name}\\n' $(git rev-parse main:docs/one.md) | git mktree)
         t=$( (git ls-tree refs/ledger-evidence/main; printf '040000 tree %s\\t00\\n' $f) | git mktree)"
    ));
    place.refuses(&wrong).says(&format!("the evidence 00{name} that is pushed holds other bytes  [store.ref]"));
    // What is added is taken.
    place.write("report.txt", "clean\n");
    place.do_("add docs/four.md four; git push -q origin main");
    let digest = place.do_("sha256sum docs/two.md | cut -c1-64").stdout.trim().to_owned();
    let erased = place.do_("git rev-parse refs/ledger-evidence/main").stdout.trim().to_owned();
    // What was erased may go, once the ledger says so, and may not come back.
    place.ledger(&format!("erase {digest} --reason 'it names a customer'")).ok();
    place.refuses("git push --force origin refs/ledger-evidence/main").says("would drop 1 of the pieces");
    place.do_("git push -q --atomic --force origin $both");
    assert_eq!(place.script("git -C $SERVER ls-tree -r --name-only refs/ledger-evidence/main").ok().stdout, "");
    let again = place.refuses(&format!("git push --force origin {erased}:refs/ledger-evidence/main"));
    again.says("the push would bring evidence back that was erased").says("[store.ref]");
}

/// An event without the evidence that it cites could be looked at by nobody who fetches from here.
#[test]
fn events_come_with_the_evidence_that_they_cite() {
    let place = Place::new();
    place.do_("add docs/four.md four; git push -q origin main");
    place.ledger("declare DOC-4 --kind document --path docs/four.md").ok();
    place.ledger("move DOC-4 final").ok();
    for who in ["omar", "ines"] {
        place.ledger("seal DOC-4").as_(who).ok();
    }
    let refused = place.refuses("git push origin refs/ledger/main");
    refused.says("events of the push cite evidence that is not here: ");
    refused
        .says("[store.evidence-missing]")
        .says("needed   the evidence, pushed before the events that cite it or with them");
    place.refuses("git push --force origin refs/ledger-evidence/main").says("evidence that no event cites");
    // In one push, also where git takes the two one by one, and something else before them.
    place.do_("add docs/five.md five; git push -q --no-atomic --force origin $both main");
}

/// Where git takes the refs of a push one by one, evidence may be taken and its events not; the same push again takes the rest.
#[test]
fn evidence_that_was_taken_before_its_events_waits_for_them() {
    let place = Place::new();
    let lock = "refs/ledger/main.lock";
    place.do_("add docs/four.md four; git push -q origin main");
    place.ledger("declare DOC-4 --kind document --path docs/four.md").ok();
    place.ledger("move DOC-4 final").ok();
    for who in ["omar", "ines"] {
        place.ledger("seal DOC-4").as_(who).ok();
    }
    place.do_(&format!(": > $SERVER/{lock}"));
    place.script("git push --no-atomic --force origin $both").exits(1).says("refs/ledger-evidence/main");
    place.do_(&format!("rm $SERVER/{lock}"));
    let pieces = "git -C $SERVER ls-tree -r --name-only refs/ledger-evidence/main | wc -l";
    assert_eq!(place.do_(pieces).stdout.trim(), "2");
    place.do_("git push -q origin refs/ledger/main");
    place.ledger("verify").in_(&place.server()).ok().says("2 present");
}

/// What a server took before it was guarded is led back by the command that is printed.
#[test]
fn a_ledger_that_was_invalid_before_the_guard_came_is_led_back() {
    let place = Place::new();
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    let bad = place.forge("omar", |_| {});
    place.do_("git push -q origin refs/ledger/main");
    place.ledger("hooks install --server").in_(&place.server()).ok();
    // Nothing else goes on meanwhile.
    let stopped = place.refuses("add notes/new.md; git push origin main");
    stopped.says("push refused: the ledger of the server is invalid from event 9 on").says(&bad);
    place
        .refuses("git push --force origin refs/ledger/main~2:refs/ledger/main")
        .says("the ledger here is invalid from event 9");
    // Code that comes with the way back is judged under what is kept.
    let with = "git push --force --atomic origin refs/ledger/main~1:refs/ledger/main HEAD:main";
    place.refuses(&format!("add src/evil.rs; {with}")).says("blocked: HOLD on DOC-1");
    place.do_("git reset -q --hard HEAD~1");
    let told = place.ledger("verify").exits(3);
    let push = told.next().into_iter().find(|next| next.starts_with("git push")).unwrap();
    place.shell(&push).ok();
    place.do_("git push -q origin main");
}

/// What an event speaks of may have lost its branch since, which nobody minded while nobody guarded; the log of the server begins with the guard.
#[test]
fn the_way_back_of_a_ledger_takes_a_branch_along_that_its_events_speak_of() {
    let place = Place::new();
    place.do_("git checkout -q -b topic; add docs/three.md");
    place.ledger("declare DOC-3 --kind document --path docs/three.md").ok();
    place.ledger("move DOC-3 final").ok();
    place.do_("git push -q --atomic origin topic refs/ledger/main");
    place.do_(
        "cd $SERVER; git update-ref -d refs/heads/topic; mkdir -p logs/refs/ledger
         bad=$(git commit-tree -m x -p refs/ledger/main~1 $(git hash-object -t tree -w /dev/null))
         git -c core.hooksPath=/dev/null update-ref refs/ledger/main $bad; : >logs/refs/ledger/main",
    );
    let refused = place.refuses("git push --force origin refs/ledger/main");
    let commit = place.head();
    refused.says("[store.off-branch]").says(&format!("`{commit}:refs/heads/NAME`")).never_says("--aside");
    place.do_(&format!("git push -q --force --atomic origin {commit}:refs/heads/kept refs/ledger/main"));
    place.ledger("verify").in_(&place.server()).ok();
}

/// Whatever was put there before the guard came.
#[test]
fn what_is_called_evidence_and_is_no_commit_is_in_nobodys_way() {
    for object in ["main:docs/one.md", "main^{tree}"] {
        let place = Place::new();
        place.do_(&format!(
            "cd $SERVER; git -c core.hooksPath=/dev/null update-ref refs/ledger-evidence/main $(git rev-parse {object})"
        ));
        place.do_("add notes/new.md; git push -q origin main");
        if object.contains(':') {
            place.do_("git push -q origin :refs/ledger-evidence/main");
        }
        place.ledger("sync").ok().says("evidence given");
        place.ledger("verify").in_(&place.server()).ok().says(" 0 missing");
    }
}

#[test]
fn the_payload_of_a_forged_event_is_the_newest_with_a_change() {
    let place = Place::alone();
    place.forge("lena", |payload| drop(payload.insert("x".to_owned(), Value::Int(1))));
    place.ledger("verify").exits(3).says("format.unknown-key");
}
