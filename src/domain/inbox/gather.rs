//! What the standing blocks and the conditions of the next actions ask for, each command once.

use std::collections::BTreeMap;

use super::{Waiting, stops};
use crate::domain::charter::{Guard, Permission};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{Judgement, Leaf, Sealable, Step, sealable};
use crate::domain::state::Item;

/// Commands in the order in which the rules ask for them.
pub(super) struct Pool {
    waits: Vec<Waiting>,
    known: BTreeMap<String, usize>,
}

/// What asks for a step.
enum Toward<'t> {
    Block(&'t str),
    Action(&'t str),
}

impl Pool {
    /// Returns what is asked for in a judgement.
    pub(super) fn of(judgement: &Judgement<'_>) -> Pool {
        let mut pool = Pool { waits: Vec::new(), known: BTreeMap::new() };
        let state = judgement.view().state;
        for id in state.items.keys() {
            for block in judgement.blocks_on(id).iter().filter(|block| stops(block.stops)) {
                let told = format!("{} on {id}", block.name);
                let leaves = judgement.against(id, block);
                pool.leaves(&leaves, &Toward::Block(&told));
                if leaves.is_empty() {
                    judgement
                        .ground(id, block)
                        .steps
                        .iter()
                        .for_each(|step| pool.step(step, None, &Toward::Block(&told)));
                }
            }
        }
        let sealable = sealable(&judgement.view());
        for (id, item) in state.live_items() {
            pool.actions(judgement, &sealable, id, item);
        }
        pool
    }

    /// Adds what the conditions of an item's next actions ask for; of its seal, where anything waits for it.
    fn actions(&mut self, judgement: &Judgement<'_>, sealable: &Sealable, id: &ItemId, item: &Item) {
        let Some(kind) = judgement.view().state.charter.rules.kinds.get(&item.kind) else { return };
        let status = Some(item.status.clone());
        let subject = Noun::Item(id.clone());
        let mut put = |rule: &str, permission: &Permission, told: String| {
            let asks = |guard: &&Guard| !judgement.guard(None, rule, guard, &subject).passes;
            if let Some(guard) = permission.guard.as_ref().filter(asks) {
                self.leaves(&judgement.unmet(rule, guard, &subject), &Toward::Action(&told));
            }
        };
        let position = |status: &Word| kind.states.iter().position(|known| known == status);
        for step in kind.moves.iter().filter(|step| step.from.contains(&status) && step.because.is_empty()) {
            if position(&step.to) > position(&item.status) {
                put(&format!("kinds.{}.moves", item.kind), &step.by, format!("move {id} {}", step.to));
            }
        }
        if let Some(seal) = kind.seal.as_ref().filter(|_| item.seal.is_none() && sealable.awaits(id, &item.kind)) {
            put(&format!("kinds.{}.seal", item.kind), seal, format!("seal {id}"));
        }
    }

    fn leaves(&mut self, leaves: &[Leaf], toward: &Toward<'_>) {
        for leaf in leaves {
            for step in &leaf.steps {
                self.step(step, Some(leaf), toward);
            }
        }
    }

    fn step(&mut self, step: &Step, leaf: Option<&Leaf>, toward: &Toward<'_>) {
        let at = *self.known.entry(step.command.clone()).or_insert_with(|| {
            self.waits.push(Waiting::new(step.command.clone(), step.who.clone()));
            self.waits.len() - 1
        });
        let Some(waiting) = self.waits.get_mut(at) else { return };
        match toward {
            Toward::Block(told) => waiting.blocks.insert((*told).to_owned()),
            Toward::Action(told) => waiting.actions.insert((*told).to_owned()),
        };
        if let Some(leaf) = leaf {
            waiting.rules.insert(leaf.explanation.rule.clone().unwrap_or_else(|| leaf.rule.clone()));
            let found = step.vacancy.as_ref().unwrap_or(&leaf.explanation.found);
            if !waiting.found.contains(found) {
                waiting.found.push(found.clone());
            }
        }
    }

    /// Adds what no rule asks for.
    pub(super) fn beside(&mut self, step: Step, found: String) {
        self.known.insert(step.command.clone(), self.waits.len());
        self.waits.push(Waiting { found: vec![found], ..Waiting::new(step.command, step.who) });
    }

    /// Takes a command out, where it is asked for.
    pub(super) fn take(&mut self, command: &str) -> Option<Waiting> {
        let at = self.known.remove(command)?;
        self.waits.get(at).cloned()
    }

    /// Returns what is left, in the order in which it was asked for.
    pub(super) fn into_waits(self) -> Vec<Waiting> {
        let Pool { waits, known } = self;
        waits.into_iter().filter(|waiting| known.contains_key(&waiting.command)).collect()
    }
}
