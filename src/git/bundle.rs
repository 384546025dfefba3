//! Bundles: a ledger and its evidence in one file, as `git bundle` writes them and git's own commands read them.
//!
//! Writing lists every object by its id and has git pack exactly those, so that replacement refs, grafts, shallow boundaries and
//! refs that move meanwhile change nothing. Reading unpacks into a repository of its own, made for this and gone after it, in which
//! neither the environment nor anybody's settings count, and no object of another repository is at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::{ObjectType, Oid};
use tempfile::{NamedTempFile, TempDir};

use super::error::GitError;
use super::evidence;
use super::objects;
use super::replace;
use super::repo::Repo;
use crate::domain::bundle::{EVIDENCE, Head, LEDGER, MAX_HEAD};
use crate::domain::code::Code;
use crate::domain::id::Digest;

/// A bundle that was written beside the place where it is to be, whole and synced.
pub struct Draft {
    file: NamedTempFile,
    target: PathBuf,
}

impl Draft {
    /// Returns where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its name; another file of that name goes only if `replacing` says so.
    ///
    /// # Errors
    /// `store.io` where it cannot be renamed, or where there is such a file.
    pub fn keep(self, replacing: bool) -> Result<(), GitError> {
        let Draft { file, target } = self;
        let kept = if replacing { file.persist(&target) } else { file.persist_noclobber(&target) };
        kept.map_err(|error| GitError::io(&target)(error.error))?;
        Ok(replace::sync_directory_of(&target)?)
    }
}

impl Repo {
    /// Writes a bundle of the events of a chain, genesis first, and of these pieces of evidence, which have to be here.
    ///
    /// # Errors
    /// `store.evidence-missing` where a piece is not here; `store.io` where something cannot be read or written.
    pub fn bundle(&self, chain: &[Oid], pieces: &BTreeSet<Digest>, target: &Path) -> Result<Draft, GitError> {
        let stage = TempDir::new().map_err(GitError::io(&std::env::temp_dir()))?;
        let own = Repo::make(stage.path())?;
        let wrong = || GitError::lib(Code::StoreIo, stage.path().display().to_string());
        let write = |kind, bytes: &[u8]| own.inner().odb().and_then(|odb| odb.write(kind, bytes)).map_err(wrong());
        let mut oids = chain.to_vec();
        oids.push(write(ObjectType::Tree, b"")?);
        let mut fans: BTreeMap<String, Vec<(String, Oid)>> = BTreeMap::new();
        for piece in pieces {
            let missing = || GitError::new(Code::StoreEvidenceMissing, piece.to_string(), "this evidence is not here");
            let (blob, hex) = (self.evidence_blob(piece)?.ok_or_else(missing)?, piece.to_string());
            let (fan, rest) = hex.split_at(2);
            fans.entry(fan.to_owned()).or_default().push((rest.to_owned(), blob));
            oids.push(blob);
        }
        let mut root = Vec::new();
        for (fan, blobs) in &fans {
            let tree = write(ObjectType::Tree, &tree(blobs.iter().map(|(name, oid)| ("100644", name, *oid))))?;
            oids.push(tree);
            root.push((fan, tree));
        }
        let mut head = Head { ledger: chain.last().map(Oid::to_string).unwrap_or_default(), evidence: None };
        if !pieces.is_empty() {
            let root = write(ObjectType::Tree, &tree(root.iter().map(|(name, oid)| ("40000", *name, *oid))))?;
            let commit = write(ObjectType::Commit, evidence::commit_of(root).as_bytes())?;
            head.evidence = Some(commit.to_string());
            oids.extend([root, commit]);
        }
        let draft = draft(target)?;
        let mut file = draft.file.as_file().try_clone().map_err(GitError::io(target))?;
        file.write_all(&head.to_bytes()).map_err(GitError::io(target))?;
        self.pack(stage.path(), &oids, file)?;
        draft.file.as_file().sync_all().map_err(GitError::io(target))?;
        Ok(draft)
    }

    /// Has git append a pack of exactly these objects to a file.
    fn pack(&self, stage: &Path, oids: &[Oid], file: File) -> Result<(), GitError> {
        let mut lent: Vec<OsString> = Vec::new();
        for directory in objects::directories(self.inner()) {
            let directory = std::path::absolute(&directory).map_err(GitError::io(&directory))?;
            lent.push(alternate(directory.as_os_str()));
        }
        let mut command = lonely(stage);
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", lent.join(OsStr::new(LIST_SEPARATOR)));
        command.args(["pack-objects", "-q", "--stdout", "--delta-base-offset"]);
        command.stdin(Stdio::piped()).stdout(file).stderr(Stdio::piped());
        let place = "git pack-objects";
        let failed = |text: &str| GitError::new(Code::StoreIo, place, text);
        let mut child = command.spawn().map_err(|error| failed(&format!("the program git does not run: {error}")))?;
        let mut list: Vec<String> = oids.iter().map(Oid::to_string).collect();
        list.push(String::new());
        let written = child.stdin.take().map(|mut pipe| pipe.write_all(list.join("\n").as_bytes())).transpose();
        let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
        // Where git does not read it all, it says why.
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim()));
        }
        written.map(|_| ()).map_err(|error| failed(&error.to_string()))
    }
}

/// A bundle that was unpacked into a repository of its own.
pub struct Unpacked {
    /// The repository, with the ledger and its evidence where they are by default.
    pub repo: Repo,
    evidence: Option<Oid>,
    file: String,
    _directory: TempDir,
}

impl Unpacked {
    /// Unpacks a bundle.
    ///
    /// # Errors
    /// `store.bundle` where the file is not one of a ledger and its evidence, or not whole; `store.unsupported` where it is of a kind
    /// that this release cannot read; `store.io` where it cannot be read or unpacked.
    pub fn of(path: &Path) -> Result<Unpacked, GitError> {
        let place = path.display().to_string();
        let bad = |text: &str| GitError::new(Code::StoreBundle, &place, text);
        if !std::fs::metadata(path).map_err(GitError::io(path))?.is_file() {
            return Err(GitError::new(Code::StoreIo, place, "this is no regular file"));
        }
        let mut file = File::open(path).map_err(GitError::io(path))?;
        let mut begin = Vec::new();
        let limit = u64::try_from(MAX_HEAD).unwrap_or(u64::MAX);
        (&file).take(limit).read_to_end(&mut begin).map_err(GitError::io(path))?;
        let (head, length) = Head::parse(&begin).map_err(|error| GitError::new(error.code, &place, error.detail))?;
        file.seek(SeekFrom::Start(u64::try_from(length).unwrap_or(0))).map_err(GitError::io(path))?;
        let directory = TempDir::new().map_err(GitError::io(&std::env::temp_dir()))?;
        let repo = Repo::make(directory.path())?;
        unpack(directory.path(), file, &place)?;
        let set = |name: &str, oid: &str| {
            let found = Oid::from_str(oid).ok().filter(|oid| repo.has(*oid));
            let oid = found.ok_or_else(|| bad(&format!("it does not hold the object that it names as {name}")))?;
            repo.inner().reference(name, oid, false, "").map_err(GitError::lib(Code::StoreIo, name))?;
            Ok::<Oid, GitError>(oid)
        };
        set(LEDGER, &head.ledger)?;
        let evidence = head.evidence.as_deref().map(|oid| set(EVIDENCE, oid)).transpose()?;
        *repo.ledger_ref.borrow_mut() = Some(LEDGER.to_owned());
        Ok(Unpacked { repo, evidence, file: place, _directory: directory })
    }

    /// Demands that the bundle holds nothing but these events and its evidence.
    ///
    /// # Errors
    /// `store.bundle` where it holds other objects, or evidence in another form than the format says.
    pub fn demand_nothing_else(&self, chain: &[Oid]) -> Result<(), GitError> {
        let bad = |text: String| GitError::new(Code::StoreBundle, &self.file, text);
        let mut known: BTreeSet<Oid> = chain.iter().copied().collect();
        known.extend(Oid::hash_object(ObjectType::Tree, b""));
        if let Some(commit) = self.evidence {
            let held = self.repo.evidence_objects(commit)?;
            known.extend(held.ok_or_else(|| bad(format!("{EVIDENCE} is not in the form that evidence has")))?);
        }
        let mut others = Vec::new();
        let odb = self.repo.inner().odb().map_err(GitError::lib(Code::StoreIo, &self.file))?;
        odb.foreach(|oid| {
            others.extend((!known.contains(oid)).then_some(*oid));
            true
        })
        .map_err(GitError::lib(Code::StoreIo, &self.file))?;
        match others.as_slice() {
            [] => Ok(()),
            [one, ..] => {
                let (count, end) = (others.len(), if others.len() == 1 { "" } else { "s" });
                Err(bad(format!("besides the ledger and its evidence it holds {count} object{end}, such as {one}")))
            }
        }
    }
}

/// What git separates the names of directories by.
const LIST_SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

/// Returns the name of a directory as git takes it in a list of them.
fn alternate(directory: &OsStr) -> OsString {
    let mut quoted = OsString::from("\"");
    match directory.to_str() {
        Some(text) => quoted.push(text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
        // Not in quotes, where what is no text would have to be spelled; a separator in it is not found by git.
        None => return directory.to_owned(),
    }
    quoted.push("\"");
    quoted
}

/// Returns the bytes of a tree of names that are equally long, in their order.
fn tree<'a>(entries: impl Iterator<Item = (&'a str, &'a String, Oid)>) -> Vec<u8> {
    entries.flat_map(|(mode, name, oid)| [format!("{mode} {name}\0").as_bytes(), oid.as_bytes()].concat()).collect()
}

/// Makes the file that is to become `target`, in its directory, with the modes that a new file has.
fn draft(target: &Path) -> Result<Draft, GitError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ledger-bundle-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(replace::directory_of(target)).map_err(GitError::io(target))?;
    Ok(Draft { file, target: target.to_owned() })
}

/// Returns a call of git in a repository that stands alone.
fn lonely(directory: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command.current_dir(directory).env("GIT_DIR", directory).env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
    command.env("GIT_CONFIG_GLOBAL", directory.join("none")).env("GIT_NO_REPLACE_OBJECTS", "1");
    command
}

/// What git says where it failed for another reason than the pack.
const ENVIRONMENT: [&str; 4] = ["No space left", "Permission denied", "unable to create", "Read-only file system"];

/// Has git unpack what follows in a file, and check every object of it.
fn unpack(directory: &Path, file: File, place: &str) -> Result<(), GitError> {
    let mut command = lonely(directory);
    let output = command.args(["index-pack", "--stdin"]).stdin(file).output().map_err(|error| {
        GitError::new(Code::StoreIo, "git index-pack", format!("the program git does not run: {error}"))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim().lines().last().unwrap_or_default().trim_start_matches("fatal: ");
    if ENVIRONMENT.iter().any(|text| said.contains(text)) {
        return Err(GitError::new(Code::StoreIo, "git index-pack", said));
    }
    Err(GitError::new(Code::StoreBundle, place, format!("what it holds is cut short or damaged (git says: {said})")))
}
