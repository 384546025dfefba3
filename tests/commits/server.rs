//! Commits that exist already: at the push, on the server and in CI.

use super::Place;

/// A server that holds what the clone holds, and guards it.
pub(crate) const GUARDED: &str = "git init -q --bare -b main \"$SERVER\"; git remote add origin \"$SERVER\"
    round push -q origin main refs/ledger/main
    test -z \"$(git for-each-ref refs/ledger-evidence)\" || round push -q origin refs/ledger-evidence/main
    ledger -C \"$SERVER\" hooks install --server > /dev/null";

/// M0-005, M0-006: the client's hooks were skipped; the push and the server refuse in the same words.
#[test]
fn what_went_round_the_hooks_is_refused_at_the_push_and_by_the_server() {
    let place = Place::new();
    place.do_(GUARDED);
    for (change, message, says) in [
        ("put src/a.rs TODO", "-m m -m \"$packet\"", "src/a.rs:1 adds `\\bTODO\\b`"),
        ("put src/a.rs", "-m m", "the commit names no packet that it serves"),
        ("put app/a.rs", "-m m -m \"$packet\"", "app/a.rs is outside of in_scope_paths of WP-1"),
        ("put Cargo.toml x", "-m m", "the commit changes Cargo.toml and not docs/OSS_REGISTER.md"),
        (
            "put src/a.rs",
            "--no-gpg-sign -m m -m \"$packet\"",
            "nobody who is enrolled signed the commit and changes src/a.rs",
        ),
    ] {
        place.do_(&format!("{change}; round commit -q {message}"));
        for push in ["git push origin main", "round push origin main"] {
            place.script(push).exits(1).says(says).says("commits.CX-");
        }
        let checked = place.script("ledger check --range origin/main..main").exits(1);
        checked.says(says);
        place.do_("git reset -q --hard origin/main");
    }
    place.do_("put src/a.rs; git commit -q -m m -m \"$packet\"; git push -q origin main");
}

/// One who signs is judged by the key that signed, whatever name the commit gives.
#[test]
fn the_committer_is_who_signed() {
    let place = Place::new();
    place.do_(GUARDED);
    let by_omar = "put src/a.rs; round -c user.name=raj -c user.email=raj@example.org commit -q -m m -m \"$packet\"";
    place.script(by_omar).as_("omar").ok();
    place.script("round push origin main").exits(1).says("omar is orchestrator and changes src/a.rs");
}

/// What a rule needs is asked of what the push leaves, once, and under the ledger that it leaves.
#[test]
fn what_a_branch_needs_is_asked_of_the_tip_under_the_ledger_after_the_push() {
    let place = Place::new();
    place.do_(GUARDED);
    place.ledger("move WP-1 done").as_("omar").ok();
    place.do_("round push -q origin refs/ledger/main; put notes/a.md; round commit -q -m a; put notes/b.md; round commit -q -m b");
    for push in ["git push origin main", "round push origin main"] {
        place.script(push).exits(1).says("commits.CX-585").says("WP-1");
    }
    // Another branch needs nothing, and does not carry it to this one.
    place.do_("git push -q origin main:topic");
    place.script("round push origin main").exits(1).says("commits.CX-585");
    place.ledger("attest WP-1 confirmed").as_("omar").ok();
    // Where git takes refs one by one, and would not take the ledger, the code that needs it is not taken either.
    let before = place.do_(": >$SERVER/refs/ledger/main.lock; git -C $SERVER rev-parse main").stdout;
    let alone = place.script("round push origin main refs/ledger/main").exits(128);
    alone.says("commits.CX-585").says("taken with it by `git push --atomic`");
    assert_eq!(place.do_("rm $SERVER/refs/ledger/main.lock; git -C $SERVER rev-parse main").stdout, before);
    place.do_("round push -q --atomic origin main refs/ledger/main");
}

/// A branch of releases takes signed commits alone, also those that other branches have taken.
#[test]
fn a_branch_that_takes_signed_commits_takes_no_other() {
    let place = Place::new();
    place.do_(GUARDED);
    place.do_("put notes/a.md; git commit -q --no-gpg-sign -m a; git push -q origin main");
    place.do_("round push -q origin main~1:refs/heads/release");
    for push in ["git push origin main:release", "round push origin main:release"] {
        place.script(push).exits(1).says("nobody who is enrolled signed the commit").says("[commit.signed]");
    }
    place.script("ledger check --range main~1..main --branch release").exits(1).says("[commit.signed]");
    place.do_("ledger check --range main~1..main");
    // Nobody knows where a detached commit goes.
    place.do_("git checkout -q --detach");
    place.script("ledger check --range main~1..HEAD").exits(1).says("[commit.signed]");
}

/// S1-010: what a rule needs is told of the commit that it speaks of, not of the one in which the branch ends. What came too late for a rule
/// that nobody can waive comes in under a charter without it, which the authority adopts, and says so for good.
#[test]
fn what_comes_too_late_is_told_of_its_own_commit_and_waits_for_another_charter() {
    let place = Place::new();
    place.do_(GUARDED);
    place.do_("put docs/master_spec/v2.md; git commit -q -m 'The second version'");
    let late: String = place.repo.git(["rev-parse", "HEAD"]).chars().take(12).collect();
    place.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    place.ledger("sync").ok();
    place.do_("put notes/b.md; git commit -q -m 'A note'");
    let told = format!("commit {late} The second version");
    for judge in ["git push origin main", "round push origin main", "ledger check --range origin/main..main"] {
        let refused = place.script(judge).exits(1);
        refused.says(&told).says("PHASE-1 is active").says("commits.CX-585A").says("ledger why commits.CX-585A");
        refused.never_says("A note");
    }
    let why = place.script("ledger why commits.CX-585A").exits(1);
    why.says("not possible for this rule; what came too late for it waits for a charter without it");
    why.says("who      user: lena");
    let json = place.script("ledger why commits.CX-585A --format json").exits(1);
    json.says("\"authority\":[{\"actors\":[\"lena\"]");
    let charter = include_str!("charter.toml");
    let rule = charter.lines().find(|line| line.starts_with("CX-585A")).unwrap();
    place.write("late.toml", &charter.replace(rule, ""));
    place.write("charter.toml", charter);
    place.ledger("charter adopt late.toml").ok();
    place.ledger("sync").ok();
    place.do_("git push -q origin main");
    place.ledger("charter adopt charter.toml").ok();
    place.ledger("sync").ok();
    place.do_("put docs/master_spec/v3.md; round commit -q -m 'The third version'");
    place.script("round push origin main").exits(1).says("The third version").says("commits.CX-585A");
}

/// M0-004: the code of a packet that is done comes in by a waiver for the packet, and the hook, a range and the server know it alike.
#[test]
fn the_late_code_of_a_packet_comes_in_by_a_waiver_for_it() {
    let place = Place::new();
    place.do_(GUARDED);
    place.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    place.ledger("amend WP-1 --add-link part_of=PHASE-1").as_("omar").ok();
    place.ledger("attest WP-1 confirmed").as_("omar").ok();
    place.do_("put src/a.rs; git commit -q -m 'The store' -m \"$packet\"");
    place.ledger("move WP-1 done").as_("omar").ok();
    place.ledger("sync").ok();
    let judges = ["git push origin main", "round push origin main", "ledger check --range origin/main..main"];
    for judge in judges {
        let refused = place.script(judge).exits(1);
        refused.says("The store").says("WP-1, which is done").says("waiver   possible");
        refused.says("ledger why commits.CX-580");
    }
    place.ledger("why commits.CX-580").ok().says("possible, of the class late: orchestrator + user");
    place.ledger("waive CX-580 WP-1 --reason 'it came late' --controls none").as_("omar").ok();
    place.ledger("waive CX-580 WP-1 --reason 'it came late' --controls none").ok();
    place.ledger("sync").ok();
    for judge in judges.into_iter().rev() {
        place.do_(judge).says("WAIVED commits.CX-580   for WP-1 waived by omar and lena until phase-end: it came late");
        let back =
            "git -C \"$SERVER\" -c core.hooksPath=/dev/null update-ref refs/heads/main main~1; git fetch -q -f origin";
        if judge.ends_with("push origin main") {
            place.do_(back);
        }
    }
}
