//! Eight writers of one ledger: what was acknowledged is there once, and nobody starves.

use std::collections::BTreeSet;
use std::thread;

use crate::scene::{Scene, drafted, program, words};

const WRITERS: usize = 8;

/// How many events each writes: a hundred in continuous integration, which sets `CI`, else as many as a person waits for.
fn each() -> usize {
    if std::env::var_os("CI").is_some() { 100 } else { 20 }
}

/// S2-006, S2-011: nothing is lost, nothing is there twice, in whatever order they come.
#[test]
fn of_eight_writers_each_appends_all_it_wants() {
    let scene = Scene::new(drafted(), "mira", "status");
    let copy = scene.copy();
    let before = copy.events();
    let each = each();
    // All at one moment, since events follow each other in time.
    let declare = |writer: usize, n: usize| {
        let line = format!("declare D-{writer}{n:03} --kind document --format json");
        let told = copy.call("mira", program(), &words(&line)).at("2026-01-11T09:00:00Z").run();
        assert_eq!(told.code, 0, "{told}");
        told.text("event.commit")
    };
    let declare = &declare;
    let told: Vec<String> = thread::scope(|scope| {
        let writer = |writer| scope.spawn(move || (1..=each).map(|n| declare(writer, n)).collect::<Vec<_>>());
        let writers: Vec<_> = (1..=WRITERS).map(writer).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(copy.events(), before + WRITERS * each);
    let chain = copy.run("git", "rev-list refs/ledger/main").stdout;
    let chain: BTreeSet<&str> = chain.lines().collect();
    let acknowledged: BTreeSet<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(acknowledged.len(), WRITERS * each, "one acknowledgement each");
    assert!(acknowledged.is_subset(&chain), "what was acknowledged is on the ledger");
    // Who lost a race had written a commit for nothing.
    let objects = copy.run("git", "cat-file --batch-all-objects --batch-check=%(objecttype)").stdout;
    let reachable = copy.run("git", "rev-list --count --all").stdout;
    let commits = objects.lines().filter(|kind| *kind == "commit").count();
    let lost = commits - reachable.trim().parse::<usize>().unwrap();
    println!("{} events by {WRITERS} writers, {lost} races lost and run again", WRITERS * each);
    copy.demand_tidy();
}
