//! The commit that git is about to make: its parents, and whom it will name.

use std::collections::BTreeSet;
use std::env;

use git2::Oid;

use super::error::GitError;
use super::repo::Repo;
use super::signer::email;
use crate::domain::code::Code;

/// What git calls the variables that tell a merge's hooks which commits are merged, before `MERGE_HEAD` is written.
const MERGED: &str = "GITHEAD_";

impl Repo {
    /// Returns the parents that the next commit would have: `HEAD`, then what is being merged.
    ///
    /// # Errors
    /// `store.io` where `HEAD` cannot be read, or what is being merged is not named as git names it.
    pub fn next_parents(&self) -> Result<Vec<Oid>, GitError> {
        let mut parents: Vec<Oid> = self.head()?.into_iter().collect();
        for merged in self.merged()? {
            if !parents.contains(&merged) {
                parents.push(merged);
            }
        }
        Ok(parents)
    }

    /// Has what is being merged read from the environment, where git names it to the hook that runs before `MERGE_HEAD` is
    /// written. In any other hook such a name is nobody's word but that of who commits.
    pub fn believe_announced_merge(&self) {
        self.merge_is_announced.set(true);
    }

    fn merged(&self) -> Result<Vec<Oid>, GitError> {
        let path = self.inner().path().join("MERGE_HEAD");
        match std::fs::read_to_string(&path) {
            Ok(text) => text
                .lines()
                .map(|line| {
                    Oid::from_str(line.trim()).map_err(GitError::lib(Code::StoreIo, path.display().to_string()))
                })
                .collect(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.merge_is_announced.get() => {
                Ok(Vec::new())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
                let hexes = names.filter_map(|name| name.strip_prefix(MERGED).map(str::to_owned));
                Ok(hexes.filter_map(|hex| Oid::from_str(&hex).ok()).filter(|oid| self.has(*oid)).collect())
            }
            Err(error) => Err(GitError::io(&path)(error)),
        }
    }

    /// Returns the emails of the author and the committer whom the next commit would name, in the form in which commits are
    /// read. What git cannot say is left out.
    pub fn next_emails(&self) -> BTreeSet<String> {
        let asked = ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"];
        asked.into_iter().filter_map(|name| self.run(["var", name]).ok()).map(|identity| email(&identity)).collect()
    }

    /// Returns whether git is set to sign commits with an SSH key.
    ///
    /// # Errors
    /// `store.io` where the settings cannot be read.
    pub fn next_is_signed(&self) -> Result<bool, GitError> {
        let wants = self.config("commit.gpgSign")?.unwrap_or_default().to_ascii_lowercase();
        let signs = matches!(wants.as_str(), "true" | "yes" | "on" | "1");
        Ok(signs && self.config("gpg.format")?.as_deref() == Some("ssh"))
    }

    /// Returns the version that the program `git` says it has.
    ///
    /// # Errors
    /// `store.io` where it does not run.
    pub fn git_version(&self) -> Result<String, GitError> {
        let printed = self.run(["version"])?;
        let text = String::from_utf8_lossy(&printed);
        Ok(text.trim().strip_prefix("git version ").unwrap_or(text.trim()).to_owned())
    }

    /// Returns the first line of a commit's message.
    ///
    /// # Errors
    /// `trust.history` where the commit cannot be read.
    pub fn subject(&self, commit: Oid) -> Result<String, GitError> {
        let raw = self.read(commit)?;
        let (_, message) = super::raw::headers(&raw);
        let first = message.split(|byte| *byte == b'\n').find(|line| !line.is_empty()).unwrap_or_default();
        Ok(String::from_utf8_lossy(first).into_owned())
    }
}
