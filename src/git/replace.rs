//! Replacing a file so that a process which is killed at any moment stands in nobody's way.
//!
//! Git guards a file `F` by `F.lock`: only who creates it may change `F`, by renaming the lock over it. A lock counts as held
//! for as long as it exists, so one that a killed process left stops everybody until a person removes it. Ours can be told
//! from everybody else's:
//!
//! 1. Whoever writes first takes the lock of the operating system on `ledger/lock`, which comes back when its holder dies.
//! 2. The new content is written and synced whole, under a name of its own, `ledger/pending/F.next`.
//! 3. `F.lock` becomes a second name of that very file (a hard link), which fails where a lock exists.
//! 4. What `F` holds is looked at; the lock is renamed over `F`, the directory synced, and the first name removed.
//!
//! So who holds `ledger/lock` and finds an `F.next` knows that its writer is dead; and an `F.lock` that is the same file was
//! that writer's, and is removed. A lock that is any other file is somebody else's, and is never touched.
//!
//! Evidence is kept before the event that cites it is signed, which takes as long as a passphrase does. So whoever keeps it shares a second lock,
//! `ledger/acts`, until the event stands on the ref, and only who holds that one alone takes away what no event cites.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use super::error::GitError;
use super::repo::Repo;
use super::store::AppendError;
use crate::domain::code::Code;

/// How often another `ledger` that writes is waited for; about five seconds in all.
const TRIES: u64 = 56;

/// How often a lock of git's that somebody else holds is tried again; about two seconds in all.
const LOCK_TRIES: u64 = 26;

/// The repository's own settings, in the shared git directory.
pub(super) const CONFIG: &str = "config";

/// The right to write, which one process has at a time; it ends with the value, or with the process.
pub(super) struct Exclusive {
    _lock: File,
}

/// Says that evidence is kept here for an event that is still to come, or that none is; it ends with the value, or with the process.
pub struct Acts {
    _lock: File,
}

/// Gives others a hundredth of a second at first, and never more than a tenth.
fn wait(attempt: u64) {
    sleep(Duration::from_millis((10 * attempt).min(100)));
}

impl Repo {
    /// Returns the directory in the shared git directory that is ours.
    pub(super) fn own_dir(&self) -> PathBuf {
        self.common_dir().join("ledger")
    }

    /// Takes the right to write, which no other `ledger` has meanwhile.
    ///
    /// # Errors
    /// `store.io` where the lock cannot be written, or where another process holds it for seconds.
    pub(super) fn exclusive(&self) -> Result<Exclusive, GitError> {
        let path = self.own_dir().join("lock");
        make_directory(&self.own_dir())?;
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(GitError::io(&path))?;
        for attempt in 1..=TRIES {
            match file.try_lock() {
                Ok(()) => {
                    self.clear_up(&self.pending())?;
                    return Ok(Exclusive { _lock: file });
                }
                Err(TryLockError::WouldBlock) => wait(attempt),
                Err(TryLockError::Error(error)) => return Err(GitError::io(&path)(error)),
            }
        }
        let text = "another ledger command holds this lock and is still writing";
        let error = GitError::new(Code::StoreIo, path.display().to_string(), text);
        Err(error.needed("that it ends; the lock is free as soon as it does").next("ps -C ledger"))
    }

    /// Says that evidence is about to be kept for an event that comes after it, so that nobody takes it away as what no event cites. Several say so
    /// at once; however long a signature takes, they stand in nobody else's way.
    ///
    /// # Errors
    /// `store.io` where the lock cannot be written, or where another process takes evidence away for seconds.
    pub fn acts(&self) -> Result<Acts, GitError> {
        let (path, file) = self.acts_file()?;
        for attempt in 1..=TRIES {
            match file.try_lock_shared() {
                Ok(()) => return Ok(Acts { _lock: file }),
                Err(TryLockError::WouldBlock) => wait(attempt),
                Err(TryLockError::Error(error)) => return Err(GitError::io(&path)(error)),
            }
        }
        let text = "another ledger command holds this lock and is still taking evidence away";
        let error = GitError::new(Code::StoreIo, path.display().to_string(), text);
        Err(error.needed("that it ends; the lock is free as soon as it does").next("ps -C ledger"))
    }

    /// Takes the right to take evidence away, while nobody keeps any for an event that is still to come; `None` where somebody does.
    ///
    /// # Errors
    /// `store.io` where the lock cannot be written.
    pub fn nobody_acts(&self) -> Result<Option<Acts>, GitError> {
        let (path, file) = self.acts_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Acts { _lock: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(GitError::io(&path)(error)),
        }
    }

    fn acts_file(&self) -> Result<(PathBuf, File), GitError> {
        let path = self.own_dir().join("acts");
        make_directory(&self.own_dir())?;
        // Where a lock is one of the network file system's, a shared one takes a file that is open for reading.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(GitError::io(&path))?;
        Ok((path, file))
    }

    /// Removes what writers that were killed left, which each writer does, too.
    ///
    /// # Errors
    /// As [`Repo::append`].
    pub fn clear(&self) -> Result<(), GitError> {
        self.exclusive().map(drop)
    }

    /// Returns the file, guarded by a lock of git's, that is called so in the shared git directory.
    pub(super) fn guarded(&self, name: impl AsRef<Path>) -> PathBuf {
        let path = self.common_dir().join(&name);
        // Git guards a file where it lies, and people link their settings from elsewhere.
        if name.as_ref() == Path::new(CONFIG) { fs::canonicalize(&path).unwrap_or(path) } else { path }
    }

    pub(super) fn pending(&self) -> PathBuf {
        self.own_dir().join("pending")
    }

    /// Removes what writers that were killed left, below a directory of what is pending.
    fn clear_up(&self, directory: &Path) -> Result<(), GitError> {
        let entries = match fs::read_dir(directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(GitError::io(directory))?,
        };
        for entry in entries {
            let entry = entry.map_err(GitError::io(directory))?;
            let own = entry.path();
            // Not of what a link leads to: that is none of ours.
            if entry.file_type().map_err(GitError::io(&own))?.is_dir() {
                self.clear_up(&own)?;
                continue;
            }
            let name = own.strip_prefix(self.pending()).map(|path| path.with_extension("")).unwrap_or_default();
            let lock = with_suffix(&self.guarded(&name), ".lock");
            if is_same_file(&own, &lock) {
                remove_if_there(&lock).map_err(GitError::io(&lock))?;
            }
            // Last, since it is what tells whose the lock is.
            remove_if_there(&own).map_err(GitError::io(&own))?;
        }
        Ok(())
    }

    /// Replaces the file of that name in the shared git directory, which git guards by a lock, if `ready` says so while the
    /// lock is held.
    ///
    /// # Errors
    /// What `ready` says; [`AppendError::Locked`] where somebody else holds git's lock; [`AppendError::Unsynced`] where the
    /// file was replaced and may not outlive a loss of power; else nothing was changed.
    pub(super) fn replace_guarded(
        &self,
        held: &Exclusive,
        name: &str,
        content: &[u8],
        ready: impl FnOnce() -> Result<(), AppendError>,
    ) -> Result<(), AppendError> {
        let target = &self.guarded(name);
        let mut names = self.lock_guarded(held, name, content)?;
        ready()?;
        fs::rename(&names.lock, target).map_err(GitError::io(target))?;
        names.locked = false;
        sync_directory_of(target)
    }

    /// Takes git's lock of the file of that name in the shared git directory, with what is to be its content, and returns what holds it: the file stays
    /// as it is for as long as that is kept, whoever wants to write it.
    ///
    /// # Errors
    /// [`AppendError::Locked`] where somebody else holds git's lock; `store.io` where it cannot be written.
    pub(super) fn lock_guarded(&self, _held: &Exclusive, name: &str, content: &[u8]) -> Result<Names, AppendError> {
        let own = with_suffix(&self.pending().join(name), ".next");
        let lock = with_suffix(&self.guarded(name), ".lock");
        for path in [&own, &lock] {
            path.parent().map_or(Ok(()), make_directory)?;
        }
        let mode = fs::metadata(self.guarded(name)).ok().map(|meta| meta.permissions());
        let mut names = Names { own, lock, locked: false };
        write_new(&names.own, content, mode.clone()).map_err(GitError::io(&names.own))?;
        for attempt in 1..=LOCK_TRIES {
            match take(&names.own, &names.lock, content, mode.clone()) {
                Ok(()) => {
                    names.locked = true;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => wait(attempt),
                // Git tidies empty directories of refs away, also while we are about to fill one.
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    names.lock.parent().map_or(Ok(()), make_directory)?;
                }
                Err(error) => return Err(GitError::io(&names.lock)(error).into()),
            }
        }
        if names.locked { Ok(names) } else { Err(AppendError::Locked { lock: names.lock.clone() }) }
    }

    /// Writes a file that only `ledger` changes, whole or not at all.
    ///
    /// # Errors
    /// `store.io` where it cannot be written.
    pub(super) fn put(&self, path: &Path, content: &[u8], mode: u32) -> Result<(), GitError> {
        let _held = self.exclusive()?;
        // Always the same name, so that what a killed process left is used up by the next one.
        let new = with_suffix(path, ".new");
        let written = remove_if_there(&new)
            .and_then(|()| write_new(&new, content, permissions(mode)))
            .and_then(|()| fs::rename(&new, path));
        written.map_err(|error| {
            let _ = fs::remove_file(&new);
            GitError::io(path)(error)
        })?;
        Ok(sync_directory_of(path)?)
    }
}

/// What exists while a file is being replaced; what is left of it goes with the value.
pub(super) struct Names {
    own: PathBuf,
    lock: PathBuf,
    locked: bool,
}

impl Drop for Names {
    fn drop(&mut self) {
        // The lock first: without the other name nobody would know whose it is.
        if !self.locked || fs::remove_file(&self.lock).is_ok() {
            let _ = fs::remove_file(&self.own);
        }
    }
}

#[cfg(unix)]
pub(super) fn is_same_file(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path: &Path| fs::symlink_metadata(path).ok().map(|meta| (meta.dev(), meta.ino()));
    id(a).is_some_and(|a| Some(a) == id(b))
}

#[cfg(not(unix))]
pub(super) fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

/// Makes the lock a second name of our file; it was no name of anything.
pub(super) fn take(own: &Path, lock: &Path, content: &[u8], mode: Option<Permissions>) -> io::Result<()> {
    match fs::hard_link(own, lock) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // Some file systems know no second names. There the lock is a file like git's own, which a person has to remove
            // if its writer is killed.
            write_new(lock, content, mode)
        }
        other => other,
    }
}

/// Writes a file that is not there yet, and sees to it that its bytes outlive a loss of power.
pub(super) fn write_new(path: &Path, content: &[u8], mode: Option<Permissions>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = mode
        .map_or(Ok(()), |mode| file.set_permissions(mode))
        .and_then(|()| file.write_all(content))
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "where files have no modes there is nothing to set")]
fn permissions(mode: u32) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}

/// Removes a file, if there is one.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a directory and those above it, each of which outlives a loss of power.
pub(super) fn make_directory(path: &Path) -> Result<(), GitError> {
    let Some(above) = path.parent().filter(|_| !path.is_dir()) else { return Ok(()) };
    make_directory(above)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(GitError::io(path)(error)),
        _ => sync_directory(above).map_err(GitError::io(above)),
    }
}

/// Returns the directory that a file is in.
pub(super) fn directory_of(file: &Path) -> &Path {
    file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Sees to it that a file that was renamed keeps its new name.
pub(super) fn sync_directory_of(file: &Path) -> Result<(), AppendError> {
    let place = file.display().to_string();
    sync_directory(directory_of(file)).map_err(|error| {
        let text = error.to_string();
        AppendError::Unsynced { place, text, event: None }
    })
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
