//! `ledger waive`: a rule is set aside for an item.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::quoted;

/// Sets a criterion of a gate, or a rule on commits, aside for one item.
///
/// Only what a class of the charter covers can be waived, for no longer than the class allows, and it takes two people: the
/// first signature asks for it, another one approves it with `ledger cosign`. What is waived counts as WAIVED, never as MET,
/// and a veto stands all the same.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger waive phase-closure.cargo PHASE-1 --reason \"The advisory has no fix yet\" --controls \"The crate is not reachable\"
  ledger waive phase-closure.npm PHASE-1 --reason \"Registry is down\" --controls \"Checked by hand\" --until 2026-02-01")]
pub(crate) struct WaiveArgs {
    /// What is set aside: GATE.CRITERION, or a rule on commits
    #[arg(value_name = "RULE")]
    rule: String,
    /// The item
    id: ItemId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// What is done instead, so that the risk stays bearable
    #[arg(long, value_name = "TEXT")]
    controls: Option<String>,
    /// The last day, or phase-end (default: the latest that the class allows)
    #[arg(long, value_name = "DATE|phase-end")]
    until: Option<String>,
    /// The class of waivers, where several cover the rule
    #[arg(long, value_name = "NAME")]
    class: Option<Word>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: WaiveArgs, context: &Context) -> Result<u8, CliError> {
    let WaiveArgs { rule, id, reason, controls, until, class, sign } = args;
    let mut command = format!("ledger waive {} {id}", quoted(&rule));
    command.extend(until.as_ref().map(|until| format!(" --until {}", quoted(until))));
    command.extend(class.as_ref().map(|class| format!(" --class {class}")));
    let known =
        controls.as_ref().map_or_else(|| " --controls TEXT".to_owned(), |text| format!(" --controls {}", quoted(text)));
    let reason = context.reason(reason, &format!("{command}{known}"))?;
    let controls = context.stated(
        controls,
        "controls",
        "what is done instead",
        &format!("{command} --reason {}", quoted(&reason)),
    )?;
    context.act(&sign, &Wish::Waive { id, rule, class, reason, controls, until }, &[])
}
