//! TOML 1.0 with places: every key, every value and every character of a text knows which bytes it came from.
//!
//! The TOML library reads TOML 1.1, semantics 1 is TOML 1.0: what only the later version allows is refused here.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Problems};
use super::twice;
use crate::domain::code::Code;
use crate::domain::text;

/// A text of the charter, decoded, which knows where each of its characters stands.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// The decoded text.
    pub(super) text: String,
    /// The bytes of the charter between the quotes.
    pub(super) span: Place,
    /// Where each character begins, decoded and raw, in order; empty where both are the same bytes.
    starts: Vec<(usize, usize)>,
}

impl Written {
    fn new(decoded: &str, span: Place, source: &str) -> Written {
        let raw = source.get(span.clone()).unwrap_or_default();
        let inner = between_quotes(raw);
        let base = span.start + inner.start;
        let body = raw.get(inner.clone()).unwrap_or_default();
        let starts = if body == decoded { Vec::new() } else { starts(body, base) };
        Written { text: decoded.to_owned(), span: base..span.start + inner.end, starts }
    }

    /// Returns the bytes of the charter that a part of the decoded text came from.
    pub(super) fn place(&self, part: Range<usize>) -> Place {
        self.raw(part.start)..self.raw(part.end)
    }

    fn raw(&self, decoded: usize) -> usize {
        if self.starts.is_empty() {
            return (self.span.start + decoded).min(self.span.end);
        }
        let after = self.starts.partition_point(|(d, _)| *d < decoded);
        self.starts.get(after).map_or(self.span.end, |(_, raw)| *raw)
    }

    /// Returns the text with its whole place.
    pub(super) fn name(&self) -> Name {
        Name { text: self.text.clone(), span: self.span.clone() }
    }
}

/// A word with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The word.
    pub(super) text: String,
    /// Its place in the charter.
    pub(super) span: Place,
}

/// A value of the charter.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What it is.
    pub(super) value: Value,
    /// Its place.
    pub(super) span: Place,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A text.
    Text(Written),
    /// An integer.
    Int(i64),
    /// True or false.
    Bool(bool),
    /// An array.
    List(Vec<Node>),
    /// A table.
    Table(Vec<(Name, Node)>),
    /// Something that no key of a charter takes, named for messages.
    Other(&'static str),
}

impl Node {
    /// Returns what the value is, for messages.
    pub(super) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a text",
            Value::Int(_) => "a number",
            Value::Bool(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Other(what) => what,
        }
    }
}

/// Reads TOML 1.0. What can be read is returned even where there are problems.
pub(super) fn read(source: &str, problems: &mut Problems) -> Vec<(Name, Node)> {
    if let Err(error) = text::check_charter(source) {
        let at = source.char_indices().find(|(_, c)| text::is_forbidden(*c) && *c != '\t');
        let span = at.map_or(0..0, |(at, c)| at..at + c.len_utf8());
        problems.push(Problem::new(error.code, span, error.detail));
        return Vec::new();
    }
    if source.starts_with('\u{feff}') {
        // TOML 1.0 has no byte order mark, and not every reader of it passes over one.
        let problem = Problem::new(Code::CharterToml, 0..'\u{feff}'.len_utf8(), "a byte order mark; TOML 1.0 has none");
        problems.push(problem.help("save the file as UTF-8 without one"));
        return Vec::new();
    }
    let (root, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let twice = error.message().starts_with("duplicate key");
            if let Some(problem) = twice.then(|| twice::problem(root.get_ref(), source, &span)).flatten() {
                problems.push(problem);
                continue;
            }
            problems.push(Problem::new(Code::CharterToml, within(source, span), error.message().replace('\n', "; ")));
        }
        return Vec::new();
    }
    refuse_later_version(source, problems);
    table(root.get_ref(), source, problems)
}

fn within(source: &str, span: Place) -> Place {
    let mut start = span.start.min(source.len());
    let mut end = span.end.clamp(start, source.len());
    while !source.is_char_boundary(start) {
        start -= 1;
    }
    while !source.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn table(entries: &DeTable<'_>, source: &str, problems: &mut Problems) -> Vec<(Name, Node)> {
    let mut out: Vec<(Name, Node)> = entries
        .iter()
        .map(|(key, value)| {
            let name = Name { text: key.get_ref().to_string(), span: key.span() };
            if let Err(error) = text::check(&name.text, text::MAX_TEXT) {
                problems.push(Problem::new(error.code, name.span.clone(), error.detail));
            }
            (name, node(value, source, problems))
        })
        .collect();
    out.sort_by_key(|(name, _)| name.span.start);
    out
}

fn node(value: &Spanned<DeValue<'_>>, source: &str, problems: &mut Problems) -> Node {
    let span = value.span();
    let read = match value.get_ref() {
        DeValue::String(decoded) => {
            let text = Written::new(decoded, span.clone(), source);
            if let Err(error) = text::check(&text.text, text::MAX_TEXT) {
                problems.push(Problem::new(error.code, span.clone(), error.detail));
            }
            Value::Text(text)
        }
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(Value::Other("a number that is too large"), Value::Int),
        DeValue::Boolean(yes) => Value::Bool(*yes),
        DeValue::Array(elements) => Value::List(elements.iter().map(|e| node(e, source, problems)).collect()),
        DeValue::Table(entries) => Value::Table(table(entries, source, problems)),
        DeValue::Float(_) => Value::Other("a number with a fraction"),
        DeValue::Datetime(moment) => {
            if moment.time.is_some_and(|time| time.second.is_none()) {
                let message = "TOML 1.0 has no time without seconds";
                problems.push(Problem::new(Code::CharterToml, span.clone(), message));
            }
            Value::Other("a date or time")
        }
    };
    Node { value: read, span }
}

/// Returns the part of a raw string between its quotes, and after the line break that a multi-line string may begin with.
fn between_quotes(raw: &str) -> Range<usize> {
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let start = quotes + usize::from(quotes == 3 && raw[quotes..].starts_with('\n'));
    start..raw.len().saturating_sub(quotes).max(start)
}

/// Returns where each character begins, decoded and raw.
fn starts(body: &str, base: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let (mut decoded, mut raw) = (0, 0);
    while let Some(c) = body[raw..].chars().next() {
        let (produced, taken) = if c == '\\' { escape(&body[raw..]) } else { (c.len_utf8(), c.len_utf8()) };
        if produced > 0 {
            out.push((decoded, base + raw));
        }
        decoded += produced;
        raw += taken;
    }
    out
}

/// Returns how many bytes an escape stands for, and how many it takes.
fn escape(rest: &str) -> (usize, usize) {
    let hex = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        (code.map_or(1, char::len_utf8), (2 + digits).min(rest.len()))
    };
    match rest[1..].chars().next() {
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        Some(c) if c.is_whitespace() => (0, 1 + rest[1..].find(|c: char| !c.is_whitespace()).unwrap_or(rest.len() - 1)),
        Some(c) => (1, 1 + c.len_utf8()),
        None => (1, 1),
    }
}

/// Refuses line breaks, comments and trailing commas in inline tables, and the escapes `\e` and `\x`.
///
/// Only called on text that the library has read, so that brackets and quotes are known to be balanced.
fn refuse_later_version(source: &str, problems: &mut Problems) {
    let mut later = |span: Place, what: &str| {
        problems.push(Problem::new(Code::CharterToml, span, format!("TOML 1.0 has no {what}")));
    };
    let mut open: Vec<u8> = Vec::new();
    let mut comma: Option<usize> = None;
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let in_table = open.last() == Some(&b'{');
        let mut next = at + 1;
        match byte {
            b'"' | b'\'' => {
                next = at + string_length(&source[at..], at, &mut later);
                comma = None;
            }
            b'#' => {
                next = at + source[at..].find('\n').unwrap_or(source.len() - at);
                if in_table {
                    later(at..next, "comment inside of an inline table");
                }
            }
            b'\n' if in_table => later(at..at, "line break inside of an inline table"),
            b'{' | b'[' => {
                open.push(byte);
                comma = None;
            }
            b'}' | b']' => {
                if let (true, Some(comma)) = (byte == b'}' && in_table, comma) {
                    later(comma..comma + 1, "comma after the last entry of an inline table");
                }
                open.pop();
                comma = None;
            }
            b',' => comma = Some(at),
            b' ' | b'\t' | b'\n' => {}
            _ => comma = None,
        }
        at = next;
    }
}

/// Returns the length of the string that the text begins with, and reports the escapes of the later version in it.
fn string_length(rest: &str, base: usize, later: &mut impl FnMut(Place, &str)) -> usize {
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let mark = if rest.starts_with(&triple) { triple.as_str() } else { quote };
    let bytes = rest.as_bytes();
    let mut at = mark.len();
    while at < rest.len() {
        if quote == "\"" && bytes[at] == b'\\' {
            if let Some(b'e' | b'x') = bytes.get(at + 1) {
                later(base + at..base + at + 2, &format!("escape `\\{}`", char::from(bytes[at + 1])));
            }
            at += 2;
        } else if bytes[at..].starts_with(mark.as_bytes()) {
            // Up to two quotes may stand right before the closing three.
            let more =
                bytes[at + mark.len()..].iter().take_while(|b| mark.len() == 3 && **b == quote.as_bytes()[0]).count();
            return at + mark.len() + more;
        } else {
            at += 1;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(source: &str) -> Vec<(String, String)> {
        let mut problems = Problems::default();
        read(source, &mut problems);
        problems
            .into_sorted("")
            .into_iter()
            .map(|p| {
                assert_eq!(p.code, Code::CharterToml, "{p:?}");
                (source[p.span].to_owned(), p.message)
            })
            .collect()
    }

    fn only(source: &str) -> (String, String) {
        let found = problems(source);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn what_only_toml_1_1_allows_is_refused_at_its_place() {
        assert_eq!(only("a = { b = 1,\n c = 2 }").1, "TOML 1.0 has no line break inside of an inline table");
        assert_eq!(
            only("a = { b = 1, }"),
            (",".into(), "TOML 1.0 has no comma after the last entry of an inline table".into())
        );
        assert_eq!(only(r#"a = "x\x41""#), ("\\x".into(), "TOML 1.0 has no escape `\\x`".into()));
        assert_eq!(only(r#"a = "\\\x41""#), ("\\x".into(), "TOML 1.0 has no escape `\\x`".into()));
        assert_eq!(only("a = 10:30"), ("10:30".into(), "TOML 1.0 has no time without seconds".into()));
        assert_eq!(problems("a = { # no\n b = 1 }").len(), 2);
    }

    #[test]
    fn what_toml_1_0_allows_is_taken() {
        for good in [
            "a = { b = [1,\n 2, # two\n ], c = 3 }",
            "a = [\n { b = 1 },\n]",
            "a = '\\e\\x { ,}'",
            "a = \"{ ,} \\\\x #\"",
            "a = '''\n{ , }'''\nb = \"\"\"a \\\n  \"\"b\"\"\"\"\"",
            "[a.\"x{,}\"]\nb = 1 # {\n",
        ] {
            assert_eq!(problems(good), vec![], "{good}");
        }
    }

    #[test]
    fn the_library_reports_every_broken_line() {
        let found = problems("a = \nb = 1\nc = = 2\nb = 3\n");
        assert!(found.len() >= 2, "{found:?}");
    }

    #[test]
    fn places_are_right_behind_escapes() {
        for (source, word) in [
            (r#"a = "plain word""#, "word"),
            (r#"a = "\u00e9\" word""#, "word"),
            (r#"a = "\U0001F600\\ word\n""#, "word"),
            ("a = '''\nplain word'''", "word"),
            ("a = \"\"\"\nx \\\n   word \\\"\"\"\"", "word"),
            (r#"a = "\u0077ord x""#, r"\u0077ord"),
        ] {
            let mut problems = Problems::default();
            let table = read(source, &mut problems);
            assert!(problems.is_empty());
            let Value::Text(text) = &table[0].1.value else { panic!("{source}") };
            let at = text.text.find("word").unwrap();
            assert_eq!(&source[text.place(at..at + 4)], word, "{source}");
        }
    }

    #[test]
    fn characters_that_no_text_may_hold_are_refused_raw_and_escaped() {
        for bad in ["a = 1\r\n", "# \u{202e}\n", "a = \"\\u202e\""] {
            let mut problems = Problems::default();
            read(bad, &mut problems);
            let all = problems.into_sorted("");
            assert_eq!(all.len(), 1, "{all:?}");
            assert_eq!(all[0].code, Code::FormatText);
        }
    }
}
