//! Commands that a view of an earlier point offers: those that look, look at the same point.

use crate::domain::value::Value;

/// Commands that look and take `--at`.
const LOOKING: [&str; 10] =
    ["status", "inbox", "show", "why", "log", "gate", "replay", "charter show", "actor list", "key list"];

/// Returns a command at a point, where it looks and names none.
fn at_point(command: &str, point: &str) -> String {
    let words = command.strip_prefix("ledger ").unwrap_or_default();
    let looks = LOOKING
        .iter()
        .any(|name| words.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    let named = [" --at", " --help", " --staged"].iter().any(|option| command.contains(option));
    if looks && !named { format!("{command} --at {point}") } else { command.to_owned() }
}

/// Returns a text for people with its commands at a point. A command stands behind two blanks, behind a colon or in
/// a colour, and ends with two blanks or the colour.
pub(super) fn text(text: &str, point: &str) -> String {
    text.lines().map(|line| self::line(line, point)).collect::<Vec<_>>().join("\n")
}

fn line(line: &str, point: &str) -> String {
    let begins = |at: usize| {
        let before = line.get(..at).unwrap_or_default();
        let coloured = before.ends_with('m') && before.contains('\u{1b}');
        before.is_empty() || coloured || before.ends_with("  ") || before.ends_with(": ")
    };
    let Some((at, _)) = line.match_indices("ledger ").find(|(at, _)| begins(*at)) else { return line.to_owned() };
    let (before, rest) = line.split_at(at);
    let end = rest.find("  ").into_iter().chain(rest.find('\u{1b}')).min().unwrap_or(rest.len());
    let (command, after) = rest.split_at(end);
    format!("{before}{}{after}", at_point(command, point))
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
            assert_eq!(text(told, "7"), expected);
        }
        let told = Value::parse(r#"{"a":[{"next":["ledger show E-1","ledger seal E-1"]}]}"#).unwrap();
        assert_eq!(value(told, "7").to_canonical(), r#"{"a":[{"next":["ledger show E-1 --at 7","ledger seal E-1"]}]}"#);
    }
}
