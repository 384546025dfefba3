//! `is valid`: whether an item is complete by the rules of its kind.

use super::compare;
use super::eval::Eval;
use super::predicate::Finding;
use super::words;
use crate::domain::charter::{FieldRule, FieldType, KindRule};
use crate::domain::explain::Outcome;
use crate::domain::id::{ActorId, ItemId, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Item, State};
use crate::domain::time::Date;
use crate::domain::value::Value;

impl<'a> Eval<'a> {
    pub(super) fn valid(&self, id: &'a ItemId, item: &'a Item) -> Finding {
        let problems = self.problems(id, item);
        if problems.is_empty() {
            Finding::new(Outcome::Met, format!("{id} is valid"))
        } else {
            Finding::new(Outcome::Unmet, format!("{id}: {}", words::list(&problems, 5)))
        }
    }

    /// Returns what an item lacks by the rules of its kind.
    pub(super) fn problems(&self, id: &'a ItemId, item: &'a Item) -> Vec<String> {
        let Some(kind) = self.charter().kinds.get(&item.kind) else {
            return vec![format!("the charter has no kind {}", item.kind)];
        };
        let mut problems = field_problems(self.state, kind, item);
        for (name, rule) in &self.charter().links {
            let mut from = rule.pairs.iter().map(|(from, _)| from);
            if !from.any(|from| from.as_ref().is_none_or(|from| *from == item.kind)) {
                continue;
            }
            let targets = self.targets(name.as_str(), item);
            if rule.stated && !item.stated.links.contains_key(name) {
                problems.push(format!("{name} is not stated"));
            } else if targets.len() < usize::try_from(rule.min).unwrap_or(usize::MAX) {
                problems.push(format!("{name} has {} of at least {}", targets.len(), rule.min));
            }
            if rule.unique {
                for target in targets {
                    let other = self.sources(name.as_str(), target).into_iter().find(|other| *other != id);
                    problems.extend(other.map(|other| format!("{name} to {target} is taken by {other}")));
                }
            }
        }
        problems
    }
}

fn field_problems(state: &State, kind: &KindRule, item: &Item) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, rule) in &kind.fields {
        match item.stated.fields.get(name).filter(|value| **value != Value::Null) {
            None if rule.optional => {}
            None => problems.push(format!("{name} is missing")),
            Some(value) => {
                let problem = type_problem(state, rule, value).or_else(|| range_problem(rule, value));
                problems.extend(problem.map(|problem| format!("{name} {problem}")));
            }
        }
    }
    let unknown = item.stated.fields.keys().filter(|name| !kind.fields.contains_key(*name));
    problems.extend(unknown.map(|name| format!("{name} is not a field of {}", item.kind)));
    problems
}

/// Returns the fields that the kind asks for and the item does not state, or not as asked.
pub(super) fn open_fields<'k>(state: &State, kind: &'k KindRule, item: &Item) -> Vec<&'k Word> {
    let open =
        |(name, rule): &(&Word, &FieldRule)| match item.stated.fields.get(*name).filter(|value| **value != Value::Null)
        {
            None => !rule.optional,
            Some(value) => type_problem(state, rule, value).or_else(|| range_problem(rule, value)).is_some(),
        };
    kind.fields.iter().filter(open).map(|(name, _)| name).collect()
}

/// Returns what is wrong with the type of a value, as a clause that follows the field's name; `None` where it is right.
pub fn type_problem(state: &State, rule: &FieldRule, value: &Value) -> Option<String> {
    let texts = |good: &dyn Fn(&str) -> bool| match value {
        Value::List(list) => list.iter().all(|element| element.as_text().is_some_and(good)),
        _ => false,
    };
    let text = |good: &dyn Fn(&str) -> bool| value.as_text().is_some_and(good);
    let (right, wanted) = match &rule.kind {
        FieldType::Text => (text(&|_| true), "a text".to_owned()),
        FieldType::List => (texts(&|_| true), "a list of texts".to_owned()),
        FieldType::Map => (
            matches!(value, Value::Map(map) if map.values().all(|entry| matches!(entry, Value::Text(_)))),
            "texts under names".to_owned(),
        ),
        FieldType::Paths => (texts(&|path| RepoPath::parse(path).is_ok()), "a list of paths".to_owned()),
        FieldType::Globs => (texts(&|glob| !glob.is_empty()), "a list of globs".to_owned()),
        FieldType::Bool => (matches!(value, Value::Bool(_)), "true or false".to_owned()),
        FieldType::Integer(_) => (matches!(value, Value::Int(_)), "an integer".to_owned()),
        FieldType::Date => (text(&|date| Date::parse(date).is_ok()), "a day, YYYY-MM-DD".to_owned()),
        FieldType::Actor => {
            let known = |name: &str| ActorId::parse(name).is_ok_and(|name| state.actors.contains_key(&name));
            (text(&known), "an enrolled actor".to_owned())
        }
        FieldType::Enum(choices) => {
            (text(&|choice| choices.iter().any(|known| known == choice)), format!("one of {}", choices.join(", ")))
        }
    };
    (!right).then(|| format!("is {} and not {wanted}", words::value(value)))
}

/// Returns what is wrong with how many or how much a value is, as a clause that follows the field's name.
pub fn range_problem(rule: &FieldRule, value: &Value) -> Option<String> {
    let (amount, unit) = match value {
        Value::Int(number) => (*number, ""),
        Value::Text(text) => (i64::try_from(text.chars().count()).unwrap_or(i64::MAX), " characters"),
        other => (i64::try_from(compare::size(other)).unwrap_or(i64::MAX), " entries"),
    };
    if matches!(rule.kind, FieldType::Bool | FieldType::Date | FieldType::Actor | FieldType::Enum(_)) {
        return None;
    }
    let (low, high) = rule.range;
    if let Some(low) = low.filter(|low| amount < *low) {
        return Some(format!("has {amount}{unit} and needs at least {low}"));
    }
    // A required text, list or map that is given empty is not given.
    if amount == 0 && !rule.optional && low.is_none() && !matches!(value, Value::Int(_)) {
        return Some("is empty".to_owned());
    }
    high.filter(|high| amount > *high).map(|high| format!("has {amount}{unit} and may have at most {high}"))
}
