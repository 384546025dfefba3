//! `ledger show`.

use clap::Args;

use super::seeing::{Sight, over_taints, with_taints};
use super::{AtArgs, CliError, Context};
use crate::domain::event::{Event, Later};
use crate::domain::id::{ItemId, Noun};
use crate::domain::judge::Judgement;
use crate::domain::state::State;
use crate::git::Repo;
use crate::ledger::Entry;
use crate::ledger::load::Flow;
use crate::ledger::point::event_named;
use crate::render::event::EventPage;
use crate::render::item::{ItemPage, Recorded};
use crate::render::waivers::Waived;

/// Show one item with everything that was said and done about it, or one event
#[derive(Debug, Args)]
#[command(
    after_help = "Of an event: what it says, who signed, what it changed, what it cites, and what later events did to it.\n\nExamples:\n  ledger show E-05\n  ledger show E-05 --at 2026-02-03\n  ledger show 17                    the event of that number\n  ledger show tip                   the newest event; ~1 is the one before\n  ledger show 3fa2c1d0              the event whose id, commit or SHA-256 begins so\n  ledger show 17 --raw              the bytes of its commit\n  ledger show MIG-06/DESIGN-BLOCKED/12    the event that placed a block"
)]
pub(crate) struct ShowArgs {
    /// An item's id; or an event: `tip`, its number, ~N, or the beginning of its id, commit or SHA-256
    #[arg(value_name = "ID|EVENT")]
    what: String,
    /// Print the bytes of the event's commit as they are
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &ShowArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let id = ItemId::parse(&args.what).ok();
    let placed = match Noun::parse(Some(&args.what)) {
        Ok(Noun::Placed { item, seq, .. }) => Some((item, seq.to_string())),
        _ => None,
    };
    let named = event_named(&repo, placed.as_ref().map_or(&args.what, |(_, seq)| seq));
    let mut history: Vec<Recorded> = Vec::new();
    let mut found = Found::new(named.as_ref().and_then(|named| named.as_ref().ok()).copied());
    let sight = Sight::visit(&repo, &args.at, |entry: &Entry, state| {
        let event = &entry.signed.event;
        if event.item.item().zip(id.as_ref()).is_some_and(|(own, id)| own.folded() == id.folded()) {
            history.push((entry.commit.to_string(), entry.signed.clone()));
        }
        found.see(entry, state);
        Flow::Next
    })?;
    // Ids that differ only in case are one id.
    let own = id.as_ref().and_then(|id| sight.state().folded.get(&id.folded()));
    if let Some((id, item)) = own.and_then(|id| sight.state().items.get_key_value(id)) {
        if args.raw {
            let text = format!("{id} is an item, and only an event has bytes of its own");
            return Err(CliError::usage(text, "an event, or no --raw").next(format!("ledger log --item {id}")));
        }
        let view = sight.view();
        let judgement = Judgement::new(view);
        let taints = sight.taints(&repo, Some(id))?;
        let page = ItemPage::of(&judgement, id, item, &history).with_taints(&taints);
        let page = page.with_needed(&sight.waivers_needed(&repo, |of, _| of == id, None));
        context.note_point(&args.at, &sight)?;
        let look = context.out.look();
        context.out.page(|| with_taints(page.to_value(), &taints), || over_taints(page.to_text(look), &taints, look));
        return Ok(0);
    }
    match (named, found) {
        (Some(Err(error)), _) => Err(error.into()),
        (Some(Ok(_)), Found { event: Some((entry, after)), before, later, .. })
            if placed.is_none_or(|(item, _)| entry.signed.event.item.item() == item.as_ref()) =>
        {
            show_event(args, context, &repo, &entry, before.as_ref(), &after, &later)
        }
        (Some(Ok(seq)), Found { event: None, .. }) => {
            let text = format!("event {seq} is later than event {}, which --at names", sight.state().tip.seq);
            Err(CliError::usage(text, "an event at or before that point, or a later point")
                .next(format!("ledger show {seq}")))
        }
        _ => {
            let text = format!("{:?} is no declared item and no event of this ledger", args.what);
            Err(CliError::usage(text, "an item's id, or an event's number, id or commit")
                .next("ledger status")
                .next("ledger log"))
        }
    }
}

fn show_event(
    args: &ShowArgs,
    context: &Context,
    repo: &Repo,
    entry: &Entry,
    before: Option<&State>,
    after: &State,
    later: &[(Later, Event)],
) -> Result<u8, CliError> {
    if args.raw {
        context.out.bytes(&repo.read(entry.commit)?);
        return Ok(0);
    }
    let commit = entry.commit.to_string();
    let page = EventPage { signed: &entry.signed, commit: &commit, before, after, later };
    context.out.page(|| page.to_value(), || page.to_text(context.out.look()));
    Ok(0)
}

/// One event, picked out while the ledger is read: with the states around it and what later events did to it.
struct Found {
    seq: Option<u64>,
    before: Option<State>,
    event: Option<(Entry, State)>,
    later: Vec<(Later, Event)>,
}

impl Found {
    fn new(seq: Option<u64>) -> Found {
        Found { seq, before: None, event: None, later: Vec::new() }
    }

    fn see(&mut self, entry: &Entry, state: &State) {
        let event = &entry.signed.event;
        if Some(event.seq + 1) == self.seq {
            self.before = Some(state.clone());
        }
        if Some(event.seq) == self.seq {
            self.event = Some((entry.clone(), state.clone()));
        } else if let Some((earlier, _)) = &self.event {
            let key = earlier.signed.signature.key().fingerprint();
            let did = Later::of(&earlier.signed.event, &key, event);
            self.later.extend(did.map(|did| (did, event.clone())));
        }
    }
}
