//! `ledger key`: add, revoke, list, and export for git.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::common::put_outside;
use super::{AtArgs, CliError, Context, SignArgs};
use crate::domain::code::Code;
use crate::domain::decide::RECOVERY;
use crate::domain::decide::draft::Wish;
use crate::domain::event::Body;
use crate::domain::id::{ActorId, Digest, Noun};
use crate::domain::key::{Fingerprint, PublicKey, allowed_signers_line};
use crate::domain::state::{Key as Record, State};
use crate::domain::value::Value;
use crate::ledger::{Ledger, LedgerError};
use crate::render::look::{Line, Look, Page, Tone};
use crate::signing;

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    Add(AddArgs),
    Revoke(RevokeArgs),
    List(ListArgs),
}

/// Gives an actor another key.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger key add omar --public-key new.pub")]
pub(crate) struct AddArgs {
    /// Whose key it is
    name: ActorId,
    /// The file of the public key
    #[arg(long, value_name = "FILE")]
    public_key: PathBuf,
    #[command(flatten)]
    sign: SignArgs,
}

/// Revokes a key: from the next event on it no longer counts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger key revoke omar SHA256:… --reason 'laptop replaced'
  ledger key revoke omar old.pub --reason 'laptop stolen' --compromised-since 41")]
pub(crate) struct RevokeArgs {
    /// Whose key it is
    name: ActorId,
    /// The key: its fingerprint, or a file that holds its public part
    #[arg(value_name = "FINGERPRINT|FILE")]
    key: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The first event at which the key may have been in other hands
    #[arg(long, value_name = "SEQ")]
    compromised_since: Option<u64>,
    #[command(flatten)]
    sign: SignArgs,
}

/// Lists keys, or exports them for git as an allowed-signers file.
///
/// The export holds every key ever enrolled, revoked ones too, since what they signed before stays signed. With it,
/// `git verify-commit` says Good for every event.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger key list
  ledger key list omar
  ledger key list --allowed-signers .git/ledger-signers
  git -c gpg.ssh.allowedSignersFile=.git/ledger-signers log --show-signature refs/ledger/main")]
pub(crate) struct ListArgs {
    /// Only the keys of this actor
    name: Option<ActorId>,
    /// Write an allowed-signers file for git; without FILE, print it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    allowed_signers: Option<PathBuf>,
    #[command(flatten)]
    at: AtArgs,
}

/// Returns the key of a public key file that the person names; what is wrong with it is the words' fault, not the signer's.
pub(super) fn public_key(context: &Context, file: &Path) -> Result<PublicKey, CliError> {
    signing::read_public_key_file(&context.path(file)).map_err(|error| {
        let told = CliError::usage(error.problem().to_string(), error.needed());
        let told = error.hints().iter().fold(told, CliError::next);
        if error.code() == Code::TrustWeakKey { CliError { exit: 1, ..told.code(Code::TrustWeakKey) } } else { told }
    })
}

/// Runs one of the commands.
pub(crate) fn run(command: Key, context: &Context) -> Result<u8, CliError> {
    let (sign, body) = match command {
        Key::Add(args) => {
            let key = public_key(context, &args.public_key)?;
            (args.sign, Body::KeyAdded { actor: args.name, key })
        }
        Key::Revoke(args) => {
            let key = fingerprint(context, &args.key)?;
            let reason = context.ask(args.reason, "--reason TEXT", "why the key is revoked")?;
            let compromised_since = args.compromised_since;
            (args.sign, Body::KeyRevoked { actor: args.name, key, compromised_since, reason })
        }
        Key::List(args) => return list(&args, context),
    };
    context.act(&sign, &Wish::Do { item: Noun::Repo, body }, &[])
}

fn fingerprint(context: &Context, word: &str) -> Result<Fingerprint, CliError> {
    if word.starts_with("SHA256:") {
        return Ok(Fingerprint::parse(word)?);
    }
    let key = signing::public_key_of(&context.path(Path::new(word))).map_err(LedgerError::from);
    let key = key.map_err(|error| CliError::from(error).next("ledger key list"))?;
    Ok(key.fingerprint())
}

fn list(args: &ListArgs, context: &Context) -> Result<u8, CliError> {
    let ledger = Ledger::load_at(&context.repo()?, &args.at.point()?)?;
    let state = ledger.state();
    context.note_at(&args.at, state, "")?;
    if let Some(name) = args.name.as_ref().filter(|name| !state.actors.contains_key(*name)) {
        return Err(CliError::usage(format!("{name} is not enrolled"), "the name of somebody who is enrolled")
            .next("ledger actor list"));
    }
    if let Some(file) = &args.allowed_signers {
        return export(context, state, args.name.as_ref(), file);
    }
    let keys = keys(state, args.name.as_ref());
    context.out.either(
        || Value::map([("keys", Value::List(keys.iter().map(|(name, print, key)| value(name, print, key)).collect()))]),
        || table(&keys, context.out.look_of_list()),
    );
    Ok(0)
}

fn keys<'s>(state: &'s State, only: Option<&ActorId>) -> Vec<(&'s ActorId, &'s Fingerprint, &'s Record)> {
    let wanted = state.actors.iter().filter(|(name, _)| only.is_none_or(|only| only == *name));
    wanted.flat_map(|(name, actor)| actor.keys.iter().map(move |(print, key)| (name, print, key))).collect()
}

/// Returns one key as programs read it.
pub(super) fn value(name: &ActorId, fingerprint: &Fingerprint, key: &Record) -> Value {
    Value::map([
        ("actor", name.into()),
        ("fingerprint", fingerprint.as_str().into()),
        ("key", Value::text(&key.key)),
        ("since", key.since.into()),
        ("revoked", key.revoked.into()),
        ("compromised_since", key.compromised_since.into()),
    ])
}

fn table(keys: &[(&ActorId, &Fingerprint, &Record)], look: Look) -> String {
    let mut page = Page::new(look);
    let row = |(name, fingerprint, key): &(&ActorId, &Fingerprint, &Record)| {
        let type_word = if matches!(key.key, PublicKey::SkEd25519(..)) { " in a token" } else { "" };
        let stands = match (key.revoked, key.compromised_since) {
            (None, _) => Line::plain(format!("since event {}{type_word}", key.since)),
            (Some(revoked), None) => Line::new(Tone::Alarm, format!("revoked by event {revoked}")),
            (Some(revoked), Some(since)) => {
                Line::new(Tone::Alarm, format!("revoked by event {revoked}, compromised since event {since}"))
            }
        };
        vec![Line::plain(name.as_str()), Line::plain(fingerprint.as_str()), stands]
    };
    page.table(0, &keys.iter().map(row).collect::<Vec<_>>());
    if keys.is_empty() {
        page.line(&Line::new(Tone::Faint, "no keys"));
    }
    page.finish()
}

/// Returns the lines of an allowed-signers file for every key ever enrolled, the offline keys included.
pub(super) fn allowed_signers(state: &State, only: Option<&ActorId>) -> Result<String, CliError> {
    let mut text = String::new();
    for (name, _, key) in keys(state, only) {
        text.push_str(&allowed_signers_line(name, &key.key));
        text.push('\n');
    }
    if let (None, Some(recovery)) = (only, &state.recovery) {
        let name = ActorId::parse(RECOVERY)?;
        for key in &recovery.keys {
            text.push_str(&allowed_signers_line(&name, key));
            text.push('\n');
        }
    }
    Ok(text)
}

/// How the first line of a list begins that this command wrote; the SHA-256 of the lines below follows.
const WRITTEN: &str = "# written by `ledger key list --allowed-signers`, SHA-256 of the lines below: ";

fn export(context: &Context, state: &State, only: Option<&ActorId>, file: &Path) -> Result<u8, CliError> {
    let text = allowed_signers(state, only)?;
    let count = text.lines().count() as u64;
    if file == Path::new("-") {
        context.out.either(|| Value::map([("allowed_signers", text.as_str().into())]), || text.clone());
        return Ok(0);
    }
    // Git takes a relative name from wherever it happens to run.
    let path = std::path::absolute(context.path(file)).map_err(|error| CliError::io(file, &error))?;
    // Only what was written here and by nobody else since is replaced.
    let headed = |lines: &str| format!("{WRITTEN}{}\n{lines}", Digest::of(lines.as_bytes()));
    let is_ours = |old: &[u8]| {
        let old = String::from_utf8_lossy(old);
        old.is_empty() || old.split_once('\n').is_some_and(|(_, lines)| headed(lines) == *old)
    };
    put_outside(&path, headed(&text).as_bytes(), is_ours)?;
    context.out.stands(format!("{} written", path.display()));
    let told = || Value::map([("file", path.display().to_string().into()), ("keys", count.into())]);
    let shown = crate::domain::judge::quoted(&path.display().to_string());
    context.out.either(told, || {
        format!(
            "{count} key{} written to {}\n  next     git config gpg.ssh.allowedSignersFile {shown}",
            if count == 1 { "" } else { "s" },
            path.display()
        )
    });
    Ok(0)
}
