//! What a noun selects.

use std::collections::BTreeSet;

use super::eval::{Eval, PART_OF, SUPERSEDES};
use crate::domain::charter::{Base, Board, IdSet, IdTerm, Noun as Selection};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::{Item, PlacedBlock, Waiver};
use crate::domain::value::Value;

/// A thing that a sentence speaks of.
#[derive(Debug, Clone)]
pub(super) enum Thing<'a> {
    /// A declared item.
    Item(&'a ItemId, &'a Item),
    /// An id that a rule, a link or a guarded action names and nobody declared.
    Undeclared(ItemId),
    /// The repository.
    Repo,
    /// A document that is rendered from the ledger.
    View(&'a Word, &'a Board),
    /// A placed block.
    Block(&'a ItemId, &'a PlacedBlock),
    /// A waiver.
    Waiver(&'a ItemId, &'a Waiver),
    /// A file that a field of an item names.
    File {
        /// The path, as the field gives it.
        path: String,
        /// The item.
        of: &'a ItemId,
    },
}

impl Thing<'_> {
    /// Returns what the thing is called in reports: its id, `ITEM/RULE/SEQ`, its path, its name, or `repo`.
    pub(super) fn label(&self) -> String {
        match self {
            Thing::File { path, .. } => path.clone(),
            Thing::View(name, _) => name.to_string(),
            thing => thing.noun().map(|noun| noun.to_string()).unwrap_or_default(),
        }
    }

    /// Returns what statements about the thing are filed under; `None` for a file or view.
    pub(super) fn noun(&self) -> Option<Noun> {
        Some(match self {
            Thing::Item(id, _) => Noun::Item((*id).clone()),
            Thing::Undeclared(id) => Noun::Item(id.clone()),
            Thing::Repo => Noun::Repo,
            Thing::Block(id, block) => {
                let rule = block.name.as_str().to_owned();
                Noun::Placed { item: Some((*id).clone()), rule, seq: block.touch.seq }
            }
            Thing::Waiver(id, waiver) => waiver.noun(id),
            Thing::File { .. } | Thing::View(..) => return None,
        })
    }
}

impl<'a> Eval<'a> {
    /// Returns the selected things, each with how its filter came out: MET or UNKNOWN. What a filter drops is not among
    /// them; an undeclared id is never dropped.
    pub(super) fn select(&self, noun: &Selection, subject: &Noun) -> Vec<(Thing<'a>, Outcome)> {
        let mut selected = Vec::new();
        for thing in self.all(&noun.base, subject) {
            let kept = match &thing {
                Thing::Undeclared(_) => Outcome::Met,
                thing => self.holds(thing, &noun.filter),
            };
            if kept != Outcome::Unmet {
                selected.push((thing, kept));
            }
        }
        selected
    }

    /// Returns the conjunction of some predicates of a thing.
    pub(super) fn holds(&self, thing: &Thing<'a>, predicates: &[crate::domain::charter::Predicate]) -> Outcome {
        let mut outcome = Outcome::Met;
        for predicate in predicates {
            outcome = outcome.and(self.predicate(thing, predicate).outcome);
            if outcome == Outcome::Unmet {
                break;
            }
        }
        outcome
    }

    /// Returns what a base selects, with possible repetitions.
    pub(super) fn base(&self, base: &Base, subject: &Noun) -> Vec<Thing<'a>> {
        match base {
            Base::This => vec![self.thing(subject)],
            Base::Repo => vec![Thing::Repo],
            Base::View(name) => self
                .charter()
                .views
                .get_key_value(name)
                .and_then(|(name, view)| Some(Thing::View(name, view.board()?)))
                .into_iter()
                .collect(),
            Base::Ids(set) => self.ids(set),
            Base::Kind(kind, None) => self.of_kind(kind).iter().map(|id| self.named(id)).collect(),
            Base::Kind(kind, Some(of)) => self.parts(kind, of, subject),
            Base::Blocks(of) => self.blocks(of.as_deref(), subject),
            Base::Waivers(of) => self.waivers(of.as_deref(), subject),
            Base::Link { link, inverse, of } => self.each(of, subject, |thing| self.linked(link, *inverse, thing)),
            Base::Files(field, of) => self.each(of, subject, |thing| files(field, thing)),
        }
    }

    /// Returns the thing that a noun names.
    pub(super) fn thing(&self, noun: &Noun) -> Thing<'a> {
        match noun {
            Noun::Repo => Thing::Repo,
            Noun::Item(id) => self.named(id),
            placed @ Noun::Placed { item, .. } => match (self.placed(placed), self.granted(placed), item) {
                (Some((id, block)), ..) => Thing::Block(id, block),
                (None, Some((id, waiver)), _) => Thing::Waiver(id, waiver),
                (None, None, Some(id)) => Thing::Undeclared(id.clone()),
                (None, None, None) => Thing::Repo,
            },
        }
    }

    fn named(&self, id: &ItemId) -> Thing<'a> {
        self.item(id).map_or_else(|| Thing::Undeclared(id.clone()), |(id, item)| Thing::Item(id, item))
    }

    /// Returns the things of a set: each id as its newest successor, and each live item that a glob matches.
    fn ids(&self, set: &IdSet) -> Vec<Thing<'a>> {
        let excepted = |id: &ItemId| set.except.iter().any(|term| term_matches(term, id));
        let mut things = Vec::new();
        for term in &set.items {
            match term {
                IdTerm::Ids(ids) => {
                    let kept = ids.iter().filter(|id| !excepted(id));
                    things.extend(kept.map(|id| match self.newest(id) {
                        Some(newest) => self.named(newest),
                        None => Thing::Undeclared(id.clone()),
                    }));
                }
                IdTerm::Glob(glob) => {
                    let live = self.state.items.iter().filter(|(id, _)| !self.is_superseded(id));
                    let kept = live.filter(|(id, _)| star_matches(glob, id.as_str()) && !excepted(id));
                    things.extend(kept.map(|(id, item)| Thing::Item(id, item)));
                }
            }
        }
        things
    }

    /// Applies `f` to every thing of a base; an undeclared one stays in the selection, so that it is not overlooked.
    fn each(&self, of: &Base, subject: &Noun, f: impl Fn(&Thing<'a>) -> Vec<Thing<'a>>) -> Vec<Thing<'a>> {
        let mut found = Vec::new();
        for thing in self.all(of, subject) {
            match thing {
                Thing::Undeclared(_) => found.push(thing),
                thing => found.extend(f(&thing)),
            }
        }
        found
    }

    fn parts(&self, kind: &Word, of: &Base, subject: &Noun) -> Vec<Thing<'a>> {
        let wholes = self.all(of, subject);
        let mut found: Vec<Thing<'a>> =
            wholes.iter().filter(|thing| matches!(thing, Thing::Undeclared(_))).cloned().collect();
        let wholes = wholes.iter().filter_map(|thing| if let Thing::Item(id, _) = thing { Some(*id) } else { None });
        // Down from what is asked for: up from each item of the kind would go through all of them for each whole.
        let below = self.transitive(wholes, |(id, _)| self.sources(PART_OF, id)).into_iter();
        let of_kind = below.filter_map(|id| self.item(id)).filter(|(_, item)| item.kind == *kind);
        found.extend(of_kind.map(|(id, item)| Thing::Item(id, item)));
        found
    }

    /// Returns everything that an item is a part of, directly or not.
    pub(super) fn ancestors(&self, id: &ItemId) -> BTreeSet<&'a ItemId> {
        self.transitive([id], |item| self.targets(PART_OF, item.1))
    }

    /// Returns what any number of steps lead to, from some items on.
    fn transitive<'i>(
        &self,
        from: impl IntoIterator<Item = &'i ItemId>,
        step: impl Fn((&'a ItemId, &'a Item)) -> Vec<&'a ItemId>,
    ) -> BTreeSet<&'a ItemId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<(&ItemId, &Item)> = from.into_iter().filter_map(|id| self.item(id)).collect();
        while let Some(item) = open.pop() {
            for next in step(item) {
                if found.insert(next) {
                    open.extend(self.item(next));
                }
            }
        }
        found
    }

    fn linked(&self, link: &Word, inverse: bool, thing: &Thing<'a>) -> Vec<Thing<'a>> {
        let Thing::Item(id, item) = thing else { return Vec::new() };
        let name = link.as_str();
        let found: Vec<&ItemId> = match (name == PART_OF, inverse) {
            (true, false) => self.ancestors(id).into_iter().collect(),
            (true, true) => self.transitive([*id], |(id, _)| self.sources(name, id)).into_iter().collect(),
            (false, false) => self.targets(name, item),
            (false, true) => self.sources(name, id),
        };
        found.into_iter().map(|id| self.named(id)).collect()
    }

    fn blocks(&self, of: Option<&Base>, subject: &Noun) -> Vec<Thing<'a>> {
        let on = |id: &'a ItemId, item: &'a Item| item.blocks.iter().map(move |block| Thing::Block(id, block));
        match of {
            None => self.state.items.iter().flat_map(|(id, item)| on(id, item)).collect(),
            Some(of) => self.each(of, subject, |thing| match thing {
                Thing::Item(id, item) => on(id, item).collect(),
                _ => Vec::new(),
            }),
        }
    }

    fn waivers(&self, of: Option<&Base>, subject: &Noun) -> Vec<Thing<'a>> {
        let on = |id: &'a ItemId, item: &'a Item| item.waivers.iter().map(move |waiver| Thing::Waiver(id, waiver));
        match of {
            None => self.state.items.iter().flat_map(|(id, item)| on(id, item)).collect(),
            // What was set aside for an item was, whatever has taken its place.
            Some(of) => self.each(of, subject, |thing| match thing {
                Thing::Item(id, item) => {
                    let before = self.transitive([*id], |(_, item)| self.targets(SUPERSEDES, item));
                    let before = before.into_iter().filter_map(|old| self.item(old));
                    let own = std::iter::once((*id, *item));
                    own.chain(before).flat_map(|(id, item)| on(id, item)).collect()
                }
                _ => Vec::new(),
            }),
        }
    }
}

fn files<'a>(field: &Word, thing: &Thing<'a>) -> Vec<Thing<'a>> {
    let Thing::Item(id, item) = thing else { return Vec::new() };
    let file = |path: &str| Thing::File { path: path.to_owned(), of: id };
    match item.stated.fields.get(field) {
        Some(Value::List(list)) => list.iter().filter_map(Value::as_text).map(file).collect(),
        Some(Value::Text(path)) => vec![file(path)],
        _ => Vec::new(),
    }
}

fn term_matches(term: &IdTerm, id: &ItemId) -> bool {
    match term {
        IdTerm::Ids(ids) => ids.contains(id),
        IdTerm::Glob(glob) => star_matches(glob, id.as_str()),
    }
}

/// Returns whether a text matches a glob in which `*` stands for any run of characters, in time of at most the product
/// of their lengths.
pub(super) fn star_matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut g, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if glob.get(g) == Some(&b'*') {
            retry = Some((g + 1, t));
            g += 1;
        } else if glob.get(g) == text.get(t) {
            g += 1;
            t += 1;
        } else if let Some((after, at)) = retry {
            g = after;
            t = at + 1;
            retry = Some((after, t));
        } else {
            return false;
        }
    }
    glob.get(g..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}
