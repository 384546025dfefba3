//! The commit that git is about to make: its parents, and whom it will name.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::Stdio;

use git2::Oid;

use super::error::GitError;
use super::repo::{Repo, run};
use super::signer::email;
use crate::domain::code::Code;

/// What git calls the variables that tell a merge's hooks which commits are merged, before `MERGE_HEAD` is written.
const MERGED: &str = "GITHEAD_";

/// What git writes above the part of a message that it cuts off.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// Returns an input of a program that holds bytes.
pub(super) fn holding(bytes: &[u8]) -> Result<Stdio, GitError> {
    let mut input = tempfile::tempfile().map_err(GitError::io(&env::temp_dir()))?;
    std::io::Write::write_all(&mut input, bytes)
        .and_then(|()| std::io::Seek::rewind(&mut input))
        .map_err(GitError::io(&env::temp_dir()))?;
    Ok(Stdio::from(input))
}

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

    /// Returns the tip of the ledger as it was last seen on the remote that is fetched from; `None` where none was.
    ///
    /// # Errors
    /// `trust.history` where the ref is symbolic or unreadable.
    pub fn shared_tip(&self) -> Result<Option<Oid>, GitError> {
        let remote = self.default_remote();
        remote.map_or(Ok(None), |remote| self.target(&format!("refs/ledger-remote/{remote}/main")))
    }

    /// Returns what the file that holds the next commit's message says, without comments and what git cuts off.
    ///
    /// # Errors
    /// `store.io` where the file cannot be read.
    pub fn said_in(&self, file: &Path) -> Result<Vec<u8>, GitError> {
        let text = std::fs::read(file).map_err(GitError::io(file))?;
        let cut = text.windows(SCISSORS.len()).position(|window| window == SCISSORS).unwrap_or(text.len());
        let said = text.get(..cut).and_then(|said| said.rsplitn(2, |byte| *byte == b'\n').last()).unwrap_or_default();
        let said = if cut == text.len() { &text } else { said };
        run(self.git().args(["stripspace", "--strip-comments"]).stdin(holding(said)?))
    }

    /// Puts a trailer into the file that holds the next commit's message, in the place of the one of that name; a message that says
    /// nothing yet is left alone, because by it somebody gives a commit up.
    ///
    /// # Errors
    /// `store.io` where the file cannot be read or written.
    pub fn put_trailer(&self, file: &Path, name: &str, value: &str) -> Result<(), GitError> {
        if self.said_in(file)?.is_empty() {
            return Ok(());
        }
        let trailer = format!("{name}: {value}");
        let args = ["interpret-trailers", "--in-place", "--if-exists", "replace", "--trailer", &trailer];
        let file = std::path::absolute(file).map_err(GitError::io(file))?;
        run(self.git().args(args).arg(file)).map(drop)
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

    /// Returns a commit's message.
    ///
    /// # Errors
    /// `trust.history` where the commit cannot be read.
    pub fn message(&self, commit: Oid) -> Result<Vec<u8>, GitError> {
        let raw = self.read(commit)?;
        Ok(super::raw::headers(&raw).1.to_vec())
    }

    /// Returns the first line of a commit's message.
    ///
    /// # Errors
    /// `trust.history` where the commit cannot be read.
    pub fn subject(&self, commit: Oid) -> Result<String, GitError> {
        let message = self.message(commit)?;
        let first = message.split(|byte| *byte == b'\n').find(|line| !line.is_empty()).unwrap_or_default();
        Ok(String::from_utf8_lossy(first).into_owned())
    }
}
