//! The command line: one file a command. The doc comment of a command's arguments is its help.
//!
//! A command reads its words, asks the ledger, and prints through the one printer; no rule lives here.

mod acting;
mod actor;
mod alias;
mod amend;
mod attest;
mod block;
mod bundle;
mod causes;
mod charter;
mod charter_diff;
mod check;
mod clone;
mod common;
mod completions;
mod confirm;
mod cosign;
mod declare;
mod diff;
mod doctor;
mod doctor_storage;
mod erase;
mod error;
mod explain;
mod gate;
mod graph;
mod hook;
mod hooks;
mod inbox;
mod init;
mod key;
mod live;
mod log;
mod man;
mod moved;
mod new;
mod pager;
mod printer;
mod push;
mod ready;
mod receive;
mod render;
mod replay;
mod retract;
mod seal;
mod seeing;
mod set_up;
mod show;
mod stated;
mod status;
mod supersede;
mod sync;
mod synced;
mod told;
mod travel;
mod trust;
mod unblock;
mod unseal;
mod unwaive;
mod usage;
mod verify;
mod waive;
mod why;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use common::{AtArgs, SignArgs};
pub(crate) use error::CliError;
pub(crate) use printer::Printer;

use crate::domain::code::Code;
use crate::git::Repo;
use crate::ledger::found::none_on_branches;

/// Records decisions about a repository as signed events in the repository itself, and holds commits against them.
///
/// Exit codes: 0 yes (also: proposed, signatures are missing); 1 a rule says no, or `diff` found differences; 2 the words of
/// the command or the charter are wrong; 3 the ledger is invalid, missing where named, or not the pinned one; 4 no usable
/// signing key; 5 the environment failed and nothing was written; 70 a bug. Where an act was recorded and only its output could
/// not be written, the code is 0 and standard error names the event.
#[derive(Debug, Parser)]
#[command(
    name = "ledger",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Examples:\n  ledger status\n  ledger why MIG-06\n  ledger log -n 10\n  ledger explain gate.unmet\n  ledger move --help"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    pub(crate) dir: PathBuf,
    /// Print for people or for programs
    #[arg(long, value_name = "FORMAT", global = true, default_value = "human", hide_default_value = true)]
    pub(crate) format: Format,
    /// When to colour
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", hide_default_value = true)]
    pub(crate) color: ColorWhen,
    /// Print as it is, without the pager that git is set to use on a terminal
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
    /// Never ask on the terminal
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}

/// Whom output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text
    Human,
    /// One JSON object; of `log`, one for each event
    Json,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set or `CLICOLOR` is 0; anywhere where `CLICOLOR_FORCE` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    SetUp(set_up::Command),
    #[command(flatten)]
    Act(acting::Command),
    #[command(flatten)]
    See(seeing::Command),
}

/// What a command runs in.
pub(crate) struct Context {
    /// The options that every command takes.
    pub(crate) global: Global,
    /// The one printer.
    pub(crate) out: Printer,
    /// The words of the command line, without the program's own name.
    pub(crate) typed: Vec<String>,
}

impl Context {
    /// Opens the repository that `-C` names.
    pub(crate) fn repo(&self) -> Result<Repo, CliError> {
        Ok(Repo::open(&self.global.dir)?)
    }
}

/// Runs the program with the arguments of the process and returns its exit code.
pub fn main() -> u8 {
    if live::answer() {
        return 0;
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => return usage::tell(error, &words),
    };
    let typed = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let context = Context { out: Printer::new(&cli.global), global: cli.global, typed };
    let result = match cli.command {
        Command::SetUp(command) => command.run(&context),
        Command::Act(command) => command.run(&context),
        Command::See(command) => command.run(&context),
    };
    let result = result.map_err(|error| nearest(&context, error));
    let exit = result.unwrap_or_else(|error| context.out.error(&error.or_help(&usage::help(&words))));
    context.out.finish(exit)
}

/// Tells who has no ledger of those that a remote has on branches, before a second one is founded.
fn nearest(context: &Context, error: CliError) -> CliError {
    if error.first.code != Code::LedgerNone {
        return error;
    }
    match context.repo().map(|repo| none_on_branches(&repo)) {
        Ok(Err(near)) => near.into(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        super::Cli::command().debug_assert();
    }
}
