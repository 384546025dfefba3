//! What replay refuses: events that are well formed and well signed and no part of this ledger (M0-003, S0-088).

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::{Body, GateOutcome, Judged};
use govledger::domain::facts::{Answer, Question};
use govledger::domain::id::{Digest, Rid};
use govledger::domain::replay::{Invalid, Replay};
use govledger::domain::sshsig::Verifier;
use govledger::domain::time::Timestamp;
use snapbox::str;

use crate::charters::replayed_digest;
use crate::people::{packet, small};
use crate::world::*;

fn granted(actor: &str, to: &str) -> Body {
    Body::Granted { actor: who(actor), role: role(to) }
}

fn planned(w: &mut World) -> govledger::domain::event::Event {
    let body = Body::Declared(govledger::domain::event::Declaration {
        kind: word("packet"),
        status: word("planned"),
        stated: stated().0,
    });
    w.forge("dana", "dana", Some("developer"), "WP-2", body)
}

#[test]
fn an_event_out_of_its_place_is_named() {
    let mut w = packet();
    let good = planned(&mut w);
    assert!(w.replayed(&good, "dana").is_ok());
    let mut gap = good.clone();
    gap.seq += 1;
    named(
        w.replayed(&gap, "dana"),
        str!["event 2 (declared WP-2) is invalid: format.seq-gap: found the number 3; needed: 2, which follows"],
    );
    let mut other = good.clone();
    other.prev = Some(Digest::of(b"another ledger"));
    named(
        w.replayed(&other, "dana"),
        str![
            "event 2 (declared WP-2) is invalid: format.prev-mismatch: found `prev` is 9c75054f7d3c986b4cc3d70f8092af54639fb9f5e7f94a37ff05e46ec26d3e63; needed: ac25971f709cc77edf65d6d9cde2d4765a6d50d91a0b8be6ab2ba66d0bf9fe49, the SHA-256 of the event before it"
        ],
    );
    let mut twice = good.clone();
    twice.id = w.last_id();
    named(
        w.replayed(&twice, "dana"),
        str![
            "event 2 (declared WP-2) is invalid: format.repeated-id: found the id 00000000000000000000000000000002 was used before; needed: an id of its own"
        ],
    );
    let mut early = good.clone();
    early.at = Timestamp::from_seconds(w.now.seconds() - 1).unwrap();
    named(
        w.replayed(&early, "dana"),
        str![
            "event 2 (declared WP-2) is invalid: format.time-backwards: found the time 2026-01-10T08:59:59Z; needed: a time at or after 2026-01-10T09:00:00Z"
        ],
    );
    // Two events of one second are in the order of the chain.
    w.push(&good, "dana").unwrap();
}

#[test]
fn a_replay_knows_the_ids_of_its_events_and_no_other() {
    let w = packet();
    let mut replay = Replay::new(FORMAT);
    let ids: Vec<Rid> = w
        .chain
        .iter()
        .map(|bytes| {
            let signed = commit::decode(FORMAT, bytes).unwrap();
            let id = signed.event.id.clone();
            assert!(!replay.holds(&id), "it comes only now");
            replay.push(&signed).unwrap();
            id
        })
        .collect();
    assert!(ids.len() > 1 && ids.iter().all(|id| replay.holds(id)));
    assert!(!replay.holds(&Rid::parse(&"e".repeat(32)).unwrap()));
}

#[test]
fn the_first_event_founds_and_no_later_one_does() {
    let mut w = small();
    let genesis = commit::decode(FORMAT, &w.chain[0]).unwrap();
    let replays = |event: &govledger::domain::event::Event, format: ObjectFormat| {
        let bytes = signed(FORMAT, event, None, "lena");
        Replay::new(format).push(&commit::decode(FORMAT, &bytes).unwrap())
    };
    assert!(replays(&genesis.event, FORMAT).is_ok());
    named(
        replays(&genesis.event, ObjectFormat::Sha256),
        str![
            "event 0 (founded SMALL) is invalid: format.object-format: found the object format sha1; needed: sha256, as the repository has"
        ],
    );
    let mut late = genesis.event.clone();
    late.seq = 3;
    named(
        replays(&late, FORMAT),
        str!["event 0 (founded SMALL) is invalid: format.seq-gap: found the number 3; needed: 0, which follows"],
    );
    let mut pending = genesis.event.clone();
    pending.pending = true;
    named(
        replays(&pending, FORMAT),
        str![
            "event 0 (proposed founded SMALL) is invalid: format.genesis: found genesis with seen, judged or pending; needed: genesis without them"
        ],
    );
    let mut grant = w.forge("lena", "lena", Some("lead"), "repo", granted("dana", "lead"));
    (grant.seq, grant.prev) = (0, None);
    named(
        replays(&grant, FORMAT),
        str![[
            r#"event 0 (proposed granted dana lead) is invalid: format.genesis: found the first event is of type "granted"; needed: `founded`"#
        ]],
    );
}

#[test]
fn a_wrong_pending_flag_is_named() {
    let mut w = packet();
    let mut early = w.forge("lena", "lena", Some("lead"), "repo", granted("dana", "lead"));
    assert!(early.pending);
    early.pending = false;
    named(
        w.replayed(&early, "lena"),
        str![
            "event 2 (granted dana lead) is invalid: authority.pending-flag: found the event says that its quorum is complete; needed: the opposite: 1 of 2 places are filled"
        ],
    );
    let mut modest = planned(&mut w);
    modest.pending = true;
    named(
        w.replayed(&modest, "dana"),
        str![
            "event 2 (proposed declared WP-2) is invalid: authority.pending-flag: found the event says that signatures are missing; needed: the opposite: 1 of 1 places are filled"
        ],
    );
}

#[test]
fn a_wrong_record_of_the_gate_is_named() {
    // S0-086
    let mut w = packet();
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    w.given("sam", attest("WP-1", "vouched", &[])).given("build", attest("repo", "scanned", &[]));
    let finished = Body::Moved { from: word("active"), to: word("finished"), because: None };
    let good = w.forge("lena", "lena", Some("lead"), "WP-1", finished);
    let judged = good.judged.clone().unwrap();
    assert!(w.replayed(&good, "lena").is_ok());
    for wrong in [
        None,
        Some(Judged { digest: Digest::of(b"x"), ..judged.clone() }),
        Some(Judged { outcome: GateOutcome::Hold, ..judged.clone() }),
        Some(Judged { gate: word("other"), ..judged.clone() }),
    ] {
        let mut event = good.clone();
        event.judged = wrong;
        let invalid = w.replayed(&event, "lena").unwrap_err();
        assert_eq!(invalid.refusal.code().as_str(), "gate.judged");
    }
    let mut unasked = planned(&mut w);
    unasked.judged = Some(judged);
    named(
        w.replayed(&unasked, "dana"),
        str![
            "event 5 (declared WP-2) is invalid: gate.judged: found the event records closing PASS (931b53b4d1d0); needed: no gate guards this action"
        ],
    );
    let mut silent = good;
    silent.judged = None;
    named(
        w.replayed(&silent, "lena"),
        str![
            "event 5 (moved WP-1 finished) is invalid: gate.judged: found the event records no gate; needed: closing PASS (931b53b4d1d0)"
        ],
    );
}

#[test]
fn facts_that_are_left_out_are_unknown_and_facts_that_were_never_asked_do_no_harm() {
    let mut w = packet();
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    let body = w.last().event.body;
    let mut event = w.forge("dora", "dora", Some("developer"), "WP-1", body);
    let seen = event.seen.as_mut().unwrap();
    seen.facts.insert(Question::On("main".to_owned()), Answer::Bool(true));
    assert!(w.replayed(&event, "dora").is_ok());
    event.seen = None;
    named(
        w.replayed(&event, "dora"),
        str![
            "event 3 (attested WP-1 vouched=pass) is invalid: item.content: found what WP-1 is cannot be read: a fact about its files is missing; needed: the facts about the files, seen at one commit"
        ],
    );
}

#[test]
fn an_action_of_somebody_who_may_not_is_named_though_its_signature_is_good() {
    let mut w = packet();
    let event = w.forge("dana", "dana", Some("developer"), "repo", granted("dana", "lead"));
    named(
        w.replayed(&event, "dana"),
        str![
            "event 2 (granted dana lead) is invalid: authority.role: found dana acts as developer; needed: 1 lead (lena) + 1 security (max, sam)"
        ],
    );
    let event = w.forge("dana", "dana", Some("lead"), "repo", granted("dana", "lead"));
    named(
        w.replayed(&event, "dana"),
        str![
            "event 2 (granted dana lead) is invalid: trust.role-not-held: found dana holds developer; needed: the role lead, in which the event acts"
        ],
    );
    let event = w.forge("lena", "dana", Some("lead"), "repo", granted("dana", "lead"));
    named(
        w.replayed(&event, "dana"),
        str![
            "event 2 (granted dana lead) is invalid: trust.key-of-another: found the key SHA256:M69Jy3OpAPdo9XDsyy0R65u09LpvsKmoF5mAYw6O3PY belongs to dana; needed: a key of lena, whom the event names"
        ],
    );
    let event = w.forge("lena", "mallory", Some("lead"), "repo", granted("dana", "lead"));
    named(
        w.replayed(&event, "mallory"),
        str![
            "event 2 (granted dana lead) is invalid: trust.key-unknown: found the key SHA256:iQPWDphZ2h69Xkqks7NvtVw3dG0T8lzND1K1zKrZpN0 belongs to nobody at this position; needed: a key of lena, enrolled before this event"
        ],
    );
}

#[test]
fn an_event_signed_again_on_another_tip_keeps_what_it_says() {
    // What is made on Monday and signed again on Friday is Monday's statement.
    let mut w = packet();
    let mut monday = w.clone();
    let first = monday.effective("dmitri", attest("WP-1", "vouched", &[])).event;
    w.days(4);
    w.given("dora", declare("WP-2", "packet", stated()));
    let mut friday = w.forge("dmitri", "dmitri", Some("developer"), "WP-1", first.body.clone());
    friday.id = Rid::parse(&"e".repeat(32)).unwrap();
    w.push(&friday, "dmitri").unwrap();
    assert_eq!(w.last().event.id, friday.id);
    let words = &w.item("WP-1").claims["vouched"]["dmitri"];
    let said = words.values().next().unwrap();
    assert_eq!(said.made.to_string(), BEGIN);
    assert_eq!(said.touch.at, w.now);
    // The same id a second time is refused, on whatever tip.
    let mut again = w.forge("dmitri", "dmitri", Some("developer"), "WP-1", first.body);
    again.id = friday.id;
    assert_eq!(w.replayed(&again, "dmitri").unwrap_err().refusal.code().as_str(), "format.repeated-id");
}

#[test]
fn a_tampered_commit_is_no_longer_the_event_that_was_signed() {
    let mut w = packet();
    w.given("lena", grant("dana", "lead"));
    let bytes = w.chain.last().unwrap().clone();
    let text = String::from_utf8(bytes).unwrap();
    let forged = text.replace("proposed granted dana lead", "granted dana lead").replace(r#""pending":true,"#, "");
    let read = commit::decode(FORMAT, forged.as_bytes()).expect("its form is right");
    let error = read.verify_with(&mut Verifier::default()).unwrap_err();
    assert_eq!(error.code.as_str(), "trust.signature");
}

#[test]
fn what_is_invalid_is_named_with_its_position_even_where_it_cannot_be_read() {
    let error = commit::decode(FORMAT, b"tree x\n\nhello\n").unwrap_err();
    let invalid = Invalid::format(7, &error);
    then(
        &invalid.to_string(),
        str![[
            r#"event 7 (an event that cannot be read) is invalid: format.tree: found the tree is "x"; an event has the empty tree; needed: an event as the format describes it"#
        ]],
    );
}

#[test]
fn replay_gives_the_same_bytes_every_time() {
    // M0-002, M0-007
    let mut w = packet();
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    w.days(1);
    w.given("dmitri", attest("WP-1", "reviewed", &["sound", "tested"]))
        .given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    w.given("lena", unblock("WP-1", "HOLD", None));
    let canonical = w.state().to_value().to_canonical();
    assert_eq!(Digest::of(canonical.as_bytes()), w.digest());
    assert_eq!(replayed_digest(&w.chain), w.digest());
    assert!(!canonical.contains(commit_hint(FORMAT).as_str()), "no object id of git stands in the state");
    assert_eq!(w.replay.next_seq(), w.chain.len() as u64);
}
