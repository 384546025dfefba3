//! Whether something lies at a path, and whether what lies in the work tree, or in another commit, is what a commit holds.

use std::path::Path;

use git2::{DiffOptions, Oid};

use super::{GitError, Repo, objects};
use crate::domain::code::Code;

impl Repo {
    /// Returns whether something is at a path: in the work tree, in the index, or in `HEAD`.
    pub fn is_somewhere(&self, path: &str) -> bool {
        self.work_dir().is_some_and(|root| root.join(path).symlink_metadata().is_ok())
            || self.resolve(&format!(":{path}")).is_ok()
            || self.resolve(&format!("HEAD:{path}")).is_ok()
    }

    /// Returns whether the index or the work tree hold other bytes at a path than a commit does, a file that is absent on
    /// one side included. In a bare repository they never do.
    ///
    /// # Errors
    /// Where the commit or the index cannot be read.
    pub fn differs_from_work_tree(&self, commit: Oid, path: &str) -> Result<bool, GitError> {
        let Some(root) = self.work_dir() else { return Ok(false) };
        let wrong = || GitError::lib(Code::StoreIo, path);
        let repo = self.inner();
        let committed = objects::at_path(repo, commit, path).map_err(wrong())?;
        let committed = committed.map(|entry| (entry.id(), entry.filemode()));
        let index = repo.index().map_err(wrong())?;
        let staged =
            index.get_path(Path::new(path), 0).map(|entry| (entry.id, i32::try_from(entry.mode).unwrap_or_default()));
        if staged != committed {
            return Ok(staged.is_some() || committed.is_some());
        }
        if staged.is_none() {
            return Ok(root.join(path).symlink_metadata().is_ok());
        }
        // Not the status of the file, for which libgit2 would read the trees of `HEAD`.
        let mut only = DiffOptions::new();
        only.pathspec(path).disable_pathspec_match(true);
        let changed = repo.diff_index_to_workdir(Some(&index), Some(&mut only)).map_err(wrong())?;
        Ok(changed.deltas().len() > 0)
    }
}
