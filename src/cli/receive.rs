//! The hooks that guard a server: a push judged before its refs are taken, and again where the ledger moved meanwhile.

use super::check::{refusal, refusals, waived};
use super::{CliError, Context};
use crate::clock;
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::receive::{Own, Place};
use crate::domain::time::Timestamp;
use crate::git::judged::Ground;
use crate::git::refs::spelled;
use crate::git::{Oid, Repo};
use crate::ledger::load::IN_CONFIG;
use crate::ledger::receive::{ReceiveError, Received, Under, Update, each_by_itself, evidence_with_events, receive};
use crate::ledger::{Ledger, LedgerError};
use crate::render::refusal::Refused;
use crate::render::shown;

/// Judges what git hands to `pre-receive` and returns the exit code.
pub(super) fn pre_receive(context: &Context, repo: &Repo, lines: &[u8]) -> Result<u8, CliError> {
    let updates: Vec<Update> = lines_of(lines)?.into_iter().map(Line::update).collect::<Result<_, _>>()?;
    let ground = repo.ground()?;
    judge(context, repo, &updates, &ground)
}

/// Looks once more, while git holds the locks of the refs that it is about to move: only a transaction that was judged as it is, over
/// the refs that are there now, passes without being judged again. Once the refs are taken, pins a ledger that came here for the first time.
pub(super) fn transaction(context: &Context, repo: &Repo, state: &str, lines: &[u8]) -> Result<u8, CliError> {
    match state {
        "prepared" => prepared(context, repo, lines),
        "committed" => {
            pin(repo, &taken(repo, lines)?)?;
            Ok(0)
        }
        _ => Ok(0),
    }
}

fn prepared(context: &Context, repo: &Repo, lines: &[u8]) -> Result<u8, CliError> {
    let updates = taken(repo, lines)?;
    let own = own(repo)?;
    // Anybody may remove what is neither the ledger's own nor like it.
    if updates.iter().all(|update| update.new.is_none() && own.place(&update.name) == Place::Code) {
        return Ok(0);
    }
    let (ground, clock) = (repo.ground()?, clock::now().map_err(CliError::clock)?);
    if repo.was_judged(&repo.moves_from(&ground, named(&updates))?, clock)
        || repo.was_judged_each(&ground, named(&updates), clock)
    {
        return Ok(0);
    }
    let code = judge(context, repo, &updates, &ground)?;
    if code != 0 && updates.iter().all(|update| repo.came_together(&with_others(update))) {
        context.out.note("  git takes the refs of a push one by one: what needs another of them is taken with it by `git push --atomic`");
    }
    Ok(code)
}

/// Returns the moves of a transaction.
fn taken(repo: &Repo, lines: &[u8]) -> Result<Vec<Update>, CliError> {
    let own = own(repo)?;
    let mut updates = Vec::new();
    for line in lines_of(lines)? {
        let is_own = matches!(own.place(&line.name), Place::Ledger | Place::Evidence);
        let is_symbolic = [&line.old, &line.new].into_iter().any(|side| side.starts_with("ref:"));
        if is_symbolic && is_own {
            let text = format!("{} would be made a symbolic ref, or is one", line.name);
            let needed = "a ref that names the newest commit itself";
            return Err(CliError::usage(text, needed).code(Code::StoreRef).next("ledger explain store.ref"));
        }
        // `HEAD` and its like, and what a symbolic ref is to name, make nothing visible that no other ref names.
        if !line.name.starts_with("refs/") || is_symbolic {
            continue;
        }
        // Such names are not pushed here. What has one stays where it is while git packs refs.
        if line.name.as_bytes() != line.bytes
            && line.oid(&line.new)?.is_some_and(|new| repo.has_value(&line.bytes, new))
        {
            continue;
        }
        let old = line.old_here()?;
        let update = line.update()?;
        let is_kept = |old| update.new.is_none() && is_own && repo.is_only_packed(&update.name, old);
        if !old.is_some_and(is_kept) {
            updates.push(update);
        }
    }
    Ok(updates)
}

/// Returns each ref that moves, with what it is to name.
fn named(updates: &[Update]) -> impl Iterator<Item = (&str, Option<Oid>)> {
    updates.iter().map(|update| (update.name.as_str(), update.new))
}

fn judge(context: &Context, repo: &Repo, updates: &[Update], as_begun: &Ground) -> Result<u8, CliError> {
    let clock = clock::now().map_err(CliError::clock)?;
    let told = receive(repo, updates, clock).map_err(refused)?;
    if told.refused.is_empty() && told.commits.is_empty() {
        let waived = waived(&told.waived, context.out.look_err().color);
        if !waived.is_empty() {
            context.out.note(waived);
        }
        remember(context, repo, updates, as_begun, clock)?;
        return Ok(0);
    }
    tell(context, repo, &told);
    Ok(1)
}

/// Remembers what was judged, unless a ref moved meanwhile: nobody knows which of the two was looked at. Where it cannot be remembered, it is
/// judged again.
fn remember(
    context: &Context,
    repo: &Repo,
    updates: &[Update],
    as_begun: &Ground,
    clock: Timestamp,
) -> Result<(), CliError> {
    let moves = repo.moves_from(as_begun, named(updates))?;
    let with_events = evidence_with_events(repo, updates)?;
    let each = each_by_itself(repo, as_begun, updates)?;
    if repo.ground()? != *as_begun || repo.moves_from(as_begun, named(updates))? != moves {
        return Ok(());
    }
    let _ = repo.remember_judged(&moves, clock);
    let mut together: Vec<Digest> = with_events.into_iter().collect();
    if !each.is_empty() {
        let _ = repo.remember_each(as_begun, &each, clock);
    } else if updates.len() > 1 {
        together.extend(updates.iter().take(OTHERS).map(with_others));
    }
    if !together.is_empty()
        && let Err(error) = repo.remember_together(&together)
        && with_events.is_some()
    {
        let text = "the guard cannot remember that this evidence comes with its events, and refuses it where git takes it first";
        context.out.note(format!("  {text}: {}: {}", shown::line(&error.place), shown::line(&error.text)));
    }
    Ok(())
}

/// Of how many refs of a push is remembered that there were others.
const OTHERS: usize = 20;

/// Returns what tells that a ref came with others.
fn with_others(update: &Update) -> Digest {
    Digest::of(format!("{} to {:?}, with other refs", update.name, update.new).as_bytes())
}

/// Returns an error in the words of a push. Whoever reads it sits elsewhere: a command for this repository is of no use there.
fn refused(error: ReceiveError) -> CliError {
    let is_here = matches!(error, ReceiveError::Here(_));
    let (which, error) = match error {
        ReceiveError::Here(error) => ("the ledger of the server", error),
        ReceiveError::Pushed(error) => ("the ledger that is pushed", error),
    };
    let exit = error.exit_code();
    let error = match error {
        LedgerError::Missing { place, genesis, .. } => {
            let text = format!("{place} of the server names the ledger {genesis}, which it does not hold");
            of_server(
                exit,
                Code::TrustLedgerMissing,
                text,
                "the ledger that is named, pushed here first and by itself: what it says of the rest is not known before",
            )
        }
        LedgerError::Pinned { place, pinned, found } => {
            let text = format!("{place} of the server pins the ledger {pinned}; {which} is {found}");
            // Who pushed the file is nobody whose word counts more than that of who pushes the ledger.
            let or = if is_here || place == IN_CONFIG {
                String::new()
            } else {
                format!("; or the word of whoever keeps the server, by `ledger trust {found}` there")
            };
            of_server(exit, Code::TrustGenesisMismatch, text, &format!("the ledger that the server pins{or}"))
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

/// A line that git hands to a hook: `OLD NEW REF`, zeros for nothing.
struct Line {
    old: String,
    new: String,
    name: String,
    /// The name as git gave it, which may be no text.
    bytes: Vec<u8>,
}

impl Line {
    fn wrong(&self) -> CliError {
        wrong(&format!("{} {} {}", self.old, self.new, self.name))
    }

    fn oid(&self, hex: &str) -> Result<Option<Oid>, CliError> {
        match Oid::from_str(hex) {
            Ok(oid) if oid.to_string() == hex => Ok((!oid.is_zero()).then_some(oid)),
            _ => Err(self.wrong()),
        }
    }

    /// Returns what the ref named before, as git says.
    fn old_here(&self) -> Result<Option<Oid>, CliError> {
        self.oid(&self.old)
    }

    fn update(self) -> Result<Update, CliError> {
        self.old_here()?;
        Ok(Update { new: self.oid(&self.new)?, name: self.name })
    }
}

fn wrong(line: &str) -> CliError {
    let text = format!("{} is not what git hands to this hook", shown::line(line));
    CliError::usage(text, "lines of the form OLD NEW REF")
}

fn lines_of(lines: &[u8]) -> Result<Vec<Line>, CliError> {
    // No other end of a line than git's own: a name may hold a CR.
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    let read = |line: &[u8]| {
        let mut words = line.splitn(3, |byte| *byte == b' ');
        let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(wrong(&String::from_utf8_lossy(line)));
        };
        let oid = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        Ok(Line { old: oid(old), new: oid(new), name: spelled(name), bytes: name.to_vec() })
    };
    if lines.is_empty() { Ok(Vec::new()) } else { lines.split(|byte| *byte == b'\n').map(read).collect() }
}
