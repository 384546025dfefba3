//! The examples, played with the program as it is. Each script checks its own steps; here they are run.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Plays a script, with its acts only, and returns what it printed.
fn play(script: &str) -> String {
    let mut command = Command::new("bash");
    command.arg(root().join(script)).env("LEDGER", env!("CARGO_BIN_EXE_ledger")).env("QUIET", "1");
    let output = command.output().unwrap();
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success(),
        "{script}
{said}
{failed}"
    );
    said.into_owned()
}

/// M0-001, M0-003, M0-005, M0-007, M0-009: the story of the phase, each step with its exit code and its words.
#[test]
fn phase_e_plays_to_its_end() {
    let acts = play("examples/phase-e/scenario.sh");
    assert!(acts.contains("== 11. Somebody rewrites history"), "{acts}");
    assert!(acts.contains("every one as expected"), "{acts}");
}

/// S1-013, S1-029, S1-053, S1-103: the story of a phase that is delivered by work packets.
#[test]
fn work_packets_play_to_their_end() {
    let acts = play("examples/work-packets/scenario.sh");
    assert!(acts.contains("== 13. The phase closes"), "{acts}");
    assert!(acts.contains("every one as expected"), "{acts}");
}

/// Returns the text of every file below a directory.
fn texts(directory: &Path) -> String {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let source = |path: &Path| path.extension().is_some_and(|extension| extension == "rs" || extension == "sh");
    let text = |path: std::path::PathBuf| match path.is_dir() {
        true => texts(&path),
        false if source(&path) => std::fs::read_to_string(&path).unwrap(),
        false => String::new(),
    };
    entries.map(text).collect()
}

/// The table of each README explains each demand once, and each is named by a test or by the play.
#[test]
fn every_demand_of_an_example_is_explained_once_and_shown_by_a_test_or_the_play() {
    explained("phase-e", "M0", 13);
    explained("phase-e", "S0", 94);
    explained("work-packets", "S1", 210);
}

fn explained(example: &str, letters: &str, count: u32) {
    let directory = root().join("examples").join(example);
    let readme = std::fs::read_to_string(directory.join("README.md")).unwrap();
    let begin = format!("| {letters}-");
    let rows: Vec<Vec<&str>> = readme
        .lines()
        .filter(|line| line.starts_with(&begin))
        .map(|line| line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect())
        .collect();
    let ids: Vec<String> = (1..=count).map(|number| format!("{letters}-{number:03}")).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ids);
    // This file names them all and shows none.
    let shown = [texts(&root().join("tests")), texts(&root().join("src")), texts(&root().join("examples"))].concat();
    let shown = shown.replace(&std::fs::read_to_string(root().join("tests/examples.rs")).unwrap(), "");
    for row in rows {
        assert!(row.len() == 3 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        assert!(shown.contains(row[0]), "{}: no test and no act names it", row[0]);
    }
    // A place in the play is an act that there is.
    let play = std::fs::read_to_string(directory.join("scenario.sh")).unwrap();
    let acts = play.lines().filter(|line| line.starts_with("act \"")).count();
    for row in readme.lines().filter(|line| line.starts_with(&begin)) {
        let place = row.rsplit(" | ").next().unwrap_or_default();
        let number = place.split(|c: char| !c.is_ascii_digit()).find_map(|digits| digits.parse::<usize>().ok());
        assert!(number.is_none_or(|number| (1..=acts).contains(&number)), "{row}");
    }
}
