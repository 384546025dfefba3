//! What judgement answers: outcomes that carry their reasons.

use std::collections::BTreeSet;
use std::sync::Arc;

#[cfg(test)]
use super::work;
use crate::domain::authority;
use crate::domain::charter::{Level, Stop};
use crate::domain::event::{GateOutcome, Judged};
use crate::domain::explain::{Explanation, Outcome, Supplier};
use crate::domain::id::{ActorId, Digest, ItemId, Noun, Word};
use crate::domain::state::{PlacedBlock, State};
use crate::domain::value::Value;

/// How a gate came out for one subject, with every criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateReport {
    /// The gate.
    pub gate: Word,
    /// What it was asked of.
    pub subject: Noun,
    /// PASS, HOLD or VETO.
    pub outcome: GateOutcome,
    /// The criteria, in the order of the charter. One that does not speak of `self` is shared with the reports for other subjects.
    pub criteria: Vec<Arc<CriterionReport>>,
}

/// How one criterion came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionReport {
    /// Its name within the gate.
    pub name: Word,
    /// What it decides.
    pub level: Level,
    /// How it came out; UNKNOWN where it was not reached.
    pub outcome: Outcome,
    /// The place of the written policy.
    pub cite: Option<String>,
    /// The charter's reason.
    pub why: Option<String>,
    /// One leaf for each selected thing, and one without an item where the number of things decides.
    pub leaves: Vec<Leaf>,
    /// `false`: an ordered gate stopped before it.
    pub judged: bool,
    /// It asks for nothing but that other gates pass.
    pub delegates: bool,
    /// It does not speak of `self`: but for a waiver, it is the same of everything that it is asked of.
    pub alike: bool,
}

/// Returns the place of a criterion in the charter. A veto may have the name of a criterion that is none.
pub fn criterion_place(gate: &Word, name: &Word, level: Level) -> String {
    match level {
        Level::Veto => format!("gates.{gate}.veto.{name}"),
        Level::Must | Level::Should => format!("gates.{gate}.{name}"),
    }
}

/// What one criterion says of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// `gate.criterion`, or the place of a condition in the charter. Its explanation has the whole place.
    pub rule: String,
    /// The item, placed block, file or `repo`; `None` where the leaf is about the selection as a whole.
    pub item: Option<String>,
    /// How it came out. Under `no`, MET is: it is not so.
    pub outcome: Outcome,
    /// The content that was judged.
    pub content: Option<Digest>,
    /// Why.
    pub explanation: Explanation,
    /// What goes on from here, each command with those who can run it.
    pub steps: Vec<Step>,
    /// It is a reason why the criterion is not met.
    pub blamed: bool,
    /// The gates that `passes` led to.
    pub nested: Vec<Arc<GateReport>>,
}

/// A command that goes on, and who can run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The command, as it can be typed.
    pub command: String,
    /// Who can run it; empty where anybody can.
    pub who: Vec<Supplier>,
    /// Of a command that enrols somebody: who is lacking, and for what.
    pub vacancy: Option<String>,
}

impl Step {
    /// Returns a command with those who can run it.
    pub fn new(command: impl Into<String>, who: Vec<Supplier>) -> Step {
        Step { command: command.into(), who, vacancy: None }
    }
}

/// How a sentence came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceReport {
    /// MET, UNMET, UNKNOWN or N/A.
    pub outcome: Outcome,
    /// One leaf for each selected thing, and one without an item where the number of things decides.
    pub leaves: Vec<Leaf>,
    /// It names an id that nobody declared.
    pub undeclared: bool,
}

/// How the condition of a permission came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardReport {
    /// It lets the action pass.
    pub passes: bool,
    /// What is not met and what cannot be known, down to the last gate.
    pub explanations: Vec<Explanation>,
    /// The gate, where the condition is one.
    pub report: Option<GateReport>,
    /// What goes on from here, in the order of the charter.
    pub steps: Vec<Step>,
}

/// How many criteria came out how, for people. Criteria that decide nothing (`should`) are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Met; a veto that does not apply counts here.
    pub met: usize,
    /// Not met; a veto that applies counts here.
    pub unmet: usize,
    /// Not to be known.
    pub unknown: usize,
    /// Waived.
    pub waived: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Not reached, in an ordered gate.
    pub not_judged: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} met, {} unmet, {} unknown", self.met, self.unmet, self.unknown)?;
        for (number, word) in
            [(self.waived, "waived"), (self.not_applicable, "not applicable"), (self.not_judged, "not reached")]
        {
            if number > 0 {
                write!(f, ", {number} {word}")?;
            }
        }
        Ok(())
    }
}

/// Who wrote an item and its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authorship {
    /// Who signed: the declaration, an amendment, or a commit.
    pub signed: BTreeSet<ActorId>,
    /// Whom unsigned commits name by an enrolled email.
    pub claimed: BTreeSet<ActorId>,
    /// Emails that nobody enrolled has.
    pub strangers: BTreeSet<String>,
    /// It cannot be known who else wrote: nobody's independence is shown.
    pub unknown: bool,
}

impl Authorship {
    /// Returns everybody whom `not author` excludes by name.
    pub fn excluded(&self) -> BTreeSet<ActorId> {
        self.signed.union(&self.claimed).cloned().collect()
    }

    /// Returns whether the actor, its operator, or what it operates is among the authors.
    pub fn includes(&self, state: &State, actor: &ActorId) -> bool {
        let own = authority::principal(state, actor);
        self.signed.iter().chain(&self.claimed).any(|author| authority::principal(state, author) == own)
    }
}

/// Whom the not-rules of a permission exclude.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excluded {
    /// Excluded by name.
    pub actors: BTreeSet<ActorId>,
    /// Who wrote the bytes cannot be known, and the rule excludes authors.
    pub unknown: bool,
}

/// A block that stands on an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing<'a> {
    /// The block's name.
    pub name: &'a Word,
    /// The block, where it was placed by hand; `None` where it is derived.
    pub placed: Option<&'a PlacedBlock>,
    /// How the `until` of a derived block came out: UNMET or UNKNOWN. UNMET for a placed one.
    pub outcome: Outcome,
    /// What it stops; empty for a mark.
    pub stops: &'a [Stop],
    /// What the `until` of a derived block says, where it has one.
    pub(super) until: Option<Arc<SentenceReport>>,
}

impl Standing<'_> {
    /// Returns why the `until` of a derived block is not met, down to the last gate.
    pub fn explanations(&self) -> Vec<Explanation> {
        let blamed = self.until.iter().flat_map(|until| until.blamed());
        blamed.map(|leaf| leaf.explanation.clone()).collect()
    }

    /// Returns what goes on from there, each command once.
    pub fn steps(&self) -> Vec<Step> {
        steps_of(self.until.iter().flat_map(|until| until.blamed()))
    }
}

impl GuardReport {
    /// Returns what the event records, where the condition is a gate.
    pub fn judged(&self) -> Option<Judged> {
        self.report.as_ref().map(GateReport::judged)
    }
}

impl GateReport {
    /// Returns the report of a gate that lets nothing through and has no criteria to say why.
    pub(super) fn held(gate: &Word, subject: &Noun) -> GateReport {
        GateReport { gate: gate.clone(), subject: subject.clone(), outcome: GateOutcome::Hold, criteria: Vec::new() }
    }

    /// Returns whether the gate lets things through.
    pub fn passes(&self) -> bool {
        self.outcome == GateOutcome::Pass
    }

    /// Returns the digest of the leaves: SHA-256 of the canonical set of the rows
    /// `["gate.criterion", item or null, outcome, content or null]`, those of gates that `passes` led to included.
    pub fn digest(&self) -> Digest {
        let mut rows = BTreeSet::new();
        self.rows(&mut rows, &mut BTreeSet::new());
        let list = rows.into_iter().map(|(rule, item, outcome, content)| {
            Value::List(vec![rule.into(), item.map(ToOwned::to_owned).into(), outcome.into(), content.into()])
        });
        Digest::of_value(&Value::set(list))
    }

    fn rows<'r>(&'r self, rows: &mut BTreeSet<Row<'r>>, done: &mut BTreeSet<(&'r Word, &'r Noun)>) {
        if !done.insert((&self.gate, &self.subject)) {
            return;
        }
        for leaf in self.criteria.iter().flat_map(|criterion| &criterion.leaves) {
            rows.insert((leaf.rule.as_str(), leaf.item.as_deref(), leaf.outcome.as_str(), leaf.content));
            leaf.nested.iter().for_each(|gate| gate.rows(rows, done));
        }
    }

    /// Returns what an event that the gate guards records.
    pub fn judged(&self) -> Judged {
        Judged { gate: self.gate.clone(), outcome: self.outcome, digest: self.digest() }
    }

    /// Returns the items that were asked about, those of gates that `passes` led to included; of what is placed on an item, the item.
    pub fn asked(&self) -> BTreeSet<&str> {
        let things = self.leaves().into_iter().filter_map(|leaf| leaf.item.as_deref());
        let items = things.map(|thing| thing.split('/').next().unwrap_or(thing));
        self.subject.item().map(ItemId::as_str).into_iter().chain(items).collect()
    }

    /// Returns every leaf, those of gates that `passes` led to included, each gate once.
    pub(super) fn leaves(&self) -> Vec<&Leaf> {
        fn gather<'r>(report: &'r GateReport, found: &mut Vec<&'r Leaf>, done: &mut BTreeSet<(&'r Word, &'r Noun)>) {
            if done.insert((&report.gate, &report.subject)) {
                for leaf in report.criteria.iter().flat_map(|criterion| &criterion.leaves) {
                    found.push(leaf);
                    leaf.nested.iter().for_each(|gate| gather(gate, found, done));
                }
            }
        }
        let mut found = Vec::new();
        gather(self, &mut found, &mut BTreeSet::new());
        found
    }

    /// Returns the leaves that keep the gate from passing, down to the last gate, each once.
    pub fn blamed(&self) -> Vec<&Leaf> {
        let mut found = Blamed::default();
        found.gate(self);
        found.leaves
    }

    /// Returns whether every leaf that keeps the gate from passing, down to the last gate, is one of those that are asked for.
    pub(super) fn blames_only(&self, asked: impl Fn(&Leaf) -> bool) -> bool {
        let (mut open, mut done) = (vec![self], BTreeSet::new());
        while let Some(report) = open.pop() {
            if !done.insert((&report.gate, &report.subject)) {
                continue;
            }
            let criteria = report.criteria.iter().filter(|criterion| criterion.is_open());
            for leaf in criteria.flat_map(|criterion| &criterion.leaves).filter(|leaf| leaf.blamed) {
                let known = open.len();
                open.extend(leaf.nested.iter().map(AsRef::as_ref).filter(|gate| !gate.passes()));
                if open.len() == known && !asked(leaf) {
                    return false;
                }
            }
        }
        true
    }

    /// Returns the same, each with the criterion of this gate that it was found under first, and the place of that in the charter.
    pub fn blamed_in_order(&self) -> Vec<(usize, &Word, &Leaf)> {
        let (mut found, mut told) = (Blamed::default(), Vec::new());
        found.gates.insert((&self.gate, &self.subject));
        for (place, criterion) in self.criteria.iter().enumerate().filter(|(_, criterion)| criterion.is_open()) {
            criterion.leaves.iter().for_each(|leaf| found.leaf(leaf));
            told.extend(found.leaves.drain(..).map(|leaf| (place, &criterion.name, leaf)));
        }
        told
    }

    /// Returns how many criteria came out how, through the gates that `passes` leads to. A criterion that only says
    /// `passes X` is replaced by those of X, and no criterion counts twice.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.count(&mut counts, &mut BTreeSet::new());
        counts
    }

    fn count<'r>(&'r self, counts: &mut Counts, done: &mut BTreeSet<(&'r Word, &'r Noun)>) {
        if !done.insert((&self.gate, &self.subject)) {
            return;
        }
        for criterion in self.criteria.iter().filter(|c| c.level != Level::Should) {
            let nested = criterion.leaves.iter().flat_map(|leaf| &leaf.nested);
            nested.for_each(|gate| gate.count(counts, done));
            if !criterion.delegates {
                *criterion.slot(counts) += 1;
            }
        }
    }
}

impl CriterionReport {
    /// Returns whether it keeps its gate from passing.
    pub fn is_open(&self) -> bool {
        match self.level {
            Level::Must => !self.outcome.passes(),
            Level::Veto => matches!(self.outcome, Outcome::Met | Outcome::Unknown),
            Level::Should => false,
        }
    }

    /// Returns the leaves that are why the criterion is not met, down to the last gate, each once.
    pub(super) fn blamed(&self) -> Vec<&Leaf> {
        let mut found = Blamed::default();
        self.leaves.iter().for_each(|leaf| found.leaf(leaf));
        found.leaves
    }

    fn slot<'c>(&self, counts: &'c mut Counts) -> &'c mut usize {
        match self.outcome {
            _ if !self.judged => &mut counts.not_judged,
            Outcome::Waived => &mut counts.waived,
            Outcome::NotApplicable => &mut counts.not_applicable,
            Outcome::Unknown => &mut counts.unknown,
            Outcome::Met | Outcome::Unmet if self.is_open() => &mut counts.unmet,
            Outcome::Met | Outcome::Unmet => &mut counts.met,
        }
    }
}

impl SentenceReport {
    /// Returns the leaves that are why the sentence is not met, down to the last gate, each once.
    pub fn blamed(&self) -> Vec<&Leaf> {
        let mut found = Blamed::default();
        if !self.outcome.passes() {
            self.leaves.iter().for_each(|leaf| found.leaf(leaf));
        }
        found.leaves
    }
}

type Row<'r> = (&'r str, Option<&'r str>, &'static str, Option<Digest>);

/// Collects leaves that are to blame, each gate and each leaf once.
#[derive(Default)]
struct Blamed<'r> {
    leaves: Vec<&'r Leaf>,
    known: BTreeSet<(&'r str, Option<&'r str>, &'r str)>,
    gates: BTreeSet<(&'r Word, &'r Noun)>,
}

impl<'r> Blamed<'r> {
    fn gate(&mut self, report: &'r GateReport) {
        if self.gates.insert((&report.gate, &report.subject)) {
            let open = report.criteria.iter().filter(|criterion| criterion.is_open());
            open.flat_map(|criterion| &criterion.leaves).for_each(|leaf| self.leaf(leaf));
        }
    }

    /// Adds a leaf, or where it stands for other gates that do not pass, what is open in those.
    fn leaf(&mut self, leaf: &'r Leaf) {
        #[cfg(test)]
        work::note();
        if !leaf.blamed {
            return;
        }
        let mut deeper = leaf.nested.iter().filter(|gate| !gate.passes()).peekable();
        if deeper.peek().is_some() {
            deeper.for_each(|gate| self.gate(gate));
        } else if self.known.insert((&leaf.rule, leaf.item.as_deref(), &leaf.explanation.found)) {
            self.leaves.push(leaf);
        }
    }
}

/// Returns the steps of some leaves, each command once, in their order.
pub fn steps_of<'r>(leaves: impl IntoIterator<Item = &'r Leaf>) -> Vec<Step> {
    let mut seen = BTreeSet::new();
    let steps = leaves.into_iter().flat_map(|leaf| &leaf.steps);
    steps.filter(|step| seen.insert(step.command.as_str())).cloned().collect()
}
