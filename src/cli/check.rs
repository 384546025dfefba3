//! `ledger check`: changes of files, judged as the hooks judge them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clap::Args;

use super::common::as_of;
use super::printer::{BAD, GOOD, UNSURE, explanation_text, paint};
use super::{AtArgs, CliError, Context};
use crate::domain::code::Code;
use crate::domain::explain::Explanation;
use crate::domain::id::{ActorId, ItemId};
use crate::domain::judge::{Going, Ground, PathVerdict, Refusal};
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::git::{GitError, Oid, Repo, changes};
use crate::ledger::check::{self, Checked, Next};
use crate::ledger::cited::unknown_tips;
use crate::ledger::point::Point;
use crate::ledger::{Ledger, act};
use crate::render::codes;
use crate::render::look::Look;
use crate::render::refusal::{Refused, refusal_text};
use crate::render::shown;

/// Judges changes of files under the standing blocks and seals and the rules about commits, as the hooks do.
///
/// Exit code 0: nothing stands against them; 1: something does.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger check --staged
  ledger check --range origin/main..HEAD
  ledger check --range origin/main..HEAD --branch main
  ledger check --tree v1.2 --at 2026-02-03 --format json")]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(crate) struct CheckArgs {
    /// Judge what is staged
    #[arg(long, group = "what")]
    staged: bool,
    /// Judge each commit of a range, such as A..B; those in the baseline are not judged
    #[arg(long, value_name = "A..B", group = "what")]
    range: Option<String>,
    /// The branch that the commits go to, for rules about branches; else the one that the range names. Where it names none, rules
    /// about any branch are judged
    #[arg(long, value_name = "NAME", requires = "range")]
    branch: Option<String>,
    /// Judge a whole tree: every sealed item must hold the sealed bytes
    #[arg(long, value_name = "REV", group = "what")]
    tree: Option<String>,
    #[command(flatten)]
    at: AtArgs,
}

/// Judges and tells.
pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load_at(&repo, &args.at.point()?)?;
    context.note_at(&args.at, ledger.state(), "; files are judged as of now")?;
    let moment = as_of(ledger.state())?;
    if let Some(revision) = &args.tree {
        let commit = commit(&repo, revision)?;
        let drifted = check::tree(&repo, &ledger, commit, moment)?;
        return Ok(tell_tree(context, &ledger, &drifted));
    }
    let mut cited = Vec::new();
    let (checked, refused) = match &args.range {
        Some(range) => {
            one_meaning(&repo, range)?;
            let commits = changes::commits_in_range(&repo, range).map_err(unknown(&repo, range))?;
            // Of a point in the past nobody asks whether it knows what came later.
            if args.at.point()? == Point::Tip {
                let judged = check::judged(&repo, ledger.state(), &commits)?;
                cited = unknown_tips(&repo, &ledger, &judged)?;
            }
            let branch = args.branch.clone().map_or_else(|| branch_of(&repo, range), |branch| Ok(Some(branch)))?;
            let going = branch.as_deref().map_or(Going::Unknown, Going::To);
            let mut checked = check::commits(&repo, &ledger, &commits, moment, going)?;
            if let Some(tip) = commits.last() {
                check::needs(&repo, ledger.state(), *tip, &mut checked, moment)?;
            }
            (checked, Refused::Change)
        }
        None => (vec![staged(context, &repo, &ledger, None)?], of_staged(&repo, context.global.dir.as_path())?),
    };
    Ok(tell(context, &repo, &checked, &cited, refused))
}

/// Returns the commit that a revision names.
pub(super) fn commit(repo: &Repo, revision: &str) -> Result<Oid, CliError> {
    one_meaning(repo, revision)?;
    repo.resolve(&format!("{revision}^{{commit}}")).map_err(unknown(repo, revision))
}

/// What is needed where git knows no such revision.
const REVISION: &str = "a commit, branch or tag that is here, or a range of them such as A..B";

/// Refuses a revision of which a name means several refs: whoever can push a tag would choose what is judged.
pub(super) fn one_meaning(repo: &Repo, revision: &str) -> Result<(), CliError> {
    match repo.ambiguous(revision).as_slice() {
        [] => Ok(()),
        refs => {
            let refs: Vec<String> = refs.iter().map(|name| shown::line(name)).collect();
            let text = format!("{} could mean {}", shown::line(revision), refs.join(" or "));
            Err(CliError::usage(text, "a revision that means one thing: the ref's full name"))
        }
    }
}

/// Returns the error for a revision that git does not know: the words of the command are wrong. A history that is cut
/// short stays what it is.
fn unknown(repo: &Repo, word: &str) -> impl FnOnce(GitError) -> CliError {
    move |error| match error.code {
        Code::StoreIo if repo.is_shallow() => {
            let text = "git knows no such revision in this shallow clone, whose history is cut short";
            CliError::usage(format!("{text}: {}", shown::line(word)), REVISION).next("git fetch --unshallow")
        }
        Code::StoreIo => {
            let text = format!("git knows no such revision: {}", shown::line(word));
            CliError::usage(text, REVISION).next("git branch --all").next("git log --oneline -n 5")
        }
        _ => error.into(),
    }
}

/// Judges what is staged; `message` is what the commit will say, where that is known.
pub(super) fn staged(
    context: &Context,
    repo: &Repo,
    ledger: &Ledger,
    message: Option<&[u8]>,
) -> Result<Checked, CliError> {
    let state = ledger.state();
    let signer = signer(context, repo, state)?;
    Ok(check::staged(repo, ledger, as_of(state)?, Next { signer: signer.as_ref(), message })?)
}

/// Returns the one item that what is staged can only serve, with the trailer that says so.
pub(super) fn serves(
    context: &Context,
    repo: &Repo,
    ledger: &Ledger,
    message: &[u8],
) -> Result<Option<(String, ItemId)>, CliError> {
    let state = ledger.state();
    let signer = signer(context, repo, state)?;
    let next = Next { signer: signer.as_ref(), message: Some(message) };
    Ok(check::serves(repo, ledger, as_of(state)?, next)?)
}

/// Returns the actor whose key is at hand, by which the committer of the next commit is predicted; nobody where there is none.
fn signer(context: &Context, repo: &Repo, state: &State) -> Result<Option<ActorId>, CliError> {
    let search = context.search(repo, None)?;
    Ok(act::who(state, &search).ok().map(|(name, _)| name))
}

/// Returns how a refused commit is told to somebody who stands in `dir`.
pub(super) fn of_staged(repo: &Repo, dir: &std::path::Path) -> Result<Refused, CliError> {
    let same = |top: &std::path::Path| matches!((top.canonicalize(), dir.canonicalize()), (Ok(a), Ok(b)) if a == b);
    Ok(Refused::Commit { unborn: repo.head()?.is_none(), at_top: repo.work_dir().is_some_and(same) })
}

/// Returns the branch that the end of a range names; `None` where it names none.
fn branch_of(repo: &Repo, range: &str) -> Result<Option<String>, CliError> {
    let end = range.rsplit("..").next().unwrap_or(range);
    if end.is_empty() || end == "HEAD" {
        let head = repo.head_ref()?;
        return Ok(head.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)));
    }
    let name = end.strip_prefix("refs/heads/").unwrap_or(end);
    let there = repo.refs("refs/heads/*")?.iter().any(|(own, _)| own.strip_prefix("refs/heads/") == Some(name));
    Ok(there.then(|| name.to_owned()))
}

fn tell(context: &Context, repo: &Repo, checked: &[Checked], cited: &[Explanation], refused: Refused) -> u8 {
    let stands = !cited.is_empty() || checked.iter().any(Checked::is_refused);
    context.out.either(
        || value(checked, cited),
        || {
            if stands {
                let look = context.out.look_of_list();
                let told = cited.iter().map(|told| refusal(refused, told).to_text(look));
                let commits = [refusals(repo, checked, refused, look), waived(checked, context.out.color())];
                told.chain(commits.into_iter().filter(|text| !text.is_empty())).collect::<Vec<_>>().join("\n\n")
            } else {
                let told = [passed(checked, context.out.color()), waived(checked, context.out.color())];
                told.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
            }
        },
    );
    u8::from(stands)
}

/// Returns one explanation as the refusal of a push or a change.
pub(super) fn refusal(refused: Refused, told: &Explanation) -> CliError {
    let text = format!("{} refused: {}", refused.noun(), told.found);
    CliError { text, ..CliError::refused("", told.clone().into()) }
}

/// How many commits are named that are refused in the same words.
const NAMED: usize = 3;

/// How many different refusals of commits are told.
const TOLD: usize = 8;

/// Returns what stands against commits or staged files, commits with their names. What refuses several in the same words is told once, with the
/// first of them and how many they are.
pub(super) fn refusals(repo: &Repo, checked: &[Checked], refused: Refused, look: Look) -> String {
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<&Checked>> = Vec::new();
    for one in checked.iter().filter(|checked| checked.is_refused()) {
        let place = *places.entry(said(one)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut told: Vec<String> = groups.iter().take(TOLD).map(|alike| refusal_of(repo, alike, refused, look)).collect();
    let more: usize = groups.iter().skip(TOLD).map(Vec::len).sum();
    if more > 0 {
        told.push(format!("and {}, refused in other words", counted(more, "more commit")));
    }
    told.join("\n")
}

fn counted(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// Returns in what words a commit is refused, whatever its files are called.
fn said(one: &Checked) -> BTreeSet<String> {
    let refusals = one.verdicts.iter().flat_map(|verdict| &verdict.refusals);
    let told = refusals.map(|refusal| &refusal.explanation).chain(&one.broken);
    told.map(|told| Explanation { path: None, ..told.clone() }.to_value().to_canonical()).collect()
}

/// Tells commits that are refused in the same words, or what is staged.
fn refusal_of(repo: &Repo, alike: &[&Checked], refused: Refused, look: Look) -> String {
    let Some(first) = alike.first() else { return String::new() };
    let commits: Vec<Oid> = alike.iter().filter_map(|one| one.commit).collect();
    let mut lines: Vec<String> = commits
        .iter()
        .take(NAMED)
        .map(|commit| {
            let subject = repo.subject(*commit).map(|subject| shown::line(&subject)).unwrap_or_default();
            let name: String = commit.to_string().chars().take(12).collect();
            format!("commit {name} {subject}")
        })
        .collect();
    if commits.len() > NAMED {
        lines.push(format!("and {}, refused in the same words", counted(commits.len() - NAMED, "more commit")));
    }
    let verdicts = if alike.len() == 1 { first.verdicts.clone() } else { together(alike) };
    let paths = Some(refusal_text(&verdicts, refused, look)).filter(|text| !text.is_empty());
    let broken = first.broken.iter().map(|told| refusal(refused, told).to_text(look));
    lines.into_iter().chain(paths).chain(broken).collect::<Vec<_>>().join("\n")
}

/// Returns the refused paths of commits that are refused in the same words, each once, on the ground of the first.
fn together(alike: &[&Checked]) -> Vec<PathVerdict> {
    let mut grounds: Vec<(String, &Arc<Ground>)> = Vec::new();
    let mut paths: BTreeMap<&[u8], Vec<Refusal>> = BTreeMap::new();
    for verdict in alike.iter().flat_map(|one| &one.verdicts) {
        for refusal in &verdict.refusals {
            let words = Explanation { path: None, ..refusal.explanation.clone() }.to_value().to_canonical();
            let known = grounds.iter().find(|(known, _)| *known == words).map(|(_, ground)| *ground);
            let ground = known.unwrap_or(&refusal.ground);
            if known.is_none() {
                grounds.push((words, ground));
            }
            let told = paths.entry(&verdict.path).or_default();
            if !told.iter().any(|known| Arc::ptr_eq(&known.ground, ground)) {
                told.push(Refusal { explanation: refusal.explanation.clone(), ground: Arc::clone(ground) });
            }
        }
    }
    paths.into_iter().map(|(path, refusals)| PathVerdict { path: path.to_vec(), refusals }).collect()
}

/// Returns the rules about commits that are waived, one a line: by which waiver, for which item, by whom and until when.
pub(super) fn waived(checked: &[Checked], color: bool) -> String {
    let mut lines = Vec::new();
    for (one, told) in checked.iter().flat_map(|one| one.waived.iter().map(move |told| (one, told))) {
        let commit = one
            .commit
            .map(|commit| format!("   commit {}", commit.to_string().chars().take(12).collect::<String>()))
            .unwrap_or_default();
        let rule = told.rule.as_deref().unwrap_or_default();
        let waiver = told.item.as_deref().unwrap_or_default();
        let how = if one.commit.is_none() && !told.next.is_empty() {
            format!("; needed: {}", told.needed)
        } else {
            String::new()
        };
        let head = paint(color, UNSURE, told.outcome.as_str());
        lines.push(format!("{head} {rule}   {}{how}   [{waiver}]{commit}", shown::line(&told.found)));
    }
    lines.join("\n")
}

fn passed(checked: &[Checked], color: bool) -> String {
    let paths: usize = checked.iter().map(|checked| checked.paths).sum();
    let files = format!("{paths} changed file{}", if paths == 1 { "" } else { "s" });
    let commits: BTreeSet<Oid> = checked.iter().filter_map(|checked| checked.commit).collect();
    let commits = commits.len();
    let what = match (checked, commits) {
        ([], _) => "no commit to judge".to_owned(),
        (_, 0) => format!("{files} staged"),
        (_, 1) => format!("{files} in 1 commit"),
        (_, commits) => format!("{files} in {commits} commits"),
    };
    format!("{} {what}: nothing stands against it", paint(color, GOOD, "ok"))
}

fn value(checked: &[Checked], cited: &[Explanation]) -> Value {
    let all = checked.iter().flat_map(|one| one.verdicts.iter().map(move |verdict| (one, verdict)));
    let refused: Vec<Value> = all
        .flat_map(|(one, verdict)| verdict.refusals.iter().map(move |refusal| (one, refusal)))
        .map(|(one, refusal)| of_commit(one, &refusal.explanation))
        .chain(checked.iter().flat_map(|one| one.broken.iter().map(move |told| of_commit(one, told))))
        .chain(cited.iter().map(Explanation::to_value))
        .collect();
    let paths: usize = checked.iter().map(|checked| checked.paths).sum();
    let commits: BTreeSet<Oid> = checked.iter().filter_map(|checked| checked.commit).collect();
    let commits = commits.len();
    let refusals = checked.iter().flat_map(|one| &one.verdicts).flat_map(|verdict| &verdict.refusals);
    let broken = checked.iter().flat_map(|one| &one.broken).chain(cited);
    let waived = checked.iter().flat_map(|one| one.waived.iter().map(move |told| of_commit(one, told)));
    Value::map([
        ("pages", codes::pages(refusals.map(|refusal| refusal.explanation.code).chain(broken.map(|told| told.code)))),
        ("refused", Value::List(refused)),
        ("waived", Value::List(waived.collect())),
        ("paths", (paths as u64).into()),
        ("commits", (commits as u64).into()),
    ])
}

/// Returns an explanation, of a commit's change with the commit's id beside the usual keys.
fn of_commit(checked: &Checked, explanation: &Explanation) -> Value {
    let mut value = explanation.to_value();
    if let (Value::Map(map), Some(commit)) = (&mut value, checked.commit) {
        map.insert("commit".to_owned(), commit.to_string().into());
    }
    value
}

fn tell_tree(context: &Context, ledger: &Ledger, drifted: &[Explanation]) -> u8 {
    let sealed = ledger.state().live_items().filter(|(_, item)| item.seal.is_some()).count();
    let color = context.out.color();
    let many = if sealed == 1 { "" } else { "s" };
    context.out.either(
        || {
            Value::map([
                ("pages", codes::pages(drifted.iter().map(|told| told.code))),
                ("refused", Value::List(drifted.iter().map(Explanation::to_value).collect())),
                ("paths", (sealed as u64).into()),
                ("commits", 1_u64.into()),
            ])
        },
        || {
            if drifted.is_empty() {
                return format!("{} {sealed} sealed item{many}: each holds the sealed bytes", paint(color, GOOD, "ok"));
            }
            let told = drifted.iter().map(|e| explanation_text(e, context.out.look_of_list()));
            let head = format!(
                "ledger: {} of {sealed} sealed item{many} found with other bytes than the sealed ones",
                drifted.len()
            );
            std::iter::once(paint(color, BAD, &head)).chain(told).collect::<Vec<_>>().join("\n\n")
        },
    );
    u8::from(!drifted.is_empty())
}
