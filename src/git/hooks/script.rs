//! The scripts: what they say, and how one of ours is told from another.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::changes::bytes_to_path;
use super::super::error::GitError;
use super::super::repo::Repo;

/// The hooks that judge, with the scripts as they are shipped.
const SHIPPED: [(&str, &str); 6] = [
    ("pre-commit", include_str!("../../../hooks/pre-commit")),
    ("pre-merge-commit", include_str!("../../../hooks/pre-merge-commit")),
    ("prepare-commit-msg", include_str!("../../../hooks/prepare-commit-msg")),
    ("commit-msg", include_str!("../../../hooks/commit-msg")),
    ("pre-applypatch", include_str!("../../../hooks/pre-applypatch")),
    ("pre-push", include_str!("../../../hooks/pre-push")),
];

/// The hooks that guard a server, with the scripts as they are shipped.
const GUARDING: [(&str, &str); 2] = [
    ("pre-receive", include_str!("../../../hooks/pre-receive")),
    ("reference-transaction", include_str!("../../../hooks/reference-transaction")),
];

/// What stands for every other hook that git would have run: it is passed on.
const PASS_ON: &str = include_str!("../../../hooks/pass-on");

/// The hooks that judge, in the order in which git runs them.
pub const JUDGED: [&str; 6] = [SHIPPED[0].0, SHIPPED[1].0, SHIPPED[2].0, SHIPPED[3].0, SHIPPED[4].0, SHIPPED[5].0];

/// The hooks that guard a server, in the order in which git runs them.
pub const SERVER: [&str; 2] = [GUARDING[0].0, GUARDING[1].0];

/// Every hook that git runs, by githooks(5) of git 2.47.
pub const ALL: [&str; 28] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-push",
    "pre-receive",
    "update",
    "proc-receive",
    "post-receive",
    "post-update",
    "reference-transaction",
    "push-to-checkout",
    "pre-auto-gc",
    "post-rewrite",
    "sendemail-validate",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-prepare-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "post-index-change",
];

/// What a script of ours does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Judges in a clone what is its hook's to judge, or passes on what is not.
    Clone,
    /// Guards a server.
    Guard,
}

/// Returns the script for a hook that calls `program`.
pub(super) fn text(name: &str, program: &Path, task: Task) -> Vec<u8> {
    let shipped: &[(&str, &str)] = if task == Task::Guard { &GUARDING } else { &SHIPPED };
    let shipped = shipped.iter().find(|(hook, _)| *hook == name).map_or(PASS_ON, |(_, script)| script);
    let script = shipped.replace("@NAME@", name);
    let (before, after) = script.split_once("@LEDGER@").unwrap_or((&script, ""));
    [before.as_bytes(), &quoted(program), after.as_bytes()].concat()
}

/// Returns what a script of ours does and the program that it calls; `None` where it is not one of ours, to the last byte.
pub(super) fn program(name: &str, script: &[u8]) -> Option<(Task, PathBuf)> {
    [Task::Clone, Task::Guard].into_iter().find_map(|task| Some((task, called(name, script, task)?)))
}

fn called(name: &str, script: &[u8], task: Task) -> Option<PathBuf> {
    let frame = text(name, Path::new("\n"), task);
    let at = frame.windows(2).position(|pair| pair == b"\"\n")? + 1;
    let (before, after) = (frame.get(..at)?, frame.get(at + 1..)?);
    let inside = script.strip_prefix(before)?.strip_suffix(after)?;
    let mut bytes = Vec::new();
    let mut rest = inside.iter();
    while let Some(byte) = rest.next() {
        bytes.push(if *byte == b'\\' { *rest.next()? } else { *byte });
    }
    let program = bytes_to_path(&bytes);
    (text(name, &program, task) == script).then_some(program)
}

/// Returns a path as it stands between the double quotes of a shell.
fn quoted(path: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if matches!(byte, b'"' | b'\\' | b'$' | b'`') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

/// What is at the place of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// One of ours, calling that program.
    Ours(Task, PathBuf),
    /// Somebody else's.
    Foreign,
}

/// Looks at the place of a hook.
pub(super) fn look(name: &str, path: &Path) -> Result<Found, GitError> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Found::Nothing);
        }
        Err(error) => return Err(GitError::io(path)(error)),
    };
    if !meta.is_file() {
        return Ok(Found::Foreign);
    }
    let script = fs::read(path).map_err(GitError::io(path))?;
    Ok(program(name, &script).map_or(Found::Foreign, |(task, program)| Found::Ours(task, program)))
}

/// Returns whether two paths hold files with the same bytes.
pub(super) fn alike(a: &Path, b: &Path) -> Result<bool, GitError> {
    let plain = |path: &Path| fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    if !plain(a) || !plain(b) {
        return Ok(false);
    }
    Ok(fs::read(a).map_err(GitError::io(a))? == fs::read(b).map_err(GitError::io(b))?)
}

/// Returns whether git would run what is there.
pub(super) fn is_executable(path: &Path) -> bool {
    let Ok(meta) = fs::metadata(path) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        meta.is_file() && meta.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        meta.is_file()
    }
}

/// Writes a script whole or not at all, so that a hook that git is starting is never half a script.
pub(super) fn write(repo: &Repo, directory: &Path, name: &str, program: &Path, task: Task) -> Result<(), GitError> {
    repo.put(&directory.join(name), &text(name, program, task), 0o755)
}

/// Returns whether git could call a hook by that name: lower-case letters, digits and `-`.
pub(super) fn could_be_a_hook(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Returns the name under which a hook waits that was there before ours.
pub(super) fn aside(name: &str) -> String {
    format!("{name}.before-ledger")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_three_lines_and_says_whom_it_calls() {
        let clone = JUDGED.into_iter().chain(["post-checkout", "pre-receive"]).map(|name| (name, Task::Clone));
        for (name, task) in clone.chain(SERVER.map(|name| (name, Task::Guard))) {
            for path in ["/usr/bin/ledger", "/odd $dir/`x`/\"q\"/back\\slash/ledger"] {
                let script = text(name, Path::new(path), task);
                assert_eq!(script.split(|byte| *byte == b'\n').count(), 4, "{name}");
                assert_eq!(program(name, &script), Some((task, PathBuf::from(path))), "{name}");
                assert_eq!(program("post-merge", &script), None, "{name}");
                assert_eq!(program(name, &[&script, &b"exit 0\n"[..]].concat()), None, "{name}");
            }
        }
        assert_eq!(program("pre-commit", b"#!/bin/sh\nexit 0\n"), None);
    }
}
