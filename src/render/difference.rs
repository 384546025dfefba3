//! What differs between two sides, with what brought it about.

use std::collections::{BTreeMap, BTreeSet};

use super::look::{Line, Look, Page, Tone, wrap};
use super::picture::{Difference, Kind};
use super::{shown, words};
use crate::domain::event::{Body, Event};
use crate::domain::id::{ActorId, Noun, Rid};
use crate::domain::state::{Claims, State};
use crate::domain::value::Value;

/// What an event did, as the facts of a picture that it may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Its position.
    pub seq: u64,
    /// Who.
    pub actor: ActorId,
    /// The type of the event.
    pub kind: &'static str,
    /// Subjects and aspects; an aspect that ends with `*` stands for all that begin so.
    facts: Vec<(String, String)>,
}

impl Deed {
    /// Returns what an event did that led to `state`.
    pub fn of(event: &Event, state: &State) -> Deed {
        let mut facts = Vec::new();
        let mut put = |subject: String, aspect: &str| facts.push((subject, aspect.to_owned()));
        put(format!("proposal {}", event.body.summary(&event.item)), "");
        if !event.pending {
            changed(event, state, &mut put);
        }
        Deed { seq: event.seq, actor: event.actor.clone(), kind: event.body.kind(), facts }
    }

    fn touches(&self, subject: &str, aspect: &str) -> bool {
        self.facts.iter().any(|(own, pattern)| {
            own == subject && pattern.strip_suffix('*').map_or(pattern == aspect, |start| aspect.starts_with(start))
        })
    }
}

fn changed(event: &Event, state: &State, put: &mut dyn FnMut(String, &str)) {
    let item = event.item.to_string();
    let actor = |name: &ActorId| format!("actor {name}");
    match &event.body {
        Body::Founded(_) | Body::Waived { .. } | Body::Unwaived { .. } | Body::Confirmed { .. } => {}
        Body::Chartered(adoption) => {
            put("charter".to_owned(), "*");
            if adoption.migrate.is_some() {
                gone_over(state, put);
            }
        }
        Body::Enrolled(person) => {
            put(actor(&person.actor), "*");
            put("authority".to_owned(), "*");
        }
        Body::Granted { actor: name, role } | Body::Ungranted { actor: name, role, .. } => {
            put(actor(name), &format!("role {role}"));
            put("authority".to_owned(), "*");
        }
        Body::KeyAdded { actor: name, key } => put(actor(name), &format!("key {}", key.fingerprint())),
        Body::KeyRevoked { actor: name, key, .. } => put(actor(name), &format!("key {key}")),
        Body::Declared(declaration) => {
            put(item, "*");
            replaced(declaration.stated.links.get("supersedes"), put);
        }
        Body::Amended(stated) => {
            for aspect in ["title", "path", "file", "content", "consistent", "field *", "link *"] {
                put(item.clone(), aspect);
            }
            replaced(stated.links.get("supersedes"), put);
        }
        Body::Moved { .. } => put(item, "status"),
        Body::Attested(said) => put(item, &format!("{} by {}", said.claim, event.actor)),
        Body::Retracted { event: taken, claim: Some(claim), .. } => {
            for name in speakers(state, &event.item, taken) {
                put(item.clone(), &format!("{claim} by {name}"));
            }
        }
        Body::Retracted { claim: None, .. } => put(item, "*"),
        Body::Sealed { .. } | Body::Unsealed { .. } => put(item, "seal"),
        Body::Blocked { name, .. } | Body::Unblocked { name, .. } => put(item, name.as_str()),
        Body::Erased { sha256, .. } => put(format!("evidence {}", sha256.short()), ""),
    }
}

/// What a charter can rename of everything that lives.
fn gone_over(state: &State, put: &mut dyn FnMut(String, &str)) {
    for id in state.items.keys() {
        put(id.to_string(), "kind");
        put(id.to_string(), "status");
    }
    for name in state.actors.keys() {
        put(format!("actor {name}"), "role *");
    }
}

fn replaced(old: Option<&BTreeSet<crate::domain::id::ItemId>>, put: &mut dyn FnMut(String, &str)) {
    for id in old.into_iter().flatten() {
        put(id.to_string(), "successor");
    }
}

/// Returns whose words an event holds.
fn speakers(state: &State, noun: &Noun, event: &Rid) -> BTreeSet<ActorId> {
    let claims: Option<&Claims> = match noun {
        Noun::Repo => Some(&state.repo),
        Noun::Item(id) => state.items.get(id).map(|item| &item.claims),
        Noun::Placed { .. } => state.placed.get(noun),
    };
    let actors = claims.into_iter().flat_map(BTreeMap::values).flatten();
    let of = actors.filter(|(_, words)| words.values().any(|said| said.event == *event));
    of.map(|(actor, _)| actor.clone()).collect()
}

/// What brought a difference about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An event, and how many before it did something to the same fact.
    Event {
        /// Its position.
        seq: u64,
        /// Who.
        actor: ActorId,
        /// The type of the event.
        kind: &'static str,
        /// Whether only the one side's ledger has it.
        only: Option<Side>,
    },
    /// A commit that changed the item's file.
    Commit {
        /// The commit.
        commit: String,
        /// Whom it names as its author.
        author: String,
        /// On which side it is.
        on: Side,
    },
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

impl Side {
    const fn as_str(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }
}

impl Cause {
    /// Returns the last deed that touched what differs; what was said of a content that changed goes with the content.
    pub fn of(difference: &Difference, deeds: &[(Option<Side>, Deed)]) -> Option<Cause> {
        let subject = if difference.subject.starts_with("role ") { "charter" } else { &difference.subject };
        let last = |aspect: &str| deeds.iter().rev().find(|(_, deed)| deed.touches(subject, aspect));
        let own = last(&difference.aspect);
        let found = own.or_else(|| if difference.aspect.contains(" by ") { last("content") } else { None });
        found.map(|(only, deed)| Cause::Event {
            seq: deed.seq,
            actor: deed.actor.clone(),
            kind: deed.kind,
            only: *only,
        })
    }

    fn text(&self) -> String {
        match self {
            Cause::Event { seq, actor, only, .. } => {
                let only = only.map(|side| format!(" of {}", side.as_str())).unwrap_or_default();
                format!("by {actor}, event {seq}{only}")
            }
            Cause::Commit { commit, author, on } => {
                format!("by commit {} of {author}, on {}", commit.get(..8).unwrap_or(commit), on.as_str())
            }
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Cause::Event { seq, actor, kind, only } => Value::map([
                ("event", (*seq).into()),
                ("actor", actor.into()),
                ("type", (*kind).into()),
                ("side", only.map(Side::as_str).into()),
            ]),
            Cause::Commit { commit, author, on } => Value::map([
                ("commit", commit.as_str().into()),
                ("author", author.as_str().into()),
                ("side", on.as_str().into()),
            ]),
        }
    }
}

/// What one side of a comparison is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideName {
    /// The words that named it.
    pub word: String,
    /// The ledger's newest event there, with its day.
    pub tip: (u64, String),
    /// Where its files are from.
    pub files: String,
}

/// A whole comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The sides.
    pub sides: (SideName, SideName),
    /// What differs, each with what brought it about.
    pub found: Vec<(Difference, Option<Cause>)>,
}

impl Comparison {
    /// Returns how many things of each kind differ.
    fn counts(&self) -> Vec<(Kind, usize)> {
        let count = |kind: Kind| {
            let own = self.found.iter().filter(|(difference, _)| difference.kind() == kind);
            own.map(|(difference, _)| difference.subject.as_str()).collect::<BTreeSet<_>>().len()
        };
        Kind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0).collect()
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let side = |side: &SideName| {
            Value::map([
                ("side", side.word.as_str().into()),
                ("seq", side.tip.0.into()),
                ("at", side.tip.1.as_str().into()),
                ("files", Value::from(side.files.as_str())),
            ])
        };
        let differences = self.found.iter().map(|(difference, cause)| {
            Value::map([
                ("kind", difference.kind().words().0.into()),
                ("subject", Value::from(difference.subject.as_str())),
                ("aspect", difference.aspect.as_str().into()),
                ("a", difference.a.clone().into()),
                ("b", difference.b.clone().into()),
                ("sentence", difference.sentence().into()),
                ("cause", cause.as_ref().map(Cause::to_value).into()),
            ])
        });
        let counts = self
            .counts()
            .into_iter()
            .map(|(kind, count)| (kind.words().1.to_owned(), Value::Int(i64::try_from(count).unwrap_or(i64::MAX))));
        Value::map([
            ("a", side(&self.sides.0)),
            ("b", side(&self.sides.1)),
            ("equal", self.found.is_empty().into()),
            ("counts", Value::Map(counts.collect())),
            ("differences", Value::List(differences.collect())),
        ])
    }

    /// Returns the page that people read: every sentence, or how many things differ only.
    pub fn to_text(&self, whole: bool, look: Look) -> String {
        let mut page = Page::new(look);
        for (name, side) in [("a  ", &self.sides.0), ("b  ", &self.sides.1)] {
            let text = format!("{}: event {} of {}, files of {}", side.word, side.tip.0, side.tip.1, side.files);
            page.line(&Line::new(Tone::Faint, name).and(Tone::Plain, text));
        }
        page.gap();
        for kind in Kind::ALL.into_iter().filter(|_| whole) {
            let own: Vec<_> = self.found.iter().filter(|(difference, _)| difference.kind() == kind).collect();
            for (difference, cause) in &own {
                sentence(&mut page, difference, cause.as_ref(), look);
            }
            if !own.is_empty() {
                page.gap();
            }
        }
        page.line(&self.summary());
        page.finish()
    }

    fn summary(&self) -> Line {
        if self.found.is_empty() {
            return Line::new(Tone::Good, "governance is the same");
        }
        let counts: Vec<String> = self
            .counts()
            .into_iter()
            .map(|(kind, count)| words::count(count, kind.words().0, kind.words().1))
            .collect();
        let facts = words::count(self.found.len(), "fact differs", "facts differ");
        Line::new(Tone::Strong, format!("{facts}: {}", counts.join(", ")))
    }
}

fn sentence(page: &mut Page, difference: &Difference, cause: Option<&Cause>, look: Look) {
    let cause = cause.map(|cause| format!("   {}", cause.text())).unwrap_or_default();
    let text = shown::line(&format!("{}{cause}", difference.sentence()));
    for (position, part) in wrap(&text, look.width.saturating_sub(4)).into_iter().enumerate() {
        page.line(&Line::plain(if position == 0 { "" } else { "    " }).and(Tone::Plain, part));
    }
}
