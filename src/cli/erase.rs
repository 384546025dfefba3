//! `ledger erase`: bytes of evidence are given up, by a recorded decision.

use clap::Args;

use super::{CliError, Context, SignArgs};
use crate::domain::code::Code;
use crate::domain::decide::draft::Wish;
use crate::domain::event::Body;
use crate::domain::id::{Digest, Noun};
use crate::domain::state::State;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::ledger::{Ledger, mend};

/// Gives up the bytes of a piece of evidence, such as a secret that leaked; the log keeps their SHA-256 and why.
///
/// The authority decides. From the event that completes its quorum on, the bytes are gone from the evidence, and what rested on
/// them counts as unknown. The history of code and other clones keep their own copies: those have to be looked after apart.
/// Run again where another clone brought the bytes back, it takes them away again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger erase 9be2c41d7a30 --reason 'holds an access token'
  ledger erase 9be2c41d7a30 --reason 'holds an access token' --dry-run")]
pub(crate) struct EraseArgs {
    /// The SHA-256 of the bytes, or its beginning
    #[arg(value_name = "SHA256")]
    sha256: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs the command.
pub(crate) fn run(args: EraseArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let sha256 = cited(ledger.state(), &args.sha256.to_ascii_lowercase())?;
    let erased = ledger.state().evidence.get(&sha256).and_then(|piece| piece.erased);
    if let Some(seq) = erased.filter(|_| repo.evidence_has(&sha256).unwrap_or(false)) {
        return again(&repo, &sha256, seq, args.sign.dry_run, context);
    }
    if mend::uncited_evidence(&repo, ledger.state())?.contains(&sha256) {
        let text = format!("no event cites {}, whose bytes are here", sha256.short());
        let needed = "evidence that an event cites; bytes that none cites go without a record";
        let error = CliError::usage(text, needed).code(Code::ClaimEvidence).next("ledger doctor --mend");
        return Err(CliError { exit: 1, ..error });
    }
    let reason = context.reason(args.reason, &format!("ledger erase {sha256}"))?;
    let wish = Wish::Do { item: Noun::Repo, body: Body::Erased { sha256, reason } };
    context.act_on(&repo, ledger, &args.sign, &wish, &[])?;
    Ok(0)
}

/// Returns the evidence that a word means. One that nobody cited is left to the rule that refuses it, if it is written out.
fn cited(state: &State, word: &str) -> Result<Digest, CliError> {
    if let Ok(whole) = Digest::parse(word) {
        return Ok(whole);
    }
    let is_hex = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut found = state.evidence.keys().filter(|digest| is_hex && digest.to_string().starts_with(word));
    let (first, second) = (found.next(), found.next());
    let text = match (first, second) {
        (Some(one), None) => return Ok(*one),
        (Some(_), Some(_)) => format!("several pieces of evidence begin with {word}"),
        _ => format!("no event cites evidence whose SHA-256 begins with {word:?}"),
    };
    let meant: Vec<&Digest> = if second.is_some() {
        first.into_iter().chain(second).chain(found).collect()
    } else {
        state.evidence.keys().collect()
    };
    Err(CliError::usage(text, format!("the SHA-256 of one that is cited{}", some(&meant))).next(CITED))
}

/// The command that shows every piece of evidence with the event that cites it.
const CITED: &str = "ledger log --full --type attested --type sealed";

/// Returns the first of some digests, as what follows `one that is cited`.
fn some(digests: &[&Digest]) -> String {
    let shown: Vec<String> = digests.iter().take(SHOWN).map(|digest| digest.short()).collect();
    let more = match digests.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if shown.is_empty() { "; none is".to_owned() } else { format!(": {}{more}", shown.join(", ")) }
}

/// How many pieces of evidence are named.
const SHOWN: usize = 3;

/// Takes away bytes that are here although it is recorded that they were given up.
fn again(repo: &Repo, sha256: &Digest, seq: u64, dry_run: bool, context: &Context) -> Result<u8, CliError> {
    if !dry_run {
        repo.evidence_remove(sha256)?;
        context.out.stands(format!("the bytes of {} are taken away", sha256.short()));
    }
    let value = || {
        Value::map([
            ("event", Value::Null),
            ("sha256", (*sha256).into()),
            ("erased", seq.into()),
            ("removed", (!dry_run).into()),
            ("dry_run", dry_run.into()),
        ])
    };
    let done = if dry_run { "they would be taken away" } else { "they are taken away" };
    context.out.either(value, || {
        format!("event {seq} records that {} is erased; its bytes were still here, {done}", sha256.short())
    });
    Ok(0)
}
