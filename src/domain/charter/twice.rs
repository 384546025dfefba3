//! A key that stands twice in one table: a second rule for one thing, of which nobody could tell which counts.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};
use crate::domain::code::Code;

/// Where a key stands that is given twice.
struct First {
    /// The keys of the tables that it is in.
    path: Vec<String>,
    at: Range<usize>,
}

/// Returns the problem of a key that stands twice, with the line of the first one; `None` where none is found.
pub(super) fn problem(root: &DeTable<'_>, source: &str, again: &Place) -> Option<Problem> {
    let key = source.get(again.clone())?.trim().trim_matches(['"', '\'']);
    let mut first = heading(source, again.start);
    if first.is_none() {
        search(root, key, source, again.start, &mut Vec::new(), &mut first);
    }
    let First { path, at } = first?;
    let line = |at: usize| source.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let (old, new) = (line(at.start), line(again.start));
    let shown = path.join(".");
    let message = match path.as_slice() {
        [.., of, fields] if fields == "fields" => format!("a second rule for the field `{key}` of `{of}`"),
        [] => format!("a second `{key}`"),
        _ => format!("a second rule for `{key}` of `{shown}`"),
    };
    let help = "nobody could tell which of the two counts: leave one out";
    let message = format!("{message}: the first stands in line {old}, this one in line {new}");
    Some(Problem::new(Code::CharterToml, again.clone(), message).help(help))
}

/// Returns the first heading of a table, where a place is within a second one. The library keeps the second table alone.
fn heading(source: &str, again: usize) -> Option<First> {
    let begins = source.get(..again)?.rfind('\n').map_or(0, |end| end + 1);
    let keys = |line: &'_ str| Some(line.trim_start().strip_prefix('[')?.split_once(']')?.0.trim().to_owned());
    let wanted = keys(source.get(begins..)?.lines().next()?)?;
    let mut at = 0;
    for line in source.get(..begins)?.split_inclusive('\n') {
        if keys(line).as_ref() == Some(&wanted) {
            let (above, _) = wanted.rsplit_once('.').unwrap_or_default();
            let path = above.split('.').filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect();
            return Some(First { path, at: at..at + line.len() });
        }
        at += line.len();
    }
    None
}

/// Looks for the key nearest before a place, in the tables that are still open there.
fn search(
    table: &DeTable<'_>,
    key: &str,
    source: &str,
    before: usize,
    path: &mut Vec<String>,
    found: &mut Option<First>,
) {
    for (name, value) in table {
        let at = name.span();
        if name.get_ref() == key && at.start < before && found.as_ref().is_none_or(|found| found.at.start < at.start) {
            *found = Some(First { path: path.clone(), at });
        }
        path.push(name.get_ref().to_string());
        descend(value, key, source, before, path, found);
        path.pop();
    }
}

fn descend(
    value: &Spanned<DeValue<'_>>,
    key: &str,
    source: &str,
    before: usize,
    path: &mut Vec<String>,
    found: &mut Option<First>,
) {
    let span = value.span();
    match value.get_ref() {
        DeValue::Table(inner) => {
            // What an inline table holds is over where it is closed.
            let inline = source.get(span.clone()).is_some_and(|text| text.starts_with('{'));
            if !inline || span.end > before {
                search(inner, key, source, before, path, found);
            }
        }
        DeValue::Array(values) => values.iter().for_each(|value| descend(value, key, source, before, path, found)),
        _ => {}
    }
}
