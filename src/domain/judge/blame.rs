//! What is to blame, in parts. What a criterion or a condition says that does not speak of `self` is one part, in memory once, however
//! many things wait for it: so what many things wait for costs the things and what is said, and not their product.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::eval::Eval;
use super::report::{CriterionReport, GateReport, Leaf, SentenceReport, Step, steps_of};
#[cfg(test)]
use super::work;
use crate::domain::id::{Noun, Word};

/// What is told together. What many things ask for alike is the very same part.
pub type Blame = Arc<Reasons>;

/// How many steps are told of one thing among many, that many reasons lead to. All of them are told of the reasons themselves.
const STEPS: usize = 20;

/// How many steps are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Much {
    /// All of them.
    All,
    /// The first of them: of one thing among many.
    First,
}

/// Leaves to blame, down to the last gate.
#[derive(Debug)]
pub struct Reasons {
    /// The leaves.
    pub leaves: Vec<Leaf>,
    /// What goes on first, each command once.
    steps: Vec<Step>,
}

impl Reasons {
    fn of(leaves: Vec<Leaf>) -> Blame {
        let mut seen = BTreeSet::new();
        let steps = leaves.iter().flat_map(|leaf| &leaf.steps).filter(|step| seen.insert(step.command.as_str()));
        let steps = steps.take(STEPS).cloned().collect();
        Arc::new(Reasons { leaves, steps })
    }
}

/// Returns what goes on from some parts, each command once.
pub(super) fn steps_toward(parts: &[Blame], much: Much) -> Vec<Step> {
    if much == Much::All {
        return steps_of(parts.iter().flat_map(|part| &part.leaves));
    }
    let mut seen = BTreeSet::new();
    let steps = parts.iter().flat_map(|part| &part.steps).filter(|step| seen.insert(step.command.as_str()));
    steps.take(STEPS).cloned().collect()
}

/// The parts of what does not speak of `self`, by the place of the report in memory, which stays while it is known here.
#[derive(Default)]
pub(super) struct Parts(RefCell<BTreeMap<usize, (Source, Blame)>>);

/// What a part was taken from.
#[expect(dead_code, reason = "it is held so that nothing else gets its place in memory")]
enum Source {
    Criterion(Arc<CriterionReport>),
    Condition(Arc<SentenceReport>),
}

impl Parts {
    fn of(&self, place: usize, source: impl FnOnce() -> Source, leaves: impl FnOnce() -> Blame) -> Blame {
        if let Some((_, known)) = self.0.borrow().get(&place) {
            return Arc::clone(known);
        }
        let part = leaves();
        self.0.borrow_mut().insert(place, (source(), Arc::clone(&part)));
        part
    }
}

/// Parts that were told already: what several things wait for is told once.
#[derive(Debug, Default)]
pub struct Told {
    numbers: BTreeMap<usize, usize>,
    parts: Vec<Blame>,
}

impl Told {
    /// Returns the number of a part, and whether it was not told before.
    pub fn number(&mut self, part: &Blame) -> (usize, bool) {
        let next = self.parts.len();
        let number = *self.numbers.entry(Arc::as_ptr(part).addr()).or_insert(next);
        if number == next {
            #[cfg(test)]
            part.leaves.iter().for_each(|_| work::note());
            self.parts.push(Arc::clone(part));
        }
        (number, number == next)
    }

    /// Returns all leaves that were told, in their order.
    pub fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.parts.iter().flat_map(|part| &part.leaves)
    }
}

/// Returns the leaves of some parts, each once.
pub fn flat(parts: &[Blame]) -> Vec<Leaf> {
    let mut known = BTreeSet::new();
    let leaves = parts.iter().flat_map(|part| &part.leaves);
    leaves.filter(|leaf| known.insert((&leaf.rule, &leaf.item, &leaf.explanation.found))).cloned().collect()
}

impl Eval<'_> {
    /// Returns why a gate does not pass, down to the last gate.
    pub(super) fn parts_of_gate(&self, report: &GateReport) -> Vec<Blame> {
        let mut walk = Walk::of(self);
        walk.gate(report);
        walk.ended()
    }

    /// Returns why a condition is not met, down to the last gate; `alike`: it does not speak of `self`.
    pub(super) fn parts_of_condition(&self, report: &Arc<SentenceReport>, alike: bool) -> Vec<Blame> {
        if report.outcome.passes() {
            return Vec::new();
        }
        if !alike {
            let mut walk = Walk::of(self);
            report.leaves.iter().for_each(|leaf| walk.leaf(leaf));
            return walk.ended();
        }
        let source = || Source::Condition(Arc::clone(report));
        let leaves = || Reasons::of(report.blamed().into_iter().cloned().collect());
        let part = self.shared.parts.of(Arc::as_ptr(report).addr(), source, leaves);
        Some(part).filter(|part| !part.leaves.is_empty()).into_iter().collect()
    }
}

/// Collects parts: those of what does not speak of `self` as they are known, and between them what is said of the subject alone.
struct Walk<'e, 'a> {
    eval: &'e Eval<'a>,
    parts: Vec<Blame>,
    own: Vec<Leaf>,
    gates: BTreeSet<(Word, Noun)>,
}

impl<'e, 'a> Walk<'e, 'a> {
    fn of(eval: &'e Eval<'a>) -> Walk<'e, 'a> {
        Walk { eval, parts: Vec::new(), own: Vec::new(), gates: BTreeSet::new() }
    }

    fn gate(&mut self, report: &GateReport) {
        if !self.gates.insert((report.gate.clone(), report.subject.clone())) {
            return;
        }
        for criterion in report.criteria.iter().filter(|criterion| criterion.is_open()) {
            if criterion.alike {
                self.end_own();
                let source = || Source::Criterion(Arc::clone(criterion));
                let leaves = || Reasons::of(criterion.blamed().into_iter().cloned().collect());
                let part = self.eval.shared.parts.of(Arc::as_ptr(criterion).addr(), source, leaves);
                self.parts.extend(Some(part).filter(|part| !part.leaves.is_empty()));
            } else {
                criterion.leaves.iter().for_each(|leaf| self.leaf(leaf));
            }
        }
    }

    /// Adds a leaf, or where it stands for other gates that do not pass, what is open in those.
    fn leaf(&mut self, leaf: &Leaf) {
        #[cfg(test)]
        work::note();
        if !leaf.blamed {
            return;
        }
        let mut deeper = leaf.nested.iter().filter(|gate| !gate.passes()).peekable();
        if deeper.peek().is_some() {
            deeper.for_each(|gate| self.gate(gate));
        } else {
            self.own.push(leaf.clone());
        }
    }

    fn end_own(&mut self) {
        if !self.own.is_empty() {
            self.parts.push(Reasons::of(std::mem::take(&mut self.own)));
        }
    }

    fn ended(mut self) -> Vec<Blame> {
        self.end_own();
        self.parts
    }
}
