//! What is said of one thing: `is …`, `passes …`, `has …`.

use std::sync::Arc;

use super::compare;
use super::eval::Eval;
use super::report::GateReport;
use super::select::Thing;
use super::words;
use crate::domain::charter::{Being, Comparison, Having, Predicate, Quantity};
use crate::domain::explain::Outcome;
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::Standing;
use crate::domain::time::{Span, Timestamp};
use crate::domain::value::Value;

/// How a predicate came out for one thing, and what was found.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) outcome: Outcome,
    /// What was found, as a clause: `E-05 is draft`.
    pub(super) found: String,
    /// The file it is about.
    pub(super) path: Option<String>,
    /// The gate that was asked.
    pub(super) nested: Option<Arc<GateReport>>,
}

impl Finding {
    pub(super) fn new(outcome: Outcome, found: impl Into<String>) -> Finding {
        Finding { outcome, found: found.into(), path: None, nested: None }
    }

    pub(super) fn at(mut self, path: Option<&RepoPath>) -> Finding {
        self.path = path.map(ToString::to_string);
        self
    }
}

impl<'a> Eval<'a> {
    /// Judges one predicate of one thing. Nothing holds for an id that nobody declared, not even a negation.
    pub(super) fn predicate(&self, thing: &Thing<'a>, predicate: &Predicate) -> Finding {
        if let Thing::Undeclared(id) = thing {
            return Finding::new(Outcome::Unmet, format!("{id} was never declared"));
        }
        match predicate {
            Predicate::Is { negated, what } => {
                let mut finding = self.being(thing, what);
                if *negated {
                    finding.outcome = finding.outcome.negate();
                }
                finding
            }
            Predicate::Passes(gate) => self.passing(thing, gate),
            Predicate::Has { quantity, what } => match what {
                Having::Field { field, compare } => Self::field(thing, *quantity, field, compare.as_ref()),
                Having::Link { link, inverse } => self.link(thing, *quantity, link, *inverse),
                Having::Claim(test) => self.claim(thing, *quantity, test),
            },
        }
    }

    fn being(&self, thing: &Thing<'a>, what: &Being) -> Finding {
        match (what, thing) {
            (Being::Status(states), Thing::Item(id, item)) => {
                Finding::new(Outcome::from_bool(states.contains(&item.status)), format!("{id} is {}", item.status))
            }
            (Being::Sealed, Thing::Item(id, item)) => {
                let outcome = self.sealed(id);
                Finding::new(outcome, self.seal_found(id, item, outcome)).at(item.stated.path.as_ref())
            }
            (Being::Upheld, Thing::Item(id, item)) => self.upheld(id, item),
            (Being::Present, Thing::Item(id, item)) => match &item.stated.path {
                Some(path) => self.present(path),
                None => Finding::new(Outcome::Unmet, format!("{id} has no path")),
            },
            (Being::Present, Thing::File { path, .. }) => match RepoPath::parse(path) {
                Ok(path) => self.present(&path),
                Err(error) => Finding::new(Outcome::Unmet, error.detail),
            },
            (Being::Valid, Thing::Item(id, item)) => self.valid(id, item),
            (Being::Consistent, Thing::Item(id, item)) => self.consistent(id, item),
            (Being::Consistent, Thing::View(name, board)) => self.rendered(name, board),
            (Being::Blocked, Thing::Item(id, _)) => self.blocked(id),
            (Being::Active, Thing::Block(_, block)) => {
                let state = if block.lifted.is_none() { "active" } else { "lifted" };
                Finding::new(Outcome::from_bool(block.lifted.is_none()), format!("{} is {state}", thing.label()))
            }
            (Being::Lifted, Thing::Block(_, block)) => {
                let state = if block.lifted.is_some() { "lifted" } else { "active" };
                Finding::new(Outcome::from_bool(block.lifted.is_some()), format!("{} is {state}", thing.label()))
            }
            (Being::Active | Being::Expired | Being::Revoked, Thing::Waiver(_, waiver)) => {
                let standing = waiver.standing(self.view.as_of);
                let asked = match what {
                    Being::Active => Standing::Active,
                    Being::Expired => Standing::Expired,
                    _ => Standing::Revoked,
                };
                let found = format!("the waiver {} is {}", thing.label(), standing.as_str());
                Finding::new(Outcome::from_bool(standing == asked), found)
            }
            (Being::Idle(span), Thing::Waiver(_, waiver)) => {
                let last = waiver.revoked.as_ref().map_or(waiver.touch.at, |revoked| revoked.touch.at);
                self.idle(thing, last, *span)
            }
            (Being::Idle(span), Thing::Item(_, item)) => self.idle(thing, item.touched.at, *span),
            (Being::Idle(span), Thing::Block(_, block)) => {
                let last = block.lifted.as_ref().map_or(block.touch.at, |lift| lift.touch.at);
                self.idle(thing, last, *span)
            }
            _ => Finding::new(Outcome::Unmet, format!("this cannot be said of {}", thing.label())),
        }
    }

    fn present(&self, path: &RepoPath) -> Finding {
        let (outcome, what) = match self.file(path) {
            None => (Outcome::Unknown, "cannot be read here"),
            Some(None) => (Outcome::Unmet, "is not in the judged tree as a regular file"),
            Some(Some(_)) => (Outcome::Met, "is present"),
        };
        Finding::new(outcome, format!("{path} {what}")).at(Some(path))
    }

    fn idle(&self, thing: &Thing<'a>, last: Timestamp, span: Span) -> Finding {
        let idle = last.plus(span) <= self.view.as_of;
        let found = format!("the last event on {} is of {}", thing.label(), last.date());
        Finding::new(Outcome::from_bool(idle), found)
    }

    fn passing(&self, thing: &Thing<'a>, gate: &Word) -> Finding {
        let Some(subject) = thing.noun() else {
            return Finding::new(Outcome::Unmet, format!("{} passes no gate", thing.label()));
        };
        let Some(report) = self.gate(gate, &subject) else {
            return Finding::new(Outcome::Unmet, format!("gate {gate} would have to pass before itself"));
        };
        let found = if report.passes() {
            format!("gate {gate} passes for {subject}")
        } else {
            format!("gate {gate} says {} for {subject}: {}", report.outcome.as_str(), report.counts())
        };
        let outcome = Outcome::from_bool(report.passes());
        Finding { outcome, found, path: None, nested: Some(report) }
    }

    fn field(thing: &Thing<'a>, quantity: Quantity, field: &Word, compare: Option<&Comparison>) -> Finding {
        let fields = match thing {
            Thing::Item(_, item) => &item.stated.fields,
            Thing::Block(_, block) => &block.fields,
            _ => return Finding::new(Outcome::Unmet, format!("{} has no fields", thing.label())),
        };
        let value = fields.get(field).filter(|value| **value != Value::Null);
        let found = match value {
            None => format!("{} has no {field}", thing.label()),
            Some(value) if compare::size(value) == 0 => format!("{field} of {} is empty", thing.label()),
            Some(value) => format!("{} has {field} {}", thing.label(), words::value(value)),
        };
        let outcome = match (value, compare) {
            (None, Some(_)) => Outcome::Unknown,
            (value, None) => compare::counted(quantity, value.map_or(0, compare::size), 0),
            (Some(value), Some(compare)) => {
                let (mut met, mut unknown) = (0, 0);
                // A comparison with a text that is given blank is one with what is given; what is counted is seen, and differs.
                let parts =
                    if matches!(value, Value::List(_)) { compare::different(value) } else { compare::parts(value) };
                for part in parts {
                    match compare::holds(part, compare, fields) {
                        Outcome::Met => met += 1,
                        Outcome::Unknown => unknown += 1,
                        _ => {}
                    }
                }
                compare::counted(quantity, met, unknown)
            }
        };
        Finding::new(outcome, found)
    }

    fn link(&self, thing: &Thing<'a>, quantity: Quantity, link: &Word, inverse: bool) -> Finding {
        let Thing::Item(id, item) = thing else {
            return Finding::new(Outcome::Unmet, format!("{} has no links", thing.label()));
        };
        let name = self.link_name(link, inverse);
        let others = if inverse { self.sources(link.as_str(), id) } else { self.targets(link.as_str(), item) };
        let counts = |other: &&ItemId| inverse || self.leads(link, &item.kind, other);
        let (reached, astray): (Vec<&ItemId>, Vec<&ItemId>) = others.into_iter().partition(counts);
        let mut found = match reached.as_slice() {
            [] => format!("{id} has no {name}"),
            others => format!("{id} has {name} {}", words::list(others, 5)),
        };
        if !astray.is_empty() {
            let astray: Vec<String> = astray.iter().map(|other| self.astray(other, &name)).collect();
            found = format!("{found}: {}", words::list(&astray, 5));
        }
        // What leads nowhere yet is not there when something is asked for, and is not absent when nothing may be there.
        let few = matches!(quantity, Quantity::No | Quantity::AtMost(_));
        let count = reached.len() + if few { astray.len() } else { 0 };
        Finding::new(compare::counted(quantity, count, 0), found)
    }

    /// Returns why the target of a link does not count, as a clause.
    fn astray(&self, target: &ItemId, link: &str) -> String {
        self.item(target).map_or_else(
            || format!("{target} is declared by nobody"),
            |(_, item)| format!("{target} is of kind {}, to which {link} does not lead", item.kind),
        )
    }

    /// Returns what a link is called from that side.
    pub(super) fn link_name(&self, link: &Word, inverse: bool) -> String {
        let rule = self.charter().links.get(link).filter(|_| inverse);
        rule.and_then(|rule| rule.inverse.as_ref()).unwrap_or(link).to_string()
    }

    /// Returns whether a placed or derived block that stops something stands.
    fn blocked(&self, id: &ItemId) -> Finding {
        let stopping = self.stopping(id);
        let names: Vec<&Word> = stopping.iter().map(|block| block.name).collect();
        if stopping.iter().any(|block| block.outcome == Outcome::Unmet) {
            Finding::new(Outcome::Met, format!("{id} is blocked: {}", words::list(&names, 5)))
        } else if stopping.is_empty() {
            Finding::new(Outcome::Unmet, format!("no block stands on {id}"))
        } else {
            Finding::new(
                Outcome::Unknown,
                format!("whether {id} is blocked cannot be known: {}", words::list(&names, 5)),
            )
        }
    }

    /// Returns the noun of a thing as an argument of a command.
    pub(super) fn argument(thing: &Thing<'a>) -> String {
        match thing {
            Thing::File { of, .. } => of.to_string(),
            thing => thing.noun().as_ref().map_or_else(String::new, Noun::to_string),
        }
    }
}
