//! Whether something lies at a path, and whether what lies in the work tree, or in another commit, is what a commit holds; and how a
//! file gets into the work tree.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use git2::{DiffOptions, ObjectType, Oid};

use super::replace::{make_directory, remove_if_there, take, with_suffix, write_new};
use super::repo::run;
use super::{GitError, Repo, objects};
use crate::domain::code::Code;
use crate::domain::path::{Lies, RepoPath};

/// What a file may take the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onto {
    /// A file that says something else.
    Another,
    /// Nothing.
    Nothing,
}

/// What came of writing a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is there now.
    New,
    /// It was there, byte for byte.
    Same,
    /// Something else is there, and was kept.
    There,
    /// At this path on the way to it stands no directory, or at its own no file: a link, for example.
    InTheWay(String),
}

impl Repo {
    /// Writes a file of the work tree, whole or not at all, and never through a link.
    ///
    /// # Errors
    /// `store.io` where there is no work tree, or where it cannot be written.
    pub fn write_file(&self, path: &RepoPath, content: &[u8], over: Onto) -> Result<Put, GitError> {
        let Some(root) = self.work_dir() else {
            return Err(GitError::new(Code::StoreIo, path.as_str(), "a repository without a work tree has no files"));
        };
        let parts: Vec<&str> = path.as_str().split('/').collect();
        let mut at = root.to_path_buf();
        for (position, part) in parts.iter().enumerate() {
            at.push(part);
            let found = match at.symlink_metadata() {
                Ok(found) => found,
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(GitError::io(&at)(error)),
            };
            let is_right = if position + 1 == parts.len() { found.is_file() } else { found.is_dir() };
            if !is_right {
                return Ok(Put::InTheWay(parts.get(..=position).unwrap_or_default().join("/")));
            }
        }
        let file = root.join(path.as_str());
        let old = match fs::read(&file) {
            Ok(bytes) if bytes == content => return Ok(Put::Same),
            Ok(_) if over == Onto::Nothing => return Ok(Put::There),
            Ok(_) => fs::metadata(&file).ok(),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(GitError::io(&file)(error)),
        };
        file.parent().map_or(Ok(()), make_directory)?;
        // Under a name of its own first, so that what stops on the way leaves no half of it.
        let own = with_suffix(&file, &format!(".{}.next", std::process::id()));
        let mode = old.map(|old| old.permissions());
        let put = remove_if_there(&own).and_then(|()| write_new(&own, content, mode)).and_then(|()| match over {
            Onto::Another => fs::rename(&own, &file),
            Onto::Nothing => take(&own, &file, content, None),
        });
        let _ = remove_if_there(&own);
        match put {
            Ok(()) => Ok(Put::New),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && over == Onto::Nothing => Ok(Put::There),
            Err(error) => Err(GitError::io(&file)(error)),
        }
    }

    /// Returns what is at a path: in the work tree, else in the index, else in `HEAD`. The path without a name is the root.
    ///
    /// # Errors
    /// `store.io` where the commit cannot be read.
    pub fn lies_at(&self, path: &str) -> Result<Lies, GitError> {
        if path.is_empty() {
            return Ok(Lies::Directory);
        }
        // A submodule is a directory of the work tree, and one entry of the index.
        if self.resolve(&format!(":{path}")).is_ok() {
            return Ok(Lies::File);
        }
        if let Some(found) = self.work_dir().and_then(|root| root.join(path).symlink_metadata().ok()) {
            return Ok(if found.is_dir() { Lies::Directory } else { Lies::File });
        }
        let Some(head) = self.head()? else { return Ok(Lies::Nothing) };
        let found = objects::at_path(self.inner(), head, path).map_err(GitError::lib(Code::StoreIo, path))?;
        Ok(match found.map(|entry| entry.kind()) {
            None => Lies::Nothing,
            Some(Some(ObjectType::Tree)) => Lies::Directory,
            Some(_) => Lies::File,
        })
    }

    /// Returns the names of the files within a directory, in order: those that the index has, those of the work tree that git does
    /// not ignore, and, where there is no work tree, those of `HEAD`.
    ///
    /// # Errors
    /// `store.io` where git cannot tell.
    pub fn files_within(&self, directory: &str) -> Result<Vec<String>, GitError> {
        let here = if directory.is_empty() { "." } else { directory };
        let mut command = self.git();
        command.arg("--literal-pathspecs");
        match (self.work_dir(), self.head()?) {
            (Some(root), _) => {
                command.current_dir(root).args([
                    "ls-files",
                    "-z",
                    "--cached",
                    "--others",
                    "--exclude-standard",
                    "--",
                    here,
                ]);
            }
            (None, Some(head)) => {
                command
                    .args(["ls-tree", "-r", "-z", "--full-tree", "--name-only"])
                    .arg(head.to_string())
                    .args(["--", here]);
            }
            (None, None) => return Ok(Vec::new()),
        }
        let printed = run(&mut command)?;
        let names = printed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let mut names: Vec<String> = names.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Returns the path in the repository that a word of somebody in a directory means, as git reads it: from that directory, from
    /// the top behind `:/`, or from the root of the machine; and whether its form says that it is a directory. The root of the
    /// repository has no name. `None` where it lies outside.
    pub fn path_from(&self, dir: &Path, word: &str) -> Option<(String, bool)> {
        let root = self.work_dir().and_then(|root| root.canonicalize().ok());
        let inside = |place: &Path| {
            let inside = place.strip_prefix(root.as_ref()?).ok()?;
            Some(inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
        };
        let whole = if let Some(rest) = word.strip_prefix(":/") {
            rest.to_owned()
        } else if word.starts_with('/') {
            inside(Path::new(word))?
        } else {
            // In a bare repository, and outside of the work tree, there is nowhere to stand but at the top.
            let stand = dir.canonicalize().ok().and_then(|dir| inside(&dir)).unwrap_or_default();
            format!("{stand}/{word}")
        };
        let mut segments: Vec<&str> = Vec::new();
        for segment in whole.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop()?;
                }
                segment => segments.push(segment),
            }
        }
        let is_directory = matches!(word.rsplit('/').next(), Some("" | "." | ".."));
        Some((segments.join("/"), is_directory))
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
