//! Gates, and the conditions of permissions.

use std::sync::Arc;

use super::eval::Eval;
use super::report::{CriterionReport, GateReport, GuardReport, Leaf, SentenceReport, criterion_place, steps_of};
use super::sentence::Place;
use super::subjects::speaks_of_self;
use crate::domain::charter::{Criterion, Guard, Level, Predicate, Quantity, Sentence};
use crate::domain::code::Code;
use crate::domain::event::GateOutcome;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Noun, Word};

impl Eval<'_> {
    /// Judges a gate for a subject, once; `None` where that very judgement is under way already.
    pub(super) fn gate(&self, gate: &Word, subject: &Noun) -> Option<Arc<GateReport>> {
        // Where nobody is told of what, one judgement serves every subject that nothing is waived for.
        let bare = |id: &ItemId| self.item(id).is_none_or(|(_, item)| item.waivers.is_empty());
        let shared = self.quiet && subject.item().is_some_and(bare) && !speaks_of_self(self.charter(), gate);
        let key = (gate.clone(), if shared { Noun::Repo } else { subject.clone() });
        let (gate, subject, depth) = (&key.0, &key.1, self.advising.get());
        let known = (gate.clone(), subject.clone(), depth);
        if let Some(known) = self.gates.borrow().get(&known) {
            return Some(Arc::clone(known));
        }
        if !self.running.borrow_mut().insert(key.clone()) {
            return None;
        }
        let report = Arc::new(self.judge_gate(gate, subject));
        self.running.borrow_mut().remove(&key);
        self.gates.borrow_mut().insert(known, Arc::clone(&report));
        Some(report)
    }

    /// Judges a gate for a subject, as a report of one's own.
    pub(super) fn whole_gate(&self, gate: &Word, subject: &Noun) -> GateReport {
        self.gate(gate, subject).map_or_else(|| GateReport::held(gate, subject), |report| report.as_ref().clone())
    }

    fn judge_gate(&self, gate: &Word, subject: &Noun) -> GateReport {
        let Some((name, rule)) = self.charter().gates.get_key_value(gate) else {
            return GateReport::held(gate, subject);
        };
        let mut criteria = Vec::new();
        let mut stopped = false;
        for (at, criterion) in rule.criteria.iter().enumerate() {
            let report =
                if stopped { Arc::new(not_reached(criterion)) } else { self.criterion(name, (at, criterion), subject) };
            stopped |= rule.ordered && report.is_open();
            criteria.push(report);
        }
        let veto = |c: &CriterionReport| c.level == Level::Veto && c.judged && c.outcome == Outcome::Met;
        let outcome = if criteria.iter().map(AsRef::as_ref).any(veto) {
            GateOutcome::Veto
        } else if criteria.is_empty() || criteria.iter().any(|criterion| criterion.is_open()) {
            GateOutcome::Hold
        } else {
            GateOutcome::Pass
        };
        GateReport { gate: gate.clone(), subject: subject.clone(), outcome, criteria }
    }

    /// Judges the sentences of a criterion, without regard to waivers.
    pub(super) fn judge_criterion(&self, gate: &Word, criterion: &Criterion, subject: &Noun) -> CriterionReport {
        let place = Place {
            leaf: format!("{gate}.{}", criterion.name),
            rule: criterion_place(gate, &criterion.name, criterion.level),
            cite: criterion.cite.clone(),
            why: criterion.why.clone(),
            in_gate: true,
            wanted: criterion.level != Level::Veto,
        };
        let reports: Vec<SentenceReport> =
            criterion.any.iter().map(|sentence| self.sentence(&place, sentence, subject)).collect();
        let mut outcome = any_of(reports.iter().map(|report| report.outcome));
        if criterion.level == Level::Veto && reports.iter().any(|report| report.undeclared) && outcome != Outcome::Met {
            // A veto that speaks of an id nobody declared holds the gate: the typo must not disarm it.
            outcome = Outcome::Unknown;
        }
        let leaves: Vec<Leaf> = reports.into_iter().flat_map(|report| report.leaves).collect();
        let delegates = criterion.any.iter().all(|sentence| {
            matches!(sentence.quantity, Quantity::The | Quantity::Every)
                && sentence.predicates.iter().all(|predicate| matches!(predicate, Predicate::Passes(_)))
        }) && criterion.level == Level::Must
            && !leaves.is_empty()
            && leaves.iter().all(|leaf| !leaf.nested.is_empty());
        CriterionReport {
            name: criterion.name.clone(),
            level: criterion.level,
            outcome,
            cite: criterion.cite.clone(),
            why: criterion.why.clone(),
            leaves,
            judged: true,
            delegates,
            alike: !criterion.any.iter().any(Sentence::speaks_of_self),
        }
    }

    /// Returns whether the condition of a permission that stands at `rule` is met.
    pub(super) fn lets_pass(&self, rule: &str, guard: &Guard, subject: &Noun) -> bool {
        match guard {
            Guard::Gate(gate) => self.gate(gate, subject).is_some_and(|report| report.passes()),
            Guard::Sentence(sentence) => self.condition(rule, sentence, subject).outcome.passes(),
        }
    }

    /// Judges the condition of a permission that stands at `rule`.
    pub(super) fn guard(&self, rule: &str, guard: &Guard, subject: &Noun) -> GuardReport {
        match guard {
            Guard::Gate(gate) => {
                let Some(report) = self.gate(gate, subject) else {
                    let found = format!("gate {gate} would have to pass before itself");
                    return closed(Explanation::new(Code::GuardUnmet, found, "a gate that does not ask for itself"));
                };
                if !self.charter().gates.contains_key(gate) {
                    return closed(Explanation::new(Code::GateUnknown, format!("there is no gate {gate}"), "a gate"));
                }
                let blamed = report.blamed();
                GuardReport {
                    passes: report.passes(),
                    explanations: blamed.iter().map(|leaf| leaf.explanation.clone()).collect(),
                    steps: steps_of(blamed),
                    report: Some(report.as_ref().clone()),
                }
            }
            Guard::Sentence(sentence) => {
                let report = self.condition(rule, sentence, subject);
                let blamed = report.blamed();
                GuardReport {
                    passes: report.outcome.passes(),
                    explanations: blamed.iter().map(|leaf| leaf.explanation.clone()).collect(),
                    steps: steps_of(blamed),
                    report: None,
                }
            }
        }
    }
}

fn closed(explanation: Explanation) -> GuardReport {
    GuardReport { passes: false, explanations: vec![explanation], report: None, steps: Vec::new() }
}

fn not_reached(criterion: &Criterion) -> CriterionReport {
    CriterionReport {
        name: criterion.name.clone(),
        level: criterion.level,
        outcome: Outcome::Unknown,
        cite: criterion.cite.clone(),
        why: criterion.why.clone(),
        leaves: Vec::new(),
        judged: false,
        delegates: false,
        alike: false,
    }
}

/// Returns the disjunction of sentences, any of which is enough. One that does not apply is left out, so that it lets
/// nothing through that the others refuse.
fn any_of(outcomes: impl Iterator<Item = Outcome>) -> Outcome {
    let mut sum = Outcome::NotApplicable;
    for outcome in outcomes {
        sum = match (sum, outcome) {
            (Outcome::Met, _) | (_, Outcome::Met) => Outcome::Met,
            (sum, Outcome::NotApplicable) => sum,
            (Outcome::NotApplicable, outcome) => outcome,
            (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
            (sum, _) => sum,
        };
    }
    sum
}
