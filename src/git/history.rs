//! Who wrote the bytes at a path: a walk over the commits that changed it.
//!
//! From the commit in question the walk goes to parents, each commit once. It does not judge, and does not go beyond,
//! - a baseline commit or an ancestor of one;
//! - a commit in which the file at the path has the bytes that are asked since.
//!
//! Every other commit is compared with its parents, by what stands at the path: mode and object, or nothing. Where some
//! parents have the same, the commit changed nothing, and the walk follows all of those and only those: a merge that took one side
//! has its bytes from there. Where none has the same, the commit *wrote*, and the walk follows all parents; so it is with a
//! merge whose result is neither side's. A commit without parents wrote if something stands there.
//! A rename is a deletion and an addition, and the walk stays with the path.
//!
//! Commits are read from the object database by id. An object that is missing makes the answer unknown.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid, Repository};

use super::objects::Objects;
use super::raw::{self, Entry, Kind, Links, ObjectError};
use super::signer::makers_of;
pub use super::signer::{Committer, People, committer_of};
use crate::domain::id::{Digest, TaggedOid};
use crate::domain::path::RepoPath;

/// Why something about the history or a tree is unknown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// An object could not be read.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Git failed.
    #[error("git failed: {0}")]
    Git(#[from] git2::Error),
    /// A baseline commit is named by another hash function than this repository's.
    #[error("the baseline commit {0} is not named as this repository names its objects")]
    Baseline(TaggedOid),
    /// The ancestors of the baseline could not be read.
    #[error("the ancestors of the baseline cannot be read: {0}")]
    Ancestors(String),
    /// What is asked about has no commit yet, changes the file, and it is not said who makes it.
    #[error("the file is changed by what is not committed yet, and who commits it is not known")]
    Uncommitted,
}

/// Where a walk starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At a commit.
    Commit(Oid),
    /// At a tree that would be committed next.
    Next {
        /// The tree.
        tree: Oid,
        /// The parents that the commit would have.
        parents: Vec<Oid>,
        /// Whom the commit would name, in the form of the answer; `None` where that is not known.
        makers: Option<BTreeSet<String>>,
    },
}

/// A repository's code history, under the keys and the baseline of one position of the ledger. What was read once is kept.
pub struct History<'r> {
    repo: &'r Repository,
    objects: Objects<'r>,
    people: People,
    baseline: BTreeSet<Oid>,
    ancestors: OnceCell<Result<BTreeSet<Oid>, String>>,
    digests: RefCell<BTreeMap<Oid, Blob>>,
    makers: RefCell<BTreeMap<Oid, BTreeSet<String>>>,
}

/// What is kept of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// How many bytes.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Digest,
}

impl<'r> History<'r> {
    /// Returns the history of a repository.
    ///
    /// # Errors
    /// Where the object database cannot be opened, or a baseline commit cannot be one of this repository's.
    pub fn new(
        repo: &'r Repository,
        people: People,
        baseline: &BTreeSet<TaggedOid>,
    ) -> Result<History<'r>, HistoryError> {
        let id = |tagged: &TaggedOid| {
            let hex = tagged.as_str().strip_prefix("sha1:");
            hex.and_then(|hex| Oid::from_str(hex).ok()).ok_or_else(|| HistoryError::Baseline(tagged.clone()))
        };
        Ok(History {
            repo,
            objects: Objects::of(repo)?,
            people,
            baseline: baseline.iter().map(id).collect::<Result<_, _>>()?,
            ancestors: OnceCell::new(),
            digests: RefCell::default(),
            makers: RefCell::default(),
        })
    }

    /// Returns the object database.
    pub fn objects(&self) -> &Objects<'r> {
        &self.objects
    }

    /// Returns the repository.
    pub fn repo(&self) -> &'r Repository {
        self.repo
    }

    /// Returns who committed a commit.
    pub fn committer_of(&self, commit: Oid) -> Result<Committer, HistoryError> {
        Ok(committer_of(&self.objects, commit, &self.people)?)
    }

    /// Returns size and SHA-256 of a blob.
    pub fn blob(&self, oid: Oid) -> Result<Blob, HistoryError> {
        if let Some(blob) = self.digests.borrow().get(&oid) {
            return Ok(*blob);
        }
        let object = raw::read(&self.objects, oid, ObjectType::Blob)?;
        let size = u64::try_from(object.len()).unwrap_or(u64::MAX);
        let blob = Blob { size, sha256: Digest::of(object.data()) };
        self.digests.borrow_mut().insert(oid, blob);
        Ok(blob)
    }

    /// Returns who wrote the bytes at a path: actors by name, and `?EMAIL` for claims.
    ///
    /// `since` is the SHA-256 of the bytes from which on it is asked; `None`: since the baseline.
    pub fn writers(
        &self,
        start: &Start,
        path: &RepoPath,
        since: Option<Digest>,
    ) -> Result<BTreeSet<String>, HistoryError> {
        let walk = Walk { history: self, path: PathInTrees::new(&self.objects, path), since };
        let mut writers = BTreeSet::new();
        let from = match start {
            Start::Commit(commit) => vec![*commit],
            Start::Next { tree, parents, makers } => {
                let step = walk.step(&Links { tree: *tree, parents: parents.clone() })?;
                if step.wrote {
                    writers.extend(makers.clone().ok_or(HistoryError::Uncommitted)?);
                }
                step.next
            }
        };
        for commit in walk.commits_that_wrote(&from)? {
            writers.extend(self.makers_of(commit)?);
        }
        Ok(writers)
    }

    /// Returns whether a commit is `tip` or one of its ancestors.
    pub fn is_ancestor(&self, commit: Oid, tip: Oid) -> Result<bool, HistoryError> {
        let (mut seen, mut stack) = (BTreeSet::new(), vec![tip]);
        while let Some(at) = stack.pop() {
            if at == commit {
                return Ok(true);
            }
            if seen.insert(at) {
                stack.extend(raw::links(&self.objects, at)?.parents);
            }
        }
        Ok(false)
    }

    fn makers_of(&self, commit: Oid) -> Result<BTreeSet<String>, HistoryError> {
        if let Some(makers) = self.makers.borrow().get(&commit) {
            return Ok(makers.clone());
        }
        let makers = makers_of(&self.objects, commit, &self.people)?;
        self.makers.borrow_mut().insert(commit, makers.clone());
        Ok(makers)
    }

    /// Returns the baseline commits with all their ancestors.
    fn ancestors(&self) -> Result<&BTreeSet<Oid>, HistoryError> {
        let read = || -> Result<BTreeSet<Oid>, ObjectError> {
            let mut seen = BTreeSet::new();
            let mut stack: Vec<Oid> = self.baseline.iter().copied().collect();
            while let Some(at) = stack.pop() {
                if seen.insert(at) {
                    stack.extend(raw::links(&self.objects, at)?.parents);
                }
            }
            Ok(seen)
        };
        let ancestors = self.ancestors.get_or_init(|| read().map_err(|error| error.to_string()));
        ancestors.as_ref().map_err(|error| HistoryError::Ancestors(error.clone()))
    }
}

/// One walk.
struct Walk<'a, 'r> {
    history: &'a History<'r>,
    path: PathInTrees<'a>,
    since: Option<Digest>,
}

/// What one commit adds to a walk.
struct Step {
    wrote: bool,
    next: Vec<Oid>,
    /// The walk ends here because of the bytes, or because there is nothing before.
    ends: bool,
}

/// What a walk found.
struct Found {
    wrote: Vec<Oid>,
    /// Every line that was followed ended at a baseline commit.
    ends_at_baseline: bool,
    /// The walk was not broken off.
    complete: bool,
}

/// How many commits a short walk visits at most.
const SHORT: usize = 4096;

impl Walk<'_, '_> {
    /// Returns the commits that wrote.
    ///
    /// To know all ancestors of the baseline means to read all of the older history, once. Where a short walk finds that
    /// nothing was written, or that all of it descends from the only baseline commit, no such ancestor can be among what was
    /// found, and the older history is not read.
    fn commits_that_wrote(&self, from: &[Oid]) -> Result<Vec<Oid>, HistoryError> {
        let baseline = &self.history.baseline;
        if baseline.is_empty() {
            return Ok(self.walk(from, baseline, usize::MAX)?.wrote);
        }
        if self.history.ancestors.get().is_none()
            && let Ok(found) = self.walk(from, baseline, SHORT)
            && found.complete
            && (found.wrote.is_empty() || (baseline.len() == 1 && found.ends_at_baseline))
        {
            return Ok(found.wrote);
        }
        Ok(self.walk(from, self.history.ancestors()?, usize::MAX)?.wrote)
    }

    fn walk(&self, from: &[Oid], unjudged: &BTreeSet<Oid>, most: usize) -> Result<Found, HistoryError> {
        let mut found = Found { wrote: Vec::new(), ends_at_baseline: true, complete: true };
        let mut seen = BTreeSet::new();
        let mut stack = from.to_vec();
        while let Some(commit) = stack.pop() {
            if unjudged.contains(&commit) || !seen.insert(commit) {
                continue;
            }
            if seen.len() > most {
                found.complete = false;
                break;
            }
            let step = self.step(&self.path.links(commit)?)?;
            found.ends_at_baseline &= !step.ends;
            if step.wrote {
                found.wrote.push(commit);
            }
            stack.extend(step.next);
        }
        Ok(found)
    }

    fn step(&self, commit: &Links) -> Result<Step, HistoryError> {
        let here = self.path.at(commit.tree)?;
        if self.has_bytes_asked_since(here)? {
            return Ok(Step { wrote: false, next: Vec::new(), ends: true });
        }
        let mut same = Vec::new();
        for parent in &commit.parents {
            if self.path.at(self.path.links(*parent)?.tree)? == here {
                same.push(*parent);
            }
        }
        let ends = commit.parents.is_empty();
        let wrote = if ends { here.is_some() } else { same.is_empty() };
        Ok(Step { wrote, next: if same.is_empty() { commit.parents.clone() } else { same }, ends })
    }

    fn has_bytes_asked_since(&self, entry: Option<Entry>) -> Result<bool, HistoryError> {
        match (self.since, entry) {
            (Some(since), Some(Entry { kind: Kind::File(_), oid })) => Ok(self.history.blob(oid)?.sha256 == since),
            _ => Ok(false),
        }
    }
}

/// What stands at one path in one tree after another. Neighbours in a history share most directories, which are read once.
struct PathInTrees<'a> {
    objects: &'a Objects<'a>,
    segments: Vec<Vec<u8>>,
    read: RefCell<BTreeMap<(usize, Oid), Option<Entry>>>,
    commits: RefCell<BTreeMap<Oid, Links>>,
}

impl<'a> PathInTrees<'a> {
    fn new(objects: &'a Objects<'a>, path: &RepoPath) -> PathInTrees<'a> {
        let segments = path.as_str().split('/').map(|segment| segment.as_bytes().to_vec()).collect();
        PathInTrees { objects, segments, read: RefCell::default(), commits: RefCell::default() }
    }

    /// Returns what a commit points to.
    fn links(&self, commit: Oid) -> Result<Links, ObjectError> {
        if let Some(links) = self.commits.borrow().get(&commit) {
            return Ok(links.clone());
        }
        let links = raw::links(self.objects, commit)?;
        self.commits.borrow_mut().insert(commit, links.clone());
        Ok(links)
    }

    /// Returns what stands at the path; nothing does behind a link or a submodule.
    fn at(&self, tree: Oid) -> Result<Option<Entry>, ObjectError> {
        let mut tree = tree;
        for (depth, name) in self.segments.iter().enumerate() {
            let entry = self.entry(depth, tree, name)?;
            match entry {
                Some(Entry { kind: Kind::Tree, oid }) if depth + 1 < self.segments.len() => tree = oid,
                _ if depth + 1 < self.segments.len() => return Ok(None),
                _ => return Ok(entry),
            }
        }
        Ok(None)
    }

    fn entry(&self, depth: usize, tree: Oid, name: &[u8]) -> Result<Option<Entry>, ObjectError> {
        if let Some(entry) = self.read.borrow().get(&(depth, tree)) {
            return Ok(*entry);
        }
        let entry = raw::entry(self.objects, tree, name)?;
        self.read.borrow_mut().insert((depth, tree), entry);
        Ok(entry)
    }
}
