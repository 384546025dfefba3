//! `ledger log`.

use std::collections::VecDeque;

use clap::Args;

use super::{AtArgs, CliError, Context};
use crate::domain::decide::RECOVERY;
use crate::domain::event::{Body, Event};
use crate::domain::id::{ActorId, ItemId, RoleId, Word};
use crate::domain::state::State;
use crate::domain::time::{Date, Timestamp};
use crate::git::Repo;
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::ledger::point::{POINTS, event_named};
use crate::render::event::{entry_text, event_value, log_text};

/// List the events: for people newest first, one line each; for programs oldest first, one object each
#[derive(Debug, Args)]
#[command(
    after_help = "An event is listed where every filter that is given takes it; of --type, one of those that are given.\n\nExamples:\n  ledger log -n 10\n  ledger log --item E-05\n  ledger log --actor omar --since 2026-02-01 --until 2026-02-28\n  ledger log --type sealed --type unsealed --full\n  ledger log --since 17 --reverse          from event 17 on, oldest first\n  ledger log --claim review --role reviewer\n  ledger log --pending                     what was signed before its quorum was complete\n  ledger log --type sealed --format json"
)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct LogArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Only events about this item, or about a block on it
    #[arg(long, value_name = "ID")]
    item: Option<ItemId>,
    /// Only events of this actor
    #[arg(long, value_name = "NAME")]
    actor: Option<ActorId>,
    /// Only events whose actor acted in this role
    #[arg(long, value_name = "ROLE")]
    role: Option<RoleId>,
    /// Only events of this type, such as `sealed`; again for more types
    #[arg(long = "type", value_name = "TYPE", value_parser = clap::builder::PossibleValuesParser::new(Body::KINDS))]
    kinds: Vec<String>,
    /// Only statements of this claim, made or taken back
    #[arg(long, value_name = "CLAIM")]
    claim: Option<Word>,
    /// Only signatures that did not complete their quorum
    #[arg(long)]
    pending: bool,
    /// Only this event and later: a day or moment (UTC), a number, ~N, or the beginning of an event's id, commit or SHA-256
    #[arg(long, value_name = "POINT")]
    since: Option<String>,
    /// Only this event and earlier, named in the same way; a day runs to its end
    #[arg(long, value_name = "POINT")]
    until: Option<String>,
    /// Only the newest N of them
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    newest: Option<usize>,
    /// The other way round: oldest first for people, newest first for programs
    #[arg(long)]
    reverse: bool,
    /// One line for each event, for people (what is done without it)
    #[arg(long, conflicts_with = "full")]
    oneline: bool,
    /// Each event with what it says, for people
    #[arg(long)]
    full: bool,
}

/// An end of what is listed.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Day(Date),
    Moment(Timestamp),
    Seq(u64),
}

impl Bound {
    fn parse(repo: &Repo, option: &str, word: &str) -> Result<Bound, CliError> {
        if let Ok(day) = Date::parse(word) {
            return Ok(Bound::Day(day));
        }
        if let Ok(moment) = Timestamp::parse(word) {
            return Ok(Bound::Moment(moment));
        }
        let unknown = || {
            CliError::usage(format!("{option} {word:?} is no point of the ledger"), POINTS).next("ledger log --help")
        };
        Ok(Bound::Seq(event_named(repo, word).ok_or_else(unknown)??))
    }

    fn is_after(self, event: &Event) -> bool {
        match self {
            Bound::Day(day) => day > event.at.date(),
            Bound::Moment(moment) => moment > event.at,
            Bound::Seq(seq) => seq > event.seq,
        }
    }

    fn is_before(self, event: &Event) -> bool {
        match self {
            Bound::Day(day) => day < event.at.date(),
            Bound::Moment(moment) => moment < event.at,
            Bound::Seq(seq) => seq < event.seq,
        }
    }
}

/// What is listed.
struct Wanted<'a> {
    args: &'a LogArgs,
    since: Option<Bound>,
    until: Option<Bound>,
}

impl Wanted<'_> {
    fn takes(&self, event: &Event) -> bool {
        let args = self.args;
        let claim = match &event.body {
            Body::Attested(said) => Some(&said.claim),
            Body::Retracted { claim, .. } => claim.as_ref(),
            _ => None,
        };
        args.item.as_ref().is_none_or(|id| event.item.item().is_some_and(|own| own.folded() == id.folded()))
            && args.actor.as_ref().is_none_or(|actor| event.actor == *actor)
            && args.role.as_ref().is_none_or(|role| event.role.as_ref() == Some(role))
            && (args.kinds.is_empty() || args.kinds.iter().any(|kind| event.body.kind() == kind))
            && args.claim.as_ref().is_none_or(|wanted| claim == Some(wanted))
            && (!args.pending || event.pending)
            && self.since.is_none_or(|since| !since.is_after(event))
            && self.until.is_none_or(|until| !until.is_before(event))
    }
}

impl Wanted<'_> {
    /// Refuses a filter that nothing can ever pass, because it names what no state has had: a word that was mistyped.
    fn demand_known(&self, state: &State) -> Result<(), CliError> {
        let args = self.args;
        let unknown = |text: String, needed: &str, next: &str| Err(CliError::usage(text, needed).next(next));
        let charters = || state.charters.values().map(|charter| &charter.rules);
        if let Some(id) = args.item.as_ref().filter(|id| !state.folded.contains_key(&id.folded())) {
            return unknown(
                format!("no event is about {id}: nobody declared it"),
                "the id of an item",
                "ledger status",
            );
        }
        let is_known = |name: &ActorId| name.as_str() == RECOVERY || state.actors.contains_key(name);
        if let Some(name) = args.actor.as_ref().filter(|name| !is_known(name)) {
            return unknown(format!("{name} was never enrolled"), "the name of an actor", "ledger actor list");
        }
        if let Some(role) = args.role.as_ref().filter(|role| !charters().any(|rules| rules.roles.contains_key(*role))) {
            return unknown(format!("no charter has the role {role}"), "a role of the charter", "ledger charter show");
        }
        let has = |claim: &Word| charters().any(|rules| rules.claims.contains_key(claim));
        if let Some(claim) = args.claim.as_ref().filter(|claim| !has(claim)) {
            return unknown(
                format!("no charter has the claim {claim}"),
                "a claim of the charter",
                "ledger charter show",
            );
        }
        Ok(())
    }
}

pub(crate) fn run(args: &LogArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let out = &context.out;
    let bound =
        |option: &str, word: &Option<String>| word.as_deref().map(|word| Bound::parse(&repo, option, word)).transpose();
    let wanted = Wanted { args, since: bound("--since", &args.since)?, until: bound("--until", &args.until)? };
    let most = args.newest.unwrap_or(usize::MAX);
    // Objects are printed as they are read, unless only the newest of them are wanted, or the newest first.
    let streams = out.is_json() && args.newest.is_none() && !args.reverse;
    let mut kept: VecDeque<String> = VecDeque::new();
    let mut listed = 0_usize;
    let look = out.look();
    let ledger = Ledger::load_to(&repo, &args.at.point()?, |entry, _| {
        let event = &entry.signed.event;
        if wanted.takes(event) {
            listed += 1;
            let commit = entry.commit.to_string();
            let text = if out.is_json() {
                event_value(&entry.signed, &commit).to_canonical()
            } else if args.full {
                entry_text(event, &commit, look)
            } else {
                log_text(event, &commit, look).trim_end_matches('\n').to_owned()
            };
            if streams {
                out.line(text);
            } else {
                kept.push_back(text);
                if kept.len() > most {
                    kept.pop_front();
                }
            }
        }
        Flow::Next
    })?;
    context.note_at(&args.at, ledger.state(), "")?;
    let mut lines: Vec<String> = kept.into();
    if out.is_json() == args.reverse {
        lines.reverse();
    }
    if listed == 0 {
        wanted.demand_known(ledger.state())?;
    }
    if listed == 0 && !out.is_json() {
        out.note(format!("ledger: none of the {} events is like that", ledger.state().tip.seq + 1));
    } else if out.is_json() {
        for text in &lines {
            out.line(text);
        }
    } else if !lines.is_empty() {
        out.leaf_through(lines.join("\n").trim_end_matches('\n'));
    }
    Ok(0)
}
