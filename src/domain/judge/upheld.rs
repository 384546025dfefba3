//! `is upheld`: whether the gate on which an item was sealed comes out now as it did then, by the digest that the seal's event
//! recorded. So a record that was sealed on an evaluation cannot be used for another one.

use super::eval::Eval;
use super::predicate::Finding;
use super::report::{GateReport, Step, steps_of};
use super::words;
use crate::domain::charter::Guard;
use crate::domain::event::Judged;
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun};
use crate::domain::state::{Item, Seal};

/// How many things are named that changed.
const NAMED: usize = 5;

impl Eval<'_> {
    pub(super) fn upheld(&self, id: &ItemId, item: &Item) -> Finding {
        let path = item.stated.path.as_ref();
        let sealed = self.sealed(id);
        let Some(seal) = item.seal.as_ref().filter(|_| sealed == Outcome::Met) else {
            return Finding::new(sealed, self.seal_found(id, item, sealed)).at(path);
        };
        let how = words::seal(seal);
        let Some((judged, report)) = self.grounds_of(id, item, seal) else {
            let found = format!("{id} was sealed {how}, and on no gate that its rule still asks");
            return Finding::new(Outcome::Unmet, found).at(path);
        };
        let now = report.digest();
        if now == judged.digest && report.outcome == judged.outcome {
            let found = format!("gate {} comes out as when {id} was sealed {how}", judged.gate);
            return Finding::new(Outcome::Met, found).at(path);
        }
        let unknown = report.leaves().iter().any(|leaf| leaf.outcome == Outcome::Unknown);
        let outcome = if unknown { Outcome::Unknown } else { Outcome::Unmet };
        let found = format!(
            "{id} was sealed {how}, when gate {} was {} with the digest {}; it is now {} with {}{}",
            judged.gate,
            judged.outcome.as_str(),
            judged.digest.short(),
            report.outcome.as_str(),
            now.short(),
            self.since(seal, &report),
        );
        Finding::new(outcome, found).at(path)
    }

    /// Returns the steps that make what an item was sealed on as it was, or have it sealed anew.
    pub(super) fn upholding(&self, id: &ItemId, item: &Item) -> Vec<Step> {
        let Some(seal) = item.seal.as_ref().filter(|_| self.sealed(id) == Outcome::Met) else {
            return self.sealing(id, item, true);
        };
        let report = self.grounds_of(id, item, seal).map(|(_, report)| report);
        let mut steps = report.map_or_else(Vec::new, |report| steps_of(report.blamed()));
        steps.extend(self.unsealing(id, item));
        steps
    }

    /// Returns how the gate came out on which an item was sealed, and how it comes out now by the charter of the seal.
    fn grounds_of<'s>(&self, id: &ItemId, item: &Item, seal: &'s Seal) -> Option<(&'s Judged, GateReport)> {
        let judged = seal.judged.as_ref()?;
        self.under(seal.charter, |eval| {
            let rule = eval.charter().kinds.get(&item.kind)?.seal.as_ref()?;
            let asked = rule.guard == Some(Guard::Gate(judged.gate.clone()));
            asked.then(|| (judged, eval.whole_gate(&judged.gate, &Noun::Item(id.clone()))))
        })
    }

    /// Returns what is otherwise than at the seal, as far as the state tells: what does not hold any more, what was declared
    /// or sealed since, and else what there was an event on.
    fn since(&self, seal: &Seal, report: &GateReport) -> String {
        let mut found: Vec<String> = report.blamed().iter().map(|leaf| leaf.explanation.found.clone()).collect();
        let mut touched: Vec<String> = Vec::new();
        for leaf in report.leaves() {
            let Some((id, item)) = leaf.item.as_ref().and_then(|id| self.item(&ItemId::parse(id).ok()?)) else {
                continue;
            };
            let told = match &item.seal {
                _ if item.declared > seal.touch.seq => format!("{id} was declared since"),
                Some(own) if own.touch.seq > seal.touch.seq => format!("{id} was sealed on {}", own.touch.at.date()),
                _ if item.touched.seq > seal.touch.seq => {
                    touched.push(format!("an event on {id} of {}", item.touched.at.date()));
                    continue;
                }
                _ => continue,
            };
            found.push(told);
        }
        let mut found = if found.is_empty() { touched } else { found };
        found.sort();
        found.dedup();
        if found.is_empty() { String::new() } else { format!(": {}", words::list(&found, NAMED)) }
    }
}
