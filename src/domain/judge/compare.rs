//! Comparisons and counts of values, in three-valued logic.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::charter::{Comparison, Literal, Op, Quantity};
use crate::domain::explain::Outcome;
use crate::domain::id::Word;
use crate::domain::text;
use crate::domain::time::Date;
use crate::domain::value::Value;

/// Returns how many things a value holds: the different entries of a list, the names of a map with something behind them, one for anything
/// else. A text of which nothing is seen is none.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        value => different(value).len(),
    }
}

/// Returns whether a value is a text of which nothing is seen.
pub(super) fn is_blank(value: &Value) -> bool {
    value.as_text().is_some_and(text::is_blank)
}

/// Returns the parts of a value of which something is seen; of the entries of a list that look alike, the first.
pub(super) fn different(value: &Value) -> Vec<&Value> {
    let mut parts = parts(value);
    parts.retain(|part| !is_blank(part));
    if matches!(value, Value::List(_)) {
        let mut known = BTreeSet::new();
        parts.retain(|part| part.as_text().is_none_or(|part| known.insert(text::seen(part))));
    }
    parts
}

/// Returns the parts of a value that a comparison looks at, one by one.
pub(super) fn parts(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(list) => list.iter().collect(),
        Value::Map(map) => map.values().collect(),
        value => vec![value],
    }
}

/// Returns how a count comes out of which `unknown` more may or may not belong to it.
pub(super) fn counted(quantity: Quantity, sure: usize, unknown: usize) -> Outcome {
    let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let at_least = |n: usize| match (sure >= n, sure.saturating_add(unknown) >= n) {
        (true, _) => Outcome::Met,
        (false, true) => Outcome::Unknown,
        (false, false) => Outcome::Unmet,
    };
    match quantity {
        Quantity::The | Quantity::Every => at_least(1),
        Quantity::AtLeast(n) => at_least(number(n)),
        Quantity::No => at_least(1).negate(),
        Quantity::AtMost(n) => at_least(number(n).saturating_add(1)).negate(),
    }
}

/// Compares a value with literals, any of which is enough (of `!=`: none of which may equal it). Another value that a
/// literal names is looked up in `among`; where it is absent, or where the two cannot be compared, it is UNKNOWN.
pub(super) fn holds(value: &Value, compare: &Comparison, among: &BTreeMap<Word, Value>) -> Outcome {
    if compare.op == Op::Unequal {
        return holds(value, &Comparison { op: Op::Equal, with: compare.with.clone() }, among).negate();
    }
    let mut sum = Outcome::Unmet;
    for literal in &compare.with {
        let outcome = match order(value, literal, among) {
            None => Outcome::Unknown,
            Some(order) => Outcome::from_bool(fits(compare.op, order)),
        };
        sum = sum.negate().and(outcome.negate()).negate();
    }
    sum
}

fn fits(op: Op, order: Ordering) -> bool {
    match op {
        Op::Equal => order.is_eq(),
        Op::Unequal => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        Op::GreaterOrEqual => order.is_ge(),
    }
}

fn order(value: &Value, literal: &Literal, among: &BTreeMap<Word, Value>) -> Option<Ordering> {
    match (value, literal) {
        (Value::Int(left), Literal::Number(right)) => Some(left.cmp(right)),
        (Value::Text(left), Literal::Text(right)) => Some(texts(left, right)),
        (Value::Bool(left), Literal::Text(right)) => match right.as_str() {
            "true" => Some(left.cmp(&true)),
            "false" => Some(left.cmp(&false)),
            _ => None,
        },
        (left, Literal::Value(name)) => match (left, among.get(name)?) {
            (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(texts(left, right)),
            (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
            _ => None,
        },
        _ => None,
    }
}

/// Orders two days by time, anything else by its bytes.
fn texts(left: &str, right: &str) -> Ordering {
    match (Date::parse(left), Date::parse(right)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left.cmp(right),
    }
}
