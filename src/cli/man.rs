//! `ledger man`: the manual, made of the same description as the help.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use super::common::put_outside;
use super::{Cli, CliError, Context};

/// Writes the manual: a page for each command.
///
/// Without DIR the page of `ledger` itself is printed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger man ~/.local/share/man/man1     then: man ledger-seal
  ledger man | man -l -")]
pub(crate) struct ManArgs {
    /// Where the pages go; made where it is not there
    #[arg(value_name = "DIR")]
    pages: Option<PathBuf>,
}

/// What each page of the manual says, so that an older one is known as ours.
const MANUAL: &[u8] = b"\"govledger ";

/// Prints or writes the pages.
pub(crate) fn run(args: &ManArgs, context: &Context) -> Result<u8, CliError> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    let Some(dir) = &args.pages else {
        context.out.bytes(&page(&whole).map_err(|error| CliError::io(std::path::Path::new("the page"), &error))?);
        return Ok(0);
    };
    let is_command = whole.get_subcommands().any(|inner| dir.as_os_str() == inner.get_name());
    let (word, dir) = (dir.display().to_string(), context.path(dir));
    if is_command && !dir.exists() {
        let text = format!("{word} is a command, and no directory of that name is there");
        let error = CliError::usage(text, "a directory for all pages: ./ before its name where it is to be made");
        return Err(error.next(format!("ledger {word} --help")).next(format!("ledger man ./{word}")));
    }
    std::fs::create_dir_all(&dir).map_err(|error| CliError::io(&dir, &error))?;
    let mut pages = Vec::new();
    gather(&whole, &mut pages);
    for command in &pages {
        let file = dir.join(Man::new((*command).clone()).get_filename());
        let text = page(command).map_err(|error| CliError::io(&file, &error))?;
        put_outside(&file, &text, |old| old.windows(MANUAL.len()).any(|part| part == MANUAL))?;
    }
    context.out.stands(format!("{} pages written", pages.len()));
    context.out.either(
        || {
            let names = pages.iter().map(|command| Man::new((*command).clone()).get_filename().into());
            crate::domain::value::Value::map([
                ("directory", dir.display().to_string().into()),
                ("pages", crate::domain::value::Value::List(names.collect())),
            ])
        },
        || format!("{} pages in {}", pages.len(), crate::render::shown::path(dir.to_string_lossy().as_bytes())),
    );
    Ok(0)
}

fn gather<'c>(command: &'c Command, pages: &mut Vec<&'c Command>) {
    pages.push(command);
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        gather(inner, pages);
    }
}

/// Returns the page of a command. What stands below its options in the help keeps its lines: most of it is examples.
fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let source = concat!("govledger ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name).source(source).manual("govledger");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    // As the help says it, with the values of options and without each of them by itself.
    let usage = command.clone().render_usage().to_string();
    writeln!(out, ".SH SYNOPSIS\n{}", verbatim(usage.trim_start_matches("Usage: ")))?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if command.get_subcommands().any(|inner| !inner.is_hide_set()) {
        man.render_subcommands_section(&mut out)?;
    }
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (notes, examples) = after.split_once("Examples:\n").unwrap_or((&after, ""));
    for (name, text) in [("NOTES", notes), ("EXAMPLES", examples)] {
        if !text.trim().is_empty() {
            writeln!(out, ".SH {name}\n.nf")?;
            for line in text.trim_matches('\n').lines() {
                writeln!(out, "{}", verbatim(line))?;
            }
            writeln!(out, ".fi")?;
        }
    }
    Ok(out)
}

/// Returns a line as roff prints it unchanged; an empty one, and one that begins like a request, begin with nothing visible.
fn verbatim(line: &str) -> String {
    let text = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
    if text.is_empty() || text.starts_with('.') { format!("\\&{text}") } else { text }
}
