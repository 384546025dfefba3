//! What several commands share: options, the words of nouns and fields, and how a written event is told.

use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::printer::{BAD, DIM, GOOD, UNSURE, paint};
use super::{CliError, Context, told};
use crate::clock;
use crate::domain::code::Code;
use crate::domain::decide::draft::Wish;
use crate::domain::decide::words::Typed;
use crate::domain::error::FormatError;
use crate::domain::event::Event;
use crate::domain::explain::Supplier;
use crate::domain::id::{Correlation, Digest, Rid, RoleId};
use crate::domain::judge::quoted;
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::domain::value::Value;
use crate::git::worktree::{Onto, Put};
use crate::git::{Oid, Repo};
use crate::ledger::Ledger;
use crate::ledger::act::{self, Actor};
use crate::ledger::point::Point;
use crate::render::{shown, spoken};
use crate::signing::Search;

/// Writes a file of the work tree; returns what came of it, where nothing stands in the way.
pub(crate) fn write_file(repo: &Repo, path: &RepoPath, text: &str, over: Onto) -> Result<Put, CliError> {
    match repo.write_file(path, text.as_bytes(), over)? {
        Put::InTheWay(part) => {
            let text = format!("{part} stands where {path} would be written");
            Err(CliError::usage(text, "directories and a file there, and no links")
                .code(Code::StoreIo)
                .next(format!("ls -l {}", quoted(&part))))
        }
        written => Ok(written),
    }
}

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
    /// Read the ledger at a point: a number, ~N, a day or moment (UTC), or the beginning of an event's id, commit or
    /// SHA-256
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
            default_key_command: if ssh { repo.config("gpg.ssh.defaultKeyCommand")? } else { None },
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
            commit: sign.commit.as_deref().map(|revision| super::check::commit(repo, revision)).transpose()?,
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
        let ledger = Ledger::load(&repo)?;
        self.act_on(&repo, ledger, sign, wish, kept)?;
        Ok(0)
    }

    /// Does what a person wants on a ledger that was read already, and tells what came of it.
    pub(crate) fn act_on(
        &self,
        repo: &Repo,
        ledger: Ledger,
        sign: &SignArgs,
        wish: &Wish,
        kept: &[Vec<u8>],
    ) -> Result<act::Written, CliError> {
        let done = self.do_on(repo, ledger, sign, wish, kept)?;
        self.out.either(|| written_value(&done), || written_text(&done, self.out.color()));
        Ok(done)
    }

    /// Does what a person wants as [`Context::act_on`] does, and tells nothing but warnings.
    pub(crate) fn do_on(
        &self,
        repo: &Repo,
        ledger: Ledger,
        sign: &SignArgs,
        wish: &Wish,
        kept: &[Vec<u8>],
    ) -> Result<act::Written, CliError> {
        let actor = self.actor(repo, sign)?;
        let own = told::path_of(ledger.state(), wish);
        let done = act::act_on(repo, ledger, &actor, wish, kept);
        let seen = done.as_ref().ok().and_then(|done| done.draft.event.seen.as_ref());
        told::warn(self, repo, actor.commit, own, seen);
        let mut done = done.map_err(|error| CliError::of(&wish.label(), error))?;
        if done.commit.is_some() {
            let event = &done.draft.event;
            let stands = format!("event {} ({}, id {})", event.seq, event.summary(), event.id);
            for fault in done.faults.drain(..) {
                self.out.fault(fault.into(), &stands);
            }
            self.out.stands(stands);
        }
        Ok(done)
    }
}

/// Writes a file that lies where somebody named it, be that in a repository or not: whole, never through a link, and over nothing but
/// what `is_ours` knows as an older one of the same sort.
///
/// # Errors
/// Exit code 2 where something else stands there, 5 where it cannot be written.
pub(crate) fn put_outside(file: &Path, bytes: &[u8], is_ours: impl Fn(&[u8]) -> bool) -> Result<(), CliError> {
    let there = match file.symlink_metadata() {
        Ok(found) => Some(found),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(CliError::io(file, &error)),
    };
    if let Some(found) = &there {
        let name = shown::path(file.to_string_lossy().as_bytes());
        let refuse = |text: String| CliError::usage(text, "another name, or nothing at this one");
        if !found.is_file() {
            return Err(refuse(format!("{name} is a link or no file, and is not written through")));
        }
        let old = std::fs::read(file).map_err(|error| CliError::io(file, &error))?;
        if !is_ours(&old) {
            return Err(refuse(format!("{name} holds something else, and is kept")));
        }
    }
    // Under a name of its own first, so that what stops on the way leaves no half of it, and a link is replaced, not followed.
    let mut own = file.as_os_str().to_owned();
    own.push(format!(".{}.next", std::process::id()));
    let own = PathBuf::from(own);
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&own);
    let written = made.and_then(|mut made| {
        std::io::Write::write_all(&mut made, bytes)?;
        // Who may read it stays as whoever keeps the file has set it.
        there.map_or(Ok(()), |there| made.set_permissions(there.permissions()))
    });
    written.and_then(|()| std::fs::rename(&own, file)).map_err(|error| {
        let _ = std::fs::remove_file(&own);
        CliError::io(file, &error)
    })
}

/// Returns what was written as programs read it.
pub(crate) fn written_value(done: &act::Written) -> Value {
    Written::of(done).to_value()
}

/// Returns what was written as people read it.
pub(crate) fn written_text(done: &act::Written, color: bool) -> String {
    Written::of(done).to_text(&told::details(done.before.state(), &done.draft, done.commit.is_none()), color)
}

/// Returns the moment for which durations are judged: now, and never before the ledger's tip.
pub(crate) fn as_of(state: &State) -> Result<Timestamp, CliError> {
    Ok(clock::event_time().map_err(CliError::clock)?.max(state.tip.at))
}

impl Context {
    /// Returns a path as the person meant it, who may have given `-C`.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        if self.global.dir == Path::new(".") { path.to_owned() } else { self.global.dir.join(path) }
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
            ErrorKind::NotFound => {
                let text = format!("there is no file {}", shown::line(&path.to_string_lossy()));
                CliError::usage(text, "a file, or - for standard input")
            }
            ErrorKind::IsADirectory => {
                let text = format!("{} is a directory", shown::line(&path.to_string_lossy()));
                CliError::usage(text, "a file, or - for standard input")
            }
            _ => CliError::io(path, &error),
        })?;
        String::from_utf8(bytes).map_err(|_| {
            CliError::usage(format!("{} is not UTF-8", shown::line(&path.to_string_lossy())), "text in UTF-8")
        })
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
        let missing = || {
            let text = format!("{} is missing", shown::line(option));
            CliError::usage(text, shown::line(question)).next(filled(&self.typed, option))
        };
        if silent || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return Err(missing());
        }
        self.out.prompt(&format!("{question}: "));
        let mut line = String::new();
        let read =
            std::io::stdin().read_line(&mut line).map_err(|error| CliError::io(Path::new("the terminal"), &error))?;
        if read == 0 {
            return Err(missing());
        }
        line.trim().parse().map_err(|error: T::Err| CliError::usage(format!("{option}: {error}"), question))
    }
}

impl Context {
    /// Returns whether somebody sits at a terminal and may be asked.
    pub(crate) fn can_ask(&self) -> bool {
        !self.global.no_input
            && !self.out.is_json()
            && std::io::stdin().is_terminal()
            && std::io::stderr().is_terminal()
    }

    /// Returns the reason that was given, else the one that is typed on the terminal.
    ///
    /// # Errors
    /// Exit code 2 with the whole command, where nobody can be asked; also where the reason is empty.
    pub(crate) fn reason(&self, given: Option<String>, command: &str) -> Result<String, CliError> {
        self.stated(given, "reason", "why, which the ledger keeps", command)
    }

    /// Returns a text that the ledger keeps: the one given, else the one that is typed on the terminal.
    ///
    /// # Errors
    /// Exit code 2 with the whole command, where nobody can be asked; also where the text is empty.
    pub(crate) fn stated(
        &self,
        given: Option<String>,
        name: &str,
        needed: &str,
        command: &str,
    ) -> Result<String, CliError> {
        let missing = |text: String| CliError::usage(text, needed).next(format!("{command} --{name} TEXT"));
        if given.is_none() && !self.can_ask() {
            return Err(missing(format!("--{name} TEXT is missing")));
        }
        let text: String = self.ask(given, &format!("--{name} TEXT"), name)?;
        if text.trim().is_empty() { Err(missing(format!("the {name} is empty"))) } else { Ok(text) }
    }

    /// Asks until the answer is yes or no.
    pub(crate) fn ask_yes_or_no(&self, question: &str) -> Result<bool, CliError> {
        loop {
            let text: String =
                self.ask(None, &format!("--answer {question}=yes|no"), &format!("  {question}? yes or no"))?;
            match text.to_ascii_lowercase().as_str() {
                "yes" | "y" => return Ok(true),
                "no" | "n" => return Ok(false),
                _ => self.out.note("  please type yes or no"),
            }
        }
    }
}

/// Returns the command that was typed with what it lacks, in capitals where a person has to supply it: `--path PATH`, `ID`.
fn filled(typed: &[String], option: &str) -> String {
    let mut words: Vec<String> = typed.iter().map(|word| quoted(word)).collect();
    let named = option.split_once(' ');
    let at = named.and_then(|(flag, _)| typed.iter().rposition(|word| word == flag));
    match (named, at) {
        (Some((_, value)), Some(at)) => {
            // `--field mode` lacks its value, `--path` all of it.
            let begun = typed.get(at + 1).is_some_and(|word| value.starts_with(&format!("{word}=")));
            words.splice(at + 1..at + 1 + usize::from(begun), [value.to_owned()]);
        }
        _ => words.push(option.to_owned()),
    }
    format!("ledger {}", words.join(" "))
}

impl From<FormatError> for CliError {
    fn from(error: FormatError) -> CliError {
        CliError::usage(error.detail, "a word in the form that its help gives").code(error.code)
    }
}

/// An event that was written, or would be.
struct Written<'a> {
    /// The event.
    pub(crate) event: &'a Event,
    /// The commit and its SHA-256; `None` in a dry run.
    pub(crate) commit: Option<(Oid, Digest)>,
    /// How many places of the rule are filled, and how many there are.
    pub(crate) quorum: (u32, u32),
    /// Who could sign next.
    pub(crate) missing: &'a [Supplier],
    /// The first event of the proposal that it joins.
    joins: Option<&'a Rid>,
    /// The state that it was decided in.
    before: &'a State,
}

/// Returns an event that was written, or would be, as programs read it: `commit` and `sha256` are null in a dry run.
pub(super) fn event_value(event: &Event, commit: Option<(Oid, Digest)>) -> Value {
    Value::map([
        ("commit", commit.map(|(oid, _)| oid.to_string()).into()),
        ("sha256", commit.map(|(_, sha256)| sha256).into()),
        ("id", (&event.id).into()),
        ("seq", event.seq.into()),
        ("type", event.body.kind().into()),
        ("item", event.item.to_key().into()),
        ("effective", (!event.pending).into()),
        ("pending", event.pending.into()),
        ("summary", event.summary().into()),
    ])
}

impl Written<'_> {
    fn of(done: &act::Written) -> Written<'_> {
        Written {
            event: &done.draft.event,
            commit: done.commit,
            quorum: done.draft.admission.quorum,
            missing: &done.draft.admission.missing,
            joins: done.draft.joins.as_ref(),
            before: done.before.state(),
        }
    }

    /// Returns the object that programs read.
    pub(crate) fn to_value(&self) -> Value {
        let event = event_value(self.event, self.commit);
        let (filled, places) = self.quorum;
        let quorum = Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))]);
        let looks = self.joins.map(|first| spoken::looks(first, &self.event.body));
        Value::map([
            ("event", event),
            ("says", spoken::texts(spoken::says_in(self.before, &self.event.item, &self.event.body))),
            ("look", spoken::texts(looks.unwrap_or_default())),
            ("quorum", quorum),
            ("dry_run", self.commit.is_none().into()),
        ])
    }

    /// Returns the lines that people read, with labelled details after the first.
    pub(crate) fn to_text(&self, details: &[(&str, String)], color: bool) -> String {
        let summary = self.event.summary();
        let role = self.event.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        let told =
            format!("{summary}   (event {}, {}{role}, {})", self.event.seq, self.event.actor, self.event.at.date());
        let mut lines = vec![match self.commit {
            None => format!("{} {told}", paint(color, UNSURE, "would be written:")),
            Some(_) => paint(color, if self.event.pending { UNSURE } else { GOOD }, &told),
        }];
        lines.extend(
            details
                .iter()
                .map(|(label, text)| format!("  {} {}", paint(color, DIM, &format!("{label:<8}")), shown::line(text))),
        );
        if self.event.pending {
            lines.extend(self.pending(color));
        }
        lines.join("\n")
    }

    /// Returns what is said of a proposal: how far it is, when it ends, and how others sign it.
    fn pending(&self, color: bool) -> Vec<String> {
        let (filled, places) = self.quorum;
        let label = |name: &str| paint(color, DIM, &format!("{name:<8}"));
        let mut lines = vec![format!(
            "  {} {filled} of {places} signatures; nothing changes before it is complete",
            label("quorum")
        )];
        if self.commit.is_none() {
            return lines;
        }
        let id = self.joins.unwrap_or(&self.event.id).as_str();
        let command = format!("ledger cosign {}", id.get(..8).unwrap_or(id));
        for (position, who) in self.missing.iter().enumerate() {
            let names =
                if who.actors.is_empty() { paint(color, BAD, "nobody who could") } else { who.actors.join(", ") };
            let command = if position == 0 { command.clone() } else { " ".repeat(command.len()) };
            let count = if who.count > 1 { format!("{} ", who.count) } else { String::new() };
            lines.push(format!(
                "  {} {command}    {count}{}: {names}",
                label(if position == 0 { "next" } else { "" }),
                who.role
            ));
        }
        lines
    }
}

/// Reads repeated `K=V`, `K.sub=V` and `K=` into fields: a repeated key makes a list, a dot a map entry, `K=` a stated empty.
pub(crate) fn fields(words: &[String]) -> Result<Typed, CliError> {
    let mut fields = Typed::new();
    for word in words {
        let (key, value) = word
            .split_once('=')
            .ok_or_else(|| CliError::usage(format!("{word:?} is not of the form KEY=VALUE"), "KEY=VALUE"))?;
        let (key, sub) = match key.split_once('.') {
            Some((key, sub)) => (key, Some(sub.to_owned())),
            None => (key, None),
        };
        fields.entry(key.to_owned()).or_default().push((sub, value.to_owned()));
    }
    Ok(fields)
}
