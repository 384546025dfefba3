//! `[waivers.NAME]`.

use super::super::parser;
use super::super::problem::Problems;
use super::super::source::{Name, Node, Value, Written};
use super::super::waivers::Lasts;
use super::Waiver;
use super::keys::Keys;
use crate::domain::time::Span;

/// Reads a class of waivers.
pub(super) fn class(name: Name, node: Node, problems: &mut Problems) -> Waiver {
    let mut keys = Keys::of(format!("waivers.{}", name.text), &name, node, problems);
    let covers = keys.need_texts("covers").unwrap_or_default();
    let by = keys.need_text("by");
    let until = keys.text("until");
    let most = keys.take("most");
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    keys.finish();
    Waiver {
        covers: covers.iter().map(Written::name).collect(),
        by: by.and_then(|text| Some((parser::whole(&text, problems, parser::who)?, text))),
        until: until.map_or(Lasts::Phase, |text| lasts(&text, problems)),
        most: most.and_then(|(_, node)| count(&node, problems)),
        why,
        cite,
        name,
    }
}

fn lasts(text: &Written, problems: &mut Problems) -> Lasts {
    match text.text.as_str() {
        "phase-end" => Lasts::Phase,
        other => Span::parse(other).map_or_else(
            || {
                let message = format!("`until` is `phase-end` or a duration such as `90d`, not `{other}`");
                problems.wrong_type(&text.span, message);
                Lasts::Phase
            },
            Lasts::For,
        ),
    }
}

fn count(node: &Node, problems: &mut Problems) -> Option<u32> {
    match node.value {
        Value::Int(number) if number >= 1 => u32::try_from(number).ok(),
        Value::Int(_) => {
            problems.meaning(&node.span, "`most` of 0 would allow none", "leave the class out");
            None
        }
        _ => {
            let found = node.describe();
            let message =
                format!("`most` is a number, how many are active at once, not {found}; how long stands in `until`");
            problems.wrong_type(&node.span, message);
            None
        }
    }
}
