//! The examples, played with the program as it is. Each script checks its own steps; here they are run, and what the README
//! shows of them is held against what they print.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Plays a script and returns what it printed.
fn play(script: &str, quiet: bool) -> String {
    let mut command = Command::new("bash");
    command.arg(root().join(script)).env("LEDGER", env!("CARGO_BIN_EXE_ledger"));
    if quiet {
        command.env("QUIET", "1");
    }
    let output = command.output().unwrap();
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{said}\n{failed}");
    said.into_owned()
}

/// Returns a text with every word of seven or more hex digits replaced, since keys, and so digests, are new in each run.
fn without_digests(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let hex = digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        out.push_str(if hex { "#" } else { digits });
        out.push_str(&word[digits.len()..]);
    }
    out
}

const BEGIN: &str = "<!-- session -->\n```console";
const END: &str = "```\n<!-- /session -->";

/// The README shows the session as it runs. `SNAPSHOTS=overwrite` writes it anew.
#[test]
fn the_session_of_the_readme_is_what_the_first_steps_print() {
    let printed = play("examples/first-steps/session.sh", false);
    let (session, _) = printed.split_once("\nfirst-steps: ").unwrap();
    let path: PathBuf = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has a place for the session");
    let (shown, after) = rest.split_once(END).expect("the session ends");
    if without_digests(shown) != without_digests(session)
        && std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite")
    {
        std::fs::write(&path, format!("{before}{BEGIN}{session}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(without_digests(shown), without_digests(session), "SNAPSHOTS=overwrite writes the README anew");
}

/// M0-001, M0-003, M0-005, M0-007, M0-009: the story of the phase, each step with its exit code and its words.
#[test]
fn phase_e_plays_to_its_end() {
    let acts = play("examples/phase-e/scenario.sh", true);
    assert!(acts.contains("== 11. Somebody rewrites history"), "{acts}");
    assert!(acts.contains("every one as expected"), "{acts}");
}
