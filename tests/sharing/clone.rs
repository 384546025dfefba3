//! `ledger clone`: code, ledger, evidence, pin and hooks in one go.

use crate::team::Team;

#[test]
fn a_clone_has_the_ledger_the_pin_and_the_hooks() {
    let team = Team::new();
    let told = team.story.ledger(["clone".as_ref(), team.server().as_os_str(), "mine".as_ref()]);
    let told = told.as_("raj").in_(team.story.beside.path()).ok();
    told.says("its ledger is valid").says("installed");
    let dir = team.story.beside.path().join("mine");
    assert_eq!(team.named(&dir, "refs/ledger/main"), team.shared());
    team.story.ledger("doctor").as_("raj").in_(&dir).ok().says("git config");
}
