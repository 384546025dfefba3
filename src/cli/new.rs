//! `ledger new`: the document that an item begins with.

use clap::Args;

use super::common::write_file;
use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::decide::template::template;
use crate::domain::id::{ItemId, Word};
use crate::domain::judge::quoted;
use crate::domain::path::RepoPath;
use crate::domain::value::Value;
use crate::git::worktree::{Onto, Put};
use crate::ledger::Ledger;

/// Writes the document that an item of a kind begins with: its sections, and what belongs under each label, in braces.
///
/// Nothing is recorded, and no file is overwritten. Once every brace is filled in, `declare --from` takes it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger new packet WP-9 --title \"Cancel a running job\"
  ledger new packet WP-9 --dry-run
  ledger declare WP-9 --kind packet --from docs/task_packets/WP-9.md      once it is filled in")]
pub(crate) struct NewArgs {
    /// The kind
    kind: Word,
    /// The id
    id: ItemId,
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The file, named from the top of the repository, where the kind leaves it open
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Print it and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(crate) fn run(args: &NewArgs, context: &Context) -> Result<u8, CliError> {
    let NewArgs { kind, id, title, path, dry_run } = args;
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let path = path.as_deref().map(RepoPath::parse).transpose()?;
    let made = template(ledger.state(), kind, id, title.as_deref(), path.as_ref());
    let (path, text) = made.map_err(|refusal| CliError::refused(&format!("new {kind} {id}"), refusal))?;
    let next = format!("ledger declare {id} --kind {kind} --from {}", quoted(path.as_str()));
    if !dry_run {
        if repo.work_dir().is_none() {
            return Err(CliError::usage(
                "a bare repository has no files to write",
                "--dry-run, which prints the document",
            ));
        }
        if write_file(&repo, &path, &text, Onto::Nothing)? != Put::New {
            return Err(CliError::usage(format!("{path} is there already"), "a path where nothing is yet")
                .code(Code::ItemPath)
                .next(next));
        }
        context.out.stands(format!("{path} is written"));
    }
    context.out.either(
        || {
            Value::map([
                ("path", (&path).into()),
                ("text", text.as_str().into()),
                ("dry_run", (*dry_run).into()),
                ("next", Value::list([next.as_str()])),
            ])
        },
        || {
            if *dry_run {
                text.clone()
            } else {
                format!("{path} is written; fill in what stands in braces\n  next     {next}")
            }
        },
    );
    Ok(0)
}
