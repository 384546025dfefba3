//! Names and values as documents and texts tell them.

use crate::domain::charter::{FieldType, KindRule};
use crate::domain::id::{ItemId, Word};
use crate::domain::state::Item;
use crate::domain::value::Value;

/// What stands where nothing is stated.
pub(super) const NOTHING: &str = "none";

/// Returns the unit of a field that is a number with one, as it follows the number.
pub(super) fn unit(kind: Option<&KindRule>, field: &Word) -> String {
    match kind.and_then(|kind| kind.fields.get(field)).map(|rule| &rule.kind) {
        Some(FieldType::Integer(Some(unit))) => format!(" {}", escaped(unit)),
        _ => String::new(),
    }
}

pub(super) fn named(id: &ItemId, item: &Item) -> String {
    match &item.stated.title {
        Some(title) => format!("{}: {}", escaped(id.as_str()), escaped(title)),
        None => escaped(id.as_str()),
    }
}

/// Returns the words for a status.
pub(in super::super) fn label<'k>(kind: Option<&'k KindRule>, status: &'k Word) -> &'k str {
    kind.and_then(|kind| kind.labels.get(status)).map_or(status.as_str(), String::as_str)
}

/// Returns a value on one line; `None` for null.
pub(super) fn value_of(value: &Value, text: &dyn Fn(&str) -> String) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => yes.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(words) => text(words),
        Value::List(list) if list.is_empty() => NOTHING.to_owned(),
        Value::List(list) => list.iter().filter_map(|value| value_of(value, text)).collect::<Vec<_>>().join(", "),
        Value::Map(map) if map.is_empty() => NOTHING.to_owned(),
        Value::Map(map) => {
            let pairs =
                map.iter().filter_map(|(key, value)| Some(format!("{} = {}", text(key), value_of(value, text)?)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    })
}

/// Returns a text on one line: each run of spaces and line feeds is one space, and none stands at an edge.
pub(super) fn line(text: &str) -> String {
    text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns a text on one line that Markdown shows as it is. An underscore within a word is one there too.
pub(super) fn escaped(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let mut in_word =
            || [before, chars.peek().copied()].iter().all(|c| c.is_some_and(|c| c.is_ascii_alphanumeric()));
        let marks = match c {
            '_' => !in_word(),
            _ => matches!(c, '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$'),
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}
