//! Rules about commits that are waived: for the item that a commit serves, and within what that item may change.

use super::super::changes::Name as PathName;
use super::super::eval::Eval;
use super::super::sentence::Place;
use super::super::waived::told;
use super::super::{PathChange, View};
use super::{CommitChange, Commits, Cover, Going, LineChange, Lines, Reached, plain};
use crate::domain::charter::{CommitRule, Reaches};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::state::{Item, Waiver};
use crate::domain::trailer;

/// A waiver that counts for a commit, its item, and the trailer by which commits name that.
pub(super) struct Granted<'a> {
    id: &'a ItemId,
    waiver: &'a Waiver,
    trailer: &'a str,
}

impl<'a> Commits<'_, 'a> {
    /// Returns the waivers that set a rule aside for the commit: each change that the rule is about lies within what a waived item
    /// may change, and the commit names that item. Before there is a message, the items that it could name.
    pub(super) fn set_aside(&self, name: &Word, reached: &Reached, message: Option<&[u8]>) -> Vec<Granted<'a>> {
        let mut granted = Vec::new();
        let mut covered = vec![false; reached.positions.len()];
        for (id, item) in self.eval.state.waived.iter().filter_map(|id| self.eval.item(id)) {
            let Some((scope, trailer)) = self.named_by(item) else { continue };
            let is_named = message.is_none_or(|message| {
                trailer::values(message, trailer).iter().any(|named| named.as_str() == id.as_str())
            });
            let counts = self.commit.going == Going::There || !self.eval.is_superseded(id);
            if !is_named || !counts {
                continue;
            }
            let Some(waiver) = self.eval.waived(name.as_str(), id) else { continue };
            let mut counts = reached.positions.is_empty();
            for (position, covered) in reached.positions.iter().zip(&mut covered) {
                if self.covers(scope, item, *position) == Cover::Inside {
                    (*covered, counts) = (true, true);
                }
            }
            if counts {
                granted.push(Granted { id, waiver, trailer });
            }
        }
        if covered.contains(&false) { Vec::new() } else { granted }
    }

    /// Returns what a commit may change that serves an item, and the trailer that names it.
    fn named_by(&self, item: &Item) -> Option<(&'a Reaches, &'a str)> {
        let scope = self.eval.charter().kinds.get(&item.kind)?.scope.as_ref()?;
        Some((scope, scope.trailer.as_deref()?))
    }

    /// Tells who waived a rule, for which item, until when.
    pub(super) fn told_waived(&self, name: &Word, rule: &CommitRule, granted: &[Granted<'a>]) -> Vec<Explanation> {
        let told = granted.iter().map(|one| {
            let Granted { id, waiver, trailer } = one;
            let found = format!("for {id} {}", told(waiver));
            let needed = match self.commit.message {
                Some(_) => "nothing until the waiver ends".to_owned(),
                None => format!("`{trailer}: {id}` in the last lines of the message"),
            };
            let mut told = Explanation::new(Code::CommitWaived, found, needed)
                .outcome(Outcome::Waived)
                .rule(format!("commits.{name}"))
                .item(waiver.noun(id))
                .because(rule.why.clone(), rule.cite.clone());
            told.path = self.commit.changes.first().map(|change| plain(&change.path));
            if self.commit.message.is_none() { told.next(self.naming(one)) } else { told }
        });
        told.collect()
    }

    /// Returns how a commit comes to name the item of a waiver that would set a rule aside for it, where that is one.
    pub(super) fn would_be_waived(&self, name: &Word, reached: &Reached) -> Option<String> {
        match self.set_aside(name, reached, None).as_slice() {
            [one] => Some(self.naming(one)),
            _ => None,
        }
    }

    fn naming(&self, granted: &Granted<'_>) -> String {
        format!("{} --trailer '{}: {}'", self.command(), granted.trailer, granted.id)
    }
}

/// The lines of a change of which nobody asks for them.
pub(super) struct Unasked;

impl Lines for Unasked {
    fn changed(&self, _: &[u8]) -> LineChange {
        LineChange::default()
    }
}

/// Returns the waivers that would set a rule aside for a change of the file at a path, in a commit that names their item.
pub fn waivers_of<'a>(view: &View<'a>, name: &Word, path: &str) -> Vec<(&'a ItemId, &'a Waiver)> {
    let changes = [PathChange { path: path.as_bytes().to_vec(), old: None, new: None }];
    let (lines, going) = (&Unasked, Going::Unknown);
    let commit = CommitChange { changes: &changes, lines, committer: None, message: None, going, made: false };
    let names: Vec<PathName<'_>> = changes.iter().map(PathName::of).collect();
    let judge = Commits { eval: &Eval::new(*view), commit: &commit, names: &names };
    let reached = Reached { positions: vec![0], lines: Vec::new(), unknown: None };
    judge.set_aside(name, &reached, None).into_iter().map(|granted| (granted.id, granted.waiver)).collect()
}

/// Returns why what a rule needs does not hold; nothing where it does.
pub(super) fn lacks(eval: &Eval<'_>, name: &Word) -> Vec<Explanation> {
    let charter = eval.charter();
    let Some(rule) = charter.commits.get(name) else { return Vec::new() };
    let Some(needs) = &rule.needs else { return Vec::new() };
    let place = Place { why: rule.why.clone(), cite: rule.cite.clone(), ..Place::guard(&format!("commits.{name}")) };
    let report = eval.sentence(&place, needs, &Noun::Repo);
    if report.outcome.passes() {
        return Vec::new();
    }
    let mut told: Vec<Explanation> =
        report.leaves.into_iter().filter(|leaf| leaf.blamed).map(|leaf| leaf.explanation).collect();
    let waivable = charter.is_waivable(name.as_str());
    for told in &mut told {
        told.waivable = waivable;
    }
    told
}

/// Returns which of the rules whose needs are set aside do not hold without that.
pub fn check_spared<'n>(
    view: &View<'_>,
    spared: impl IntoIterator<Item = &'n (Word, Vec<Explanation>)>,
) -> Vec<Explanation> {
    let eval = Eval::new(*view);
    let used = spared.into_iter().filter(|(name, _)| !lacks(&eval, name).is_empty());
    used.flat_map(|(_, told)| told.clone()).collect()
}
