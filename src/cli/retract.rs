//! `ledger retract`: a statement is taken back, or the facts that an event claimed are disputed.

use clap::Args;

use super::attest::noun;
use super::{CliError, Context, SignArgs};
use crate::domain::decide::draft::Wish;
use crate::domain::event::Body;
use crate::domain::id::{ActorId, Noun, Rid, Word};
use crate::git::Repo;
use crate::ledger::Ledger;
use crate::ledger::load::Flow;
use crate::ledger::point::event_named;

/// Takes a statement back; the log keeps both words.
///
/// One's own statements anybody may take back; those of others only the authority. With --facts-of, the authority disputes
/// what an event claimed to have seen in the code: it counts as unknown from then on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger retract E-05 review --reason \"I had read the draft before last\"
  ledger retract E-05 review --of raj --reason \"Signed with a lost key\"
  ledger retract --facts-of 3f9c2a71 --reason \"That commit holds another file\"")]
pub(crate) struct RetractArgs {
    /// The item, ITEM/RULE/SEQ for a placed block, or repo
    #[arg(value_name = "ID", value_parser = noun, required_unless_present = "facts_of", requires = "claim")]
    noun: Option<Noun>,
    /// The claim
    claim: Option<Word>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Whose statement (default: yours)
    #[arg(long, value_name = "ACTOR")]
    of: Option<ActorId>,
    /// Dispute the facts of this event: its number, or the beginning of its id, commit or SHA-256
    #[arg(long, value_name = "EVENT", conflicts_with_all = ["noun", "claim", "of"])]
    facts_of: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: RetractArgs, context: &Context) -> Result<u8, CliError> {
    let RetractArgs { noun, claim, reason, of, facts_of, sign } = args;
    if let Some(prefix) = facts_of {
        let repo = context.repo()?;
        let (ledger, item, event) = with_facts(&repo, &prefix.to_ascii_lowercase())?;
        let reason = context.reason(reason, &format!("ledger retract --facts-of {prefix}"))?;
        let wish = Wish::Do { item, body: Body::Retracted { event, claim: None, reason } };
        context.act_on(&repo, ledger, &sign, &wish, &[])?;
        return Ok(0);
    }
    let (Some(noun), Some(claim)) = (noun, claim) else {
        return Err(CliError::usage(
            "what is taken back is named by ID and CLAIM",
            "ID and CLAIM, or --facts-of EVENT",
        )
        .next("ledger retract --help"));
    };
    let whose = of.as_ref().map(|actor| format!(" --of {actor}")).unwrap_or_default();
    let reason = context.reason(reason, &format!("ledger retract {noun} {claim}{whose}"))?;
    context.act(&sign, &Wish::Retract { noun, claim, of, reason }, &[])
}

/// Reads the ledger and finds the event with facts that a word names.
fn with_facts(repo: &Repo, word: &str) -> Result<(Ledger, Noun, Rid), CliError> {
    let wrong =
        |text: String| CliError::usage(text, "an event whose author stated facts about files").next("ledger log");
    let seq = event_named(repo, word).ok_or_else(|| wrong(format!("{word:?} names no event")))??;
    let mut found: Option<(Noun, Rid, bool)> = None;
    let ledger = Ledger::load_with(repo, |entry, _| {
        let event = &entry.signed.event;
        if event.seq == seq {
            found = Some((event.item.clone(), event.id.clone(), event.seen.is_some()));
        }
        Flow::Next
    })?;
    match found {
        Some((item, event, true)) => Ok((ledger, item, event)),
        _ => Err(wrong(format!("event {seq} claims no facts about the code"))),
    }
}
