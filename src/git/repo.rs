//! Opening the repository that git means.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::config::Settings;
use super::error::GitError;
use super::store::{Readers, Writer};
use crate::domain::code::Code;
use crate::domain::id::{Digest, TaggedOid};

/// An open repository.
///
/// Handles are cheap; one process opens one and passes it on.
pub struct Repo {
    inner: Repository,
    dir: PathBuf,
    /// Whether the environment says nothing about this one.
    pub(super) alone: bool,
    pub(super) readers: Readers,
    pub(super) writer: OnceCell<Writer>,
    pub(super) settings: RefCell<Option<Rc<Settings>>>,
    pub(super) ledger_ref: RefCell<Option<String>>,
    pub(super) digests: RefCell<BTreeMap<git2::Oid, (Digest, u64)>>,
    pub(super) merge_is_announced: Cell<bool>,
    /// Whether a guard stands here, which believes no file.
    pub(super) settings_alone: Cell<bool>,
}

impl Repo {
    /// Opens the repository that git would use in `dir`: the one that `GIT_DIR` names, else the one that `dir` lies in.
    ///
    /// `GIT_DIR`, `GIT_WORK_TREE` and `GIT_INDEX_FILE` are honoured as hooks get them, and so are the quarantine of a
    /// push, linked work trees and bare repositories. Relative paths count from `dir`.
    ///
    /// # Errors
    /// `store.unsupported` where the repository uses SHA-256, reftable, a partial clone or another extension that cannot
    /// be read; `store.io` where there is no repository or it cannot be opened.
    pub fn open(dir: &Path) -> Result<Repo, GitError> {
        git2::opts::strict_hash_verification(true);
        // What is read again here is remembered here; libgit2 would keep everything that was ever read.
        git2::opts::enable_caching(false);
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        let inner = open_like_git(dir).map_err(|error| explain_open(dir, &error))?;
        if promises_objects(&inner) {
            let text = "the repository is a partial clone, which this release cannot read";
            let error = GitError::new(Code::StoreUnsupported, dir.display().to_string(), text);
            return Err(error.needed(FULL_CLONE).next("git config --show-origin --get-regexp '^(remote|extensions)'"));
        }
        Ok(Repo::of(inner, dir, false))
    }

    /// Makes a bare repository in an empty directory. Neither the environment nor anybody's settings say anything about it, and it
    /// borrows no objects.
    ///
    /// # Errors
    /// `store.io` where it cannot be made.
    pub(super) fn make(dir: &Path) -> Result<Repo, GitError> {
        git2::opts::strict_hash_verification(true);
        git2::opts::enable_caching(false);
        let inner = Repository::init_bare(dir).map_err(GitError::lib(Code::StoreIo, dir.display().to_string()))?;
        let repo = Repo::of(inner, dir, true);
        *repo.settings.borrow_mut() = Some(Rc::default());
        Ok(repo)
    }

    fn of(inner: Repository, dir: &Path, alone: bool) -> Repo {
        Repo {
            readers: Readers::new(inner.path().to_owned(), alone),
            inner,
            dir: dir.to_owned(),
            alone,
            writer: OnceCell::new(),
            settings: RefCell::new(None),
            ledger_ref: RefCell::new(None),
            digests: RefCell::default(),
            merge_is_announced: Cell::new(false),
            settings_alone: Cell::new(false),
        }
    }

    /// Returns the handle of libgit2, for the other modules of this room.
    pub(crate) fn inner(&self) -> &Repository {
        &self.inner
    }

    /// Returns the directory that the repository was opened from, which relative paths of the environment count from.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the directory that all work trees share, usually `.git`.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// Returns the root of the work tree; `None` in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// Returns the hash function of object ids, as genesis records it.
    pub fn object_format(&self) -> &'static str {
        self.inner.object_format().str()
    }

    /// Returns an object id in the form that payloads hold.
    ///
    /// # Errors
    /// `format.id`; cannot happen for an id of this repository.
    pub fn tagged(&self, oid: git2::Oid) -> Result<TaggedOid, GitError> {
        TaggedOid::parse(&format!("{}:{oid}", self.object_format()))
            .map_err(|error| GitError::new(error.code, oid.to_string(), error.detail))
    }

    /// Returns the object id that a tagged one names; `None` where it is of another object format.
    pub fn untagged(&self, oid: &TaggedOid) -> Option<git2::Oid> {
        let hex = oid.as_str().strip_prefix(self.object_format())?.strip_prefix(':')?;
        git2::Oid::from_str(hex).ok()
    }

    /// Returns whether an object is here.
    pub fn has(&self, oid: git2::Oid) -> bool {
        self.inner.odb().is_ok_and(|odb| odb.exists(oid))
    }

    /// Returns the commit that an object is or, as a tag, names; `None` where it is no commit and names none.
    ///
    /// # Errors
    /// `store.io` where an object is missing or cannot be read.
    pub fn commit_of(&self, oid: git2::Oid) -> Result<Option<git2::Oid>, GitError> {
        match super::objects::peel(&self.inner, oid, git2::ObjectType::Commit) {
            Ok(commit) => Ok(Some(commit.id())),
            Err(error) if matches!(error.code(), ErrorCode::InvalidSpec | ErrorCode::Peel) => Ok(None),
            Err(error) => Err(GitError::lib(Code::StoreIo, oid.to_string())(error)),
        }
    }

    /// Returns whether the history is cut short here, because the clone was told to fetch only the newest part.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Returns the remote to share with: the one of git config `ledger.remote`, else `origin`, else the only one.
    pub fn default_remote(&self) -> Option<String> {
        if let Ok(Some(name)) = self.config("ledger.remote") {
            return Some(name);
        }
        let remotes = self.remotes().ok()?;
        match remotes.as_slice() {
            [only] => Some(only.clone()),
            _ => remotes.into_iter().find(|name| name == "origin"),
        }
    }

    /// Returns the commit that `HEAD` stands on; `None` on a branch without a commit.
    ///
    /// # Errors
    /// `store.io` where `HEAD` cannot be read.
    pub fn head(&self) -> Result<Option<git2::Oid>, GitError> {
        // A commit that is missing is not the same as none: the file that names the ledger would be missed with it.
        let head = match self.inner.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            other => other.and_then(|head| {
                let target = head.target().ok_or_else(|| git2::Error::from_str("it names no object"))?;
                super::objects::peel(&self.inner, target, git2::ObjectType::Commit)
            }),
        };
        head.map(|commit| Some(commit.id())).map_err(GitError::lib(Code::StoreIo, "HEAD"))
    }

    /// Returns the branch that `HEAD` names, such as `refs/heads/main`; `None` where it is detached.
    ///
    /// # Errors
    /// `store.io` where `HEAD` cannot be read.
    pub fn head_ref(&self) -> Result<Option<String>, GitError> {
        let head = self.inner.find_reference("HEAD").map_err(GitError::lib(Code::StoreIo, "HEAD"))?;
        Ok(head.symbolic_target().ok().flatten().map(str::to_owned))
    }

    /// Returns the object that a revision names, in git's own syntax; `REV^{commit}` asks for a commit.
    ///
    /// # Errors
    /// `store.io` where git knows no such revision.
    pub fn resolve(&self, revision: &str) -> Result<git2::Oid, GitError> {
        let out = self.run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision]).map_err(|error| {
            GitError { text: format!("git knows no such revision {}", error.text).trim_end().to_owned(), ..error }
        })?;
        let text = String::from_utf8_lossy(&out);
        git2::Oid::from_str(text.trim()).map_err(GitError::lib(Code::StoreIo, revision))
    }

    /// Returns the refs that match a glob such as `refs/remotes/origin/*`, with the objects they name, sorted by name.
    ///
    /// # Errors
    /// `store.io` where the refs cannot be read.
    pub fn refs(&self, glob: &str) -> Result<Vec<(String, git2::Oid)>, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, glob);
        let mut found = Vec::new();
        for reference in self.inner.references_glob(glob).map_err(wrong())? {
            let reference = reference.map_err(wrong())?;
            let target = reference.resolve().ok().and_then(|direct| direct.target());
            if let (Ok(name), Some(target)) = (reference.name(), target) {
                found.push((name.to_owned(), target));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Returns the refs of which a name within a revision could mean each, where there are several. Git takes one of them, a
    /// tag before a branch; and tags come along with a fetch, whoever made them.
    pub fn ambiguous(&self, revision: &str) -> Vec<String> {
        for end in revision.split("..") {
            let name = end.trim_start_matches(['.', '^']);
            let name = name.split(['^', '~', ':']).next().unwrap_or_default();
            let name = name.split_once("@{").map_or(name, |(name, _)| name);
            if name.is_empty() || name == "HEAD" || git2::Oid::from_str(name).is_ok_and(|_| name.len() == 40) {
                continue;
            }
            let places = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
            let names = places.iter().map(|place| format!("{place}{name}"));
            let names = names.chain([format!("refs/remotes/{name}/HEAD")]);
            let found: Vec<String> = names
                .filter(|name| git2::Reference::is_valid_name(name) && self.inner.find_reference(name).is_ok())
                .collect();
            if found.len() > 1 {
                return found;
            }
        }
        Vec::new()
    }

    /// Returns a call of the `git` program in this repository, with nothing on its standard input. It reads history as the
    /// commits themselves have it.
    pub(super) fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.dir).env("LC_ALL", "C").stdin(Stdio::null());
        if self.alone {
            for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
                command.env_remove(name);
            }
        }
        command.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_GRAFT_FILE", "/dev/null");
        command
    }

    /// Runs `git` and returns what it printed.
    pub(super) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Vec<u8>, GitError> {
        run(self.git().args(args))
    }
}

/// Runs a prepared call of `git` to its end and returns what it printed.
pub(super) fn run(command: &mut Command) -> Result<Vec<u8>, GitError> {
    let place = || {
        let args: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        format!("git {}", args.join(" "))
    };
    let place = place();
    let output = command.output().map_err(|error| {
        GitError::new(Code::StoreIo, &place, format!("the program git does not run: {error}"))
            .needed("git on the PATH")
            .next("git --version")
    })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(GitError::new(Code::StoreIo, &place, String::from_utf8_lossy(&output.stderr).trim()))
    }
}

/// Returns an environment variable that is set and not empty.
pub(super) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Opens a second handle on a git directory that is known already, with its quarantine if there is one, unless it stands alone.
pub(super) fn reopen(git_dir: &Path, alone: bool) -> Result<Repository, git2::Error> {
    let environment = if alone { RepositoryOpenFlags::empty() } else { environment_flag() };
    let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT | environment;
    without_namespace(Repository::open_ext(git_dir, flags, &[] as &[&OsStr])?)
}

/// Where `GIT_NAMESPACE` is set, libgit2 would look for every ref below it; git does so only where it serves a remote.
fn without_namespace(repo: Repository) -> Result<Repository, git2::Error> {
    repo.remove_namespace()?;
    Ok(repo)
}

/// libgit2 reads a relative `GIT_WORK_TREE` from the git directory, git from the current one; so libgit2 must not see it.
fn environment_flag() -> RepositoryOpenFlags {
    match variable("GIT_WORK_TREE") {
        Some(tree) if Path::new(&tree).is_relative() => RepositoryOpenFlags::empty(),
        _ => RepositoryOpenFlags::FROM_ENV,
    }
}

fn open_like_git(dir: &Path) -> Result<Repository, git2::Error> {
    let named = variable("GIT_DIR");
    let repo = if let Some(git_dir) = &named {
        reopen(&dir.join(git_dir), false)?
    } else {
        let ceilings: Vec<PathBuf> =
            variable("GIT_CEILING_DIRECTORIES").map(|list| env::split_paths(&list).collect()).unwrap_or_default();
        without_namespace(Repository::open_ext(dir, environment_flag(), ceilings)?)?
    };
    if let Some(tree) = variable("GIT_WORK_TREE") {
        repo.set_workdir(&dir.join(tree), false)?;
    } else if named.is_some() && !repo.is_bare() && !repo.is_worktree() && !has_work_tree_setting(&repo) {
        // With `GIT_DIR` alone, git takes the current directory for the root of the work tree.
        repo.set_workdir(dir, false)?;
    }
    Ok(repo)
}

fn has_work_tree_setting(repo: &Repository) -> bool {
    repo.config().and_then(|config| config.get_entry("core.worktree").map(|_| ())).is_ok()
}

/// Returns whether objects may be missing here because a remote has promised to send them when they are asked for.
fn promises_objects(repo: &Repository) -> bool {
    let Ok(config) = repo.config() else { return false };
    let Ok(mut entries) = config.entries(Some(r"^(remote\..*\.promisor|extensions\.partialclone)$")) else {
        return false;
    };
    matches!(entries.next(), Some(Ok(entry)) if entry.value() != Ok("false"))
}

/// What is needed where a clone is a partial one.
const FULL_CLONE: &str = "a full clone, made without --filter";

/// Returns a directory as a person knows it: `.` says nothing.
fn in_words(dir: &Path) -> String {
    let whole = if dir == Path::new(".") { std::path::absolute(dir).ok() } else { None };
    whole.as_deref().unwrap_or(dir).display().to_string()
}

fn explain_open(dir: &Path, error: &git2::Error) -> GitError {
    let message = error.message();
    let place = dir.display().to_string();
    let unsupported = |what: &str| {
        GitError::new(
            Code::StoreUnsupported,
            place.clone(),
            format!("the repository is {what}, which this release cannot read ({message})"),
        )
        .next("git config --show-origin --get-regexp '^(remote|extensions)'")
    };
    match error.code() {
        _ if message.contains("refstorage") => unsupported("one with reftable refs").needed("refs in files"),
        _ if message.contains("partialclone") => unsupported("a partial clone").needed(FULL_CLONE),
        _ if message.contains("object format") => unsupported("one with SHA-256 object ids"),
        _ if message.contains("unsupported extension") => unsupported("one with an extension"),
        ErrorCode::NotFound => GitError::new(Code::StoreIo, in_words(dir), "there is no git repository here or above")
            .needed("a git repository; -C DIR names one elsewhere")
            .next("git init"),
        ErrorCode::Owner => {
            let trust = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
            let trust = crate::domain::judge::quoted(&trust.display().to_string());
            GitError::new(Code::StoreIo, place, "the repository belongs to somebody else")
                .needed("a repository of yours, or one that you trust")
                .next(format!("git config --global --add safe.directory {trust}"))
        }
        _ => GitError::new(Code::StoreIo, place, message),
    }
}
