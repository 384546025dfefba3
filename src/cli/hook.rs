//! `ledger hook`: what the installed hooks call.
//!
//! What git would have run runs first and keeps its say. A repository that names no ledger is left alone; one that names a ledger
//! that it lacks lets nothing through.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;

use clap::Args;

use super::check::{refusals, serves, staged, waived};
use super::{CliError, Context, push, receive};
use crate::domain::id::Digest;
use crate::domain::trailer::{Cited, LEDGER_TIP};
use crate::git::Repo;
use crate::git::hooks;
use crate::ledger::{Ledger, LedgerError};
use crate::render::refusal::Refused;
use crate::render::shown;

/// Runs as a git hook: first what git would have run, then the judgement.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger hook pre-commit
  ledger hook pre-push origin git@example.org:team/project.git < lines
  ledger hook --server pre-receive < lines")]
pub(crate) struct HookArgs {
    /// Guard the repository that is pushed to
    #[arg(long)]
    server: bool,
    /// The hook's name, as git calls it
    name: String,
    /// What git hands to the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

/// Runs the hook and returns its exit code.
pub(crate) fn run(args: &HookArgs, context: &Context) -> Result<u8, CliError> {
    // A hook that git never runs would judge nothing, and let pass whatever was meant.
    if !hooks::ALL.contains(&args.name.as_str()) {
        let text = format!("git has no hook {}", shown::line(&args.name));
        return Err(CliError::usage(text, format!("one of {}", hooks::ALL.join(", "))).next("ledger hook --help"));
    }
    let repo = context.repo()?;
    if args.server {
        repo.believe_settings_alone()?;
    }
    let pushes = args.server || args.name == "pre-push";
    let mut lines = Vec::new();
    if pushes {
        std::io::stdin().read_to_end(&mut lines).map_err(|error| CliError::io(Path::new("standard input"), &error))?;
    }
    let status = hooks::run_chained(&repo, &args.name, &args.args, pushes.then_some(lines.as_slice()))?;
    if !status.success() {
        // Their refusal stands as it is; a hook that was killed refuses too.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return Ok(code.filter(|code| *code != 0).unwrap_or(1));
    }
    if args.name == "pre-merge-commit" {
        repo.believe_announced_merge();
    }
    match args.name.as_str() {
        "pre-receive" if args.server => receive::pre_receive(context, &repo, &lines),
        "reference-transaction" if args.server => {
            let state = args.args.first().and_then(|state| state.to_str()).unwrap_or_default();
            receive::transaction(context, &repo, state, &lines)
        }
        "pre-push" => push::judge(context, &repo, &args.args, &lines),
        "commit-msg" => {
            let message = args.args.first().map(|file| repo.said_in(Path::new(file))).transpose()?;
            let code = commit(context, &repo, message.as_deref())?;
            if let (0, Some(file)) = (code, args.args.first()) {
                cite(&repo, Path::new(file))?;
            }
            Ok(code)
        }
        "prepare-commit-msg" => {
            let code = commit(context, &repo, None)?;
            if let (0, Some(file)) = (code, args.args.first()) {
                serve(context, &repo, Path::new(file))?;
            }
            Ok(code)
        }
        "pre-commit" | "pre-merge-commit" | "pre-applypatch" => commit(context, &repo, None),
        _ => Ok(0),
    }
}

/// Returns the ledger; `None` where the repository names none.
pub(super) fn ledger(repo: &Repo) -> Result<Option<Ledger>, CliError> {
    match Ledger::load(repo) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(LedgerError::None) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Has the commit say up to which event its author knew the ledger, where git's settings ask for it: the newest event that is here
/// and on the remote. One that was never shared could yet be signed anew, and then nobody would find it.
fn cite(repo: &Repo, file: &Path) -> Result<(), CliError> {
    let wanted = repo.config("ledger.tipTrailer")?.unwrap_or_default().to_ascii_lowercase();
    if !matches!(wanted.as_str(), "true" | "yes" | "on" | "1") {
        return Ok(());
    }
    let (Some(ledger), Some(there)) = (ledger(repo)?, repo.shared_tip()?) else { return Ok(()) };
    let mut last = ledger.chain.iter().position(|commit| *commit == there);
    if last.is_none() && ledger.tip().is_some_and(|here| matches!(repo.chain_after(here, there), Ok(Some(_)))) {
        last = ledger.chain.len().checked_sub(1);
    }
    if let Some((seq, commit)) = last.and_then(|seq| Some((seq, ledger.chain.get(seq)?))) {
        let cited = Cited { seq: seq as u64, sha256: Digest::of(&repo.read(*commit)?) };
        repo.put_trailer(file, LEDGER_TIP, &cited.to_string())?;
    }
    Ok(())
}

/// Has the commit name the item that it serves, where a rule asks for one and only one fits. A message that says nothing yet is left
/// alone: git would take the trailer for one, where somebody gives the commit up by saying nothing.
fn serve(context: &Context, repo: &Repo, file: &Path) -> Result<(), CliError> {
    let Some(ledger) = ledger(repo)? else { return Ok(()) };
    let said = repo.said_in(file)?;
    if let Some((trailer, item)) = serves(context, repo, &ledger, &said)? {
        repo.put_trailer(file, &trailer, item.as_str())?;
    }
    Ok(())
}

fn commit(context: &Context, repo: &Repo, message: Option<&[u8]>) -> Result<u8, CliError> {
    let Some(ledger) = ledger(repo)? else { return Ok(0) };
    let checked = staged(context, repo, &ledger, message)?;
    if !checked.is_refused() {
        // Once: before there is a message, nobody knows which item the commit serves.
        if message.is_some() && !checked.waived.is_empty() {
            context.out.note(waived(&[checked], context.out.look_err().color));
        }
        return Ok(0);
    }
    // Git runs hooks at the top of the work tree and says where the person stood.
    let at_top = std::env::var_os("GIT_PREFIX").is_none_or(|prefix| prefix.is_empty());
    let refused = Refused::Commit { unborn: repo.head()?.is_none(), at_top };
    context.out.note(refusals(repo, &[checked], refused, context.out.look_err()).trim_end_matches('\n'));
    Ok(1)
}
