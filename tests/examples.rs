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
