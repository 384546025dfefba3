//! Votes that are counted when they no longer should be, and rules that are weakened to be used.

use govledger::domain::id::Digest;
use govledger::domain::value::Value;

use crate::court::{CHARTER, adopt, again, complete_by_hand, court, effective, id_of, proposed};
use crate::sandbox::story::Story;
use crate::site::{Site, between, replaced};

const PROPOSED: &str = "proposed sealed DOC-1";

/// Returns the charter with a part of it replaced.
fn rules(from: &str, to: &str) -> String {
    replaced(CHARTER, from, to)
}

/// Has both leads sign what one of them proposes.
fn both(site: &Site, words: &[&str]) {
    let done = site.ledger(words).json().ok();
    site.ledger(["cosign", &done.text("event.id")]).as_("kim").ok();
}

/// Returns the words that adopt a charter.
fn adopting(site: &Site, charter: &str) -> Vec<std::ffi::OsString> {
    let file = site.write_beside("next.toml", charter);
    vec!["charter".into(), "adopt".into(), file.into()]
}

attacks! {
    "the number of votes is lowered while a vote is open: the votes of before would now be enough"
    a_threshold_that_is_lowered_while_a_vote_is_open: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = court();
        adopt(&site, &rules("seal   = \"2 approver", "seal   = \"3 approver"));
        site.ledger("seal DOC-1").as_("omar").ok();
        site.ledger("seal DOC-1").as_("ines").ok();
        let first = id_of(&site, PROPOSED);
        adopt(&site, &replaced(CHARTER, "\"COURT\"", "\"COURT-2\""));
        let before = site.refs();
        site.ledger(["cosign", &first]).as_("ulla").exits(1).says("[authority.no-proposal]");
        assert_eq!(site.refs(), before);
        complete_by_hand(&site, PROPOSED, "ulla");
        told.stops(&site);
    }

    "a vote to lift a block is counted for the block that was placed after it"
    a_vote_that_is_revived_after_lift_and_block: "block.absent" 3 "HOLD"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'the first'").ok();
        site.ledger("unblock DOC-1 HOLD --reason 'it is over'").as_("omar").ok();
        let vote = "proposed unblocked DOC-1 HOLD";
        let body = between(&site.unsigned(vote), "\"body\":", ",\"id\":").to_owned();
        site.ledger("unblock DOC-1 HOLD --reason 'it is over'").as_("ines").ok();
        site.ledger("block DOC-1 HOLD --reason 'the second'").ok();
        // One vote of today would do if that of yesterday counted.
        let told_of = site.ledger("unblock DOC-1 HOLD --reason 'it is over'").as_("ulla").json().ok();
        assert_eq!(told_of.get("event.pending"), Value::Bool(true));
        site.place(&site.signed("ines", site.event("ines", "approver", "unblocked", "\"DOC-1\"", &body, "DOC-1 HOLD")));
        told.stops(&site);
    }

    "a vote from before a change of the content is counted once the content is changed back"
    a_vote_that_is_revived_by_changing_the_content_back: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = proposed();
        site.ledger("amend DOC-1 --field number=2").as_("dora").ok();
        site.ledger("amend DOC-1 --field number=1").as_("dora").ok();
        // The review is of this content, so it counts again.
        site.ledger("gate sealable DOC-1").ok();
        complete_by_hand(&site, PROPOSED, "ines");
        told.stops(&site);
    }

    "a vote that is older than thirty days is counted"
    a_vote_that_is_too_old: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = proposed();
        site.on("2026-02-15");
        site.ledger("declare DOC-70 --kind document").as_("dora").ok();
        let id = id_of(&site, PROPOSED);
        site.ledger(["cosign", &id]).as_("ines").exits(1).says("[authority.no-proposal]");
        complete_by_hand(&site, PROPOSED, "ines");
        told.stops(&site);
    }

    "a vote is counted whose key was revoked since"
    a_vote_of_a_key_that_was_revoked: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = proposed();
        let key = site.public_key("omar").display().to_string();
        both(&site, &["key", "revoke", "omar", &key, "--reason", "lost"]);
        complete_by_hand(&site, PROPOSED, "ines");
        told.stops(&site);
    }

    "a vote is counted whose signer lost the role since"
    a_vote_of_a_role_that_was_lost: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = proposed();
        both(&site, &["actor", "ungrant", "omar", "approver", "--reason", "left"]);
        complete_by_hand(&site, PROPOSED, "ines");
        told.stops(&site);
    }

    "a vote for the seal of one item is counted for another of the very same content"
    a_vote_that_is_moved_to_another_item: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = court();
        site.ledger("declare DOC-5 --kind document").as_("dora").ok();
        for item in ["DOC-3", "DOC-5"] {
            site.ledger(["attest", item, "review"]).as_("petra").ok();
        }
        site.ledger("seal DOC-3").as_("omar").ok();
        let body = between(&site.unsigned("proposed sealed DOC-3"), "\"body\":", ",\"id\":").to_owned();
        site.ledger("seal DOC-5").as_("ines").ok();
        let other = "proposed sealed DOC-5";
        assert_eq!(between(&site.unsigned(other), "\"body\":", ",\"id\":"), body, "they say the same");
        let text = effective(&site.unsigned(other));
        site.place(&site.signed("ines", text));
        told.stops(&site);
    }

    "one of two leads adopts a charter alone, and uses what it would allow"
    a_charter_that_one_adopts_and_uses: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = court();
        let weaker = rules("seal   = \"2 approver", "seal   = \"approver").replace("\"COURT\"", "\"WEAK\"");
        site.ledger(adopting(&site, &weaker)).ok();
        site.ledger("seal DOC-1").as_("omar").ok();
        let text = effective(&again(&site, PROPOSED, "omar"));
        site.end_before(PROPOSED);
        site.place(&site.signed("omar", site.hung_on(&text)));
        told.stops(&site);
    }

    "a later charter lets one break a seal, and a seal of before is broken under it"
    a_seal_that_is_broken_under_a_weaker_rule: "authority.pending-flag" 3 "1 of 2 places are filled"; |told| {
        let site = court();
        adopt(&site, &rules("unseal = \"2 approver\"", "unseal = \"approver\"").replace("\"COURT\"", "\"WEAK\""));
        site.ledger("unseal DOC-2 --reason 'one is enough now'").as_("omar").ok();
        let text = effective(&again(&site, "proposed unsealed DOC-2", "omar"));
        site.end_before("proposed unsealed DOC-2");
        site.place(&site.signed("omar", site.hung_on(&text)));
        told.stops(&site);
    }

    "a later charter lets one lift a block, and a block of before is lifted under it"
    a_block_that_is_lifted_under_a_weaker_rule: "authority.role" 3 "approver"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        adopt(&site, &rules("lift  = \"2 approver\"", "lift  = \"lead\"").replace("\"COURT\"", "\"WEAK\""));
        site.ledger("unblock DOC-1 HOLD").as_("lena").exits(1).says("[authority.role]");
        let block = id_of(&site, "blocked DOC-1 HOLD");
        let body = format!(r#"{{"block":"{block}","name":"HOLD","reason":"the new rule","record":null}}"#);
        site.place(&site.signed("lena", site.event("lena", "lead", "unblocked", "\"DOC-1\"", &body, "DOC-1 HOLD")));
        told.stops(&site);
    }

    "a charter takes a standing block over to a rule that stops less"
    a_block_that_a_charter_takes_over_to_less: "charter.migrate" 1 "stops"; |told| {
        let site = court();
        site.ledger("block DOC-1 FREEZE --reason 'not yet'").ok();
        let less = rules("stops = [\"code\", \"moves\"]", "stops = [\"moves\"]").replace("\"COURT\"", "\"LESS\"");
        let less = format!("{less}\n[migrate]\nblocks = {{ FREEZE = \"FREEZE\" }}\n");
        told.refuses(&site, site.ledger(adopting(&site, &less)));
    }

    "a charter drops the rule of a block that stands"
    a_block_whose_rule_a_charter_drops: "charter.strands" 1 "HOLD"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        let (before, rest) = CHARTER.split_once("[blocks.HOLD]").unwrap();
        let (_, after) = rest.split_once("[blocks.FREEZE]").unwrap();
        let without = format!("{before}[blocks.FREEZE]{after}").replace("\"COURT\"", "\"LESS\"");
        told.refuses(&site, site.ledger(adopting(&site, &without)));
    }

    "a charter asks for more holders of the authority than there are, so that nobody can ever change it"
    a_charter_that_locks_everybody_out: "charter.strands" 1 "authority"; |told| {
        let site = court();
        let locked = rules("authority = \"2 lead\"", "authority = \"3 lead\"").replace("\"COURT\"", "\"LOCKED\"");
        told.refuses(&site, site.ledger(adopting(&site, &locked)));
    }

    "an event made by hand that adopts such a charter"
    a_charter_that_locks_everybody_out_by_hand: "charter.strands" 3 "authority"; |told| {
        let site = court();
        let (fair, locked) = (rules("\"COURT\"", "\"LOCKED\""), rules("\"2 lead\"", "\"3 lead\""));
        let locked = replaced(&locked, "\"COURT\"", "\"LOCKED\"");
        let summary = |charter: &str| format!("proposed chartered LOCKED {}", &Digest::of(charter.as_bytes()).to_string()[..12]);
        site.ledger(adopting(&site, &fair)).ok();
        let text = replaced(&site.unsigned(&summary(&fair)), &summary(&fair), &summary(&locked));
        let text = replaced(&text, r#"authority = \"2 lead\""#, r#"authority = \"3 lead\""#);
        let text = replaced(&text, "\"authority\":\"2 lead\"", "\"authority\":\"3 lead\"");
        site.place(&site.signed("lena", text));
        told.stops(&site);
    }

    "a founder decides alone, before the authority is complete"
    a_decision_before_the_founding_is_over: "trust.founding" 1 "lead"; |told| {
        let story = Story::founded(CHARTER, &[]);
        let site = Site::of(story);
        site.commit_file("lena", "docs/one.md", "# One\n");
        let weaker = rules("authority = \"2 lead\"", "authority = \"lead\"").replace("\"COURT\"", "\"ALONE\"");
        let words = adopting(&site, &weaker);
        told.refuses(&site, site.ledger(words));
    }

    "the offline keys adopt a charter"
    a_charter_of_the_offline_keys: "authority.role" 1 "they can only enrol, grant, add keys and revoke keys"; |told| {
        let story = Story::new();
        for name in ["lena", "kept-1", "kept-2"] {
            story.person(name);
        }
        let file = story.write_beside("charter.toml", CHARTER).display().to_string();
        story.write("README.md", "A repository.\n");
        story.commit("lena", "Begin");
        let keys = ["kept-1", "kept-2"].map(|name| story.public_key(name).display().to_string());
        let own = story.key("lena").display().to_string();
        story
            .ledger(["init", "--charter", &file, "--actor", "lena", "--key", &own, "--recovery", &keys[0], "--recovery", &keys[1], "--recovery-quorum", "2"])
            .ok();
        story.enroll("kim", "human", "lead", "");
        let site = Site::of(story);
        let next = replaced(CHARTER, "\"COURT\"", "\"TAKEN\"");
        let mut words = adopting(&site, &next);
        let key = site.key("kept-1");
        words.extend(["--key".into(), key.into()]);
        told.refuses(&site, site.ledger(words).as_("kept-1"));
    }

    "a proposal of another ledger is signed here by its id"
    a_proposal_of_another_ledger: "authority.no-proposal" 1 "no"; |told| {
        let (site, other) = (court(), proposed());
        let id = id_of(&other, PROPOSED);
        told.refuses(&site, site.ledger(["cosign", &id]).as_("ines"));
    }
}
