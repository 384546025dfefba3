//! How much of a history is read to tell whether a waiver is needed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;
use crate::domain::charter::ActorType;
use crate::domain::judge::tests::waivers::waive;
use crate::domain::judge::tests::world::{World, item};
use crate::domain::value::Value;
use crate::git::objects::work;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "CX-710"
authority = "lead"
[roles]
lead = "human"
[kinds.packet]
id     = 'WP-[0-9]+'
states = ["open"]
fields = { files = "globs" }
scope  = { inside = "files", trailer = "Packet" }
moves  = ["new -> open by lead"]
[scopes]
code = ["src/**"]
[commits]
signed = { touching = "code", signed = true }
[waivers.late]
covers = ["signed"]
by     = "2 lead"
"#;

fn git(place: &Path, args: &[&str], input: &str) {
    let mut command = Command::new("git");
    command.current_dir(place).args(args).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// Makes a history of so many commits that nobody signed, of which one serves a packet: the one so many before the last.
fn history(place: &Path, commits: usize, before_last: usize) -> (Repo, Oid) {
    git(place, &["init", "-q", "."], "");
    let mut stream = String::new();
    for n in 0..commits {
        let message = if n + before_last + 1 == commits { "m\n\nPacket: WP-1\n" } else { "m\n" };
        let date = 1_700_000_000 + n;
        writeln!(stream, "commit refs/heads/main\ncommitter A <a@example.org> {date} +0000").unwrap();
        writeln!(stream, "data {}\n{message}", message.len()).unwrap();
        writeln!(stream, "M 100644 inline src/{n}.rs\ndata 1\nx\n").unwrap();
    }
    git(place, &["fast-import", "--quiet", "--date-format=raw"], &stream);
    let repo = Repo::open(place).unwrap();
    let tip = git2::Repository::open(place).unwrap().refname_to_id("refs/heads/main").unwrap();
    (repo, tip)
}

/// Of a history of so many commits: what is known of the waiver, and how many objects were read for it.
fn looked_through(
    world: &World,
    (commits, before_last): (usize, usize),
    most: Option<u16>,
) -> (BTreeMap<String, bool>, usize) {
    let place = tempfile::TempDir::new().unwrap();
    let (repo, tip) = history(place.path(), commits, before_last);
    let before = work::read();
    let known =
        waivers_needed(&repo, &world.state, (tip, world.view().as_of), |id, _| *id == item("WP-1"), most).unwrap();
    (known, work::read() - before)
}

fn world(waived: bool) -> World {
    let mut world = World::under(CHARTER);
    world.enroll("lena", ActorType::Human, None, &["lead"]);
    world.declare("WP-1", "packet", "open");
    world.field("WP-1", "files", Value::list(["src/**"]));
    if waived {
        waive(&mut world, "WP-1", "signed", "phase-end");
    }
    world
}

/// What everybody asks every day reads no more of a long history than of a short one: the newest commits, and of those no more
/// than it takes to know.
#[test]
fn whether_a_waiver_is_needed_costs_the_newest_commits_and_not_the_history() {
    let world = world(true);
    let told = |known: &BTreeMap<String, bool>| known.values().copied().collect::<Vec<bool>>();
    let [short, long] = [100, 1000].map(|commits| looked_through(&world, (commits, 0), Some(50)));
    assert_eq!((told(&short.0), told(&long.0)), (vec![true], vec![true]));
    assert_eq!(short.1, long.1, "the newest commit needs it, and nothing else is asked");
    assert!(long.1 < 20, "{}", long.1);
    // Nothing that was looked at needs it: older commits may, and that is not said.
    let [short, long] = [100, 1000].map(|commits| looked_through(&world, (commits, commits - 1), Some(50)));
    assert_eq!((told(&short.0), told(&long.0)), (vec![], vec![]));
    assert_eq!(short.1, long.1);
    assert!(long.1 <= 70, "{}", long.1);
    // Whoever asks of the packet has all of them looked through.
    assert_eq!(told(&looked_through(&world, (100, 99), None).0), vec![true]);
    assert_eq!(told(&looked_through(&world, (100, 100), None).0), vec![false]);
    assert_eq!(told(&looked_through(&world, (50, 50), Some(50)).0), vec![false], "these are all");
}

/// However many newer commits name the packet, of which none needs the waiver: the one that does is found.
#[test]
fn a_waiver_is_needed_by_whichever_commit_that_names_its_packet() {
    let world = world(true);
    for newer in 1..8 {
        let place = tempfile::TempDir::new().unwrap();
        git(place.path(), &["init", "-q", "."], "");
        let mut stream = String::new();
        for n in 0..=newer {
            let (message, file) = ("m\n\nPacket: WP-1\n", if n == 0 { "src/0.rs" } else { "notes" });
            writeln!(stream, "commit refs/heads/main\ncommitter A <a@example.org> {} +0000", 1_700_000_000 + n)
                .unwrap();
            writeln!(stream, "data {}\n{message}", message.len()).unwrap();
            writeln!(stream, "M 100644 inline {file}\ndata 1\n{n}\n").unwrap();
        }
        git(place.path(), &["fast-import", "--quiet", "--date-format=raw"], &stream);
        let repo = Repo::open(place.path()).unwrap();
        let tip = git2::Repository::open(place.path()).unwrap().refname_to_id("refs/heads/main").unwrap();
        let known = waivers_needed(&repo, &world.state, (tip, world.view().as_of), |_, _| true, None).unwrap();
        assert_eq!(known.into_values().collect::<Vec<_>>(), [true], "{newer} newer commits");
    }
}

/// What took the place of a packet undoes no commit that is there: what was set aside for it is still in use.
#[test]
fn a_waiver_is_needed_though_another_packet_took_the_place_of_its_own() {
    let mut world = world(true);
    world.declare("WP-2", "packet", "open");
    world.link("WP-2", "supersedes", "WP-1");
    let told = |before_last| looked_through(&world, (3, before_last), None).0.into_values().collect::<Vec<bool>>();
    assert_eq!(told(1), [true]);
    assert_eq!(told(3), [false], "no commit names it");
}

#[test]
fn where_no_waiver_of_a_rule_about_commits_is_in_force_no_commit_is_read() {
    let (known, read) = looked_through(&world(false), (10, 0), None);
    assert_eq!((known.len(), read), (0, 0));
}
