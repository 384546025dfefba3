//! Globs of paths, as `.gitignore` writes them.

/// One glob of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    /// `!` stands before it: what matches is taken out.
    pub negated: bool,
    /// The pattern without `!`.
    pub pattern: String,
}

/// Returns whether a scope matches a path: the last glob that matches decides.
pub fn scope_matches(globs: &[Glob], path: &str) -> bool {
    let matches = |glob: &&Glob| match glob.pattern.strip_suffix("**") {
        Some(directory) => path.starts_with(directory),
        None => glob.pattern == path,
    };
    globs.iter().rev().find(matches).is_some_and(|glob| !glob.negated)
}
