//! What an open proposal waits for, and what the state answers about what waits.

use std::collections::BTreeSet;

use govledger::domain::code::Code;
use govledger::domain::decide::cosign::{self, Waiting};
use govledger::domain::event::Recovery;
use govledger::domain::explain::Supplier;
use govledger::domain::id::Digest;
use govledger::domain::receive::Cites;

use crate::people::{SMALL, packet, small, staff};
use crate::world::*;

/// What the only proposal waits for.
fn waits(w: &World) -> Waiting {
    assert_eq!(w.proposals(), 1);
    let proposal = w.state().proposals.values().next().unwrap();
    cosign::waiting(w.state(), &w.tree, w.now, proposal)
}

fn names(who: &[Supplier]) -> Vec<String> {
    who.iter().map(|s| format!("{} {}: {}", s.count, s.role, s.actors.join(" "))).collect()
}

#[test]
fn a_proposal_waits_for_everybody_who_would_count_by_role() {
    let mut w = packet();
    w.given("dora", revoke("dora", "dora", None));
    w.pending("dmitri", attest("WP-1", "agreed", &[]));
    let waiting = waits(&w);
    assert_eq!(waiting.quorum, Some((1, 3)));
    assert_eq!(names(&waiting.who), ["1 developer: bot dana max", "1 security: max sam"]);
    assert_eq!((waiting.recovery, waiting.refusal), (None, None), "that lena cannot sign keeps nobody else from it");
    let proposal = w.state().proposals.values().next().unwrap();
    assert_eq!(cosign::command_of(proposal).as_deref(), Some("ledger attest WP-1 agreed --result pass"));
}

#[test]
fn where_nobody_can_sign_it_is_told_why_and_not_that_one_is_the_wrong_person() {
    let mut w = packet();
    w.pending("dmitri", attest("WP-1", "agreed", &[]));
    w.write("docs/packets/WP-1.md", "other bytes", "dana");
    let waiting = waits(&w);
    assert_eq!((waiting.quorum, waiting.who.len()), (None, 0));
    // ada, who comes first, has the wrong role; the others have the wrong content.
    assert_eq!(waiting.refusal.map(|refusal| refusal.code()), Some(Code::ItemContent));
    // Where everybody is the wrong person, the first is told of.
    let text = SMALL.replace("agreed    = { by = \"2 developer + 1 security\" }", "agreed    = { by = \"2 auditor\" }");
    let mut w = World::founded(&text, "lena", &staff());
    w.given("dana", declare("WP-1", "packet", stated()));
    w.pending("ada", attest("WP-1", "agreed", &[]));
    let refusal = waits(&w).refusal.unwrap();
    let found = "ada signed this proposal already; it has 1 of 2 signatures; nobody else can act as auditor for WP-1: enrol one";
    assert_eq!(refusal.explanations[0].found, found);
}

#[test]
fn the_offline_keys_are_waited_for_where_one_of_them_signed() {
    let keys = BTreeSet::from([public("safe-1"), public("safe-2"), public("safe-3")]);
    let mut w = World::founded_with(SMALL, "lena", &staff(), Some(Recovery { quorum: 2, keys }));
    let mut other = w.clone();
    other.pending("lena", grant("dana", "lead"));
    let waiting = waits(&other);
    assert_eq!(names(&waiting.who), ["1 security: max sam"]);
    assert_eq!(waiting.recovery, None);
    w.when_as("recovery", "safe-2", None, grant("dana", "lead")).unwrap();
    let waiting = waits(&w);
    assert_eq!(names(&waiting.who), ["1 lead: lena", "1 security: max sam"], "the authority has its own quorum");
    let offline = waiting.recovery.unwrap();
    assert_eq!((offline.quorum, offline.keys.count), ((1, 2), 1));
    let others: BTreeSet<String> = offline.keys.actors.into_iter().collect();
    assert_eq!(others, BTreeSet::from([print("safe-1").to_string(), print("safe-3").to_string()]));
    assert_eq!(waiting.refusal, None);
    // Of three, the third is one of those who have not signed.
    let keys = ["safe-1", "safe-2", "safe-3", "safe-4"].map(public).into();
    let mut w = World::founded_with(SMALL, "lena", &staff(), Some(Recovery { quorum: 3, keys }));
    w.when_as("recovery", "safe-2", None, grant("dana", "lead")).unwrap();
    let second = w.when_as("recovery", "safe-4", None, grant("dana", "lead")).unwrap();
    let others: BTreeSet<String> = second.admission.missing[0].actors.iter().cloned().collect();
    assert_eq!(others, BTreeSet::from([print("safe-1").to_string(), print("safe-3").to_string()]));
}

/// Whoever keeps evidence asks the state what to keep and what to throw away.
#[test]
fn evidence_is_cited_by_what_took_effect_and_by_what_waits_until_it_is_given_up() {
    let mut w = packet();
    assert!(w.state().cited().is_empty() && w.state().erased().is_empty());
    w.given("sam", attest_citing("WP-1", "vouched", "log"));
    w.pending("dana", attest_citing("WP-1", "agreed", "note"));
    let (log, note) = (Digest::of(b"log"), Digest::of(b"note"));
    assert_eq!((w.state().cited(), w.state().erased()), (BTreeSet::from([log, note]), BTreeSet::new()));
    w.given("lena", erase("log")).effective("sam", erase("log"));
    let says = Cites { cited: BTreeSet::from([note]), erased: BTreeSet::from([log]) };
    assert_eq!(Cites::of(w.state()), says);
}

#[test]
fn a_key_is_found_whoever_has_or_had_it_and_in_the_safe() {
    let keys = BTreeSet::from([public("safe-1"), public("safe-2")]);
    let mut w = World::founded_with(SMALL, "lena", &staff(), Some(Recovery { quorum: 2, keys }));
    w.given("dora", revoke("dora", "dora", None));
    for name in ["lena", "dora", "safe-1", "safe-2"] {
        assert_eq!(w.state().key(&print(name)), Some(&public(name)), "{name}");
    }
    assert_eq!(w.state().key(&print("nobody")), None);
}

#[test]
fn what_waits_is_counted_when_it_goes() {
    let mut w = small();
    let gone = |w: &World| w.state().proposals.gone();
    w.pending("lena", grant("ada", "developer"));
    let action = w.last().event.action();
    assert_eq!((gone(&w), w.state().proposals.contains(&action)), (0, true));
    w.effective("sam", grant("ada", "developer"));
    assert_eq!((gone(&w), w.state().proposals.contains(&action)), (1, false));
    w.given("lena", grant("ada", "lead")).effective("sam", grant("ada", "lead"));
    assert_eq!(gone(&w), 2);
}
