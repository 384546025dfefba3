//! Which blocks stand on an item.

use std::sync::Arc;

use super::eval::Eval;
use super::report::{SentenceReport, Standing};
use crate::domain::charter::{BlockRule, Sentence, Stop};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};

/// What a block stops whose rule the charter lost: everything that a rule of its kind can name without a scope.
const LOST: &[Stop] = &[Stop::Moves];

impl<'a> Eval<'a> {
    /// Returns the blocks that stand on an item, marks included: first the placed ones in their order, then the derived
    /// ones by name. A superseded item keeps what was placed on it and derives nothing.
    pub(super) fn blocks_on(&self, id: &ItemId) -> Vec<Standing<'a>> {
        let mut standing = self.placed_on(id);
        standing.extend(self.derived_on(id, |_| true));
        standing
    }

    /// Returns those of them that stop something. No mark is judged for it: one may ask whether anything is blocked.
    pub(super) fn stopping(&self, id: &ItemId) -> Vec<Standing<'a>> {
        let mut standing = self.placed_on(id);
        standing.retain(|block| !block.stops.is_empty());
        standing.extend(self.derived_on(id, |rule| !rule.stops.is_empty()));
        standing
    }

    /// Returns the marks that stand on an item: blocks that stop nothing. Nothing else is judged for it.
    pub(super) fn marks_on(&self, id: &ItemId) -> Vec<Word> {
        let placed = self.placed_on(id).into_iter().filter(|block| block.stops.is_empty());
        let derived = self.derived_on(id, |rule| rule.stops.is_empty());
        placed.chain(derived).map(|block| block.name.clone()).collect()
    }

    pub(super) fn placed_on(&self, id: &ItemId) -> Vec<Standing<'a>> {
        let Some((_, item)) = self.item(id) else { return Vec::new() };
        let stand = item.blocks.iter().filter(|block| block.lifted.is_none());
        let standing = stand.map(|block| Standing {
            name: &block.name,
            placed: Some(block),
            outcome: Outcome::Unmet,
            stops: self.block_rule(&block.name, Some(block)).map_or(LOST, |rule| rule.stops.as_slice()),
            until: None,
        });
        standing.collect()
    }

    /// Returns the derived blocks that stand, of those rules that `asked` chooses.
    pub(super) fn derived_on(&self, id: &ItemId, asked: impl Fn(&BlockRule) -> bool) -> Vec<Standing<'a>> {
        let Some((id, item)) = self.item(id).filter(|_| !self.is_superseded(id)) else { return Vec::new() };
        let derived =
            self.charter().blocks.iter().filter(|(_, rule)| rule.by.is_none() && rule.on.contains(&item.kind));
        derived.filter(|(_, rule)| asked(rule)).filter_map(|(name, rule)| self.derived(id, name, rule)).collect()
    }

    fn derived(&self, id: &'a ItemId, name: &'a Word, rule: &'a BlockRule) -> Option<Standing<'a>> {
        // Without an `until`, a block stands.
        let (outcome, until) = match &rule.until {
            None => (Outcome::Unmet, None),
            Some(until) => match self.until(id, name, until) {
                Some(report) => (report.outcome, Some(report)),
                None => (Outcome::Unknown, None),
            },
        };
        (!outcome.passes()).then_some(Standing { name, placed: None, outcome, stops: &rule.stops, until })
    }

    /// Judges an `until`, once for every item where it does not speak of the item; `None` of one that asks for itself on the way:
    /// it cannot be known.
    fn until(&self, id: &'a ItemId, name: &'a Word, until: &Sentence) -> Option<Arc<SentenceReport>> {
        let key = (name, until.speaks_of_self().then_some(id), self.advising.get());
        if let Some(known) = self.untils.borrow().get(&key) {
            return known.clone();
        }
        self.untils.borrow_mut().insert(key, None);
        let report = self.condition(&format!("blocks.{name}.until"), until, &Noun::Item(id.clone()));
        self.untils.borrow_mut().insert(key, Some(Arc::clone(&report)));
        Some(report)
    }
}
