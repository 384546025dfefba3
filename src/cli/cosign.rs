//! `ledger cosign`: a proposal gets another signature.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;

/// Signs a proposal that waits for more signatures.
///
/// The rule is judged again at every signature, and each person counts once: an agent and who operates it are one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger cosign 3f9c2a71
  ledger cosign 3f9c2a71 --dry-run")]
pub(crate) struct CosignArgs {
    /// The beginning of the id of an event of the proposal
    #[arg(value_name = "EVENT")]
    proposal: String,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: CosignArgs, context: &Context) -> Result<u8, CliError> {
    let is_hex = args.proposal.bytes().all(|byte| byte.is_ascii_hexdigit());
    let proposal = if is_hex { args.proposal.to_ascii_lowercase() } else { args.proposal };
    context.act(&args.sign, &Wish::Cosign { proposal }, &[])
}
