//! Actors, roles, keys, the founding phase, the authority's floor, and the offline keys.

use std::collections::BTreeSet;

use govledger::domain::charter::ActorType;
use govledger::domain::code::Code;
use govledger::domain::decide::grounds::grounds;
use govledger::domain::decide::{Attempt, admit};
use govledger::domain::event::{Body, Recovery};
use govledger::domain::id::Noun;
use snapbox::str;

use crate::people::{SMALL, packet, small};
use crate::world::*;

// --- founded

#[test]
fn founded_makes_its_signer_the_first_holder_of_the_authority() {
    let w = World::founded(SMALL, "lena", &[human("lena", &["lead"])]);
    let state = w.state();
    assert!(state.founding, "lena alone does not fill `1 lead + 1 security`");
    assert_eq!(state.charter.rules.id.as_str(), "SMALL");
    assert_eq!(state.tip.seq, 0);
    assert_eq!(state.actors["lena"].keys[&print("lena")].since, 0);
}

#[track_caller]
fn not_founded(founder: &str, founding: govledger::domain::event::Founding, expected: snapbox::data::Inline) {
    named(World::try_found(founder, founding).map(|_| ()).map_err(|invalid| *invalid), expected);
}

#[test]
fn founded_is_refused_where_signer_actors_or_charter_are_unsound() {
    let lena = || human("lena", &["lead"]);
    not_founded(
        "kim",
        founding(SMALL, &[lena()], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-unknown: found kim founds and is not among the actors; needed: one of the first actors"
        ],
    );
    not_founded(
        "sam",
        founding(SMALL, &[lena(), human("sam", &["security"])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.founding: found sam acts in no role of the authority; needed: a role of the authority: 1 lead + 1 security"
        ],
    );
    let mut stolen = lena();
    stolen.keys = BTreeSet::from([public("other")]);
    not_founded(
        "lena",
        founding(SMALL, &[stolen], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.key-unknown: found the key SHA256:GWJT7FE5rFaM+5C4OMJ9o209IFtdDkYxmsnStznpsCw is not lena's; needed: a key of the founder"
        ],
    );
    let mut twin = human("kim", &["lead"]);
    twin.keys = lena().keys;
    not_founded(
        "lena",
        founding(SMALL, &[lena(), twin], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.key-taken: found two actors with the key SHA256:GWJT7FE5rFaM+5C4OMJ9o209IFtdDkYxmsnStznpsCw; needed: one actor a key"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), human("repo", &[])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-reserved: found the name repo is reserved; needed: another name"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), human("kim", &["boss"])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.role-unknown: found the charter has no role boss; needed: one of auditor, builder, developer, lead, security"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), human("kim", &["builder"])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-type: found kim is of type human; needed: the role builder is for ci"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), agent("bot", "nobody", &[])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-type: found the operator nobody of bot is not an enrolled human; needed: an enrolled human"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), person("bot", ActorType::Agent, None, &[])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-type: found bot is of type agent and has no operator; needed: the enrolled human who answers for it"
        ],
    );
    not_founded(
        "lena",
        founding(SMALL, &[lena(), person("kim", ActorType::Human, Some("lena"), &[])], None),
        str![
            "event 0 (founded SMALL) is invalid: trust.actor-type: found kim is a human with the operator lena; needed: a human without an operator"
        ],
    );
    let recovery = Recovery { quorum: 1, keys: BTreeSet::from([public("lena")]) };
    not_founded(
        "lena",
        founding(SMALL, &[lena()], Some(recovery)),
        str![
            "event 0 (founded SMALL) is invalid: trust.key-taken: found the recovery key SHA256:GWJT7FE5rFaM+5C4OMJ9o209IFtdDkYxmsnStznpsCw is an actor's; needed: keys of no actor"
        ],
    );
    let mut lies = founding(SMALL, &[lena()], None);
    lies.charter.authority = "1 lead".to_owned();
    not_founded(
        "lena",
        lies,
        str![[
            r#"event 0 (founded SMALL) is invalid: charter.meaning: found the event says SMALL, authority "1 lead"; needed: what the text says: SMALL, authority "1 lead + 1 security""#
        ]],
    );
    let mut typo = founding(SMALL, &[lena()], None);
    typo.charter.text = SMALL.replace("[roles]", "[rolls]");
    let invalid = World::try_found("lena", typo).map(|_| ()).unwrap_err();
    assert!(invalid.refusal.explanations.iter().any(|e| e.code == Code::CharterUnknownKey));
}

#[test]
fn a_second_founded_event_is_refused() {
    let mut w = small();
    let again = Body::Founded(Box::new(founding(SMALL, &[human("kim", &["lead"])], None)));
    w.refused(
        "lena",
        doing("repo", again),
        str![[r#"
format.genesis: a second `founded` event
  needed: one, at position 0
  who: 1 whoever asked: 
  next: ledger explain format.genesis
"#]],
    );
}

// --- the founding phase

#[test]
fn founding_admits_enrolment_grants_and_keys_by_founders_alone_and_ends_for_ever() {
    let mut w = World::founded(SMALL, "lena", &[human("lena", &["lead"]), human("dana", &["developer"])]);
    w.refused(
        "dana",
        enrol(human("sam", &["security"])),
        str![[r#"
trust.founding: dana acts in no role of the authority
  needed: a role of the authority: 1 lead + 1 security
  who: 1 lead: lena
  who: 1 security: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "dana",
        grant("dana", "auditor"),
        str![[r#"
trust.founding: dana acts in no role of the authority
  needed: a role of the authority: 1 lead + 1 security
  who: 1 lead: lena
  who: 1 security: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "dana",
        add_key("dana", "dana-2"),
        str![[r#"
trust.founding: dana acts in no role of the authority
  needed: a role of the authority: 1 lead + 1 security
  who: 1 lead: lena
  who: 1 security: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        declare("WP-1", "packet", stated()),
        str![[r#"
trust.founding: too few hold the authority, which is 1 lead + 1 security
  needed: until then only enrolment, grants and keys are admitted
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: 
  next: ledger actor enroll --kind human --role lead
"#]],
    );
    for wish in [
        adopt(&SMALL.replace("handbook 4", "handbook 5")),
        ungrant("dana", "developer"),
        revoke("dana", "dana", None),
        block("WP-1", "HOLD"),
        erase("x"),
    ] {
        assert_eq!(code(w.when("lena", wish)), Code::TrustFounding);
    }
    w.effective("lena", grant("dana", "auditor"));
    w.effective("lena", add_key("lena", "lena-2"));
    assert!(w.state().founding);
    w.effective("lena", enrol(human("sam", &["security"])));
    assert!(!w.state().founding, "a lead and one of security are there");
    // From here on it takes both.
    w.pending("lena", enrol(human("kim", &["lead"])));
    w.effective("sam", enrol(human("kim", &["lead"])));
    assert!(!w.state().founding);
}

#[test]
fn an_operator_and_its_agent_do_not_end_the_founding_phase() {
    let text = SMALL.replace(r#"security  = "human""#, r#"security  = "human | agent""#);
    let mut w = World::founded(&text, "lena", &[human("lena", &["lead"])]);
    w.effective("lena", enrol(agent("scribe", "lena", &["security"])));
    assert!(w.state().founding, "lena and what lena operates are one");
    w.effective("lena", enrol(human("sam", &["security"])));
    assert!(!w.state().founding);
}

// --- enrolled

#[test]
fn enrolled_takes_the_authority_and_then_the_key_counts() {
    let mut w = small();
    let draft = w.pending("sam", enrol(human("kim", &["lead"])));
    assert_eq!(draft.event.summary(), "proposed enrolled kim");
    assert!(!w.state().actors.contains_key("kim"), "a pending enrolment enrols nobody");
    assert_eq!(code(w.when("kim", declare("WP-1", "packet", stated()))), Code::TrustActorUnknown);
    let draft = w.effective("lena", enrol(human("kim", &["lead"])));
    assert_eq!(draft.event.summary(), "enrolled kim");
    w.effective("kim", declare("WP-1", "packet", stated()));
}

#[test]
fn a_pending_enrolment_takes_no_key_and_no_name() {
    let mut w = small();
    let mut kim = human("kim", &["lead"]);
    kim.keys = BTreeSet::from([public("shared")]);
    w.pending("sam", enrol(kim.clone()));
    w.pending("sam", add_key("dana", "shared"));
    w.effective("lena", add_key("dana", "shared"));
    // The enrolment cannot be completed any more: the key belongs to dana for ever.
    w.refused(
        "lena",
        enrol(kim),
        str![[r#"
trust.key-taken: the key SHA256:rhU1u4biRf+Pb8KHIl7FVfZoJ9VMb1JHhzqqwE5T2EQ belongs to dana
  needed: a key that never belonged to anybody
  who: 1 whoever asked: 
  next: ledger key list
"#]],
    );
}

#[test]
fn enrolled_is_refused() {
    let mut w = small();
    w.refused(
        "lena",
        enrol(human("dana", &[])),
        str![[r#"
trust.actor-exists: dana is enrolled already
  needed: another name
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        enrol(human("recovery", &[])),
        str![[r#"
trust.actor-reserved: the name recovery is reserved
  needed: another name
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        enrol(human("kim", &["boss"])),
        str![[r#"
trust.role-unknown: the charter has no role boss
  needed: one of auditor, builder, developer, lead, security
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        enrol(human("kim", &["builder"])),
        str![[r#"
trust.actor-type: kim is of type human
  needed: the role builder is for ci
  rule: roles.builder
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        enrol(agent("scribe", "bot", &[])),
        str![[r#"
trust.actor-type: the operator bot of scribe is not an enrolled human
  needed: an enrolled human
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        enrol(person("scribe", ActorType::Ci, None, &["builder"])),
        str![[r#"
trust.actor-type: scribe is of type ci and has no operator
  needed: the enrolled human who answers for it
  who: 1 whoever asked: 
  next: ledger actor enroll scribe --kind ci
"#]],
    );
    let mut thief = human("kim", &[]);
    thief.keys = BTreeSet::from([public("dana")]);
    w.refused(
        "lena",
        enrol(thief),
        str![[r#"
trust.key-taken: the key SHA256:M69Jy3OpAPdo9XDsyy0R65u09LpvsKmoF5mAYw6O3PY belongs to dana
  needed: a key that never belonged to anybody
  who: 1 whoever asked: 
  next: ledger key list
"#]],
    );
    w.refused(
        "dana",
        enrol(human("kim", &[])),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor enroll kim --kind human
"#]],
    );
}

// --- granted, ungranted

#[test]
fn granted_and_ungranted_take_the_authority() {
    let mut w = small();
    w.pending("lena", grant("dana", "lead"));
    w.effective("sam", grant("dana", "lead"));
    assert!(w.state().actors["dana"].roles.contains("lead"));
    w.pending("sam", ungrant("dana", "lead"));
    w.effective("lena", ungrant("dana", "lead"));
    assert!(!w.state().actors["dana"].roles.contains("lead"));
}

#[test]
fn granted_and_ungranted_are_refused() {
    let mut w = small();
    w.refused(
        "lena",
        grant("kim", "lead"),
        str![[r#"
trust.actor-unknown: kim is not enrolled
  needed: an enrolled actor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        grant("dana", "developer"),
        str![[r#"
trust.role-held: dana holds the role developer already
  needed: a role not yet held
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        grant("dana", "boss"),
        str![[r#"
trust.role-unknown: the charter has no role boss
  needed: one of auditor, builder, developer, lead, security
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        grant("bot", "lead"),
        str![[r#"
trust.actor-type: bot is of type agent
  needed: the role lead is for human
  rule: roles.lead
  who: 1 whoever asked: 
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        ungrant("dana", "lead"),
        str![[r#"
trust.role-not-held: dana does not hold the role lead
  needed: a role that is held
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        ungrant("kim", "lead"),
        str![[r#"
trust.actor-unknown: kim is not enrolled
  needed: an enrolled actor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "dana",
        grant("dmitri", "lead"),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor grant dmitri lead
"#]],
    );
}

#[test]
fn no_event_may_leave_fewer_holders_than_the_authority_needs() {
    let mut w = small();
    w.refused(
        "sam",
        ungrant("lena", "lead"),
        str![[r#"
trust.floor: it would leave too few live holders of the authority
  needed: at least 1 lead + 1 security after it: enrol or grant another first
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "sam",
        revoke("lena", "lena", None),
        str![[r#"
trust.floor: it would leave too few live holders of the authority
  needed: at least 1 lead + 1 security after it: enrol or grant another first
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        revoke("lena", "lena", None),
        str![[r#"
trust.floor: it would leave too few live holders of the authority
  needed: at least 1 lead + 1 security after it: enrol or grant another first
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    // With another lead, or another key, it can go.
    w.given("lena", add_key("lena", "lena-2")).given("sam", add_key("lena", "lena-2"));
    w.effective("lena", revoke("lena", "lena", None));
    // sam is not the last of security, for max is too.
    w.pending("sam", ungrant("sam", "security"));
}

#[test]
fn the_floor_counts_an_operator_and_its_agent_once() {
    let text = SMALL.replace(r#"security  = "human""#, r#"security  = "human | agent""#);
    let people = [human("lena", &["lead"]), human("sam", &["security"]), agent("scribe", "lena", &["security"])];
    let mut w = World::founded(&text, "lena", &people);
    assert_eq!(code(w.when("lena", ungrant("sam", "security"))), Code::TrustFloor);
}

// --- keys

#[test]
fn a_key_counts_from_the_event_after_its_addition() {
    let mut w = small();
    assert_eq!(code(w.when_as("dana", "dana-2", None, declare("WP-1", "packet", stated()))), Code::TrustKeyUnknown);
    w.pending("lena", add_key("dana", "dana-2"));
    assert_eq!(code(w.when_as("dana", "dana-2", None, declare("WP-1", "packet", stated()))), Code::TrustKeyUnknown);
    w.effective("sam", add_key("dana", "dana-2"));
    w.when_as("dana", "dana-2", None, declare("WP-1", "packet", stated())).unwrap();
    assert_eq!(w.state().actors["dana"].keys[&print("dana-2")].since, 2);
}

#[test]
fn key_added_is_refused() {
    let mut w = small();
    w.refused(
        "lena",
        add_key("kim", "new"),
        str![[r#"
trust.actor-unknown: kim is not enrolled
  needed: an enrolled actor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        add_key("dana", "dmitri"),
        str![[r#"
trust.key-taken: the key SHA256:yunBbUZwDMSAGa6idvbcfbiKOzS42mCaZd6M4iIuHrM belongs to dmitri
  needed: a key that never belonged to anybody
  who: 1 whoever asked: 
  next: ledger key list
"#]],
    );
    w.refused(
        "dana",
        add_key("dana", "dana-2"),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
}

#[test]
fn a_revoked_key_no_longer_counts_and_what_it_signed_before_stands() {
    // M0-012
    let mut w = packet();
    w.pending("lena", revoke("dana", "dana", None));
    w.given("dana", declare("WP-2", "packet", stated()));
    w.effective("sam", revoke("dana", "dana", None));
    assert!(w.state().items.contains_key("WP-1") && w.state().items.contains_key("WP-2"));
    w.refused(
        "dana",
        doing("WP-1", Body::Amended(stated().title("late").0)),
        str![[r#"
trust.key-revoked: the key SHA256:M69Jy3OpAPdo9XDsyy0R65u09LpvsKmoF5mAYw6O3PY was revoked by event 4
  needed: a key of dana that counts at this position
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
    // Nor may anybody have it again.
    assert_eq!(code(w.when("lena", add_key("dana", "dana"))), Code::TrustKeyTaken);
    assert_eq!(code(w.when("lena", add_key("dmitri", "dana"))), Code::TrustKeyTaken);
}

#[test]
fn a_key_may_sign_its_own_revocation_alone() {
    let mut w = small();
    let draft = w.effective("dana", revoke("dana", "dana", None));
    assert_eq!(draft.event.role, None);
    assert_eq!(code(w.when("dana", declare("WP-1", "packet", stated()))), Code::TrustKeyRevoked);
}

#[test]
fn a_lost_key_is_revoked_by_its_owner_with_another_key() {
    let mut w = small();
    w.given("lena", add_key("dana", "dana-2")).given("sam", add_key("dana", "dana-2"));
    w.when_as("dana", "dana-2", None, revoke("dana", "dana", None)).unwrap();
    assert_eq!(w.state().actors["dana"].keys[&print("dana")].revoked, Some(3));
    w.when_as("dana", "dana-2", None, declare("WP-1", "packet", stated())).unwrap();
}

#[test]
fn key_revoked_is_refused() {
    let mut w = small();
    w.given("dana", declare("WP-1", "packet", stated()));
    w.refused(
        "lena",
        revoke("kim", "kim", None),
        str![[r#"
trust.actor-unknown: kim is not enrolled
  needed: an enrolled actor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.refused(
        "lena",
        revoke("dana", "dmitri", None),
        str![[r#"
trust.key-unknown: dana has no key SHA256:yunBbUZwDMSAGa6idvbcfbiKOzS42mCaZd6M4iIuHrM
  needed: a key of the actor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
    w.refused(
        "dana",
        revoke("dmitri", "dmitri", None),
        str![[r#"
authority.role: dana acts in no role that the rule takes
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key revoke dmitri SHA256:yunBbUZwDMSAGa6idvbcfbiKOzS42mCaZd6M4iIuHrM
"#]],
    );
    w.refused(
        "lena",
        revoke("dana", "dana", Some(2)),
        str![[r#"
format.number: compromised_since is outside of the key's life
  needed: a position between 0 and 1
  who: 1 whoever asked: 
  next: ledger explain format.number
"#]],
    );
    w.given("dana", revoke("dana", "dana", None));
    w.refused(
        "lena",
        revoke("dana", "dana", None),
        str![[r#"
trust.key-revoked: the key SHA256:M69Jy3OpAPdo9XDsyy0R65u09LpvsKmoF5mAYw6O3PY was revoked by event 2
  needed: a key that counts
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
}

#[test]
fn a_theft_that_comes_to_light_after_the_key_was_retired_moves_to_earlier_events_and_to_no_later_one() {
    let mut w = small();
    w.given("dana", revoke("dana", "dana", None));
    for since in [1, 0] {
        w.pending("lena", revoke("dana", "dana", Some(since)));
        w.effective("max", revoke("dana", "dana", Some(since)));
        let key = &w.state().actors["dana"].keys[&print("dana")];
        assert_eq!((key.revoked, key.compromised_since), (Some(1), Some(since)));
    }
    for later in [Some(0), Some(1), None] {
        assert_eq!(code(w.when("lena", revoke("dana", "dana", later))), Code::TrustKeyRevoked, "{later:?}");
    }
    w.refused(
        "lena",
        revoke("dana", "dana", Some(1)),
        str![[r#"
trust.key-revoked: the key SHA256:M69Jy3OpAPdo9XDsyy0R65u09LpvsKmoF5mAYw6O3PY was revoked by event 1, and was in other hands from event 0 on
  needed: nothing, or a `compromised_since` before event 0, if the theft is older
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
}

#[test]
fn a_key_of_somebody_else_a_foreign_key_and_a_role_not_held_are_named() {
    let mut w = small();
    let told_of = |w: &mut World, actor: &str, key: &str, acting: Option<&str>| {
        let body = Body::Granted { actor: who("dana"), role: role("auditor") };
        told(&w.when_as(actor, key, acting, doing("repo", body)).unwrap_err())
    };
    then(
        &told_of(&mut w, "lena", "sam", None),
        str![[r#"
trust.key-of-another: the key SHA256:/VznTIYc5xl9vJZ2tiWHkRIxzLTfvReKBGKbwaZyaSk belongs to sam
  needed: a key of lena, whom the event names
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
    then(
        &told_of(&mut w, "lena", "nobody", None),
        str![[r#"
trust.key-unknown: the key SHA256:WNzf+4V3cH4nDFwdnoDUpCCNs/ffPHRt2UCkh0N5TXE belongs to nobody at this position
  needed: a key of lena, enrolled before this event
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
    then(
        &told_of(&mut w, "kim", "kim", None),
        str![[r#"
trust.actor-unknown: kim is not enrolled
  needed: an actor whom the authority enrolled
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    then(
        &told_of(&mut w, "lena", "lena", Some("security")),
        str![[r#"
trust.role-not-held: lena holds lead
  needed: the role security, in which the event acts
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    then(
        &told_of(&mut w, "max", "max", Some("developer")),
        str![[r#"
authority.role: max acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor grant dana auditor
"#]],
    );
}

#[test]
fn a_person_of_two_roles_acts_in_the_one_that_the_rule_takes_or_in_the_one_asked_for() {
    let mut w = small();
    let draft = w.pending("max", grant("dana", "auditor"));
    assert_eq!(draft.event.role, Some(role("security")));
    let draft = w.when_as("max", "max", Some("developer"), declare("WP-1", "packet", stated())).unwrap();
    assert_eq!(draft.event.role, Some(role("developer")));
}

// --- the offline keys

fn with_recovery() -> World {
    let keys = BTreeSet::from([public("safe-1"), public("safe-2"), public("safe-3")]);
    World::founded_with(SMALL, "lena", &crate::people::staff(), Some(Recovery { quorum: 2, keys }))
}

#[test]
fn the_offline_keys_enrol_grant_add_and_revoke_by_their_own_quorum() {
    let mut w = with_recovery();
    for wish in [
        enrol(human("kim", &["lead"])),
        grant("dana", "security"),
        add_key("lena", "lena-2"),
        revoke("lena", "lena", Some(0)),
    ] {
        let first = w.when_as("recovery", "safe-1", None, wish.clone()).unwrap();
        assert!(first.event.pending && first.event.role.is_none());
        let [missing] = first.admission.missing.as_slice() else { panic!("{:?}", first.admission.missing) };
        let others: BTreeSet<String> = missing.actors.iter().cloned().collect();
        assert_eq!((missing.count, missing.role.as_str()), (1, "recovery"));
        assert_eq!(others, BTreeSet::from([print("safe-2").to_string(), print("safe-3").to_string()]));
        assert_eq!(code(w.when_as("recovery", "safe-1", None, wish.clone())), Code::AuthorityVotedTwice);
        let second = w.when_as("recovery", "safe-3", None, wish).unwrap();
        assert!(!second.event.pending);
    }
    assert!(w.state().actors["kim"].roles.contains("lead"));
    assert_eq!(w.state().actors["lena"].keys[&print("lena")].revoked, Some(8));
}

#[test]
fn the_offline_keys_do_nothing_else() {
    let mut w = with_recovery();
    w.given("dana", declare("WP-1", "packet", stated()));
    let told_of = |w: &mut World, key: &str, wish| told(&w.when_as("recovery", key, None, wish).unwrap_err());
    then(
        &told_of(&mut w, "safe-1", ungrant("dana", "developer")),
        str![[r#"
authority.role: the offline keys sign an event of type "ungranted"
  needed: they can only enrol, grant, add keys and revoke keys, in no role
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    // Who can do it is whom the rule of the action takes.
    then(
        &told_of(&mut w, "safe-1", declare("WP-2", "packet", stated())),
        str![[r#"
authority.role: the offline keys sign an event of type "declared"
  needed: they can only enrol, grant, add keys and revoke keys, in no role
  rule: kinds.packet.moves[0]
  item: WP-2
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger actor list
"#]],
    );
    then(
        &told_of(&mut w, "lena", grant("dana", "lead")),
        str![[r#"
trust.key-unknown: the key SHA256:GWJT7FE5rFaM+5C4OMJ9o209IFtdDkYxmsnStznpsCw is not one of the ledger's offline keys
  needed: a recovery key that genesis names
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger key list
"#]],
    );
    let in_role = Body::Granted { actor: who("dana"), role: role("lead") };
    let event = w.forge("recovery", "safe-1", Some("lead"), "repo", in_role);
    named(
        w.replayed(&event, "safe-1"),
        str![
            "event 2 (granted dana lead) is invalid: authority.role: found the offline keys act as lead; needed: they can only enrol, grant, add keys and revoke keys, in no role"
        ],
    );
    for wish in [
        adopt(&SMALL.replace("handbook 4", "handbook 5")),
        declare("WP-2", "packet", stated()),
        block("WP-1", "HOLD"),
        erase("x"),
    ] {
        assert_eq!(code(w.when_as("recovery", "safe-1", None, wish)), Code::AuthorityRole);
    }
    let taken = told(&w.when("lena", add_key("dana", "safe-2")).unwrap_err());
    then(
        &taken,
        str![[r#"
trust.key-taken: the key SHA256:aEk2nBHrcPju1qNdl5yWPWsL/MTlh6VX0OoINRMq0oY belongs to recovery
  needed: a key that never belonged to anybody
  who: 1 whoever asked: 
  next: ledger key list
"#]],
    );
    // Their votes and those of the authority do not add up.
    w.given("lena", grant("dana", "lead"));
    let draft = w.when_as("recovery", "safe-1", None, grant("dana", "lead")).unwrap();
    assert!(draft.event.pending);
    assert_eq!(draft.admission.quorum, (1, 2));
}

#[test]
fn a_ledger_without_offline_keys_knows_no_recovery() {
    let mut w = small();
    assert_eq!(code(w.when_as("recovery", "safe-1", None, grant("dana", "lead"))), Code::TrustKeyUnknown);
}

// --- erased

#[test]
fn erased_takes_the_authority_and_evidence_that_is_there() {
    let mut w = packet();
    w.refused(
        "lena",
        erase("log"),
        str![[r#"
claim.evidence: no event cites 836ff184e7b41b1e13cb5fd89fa1de98dbbab99e9d2918913ff43b86a5c7c213
  needed: evidence that an event cites
  who: 1 whoever asked: 
  next: ledger log --full --type attested --type sealed
"#]],
    );
    w.given("sam", attest_citing("WP-1", "vouched", "log"));
    w.refused(
        "dana",
        erase("log"),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger erase 836ff184e7b41b1e13cb5fd89fa1de98dbbab99e9d2918913ff43b86a5c7c213
"#]],
    );
    w.pending("lena", erase("log"));
    w.effective("sam", erase("log"));
    w.refused(
        "lena",
        erase("log"),
        str![[r#"
store.evidence-erased: it was erased already
  needed: evidence that is there
  who: 1 whoever asked: 
  next: ledger log -n 10
"#]],
    );
    assert_eq!(w.last().event.item, Noun::Repo);
}

#[test]
fn confirmed_takes_the_authority_and_an_event_that_is_there() {
    let mut w = small();
    w.given("lena", grant("ada", "developer")).given("sam", grant("ada", "developer"));
    let granted = w.last_id().to_string();
    assert_eq!(code(w.when("dana", confirm(&granted))), Code::AuthorityRole);
    w.pending("lena", confirm(&granted));
    assert!(w.state().confirmed.is_empty());
    let by = w.effective("sam", confirm(&granted)).event.id;
    assert_eq!(w.state().confirmed.values().collect::<Vec<_>>(), [&by]);
    w.refused(
        "lena",
        confirm(&granted),
        str![[r#"
item.unchanged: 00000000000000000000000000000003 is confirmed already, by 00000000000000000000000000000006
  needed: an event that nobody confirmed
  who: 1 whoever asked: 
  next: ledger log -n 10
"#]],
    );
    // It says nothing of a statement, which stays as doubtful as it is; and it names what is there.
    let elsewhere = w.rid();
    let body = Body::Confirmed { event: elsewhere, reason: "it is well".to_owned() };
    let forged = w.forge("lena", "lena", Some("lead"), "repo", body);
    assert_eq!(w.replayed(&forged, "lena").unwrap_err().refusal.code(), Code::ClaimUnknownStatement);
}

#[test]
fn a_confirmation_and_a_dispute_of_one_event_end_one_another() {
    let mut w = small();
    w.given("lena", grant("ada", "developer")).given("sam", grant("ada", "developer"));
    let granted = w.last_id();
    let dispute = Body::Retracted { event: granted.clone(), claim: None, reason: "not so".to_owned() };
    w.pending("lena", doing("repo", dispute));
    w.given("lena", confirm(granted.as_str())).effective("sam", confirm(granted.as_str()));
    assert_eq!(w.proposals(), 0);
}

// --- on what grounds

#[test]
fn the_grounds_say_by_what_rule_an_action_is_admitted() {
    fn told(w: &World, actor: &str, key: &str, acting: Option<&str>, body: &Body) -> (Option<String>, String) {
        let (actor, role, key) = (who(actor), acting.map(role), print(key));
        let attempt = Attempt {
            state: w.state(),
            facts: &w.tree,
            at: w.now,
            actor: &actor,
            role: role.as_ref(),
            key: &key,
            item: &Noun::Repo,
            body,
        };
        let found = grounds(&attempt).unwrap();
        assert_eq!(found.admission.pending, admit(&attempt).unwrap().pending);
        (found.rule, found.text)
    }
    let granted = Body::Granted { actor: who("lena"), role: role("developer") };
    let revoked = |key: &str| {
        let reason = "a laptop was lost".to_owned();
        Body::KeyRevoked { actor: who("lena"), key: print(key), compromised_since: None, reason }
    };
    let authority = Some("charter.authority".to_owned());
    // While the authority is incomplete, and after.
    let mut w = World::founded(SMALL, "lena", &[human("lena", &["lead"])]);
    let alone = "in the founding phase each holder of the authority enrols, grants and adds keys alone";
    assert_eq!(told(&w, "lena", "lena", Some("lead"), &granted), (authority.clone(), alone.to_owned()));
    w.given("lena", enrol(human("sam", &["security"])));
    let text = "1 lead + 1 security".to_owned();
    assert_eq!(told(&w, "lena", "lena", Some("lead"), &granted), (authority, text));
    w.given("lena", add_key("lena", "lena-2")).given("sam", add_key("lena", "lena-2"));
    let own = "everybody may take back what is their own";
    assert_eq!(told(&w, "lena", "lena", None, &revoked("lena-2")), (None, own.to_owned()));
    let w = with_recovery();
    let offline = "the recovery keys that genesis names, 2 of them";
    assert_eq!(told(&w, "recovery", "safe-1", None, &granted), (None, offline.to_owned()));
}
