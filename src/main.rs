//! The program `ledger`: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(govledger::cli::main())
}
