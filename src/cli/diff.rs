//! `ledger diff`.

use clap::Args;

use super::seeing::{Sight, load_to};
use super::{CliError, Context};
use crate::domain::value::Value;
use crate::git::{Oid, Repo};
use crate::ledger::load::Flow;
use crate::ledger::point::Point;
use crate::render::picture::{Difference, differences, differences_text, picture};

/// Compare governance between two branches, commits or points of the ledger
#[derive(Debug, Args)]
#[command(
    after_help = "A side is a branch or commit (its files under the ledger as it is now), @POINT (the ledger as it was then, with\nthe files of HEAD), or BRANCH@POINT.\n\nExit code: 0 governance is the same, 1 it differs.\n\nExamples:\n  ledger diff main feature\n  ledger diff @2026-02-03 @tip\n  ledger diff @17 main\n  ledger diff main@12 feature@12 --format json"
)]
pub(crate) struct DiffArgs {
    /// The one side: BRANCH, COMMIT, @POINT or BRANCH@POINT
    #[arg(value_name = "A")]
    a: String,
    /// The other side
    #[arg(value_name = "B")]
    b: String,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let (a, name_a) = side(&repo, &args.a)?;
    let (b, name_b) = side(&repo, &args.b)?;
    let found = differences(&picture(a.view()), &picture(b.view()));
    let names = (name_a.as_str(), name_b.as_str());
    context.out.page(
        || Value::List(found.iter().map(Difference::to_value).collect()),
        || differences_text(names, &found, context.out.look()),
    );
    Ok(u8::from(!found.is_empty()))
}

/// Reads one side, and says in words what it is.
fn side<'r>(repo: &'r Repo, word: &str) -> Result<(Sight<'r>, String), CliError> {
    let (commit, point) = parts(repo, word)?;
    let ledger = load_to(repo, &point, |_, _| Flow::Next)?;
    let sight = Sight::of(repo, ledger, &point, commit)?;
    let tip = sight.state().tip;
    let name = format!("{word}: event {} of {}, files of {}", tip.seq, tip.at.date(), sight.files);
    Ok((sight, name))
}

/// Takes a side apart. A branch may have an `@` in its name: what git knows as a whole is a branch or commit.
fn parts(repo: &Repo, word: &str) -> Result<(Option<Oid>, Point), CliError> {
    if let Some(point) = word.strip_prefix('@').filter(|point| !point.is_empty() && !point.starts_with('{')) {
        return Ok((repo.head()?, Point::parse(point)?));
    }
    if let Ok(commit) = repo.resolve(&format!("{word}^{{commit}}")) {
        return Ok((Some(commit), Point::Tip));
    }
    let unknown = || {
        let text = format!("{word:?} is no branch, no commit, no @POINT and no BRANCH@POINT");
        CliError::usage(text).next("ledger log").next("git branch --all")
    };
    let (branch, point) = word.rsplit_once('@').ok_or_else(unknown)?;
    let commit = repo.resolve(&format!("{branch}^{{commit}}")).map_err(|_| unknown())?;
    Ok((Some(commit), Point::parse(point)?))
}
