//! Commands that show what is so, and what they share: the state at a point with the facts about files.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};

use super::common::as_of;
use super::{
    AtArgs, CliError, Context, diff, explain, gate, graph, inbox, log, ready, render, replay, show, status, why,
};
use crate::domain::decide::suppose::{Supposed, Supposition, suppose};
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::{ItemId, Rid};
use crate::domain::judge::View;
use crate::domain::state::{State, Waiver};
use crate::domain::time::Timestamp;
use crate::domain::value::Value;
use crate::git::{Oid, Repo};
use crate::ledger::facts::Recalled;
use crate::ledger::load::Flow;
use crate::ledger::point::Point;
use crate::ledger::taint::{Settled, Tainted, tainted};
use crate::ledger::{Entry, Ledger, check};
use crate::render::gate::Shown;
use crate::render::look::{Line, Look, Page, Tone};
use crate::render::suppose::{supposed_lines, supposed_value};
use crate::render::taint::{Taint, show_taints, taints_value};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Status(status::StatusArgs),
    Inbox(inbox::InboxArgs),
    Ready(ready::ReadyArgs),
    Render(render::RenderArgs),
    Graph(graph::GraphArgs),
    Show(show::ShowArgs),
    Why(why::WhyArgs),
    Log(log::LogArgs),
    Gate(gate::GateArgs),
    Explain(explain::ExplainArgs),
    Replay(replay::ReplayArgs),
    Diff(diff::DiffArgs),
}

impl Command {
    /// Runs the command and returns the exit code.
    pub(crate) fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Command::Status(args) => status::run(&args, context),
            Command::Inbox(args) => inbox::run(&args, context),
            Command::Ready(args) => ready::run(&args, context),
            Command::Graph(args) => graph::run(&args, context),
            Command::Render(args) => render::run(&args, context),
            Command::Show(args) => show::run(&args, context),
            Command::Why(args) => why::run(&args, context),
            Command::Log(args) => log::run(&args, context),
            Command::Gate(args) => gate::run(&args, context),
            Command::Explain(args) => explain::run(&args, context),
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
    /// The commit whose files they are.
    pub(super) commit: Option<Oid>,
    /// The state that supposed events lead to.
    after: Option<State>,
}

/// The option of what tells what would be.
#[derive(Debug, Clone, Args)]
pub(crate) struct IfArgs {
    /// Suppose that somebody did this, and nobody anything else; again for more, in order. Nothing is written
    #[arg(long = "if", value_name = "PHRASE")]
    pub(super) phrases: Vec<String>,
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
        let ledger = Ledger::load_to(repo, &point, visit)?;
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
        let facts: Box<dyn Facts + 'r> = Box::new(Recalled::new(repo, &ledger, facts_of(repo, state, commit)?));
        let files = match commit {
            Some(commit) => format!("commit {}", commit.to_string().get(..8).unwrap_or_default()),
            None => "no commit".to_owned(),
        };
        Ok(Sight { ledger, facts, as_of, files, commit, after: None })
    }

    /// Supposes what some phrases say: the state is from then on the one that they lead to.
    ///
    /// # Errors
    /// Exit code 2 where a phrase is none, 1 where the rules refuse what it says.
    pub(super) fn suppose(&mut self, repo: &Repo, args: &IfArgs) -> Result<Vec<Supposed>, CliError> {
        if args.phrases.is_empty() {
            return Ok(Vec::new());
        }
        let read = |phrase: &String| {
            Supposition::parse(phrase).map_err(|found| {
                CliError::usage(format!("--if {phrase:?}: {found}"), "an act as it is typed, and by whom")
            })
        };
        let list: Vec<Supposition> = args.phrases.iter().map(read).collect::<Result<_, _>>()?;
        let branch = if self.commit == repo.head()? { repo.head_ref()? } else { None };
        let stand = self.commit.map(|commit| repo.tagged(commit)).transpose()?.map(|oid| (oid, branch));
        let (state, supposed) = suppose(&self.view(), stand.as_ref(), &list)
            .map_err(|told| CliError::refused(&format!("to suppose `{}` is", told.phrase), told.refusal))?;
        self.after = Some(state);
        Ok(supposed)
    }

    pub(super) fn state(&self) -> &State {
        self.after.as_ref().unwrap_or_else(|| self.ledger.state())
    }

    /// Returns what took effect by keys in other hands, of all or of one item, and what nobody has settled yet.
    pub(super) fn taints(&self, repo: &Repo, only: Option<&ItemId>) -> Result<Vec<Taint>, CliError> {
        self.taints_of(repo, |id| only.is_none_or(|only| id == Some(only)))
    }

    /// Returns what took effect by keys in other hands and nobody has settled yet, of what gates that were judged rest on: the
    /// things that they ask about, and whatever is about no item.
    pub(super) fn taints_under(&self, repo: &Repo, shown: &Shown) -> Result<Vec<Taint>, CliError> {
        let asked = shown.asked();
        self.taints_of(repo, |id| id.is_none_or(|id| asked.contains(id.as_str())))
    }

    /// Returns whether one event took effect by a key in other hands and nobody has settled it yet.
    pub(super) fn taints_in(&self, repo: &Repo, event: &Rid) -> Result<Vec<Taint>, CliError> {
        Ok(self.taints(repo, None)?.into_iter().filter(|taint| taint.event == *event).collect())
    }

    /// Returns of the waivers of rules about commits that are asked for whether one of the newest commits needs them, as many as are looked
    /// through, which lead to the one whose files are looked at. Nothing is said where that cannot be told: under suppositions, and where
    /// a commit cannot be read.
    pub(super) fn waivers_needed(
        &self,
        repo: &Repo,
        asked: impl Fn(&ItemId, &Waiver) -> bool,
        most: Option<u16>,
    ) -> BTreeMap<String, bool> {
        let tip = self.commit.filter(|_| self.after.is_none());
        let needed = tip.map(|tip| check::waivers_needed(repo, self.ledger.state(), (tip, self.as_of), asked, most));
        needed.and_then(Result::ok).unwrap_or_default()
    }

    fn taints_of(&self, repo: &Repo, about: impl Fn(Option<&ItemId>) -> bool) -> Result<Vec<Taint>, CliError> {
        let found = tainted(repo, &self.ledger)?;
        let open = found.into_iter().filter(|found| found.settled == Settled::No);
        let own = open.filter(|found| about(found.noun().item()));
        let taint = |found: Tainted| Taint {
            seq: found.seq,
            next: found.steps(&self.view()),
            event: found.event,
            summary: found.summary,
            actor: found.actor,
            key: found.key,
        };
        Ok(own.map(taint).collect())
    }

    pub(super) fn view(&self) -> View<'_> {
        View { state: self.state(), facts: self.facts.as_ref(), as_of: self.as_of }
    }

    /// Returns the view of the ledger as it is, whatever is supposed.
    pub(super) fn view_as_is(&self) -> View<'_> {
        View { state: self.ledger.state(), facts: self.facts.as_ref(), as_of: self.as_of }
    }
}

/// Returns the facts about the files of a commit; where there is none, nothing is known.
pub(super) fn facts_of<'r>(
    repo: &'r Repo,
    state: &State,
    commit: Option<Oid>,
) -> Result<Box<dyn Facts + 'r>, CliError> {
    Ok(match commit {
        Some(commit) => Box::new(check::facts_at(repo, state, commit)?),
        None => Box::new(Nothing),
    })
}

/// Returns an object with what was supposed, if anything was.
pub(super) fn with_supposed(mut value: Value, supposed: &[Supposed]) -> Value {
    if let (Value::Map(map), false) = (&mut value, supposed.is_empty()) {
        map.insert("supposed".to_owned(), supposed_value(supposed));
    }
    value
}

/// Returns an object with what took effect by keys in other hands.
pub(super) fn with_taints(mut value: Value, taints: &[Taint]) -> Value {
    if let Value::Map(map) = &mut value {
        map.insert("tainted".to_owned(), taints_value(taints));
    }
    value
}

/// Returns a page with what took effect by keys in other hands below it, if anything did.
pub(super) fn over_taints(text: String, taints: &[Taint], look: Look) -> String {
    let mut page = Page::new(look);
    show_taints(&mut page, taints);
    let told = page.finish();
    if told.is_empty() { text } else { format!("{}\n\n{told}", text.trim_end_matches('\n')) }
}

/// Returns a page with what was supposed above it, if anything was.
pub(super) fn under_supposed(text: String, supposed: &[Supposed], look: Look) -> String {
    if supposed.is_empty() {
        return text;
    }
    let head = Line::new(Tone::Strong, "Supposed").and(Tone::Faint, "   nothing is written");
    let lines = std::iter::once(head).chain(supposed_lines(supposed));
    let lines: Vec<String> = lines.map(|line| line.to_text(look)).collect();
    format!("{}\n\n{text}", lines.join("\n"))
}

/// Returns the moment that is judged: now, and never before the ledger's newest event; of an earlier event its own; of a day or
/// moment that one, unless it has not come yet.
fn moment(state: &State, point: &Point) -> Result<Timestamp, CliError> {
    match point {
        Point::Tip => as_of(state),
        Point::Until(moment) => Ok(as_of(state)?.min(*moment)),
        Point::Seq(_) | Point::Back(_) | Point::Prefix(_) => Ok(state.tip.at),
    }
}

impl Context {
    /// Says, where an earlier point was asked for, which one it is, and that files are still those of `HEAD`.
    pub(super) fn note_point(&self, at: &AtArgs, sight: &Sight<'_>) -> Result<(), CliError> {
        let tip = sight.state().tip;
        let judged = if sight.as_of == tip.at { String::new() } else { format!(", judged for {}", sight.as_of) };
        self.note_at(at, sight.state(), &format!("{judged}; files are those of {}", sight.files))
    }

    /// Says, where an earlier point was asked for, which one it is.
    pub(super) fn note_at(&self, at: &AtArgs, state: &State, more: &str) -> Result<(), CliError> {
        if at.point()? == Point::Tip {
            return Ok(());
        }
        self.out.looks_at(&at.at);
        if !self.out.is_json() {
            self.out.remark(&format!("ledger: as of event {} ({}){more}", state.tip.seq, state.tip.at));
        }
        Ok(())
    }
}
