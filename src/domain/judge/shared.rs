//! What comes out the same whatever it is asked of: a criterion or a condition that does not speak of `self` is judged once, and
//! its report belongs to everything that asks for it. So many things under one gate cost no more than the gate and the things.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::blame::Parts;
use super::eval::Eval;
use super::report::{CriterionReport, SentenceReport};
use super::sentence::{Place, REASONS};
use crate::domain::charter::{Criterion, Level, Sentence};
use crate::domain::facts::Question;
use crate::domain::id::{Noun, Word};

/// A criterion by its gate and its place in it; how deep in advice it is judged; and whether a waiver could be granted for it.
type OfCriterion<'a> = (&'a Word, usize, u32, bool);

/// A condition by its place in the charter and its text, and how deep in advice it is judged.
type OfCondition = (String, String, u32);

/// Reports that more than one thing asks for.
#[derive(Default)]
pub(super) struct Shared<'a> {
    criteria: Memo<OfCriterion<'a>, CriterionReport>,
    conditions: Memo<OfCondition, SentenceReport>,
    pub(super) parts: Parts,
    /// Gate and place of a criterion -> of how many of its things it holds.
    pub(super) tallies: RefCell<BTreeMap<(Word, usize), Option<String>>>,
}

/// A report, and a question for each of the first reasons why something of it cannot be known.
type Known<R> = (Arc<R>, Vec<Question>);

struct Memo<K, R>(RefCell<BTreeMap<K, Known<R>>>);

impl<K: Ord, R> Default for Memo<K, R> {
    fn default() -> Memo<K, R> {
        Memo(RefCell::default())
    }
}

impl<'a> Eval<'a> {
    /// Judges the criterion at a place of a gate for a subject: what does not speak of the subject, once.
    pub(super) fn criterion(
        &self,
        gate: &'a Word,
        (at, criterion): (usize, &'a Criterion),
        subject: &Noun,
    ) -> Arc<CriterionReport> {
        if criterion.any.iter().any(Sentence::speaks_of_self) {
            let mut report = self.judge_criterion(gate, criterion, subject);
            self.set_aside(gate, criterion, subject, &mut report);
            return Arc::new(report);
        }
        let depth = self.advising.get();
        let memo = &self.shared.criteria;
        let judge = || self.judge_criterion(gate, criterion, &Noun::Repo);
        let report = self.once(memo, (gate, at, depth, false), judge);
        if criterion.level != Level::Must || report.outcome.passes() || !matches!(subject, Noun::Item(_)) {
            return report;
        }
        let name = format!("{gate}.{}", criterion.name);
        let waived = matches!(subject, Noun::Item(id) if self.waived(&name, id).is_some());
        let aside = || {
            let mut own = report.as_ref().clone();
            self.set_aside(gate, criterion, subject, &mut own);
            own
        };
        match (waived, self.charter().is_waivable(&name)) {
            (true, _) => Arc::new(aside()),
            (false, true) => self.once(memo, (gate, at, depth, true), aside),
            (false, false) => report,
        }
    }

    /// Judges a condition that stands at `rule` of the charter and belongs to no gate: one that does not speak of the subject, once.
    pub(super) fn condition(&self, rule: &str, sentence: &Sentence, subject: &Noun) -> Arc<SentenceReport> {
        let place = Place::guard(rule);
        if sentence.speaks_of_self() {
            return Arc::new(self.sentence(&place, sentence, subject));
        }
        let key = (rule.to_owned(), sentence.text.clone(), self.advising.get());
        self.once(&self.shared.conditions, key, || self.sentence(&place, sentence, subject))
    }

    /// Returns a report that is known, or judges it. Whoever asks meets the reasons why something of it cannot be known.
    fn once<K: Ord, R>(&self, memo: &Memo<K, R>, key: K, judge: impl FnOnce() -> R) -> Arc<R> {
        if let Some((known, unanswered)) = memo.0.borrow().get(&key) {
            self.ask_again(unanswered);
            return Arc::clone(known);
        }
        let since = self.unanswered();
        let report = Arc::new(judge());
        let unanswered = self.told_by(since, REASONS);
        memo.0.borrow_mut().insert(key, (Arc::clone(&report), unanswered));
        report
    }
}
