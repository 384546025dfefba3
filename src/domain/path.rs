//! Paths of files in the governed repository: relative, `/` between segments, UTF-8 in NFC; and lines in such files.

use std::fmt;

use unicode_normalization::is_nfc;

use super::code::Code;
use super::error::FormatError;
use super::text;
use super::value::MAX_INTEGER;

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
        if text.starts_with('/') {
            return wrong("begins with `/`, and paths are named from the top of the repository");
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

impl Lies {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lies::Nothing => "nothing",
            Lies::File => "file",
            Lies::Directory => "directory",
        }
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

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// Nothing.
    Nothing,
    /// A file, a link or a submodule.
    File,
    /// A directory.
    Directory,
}

/// A line of a file: `PATH:LINE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The file.
    pub path: RepoPath,
    /// The line, from 1.
    pub line: u64,
}

impl Anchor {
    /// Reads an anchor: what stands before the last `:` is a path, what stands behind it a number without leading zeros.
    pub fn parse(text: &str) -> Option<Anchor> {
        let (path, digits) = text.rsplit_once(':')?;
        let line: u64 = digits.parse().ok().filter(|line: &u64| line.to_string() == digits)?;
        let path = RepoPath::parse(path).ok()?;
        (1..=MAX_INTEGER.unsigned_abs()).contains(&line).then_some(Anchor { path, line })
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

    #[test]
    fn a_path_from_the_root_is_told_apart() {
        let told = RepoPath::parse("/etc/passwd").unwrap_err().detail;
        assert!(told.contains("begins with `/`"), "{told}");
    }

    #[test]
    fn an_anchor_is_a_path_and_a_line_from_1() {
        let read = |text| Anchor::parse(text).map(|anchor| (anchor.path.to_string(), anchor.line));
        assert_eq!(read("src/a.rs:3"), Some(("src/a.rs".to_owned(), 3)));
        assert_eq!(read("src/a:2:9007199254740991"), Some(("src/a:2".to_owned(), 9_007_199_254_740_991)));
        for bad in
            ["", "a", "a:", ":3", "a:0", "a:03", "a:+3", "a:-3", "a:3-5", "a: 3", "a:3 ", "/a:3", "a:9007199254740992"]
        {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
