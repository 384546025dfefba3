//! What can go on now, and in which order: of each item, whether a move forward is open, what above waits for it, how much waits
//! for it, and how old it is.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use super::eval::{Eval, PART_OF};
use super::report::Step;
use crate::domain::charter::{Guard, KindRule, MoveRule, Stop};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Item;

/// What can go on, first things first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness {
    /// Items of which a move forward is open.
    pub ready: Vec<Ready>,
    /// How many other items have a move forward, and none that is open.
    pub waiting: usize,
}

/// An item of which a move forward is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The item.
    pub id: ItemId,
    /// The gates of things that it is part of which are not passed because of it, each with the thing.
    pub critical: BTreeSet<(Word, ItemId)>,
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
        for (id, item) in asked {
            let Some(rule) = eval.charter().kinds.get(&item.kind) else { continue };
            let forward: Vec<&MoveRule> = rule.moves.iter().filter(|step| is_forward(rule, item, step)).collect();
            if forward.is_empty() {
                continue;
            }
            let moves = eval.open(id, item, &forward);
            if moves.is_empty() {
                found.waiting += 1;
            } else {
                let (critical, marks) = (BTreeSet::new(), eval.marks_on(id));
                let ready = Ready { id: id.clone(), critical, unblocks: 0, declared: item.declared, marks, moves };
                found.ready.push(ready);
            }
        }
        let critical = eval.critical(&found.ready);
        let waits = Waits::of(&eval);
        for ready in &mut found.ready {
            ready.critical = critical.get(&ready.id).cloned().unwrap_or_default();
            ready.unblocks = waits.behind(&ready.id);
        }
        found.ready.sort_by(|a, b| {
            let key = |one: &Ready| (one.critical.is_empty(), std::cmp::Reverse(one.unblocks), one.declared);
            key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
        });
        found
    }
}

/// Returns whether a move leads from the status of an item to a later one, in the order of the charter.
fn is_forward(kind: &KindRule, item: &Item, step: &MoveRule) -> bool {
    let place = |state: &Word| kind.states.iter().position(|other| other == state);
    step.from.contains(&Some(item.status.clone())) && place(&step.to) > place(&item.status)
}

impl<'a> Eval<'a> {
    /// Returns the moves that nothing stops and whose condition is met.
    fn open(&self, id: &'a ItemId, item: &'a Item, forward: &[&'a MoveRule]) -> Vec<(Word, Step)> {
        let subject = Noun::Item(id.clone());
        let rule = format!("kinds.{}.moves", item.kind);
        let passes = |guard: &Guard| match guard {
            Guard::Gate(gate) => self.gate(gate, &subject).is_some_and(|report| report.passes()),
            Guard::Sentence(_) => self.guard(&rule, guard, &subject).passes,
        };
        let open: Vec<&MoveRule> =
            forward.iter().filter(|step| step.by.guard.as_ref().is_none_or(passes)).copied().collect();
        if open.is_empty() || self.blocks_on(id).iter().any(|block| block.stops.contains(&Stop::Moves)) {
            return Vec::new();
        }
        let step = |step: &&MoveRule| {
            let command = format!("ledger move {id} {}", step.to);
            (step.to.clone(), self.step(command, &step.by.who, &subject))
        };
        open.iter().map(step).collect()
    }

    /// Returns, for each item, the gates of what it is part of that are not passed because of it.
    fn critical(&self, ready: &[Ready]) -> BTreeMap<ItemId, BTreeSet<(Word, ItemId)>> {
        let wholes: BTreeSet<&ItemId> = ready.iter().flat_map(|one| self.ancestors(&one.id)).collect();
        let mut found: BTreeMap<ItemId, BTreeSet<(Word, ItemId)>> = BTreeMap::new();
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
                for blamed in report.blamed().iter().filter_map(|leaf| leaf.item.as_deref()) {
                    if let Some(blamed) = ItemId::parse(blamed).ok().filter(|blamed| blamed != id) {
                        found.entry(blamed).or_default().insert((gate.clone(), id.clone()));
                    }
                }
            }
        }
        found
    }
}

/// Which items wait for which, through derived blocks that stop something.
struct Waits<'a> {
    numbers: BTreeMap<&'a ItemId, usize>,
    /// Item -> those that wait for it.
    behind: Vec<Vec<usize>>,
}

impl<'a> Waits<'a> {
    fn of(eval: &Eval<'a>) -> Waits<'a> {
        let numbers: BTreeMap<&ItemId, usize> =
            eval.state.items.keys().enumerate().map(|(number, id)| (id, number)).collect();
        let mut behind = vec![Vec::new(); numbers.len()];
        for (id, number) in &numbers {
            for block in eval.derived_on(id, |rule| !rule.stops.is_empty()) {
                let rule = eval.charter().blocks.get(block.name);
                let Some(until) = rule.and_then(|rule| rule.until.as_ref()) else { continue };
                for label in eval.awaited(id, block.name, until) {
                    let target = ItemId::parse(&label).ok().and_then(|target| numbers.get(&target).copied());
                    if let Some(waiting) = target.and_then(|target| behind.get_mut(target)) {
                        waiting.push(*number);
                    }
                }
            }
        }
        Waits { numbers, behind }
    }

    /// Returns how many items wait for one, directly or not.
    fn behind(&self, id: &ItemId) -> usize {
        let Some(start) = self.numbers.get(id).copied() else { return 0 };
        let (mut open, mut seen) = (vec![start], BTreeSet::from([start]));
        while let Some(at) = open.pop() {
            let next = self.behind.get(at).map(Vec::as_slice).unwrap_or_default();
            open.extend(next.iter().copied().filter(|next| seen.insert(*next)));
        }
        seen.len() - 1
    }
}

/// Returns whether a link says by itself what has to come first.
pub(super) fn is_dependency(name: &Word, acyclic: bool) -> bool {
    acyclic && !matches!(name.as_str(), PART_OF | super::eval::SUPERSEDES)
}
