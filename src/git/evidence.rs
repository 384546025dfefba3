//! Evidence: bytes kept reachable by the ledger itself, under their SHA-256.
//!
//! One unsigned, parentless commit, whose tree holds each blob at `ab/<62 hex>`. Nothing in it depends on who wrote it or
//! when, so equal sets give equal commits and a union needs no merge. The bytes are checked against their name at every
//! reading; so what the ref holds can be absent, never wrong.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid, Tree, TreeBuilder};

use super::error::GitError;
use super::objects::{self, Objects};
use super::repo::{Repo, variable};
use super::store::{AppendError, CommitHeaders};
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::receive::Cites;

const BLOB: i32 = 0o100_644;
const TREE: i32 = 0o040_000;

/// How often a change of the set is tried again after somebody else changed it first.
const TRIES: usize = 100;

/// What came of taking over evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// How many pieces are new here.
    pub added: u64,
    /// How many pieces were taken out, since it is recorded that they are erased.
    pub removed: u64,
    /// Pieces that hold other bytes than their name says.
    pub wrong: Vec<Digest>,
    /// Pieces that were left where they are, since no event cites them.
    pub uncited: Vec<Digest>,
}

impl Repo {
    /// Returns the name of the evidence ref: that of the ledger followed by `-evidence`, where `refs/ledger/main` gives
    /// `refs/ledger-evidence/main`.
    ///
    /// # Errors
    /// As [`Repo::ledger_ref`].
    pub fn evidence_ref(&self) -> Result<String, GitError> {
        Ok(match self.ledger_ref()?.as_str() {
            super::pin::DEFAULT_REF => "refs/ledger-evidence/main".to_owned(),
            other => format!("{other}-evidence"),
        })
    }

    /// Adds bytes to the evidence, durably, and returns their SHA-256 in the same order.
    ///
    /// # Errors
    /// `store.io` where something cannot be written or the ref stays locked.
    pub fn evidence_add(&self, items: &[&[u8]]) -> Result<Vec<Digest>, GitError> {
        let writer = self.writer()?;
        let mut additions = BTreeMap::new();
        let mut digests = Vec::with_capacity(items.len());
        for bytes in items {
            let digest = Digest::of(bytes);
            digests.push(digest);
            additions.insert(digest, Some(writer.write(ObjectType::Blob, bytes)?));
        }
        self.evidence_change(&additions)?;
        Ok(digests)
    }

    /// Returns the bytes of that SHA-256; `None` where the evidence does not hold them.
    ///
    /// # Errors
    /// `store.evidence-missing` where the object of that name is unreadable or holds other bytes.
    pub fn evidence_get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, GitError> {
        let Some(oid) = self.evidence_blob(digest)? else { return Ok(None) };
        let wrong = |text: String| GitError::new(Code::StoreEvidenceMissing, digest.to_string(), text);
        let blob = objects::blob(self.inner(), oid).map_err(|error| wrong(error.message().to_owned()))?;
        if Digest::of(blob.content()) == *digest {
            Ok(Some(blob.content().to_vec()))
        } else {
            Err(wrong("the evidence under this name holds other bytes".to_owned()))
        }
    }

    /// Returns whether the evidence lists that SHA-256; the bytes are not looked at.
    ///
    /// # Errors
    /// `store.io` where the evidence cannot be read.
    pub fn evidence_has(&self, digest: &Digest) -> Result<bool, GitError> {
        Ok(self.evidence_blob(digest)?.is_some())
    }

    /// Returns every SHA-256 that the evidence lists.
    ///
    /// # Errors
    /// `store.io` where the evidence cannot be read.
    pub fn evidence_list(&self) -> Result<BTreeSet<Digest>, GitError> {
        match self.evidence_root()? {
            Some(root) => self.evidence_in(&root),
            None => Ok(BTreeSet::new()),
        }
    }

    /// Returns every SHA-256 that what another repository has as its evidence lists: none, where that is no commit.
    ///
    /// # Errors
    /// `store.io` where an object cannot be read.
    pub fn evidence_list_at(&self, commit: Oid) -> Result<BTreeSet<Digest>, GitError> {
        self.evidence_there(commit)?.map_or_else(|| Ok(BTreeSet::new()), |root| self.evidence_in(&root))
    }

    /// Returns the tree of what another repository has as its evidence. A host that takes whatever is pushed can have anything there; what is no commit
    /// holds no piece, as code holds none, and is replaced like that.
    fn evidence_there(&self, oid: Oid) -> Result<Option<Tree<'_>>, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, oid.to_string());
        let objects = Objects::of(self.inner()).map_err(wrong())?;
        let raw = objects.read(oid).map_err(wrong())?;
        let headers = CommitHeaders::parse(raw.data()).filter(|_| raw.kind() == ObjectType::Commit);
        headers.map(|headers| objects::tree(self.inner(), headers.tree).map_err(wrong())).transpose()
    }

    /// Returns what a commit of evidence lists, with the blob of each, where the commit is to the last byte what such a set is: no
    /// parent, no other words, nothing else in its tree. The bytes of the blobs are not looked at.
    ///
    /// # Errors
    /// `store.ref` with what is not so; `store.io` where an object cannot be read.
    pub fn evidence_exactly(&self, commit: Oid) -> Result<BTreeMap<Digest, Oid>, GitError> {
        let wrong = |text: String| GitError::new(Code::StoreRef, commit.to_string(), text);
        let lib = |error: git2::Error| GitError::lib(Code::StoreIo, commit.to_string())(error);
        let objects = Objects::of(self.inner()).map_err(lib)?;
        let raw = objects.read(commit).map_err(lib)?;
        let headers = CommitHeaders::parse(raw.data()).filter(|_| raw.kind() == ObjectType::Commit);
        let tree = headers.map(|headers| headers.tree).filter(|tree| commit_of(*tree).as_bytes() == raw.data());
        let Some(tree) = tree else { return Err(wrong("it is no commit of evidence".to_owned())) };
        let root = objects::tree(self.inner(), tree).map_err(lib)?;
        let mut found = BTreeMap::new();
        for (fan, oid) in exactly(&root, 2, TREE).map_err(wrong)? {
            let inner = objects::tree(self.inner(), oid).map_err(lib)?;
            for (rest, blob) in exactly(&inner, 62, BLOB).map_err(wrong)? {
                let digest = Digest::parse(&format!("{fan}{rest}")).map_err(|error| wrong(error.detail))?;
                found.insert(digest, blob);
            }
        }
        Ok(found)
    }

    /// Returns whether a commit of evidence that lists a SHA-256 came with the push that is being received, whatever names it.
    ///
    /// # Errors
    /// `store.io` where the quarantine cannot be listed.
    pub fn evidence_came(&self, digest: &Digest) -> Result<bool, GitError> {
        let Some(quarantine) = variable("GIT_QUARANTINE_PATH").and_then(|path| path.into_string().ok()) else {
            return Ok(false);
        };
        let wrong = || GitError::lib(Code::StoreIo, quarantine.clone());
        let odb = git2::Odb::new().map_err(wrong())?;
        odb.add_disk_alternate(&quarantine).map_err(wrong())?;
        let mut oids = Vec::new();
        odb.foreach(|oid| {
            oids.push(*oid);
            true
        })
        .map_err(wrong())?;
        Ok(oids.into_iter().any(|oid| self.evidence_exactly(oid).is_ok_and(|pieces| pieces.contains_key(digest))))
    }

    fn evidence_in(&self, root: &Tree<'_>) -> Result<BTreeSet<Digest>, GitError> {
        let mut found = BTreeSet::new();
        for fan in well_formed(root, 2, ObjectType::Tree) {
            let tree = objects::tree(self.inner(), fan.1).map_err(GitError::lib(Code::StoreIo, &fan.0))?;
            let names = well_formed(&tree, 62, ObjectType::Blob);
            found.extend(names.keys().filter_map(|rest| Digest::parse(&format!("{}{rest}", fan.0)).ok()));
        }
        Ok(found)
    }

    /// Returns every object of a commit of evidence, itself included; `None` where it is not byte for byte the one commit of its tree.
    ///
    /// # Errors
    /// `store.io` where something of it cannot be read.
    pub fn evidence_objects(&self, commit: Oid) -> Result<Option<BTreeSet<Oid>>, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, commit.to_string());
        let root = evidence_tree_of(self.inner(), commit).map_err(wrong())?;
        let only = Oid::hash_object(ObjectType::Commit, commit_of(root.id()).as_bytes()).map_err(wrong())?;
        let mut found = BTreeSet::from([commit, root.id()]);
        for (name, fan) in well_formed(&root, 2, ObjectType::Tree) {
            let tree = objects::tree(self.inner(), fan).map_err(GitError::lib(Code::StoreIo, name))?;
            found.insert(fan);
            found.extend(well_formed(&tree, 62, ObjectType::Blob).into_values());
        }
        Ok((only == commit).then_some(found))
    }

    /// Takes bytes out of the evidence and returns whether they were there; git's next pruning removes the object.
    ///
    /// # Errors
    /// As [`Repo::evidence_add`].
    pub fn evidence_remove(&self, digest: &Digest) -> Result<bool, GitError> {
        let is_here = self.evidence_list()?.contains(digest);
        if is_here {
            self.evidence_change(&BTreeMap::from([(*digest, None)]))?;
            self.evidence_forget()?;
        }
        Ok(is_here)
    }

    /// Takes pieces out of the evidence that no event of the ledger which ends in `tip` cites, and returns how many of them were there; `None` where the
    /// ledger moved on or is about to: another event may cite them.
    ///
    /// # Errors
    /// As [`Repo::evidence_add`].
    pub fn evidence_drop(&self, digests: &BTreeSet<Digest>, tip: Option<Oid>) -> Result<Option<usize>, GitError> {
        let (name, ledger) = (self.evidence_ref()?, self.ledger_ref()?);
        let held = self.evidence_list()?;
        let change: BTreeMap<Digest, Option<Oid>> = digests.intersection(&held).map(|digest| (*digest, None)).collect();
        if change.is_empty() {
            return Ok(Some(0));
        }
        let old = self.target(&name)?;
        let tree = self.evidence_tree(old, &change).map_err(GitError::lib(Code::StoreIo, &name))?;
        let new = self.writer()?.write(ObjectType::Commit, commit_of(tree).as_bytes())?;
        match self.swap_while(&name, old, new, None, Some((&ledger, tip))) {
            Ok(()) => {}
            Err(AppendError::LostRace { .. } | AppendError::Locked { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        self.evidence_forget()?;
        Ok(Some(change.len()))
    }

    /// Takes the log of the ref away. On a branch git itself may have begun one, which would keep erased bytes reachable.
    fn evidence_forget(&self) -> Result<(), GitError> {
        let name = self.evidence_ref()?;
        let repo = &self.writer()?.repo;
        let wrong = || GitError::lib(Code::StoreIo, &name);
        if repo.reference_has_log(&name).map_err(wrong())? {
            repo.reflog_delete(&name).map_err(wrong())?;
        }
        Ok(())
    }

    /// Returns the commit of the evidence that is here.
    ///
    /// # Errors
    /// `store.io` where the ref cannot be read.
    pub fn evidence_tip(&self) -> Result<Option<Oid>, GitError> {
        self.target(&self.evidence_ref()?)
    }

    /// Takes over, of the evidence of a commit that was fetched, what is cited, and takes out what was erased. Bytes that are not those
    /// of their name are left out and returned, and so is what no event cites.
    ///
    /// # Errors
    /// As [`Repo::evidence_add`].
    pub fn evidence_join(&self, theirs: Option<Oid>, says: &Cites) -> Result<Joined, GitError> {
        let (joined, change) = self.evidence_change_by(theirs, says)?;
        if !change.is_empty() {
            self.evidence_change(&change)?;
        }
        if joined.removed > 0 {
            self.evidence_forget()?;
        }
        Ok(joined)
    }

    /// Returns what [`Repo::evidence_join`] would do, and what would be kept then; changes nothing.
    ///
    /// # Errors
    /// `store.io` where evidence cannot be read.
    pub fn evidence_joined(&self, theirs: Option<Oid>, says: &Cites) -> Result<(Joined, BTreeSet<Digest>), GitError> {
        let (joined, change) = self.evidence_change_by(theirs, says)?;
        let mut kept = self.evidence_list()?;
        for (digest, blob) in change {
            if blob.is_some() {
                kept.insert(digest)
            } else {
                kept.remove(&digest)
            };
        }
        Ok((joined, kept))
    }

    /// Returns what is to change here: pieces that come, with their blobs, and pieces that go.
    fn evidence_change_by(
        &self,
        theirs: Option<Oid>,
        says: &Cites,
    ) -> Result<(Joined, BTreeMap<Digest, Option<Oid>>), GitError> {
        let (own, Cites { cited, erased }) = (self.evidence_list()?, says);
        let mut joined = Joined::default();
        let mut change: BTreeMap<Digest, Option<Oid>> =
            own.iter().filter(|digest| erased.contains(digest)).map(|digest| (*digest, None)).collect();
        joined.removed = change.len() as u64;
        if let Some(commit) = theirs
            && let Some(root) = self.evidence_there(commit)?
        {
            let wrong = || GitError::lib(Code::StoreIo, commit.to_string());
            for digest in self.evidence_in(&root)?.difference(&own).filter(|digest| !erased.contains(digest)) {
                if !cited.contains(digest) {
                    joined.uncited.push(*digest);
                    continue;
                }
                let entry = objects::at_path(self.inner(), root.id(), &place_of(digest)).map_err(wrong())?;
                let Some(entry) = entry else { continue };
                let sound = objects::blob(self.inner(), entry.id()).is_ok_and(|b| Digest::of(b.content()) == *digest);
                if sound {
                    change.insert(*digest, Some(entry.id()));
                    joined.added += 1;
                } else {
                    joined.wrong.push(*digest);
                }
            }
        }
        Ok((joined, change))
    }

    /// Writes the evidence that lists these pieces, each as it is here, else as a commit that was fetched has it, and returns its commit; no ref
    /// names it.
    ///
    /// # Errors
    /// `store.io` where evidence cannot be read or written.
    pub fn evidence_of(&self, pieces: &BTreeSet<Digest>, theirs: Option<Oid>) -> Result<Oid, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, "the evidence that is given");
        let root = theirs.map(|commit| self.evidence_there(commit)).transpose()?.flatten();
        let mut blobs = BTreeMap::new();
        for digest in pieces {
            let mut blob = self.evidence_blob(digest)?;
            if let (None, Some(root)) = (blob, &root) {
                let entry = objects::at_path(self.inner(), root.id(), &place_of(digest)).map_err(wrong())?;
                blob = entry.map(|entry| entry.id());
            }
            blobs.extend(blob.map(|blob| (*digest, Some(blob))));
        }
        let tree = self.evidence_tree(None, &blobs).map_err(wrong())?;
        self.writer()?.write(ObjectType::Commit, commit_of(tree).as_bytes())
    }

    /// Writes the evidence that lists what two commits of evidence list, and returns its commit; no ref names it.
    ///
    /// # Errors
    /// `store.io` where evidence cannot be read or written.
    pub(super) fn evidence_union(&self, theirs: Option<Oid>, own: Oid) -> Result<Oid, GitError> {
        let Some(theirs) = theirs else { return Ok(own) };
        let wrong = || GitError::lib(Code::StoreIo, theirs.to_string());
        let Some(root) = self.evidence_there(theirs)? else { return Ok(own) };
        let mut change = BTreeMap::new();
        for digest in self.evidence_in(&root)?.difference(&self.evidence_list_at(own)?) {
            let entry = objects::at_path(self.inner(), root.id(), &place_of(digest)).map_err(wrong())?;
            change.extend(entry.map(|entry| (*digest, Some(entry.id()))));
        }
        let tree = self.evidence_tree(Some(own), &change).map_err(wrong())?;
        self.writer()?.write(ObjectType::Commit, commit_of(tree).as_bytes())
    }

    fn evidence_change(&self, change: &BTreeMap<Digest, Option<Oid>>) -> Result<(), GitError> {
        let name = self.evidence_ref()?;
        for _ in 0..TRIES {
            let old = self.target(&name)?;
            let tree = self.evidence_tree(old, change).map_err(GitError::lib(Code::StoreIo, &name))?;
            let new = self.writer()?.write(ObjectType::Commit, commit_of(tree).as_bytes())?;
            if old == Some(new) {
                return Ok(());
            }
            // Without a log, which would keep erased bytes reachable.
            match self.swap(&name, old, new, None) {
                Ok(()) => return Ok(()),
                Err(AppendError::LostRace { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GitError::new(Code::StoreLostRace, name, "others change the evidence all the time"))
    }

    /// Writes the tree that is the old one with the change made, and nothing in it that is no evidence.
    fn evidence_tree(&self, old: Option<Oid>, change: &BTreeMap<Digest, Option<Oid>>) -> Result<Oid, git2::Error> {
        let repo = &self.writer().map_err(|error| git2::Error::from_str(&error.text))?.repo;
        let old = old.map(|commit| evidence_tree_of(repo, commit)).transpose()?;
        let mut root = repo.treebuilder(None)?;
        let mut fans = old.as_ref().map(|tree| well_formed(tree, 2, ObjectType::Tree)).unwrap_or_default();
        let mut builders: BTreeMap<String, TreeBuilder<'_>> = BTreeMap::new();
        for (digest, blob) in change {
            let hex = digest.to_string();
            let (fan, rest) = hex.split_at(2);
            if !builders.contains_key(fan) {
                let mut builder = repo.treebuilder(None)?;
                if let Some(tree) = fans.remove(fan) {
                    for (name, oid) in well_formed(&objects::tree(repo, tree)?, 62, ObjectType::Blob) {
                        builder.insert(name, oid, BLOB)?;
                    }
                }
                builders.insert(fan.to_owned(), builder);
            }
            let Some(builder) = builders.get_mut(fan) else { continue };
            match blob {
                Some(oid) => {
                    builder.insert(rest, *oid, BLOB)?;
                }
                None if builder.get(rest)?.is_some() => builder.remove(rest)?,
                None => {}
            }
        }
        for (name, oid) in fans {
            root.insert(name, oid, TREE)?;
        }
        for (name, builder) in builders {
            if !builder.is_empty() {
                root.insert(name, builder.write()?, TREE)?;
            }
        }
        root.write()
    }

    fn evidence_root(&self) -> Result<Option<Tree<'_>>, GitError> {
        let name = self.evidence_ref()?;
        self.target(&name)?
            .map(|commit| evidence_tree_of(self.inner(), commit).map_err(GitError::lib(Code::StoreIo, name)))
            .transpose()
    }

    pub(super) fn evidence_blob(&self, digest: &Digest) -> Result<Option<Oid>, GitError> {
        let Some(root) = self.evidence_root()? else { return Ok(None) };
        let found = objects::at_path(self.inner(), root.id(), &place_of(digest));
        let found = found.map_err(GitError::lib(Code::StoreIo, digest.to_string()))?;
        Ok(found.filter(|entry| entry.kind() == Some(ObjectType::Blob)).map(|entry| entry.id()))
    }
}

/// Returns where a piece lies in a tree of evidence.
fn place_of(digest: &Digest) -> String {
    let hex = digest.to_string();
    let (fan, rest) = hex.split_at(2);
    format!("{fan}/{rest}")
}

/// Returns the bytes of the one commit that a tree of evidence has.
pub(super) fn commit_of(tree: Oid) -> String {
    format!("tree {tree}\nauthor ledger <> 0 +0000\ncommitter ledger <> 0 +0000\n\nevidence\n")
}

fn evidence_tree_of(repo: &git2::Repository, commit: Oid) -> Result<Tree<'_>, git2::Error> {
    let objects = Objects::of(repo)?;
    let raw = objects.read(commit)?;
    let headers = CommitHeaders::parse(raw.data())
        .filter(|_| raw.kind() == ObjectType::Commit)
        .ok_or_else(|| git2::Error::from_str("the evidence ref names no commit"))?;
    objects::tree(repo, headers.tree)
}

/// Returns the entries of a tree, every one of which has that mode and a name of that many lower-case hexadecimal digits; or the
/// name of the first that has not.
fn exactly(tree: &Tree<'_>, digits: usize, mode: i32) -> Result<BTreeMap<String, Oid>, String> {
    let kind = if mode == TREE { ObjectType::Tree } else { ObjectType::Blob };
    let fine = well_formed(tree, digits, kind);
    let odd = tree.iter().find(|entry| {
        entry.filemode_raw() != mode || !entry.name().is_ok_and(|name| fine.get(name) == Some(&entry.id()))
    });
    match odd {
        None if tree.is_empty() && mode == BLOB => Err("its tree has a directory that is empty".to_owned()),
        None => Ok(fine),
        Some(entry) => {
            Err(format!("its tree holds {:?}, which is no evidence", String::from_utf8_lossy(entry.name_bytes())))
        }
    }
}

/// Returns the entries of a tree whose names are that many lower-case hexadecimal digits.
fn well_formed(tree: &Tree<'_>, digits: usize, kind: ObjectType) -> BTreeMap<String, Oid> {
    tree.iter()
        .filter(|entry| entry.kind() == Some(kind))
        .filter_map(|entry| Some((entry.name().ok()?.to_owned(), entry.id())))
        .filter(|(name, _)| name.len() == digits && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        .collect()
}
