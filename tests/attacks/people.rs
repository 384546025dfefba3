//! One person who would be two, and whoever would approve what is their own.

use crate::court::{again, court, effective, proposed};
use crate::site::{Site, between, replaced};

const PROPOSED: &str = "proposed sealed DOC-1";

/// Writes an unsigned commit with an author and a committer.
#[track_caller]
fn commits(site: &Site, author: (&str, &str), committer: (&str, &str), message: &str) {
    site.write("docs/four.md", "# Four\n\nBy somebody.\n");
    site.git("add docs").ok();
    site.git(["commit", "-q", "--no-gpg-sign", "-m", message])
        .env("GIT_AUTHOR_NAME", author.0)
        .env("GIT_AUTHOR_EMAIL", author.1)
        .env("GIT_COMMITTER_NAME", committer.0)
        .env("GIT_COMMITTER_EMAIL", committer.1)
        .ok();
}

const LENA: (&str, &str) = ("lena", "lena@example.org");
const RAJ: (&str, &str) = ("raj", "raj@example.org");

attacks! {
    "one person signs twice, with two keys"
    one_person_with_two_keys: "authority.voted-twice" 3 "omar signed this proposal already"; |told| {
        let site = proposed();
        let second = site.key("omar-2").display().to_string();
        let before = site.refs();
        site.ledger(["seal", "DOC-1", "--key", &second]).as_("omar").exits(1).says("[authority.voted-twice]");
        assert_eq!(site.refs(), before);
        site.place(&site.signed("omar-2", effective(&again(&site, PROPOSED, "omar"))));
        told.stops(&site);
    }

    "a person signs, and then the agent that this person operates"
    a_person_and_the_own_agent: "authority.voted-twice" 3 "mira"; |told| {
        let site = proposed();
        let before = site.refs();
        site.ledger("seal DOC-1").as_("mira").exits(1).says("[authority.voted-twice]");
        assert_eq!(site.refs(), before);
        site.place(&site.signed("mira", effective(&again(&site, PROPOSED, "mira"))));
        told.stops(&site);
    }

    "one person fills two places in two roles"
    one_person_in_two_roles: "authority.voted-twice" 1 "ulla"; |told| {
        let site = court();
        site.ledger("block DOC-1 FREEZE --reason 'not yet'").ok();
        site.ledger("unblock DOC-1 FREEZE --as approver").as_("ulla").ok();
        told.refuses(&site, site.ledger("unblock DOC-1 FREEZE --as reviewer").as_("ulla"));
    }

    "the operator of an agent is an agent, so that three would be two"
    an_agent_of_an_agent: "trust.actor-type" 1 "mira"; |told| {
        let site = court();
        let key = site.public_key("stranger").display().to_string();
        let words = ["actor", "enroll", "nina", "--kind", "agent", "--role", "approver", "--operator", "mira", "--public-key", &key];
        told.refuses(&site, site.ledger(words));
    }

    "who declared an item reviews it"
    a_review_by_the_signer_of_the_declaration: "authority.author" 1 "was written by raj"; |told| {
        let site = court();
        site.ledger("declare DOC-5 --kind document").as_("raj").ok();
        told.refuses(&site, site.ledger("attest DOC-5 review").as_("raj"));
    }

    "who amended an item reviews it"
    a_review_by_the_signer_of_an_amendment: "authority.author" 1 "was written by raj"; |told| {
        let site = court();
        site.ledger("amend DOC-3 --title Mine").as_("raj").ok();
        told.refuses(&site, site.ledger("attest DOC-3 review").as_("raj"));
    }

    "the git author of the bytes reviews them"
    a_review_by_the_git_author: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, LENA, "Four");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "the git committer of the bytes reviews them"
    a_review_by_the_git_committer: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, LENA, RAJ, "Four");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "a co-author of the bytes reviews them, named in the message in other letters"
    a_review_by_a_co_author: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, LENA, LENA, "Four\n\nA text.\n\nReviewed-by: Petra <petra@example.org>\nCO-AUTHORED-BY: R <RAJ@Example.ORG>");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "who signed the commit of the bytes, in another's name, reviews them"
    a_review_by_who_signed_the_commit: "authority.author" 1 "was written by raj"; |told| {
        let site = court();
        site.write("docs/four.md", "# Four\n\nBy raj.\n");
        site.git("add docs").ok();
        site.git("commit -q -S -m Four")
            .as_("raj")
            .env("GIT_AUTHOR_NAME", "lena")
            .env("GIT_AUTHOR_EMAIL", "lena@example.org")
            .env("GIT_COMMITTER_NAME", "lena")
            .env("GIT_COMMITTER_EMAIL", "lena@example.org")
            .ok();
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "the agent of the author reviews"
    a_review_by_the_agent_of_the_author: "authority.author" 1 "who counts as one with milo"; |told| {
        let site = court();
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("milo"));
    }

    "who operates the writer of the bytes reviews them"
    a_review_by_the_operator_of_the_author: "authority.author" 1 "was written by rolf, by unsigned claim, who counts as one with raj"; |told| {
        let site = court();
        commits(&site, ("rolf", "rolf@example.org"), LENA, "Four");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "the author's words are taken back and put in again by somebody else"
    a_review_after_somebody_else_put_the_words_in_again: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, RAJ, "Four");
        let first = site.head();
        site.git(["revert", "--no-edit", &first]).ok();
        site.git(["checkout", "-q", &first, "--", "docs"]).ok();
        site.git("commit -q -m Again").ok();
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "the signature of another commit is pasted into the author's"
    a_review_behind_a_pasted_signature: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, RAJ, "Four");
        let signed = String::from_utf8(site.bytes("HEAD~")).unwrap();
        let signature = format!("gpgsig {}-----END SSH SIGNATURE-----\n", between(&signed, "gpgsig ", "-----END SSH SIGNATURE-----"));
        let own = String::from_utf8(site.bytes("HEAD")).unwrap();
        let forged = site.write_commit(replaced(&own, "\n\n", &format!("\n{signature}\n")).as_bytes());
        site.git(["reset", "-q", "--hard", &forged]).ok();
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "a file `.mailmap` says that the author is somebody else"
    a_review_behind_a_mailmap: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, RAJ, "Four");
        site.write(".mailmap", "lena <lena@example.org> <raj@example.org>\n");
        site.commit("lena", "Names");
        site.git(["config", "mailmap.blob", "HEAD:.mailmap"]).ok();
        site.git("config log.mailmap true").ok();
        assert_eq!(site.repo.git(["log", "-1", "--format=%aN", "HEAD~"]), "lena", "git itself believes it");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "`refs/replace` gives the commit of the bytes another author"
    a_review_behind_a_replaced_commit: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, RAJ, "Four");
        let own = String::from_utf8(site.bytes("HEAD")).unwrap();
        let other = site.write_commit(own.replace("raj <raj@", "lena <lena@").as_bytes());
        site.git(["replace", "HEAD", &other]).ok();
        assert_eq!(site.repo.git(["log", "-1", "--format=%an"]), "lena", "git itself believes it");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "a graft leaves the commit of the bytes out of history"
    a_review_behind_a_graft: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        let before = site.head();
        commits(&site, RAJ, RAJ, "Four");
        // Lena's commit seems to bring the words itself.
        let tree = site.repo.git(["rev-parse", "HEAD^{tree}"]);
        let hidden = site.git(["commit-tree", "-p", "HEAD", "-m", "Mine", &tree]).ok().stdout.trim().to_owned();
        site.git(["reset", "-q", "--hard", &hidden]).ok();
        std::fs::create_dir_all(site.repo.path().join(".git/info")).unwrap();
        std::fs::write(site.repo.path().join(".git/info/grafts"), format!("{hidden} {before}\n")).unwrap();
        assert_eq!(site.repo.git(["log", "-1", "--skip=1", "--format=%H"]), before, "git itself believes it");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "a file `shallow` cuts history off behind the commit of the bytes"
    a_review_behind_a_shallow_boundary: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        commits(&site, RAJ, RAJ, "Four");
        let hidden = site.git("commit-tree -p HEAD -m Mine HEAD^{tree}").ok().stdout.trim().to_owned();
        site.git(["reset", "-q", "--hard", &hidden]).ok();
        std::fs::write(site.repo.path().join(".git/shallow"), format!("{hidden}\n")).unwrap();
        assert_eq!(site.repo.git(["rev-list", "--count", "HEAD"]), "1", "git itself believes it");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "somebody else is enrolled with the author's email, so that the author is another"
    a_review_behind_a_shared_email: "authority.author" 1 "was written by raj, by unsigned claim"; |told| {
        let site = court();
        let key = site.public_key("stranger").display().to_string();
        let words = ["actor", "enroll", "nina", "--kind", "human", "--role", "drafter", "--git-email", "raj@example.org", "--public-key", &key];
        let enrolled = site.ledger(words).json().ok();
        site.ledger(["cosign", &enrolled.text("event.id")]).as_("kim").ok();
        commits(&site, RAJ, RAJ, "Four");
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("raj"));
    }

    "somebody adds a key of their own to an approver"
    a_key_that_is_added_by_who_may_not: "authority.role" 3 "lead"; |told| {
        let site = court();
        let key = std::fs::read_to_string(site.public_key("stranger")).unwrap();
        let body = format!(r#"{{"actor":"ines","key":"{}"}}"#, key.rsplit_once(' ').unwrap().0);
        let text = site.event("dora", "drafter", "key-added", "null", &body, "?");
        let text = replaced(&text, "key-added ?", &format!("key-added ines {}", fingerprint(&site, "stranger")));
        site.place(&site.signed("dora", text));
        told.stops(&site);
    }

    "somebody revokes an opponent's key, to take a vote away"
    a_key_that_is_revoked_by_who_may_not: "authority.role" 3 "lead"; |told| {
        let site = court();
        let print = fingerprint(&site, "ines");
        let body = format!(r#"{{"actor":"ines","compromised_since":null,"key":"{print}","reason":"in my way"}}"#);
        let text = site.event("dora", "drafter", "key-revoked", "null", &body, &format!("ines {print}"));
        site.place(&site.signed("dora", replaced(&text, "\"as\":\"drafter\"", "\"as\":null")));
        told.stops(&site);
    }

    "a rejection is taken back by somebody else"
    a_statement_that_another_takes_back: "authority.own-statement" 3 "raj did not make this statement"; |told| {
        let site = court();
        site.ledger("attest DOC-4 review --result reject").as_("petra").ok();
        let id = crate::court::id_of(&site, "attested DOC-4 review=reject");
        let body = format!(r#"{{"claim":"review","event":"{id}","reason":"it is fine"}}"#);
        let text = site.event("raj", "reviewer", "retracted", "\"DOC-4\"", &body, "DOC-4 review");
        site.place(&site.signed("raj", replaced(&text, "\"as\":\"reviewer\"", "\"as\":null")));
        told.stops(&site);
    }

    "a rejection is voted down by an approval"
    a_rejection_that_an_approval_outvotes: "guard.unmet" 1 "reject"; |told| {
        let site = court();
        site.ledger("attest DOC-4 review --result reject").as_("petra").ok();
        site.ledger("attest DOC-4 review").as_("raj").ok();
        told.refuses(&site, site.ledger("seal DOC-4").as_("omar"));
    }
}

/// Returns the fingerprint of a person's key.
fn fingerprint(site: &Site, name: &str) -> String {
    let file = site.public_key(name).display().to_string();
    let printed = site.call("ssh-keygen".as_ref(), ["-l", "-f", &file]).ok().stdout;
    printed.split(' ').nth(1).unwrap().to_owned()
}
