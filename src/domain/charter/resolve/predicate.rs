//! `is` and `passes`.

use super::super::ast::{Being, Predicate};
use super::super::names::ADJECTIVES;
use super::super::source::Name;
use super::super::syntax;
use super::super::tables::Kind;
use super::{Resolver, Thing, Things};

pub(in super::super) const PLACED: [&str; 2] = ["active", "lifted"];
pub(in super::super) const GRANTED: [&str; 3] = ["active", "expired", "revoked"];

impl Resolver<'_, '_> {
    /// Resolves what is said of things.
    pub(super) fn predicate(&mut self, predicate: &syntax::Predicate, things: &Things) -> Option<Predicate> {
        match predicate {
            syntax::Predicate::Passes(gate) => {
                if let Some(thing) =
                    things.misfit(|thing| matches!(thing, Thing::Kind(_) | Thing::Repo)).map(Thing::show)
                {
                    let message = format!("{thing} passes no gate");
                    self.problems.meaning(&gate.span, message, "items and the repository pass gates");
                    return None;
                }
                self.gate(gate).map(Predicate::Passes)
            }
            syntax::Predicate::Idle { negated, word, span } => {
                self.only_of(word, things, "has a last event", |thing| {
                    !matches!(thing, Thing::File | Thing::Repo | Thing::View)
                })?;
                Some(Predicate::Is { negated: *negated, what: Being::Idle(*span) })
            }
            syntax::Predicate::Is { negated, words } => {
                let what = self.being(words, things)?;
                Some(Predicate::Is { negated: *negated, what })
            }
            syntax::Predicate::Has(has) => self.has(has, things),
        }
    }

    fn being(&mut self, words: &[Name], things: &Things) -> Option<Being> {
        let first = words.first()?;
        if let Some(word) = words.iter().find(|word| ADJECTIVES.contains(&word.text.as_str())) {
            if words.len() > 1 {
                let message = format!("`{}` does not stand beside other words", word.text);
                self.problems.meaning(
                    &word.span,
                    message,
                    "give each its own sentence in a list, any of which is enough",
                );
                return None;
            }
            return self.adjective(first, things);
        }
        if !things.all.is_empty() && things.all.iter().all(|thing| *thing == Thing::Block) {
            return self.placed(words);
        }
        if !things.all.is_empty() && things.all.iter().all(|thing| *thing == Thing::Waiver) {
            return self.granted(words);
        }
        self.statuses(words, things)
    }

    fn placed(&mut self, words: &[Name]) -> Option<Being> {
        match words {
            [word] if word.text == "active" => Some(Being::Active),
            [word] if word.text == "lifted" => Some(Being::Lifted),
            [word] => {
                self.unknown(word, "word for a block", &PLACED);
                None
            }
            [_, second, ..] => {
                self.problems.meaning(&second.span, "a block is `active` or `lifted`", "write one of them");
                None
            }
            [] => None,
        }
    }

    fn granted(&mut self, words: &[Name]) -> Option<Being> {
        match words {
            [word] if word.text == "active" => Some(Being::Active),
            [word] if word.text == "expired" => Some(Being::Expired),
            [word] if word.text == "revoked" => Some(Being::Revoked),
            [word] => {
                self.unknown(word, "word for a waiver", &GRANTED);
                None
            }
            [_, second, ..] => {
                let message = "a waiver is `active`, `expired` or `revoked`";
                self.problems.meaning(&second.span, message, "write one of them");
                None
            }
            [] => None,
        }
    }

    fn adjective(&mut self, word: &Name, things: &Things) -> Option<Being> {
        let names = self.names;
        let kind = |thing: &Thing| match thing {
            Thing::Kind(kind) => names.kind(kind),
            _ => None,
        };
        match word.text.as_str() {
            "sealed" => {
                self.only_of(word, things, "can be sealed", |t| kind(t).is_some_and(|k| k.sealable.is_some()))?;
                Some(Being::Sealed)
            }
            "upheld" => {
                let by_gate = |t: &Thing| kind(t).is_some_and(|k| k.sealing_gate().is_some());
                self.only_of(word, things, "is sealed on a gate", by_gate)?;
                Some(Being::Upheld)
            }
            "present" => {
                let has_file = |t: &Thing| *t == Thing::File || kind(t).is_some_and(|k| k.path.is_some());
                self.only_of(word, things, "has a file", has_file)?;
                Some(Being::Present)
            }
            "valid" => {
                self.only_of(word, things, "has fields", |t| kind(t).is_some())?;
                Some(Being::Valid)
            }
            "consistent" => {
                self.only_of(word, things, "has links or a list to agree with", |t| {
                    *t == Thing::View || kind(t).is_some()
                })?;
                Some(Being::Consistent)
            }
            "blocked" => {
                let stoppable = |t: &Thing| kind(t).is_some_and(|kind| self.names.is_stoppable(kind));
                self.only_of(word, things, "is under any block that stops something", stoppable)?;
                Some(Being::Blocked)
            }
            _ => {
                self.problems.meaning(&word.span, "`idle` needs a duration", "write `idle 14d`");
                None
            }
        }
    }

    /// Refuses a word that cannot hold for some of the things.
    fn only_of(&mut self, word: &Name, things: &Things, can: &str, fits: impl Fn(&Thing) -> bool) -> Option<()> {
        let Some(thing) = things.misfit(fits).map(Thing::show) else { return Some(()) };
        let negative = match can.split_once(' ') {
            Some(("has", rest)) => format!("has no {}", rest.trim_start_matches("a ")),
            Some(("can", rest)) => format!("can never {rest}"),
            Some(("is", rest)) => format!("is not {rest}"),
            _ => can.to_owned(),
        };
        let message = format!("`{}` says nothing of {thing}, which {negative}", word.text);
        self.problems.meaning(&word.span, message, "see the kind's keys, or choose another word");
        None
    }

    fn statuses(&mut self, words: &[Name], things: &Things) -> Option<Being> {
        if let Some(thing) = things.misfit(|thing| matches!(thing, Thing::Kind(_))).map(Thing::show) {
            let word = words.first()?;
            self.problems.meaning(&word.span, format!("{thing} has no status `{}`", word.text), "items have a status");
            return None;
        }
        let kinds: Vec<&Kind> = things.kind_names().filter_map(|kind| self.names.kind(kind)).collect();
        let has = |kind: &Kind, word: &str| kind.states.iter().any(|state| state.text == word);
        let mut whole = true;
        for word in words {
            if !things.all.is_empty() && !kinds.iter().any(|kind| has(kind, &word.text)) {
                self.names.no_state(word, &kinds, &ADJECTIVES, self.problems);
                whole = false;
            }
        }
        let lost = kinds.iter().find(|kind| !words.iter().any(|word| has(kind, &word.text)));
        if let (true, false, Some(kind)) = (whole, things.open, lost) {
            let word = words.first()?;
            let message = format!("`{}` is no state of `{}`, which is selected too", word.text, kind.name.text);
            self.problems.meaning(&word.span, message, "name a state of each kind, or write a sentence for each");
            whole = false;
        }
        if !whole {
            return None;
        }
        Some(Being::Status(words.iter().map(Self::word).collect::<Option<_>>()?))
    }
}
