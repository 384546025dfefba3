//! Commands that show what is so, and what they share: the state at a point with the facts about files.

use clap::Subcommand;

use super::common::as_of;
use super::{AtArgs, CliError, Context, diff, gate, log, replay, show, status, why};
use crate::domain::event::Event;
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::Rid;
use crate::domain::judge::View;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::{Oid, Repo};
use crate::ledger::load::Flow;
use crate::ledger::point::Point;
use crate::ledger::{Entry, Ledger, check};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Status(status::StatusArgs),
    Show(show::ShowArgs),
    Why(why::WhyArgs),
    Log(log::LogArgs),
    Gate(gate::GateArgs),
    Replay(replay::ReplayArgs),
    Diff(diff::DiffArgs),
}

impl Command {
    /// Runs the command and returns the exit code.
    pub(crate) fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Command::Status(args) => status::run(&args, context),
            Command::Show(args) => show::run(&args, context),
            Command::Why(args) => why::run(&args, context),
            Command::Log(args) => log::run(&args, context),
            Command::Gate(args) => gate::run(&args, context),
            Command::Replay(args) => replay::run(&args, context),
            Command::Diff(args) => diff::run(&args, context),
        }
    }
}

/// The state at a point, and the facts about the files of one commit.
pub(super) struct Sight<'r> {
    pub(super) ledger: Ledger,
    pub(super) facts: Box<dyn Facts + 'r>,
    pub(super) as_of: Timestamp,
    /// Where the facts about files come from, in words.
    pub(super) files: String,
}

impl<'r> Sight<'r> {
    /// Reads the ledger up to a point and takes the facts from `HEAD`. Without a point it is judged as of now.
    pub(super) fn read(repo: &'r Repo, at: &AtArgs) -> Result<Sight<'r>, CliError> {
        Sight::visit(repo, at, |_, _| Flow::Next)
    }

    /// Reads as [`Sight::read`] does, and shows each event up to the point.
    pub(super) fn visit(
        repo: &'r Repo,
        at: &AtArgs,
        visit: impl FnMut(&Entry, &State) -> Flow,
    ) -> Result<Sight<'r>, CliError> {
        let point = at.point()?;
        let ledger = load_to(repo, &point, visit)?;
        Sight::of(repo, ledger, &point, repo.head()?)
    }

    /// Returns a ledger that was read to a point together with the facts of a commit.
    pub(super) fn of(
        repo: &'r Repo,
        ledger: Ledger,
        point: &Point,
        commit: Option<Oid>,
    ) -> Result<Sight<'r>, CliError> {
        let state = ledger.state();
        let as_of = moment(state, point)?;
        let facts: Box<dyn Facts + 'r> = match commit {
            Some(commit) => Box::new(check::facts_at(repo, state, commit)?),
            None => Box::new(Nothing),
        };
        let files = match commit {
            Some(commit) => format!("commit {}", commit.to_string().get(..8).unwrap_or_default()),
            None => "no commit".to_owned(),
        };
        Ok(Sight { ledger, facts, as_of, files })
    }

    pub(super) fn state(&self) -> &State {
        self.ledger.state()
    }

    pub(super) fn view(&self) -> View<'_> {
        View { state: self.ledger.state(), facts: self.facts.as_ref(), as_of: self.as_of }
    }
}

/// Returns the moment that is judged: now, and never before the ledger's newest event; of an earlier point that event's.
fn moment(state: &State, point: &Point) -> Result<Timestamp, CliError> {
    if *point == Point::Tip {
        return as_of(state);
    }
    Ok(state.tip.at)
}

/// Reads the ledger up to a point and shows each event up to it.
pub(super) fn load_to(
    repo: &Repo,
    point: &Point,
    mut visit: impl FnMut(&Entry, &State) -> Flow,
) -> Result<Ledger, CliError> {
    if *point == Point::Tip {
        return Ok(Ledger::load_with(repo, visit)?);
    }
    let last = Ledger::load_at(repo, point)?.state().tip.seq;
    Ok(Ledger::load_with(repo, |entry, state| {
        let flow = visit(entry, state);
        if entry.signed.event.seq >= last { Flow::Stop } else { flow }
    })?)
}

impl Context {
    /// Says, where an earlier point was asked for, that files are still those of `HEAD`.
    pub(super) fn note_point(&self, at: &AtArgs, sight: &Sight<'_>) -> Result<(), CliError> {
        if at.point()? != Point::Tip && !self.out.is_json() {
            let tip = sight.state().tip;
            self.out.note(format!("ledger: as of event {} ({}); files are those of {}", tip.seq, tip.at, sight.files));
        }
        Ok(())
    }
}

/// Returns whether an event is the one that a word means: its number, or the beginning of its id or commit.
pub(super) fn is_meant(word: &str, event: &Event, commit: &str) -> bool {
    let hex = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let begins = |id: &Rid| id.as_str().starts_with(word) || commit.starts_with(word);
    (word.len() < 8 && word.parse() == Ok(event.seq)) || (hex && begins(&event.id))
}
