//! Keys, actors and roles at a position where they do not count.

use crate::site::{Site, TAIL, between, replaced};

/// Returns what would be signed of an enrolment on the tip by lena, made of dora's, with parts replaced.
fn enrolment(site: &Site, changes: &[(&str, &str)]) -> String {
    let body = between(&site.unsigned("enrolled dora"), "\"body\":", ",\"id\":").to_owned();
    let key = between(&body, "\"keys\":[\"", "\"").to_owned();
    let strange = std::fs::read_to_string(site.public_key("stranger")).unwrap();
    let strange = strange.rsplit_once(' ').unwrap().0.to_owned();
    let mut body = replaced(&replaced(&body, &key, &strange), "\"actor\":\"dora\"", "\"actor\":\"nina\"");
    for (from, to) in changes {
        body = replaced(&body, from, to);
    }
    let name = between(&body, "\"actor\":\"", "\"").to_owned();
    site.event("lena", "lead", "enrolled", "null", &body, &name)
}

fn place_enrolment(site: &Site, changes: &[(&str, &str)]) {
    site.place(&site.signed("lena", enrolment(site, changes)));
}

attacks! {
    "a key before its actor was enrolled"
    a_key_before_its_enrolment: "trust.actor-unknown" 3 "dora is not enrolled"; |told| {
        let site = Site::new();
        let text = site.unsigned(TAIL);
        site.end_before("enrolled dora");
        site.place(&site.signed("dora", site.hung_on(&text)));
        told.stops_everything(&site);
    }

    "an actor's second key before it was added"
    a_key_before_it_was_added: "trust.key-unknown" 3 "belongs to nobody at this position"; |told| {
        let site = Site::new();
        site.resign_as("dora-2", "declared DOC-1", "\"title\":null", "\"title\":\"Mine\"");
        told.stops(&site);
    }

    "a key after it was revoked"
    a_key_after_its_revocation: "trust.key-revoked" 3 "was revoked by event"; |told| {
        let site = Site::new();
        site.resign_as("dora-2", TAIL, "Retry twice", "Retry never");
        told.stops(&site);
        // The same in the hands of the program.
        let site = Site::new();
        let (key, before) = (site.key("dora-2").display().to_string(), site.refs());
        let declared = site.ledger(["declare", "DOC-77", "--kind", "document", "--key", &key]).as_("dora").exits(1);
        declared.says("[trust.key-revoked]");
        assert_eq!(site.refs(), before);
    }

    "the key of another actor"
    a_key_of_another_actor: "trust.key-of-another" 3 "belongs to raj"; |told| {
        let site = Site::new();
        site.resign_as("raj", TAIL, "Retry twice", "Retry never");
        told.stops(&site);
    }

    "a key of nobody, in an actor's name"
    a_key_of_nobody: "trust.key-unknown" 3 "belongs to nobody at this position"; |told| {
        let site = Site::new();
        site.resign_as("stranger", TAIL, "Retry twice", "Retry never");
        told.stops(&site);
    }

    "an actor whom nobody enrolled"
    an_actor_whom_nobody_enrolled: "trust.actor-unknown" 3 "stranger is not enrolled"; |told| {
        let site = Site::new();
        let body = between(&site.unsigned(TAIL), "\"body\":", ",\"id\":").to_owned();
        let text = site.event("stranger", "drafter", "declared", "\"DOC-77\"", &body, "DOC-77");
        site.place(&site.signed("stranger", &text));
        told.stops(&site);
    }

    "the recovery's name where there are no recovery keys"
    the_name_of_the_recovery: "trust.key-unknown" 3 "a recovery key that genesis names"; |told| {
        let site = Site::new();
        let text = site.event("recovery", "?", "granted", "null", r#"{"actor":"dora","role":"lead"}"#, "dora lead");
        let text = replaced(&text, "\"as\":\"?\"", "\"as\":null");
        site.place(&site.signed("stranger", &text));
        told.stops(&site);
    }

    "a role that the actor does not hold"
    a_role_that_is_not_held: "trust.role-not-held" 3 "the role approver, in which the event acts"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"as\":\"drafter\"", "\"as\":\"approver\"");
        told.stops(&site);
    }

    "a role that the actor holds and the rule does not take"
    a_role_that_the_rule_does_not_take: "authority.role" 3 "reviewer"; |told| {
        let site = Site::new();
        let body = between(&site.unsigned(TAIL), "\"body\":", ",\"id\":").to_owned();
        let text = site.event("raj", "reviewer", "declared", "\"DOC-77\"", &body, "DOC-77");
        site.place(&site.signed("raj", &text));
        told.stops(&site);
    }

    "no role where a rule asks for one"
    no_role_where_one_is_asked_for: "authority.role" 3 "drafter"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"as\":\"drafter\"", "\"as\":null");
        told.stops(&site);
    }

    "a drafter who grants roles"
    a_grant_without_the_authority: "authority.role" 3 "lead"; |told| {
        let site = Site::new();
        let text = site.event("dora", "drafter", "granted", "null", r#"{"actor":"dora","role":"approver"}"#, "dora approver");
        site.place(&site.signed("dora", &text));
        told.stops(&site);
    }

    "two votes of one actor"
    two_votes_of_one_actor: "authority.voted-twice" 3 "omar signed this proposal already"; |told| {
        let site = Site::new();
        let text = site.unsigned("sealed DOC-1").replace("author ines", "author omar").replace("committer ines", "committer omar");
        site.place(&site.signed("omar", replaced(&text, "\"actor\":\"ines\"", "\"actor\":\"omar\"")));
        told.stops(&site);
    }

    "the author of the bytes reviews them"
    a_review_by_the_author_of_the_bytes: "authority.author" 3 "raj"; |told| {
        let site = Site::new();
        site.resign("attested DOC-1 review=approve", "\"a\":[\"lena\"]", "\"a\":[\"raj\"]");
        told.stops(&site);
    }

    "an enrolment with the key of somebody else"
    an_enrolment_with_a_taken_key: "trust.key-taken" 3 "a key that never belonged to anybody"; |told| {
        let site = Site::new();
        place_enrolment(&site, &[]);
        site.ledger("verify").ok();
        let site = Site::new();
        let key = std::fs::read_to_string(site.public_key("omar")).unwrap();
        let strange = std::fs::read_to_string(site.public_key("stranger")).unwrap();
        let public = |file: &str| file.rsplit_once(' ').unwrap().0.to_owned();
        place_enrolment(&site, &[(&public(&strange), &public(&key))]);
        told.stops(&site);
    }

    "an enrolment with a key that was revoked"
    an_enrolment_with_a_revoked_key: "trust.key-taken" 3 "a key that never belonged to anybody"; |told| {
        let site = Site::new();
        let key = std::fs::read_to_string(site.public_key("dora-2")).unwrap();
        let strange = std::fs::read_to_string(site.public_key("stranger")).unwrap();
        let public = |file: &str| file.rsplit_once(' ').unwrap().0.to_owned();
        place_enrolment(&site, &[(&public(&strange), &public(&key))]);
        told.stops(&site);
    }

    "an enrolment under a taken name"
    an_enrolment_under_a_taken_name: "trust.actor-exists" 3 "omar is enrolled already"; |told| {
        let site = Site::new();
        place_enrolment(&site, &[("\"nina\"", "\"omar\"")]);
        told.stops(&site);
    }

    "an enrolment under a reserved name"
    an_enrolment_under_a_reserved_name: "trust.actor-reserved" 3 "the name recovery is reserved"; |told| {
        let site = Site::new();
        place_enrolment(&site, &[("\"nina\"", "\"recovery\"")]);
        told.stops(&site);
    }

    "an enrolment of an agent without an operator"
    an_agent_without_an_operator: "trust.actor-type" 3 "is of type agent and has no operator"; |told| {
        let site = Site::new();
        place_enrolment(&site, &[("\"type\":\"human\"", "\"type\":\"agent\"")]);
        told.stops(&site);
    }

    "an enrolment in a role that the charter does not have"
    an_enrolment_in_an_unknown_role: "trust.role-unknown" 3 "the charter has no role emperor"; |told| {
        let site = Site::new();
        place_enrolment(&site, &[("\"roles\":[\"drafter\"]", "\"roles\":[\"emperor\"]")]);
        told.stops(&site);
    }

    "an enrolment of an agent in a role for humans"
    an_agent_in_a_role_for_humans: "trust.actor-type" 3 "the role approver is for human"; |told| {
        let site = Site::new();
        let agent = [("\"type\":\"human\"", "\"type\":\"agent\""), ("\"operator\":null", "\"operator\":\"dora\""), ("\"drafter\"", "\"approver\"")];
        place_enrolment(&site, &agent);
        told.stops(&site);
    }

    "the last holder of the authority is let go"
    the_last_holder_is_let_go: "trust.floor" 3 "it would leave too few live holders of the authority"; |told| {
        let site = Site::new();
        let body = r#"{"actor":"lena","reason":"she leaves","role":"lead"}"#;
        site.place(&site.signed("lena", site.event("lena", "lead", "ungranted", "null", body, "lena lead")));
        told.stops(&site);
    }

    "the last key of the authority is revoked"
    the_last_key_is_revoked: "trust.floor" 3 "it would leave too few live holders of the authority"; |told| {
        let site = Site::new();
        let listed = site.ledger("key list lena").json().ok();
        let key = format!("SHA256:{}", between(&listed.stdout, "SHA256:", "\""));
        let body = format!(r#"{{"actor":"lena","compromised_since":null,"key":"{key}","reason":"lost"}}"#);
        let text = site.event("lena", "lead", "key-revoked", "null", &body, &format!("lena {key}"));
        site.place(&site.signed("lena", &text));
        told.stops(&site);
    }
}
