//! Faults in what the program starts, here and on the server: git, which fetches, pushes and receives, and the guard.
//!
//! Git finds its own programs by `PATH` and `GIT_EXEC_PATH`, and so do we: there stand scripts of the same names, which hand on to the
//! real ones, the one that is meant by way of `strace`. The guard's hooks are given the name of such a script in place of the program's.

use std::path::PathBuf;

use crate::sandbox::script;
use crate::sandbox::story::{Call, Story};
use crate::scene::program;

/// A process whose system calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The program that is called.
    Program,
    /// The first program started by it, or by what it starts, in whose words these follow each other: `receive-pack`,
    /// `--server pre-receive`.
    Started(&'static str),
}

/// What stands for git's programs and for ours. Each word of `FAULT` is an option of strace.
const SHIM: &str = r#"#!/bin/sh
name=${0##*/}
case $name in
git-*) set -- "${name#git-}" "$@"; real='@GIT@' ;;
git) real='@GIT@' ;;
*) real='@LEDGER@' ;;
esac
case " $* " in
*" $FAULT_IN "*) [ -n "$FAULT" ] && mkdir "$FAULT_TRACE.met" 2>/dev/null && exec strace -q -o "$FAULT_TRACE" $FAULT -- "$real" "$@" ;;
esac
exec "$real" "$@"
"#;

fn directory(story: &Story) -> PathBuf {
    story.beside.path().join("shims")
}

/// Puts the scripts beside a story, and has the guard of a server call the one that stands for our program.
pub(crate) fn put_shims(story: &Story, server: &str) {
    let path = std::env::var_os("PATH").unwrap();
    let git = std::env::split_paths(&path).map(|dir| dir.join("git")).find(|git| git.is_file()).unwrap();
    let text = SHIM.replace("@GIT@", git.to_str().unwrap()).replace("@LEDGER@", program().to_str().unwrap());
    for name in ["git", "git-receive-pack", "git-upload-pack", "ledger"] {
        script(&directory(story).join(name), &text);
    }
    for hook in ["pre-receive", "reference-transaction"] {
        let hook = story.repo.path().join(server).join("hooks").join(hook);
        let text = std::fs::read_to_string(&hook).unwrap();
        let ours = directory(story).join("ledger");
        assert!(text.contains(program().to_str().unwrap()), "{text}");
        script(&hook, &text.replace(program().to_str().unwrap(), ours.to_str().unwrap()));
    }
}

/// Has a call find the scripts.
pub(crate) fn with_shims<'s>(story: &Story, call: Call<'s>) -> Call<'s> {
    let shims = directory(story);
    let path = format!("{}:{}", shims.display(), std::env::var("PATH").unwrap());
    call.env("PATH", path).env("GIT_EXEC_PATH", shims)
}
