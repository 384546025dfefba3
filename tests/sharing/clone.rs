//! `ledger clone`: code, ledger, evidence, pin and hooks in one go.

use crate::sandbox::git_in;
use crate::sandbox::story::Call;
use crate::team::{Team, named};

fn clone<'t>(team: &'t Team, into: &str) -> Call<'t> {
    let call = team.story.ledger(["clone".as_ref(), team.server().as_os_str(), into.as_ref()]);
    call.as_("raj").in_(team.story.beside.path())
}

/// M0-010
#[test]
fn a_clone_has_the_ledger_the_pin_and_the_hooks() {
    let team = Team::new();
    clone(&team, "mine").ok().says("its ledger is valid").says("hooks    installed");
    let dir = team.story.beside.path().join("mine");
    assert_eq!(named(&dir, "refs/ledger/main"), team.shared());
    team.story.ledger("doctor").as_("raj").in_(&dir).ok().says("git config").says("installed in");
    // Where nothing is fetched unjudged, the logs are what remembers.
    for of in ["refs/ledger/main", "refs/ledger-remote/*"] {
        assert_eq!(git_in(&dir, ["config", &format!("gc.{of}.reflogExpire")]), "never");
        assert_eq!(git_in(&team.at("lena"), ["config", &format!("gc.{of}.reflogExpireUnreachable")]), "never");
    }
    assert_eq!(git_in(&dir, ["config", "--get-all", "remote.origin.fetch"]), "+refs/heads/*:refs/remotes/origin/*");
    assert_ne!(git_in(&dir, ["reflog", "refs/ledger-remote/origin/main"]), "");
    clone(&team, "mine").exits(5).says("already exists");
    clone(&team, "bare-handed").arg("--no-hooks").ok().says("ledger hooks install");
}

#[test]
fn a_clone_is_called_as_git_calls_it() {
    let team = Team::new();
    let beside = team.story.beside.path();
    let call = team.story.ledger(["clone".as_ref(), team.server().as_os_str()]).as_("raj").in_(beside);
    let told = call.json().ok();
    assert_eq!(told.text("directory"), "server");
    assert_eq!(git_in(&beside.join("server"), ["rev-parse", "refs/ledger/main"]), team.shared());
    assert_eq!(told.text("genesis"), git_in(&beside.join("server"), ["config", "ledger.genesis"]));
}

/// M0-010
#[test]
fn a_clone_takes_no_other_ledger_than_the_one_that_was_named() {
    let team = Team::new();
    let genesis = git_in(&team.at("lena"), ["config", "ledger.genesis"]);
    clone(&team, "right").arg("--genesis").arg(&genesis).ok().says("the ledger that you named");
    let told = clone(&team, "wrong").arg("--genesis").arg("0".repeat(64)).exits(3);
    told.says("trust.genesis-mismatch").says("the code is in wrong; its ledger was not taken");
    assert_eq!(named(&team.story.beside.path().join("wrong"), "refs/ledger/main"), "");
}

/// A commit without `.ledger`, such as one from before the ledger, does not say where the ledger is: the clone's settings do.
#[test]
fn a_clone_of_a_ledger_on_a_branch_knows_the_branch_wherever_it_is_checked_out() {
    let team = Team::new();
    let (lena, server) = (team.at("lena"), team.server());
    for (new, old) in [("ledger", "refs/ledger/main"), ("ledger-evidence", "refs/ledger-evidence/main")] {
        if !named(&server, old).is_empty() {
            git_in(&server, ["update-ref", &format!("refs/heads/{new}"), old]);
            git_in(&server, ["update-ref", "-d", old]);
        }
    }
    let pin = std::fs::read_to_string(lena.join(".ledger")).unwrap();
    team.story.write(".ledger", &pin.replace("refs/ledger/main", "refs/heads/ledger"));
    team.story.git("-c core.hooksPath=/dev/null commit -q -a -m Move").ok();
    team.story.git("-c core.hooksPath=/dev/null push -q origin main").ok();
    clone(&team, "branched").ok();
    let dir = team.story.beside.path().join("branched");
    assert_eq!(git_in(&dir, ["config", "ledger.ref"]), "refs/heads/ledger");
    git_in(&dir, ["-c", "core.hooksPath=/dev/null", "checkout", "-q", "--orphan", "before"]);
    git_in(&dir, ["rm", "-q", "-r", "-f", "."]);
    let ledger = |words: &str| team.story.ledger(words).as_("raj").in_(&dir).ok();
    ledger("status");
    ledger("sync").never_says("no ledger any more");
    ledger("doctor --mend");
    assert_eq!(named(&dir, "refs/ledger/main"), "");
}

/// Returns the position and digest of an event, as a tip is written down.
fn tip_of(team: &Team, revision: &str) -> String {
    let script = format!(
        "echo $(($(git rev-list --count {revision}) - 1)):$(git cat-file commit {revision} | sha256sum | cut -c1-64)"
    );
    team.story.shell(&script).ok().stdout.trim().to_owned()
}

/// M0-010: who knows an event of the ledger by another way is not handed one that was cut short before it.
#[test]
fn a_clone_takes_no_ledger_without_the_event_that_was_named() {
    let team = Team::new();
    let tip = tip_of(&team, "refs/ledger/main");
    clone(&team, "right").arg("--tip").arg(&tip).ok();
    clone(&team, "tried").arg("--tip").arg(&tip).arg("--dry-run").ok().says("would be cloned into tried");
    assert!(!team.story.beside.path().join("tried").exists());
    git_in(&team.server(), ["update-ref", "refs/ledger/main", "refs/ledger/main~1"]);
    let told = clone(&team, "cut").arg("--tip").arg(&tip).exits(3);
    told.says("[trust.tip-mismatch]").says("it was cut short").says("the code is in cut; its ledger was not taken");
    assert_eq!(named(&team.story.beside.path().join("cut"), "refs/ledger/main"), "");
    for next in told.next() {
        assert!(next.starts_with("ledger -C cut ") || next.starts_with("git -C cut "), "{next}");
    }
    let told = clone(&team, "dry").arg("--tip").arg(&tip).arg("--dry-run").exits(3);
    told.says("it was cut short").never_says("the code is in");
    assert!(!team.story.beside.path().join("dry").exists());
}

/// Where nobody guards, whoever pushes can have `.ledger` name a place at which an older end of the ledger lies.
#[test]
fn a_clone_is_not_led_to_a_cut_ledger_by_a_file_that_was_exchanged() {
    let team = Team::new();
    let server = team.server();
    let named_by = git_in(&team.at("lena"), ["rev-parse", "--short=12", "HEAD"]);
    git_in(&server, ["update-ref", "refs/heads/ledger", "refs/ledger/main~1"]);
    let pin = std::fs::read_to_string(team.at("lena").join(".ledger")).unwrap();
    team.story.write(".ledger", &pin.replace("refs/ledger/main", "refs/heads/ledger"));
    team.story.git("-c core.hooksPath=/dev/null commit -q -a -m Move").ok();
    team.story.git("-c core.hooksPath=/dev/null push -q origin main").ok();
    let genesis = git_in(&team.at("lena"), ["config", "ledger.genesis"]);
    let told = clone(&team, "led").arg("--genesis").arg(&genesis).exits(3);
    told.says("[trust.history]")
        .says("origin has this ledger at refs/heads/ledger, which ends at event 4, and at refs/ledger/main");
    told.says("there it goes on to event 5").says(&format!(".ledger named refs/ledger/main up to commit {named_by}"));
    let dir = team.story.beside.path().join("led");
    assert_eq!(named(&dir, "refs/ledger/main"), "");
    // Each command as it is printed shows what it goes on with; only a person knows that this is what counts.
    for next in told.next() {
        team.story.shell(&next).as_("raj").in_(team.story.beside.path()).ok();
    }
    assert_eq!(named(&dir, "refs/ledger/main") + &named(&dir, "refs/heads/ledger"), "");
    git_in(&dir, ["config", "ledger.ref", "refs/ledger/main"]);
    team.story.ledger("sync origin").as_("raj").in_(&dir).ok();
    assert_eq!(named(&dir, "refs/ledger/main"), team.shared());
    clone(&team, "said").arg("--ref").arg("refs/ledger/main").ok();
    let said = team.story.beside.path().join("said");
    assert_eq!(named(&said, "refs/ledger/main"), team.shared());
    assert_eq!(git_in(&said, ["config", "ledger.ref"]), "refs/ledger/main");
    // A ledger that moved as a whole is taken, and that it moved is said.
    git_in(&server, ["update-ref", "refs/heads/ledger", "refs/ledger/main"]);
    clone(&team, "whole").ok().says("the file .ledger named refs/ledger/main up to commit");
    git_in(&server, ["update-ref", "-d", "refs/ledger/main"]);
    clone(&team, "moved").ok().says("the file .ledger named refs/ledger/main up to commit");
}

#[test]
fn code_that_two_people_signed_tells_a_new_clone_of_a_cut_ledger() {
    let team = Team::new();
    let (seq, sha256) = {
        let tip = tip_of(&team, "refs/ledger/main");
        let (a, b) = tip.split_once(':').unwrap();
        (a.to_owned(), b.to_owned())
    };
    git_in(&team.server(), ["update-ref", "refs/ledger/main", "refs/ledger/main~1"]);
    let cites = |who: &str| {
        team.story.write(&format!("notes/{who}.md"), who);
        team.story.git("add notes").ok();
        let message = format!("Note\n\nLedger-Tip: {seq} {sha256}");
        team.story.git(["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", &message]).as_(who).ok();
        team.story.git("-c core.hooksPath=/dev/null push -q origin main").ok();
    };
    cites("lena");
    clone(&team, "one")
        .ok()
        .says("doubt")
        .says(&format!("signed by lena, cites event {seq}"))
        .says("or lena made that up");
    cites("dora");
    clone(&team, "two").exits(3).says("[trust.tip-mismatch]").says("its ledger was not taken");
}

/// What an address says in secret is not said once more, and an address is no option of git.
#[test]
fn a_clone_that_fails_repeats_no_password_and_prints_a_command_that_runs_no_program() {
    let team = Team::new();
    let beside = team.story.beside.path();
    let call = |url: &str| team.story.ledger(["clone", "--", url, "into"]).as_("raj").in_(beside).exits(5);
    let told = call("https://raj:s3cret@127.0.0.1:9/x.git");
    told.says("https://raj@127.0.0.1:9/x.git").never_says("s3cret");
    assert_eq!(told.next(), ["git ls-remote -- https://raj@127.0.0.1:9/x.git"]);
    let option = call("--upload-pack=touch it");
    assert_eq!(option.next(), ["git ls-remote -- '--upload-pack=touch it'"]);
    std::fs::write(beside.join("into"), "taken").unwrap();
    let taken = clone(&team, "into").exits(5);
    taken.says("it already exists").says("a name that nothing has");
    assert_eq!(taken.next().len(), 1);
    team.story.shell(&taken.next()[0]).ok();
}

/// A server has nobody who signs.
#[test]
fn the_doctor_of_a_server_asks_for_nobodys_key() {
    let team = Team::new();
    let call = team.ledger("lena", "doctor").in_(&team.server());
    let told = call.env("GIT_CONFIG_GLOBAL", "/dev/null").without_env("LEDGER_KEY").ok();
    told.never_says("key  ").never_says("email").never_says("signingKey");
}
