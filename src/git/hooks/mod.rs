//! Hooks: ours beside whatever git would have run, and back again.
//!
//! Where git uses its own directory, a hook that is there waits as `NAME.before-ledger`, moved and not copied, so that
//! bytes, mode and links stay. Where `core.hooksPath` is set (husky, lefthook, a user's global hooks), ours stand in a
//! directory of our own, which passes every hook of the previous one on. Either way our scripts are three lines that call
//! the program by its absolute path, and `ledger hook NAME` runs what was there before.
//!
//! There are two sets: the hooks of a clone, and those that guard a server. Each is installed and removed by itself.

mod chain;
mod place;
mod script;

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use chain::{chained, run_chained};
pub use script::{ALL, JUDGED, SERVER};

use self::chain::chained_at;
use self::place::{HOOKS_PATH, OUR_PATH, PREVIOUS, Places};
use self::script::{Found, Task, alike, aside, could_be_a_hook, is_executable, look};
use super::changes::bytes_to_path;
use super::config::Scope;
use super::error::GitError;
use super::repo::Repo;
use crate::domain::code::Code;
use crate::domain::judge::quoted;

/// Hooks that are installed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Those of a clone, which judge commits and pushes before they are made.
    Clone,
    /// Those of a server, which judge what is pushed to it.
    Server,
}

impl Set {
    const ALL: [Set; 2] = [Set::Clone, Set::Server];

    /// Returns the names of the hooks, in the order in which git runs them.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Set::Clone => &JUDGED,
            Set::Server => &SERVER,
        }
    }

    const fn task(self) -> Task {
        match self {
            Set::Clone => Task::Clone,
            Set::Server => Task::Guard,
        }
    }

    fn holds(self, name: &str) -> bool {
        self.names().contains(&name)
    }
}

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
    /// The hook of somebody else that git runs as things stand, and that ours would run first.
    pub other: Option<PathBuf>,
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
pub fn install(repo: &Repo, program: &Path, set: Set) -> Result<Report, GitError> {
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
        install_beside(repo, &places.default, program, set)?;
    } else {
        install_own(repo, &places, program, set)?;
    }
    status(repo, set)
}

/// Removes the hooks, puts back what was there before, and returns how they stand.
///
/// # Errors
/// `store.io` where a file or setting cannot be written.
pub fn uninstall(repo: &Repo, set: Set) -> Result<Report, GitError> {
    let places = Places::find(repo)?;
    let mut notes = Vec::new();
    let stays = match installed_besides(&places.own, set)? {
        Some(other) if places.ours => Some(other),
        _ => None,
    };
    if let Some((other, program)) = &stays {
        for name in set.names() {
            if matches!(look(name, &places.own.join(name))?, Found::Ours(..)) {
                remove(&places.own.join(name))?;
            }
        }
        install_own(repo, &places, program, *other)?;
    } else {
        leave_own(repo, &places, &mut notes)?;
    }
    for name in set.names() {
        put_back(&places.default, name, &mut notes)?;
    }
    remove_copies(&places.default, set)?;
    let mut report = status(repo, set)?;
    report.notes.append(&mut notes);
    Ok(report)
}

/// Gives the setting that says where git looks for hooks back, and removes our directory.
fn leave_own(repo: &Repo, places: &Places, notes: &mut Vec<String>) -> Result<(), GitError> {
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
            Found::Ours(..) => remove(&places.own.join(&name))?,
            _ => notes.push(format!("{} is not ours and stays", places.own.join(&name).display())),
        }
    }
    remove_if_empty(&places.own)
}

/// Returns the other set, with the program that it calls, where a directory holds its scripts. A guard is one even where a part
/// of it is lost; a script of a clone's alone may be one that only passes on.
fn installed_besides(directory: &Path, set: Set) -> Result<Option<(Set, PathBuf)>, GitError> {
    for other in Set::ALL.into_iter().filter(|other| *other != set) {
        let mut programs = Vec::new();
        for name in other.names() {
            match look(name, &directory.join(name))? {
                Found::Ours(task, program) if task == other.task() => programs.push(program),
                _ => {}
            }
        }
        let enough = if other == Set::Server { 1 } else { other.names().len() };
        if programs.len() >= enough {
            return Ok(programs.pop().map(|program| (other, program)));
        }
    }
    Ok(None)
}

/// Returns how the hooks of a set stand, and those of the other one where they are installed.
///
/// # Errors
/// `store.io` where the settings or hooks cannot be read.
pub fn status(repo: &Repo, set: Set) -> Result<Report, GitError> {
    let places = Places::find(repo)?;
    let mut hooks = Vec::new();
    for shown in Set::ALL {
        let mut of_set = Vec::new();
        for name in shown.names() {
            of_set.push(state_of(repo, &places, name, Some(shown))?);
        }
        if shown == set || of_set.iter().any(|hook| hook.state != HookState::Absent) {
            hooks.append(&mut of_set);
        }
    }
    if places.ours {
        for name in passed_on(&places)? {
            if !hooks.iter().any(|hook| hook.name == name) {
                hooks.push(state_of(repo, &places, &name, None)?);
            }
        }
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

/// Returns how a hook stands, as one of a set, or as one that is passed on.
fn state_of(repo: &Repo, places: &Places, name: &str, set: Option<Set>) -> Result<HookStatus, GitError> {
    let path = places.active.join(name);
    let task = set.map_or(Task::Clone, Set::task);
    let mut program = None;
    let state = match look(name, &path)? {
        Found::Ours(found, called) if found == task => {
            let state = match (is_executable(&path), is_executable(&called)) {
                (false, _) => HookState::Changed,
                (true, true) => HookState::Installed,
                (true, false) => HookState::ProgramMissing,
            };
            program = Some(called);
            state
        }
        _ if was_installed(repo, places, name, set)? => HookState::Changed,
        _ => HookState::Absent,
    };
    let chained = if program.is_some() { chained_at(places, name)? } else { None };
    let stands = look(name, &path)? == Found::Foreign && is_executable(&path);
    let other = stands.then(|| path.clone());
    Ok(HookStatus { name: name.to_owned(), state, path, program, chained, other, judges: set.is_some() })
}

/// Returns whether something of ours is left where git does not find our script.
fn was_installed(repo: &Repo, places: &Places, name: &str, set: Option<Set>) -> Result<bool, GitError> {
    let ours = |name: &str, path: PathBuf| -> Result<bool, GitError> {
        let task = set.map_or(Task::Clone, Set::task);
        Ok(matches!(look(name, &path)?, Found::Ours(found, _) if found == task))
    };
    if ours(name, places.default.join(name))? || ours(name, places.own.join(name))? {
        return Ok(true);
    }
    // They are written together: where one of them stands, another was there and went.
    for other in set.map_or(&[][..], Set::names) {
        if ours(other, places.default.join(other))? {
            return Ok(true);
        }
    }
    if places.default.join(aside(name)).symlink_metadata().is_ok() {
        return Ok(true);
    }
    // The setting says that a directory of ours was made, and what is left in it for which of the sets.
    let elsewhere = set.map_or(Ok(None), |set| installed_besides(&places.own, set))?;
    Ok(elsewhere.is_none() && !repo.settings()?.all(OUR_PATH).is_empty())
}

fn install_beside(repo: &Repo, directory: &Path, program: &Path, set: Set) -> Result<(), GitError> {
    let mut to_move = Vec::new();
    for name in set.names() {
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
    remove_copies(directory, set)?;
    set.names().iter().try_for_each(|name| script::write(repo, directory, name, program, set.task()))
}

/// Removes scripts of ours that a hook manager kept under a name of its own, such as `pre-commit.old` or `pre-commit.legacy`.
fn remove_copies(directory: &Path, set: Set) -> Result<(), GitError> {
    for (name, path) in entries(directory)? {
        if let Some((hook, _)) = name.split_once('.').filter(|(hook, _)| set.holds(hook))
            && matches!(look(hook, &path)?, Found::Ours(..))
        {
            remove(&path)?;
        }
    }
    Ok(())
}

fn install_own(repo: &Repo, places: &Places, program: &Path, set: Set) -> Result<(), GitError> {
    fs::create_dir_all(&places.own).map_err(GitError::io(&places.own))?;
    let mut sets = vec![set];
    sets.extend(installed_besides(&places.own, set)?.filter(|_| places.ours).map(|(other, _)| other));
    let mut passed_on = passed_on(places)?;
    passed_on.retain(|name| !sets.iter().any(|set| set.holds(name)));
    for name in names(&places.own)? {
        let path = places.own.join(&name);
        match look(&name, &path)? {
            Found::Ours(..) if sets.iter().any(|set| set.holds(&name)) || passed_on.contains(&name) => {}
            Found::Ours(..) => remove(&path)?,
            _ => {
                let text = "somebody put a hook of their own into our directory, where it would be lost";
                let error = GitError::new(Code::StoreUnsupported, path.display().to_string(), text);
                let here = quoted(&path.display().to_string());
                return Err(error.needed("the hook moved elsewhere").next(format!("mv {here} .")));
            }
        }
    }
    for set in sets {
        for name in set.names() {
            script::write(repo, &places.own, name, program, set.task())?;
        }
    }
    for name in &passed_on {
        script::write(repo, &places.own, name, program, Task::Clone)?;
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

/// Returns the hooks that git would have run.
fn passed_on(places: &Places) -> Result<BTreeSet<String>, GitError> {
    let mut passed_on = names(&places.previous)?;
    passed_on.retain(|name| is_executable(&places.previous.join(name)));
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
        Found::Ours(..) => remove(&path),
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
