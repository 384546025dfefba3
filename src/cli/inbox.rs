//! `ledger inbox`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;

use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::domain::authority;
use crate::domain::facts::{Answer, File, Question, Seen};
use crate::domain::id::{ActorId, ItemId, Rid, RoleId};
use crate::domain::inbox::{Changed, Watch, Whose, inbox};
use crate::domain::judge::{Judgement, Member};
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::git::{Oid, Repo};
use crate::ledger::act;
use crate::ledger::load::Flow;
use crate::render::gate::Marks;
use crate::render::inbox::{Became, Difference, InboxPage, OverChange};

/// Show what waits for you: proposals to sign, what standing blocks ask of your roles, what changed since you judged it
///
/// What unblocks most comes first. Whose inbox it is, is found out from the signing key. What of yours was taken back, broken or
/// ran out is listed for 30 days, unless you did it anew.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger inbox\n  ledger inbox --actor petra\n  ledger inbox --role approver --format json"
)]
pub(crate) struct InboxArgs {
    /// The inbox of this actor (default: the owner of the signing key)
    #[arg(long, value_name = "NAME", conflicts_with = "role")]
    actor: Option<ActorId>,
    /// What waits for anybody in this role
    #[arg(long, value_name = "ROLE")]
    role: Option<RoleId>,
    /// Find out by this key whose inbox it is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["actor", "role"])]
    key: Option<PathBuf>,
    /// Show everything, however much it is
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &InboxArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    // Who it is stands in the state; what lapsed of theirs, in the events before it. So the ledger is read for both.
    let sight = Sight::read(&repo, &args.at)?;
    let whose = whose(args, context, &repo, sight.state())?;
    let actors = match &whose {
        Whose::Actor(name) => vec![name.clone()],
        Whose::Role(role) => authority::holders(sight.state(), role).into_iter().cloned().collect(),
    };
    let mut watch = Watch::new(actors);
    let tip = sight.state().tip.seq;
    crate::ledger::Ledger::load_with(&repo, |entry, state| {
        watch.see(&entry.signed.event, state);
        if entry.signed.event.seq >= tip { Flow::Stop } else { Flow::Next }
    })?;
    let tainted = sight.taints(&repo, None)?.into_iter().filter_map(|taint| {
        let found = taint.text();
        taint.next.into_iter().next().map(|step| (step, found))
    });
    let inbox = inbox(&sight.view(), &whose, tainted.collect());
    let judgement = Judgement::new(sight.view());
    let mut differences: BTreeMap<Rid, Difference> = BTreeMap::new();
    for changed in &inbox.changed {
        let now = judgement.over(&changed.claim, &changed.noun);
        differences.insert(changed.event.clone(), difference(&repo, &sight, &watch, changed, &now));
    }
    let lapsed = watch.into_lapsed(sight.state(), sight.as_of);
    let marks = Marks::of(&sight.view(), sight.state().items.keys().map(ItemId::as_str));
    let page = InboxPage { inbox, lapsed, differences, marks, all: args.all };
    context.note_point(&args.at, &sight)?;
    context.out.page(|| page.to_value(), || page.to_text(context.out.look()));
    Ok(0)
}

fn whose(args: &InboxArgs, context: &Context, repo: &Repo, state: &State) -> Result<Whose, CliError> {
    if let Some(role) = &args.role {
        let known: Vec<&str> = state.charter.rules.roles.keys().map(RoleId::as_str).collect();
        return if known.contains(&role.as_str()) {
            Ok(Whose::Role(role.clone()))
        } else {
            let text = format!("the charter has no role {role}; it has {}", known.join(", "));
            Err(CliError::usage(text, "a role of the charter").next("ledger charter show"))
        };
    }
    if let Some(actor) = &args.actor {
        return if state.actors.contains_key(actor) {
            Ok(Whose::Actor(actor.clone()))
        } else {
            Err(CliError::usage(format!("{actor} is not enrolled"), "the name of somebody who is enrolled")
                .next("ledger actor list"))
        };
    }
    match act::who(state, &context.search(repo, args.key.as_ref())?) {
        Ok((name, _)) => Ok(Whose::Actor(name)),
        Err(error) => Err(CliError::from(error).next("ledger inbox --actor NAME")),
    }
}

/// Returns what differs between what a statement was made on and what is there now; `now` is what its claim is over.
fn difference(
    repo: &Repo,
    sight: &Sight<'_>,
    watch: &Watch,
    changed: &Changed,
    now: &BTreeMap<String, Member>,
) -> Difference {
    let seen = watch.seen(&changed.event);
    let item = changed.noun.item().and_then(|id| sight.state().items.get(id));
    if let (Some(_), Some(item)) = (changed.content(), item) {
        return item.stated.path.as_ref().map_or(Difference::Stated, |path| of_file(repo, sight, seen, path));
    }
    let then = watch.over(&changed.event);
    let names: BTreeSet<&String> = then.into_iter().flat_map(BTreeMap::keys).chain(now.keys()).collect();
    let became = |name: &String| {
        let how = match (then.and_then(|then| then.get(name)), now.get(name)) {
            (Some(then), Some(now)) if then.content == now.content => return None,
            // It was named, and nobody had declared it.
            (None, _) | (Some(Member { content: Some(None), .. }), Some(_)) => Became::Added,
            (Some(_), Some(now)) => Became::Changed(Box::new(match &now.path {
                Some(path) => of_file(repo, sight, seen, path),
                None => Difference::Stated,
            })),
            (_, None) => Became::Gone,
        };
        Some(OverChange { name: name.clone(), how })
    };
    // Without what was seen nobody knows which it was.
    Difference::Over(if then.is_some() { names.into_iter().filter_map(became).collect() } else { Vec::new() })
}

/// Returns what differs of a file that was looked at, or of what is stated of it.
fn of_file(repo: &Repo, sight: &Sight<'_>, seen: Option<&Seen>, path: &RepoPath) -> Difference {
    let question = Question::Path(path.clone());
    let file = |answer: Option<&Answer>| match answer {
        Some(Answer::File(file)) => Some(*file),
        _ => None,
    };
    let then: Option<Option<File>> = seen.and_then(|seen| file(seen.facts.get(&question)));
    let now: Option<Option<File>> = file(sight.facts.ask(&question).as_ref());
    match (then, now) {
        (Some(then), Some(now)) if then == now => Difference::Stated,
        _ => {
            let old = seen
                .and_then(|seen| repo.untagged(&seen.commit))
                .and_then(|commit| blob(repo, commit, path, then.flatten()));
            let new = sight.commit.and_then(|commit| blob(repo, commit, path, now.flatten()));
            let path = path.to_string();
            match (old, new) {
                (Some(old), Some(new)) => Difference::File { path, command: format!("git diff {old} {new}") },
                _ => Difference::FileGone { path },
            }
        }
    }
}

/// Returns the short id of the blob at a path of a commit, where commit and blob are here and have the bytes that were seen.
fn blob(repo: &Repo, commit: Oid, path: &RepoPath, file: Option<File>) -> Option<String> {
    let oid = repo.blob_at(commit, path.as_str()).ok().flatten()?;
    let (sha256, _) = repo.blob_sha256(oid).ok()?;
    let same = file.is_some_and(|file| file.sha256 == sha256);
    same.then(|| oid.to_string().get(..12).unwrap_or_default().to_owned())
}
