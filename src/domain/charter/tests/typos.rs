//! A slip of one letter is refused, or changes nothing, or stands where people define something.

use rayon::prelude::*;

use super::super::lexer::{Token, split};
use super::super::problem::Problems;
use super::super::source::{self, Name, Node, Value, Written};
use super::*;

/// A text of the charter, with the keys that lead to it.
struct Place {
    keys: String,
    text: Written,
}

fn walk(keys: &str, node: &Node, names: &mut Vec<(String, Name)>, out: &mut Vec<Place>) {
    match &node.value {
        Value::Text(text) => out.push(Place { keys: keys.to_owned(), text: text.clone() }),
        Value::List(nodes) => nodes.iter().for_each(|node| walk(&format!("{keys}.#"), node, names, out)),
        Value::Table(entries) => {
            for (name, node) in entries {
                names.push((keys.to_owned(), name.clone()));
                walk(&format!("{keys}.{}", name.text), node, names, out);
            }
        }
        _ => {}
    }
}

/// Returns every text of a charter, and every key with the keys above it.
fn places(text: &str) -> (Vec<Place>, Vec<(String, Name)>) {
    let root = Node { value: Value::Table(source::read(text, &mut Problems::default())), span: 0..text.len() };
    let (mut out, mut names) = (Vec::new(), Vec::new());
    walk("", &root, &mut names, &mut out);
    (out, names)
}

/// Returns the text with each slip of one letter between two bytes: left out, swapped with the next, replaced.
fn slips(text: &str, span: std::ops::Range<usize>) -> Vec<String> {
    let chars: Vec<(usize, char)> = text[span.clone()].char_indices().map(|(at, c)| (span.start + at, c)).collect();
    let mut out = Vec::new();
    for (number, (at, c)) in chars.iter().copied().enumerate() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        out.push(format!("{before}{after}"));
        if let Some((_, next)) = chars.get(number + 1).filter(|(_, next)| *next != c) {
            out.push(format!("{before}{next}{c}{}", &after[next.len_utf8()..]));
        }
        let close = match c {
            '0'..='8' => char::from(c as u8 + 1),
            '9' => '8',
            'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
            ' ' => '-',
            _ => 'a',
        };
        for other in [close, 'q', ' ', '*'].into_iter().filter(|other| *other != c) {
            out.push(format!("{before}{other}{after}"));
        }
    }
    out
}

fn words(text: &Written) -> Option<Vec<Token>> {
    Some(split(text, &mut Problems::default())?.into_iter().map(|(token, _)| token).collect())
}

/// Returns why a slip in a text may load; `None` where it must not.
fn excuse(place: &Place, slip: &str) -> Option<&'static str> {
    let keys: Vec<&str> = place.keys.split('.').collect();
    match keys.as_slice() {
        [.., "title" | "why" | "cite"] => return Some("free text"),
        [.., "columns", _] => return Some("the heading of a column"),
        ["", "charter", "id"] => return Some("the name of the charter"),
        ["", "kinds", _, "id"] => return Some("a pattern, which defines ids"),
        ["", "kinds", _, "path"] | ["", "scopes", ..] => return Some("a glob, which defines what is within"),
        ["", "kinds", _, "fields", _, "#"] | ["", "claims", _, "values", _, "#"] => return Some("a word of a list"),
        ["", "claims", _, "answers" | "results", "#"] => return Some("the name of an answer or result"),
        ["", "roles", _] => {}
        _ => {}
    }
    let (now, _) = places(slip);
    let now = now.into_iter().find(|other| other.text.span.start == place.text.span.start)?;
    let (old, new) = (words(&place.text)?, words(&now.text)?);
    if old == new {
        return Some("the same words, spaced otherwise");
    }
    let differing: Vec<(&Token, &Token)> = old.iter().zip(&new).filter(|(old, new)| old != new).collect();
    match differing.as_slice() {
        [(Token::Word(old), Token::Word(new))] if old.len() == new.len() => {
            let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
            let id = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('-');
            if number(old) && number(new) {
                return Some("a number");
            }
            (id(old) && id(new)).then_some("an id, of the same kind as before")
        }
        _ => None,
    }
}

#[test]
fn a_slip_of_one_letter_in_a_text_is_refused_or_stands_where_something_is_defined() {
    let (texts, _) = places(PHASE_E);
    let all: Vec<(&Place, String)> = texts
        .iter()
        .flat_map(|place| slips(PHASE_E, place.text.span.clone()).into_iter().map(move |slip| (place, slip)))
        .collect();
    let loaded: Vec<(&Place, Option<&str>, &str)> = all
        .par_iter()
        .filter(|(_, slip)| load(slip).is_ok())
        .map(|(place, slip)| (*place, excuse(place, slip), slip.as_str()))
        .collect();
    let unexcused: Vec<String> = loaded
        .iter()
        .filter(|(_, excuse, _)| excuse.is_none())
        .map(|(place, _, slip)| {
            let now = places(slip).0.into_iter().find(|other| other.text.span.start == place.text.span.start);
            format!("{}: {:?} -> {:?}", place.keys, place.text.text, now.map(|now| now.text.text))
        })
        .collect();
    assert!(unexcused.is_empty(), "{} of {} slips load:\n{}", unexcused.len(), all.len(), unexcused.join("\n"));
    // What loads within rules, not definitions: other ids, other numbers.
    let within_rules =
        loaded.iter().filter(|(_, excuse, _)| matches!(excuse, Some("a number" | "an id, of the same kind as before")));
    let (within_rules, total) = (within_rules.count(), all.len());
    assert!(within_rules * 200 < total, "{within_rules} of {total} slips change a number or an id");
}

#[test]
fn a_slip_of_one_letter_in_a_key_is_refused_or_renames_what_only_people_read() {
    let (_, keys) = places(PHASE_E);
    let all: Vec<(&(String, Name), String)> = keys
        .iter()
        .flat_map(|key| slips(PHASE_E, key.1.span.clone()).into_iter().map(move |slip| (key, slip)))
        .collect();
    let unexcused: Vec<String> = all
        .par_iter()
        .filter(|(_, slip)| load(slip).is_ok())
        .filter(|((above, name), _)| {
            let above: Vec<&str> = above.split('.').collect();
            match above.as_slice() {
                // A criterion, a block, a field or a value that no rule speaks of; a claim and a link that are named nowhere else.
                ["", "gates", _] | ["", "blocks"] => false,
                ["", "kinds", "artifact", "fields"] => name.text != "group",
                ["", "claims", "proof", "values"] => false,
                ["", "claims"] => name.text != "proof",
                ["", "links"] => name.text != "cites",
                _ => true,
            }
        })
        .map(|((above, name), _)| format!("{above}.{}", name.text))
        .collect();
    assert!(unexcused.is_empty(), "{} of {}: {unexcused:?}", unexcused.len(), all.len());
}
