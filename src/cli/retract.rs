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
    /// Dispute the facts of the event whose id or commit begins so
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
        return Err(CliError::usage("what is taken back is named by ID and CLAIM").next("ledger retract --help"));
    };
    let whose = of.as_ref().map(|actor| format!(" --of {actor}")).unwrap_or_default();
    let reason = context.reason(reason, &format!("ledger retract {noun} {claim}{whose}"))?;
    context.act(&sign, &Wish::Retract { noun, claim, of, reason }, &[])
}

/// Reads the ledger and finds the event with facts whose id or commit begins so.
fn with_facts(repo: &Repo, prefix: &str) -> Result<(Ledger, Noun, Rid), CliError> {
    let mut found: Vec<(Noun, Rid, bool)> = Vec::new();
    let ledger = Ledger::load_with(repo, |entry, _| {
        let event = &entry.signed.event;
        if event.id.as_str().starts_with(prefix) || entry.commit.to_string().starts_with(prefix) {
            found.push((event.item.clone(), event.id.clone(), event.seen.is_some()));
        }
        Flow::Next
    })?;
    let wrong = |text: String| Err(CliError::usage(text).next("ledger log"));
    match found.as_slice() {
        [(item, event, true)] => Ok((ledger, item.clone(), event.clone())),
        [(_, event, false)] => wrong(format!("the event {event} claims no facts about the code")),
        [] => wrong(format!("no event's id or commit begins with {prefix:?}")),
        several => {
            wrong(format!("{} events' ids or commits begin with {prefix:?}: more digits are needed", several.len()))
        }
    }
}
