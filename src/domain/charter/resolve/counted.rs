//! Numbers of entries: a field that states how many it has, and sentences that count it.
//!
//! A sentence is a second rule for the field where some number that the field allows can never be good enough for it, whatever else
//! holds: what is valid would be written, signed and sealed for nothing. How the sentence is spelled makes no difference.

use std::collections::BTreeSet;

use super::super::ast::{Base, FieldRule, FieldType, Level, Quantity, Sentence};
use super::super::problem::{Place, Problem};
use super::super::syntax::{self, Has};
use super::super::tables::{Criterion, Field};
use super::{Resolver, Thing, Things};
use crate::domain::code::Code;

/// What has to come of a sentence, or of what it says of each thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Demand {
    /// Nothing certain: it is a condition, it chooses, recommends, or is asked together with something else.
    Nothing,
    /// It has to be met.
    Met,
    /// It must not be met.
    Unmet,
}

impl Demand {
    /// Returns what has to come of each predicate. What is asked of some, or of those of which something else is said, is not asked of
    /// all that is valid; and of several predicates that must not all be met, each may be.
    pub(super) fn of_each(self, sentence: &syntax::Sentence, quantity: Option<Quantity>) -> Demand {
        let of_all = sentence.noun.filter.is_empty() && sentence.condition.is_none();
        let alone = sentence.predicates.len() == 1;
        match (self, quantity) {
            (Demand::Met, Some(Quantity::The | Quantity::Every)) if of_all => Demand::Met,
            (Demand::Met, Some(Quantity::No)) | (Demand::Unmet, Some(Quantity::The | Quantity::AtLeast(1)))
                if of_all && alone =>
            {
                Demand::Unmet
            }
            _ => Demand::Nothing,
        }
    }
}

/// Numbers of entries that pass a sentence, whatever else holds.
#[derive(Debug)]
pub(in super::super) struct Counted<'t> {
    field: &'t Field,
    rule: &'t FieldRule,
    passes: (i64, i64),
    place: Place,
}

/// Returns whether a field has entries, which can be counted.
pub(super) fn is_counted(rule: &FieldRule) -> bool {
    matches!(rule.kind, FieldType::List | FieldType::Map | FieldType::Paths | FieldType::Globs | FieldType::Anchors)
}

/// Returns what is asked where something must not be met.
fn opposite(quantity: Option<Quantity>) -> Option<Quantity> {
    match quantity {
        None => Some(Quantity::No),
        Some(Quantity::AtLeast(n)) => Some(Quantity::AtMost(n.saturating_sub(1))),
        Some(Quantity::AtMost(n)) => Some(Quantity::AtLeast(n.saturating_add(1))),
        Some(_) => None,
    }
}

impl<'t> Resolver<'_, 't> {
    /// Resolves the sentences of a criterion.
    pub(in super::super) fn any(&mut self, criterion: &Criterion, this: &Things) -> Vec<Option<Sentence>> {
        self.demand = match criterion.level {
            Level::Must => Demand::Met,
            Level::Should => Demand::Nothing,
            Level::Veto => Demand::Unmet,
        };
        // Each way of a veto stops by itself.
        self.several = criterion.any.len() > 1 && criterion.level == Level::Must;
        let mut ways = Vec::new();
        let sentences = criterion.any.iter().map(|sentence| {
            let resolved = self.sentence(sentence, this);
            ways.push(std::mem::take(&mut self.counts));
            resolved
        });
        let sentences: Vec<Option<Sentence>> = sentences.collect();
        // Ways that speak of different things leave what the one lacks to the other. All of a kind are those that are guarded, too.
        let of = |sentence: &Sentence| match &sentence.noun.base {
            Base::This | Base::Kind(_, None) => String::new(),
            other => format!("{other:?}"),
        };
        let nouns: BTreeSet<String> = sentences.iter().flatten().map(of).collect();
        if self.several && nouns.len() == 1 {
            self.by_no_way(&ways);
        }
        sentences
    }

    /// Refuses a number of entries outside of the field's own range, which no valid item could meet, or each does; and one that has to
    /// be met and is narrower than that range.
    pub(super) fn within_range(&mut self, has: &Has, things: &Things) -> Option<()> {
        let names = self.names;
        let own = |thing: &Thing| {
            let Thing::Kind(kind) = thing else { return None };
            let field = names.kind(kind)?.fields.iter().find(|field| field.name.text == has.what.text)?;
            Some((field, field.rule.as_ref()?))
        };
        let fields: Vec<(&'t Field, &'t FieldRule)> = things.all.iter().filter_map(own).collect();
        if has.compare.is_some() || !fields.iter().all(|(_, rule)| is_counted(rule)) {
            return Some(());
        }
        let (written, place) = match &has.quantity {
            Some((quantity, place)) => (Some(*quantity), place),
            None => (None, &has.what.span),
        };
        let asked = if self.demand == Demand::Unmet { opposite(written) } else { written };
        let bounds = |rule: &FieldRule| {
            let (least, most) = rule.range;
            (least.unwrap_or(0), most.unwrap_or(i64::MAX))
        };
        let impossible = |(_, rule): &&(&Field, &FieldRule)| match asked {
            Some(Quantity::AtLeast(n)) => i64::from(n) > bounds(rule).1,
            Some(Quantity::AtMost(n)) => !rule.optional && i64::from(n) < bounds(rule).0,
            Some(Quantity::No) => self.demand != Demand::Nothing && !rule.optional && bounds(rule).0 > 0,
            _ => false,
        };
        let idle = |(_, rule): &(&Field, &FieldRule)| match asked {
            Some(Quantity::AtLeast(n)) => i64::from(n) < bounds(rule).0,
            Some(Quantity::AtMost(n)) => i64::from(n) < bounds(rule).0 || i64::from(n) > bounds(rule).1,
            _ => false,
        };
        let narrower = |(_, rule): &&(&Field, &FieldRule)| match (asked, rule.range) {
            (Some(Quantity::AtLeast(n)), (Some(least), _)) => i64::from(n) > least,
            (Some(Quantity::AtMost(n)), (_, Some(most))) => i64::from(n) < most,
            _ => false,
        };
        let narrow = || fields.iter().find(narrower).filter(|_| self.demand != Demand::Nothing && !self.several);
        let said = match (self.demand, asked) {
            (Demand::Unmet, Some(Quantity::AtLeast(n))) => format!("it asks for at least {n}: "),
            (Demand::Unmet, Some(Quantity::AtMost(n))) => format!("it asks for at most {n}: "),
            _ => String::new(),
        };
        let second = match (fields.iter().find(impossible), narrow(), fields.first()) {
            (Some(field), ..) => {
                Some((field, format!("{said}no valid item could meet both: let one of them say how many")))
            }
            (None, Some(field), _) => Some((
                field,
                format!(
                    "{said}what is valid would never be good enough: let one of them say how many, or write `should`"
                ),
            )),
            (None, None, Some(field)) if fields.iter().all(idle) => Some((
                field,
                format!(
                    "{said}it lies outside of what the field may have, and tells no valid item from another: let one of them say how many"
                ),
            )),
            _ => None,
        };
        if let Some(((field, rule), help)) = second {
            self.second_rule(field, rule, place, help);
            return None;
        }
        if self.several && self.demand != Demand::Nothing {
            let passes = match asked {
                None => (1, i64::MAX),
                Some(Quantity::AtLeast(n)) => (i64::from(n), i64::MAX),
                Some(Quantity::AtMost(n)) => (0, i64::from(n)),
                Some(_) => (0, 0),
            };
            let counted = |(field, rule)| Counted { field, rule, passes, place: place.clone() };
            self.counts.extend(fields.into_iter().map(counted));
        }
        Some(())
    }

    /// Refuses ways that all count one field, where none lets a number pass that the field allows.
    fn by_no_way(&mut self, ways: &[Vec<Counted<'t>>]) {
        for first in ways.first().into_iter().flatten() {
            let passing = |way: &Vec<Counted<'t>>| {
                let same = way.iter().filter(|other| other.field.name.span == first.field.name.span);
                same.map(|counted| counted.passes).reduce(|(a, b), (c, d)| (a.max(c), b.min(d)))
            };
            let Some(mut passing) = ways.iter().map(passing).collect::<Option<Vec<_>>>() else { continue };
            passing.retain(|(from, to)| from <= to);
            passing.sort_unstable();
            // Where the field states one bound, nothing is said of the numbers on its other side.
            let (least, most) = first.rule.range;
            let (Some(mut from_here), Some(end)) = (least.or(most), most.or(least)) else { continue };
            let mut is_covered = false;
            for (from, to) in passing {
                if from > from_here {
                    break;
                }
                is_covered |= to >= end;
                from_here = from_here.max(to.saturating_add(1));
            }
            if !is_covered {
                let help =
                    "what is valid would by no way be good enough: let one of them say how many, or write `should`";
                self.second_rule(first.field, first.rule, &first.place, help.to_owned());
                return;
            }
        }
    }

    fn second_rule(&mut self, field: &Field, rule: &FieldRule, place: &Place, help: String) {
        let range = match rule.range {
            (Some(least), Some(most)) => format!("{least}..{most}"),
            (Some(least), None) => format!("{least}.."),
            (_, most) => format!("..{}", most.unwrap_or_default()),
        };
        let message = format!("a second rule for the field `{}`, which has `{range}` entries", field.name.text);
        let problem = Problem::new(Code::CharterMeaning, place.clone(), message).help(help);
        self.problems.push(problem.beside(&field.name.span));
    }
}
