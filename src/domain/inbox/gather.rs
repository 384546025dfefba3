//! What the standing blocks and the conditions of the next actions ask for, each command once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Waiting, stops};
use crate::domain::charter::{Guard, Permission};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::judge::{Blame, Judgement, Leaf, Sealable, Step, Told, sealable};
use crate::domain::state::Item;

/// Commands in the order in which the rules ask for them.
pub(super) struct Pool {
    waits: Vec<Waiting>,
    known: BTreeMap<String, usize>,
}

/// What is asked for, while it is gathered. What many blocks and actions wait for alike is gone through once: it is noted which of them
/// wait for it, and of each command where it was asked for.
#[derive(Default)]
struct Gathering {
    told: Told,
    /// What waits for each part that was told, and after those for steps that nothing is to blame for.
    waiting: BTreeMap<Place, Toward>,
    steps: usize,
    waits: Vec<(Waiting, BTreeSet<Place>)>,
    known: BTreeMap<String, usize>,
    found: BTreeSet<(usize, String)>,
}

/// Where a step was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Part(usize),
    Step(usize),
}

/// The blocks and the actions that wait for something.
#[derive(Default)]
struct Toward {
    blocks: Vec<Arc<str>>,
    actions: Vec<Arc<str>>,
}

impl Pool {
    /// Returns what is asked for in a judgement.
    pub(super) fn of(judgement: &Judgement<'_>) -> Pool {
        let mut gathering = Gathering::default();
        let state = judgement.view().state;
        for id in state.items.keys() {
            for block in judgement.blocks_on(id).iter().filter(|block| stops(block.stops)) {
                let told: Arc<str> = format!("{} on {id}", block.name).into();
                let parts = judgement.parts_against(id, block);
                for part in &parts {
                    gathering.part(part).blocks.push(Arc::clone(&told));
                }
                if parts.is_empty() {
                    gathering.beside(&judgement.ground(id, block).steps).blocks.push(told);
                }
            }
        }
        let sealable = sealable(&judgement.view());
        for (id, item) in state.live_items() {
            gathering.actions(judgement, &sealable, id, item);
        }
        gathering.ended()
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

impl Gathering {
    /// Adds what the conditions of an item's next actions ask for; of its seal, where anything waits for it.
    fn actions(&mut self, judgement: &Judgement<'_>, sealable: &Sealable, id: &ItemId, item: &Item) {
        let Some(kind) = judgement.view().state.charter.rules.kinds.get(&item.kind) else { return };
        let status = Some(item.status.clone());
        let subject = Noun::Item(id.clone());
        let mut put = |rule: &str, permission: &Permission, told: String| {
            let asks = |guard: &&Guard| !judgement.lets_pass(None, rule, guard, &subject);
            if let Some(guard) = permission.guard.as_ref().filter(asks) {
                let told: Arc<str> = told.into();
                for part in judgement.parts_unmet(rule, guard, &subject) {
                    self.part(&part).actions.push(Arc::clone(&told));
                }
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

    /// Returns what waits for a part, whose steps are added where it is new.
    fn part(&mut self, part: &Blame) -> &mut Toward {
        let (number, is_new) = self.told.number(part);
        let place = Place::Part(number);
        if is_new {
            for leaf in &part.leaves {
                leaf.steps.iter().for_each(|step| self.step(step, Some(leaf), place));
            }
        }
        self.waiting.entry(place).or_default()
    }

    /// Returns what waits for some steps that nothing is to blame for.
    fn beside(&mut self, steps: &[Step]) -> &mut Toward {
        let place = Place::Step(self.steps);
        self.steps += 1;
        for step in steps {
            self.step(step, None, place);
        }
        self.waiting.entry(place).or_default()
    }

    fn step(&mut self, step: &Step, leaf: Option<&Leaf>, place: Place) {
        let at = *self.known.entry(step.command.clone()).or_insert_with(|| {
            self.waits.push((Waiting::new(step.command.clone(), step.who.clone()), BTreeSet::new()));
            self.waits.len() - 1
        });
        let Some((waiting, places)) = self.waits.get_mut(at) else { return };
        places.insert(place);
        if let Some(leaf) = leaf {
            waiting.rules.insert(leaf.explanation.rule.clone().unwrap_or_else(|| leaf.rule.clone()));
            let found = step.vacancy.as_ref().unwrap_or(&leaf.explanation.found);
            if self.found.insert((at, found.clone())) {
                waiting.found.push(found.clone());
            }
        }
    }

    /// Returns the commands, each with what waits for it. Those that are asked for in the same places share that.
    fn ended(self) -> Pool {
        let mut shared: BTreeMap<BTreeSet<Place>, [Arc<BTreeSet<String>>; 2]> = BTreeMap::new();
        let mut waits = Vec::with_capacity(self.waits.len());
        for (mut waiting, places) in self.waits {
            let [blocks, actions] = shared.entry(places).or_insert_with_key(|places| {
                let toward = || places.iter().filter_map(|place| self.waiting.get(place));
                let told = |all: fn(&Toward) -> &[Arc<str>]| {
                    Arc::new(toward().flat_map(all).map(ToString::to_string).collect())
                };
                [told(|toward| &toward.blocks), told(|toward| &toward.actions)]
            });
            (waiting.blocks, waiting.actions) = (Arc::clone(blocks), Arc::clone(actions));
            waits.push(waiting);
        }
        Pool { waits, known: self.known }
    }
}
