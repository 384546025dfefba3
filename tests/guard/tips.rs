//! `Ledger-Tip:` in commits of code: who cites an event says that it was there.

use super::Place;

impl Place {
    /// Has commits cite the tip, and the clone know what the server has.
    fn citing(&self) {
        self.ledger("hooks install").ok();
        self.do_(
            "git config ledger.tipTrailer true; git fetch -q origin +refs/ledger/main:refs/ledger-remote/origin/main",
        );
    }

    fn cited(&self) -> String {
        self.repo.git(["log", "-1", "--format=%(trailers:key=Ledger-Tip,valueonly)"]).trim().to_owned()
    }

    /// Returns what a commit would cite of an event.
    fn tip_of(&self, revision: &str) -> String {
        let seq = self.repo.git(["rev-list", "--count", &format!("{revision}~1")]);
        let sha256 = self.do_(&format!("git cat-file commit {revision} | sha256sum | cut -c1-64")).stdout;
        format!("{seq} {}", sha256.trim())
    }
}

/// On request a commit cites the newest event that is shared, once, whatever becomes of the commit.
#[test]
fn a_commit_cites_the_newest_event_that_is_shared() {
    let place = Place::new();
    place.do_("add notes/a.md");
    assert_eq!(place.cited(), "");
    place.citing();
    let tip = place.tip_of("refs/ledger/main");
    place.do_("add notes/b.md");
    assert_eq!(place.cited(), tip);
    assert!(place.repo.git(["log", "-1", "--format=%B"]).starts_with("notes/b.md\n\nLedger-Tip: 8 "));
    // Not an event that only this clone has.
    place.ledger("declare DOC-3 --kind document").ok();
    place.do_("git commit -q --amend --no-edit");
    assert_eq!(place.cited(), tip);
    place.do_(
        "git push -q origin refs/ledger/main; git fetch -q origin +refs/ledger/main:refs/ledger-remote/origin/main",
    );
    place.do_("git commit -q --amend --no-edit");
    assert_eq!(place.cited(), place.tip_of("refs/ledger/main"), "replaced, not added");
    // The remote is ahead of this clone: what both have.
    place.do_("git update-ref refs/ledger/main refs/ledger/main~1; git commit -q --amend --no-edit");
    assert_eq!(place.cited(), tip);
    // A message that says nothing gives the commit up.
    place.do_("put notes/c.md");
    place.script("git commit").env("EDITOR", "true").exits(1).says("Aborting commit due to empty commit message");
    place.script("git commit -v").env("EDITOR", "true").exits(1).says("Aborting commit");
    place.script("git commit -q -v").env("EDITOR", "sed -i 1iWords").ok();
    assert_eq!(place.cited(), tip);
    place.do_("git config --unset ledger.tipTrailer; add notes/d.md");
    assert_eq!(place.cited(), "");
}

/// A commit that cites an event which the server does not hold is refused, whoever signed it; with the event it is taken.
#[test]
fn a_server_refuses_code_that_cites_an_event_it_does_not_hold() {
    let place = Place::new();
    place.ledger("declare DOC-3 --kind document").ok();
    let tip = place.tip_of("refs/ledger/main");
    place.do_(&format!("put notes/a.md; git commit -q -m \"a\n\nLedger-Tip: {tip}\"; add notes/b.md"));
    let refused = place.refuses("git push origin main");
    let (seq, sha256) = tip.split_once(' ').unwrap();
    refused.says("remote: ledger: push refused: commit ");
    refused.says(&format!(
        " cites event {seq} ({}), which the ledger here does not hold  [trust.tip-mismatch]",
        &sha256[..12]
    ));
    refused.says("next     ledger sync");
    place.do_("git push -q --atomic origin main refs/ledger/main");
    for wrong in ["", "9", "9 abc", "seven 7", &format!("1 {sha256}"), &format!("99 {sha256}")] {
        let commit = format!("put notes/c.md; git commit -q -m \"c\n\nLedger-Tip: {wrong}\"; git push origin main");
        place.refuses(&commit).says("[trust.tip-mismatch]");
        place.do_("git reset -q --hard HEAD~1");
    }
    // CI finds it as well.
    place.do_(&format!("put notes/c.md; git commit -q -m \"c\n\nLedger-Tip: 99 {sha256}\""));
    place
        .ledger("check --range origin/main..main")
        .exits(1)
        .says("change refused: commit ")
        .says("[trust.tip-mismatch]");
    place.ledger("check --range origin/main..main --format json").exits(1).says("\"code\":\"trust.tip-mismatch\"");
    place.ledger("check --range origin/main..main --at 3").ok();
}

/// A ledger that lacks what signed code cites was cut short: `verify` says so, and by whose word.
#[test]
fn a_ledger_that_was_cut_short_is_found_by_the_code_that_cites_it() {
    let place = Place::new();
    place.citing();
    place.do_("add notes/a.md");
    place.ledger("verify").ok();
    let whole = place.tip();
    place.do_("git update-ref refs/ledger/main refs/ledger/main~1");
    let cut = place.ledger("verify").exits(3);
    cut.says(&format!("commit {}, signed by lena, cites event 8, ", place.head())).says("[trust.tip-mismatch]");
    cut.says("the ledger ends at event 7, and origin had the event at the last sync");
    // Another event in its place.
    place.ledger("declare DOC-3 --kind document").ok();
    place.ledger("verify").exits(3).says("event 8 is another one here");
    // The word of somebody unknown proves nothing, and neither does an unsigned one.
    place.do_("git reset -q --hard HEAD~1; git reflog expire --expire=now --all");
    place.person("eve");
    for (n, who) in ["git", "git -c commit.gpgSign=false"].into_iter().enumerate() {
        place
            .script(&format!(
                "put notes/b{n}.md; {who} -c core.hooksPath=/dev/null commit -q -m \"b\n\nLedger-Tip: 99 {}\"",
                "0".repeat(64)
            ))
            .as_("eve")
            .ok();
    }
    place.ledger("verify").ok();
    place.do_(&format!("git update-ref refs/ledger/main {whole}"));
    place.ledger("verify").ok();
}

/// Whoever is enrolled can cite what never was: one person's word is told, and stops nobody who does not insist; that of two is believed.
#[test]
fn one_person_who_makes_an_event_up_locks_nobody_out() {
    let place = Place::new();
    let cites = |name: &str, who: &str, seq: u32| {
        let digest = "5".repeat(64);
        let commit = format!(
            "put notes/{name}.md; git -c core.hooksPath=/dev/null commit -q -m \"{name}\n\nLedger-Tip: {seq} {digest}\""
        );
        place.script(&commit).as_(who).ok();
        place.head()
    };
    let commit = cites("made-up", "omar", 99);
    let told = place.ledger("verify").ok();
    told.says("cited     event 99, 5555")
        .says("by code that omar signed; the ledger ends at event 8")
        .says("[trust.tip-mismatch]");
    told.says("only by the word of omar: the ledger was cut short, or the event never was");
    told.says(&format!("git log -1 --show-signature {commit}"));
    place.ledger("bundle create").arg(place.beside.path().join("out.bundle")).ok();
    let insists = place.ledger("verify --complete --format json").exits(3);
    insists.says("\"verified\":false").says(&format!("\"commit\":\"{commit}\"")).says("\"actor\":\"omar\"");
    // However often it is said.
    cites("again", "omar", 100);
    place.ledger("verify").ok().says("cited     event 100, ");
    // Two people say so.
    let other = cites("too", "ines", 99);
    place
        .ledger("verify")
        .exits(3)
        .says("[trust.tip-mismatch]")
        .says(&other)
        .says("it was cut short, or is older than");
}
