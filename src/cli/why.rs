//! `ledger why`.

use clap::Args;

use super::check;
use super::gate::subject;
use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::{Digest, ItemId, Word};
use crate::domain::judge::{Judgement, PathChange, Side, View, check_changes};
use crate::domain::path::RepoPath;
use crate::git::Repo;
use crate::git::pin::PIN_FILE;
use crate::render::gate::{Part, gate_text, gate_value};
use crate::render::why::{WhyItem, WhyPath, WhyStaged};

/// Say what stands against an item, a path, a gate or what is staged, and what each of it needs
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 nothing stands against it, 1 something does.\n\nExamples:\n  ledger why MIG-06                 what stands against an item\n  ledger why src/plan.rs            who governs a path, and what would refuse a change\n  ledger why unblock                what keeps a gate from passing\n  ledger why --staged               what refuses the commit that is about to be made"
)]
pub(crate) struct WhyArgs {
    /// An item's id, a path from the top of the work tree, or a gate's name
    #[arg(value_name = "ID|PATH|GATE", required_unless_present = "staged")]
    what: Option<String>,
    /// For a gate: the item that is to pass it
    #[arg(value_name = "ITEM")]
    item: Option<ItemId>,
    /// Ask about what is staged; with an ITEM, only about what is on it
    #[arg(long)]
    staged: bool,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &WhyArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let sight = Sight::read(&repo, &args.at)?;
    context.note_point(&args.at, &sight)?;
    if args.staged {
        return staged(args, context, &repo, &sight);
    }
    let what = args.what.as_deref().unwrap_or_default();
    let view = sight.view();
    let rules = &view.state.charter.rules;
    if let Ok(gate) = Word::parse(what)
        && rules.gates.contains_key(&gate)
        && (args.item.is_some() || !view.state.items.contains_key(what))
    {
        return why_gate(args, context, &view, &gate);
    }
    if args.item.is_some() {
        return Err(CliError::usage(format!("{what:?} is no gate, and only a gate takes an ITEM")));
    }
    // Ids that differ only in case are one id. One that nobody declared is still an id where a kind takes it.
    let id = ItemId::parse(what).ok();
    let own = id.as_ref().and_then(|id| view.state.folded.get(&id.folded()));
    let is_file = RepoPath::parse(what).is_ok_and(|path| change_of(&view, &path).old.is_some());
    let fitting = id.as_ref().filter(|id| !is_file && rules.kinds.values().any(|kind| kind.id.matches(id.as_str())));
    match own.or(fitting) {
        Some(id) => {
            let why = WhyItem::of(&Judgement::new(view), id);
            context.out.either(|| why.to_value(), || why.to_text(context.out.look()));
            Ok(u8::from(!why.is_free()))
        }
        None => why_path(context, &view, what),
    }
}

fn why_gate(args: &WhyArgs, context: &Context, view: &View<'_>, gate: &Word) -> Result<u8, CliError> {
    let subject = subject(view, gate, args.item.as_ref(), "why")?;
    let report = view.gate(gate, &subject);
    let rules = &view.state.charter.rules;
    context.out.either(|| gate_value(&report), || gate_text(&report, rules, context.out.look(), Part::Open));
    Ok(u8::from(!report.passes()))
}

fn why_path(context: &Context, view: &View<'_>, what: &str) -> Result<u8, CliError> {
    let path = RepoPath::parse(what.trim_start_matches("./")).map_err(|_| {
        CliError::usage(format!("{what:?} is no declared item, no gate and no path")).next("ledger status")
    })?;
    let verdicts = check_changes(view, &[change_of(view, &path)], PIN_FILE.as_bytes(), true);
    let why = WhyPath::of(&Judgement::new(*view), path.as_str(), &verdicts);
    context.out.either(|| why.to_value(), || why.to_text(context.out.look()));
    Ok(u8::from(!why.is_free()))
}

/// Returns a change of the file at a path to bytes that nothing else holds.
fn change_of(view: &View<'_>, path: &RepoPath) -> PathChange {
    let old = match view.facts.ask(&Question::Path(path.clone())) {
        Some(Answer::File(Some(file))) => Some(Side { mode: 0o100_644, sha256: Some(file.sha256) }),
        _ => None,
    };
    let new = Side { mode: 0o100_644, sha256: Some(Digest::of(format!("a change of {path}").as_bytes())) };
    PathChange { path: path.as_str().as_bytes().to_vec(), old, new: Some(new) }
}

fn staged(args: &WhyArgs, context: &Context, repo: &Repo, sight: &Sight<'_>) -> Result<u8, CliError> {
    // With `--staged`, the one word that may follow is an item.
    let item = match (&args.what, &args.item) {
        (None, item) => item.clone(),
        (Some(word), None) => Some(ItemId::parse(word)?),
        (Some(_), Some(_)) => return Err(CliError::usage("with --staged one ITEM may follow, and nothing else")),
    };
    let checked = check::staged(context, repo, &sight.ledger)?;
    let view = sight.view();
    let why = WhyStaged::of(&Judgement::new(view), &checked.verdicts, item.as_ref());
    context.out.either(|| why.to_value(), || why.to_text(context.out.look()));
    Ok(u8::from(!why.is_free()))
}
