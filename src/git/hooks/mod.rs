//! Hooks: ours beside whatever git would have run, and back again.
//!
//! Where git uses its own directory, a hook that is there waits as `NAME.before-ledger`, moved and not copied, so that
//! bytes, mode and links stay. Where `core.hooksPath` is set (husky, lefthook, a user's global hooks), ours stand in a
//! directory of our own, which passes every hook of the previous one on. Either way our scripts are three lines that call
//! the program by its absolute path, and `ledger hook NAME` runs what was there before.

mod chain;
mod place;
mod script;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use chain::{chained, run_chained};
pub use script::JUDGED;

use self::chain::chained_at;
use self::place::{HOOKS_PATH, OUR_PATH, PREVIOUS, Places};
use self::script::{Found, alike, aside, could_be_a_hook, is_executable, look};
use super::changes::bytes_to_path;
use super::config::Scope;
use super::error::GitError;
use super::repo::Repo;
use crate::domain::code::Code;
use crate::domain::judge::quoted;

/// How it stands with one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookState {
    /// Git runs ours, and the program is there.
    Installed,
    /// Git does not run ours, and nothing of ours is there.
    Absent,
    /// Ours was installed, and somebody changed it, replaced it or made git look elsewhere.
    Changed,
    /// Git runs ours, and the program that it calls is not there: every commit is refused.
    ProgramMissing,
}

impl HookState {
    /// Returns the words that are printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            HookState::Installed => "installed",
            HookState::Absent => "absent",
            HookState::Changed => "changed",
            HookState::ProgramMissing => "program missing",
        }
    }
}

/// One hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookStatus {
    /// Git's name for it, such as `pre-commit`.
    pub name: String,
    /// How it stands.
    pub state: HookState,
    /// The file that git looks for.
    pub path: PathBuf,
    /// The program that our script calls.
    pub program: Option<PathBuf>,
    /// The hook that runs before our judgement, because git would have run it.
    pub chained: Option<PathBuf>,
    /// Whether it judges; the others only pass on.
    pub judges: bool,
}

/// How it stands with all hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The directory in which git looks for hooks.
    pub directory: PathBuf,
    /// The hooks that judge, and those that are passed on.
    pub hooks: Vec<HookStatus>,
    /// What a person should know besides.
    pub notes: Vec<String>,
}

/// Installs the hooks, or brings them up to date, and returns how they stand.
///
/// `program` is the absolute path of `ledger`. Nothing is changed unless everything can be.
///
/// # Errors
/// `store.io` where a file or setting cannot be written or `program` is not there; `store.unsupported` where hooks of one
/// work tree alone, or of two tools over each other, would be lost.
pub fn install(repo: &Repo, program: &Path) -> Result<Report, GitError> {
    if !program.is_absolute() || !is_executable(program) {
        let text = "hooks call the program by its absolute path, and this is not one of a program";
        return Err(GitError::new(Code::StoreIo, program.display().to_string(), text).needed("the program installed"));
    }
    let places = Places::find(repo)?;
    if places.of_work_tree {
        let text = "is set for this work tree alone, over whatever all of them share";
        let error = GitError::new(Code::StoreUnsupported, HOOKS_PATH, text).needed("one setting for all work trees");
        return Err(error.next("git config --worktree --unset core.hooksPath"));
    }
    if places.beside() {
        install_beside(repo, &places.default, program)?;
    } else {
        install_own(repo, &places, program)?;
    }
    status(repo)
}

/// Removes the hooks, puts back what was there before, and returns how they stand.
///
/// # Errors
/// `store.io` where a file or setting cannot be written.
pub fn uninstall(repo: &Repo) -> Result<Report, GitError> {
    let places = Places::find(repo)?;
    let mut notes = Vec::new();
    if places.ours {
        match repo.settings()?.all(PREVIOUS).pop() {
            Some((_, value)) => repo.set_config(HOOKS_PATH, bytes_to_path(&value))?,
            None => repo.unset_config(HOOKS_PATH)?,
        }
    }
    repo.unset_config(PREVIOUS)?;
    repo.unset_config(OUR_PATH)?;
    for name in names(&places.own)? {
        match look(&name, &places.own.join(&name))? {
            Found::Ours(_) => remove(&places.own.join(&name))?,
            _ => notes.push(format!("{} is not ours and stays", places.own.join(&name).display())),
        }
    }
    remove_if_empty(&places.own)?;
    for name in JUDGED {
        put_back(&places.default, name, &mut notes)?;
    }
    remove_copies(&places.default)?;
    let mut report = status(repo)?;
    report.notes.append(&mut notes);
    Ok(report)
}

/// Returns how the hooks stand.
///
/// # Errors
/// `store.io` where the settings or hooks cannot be read.
pub fn status(repo: &Repo) -> Result<Report, GitError> {
    let places = Places::find(repo)?;
    let mut wanted: Vec<String> = JUDGED.iter().map(|name| (*name).to_owned()).collect();
    if places.ours {
        wanted.extend(passed_on(&places)?);
    }
    let mut hooks = Vec::new();
    for name in wanted {
        hooks.push(state_of(repo, &places, &name)?);
    }
    let mut notes = Vec::new();
    if !places.ours && !repo.settings()?.all(OUR_PATH).is_empty() {
        notes.push(format!("{HOOKS_PATH} was changed after the hooks were installed; again: ledger hooks install"));
    }
    if places.ours && !place::same(&places.active, &places.own) {
        notes.push("the repository was moved after the hooks were installed; again: ledger hooks install".to_owned());
    }
    if repo.settings()?.all(HOOKS_PATH).iter().any(|(scope, _)| *scope == Scope::Command) {
        notes.push(format!("{HOOKS_PATH} is set by `git -c` or the environment; where it is, git runs other hooks"));
    }
    Ok(Report { directory: places.active, hooks, notes })
}

fn state_of(repo: &Repo, places: &Places, name: &str) -> Result<HookStatus, GitError> {
    let path = places.active.join(name);
    let found = look(name, &path)?;
    let mut program = None;
    let state = match found {
        Found::Ours(called) => {
            let state = match (is_executable(&path), is_executable(&called)) {
                (false, _) => HookState::Changed,
                (true, true) => HookState::Installed,
                (true, false) => HookState::ProgramMissing,
            };
            program = Some(called);
            state
        }
        _ if was_installed(repo, places, name)? => HookState::Changed,
        _ => HookState::Absent,
    };
    let chained = if program.is_some() { chained_at(places, name)? } else { None };
    let judges = JUDGED.contains(&name);
    Ok(HookStatus { name: name.to_owned(), state, path, program, chained, judges })
}

/// Returns whether something of ours is left where git does not find our script.
fn was_installed(repo: &Repo, places: &Places, name: &str) -> Result<bool, GitError> {
    let elsewhere = [places.default.join(name), places.own.join(name)];
    let left = elsewhere.iter().map(|path| look(name, path)).collect::<Result<Vec<_>, _>>()?;
    // They are written together: where one of them stands, another was there and went.
    let together =
        || JUDGED.iter().map(|other| look(other, &places.default.join(other))).collect::<Result<Vec<_>, _>>();
    let beside = if JUDGED.contains(&name) { together()? } else { Vec::new() };
    Ok(left.iter().chain(&beside).any(|found| matches!(found, Found::Ours(_)))
        || places.default.join(aside(name)).symlink_metadata().is_ok()
        || !repo.settings()?.all(OUR_PATH).is_empty())
}

fn install_beside(repo: &Repo, directory: &Path, program: &Path) -> Result<(), GitError> {
    let mut to_move = Vec::new();
    for name in JUDGED {
        let (path, waiting) = (directory.join(name), directory.join(aside(name)));
        // Where the same hook waits already, its manager was run again: ours takes the place back.
        if look(name, &path)? == Found::Foreign && !alike(&path, &waiting)? {
            if waiting.symlink_metadata().is_ok() {
                let text = format!("somebody replaced our hook, and {} still waits from before", waiting.display());
                let error = GitError::new(Code::StoreUnsupported, path.display().to_string(), text);
                let both = [&path, &waiting].map(|path| quoted(&path.display().to_string()));
                return Err(error.needed("one of the two").next(format!("diff {} {}", both[0], both[1])));
            }
            to_move.push((path, waiting));
        }
    }
    fs::create_dir_all(directory).map_err(GitError::io(directory))?;
    // Shows whether the directory can be written before anything in it is moved.
    tempfile::tempfile_in(directory).map_err(GitError::io(directory))?;
    for (path, waiting) in to_move {
        fs::rename(&path, &waiting).map_err(GitError::io(&path))?;
    }
    remove_copies(directory)?;
    JUDGED.iter().try_for_each(|name| script::write(repo, directory, name, program))
}

/// Removes scripts of ours that a hook manager kept under a name of its own, such as `pre-commit.old` or `pre-commit.legacy`.
fn remove_copies(directory: &Path) -> Result<(), GitError> {
    for (name, path) in entries(directory)? {
        if let Some((hook, _)) = name.split_once('.')
            && matches!(look(hook, &path)?, Found::Ours(_))
        {
            remove(&path)?;
        }
    }
    Ok(())
}

fn install_own(repo: &Repo, places: &Places, program: &Path) -> Result<(), GitError> {
    fs::create_dir_all(&places.own).map_err(GitError::io(&places.own))?;
    let passed_on = passed_on(places)?;
    for name in names(&places.own)? {
        let path = places.own.join(&name);
        match look(&name, &path)? {
            Found::Ours(_) if JUDGED.contains(&name.as_str()) || passed_on.contains(&name) => {}
            Found::Ours(_) => remove(&path)?,
            _ => {
                let text = "somebody put a hook of their own into our directory, where it would be lost";
                let error = GitError::new(Code::StoreUnsupported, path.display().to_string(), text);
                let here = quoted(&path.display().to_string());
                return Err(error.needed("the hook moved elsewhere").next(format!("mv {here} .")));
            }
        }
    }
    for name in JUDGED.iter().copied().chain(passed_on.iter().map(String::as_str)) {
        script::write(repo, &places.own, name, program)?;
    }
    if !places.ours {
        match &places.local {
            Some(value) => repo.set_config(PREVIOUS, bytes_to_path(value))?,
            None => repo.unset_config(PREVIOUS)?,
        }
    }
    // Last, because from here on git runs ours.
    repo.set_config(OUR_PATH, &places.own)?;
    repo.set_config(HOOKS_PATH, &places.own)
}

/// Returns the hooks that we do not judge and git would have run.
fn passed_on(places: &Places) -> Result<BTreeSet<String>, GitError> {
    let mut passed_on = names(&places.previous)?;
    passed_on.retain(|name| !JUDGED.contains(&name.as_str()) && is_executable(&places.previous.join(name)));
    Ok(passed_on)
}

/// Returns the names in a directory that could be hooks.
fn names(directory: &Path) -> Result<BTreeSet<String>, GitError> {
    Ok(entries(directory)?.into_iter().map(|(name, _)| name).filter(|name| could_be_a_hook(name)).collect())
}

/// Returns what a directory holds, by name; a name that is not UTF-8 is nobody's hook.
fn entries(directory: &Path) -> Result<Vec<(String, PathBuf)>, GitError> {
    let found = match fs::read_dir(directory) {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(GitError::io(directory)(error)),
    };
    let mut entries = Vec::new();
    for entry in found {
        let entry = entry.map_err(GitError::io(directory))?;
        entries.extend(entry.file_name().into_string().ok().map(|name| (name, entry.path())));
    }
    Ok(entries)
}

fn put_back(directory: &Path, name: &str, notes: &mut Vec<String>) -> Result<(), GitError> {
    let (path, waiting) = (directory.join(name), directory.join(aside(name)));
    let waits = waiting.symlink_metadata().is_ok();
    match look(name, &path)? {
        Found::Foreign if alike(&path, &waiting)? => remove(&waiting),
        Found::Foreign if waits => {
            notes.push(format!("{} is not ours and stays; {} waits beside it", path.display(), waiting.display()));
            Ok(())
        }
        Found::Foreign => Ok(()),
        _ if waits => fs::rename(&waiting, &path).map_err(GitError::io(&path)),
        Found::Ours(_) => remove(&path),
        Found::Nothing => Ok(()),
    }
}

fn remove(path: &Path) -> Result<(), GitError> {
    fs::remove_file(path).map_err(GitError::io(path))
}

fn remove_if_empty(directory: &Path) -> Result<(), GitError> {
    match fs::remove_dir(directory) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
            Err(GitError::io(directory)(error))
        }
        _ => Ok(()),
    }
}
