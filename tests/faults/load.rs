//! Four clones of one guarded server write and share at once: what was acknowledged is there once, and nobody starves.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread;

use govledger::domain::value::Value;

use crate::sandbox::git_in;
use crate::sandbox::story::Story;
use crate::scene::CHARTER;

const WRITERS: [&str; 4] = ["mira", "dora", "nils", "ruth"];

/// How many events each writes: fifty in continuous integration, which sets `CI`, else as many as a person waits for.
fn each() -> usize {
    if std::env::var_os("CI").is_some() { 50 } else { 8 }
}

/// All at one moment, since events follow each other in time.
const MOMENT: &str = "2026-01-11T09:00:00Z";

/// What one writer met.
#[derive(Debug, Default)]
struct Told {
    /// The ids of the events whose sync succeeded.
    shared: Vec<String>,
    /// How many pushes were made.
    pushes: usize,
    /// How often the command said that others were faster all the time.
    given_up: usize,
}

/// S2-011, S2-017, S2-051: nothing is lost, nothing is there twice, in whatever order they come.
#[test]
fn of_four_clones_of_one_server_each_shares_all_it_writes() {
    let people = WRITERS.map(|name| (name, "human", "drafter", ""));
    let story = Story::founded(CHARTER, &people);
    let server = story.beside.path().join("server.git");
    story.git(["init", "-q", "--bare", "-b", "main"]).arg(&server).ok();
    story.ledger("hooks install --server").in_(&server).ok();
    story.git(["remote", "add", "origin"]).arg(format!("file://{}", server.display())).ok();
    story.git("push -q origin main").ok();
    story.ledger("sync").ok();
    let at = |name: &str| -> PathBuf { story.beside.path().join("at").join(name) };
    for name in WRITERS {
        let url = format!("file://{}", server.display());
        story.ledger(["clone".as_ref(), url.as_ref(), at(name).as_os_str()]).as_(name).ok();
    }
    let count = |dir: &PathBuf| git_in(dir, ["rev-list", "--count", "refs/ledger/main"]).parse::<usize>().unwrap();
    let (before, each) = (count(&server), each());
    let ids = || -> Vec<String> {
        let text = git_in(&server, ["log", "--format=%b", "refs/ledger/main"]);
        let events = text.lines().filter(|line| !line.is_empty()).map(|line| Value::parse(line).unwrap());
        events.map(|event| event.get("id").and_then(Value::as_text).unwrap().to_owned()).collect()
    };
    let write = |writer: usize| {
        let name = WRITERS[writer];
        let (dir, trace) = (at(name), story.beside.path().join(format!("{name}.trace")));
        let call = |line: &str| story.ledger(line).as_(name).in_(&dir).at(MOMENT).json().env("GIT_TRACE", &trace).run();
        let mut told = Told::default();
        for n in 1..=each {
            let declared = call(&format!("declare D-{writer}{n:03} --kind document"));
            assert_eq!(declared.code, 0, "{declared}");
            let id = declared.text("event.id");
            loop {
                let synced = call("sync");
                let there = ids().contains(&id);
                assert_eq!(synced.code == 0, there, "what is acknowledged is there, and nothing else is\n{synced}");
                if synced.code == 0 {
                    break;
                }
                assert!(synced.code == 5 && synced.stdout.contains("store.lost-race"), "{synced}");
                told.given_up += 1;
            }
            told.shared.push(id);
        }
        let trace = std::fs::read_to_string(trace).unwrap();
        told.pushes = trace.lines().filter(|line| line.contains("built-in: git push ")).count();
        told
    };
    let write = &write;
    let all: Vec<(&str, Told)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS.len()).map(|n| scope.spawn(move || write(n))).collect();
        WRITERS.into_iter().zip(writers).map(|(name, writer)| (name, writer.join().unwrap())).collect()
    });
    for (name, told) in &all {
        let retries = told.pushes - told.shared.len();
        println!("{name}: {} events shared, {retries} retries, gave up {} times", told.shared.len(), told.given_up);
    }
    let listed = ids();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "no event is there twice");
    let shared: BTreeSet<&String> = all.iter().flat_map(|(_, told)| &told.shared).collect();
    assert_eq!(shared.len(), WRITERS.len() * each, "one acknowledgement each");
    assert!(shared.is_subset(&once), "what was acknowledged is there");
    assert_eq!(count(&server), before + WRITERS.len() * each);
    story.ledger("verify").in_(&server).ok();
    for name in WRITERS {
        story.ledger("sync").as_(name).in_(&at(name)).at(MOMENT).ok();
        assert_eq!(count(&at(name)), count(&server));
    }
}
