//! Rules by the names that waivers, refusals and people give them: rules about commits, and criteria of gates.

use super::ast::{Charter, CommitRule, Criterion, Level};
use crate::domain::id::Word;

/// A rule that has a name of its own.
#[derive(Debug, Clone, Copy)]
pub enum NamedRule<'c> {
    /// `[commits]`: `NAME`, or `commits.NAME`.
    Commit(&'c Word, &'c CommitRule),
    /// A criterion of a gate: `GATE.NAME`, or `gates.GATE.NAME`; of a veto, `GATE.veto.NAME`.
    Criterion(&'c Word, &'c Criterion),
}

impl NamedRule<'_> {
    /// Returns the name by which it is waived.
    pub fn name(&self) -> String {
        match self {
            NamedRule::Commit(name, _) => name.to_string(),
            NamedRule::Criterion(gate, rule) if rule.level == Level::Veto => format!("{gate}.veto.{}", rule.name),
            NamedRule::Criterion(gate, rule) => format!("{gate}.{}", rule.name),
        }
    }

    /// Returns its place in the charter, which refusals print.
    pub fn place(&self) -> String {
        let table = if matches!(self, NamedRule::Commit(..)) { "commits" } else { "gates" };
        format!("{table}.{}", self.name())
    }
}

impl Charter {
    /// Returns every rule that has a name, in the order of the charter's tables.
    pub fn named_rules(&self) -> impl Iterator<Item = NamedRule<'_>> {
        let commits = self.commits.iter().map(|(name, rule)| NamedRule::Commit(name, rule));
        let of = |(gate, rule)| -> Vec<NamedRule<'_>> {
            let rule: &super::ast::GateRule = rule;
            rule.criteria.iter().map(|criterion| NamedRule::Criterion(gate, criterion)).collect()
        };
        commits.chain(self.gates.iter().flat_map(of))
    }

    /// Returns the rules that a text names: by name, by place, and where it has no dot, every one that is called so.
    pub fn rules_named(&self, text: &str) -> Vec<NamedRule<'_>> {
        let called = |rule: &NamedRule<'_>| {
            let own = match rule {
                NamedRule::Commit(name, _) => name.as_str() == text,
                NamedRule::Criterion(_, criterion) => criterion.name.as_str() == text,
            };
            own || rule.name() == text || rule.place() == text
        };
        self.named_rules().filter(called).collect()
    }
}
