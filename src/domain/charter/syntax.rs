//! Sentences as they are written: nothing is resolved, every word knows its place.

use super::problem::Place;
use super::source::Name;
use crate::domain::charter::ast::{Op, Quantity};
use crate::domain::time::Span;

/// A sentence.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub(super) quantity: Option<(Quantity, Place)>,
    pub(super) noun: Noun,
    pub(super) if_any: Option<Place>,
    pub(super) predicates: Vec<Predicate>,
    pub(super) condition: Option<Box<Sentence>>,
    pub(super) text: String,
}

/// A noun with its filter.
#[derive(Debug, Clone)]
pub(super) struct Noun {
    pub(super) base: Base,
    pub(super) filter: Vec<Predicate>,
    pub(super) that: Option<Place>,
    pub(super) span: Place,
}

/// What a noun is built of.
#[derive(Debug, Clone)]
pub(super) enum Base {
    /// One word: `self`, `repo`, the name of a set or kind, or one id.
    Word(Name),
    /// `NAME of BASE`.
    Of(Name, Box<Base>),
    /// Ids, ranges and globs.
    Ids(Ids),
}

impl Base {
    /// Returns the base as people read it, for messages.
    pub(super) fn show(&self) -> String {
        match self {
            Base::Word(name) => name.text.clone(),
            Base::Of(name, base) => format!("{} of {}", name.text, base.show()),
            Base::Ids(ids) => {
                let terms: Vec<String> = ids.items.iter().map(IdTerm::show).collect();
                terms.join(", ")
            }
        }
    }
}

/// Ids, ranges and globs, without some.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    pub(super) items: Vec<IdTerm>,
    pub(super) except: Vec<IdTerm>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(super) enum IdTerm {
    One(Name),
    Range(Name, Name),
    Glob(Name),
}

impl IdTerm {
    /// Returns the term as it is written.
    pub(super) fn show(&self) -> String {
        match self {
            IdTerm::One(name) | IdTerm::Glob(name) => name.text.clone(),
            IdTerm::Range(first, last) => format!("{}..{}", first.text, last.text),
        }
    }

    /// Returns the place of the term.
    pub(super) fn span(&self) -> Place {
        match self {
            IdTerm::One(name) | IdTerm::Glob(name) => name.span.clone(),
            IdTerm::Range(first, last) => first.span.start..last.span.end,
        }
    }
}

/// What is said of a thing.
#[derive(Debug, Clone)]
pub(super) enum Predicate {
    /// `is [not] WORD{|WORD}`.
    Is { negated: bool, words: Vec<Name> },
    /// `is [not] idle DURATION`.
    Idle { negated: bool, word: Name, span: Span },
    /// `passes GATE`.
    Passes(Name),
    /// `has …`.
    Has(Box<Has>),
}

/// `has [quantity] WORD …`.
#[derive(Debug, Clone)]
pub(super) struct Has {
    pub(super) quantity: Option<(Quantity, Place)>,
    pub(super) what: Name,
    pub(super) compare: Option<Compare>,
    pub(super) with: Vec<(Name, Compare)>,
    pub(super) within: Option<(Span, Place)>,
    pub(super) on: Option<Name>,
    pub(super) by: Option<By>,
}

/// `by [every] ROLE`.
#[derive(Debug, Clone)]
pub(super) struct By {
    pub(super) every: Option<Place>,
    pub(super) role: Name,
}

/// `op LIT{|LIT}`.
#[derive(Debug, Clone)]
pub(super) struct Compare {
    pub(super) op: Op,
    pub(super) op_span: Place,
    pub(super) with: Vec<Literal>,
}

/// A literal.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) text: Name,
    pub(super) quoted: bool,
}

/// Who.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) terms: Vec<Term>,
    pub(super) not: Vec<Name>,
}

/// So many of these roles.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) count: Option<(u32, Place)>,
    pub(super) roles: Vec<Name>,
}

/// Who, and when.
#[derive(Debug, Clone)]
pub(super) struct Permission {
    pub(super) who: Who,
    pub(super) guard: Option<Guard>,
    pub(super) text: String,
}

/// The condition of a permission.
#[derive(Debug, Clone)]
pub(super) enum Guard {
    Gate(Name),
    Sentence(Box<Sentence>),
}

/// A move.
#[derive(Debug, Clone)]
pub(super) struct Move {
    pub(super) from: Vec<Name>,
    pub(super) to: Name,
    pub(super) by: Permission,
    pub(super) because: Vec<Name>,
    pub(super) span: Place,
}

/// A link's `KIND -> KIND, …, flags`.
#[derive(Debug, Clone, Default)]
pub(super) struct Link {
    pub(super) pairs: Vec<(Name, Name)>,
    pub(super) acyclic: bool,
    pub(super) stated: bool,
    pub(super) unique: bool,
    pub(super) min: u32,
    pub(super) within: Option<Name>,
    pub(super) inverse: Option<Name>,
    pub(super) mirror: Option<Name>,
    pub(super) label: Option<String>,
    pub(super) under: Option<Name>,
    pub(super) why: Option<String>,
    pub(super) cite: Option<String>,
}
