//! `ledger doctor`: what it finds in a repository in which something failed, what it mends, and what it leaves alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "sandbox/mod.rs"]
mod sandbox;
#[path = "attacks/site.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod site;

use std::fs;
use std::path::PathBuf;

use crate::sandbox::story::Outcome;
use crate::site::Site;

const MEND: &str = "ledger doctor --mend";

const EVIDENCE: &str = "refs/ledger-evidence/main";

impl Site {
    fn in_git(&self, path: &str) -> PathBuf {
        self.repo.path().join(".git").join(path)
    }

    /// Demands that the doctor, asked to mend, says what it did, and afterwards finds nothing of the kind.
    #[track_caller]
    fn mends(&self, told: &str, name: &str) -> Outcome {
        let held =
            || self.shell("git for-each-ref 2>&1; find .git -type f | sort | xargs -d '\\n' sha1sum").run().stdout;
        let before = held();
        self.ledger("doctor --mend --dry-run")
            .run()
            .says(&format!("todo  {name:<9}  "))
            .says(told)
            .never_says("done  ");
        assert_eq!(held(), before, "a dry run changed something");
        let mended = self.ledger("doctor --mend").ok();
        mended.says(&format!("done  {name:<9}  ")).says(told);
        let healthy = self.ledger("doctor").ok();
        healthy.says(&format!("ok    {name:<9}  ")).never_says(MEND);
        assert!(!self.ledger("doctor --mend").ok().stdout.contains("done  "), "it is mended once");
        mended
    }
}

/// S2-075, S2-076: the ref is lost in a crash; the log says where it was, and everything up to there is judged before it is believed.
#[test]
fn a_ref_that_a_crash_took_is_put_back_from_its_log() {
    let damages: [fn(&Site); 4] = [
        |site| fs::remove_file(site.in_git("refs/ledger/main")).unwrap(),
        |site| site.point(""),
        |site| site.point("0123"),
        |site| site.point(&"\0".repeat(41)),
    ];
    for damage in damages {
        let site = Site::new();
        let (tip, digest) = (site.tip(), site.ledger("replay --digest").ok().stdout);
        damage(&site);
        site.ledger("status").exits(3);
        let told = site.ledger("doctor").exits(3);
        told.says("bad   ledger").says("the log of refs/ledger/main says that it was at event 13");
        assert!(told.next().contains(&MEND.to_owned()), "{told}");
        site.mends("refs/ledger/main is put back to event 13, as the log of refs/ledger/main says", "ledger");
        assert_eq!((site.tip(), site.ledger("replay --digest").ok().stdout), (tip, digest));
        site.ledger("declare DOC-20 --kind document").as_("dora").ok();
    }
}

#[test]
fn a_ref_whose_log_went_with_it_is_put_back_to_what_a_remote_was_known_to_have() {
    let site = Site::new();
    let server = site.beside.path().join("server.git");
    site.git(["clone", "-q", "--bare", "."]).arg(&server).ok();
    site.git(["remote", "add", "origin"]).arg(&server).ok();
    site.ledger("doctor").ok().says("warn  shared     never shared with origin by ledger sync");
    site.ledger("sync").ok();
    site.ledger("doctor").ok().says("ok    shared     origin had all of it at the last sync");
    let tip = site.tip();
    // Where a git that logs nothing had moved the ref, what the remote had goes further than the log.
    let log = fs::read_to_string(site.in_git("logs/refs/ledger/main")).unwrap();
    let shorter: Vec<&str> = log.lines().take(9).collect();
    fs::write(site.in_git("logs/refs/ledger/main"), shorter.join("\n") + "\n").unwrap();
    fs::remove_file(site.in_git("refs/ledger/main")).unwrap();
    site.ledger("doctor --mend").ok().says("is put back to event 13, as refs/ledger-remote/origin/main says");
    assert_eq!(site.tip(), tip);
    site.ledger("declare DOC-20 --kind document").as_("dora").ok();
    site.ledger("doctor").ok().says("origin did not have the newest event at the last sync").says("ledger sync");
    site.git("update-ref -d refs/ledger/main").ok();
    assert!(!site.in_git("logs/refs/ledger/main").exists());
    let mended = site.ledger("doctor --mend").ok();
    mended.says("is put back to event 13, as refs/ledger-remote/origin/main says");
    assert_eq!(site.tip(), tip);
}

#[test]
fn a_ref_is_put_back_to_no_other_ledger_and_to_nothing_that_is_not_valid() {
    // The newest entry of the log is a commit of code, the one before it a forged event, then comes the last good one.
    let site = Site::new();
    let good = site.tip();
    site.tamper(site::TAIL, "Retry twice", "Retry never");
    let forged = site.tip();
    let log = site.in_git("logs/refs/ledger/main");
    let line = |from: &str, to: &str| format!("{from} {to} a <a@example.org> 1768036320 +0000\tpush\n");
    let text = fs::read_to_string(&log).unwrap() + &line(&good, &forged) + &line(&forged, &site.head());
    fs::write(&log, text).unwrap();
    fs::remove_file(site.in_git("refs/ledger/main")).unwrap();
    site.ledger("doctor --mend").ok().says("is put back to event 13");
    assert_eq!(site.tip(), good);
    // Where no ledger is named, or another one, nothing is put back.
    site.git("update-ref -d refs/ledger/main").ok();
    let genesis = site.git("config ledger.genesis").ok();
    site.git("config ledger.genesis 0000000000000000000000000000000000000000000000000000000000000000").ok();
    fs::remove_file(site.repo.path().join(".ledger")).unwrap();
    site.git("update-ref -d refs/heads/main").ok();
    fs::write(&log, line(&"0".repeat(40), &good)).unwrap();
    site.ledger("doctor --mend").exits(3).never_says("is put back");
    // Nor where nothing names the ref: the ledger can be at another one.
    site.git(["config", "ledger.genesis", genesis.stdout.trim()]).ok();
    site.git("config --unset ledger.ref").ok();
    site.ledger("doctor --mend").exits(3).never_says("is put back");
    site.git("config --unset ledger.genesis").ok();
    site.ledger("doctor --mend").ok().never_says("is put back");
    assert!(!site.in_git("refs/ledger/main").exists());
}

#[test]
fn a_ref_that_names_something_is_moved_by_nobody() {
    let site = Site::new();
    // A symbolic ref is no accident of a disk.
    site.git("symbolic-ref refs/ledger/main refs/heads/main").ok();
    site.ledger("doctor --mend").exits(3).says("symbolic").never_says("done  ledger");
    assert_eq!(fs::read_to_string(site.in_git("refs/ledger/main")).unwrap(), "ref: refs/heads/main\n");
    // Nor is a ledger that ends earlier, or one that is not valid.
    let site = Site::new();
    let before = site.before(site::TAIL);
    site.point(&format!("{before}\n"));
    site.ledger("doctor --mend").ok().never_says("done  ledger");
    assert_eq!(site.tip(), before);
    let site = Site::new();
    site.tamper(site::TAIL, "Retry twice", "Retry never");
    let forged = site.tip();
    site.ledger("doctor --mend").exits(3).says("bad   ledger");
    assert_eq!(site.tip(), forged);
}

/// S2-075: what a writer left that was killed goes; what git holds stays, whatever its age.
#[test]
fn what_a_killed_writer_left_is_cleared_up_and_a_lock_of_gits_is_not() {
    let site = Site::new();
    let (own, lock) = (site.in_git("ledger/pending/refs/ledger/main.next"), site.in_git("refs/ledger/main.lock"));
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    fs::write(&own, format!("{}\n", site.head())).unwrap();
    fs::hard_link(&own, &lock).unwrap();
    let told = site.ledger("doctor").ok();
    told.says("warn  files").says("was killed while it wrote");
    assert_eq!(told.next(), [MEND]);
    site.mends("what a command that was killed had left is cleared up", "files");
    assert!(!own.exists() && !lock.exists());
    // Git's own.
    for name in ["refs/ledger/main.lock", "refs/ledger-evidence/main.lock", "config.lock", "packed-refs.lock"] {
        let lock = site.in_git(name);
        fs::write(&lock, "").unwrap();
        let told = site.ledger("doctor --mend").ok();
        told.says("git holds this lock").says(name);
        assert!(lock.exists(), "{name}");
        let next = told.next();
        assert_eq!(next, [format!("rm {}", lock.display())]);
        site.shell(&next[0]).ok();
        site.ledger("doctor").ok().says("ok    files");
    }
}

#[test]
fn a_log_that_is_missing_is_begun() {
    let site = Site::new();
    fs::remove_file(site.in_git("logs/refs/ledger/main")).unwrap();
    site.ledger("doctor").ok().says("moves of refs/ledger/main are not logged").says(MEND);
    let tip = site.tip();
    site.mends("moves of refs/ledger/main are logged from now on", "files");
    assert_eq!(site.tip(), tip);
    assert_eq!(site.repo.git(["reflog", "show", "--format=%gs", "refs/ledger/main"]), "ledger: doctor began this log");
    fs::remove_file(site.in_git("refs/ledger/main")).unwrap();
    site.ledger("doctor --mend").ok().says("is put back to event 13");
}

/// S2-076: rebuilt from what is there: the bytes are kept again under the SHA-256 that was signed.
#[test]
fn evidence_that_lost_its_ref_is_found_among_the_objects() {
    let site = Site::new();
    let before = site.repo.git(["rev-parse", EVIDENCE]);
    site.git(["update-ref", "-d", EVIDENCE]).ok();
    let told = site.ledger("doctor").exits(1);
    told.says("bad   evidence   1 of 1 cited pieces are missing [store.evidence-missing]");
    assert!(told.next().contains(&MEND.to_owned()), "{told}");
    site.mends("a missing piece was still among the objects that are here, and kept again", "evidence");
    assert_eq!(site.repo.git(["rev-parse", EVIDENCE]), before);
    site.ledger("verify").ok().says("evidence  1 present, 0 erased, 0 missing");
}

#[test]
fn evidence_that_is_nowhere_stays_missing_and_what_was_given_up_stays_gone() {
    let site = Site::new();
    let blob = site.repo.git(["ls-tree", "-r", "--object-only", EVIDENCE]);
    let sha256 = site.repo.git(["ls-tree", "-r", "--name-only", EVIDENCE]).replace('/', "");
    let kept = fs::read(site.loose(&blob)).unwrap();
    fs::remove_file(site.loose(&blob)).unwrap();
    site.git(["update-ref", "-d", EVIDENCE]).ok();
    // As long as the bytes that were sealed, and not those.
    let other = "x".repeat("# One\n".len());
    site.write("other", &other);
    site.git("hash-object -w other").ok();
    site.ledger("doctor --mend").exits(1).says("bad   evidence").never_says("done  evidence");
    fs::write(site.loose(&blob), kept).unwrap();
    site.ledger("doctor --mend").ok().says("done  evidence");
    let with = site.repo.git(["rev-parse", EVIDENCE]);
    site.ledger(["erase", &sha256, "--reason", "it holds a token"]).ok();
    site.ledger("doctor --mend").ok().never_says("done  evidence");
    site.git(["update-ref", EVIDENCE, &with]).ok();
    let told = site.ledger("doctor").ok();
    told.says("warn  evidence   bytes that were given up are still here");
    assert!(told.next().contains(&format!("ledger erase {sha256}")), "{told}");
}

#[test]
fn settings_by_which_git_would_move_the_ledger_unjudged_are_told() {
    let site = Site::new();
    site.git("remote add origin https://git.example/x.git").ok();
    site.ledger("doctor").ok().never_says("unjudged");
    for spec in ["+refs/ledger*:refs/ledger*", "+refs/*:refs/*", "refs/ledger/main:refs/ledger/main"] {
        site.git(["config", "--add", "remote.origin.fetch", spec]).ok();
        let told = site.ledger("doctor").ok();
        told.says("warn  shared").says(&format!("unjudged: remote.origin.fetch = {spec}"));
        let unset = told.next().into_iter().find(|next| next.starts_with("git config --fixed")).unwrap();
        site.shell(&unset).ok();
        site.ledger("doctor").ok().never_says("unjudged");
    }
    assert_eq!(site.repo.git(["config", "remote.origin.fetch"]), "+refs/heads/*:refs/remotes/origin/*");
}

#[test]
fn without_being_asked_to_mend_it_changes_nothing() {
    let site = Site::new();
    site.git(["update-ref", "-d", EVIDENCE]).ok();
    fs::remove_file(site.in_git("logs/refs/ledger/main")).unwrap();
    let state = || site.shell("find .git -type f ! -path '*/sample' -exec sha256sum {} + | sort").ok().stdout;
    let before = state();
    site.ledger("doctor").exits(1);
    assert_eq!(state(), before);
}

/// A push that brings an event holds the lock of the ledger's ref from before its guard looks at the evidence that is here.
#[test]
fn evidence_of_an_event_that_a_push_brings_is_not_taken_away() {
    let site = Site::new();
    let file = site.write_beside("seen.txt", "This was seen.\n");
    site.ledger("attest DOC-1 review --evidence").arg(file).as_("raj").ok();
    let (tip, held) = (site.repo.git(["rev-parse", "refs/ledger/main"]), site.repo.git(["rev-parse", EVIDENCE]));
    site.git("update-ref refs/ledger/main refs/ledger/main~1").ok();
    fs::write(site.in_git("refs/ledger/main.lock"), "").unwrap();
    site.ledger("doctor --mend").run().says("1 piece that no event cites is here").never_says("taken away");
    assert_eq!(site.repo.git(["rev-parse", EVIDENCE]), held);
    fs::write(site.in_git("refs/ledger/main"), tip + "\n").unwrap();
    fs::remove_file(site.in_git("refs/ledger/main.lock")).unwrap();
    site.ledger("doctor --mend").ok().never_says("done  ");
    site.ledger("verify").ok().says(" 0 missing");
    // Where nobody moves it, nothing stays in the way.
    site.git("update-ref refs/ledger/main refs/ledger/main~1").ok();
    site.ledger("doctor --mend").ok().says("1 piece that no event cites taken away");
    site.ledger("declare DOC-20 --kind document").as_("dora").ok();
}

/// A signature takes as long as a person takes with a passphrase; what the event will cite is kept meanwhile.
#[test]
fn evidence_of_an_event_that_is_being_signed_is_not_taken_away() {
    let site = Site::new();
    let file = site.write_beside("seen.txt", "This was seen.\n");
    let public = site.write_beside("raj.pub", &fs::read_to_string(site.public_key("raj")).unwrap());
    let program = site.write_beside("sign.sh", "");
    sandbox::script(
        &program,
        &format!(
            "#!/bin/sh\n'{}' doctor --mend >'{}' 2>&1\nfor last; do :; done\nexec ssh-keygen -Y sign -n git -f '{}' \"$last\"\n",
            env!("CARGO_BIN_EXE_ledger"),
            site.beside.path().join("mended").display(),
            site.key("raj").display(),
        ),
    );
    site.git("config user.signingKey").arg(public).ok();
    site.git("config gpg.ssh.program").arg(program).ok();
    site.ledger("attest DOC-1 review --evidence").arg(file).as_("raj").ok();
    let meanwhile = fs::read_to_string(site.beside.path().join("mended")).unwrap();
    assert!(
        meanwhile.contains("1 piece that no event cites is here") && !meanwhile.contains("taken away"),
        "{meanwhile}"
    );
    site.ledger("verify").ok().says(" 0 missing");
    site.ledger("doctor --mend").ok().never_says("done  ");
}
