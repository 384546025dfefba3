//! Other repositories of the same ledger: what they offer, and what is taken from them.
//!
//! This and [`super::give`] are the only places that use the network, and only through the `git` program, with the remote that was asked for.
//!
//! What is fetched gets no ref here: it is named once it was judged. Its objects stay until then, since git prunes none that is young.
//! Where a remote stood at the last time is kept in `refs/ledger-remote/REMOTE/main`. Nothing but `ledger sync` moves that ref, and only
//! after it has judged what is there, so that a remote which lost events is noticed; a refspec of `git fetch` would move it unseen, and
//! `git fetch --prune` would delete it. Evidence has no such ref, which would keep erased bytes reachable.

use std::borrow::Cow;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use git2::Oid;

use super::error::GitError;
use super::refs::is_full_name;
use super::repo::{Repo, variable};
use super::staged::Staged;
use crate::domain::code::Code;
use crate::domain::judge::quoted;
use crate::domain::text::is_forbidden;

/// What a remote has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offered {
    /// The tip of the ledger.
    pub ledger: Option<Oid>,
    /// The commit of the evidence.
    pub evidence: Option<Oid>,
}

/// How git talks to a remote.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Ask for no password.
    pub no_input: bool,
    /// Let git show its progress on standard error.
    pub progress: bool,
}

impl Manner {
    pub(super) fn apply(self, command: &mut Command) {
        if self.no_input {
            command.env("GIT_TERMINAL_PROMPT", "0");
            if variable("GIT_SSH_COMMAND").is_none() && variable("GIT_SSH").is_none() {
                command.args(["-c", "core.sshCommand=ssh -oBatchMode=yes"]);
            }
        }
    }

    /// Runs git and returns what it printed. Its progress goes to standard error, so that no terminal acts on it. Where it says more than
    /// anybody reads, as a remote can have it do, it is not listened to any longer.
    pub(super) fn run(self, command: &mut Command) -> Result<Output, GitError> {
        let failed = |text: String| GitError::new(Code::StoreIo, "git", text);
        let broken = |error: std::io::Error| failed(format!("the program git does not run: {error}"));
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(broken)?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let (mut stdout, mut stderr, mut line) = (Vec::new(), Vec::new(), Vec::new());
        let whole = std::thread::scope(|scope| {
            let listed = scope.spawn(|| hear(out, LISTED, |part| stdout.extend_from_slice(part)));
            let said = hear(err, SAID, |part| {
                if self.progress {
                    pass_on(&mut line, part);
                } else {
                    stderr.extend_from_slice(part);
                }
            });
            if said.is_ok_and(|whole| !whole) {
                let _ = child.kill();
                let _ = listed.join();
                return Ok(false);
            }
            listed.join().unwrap_or(Ok(false))
        });
        if !line.is_empty() {
            pass_on(&mut line, b"\n");
        }
        let status = child.wait().map_err(broken)?;
        if whole.map_err(broken)? {
            Ok(Output { status, stdout, stderr })
        } else {
            Err(failed("the remote says more than anybody reads".to_owned()))
        }
    }
}

/// What the log says of a tracking ref that a sync moved.
const NOTED: &str = "ledger: sync";

/// How many bytes of refs a remote may list, and how many it may say besides.
const LISTED: usize = 64 << 20;
const SAID: usize = 4 << 20;

/// Reads to the end; returns false where there is more than the limit.
fn hear(from: Option<impl Read>, limit: usize, mut each: impl FnMut(&[u8])) -> std::io::Result<bool> {
    let Some(mut from) = from else { return Ok(true) };
    let (mut buffer, mut length) = ([0; 8192], 0);
    loop {
        let read = match from.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        length += read;
        if read == 0 || length > limit {
            return Ok(read == 0);
        }
        each(buffer.get(..read).unwrap_or_default());
    }
}

/// Writes what is whole of the lines of git's progress, each ended by a line feed or a carriage return.
fn pass_on(line: &mut Vec<u8>, part: &[u8]) {
    line.extend_from_slice(part);
    let Some(end) = line.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else { return };
    let rest = line.split_off(end + 1);
    let text = String::from_utf8_lossy(&std::mem::replace(line, rest)).into_owned();
    let harmless = |c: char| matches!(c, '\n' | '\r' | '\t') || !is_forbidden(c);
    let text: String = text.chars().map(|c| if harmless(c) { c } else { char::REPLACEMENT_CHARACTER }).collect();
    // Where nobody sees the progress, the rest goes on.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

impl Repo {
    /// Returns the names of the remotes.
    ///
    /// # Errors
    /// `store.io` where the settings cannot be read.
    pub fn remotes(&self) -> Result<Vec<String>, GitError> {
        let text = self.run(["remote"])?;
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }

    /// Returns the name of the ref that says where a remote's ledger was at the last time.
    pub fn tracking_ref(remote: &str) -> String {
        format!("refs/ledger-remote/{remote}/main")
    }

    /// Returns whether a ref could say where that remote's ledger was, and no option looks like the remote.
    pub fn can_be_tracked(remote: &str) -> bool {
        is_full_name(&Repo::tracking_ref(remote)) && !remote.starts_with('-')
    }

    /// Returns where a remote's ledger was at the last time.
    ///
    /// # Errors
    /// As [`Repo::tip`].
    pub fn tracked(&self, remote: &str) -> Result<Option<Oid>, GitError> {
        self.target(&Repo::tracking_ref(remote))
    }

    /// Returns what a sync noted last of where a remote's ledger was, as the log of that ref says; `None` where it says nothing.
    ///
    /// # Errors
    /// As [`Repo::tip`].
    pub fn noted(&self, remote: &str) -> Result<Option<Oid>, GitError> {
        let moves = self.moves(&Repo::tracking_ref(remote));
        let last = moves.into_iter().find(|(_, _, message)| message == NOTED).map(|(_, new, _)| new);
        Ok(last.filter(|oid| self.has(*oid)))
    }

    /// Returns where the ledgers of all remotes were at the last time, also of those that go by no name any more.
    ///
    /// # Errors
    /// As [`Repo::tip`].
    pub fn all_tracked(&self) -> Result<Vec<(String, Oid)>, GitError> {
        let name = |full: &str| Some(full.strip_prefix("refs/ledger-remote/")?.strip_suffix("/main")?.to_owned());
        let refs = self.refs("refs/ledger-remote/*")?.into_iter();
        Ok(refs.filter_map(|(full, tip)| Some((name(&full)?, tip))).collect())
    }

    /// Notes where a remote's ledger is.
    ///
    /// # Errors
    /// `store.io` where it cannot be written, or somebody else noted something else meanwhile.
    pub fn track(&self, remote: &str, tip: Oid) -> Result<(), GitError> {
        let name = Repo::tracking_ref(remote);
        let old = self.target(&name)?;
        if old == Some(tip) {
            return Ok(());
        }
        Ok(self.swap(&name, old, tip, Some(NOTED))?)
    }

    /// Asks a remote what it has.
    ///
    /// # Errors
    /// `store.io` with what git says, where the remote cannot be reached.
    pub fn offered(&self, remote: &str, manner: Manner) -> Result<Offered, GitError> {
        let (ledger, evidence) = (self.ledger_ref()?, self.evidence_ref()?);
        let output = self.list(remote, &[&ledger, &evidence], manner)?;
        Ok(Offered { ledger: listed(&output, &ledger), evidence: listed(&output, &evidence) })
    }

    /// Returns the refs of a remote that are called so, or end so after a `/`.
    ///
    /// # Errors
    /// As [`Repo::offered`].
    pub(super) fn ends_like(&self, remote: &str, ends: &[&str], manner: Manner) -> Result<Vec<String>, GitError> {
        let output = self.list(remote, ends, manner)?;
        let listing = String::from_utf8_lossy(&output.stdout);
        Ok(listing.lines().filter_map(|line| Some(line.split_once('\t')?.1.to_owned())).collect())
    }

    /// Has a remote list the refs of which these are the ends.
    fn list(&self, remote: &str, ends: &[&str], manner: Manner) -> Result<Output, GitError> {
        let quiet = Manner { progress: false, ..manner };
        let mut command = self.git();
        quiet.apply(&mut command);
        let output = quiet.run(command.args(["ls-remote", "--refs", "--", remote]).args(ends))?;
        if output.status.success() { Ok(output) } else { Err(out_of_reach(remote, &output)) }
    }

    /// Fetches what a remote offers and is not here yet. Returns false where the remote has moved on meanwhile.
    ///
    /// # Errors
    /// `store.io` with what git says.
    pub fn fetch(&self, remote: &str, offered: Offered, manner: Manner) -> Result<bool, GitError> {
        let wanted = [(offered.ledger, self.ledger_ref()?), (offered.evidence, self.evidence_ref()?)];
        let lacking = |oid: Option<Oid>| oid.is_some_and(|oid| !self.has(oid));
        let names: Vec<&str> = wanted.iter().filter(|(oid, _)| lacking(*oid)).map(|(_, name)| name.as_str()).collect();
        if names.is_empty() {
            return Ok(true);
        }
        self.fetch_names(remote, &names, manner)?;
        Ok(!wanted.iter().any(|(oid, _)| lacking(*oid)))
    }

    fn fetch_names(&self, remote: &str, names: &[&str], manner: Manner) -> Result<(), GitError> {
        let mut command = self.git();
        manner.apply(&mut command);
        // Durable, since refs will be moved to it; and without the refspecs of the settings, which would name it unjudged.
        command.args(["-c", "core.fsync=all", "fetch", "--no-tags", "--no-write-fetch-head", "--refmap="]);
        command.args(["--no-recurse-submodules", "--no-auto-maintenance"]);
        command.args([if manner.progress { "--progress" } else { "--quiet" }, "--", remote]).args(names);
        let output = manner.run(&mut command)?;
        if !output.status.success() {
            return Err(out_of_reach(remote, &output));
        }
        Ok(())
    }

    /// Fetches what a remote has at a ref, and returns it; `None` where there is no such ref. No ref names it here.
    ///
    /// # Errors
    /// `store.io` with what git says.
    pub fn fetch_ref(&self, remote: &str, name: &str, manner: Manner) -> Result<Option<Oid>, GitError> {
        let output = self.list(remote, &[name], manner)?;
        let Some(oid) = listed(&output, name) else { return Ok(None) };
        if !self.has(oid) {
            self.fetch_names(remote, &[name], manner)?;
        }
        Ok(Some(oid).filter(|oid| self.has(*oid)))
    }

    /// Clones code to a place that was made ready for it and returns the repository.
    ///
    /// # Errors
    /// `store.io` with what git says.
    pub fn clone_code(url: &str, from: &Path, place: &Staged, manner: Manner) -> Result<Repo, GitError> {
        let mut command = Command::new("git");
        command.current_dir(from).env("LC_ALL", "C").stdin(place.held()?);
        manner.apply(&mut command);
        command.args(["clone", if manner.progress { "--progress" } else { "--quiet" }, "--", url]).arg(place.path());
        let output = manner.run(&mut command)?;
        if !output.status.success() {
            let url = without_password(url);
            let look = format!("git ls-remote -- {}", quoted(&url));
            return Err(unreachable(&url, &output).next(look));
        }
        Repo::open(place.path())
    }
}

/// Returns an address without the password that stands in it, as git itself shows it.
pub fn without_password(url: &str) -> Cow<'_, str> {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let place = rest.find('/').unwrap_or(rest.len());
        let (user, _) = rest.get(..place)?.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        Some(format!("{scheme}://{name}{}", rest.get(user.len()..)?))
    });
    parts.map_or(Cow::Borrowed(url), Cow::Owned)
}

/// Returns what `git ls-remote` says that a ref names.
fn listed(output: &Output, name: &str) -> Option<Oid> {
    let listing = String::from_utf8_lossy(&output.stdout);
    let mut lines = listing.lines().filter_map(|line| line.split_once('\t'));
    lines.find(|(_, found)| *found == name).and_then(|(oid, _)| Oid::from_str(oid).ok())
}

/// Returns what is said of a remote that does not answer.
fn out_of_reach(remote: &str, output: &Output) -> GitError {
    unreachable(remote, output).next("git remote -v").next(format!("ledger sync {}", quoted(remote)))
}

fn unreachable(remote: &str, output: &Output) -> GitError {
    let told = without_noise(&String::from_utf8_lossy(&output.stderr));
    let told = if told.is_empty() { "git failed; what it says stands above".to_owned() } else { told };
    GitError::new(Code::StoreIo, remote, told).needed("a remote that answers, and the right to read it")
}

/// Returns what git says of a failure, on one line.
pub(super) fn without_noise(told: &str) -> String {
    let lines = told.lines().map(str::trim).filter(|line| !line.is_empty());
    let general =
        ["Please make sure you have", "and the repository exists", "hint:", "error: failed to push some refs"];
    let kept: Vec<&str> = lines.filter(|line| !general.iter().any(|noise| line.starts_with(noise))).collect();
    kept.join("; ")
}
