//! What is left where a machine or another program failed, and how it is put right.
//!
//! Promises to take nothing that somebody may still hold, and to put a ref back only where it names nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};

use super::error::GitError;
use super::objects::Objects;
use super::replace::{CONFIG, is_same_file, with_suffix};
use super::repo::Repo;
use super::store::AppendError;
use crate::domain::code::Code;
use crate::domain::id::Digest;

/// What commands that were killed left, or commands that are running have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftovers {
    /// Files of our own, which the next command that writes removes.
    pub own: Vec<PathBuf>,
    /// Locks of git, of which nobody but a person can tell whether a git still holds them.
    pub locks: Vec<PathBuf>,
}

impl Repo {
    /// Returns what lies where the ledger's files are written.
    ///
    /// # Errors
    /// `store.io` where a directory cannot be read.
    pub fn leftovers(&self) -> Result<Leftovers, GitError> {
        let mut own = Vec::new();
        files_below(&self.pending(), &mut own).map_err(GitError::io(&self.pending()))?;
        let mut names: Vec<String> = vec![self.ledger_ref()?, self.evidence_ref()?];
        names.extend([CONFIG.to_owned(), "packed-refs".to_owned(), "HEAD".to_owned()]);
        names.extend(self.refs("refs/ledger-remote/*")?.into_iter().map(|(name, _)| name));
        let locks = names.iter().map(|name| with_suffix(&self.guarded(name), ".lock"));
        let locks = locks.filter(|lock| lock.exists() && !own.iter().any(|file| is_same_file(file, lock))).collect();
        Ok(Leftovers { own, locks })
    }

    /// Removes what writers of ours left that were killed.
    ///
    /// # Errors
    /// `store.io` where it cannot be removed, or where one of them is still writing.
    pub fn clear_leftovers(&self) -> Result<(), GitError> {
        self.exclusive().map(drop)
    }

    /// Returns what the log of a ref says that it named, newest first.
    pub fn logged(&self, name: &str) -> Vec<Oid> {
        let Ok(log) = self.inner().reflog(name) else { return Vec::new() };
        log.iter().map(|entry| entry.id_new()).filter(|oid| !oid.is_zero()).collect()
    }

    /// Returns what the log of a ref says of its moves, newest first: from where, to where, and why.
    pub(super) fn moves(&self, name: &str) -> Vec<(Oid, Oid, String)> {
        let Ok(log) = self.inner().reflog(name) else { return Vec::new() };
        let message = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        log.iter().map(|entry| (entry.id_old(), entry.id_new(), message(entry.message_bytes()))).collect()
    }

    /// Returns whether the log of the ledger's ref says that moves which begin so led from `before` to where it is.
    ///
    /// # Errors
    /// As [`Repo::ledger_ref`].
    pub fn was_left_by(&self, tip: Oid, before: Oid, begins: &str) -> Result<bool, GitError> {
        let mut at = tip;
        for (old, new, message) in self.moves(&self.ledger_ref()?) {
            // Between them somebody can have moved it away and back.
            if new != at || !message.starts_with(begins) {
                continue;
            }
            if old == before {
                return Ok(true);
            }
            at = old;
        }
        Ok(false)
    }

    /// Returns whether moves of a ref are logged.
    pub fn has_log(&self, name: &str) -> bool {
        self.inner().reference_has_log(name).unwrap_or(false)
    }

    /// Has a ref that names nothing, or nothing that can be read as a name, name an object.
    ///
    /// # Errors
    /// [`AppendError::LostRace`] where it names something, `trust.history` where it is symbolic; else as [`Repo::append`].
    pub fn put_back(&self, name: &str, oid: Oid, message: &str) -> Result<(), AppendError> {
        let held = self.exclusive()?;
        let path = self.guarded(name);
        self.replace_guarded(&held, name, format!("{oid}\n").as_bytes(), || match self.target(name) {
            Ok(None) => Ok(self.note_move(name, None, oid, message)?),
            Ok(actual) => Err(AppendError::LostRace { reference: name.to_owned(), expected: None, actual }),
            Err(error) if fs::read(&path).is_ok_and(|text| text.starts_with(b"ref:")) => Err(error.into()),
            Err(_) => Ok(self.note_move(name, None, oid, message)?),
        })
    }

    /// Begins the log of a ref that has none.
    ///
    /// # Errors
    /// As [`Repo::append`].
    pub fn begin_log(&self, name: &str, message: &str) -> Result<(), AppendError> {
        match self.target(name)? {
            Some(tip) if !self.has_log(name) => self.swap(name, Some(tip), tip, Some(message)),
            _ => Ok(()),
        }
    }

    /// Looks for lost evidence among all objects that are here, whatever names them, and keeps what it finds. What is wanted is told
    /// by its SHA-256 and its size. A dry run keeps nothing.
    ///
    /// # Errors
    /// `store.io` where the objects cannot be listed, or what was found cannot be kept.
    pub fn evidence_recover(
        &self,
        wanted: &BTreeMap<Digest, u64>,
        dry_run: bool,
    ) -> Result<BTreeSet<Digest>, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, self.common_dir().join("objects").display().to_string());
        let sizes: BTreeSet<u64> = wanted.values().copied().collect();
        let objects = Objects::of(self.inner()).map_err(wrong())?;
        let mut oids = Vec::new();
        let odb = self.inner().odb().map_err(wrong())?;
        odb.foreach(|oid| {
            oids.push(*oid);
            true
        })
        .map_err(wrong())?;
        let mut found = BTreeSet::new();
        for oid in oids {
            // What cannot be read is not what is looked for.
            let Ok((size, ObjectType::Blob)) = objects.header(oid) else { continue };
            if !u64::try_from(size).is_ok_and(|size| sizes.contains(&size)) {
                continue;
            }
            let Ok(object) = objects.read(oid) else { continue };
            let digest = Digest::of(object.data());
            if wanted.contains_key(&digest) && found.insert(digest) && !dry_run {
                self.evidence_add(&[object.data()])?;
            }
        }
        Ok(found)
    }
}

fn files_below(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
