//! Evidence travels with the ledger: by union, and what was erased does not come back.

use crate::sandbox::git_in;
use crate::team::{Team, named};

const EVIDENCE: &str = "refs/ledger-evidence/main";

/// Dora's check cites a file; lena has it too.
fn cited() -> (Team, String) {
    let team = Team::new();
    let file = team.story.write_beside("report.txt", "a secret by mistake\n");
    let words = "attest D-1 check --value violations=0 --value tool=deny --evidence";
    team.ledger("dora", words).arg(file).ok();
    team.ledger("dora", "sync").ok().says("evidence given");
    team.ledger("lena", "sync").ok().says("1 piece came");
    let list = git_in(&team.server(), ["ls-tree", "-r", "--name-only", EVIDENCE]);
    let digest = list.replace('/', "");
    assert_eq!(digest.len(), 64, "{list}");
    (team, digest)
}

#[test]
fn a_clone_says_how_much_evidence_came() {
    let (team, _) = cited();
    let call = team.story.ledger(["clone".as_ref(), team.server().as_os_str(), "mine".as_ref()]);
    call.as_("raj").in_(team.story.beside.path()).ok().says(", 1 piece of evidence");
}

#[test]
fn evidence_that_is_missing_on_one_side_comes_from_the_other() {
    let (team, _) = cited();
    git_in(&team.server(), ["update-ref", "-d", EVIDENCE]);
    team.ledger("dora", "sync").ok().says("evidence given");
    let there = named(&team.server(), EVIDENCE);
    assert_eq!(named(&team.at("dora"), EVIDENCE), there);
    git_in(&team.at("dora"), ["update-ref", "-d", EVIDENCE]);
    team.ledger("dora", "sync").ok().says("1 piece came");
    team.ledger("dora", "verify").ok().says(" 0 missing");
}

#[test]
fn evidence_that_is_missing_on_both_sides_is_said_to_be() {
    let (team, digest) = cited();
    git_in(&team.server(), ["update-ref", "-d", EVIDENCE]);
    git_in(&team.at("dora"), ["update-ref", "-d", EVIDENCE]);
    team.ledger("dora", "sync").ok().says("1 piece missing on both sides").says(&digest);
}

#[test]
fn what_was_erased_is_taken_away_there_and_at_the_others_and_does_not_come_back() {
    let (team, digest) = cited();
    let names = |dir: std::path::PathBuf| match named(&dir, EVIDENCE).as_str() {
        "" => String::new(),
        commit => git_in(&dir, ["ls-tree", "-r", "--name-only", commit]),
    };
    team.ledger("lena", ["erase", &digest, "--reason", "a secret"]).ok();
    team.ledger("lena", "sync").ok();
    assert_eq!(names(team.server()), "");
    // Dora still has the bytes, and has something of her own to share besides.
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("dora", "sync").ok().says("1 piece taken away");
    assert_eq!((names(team.at("dora")), names(team.server())), (String::new(), String::new()));
    team.ledger("dora", "verify").ok().says(" 0 missing");
}

#[test]
fn bytes_that_are_not_those_of_their_name_are_left_out() {
    let (team, digest) = cited();
    team.joins("raj");
    let server = team.server();
    let file = team.story.write_beside("other.txt", "other bytes\n");
    let blob = git_in(&server, ["hash-object", "-w", file.to_str().unwrap()]);
    let (fan, rest) = digest.split_at(2);
    let tree = |entry: &str| {
        let out = team.story.shell(&format!("printf '{entry}' | git mktree")).in_(&server).ok();
        out.stdout.trim_end().to_owned()
    };
    let inner = tree(&format!("100644 blob {blob}\\t{rest}\\n"));
    let root = tree(&format!("040000 tree {inner}\\t{fan}\\n"));
    let commit = team.story.git(["commit-tree", "-m", "evidence", &root]).in_(&server).ok();
    git_in(&server, ["update-ref", EVIDENCE, commit.stdout.trim_end()]);
    git_in(&team.at("raj"), ["update-ref", "-d", EVIDENCE]);
    team.ledger("raj", "sync").ok().says("left out").says("1 piece missing on both sides");
    // Who has the right bytes gives them.
    team.ledger("dora", "sync").ok().says("evidence given");
    team.ledger("raj", "sync").ok().says("1 piece came");
}

#[test]
fn a_dry_run_names_the_evidence_that_would_come_and_go() {
    let (team, digest) = cited();
    let refs = |dir: std::path::PathBuf| git_in(&dir, ["for-each-ref"]);
    let file = team.story.write_beside("more.txt", "More of it.\n");
    team.ledger("dora", "attest D-1 check --value violations=0 --value tool=deny --evidence").arg(file).ok();
    let before = refs(team.at("dora"));
    let told = team.ledger("dora", "sync --dry-run").ok();
    told.says("1 event would be given").says("evidence would be given");
    let read = team.ledger("dora", "sync --dry-run").json().ok();
    assert_eq!(read.get("evidence.given"), govledger::domain::value::Value::Bool(true));
    assert_eq!(refs(team.at("dora")), before);
    team.ledger("dora", "sync").ok().says("evidence given");
    let before = refs(team.at("lena"));
    team.ledger("lena", "sync --dry-run").ok().says("evidence 1 piece would come").never_says("would be given");
    assert_eq!(refs(team.at("lena")), before);
    team.ledger("lena", "sync").ok().says("1 piece came");
    team.ledger("lena", &format!("erase {digest} --reason 'a secret'")).ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync --dry-run").ok().says("1 piece would be taken away");
}

/// S2-051: where git tells the guard of a part of the push only, as when a pipe breaks, that is no refusal, and the same command goes on.
#[test]
fn a_guard_that_is_told_of_a_part_of_the_push_is_a_broken_environment() {
    let team = Team::new();
    team.ledger("lena", "hooks install --server").in_(&team.server()).ok();
    let hook = team.server().join("hooks/pre-receive");
    let whole = std::fs::read_to_string(&hook).unwrap();
    let program = env!("CARGO_BIN_EXE_ledger");
    crate::sandbox::script(
        &hook,
        &format!("#!/bin/sh\ngrep -v ledger-evidence | '{program}' hook --server pre-receive\n"),
    );
    let file = team.story.write_beside("report.txt", "It is shown.\n");
    team.ledger("dora", "attest D-1 check --value violations=0 --value tool=deny --evidence").arg(file).ok();
    let shared = team.shared();
    let told = team.ledger("dora", "sync").exits(5);
    told.says("git did not tell this hook of its ref").says("[store.io]");
    assert_eq!(team.shared(), shared);
    crate::sandbox::script(&hook, &whole);
    team.ledger("dora", "sync").ok().says("1 event given").says("evidence given");
    // Evidence that does not come is what it was.
    let file = team.story.write_beside("more.txt", "It is shown once more.\n");
    team.ledger("dora", "attest D-1 check --value violations=0 --value tool=deny --evidence").arg(file).ok();
    let alone = team.story.git("push origin refs/ledger/main").as_("dora").in_(&team.at("dora")).exits(1);
    alone.says("[store.evidence-missing]");
}

/// By a plain push git lets evidence go on from what is there, which it never does; the guard says how it is pushed.
#[test]
fn a_plain_push_of_evidence_that_git_holds_back_is_told_the_way() {
    let (team, _) = cited();
    team.ledger("lena", "hooks install --server").in_(&team.server()).ok();
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    team.ledger("dora", "attest D-1 check --value violations=1 --value tool=deny --evidence").arg(file).ok();
    let plain = ["push", "--no-verify", "origin", "refs/ledger/main", EVIDENCE];
    let told = team.story.git(plain).as_("dora").in_(&team.at("dora")).exits(1);
    told.says("git sends its ref by force alone, as `ledger sync` does");
    team.ledger("dora", "sync").ok().says("1 event given");
}

/// The bytes of a seal that waits for a signature are shared with it: whoever adds the next has to see what is sealed.
#[test]
fn the_evidence_of_an_event_that_waits_for_signatures_goes_along() {
    let team = Team::new();
    team.story.ledger("move D-1 final").as_("dora").ok();
    let review = "attest D-1 review --result approve --answer complete=yes --answer consistent=yes";
    team.story.ledger(review).as_("raj").ok();
    team.story.ledger("seal D-1").as_("omar").ok().says("1 of 2 signatures");
    team.ledger("lena", "sync").ok().says("evidence given");
    team.ledger("dora", "sync").ok().says("1 piece came");
    team.ledger("dora", "doctor").as_("dora").ok().never_says("no event cites");
}

/// Where the ledger is on a branch, its name comes before that of its evidence, and git takes it first.
#[test]
fn a_guarded_host_that_is_not_atomic_takes_a_ledger_on_a_branch() {
    let (team, _) = cited();
    let server = team.server();
    let moves = "git update-ref refs/heads/ledger refs/ledger/main; git update-ref refs/heads/ledger-evidence refs/ledger-evidence/main
        git config ledger.ref refs/heads/ledger";
    for dir in [&server, &team.at("lena")] {
        team.story.shell(moves).in_(dir).ok();
    }
    git_in(&server, ["config", "receive.advertiseAtomic", "false"]);
    team.ledger("lena", "hooks install --server").in_(&server).ok();
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    team.ledger("lena", "attest D-1 seen --result noted --evidence").arg(file).ok();
    team.ledger("lena", "sync").ok().says("1 event given").says("evidence given");
    for name in ["refs/heads/ledger", "refs/heads/ledger-evidence"] {
        assert_eq!(named(&server, name), named(&team.at("lena"), name));
    }
    team.ledger("lena", "sync").ok().says("in step");
    // Where the guard cannot write, nobody remembers that the two come together, and it says so.
    let judged = server.join("ledger/judged-together");
    std::fs::remove_file(&judged).unwrap();
    std::fs::create_dir(&judged).unwrap();
    let file = team.story.write_beside("more.txt", "This shows more.\n");
    team.ledger("lena", "attest D-1 seen --result noted --evidence").arg(file).ok();
    assert_ne!(
        team.ledger("lena", "sync")
            .run()
            .says("the guard cannot remember that this evidence comes with its events")
            .code,
        0
    );
    std::fs::remove_dir(&judged).unwrap();
    team.ledger("lena", "sync").ok().says("1 event given");
}

/// A guard on a host that takes no several refs at once: what is new goes before the events that cite it, what was erased after those
/// that say so.
#[test]
fn a_guarded_host_that_is_not_atomic_takes_what_was_erased_and_what_is_new() {
    let (team, digest) = cited();
    let server = team.server();
    git_in(&server, ["config", "receive.advertiseAtomic", "false"]);
    team.ledger("lena", "hooks install --server").in_(&server).ok();
    team.ledger("lena", ["erase", &digest, "--reason", "a secret"]).ok();
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    team.ledger("lena", "attest D-1 seen --result noted --evidence").arg(file).ok();
    team.ledger("lena", "sync").ok().says("2 events given").says("evidence given");
    assert_eq!(team.shared(), team.tip("lena"));
    assert_eq!(named(&server, EVIDENCE), named(&team.at("lena"), EVIDENCE));
    let names = git_in(&server, ["ls-tree", "-r", "--name-only", EVIDENCE]).replace('/', "");
    assert!(names.len() == 64 && names != digest, "{names}");
    team.ledger("lena", "sync").ok().says("in step");
    team.ledger("dora", "sync").ok().says("1 piece taken away").says("1 piece came");
}

/// Where a host takes no several refs at once, somebody's event can come between the steps of another's sync: the evidence that waits for it stays.
#[test]
fn evidence_that_another_is_about_to_cite_stays_on_a_host_that_is_not_atomic() {
    let (team, digest) = cited();
    let server = team.server();
    git_in(&server, ["config", "receive.advertiseAtomic", "false"]);
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    team.ledger("dora", "attest D-1 check --value violations=1 --value tool=deny --evidence").arg(file).ok();
    git_in(&team.at("dora"), ["push", "-q", "--force", "origin", EVIDENCE]);
    let half = named(&server, EVIDENCE);
    team.ledger("lena", "declare D-2 --kind document").as_("dora").ok();
    team.ledger("lena", ["erase", &digest, "--reason", "a secret"]).ok();
    team.ledger("lena", "sync").ok().says("2 events given");
    let left = git_in(&server, ["ls-tree", "-r", "--name-only", EVIDENCE]).replace('/', "");
    assert!(left.len() == 64 && left != digest, "what was erased is gone, and no more: {left}");
    assert_ne!(named(&server, EVIDENCE), half);
    team.ledger("dora", "sync").ok().says("1 event given");
    team.ledger("lena", "sync").ok().says("1 piece came");
    team.ledger("lena", "verify").ok().says("1 present, 1 erased, 0 missing");
}
