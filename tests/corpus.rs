//! Whatever the fuzzer found stays found: its corpus, and the charters of the vectors, which are too long for it, go through
//! the same properties on every run, without a fuzzer.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

#[allow(unreachable_pub, reason = "it is the library of the fuzz targets, too")]
#[path = "../fuzz/src/lib.rs"]
mod fuzz;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap_or_else(|e| panic!("{}: {e}", directory.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_input_that_the_fuzzer_kept_has_its_properties() {
    let mut failed = Vec::new();
    for (name, target) in fuzz::TARGETS {
        let corpus = files(&root().join("fuzz/corpus").join(name));
        assert!(corpus.len() > 10, "the corpus of {name} is there");
        for path in corpus {
            let input = fs::read(&path).unwrap();
            if std::panic::catch_unwind(|| target(&input)).is_err() {
                failed.push(path);
            }
        }
    }
    assert_eq!(failed, Vec::<PathBuf>::new(), "what is wrong with each stands above");
}

#[test]
fn every_charter_of_the_vectors_has_the_properties_of_charters() {
    for path in files(&root().join("ledger-format/vectors/charters")) {
        fuzz::charter(&fs::read(&path).unwrap());
    }
}

#[test]
fn every_target_has_its_program_and_its_corpus() {
    let names: Vec<&str> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    let programs: Vec<String> = files(&root().join("fuzz/fuzz_targets"))
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(programs, names);
    let corpora: Vec<String> = files(&root().join("fuzz/corpus"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(corpora, names);
}
