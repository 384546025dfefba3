//! Words that the program prints itself, typed again: each means what it was printed for, and a refusal says what is so.

use std::os::unix::fs::PermissionsExt;

use crate::sandbox::story::Story;

const RULES: &str = r#"
[charter]
semantics = 1
id        = "WORDS"
authority = "2 lead"

[roles]
lead     = "human"
approver = "human"
drafter  = "human"

[scopes]
vendored = ["vendor/**"]

[kinds.document]
id     = 'D-[0-9]+'
states = ["draft", "final", "gone"]
path   = "docs/**"
moves  = ["new -> draft by drafter", "draft -> final by approver", "final -> gone by lead"]
seal   = "approver"
unseal = "2 lead"

[claims]
review = { by = "approver" }

[blocks.HOLD]
on    = "document"
stops = ["moves", "vendored"]
by    = "lead"
lift  = "lead"

[blocks.SEALED-LATE]
on    = "document"
stops = ["moves"]
until = "self is sealed"
"#;

/// D-1 is drafted, and stopped by hand and by a rule.
fn story() -> Story {
    let people = [("kim", "human", "lead", ""), ("dario", "human", "drafter", ""), ("omar", "human", "approver", "")];
    let story = Story::founded(RULES, &people);
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.ledger("declare D-1 --kind document --path docs/one.md").as_("dario").ok();
    story.ledger("block D-1 HOLD --reason 'not yet'").ok();
    story
}

/// What stands is never answered for with "nothing stands": the places that refusals print, and the name of a block, are no files.
#[test]
fn why_knows_the_places_of_the_charter_and_the_names_of_blocks_that_it_prints() {
    let story = story();
    let seq = story.newest().get("seq").unwrap().as_int().unwrap();
    for word in ["HOLD", "blocks.HOLD", "blocks.HOLD.lift", "SEALED-LATE", "blocks.SEALED-LATE.until"] {
        let told = story.ledger(["why", word]).exits(2);
        told.says("stands on D-1").says("ledger why D-1").never_says("no block and no seal stands");
    }
    for word in ["kinds.document.moves[1]", "kinds.document.seal", "claims.review"] {
        story.ledger(["why", word]).exits(2).says("a place of the charter").says("ledger charter show");
    }
    story.ledger(["why", &format!("D-1/HOLD/{seq}")]).exits(1).says("HOLD").says("not yet");
    story.ledger(["why", &format!("d-1/HOLD/{seq}")]).exits(1).says("not yet");
    // A word with a slash is a path where it is no block that was placed.
    story.ledger(["why", &format!("D-1/HOLD/{}", seq + 1)]).run().never_says("not yet");
    // What lies below a word that nothing is called by can only lie in a directory.
    let told = story.ledger("why vendor").exits(2);
    told.says("ledger why ./vendor/");
    story.ledger("why ./vendor/").exits(1).says("HOLD");
    story.ledger("why nothing").exits(2).says("ledger why ./nothing").never_says("./nothing/");
}

#[test]
fn a_refusal_says_what_is_so_and_names_who_can_take_the_step() {
    let story = story();
    let told = story.ledger("unblock D-1 SEALED-LATE --reason x").exits(1);
    told.says("SEALED-LATE stands on D-1 by itself, until its condition is met").says("block.absent");
    told.says("ledger why D-1");
    story.ledger("unblock D-1 HOLD --reason x").ok();
    story.ledger("unblock D-1 HOLD --reason x").exits(1).says("no block HOLD stands on D-1");
    let told = story.ledger("move D-1 gone").as_("dario").exits(1);
    told.says("no move leads to gone").says("ledger move D-1 final    approver: omar");
    let json = story.ledger("move D-1 finl").as_("dario").json().exits(1);
    assert_eq!(json.text("error.explanations.0.who.0.role"), "approver");
    let told = story.ledger("unseal D-1 --reason x").exits(1);
    told.says("D-1 is not sealed").says("ledger show D-1").never_says("approver: omar");
}

/// Who signs an event about another event, or about evidence, is told what that is.
#[test]
fn an_event_about_another_event_says_what_that_is() {
    let story = story();
    story.ledger("seal D-1").as_("omar").ok();
    let seal = story.newest();
    let id = seal.get("id").unwrap().as_text().unwrap().to_owned();
    let sha256 =
        seal.get("body").unwrap().get("evidence").unwrap().as_list().unwrap()[0].get("sha256").unwrap().clone();
    let sha256 = sha256.as_text().unwrap().to_owned();
    story.ledger(["retract", "--facts-of", &id, "--reason", "it was another file"]).ok();
    let sealed = "that is: D-1 sealed by omar on";
    let told = story.ledger("inbox").as_("kim").ok();
    told.says(sealed).says(&format!("ledger show {}", &id[..12]));
    assert!(story.ledger("inbox").as_("kim").json().ok().value().to_canonical().contains(sealed));
    story.ledger("status --all").ok().says(sealed);
    story.ledger("show tip").ok().says(sealed);
    story.ledger("why tip").ok().says(sealed);
    story.ledger(["erase", &sha256, "--reason", "a token"]).ok();
    let rests = "the seal of D-1 rests on it, and turns UNKNOWN";
    story.ledger("inbox").as_("kim").ok().says(rests);
    story.ledger("show tip").ok().says(rests);
}

#[test]
fn a_list_of_signers_that_somebody_else_wrote_or_changed_is_kept_and_so_is_who_may_read_it() {
    let story = story();
    let own = "alice@example.org namespaces=\"git\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1\n";
    let file = story.write("signers", own);
    story.ledger("key list --allowed-signers signers").exits(2).says("holds something else, and is kept");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), own);
    std::fs::remove_file(&file).unwrap();
    story.ledger("key list --allowed-signers signers").ok();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    story.enroll("vera", "human", "drafter", "");
    story.ledger("key list --allowed-signers signers").ok();
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("vera"), "{written}");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    story.write("signers", &format!("{written}{own}"));
    story.ledger("key list --allowed-signers signers").exits(2).says("holds something else, and is kept");
    assert!(std::fs::read_to_string(&file).unwrap().ends_with(own));
}
