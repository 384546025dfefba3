//! The head of a bundle: one file with a whole ledger and its evidence, as git's own bundles are written.
//!
//! ```text
//! # v2 git bundle
//! OID refs/ledger/main
//! OID refs/ledger-evidence/main      left out where there is no evidence
//!                                    an empty line; the pack follows
//! ```
//!
//! Promises that a head which was read names the ledger, at most its evidence, and nothing else, whatever the refs are called
//! where the bundle was made: no other ref, and no commit that the reader would have to have already.

use super::code::Code;
use super::error::FormatError;

/// The name under which a bundle holds the ledger.
pub const LEDGER: &str = "refs/ledger/main";

/// The name under which a bundle holds the evidence.
pub const EVIDENCE: &str = "refs/ledger-evidence/main";

/// No head of a bundle is longer.
pub const MAX_HEAD: usize = 4096;

const SIGNATURES: [&str; 2] = ["# v2 git bundle", "# v3 git bundle"];

/// What a bundle says that it holds. Object ids are 40 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The newest event.
    pub ledger: String,
    /// The commit of the evidence.
    pub evidence: Option<String>,
}

impl Head {
    /// Returns the bytes that precede the pack.
    pub fn to_bytes(&self) -> Vec<u8> {
        let evidence = self.evidence.as_ref().map(|oid| format!("{oid} {EVIDENCE}\n")).unwrap_or_default();
        format!("{}\n{} {LEDGER}\n{evidence}\n", SIGNATURES[0], self.ledger).into_bytes()
    }

    /// Reads the head that a file begins with, of which at least the first [`MAX_HEAD`] bytes are given, and returns how many bytes
    /// precede the pack.
    ///
    /// # Errors
    /// `store.bundle` where it is no such head, `store.unsupported` where it is one of what this release cannot read.
    pub fn parse(bytes: &[u8]) -> Result<(Head, usize), FormatError> {
        let mut lines = Lines { bytes, at: 0 };
        let version = lines.next("a bundle")?;
        if !SIGNATURES.contains(&version) {
            return Err(wrong("it is no bundle: it does not begin with \"# v2 git bundle\""));
        }
        let (mut ledger, mut evidence) = (None, None);
        loop {
            let line = lines.next("the head of a bundle")?;
            if line.is_empty() {
                break;
            }
            if let Some(capability) = line.strip_prefix('@').filter(|_| version == SIGNATURES[1]) {
                check(capability)?;
                continue;
            }
            if let Some(needed) = line.strip_prefix('-') {
                let needed = needed.split(' ').next().unwrap_or_default();
                return Err(wrong(format!(
                    "it leaves out everything up to commit {needed}, which its reader would have to have already"
                )));
            }
            let (oid, name) = line.split_once(' ').ok_or_else(|| wrong(format!("its head has the line {line:?}")))?;
            let place = match name {
                LEDGER => &mut ledger,
                EVIDENCE => &mut evidence,
                _ => return Err(wrong(format!("it holds the ref {name:?} besides {LEDGER} and {EVIDENCE}"))),
            };
            if place.replace(object_id(oid)?).is_some() {
                return Err(wrong(format!("it names {name} twice")));
            }
        }
        let ledger = ledger.ok_or_else(|| wrong(format!("it does not hold {LEDGER}")))?;
        Ok((Head { ledger, evidence }, lines.at))
    }
}

fn wrong(text: impl Into<String>) -> FormatError {
    FormatError::new(Code::StoreBundle, text)
}

/// Checks one of the words by which version 3 says how the rest is to be read.
fn check(capability: &str) -> Result<(), FormatError> {
    match capability {
        "object-format=sha1" => Ok(()),
        "object-format=sha256" => Err(FormatError::new(
            Code::StoreUnsupported,
            "it is a bundle of a repository with SHA-256 object ids, which this release cannot read",
        )),
        filter if filter.starts_with("filter=") => Err(wrong("objects were left out of it on purpose (@filter)")),
        other => Err(wrong(format!("its head asks its reader for {other:?}, which is not known"))),
    }
}

fn object_id(oid: &str) -> Result<String, FormatError> {
    let is_hex = oid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match oid.len() {
        40 if is_hex => Ok(oid.to_owned()),
        64 if is_hex => check("object-format=sha256").map(|()| String::new()),
        _ => Err(wrong(format!("{oid:?} is no object id"))),
    }
}

/// The lines of a head.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self, what: &str) -> Result<&'a str, FormatError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let room = MAX_HEAD.saturating_sub(self.at).min(rest.len());
        let Some(end) = rest.iter().take(room).position(|byte| *byte == b'\n') else {
            let text = if self.bytes.len() < MAX_HEAD {
                format!("it ends where {what} would go on: it was cut short, or is none")
            } else {
                format!("its first {MAX_HEAD} bytes are not {what}")
            };
            return Err(wrong(text));
        };
        self.at += end + 1;
        std::str::from_utf8(rest.get(..end).unwrap_or_default()).map_err(|_| wrong(format!("it is not {what}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const B: &str = "930c070942752e47fb04ad1e0985305a0506e7c3";

    fn head(lines: &[&str]) -> Result<(Head, usize), FormatError> {
        Head::parse(format!("{}\n\nPACK", lines.join("\n")).as_bytes())
    }

    #[test]
    fn what_was_written_is_read_and_the_pack_follows() {
        for evidence in [None, Some(B.to_owned())] {
            let head = Head { ledger: A.to_owned(), evidence };
            let bytes = [head.to_bytes(), b"PACK".to_vec()].concat();
            assert_eq!(Head::parse(&bytes), Ok((head.clone(), bytes.len() - 4)));
        }
    }

    #[test]
    fn refs_come_in_any_order_and_in_either_version() {
        let both = Head { ledger: A.to_owned(), evidence: Some(B.to_owned()) };
        let (ledger, evidence) = (format!("{A} {LEDGER}"), format!("{B} {EVIDENCE}"));
        assert_eq!(head(&["# v2 git bundle", &evidence, &ledger]).unwrap().0, both);
        assert_eq!(head(&["# v3 git bundle", "@object-format=sha1", &ledger, &evidence]).unwrap().0, both);
    }

    #[test]
    fn a_head_says_nothing_else() {
        let ledger = format!("{A} {LEDGER}");
        let long = format!("{B} refs/heads/{}", "x".repeat(MAX_HEAD));
        let cases: [(&[&str], &str); 13] = [
            (&["# v1 git bundle", &ledger], "it is no bundle"),
            (&["# v2 git bundle"], "it does not hold refs/ledger/main"),
            (&["# v2 git bundle", &format!("{A} {EVIDENCE}")], "it does not hold refs/ledger/main"),
            (&["# v2 git bundle", &ledger, &format!("{B} HEAD")], "the ref \"HEAD\" besides"),
            (&["# v2 git bundle", &ledger, &format!("{B} refs/heads/main")], "the ref \"refs/heads/main\" besides"),
            (&["# v2 git bundle", &ledger, &ledger], "it names refs/ledger/main twice"),
            (&["# v2 git bundle", &format!("-{B} why"), &ledger], "it leaves out everything up to commit 930c"),
            (&["# v2 git bundle", "@object-format=sha1", &ledger], "its head has the line"),
            (&["# v3 git bundle", "@object-format=sha256", &ledger], "SHA-256 object ids"),
            (&["# v3 git bundle", "@filter=blob:none", &ledger], "left out of it on purpose"),
            (&["# v3 git bundle", "@new", &ledger], "its head asks its reader for \"new\""),
            (&["# v2 git bundle", &format!("{} {LEDGER}", A.to_uppercase())], "is no object id"),
            (&["# v2 git bundle", &ledger, &long], "bytes are not the head of a bundle"),
        ];
        for (lines, text) in cases {
            let error = head(lines).unwrap_err();
            assert!(error.detail.contains(text), "{lines:?}: {}", error.detail);
        }
        assert_eq!(head(&["# v3 git bundle", "@object-format=sha256"]).unwrap_err().code, Code::StoreUnsupported);
        let sha256 = format!("{} {LEDGER}", "a".repeat(64));
        assert_eq!(head(&["# v2 git bundle", &sha256]).unwrap_err().code, Code::StoreUnsupported);
    }

    #[test]
    fn a_head_that_is_cut_anywhere_is_none() {
        let whole = Head { ledger: A.to_owned(), evidence: Some(B.to_owned()) }.to_bytes();
        for end in 0..whole.len() {
            assert!(Head::parse(&whole[..end]).is_err(), "{end}");
        }
    }
}
