//! Events that cannot go along to the new tip unasked: asked about, kept aside, tried again, given up, put back.

use govledger::domain::value::Value;

use crate::sandbox::story::Outcome;
use crate::sandbox::{git_in, script};
use crate::team::{Team, diary};

/// Lena blocks D-1 and shares that, while dora, who knows nothing of it, moves D-1.
fn blocked_meanwhile() -> Team {
    let team = Team::new();
    team.ledger("dora", "move D-1 final").ok();
    team.ledger("lena", "block D-1 HOLD --because unclear --reason 'ask first' --field questions=why").ok();
    team.ledger("lena", "sync").ok();
    team
}

/// M0-011
#[test]
fn an_event_that_the_rules_refuse_by_now_is_kept_aside_until_it_passes() {
    let team = blocked_meanwhile();
    let shared = team.shared();
    let told = team.ledger("dora", "sync").exits(1);
    told.says("1 event kept aside; nothing is given to origin").says("moved D-1 final").says("HOLD");
    for next in ["ledger sync --continue", "ledger sync --skip", "ledger sync --abort"] {
        assert!(told.next().contains(&next.to_owned()), "{told}");
    }
    assert_eq!((team.tip("dora"), team.shared()), (shared.clone(), shared));
    team.ledger("dora", "sync").exits(2).says("kept aside").says("ledger sync --continue");
    team.ledger("dora", "sync --continue").exits(1).says("moved D-1 final");
    team.ledger("lena", "unblock D-1 HOLD --reason answered").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync --continue").ok().says("again").says("1 event given");
    assert_eq!(team.diary(2), ["unblocked D-1 HOLD", "moved D-1 final"]);
    team.ledger("dora", "sync").ok().says("in step");
}

#[test]
fn what_comes_after_an_event_that_is_kept_aside_goes_along_if_it_does_not_rest_on_it() {
    let team = blocked_meanwhile();
    team.ledger("dora", "move D-1 draft --because rework").ok();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let told = team.ledger("dora", "sync").exits(1);
    told.says("2 events kept aside").says("moved D-1 draft").says("declared D-2, was event");
    team.ledger("dora", "sync --skip").ok().says("1 event given");
    assert_eq!(team.diary(1), ["declared D-2"]);
    let refs = git_in(&team.at("dora"), ["for-each-ref", "--format=%(subject)", "refs/ledger-aside"]);
    assert!(refs.contains("moved D-1 final") && refs.contains("moved D-1 draft"), "nothing is dropped: {refs}");
    team.ledger("dora", "sync").ok().says("in step");
}

#[test]
fn an_aborted_sync_puts_everything_back_as_it_was() {
    let team = blocked_meanwhile();
    let (before, shared) = (team.tip("dora"), team.shared());
    team.ledger("dora", "sync --abort").exits(2).says("no event is kept aside");
    team.ledger("dora", "sync").exits(1);
    assert_ne!(team.tip("dora"), before);
    team.ledger("dora", "sync --abort --dry-run").ok().says("would be back");
    assert_ne!(team.tip("dora"), before);
    team.ledger("dora", "sync --abort").ok();
    assert_eq!((team.tip("dora"), team.shared()), (before, shared));
    team.ledger("dora", "sync").exits(1).says("moved D-1 final");
}

#[test]
fn a_sync_is_not_aborted_over_what_was_written_since() {
    let team = blocked_meanwhile();
    team.ledger("dora", "sync").exits(1);
    team.ledger("dora", "declare D-2 --kind document").ok();
    let tip = team.tip("dora");
    team.ledger("dora", "sync --abort").exits(2).says("declared D-2");
    assert_eq!(team.tip("dora"), tip);
    team.ledger("lena", "unblock D-1 HOLD --reason answered").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync --continue").ok();
    assert_eq!(team.diary(3), ["unblocked D-1 HOLD", "declared D-2", "moved D-1 final"]);
}

/// M0-011
#[test]
fn under_another_charter_the_author_is_asked() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let charter = include_str!("../sandbox/small.toml").replace("or mistake", "").replace("rework|mistake", "rework");
    let file = team.story.write_beside("next.toml", &charter);
    team.ledger("lena", ["charter".as_ref(), "adopt".as_ref(), file.as_os_str()]).ok();
    team.ledger("lena", "sync").ok();
    let told = team.ledger("dora", "sync --no-input").exits(1);
    told.says("another charter is in force").says("declared D-2");
    team.ledger("dora", "sync --abort").ok();
    team.ledger("dora", "sync --yes").ok().says("1 event given");
    assert_eq!(team.diary(1), ["declared D-2"]);
}

/// M0-011
#[test]
fn what_binds_a_changed_content_is_bound_to_the_new_one_only_if_its_author_says_so() {
    let team = Team::new();
    team.joins("raj");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("dora", "amend D-1 --title 'One, in other words'").ok();
    team.ledger("dora", "sync").ok();
    let told = team.ledger("raj", "sync").exits(1);
    told.says("what is stated of D-1 was changed").says("attested D-1 review=approve");
    assert_eq!(team.diary(1), ["amended D-1"]);
    // Who goes on has read what changed.
    team.ledger("raj", "sync --continue").ok().says("again");
    assert_eq!(team.diary(1), ["attested D-1 review=approve"]);
    team.ledger("raj", "gate ready D-1").run().says("MET      reviewed");
}

/// Answers what the program asks on a terminal.
fn at_a_terminal(team: &Team, typed: &str) -> Outcome {
    let command = format!("'{}' sync", env!("CARGO_BIN_EXE_ledger"));
    let call = team.story.call("script".as_ref(), ["-qec", &command, "/dev/null"]);
    call.as_("raj").in_(&team.at("raj")).typing(typed).run()
}

#[test]
fn on_a_terminal_the_author_is_asked_what_is_still_meant() {
    let team = Team::new();
    team.joins("raj");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("dora", "amend D-1 --title 'One, in other words'").ok();
    team.ledger("dora", "sync").ok();
    let no = at_a_terminal(&team, "perhaps\nno\n");
    assert_eq!(no.code, 1, "{no}");
    no.says("since then:").says("what is stated of D-1 was changed").says("please type yes or no").says("kept aside");
    team.ledger("raj", "sync --abort").ok();
    let yes = at_a_terminal(&team, "yes\n");
    assert_eq!(yes.code, 0, "{yes}");
    yes.says("1 event given");
    assert_eq!(team.diary(1), ["attested D-1 review=approve"]);
}

#[test]
fn an_amendment_does_not_undo_that_of_another_unasked() {
    let team = Team::new();
    team.ledger("dora", "amend D-1 --title Mine").ok();
    team.ledger("lena", "actor grant lena drafter").ok();
    team.ledger("lena", "amend D-1 --title Theirs").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync").exits(1).says("what is stated of D-1 was changed");
    team.ledger("dora", "sync --skip").ok();
    team.ledger("dora", "show D-1").ok().says("Theirs");
}

#[test]
fn an_event_of_somebody_else_is_not_ours_to_sign() {
    let team = Team::new();
    let here = team.at("dora");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").in_(&here).ok();
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("lena", "block D-1 HOLD --because unclear --reason 'ask first' --field questions=why").ok();
    team.ledger("lena", "sync").ok();
    let told = team.ledger("dora", "sync").exits(1);
    told.says("raj signed it, and alone can sign it again").says("raj, here: sign it again");
    let json = team.ledger("dora", "sync --continue").json().exits(1);
    assert_eq!(json.get("aside.0.not_ours"), Value::Bool(true));
    // Where nobody was faster nothing has to be signed again, and so raj can share what is dora's.
    team.ledger("raj", "sync --continue").in_(&here).ok();
    assert_eq!(team.diary(3), ["blocked D-1 HOLD", "declared D-2", "attested D-1 review=approve"]);
}

#[test]
fn an_event_by_a_key_that_was_revoked_meanwhile_is_kept_aside() {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let key = std::fs::read_to_string(team.story.public_key("dora")).unwrap();
    let key: Vec<&str> = key.split(' ').take(2).collect();
    let key = govledger::domain::key::PublicKey::parse(&key.join(" ")).unwrap().fingerprint().to_string();
    team.ledger("lena", ["key", "revoke", "dora", &key, "--reason", "lost"]).ok();
    team.ledger("lena", "sync").ok();
    let told = team.ledger("dora", "sync").exits(1);
    told.says("was revoked by event").says("declared D-2");
    assert_eq!(diary(&team.at("dora"), 1), diary(&team.server(), 1));
    // With another key she is who she was.
    team.story.person("dora2");
    let other = team.story.public_key("dora2");
    team.ledger("lena", ["key".as_ref(), "add".as_ref(), "dora".as_ref(), "--public-key".as_ref(), other.as_os_str()])
        .ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync --continue --key").arg(team.story.key("dora2")).ok();
    assert_eq!(team.diary(1), ["declared D-2"]);
}

/// Raj states something of a commit that he then makes anew, as `anew` does it; only then the server is guarded.
fn amended(anew: &str) -> Team {
    let team = Team::new();
    team.joins("raj");
    let script = |name: &str, words: &str| team.story.shell(words).as_(name).in_(&team.at(name)).ok();
    script(
        "raj",
        "git checkout -q -b topic; mkdir -p notes; echo 1 > notes/1.md; git add notes; git commit -q --no-verify -m one",
    );
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    script(
        "dora",
        "echo other >> docs/one.md; git commit -q --no-verify -am other; git push -q --no-verify origin main",
    );
    script("raj", &format!("{anew}; git push -q --no-verify origin topic"));
    team.ledger("lena", "hooks install --server").in_(&team.server()).ok();
    team
}

/// The server keeps no commit that was amended; what stands at its successor is the same.
#[test]
fn an_event_that_speaks_of_an_amended_commit_is_signed_again_for_its_successor() {
    let team = amended("echo 2 > notes/1.md; git commit -q --no-verify -a --amend -m two");
    let head = git_in(&team.at("raj"), ["rev-parse", "HEAD"]);
    team.ledger("raj", "sync --dry-run").ok().says("again");
    team.ledger("raj", "sync").ok().says("again").says("1 event given");
    assert_eq!(team.diary(1), ["attested D-1 review=approve"]);
    let event = git_in(&team.server(), ["cat-file", "commit", "refs/ledger/main"]);
    assert!(event.contains(&head), "{event}");
    team.ledger("raj", "sync").ok().says("in step");
    team.ledger("raj", "gate ready D-1").run().says("MET      reviewed");
}

#[test]
fn where_the_successor_says_something_else_the_author_is_asked() {
    let team = amended("git fetch -q; git -c core.hooksPath=/dev/null rebase -q origin/main");
    let before = team.tip("raj");
    team.ledger("raj", "sync --no-input").exits(1).says("what the statement speaks of was changed");
    team.ledger("raj", "sync --abort").ok();
    assert_eq!(team.tip("raj"), before);
    team.ledger("raj", "sync --no-input").exits(1).says("ledger sync --continue");
    team.ledger("raj", "sync --continue").ok().says("1 event given");
    assert_eq!(team.diary(1), ["attested D-1 review=approve"]);
    team.ledger("raj", "sync").ok().says("in step");
}

/// Raj and dora each state something of a commit that only a stale branch of dora's clone still holds, in dora's clone; only then the
/// server is guarded. Dora declares D-2 as well, which speaks of nothing.
fn off_branch() -> Team {
    let team = Team::new();
    let here = team.at("dora");
    let script = |words: &str| team.story.shell(words).as_("dora").in_(&here).ok();
    script("git checkout -q -b stale; echo stale >> docs/one.md; git commit -q --no-verify -am stale");
    team.ledger("dora", "move D-1 final").ok();
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").in_(&here).ok();
    script("git checkout -q main");
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("lena", "hooks install --server").in_(&team.server()).ok();
    team
}

/// S2-018: what a guarded server does not take by name is kept aside by the command that it names, and the rest goes.
#[test]
fn what_a_guard_refuses_by_name_is_kept_aside_and_the_rest_goes() {
    let team = off_branch();
    let commit = git_in(&team.at("dora"), ["rev-parse", "stale"]);
    let (before, shared) = (team.tip("dora"), team.shared());
    let told = team.ledger("dora", "sync").exits(1);
    told.says(&format!("by dora, speaks of commit {commit}, which is on no branch here  [store.off-branch]"));
    told.says("dora and raj, who signed what speaks of it");
    let next = told.next();
    // The usual cure comes first: the branch that holds the commit is pushed.
    assert_eq!(next[0], "git push origin stale", "{told}");
    let next = &next[1..];
    assert!(next[0].starts_with("ledger sync --aside ") && next[0].matches("--aside").count() == 2, "{told}");
    assert_eq!(next[1..], ["ledger sync --skip"], "{told}");
    assert_eq!((team.tip("dora"), team.shared()), (before.clone(), shared.clone()));
    // What programs read of it is the same.
    let read = team.ledger("dora", "sync").json().exits(1);
    assert_eq!(read.text("error.code"), "store.off-branch");
    assert_eq!(read.text("error.explanations.0.code"), "store.off-branch");
    assert!(read.text("error.explanations.0.found").contains(&commit), "{read}");
    assert!(read.text("error.explanations.0.needed").contains("that commit on a branch"), "{read}");
    assert!(read.text("error.explanations.0.who.0.role").contains("raj"), "{read}");
    assert_eq!(read.text("error.explanations.0.next.1"), next[0]);
    // Each command as it is printed.
    let aside = team.story.shell(&next[0]).as_("dora").in_(&team.at("dora")).exits(1);
    aside.says("2 events kept aside; nothing is given").says("as you asked").says("declared D-2, was event");
    assert_eq!(team.shared(), shared);
    team.story.shell(&next[1]).as_("dora").in_(&team.at("dora")).ok().says("1 event given to origin");
    assert_eq!(team.diary(1), ["declared D-2"]);
    let refs = git_in(&team.at("dora"), ["for-each-ref", "--format=%(subject)", "refs/ledger-aside"]);
    assert!(refs.contains("moved D-1 final") && refs.contains("attested D-1 review=approve"), "{refs}");
}

#[test]
fn what_was_kept_aside_by_name_goes_along_once_its_commit_is_there() {
    let team = off_branch();
    let before = team.tip("dora");
    team.ledger("dora", "sync --aside 99").exits(2).says("no event that origin lacks can be meant by 99");
    team.ledger("dora", "sync --aside").arg(&before[..3]).exits(2).says("no event that origin lacks");
    let seq: usize = git_in(&team.at("dora"), ["rev-list", "--count", "refs/ledger/main"]).parse().unwrap();
    let moved = (seq - 3).to_string();
    team.ledger("dora", "sync --dry-run --aside").arg(&moved).exits(1).says("would be kept aside");
    assert_eq!(team.tip("dora"), before);
    // By its number; what another signed has to be signed again by that one, and so it is aside as well.
    let told = team.ledger("dora", "sync --aside").arg(&moved).exits(1);
    told.says("moved D-1 final").says("as you asked").says("raj signed it, and alone can sign it again");
    team.ledger("dora", "sync --abort").ok();
    assert_eq!(team.tip("dora"), before);
    team.ledger("dora", "sync --aside").arg(&moved).exits(1);
    team.story.git("push -q --no-verify origin stale").as_("dora").in_(&team.at("dora")).ok();
    team.ledger("dora", "sync --continue").exits(1).says("moved D-1 final, was event").says("raj signed it");
    team.ledger("raj", "sync --continue").in_(&team.at("dora")).ok();
    let mut told = team.diary(3);
    told.sort();
    assert_eq!(told, ["attested D-1 review=approve", "declared D-2", "moved D-1 final"]);
}

/// An older tip that is valid, too, is no place to go back to: no sync left it.
#[test]
fn an_abort_goes_back_to_what_the_sync_left_and_nowhere_else() {
    let team = blocked_meanwhile();
    team.ledger("dora", "sync").exits(1);
    let (tip, note) = (team.tip("dora"), team.at("dora").join(".git/ledger/aside"));
    let written = std::fs::read_to_string(&note).unwrap();
    let real = written.lines().find_map(|line| line.strip_prefix("before ")).unwrap().to_owned();
    let older = git_in(&team.at("dora"), ["rev-parse", "refs/ledger/main~1"]);
    // Beside the ledger, as the one that the sync left is, and no sync left it.
    let script = format!(
        "git update-ref refs/ledger/main {real}~1 && \"$LEDGER\" declare D-7 --kind document && git rev-parse refs/ledger/main && git update-ref refs/ledger/main {tip}"
    );
    let call =
        team.story.shell(&script).as_("dora").in_(&team.at("dora")).env("LEDGER", env!("CARGO_BIN_EXE_ledger")).ok();
    let other = call.stdout.trim_end().lines().last().unwrap().to_owned();
    for planted in [&older, &other] {
        std::fs::write(&note, written.replace(&real, planted)).unwrap();
        let told = team.ledger("dora", "sync --abort").exits(2);
        told.says(planted).says("ledger sync --skip");
        assert_eq!(team.tip("dora"), tip);
    }
    std::fs::write(&note, written).unwrap();
    team.ledger("dora", "sync --abort").ok();
    assert_eq!(team.tip("dora"), real);
}

/// Raj works in two clones: in one he approves, later and in the other he rejects and shares that.
fn rejected_since() -> Team {
    let team = Team::new();
    team.joins("raj");
    team.story.git(["clone", "-q"]).arg(team.at("raj")).arg(team.at("desk")).ok();
    git_in(&team.at("desk"), ["remote", "set-url", "origin", team.server().to_str().unwrap()]);
    team.ledger("raj", "sync").in_(&team.at("desk")).ok();
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    let later = team.ledger("raj", "attest D-1 review --result reject --answer complete=no --answer consistent=yes");
    later.in_(&team.at("desk")).ok();
    team.ledger("raj", "sync").in_(&team.at("desk")).ok();
    team
}

/// M0-011
#[test]
fn an_older_word_does_not_come_after_a_newer_one_of_the_same_actor_unasked() {
    let team = rejected_since();
    let (before, shared) = (team.tip("raj"), team.shared());
    let told = team.ledger("raj", "sync --no-input").exits(1);
    told.says("1 event kept aside; nothing is given").says("attested D-1 review=approve");
    told.says("raj said otherwise since: attested D-1 review=reject (event 6)");
    assert_eq!(team.shared(), shared);
    team.ledger("raj", "gate ready D-1").run().never_says("MET      reviewed");
    team.ledger("raj", "sync --abort").ok();
    assert_eq!(team.tip("raj"), before);
    // Who goes on has read it.
    team.ledger("raj", "sync --no-input").exits(1);
    team.ledger("raj", "sync --continue").ok().says("1 event given");
    assert_eq!(team.diary(2), ["attested D-1 review=reject", "attested D-1 review=approve"]);
}

#[test]
fn an_older_word_is_left_out_on_demand() {
    let team = rejected_since();
    team.ledger("raj", "sync --no-input").exits(1);
    team.ledger("raj", "sync --skip").ok().says("in step");
    assert_eq!(team.diary(1), ["attested D-1 review=reject"]);
}

/// The same word twice is no other word, and that of somebody else takes nothing back.
#[test]
fn the_same_word_and_that_of_others_are_no_later_word() {
    let team = Team::new();
    team.joins("raj");
    team.story.git(["clone", "-q"]).arg(team.at("raj")).arg(team.at("desk")).ok();
    git_in(&team.at("desk"), ["remote", "set-url", "origin", team.server().to_str().unwrap()]);
    let desk = team.at("desk");
    team.ledger("raj", "sync").in_(&desk).ok();
    let approve = "attest D-1 review --answer complete=yes --answer consistent=yes";
    team.ledger("raj", approve).ok();
    team.ledger("raj", approve).in_(&desk).ok();
    team.ledger("lena", "actor grant lena reviewer").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("lena", "attest D-1 review --result reject --answer complete=no --answer consistent=yes").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("raj", "sync --no-input").in_(&desk).ok().says("again");
    team.ledger("raj", "sync --no-input").ok().says("again");
    assert_eq!(team.diary(1), ["attested D-1 review=approve"]);
}

/// What was moved on and taken back meanwhile is not moved on once more unasked.
#[test]
fn a_move_that_was_made_and_taken_back_by_others_is_asked_about() {
    let team = Team::new();
    team.ledger("lena", "actor grant lena drafter").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync").ok();
    team.ledger("dora", "move D-1 final").ok();
    team.ledger("lena", "move D-1 final").ok();
    team.ledger("lena", "move D-1 draft --because mistake").ok();
    team.ledger("lena", "sync").ok();
    let told = team.ledger("dora", "sync --no-input").exits(1);
    told.says("lena said otherwise since: moved D-1 draft (event 8)").says("moved D-1 final");
    team.ledger("dora", "sync --continue").ok().says("again");
}

/// A guard lacks the commit of an event: the branch is to be pushed on which that was signed, whichever is checked out and whatever the server names; and
/// none for a commit that no event speaks of.
#[test]
fn the_branch_to_push_is_the_one_that_the_event_names() {
    let team = Team::new();
    let dora = team.at("dora");
    let git = |words: &str| team.story.git(words).in_(&dora).as_("dora").ok();
    git("commit -q --allow-empty -m Next");
    team.ledger("dora", "move D-1 final").ok();
    let commit = git_in(&dora, ["rev-parse", "HEAD"]);
    git("checkout -q -b secret");
    git("commit -q --allow-empty -m Secret");
    let secret = git_in(&dora, ["rev-parse", "HEAD"]);
    for (commit, said, branch) in [
        (&commit, "is on main, and here it is not", Some("main")),
        (&commit, "is on secret, and here it is not", Some("main")),
        (&commit, "speaks of it, which is on no branch here", Some("main")),
        (&secret, "is on secret, and here it is not", None),
    ] {
        let says =
            format!("ledger: push refused: event 9 (x), by dora, says that commit {commit} {said}  [store.off-branch]");
        script(&team.server().join("hooks/pre-receive"), &format!("#!/bin/sh\necho '{says}' >&2\nexit 1\n"));
        let told = team.ledger("dora", "sync").exits(1);
        told.never_says("origin secret");
        let push = told.next().into_iter().find(|next| next.starts_with("git push"));
        assert_eq!(push, branch.map(|branch| format!("git push origin {branch}")), "{told}");
    }
}

/// A sync that only took what others appended left nothing: what it moved from is no place to go back to, though the log of the ref says
/// that a sync moved from there.
#[test]
fn an_abort_takes_nothing_away_that_a_sync_took() {
    let team = Team::new();
    let before = team.tip("dora");
    team.ledger("lena", "block D-1 HOLD --because unclear --reason 'ask first' --field questions=why").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync").ok().says("blocked D-1 HOLD");
    let tip = team.tip("dora");
    std::fs::write(team.at("dora").join(".git/ledger/aside"), format!("remote origin\nbefore {before}\n")).unwrap();
    team.ledger("dora", "sync --abort").exits(2).says(&before).says("no sync left that");
    assert_eq!(team.tip("dora"), tip);
}
