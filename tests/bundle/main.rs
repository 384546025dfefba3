//! One file for an auditor: what it holds, that nothing else is needed to verify it, and that no other file passes for one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../sandbox/mod.rs"]
mod sandbox;
#[path = "../attacks/site.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod site;

mod auditor;
mod create;
mod refused;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::sandbox::story::{Call, Outcome};
use crate::site::Site;

/// A ledger of which a bundle was made, and a directory of somebody who has nothing else.
struct Audit {
    site: Site,
    away: TempDir,
    genesis: String,
    tip: String,
}

impl Audit {
    fn new() -> Audit {
        Audit::of(Site::new())
    }

    fn of(site: Site) -> Audit {
        let audit = Audit { site, away: TempDir::new().unwrap(), genesis: String::new(), tip: String::new() };
        let made = audit.site.ledger("bundle create --format json").arg(audit.file("audit.bundle")).ok();
        Audit { genesis: made.text("genesis"), tip: made.text("tip"), ..audit }
    }

    /// Returns a path in the auditor's directory.
    fn file(&self, name: &str) -> PathBuf {
        self.away.path().join(name)
    }

    /// Returns the bytes of the bundle.
    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.file("audit.bundle")).unwrap()
    }

    /// Begins the auditor's call on a file there.
    fn verify(&self, name: &str) -> Call<'_> {
        self.site.ledger(["bundle", "verify", name, "--genesis", &self.genesis]).in_(self.away.path()).as_("vera")
    }

    /// Has git itself make a bundle of revisions, wherever the ledger's refs are.
    fn git_bundle(&self, name: &str, revisions: &[&str]) {
        self.git_bundle_of("--version=2", name, revisions);
    }

    fn git_bundle_of(&self, version: &str, name: &str, revisions: &[&str]) {
        let file = self.file(name);
        let mut words = vec!["bundle", "create", "-q", version, file.to_str().unwrap()];
        words.extend(revisions);
        self.site.git(words.as_slice()).ok();
    }

    /// Writes a file of the auditor's and demands that it is refused: nothing about it says that it is valid.
    #[track_caller]
    fn refuses(&self, bytes: &[u8], exit: i32, says: &str) -> Outcome {
        std::fs::write(self.file("other.bundle"), bytes).unwrap();
        self.refuses_file("other.bundle", exit, says)
    }

    #[track_caller]
    fn refuses_file(&self, name: &str, exit: i32, says: &str) -> Outcome {
        let outcome = self.verify(name).under(LIMITS).exits(exit);
        outcome.says(says).never_says("valid: bytes");
        outcome
    }
}

/// What waits for ever, eating time, or takes whatever memory is asked of it, ends here.
const LIMITS: &str = "-t 30 && ulimit -d 400000";

/// Both refs of a ledger.
const BOTH: [&str; 2] = ["refs/ledger/main", "refs/ledger-evidence/main"];

/// Returns where the pack of a bundle begins.
fn pack(bundle: &[u8]) -> usize {
    bundle.windows(6).position(|bytes| bytes == b"\n\nPACK").unwrap() + 2
}

/// Returns the names of what lies in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
