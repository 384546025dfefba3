//! The way that code went from one commit to another.

use git2::Oid;

use super::{GitError, Repo, changes};

impl Repo {
    /// Returns the commits from where `tip` left the history of `from`, oldest first: what stood before them, where there is
    /// something, and then each commit that the tip's branch took by itself. What a merge brought in counts as one.
    ///
    /// # Errors
    /// Where git cannot walk the history, or a commit is malformed.
    pub fn way(&self, from: Oid, tip: Oid) -> Result<Vec<Option<Oid>>, GitError> {
        let range = format!("{from}..{tip}");
        let told = self.run(["rev-list", "--first-parent", "--reverse", range.as_str()])?;
        let told = String::from_utf8_lossy(&told);
        let taken: Vec<Oid> = told.lines().filter_map(|line| line.parse().ok()).collect();
        let Some(first) = taken.first() else { return Ok(Vec::new()) };
        let before = changes::parents(self, *first)?.first().copied();
        // In a shallow clone the history may begin with the first of them.
        let known = before.is_none_or(|before| self.inner().odb().is_ok_and(|odb| odb.exists(before)));
        let start = if known { vec![before] } else { Vec::new() };
        Ok(start.into_iter().chain(taken.into_iter().map(Some)).collect())
    }

    /// Returns the name that a commit gives for its author.
    ///
    /// # Errors
    /// Where git cannot read it.
    pub fn author_of(&self, commit: Oid) -> Result<String, GitError> {
        let told = self.run(["log", "-1", "--no-show-signature", "--format=%an", &commit.to_string()])?;
        Ok(String::from_utf8_lossy(&told).trim_end().to_owned())
    }
}
