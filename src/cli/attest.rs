//! `ledger attest`: a statement about something, as it is now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;

use super::common::fields;
use super::{CliError, Context, SignArgs};
use crate::domain::charter::{ClaimRule, FieldRule, FieldType};
use crate::domain::code::Code;
use crate::domain::decide::draft::{Attestation, Wish, media_type};
use crate::domain::decide::words::{Typed, lacking, read_answers, read_fields};
use crate::domain::event::Evidence;
use crate::domain::id::{Digest, Noun, Word};
use crate::domain::judge::{names_places, placeholder, quoted};
use crate::ledger::Ledger;

/// The greatest size of a piece of evidence, in bytes.
const MOST_BYTES: u64 = 50 * 1024 * 1024;

/// How an answer is printed that a person has to choose. Who types it as it is has not answered, and is asked.
const YES_OR_NO: &str = "yes|no";

/// Makes a statement about an item, a placed block or the repository, as it is now.
///
/// A review, a check result, an approval: which claims there are, what they ask and who may make them stands in the charter.
/// A statement is about the bytes as they are in HEAD or --commit; when they change, it no longer counts. Answers and values
/// that are not given are asked for on the terminal.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger attest E-05 review --answer complete=yes --answer deterministic=yes --answer consistent=yes
  ledger attest E-05 review --result reject --answer consistent=no
  ledger attest repo cargo-deny --value violations=0 --evidence deny.json
  ledger attest MIG-06/DESIGN-BLOCKED/12 escalated")]
pub(crate) struct AttestArgs {
    /// The item, ITEM/RULE/SEQ for a placed block, or repo
    #[arg(value_name = "ID", value_parser = noun)]
    noun: Noun,
    /// The claim
    claim: Word,
    /// The result (default: the first one of the claim, the good one)
    #[arg(long)]
    result: Option<Word>,
    /// An answer to a question of the claim
    #[arg(long, value_name = "K=yes|no")]
    answer: Vec<String>,
    /// A value that the claim carries
    #[arg(long, value_name = "K=V")]
    value: Vec<String>,
    /// A file that shows it; its bytes are kept with the ledger
    #[arg(long, value_name = "FILE")]
    evidence: Vec<PathBuf>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Reads what a statement can be about.
pub(crate) fn noun(text: &str) -> Result<Noun, String> {
    if text == "repo" {
        return Ok(Noun::Repo);
    }
    Noun::parse(Some(text)).map_err(|error| error.detail)
}

/// Runs the command.
pub(crate) fn run(args: AttestArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let what = format!("attest {} {}", args.noun, args.claim);
    let refused = |refusal| CliError::refused(&what, refusal);
    let mut given = fields(&args.answer)?;
    given.retain(|_, words| !matches!(words.as_slice(), [(None, word)] if word == YES_OR_NO));
    let mut answers = read_answers(&given).map_err(refused)?;
    let mut values = BTreeMap::new();
    // A claim that the charter does not have is left to the rules that refuse it.
    if let Some(rule) = ledger.state().charter.rules.claims.get(&args.claim) {
        let typed = completed(context, &args, rule, &mut answers)?;
        let place = format!("claims.{}.values", args.claim);
        values = read_fields(Code::ClaimValue, &place, &rule.values, &typed).map_err(refused)?;
    }
    let mut kept = Vec::new();
    let mut evidence = BTreeSet::new();
    for path in &args.evidence {
        let bytes = read_evidence(&context.path(path))?;
        let name = path.to_string_lossy();
        evidence.insert(Evidence {
            sha256: Digest::of(&bytes),
            size: bytes.len() as u64,
            media: media_type(&name).to_owned(),
        });
        kept.push(bytes);
    }
    let statement = Attestation { noun: args.noun, claim: args.claim, result: args.result, answers, values, evidence };
    context.act_on(&repo, ledger, &args.sign, &Wish::Attest(Box::new(statement)), &kept)?;
    Ok(0)
}

/// Asks for the answers and values that the claim needs and that were not given, and returns the values as typed.
///
/// # Errors
/// Exit code 2 with the whole command, where nobody can be asked.
fn completed(
    context: &Context,
    args: &AttestArgs,
    rule: &ClaimRule,
    answers: &mut BTreeMap<Word, bool>,
) -> Result<Typed, CliError> {
    let mut typed = fields(&args.value)?;
    typed.retain(|name, words| {
        match (rule.values.get(name.as_str()).filter(|rule| is_printed(rule)), words.as_slice()) {
            (Some(rule), [(None, word)]) => *word != placeholder(rule),
            _ => true,
        }
    });
    // Only the good result has to answer everything.
    let good = rule.results.first().is_some_and(|(first, _)| args.result.as_ref().is_none_or(|result| result == first));
    let open: Vec<&Word> = if good { lacking(&rule.answers, answers) } else { Vec::new() };
    let needed = rule.values.iter().filter(|(name, rule)| good && !rule.optional && !typed.contains_key(name.as_str()));
    let unvalued: Vec<(&Word, &FieldRule)> = needed.collect();
    if open.is_empty() && unvalued.is_empty() {
        return Ok(typed);
    }
    if !context.can_ask() {
        return Err(incomplete(args, &open, &unvalued));
    }
    context.out.note(format!(
        "{} of {}: {} answers and {} values are asked for",
        args.claim,
        args.noun,
        open.len(),
        unvalued.len()
    ));
    for question in open {
        let yes = context.ask_yes_or_no(question.as_str())?;
        answers.insert(question.clone(), yes);
    }
    for (name, rule) in unvalued {
        let text: String = context.ask(
            None,
            &format!("--value {name}={}", placeholder(rule)),
            &format!("{name} ({})", placeholder(rule)),
        )?;
        typed.insert(name.to_string(), vec![(None, text)]);
    }
    Ok(typed)
}

/// Returns whether a printed command has a value's place: one of a few words, with `|` between where a person has to choose, or places in
/// files. Who types that as it is has not said it, and is asked.
fn is_printed(rule: &FieldRule) -> bool {
    names_places(rule) || matches!(&rule.kind, FieldType::Enum(words) if words.len() > 1)
}

/// Returns the error that names each option that is missing, with the whole command.
fn incomplete(args: &AttestArgs, open: &[&Word], unvalued: &[(&Word, &FieldRule)]) -> CliError {
    let answers = open.iter().map(|question| format!("--answer {question}={YES_OR_NO}"));
    let values = unvalued.iter().map(|(name, rule)| format!("--value {name}={}", placeholder(rule)));
    let missing: Vec<String> = answers.chain(values).collect();
    let mut command = format!("ledger attest {} {}", args.noun, args.claim);
    command.extend(args.result.as_ref().map(|result| format!(" --result {result}")));
    let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    let answers = args.answer.iter().filter(|word| !open.iter().any(|open| open.as_str() == name(word)));
    command.extend(answers.map(|word| format!(" --answer {}", quoted(word))));
    // What the answer is, is for the person to say.
    command.extend(open.iter().map(|question| format!(" --answer {}", quoted(&format!("{question}={YES_OR_NO}")))));
    let values = args.value.iter().filter(|word| !unvalued.iter().any(|(open, _)| open.as_str() == name(word)));
    command.extend(values.map(|word| format!(" --value {}", quoted(word))));
    command.extend(
        unvalued
            .iter()
            .filter(|(_, rule)| is_printed(rule))
            .map(|(name, rule)| format!(" --value {}", quoted(&format!("{name}={}", placeholder(rule))))),
    );
    command.extend(args.evidence.iter().map(|path| format!(" --evidence {}", quoted(&path.to_string_lossy()))));
    let code = if open.is_empty() { Code::ClaimValue } else { Code::ClaimAnswer };
    let text = format!("attest {} {} lacks {}", args.noun, args.claim, missing.join(" "));
    CliError::usage(text, "each of them").code(code).next(command)
}

/// Reads the bytes of a piece of evidence.
///
/// # Errors
/// Exit code 2 where there is no such file or it is too large, 5 where it cannot be read.
fn read_evidence(path: &Path) -> Result<Vec<u8>, CliError> {
    let about = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            CliError::usage(format!("there is no file {}", path.display()), "a file that is there")
        }
        _ => CliError::io(path, &error),
    })?;
    if !about.is_file() {
        return Err(CliError::usage(format!("{} is not a file", path.display()), "a file"));
    }
    let bytes = if about.len() > MOST_BYTES {
        None
    } else {
        Some(std::fs::read(path).map_err(|error| CliError::io(path, &error))?)
    };
    let fits = bytes.filter(|bytes| bytes.len() as u64 <= MOST_BYTES);
    let text = format!("{} has {} bytes", path.display(), about.len());
    let needed = format!("at most {MOST_BYTES} bytes of evidence (50 MiB)");
    fits.ok_or_else(|| CliError::usage(text, needed).code(Code::ClaimEvidence))
}
