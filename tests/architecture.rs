//! The house keeps its shape: arrows point inward, and each room touches only what it is there for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

/// Returns the source files of a room, tests left out.
fn files(room: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
            found.push(path);
        }
    }
    assert!(!found.is_empty(), "the room {room} is empty");
    found
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Returns a file's lines of code with their numbers: up to its inline tests, without comments.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, line)| (n + 1, line.to_owned())).collect()
}

fn forbid(room: &str, words: &[&str]) {
    let mut found = Vec::new();
    for file in files(room) {
        for (number, line) in code(&file) {
            found.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}:{number}: `{word}` in: {}", file.display(), line.trim())),
            );
        }
    }
    assert!(found.is_empty(), "the room {room} reaches out:\n{}", found.join("\n"));
}

#[test]
fn the_core_knows_no_git_clock_file_network_environment_or_randomness() {
    let outside = [
        "git2",
        "std::fs",
        "std::io",
        "std::env",
        "std::net",
        "std::process",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant::now",
        "Path::new",
        "PathBuf",
        "getrandom",
        "rayon",
        "clap",
        "tempfile",
        "ssh_key",
        "println!",
        "eprintln!",
        "crate::cli",
        "crate::clock",
        "crate::git",
        "crate::ledger",
        "crate::render",
        "crate::signing",
    ];
    forbid("domain", &outside);
}

#[test]
fn only_one_room_knows_git() {
    for room in ["cli", "ledger", "render", "signing"] {
        forbid(room, &["git2"]);
    }
    forbid("git", &["crate::cli", "crate::ledger", "crate::render", "crate::signing"]);
}

#[test]
fn arrows_point_inward() {
    forbid("signing", &["crate::cli", "crate::ledger", "crate::git", "crate::render"]);
    forbid(
        "render",
        &["crate::cli", "crate::ledger", "crate::git", "crate::signing", "std::fs", "std::env", "println!"],
    );
    forbid("ledger", &["crate::cli", "clap", "println!", "SystemTime", "std::env"]);
}

/// libgit2 waits for ever for the rest of an object that was cut off on disk, unless its file is looked at first.
#[test]
fn objects_are_read_in_one_place() {
    let reads =
        [".find_object(", ".find_blob(", ".find_tree(", ".find_commit(", ".find_tag(", ".to_object(", ".get_path("];
    let peels = [".peel(", ".peel_to_", ".odb.read(", "odb()?.read", "odb.read(", ".revparse", ".revwalk("];
    let words: Vec<&str> = reads.into_iter().chain(peels).collect();
    let allowed = Path::new("git").join("objects.rs");
    let mut found = Vec::new();
    for room in ["git", "ledger", "cli", "signing"] {
        for file in files(room).into_iter().filter(|file| !file.ends_with(&allowed)) {
            for (number, line) in code(&file) {
                if words.iter().any(|word| line.contains(word)) && !line.contains("index.get_path(") {
                    found.push(format!("{}:{number}: {}", file.display(), line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "objects are read outside of git/objects.rs:\n{}", found.join("\n"));
}
