//! `ledger sync`: the ledger and its evidence are shared with a remote.

use clap::Args;

use super::synced::{change, text, value};
use super::{CliError, Context};
use crate::clock;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::remote::{Manner, without_password};
use crate::ledger::sync::{Asked, Mode, Order, abort, sync};
use crate::render::shown;

/// Shares the ledger and its evidence with a remote: fetches, judges what is new, and pushes.
///
/// Where others appended first, your own events that nobody else has are judged again on the new tip and signed again under their ids.
/// That is done unasked only where the charter and what they bind are unchanged; else you are asked. What the rules refuse by now, and
/// what another actor signed, is kept aside: nothing is given to the remote until you go on with --continue or --skip, or go back with
/// --abort. What is fetched is taken only if it is valid and goes on from what the remote had at the last time.
///
/// The remote is REMOTE, else git config ledger.remote, else origin, else the only one.
///
/// Exit codes: 0 it is on the remote; 1 something is kept aside, or the remote's guard says no; 3 the remote was rewound, forked, or
/// has an invalid or another ledger; 5 it cannot be reached.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger sync
  ledger sync upstream --dry-run
  ledger sync --aside 41
  ledger sync --continue
  ledger sync --abort")]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct SyncArgs {
    /// The remote
    #[arg(value_name = "REMOTE")]
    remote: Option<String>,
    /// Try again what was kept aside, and give everything to the remote
    #[arg(long = "continue", conflicts_with_all = ["skip", "abort"])]
    go_on: bool,
    /// Go on without what was kept aside; it stays in refs/ledger-aside
    #[arg(long, conflicts_with = "abort")]
    skip: bool,
    /// Keep an event aside, by its number or the beginning of its id or commit, with what depends on it; for an event that the remote
    /// does not take, so that the rest can go with --skip
    #[arg(long, value_name = "EVENT", conflicts_with_all = ["go_on", "abort", "restore"])]
    aside: Vec<String>,
    /// Put the ledger back to where it was before events were kept aside
    #[arg(long, conflicts_with_all = ["yes", "restore", "remote"])]
    abort: bool,
    /// Sign again, without being asked, also where the charter or what is bound has changed
    #[arg(long)]
    yes: bool,
    /// Take what the remote has, and give it nothing
    #[arg(long, conflicts_with_all = ["skip", "restore"])]
    no_push: bool,
    /// Give back to the remote the events that it has lost
    #[arg(long)]
    restore: bool,
    #[command(flatten)]
    with: WithArgs,
    /// Fetch, judge and say what would happen; change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Options of what talks to a remote.
#[derive(Debug, Clone, Args)]
pub(crate) struct WithArgs {
    /// Sign with this key: a private key file, or the public one of a key in ssh-agent
    #[arg(id = "signing_key", long = "key", value_name = "FILE")]
    key: Option<std::path::PathBuf>,
    /// Show git's progress, also where standard error is no terminal
    #[arg(long)]
    pub(super) progress: bool,
}

/// Shares.
pub(crate) fn run(args: &SyncArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    if args.abort {
        return back(&repo, args.dry_run, context);
    }
    let mode = match (args.go_on, args.skip) {
        (true, _) => Mode::Continue,
        (_, true) => Mode::Skip,
        _ => Mode::Plain,
    };
    let remote = match repo.aside()? {
        Some(note) if args.remote.is_none() && mode != Mode::Plain => remote(&repo, Some(&note.remote))?,
        _ => remote(&repo, args.remote.as_deref())?,
    };
    let order = Order {
        aside: args.aside.clone(),
        no_push: args.no_push,
        restore: args.restore,
        dry_run: args.dry_run,
        ..order(context, &repo, &args.with, remote, mode)?
    };
    let synced = sync(&repo, &order, &mut |asked| args.yes || ask(context, asked))?;
    if !args.dry_run {
        context.out.stands(format!("the ledger was shared with {}", shown::line(&synced.remote)));
    }
    context.out.either(|| value(&synced, args.dry_run), || text(&synced, args.dry_run, context.out.color()));
    Ok(u8::from(!synced.aside.is_empty()))
}

/// Returns an order to share with a remote.
pub(super) fn order(
    context: &Context,
    repo: &Repo,
    with: &WithArgs,
    remote: String,
    mode: Mode,
) -> Result<Order, CliError> {
    Ok(Order {
        remote,
        mode,
        search: context.search(repo, with.key.as_ref())?,
        now: clock::event_time().map_err(CliError::clock)?,
        clock: clock::now().map_err(CliError::clock)?,
        genesis: None,
        tip: None,
        aside: Vec::new(),
        no_push: false,
        restore: false,
        dry_run: false,
        manner: manner(context, with.progress),
    })
}

/// Returns how git talks to the remote.
pub(super) fn manner(context: &Context, progress: bool) -> Manner {
    let watched = std::io::IsTerminal::is_terminal(&std::io::stderr()) && !context.out.is_json();
    Manner { no_input: context.global.no_input, progress: progress || watched }
}

/// Returns the remote that is meant.
fn remote(repo: &Repo, named: Option<&str>) -> Result<String, CliError> {
    let remotes = repo.remotes()?;
    let all = remotes.join(", ");
    let set = if named.is_none() { repo.default_remote() } else { None };
    match named.or(set.as_deref()) {
        // What git's settings say is no more than a name either: git takes addresses that run programs, and options.
        Some(name) if remotes.iter().any(|remote| remote == name) => {
            if Repo::can_be_tracked(name) {
                Ok(name.to_owned())
            } else {
                Err(misnamed(name, &remotes))
            }
        }
        Some(name) => {
            let known = if all.is_empty() { "there is none".to_owned() } else { format!("there are {all}") };
            let text = format!("there is no remote {}; {known}", shown::line(&without_password(name)));
            Err(CliError::usage(text, "the name of a remote").next("git remote -v"))
        }
        None => Err(match remotes.as_slice() {
            [] => {
                let none = CliError::usage("this repository has no remote to share with", "a remote");
                none.next("git remote add origin URL").next("ledger sync")
            }
            [first, ..] => {
                let text = format!("there are several remotes ({all}), and none is called origin");
                CliError::usage(text, "the one that is meant")
                    .next(format!("ledger sync {}", shown::shell(first.as_bytes())))
            }
        }),
    }
}

/// Refuses a remote by whose name nothing could be noted, or which git and we would take for an option.
fn misnamed(name: &str, remotes: &[String]) -> CliError {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let better: String = name.chars().map(|c| if plain(c) { c } else { '-' }).collect();
    let better = better.trim_matches('-');
    let better = if better.is_empty() { "remote" } else { better };
    let numbered = (2..).map(|n| format!("{better}-{n}"));
    let free = std::iter::once(better.to_owned()).chain(numbered).find(|new| !remotes.contains(new));
    let text = format!("the remote {} has a name that no ref can have, or that begins with a `-`", shown::line(name));
    let rename = |new| format!("git remote rename -- {} {new}", shown::shell(name.as_bytes()));
    CliError::usage(text, "another name for it").next(free.map(rename).unwrap_or_default())
}

/// Asks whether an event is still meant. Where nobody can be asked, the answer is no.
fn ask(context: &Context, asked: &Asked<'_>) -> bool {
    if !context.can_ask() {
        return false;
    }
    let Asked { event, changes, draft } = asked;
    let changes: Vec<String> = changes.iter().map(change).collect();
    context.out.note(format!("{} (event {}) was signed before others appended; since then:", event.summary, event.seq));
    for change in changes {
        context.out.note(format!("  {change}"));
    }
    let effect = if draft.event.pending { "; it waits for more signatures" } else { "" };
    context.out.note(format!("  now it would be event {}: {}{effect}", draft.event.seq, draft.event.summary()));
    context.ask_yes_or_no("sign it again").unwrap_or(false)
}

/// Puts the ledger back.
fn back(repo: &Repo, dry_run: bool, context: &Context) -> Result<u8, CliError> {
    let tip = abort(repo, dry_run)?;
    if !dry_run {
        context.out.stands("the ledger is back where it was before the sync");
    }
    let value = || Value::map([("tip_commit", tip.to_string().into()), ("dry_run", dry_run.into())]);
    let done = if dry_run { "would be back" } else { "is back" };
    context
        .out
        .either(value, || format!("the ledger {done} where it was before the sync, at {tip}; nothing was given away"));
    Ok(0)
}
