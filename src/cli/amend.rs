//! `ledger amend`: parts of an item are stated anew.

use clap::Args;

use super::stated::{self, StatedArgs};
use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::{Change, Wish};
use crate::domain::event::Amendment;
use crate::domain::id::{ItemId, Word};
use crate::domain::value::Value;
use crate::git::Repo;
use crate::ledger::Ledger;

/// States parts of an item anew; what is not named stays as it is.
///
/// With --from, the item becomes what the document says: a field whose label is gone is taken away. A review or check made before counts no longer, since what it was made on has changed. A sealed item is unsealed first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger amend E-03 --title \"Interface and contract catalog\"
  ledger amend E-12 --add-link cites=E-07
  ledger amend E-12 --link cites=CP-21,E-00        exactly these
  ledger amend R-004 --field rationale=\"Read-only for one hour\" --no-field owner
  ledger amend WP-9 --from docs/task_packets/WP-9.md")]
pub(crate) struct AmendArgs {
    /// The item
    id: ItemId,
    #[command(flatten)]
    stated: StatedArgs,
    #[command(flatten)]
    without: WithoutArgs,
    #[command(flatten)]
    sign: SignArgs,
}

/// What is taken away from an item, and single targets of links.
#[derive(Debug, Clone, Args)]
pub(crate) struct WithoutArgs {
    /// Take the title away
    #[arg(long, conflicts_with = "title")]
    no_title: bool,
    /// Take the path away
    #[arg(long, conflicts_with = "path")]
    no_path: bool,
    /// Take a field away
    #[arg(long, value_name = "K")]
    no_field: Vec<Word>,
    /// Take a link away, with all of its targets
    #[arg(long, value_name = "TYPE")]
    no_link: Vec<Word>,
    /// Add targets to a link
    #[arg(long, value_name = "TYPE=ID[,ID]")]
    add_link: Vec<String>,
    /// Remove targets from a link
    #[arg(long, value_name = "TYPE=ID[,ID]")]
    remove_link: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(args: AmendArgs, context: &Context) -> Result<u8, CliError> {
    let AmendArgs { id, stated, without, sign } = args;
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let kind = ledger.state().items.get(&id).map(|item| item.kind.clone());
    if stated.is_empty() && without.is_empty() {
        return Err(nothing_stated(&ledger, &id, kind.as_ref()));
    }
    let (what, commit) = (format!("amend {id}"), sign.commit.as_deref());
    let what = Changed { id: &id, kind: kind.as_ref(), what: &what, commit, before: None };
    let change = change(context, &repo, &ledger, &stated, Some(&without), &what)?;
    context.act_on(&repo, ledger, &sign, &Wish::Amend { id, change }, &[])?;
    Ok(0)
}

impl WithoutArgs {
    fn is_empty(&self) -> bool {
        let links = self.no_link.is_empty() && self.add_link.is_empty() && self.remove_link.is_empty();
        !self.no_title && !self.no_path && self.no_field.is_empty() && links
    }
}

/// Returns the error that says what can be stated of an item, each as an option.
fn nothing_stated(ledger: &Ledger, id: &ItemId, kind: Option<&Word>) -> CliError {
    let rules = &ledger.state().charter.rules;
    let mut options = vec!["--title TEXT".to_owned()];
    if let Some(rule) = kind.and_then(|kind| rules.kinds.get(kind)) {
        options.extend(rule.path.iter().map(|_| "--path PATH".to_owned()));
        options.extend(rule.fields.keys().map(|field| format!("--field {field}=VALUE")));
    }
    let leaves = |pair: &(Option<Word>, Option<Word>)| pair.0.as_ref().is_none_or(|from| Some(from) == kind);
    let links = rules.links.iter().filter(|(_, rule)| rule.pairs.iter().any(leaves));
    options.extend(links.map(|(link, _)| format!("--add-link {link}=ID")));
    CliError::usage(format!("amend {id} states nothing"), options.join(", ")).next(format!("ledger show {id}"))
}

/// What is changed.
pub(crate) struct Changed<'a> {
    /// The item.
    pub(crate) id: &'a ItemId,
    /// Its kind; where nobody declared the item it has none, and will be refused.
    pub(crate) kind: Option<&'a Word>,
    /// The action, in the words of its command.
    pub(crate) what: &'a str,
    /// The commit that it is judged on, where that is not HEAD.
    pub(crate) commit: Option<&'a str>,
    /// What a new item takes over.
    pub(crate) before: Option<&'a Amendment>,
}

/// Returns what the options change of an item of a kind.
pub(crate) fn change(
    context: &Context,
    repo: &Repo,
    ledger: &Ledger,
    stated: &StatedArgs,
    without: Option<&WithoutArgs>,
    changed: &Changed<'_>,
) -> Result<Change, CliError> {
    let Some(kind) = changed.kind else { return Ok(Change::default()) };
    let parts = stated.parts(context, repo, ledger.state(), (changed.id, kind), changed.what)?;
    let mut change = Change {
        title: parts.title.clone().map(Some),
        path: parts.path.clone().map(Some),
        links: parts.links.iter().map(|(link, ids)| (link.clone(), Some(ids.clone()))).collect(),
        ..Change::default()
    };
    let said = |value: &Value| Some(value.clone()).filter(|value| *value != Value::Null);
    change.fields = parts.fields.iter().map(|(name, value)| (name.clone(), said(value))).collect();
    if let Some(without) = without {
        take_away(context, without, &mut change)?;
    }
    let own = ledger.state().items.get(changed.id).map(|item| &item.stated);
    let before = own.or(changed.before).cloned().unwrap_or_default();
    parts.take_away(context, ledger.state(), kind, &before, &mut change);
    let whole = change.apply(&before);
    parts.judge((repo, changed.commit), ledger.state(), changed.id, kind, &whole, changed.what)?;
    Ok(change)
}

/// Adds to a change what is taken away, and single targets of links.
fn take_away(context: &Context, without: &WithoutArgs, change: &mut Change) -> Result<(), CliError> {
    if without.no_title {
        change.title = Some(None);
    }
    if without.no_path {
        change.path = Some(None);
    }
    change.added = stated::links(context, "--add-link", &without.add_link)?;
    change.removed = stated::links(context, "--remove-link", &without.remove_link)?;
    for name in &without.no_field {
        if change.fields.insert(name.clone(), None).is_some() {
            return Err(CliError::usage(format!("the field {name} is stated and taken away"), "one of both"));
        }
    }
    for link in &without.no_link {
        if change.added.contains_key(link) || change.links.insert(link.clone(), None).is_some() {
            return Err(CliError::usage(format!("the link {link} is stated and taken away"), "one of both"));
        }
    }
    Ok(())
}
