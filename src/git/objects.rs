//! Reading objects: the only place that asks libgit2 for one, after a look at whether its file is whole.
//!
//! Looked at are loose objects wherever libgit2 looks for them: in the repository itself, shared by its work trees, in the
//! quarantine of a push, and in the alternates of both. An object that is in a pack costs a file that is not found in each.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use git2::{Commit, Object, ObjectType, Odb, OdbObject, Oid, Repository, Tag, Tree, TreeEntry};

use super::loose;
use super::repo::variable;

/// A repository's object database, for many reads of raw objects: the file of a loose one is looked at once.
pub struct Objects<'r> {
    odb: Odb<'r>,
    directories: Vec<PathBuf>,
    whole: RefCell<BTreeSet<Oid>>,
    /// The first bytes of ids of which no directory held loose objects when one was first asked for.
    packed: RefCell<BTreeSet<u8>>,
}

impl<'r> Objects<'r> {
    /// Returns the object database of a repository.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn of(repo: &'r Repository) -> Result<Objects<'r>, git2::Error> {
        Ok(Objects {
            odb: repo.odb()?,
            directories: directories(repo),
            whole: RefCell::default(),
            packed: RefCell::default(),
        })
    }

    /// Returns an object of whatever type.
    ///
    /// # Errors
    /// What libgit2 says; or a sentence about the object's file where that is cut off.
    pub fn read(&self, oid: Oid) -> Result<OdbObject<'_>, git2::Error> {
        #[cfg(test)]
        work::note();
        self.look_at(oid)?;
        self.odb.read(oid)
    }

    /// Returns an object of at most `limit` bytes; of a larger one, which is then not unpacked, how many it has.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn read_within(&self, oid: Oid, limit: usize) -> Result<Result<OdbObject<'_>, usize>, git2::Error> {
        #[cfg(test)]
        work::note();
        self.look_at(oid)?;
        let (size, _) = self.odb.read_header(oid)?;
        if size > limit { Ok(Err(size)) } else { self.odb.read(oid).map(Ok) }
    }

    /// Returns the size and type of an object, which is not unpacked.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn header(&self, oid: Oid) -> Result<(usize, ObjectType), git2::Error> {
        self.look_at(oid)?;
        self.odb.read_header(oid)
    }

    fn look_at(&self, oid: Oid) -> Result<(), git2::Error> {
        let fan = oid.as_bytes().first().copied().unwrap_or_default();
        if self.packed.borrow().contains(&fan) || self.whole.borrow().contains(&oid) {
            return Ok(());
        }
        if !self.directories.iter().any(|directory| directory.join(format!("{fan:02x}")).is_dir()) {
            self.packed.borrow_mut().insert(fan);
            return Ok(());
        }
        for directory in &self.directories {
            // What is in a pack is not worth remembering: a file that is not there is missed as fast.
            if loose::check(directory, oid)? {
                self.whole.borrow_mut().insert(oid);
            }
        }
        Ok(())
    }
}

/// Returns an object as libgit2 reads it.
///
/// # Errors
/// As [`Objects::read`].
pub(super) fn find(repo: &Repository, oid: Oid) -> Result<Object<'_>, git2::Error> {
    #[cfg(test)]
    work::note();
    for directory in directories(repo) {
        loose::check(&directory, oid)?;
    }
    repo.find_object(oid, None)
}

/// Returns the object of a type that an object is, or stands for as a tag or commit does.
///
/// # Errors
/// As [`Objects::read`]; or where it is and stands for another.
pub(super) fn peel(repo: &Repository, oid: Oid, kind: ObjectType) -> Result<Object<'_>, git2::Error> {
    let mut oid = oid;
    loop {
        let object = find(repo, oid)?;
        let tree = || object.as_commit().filter(|_| kind == ObjectType::Tree).map(Commit::tree_id);
        match object.as_tag().filter(|_| kind != ObjectType::Tag).map(Tag::target_id).or_else(tree) {
            Some(next) => oid = next,
            // Now that nothing more has to be read, libgit2 takes it or says what is wrong with it.
            None => return object.peel(kind),
        }
    }
}

/// Returns the tree of a commit, tag or tree.
///
/// # Errors
/// As [`peel`].
pub(super) fn tree(repo: &Repository, oid: Oid) -> Result<Tree<'_>, git2::Error> {
    peel(repo, oid, ObjectType::Tree)?.into_tree().map_err(|_| wrong_kind(oid, ObjectType::Tree))
}

/// Returns the bytes of a blob.
///
/// # Errors
/// As [`Objects::read`]; or where it is no blob.
pub(super) fn blob(repo: &Repository, oid: Oid) -> Result<git2::Blob<'_>, git2::Error> {
    find(repo, oid)?.into_blob().map_err(|_| wrong_kind(oid, ObjectType::Blob))
}

/// Returns what a tree holds at a path; `None` where that is nothing.
///
/// # Errors
/// As [`Objects::read`], about a directory on the way.
pub(super) fn at_path(repo: &Repository, tree_of: Oid, path: &str) -> Result<Option<TreeEntry<'static>>, git2::Error> {
    let mut directory = tree(repo, tree_of)?;
    let (above, name) = path.rsplit_once('/').map_or((None, path), |(above, name)| (Some(above), name));
    for segment in above.into_iter().flat_map(|above| above.split('/')) {
        match named(&directory, segment) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => directory = tree(repo, entry.id())?,
            _ => return Ok(None),
        }
    }
    Ok(named(&directory, name))
}

fn named(tree: &Tree<'_>, name: &str) -> Option<TreeEntry<'static>> {
    tree.iter().find(|entry| entry.name_bytes() == name.as_bytes()).map(|entry| entry.to_owned())
}

fn wrong_kind(oid: Oid, kind: ObjectType) -> git2::Error {
    git2::Error::from_str(&format!("object {oid} is no {kind}"))
}

/// Returns every directory in which libgit2 looks for the objects of a repository.
pub(super) fn directories(repo: &Repository) -> Vec<PathBuf> {
    let mut found = vec![repo.commondir().join("objects")];
    found.extend(variable("GIT_OBJECT_DIRECTORY").map(PathBuf::from));
    found.extend(variable("GIT_ALTERNATE_OBJECT_DIRECTORIES").iter().flat_map(std::env::split_paths));
    let mut at = 0;
    while let Some(directory) = found.get(at) {
        for alternate in loose::alternates(directory) {
            if !found.contains(&alternate) {
                found.push(alternate);
            }
        }
        at += 1;
    }
    found
}

/// Counts the objects that are read, for tests of how many that are.
#[cfg(test)]
pub(crate) mod work {
    use std::cell::Cell;

    thread_local!(static READ: Cell<usize> = const { Cell::new(0) });

    pub(super) fn note() {
        READ.set(READ.get() + 1);
    }

    /// Returns how many objects were read so far, by this thread.
    pub(crate) fn read() -> usize {
        READ.get()
    }
}
