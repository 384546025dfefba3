//! `ledger unblock`: a block is lifted.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::{ItemId, Word};

/// Lifts a block from an item, where the rule of its placement allows it.
///
/// A rule may ask for a record: an item that says why the block may go. It is named with --record.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger unblock MIG-06 DESIGN-BLOCKED --record E-12
  ledger unblock WP-7 UNCLEAR --reason \"Both questions are answered\"")]
pub(crate) struct UnblockArgs {
    /// The item
    id: ItemId,
    /// The block
    name: Word,
    /// The record that authorizes it
    #[arg(long, value_name = "ID")]
    record: Option<ItemId>,
    /// Why (default: that its condition is met, or the record)
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: UnblockArgs, context: &Context) -> Result<u8, CliError> {
    let UnblockArgs { id, name, record, reason, sign } = args;
    context.act(&sign, &Wish::Unblock { id, name, record, reason }, &[])
}
