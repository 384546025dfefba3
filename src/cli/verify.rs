//! `ledger verify`: everything from genesis, believed from nobody.

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::ledger::Ledger;
use crate::ledger::cited::Unheld;
use crate::ledger::taint::{Settled, Tainted};
use crate::ledger::verify::{Contradiction, Pins, Verified, role_of, verify_with};
use crate::render::look::{Line, Look, Page, Tone};

/// From how many events on progress is shown.
const LONG: u64 = 2000;

/// Checks the whole ledger from genesis: bytes, signatures, rules, facts and evidence.
///
/// Nothing that was computed before is believed. Facts that events claim to have seen are held against the commits that are here.
/// Whether events were cut off the end cannot be seen in a ledger: note its tip down, and give it with --tip.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ledger verify
  ledger verify --genesis 3f1c9a… --tip 41:9be2…
  ledger verify --complete --format json")]
pub(crate) struct VerifyArgs {
    /// The identity that the ledger must have
    #[arg(long, value_name = "SHA256")]
    genesis: Option<Digest>,
    /// An event that the ledger must hold
    #[arg(long, value_name = "SEQ:SHA256", value_parser = tip)]
    tip: Option<(u64, Digest)>,
    /// Fail, too, where a fact could not be held against its commit, a piece of evidence is missing, or signed code cites an event that
    /// the ledger does not hold
    #[arg(long)]
    complete: bool,
}

/// Reads `SEQ:SHA256`.
pub(super) fn tip(text: &str) -> Result<(u64, Digest), String> {
    let (seq, sha256) = text.split_once(':').ok_or("it has the form SEQ:SHA256")?;
    let seq = seq.parse().map_err(|_| "the position before `:` is no number".to_owned())?;
    Ok((seq, Digest::parse(sha256).map_err(|error| error.detail)?))
}

/// Verifies and tells.
pub(crate) fn run(args: &VerifyArgs, context: &Context) -> Result<u8, CliError> {
    let repo = context.repo()?;
    let pins = Pins { genesis: args.genesis, tip: args.tip };
    let bar = bar(context, &repo)?;
    let verified = verify_with(&repo, &pins, |seq| bar.set_position(seq + 1));
    bar.finish_and_clear();
    let verified = verified?;
    let lacks = verified.not_seen > 0 || !verified.missing.is_empty() || !verified.unheld.is_empty();
    let incomplete = args.complete && lacks;
    let stands = verified.contradicted.is_empty() && !incomplete;
    let asked = Asked { genesis: args.genesis.is_some(), tip: args.tip.is_some(), level: Level::Facts };
    context.out.either(|| value(&verified, asked, stands), || text(&verified, asked, context.out.look_of_list()));
    Ok(if stands { 0 } else { 3 })
}

/// What a verification was asked, and how far it went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// Whether the genesis was given.
    pub(super) genesis: bool,
    /// Whether the tip was given.
    pub(super) tip: bool,
    /// The level that was reached.
    pub(super) level: Level,
}

/// The level of the format's specification that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Every rule is judged again; there is no code that facts could be held against.
    Rules,
    /// Facts too.
    Facts,
}

/// Returns a bar that shows progress on a terminal, where the ledger is long.
fn bar(context: &Context, repo: &Repo) -> Result<ProgressBar, CliError> {
    let hidden = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if context.out.is_json() || !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        return Ok(hidden);
    }
    let events = Ledger::announced(repo)?;
    if events < LONG {
        return Ok(hidden);
    }
    let bar = ProgressBar::new(events);
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} events, {eta} left");
    Ok(style.map_or_else(|_| hidden, |style| bar.with_style(style)))
}

/// Returns what was found as programs read it.
pub(super) fn value(verified: &Verified, asked: Asked, stands: bool) -> Value {
    let state = verified.ledger.state();
    let count = |n: usize| Value::from(n as u64);
    Value::map([
        ("valid", true.into()),
        ("verified", stands.into()),
        ("level", if asked.level == Level::Facts { 3_u64 } else { 2 }.into()),
        ("events", (state.tip.seq + 1).into()),
        ("genesis", state.genesis.into()),
        ("tip", format!("{}:{}", state.tip.seq, state.tip.sha256).into()),
        ("genesis_pinned", asked.genesis.into()),
        ("completeness_shown", asked.tip.into()),
        (
            "facts",
            Value::map([
                ("confirmed", verified.confirmed.into()),
                ("contradicted", Value::List(verified.contradicted.iter().map(contradiction).collect())),
                ("disputed", verified.disputed.into()),
                ("not_seen", verified.not_seen.into()),
            ]),
        ),
        ("tainted", Value::List(verified.tainted.iter().map(tainted).collect())),
        ("unheld", Value::List(verified.unheld.iter().map(unheld).collect())),
        (
            "evidence",
            Value::map([
                ("present", verified.present.into()),
                ("erased", verified.erased.into()),
                ("erased_here", Value::list(verified.lingering.iter().copied())),
                ("missing", Value::list(verified.missing.iter().copied())),
                ("missing_count", count(verified.missing.len())),
            ]),
        ),
    ])
}

fn contradiction(found: &Contradiction) -> Value {
    Value::map([
        ("code", Value::text(Code::TrustContradictedFact)),
        ("seq", found.seq.into()),
        ("event", (&found.event).into()),
        ("summary", found.summary.as_str().into()),
        ("question", found.question.to_value()),
        ("signed", found.signed.to_value()),
        ("found", found.found.to_value()),
        ("next", Value::list([dispute(found)])),
    ])
}

fn tainted(found: &Tainted) -> Value {
    Value::map([
        ("seq", found.seq.into()),
        ("event", (&found.event).into()),
        ("summary", found.summary.as_str().into()),
        ("actor", (&found.actor).into()),
        ("key", found.key.as_str().into()),
        ("settled", settled(found).into()),
        ("next", Value::list(next(found))),
    ])
}

/// Returns what code cites and the ledger lacks, as programs read it.
pub(super) fn unheld(found: &Unheld) -> Value {
    Value::map([
        ("code", Value::text(Code::TrustTipMismatch)),
        ("commit", found.commit.to_string().into()),
        ("actor", (&found.actor).into()),
        ("seq", found.cited.seq.into()),
        ("sha256", found.cited.sha256.into()),
        ("found", found.found.as_str().into()),
        ("next", Value::list([citing(found)])),
    ])
}

/// Returns the command that shows who cites what.
fn citing(found: &Unheld) -> String {
    format!("git log -1 --show-signature {}", found.commit)
}

/// Returns how an event by a key in other hands is settled, as a word.
const fn settled(found: &Tainted) -> &'static str {
    match found.settled {
        Settled::No => "no",
        Settled::Confirmed => "confirmed",
        Settled::Undone => "undone",
    }
}

/// Returns what settles it; nothing where it is settled.
fn next(found: &Tainted) -> Vec<String> {
    if found.settled == Settled::No { found.next() } else { Vec::new() }
}

/// Returns the command by which the authority disputes what an event claims to have seen.
fn dispute(found: &Contradiction) -> String {
    format!("ledger retract --facts-of {} --reason 'the commit holds something else'", found.event)
}

/// Where what is said begins, behind its label.
const COLUMN: usize = 10;

/// Returns what was found as people read it.
pub(super) fn text(verified: &Verified, asked: Asked, look: Look) -> String {
    let state = verified.ledger.state();
    let mut page = Page::new(look);
    let level = match asked.level {
        Level::Facts => "3: facts too, against the commits that are here",
        Level::Rules => "2: every rule; there is no code here to hold facts against",
    };
    let given = if asked.genesis { ", as given" } else { "" };
    let mut row = |label: &str, line: Line| page.row(label, COLUMN, &line);
    row("events", Line::plain(format!("{}, valid: bytes, chain, signatures, rules", state.tip.seq + 1)));
    row("level", Line::plain(level));
    row("identity", Line::plain(format!("{}{given}", state.genesis)));
    row("tip", Line::plain(format!("{}:{}", state.tip.seq, state.tip.sha256)));
    row("facts", facts_line(verified, asked.level));
    row("evidence", evidence_line(verified));
    for found in &verified.contradicted {
        page.line(&Line::new(Tone::Alarm, format!("contradicted: event {}, {}", found.seq, found.summary)));
        page.detail(2, "asked", Tone::Plain, &found.question.to_value().to_canonical());
        page.detail(2, "signed", Tone::Plain, &found.signed.to_value().to_canonical());
        page.detail(2, "found", Tone::Plain, &found.found.to_value().to_canonical());
        page.next(2, &[(dispute(found), String::new())]);
    }
    show_tainted(&mut page, verified);
    for found in &verified.unheld {
        let Unheld { actor, cited, found: there, .. } = found;
        let told = format!("event {}, {}, by code that {actor} signed; {there}", cited.seq, cited.sha256);
        let told = Line::new(Tone::Unsure, told).and(Tone::Faint, format!("  [{}]", Code::TrustTipMismatch));
        page.row("cited", COLUMN, &told);
        let by = format!("only by the word of {actor}: the ledger was cut short, or the event never was");
        page.detail(2, "found", Tone::Plain, &by);
        page.next(2, &[(citing(found), String::new()), ("ledger sync".to_owned(), String::new())]);
    }
    for sha256 in &verified.lingering {
        page.line(&Line::new(Tone::Unsure, format!("erased evidence is still here: {sha256}")));
        page.next(2, &[(format!("ledger erase {sha256}"), String::new())]);
    }
    for sha256 in &verified.missing {
        let told = format!("missing evidence: {sha256}, {}", role_of(state, sha256));
        page.line(&Line::new(Tone::Alarm, told).and(Tone::Faint, format!("  [{}]", Code::StoreEvidenceMissing)));
    }
    let complete = if asked.tip {
        Line::plain("the ledger holds the event that was given as its tip, and everything before it")
    } else {
        Line::new(Tone::Unsure, "not shown: events may have been cut off the end; give --tip SEQ:SHA256 to know")
    };
    page.row("complete", COLUMN, &complete);
    if asked.level == Level::Facts {
        let text = "each event is a signed commit; for git verify-commit: ";
        let command = "ledger key list --allowed-signers FILE";
        page.row("git", COLUMN, &Line::plain(text).and(Tone::Command, command));
    }
    page.finish()
}

/// Adds what took effect by keys in other hands and is not settled, each with what settles it, and how much is settled.
fn show_tainted(page: &mut Page, verified: &Verified) {
    let count = |settled| verified.tainted.iter().filter(|found| found.settled == settled).count();
    for found in verified.tainted.iter().filter(|found| found.settled == Settled::No) {
        let (summary, actor) = (&found.summary, &found.actor);
        let told = format!("event {}, {summary}: it stands, by a key of {actor} that was in other hands", found.seq);
        page.row("tainted", COLUMN, &Line::new(Tone::Unsure, told));
        page.next(2, &found.next().into_iter().map(|command| (command, String::new())).collect::<Vec<_>>());
    }
    if !verified.tainted.is_empty() {
        let told = format!(
            "{} to be looked at, {} confirmed, {} undone",
            count(Settled::No),
            count(Settled::Confirmed),
            count(Settled::Undone)
        );
        page.row("tainted", COLUMN, &Line::plain(told));
    }
}

fn facts_line(verified: &Verified, level: Level) -> Line {
    let Verified { confirmed, not_seen, disputed, contradicted, .. } = verified;
    let tone = if contradicted.is_empty() { Tone::Good } else { Tone::Alarm };
    let disputed = if *disputed > 0 { format!(", {disputed} disputed by the authority") } else { String::new() };
    let why = if *not_seen > 0 && level == Level::Facts { " (their commits or branches are not here)" } else { "" };
    Line::plain(format!("{confirmed} confirmed, "))
        .and(tone, format!("{} contradicted", contradicted.len()))
        .and(Tone::Plain, format!(", {not_seen} not seen{why}{disputed}"))
}

fn evidence_line(verified: &Verified) -> Line {
    let tone = if verified.missing.is_empty() { Tone::Plain } else { Tone::Alarm };
    Line::plain(format!("{} present, {} erased, ", verified.present, verified.erased))
        .and(tone, format!("{} missing", verified.missing.len()))
}
