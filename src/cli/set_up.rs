//! Commands that set up and judge: the charter, actors, keys, hooks, checks.

use clap::Subcommand;

use super::{CliError, Context};
use super::{
    actor, alias, bundle, charter, check, clone, completions, doctor, hook, hooks, init, key, man, new, sync, trust,
    verify,
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begins a ledger in this repository
    Init(init::InitArgs),
    Clone(clone::CloneArgs),
    /// Checks, shows and adopts the rules
    #[command(subcommand)]
    Charter(charter::Charter),
    /// Enrols people and programs, and gives them roles
    #[command(subcommand)]
    Actor(actor::Actor),
    /// Adds, revokes and lists keys, and exports them for git
    #[command(subcommand)]
    Key(key::Key),
    /// Says which ledger this repository names, or pins one
    Trust(trust::TrustArgs),
    /// Installs the hooks that judge commits and pushes
    #[command(subcommand)]
    Hooks(hooks::Hooks),
    /// Says what stands and what to mend
    Doctor(doctor::DoctorArgs),
    New(new::NewArgs),
    /// Judges changes of files: what is staged, commits, or a whole tree
    Check(check::CheckArgs),
    /// Checks the whole ledger from genesis, and what its events claim to have seen
    Verify(verify::VerifyArgs),
    Sync(sync::SyncArgs),
    /// Puts the whole ledger into one file, and verifies such a file
    #[command(subcommand)]
    Bundle(bundle::Bundle),
    /// Runs as a git hook; the installed hooks call this
    Hook(hook::HookArgs),
    /// Makes `git ledger` a way to say `ledger`
    #[command(subcommand)]
    Alias(alias::Alias),
    /// Writes the manual
    Man(man::ManArgs),
    /// Prints the completions of a shell
    Completions(completions::CompletionsArgs),
}

impl Command {
    /// Runs the command and returns the exit code.
    pub(crate) fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Command::Init(args) => init::run(args, context),
            Command::Clone(args) => clone::run(&args, context),
            Command::Charter(command) => charter::run(command, context),
            Command::Actor(command) => actor::run(command, context),
            Command::Key(command) => key::run(command, context),
            Command::Trust(args) => trust::run(&args, context),
            Command::Hooks(command) => hooks::run(&command, context),
            Command::Doctor(args) => doctor::run(&args, context),
            Command::New(args) => new::run(&args, context),
            Command::Check(args) => check::run(&args, context),
            Command::Verify(args) => verify::run(&args, context),
            Command::Sync(args) => sync::run(&args, context),
            Command::Bundle(command) => bundle::run(&command, context),
            Command::Hook(args) => hook::run(&args, context),
            Command::Alias(command) => alias::run(&command, context),
            Command::Man(args) => man::run(&args, context),
            Command::Completions(args) => completions::run(&args, context),
        }
    }
}
