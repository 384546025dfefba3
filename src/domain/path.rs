//! Paths of files in the governed repository: relative, `/` between segments, UTF-8 in NFC.

use std::fmt;

use unicode_normalization::is_nfc;

use super::code::Code;
use super::error::FormatError;
use super::text;

/// The greatest length of a path, in bytes.
pub const MAX_PATH: usize = 4096;

/// A path of a file in the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    /// Reads a path: no empty segment, no `.` or `..`, no control or unassigned character, no backslash, in NFC.
    ///
    /// # Errors
    /// `format.path`, with what is wrong about it.
    pub fn parse(text: &str) -> Result<RepoPath, FormatError> {
        let wrong = |what: &str| Err(FormatError::new(Code::FormatPath, format!("the path {text:?} {what}")));
        if text.is_empty() || text.len() > MAX_PATH {
            return wrong("is empty or longer than 4096 bytes");
        }
        if text.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return wrong("has an empty segment, `.` or `..`");
        }
        if text.split('/').any(|segment| segment.eq_ignore_ascii_case(".git")) {
            return wrong("lies within git's own directory");
        }
        if text.chars().any(|c| text::is_forbidden(c) || c == '\n' || c == '\\' || !text::is_assigned(c)) {
            return wrong("holds a control, a backslash or a code point that Unicode 16.0.0 does not assign");
        }
        if !is_nfc(text) {
            return wrong("is not in Unicode's normalization form C");
        }
        Ok(RepoPath(text.to_owned()))
    }

    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path in the form under which twins on a case-folding file system are equal.
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&RepoPath> for super::value::Value {
    fn from(path: &RepoPath) -> super::value::Value {
        super::value::Value::Text(path.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        assert!(RepoPath::parse("docs/16-phase-e/é.md").is_ok());
        for bad in ["", "/a", "a/", "a//b", "./a", "a/../b", "a\\b", "a\nb", "e\u{301}", "a/.GIT/config", "a\u{378}"] {
            assert_eq!(RepoPath::parse(bad).unwrap_err().code, Code::FormatPath, "{bad:?}");
        }
    }
}
