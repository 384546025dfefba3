//! What stands in the way of a change of files, told once for all the paths that it refuses.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::blame::{Blame, Much, steps_toward};
use super::eval::Eval;
use super::report::{Counts, GateReport, Standing, Step};
use crate::domain::charter::{BlockRule, Guard};
use crate::domain::id::{ActorId, ItemId, Noun, RoleId, Word};
use crate::domain::state::{Item, PlacedBlock};
use crate::domain::time::Timestamp;

/// What stands in the way of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// A block.
    Block(Box<BlockGround>),
    /// A seal.
    Seal(SealGround),
    /// The file that names the ledger.
    LedgerFile,
}

/// A block that refuses changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockGround {
    /// The block's name.
    pub name: Word,
    /// The item that it is on.
    pub item: ItemId,
    /// Since when; `None` where it is derived.
    pub since: Option<Timestamp>,
    /// Who placed it, in which role.
    pub by: Vec<(ActorId, Option<RoleId>)>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// The code that was given.
    pub because: Option<Word>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
    /// When it is lifted.
    pub lifts: Lifts,
    /// What goes on from here.
    pub steps: Vec<Step>,
    /// Whether a waiver of the charter covers it.
    pub waivable: bool,
}

/// When a block is lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifts {
    /// As a clause: `when gate unblock passes`.
    pub text: String,
    /// How many criteria of the gate came out how.
    pub counts: Option<Counts>,
    /// The command that shows it whole.
    pub command: Option<String>,
}

/// A seal that refuses changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealGround {
    /// The item.
    pub item: ItemId,
    /// The sealed path.
    pub path: String,
    /// Who sealed it.
    pub by: BTreeSet<ActorId>,
    /// When.
    pub at: Timestamp,
    /// What goes on from here.
    pub steps: Vec<Step>,
}

impl Eval<'_> {
    pub(super) fn block_ground(&self, id: &ItemId, block: &Standing<'_>, much: Much) -> BlockGround {
        let rule = self.block_rule(block.name, block.placed);
        let (lifts, steps) = match (rule, block.placed) {
            (Some(rule), Some(placed)) => self.lifts(id, placed, rule, much),
            (Some(rule), None) => {
                let until = rule.until.as_ref().map_or("never", |until| until.text.as_str());
                let named = until.split(' ').map(|word| if word == "self" { id.as_str() } else { word });
                let text = format!("by itself when {}", named.collect::<Vec<_>>().join(" "));
                (Lifts { text, counts: None, command: None }, steps_toward(&self.against(id, block), much))
            }
            (None, _) => {
                (Lifts { text: "by no rule of the charter".to_owned(), counts: None, command: None }, Vec::new())
            }
        };
        BlockGround {
            name: block.name.clone(),
            item: id.clone(),
            since: block.placed.map(|placed| placed.touch.at),
            by: block.placed.map_or_else(Vec::new, |placed| {
                placed.by.iter().map(|vote| (vote.actor.clone(), vote.role.clone())).collect()
            }),
            reason: block.placed.map(|placed| placed.reason.clone()).filter(|reason| !reason.is_empty()),
            because: block.placed.and_then(|placed| placed.because.clone()),
            why: rule.and_then(|rule| rule.why.clone()),
            cite: rule.and_then(|rule| rule.cite.clone()),
            lifts,
            steps,
            waivable: false,
        }
    }

    fn lifts(&self, id: &ItemId, placed: &PlacedBlock, rule: &BlockRule, much: Much) -> (Lifts, Vec<Step>) {
        let steps = self.lifting(id, placed, much);
        let Some(lift) = &rule.lift else {
            let text = "by no rule of the charter".to_owned();
            return (Lifts { text, counts: None, command: None }, steps);
        };
        let lifts = match &lift.guard {
            None => Lifts { text: format!("by {}", lift.text), counts: None, command: None },
            Some(Guard::Sentence(sentence)) => {
                Lifts { text: format!("when {}", sentence.text), counts: None, command: None }
            }
            Some(Guard::Gate(gate)) => Lifts {
                text: format!("when gate {gate} passes{}", self.by_which(placed.charter, gate, id)),
                counts: self.under(placed.charter, |eval| {
                    eval.gate(gate, &Noun::Item(id.clone())).map(|report| report.counts())
                }),
                command: Some(format!("ledger gate {gate} {id}")),
            },
        };
        (lifts, steps)
    }

    /// Returns by which charter a gate is asked that lifts a block, where that is not one with the charter in force.
    fn by_which(&self, charter: u64, gate: &Word, id: &ItemId) -> String {
        let otherwise = self.is_otherwise(charter, gate, &Noun::Item(id.clone()));
        if otherwise { format!(" by the charter of event {charter}") } else { String::new() }
    }

    /// Returns how the gate comes out that lifts a placed block, by the rule of its placement.
    pub(super) fn lift(&self, id: &ItemId, placed: &PlacedBlock) -> Option<Arc<GateReport>> {
        let lift = self.block_rule(&placed.name, Some(placed))?.lift.as_ref()?;
        let Some(Guard::Gate(gate)) = &lift.guard else { return None };
        self.under(placed.charter, |eval| eval.gate(gate, &Noun::Item(id.clone())))
    }

    pub(super) fn seal_ground(&self, id: &ItemId, item: &Item) -> Ground {
        let steps = self.unsealing(id, item);
        Ground::Seal(SealGround {
            item: id.clone(),
            path: item.stated.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            by: item.seal.as_ref().map(|seal| seal.by.clone()).unwrap_or_default(),
            at: item.seal.as_ref().map_or(item.touched.at, |seal| seal.touch.at),
            steps,
        })
    }

    /// Returns why a standing block is not lifted, or does not fall by itself: what is to blame, down to the last gate.
    pub(super) fn against(&self, id: &ItemId, block: &Standing<'_>) -> Vec<Blame> {
        let Some(rule) = self.block_rule(block.name, block.placed) else { return Vec::new() };
        let subject = Noun::Item(id.clone());
        match (block.placed, &rule.lift, &rule.until) {
            (Some(placed), Some(lift), _) => {
                let place = format!("blocks.{}.lift", block.name);
                let Some(guard) = &lift.guard else { return Vec::new() };
                self.under(placed.charter, |eval| eval.unmet(&place, guard, &subject))
            }
            (None, _, Some(until)) => {
                let known = || self.condition(&format!("blocks.{}.until", block.name), until, &subject);
                let report = block.until.clone().unwrap_or_else(known);
                self.parts_of_condition(&report, !until.speaks_of_self())
            }
            _ => Vec::new(),
        }
    }

    /// Returns why a condition is not met: what is to blame, down to the last gate.
    pub(super) fn unmet(&self, rule: &str, guard: &Guard, subject: &Noun) -> Vec<Blame> {
        match guard {
            Guard::Gate(gate) => {
                let report = self.gate(gate, subject);
                report.map_or_else(Vec::new, |report| self.parts_of_gate(&report))
            }
            Guard::Sentence(sentence) => {
                let report = self.condition(rule, sentence, subject);
                self.parts_of_condition(&report, !sentence.speaks_of_self())
            }
        }
    }
}
