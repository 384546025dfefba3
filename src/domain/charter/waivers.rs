//! `[waivers.NAME]`: what may be set aside, by whom, and for how long.

use super::ast::{Charter, Criterion, Level, Sentence, Who};
use crate::domain::time::Span;

/// A class of waivers.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        match (self.waivable(rule), then.waivable(rule)) {
            (Some(now), Some(then)) => now.any.iter().map(Sentence::bare).eq(then.any.iter().map(Sentence::bare)),
            _ => false,
        }
    }
}

impl Sentence {
    /// Returns what the sentence means, without the words, which a renaming leaves as they were.
    pub(super) fn bare(&self) -> Sentence {
        let condition = self.condition.as_ref().map(|condition| Box::new(condition.bare()));
        Sentence { text: String::new(), condition, ..self.clone() }
    }
}
