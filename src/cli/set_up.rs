//! Commands that set up and judge: the charter, actors, keys, hooks, checks.

use clap::Subcommand;

use super::{CliError, Context};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {}

impl Command {
    /// Runs the command and returns the exit code.
    pub(crate) fn run(self, _context: &Context) -> Result<u8, CliError> {
        match self {}
    }
}
