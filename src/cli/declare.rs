//! `ledger declare`: something begins to be governed.

use clap::Args;

use super::stated::StatedArgs;
use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::event::Amendment;
use crate::domain::id::{ItemId, Word};
use crate::ledger::Ledger;

/// Declares an item: its id, kind, title, file, fields and links.
///
/// The kinds, the ids that they take, their fields and who may declare them stand in the charter. An id is never used again.
/// With --from, everything that is wrong with the document is told at once, line by line.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger declare E-05 --kind artifact --title \"Failure modes\" --path docs/e-05.md --field group=safety
  ledger declare WP-7 --kind packet --field done_means=\"All tests pass\" --field done_means=\"No warnings\"
  ledger declare E-12 --kind record --link cites=CP-21,E-00 --link cites=E-01
  ledger declare WP-8 --kind packet --fields packet.json --link depends_on=
  ledger declare WP-9 --kind packet --from docs/task_packets/WP-9.md")]
pub(crate) struct DeclareArgs {
    /// The id; asked for where it is left out
    id: Option<ItemId>,
    /// The kind
    #[arg(long)]
    kind: Word,
    #[command(flatten)]
    stated: StatedArgs,
    /// The first status (default: the one that the charter's first move from `new` leads to)
    #[arg(long)]
    status: Option<Word>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: DeclareArgs, context: &Context) -> Result<u8, CliError> {
    let DeclareArgs { id, kind, stated, status, sign } = args;
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let pattern = ledger.state().charter.rules.kinds.get(&kind).map(|kind| format!(" of the form {}", kind.id.text));
    let id = context.ask(id, "ID", &format!("the id{}", pattern.unwrap_or_default()))?;
    let what = format!("declare {id}");
    let parts = stated.parts(context, &repo, ledger.state(), (&id, &kind), &what)?;
    let stated = Amendment {
        title: parts.title.clone(),
        path: parts.path.clone(),
        fields: parts.fields.clone(),
        links: parts.links.clone(),
    };
    parts.judge((&repo, sign.commit.as_deref()), ledger.state(), &id, &kind, &stated, &what)?;
    context.act_on(&repo, ledger, &sign, &Wish::Declare { id, kind, status, stated }, &[])?;
    Ok(0)
}
