//! `ledger render`.

use clap::Args;

use super::common::{as_of, write_file};
use super::seeing::Sight;
use super::{AtArgs, CliError, Context};
use crate::domain::charter::{Board, ViewRule};
use crate::domain::explain::Outcome;
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::judge::{CriterionTold, Judgement, Rendering, Under, Verdict, View, quoted};
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::worktree::{Onto, Put};
use crate::ledger::{Ledger, check};
use crate::render::codes;

/// Show a document, or a text about one item, as the ledger says it
#[derive(Debug, Args)]
#[command(
    after_help = "Without --check and --write nothing is compared and nothing written. --check judges HEAD, as a rule that says `VIEW is consistent` does. --write takes the staged files for the next commit's, and writes the work tree.\n\nExit code: 0, or 1 where --check finds another file.\n\nExamples:\n  ledger render                          which views there are\n  ledger render task-board\n  ledger render task-board --check\n  ledger render task-board --write\n  ledger render handoff WP-1             a text about one item"
)]
pub(crate) struct RenderArgs {
    /// The view's name, as in the charter
    #[arg(value_name = "VIEW")]
    view: Option<Word>,
    /// The item, of a view that tells of one
    #[arg(value_name = "ITEM", requires = "view")]
    item: Option<ItemId>,
    /// Compare the document with the file at its path
    #[arg(long, requires = "view", conflicts_with_all = ["write", "item"])]
    check: bool,
    /// Write the document to its path
    #[arg(long, requires = "view", conflicts_with_all = ["item", "at"])]
    write: bool,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &RenderArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let Some(name) = &args.view else { return list(args, context, &repo) };
    if args.write {
        return write(name, context, &repo);
    }
    let sight = Sight::read(&repo, &args.at)?;
    let view = sight.view();
    match rule(&view, name)? {
        ViewRule::Message(message) => {
            let of = &message.of;
            let Some(item) = &args.item else {
                let text = format!("{name} tells of one {of}");
                return Err(
                    CliError::usage(text, format!("the id of a {of}")).next(format!("ledger render {name} ITEM"))
                );
            };
            let Some(text) = view.message(name, item) else {
                let text = match view.state.items.get(item) {
                    Some(other) => format!("{name} tells of one {of}, and {item} is of kind {}", other.kind),
                    None => format!("nobody declared {item}"),
                };
                return Err(CliError::usage(text, format!("the id of a {of}")).next("ledger status"));
            };
            context.note_point(&args.at, &sight)?;
            let unstated = view.state.items.get(item).map(|item| view.unstated(message, item)).unwrap_or_default();
            if !unstated.is_empty() {
                let names = unstated.join(", ");
                context.out.note(format!(
                    "  note: {item} does not state {names} yet: whoever is handed this is told `none` there"
                ));
            }
            let value = || {
                Value::map([
                    ("view", Value::from(name)),
                    ("item", item.into()),
                    ("text", text.as_str().into()),
                    ("unstated", Value::list(unstated.iter().map(String::as_str))),
                ])
            };
            print(context, value, &text);
            Ok(0)
        }
        ViewRule::Board(_) if args.item.is_some() => {
            Err(CliError::usage(format!("{name} is one document, and not one for each item"), "no item")
                .next(format!("ledger render {name}")))
        }
        ViewRule::Board(board) if args.check => {
            context.note_point(&args.at, &sight)?;
            check_file(&view, name, board, context)
        }
        ViewRule::Board(board) => {
            let rendering = rendered(&view, name)?;
            context.note_point(&args.at, &sight)?;
            print(context, || value(&view, name, board, &rendering), &rendering.text);
            Ok(0)
        }
    }
}

fn print(context: &Context, value: impl FnOnce() -> Value, text: &str) {
    if context.out.is_json() {
        context.out.either(value, String::new);
    } else {
        context.out.bytes(text.as_bytes());
    }
}

fn value(view: &View<'_>, name: &Word, board: &Board, rendering: &Rendering) -> Value {
    // As the document: for the moment of the newest event.
    let judgement = Judgement::new(View { as_of: view.state.tip.at, ..*view });
    Value::map([
        ("view", Value::from(name)),
        ("path", (&board.path).into()),
        ("sha256", Digest::of(rendering.text.as_bytes()).into()),
        ("unknown", Value::Bool(rendering.unknown)),
        (
            "sections",
            Value::List(rendering.sections.iter().map(|section| section_value(&judgement, board, section)).collect()),
        ),
        ("text", rendering.text.as_str().into()),
    ])
}

/// Returns a section as data: its items with what the document shows of them, and its gates.
fn section_value(judgement: &Judgement<'_>, board: &Board, section: &Under) -> Value {
    let gate = |verdict: &Verdict| {
        let item = match &verdict.subject {
            Noun::Item(id) => item_value(judgement, board, id.as_str()),
            Noun::Repo | Noun::Placed { .. } => Value::Null,
        };
        Value::map([
            ("gate", Value::from(&verdict.gate)),
            ("subject", verdict.subject.to_string().into()),
            ("item", item),
            ("progress", verdict.progress.as_str().into()),
            ("criteria", Value::List(verdict.criteria.iter().map(criterion_value).collect())),
        ])
    };
    Value::map([
        ("heading", Value::from(section.heading.as_str())),
        ("items", Value::List(section.items.iter().map(|id| item_value(judgement, board, id)).collect())),
        ("gates", Value::List(section.gates.iter().map(gate).collect())),
    ])
}

fn criterion_value(told: &CriterionTold) -> Value {
    let thing = |(thing, outcome, holds): &(String, Outcome, bool)| {
        let (thing, outcome) = (Value::from(thing.as_str()), outcome.as_str().into());
        Value::map([("thing", thing), ("outcome", outcome), ("holds", Value::Bool(*holds))])
    };
    let waived = |(by, until): &(Vec<String>, String)| {
        Value::map([("by", Value::list(by.iter().map(String::as_str))), ("until", until.as_str().into())])
    };
    Value::map([
        ("criterion", Value::from(&told.name)),
        ("level", told.level.as_str().into()),
        ("outcome", told.outcome.map_or(Value::Null, |outcome| outcome.as_str().into())),
        ("tally", told.tally.clone().into()),
        ("waived", told.waived.as_ref().map_or(Value::Null, waived)),
        ("things", Value::List(told.things.iter().map(thing).collect())),
        ("as_under", told.as_under.clone().into()),
    ])
}

fn item_value(judgement: &Judgement<'_>, board: &Board, id: &str) -> Value {
    let view = judgement.view();
    let declared = ItemId::parse(id).ok().and_then(|id| view.state.items.get_key_value(&id));
    let Some((id, item)) = declared else {
        return Value::map([("id", Value::from(id)), ("declared", Value::Bool(false))]);
    };
    let shown = |name: &Word| {
        let link = || item.stated.links.get(name).map(|targets| Value::list(targets.iter().map(ItemId::as_str)));
        Some((name.to_string(), item.stated.fields.get(name).cloned().or_else(link)?))
    };
    Value::map([
        ("id", Value::from(id)),
        ("declared", Value::Bool(true)),
        ("kind", (&item.kind).into()),
        ("status", (&item.status).into()),
        ("title", item.stated.title.clone().into()),
        ("blocks", Value::list(judgement.blocks_on(id).iter().map(|block| block.name.as_str()))),
        ("shown", Value::map(board.show.iter().filter_map(shown))),
    ])
}

fn list(args: &RenderArgs, context: &Context, repo: &Repo) -> Result<u8, CliError> {
    let sight = Sight::read(repo, &args.at)?;
    let views = &sight.state().charter.rules.views;
    context.note_point(&args.at, &sight)?;
    let value = |(name, rule): (&Word, &ViewRule)| {
        let (of, path) = match rule {
            ViewRule::Board(board) => (Value::Null, Value::from(&board.path)),
            ViewRule::Message(message) => (Value::from(&message.of), Value::Null),
        };
        Value::map([("view", Value::from(name)), ("path", path), ("of", of)])
    };
    let line = |(name, rule): (&Word, &ViewRule)| match rule {
        ViewRule::Board(board) => format!("ledger render {name}   {}", board.path),
        ViewRule::Message(message) => format!("ledger render {name} ITEM   of one {}", message.of),
    };
    let none = "the charter has no view";
    let text =
        || if views.is_empty() { none.to_owned() } else { views.iter().map(line).collect::<Vec<_>>().join("\n") };
    context.out.page(|| Value::map([("views", Value::List(views.iter().map(value).collect()))]), text);
    Ok(0)
}

/// Returns a view of the charter by its name.
fn rule<'a>(view: &View<'a>, name: &Word) -> Result<&'a ViewRule, CliError> {
    let views = &view.state.charter.rules.views;
    views.get(name).ok_or_else(|| {
        let names: Vec<&str> = views.keys().map(Word::as_str).collect();
        let text = match names.as_slice() {
            [] => format!("there is no view {name}: the charter has none"),
            names => format!("there is no view {name}; the charter has {}", names.join(", ")),
        };
        CliError::usage(text, "a view of the charter").next("ledger render")
    })
}

fn rendered(view: &View<'_>, name: &Word) -> Result<Rendering, CliError> {
    let none = || CliError::usage(format!("{name} is no document"), "a view with a path").next("ledger render");
    view.rendering(name).ok_or_else(none)
}

fn check_file(view: &View<'_>, name: &Word, board: &Board, context: &Context) -> Result<u8, CliError> {
    let report = view.is_rendered(name);
    let told: Vec<_> = report.leaves.into_iter().map(|leaf| leaf.explanation).collect();
    if !report.outcome.passes()
        && !context.out.is_json()
        && let Some(first) = told.first()
    {
        return Err(CliError::refused("", first.clone().into()));
    }
    let value = || {
        Value::map([
            ("view", Value::from(name)),
            ("path", (&board.path).into()),
            ("outcome", report.outcome.as_str().into()),
            ("explanations", Value::List(told.iter().map(crate::domain::explain::Explanation::to_value).collect())),
            ("pages", codes::pages(told.iter().map(|told| told.code))),
        ])
    };
    context.out.either(value, || format!("ok {} is what the ledger says", board.path));
    Ok(u8::from(!report.outcome.passes()))
}

fn write(name: &Word, context: &Context, repo: &Repo) -> Result<u8, CliError> {
    let ledger = Ledger::load(repo)?;
    let state = ledger.state();
    let facts = check::facts_of_staged(repo, state)?;
    let view = View { state, facts: &facts, as_of: as_of(state)? };
    let ViewRule::Board(board) = rule(&view, name)? else {
        let text = format!("{name} tells of one item, and has no file");
        return Err(CliError::usage(text, "a view with a path").next("ledger render"));
    };
    if repo.work_dir().is_none() {
        let text = "a repository without a work tree has no place to write to";
        return Err(CliError::usage(text, "no --write").next(format!("ledger render {name}")));
    }
    let rendering = rendered(&view, name)?;
    let written = write_file(repo, &board.path, &rendering.text, Onto::Another)? == Put::New;
    let path = board.path.as_str();
    context.out.either(
        || {
            let mut value = value(&view, name, board, &rendering);
            if let Value::Map(map) = &mut value {
                map.insert("written".to_owned(), Value::Bool(written));
            }
            value
        },
        || {
            if written {
                format!("wrote {path}\nnext  git add {}", quoted(path))
            } else {
                format!("{path} says it already")
            }
        },
    );
    Ok(0)
}
