//! One event: as a line of the log, as an object, and whole.

use super::look::{Line, Look, Page, Tone};
use super::picture::{Difference, differences, records};
use super::spoken;
use crate::domain::commit::SignedEvent;
use crate::domain::event::{Event, Later};
use crate::domain::facts::{Answer, Facts, Nothing, Question};
use crate::domain::id::RoleId;
use crate::domain::judge::View;
use crate::domain::state::{State, Vote};
use crate::domain::value::Value;

/// How many columns of a log line the summary fills.
const SUMMARY: usize = 40;

/// How many columns commit, position and day take before the summary.
const BEFORE_SUMMARY: usize = 27;

/// How many columns most actors take with their roles.
const ACTOR: usize = 20;

/// Returns a line of the log, like one of `git log --oneline`: commit, number, day, summary, who.
fn log_line(event: &Event, commit: &str, summary: usize) -> Line {
    let role = event.role.as_ref().map(|role| format!(" ({role})")).unwrap_or_default();
    let tone = if event.pending { Tone::Unsure } else { Tone::Plain };
    Line::new(Tone::Faint, commit.get(..8).unwrap_or(commit))
        .and(Tone::Plain, format!(" {:>4}  {}  ", event.seq, event.at.date()))
        .join(Line::new(tone, event.summary()).fill(summary))
        .and(Tone::Plain, format!("  {}{role}", event.actor))
}

/// Returns the line of an event in the log, broken where a terminal ends.
pub fn log_text(event: &Event, commit: &str, look: Look) -> String {
    let mut page = Page::new(look);
    show_log_line(&mut page, "", event, commit);
    page.finish()
}

/// Adds the line of an event; what does not fit stands under its summary.
pub(super) fn show_log_line(page: &mut Page, indent: &str, event: &Event, commit: &str) {
    let look = page.look();
    let before = indent.len() + BEFORE_SUMMARY;
    let summary = if look.whole { SUMMARY } else { look.width.saturating_sub(before + ACTOR).min(SUMMARY) };
    page.hung(&Line::plain(indent).join(log_line(event, commit, summary)), before);
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

/// Returns an event of the log with what it says, indented.
pub fn entry_text(event: &Event, commit: &str, look: Look) -> String {
    let mut page = Page::new(look);
    show_log_line(&mut page, "", event, commit);
    lines(&mut page, 4, &spoken::sentences(event, None));
    lines(&mut page, 4, &spoken::pieces(event));
    page.finish()
}

/// One event with what it led to.
pub struct EventPage<'a> {
    /// The event; it was read, and its signature thereby verified.
    pub signed: &'a SignedEvent,
    /// The commit that holds it.
    pub commit: &'a str,
    /// The state before it; `None` for genesis.
    pub before: Option<&'a State>,
    /// The state after it.
    pub after: &'a State,
    /// What later events did to it.
    pub later: &'a [(Later, Event)],
}

impl EventPage<'_> {
    /// Returns the object that programs read: `event_value` with `signature` {`key`, `actor`, `good`, `revoked`}, `says`,
    /// `changed`, `votes`, `cites` and `later`.
    pub fn to_value(&self) -> Value {
        let event = &self.signed.event;
        let mut value = event_value(self.signed, self.commit);
        let Value::Map(map) = &mut value else { return value };
        let signature = Value::map([
            ("key", Value::text(self.signed.signature.key().fingerprint())),
            ("actor", (&event.actor).into()),
            ("good", true.into()),
            ("revoked", self.revoked().into()),
        ]);
        let changed = self.changed().into_iter().map(|found| {
            let own = [
                ("subject", Value::from(found.subject.as_str())),
                ("aspect", found.aspect.as_str().into()),
                ("sentence", found.sentence().into()),
            ];
            let own = own.map(|(key, value)| (key.to_owned(), value));
            Value::Map(own.into_iter().chain(found.sides_value(("before", "after"))).collect())
        });
        let votes = self.votes().into_iter().map(|vote| {
            Value::map([
                ("actor", (&vote.actor).into()),
                ("as", vote.role.as_ref().into()),
                ("event", (&vote.event).into()),
                ("seq", vote.touch.seq.into()),
            ])
        });
        let cites = spoken::citations(event)
            .into_iter()
            .map(|(what, command)| Value::map([("what", Value::from(what)), ("command", command.into())]));
        let later = self.later.iter().map(|(what, event)| {
            Value::map([
                ("what", what.as_str().into()),
                ("seq", event.seq.into()),
                ("id", (&event.id).into()),
                ("actor", (&event.actor).into()),
                ("type", event.body.kind().into()),
            ])
        });
        let more = [
            ("signature", signature),
            ("says", spoken::texts(spoken::sentences(event, self.before))),
            ("look", spoken::texts(spoken::comparison(event).into_iter().collect())),
            ("changed", Value::List(changed.collect())),
            ("votes", Value::List(votes.collect())),
            ("cites", Value::List(cites.collect())),
            ("later", Value::List(later.collect())),
        ];
        map.extend(more.map(|(key, value)| (key.to_owned(), value)));
        value
    }

    /// Returns the page that people read.
    pub fn to_text(&self, look: Look) -> String {
        let event = &self.signed.event;
        let mut page = Page::new(look);
        page.line(
            &Line::new(Tone::Strong, format!("event {}", event.seq))
                .and(Tone::Plain, "  ")
                .and(Tone::Plain, event.summary()),
        );
        let mut row = |label: &str, text: &str| page.detail(2, label, Tone::Plain, text);
        row("commit", self.commit);
        row("sha256", &self.signed.sha256.to_string());
        row("id", event.id.as_str());
        row("prev", &event.prev.map_or_else(|| "none: this is genesis".to_owned(), |prev| prev.to_string()));
        row("at", &event.at.to_string());
        row("actor", event.actor.as_str());
        row("as", event.role.as_ref().map_or("no role", RoleId::as_str));
        let key = self.signed.signature.key().fingerprint();
        let revoked = self.revoked().map(|seq| format!(", revoked by event {seq}")).unwrap_or_default();
        row("key", &format!("{key}, the signature is good{revoked}"));
        row("type", event.body.kind());
        row("item", &event.item.to_string());
        if let Some(correlation) = &event.correlation {
            row("ticket", correlation.as_str());
        }
        if let Some(judged) = &event.judged {
            row("judged", &format!("gate {} {}, digest {}", judged.gate, judged.outcome.as_str(), judged.digest));
        }
        page.head("What it says");
        lines(&mut page, 2, &spoken::sentences(event, self.before));
        if let Some(command) = spoken::comparison(event) {
            page.detail(2, "look", Tone::Command, &command);
        }
        let signed: Vec<String> = self.votes().into_iter().map(vote_text).collect();
        if !signed.is_empty() {
            page.head(if event.pending {
                "Who had signed the proposal before"
            } else {
                "Who signed the proposal before it"
            });
            lines(&mut page, 2, &signed);
        }
        let mut changed: Vec<String> = self.changed().iter().map(Difference::sentence).collect();
        if changed.is_empty() {
            changed.push("nothing in the state".to_owned());
        }
        page.head("What it changed");
        lines(&mut page, 2, &changed);
        let cited = spoken::citations(event);
        if !cited.is_empty() {
            page.head("What it cites");
            let rows: Vec<Vec<Line>> = cited
                .iter()
                .map(|(what, command)| {
                    vec![Line::plain(what), Line::new(Tone::Command, command.as_deref().unwrap_or_default())]
                })
                .collect();
            page.table(2, &rows);
        }
        if !self.later.is_empty() {
            page.head("What came of it");
            let told = |(what, later): &(Later, Event)| {
                format!("event {} of {} by {} {}", later.seq, later.at.date(), later.actor, what.as_str())
            };
            lines(&mut page, 2, &self.later.iter().map(told).collect::<Vec<_>>());
        }
        show_seen(&mut page, event);
        page.finish()
    }

    /// Returns the event that revoked the key, as it was right after this one.
    fn revoked(&self) -> Option<u64> {
        let key = self.signed.signature.key().fingerprint();
        self.after.actors.get(&self.signed.event.actor)?.keys.get(&key)?.revoked
    }

    /// Returns the signatures that the same proposal had before.
    fn votes(&self) -> Vec<&Vote> {
        let event = &self.signed.event;
        let proposal = self.before.and_then(|state| state.proposal(&event.item, &event.body));
        proposal
            .filter(|proposal| proposal.is_open(event.at))
            .into_iter()
            .flat_map(|proposal| &proposal.votes)
            .collect()
    }

    /// Returns what is not the same in the state before and after, as far as the facts that the event saw tell.
    fn changed(&self) -> Vec<Difference> {
        let event = &self.signed.event;
        let facts: &dyn Facts = event.seen.as_ref().map_or(&Nothing, |seen| &seen.facts);
        let records = |state| records(View { state, facts, as_of: event.at });
        let before = self.before.map(records).unwrap_or_default();
        differences(&before, &records(self.after))
    }
}

fn vote_text(vote: &Vote) -> String {
    let role = vote.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    format!("{}{role}, event {} of {}", vote.actor, vote.touch.seq, vote.touch.at.date())
}

/// Adds texts, each wrapped within the page and with what follows its first line further in.
fn lines(page: &mut Page, indent: usize, texts: &[String]) {
    let room = page.look().width.saturating_sub(indent + 4).max(20);
    for text in texts {
        for (position, part) in text.split('\n').flat_map(|part| super::look::wrap(part, room)).enumerate() {
            let start = if position == 0 { indent } else { indent + 4 };
            page.line(&Line::plain(" ".repeat(start)).and(Tone::Plain, part));
        }
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
        Question::Column { path, column } => format!("column {column:?} of {path}"),
        Question::Heading { path, heading, .. } => format!("heading {heading:?} of {path}"),
        Question::Text { path, text } => format!("text {text:?} in {path}"),
        Question::Lines(path) => format!("lines of {path}"),
        Question::On(branch) => format!("on branch {branch}"),
    }
}

fn answer_text(answer: &Answer) -> String {
    match answer {
        Answer::File(None) | Answer::Lines(None) => "absent".to_owned(),
        Answer::File(Some(file)) => format!("{} {} bytes {}", file.mode.as_str(), file.size, file.sha256.short()),
        Answer::Scope { count, sha256 } => format!("{count} files {}", sha256.short()),
        Answer::Authors(names) if names.is_empty() => "nobody".to_owned(),
        Answer::Authors(names) => names.join(", "),
        Answer::Row(None) => "no such row".to_owned(),
        Answer::Row(Some(row)) => {
            row.iter().map(|(name, cell)| format!("{name}: {cell}")).collect::<Vec<_>>().join(" | ")
        }
        Answer::Column(None) => "no such column".to_owned(),
        Answer::Column(Some(texts)) => super::words::count(texts.len(), "row", "rows"),
        Answer::Lines(Some(lines)) => lines.to_string(),
        Answer::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}
