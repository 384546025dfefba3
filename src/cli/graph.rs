//! `ledger graph`.

use clap::Args;

use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::domain::id::Word;
use crate::render::graph;

/// Show what leads where: items and the links between them, as text, DOT or Mermaid
///
/// Without --link those links are followed that say what comes first: the acyclic ones but `part_of` and `supersedes`; all where
/// the charter has none of that sort.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger graph\n  ledger graph --link part_of --link depends_on\n  ledger graph --dot | dot -Tsvg > graph.svg\n  ledger graph --mermaid\n  ledger graph --format json"
)]
pub(crate) struct GraphArgs {
    /// Follow this link; again for more
    #[arg(long = "link", value_name = "LINK")]
    links: Vec<Word>,
    /// Print it in the language of Graphviz
    #[arg(long, conflicts_with = "mermaid")]
    dot: bool,
    /// Print it in the language of Mermaid
    #[arg(long)]
    mermaid: bool,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &GraphArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let sight = Sight::read(&repo, &args.at)?;
    let links = &sight.state().charter.rules.links;
    if let Some(link) = args.links.iter().find(|link| !links.contains_key(*link)) {
        let names: Vec<&str> = links.keys().map(Word::as_str).collect();
        let text = match names.as_slice() {
            [] => format!("there is no link {link}: the charter has none"),
            names => format!("there is no link {link}; the charter has {}", names.join(", ")),
        };
        return Err(CliError::usage(text, "a link of the charter").next("ledger charter show"));
    }
    let found = sight.view().graph(&args.links);
    context.note_point(&args.at, &sight)?;
    if args.dot && !context.out.is_json() {
        context.out.bytes(graph::to_dot(&found).as_bytes());
    } else if args.mermaid && !context.out.is_json() {
        context.out.bytes(graph::to_mermaid(&found).as_bytes());
    } else {
        context.out.page(|| graph::to_value(&found), || graph::to_text(&found, context.out.look()));
    }
    Ok(0)
}
