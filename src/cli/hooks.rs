//! `ledger hooks`: install, uninstall, status.

use clap::{Args, Subcommand};

use super::printer::{BAD, DIM, GOOD, UNSURE, paint};
use super::{CliError, Context};
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::hooks::{self, HookState, Report, Set};
use crate::ledger::{Ledger, LedgerError};
use crate::render::shown;

#[derive(Debug, Subcommand)]
pub(crate) enum Hooks {
    Install(InstallArgs),
    Uninstall(UninstallArgs),
    Status(StatusArgs),
}

/// Installs the hooks that judge commits and pushes, beside whatever hooks git runs now.
///
/// A hook that is there runs first and keeps its say, also one that husky, lefthook or another tool has put elsewhere. The
/// scripts call this program by its absolute path.
///
/// With --server, in the repository that others push to: a push is judged before any of its refs is taken, and refused whole. The
/// ledger that is there is pinned in git config, with its ref: no file that is pushed says where the ledger of a server is. Say with
/// --ref where it is, if that is not refs/ledger/main; before the ledger is there, nothing else is taken then.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger hooks install\n  ledger -C /srv/git/project.git hooks install --server\n  \
                  ledger -C /srv/git/project.git hooks install --server --ref refs/heads/ledger"
)]
pub(crate) struct InstallArgs {
    /// Install those that guard a server, which judge what is pushed to it
    #[arg(long)]
    server: bool,
    /// Where the ledger of the server is or will be: the full name of a ref
    #[arg(long = "ref", value_name = "REF", requires = "server")]
    reference: Option<String>,
    /// Say what would change; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Removes the hooks and puts back what was there before.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger hooks uninstall\n  ledger -C /srv/git/project.git hooks uninstall --server"
)]
pub(crate) struct UninstallArgs {
    /// Remove those that guard a server
    #[arg(long)]
    server: bool,
    /// Say what would change; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Says how the hooks stand. In a bare repository these are the hooks that guard a server.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger hooks status\n  ledger hooks status --format json")]
pub(crate) struct StatusArgs {
    /// Tell of those that guard a server, also where none is installed
    #[arg(long)]
    server: bool,
}

/// Runs one of the commands.
pub(crate) fn run(command: &Hooks, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let bare = repo.work_dir().is_none();
    let of = |server| if server { Set::Server } else { Set::Clone };
    let set = match command {
        Hooks::Install(InstallArgs { server: false, .. }) if bare => {
            let text = "in a bare repository nobody commits; what guards it is installed with --server";
            return Err(CliError::usage(text, "the hooks of a server").next("ledger hooks install --server"));
        }
        Hooks::Install(InstallArgs { server, .. }) | Hooks::Uninstall(UninstallArgs { server, .. }) => of(*server),
        Hooks::Status(StatusArgs { server }) => of(*server || bare),
    };
    if let Hooks::Install(InstallArgs { reference: Some(name), dry_run: false, .. }) = command {
        repo.pin_ref(name)?;
    }
    let (mut report, dry_run) = match command {
        Hooks::Install(InstallArgs { dry_run: false, .. }) => (hooks::install(&repo, &program()?, set)?, false),
        Hooks::Uninstall(UninstallArgs { dry_run: false, .. }) => (hooks::uninstall(&repo, set)?, false),
        Hooks::Install(_) | Hooks::Uninstall(_) => (hooks::status(&repo, set)?, true),
        Hooks::Status(_) => (hooks::status(&repo, set)?, false),
    };
    let stand = match command {
        _ if dry_run => "as they stand; nothing was written",
        Hooks::Install(_) => "installed",
        Hooks::Uninstall(_) => "uninstalled",
        Hooks::Status(_) => "as they stand",
    };
    if !dry_run && !matches!(command, Hooks::Status(_)) {
        context.out.stands(format!("hooks {stand}"));
    }
    if let (Hooks::Install(InstallArgs { server: true, .. }), false) = (command, bare) {
        report.notes.push(WORKED_IN.to_owned());
    }
    if let Hooks::Install(InstallArgs { server: true, dry_run: false, .. }) = command {
        report.notes.extend(pin(&repo)?);
    }
    let would = if dry_run { changing(command, &report, set) } else { Vec::new() };
    let place = shown::path(report.directory.to_string_lossy().as_bytes());
    let place = repo
        .work_dir()
        .and_then(|top| report.directory.strip_prefix(top).ok())
        .map_or(place, |near| near.display().to_string());
    let told = || {
        let lines = text(&report, &format!("hooks in {place}, {stand}"), &would, context.out.color());
        let lacks = report.hooks.iter().any(|hook| hook.judges && hook.state != HookState::Installed);
        let flag = if set == Set::Server { " --server" } else { "" };
        let next = format!("\n  next     ledger hooks install{flag}");
        if lacks && matches!(command, Hooks::Status(_)) { lines + &next } else { lines }
    };
    context.out.either(|| value(&report, dry_run, &would), told);
    Ok(0)
}

/// What is said of a guard in a repository with a work tree: what is pushed there is judged, and who works there is somebody who can write
/// its files.
const WORKED_IN: &str = "people work in this repository: what is pushed here is judged, and who sits here can go round the guard; \
                         a bare one that nobody works in guards better";

/// Pins the ledger that is guarded, with its ref, and says so where it was not pinned before. One that is missing or invalid is pinned
/// when it comes, or is led back.
fn pin(repo: &Repo) -> Result<Option<String>, CliError> {
    repo.believe_settings_alone()?;
    let genesis = match Ledger::load(repo) {
        Ok(ledger) => ledger.state().genesis,
        Err(LedgerError::None | LedgerError::Missing { .. } | LedgerError::Invalid { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if repo.is_pinned_in_config()? {
        return Ok(None);
    }
    repo.pin_config(genesis)?;
    let reference = repo.ledger_ref()?;
    Ok(Some(format!("the ledger {} at {reference} is pinned in git config", genesis.short())))
}

/// Returns what a command would do to each hook that it would touch.
fn changing(command: &Hooks, report: &Report, set: Set) -> Vec<String> {
    let judging = report.hooks.iter().filter(|hook| set.names().contains(&hook.name.as_str()));
    let touched = judging.filter_map(|hook| match (command, hook.state) {
        (Hooks::Install(_), HookState::Absent) => Some(format!("install {}", hook.name)),
        (Hooks::Install(_), HookState::Changed | HookState::ProgramMissing) => {
            Some(format!("install {} anew", hook.name))
        }
        (Hooks::Uninstall(_), state) if state != HookState::Absent => Some(format!("uninstall {}", hook.name)),
        _ => None,
    });
    touched.collect()
}

/// Returns the absolute path by which the hooks call this program.
pub(super) fn program() -> Result<std::path::PathBuf, CliError> {
    let here = std::env::current_exe().and_then(std::fs::canonicalize);
    here.map_err(|error| CliError::io(std::path::Path::new("the program's own path"), &error))
}

fn value(report: &Report, dry_run: bool, would: &[String]) -> Value {
    let hooks = report.hooks.iter().map(|hook| {
        Value::map([
            ("name", hook.name.as_str().into()),
            ("state", hook.state.as_str().into()),
            ("path", hook.path.display().to_string().into()),
            ("program", hook.program.as_ref().map(|path| path.display().to_string()).into()),
            ("chained", hook.chained.as_ref().map(|path| path.display().to_string()).into()),
            ("judges", hook.judges.into()),
        ])
    });
    Value::map([
        ("directory", report.directory.display().to_string().into()),
        ("hooks", Value::List(hooks.collect())),
        ("notes", Value::list(report.notes.iter().map(String::as_str))),
        ("dry_run", dry_run.into()),
        ("would", Value::list(would.iter().map(String::as_str))),
    ])
}

fn text(report: &Report, head: &str, would: &[String], color: bool) -> String {
    let mut lines = vec![head.to_owned()];
    let widest = report.hooks.iter().map(|hook| hook.name.len()).max().unwrap_or(0);
    for hook in &report.hooks {
        let style = match hook.state {
            HookState::Installed => GOOD,
            HookState::Absent => UNSURE,
            HookState::Changed | HookState::ProgramMissing => BAD,
        };
        let state = if hook.judges { hook.state.as_str() } else { "passed on" };
        let chained = hook.chained.as_ref().map(|path| format!("after {}", path.display())).unwrap_or_default();
        let state = paint(color, style, &format!("{state:<15}"));
        lines.push(format!("  {:<widest$}  {state}  {}", hook.name, paint(color, DIM, &chained)).trim_end().to_owned());
    }
    lines.extend(would.iter().map(|what| format!("  would {what}")));
    lines.extend(report.notes.iter().map(|note| format!("  note: {note}")));
    lines.join("\n")
}
