//! `ledger charter`: check, show and adopt the rules.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{AtArgs, CliError, Context, SignArgs, charter_diff};
use crate::domain::charter::{self, Charter as Rules, Problem};
use crate::domain::code::Code;
use crate::domain::decide::trust::{takeover, who_as_written};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::Digest;
use crate::domain::judge::quoted;
use crate::domain::value::Value;
use crate::ledger::Ledger;
use crate::ledger::outlook::Read;
use crate::render;
use crate::render::look::{Line, Look, Page, Tone};

#[derive(Debug, Subcommand)]
pub(crate) enum Charter {
    Check(CheckArgs),
    Show(ShowArgs),
    Adopt(AdoptArgs),
    Diff(charter_diff::DiffArgs),
}

/// Checks a charter and says everything that is wrong with it, each with its place.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger charter check charter.toml
  ledger charter check charter.toml --format json")]
pub(crate) struct CheckArgs {
    /// The charter, a TOML file; `-` reads standard input
    file: PathBuf,
}

/// Prints the text of the charter in force.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger charter show
  ledger charter show --at 2026-02-03 > charter.toml")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    at: AtArgs,
}

/// Adopts a charter: from the event that completes the authority's quorum on, its rules are in force.
///
/// With --dry-run it says which rules change, what comes out otherwise judged on HEAD, what would be left without its rule, and
/// who must sign; nothing is written. How what lives goes over stands in the charter's table [migrate].
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger charter adopt charter.toml --dry-run
  ledger charter adopt charter.toml")]
pub(crate) struct AdoptArgs {
    /// The charter, a TOML file; `-` reads standard input
    file: PathBuf,
    #[command(flatten)]
    sign: SignArgs,
}

/// Runs one of the commands.
pub(crate) fn run(command: Charter, context: &Context) -> Result<u8, CliError> {
    match command {
        Charter::Check(args) => check(&args, context),
        Charter::Show(args) => show(&args, context),
        Charter::Adopt(args) => adopt(&args, context),
        Charter::Diff(args) => charter_diff::run(&args, context),
    }
}

fn check(args: &CheckArgs, context: &Context) -> Result<u8, CliError> {
    let text = context.read_text(&args.file)?;
    match charter::load(&text) {
        Ok(rules) => {
            context.out.either(|| holds_value(&rules, &text), || holds(&args.file, &rules, context.out.look_of_list()));
            Ok(0)
        }
        Err(problems) => self::problems(context, &args.file, &text, &problems),
    }
}

fn show(args: &ShowArgs, context: &Context) -> Result<u8, CliError> {
    let ledger = Ledger::load_at(&context.repo()?, &args.at.point()?)?;
    context.note_at(&args.at, ledger.state(), "")?;
    let adopted = &ledger.state().charter;
    let told = || {
        Value::map([
            ("id", (&adopted.rules.id).into()),
            ("sha256", adopted.sha256.into()),
            ("seq", adopted.seq.into()),
            ("text", (&*adopted.text).into()),
        ])
    };
    if context.out.is_json() {
        context.out.json(&told());
    } else {
        // The text is what was adopted, to the last byte; a charter's text holds no controls but TAB and LF.
        context.out.bytes(adopted.text.as_bytes());
    }
    Ok(0)
}

fn adopt(args: &AdoptArgs, context: &Context) -> Result<u8, CliError> {
    let text = context.read_text(&args.file)?;
    let rules = match charter::load(&text) {
        Ok(rules) => rules,
        Err(problems) => return self::problems(context, &args.file, &text, &problems),
    };
    let read = Read { text, rules };
    if args.sign.dry_run {
        return charter_diff::preview(&read, &args.file, &args.sign, context);
    }
    let repo = context.repo()?;
    let ledger = Ledger::load(&repo)?;
    let lines = takeover(ledger.state(), &read.adoption());
    let done = context.act_on(&repo, ledger, &args.sign, &charter_diff::wish(&read), &[]);
    done.map_err(|error| with_lines(error, &lines, &args.file)).map(|_| 0)
}

/// Adds to a refusal of a charter that strands something the lines that take it over, and the command that tries again.
pub(super) fn with_lines(mut error: CliError, lines: &[String], file: &Path) -> CliError {
    if error.first.code != Code::CharterStrands {
        return error;
    }
    let name = file_name(file);
    if !lines.is_empty() {
        error.text = format!("{}\nwhat goes over stands in {name} as:\n{}", error.text, lines.join("\n"));
    }
    let again = if name == STANDARD_INPUT { "--help".to_owned() } else { format!("{} --dry-run", quoted(&name)) };
    error.first.next = vec![format!("ledger charter adopt {again}")];
    error
}

fn file_name(file: &Path) -> String {
    if file == Path::new("-") { STANDARD_INPUT.to_owned() } else { file.display().to_string() }
}

/// How a charter that was piped in is called.
const STANDARD_INPUT: &str = "standard input";

/// What is needed where a problem does not say it.
const LOADS: &str = "a charter that loads";

/// Tells what is wrong with a charter and returns the exit code.
#[allow(clippy::unnecessary_wraps, reason = "every command returns the same")]
pub(super) fn problems(context: &Context, file: &Path, text: &str, problems: &[Problem]) -> Result<u8, CliError> {
    let name = file_name(file);
    let error = of_problems(&format!("the charter {name} has {} problems", problems.len()), &name, problems);
    if context.out.is_json() {
        let list = problems.iter().map(|problem| problem_value(text, problem));
        let error = error.to_value();
        let error = error.get("error").cloned().unwrap_or(Value::Null);
        let told = [("error", error), ("file", name.into()), ("problems", Value::List(list.collect()))];
        context.out.json(&Value::map(told));
    } else {
        let told = render::charter::problems(&name, text, problems, context.out.look_err());
        let mut page = Page::new(context.out.look_err());
        // Each problem says what would do in its place, where it is known.
        if error.explanations().any(|told| told.needed == LOADS) {
            page.detail(2, "needed", Tone::Plain, LOADS);
        }
        page.next(2, &error.first.next.iter().map(|next| (next.clone(), String::new())).collect::<Vec<_>>());
        context.out.note(format!("{}\n{}", told.trim_end_matches('\n'), page.finish().trim_end_matches('\n')));
    }
    Ok(2)
}

/// Returns the error that a charter with problems is, one explanation each.
fn of_problems(text: &str, name: &str, problems: &[Problem]) -> CliError {
    let told = problems.iter().map(|problem| {
        let needed = problem.help.clone().unwrap_or_else(|| LOADS.to_owned());
        Explanation::new(problem.code, problem.message.as_str(), needed).path(name).who(vec![Supplier::asker()])
    });
    let file = if name == STANDARD_INPUT { "--help".to_owned() } else { quoted(name) };
    let check = format!("ledger charter check {file}");
    let mut told = told.map(|e| e.next(&check));
    let error = CliError::usage(text, LOADS).next(&check);
    match told.next() {
        Some(first) => CliError { first: Box::new(first), others: told.collect(), ..error },
        None => error,
    }
}

fn problem_value(text: &str, problem: &Problem) -> Value {
    let before = text.get(..problem.span.start.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
    Value::map([
        ("code", Value::text(problem.code)),
        ("message", problem.message.as_str().into()),
        ("help", problem.help.clone().into()),
        ("line", line.into()),
        ("column", column.into()),
        ("start", (problem.span.start as u64).into()),
        ("end", (problem.span.end as u64).into()),
    ])
}

/// What a charter holds, as counts with their words.
fn counts(rules: &Rules) -> [(&'static str, &'static str, usize); 7] {
    [
        ("role", "roles", rules.roles.len()),
        ("kind", "kinds", rules.kinds.len()),
        ("link", "links", rules.links.len()),
        ("claim", "claims", rules.claims.len()),
        ("gate", "gates", rules.gates.len()),
        ("block", "blocks", rules.blocks.len()),
        ("scope", "scopes", rules.scopes.len()),
    ]
}

fn holds(file: &Path, rules: &Rules, look: Look) -> String {
    let counts: Vec<String> = counts(rules)
        .into_iter()
        .filter(|(_, _, count)| *count > 0)
        .map(|(one, many, count)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let title = rules.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
    let mut page = Page::new(look);
    page.line(&Line::plain(format!("{}: the charter {}{title} has no problems", file.display(), rules.id)));
    for (label, text) in [("authority", who_as_written(&rules.authority)), ("holds", counts.join(", "))] {
        page.row(&format!("  {label}"), "  authority  ".len(), &Line::plain(text));
    }
    page.finish()
}

fn holds_value(rules: &Rules, text: &str) -> Value {
    let counts = counts(rules).into_iter().map(|(_, many, count)| (many, (count as u64).into()));
    Value::map([
        ("id", (&rules.id).into()),
        ("title", rules.title.clone().into()),
        ("semantics", u64::from(rules.semantics).into()),
        ("authority", who_as_written(&rules.authority).into()),
        ("sha256", Digest::of(text.as_bytes()).into()),
        ("holds", Value::map(counts)),
        ("problems", Value::List(Vec::new())),
    ])
}
