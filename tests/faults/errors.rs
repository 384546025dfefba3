//! Each system call that changes something fails: the disk is full, broken, over its quota or not writable.

use std::ffi::OsString;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::kills::{about_to_found, about_to_install};
use crate::sandbox::story::Outcome;
use crate::scene::{Copy, REVIEW, Scene, drafted, program, reviewed};
use crate::sides::Side;
use crate::strace::{Fault, Point, Sample, sampled};

const FULL: &str = "ENOSPC";

const OTHERS: [&str; 4] = ["EIO", "EROFS", "EACCES", "EDQUOT"];

/// What the system calls these errors.
const TEXTS: [&str; 5] = [
    "No space left on device",
    "Input/output error",
    "Read-only file system",
    "Permission denied",
    "Disk quota exceeded",
];

/// How many of the last calls every sample holds: those that follow the change of the ref, of which there are few.
const LAST: usize = 8;

/// Every point of a sample with a full disk, and with one of the other errors in turn: another one at each point, and at the next run
/// that tries the same point.
fn faults(points: &[Point], sample: Sample) -> Vec<(Point, Fault)> {
    sample.say();
    let mut all = Vec::new();
    let count = points.len();
    for (n, point) in points.iter().enumerate().filter(|(n, _)| sample.holds(*n, count) || n + LAST >= count) {
        let other = OTHERS[(n / sample.step + sample.seed / sample.step) % OTHERS.len()];
        all.extend([FULL, other].map(|error| (point.clone(), Fault::Error(error))));
    }
    all
}

/// Demands exit 0, or exit 5 with a text that says what failed. There is no third way, and never a panic.
fn told(outcome: &Outcome, point: &Point, fault: Fault) -> String {
    let told = format!("{fault:?} at {} number {}: {}", point.name, point.nth, point.line);
    assert!([0, 5].contains(&outcome.code), "{told}\n{outcome}");
    if outcome.code == 5 {
        assert!(TEXTS.iter().any(|text| outcome.stderr.contains(text)), "{told}\n{outcome}");
        assert!(outcome.stdout.is_empty(), "{told}\n{outcome}");
    }
    told
}

/// Demands that a failed append appended nothing, or says that it did, and that the next one works.
fn nothing_or_said(scene: &Scene, sample: Sample) {
    let before = scene.copy().events();
    let points = faults(&scene.points(), sample);
    let unsynced = AtomicUsize::new(0);
    scene.at_each(&points, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = told(&outcome, point, fault);
        let after = copy.events();
        if outcome.code == 0 {
            // Who is told 5 tries again, and would record it twice.
            assert_eq!(after, before + 1, "{told}\n{outcome}");
            let unsure = outcome.stderr.contains("it was written and stands");
            let lost = outcome.stderr.contains("ledger: standard output: ");
            let said = outcome.stderr.contains("done all the same: event");
            assert_eq!(unsure || lost, said, "{told}\n{outcome}");
            unsynced.fetch_add(usize::from(unsure), Ordering::Relaxed);
        } else {
            assert_eq!(after, before, "{told}\n{outcome}");
            copy.demand_next(before, &told);
        }
    });
    assert!(unsynced.into_inner() > 0, "no fault came after the append");
    println!("{:?}: {} faults", scene.words, points.len());
}

#[test]
fn an_append_that_fails_appends_nothing_or_says_that_it_did() {
    nothing_or_said(&Scene::new(drafted(), "raj", REVIEW), sampled(1, 1));
}

#[test]
fn an_append_with_evidence_that_fails_appends_nothing_or_says_that_it_did() {
    let story = drafted();
    let file = story.write_beside("shown.txt", "This shows it.\n");
    nothing_or_said(&Scene::new(story, "raj", &format!("{REVIEW} --evidence {}", file.display())), sampled(1, 1));
}

#[test]
fn a_seal_that_fails_is_not_there_or_says_that_it_is() {
    nothing_or_said(&Scene::new(reviewed(), "omar", "seal D-1"), sampled(3, 1));
}

#[test]
fn a_founding_that_fails_is_finished_by_the_same_command() {
    let scene = about_to_found();
    let points = faults(&scene.points(), sampled(2, 1));
    scene.at_each(&points, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = told(&outcome, point, fault);
        let events = copy.events();
        if outcome.code == 5 {
            let says = ["it was written and stands", "the ledger is founded but not named"];
            let said = says.iter().any(|text| outcome.stderr.contains(text));
            assert!(events == 0 || said, "{told}\n{outcome}");
            if outcome.stderr.contains("the ledger is founded and named") {
                assert_eq!(copy.again().code, 2, "{told}\n{outcome}");
            } else {
                copy.demand_next(0, &told);
            }
        }
        assert_eq!(copy.events(), 1, "{told}\n{outcome}");
    });
}

#[test]
fn an_installation_of_hooks_that_fails_is_finished_by_the_same_command() {
    for elsewhere in [false, true] {
        let scene = about_to_install(elsewhere);
        let points = faults(&scene.points(), sampled(8, 8));
        scene.at_each(&points, |copy, point, fault| {
            let outcome = copy.faulty(point, fault);
            let told = told(&outcome, point, fault);
            crate::kills::demand_hooks(copy, &told);
        });
    }
}

/// S2-051: a charter is adopted, or it is not.
#[test]
fn an_adoption_that_fails_is_not_there_or_says_that_it_is() {
    nothing_or_said(&crate::kills::about_to_adopt(), sampled(2, 1));
}

#[test]
fn a_sync_that_fails_is_finished_by_the_same_command() {
    let scene = crate::sharing::about_to_sign_again();
    let faults = faults(&scene.points(), sampled(4, 1));
    scene.at_each(&faults, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = told(&outcome, point, fault);
        copy.events();
        let again = copy.again();
        assert_eq!(again.code, 0, "{told}\n{outcome}\n{again}");
        crate::sharing::demand_signed_again(copy, &told);
    });
    println!("sync: {} faults", faults.len());
}

#[test]
fn a_clone_that_fails_is_made_by_the_same_command() {
    let scene = crate::sharing::about_to_clone(Side::Program);
    let faults = faults(&scene.points(), sampled(16, 1));
    scene.at_each(&faults, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = told(&outcome, point, fault);
        crate::sharing::demand_clone(copy, &format!("{told}\n{outcome}"));
    });
    println!("clone: {} faults", faults.len());
}

#[test]
fn a_bundle_whose_making_fails_is_there_whole_or_not_at_all() {
    let scene = crate::kills::about_to_bundle();
    let points = scene.points();
    let mut faults = faults(&points, sampled(12, 2));
    // What git is to pack begins with genesis. Where that cannot be said, git packs nothing and is content.
    let genesis = scene.story.repo.git(["rev-list", "--max-parents=0", "refs/ledger/main"]);
    let said = points.iter().find(|point| point.name == "write" && point.line.contains(&genesis[..32])).unwrap();
    faults.push((said.clone(), Fault::Error(FULL)));
    scene.at_each(&faults, |copy, point, fault| {
        let outcome = copy.faulty(point, fault);
        let told = told(&outcome, point, fault);
        crate::kills::demand_bundle(copy, &format!("{told}\n{outcome}"));
    });
    println!("bundle: {} faults", faults.len());
}

/// Runs a script of the shell on a copy, in which `D` is the copy and `LEDGER` the program, in a name space of its own for
/// mounts, so that nothing stays mounted.
pub(crate) fn in_own_mounts(copy: &Copy<'_>, who: &str, script: &str) -> Outcome {
    let own = std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
    let how = if own { "-m" } else { "-rm" };
    let words: Vec<OsString> = [how, "sh", "-ec", script].map(OsString::from).into();
    copy.call(who, Path::new("unshare"), &words).env("D", copy.path()).env("LEDGER", program()).run()
}

/// A file system that is really full: at first to the last page, then with two more pages free each time (an attempt that
/// fails leaves an object that nothing names, which takes one until git tidies up), until it is enough.
#[test]
fn a_full_disk_is_said_and_as_soon_as_there_is_space_the_command_works() {
    let scene = Scene::new(drafted(), "raj", REVIEW);
    let before = scene.copy().events();
    let copy = scene.copy();
    let script = format!(
        "T=$TMPDIR/full; mkdir $T; mount -t tmpfs -o size=4m none $T; cp -a $D/. $T; cd $T; mkdir fill
         n=0; while head -c 4096 /dev/zero > fill/$n 2>$TMPDIR/err; do n=$((n+1)); done
         code=5; free=0
         while test $code = 5 && test $free -lt 200; do
           code=0; $LEDGER {REVIEW} 2>$TMPDIR/err >$TMPDIR/out || code=$?
           echo \"run $code with $free pages free: $(cat $TMPDIR/err)\"
           git fsck --strict --no-dangling; echo \"events $(git rev-list --count refs/ledger/main)\"
           rm fill/$free fill/$((free + 1)); free=$((free + 2))
         done
         echo \"last $code\"; find .git -name '*.lock' -o -name '*.next' -o -name '*.new'; $LEDGER verify --format json"
    );
    let outcome = in_own_mounts(&copy, "raj", &script);
    assert_eq!(outcome.code, 0, "{outcome}");
    let runs: Vec<&str> = outcome.stdout.lines().filter(|line| line.starts_with("run ")).collect();
    println!("{}", runs.join("\n"));
    assert!(runs.len() > 1 && runs[..runs.len() - 1].iter().all(|run| run.contains("No space left")), "{outcome}");
    let events: Vec<&str> = outcome.stdout.lines().filter_map(|line| line.strip_prefix("events ")).collect();
    let (last, others) = events.split_last().unwrap();
    assert!(others.iter().all(|events| *events == before.to_string()), "{outcome}");
    assert_eq!(*last, (before + 1).to_string(), "{outcome}");
    assert!(outcome.stdout.contains("last 0\n{"), "{outcome}");
}

/// Where a limit on the size of files ends a write halfway, as a quota can.
#[test]
fn a_limit_on_the_size_of_files_is_said() {
    let scene = Scene::new(drafted(), "raj", REVIEW);
    let copy = scene.copy();
    let before = copy.events();
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {} {REVIEW}", program().display());
    let words: Vec<OsString> = ["-c", &script].map(OsString::from).into();
    let outcome = copy.call("raj", Path::new("sh"), &words).run();
    assert_eq!(outcome.code, 5, "{outcome}");
    assert!(outcome.stderr.contains("File too large"), "{outcome}");
    assert_eq!(copy.events(), before, "{outcome}");
    copy.demand_next(before, "after the limit");
}
