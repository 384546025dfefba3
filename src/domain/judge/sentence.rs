//! Sentences: quantifiers over what a noun selects, in three-valued logic.

use super::eval::Eval;
use super::predicate::Finding;
use super::report::{Leaf, SentenceReport};
use super::select::Thing;
use super::words;
use crate::domain::charter::{Base, Being, Predicate, Quantity, Sentence};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::id::Noun;

/// How many reasons are told why something cannot be known.
pub(super) const REASONS: usize = 2;

/// Where a sentence stands, for reports.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// `gate.criterion`, or the place of a condition in the charter.
    pub(super) leaf: String,
    /// The place in the charter, such as `gates.readiness.sealed`.
    pub(super) rule: String,
    /// The place of the written policy.
    pub(super) cite: Option<String>,
    /// The charter's reason.
    pub(super) why: Option<String>,
    /// It belongs to a gate rather than to a permission or a block.
    pub(super) in_gate: bool,
    /// Whether it is wanted that the sentence holds; a veto is wanted not to.
    pub(super) wanted: bool,
}

impl Place {
    /// Returns the place of a condition that stands outside of gates.
    pub(super) fn guard(rule: &str) -> Place {
        let rule = rule.to_owned();
        Place { leaf: rule.clone(), rule, cite: None, why: None, in_gate: false, wanted: true }
    }

    fn code(&self, outcome: Outcome) -> Code {
        match outcome {
            Outcome::Met => Code::GateMet,
            Outcome::Unmet if self.in_gate => Code::GateUnmet,
            Outcome::Unmet => Code::GuardUnmet,
            Outcome::Unknown => Code::GateUnknownFact,
            Outcome::Waived => Code::GateWaived,
            Outcome::NotApplicable => Code::GateNotApplicable,
        }
    }

    fn explain(&self, outcome: Outcome, found: String, needed: String) -> Explanation {
        let text = Explanation::new(self.code(outcome), found, needed).outcome(outcome);
        text.rule(&self.rule).because(self.why.clone(), self.cite.clone())
    }

    /// Returns a leaf about the selection as a whole.
    fn whole(&self, outcome: Outcome, found: String, needed: String) -> Leaf {
        Leaf {
            rule: self.leaf.clone(),
            item: None,
            outcome,
            content: None,
            explanation: self.explain(outcome, found, needed),
            steps: Vec::new(),
            blamed: if self.wanted { !outcome.passes() } else { matches!(outcome, Outcome::Met | Outcome::Unknown) },
            nested: Vec::new(),
        }
    }
}

/// How many of the selected things came out how.
#[derive(Default, Clone, Copy)]
struct Tally {
    met: u32,
    unmet: u32,
    unknown: u32,
    /// How many of the unmet ones nobody declared.
    undeclared: u32,
}

impl<'a> Eval<'a> {
    /// Judges a sentence, its condition first.
    pub(super) fn sentence(&self, place: &Place, sentence: &Sentence, subject: &Noun) -> SentenceReport {
        let Some(condition) = &sentence.condition else { return self.body(place, sentence, subject) };
        let given = self.sentence(place, condition, subject);
        if given.undeclared {
            // An id that nobody declared must not switch a rule off.
            return SentenceReport { outcome: Outcome::Unmet, ..given };
        }
        match given.outcome {
            Outcome::Unmet => {
                let found = format!("does not apply: {} is not so", condition.text);
                let leaf = place.whole(Outcome::NotApplicable, found, sentence.text.clone());
                SentenceReport { outcome: Outcome::NotApplicable, leaves: vec![leaf], undeclared: false }
            }
            Outcome::Unknown => {
                let mut report = self.body(place, sentence, subject);
                if !report.outcome.passes() {
                    report.outcome = Outcome::Unknown;
                    report.leaves.extend(given.leaves);
                }
                report
            }
            _ => self.body(place, sentence, subject),
        }
    }

    fn body(&self, place: &Place, sentence: &Sentence, subject: &Noun) -> SentenceReport {
        let selected = self.select(&sentence.noun, subject);
        if selected.is_empty() {
            return self.empty(place, sentence);
        }
        let mut tally = Tally::default();
        let mut leaves = Vec::with_capacity(selected.len());
        for (thing, kept) in &selected {
            let leaf = self.leaf(place, sentence, thing, *kept);
            match leaf.outcome {
                Outcome::Met => tally.met += 1,
                Outcome::Unknown => tally.unknown += 1,
                _ => tally.unmet += 1,
            }
            tally.undeclared += u32::from(matches!(thing, Thing::Undeclared(_)));
            leaves.push(leaf);
        }
        let outcome = tally.outcome(sentence.quantity);
        if let Some(found) = tally.summary(sentence.quantity) {
            let mut whole = place.whole(outcome, found, sentence.text.clone());
            // Of one that is asked for, the things themselves say enough.
            whole.blamed &= sentence.quantity != Quantity::AtLeast(1);
            leaves.insert(0, whole);
        }
        SentenceReport { outcome, leaves, undeclared: tally.undeclared > 0 }
    }

    fn empty(&self, place: &Place, sentence: &Sentence) -> SentenceReport {
        let outcome = match sentence.quantity {
            _ if sentence.if_any => Outcome::NotApplicable,
            Quantity::No | Quantity::AtMost(_) => Outcome::Met,
            _ => Outcome::Unmet,
        };
        let (found, steps) = match &sentence.noun.base {
            Base::Kind(kind, None) if sentence.noun.filter.is_empty() => {
                (format!("no {kind} is declared"), self.declaring_any(kind))
            }
            _ => ("there is nothing that the rule speaks of".to_owned(), Vec::new()),
        };
        let mut leaf = place.whole(outcome, found, sentence.text.clone());
        if leaf.blamed && place.wanted && !self.quiet {
            words::put_steps(&mut leaf.explanation, &steps);
            words::put_vacancies(&mut leaf.explanation, &steps);
            leaf.steps = steps;
        }
        SentenceReport { outcome, leaves: vec![leaf], undeclared: false }
    }

    /// Judges the predicates of one thing.
    fn leaf(&self, place: &Place, sentence: &Sentence, thing: &Thing<'a>, kept: Outcome) -> Leaf {
        #[cfg(test)]
        super::work::note();
        let asked = self.unanswered();
        let findings: Vec<Finding> = sentence.predicates.iter().map(|p| self.predicate(thing, p)).collect();
        let holds = findings.iter().fold(Outcome::Met, |sum, finding| sum.and(finding.outcome));
        let undeclared = matches!(thing, Thing::Undeclared(_));
        let raw = weighed(sentence.quantity, kept, holds);
        let outcome = if sentence.quantity == Quantity::No && !undeclared { raw.negate() } else { raw };
        let good = place.wanted != matches!(sentence.quantity, Quantity::No | Quantity::AtMost(_));
        let blamed = undeclared || raw != Outcome::from_bool(good);
        let telling = |finding: &&Finding| !blamed || finding.outcome != Outcome::from_bool(good);
        // What cannot be known comes last, before the reasons why.
        let (unknown, known): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().filter(telling).partition(|finding| finding.outcome == Outcome::Unknown);
        let chosen = if kept == Outcome::Unknown { self.unchosen(sentence, thing) } else { Vec::new() };
        let reasons = chosen.iter().map(|(_, finding)| finding).filter(|_| blamed);
        let told = known.iter().copied().chain(reasons).chain(unknown.iter().copied());
        let mut found: Vec<&str> = told.map(|finding| finding.found.as_str()).collect();
        found.dedup();
        if kept == Outcome::Unknown {
            found.push("whether the rule speaks of it cannot be known");
        }
        let mut found = found.join("; ");
        if !unknown.is_empty() {
            for reason in self.reasons(asked).iter().take(REASONS) {
                found.extend([": ", reason.as_str()]);
            }
        }
        let mut explanation = place.explain(outcome, found, words::needed(&sentence.predicates, good));
        explanation.item = match thing {
            Thing::File { of, .. } => Some(of.to_string()),
            Thing::View(..) => None,
            thing => Some(thing.label()),
        };
        explanation.path = findings.iter().find_map(|finding| finding.path.clone());
        let failing: Vec<(&Predicate, &Finding)> =
            sentence.predicates.iter().zip(&findings).filter(|(_, f)| telling(f)).collect();
        let told = blamed && !self.quiet;
        let mut steps = if told { self.steps(thing, &failing, good) } else { Vec::new() };
        if told {
            let chosen: Vec<(&Predicate, &Finding)> = chosen.iter().map(|(one, finding)| (*one, finding)).collect();
            for step in self.steps(thing, &chosen, true) {
                if steps.iter().all(|known| known.command != step.command) {
                    steps.push(step);
                }
            }
        }
        let unsealed = |(predicate, _): &(&Predicate, &Finding)| matches!(predicate, Predicate::Is { negated, what: Being::Sealed | Being::Upheld } if good != *negated);
        if let (Thing::Item(_, item), true) = (thing, told && failing.iter().any(unsealed))
            && let Some(other) = self.unsealable(item)
        {
            explanation.found.extend(["; ", other.as_str()]);
        }
        words::put_steps(&mut explanation, &steps);
        words::put_vacancies(&mut explanation, &steps);
        Leaf {
            rule: place.leaf.clone(),
            item: Some(thing.label()),
            outcome,
            content: match thing {
                Thing::Item(id, _) => self.content(id),
                Thing::Block(..) | Thing::Waiver(..) => thing.noun().and_then(|noun| self.noun_content(&noun)),
                _ => None,
            },
            explanation,
            steps,
            blamed,
            nested: findings.into_iter().filter_map(|finding| finding.nested).collect(),
        }
    }
}

impl<'a> Eval<'a> {
    /// Returns what keeps it from being known whether a sentence speaks of a thing.
    fn unchosen<'s>(&self, sentence: &'s Sentence, thing: &Thing<'a>) -> Vec<(&'s Predicate, Finding)> {
        let filter = sentence.noun.filter.iter().map(|predicate| (predicate, self.predicate(thing, predicate)));
        filter.filter(|(_, finding)| finding.outcome == Outcome::Unknown).collect()
    }
}

/// Returns how a thing counts whose filter came out as `kept` and whose predicates as `holds`.
fn weighed(quantity: Quantity, kept: Outcome, holds: Outcome) -> Outcome {
    match (quantity, kept, holds) {
        (_, Outcome::Met, holds) => holds,
        // It may not be selected at all: under `every` only that it holds decides, elsewhere only that it does not.
        (Quantity::The | Quantity::Every, _, Outcome::Met) => Outcome::Met,
        (Quantity::No | Quantity::AtLeast(_) | Quantity::AtMost(_), _, Outcome::Unmet) => Outcome::Unmet,
        _ => Outcome::Unknown,
    }
}

impl Tally {
    fn outcome(self, quantity: Quantity) -> Outcome {
        let possible = self.met.saturating_add(self.unknown);
        match quantity {
            // Under `no` the leaves are negated already.
            Quantity::The | Quantity::Every | Quantity::No => match (self.unmet, self.unknown) {
                (0, 0) => Outcome::Met,
                (0, _) => Outcome::Unknown,
                _ => Outcome::Unmet,
            },
            Quantity::AtLeast(n) if self.met >= n => Outcome::Met,
            Quantity::AtLeast(n) if possible >= n => Outcome::Unknown,
            Quantity::AtMost(_) if self.undeclared > 0 => Outcome::Unmet,
            Quantity::AtMost(n) if possible <= n => Outcome::Met,
            Quantity::AtMost(n) if self.met <= n => Outcome::Unknown,
            Quantity::AtLeast(_) | Quantity::AtMost(_) => Outcome::Unmet,
        }
    }

    fn summary(self, quantity: Quantity) -> Option<String> {
        let wanted = match quantity {
            Quantity::AtLeast(n) => format!("at least {n}"),
            Quantity::AtMost(n) => format!("at most {n}"),
            _ => return None,
        };
        let all = self.met + self.unmet + self.unknown;
        let unknown = if self.unknown > 0 { format!(" and {} cannot be known", self.unknown) } else { String::new() };
        Some(format!("it holds for {} of {all}{unknown}; {wanted} is asked for", self.met))
    }
}
