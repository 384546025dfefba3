//! `ledger unseal`: a seal is broken.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::ItemId;

/// Breaks the seal of an item, for a reason that stands in the ledger.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger unseal E-05 --reason \"The retry limits have to be lower\"")]
pub(crate) struct UnsealArgs {
    /// The item
    id: ItemId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: UnsealArgs, context: &Context) -> Result<u8, CliError> {
    let UnsealArgs { id, reason, sign } = args;
    let reason = context.reason(reason, &format!("ledger unseal {id}"))?;
    context.act(&sign, &Wish::Unseal { id, reason }, &[])
}
