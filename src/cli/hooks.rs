//! `ledger hooks`: install, uninstall, status.

use std::path::Path;

use clap::{Args, Subcommand};

use super::{CliError, Context};
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::hooks::{self, HookState, HookStatus, Report, Set};
use crate::ledger::{Ledger, LedgerError};
use crate::render::look::{Line, Look, Page, Tone};
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
        Hooks::Uninstall(UninstallArgs { server: false, .. }) if bare => {
            let text = "in a bare repository nobody commits; what guards it is removed with --server";
            return Err(CliError::usage(text, "the hooks of a server").next("ledger hooks uninstall --server"));
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
    if matches!(command, Hooks::Status(_)) && report.hooks.iter().any(|hook| hook.other.is_some()) {
        report.notes.push("a hook that stands there is kept: once ours are installed, it runs first".to_owned());
    }
    let would = if dry_run { changing(command, &report, set) } else { Vec::new() };
    let place = shown::path(report.directory.to_string_lossy().as_bytes());
    let place = repo
        .work_dir()
        .and_then(|top| report.directory.strip_prefix(top).ok())
        .map_or(place, |near| near.display().to_string());
    let told = || {
        let lacks = report.hooks.iter().any(|hook| hook.judges && hook.state != HookState::Installed);
        let next = match set {
            _ if !lacks || !matches!(command, Hooks::Status(_)) => None,
            Set::Server => Some("ledger hooks install --server"),
            Set::Clone => Some("ledger hooks install"),
        };
        text(&report, &format!("hooks in {place}, {stand}"), &would, next, context.out.look_of_list())
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
            ("other", hook.other.as_ref().map(|path| path.display().to_string()).into()),
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

/// How wide the column of states is.
const STATE: usize = 15;

fn text(report: &Report, head: &str, would: &[String], next: Option<&str>, look: Look) -> String {
    let mut page = Page::new(look);
    page.line(&Line::plain(head));
    let near = |path: &Path| near(report, path);
    let row = |hook: &HookStatus| {
        let tone = match hook.state {
            HookState::Installed => Tone::Good,
            HookState::Absent => Tone::Unsure,
            HookState::Changed | HookState::ProgramMissing => Tone::Alarm,
        };
        let state = if hook.judges { hook.state.as_str() } else { "passed on" };
        let beside = match (&hook.chained, &hook.other) {
            (Some(path), _) => format!("after {}", path.display()),
            (None, Some(path)) => format!("another's stands there: {}", near(path)),
            (None, None) => String::new(),
        };
        vec![Line::plain(&hook.name), Line::new(tone, state), Line::new(Tone::Faint, beside)]
    };
    let rows: Vec<Vec<Line>> = report.hooks.iter().map(row).collect();
    let widest = report.hooks.iter().map(|hook| hook.name.len()).max().unwrap_or(0);
    page.table_of(2, &rows, &[widest, STATE]);
    for what in would {
        page.line(&Line::plain(format!("  would {what}")));
    }
    for note in &report.notes {
        page.hung(&Line::plain(format!("  note: {note}")), 8);
    }
    page.next(2, &next.map(|next| (next.to_owned(), String::new())).into_iter().collect::<Vec<_>>());
    page.finish()
}

/// Returns a path as short as it can be said: from the top of the work tree, where git looks for hooks in its own directory.
fn near(report: &Report, path: &Path) -> String {
    let above = report.directory.parent().unwrap_or(&report.directory);
    let top = above.parent().filter(|_| above.file_name().is_some_and(|name| name == ".git")).unwrap_or(above);
    let path = path.strip_prefix(top).unwrap_or(path);
    shown::path(path.as_os_str().as_encoded_bytes())
}
