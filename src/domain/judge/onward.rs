//! What comes next where no block says what is asked for first.

use std::collections::{BTreeMap, BTreeSet};

use super::blame::{Much, flat};
use super::eval::Eval;
use super::ready::is_forward;
use super::report::{Leaf, Step};
use super::session::Judgement;
use crate::domain::charter::{Charter, Guard, Permission, Predicate};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Item;

/// Of how many actions it is asked at most what leads there: each is judged whole.
const ASKED: usize = 8;

/// The action that asks for most, and what leads there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onward {
    /// The command of the action, such as `ledger move PHASE-E closed`.
    pub command: String,
    /// What can be done toward it now: first one step for each rule that is not met.
    pub steps: Vec<Step>,
}

/// An action that leads an item onward.
struct Action<'a> {
    asks: usize,
    declared: u64,
    id: &'a ItemId,
    rule: String,
    by: &'a Permission,
    command: String,
}

impl Judgement<'_> {
    /// Returns the action that asks for most of all moves onward and seals, with the steps toward it; of those that ask for as
    /// much, the one of the item that was declared first. Before anything is declared, the declarations. `None` where nothing leads on.
    pub fn onward(&self) -> Option<Onward> {
        self.0.onward()
    }
}

impl Eval<'_> {
    fn onward(&self) -> Option<Onward> {
        if self.state.items.is_empty() {
            let steps: Vec<Step> = self.charter().kinds.keys().flat_map(|kind| self.declaring_any(kind)).collect();
            return Some(Onward { command: steps.first()?.command.clone(), steps });
        }
        let mut actions: Vec<Action<'_>> = Vec::new();
        let mut sizes = BTreeMap::new();
        for (id, item) in self.state.live_items() {
            self.actions_onward(id, item, &mut sizes, &mut actions);
        }
        actions.sort_by_key(|action| (std::cmp::Reverse(action.asks), action.declared));
        actions.into_iter().take(ASKED).find_map(|action| {
            let steps = self.toward_action(&action);
            (!steps.is_empty()).then_some(Onward { command: action.command, steps })
        })
    }

    fn actions_onward<'s>(
        &'s self,
        id: &'s ItemId,
        item: &'s Item,
        sizes: &mut BTreeMap<Word, usize>,
        found: &mut Vec<Action<'s>>,
    ) {
        let Some(kind) = self.charter().kinds.get(&item.kind) else { return };
        let moves = kind.moves.iter().filter(|step| is_forward(kind, item, step) && step.because.is_empty());
        let moves =
            moves.map(|step| (format!("kinds.{}.moves", item.kind), &step.by, format!("ledger move {id} {}", step.to)));
        let seal = kind.seal.as_ref().filter(|_| item.seal.is_none());
        let seal = seal.map(|by| (format!("kinds.{}.seal", item.kind), by, format!("ledger seal {id}")));
        for (rule, by, command) in moves.chain(seal) {
            let asks = match &by.guard {
                None => 0,
                Some(Guard::Sentence(_)) => 1,
                Some(Guard::Gate(gate)) => match sizes.get(gate) {
                    Some(known) => *known,
                    None => *sizes.entry(gate.clone()).or_insert(size(self.charter(), gate)),
                },
            };
            found.push(Action { asks, declared: item.declared, id, rule, by, command });
        }
    }

    /// Returns what leads to an action: the steps toward its condition, or where that is met the action itself.
    fn toward_action(&self, action: &Action<'_>) -> Vec<Step> {
        let subject = Noun::Item(action.id.clone());
        let guard = action.by.guard.as_ref();
        match guard.filter(|guard| !self.guard(&action.rule, guard, &subject).passes) {
            Some(guard) => by_turns(&flat(&self.unmet(&action.rule, guard, &subject))),
            None => self.led(&action.rule, action.by, action.command.clone(), &subject, Much::All),
        }
    }
}

/// Returns how many criteria a gate has, with those of the gates that it asks for.
fn size(charter: &Charter, gate: &Word) -> usize {
    let (mut open, mut seen, mut found) = (vec![gate], BTreeSet::new(), 0);
    while let Some(gate) = open.pop() {
        let Some(rule) = charter.gates.get(gate).filter(|_| seen.insert(gate)) else { continue };
        found += rule.criteria.len();
        let predicates = rule.criteria.iter().flat_map(|criterion| &criterion.any).flat_map(|one| &one.predicates);
        open.extend(predicates.filter_map(|one| if let Predicate::Passes(next) = one { Some(next) } else { None }));
    }
    found
}

/// Returns the steps of leaves, each command once: first one for each rule that is not met.
pub fn by_turns<'l>(leaves: impl IntoIterator<Item = &'l Leaf>) -> Vec<Step> {
    let mut rules: Vec<(&str, Vec<&Step>)> = Vec::new();
    for leaf in leaves {
        match rules.iter_mut().find(|(rule, _)| *rule == leaf.rule) {
            Some((_, steps)) => steps.extend(&leaf.steps),
            None => rules.push((&leaf.rule, leaf.steps.iter().collect())),
        }
    }
    let most = rules.iter().map(|(_, steps)| steps.len()).max().unwrap_or(0);
    let rounds = (0..most).flat_map(|round| rules.iter().filter_map(move |(_, steps)| steps.get(round).copied()));
    let mut seen = BTreeSet::new();
    rounds.filter(|step| seen.insert(step.command.as_str())).cloned().collect()
}
