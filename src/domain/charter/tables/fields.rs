//! Types of fields and values: `text 1..300`, `integer?`, a list of words, `{ is = … }`.

use super::super::ast::{FieldRule, FieldType};
use super::super::parser;
use super::super::problem::{Place, Problem, Problems};
use super::super::source::{Name, Node, Value, Written};
use super::keys::{Keys, as_text, as_texts, entries};
use super::{Field, Reach};
use crate::domain::code::Code;
use crate::domain::markdown::packet::plain_label;
use crate::domain::value::MAX_INTEGER;

/// Units that a number may carry. A literal carries the same one; nothing is converted.
const UNITS: [&str; 10] = ["%", "ms", "s", "min", "h", "d", "B", "kB", "MB", "GB"];

/// The types, as they are written.
const TYPES: [&str; 10] = ["text", "list", "map", "paths", "globs", "anchors", "bool", "integer", "date", "actor"];

/// Types of the language that this release does not evaluate.
const LATER_TYPES: [&str; 1] = ["score"];

/// Rules of fields that this release does not evaluate.
const LATER_RULES: [&str; 2] = ["rollup", "weights"];

/// Reads a table of fields.
pub(super) fn fields(what: &str, node: Node, problems: &mut Problems) -> Vec<Field> {
    entries(what, node, problems)
        .into_iter()
        .map(|(name, node)| field(&format!("{what}.{}", name.text), name, node, problems))
        .collect()
}

/// Reads a table of values that belong to no item: nothing in them can depend on what an item may change, or on other items.
/// A scope is the charter's own.
pub(super) fn values(what: &str, node: Node, problems: &mut Problems) -> Vec<Field> {
    let fields = fields(what, node, problems);
    for field in &fields {
        let floor = field.floor.first().map(|(level, _)| (&level.span, "floor"));
        let disjoint = field.rule.as_ref().filter(|rule| rule.disjoint).map(|_| (&field.name.span, "disjoint"));
        let label = field.rule.as_ref().and_then(|rule| rule.label.as_ref()).map(|_| (&field.name.span, "label"));
        let under = field.rule.as_ref().and_then(|rule| rule.under.as_ref()).map(|_| (&field.name.span, "under"));
        if let Some((place, rule)) = floor.or(disjoint).or(label).or(under) {
            let message = format!("`{rule}` stands only in the fields of a kind");
            problems.meaning(place, message, "leave it out");
        }
    }
    fields
}

fn field(what: &str, name: Name, node: Node, problems: &mut Problems) -> Field {
    let mut scopes = Scopes::default();
    let rule = match node.value {
        Value::Text(text) => typed(&text, problems),
        Value::List(_) => words(what, node, false, problems),
        Value::Table(_) => with_rules(what, &name, node, &mut scopes, problems),
        _ => {
            let message = format!("`{what}` is a type, a list of words or a table with `is`, not {}", node.describe());
            problems.wrong_type(&node.span, message);
            None
        }
    };
    Field { name, rule, floor: scopes.floor, within: scopes.within }
}

/// What a field says of scopes, to be resolved later.
#[derive(Default)]
struct Scopes {
    floor: Vec<(Name, Vec<Reach>)>,
    within: Option<Name>,
}

fn with_rules(what: &str, name: &Name, node: Node, scopes: &mut Scopes, problems: &mut Problems) -> Option<FieldRule> {
    let mut keys = Keys::of(what.to_owned(), name, node, problems);
    let is = keys.need("is");
    let is_score = matches!(&is, Some((_, Node { value: Value::Text(text), .. })) if text.text == "score");
    let later = if is_score {
        keys.take("weights");
        false
    } else {
        keys.not_evaluated(&LATER_RULES)
    };
    let optional = keys.take("optional");
    let contains = keys.texts("contains").unwrap_or_default();
    let lacks = keys.texts("lacks").unwrap_or_default();
    let floors = keys.take("floor");
    let within = keys.text("within");
    let disjoint = keys.take("disjoint");
    let under = keys.text("under");
    let (label, why, cite) = policy(&mut keys);
    keys.finish();
    let (_, is) = is?;
    let is_list = matches!(is.value, Value::List(_));
    let optional = match optional {
        Some((_, Node { value: Value::Bool(yes), .. })) if is_list => yes,
        Some((key, _)) => {
            let message = "`optional` is true or false, and stands only beside a list of words";
            problems.push(Problem::new(Code::CharterType, key.span, message).help("write `?` behind the type"));
            false
        }
        None => false,
    };
    let rule = match is.value {
        Value::Text(text) => typed(&text, problems),
        _ => words(what, is, optional, problems),
    };
    let mut rule = rule.filter(|_| !later)?;
    phrases(&rule, &contains, &lacks, problems);
    rule.contains = contains.into_iter().map(|text| text.text).collect();
    rule.lacks = lacks.into_iter().map(|text| text.text).collect();
    if let Some((key, node)) = floors {
        scopes.floor = levels(what, &rule, &key, node, problems);
    }
    if let Some(scope) = within {
        if !matches!(rule.kind, FieldType::Paths | FieldType::Anchors) {
            problems.wrong_type(&scope.span, "`within` is for paths and anchors");
        }
        scopes.within = Some(scope.name());
    }
    rule.disjoint = disjoint.is_some_and(|(key, node)| is_disjoint(&rule, &key, &node, problems));
    (rule.label, rule.why, rule.cite) = (label, why, cite);
    rule.under = under.map(|text| text.text);
    Some(rule)
}

/// Takes what people are told of a field or link: how documents call it, the charter's reason, and the place of the written
/// policy.
pub(super) fn policy(keys: &mut Keys<'_>) -> (Option<String>, Option<String>, Option<String>) {
    let label = keys.text("label");
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    if let Some(text) = label.as_ref().filter(|text| !is_label(&text.text)) {
        let message = format!("`{}` is no label of a document", text.text);
        let problem = Problem::new(Code::CharterType, text.span.clone(), message);
        keys.problems.push(problem.help("1 to 64 bytes, not `*`, `:`, `#` or backticks, without space at its edges"));
    }
    (label.map(|text| text.text), why, cite)
}

fn is_label(text: &str) -> bool {
    let marks = |c: char| matches!(c, '*' | ':' | '#' | '`' | '\n');
    text.len() <= 64 && text.trim() == text && !text.contains(marks) && !plain_label(text).is_empty()
}

/// Refuses texts that a value must or must not have where no value of the type could, or every value would.
fn phrases(rule: &FieldRule, contains: &[Written], lacks: &[Written], problems: &mut Problems) {
    let holds_texts =
        matches!(rule.kind, FieldType::Text | FieldType::List | FieldType::Map | FieldType::Paths | FieldType::Globs);
    let all: Vec<&Written> = contains.iter().chain(lacks).collect();
    if let Some(first) = all.first().filter(|_| !holds_texts) {
        problems.wrong_type(&first.span, "`contains` and `lacks` are for text, list, map, paths and globs");
    }
    for (at, text) in all.iter().enumerate() {
        if text.text.trim() != text.text || text.text.is_empty() {
            problems.wrong_type(&text.span, "such a text is not empty and has no space at its edges");
        }
        if all[..at].iter().any(|other| other.text == text.text) {
            problems.push(Problem::new(Code::CharterName, text.span.clone(), format!("`{}` stands twice", text.text)));
        }
    }
    let counts = !matches!(rule.kind, FieldType::Text);
    let most = rule.range.1.filter(|_| counts).and_then(|most| usize::try_from(most).ok());
    if let (Some(last), Some(most)) = (contains.last(), most.filter(|most| contains.len() > *most)) {
        let message = format!("{} entries have to be there, and at most {most} may be", contains.len());
        problems.meaning(&last.span, message, "raise the range, or ask for fewer");
    }
}

fn levels(what: &str, rule: &FieldRule, key: &Name, node: Node, problems: &mut Problems) -> Vec<(Name, Vec<Reach>)> {
    let FieldType::Enum(words) = &rule.kind else {
        problems.wrong_type(&key.span, "`floor` stands beside a list of words, the lowest first");
        return Vec::new();
    };
    let (lowest, higher) = words.split_first().map_or(("", Vec::new()), |(first, rest)| {
        (first.as_str(), rest.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let mut levels = Vec::new();
    for (level, node) in entries(&format!("{what}.floor"), node, problems) {
        if level.text == lowest {
            problems.meaning(
                &level.span,
                format!("`{lowest}` is the lowest word: nothing is below it"),
                "leave it out",
            );
        } else if !higher.contains(&level.text.as_str()) {
            problems.unknown(Code::CharterUnknownWord, &level.span, "word of this field", &level.text, &higher);
        }
        let text = as_text("an entry of `floor`", node, problems);
        let read = text.and_then(|text| parser::whole(&text, problems, parser::reaches));
        let reaches = read.unwrap_or_default().into_iter().map(|(places, scope)| Reach { places, scope }).collect();
        levels.push((level, reaches));
    }
    if levels.is_empty() {
        problems.wrong_type(&key.span, "`floor` is a table `WORD = \"SCOPE | N SCOPE\"`, and not empty");
    }
    levels
}

fn is_disjoint(rule: &FieldRule, key: &Name, node: &Node, problems: &mut Problems) -> bool {
    match (&rule.kind, &node.value) {
        (FieldType::Paths, Value::Bool(true)) => true,
        (FieldType::Paths, _) => {
            problems.wrong_type(&node.span, "`disjoint` is true, or left out");
            false
        }
        _ => {
            problems.wrong_type(&key.span, "`disjoint` is for paths");
            false
        }
    }
}

fn words(what: &str, node: Node, optional: bool, problems: &mut Problems) -> Option<FieldRule> {
    let texts = as_texts(&format!("`{what}`"), node, problems)?;
    for (at, text) in texts.iter().enumerate() {
        if texts[..at].iter().any(|other| other.text == text.text) {
            problems.push(Problem::new(Code::CharterName, text.span.clone(), format!("`{}` stands twice", text.text)));
        }
        if text.text.trim() != text.text || text.text.is_empty() {
            problems.wrong_type(&text.span, "a word of a list is not empty and has no space at its edges");
        }
    }
    let words = texts.into_iter().map(|text| text.text).collect();
    Some(FieldRule { optional, ..FieldRule::of(FieldType::Enum(words)) })
}

/// Reads `TYPE[?] [N..M]`.
fn typed(text: &Written, problems: &mut Problems) -> Option<FieldRule> {
    let (head, range) = match text.text.split_once(' ') {
        Some((head, range)) => (head, Some(range)),
        None => (text.text.as_str(), None),
    };
    let word = head.strip_suffix('?').unwrap_or(head);
    let kind = field_type(word, &text.place(0..word.len()), problems)?;
    let range = match range {
        None => (None, None),
        Some(range) => {
            let place = text.place(head.len() + 1..text.text.len());
            bounds(range, &kind, &place, problems)?
        }
    };
    Some(FieldRule { optional: head.ends_with('?'), range, ..FieldRule::of(kind) })
}

fn field_type(word: &str, place: &Place, problems: &mut Problems) -> Option<FieldType> {
    Some(match word {
        "text" => FieldType::Text,
        "list" => FieldType::List,
        "map" => FieldType::Map,
        "paths" => FieldType::Paths,
        "globs" => FieldType::Globs,
        "anchors" => FieldType::Anchors,
        "bool" => FieldType::Bool,
        "integer" => FieldType::Integer(None),
        "date" => FieldType::Date,
        "actor" => FieldType::Actor,
        unit if UNITS.contains(&unit) => FieldType::Integer(Some(unit.to_owned())),
        later if LATER_TYPES.contains(&later) => {
            problems.not_evaluated(place, &format!("the type `{later}`"));
            return None;
        }
        _ => {
            let fitting: Vec<&str> = TYPES.into_iter().chain(UNITS).collect();
            problems.unknown(Code::CharterUnknownWord, place, "type or unit", word, &fitting);
            return None;
        }
    })
}

fn bounds(range: &str, kind: &FieldType, place: &Place, problems: &mut Problems) -> Option<(Option<i64>, Option<i64>)> {
    let number = |text: &str| {
        text.parse::<i64>().ok().filter(|n| n.unsigned_abs() <= MAX_INTEGER.unsigned_abs() && n.to_string() == text)
    };
    let side = |text: &str| if text.is_empty() { Some(None) } else { number(text).map(Some) };
    let read = range.split_once("..").and_then(|(min, max)| Some((side(min)?, side(max)?)));
    let Some((min, max)) = read.filter(|bounds| *bounds != (None, None)) else {
        problems.wrong_type(place, format!("`{range}` is not a range `N..`, `..M` or `N..M`"));
        return None;
    };
    if matches!(kind, FieldType::Bool | FieldType::Date | FieldType::Actor) {
        problems.wrong_type(place, "this type takes no range");
        return None;
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        problems.wrong_type(place, format!("the range `{range}` is empty"));
        return None;
    }
    let counts = !matches!(kind, FieldType::Integer(_));
    if counts && (min.is_some_and(|n| n < 0) || max.is_some_and(|n| n < 1)) {
        problems.wrong_type(place, format!("the range `{range}` counts, so it begins at 0 and ends at 1 or more"));
        return None;
    }
    Some((min, max))
}
