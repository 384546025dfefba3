//! The store of events: a chain of commits behind one ref, read by first parents and extended by compare-and-swap.
//!
//! An append is prepared whole (objects written and synced) before the ref moves, and the ref moves in one rename. Killed
//! at any moment it leaves the old tip or the new one, and nothing that stops the next.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use git2::{ConfigLevel, ObjectType, OdbObject, Oid, Repository};

use super::error::GitError;
use super::objects::Objects;
use super::repo::{Repo, reopen};
use crate::domain::code::Code;
use crate::domain::commit::MAX_COMMIT;

/// What libgit2 is told about writing: an object is on the disk before it has its name.
const SETTINGS: &str = "[core]\n\tfsyncObjectFiles = true\n";

/// Why an append failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended first.
    #[error("{}: {reference}: expected the tip {}, found {}", Code::StoreLostRace, shown(*expected), shown(*actual))]
    LostRace {
        /// The ref.
        reference: String,
        /// The tip that the event was made for; `None`: no ledger yet.
        expected: Option<Oid>,
        /// The tip that is there.
        actual: Option<Oid>,
    },
    /// Git, or another program than ours, holds a lock, or left it behind when it was killed.
    #[error("{}: {}: {LOCKED}", Code::StoreIo, lock.display())]
    Locked {
        /// The lock file.
        lock: PathBuf,
    },
    /// What was to be written is there, and may not outlive a loss of power.
    #[error("{}: {place}: {UNSYNCED}: {text}", Code::StoreIo)]
    Unsynced {
        /// The file.
        place: String,
        /// What the file system said.
        text: String,
        /// The event that is there, where it is one.
        event: Option<Oid>,
    },
    /// Anything else.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl AppendError {
    /// Returns the code that names the failure.
    pub fn code(&self) -> Code {
        match self {
            AppendError::LostRace { .. } => Code::StoreLostRace,
            AppendError::Locked { .. } | AppendError::Unsynced { .. } => Code::StoreIo,
            AppendError::Git(error) => error.code,
        }
    }
}

const LOCKED: &str = "git holds this lock";

const UNSYNCED: &str = "it was written and stands, but it may not outlive a loss of power";

impl From<AppendError> for GitError {
    fn from(error: AppendError) -> GitError {
        let code = error.code();
        match error {
            AppendError::Git(error) => error,
            AppendError::Locked { lock } => {
                let lock = lock.display().to_string();
                let remove = format!("rm {}", crate::domain::judge::quoted(&lock));
                GitError::new(code, lock, LOCKED)
                    .needed("that git ends; if none runs here, one that was killed left the lock: remove it")
                    .next("ps -C git")
                    .next(remove)
            }
            AppendError::Unsynced { place, text, .. } => GitError::new(code, place, format!("{UNSYNCED}: {text}"))
                .needed("nothing for now; a disk that takes what is written")
                .next("ledger log -n 1"),
            AppendError::LostRace { reference, .. } => {
                GitError::new(code, reference, "somebody else changed it meanwhile")
            }
        }
    }
}

fn shown(oid: Option<Oid>) -> String {
    oid.map_or_else(|| "none".to_owned(), |oid| oid.to_string())
}

impl Repo {
    /// Returns the newest event's commit; `None` where there is no ledger.
    ///
    /// # Errors
    /// `trust.history` where the ref is symbolic or unreadable; `trust.pin` as [`Repo::ledger_ref`].
    pub fn tip(&self) -> Result<Option<Oid>, GitError> {
        self.target(&self.ledger_ref()?)
    }

    /// Returns the commits from genesis to `tip`, genesis first.
    ///
    /// # Errors
    /// `trust.history`, naming the object and how far it lies before the tip, where one is missing, corrupt or no commit;
    /// `format.size` where one is larger than an event can be, `format.commit` where it does not say what it follows.
    pub fn chain(&self, tip: Oid) -> Result<Vec<Oid>, GitError> {
        let mut chain = Vec::new();
        self.walk_back(tip, |oid, _| {
            chain.push(oid);
            true
        })?;
        chain.reverse();
        Ok(chain)
    }

    /// Returns the commits after `base` up to `tip`, oldest first; `None` where `base` is not on the chain of `tip`.
    ///
    /// # Errors
    /// As [`Repo::chain`].
    pub fn chain_after(&self, base: Oid, tip: Oid) -> Result<Option<Vec<Oid>>, GitError> {
        let (mut chain, mut met) = (Vec::new(), false);
        self.walk_back(tip, |oid, _| {
            met = oid == base;
            if !met {
                chain.push(oid);
            }
            !met
        })?;
        chain.reverse();
        Ok(met.then_some(chain))
    }

    /// Hands each commit's id and bytes to `visit`, from `tip` back to genesis or until `visit` says false.
    ///
    /// # Errors
    /// As [`Repo::chain`].
    pub fn walk_back(&self, tip: Oid, mut visit: impl FnMut(Oid, Vec<u8>) -> bool) -> Result<(), GitError> {
        let mut next = Some(tip);
        let mut steps = 0_u64;
        self.readers.with(|objects| {
            while let Some(oid) = next {
                let raw = event(objects, oid).map_err(|error| self.explain_gap(error, steps))?;
                let headers = CommitHeaders::parse(&raw);
                if !visit(oid, raw) {
                    break;
                }
                let headers = headers.ok_or_else(|| {
                    GitError::new(Code::FormatCommit, oid.to_string(), "the commit's headers are malformed")
                })?;
                next = headers.parents.first().copied();
                steps += 1;
            }
            Ok(())
        })
    }

    /// Returns the bytes of a commit that can be an event, verified against its id.
    ///
    /// # Errors
    /// `trust.history` where the object is missing, corrupt or no commit; `format.size` where it is larger than an event can be.
    pub fn read(&self, oid: Oid) -> Result<Vec<u8>, GitError> {
        self.readers.with(|objects| event(objects, oid))
    }

    /// Returns why an object that is here can be no event, whatever it holds: it is no commit, or too large for one. `None` where it can be one, or is not
    /// here whole.
    pub fn is_no_event(&self, oid: Oid) -> Option<GitError> {
        let lib = GitError::lib(Code::TrustHistory, oid.to_string());
        let (size, kind) = self.readers.with(|objects| objects.header(oid).map_err(lib)).ok()?;
        match kind {
            ObjectType::Commit if size <= MAX_COMMIT => None,
            ObjectType::Commit => self.read(oid).err(),
            _ => Some(no_commit(oid)),
        }
    }

    /// Returns what reads commits on any thread.
    pub fn commits(&self) -> Commits<'_> {
        Commits(&self.readers)
    }

    /// Writes a commit and moves the ledger's ref from `expected` to it, durably.
    ///
    /// The commit's parent has to be `expected`. Nothing is visible unless all of it is there.
    ///
    /// # Errors
    /// [`AppendError::LostRace`] where the ref is not at `expected`, [`AppendError::Locked`] where it stays locked,
    /// [`AppendError::Unsynced`] where the event was appended all the same.
    pub fn append(&self, expected: Option<Oid>, commit: &[u8]) -> Result<Oid, AppendError> {
        let name = &self.ledger_ref()?;
        let headers = CommitHeaders::parse(commit)
            .ok_or_else(|| GitError::new(Code::FormatCommit, name, "what is to be appended is no commit"))?;
        if headers.parents.as_slice() != expected.as_slice() {
            return Err(GitError::new(Code::FormatParents, name, "the event was not made for the expected tip").into());
        }
        let oid = self.write_event(commit)?;
        match self.swap(name, expected, oid, Some(&format!("ledger: {}", summary(commit)))) {
            Ok(()) => Ok(oid),
            Err(AppendError::Unsynced { place, text, .. }) => {
                Err(AppendError::Unsynced { place, text, event: Some(oid) })
            }
            Err(error) => Err(error),
        }
    }

    /// Writes an event that no ref names yet, durably.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub fn write_event(&self, commit: &[u8]) -> Result<Oid, GitError> {
        let writer = self.writer()?;
        writer.write(ObjectType::Tree, b"")?;
        writer.write(ObjectType::Commit, commit)
    }

    /// Moves the ledger's ref from `expected` to another chain, durably. What stood on the old one alone has to be kept by whoever
    /// calls this.
    ///
    /// # Errors
    /// As [`Repo::append`].
    pub fn move_tip(&self, expected: Option<Oid>, tip: Oid, message: &str) -> Result<(), AppendError> {
        self.swap(&self.ledger_ref()?, expected, tip, Some(message))
    }

    /// Returns the newest commit that two chains have in common; `None` where they have none.
    ///
    /// # Errors
    /// As [`Repo::chain`].
    pub fn fork(&self, a: Oid, b: Oid) -> Result<Option<Oid>, GitError> {
        let (mut ends, mut met) = ([Some(a), Some(b)], [BTreeSet::from([a]), BTreeSet::from([b])]);
        while ends != [None, None] {
            for side in [0, 1] {
                let Some(oid) = ends[side] else { continue };
                if met[1 - side].contains(&oid) {
                    return Ok(Some(oid));
                }
                let headers = CommitHeaders::parse(&self.read(oid)?).ok_or_else(|| {
                    GitError::new(Code::FormatCommit, oid.to_string(), "the commit's headers are malformed")
                })?;
                ends[side] = headers.parents.first().copied();
                met[side].extend(ends[side]);
            }
        }
        Ok(None)
    }

    /// Returns the handle that writes durably, opened at its first use.
    pub(super) fn writer(&self) -> Result<&Writer, GitError> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        let writer = Writer::open(self)?;
        Ok(self.writer.get_or_init(|| writer))
    }

    fn explain_gap(&self, error: GitError, steps: u64) -> GitError {
        let depth = match steps {
            0 => "the tip of the ledger".to_owned(),
            n => format!("{n} before the tip of the ledger"),
        };
        let text = format!("{depth}: {}", error.text);
        if self.inner().is_shallow() {
            let text = format!("{text}; this is a shallow clone, in which the ledger is cut short");
            let error = GitError { text, ..error };
            return error.needed("the whole history of the ledger").next("git fetch --unshallow");
        }
        GitError { text, ..error }
    }
}

/// Returns the first line of a commit's message without controls, for the reflog.
fn summary(commit: &[u8]) -> String {
    let start = commit.windows(2).position(|pair| pair == b"\n\n").map_or(commit.len(), |at| at + 2);
    let line = commit.get(start..).and_then(|message| message.split(|byte| *byte == b'\n').next()).unwrap_or_default();
    String::from_utf8_lossy(line).chars().filter(|c| !c.is_control()).take(200).collect()
}

/// What the first headers of a commit say; grafts have no part in it.
pub(super) struct CommitHeaders {
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
}

impl CommitHeaders {
    pub(super) fn parse(raw: &[u8]) -> Option<CommitHeaders> {
        let mut lines = raw.split(|byte| *byte == b'\n');
        let tree = oid_header(lines.next()?, b"tree ")?;
        let mut parents = Vec::new();
        for line in lines {
            match oid_header(line, b"parent ") {
                Some(parent) => parents.push(parent),
                None if line.starts_with(b"author ") => return Some(CommitHeaders { tree, parents }),
                None => return None,
            }
        }
        None
    }
}

fn oid_header(line: &[u8], name: &[u8]) -> Option<Oid> {
    let hex = std::str::from_utf8(line.strip_prefix(name)?).ok()?;
    Oid::from_str(hex).ok().filter(|oid| oid.to_string() == hex)
}

/// Reads commits on any thread.
#[derive(Clone, Copy)]
pub struct Commits<'r>(&'r Readers);

impl Commits<'_> {
    /// Returns the bytes of commits, each verified against its id, in the order of their ids.
    ///
    /// # Errors
    /// Each as [`Repo::read`].
    pub fn read(self, oids: &[Oid]) -> Vec<Result<Vec<u8>, GitError>> {
        let all = self.0.with(|objects| Ok(oids.iter().map(|oid| commit(objects, *oid)).collect()));
        all.unwrap_or_else(|error| oids.iter().map(|_| Err(error.clone())).collect())
    }
}

/// Returns the bytes of a commit that can be an event by its size, which is asked before anything is unpacked.
fn event(objects: &Objects<'_>, oid: Oid) -> Result<Vec<u8>, GitError> {
    let object = objects.read_within(oid, MAX_COMMIT).map_err(GitError::lib(Code::TrustHistory, oid.to_string()))?;
    object.map_or_else(
        |size| {
            let text = format!("a commit of {size} bytes; an event has at most {MAX_COMMIT}");
            Err(GitError::new(Code::FormatSize, oid.to_string(), text))
        },
        |object| commit_bytes(&object),
    )
}

/// Returns the bytes of a commit, verified against its id.
fn commit(objects: &Objects<'_>, oid: Oid) -> Result<Vec<u8>, GitError> {
    let object = objects.read(oid).map_err(GitError::lib(Code::TrustHistory, oid.to_string()))?;
    commit_bytes(&object)
}

fn commit_bytes(object: &OdbObject<'_>) -> Result<Vec<u8>, GitError> {
    if object.kind() == ObjectType::Commit { Ok(object.data().to_vec()) } else { Err(no_commit(object.id())) }
}

fn no_commit(oid: Oid) -> GitError {
    GitError::new(Code::TrustHistory, oid.to_string(), "the object is not a commit")
}

/// Handles for reading, one a thread, kept for the next reader.
pub(super) struct Readers {
    git_dir: PathBuf,
    alone: bool,
    idle: Mutex<Vec<Repository>>,
}

impl Readers {
    pub(super) fn new(git_dir: PathBuf, alone: bool) -> Readers {
        Readers { git_dir, alone, idle: Mutex::new(Vec::new()) }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies `f` to the objects as a handle reads them that no other thread has meanwhile.
    fn with<R>(&self, f: impl FnOnce(&Objects<'_>) -> Result<R, GitError>) -> Result<R, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, self.git_dir.display().to_string());
        let kept = self.idle().pop();
        let repo = kept.map_or_else(|| reopen(&self.git_dir, self.alone), Ok).map_err(wrong())?;
        let result = Objects::of(&repo).map_err(wrong()).and_then(|objects| f(&objects));
        self.idle().push(repo);
        result
    }
}

/// A handle that syncs every object before it goes on.
pub(super) struct Writer {
    pub(super) repo: Repository,
}

impl Writer {
    fn open(of: &Repo) -> Result<Writer, GitError> {
        let place = of.inner().path().display().to_string();
        let repo = reopen(of.inner().path(), of.alone).map_err(GitError::lib(Code::StoreIo, &place))?;
        // A file that is there once for all, because one for each process would stay behind whenever one is killed.
        let settings = of.own_dir().join("settings");
        if std::fs::read(&settings).ok().as_deref() != Some(SETTINGS.as_bytes()) {
            of.put(&settings, SETTINGS.as_bytes(), 0o644)?;
        }
        // Seen by this handle alone: libgit2 asks when it opens the objects, which has not happened yet.
        repo.config()
            .and_then(|mut config| config.add_file(&settings, ConfigLevel::App, false))
            .and_then(|()| repo.odb().map(|_| ()))
            .map_err(GitError::lib(Code::StoreIo, &place))?;
        Ok(Writer { repo })
    }

    pub(super) fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<Oid, GitError> {
        self.repo
            .odb()
            .and_then(|odb| odb.write(kind, bytes))
            .map_err(GitError::lib(Code::StoreIo, self.repo.commondir().join("objects").display().to_string()))
    }
}
