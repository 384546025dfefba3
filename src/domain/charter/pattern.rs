//! Patterns of ids: an ASCII subset of regular expressions, matched whole.

/// A pattern, checked when the charter is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As it stands in the charter.
    pub text: String,
}
