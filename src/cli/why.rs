//! `ledger why`.

use clap::Args;

use super::check;
use super::gate::subject;
use super::seeing::{IfArgs, Sight, over_taints, under_supposed, with_supposed, with_taints};
use super::{AtArgs, CliError, Context};
use crate::domain::charter::{IdTerm, NamedRule, nearest};
use crate::domain::commit::SignedEvent;
use crate::domain::decide::Attempt;
use crate::domain::decide::grounds::grounds;
use crate::domain::decide::suppose::Supposed;
use crate::domain::facts::{Answer, Facts, Nothing, Question};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::judge::{Judgement, PathChange, Side, View, check_changes, quoted};
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::git::Repo;
use crate::git::pin::PIN_FILE;
use crate::ledger::load::Flow;
use crate::ledger::point::event_named;
use crate::render::gate::{Marks, Part, Shown};
use crate::render::why::{WhyEvent, WhyItem, WhyPath, WhyRules, WhyStaged};

/// Say what stands against an item, a path, a gate or what is staged, and what each of it needs; what a rule says; or why an event was
/// admitted
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 nothing stands against it, 1 something does.\n\nExamples:\n  ledger why MIG-06                 what stands against an item\n  ledger why src/plan.rs            who governs a path, and what would refuse a change\n  ledger why unblock                what keeps a gate from passing\n  ledger why CX-600B                what a rule about commits says, who can waive it, what it waits for\n  ledger why unblock.open MIG-06    the same of a criterion of a gate, for one item or for all\n  ledger why MIG-06/unblock.open/31   the same of what a waiver set aside\n  ledger why 17                     why event 17 was admitted: the rule, who could have signed, its condition\n  ledger why --staged               what refuses the commit that is about to be made\n  ledger why MIG-06 --if \"move PHASE-E closed by kim\"   what would still stand against it (see ledger gate --help)"
)]
pub(crate) struct WhyArgs {
    /// An item's id, a path from the top of the work tree, a gate's name, a rule (NAME of `[commits]`, or GATE.CRITERION), a waiver's
    /// id, or an event: its number, or the beginning of its id or commit
    #[arg(value_name = "ID|PATH|GATE|RULE|EVENT", required_unless_present = "staged")]
    what: Option<String>,
    /// For a gate or a criterion: the item that is to pass it
    #[arg(value_name = "ITEM")]
    item: Option<ItemId>,
    /// Ask about what is staged; with an ITEM, only about what is on it
    #[arg(long)]
    staged: bool,
    #[command(flatten)]
    supposed: IfArgs,
    #[command(flatten)]
    at: AtArgs,
}

pub(crate) fn run(args: &WhyArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let what = args.what.as_deref().unwrap_or_default();
    let named = if args.staged { None } else { event_named(&repo, what) };
    let seq = named.as_ref().and_then(|named| named.as_ref().ok()).copied();
    let mut meant: Option<(String, SignedEvent)> = None;
    let mut before: Option<State> = None;
    let mut sight = Sight::visit(&repo, &args.at, |entry, state| {
        let own = entry.signed.event.seq;
        if Some(own + 1) == seq {
            before = Some(state.clone());
        }
        if Some(own) == seq {
            meant = Some((entry.commit.to_string(), entry.signed.clone()));
        }
        Flow::Next
    })?;
    context.note_point(&args.at, &sight)?;
    if args.staged {
        if !args.supposed.phrases.is_empty() {
            return Err(
                CliError::usage("--if says nothing about what is staged", "--staged or --if").next("ledger why --help")
            );
        }
        return staged(args, context, &repo, &sight);
    }
    let supposed = sight.suppose(&repo, &args.supposed)?;
    let view = sight.view();
    let look = context.out.look();
    let rules = &view.state.charter.rules;
    if let Ok(gate) = Word::parse(what)
        && rules.gates.contains_key(&gate)
        && (args.item.is_some() || !view.state.items.contains_key(what))
    {
        let subject = subject(&view, &gate, args.item.as_ref(), "why")?;
        let shown = Shown::of(&view, &gate, &subject);
        let marks = Marks::of(&view);
        let taints = sight.taints_under(&repo, &shown)?;
        let text = || over_taints(shown.to_text(view.state, Some(&marks), look, Part::Open), &taints, look);
        context.out.page(
            || with_supposed(with_taints(shown.to_value(Some(&marks)), &taints), &supposed),
            || under_supposed(text(), &supposed, look),
        );
        return Ok(u8::from(!shown.passes()));
    }
    let is_file = RepoPath::parse(what).is_ok_and(|path| change_of(&view, &path).old.is_some());
    if let Some(asked) = asked_rule(&view, what, args.item.as_ref(), is_file)? {
        let judgement = Judgement::new(view);
        let why = WhyRules::of(&judgement, asked.rules, asked.item.as_ref(), asked.waiver.as_ref());
        context
            .out
            .page(|| with_supposed(why.to_value(), &supposed), || under_supposed(why.to_text(look), &supposed, look));
        return Ok(u8::from(!why.is_free()));
    }
    if args.item.is_some() {
        return Err(CliError::usage(
            format!("{what:?} is no gate and no criterion, and nothing else takes an ITEM"),
            "a gate or GATE.CRITERION before the ITEM, or no ITEM",
        ));
    }
    // Ids that differ only in case are one id. One that nobody declared is still an id where a kind takes it.
    let id = ItemId::parse(what).ok();
    let own = id.as_ref().and_then(|id| view.state.folded.get(&id.folded()));
    let fitting = id.as_ref().filter(|id| !is_file && rules.kinds.values().any(|kind| kind.id.matches(id.as_str())));
    match own.or(fitting) {
        Some(id) => {
            let why = WhyItem::of(&Judgement::new(view), id);
            let taints = sight.taints(&repo, Some(id))?;
            context.out.page(
                || with_supposed(with_taints(why.to_value(), &taints), &supposed),
                || under_supposed(over_taints(why.to_text(look), &taints, look), &supposed, look),
            );
            Ok(u8::from(!why.is_free()))
        }
        None if !is_file && meant.is_some() => why_event(context, meant.as_ref(), before.as_ref()),
        None => match named {
            Some(Err(error)) if !is_file => Err(CliError::from(error).next(format!("ledger why ./{what}"))),
            _ => why_path(context, &repo, &view, &supposed, what),
        },
    }
}

/// Rules that a word names.
struct AskedRule<'a> {
    rules: Vec<NamedRule<'a>>,
    /// The item that they are asked of, where one is named.
    item: Option<ItemId>,
    /// The waiver whose id the word is.
    waiver: Option<Noun>,
}

/// Returns the rules that a word names, by name or by the id of a waiver of one; `None` where it names something else.
///
/// # Errors
/// Exit code 2 where it names a rule and an item, and no such waiver was granted or nobody declared the item.
fn asked_rule<'a>(
    view: &View<'a>,
    what: &str,
    item: Option<&ItemId>,
    is_file: bool,
) -> Result<Option<AskedRule<'a>>, CliError> {
    let (state, rules) = (view.state, &view.state.charter.rules);
    if is_file || (item.is_none() && state.items.contains_key(what)) {
        return Ok(None);
    }
    let own = |id: &ItemId| {
        let known = state.folded.get(&id.folded()).cloned();
        known.ok_or_else(|| {
            CliError::usage(format!("nobody declared {id}"), "an item that is declared").next("ledger status")
        })
    };
    let Some((on, rest)) = what.split_once('/') else {
        let rules = rules.rules_named(what);
        if rules.is_empty() {
            return Ok(None);
        }
        return Ok(Some(AskedRule { rules, item: item.map(own).transpose()?, waiver: None }));
    };
    let (rule, seq) = rest.split_once('/').map_or((rest, None), |(rule, seq)| (rule, Some(seq)));
    let (on, rules) = (ItemId::parse(on).ok().and_then(|id| own(&id).ok()), rules.rules_named(rule));
    let Some(on) = on.filter(|_| !rules.is_empty() && item.is_none()) else { return Ok(None) };
    let Some(seq) = seq else { return Ok(Some(AskedRule { rules, item: Some(on), waiver: None })) };
    let granted = state.items.get(&on).into_iter().flat_map(|item| &item.waivers);
    let meant =
        granted.filter(|one| one.rule == rule && one.touch.seq.to_string() == seq).map(|one| one.noun(&on)).next();
    match meant {
        Some(waiver) => Ok(Some(AskedRule { rules, item: Some(on), waiver: Some(waiver) })),
        None => {
            Err(CliError::usage(format!("no waiver {what} was granted"), "the id of a waiver, as its item tells it")
                .next(format!("ledger show {on}"))
                .next(format!("ledger why {} {on}", quoted(rule))))
        }
    }
}

/// Tells why an event was admitted, by judging it again at its position.
fn why_event(context: &Context, meant: Option<&(String, SignedEvent)>, before: Option<&State>) -> Result<u8, CliError> {
    let Some((commit, signed)) = meant else { return Ok(0) };
    let event = &signed.event;
    let before = match before {
        None => None,
        Some(state) => {
            let facts: &dyn Facts = event.seen.as_ref().map_or(&Nothing, |seen| &seen.facts);
            let attempt = Attempt {
                state,
                facts,
                at: event.at,
                actor: &event.actor,
                role: event.role.as_ref(),
                key: &signed.signature.key().fingerprint(),
                item: &event.item,
                body: &event.body,
            };
            let found = grounds(&attempt).map_err(|refusal| CliError::refused(&event.summary(), refusal))?;
            Some((state, found))
        }
    };
    let why = WhyEvent { signed, commit, before };
    context.out.page(|| why.to_value(), || why.to_text(context.out.look()));
    Ok(0)
}

fn why_path(
    context: &Context,
    repo: &Repo,
    view: &View<'_>,
    supposed: &[Supposed],
    what: &str,
) -> Result<u8, CliError> {
    let path = RepoPath::parse(what.trim_start_matches("./")).map_err(|_| {
        CliError::usage(format!("{what:?} is no declared item, no gate, no rule, no event and no path"), "one of these")
            .next("ledger status")
    })?;
    let verdicts = check_changes(view, &[change_of(view, &path)], PIN_FILE.as_bytes(), true);
    let why = WhyPath::of(&Judgement::new(*view), path.as_str(), &verdicts);
    // A word where nothing lies may be an id that was mistyped: one that no rule speaks of, and one that does not look like a path,
    // since a scope may take in every word. With `./` before it, it is a path.
    let doubtful = !why.is_spoken_of() || !looks_like_a_path(view, what);
    if !what.starts_with("./") && doubtful && !repo.is_somewhere(path.as_str()) {
        return Err(unknown(view, what));
    }
    let look = context.out.look();
    context.out.page(|| with_supposed(why.to_value(), supposed), || under_supposed(why.to_text(look), supposed, look));
    Ok(u8::from(!why.is_free()))
}

/// Returns whether a word is spelled as a path is: it has a slash, or a dot and is not nearly an id or the name of a gate.
fn looks_like_a_path(view: &View<'_>, what: &str) -> bool {
    what.contains('/') || (what.contains('.') && nearest(what, &texts(&names(view))).is_none())
}

/// Returns the ids that are declared or named by the charter, and the names of the gates and of rules.
fn names(view: &View<'_>) -> Vec<String> {
    let rules = &view.state.charter.rules;
    let called = rules.named_rules().flat_map(|rule| [rule.name(), rule.place()]);
    let named = rules.sets.values().flat_map(|set| &set.items).filter_map(|term| match term {
        IdTerm::Ids(ids) => Some(ids),
        IdTerm::Glob(_) => None,
    });
    let ids = view.state.items.keys().chain(named.flatten()).map(ItemId::as_str);
    ids.chain(rules.gates.keys().map(Word::as_str)).map(ToOwned::to_owned).chain(called).collect()
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Returns the error that a word is which names nothing, with what is called nearly so.
fn unknown(view: &View<'_>, what: &str) -> CliError {
    let paths = view.state.items.values().filter_map(|item| item.stated.path.as_ref()).map(RepoPath::as_str);
    let known = names(view);
    let known: Vec<&str> = texts(&known).into_iter().chain(paths).collect();
    let near = nearest(what, &known);
    let text = format!("nobody declared {what}, and no rule, no commit and no work tree knows such a path");
    let needed = match near {
        Some(near) => format!("did you mean {near}?"),
        None => "an item, a gate, a rule, an event, or a path that is there or in a scope".to_owned(),
    };
    let error = CliError::usage(text, needed);
    let error = near.iter().fold(error, |error, near| error.next(format!("ledger why {}", quoted(near))));
    error.next(format!("ledger why {}", quoted(&format!("./{what}")))).next("ledger status")
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
        (Some(_), Some(_)) => {
            return Err(CliError::usage("with --staged one ITEM may follow, and nothing else", "one ITEM or none"));
        }
    };
    let checked = check::staged(context, repo, &sight.ledger, None)?;
    let view = sight.view();
    let why = WhyStaged::of(&Judgement::new(view), &checked.verdicts, (checked.broken, checked.waived), item.as_ref());
    context.out.page(|| why.to_value(), || why.to_text(context.out.look()));
    Ok(u8::from(!why.is_free()))
}
