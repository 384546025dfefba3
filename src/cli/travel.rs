//! Commands that a view of an earlier point offers: those that look, look at the same point.

use unicode_width::UnicodeWidthStr;

use crate::domain::value::Value;

/// Commands that look and take `--at`.
const LOOKING: [&str; 13] = [
    "status",
    "inbox",
    "ready",
    "show",
    "why",
    "log",
    "gate",
    "graph",
    "render",
    "replay",
    "charter show",
    "actor list",
    "key list",
];

/// Returns a command at a point, where it looks and names none.
fn at_point(command: &str, point: &str) -> String {
    let words = command.strip_prefix("ledger ").unwrap_or_default();
    let looks = LOOKING
        .iter()
        .any(|name| words.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    let named = [" --at", " --help", " --staged", " --write"].iter().any(|option| command.contains(option));
    if looks && !named { format!("{command} --at {point}") } else { command.to_owned() }
}

/// Returns a text for people with its commands at a point, broken anew where a line became longer than it may be. A command stands
/// behind two blanks, behind a colon or in a colour, and ends with two blanks or the colour.
pub(super) fn text(text: &str, point: &str, width: usize) -> String {
    text.lines().map(|line| self::line(line, point, width)).collect::<Vec<_>>().join("\n")
}

fn line(line: &str, point: &str, width: usize) -> String {
    let begins = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        let coloured = before.ends_with('m') && before.contains('\u{1b}');
        before.is_empty() || coloured || before.ends_with("  ") || before.ends_with(": ")
    };
    let mut told = String::new();
    let (mut rest, mut indent) = (line, None);
    let mut breaks = Vec::new();
    while let Some((at, _)) = rest.match_indices("ledger ").find(|(at, _)| begins(line.len() - rest.len() + at)) {
        let (before, after) = rest.split_at(at);
        told.push_str(before);
        indent.get_or_insert(if line.starts_with(' ') { columns(&told) + 2 } else { 0 });
        let end = after.find("  ").into_iter().chain(after.find('\u{1b}')).min().unwrap_or(after.len());
        let (command, beside) = after.split_at(end);
        told.push_str(&at_point(command, point));
        let close = beside.find('m').filter(|_| beside.starts_with('\u{1b}')).map_or(0, |at| at + 1);
        told.push_str(beside.get(..close).unwrap_or_default());
        rest = beside.get(close..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        if blanks > 1 && blanks < rest.len() {
            breaks.push((told.len(), blanks));
        }
    }
    told.push_str(rest);
    if told == line || columns(&told) <= width {
        return told;
    }
    let indent = " ".repeat(indent.unwrap_or(0));
    for (at, blanks) in breaks.into_iter().rev() {
        told.replace_range(at..at + blanks, &format!("\n{indent}"));
    }
    told.lines().map(|line| behind_colon(line, width)).collect::<Vec<_>>().join("\n")
}

/// Returns a line with the command that stands behind a colon on a line of its own, where they do not fit on one.
fn behind_colon(line: &str, width: usize) -> String {
    let colon = line.find("ledger ").and_then(|at| line.get(..at)?.rfind(": "));
    match colon.and_then(|at| line.split_at_checked(at + 1)) {
        Some((told, command)) if columns(line) > width => format!("{told}\n    {}", command.trim_start_matches(' ')),
        _ => line.to_owned(),
    }
}

/// Returns how many columns a text takes, whose colours take none.
fn columns(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().map_or(0, UnicodeWidthStr::width);
    first + parts.map(|part| part.split_once('m').map_or(0, |(_, shown)| shown.width())).sum::<usize>()
}

/// Returns an object for programs with the commands of each `next` at a point.
pub(super) fn value(value: Value, point: &str) -> Value {
    match value {
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, inner)| {
                    let inner = if key == "next" { commands(inner, point) } else { self::value(inner, point) };
                    (key, inner)
                })
                .collect(),
        ),
        Value::List(list) => Value::List(list.into_iter().map(|inner| self::value(inner, point)).collect()),
        other => other,
    }
}

fn commands(value: Value, point: &str) -> Value {
    match value {
        Value::List(list) if list.iter().all(|one| one.as_text().is_some()) => {
            Value::list(list.iter().filter_map(Value::as_text).map(|command| at_point(command, point)))
        }
        other => self::value(other, point),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_stays_at_the_point_and_what_acts_does_not() {
        for (told, expected) in [
            ("  next     ledger gate g E-1    lead: kim", "  next     ledger gate g E-1 --at 7    lead: kim"),
            ("           ledger seal E-1      lead: kim", "           ledger seal E-1      lead: kim"),
            ("next  \u{1b}[36mledger why E-1\u{1b}[0m", "next  \u{1b}[36mledger why E-1 --at 7\u{1b}[0m"),
            ("and 7 more: ledger gate g --all", "and 7 more: ledger gate g --all --at 7"),
            ("  ledger status --at 3", "  ledger status --at 3"),
            ("what the ledger shows", "what the ledger shows"),
        ] {
            assert_eq!(text(told, "7", 80), expected);
        }
        for (told, expected) in [
            (
                "  next     ledger gate g E-1    lead: kim",
                "  next     ledger gate g E-1 --at 7\n             lead: kim",
            ),
            (
                "all: ledger status --all   for you: ledger inbox",
                "all: ledger status --all --at 7\nfor you: ledger inbox --at 7",
            ),
            ("  and 7 more of them: ledger gate g --all", "  and 7 more of them:\n    ledger gate g --all --at 7"),
            (
                "           ledger seal E-1      lead: kim, lena, and one more",
                "           ledger seal E-1      lead: kim, lena, and one more",
            ),
        ] {
            assert_eq!(text(told, "7", 40), expected);
        }
        let told = Value::parse(r#"{"a":[{"next":["ledger show E-1","ledger seal E-1"]}]}"#).unwrap();
        assert_eq!(value(told, "7").to_canonical(), r#"{"a":[{"next":["ledger show E-1 --at 7","ledger seal E-1"]}]}"#);
    }
}
