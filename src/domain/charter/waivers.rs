//! `[waivers.NAME]`: what may be set aside, by whom, and for how long.

use super::ast::{Charter, CommitRule, Criterion, Level, Sentence, Serves, Who};
use super::glob::Glob;
use crate::domain::id::Word;
use crate::domain::time::Span;

/// A class of waivers.
#[derive(Debug, Clone, PartialEq)]
pub struct WaiverRule {
    /// What may be waived, in the order written: `GATE.CRITERION`, or the name of a commit rule, which has no dot.
    pub covers: Vec<String>,
    /// Who asks for it and approves it: places for at least two people.
    pub by: Who,
    /// `by` as it stands in the charter.
    pub by_text: String,
    /// Who revokes it: any one of those.
    pub revoke: Who,
    /// How long at most.
    pub until: Lasts,
    /// How many of the class are active at once at most.
    pub most: Option<u32>,
    /// The charter's reason.
    pub why: Option<String>,
    /// The place of the written policy.
    pub cite: Option<String>,
}

/// How long a waiver lasts at most. Each ends with the phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// `"phase-end"`, the default: no day has to be named.
    Phase,
    /// `"90d"`: a day is named, no later than this after the signature.
    For(Span),
}

impl std::fmt::Display for Lasts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lasts::Phase => f.write_str("phase-end"),
            Lasts::For(span) => span.fmt(f),
        }
    }
}

impl Charter {
    /// Returns whether some class of waivers covers a rule.
    pub fn is_waivable(&self, rule: &str) -> bool {
        self.waivers.values().any(|class| class.covers.iter().any(|covered| covered == rule))
    }

    /// Returns the criterion that `GATE.CRITERION` names and a waiver can set aside: one that must be met, never a veto of
    /// the same name.
    fn waivable(&self, rule: &str) -> Option<&Criterion> {
        let (gate, name) = rule.split_once('.')?;
        let criteria = self.gates.iter().find(|(own, _)| own.as_str() == gate).map(|(_, rule)| &rule.criteria)?;
        criteria.iter().find(|criterion| criterion.level == Level::Must && criterion.name.as_str() == name)
    }

    /// Returns whether a rule that was waived under another charter means the same by this one.
    pub(in crate::domain) fn keeps_waived(&self, then: &Charter, rule: &str) -> bool {
        if !rule.contains('.') {
            let (now, then) = (self.waivable_commits(rule), then.waivable_commits(rule));
            return now.is_some() && now == then;
        }
        match (self.waivable(rule), then.waivable(rule)) {
            (Some(now), Some(then)) => now.any.iter().map(Sentence::bare).eq(then.any.iter().map(Sentence::bare)),
            _ => false,
        }
    }

    /// Returns what a rule about commits means, with the scopes that it names: its reasons and words left out.
    fn waivable_commits(&self, rule: &str) -> Option<(CommitRule, [Option<&Vec<Glob>>; 2])> {
        let (_, rule) = self.commits.iter().find(|(own, _)| own.as_str() == rule)?;
        let scopes = [&rule.touching, &rule.except].map(|scope| scope.as_ref().and_then(|name| self.scopes.get(name)));
        let needs = rule.needs.as_ref().map(Sentence::bare);
        let serves = rule.serves.clone().map(|serves| Serves { text: String::new(), ..serves });
        Some((CommitRule { why: None, cite: None, needs, serves, ..rule.clone() }, scopes))
    }

    /// Returns the kinds of item for which a rule that can be waived is judged: those of its gate, or those that commits serve.
    pub(in crate::domain) fn waivable_for(&self, rule: &str) -> Vec<&Word> {
        match rule.split_once('.') {
            Some((gate, _)) => self.gates.get(gate).into_iter().flat_map(|gate| &gate.kinds).collect(),
            None => self.kinds.keys().filter(|kind| self.is_served(kind)).collect(),
        }
    }

    /// Returns whether a commit can serve an item of a kind: its message names one, and the kind says what may then be changed.
    fn is_served(&self, kind: &Word) -> bool {
        let scope = self.kinds.get(kind).and_then(|kind| kind.scope.as_ref());
        scope.is_some_and(|scope| scope.trailer.is_some())
    }
}

impl Sentence {
    /// Returns what the sentence means, without the words, which a renaming leaves as they were.
    pub(super) fn bare(&self) -> Sentence {
        let condition = self.condition.as_ref().map(|condition| Box::new(condition.bare()));
        Sentence { text: String::new(), condition, ..self.clone() }
    }
}
