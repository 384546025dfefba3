//! The closed list of codes, counted against the vectors.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::code::Code;

use crate::{bad, bad_charters, files, repositories};

/// Directories of vectors that may name a code, each vector in a file of its own.
const DIRECTORIES: [&str; 5] = ["bad", "bad-charters", "facts", "repositories", "signing"];

/// Returns the name and the code of each vector of these directories, as the files say.
fn on_disk() -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for directory in DIRECTORIES {
        for entry in std::fs::read_dir(files::at(&format!("vectors/{directory}"))).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let name = file.strip_suffix(".json").unwrap_or_else(|| panic!("{directory}/{file}"));
            let vector = crate::vectors::read(&format!("vectors/{directory}/{file}"));
            if directory != "facts" || name != "repository" {
                assert_eq!(vector["name"].as_str(), Some(name), "{directory}/{file}");
            }
            found.push((name.to_owned(), vector["code"].as_str().map(str::to_owned)));
        }
    }
    found
}

#[test]
fn the_name_of_a_vector_begins_with_the_code_that_refuses_it() {
    for (name, code) in on_disk() {
        let named = name.split_once("--").map(|(code, _)| code);
        assert_eq!(named, code.as_deref(), "{name}");
        assert!(code.is_none_or(|code| Code::ALL.iter().any(|known| known.as_str() == code)), "{name}");
    }
}

/// Each way in which bytes are refused is shown by bytes.
#[test]
fn no_code_of_the_format_and_of_trust_is_without_a_vector() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, code) in on_disk() {
        *counts.entry(code.unwrap_or_default()).or_default() += 1;
    }
    let groups = ["format.", "trust.", "charter."];
    let closed = Code::ALL.iter().map(|code| code.as_str()).filter(|code| groups.iter().any(|g| code.starts_with(g)));
    let missing: Vec<&str> = closed.filter(|code| !counts.contains_key(*code)).collect();
    assert!(missing.is_empty(), "no vector shows {missing:?}");
}

/// What chapter 5 names as a condition of an event is shown by an event.
#[test]
fn no_condition_of_admission_is_without_an_event_that_breaks_it() {
    let chapter = files::read("05-admission.md");
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    // A program says so of its clock; replay does not.
    let named = chapter.split('`').skip(1).step_by(2).filter(|word| known.contains(word) && *word != "store.clock");
    let named: BTreeSet<&str> = named.collect();
    assert!(named.len() > 60, "{named:?}");
    let shown: BTreeSet<&str> = bad::all().iter().map(|bad| bad.code.as_str()).collect();
    let missing: Vec<&str> = named.difference(&shown).copied().collect();
    assert!(missing.is_empty(), "no bad event shows {missing:?}");
}

/// The files are those that are made, so that none is judged by its name alone.
#[test]
fn every_vector_on_disk_is_one_that_is_judged() {
    let mut made: BTreeSet<String> = bad::all().iter().map(bad::Bad::name).collect();
    made.extend(bad_charters::all().into_iter().map(|(name, ..)| name));
    made.extend(repositories::names());
    let found: BTreeSet<String> = on_disk().into_iter().map(|(name, _)| name).filter(|n| n != "repository").collect();
    assert_eq!(found.symmetric_difference(&made).collect::<Vec<_>>(), Vec::<&String>::new());
}
