//! `ledger supersede`: an item takes the place of another.

use clap::Args;

use super::amend;
use super::stated::StatedArgs;
use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::{self, Wish};
use crate::domain::id::{ItemId, Word};
use crate::ledger::Ledger;

/// Lets an item take the place of another one: from then on the old id means the new item.
///
/// Where nobody declared NEW, it is declared, of the kind of OLD, with the title and fields of OLD that are not stated anew, and
/// as a part of what OLD is a part of; its file is stated with --path. Where it is declared, it gets the link. Statements,
/// seals and status are not inherited.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger supersede D-004 D-011 --title \"Batches keep their lease\"
  ledger supersede WP-7 WP-7-variant --path docs/task_packets/wp-7-variant.md
  ledger supersede WP-7 WP-7-v2 --from docs/task_packets/WP-7-v2.md")]
pub(crate) struct SupersedeArgs {
    /// The item that is replaced
    old: ItemId,
    /// The item that takes its place; asked for where it is left out
    new: Option<ItemId>,
    #[command(flatten)]
    stated: StatedArgs,
    /// The first status of a new item (default: the one that the charter's first move from `new` leads to)
    #[arg(long)]
    status: Option<Word>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: SupersedeArgs, context: &Context) -> Result<u8, CliError> {
    let SupersedeArgs { old, new, stated, status, sign } = args;
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let items = &ledger.state().items;
    let pattern = items.get(&old).and_then(|item| ledger.state().charter.rules.kinds.get(&item.kind));
    let pattern = pattern.map(|kind| format!(" of the form {}", kind.id.text)).unwrap_or_default();
    let new = context.ask(new, "NEW", &format!("the id of the item that takes the place of {old}{pattern}"))?;
    let kind = items.get(&new).or_else(|| items.get(&old)).map(|item| item.kind.clone());
    let kept = items.get(&old).map(|item| draft::inherited(&item.stated));
    let what = format!("supersede {old} {new}");
    let commit = sign.commit.as_deref();
    let changed = amend::Changed { id: &new, kind: kind.as_ref(), what: &what, commit, before: kept.as_ref() };
    let change = amend::change(context, &repo, &ledger, &stated, None, &changed)?;
    context.act_on(&repo, ledger, &sign, &Wish::Supersede { old, new, status, change }, &[])?;
    Ok(0)
}
