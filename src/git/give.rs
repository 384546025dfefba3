//! What is given to a remote: ledger and evidence together, and what is said where it is not taken.

use std::collections::BTreeSet;

use git2::Oid;

use super::error::GitError;
use super::remote::{Manner, without_noise};
use super::repo::Repo;
use crate::domain::code::Code;
use crate::domain::judge::quoted;

/// What is to be pushed: each with what is expected there, and what is to be there.
#[derive(Debug, Clone, Copy)]
pub struct Gift {
    /// The tip of the ledger, where it is to move.
    pub ledger: Option<Oid>,
    /// The evidence, where it is to be replaced.
    pub evidence: Option<(Option<Oid>, Oid)>,
    /// The evidence where it cannot be replaced in one with the ledger's move.
    pub apart: Option<Oid>,
}

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// The remote took it.
    Taken {
        /// What it said.
        said: Vec<String>,
    },
    /// The remote did not take it.
    Declined {
        /// The reason that git gives.
        reason: String,
        /// Of what kind it is.
        cause: Cause,
        /// What the remote said.
        said: Vec<String>,
    },
    /// Git sent nothing: it could not tell the ledger's refs there from these others, which end like them. Each stands before what it ends
    /// like, so that they can be removed in this order.
    Unclear {
        /// Their full names.
        others: Vec<String>,
    },
}

/// Why a push was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The remote judged and said no, which another attempt does not change.
    Judged,
    /// A ref was locked there: by somebody who is pushing, or by a git that was killed.
    Locked,
    /// The hook `pre-push` here said no, and nothing was sent.
    Hook,
    /// The remote, or the way to it, failed.
    Failed,
}

impl Repo {
    /// Pushes the ledger and the evidence, both or neither where the remote can do that. Where it cannot, evidence that is new goes before
    /// the events that cite it, in the same push, since a guard takes none that no event cites; and what was erased goes after the events
    /// that say so. What no event cites stays there then: until it went, somebody else could have shared the event that does.
    ///
    /// # Errors
    /// `store.io` where git does not run.
    pub fn give(&self, remote: &str, gift: Gift, manner: Manner) -> Result<Given, GitError> {
        let both = self.push(remote, gift, gift.ledger.is_some() && gift.evidence.is_some(), manner)?;
        match both {
            Given::Declined { ref reason, .. } if reason.contains("does not support --atomic") => {}
            other => return Ok(other),
        }
        let (Some((there, _)), Some(own)) = (gift.evidence, gift.apart) else { return Ok(both) };
        let grown = self.evidence_union(there, own)?;
        let evidence = |old, new| (old != Some(new)).then_some((old, new));
        let mut taken = self.push(remote, Gift { evidence: evidence(there, grown), ..gift }, false, manner)?;
        // Git orders refs by their names. Where the ledger came first, a guard stops git for the evidence that it lacks, and has heard of that by now.
        if matches!(&taken, Given::Declined { reason, .. } if reason.contains(STOPPED))
            && let Some(first) = evidence(there, grown)
            && let Given::Taken { .. } =
                self.push(remote, Gift { ledger: None, evidence: Some(first), ..gift }, false, manner)?
        {
            taken = self.push(remote, Gift { evidence: None, ..gift }, false, manner)?;
        }
        let (Given::Taken { said: mut heard }, Some(last)) = (taken.clone(), evidence(Some(grown), own)) else {
            return Ok(taken);
        };
        // From here on it is known of what lies there and nobody cites.
        if let Some(tip) = gift.ledger {
            self.track(remote, tip)?;
        }
        match self.push(remote, Gift { ledger: None, evidence: Some(last), ..gift }, false, manner)? {
            Given::Taken { said } => {
                heard.extend(said);
                Ok(Given::Taken { said: heard })
            }
            other => Ok(other),
        }
    }

    fn push(&self, remote: &str, gift: Gift, atomic: bool, manner: Manner) -> Result<Given, GitError> {
        let (ledger, evidence) = (self.ledger_ref()?, self.evidence_ref()?);
        let mut command = self.git();
        manner.apply(&mut command);
        // A mirror takes no names of refs, and forces; what is pushed is signed already, event by event; and options are meant for code, and
        // are refused by hosts that take none.
        command.env(UNSET, "false").args(unmirrored(remote)).args(["-c", "push.pushOption="]);
        command.args(["push", "--porcelain", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"]);
        command.args(atomic.then_some("--atomic"));
        if let Some((old, _)) = gift.evidence {
            let old = old.map(|oid| oid.to_string()).unwrap_or_default();
            command.arg(format!("--force-with-lease={evidence}:{old}"));
        }
        command.args(["--", remote]);
        // Without a `+`, which would outdo the lease.
        command.args(gift.evidence.map(|(_, new)| format!("{new}:{evidence}")));
        command.args(gift.ledger.map(|tip| format!("{tip}:{ledger}")));
        let quiet = Manner { progress: false, ..manner };
        let output = quiet.run(&mut command)?;
        let (printed, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let said = |line: &str| line.strip_prefix("remote:").map(|line| line.trim().to_owned());
        let said: Vec<String> = told.lines().filter_map(said).filter(|line| !line.is_empty()).collect();
        if output.status.success() {
            return Ok(Given::Taken { said });
        }
        // `!<tab>FROM:TO<tab>[remote rejected] (REASON)`, one a ref; the one that failed for its own sake counts.
        let refused: Vec<&str> =
            printed.lines().filter(|line| line.starts_with('!')).filter_map(|line| line.rsplit('\t').next()).collect();
        if refused.is_empty() && told.contains(FAILED) && !told.lines().any(|line| line.starts_with("fatal:")) {
            let others = if told.contains(SEVERAL) { self.look_alikes(remote, manner)? } else { Vec::new() };
            if !others.is_empty() {
                return Ok(Given::Unclear { others });
            }
            let words = without_noise(&format!("{printed}\n{told}"));
            let reason = if words.is_empty() { "it says nothing".to_owned() } else { words };
            return Ok(Given::Declined { cause: Cause::Hook, reason, said });
        }
        let own = refused.iter().find(|reason| !reason.contains("atomic")).or(refused.first());
        let reason = own.map_or_else(|| without_noise(&told), |reason| (*reason).to_owned());
        Ok(Given::Declined { cause: cause(&reason, &said), reason, said })
    }

    /// Returns the refs of a remote that git takes for the ledger's or the evidence's when it pushes there, the longest names first, and
    /// among them those that git takes for one of these.
    fn look_alikes(&self, remote: &str, manner: Manner) -> Result<Vec<String>, GitError> {
        let there: BTreeSet<String> =
            self.ends_like(remote, &[&self.ledger_ref()?, &self.evidence_ref()?], manner)?.into_iter().collect();
        let mut names = vec![self.ledger_ref()?, self.evidence_ref()?];
        let own = names.len();
        let mut next = 0;
        while let Some(name) = names.get(next).cloned() {
            names.extend(MEANT.map(|place| format!("{place}{name}")).into_iter().filter(|name| there.contains(name)));
            next += 1;
        }
        let mut others = names.split_off(own);
        others.sort_by_key(|name| std::cmp::Reverse(name.len()));
        others.truncate(MOST);
        Ok(others)
    }

    /// Returns what is said of a remote where git cannot tell the ledger's refs from others.
    pub fn unclear(remote: &str, others: &[String]) -> GitError {
        let names = others.join(", ");
        let text = format!("git cannot tell the ledger's own refs there from others that end like them: {names}");
        let removal = |name: &String| format!("git push {} {}", quoted(remote), quoted(&format!(":{name}")));
        GitError::new(Code::StoreRef, remote, text)
            .needed("none that ends like them; a server that guards takes none")
            .next(others.iter().map(removal).collect::<Vec<_>>().join(" && "))
            .next(format!("ledger sync {}", quoted(remote)))
    }

    /// Returns what is said of a remote that took a push, and offers the same as before.
    pub fn pushed_elsewhere(remote: &str) -> GitError {
        let text = "git says that the push was taken, and what is fetched from there is as before".to_owned();
        let needed = "one repository that is pushed to and fetched from; the settings remote.NAME.pushurl and url.BASE.pushInsteadOf name another for pushes, and one that only copies may be late";
        GitError::new(Code::StoreIo, remote, text)
            .needed(needed)
            .next("git remote -v")
            .next(format!("ledger sync {}", quoted(remote)))
    }

    /// Returns what is said of a push that failed for no judgement's sake, with what goes on where that is known.
    ///
    /// # Errors
    /// As [`Repo::ledger_ref`].
    pub fn push_failed(&self, remote: &str, reason: &str, said: &[String]) -> Result<GitError, GitError> {
        let again = format!("ledger sync {}", quoted(remote));
        let failed = |said: &[String]| {
            let lines = said.iter().map(|line| format!("; remote: {line}")).collect::<Vec<_>>().concat();
            GitError::new(Code::StoreIo, remote, format!("the push failed: {reason}{lines}"))
        };
        if let Some((line, lock)) = said.iter().find_map(|line| Some((line, locked(line)?))) {
            let lock = lock.replace("/./", "/");
            let needed = format!(
                "the lock {lock} gone: a push that goes on takes it away by itself; one that was killed left it, and whoever keeps {remote} removes it once no git runs there"
            );
            return Ok(failed(std::slice::from_ref(line)).needed(needed).next(again));
        }
        let error = failed(said);
        let ledger = self.ledger_ref()?;
        if ledger.starts_with("refs/heads/") || !HIDDEN.iter().any(|hidden| reason.contains(hidden)) {
            return Ok(error.next("git remote -v").next(again));
        }
        // The ledger moves to a branch, here; what is on other refs is still there should the host take those one day.
        let evidence = self.evidence_ref()?;
        let mut moves = vec![format!("git update-ref {BRANCH} {}", quoted(&ledger))];
        if self.evidence_tip()?.is_some() {
            moves.push(format!("git update-ref {BRANCH}-evidence {}", quoted(&evidence)));
        }
        moves.push(format!("git config ledger.ref {BRANCH}"));
        let needed = format!("a host that takes {ledger}; or the ledger on a branch, in this clone and in every other");
        let error = error.needed(needed).next(moves.join(" && "));
        Ok(error.next(again))
    }
}

/// Returns the options by which a remote is no mirror for one call of git. Of a name with a `=` git would take what stands before it for the
/// whole name of the setting; what names a variable of the environment is split at the last one, by git 2.31 or later.
fn unmirrored(remote: &str) -> [String; 2] {
    if remote.contains('=') {
        ["--config-env".to_owned(), format!("remote.{remote}.mirror={UNSET}")]
    } else {
        ["-c".to_owned(), format!("remote.{remote}.mirror=false")]
    }
}

/// The variable by which git is told that a remote with a `=` in its name is no mirror.
const UNSET: &str = "LEDGER_NO_MIRROR";

/// What git says at the end of a push that failed; alone, where the hook `pre-push` had it end before anything was sent.
const FAILED: &str = "error: failed to push some refs";

/// What git says where what a push names could be several refs there.
const SEVERAL: &str = "matches more than one";

/// Where git looks for a ref that a push names, so that one by its full name may be another one's end.
const MEANT: [&str; 3] = ["refs/", "refs/heads/", "refs/tags/"];

/// How many refs that are to go are named at once.
const MOST: usize = 8;

/// What git says where a guard stops it while it takes refs, one by one.
const STOPPED: &str = "aborted by hook";

/// What git says where a host takes no such ref: it hides it from who pushes, or from who fetches.
const HIDDEN: [&str; 2] = ["hidden ref", "reference already exists"];

/// Where a ledger goes on a host that takes nothing but branches.
const BRANCH: &str = "refs/heads/ledger";

/// Returns the lock that a line of git's names as being in the way.
fn locked(line: &str) -> Option<&str> {
    let (_, from) = line.split_once("Unable to create '")?;
    let (lock, _) = from.split_once("': File exists")?;
    lock.strip_suffix(".lock").map(|_| lock)
}

/// What git says where a ref is locked: of the ref, or, where all or none of several are to move, only behind `remote:`.
const LOCKED: [&str; 3] = ["cannot lock", "failed to update ref", "Unable to create"];

/// Tells apart why a push was not taken.
fn cause(reason: &str, said: &[String]) -> Cause {
    if reason.contains("declined") {
        return Cause::Judged;
    }
    let told = || std::iter::once(reason).chain(said.iter().map(String::as_str));
    if LOCKED.iter().any(|text| told().any(|line| line.contains(text))) {
        return Cause::Locked;
    }
    let broken = ["unpacker error", "atomic transaction failed"].iter().any(|text| reason.contains(text));
    if reason.contains("[remote rejected]") && !broken && !said.is_empty() { Cause::Judged } else { Cause::Failed }
}
