//! `ledger clone`: code, ledger, evidence, pin and hooks in one go.

use crate::sandbox::git_in;
use crate::sandbox::story::Call;
use crate::team::{Team, named};

fn clone<'t>(team: &'t Team, into: &str) -> Call<'t> {
    let call = team.story.ledger(["clone".as_ref(), team.server().as_os_str(), into.as_ref()]);
    call.as_("raj").in_(team.story.beside.path())
}

/// M0-010
#[test]
fn a_clone_has_the_ledger_the_pin_and_the_hooks() {
    let team = Team::new();
    clone(&team, "mine").ok().says("its ledger is valid").says("hooks    installed");
    let dir = team.story.beside.path().join("mine");
    assert_eq!(named(&dir, "refs/ledger/main"), team.shared());
    team.story.ledger("doctor").as_("raj").in_(&dir).ok().says("git config").says("installed in");
    clone(&team, "mine").exits(5).says("already exists");
    clone(&team, "bare-handed").arg("--no-hooks").ok().says("ledger hooks install");
}

#[test]
fn a_clone_is_called_as_git_calls_it() {
    let team = Team::new();
    let beside = team.story.beside.path();
    let call = team.story.ledger(["clone".as_ref(), team.server().as_os_str()]).as_("raj").in_(beside);
    let told = call.json().ok();
    assert_eq!(told.text("directory"), "server");
    assert_eq!(git_in(&beside.join("server"), ["rev-parse", "refs/ledger/main"]), team.shared());
    assert_eq!(told.text("genesis"), git_in(&beside.join("server"), ["config", "ledger.genesis"]));
}

/// M0-010
#[test]
fn a_clone_takes_no_other_ledger_than_the_one_that_was_named() {
    let team = Team::new();
    let genesis = git_in(&team.at("lena"), ["config", "ledger.genesis"]);
    clone(&team, "right").arg("--genesis").arg(&genesis).ok().says("the ledger that you named");
    let told = clone(&team, "wrong").arg("--genesis").arg("0".repeat(64)).exits(3);
    told.says("trust.genesis-mismatch").says("the code is in wrong; its ledger was not taken");
    assert_eq!(named(&team.story.beside.path().join("wrong"), "refs/ledger/main"), "");
}

/// A commit without `.ledger`, such as one from before the ledger, does not say where the ledger is: the clone's settings do.
#[test]
fn a_clone_of_a_ledger_on_a_branch_knows_the_branch_wherever_it_is_checked_out() {
    let team = Team::new();
    let (lena, server) = (team.at("lena"), team.server());
    for (new, old) in [("ledger", "refs/ledger/main"), ("ledger-evidence", "refs/ledger-evidence/main")] {
        if !named(&server, old).is_empty() {
            git_in(&server, ["update-ref", &format!("refs/heads/{new}"), old]);
            git_in(&server, ["update-ref", "-d", old]);
        }
    }
    let pin = std::fs::read_to_string(lena.join(".ledger")).unwrap();
    team.story.write(".ledger", &pin.replace("refs/ledger/main", "refs/heads/ledger"));
    team.story.git("-c core.hooksPath=/dev/null commit -q -a -m Move").ok();
    team.story.git("-c core.hooksPath=/dev/null push -q origin main").ok();
    clone(&team, "branched").ok();
    let dir = team.story.beside.path().join("branched");
    assert_eq!(git_in(&dir, ["config", "ledger.ref"]), "refs/heads/ledger");
    git_in(&dir, ["-c", "core.hooksPath=/dev/null", "checkout", "-q", "--orphan", "before"]);
    git_in(&dir, ["rm", "-q", "-r", "-f", "."]);
    let ledger = |words: &str| team.story.ledger(words).as_("raj").in_(&dir).ok();
    ledger("status");
    ledger("sync").never_says("no ledger any more");
    ledger("doctor --mend");
    assert_eq!(named(&dir, "refs/ledger/main"), "");
}
