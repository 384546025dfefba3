//! Where nobody is left who may act, everything that asks for the act says so, and who can enrol somebody; and where no block
//! stands, the status names the nearest step all the same.

use crate::sandbox::story::Story;

const CHARTER: &str = include_str!("../sandbox/small.toml");

const ENROL: &str = "ledger actor enroll --kind human --role reviewer";

const NOBODY: &str = "nobody can act as reviewer for D-1: enrol one";

/// A document that waits for the review of the only reviewer, who wrote it.
fn staffed() -> Story {
    let people = [
        ("dario", "human", "drafter", ""),
        ("raj", "human", "reviewer", ""),
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
    ];
    let story = Story::founded(CHARTER, &people);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("raj", "docs/one.md", "# One, by its only reviewer\n");
    story.ledger("move D-1 final").as_("dario").ok();
    story
}

/// S0-094, M0-005
#[test]
fn a_role_in_which_nobody_may_act_is_told_wherever_it_is_asked_for_with_who_can_enrol() {
    let story = staffed();
    for (line, code) in [("gate ready D-1", 1), ("why D-1", 1)] {
        let told = story.ledger(line).as_("omar").exits(code);
        told.says(NOBODY).says(ENROL).says("lena");
        told.never_says("ledger attest D-1 review");
    }
    let refused = story.ledger("seal D-1").as_("omar").json().exits(1);
    let list = refused.get("error.explanations");
    let review = list.as_list().unwrap().iter().find(|told| told.get("found").unwrap().to_canonical().contains(NOBODY));
    let review = review.unwrap_or_else(|| panic!("{}", refused.stdout));
    assert_eq!(review.get("next").unwrap().to_canonical(), format!("[\"{ENROL}\"]"));
    assert_eq!(review.get("who").unwrap().to_canonical(), r#"[{"actors":["lena"],"count":1,"role":"lead"}]"#);
    // Whoever tried is told the same.
    let author = "attest D-1 review --answer complete=yes --answer consistent=yes";
    let author = story.ledger(author).as_("raj").json().exits(1);
    assert_eq!(author.text("error.code"), "authority.author");
    author.says(NOBODY);
    author.says("who can enrol: 1 lead (lena)");
    // It waits for the authority, and for nobody else.
    let inbox = story.ledger("inbox").as_("lena").ok();
    inbox
        .says(&format!("{ENROL}\n    asks for NAME --public-key FILE\n    found    {NOBODY}\n"))
        .says("toward   seal D-1");
    story.ledger("inbox").as_("raj").ok().never_says("ledger attest D-1 review");
    // As soon as there is somebody, it is that one's to say.
    story.enroll("petra", "human", "reviewer", "");
    story.ledger("gate ready D-1").exits(1).never_says("enrol").says("ledger attest D-1 review").says("petra");
    story.ledger("inbox").as_("lena").ok().never_says("enroll");
}

/// A statement that every holder of a role has to make, of a role that nobody holds; and one of two of whom there is one.
#[test]
fn a_role_that_nobody_holds_and_one_of_too_few_holders_are_told_too() {
    let charter = CHARTER
        .replace("self has review\"", "self has review by every auditor\"")
        .replace("lead     = \"human\"", "lead     = \"human\"\nauditor  = \"human\"")
        .replace("by = \"reviewer, not author\"", "by = \"reviewer | auditor, not author\"");
    let story = Story::founded(&charter, &[("dario", "human", "drafter", ""), ("raj", "human", "reviewer", "")]);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    let told = story.ledger("gate ready D-1").exits(1);
    told.says("nobody can act as auditor for D-1:").says("ledger actor enroll --kind human --role auditor");

    let charter = CHARTER.replace("self has review\"", "self has at least 2 review\"");
    let story = Story::founded(&charter, &[("dario", "human", "drafter", ""), ("raj", "human", "reviewer", "")]);
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    let told = story.ledger("gate ready D-1").exits(1);
    told.says("2 have to act as reviewer for D-1, and only 1 can: enrol another")
        .says(ENROL)
        .says("ledger attest D-1 review");
}

/// S0-094
#[test]
fn the_status_names_the_nearest_step_and_who_takes_it_where_no_block_stands() {
    let story = staffed();
    story.enroll("petra", "human", "reviewer", "");
    for line in ["status", "status --all"] {
        let told = story.ledger(line).ok();
        told.says("No block stands.")
            .says("Next, toward ledger seal D-1")
            .says("ledger attest D-1 review")
            .says("petra");
    }
    let told = story.ledger("status").json().ok();
    assert_eq!(told.text("toward"), "ledger seal D-1");
    assert!(told.get("next").to_canonical().contains("ledger attest D-1 review"));
    // Where the condition is met, the step is the action.
    story.ledger("attest D-1 review --answer complete=yes --answer consistent=yes").as_("petra").ok();
    let told = story.ledger("status").ok();
    told.says("Next\n").says("ledger seal D-1").says("omar").says("ines").never_says("toward");
    // A block says itself what it asks for.
    story.ledger("block D-1 HOLD --because risky --field questions=a --reason 'a question'").ok();
    story.ledger("status").ok().never_says("toward").says("ledger unblock D-1 HOLD");
}

/// S0-094: an open phase names the nearest step of its gate.
#[test]
fn an_open_phase_without_a_block_names_the_nearest_step_of_its_gate() {
    let story =
        Story::founded(&crate::sandbox::story::example("phase-e/charter.toml"), crate::sandbox::story::PHASE_E_PEOPLE);
    // Before anything is declared, that is the step.
    story.ledger("status").ok().says("Next\n").says("ledger declare --kind phase").says("lena").never_says("toward");
    story.ledger("declare PHASE-E --kind phase --title 'Phase E: orchestration design'").as_("lena").ok();
    let told = story.ledger("status").ok();
    told.says("No block stands.")
        .says("Next, toward ledger move PHASE-E closed")
        .says("ledger declare CP-21")
        .says("kim");
}
