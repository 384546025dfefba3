//! `ledger block`: a block is placed on an item.

use clap::Args;

use super::common::fields;
use super::{CliError, Context, SignArgs};
use crate::domain::code::Code;
use crate::domain::decide::draft::Wish;
use crate::domain::decide::words::{read_fields, unknown};
use crate::domain::event::Body;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::quoted;
use crate::ledger::Ledger;

/// Places a block on an item: what it stops, and what lifts it, stands in the charter.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger block MIG-06 DESIGN-BLOCKED --reason \"Orchestration is not designed yet\"
  ledger block WP-7 UNCLEAR --because CX-584 --reason \"Two answers are missing\" --field questions=\"Which API?\"")]
pub(crate) struct BlockArgs {
    /// The item
    id: ItemId,
    /// The block
    name: Word,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The code that the charter asks for as a reason
    #[arg(long, value_name = "CODE")]
    because: Option<Word>,
    /// A field of the block: K=V; again for a list; K.SUB=V for an entry of a map; K= for a stated empty
    #[arg(long, value_name = "K=V")]
    field: Vec<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: BlockArgs, context: &Context) -> Result<u8, CliError> {
    let BlockArgs { id, name, reason, because, field, sign } = args;
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let what = format!("block {id} {name}");
    let blocks = &ledger.state().charter.rules.blocks;
    let Some(rule) = blocks.get(&name) else {
        let known = blocks.iter().filter(|(_, rule)| rule.by.is_some()).map(|(name, _)| name.as_str());
        return Err(CliError::refused(&what, unknown(Code::BlockUnknown, "blocks", "block", name.as_str(), known)));
    };
    let values = read_fields(Code::BlockField, &format!("blocks.{name}.fields"), &rule.fields, &fields(&field)?);
    let values = values.map_err(|refusal| CliError::refused(&what, refusal))?;
    let mut command = format!("ledger {what}");
    command.extend(because.as_ref().map(|code| format!(" --because {code}")));
    command.extend(field.iter().map(|word| format!(" --field {}", quoted(word))));
    let reason = context.reason(reason, &command)?;
    let body = Body::Blocked { name, reason, because, fields: values };
    context.act_on(&repo, ledger, &sign, &Wish::Do { item: Noun::Item(id), body }, &[])?;
    Ok(0)
}
