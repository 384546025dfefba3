//! Statements: who may make them, on what, and what takes them back or puts them in doubt.

use std::collections::BTreeSet;

use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Attestation, Draft, Wish};
use govledger::domain::event::{Body, Evidence};
use govledger::domain::explain::Outcome;
use govledger::domain::facts::{Answer, Question};
use govledger::domain::id::{ActorId, Noun};
use govledger::domain::judge::View;
use govledger::domain::value::Value;
use snapbox::str;

use crate::people::{SMALL, packet, phase_e, small, staff};
use crate::world::*;

/// Judges a gate for a thing, on the files as they are.
pub(crate) fn gate(w: &World, gate: &str, on: &str) -> Vec<(String, Outcome)> {
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let report = view.gate(&word(gate), &noun(on));
    report.criteria.iter().map(|c| (c.name.to_string(), c.outcome)).collect()
}

fn met(w: &World, on: &str, criterion: &str) -> Outcome {
    let found = gate(w, "closing", on).into_iter().find(|(name, _)| name == criterion);
    found.expect("the gate has the criterion").1
}

// --- attested

#[test]
fn attested_binds_the_content_and_goes_stale_with_it() {
    let mut w = packet();
    let draft = w.effective("dmitri", attest("WP-1", "reviewed", &["sound", "tested"]));
    assert_eq!(draft.event.summary(), "attested WP-1 reviewed=approve");
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Met);
    w.write("docs/packets/WP-1.md", "do it otherwise", "dana");
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unmet, "it was about other bytes");
}

#[test]
fn attested_about_the_repository_binds_what_the_claim_is_over() {
    let mut w = packet();
    w.write("src/a.rs", "fn a() {}", "dana");
    w.given("build", attest("repo", "scanned", &[]));
    assert_eq!(met(&w, "WP-1", "scanned"), Outcome::Met);
    w.write("docs/other.md", "not code", "dana");
    assert_eq!(met(&w, "WP-1", "scanned"), Outcome::Met);
    w.write("src/a.rs", "fn b() {}", "dana");
    assert_eq!(met(&w, "WP-1", "scanned"), Outcome::Unmet);
}

#[test]
fn attested_is_refused() {
    let mut w = packet();
    w.refused(
        "dmitri",
        attest("WP-1", "blessed", &[]),
        str![[r#"
claim.unknown: there is no claim blessed
  needed: one of agreed, audited, looked-at, measured, reviewed, scanned, vouched
  rule: claims
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dmitri",
        attest("WP-2", "vouched", &[]),
        str![[r#"
item.unknown: nobody declared WP-2
  needed: a declared item
  item: WP-2
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
    w.refused(
        "dmitri",
        attest_as("WP-1", "reviewed", "maybe"),
        str![[r#"
claim.result: the result maybe
  needed: one of approve, reject
  rule: claims.reviewed
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dmitri",
        attest("WP-1", "reviewed", &["sound"]),
        str![[r#"
claim.answer: no answer to tested
  needed: --answer sound=yes|no --answer tested=yes|no
  rule: claims.reviewed
  item: WP-1
  who: 1 whoever asked: 
  next: ledger attest WP-1 reviewed --answer 'sound=yes|no' --answer 'tested=yes|no'
"#]],
    );
    w.refused(
        "dmitri",
        attest("WP-1", "vouched", &["sound"]),
        str![[r#"
claim.answer: an answer to sound, which the claim does not ask
  needed: no answers
  rule: claims.vouched
  item: WP-1
  who: 1 whoever asked: 
  next: ledger attest WP-1 vouched
"#]],
    );
    w.refused(
        "lena",
        attest("WP-1", "vouched", &[]),
        str![[r#"
authority.role: lena acts as lead
  needed: 1 developer|security (bot, dana, dmitri, dora, max, sam)
  rule: claims.vouched
  item: WP-1
  who: 1 developer|security: bot, dana, dmitri, dora, max, sam
  next: ledger attest WP-1 vouched --result pass
"#]],
    );
    w.refused(
        "dmitri",
        attest("WP-1/HOLD/1", "vouched", &[]),
        str![[r#"
block.absent: no block or waiver WP-1/HOLD/1
  needed: a block that was placed, or a waiver
  who: 1 whoever asked: 
  next: ledger log -n 10
"#]],
    );
    let values = |values: &[(&str, Value)]| {
        let values = values.iter().map(|(name, value)| (word(name), value.clone())).collect();
        Wish::Attest(Box::new(Attestation { values, ..attestation("WP-1", "measured") }))
    };
    w.refused(
        "build",
        values(&[("latency", "fast".into())]),
        str![[r#"
claim.value: latency is "fast"
  needed: an integer
  rule: claims.measured.values.latency
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "build",
        values(&[("colour", "red".into())]),
        str![[r#"
claim.value: the field colour
  needed: one of grade, latency
  rule: claims.measured.values
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "build",
        values(&[("latency", Value::Int(-1)), ("grade", "A".into())]),
        str![[r#"
claim.value: latency has -1 and needs at least 0
  needed: ms 0..
  rule: claims.measured.values.latency
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.effective("build", values(&[("latency", 120_u64.into()), ("grade", "A".into())]));
    // A rejection need not answer every question, and whatever it answers was asked.
    w.effective("dmitri", attest_as("WP-1", "reviewed", "reject"));
}

#[test]
fn attested_on_anything_but_the_present_content_is_refused() {
    // F11: a review of other bytes does not count; here it is not even admitted.
    let mut w = packet();
    let mut stale = w.effective("dmitri", attest("WP-1", "vouched", &[])).event.body;
    w.write("docs/packets/WP-1.md", "changed", "dana");
    w.refused(
        "dora",
        doing("WP-1", stale.clone()),
        str![[r#"
item.content: the statement binds 7b87ce69e017
  needed: the present content, 4722215da1b5
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.hide("docs/packets/WP-1.md");
    w.refused(
        "dora",
        doing("WP-1", stale.clone()),
        str![[r#"
item.content: what WP-1 is cannot be read: a fact about its files is missing
  needed: the facts about the files, seen at one commit
  outcome: UNKNOWN
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "dora",
        attest("WP-1", "vouched", &[]),
        str![[r#"
item.content: what WP-1 is cannot be read
  needed: its files, in the commit that is judged
  outcome: UNKNOWN
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    let Body::Attested(attested) = &mut stale else { panic!() };
    attested.made = govledger::domain::time::Timestamp::parse("2026-01-10T09:00:01Z").unwrap();
    w.refused(
        "dora",
        doing("WP-1", stale),
        str![[r#"
format.time: a statement made after the event that carries it
  needed: `made` at or before `at`
  who: 1 whoever asked: 
  next: ledger explain format.time
"#]],
    );
}

#[test]
fn not_author_excludes_signers_of_the_declaration_and_whoever_wrote_the_bytes() {
    let mut w = packet();
    w.write("docs/packets/WP-1.md", "more", "dmitri");
    w.refused(
        "dana",
        attest("WP-1", "reviewed", &["sound", "tested"]),
        str![[r#"
authority.author: WP-1 was written by dana
  needed: 1 developer (dora, max)
  rule: claims.reviewed
  item: WP-1
  who: 1 developer: dora, max
  next: ledger attest WP-1 reviewed --result approve
"#]],
    );
    assert_eq!(code(w.when("dmitri", attest("WP-1", "reviewed", &["sound", "tested"]))), Code::AuthorityAuthor);
    // bot is dana's, so that it is dana's second pair of eyes and nobody else's.
    w.refused(
        "bot",
        attest("WP-1", "reviewed", &["sound", "tested"]),
        str![[r#"
authority.author: WP-1 was written by dana, who counts as one with bot
  needed: 1 developer (dora, max)
  rule: claims.reviewed
  item: WP-1
  who: 1 developer: dora, max
  next: ledger attest WP-1 reviewed --result approve
"#]],
    );
    w.effective("dora", attest("WP-1", "reviewed", &["sound", "tested"]));
}

#[test]
fn an_unsigned_commit_leaves_independence_unknown_where_the_charter_wants_it_signed() {
    let mut w = packet();
    w.write("docs/packets/WP-1.md", "by whom?", "?stranger@example.net");
    w.refused(
        "dora",
        attest("WP-1", "reviewed", &["sound", "tested"]),
        str![[r#"
authority.author-unknown: who wrote the present bytes of WP-1 cannot be established: unsigned commits name stranger@example.net, and the charter takes only signed ones
  needed: 1 developer (dmitri, dora, max)
  outcome: UNKNOWN
  rule: claims.reviewed
  item: WP-1
  who: 1 developer: dmitri, dora, max
  next: ledger attest WP-1 reviewed --result approve
"#]],
    );
    // Nor does a name that nobody has at this position.
    let mut strange = packet();
    strange.write("docs/packets/WP-1.md", "by whom?", "ghost");
    let review = attest("WP-1", "reviewed", &["sound", "tested"]);
    assert_eq!(code(strange.when("dora", review)), Code::AuthorityAuthorUnknown);
    w.write("docs/packets/WP-1.md", "by dmitri?", "?dmitri@example.org");
    // Whom it names is excluded by name all the same.
    w.refused(
        "dmitri",
        attest("WP-1", "reviewed", &["sound", "tested"]),
        str![[r#"
authority.author: WP-1 was written by dmitri, by unsigned claim
  needed: 1 developer (dora, max)
  rule: claims.reviewed
  item: WP-1
  who: 1 developer: dora, max
  next: ledger attest WP-1 reviewed --result approve
"#]],
    );
}

#[test]
fn an_unsigned_commit_excludes_by_name_and_clears_nobody_where_claims_are_enough() {
    let mut w = phase_e();
    w.write("docs/16-phase-e/e-05.md", "text", "?raj@example.org");
    w.given("dora", declare("E-05", "artifact", stated().path("docs/16-phase-e/e-05.md")));
    let questions = ["complete", "deterministic", "consistent"];
    w.refused(
        "raj",
        attest("E-05", "review", &questions),
        str![[r#"
authority.author: E-05 was written by raj, by unsigned claim
  needed: 1 reviewer (petra)
  rule: claims.review
  item: E-05
  who: 1 reviewer: petra
  next: ledger attest E-05 review --result approve
"#]],
    );
    w.write("docs/16-phase-e/e-06.md", "text", "?stranger@example.net");
    w.given("dora", declare("E-06", "artifact", stated().path("docs/16-phase-e/e-06.md")));
    w.effective("raj", attest("E-06", "review", &questions));
}

#[test]
fn who_wrote_it_is_unknown_where_the_history_cannot_be_read() {
    let mut w = packet();
    w.given("dana", declare("M-1", "memo", stated().path("memos/a.md")));
    w.hide("memos/a.md");
    assert_eq!(code(w.when("sam", seal("M-1"))), Code::ItemFile);
    // A signature appended by hand without the fact: nobody's independence is shown.
    let review = w.effective("dmitri", attest("WP-1", "reviewed", &["sound", "tested"])).event.body;
    let mut event = w.forge("dora", "dora", Some("developer"), "WP-1", review);
    let seen = event.seen.as_mut().unwrap();
    seen.facts.retain(|q, _| !matches!(q, govledger::domain::facts::Question::Authors { .. }));
    named(
        w.replayed(&event, "dora"),
        str![
            "event 4 (attested WP-1 reviewed=approve) is invalid: authority.author-unknown: found who wrote the present bytes of WP-1 cannot be established; needed: 1 developer (dmitri, dora, max)"
        ],
    );
}

/// Over files, who wrote one of them is an author, too.
#[test]
fn whoever_wrote_a_file_that_a_statement_is_over_does_not_make_it() {
    let old = "by = \"developer, not author\", results";
    let mut w = packet_under(old, "by = \"developer, not author\", over = \"touches of self\", results");
    let files = Value::list(["src/a.rs", "src/b.rs"]);
    w.given("dana", declare("WP-2", "packet", stated().field("touches", files)));
    w.write("src/a.rs", "a", "dmitri");
    w.write("src/b.rs", "b", "?max@example.org");
    let review = || attest("WP-2", "reviewed", &["sound", "tested"]);
    w.refused(
        "dmitri",
        review(),
        str![[r#"
authority.author: src/a.rs, which WP-2 is about, was written by dmitri
  needed: 1 developer (dora)
  rule: claims.reviewed
  item: WP-2
  who: 1 developer: dora
  next: ledger attest WP-2 reviewed --result approve
"#]],
    );
    w.refused(
        "max",
        review(),
        str![[r#"
authority.author: src/b.rs, which WP-2 is about, was written by max, by unsigned claim
  needed: 1 developer (dora)
  rule: claims.reviewed
  item: WP-2
  who: 1 developer: dora
  next: ledger attest WP-2 reviewed --result approve
"#]],
    );
    // Whose work src/b.rs is, an unsigned commit does not show.
    w.refused(
        "dora",
        review(),
        str![[r#"
authority.author-unknown: who wrote the files that WP-2 is about cannot be established
  needed: 1 developer (dora)
  outcome: UNKNOWN
  rule: claims.reviewed
  item: WP-2
  who: 1 developer: dora
  next: ledger attest WP-2 reviewed --result approve
"#]],
    );
    w.remove("src/b.rs");
    w.write("src/b.rs", "b", "bot");
    w.refused(
        "dana",
        review(),
        str![[r#"
authority.author: WP-2 was written by dana
  needed: 1 developer (dora, max)
  rule: claims.reviewed
  item: WP-2
  who: 1 developer: dora, max
  next: ledger attest WP-2 reviewed --result approve
"#]],
    );
    let mut unknown = w.clone();
    w.effective("dora", review());
    // Signed by hand without the fact who wrote one of them.
    let body = w.last().event.body;
    for hidden in ["src/a.rs", "src/b.rs"] {
        let mut event = unknown.forge("dora", "dora", Some("developer"), "WP-2", body.clone());
        let facts = &mut event.seen.as_mut().unwrap().facts;
        let before = facts.len();
        facts.retain(|q, _| !matches!(q, Question::Authors { path, .. } if path.as_str() == hidden));
        assert_eq!(facts.len() + 1, before);
        let refused = unknown.replayed(&event, "dora").unwrap_err().refusal;
        assert_eq!(refused.code(), Code::AuthorityAuthorUnknown, "{hidden}");
    }
}

#[test]
fn not_claim_excludes_whoever_said_it_even_if_it_was_taken_back() {
    let mut w = packet();
    w.given("lena", grant("dora", "auditor")).given("sam", grant("dora", "auditor"));
    w.given("dora", attest("WP-1", "vouched", &[])).given("dora", retract("WP-1", "vouched", None));
    w.refused(
        "dora",
        attest("WP-1", "audited", &[]),
        str![[r#"
authority.excluded: dora made the statement vouched on WP-1
  needed: 1 auditor (ada)
  rule: claims.audited
  item: WP-1
  who: 1 auditor: ada
  next: ledger attest WP-1 audited --result pass
"#]],
    );
    w.effective("ada", attest("WP-1", "audited", &[]));
}

#[test]
fn a_statement_of_several_counts_for_each_of_them_once_it_is_complete() {
    let mut w = packet();
    w.pending("dana", attest("WP-1", "agreed", &[]));
    w.hours(5);
    // The same statement, made at another time, joins.
    let joined = w.pending("dmitri", attest("WP-1", "agreed", &[]));
    assert!(joined.joins.is_some());
    assert!(w.item("WP-1").claims.is_empty());
    w.effective("sam", attest("WP-1", "agreed", &[]));
    let words = &w.item("WP-1").claims["agreed"];
    let names: Vec<&str> = words.keys().map(ActorId::as_str).collect();
    assert_eq!(names, ["dana", "dmitri", "sam"]);
    let made: BTreeSet<String> = words.values().flat_map(|said| said.values().map(|s| s.made.to_string())).collect();
    assert_eq!(made, BTreeSet::from([BEGIN.to_owned()]), "durations count from when it was first said");
}

#[test]
fn a_placed_block_can_be_spoken_of() {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("INCIDENT")));
    let name = format!("WP-1/HOLD/{}", w.state().tip.seq);
    w.effective("ada", attest(&name, "looked-at", &[]));
    assert!(w.state().placed.contains_key(&noun(&name)));
    w.effective("ada", retract(&name, "looked-at", None));
    // Its name alone names it not, nor does its position.
    for other in ["WP-1/HOLD/999".to_owned(), name.replace("HOLD", "QUIET")] {
        assert_eq!(code(w.when("ada", attest(&other, "looked-at", &[]))), Code::BlockAbsent, "{other}");
    }
}

#[test]
fn whoever_placed_a_block_is_its_author() {
    let text = crate::people::SMALL
        .replace(r#"looked-at = { by = "auditor" }"#, r#"looked-at = { by = "auditor | lead, not author" }"#);
    let mut w = World::founded(&text, "lena", &crate::people::staff());
    w.given("dana", declare("WP-1", "packet", stated()));
    w.given("lena", block_because("WP-1", "HOLD", Some("INCIDENT")));
    let name = format!("WP-1/HOLD/{}", w.state().tip.seq);
    w.refused(
        "lena",
        attest(&name, "looked-at", &[]),
        str![[r#"
authority.author: WP-1/HOLD/2 is the work of lena
  needed: 1 auditor|lead (ada)
  rule: claims.looked-at
  item: WP-1/HOLD/2
  who: 1 auditor|lead: ada
  next: ledger attest WP-1/HOLD/2 looked-at --result pass
"#]],
    );
    w.effective("ada", attest(&name, "looked-at", &[]));
}

// --- retracted

#[test]
fn retracted_by_its_signer_alone_or_by_the_authority() {
    let mut w = packet();
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    let draft = w.effective("dmitri", retract("WP-1", "vouched", None));
    assert_eq!(draft.event.summary(), "retracted WP-1 vouched");
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unmet);
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Met, "it can be said again");
    w.pending("lena", retract("WP-1", "vouched", Some("dmitri")));
    w.effective("sam", retract("WP-1", "vouched", Some("dmitri")));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unmet);
}

#[test]
fn retracted_is_refused() {
    let mut w = packet();
    w.refused(
        "dmitri",
        retract("WP-1", "vouched", None),
        str![[r#"
claim.unknown-statement: dmitri made no statement vouched on WP-1 that stands
  needed: a statement that was made and not taken back
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    let said = w.last_id();
    w.refused(
        "dora",
        retract("WP-1", "vouched", Some("dmitri")),
        str![[r#"
authority.own-statement: dora did not make this statement vouched
  needed: its signer, or the authority
  rule: charter.authority
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger retract WP-1 vouched --of dmitri
"#]],
    );
    let body = |claim: &str| Body::Retracted { event: said.clone(), claim: Some(word(claim)), reason: "no".to_owned() };
    w.refused(
        "dmitri",
        doing("WP-1", body("reviewed")),
        str![[r#"
claim.unknown-statement: no statement reviewed on WP-1 by event 00000000000000000000000000000004 stands
  needed: a statement that was made and not taken back
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.given("dmitri", retract("WP-1", "vouched", None));
    w.refused(
        "dmitri",
        doing("WP-1", body("vouched")),
        str![[r#"
claim.unknown-statement: no statement vouched on WP-1 by event 00000000000000000000000000000004 stands
  needed: a statement that was made and not taken back
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn the_authority_disputes_the_facts_of_an_event_once() {
    let mut w = packet();
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    let said = w.last_id();
    let dispute = || Wish::Do {
        item: noun("WP-1"),
        body: Body::Retracted { event: said.clone(), claim: None, reason: "not so".to_owned() },
    };
    w.refused(
        "dmitri",
        dispute(),
        str![[r#"
authority.role: dmitri acts in no role that the rule takes
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger retract --facts-of 00000000000000000000000000000003
"#]],
    );
    w.pending("lena", dispute());
    // Taking back one's own word is another action and joins nothing.
    let mut other = w.clone();
    let draft = other.effective("dmitri", retract("WP-1", "vouched", None));
    assert!(draft.joins.is_none());
    w.effective("sam", dispute());
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unknown);
    w.refused(
        "lena",
        dispute(),
        str![[r#"
item.unchanged: the facts of 00000000000000000000000000000003 are disputed already
  needed: facts that count
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn only_an_event_of_this_ledger_can_be_disputed() {
    let mut w = packet();
    let elsewhere = w.rid();
    let body = Body::Retracted { event: elsewhere, claim: None, reason: "not so".to_owned() };
    let forged = w.forge("lena", "lena", Some("lead"), "WP-1", body);
    named(
        w.replayed(&forged, "lena"),
        str![
            "event 2 (proposed retracted WP-1 00000000000000000000000000000003) is invalid: claim.unknown-statement: found no event before this one has the id 00000000000000000000000000000003; needed: an event of this ledger"
        ],
    );
}

// --- doubt

#[test]
fn what_a_stolen_key_said_since_it_was_stolen_is_unknown() {
    let mut w = packet();
    w.given("dmitri", attest("WP-1", "vouched", &[]));
    let since = w.state().tip.seq;
    let mut earlier = w.clone();
    let late = revoke("dmitri", "dmitri", Some(since));
    w.given("lena", late.clone()).given("sam", late);
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unknown);
    // What it had said before stands.
    earlier.given("dmitri", declare("WP-2", "packet", stated()));
    let later = revoke("dmitri", "dmitri", Some(since + 1));
    earlier.given("lena", later.clone()).given("sam", later);
    assert_eq!(met(&earlier, "WP-1", "vouched"), Outcome::Met);
}

#[test]
fn what_rests_on_erased_evidence_is_unknown_and_it_is_not_cited_again() {
    let mut w = packet();
    w.given("dmitri", attest_citing("WP-1", "vouched", "the log"));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Met);
    w.given("lena", erase("the log")).given("sam", erase("the log"));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unknown);
    w.refused(
        "dora",
        attest_citing("WP-1", "vouched", "the log"),
        str![[r#"
store.evidence-erased: the evidence 20681c9f57b1 was erased by event 4
  needed: other bytes: those that were erased are never taken again
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show 4
"#]],
    );
    w.effective("dora", attest_citing("WP-1", "vouched", "another log"));
}

#[test]
fn evidence_is_cited_as_what_it_is() {
    let mut w = packet();
    w.given("dmitri", attest_citing("WP-1", "vouched", "the log"));
    let wrong = Evidence { size: 99, ..evidence("the log") };
    let wish = Attestation { evidence: BTreeSet::from([wrong]), ..attestation("WP-1", "vouched") };
    w.refused(
        "dora",
        Wish::Attest(Box::new(wish)),
        str![[r#"
claim.evidence: the evidence 20681c9f57b1 with 99 bytes
  needed: 7 bytes, as it was cited before
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn a_statement_can_be_made_of_the_whole_repository() {
    let mut w = small();
    w.write("README.md", "hello", "dana");
    let draft = w.effective("ada", attest("repo", "looked-at", &[]));
    assert_eq!(draft.event.summary(), "attested repo looked-at=pass");
    assert_eq!(draft.event.item, Noun::Repo);
    assert!(w.state().repo.contains_key("looked-at"));
    w.effective("ada", retract("repo", "looked-at", None));
}

/// The small world under a charter in which one thing is replaced, with `WP-1`.
fn packet_under(old: &str, new: &str) -> World {
    assert_eq!(SMALL.matches(old).count(), 1, "{old}");
    let mut w = World::founded(&SMALL.replace(old, new), "lena", &staff());
    w.write("docs/packets/WP-1.md", "do it", "dana");
    w.given("dana", declare("WP-1", "packet", stated().path("docs/packets/WP-1.md")));
    w
}

#[test]
fn a_statement_records_whether_its_commit_is_on_the_branches_that_rules_want() {
    let mut w = packet_under("vouched = \"self has vouched\"", "vouched = \"self has vouched on main\"");
    let on = |draft: &Draft| draft.event.seen.clone().unwrap().facts.get(&Question::On("main".to_owned())).cloned();
    let nowhere = w.effective("dmitri", attest("WP-1", "vouched", &[]));
    assert_eq!(on(&nowhere), None);
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unknown, "nobody knows the branch");
    w.tree.branches.insert("main".to_owned(), false);
    let elsewhere = w.effective("dmitri", attest("WP-1", "vouched", &[]));
    assert_eq!(on(&elsewhere), Some(Answer::Bool(false)));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unmet);
    w.tree.branches.insert("main".to_owned(), true);
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Unmet, "it was made elsewhere");
    w.effective("dmitri", attest("WP-1", "vouched", &[]));
    assert_eq!(met(&w, "WP-1", "vouched"), Outcome::Met);
    let asked_by_none = w.effective("dmitri", attest("WP-1", "reviewed", &["sound", "tested"]));
    assert_eq!(on(&asked_by_none), None);
}

#[test]
fn a_result_with_a_condition_is_stated_only_where_it_holds() {
    let mut w = packet_under(
        "results = [\"approve\", \"reject\"]",
        "results = [\"approve if closing\", \"reject if self has vouched\"]",
    );
    w.write("src/a.rs", "fn a() {}", "dana");
    w.refused(
        "dmitri",
        attest("WP-1", "reviewed", &["sound", "tested"]),
        str![[r#"
guard.unmet: gate closing is HOLD: 0 met, 2 unmet, 0 unknown
  needed: gate closing is PASS
  rule: claims.reviewed
  item: WP-1
  next: ledger gate closing WP-1
gate.unmet: WP-1 has no vouched
  needed: vouched of the present content
  rule: gates.closing.vouched
  item: WP-1
  path: docs/packets/WP-1.md
  who: 1 developer|security: bot, dana, dmitri, dora, max, sam
  next: ledger attest WP-1 vouched
gate.unmet: repo has no scanned
  needed: scanned of the present content
  rule: gates.closing.scanned
  item: repo
  who: 1 builder: build
  next: ledger attest repo scanned
"#]],
    );
    w.refused(
        "dmitri",
        attest_as("WP-1", "reviewed", "reject"),
        str![[r#"
guard.unmet: WP-1 has no vouched
  needed: vouched of the present content
  rule: claims.reviewed
  item: WP-1
  path: docs/packets/WP-1.md
  who: 1 developer|security: bot, dana, dmitri, dora, max, sam
  next: ledger attest WP-1 vouched
"#]],
    );
    w.given("dora", attest("WP-1", "vouched", &[]));
    w.effective("dmitri", attest_as("WP-1", "reviewed", "reject"));
    w.given("build", attest("repo", "scanned", &[]));
    let draft = w.effective("dmitri", attest("WP-1", "reviewed", &["sound", "tested"]));
    assert_eq!(draft.event.judged.map(|judged| judged.gate.to_string()).as_deref(), Some("closing"));
}

#[test]
fn a_statement_brings_the_file_that_its_claim_cites() {
    let mut w = packet_under("vouched   = { by", "vouched   = { cites = \"memo that is sealed\", by");
    w.write("memos/M-1.md", "it was tried", "dana");
    w.refused(
        "dora",
        attest_citing("WP-1", "vouched", "it was tried"),
        str![[r#"
claim.evidence: no file of memo that is sealed is cited
  needed: the file of memo that is sealed, of which there is none
  rule: claims.vouched.cites
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.given("dana", declare("M-1", "memo", stated().path("memos/M-1.md")));
    w.refused(
        "dora",
        attest_citing("WP-1", "vouched", "it was tried"),
        str![[r#"
claim.evidence: no file of memo that is sealed is cited
  needed: the file of memo that is sealed, of which there is none
  rule: claims.vouched.cites
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.given("sam", seal("M-1"));
    w.refused(
        "dora",
        attest("WP-1", "vouched", &[]),
        str![[r#"
claim.evidence: no file of memo that is sealed is cited
  needed: as evidence the file of memo that is sealed: M-1 (memos/M-1.md)
  rule: claims.vouched.cites
  item: WP-1
  who: 1 whoever asked: 
  next: ledger attest WP-1 vouched --result pass --evidence memos/M-1.md
"#]],
    );
    w.refused(
        "dora",
        attest_citing("WP-1", "vouched", "something else"),
        str![[r#"
claim.evidence: no file of memo that is sealed is cited
  needed: as evidence the file of memo that is sealed: M-1 (memos/M-1.md)
  rule: claims.vouched.cites
  item: WP-1
  who: 1 whoever asked: 
  next: ledger attest WP-1 vouched --result pass --evidence memos/M-1.md
"#]],
    );
    w.effective("dora", attest_citing("WP-1", "vouched", "it was tried"));
    w.effective("dora", attest_as("WP-1", "vouched", "fail"));
    w.hide("memos/M-1.md");
    w.refused(
        "dora",
        attest_citing("WP-1", "vouched", "it was tried"),
        str![[r#"
claim.evidence: no file of memo that is sealed is cited
  needed: the file of memo that is sealed, which cannot be read
  outcome: UNKNOWN
  rule: claims.vouched.cites
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn where_nobody_holds_the_role_somebody_is_enrolled_first() {
    let mut w = small();
    w.given("dana", declare("WP-1", "packet", stated()));
    w.pending("lena", ungrant("ada", "auditor"));
    w.effective("max", ungrant("ada", "auditor"));
    let holder = w.state().actors.iter().find(|(_, actor)| actor.roles.iter().any(|r| r.as_str() == "auditor"));
    assert!(holder.is_none(), "the role is vacant");
    w.refused(
        "dana",
        attest("WP-1", "looked-at", &[]),
        str![[r#"
authority.role: dana acts as developer; nobody can act as auditor for WP-1: enrol one
  needed: 1 auditor (nobody who would count); who can enrol: 1 lead (lena) + 1 security (max, sam)
  rule: claims.looked-at
  item: WP-1
  who: 1 auditor: 
  next: ledger actor enroll --kind human --role auditor
"#]],
    );
    // Where some are left and too few, they go on, and somebody is enrolled beside them.
    let mut w = packet_under("agreed    = { by = \"2 developer", "agreed    = { by = \"2 auditor");
    w.refused(
        "lena",
        attest("WP-1", "agreed", &[]),
        str![[r#"
authority.role: lena acts as lead; 2 have to act as auditor for WP-1, and only 1 can: enrol another
  needed: 2 auditor (ada) + 1 security (max, sam); who can enrol: 1 lead (lena) + 1 security (max, sam)
  rule: claims.agreed
  item: WP-1
  who: 2 auditor: ada
  who: 1 security: max, sam
  next: ledger actor enroll --kind human --role auditor
  next: ledger attest WP-1 agreed --result pass
"#]],
    );
}
