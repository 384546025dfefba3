//! Whether a rule is set aside for an item: the one place that gates, guards and the rules on commits ask.

use super::View;
use super::eval::Eval;
use super::report::{CriterionReport, Leaf};
use super::session::Judgement;
use crate::domain::charter::{Criterion, Level};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Waiver;

impl<'a> View<'a> {
    /// Returns the waiver that sets a rule aside for an item now: `GATE.CRITERION`, or a rule on commits. A waiver of a
    /// criterion counts only while the criterion means what it meant when it was waived.
    pub fn waived(&self, rule: &str, item: &ItemId) -> Option<&'a Waiver> {
        Eval::new(*self).waived(rule, item)
    }
}

impl Judgement<'_> {
    /// Returns whether a waiver is used now: what it sets aside does not hold without it. `None` where that cannot be told
    /// from here, as of a rule on commits.
    pub fn is_used(&self, item: &ItemId, waiver: &Waiver) -> Option<bool> {
        let (gate, name) = waiver.rule.split_once('.')?;
        let gate = self.view().state.charter.rules.gates.keys().find(|own| own.as_str() == gate)?;
        let report = self.gate(gate, &Noun::Item(item.clone()));
        Some(report.criteria.iter().any(|one| one.name.as_str() == name && one.outcome == Outcome::Waived))
    }
}

impl<'a> Eval<'a> {
    pub(super) fn waived(&self, rule: &str, item: &ItemId) -> Option<&'a Waiver> {
        let (_, item) = self.item(item)?;
        let mut named = item.waivers.iter().filter(|waiver| waiver.rule == rule && waiver.is_active(self.view.as_of));
        named.find(|waiver| !self.state.disputed.contains(&waiver.event) && self.keeps(waiver))
    }

    /// Returns whether what was waived means the same by these rules as by those under which it was waived.
    fn keeps(&self, waiver: &Waiver) -> bool {
        let then = self.state.charters.get(&waiver.charter);
        then.is_some_and(|then| then.seq == self.adopted.seq || self.charter().keeps_waived(&then.rules, &waiver.rule))
    }

    /// Sets aside why a criterion is not met, where a waiver of it counts; else says whether one could be granted.
    pub(super) fn set_aside(&self, gate: &Word, criterion: &Criterion, subject: &Noun, report: &mut CriterionReport) {
        let Noun::Item(id) = subject else { return };
        if criterion.level != Level::Must || report.outcome.passes() {
            return;
        }
        let rule = format!("{gate}.{}", criterion.name);
        let Some(waiver) = self.waived(&rule, id) else {
            let waivable = self.charter().is_waivable(&rule);
            report.leaves.iter_mut().filter(|leaf| leaf.blamed).for_each(|leaf| leaf.explanation.waivable = waivable);
            return;
        };
        (report.outcome, report.delegates) = (Outcome::Waived, false);
        for leaf in &mut report.leaves {
            leaf.blamed = false;
            leaf.steps.clear();
            leaf.nested.clear();
            leaf.explanation.next.clear();
        }
        let text: Vec<&str> = criterion.any.iter().map(|sentence| sentence.text.as_str()).collect();
        let explanation = Explanation::new(Code::GateWaived, told(waiver), text.join(", or "))
            .outcome(Outcome::Waived)
            .rule(format!("gates.{rule}"))
            .item(waiver.noun(id))
            .because(criterion.why.clone(), criterion.cite.clone());
        let leaf = Leaf {
            rule,
            item: Some(id.to_string()),
            outcome: Outcome::Waived,
            content: None,
            explanation,
            steps: Vec::new(),
            blamed: false,
            nested: Vec::new(),
        };
        report.leaves.insert(0, leaf);
    }
}

/// Returns who waived it, until when, why, and what is done instead.
pub(super) fn told(waiver: &Waiver) -> String {
    let by: Vec<String> = waiver.by.iter().map(|vote| vote.actor.to_string()).collect();
    let Waiver { until, reason, controls, .. } = waiver;
    format!("waived by {} until {until}: {reason}; instead: {controls}", by.join(" and "))
}
