//! What would be: the supposed events, and a gate before and after them.

use std::collections::{BTreeMap, BTreeSet};

use super::gate::{Marks, gate_value, open_leaves, title, walk};
use super::look::{Line, Look, Page, Tone};
use super::{shown, words};
use crate::domain::charter::{Charter, Level};
use crate::domain::decide::suppose::Supposed;
use crate::domain::explain::Outcome;
use crate::domain::id::{Noun, Word};
use crate::domain::judge::{CriterionReport, GateReport};
use crate::domain::value::Value;

/// A gate before some supposed events and after them.
pub struct WhatIf<'a> {
    /// The events.
    pub supposed: &'a [Supposed],
    /// The gate as it is.
    pub before: &'a GateReport,
    /// The gate as it would be.
    pub after: &'a GateReport,
    /// The marks that stand, and those that would.
    pub marks: &'a [Marks; 2],
}

/// A criterion before and after.
struct Change<'a> {
    gate: &'a Word,
    item: &'a Noun,
    before: Option<&'a CriterionReport>,
    after: Option<&'a CriterionReport>,
}

/// Returns the supposed events, for programs: `{phrase, type, item, actor, as, summary, effective, pending, quorum}` each.
pub fn supposed_value(supposed: &[Supposed]) -> Value {
    let one = |supposed: &Supposed| {
        let event = &supposed.draft.event;
        let (filled, places) = supposed.draft.admission.quorum;
        Value::map([
            ("phrase", supposed.phrase.as_str().into()),
            ("summary", event.summary().into()),
            ("type", event.body.kind().into()),
            ("item", event.item.to_key().into()),
            ("actor", (&event.actor).into()),
            ("as", event.role.as_ref().into()),
            ("effective", (!event.pending).into()),
            ("pending", event.pending.into()),
            ("quorum", Value::map([("filled", Value::Int(filled.into())), ("places", Value::Int(places.into()))])),
            ("who", words::suppliers_value(&supposed.draft.admission.missing)),
        ])
    };
    Value::List(supposed.iter().map(one).collect())
}

/// Returns the supposed events, a line each: what it is, whose, and whether it would take effect.
pub fn supposed_lines(supposed: &[Supposed]) -> Vec<Line> {
    let one = |supposed: &Supposed| {
        let event = &supposed.draft.event;
        let role = event.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        let line = Line::plain("  ")
            .and(Tone::Strong, event.summary())
            .and(Tone::Plain, format!("   by {}{role}", event.actor));
        if !event.pending {
            return line.and(Tone::Plain, "   takes effect");
        }
        let (filled, places) = supposed.draft.admission.quorum;
        let missing = shown::suppliers(&supposed.draft.admission.missing);
        line.and(Tone::Unsure, format!("   only proposed: {filled} of {places} signatures; next {missing}"))
    };
    supposed.iter().map(one).collect()
}

impl WhatIf<'_> {
    /// Returns the criteria of the gate and of those that it led to, after the events or before them.
    fn changes(&self) -> Vec<Change<'_>> {
        let mut before = criteria(self.before);
        let mut changes: Vec<Change<'_>> = Vec::new();
        walk(self.after, &mut |report, _| {
            for after in &report.criteria {
                let known = before.remove(&key(report, after));
                changes.push(Change { gate: &report.gate, item: &report.subject, before: known, after: Some(after) });
            }
        });
        let gone = before.into_iter().map(|((gate, item, ..), before)| Change {
            gate,
            item,
            before: Some(before),
            after: None,
        });
        changes.extend(gone);
        changes
    }

    /// Returns the object that programs read.
    pub fn to_value(&self) -> Value {
        let word = |criterion: Option<&CriterionReport>| criterion.map(outcome_word);
        let changes = self.changes();
        let each = changes.iter().map(|change| {
            Value::map([
                ("gate", change.gate.into()),
                ("item", change.item.to_key().into()),
                ("criterion", change.name().into()),
                ("veto", change.is_veto().into()),
                ("before", word(change.before).into()),
                ("after", word(change.after).into()),
                ("changed", change.is_change().into()),
            ])
        });
        let [before, after] = self.marks;
        Value::map([
            ("supposed", supposed_value(self.supposed)),
            ("criteria", Value::List(each.collect())),
            ("before", gate_value(self.before, Some(before))),
            ("after", gate_value(self.after, Some(after))),
        ])
    }

    /// Returns the page that people read.
    pub fn to_text(&self, charter: &Charter, look: Look) -> String {
        let mut page = Page::new(look);
        page.line(&Line::new(Tone::Strong, "Supposed").and(Tone::Faint, "   nothing is written"));
        for line in supposed_lines(self.supposed) {
            page.line(&line);
        }
        page.gap();
        page.line(&Line::plain("before  ").join(title(self.before)));
        page.line(&Line::plain("after   ").join(title(self.after)));
        let changes = self.changes();
        let rows: Vec<Vec<Line>> = changes.iter().map(|change| change.cells(charter)).collect();
        page.gap();
        page.table(2, &rows);
        if !changes.iter().any(Change::is_change) {
            page.gap();
            page.line(&Line::new(Tone::Unsure, "No criterion comes out otherwise."));
        }
        self.show_marked(&mut page);
        open_leaves(&mut page, &self.after.blamed(), charter);
        page.finish()
    }
}

impl WhatIf<'_> {
    /// Says which marks stand on what the gate asks about, and which of them would stand there no longer, or only then.
    fn show_marked(&self, page: &mut Page) {
        let asked: BTreeSet<&str> = self.before.asked().into_iter().chain(self.after.asked()).collect();
        let [before, after] = self.marks;
        let (before, after) = (before.among(asked.iter().copied()), after.among(asked.iter().copied()));
        if before.is_empty() && after.is_empty() {
            return;
        }
        page.head("Marked");
        let names: BTreeSet<&Word> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            let of = |side: &BTreeMap<&Word, Vec<&str>>| -> BTreeSet<String> {
                side.get(name).into_iter().flatten().map(|id| (*id).to_owned()).collect()
            };
            let (was, is) = (of(&before), of(&after));
            let parts = [
                ("on", is.intersection(&was).collect::<Vec<_>>()),
                ("then also on", is.difference(&was).collect()),
                ("then no longer on", was.difference(&is).collect()),
            ];
            for (how, ids) in parts.into_iter().filter(|(_, ids)| !ids.is_empty()) {
                let text = format!(" {how} {}", words::names(ids));
                page.line(&Line::plain("  ").and(Tone::Unsure, name.as_str()).and(Tone::Plain, text));
            }
        }
    }
}

/// A criterion of a gate for a subject, by its name and whether it is a veto.
type Key<'a> = (&'a Word, &'a Noun, &'a Word, bool);
type Criteria<'a> = BTreeMap<Key<'a>, &'a CriterionReport>;

fn key<'a>(gate: &'a GateReport, criterion: &'a CriterionReport) -> Key<'a> {
    (&gate.gate, &gate.subject, &criterion.name, criterion.level == Level::Veto)
}

fn criteria(report: &GateReport) -> Criteria<'_> {
    let mut found = BTreeMap::new();
    walk(report, &mut |gate, _| {
        found.extend(gate.criteria.iter().map(|criterion| (key(gate, criterion), criterion.as_ref())));
    });
    found
}

fn outcome_word(criterion: &CriterionReport) -> &'static str {
    if criterion.judged { criterion.outcome.as_str() } else { "-" }
}

/// Returns of how many things a criterion holds, and of how many it speaks, where they are more than one.
fn tally(criterion: &CriterionReport) -> Option<(usize, usize)> {
    let things = criterion.leaves.iter().filter(|leaf| leaf.item.is_some() && criterion.outcome != Outcome::Waived);
    let all = things.clone().count();
    (all > 1).then(|| (things.filter(|leaf| !leaf.blamed).count(), all))
}

impl Change<'_> {
    fn name(&self) -> &str {
        self.after.or(self.before).map_or("", |criterion| criterion.name.as_str())
    }

    fn is_veto(&self) -> bool {
        self.after.or(self.before).is_some_and(|criterion| criterion.level == Level::Veto)
    }

    fn is_change(&self) -> bool {
        let told = |criterion: Option<&CriterionReport>| criterion.map(|c| (outcome_word(c), tally(c)));
        told(self.before) != told(self.after)
    }

    fn cells(&self, charter: &Charter) -> Vec<Line> {
        let tone = |criterion: &CriterionReport| match (criterion.level, criterion.is_open()) {
            (Level::Veto, true) => Tone::Bad,
            (Level::Veto, false) => Tone::Good,
            _ => Tone::of(criterion.outcome),
        };
        let told = |criterion: Option<&CriterionReport>| {
            let Some(criterion) = criterion else { return Line::new(Tone::Faint, "not asked") };
            let line = Line::new(tone(criterion), outcome_word(criterion));
            match tally(criterion) {
                Some((holds, all)) => line.and(Tone::Plain, format!(" {holds} of {all}")),
                None => line,
            }
        };
        let after = if self.is_change() {
            Line::plain("-> ").join(told(self.after))
        } else {
            Line::new(Tone::Faint, "the same")
        };
        let name = if self.is_veto() { format!("veto.{}", self.name()) } else { self.name().to_owned() };
        let place = format!("{}.{name}", self.gate);
        let of = if *self.item == Noun::Repo { String::new() } else { format!(" ({})", self.item) };
        let rule = words::rule_text(charter, &format!("gates.{place}")).unwrap_or_default();
        vec![told(self.before), after, Line::plain(place).and(Tone::Faint, of), Line::new(Tone::Faint, rule)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_criterion_that_was_not_reached_is_no_outcome() {
        let criterion = CriterionReport {
            alike: false,
            name: Word::parse("sealed").unwrap(),
            level: Level::Must,
            outcome: Outcome::Unknown,
            cite: None,
            why: None,
            leaves: Vec::new(),
            judged: false,
            delegates: false,
        };
        assert_eq!(outcome_word(&criterion), "-");
        assert_eq!(tally(&criterion), None);
    }
}
