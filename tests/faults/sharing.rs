//! A sync that is killed before each system call that changes something: the same command goes on, and nothing is lost or there twice.

use std::fs;

use crate::kills::kill_at_each;
use crate::sandbox::story::Story;
use crate::scene::{Copy, REVIEW, Scene, drafted};
use crate::sides::{self, Side};
use crate::strace::{Fault, Point, Sample, sampled};

/// Where the server lies, as seen from the work tree: within the repository, so that a copy has one of its own.
const SERVER: &str = ".git/server.git";

/// Lena has shared her ledger, and gone on from there: with `theirs` on the server, and back to before it here.
fn shared(theirs: &[&str]) -> Story {
    let story = drafted();
    story.git(["init", "-q", "--bare", "-b", "main", SERVER]).ok();
    story.git(["remote", "add", "origin", SERVER]).ok();
    story.ledger("sync").ok();
    let tip = story.tip();
    for line in theirs {
        story.ledger(*line).ok();
    }
    story.ledger("sync").ok();
    story.git(["update-ref", "refs/ledger/main", &tip]).ok();
    story.git(["update-ref", "refs/ledger-remote/origin/main", &tip]).ok();
    story.git("update-ref -d refs/ledger-evidence/main").run();
    story
}

fn tip(copy: &Copy<'_>, dir: &str) -> String {
    copy.run("git", &format!("-C {dir} rev-parse refs/ledger/main")).stdout
}

/// Demands that both sides have the same ledger, with these events at its end, and that nothing lies about.
fn demand_shared(copy: &Copy<'_>, newest: &[&str], told: &str) {
    demand_same(copy, newest, told);
    copy.events();
    copy.demand_tidy();
}

fn demand_same(copy: &Copy<'_>, newest: &[&str], told: &str) {
    assert_eq!(tip(copy, "."), tip(copy, SERVER), "{told}");
    let log = copy.run("git", &format!("log -{} --reverse --format=%s refs/ledger/main", newest.len())).stdout;
    assert_eq!(log.lines().collect::<Vec<_>>(), newest, "{told}");
    let evidence = |dir: &str| copy.run("git", &format!("-C {dir} rev-parse refs/ledger-evidence/main")).stdout;
    assert_eq!(evidence("."), evidence(SERVER), "{told}");
}

/// Raj's review, with evidence, is to be signed again after lena's block.
pub(crate) fn about_to_sign_again() -> Scene {
    let story = shared(&["block D-1 HOLD --because unclear --reason why --field questions=a"]);
    let file = story.write_beside("shown.txt", "This shows it.\n");
    story.ledger(&format!("{REVIEW} --evidence {}", file.display())).as_("raj").ok();
    Scene { appends: false, ..Scene::new(story, "raj", "sync") }
}

pub(crate) fn demand_signed_again(copy: &Copy<'_>, told: &str) {
    demand_shared(copy, &["blocked D-1 HOLD", "attested D-1 review=approve"], told);
}

/// S2-018, S2-019, S2-051
#[test]
fn a_sync_that_signs_again_is_finished_by_the_same_command() {
    kill_at_each(&about_to_sign_again(), Sample::ALL, |copy, _, told| {
        copy.events();
        let again = copy.again();
        assert_eq!(again.code, 0, "{told}\n{again}");
        demand_signed_again(copy, told);
    });
}

/// A move of D-1 that lena's block refuses by now.
fn refused() -> Story {
    let story = shared(&["block D-1 HOLD --because unclear --reason why --field questions=a"]);
    story.ledger("move D-1 draft --because rework").as_("mira").ok();
    story
}

/// Demands that an abort brings back what was there before the sync.
fn demand_abort(copy: &Copy<'_>, before: &str, told: &str) {
    let aborted = copy.ledger("sync --abort");
    assert_eq!(aborted.code, 0, "{told}\n{aborted}");
    assert_eq!(tip(copy, "."), before, "{told}");
    copy.events();
    copy.demand_tidy();
}

#[test]
fn an_event_that_is_kept_aside_is_not_lost_when_the_sync_is_killed() {
    let scene = Scene { appends: false, ..Scene::new(refused(), "mira", "sync") };
    let before = tip(&scene.copy(), ".");
    kill_at_each(&scene, Sample::ALL, |copy, _, told| {
        copy.events();
        let again = copy.again();
        // Either nothing had happened yet, or what was kept aside is said to be.
        assert!([1, 2].contains(&again.code) && again.stdout.len() + again.stderr.len() > 0, "{told}\n{again}");
        demand_abort(copy, &before, told);
    });
}

#[test]
fn an_abort_that_is_killed_is_finished_by_the_same_command() {
    let story = refused();
    let before = story.tip() + "\n";
    story.ledger("sync").as_("mira").exits(1);
    let scene = Scene { appends: false, ..Scene::new(story, "mira", "sync --abort") };
    kill_at_each(&scene, Sample::ALL, |copy, _, told| {
        if tip(copy, ".") == before {
            let again = copy.again();
            assert!([0, 2].contains(&again.code), "{told}\n{again}");
        } else {
            demand_abort(copy, &before, told);
        }
        assert_eq!(tip(copy, "."), before, "{told}");
    });
}

#[test]
fn what_was_kept_aside_goes_along_once_when_going_on_is_killed() {
    let story = refused();
    story.ledger("sync").as_("mira").exits(1);
    story.ledger("unblock D-1 HOLD --reason answered").ok();
    let scene = Scene { appends: false, ..Scene::new(story, "mira", "sync --continue") };
    kill_at_each(&scene, sampled(2, 1), |copy, _, told| {
        copy.events();
        let again = copy.again();
        // Where only the note of what was aside had gone, there is nothing to go on with.
        assert!([0, 2].contains(&again.code), "{told}\n{again}");
        demand_shared(copy, &["blocked D-1 HOLD", "unblocked D-1 HOLD", "moved D-1 draft"], told);
    });
}

#[test]
fn a_first_sync_that_is_killed_is_finished_by_the_same_command() {
    let story = drafted();
    story.git(["init", "-q", "--bare", "-b", "main", SERVER]).ok();
    story.git(["remote", "add", "origin", SERVER]).ok();
    let scene = Scene { appends: false, ..Scene::new(story, "lena", "sync") };
    kill_at_each(&scene, Sample::ALL, |copy, _, told| {
        let again = copy.again();
        assert_eq!(again.code, 0, "{told}\n{again}");
        assert_eq!(tip(copy, "."), tip(copy, SERVER), "{told}");
        copy.demand_tidy();
    });
}

/// Raj has a review to share, with evidence, through a server that guards.
fn guarded() -> Story {
    let story = drafted();
    story.git(["init", "-q", "--bare", "-b", "main", SERVER]).ok();
    story.git(["remote", "add", "origin", SERVER]).ok();
    story.git("push -q origin main").ok();
    story.ledger("sync").ok();
    story.ledger("hooks install --server").in_(&story.repo.path().join(SERVER)).ok();
    sides::put_shims(&story, SERVER);
    let file = story.write_beside("shown.txt", "This shows it.\n");
    story.ledger(&format!("{REVIEW} --evidence {}", file.display())).as_("raj").ok();
    story
}

const REVIEWED: &[&str] = &["attested D-1 review=approve"];

/// What a process does that gets no further, or whose disk is full or broken.
fn faults(points: &[Point], sample: Sample) -> Vec<(Point, Fault)> {
    let all = [Fault::Kill, Fault::Error("ENOSPC"), Fault::Error("EIO")];
    let each = points.iter().flat_map(|point| all.map(|fault| (point.clone(), fault)));
    sample.of(each.collect())
}

/// Demands of a server, and of the clone, that nothing is wrong with what they hold.
fn demand_valid(copy: &Copy<'_>, told: &str) {
    copy.events();
    let fsck = copy.run("git", &format!("-C {SERVER} fsck --strict --no-dangling"));
    assert_eq!(fsck.code, 0, "{told}\n{fsck}");
    // What is here was found valid, and what was there before is the event before.
    let there = tip(copy, SERVER);
    let before = copy.run("git", "rev-parse refs/ledger/main~1").stdout;
    assert!([before, tip(copy, ".")].contains(&there), "{told}\nthe server is at {there}");
}

/// Returns the locks of refs that lie about on the server.
fn locks(copy: &Copy<'_>) -> Vec<&'static str> {
    let all = ["refs/ledger/main.lock", "refs/ledger-evidence/main.lock"];
    all.into_iter().filter(|lock| copy.path().join(SERVER).join(lock).exists()).collect()
}

/// Puts faults in a process that a sync of raj's review starts, and demands that the same command finishes it.
fn faults_of_what_is_started(story: Story, line: &'static str, sample: Sample) {
    let scene = Scene { appends: false, side: Side::Started(line), ..Scene::new(story, "raj", "sync") };
    let points = scene.points();
    assert!(!points.is_empty(), "{line} changes nothing");
    let faults = faults(&points, sample);
    scene.at_each(&faults, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = format!("{line}: {fault:?} at {} number {}: {}\n{outcome}", point.name, point.nth, point.line);
        // Only the guard says no; what breaks down beside it is no refusal.
        let guard = line.contains("--server");
        assert!([0, 5].contains(&outcome.code) || (outcome.code == 1 && guard), "{told}");
        demand_valid(copy, &told);
        if outcome.code == 0 {
            demand_same(copy, REVIEWED, &told);
        }
        let mut again = copy.again();
        if locks(copy).iter().any(|lock| again.stderr.contains(&format!("{lock}': File exists"))) {
            // Git takes no lock away that it left when it was killed; the command says which file it is.
            assert!(line == "receive-pack" && fault == Fault::Kill && again.code == 5, "{told}\n{again}");
            for lock in locks(copy) {
                fs::remove_file(copy.path().join(SERVER).join(lock)).unwrap();
            }
            again = copy.again();
        }
        assert_eq!(again.code, 0, "{told}\n{again}");
        demand_same(copy, REVIEWED, &told);
    });
    println!("{line}: {} faults at {} calls", faults.len(), points.len());
}

/// S2-051: the guard that is killed, or cannot write, lets nothing through that it has not judged.
#[test]
fn a_push_whose_judgement_fails_is_made_again_by_the_same_command() {
    faults_of_what_is_started(guarded(), "--server pre-receive", sampled(3, 1));
}

#[test]
fn a_push_whose_second_look_fails_is_made_again_by_the_same_command() {
    let story = guarded();
    // What was judged cannot be remembered there, and so it is judged again.
    fs::create_dir_all(story.repo.path().join(SERVER).join("ledger/judged")).unwrap();
    faults_of_what_is_started(story, "--server reference-transaction prepared", sampled(3, 1));
}

#[test]
fn a_push_that_was_taken_and_not_pinned_is_taken() {
    let story = guarded();
    // As on a server that was guarded before it had a ledger: the first one that it takes is pinned.
    let config = story.repo.path().join(SERVER).join("config");
    story.git(["config", "--file"]).arg(&config).arg("--unset").arg("ledger.genesis").ok();
    faults_of_what_is_started(story, "--server reference-transaction committed", sampled(3, 1));
}

#[test]
fn a_push_of_which_the_server_cannot_keep_the_objects_is_made_again_by_the_same_command() {
    faults_of_what_is_started(guarded(), "unpack-objects", sampled(5, 2));
}

#[test]
fn a_push_that_the_server_stops_receiving_is_made_again_by_the_same_command() {
    faults_of_what_is_started(guarded(), "receive-pack", sampled(5, 2));
}

#[test]
fn a_push_that_git_stops_making_is_made_again_by_the_same_command() {
    faults_of_what_is_started(guarded(), "push", sampled(4, 1));
}

/// Raj is about to clone, beside the repository.
pub(crate) fn about_to_clone(side: Side) -> Scene {
    let story = guarded();
    story.ledger("sync").as_("raj").ok();
    let line = format!("clone {SERVER} ../new");
    Scene { appends: false, side, ..Scene::new(story, "raj", &line) }
}

/// Demands of a clone that it is whole, where it is there, and else that it can be made.
pub(crate) fn demand_clone(copy: &Copy<'_>, told: &str) {
    let again = copy.again();
    if again.code == 0 {
        assert_eq!(copy.again().code, 5, "{told}");
    } else {
        assert!(again.code == 5 && again.stderr.contains("it already exists"), "{told}\n{again}");
    }
    assert_eq!(tip(copy, "../new"), tip(copy, SERVER), "{told}\n{again}");
    for line in ["git -C ../new fsck --strict --no-dangling", "git -C ../new diff --quiet HEAD"] {
        let fine = copy.run("git", line.strip_prefix("git ").unwrap());
        assert_eq!(fine.code, 0, "{told}\n{fine}");
    }
    let doctor = copy.ledger("-C ../new doctor");
    assert!(doctor.code == 0 && doctor.stdout.contains("installed in"), "{told}\n{doctor}");
    let beside = fs::read_dir(copy.path().join("..")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = beside.filter(|name| name.to_string_lossy().ends_with(".cloning")).collect();
    assert!(left.is_empty(), "{told}\nleft behind: {left:?}");
}

/// M0-010
#[test]
fn a_clone_that_is_killed_is_made_by_the_same_command() {
    kill_at_each(&about_to_clone(Side::Program), sampled(8, 1), |copy, _, told| demand_clone(copy, told));
}

#[test]
fn a_clone_of_which_git_stops_is_made_by_the_same_command() {
    let scene = about_to_clone(Side::Started("clone"));
    let points = scene.points();
    let faults = faults(&points, sampled(40, 12));
    scene.at_each(&faults, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = format!("{fault:?} at {} number {}: {}\n{outcome}", point.name, point.nth, point.line);
        assert!([0, 5].contains(&outcome.code), "{told}");
        demand_clone(copy, &told);
    });
    println!("git clone: {} faults at {} calls", faults.len(), points.len());
}
