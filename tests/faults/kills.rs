//! The program is killed before each system call that changes something; so it is also killed after each.

use std::fs;

use crate::sandbox::story::{Outcome, Story};
use crate::scene::{CHARTER, Copy, REVIEW, Scene, drafted, program, reviewed, words};
use crate::strace::{Fault, Point, Sample, sampled};

/// Kills the command at each point of a sample.
pub(crate) fn kill_at_each(scene: &Scene, sample: Sample, check: impl Fn(&Copy<'_>, &Outcome, &str) + Sync) {
    let all = scene.points();
    let points = sample.of(all.iter().map(|point| (point.clone(), Fault::Kill)).collect());
    scene.at_each(&points, |copy, point, fault| {
        let killed = copy.faulty(point, fault);
        if killed.code == 0 && point.name == "mkdir" {
            return;
        }
        assert_ne!(killed.code, 0, "nothing was killed at {point:?}\n{killed}");
        assert_eq!(fs::read_dir(copy.temporary()).unwrap().count(), 0, "a temporary file is left behind: {point:?}");
        check(copy, &killed, &format!("killed before {} number {}: {}", point.name, point.nth, point.line));
    });
    println!("{:?}: killed at {} of {} calls", scene.words, points.len(), all.len());
}

/// Demands that the event is there whole or not at all, and that the next command needs no help.
fn whole_or_not(scene: &Scene) {
    let before = scene.copy().events();
    kill_at_each(scene, Sample::ALL, |copy, killed, told| {
        let after = copy.events();
        assert!(after == before || after == before + 1, "{told}: {before} events, then {after}");
        // What was acknowledged is there.
        assert!(killed.stdout.is_empty() || after == before + 1, "{told}\n{killed}");
        if after == before {
            copy.demand_next(before, told);
        } else {
            // The event stands; saying it again is one more event, or refused by a rule, and never a matter of locks.
            let again = copy.again();
            assert!([0, 1].contains(&again.code), "{told}\n{again}");
            assert_eq!(copy.events(), after + usize::from(again.code == 0), "{told}\n{again}");
            let next = copy.call("lena", program(), &words("attest D-1 seen")).run();
            assert_eq!(next.code, 0, "{told}\n{next}");
            copy.demand_tidy();
        }
    });
}

/// S2-006, S2-034: crash-safe; the ref is the journal.
#[test]
fn an_append_that_is_killed_is_there_whole_or_not_at_all() {
    whole_or_not(&Scene::new(drafted(), "raj", REVIEW));
}

#[test]
fn an_append_with_evidence_that_is_killed_is_there_whole_or_not_at_all() {
    let story = drafted();
    let file = story.write_beside("shown.txt", "This shows it.\n");
    whole_or_not(&Scene::new(story, "raj", &format!("{REVIEW} --evidence {}", file.display())));
}

#[test]
fn a_seal_that_is_killed_is_there_whole_or_not_at_all() {
    whole_or_not(&Scene::new(reviewed(), "omar", "seal D-1"));
}

#[test]
fn a_signature_that_is_killed_is_there_whole_or_not_at_all() {
    let story = reviewed();
    let proposal = story.ledger("seal D-1").as_("omar").json().ok().text("event.id");
    whole_or_not(&Scene::new(story, "ines", &format!("cosign {proposal}")));
}

/// A repository in which lena is about to found.
pub(crate) fn about_to_found() -> Scene {
    let story = Story::new();
    story.person("lena");
    let charter = story.write_beside("charter.toml", CHARTER);
    story.commit_file("lena", "README.md", "A repository.\n");
    let key = story.key("lena");
    let line = format!("init --charter {} --actor lena --key {}", charter.display(), key.display());
    Scene::new(story, "lena", &line)
}

#[test]
fn a_founding_that_is_killed_is_finished_by_the_same_command() {
    let scene = about_to_found();
    kill_at_each(&scene, Sample::ALL, |copy, _, told| {
        let begun = copy.events();
        let again = copy.again();
        let done = again.code == 2 && again.stderr.contains("has a ledger already") && begun == 1;
        assert!(again.code == 0 || done, "{told}\n{again}");
        assert_eq!(copy.events(), 1, "{told}");
        let trust = copy.ledger("trust");
        assert!(trust.stdout.contains(".ledger") && trust.stdout.contains("git config"), "{told}\n{trust}");
        copy.demand_tidy();
    });
}

/// Whatever git runs now as `pre-commit`, once each: the hook that was there before, and ours.
pub(crate) fn demand_hooks(copy: &Copy<'_>, told: &str) {
    let again = copy.again();
    assert_eq!(again.code, 0, "{told}\n{again}");
    let status = copy.ledger("hooks status --format json");
    for hook in status.get("hooks").as_list().unwrap() {
        let state = hook.get("state").and_then(|state| state.as_text().map(str::to_owned));
        assert_eq!(state.as_deref(), Some("installed"), "{told}\n{status}");
    }
    fs::write(copy.path().join("x"), "x").unwrap();
    copy.run("git", "add x");
    let commit = copy.run("git", "commit -q -m x");
    assert_eq!(commit.code, 0, "{told}\n{commit}");
    let ran = fs::read_to_string(copy.path().join(".git/ran")).unwrap_or_default();
    assert_eq!(ran, "before\n", "{told}\n{commit}");
    copy.demand_tidy();
}

/// Installs hooks beside one that was there.
pub(crate) fn about_to_install(elsewhere: bool) -> Scene {
    let story = drafted();
    let dir = if elsewhere { ".git/my-hooks" } else { ".git/hooks" };
    let hook = story.repo.path().join(dir).join("pre-commit");
    crate::sandbox::script(&hook, "#!/bin/sh\necho before >> \"$(git rev-parse --git-common-dir)/ran\"\n");
    if elsewhere {
        story.repo.git(["config", "core.hooksPath", ".git/my-hooks"]);
    }
    Scene { appends: false, ..Scene::new(story, "lena", "hooks install") }
}

#[test]
fn an_installation_of_hooks_that_is_killed_is_finished_by_the_same_command() {
    kill_at_each(&about_to_install(false), sampled(3, 3), |copy, _, told| demand_hooks(copy, told));
}

#[test]
fn an_installation_of_hooks_elsewhere_that_is_killed_is_finished_by_the_same_command() {
    kill_at_each(&about_to_install(true), sampled(3, 3), |copy, _, told| demand_hooks(copy, told));
}

/// Git writes the settings for us. Killed together with it, as when the machine dies, we leave no lock at the settings.
#[test]
fn settings_that_git_was_writing_when_everything_died_are_written_by_the_same_command() {
    let scene = about_to_install(true);
    let shim = scene.story.beside.path().join("shim");
    let git = "/usr/bin/env -u SHIM PATH=${PATH#*:} git";
    crate::sandbox::script(
        &shim.join("git"),
        &format!(
            "#!/bin/sh\ncase \"$*\" in *'config --file'*) ;; *) exec {git} \"$@\";; esac\n\
             strace -f -qq -o /dev/null -e trace=$SHIM -e inject=$SHIM:signal=KILL:when=1 -- {git} \"$@\"\n\
             code=$?; test $code != 137 || kill -9 $PPID; exit $code\n"
        ),
    );
    let path = format!("{}:{}", shim.display(), std::env::var("PATH").unwrap());
    for call in ["write", "chmod", "rename"] {
        let copy = scene.copy();
        let call_of = copy.call("lena", program(), &scene.words).env("PATH", &path).env("SHIM", call);
        let killed = call_of.run();
        assert_eq!(killed.code, -1, "git makes no call of {call}\n{killed}");
        assert!(call == "write" || copy.path().join(".git/ledger/config.copy.lock").exists(), "{call}");
        demand_hooks(&copy, call);
    }
}

/// S2-076: the ref, its evidence and what a killed writer left are mended by whichever run comes to its end.
#[test]
fn a_mending_that_is_killed_is_finished_by_the_same_command() {
    let story = reviewed();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    let git = story.repo.path().join(".git");
    let tip = story.tip();
    story.git("update-ref -d refs/ledger-evidence/main").ok();
    fs::remove_file(git.join("refs/ledger/main")).unwrap();
    fs::create_dir_all(git.join("ledger/pending/refs/ledger")).unwrap();
    fs::write(git.join("ledger/pending/refs/ledger/main.next"), "").unwrap();
    let scene = Scene { appends: false, ..Scene::new(story, "lena", "doctor --mend") };
    kill_at_each(&scene, Sample::ALL, |copy, _, told| {
        let again = copy.again();
        assert_eq!(again.code, 0, "{told}\n{again}");
        assert_eq!(copy.run("git", "rev-parse refs/ledger/main").stdout.trim(), tip, "{told}");
        assert!(copy.events() > 0, "{told}");
        copy.demand_tidy();
    });
}

/// Lena, who is the authority, is about to adopt a charter.
pub(crate) fn about_to_adopt() -> Scene {
    let story = drafted();
    let charter =
        story.write_beside("next.toml", &CHARTER.replacen("semantics = 1", "semantics = 1\ntitle = \"Next\"", 1));
    Scene::new(story, "lena", &format!("charter adopt {}", charter.display()))
}

#[test]
fn an_adoption_that_is_killed_is_there_whole_or_not_at_all() {
    whole_or_not(&about_to_adopt());
}

/// Lena is about to make a bundle of a ledger that has a sealed file.
pub(crate) fn about_to_bundle() -> Scene {
    let story = reviewed();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    Scene { appends: false, ..Scene::new(story, "lena", "bundle create audit.bundle") }
}

/// Demands of a bundle that it is whole, where it is there, and that it can be made.
pub(crate) fn demand_bundle(copy: &Copy<'_>, told: &str) {
    let genesis = copy.run("git", "config ledger.genesis").stdout;
    let verify = format!("bundle verify audit.bundle --genesis {}", genesis.trim());
    if copy.path().join("audit.bundle").exists() {
        assert_eq!(copy.ledger(&verify).code, 0, "{told}");
    }
    let again = copy.ledger("bundle create --force audit.bundle");
    assert_eq!(again.code, 0, "{told}\n{again}");
    assert_eq!(copy.ledger(&verify).code, 0, "{told}");
}

/// The file has its name once it is whole and was verified.
#[test]
fn a_bundle_whose_making_is_killed_is_there_whole_or_not_at_all() {
    let scene = about_to_bundle();
    let points = scene.points().into_iter().map(|point| (point, Fault::Kill));
    let points: Vec<(Point, Fault)> = sampled(6, 2).of(points.collect());
    scene.at_each(&points, |copy, point, fault| {
        let killed = copy.faulty(point, fault);
        assert_ne!(killed.code, 0, "nothing was killed at {point:?}\n{killed}");
        demand_bundle(copy, &format!("{point:?}"));
    });
}
