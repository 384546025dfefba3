//! `ledger clone`: the code, the ledger and the evidence of another repository.

use std::path::PathBuf;

use clap::Args;

use super::hooks::program;
use super::printer::{DIM, GOOD, UNSURE, paint};
use super::sync::{WithArgs, manner, order};
use super::synced::{apart, count, doubts, named_before};
use super::{CliError, Context};
use crate::domain::id::Digest;
use crate::domain::trailer::Cited;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::hooks;
use crate::git::remote::without_password;
use crate::git::staged::Staged;
use crate::ledger::sync::{Mode, Order, Synced, sync};
use crate::render::shown;

/// Clones a repository with its ledger and evidence, verifies the ledger, pins it, and installs the hooks.
///
/// The identity of a ledger is the SHA-256 of its first event. Give the one that somebody whom you trust told you with --genesis: then
/// nobody can hand you another ledger. Without it, the one that comes is pinned for later.
///
/// A ledger that comes for the first time could have been cut short: nobody here knows how far it went. Give an event that it must hold
/// with --tip, and with --ref where it is, if the file .ledger could say something else. Without them it is held against what the code says:
/// the places that .ledger named before, and the events that signed commits cite.
///
/// A directory that is new has its name once everything is in it, so that a clone that was killed is simply made again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger clone https://git.example/switchyard.git
  ledger clone git@git.example:switchyard.git work --genesis 3f1c9a… --tip 41:9be2…
  ledger clone https://git.example/switchyard.git --ref refs/heads/ledger --dry-run")]
pub(crate) struct CloneArgs {
    /// What to clone: an address, or a directory
    #[arg(value_name = "URL")]
    url: String,
    /// Where to (default: the last part of the address)
    #[arg(value_name = "DIR")]
    into: Option<PathBuf>,
    /// The identity that the ledger must have
    #[arg(long, value_name = "SHA256")]
    genesis: Option<Digest>,
    /// An event that the ledger must hold
    #[arg(long, value_name = "SEQ:SHA256", value_parser = super::verify::tip)]
    tip: Option<(u64, Digest)>,
    /// Where the ledger is: the full name of a ref (default: as the file .ledger says)
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,
    /// Install no hooks
    #[arg(long)]
    no_hooks: bool,
    /// Fetch and judge everything, say what came, and keep nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    with: WithArgs,
}

/// Clones.
pub(crate) fn run(args: &CloneArgs, context: &Context) -> Result<u8, CliError> {
    let manner = manner(context, args.with.progress);
    let dir = match &args.into {
        Some(dir) => dir.clone(),
        None => directory(&args.url).ok_or_else(|| {
            let url = without_password(&args.url);
            let text = format!("{} does not say how to call the directory", shown::line(&url));
            let command = format!("ledger clone {} DIR", shown::shell(url.as_bytes()));
            CliError::usage(text, "a name for it").next(command)
        })?,
    };
    let target = context.global.dir.join(&dir);
    let target = std::path::absolute(&target).map_err(|error| CliError::io(&target, &error))?;
    let staged = if args.dry_run { Staged::for_nothing(&target)? } else { Staged::new(&target)? };
    let repo = Repo::clone_code(&args.url, &context.global.dir, &staged, manner)?;
    let place = shown::path(dir.to_string_lossy().as_bytes());
    let synced = match take(args, context, &repo) {
        Ok(synced) => synced,
        // Nothing is wrong with the ledger, and the same command makes it once more.
        Err(error) if error.exit == 5 => return Err(error),
        Err(error) if args.dry_run => return Err(error.explained_only()),
        Err(error) => {
            staged.keep()?;
            let text = format!("{}\nthe code is in {place}; its ledger was not taken", error.text);
            return Err(CliError { text, ..error.within(&dir) });
        }
    };
    if args.dry_run {
        context.out.either(|| value(args, &place, &synced), || text(args, &place, &synced, context.out.color()));
        return Ok(0);
    }
    // Where git is told to look for hooks elsewhere, that names the directory as it will be called.
    let early = repo.config("core.hooksPath")?.is_none();
    if !args.no_hooks && early {
        hooks::install(&repo, &program()?, hooks::Set::Clone)?;
    }
    staged.keep()?;
    if !args.no_hooks && !early {
        hooks::install(&Repo::open(&target)?, &program()?, hooks::Set::Clone)?;
    }
    context.out.stands(format!("cloned into {place}"));
    context.out.either(|| value(args, &place, &synced), || text(args, &place, &synced, context.out.color()));
    Ok(0)
}

fn take(args: &CloneArgs, context: &Context, repo: &Repo) -> Result<Synced, CliError> {
    let remote = repo.default_remote().unwrap_or_else(|| "origin".to_owned());
    if let Some(name) = &args.reference {
        repo.pin_ref(name)?;
    }
    let order = Order {
        genesis: args.genesis,
        tip: args.tip.map(|(seq, sha256)| Cited { seq, sha256 }),
        no_push: true,
        ..order(context, repo, &args.with, remote, Mode::Plain)?
    };
    Ok(sync(repo, &order, &mut |_| false)?)
}

/// Returns the last part of an address, as git takes it for the name of the directory.
fn directory(url: &str) -> Option<PathBuf> {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix("/.git").unwrap_or(url).trim_end_matches('/');
    let last = url.rsplit(['/', ':']).next()?;
    let last = last.strip_suffix(".git").or_else(|| last.strip_suffix(".bundle")).unwrap_or(last);
    (!last.is_empty() && last != "." && last != "..").then(|| PathBuf::from(last))
}

fn value(args: &CloneArgs, place: &str, synced: &Synced) -> Value {
    let state = synced.ledger.state();
    Value::map([
        ("directory", place.into()),
        ("remote", synced.remote.as_str().into()),
        ("genesis", state.genesis.into()),
        ("genesis_given", args.genesis.is_some().into()),
        ("tip", format!("{}:{}", state.tip.seq, state.tip.sha256).into()),
        ("events", (state.tip.seq + 1).into()),
        ("evidence", synced.evidence.added.into()),
        ("missing", Value::list(synced.missing.iter().copied())),
        ("hooks", (!args.no_hooks).into()),
        ("tip_given", args.tip.is_some().into()),
        ("named_before", named_before(synced)),
        ("apart", apart(synced)),
        ("unheld", Value::List(synced.unheld.iter().map(super::verify::unheld).collect())),
        ("dry_run", args.dry_run.into()),
    ])
}

fn text(args: &CloneArgs, place: &str, synced: &Synced, color: bool) -> String {
    let state = synced.ledger.state();
    let head = if args.dry_run { "would be cloned" } else { "cloned" };
    let mut lines = vec![paint(color, GOOD, &format!("{head} into {place}, and its ledger is valid"))];
    let mut add = |label: &str, text: String| {
        lines.push(format!("  {} {text}", paint(color, DIM, &format!("{label:<8}"))));
    };
    let evidence = count(synced.evidence.added, "piece", "pieces");
    add("ledger", format!("events 0 to {}, {evidence} of evidence", state.tip.seq));
    if let Some(first) = synced.missing.first() {
        let missing = count(synced.missing.len() as u64, "cited piece is", "cited pieces are");
        add("evidence", format!("{missing} missing there too, such as {first}"));
    }
    add("identity", state.genesis.to_string());
    add("tip", format!("{}:{}", state.tip.seq, state.tip.sha256));
    for doubt in doubts(synced) {
        add("doubt", paint(color, UNSURE, &doubt));
    }
    if args.dry_run {
        return lines.join("\n");
    }
    let stands = if args.genesis.is_some() {
        "the ledger that you named".to_owned()
    } else {
        paint(color, UNSURE, "the ledger that came; compare its identity with what somebody you trust tells you")
    };
    add("pinned", stands);
    add("hooks", if args.no_hooks { "not installed: ledger hooks install" } else { "installed" }.to_owned());
    lines.join("\n")
}
