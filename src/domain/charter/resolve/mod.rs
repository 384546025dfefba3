//! Every word of a sentence to what it names, typed against the things that it is said of.

mod base;
mod counted;
mod having;
mod predicate;
mod who;

pub(super) use base::Many;
pub(super) use counted::{Counted, Demand};
#[cfg(test)]
pub(super) use predicate::{GRANTED, PLACED};

use std::collections::BTreeSet;

use super::ast::{Guard, Quantity, Sentence};
use super::names::Names;
use super::problem::Problems;
use super::source::Name;
use super::syntax;
use crate::domain::code::Code;
use crate::domain::id::Word;

/// What a noun can stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// An item of a kind.
    Kind(String),
    /// The repository.
    Repo,
    /// A placed block.
    Block,
    /// A waiver.
    Waiver,
    /// A file.
    File,
    /// A rendered document.
    View,
}

impl Thing {
    /// Returns the word for messages.
    pub(super) fn show(&self) -> String {
        match self {
            Thing::Kind(kind) => format!("`{kind}`"),
            Thing::Repo => "the repository".to_owned(),
            Thing::Block => "a block".to_owned(),
            Thing::Waiver => "a waiver".to_owned(),
            Thing::File => "a file".to_owned(),
            Thing::View => "a view".to_owned(),
        }
    }
}

/// What a noun selects, as far as it is known before anything is declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Things {
    /// The possible things; none where an earlier problem hides them.
    pub(super) all: BTreeSet<Thing>,
    /// Only one of them has to fit: `self` in a gate that guards nothing and is only ever asked by hand.
    pub(super) open: bool,
}

impl Things {
    /// Returns things that are of one sort.
    pub(super) fn one(thing: Thing) -> Things {
        Things { all: BTreeSet::from([thing]), open: false }
    }

    /// Returns items of these kinds.
    pub(super) fn kinds<T: Into<String>>(kinds: impl IntoIterator<Item = T>) -> Things {
        Things { all: kinds.into_iter().map(|kind| Thing::Kind(kind.into())).collect(), open: false }
    }

    /// Returns items of every kind and the repository, of which one has to fit.
    pub(super) fn anything(names: &Names<'_>) -> Things {
        let mut anything = Things { open: true, ..Things::kinds(names.all_kinds()) };
        anything.all.insert(Thing::Repo);
        anything
    }

    /// Returns the kinds among them.
    pub(super) fn kind_names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().filter_map(|thing| match thing {
            Thing::Kind(kind) => Some(kind.as_str()),
            _ => None,
        })
    }

    /// Returns the first thing that does not fit, if that matters: where the things are open, only if none fits.
    pub(super) fn misfit(&self, fits: impl Fn(&Thing) -> bool) -> Option<&Thing> {
        let first = self.all.iter().find(|thing| !fits(thing));
        if self.open && self.all.iter().any(fits) { None } else { first }
    }
}

/// Resolves sentences against a vocabulary.
pub(super) struct Resolver<'n, 't> {
    pub(super) names: &'n Names<'t>,
    pub(super) problems: &'n mut Problems,
    /// What has to come of what is resolved.
    pub(super) demand: Demand,
    /// What is counted is one of several ways of which any is enough: it is kept in `counts`, to be held against the others.
    pub(super) several: bool,
    /// The numbers of entries that have to be.
    pub(super) counts: Vec<Counted<'t>>,
}

impl<'n, 't> Resolver<'n, 't> {
    /// Returns a resolver that reports to `problems`.
    pub(super) fn new(names: &'n Names<'t>, problems: &'n mut Problems) -> Resolver<'n, 't> {
        Resolver { names, problems, demand: Demand::Met, several: false, counts: Vec::new() }
    }

    /// Returns a word that [`super::names::check`] has looked at; `None` where it is malformed.
    pub(super) fn word(name: &Name) -> Option<Word> {
        Word::parse(&name.text).ok()
    }

    /// Reports a word that names nothing of the sort.
    pub(super) fn unknown(&mut self, name: &Name, sort: &str, fitting: &[&str]) {
        self.problems.unknown(Code::CharterUnknownWord, &name.span, sort, &name.text, fitting);
    }

    /// Resolves a condition; `this` is what `self` stands for.
    pub(super) fn guard(&mut self, guard: &syntax::Guard, this: &Things) -> Option<Guard> {
        match guard {
            syntax::Guard::Gate(name) => self.gate(name).map(Guard::Gate),
            syntax::Guard::Sentence(sentence) => Some(Guard::Sentence(Box::new(self.sentence(sentence, this)?))),
        }
    }

    /// Resolves the name of a gate.
    pub(super) fn gate(&mut self, name: &Name) -> Option<Word> {
        if self.names.gate(&name.text).is_none() {
            let fitting = self.names.all_gates();
            self.unknown(name, "gate", &fitting);
            return None;
        }
        Self::word(name)
    }

    /// Resolves a sentence; `this` is what `self` stands for.
    pub(super) fn sentence(&mut self, sentence: &syntax::Sentence, this: &Things) -> Option<Sentence> {
        let before = self.problems.count();
        let noun = self.noun(&sentence.noun, this);
        let quantity = noun.as_ref().and_then(|(_, _, many)| self.quantity(sentence, many));
        let things = noun.as_ref().map(|(_, things, _)| things.clone()).unwrap_or_default();
        let demand = self.demand;
        self.demand = demand.of_each(sentence, quantity);
        let predicates: Vec<_> = sentence.predicates.iter().map(|p| self.predicate(p, &things)).collect();
        self.demand = Demand::Nothing;
        let condition = sentence.condition.as_ref().map(|condition| self.sentence(condition, this));
        self.demand = demand;
        if self.problems.count() > before {
            return None;
        }
        Some(Sentence {
            quantity: quantity?,
            noun: noun?.0,
            if_any: sentence.if_any.is_some(),
            predicates: predicates.into_iter().collect::<Option<_>>()?,
            condition: match condition {
                Some(condition) => Some(Box::new(condition?)),
                None => None,
            },
            text: sentence.text.clone(),
        })
    }

    /// Checks that the quantifier and the noun go together.
    fn quantity(&mut self, sentence: &syntax::Sentence, many: &Many) -> Option<Quantity> {
        let shown = sentence.noun.base.show();
        let Some((quantity, place)) = &sentence.quantity else { return self.bare(sentence, many, &shown) };
        let refused = match (quantity, many) {
            (_, Many::One) => {
                Some((format!("`{shown}` is one thing and takes no quantifier"), format!("write `{shown} …`")))
            }
            (Quantity::No, Many::Ids(_)) => Some((
                "`no` takes a kind or a link, never ids: an id that nobody declared would count as absent".to_owned(),
                "name the kind, or write `every … is not …`".to_owned(),
            )),
            (Quantity::No, Many::Files) => Some((
                "`no` takes a kind or a link, never files".to_owned(),
                format!("write `every {shown} is not present`"),
            )),
            (Quantity::AtLeast(n), Many::Ids(Some(count))) if (*n as usize) > *count => Some((
                format!("`{shown}` names {count} ids, which can never be {n}"),
                "write `every` if all are meant".to_owned(),
            )),
            _ => None,
        };
        if let Some((message, help)) = refused {
            self.problems.meaning(place, message, help);
            return None;
        }
        self.if_any(sentence, *quantity)?;
        Some(*quantity)
    }

    fn bare(&mut self, sentence: &syntax::Sentence, many: &Many, shown: &str) -> Option<Quantity> {
        if !matches!(many, Many::One) {
            let message = format!("`{shown}` can be many things, so the sentence must say how many");
            let help = format!("write `every {shown} …`, or `some`, `no`, `at least N`, `at most N`");
            self.problems.meaning(&sentence.noun.span, message, help);
            return None;
        }
        if let Some(that) = &sentence.noun.that {
            self.problems.meaning(
                that,
                format!("`{shown}` is one thing, of which nothing is chosen"),
                "write the condition behind `if`",
            );
            return None;
        }
        if let Some(place) = &sentence.if_any {
            self.problems.meaning(
                place,
                format!("`{shown}` is one thing, which is always there"),
                "leave out `, if any,`",
            );
            return None;
        }
        Some(Quantity::The)
    }

    fn if_any(&mut self, sentence: &syntax::Sentence, quantity: Quantity) -> Option<()> {
        let Some(place) = &sentence.if_any else { return Some(()) };
        if matches!(quantity, Quantity::No | Quantity::AtMost(_)) {
            let message = "`no` and `at most` hold where there is none, so `, if any,` says nothing";
            self.problems.meaning(place, message, "leave out `, if any,`");
            return None;
        }
        Some(())
    }
}
