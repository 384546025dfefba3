//! What was sealed and is no longer the same: who is told, and the way back.

use crate::sandbox::story::Story;
use govledger::domain::value::Value;

const RULES: &str = r#"
[charter]
semantics = 1
id        = "DRIFT"
authority = "lead"

[roles]
lead     = "human"
approver = "human"
drafter  = "human"

[kinds.document]
id     = 'D-[0-9]+'
states = ["draft"]
path   = "docs/**"
moves  = ["new -> draft by drafter"]
seal   = "approver"
unseal = "2 lead"

[gates.whole]
present = "every document is present"
sealed  = "every document is sealed"
"#;

/// D-1 is sealed by omar; then a commit past the hooks changes it.
fn sealed() -> Story {
    let people =
        [("dario", "human", "drafter", ""), ("omar", "human", "approver", ""), ("ines", "human", "approver", "")];
    let story = Story::founded(RULES, &people);
    story.ledger("hooks install").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.ledger("declare D-1 --kind document --path docs/one.md").as_("dario").ok();
    story.ledger("seal D-1").as_("omar").ok();
    story
}

fn past_the_hooks(story: &Story, how: &str) {
    story.shell(&format!("{how} && git -c core.hooksPath=/dev/null commit -q -m drift")).as_("dario").ok();
}

/// M0-005, S0-094
#[test]
fn what_drifted_from_its_seal_is_named_with_the_command_that_brings_it_back_before_the_one_that_breaks_the_seal() {
    let story = sealed();
    let commit = story.head()[..12].to_owned();
    let restore = format!("git checkout {commit} -- docs/one.md && git commit");
    for how in ["git rm -q --cached docs/one.md", "echo more >>docs/one.md && git add docs"] {
        past_the_hooks(&story, how);
        let told = story.ledger("status").ok();
        told.says("Seals that do not hold (1)")
            .says("D-1  sealed by omar")
            .says(&restore)
            .says("whoever commits docs/one.md");
        story.ledger("status --all").ok().says("Seals that do not hold").says(&restore);
        let next = story.ledger("status").json().ok().get("seals.0.next");
        assert!(next.to_canonical().contains(&restore), "{next:?}");
        // Who sealed it is asked by name; who only commits files sees it, too.
        story.ledger("inbox").as_("omar").ok().says("Waits for you").says(&restore).says("no longer the sealed one");
        story.ledger("inbox").as_("dario").ok().says(&restore);
        story.ledger("why D-1").exits(1).says(&format!("next     {restore}")).says("ledger unseal D-1");
        let gate = story.ledger("gate whole").json().exits(1).value().to_canonical();
        assert!(gate.contains(&restore) && !gate.contains("EDITOR"), "{gate}");
        // The command runs, and the hook takes it.
        let before = story.head();
        let typed =
            format!("GIT_EDITOR='echo Restore >' {}", restore.replace("&& git", "&& GIT_EDITOR='echo Restore >' git"));
        story.shell(&typed).as_("dario").ok();
        assert_ne!(story.head(), before);
        story.ledger("gate whole").ok();
        story.ledger("status").ok().never_says("Seals that do not hold").never_says("git checkout");
        story.ledger("inbox").as_("omar").ok().never_says("git checkout");
    }
    let seals = story.ledger("status").json().ok().get("seals");
    assert_eq!(seals, Value::List(Vec::new()));
}
