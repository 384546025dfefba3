//! Running what git would have run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::super::error::GitError;
use super::super::repo::Repo;
use super::place::Places;
use super::script::{Found, alike, aside, could_be_a_hook, is_executable, look};

/// Names the chained hooks that are running, so that one which calls ours again is not run for ever.
const RUNNING: &str = "LEDGER_CHAINED_HOOKS";

/// Returns the hook that git would have run in place of ours; `None` where it would have run none.
///
/// # Errors
/// `store.io` where the settings or the hook cannot be read.
pub fn chained(repo: &Repo, name: &str) -> Result<Option<PathBuf>, GitError> {
    chained_at(&Places::find(repo)?, name)
}

pub(super) fn chained_at(places: &Places, name: &str) -> Result<Option<PathBuf>, GitError> {
    if !could_be_a_hook(name) {
        return Ok(None);
    }
    let directory = if places.ours { &places.previous } else { &places.active };
    let direct = directory.join(name);
    let hook = match look(name, &direct)? {
        Found::Foreign if places.ours => direct,
        Found::Nothing if places.ours => return Ok(None),
        found => {
            let waiting = directory.join(aside(name));
            // Its manager was run again and calls us: git runs the same hook already.
            if found == Found::Foreign && alike(&direct, &waiting)? {
                return Ok(None);
            }
            waiting
        }
    };
    Ok(is_executable(&hook).then_some(hook))
}

/// Runs the hook that git would have run, with the same arguments, environment and directory, and returns how it ended;
/// success where there is none.
///
/// `stdin` is what it reads; `None` hands on our own standard input.
///
/// # Errors
/// `store.io` where the hook cannot be started.
pub fn run_chained(repo: &Repo, name: &str, args: &[OsString], stdin: Option<&[u8]>) -> Result<ExitStatus, GitError> {
    let Some(hook) = chained(repo, name)? else { return Ok(ExitStatus::default()) };
    let running = env::var_os(RUNNING).unwrap_or_default();
    if running.as_encoded_bytes().split(|byte| *byte == b'\n').any(|path| path == hook.as_os_str().as_encoded_bytes()) {
        return Ok(ExitStatus::default());
    }
    let mut now_running = running;
    now_running.push("\n");
    now_running.push(&hook);
    let start = |program: &OsStr, first: Option<&Path>| {
        let mut command = Command::new(program);
        command.args(first).args(args).env(RUNNING, &now_running);
        command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::inherit() });
        command.spawn()
    };
    let mut child = match start(hook.as_os_str(), None) {
        // A script without `#!`: git hands it to the shell.
        Err(error) if error.raw_os_error() == Some(8) => start(OsStr::new("sh"), Some(&hook)),
        other => other,
    }
    .map_err(GitError::io(&hook))?;
    if let (Some(mut pipe), Some(bytes)) = (child.stdin.take(), stdin) {
        match pipe.write_all(bytes) {
            // A hook need not read what it is given.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            other => other.map_err(GitError::io(&hook))?,
        }
    }
    child.wait().map_err(GitError::io(&hook))
}
