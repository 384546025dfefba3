//! `ledger sync` between clones and a server without a guard.

use crate::team::{Team, diary};

/// M0-011
#[test]
fn what_one_person_appends_and_shares_the_others_get() {
    let team = Team::new();
    team.ledger("dora", "sync").ok().says("in step with origin");
    team.ledger("dora", "declare D-2 --kind document").ok();
    let shared = team.ledger("dora", "sync").ok();
    shared.says("1 event given to origin");
    assert_eq!(team.tip("dora"), team.shared());
    team.ledger("raj", "sync").ok().says("declared D-2 (dora)");
    assert_eq!(team.tip("raj"), team.shared());
}

/// M0-011, S2-011, S2-019
#[test]
fn an_event_that_others_were_faster_than_is_signed_again_under_its_id() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let mine = team.ledger("lena", "block D-1 HOLD --because unclear --reason why --field questions=a").json().ok();
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
