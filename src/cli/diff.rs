//! `ledger diff`.

use clap::Args;

use super::check::one_meaning;
use super::seeing::Sight;
use super::{CliError, Context};
use crate::domain::id::ItemId;
use crate::git::{Oid, Repo};
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::ledger::point::Point;
use crate::render::difference::{Cause, Comparison, Deed, Side, SideName};
use crate::render::picture::{Difference, differences, picture};

/// Compare governance between two branches, commits or points of the ledger
#[derive(Debug, Args)]
#[command(
    after_help = "A side is a branch or commit (its files under the ledger as it is now), @POINT (the ledger as it was then, with\nthe files of HEAD), BRANCH@POINT, or the ref of a ledger such as refs/ledger-remote/origin/main, with or without @POINT.\n\nEach sentence names the event, or the commit, that brought the difference about.\n\nExit code: 0 governance is the same, 1 it differs.\n\nExamples:\n  ledger diff main feature\n  ledger diff @2026-02-03 @tip\n  ledger diff @17 main\n  ledger diff @~5 @tip --stat\n  ledger diff main@12 feature@12 --format json\n  ledger diff refs/ledger/main refs/ledger-remote/origin/main"
)]
pub(crate) struct DiffArgs {
    /// The one side: BRANCH, COMMIT, @POINT, BRANCH@POINT or the ref of a ledger
    #[arg(value_name = "A")]
    a: String,
    /// The other side
    #[arg(value_name = "B")]
    b: String,
    /// Print nothing: the exit code is the answer
    #[arg(short, long)]
    quiet: bool,
    /// Print only how many things differ
    #[arg(long)]
    stat: bool,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let (words_a, words_b) = (Words::parse(&repo, &args.a)?, Words::parse(&repo, &args.b)?);
    let a = View::read(&repo, &words_a, None)?;
    let b = View::read(&repo, &words_b, Some((&words_a, &a)))?;
    let found = differences(&picture(a.sight.view()), &picture(b.sight.view()));
    let exit = u8::from(!found.is_empty());
    if args.quiet {
        return Ok(exit);
    }
    let deeds = between(&a, &b);
    let cause = |difference: &Difference| {
        let told = Cause::of(difference, &deeds);
        match told {
            Some(cause) => Ok(Some(cause)),
            None => of_files(&repo, &a, &b, difference),
        }
    };
    let found = found.into_iter().map(|difference| {
        let cause = cause(&difference)?;
        Ok((difference, cause))
    });
    let found = found.collect::<Result<Vec<_>, CliError>>()?;
    let comparison = Comparison { sides: (a.name(&args.a), b.name(&args.b)), found };
    context.out.page(|| comparison.to_value(), || comparison.to_text(!args.stat, context.out.look()));
    Ok(exit)
}

/// What the words of a side mean.
#[derive(Debug, PartialEq, Eq)]
struct Words {
    /// The newest commit of the ledger; `None` for the repository's own.
    ledger: Option<Oid>,
    point: Point,
    /// The commit whose files count.
    files: Option<Oid>,
}

impl Words {
    /// Takes a side apart. A branch may have an `@` in its name: what git knows as a whole is a branch or commit.
    fn parse(repo: &Repo, word: &str) -> Result<Words, CliError> {
        let unknown = || {
            let text = format!("{word:?} is no branch, no commit, no @POINT, no BRANCH@POINT and no ref of a ledger");
            CliError::usage(text).next("ledger log").next("git branch --all")
        };
        if let Some(point) = word.strip_prefix('@').filter(|point| !point.is_empty() && !point.starts_with('{')) {
            return Ok(Words { ledger: None, point: Point::parse(point)?, files: repo.head()? });
        }
        let whole = repo.resolve(&format!("{word}^{{commit}}")).ok().map(|commit| (word, commit, Point::Tip));
        let (name, commit, point) = if let Some(whole) = whole {
            whole
        } else {
            let (name, point) = word.rsplit_once('@').ok_or_else(unknown)?;
            let commit = repo.resolve(&format!("{name}^{{commit}}")).map_err(|_| unknown())?;
            (name, commit, Point::parse(point)?)
        };
        one_meaning(repo, name)?;
        let is_ledger = name.starts_with("refs/ledger") || name == repo.ledger_ref()?;
        let (ledger, files) = if is_ledger { (Some(commit), repo.head()?) } else { (None, Some(commit)) };
        Ok(Words { ledger, point, files })
    }
}

/// One side that was read.
struct View<'r> {
    sight: Sight<'r>,
    deeds: Vec<Deed>,
}

impl<'r> View<'r> {
    /// Reads a side; `other` was read already, and is not read again where it is the same ledger.
    fn read(repo: &'r Repo, words: &Words, other: Option<(&Words, &View<'_>)>) -> Result<View<'r>, CliError> {
        let mut deeds = Vec::new();
        let ledger = match other {
            Some((known, view)) if known.ledger == words.ledger && known.point == words.point => {
                deeds.clone_from(&view.deeds);
                view.sight.ledger.clone()
            }
            _ => {
                let tip = words.ledger.map_or_else(|| repo.tip(), |tip| Ok(Some(tip)))?;
                let see = |entry: &crate::ledger::Entry, state: &crate::domain::state::State| {
                    deeds.push(Deed::of(&entry.signed.event, state));
                    Flow::Next
                };
                match tip {
                    Some(tip) => Ledger::load_from(repo, tip, &words.point, see)?,
                    None => Ledger::load_to(repo, &words.point, see)?,
                }
            }
        };
        Ok(View { sight: Sight::of(repo, ledger, &words.point, words.files)?, deeds })
    }

    fn name(&self, word: &str) -> SideName {
        let tip = self.sight.state().tip;
        SideName { word: word.to_owned(), tip: (tip.seq, tip.at.date().to_string()), files: self.sight.files.clone() }
    }
}

/// Returns what happened on one side after the other's ledger ended or went another way, oldest first.
fn between(a: &View<'_>, b: &View<'_>) -> Vec<(Option<Side>, Deed)> {
    let (chain_a, chain_b) = (&a.sight.ledger.chain, &b.sight.ledger.chain);
    let common = chain_a.iter().zip(chain_b).take_while(|(a, b)| a == b).count();
    let forked = common < chain_a.len().min(chain_b.len());
    let own = |view: &View<'_>, side: Side| {
        let deeds: Vec<Deed> = view.deeds.iter().skip(common).cloned().collect();
        deeds.into_iter().map(move |deed| (forked.then_some(side), deed))
    };
    own(a, Side::A).chain(own(b, Side::B)).collect()
}

/// Returns the commit that changed the file of an item on which something differs.
fn of_files(repo: &Repo, a: &View<'_>, b: &View<'_>, difference: &Difference) -> Result<Option<Cause>, CliError> {
    let (Some(from), Some(to)) = (a.sight.commit, b.sight.commit) else { return Ok(None) };
    let Ok(id) = ItemId::parse(&difference.subject) else { return Ok(None) };
    let Some(item) = b.sight.state().items.get(&id) else { return Ok(None) };
    let Some(path) = item.stated.path.as_ref().filter(|_| from != to) else { return Ok(None) };
    for (beyond, tip, on) in [(from, to, Side::B), (to, from, Side::A)] {
        if let Some((commit, author)) = repo.last_change(beyond, tip, path.as_str())? {
            return Ok(Some(Cause::Commit { commit: commit.to_string(), author, on }));
        }
    }
    Ok(None)
}
