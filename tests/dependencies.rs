//! What the project depends on, and what it says that it depends on.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

fn read(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Returns the names under a heading of the manifest.
fn declared(manifest: &str, heading: &str) -> BTreeSet<String> {
    let section = manifest.split(heading).nth(1).unwrap().split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect()
}

#[test]
fn every_dependency_has_its_line_and_no_line_is_left_over() {
    let manifest = read("Cargo.toml");
    let mut expected = declared(&manifest, "\n[dependencies]\n");
    let own = expected.clone();
    let tests = declared(&manifest, "\n[dev-dependencies]\n").into_iter().filter(|name| !own.contains(name));
    expected.extend(tests.map(|name| format!("{name} (tests)")));
    let told: Vec<String> = read("docs/design/dependencies.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| ")?.split_once(" |")?.0.to_owned()))
        .filter(|name| name != "crate")
        .collect();
    assert_eq!(told.len(), told.iter().collect::<BTreeSet<_>>().len(), "no line twice");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn every_dependency_is_used() {
    let mut open = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut source = String::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            source.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    let unused: Vec<String> = declared(&read("Cargo.toml"), "\n[dependencies]\n")
        .into_iter()
        .filter(|name| !source.contains(&format!("{}::", name.replace('-', "_"))))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}
