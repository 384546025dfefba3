//! Quorums and proposals: who counts, what joins, and what ends a proposal.

use std::collections::BTreeSet;

use govledger::domain::code::Code;
use govledger::domain::decide::draft::Wish;
use govledger::domain::event::Body;
use snapbox::str;

use crate::people::{SMALL, packet, phase_e, staff};
use crate::world::*;

fn cosign(prefix: &str) -> Wish {
    Wish::Cosign { proposal: prefix.to_owned() }
}

// --- who counts

#[test]
fn two_developers_and_one_of_security_are_not_three() {
    let mut w = packet();
    let first = w.pending("dmitri", attest("WP-1", "agreed", &[]));
    assert_eq!(first.admission.quorum, (1, 3));
    let missing: Vec<String> =
        first.admission.missing.iter().map(|s| format!("{} {}: {}", s.count, s.role, s.actors.join(" "))).collect();
    assert_eq!(missing, ["1 developer: bot dana dora max", "1 security: max sam"]);
    w.pending("dora", attest("WP-1", "agreed", &[]));
    // A third developer fills no place of security.
    w.refused(
        "dana",
        attest("WP-1", "agreed", &[]),
        str![[r#"
authority.does-not-count: the places that dana could fill are taken
  needed: 1 security (max, sam)
  rule: claims.agreed
  item: WP-1
  who: 1 security: max, sam
  next: ledger cosign 00000000000000000000000000000003
"#]],
    );
    let last = w.effective("sam", attest("WP-1", "agreed", &[]));
    assert_eq!(last.admission.quorum, (3, 3));
    assert!(last.admission.missing.is_empty());
}

#[test]
fn a_person_of_both_roles_fills_one_place_and_leaves_the_best_to_the_others() {
    let mut w = packet();
    // max signs as a developer, though also of security.
    let draft = w.when_as("max", "max", Some("developer"), attest("WP-1", "agreed", &[])).unwrap();
    assert_eq!(draft.event.role, Some(role("developer")));
    let again = told(&w.when_as("max", "max", Some("security"), attest("WP-1", "agreed", &[])).unwrap_err());
    then(
        &again,
        str![[r#"
authority.voted-twice: max signed this proposal already; it has 1 of 3 signatures
  needed: the signature of somebody else: 1 developer (bot, dana, dmitri, dora) + 1 security (sam)
  rule: claims.agreed
  item: WP-1
  who: 1 developer: bot, dana, dmitri, dora
  who: 1 security: sam
  next: ledger inbox --actor bot
"#]],
    );
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.effective("sam", attest("WP-1", "agreed", &[]));
}

#[test]
fn a_signature_moves_to_another_place_where_that_lets_the_next_one_in() {
    let text = SMALL.replace(
        r#"agreed    = { by = "2 developer + 1 security" }"#,
        r#"agreed    = { by = "1 developer|security + 1 developer" }"#,
    );
    let mut w = World::founded(&text, "lena", &staff());
    w.given("dana", declare("WP-1", "packet", stated()));
    // dana could stand in either place; sam in the first alone.
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.effective("sam", attest("WP-1", "agreed", &[]));
}

#[test]
fn a_person_and_what_that_person_operates_is_one() {
    let mut w = packet();
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.refused(
        "bot",
        attest("WP-1", "agreed", &[]),
        str![[r#"
authority.voted-twice: dana signed this proposal already and counts as one with bot; it has 1 of 3 signatures
  needed: the signature of somebody else: 1 developer (dmitri, dora, max) + 1 security (max, sam)
  rule: claims.agreed
  item: WP-1
  who: 1 developer: dmitri, dora, max
  who: 1 security: max, sam
  next: ledger inbox --actor dmitri
"#]],
    );
    w.refused(
        "dana",
        attest("WP-1", "agreed", &[]),
        str![[r#"
authority.voted-twice: dana signed this proposal already; it has 1 of 3 signatures
  needed: the signature of somebody else: 1 developer (dmitri, dora, max) + 1 security (max, sam)
  rule: claims.agreed
  item: WP-1
  who: 1 developer: dmitri, dora, max
  who: 1 security: max, sam
  next: ledger inbox --actor dmitri
"#]],
    );
    assert_eq!(w.proposals(), 1);
}

#[test]
fn the_vote_of_somebody_excluded_since_no_longer_counts() {
    let text = SMALL.replace(
        r#"seal   = "2 developer + 1 security, not author""#,
        r#"seal   = "2 developer + 1 security, not author, not vouched""#,
    );
    let mut w = World::founded(&text, "lena", &staff());
    w.write("docs/packets/WP-1.md", "do it", "lena");
    w.given("lena", declare("WP-1", "packet", stated().path("docs/packets/WP-1.md")));
    w.pending("dana", seal("WP-1"));
    w.pending("dmitri", seal("WP-1"));
    // Once dana has vouched for it, her signature under the seal is one that the rule excludes.
    w.given("dana", attest("WP-1", "vouched", &[]));
    let draft = w.pending("sam", seal("WP-1"));
    assert_eq!(draft.admission.quorum, (2, 3));
    assert_eq!(draft.admission.missing[0].actors, ["dora", "max"]);
    w.effective("dora", seal("WP-1"));
}

#[test]
fn votes_are_used_up_when_the_action_takes_effect() {
    let mut w = packet();
    for name in ["dmitri", "dora", "sam"] {
        w.given(name, seal("WP-1"));
    }
    w.given("lena", unseal("WP-1")).given("sam", unseal("WP-1"));
    // The very same content can be sealed again, but it takes three signatures again.
    assert_eq!(w.pending("dmitri", seal("WP-1")).admission.quorum, (1, 3));
}

#[test]
fn the_first_rule_that_takes_the_role_decides() {
    // S0-089: two keys; one of the platform's governance is not enough.
    let mut w = phase_e();
    let draft = w.pending("lena", grant("dora", "reviewer"));
    assert_eq!(draft.admission.missing[0].actors, ["kim"]);
    w.effective("kim", grant("dora", "reviewer"));
}

// --- cosigning

#[test]
fn cosign_repeats_the_action_byte_for_byte() {
    let mut w = packet();
    let first = w.pending("lena", ungrant("dana", "developer"));
    w.days(2);
    let second = w.effective("sam", cosign(&first.event.id.as_str()[..32]));
    assert_eq!(second.event.body, first.event.body);
    assert!(!w.state().actors["dana"].roles.contains("developer"));
}

#[test]
fn cosign_is_refused() {
    let mut w = packet();
    w.refused(
        "sam",
        cosign("abc"),
        str![[r#"
authority.no-proposal: no open proposal has an event "abc"
  needed: the id of an open proposal
  who: 1 whoever asked: 
  next: ledger status
"#]],
    );
    w.refused(
        "sam",
        cosign(""),
        str![[r#"
authority.no-proposal: no open proposal has an event ""
  needed: the id of an open proposal
  who: 1 whoever asked: 
  next: ledger status
"#]],
    );
    w.given("lena", ungrant("dana", "developer")).given("lena", ungrant("dora", "developer"));
    w.refused(
        "sam",
        cosign("0000"),
        str![[r#"
authority.no-proposal: "0000" begins the id of several proposals
  needed: a longer beginning
  who: 1 whoever asked: 
  next: ledger status
"#]],
    );
    let open = w.last_id();
    w.refused(
        "lena",
        cosign(open.as_str()),
        str![[r#"
authority.voted-twice: lena signed this proposal already; it has 1 of 2 signatures
  needed: the signature of somebody else: 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 security: max, sam
  next: ledger inbox --actor max
"#]],
    );
    w.refused(
        "dana",
        cosign(open.as_str()),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 security: max, sam
  next: ledger cosign 00000000000000000000000000000006
"#]],
    );
    w.days(30);
    w.refused(
        "sam",
        cosign(open.as_str()),
        str![[r#"
authority.no-proposal: no open proposal has an event "00000000000000000000000000000006"
  needed: the id of an open proposal
  who: 1 whoever asked: 
  next: ledger status
"#]],
    );
}

// --- what ends a proposal

/// A proposal to put a hold on WP-1's memo, one signature short; then what happens, and whether it is still open.
#[track_caller]
fn ends(prepare: impl FnOnce(&mut World), propose: Wish, by: &str, happens: impl FnOnce(&mut World)) {
    let mut w = packet();
    prepare(&mut w);
    w.pending(by, propose);
    let open = w.last_id();
    assert_eq!(w.proposals(), 1);
    happens(&mut w);
    assert_eq!(w.proposals(), 0, "the proposal is over");
    assert_eq!(code(w.when("sam", cosign(open.as_str()))), Code::AuthorityNoProposal);
}

#[test]
fn a_proposal_dies_with_the_charter() {
    let next = SMALL.replace("handbook 4", "handbook 5");
    let mut w = packet();
    w.pending("dmitri", seal("WP-1"));
    w.pending("lena", grant("dana", "auditor"));
    w.given("lena", adopt(&next)).given("sam", adopt(&next));
    assert_eq!(w.proposals(), 0);
    // The same action begins anew.
    assert_eq!(w.pending("dora", seal("WP-1")).admission.quorum, (1, 3));
}

#[test]
fn a_proposal_dies_with_the_content_or_status_of_its_item() {
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            w.given("dmitri", retitle("WP-1", "other"));
        },
    );
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            w.given("lena", to_because("WP-1", "active", "KICKOFF"));
        },
    );
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            w.given("dmitri", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
        },
    );
    // What changed in the file is not known to the ledger, but the vote binds the bytes.
    let mut w = packet();
    let first = w.pending("dana", attest("WP-1", "agreed", &[]));
    w.write("docs/packets/WP-1.md", "other bytes", "dana");
    assert_eq!(code(w.when("sam", cosign(first.event.id.as_str()))), Code::ItemContent);
}

#[test]
fn a_proposal_dies_with_the_thing_acted_upon() {
    let lift = unblock("WP-1", "HOLD", None);
    let reworded = |w: &World| Body::Unblocked {
        name: word("HOLD"),
        block: w.item("WP-1").blocks[0].event.clone(),
        record: None,
        reason: "in other words".to_owned(),
    };
    ends(
        |w| w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE"))).done(),
        lift,
        "lena",
        |w| {
            let event = w.forge("lena", "lena", Some("lead"), "WP-1", reworded(w));
            w.push(&event, "lena").unwrap();
            let event = w.forge("sam", "sam", Some("security"), "WP-1", reworded(w));
            w.push(&event, "sam").unwrap();
        },
    );
    ends(
        |_| {},
        enrol(human("kim", &["lead"])),
        "lena",
        |w| {
            w.given("lena", enrol(human("kim", &[]))).given("sam", enrol(human("kim", &[])));
        },
    );
    ends(
        |_| {},
        grant("dana", "auditor"),
        "lena",
        |w| {
            // Granted and taken away again by others: another question than the one that was signed.
            let mut no = w.clone();
            no.given("sam", grant("dana", "auditor"));
            *w = no;
        },
    );
    ends(
        |_| {},
        revoke("dana", "dana", None),
        "lena",
        |w| {
            w.given("dana", revoke("dana", "dana", None));
        },
    );
    ends(
        |w| w.given("sam", attest_citing("WP-1", "vouched", "log")).done(),
        retract("WP-1", "vouched", Some("sam")),
        "lena",
        |w| {
            w.given("sam", retract("WP-1", "vouched", None));
        },
    );
}

#[test]
fn a_proposal_dies_when_a_signer_loses_role_or_key() {
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            w.given("lena", ungrant("dana", "developer")).given("sam", ungrant("dana", "developer"));
        },
    );
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            w.given("dana", revoke("dana", "dana", None));
        },
    );
    // compromised_since lets open votes lapse
    ends(
        |_| {},
        attest("WP-1", "agreed", &[]),
        "dana",
        |w| {
            let since = Some(w.state().tip.seq);
            w.given("lena", revoke("dana", "dana", since)).given("sam", revoke("dana", "dana", since));
        },
    );
    // Another role or another key of the signer does not matter.
    let mut w = packet();
    w.given("lena", grant("dana", "auditor")).given("sam", grant("dana", "auditor"));
    w.given("lena", add_key("dana", "dana-2")).given("sam", add_key("dana", "dana-2"));
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.given("lena", ungrant("dana", "auditor")).given("sam", ungrant("dana", "auditor"));
    w.given("dana", revoke("dana", "dana-2", None));
    assert_eq!(w.proposals(), 1);
}

#[test]
fn a_proposal_dies_after_thirty_days() {
    let mut w = packet();
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.days(29);
    w.hours(23);
    let mut in_time = w.clone();
    in_time.pending("dmitri", attest("WP-1", "agreed", &[]));
    // The life counts from the first signature, not from the last.
    in_time.hours(2);
    let draft = in_time.pending("sam", attest("WP-1", "agreed", &[]));
    assert!(draft.joins.is_none());
    assert_eq!(draft.admission.quorum, (1, 3));
    w.hours(1);
    w.given("dora", declare("WP-2", "packet", stated()));
    assert_eq!(w.proposals(), 0, "the first later event ends it");
}

#[test]
fn other_things_leave_a_proposal_open() {
    let mut w = packet();
    w.given("dana", declare("WP-2", "packet", stated()));
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.given("dmitri", retitle("WP-2", "other"));
    w.given("dora", attest("WP-1", "vouched", &[]));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    assert_eq!(w.proposals(), 1);
    w.pending("dmitri", attest("WP-1", "agreed", &[]));
    w.effective("sam", attest("WP-1", "agreed", &[]));
}

#[test]
fn the_guard_is_judged_at_every_signature() {
    let text = SMALL.replace(r#"unseal = "security""#, r#"unseal = "2 developer if self has vouched""#);
    let mut w = World::founded(&text, "lena", &staff());
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md"))).given("sam", seal("M-1"));
    w.refused(
        "dana",
        unseal("M-1"),
        str![[r#"
guard.unmet: M-1 has no vouched
  needed: vouched of the present content
  rule: kinds.memo.unseal
  item: M-1
  path: memos/a.md
  who: 1 developer|security: bot, dana, dmitri, dora, max, sam
  next: ledger attest M-1 vouched
"#]],
    );
    w.given("max", attest("M-1", "vouched", &[]));
    w.pending("dana", unseal("M-1"));
    w.given("max", retract("M-1", "vouched", None));
    assert_eq!(code(w.when("dmitri", unseal("M-1"))), Code::GuardUnmet);
    let names: BTreeSet<&str> = w.state().proposals.values().flat_map(|p| &p.votes).map(|v| v.actor.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["dana"]));
}
