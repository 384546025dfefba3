//! `ledger diff`.

use clap::Args;

use super::causes::causes;
use super::check::one_meaning;
use super::seeing::Sight;
use super::{CliError, Context};
use crate::git::{Oid, Repo};
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::ledger::point::Point;
use crate::render::difference::{Comparison, Deed, SideName};
use crate::render::picture::{differences, picture};

/// Compare governance between two branches, commits or points of the ledger
#[derive(Debug, Args)]
#[command(
    after_help = "A side is a branch or commit (its files under the ledger as it is now), @POINT (the ledger as it was then, with the files of HEAD), BRANCH@POINT, or the ref of a ledger such as refs/ledger-remote/origin/main, with or without @POINT.\n\nEach sentence says what is so on one side and on the other. Behind it stands what brought that about, on either side: the last event after which it is so, else the last commit, else the time at which the sides are judged.\n\nExit code: 0 governance is the same, 1 it differs.\n\nExamples:\n  ledger diff main feature\n  ledger diff @2026-02-03 @tip\n  ledger diff @17 main\n  ledger diff @~5 @tip --stat\n  ledger diff main@12 feature@12 --format json\n  ledger diff refs/ledger/main refs/ledger-remote/origin/main"
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
    let mut causes = causes(&repo, &a, &b, &found)?;
    let found = found.into_iter().map(|difference| {
        let causes = causes.remove(&(difference.subject.clone(), difference.aspect.clone()));
        (difference, causes.unwrap_or_default())
    });
    let found = found.collect();
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
    /// What names that commit.
    place: String,
}

impl Words {
    /// Takes a side apart. A branch may have an `@` in its name: what git knows as a whole is a branch or commit.
    fn parse(repo: &Repo, word: &str) -> Result<Words, CliError> {
        let unknown = || {
            let text = format!("{word:?} is no branch, no commit, no @POINT, no BRANCH@POINT and no ref of a ledger");
            CliError::usage(text, "one of these").next("ledger log").next("git branch --all")
        };
        if let Some(point) = word.strip_prefix('@').filter(|point| !point.is_empty() && !point.starts_with('{')) {
            return Ok(Words {
                ledger: None,
                point: Point::parse(point)?,
                files: repo.head()?,
                place: "HEAD".to_owned(),
            });
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
        let (ledger, files, place) =
            if is_ledger { (Some(commit), repo.head()?, "HEAD") } else { (None, Some(commit), name) };
        Ok(Words { ledger, point, files, place: place.to_owned() })
    }
}

/// One side that was read.
pub(super) struct View<'r> {
    pub(super) sight: Sight<'r>,
    /// Its events.
    pub(super) deeds: Vec<Deed>,
    /// What names the commit whose files they are.
    place: String,
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
                let see = |entry: &crate::ledger::Entry, _: &crate::domain::state::State| {
                    deeds.push(Deed::of(&entry.signed.event));
                    Flow::Next
                };
                match tip {
                    Some(tip) => Ledger::load_from(repo, tip, None, &words.point, see)?,
                    None => Ledger::load_to(repo, &words.point, see)?,
                }
            }
        };
        Ok(View { sight: Sight::of(repo, ledger, &words.point, words.files)?, deeds, place: words.place.clone() })
    }

    fn name(&self, word: &str) -> SideName {
        let tip = self.sight.state().tip;
        let (files, place) = (self.sight.files.clone(), self.place.clone());
        SideName { word: word.to_owned(), tip: (tip.seq, tip.at.date().to_string()), files, place }
    }
}
