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
