//! `ledger ready`.

use clap::Args;

use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::domain::id::Word;
use crate::render::ready::ReadyPage;

/// Show what can go on now: the items of which a move forward is open, the most urgent first
///
/// A move is forward if the charter names its status later. It is open if nothing stops it and its condition is met. An item on
/// which somebody placed a block is not ready, whatever that stops; nor is one that is to change files that a block elsewhere stops.
/// First comes what a gate of something that the item is part of waits for, in the order of that gate's criteria; then what more items
/// wait for, be it by a block or by the gate of their move; then what is older. What is not ready is told by what holds it back, in the
/// same order; where only somebody's word is missing, with the command that gives it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger ready\n  ledger ready --kind packet\n  ledger ready --format json")]
pub(crate) struct ReadyArgs {
    /// Only items of this kind
    #[arg(long, value_name = "KIND")]
    kind: Option<Word>,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &ReadyArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let sight = Sight::read(&repo, &args.at)?;
    let kinds = &sight.state().charter.rules.kinds;
    if let Some(kind) = args.kind.as_ref().filter(|kind| !kinds.contains_key(*kind)) {
        let names: Vec<&str> = kinds.keys().map(Word::as_str).collect();
        let text = format!("there is no kind {kind}; the charter has {}", names.join(", "));
        return Err(CliError::usage(text, "a kind of the charter").next("ledger charter show"));
    }
    let found = sight.view().ready(args.kind.as_ref());
    let page = ReadyPage { state: sight.state(), found: &found };
    context.note_point(&args.at, &sight)?;
    context.out.page(|| page.to_value(), || page.to_text(context.out.look()));
    Ok(0)
}
