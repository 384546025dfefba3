//! Commands that act: each makes one event.

use clap::Subcommand;

use super::{CliError, Context};
use super::{amend, attest, block, confirm, cosign, declare, erase, moved, retract, seal, supersede};
use super::{unblock, unseal, unwaive, waive};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Declare(declare::DeclareArgs),
    Amend(amend::AmendArgs),
    Supersede(supersede::SupersedeArgs),
    Move(moved::MoveArgs),
    Attest(attest::AttestArgs),
    Retract(retract::RetractArgs),
    Seal(seal::SealArgs),
    Unseal(unseal::UnsealArgs),
    Block(block::BlockArgs),
    Unblock(unblock::UnblockArgs),
    Waive(waive::WaiveArgs),
    Unwaive(unwaive::UnwaiveArgs),
    Cosign(cosign::CosignArgs),
    Erase(erase::EraseArgs),
    Confirm(confirm::ConfirmArgs),
}

impl Command {
    /// Runs the command and returns the exit code.
    pub(crate) fn run(self, context: &Context) -> Result<u8, CliError> {
        match self {
            Command::Declare(args) => declare::run(args, context),
            Command::Amend(args) => amend::run(args, context),
            Command::Supersede(args) => supersede::run(args, context),
            Command::Move(args) => moved::run(args, context),
            Command::Attest(args) => attest::run(args, context),
            Command::Retract(args) => retract::run(args, context),
            Command::Seal(args) => seal::run(args, context),
            Command::Unseal(args) => unseal::run(args, context),
            Command::Block(args) => block::run(args, context),
            Command::Unblock(args) => unblock::run(args, context),
            Command::Waive(args) => waive::run(args, context),
            Command::Unwaive(args) => unwaive::run(args, context),
            Command::Cosign(args) => cosign::run(args, context),
            Command::Erase(args) => erase::run(args, context),
            Command::Confirm(args) => confirm::run(args, context),
        }
    }
}
