//! What several commands share: options, the words of nouns and fields, and how a written event is told.

use std::collections::BTreeMap;
use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::printer::{BAD, GOOD, UNSURE, paint};
use super::{CliError, Context};
use crate::clock;
use crate::domain::decide::draft::Wish;
use crate::domain::error::FormatError;
use crate::domain::event::Event;
use crate::domain::explain::Supplier;
use crate::domain::id::{Correlation, Digest, RoleId};
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::domain::value::Value;
use crate::git::{Oid, Repo};
use crate::ledger::act::{self, Actor};
use crate::ledger::point::Point;
use crate::signing::Search;

/// Options of what signs.
#[derive(Debug, Clone, Args)]
pub(crate) struct SignArgs {
    /// Act in this role (default: the first role you hold that the rule takes)
    #[arg(id = "signing_role", long = "as", value_name = "ROLE")]
    pub(crate) role: Option<RoleId>,
    /// Sign with this key: a private key file, or the public one of a key in ssh-agent
    #[arg(id = "signing_key", long = "key", value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Judge the files of this commit (default: HEAD)
    #[arg(long, value_name = "REV")]
    pub(crate) commit: Option<String>,
    /// Note what the event belongs to outside of the ledger, such as a ticket
    #[arg(long, value_name = "ID")]
    pub(crate) correlation: Option<Correlation>,
    /// Judge and say what would happen; write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// The option of what reads state.
#[derive(Debug, Clone, Args)]
pub(crate) struct AtArgs {
    /// Read the ledger at a point: a number, ~N, a day or moment (UTC), or the beginning of an event's id or commit
    #[arg(long, value_name = "POINT", default_value = "tip", hide_default_value = true)]
    pub(crate) at: String,
}

impl AtArgs {
    /// Returns the point.
    pub(crate) fn point(&self) -> Result<Point, CliError> {
        Ok(Point::parse(&self.at)?)
    }
}

impl Context {
    /// Returns where the signing key is looked for.
    pub(crate) fn search(&self, repo: &Repo, key: Option<&PathBuf>) -> Result<Search, CliError> {
        let ssh = repo.config("gpg.format")?.as_deref() == Some("ssh");
        Ok(Search {
            explicit: key.map(|path| self.global.dir.join(path)),
            ledger_signing_key: repo.config("ledger.signingKey")?,
            user_signing_key: if ssh { repo.config("user.signingKey")? } else { None },
            ssh_program: repo.config("gpg.ssh.program")?.map(PathBuf::from),
            no_input: self.global.no_input,
            ..Search::from_env()
        })
    }

    /// Returns who acts and when.
    pub(crate) fn actor(&self, repo: &Repo, sign: &SignArgs) -> Result<Actor, CliError> {
        Ok(Actor {
            search: self.search(repo, sign.key.as_ref())?,
            role: sign.role.clone(),
            commit: sign.commit.as_deref().map(|revision| repo.resolve(revision)).transpose()?,
            now: clock::event_time().map_err(CliError::clock)?,
            clock: clock::now().map_err(CliError::clock)?,
            id: clock::random_id().map_err(CliError::clock)?,
            correlation: sign.correlation.clone(),
            dry_run: sign.dry_run,
        })
    }

    /// Does what a person wants and tells what came of it.
    pub(crate) fn act(&self, sign: &SignArgs, wish: &Wish, kept: &[Vec<u8>]) -> Result<u8, CliError> {
        let repo = self.repo()?;
        let actor = self.actor(&repo, sign)?;
        let done = act::act(&repo, &actor, wish, kept)?;
        let written = Written {
            event: &done.draft.event,
            commit: done.commit,
            quorum: done.draft.admission.quorum,
            missing: &done.draft.admission.missing,
        };
        self.out.either(|| written.to_value(), || written.to_text(self.out.color()));
        Ok(0)
    }
}

impl Context {
    /// Returns the moment for which durations are judged: now, and never before the ledger's tip.
    pub(crate) fn as_of(&self, state: &State) -> Result<Timestamp, CliError> {
        Ok(clock::event_time().map_err(CliError::clock)?.max(state.tip.at))
    }

    /// Returns a path as the person meant it, who may have given `-C`.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.global.dir.join(path)
    }

    /// Returns the text of a file that the person names; `-` is standard input.
    pub(crate) fn read_text(&self, path: &Path) -> Result<String, CliError> {
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map(|_| bytes)
        } else {
            std::fs::read(self.path(path))
        };
        let bytes = bytes.map_err(|error| match error.kind() {
            ErrorKind::NotFound => CliError::usage(format!("there is no file {}", path.display())),
            _ => CliError::io(path, &error),
        })?;
        String::from_utf8(bytes).map_err(|_| CliError::usage(format!("{} is not UTF-8", path.display())))
    }

    /// Returns what was given, else what is typed on the terminal.
    ///
    /// # Errors
    /// Exit code 2, naming the option, where there is no terminal to ask on, or `--no-input` or `--format json` forbids it.
    pub(crate) fn ask<T: FromStr>(&self, given: Option<T>, option: &str, question: &str) -> Result<T, CliError>
    where
        T::Err: std::fmt::Display,
    {
        if let Some(given) = given {
            return Ok(given);
        }
        let silent = self.global.no_input || self.out.is_json();
        if silent || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(CliError::usage(format!("{option} is missing: {question}")));
        }
        self.out.prompt(&format!("{question}: "));
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).map_err(|error| CliError::io(Path::new("the terminal"), &error))?;
        if read == 0 {
            return Err(CliError::usage(format!("{option} is missing: {question}")));
        }
        line.trim().parse().map_err(|error: T::Err| CliError::usage(format!("{option}: {error}")))
    }
}

impl CliError {
    /// Returns an error of the clock or the source of random bits, with exit code 5.
    pub(crate) fn clock(text: String) -> CliError {
        let code = Some(crate::domain::code::Code::StoreClock);
        CliError { exit: 5, code, text, explanations: Vec::new(), next: Vec::new() }
    }
}

impl From<FormatError> for CliError {
    fn from(error: FormatError) -> CliError {
        CliError { exit: 2, code: Some(error.code), text: error.detail, explanations: Vec::new(), next: Vec::new() }
    }
}

/// An event that was written, or would be.
pub(crate) struct Written<'a> {
    /// The event.
    pub(crate) event: &'a Event,
    /// The commit and its SHA-256; `None` in a dry run.
    pub(crate) commit: Option<(Oid, Digest)>,
    /// How many places of the rule are filled, and how many there are.
    pub(crate) quorum: (u32, u32),
    /// Who could sign next.
    pub(crate) missing: &'a [Supplier],
}

impl Written<'_> {
    /// Returns the object that programs read.
    pub(crate) fn to_value(&self) -> Value {
        let effect = if self.event.pending { "pending" } else { "effective" };
        let event = Value::map([
            ("commit", self.commit.map(|(oid, _)| oid.to_string()).into()),
            ("sha256", self.commit.map(|(_, sha256)| sha256).into()),
            ("id", (&self.event.id).into()),
            ("seq", self.event.seq.into()),
            ("type", self.event.body.kind().into()),
            ("item", self.event.item.to_key().into()),
            ("effect", effect.into()),
            ("summary", self.event.summary().into()),
        ]);
        let (filled, places) = self.quorum;
        let quorum = Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))]);
        Value::map([("event", event), ("quorum", quorum), ("dry_run", self.commit.is_none().into())])
    }

    /// Returns the lines that people read.
    pub(crate) fn to_text(&self, color: bool) -> String {
        let summary = self.event.summary();
        let role = self.event.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        let told = format!("{summary}   (event {}, {}{role}, {})", self.event.seq, self.event.actor, self.event.at.date());
        let mut lines = vec![match self.commit {
            None => format!("{} {told}", paint(color, UNSURE, "would be written:")),
            Some(_) => paint(color, if self.event.pending { UNSURE } else { GOOD }, &told),
        }];
        if self.event.pending {
            let (filled, places) = self.quorum;
            lines.push(format!("  {filled} of {places} signatures; until the quorum is complete nothing changes"));
            for who in self.missing {
                let names = if who.actors.is_empty() { paint(color, BAD, "nobody who could") } else { who.actors.join(", ") };
                lines.push(format!("  next     ledger cosign {}    {}: {names}", &self.event.id.as_str()[..8], who.role));
            }
        }
        lines.join("\n")
    }
}

/// Reads repeated `K=V`, `K.sub=V` and `K=` into fields: a repeated key makes a list, a dot a map entry, `K=` a stated empty.
pub(crate) fn fields(words: &[String]) -> Result<BTreeMap<String, Vec<(Option<String>, String)>>, CliError> {
    let mut fields: BTreeMap<String, Vec<(Option<String>, String)>> = BTreeMap::new();
    for word in words {
        let (key, value) =
            word.split_once('=').ok_or_else(|| CliError::usage(format!("{word:?} is not of the form KEY=VALUE")))?;
        let (key, sub) = match key.split_once('.') {
            Some((key, sub)) => (key, Some(sub.to_owned())),
            None => (key, None),
        };
        fields.entry(key.to_owned()).or_default().push((sub, value.to_owned()));
    }
    Ok(fields)
}
