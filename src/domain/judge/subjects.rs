//! For which things a gate is judged: those whose actions it guards, and those of which another gate asks that they pass it.
//! Likewise of which things a rule asks that they be sealed.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use super::eval::Eval;
use super::select::Thing;
use crate::domain::charter::{
    Base, Being, Charter, Guard, Noun as Selection, Permission, Predicate, Quantity, Sentence,
};
use crate::domain::id::{ItemId, Noun, Word};

/// Returns whether a gate, or one that it asks of the same thing, speaks of `self`. One that does not comes out the same
/// for every subject.
pub fn speaks_of_self(charter: &Charter, gate: &Word) -> bool {
    let (mut open, mut seen) = (vec![gate], BTreeSet::new());
    while let Some(gate) = open.pop() {
        if !seen.insert(gate) {
            continue;
        }
        for sentence in sentences(charter, gate) {
            let passed: Vec<&Word> = passes(&sentence.predicates).collect();
            // `self passes X` hands the subject on, and says by itself nothing of it.
            let handed_on = matches!(sentence.noun.base, Base::This)
                && sentence.noun.filter.is_empty()
                && passed.len() == sentence.predicates.len();
            if !handed_on && sentence.noun.base.is_of_self() {
                return true;
            }
            if handed_on {
                open.extend(passed);
            }
            if sentence.condition.as_deref().is_some_and(Sentence::speaks_of_self) {
                return true;
            }
        }
    }
    false
}

/// Returns the declared things for which each gate is judged, sorted: the repository stands for a gate that nothing else is
/// asked for.
pub fn judged_for(view: &View<'_>) -> BTreeMap<Word, BTreeSet<Noun>> {
    handed_down(view, &view.state.charter.rules.gates.keys().collect())
}

/// Returns the same of one gate. Nothing is judged for it but what is handed on to it.
pub fn judged_for_gate(view: &View<'_>, gate: &Word) -> BTreeSet<Noun> {
    let charter = &view.state.charter.rules;
    let mut asking: BTreeMap<&Word, BTreeSet<&Word>> = BTreeMap::new();
    for from in charter.gates.keys() {
        for next in sentences(charter, from).flat_map(|sentence| passes(&sentence.predicates)) {
            asking.entry(next).or_default().insert(from);
        }
    }
    let (mut open, mut above) = (vec![gate], BTreeSet::new());
    while let Some(gate) = open.pop() {
        if above.insert(gate) {
            open.extend(asking.get(gate).into_iter().flatten());
        }
    }
    handed_down(view, &above).remove(gate).unwrap_or_default()
}

/// Returns for which things each of some gates is judged. Whatever asks for one of them has to be among them.
fn handed_down(view: &View<'_>, gates: &BTreeSet<&Word>) -> BTreeMap<Word, BTreeSet<Noun>> {
    let charter = &view.state.charter.rules;
    let eval = Eval::new(*view);
    let mut found: BTreeMap<Word, BTreeSet<Noun>> =
        gates.iter().map(|gate| ((*gate).clone(), BTreeSet::new())).collect();
    for (gate, kind) in guarded(charter).into_iter().filter(|(gate, _)| gates.contains(gate)) {
        let items = eval.of_kind(kind).iter().map(|id| Noun::Item((*id).clone()));
        found.entry(gate.clone()).or_default().extend(items);
    }
    let handing = |gate: &Word| -> Vec<(&Selection, &Word)> {
        let each = sentences(charter, gate).flat_map(|one| passes(&one.predicates).map(|next| (&one.noun, next)));
        each.filter(|(_, next)| gates.contains(next)).collect()
    };
    let mut left: BTreeMap<&Word, usize> = BTreeMap::new();
    for (_, next) in gates.iter().flat_map(|gate| handing(gate)) {
        *left.entry(next).or_default() += 1;
    }
    // A gate hands what it is judged for on to those that it asks for, once all is handed on to it; the graph has no cycle.
    let mut open: Vec<&Word> = gates.iter().filter(|gate| !left.contains_key(*gate)).copied().collect();
    while let Some(gate) = open.pop() {
        let own = found.get(gate).cloned().unwrap_or_default();
        for (noun, next) in handing(gate) {
            found.entry(next.clone()).or_default().extend(handed(&eval, noun, &own));
            let left = left.entry(next).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 {
                open.push(next);
            }
        }
    }
    for (gate, nouns) in &mut found {
        if nouns.is_empty() && !speaks_of_self(charter, gate) {
            nouns.insert(Noun::Repo);
        }
    }
    found
}

/// Returns the kinds of item that a gate is for: those whose actions it guards, and those of what other gates ask to pass it.
/// `None` where it takes any: it guards nothing, or it comes out the same whatever it is asked of.
pub fn kinds_for(view: &View<'_>, gate: &Word) -> Option<BTreeSet<Word>> {
    let charter = &view.state.charter.rules;
    if !speaks_of_self(charter, gate) {
        return None;
    }
    let guarded = guarded(charter).into_iter().filter(|(guard, _)| *guard == gate).map(|(_, kind)| kind.clone());
    let handed = judged_for_gate(view, gate);
    let handed = handed.iter().filter_map(|noun| view.state.items.get(noun.item()?)).map(|item| item.kind.clone());
    let kinds: BTreeSet<Word> = guarded.chain(handed).collect();
    (!kinds.is_empty()).then_some(kinds)
}

/// Returns the things of which a sentence asks something, for each of its subjects.
fn handed(eval: &Eval<'_>, noun: &Selection, subjects: &BTreeSet<Noun>) -> BTreeSet<Noun> {
    let of = |subject: &Noun| -> Vec<Noun> {
        let selected = eval.select(noun, subject).into_iter().filter_map(|(thing, _)| thing.noun());
        selected.filter(|noun| noun.item().is_none_or(|id| eval.state.items.contains_key(id))).collect()
    };
    if noun.base.is_of_self() {
        return subjects.iter().flat_map(of).collect();
    }
    of(&Noun::Repo).into_iter().collect()
}

/// Returns the gates that guard actions, each with the kind of what is acted upon.
fn guarded(charter: &Charter) -> Vec<(&Word, &Word)> {
    let mut pairs = Vec::new();
    let gate_of = |permission: &'_ Permission| match &permission.guard {
        Some(Guard::Gate(gate)) => Some(gate.clone()),
        _ => None,
    };
    let mut put = |gate: Option<Word>, kind| {
        if let Some((gate, _)) = gate.and_then(|gate| charter.gates.get_key_value(&gate)) {
            pairs.push((gate, kind));
        }
    };
    for (kind, rule) in &charter.kinds {
        let moves = rule.moves.iter().map(|step| &step.by);
        for permission in moves.chain(&rule.seal).chain(&rule.unseal) {
            put(gate_of(permission), kind);
        }
    }
    for rule in charter.blocks.values() {
        for permission in rule.by.iter().chain(&rule.lift) {
            for kind in &rule.on {
                put(gate_of(permission), kind);
            }
        }
    }
    pairs
}

/// What some rule asks to be sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealable {
    items: BTreeSet<ItemId>,
    kinds: BTreeSet<Word>,
}

impl Sealable {
    /// Returns whether anything waits for the seal of an item of a kind: a rule asks for it, or rules ask it of no item of that kind,
    /// and the seal is what the kind comes to.
    pub fn awaits(&self, id: &ItemId, kind: &Word) -> bool {
        self.items.contains(id) || !self.kinds.contains(kind)
    }
}

/// Returns what gates, blocks that stand by themselves and conditions ask to be sealed, declared or not.
pub fn sealable(view: &View<'_>) -> Sealable {
    let charter = &view.state.charter.rules;
    let eval = Eval::new(*view);
    let of_kind =
        |kind: &Word| -> BTreeSet<Noun> { eval.of_kind(kind).iter().map(|id| Noun::Item((*id).clone())).collect() };
    let mut found = Sealable::default();
    for (gate, subjects) in judged_for(view) {
        sentences(charter, &gate).for_each(|sentence| found.asked(&eval, sentence, &subjects));
    }
    for rule in charter.blocks.values() {
        let subjects: BTreeSet<Noun> = rule.on.iter().flat_map(of_kind).collect();
        rule.until.iter().for_each(|sentence| found.asked(&eval, sentence, &subjects));
    }
    for (kind, rule) in &charter.kinds {
        let permissions = rule.moves.iter().map(|step| &step.by).chain(&rule.seal).chain(&rule.unseal);
        for guard in permissions.filter_map(|permission| permission.guard.as_ref()) {
            if let Guard::Sentence(sentence) = guard {
                found.asked(&eval, sentence, &of_kind(kind));
            }
        }
    }
    found
}

impl Sealable {
    fn asked(&mut self, eval: &Eval<'_>, sentence: &Sentence, subjects: &BTreeSet<Noun>) {
        let sealed = |predicate: &Predicate| {
            matches!(predicate, Predicate::Is { negated: false, what: Being::Sealed | Being::Upheld })
        };
        let unwanted = matches!(sentence.quantity, Quantity::No | Quantity::AtMost(_));
        if unwanted || !sentence.predicates.iter().any(sealed) {
            return;
        }
        let any = BTreeSet::from([Noun::Repo]);
        for subject in if sentence.noun.base.is_of_self() { subjects } else { &any } {
            for (thing, _) in eval.select(&sentence.noun, subject) {
                match thing {
                    Thing::Item(id, item) => {
                        self.items.insert(id.clone());
                        self.kinds.insert(item.kind.clone());
                    }
                    Thing::Undeclared(id) => {
                        let kinds = eval.state.charter.rules.kinds.iter();
                        let own = kinds.filter(|(_, kind)| kind.id.matches(id.as_str()));
                        self.kinds.extend(own.map(|(kind, _)| kind.clone()));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn sentences<'c>(charter: &'c Charter, gate: &Word) -> impl Iterator<Item = &'c Sentence> {
    charter.gates.get(gate).into_iter().flat_map(|rule| &rule.criteria).flat_map(|criterion| &criterion.any)
}

fn passes(predicates: &[Predicate]) -> impl Iterator<Item = &Word> {
    predicates.iter().filter_map(|predicate| if let Predicate::Passes(gate) = predicate { Some(gate) } else { None })
}
