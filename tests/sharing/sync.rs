//! `ledger sync` between clones and a server without a guard.

use govledger::domain::value::Value;

use crate::sandbox::{git_in, script};
use crate::team::{Team, diary, named};

const BLOCK: &str = "block D-1 HOLD --because unclear --reason why --field questions=a";

/// M0-011
#[test]
fn what_one_person_appends_and_shares_the_others_get() {
    let team = Team::new();
    team.joins("raj");
    team.ledger("dora", "sync").ok().says("in step with origin");
    team.ledger("dora", "declare D-2 --kind document").ok();
    let shared = team.ledger("dora", "sync").ok();
    shared.says("1 event given to origin");
    assert_eq!(team.tip("dora"), team.shared());
    team.ledger("raj", "sync").ok().says("declared D-2 (dora)");
    assert_eq!(team.tip("raj"), team.shared());
    assert_eq!(named(&team.at("raj"), "refs/ledger-remote/origin/main"), team.shared());
}

/// M0-011, S2-011, S2-019
#[test]
fn an_event_that_others_were_faster_than_is_signed_again_under_its_id() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let mine = team.ledger("lena", BLOCK).json().ok();
    team.ledger("dora", "sync").ok();
    let synced = team.ledger("lena", "sync").ok();
    synced.says("again").says("blocked D-1 HOLD");
    assert_eq!(team.diary(2), ["declared D-2", "blocked D-1 HOLD"]);
    assert_eq!(team.tip("lena"), team.shared());
    let newest = team.ledger("lena", "log -n 1 --format json").ok();
    assert_eq!(newest.text("id"), mine.text("event.id"));
    team.ledger("dora", "sync").ok();
    team.ledger("dora", "verify").ok();
    assert_eq!(diary(&team.at("dora"), 1), ["blocked D-1 HOLD"]);
}

/// A statement about a block names it by its position, and goes along with it.
#[test]
fn a_position_that_an_event_names_moves_with_the_event_at_it() {
    let team = Team::new();
    let block = team.ledger("lena", BLOCK).json().ok();
    let Value::Int(seq) = block.get("event.seq") else { panic!("{block}") };
    team.ledger("lena", ["attest", &format!("D-1/HOLD/{seq}"), "seen"]).ok();
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("dora", "sync").ok();
    team.ledger("lena", "sync").ok();
    assert_eq!(team.diary(1), [format!("attested D-1/HOLD/{} seen=noted", seq + 1)]);
}

/// M0-011: two signatures that did not know of each other make the seal complete.
#[test]
fn a_proposal_that_another_signed_meanwhile_is_completed() {
    let team = Team::new();
    team.joins("ines");
    team.joins("omar");
    team.joins("raj");
    team.ledger("dora", "move D-1 final").ok();
    team.ledger("dora", "sync").ok();
    team.ledger("raj", "sync").ok();
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("raj", "sync").ok();
    for name in ["omar", "ines"] {
        team.ledger(name, "sync").ok();
        team.ledger(name, "seal D-1").ok().says("1 of 2 signatures");
    }
    team.ledger("ines", "sync").ok().says("evidence given");
    team.ledger("omar", "sync").ok().says("it completes the proposal of others");
    team.ledger("lena", "sync").ok().says("1 piece came");
    team.ledger("lena", "show D-1").ok().says("sealed");
    team.ledger("lena", "verify").ok().says(" 0 missing");
}

/// S2-019
#[test]
fn an_event_that_the_remote_has_already_is_not_applied_twice() {
    let team = Team::new();
    let (here, twin) = (team.at("dora"), team.at("twin"));
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.story.call("cp".as_ref(), ["-a".as_ref(), here.as_os_str(), twin.as_os_str()]).ok();
    team.ledger("lena", BLOCK).ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync").ok();
    let shared = team.shared();
    let told = team.ledger("dora", "sync").in_(&twin).ok();
    told.says("declared D-2  origin has it already");
    assert_eq!((named(&twin, "refs/ledger/main"), team.shared()), (shared.clone(), shared));
}

/// S2-011, S2-017, S2-051: somebody is faster between the fetch and the push.
#[test]
fn a_race_at_the_push_is_run_again_whole() {
    let team = Team::new();
    let (lena, done) = (team.at("lena"), team.story.beside.path().join("done"));
    team.ledger("lena", BLOCK).ok();
    let ledger = env!("CARGO_BIN_EXE_ledger");
    let home = team.story.home("lena");
    let text = format!(
        "#!/bin/sh\n[ -e '{done}' ] && exit 0\ntouch '{done}'\nunset GIT_DIR\n\
         HOME='{home}' GIT_CONFIG_GLOBAL='{home}/.gitconfig' '{ledger}' -C '{lena}' sync >/dev/null\n",
        done = done.display(),
        home = home.display(),
        lena = lena.display()
    );
    team.ledger("dora", "hooks uninstall").ok();
    script(&team.at("dora").join(".git/hooks/pre-push"), &text);
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("dora", "sync").ok().says("again").says("1 event given");
    assert_eq!(team.diary(2), ["blocked D-1 HOLD", "declared D-2"]);
    assert_eq!(team.tip("dora"), team.shared());
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("lena", BLOCK).ok();
    team.ledger("lena", "sync").ok();
    let refs = |dir: std::path::PathBuf| git_in(&dir, ["for-each-ref"]);
    let (here, there) = (refs(team.at("dora")), refs(team.server()));
    let told = team.ledger("dora", "sync --dry-run").ok();
    told.says("would be synced with origin").says("blocked D-1 HOLD (lena)").says("1 event would be given");
    assert_eq!((refs(team.at("dora")), refs(team.server())), (here, there));
}

#[test]
fn programs_read_what_came_what_was_signed_again_and_what_was_given() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("lena", BLOCK).ok();
    team.ledger("lena", "sync").ok();
    let told = team.ledger("dora", "sync").json().ok();
    assert_eq!(told.text("remote"), "origin");
    assert_eq!(told.text("came.0.summary"), "blocked D-1 HOLD");
    assert_eq!(told.text("again.0.was.summary"), "declared D-2");
    assert_eq!(told.text("again.0.event.commit"), team.shared());
    assert_eq!((told.get("given"), told.get("dry_run")), (Value::Int(1), Value::Bool(false)));
    assert_eq!(told.get("aside"), Value::List(Vec::new()));
}

/// What a person who was not there reads in the log of the ref.
#[test]
fn the_log_of_the_ref_says_what_a_sync_left() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let left = team.tip("dora");
    team.ledger("lena", BLOCK).ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync").ok();
    let log = git_in(&team.at("dora"), ["reflog", "show", "--no-abbrev", "refs/ledger/main"]);
    assert!(log.contains("ledger: sync with origin") && log.contains(&left), "{log}");
    // Git would forget it after a while.
    git_in(
        &team.at("dora"),
        ["-c", "gc.reflogExpire=now", "-c", "gc.reflogExpireUnreachable=now", "gc", "-q", "--prune=now"],
    );
    assert_eq!(git_in(&team.at("dora"), ["reflog", "show", "--no-abbrev", "refs/ledger/main"]), log);
    git_in(&team.at("dora"), ["cat-file", "-e", &left]);
}
