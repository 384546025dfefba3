//! Making a bundle: whole or not at all.

use crate::sandbox::story::Story;
use crate::{Audit, BOTH, names};

#[test]
fn a_bundle_is_made_whole_or_not_at_all() {
    let audit = Audit::new();
    let before = audit.bytes();
    audit.site.ledger("bundle create").arg(audit.file("audit.bundle")).exits(2).says("there is something called");
    audit.site.ledger("bundle create --dry-run").arg(audit.file("new.bundle")).ok().says("it would be written");
    let nowhere = audit.site.ledger("bundle create").arg(audit.file("none/audit.bundle")).exits(5);
    nowhere.says("none/audit.bundle");
    assert_eq!(names(audit.away.path()), ["audit.bundle"]);
    assert_eq!(audit.bytes(), before);
    audit.site.ledger("declare DOC-20 --kind document").as_("dora").ok();
    audit.site.ledger("bundle create --force").arg(audit.file("audit.bundle")).ok();
    assert_eq!(names(audit.away.path()), ["audit.bundle"]);
    assert_ne!(audit.bytes(), before);
    audit.verify("audit.bundle").arg("--tip").arg(&audit.tip).ok().says("the ledger holds the event");
}

#[test]
fn names_of_files_are_no_options_and_no_commands() {
    let audit = Audit::new();
    for name in ["-o", "--help", "--upload-pack=touch pwned", "$(touch pwned)", "a\nb", "ext::sh -c touch% pwned"] {
        let made = audit.site.ledger(["bundle", "create", "--", name]).in_(audit.away.path());
        made.env("GIT_DIR", audit.site.repo.path().join(".git")).ok();
        let words = ["bundle", "verify", "--genesis", &audit.genesis, "--", name];
        let next = audit.site.ledger(words).in_(audit.away.path()).ok().next();
        if !name.contains('\n') {
            audit.site.shell(&next[0]).in_(audit.away.path()).ok();
        }
        std::fs::remove_file(audit.file(name)).unwrap();
    }
    assert_eq!(names(audit.away.path()), ["audit.bundle", "audited"]);
}

#[test]
fn evidence_that_is_not_here_is_not_left_out_in_silence() {
    let audit = Audit::new();
    audit.site.git(["update-ref", "-d", BOTH[1]]).ok();
    let told = audit.site.ledger("bundle create").arg(audit.file("new.bundle")).exits(5);
    told.says("this evidence is not here").says("[store.evidence-missing]");
    assert_eq!(told.next(), ["ledger doctor"]);
    assert_eq!(names(audit.away.path()), ["audit.bundle"]);
}

/// Bytes that were given up do not travel on, and the reader is told that they were.
#[test]
fn what_was_erased_stays_behind() {
    let audit = Audit::new();
    let sealed = audit.site.repo.git(["ls-tree", "-r", "--name-only", BOTH[1]]).replace('/', "");
    let old = audit.site.repo.git(["rev-parse", BOTH[1]]);
    audit.site.ledger(["erase", &sealed, "--reason", "it holds a token"]).ok();
    // Another clone brought the bytes back.
    audit.site.git(["update-ref", BOTH[1], &old]).ok();
    audit.site.ledger("verify").ok().says("erased evidence is still here");
    audit.site.ledger("bundle create --force").arg(audit.file("audit.bundle")).ok().says("0 present, 1 erased");
    let told = audit.verify("audit.bundle").ok();
    told.says("evidence  0 present, 1 erased, 0 missing").never_says("still here");
    // A bundle that holds them all the same is told of.
    audit.git_bundle("git.bundle", &BOTH);
    audit.verify("git.bundle").ok().says("erased evidence is still here");
}

#[test]
fn a_ledger_on_branches_has_the_same_names_in_a_bundle() {
    let audit = Audit::new();
    let name = |new: &str, old: &str| {
        audit.site.git(["update-ref", new, old]).ok();
        audit.site.git(["update-ref", "-d", old]).ok();
    };
    name("refs/heads/ledger", BOTH[0]);
    name("refs/heads/ledger-evidence", BOTH[1]);
    audit.site.git("config ledger.ref refs/heads/ledger").ok();
    audit.site.ledger("bundle create").arg(audit.file("branches.bundle")).ok();
    assert_eq!(std::fs::read(audit.file("branches.bundle")).unwrap()[..200], audit.bytes()[..200]);
    audit.verify("branches.bundle").ok().says("0 missing");
}

/// What git would read otherwise is read as it is: nothing cuts the chain short or puts another event in its place.
#[test]
fn grafts_replacements_and_shallow_boundaries_change_nothing_of_it() {
    let audit = Audit::new();
    let git = audit.site.repo.path().join(".git");
    let (tip, before) = (audit.site.tip(), audit.site.repo.git(["rev-parse", "refs/ledger/main~3"]));
    std::fs::create_dir_all(git.join("info")).unwrap();
    std::fs::write(git.join("info/grafts"), format!("{tip}\n")).unwrap();
    std::fs::write(git.join("shallow"), format!("{before}\n")).unwrap();
    std::fs::create_dir_all(git.join("refs/replace")).unwrap();
    std::fs::write(git.join("refs/replace").join(&tip), format!("{before}\n")).unwrap();
    audit.site.ledger("bundle create").arg(audit.file("odd.bundle")).ok();
    audit.verify("odd.bundle").arg("--tip").arg(&audit.tip).ok().says("the ledger holds the event");
}

#[test]
fn a_ledger_that_is_refused_here_is_in_no_bundle() {
    let audit = Audit::new();
    audit.site.git(["symbolic-ref", "refs/ledger/main", "refs/heads/main"]).ok();
    let told = audit.site.ledger("bundle create").arg(audit.file("new.bundle")).exits(3);
    told.says("the ref is symbolic").says("[trust.history]");
    audit.site.git(["symbolic-ref", "-d", "refs/ledger/main"]).ok();
    audit.site.ledger("bundle create").arg(audit.file("new.bundle")).exits(3).says("[trust.ledger-missing]");
    assert_eq!(names(audit.away.path()), ["audit.bundle"]);
    let story = Story::new();
    story.ledger("bundle create new.bundle").exits(2).says("this repository has no ledger");
}

#[test]
fn objects_that_are_lent_by_another_repository_are_in_it() {
    let audit = Audit::new();
    let clone = audit.site.beside.path().join("it's \"lent\"; x");
    audit.site.git(["clone", "-q", "--shared", "--no-checkout", "."]).arg(&clone).ok();
    let both = ["fetch", "-q", "origin", "refs/ledger*:refs/ledger*"];
    audit.site.git(both).in_(&clone).ok();
    audit.site.ledger("bundle create").arg(audit.file("lent.bundle")).in_(&clone).ok();
    audit.verify("lent.bundle").ok().says("0 missing");
}
