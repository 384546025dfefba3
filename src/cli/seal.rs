//! `ledger seal`: the content of an item is frozen.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::ItemId;
use crate::ledger::Ledger;

/// Seals items: what they are now, file and all, may not change until the seal is broken.
///
/// The sealed bytes are those of HEAD, or of --commit, and are kept with the ledger. Where the charter asks for several
/// signatures, the first one proposes and the others repeat the command or cosign. With several ids, it stops at the first
/// that is refused, and --format json prints one object a line.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger seal E-05
  ledger seal E-00 E-01 E-02
  ledger seal E-05 --dry-run")]
pub(crate) struct SealArgs {
    /// The items
    #[arg(required = true, value_name = "ID")]
    ids: Vec<ItemId>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: SealArgs, context: &Context) -> Result<u8, CliError> {
    let SealArgs { ids, sign } = args;
    let repo = context.repo()?;
    let mut ledger = Ledger::load(&repo)?;
    let all = ids.len();
    for (done, id) in ids.into_iter().enumerate() {
        let wish = Wish::Seal { id };
        let sealed = context.act_on(&repo, ledger, &sign, &wish, &[]).map_err(|mut error| {
            if all > 1 {
                error.text = format!(
                    "{} (the {done} before it are written, the {} after it are not)",
                    error.text,
                    all - done - 1
                );
            }
            error
        })?;
        ledger = sealed.before;
        if done + 1 < all {
            ledger.catch_up(&repo)?;
        }
    }
    Ok(0)
}
