//! Which blocks stand on an item.

use super::eval::Eval;
use super::report::{Standing, steps_of};
use super::sentence::Place;
use crate::domain::charter::{BlockRule, Sentence, Stop};
use crate::domain::explain::{Explanation, Outcome};
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

    pub(super) fn placed_on(&self, id: &ItemId) -> Vec<Standing<'a>> {
        let Some((_, item)) = self.item(id) else { return Vec::new() };
        let stand = item.blocks.iter().filter(|block| block.lifted.is_none());
        let standing = stand.map(|block| Standing {
            name: &block.name,
            placed: Some(block),
            outcome: Outcome::Unmet,
            stops: self.block_rule(&block.name, Some(block)).map_or(LOST, |rule| rule.stops.as_slice()),
            explanations: Vec::new(),
            steps: Vec::new(),
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

    fn derived(&self, id: &ItemId, name: &'a Word, rule: &'a BlockRule) -> Option<Standing<'a>> {
        let (outcome, explanations, steps) = match &rule.until {
            None => (Outcome::Unmet, Vec::new(), Vec::new()),
            Some(until) => self.until(id, name, until),
        };
        (!outcome.passes()).then(|| Standing {
            name,
            placed: None,
            outcome,
            stops: &rule.stops,
            explanations,
            steps,
        })
    }

    /// Judges an `until`; one that asks for itself on the way cannot be known.
    fn until(
        &self,
        id: &ItemId,
        name: &Word,
        until: &Sentence,
    ) -> (Outcome, Vec<Explanation>, Vec<super::report::Step>) {
        let subject = Noun::Item(id.clone());
        let placed = Noun::Placed { item: Some(id.clone()), rule: name.to_string(), seq: 0 };
        let key = (name.clone(), placed);
        if !self.running.borrow_mut().insert(key.clone()) {
            return (Outcome::Unknown, Vec::new(), Vec::new());
        }
        let report = self.sentence(&Place::guard(&format!("blocks.{name}.until")), until, &subject);
        self.running.borrow_mut().remove(&key);
        let blamed = report.blamed();
        let explanations = blamed.iter().map(|leaf| leaf.explanation.clone()).collect();
        (report.outcome, explanations, steps_of(blamed))
    }
}
