//! Locks: one that a living process holds is waited for and named, one that a dead process left is nobody's.

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use crate::scene::{REVIEW, Scene, drafted, program};
use crate::strace::{self, Fault};

fn scene() -> Scene {
    Scene::new(drafted(), "raj", REVIEW)
}

/// S2-011: one writer at a time; who comes second is told.
#[test]
fn a_lock_that_another_ledger_holds_is_waited_for_and_named() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let lock = File::open(copy.path().join(".git/ledger/lock")).unwrap();
    lock.lock().unwrap();
    let outcome = copy.again();
    assert_eq!(outcome.code, 5, "{outcome}");
    assert!(outcome.stderr.contains(".git/ledger/lock: another ledger command holds this lock"), "{outcome}");
    assert_eq!(copy.events(), before);
    assert_eq!(copy.ledger("status").code, 0, "who reads waits for nobody");
    drop(lock);
    copy.demand_next(before, "after the lock was given back");
}

#[test]
fn a_lock_of_gits_is_never_removed_even_where_a_writer_of_ours_died() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let lock = copy.path().join(".git/refs/ledger/main.lock");
    let own = copy.path().join(".git/ledger/pending/refs/ledger/main.next");
    // The same bytes as ours, and yet another file.
    for content in ["", "0123456789012345678901234567890123456789\n"] {
        fs::write(&lock, content).unwrap();
        fs::create_dir_all(own.parent().unwrap()).unwrap();
        fs::write(&own, content).unwrap();
        let outcome = copy.again();
        assert_eq!(outcome.code, 5, "{outcome}");
        assert!(outcome.stderr.contains("refs/ledger/main.lock: git holds this lock"), "{outcome}");
        assert_eq!(fs::read_to_string(&lock).unwrap(), content, "{outcome}");
        assert_eq!(copy.events(), before);
    }
    fs::remove_file(lock).unwrap();
    copy.demand_next(before, "after the lock was removed");
}

/// A writer that only stands still has everything that a dead one leaves, and its lock is not touched.
#[test]
fn a_writer_that_stands_still_under_its_lock_keeps_it() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let point =
        scene.points().into_iter().find(|point| point.name.starts_with("link") && point.line.contains("main.lock"));
    let mut words = strace::injecting(&point.unwrap(), Fault::Stop);
    words.extend(["-qq", "-o", "/dev/null", "--"].map(Into::into));
    words.push(program().into());
    words.extend(scene.words.iter().cloned());
    let mut command = copy.call("raj", Path::new("strace"), &words).command();
    let mut first = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lock = copy.path().join(".git/refs/ledger/main.lock");
    while !lock.exists() {
        assert!(first.try_wait().unwrap().is_none(), "it ended without a lock");
        std::thread::yield_now();
    }
    let second = copy.again();
    assert_eq!(second.code, 5, "{second}");
    assert!(second.stderr.contains(".git/ledger/lock"), "{second}");
    assert!(lock.exists());
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", first.id())).unwrap();
    let go_on = copy.run("kill", &format!("-CONT {}", children.trim()));
    assert_eq!(go_on.code, 0, "{go_on}");
    assert!(first.wait().unwrap().success());
    assert_eq!(copy.events(), before + 1);
    copy.demand_next(before + 1, "after the first went on");
}

/// Where files have one name only, a lock looks like git's own.
#[test]
fn a_file_system_without_hard_links_will_do() {
    let scene = scene();
    let copy = scene.copy();
    let before = copy.events();
    let point =
        scene.points().into_iter().find(|point| point.name.starts_with("link") && point.line.contains("main.lock"));
    let outcome = copy.faulty(&point.unwrap(), Fault::Error("EPERM"));
    assert_eq!(outcome.code, 0, "{outcome}");
    assert_eq!(copy.events(), before + 1);
    copy.demand_tidy();
    copy.demand_next(before + 1, "after the first");
}
