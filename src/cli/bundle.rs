//! `ledger bundle`: one file for an auditor, made here and verified anywhere.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::verify::{Asked, Level, text, tip, value};
use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::judge::quoted;
use crate::domain::value::Value;
use crate::ledger::bundle::{self, Keep};
use crate::ledger::verify::{Pins, Verified};
use crate::render::shown;

/// The commands about bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    Create(CreateArgs),
    Verify(VerifyArgs),
}

/// Puts the ledger and its evidence, the sealed files among it, into one file.
///
/// It holds every event up to the tip, whatever events cite and nobody gave up, and nothing else: no code, no other branch. Before it
/// gets its name it is verified as its reader will. Git's own commands read it, too.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ledger bundle create audit.bundle\n  ledger bundle create --force audit.bundle")]
pub(crate) struct CreateArgs {
    /// The file to write
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file of that name
    #[arg(long)]
    force: bool,
    /// Make it, verify it, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Verifies a bundle from genesis, with nothing else at hand: no repository, no settings, no network.
///
/// Bytes, signatures, rules and evidence are checked; facts about code are not, because a bundle holds no code. Whether events were
/// cut off the end cannot be seen in a ledger: note its tip down, and give it with --tip.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger bundle verify audit.bundle --genesis 3f1c9a…
  ledger bundle verify audit.bundle --genesis 3f1c9a… --tip 41:9be2… --format json")]
pub(crate) struct VerifyArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The identity that the ledger must have, from a source that does not depend on who made the bundle
    #[arg(long, value_name = "SHA256")]
    genesis: Digest,
    /// An event that the ledger must hold
    #[arg(long, value_name = "SEQ:SHA256", value_parser = tip)]
    tip: Option<(u64, Digest)>,
}

/// Runs the command.
pub(crate) fn run(command: &Bundle, context: &Context) -> Result<u8, CliError> {
    match command {
        Bundle::Create(args) => create(args, context),
        Bundle::Verify(args) => verify(args, context),
    }
}

fn create(args: &CreateArgs, context: &Context) -> Result<u8, CliError> {
    let path = context.path(&args.file);
    let shown = word(&args.file);
    if !args.force && std::fs::symlink_metadata(&path).is_ok() {
        let text = format!("there is something called {} already", args.file.display());
        let there = CliError::usage(text, "a name that is free, or --force");
        return Err(there.next(format!("ledger bundle create --force {shown}")));
    }
    let repo = context.repo()?;
    let keep = match (args.dry_run, args.force) {
        (true, _) => Keep::No,
        (false, true) => Keep::Replacing,
        (false, false) => Keep::New,
    };
    let made = bundle::create(&repo, &path, keep)?;
    if !args.dry_run {
        context.out.stands(format!("{} written", args.file.display()));
    }
    let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    let state = made.ledger.state();
    let (genesis, tip) = (state.genesis, format!("{}:{}", state.tip.seq, state.tip.sha256));
    let value = || {
        Value::map([
            ("file", args.file.display().to_string().into()),
            ("bytes", if args.dry_run { Value::Null } else { bytes.into() }),
            ("events", (state.tip.seq + 1).into()),
            ("genesis", genesis.into()),
            ("tip", tip.as_str().into()),
            ("evidence", Value::map([("present", made.present.into()), ("erased", made.erased.into())])),
            ("dry_run", args.dry_run.into()),
        ])
    };
    context.out.either(value, || {
        let written = if args.dry_run { "it would be written".to_owned() } else { format!("{bytes} bytes") };
        let mut lines = vec![
            format!("bundle    {}: {written}", shown::line(&args.file.display().to_string())),
            format!("events    {}, verified as its reader will", state.tip.seq + 1),
            format!("evidence  {} present, {} erased", made.present, made.erased),
            format!("identity  {genesis}"),
            format!("tip       {tip}"),
        ];
        if !args.dry_run {
            lines.push(format!("next      ledger bundle verify {shown} --genesis {genesis} --tip {tip}"));
        }
        lines.join("\n")
    });
    Ok(0)
}

fn verify(args: &VerifyArgs, context: &Context) -> Result<u8, CliError> {
    let pins = Pins { genesis: Some(args.genesis), tip: args.tip };
    // What goes on in a repository does not where there is none.
    let alone = |error| CliError::from(error).explained_only();
    let path = context.path(&args.file);
    let verified = bundle::verify(&path, &pins, |_| ()).map_err(alone)?;
    let stands = verified.missing.is_empty();
    let asked = Asked { genesis: true, tip: args.tip.is_some(), level: Level::Rules };
    context.out.either(
        || value(&verified, asked, stands),
        || {
            let mut lines = vec![text(&verified, asked, context.out.look_of_list()).trim_end().to_owned()];
            lines.extend(stands.then(|| look_around(&path)));
            lines.extend((!stands).then(|| incomplete(&verified)));
            lines.join("\n")
        },
    );
    Ok(if stands { 0 } else { 3 })
}

/// Returns a file's name as a word of a command that is no option.
fn word(file: &Path) -> String {
    let name = file.display().to_string();
    quoted(&if name.starts_with('-') { format!("./{name}") } else { name })
}

/// Returns how the ledger of a bundle is looked at.
fn look_around(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let file = quoted(&path.display().to_string());
    format!("next      git init -q audited && git -C audited fetch -q {file} 'refs/ledger*:refs/ledger*'")
}

/// Returns what is said where evidence is missing.
fn incomplete(verified: &Verified) -> String {
    let pieces = if verified.missing.len() == 1 { "a piece" } else { "pieces" };
    format!(
        "the bundle lacks {pieces} of evidence that nobody gave up: whoever made it left it out  [{}]",
        Code::StoreEvidenceMissing
    )
}
