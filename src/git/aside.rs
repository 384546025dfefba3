//! Events that a sync could not take along to the new tip: they are kept until somebody decides.
//!
//! Each has a ref, `refs/ledger-aside/ID`, so that git keeps it; `refs/ledger-aside/before` names the tip that was left. `ledger/aside` in the
//! shared git directory says which events are meant. All of it is written before the ledger's ref moves: where that never came about, it
//! means nothing.

use std::fs;
use std::io::ErrorKind;

use git2::Oid;

use super::error::GitError;
use super::repo::Repo;
use crate::domain::code::Code;
use crate::domain::id::Rid;

/// The ref that keeps the tip that was left.
const BEFORE: &str = "refs/ledger-aside/before";

/// What a sync left aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// The remote that was synced with.
    pub remote: String,
    /// The tip that was left.
    pub before: Oid,
    /// The events that are kept aside, in their order, each with its commit.
    pub events: Vec<(Rid, Oid)>,
}

impl Repo {
    /// Returns what is kept aside. What was noted for a move that never came about counts as nothing.
    ///
    /// # Errors
    /// `store.io` where the note cannot be read.
    pub fn aside(&self) -> Result<Option<Aside>, GitError> {
        let path = self.own_dir().join("aside");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.map_err(GitError::io(&path))?,
        };
        let wrong = || {
            let text = "this is no note of a sync; the events that it kept aside lie at refs/ledger-aside/*";
            GitError::new(Code::StoreIo, path.display().to_string(), text)
        };
        let mut lines = text.lines();
        let mut value = |key: &str| lines.next().and_then(|line| line.strip_prefix(key)).ok_or_else(wrong);
        let remote = value("remote ")?.to_owned();
        let before = Oid::from_str(value("before ")?).map_err(|_| wrong())?;
        let event = |line: &str| {
            let (id, commit) = line.split_once(' ')?;
            Some((Rid::parse(id).ok()?, Oid::from_str(commit).ok()?))
        };
        let events = lines.map(|line| event(line).ok_or_else(wrong)).collect::<Result<_, _>>()?;
        Ok(Some(Aside { remote, before, events }).filter(|aside| self.tip().ok().flatten() != Some(aside.before)))
    }

    /// Notes what is kept aside, before the ledger's ref leaves it.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn put_aside(&self, aside: &Aside) -> Result<(), GitError> {
        let refs = aside.events.iter().map(|(id, commit)| (format!("refs/ledger-aside/{id}"), *commit));
        for (name, commit) in refs.chain([(BEFORE.to_owned(), aside.before)]) {
            let old = self.target(&name)?;
            if old != Some(commit) {
                self.swap(&name, old, commit, None)?;
            }
        }
        let mut text = format!("remote {}\nbefore {}\n", aside.remote, aside.before);
        for (id, commit) in &aside.events {
            text.extend([id.as_str(), " ", &commit.to_string(), "\n"]);
        }
        self.put(&self.own_dir().join("aside"), text.as_bytes(), 0o644)
    }

    /// Forgets the note. The refs stay, and with them what was given up.
    ///
    /// # Errors
    /// `store.io` where it cannot be removed.
    pub fn end_aside(&self) -> Result<(), GitError> {
        let path = self.own_dir().join("aside");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(GitError::io(&path)(error)),
            _ => Ok(()),
        }
    }
}
