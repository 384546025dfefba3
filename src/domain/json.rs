//! JSON as people write it, in whatever order and with white space: for files of fields, never for the ledger itself.

use std::collections::BTreeMap;

use super::code::Code;
use super::error::FormatError;
use super::value::{MAX_DEPTH, MAX_INTEGER, Value};

/// Reads one JSON text (RFC 8259). Unlike the reader of payloads it takes white space, any order of keys and any escape;
/// like it, it takes no float, no integer beyond 2^53-1 and no key twice.
///
/// # Errors
/// `format.json`, `format.number`, `format.duplicate-key` and `format.depth`, with line and column.
pub fn read(text: &str) -> Result<Value, FormatError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(1)?;
    reader.space();
    if reader.at == text.len() {
        Ok(value)
    } else {
        Err(reader.wrong(Code::FormatJson, "something follows the JSON value"))
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn wrong(&self, code: Code, what: &str) -> FormatError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        FormatError::new(code, format!("line {line}, column {column}: {what}"))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Steps over white space and a text, if it comes next.
    fn takes(&mut self, text: &str) -> bool {
        self.space();
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    fn expect(&mut self, text: &str) -> Result<(), FormatError> {
        if self.takes(text) { Ok(()) } else { Err(self.wrong(Code::FormatJson, &format!("`{text}` is expected"))) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, FormatError> {
        self.space();
        match self.rest().chars().next() {
            Some('{' | '[') if depth > MAX_DEPTH => Err(self.wrong(Code::FormatDepth, "nested deeper than 16 levels")),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.string().map(Value::Text),
            Some('-' | '0'..='9') => self.number(),
            _ if self.takes("true") => Ok(Value::Bool(true)),
            _ if self.takes("false") => Ok(Value::Bool(false)),
            _ if self.takes("null") => Ok(Value::Null),
            _ => Err(self.wrong(Code::FormatJson, "no JSON value begins here")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, FormatError> {
        self.expect("{")?;
        let mut map = BTreeMap::new();
        if self.takes("}") {
            return Ok(Value::Map(map));
        }
        loop {
            self.space();
            let start = self.at;
            let key = self.string()?;
            self.expect(":")?;
            let value = self.value(depth + 1)?;
            if map.insert(key.clone(), value).is_some() {
                self.at = start;
                return Err(self.wrong(Code::FormatDuplicateKey, &format!("the key {key:?} stands twice")));
            }
            if self.takes("}") {
                return Ok(Value::Map(map));
            }
            self.expect(",")?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, FormatError> {
        self.expect("[")?;
        let mut list = Vec::new();
        if self.takes("]") {
            return Ok(Value::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            if self.takes("]") {
                return Ok(Value::List(list));
            }
            self.expect(",")?;
        }
    }

    fn number(&mut self) -> Result<Value, FormatError> {
        let rest = self.rest();
        let end = rest.find(|c: char| !matches!(c, '-' | '+' | '.' | 'e' | 'E' | '0'..='9')).unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or_default();
        let number = digits.parse::<i64>().ok().filter(|n| n.unsigned_abs() <= MAX_INTEGER.unsigned_abs());
        match number.filter(|n| n.to_string() == digits) {
            Some(number) => {
                self.at += end;
                Ok(Value::Int(number))
            }
            None => Err(self.wrong(Code::FormatNumber, "a number that is not an integer of at most 2^53-1")),
        }
    }

    fn string(&mut self) -> Result<String, FormatError> {
        self.expect("\"")?;
        let mut out = String::new();
        loop {
            let Some(c) = self.rest().chars().next() else {
                return Err(self.wrong(Code::FormatJson, "a string without an end"));
            };
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(out);
                }
                '\\' => out.push(self.escape()?),
                c if c < ' ' => return Err(self.wrong(Code::FormatJson, "a control character within a string")),
                c => {
                    out.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, FormatError> {
        self.at += 1;
        let c = match self.rest().chars().next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(),
            _ => return Err(self.wrong(Code::FormatJson, "no such escape")),
        };
        self.at += 1;
        Ok(c)
    }

    /// Reads `uXXXX`, or two of them that are surrogates.
    fn unicode(&mut self) -> Result<char, FormatError> {
        let first = self.unit()?;
        let number = if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            self.at += 1;
            let second = self.unit()?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
            low.map(|low| 0x1_0000 + ((first - 0xd800) << 10) + low)
        } else {
            Some(first)
        };
        let found = number.and_then(char::from_u32);
        found.ok_or_else(|| self.wrong(Code::FormatJson, "half of a surrogate pair"))
    }

    fn unit(&mut self) -> Result<u32, FormatError> {
        let hex = self.rest().get(1..5).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(number) = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()) else {
            return Err(self.wrong(Code::FormatJson, "`\\u` without four hexadecimal digits"));
        };
        self.at += 5;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_taken_as_people_write_it() {
        let text =
            " {\n \"b\" : [1, -2 , []],\"a\": {\"x\":null, \"t\": true},\t\"s\": \"\\u00fc\\ud83d\\ude00\\/\\n\" }\r\n";
        assert_eq!(read(text).unwrap().to_canonical(), r#"{"a":{"t":true,"x":null},"b":[1,-2,[]],"s":"ü😀/\n"}"#);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let long = format!("{}{}", "[".repeat(17), "]".repeat(17));
        for (text, told) in [
            ("", "format.json: line 1, column 1: no JSON value begins here"),
            ("{\"a\":1,\n \"a\":2}", "format.duplicate-key: line 2, column 2: the key \"a\" stands twice"),
            ("[1.5]", "format.number: line 1, column 2: a number that is not an integer of at most 2^53-1"),
            ("[01]", "format.number: line 1, column 2: a number that is not an integer of at most 2^53-1"),
            ("[1,]", "format.json: line 1, column 4: no JSON value begins here"),
            ("{\"a\" 1}", "format.json: line 1, column 6: `:` is expected"),
            ("\"a", "format.json: line 1, column 3: a string without an end"),
            ("\"\\ud800\"", "format.json: line 1, column 8: half of a surrogate pair"),
            ("\"\\ud800\\u0041\"", "format.json: line 1, column 14: half of a surrogate pair"),
            ("\"\\x\"", "format.json: line 1, column 3: no such escape"),
            ("1 2", "format.json: line 1, column 3: something follows the JSON value"),
            (long.as_str(), "format.depth: line 1, column 17: nested deeper than 16 levels"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), told, "{text:?}");
        }
    }
}
