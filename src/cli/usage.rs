//! What is wrong with the words of the command line before any command has run: told as every other refusal is.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Parser};

use super::printer::Printer;
use super::{Cli, CliError, ColorWhen, Format, Global};
use crate::render::shown;

/// How many commands are named where one is missing.
const SHORT: usize = 12;

/// Tells it, or the help that was asked for, and returns the exit code.
pub(super) fn tell(mut error: clap::Error, words: &[OsString]) -> u8 {
    show_harmlessly(&mut error);
    // What every command has is near nothing that was meant.
    let near =
        |value: &ContextValue| matches!(value, ContextValue::String(near) if near == "--version" || near == "--help");
    if error.get(ContextKind::SuggestedArg).is_some_and(near) {
        error.remove(ContextKind::SuggestedArg);
    }
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let format = if !asked && wants_json(words) { Format::Json } else { Format::Human };
    let global = Global { dir: ".".into(), format, color: ColorWhen::Auto, no_pager: true, no_input: true };
    let out = Printer::new(&global);
    if asked {
        out.keep(error.print());
        return out.finish(0);
    }
    if !out.is_json() && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Whoever typed nothing more reads first what there is.
        out.note(format!("{}\n", error.render().to_string().trim_end()));
    }
    let exit = out.error(&explained(&error, words));
    out.finish(exit)
}

/// Takes out of an error what a terminal could act on: words of the command line may come from somebody else than who runs it.
fn show_harmlessly(error: &mut clap::Error) {
    let words = error.context().filter_map(|(kind, value)| match value {
        ContextValue::String(word) => Some((kind, word.clone())),
        _ => None,
    });
    let odd: Vec<(ContextKind, String)> = words.filter(|(_, word)| shown::line(word) != *word).collect();
    if odd.is_empty() {
        return;
    }
    for (kind, word) in odd {
        error.insert(kind, ContextValue::String(shown::line(&word)));
    }
}

/// Returns the command whose help says what the words may be.
pub(super) fn help(words: &[OsString]) -> String {
    format!("{} --help", command(words))
}

/// Returns the command that the words name, as far as they name one.
fn command(words: &[OsString]) -> String {
    named(words).0
}

/// Returns the line of usage of the command that the words name.
fn usage_of(words: &[OsString]) -> String {
    let whole = whole();
    let usage = at(&whole, words).0.clone().render_usage().to_string();
    usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned()
}

/// Returns the command that the words name, as far as they name one, and those that can follow it.
fn named(words: &[OsString]) -> (String, Vec<String>) {
    let whole = whole();
    let (at, name) = at(&whole, words);
    let own = at.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
    (name, own.map(|inner| inner.get_name().to_owned()).collect())
}

fn whole() -> Command {
    let mut whole = Cli::command();
    whole.build();
    whole
}

fn at<'c>(whole: &'c Command, words: &[OsString]) -> (&'c Command, String) {
    let mut at = whole;
    let mut name = "ledger".to_owned();
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(inner) = at.find_subcommand(word).filter(|inner| inner.get_name() != "help") {
            at = inner;
            name = format!("{name} {}", inner.get_name());
        }
    }
    (at, name)
}

/// Returns whether JSON was asked for, as far as that can be told of words that are wrong.
fn wants_json(words: &[OsString]) -> bool {
    let is = |word: Option<&OsString>, text: &str| word.is_some_and(|word| word == text);
    let before_data = words.split(|word| word == "--").next().unwrap_or_default();
    (0..before_data.len())
        .any(|n| is(words.get(n), "--format=json") || (is(words.get(n), "--format") && is(words.get(n + 1), "json")))
}

/// Returns the error as every other is told: what was found, and how the command is typed or the possible values as what is
/// needed.
fn explained(error: &clap::Error, words: &[OsString]) -> CliError {
    if matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        let (name, following) = named(words);
        let found = format!("{name} is not a whole command");
        let needed = format!("one of these behind it: {}", following.join(", "));
        return CliError::usage(found, needed).next(help(words));
    }
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let first = parts.next().unwrap_or_default();
    let found = first.strip_prefix("error: ").unwrap_or(&first).to_owned();
    let (found, values) = match found.split_once(" [possible values: ") {
        Some((found, values)) => (found.to_owned(), Some(format!("one of {}", values.trim_end_matches(']')))),
        None => (found, None),
    };
    let words_to = before(error, words);
    let command = || of_command(error, words_to);
    let needed = values.or_else(command).or_else(|| of_value(error)).unwrap_or_else(|| usage_of(words_to));
    let near: Vec<String> =
        NEAR.iter().flat_map(|(_, near)| texts(error, *near)).map(|near| format!("`{near}`")).collect();
    let needed = if near.is_empty() { needed } else { format!("{needed}; did you mean {}?", near.join(" or ")) };
    let told = CliError::usage(found, needed);
    let told = retyped(error, words).into_iter().fold(told, CliError::next);
    told.next(help(words_to))
}

/// What can be wrong, with the kind of words that are near it.
const NEAR: [(ContextKind, ContextKind); 3] = [
    (ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand),
    (ContextKind::InvalidArg, ContextKind::SuggestedArg),
    (ContextKind::InvalidValue, ContextKind::SuggestedValue),
];

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Returns the words in front of the one that should be a command and is none; where that is not what is wrong, all of them.
fn before<'w>(error: &clap::Error, words: &'w [OsString]) -> &'w [OsString] {
    let wrong = texts(error, ContextKind::InvalidSubcommand);
    let at = words.iter().position(|word| wrong.iter().any(|wrong| word == wrong.as_str()));
    words.get(..at.unwrap_or(words.len())).unwrap_or(words)
}

/// Returns which commands there are, where a word should be one and is none.
fn of_command(error: &clap::Error, words: &[OsString]) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let (name, following) = named(words);
    Some(match following.len() {
        0..=SHORT => format!("one of these behind {name}: {}", following.join(", ")),
        _ => format!("a command that `{name} --help` names"),
    })
}

/// Returns the command line with the one word in the place of the wrong one that is near it, where that makes sense.
fn retyped(error: &clap::Error, words: &[OsString]) -> Option<String> {
    let pair = NEAR.iter().map(|(wrong, near)| (texts(error, *wrong), texts(error, *near)));
    let (wrong, near) =
        pair.filter_map(|(wrong, near)| Some((wrong.into_iter().next()?, near))).find(|(_, near)| near.len() == 1)?;
    let near = near.first()?;
    let text: Vec<&str> = words.iter().skip(1).map(|word| word.to_str()).collect::<Option<_>>()?;
    let at = text
        .iter()
        .position(|word| word.strip_prefix(&wrong).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))?;
    let put = |(position, word): (usize, &&str)| {
        if position == at {
            format!("{near}{}", word.strip_prefix(&wrong).unwrap_or_default())
        } else {
            (*word).to_owned()
        }
    };
    let again: Vec<String> = text.iter().enumerate().map(put).collect();
    let whole = std::iter::once("ledger").chain(again.iter().map(String::as_str));
    let is_plain = again.iter().all(|word| shown::line(word) == *word);
    let quoted: Vec<String> = again.iter().map(|word| shown::shell(word.as_bytes())).collect();
    (is_plain && Cli::try_parse_from(whole).is_ok()).then(|| format!("ledger {}", quoted.join(" ")))
}

/// Returns what the argument takes, where it is its value that is wrong or missing.
fn of_value(error: &clap::Error) -> Option<String> {
    let of_value = matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation);
    let argument = texts(error, ContextKind::InvalidArg).into_iter().next().filter(|_| of_value)?;
    Some(format!("a value that {argument} takes"))
}
