//! `ledger verify`: everything from genesis, believed from nobody.

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printer::{BAD, GOOD, UNSURE, paint};
use super::{CliError, Context};
use crate::domain::code::Code;
use crate::domain::id::Digest;
use crate::domain::value::Value;
use crate::git::Repo;
use crate::ledger::Ledger;
use crate::ledger::cited::Unheld;
use crate::ledger::taint::{Settled, Tainted};
use crate::ledger::verify::{Contradiction, Pins, Verified, role_of, verify_with};
use crate::render::shown;

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
    context.out.either(|| value(&verified, asked, stands), || text(&verified, asked, context.out.color()));
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
        ("next", Value::list([look(found)])),
    ])
}

/// Returns the command that shows who cites what.
fn look(found: &Unheld) -> String {
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

/// Returns what was found as people read it.
pub(super) fn text(verified: &Verified, asked: Asked, color: bool) -> String {
    let state = verified.ledger.state();
    let mut lines = vec![
        format!("events    {}, valid: bytes, chain, signatures, rules", state.tip.seq + 1),
        match asked.level {
            Level::Facts => "level     3: facts too, against the commits that are here".to_owned(),
            Level::Rules => "level     2: every rule; there is no code here to hold facts against".to_owned(),
        },
        format!("identity  {}{}", state.genesis, if asked.genesis { ", as given" } else { "" }),
        format!("tip       {}:{}", state.tip.seq, state.tip.sha256),
        facts_line(verified, asked.level, color),
        evidence_line(verified, color),
    ];
    for found in &verified.contradicted {
        lines.extend([
            paint(color, BAD, &format!("contradicted: event {}, {}", found.seq, shown::line(&found.summary))),
            format!("  asked    {}", shown::line(&found.question.to_value().to_canonical())),
            format!("  signed   {}", shown::line(&found.signed.to_value().to_canonical())),
            format!("  found    {}", shown::line(&found.found.to_value().to_canonical())),
            format!("  next     {}", dispute(found)),
        ]);
    }
    lines.extend(tainted_lines(verified, color));
    for found in &verified.unheld {
        let Unheld { actor, cited, found: there, .. } = found;
        let told = format!("cited     event {}, {}, by code that {actor} signed; {there}", cited.seq, cited.sha256);
        lines.extend([
            paint(color, UNSURE, &format!("{told}  [{}]", Code::TrustTipMismatch)),
            format!("  found    only by the word of {actor}: the ledger was cut short, or the event never was"),
            format!("  next     {}", look(found)),
            "  next     ledger sync".to_owned(),
        ]);
    }
    lines.extend(verified.lingering.iter().flat_map(|sha256| {
        let told = format!("erased evidence is still here: {sha256}");
        [paint(color, UNSURE, &told), format!("  next     ledger erase {sha256}")]
    }));
    lines.extend(verified.missing.iter().map(|sha256| {
        let told = format!("missing evidence: {sha256}, {}", role_of(state, sha256));
        format!("{}  [{}]", paint(color, BAD, &told), Code::StoreEvidenceMissing)
    }));
    if asked.tip {
        lines.push(
            "complete  the ledger holds the event that was given as its tip, and everything before it".to_owned(),
        );
    } else {
        lines.push(paint(
            color,
            UNSURE,
            "complete  not shown: events may have been cut off the end; give --tip SEQ:SHA256 to know",
        ));
    }
    if asked.level == Level::Facts {
        lines.push(
            "git       each event is a signed commit; for git verify-commit: ledger key list --allowed-signers FILE"
                .to_owned(),
        );
    }
    lines.join("\n")
}

/// Returns what took effect by keys in other hands and is not settled, each with what settles it, and how much is settled.
fn tainted_lines(verified: &Verified, color: bool) -> Vec<String> {
    let count = |settled| verified.tainted.iter().filter(|found| found.settled == settled).count();
    let mut lines = Vec::new();
    for found in verified.tainted.iter().filter(|found| found.settled == Settled::No) {
        let (summary, actor) = (shown::line(&found.summary), &found.actor);
        let told =
            format!("tainted   event {}, {summary}: it stands, by a key of {actor} that was in other hands", found.seq);
        lines.push(paint(color, UNSURE, &told));
        lines.extend(found.next().into_iter().map(|command| format!("  next     {command}")));
    }
    if !verified.tainted.is_empty() {
        lines.push(format!(
            "tainted   {} to be looked at, {} confirmed, {} undone",
            count(Settled::No),
            count(Settled::Confirmed),
            count(Settled::Undone)
        ));
    }
    lines
}

fn facts_line(verified: &Verified, level: Level, color: bool) -> String {
    let Verified { confirmed, not_seen, disputed, contradicted, .. } = verified;
    let bad = format!("{} contradicted", contradicted.len());
    let bad = if contradicted.is_empty() { paint(color, GOOD, &bad) } else { paint(color, BAD, &bad) };
    let disputed = if *disputed > 0 { format!(", {disputed} disputed by the authority") } else { String::new() };
    let why = if *not_seen > 0 && level == Level::Facts { " (their commits or branches are not here)" } else { "" };
    format!("facts     {confirmed} confirmed, {bad}, {not_seen} not seen{why}{disputed}")
}

fn evidence_line(verified: &Verified, color: bool) -> String {
    let missing = format!("{} missing", verified.missing.len());
    let missing = if verified.missing.is_empty() { missing } else { paint(color, BAD, &missing) };
    format!("evidence  {} present, {} erased, {missing}", verified.present, verified.erased)
}
