//! What the readers of the format say when bytes are not an event.

use super::code::Code;

/// Bytes that are not what the format says, with the code that names the deviation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct FormatError {
    /// The name of the deviation.
    pub code: Code,
    /// What was found, where, and what the format asks for.
    pub detail: String,
}

impl FormatError {
    /// Returns an error of that code; `detail` says what was found and what is needed.
    pub fn new(code: Code, detail: impl Into<String>) -> FormatError {
        FormatError { code, detail: detail.into() }
    }
}
