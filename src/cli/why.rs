//! `ledger why`.

mod word;

use clap::Args;

use self::word::{Asked, Meaning};
use super::check;
use super::gate::subject;
use super::seeing::{IfArgs, Sight, over_taints, under_supposed, with_supposed, with_taints};
use super::{AtArgs, CliError, Context};
use crate::domain::charter::NamedRule;
use crate::domain::commit::SignedEvent;
use crate::domain::decide::Attempt;
use crate::domain::decide::grounds::grounds;
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::ItemId;
use crate::domain::judge::{Judgement, check_file, check_within};
use crate::domain::path::Lies;
use crate::domain::state::{State, Waiver};
use crate::git::Repo;
use crate::git::pin::PIN_FILE;
use crate::ledger::load::Flow;
use crate::ledger::point::event_named;
use crate::render::gate::{Marks, Part, Shown};
use crate::render::waivers::Waived;
use crate::render::why::{WhyEvent, WhyItem, WhyPath, WhyRules, WhyStaged};

/// Say what stands against an item, a path, a gate or what is staged, and what each of it needs; what a rule says; or why an event was
/// admitted
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: 0 nothing stands against it, 1 something does.\n\nExamples:\n  ledger why MIG-06                 what stands against an item\n  ledger why src/plan.rs            who governs a path, and what would refuse a change\n  ledger why docs/                  what could change within a directory, and what not\n  ledger why unblock                what keeps a gate from passing\n  ledger why CX-600B                what a rule about commits says, who can waive it, what it waits for\n  ledger why unblock.open MIG-06    the same of a criterion of a gate, for one item or for all\n  ledger why MIG-06/unblock.open/31   the same of what a waiver set aside\n  ledger why 17                     why event 17 was admitted: the rule, who could have signed, its condition\n  ledger why --staged               what refuses the commit that is about to be made\n  ledger why MIG-06 --if \"move PHASE-E closed by kim\"   what would still stand against it (see ledger gate --help)"
)]
pub(crate) struct WhyArgs {
    /// An item's id, a gate's name, a rule (NAME of `[commits]`, or GATE.CRITERION), a waiver's id, an event (its number, or the
    /// beginning of its id or commit), or a path from the current directory, behind `:/` from the top of the work tree; of a directory
    /// what could change within. `./` before a word makes it a path
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
    let named = named.map(|named| named.map(|_| ()));
    match Meaning::of(&Asked { view: &view, repo: &repo, context, what, item: args.item.as_ref() }, named)? {
        Meaning::Gate(gate) => {
            let subject = subject(&view, &gate, args.item.as_ref(), "why")?;
            let shown = Shown::of(&view, &gate, &subject);
            let marks = Marks::of(&view, shown.asked());
            let taints = sight.taints_under(&repo, &shown)?;
            let text = || over_taints(shown.to_text(view.state, Some(&marks), look, Part::Open), &taints, look);
            context.out.page(
                || with_supposed(with_taints(shown.to_value(Some(&marks)), &taints), &supposed),
                || under_supposed(text(), &supposed, look),
            );
            Ok(u8::from(!shown.passes()))
        }
        Meaning::Rules(asked) => {
            let judgement = Judgement::new(view);
            let named: Vec<String> = asked.rules.iter().map(NamedRule::name).collect();
            let told = |id: &ItemId, waiver: &Waiver| {
                named.contains(&waiver.rule) && asked.item.as_ref().is_none_or(|item| item == id)
            };
            let needed = sight.waivers_needed(&repo, told, None);
            let why = WhyRules::of(&judgement, asked.rules, asked.item.as_ref(), asked.waiver.as_ref());
            let why = why.with_needed(&needed);
            context.out.page(
                || with_supposed(why.to_value(), &supposed),
                || under_supposed(why.to_text(look), &supposed, look),
            );
            Ok(u8::from(!why.is_free()))
        }
        Meaning::Item(id) => {
            let why = WhyItem::of(&Judgement::new(view), &id);
            let taints = sight.taints(&repo, Some(&id))?;
            context.out.page(
                || with_supposed(with_taints(why.to_value(), &taints), &supposed),
                || under_supposed(over_taints(why.to_text(look), &taints, look), &supposed, look),
            );
            Ok(u8::from(!why.is_free()))
        }
        Meaning::Event => why_event(context, &repo, &sight, meant.as_ref(), before.as_ref()),
        Meaning::Path(path, there) => {
            let files = if there == Lies::Directory { repo.files_within(&path)? } else { Vec::new() };
            let parts = match there {
                Lies::Directory => check_within(&view, &path, &files, PIN_FILE),
                _ => vec![check_file(&view, &path, PIN_FILE)],
            };
            let why = WhyPath::of(&Judgement::new(view), &path, there, &parts);
            context.out.page(
                || with_supposed(why.to_value(), &supposed),
                || under_supposed(why.to_text(look), &supposed, look),
            );
            Ok(u8::from(!why.is_free()))
        }
    }
}

/// Tells why an event was admitted, by judging it again at its position.
fn why_event(
    context: &Context,
    repo: &Repo,
    sight: &Sight<'_>,
    meant: Option<&(String, SignedEvent)>,
    before: Option<&State>,
) -> Result<u8, CliError> {
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
    let (taints, look) = (sight.taints_in(repo, &event.id)?, context.out.look());
    context.out.page(|| with_taints(why.to_value(), &taints), || over_taints(why.to_text(look), &taints, look));
    Ok(0)
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
