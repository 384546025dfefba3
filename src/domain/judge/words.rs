//! How judgement speaks: short clauses for what was found and what is needed.

use super::grounds::BlockGround;
use super::report::Step;
use crate::domain::charter::{Being, ClaimTest, Comparison, Having, Literal, Op, Predicate, Quantity};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::state::Seal;
use crate::domain::value::Value;

/// Returns some names, the first `limit` of them written out.
pub(super) fn list(names: &[impl ToString], limit: usize) -> String {
    let mut text: Vec<String> = names.iter().take(limit).map(ToString::to_string).collect();
    if names.len() > limit {
        text.push(format!("and {} more", names.len() - limit));
    }
    text.join(", ")
}

/// Returns a value as people read it.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Text(text) if text.chars().count() <= 60 => text.clone(),
        Value::Text(text) => format!("{}…", text.chars().take(60).collect::<String>()),
        Value::List(list) if list.len() > 3 => format!("of {} entries", list.len()),
        Value::List(list) => list.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Map(map) => format!("of {} entries", map.len()),
        other => other.to_canonical(),
    }
}

/// Returns who sealed an item and when, as `by omar on 2026-02-03`.
pub(super) fn seal(seal: &Seal) -> String {
    let names: Vec<&str> = seal.by.iter().map(crate::domain::id::ActorId::as_str).collect();
    format!("by {} on {}", names.join(" and "), seal.touch.at.date())
}

/// Returns what block stands on what, since when and by whom: `blocked: HOLD on D-1 since 2026-02-03 (lena, lead)`.
pub(super) fn blocked(block: &BlockGround) -> String {
    let since = block.since.map_or_else(String::new, |at| format!(" since {}", at.date()));
    let mut roles: Vec<&str> =
        block.by.iter().filter_map(|(_, role)| role.as_ref()).map(crate::domain::id::RoleId::as_str).collect();
    roles.dedup();
    let names: Vec<&str> = block.by.iter().map(|(actor, _)| actor.as_str()).collect();
    let by = match (names.is_empty(), roles.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!(" ({})", names.join(" and ")),
        (false, false) => format!(" ({}, {})", names.join(" and "), roles.join(", ")),
    };
    format!("blocked: {} on {}{since}{by}", block.name, block.item)
}

/// Returns what is needed for predicates to hold, or not to hold.
pub(super) fn needed(predicates: &[Predicate], wanted: bool) -> String {
    let parts: Vec<String> = predicates.iter().map(predicate).collect();
    match (wanted, parts.as_slice()) {
        (true, parts) => parts.join(" and "),
        (false, [one]) => one.strip_prefix("not ").map_or_else(|| format!("not {one}"), ToOwned::to_owned),
        (false, parts) => format!("not at once: {}", parts.join(" and ")),
    }
}

fn predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Is { negated, what } => format!("{}{}", if *negated { "not " } else { "" }, being(what)),
        Predicate::Passes(gate) => format!("gate {gate} passes"),
        Predicate::Has { quantity, what } => {
            let many = match quantity {
                Quantity::No => "no ".to_owned(),
                Quantity::AtLeast(n) if *n > 1 => format!("at least {n} "),
                Quantity::AtMost(n) => format!("at most {n} "),
                _ => String::new(),
            };
            format!("{many}{}", having(what))
        }
    }
}

fn being(what: &Being) -> String {
    match what {
        Being::Status(states) => {
            let names: Vec<&str> = states.iter().map(crate::domain::id::Word::as_str).collect();
            names.join(" or ")
        }
        Being::Sealed => "sealed".to_owned(),
        Being::Upheld => "upheld: what it was sealed on, as it was".to_owned(),
        Being::Present => "present in the tree".to_owned(),
        Being::Valid => "valid".to_owned(),
        Being::Consistent => "consistent".to_owned(),
        Being::Blocked => "blocked".to_owned(),
        Being::Active => "active".to_owned(),
        Being::Lifted => "lifted".to_owned(),
        Being::Expired => "expired".to_owned(),
        Being::Revoked => "revoked".to_owned(),
        Being::Idle(span) => format!("idle for {span}"),
    }
}

fn having(what: &Having) -> String {
    match what {
        Having::Field { field, compare: None } => field.to_string(),
        Having::Field { field, compare: Some(compare) } => format!("{field} {}", comparison(compare)),
        Having::Link { link, inverse: false } => link.to_string(),
        Having::Link { link, inverse: true } => format!("something that links to it by {link}"),
        Having::Claim(test) => claimed(test),
    }
}

/// Returns the claim that a test asks for, in the words of the charter.
fn claimed(test: &ClaimTest) -> String {
    let mut parts = vec![test.claim.to_string()];
    if !test.results.is_empty() {
        let names: Vec<&str> = test.results.iter().map(crate::domain::id::Word::as_str).collect();
        parts.push(format!("= {}", names.join(" or ")));
    }
    for (position, (name, compare)) in test.with.iter().enumerate() {
        let before = if position == 0 { "with" } else { "and" };
        parts.push(format!("{before} {name} {}", comparison(compare)));
    }
    parts.extend(test.within.map(|span| format!("within {span}")));
    parts.extend(test.on.as_ref().map(|branch| format!("on {branch}")));
    parts.extend(test.by.as_ref().map(|(every, role)| format!("by {}{role}", if *every { "every " } else { "" })));
    parts.push("of the present content".to_owned());
    parts.join(" ")
}

fn comparison(compare: &Comparison) -> String {
    let op = match compare.op {
        Op::Equal => "=",
        Op::Unequal => "!=",
        Op::Less => "<",
        Op::LessOrEqual => "<=",
        Op::Greater => ">",
        Op::GreaterOrEqual => ">=",
    };
    let literals: Vec<String> = compare.with.iter().map(literal).collect();
    format!("{op} {}", literals.join(" or "))
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
        Literal::Value(name) => name.to_string(),
    }
}

/// Says of what was found whom it takes who is not there yet.
pub(super) fn put_vacancies(explanation: &mut Explanation, steps: &[Step]) {
    let mut vacancies: Vec<&str> = steps.iter().filter_map(|step| step.vacancy.as_deref()).collect();
    vacancies.dedup();
    for vacancy in vacancies {
        explanation.found.extend(["; ", vacancy]);
    }
}

/// Writes steps into an explanation: their commands, and everybody who can run one of them.
pub(super) fn put_steps(explanation: &mut Explanation, steps: &[Step]) {
    let mut who: Vec<Supplier> = Vec::new();
    for supplier in steps.iter().flat_map(|step| &step.who) {
        if !who.contains(supplier) {
            who.push(supplier.clone());
        }
    }
    explanation.who = who;
    explanation.next = steps.iter().map(|step| step.command.clone()).collect();
}

/// Returns an argument as a shell takes it: as it stands where that is safe, else within single quotes.
pub fn quoted(argument: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '+' | '=' | ':' | ',' | '%');
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}
