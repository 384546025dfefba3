//! Globs of paths, as `.gitignore` writes them.

/// One glob of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    /// `!` stands before it: what matches is taken out.
    pub negated: bool,
    /// The pattern without `!`.
    pub pattern: String,
}
