//! Events of a good ledger, changed in what they say of their quorum, their gate, their content, or what they saw.

use std::collections::BTreeSet;

use govledger::domain::code::Code;
use govledger::domain::event::{Body, Event, Evidence, GateOutcome, Judged};
use govledger::domain::facts::{Answer, Question};
use govledger::domain::id::{Digest, Noun};

use crate::bad::{Bads, Base};
use crate::samples::{n, n_time};
use crate::story::{Story, Told};

/// Puts changed events in the places of the good ones.
pub(crate) fn all(phase: &Story, bads: &mut Bads) {
    flags(phase, bads);
    gates(phase, bads);
    seals(phase, bads);
    authors(phase, bads);
}

/// Puts an event of the story with a change, in its place.
fn change(phase: &Story, bads: &mut Bads, name: &str, code: Code, told: &Told, change: impl FnOnce(&mut Event)) {
    let mut event = told.event.clone();
    change(&mut event);
    let base = Base::before(phase, told);
    bads.put(name, code, &base, base.sign(told.signer, &event));
}

fn flags(phase: &Story, bads: &mut Bads) {
    let proposed = phase.event("proposed enrolled scribe");
    change(phase, bads, "pending-missing", Code::AuthorityPendingFlag, proposed, |e| e.pending = false);
    let sealed = phase.event("sealed E-05");
    change(phase, bads, "pending-too-much", Code::AuthorityPendingFlag, sealed, |e| e.pending = true);
    let completed = phase.event("enrolled scribe");
    change(phase, bads, "pending-though-complete", Code::AuthorityPendingFlag, completed, |e| e.pending = true);
    let base = Base::of(phase, proposed);
    let body = proposed.event.body.clone();
    let twice = Event { pending: true, ..base.event("lena", Some("governance"), Noun::Repo, body) };
    bads.put("voted-twice", Code::AuthorityVotedTwice, &base, base.sign("lena", &twice));
    // The first vote is thirty days old.
    let late = phase.told.iter().rfind(|told| told.event.summary() == "proposed moved D-002 open").unwrap();
    change(phase, bads, "completes-what-expired", Code::AuthorityPendingFlag, late, |e| e.pending = false);
    // New rules end every proposal.
    let chartered = phase.told.iter().find(|told| told.event.summary().starts_with("chartered ")).unwrap();
    let base = Base::of(phase, chartered);
    let moved = base.event("kim", Some("governance"), late.event.item.clone(), late.event.body.clone());
    bads.put("completes-what-new-rules-ended", Code::AuthorityPendingFlag, &base, base.sign("kim", &moved));
    // The action of the second signature is another one, so that it proposes anew and completes nothing.
    change(phase, bads, "another-action", Code::AuthorityPendingFlag, completed, |e| {
        if let Body::Enrolled(person) = &mut e.body {
            person.emails = BTreeSet::from(["scribe@example.org".to_owned()]);
        }
    });
}

fn gates(phase: &Story, bads: &mut Bads) {
    let sealed = phase.event("sealed E-05");
    let judged = sealed.event.judged.clone().unwrap();
    change(phase, bads, "judged-missing", Code::GateJudged, sealed, |e| e.judged = None);
    let digest = Judged { digest: Digest::of(b"[]"), ..judged.clone() };
    change(phase, bads, "judged-digest", Code::GateJudged, sealed, |e| e.judged = Some(digest));
    let gate = Judged { gate: n("unblock"), ..judged.clone() };
    change(phase, bads, "judged-gate", Code::GateJudged, sealed, |e| e.judged = Some(gate));
    let outcome = Judged { outcome: GateOutcome::Hold, ..judged.clone() };
    change(phase, bads, "judged-outcome", Code::GateJudged, sealed, |e| e.judged = Some(outcome));
    let moved = phase.event("moved E-05 complete");
    change(phase, bads, "judged-sentence", Code::GateJudged, moved, |e| e.judged = Some(judged.clone()));
    let declared = phase.event("declared MIG-06");
    change(phase, bads, "judged-no-guard", Code::GateJudged, declared, |e| e.judged = Some(judged));
    change(phase, bads, "gate-without-review", Code::GuardUnmet, sealed, |e| {
        let seen = e.seen.as_mut().unwrap();
        seen.facts.retain(|question, _| !matches!(question, Question::Row { .. }));
    });
    change(phase, bads, "sentence-of-absent-file", Code::GuardUnmet, moved, |e| {
        let seen = e.seen.as_mut().unwrap();
        seen.facts.values_mut().for_each(|answer| *answer = Answer::File(None));
    });
    change(phase, bads, "sentence-unseen", Code::GateUnknownFact, moved, |e| e.seen = None);
    let lifted = phase.event("proposed unblocked MIG-06 DESIGN-BLOCKED");
    change(phase, bads, "gate-unseen", Code::GuardUnmet, lifted, |e| e.seen = None);
}

fn seals(phase: &Story, bads: &mut Bads) {
    let sealed = phase.event("sealed E-05");
    change(phase, bads, "seal-unseen", Code::ItemFile, sealed, |e| e.seen = None);
    change(phase, bads, "seal-of-no-file", Code::ItemFile, sealed, |e| {
        for (question, answer) in &mut e.seen.as_mut().unwrap().facts {
            if matches!(question, Question::Path(_)) {
                *answer = Answer::File(None);
            }
        }
    });
    change(phase, bads, "seal-of-other-content", Code::ItemContent, sealed, |e| {
        if let Body::Sealed { content, .. } = &mut e.body {
            *content = Digest::of(b"another");
        }
    });
    change(phase, bads, "seal-without-bytes", Code::ClaimEvidence, sealed, |e| {
        if let Body::Sealed { evidence, .. } = &mut e.body {
            evidence.clear();
        }
    });
    change(phase, bads, "seal-with-bytes-of-other-size", Code::ClaimEvidence, sealed, |e| {
        if let Body::Sealed { evidence, .. } = &mut e.body {
            *evidence = evidence.iter().map(|piece| Evidence { size: piece.size + 1, ..piece.clone() }).collect();
        }
    });
    let review = phase.event("attested E-05 review=approve");
    change(phase, bads, "made-later", Code::FormatTime, review, |e| {
        if let Body::Attested(attested) = &mut e.body {
            attested.made = n_time("2030-01-01T00:00:00Z");
        }
    });
    let audit = phase.event("proposed attested repo audit=pass");
    change(phase, bads, "over-other", Code::ItemContent, audit, |e| {
        if let Body::Attested(attested) = &mut e.body {
            attested.over = Some(Digest::of(b"another"));
        }
    });
    change(phase, bads, "over-unseen", Code::ItemContent, audit, |e| e.seen = None);
    change(phase, bads, "over-not-stated", Code::ItemContent, audit, |e| {
        if let Body::Attested(attested) = &mut e.body {
            attested.over = None;
        }
    });
}

fn authors(phase: &Story, bads: &mut Bads) {
    let review = phase.event("attested E-05 review=approve");
    let mut wrote = |name: &str, code, names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        change(phase, bads, name, code, review, |e| {
            for answer in e.seen.as_mut().unwrap().facts.values_mut() {
                if let Answer::Authors(wrote) = answer {
                    wrote.clone_from(&names);
                }
            }
        });
    };
    wrote("author-reviews", Code::AuthorityAuthor, &["raj"]);
    wrote("author-reviews-by-email", Code::AuthorityAuthor, &["?raj@example.org", "scribe"]);
    change(phase, bads, "authors-unseen", Code::AuthorityAuthorUnknown, review, |e| {
        let seen = e.seen.as_mut().unwrap();
        seen.facts.retain(|question, _| !matches!(question, Question::Authors { .. }));
    });
    let sealed = phase.event("sealed E-05");
    change(phase, bads, "author-seals", Code::AuthorityAuthor, sealed, |e| {
        for answer in e.seen.as_mut().unwrap().facts.values_mut() {
            if let Answer::Authors(wrote) = answer {
                *wrote = vec!["omar".to_owned()];
            }
        }
    });
}
