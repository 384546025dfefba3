//! What has to hold of every input, one function a target: the fuzzer calls them with what it thinks of, and `tests/corpus.rs`
//! with what it found.
//!
//! A target asserts more than that nothing panics: what is taken is the one spelling of what was read, what is refused is
//! refused with a place inside of the input, and a second way to the answer comes to the same.

mod bytes;
mod names;
mod rules;
mod tables;

pub use bytes::{armor, commit, payload};
pub use names::{paths, trailer};
pub use rules::{charter, sentence};
pub use tables::{packet, table};

/// A target: its name, which is that of its directory in the corpus, and what it asserts.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 9] = [
    ("armor", armor),
    ("charter", charter),
    ("commit", commit),
    ("packet", packet),
    ("paths", paths),
    ("payload", payload),
    ("sentence", sentence),
    ("table", table),
    ("trailer", trailer),
];
