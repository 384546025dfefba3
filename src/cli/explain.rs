//! `ledger explain`.

use clap::Args;

use super::{CliError, Context};
use crate::domain::code::Code;
use crate::render::codes;

/// Say what a code means: when it arises, what mends it, who can, and where it is specified
///
/// Codes stand in brackets behind messages, and under `code` in JSON. Without a CODE, all of them are listed. It needs no
/// repository.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ledger explain                        every code, by group\n  ledger explain trust                  those of one group\n  ledger explain authority.author       one of them, whole\n  ledger explain gate.unmet --format json"
)]
pub(crate) struct ExplainArgs {
    /// A code such as gate.unmet, or a group such as gate
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs, context: &Context) -> Result<u8, CliError> {
    let out = &context.out;
    let Some(word) = &args.code else {
        out.page(|| codes::list_value(None), || codes::list_text(None, out.look()));
        return Ok(0);
    };
    if let Some(code) = Code::parse(word) {
        let entry = codes::entry(code);
        out.page(|| entry.to_value(), || entry.to_text(out.look()));
        return Ok(0);
    }
    if codes::groups().any(|(group, _)| group == word) {
        out.page(|| codes::list_value(Some(word)), || codes::list_text(Some(word), out.look()));
        return Ok(0);
    }
    let error = CliError::usage(format!("{word:?} is no code"), "a code of the closed list, or a group of them");
    Err(match Code::nearest(word).as_slice() {
        [] => error.next("ledger explain"),
        near => near.iter().fold(error, |error, code| error.next(format!("ledger explain {code}"))),
    })
}
