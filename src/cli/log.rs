//! `ledger log`.

use std::collections::VecDeque;

use clap::Args;

use super::seeing::load_to;
use super::{AtArgs, CliError, Context};
use crate::domain::event::{Body, Event};
use crate::domain::id::{ActorId, ItemId};
use crate::domain::time::{Date, Timestamp};
use crate::ledger::load::Flow;
use crate::render::event::{event_value, log_line};
use crate::render::look::Line;

/// List the events: for people newest first, one line each; for programs oldest first, one object each
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger log -n 10\n  ledger log --item E-05\n  ledger log --actor omar --since 2026-02-01\n  ledger log --type sealed --format json"
)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Only events about this item, or about a block on it
    #[arg(long, value_name = "ID")]
    item: Option<ItemId>,
    /// Only events of this actor
    #[arg(long, value_name = "NAME")]
    actor: Option<ActorId>,
    /// Only events of this type, such as `sealed`
    #[arg(long = "type", value_name = "TYPE", value_parser = clap::builder::PossibleValuesParser::new(Body::KINDS))]
    kind: Option<String>,
    /// Only events of this day or moment and later (UTC)
    #[arg(long, value_name = "DATE", value_parser = Since::parse)]
    since: Option<Since>,
    /// Only the newest N of them
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    newest: Option<usize>,
}

/// A day or a moment from which on events are listed.
#[derive(Debug, Clone, Copy)]
enum Since {
    Day(Date),
    Moment(Timestamp),
}

impl Since {
    fn parse(text: &str) -> Result<Since, String> {
        let day = Date::parse(text).map(Since::Day);
        day.or_else(|_| Timestamp::parse(text).map(Since::Moment))
            .map_err(|_| "a day YYYY-MM-DD or a moment YYYY-MM-DDTHH:MM:SSZ".to_owned())
    }

    fn admits(self, at: Timestamp) -> bool {
        match self {
            Since::Day(day) => at.date() >= day,
            Since::Moment(moment) => at >= moment,
        }
    }
}

impl LogArgs {
    fn wants(&self, event: &Event) -> bool {
        self.item.as_ref().is_none_or(|id| event.item.item() == Some(id))
            && self.actor.as_ref().is_none_or(|actor| event.actor == *actor)
            && self.kind.as_ref().is_none_or(|kind| event.body.kind() == kind)
            && self.since.is_none_or(|since| since.admits(event.at))
    }
}

pub(crate) fn run(args: &LogArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let out = &context.out;
    let most = args.newest.unwrap_or(usize::MAX);
    // Objects are printed as they are read, unless only the newest of them are wanted; lines are turned round.
    let streams = out.is_json() && args.newest.is_none();
    let mut kept: VecDeque<String> = VecDeque::new();
    load_to(&repo, &args.at.point()?, |entry, _| {
        let event = &entry.signed.event;
        if args.wants(event) {
            let commit = entry.commit.to_string();
            let text = if out.is_json() {
                event_value(&entry.signed, &commit).to_canonical()
            } else {
                let line: Line = log_line(event, &commit);
                line.fit(out.look()).to_text(out.look())
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
    if out.is_json() {
        for text in &kept {
            out.line(text);
        }
    } else if !kept.is_empty() {
        let lines: Vec<String> = kept.into_iter().rev().collect();
        out.leaf_through(&lines.join("\n"));
    }
    Ok(0)
}
