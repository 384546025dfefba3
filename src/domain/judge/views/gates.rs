//! What a document says of a gate: how far it is, each criterion, and of which things it holds.

use std::collections::{BTreeMap, BTreeSet};

use super::super::eval::Eval;
use super::super::report::{CriterionReport, GateReport, Leaf};
use super::super::subjects::speaks_of_self;
#[cfg(test)]
use super::super::work;
use super::text::{escaped, label, named};
use super::{CriterionTold, Page, Verdict};
use crate::domain::charter::{Criterion, Level, Quantity, Sentence};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Item;

impl Eval<'_> {
    /// Returns how far a gate is: `HOLD: 2 of 6 hold`, and of how many things the first of its criteria holds that counts some, else the
    /// part of the criteria. What only should be is none of those, nor what does not apply.
    pub(super) fn progress(&self, gate: &Word, report: &GateReport, subject: &Noun) -> String {
        let counted = || report.criteria.iter().filter(|one| one.level != Level::Should && applies(one));
        let good = counted().filter(|criterion| criterion.judged && !criterion.is_open()).count();
        let all = counted().count();
        let outcome = report.outcome.as_str();
        if all == 0 {
            return format!("{outcome}: nothing has to hold");
        }
        let rules = self.charter().gates.get(gate).map(|rule| rule.criteria.as_slice()).unwrap_or_default();
        let told = rules.iter().enumerate().zip(&report.criteria);
        let tallied = |(rule, criterion)| Some((rule, self.tally(gate, rule, criterion, subject)?));
        match told.map(|(rule, criterion)| (rule, criterion.as_ref())).find_map(tallied) {
            Some(((_, rule), tally)) => {
                format!("{outcome}: {good} of {all} hold; {}: {tally}", escaped(rule.name.as_str()))
            }
            None => format!("{outcome}: {good} of {all} hold, {} %", percent(good, all)),
        }
    }

    /// Returns of how many of its things a criterion at a place of a gate holds, where it counts some: `1 of 4 (25 %)`. What does not
    /// speak of `self` is counted once.
    fn tally(
        &self,
        gate: &Word,
        (at, rule): (usize, &Criterion),
        report: &CriterionReport,
        subject: &Noun,
    ) -> Option<String> {
        let count = || tally(&things(report, subject));
        match report.alike {
            _ if !is_counted(rule) => None,
            true => self.shared.tallies.borrow_mut().entry((gate.clone(), at)).or_insert_with(count).clone(),
            false => count(),
        }
    }

    /// Returns what a criterion was asked of, items in their order.
    fn in_place<'r>(&self, report: &'r CriterionReport, subject: &Noun) -> Vec<(&'r str, &'r Leaf)> {
        let mut things = things(report, subject);
        let ids = things.iter().filter_map(|(label, _)| Some(self.item(&ItemId::parse(label).ok()?)?.0)).collect();
        let order: BTreeMap<&str, usize> =
            self.in_order(ids).into_iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
        things.sort_by_key(|(label, _)| order.get(label).copied().unwrap_or(usize::MAX));
        things
    }
}

impl<'a> Page<'_, 'a> {
    pub(super) fn gates(&mut self, gate: &Word, kinds: &[Word], show: &[Word]) {
        if !speaks_of_self(self.eval.charter(), gate) {
            return self.gate(gate, &Noun::Repo);
        }
        let kinds_of = |id: &&ItemId| {
            let (_, item) = self.eval.item(id)?;
            let kind = self.eval.charter().kinds.get(&item.kind)?;
            let status = Some(item.status.clone());
            kind.moves.iter().any(|rule| rule.from.contains(&status)).then_some(item)
        };
        let ids: BTreeSet<&'a ItemId> = kinds.iter().flat_map(|kind| self.eval.of_kind(kind)).copied().collect();
        let live: Vec<(&ItemId, &Item)> = ids.into_iter().filter_map(|id| Some((id, kinds_of(&id)?))).collect();
        if live.is_empty() {
            self.put(0, "None.");
        }
        for (at, (id, item)) in live.into_iter().enumerate() {
            if at > 0 {
                self.put(0, "");
            }
            let kind = self.eval.charter().kinds.get(&item.kind);
            self.put(0, &format!("### {} ({})", named(id, item), escaped(label(kind, &item.status))));
            self.put(0, "");
            let mut told = false;
            for name in show {
                told |= self.shown(0, item, name);
            }
            if told {
                self.put(0, "");
            }
            self.gate(gate, &Noun::Item(id.clone()));
        }
    }

    fn gate(&mut self, gate: &Word, subject: &Noun) {
        let report = self.eval.whole_gate(gate, subject);
        let progress = self.eval.progress(gate, &report, subject);
        self.put(0, &progress);
        if let Some(section) = self.sections.last_mut() {
            let criteria = Vec::with_capacity(report.criteria.len());
            section.gates.push(Verdict { gate: gate.clone(), subject: subject.clone(), progress, criteria });
        }
        self.put(0, "");
        let rules = self.eval.charter().gates.get(gate).map(|rule| rule.criteria.as_slice()).unwrap_or_default();
        for (rule, criterion) in rules.iter().enumerate().zip(&report.criteria) {
            let told = self.criterion(gate, rule, criterion, subject);
            if let Some(verdict) = self.sections.last_mut().and_then(|section| section.gates.last_mut()) {
                verdict.criteria.push(told);
            }
        }
    }

    /// Tells a criterion, and returns what it told.
    fn criterion(
        &mut self,
        gate: &Word,
        (at, rule): (usize, &Criterion),
        report: &CriterionReport,
        subject: &Noun,
    ) -> CriterionTold {
        let mut said = CriterionTold {
            name: rule.name.clone(),
            level: rule.level,
            outcome: report.judged.then_some(report.outcome),
            tally: None,
            waived: None,
            things: Vec::new(),
            as_under: None,
        };
        let level = match rule.level {
            Level::Must => "",
            Level::Should => "should, ",
            Level::Veto => "veto, ",
        };
        let good =
            report.judged && if rule.level == Level::Should { report.outcome.passes() } else { !report.is_open() };
        let sentences: Vec<&str> = rule.any.iter().map(|sentence| sentence.text.as_str()).collect();
        let mut text = format!(
            "- {}{level}{}: {}",
            mark(good, report),
            escaped(rule.name.as_str()),
            escaped(&sentences.join(", or "))
        );
        if let Some(cite) = &rule.cite {
            text.extend([" (", &escaped(cite), ")"]);
        }
        let word = match report.outcome {
            _ if !report.judged => "; not reached",
            Outcome::Unknown => "; cannot be known",
            Outcome::Waived => "; waived",
            Outcome::NotApplicable => "; does not apply",
            Outcome::Met | Outcome::Unmet => "",
        };
        self.unknown |= report.judged && report.outcome == Outcome::Unknown;
        text.push_str(word);
        if let (Outcome::Waived, Noun::Item(id)) = (report.outcome, subject)
            && let Some(waiver) = self.eval.waived(&format!("{gate}.{}", rule.name), id)
        {
            let by: Vec<String> = waiver.by.iter().map(|vote| vote.actor.to_string()).collect();
            text.extend([" by ", &escaped(&by.join(" and ")), " until ", &waiver.until]);
            said.waived = Some((by, waiver.until.clone()));
        }
        let counted = is_counted(rule);
        // Under `at most`, and in a veto, what holds is what is wrong.
        let at_most = matches!(rule.any.as_slice(), [one] if matches!(one.quantity, Quantity::AtMost(_)));
        let wrong = at_most != (rule.level == Level::Veto);
        if let Some(tally) = self.eval.tally(gate, (at, rule), report, subject) {
            text.extend(["; ", &tally]);
            said.tally = Some(tally);
        }
        let place = (gate.clone(), at);
        let above = if report.alike { self.told.get(&place) } else { None };
        if good && !counted || above.is_some() {
            if let Some(above) = above.filter(|_| counted || !good).cloned().flatten() {
                text.extend(["; as under ", &escaped(&above)]);
                said.as_under = Some(above);
            }
            self.put(0, &text);
            return said;
        }
        self.put(0, &text);
        let before = self.text.len();
        for (item, leaf) in self.eval.in_place(report, subject) {
            #[cfg(test)]
            work::note();
            let mut holds = leaf.outcome.passes();
            if !counted {
                if leaf.outcome != Outcome::Unknown && holds != wrong {
                    continue;
                }
                holds = false;
            }
            self.unknown |= leaf.outcome == Outcome::Unknown;
            let doubt = match leaf.outcome {
                Outcome::Unknown => "; cannot be known",
                Outcome::NotApplicable => "; does not apply",
                _ => "",
            };
            let mark = match leaf.outcome {
                Outcome::NotApplicable => "",
                _ if holds => DONE,
                _ => OPEN,
            };
            said.things.push((item.to_owned(), leaf.outcome, holds));
            let thing = match ItemId::parse(item) {
                Ok(id) => self.labelled(&id),
                Err(_) => escaped(item),
            };
            self.put(2, &format!("- {mark}{thing}{doubt}"));
        }
        if report.alike {
            let own = (self.text.len() > before).then(|| subject.to_string());
            self.told.insert(place, own);
        }
        said
    }
}

/// Before what holds, and before what does not. What does not apply has no mark: nobody did it.
const DONE: &str = "[x] ";
const OPEN: &str = "[ ] ";

fn mark(good: bool, report: &CriterionReport) -> &'static str {
    match good {
        _ if !applies(report) => "",
        true => DONE,
        false => OPEN,
    }
}

/// Returns whether there is something for a criterion to hold of.
fn applies(report: &CriterionReport) -> bool {
    !report.judged || report.outcome != Outcome::NotApplicable
}

/// Returns whether a criterion says of how many things it holds.
fn is_counted(rule: &Criterion) -> bool {
    let counts = |one: &Sentence| matches!(one.quantity, Quantity::Every | Quantity::AtLeast(_));
    rule.level != Level::Veto && matches!(rule.any.as_slice(), [one] if counts(one))
}

/// Returns what a criterion was asked of; of one that speaks of the subject, beside that itself.
fn things<'r>(report: &'r CriterionReport, subject: &Noun) -> Vec<(&'r str, &'r Leaf)> {
    let own = subject.to_string();
    let labelled = report.leaves.iter().filter_map(|leaf| {
        #[cfg(test)]
        work::note();
        Some((leaf.item.as_deref()?, leaf))
    });
    let is_own = |item: &str| item == "repo" || (!report.alike && item == own);
    labelled.filter(|(item, leaf)| !is_own(item) && leaf.outcome != Outcome::Waived).collect()
}

/// Returns how many of some things hold: `1 of 4 (25 %)`; `None` where there are none.
fn tally(things: &[(&str, &Leaf)]) -> Option<String> {
    let asked = || things.iter().filter(|(_, leaf)| leaf.outcome != Outcome::NotApplicable);
    let (good, all) = (asked().filter(|(_, leaf)| leaf.outcome.passes()).count(), asked().count());
    (all > 0).then(|| format!("{good} of {all} ({} %)", percent(good, all)))
}

const fn percent(part: usize, whole: usize) -> usize {
    match (part * 100).checked_div(whole) {
        Some(percent) => percent,
        None => 0,
    }
}
