//! Statements, seals and evidence about something else than they seem to be about.

use crate::court::{CHARTER, adopt, court, id_of};
use crate::site::{Site, between, replaced};

const REVIEWED: &str = "attested DOC-1 review=approve";

/// Returns where the ledger's evidence is.
const EVIDENCE: &str = "refs/ledger-evidence/main";

/// Puts another tree in the place of the evidence's.
fn evidence(site: &Site, change: &str) {
    site.shell(&format!(
        "export GIT_INDEX_FILE=.git/evidence.index; git read-tree {EVIDENCE}; {change}; tree=$(git write-tree); \
         git update-ref {EVIDENCE} $(git commit-tree --no-gpg-sign -m evidence $tree)"
    ))
    .ok();
}

/// Returns the SHA-256 of the bytes that the seal of DOC-2 keeps.
fn kept(site: &Site) -> String {
    between(&site.unsigned("sealed DOC-2"), "\"evidence\":[{\"sha256\":\"", "\"").to_owned()
}

/// Returns where the evidence holds them.
fn place(site: &Site) -> String {
    let sha256 = kept(site);
    format!("{}/{}", &sha256[..2], &sha256[2..])
}

attacks! {
    "bytes are changed after their review, and sealed"
    bytes_that_are_changed_after_the_review: "guard.unmet" 1 "before the file changed"; |told| {
        let site = court();
        site.commit_file("lena", "docs/one.md", "# One\n\nNot reviewed.\n");
        told.refuses(&site, site.ledger("seal DOC-1").as_("omar"));
    }

    "a field is changed after the review, and the item sealed"
    a_field_that_is_changed_after_the_review: "guard.unmet" 1 "before DOC-1 changed"; |told| {
        let site = court();
        site.ledger("amend DOC-1 --field number=2").as_("dora").ok();
        told.refuses(&site, site.ledger("seal DOC-1").as_("omar"));
    }

    "a file is made executable after its review, and sealed"
    a_mode_that_is_changed_after_the_review: "guard.unmet" 1 "before the file changed"; |told| {
        let site = court();
        site.git("update-index --chmod=+x docs/one.md").ok();
        site.git("commit -q -m mode").ok();
        told.refuses(&site, site.ledger("seal DOC-1").as_("omar"));
    }

    "a review of one item is shown for another that leads to the same file later"
    a_review_that_is_taken_along_by_a_path: "guard.unmet" 1 "DOC-5 has no review"; |told| {
        let site = court();
        site.ledger("amend DOC-1 --path ''").as_("dora").run();
        site.ledger("declare DOC-5 --kind document --field number=1 --link supersedes=DOC-1 --path docs/one.md").as_("dora").ok();
        told.refuses(&site, site.ledger("seal DOC-5").as_("omar"));
    }

    "a review is moved to another claim by whoever made it, under its old content"
    a_review_that_is_made_another_claim: "trust.signature" 3 "does not belong to these bytes"; |told| {
        let site = court();
        let text = site.text(REVIEWED).replace("review", "endorsed");
        site.place(replaced(&text, "\"result\":\"approve\"", "\"result\":\"pass\"").replace("=approve", "=pass").as_bytes());
        told.stops(&site);
    }

    "a statement of one claim is counted for another"
    a_statement_that_counts_for_another_claim: "guard.unmet" 1 "DOC-4 has no review"; |told| {
        let site = court();
        site.ledger("attest DOC-4 endorsed").as_("petra").ok();
        told.refuses(&site, site.ledger("seal DOC-4").as_("omar"));
    }

    "a review is moved to another item of the very same content"
    a_review_that_is_moved_to_another_item: "guard.unmet" 1 "DOC-5 has no review"; |told| {
        let site = court();
        site.ledger("declare DOC-5 --kind document").as_("dora").ok();
        site.ledger("attest DOC-3 review").as_("petra").ok();
        told.refuses(&site, site.ledger("seal DOC-5").as_("omar"));
    }

    "a statement says that it was made at another commit, which holds something else"
    a_statement_that_is_moved_to_another_commit: "trust.contradicted-fact" 3 "\"found\""; |told| {
        let site = court();
        site.commit_file("lena", "docs/one.md", "# One\n\nNot reviewed.\n");
        let text = site.unsigned(REVIEWED);
        let (old, new) = (between(&text, "\"commit\":\"", "\"").to_owned(), format!("sha1:{}", site.head()));
        site.place(&site.signed("petra", replaced(&text, &old, &new)));
        told.of(&site.ledger("verify").json().run());
        site.ledger("verify").exits(3).says("contradicted: event");
    }

    "a check says it was made over the code of today, with the digest of that of yesterday"
    a_check_over_another_code: "trust.contradicted-fact" 3 "\"q\":\"scope\""; |told| {
        let site = court();
        let built = "attested repo built=pass";
        site.ledger("attest repo built --value warnings=0").as_("bot").ok();
        let text = site.unsigned(built);
        let old = between(&text, "\"commit\":\"", "\"").to_owned();
        site.point(&format!("{}\n", site.before(built)));
        site.commit_file("lena", "src/main.rs", "fn main() { /* not built */ }\n");
        site.place(&site.signed("bot", replaced(&text, &old, &format!("sha1:{}", site.head()))));
        told.of(&site.ledger("verify").json().run());
        // And if it says the truth, the code of today is not what was built.
        site.place(&site.signed("bot", text));
        site.ledger("verify").ok();
        site.ledger("gate release").exits(1).says("UNMET");
    }

    "a statement is made on a scratch commit that nobody can see, which is gone when somebody looks"
    a_scratch_commit_that_is_gone: "" 3 "facts     10 confirmed, 0 contradicted, 2 not seen"; |told| {
        let site = court();
        let scratch = site.git("commit-tree --no-gpg-sign -m scratch HEAD^{tree}").ok().stdout.trim().to_owned();
        let said = site.ledger(["attest", "DOC-4", "review", "--commit", &scratch]).as_("petra").ok();
        said.says(&format!("note: the commit {} is on no branch", &scratch[..12]));
        site.ledger(["attest", "DOC-4", "review", "--commit", "HEAD"]).as_("raj").ok().never_says("on no branch");
        site.ledger("verify --complete").ok();
        std::fs::remove_file(site.loose(&scratch)).unwrap();
        site.ledger("verify").ok();
        told.of(&site.ledger("verify --complete").run());
    }

    "where signed commits are asked for: an author reviews a scratch commit of the own words, in another's name"
    a_review_on_a_scratch_commit: "authority.author-unknown" 1 "unsigned commits name lena, and the charter takes only signed ones"; |told| {
        let site = court();
        adopt(&site, &replaced(CHARTER, "\"COURT\"", "\"SIGNED\"\nindependence = \"signed\""));
        site.write("docs/four.md", "# Four\n\nBy raj.\n");
        site.commit("raj", "Four");
        let scratch = ["commit-tree", "--no-gpg-sign", "-m", "scratch", "HEAD^{tree}"];
        let scratch = site.git(scratch).env("GIT_AUTHOR_NAME", "lena").env("GIT_AUTHOR_EMAIL", "lena@example.org");
        let scratch = scratch.env("GIT_COMMITTER_NAME", "lena").env("GIT_COMMITTER_EMAIL", "lena@example.org").ok().stdout;
        told.refuses(&site, site.ledger(["attest", "DOC-4", "review", "--commit", scratch.trim()]).as_("raj"));
        // In his own name it is his.
        let own = site.git("commit-tree -S -m scratch HEAD^{tree}").as_("raj").ok().stdout;
        let own = site.ledger(["attest", "DOC-4", "review", "--commit", own.trim()]).as_("raj").exits(1);
        own.says("was written by raj");
        // And the review of another on the commit that is on the branch stands.
        site.ledger("attest DOC-4 review").as_("petra").ok();
    }

    "evidence is swapped: other bytes under its name"
    evidence_that_is_swapped: "store.evidence-missing" 3 "missing"; |told| {
        let site = court();
        let name = place(&site);
        evidence(&site, &format!("git update-index --cacheinfo 100644,$(echo other | git hash-object -w --stdin),{name}"));
        told.of(&site.ledger("verify --complete").run());
    }

    "evidence is taken away without a decision"
    evidence_that_is_taken_away: "store.evidence-missing" 3 "missing"; |told| {
        let site = court();
        site.git(["update-ref", "-d", EVIDENCE]).ok();
        told.of(&site.ledger("verify --complete").run());
    }

    "evidence is a link to a file that holds its bytes"
    evidence_that_is_a_link: "store.evidence-missing" 3 "missing"; |told| {
        let site = court();
        let (name, file) = (place(&site), site.repo.path().join("docs/two.md").display().to_string());
        evidence(&site, &format!("git update-index --cacheinfo 120000,$(printf %s {file} | git hash-object -w --stdin),{name}"));
        told.of(&site.ledger("verify --complete").run());
    }

    "the ref of the evidence names nothing"
    evidence_whose_ref_dangles: "store.io" 5 "refs/ledger-evidence/main"; |told| {
        let site = court();
        std::fs::write(site.repo.path().join(".git").join(EVIDENCE), format!("{}\n", "12".repeat(20))).unwrap();
        told.of(&site.ledger("verify").run());
        site.ledger("seal DOC-1").as_("omar").run();
    }

    "who may not gives up the bytes of evidence"
    evidence_that_is_erased_by_who_may_not: "authority.role" 3 "lead"; |told| {
        let site = court();
        let sha = kept(&site);
        let body = format!(r#"{{"reason":"it is in my way","sha256":"{sha}"}}"#);
        site.place(&site.signed("dora", site.event("dora", "drafter", "erased", "null", &body, &sha[..12])));
        told.stops(&site);
    }

    "a sealed item is superseded, so that its file is free"
    a_sealed_file_that_is_superseded: "seal.path" 1 "docs/two.md"; |told| {
        let site = court();
        site.ledger("declare DOC-5 --kind document --link supersedes=DOC-2 --path docs/two.md").as_("dora").run();
        site.write("docs/two.md", "# Two, otherwise\n");
        site.git("add docs").ok();
        told.of(&site.ledger("check --staged").json().run());
    }

    "an item that holds up the code is superseded, so that the block is gone"
    a_block_whose_item_is_superseded: "block.path" 1 "src/main.rs"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        site.ledger("declare DOC-5 --kind document --link supersedes=DOC-1").as_("dora").ok();
        site.write("src/main.rs", "fn main() { }\n");
        site.git("add src").ok();
        told.of(&site.ledger("check --staged").json().run());
    }

    "a seal that names another seal is broken"
    a_seal_that_is_broken_by_the_name_of_another: "item.not-sealed" 3 "DOC-2"; |told| {
        let site = court();
        let other = id_of(&site, "proposed sealed DOC-2");
        let body = format!(r#"{{"reason":"that one","seal":"{other}"}}"#);
        let text = site.event("omar", "approver", "unsealed", "\"DOC-2\"", &body, "DOC-2");
        let text = replaced(&replaced(&text, "\"prev\":", "\"pending\":true,\"prev\":"), "\n\nunsealed", "\n\nproposed unsealed");
        site.place(&site.signed("omar", text));
        told.stops(&site);
    }
}
