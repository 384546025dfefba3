//! What `ledger doctor` says of files, refs and remotes, and what it puts right there.

use super::CliError;
use super::doctor::{Finding, Stand};
use crate::domain::judge::quoted;
use crate::domain::state::State;
use crate::git::{GitError, Repo};
use crate::ledger::{Ledger, mend};
use crate::render::shown;

/// The command that mends.
pub(super) const MEND: &str = "ledger doctor --mend";

/// Puts right what needs nobody's decision, and says what that was; in a dry run, what that would be.
pub(super) fn mend(repo: &Repo, dry_run: bool) -> Result<Vec<Finding>, CliError> {
    let stand = if dry_run { Stand::Would } else { Stand::Mended };
    let done = |name, text: String| Finding::new(name, stand, text);
    let mut findings = Vec::new();
    if !repo.leftovers()?.own.is_empty() {
        if !dry_run {
            repo.clear_leftovers()?;
        }
        findings.push(done("files", "what a command that was killed had left is cleared up".to_owned()));
    }
    if let Some(lost) = mend::lost(repo)? {
        if !dry_run {
            mend::put_back(repo, &lost)?;
        }
        let text = format!("{} is put back to event {}, as {} says", lost.reference, lost.seq, lost.source);
        findings.push(done("ledger", text));
    }
    let Ok(ledger) = Ledger::load(repo) else { return Ok(findings) };
    let found = mend::recover_evidence(repo, ledger.state(), dry_run)?.len();
    if found > 0 {
        let pieces = if found == 1 { "a missing piece was".to_owned() } else { format!("{found} missing pieces were") };
        findings.push(done("evidence", format!("{pieces} still among the objects that are here, and kept again")));
    }
    let uncited = mend::drop_uncited(repo, &ledger, dry_run)?;
    if uncited > 0 {
        findings.push(done("evidence", format!("{} that no event cites taken away", pieces(uncited))));
    }
    let reference = repo.ledger_ref()?;
    if !repo.has_log(&reference) {
        if !dry_run {
            repo.begin_log(&reference, "ledger: doctor began this log").map_err(GitError::from)?;
        }
        findings.push(done("files", format!("moves of {reference} are logged from now on")));
    }
    Ok(findings)
}

/// Returns so many pieces of evidence in words, as things that are done something to.
fn pieces(count: usize) -> String {
    if count == 1 { "1 piece".to_owned() } else { format!("{count} pieces") }
}

/// Evidence that no event cites.
pub(super) fn uncited(repo: &Repo, state: &State) -> Option<Finding> {
    let uncited = match mend::uncited_evidence(repo, state) {
        Ok(uncited) => uncited,
        Err(error) => return Some(Finding::error("evidence", Stand::Bad, error)),
    };
    let first = uncited.first()?;
    let (count, are) = (pieces(uncited.len()), if uncited.len() == 1 { "is" } else { "are" });
    let mut text = format!("{count} that no event cites {are} here, such as {}", first.short());
    if let Ok(Some((sha256, reference))) = mend::cited_by_given_up(repo, &uncited) {
        text = format!(
            "{text}; {} is cited by an event that was given up, at {reference}, and this may be the only copy",
            sha256.short()
        );
    }
    Some(Finding::new("evidence", Stand::Warn, text).next(MEND))
}

/// Says where a lost ref was, if that is known.
pub(super) fn lost(repo: &Repo) -> Option<Finding> {
    let lost = mend::lost(repo).ok().flatten()?;
    let text = format!(
        "{} names nothing; {} says that it was at event {}, and up to there everything is valid",
        lost.reference, lost.source, lost.seq
    );
    Some(Finding::new("ref", Stand::Bad, text).next(MEND))
}

/// What was left behind where the ledger's files are written, and whether moves of its ref are logged.
pub(super) fn files(repo: &Repo) -> Finding {
    let looked = repo.leftovers().and_then(|left| Ok((left, repo.ledger_ref()?)));
    let (left, reference) = match looked {
        Ok(found) => found,
        Err(error) => return Finding::error("files", Stand::Bad, error),
    };
    let warn = |text: String| Finding::new("files", Stand::Warn, text);
    if let Some(lock) = left.locks.first() {
        let place = lock.display().to_string();
        let text =
            format!("{}: git holds this lock; if no git runs here, one that was killed left it", shown::line(&place));
        return warn(text).next(format!("rm {}", quoted(&place)));
    }
    if !left.own.is_empty() {
        let text = "a command is writing, or was killed while it wrote; the next one that writes clears up after it";
        return warn(text.to_owned()).next(MEND);
    }
    if !repo.has_log(&reference) && matches!(repo.tip(), Ok(Some(_))) {
        let text = format!("moves of {reference} are not logged, so that a lost ref could not be put back from here");
        return warn(text).next(MEND);
    }
    let logged = if repo.has_log(&reference) { format!("; moves of {reference} are logged") } else { String::new() };
    Finding::new("files", Stand::Ok, format!("no lock and nothing half-written{logged}"))
}

/// How it stands with other repositories, as far as that is known here; nothing where there are none.
pub(super) fn shared(repo: &Repo) -> Option<Finding> {
    let told = aside(repo).transpose().or_else(|| unjudged(repo).transpose()).or_else(|| in_step(repo).transpose())?;
    Some(told.unwrap_or_else(|error| Finding::error("shared", Stand::Bad, error)))
}

/// What a sync could not take along.
fn aside(repo: &Repo) -> Result<Option<Finding>, GitError> {
    let Some(aside) = repo.aside()? else { return Ok(None) };
    let (count, remote) = (aside.events.len(), shown::line(&aside.remote));
    let text = format!("kept aside when this was shared with {remote}: {count} of your events wait for a decision");
    let finding = Finding::new("shared", Stand::Warn, text).next("ledger sync --continue");
    Ok(Some(finding.next("ledger sync --abort")))
}

/// Settings by which git would move the ledger's refs unjudged. In a bare repository that mirrors another they are meant.
fn unjudged(repo: &Repo) -> Result<Option<Finding>, GitError> {
    let found = if repo.work_dir().is_some() { mend::unjudged_refspecs(repo)? } else { Vec::new() };
    Ok(found.into_iter().next().map(|(key, spec)| {
        let text =
            format!("git fetch would move the ledger to whatever is there, unjudged: {key} = {}", shown::line(&spec));
        let unset = format!("git config --fixed-value --unset-all {} {}", quoted(&key), quoted(&spec));
        Finding::new("shared", Stand::Warn, text).next(unset)
    }))
}

fn in_step(repo: &Repo) -> Result<Option<Finding>, GitError> {
    let Some(remote) = repo.default_remote().filter(|_| repo.work_dir().is_some()) else { return Ok(None) };
    let name = shown::line(&remote);
    let warn = |text: String| Finding::new("shared", Stand::Warn, text).next("ledger sync");
    Ok(Some(match mend::unshared(repo, &remote)? {
        Some(0) => Finding::new("shared", Stand::Ok, format!("{name} had all of it at the last sync")),
        Some(1) => warn(format!("{name} did not have the newest event at the last sync")),
        Some(many) => warn(format!("{name} did not have the newest {many} events at the last sync")),
        None if repo.tracked(&remote)?.is_none() => warn(format!("never shared with {name} by ledger sync")),
        None => warn(format!("{name} had other events at the last sync than are here")),
    }))
}
