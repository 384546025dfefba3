//! The lines of the files that a commit changes, read where a rule asks for them.

use std::collections::BTreeMap;

use crate::domain::judge::{LineChange, Lines};
use crate::git::changes::{Change, Side};
use crate::git::{Oid, Repo};

/// The most bytes of a file whose lines are looked at; of a larger one nothing is known.
const MAX_FILE: usize = 8 << 20;

/// What a commit changes, with its parents.
pub(super) struct TreeLines<'r> {
    repo: &'r Repo,
    changes: BTreeMap<&'r [u8], &'r Change>,
    parents: &'r [Oid],
}

impl<'r> TreeLines<'r> {
    /// Returns the lines of these changes against these parents.
    pub(super) fn of(repo: &'r Repo, changes: &'r [Change], parents: &'r [Oid]) -> TreeLines<'r> {
        let changes = changes.iter().map(|change| (change.path.as_slice(), change)).collect();
        TreeLines { repo, changes, parents }
    }

    /// Returns the bytes of one side: of a symbolic link what it says, of a submodule and of nothing none; `None` where they cannot be
    /// known.
    fn bytes(&self, side: Option<Side>) -> Option<Vec<u8>> {
        match side {
            None | Some(Side { mode: 0o160_000, .. }) => Some(Vec::new()),
            // What cannot be read is not known, and so is what is too large.
            Some(side) => self.repo.blob_within(side.oid, MAX_FILE).ok().flatten(),
        }
    }

    fn old(&self, change: &Change) -> Vec<Option<Vec<u8>>> {
        if self.parents.len() < 2 {
            return vec![self.bytes(change.old)];
        }
        let path = std::str::from_utf8(&change.path).ok();
        let sides = self.parents.iter().map(|parent| match path {
            Some(path) => self.repo.side_at(*parent, path).ok().and_then(|side| self.bytes(side)),
            None => self.bytes(change.old),
        });
        sides.collect()
    }
}

impl Lines for TreeLines<'_> {
    fn changed(&self, path: &[u8]) -> LineChange {
        match self.changes.get(path) {
            Some(change) => LineChange::between(&self.old(change), self.bytes(change.new).as_deref()),
            None => LineChange::default(),
        }
    }
}
