//! `ledger trust`: which ledger this repository names, and whether it is the one that is here.

use clap::Args;

use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::state::Tip;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::pin::FoundPin;
use crate::ledger::load::{Flow, named, place};
use crate::ledger::{Ledger, LedgerError};
use crate::render::look::{Line, Look, Page, Tone};

/// Says which ledger this repository names and whether the one that is here is that one; with a SHA-256, pins it.
///
/// The identity of a ledger is the SHA-256 of its first event. Who pins it in git config is told when another ledger takes its
/// place; who notes down the tip can show later, with `ledger verify --tip`, that nothing was cut off.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger trust
  ledger trust 3f1c9a…                 (64 digits, from a person whom you trust)
  ledger verify --tip 41:9be2…         (later: nothing was cut off)")]
pub(crate) struct TrustArgs {
    /// Pin this ledger in git config: the SHA-256 of its first event
    #[arg(value_name = "SHA256")]
    genesis: Option<Digest>,
    /// Say what would be pinned; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Tells what is pinned, or pins.
pub(crate) fn run(args: &TrustArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    match args.genesis {
        Some(genesis) => pin(context, &repo, genesis, args.dry_run),
        None => tell(context, &repo),
    }
}

/// What is here, whatever is pinned.
struct Here {
    genesis: Digest,
    tip: Tip,
}

fn here(repo: &Repo) -> Result<Option<Here>, CliError> {
    let Some(tip) = repo.tip()? else { return Ok(None) };
    let ledger = Ledger::read(repo, tip, |_, _| Flow::Next)?;
    let state = ledger.state();
    Ok(Some(Here { genesis: state.genesis, tip: state.tip }))
}

fn pin(context: &Context, repo: &Repo, genesis: Digest, dry_run: bool) -> Result<u8, CliError> {
    let here = here(repo)?;
    if let Some(here) = here.as_ref().filter(|here| here.genesis != genesis) {
        let place = "ledger trust".to_owned();
        let error = CliError::from(LedgerError::Pinned { place, pinned: genesis, found: here.genesis });
        return Err(error);
    }
    for pin in named(repo)? {
        // What git config says is what this command is for; the file is not its to overrule, but where nobody works: whoever may push wrote it there.
        let in_file = !matches!(pin.source, crate::git::pin::PinSource::Config) && repo.work_dir().is_some();
        if let Some(found) = pin.genesis.filter(|found| in_file && *found != genesis) {
            return Err(LedgerError::Pinned { place: place(&pin), pinned: found, found: genesis }.into());
        }
    }
    if !dry_run {
        repo.pin_config(genesis)?;
        context.out.stands(format!("{genesis} pinned in git config"));
    }
    let word = if dry_run { "would be pinned" } else { "pinned" };
    let told = || Value::map([("pinned", genesis.into()), ("place", "git config".into()), ("dry_run", dry_run.into())]);
    context.out.either(told, || {
        let held = if here.is_some() { "the ledger here is that one" } else { "no ledger is here yet" };
        format!("{word} in git config: {genesis}\n  {held}")
    });
    Ok(0)
}

fn tell(context: &Context, repo: &Repo) -> Result<u8, CliError> {
    let pins = named(repo)?;
    let here = here(repo)?;
    if pins.is_empty() && here.is_none() {
        return Err(LedgerError::None.into());
    }
    let reference = repo.ledger_ref()?;
    let found = here.as_ref().map(|here| here.genesis);
    let differs = pins.iter().any(|pin| pin.genesis.is_some_and(|pinned| found.is_some_and(|found| found != pinned)));
    let missing = found.is_none();
    context.out.either(
        || value(&pins, here.as_ref(), &reference, !differs && !missing),
        || text(&pins, here.as_ref(), &reference, context.out.look_of_list()),
    );
    if missing {
        // Says how to fetch it.
        let error = Ledger::load(repo).err().map(CliError::from);
        for next in error.iter().filter(|_| !context.out.is_json()).flat_map(|error| &error.first.next) {
            context.out.line(format!("  next      {next}"));
        }
    }
    Ok(if differs || missing { 3 } else { 0 })
}

fn value(pins: &[FoundPin], here: Option<&Here>, reference: &str, agrees: bool) -> Value {
    let pins = pins.iter().map(|pin| {
        Value::map([
            ("place", place(pin).into()),
            ("genesis", pin.genesis.into()),
            ("ref", pin.reference.clone().into()),
            ("agrees", here.is_some_and(|here| pin.genesis.is_none_or(|pinned| pinned == here.genesis)).into()),
        ])
    });
    let code = match (here, agrees) {
        (_, true) => None,
        (None, _) => Some(Code::TrustLedgerMissing),
        (Some(_), _) => Some(Code::TrustGenesisMismatch),
    };
    Value::map([
        ("genesis", here.map(|here| here.genesis).into()),
        ("ref", reference.into()),
        ("tip", here.map(|here| format!("{}:{}", here.tip.seq, here.tip.sha256)).into()),
        ("pins", Value::List(pins.collect())),
        ("agrees", agrees.into()),
        ("code", code.map(Value::text).into()),
    ])
}

/// Where what is said begins, behind its label.
const COLUMN: usize = 10;

fn text(pins: &[FoundPin], here: Option<&Here>, reference: &str, look: Look) -> String {
    let mut page = Page::new(look);
    match here {
        Some(here) => {
            page.row("identity", COLUMN, &Line::plain(here.genesis.to_string()));
            page.row("ledger", COLUMN, &Line::plain(format!("{reference}, events 0 to {}", here.tip.seq)));
            page.row("tip", COLUMN, &Line::plain(format!("{}:{}", here.tip.seq, here.tip.sha256)));
        }
        None => page.row("ledger", COLUMN, &Line::new(Tone::Alarm, format!("{reference}: there is none here"))),
    }
    for pin in pins {
        let (tone, stands) = match (pin.genesis, here) {
            (None, _) => {
                let named = pin.reference.as_deref().unwrap_or(reference);
                (Tone::Plain, format!("names the ref {named} and no identity"))
            }
            (Some(pinned), Some(here)) if pinned == here.genesis => (Tone::Good, "this ledger".to_owned()),
            (Some(pinned), Some(_)) => (Tone::Alarm, format!("another ledger, {pinned}")),
            (Some(pinned), None) => (Tone::Plain, pinned.to_string()),
        };
        page.row("pinned", COLUMN, &Line::plain(format!("{}: ", place(pin))).and(tone, stands));
    }
    if let (Some(here), true) = (here, pins.iter().all(|pin| pin.genesis.is_none())) {
        let told = "nowhere: another ledger could take its place unseen";
        page.row("pinned", COLUMN, &Line::new(Tone::Unsure, told));
        page.row("  next", COLUMN + 2, &Line::new(Tone::Command, format!("ledger trust {}", here.genesis)));
    }
    page.finish()
}
