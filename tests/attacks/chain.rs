//! Events in another order, place or time than the one they were signed for.

use crate::sandbox::story::Story;
use crate::site::{CHARTER, Site, TAIL, between, replaced};

const BEFORE: &str = "declared DOC-8";

/// Returns the number of the newest event.
fn seq(site: &Site) -> u64 {
    between(&site.text(TAIL), "\"seq\":", ",").parse().unwrap()
}

fn seq_of(n: u64) -> String {
    format!("\"seq\":{n},")
}

/// Returns a text with its moment moved by days, in the payload and in the headers.
fn moved(text: &str, to: &str, seconds: &str) -> String {
    let at = between(text, "\"at\":\"", "\"").to_owned();
    let old = between(text, "author dora <> ", " ").to_owned();
    replaced(&text.replace(&format!("<> {old} "), &format!("<> {seconds} ")), &at, to)
}

attacks! {
    "a gap in the numbers"
    a_gap_in_the_numbers: "format.seq-gap" 3 "the number"; |told| {
        let site = Site::new();
        let seq = seq(&site);
        site.resign(TAIL, &seq_of(seq), &seq_of(seq + 1));
        told.stops_everything(&site);
    }

    "a number again"
    a_number_again: "format.seq-gap" 3 "which follows"; |told| {
        let site = Site::new();
        let seq = seq(&site);
        site.resign(TAIL, &seq_of(seq), &seq_of(seq - 1));
        told.stops(&site);
    }

    "`prev` is not the SHA-256 of the event before"
    a_prev_of_another_event: "format.prev-mismatch" 3 "the SHA-256 of the event before it"; |told| {
        let site = Site::new();
        let (own, other) = (site.unsigned(TAIL), site.unsigned(BEFORE));
        site.resign(TAIL, between(&own, "\"prev\":\"", "\""), between(&other, "\"prev\":\"", "\""));
        told.stops(&site);
    }

    "`prev` is the git id of the event before"
    a_prev_that_is_an_object_id: "format.id" 3 "is not"; |told| {
        let site = Site::new();
        let own = site.unsigned(TAIL);
        site.resign(TAIL, between(&own, "\"prev\":\"", "\""), &site.commit_of(BEFORE));
        told.stops(&site);
    }

    "the id of another event"
    an_id_that_was_used_before: "format.repeated-id" 3 "was used before"; |told| {
        let site = Site::new();
        let (own, other) = (site.unsigned(TAIL), site.unsigned(BEFORE));
        site.resign(TAIL, between(&own, "\"id\":\"", "\""), between(&other, "\"id\":\"", "\""));
        told.stops(&site);
    }

    "an event is repeated: its author signs it again on the new tip"
    an_event_that_is_signed_a_second_time: "format.repeated-id" 3 "was used before"; |told| {
        let site = Site::new();
        site.place(&site.signed("dora", site.hung_on(&site.unsigned(TAIL))));
        told.stops(&site);
    }

    "an event is repeated as it is, on the new tip"
    an_event_that_is_hung_on_itself: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        site.tamper(TAIL, &site.before(TAIL), &site.tip());
        told.stops(&site);
    }

    "an event is dropped: the next one is hung on the one before it"
    an_event_that_is_dropped: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        site.tamper(TAIL, &site.before(TAIL), &site.before(BEFORE));
        told.stops(&site);
    }

    "an event is dropped, and the author of the next one signs that again"
    an_event_that_is_dropped_by_the_next_author: "format.seq-gap" 3 "which follows"; |told| {
        let site = Site::new();
        site.resign(TAIL, &site.before(TAIL), &site.before(BEFORE));
        told.stops(&site);
    }

    "an event is dropped, and the author of the next one signs that again with its number"
    an_event_that_is_dropped_without_a_gap: "format.prev-mismatch" 3 "the SHA-256 of the event before it"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(TAIL), &site.before(TAIL), &site.before(BEFORE));
        let seq = seq(&site);
        site.place(&site.signed("dora", replaced(&text, &seq_of(seq), &seq_of(seq - 1))));
        told.stops(&site);
    }

    "two events change places"
    events_in_another_order: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (one, other) = (site.text(BEFORE), site.text(TAIL));
        let first = site.write_commit(replaced(&other, &site.before(TAIL), &site.before(BEFORE)).as_bytes());
        site.place(replaced(&one, &site.before(BEFORE), &first).as_bytes());
        told.stops(&site);
    }

    "two events change places, and their author signs both again with their numbers"
    events_in_another_order_by_their_author: "format.prev-mismatch" 3 "the SHA-256 of the event before it"; |told| {
        let site = Site::new();
        let (one, other, seq) = (site.unsigned(BEFORE), site.unsigned(TAIL), seq(&site));
        let first = replaced(&other, &site.before(TAIL), &site.before(BEFORE));
        let first = site.write_commit(&site.signed("dora", replaced(&first, &seq_of(seq), &seq_of(seq - 1))));
        let second = replaced(&one, &site.before(BEFORE), &first);
        site.place(&site.signed("dora", replaced(&second, &seq_of(seq - 1), &seq_of(seq))));
        told.stops(&site);
    }

    "an event of another ledger, as it is"
    an_event_of_another_ledger: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let other = Story::founded(CHARTER, &[("nina", "human", "drafter", "")]);
        let text = other.repo.git(["cat-file", "commit", "refs/ledger/main"]) + "\n";
        site.place(replaced(&text, between(&text, "parent ", "\n"), &site.tip()).as_bytes());
        told.stops(&site);
    }

    "an event of another ledger, signed again for this one by somebody of the same name there"
    an_event_of_another_ledgers_namesake: "trust.key-unknown" 3 "belongs to nobody at this position"; |told| {
        let site = Site::new();
        let other = Story::founded(CHARTER, &[]);
        let text = site.event("lena", "lead", "granted", "null", r#"{"actor":"dora","role":"approver"}"#, "dora approver");
        std::fs::copy(other.key("lena"), site.key("stranger")).unwrap();
        site.place(&site.signed("stranger", &text));
        told.stops(&site);
    }

    "a second genesis on the tip"
    a_second_genesis: "format.genesis" 3 "founded"; |told| {
        let site = Site::new();
        let founded = site.unsigned("founded ATTACKED");
        let (_, body) = founded.split_once("\"body\":").unwrap();
        let body = body.rsplit_once(",\"id\":").unwrap().0.to_owned();
        let text = site.event("lena", "lead", "founded", "null", &body, "ATTACKED");
        site.place(&site.signed("lena", &text));
        told.stops(&site);
    }

    "a first event that founds nothing"
    a_genesis_that_founds_nothing: "format.genesis" 3 "the first event is of type \"declared\""; |told| {
        let site = Site::new();
        let text = site.unsigned(TAIL);
        let text = replaced(&text, &format!("parent {}\n", site.before(TAIL)), "");
        let prev = format!("\"{}\"", between(&text, "\"prev\":\"", "\""));
        let text = replaced(&replaced(&text, &prev, "null"), &seq_of(seq(&site)), &seq_of(0));
        site.place(&site.signed("dora", &text));
        told.stops(&site);
    }

    "a genesis for the other object format"
    a_genesis_for_the_other_object_format: "format.object-format" 3 "the object format sha256"; |told| {
        let site = Site::new();
        site.resign("founded ATTACKED", "\"object_format\":\"sha1\"", "\"object_format\":\"sha256\"");
        told.stops(&site);
    }

    "a genesis with another nonce: another ledger by the same founder"
    a_genesis_with_another_nonce: "trust.genesis-mismatch" 3 "pins the ledger"; |told| {
        let site = Site::new();
        let text = site.unsigned("founded ATTACKED");
        let nonce = between(&text, "\"nonce\":\"", "\"").to_owned();
        site.resign("founded ATTACKED", &nonce, "00000000000000000000000000000000");
        told.of(&site.ledger("verify").run());
        told.of(&site.ledger("check --staged").run());
        told.of(&site.ledger("actor list").run());
    }

    "a time before that of the event before"
    a_time_that_runs_backwards: "format.time-backwards" 3 "the time 2026-01-09T09:00:00Z"; |told| {
        let site = Site::new();
        let text = moved(&site.unsigned(TAIL), "2026-01-09T09:00:00Z", "1767949200");
        site.place(&site.signed("dora", &text));
        told.stops(&site);
    }

    "an event from the future, made by hand: nothing can be appended to it before that day"
    an_event_from_the_future: "store.clock" 5 "the ledger's newest event is of 2099-01-01T00:00:00Z"; |told| {
        let site = Site::new();
        let text = moved(&site.unsigned(TAIL), "2099-01-01T00:00:00Z", "4070908800");
        site.place(&site.signed("dora", &text));
        site.ledger("verify").ok();
        let before = site.refs();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").run());
        let then = site.ledger("declare DOC-77 --kind document").as_("dora").at("2099-01-01T00:10:00Z").run();
        assert_eq!(then.code, 5, "\n{then}");
        then.says("the clock says").says("[store.clock]");
        assert_eq!(site.refs(), before);
    }

    "an append more than five minutes ahead of the clock"
    an_append_ahead_of_the_clock: "store.clock" 5 "the event would be of 2099-01-01T00:00:00Z; the clock says"; |told| {
        let site = Site::new();
        let before = site.refs();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").at("2099-01-01T00:00:00Z").run());
        assert_eq!(site.refs(), before);
    }

    "an append by a clock that ran backwards"
    an_append_by_a_clock_that_ran_backwards: "store.clock" 5 "; the time given is 2026-01-09T12:00:00Z"; |told| {
        let site = Site::new();
        let before = site.refs();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").at("2026-01-09T12:00:00Z").run());
        assert_eq!(site.refs(), before);
    }
}
