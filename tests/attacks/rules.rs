//! Events that say of their quorum, gate or facts what is not so, and events that no rule admits.

use crate::site::{Site, TAIL, between, replaced};

const PROPOSED: &str = "proposed sealed DOC-1";
const SEALED: &str = "sealed DOC-1";
const REVIEWED: &str = "attested DOC-1 review=approve";

/// Returns what the seal says of its gate, with the comma behind it.
fn judged(site: &Site) -> String {
    format!("\"judged\":{{{}}},", between(&site.unsigned(SEALED), "\"judged\":{", "},"))
}

attacks! {
    "a first vote that says that the quorum is complete"
    a_first_vote_that_claims_the_effect: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(PROPOSED), "\"pending\":true,", "");
        site.place(&site.signed("omar", replaced(&text, "\n\nproposed ", "\n\n")));
        told.stops_everything(&site);
    }

    "a last vote that says that signatures are missing"
    a_last_vote_that_denies_the_effect: "authority.pending-flag" 3 "2 of 2 places are filled"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(SEALED), "\"prev\":", "\"pending\":true,\"prev\":");
        site.place(&site.signed("ines", replaced(&text, "\n\nsealed ", "\n\nproposed sealed ")));
        told.stops(&site);
    }

    "another digest in `judged`"
    a_judgement_with_another_digest: "gate.judged" 3 "the event records sealable PASS"; |told| {
        let site = Site::new();
        let digest = between(&judged(&site), "\"digest\":\"", "\"").to_owned();
        let other = between(&site.unsigned(SEALED), "\"prev\":\"", "\"").to_owned();
        site.resign(SEALED, &digest, &other);
        told.stops(&site);
    }

    "another gate in `judged`"
    a_judgement_of_another_gate: "gate.judged" 3 "the event records readable PASS"; |told| {
        let site = Site::new();
        site.resign(SEALED, "\"gate\":\"sealable\"", "\"gate\":\"readable\"");
        told.stops(&site);
    }

    "another outcome in `judged`"
    a_judgement_with_another_outcome: "gate.judged" 3 "the event records sealable HOLD"; |told| {
        let site = Site::new();
        site.resign(SEALED, "\"outcome\":\"PASS\"", "\"outcome\":\"HOLD\"");
        told.stops(&site);
    }

    "no `judged` where a gate guards the action"
    a_judgement_that_is_absent: "gate.judged" 3 "the event records no gate"; |told| {
        let site = Site::new();
        site.resign(SEALED, &judged(&site), "");
        told.stops(&site);
    }

    "`judged` where no gate guards the action"
    a_judgement_that_nobody_asked_for: "gate.judged" 3 "no gate guards this action"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"prev\":", &format!("{}\"prev\":", judged(&site)));
        told.stops(&site);
    }

    "a seal whose gate does not pass"
    a_seal_before_the_review: "guard.unmet" 3 "DOC-1 has no review"; |told| {
        let site = Site::new();
        let text = site.unsigned(PROPOSED);
        site.end_before(REVIEWED);
        site.place(&site.signed("omar", site.hung_on(&text)));
        told.stops(&site);
    }

    "a seal that saw no file"
    a_seal_that_saw_nothing: "item.file" 3 "docs/one.md"; |told| {
        let site = Site::new();
        let text = site.unsigned(PROPOSED);
        let seen = format!("\"seen\":{},\"seq\"", between(&text, "\"seen\":", ",\"seq\""));
        site.resign(PROPOSED, &seen, "\"seq\"");
        told.stops(&site);
    }

    "a seal over another content"
    a_seal_over_another_content: "item.content" 3 "content"; |told| {
        let site = Site::new();
        let text = site.unsigned(PROPOSED);
        let other = between(&text, "\"prev\":\"", "\"").to_owned();
        site.resign(PROPOSED, between(&text, "\"content\":\"", "\""), &other);
        told.stops(&site);
    }

    "a seal that keeps no bytes"
    a_seal_that_keeps_no_bytes: "claim.evidence" 3 "evidence"; |told| {
        let site = Site::new();
        let text = site.unsigned(PROPOSED);
        let evidence = format!("\"evidence\":[{}]", between(&text, "\"evidence\":[", "]"));
        site.resign(PROPOSED, &evidence, "\"evidence\":[]");
        told.stops(&site);
    }

    "facts about the authors that are not so"
    facts_about_authors_that_are_not_so: "trust.contradicted-fact" 3 "\"found\":[\"lena\"]"; |told| {
        let site = Site::new();
        site.resign(REVIEWED, "\"a\":[\"lena\"]", "\"a\":[\"dora\"]");
        told.of(&site.ledger("verify").json().run());
        site.ledger("verify").exits(3).says("contradicted: event");
    }

    "facts about a file that are not so"
    facts_about_a_file_that_are_not_so: "trust.contradicted-fact" 3 "\"size\":6"; |told| {
        let site = Site::new();
        // The size is no part of what is bound, so that nothing but the commit contradicts it.
        let text = site.unsigned(REVIEWED);
        assert!(text.contains("\"size\":6}"), "{text}");
        site.place(&site.signed("raj", text.replace("\"size\":6}", "\"size\":7}")));
        told.of(&site.ledger("verify").json().run());
        site.ledger("verify").exits(3).says("contradicted: event");
    }

    "a statement that says it was made later than it was signed"
    a_statement_that_was_made_later: "format.time" 3 "a statement made after the event that carries it"; |told| {
        let site = Site::new();
        let made = between(&site.unsigned(REVIEWED), "\"made\":\"", "\"").to_owned();
        site.resign(REVIEWED, &format!("\"made\":\"{made}\""), "\"made\":\"2030-01-01T00:00:00Z\"");
        told.stops(&site);
    }

    "an old vote once more, under a new id"
    an_old_vote_once_more: "item.sealed" 3 "DOC-1"; |told| {
        let site = Site::new();
        let text = site.hung_on(&site.unsigned(PROPOSED));
        let text = replaced(&text, between(&text, "\"id\":\"", "\""), "0123456789abcdef0123456789abcdef");
        let at = site.unsigned(TAIL);
        let (old, new) = (between(&text, "\"at\":\"", "\"").to_owned(), between(&at, "\"at\":\"", "\"").to_owned());
        let (from, to) = (between(&text, "author omar <> ", " ").to_owned(), between(&at, "author dora <> ", " ").to_owned());
        let text = replaced(&text, &old, &new).replace(&format!("<> {from} "), &format!("<> {to} "));
        site.place(&site.signed("omar", &text));
        told.stops(&site);
    }

    "an amendment of a sealed item"
    an_amendment_of_a_sealed_item: "item.sealed" 3 "DOC-1"; |told| {
        let site = Site::new();
        let body = r#"{"fields":{},"links":{},"path":"docs/one.md","title":"Another"}"#;
        site.place(&site.signed("dora", site.event("dora", "drafter", "amended", "\"DOC-1\"", body, "DOC-1")));
        told.stops(&site);
    }

    "an id that was declared before"
    an_id_that_was_declared_before: "item.exists" 3 "DOC-1"; |told| {
        let site = Site::new();
        let body = between(&site.unsigned("declared DOC-8"), "\"body\":", ",\"id\":").to_owned();
        site.place(&site.signed("dora", site.event("dora", "drafter", "declared", "\"DOC-1\"", &body, "DOC-1")));
        told.stops(&site);
    }

    "a move that the charter does not know"
    a_move_that_the_charter_does_not_know: "item.status" 3 "draft"; |told| {
        let site = Site::new();
        let body = r#"{"because":null,"from":"done","to":"draft"}"#;
        site.place(&site.signed("dora", site.event("dora", "drafter", "moved", "\"DOC-1\"", body, "DOC-1 draft")));
        told.stops(&site);
    }

    "a waiver that no class of the charter covers"
    a_waiver: "waiver.not-possible" 3 "waive"; |told| {
        let site = Site::new();
        let body = r#"{"class":"sealable","controls":"none","reason":"in a hurry","rule":"sealable.reviewed","until":"2027-01-01"}"#;
        site.place(&site.signed("lena", site.event("lena", "lead", "waived", "\"DOC-8\"", body, "DOC-8 sealable.reviewed")));
        told.stops(&site);
    }
}
