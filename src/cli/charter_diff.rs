//! `ledger charter diff`, and what `charter adopt --dry-run` says: what a change of the rules would do.

use std::path::Path;

use clap::Args;

use super::common::{as_of, written_text, written_value};
use super::{CliError, Context, SignArgs, charter};
use crate::domain::charter::load;
use crate::domain::decide::draft::Wish;
use crate::domain::decide::trust::takeover;
use crate::domain::event::Body;
use crate::domain::explain::Supplier;
use crate::domain::id::Noun;
use crate::domain::judge::quoted;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::ledger::load::Flow;
use crate::ledger::outlook::{Read, outlook, signers};
use crate::ledger::point::{Point, event_named};
use crate::ledger::{Ledger, LedgerError};
use crate::render;
use crate::render::look::{Line, Page, Tone};

/// Compares two charters: which rules differ, and with a ledger what comes out otherwise, judged on HEAD.
///
/// A side is a file, @POINT (the charter in force at that point of the ledger), BRANCH:PATH (a file of a branch or commit) or an
/// event that proposes or adopts a charter, by its number or the beginning of its id; a file that is called like one of these is named with `./`. With one side it is compared with the charter in force. Exit code: 0 the rules are the same, 1 they differ.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger charter diff charter.toml
  ledger charter diff 3fa2c1d0      what the proposal of that event would change
  ledger charter diff @12 @tip
  ledger charter diff main:charter.toml charter.toml --format json")]
pub(crate) struct DiffArgs {
    /// The one side: FILE, @POINT, BRANCH:PATH or EVENT
    #[arg(value_name = "A")]
    a: String,
    /// The other side
    #[arg(value_name = "B")]
    b: Option<String>,
}

/// What a side is called, and its charter.
type Side = (String, Read);

/// Runs the command.
pub(crate) fn run(args: &DiffArgs, context: &Context) -> Result<u8, CliError> {
    let sides = match &args.b {
        Some(b) => (args.a.as_str(), b.as_str()),
        None => ("@tip", args.a.as_str()),
    };
    let (a, b) = match (side(sides.0, context)?, side(sides.1, context)?) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(code), _) | (_, Err(code)) => return Ok(code),
    };
    let ledger = match context.repo() {
        Ok(repo) => match Ledger::load(&repo) {
            Ok(ledger) => Some((repo, ledger)),
            Err(LedgerError::None) => None,
            Err(error) => return Err(error.into()),
        },
        Err(_) => None,
    };
    let at = match &ledger {
        Some((repo, ledger)) => Some((repo, ledger, as_of(ledger.state())?)),
        None => None,
    };
    let found = outlook(at, &a.1, &b.1)?;
    let value = || {
        Value::map(
            [("a", a.0.as_str().into()), ("b", b.0.as_str().into())]
                .into_iter()
                .chain(render::outlook::entries(&found)),
        )
    };
    let page = || {
        let look = context.out.look();
        let mut page = Page::new(look);
        for (name, side) in [("a  ", &a.0), ("b  ", &b.0)] {
            page.line(&Line::new(Tone::Faint, name).and(Tone::Plain, side));
        }
        page.gap();
        page.finish() + &render::outlook::page(&found, look)
    };
    context.out.either(value, page);
    Ok(u8::from(!found.rules.is_empty()))
}

/// Reads one side; a charter that has problems is told, and the exit code returned in its stead.
fn side(word: &str, context: &Context) -> Result<Result<Side, u8>, CliError> {
    let (name, text) = text(word, context)?;
    Ok(match load(&text) {
        Ok(rules) => Ok((name, Read { text, rules })),
        Err(problems) => Err(charter::problems(context, Path::new(word), &text, &problems)?),
    })
}

/// Returns what a word is called and the text that it leads to. The form of a word alone says what it is, never which files lie around: a file that
/// somebody calls like an event or a point would else be looked at in its stead.
fn text(word: &str, context: &Context) -> Result<(String, String), CliError> {
    let path = Path::new(word);
    let is_called_a_file = path.is_absolute() || ["./", "../"].iter().any(|begin| word.starts_with(begin));
    if word == "-" || is_called_a_file {
        return Ok((word.to_owned(), context.read_text(path)?));
    }
    let there = context.path(path).exists();
    // Who means the file learns how it is called.
    let or_file = |error: CliError| {
        if there { error.next(format!("ledger charter diff {}", quoted(&format!("./{word}")))) } else { error }
    };
    if let Some(point) = word.strip_prefix('@') {
        let at = || Ok(Ledger::load_at(&context.repo()?, &Point::parse(point)?)?);
        let ledger = at().map_err(or_file)?;
        let adopted = &ledger.state().charter;
        let name = format!("{word}: {}, adopted by event {}", adopted.rules.id, adopted.seq);
        return Ok((name, adopted.text.to_string()));
    }
    if let Some((branch, path)) = word.split_once(':') {
        let at = || at_branch(&context.repo()?, word, branch, path);
        return at().map_err(or_file);
    }
    if let Some(found) = context.repo().ok().and_then(|repo| proposed(&repo, word).transpose()) {
        return found.map_err(or_file);
    }
    if there {
        return Ok((word.to_owned(), context.read_text(path)?));
    }
    let text = format!("there is no file {word}, and it is neither @POINT nor BRANCH:PATH nor an event");
    Err(CliError::usage(text, "FILE, @POINT, BRANCH:PATH or EVENT").next("ledger charter diff --help"))
}

/// Returns the charter that an event proposes or adopts; `None` where the word names no event.
fn proposed(repo: &Repo, word: &str) -> Result<Option<(String, String)>, CliError> {
    let seq = match event_named(repo, word) {
        Some(Ok(seq)) => seq,
        None | Some(Err(LedgerError::None)) => return Ok(None),
        Some(Err(error)) => return Err(error.into()),
    };
    let mut found = None;
    Ledger::load_with(repo, |entry, _| {
        let event = &entry.signed.event;
        if event.seq < seq {
            return Flow::Next;
        }
        found = Some(event.clone());
        Flow::Stop
    })?;
    let Some(event) = found else { return Ok(None) };
    let charter = match &event.body {
        Body::Founded(founding) => &founding.charter,
        Body::Chartered(adoption) => &adoption.charter,
        _ => {
            let text = format!("event {seq} ({}) neither proposes nor adopts a charter", event.summary());
            return Err(CliError::usage(text, "an event that does").next("ledger log --type chartered"));
        }
    };
    let how = if event.pending { "proposed" } else { "adopted" };
    let name = format!("{word}: {}, {how} by event {seq} of {}", charter.id, event.actor);
    Ok(Some((name, charter.text.clone())))
}

fn at_branch(repo: &Repo, word: &str, branch: &str, path: &str) -> Result<(String, String), CliError> {
    let commit = super::check::commit(repo, branch)?;
    let Some(bytes) = repo.file_at(commit, path)? else {
        return Err(CliError::usage(format!("{branch} has no file {path}"), "a file that is there"));
    };
    let text =
        String::from_utf8(bytes).map_err(|_| CliError::usage(format!("{word} is not UTF-8"), "text in UTF-8"))?;
    Ok((word.to_owned(), text))
}

/// Returns the wish to adopt a charter.
pub(super) fn wish(read: &Read) -> Wish {
    Wish::Do { item: Noun::Repo, body: Body::Chartered(Box::new(read.adoption())) }
}

/// Says what the adoption of a charter would do, and writes nothing.
pub(super) fn preview(read: &Read, file: &Path, sign: &SignArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let state = ledger.state();
    let in_force = Read { text: state.charter.text.to_string(), rules: (*state.charter.rules).clone() };
    let found = outlook(Some((&repo, &ledger, as_of(state)?)), &in_force, read)?;
    let who = signers(state, &read.adoption());
    let lines = takeover(state, &read.adoption());
    let done = context.do_on(&repo, ledger, sign, &wish(read), &[]);
    let done = done.map_err(|error| super::charter::with_lines(error, &lines, file));
    if context.out.is_json() {
        let signers = Value::List(who.iter().map(Supplier::to_value).collect());
        let entries =
            render::outlook::entries(&found).into_iter().chain([("signers", signers), ("dry_run", true.into())]);
        let told = match &done {
            Ok(done) => written_value(done),
            Err(error) => error.to_value(),
        };
        let told = match told {
            Value::Map(map) => map,
            _ => std::collections::BTreeMap::new(),
        };
        context.out.json(&Value::map(told.into_iter().chain(entries.map(|(key, value)| (key.to_owned(), value)))));
        return Ok(done.map_or_else(|error| error.exit, |_| 0));
    }
    let look = context.out.look();
    context.out.line(render::outlook::page(&found, look).trim_end_matches('\n'));
    context.out.line(render::outlook::signers(&who, look));
    let done = done?;
    context.out.line(written_text(&done, context.out.color()));
    Ok(0)
}
