//! Why nothing signs: what was tried, and what to run.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::code::Code;
use crate::domain::key::{ED25519, Fingerprint, SK_ED25519};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// A file or a setting holds no key, or a damaged one.
    #[error("{place}: {reason}")]
    NotAKey {
        /// The file, or the setting with its value.
        place: String,
        /// What was found.
        reason: String,
    },
    /// A key of a type that does not sign events.
    #[error("{place}: the key is of type {found}; {ED25519} or {SK_ED25519} is needed")]
    WrongType {
        /// The file, or the setting with its value.
        place: String,
        /// The type found.
        found: String,
    },
    /// A key whose signatures prove nothing.
    #[error("{place}: {reason}")]
    WeakKey {
        /// The file, or the setting with its value.
        place: String,
        /// What is weak in it.
        reason: String,
    },
    /// No key is named, and none that can sign is enrolled.
    #[error("no usable signing key was found; --key FILE or git config ledger.signingKey names one")]
    NoKey,
    /// No key is named, and several that can sign are enrolled.
    #[error("{} enrolled keys can sign, and none is named", keys.len())]
    Ambiguous {
        /// For each key: the actor, the fingerprint and where it is.
        keys: Vec<String>,
    },
    /// The key is known, but nothing at hand holds its private part.
    #[error("nothing at hand can sign with {key}")]
    NoPrivateKey {
        /// The key.
        key: Fingerprint,
    },
    /// An encrypted key stays encrypted.
    #[error("cannot unlock {}: {reason}", path.display())]
    Locked {
        /// The private key file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// No usable signing key: the problem, what was tried, and what to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningError {
    problem: Problem,
    tried: Vec<String>,
    hints: Vec<String>,
}

impl SigningError {
    pub(super) fn new(problem: Problem, tried: Vec<String>, hints: Vec<String>) -> SigningError {
        SigningError { problem, tried, hints }
    }

    /// Returns what is wrong.
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Returns the name of the problem: `trust.weak-key`, else `trust.no-key`.
    pub const fn code(&self) -> Code {
        match self.problem {
            Problem::WeakKey { .. } => Code::TrustWeakKey,
            _ => Code::TrustNoKey,
        }
    }

    /// Returns what is needed instead.
    pub const fn needed(&self) -> &'static str {
        match self.problem {
            Problem::Unreadable { .. } => "a key file that can be read",
            Problem::NotAKey { .. } => "an Ed25519 key of OpenSSH",
            Problem::WrongType { .. } => "an Ed25519 key, in a file, an agent or a token",
            Problem::WeakKey { .. } => "a key that `ssh-keygen` made",
            Problem::NoKey => {
                "the key of somebody who is enrolled, named with --key or in git config ledger.signingKey"
            }
            Problem::Ambiguous { .. } => "one of them, named with --key or in git config ledger.signingKey",
            Problem::NoPrivateKey { .. } => "its private key, in an agent or a file",
            Problem::Locked { .. } => "the key unlocked, in an agent or with its passphrase",
        }
    }

    /// Returns what was tried before, a line each: `PLACE: what came of it`.
    pub fn tried(&self) -> &[String] {
        &self.tried
    }

    /// Returns commands that lead on, each as it can be typed.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl std::error::Error for SigningError {}

/// Prints the problem, and on lines of their own what was tried (`tried: …`); not the hints.
impl fmt::Display for SigningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)?;
        self.tried.iter().try_for_each(|line| write!(f, "\ntried: {line}"))
    }
}

impl From<Problem> for SigningError {
    fn from(problem: Problem) -> SigningError {
        let hints = match &problem {
            Problem::Locked { path, .. } => vec![format!("ssh-add {}", quoted(path))],
            Problem::WrongType { .. } | Problem::WeakKey { .. } => vec!["ssh-keygen -t ed25519".to_owned()],
            Problem::Unreadable { path, .. } => vec![format!("ls -l {}", quoted(path))],
            Problem::NotAKey { .. } | Problem::NoKey | Problem::Ambiguous { .. } | Problem::NoPrivateKey { .. } => {
                vec!["ssh-add -L".to_owned()]
            }
        };
        SigningError::new(problem, Vec::new(), hints)
    }
}

/// Returns a path as a shell reads it.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_for_the_shell_where_it_has_to_be() {
        assert_eq!(quoted(Path::new("/home/o/.ssh/id_ed25519")), "/home/o/.ssh/id_ed25519");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
        assert_eq!(quoted(Path::new("~x")), "'~x'");
    }

    #[test]
    fn an_error_prints_the_problem_and_what_was_tried() {
        let error = SigningError::new(Problem::NoKey, vec!["ssh-agent: SSH_AUTH_SOCK is not set".to_owned()], vec![]);
        assert_eq!(
            error.to_string(),
            "no usable signing key was found; --key FILE or git config ledger.signingKey names one\ntried: ssh-agent: SSH_AUTH_SOCK is not set"
        );
        assert_eq!(error.code(), Code::TrustNoKey);
    }
}
