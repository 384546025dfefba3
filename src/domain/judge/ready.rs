//! What can go on now, and in which order: of each item, whether a move forward is open, what above waits for it, how much waits
//! for it, and how old it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::View;
use super::blame::{Blame, Told};
use super::eval::{Eval, PART_OF};
use super::report::{GateReport, Leaf, Standing, Step};
use super::valid::texts;
use crate::domain::charter::glob::{Glob, scope_matches_folded};
use crate::domain::charter::{Guard, KindRule, MoveRule, Stop};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Item;

/// What can go on, first things first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Items of which a move forward is open.
    pub ready: Vec<Ready>,
    /// The other items that have a move forward, each once, by what holds it back, the most urgent first.
    pub held: BTreeMap<Holder, Vec<Held>>,
}

/// An item of which no move forward is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The item.
    pub id: ItemId,
    /// What goes on from here, where nothing is in the way of its first move but what it lacks itself: told of the first few.
    pub steps: Vec<Step>,
}

/// The gates of things that an item is part of which are not passed because of it, each with the thing: the first criterion of it
/// that is not, and the place of that in the gate.
pub type Critical = BTreeMap<(Word, ItemId), (usize, Word)>;

/// What holds an item back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A block that stands on it.
    Block(Word),
    /// A block that was placed on another item and stops what this one is to change.
    Around(Word, ItemId),
    /// The gate of its first move forward.
    Gate(Word),
    /// A condition that is no gate.
    Condition,
}

impl Readiness {
    /// Returns how many items have a move forward, and none that is open.
    pub fn waiting(&self) -> usize {
        self.held.values().map(Vec::len).sum()
    }
}

/// An item of which a move forward is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The item.
    pub id: ItemId,
    /// The gates above that wait for it.
    pub critical: Critical,
    /// How many items wait for it, directly or not.
    pub unblocks: usize,
    /// The event that declared it.
    pub declared: u64,
    /// The marks that stand on it.
    pub marks: Vec<Word>,
    /// The moves: to which status, and how.
    pub moves: Vec<(Word, Step)>,
}

impl View<'_> {
    /// Returns what can go on now: of the items of a kind, or of all.
    pub fn ready(&self, kind: Option<&Word>) -> Readiness {
        let eval = Eval::quiet(*self);
        let live = self.state.items.iter().filter(|(id, _)| !eval.is_superseded(id));
        let asked = live.filter(|(_, item)| kind.is_none_or(|kind| *kind == item.kind));
        let mut found = Readiness::default();
        let placed = eval.placed_around();
        let mut lacking = BTreeSet::new();
        for (id, item) in asked {
            let Some(rule) = eval.charter().kinds.get(&item.kind) else { continue };
            let forward: Vec<&MoveRule> = rule.moves.iter().filter(|step| is_forward(rule, item, step)).collect();
            if forward.is_empty() {
                continue;
            }
            match eval.open(id, item, &forward, &placed) {
                Err((holder, alone)) => {
                    found.held.entry(holder).or_default().push(Held { id: id.clone(), steps: Vec::new() });
                    lacking.extend(alone.then_some(id));
                }
                Ok(moves) => {
                    let (critical, marks) = (Critical::new(), eval.marks_on(id));
                    let ready = Ready { id: id.clone(), critical, unblocks: 0, declared: item.declared, marks, moves };
                    found.ready.push(ready);
                }
            }
        }
        let all = found.ready.iter().map(|ready| &ready.id).chain(found.held.values().flatten().map(|held| &held.id));
        let critical = eval.critical(all);
        // No gate above waits for it: it comes last.
        let urgency = |critical: Option<&Critical>| {
            critical.and_then(|found| found.values().map(|(place, _)| *place).min()).unwrap_or(usize::MAX)
        };
        let waits = Waits::of(&eval);
        for ready in &mut found.ready {
            ready.critical = critical.get(&ready.id).cloned().unwrap_or_default();
            ready.unblocks = waits.behind(&ready.id, &eval.ancestors(&ready.id));
        }
        found.ready.sort_by(|a, b| {
            let key = |one: &Ready| (urgency(Some(&one.critical)), std::cmp::Reverse(one.unblocks), one.declared);
            key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
        });
        let declared = |id: &ItemId| self.state.items.get(id).map(|item| item.declared);
        for held in found.held.values_mut() {
            held.sort_by_cached_key(|one| (urgency(critical.get(&one.id)), declared(&one.id), one.id.clone()));
        }
        let telling = Eval::new(*self);
        for (holder, items) in &mut found.held {
            let Holder::Gate(gate) = holder else { continue };
            for held in items.iter_mut().take(TOLD).filter(|held| lacking.contains(&held.id)) {
                let report = telling.gate(gate, &Noun::Item(held.id.clone()));
                held.steps = report.map(|report| said_of(&report)).unwrap_or_default();
            }
        }
        found
    }
}

/// Returns whether a move leads from the status of an item to a later one, in the order of the charter.
pub(super) fn is_forward(kind: &KindRule, item: &Item, step: &MoveRule) -> bool {
    let place = |state: &Word| kind.states.iter().position(|other| other == state);
    step.from.contains(&Some(item.status.clone())) && place(&step.to) > place(&item.status)
}

/// What holds an item back, and whether that is nothing but what the item itself lacks.
type Kept = (Holder, bool);

/// Of how many items behind one gate it is told what to say of them: each is judged with everything that goes on from there.
const TOLD: usize = 5;

impl<'a> Eval<'a> {
    /// Returns the moves that nothing stops and whose condition is met; or what holds the item back.
    fn open(
        &self,
        id: &'a ItemId,
        item: &'a Item,
        forward: &[&'a MoveRule],
        placed: &[Placed<'a>],
    ) -> Result<Vec<(Word, Step)>, Kept> {
        let holds_back = |block: &&Standing<'_>| match block.placed {
            Some(_) => !block.stops.is_empty(),
            // What falls by itself may fall by this very move.
            None => block.stops.contains(&Stop::Moves),
        };
        if let Some(block) = self.blocks_on(id).iter().find(holds_back) {
            return Err((Holder::Block(block.name.clone()), false));
        }
        let inside = self.charter().kinds.get(&item.kind).and_then(|kind| kind.scope.as_ref());
        let inside = inside.and_then(|scope| item.stated.fields.get(&scope.inside)).map(texts).unwrap_or_default();
        let reaches = |block: &&Placed<'_>| {
            block.on != id
                && inside.iter().any(|path| block.globs.iter().any(|globs| scope_matches_folded(globs, path)))
        };
        if let Some(block) = placed.iter().find(reaches) {
            return Err((Holder::Around(block.name.clone(), block.on.clone()), false));
        }
        let subject = Noun::Item(id.clone());
        let rule = format!("kinds.{}.moves", item.kind);
        let passes = |guard: &Guard| self.lets_pass(&rule, guard, &subject);
        let open: Vec<&MoveRule> =
            forward.iter().filter(|step| step.by.guard.as_ref().is_none_or(passes)).copied().collect();
        if open.is_empty() {
            return Err(match forward.first().and_then(|step| step.by.guard.as_ref()) {
                Some(Guard::Gate(gate)) => {
                    let own = |leaf: &Leaf| leaf.item.as_deref() == Some(id.as_str());
                    let alone = self.gate(gate, &subject).is_some_and(|report| report.blames_only(own));
                    (Holder::Gate(gate.clone()), alone)
                }
                _ => (Holder::Condition, false),
            });
        }
        let step = |step: &&MoveRule| {
            let command = format!("ledger move {id} {}", step.to);
            (step.to.clone(), self.step(command, &step.by.who, &subject))
        };
        Ok(open.iter().map(step).collect())
    }

    /// Returns the blocks that were placed anywhere and stop files of a scope, as it was when they were placed.
    fn placed_around(&self) -> Vec<Placed<'a>> {
        let mut found = Vec::new();
        for (on, item) in self.state.items.iter().filter(|(_, item)| !item.blocks.is_empty()) {
            for block in item.blocks.iter().filter(|block| block.lifted.is_none()) {
                let Some(rule) = self.block_rule(&block.name, Some(block)) else { continue };
                let scopes = &self.placing_charter(Some(block)).unwrap_or(self.adopted).rules.scopes;
                let globs = |stop: &Stop| if let Stop::Scope(scope) = stop { scopes.get(scope) } else { None };
                let globs: Vec<&[Glob]> = rule.stops.iter().filter_map(globs).map(Vec::as_slice).collect();
                if !globs.is_empty() {
                    found.push(Placed { name: &block.name, on, globs });
                }
            }
        }
        found
    }

    /// Returns the gates, as judged, that keep an item from every move forward.
    fn moves_against(&self, id: &ItemId, item: &Item) -> Vec<Arc<GateReport>> {
        let kind = self.charter().kinds.get(&item.kind).filter(|_| !self.is_superseded(id));
        let forward = kind.into_iter().flat_map(|kind| kind.moves.iter().filter(|step| is_forward(kind, item, step)));
        let mut found = Vec::new();
        for step in forward {
            let report = match &step.by.guard {
                Some(Guard::Gate(gate)) => self.gate(gate, &Noun::Item(id.clone())),
                // It is open, or may be: nothing is said of what a sentence waits for.
                _ => return Vec::new(),
            };
            match report {
                Some(report) if report.passes() => return Vec::new(),
                report => found.extend(report),
            }
        }
        found
    }

    /// Returns, for each item, the gates of what it is part of that are not passed because of it.
    fn critical<'i>(&self, items: impl Iterator<Item = &'i ItemId>) -> BTreeMap<ItemId, Critical> {
        let wholes: BTreeSet<&ItemId> = items.flat_map(|id| self.ancestors(id)).collect();
        let mut found: BTreeMap<ItemId, Critical> = BTreeMap::new();
        for whole in wholes {
            let Some((id, item)) = self.item(whole) else { continue };
            let Some(kind) = self.charter().kinds.get(&item.kind) else { continue };
            let forward = kind.moves.iter().filter(|step| is_forward(kind, item, step)).map(|step| &step.by);
            let seal = kind.seal.as_ref().filter(|_| item.seal.is_none());
            let gates: BTreeSet<&Word> = forward
                .chain(seal)
                .filter_map(|by| if let Some(Guard::Gate(gate)) = &by.guard { Some(gate) } else { None })
                .collect();
            for gate in gates {
                let Some(report) = self.gate(gate, &Noun::Item(id.clone())).filter(|report| !report.passes()) else {
                    continue;
                };
                for (place, criterion, leaf) in report.blamed_in_order() {
                    let blamed = leaf.item.as_deref().and_then(|blamed| ItemId::parse(blamed).ok());
                    if let Some(blamed) = blamed.filter(|blamed| blamed != id) {
                        let first = || (place, criterion.clone());
                        found.entry(blamed).or_default().entry((gate.clone(), id.clone())).or_insert_with(first);
                    }
                }
            }
        }
        found
    }
}

/// A block that was placed on an item and stops files of scopes.
struct Placed<'a> {
    name: &'a Word,
    on: &'a ItemId,
    globs: Vec<&'a [Glob]>,
}

/// Returns what people can say so that a gate passes; nothing where that would not do.
fn said_of(report: &GateReport) -> Vec<Step> {
    let blamed = report.blamed();
    let mut steps: Vec<Step> = Vec::new();
    if blamed.iter().all(|leaf| !leaf.steps.is_empty()) {
        for step in blamed.iter().flat_map(|leaf| &leaf.steps) {
            if !steps.contains(step) {
                steps.push(step.clone());
            }
        }
    }
    steps
}

/// Which items wait for which: through blocks that stop something, placed ones included, and through the gates of their moves.
struct Waits<'a> {
    numbers: BTreeMap<&'a ItemId, usize>,
    /// Item, or something that many items wait for alike -> what waits for it. The latter are numbered after the items.
    behind: Vec<Vec<usize>>,
}

/// What many items wait for alike: it is told once what that waits for in turn.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Alike<'a> {
    /// The `until` of a block that does not speak of `self`.
    Until(&'a Word),
    /// What is to blame, by the number of the part.
    Part(usize),
}

impl<'a> Waits<'a> {
    fn of(eval: &Eval<'a>) -> Waits<'a> {
        let numbers: BTreeMap<&ItemId, usize> =
            eval.state.items.keys().enumerate().map(|(number, id)| (id, number)).collect();
        let mut waits = Waits { behind: vec![Vec::new(); numbers.len()], numbers };
        let (mut alike, mut told) = (BTreeMap::new(), Told::default());
        for (id, item) in &eval.state.items {
            let Some(number) = waits.numbers.get(id).copied() else { continue };
            for block in eval.derived_on(id, |rule| !rule.stops.is_empty()) {
                let rule = eval.charter().blocks.get(block.name);
                let Some(until) = rule.and_then(|rule| rule.until.as_ref()) else { continue };
                let open = || eval.open_things(id, block.name, until);
                if until.speaks_of_self() {
                    waits.put(open().iter().map(String::as_str), number);
                } else if let Some(node) = waits.alike(&mut alike, Alike::Until(block.name), number) {
                    waits.put(open().iter().map(String::as_str), node);
                }
            }
            let placed = eval.placed_on(id);
            let placed = placed.iter().filter(|block| !block.stops.is_empty());
            let mut parts: Vec<Blame> = placed.flat_map(|block| eval.against(id, block)).collect();
            parts.extend(eval.moves_against(id, item).iter().flat_map(|report| eval.parts_of_gate(report)));
            for part in parts {
                if let Some(node) = waits.alike(&mut alike, Alike::Part(told.number(&part).0), number) {
                    waits.put(part.leaves.iter().filter_map(|leaf| leaf.item.as_deref()), node);
                }
            }
        }
        waits
    }

    /// Notes that an item waits for what many wait for alike, and returns the number of that where it is new.
    fn alike(&mut self, known: &mut BTreeMap<Alike<'a>, usize>, key: Alike<'a>, waiting: usize) -> Option<usize> {
        let (before, next) = (known.len(), self.behind.len());
        let node = *known.entry(key).or_insert(next);
        if node == next {
            self.behind.push(Vec::new());
        }
        if let Some(behind) = self.behind.get_mut(node) {
            behind.push(waiting);
        }
        (known.len() > before).then_some(node)
    }

    /// Notes that something waits for what is labelled so.
    fn put<'l>(&mut self, awaited: impl Iterator<Item = &'l str>, waiting: usize) {
        for label in awaited {
            let target = ItemId::parse(label).ok().and_then(|target| self.numbers.get(&target).copied());
            if let Some(behind) = target.and_then(|target| self.behind.get_mut(target)) {
                behind.push(waiting);
            }
        }
    }

    /// Returns how many items wait for one, directly or not, besides those that it is part of.
    fn behind(&self, id: &ItemId, wholes: &BTreeSet<&ItemId>) -> usize {
        let Some(start) = self.numbers.get(id).copied() else { return 0 };
        let (mut open, mut seen) = (vec![start], BTreeSet::from([start]));
        while let Some(at) = open.pop() {
            let next = self.behind.get(at).map(Vec::as_slice).unwrap_or_default();
            open.extend(next.iter().copied().filter(|next| seen.insert(*next)));
        }
        let above: BTreeSet<usize> =
            wholes.iter().filter_map(|whole| self.numbers.get(*whole).copied()).chain([start]).collect();
        seen.iter().filter(|at| **at < self.numbers.len() && !above.contains(at)).count()
    }
}

/// Returns whether a link says by itself what has to come first.
pub(super) fn is_dependency(name: &Word, acyclic: bool) -> bool {
    acyclic && !matches!(name.as_str(), PART_OF | super::eval::SUPERSEDES)
}
