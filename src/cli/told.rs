//! What is told of an event beside its summary, and what is warned of before it is signed.

use std::collections::BTreeSet;

use super::Context;
use crate::domain::decide::draft::{Draft, Wish};
use crate::domain::event::{AttestedBody, Body, Event};
use crate::domain::facts::{Question, Seen};
use crate::domain::id::{Digest, ItemId, Noun};
use crate::domain::path::RepoPath;
use crate::domain::state::{PROPOSAL_LIFE, State};
use crate::domain::value::Value;
use crate::git::{Oid, Repo, changes};
use crate::render::{shown, spoken};

/// How many paths are looked at for changes that are not committed; a warning need not be complete.
const LOOKED_AT: usize = 200;

/// How many of them are named.
const NAMED: usize = 3;

/// Returns the labelled lines that say what exactly was signed.
pub(crate) fn details(state: &State, draft: &Draft, dry: bool) -> Vec<(&'static str, String)> {
    let event = &draft.event;
    let mut lines = Vec::new();
    match &event.body {
        // Whoever joins a proposal of others signs all that it says.
        _ if draft.joins.is_some() => lines.extend(joined(state, draft, dry)),
        Body::Declared(declaration) => {
            lines.push(("kind", format!("{}, {}", declaration.kind, declaration.status)));
            lines.extend(declaration.stated.title.clone().map(|title| ("title", title)));
            lines.extend(declaration.stated.path.as_ref().map(|path| ("path", path.to_string())));
        }
        Body::Moved { from, because, .. } => {
            let because = because.as_ref().map(|code| format!(", because {code}")).unwrap_or_default();
            lines.push(("from", format!("{from}{because}")));
        }
        Body::Attested(attested) => {
            lines.push(("on", thing(state, event, Some(&attested.content))));
            lines.extend(statement(attested));
        }
        Body::Sealed { content, .. } => lines.push(("on", thing(state, event, Some(content)))),
        Body::Unsealed { reason, .. }
        | Body::Retracted { reason, .. }
        | Body::Blocked { reason, .. }
        | Body::Unblocked { reason, .. }
        | Body::Unwaived { reason, .. }
        | Body::Erased { reason, .. }
        | Body::Confirmed { reason, .. } => {
            lines.push(("reason", reason.clone()));
        }
        Body::Waived { reason, controls, until, .. } => {
            lines.push(("reason", reason.clone()));
            lines.push(("controls", controls.clone()));
            lines.push(("until", until.clone()));
        }
        _ => {}
    }
    match &event.body {
        Body::Attested(attested) => lines.extend(doubt(state, attested).map(|doubt| ("note", doubt))),
        Body::Erased { .. } if !event.pending => {
            lines.push((
                "bytes",
                "no longer held as evidence; git drops them when it prunes, for which there is git gc --prune=now"
                    .to_owned(),
            ));
            lines.push(("note", "the history of code and other clones keep their own copies".to_owned()));
        }
        _ => {}
    }
    lines.extend(event.judged.as_ref().map(|judged| ("gate", format!("{} {}", judged.gate, judged.outcome.as_str()))));
    if let Some(first) = &draft.joins {
        let (label, done) = if event.pending { ("joins", "") } else { ("quorum", "completes ") };
        lines.push((label, format!("{done}the proposal {}", first.as_str().get(..8).unwrap_or_default())));
    }
    if let Some(typed) = &draft.unsaid {
        let text = format!("signed is the reason of the proposal; your own is not recorded: {typed}");
        lines.push(("note", text));
    }
    if event.pending {
        let proposal = state.proposals.get(&event.action()).filter(|proposal| proposal.is_open(event.at));
        let since = proposal.and_then(|proposal| proposal.votes.first()).map_or(event.at, |vote| vote.touch.at);
        lines.push((
            "ends",
            format!("on {}, {PROPOSAL_LIFE} after its first signature", since.plus(PROPOSAL_LIFE).date()),
        ));
    }
    lines
}

/// Returns what a proposal says, with the commands that show it.
fn joined(state: &State, draft: &Draft, dry: bool) -> Vec<(&'static str, String)> {
    let event = &draft.event;
    let label = |name: &'static str, texts: Vec<String>| {
        texts.into_iter().enumerate().map(move |(position, text)| (if position == 0 { name } else { "" }, text))
    };
    let mut lines: Vec<(&'static str, String)> =
        label("says", spoken::says_in(state, &event.item, &event.body)).collect();
    let on = matches!(event.item, Noun::Item(_)) && !matches!(event.body, Body::Declared(_));
    lines.extend(on.then(|| ("on", thing(state, event, None))));
    // What took effect is looked at no more before it is signed.
    if let Some(first) = draft.joins.as_ref().filter(|_| event.pending || dry) {
        lines.extend(label("look", spoken::looks(first, &event.body)));
    }
    lines
}

/// Returns why a statement with the good result does not count all the same.
fn doubt(state: &State, attested: &AttestedBody) -> Option<String> {
    let rule = state.charter.rules.claims.get(&attested.claim)?;
    let (good, _) = rule.results.first()?;
    let no = attested.statement.answers.iter().find(|(_, yes)| !**yes).map(|(question, _)| question);
    let no = no.filter(|_| attested.statement.result == *good)?;
    Some(format!("the answer to {no} is no, so that it does not count as {good}"))
}

/// Returns the item with its title, its file and its content, as far as it has them.
fn thing(state: &State, event: &Event, content: Option<&Digest>) -> String {
    let mut text = event.item.to_string();
    if let Noun::Item(id) = &event.item
        && let Some(item) = state.items.get(id)
    {
        text.extend(item.stated.title.as_ref().map(|title| format!(" {title:?}")));
        text.extend(item.stated.path.as_ref().map(|path| format!("  {path}")));
    }
    text.extend(content.map(|content| format!("  (content {})", content.short())));
    text
}

fn statement(attested: &AttestedBody) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let said = &attested.statement;
    let answers: Vec<String> =
        said.answers.iter().map(|(question, yes)| format!("{question}={}", if *yes { "yes" } else { "no" })).collect();
    if !answers.is_empty() {
        lines.push(("answers", answers.join(" ")));
    }
    let values: Vec<String> = said.values.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
    if !values.is_empty() {
        lines.push(("values", values.join(" ")));
    }
    for piece in &attested.evidence {
        lines.push(("evidence", format!("{} ({}, {} bytes)", piece.sha256.short(), piece.media, piece.size)));
    }
    lines
}

fn plain(value: &Value) -> String {
    value.as_text().map_or_else(|| value.to_canonical(), str::to_owned)
}

/// Returns the path of the item that a wish is about.
pub(crate) fn path_of(state: &State, wish: &Wish) -> Option<RepoPath> {
    let of = |id: &ItemId| state.items.get(id).and_then(|item| item.stated.path.clone());
    match wish {
        Wish::Declare { stated, .. } => stated.path.clone(),
        Wish::Amend { id, change } | Wish::Supersede { new: id, change, .. } => {
            change.path.clone().unwrap_or_else(|| of(id))
        }
        Wish::Move { id, .. } | Wish::Seal { id } => of(id),
        Wish::Attest(statement) => statement.noun.item().and_then(of),
        _ => None,
    }
}

/// Warns where what is judged is not what lies in the index and the work tree, and where it is a commit that others may never
/// see.
pub(crate) fn warn(context: &Context, repo: &Repo, commit: Option<Oid>, own: Option<RepoPath>, seen: Option<&Seen>) {
    let judged = if commit.is_some() { "the commit" } else { "HEAD" };
    let is_given = commit.is_some();
    let stands_on_branch = commit.is_none() && repo.head_ref().is_ok_and(|branch| branch.is_some());
    let Some(commit) = commit.or_else(|| repo.head().ok().flatten()) else { return };
    let asks = seen.is_some_and(|seen| !seen.facts.is_empty());
    if asks && !stands_on_branch && !changes::is_on_a_branch(repo, commit).unwrap_or(true) {
        let name: String = commit.to_string().chars().take(12).collect();
        context.out.note(format!(
            "ledger: note: the commit {name} is on no branch; once it is gone, nobody can see what was judged"
        ));
    }
    let asked = seen.into_iter().flat_map(|seen| seen.facts.keys()).filter_map(|question| match question {
        Question::Path(path) => Some(path.clone()),
        _ => None,
    });
    let paths: BTreeSet<RepoPath> = own.into_iter().chain(asked).collect();
    // A warning is no reason to fail: what cannot be compared is passed over.
    let differs = |path: &&RepoPath| repo.differs_from_work_tree(commit, path.as_str()).unwrap_or(false);
    let changed: Vec<String> =
        paths.iter().take(LOOKED_AT).filter(differs).map(|path| shown::path(path.as_str().as_bytes())).collect();
    if changed.is_empty() {
        return;
    }
    let more = changed.len().saturating_sub(NAMED);
    let names = changed.get(..NAMED.min(changed.len())).unwrap_or_default().join(", ");
    let names = if more > 0 { format!("{names} and {more} more") } else { names };
    let differ = match (is_given, changed.len()) {
        (true, 1) => "is otherwise in the work tree",
        (true, _) => "are otherwise in the work tree",
        (false, 1) => "has changes that are not committed",
        (false, _) => "have changes that are not committed",
    };
    context.out.note(format!("ledger: note: {names} {differ}; {judged} is judged"));
}
