//! `[gates.NAME]`.

use super::super::ast::Level;
use super::super::parser;
use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node, Value, Written};
use super::super::syntax::Sentence;
use super::keys::{Keys, as_text, as_texts, entries};
use super::{Criterion, Gate};
use crate::domain::code::Code;

/// Reads a gate.
pub(super) fn gate(name: Name, node: Node, problems: &mut Problems) -> Gate {
    let what = format!("gates.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let ordered = keys.flag("ordered");
    let veto = keys.take("veto");
    let count = keys.take("count");
    let rest = keys.rest();
    keys.finish();
    let stated = rest.len();
    if let Some((_, node)) = count {
        check_count(&what, &node, &rest, problems);
    }
    let mut criteria: Vec<Criterion> =
        rest.into_iter().filter_map(|(name, node)| criterion(&what, name, node, Level::Must, problems)).collect();
    let musts = criteria.iter().filter(|c| c.level == Level::Must).count();
    if musts == 0 && criteria.len() == stated {
        let message = format!("`{what}` has no criterion that must be met: everything would pass it");
        problems.meaning(&name.span, message, "say what it asks for, or remove the gate");
    }
    if let Some((_, node)) = veto {
        let what = format!("{what}.veto");
        let vetoes = entries(&what, node, problems);
        criteria
            .extend(vetoes.into_iter().filter_map(|(name, node)| criterion(&what, name, node, Level::Veto, problems)));
    }
    Gate { name, criteria, ordered }
}

/// Refuses a gate that has not as many criteria as it says.
fn check_count(gate: &str, count: &Node, criteria: &[(Name, Node)], problems: &mut Problems) {
    let Value::Int(said) = count.value else {
        problems.wrong_type(&count.span, format!("`count` is a number, not {}", count.describe()));
        return;
    };
    let found = criteria.len();
    if i64::try_from(found) != Ok(said) {
        let names: Vec<&str> = criteria.iter().map(|(name, _)| name.text.as_str()).collect();
        let message = format!("`{gate}` says that it has {said} criteria, and has {found}: {}", names.join(", "));
        problems.meaning(&count.span, message, "write the criteria that are missing, or the number that there are");
    }
}

fn criterion(gate: &str, name: Name, node: Node, level: Level, problems: &mut Problems) -> Option<Criterion> {
    if !matches!(node.value, Value::Table(_)) {
        let any = sentences(&name, node, problems)?;
        return Some(Criterion { name, level, any, why: None, cite: None });
    }
    let what = format!("{gate}.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let must = keys.take("must");
    let should = keys.take("should");
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    let missing = must.is_none() && should.is_none();
    if missing && !keys.has_near(&["must", "should"]) {
        let message = format!("`{what}` needs `must` or `should`");
        keys.problems.push(Problem::new(Code::CharterMissingKey, name.span.clone(), message));
    }
    keys.finish();
    let (node, level) = match (must, should) {
        (Some((_, node)), None) => (node, level),
        (None, Some((key, _))) if level == Level::Veto => {
            problems.meaning(&key.span, "a veto always decides", "write `must`, or the sentence alone");
            return None;
        }
        (None, Some((_, node))) => (node, Level::Should),
        (Some(_), Some((key, _))) => {
            problems.meaning(&key.span, "`must` and `should` in one criterion", "write two criteria");
            return None;
        }
        (None, None) => return None,
    };
    let any = sentences(&name, node, problems)?;
    Some(Criterion { name, level, any, why, cite })
}

/// Reads one sentence, or several of which any is enough.
fn sentences(name: &Name, node: Node, problems: &mut Problems) -> Option<Vec<Sentence>> {
    let what = format!("the criterion `{}`", name.text);
    let texts: Vec<Written> = match node.value {
        Value::List(_) => as_texts(&what, node, problems)?,
        _ => vec![as_text(&what, node, problems)?],
    };
    let read: Vec<Option<Sentence>> =
        texts.iter().map(|text| parser::whole(text, problems, parser::sentence)).collect();
    read.into_iter().collect()
}
