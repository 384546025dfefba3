//! What git, the file system or the repository said when something failed.

use std::path::Path;

use crate::domain::code::Code;

/// A failure at the edge to git, with the code that names it and the place it concerns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {place}: {text}")]
pub struct GitError {
    /// The name of the failure.
    pub code: Code,
    /// The file, ref, object or setting that it is about.
    pub place: String,
    /// What was found.
    pub text: String,
    /// What is needed instead, where that is not what the code always needs.
    pub needed: Option<String>,
    /// Commands that go on, where they are not those of the code.
    pub next: Vec<String>,
}

impl GitError {
    /// Returns an error of that code about that place.
    pub fn new(code: Code, place: impl Into<String>, text: impl Into<String>) -> GitError {
        GitError { code, place: place.into(), text: text.into(), needed: None, next: Vec::new() }
    }

    /// Says what is needed.
    #[must_use]
    pub(crate) fn needed(mut self, needed: impl Into<String>) -> GitError {
        self.needed = Some(needed.into());
        self
    }

    /// Adds a command that goes on.
    #[must_use]
    pub(crate) fn next(mut self, command: impl Into<String>) -> GitError {
        self.next.push(command.into());
        self
    }

    /// Returns what turns an error of the file system into one about `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> GitError {
        let place = path.display().to_string();
        move |error| GitError::new(Code::StoreIo, place, error.to_string())
    }

    /// Returns what turns an error of libgit2 into one of `code` about `place`.
    pub(crate) fn lib(code: Code, place: impl Into<String>) -> impl FnOnce(git2::Error) -> GitError {
        let place = place.into();
        move |error| GitError::new(code, place, error.message())
    }
}
