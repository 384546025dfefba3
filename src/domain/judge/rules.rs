//! What stands against a rule that is asked for by its name, now.

use super::eval::Eval;
use super::report::{CriterionReport, GateReport, Leaf};
use super::select::Thing;
use super::sentence::Place;
use super::subjects::{judged_for_gate, speaks_of_self};
use crate::domain::charter::{NamedRule, Serves};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::Item;

/// How a rule comes out for one thing.
#[derive(Debug, Clone)]
pub struct Standpoint {
    /// What it is asked of.
    pub subject: Noun,
    /// How it comes out; UNKNOWN where it is not reached.
    pub outcome: Outcome,
    /// `false`: an ordered gate stopped before it.
    pub judged: bool,
    /// It keeps its gate, or a commit, from passing.
    pub is_open: bool,
    /// Why it is not met, down to the last gate.
    pub leaves: Vec<Leaf>,
}

impl<'a> Eval<'a> {
    /// Judges a rule for an item, or for everything that it is asked of now. Nothing, where it says nothing of the state.
    pub(super) fn standpoints(&self, rule: &NamedRule<'_>, item: Option<&ItemId>) -> Vec<Standpoint> {
        match rule {
            NamedRule::Commit(name, rule) => {
                let Some(needs) = &rule.needs else { return Vec::new() };
                let place = Place {
                    why: rule.why.clone(),
                    cite: rule.cite.clone(),
                    ..Place::guard(&format!("commits.{name}"))
                };
                let report = self.sentence(&place, needs, &Noun::Repo);
                let (outcome, is_open) = (report.outcome, !report.outcome.passes());
                let leaves = report.blamed().into_iter().cloned().collect();
                vec![Standpoint { subject: Noun::Repo, outcome, judged: true, is_open, leaves }]
            }
            NamedRule::Criterion(gate, criterion) => {
                let subjects = item.map_or_else(|| self.asked_of(gate), |id| vec![Noun::Item(id.clone())]);
                let judged = subjects.into_iter().filter_map(|subject| {
                    let mut report = self.whole_gate(gate, &subject);
                    report.criteria.retain(|one| one.name == criterion.name && one.level == criterion.level);
                    standpoint(&report)
                });
                judged.collect()
            }
        }
    }

    /// Returns the things that a gate is asked of: live items of which a status is left by some move, or the repository.
    fn asked_of(&self, gate: &Word) -> Vec<Noun> {
        if !speaks_of_self(self.charter(), gate) {
            return vec![Noun::Repo];
        }
        let goes_on = |noun: &Noun| {
            let Some((id, item)) = noun.item().and_then(|id| self.item(id)) else { return true };
            let status = Some(item.status.clone());
            let kind = self.charter().kinds.get(&item.kind);
            !self.is_superseded(id)
                && kind.is_some_and(|kind| kind.moves.iter().any(|step| step.from.contains(&status)))
        };
        judged_for_gate(&self.view, gate).into_iter().filter(goes_on).collect()
    }

    /// Returns the items that a commit may serve by a rule now.
    pub(super) fn served_by(&self, serves: &Serves) -> Vec<&'a ItemId> {
        let live = self.of_kind(&serves.kind).iter().filter_map(|id| self.item(id));
        let fits =
            |(id, item): &(&'a ItemId, &'a Item)| self.holds(&Thing::Item(id, item), &serves.filter) == Outcome::Met;
        live.filter(fits).map(|(id, _)| id).collect()
    }
}

fn standpoint(report: &GateReport) -> Option<Standpoint> {
    let CriterionReport { outcome, judged, .. } = *report.criteria.first()?.as_ref();
    let is_open = report.criteria.iter().any(|criterion| criterion.is_open());
    let leaves = report.blamed().into_iter().cloned().collect();
    Some(Standpoint { subject: report.subject.clone(), outcome, judged, is_open, leaves })
}
