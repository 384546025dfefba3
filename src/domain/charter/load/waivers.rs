//! Classes of waivers: each covers rules that can be set aside, and takes two people.

use std::collections::BTreeMap;

use super::super::ast::{GateRule, Level, Term, Who};
use super::super::source::Name;
use super::super::tables::Waiver;
use super::super::waivers::WaiverRule;
use super::Loader;
use crate::domain::code::Code;
use crate::domain::id::Word;

impl Loader<'_, '_> {
    pub(super) fn waivers(&mut self, class: &Waiver, gates: Option<&BTreeMap<Word, GateRule>>) -> Option<WaiverRule> {
        let mut whole = true;
        for (at, covered) in class.covers.iter().enumerate() {
            if class.covers[..at].iter().any(|other| other.text == covered.text) {
                self.problems.meaning(&covered.span, format!("`{}` is covered twice", covered.text), "leave it out");
                whole = false;
            }
            whole &= self.covered(covered, gates);
        }
        let (who, text) = class.by.as_ref()?;
        let by = self.resolver().who(who)?;
        if by.terms.iter().fold(0_u32, |sum, term| sum.saturating_add(term.count)) < 2 {
            let message = "a waiver takes at least two people: whoever asks for it does not approve it";
            self.problems.meaning(&text.span, message, "write `ROLE + ROLE`, or `2 ROLE`");
            return None;
        }
        // Whoever could ask for it or approve it may end it alone: that makes nothing easier.
        let mut roles = Vec::new();
        for role in by.terms.iter().flat_map(|term| &term.roles) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        let revoke = Who { terms: vec![Term { count: 1, roles }], not: Vec::new() };
        whole.then(|| WaiverRule {
            covers: class.covers.iter().map(|covered| covered.text.clone()).collect(),
            by,
            by_text: text.text.clone(),
            revoke,
            until: class.until,
            most: class.most,
            why: class.why.clone(),
            cite: class.cite.clone(),
        })
    }

    /// Checks that a name is one of a criterion that must be met and is judged for items, or of a rule about commits.
    fn covered(&mut self, name: &Name, gates: Option<&BTreeMap<Word, GateRule>>) -> bool {
        let tables = self.names.tables;
        if tables.commits.iter().any(|rule| rule.name.text == name.text) {
            let served =
                tables.kinds.iter().any(|kind| kind.scope.as_ref().is_some_and(|scope| scope.trailer.is_some()));
            if !served {
                let message =
                    format!("`{}` is waived for the item that a commit serves, and no kind can be served", name.text);
                let help = "give the `scope` of a kind a `trailer`, by which commits name an item";
                self.problems.meaning(&name.span, message, help);
            }
            return served;
        }
        let all = tables.gates.iter().flat_map(|gate| gate.criteria.iter().map(move |criterion| (gate, criterion)));
        let named = |(gate, criterion): &(&super::tables::Gate, &super::tables::Criterion)| {
            name.text.split_once('.') == Some((gate.name.text.as_str(), criterion.name.text.as_str()))
        };
        let levels: Vec<Level> = all.clone().filter(named).map(|(_, criterion)| criterion.level).collect();
        if levels.contains(&Level::Must) {
            let gate = name.text.split_once('.').and_then(|(gate, _)| gates?.get_key_value(gate));
            let Some((gate, _)) = gate.filter(|(_, rule)| rule.kinds.is_empty()) else { return true };
            let message = format!("`{}` is judged for the repository alone, and a waiver is for one item", name.text);
            let help = format!("leave it out, or ask the gate of an item: `self passes {gate}`");
            self.problems.meaning(&name.span, message, help);
            return false;
        }
        match levels.first() {
            Some(Level::Veto) => {
                let message = format!("`{}` is a veto, which nothing cancels", name.text);
                self.problems.meaning(&name.span, message, "leave it out: a waiver sets aside what must be met");
            }
            Some(_) => {
                let message = format!("`{}` is a `should`, which decides nothing", name.text);
                self.problems.meaning(&name.span, message, "leave it out");
            }
            None => {
                let fitting = all.filter(|(_, criterion)| criterion.level == Level::Must);
                let fitting: Vec<String> =
                    fitting.map(|(gate, criterion)| format!("{}.{}", gate.name.text, criterion.name.text)).collect();
                let rules = tables.commits.iter().map(|rule| rule.name.text.as_str());
                let fitting: Vec<&str> = fitting.iter().map(String::as_str).chain(rules).collect();
                let sort = "criterion (GATE.CRITERION) or rule about commits";
                self.problems.unknown(Code::CharterUnknownWord, &name.span, sort, &name.text, &fitting);
            }
        }
        false
    }
}
