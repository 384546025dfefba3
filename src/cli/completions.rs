//! `ledger completions`: what a shell needs to complete the commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError, Context};

/// Prints the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger completions bash > ~/.local/share/bash-completion/completions/ledger
  ledger completions zsh > ~/.zfunc/_ledger
  ledger completions fish > ~/.config/fish/completions/ledger.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the script.
#[allow(clippy::unnecessary_wraps, reason = "every command returns the same")]
pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ledger", &mut script);
    context.out.bytes(&script);
    Ok(0)
}
