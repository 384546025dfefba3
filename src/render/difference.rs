//! What differs between two sides, with what brought it about.

use std::collections::BTreeSet;

use super::look::{Line, Look, Page, Tone, wrap};
use super::picture::{Difference, Kind};
use super::{shown, words};
use crate::domain::event::Event;
use crate::domain::id::ActorId;
use crate::domain::time::Timestamp;
use crate::domain::value::Value;

/// An event, as the cause of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    seq: u64,
    actor: ActorId,
    kind: &'static str,
    at: Timestamp,
}

impl Deed {
    /// Returns what is told of an event.
    pub fn of(event: &Event) -> Deed {
        Deed { seq: event.seq, actor: event.actor.clone(), kind: event.body.kind(), at: event.at }
    }
}

impl Deed {
    /// Returns `by omar on 2026-02-03`.
    fn told(&self) -> String {
        format!("by {} on {}", self.actor, self.at.date())
    }
}

/// What brought a difference about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// An event.
    Event {
        /// What is told of it.
        deed: Deed,
        /// Whether only the one side's ledger has it.
        only: Option<Side>,
    },
    /// A commit of code.
    Commit {
        /// The commit.
        commit: String,
        /// Whom it names as its author.
        author: String,
        /// On which side it is.
        on: Side,
    },
    /// Nothing but the time at which the second side is judged.
    Time {
        /// That time.
        as_of: Timestamp,
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
    /// Tells it as a way from A to B: by what B has, without what A has alone. `names` are what the sides were called.
    fn text(&self, names: (&str, &str)) -> String {
        match self {
            Cause::Event { deed, only: None } => format!("{}, event {}", deed.told(), deed.seq),
            Cause::Event { deed, only: Some(Side::A) } => {
                format!("without event {} of {}, {}", deed.seq, names.0, deed.told())
            }
            Cause::Event { deed, only: Some(Side::B) } => {
                format!("{}, event {} of {}", deed.told(), deed.seq, names.1)
            }
            Cause::Commit { commit, author, on } => {
                let commit = commit.get(..8).unwrap_or(commit);
                // The sentence says on which side it is.
                match on {
                    Side::A => format!("without commit {commit} of {author}"),
                    Side::B => format!("by commit {commit} of {author}"),
                }
            }
            Cause::Time { as_of } => format!("by time, judged as of {as_of}"),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Cause::Event { deed, only } => Value::map([
                ("event", deed.seq.into()),
                ("actor", (&deed.actor).into()),
                ("type", deed.kind.into()),
                ("at", deed.at.into()),
                ("side", only.map(Side::as_str).into()),
            ]),
            Cause::Commit { commit, author, on } => Value::map([
                ("commit", commit.as_str().into()),
                ("author", author.as_str().into()),
                ("side", on.as_str().into()),
            ]),
            Cause::Time { as_of } => Value::map([("as_of", (*as_of).into())]),
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
    /// What names the place of those files: a branch, a commit, `HEAD`.
    pub place: String,
}

/// A whole comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The sides.
    pub sides: (SideName, SideName),
    /// What differs, each with what brought it about.
    pub found: Vec<(Difference, Vec<Cause>)>,
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
        let differences = self.found.iter().map(|(difference, causes)| {
            let own = [
                ("kind", difference.kind().words().0.into()),
                ("subject", Value::from(difference.subject.as_str())),
                ("aspect", difference.aspect.as_str().into()),
                ("sentence", self.sentence(difference, causes).into()),
                ("causes", Value::List(causes.iter().map(Cause::to_value).collect())),
            ];
            let own = own.map(|(key, value)| (key.to_owned(), value));
            Value::Map(own.into_iter().chain(difference.sides_value(("a", "b"))).collect())
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
            for (difference, causes) in &own {
                self.show(&mut page, difference, causes);
            }
            if !own.is_empty() {
                page.gap();
            }
        }
        page.line(&self.summary());
        page.finish()
    }

    /// Returns the sentence, with the place of each side on which a commit made it so.
    fn sentence(&self, difference: &Difference, causes: &[Cause]) -> String {
        let made = |side: Side| causes.iter().any(|cause| matches!(cause, Cause::Commit { on, .. } if *on == side));
        let place = |side: Side, name: &'_ SideName| made(side).then(|| name.place.clone());
        let (a, b) = (place(Side::A, &self.sides.0), place(Side::B, &self.sides.1));
        difference.sentence_on((a.as_deref(), b.as_deref()))
    }

    /// Adds a difference. What brought it about, and who made what was so before, stands behind it where the whole of it fits, else
    /// below.
    fn show(&self, page: &mut Page, difference: &Difference, causes: &[Cause]) {
        let look = page.look();
        let names = (self.sides.0.word.as_str(), self.sides.1.word.as_str());
        let text = shown::line(&self.sentence(difference, causes));
        let causes = causes.iter().map(|cause| cause.text(names)).collect::<Vec<_>>().join(", and ");
        let deeds = difference.deeds(&causes);
        let told: Vec<String> = Some(causes).filter(|causes| !causes.is_empty()).into_iter().chain(deeds).collect();
        let told = shown::line(&told.join("; "));
        let behind = Line::plain(&text).and(Tone::Plain, "   ").and(Tone::Faint, &told);
        if !told.is_empty() && behind.width() <= look.width {
            page.line(&behind);
            return;
        }
        let room = look.width.saturating_sub(4);
        for (position, part) in wrap(&text, room).into_iter().enumerate() {
            page.line(&Line::plain(if position == 0 { "" } else { "    " }).and(Tone::Plain, part));
        }
        for part in wrap(&told, room).into_iter().filter(|part| !part.is_empty()) {
            page.line(&Line::plain("    ").and(Tone::Faint, part));
        }
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
