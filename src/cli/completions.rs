//! `ledger completions`: what a shell needs to complete the commands.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use super::{CliError, Context, hooks, live};

/// Prints the completions of a shell.
///
/// They offer what the ledger holds when TAB is pressed: items, the statuses that an item can go to, gates, claims, actors,
/// roles, blocks, proposals and branches. The script calls this program by its absolute path.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger completions bash > ~/.local/share/bash-completion/completions/ledger
  ledger completions zsh > ~/.zfunc/_ledger      (with fpath+=~/.zfunc before compinit)
  ledger completions fish > ~/.config/fish/completions/ledger.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<u8, CliError> {
    let program = hooks::program()?.display().to_string();
    let name = args.shell.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let mut script = Vec::new();
    let written = Shells::builtins()
        .completer(&name)
        .map(|shell| shell.write_registration(live::VARIABLE, "ledger", "ledger", &program, &mut script));
    match written {
        Some(Ok(())) => {
            context.out.bytes(&script);
            Ok(0)
        }
        Some(Err(error)) => Err(CliError::io(std::path::Path::new("the script"), &error)),
        None => Err(CliError::usage(format!("there are no completions for {name}"), "a shell that is known")),
    }
}
