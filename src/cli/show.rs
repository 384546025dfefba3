//! `ledger show`.

use clap::Args;

use super::seeing::{Sight, is_meant};
use super::{AtArgs, CliError, Context};
use crate::domain::id::{ItemId, Noun};
use crate::domain::judge::Judgement;
use crate::domain::state::State;
use crate::ledger::Entry;
use crate::ledger::load::Flow;
use crate::render::event::{event_text, shown_value};
use crate::render::item::{ItemPage, Recorded};

/// Show one item with everything that was said and done about it, or one event
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger show E-05\n  ledger show 17                    the event of that number\n  ledger show 3fa2c1d0              the event whose id or commit begins so\n  ledger show E-05 --at 2026-02-03"
)]
pub(crate) struct ShowArgs {
    /// An item's id; or an event: its number, or the beginning of its id or commit
    #[arg(value_name = "ID|EVENT")]
    what: String,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &ShowArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let id = ItemId::parse(&args.what).ok();
    let mut history: Vec<Recorded> = Vec::new();
    let mut meant: Vec<(Recorded, State)> = Vec::new();
    let sight = Sight::visit(&repo, &args.at, |entry: &Entry, state| {
        let event = &entry.signed.event;
        let commit = entry.commit.to_string();
        if event.item.item().zip(id.as_ref()).is_some_and(|(own, id)| own.folded() == id.folded()) {
            history.push((commit.clone(), entry.signed.clone()));
        }
        let placed = matches!(&event.item, Noun::Item(item) if args.what.starts_with(item.as_str()))
            && args.what.rsplit_once('/').is_some_and(|(_, seq)| seq.parse() == Ok(event.seq));
        if meant.len() < 3 && (placed || is_meant(&args.what, event, &commit)) {
            meant.push(((commit, entry.signed.clone()), state.clone()));
        }
        Flow::Next
    })?;
    // Ids that differ only in case are one id.
    let own = id.as_ref().and_then(|id| sight.state().folded.get(&id.folded()));
    if let Some((id, item)) = own.and_then(|id| sight.state().items.get_key_value(id)) {
        let view = sight.view();
        let judgement = Judgement::new(view);
        let page = ItemPage::of(&judgement, id, item, &history);
        context.note_point(&args.at, &sight)?;
        context.out.page(|| page.to_value(), || page.to_text(context.out.look()));
        return Ok(0);
    }
    match meant.as_slice() {
        [((commit, signed), state)] => {
            let look = context.out.look();
            context.out.page(|| shown_value(signed, commit), || event_text(signed, commit, state, look));
            Ok(0)
        }
        [] => {
            let text = format!("{:?} is no declared item and no event of this ledger", args.what);
            Err(CliError::usage(text).next("ledger status").next("ledger log"))
        }
        _ => Err(CliError::usage(format!("several events begin with {:?}: more digits are needed", args.what))
            .next("ledger log")),
    }
}
