//! `ledger confirm`: what took effect by a key in other hands was looked at, and stands.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::event::Body;
use crate::domain::id::Noun;
use crate::ledger::Ledger;
use crate::ledger::point::Point;
use crate::ledger::taint::{Settled, Tainted, tainted};

/// Confirms an event that took effect by the signature of a key that was in other hands at the time.
///
/// `ledger verify` lists such events until the authority confirms each, or what it did no longer stands. Statements of such a key
/// count as unknown whatever is confirmed: who made one in truth makes it again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger confirm 14 --reason 'omar sealed it himself'
  ledger confirm 3f9c2a71 --reason 'omar was asked, and sealed it himself'")]
pub(crate) struct ConfirmArgs {
    /// The event's number, or the beginning of its id
    #[arg(value_name = "EVENT")]
    event: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: ConfirmArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let prefix = args.event.to_ascii_lowercase();
    let all = tainted(&repo, &ledger)?;
    // A number is an event's, as for `show` and `why`.
    let number = match Point::parse(&prefix) {
        Ok(Point::Seq(seq)) => Some(seq),
        _ => None,
    };
    let names = |found: &Tainted| match number {
        Some(seq) => found.seq == seq,
        None => !prefix.is_empty() && found.event.as_str().starts_with(&prefix),
    };
    let mut meant = all.iter().filter(|found| names(found));
    let event = match (meant.next(), meant.next()) {
        (Some(found), None) if found.settled == Settled::No || found.settled == Settled::Confirmed => {
            found.event.clone()
        }
        (Some(found), None) => {
            let text = format!("what event {} did ({}) no longer stands", found.seq, found.summary);
            return Err(CliError::usage(text, "nothing: there is nothing left to confirm").next("ledger verify"));
        }
        (Some(_), Some(_)) => {
            let text = format!("several events begin with {prefix}");
            return Err(CliError::usage(text, "more digits").next("ledger verify"));
        }
        _ => {
            let text = format!("no event {prefix:?} took effect by a key that was in other hands");
            return Err(CliError::usage(text, "an event that `ledger verify` lists").next("ledger verify"));
        }
    };
    let reason = context.reason(args.reason, &format!("ledger confirm {event}"))?;
    let wish = Wish::Do { item: Noun::Repo, body: Body::Confirmed { event, reason } };
    context.act_on(&repo, ledger, &args.sign, &wish, &[])?;
    Ok(0)
}
