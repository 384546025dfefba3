//! What was sealed and is no longer the same: who is told, and the way back.

use crate::sandbox::story::{Outcome, Story};
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
unseal = "approver"

[kinds.plan]
id     = 'P-[0-9]+'
states = ["open"]
moves  = ["new -> open by lead"]

[claims]
seen  = { by = "lead" }
whole = { by = "lead", over = "document" }

[gates.whole]
present = "every document is present"
sealed  = "every document is sealed"

[gates.told]
sealed = "every document is sealed"
seen   = "every document has seen"
whole  = "every plan has whole"

[blocks.HOLD]
on    = "plan"
stops = ["moves"]
by    = "lead"
lift  = "lead if told"
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

/// Returns the first command that is offered, without who can give it.
fn first(told: &Outcome) -> String {
    told.next()[0].split("  ").next().unwrap().to_owned()
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

/// M0-005: nobody is led to speak of bytes that are to go again, and what brings the sealed ones back stands first.
#[test]
fn what_drifted_comes_back_before_anything_is_said_of_it_or_its_seal_is_broken() {
    let story = sealed();
    story.ledger("declare P-1 --kind plan").ok();
    story.ledger("block P-1 HOLD --reason 'not yet'").ok();
    story.ledger("status").ok().says("ledger attest D-1 seen").says("ledger attest P-1 whole");
    let restore = format!("git checkout {} -- docs/one.md && git commit", &story.head()[..12]);
    past_the_hooks(&story, "echo more >>docs/one.md && git add docs");
    for words in ["status", "gate told", "inbox"] {
        let told = story.ledger(words).run();
        told.says(&restore).never_says("ledger attest");
    }
    let inbox = story.ledger("inbox").as_("omar").json().ok();
    assert_eq!(inbox.text("waits.0.command"), restore, "{inbox}");
    assert_eq!(inbox.text("waits.0.blocks.0"), "HOLD on P-1", "{inbox}");
    assert_eq!(inbox.text("waits.1.command"), "ledger unseal D-1", "{inbox}");
}

/// M0-005: where only the mode is another one, the way back is the same.
#[test]
fn what_drifted_in_its_mode_alone_comes_back_the_same_way() {
    let story = sealed();
    let restore = format!("git checkout {} -- docs/one.md && git commit", &story.head()[..12]);
    past_the_hooks(&story, "chmod +x docs/one.md && git add docs");
    story.ledger("status").ok().says("Seals that do not hold (1)").says(&restore);
    story.ledger("inbox").as_("omar").ok().says(&restore);
    let told = story.ledger("why D-1").exits(1);
    assert_eq!(first(&told), restore, "{told}");
    story.shell(&restore.replace("git commit", "git commit -q -m Restore")).as_("dario").ok();
    story.ledger("gate whole").ok();
}

/// M0-005: the commit that a seal names may be gone, as after a squash; the evidence keeps the bytes.
#[test]
fn where_the_commit_of_a_seal_is_not_here_the_bytes_come_back_from_the_evidence() {
    for (how, gone) in [("echo more >>docs/one.md; chmod +x docs/one.md", false), ("git rm -qf docs/one.md", true)] {
        let story = sealed();
        let commit = story.head();
        let object = format!(".git/objects/{}/{}", &commit[..2], &commit[2..]);
        let leave = "git checkout -q --orphan fresh && echo other >other.md";
        story.shell(&format!("{leave} && {how} && git add -A")).ok();
        story.shell("git -c core.hooksPath=/dev/null commit -q -m Squashed").as_("dario").ok();
        story.shell(&format!("git branch -q -D main && rm -f {object}")).ok();
        let told = story.ledger("why D-1").exits(1);
        let restore = first(&told);
        assert!(restore.contains("git cat-file blob refs/ledger-evidence/main:"), "{told}");
        assert_eq!(restore.starts_with("mkdir -p docs && "), gone, "{told}");
        assert_eq!(restore.contains("chmod -x docs/one.md"), !gone, "{told}");
        story.shell(&restore.replace("git commit", "git commit -q -m Restore")).as_("dario").ok();
        story.ledger("gate whole").ok();
        story.ledger("status").ok().never_says("Seals that do not hold");
    }
}

/// M0-005: what cannot be read here is fetched, and no seal broken for it.
#[test]
fn a_seal_of_which_nothing_is_here_leads_to_no_broken_seal() {
    let story = sealed();
    let there = story.beside.path().join("bare-of-code");
    story
        .shell(&format!(
            "git init -q -b main {0} && git -C {0} fetch -q $PWD refs/ledger/main:refs/ledger/main",
            there.display()
        ))
        .ok();
    let told = story.ledger("why D-1").in_(&there).run();
    told.never_says("unseal").says("git fetch");
}
