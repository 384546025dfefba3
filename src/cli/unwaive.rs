//! `ledger unwaive`: a waiver is taken back.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::ItemId;
use crate::domain::judge::quoted;

/// Takes a waiver back before its time is over.
///
/// One of those who could ask for it or approve it is enough: a rule that holds again makes nothing easier.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger unwaive phase-closure.cargo PHASE-1 --reason \"The fix is out\"")]
pub(crate) struct UnwaiveArgs {
    /// What is set aside: GATE.CRITERION, or a rule on commits
    #[arg(value_name = "RULE")]
    rule: String,
    /// The item
    id: ItemId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: UnwaiveArgs, context: &Context) -> Result<u8, CliError> {
    let UnwaiveArgs { rule, id, reason, sign } = args;
    let reason = context.reason(reason, &format!("ledger unwaive {} {id}", quoted(&rule)))?;
    context.act(&sign, &Wish::Unwaive { id, rule, reason }, &[])
}
