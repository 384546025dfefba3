//! A place of its own for each test: real git, nobody's settings.
//!
//! A test that reads the environment runs in a process of its own, because `GIT_*` and `HOME` belong to the process:
//! [`in_own_process`] starts the test again with a clean environment.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

pub(crate) mod story;
pub(crate) mod told;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const INSIDE: &str = "LEDGER_TEST_INSIDE";

/// Returns true inside of the clean process; outside, runs the test there, asserts that it passed, and returns false.
pub(crate) fn in_own_process(test: &str) -> bool {
    if std::env::var(INSIDE).as_deref() == Ok(test) {
        return true;
    }
    let home = TempDir::new().unwrap();
    let mut command = probe(test);
    clean(&mut command, home.path());
    let output = command.env(INSIDE, test).output().unwrap();
    let shown = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&shown));
    false
}

/// Returns a call of one test of this test program.
pub(crate) fn probe(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command
}

/// Takes everything out of the environment that git could read from the outside.
pub(crate) fn clean(command: &mut Command, home: &Path) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_NAME", "A")
        .env("GIT_COMMITTER_EMAIL", "a@example.org")
        .env("LC_ALL", "C");
}

/// A repository in a temporary directory.
pub(crate) struct Sandbox {
    pub(crate) dir: TempDir,
}

impl Sandbox {
    /// Returns a repository without commits.
    pub(crate) fn new() -> Sandbox {
        let sandbox = Sandbox { dir: TempDir::new().unwrap() };
        sandbox.git(["init", "-q", "-b", "main", "."]);
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs git here and returns what it printed, without the last line feed.
    pub(crate) fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        git_in(self.path(), args)
    }

    /// Runs git here and returns how it went.
    pub(crate) fn try_git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        Command::new("git").current_dir(self.path()).args(args).output().unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Writes a file, commits everything and returns the commit.
    pub(crate) fn commit(&self, path: &str, text: &str) -> String {
        self.write(path, text);
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "-m", path]);
        self.git(["rev-parse", "HEAD"])
    }
}

/// Runs git in a directory and returns what it printed, without the last line feed.
pub(crate) fn git_in<S: AsRef<OsStr>>(dir: &Path, args: impl IntoIterator<Item = S>) -> String {
    let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
    let output = Command::new("git").current_dir(dir).args(&args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
}

/// Writes a script that the system can run.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
