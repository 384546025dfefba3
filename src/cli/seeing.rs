//! Commands that show what is so.

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
