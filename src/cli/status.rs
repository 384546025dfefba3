//! `ledger status`.

use clap::Args;

use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::render::status::Status;

/// Show where governance stands: what is blocked, what waits for signatures, what can be done next, and every item
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger status\n  ledger status --at 2026-02-03\n  ledger status --format json")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &StatusArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let sight = Sight::read(&repo, &args.at)?;
    let status = Status::of(sight.view());
    context.note_point(&args.at, &sight)?;
    context.out.either(|| status.to_value(), || status.to_text(context.out.look(), &sight.files));
    Ok(0)
}
