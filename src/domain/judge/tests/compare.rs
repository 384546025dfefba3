//! A value beside another: each type with the literals that it can be held against, and UNKNOWN where the two are of no one type.

use std::collections::BTreeMap;

use super::world::word;
use crate::domain::charter::{Comparison, Literal, Op};
use crate::domain::explain::Outcome::{self, Met, Unknown, Unmet};
use crate::domain::judge::compare::holds;
use crate::domain::value::Value;

#[track_caller]
fn compared(value: impl Into<Value>, op: Op, with: Literal, outcome: Outcome) {
    let among = BTreeMap::from([
        (word("number"), Value::Int(7)),
        (word("day"), Value::text("2026-03-09")),
        (word("yes"), Value::Bool(true)),
        (word("list"), Value::list(["7"])),
    ]);
    let (value, compare) = (value.into(), Comparison { op, with: vec![with] });
    assert_eq!(holds(&value, &compare, &among), outcome, "{value:?} {compare:?}");
}

fn named(name: &str) -> Literal {
    Literal::Value(word(name))
}

fn text(text: &str) -> Literal {
    Literal::Text(text.to_owned())
}

#[test]
fn a_value_is_held_against_another_of_its_type() {
    for (value, op, outcome) in
        [(7, Op::Equal, Met), (8, Op::Equal, Unmet), (6, Op::Less, Met), (7, Op::Less, Unmet), (8, Op::Greater, Met)]
    {
        compared(Value::Int(value), op, named("number"), outcome);
    }
    compared(Value::text("2026-03-08"), Op::Less, named("day"), Met);
    compared(Value::text("2026-03-09"), Op::Less, named("day"), Unmet);
    compared(Value::Bool(true), Op::Equal, named("yes"), Met);
    compared(Value::Bool(false), Op::Equal, named("yes"), Unmet);
    compared(Value::Bool(false), Op::Unequal, named("yes"), Met);
}

#[test]
fn a_truth_is_held_against_true_and_false_alone() {
    compared(Value::Bool(true), Op::Equal, text("true"), Met);
    compared(Value::Bool(false), Op::Equal, text("true"), Unmet);
    compared(Value::Bool(false), Op::Equal, text("false"), Met);
    compared(Value::Bool(true), Op::Equal, text("false"), Unmet);
    compared(Value::Bool(true), Op::Equal, text("yes"), Unknown);
}

#[test]
fn what_cannot_be_compared_is_unknown_both_ways() {
    for op in [Op::Equal, Op::Unequal, Op::Less, Op::GreaterOrEqual] {
        compared(Value::Int(7), op, named("day"), Unknown);
        compared(Value::text("7"), op, named("number"), Unknown);
        compared(Value::Bool(true), op, named("number"), Unknown);
        compared(Value::Int(7), op, named("list"), Unknown);
        compared(Value::Int(7), op, named("nobody"), Unknown);
        compared(Value::text("7"), op, Literal::Number(7), Unknown);
        compared(Value::Int(7), op, text("7"), Unknown);
        compared(Value::Null, op, text(""), Unknown);
    }
}
