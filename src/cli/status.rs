//! `ledger status`.

use clap::Args;

use super::seeing::{IfArgs, Sight, under_supposed, with_supposed};
use super::{AtArgs, CliError, Context};
use crate::domain::id::Word;
use crate::render::status::Status;
use crate::render::waivers::Waived;

/// How many commits are looked through for one that needs a waiver. Whoever asks of one thing has all of them looked through.
const NEWEST: u16 = 500;

/// Show where governance stands: what is blocked, what waits for signatures, the nearest step and who can take it
///
/// The first screen has at most 24 lines; --all shows every block, step and item. What waits for you is in `ledger inbox`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger status\n  ledger status --all\n  ledger status --all --by group       the items of each kind by what they state in a field\n  ledger status --at 2026-02-03\n  ledger status --if \"seal CP-21 by omar\"    what would be then (see ledger gate --help)\n  ledger status --format json"
)]
pub(crate) struct StatusArgs {
    /// Show everything: each block with its reason, every step, every item
    #[arg(long)]
    all: bool,
    /// Put the items of each kind together that state the same in this field (with --all)
    #[arg(long, value_name = "FIELD", requires = "all")]
    by: Option<Word>,
    #[command(flatten)]
    supposed: IfArgs,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &StatusArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let mut sight = Sight::read(&repo, &args.at)?;
    let supposed = sight.suppose(&repo, &args.supposed)?;
    let view = sight.view();
    let needed = sight.waivers_needed(&repo, |_, _| true, Some(NEWEST));
    let mut status = Status::of(view).with_taints(sight.taints(&repo, None)?).with_needed(&needed);
    if let Some(field) = &args.by {
        let kinds = &view.state.charter.rules.kinds;
        if !kinds.values().any(|kind| kind.fields.contains_key(field)) {
            let text = format!("no kind of the charter has a field {field}");
            return Err(CliError::usage(text, "a field of a kind").next("ledger charter show"));
        }
        status = status.grouped(view.state, field);
    }
    context.note_point(&args.at, &sight)?;
    let look = context.out.look();
    let text = || if args.all { status.to_text(look, &sight.files) } else { status.to_screen(look, &sight.files) };
    context.out.page(|| with_supposed(status.to_value(), &supposed), || under_supposed(text(), &supposed, look));
    Ok(0)
}
