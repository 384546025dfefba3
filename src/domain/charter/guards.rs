//! What only the whole charter shows: what `self` is in each gate, and gates that demand what they guard.
//!
//! Whether a gate demands what it guards is decided statically, and only where it is certain:
//!
//! * A seal guard of kind K may not say, of `self` or of a noun without filter that selects items of K by their kind or by
//!   ids, that it `is sealed`: the first of them could never be sealed.
//! * A move guard of kind K may not say, of `self` or of every such item, that it is in a status from which the move does not
//!   lead: the move would wait for itself.
//! * The guard of a move from `new` may not speak of `self`, which nobody declared yet: what it says could never be met, and a
//!   condition on it would always take the sentence away.
//! * The condition of a claim's result may not say of `self` that it `has` that claim with that result.
//! * A lift, and the `until` of a derived block, may not say of `self` or of every item of the block's kinds that it
//!   `is not blocked`.
//!
//! Gates that are passed are followed. Filters, links, `if`, `should` and vetoes are left alone; a list of alternatives counts
//! only if all of them demand it. What depends on which items are declared cannot be told here.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{Base, Being, Charter, ClaimTest, Guard, Having, IdSet, Level, Predicate, Quantity, Sentence};
use super::names::Names;
use super::problem::{Place, Problems};
use super::resolve::{Resolver, Thing, Things};
use super::source::Name;
use super::syntax;
use super::tables::Tables;
use crate::domain::id::Word;

/// Finds what `self` stands for in each gate: the kinds whose moves, seals and blocks it guards, and what is said to pass it.
pub(super) struct Flow<'n, 't> {
    names: &'n Names<'t>,
    gates: BTreeMap<&'t str, Things>,
    open: Vec<&'t str>,
}

impl<'n, 't> Flow<'n, 't> {
    /// Returns what `self` stands for in each gate.
    pub(super) fn of(names: &'n Names<'t>) -> BTreeMap<&'t str, Things> {
        let mut flow = Flow { names, gates: BTreeMap::new(), open: Vec::new() };
        for kind in &names.tables.kinds {
            let this = Things::kinds([kind.name.text.as_str()]);
            let permissions = kind.moves.iter().map(|a_move| &a_move.by).chain(&kind.seal).chain(&kind.unseal);
            permissions.for_each(|permission| flow.permission(permission, &this));
        }
        for block in &names.tables.blocks {
            let this = Things::kinds(block.on.iter().map(|on| on.text.as_str()));
            block.by.iter().chain(&block.lift).for_each(|permission| flow.permission(permission, &this));
            block.until.iter().for_each(|until| flow.sentence(until, &this));
        }
        // A commit is no item: what it needs is said of the repository, or of things by name.
        for rule in &names.tables.commits {
            let this = Things::one(Thing::Repo);
            rule.needs.iter().for_each(|needs| flow.sentence(needs, &this));
            rule.serves.iter().for_each(|(noun, _)| flow.noun(noun, &this));
        }
        for noun in
            names.tables.views.iter().flat_map(|view| &view.sections).filter_map(|section| section.noun.as_ref())
        {
            flow.noun(noun, &Things::one(Thing::Repo));
        }
        // Anything can be stated of anything.
        for guard in names.tables.claims.iter().flat_map(|claim| &claim.results).filter_map(|(_, guard)| guard.as_ref())
        {
            if let syntax::Guard::Sentence(sentence) = guard {
                flow.sentence(sentence, &Things::anything(names));
            }
        }
        flow.settle();
        // A gate that guards nothing is asked by hand, about anything.
        for gate in names.tables.gates.iter().map(|gate| gate.name.text.as_str()) {
            if !flow.gates.contains_key(gate) {
                flow.gates.insert(gate, Things::anything(names));
                flow.open.push(gate);
                flow.settle();
            }
        }
        flow.gates
    }

    fn settle(&mut self) {
        while let Some(gate) = self.open.pop() {
            let Some(this) = self.gates.get(gate).cloned() else { continue };
            let Some(gate) = self.names.gate(gate) else { continue };
            for sentence in gate.criteria.iter().flat_map(|criterion| &criterion.any) {
                self.sentence(sentence, &this);
            }
        }
    }

    fn permission(&mut self, permission: &syntax::Permission, this: &Things) {
        match &permission.guard {
            Some(syntax::Guard::Gate(gate)) => self.passes(gate, this),
            Some(syntax::Guard::Sentence(sentence)) => self.sentence(sentence, this),
            None => {}
        }
    }

    fn noun(&mut self, noun: &syntax::Noun, this: &Things) {
        let things = things_of(self.names, noun, this);
        for predicate in &noun.filter {
            if let syntax::Predicate::Passes(gate) = predicate {
                self.passes(gate, &things);
            }
        }
    }

    fn sentence(&mut self, sentence: &syntax::Sentence, this: &Things) {
        let mut found = Vec::new();
        visit(self.names, sentence, this, &mut |predicate, things| {
            if let syntax::Predicate::Passes(gate) = predicate {
                found.push((gate.clone(), things.clone()));
            }
        });
        for (gate, things) in found {
            self.passes(&gate, &things);
        }
    }

    fn passes(&mut self, gate: &Name, things: &Things) {
        let Some(gate) = self.names.gate(&gate.text) else { return };
        let name = gate.name.text.as_str();
        let changed = match self.gates.get_mut(name) {
            Some(known) if known.open && !things.open => {
                *known = things.clone();
                true
            }
            Some(_) if things.open => false,
            Some(known) => {
                let before = known.all.len();
                known.all.extend(things.all.iter().cloned());
                known.all.len() > before
            }
            None => {
                self.gates.insert(name, things.clone());
                true
            }
        };
        if changed {
            self.open.push(name);
        }
    }
}

/// Calls `each` with every predicate of a sentence, filters and conditions included, and the things that it is said of.
pub(super) fn visit(
    names: &Names<'_>,
    sentence: &syntax::Sentence,
    this: &Things,
    each: &mut impl FnMut(&syntax::Predicate, &Things),
) {
    let things = things_of(names, &sentence.noun, this);
    for predicate in sentence.noun.filter.iter().chain(&sentence.predicates) {
        each(predicate, &things);
    }
    if let Some(condition) = &sentence.condition {
        visit(names, condition, this, each);
    }
}

/// Returns what a noun stands for, its filter left alone.
pub(super) fn things_of(names: &Names<'_>, noun: &syntax::Noun, this: &Things) -> Things {
    let mut elsewhere = Problems::default();
    let bare = syntax::Noun { filter: Vec::new(), ..noun.clone() };
    Resolver::new(names, &mut elsewhere).noun(&bare, this).map(|(_, things, _)| things).unwrap_or_default()
}

/// Refuses guards that demand what they guard. Called on a charter without other problems.
pub(super) fn refuse_self_demands(tables: &Tables, charter: &Charter, problems: &mut Problems) {
    for table in &tables.kinds {
        let Some((name, kind)) = charter.kinds.get_key_value(table.name.text.as_str()) else { continue };
        let on = BTreeSet::from([name.clone()]);
        if let (Some(permission), Some(place)) = (&kind.seal, &table.sealable) {
            let sealed = |said: Said<'_>, negated: bool, _: bool| said.is(&Being::Sealed) && !negated;
            let what = format!("sealing a `{name}`");
            report(charter, permission.guard.as_ref(), &on, &sealed, place, &what, problems);
        }
        if let (Some(permission), Some(place)) = (&kind.unseal, &table.unsealable) {
            let open = |said: Said<'_>, negated: bool, _: bool| said.is(&Being::Sealed) && negated;
            report(charter, permission.guard.as_ref(), &on, &open, place, &format!("unsealing a `{name}`"), problems);
        }
        for (rule, written) in kind.moves.iter().zip(&table.moves) {
            let from: Vec<&Word> = rule.from.iter().flatten().collect();
            let beyond = |said: Said<'_>, negated: bool, all: bool| match said {
                Said::Is(Being::Status(states)) => {
                    all && !from.is_empty() && from.iter().all(|from| states.contains(from) == negated)
                }
                _ => false,
            };
            if rule.from.contains(&None) && rule.by.guard.as_ref().is_some_and(|guard| asks_self(charter, guard)) {
                let message =
                    format!("whether a `{name}` may be declared depends on `self`, which is not declared yet");
                problems.meaning(&written.span, message, "ask it of the next move");
            }
            let what = format!("the move of a `{name}` to `{}`", rule.to);
            report(charter, rule.by.guard.as_ref(), &on, &beyond, &written.span, &what, problems);
        }
    }
    for table in &tables.claims {
        let Some((name, claim)) = charter.claims.get_key_value(table.name.text.as_str()) else { continue };
        for (at, ((result, guard), (written, _))) in claim.results.iter().zip(&table.results).enumerate() {
            let own = |said: Said<'_>, denied: bool, _: bool| match said {
                Said::Has(test) if test.claim == *name && !denied => match test.results.as_slice() {
                    [] => at == 0,
                    asked => asked == [result.clone()],
                },
                _ => false,
            };
            let what = format!("`{name} = {result}`");
            report(charter, guard.as_ref(), &BTreeSet::new(), &own, &written.span, &what, problems);
        }
    }
    for table in &tables.blocks {
        let Some((name, block)) = charter.blocks.get_key_value(table.name.text.as_str()) else { continue };
        let on: BTreeSet<Word> = block.on.iter().cloned().collect();
        let free = |said: Said<'_>, negated: bool, all: bool| said.is(&Being::Blocked) && negated && all;
        if let (Some(permission), false) = (&block.lift, block.stops.is_empty()) {
            report(
                charter,
                permission.guard.as_ref(),
                &on,
                &free,
                &table.name.span,
                &format!("lifting `{name}`"),
                problems,
            );
        }
    }
}

/// Returns whether a guard, or the gate that it names, speaks of `self`. What that gate passes in turn it passes for something
/// else, or speaks of `self` itself.
fn asks_self(charter: &Charter, guard: &Guard) -> bool {
    match guard {
        Guard::Sentence(sentence) => sentence.speaks_of_self(),
        Guard::Gate(gate) => {
            let criteria = charter.gates.get(gate).into_iter().flat_map(|gate| &gate.criteria);
            criteria.flat_map(|criterion| &criterion.any).any(Sentence::speaks_of_self)
        }
    }
}

/// What is said of a thing.
#[derive(Clone, Copy)]
enum Said<'a> {
    Is(&'a Being),
    Has(&'a ClaimTest),
}

impl Said<'_> {
    fn is(self, being: &Being) -> bool {
        matches!(self, Said::Is(said) if said == being)
    }
}

/// What a test looks for: what is said of a thing, whether it is denied, and whether it is said of every one of them.
type Test<'a> = dyn Fn(Said<'_>, bool, bool) -> bool + 'a;

fn report(
    charter: &Charter,
    guard: Option<&Guard>,
    on: &BTreeSet<Word>,
    test: &Test<'_>,
    place: &Place,
    what: &str,
    problems: &mut Problems,
) {
    let Some(guard) = guard else { return };
    let mut search = Search { charter, on, test, asked: BTreeSet::new() };
    let found = match guard {
        Guard::Gate(gate) => search.gate(gate, true),
        Guard::Sentence(sentence) => search.sentence(sentence, true).then(|| "its condition".to_owned()),
    };
    if let Some(found) = found {
        let message = format!("{what} waits for itself: {found} demands it");
        problems.meaning(
            place,
            message,
            "leave the thing itself out of the condition, or make it a gate of something else",
        );
    }
}

struct Search<'a> {
    charter: &'a Charter,
    on: &'a BTreeSet<Word>,
    test: &'a Test<'a>,
    /// Gates that were looked into, with whether `self` was the guarded item.
    asked: BTreeSet<(Word, bool)>,
}

impl Search<'_> {
    /// Returns the criterion that demands it; `bound`: `self` is the guarded item.
    fn gate(&mut self, name: &Word, bound: bool) -> Option<String> {
        if !self.asked.insert((name.clone(), bound)) {
            return None;
        }
        let charter = self.charter;
        let musts = charter.gates.get(name)?.criteria.iter().filter(|criterion| criterion.level == Level::Must);
        for criterion in musts {
            if criterion.any.iter().all(|sentence| self.sentence(sentence, bound)) {
                return Some(format!("`gates.{name}.{}`", criterion.name));
            }
        }
        None
    }

    fn sentence(&mut self, sentence: &Sentence, bound: bool) -> bool {
        if sentence.condition.is_some() {
            return false;
        }
        let all = matches!(sentence.quantity, Quantity::The | Quantity::Every | Quantity::No);
        let inverted = sentence.quantity == Quantity::No;
        if matches!(sentence.quantity, Quantity::AtMost(_)) || (inverted && sentence.predicates.len() > 1) {
            return false;
        }
        sentence.predicates.iter().any(|predicate| match predicate {
            Predicate::Is { negated, what } => {
                (self.test)(Said::Is(what), *negated != inverted, all) && self.covers(sentence, bound)
            }
            Predicate::Has { quantity, what: Having::Claim(test) } => {
                let denied = matches!(quantity, Quantity::No | Quantity::AtMost(_));
                (self.test)(Said::Has(test), denied != inverted, all) && self.covers(sentence, bound)
            }
            Predicate::Passes(gate) if !inverted => {
                let covers = self.covers(sentence, bound);
                self.gate(gate, covers).is_some()
            }
            _ => false,
        })
    }

    /// Returns whether the guarded item is, or may be, among what the sentence speaks of.
    fn covers(&self, sentence: &Sentence, bound: bool) -> bool {
        sentence.noun.filter.is_empty()
            && match &sentence.noun.base {
                Base::This => bound,
                Base::Kind(kind, None) => self.on.contains(kind),
                Base::Ids(ids) => self.names_one(ids),
                _ => false,
            }
    }

    fn names_one(&self, ids: &IdSet) -> bool {
        let patterns = self.on.iter().filter_map(|kind| self.charter.kinds.get(kind)).map(|kind| &kind.id);
        patterns.into_iter().any(|pattern| ids.literal().iter().any(|id| pattern.matches(id.as_str())))
    }
}
