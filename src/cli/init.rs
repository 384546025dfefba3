//! `ledger init`: the first event.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::common::{event_value, write_file};
use super::printer::{GOOD, UNSURE, paint};
use super::{CliError, Context, charter};
use crate::clock;
use crate::domain::event::{Event, Recovery};
use crate::domain::id::{ActorId, RoleId};
use crate::domain::judge::quoted;
use crate::domain::key::PublicKey;
use crate::domain::path::RepoPath;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::git::worktree::Onto;
use crate::ledger::LedgerError;
use crate::ledger::found::{self, Beginning, FoundError, Founded};
use crate::render::shown;
use crate::signing;

/// Begins a ledger in this repository.
///
/// Writes the first event, signed by the first actor, who holds the first role that the charter's authority names. Commits that
/// branches hold now are the baseline and are not judged. A file `.ledger` that names the ledger is written and left for you to
/// commit, so that every clone knows which ledger it has to hold.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger init --charter charter.toml --actor lena --key ~/.ssh/id_ed25519
  ledger init --charter charter.toml --actor lena --key ~/.ssh/id_ed25519 --dry-run
  ledger init --template phase-e --dry-run
  ledger init --template phase-e --actor lena --key ~/.ssh/id_ed25519
  ledger init --charter charter.toml --actor lena --key ~/.ssh/id_ed25519 \\
      --recovery safe-1.pub --recovery safe-2.pub --recovery safe-3.pub --recovery-quorum 2")]
pub(crate) struct InitArgs {
    /// The charter: the rules, a TOML file
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// Begin with a charter that comes with the program, and write it to charter.toml; with --dry-run it is printed
    #[arg(long, value_name = "NAME", conflicts_with = "charter")]
    template: Option<Template>,
    /// Your name in the ledger
    #[arg(long, value_name = "NAME")]
    actor: Option<ActorId>,
    /// The private key that signs (ed25519), or the public one of a key in ssh-agent
    #[arg(long, value_name = "PRIVATE_KEY")]
    key: Option<PathBuf>,
    /// Your role (default: the first one that the authority names)
    #[arg(long, value_name = "ROLE")]
    role: Option<RoleId>,
    /// A git email that is yours (default: git config user.email)
    #[arg(long, value_name = "EMAIL")]
    git_email: Vec<String>,
    /// The public file of a key that is kept offline for the day when the authority is lost
    #[arg(long, value_name = "FILE", requires = "recovery_quorum")]
    recovery: Vec<PathBuf>,
    /// How many of the offline keys an action takes
    #[arg(long, value_name = "N", requires = "recovery", value_parser = clap::value_parser!(u64).range(1..))]
    recovery_quorum: Option<u64>,
    /// Check everything and say what would be written; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A charter that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// A phase that stays blocked until its design documents are reviewed and sealed, and a record says so
    PhaseE,
    /// A delivery protocol: packets with fields, locks and dependencies, waivers, a board, rules about commits
    WorkPackets,
}

impl Template {
    const fn text(self) -> &'static str {
        match self {
            Template::PhaseE => include_str!("../../examples/phase-e/charter.toml"),
            Template::WorkPackets => include_str!("../../examples/work-packets/charter.toml"),
        }
    }
}

/// Where the charter of a template is put: at the top of the work tree, to be changed and adopted anew from there.
const CHARTER_FILE: &str = "charter.toml";

/// Founds the ledger.
pub(crate) fn run(args: InitArgs, context: &Context) -> Result<u8, CliError> {
    if let Some(template) = args.template.filter(|_| args.dry_run) {
        let value = || Value::map([("charter", template.text().into()), ("dry_run", true.into())]);
        context.out.either(value, || template.text().to_owned());
        return Ok(0);
    }
    let repo = context.repo()?;
    let (file, text, copy) = if let Some(template) = args.template {
        let copy = repo.work_dir().is_some().then(|| RepoPath::parse(CHARTER_FILE)).transpose()?;
        refuse_another(&repo, template.text())?;
        (PathBuf::from(CHARTER_FILE), template.text().to_owned(), copy)
    } else {
        let file: PathBuf = context.ask(args.charter.clone(), "--charter FILE", "the file that holds the charter")?;
        let file = expanded(&file);
        let text = context.read_text(&file)?;
        (file, text, None)
    };
    let beginning = beginning(args, context, &repo, text)?;
    match found::found(&repo, &beginning) {
        Ok(founded) => {
            if founded.commit.is_some() {
                context.out.stands(format!("event 0 (the founding, id {})", founded.event.id));
            }
            if let Some(copy) = &copy {
                write_file(&repo, copy, &beginning.charter, Onto::Nothing)?;
            }
            let naming = naming(context, &repo, &beginning)?;
            let told = Told { naming, copied: copy.is_some(), ..Told::of(&repo, &founded)? };
            context.out.either(|| told.to_value(), || told.to_text(context.out.color()));
            Ok(0)
        }
        Err(FoundError::Charter(problems)) => charter::problems(context, &file, &beginning.charter, &problems),
        Err(FoundError::Ledger(error)) => Err(error.into()),
    }
}

/// Refuses to write the charter of a template over a file that says something else.
fn refuse_another(repo: &Repo, text: &str) -> Result<(), CliError> {
    let Some(copy) = repo.work_dir().map(|top| top.join(CHARTER_FILE)) else { return Ok(()) };
    match std::fs::read(&copy) {
        Ok(bytes) if bytes == text.as_bytes() && !copy.is_symlink() => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !copy.is_symlink() => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CliError::io(&copy, &error)),
        _ => Err(CliError::usage(
            format!("{CHARTER_FILE} is there already and is not this template"),
            format!("no {CHARTER_FILE}, or to found with that file"),
        )
        .next(format!("ledger init --charter {CHARTER_FILE}"))),
    }
}

fn beginning(args: InitArgs, context: &Context, repo: &Repo, charter: String) -> Result<Beginning, CliError> {
    let actor = context.ask(args.actor, "--actor NAME", "your name in the ledger, of a-z, 0-9 and `-`")?;
    let key: PathBuf =
        context.ask(args.key, "--key FILE", "the file of your private key, such as ~/.ssh/id_ed25519")?;
    let key = expanded(&key);
    let emails =
        if args.git_email.is_empty() { repo.config("user.email")?.into_iter().collect() } else { args.git_email };
    let recovery = match args.recovery_quorum {
        Some(quorum) => Some(recovery(context, &args.recovery, quorum)?),
        None => None,
    };
    Ok(Beginning {
        charter,
        actor,
        role: args.role,
        emails: lower(emails),
        search: context.search(repo, Some(&key))?,
        recovery,
        nonce: clock::random_id().map_err(CliError::clock)?,
        id: clock::random_id().map_err(CliError::clock)?,
        now: clock::event_time().map_err(CliError::clock)?,
        dry_run: args.dry_run,
    })
}

/// Returns the command by which the key is found from now on without `--key`, where it would not be.
fn naming(context: &Context, repo: &Repo, beginning: &Beginning) -> Result<Option<String>, CliError> {
    let Some(path) = &beginning.search.explicit else { return Ok(None) };
    let key = signing::resolve(&beginning.search, &|_| Err("not enrolled".to_owned())).map_err(LedgerError::from)?;
    let own =
        |other: &PublicKey| if *other == key { Ok(beginning.actor.to_string()) } else { Err("another".to_owned()) };
    if signing::resolve(&context.search(repo, None)?, &own).is_ok_and(|found| found == key) {
        return Ok(None);
    }
    // Git's configuration is read from wherever a command is run.
    let path = std::fs::canonicalize(path).map_err(|error| CliError::io(path, &error))?;
    Ok(Some(format!("git config ledger.signingKey {}", quoted(&path.display().to_string()))))
}

/// Returns emails in the form in which commits are read.
pub(crate) fn lower(emails: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    emails.into_iter().map(|email| email.trim().to_ascii_lowercase()).filter(|email| !email.is_empty()).collect()
}

/// Returns a path that was typed at a prompt, where no shell saw the `~`.
pub(super) fn expanded(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => path.to_owned(),
    }
}

fn recovery(context: &Context, files: &[PathBuf], quorum: u64) -> Result<Recovery, CliError> {
    let mut keys = BTreeSet::new();
    for file in files {
        keys.insert(super::key::public_key(context, file)?);
    }
    if keys.len() as u64 >= quorum {
        return Ok(Recovery { quorum, keys });
    }
    Err(CliError::usage(
        format!("--recovery-quorum {quorum} asks for more keys than the {} given", keys.len()),
        "a quorum that the keys can fill, or more keys",
    ))
}

/// What was founded, as it is told.
struct Told<'a> {
    event: &'a Event,
    founded: &'a Founded,
    reference: String,
    /// What the founding phase waits for, where it lasts.
    authority: Option<String>,
    role: Option<String>,
    bare: bool,
    /// The command by which the founder's key is found from now on, where it takes one.
    naming: Option<String>,
    /// The charter of a template was written.
    copied: bool,
}

impl<'a> Told<'a> {
    fn of(repo: &Repo, founded: &'a Founded) -> Result<Told<'a>, CliError> {
        let event = &founded.event;
        let crate::domain::event::Body::Founded(founding) = &event.body else {
            return Err(CliError::usage("the first event is not `founded`", "a ledger that was founded"));
        };
        let authority = (!founded.complete).then(|| founding.charter.authority.clone());
        let role = event.role.as_ref().map(ToString::to_string);
        Ok(Told {
            event,
            founded,
            reference: repo.ledger_ref()?,
            authority,
            role,
            bare: repo.work_dir().is_none(),
            naming: None,
            copied: false,
        })
    }

    fn to_value(&self) -> Value {
        let commit = self.founded.commit;
        Value::map([
            ("genesis", commit.map(|(_, sha256)| sha256).into()),
            ("ref", self.reference.as_str().into()),
            ("file", self.founded.pin.as_ref().map(|path| path.display().to_string()).into()),
            ("charter", self.copied.then_some(CHARTER_FILE).into()),
            ("authority_complete", self.founded.complete.into()),
            ("dry_run", commit.is_none().into()),
            ("next", Value::list(self.naming.iter().map(String::as_str))),
            ("event", event_value(self.event, commit)),
        ])
    }

    fn to_text(&self, color: bool) -> String {
        let summary = self.event.summary();
        let who = match &self.role {
            Some(role) => format!("{} as {role}", self.event.actor),
            None => self.event.actor.to_string(),
        };
        let Some((_, genesis)) = self.founded.commit else {
            let head = paint(color, UNSURE, "would be written:");
            return format!("{head} {summary}   ({who}, {})\n{}", self.event.at.date(), self.authority_lines());
        };
        let mut lines = vec![
            paint(color, GOOD, &format!("{summary}   ({who}, {})", self.event.at.date())),
            format!("  identity  {genesis}"),
            format!("  ledger    {}", self.reference),
        ];
        if self.founded.pin.is_some() {
            lines.push("  file      .ledger names this ledger; commit it, so that every clone asks for it".to_owned());
        }
        if self.copied {
            lines.push(format!("  charter   {CHARTER_FILE} holds the rules; the next ones are adopted from there"));
        }
        lines.push(self.authority_lines());
        if !self.bare {
            let copy = if self.copied { format!(" {CHARTER_FILE}") } else { String::new() };
            lines.push(format!("  next      git add .ledger{copy} && git commit -m 'Name the ledger'"));
        }
        lines.extend(self.naming.as_ref().map(|naming| format!("  next      {naming}")));
        lines.push("  next      ledger actor enroll".to_owned());
        lines.push("  next      ledger hooks install".to_owned());
        lines.join("\n")
    }

    fn authority_lines(&self) -> String {
        match &self.authority {
            None => "  authority complete: the ledger takes every event".to_owned(),
            Some(needed) => format!(
                "  authority not complete: it takes {}; before that only enrolment, grants and keys are admitted",
                shown::line(needed)
            ),
        }
    }
}
