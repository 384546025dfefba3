//! A directory that gets its name once it is whole.
//!
//! Until then it lies beside its place, as `.NAME.cloning/new`. Who makes it holds a lock of the operating system on `.NAME.cloning/lock`,
//! and so does the git that works for it, since a git goes on when we are killed. Whoever gets that lock knows that what lies there is
//! nobody's any more, and removes it. A directory that is there already, and empty, has its name before it is whole, as with git.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::error::GitError;
use super::replace;
use crate::domain::code::Code;
use crate::domain::judge::quoted;

/// A place for a directory that is being made. What is not kept goes with the value.
pub struct Staged {
    target: PathBuf,
    path: PathBuf,
    /// The directory around it, and its lock; `None` where the directory was there.
    around: Option<(PathBuf, File)>,
}

impl Staged {
    /// Makes a place for a directory, and removes what somebody who was killed left there.
    ///
    /// # Errors
    /// `store.io` where something of its name is there and is no empty directory, where somebody else is making it, or where nothing can
    /// be written there.
    pub fn new(target: &Path) -> Result<Staged, GitError> {
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(".cloning");
        let around = target.with_file_name(name);
        match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
            Ok(true) => return Ok(Staged { target: target.to_owned(), path: target.to_owned(), around: None }),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            _ => {
                // Who was killed right after the renaming left what is around it.
                if around.is_dir() && matches!(lock(&around), Ok(Some(_))) {
                    let _ = fs::remove_dir_all(&around);
                }
                return Err(in_the_way(target));
            }
        }
        fs::create_dir_all(&around).map_err(GitError::io(&around))?;
        let Some(lock) = lock(&around)? else {
            return Err(GitError::new(
                Code::StoreIo,
                target.display().to_string(),
                "another ledger clone is making it",
            ));
        };
        let path = around.join("new");
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(GitError::io(&path)(error)),
            _ => {}
        }
        Ok(Staged { target: target.to_owned(), path, around: Some((around, lock)) })
    }

    /// Makes a place for a directory that gets no name: it goes with the value.
    ///
    /// # Errors
    /// `store.io` where the directory could not be made, or where nothing can be written where temporary files go.
    pub fn for_nothing(target: &Path) -> Result<Staged, GitError> {
        match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            _ => return Err(in_the_way(target)),
        }
        let around = tempfile::TempDir::new().map_err(GitError::io(&std::env::temp_dir()))?.keep();
        let held =
            lock(&around)?.ok_or_else(|| GitError::new(Code::StoreIo, around.display().to_string(), "it is locked"))?;
        Ok(Staged { target: target.to_owned(), path: around.join("new"), around: Some((around, held)) })
    }

    /// Returns where it is being made.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what a program is given as its empty standard input, so that it holds the lock, too.
    pub(super) fn held(&self) -> Result<Stdio, GitError> {
        let Some((around, lock)) = &self.around else { return Ok(Stdio::null()) };
        Ok(lock.try_clone().map_err(GitError::io(around))?.into())
    }

    /// Gives it its name.
    ///
    /// # Errors
    /// `store.io` where it cannot be renamed.
    pub fn keep(self) -> Result<(), GitError> {
        if self.around.is_some() {
            fs::rename(&self.path, &self.target).map_err(GitError::io(&self.target))?;
            replace::sync_directory_of(&self.target)?;
        }
        Ok(())
    }
}

fn in_the_way(target: &Path) -> GitError {
    let place = target.display().to_string();
    let look = format!("ls -A -- {}", quoted(&place));
    let error = GitError::new(Code::StoreIo, place, "it already exists, and is no empty directory");
    error.needed("a name that nothing has, or an empty directory").next(look)
}

/// Takes the lock of what is being made there; `None` where somebody else has it.
fn lock(around: &Path) -> Result<Option<File>, GitError> {
    let path = around.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(GitError::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(GitError::io(&path)(error)),
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some((around, _)) = &self.around {
            let _ = fs::remove_dir_all(around);
        }
    }
}
