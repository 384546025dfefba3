//! Canonical JSON (RFC 8785) without floats: the one form in which a payload, a state or a digest is written.
//!
//! The reader takes only what the writer writes: keys sorted and distinct, no white space, the shortest escapes, integers
//! of at most 2^53-1. Every deviation has a code of its own, so that a refusal says what is wrong with the bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::code::Code;
use super::error::FormatError;

/// The greatest integer that a payload may hold: 2^53-1.
pub const MAX_INTEGER: i64 = (1 << 53) - 1;

/// How deep a payload may be nested; the outermost object is depth 1.
pub const MAX_DEPTH: usize = 16;

/// A JSON value without floats. Maps are sorted by the bytes of their (ASCII) keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `null`: stated to be nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer n with |n| <= 2^53-1.
    Int(i64),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// Returns an object of the given keys and values.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// Returns an array of the given elements.
    pub fn list(elements: impl IntoIterator<Item = impl Into<Value>>) -> Value {
        Value::List(elements.into_iter().map(Into::into).collect())
    }

    /// Returns a set: an array of distinct elements in the order of their canonical forms.
    pub fn set(elements: impl IntoIterator<Item = impl Into<Value>>) -> Value {
        let sorted: BTreeMap<String, Value> =
            elements.into_iter().map(Into::into).map(|value: Value| (value.to_canonical(), value)).collect();
        Value::List(sorted.into_values().collect())
    }

    /// Returns the text of a displayable thing.
    #[allow(clippy::needless_pass_by_value, reason = "texts are made of what is at hand, owned or not")]
    pub fn text(thing: impl ToString) -> Value {
        Value::Text(thing.to_string())
    }

    /// Returns the value under `key`, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// Returns the text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if this is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// Returns the elements, if this is an array.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the word for the value's JSON type, for messages.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "an object",
        }
    }

    /// Returns the canonical form: one line, without a line feed at its end.
    pub fn to_canonical(&self) -> String {
        let mut out = String::with_capacity(128);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Int(n) => {
                let _ = write!(out, "{n}");
            }
            Value::Text(text) => write_text(text, out),
            Value::List(list) => {
                out.push('[');
                for (i, element) in list.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    element.write(out);
                }
                out.push(']');
            }
            Value::Map(map) => {
                out.push('{');
                for (i, (key, value)) in map.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write_text(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// Reads the canonical form of a value.
    ///
    /// # Errors
    /// `format.json` where the text is no JSON, `format.canonical` where it is JSON in another form than the canonical one,
    /// `format.duplicate-key`, `format.number` and `format.depth` as they say, `format.text` where a key is not printable
    /// ASCII. The message names the byte.
    pub fn parse(text: &str) -> Result<Value, FormatError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(1)?;
        if reader.at != text.len() {
            return Err(reader.wrong(Code::FormatJson, "the JSON value ends here and something follows"));
        }
        Ok(value)
    }
}

/// Writes the canonical form of an object whose keys are known beforehand, without building the object first.
pub(super) struct ObjectWriter {
    out: String,
    last: &'static str,
}

impl ObjectWriter {
    /// Returns a writer of an object of about that many bytes.
    pub(super) fn new(bytes: usize) -> ObjectWriter {
        ObjectWriter { out: String::with_capacity(bytes), last: "" }
    }

    /// Writes the next key, which sorts after the one before it, with its value.
    pub(super) fn put(&mut self, key: &'static str, value: &Value) {
        self.key(key);
        value.write(&mut self.out);
    }

    /// Writes the next key with a text.
    pub(super) fn put_text(&mut self, key: &'static str, text: &str) {
        self.key(key);
        write_text(text, &mut self.out);
    }

    fn key(&mut self, key: &'static str) {
        debug_assert!(self.last < key, "{key} stands before {}", self.last);
        self.last = key;
        self.out.push(if self.out.is_empty() { '{' } else { ',' });
        write_text(key, &mut self.out);
        self.out.push(':');
    }

    /// Returns the object.
    pub(super) fn finish(mut self) -> String {
        self.out.push_str(if self.out.is_empty() { "{}" } else { "}" });
        self.out
    }
}

/// Writes a JSON string with the escapes of RFC 8785, section 3.2.2.2.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    if !text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\')) {
        // Nearly every text: nothing is escaped in it.
        out.push_str(text);
        out.push('"');
        return;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, code: Code, what: &str) -> FormatError {
        FormatError::new(code, format!("{what} (byte {} of the payload)", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self, depth: usize) -> Result<Value, FormatError> {
        match self.peek() {
            Some(b'{' | b'[') if depth > MAX_DEPTH => {
                Err(self.wrong(Code::FormatDepth, "nested deeper than 16 levels"))
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b' ' | b'\t' | b'\r' | b'\n') => Err(self.wrong(Code::FormatCanonical, "white space")),
            Some(_) => Err(self.wrong(Code::FormatJson, "no JSON value begins here")),
            None => Err(self.wrong(Code::FormatJson, "the JSON ends too early")),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, FormatError> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.wrong(Code::FormatJson, "no JSON value begins here"))
        }
    }

    /// Steps over `byte`; white space before it is JSON and not canonical.
    fn expect(&mut self, byte: u8) -> Result<(), FormatError> {
        match self.peek() {
            Some(b) if b == byte => {
                self.at += 1;
                Ok(())
            }
            Some(b' ' | b'\t' | b'\r' | b'\n') => Err(self.wrong(Code::FormatCanonical, "white space")),
            Some(_) => Err(self.wrong(Code::FormatJson, &format!("`{}` is expected", byte as char))),
            None => Err(self.wrong(Code::FormatJson, "the JSON ends too early")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, FormatError> {
        self.expect(b'{')?;
        // The keys come sorted, and a map is made of a sorted list at once.
        let mut entries: Vec<(String, Value)> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(BTreeMap::new()));
        }
        loop {
            if self.peek() != Some(b'"') {
                self.expect(b'"')?;
            }
            let start = self.at;
            let key = self.string()?;
            if !key.bytes().all(|b| matches!(b, b' '..=b'~')) {
                // Within ASCII the order of bytes is the order of RFC 8785, which sorts by UTF-16.
                self.at = start;
                return Err(self.wrong(Code::FormatText, &format!("the key {key:?} is not printable ASCII")));
            }
            let out_of_order = entries.last().is_some_and(|(last, _)| *last >= key);
            if out_of_order {
                self.at = start;
                return Err(if entries.iter().any(|(known, _)| *known == key) {
                    self.wrong(Code::FormatDuplicateKey, &format!("the key {key:?} stands twice"))
                } else {
                    self.wrong(Code::FormatCanonical, &format!("the key {key:?} is not in its sorted place"))
                });
            }
            self.expect(b':')?;
            let value = self.value(depth + 1)?;
            entries.push((key, value));
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Ok(Value::Map(entries.into_iter().collect()));
            }
            self.expect(b',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, FormatError> {
        self.expect(b'[')?;
        let mut list = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Value::List(list));
            }
            self.expect(b',')?;
        }
    }

    fn number(&mut self) -> Result<Value, FormatError> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|b| matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count();
        let digits = &rest[..length];
        let integer: Option<i64> = digits.parse().ok().filter(|n: &i64| n.unsigned_abs() <= MAX_INTEGER.unsigned_abs());
        match integer {
            Some(n) if n.to_string() == digits => {
                self.at += length;
                Ok(Value::Int(n))
            }
            Some(_) if digits != "-0" => {
                Err(self.wrong(Code::FormatCanonical, "a number in another form than the shortest"))
            }
            _ => Err(self.wrong(Code::FormatNumber, "a number that is not an integer of at most 2^53-1, or is `-0`")),
        }
    }

    fn string(&mut self) -> Result<String, FormatError> {
        let start = self.at;
        self.expect(b'"')?;
        let mut out = String::new();
        let mut escaped = false;
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.bytes().take_while(|b| *b >= b' ' && !matches!(b, b'"' | b'\\')).count();
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                None => return Err(self.wrong(Code::FormatJson, "a string without an end")),
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    escaped = true;
                    out.push(self.escape()?);
                }
                Some(_) => return Err(self.wrong(Code::FormatJson, "a control character within a string")),
            }
        }
        if escaped {
            let mut again = String::new();
            write_text(&out, &mut again);
            if again != self.text[start..self.at] {
                self.at = start;
                return Err(self.wrong(Code::FormatCanonical, "a string with another escape than the shortest"));
            }
        }
        Ok(out)
    }

    fn escape(&mut self) -> Result<char, FormatError> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let (c, length) = match rest.first() {
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'/') => ('/', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b't') => ('\t', 2),
            Some(b'n') => ('\n', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'r') => ('\r', 2),
            Some(b'u') => {
                let hex = rest.get(1..5).and_then(|h| std::str::from_utf8(h).ok());
                let number = hex
                    .filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|h| u32::from_str_radix(h, 16).ok());
                match number.map(char::from_u32) {
                    Some(Some(c)) => (c, 6),
                    Some(None) => return Err(self.wrong(Code::FormatCanonical, "a character written as surrogates")),
                    None => return Err(self.wrong(Code::FormatJson, "`\\u` without four hexadecimal digits")),
                }
            }
            _ => return Err(self.wrong(Code::FormatJson, "no such escape")),
        };
        self.at += length;
        Ok(c)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}
impl From<u64> for Value {
    /// Saturates at 2^53-1, which no count or position of a ledger reaches.
    fn from(n: u64) -> Value {
        Value::Int(i64::try_from(n).unwrap_or(MAX_INTEGER).min(MAX_INTEGER))
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(thing: Option<T>) -> Value {
        thing.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        Value::parse(text).unwrap_err().code.as_str()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"a":[1,-2,{"b":null}],"c":"ü\n\u0001\"\\","d":true}"#;
        assert_eq!(Value::parse(text).unwrap().to_canonical(), text);
    }

    #[test]
    fn other_forms_of_the_same_json_are_refused_by_name() {
        assert_eq!(code(r#"{"a": 1}"#), "format.canonical");
        assert_eq!(code(r#"{"b":1,"a":1}"#), "format.canonical");
        assert_eq!(code(r#"{"a":1,"a":1}"#), "format.duplicate-key");
        assert_eq!(code(r#""\u0041""#), "format.canonical");
        assert_eq!(code(r#""\u000a""#), "format.canonical");
        assert_eq!(code(r#""\/""#), "format.canonical");
        assert_eq!(code(r#""\ud83d\ude00""#), "format.canonical");
        assert_eq!(code("01"), "format.canonical");
        assert_eq!(code("-0"), "format.number");
        assert_eq!(code("1.0"), "format.number");
        assert_eq!(code("1e3"), "format.number");
        assert_eq!(code("9007199254740992"), "format.number");
        assert_eq!(code("-9223372036854775808"), "format.number");
        assert_eq!(code("9007199254740991 "), "format.json");
        assert_eq!(code(&format!("{}{}", "[".repeat(17), "]".repeat(17))), "format.depth");
        assert!(Value::parse(&format!("{}{}", "[".repeat(16), "]".repeat(16))).is_ok());
        assert_eq!(code("{"), "format.json");
        assert_eq!(code(r#"{"ü":1}"#), "format.text");
        assert_eq!(code(r#"{"a\tb":1}"#), "format.text");
        assert_eq!(code("\"a"), "format.json");
        assert_eq!(code("tru"), "format.json");
        assert_eq!(code(""), "format.json");
    }
}
