//! Short phrases that several pages use.

use std::collections::BTreeSet;

use super::shown;
use crate::domain::charter::{Being, Charter, Having, Level, Predicate, Quantity, Sentence, Stop};
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::{ActorId, RoleId};
use crate::domain::judge::{BlockGround, Leaf, Step};
use crate::domain::state::Seal;
use crate::domain::value::Value;

/// Returns some names with commas between.
pub(super) fn names(names: impl IntoIterator<Item = impl ToString>) -> String {
    names.into_iter().map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns `by omar and kim`.
pub(super) fn by(actors: &BTreeSet<ActorId>) -> String {
    let names: Vec<&str> = actors.iter().map(ActorId::as_str).collect();
    format!("by {}", names.join(" and "))
}

/// Returns `sealed by omar on 2026-02-03`.
pub(super) fn sealed(seal: &Seal) -> String {
    format!("sealed {} on {}", by(&seal.by), seal.touch.at.date())
}

/// Returns what a block stops, in words; empty for a mark.
pub(super) fn stops(stops: &[Stop]) -> Vec<String> {
    let word = |stop: &Stop| match stop {
        Stop::Moves => "moves".to_owned(),
        Stop::Scope(scope) => format!("changes to {scope}"),
        Stop::Field(field) => format!("changes to its {field}"),
    };
    stops.iter().map(word).collect()
}

/// Returns who placed a block, as `lena (platform-governance)`; empty where nobody did.
pub(super) fn placed_by(ground: &BlockGround) -> String {
    let mut roles: Vec<&str> = ground.by.iter().filter_map(|(_, role)| role.as_ref()).map(RoleId::as_str).collect();
    roles.dedup();
    let names: Vec<&str> = ground.by.iter().map(|(actor, _)| actor.as_str()).collect();
    match (names.is_empty(), roles.is_empty()) {
        (true, _) => String::new(),
        (false, true) => names.join(" and "),
        (false, false) => format!("{} ({})", names.join(" and "), roles.join(", ")),
    }
}

/// Returns when a block is lifted, with the counts of the gate that it waits for.
pub(super) fn lifts(ground: &BlockGround) -> String {
    let counts = ground.lifts.counts.map_or_else(String::new, |counts| format!(": {counts}"));
    format!("{}{counts}", ground.lifts.text)
}

/// Returns commands with who can run them.
pub(super) fn steps(steps: &[Step]) -> Vec<(String, String)> {
    steps.iter().map(|step| (step.command.clone(), shown::suppliers(&step.who))).collect()
}

/// Returns the commands of an explanation, each with who can give it: whoever the step of that command says, else whoever can supply
/// what is needed at all. Whoever asked needs no name.
pub(super) fn paired(told: &Explanation, steps: &[Step]) -> Vec<Step> {
    let named: Vec<Supplier> = told.who.iter().filter(|who| !who.is_asker()).cloned().collect();
    let who = |command: &str| steps.iter().find(|step| step.command == command).map_or(&named, |step| &step.who);
    told.next.iter().map(|command| Step::new(command, who(command).clone())).collect()
}

/// Returns what is demanded of the thing that a leaf is about: `be sealed`, `have review`; nothing where the place is gone.
pub(super) fn demands(charter: &Charter, leaf: &Leaf) -> Vec<String> {
    let place = leaf.explanation.rule.as_deref().unwrap_or_default();
    let Some(sentence) = sentences(charter, place).into_iter().next() else { return Vec::new() };
    let negated = matches!(sentence.quantity, Quantity::No | Quantity::AtMost(_));
    let wanted = negated == place.contains(VETO);
    let parts: Vec<String> = sentence.predicates.iter().map(predicate).collect();
    if wanted { parts } else { vec![format!("not {}", parts.join(" and "))] }
}

/// Joins what is demanded, so that each verb stands once: `be complete, sealed and have review`.
pub(super) fn joined(demands: &BTreeSet<String>) -> String {
    let mut verbs: Vec<(&str, Vec<&str>)> = Vec::new();
    for demand in demands {
        let (verb, what) = demand.split_once(' ').unwrap_or(("", demand));
        match verbs.iter_mut().find(|(known, _)| *known == verb) {
            Some((_, all)) => all.push(what),
            None => verbs.push((verb, vec![what])),
        }
    }
    let parts: Vec<String> = verbs.iter().map(|(verb, all)| format!("{verb} {}", all.join(", "))).collect();
    parts.join(" and ")
}

/// Returns what stands at a place of the charter; `None` where nothing does.
pub(super) fn rule_text(charter: &Charter, rule: &str) -> Option<String> {
    let texts: Vec<&str> = sentences(charter, rule).into_iter().map(|sentence| sentence.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(" | "))
}

/// What stands between a gate and a criterion in the place of a veto.
const VETO: &str = ".veto.";

/// Returns the sentences that stand at a place of the charter: `gates.GATE.CRITERION`, `gates.GATE.veto.CRITERION`, or
/// `blocks.NAME.until`.
fn sentences<'c>(charter: &'c Charter, rule: &str) -> Vec<&'c Sentence> {
    let parts: Vec<&str> = rule.split('.').collect();
    let of = |gate: &str, criterion: &str, veto: bool| -> Vec<&'c Sentence> {
        let criteria = charter.gates.get(gate).into_iter().flat_map(|gate| &gate.criteria);
        let named = criteria.filter(|known| known.name.as_str() == criterion);
        named.filter(|known| (known.level == Level::Veto) == veto).flat_map(|known| &known.any).collect()
    };
    match parts.as_slice() {
        ["blocks", name, "until"] => {
            charter.blocks.get(*name).and_then(|rule| rule.until.as_ref()).into_iter().collect()
        }
        ["gates", gate, "veto", criterion] => of(gate, criterion, true),
        ["gates", gate, criterion] => of(gate, criterion, false),
        _ => Vec::new(),
    }
}

fn predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Is { negated, what } => format!("{}be {}", if *negated { "not " } else { "" }, being(what)),
        Predicate::Passes(gate) => format!("pass {gate}"),
        Predicate::Has { quantity, what } => {
            let what = match what {
                Having::Field { field, .. } => field.to_string(),
                Having::Link { link, inverse: false } => link.to_string(),
                Having::Link { link, inverse: true } => format!("{link} from somewhere"),
                Having::Claim(test) => test.claim.to_string(),
            };
            match quantity {
                Quantity::No => format!("have no {what}"),
                Quantity::AtMost(n) => format!("have at most {n} {what}"),
                Quantity::AtLeast(n) if *n > 1 => format!("have {n} {what}"),
                _ => format!("have {what}"),
            }
        }
    }
}

fn being(what: &Being) -> String {
    match what {
        Being::Status(states) => names(states).replace(", ", " or "),
        Being::Sealed => "sealed".to_owned(),
        Being::Upheld => "upheld".to_owned(),
        Being::Present => "present".to_owned(),
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

/// Returns a command and who can run it, for programs.
pub(super) fn step_value(step: &Step) -> Value {
    Value::map([("command", Value::from(step.command.as_str())), ("who", suppliers_value(&step.who))])
}

/// Returns who can supply something, for programs.
pub(super) fn suppliers_value(who: &[Supplier]) -> Value {
    let one = |supplier: &Supplier| {
        Value::map([
            ("count", Value::Int(i64::from(supplier.count))),
            ("role", supplier.role.as_str().into()),
            ("actors", Value::list(supplier.actors.iter().map(String::as_str))),
        ])
    };
    Value::List(who.iter().map(one).collect())
}

/// Returns a number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Returns a value as people read it, whole.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(list) if list.iter().all(|element| matches!(element, Value::Text(_) | Value::Int(_))) => {
            list.iter().map(self::value).collect::<Vec<_>>().join(", ")
        }
        other => other.to_canonical(),
    }
}
