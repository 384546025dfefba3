//! The charter language: a whole charter, and one line of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use govledger::domain::charter::{Charter, Problem, load, rule_changes};
use govledger::domain::text;
use govledger::render;
use govledger::render::look::Look;
use toml::de::{DeTable, DeValue};

/// A charter that is taken is taken again as the same rules, also when it is written anew with inline tables and escapes;
/// what is refused is refused with places inside of the text, in their order.
pub fn charter(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    let loaded = load(source);
    assert_eq!(load(source), loaded);
    match loaded {
        Err(problems) => places(source, &problems),
        Ok(charter) => {
            assert!(text::check_charter(source).is_ok());
            says_nothing_else_than_itself(&charter);
            let (table, errors) = DeTable::parse_recoverable(source);
            assert!(errors.is_empty());
            let anew = written(table.get_ref());
            assert_eq!(load(&anew).as_ref(), Ok(&charter), "{anew}");
        }
    }
}

fn says_nothing_else_than_itself(charter: &Charter) {
    // What `[migrate]` says is told whatever it comes from.
    let changes = rule_changes(charter, charter);
    assert!(changes.iter().all(|change| change.place.starts_with("migrate.")), "{changes:?}");
}

fn places(source: &str, problems: &[Problem]) {
    assert!(!problems.is_empty(), "a refusal without a reason");
    assert!(problems.is_sorted_by_key(|problem| (problem.span.start, problem.span.end)));
    let mut told = BTreeSet::new();
    for problem in problems {
        let Problem { code, span, message, .. } = problem;
        assert!(source.get(span.clone()).is_some() && !message.is_empty(), "{problem:?} is no place in {source:?}");
        assert!(told.insert((span.start, span.end, *code, message)), "{problem:?} is told twice");
    }
    let shown = render::charter::problems("charter.toml", source, &problems[..problems.len().min(8)], Look::PLAIN);
    assert!(shown.contains(problems[0].code.as_str()));
}

/// Returns the same tables, each on one line, every text with every escape that it may have.
fn written(table: &DeTable<'_>) -> String {
    let mut out = String::new();
    for (key, value) in ordered(table) {
        let _ = writeln!(out, "{} = {}", quoted(&key), value);
    }
    out
}

fn ordered(table: &DeTable<'_>) -> Vec<(String, String)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), inline(value.get_ref()))).collect()
}

fn inline(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).expect("a charter's number is one").to_string()
        }
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Array(elements) => {
            format!("[{}]", elements.iter().map(|element| inline(element.get_ref())).collect::<Vec<_>>().join(", "))
        }
        DeValue::Table(entries) => {
            let entries: Vec<_> =
                ordered(entries).into_iter().map(|(key, value)| format!("{} = {value}", quoted(&key))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        DeValue::Float(_) | DeValue::Datetime(_) => panic!("no key of a charter takes {value:?}"),
    }
}

/// Returns a basic string of TOML in which everything but letters and digits of ASCII is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            let _ = write!(out, "\\U{:08X}", u32::from(c));
        }
    }
    out.push('"');
    out
}

/// The first letter says where the line stands, the rest is the line; see [`line_at`].
///
/// A line that is taken reads the same as a literal and escaped, and what the charter then says is the line's own text, which
/// is taken as the same again.
pub fn sentence(data: &[u8]) {
    let Ok(all) = std::str::from_utf8(data) else { return };
    let mut chars = all.chars();
    let Some(place) = chars.next() else { return };
    let line = chars.as_str();
    let source = line_at(place, &quoted(line));
    let loaded = load(&source);
    if !line.contains(['\'', '\n']) && line.chars().all(|c| !c.is_control()) {
        let literal = load(&line_at(place, &format!("'{line}'")));
        assert_eq!(literal.is_ok(), loaded.is_ok(), "{line:?} is another thing without escapes");
        if let (Err(plain), Err(escaped)) = (&literal, &loaded) {
            let told = |problems: &[Problem]| problems.iter().map(|p| (p.code, p.message.clone())).collect::<Vec<_>>();
            assert_eq!(told(plain), told(escaped));
        }
    }
    match loaded {
        Err(problems) => places(&source, &problems),
        Ok(charter) => {
            says_nothing_else_than_itself(&charter);
            if let Some(said) = text_of(place, &charter) {
                assert_eq!(load(&line_at(place, &quoted(said))).as_ref(), Ok(&charter), "{line:?} says {said:?}");
            }
        }
    }
}

/// Returns a small charter in which a value stands as the criterion of a gate (any letter but the following), as a move
/// with a condition (`g`), as who seals (`w`), as a move (`m`), as what a claim is over (`o`), as a set of ids (`i`) or as a link (`l`).
fn line_at(place: char, value: &str) -> String {
    let stands = |here: char, usual: &str| if place == here { value.to_owned() } else { usual.to_owned() };
    let criterion = if "gwmoil".contains(place) { "\"self is final\"".to_owned() } else { value.to_owned() };
    let guard = stands('g', "\"draft -> final by agent if self is present\"");
    let (seal, a_move) =
        (stands('w', "\"2 lead + 1 agent\""), stands('m', "\"final -> gone by lead because late|lost\""));
    let (over, set, link) =
        (stands('o', "\"code\""), stands('i', "\"D-1..D-3, D-5\""), stands('l', "\"document -> record\""));
    format!(
        r#"[charter]
semantics = 1
id = "C"
authority = "lead"
[roles]
lead = "human"
agent = "human | agent | ci"
[scopes]
code = ["src/**"]
[sets]
few = {set}
[links]
cites = {link}
needs = "document -> document, acyclic, inverse needed"
supersedes = "document -> document"
[kinds.document]
id = 'D-[0-9]+'
states = ["draft", "final", "gone"]
path = "docs/{{id}}.md"
moves = ["new -> draft by lead", {guard}, {a_move}]
seal = {seal}
unseal = "lead"
[kinds.document.fields]
effort = "integer? 0..100"
owner = "actor?"
due = "date?"
level = ["low", "high"]
words = "list?"
[kinds.record]
id = 'R-[0-9]+'
states = ["open", "shut"]
moves = ["new -> open by lead", "open -> shut by lead"]
[claims]
reviewed = {{ by = "agent, not author", results = ["approve", "reject"], answers = ["sound"] }}
scanned = {{ by = "agent", over = {over}, values = {{ count = "integer 0.." }} }}
[gates.ready]
first = {criterion}
[gates.done]
last = "every document is sealed"
[blocks.HOLD]
on = "document"
stops = ["moves"]
by = "lead"
lift = "lead"
"#
    )
}

/// Returns the text that the charter keeps of the line.
fn text_of(place: char, charter: &Charter) -> Option<&str> {
    if "gwmoil".contains(place) {
        return None;
    }
    let (_, gate) = charter.gates.iter().find(|(name, _)| name.as_str() == "ready")?;
    Some(&gate.criteria.first()?.any.first()?.text)
}
