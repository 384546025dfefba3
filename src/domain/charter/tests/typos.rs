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
            '9' => '8',
            '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(c as u8 + 1),
            ' ' => '-',
            _ => 'a',
        };
        out.push(format!("{before}{close}{after}"));
        // A word of one letter, such as a number, may be lost to a space.
        if !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric) && c != ' ' {
            out.push(format!("{before} {after}"));
        }
    }
    out
}

fn words(text: &Written) -> Option<Vec<Token>> {
    Some(split(text, &mut Problems::default())?.into_iter().map(|(token, _)| token).collect())
}

/// Returns what a text defines, where a slip in it means something else and nothing can tell; `None` where it is a rule.
fn defines(place: &Place) -> Option<&'static str> {
    let keys: Vec<&str> = place.keys.split('.').collect();
    match keys.as_slice() {
        [.., "title" | "why" | "cite"] => Some("free text"),
        [.., "columns", _] => Some("the heading of a column"),
        ["", "charter", "id"] => Some("the name of the charter"),
        ["", "kinds", _, "id"] => Some("which ids there are"),
        ["", "kinds", _, "path"] | ["", "scopes", ..] => Some("which paths are within"),
        ["", "kinds", _, "fields", _, "#"] | ["", "claims", _, "values", _, "#"] => Some("the words of a list"),
        ["", "claims", _, "answers" | "results", "#"] => Some("answers and results"),
        _ => None,
    }
}

/// Returns why a slip in a rule may load; `None` where it must not.
fn excuse(place: &Place, slip: &str) -> Option<&'static str> {
    let now = places(slip).0.into_iter().find(|other| other.text.span.start == place.text.span.start)?;
    if place.keys.contains(".fields.") && place.text.text == format!("{}?", now.text.text) {
        return Some("a field that was optional is needed");
    }
    let (old, new) = (words(&place.text)?, words(&now.text)?);
    if old == new {
        return Some("the same words, spaced otherwise");
    }
    let differing: Vec<(&Token, &Token)> = old.iter().zip(&new).filter(|(old, new)| old != new).collect();
    match differing.as_slice() {
        [(Token::Word(old), Token::Word(new))] => {
            let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
            let id = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('-');
            if number(old) && number(new) {
                return Some("another number of people");
            }
            let category = |word: &str| matches!(word.as_bytes(), [b'P', b'1'..=b'6']);
            if category(old) && category(new) {
                return Some("another category of proof");
            }
            // Of the same kind as before: another item is asked for, and one that nobody declared is UNMET.
            (id(old) && id(new)).then_some("another id")
        }
        _ => None,
    }
}

/// Every rule in which some slip loads and changes its meaning, with what it changes.
///
/// Numbers of people never fall to one unnoticed, since one is not written; ids stay ids of the same kind, and what nobody
/// declared is UNMET. A category of proof becomes another one of the list, which is asked for instead.
const WITHIN_RULES: [&str; 32] = [
    ".blocks.DESIGN-BLOCKED.lift: another number of people",
    ".blocks.NON-AUTHORITATIVE.until: another id",
    ".charter.authority: another number of people",
    ".gates.readiness.checklist.must: another id",
    ".gates.readiness.cp21.must: another id",
    ".gates.readiness.failures.must: another id",
    ".gates.readiness.formal.must: another number of people",
    ".gates.readiness.index.must: another id",
    ".gates.readiness.procedures.must: another id",
    ".gates.readiness.proof-p1.must: another category of proof",
    ".gates.readiness.proof-p1.must: another id",
    ".gates.readiness.proof-p2.must: another category of proof",
    ".gates.readiness.proof-p2.must: another id",
    ".gates.readiness.proof-p3.must: another category of proof",
    ".gates.readiness.proof-p3.must: another id",
    ".gates.readiness.proof-p4.must: another category of proof",
    ".gates.readiness.proof-p4.must: another id",
    ".gates.readiness.proof-p5.must: another category of proof",
    ".gates.readiness.proof-p5.must: another id",
    ".gates.readiness.proof-p6.must: another id",
    ".gates.readiness.records.must: another id",
    ".gates.recordable.cp21.must: another id",
    ".kinds.artifact.listed.in: another id",
    ".kinds.artifact.unseal: another number of people",
    ".kinds.record.listed.in: another id",
    ".kinds.record.seal: another number of people",
    ".kinds.record.unseal: another number of people",
    ".kinds.risk.fields.rationale: a field that was optional is needed",
    ".kinds.risk.listed.in: another id",
    ".sets.designated-document: another id",
    ".sets.document: another id",
    ".sets.scope-topic: another id",
];

#[test]
fn a_slip_of_one_letter_in_a_text_is_refused_or_stands_where_something_is_defined() {
    let (texts, _) = places(PHASE_E);
    let all: Vec<(&Place, String)> = texts
        .iter()
        .filter(|place| defines(place).is_none())
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
    let mut excuses: Vec<String> =
        loaded.iter().filter_map(|(place, excuse, _)| Some(format!("{}: {}", place.keys, (*excuse)?))).collect();
    excuses.retain(|line| !line.ends_with("spaced otherwise"));
    excuses.sort();
    excuses.dedup();
    assert_eq!(excuses, WITHIN_RULES, "{} slips", all.len());
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
                ["", "gates", _] | ["", "blocks"] | ["", "claims", "proof", "values"] => false,
                ["", "kinds"] => !["prerequisite", "notice"].contains(&name.text.as_str()),
                ["", "kinds", "artifact", "fields"] => name.text != "group",
                ["", "claims"] => name.text != "proof",
                ["", "links"] => name.text != "cites",
                _ => true,
            }
        })
        .map(|((above, name), _)| format!("{above}.{}", name.text))
        .collect();
    assert!(unexcused.is_empty(), "{} of {}: {unexcused:?}", unexcused.len(), all.len());
}

/// Rules about commits and classes of waivers: each key and word of theirs.
const COMMITS: &str = r#"
[commits]
LOCKED  = { touching = "code", except = "made", needs = "no project is running" }
HUMANS  = { touching = "code", deny = "builder | reviewer" }
SERVED  = { touching = "code", on = "main", serves = "document that is draft" }
CLEAN   = { touching = "code", adding = ['\bTODO\b'], deleting = ['#\[test\]'] }
TOLD    = { touching = "code", with = "docs/NEWS.md" }
SIGNED  = { on = "release/1.0", signed = true }

[waivers.late]
covers = ["closing.sealed", "CLEAN"]
by     = "2 lead + reviewer"
until  = "30d"
most   = 2
"#;

/// What a slip in them may load as, with what it changes. None lets through what the rule refused, but for numbers, and for names that
/// nothing in the charter knows: of branches, of files, and of lines that are looked for.
const WITHIN_COMMITS: [&str; 7] = [
    ".commits.CLEAN.adding.#: which lines are looked for",
    ".commits.CLEAN.deleting.#: which lines are looked for",
    ".commits.SERVED.on: the name of a branch",
    ".commits.SIGNED.on: the name of a branch",
    ".commits.TOLD.with: the name of a file",
    ".waivers.late.by: another number of people",
    ".waivers.late.until: another number of days",
];

#[test]
fn a_slip_in_a_rule_about_commits_or_a_class_of_waivers_weakens_none() {
    let served = BASE.replace(
        "path   = \"docs/{id}.md\"\n",
        "path   = \"docs/{id}.md\"\nscope  = { inside = \"files\", trailer = \"Document\" }\n",
    );
    let text = served.replace("[sets]", "made = [\"src/made/**\"]\n\n[sets]") + COMMITS;
    loaded(&text);
    let (texts, keys) = places(&text);
    let ours = |keys: &str| keys.starts_with(".commits") || keys.starts_with(".waivers");
    let told = |place: &Place, slip: &str| {
        let keys: Vec<&str> = place.keys.split('.').collect();
        let why = match keys.as_slice() {
            [.., "adding" | "deleting", "#"] => Some("which lines are looked for"),
            [.., "on"] => Some("the name of a branch"),
            [.., "with"] => Some("the name of a file"),
            [.., "until"] => Some("another number of days"),
            _ => excuse(place, slip),
        };
        format!("{}: {}", place.keys, why.unwrap_or("NO EXCUSE"))
    };
    let all: Vec<(&Place, String)> = texts
        .iter()
        .filter(|place| ours(&place.keys))
        .flat_map(|place| slips(&text, place.text.span.clone()).into_iter().map(move |slip| (place, slip)))
        .collect();
    let mut excuses: Vec<String> =
        all.par_iter().filter(|(_, slip)| load(slip).is_ok()).map(|(place, slip)| told(place, slip)).collect();
    excuses.retain(|line| !line.ends_with("spaced otherwise"));
    excuses.sort();
    excuses.dedup();
    assert_eq!(excuses, WITHIN_COMMITS, "{} slips", all.len());

    // Of the keys, only names that people read can be others: a rule's that nothing covers, and that of a class.
    let renamed = |(above, name): &(String, Name)| above == ".waivers" || (above == ".commits" && name.text != "CLEAN");
    let keys: Vec<&(String, Name)> = keys.iter().filter(|(above, _)| ours(above)).collect();
    assert!(keys.len() > 25, "{}", keys.len());
    let loads: Vec<String> = keys
        .par_iter()
        .filter(|key| !renamed(key))
        .flat_map_iter(|key| slips(&text, key.1.span.clone()).into_iter().map(move |slip| (key, slip)))
        .filter(|(_, slip)| load(slip).is_ok())
        .map(|((above, name), slip)| format!("{above}.{}: {slip}", name.text))
        .collect();
    assert!(loads.is_empty(), "{loads:?}");
}
