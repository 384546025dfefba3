//! `[claims]` and `[blocks.NAME]`.

use super::super::parser;
use super::super::problem::Problems;
use super::super::source::{Name, Node, Written};
use super::super::syntax::Guard;
use super::keys::{Keys, as_text};
use super::kinds::permission;
use super::{Block, Claim, fields};

/// Reads a claim.
pub(super) fn claim(name: Name, node: Node, problems: &mut Problems) -> Claim {
    let what = format!("claims.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let by = keys.need_text("by");
    let results = keys.texts("results");
    let answers = keys.texts("answers").unwrap_or_default();
    let values = keys.take("values");
    let over = keys.text("over");
    let cites = keys.text("cites");
    keys.finish();
    let results = match results {
        Some(texts) => texts.iter().filter_map(|text| result(text, problems)).collect(),
        None => ["pass", "fail"].map(|word| (Name { text: word.to_owned(), span: name.span.clone() }, None)).into(),
    };
    Claim {
        by: by.and_then(|text| Some((parser::whole(&text, problems, parser::who)?, text))),
        results,
        answers: answers.iter().map(Written::name).collect(),
        values: values.map(|(_, node)| fields::values(&format!("{what}.values"), node, problems)).unwrap_or_default(),
        over: over.and_then(|text| Some((parser::whole(&text, problems, parser::noun)?, text))),
        cites: cites.and_then(|text| Some((parser::whole(&text, problems, parser::noun)?, text))),
        name,
    }
}

/// Reads a result, with the condition on which it may be stated.
fn result(text: &Written, problems: &mut Problems) -> Option<(Name, Option<Guard>)> {
    if !text.text.contains(' ') {
        return Some((text.name(), None));
    }
    let (name, guard) = parser::whole(text, problems, parser::result)?;
    Some((name, Some(guard)))
}

/// Reads a block.
pub(super) fn block(name: Name, node: Node, problems: &mut Problems) -> Block {
    let what = format!("blocks.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let on = keys.need_text("on");
    let stops = keys.texts("stops").unwrap_or_default();
    let by = keys.take("by");
    let until = keys.take("until");
    let (lift, because, record, declared) =
        (keys.take("lift"), keys.take("because"), keys.take("record"), keys.take("fields"));
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    let placed = by.is_some();
    let span = keys.span();
    keys.finish();
    if placed {
        only(&what, "is placed by hand, so what lifts it is `lift`", [&until], problems);
    } else {
        let why = "stands by itself until its sentence is met, since it has no `by`";
        only(&what, why, [&lift, &because, &record, &declared], problems);
    }
    let endless = match (placed, &lift, &until) {
        (true, None, _) => Some(("has `by` and no `lift`: it could never be lifted", "say who lifts it")),
        (false, _, None) => Some(("has neither `by` nor `until`", "say who places it, or until when it stands")),
        _ => None,
    };
    if let Some((found, help)) = endless {
        problems.meaning(&span, format!("`{what}` {found}"), help);
    }
    let because = because.and_then(|(_, node)| super::keys::as_texts("`because`", node, problems)).unwrap_or_default();
    Block {
        on: on
            .and_then(|text| parser::whole(&text, problems, |t| parser::alternatives(t, "a kind")))
            .unwrap_or_default(),
        stops: stops.iter().map(Written::name).collect(),
        by: by.and_then(|(_, node)| permission("`by`", node, problems)),
        placed,
        lift: lift.and_then(|(_, node)| permission("`lift`", node, problems)),
        until: until.and_then(|(_, node)| {
            let text = as_text("`until`", node, problems)?;
            parser::whole(&text, problems, parser::sentence)
        }),
        record: record.and_then(|(_, node)| as_text("`record`", node, problems)).map(|text| text.name()),
        because: because.iter().map(Written::name).collect(),
        fields: declared.map(|(_, node)| fields::values(&format!("{what}.fields"), node, problems)).unwrap_or_default(),
        why,
        cite,
        name,
    }
}

/// Refuses keys that do not go with what the block is.
fn only<const N: usize>(what: &str, why: &str, keys: [&Option<(Name, Node)>; N], problems: &mut Problems) {
    for (key, _) in keys.into_iter().flatten() {
        let message = format!("`{}` does not go with this block: `{what}` {why}", key.text);
        problems.meaning(&key.span, message, "leave it out");
    }
}
