//! `ledger alias`: `git ledger` as a way to say `ledger`.

use clap::{Args, Subcommand};

use super::{CliError, Context, hooks};
use crate::domain::value::Value;
use crate::git::alias::{ALIAS, Scope, is_ours, value};
use crate::render::shown;

#[derive(Debug, Subcommand)]
pub(crate) enum Alias {
    Install(InstallArgs),
    Uninstall(UninstallArgs),
}

/// Makes `git ledger` run this program, by its absolute path, also in subdirectories and other work trees.
///
/// It sets `alias.ledger` in the settings of the repository, or of the user. An alias of that name that is not ours stays.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger alias install\n  ledger alias install --global      in every repository of yours"
)]
pub(crate) struct InstallArgs {
    /// In every repository of this user
    #[arg(long)]
    global: bool,
    /// Say what would change; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Removes the alias.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger alias uninstall\n  ledger alias uninstall --global")]
pub(crate) struct UninstallArgs {
    /// In the settings of this user
    #[arg(long)]
    global: bool,
    /// Say what would change; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs one of the commands.
pub(crate) fn run(command: &Alias, context: &Context) -> Result<u8, CliError> {
    let (global, dry_run, wanted) = match command {
        Alias::Install(args) => (args.global, args.dry_run, Some(value(&hooks::program()?))),
        Alias::Uninstall(args) => (args.global, args.dry_run, None),
    };
    let repo = if global { None } else { Some(context.repo()?) };
    let scope = repo.as_ref().map_or(Scope::User, Scope::Repo);
    let found = scope.get()?;
    let flag = if global { "--global" } else { "--local" };
    if let Some(other) = found.as_deref().filter(|found| !is_ours(found)) {
        let text = format!("{ALIAS} is set to {other:?}, which is not ours");
        return Err(CliError::usage(text, "the alias unset, by whoever set it, or left alone")
            .next(format!("git config {flag} --unset-all {ALIAS}")));
    }
    let changes = found != wanted;
    if changes && !dry_run {
        scope.set(wanted.as_deref())?;
    }
    let what = match (&wanted, changes, dry_run) {
        (Some(_), true, true) => "`git ledger` would run this program",
        (Some(_), ..) => "`git ledger` runs this program",
        (None, true, true) => "`git ledger` would be no command any more",
        (None, ..) => "`git ledger` is no command",
    };
    // What stands in the settings of the user is found in this repository too.
    let elsewhere = !global && wanted.is_none() && Scope::User.get()?.is_some_and(|found| is_ours(&found));
    let what = if elsewhere && !dry_run { "`git ledger` is set by no setting" } else { what };
    if changes && !dry_run {
        context.out.stands(format!("{ALIAS} changed"));
    }
    context.out.either(
        || {
            Value::map([
                ("alias", wanted.clone().into()),
                ("scope", flag.trim_start_matches('-').into()),
                ("changed", changes.into()),
                ("elsewhere", elsewhere.then_some("global").into()),
                ("dry_run", dry_run.into()),
            ])
        },
        || {
            let place = if global { "in every repository of yours" } else { "in this repository" };
            let detail = wanted.as_deref().map(|text| format!("\n  {}", shown::line(text))).unwrap_or_default();
            let still = "\n  found    the settings of the user hold it, so it runs all the same\n  next     ledger alias uninstall --global";
            format!("{what} {place}{detail}{}", if elsewhere { still } else { "" })
        },
    );
    Ok(0)
}
