//! One event: as a line of the log, as an object, and whole.

use super::look::{Line, Look, Page, Tone};
use crate::domain::commit::SignedEvent;
use crate::domain::event::Event;
use crate::domain::facts::{Answer, Question};
use crate::domain::id::RoleId;
use crate::domain::state::State;
use crate::domain::value::Value;

/// How many columns of a log line the summary fills.
const SUMMARY: usize = 40;

/// Returns a line of the log, like one of `git log --oneline`: commit, number, day, summary, who.
pub fn log_line(event: &Event, commit: &str) -> Line {
    let role = event.role.as_ref().map(|role| format!(" ({role})")).unwrap_or_default();
    let tone = if event.pending { Tone::Unsure } else { Tone::Plain };
    Line::new(Tone::Faint, commit.get(..8).unwrap_or(commit))
        .and(Tone::Plain, format!(" {:>4}  {}  ", event.seq, event.at.date()))
        .join(Line::new(tone, event.summary()).fill(SUMMARY))
        .and(Tone::Plain, format!("  {}{role}", event.actor))
}

/// Returns the object that programs read: the keys of the payload, `commit`, and `sha256` of the commit's bytes.
pub fn event_value(signed: &SignedEvent, commit: &str) -> Value {
    let mut map = match Value::parse(&signed.event.encode()) {
        Ok(Value::Map(map)) => map,
        // What was decoded encodes again to the payload that it was decoded from.
        _ => std::collections::BTreeMap::new(),
    };
    map.insert("commit".to_owned(), commit.into());
    map.insert("sha256".to_owned(), signed.sha256.into());
    Value::Map(map)
}

/// Returns the object of one event with what its signature says: `event_value` with `signature` {`key`, `actor`, `good`}.
pub fn shown_value(signed: &SignedEvent, commit: &str) -> Value {
    let mut value = event_value(signed, commit);
    if let Value::Map(map) = &mut value {
        let signature = Value::map([
            ("key", Value::text(signed.signature.key().fingerprint())),
            ("actor", (&signed.event.actor).into()),
            ("good", true.into()),
        ]);
        map.insert("signature".to_owned(), signature);
    }
    value
}

/// Returns the page of one event that was read, and whose signature was thereby verified. `state` is the one after it.
pub fn event_text(signed: &SignedEvent, commit: &str, state: &State, look: Look) -> String {
    let event = &signed.event;
    let mut page = Page::new(look);
    page.line(
        &Line::new(Tone::Strong, format!("event {}", event.seq))
            .and(Tone::Plain, "  ")
            .and(Tone::Plain, event.summary()),
    );
    let mut row = |label: &str, text: &str| page_row(&mut page, label, text);
    row("commit", commit);
    row("sha256", &signed.sha256.to_string());
    row("id", event.id.as_str());
    row("prev", &event.prev.map_or_else(|| "none: this is genesis".to_owned(), |prev| prev.to_string()));
    row("at", &event.at.to_string());
    row("actor", event.actor.as_str());
    row("as", event.role.as_ref().map_or("no role", RoleId::as_str));
    let key = signed.signature.key().fingerprint();
    let since = state.actors.get(&event.actor).and_then(|actor| actor.keys.get(&key));
    let revoked = since.and_then(|key| key.revoked).map(|seq| format!(", revoked by event {seq}")).unwrap_or_default();
    row("key", &format!("{key}, the signature is good{revoked}"));
    row("type", event.body.kind());
    row("item", &event.item.to_string());
    if event.pending {
        row("pending", "its quorum is not complete");
    }
    if let Some(correlation) = &event.correlation {
        row("ticket", correlation.as_str());
    }
    if let Some(judged) = &event.judged {
        row("judged", &format!("gate {} {}, digest {}", judged.gate, judged.outcome.as_str(), judged.digest));
    }
    show_body(&mut page, &event.body.to_value());
    show_seen(&mut page, event);
    page.finish()
}

fn page_row(page: &mut Page, label: &str, text: &str) {
    page.detail(2, label, Tone::Plain, text);
}

fn show_body(page: &mut Page, body: &Value) {
    page.head("body");
    let mut rows = Vec::new();
    flatten("", body, &mut rows);
    let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or(0) + 2;
    let room = page.look().width.saturating_sub(2 + width).max(20);
    for (key, text) in rows {
        for (position, part) in text.split('\n').flat_map(|part| super::look::wrap(part, room)).enumerate() {
            let head = Line::plain("  ").and(Tone::Faint, if position == 0 { &key } else { "" }).fill(2 + width);
            page.line(&head.and(Tone::Plain, part));
        }
    }
}

/// Takes objects apart, so that each of their values stands under `outer.inner`.
fn flatten(key: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            for (inner, value) in map {
                let key = if key.is_empty() { inner.clone() } else { format!("{key}.{inner}") };
                flatten(&key, value, rows);
            }
        }
        Value::List(list) if list.iter().any(|element| matches!(element, Value::Map(_))) => {
            for (position, value) in list.iter().enumerate() {
                flatten(&format!("{key}.{position}"), value, rows);
            }
        }
        value => rows.push((key.to_owned(), super::words::value(value))),
    }
}

fn show_seen(page: &mut Page, event: &Event) {
    let Some(seen) = &event.seen else { return };
    let on = seen.reference.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    page.head(&format!("seen at {}{on}", seen.commit));
    let rows: Vec<Vec<Line>> = seen
        .facts
        .iter()
        .map(|(question, answer)| vec![Line::plain(question_text(question)), Line::plain(answer_text(answer))])
        .collect();
    page.table(2, &rows);
}

fn question_text(question: &Question) -> String {
    match question {
        Question::Path(path) => format!("file {path}"),
        Question::Scope(Some(scope)) => format!("scope {scope}"),
        Question::Scope(None) => "the whole tree".to_owned(),
        Question::Authors { path, since: Some(since) } => format!("authors of {path} since {}", since.short()),
        Question::Authors { path, since: None } => format!("authors of {path}"),
        Question::Row { path, id, .. } => format!("row {id} of {path}"),
        Question::Heading { path, heading, .. } => format!("heading {heading:?} of {path}"),
        Question::Text { path, text } => format!("text {text:?} in {path}"),
        Question::View(view) => format!("view {view}"),
        Question::On(branch) => format!("on branch {branch}"),
    }
}

fn answer_text(answer: &Answer) -> String {
    match answer {
        Answer::File(None) => "absent".to_owned(),
        Answer::File(Some(file)) => format!("{} {} bytes {}", file.mode.as_str(), file.size, file.sha256.short()),
        Answer::Scope { count, sha256 } => format!("{count} files {}", sha256.short()),
        Answer::Authors(names) if names.is_empty() => "nobody".to_owned(),
        Answer::Authors(names) => names.join(", "),
        Answer::Row(None) => "no such row".to_owned(),
        Answer::Row(Some(row)) => {
            row.iter().map(|(name, cell)| format!("{name}: {cell}")).collect::<Vec<_>>().join(" | ")
        }
        Answer::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Answer::View(sha256) => sha256.short(),
    }
}
