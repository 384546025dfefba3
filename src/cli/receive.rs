//! The hooks that guard a server: a push judged before its refs are taken, and again where the ledger moved meanwhile.

use super::check::{refusal, refusals, waived};
use super::{CliError, Context};
use crate::clock;
use crate::domain::code::Code;
use crate::domain::receive::{Own, Place};
use crate::git::judged::Judged;
use crate::git::{Oid, Repo};
use crate::ledger::receive::{ReceiveError, Received, Under, Update, receive};
use crate::ledger::{Ledger, LedgerError};
use crate::render::refusal::Refused;
use crate::render::shown;

/// Judges what git hands to `pre-receive` and returns the exit code.
pub(super) fn pre_receive(context: &Context, repo: &Repo, lines: &[u8]) -> Result<u8, CliError> {
    judge(context, repo, &updates(lines)?)
}

/// Looks once more, while git holds the locks of the refs that it is about to move: only what was judged under the ledger that is
/// there now passes without being judged again. Once the refs are taken, pins a ledger that came here for the first time.
pub(super) fn transaction(context: &Context, repo: &Repo, state: &str, lines: &[u8]) -> Result<u8, CliError> {
    match state {
        "prepared" => prepared(context, repo, lines),
        "committed" => {
            pin(repo, &updates(lines)?)?;
            Ok(0)
        }
        _ => Ok(0),
    }
}

fn prepared(context: &Context, repo: &Repo, lines: &[u8]) -> Result<u8, CliError> {
    let mut updates = updates(lines)?;
    // What goes was refused before where it matters; here git also tells of refs that it only packs.
    updates.retain(|update| update.new.is_some());
    if updates.is_empty() {
        return Ok(0);
    }
    let own = own(repo)?;
    let moved = updates.iter().find(|update| own.place(&update.name) == Place::Ledger).and_then(|update| update.new);
    let (here, newest) = (repo.tip()?, moved.or(repo.tip()?));
    let mut needed = Vec::new();
    for update in &updates {
        let Some(new) = update.new else { continue };
        let judged = |under| Judged { under, old: update.old, new, name: update.name.clone() };
        needed.push(judged(newest));
        if own.place(&update.name) != Place::Evidence {
            needed.push(judged(here));
        }
    }
    if repo.were_judged(&needed).into_iter().all(|judged| judged) {
        return Ok(0);
    }
    judge(context, repo, &updates)
}

fn judge(context: &Context, repo: &Repo, updates: &[Update]) -> Result<u8, CliError> {
    let clock = clock::now().map_err(CliError::clock)?;
    let told = receive(repo, updates, clock).map_err(refused)?;
    if told.refused.is_empty() && told.commits.is_empty() {
        let waived = waived(&told.waived, context.out.look_err().color);
        if !waived.is_empty() {
            context.out.note(waived);
        }
        // Where it cannot be remembered, it is judged again.
        let _ = repo.remember_judged(&told.judged);
        return Ok(0);
    }
    tell(context, repo, &told);
    Ok(1)
}

/// Returns an error in the words of a push. Whoever reads it sits elsewhere: a command for this repository is of no use there.
fn refused(error: ReceiveError) -> CliError {
    let (which, error) = match error {
        ReceiveError::Here(error) => ("the ledger of the server", error),
        ReceiveError::Pushed(error) => ("the ledger that is pushed", error),
    };
    let exit = error.exit_code();
    let error = match error {
        LedgerError::Missing { place, genesis, .. } => {
            let text = format!("{place} of the server names the ledger {genesis}, which it does not hold");
            of_server(exit, Code::TrustLedgerMissing, text, "the ledger that is named, pushed here first or with it")
        }
        LedgerError::Pinned { place, pinned, found } => {
            let text = format!("{place} of the server pins the ledger {pinned}; {which} is {found}");
            of_server(exit, Code::TrustGenesisMismatch, text, "the ledger that the server pins")
        }
        other => CliError::from(other).explained_only(),
    };
    let text = format!("push refused: {}", error.text.replacen("the ledger is", &format!("{which} is"), 1));
    let mut error = CliError { text, ..error };
    if error.exit == 3 {
        error.first.next = vec!["ledger verify".to_owned()];
    }
    error
}

fn of_server(exit: u8, code: Code, text: String, needed: &str) -> CliError {
    CliError { exit, ..CliError::usage(text, needed).code(code) }
}

fn tell(context: &Context, repo: &Repo, told: &Received) {
    let look = context.out.look_err();
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(told.refused.iter().map(|explanation| refusal(Refused::Push, explanation).to_text(look)));
    for (under, note) in [
        (Under::Both, None),
        (
            Under::Before,
            Some("the ledger as it is here refuses this; events of the same push do not help: push them first"),
        ),
        (Under::After, Some("the events of this push refuse this")),
    ] {
        let (these, _): (Vec<_>, Vec<_>) = told.commits.iter().partition(|(found, _)| *found == under);
        let these: Vec<_> = these.into_iter().map(|(_, checked)| checked.clone()).collect();
        if !these.is_empty() {
            blocks.push(refusals(repo, &these, Refused::Push, look).trim_end_matches('\n').to_owned());
            blocks.extend(note.map(|note| format!("  {note}")));
        }
    }
    context.out.note(blocks.join("\n\n"));
}

/// Pins the ledger that was taken, and its ref, where git's settings do not name both.
fn pin(repo: &Repo, updates: &[Update]) -> Result<(), CliError> {
    let own = own(repo)?;
    let taken = updates.iter().any(|update| update.new.is_some() && own.place(&update.name) == Place::Ledger);
    if taken && !repo.is_pinned_in_config()? {
        let ledger = Ledger::load(repo)?;
        repo.pin_config(ledger.state().genesis)?;
    }
    Ok(())
}

fn own(repo: &Repo) -> Result<Own, CliError> {
    Ok(Own { ledger: repo.ledger_ref()?, evidence: repo.evidence_ref()? })
}

/// Reads `OLD NEW REF`, one a line; zeros stand for nothing. What is no ref by its full name, and what a symbolic ref is to name,
/// is left out: it makes nothing visible that no other ref names.
fn updates(lines: &[u8]) -> Result<Vec<Update>, CliError> {
    let text = String::from_utf8_lossy(lines);
    let mut updates = Vec::new();
    for line in text.lines() {
        let wrong = || {
            let text = format!("{} is not what git hands to this hook", shown::line(line));
            CliError::usage(text, "lines of the form OLD NEW REF")
        };
        let mut words = line.splitn(3, ' ');
        let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(wrong());
        };
        if !name.starts_with("refs/") || old.starts_with("ref:") || new.starts_with("ref:") {
            continue;
        }
        let oid = |hex: &str| match Oid::from_str(hex) {
            Ok(oid) if oid.to_string() == hex => Ok((!oid.is_zero()).then_some(oid)),
            _ => Err(wrong()),
        };
        updates.push(Update { name: name.to_owned(), old: oid(old)?, new: oid(new)? });
    }
    Ok(updates)
}
