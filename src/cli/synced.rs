//! What came of a sync, as people and programs read it.

use super::common::event_value;
use super::printer::{BAD, DIM, GOOD, UNSURE, paint};
use crate::domain::decide::draft::Draft;
use crate::domain::explain::Explanation;
use crate::domain::share::Change;
use crate::domain::value::Value;
use crate::ledger::cited::Unheld;
use crate::ledger::sync::{Before, Brief, Resigned, Synced, Why};
use crate::render::look::Look;
use crate::render::{explain, shown};

/// How many events that came are named.
const NAMED: usize = 10;

/// Returns what is another now, in words.
pub(super) fn change(change: &Change) -> String {
    match change {
        Change::Charter => "another charter is in force".to_owned(),
        Change::Content(id) => format!("what is stated of {id} was changed"),
        Change::Basis => "what the statement speaks of was changed".to_owned(),
        Change::Words => "an open proposal says the same in other words".to_owned(),
        Change::Position(seq) => format!("event {seq}, which it names, is not shared"),
        Change::Later { seq, summary, actor } => {
            format!("{actor} said otherwise since: {summary} (event {seq}); signed again, this one would come after it")
        }
    }
}

fn brief_value(brief: &Brief) -> Value {
    Value::map([
        ("seq", brief.seq.into()),
        ("id", (&brief.id).into()),
        ("summary", brief.summary.as_str().into()),
        ("actor", brief.actor.to_string().into()),
        ("commit", brief.commit.to_string().into()),
    ])
}

/// Returns why an event is kept aside, as explanations and as clauses.
fn reasons(brief: &Brief, why: &Why) -> (Vec<Explanation>, Vec<String>) {
    match why {
        Why::Refused(refusal) => (refusal.explanations.clone(), Vec::new()),
        Why::NotOurs => (Vec::new(), vec![format!("{} signed it, and alone can sign it again", brief.actor)]),
        Why::Asked => (Vec::new(), vec!["as you asked".to_owned()]),
        Why::Changed(changes) => (Vec::new(), changes.iter().map(change).collect()),
    }
}

/// Returns the commands that go on from what is kept aside.
fn ways(synced: &Synced) -> Vec<(&'static str, String)> {
    let others: Vec<String> = synced
        .aside
        .iter()
        .filter(|(_, why)| matches!(why, Why::NotOurs))
        .map(|(brief, _)| brief.actor.to_string())
        .collect();
    let who = match others.first() {
        Some(actor) => format!("{actor}, here: sign it again and share"),
        None => "try again what is aside, and share".to_owned(),
    };
    vec![
        ("ledger sync --continue", who),
        ("ledger sync --skip", "share the rest without it".to_owned()),
        ("ledger sync --abort", "put everything back as it was".to_owned()),
    ]
}

/// Returns what programs read.
pub(super) fn value(synced: &Synced, dry_run: bool) -> Value {
    let state = synced.ledger.state();
    let again = |resigned: &Resigned| {
        Value::map([
            ("was", brief_value(&resigned.was)),
            ("event", event_value(&resigned.draft.event, resigned.commit)),
            ("changes", Value::List(resigned.changes.iter().map(|c| change(c).into()).collect())),
        ])
    };
    let aside = |(brief, why): &(Brief, Why)| {
        let (explanations, clauses) = reasons(brief, why);
        Value::map([
            ("event", brief_value(brief)),
            ("not_ours", matches!(why, Why::NotOurs).into()),
            ("explanations", Value::List(explanations.iter().map(Explanation::to_value).collect())),
            ("reasons", Value::list(clauses.iter().map(String::as_str))),
        ])
    };
    let next = if synced.aside.is_empty() { Vec::new() } else { ways(synced) };
    Value::map([
        ("remote", synced.remote.as_str().into()),
        ("genesis", state.genesis.into()),
        ("tip", format!("{}:{}", state.tip.seq, state.tip.sha256).into()),
        ("came", Value::List(synced.news.iter().map(brief_value).collect())),
        ("there", Value::List(synced.there.iter().map(brief_value).collect())),
        ("again", Value::List(synced.resigned.iter().map(again).collect())),
        ("aside", Value::List(synced.aside.iter().map(aside).collect())),
        ("left", Value::List(synced.left.iter().map(|(id, _)| id.into()).collect())),
        ("given", synced.pushed.into()),
        (
            "evidence",
            Value::map([
                ("came", synced.evidence.added.into()),
                ("erased", synced.evidence.removed.into()),
                ("given", synced.gave_evidence.into()),
                ("wrong", Value::list(synced.evidence.wrong.iter().copied())),
                ("missing", Value::list(synced.missing.iter().copied())),
                ("uncited", Value::list(synced.evidence.uncited.iter().copied())),
            ]),
        ),
        ("said", Value::list(synced.said.iter().map(String::as_str))),
        ("pinned", synced.pinned.into()),
        ("named_before", named_before(synced)),
        ("apart", apart(synced)),
        ("unheld", Value::List(synced.unheld.iter().map(super::verify::unheld).collect())),
        ("dry_run", dry_run.into()),
        ("next", Value::list(next.iter().map(|(command, _)| *command))),
    ])
}

/// Returns a number of things in words.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Returns what people read.
pub(super) fn text(synced: &Synced, dry_run: bool, color: bool) -> String {
    let remote = shown::line(&synced.remote);
    let mut lines = vec![head(synced, dry_run, &remote, color)];
    let mut add = |label: &str, text: String| {
        lines.push(format!("  {} {text}", paint(color, DIM, &format!("{label:<8}"))));
    };
    let (first, last) = (synced.news.first().map_or(0, |one| one.seq), synced.news.last().map_or(0, |one| one.seq));
    let named = if synced.had_ledger { NAMED } else { 0 };
    let hidden = synced.news.len().saturating_sub(named);
    if hidden > 0 {
        let rest = if synced.had_ledger { format!("; the last {NAMED} of them") } else { String::new() };
        add("came", format!("events {first} to {last}{rest}"));
    }
    for brief in synced.news.iter().skip(hidden) {
        add("came", format!("event {}  {} ({})", brief.seq, brief.summary, brief.actor));
    }
    for brief in &synced.there {
        add("known", format!("{}  {remote} has it already", brief.summary));
    }
    for Resigned { was, draft, changes, .. } in &synced.resigned {
        let agreed = changes.iter().map(|one| format!("; {}", change(one))).collect::<Vec<_>>().concat();
        add(
            "again",
            format!(
                "event {}  {}, was event {}{}{agreed}",
                draft.event.seq,
                draft.event.summary(),
                was.seq,
                effect(draft)
            ),
        );
    }
    for (id, commit) in &synced.left {
        add("left", format!("refs/ledger-aside/{id} keeps it: git show {commit}"));
    }
    let said = evidence(synced, dry_run);
    if !said.is_empty() {
        add("evidence", said.join(", "));
    }
    if synced.pushed > 0 {
        let word = if dry_run { "would be given" } else { "given" };
        add("shared", format!("{} {word} to {remote}", events(usize::try_from(synced.pushed).unwrap_or(usize::MAX))));
    }
    for line in &synced.said {
        add("remote", shown::line(line));
    }
    let tip = synced.ledger.state().tip;
    add("tip", format!("{}:{}", tip.seq, tip.sha256));
    if synced.pinned {
        add("pinned", format!("{} in git config", synced.ledger.state().genesis));
    }
    for doubt in doubts(synced) {
        add("doubt", doubt);
    }
    for (brief, why) in &synced.aside {
        let title = format!("{}  (event {} before, {})", brief.summary, brief.seq, brief.actor);
        let code = if let Why::Refused(refusal) = why { format!("  [{}]", refusal.code()) } else { String::new() };
        lines.push(format!("\n  {} {title}{}", paint(color, BAD, "aside   "), paint(color, DIM, &code)));
        let (explanations, clauses) = reasons(brief, why);
        lines.extend(clauses.iter().map(|clause| format!("    {clause}")));
        let told = explain::explanations("", &explanations, Look { color, ..Look::PLAIN });
        lines.extend(told.trim_matches('\n').lines().map(|line| format!("  {line}").trim_end().to_owned()));
    }
    if !synced.aside.is_empty() {
        lines.push(String::new());
        let ways = ways(synced);
        let width = ways.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
        let way = |(command, what): &(&str, String)| {
            format!("  {} {command:<width$}    {what}", paint(color, DIM, &format!("{:<8}", "next")))
        };
        lines.extend(ways.iter().map(way));
    }
    lines.join("\n")
}

/// Returns the places that `.ledger` named before, for programs.
pub(super) fn named_before(synced: &Synced) -> Value {
    let named = synced.before.iter().filter(|before| before.commit.is_some());
    Value::list(named.map(|before| before.reference.as_str()))
}

/// Returns the places at which other events of the ledger are, for programs.
pub(super) fn apart(synced: &Synced) -> Value {
    let apart = synced.before.iter().filter(|before| before.apart.is_some());
    Value::list(apart.map(|before| before.reference.as_str()))
}

/// Returns what leaves doubt whether a ledger that came for the first time is whole.
pub(super) fn doubts(synced: &Synced) -> Vec<String> {
    let named = synced.before.iter().flat_map(|Before { reference, commit, apart }| {
        let reference = shown::line(reference);
        let named = commit.as_ref().map(|commit| {
            format!("the file .ledger named {reference} up to commit {commit}: whoever changed that can say why")
        });
        let apart = apart.as_ref().map(|apart| {
            format!(
                "{reference} has this ledger, too, {apart}: somebody left that there, or what came is not what counts"
            )
        });
        named.into_iter().chain(apart)
    });
    let cited = synced.unheld.iter().map(|Unheld { commit, actor, cited, found }| {
        format!("commit {commit}, signed by {actor}, cites event {}, and {found}: it was cut short, or {actor} made that up", cited.seq)
    });
    named.chain(cited).collect()
}

fn events(number: usize) -> String {
    count(number as u64, "event", "events")
}

fn head(synced: &Synced, dry_run: bool, remote: &str, color: bool) -> String {
    if !synced.aside.is_empty() {
        let word = if dry_run { "would be kept aside" } else { "kept aside" };
        let text = format!("{} {word}; nothing is given to {remote}", events(synced.aside.len()));
        return paint(color, BAD, &text);
    }
    let nothing = synced.news.is_empty() && synced.resigned.is_empty() && synced.pushed == 0 && !synced.gave_evidence;
    let nothing = nothing && synced.evidence.added + synced.evidence.removed == 0;
    match (dry_run, nothing) {
        (_, true) => paint(color, GOOD, &format!("in step with {remote}")),
        (true, false) => paint(color, UNSURE, &format!("would be synced with {remote}:")),
        (false, false) => paint(color, GOOD, &format!("synced with {remote}")),
    }
}

fn effect(draft: &Draft) -> String {
    if draft.event.pending {
        return "; it waits for more signatures".to_owned();
    }
    draft.joins.as_ref().map(|_| "; it completes the proposal of others".to_owned()).unwrap_or_default()
}

fn evidence(synced: &Synced, dry_run: bool) -> Vec<String> {
    let pieces = |number: u64| count(number, "piece", "pieces");
    let mut said = Vec::new();
    if synced.evidence.added > 0 {
        let word = if dry_run { "would come" } else { "came" };
        said.push(format!("{} {word}", pieces(synced.evidence.added)));
    }
    if synced.evidence.removed > 0 {
        let word = if dry_run { "would be taken away" } else { "taken away" };
        said.push(format!("{} {word}, as it is recorded", pieces(synced.evidence.removed)));
    }
    if synced.gave_evidence {
        said.push(if dry_run { "would be given" } else { "given" }.to_owned());
    }
    if let Some(first) = synced.evidence.wrong.first() {
        let wrong = pieces(synced.evidence.wrong.len() as u64);
        said.push(format!(
            "{wrong} of {} left out, which hold other bytes than they are named after, such as {first}",
            synced.remote
        ));
    }
    if let Some(first) = synced.evidence.uncited.first() {
        let uncited = pieces(synced.evidence.uncited.len() as u64);
        said.push(format!("{uncited} of {} left out, which no event cites, such as {first}", synced.remote));
    }
    if let Some(first) = synced.missing.first() {
        said.push(format!("{} missing on both sides, such as {first}", pieces(synced.missing.len() as u64)));
    }
    said
}
