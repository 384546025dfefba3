//! What is wrong with the words of the command line before any command has run.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::printer::Printer;
use super::{Cli, CliError, ColorWhen, Format, Global};
use crate::render::shown;

/// Tells it, or the help that was asked for, and returns the exit code.
pub(super) fn tell(mut error: clap::Error, words: &[OsString]) -> u8 {
    show_harmlessly(&mut error);
    // What every command has is near nothing that was meant.
    let near =
        |value: &ContextValue| matches!(value, ContextValue::String(near) if near == "--version" || near == "--help");
    if error.get(ContextKind::SuggestedArg).is_some_and(near) {
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::Usage);
    }
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let format = if !asked && wants_json(words) { Format::Json } else { Format::Human };
    let global = Global { dir: ".".into(), format, color: ColorWhen::Auto, no_pager: true, no_input: true };
    let out = Printer::new(&global);
    let exit = if out.is_json() {
        out.error(&explained(&error, words))
    } else {
        out.keep(error.print());
        if asked { 0 } else { 2 }
    };
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
    // A suggestion repeats the word.
    error.remove(ContextKind::Suggested);
}

/// Returns the command whose help says what the words may be.
pub(super) fn help(words: &[OsString]) -> String {
    format!("{} --help", command(words))
}

/// Returns the command that the words name, as far as they name one.
fn command(words: &[OsString]) -> String {
    named(words).0
}

/// Returns the command that the words name, as far as they name one, and those that can follow it.
fn named(words: &[OsString]) -> (String, Vec<String>) {
    let mut whole = Cli::command();
    whole.build();
    let mut at: &Command = &whole;
    let mut name = "ledger".to_owned();
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(inner) = at.find_subcommand(word).filter(|inner| inner.get_name() != "help") {
            at = inner;
            name = format!("{name} {}", inner.get_name());
        }
    }
    let own = at.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
    (name, own.map(|inner| inner.get_name().to_owned()).collect())
}

/// Returns whether JSON was asked for, as far as that can be told of words that are wrong.
fn wants_json(words: &[OsString]) -> bool {
    let is = |word: Option<&OsString>, text: &str| word.is_some_and(|word| word == text);
    let before_data = words.split(|word| word == "--").next().unwrap_or_default();
    (0..before_data.len())
        .any(|n| is(words.get(n), "--format=json") || (is(words.get(n), "--format") && is(words.get(n + 1), "json")))
}

/// Returns the error as every other is told: what was found, and the line of usage or the possible values as what is needed.
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
    let usage = parts.find_map(|part| Some(part.strip_prefix("Usage: ")?.to_owned()));
    let needed =
        values.or(usage).or_else(|| of_argument(error)).unwrap_or_else(|| "words that its help knows".to_owned());
    CliError::usage(found, needed).next(help(words))
}

/// Returns what the argument takes whose value is wrong or missing.
fn of_argument(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(argument) => Some(format!("a value that {argument} takes")),
        _ => None,
    }
}
