//! Commits and trees as their own bytes say, read by object id from the object database.
//!
//! Promises that grafts, shallow boundaries and replacement refs change nothing here: libgit2's commit objects follow the
//! first two, so commits are parsed from their bytes. A tree that names an entry twice is refused: programs differ in which
//! of the two they take.

use std::collections::BTreeMap;
use std::ops::Range;

use git2::{ErrorCode, ObjectType, OdbObject, Oid};

use super::objects::Objects;
use crate::domain::facts::Mode;

/// An object that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The object is not there, as in a shallow or partial clone.
    #[error("{kind} {oid} is not in this repository")]
    Missing {
        /// The object.
        oid: Oid,
        /// What it should be.
        kind: ObjectType,
    },
    /// The object is not what git says such an object is.
    #[error("object {oid} {what}")]
    Malformed {
        /// The object.
        oid: Oid,
        /// What is wrong with it.
        what: String,
    },
    /// Git failed.
    #[error("git could not read {oid}: {error}")]
    Git {
        /// The object.
        oid: Oid,
        /// What git says.
        error: git2::Error,
    },
}

/// Returns an object of that type.
pub fn read<'a>(objects: &'a Objects<'_>, oid: Oid, kind: ObjectType) -> Result<OdbObject<'a>, ObjectError> {
    let object = objects.read(oid).map_err(|error| match error.code() {
        ErrorCode::NotFound => ObjectError::Missing { oid, kind },
        _ => ObjectError::Git { oid, error },
    })?;
    if object.kind() == kind {
        Ok(object)
    } else {
        Err(ObjectError::Malformed { oid, what: format!("is a {}, not a {kind}", object.kind()) })
    }
}

/// What a commit points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, in order.
    pub parents: Vec<Oid>,
}

/// Returns what a commit points to.
pub fn links(objects: &Objects<'_>, oid: Oid) -> Result<Links, ObjectError> {
    let object = read(objects, oid, ObjectType::Commit)?;
    let malformed = || ObjectError::Malformed { oid, what: "does not begin with a tree and parents".to_owned() };
    let mut lines = object.data().split(|b| *b == b'\n');
    let tree = lines.next().and_then(|line| id_after(line, b"tree ")).ok_or_else(malformed)?;
    let mut parents = Vec::new();
    for line in lines.take_while(|line| line.starts_with(b"parent ")) {
        parents.push(id_after(line, b"parent ").ok_or_else(malformed)?);
    }
    Ok(Links { tree, parents })
}

fn id_after(line: &[u8], word: &[u8]) -> Option<Oid> {
    let hex = std::str::from_utf8(line.strip_prefix(word)?).ok()?;
    if hex.len() == 40 { Oid::from_str(hex).ok() } else { None }
}

/// A header of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its value; where it runs over several lines, LF between them.
    pub value: Vec<u8>,
    /// Where it stands in the commit, its last LF included.
    pub at: Range<usize>,
}

/// Returns a commit's headers in order, and its message.
pub fn headers(commit: &[u8]) -> (Vec<Header<'_>>, &[u8]) {
    let mut headers: Vec<Header<'_>> = Vec::new();
    let mut at = 0;
    for line in commit.split_inclusive(|b| *b == b'\n') {
        let next = at + line.len();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        if text.is_empty() {
            return (headers, commit.get(next..).unwrap_or_default());
        }
        if let (Some(more), Some(header)) = (text.strip_prefix(b" "), headers.last_mut()) {
            header.value.push(b'\n');
            header.value.extend(more);
            header.at.end = next;
        } else {
            let space = text.iter().position(|b| *b == b' ').unwrap_or(text.len());
            let (name, value) = text.split_at(space);
            headers.push(Header { name, value: value.get(1..).unwrap_or_default().to_vec(), at: at..next });
        }
        at = next;
    }
    (headers, &[])
}

/// What a tree holds under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// The object.
    pub oid: Oid,
}

/// The kind of a tree's entry. Modes are read as git reads them: any other permission bits than the executable one are nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A regular file.
    File(Mode),
    /// A symbolic link.
    Link,
    /// A directory.
    Tree,
    /// A submodule's commit.
    Module,
}

impl Kind {
    fn of_mode(mode: u32) -> Kind {
        match mode & 0o170_000 {
            0o100_000 if mode & 0o100 != 0 => Kind::File(Mode::Executable),
            0o100_000 => Kind::File(Mode::Plain),
            0o120_000 => Kind::Link,
            0o040_000 => Kind::Tree,
            _ => Kind::Module,
        }
    }
}

/// A directory: its entries by the bytes of their names.
pub type Tree = BTreeMap<Vec<u8>, Entry>;

/// Returns the entries of a tree.
pub fn tree(objects: &Objects<'_>, oid: Oid) -> Result<Tree, ObjectError> {
    let object = read(objects, oid, ObjectType::Tree)?;
    let mut tree = Tree::new();
    for entry in Entries(object.data()) {
        let (name, entry) = entry.ok_or_else(|| cut_short(oid))?;
        if tree.insert(name.to_vec(), entry).is_some() {
            return Err(twice(oid, name));
        }
    }
    Ok(tree)
}

/// Returns what a tree holds under a name.
pub fn entry(objects: &Objects<'_>, oid: Oid, name: &[u8]) -> Result<Option<Entry>, ObjectError> {
    let object = read(objects, oid, ObjectType::Tree)?;
    let mut found = None;
    for entry in Entries(object.data()) {
        let (other, entry) = entry.ok_or_else(|| cut_short(oid))?;
        if other == name && found.replace(entry).is_some() {
            return Err(twice(oid, name));
        }
    }
    Ok(found)
}

fn cut_short(oid: Oid) -> ObjectError {
    ObjectError::Malformed { oid, what: "is not a tree's bytes".to_owned() }
}

fn twice(oid: Oid, name: &[u8]) -> ObjectError {
    ObjectError::Malformed { oid, what: format!("names {:?} twice", String::from_utf8_lossy(name)) }
}

/// Reads a tree's entries: octal mode, space, name, NUL, id. Yields `None` and ends where the bytes are none.
struct Entries<'a>(&'a [u8]);

impl<'a> Iterator for Entries<'a> {
    type Item = Option<(&'a [u8], Entry)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let entry = self.take();
        if entry.is_none() {
            self.0 = &[];
        }
        Some(entry)
    }
}

impl<'a> Entries<'a> {
    fn take(&mut self) -> Option<(&'a [u8], Entry)> {
        let space = self.0.iter().position(|b| *b == b' ')?;
        let (mode, rest) = self.0.split_at_checked(space)?;
        let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
        let rest = rest.get(1..)?;
        let (name, rest) = rest.split_at_checked(rest.iter().position(|b| *b == 0)?)?;
        let (id, rest) = rest.get(1..)?.split_at_checked(20)?;
        self.0 = rest;
        Some((name, Entry { kind: Kind::of_mode(mode), oid: Oid::from_bytes(id).ok()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_run_over_lines_that_begin_with_a_space() {
        let commit = b"tree x\ngpgsig a\n b\n \n c\nodd\nauthor y\n\nmessage\n\nmore\n";
        let (headers, message) = headers(commit);
        let names: Vec<_> = headers.iter().map(|h| String::from_utf8_lossy(h.name).into_owned()).collect();
        assert_eq!(names, ["tree", "gpgsig", "odd", "author"]);
        assert_eq!(headers[1].value, b"a\nb\n\nc");
        assert_eq!(&commit[headers[1].at.clone()], b"gpgsig a\n b\n \n c\n");
        assert_eq!(message, b"message\n\nmore\n");
    }

    #[test]
    fn bytes_that_are_no_tree_are_found_out() {
        let mut good = b"100644 a\0".to_vec();
        good.extend([7; 20]);
        assert_eq!(Entries(&good).map(|e| e.unwrap().0.to_vec()).collect::<Vec<_>>(), [b"a".to_vec()]);
        for bad in [&good[..28], b"100644 a", b"x a\0", b"100644"] {
            assert!(Entries(bad).any(|entry| entry.is_none()), "{bad:?}");
        }
        assert_eq!(Kind::of_mode(0o100_664), Kind::File(Mode::Plain));
        assert_eq!(Kind::of_mode(0o100_711), Kind::File(Mode::Executable));
        assert_eq!(Kind::of_mode(0o160_000), Kind::Module);
    }
}
