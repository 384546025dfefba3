//! `ledger move`: an item gets another status.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::{ItemId, Word};

/// Moves an item to another status.
///
/// Which moves there are, who may make them and on which condition stands in the charter. To promote, withdraw and roll back
/// are moves of a release.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger move E-05 complete
  ledger move PHASE-E closed
  ledger move REL-3 withdrawn --because metrics-failed")]
pub(crate) struct MoveArgs {
    /// The item
    id: ItemId,
    /// The status that it gets
    status: Word,
    /// The code that the charter asks for as a reason
    #[arg(long, value_name = "CODE")]
    because: Option<Word>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: MoveArgs, context: &Context) -> Result<u8, CliError> {
    let MoveArgs { id, status, because, sign } = args;
    context.act(&sign, &Wish::Move { id, to: status, because }, &[])
}
