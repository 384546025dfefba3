//! `ledger replay`.

use std::fmt::Write as _;

use clap::Args;

use super::{AtArgs, CliError, Context};
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::ledger::Ledger;

/// Compute the state of governance from the events alone, at the newest or any earlier one
#[derive(Debug, Args)]
#[command(
    after_help = "The state is a function of the events: every machine prints the same bytes.\n\nExamples:\n  ledger replay --format json\n  ledger replay --digest\n  ledger replay --at 2026-02-03 --format json"
)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    at: AtArgs,
    /// Print the SHA-256 of the state alone
    #[arg(long)]
    digest: bool,
}

pub(crate) fn run(args: &ReplayArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load_at(&repo, &args.at.point()?)?;
    let state = ledger.state();
    context.note_at(&args.at, state, "")?;
    if args.digest {
        let digest = state.digest();
        let object = || Value::map([("digest", digest.into()), ("seq", state.tip.seq.into())]);
        context.out.either(object, || digest.to_string());
    } else {
        context.out.either(|| state.to_value(), || summary(state));
    }
    Ok(0)
}

fn summary(state: &State) -> String {
    let mut text = String::new();
    let blocks = state.items.values().flat_map(|item| &item.blocks).filter(|block| block.lifted.is_none()).count();
    let seals = state.items.values().filter(|item| item.seal.is_some()).count();
    let mut row = |label: &str, told: String| {
        let _ = writeln!(text, "{label:<10} {told}");
    };
    row("genesis", state.genesis.to_string());
    row("tip", format!("event {} of {}", state.tip.seq, state.tip.at));
    row("", state.tip.sha256.to_string());
    let adopted = &state.charter;
    row("charter", format!("{} {} (event {})", adopted.rules.id, adopted.sha256.short(), adopted.seq));
    row("actors", state.actors.len().to_string());
    row("items", format!("{}, {seals} sealed, {blocks} blocks placed and not lifted", state.items.len()));
    row("proposals", state.proposals.len().to_string());
    row("digest", state.digest().to_string());
    text
}
